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
    adds,
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
from ravelin.economy.banks.tables import Banks
from ravelin.economy.labor.acts import Jobs, PublicStaff, Staff, turn_to
from ravelin.economy.labor.tables import Wages
from ravelin.economy.people.acts import (
    PLACES,
    Estate,
    at_rank,
    band_at,
    birthdays,
    cell_at,
    cell_rank,
    group_of,
    hardship,
    inherit,
    leave_job,
    need,
    pension_due,
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
    CellGroups,
    Consumers,
    Lives,
    Population,
    Society,
)
from ravelin.economy.places.tables import Localities
from ravelin.economy.securities.tables import Fund
from ravelin.economy.spending.parameters import Need
from ravelin.economy.spending.tables import SpendingCells
from ravelin.ledger.accounts import Accounts


class LifeCycle(Parameters):
    """How lives run beside the hazards that the opening fits."""

    returning = parameter(0.02, "1/month", "chance of who is ill or keeps house to look for work again", low=0,
                          high=0.08, source="CPS flows into the labor force net of misclassification and students, "
                          "after Elsby, Hobijn and Sahin 2015; checked against memory")  # fmt: skip
    early_retirement = parameter((0.0, 0.0, 0.0), "1/year", "added to the chance to retire beyond the age of 50, by "
                                 "skill", low=0, high=1, source="policy switch")  # fmt: skip
    pension_age = parameter(65, "year", "age at which social security is paid whether or not one works", low=50,
                            high=100, source="as the opening pays it; law: 66")  # fmt: skip
    heir_age = parameter((40.0, 64.0), "year", "youngest and oldest who inherit from a household that ends", low=18,
                         high=100, ascending=True,
                         source="SCF: heirs are about 51; Feiveson and Sabelhaus 2018")  # fmt: skip
    estate_yield = parameter(0.06, "1/year", "rate at which property income is capitalized to compare estates",
                             low=0.001, high=1, source="Saez and Zucman 2016")  # fmt: skip


class LifeTables(NamedTuple):
    """What lives are like by age: how they end and begin, who is idle, what careers come to."""

    ending: Floats = reads(Ages.ending)
    entry: Doubles = reads(Ages.entry)
    idle: Floats = reads(Ages.idle)
    career: Floats = reads(Ages.career)
    relative: Floats = reads(Careers.relative)


class Cells(NamedTuple):
    """Demographic cells, in groups of one age band, education and place."""

    group: Indices = reads(SpendingCells.group)
    share_upto: Doubles = reads(SpendingCells.share_upto)
    family_size: Smalls = reads(SpendingCells.family_size)
    married: Smalls = reads(SpendingCells.married)
    first_cell: Indices = reads(CellGroups.first_cell)
    cells: Indices = reads(CellGroups.cells)


