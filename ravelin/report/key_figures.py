"""The figures an economist looks at first, from the history of a run.

Ratios to GDP use the GDP of the last twelve months, so that they do not jump with one of them.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ravelin.core.clock import MONTHS_PER_YEAR
from ravelin.core.table import Array
from ravelin.storage.history import History


class KeyFigure(NamedTuple):
    """A figure of each month; not a number where it does not exist yet."""

    name: str
    title: str
    definition: str
    series: Array

    def mean(self, months: int | None = None) -> float:
        """Return the mean over the run, or over its last months."""
        known = self.series[-months:] if months else self.series
        known = known[np.isfinite(known)]
        return float(known.mean()) if known.size else float("nan")


def last_year(flow: Array) -> Array:
    """Return the sum of the last twelve months; of fewer, scaled up to a year."""
    total = np.concatenate(([0.0], np.cumsum(flow)))
    months = np.arange(1, len(flow) + 1)
    window = np.minimum(months, MONTHS_PER_YEAR)
    return (total[months] - total[months - window]) * (MONTHS_PER_YEAR / window)


def yearly_growth(level: Array) -> Array:
    """Return the growth over twelve months; not a number in the first year."""
    growth = np.full(len(level), np.nan)
    growth[MONTHS_PER_YEAR:] = level[MONTHS_PER_YEAR:] / level[:-MONTHS_PER_YEAR] - 1.0
    return growth


_FIGURES: tuple[tuple[str, str, str, tuple[str, ...], Callable[..., Array]], ...] = (
    (
        "growth",
        "Real GDP growth",
        "real GDP against twelve months before",
        ("gdp_real",),
        yearly_growth,
    ),
    (
        "inflation",
        "Inflation",
        "consumer prices against twelve months before",
        ("inflation",),
        np.asarray,
    ),
    (
        "unemployment",
        "Unemployment",
        "unemployed over the labor force",
        ("unemployment_rate",),
        np.asarray,
    ),
    (
        "policy_rate",
        "Policy rate",
        "set by the central bank, per year",
        ("policy_rate",),
        np.asarray,
    ),
    (
        "debt_to_gdp",
        "Government debt / GDP",
        "debt over the GDP of the last twelve months",
        ("government_debt", "gdp"),
        lambda debt, gdp: debt / last_year(gdp),
    ),
    (
        "credit_to_gdp",
        "Private credit / GDP",
        "loans to firms and consumers over the GDP of the last twelve months",
        ("loans_firms", "loans_consumers", "gdp"),
        lambda firms, consumers, gdp: (firms + consumers) / last_year(gdp),
    ),
    (
        "wage_share",
        "Wage share",
        "wages over GDP, last twelve months",
        ("wages", "gdp"),
        lambda wages, gdp: last_year(wages) / last_year(gdp),
    ),
    ("gini_income", "Gini of income", "0 all alike, 1 one has all", ("gini_income",), np.asarray),
    ("gini_wealth", "Gini of wealth", "0 all alike, 1 one has all", ("gini_wealth",), np.asarray),
)
_RATIOS = ("gini_income", "gini_wealth")


def key_figures(history: History) -> list[KeyFigure]:
    """Return the figures whose columns the history has."""
    return [
        KeyFigure(name, title, definition, rule(*(history.column(column) for column in columns)))
        for name, title, definition, columns, rule in _FIGURES
        if all(column in history for column in columns)
    ]


def say(figure: KeyFigure, value: float) -> str:
    """Write a value of a figure as people read it."""
    if not np.isfinite(value):
        return "-"
    if figure.name in _RATIOS:
        return f"{value:.3f}"
    # Adding zero turns a rounded -0.0 into 0.0.
    return f"{round(100 * value, 1) + 0.0:.1f} %"


def closing_table(history: History) -> list[tuple[str, str, str]]:
    """Return title, mean over the run and mean over the last twelve months of each figure."""
    return [
        (figure.title, say(figure, figure.mean()), say(figure, figure.mean(MONTHS_PER_YEAR)))
        for figure in key_figures(history)
    ]


def headline(history: History) -> str:
    """Say growth, inflation and unemployment of the last month in a line."""
    figures = [one for one in key_figures(history) if one.name in ("growth", "inflation", "unemployment")]
    return "   ".join(
        f"{figure.title[0].upper()}{figure.title[1:]} {say(figure, float(figure.series[-1]))}"
        for figure in figures
        if np.isfinite(figure.series[-1])
    )
