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


def chance_in_growth(level: Array) -> float:
    """Return half the width of the 95 % interval that the luck of single months puts around growth over twelve months.

    Growth compares two months, and so does the change from one month to the next, whose spread a run shows: it is
    large where few people live. Not a number before a year of changes is known.
    """
    changes = np.diff(np.log(level)) if len(level) > MONTHS_PER_YEAR else np.empty(0)
    return float(1.96 * changes.std(ddof=1)) if changes.size else float("nan")


_FIGURES: tuple[tuple[str, str, str, tuple[str, ...], Callable[..., Array]], ...] = (
    (
        "growth",
        "Real GDP growth",
        "real GDP against twelve months before",
        ("gdp_real",),
        yearly_growth,
    ),
    (
        "gdp",
        "GDP, annual rate",
        "twelve times the GDP of the month, in dollars",
        ("gdp",),
        lambda gdp: MONTHS_PER_YEAR * gdp,
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
_SIZES = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"), (1e3, "thousand"))


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
    if figure.name == "gdp":
        return say_dollars(value)
    if figure.name in _RATIOS:
        return f"{value:.3f}"
    # Adding zero turns a rounded -0.0 into 0.0.
    return f"{round(100 * value, 1) + 0.0:.1f} %"


def say_dollars(value: float) -> str:
    """Write dollars in the largest size that leaves a digit before the point."""
    size, word = next((one for one in _SIZES if abs(value) >= one[0]), (1.0, ""))
    return f"{value / size:,.1f} {word}".rstrip()


def noise(history: History) -> str:
    """Say how noisy growth is, in a sentence; nothing while a run is too short to tell."""
    chance = chance_in_growth(history.column("gdp_real")) if "gdp_real" in history else float("nan")
    if not np.isfinite(chance):
        return ""
    return (
        f"The luck of single months moves growth over twelve months by ±{100 * chance:.1f} points (95 %): "
        "more consumers are less noisy."
    )


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
