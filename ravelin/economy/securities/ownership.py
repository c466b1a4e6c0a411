"""Ownership: what firms and banks pay out, and what their owners set aside for bonds and dwellings."""

from typing import NamedTuple

import numpy as np

from ravelin.core.arithmetic import add_up_whole
from ravelin.core.clock import MONTHS_PER_YEAR
from ravelin.core.kernel import whole
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
    local_system,
    moves,
    reads,
    sets,
    system,
    uses,
    writes,
)  # fmt: skip
from ravelin.economy.accounts.tables import Economy
from ravelin.economy.banks.acts import ConsumersDeposits, FirmsDeposits, pay_at_bank, post_block, receive_at_bank
from ravelin.economy.banks.tables import Banks, BanksClearing
from ravelin.economy.central_bank.tables import CentralBank, CentralBankClearing
from ravelin.economy.credit.acts import (
    CurrentAccounts,
    DepositInterest,
    RealAssets,
    deposit_rate,
    firm_pays,
    firm_receives,
)
from ravelin.economy.credit.parameters import Lending
from ravelin.economy.firms.parameters import Capital
from ravelin.economy.firms.tables import Books, Firms, Plant, Workforce
from ravelin.economy.goods.tables import Goods
from ravelin.economy.government.parameters import Taxes
from ravelin.economy.government.tables import BudgetClearing, Government
from ravelin.economy.people.tables import IncomesClearing, Wealth
from ravelin.economy.places.tables import Localities
from ravelin.economy.securities.acts import FundAccount, fund_pays, fund_receives
from ravelin.economy.securities.tables import Fund, OwnersClearing
from ravelin.ledger.accounts import (
    BANKS,
    CENTRAL_BANK,
    CONSUMERS,
    CORPORATE_TAX,
    DIVIDENDS,
    FIRMS,
    GOVERNMENT,
    INTEREST_BONDS,
    INTEREST_DEPOSITS,
    NEW_EQUITY,
    RENTS,
    Flows,
)
from ravelin.ledger.batches import BLOCK, debit_upto, lay_claims, share_pool
from ravelin.ledger.transfers import book, credit, debit, pass_on, pool_upto, round_cents


class Payout(Parameters):
    """How firms pay out."""

    dividend_speed = parameter(0.25, "1/month", "share of excess deposits declared as dividend", low=0, high=1,
                               source="MODEL divx: excess cash must return to owners")  # fmt: skip
    leverage_limit = parameter(0.6, "fraction", "leverage above which nothing is paid out", low=0, high=5,
                               source="MODEL 3.7")  # fmt: skip
    outlay_memory = parameter(0.25, "1/month", "speed at which usual outlays follow outlays", low=0, high=1,
                              source="assumption")  # fmt: skip


@system
def pay_bank_dividends(
    fund: FundAccount = bundle(FundAccount),
    interest: DepositInterest = bundle(DepositInterest),
    declared: Cents = writes(Banks.dividend),
    dividend_paid: Cents = sets(Banks.dividend_paid),
    dividend_pot: Cents = moves(Fund.dividend_pot),
    paid: Cents = writes(Flows.paid),
    incomes: Cents = clears(IncomesClearing.incomes),
    bank_income: Cents = clears(BanksClearing.bank_income),
) -> None:
    """Banks pay the dividends they declared into the owners' fund, and interest on its deposits."""
    fund_interest = whole(np.rint(deposit_rate(interest) / MONTHS_PER_YEAR * fund.deposits[fund.deposits.size - 1]))
    interest.given[0] += fund_interest
    fund_receives(fund, incomes, fund_interest)
    credit(dividend_pot, 0, fund_interest)
    book(paid, INTEREST_DEPOSITS, BANKS, CONSUMERS, fund_interest)
    dividends = add_up_whole(declared)
    dividend_paid[:] = declared
    fund_receives(fund, bank_income, dividends)
    credit(dividend_pot, 0, dividends)
    declared[:] = 0
    book(paid, DIVIDENDS, BANKS, CONSUMERS, dividends)


