"""The central bank: policy rate by a Taylor rule with a learned neutral rate; bonds against reserves."""

from typing import NamedTuple

import numpy as np

from ravelin.core.arithmetic import add_up_whole
from ravelin.core.clock import MONTHS_PER_YEAR
from ravelin.core.kernel import whole
from ravelin.core.parameter import Parameters, parameter
from ravelin.core.system import Cents, Doubles, adds, bundle, clears, moves, reads, sets, system, uses, writes
from ravelin.economy.accounts.tables import Economy
from ravelin.economy.banks.tables import Banks
from ravelin.economy.central_bank.tables import CentralBank
from ravelin.economy.government.tables import Government
from ravelin.economy.labor.tables import LaborStatistics
from ravelin.economy.outlook.parameters import Anchors
from ravelin.economy.outlook.tables import Outlook
from ravelin.economy.securities.tables import OwnersClearing
from ravelin.ledger.columns import sum_of
from ravelin.ledger.exchange import pay_in_reserves, swap_bonds

_SEEING = 0.3
"""Part of a month's news of unemployment that the bank believes at once: one release is noise (assumption)."""


class MonetaryPolicy(Parameters):
    """The policy rule."""

    inertia = parameter(0.96, "1", "weight of last month's rate", low=0, high=1,
                        source="FRED-QD 1984-2007, least squares: .889 a quarter (standard error .020)")  # fmt: skip
    on_inflation = parameter(1.7, "1", "response to inflation", low=0, high=10,
                             source="the same regression: 1.69; Taylor 1993: 1.5",
                             known_as=("Response to inflation", "Taylor rule", "hawkish",
                                       "reaction function"))  # fmt: skip
    on_unemployment = parameter(1.1, "1", "response to the unemployment gap", low=0, high=10,
                                source="the same: 1.12; Taylor 1999: 1 on the output gap, 2 on this one",
                                known_as=("Response to unemployment", "Taylor rule", "dual mandate",
                                          "dovish"))  # fmt: skip
    on_speed = parameter(4.0, "year", "response to the change of unemployment over a year", low=0, high=20,
                         source="the same: 4.05; Orphanides and Williams 2002: 2.4")  # fmt: skip
    neutral_memory = parameter(0.0111, "1/month", "speed at which the neutral rate is learned", low=0, high=1,
                               source="Orphanides-Williams 2002; MODEL lam_r 1/90")  # fmt: skip
    norm_memory = parameter(0.0042, "1/month", "speed at which normal unemployment follows unemployment", low=0, high=1,
                            source="assumption: twenty years, as estimates of the natural rate move by less than "
                                   "half of what a decade of unemployment does")  # fmt: skip
    norm_on_inflation = parameter(0.0125, "1/month", "rise of normal unemployment per unit of inflation above target",
                                  low=0, high=1, source="assumption: a point too much for a year says that the natural "
                                  "rate is .15 higher; Orphanides and Williams 2007")  # fmt: skip
    rate_shock = parameter(0.0, "1/year", "added to the rate that the rule gives, while it is set", low=-0.2, high=0.2,
                           source="policy switch",
                           known_as=("Policy rate", "interest rate", "fed funds rate", "federal funds rate",
                                     "monetary policy", "rate hike", "rate cut", "tightening", "easing", "bank rate",
                                     "discount rate", "cost of borrowing"), policy=True)  # fmt: skip
    reserve_ratio = parameter(0.078520034, "fraction", "reserves kept ample, over deposits", low=0, high=1,
                              source="calibration bank_reserves_to_deposits",
                              known_as=("Reserves", "reserve requirement", "liquidity"))  # fmt: skip
    purchase_speed = parameter(0.5, "1/month", "share of a gap in reserves closed by bond purchases", low=0, high=1,
                               source="assumption: ample reserves")  # fmt: skip
    purchases = parameter(0.0, "fraction", "extra bonds bought a month over monthly trend GDP", low=-5, high=5,
                          source="policy switch: quantitative easing",
                          known_as=("Bond purchases of the central bank", "quantitative easing",
                                    "quantitative tightening", "QE", "QT", "asset purchases", "money printing",
                                    "balance sheet policy"))  # fmt: skip


class Unemployment(NamedTuple):
    """What the bank sees of unemployment, and what it holds for normal."""

    rate: Doubles = reads(LaborStatistics.unemployment_rate)
    seen: Doubles = writes(CentralBank.unemployment_seen)
    recent: Doubles = writes(CentralBank.unemployment_recent)
    norm: Doubles = writes(CentralBank.unemployment_norm)
    norm_memory: float = uses(MonetaryPolicy.norm_memory)
    norm_on_inflation: float = uses(MonetaryPolicy.norm_on_inflation)


