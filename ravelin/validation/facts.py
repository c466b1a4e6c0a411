"""The facts of the United States that the economy should show: how each is measured, and beside what.

A fact is judged by what the United States showed and its standard error (by the jackknife over blocks of five years).
A band is stated, with its source, only where no standard error was estimated.
"""

import csv
from collections.abc import Callable
from functools import cache, partial
from typing import NamedTuple

from ravelin.core.shipped import data_folder
from ravelin.validation.judging import Known
from ravelin.validation.moments import autocorrelation, correlation, deviation, excess_kurtosis, slope, tail_exponent
from ravelin.validation.sample import Sample

Band = tuple[float, float]
LAGS = (-4, -1, 0, 1, 4)
"""Quarters by which a series is taken after GDP."""


class Fact(NamedTuple):
    """A number that can be measured on a simulated as on a real economy.

    Attributes
    ----------
    band : (low, high), optional
        Where it should lie, if the reference has no standard error.
    source : str
        Of the band.
    """

    name: str
    group: str
    title: str
    measure: Callable[[Sample], float]
    band: Band | None = None
    source: str = ""


class Reference(NamedTuple):
    """What the United States showed; the error is not a number where it was not estimated."""

    value: float
    standard_error: float
    source: str


def _relative_deviation(name: str, sample: Sample) -> float:
    return deviation(sample[name]) / deviation(sample["gdp"])


def _persistence(name: str, sample: Sample) -> float:
    return autocorrelation(sample[name])


def _with_gdp(name: str, lag: int, sample: Sample) -> float:
    return correlation(sample[name], sample["gdp"], lag)


def _mean(name: str, sample: Sample) -> float:
    return sample.mean(name)


_SERIES = {
    "gdp": "GDP",
    "consumption": "Consumption",
    "investment": "Fixed investment",
    "hours": "Hours worked",
    "employment": "Employment",
    "unemployment": "Unemployment (points)",
    "inflation": "Inflation of the GDP deflator, quarterly at a yearly rate (points)",
    "policy_rate": "Policy rate (points)",
}
_AIM = "aim of the project"
_JOLTS = "JOLTS 2013-2019, give or take a fifth"


def _cycle_facts() -> list[Fact]:
    facts = []
    for name, title in _SERIES.items():
        lines: list[tuple[str, str, Callable[[Sample], float]]] = [
            ("sd", "sd relative to GDP", partial(_relative_deviation, name)),
            ("persistence", "first autocorrelation", partial(_persistence, name)),
        ]
        if name == "gdp":
            lines[0] = ("sd", "sd, percent", lambda sample: deviation(sample["gdp"]))
        for lag in LAGS:
            if name != "gdp" or lag < -1:  # Its correlations with itself are symmetric, and 1 at once.
                lines.append((f"lag {lag:+d}", f"correlation with GDP {_moment(lag)}", partial(_with_gdp, name, lag)))
        for short, words, measure in lines:
            facts.append(Fact(f"{name} {short}", title, words, measure))
    return facts


def _moment(lag: int) -> str:
    if lag == 0:
        return "at once"
    return f"{abs(lag)} quarter{'s' if abs(lag) > 1 else ''} {'later' if lag > 0 else 'before'}"


def _okun_growth(sample: Sample) -> float:
    return slope(sample["unemployment_change"], sample["gdp_growth"])


def _okun_gap(sample: Sample) -> float:
    return slope(sample["unemployment"], sample["gdp"])


def _beveridge(sample: Sample) -> float:
    return correlation(sample["vacancies"], sample["joblessness"])


def _beveridge_elasticity(sample: Sample) -> float:
    return slope(sample["log_vacancies"], sample["log_unemployment"])


def _phillips(sample: Sample) -> float:
    return slope(sample["wage_growth"], sample["unemployment"])


def _inventory_volatility(sample: Sample) -> float:
    """Return the volatility of inventory investment over that of sales, each relative to its own mean size."""
    return deviation(sample["inventory"]) / sample.mean("inventory_size") / (deviation(sample["sales"]) / 100.0)


def _output_against_sales(sample: Sample) -> float:
    return deviation(sample["gdp"]) / deviation(sample["sales"])


def _tail(sample: Sample) -> float:
    return tail_exponent(sample.sizes)


def _peakedness(sample: Sample) -> float:
    return excess_kurtosis(sample.growth)


def _growth_persistence(lag: int, sample: Sample) -> float:
    return autocorrelation(sample["gdp_growth"], lag)