@system
def pay_coupons(
    income: Cents = writes(Banks.income),
    coupon_pool: Cents = sets(Fund.coupon_pool),
    paid: Cents = writes(Flows.paid),
    bank_income: Cents = clears(BanksClearing.bank_income),
    central_bank_income: Cents = clears(CentralBankClearing.central_bank_income),
    budget: Cents = clears(BudgetClearing.budget),
    bank_bonds: Cents = reads(Banks.bonds),
    consumer_bonds: Cents = reads(Fund.consumer_bonds),
    own_bonds: Cents = reads(CentralBank.bonds),
    coupon: Doubles = reads(Government.coupon),
) -> None:
    """The government pays coupons to every holder of its bonds."""
    to_banks, to_consumers, to_central_bank = 0, 0, 0
    for series in range(coupon.size):
        monthly = coupon[0, series] / MONTHS_PER_YEAR
        to_consumers += whole(np.rint(consumer_bonds[0, series] * monthly))
        to_central_bank += whole(np.rint(own_bonds[0, series] * monthly))
        for holder in range(income.size):
            to_bank = whole(np.rint(bank_bonds[holder, series] * monthly))
            income[holder] += to_bank
            to_banks += to_bank
    coupon_pool[0] = to_consumers
    pass_on(budget, bank_income, to_banks)
    pass_on(budget, central_bank_income, to_central_bank)
    book(paid, INTEREST_BONDS, GOVERNMENT, BANKS, to_banks)
    book(paid, INTEREST_BONDS, GOVERNMENT, CONSUMERS, to_consumers)
    book(paid, INTEREST_BONDS, GOVERNMENT, CENTRAL_BANK, to_central_bank)


@local_system
def call_owners(
    called: Cents = adds(Fund.equity_calls),
    call: Cents = reads(Books.call),
) -> None:
    """Add up the new equity that failed firms want from their new owners."""
    for firm in range(call.size):
        called[0] += call[firm]


@system
def answer_calls(
    accounts: FirmsDeposits = bundle(FirmsDeposits),
    call: Cents = writes(Books.call),
    paid: Cents = adds(Flows.paid),
    new_equity: Cents = clears(OwnersClearing.new_equity),
    called: Cents = reads(Fund.equity_calls),
    answered: Cents = reads(Fund.calls_answered),
) -> None:
    """Hand what owners put in to the firms that called for it, pro rata; what nobody could pay is called for again.

    Order: after consumers' incomes, out of which owners pay; before wages, for which firms need the money.
    """
    upto, given = 0, 0
    for firm in range(call.size):
        if call[firm] > 0:
            upto += call[firm]
            until = upto if answered[0] == called[0] else pool_upto(answered[0], upto, called[0])
            receive_at_bank(accounts.deposits, accounts.posted, accounts.bank, firm, new_equity, until - given)
            call[firm] -= until - given
            given = until
    book(paid, NEW_EQUITY, CONSUMERS, FIRMS, given)


@system
def set_budgets_of_savers(
    bond_budget: Cents = sets(Fund.bond_budget),
    building_budget: Cents = sets(Fund.building_budget),
    consumer_bonds: Cents = reads(Fund.consumer_bonds),
    government_bonds: Cents = reads(Government.bonds),
    net_issue: Doubles = reads(Government.net_issue),
    bond_pot: Cents = reads(Fund.bond_pot),
    building_pot: Cents = reads(Fund.building_pot),
    trend_gdp: Doubles = reads(Economy.trend_gdp),
    residential_share: float = uses(Lending.residential_share),
) -> None:
    """Consumers mean to take their share of new bonds and to build a steady share of trend GDP."""
    share = add_up_whole(consumer_bonds) / max(1.0, np.float64(add_up_whole(government_bonds)))
    bond_budget[0] = max(0, whole(np.rint(share * net_issue[0])) - bond_pot[0])
    building_budget[0] = max(0, whole(np.rint(residential_share * trend_gdp[0])) - building_pot[0])


