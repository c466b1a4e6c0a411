"""Consumers decide what to spend: the survey model's quantile at their own rank, then what it cannot know."""

import math
from typing import NamedTuple

import numpy as np

from ravelin.core.arithmetic import power, total, whole_total
from ravelin.core.clock import MONTHS_PER_YEAR
from ravelin.core.draws import Key, fill_scores, fill_uniform, uniform
from ravelin.core.kernel import compiled
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
from ravelin.core.units import DOLLARS_A_YEAR, INDEX_START
from ravelin.economy.accounts.tables import Economy
from ravelin.economy.banks.tables import Banks
from ravelin.economy.central_bank.tables import CentralBank
from ravelin.economy.credit.parameters import Lending
from ravelin.economy.credit.tables import CreditMarket
from ravelin.economy.outlook.tables import Outlook
from ravelin.economy.people.acts import birthdays
from ravelin.economy.people.tables import ALL_RETAINED, TAKE_HOME_UNIT, UNEMPLOYED, Consumers, Lives, Society, Wealth
from ravelin.economy.places.tables import Localities
from ravelin.economy.securities.tables import Fund
from ravelin.economy.spending.tables import IncomeBuckets, IncomeEdges, ResidualShape, SpendingGrid, SpendingScale
from ravelin.learning.lookup import BLOCK, expected_spending, income_bin, spending_of
from ravelin.ledger.accounts import Accounts
from ravelin.ledger.transfers import CLAIMS, amount_of, whole_cents

_ALMOST_NOTHING = 1.0e-6
"""Part of a quantity that stands for none of it where it divides."""
_TINY = 1.0e-6
"""Less than any sum of cents, and more than nothing."""


class Spending(Parameters):
    """How spending departs from the survey."""

    buffer_speed = parameter(0.012, "1/month", "spending out of another dollar by who holds years of income",
                             low=0.0001, high=0.9,
                             source="Carroll 1997; MODEL kw; who spends all of it at once holds no buffer")  # fmt: skip
    liquidity = parameter(1.0, "month", "deposits over income at which spending out of another dollar is down to a "
                          "quarter of the need of who has none", low=0.01, high=100,
                          source="assumption: a month's income tides one over to the next")  # fmt: skip
    fear = parameter(4.0, "1", "growth of the buffer wanted per unit of unemployment above its norm", low=0, high=100,
                     source="MODEL fear 4-15: 1.2 % of income per point, as with 6 and buffers all alike",
                     known_as=("Precautionary saving", "consumer confidence", "caution", "saving rate"))  # fmt: skip
    rate_response = parameter(1.25, "1", "fall of spending per unit of the real rate above its norm", low=0, high=10,
                              source="MODEL sig_r .5-2")  # fmt: skip
    rate_normal = parameter(0.0016, "1/year", "real rate at which spending is normal", low=-0.1, high=0.2,
                            source="calibration neutral_real_rate")  # fmt: skip
    habit_share = parameter(0.63, "fraction", "part of the log gap between what a person can keep up and what her like "
                            "spend that is habit; the rest is buffer", low=0, high=1,
                            source="rank correlations of spending in the survey, tuned")  # fmt: skip
    years_between = parameter(3, "year", "years from one look at one's way of life to the next", low=1, high=10,
                              source="assumption: inertia, Sims 2003")  # fmt: skip
    floor = parameter(0.2, "fraction", "least spending over permanent income", low=0, high=1, source="MODEL 3.6")
    persistence = parameter(0.504, "fraction", "spread of spending that stays; the rest is redrawn each quarter", low=0,
                            high=1, source="repeat interviews of the survey; see the model card")  # fmt: skip
    nominal_income = parameter(True, "1", "relate income to mean income; otherwise deflate by prices alone",
                               source="keeps people on the data over decades")  # fmt: skip


