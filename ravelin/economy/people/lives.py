"""People grow older, retire, leave and return to the labor force; households end and heirs begin.

A row is a line of households. When one ends, its heirs begin in the same row, mostly young; the
estate goes to a household of the middle generation in the same locality, which hands down what it
owned before. So every portfolio stays whole, no share is lost, and wealth still grows with age.

Hazards are yearly and fall due in the month of the birthday, a twelfth of the rows each month. The
opening fits them to its own people, so that ages, skills and statuses stay what they were.

A household that reaches the next age band, or another education, moves to another demographic cell of
the spending model: to the cell at the same rank among households of that band, education, region and
degree of urbanization as they were at the opening, ordered by tenure, marriage and size. Only cells of the
opening are reached, so the compiled table of the model holds them all, and the mix of households is kept.
"""

from typing import NamedTuple

import numpy as np

from ravelin.core.arithmetic import add_up, mean, power, whole_total
from ravelin.core.draws import below, uniform
from ravelin.core.kernel import compiled, whole
from ravelin.core.parameter import Parameters, parameter
from ravelin.core.system import (
    Cents,
    Doubles,
    Floats,
    Indices,
    Smalls,
    bundle,
    draws,
    first,
    host_system,
    local_system,
    reads,
    sets,
    this_tick,
    uses,
    writes,
)  # fmt: skip
from ravelin.core.units import THOUSAND
from ravelin.economy.labor.acts import Abilities, Jobs, PublicStaff, Staff, turn_to
from ravelin.economy.labor.tables import Wages
from ravelin.economy.people.acts import (
    PLACES,
    Estate,
    Households,
    HumanCapital,
    LaborForceFlows,
    Schooling,
    Transfers,
    at_rank,
    band_at,
    birthdays,
    group_of,
    inherit,
    leave_job,
    leave_school,
    move_to,
    pension_due,
    rank_at_home,
    transfer_due,
    values_of_shares,
)
from ravelin.economy.people.tables import (
    EDUCATIONS,
    EFFICIENCY_MAX,
    EFFICIENCY_MIN,
    EMPLOYED,
    HIGHEST_EDUCATION,
    INACTIVE,
    NO_EMPLOYER,
    OLDEST,
    RETIRED,
    UNEMPLOYED,
    Ages,
    Careers,
    Consumers,
    Lives,
    Population,
    Society,
)
from ravelin.economy.places.tables import Localities
from ravelin.economy.securities.tables import Fund


class LifeCycle(Parameters):
    """How lives run beside the hazards that the opening fits."""

    returning = parameter(0.02, "1/month", "chance of who is ill or keeps house to look for work again", low=0,
                          high=0.08, source="CPS flows into the labor force net of misclassification and students, "
                          "after Elsby, Hobijn and Sahin 2015; checked against memory")  # fmt: skip
    early_retirement = parameter((0.0, 0.0, 0.0), "1/year", "added to the chance to retire beyond the age of 50, by "
                                 "skill", low=0, high=1, source="policy switch")  # fmt: skip
    pension_age = parameter(65, "year", "age at which social security is paid whether or not one works", low=50,
                            high=100, source="as the opening pays it; law: 66",
                            known_as=("Pension age", "retirement age", "social security age",
                                      "eligibility age"))  # fmt: skip
    heir_age = parameter((40.0, 64.0), "year", "youngest and oldest who inherit from a household that ends", low=18,
                         high=100, ascending=True,
                         source="SCF: heirs are about 51; Feiveson and Sabelhaus 2018")  # fmt: skip
    estate_yield = parameter(0.06, "1/year", "rate at which property income is capitalized to compare estates",
                             low=0.001, high=1, source="Saez and Zucman 2016")  # fmt: skip


class LifeTables(NamedTuple):
    """How lives go by age: when households end, and what careers come to."""

    ending: Floats = reads(Ages.ending)
    career: Floats = reads(Ages.career)
    key: int = draws("households that end")


class Beginnings(NamedTuple):
    """How households begin: at what age and skill, how many idle, and how unlike at work."""

    entry: Doubles = reads(Ages.entry)
    idle: Floats = reads(Ages.idle)
    relative: Floats = reads(Careers.relative)
    below: Doubles = reads(Society.beginning_below)
    key: int = draws("households that begin")


class Inheritance(NamedTuple):
    """Of what age heirs are, and by what yields estates are compared."""

    dividend_pot: Cents = reads(Fund.dividend_pot)
    consumer_bonds: Cents = reads(Fund.consumer_bonds)
    rent_pot: Cents = reads(Fund.rent_pot)
    estate_yield: float = uses(LifeCycle.estate_yield)
    heir_age: Doubles = uses(LifeCycle.heir_age)
    key: int = draws("heirs")


