"""The government: fiscal rule, purchases, public investment, and bonds that cover what taxes do not."""

from typing import NamedTuple

import numpy as np

from ravelin.core.arithmetic import add_up_whole, exp
from ravelin.core.clock import MONTHS_PER_YEAR
from ravelin.core.kernel import compiled, whole
from ravelin.core.parameter import Parameters, parameter
from ravelin.core.system import (
    Cents,
    Doubles,
    Smalls,
    adds,
    bundle,
    clears,
    moves,
    reads,
    sets,
    system,
    uses,
    writes,
)  # fmt: skip
from ravelin.economy.accounts.tables import Economy
from ravelin.economy.banks.tables import Banks, BanksClearing
from ravelin.economy.central_bank.tables import CentralBank
from ravelin.economy.firms.tables import Technology
from ravelin.economy.goods.acts import MarketLists, Shelves, left_on, sellers_of
from ravelin.economy.goods.tables import Goods, GoodsClearing, Markets, Sellers
from ravelin.economy.government.parameters import Taxes
from ravelin.economy.government.tables import BudgetClearing, Government
from ravelin.economy.outlook.tables import Outlook
from ravelin.economy.people.tables import Consumers
from ravelin.economy.places.tables import Localities
from ravelin.economy.securities.acts import FundAccount, fund_pays
from ravelin.economy.securities.tables import MATURITIES, Fund, OwnersClearing
from ravelin.ledger.accounts import (
    BANKS,
    DEPOSIT_INSURANCE,
    FIRMS,
    GOVERNMENT,
    GOVERNMENT_PURCHASES,
    INCOME_TAX,
    PAYROLL_TAX_EMPLOYERS,
    PUBLIC_INVESTMENT,
    Flows,
)
from ravelin.ledger.columns import sum_of
from ravelin.ledger.exchange import issue_bonds
from ravelin.ledger.settlement import split_whole
from ravelin.ledger.transfers import book, credit, debit, net_received, pass_on, pay_out

_RECAPITALIZED = 0.08
"""Equity over loans that a failed bank is given: the least total capital of Basel III."""


class FiscalPolicy(Parameters):
    """Budget and debt."""

    debt_target = parameter(0.942432683, "year", "bonds over yearly trend GDP", low=0, high=5,
                            source="calibration debt_to_gdp",
                            known_as=("Debt target", "public debt", "debt to GDP", "fiscal rule",
                                      "sovereign debt"))  # fmt: skip
    on_debt = parameter(0.05, "1/year", "rise of yearly taxes in GDP per unit of debt above its target", low=0, high=5,
                        source="Bohn 1998: primary surpluses of the United States, .028 to .054")  # fmt: skip
    persistence = parameter(0.01, "1/year", "yearly rise of those taxes, over them, while debt is above target",
                            low=0, high=1, source="assumption: without it debt would settle off target; above a "
                                                  "quarter of on_debt it swings")  # fmt: skip
    on_slump = parameter(1.0, "1", "tax relief in GDP per unit of unemployment above its norm; tax below", low=0,
                         high=5, source="Bohn 1998, Auerbach 2003: budgets answer the cycle; size assumed",
                         known_as=("Automatic stabilizers", "countercyclical tax relief", "tax rebate",
                                   "stimulus checks"))  # fmt: skip
    tax_base = parameter(0.1204, "fraction", "income tax over GDP: points of GDP in a surcharge", low=0.01,
                         high=1, source="calibration income_tax_share_of_gdp")  # fmt: skip
    treasury_months = parameter(0.195, "month", "account at the central bank over monthly trend GDP", low=0, high=12,
                                source="calibration treasury_account_to_gdp")  # fmt: skip
    purchases = parameter(1.0, "1", "government purchases over their trend", low=0, high=10, source="policy switch",
                          known_as=("Government purchases", "government spending", "public spending",
                                    "public consumption", "fiscal stimulus", "austerity", "spending cut",
                                    "defense spending", "procurement"), policy=True)  # fmt: skip
    investment = parameter(1.0, "1", "public investment over its trend", low=0, high=10, source="policy switch",
                           known_as=("Public investment", "infrastructure", "public capital", "government investment",
                                     "fiscal stimulus"), policy=True)  # fmt: skip
    depreciation = parameter(0.03, "1/year", "depreciation of public capital", low=0, high=1,
                             source="BEA; calibration depreciation_public_capital")  # fmt: skip
    maturity_shares = parameter((0.4, 0.28, 0.19, 0.13), "fraction", "shares of new debt of 2, 5, 10 and 30 years",
                                low=0, high=1, adds_up=True, source="calibration debt_maturity_share")  # fmt: skip
    issue_memory = parameter(0.2, "1/month", "speed at which usual net issue follows net issue", low=0, high=1,
                             source="assumption")  # fmt: skip


