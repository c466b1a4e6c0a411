"""Education: consumers weigh what study costs against what it brings, study, and rise by one skill.

Tuition goes to the government's colleges, which teach three of four American students (NCES). It is a
fee for a service that the accounts already value at its cost within government consumption, so GDP does
not change; the flow stands in a row of its own and lowers the deficit.
"""

import numpy as np

from ravelin.core.arithmetic import exp, power
from ravelin.core.clock import MONTHS_PER_YEAR
from ravelin.core.draws import normal_score, uniform
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
from ravelin.economy.labor.acts import Jobs, PublicStaff, Staff, turn_to
from ravelin.economy.labor.tables import Wages
from ravelin.economy.people.acts import PLACES, birthdays, cell_at, cell_rank, group_of, hardship, leave_job, need
from ravelin.economy.people.study import chance_to_enroll, means_needed, net_return
from ravelin.economy.people.tables import (
    EDUCATIONS,
    EFFICIENCY_MAX,
    EFFICIENCY_MIN,
    EMPLOYED,
    INACTIVE,
    LOWEST_EDUCATION,
    RETIRED,
    UNEMPLOYED,
    Ages,
    CellGroups,
    Consumers,
    Lives,
    Society,
)
from ravelin.economy.places.tables import Localities
from ravelin.economy.spending.parameters import Need
from ravelin.economy.spending.tables import SpendingCells
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


@local_system
def enroll(
    jobs: Jobs = bundle(Jobs),
    staff: Staff = bundle(Staff),
    public: PublicStaff = bundle(PublicStaff),
    turns: Indices = writes(Localities.turns),
    enrolled: Indices = writes(Localities.enrolled),
    study_months: Smalls = writes(Lives.study_months),
    pension_share: Floats = writes(Consumers.pension_share),
    transfer_share: Floats = writes(Consumers.transfer_share),
    departures: Indices = writes(Localities.departures),
    age: Smalls = reads(Lives.age),
    skill: Smalls = reads(Consumers.skill),
    cell: Indices = reads(Consumers.cell),
    efficiency: Indices = reads(Consumers.efficiency),
    deposits: Cents = reads(Accounts.deposits, of=Consumers),
    family_size: Smalls = reads(SpendingCells.family_size),
    transfer: Doubles = reads(Society.transfer),
    study_cost: Doubles = reads(Society.study_cost),
    offer_mean: Doubles = reads(Wages.offer_mean),
    wage_mean: Doubles = reads(Wages.wage_mean),
    months: Doubles = uses(Education.months),
    completion: Doubles = uses(Education.completion),
    tuition: Doubles = uses(Education.tuition),
    living: float = uses(Education.living),
    patience: float = uses(Education.patience),
    patience_spread: float = uses(Education.patience_spread),
    idle_forgone: float = uses(Education.idle_forgone),
    taste: float = uses(Education.taste),
    aging: float = uses(Education.aging),
    work_until: float = uses(Education.work_until),
    spread: float = uses(Need.spread),
    key_patience: int = draws("patience", fixed=True),
    key_choice: int = draws("choice to study"),
    key_need: int = draws("need", fixed=True),
    tick: int = this_tick(),
    first_consumer: int = first(Consumers),
) -> None:
    """Let those whose birthday it is weigh study: the wage premium over the rest of the career against its cost.

    The cost is tuition, income forgone and a taste for or against study; deposits must cover tuition and living.
    Source: Becker (1964), "Human Capital"; Willis and Rosen (1979), "Education and self-selection".
    """
    for consumer in birthdays(jobs.status.size, tick):
        k, years = skill[consumer], age[consumer]
        if k > 1 or years > OLDEST_STUDENT or jobs.status[consumer] == RETIRED or study_months[consumer] > 0:
            continue
        row = first_consumer + consumer
        support = transfer[0, INACTIVE] * need(family_size[cell[consumer]]) * hardship(uniform(key_need, row), spread)
        means = means_needed(months[k], tuition[k], living, support)
        if deposits[consumer] < means * wage_mean[0]:
            continue
        luck = uniform(key_choice, row)
        premium = offer_mean[0, k + 1] / offer_mean[0, k] - 1.0
        # Few come near the chance of the most patient for whom study costs nothing: the rest need no sums.
        most = completion[k] * max(0.0, premium) * (work_until - years)
        if luck > chance_to_enroll(most, study_cost[0, k], taste, aging, years):
            continue
        rate = patience * exp(patience_spread * normal_score(uniform(key_patience, row)))
        own = PER_THOUSAND * efficiency[consumer] * offer_mean[0, k]
        forgone = 1.0 if jobs.status[consumer] == EMPLOYED else idle_forgone
        value = net_return(work_until - years, rate, premium, months[k] / MONTHS_PER_YEAR, completion[k], forgone,
                           tuition[k] * wage_mean[0] / own)  # fmt: skip
        if luck > chance_to_enroll(value, study_cost[0, k], taste, aging, years):
            continue
        if jobs.status[consumer] == EMPLOYED:
            leave_job(jobs, consumer, k, efficiency[consumer], staff, public, departures)
        turn_to(consumer, INACTIVE, jobs.status, turns)
        enrolled[0] += 1
        jobs.wage[consumer] = 0
        jobs.months[consumer] = 0
        study_months[consumer] = np.uint8(months[k])
        pension_share[consumer] = 0.0
        transfer_share[consumer] = support


