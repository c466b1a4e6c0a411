"""Education: consumers weigh what study costs against what it brings, study, and rise by one skill.

Tuition goes to the government's colleges, which teach three of four American students (NCES). It is a
fee for a service that the accounts already value at its cost within government consumption, so GDP does
not change; the flow stands in a row of its own and lowers the deficit.
"""

from typing import NamedTuple

import numpy as np

from ravelin.core.arithmetic import exp, power
from ravelin.core.clock import MONTHS_PER_YEAR
from ravelin.core.draws import normal_score, uniform
from ravelin.core.kernel import compiled
from ravelin.core.parameter import Parameters, parameter
from ravelin.core.system import (
    Cents,
    Doubles,
    Floats,
    Indices,
    Smalls,
    adds,
    bundle,
    clears,
    draws,
    first,
    local_system,
    moves,
    reads,
    this_tick,
    uses,
    writes,
)  # fmt: skip
from ravelin.core.units import PER_THOUSAND
from ravelin.economy.banks.acts import pay_at_bank
from ravelin.economy.banks.tables import Banks
from ravelin.economy.government.tables import BudgetClearing
from ravelin.economy.labor.acts import Abilities, Jobs, PublicStaff, Staff, turn_to
from ravelin.economy.labor.tables import Wages
from ravelin.economy.people.acts import (
    PLACES,
    Households,
    HumanCapital,
    LaborForceFlows,
    Schooling,
    Transfers,
    birthdays,
    group_of,
    leave_job,
    leave_school,
    move_to,
    rank_at_home,
    transfer_due,
)
from ravelin.economy.people.study import chance_to_enroll, means_needed, net_return
from ravelin.economy.people.tables import (
    EDUCATIONS,
    EFFICIENCY_MAX,
    EFFICIENCY_MIN,
    EMPLOYED,
    INACTIVE,
    LOWEST_EDUCATION,
    RETIRED,
    TAKE_HOME_UNIT,
    UNEMPLOYED,
    Ages,
    Consumers,
    Lives,
    Society,
)
from ravelin.economy.places.tables import Localities
from ravelin.ledger.accounts import CONSUMERS, GOVERNMENT, TUITION, Accounts, Flows
from ravelin.ledger.transfers import book, round_cents

OLDEST_STUDENT = 54


class Education(Parameters):
    """The terms of study, by the skill from which one rises: to skilled, to highly skilled."""

    months = parameter((24.0, 48.0), "month", "months of study", low=1, high=120,
                       source="associate and bachelor degree, full time")  # fmt: skip
    completion = parameter((0.37, 0.60), "fraction", "students who graduate", low=0.01, high=0.99,
                           source="NCES IPEDS: within twice the normal time, cohorts 2006 and 2002")  # fmt: skip
    tuition = parameter((0.036, 0.10), "fraction", "tuition over the mean wage", low=0, high=5,
                        source="College Board 2019: published 3,730 and 10,440 dollars a year at public colleges, over "
                        "the mean wage of a consumer unit; checked against memory")  # fmt: skip
    living = parameter(0.35, "fraction", "cost of living of a student over the mean wage", low=0, high=5,
                       source="BLS, Consumer Expenditures 2019: the second fifth of consumer units by income spends "
                       "40,472 dollars a year, over the mean wage of a unit (from memory)")  # fmt: skip
    patience = parameter(0.09, "1/year", "median rate at which people discount", low=0.005, high=1,
                         source="Warner and Pleeter 2001: most rates above 5 percent; assumption")  # fmt: skip
    patience_spread = parameter(0.45, "1", "spread of the log of that rate among people", low=0, high=2,
                                source="Warner and Pleeter 2001; assumption")  # fmt: skip
    idle_forgone = parameter(0.6, "fraction", "income forgone by who has no job over that of who has one", low=0,
                             high=1, source="enrolment is countercyclical, Dellas and Sakellaris 2003; "
                             "assumption")  # fmt: skip
    taste = parameter(2.0, "year", "spread of the taste for study, in yearly wages", low=0.05, high=100,
                      source="Dynarski 2003: 1,000 dollars of yearly cost move enrolment by 3 to 4 points")  # fmt: skip
    aging = parameter(0.14, "1/year", "fall of the log odds of enrolment with age", low=0, high=1,
                      source="CPS school enrolment by age, checked against memory")  # fmt: skip
    work_until = parameter(65.0, "year", "age to which a career is planned", low=40, high=90, source="law: 66")