class YieldCurve(Parameters):
    """What new bonds yield until they are traded."""

    neutral = parameter(0.0216, "1/year", "policy rate that long yields expect to return to", low=-0.05, high=0.2,
                        source="calibration policy_rate")  # fmt: skip
    reversion = parameter(0.2, "1/year", "speed at which it is expected to return", low=0.001, high=5,
                          source="assumption: expectations hypothesis")  # fmt: skip
    premiums = parameter((-0.0019, -0.002, -0.0002, 0.0042), "1/year", "term premium by series", low=-0.1, high=0.1,
                         source="calibration: yields of 2019 over the policy rate")  # fmt: skip


@system
def set_surcharge(
    surcharge: Doubles = writes(Government.surcharge),
    average: Doubles = writes(Government.debt_ratio_average),
    relief: Doubles = writes(Government.relief),
    bonds: Cents = reads(Government.bonds),
    trend_gdp: Doubles = reads(Economy.trend_gdp),
    unemployment: Doubles = reads(CentralBank.unemployment_seen),
    norm: Doubles = reads(CentralBank.unemployment_norm),
    target: float = uses(FiscalPolicy.debt_target),
    on_debt: float = uses(FiscalPolicy.on_debt),
    persistence: float = uses(FiscalPolicy.persistence),
    on_slump: float = uses(FiscalPolicy.on_slump),
    tax_base: float = uses(FiscalPolicy.tax_base),
) -> None:
    """Raise the income tax by a part of the debt above target, lower it alike below it; relieve taxes in a slump.

    surcharge = a (gap + c sum of gaps) / tax base - relief, with the gap of the year's average debt over yearly trend
    GDP to its target. Above target as below, in a slump as in a boom: a slump's debt is paid back over decades.
    Source: Bohn (1998), "The behavior of U.S. public debt and deficits".
    """
    ratio = add_up_whole(bonds) / (MONTHS_PER_YEAR * trend_gdp[0])
    change = (ratio - average[0]) / MONTHS_PER_YEAR
    average[0] += change
    step = on_debt * (change + persistence / MONTHS_PER_YEAR * (average[0] - target))
    before = relief[0]
    relief[0] = on_slump * (unemployment[0] - norm[0]) / tax_base
    surcharge[0] += step / tax_base + before - relief[0]


class PublicDemand(NamedTuple):
    """What the government buys of each good for every consumer, for its services and as capital."""

    services: Doubles = reads(Goods.government_units)
    capital: Doubles = reads(Goods.public_investment_units)
    purchases: float = uses(FiscalPolicy.purchases)
    investment: float = uses(FiscalPolicy.investment)


@system
def procure(
    shelves: Shelves = bundle(Shelves),
    markets: MarketLists = bundle(MarketLists),
    demand: PublicDemand = bundle(PublicDemand),
    paid: Cents = writes(Flows.paid),
    consumption_units: Doubles = sets(Government.units_bought),
    built_units: Doubles = sets(Government.units_built),
    budget: Cents = clears(BudgetClearing.budget),
    payments: Cents = clears(GoodsClearing.shop_goods),
    weight: Doubles = reads(Sellers.weight),
    consumer_share: Doubles = reads(Markets.consumer_share),
    productivity: Doubles = reads(Technology.productivity),
    productivity_start: Doubles = reads(Technology.productivity_start),
    wage: Cents = reads(Consumers.wage),
    disturbance: Doubles = reads(Outlook.procurement),
) -> None:
    """Buy goods in real amounts that grow with productivity, shared among sellers by size."""
    trend = wage.size * productivity[0] / productivity_start[0] * exp(disturbance[0])
    consumed, invested = 0, 0
    built, bought = 0.0, 0.0
    price = shelves.price
    for market in range(markets.good.size):
        g = markets.good[market]
        needs = demand.purchases * demand.services[g] * trend * consumer_share[market]
        builds = demand.investment * demand.capital[g] * trend * consumer_share[market]
        if needs + builds <= 0.0:
            continue
        begin, end = sellers_of(markets, market)
        public_part = builds / (needs + builds)
        # First by size; what the chosen sellers cannot deliver, others do who have something left.
        missing, spare = 0.0, 0.0
        before = 0.0
        for seller in range(begin, end):
            order = (needs + builds) * (weight[seller] - before) / weight[end - 1] * price[seller]
            before = weight[seller]
            missing += max(0.0, order - left_on(shelves, seller))
            spare += max(0.0, shelves.shelf[seller] - shelves.sold[seller] - order)
        extra = min(1.0, missing / spare) if spare > 0.0 else 0.0
        before = 0.0
        for seller in range(begin, end):
            left = left_on(shelves, seller)
            order = (needs + builds) * (weight[seller] - before) / weight[end - 1] * price[seller]
            before = weight[seller]
            order = min(np.float64(left), order + extra * max(0.0, left - order))
            cents = whole(order)
            if cents <= 0:
                continue
            public = whole(cents * public_part)
            shelves.sold[seller] += cents
            invested += public
            consumed += cents - public
            built += public / price[seller]
            bought += (cents - public) / price[seller]
    consumption_units[0] = bought
    built_units[0] = built
    pass_on(budget, payments, consumed + invested)
    book(paid, GOVERNMENT_PURCHASES, GOVERNMENT, FIRMS, consumed)
    book(paid, PUBLIC_INVESTMENT, GOVERNMENT, FIRMS, invested)


