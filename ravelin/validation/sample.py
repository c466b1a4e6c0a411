"""What facts are measured on: the quarterly series of an economy, simulated or real, and its firms."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from ravelin.core.clock import MONTHS_PER_YEAR
from ravelin.core.table import Array
from ravelin.economy.firms.tables import Firms
from ravelin.storage.history import History
from ravelin.validation.moments import change, hp_cycle, quarter_means

if TYPE_CHECKING:
    from ravelin.runs.simulation import Moment

QUARTERS_PER_YEAR = 4
YEARS_COMPARED = 10
_NO_FIRMS = np.array([])


@dataclass(frozen=True)
class Sample:
    """Series of an economy, (quarters,) float64 each; absent where it has none.

    Attributes
    ----------
    series : name -> series
        Cycles, which are Hodrick-Prescott filtered: `gdp`, `consumption`, `investment`, `hours`, `employment`, `sales`
        (final), `vacancies`, `joblessness` and parts of demand are 100 times logs; `unemployment`, `policy_rate`,
        `inflation` (at a yearly rate), `wage_growth` (over four quarters) and `inventory` (investment over GDP) are
        percentage points.
        Not filtered: `gdp_growth` and `unemployment_change` over four quarters, `log_vacancies`, `log_unemployment`.
    means : name -> mean
        Percent: `hires`, `quits`, `layoffs` of employment, a month; `openings` of posts; `inventory_size`, the mean
        size of inventory investment, of GDP; `births`, `deaths` of establishments, a year; `concentration_drift`,
        `top_share_drift`, change from the first ten years to the last.
    sizes, growth : (enterprises,), (enterprises and years,) float
        Employees of enterprises; yearly log growth of their sales, less the mean of the good's makers that year.
    """

    series: Mapping[str, Array] = field(repr=False)
    means: Mapping[str, float] = field(default_factory=dict)
    sizes: Array = field(default_factory=lambda: _NO_FIRMS, repr=False)
    growth: Array = field(default_factory=lambda: _NO_FIRMS, repr=False)

    def __getitem__(self, name: str) -> Array:
        return self.series.get(name, np.array([np.nan]))

    def mean(self, name: str) -> float:
        """Return a mean; not a number if there is none."""
        return self.means.get(name, float("nan"))

    def without(self, quarters: slice) -> "Sample":
        """Return the sample without some quarters, for the jackknife."""
        return replace(self, series={name: np.delete(series, quarters) for name, series in self.series.items()})


_LOGS = (
    "gdp", "consumption", "investment", "hours", "employment", "vacancies", "durables", "nondurables", "services",
    "residential",
)  # fmt: skip
_RATES = ("unemployment", "policy_rate")


def series_of(levels: Mapping[str, Array]) -> dict[str, Array]:
    """Make the series of a sample from quarterly levels.

    Parameters
    ----------
    levels : name -> (quarters,) float
        Any of `gdp`, `consumption`, `investment`, `hours`, `employment`, `vacancies`, `durables`, `nondurables`,
        `services`, `residential`, `prices`, `wage` (positive); `unemployment`, `policy_rate`, `inventory_share`
        (fractions).
    """
    series = {name: hp_cycle(100.0 * np.log(levels[name])) for name in _LOGS if name in levels}
    series |= {name: hp_cycle(100.0 * levels[name]) for name in _RATES if name in levels}
    if "prices" in levels:
        series["inflation"] = hp_cycle(100.0 * QUARTERS_PER_YEAR * change(np.log(levels["prices"])))
    if "wage" in levels:
        series["wage_growth"] = hp_cycle(100.0 * change(np.log(levels["wage"]), QUARTERS_PER_YEAR))
    if "inventory_share" in levels:
        share = levels["inventory_share"]
        series["inventory"] = hp_cycle(100.0 * share)
        series["sales"] = hp_cycle(100.0 * np.log(levels["gdp"] * (1.0 - share)))
    if "gdp" in levels:
        series["gdp_growth"] = 100.0 * change(np.log(levels["gdp"]), QUARTERS_PER_YEAR)
    if "unemployment" in levels:
        series["unemployment_change"] = 100.0 * change(levels["unemployment"], QUARTERS_PER_YEAR)
        series["log_unemployment"] = 100.0 * _log(levels["unemployment"])
        series["joblessness"] = hp_cycle(series["log_unemployment"])
    if "vacancies" in levels:
        series["log_vacancies"] = 100.0 * _log(levels["vacancies"])
    return series


def _log(level: Array) -> Array:
    """Return the log, of a quarter without any at half the least that was seen."""
    positive = level[level > 0]
    return np.log(np.maximum(level, positive.min() / 2.0 if positive.size else 1.0))


COLUMNS = {
    "gdp": "gdp_real",
    "consumption": "consumption_real",
    "investment": "investment_real",
    "hours": "hours",
    "employment": "employed",
    "vacancies": "vacancy_rate",
    "unemployment": "unemployment_rate",
    "policy_rate": "policy_rate",
    "durables": "durables_real",
    "nondurables": "nondurables_real",
    "services": "services_real",
    "residential": "residential_investment_real",
}
"""Level of a sample -> the column of a history that holds it."""


def levels_of(history: History, burn_in: int = 0) -> dict[str, Array]:
    """Return the quarterly levels of a history, less its first months."""

    def quarterly(name: str) -> Array:
        return quarter_means(history.column(name)[burn_in:])

    levels = {level: quarterly(name) for level, name in COLUMNS.items() if name in history}
    if "gdp" in history and "gdp" in levels:
        levels["prices"] = quarterly("gdp") / levels["gdp"]
    if "wages" in history and "employment" in levels:
        levels["wage"] = quarterly("wages") / levels["employment"]
    if "inventory_change_real" in history and "gdp" in levels:
        levels["inventory_share"] = quarterly("inventory_change_real") / levels["gdp"]
    return levels


def means_of(history: History, burn_in: int = 0) -> dict[str, float]:
    """Return the means of a sample from a history."""
    flows = [name for name in ("hires", "quits", "layoffs") if name in history and "employed" in history]
    means = {
        name: float(100.0 * (history.column(name)[burn_in:] / history.column("employed")[burn_in:]).mean())
        for name in flows
    }
    if "vacancy_rate" in history:
        means["openings"] = float(100.0 * history.column("vacancy_rate")[burn_in:].mean())
    levels = levels_of(history, burn_in)
    if "inventory_share" in levels:
        means["inventory_size"] = inventory_size(levels["inventory_share"])
    return means


def inventory_size(share: Array) -> float:
    """Return the mean size of inventory investment in percent of GDP, from its quarterly share."""
    return float(100.0 * np.abs(share).mean())


def by_enterprise(enterprise: Array, values: Array) -> Array:
    """Add the values of establishments up: (establishments,) number and value to (enterprises,), by number."""
    _, place = np.unique(enterprise, return_inverse=True)
    return np.bincount(place, weights=values)


class FirmYears:
    """Watches firms: yearly sales, age and enterprise of establishments; employees of enterprises at the last one."""

    def __init__(self) -> None:
        self.sales: list[Array] = []
        self.ages: list[Array] = []
        self.enterprises: list[Array] = []
        self.staff = _NO_FIRMS
        self.good = _NO_FIRMS
        self._sold = _NO_FIRMS

    def __call__(self, moment: "Moment") -> None:
        """Add a month."""
        firms = moment.world[Firms]
        month = moment.tick % MONTHS_PER_YEAR
        self._sold = firms.sold.copy() if month == 0 or not self._sold.size else self._sold + firms.sold
        if month == MONTHS_PER_YEAR - 1:
            self.sales.append(self._sold.astype(np.float32))
            self.ages.append(firms.age.copy())
            self.enterprises.append(firms.enterprise.copy())
            self.staff = by_enterprise(firms.enterprise, firms.staff.sum(axis=1))
            self.good = firms.good.astype(np.int64)

    def arrays(self) -> dict[str, Array]:
        """Return what it remembers of whole years, to be kept in a file."""
        yearly = {"sales": self.sales, "ages": self.ages, "enterprises": self.enterprises}
        return {"staff": self.staff, "good": self.good, **{name: np.array(years) for name, years in yearly.items()}}

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, Array]) -> "FirmYears":
        """Return a watcher that remembers what another one did."""
        watcher = cls()
        watcher.sales, watcher.ages, watcher.enterprises = (
            list(arrays[name]) for name in ("sales", "ages", "enterprises")
        )
        watcher.staff, watcher.good = arrays["staff"], arrays["good"]
        return watcher

    def growth(self, burn_in: int = 0) -> Array:
        """Return yearly log growth of sales of enterprises, less the mean of the good.

        Over the establishments that lived through both years: one that fails leaves its enterprise.
        """
        found = []
        for year in range(burn_in // MONTHS_PER_YEAR + 1, len(self.sales)):
            before, after = self.sales[year - 1], self.sales[year]
            lived = (before > 0) & (after > 0) & (self.ages[year] >= 2 * MONTHS_PER_YEAR)
            _, one, place = np.unique(self.enterprises[year][lived], return_index=True, return_inverse=True)
            rates = np.log(np.bincount(place, weights=after[lived]) / np.bincount(place, weights=before[lived]))
            good = self.good[lived][one]
            count = np.maximum(1, np.bincount(good))
            found.append(rates - (np.bincount(good, weights=rates) / count)[good])
        return np.concatenate(found) if found else _NO_FIRMS


    def means(self, burn_in: int = 0) -> dict[str, float]:
        """Return births and deaths of establishments, and how concentration of sales drifts, all in percent."""
        first = -(-burn_in // MONTHS_PER_YEAR)
        years = range(first + 1, len(self.sales))
        found: dict[str, float] = {}
        if years:
            found["births"] = 100.0 * float(np.mean([self._young(year).mean() for year in years]))
            found["deaths"] = 100.0 * float(np.mean([self._closed(year) for year in years]))
        if len(self.sales) - first >= 2 * YEARS_COMPARED:
            for name, measure in (("concentration_drift", self._herfindahl), ("top_share_drift", self._top_share)):
                yearly = np.array([measure(year) for year in range(first, len(self.sales))])
                before, after = yearly[:YEARS_COMPARED].mean(), yearly[-YEARS_COMPARED:].mean()
                found[name] = float(100.0 * (after / before - 1.0))
        return found

    def _young(self, year: int) -> Array:
        """Say of each establishment that sold whether it is younger than a year."""
        sold = self.sales[year] > 0
        return np.asarray(self.ages[year][sold] < MONTHS_PER_YEAR)

    def _closed(self, year: int) -> float:
        """Return the part of the establishments that sold a year before whose place is empty or another's."""
        sold = self.sales[year - 1] > 0
        gone = (self.sales[year][sold] <= 0) | (self.ages[year][sold] < MONTHS_PER_YEAR)
        return float(gone.mean())

    def _herfindahl(self, year: int) -> float:
        """Return the Herfindahl index of enterprises' sales of a good, mean of goods by their sales."""
        sales = self.sales[year].astype(np.float64)
        place = self.good * (int(self.enterprises[year].max()) + 1) + self.enterprises[year]
        of_enterprise = by_enterprise(place, sales)
        of_good = np.bincount(self.good, weights=sales)[np.unique(place) // (int(self.enterprises[year].max()) + 1)]
        return float((of_enterprise**2 / np.maximum(of_good, 1e-9)).sum() / sales.sum())

    def _top_share(self, year: int) -> float:
        """Return the share in all sales, at opening prices, of the largest hundredth of enterprises."""
        sizes = np.sort(by_enterprise(self.enterprises[year], self.sales[year].astype(np.float64)))[::-1]
        return float(sizes[: -(-sizes.size // 100)].sum() / sizes.sum())


def sample_of(history: History, firms: FirmYears | None = None, burn_in: int = 0) -> Sample:
    """Make the sample of a run, less its first months."""
    series, means = series_of(levels_of(history, burn_in)), means_of(history, burn_in)
    if firms is None:
        return Sample(series, means)
    return Sample(series, means | firms.means(burn_in), firms.staff, firms.growth(burn_in))