class Courses(NamedTuple):
    """What study takes, costs and leads to, by the skill from which one rises; tuition is over the mean wage."""

    months: Doubles = uses(Education.months)
    completion: Doubles = uses(Education.completion)
    tuition: Doubles = uses(Education.tuition)
    wage_mean: Doubles = reads(Wages.wage_mean)


class StudyChoice(NamedTuple):
    """How people weigh study: the wages that it leads to, income forgone, patience, age and taste."""

    offer_mean: Doubles = reads(Wages.offer_mean)
    toil: Doubles = reads(Society.study_cost)
    living: float = uses(Education.living)
    idle_forgone: float = uses(Education.idle_forgone)
    work_until: float = uses(Education.work_until)
    patience: float = uses(Education.patience)
    patience_spread: float = uses(Education.patience_spread)
    taste: float = uses(Education.taste)
    aging: float = uses(Education.aging)
    key_patience: int = draws("patience", fixed=True)


class Enrolment(NamedTuple):
    """How long students have still to study, and how many of a locality began to."""

    months: Smalls = writes(Lives.study_months)
    began: Indices = writes(Localities.enrolled)


class Means(NamedTuple):
    """What a student can pay with: what she has, and what she usually receives in a month."""

    deposits: Cents = reads(Accounts.deposits, of=Consumers)
    income: Floats = reads(Consumers.permanent_income)
    take_home: Indices = reads(Lives.take_home)


@compiled
def discount_rate(choice: StudyChoice, row: int) -> float:
    """Return the yearly rate at which somebody discounts, hers for life."""
    return choice.patience * exp(choice.patience_spread * normal_score(uniform(choice.key_patience, row)))


@local_system
def enroll(
    jobs: Jobs = bundle(Jobs),
    staff: Staff = bundle(Staff),
    public: PublicStaff = bundle(PublicStaff),
    flows: LaborForceFlows = bundle(LaborForceFlows),
    enrolment: Enrolment = bundle(Enrolment),
    pension_share: Floats = writes(Consumers.pension_share),
    transfers: Transfers = bundle(Transfers),
    work: Abilities = bundle(Abilities),
    age: Smalls = reads(Lives.age),
    cell: Indices = reads(Consumers.cell),
    deposits: Cents = reads(Accounts.deposits, of=Consumers),
    courses: Courses = bundle(Courses),
    choice: StudyChoice = bundle(StudyChoice),
    key: int = draws("choice to study"),
    tick: int = this_tick(),
    first_consumer: int = first(Consumers),
) -> None:
    """Let those whose birthday it is weigh study: the wage premium over the rest of the career against its cost.

    The cost is tuition, income forgone and a taste for or against study; deposits must cover tuition and living.
    Source: Becker (1964), "Human Capital"; Willis and Rosen (1979), "Education and self-selection".
    """
    wage_mean, offer_mean = courses.wage_mean[0], choice.offer_mean
    for consumer in birthdays(jobs.status.size, tick):
        k, years, now = work.skill[consumer], age[consumer], jobs.status[consumer]
        if k > 1 or years > OLDEST_STUDENT or now == RETIRED or enrolment.months[consumer] > 0:
            continue
        row = first_consumer + consumer
        months, completion, tuition = courses.months[k], courses.completion[k], courses.tuition[k]
        support = transfer_due(transfers, row, INACTIVE, cell[consumer])
        if deposits[consumer] < means_needed(months, tuition, choice.living, support) * wage_mean:
            continue
        luck = uniform(key, row)
        premium = offer_mean[0, k + 1] / offer_mean[0, k] - 1.0
        years_left = choice.work_until - years
        # Few come near the chance of the most patient for whom study costs nothing: the rest need no sums.
        most = completion * max(0.0, premium) * years_left
        if luck > chance_to_enroll(most, choice.toil[0, k], choice.taste, choice.aging, years):
            continue
        rate = discount_rate(choice, row)
        own = PER_THOUSAND * work.efficiency[consumer] * offer_mean[0, k]
        forgone = 1.0 if now == EMPLOYED else choice.idle_forgone
        value = net_return(
            years_left, rate, premium, months / MONTHS_PER_YEAR, completion, forgone, tuition * wage_mean / own
        )
        if luck > chance_to_enroll(value, choice.toil[0, k], choice.taste, choice.aging, years):
            continue
        if now == EMPLOYED:
            leave_job(jobs, consumer, k, work.efficiency[consumer], staff, public, flows.departures)
        turn_to(consumer, INACTIVE, jobs.status, flows.turns)
        enrolment.began[0] += 1
        jobs.wage[consumer] = 0
        jobs.months[consumer] = 0
        enrolment.months[consumer] = np.uint8(months)
        pension_share[consumer] = 0.0
        transfers.share[consumer] = support


