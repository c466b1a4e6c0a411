"""A simulated economy as the Consumer Expenditure Survey would see it.

The survey asks for money income, sees spending of one or two months times twelve or six, misses much
of what is spent, gets reports that differ from one interview to the next, and hardly meets the rich.
Each of these is measured in the extract or in `data/calibration`, none is fitted to the comparison.
"""

from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ravelin.economy.accounts.tables import Economy
from ravelin.economy.people.expected import Income
from ravelin.economy.people.tables import Consumers, Wealth
from ravelin.economy.spending.tables import SpendingCells
from ravelin.learning.inference import SpendingModel
from ravelin.ledger.transfers import CLAIMS
from ravelin.opening.calibration import read_rows
from ravelin.opening.population import uniforms
from ravelin.runs.simulation import Simulation

Doubles = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

INTERVIEWS = 4

CHANGE_RANKS = np.array([0.0, 0.01, 0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95, 0.99, 1.0])
CHANGES = np.array([-3.26, -3.26, -1.27, -0.63, -0.13, 0.01, 0.17, 0.59, 1.16, 3.05, 3.05])
"""Quantiles of the change of log reported income of a household between its first and last interview, nine
months apart (extract, 4,912 pairs, weighted, cut at the first and last percent).

It is nearly all error or passing: spending follows such a change by .06 of it, and differs between households
by .37 of their difference in income."""

RELATIVE = np.array([3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 12.0])
ABOVE = np.array([0.04932, 0.02706, 0.01236, 0.00628, 0.00374, 0.00201, 0.00097, 0.00062, 0.00012])
"""Share of the survey's households whose reported income is so many times its mean (extract, weighted).

The very rich seldom answer: Sabelhaus et al. (2015), "Is the Consumer Expenditure Survey representative by
income?"; Brummet et al. (2018), Census CARRA working paper 2018-01."""


class Interviews(NamedTuple):
    """Answers of a year; arrays are (interviews, consumers)."""

    income: Doubles
    """Reported income before tax, any unit."""
    spending: Doubles
    """Spending a year as the survey counts it, any unit."""
    answers: Flags


def interview(run: Simulation) -> Interviews:
    """Simulate a year and interview everybody every third month."""
    people = run.world[Consumers]
    coverage = survey_coverage(run.scenario.model_path)
    share_row = run.world[SpendingCells].share_row[people.cell]
    income = np.zeros(people.count)
    spent = np.zeros((INTERVIEWS, people.count))
    # Who is interviewed in the third month of a quarter tells two months, who is in the second tells one.
    one_month = np.arange(people.count) % 2 == 0
    for quarter in range(INTERVIEWS):
        for month in range(3):
            uncounted = money_not_in_income(run)
            run.step()
            income += people.permanent_income + uncounted
            told = month == 1 or (month == 0 and ~one_month)
            counted = people.budget / coverage[share_row + people.income_class]
            spent[quarter] += np.where(told, counted, 0.0)
        spent[quarter] *= np.where(one_month, 12.0, 6.0)
    reported = np.stack([income * report_error(run.seed, quarter, people.count) for quarter in range(INTERVIEWS)])
    answers = np.stack([who_answers(reported[quarter], run.seed, quarter) for quarter in range(INTERVIEWS)])
    return Interviews(reported, spent, answers)


def money_not_in_income(run: Simulation) -> Doubles:
    """Give what the survey asks for beyond the income that plans count: (consumers,) cents a month.

    Dividends and coupons in full; not rents, most of which owners pay to themselves.
    """
    wealth, economy = run.world[Wealth], run.world[Economy]
    weight = float(run.settings[Income.property_weight])
    received = economy.dividend_pot[0] * (wealth.equity_share / CLAIMS) + economy.coupon_pool[0] * (
        wealth.bond_share / CLAIMS
    )
    return np.asarray((1.0 - weight) * received - weight * economy.rent_pot[0] * (wealth.dwelling_share / CLAIMS))


@cache
def survey_coverage(model_path: Path | None = None) -> Doubles:
    """Give consumption over what the survey sees of it, by row of a model's budget shares: (rows,).

    By category this is `scale` in `ce_reconciliation.csv`: employers and the state pay for most health care,
    and households forget.
    """
    model = SpendingModel.load(model_path)
    scale = {row["category"]: float(row["scale"]) for row in read_rows("calibration", "ce_reconciliation.csv")}
    shares = model.shares.reshape(-1, model.shares.shape[2])
    # The basket is the survey's shares times these factors, so a dollar of it weighs by the survey's shares.
    return np.asarray(shares @ np.array([scale[name] for name in model.categories]), dtype=np.float64)


def report_error(seed: int, quarter: int, count: int) -> Doubles:
    """Draw reported over true income: (consumers,).

    Half of the reports are off by as much as two reports of the same household differ, which gives the
    difference of two reports that distribution.
    """
    off = uniforms(seed, f"report of interview {quarter} is off", count) < 0.5
    change = np.interp(uniforms(seed, f"report of interview {quarter}", count), CHANGE_RANKS, CHANGES)
    return np.exp(np.where(off, change, 0.0))


def who_answers(income: Doubles, seed: int, quarter: int) -> Flags:
    """Leave so many of the rich that they are as rare as in the survey: (consumers,)."""
    luck = uniforms(seed, f"answers interview {quarter}", income.size)
    wanted = -np.diff(np.concatenate([[1.0], ABOVE, [0.0]]))
    answers = np.ones(income.size, dtype=np.bool_)
    for _ in range(30):
        # Whom it misses changes the mean that incomes are compared with.
        place = np.searchsorted(RELATIVE, income / income[answers].mean(), side="right")
        found = np.bincount(place, minlength=wanted.size) / income.size
        chance = np.minimum(1.0, np.divide(wanted, found, out=np.ones_like(wanted), where=found > 0))
        chance[0] = 1.0
        before, answers = answers, luck < chance[place]
        if np.array_equal(answers, before):
            break
    return answers


def decile_of(income: Doubles) -> npt.NDArray[np.int64]:
    """Rank into tenths of equal size: (rows,) 0 to 9."""
    rank = np.argsort(np.argsort(income, kind="stable"), kind="stable")
    return np.asarray(rank * 10 // income.size, dtype=np.int64)