@local_system
def study(
    study_months: Smalls = writes(Lives.study_months),
    status: Smalls = writes(Consumers.status),
    turns: Indices = writes(Localities.turns),
    months_unemployed: Smalls = writes(Consumers.months_unemployed),
    skill: Smalls = writes(Consumers.skill),
    efficiency: Indices = writes(Consumers.efficiency),
    cell: Indices = writes(Consumers.cell),
    married: Smalls = writes(Consumers.married),
    pension_share: Floats = writes(Consumers.pension_share),
    transfer_share: Floats = writes(Consumers.transfer_share),
    graduates: Indices = writes(Localities.graduates),
    dropouts: Indices = writes(Localities.dropouts),
    deposits: Cents = reads(Accounts.deposits, of=Consumers),
    take_home: Floats = reads(Lives.take_home),
    age: Smalls = reads(Lives.age),
    career: Floats = reads(Ages.career),
    group: Indices = reads(SpendingCells.group),
    share_upto: Doubles = reads(SpendingCells.share_upto),
    family_size: Smalls = reads(SpendingCells.family_size),
    cell_married: Smalls = reads(SpendingCells.married),
    first_cell: Indices = reads(CellGroups.first_cell),
    cells: Indices = reads(CellGroups.cells),
    transfer: Doubles = reads(Society.transfer),
    wage_mean: Doubles = reads(Wages.wage_mean),
    months: Doubles = uses(Education.months),
    completion: Doubles = uses(Education.completion),
    tuition: Doubles = uses(Education.tuition),
    key_failure: int = draws("failure at study"),
    spread: float = uses(Need.spread),
    key_cell: int = draws("graduates at home"),
    key_need: int = draws("need", fixed=True),
    first_consumer: int = first(Consumers),
) -> None:
    """Some students fail or run out of means, the rest graduate in time and look for work.

    Means are what they have and usually receive in a month.
    A graduate has the next skill and the same standing among her age as before.
    """
    stays = np.empty(months.size)
    for k in range(months.size):
        stays[k] = power(completion[k], 1.0 / months[k])
    for consumer in range(study_months.size):
        if study_months[consumer] == 0:
            continue
        row = first_consumer + consumer
        k = skill[consumer]
        able = deposits[consumer] + take_home[consumer] >= tuition[k] * wage_mean[0]
        fails = not able or uniform(key_failure, row) > stays[k]
        study_months[consumer] = 0 if fails else study_months[consumer] - 1
        if study_months[consumer] > 0:
            continue
        turn_to(consumer, UNEMPLOYED, status, turns)
        months_unemployed[consumer] = 0
        if not fails:
            years = age[consumer]
            old = group[cell[consumer]]
            rank = cell_rank(cell[consumer], uniform(key_cell, row), old, first_cell, share_upto)
            target = group_of(old // (PLACES * EDUCATIONS), LOWEST_EDUCATION[k + 1], old % PLACES)
            here = cell_at(rank, target, first_cell, cells, share_upto)
            cell[consumer] = here
            married[consumer] = cell_married[here]
            grown = career[years, k + 1] / career[years, k]
            efficiency[consumer] = min(EFFICIENCY_MAX, max(EFFICIENCY_MIN, np.rint(efficiency[consumer] * grown)))
            skill[consumer] = k + 1
            graduates[0] += 1
        else:
            dropouts[0] += 1
        pension_share[consumer] = 0.0
        luck = hardship(uniform(key_need, row), spread)
        transfer_share[consumer] = transfer[0, UNEMPLOYED] * need(family_size[cell[consumer]]) * luck


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
