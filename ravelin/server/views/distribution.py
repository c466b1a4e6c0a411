"""Who has how much: Lorenz points of income and wealth, spending by income decile beside the survey's.

Spending is told as the survey would see it, for it is compared with what the survey saw.
"""

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from ravelin.core.table import World
from ravelin.economy.accounts.balance_sheet import sector_positions
from ravelin.economy.accounts.tables import Economy, NationalAccounts
from ravelin.economy.people.tables import Consumers, Wealth
from ravelin.economy.spending.tables import SpendingCells
from ravelin.ledger.accounts import CONSUMERS, EQUITY, HOUSING, Accounts
from ravelin.ledger.transfers import CLAIMS
from ravelin.opening.calibration import read_rows
from ravelin.runs.simulation import Simulation
from ravelin.validation.survey_window import money_not_in_income, report_error, survey_coverage, who_answers

Doubles = npt.NDArray[np.float64]

SAMPLE_MAX = 50_000
POINTS = np.concatenate([np.arange(96, step=5), np.arange(96, 101)]) / 100.0
"""Shares of the population at which a Lorenz curve is told: closer where the rich are."""
DECILES = 10


@cache
def survey_spending() -> list[float]:
    """Return the survey's mean spending by income decile, dollars a year."""
    return [float(row["spending_mean"]) for row in read_rows("calibration", "deposits_by_income_decile.csv")]


def distribution(simulation: Simulation) -> dict[str, Any]:
    """Summarize the distribution; in a large economy from every k-th consumer.

    Returns
    -------
    dict
        Lorenz shares at 25 points, Gini coefficients, and the deciles of reported income with income and spending
        in dollars a year, brought to the survey's level as the economy itself does; spending is None at the
        opening, when nobody has spent yet.
    """
    world = simulation.world
    people = world[Consumers]
    pick = slice(None, None, max(1, -(-people.count // SAMPLE_MAX)))
    income = people.permanent_income[pick].astype(np.float64)
    national = world[NationalAccounts]
    return {
        "tick": simulation.tick - 1 if simulation.tick else None,
        "consumers": people.count,
        "sample": income.size,
        "lorenz": {
            "population": POINTS.tolist(),
            "income": lorenz(np.sort(income)),
            "wealth": lorenz(np.sort(net_worth(world)[pick])),
        },
        "gini_income": float(national.gini_income[0]),
        "gini_wealth": float(national.gini_wealth[0]),
        "unit": "dollar/year",
        "definition": "means of tenths of the consumers by reported income, as the survey would see them, "
        "in its dollars",
        "deciles": _deciles(*_as_surveyed(simulation, pick)),
    }


def net_worth(world: World) -> Doubles:
    """Return each consumer's net worth: (consumers,) float, cent; equity at book value."""
    accounts, wealth, economy = world[Accounts], world[Wealth], world[Economy]
    count = world[Consumers].count
    sheet = sector_positions(world)[CONSUMERS]
    owned = (
        wealth.equity_share * float(sheet[EQUITY])
        + wealth.bond_share * float(economy.consumer_bonds.sum())
        + wealth.dwelling_share * float(sheet[HOUSING])
    ) / CLAIMS
    worth: Doubles = accounts.deposits[:count] + accounts.cash[:count] + owned - wealth.consumer_loan - wealth.mortgage
    return worth


def lorenz(ordered: Doubles) -> list[float]:
    """Return the share of the total that the poorest parts hold, at `POINTS`: ascending values."""
    running = np.concatenate([[0.0], np.cumsum(ordered)])
    places = POINTS * ordered.size
    shares: list[float] = (np.interp(places, np.arange(running.size), running) / running[-1]).round(6).tolist()
    return shares


def _as_surveyed(simulation: Simulation, pick: slice) -> tuple[Doubles, Doubles]:
    """Return reported income, ascending, and spending of who answers: (answers,) survey dollars a year.

    The level is that of all consumers. It would be wrong to compare deciles of true income: the survey mixes those
    who are poor with those whose report is low, and hardly meets the richest hundredth.
    """
    world = simulation.world
    people, economy = world[Consumers], world[Economy]
    dollars = economy.income_reference[0] / economy.mean_income[0]
    income = people.permanent_income[pick] + money_not_in_income(simulation)[pick]
    income *= report_error(simulation.seed, 0, income.size)
    answers = who_answers(income, simulation.seed, 0)
    budget = people.budget[pick].astype(np.float64)
    share_row = world[SpendingCells].share_row[people.cell[pick]] + people.income_class[pick]
    seen = (budget / survey_coverage()[share_row])[answers]
    if simulation.tick == 0:
        seen = np.full(seen.size, np.nan)
    else:
        seen *= dollars / economy.spending_scale[0] * budget.mean() / seen.mean()
    ranked = np.argsort(income[answers], kind="stable")
    return income[answers][ranked] * dollars, seen[ranked]


def _deciles(income: Doubles, spending: Doubles) -> list[dict[str, Any]]:
    listed = []
    for place, (earned, spent) in enumerate(
        zip(np.array_split(income, DECILES), np.array_split(spending, DECILES), strict=True)
    ):
        listed.append(
            {
                "decile": place + 1,
                "income": float(earned.mean()),
                "spending": None if np.isnan(spent).any() else float(spent.mean()),
                "survey_spending": survey_spending()[place],
            }
        )
    return listed