@local_system
def set_aside(
    accounts: ConsumersDeposits = bundle(ConsumersDeposits),
    set_aside_bonds: Cents = adds(Fund.set_aside_bonds),
    set_aside_building: Cents = adds(Fund.set_aside_building),
    savings: Cents = clears(OwnersClearing.savings),
    bond_share: Indices = reads(Wealth.bond_share),
    dwelling_share: Indices = reads(Wealth.dwelling_share),
    bonds_before: Cents = reads(Localities.bonds_before),
    dwellings_before: Cents = reads(Localities.dwellings_before),
    bond_budget: Cents = reads(Fund.bond_budget),
    building_budget: Cents = reads(Fund.building_budget),
) -> None:
    """Set aside each owner's part of what consumers mean to put into bonds and dwellings, as far as she can."""
    bonds_at, dwellings_at = bonds_before[0], dwellings_before[0]
    bonds_out, building_out = 0, 0
    wanted, claims, before = np.empty(BLOCK), np.empty(BLOCK + 1), np.empty(BLOCK, np.int64)
    for begin in range(0, bond_share.size, BLOCK):
        end = min(begin + BLOCK, bond_share.size)
        wanted = wanted[: end - begin]
        before[: end - begin] = accounts.deposits[begin:end]
        wanted[:] = 0.0
        bonds_at = lay_claims(claims, bond_share[begin:end], bonds_at)
        share_pool(wanted, bond_budget[0], claims)
        bonds_out += debit_upto(accounts.deposits[begin:end], wanted)
        wanted[:] = 0.0
        dwellings_at = lay_claims(claims, dwelling_share[begin:end], dwellings_at)
        share_pool(wanted, building_budget[0], claims)
        building_out += debit_upto(accounts.deposits[begin:end], wanted)
        post_block(accounts, begin, end, before, savings)
    set_aside_bonds[0] += bonds_out
    set_aside_building[0] += building_out


@system
def turn_over_fund(
    fund: FundAccount = bundle(FundAccount),
    dividend_pot: Cents = moves(Fund.dividend_pot),
    rent_pot: Cents = moves(Fund.rent_pot),
    bond_pot: Cents = moves(Fund.bond_pot),
    building_pot: Cents = moves(Fund.building_pot),
    distributions: Cents = clears(OwnersClearing.distributions),
    savings: Cents = clears(OwnersClearing.savings),
    set_aside_bonds: Cents = reads(Fund.set_aside_bonds),
    set_aside_building: Cents = reads(Fund.set_aside_building),
) -> None:
    """Hand the fund's dividends and rents to their owners and take in what consumers set aside."""
    fund_pays(fund, distributions, dividend_pot[0] + rent_pot[0])
    debit(dividend_pot, 0, dividend_pot[0])
    debit(rent_pot, 0, rent_pot[0])
    fund_receives(fund, savings, set_aside_bonds[0] + set_aside_building[0])
    credit(bond_pot, 0, set_aside_bonds[0])
    credit(building_pot, 0, set_aside_building[0])


class FinishedGoods(NamedTuple):
    """What became of the goods that a firm makes: made, sold, spoiled, in store, and at what cost."""

    output: Doubles = reads(Firms.output)
    sold: Doubles = reads(Firms.sold)
    spoiled: Floats = reads(Firms.spoiled)
    inventory: Doubles = reads(Firms.inventory)
    unit_cost: Doubles = reads(Firms.unit_cost)


@local_system
def close_books(
    goods: FinishedGoods = bundle(FinishedGoods),
    surplus: Cents = sets(Books.surplus),
    stock_change: Cents = sets(Books.stock_change),
    inventory_value: Doubles = sets(Books.inventory_value),
    outlays: Doubles = writes(Books.outlays),
    revenue: Cents = reads(Books.revenue),
    inputs_bought: Cents = reads(Books.inputs_bought),
    inputs_change: Doubles = reads(Books.inputs_change),
    production_tax: Cents = reads(Books.production_tax),
    wage_bill: Cents = reads(Workforce.wage_bill),
    good: Smalls = reads(Firms.good),
    storable: Smalls = reads(Goods.storable),
    market_price: Doubles = reads(Goods.price),
    payroll_rate: float = uses(Taxes.payroll_employer),
    memory: float = uses(Payout.outlay_memory),
) -> None:
    """Draw up each firm's month: value added, operating surplus, and what it usually lays out.

    Inventories change by quantity at the month's mean price, as in the national accounts.
    """
    for firm in range(revenue.size):
        g = good[firm]
        unsold = goods.output[firm] - goods.sold[firm] - goods.spoiled[firm]
        made = round_cents(unsold * market_price[g]) if storable[g] else 0
        kept = round_cents(inputs_change[firm])
        stock_change[firm] = made + kept
        value_added = revenue[firm] + made + kept - inputs_bought[firm]
        employer_tax = round_cents(payroll_rate * wage_bill[firm])
        surplus[firm] = value_added - wage_bill[firm] - employer_tax - production_tax[firm]
        spent = wage_bill[firm] + employer_tax + inputs_bought[firm] + max(0, production_tax[firm])
        outlays[firm] += memory * (spent - outlays[firm])
        inventory_value[firm] = goods.inventory[firm] * goods.unit_cost[firm]