_PARTS_OF_DEMAND = {
    "durables": "Durable goods", "nondurables": "Nondurable goods", "services": "Services",
    "residential": "Residential investment",
}  # fmt: skip
_GROWTH, _PARTS = "Growth over four quarters", "Parts of demand"
_BDS = "BDS: 10 and 9 % a year; 8 to 11"
_STATIONARY = "stationary: decade means within 30 %"
_LABOR, _FLOWS, _STOCKS, _FIRMS = "Labor market", "Job flows, percent of employment a month", "Inventory cycle", "Firms"

FACTS: tuple[Fact, ...] = (
    *_cycle_facts(),
    Fact("okun growth", _LABOR, "Okun: change of unemployment on growth, 4 quarters", _okun_growth),
    Fact("okun gap", _LABOR, "Okun: unemployment on GDP, cycles", _okun_gap),
    Fact("beveridge", _LABOR, "Beveridge: correlation of vacancies, unemployment", _beveridge),
    Fact("beveridge elasticity", _LABOR, "Beveridge: elasticity of vacancies", _beveridge_elasticity, (-1.2, -0.5),
         "from JOLTS 2013-19 (-.64) to cycles of help wanted 1959-2019 (-1.06)"),
    Fact("phillips", _LABOR, "wage growth (4 quarters) on unemployment, cycles", _phillips),
    Fact("hires", _FLOWS, "hires", partial(_mean, "hires"), (3.0, 4.5), f"{_AIM}: 3 to 4.5 %"),
    Fact("quits", _FLOWS, "quits", partial(_mean, "quits"), (1.63, 2.45), _JOLTS),
    Fact("layoffs", _FLOWS, "layoffs", partial(_mean, "layoffs"), (0.99, 1.49), _JOLTS),
    Fact("openings", _FLOWS, "openings, of posts", partial(_mean, "openings"), (3.09, 4.63), _JOLTS),
    Fact("inventory correlation", _STOCKS, "correlation of inventory investment with GDP",
         partial(_with_gdp, "inventory", 0)),
    Fact("inventory sd", _STOCKS, "sd of inventory investment, percent of GDP",
         lambda sample: deviation(sample["inventory"])),
    Fact("inventory volatility", _STOCKS, "volatility against final sales, relative to own mean",
         _inventory_volatility),
    Fact("output against sales", _STOCKS, "sd of GDP over sd of final sales", _output_against_sales),
    *(Fact(f"growth lag {lag}", _GROWTH, f"correlation with growth {_moment(-lag)}", partial(_growth_persistence, lag))
      for lag in (4, 12, 28)),
    *(Fact(f"{name} sd", _PARTS, f"{title}: sd relative to GDP", partial(_relative_deviation, name))
      for name, title in _PARTS_OF_DEMAND.items()),
    Fact("firm sizes", _FIRMS, "Zipf exponent of enterprises, largest tenth", _tail, (0.9, 1.3), f"{_AIM}: .9 to 1.3"),
    Fact("firm growth", _FIRMS, "excess kurtosis of yearly sales growth", _peakedness, (1.8, 5.6),
         "Subbotin exponents of .8 to 1.2 about Laplace's 1: Bottazzi and Secchi (2006)"),
    Fact("firm births", _FIRMS, "establishments younger than a year", partial(_mean, "births"), (8.0, 11.0), _BDS),
    Fact("firm deaths", _FIRMS, "establishments closed in a year, of those before", partial(_mean, "deaths"),
         (8.0, 11.0), _BDS),
    Fact("concentration drift", _FIRMS, "Herfindahl index of goods, last ten years over first",
         partial(_mean, "concentration_drift"), (-30.0, 30.0), _STATIONARY),
    Fact("top hundredth drift", _FIRMS, "share of the top hundredth of enterprises, likewise",
         partial(_mean, "top_share_drift"), (-30.0, 30.0), _STATIONARY),
)  # fmt: skip
"""Every line of the table, in its order: the one place where bands are stated."""


@cache
def references() -> dict[str, Reference]:
    """Read what the United States showed, by name of fact."""
    path = data_folder() / "moments" / "united_states.csv"
    with path.open(newline="", encoding="utf-8") as file:
        return {
            row["fact"]: Reference(float(row["value"]), float(row["standard_error"] or "nan"), row["source"])
            for row in csv.DictReader(file)
        }


def known(fact: Fact) -> Known:
    """Return what a fact is judged beside."""
    if fact.band is not None:
        return Known.of_band(*fact.band)
    seen = references()[fact.name]
    return Known(seen.value, seen.standard_error)