class Pensions(NamedTuple):
    """What social security each is due: by what she could earn, and from what age even if she works."""

    share: Floats = writes(Consumers.pension_share)
    unit: Doubles = reads(Society.pension)
    offer_mean: Doubles = reads(Wages.offer_mean)
    age: int = uses(LifeCycle.pension_age)


class Exits(NamedTuple):
    """How likely people are to retire, to leave the labor force, and to come back."""

    retirement: Floats = reads(Ages.retirement)
    early: Doubles = uses(LifeCycle.early_retirement)
    leaving: Floats = reads(Ages.leaving)
    returning: float = uses(LifeCycle.returning)


@local_system
def turn_a_year_older(
    jobs: Jobs = bundle(Jobs),
    staff: Staff = bundle(Staff),
    public: PublicStaff = bundle(PublicStaff),
    flows: LaborForceFlows = bundle(LaborForceFlows),
    age: Smalls = writes(Lives.age),
    work: HumanCapital = bundle(HumanCapital),
    households: Households = bundle(Households),
    estate: Estate = bundle(Estate),
    schooling: Schooling = bundle(Schooling),
    pensions: Pensions = bundle(Pensions),
    transfers: Transfers = bundle(Transfers),
    life: LifeTables = bundle(LifeTables),
    beginnings: Beginnings = bundle(Beginnings),
    inheritance: Inheritance = bundle(Inheritance),
    tick: int = this_tick(),
    first_consumer: int = first(Consumers),
) -> None:
    """Let those whose birthday it is grow a year older, or let their household end and heirs begin in its place.

    Labor supplied follows the career of the skill; at the next age band the household
    moves to another demographic cell. Heirs begin without a job, with the skill of the line or, now and then, one
    below, so that study keeps the mix of skills.
    """
    left = inheritance
    values = values_of_shares(left.dividend_pot[0], add_up(left.consumer_bonds), left.rent_pot[0], left.estate_yield)
    for consumer in birthdays(age.size, tick):
        row = first_consumer + consumer
        years = age[consumer]
        k = work.skill[consumer]
        old = households.group[households.cell[consumer]]
        learned = old // PLACES % EDUCATIONS
        if years < OLDEST and uniform(life.key, row) >= life.ending[years]:
            age[consumer] = years + 1
            before = work.efficiency[consumer]
            grown = before * life.career[years + 1, k] / life.career[years, k]
            work.efficiency[consumer] = min(EFFICIENCY_MAX, np.rint(grown))
            if jobs.status[consumer] == EMPLOYED and jobs.employer[consumer] >= 0:
                staff.labor[jobs.employer[consumer], k] += whole(work.efficiency[consumer]) - whole(before)
            if years + 1 == pensions.age and jobs.status[consumer] <= UNEMPLOYED:
                due = pension_due(EMPLOYED, work.efficiency[consumer], k, pensions.offer_mean, pensions.unit)
                pensions.share[consumer] = due
            if band_at(years + 1) == band_at(years):
                continue
            rank = rank_at_home(households, consumer, uniform(beginnings.key, 8 * row))
        else:
            if jobs.status[consumer] == EMPLOYED:
                leave_job(jobs, consumer, k, work.efficiency[consumer], staff, public, flows.departures)
            drawn = np.searchsorted(beginnings.entry, uniform(beginnings.key, 8 * row + 1))
            years = min(OLDEST - 1, whole(drawn))
            age[consumer] = years
            if k > 0 and uniform(beginnings.key, 8 * row + 2) < beginnings.below[0, k]:
                k -= 1
                work.skill[consumer] = k
                learned = HIGHEST_EDUCATION[k]
            rank = uniform(beginnings.key, 8 * row + 3)
            standing = at_rank(beginnings.relative[k], uniform(beginnings.key, 8 * row + 4))
            work.efficiency[consumer] = max(EFFICIENCY_MIN, np.rint(THOUSAND * life.career[years, k] * standing))
            idles = uniform(beginnings.key, 8 * row + 5) < beginnings.idle[years, k]
            turn_to(consumer, INACTIVE if idles else UNEMPLOYED, jobs.status, flows.turns)
            jobs.employer[consumer] = NO_EMPLOYER
            jobs.wage[consumer] = 0
            jobs.months[consumer] = 0
            leave_school(schooling, consumer)
            pensions.share[consumer] = 0.0
            if jobs.status[consumer] == INACTIVE:
                due = pension_due(INACTIVE, work.efficiency[consumer], k, pensions.offer_mean, pensions.unit)
                pensions.share[consumer] = due
            inherit(estate, values, consumer, find_heir(inheritance, consumer, row, age))
        move_to(households, consumer, group_of(band_at(age[consumer]), learned, old % PLACES), rank)
        transfers.share[consumer] = transfer_due(
            transfers, row, jobs.status[consumer], households.cell[consumer]
        )  # fmt: skip