@local_system
def pay_corporate_tax(
    accounts: CurrentAccounts = bundle(CurrentAccounts),
    paid: Cents = adds(Flows.paid),
    budget: Cents = clears(BudgetClearing.budget),
    surplus: Cents = reads(Books.surplus),
    interest: Cents = reads(Books.interest),
    capital: Doubles = reads(Plant.capital),
    good: Smalls = reads(Firms.good),
    leased: Smalls = reads(Goods.leased),
    basket_price: Doubles = reads(Economy.basket_price),
    rate: float = uses(Taxes.corporate),
    allowance: float = uses(Taxes.depreciation_allowance),
    depreciation: float = uses(Capital.depreciation),
) -> None:
    """Firms pay tax on profit: the surplus less interest and what the law allows for the wear of capital.

    A firm that leases its capital passes its surplus on to owners, who pay tax on it.
    """
    taxes, refunds = 0, 0
    for firm in range(surplus.size):
        if leased[good[firm]]:
            continue
        wear = allowance * depreciation / MONTHS_PER_YEAR * capital[firm] * basket_price[0]
        # Losses are offset in full, as the effective rate on net profit of all firms implies.
        tax = round_cents(rate * (surplus[firm] - interest[firm] - round_cents(wear)))
        if tax >= 0:
            firm_pays(accounts, firm, budget, tax)
            taxes += tax
        else:
            firm_receives(accounts, firm, budget, -tax)
            refunds -= tax
    book(paid, CORPORATE_TAX, FIRMS, GOVERNMENT, taxes)
    book(paid, CORPORATE_TAX, GOVERNMENT, FIRMS, refunds)


@local_system
def pay_out(
    accounts: FirmsDeposits = bundle(FirmsDeposits),
    assets: RealAssets = bundle(RealAssets),
    dividend: Cents = sets(Books.dividend),
    dividends_paid: Cents = adds(Fund.dividends_paid),
    rents_paid: Cents = adds(Fund.rents_paid),
    paid: Cents = adds(Flows.paid),
    payouts: Cents = clears(OwnersClearing.payouts),
    loan: Cents = reads(Books.loan),
    outlays: Doubles = reads(Books.outlays),
    misses: Smalls = reads(Books.misses),
    good: Smalls = reads(Firms.good),
    leased: Smalls = reads(Goods.leased),
    liquidity_months: Doubles = reads(Goods.liquidity_months),
    speed: float = uses(Payout.dividend_speed),
    leverage_limit: float = uses(Payout.leverage_limit),
) -> None:
    """Firms pay out a part of what they can spare, unless they owe too much.

    A firm that leases its capital pays all of it to the owners, as rent.
    """
    dividends, rents = 0, 0
    for firm in range(dividend.size):
        g = good[firm]
        spare = accounts.deposits[firm] - liquidity_months[g] * outlays[firm]
        owned = assets.inventory_value[firm] + assets.input_value[firm] + max(0, accounts.deposits[firm])
        if not leased[g]:
            owned += assets.capital[firm] * assets.basket_price[0]
        dividend[firm] = 0
        if spare > 0.0 and misses[firm] == 0 and loan[firm] < leverage_limit * owned:
            dividend[firm] = whole(spare if leased[g] else speed * spare)
            pay_at_bank(accounts.deposits, accounts.posted, accounts.bank, firm, payouts, dividend[firm])
            if leased[g]:
                rents += dividend[firm]
            else:
                dividends += dividend[firm]
    dividends_paid[0] += dividends
    rents_paid[0] += rents
    book(paid, DIVIDENDS, FIRMS, CONSUMERS, dividends)
    book(paid, RENTS, FIRMS, CONSUMERS, rents)


@system
def collect_payouts(
    fund: FundAccount = bundle(FundAccount),
    dividend_pot: Cents = moves(Fund.dividend_pot),
    rent_pot: Cents = moves(Fund.rent_pot),
    payouts: Cents = clears(OwnersClearing.payouts),
    dividends: Cents = reads(Fund.dividends_paid),
    rents: Cents = reads(Fund.rents_paid),
) -> None:
    """Put what firms paid out into the owners' fund, which hands it on next month."""
    fund_receives(fund, payouts, dividends[0] + rents[0])
    credit(dividend_pot, 0, dividends[0])
    credit(rent_pot, 0, rents[0])