class SurveyModel(NamedTuple):
    """The survey's spending model as a table, and how its dollars become those of this economy."""

    answer: Floats = reads(SpendingGrid.answer)
    edge: Floats = reads(IncomeEdges.edge)
    buckets: Smalls = reads(IncomeBuckets.below)
    first_bucket: Cents = reads(SpendingScale.first_bucket)
    shape: Floats = reads(ResidualShape.quantile)
    scale_low: Doubles = reads(SpendingScale.scale_low)
    scale_step: Doubles = reads(SpendingScale.scale_step)
    reference: Doubles = reads(SpendingScale.income_reference)
    spending_scale: Doubles = reads(SpendingScale.spending_scale)
    mean_income: Doubles = reads(SpendingScale.mean_income)
    persistence: float = uses(Spending.persistence)
    key: int = draws("spending rank", fixed=True)


class Commitments(NamedTuple):
    """What debts and property take of an income, and how they grow: interest, and what is set aside."""

    for_bonds: Cents = reads(Fund.set_aside_bonds)
    for_building: Cents = reads(Fund.set_aside_building)
    policy_rate: Doubles = reads(CentralBank.policy_rate)
    spread: float = uses(Lending.consumer_spread)
    mortgage_rate: Doubles = reads(CreditMarket.mortgage_rate)
    growth: Doubles = reads(Economy.trend_growth)


class IncomeMeasure(NamedTuple):
    """By what incomes are compared with the survey's: by mean income, or by prices alone."""

    by_mean: bool = uses(Spending.nominal_income)
    mean_start: Doubles = reads(SpendingScale.mean_income_start)
    price_index: Doubles = reads(Economy.price_index)


class Mood(NamedTuple):
    """What makes people put off spending: fear for their jobs, and the real rate."""

    unemployment: Doubles = reads(CentralBank.unemployment_seen)
    usual: Doubles = reads(Outlook.unemployment_usual)
    fear: float = uses(Spending.fear)
    real_rate: Doubles = reads(Outlook.real_rate_smooth)
    rate_normal: float = uses(Spending.rate_normal)
    rate_response: float = uses(Spending.rate_response)


class WaysOfLife(NamedTuple):
    """How households live: habit and buffer, and how and when they settle on them."""

    habit: Floats = writes(Consumers.habit)
    buffer: Floats = writes(Consumers.buffer)
    buffer_speed: float = uses(Spending.buffer_speed)
    liquidity: float = uses(Spending.liquidity)
    floor: float = uses(Spending.floor)
    habit_share: float = uses(Spending.habit_share)
    years_between: int = uses(Spending.years_between)


class UsualIncomes(NamedTuple):
    """What households usually receive, before and after taxes, and mean to put by."""

    permanent: Floats = reads(Consumers.permanent_income)
    retained: Indices = reads(Consumers.retained)
    take_home: Indices = reads(Lives.take_home)
    thrift: Floats = reads(Lives.thrift)


class AllPeople(NamedTuple):
    """What income and taxes leave all consumers, and what is at hand relieves them of, now and at the opening."""

    mean_left: Doubles = reads(SpendingScale.mean_left)
    left_share: Doubles = reads(Society.left_share)
    retained: Doubles = reads(SpendingScale.retained)
    retained_start: Doubles = reads(SpendingScale.retained_start)
    relief: Doubles = reads(SpendingScale.relief)
    relief_start: Doubles = reads(SpendingScale.relief_start)


class Portfolios(NamedTuple):
    """What households owe, and their shares in what they own together."""

    consumer_loan: Cents = reads(Wealth.consumer_loan)
    mortgage: Cents = reads(Wealth.mortgage)
    bond_share: Indices = reads(Wealth.bond_share)
    dwelling_share: Indices = reads(Wealth.dwelling_share)


@host_system
def compare_incomes(
    mean_income: Doubles = sets(SpendingScale.mean_income),
    mean_left: Doubles = sets(SpendingScale.mean_left),
    retained: Doubles = sets(SpendingScale.retained),
    relief: Doubles = sets(SpendingScale.relief),
    income_sum: Doubles = reads(Localities.income_sum),
    retained_sum: Doubles = reads(Localities.retained_sum),
    relief_sum: Doubles = reads(Localities.relief_sum),
    take_home_sum: Doubles = reads(Localities.take_home_sum),
    consumer_loans: Cents = reads(Banks.consumer_loans),
    mortgages: Cents = reads(Banks.mortgages),
    permanent_income: Floats = reads(Consumers.permanent_income),
    path: Commitments = bundle(Commitments),
) -> None:
    """Publish consumers' mean permanent income, what taxes leave of it, and what is left for spending on the path.

    And, of the month before, by how much what is at hand relieves them of thrift.
    """
    incomes = float(total(income_sum))
    mean_income[0] = incomes / permanent_income.size
    retained[0] = float(total(retained_sum)) / max(1.0, incomes)
    relief[0] = float(total(relief_sum)) / max(1.0, incomes)
    rest = left_of(
        float(total(take_home_sum)), float(whole_total(consumer_loans)), float(whole_total(mortgages)),
        float(path.for_bonds[0] + path.for_building[0]), path.policy_rate[0] + path.spread, path.mortgage_rate[0],
        path.growth[0],
    )  # fmt: skip
    mean_left[0] = rest / permanent_income.size


