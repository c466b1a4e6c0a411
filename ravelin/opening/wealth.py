"""Who owns and owes at the opening: shares in every stock that consumers hold, by wealth and by status."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ravelin.core.arithmetic import normal_quantile_each, power_each, total
from ravelin.core.kernel import compiled
from ravelin.opening.calibration import Calibration, read_rows
from ravelin.opening.population import STATUSES, Codes, People, uniforms

Doubles = npt.NDArray[np.float64]


class Owned(NamedTuple):
    """Shares in each stock that consumers hold or owe, summing to one: (consumers,) each."""

    equity: Doubles
    bonds: Doubles
    dwellings: Doubles
    deposits: Doubles
    consumer_loans: Doubles
    mortgages: Doubles


class Wealth:
    """Who owns and owes: shares by wealth group (Distributional Financial Accounts) and by status."""

    def __init__(self, data: Calibration, people: People, earnings: Doubles, seed: int) -> None:

        self.data, self.people = data, people
        count = people.heads
        order = np.lexsort((uniforms(seed, "earnings rank", count), earnings))
        rank = np.empty(count)
        rank[order] = (np.arange(count) + 0.5) / count
        noise = normal_quantile_each(uniforms(seed, "wealth", count))
        score = (
            0.55 * normal_quantile_each(rank)
            + 0.45 * (people.decile - 4.5) / 2.9
            + 0.25 * (people.age - 2.5)
            + 0.6 * noise
        )
        order = np.argsort(score, kind="stable")
        self.rank = np.empty(count)
        self.rank[order] = (np.arange(count) + 0.5) / count
        groups = read_rows("calibration", "wealth_2019.csv")
        self.group = (4 - np.searchsorted([0.5, 0.9, 0.99, 0.999], self.rank, side="right")).astype(np.uint8)
        self.tables = {
            name: np.array([float(row[name]) for row in groups]) for name in groups[0] if name.startswith("model_")
        }
        # Within a group wealth is roughly Pareto in the rank.
        self.within = np.minimum(power_each(1.0 - self.rank, -0.6), 400.0)
        self.luck = uniforms(seed, "owns securities", count)

    def _shares(self, weight: Doubles, table: str, account: str) -> Doubles:
        by_status = np.array([self.data.flow(name, account) or self.data.flow(account, name) for name in STATUSES])
        return margins(weight, [(self.group, self.tables[table]), (self.people.status, by_status)])

    def split(self) -> Owned:
        """Split equity, bonds, dwellings, deposits, consumer loans and mortgages."""
        return Owned(
            self.share("model_equity"), self.share("model_bonds"), self.dwelling_share(),
            self.spread_deposits(0.05 + self.within * (0.2 + self.luck)), self.consumer_loans(), self.mortgages(),
        )  # fmt: skip

    def share(self, table: str) -> Doubles:
        """Split securities: the upper half of wealth owns, and three in ten of the rest."""
        owns = (self.group < 4) | (self.luck < 0.3)
        return self._shares(
            np.where(owns, self.within, 0.0), table, "dividends" if table == "model_equity" else "interest_bonds"
        )

    def dwelling_share(self) -> Doubles:
        """Split dwellings among those who own their home; the richest also let."""
        return self._shares(np.where(self.people.tenure > 0, self.within, 0.0), "model_housing", "rent_to_owners")

    def mortgages(self) -> Doubles:
        """Split mortgages among owners with one."""
        return self._shares(
            np.where(self.people.tenure == 1, self.within, 0.0), "model_mortgages", "interest_mortgages"
        )

    def consumer_loans(self) -> Doubles:
        """Split consumer loans among six in ten consumers, in proportion to income rather than wealth."""
        borrows = np.where(self.luck > 0.4, 0.3 + self.rank, 0.0)
        return self._shares(borrows, "model_consumer_loans", "interest_consumer_loans")

    def spread_deposits(self, weight: Doubles) -> Doubles:
        """Split deposits by survey income decile and status, and within each by weight."""
        rows = read_rows("calibration", "deposits_by_income_decile.csv")
        deciles = np.array([float(row["share_of_deposits"]) for row in rows])
        by_status = np.array([self.data.flow(name, "interest_deposits") for name in STATUSES])
        return margins(weight, [(self.people.decile, deciles), (self.people.status, by_status)])


def margins(weight: Doubles, targets: list[tuple[Codes, Doubles]], rounds: int = 30) -> Doubles:
    """Scale weights until their sums by each classification are in proportion to its targets (RAS).

    Returns
    -------
    (rows,) float
        Sums to one; the last classification is met exactly, empty classes are passed over.
    """
    scaled = weight / total(weight)
    found = np.zeros(targets[0][1].size)
    _rescale(scaled, np.ones(found.size), targets[0][0], found, targets[0][0])
    for turn in range(rounds * len(targets)):
        code, target = targets[turn % len(targets)]
        factor = np.divide(target / total(target), found, out=np.zeros(target.size), where=found > 0)
        next_code, next_target = targets[(turn + 1) % len(targets)]
        found = np.zeros(next_target.size)
        _rescale(scaled, factor, code, found, next_code)
    return np.asarray(scaled / total(scaled))


@compiled
def _rescale(values: Doubles, factor: Doubles, code: Codes, sums: Doubles, next_code: Codes) -> None:
    """Multiply each value by its class's factor and sum values by the next classification."""
    for row in range(values.size):
        values[row] *= factor[code[row]]
        sums[next_code[row]] += values[row]