@system
def keep_up_public_capital(
    capital: Doubles = writes(Government.capital),
    built: Doubles = reads(Government.units_built),
    depreciation: float = uses(FiscalPolicy.depreciation),
) -> None:
    """Let public capital wear out, and add what was built."""
    capital[0] = capital[0] * (1.0 - depreciation / MONTHS_PER_YEAR) + built[0]


@system
def book_own_payroll_tax(
    paid: Cents = writes(Flows.paid),
    payroll: Cents = reads(Localities.public_payroll),
    rate: float = uses(Taxes.payroll_employer),
) -> None:
    """Book the employer's payroll tax that the government owes itself on public wages."""
    book(paid, PAYROLL_TAX_EMPLOYERS, GOVERNMENT, GOVERNMENT, whole(np.rint(rate * add_up_whole(payroll))))


@system
def balance_budget(
    treasury: Cents = moves(Government.treasury),
    arrears: Cents = moves(Government.arrears),
    deficit: Cents = sets(Government.deficit),
    budget: Cents = clears(BudgetClearing.budget),
    paid: Cents = reads(Flows.paid),
    collected: Cents = reads(Government.collected),
) -> None:
    """Draw up the month's deficit and pay it out of the treasury's account.

    Taxes count when they are due; what consumers could not pay is a claim, and no money yet.
    """
    deficit[0] = -net_received(paid, GOVERNMENT)
    unpaid = add_up_whole(paid[INCOME_TAX]) - collected[0]
    credit(arrears, 0, unpaid)
    pay_out(budget, treasury, 0, -deficit[0] - unpaid)


class Debt(NamedTuple):
    """Bonds that the government owes, by series, and those who hold them."""

    bonds: Cents = moves(Government.bonds)
    of_banks: Cents = moves(Banks.bonds)
    of_consumers: Cents = moves(Fund.consumer_bonds)
    of_central_bank: Cents = reads(CentralBank.bonds)


class Yields(NamedTuple):
    """What new bonds yield, and the mean coupon of those outstanding."""

    coupon: Doubles = writes(Government.coupon)
    policy_rate: Doubles = reads(CentralBank.policy_rate)
    neutral: float = uses(YieldCurve.neutral)
    reversion: float = uses(YieldCurve.reversion)
    premiums: Doubles = uses(YieldCurve.premiums)