@local_system
def study(
    schooling: Schooling = bundle(Schooling),
    graduates: Indices = writes(Localities.graduates),
    status: Smalls = writes(Consumers.status),
    turns: Indices = writes(Localities.turns),
    months_unemployed: Smalls = writes(Consumers.months_unemployed),
    work: HumanCapital = bundle(HumanCapital),
    households: Households = bundle(Households),
    pension_share: Floats = writes(Consumers.pension_share),
    transfers: Transfers = bundle(Transfers),
    means: Means = bundle(Means),
    age: Smalls = reads(Lives.age),
    career: Floats = reads(Ages.career),
    courses: Courses = bundle(Courses),
    key_failure: int = draws("failure at study"),
    key_cell: int = draws("graduates at home"),
    first_consumer: int = first(Consumers),
) -> None:
    """Some students fail or run out of means, the rest graduate in time and look for work.

    Means are what they have and usually receive in a month.
    A graduate has the next skill and the same standing among her age as before.
    """
    stays = np.empty(courses.months.size)
    for k in range(stays.size):
        stays[k] = power(courses.completion[k], 1.0 / courses.months[k])
    for consumer in range(schooling.months.size):
        if schooling.months[consumer] == 0:
            continue
        row = first_consumer + consumer
        k = work.skill[consumer]
        comes = means.income[consumer] * (means.take_home[consumer] / TAKE_HOME_UNIT)
        able = means.deposits[consumer] + comes >= courses.tuition[k] * courses.wage_mean[0]
        if not able or uniform(key_failure, row) > stays[k]:
            leave_school(schooling, consumer)
        else:
            schooling.months[consumer] -= 1
            if schooling.months[consumer] > 0:
                continue
            old = households.group[households.cell[consumer]]
            rank = rank_at_home(households, consumer, uniform(key_cell, row))
            target = group_of(old // (PLACES * EDUCATIONS), LOWEST_EDUCATION[k + 1], old % PLACES)
            move_to(households, consumer, target, rank)
            grown = career[age[consumer], k + 1] / career[age[consumer], k]
            able_now = np.rint(work.efficiency[consumer] * grown)
            work.efficiency[consumer] = min(EFFICIENCY_MAX, max(EFFICIENCY_MIN, able_now))
            work.skill[consumer] = k + 1
            graduates[0] += 1
        turn_to(consumer, UNEMPLOYED, status, turns)
        months_unemployed[consumer] = 0
        pension_share[consumer] = 0.0
        transfers.share[consumer] = transfer_due(transfers, row, UNEMPLOYED, households.cell[consumer])


@local_system
def pay_tuition(
    deposits: Cents = moves(Accounts.deposits, of=Consumers),
    paid: Cents = adds(Flows.paid),
    posted: Cents = adds(Banks.posted),
    budget: Cents = clears(BudgetClearing.budget),
    bank: Indices = reads(Accounts.bank, of=Consumers),
    study_months: Smalls = reads(Lives.study_months),
    skill: Smalls = reads(Consumers.skill),
    wage_mean: Doubles = reads(Wages.wage_mean),
    tuition: Doubles = uses(Education.tuition),
) -> None:
    """Students pay the month's tuition, as far as they have it.

    Order: between income and shopping, for who pays her bills last has spent what was meant for them.
    """
    fees = 0
    for consumer in range(study_months.size):
        if study_months[consumer] > 0:
            fee = max(0, min(deposits[consumer], round_cents(tuition[skill[consumer]] * wage_mean[0])))
            pay_at_bank(deposits, posted, bank, consumer, budget, fee)
            fees += fee
    book(paid, TUITION, CONSUMERS, GOVERNMENT, fees)
