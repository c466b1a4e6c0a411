"""Who owns and owes at the opening: shares in every stock that consumers hold, by wealth and by status."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ravelin.core.arithmetic import normal_quantile_each, power_each, total
from ravelin.core.arithmetic.ordering import ascending
from ravelin.core.arithmetic.pieces import in_pieces, together
from ravelin.core.draws import order_of
from ravelin.core.kernel import compiled
from ravelin.core.system import Floats
from ravelin.economy.people.acts import at_rank
from ravelin.opening.calibration import Calibration, read_rows
from ravelin.opening.population import HOUSEHOLDS, Codes, People, uniforms

Doubles = npt.NDArray[np.float64]


LIQUID = np.array([
    0.001, 0.001, 0.001, 0.001, 0.001, 0.001, 0.001, 0.001, 0.001, 0.001, 0.001, 0.001,
    0.0042, 0.0105, 0.0176, 0.0275, 0.0364, 0.0481, 0.0604, 0.0748, 0.09, 0.1099,
    0.1322, 0.1596, 0.1859, 0.2167, 0.2581, 0.3101, 0.3661, 0.4419, 0.5274, 0.648,
    0.7931, 0.9679, 1.2513, 1.6186, 2.1493, 3.4018, 5.7045, 20.3298,
], np.float32)
"""Liquid wealth over the mean of the income decile, mean of each fortieth of households (extract, 8,799 answers,
weighted; a thousandth for the three tenths that hold nothing, so that they keep a place)."""

OWNERS_AHEAD = 0.7
"""How much higher those who own their home rank, in normal scores: 35 % of them hold less than a week's income, and
62 % of those who rent (extract)."""


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

        self.data, self.people, self.seed = data, people, seed
        count = people.heads
        luck = uniforms(seed, "wealth", count)
        score = ranks(earnings, uniforms(seed, "earnings rank", count))

        def add_up_score(rows: slice) -> None:
            noise = normal_quantile_each(luck[rows])
            score[rows] = (
                0.55 * normal_quantile_each(score[rows])
                + 0.45 * (people.decile[rows] - 4.5) / 2.9
                + 0.25 * (people.age[rows] - 2.5)
                + 0.6 * noise
            )

        in_pieces(count, add_up_score)
        self.rank = ranks(score)
        groups = read_rows("calibration", "wealth_2019.csv")
        self.tables = {
            name: np.array([float(row[name]) for row in groups]) for name in groups[0] if name.startswith("model_")
        }
        self.group, self.within = np.empty(count, np.uint8), score

        def place(rows: slice) -> None:
            self.group[rows] = 4 - np.searchsorted([0.5, 0.9, 0.99, 0.999], self.rank[rows], side="right")
            # Within a group wealth is roughly Pareto in the rank.
            self.within[rows] = np.minimum(power_each(1.0 - self.rank[rows], -0.6), 400.0)

        in_pieces(count, place)
        self.luck = uniforms(seed, "owns securities", count)

    def _shares(self, weight: Doubles, table: str, account: str) -> Doubles:
        by_status = np.array([self.data.flow(name, account) or self.data.flow(account, name) for name in HOUSEHOLDS])
        return margins(weight, [(self.group, self.tables[table]), (self.people.status, by_status)])

    def split(self) -> Owned:
        """Split equity, bonds, dwellings, deposits, consumer loans and mortgages."""
        parts: dict[str, Doubles] = {}
        ways: dict[str, Callable[[], Doubles]] = {
            "deposits": lambda: spread_deposits(self.data, self.people, self.liquid_wealth()),
            "equity": lambda: self.share("model_equity"),
            "bonds": lambda: self.share("model_bonds"),
            "dwellings": self.dwelling_share,
            "consumer_loans": self.consumer_loans,
            "mortgages": self.mortgages,
        }

        def split_one(stock: str) -> None:
            parts[stock] = ways[stock]()

        together([partial(split_one, stock) for stock in ways])
        return Owned(**parts)

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

    def liquid_wealth(self) -> Doubles:
        """Draw what each holds at hand, over the mean of her tenth of incomes, as the survey has it: owners hold more.

        That it goes by luck within the tenth, and little by other wealth, makes some of the wealthy live from hand to
        mouth as well: Kaplan, Violante and Weidner (2014), "The wealthy hand-to-mouth".
        """
        owner, score = self.people.tenure > 0, uniforms(self.seed, "liquid wealth", self.people.heads)

        def add_up_score(rows: slice) -> None:
            score[rows] = normal_quantile_each(score[rows]) + OWNERS_AHEAD * owner[rows]

        in_pieces(score.size, add_up_score)
        held = ranks(score)
        _read_at_ranks(held, LIQUID)
        return held

    def consumer_loans(self) -> Doubles:
        """Split consumer loans among six in ten consumers, in proportion to income rather than wealth."""
        borrows = np.where(self.luck > 0.4, 0.3 + self.rank, 0.0)
        return self._shares(borrows, "model_consumer_loans", "interest_consumer_loans")


def spread_deposits(data: Calibration, people: People, weight: Doubles) -> Doubles:
    """Split deposits by survey income decile and status, and within each by weight."""
    rows = read_rows("calibration", "deposits_by_income_decile.csv")
    deciles = np.array([float(row["share_of_deposits"]) for row in rows])
    by_status = np.array([data.flow(name, "interest_deposits") for name in HOUSEHOLDS])
    return margins(weight, [(people.decile, deciles), (people.status, by_status)])


def ranks(values: Doubles, ties: Doubles | None = None) -> Doubles:
    """Give each its rank from 0 to 1 among all; those of equal values by their uniform draws, or by row."""
    order = ascending(values) if ties is None else order_of(ties)
    if ties is not None:
        order = order[ascending(values[order])]
    rank = np.empty(values.size)
    _fill_ranks(rank, order)
    return rank


@compiled
def _read_at_ranks(values: Doubles, quantiles: Floats) -> None:
    """Put the value at a rank in the place of each rank."""
    for row in range(values.size):
        values[row] = at_rank(quantiles, values[row])


@compiled
def _fill_ranks(rank: Doubles, order: npt.NDArray[np.int32]) -> None:
    for place in range(order.size):
        rank[order[place]] = (place + 0.5) / order.size


def margins(weight: Doubles, targets: list[tuple[Codes, Doubles]], rounds: int = 30) -> Doubles:
    """Scale weights until their sums by each classification are in proportion to its targets (RAS).

    Returns
    -------
    (rows,) float
        Sums to one; the last classification is met exactly, empty classes are passed over.
    """
    whole = total(weight)
    # Who has nothing adds nothing to any sum.
    has = np.flatnonzero(weight) if not weight.all() else slice(None)
    scaled = weight[has] / whole
    codes = [code[has] for code, _ in targets]
    goals = [target / total(target) for _, target in targets]
    found = np.zeros(goals[0].size)
    _rescale(scaled, np.ones(found.size), codes[0], found, codes[0])
    for turn in range(rounds * len(targets)):
        now, then = turn % len(targets), (turn + 1) % len(targets)
        factor = np.divide(goals[now], found, out=np.zeros(found.size), where=found > 0)
        found = np.zeros(goals[then].size)
        _rescale(scaled, factor, codes[now], found, codes[then])
    shares = np.zeros(weight.size)
    shares[has] = scaled
    shares /= total(shares)
    return shares


@compiled
def _rescale(values: Doubles, factor: Doubles, code: Codes, sums: Doubles, next_code: Codes) -> None:
    """Multiply each value by its class's factor and sum values by the next classification."""
    for row in range(values.size):
        values[row] *= factor[code[row]]
        sums[next_code[row]] += values[row]
