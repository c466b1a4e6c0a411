"""Consumers decide what to spend: the survey model's quantile at their own rank, then what it cannot know."""

import math

import numpy as np

from ravelin.core.draws import normal_score, uniform
from ravelin.core.parameter import Parameters, parameter
from ravelin.core.system import (
    Cents,
    Doubles,
    Floats,
    Indices,
    Smalls,
    draws,
    first,
    host_system,
    local_system,
    reads,
    this_tick,
    uses,
    writes,
)  # fmt: skip
from ravelin.learning.lookup import income_bin, spending_of
from ravelin.ledger.transfers import round_cents
from ravelin.state.accounts import Accounts
from ravelin.state.consumers import Consumers, IncomeBuckets, IncomeEdges, ResidualShape, SpendingGrid
from ravelin.state.institutions import CentralBank, Economy
from ravelin.state.localities import Localities

BLOCK = 512
"""Rows whose survey spending is looked up together, so that waiting for memory overlaps."""


class Spending(Parameters):
    """How spending departs from the survey."""

    buffer_speed = parameter(0.012, "1/month", "spending out of deposits above the buffer wanted", low=0, high=1,
                             source="Carroll 1997; MODEL kw")  # fmt: skip
    fear = parameter(6.0, "1", "growth of the buffer wanted per unit of unemployment above its norm", low=0, high=100,
                     source="MODEL fear 4-15, tuned")  # fmt: skip
    rate_response = parameter(1.0, "1", "fall of spending per unit of the real rate above its norm", low=0, high=10,
                              source="MODEL sig_r .5-2")  # fmt: skip
    rate_normal = parameter(0.0016, "1/year", "real rate at which spending is normal", low=-0.1, high=0.2,
                            source="calibration neutral_real_rate")  # fmt: skip
    floor = parameter(0.2, "fraction", "least spending over permanent income", low=0, high=1, source="MODEL 3.6")
    persistence = parameter(0.506, "fraction", "spread of spending that stays; the rest is redrawn each quarter", low=0,
                            high=1, source="repeat interviews of the survey; see the model card")  # fmt: skip
    nominal_income = parameter(True, "1", "relate income to mean income; otherwise deflate by prices alone",
                               source="DECISIONS 17: keeps people on the data")  # fmt: skip


@host_system
def compare_incomes(
    mean_income: Doubles = writes(Economy.mean_income),
    income_sum: Doubles = reads(Localities.income_sum),
    permanent_income: Floats = reads(Consumers.permanent_income),
) -> None:
    """Publish the mean permanent income of consumers."""
    mean_income[0] = float(income_sum.sum()) / permanent_income.size


@local_system
def plan_spending(
    budget: Cents = writes(Consumers.budget),
    income_class: Smalls = writes(Consumers.income_class),
    deposits: Cents = reads(Accounts.deposits, of=Consumers),
    permanent_income: Floats = reads(Consumers.permanent_income),
    habit: Floats = reads(Consumers.habit),
    buffer: Floats = reads(Consumers.buffer),
    cell: Indices = reads(Consumers.cell),
    location: Floats = reads(SpendingGrid.location),
    scale: Floats = reads(SpendingGrid.scale),
    edge: Floats = reads(IncomeEdges.edge),
    edge_class: Smalls = reads(IncomeEdges.share_class),
    buckets: Smalls = reads(IncomeBuckets.below),
    shape: Floats = reads(ResidualShape.quantile),
    first_bucket: Cents = reads(Economy.first_bucket),
    scale_low: Doubles = reads(Economy.scale_low),
    scale_step: Doubles = reads(Economy.scale_step),
    mean_income: Doubles = reads(Economy.mean_income),
    mean_income_start: Doubles = reads(Economy.mean_income_start),
    price_index: Doubles = reads(Economy.price_index),
    reference: Doubles = reads(Economy.income_reference),
    spending_scale: Doubles = reads(Economy.spending_scale),
    real_rate: Doubles = reads(Economy.real_rate_smooth),
    unemployment: Doubles = reads(CentralBank.unemployment_seen),
    norm: Doubles = reads(CentralBank.unemployment_norm),
    buffer_speed: float = uses(Spending.buffer_speed),
    fear: float = uses(Spending.fear),
    rate_response: float = uses(Spending.rate_response),
    rate_normal: float = uses(Spending.rate_normal),
    floor: float = uses(Spending.floor),
    persistence: float = uses(Spending.persistence),
    nominal_income: bool = uses(Spending.nominal_income),
    key_person: int = draws("spending rank", fixed=True),
    key_quarter: int = draws("spending of the quarter", fixed=True),
    tick: int = this_tick(),
    first_consumer: int = first(Consumers),
) -> None:
    """Spend as surveyed people of her kind, income and rank do, moved by deposits, rates and fear.

    c = h s F(rank; x, 12 y R) / (12 R) + k (D - m y (1 + fear (u - norm))), times 1 - a (real rate - normal),
    with h the own habit, F the survey model, y permanent income, R survey mean income over simulated mean
    income, D deposits and m the own buffer; at least a floor, at most deposits.
    Source: survey model card; Carroll (1997), "Buffer-stock saving"; Duesenberry (1949) for relative income.
    """
    bins = edge.size + 1
    level = mean_income[0] if nominal_income else mean_income_start[0] * price_index[0] / 100.0
    to_survey = reference[0] / (0.12 * level)
    lasting, passing = math.sqrt(persistence), math.sqrt(1.0 - persistence)
    caution = 1.0 + fear * (unemployment[0] - norm[0])
    ease = 1.0 - rate_response * (real_rate[0] - rate_normal)
    quarters = np.array([tick // 3, (tick + 1) // 3, (tick + 2) // 3])
    phase = (first_consumer - 1) % 3
    model_location = location.reshape((location.size // bins, bins))
    model_scale = scale.reshape((scale.size // bins, bins))
    survey_income = np.empty(BLOCK, np.float32)
    score = np.empty(BLOCK, np.float32)
    survey = np.empty(BLOCK, np.float32)
    for begin in range(0, budget.size, BLOCK):
        count = min(BLOCK, budget.size - begin)
        for place in range(count):
            phase = 0 if phase == 2 else phase + 1
            row = first_consumer + begin + place
            own = lasting * normal_score(uniform(key_person, row))
            score[place] = own + passing * normal_score(uniform(key_quarter, 4096 * row + quarters[phase]))
            survey_income[place] = 0.12 * to_survey * permanent_income[begin + place]
        spending_of(
            survey[:count], cell[begin : begin + count], survey_income[:count], score[:count], model_location,
            model_scale, edge, first_bucket[0], buckets, shape, scale_low[0], scale_step[0],
        )  # fmt: skip
        for place in range(count):
            consumer = begin + place
            income = np.float64(permanent_income[consumer])
            bin_ = income_bin(survey_income[place], edge, first_bucket[0], buckets)
            income_class[consumer] = edge_class[bin_ - 1] if bin_ > 0 else 0
            wanted = habit[consumer] * spending_scale[0] * survey[place] / (0.12 * to_survey)
            wanted += buffer_speed * (deposits[consumer] - buffer[consumer] * income * caution)
            wanted = max(floor * income, wanted * ease)
            budget[consumer] = max(0, min(deposits[consumer], round_cents(wanted)))
