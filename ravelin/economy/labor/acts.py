"""Who works where: desks drawn for layoffs, and the books of employers when somebody comes or goes."""

from typing import NamedTuple

import numpy as np

from ravelin.core.arithmetic import power
from ravelin.core.draws import Key, fill_bits
from ravelin.core.kernel import compiled, whole
from ravelin.core.system import Cents, Doubles, Floats, Indices, Smalls, adds, first, reads, uses, writes
from ravelin.economy.firms.tables import Firms, Workforce
from ravelin.economy.government.parameters import PublicEmployment
from ravelin.economy.labor.parameters import LaborMarket, MinimumWage
from ravelin.economy.labor.tables import Wages
from ravelin.economy.people.tables import EMPLOYED, PUBLIC_EMPLOYER, STATUSES, Consumers
from ravelin.economy.places.tables import Localities

_DRAW = 1.0 / 2**31
"""Of one in 31 bits."""
_BLOCK = 512
"""Rows that are worked on together."""


class Jobs(NamedTuple):
    """Who has which job, at what pay: what changes when somebody is hired or leaves."""

    status: Smalls = writes(Consumers.status)
    employer: Indices = writes(Consumers.employer)
    wage: Cents = writes(Consumers.wage)
    months: Smalls = writes(Consumers.months_unemployed)


class Staff(NamedTuple):
    """The books of firms, of any locality, on whom they employ."""

    heads: Indices = adds(Workforce.staff)
    labor: Indices = adds(Workforce.labor)
    payroll: Cents = adds(Workforce.payroll)


class PublicStaff(NamedTuple):
    """The books of the government on whom it employs in a locality."""

    heads: Indices = writes(Localities.public_staff)
    payroll: Cents = writes(Localities.public_payroll)


class Abilities(NamedTuple):
    """What each can do at work: her skill, and how much of it."""

    skill: Smalls = reads(Consumers.skill)
    efficiency: Indices = reads(Consumers.efficiency)


class Wants(NamedTuple):
    """What makes a job worth taking."""

    reservation: float = uses(LaborMarket.reservation)
    decline: float = uses(LaborMarket.reservation_decline)
    raise_wanted: float = uses(LaborMarket.raise_wanted)
    taste: float = uses(LaborMarket.taste)
    hours: float = uses(MinimumWage.hours)


class Offers(NamedTuple):
    """What posts pay whom: what firms offer, the least that the law allows, and how much work they have."""

    offer: Doubles = reads(Workforce.offer)
    minimum: Doubles = reads(Wages.minimum_wage)
    labor_wanted: Floats = reads(Workforce.labor_wanted)


class Hires(NamedTuple):
    """Who came to a job in a locality."""

    turns: Indices = writes(Localities.turns)
    hires: Indices = writes(Localities.hires)


class PublicPosts(NamedTuple):
    """Posts of the government in a locality, for which it pays what firms there offer."""

    posts: Indices = reads(Localities.public_posts)
    wanted: float = uses(PublicEmployment.posts)
    offer: Doubles = reads(Localities.offer_mean)


class FirstRows(NamedTuple):
    """Where the consumers and the firms of a locality begin among all."""

    consumer: int = first(Consumers)
    firm: int = first(Firms)


@compiled
def open_in_public(posts: Indices, wanted: float, heads: Indices, skill: int) -> int:
    """Return how many posts of a skill the government has open in a locality: those of the opening, times a policy."""
    vacant: int = max(0, whole(np.rint(wanted * posts[0, skill])) - heads[0, skill])
    return vacant


@compiled
def draw_at_desks(
    desk: Cents, draw: Doubles, jobs: Jobs, skill: Smalls, begin: FirstRows, elsewhere: int, key: Key
) -> None:
    """Fill each consumer's draw and her desk: three times the local row of her firm, plus her skill.

    Who works elsewhere sits at a desk of the row after the last firm's; who does not work at all draws zero,
    which separates nobody.
    """
    words = np.empty(_BLOCK, np.uint64)
    for start in range(0, desk.size, _BLOCK):
        end = min(start + _BLOCK, desk.size)
        words = words[: end - start]
        fill_bits(words, key, begin.consumer + start)
        here, work, boss, k = desk[start:end], draw[start:end], jobs.employer[start:end], skill[start:end]
        at_work = jobs.status[start:end]
        for row in range(end - start):
            drawn = np.float64(whole(words[row] >> np.uint64(33))) * _DRAW
            work[row] = drawn if at_work[row] == EMPLOYED else 0.0
        for row in range(end - start):
            firm = np.int32(boss[row] - np.int32(begin.firm))
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
def sign_on(jobs: Jobs, consumer: int, boss: int, pay: int, turns: Indices) -> None:
    """Give a consumer a job and its pay."""
    turn_to(consumer, EMPLOYED, jobs.status, turns)
    jobs.employer[consumer] = boss
    jobs.wage[consumer] = pay
    jobs.months[consumer] = 0


@compiled
def strike_off(jobs: Jobs, consumer: int, skill: int, efficiency: int, staff: Staff, public: PublicStaff) -> None:
    """Take an employed consumer off her employer's books."""
    if jobs.employer[consumer] == PUBLIC_EMPLOYER:
        count_in_public(public, skill, -1, jobs.wage[consumer])
    else:
        count_in(staff, jobs.employer[consumer], skill, -1, efficiency, jobs.wage[consumer])


@compiled
def count_in(staff: Staff, firm: int, skill: int, heads: int, efficiency: int, wage: int) -> None:
    """Enter a worker into a firm's books, or with -1 heads strike her off."""
    staff.heads[firm, skill] += heads
    staff.labor[firm, skill] += heads * efficiency
    staff.payroll[firm] += heads * wage


@compiled
def count_in_public(staff: PublicStaff, skill: int, heads: int, wage: int) -> None:
    """Enter a worker into the government's books, or with -1 heads strike her off."""
    staff.heads[0, skill] += heads
    staff.payroll[0] += heads * wage