@local_system
def turn_a_year_older(
    jobs: Jobs = bundle(Jobs),
    staff: Staff = bundle(Staff),
    public: PublicStaff = bundle(PublicStaff),
    estate: Estate = bundle(Estate),
    ages: LifeTables = bundle(LifeTables),
    cells: Cells = bundle(Cells),
    age: Smalls = writes(Lives.age),
    study_months: Smalls = writes(Lives.study_months),
    thrift: Floats = writes(Lives.thrift),
    cell: Indices = writes(Consumers.cell),
    skill: Smalls = writes(Consumers.skill),
    married: Smalls = writes(Consumers.married),
    efficiency: Indices = writes(Consumers.efficiency),
    pension_share: Floats = writes(Consumers.pension_share),
    transfer_share: Floats = writes(Consumers.transfer_share),
    departures: Indices = writes(Localities.departures),
    turns: Indices = writes(Localities.turns),
    dropouts: Indices = writes(Localities.dropouts),
    posted: Cents = adds(Banks.posted),
    bank: Indices = reads(Accounts.bank, of=Consumers),
    pension: Doubles = reads(Society.pension),
    transfer: Doubles = reads(Society.transfer),
    beginning_below: Doubles = reads(Society.beginning_below),
    offer_mean: Doubles = reads(Wages.offer_mean),
    dividend_pot: Cents = reads(Fund.dividend_pot),
    consumer_bonds: Cents = reads(Fund.consumer_bonds),
    rent_pot: Cents = reads(Fund.rent_pot),
    pension_age: int = uses(LifeCycle.pension_age),
    heir_age: Doubles = uses(LifeCycle.heir_age),
    estate_yield: float = uses(LifeCycle.estate_yield),
    spread: float = uses(Need.spread),
    key_end: int = draws("households that end"),
    key_birth: int = draws("households that begin"),
    key_heir: int = draws("heirs"),
    key_need: int = draws("need", fixed=True),
    tick: int = this_tick(),
    first_consumer: int = first(Consumers),
) -> None:
    """Let those whose birthday it is grow a year older, or let their household end and heirs begin in its place.

    Labor supplied follows the career of the skill; at the next age band the household
    moves to another demographic cell. Heirs begin without a job, with the skill of the line or, now and then, one
    below, so that study keeps the mix of skills.
    """
    values = values_of_shares(dividend_pot[0], add_up(consumer_bonds), rent_pot[0], estate_yield)
    for consumer in birthdays(age.size, tick):
        row = first_consumer + consumer
        years = age[consumer]
        k = skill[consumer]
        old = cells.group[cell[consumer]]
        learned = old // PLACES % EDUCATIONS
        if years < OLDEST and uniform(key_end, row) >= ages.ending[years]:
            age[consumer] = years + 1
            before = efficiency[consumer]
            grown = before * ages.career[years + 1, k] / ages.career[years, k]
            efficiency[consumer] = min(EFFICIENCY_MAX, np.rint(grown))
            if jobs.status[consumer] == EMPLOYED and jobs.employer[consumer] >= 0:
                staff.labor[jobs.employer[consumer], k] += whole(efficiency[consumer]) - whole(before)
            if years + 1 == pension_age and jobs.status[consumer] <= UNEMPLOYED:
                pension_share[consumer] = pension_due(EMPLOYED, efficiency[consumer], k, offer_mean, pension)
            if band_at(years + 1) == band_at(years):
                continue
            rank = cell_rank(cell[consumer], uniform(key_birth, 8 * row), old, cells.first_cell, cells.share_upto)
        else:
            if jobs.status[consumer] == EMPLOYED:
                leave_job(jobs, consumer, k, efficiency[consumer], staff, public, departures)
            years = min(OLDEST - 1, whole(np.searchsorted(ages.entry, uniform(key_birth, 8 * row + 1))))
            age[consumer] = years
            if k > 0 and uniform(key_birth, 8 * row + 2) < beginning_below[0, k]:
                k -= 1
                skill[consumer] = k
                learned = HIGHEST_EDUCATION[k]
            rank = uniform(key_birth, 8 * row + 3)
            standing = at_rank(ages.relative[k], uniform(key_birth, 8 * row + 4))
            efficiency[consumer] = max(EFFICIENCY_MIN, np.rint(THOUSAND * ages.career[years, k] * standing))
            idles = uniform(key_birth, 8 * row + 5) < ages.idle[years, k]
            turn_to(consumer, INACTIVE if idles else UNEMPLOYED, jobs.status, turns)
            jobs.employer[consumer] = NO_EMPLOYER
            jobs.wage[consumer] = 0
            jobs.months[consumer] = 0
            dropouts[0] += study_months[consumer] > 0
            study_months[consumer] = 0
            pension_share[consumer] = 0.0
            if jobs.status[consumer] == INACTIVE:
                pension_share[consumer] = pension_due(INACTIVE, efficiency[consumer], k, offer_mean, pension)
            heir = find_heir(consumer, row, age, heir_age, key_heir)
            inherit(estate, values, thrift, posted, bank, consumer, heir)
        following = group_of(band_at(age[consumer]), learned, old % PLACES)
        here = cell_at(rank, following, cells.first_cell, cells.cells, cells.share_upto)
        cell[consumer] = here
        married[consumer] = cells.married[here]
        luck = hardship(uniform(key_need, row), spread)
        transfer_share[consumer] = transfer[0, jobs.status[consumer]] * need(cells.family_size[here]) * luck


