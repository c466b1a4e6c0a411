"""Staff: the posts that firms open, and how workers and posts part.

Work is measured in thousandths of a standard worker of the skill, so that a person's efficiency
scales her wage and her work alike and unit costs do not depend on who happens to be hired.
"""

from typing import NamedTuple

import numpy as np

from ravelin.core.arithmetic import power
from ravelin.core.draws import uniform
from ravelin.core.system import (
    Doubles,
    Floats,
    Indices,
    bundle,
    draws,
    first,
    local_system,
    reads,
    sets,
    uses,
    writes,
)  # fmt: skip
from ravelin.core.units import PER_THOUSAND, THOUSAND
from ravelin.economy.firms.tables import Firms, Workforce
from ravelin.economy.labor.acts import (
    Abilities,
    FirstRows,
    Jobs,
    PublicStaff,
    Staff,
    draw_at_desks,
    strike_off,
    turn_to,
)
from ravelin.economy.labor.parameters import LaborMarket
from ravelin.economy.people.tables import INACTIVE, MONTHS_MAX, NO_EMPLOYER, PUBLIC_EMPLOYER, UNEMPLOYED
from ravelin.economy.places.tables import Localities
from ravelin.mechanisms.rounding import whole_posts

_NONE_YET = -1.0e30
"""Less than any gap: the first one that is found is the widest."""
_RISK_MOST = 4.0
"""Chance to leave over the mean's, which low pay raises no further (assumption)."""


@local_system
def plan_staff(
    vacancies: Indices = sets(Workforce.vacancies),
    dismissals: Indices = sets(Workforce.dismissals),
    labor_wanted: Floats = reads(Workforce.labor_wanted),
    labor: Indices = reads(Workforce.labor),
    staff: Indices = reads(Workforce.staff),
    slack: float = uses(LaborMarket.post_slack),
    hoarding: float = uses(LaborMarket.hoarding),
    band: float = uses(LaborMarket.band),
    speed: float = uses(LaborMarket.layoff_speed),
    key_dither: int = draws("staff dither", fixed=True),
    key_layoff: int = draws("layoff rounding"),
    first_firm: int = first(Firms),
) -> None:
    """Open posts up to the labor that planned output needs; lay off part of what exceeds it.

    The band is one-sided: attrition keeps firms near the hiring line.
    """
    posts = np.empty(3, np.int32)
    for firm in range(staff.shape[0]):
        row = first_firm + firm
        wanted = slack * labor_wanted[firm]
        whole_posts(wanted, uniform(key_dither, 2 * row), uniform(key_dither, 2 * row + 1), posts)
        short, scarce, widest = 0.0, 0, _NONE_YET
        for skill in range(3):
            have = PER_THOUSAND * labor[firm, skill]
            vacancies[firm, skill] = np.int32(max(0.0, np.floor(posts[skill] - have + 0.5)))
            excess = have - (1.0 + hoarding) * max(wanted[skill], 1.0 * posts[skill]) - band
            dismissals[firm, skill] = 0
            if excess > 0.0:
                heads = np.int32(np.floor(speed * excess + uniform(key_layoff, 3 * row + skill)))
                dismissals[firm, skill] = min(staff[firm, skill], heads)
            gap = posts[skill] - have - vacancies[firm, skill]
            short += gap
            if gap > widest:
                scarce, widest = skill, gap
        # Three gaps of less than half a worker can still be a worker.
        if short >= 0.5:
            vacancies[firm, scarce] += 1


class SeparationRates(NamedTuple):
    """How likely workers and posts part in a month, and how often it is the worker who quits."""

    separation: Doubles = uses(LaborMarket.separation)
    pay_protects: float = uses(LaborMarket.pay_protects)
    public_turnover: float = uses(LaborMarket.public_turnover)
    quit_share: float = uses(LaborMarket.quit_share)


@local_system
def part(
    jobs: Jobs = bundle(Jobs),
    staff: Staff = bundle(Staff),
    public: PublicStaff = bundle(PublicStaff),
    vacancies: Indices = writes(Workforce.vacancies),
    turns: Indices = writes(Localities.turns),
    quits: Indices = writes(Localities.quits),
    layoffs: Indices = writes(Localities.layoffs),
    dismissals: Indices = reads(Workforce.dismissals),
    local_staff: Indices = reads(Workforce.staff),
    work: Abilities = bundle(Abilities),
    rates: SeparationRates = bundle(SeparationRates),
    key: int = draws("separation"),
    begin: FirstRows = bundle(FirstRows),
) -> None:
    """Lay off whom firms dismiss, and let others leave.

    Dismissals are drawn without replacement among a firm's workers of a skill, in one pass.
    """
    status, months = jobs.status, jobs.months
    for consumer in range(status.size):
        gave_up = (status[consumer] == INACTIVE) & (months[consumer] > 0)
        months[consumer] += ((status[consumer] == UNEMPLOYED) | gave_up) & (months[consumer] < MONTHS_MAX)
    # Who works for the government or in another locality leaves by herself only: layoffs are drawn
    # among locals. The last row stands for all other employers and dismisses nobody.
    elsewhere = vacancies.shape[0]
    unseen, remaining = np.zeros(3 * elsewhere + 3, np.int32), np.zeros(3 * elsewhere + 3, np.int32)
    unseen[: 3 * elsewhere] = local_staff.reshape(3 * elsewhere)
    remaining[: 3 * elsewhere] = dismissals.reshape(3 * elsewhere)
    # Nobody's chance is above four times the highest mean; only theirs who come near it is worked out.
    safe = max(0.0, 1.0 - _RISK_MOST * np.max(rates.separation))
    desk, draw = np.empty(jobs.status.size, np.int64), np.empty(jobs.status.size)
    draw_at_desks(desk, draw, jobs, work.skill, begin, elsewhere, key)
    for consumer in range(jobs.status.size):
        at = np.uint64(desk[consumer])
        dismissed = (remaining[at] > 0) & (draw[consumer] * unseen[at] < remaining[at])
        unseen[at] -= 1
        if not dismissed and draw[consumer] <= safe:
            continue
        k, boss = work.skill[consumer], jobs.employer[consumer]
        pay_matters = power(THOUSAND / work.efficiency[consumer], rates.pay_protects)
        risk = rates.separation[k] * min(_RISK_MOST, pay_matters)
        if boss == PUBLIC_EMPLOYER:
            risk *= rates.public_turnover
        if not dismissed and draw[consumer] <= 1.0 - risk:
            continue
        if dismissed:
            remaining[at] -= 1
            layoffs[0] += 1
        else:
            if draw[consumer] > 1.0 - rates.quit_share * risk:
                quits[0] += 1
            else:
                layoffs[0] += 1
            if desk[consumer] < 3 * elsewhere:
                vacancies[boss - begin.firm, k] += 1
        strike_off(jobs, consumer, k, work.efficiency[consumer], staff, public)
        turn_to(consumer, UNEMPLOYED, jobs.status, turns)
        jobs.employer[consumer] = NO_EMPLOYER
        jobs.months[consumer] = 0
