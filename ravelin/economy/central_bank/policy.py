"""The central bank: policy rate by a Taylor rule with a learned neutral rate; bonds against reserves."""

import numpy as np

from ravelin.core.arithmetic import add_up_whole
from ravelin.core.kernel import whole
from ravelin.core.parameter import Parameters, parameter
from ravelin.core.system import Cents, Doubles, adds, clears, moves, reads, sets, system, uses, writes
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

    inertia = parameter(0.92, "1", "weight of last month's rate", low=0, high=1,
                        source="Clarida, Gali, Gertler 2000: .8 a quarter; MODEL rho_i")  # fmt: skip
    on_inflation = parameter(1.5, "1", "response to inflation", low=0, high=10, source="Taylor 1993",
                             known_as=("Response to inflation", "Taylor rule", "hawkish",
                                       "reaction function"))  # fmt: skip
    on_unemployment = parameter(2.0, "1", "response to the unemployment gap", low=0, high=10,
                                source="Taylor 1999: 1 on the output gap, twice that of unemployment",
                                known_as=("Response to unemployment", "Taylor rule", "dual mandate",
                                          "dovish"))  # fmt: skip
    neutral_memory = parameter(0.0111, "1/month", "speed at which the neutral rate is learned", low=0, high=1,
                               source="Orphanides-Williams 2002; MODEL lam_r 1/90")  # fmt: skip
    norm_memory = parameter(0.00833, "1/month", "speed at which normal unemployment is learned", low=0, high=1,
                            source="MODEL u_cb 1/120")  # fmt: skip
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


@system
def set_policy_rate(
    policy_rate: Doubles = sets(CentralBank.policy_rate),
    rule_rate: Doubles = writes(CentralBank.rule_rate),
    neutral_rate: Doubles = writes(CentralBank.neutral_rate),
    norm: Doubles = writes(CentralBank.unemployment_norm),
    seen: Doubles = writes(CentralBank.unemployment_seen),
    unemployment: Doubles = reads(LaborStatistics.unemployment_rate),
    inflation: Doubles = reads(Economy.inflation),
    expected: Doubles = reads(Outlook.expected_inflation),
    target: float = uses(Anchors.inflation_target),
    inertia: float = uses(MonetaryPolicy.inertia),
    on_inflation: float = uses(MonetaryPolicy.on_inflation),
    on_unemployment: float = uses(MonetaryPolicy.on_unemployment),
    neutral_memory: float = uses(MonetaryPolicy.neutral_memory),
    norm_memory: float = uses(MonetaryPolicy.norm_memory),
    shock: float = uses(MonetaryPolicy.rate_shock),
) -> None:
    """Move the policy rate towards the Taylor rule's, never below zero.

    rate* = neutral + inflation + (a - 1)(inflation - target) + b (normal unemployment - unemployment), where of a
    month's news of unemployment three tenths count at once.
    The neutral real rate is learned from the rate the bank had to set: the integral term that brings
    mean inflation to target. Source: Taylor (1993, 1999); Orphanides and Williams (2002).
    """
    seen[0] += _SEEING * (unemployment[0] - seen[0])
    norm[0] += norm_memory * (seen[0] - norm[0])
    aim = neutral_rate[0] + inflation[0] + (on_inflation - 1.0) * (inflation[0] - target)
    aim += on_unemployment * (norm[0] - seen[0])
    rule_rate[0] = max(0.0, inertia * rule_rate[0] + (1.0 - inertia) * aim)
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