@compiled
def find_heir(consumer: int, row: int, age: Smalls, heir_age: Doubles, key: int) -> int:
    """Return a household of the middle generation in the locality, or the same one if none is met."""
    for attempt in range(8):
        someone: int = below(key, 8 * row + attempt, age.size)
        if heir_age[0] <= age[someone] <= heir_age[1]:
            return someone
    return consumer


@local_system
def join_or_leave_the_labor_force(
    jobs: Jobs = bundle(Jobs),
    staff: Staff = bundle(Staff),
    public: PublicStaff = bundle(PublicStaff),
    pension_share: Floats = writes(Consumers.pension_share),
    transfer_share: Floats = writes(Consumers.transfer_share),
    study_months: Smalls = writes(Lives.study_months),
    departures: Indices = writes(Localities.departures),
    turns: Indices = writes(Localities.turns),
    dropouts: Indices = writes(Localities.dropouts),
    age: Smalls = reads(Lives.age),
    skill: Smalls = reads(Consumers.skill),
    cell: Indices = reads(Consumers.cell),
    efficiency: Indices = reads(Consumers.efficiency),
    retirement: Floats = reads(Ages.retirement),
    leaving: Floats = reads(Ages.leaving),
    family_size: Smalls = reads(SpendingCells.family_size),
    pension: Doubles = reads(Society.pension),
    transfer: Doubles = reads(Society.transfer),
    offer_mean: Doubles = reads(Wages.offer_mean),
    returning: float = uses(LifeCycle.returning),
    early_retirement: Doubles = uses(LifeCycle.early_retirement),
    pension_age: int = uses(LifeCycle.pension_age),
    spread: float = uses(Need.spread),
    key: int = draws("labor force"),
    key_need: int = draws("need", fixed=True),
    tick: int = this_tick(),
    first_consumer: int = first(Consumers),
) -> None:
    """Let some of those whose birthday it is retire, leave the labor force, or look for work again.

    Age, health and home decide; who gave up for want of work comes back by `participation`. Whoever returns has no
    claim to unemployment benefit.
    """
    comes = 1.0 - power(1.0 - returning, 12)
    for consumer in birthdays(jobs.status.size, tick):
        now = jobs.status[consumer]
        if now == RETIRED:
            continue
        row = first_consumer + consumer
        k, years = skill[consumer], age[consumer]
        luck = uniform(key, 2 * row + 1)
        following = now
        if uniform(key, 2 * row) < retirement[years, k] + (early_retirement[k] if years > 50 else 0.0):
            following = RETIRED
        elif study_months[consumer] > 0:
            continue
        elif now == INACTIVE:
            following = UNEMPLOYED if jobs.months[consumer] == 0 and luck < comes else INACTIVE
        elif luck < leaving[years, k]:
            following = INACTIVE
        if following == now:
            continue
        if now == EMPLOYED:
            leave_job(jobs, consumer, k, efficiency[consumer], staff, public, departures)
        dropouts[0] += study_months[consumer] > 0
        study_months[consumer] = 0
        turn_to(consumer, following, jobs.status, turns)
        jobs.wage[consumer] = 0
        jobs.months[consumer] = 0
        paid = following != UNEMPLOYED or years >= pension_age
        claim = EMPLOYED if following == UNEMPLOYED else following
        pension_share[consumer] = (
            pension_due(claim, efficiency[consumer], k, offer_mean, pension) if paid else np.float64(0.0)
        )
        luck = hardship(uniform(key_need, row), spread)
        transfer_share[consumer] = transfer[0, following] * need(family_size[cell[consumer]]) * luck


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