class Month(NamedTuple):
    """What everybody's budget of a month goes by: the scale of spending, and how it departs from the survey."""

    spending_scale: float
    to_survey: float
    retained: float
    buffer_speed: float
    liquidity: float
    caution: float
    ease: float
    floor: float


class Plans(NamedTuple):
    """What households count on and are used to, and how they go by what they have."""

    permanent_income: Floats = reads(Consumers.permanent_income)
    retained: Indices = reads(Consumers.retained)
    habit: Floats = reads(Consumers.habit)
    buffer: Floats = reads(Consumers.buffer)
    buffer_speed: float = uses(Spending.buffer_speed)
    liquidity: float = uses(Spending.liquidity)
    floor: float = uses(Spending.floor)


@local_system
def plan_spending(
    budget: Cents = sets(Consumers.budget),
    income_class: Smalls = sets(Consumers.income_class),
    relief_sum: Doubles = sets(Localities.relief_sum),
    deposits: Cents = reads(Accounts.deposits, of=Consumers),
    people: Plans = bundle(Plans),
    cell: Indices = reads(Consumers.cell),
    table: SurveyModel = bundle(SurveyModel),
    edge_class: Smalls = reads(IncomeEdges.share_class),
    measure: IncomeMeasure = bundle(IncomeMeasure),
    mood: Mood = bundle(Mood),
    retained_start: Doubles = reads(SpendingScale.retained_start),
    key_quarter: int = draws("spending of the quarter", fixed=True),
    tick: int = this_tick(),
    first_consumer: int = first(Consumers),
) -> None:
    """Spend as surveyed people of her kind, income and rank do, moved by taxes, deposits, rates and fear.

    c = h t / t0 s F(rank; x, 12 y R) / (12 R) + y (f(D / y) - f(m (1 + fear (u - usual u)))), times
    1 - a (real rate - normal), with h the own habit, t the part of her income that taxes leave her and t0 that of all
    at the opening, F the survey model, y permanent income before tax, R survey mean income over simulated mean income,
    D deposits and m the own buffer; f(z) = k z + (1 - k) z / (1 + z / l), so that out of another dollar who has nothing
    spends all, who has a month's income a quarter and the rich k; at least a floor, at most deposits.
    Source: survey model card; Carroll (1997), "Buffer-stock saving", and Carroll and Kimball (1996) for the shape of f;
    Duesenberry (1949) for relative income.
    """
    bins = table.edge.size + 1
    by_prices = measure.mean_start[0] * measure.price_index[0] / INDEX_START
    level = table.mean_income[0] if measure.by_mean else by_prices
    to_survey = table.reference[0] / (DOLLARS_A_YEAR * level)
    caution = 1.0 + mood.fear * (mood.unemployment[0] - mood.usual[0])
    ease = 1.0 - mood.rate_response * (mood.real_rate[0] - mood.rate_normal)
    month = Month(
        table.spending_scale[0], DOLLARS_A_YEAR * to_survey, retained_start[0], people.buffer_speed, people.liquidity,
        caution, ease, people.floor,
    )  # fmt: skip
    model = table.answer.reshape((table.answer.shape[0] // bins, bins, 2))
    survey_income, score, survey = np.empty(BLOCK, np.float32), np.empty(BLOCK, np.float32), np.empty(BLOCK, np.float32)
    bin_, chance = np.empty(BLOCK, np.int32), np.empty(BLOCK)
    relieved = 0
    for begin in range(0, budget.size, BLOCK):
        end = min(begin + BLOCK, budget.size)
        count = end - begin
        survey_income, score, survey, bin_ = survey_income[:count], score[:count], survey[:count], bin_[:count]
        chance = chance[:count]
        draw_scores(score, survey, chance, table.key, key_quarter, first_consumer + begin, tick, table.persistence)
        own_income = people.permanent_income[begin:end]
        for row in range(count):
            survey_income[row] = DOLLARS_A_YEAR * to_survey * own_income[row]
        spending_of(
            survey, bin_, cell[begin:end], survey_income, score, model, table.edge, table.first_bucket[0],
            table.buckets, table.shape, table.scale_low[0], table.scale_step[0],
        )  # fmt: skip
        for row in range(count):
            income_class[begin + row] = edge_class[bin_[row] - 1] if bin_[row] > 0 else 0
        relieved += budget_of(
            budget[begin:end], survey, people.habit[begin:end], people.retained[begin:end], deposits[begin:end],
            own_income, people.buffer[begin:end], month,
        )  # fmt: skip
    relief_sum[0] = relieved


@compiled
def draw_scores(
    score: Floats, passing_score: Floats, chance: Doubles, key_person: Key, key_quarter: Key, first: int, tick: int,
    persistence: float,
) -> None:  # fmt: skip
    """Fill normal scores: a lasting part and one redrawn each quarter, by a third of consumers each month."""
    lasting, passing = math.sqrt(persistence), math.sqrt(1.0 - persistence)
    quarters = np.array([tick // 3, (tick + 1) // 3, (tick + 2) // 3])
    fill_uniform(chance, key_person, first)
    fill_scores(score, chance)
    phase = (first - 1) % 3
    for row in range(chance.size):
        phase = 0 if phase == 2 else phase + 1
        chance[row] = uniform(key_quarter, 4096 * (first + row) + quarters[phase])
    fill_scores(passing_score, chance)
    for row in range(score.size):
        score[row] = lasting * score[row] + passing * passing_score[row]


@compiled
def budget_of(
    budget: Cents, survey: Floats, habit: Floats, retained: Indices, deposits: Cents, income: Floats, buffer: Floats,
    month: Month,
) -> int:  # fmt: skip
    """Fill what is spent: as surveyed, by habit and after taxes, moved by deposits, fear and the real rate.

    Returns what deposits relieve all of thrift by, in whole cents.
    """
    relieved = 0
    by_habit = month.spending_scale / (month.to_survey * month.retained * ALL_RETAINED)
    for row in range(budget.size):
        held, own = amount_of(deposits[row]), np.float64(income[row])
        wanted = by_habit * habit[row] * np.float64(retained[row]) * survey[row]
        # Fear adds to what is to be held, not to what habits lack.
        enough = own * buffer[row] * (month.caution if buffer[row] > 0.0 else 1.0)
        relief = relief_of(held, own, month.buffer_speed, month.liquidity)
        relieved += whole_cents(relief)
        wanted += relief + month.buffer_speed * held
        wanted -= spent_of(enough, own, month.buffer_speed, month.liquidity)
        wanted = max(month.floor * own, wanted * month.ease)
        budget[row] = max(0, whole_cents(min(held, wanted)))
    return relieved


@compiled
def spent_of(held: float, income: float, speed: float, liquidity: float) -> float:
    """Return what holding so much adds to spending, over holding nothing: less and less by the dollar."""
    return speed * held + relief_of(held, income, speed, liquidity)


@compiled
def relief_of(held: float, income: float, speed: float, liquidity: float) -> float:
    """Return by how much holding so much relieves of thrift: what it adds to spending beyond what the rich spend."""
    tide = liquidity * income
    return (1.0 - speed) * held * (tide / max(_ALMOST_NOTHING * tide + _TINY, tide + held))


@compiled
def held_to_spend(added: float, income: float, speed: float, liquidity: float) -> float:
    """Return what must be held to add so much to spending: what `spent_of` undoes."""
    tide = liquidity * income
    lack = (tide - added) / 2.0
    root = math.sqrt(lack * lack + speed * added * tide)
    if lack > 0.0:
        return added * tide / (lack + root)
    return (root - lack) / speed


@local_system
def reconsider_habits(
    ways: WaysOfLife = bundle(WaysOfLife),
    incomes: UsualIncomes = bundle(UsualIncomes),
    portfolios: Portfolios = bundle(Portfolios),
    age: Smalls = reads(Lives.age),
    study_months: Smalls = reads(Lives.study_months),
    status: Smalls = reads(Consumers.status),
    cell: Indices = reads(Consumers.cell),
    table: SurveyModel = bundle(SurveyModel),
    path: Commitments = bundle(Commitments),
    all_people: AllPeople = bundle(AllPeople),
    tick: int = this_tick(),
    first_consumer: int = first(Consumers),
) -> None:
    """Half a year after every third birthday, let consumers settle on what their way of life can keep up.

    By the opening's own condition: on the growth path each spends what her income leaves, and holds deposits in
    proportion to mean income, as her household always meant to. What income leaves counts relative to the mean:
    together all want to spend the same part of what taxes leave of income as at the opening, so that a slump is
    nobody's usual, and taxes are everybody's. And however luck spreads deposits, together they plan by what was at hand
    then: what all have at hand beyond that has become usual. Who is unemployed or studies waits.
    Source: Duesenberry (1949) for relative income; Carroll (1997).
    """
    bins = table.edge.size + 1
    model = table.answer.reshape((table.answer.shape[0] // bins, bins, 2))
    mean_income = table.mean_income[0]
    to_survey = table.reference[0] / (DOLLARS_A_YEAR * mean_income)
    after_taxes = all_people.retained[0] / all_people.retained_start[0]
    planned = all_people.left_share[0] * after_taxes + all_people.relief_start[0] - all_people.relief[0]
    common = planned * mean_income / all_people.mean_left[0]
    for consumer in birthdays(age.size, tick - 6):
        due = age[consumer] % ways.years_between == 0
        if not due or status[consumer] == UNEMPLOYED or study_months[consumer] > 0:
            continue
        in_bonds = portfolios.bond_share[consumer] * amount_of(path.for_bonds[0])
        saved = (in_bonds + portfolios.dwelling_share[consumer] * amount_of(path.for_building[0])) / CLAIMS
        home = incomes.permanent[consumer] * (incomes.take_home[consumer] / TAKE_HOME_UNIT)
        left = common * left_of(
            home, amount_of(portfolios.consumer_loan[consumer]),
            amount_of(portfolios.mortgage[consumer]), saved, path.policy_rate[0] + path.spread, path.mortgage_rate[0],
            path.growth[0],
        )  # fmt: skip
        income = max(1.0, np.float64(incomes.permanent[consumer]))
        meant = incomes.thrift[consumer]
        kept_up = max(ways.floor * income, left - path.growth[0] * meant * mean_income)
        rank = uniform(table.key, first_consumer + consumer)
        at = income_bin(DOLLARS_A_YEAR * to_survey * income, table.edge, table.first_bucket[0], table.buckets)
        modeled = expected_spending(
            model[cell[consumer], at], rank, table.persistence, table.shape, table.scale_low[0], table.scale_step[0]
        )
        own_taxes = max(_ALMOST_NOTHING, incomes.retained[consumer] / ALL_RETAINED / all_people.retained_start[0])
        modeled *= own_taxes * table.spending_scale[0] / (DOLLARS_A_YEAR * to_survey)
        ways.habit[consumer] = power(kept_up / modeled, ways.habit_share)
        at_hand = max(0.0, meant * mean_income + left)
        added = spent_of(at_hand, income, ways.buffer_speed, ways.liquidity)
        added += ways.habit[consumer] * modeled - kept_up
        ways.buffer[consumer] = held_to_spend(added, income, ways.buffer_speed, ways.liquidity) / income


@compiled
def left_of(
    take_home: float, loan: float, mortgage: float, saved: float, loan_rate: float, mortgage_rate: float, growth: float
) -> float:
    """Return what is left for spending after what keeps debts and property growing with the economy."""
    on_loan, on_home = loan_rate / MONTHS_PER_YEAR - growth, mortgage_rate / MONTHS_PER_YEAR - growth
    return take_home - on_loan * loan - on_home * mortgage - saved