@system
def issue(
    debt: Debt = bundle(Debt),
    yields: Yields = bundle(Yields),
    fund: FundAccount = bundle(FundAccount),
    treasury: Cents = moves(Government.treasury),
    bond_pot: Cents = moves(Fund.bond_pot),
    net_issue: Doubles = writes(Government.net_issue),
    bought: Cents = adds(Banks.bonds_bought),
    budget: Cents = clears(BudgetClearing.budget),
    bonds_traded: Cents = clears(OwnersClearing.bonds_traded),
    bank_deposits: Cents = reads(Banks.deposits),
    trend_gdp: Doubles = reads(Economy.trend_gdp),
    treasury_months: float = uses(FiscalPolicy.treasury_months),
    shares: Doubles = uses(FiscalPolicy.maturity_shares),
    memory: float = uses(FiscalPolicy.issue_memory),
) -> None:
    """Cover the deficit with new bonds, or redeem old ones, so that the treasury account stays at its target.

    Consumers take what they set aside, banks the rest in proportion to deposits. Old bonds that fall due
    are refinanced with their holders at today's yields; yields follow the expectations hypothesis.
    """
    needed = whole(np.rint(treasury_months * trend_gdp[0])) - treasury[0]
    held_by_consumers, held_by_banks = sum_of(debt.of_consumers), sum_of(debt.of_banks)
    to_consumers = min(bond_pot[0], max(0, needed))
    if needed < 0:
        part = held_by_consumers / max(1.0, np.float64(sum_of(debt.bonds) - sum_of(debt.of_central_bank)))
        to_consumers = -min(held_by_consumers, whole(np.rint(-needed * part)))
    to_banks = max(needed - to_consumers, -held_by_banks)
    old = debt.bonds[0].astype(np.float64)
    # New debt is spread over maturities as planned, redemption over what there is to redeem.
    consumers_claims, banks_claims = np.empty(shares.size), np.empty(shares.size)
    for series in range(shares.size):
        consumers_claims[series] = shares[series] if to_consumers >= 0 else debt.of_consumers[0, series]
        banks_claims[series] = shares[series] if to_banks >= 0 else sum_of(debt.of_banks[:, series])
    mine, theirs = split_whole(to_consumers, consumers_claims), split_whole(to_banks, banks_claims)
    for series in range(shares.size):
        issue_bonds(debt.bonds, debt.of_consumers, series, mine[series : series + 1])
        claims = np.empty(bank_deposits.size)
        for bank in range(claims.size):
            claims[bank] = max(1, bank_deposits[bank]) if theirs[series] >= 0 else debt.of_banks[bank, series]
        parts = split_whole(theirs[series], claims)
        issue_bonds(debt.bonds, debt.of_banks, series, parts)
        for bank in range(parts.size):
            bought[bank] += parts[bank]
    debit(bond_pot, 0, to_consumers)
    fund_pays(fund, budget, to_consumers)
    pass_on(bonds_traded, budget, to_banks)
    pay_out(budget, treasury, 0, to_consumers + to_banks)
    net_issue[0] += memory * (to_consumers + to_banks - net_issue[0])
    renew(yields, old, debt.bonds[0].astype(np.float64))


@compiled
def renew(yields: Yields, old: Doubles, now: Doubles) -> None:
    """Move coupons as bonds are issued and fall due: yields are the policy rates expected up to the end, and more."""
    coupon = yields.coupon
    for series in range(now.size):
        faded = yields.reversion * MATURITIES[series]
        expected = (1.0 - exp(-faded)) / faded
        new = yields.neutral + (yields.policy_rate[0] - yields.neutral) * expected + yields.premiums[series]
        turnover = min(1.0, 1.0 / (MONTHS_PER_YEAR * MATURITIES[series] / 2.0))
        renewed = turnover * old[series] + max(0.0, now[series] - old[series])
        coupon[0, series] += renewed / max(1.0, now[series]) * (max(0.0, new) - coupon[0, series])


@system
def insure_deposits(
    income: Cents = writes(Banks.income),
    failed: Smalls = writes(Banks.failed),
    paid: Cents = writes(Flows.paid),
    budget: Cents = clears(BudgetClearing.budget),
    bank_income: Cents = clears(BanksClearing.bank_income),
    equity: Cents = reads(Banks.equity),
    earned: Cents = reads(Banks.interest_earned),
    given: Cents = reads(Banks.interest_paid),
    lost: Cents = reads(Banks.write_offs),
    loans: Cents = reads(Banks.firm_loans),
) -> None:
    """Put new equity into a bank whose losses have eaten its own: depositors lose nothing.

    The state pays: it borrows in `issue`, and taxpayers repay in time by `set_surcharge`. It gets no share of the bank.
    """
    for bank in range(equity.size):
        after = equity[bank] + earned[bank] - given[bank] - lost[bank] + income[bank]
        if after < 0:
            injection = whole(_RECAPITALIZED * loans[bank]) - after
            income[bank] += injection
            failed[bank] = 1
            pass_on(budget, bank_income, injection)
            book(paid, DEPOSIT_INSURANCE, GOVERNMENT, BANKS, injection)