class TaylorRule(NamedTuple):
    """What the rate answers, and how much of it stays."""

    target: float = uses(Anchors.inflation_target)
    inertia: float = uses(MonetaryPolicy.inertia)
    on_inflation: float = uses(MonetaryPolicy.on_inflation)
    on_unemployment: float = uses(MonetaryPolicy.on_unemployment)
    on_speed: float = uses(MonetaryPolicy.on_speed)


@system
def set_policy_rate(
    policy_rate: Doubles = sets(CentralBank.policy_rate),
    rule_rate: Doubles = writes(CentralBank.rule_rate),
    neutral_rate: Doubles = writes(CentralBank.neutral_rate),
    jobs: Unemployment = bundle(Unemployment),
    rule: TaylorRule = bundle(TaylorRule),
    inflation: Doubles = reads(Economy.inflation),
    expected: Doubles = reads(Outlook.expected_inflation),
    neutral_memory: float = uses(MonetaryPolicy.neutral_memory),
    shock: float = uses(MonetaryPolicy.rate_shock),
) -> None:
    """Move the policy rate towards the Taylor rule's, never below zero.

    rate* = neutral + inflation + (a - 1)(inflation - target) + b (normal unemployment - unemployment) - c speed,
    where of a month's news of unemployment three tenths count at once, and speed is its change over a year.
    The neutral real rate is learned from the rate the bank had to set. So is normal unemployment: it follows what is
    seen slowly, and is told by inflation: a slump without inflation becomes nobody's norm. Both bring mean inflation
    to target. Source: Taylor (1993, 1999); Orphanides and Williams (2002, 2007).
    """
    jobs.seen[0] += _SEEING * (jobs.rate[0] - jobs.seen[0])
    speed = jobs.seen[0] - jobs.recent[0]
    jobs.recent[0] += speed / MONTHS_PER_YEAR
    beyond = inflation[0] - rule.target
    news = jobs.norm_memory * (jobs.seen[0] - jobs.norm[0]) + jobs.norm_on_inflation * beyond
    jobs.norm[0] = max(0.0, jobs.norm[0] + news)
    aim = neutral_rate[0] + inflation[0] + (rule.on_inflation - 1.0) * beyond
    aim += rule.on_unemployment * (jobs.norm[0] - jobs.seen[0]) - rule.on_speed * speed
    rule_rate[0] = max(0.0, rule.inertia * rule_rate[0] + (1.0 - rule.inertia) * aim)
    policy_rate[0] = max(0.0, rule_rate[0] + shock)
    neutral_rate[0] += neutral_memory * (rule_rate[0] - expected[0] - neutral_rate[0])


@system
def buy_bonds(
    bank_bonds: Cents = moves(Banks.bonds),
    own_bonds: Cents = moves(CentralBank.bonds),
    bought: Cents = adds(Banks.bonds_bought),
    bonds_traded: Cents = clears(OwnersClearing.bonds_traded),
    reserves: Cents = reads(Banks.reserves),
    deposits: Cents = reads(Banks.deposits),
    government_bonds: Cents = reads(Government.bonds),
    trend_gdp: Doubles = reads(Economy.trend_gdp),
    growth: Doubles = reads(Economy.trend_growth),
    reserve_ratio: float = uses(MonetaryPolicy.reserve_ratio),
    speed: float = uses(MonetaryPolicy.purchase_speed),
    purchases: float = uses(MonetaryPolicy.purchases),
) -> None:
    """Buy government bonds from banks, at par, so that reserves stay ample; sell when they exceed.

    The central bank also makes up for the currency that growth draws out of reserves.
    """
    gap = reserve_ratio * sum_of(deposits) - sum_of(reserves)
    wanted = speed * gap + growth[0] * sum_of(own_bonds) + purchases * trend_gdp[0]
    weights = np.empty(government_bonds.size)
    for series in range(weights.size):
        weights[series] = max(1, government_bonds[0, series])
    before = np.empty(reserves.size, np.int64)
    for bank in range(reserves.size):
        before[bank] = add_up_whole(bank_bonds[bank])
    pay_in_reserves(bonds_traded, swap_bonds(bank_bonds, own_bonds, whole(np.rint(wanted)), weights))
    for bank in range(reserves.size):
        bought[bank] += add_up_whole(bank_bonds[bank]) - before[bank]
