"""Who works where: desks drawn for layoffs, and the books of employers when somebody comes or goes."""

import numpy as np

from ravelin.core.arithmetic import power
from ravelin.core.draws import Key, fill_bits
from ravelin.core.kernel import compiled, whole
from ravelin.core.system import Cents, Doubles, Indices, Smalls
from ravelin.economy.people.tables import EMPLOYED, STATUSES

_DRAW = 1.0 / 2**31
"""Of one in 31 bits."""
_BLOCK = 512
"""Rows that are worked on together."""


@compiled
def draw_at_desks(
    desk: Cents, draw: Doubles, status: Smalls, employer: Indices, skill: Smalls, first_firm: int, elsewhere: int,
    key: Key, first: int,
) -> None:  # fmt: skip
    """Fill each consumer's draw and her desk: three times the local row of her firm, plus her skill.

    Who works elsewhere sits at a desk of the row after the last firm's; who does not work at all draws zero,
    which separates nobody.
    """
    words = np.empty(_BLOCK, np.uint64)
    for begin in range(0, status.size, _BLOCK):
        end = min(begin + _BLOCK, status.size)
        words = words[: end - begin]
        fill_bits(words, key, first + begin)
        here, work, boss, k = desk[begin:end], draw[begin:end], employer[begin:end], skill[begin:end]
        at_work = status[begin:end]
        for row in range(end - begin):
            drawn = np.float64(whole(words[row] >> np.uint64(33))) * _DRAW
            work[row] = drawn if at_work[row] == EMPLOYED else 0.0
        for row in range(end - begin):
            firm = np.int32(boss[row] - np.int32(first_firm))
            local = (firm >= 0) & (firm < elsewhere) & (at_work[row] == EMPLOYED)
            here[row] = 3 * (firm if local else elsewhere) + k[row]


@compiled
def lawful_pay(standard: float, offer: float, minimum: float, hours: float) -> int:
    """Return the pay of a worker worth so many standard workers: by the offer, and no less than the law says.

    Of what sets her apart below one a part is hours, for which the law allows less pay.
    """
    earned = standard * offer
    if earned < minimum:
        earned = max(earned, minimum * min(1.0, power(standard, hours)))
    return whole(np.rint(earned))


@compiled
def pay_for(hours: float, hourly: float, premium: float) -> float:
    """Return pay for hours over that for normal hours: part of the pay follows them, at a premium beyond normal."""
    longer, shorter = max(0.0, hours - 1.0), max(0.0, 1.0 - hours)
    return 1.0 + hourly * ((1.0 + premium) * longer - shorter)


@compiled
def turn_to(consumer: int, following: int, status: Smalls, turns: Indices) -> None:
    """Let a consumer go from one status to another, and count it: no status is written elsewhere.

    Parameters
    ----------
    following : status
        The same as before for who changes jobs, or if a household like the old one begins in its place.
    turns : (1, STATUSES ** 2) int, person
        Added to at from * STATUSES + to.
    """
    turns[0, STATUSES * whole(status[consumer]) + following] += 1
    status[consumer] = following


@compiled
def sign_on(
    consumer: int, boss: int, pay: int, status: Smalls, employer: Indices, wage: Cents, months: Smalls, turns: Indices
) -> None:
    """Give a consumer a job and its pay."""
    turn_to(consumer, EMPLOYED, status, turns)
    employer[consumer] = boss
    wage[consumer] = pay
    months[consumer] = 0


@compiled
def count_in(
    staff: Indices, labor: Indices, payroll: Cents, firm: int, skill: int, heads: int, efficiency: int, wage: int
) -> None:
    """Enter a worker into a firm's books, or with -1 heads strike her off."""
    staff[firm, skill] += heads
    labor[firm, skill] += heads * efficiency
    payroll[firm] += heads * wage
