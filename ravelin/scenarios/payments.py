"""Lump sums that the government pays to people: what each is granted in a month, and what the treasury may pay."""

from typing import Any

import numpy as np
import numpy.typing as npt

from ravelin.core.arithmetic import total
from ravelin.core.clock import MONTHS_PER_YEAR
from ravelin.core.draws import fill_uniform, key
from ravelin.core.given import shown
from ravelin.core.sentence import Kind
from ravelin.core.table import World
from ravelin.core.units import CENTS_PER_DOLLAR, DOLLARS_PER_CENT
from ravelin.scenarios.levers import PERCENT, gdp_of
from ravelin.scenarios.shock import DOLLARS_MOST, Shock, ShockError

Cents = npt.NDArray[np.float64]

GRANTS_MOST = 0.25
"""Most that the treasury may grant in a month, over a year's GDP: the CARES Act of 2020 came to a tenth of one."""


def grants(shock: Shock, tick: int, world: World, chosen: npt.NDArray[np.bool_], seed: int) -> Cents:
    """Return what a payment grants each consumer in a month, whole cents.

    A percent of GDP is shared alike by all of the group: of a year's GDP if it is paid once, of the month's if it is
    paid every month until an end, which comes to that percent of GDP as long as it lasts. The last cents that do not
    divide are not paid.

    Parameters
    ----------
    chosen : (consumers,) bool
        Who belongs to the group in this month.

    Raises
    ------
    ShockError
        If nobody does.
    """
    people = np.count_nonzero(chosen)
    if not people:
        raise ShockError("nobody belongs to the group in this month; widen `where`, or date it otherwise",
                         kind=Kind.CONTRADICTION, parameter="where")  # fmt: skip
    amount = float(shock.value) * float(shock.part(tick))  # type: ignore[arg-type]
    if shock.unit == "dollars":
        each = np.rint(amount * CENTS_PER_DOLLAR)
    else:
        months = MONTHS_PER_YEAR if shock.until is None else 1
        each = np.floor(amount * PERCENT * gdp_of(world) * months / people)
    paid = chosen & _has_turn(shock, tick, chosen.size, seed) if shock.staggered > 1 else chosen
    return np.where(paid, each, 0.0)


def cents_of(dollars: Any, consumers: int) -> Cents:
    """Return amounts by person, given in dollars, as whole cents.

    Raises
    ------
    ShockError
        If there is not one number, zero or more, for each consumer.
    """
    try:
        amounts = np.asarray(dollars, dtype=np.float64)
    except (TypeError, ValueError):
        raise ShockError(f"dollars are numbers, one per consumer, not {shown(dollars)}", parameter="dollars") from None
    if amounts.shape != (consumers,):
        raise ShockError(
            f"dollars are {consumers:,} numbers, one per consumer, not an array of shape {amounts.shape}",
            parameter="dollars",
        )
    wrong = amounts[~((amounts >= 0.0) & (amounts <= DOLLARS_MOST))]
    if wrong.size:
        raise ShockError(
            f"dollars to a person are from 0 to {DOLLARS_MOST:,}, not {wrong[0]:g}; a tax is no grant",
            parameter="dollars",
        )
    return np.rint(amounts * CENTS_PER_DOLLAR)


def _has_turn(shock: Shock, tick: int, consumers: int, seed: int) -> npt.NDArray[np.bool_]:
    """Say who is paid in this month of a staggered payment: everybody has one, by a draw that stays."""
    chances = np.empty(consumers)
    fill_uniform(chances, key(seed, "month of a staggered payment", shock.tick), 0)
    turns: npt.NDArray[np.bool_] = np.floor(chances * shock.staggered) == tick - shock.tick
    return turns


def check_payable(granted: Cents, world: World) -> None:
    """Refuse grants of a month that are more than the treasury may pay, or more than one person may get.

    Parameters
    ----------
    granted : (consumers,) cent

    Raises
    ------
    ShockError
    """
    wanted, yearly = total(granted), MONTHS_PER_YEAR * gdp_of(world)
    if wanted > GRANTS_MOST * yearly:
        raise ShockError(
            f"{wanted * DOLLARS_PER_CENT:,.0f} dollars of grants in a month are {wanted / yearly:.0%} of a year's GDP, "
            f"and the treasury may pay {GRANTS_MOST:.0%}; pay less, or over several months",
            kind=Kind.CONTRADICTION,
            parameter="pay",
        )
    most = granted.max(initial=0.0) * DOLLARS_PER_CENT
    if most > DOLLARS_MOST:
        raise ShockError(
            f"one person would get {most:,.0f} dollars in a month, and at most {DOLLARS_MOST:,} can be paid; pay less, "
            "or pay more people",
            kind=Kind.CONTRADICTION,
            parameter="pay",
        )
