"""Habits and buffers of deposits at the opening: what consumers mean to hold, and what years of luck left them.

What a person spends beyond her usual is redrawn every quarter, and her buffer evens it out so slowly that
deposits wander by months of income about what she means to hold; who comes to nothing spends what comes in.
Were everybody to open at what she means to hold, spending would fall for years while deposits spread.
"""

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ravelin.core.arithmetic import exp_roughly
from ravelin.core.draws import Key, fill_scores, key, uniform
from ravelin.core.kernel import compiled
from ravelin.core.system import Floats, Smalls
from ravelin.economy.spending.consumption import draw_scores, spent_of
from ravelin.learning.inference import SpendingTable
from ravelin.learning.lookup import (
    BLOCK,
    add_deviations,
    expected_spending_of,
    income_bin,
    spending_of,
)
from ravelin.opening.population import Numbers, uniforms

Doubles = npt.NDArray[np.float64]

QUARTERS = 27
"""Quarters of luck lived through in a round: two thirds of a buffer's gap close in them."""


class Manners(NamedTuple):
    """What each consumer, a row, spends and keeps on the growth path; money in cents a month."""

    inflow: Doubles
    """What comes in for spending and deposits."""
    usual: Doubles
    """Income before tax."""
    habit: Doubles
    """Spending over that of her like, and what taxes leave her over what is normal."""
    buffer: Doubles
    """Deposits at which they spend by habit, in months of usual income."""


class SurveySpending:
    """What the survey model has each consumer spend, in cents a month of the simulated economy.

    Parameters
    ----------
    table : SpendingTable
    cell : (consumers,) row of the table's cells
    to_survey : float
        Survey income, dollar a year, per simulated income, cents a month.
    persistence : float
        Part of the spread of spending that stays with a person.
    """

    def __init__(self, table: SpendingTable, cell: Numbers, to_survey: float, persistence: float, seed: int) -> None:
        self.cell, self.to_survey, self.persistence = cell, to_survey, persistence
        self.unit = 1.0 / to_survey
        self.person = key(seed, "spending rank", -1)
        self.rank = uniforms(seed, "spending rank", cell.size)
        self.quarter = key(seed, "spending of the quarter", -1)
        self.table = (table.answer, table.income_edges, table.first_bucket, table.buckets, table.shape,
                      table.scale_low, table.scale_step)  # fmt: skip

    def expected(self, income: Doubles, rows: slice) -> Doubles:
        """Average over the passing shock at the lasting rank of each of these consumers."""
        spending = np.empty(income.size)
        expected_spending_of(
            spending, self.cell[rows], self.to_survey * income, self.rank[rows], self.persistence, *self.table
        )
        spending *= self.unit
        return spending

    def fill_opening(self, spending: Doubles, income: Doubles, rows: slice) -> None:
        """Fill what the first month's draws make of it for these consumers."""
        score, passing, survey = np.empty((3, income.size), np.float32)
        draw_scores(score, passing, np.empty(income.size), self.person, self.quarter, rows.start, 0, self.persistence)
        survey_income = (self.to_survey * income).astype(np.float32)
        spending_of(survey, np.empty(income.size, np.int32), self.cell[rows], survey_income, score, *self.table)
        spending[:] = self.unit * survey.astype(np.float64)

    def live_through(
        self, rows: slice, held: Doubles, manners: Manners, speed: float, liquidity: float, floor: float, growth: float,
        served: float,
    ) -> None:  # fmt: skip
        """Move the deposits of these consumers through the years before the opening, relative to the growth path.

        `speed`, `floor` and `growth` are monthly; `served` is the part of planned spending that finds a seller.
        """
        _live_through(
            rows.start, held, manners.inflow, manners.usual, manners.habit, manners.buffer, self.cell[rows],
            self.to_survey * manners.usual, self.rank[rows], self.unit, self.persistence, self.quarter, speed,
            liquidity, floor, growth, served, *self.table,
        )  # fmt: skip


@compiled
def _live_through(
    first: int, held: Doubles, inflow: Doubles, usual: Doubles, habit: Doubles, buffer: Doubles, cell: Numbers,
    income: Doubles, rank: Doubles, unit: float, persistence: float, key_quarter: Key, speed: float,
    liquidity: float, floor: float, growth: float, served: float, answer: Floats, edges: Floats, first_bucket: int,
    buckets: Smalls, shape: Floats, scale_low: float, scale_step: float,
) -> None:  # fmt: skip
    passing, shrink = math.sqrt(1.0 - persistence), 1.0 / (1.0 + growth)
    location, scale, chance, spending, meant = np.empty((5, BLOCK))
    lasting, score = np.empty(BLOCK, np.float32), np.empty(BLOCK, np.float32)
    for begin in range(0, held.size, BLOCK):
        count = min(BLOCK, held.size - begin)
        rows = slice(begin, begin + count)
        has, comes, needs = held[rows], inflow[rows], floor * usual[rows]
        own_habit = habit[rows]
        for row in range(count):
            meant[row] = spent_of(buffer[begin + row] * usual[begin + row], usual[begin + row], speed, liquidity)
            model = answer[cell[begin + row], income_bin(income[begin + row], edges, first_bucket, buckets)]
            location[row], scale[row] = model[0], model[1]
        fill_scores(lasting[:count], rank[rows])
        for quarter in range(-QUARTERS, 1):
            for row in range(count):
                chance[row] = uniform(key_quarter, 4096 * (first + begin + row) + quarter)
            fill_scores(score[:count], chance[:count])
            for row in range(count):
                score[row] = math.sqrt(persistence) * lasting[row] + passing * score[row]
                spending[row] = location[row]
            add_deviations(spending[:count], scale[:count], score[:count], shape, scale_low, scale_step)
            for row in range(count):
                spending[row] = own_habit[row] * unit * exp_roughly(spending[row])
            for month in range(3):
                for row in range(count):
                    # The quarter of the opening began a month ago for a third of people, and two for another.
                    lived = (quarter < 0) | (month < (first + begin + row) % 3)
                    at_hand = has[row] + comes[row]
                    moved = spent_of(max(0.0, at_hand), usual[begin + row], speed, liquidity) - meant[row]
                    wanted = max(needs[row], spending[row] + moved)
                    left = (at_hand - served * max(0.0, min(at_hand, wanted))) * shrink
                    # Nobody is overdrawn: what cannot be paid is owed, and not taken from what is not there.
                    has[row] = max(0.0, left) if lived else has[row]
