"""Groups of people beside those that a column names: by decile of income, tenure, locality, income and liquid wealth.

Shocks choose by them whom they reach, and comparisons tell effects by them.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ravelin.core.table import Array, World
from ravelin.core.units import DOLLARS_A_YEAR, DOLLARS_PER_CENT
from ravelin.economy.people.tables import Consumers, Wealth
from ravelin.ledger.accounts import Accounts

DECILES = 10
TENURES = ("renter", "owner", "mortgaged")
RENTER, OWNER, MORTGAGED = range(len(TENURES))


@dataclass(frozen=True)
class Group:
    """A number that each consumer has, by which she belongs to a group.

    Attributes
    ----------
    meaning : str
    of : world -> (consumers,) numbers
    codes : names of the numbers from 0 on, if they are codes
    low, high : float
        Least and largest number; `high` is None where the world says it.
    """

    name: str
    meaning: str
    of: Callable[[World], Array]
    codes: tuple[str, ...] = ()
    low: float = 0.0
    high: float | None = None

    def __str__(self) -> str:
        return self.name


def deciles(income: npt.NDArray[np.floating]) -> npt.NDArray[np.int64]:
    """Return the tenth of each by income, from 1, the lowest, to 10; ties go by row, so that tenths have one size."""
    rank = np.empty(income.size, np.int64)
    rank[np.argsort(income, kind="stable")] = np.arange(income.size)
    return 1 + rank * DECILES // max(1, income.size)


def _deciles(world: World) -> Array:
    return deciles(world[Consumers].permanent_income)


def _tenure(world: World) -> Array:
    wealth = world[Wealth]
    return np.where(wealth.dwelling_share == 0, RENTER, np.where(wealth.mortgage == 0, OWNER, MORTGAGED))


def _locality(world: World) -> Array:
    span = world.span(Consumers)
    return np.repeat(np.arange(world.localities), np.diff(span))


def _income(world: World) -> Array:
    return world[Consumers].permanent_income * DOLLARS_A_YEAR


def _liquid(world: World) -> Array:
    accounts, people = world[Accounts], world[Consumers].count
    return (accounts.deposits[:people] + accounts.cash[:people]) * DOLLARS_PER_CENT




GROUPS = {
    one.name: one
    for one in (
        Group("decile", "tenth by usual income before tax, 1 the lowest", _deciles, low=1.0, high=DECILES),
        Group("tenure", "who owns no dwellings, owns, or owns with a mortgage", _tenure, TENURES,
              high=len(TENURES) - 1.0),
        Group("locality", "where she lives, by row of Localities", _locality),
        Group("income", "usual income before tax, dollars a year", _income, high=np.inf),
        Group("liquid", "deposits and cash, dollars", _liquid, low=-np.inf, high=np.inf),
    )
}  # fmt: skip
"""Groups by name, beside the columns of consumers that hold whole numbers."""
