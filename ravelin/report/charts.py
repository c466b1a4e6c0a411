"""What the report shows: which columns of the history go into which chart, in which unit.

A chart appears only if the history has a column for it, so a run shows what its economy has.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from ravelin.core.table import Array
from ravelin.economy.accounts.indicators import DURATIONS
from ravelin.economy.goods.tables import SKILLS
from ravelin.report.key_figures import last_year, yearly_growth
from ravelin.storage.history import History

LINES, STACK, MANY, BARS = "lines", "stack", "many", "bars"


class Line(NamedTuple):
    """A series of a chart, one value per month."""

    label: str
    values: Array


class Chart(NamedTuple):
    """A chart: `kind` is lines, stack (areas under a line), many (a few stand out), or bars."""

    section: str
    title: str
    unit: str
    lines: tuple[Line, ...]
    kind: str = LINES


class _Source(NamedTuple):
    """How a line comes from the history: a rule over some of its columns."""

    label: str
    columns: tuple[str, ...]
    rule: Callable[..., Array] = np.asarray


def _percent(*columns: str) -> tuple[_Source, ...]:
    return tuple(_Source(_words(name), (name,), _hundred) for name in columns)


def _hundred(values: Array) -> Array:
    return 100.0 * values


def _once_counted(values: Array) -> Array:
    """Percent; before the first count there is nothing to show."""
    return np.where(np.maximum.accumulate(values) > 0.0, 100.0 * values, np.nan)


def _words(name: str) -> str:
    return name.replace("_", " ")


def _share(part: Array, whole: Array) -> Array:
    return 100.0 * last_year(part) / last_year(whole)


def _stock_share(stock: Array, flow: Array) -> Array:
    return 100.0 * stock / last_year(flow)


_PERCENT = "percent"
_MONEY = "dollars a month"
_STOCK = "dollars"

_SPECIFICATIONS: tuple[tuple[str, str, str, str, tuple[_Source, ...]], ...] = (
    ("Output", "Real GDP and its parts", _MONEY, STACK, (
        _Source("real GDP", ("gdp_real",)),
        _Source("consumption", ("consumption_real",)),
        _Source("government", ("government_real",)),
        _Source("investment", ("investment_real",)),
    )),
    ("Output", "Real GDP growth over twelve months", _PERCENT, LINES, (
        _Source("growth", ("gdp_real",), lambda level: 100.0 * yearly_growth(level)),
    )),
    ("Output", "Income shares in GDP", _PERCENT, LINES, (
        _Source("wages", ("wages", "gdp"), _share),
        _Source("profits", ("profits", "gdp"), _share),
        _Source("taxes", ("taxes", "gdp"), _share),
    )),
    ("Labor", "Unemployment and vacancies", _PERCENT, LINES, (
        _Source("unemployment", ("unemployment_rate",), _hundred),
        _Source("vacancies", ("vacancy_rate",), _hundred),
    )),
    ("Labor", "Unemployment by skill", _PERCENT, LINES, tuple(
        _Source(_words(skill), (f"unemployment_rate_{skill}",), _hundred)
        for skill in SKILLS
    )),
    ("Labor", "Unemployed by months without a job", "percent of the unemployed", LINES, tuple(
        _Source(_words(name), (f"unemployed_{name}",), _hundred) for name, _ in DURATIONS
    )),
    ("Labor", "Tightness", "open posts per unemployed", LINES, (
        _Source("tightness", ("tightness",)),
    )),
    ("Labor", "Jobs created and destroyed", "percent of employment a quarter", LINES, (
        _Source("created", ("job_creation",), _once_counted),
        _Source("destroyed", ("job_destruction",), _once_counted),
    )),
    ("Labor", "Hours of the employed", "percent of normal hours", LINES, (
        _Source("hours", ("hours", "employed"), lambda hours, employed: 100.0 * hours / employed),
    )),
    ("Labor", "Participation of consumer-unit heads", _PERCENT, LINES, (
        _Source("participation", ("participation_rate",), _hundred),
    )),
    ("Labor", "Hires and separations", "persons a month", LINES, tuple(
        _Source(name, (name,)) for name in ("hires", "separations", "quits", "layoffs")
    )),
    ("Prices and wages", "Inflation and the policy rate", "percent a year", LINES, (
        *_percent("inflation"),
        _Source("expected", ("expected_inflation",), _hundred),
        *_percent("policy_rate"),
    )),
    ("Prices and wages", "Wages and prices", "index, opening = 100", LINES, (
        _Source("wages", ("wage_index",)),
        _Source("prices", ("price_index",)),
        _Source("real wage", ("wage_index", "price_index"),
                lambda wage, price: 100.0 * wage / price),
    )),
    ("Prices and wages", "Wages by skill", _MONEY, LINES, tuple(
        _Source(_words(skill), (f"wage_{skill}",)) for skill in SKILLS
    )),
    ("Money and credit", "Credit", _STOCK, LINES, (
        _Source("loans to firms", ("loans_firms",)),
        _Source("loans to consumers", ("loans_consumers",)),
        _Source("deposits", ("deposits",)),
    )),
    ("Money and credit", "Credit and debt over GDP", "percent of a year's GDP", LINES, (
        _Source("private credit", ("loans_firms", "loans_consumers", "gdp"),
                lambda firms, consumers, gdp: _stock_share(firms + consumers, gdp)),
        _Source("government debt", ("government_debt", "gdp"), _stock_share),
        _Source("deposits", ("deposits", "gdp"), _stock_share),
    )),
    ("Money and credit", "Interest rates", "percent a year", LINES, (
        *_percent("loan_rate", "policy_rate", "deposit_rate"),
    )),
    ("Money and credit", "Yields of government bonds", "percent a year", LINES, tuple(
        _Source(f"{years} years", (f"yield_{years}y",), _hundred) for years in (2, 5, 10, 30)
    )),
    ("Money and credit", "Bank capital and bad loans", _PERCENT, LINES, (
        _Source("capital ratio", ("bank_capital_ratio",), _hundred),
        _Source("bad loans", ("nonperforming_ratio",), _hundred),
    )),
    ("Government", "Deficit", "percent of GDP, last twelve months", LINES, (
        _Source("deficit", ("deficit", "gdp"), _share),
    )),
    ("Government", "Taxes and transfers", "percent of GDP, last twelve months", LINES, (
        _Source("taxes", ("taxes", "gdp"), _share),
        _Source("transfers", ("transfers", "gdp"), _share),
    )),
    ("Firms, banks and people", "Firms that failed and firms founded", "firms a month", BARS, (
        _Source("failures", ("firm_failures",)),
        _Source("entries", ("firm_entries",)),
    )),
    ("Firms, banks and people", "Stock prices", "index", LINES, (
        _Source("stocks", ("stock_index",)),
    )),
    ("Firms, banks and people", "Bank failures", "banks a month", BARS, (
        _Source("failures", ("bank_failures",)),
    )),
    ("Firms, banks and people", "Inequality", "Gini coefficient", LINES, (
        _Source("wealth", ("gini_wealth",)),
        _Source("income", ("gini_income",)),
    )),
)  # fmt: skip

OVERVIEW = (
    "Real GDP and its parts",
    "Real GDP growth over twelve months",
    "Unemployment and vacancies",
    "Inflation and the policy rate",
    "Wages and prices",
    "Prices of goods",
    "Credit and debt over GDP",
    "Deficit",
    "Bank capital and bad loans",
)
"""Titles of the charts in the picture, in order; others take the place of what a run lacks."""


def charts(history: History) -> list[Chart]:
    """Return the charts that a history allows, in the order of the page."""
    found = []
    for section, title, unit, kind, sources in _SPECIFICATIONS:
        lines = tuple(
            Line(source.label, source.rule(*(history.column(name) for name in source.columns)))
            for source in sources
            if all(name in history for name in source.columns)
        )
        lines = tuple(line for line in lines if np.isfinite(line.values).any())
        if kind == STACK and len(lines) < 2:
            kind = LINES
        if lines:
            found.append(_scaled(Chart(section, title, unit, lines, kind)))
        if title == "Wages by skill":
            found += _by_good(history, "Prices and wages", "Prices of goods", "price_")
        if title == "Income shares in GDP":
            found += _by_good(history, "Output", "Output by good", "output_")
    return found


def _by_good(history: History, section: str, title: str, prefix: str) -> list[Chart]:
    names = [
        field.name.removeprefix(prefix)
        for field in history.fields
        if field.name.startswith(prefix) and field.name != "price_index"
    ]
    lines = []
    for name in names:
        values = history.column(prefix + name)
        if values[0] > 0:
            lines.append(Line(_words(name), 100.0 * values / values[0]))
    if not lines:
        return []
    return [Chart(section, title, "index, first month = 100", tuple(lines), MANY)]


def _scaled(chart: Chart) -> Chart:
    """Put money into the unit in which its numbers are short."""
    if chart.unit not in (_MONEY, _STOCK):
        return chart
    largest = max(float(np.nanmax(np.abs(line.values))) for line in chart.lines)
    for size, name in (
        (1e12, "trillion "),
        (1e9, "billion "),
        (1e6, "million "),
        (1e3, "thousand "),
    ):
        if largest >= 2 * size:
            lines = tuple(Line(line.label, line.values / size) for line in chart.lines)
            return chart._replace(unit=name + chart.unit, lines=lines)
    return chart


def overview(found: Sequence[Chart], count: int = 9) -> list[Chart]:
    """Choose the charts of the picture."""
    by_title = {chart.title: chart for chart in found}
    chosen = [by_title[title] for title in OVERVIEW if title in by_title]
    chosen += [chart for chart in found if chart not in chosen]
    return chosen[:count]