@compiled
def find_heir(inheritance: Inheritance, consumer: int, row: int, age: Smalls) -> int:
    """Return a household of the middle generation in the locality, or the same one if none is met."""
    for attempt in range(8):
        someone: int = below(inheritance.key, 8 * row + attempt, age.size)
        if inheritance.heir_age[0] <= age[someone] <= inheritance.heir_age[1]:
            return someone
    return consumer


@local_system
def join_or_leave_the_labor_force(
    jobs: Jobs = bundle(Jobs),
    staff: Staff = bundle(Staff),
    public: PublicStaff = bundle(PublicStaff),
    flows: LaborForceFlows = bundle(LaborForceFlows),
    schooling: Schooling = bundle(Schooling),
    pensions: Pensions = bundle(Pensions),
    transfers: Transfers = bundle(Transfers),
    work: Abilities = bundle(Abilities),
    age: Smalls = reads(Lives.age),
    cell: Indices = reads(Consumers.cell),
    exits: Exits = bundle(Exits),
    key: int = draws("labor force"),
    tick: int = this_tick(),
    first_consumer: int = first(Consumers),
) -> None:
    """Let some of those whose birthday it is retire, leave the labor force, or look for work again.

    Age, health and home decide; who gave up for want of work comes back by `participation`. Whoever returns has no
    claim to unemployment benefit.
    """
    comes = 1.0 - power(1.0 - exits.returning, 12)
    for consumer in birthdays(jobs.status.size, tick):
        now = jobs.status[consumer]
        if now == RETIRED:
            continue
        row = first_consumer + consumer
        k, years = work.skill[consumer], age[consumer]
        luck = uniform(key, 2 * row + 1)
        following = now
        if uniform(key, 2 * row) < exits.retirement[years, k] + (exits.early[k] if years > 50 else 0.0):
            following = RETIRED
        elif schooling.months[consumer] > 0:
            continue
        elif now == INACTIVE:
            following = UNEMPLOYED if jobs.months[consumer] == 0 and luck < comes else INACTIVE
        elif luck < exits.leaving[years, k]:
            following = INACTIVE
        if following == now:
            continue
        if now == EMPLOYED:
            leave_job(jobs, consumer, k, work.efficiency[consumer], staff, public, flows.departures)
        leave_school(schooling, consumer)
        turn_to(consumer, following, jobs.status, flows.turns)
        jobs.wage[consumer] = 0
        jobs.months[consumer] = 0
        pensions.share[consumer] = 0.0
        if following != UNEMPLOYED or years >= pensions.age:
            claim = EMPLOYED if following == UNEMPLOYED else following
            due = pension_due(claim, work.efficiency[consumer], k, pensions.offer_mean, pensions.unit)
            pensions.share[consumer] = due
        transfers.share[consumer] = transfer_due(transfers, row, following, cell[consumer])


@host_system
def count_lives(
    enrolment: Cents = writes(Population.enrolment),
    by_skill: Cents = sets(Population.enrolment_by_skill),
    before: Cents = sets(Population.enrolment_before),
    enrolled: Cents = sets(Population.enrolled),
    graduates: Cents = sets(Population.graduates),
    dropouts: Cents = sets(Population.dropouts),
    retired_rate: Doubles = sets(Population.retired_rate),
    mean_age: Doubles = sets(Population.mean_age),
    began: Indices = reads(Localities.enrolled),
    finished: Indices = reads(Localities.graduates),
    left: Indices = reads(Localities.dropouts),
    study_months: Smalls = reads(Lives.study_months),
    skill: Smalls = reads(Consumers.skill),
    status: Smalls = reads(Consumers.status),
    age: Smalls = reads(Lives.age),
) -> None:
    """Count students, by the skill they study for, who came and went, and the retired, and average ages."""
    before[0] = enrolment[0]
    by_skill[0, 0] = 0
    by_skill[0, 1:] = np.bincount(skill[study_months > 0], minlength=3)[:2]
    enrolment[0] = whole_total(by_skill[0])
    enrolled[0], graduates[0], dropouts[0] = whole_total(began), whole_total(finished), whole_total(left)
    retired_rate[0] = np.count_nonzero(status == RETIRED) / status.size
    mean_age[0] = mean(age)
