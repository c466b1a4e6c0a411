"""Ownership: what firms and banks pay out, and what their owners set aside for bonds and dwellings."""

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
from ravelin.economy.banks.acts import DEPOSITS, pay_at_bank, post_changes, receive_at_bank
from ravelin.economy.banks.tables import Banks, BanksClearing
from ravelin.economy.central_bank.tables import CentralBank, CentralBankClearing
from ravelin.economy.credit.acts import pay_through_bank
from ravelin.economy.credit.parameters import Lending
from ravelin.economy.credit.tables import CreditMarket
from ravelin.economy.firms.parameters import Capital
from ravelin.economy.firms.tables import Books, Firms, Plant, Workforce
from ravelin.economy.goods.tables import Goods
from ravelin.economy.government.parameters import Taxes
from ravelin.economy.government.tables import BudgetClearing, Government
from ravelin.economy.people.tables import Consumers, IncomesClearing, Wealth
from ravelin.economy.places.tables import Localities
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
    Accounts,
    Flows,
)
from ravelin.ledger.batches import BLOCK, clear_changes, debit_upto, lay_claims, share_pool
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
def pay_property_income(
    income: Cents = writes(Banks.income),
    bank_dividend: Cents = writes(Banks.dividend),
    dividend_paid: Cents = sets(Banks.dividend_paid),
    deposits: Cents = moves(Accounts.deposits),
    dividend_pot: Cents = moves(Fund.dividend_pot),
    coupon_pool: Cents = sets(Fund.coupon_pool),
    paid: Cents = writes(Flows.paid),
    posted: Cents = adds(Banks.posted),
    incomes: Cents = clears(IncomesClearing.incomes),
    bank_income: Cents = clears(BanksClearing.bank_income),
    central_bank_income: Cents = clears(CentralBankClearing.central_bank_income),
    budget: Cents = clears(BudgetClearing.budget),
    bank: Indices = reads(Accounts.bank),
    bank_bonds: Cents = reads(Banks.bonds),
    consumer_bonds: Cents = reads(Fund.consumer_bonds),
    own_bonds: Cents = reads(CentralBank.bonds),
    coupon: Doubles = reads(Government.coupon),
    given: Cents = writes(Banks.interest_paid),
    policy_rate: Doubles = reads(CentralBank.policy_rate),
    deposit_spread: float = uses(Lending.deposit_spread),
) -> None:
    """Banks pay the dividends they declared into the owners' fund; the government pays coupons to every holder."""
    fund = deposits.size - 1
    fund_interest = whole(np.rint(max(0.0, policy_rate[0] - deposit_spread) / MONTHS_PER_YEAR * deposits[fund]))
    given[0] += fund_interest
    receive_at_bank(deposits, posted, bank, fund, incomes, fund_interest)
    credit(dividend_pot, 0, fund_interest)
    book(paid, INTEREST_DEPOSITS, BANKS, CONSUMERS, fund_interest)
    dividends = add_up_whole(bank_dividend)
    dividend_paid[:] = bank_dividend
    receive_at_bank(deposits, posted, bank, fund, bank_income, dividends)
    credit(dividend_pot, 0, dividends)
    bank_dividend[:] = 0
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
    book(paid, DIVIDENDS, BANKS, CONSUMERS, dividends)
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
    deposits: Cents = moves(Accounts.deposits, of=Firms),
    call: Cents = writes(Books.call),
    paid: Cents = adds(Flows.paid),
    posted: Cents = adds(Banks.posted),
    new_equity: Cents = clears(OwnersClearing.new_equity),
    bank: Indices = reads(Accounts.bank, of=Firms),
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
            receive_at_bank(deposits, posted, bank, firm, new_equity, until - given)
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
    deposits: Cents = moves(Accounts.deposits, of=Consumers),
    set_aside_bonds: Cents = adds(Fund.set_aside_bonds),
    set_aside_building: Cents = adds(Fund.set_aside_building),
    posted: Cents = adds(Banks.posted),
    savings: Cents = clears(OwnersClearing.savings),
    bank: Indices = reads(Accounts.bank, of=Consumers),
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
        before[: end - begin] = deposits[begin:end]
        wanted[:] = 0.0
        bonds_at = lay_claims(claims, bond_share[begin:end], bonds_at)
        share_pool(wanted, bond_budget[0], claims)
        bonds_out += debit_upto(deposits[begin:end], wanted)
        wanted[:] = 0.0
        dwellings_at = lay_claims(claims, dwelling_share[begin:end], dwellings_at)
        share_pool(wanted, building_budget[0], claims)
        building_out += debit_upto(deposits[begin:end], wanted)
        post_changes(posted, DEPOSITS, bank[begin:end], deposits[begin:end], before)
        clear_changes(savings, deposits[begin:end], before)
    set_aside_bonds[0] += bonds_out
    set_aside_building[0] += building_out


@system
def turn_over_fund(
    deposits: Cents = moves(Accounts.deposits),
    dividend_pot: Cents = moves(Fund.dividend_pot),
    rent_pot: Cents = moves(Fund.rent_pot),
    bond_pot: Cents = moves(Fund.bond_pot),
    building_pot: Cents = moves(Fund.building_pot),
    posted: Cents = adds(Banks.posted),
    distributions: Cents = clears(OwnersClearing.distributions),
    savings: Cents = clears(OwnersClearing.savings),
    bank: Indices = reads(Accounts.bank),
    set_aside_bonds: Cents = reads(Fund.set_aside_bonds),
    set_aside_building: Cents = reads(Fund.set_aside_building),
) -> None:
    """Hand the fund's dividends and rents to their owners and take in what consumers set aside."""
    fund = deposits.size - 1
    pay_at_bank(deposits, posted, bank, fund, distributions, dividend_pot[0] + rent_pot[0])
    debit(dividend_pot, 0, dividend_pot[0])
    debit(rent_pot, 0, rent_pot[0])
    receive_at_bank(deposits, posted, bank, fund, savings, set_aside_bonds[0] + set_aside_building[0])
    credit(bond_pot, 0, set_aside_bonds[0])
    credit(building_pot, 0, set_aside_building[0])


@local_system
def close_books(
    deposits: Cents = moves(Accounts.deposits, of=Firms),
    loan: Cents = moves(Books.loan),
    lent: Cents = adds(CreditMarket.loans_granted),
    surplus: Cents = sets(Books.surplus),
    stock_change: Cents = sets(Books.stock_change),
    dividend: Cents = sets(Books.dividend),
    dividend_pot: Cents = adds(Fund.dividends_paid),
    rent_pot: Cents = adds(Fund.rents_paid),
    outlays: Doubles = writes(Books.outlays),
    inventory_value: Doubles = sets(Books.inventory_value),
    paid: Cents = adds(Flows.paid),
    posted: Cents = adds(Banks.posted),
    payouts: Cents = clears(OwnersClearing.payouts),
    budget: Cents = clears(BudgetClearing.budget),
    bank: Indices = reads(Accounts.bank, of=Firms),
    revenue: Cents = reads(Books.revenue),
    inputs_bought: Cents = reads(Books.inputs_bought),
    inputs_change: Doubles = reads(Books.inputs_change),
    input_value: Doubles = reads(Books.input_value),
    production_tax: Cents = reads(Books.production_tax),
    wage_bill: Cents = reads(Workforce.wage_bill),
    interest: Cents = reads(Books.interest),
    output: Doubles = reads(Firms.output),
    sold: Doubles = reads(Firms.sold),
    spoiled: Floats = reads(Firms.spoiled),
    inventory: Doubles = reads(Firms.inventory),
    unit_cost: Doubles = reads(Firms.unit_cost),
    capital: Doubles = reads(Plant.capital),
    misses: Smalls = reads(Books.misses),
    good: Smalls = reads(Firms.good),
    leased: Smalls = reads(Goods.leased),
    storable: Smalls = reads(Goods.storable),
    liquidity_months: Doubles = reads(Goods.liquidity_months),
    market_price: Doubles = reads(Goods.price),
    basket_price: Doubles = reads(Economy.basket_price),
    payroll_rate: float = uses(Taxes.payroll_employer),
    corporate_rate: float = uses(Taxes.corporate),
    dividend_speed: float = uses(Payout.dividend_speed),
    leverage_limit: float = uses(Payout.leverage_limit),
    depreciation: float = uses(Capital.depreciation),
    memory: float = uses(Payout.outlay_memory),
) -> None:
    """Draw up each firm's month: value added, surplus, corporate tax, and the dividend it pays out.

    Inventories change by quantity at the month's mean price, as in the national accounts. A firm that
    leases its capital pays the whole surplus to the owners as rent.
    """
    taxes, refunds, dividends, rents, drawn = 0, 0, 0, 0, 0
    for firm in range(revenue.size):
        g = good[firm]
        made = round_cents((output[firm] - sold[firm] - spoiled[firm]) * market_price[g]) if storable[g] else 0
        kept = round_cents(inputs_change[firm])
        stock_change[firm] = made + kept
        value_added = revenue[firm] + made + kept - inputs_bought[firm]
        employer_tax = round_cents(payroll_rate * wage_bill[firm])
        surplus[firm] = value_added - wage_bill[firm] - employer_tax - production_tax[firm]
        wear = 0.0 if leased[g] else depreciation / MONTHS_PER_YEAR * capital[firm] * basket_price[0]
        profit = surplus[firm] - interest[firm] - round_cents(wear)
        if not leased[g]:
            # Losses are offset in full, as the effective rate on net profit of all firms implies.
            tax = round_cents(corporate_rate * profit)
            if tax >= 0:
                drawn += pay_through_bank(deposits, loan, posted, bank, firm, budget, tax)
            else:
                receive_at_bank(deposits, posted, bank, firm, budget, -tax)
                refunds -= tax
                tax = 0
            taxes += tax
        spent = wage_bill[firm] + employer_tax + inputs_bought[firm] + max(0, production_tax[firm])
        outlays[firm] += memory * (spent - outlays[firm])
        inventory_value[firm] = inventory[firm] * unit_cost[firm]
        spare = deposits[firm] - liquidity_months[g] * outlays[firm]
        assets = inventory_value[firm] + input_value[firm] + max(0, deposits[firm])
        if not leased[g]:
            assets += capital[firm] * basket_price[0]
        dividend[firm] = 0
        if spare > 0.0 and misses[firm] == 0 and loan[firm] < leverage_limit * assets:
            dividend[firm] = whole(spare if leased[g] else dividend_speed * spare)
            pay_at_bank(deposits, posted, bank, firm, payouts, dividend[firm])
            if leased[g]:
                rents += dividend[firm]
            else:
                dividends += dividend[firm]
    lent[0, 0] += drawn
    dividend_pot[0] += dividends
    rent_pot[0] += rents
    book(paid, DIVIDENDS, FIRMS, CONSUMERS, dividends)
    book(paid, RENTS, FIRMS, CONSUMERS, rents)
    book(paid, CORPORATE_TAX, FIRMS, GOVERNMENT, taxes)
    book(paid, CORPORATE_TAX, GOVERNMENT, FIRMS, refunds)


@system
def collect_payouts(
    deposits: Cents = moves(Accounts.deposits),
    dividend_pot: Cents = moves(Fund.dividend_pot),
    rent_pot: Cents = moves(Fund.rent_pot),
    posted: Cents = adds(Banks.posted),
    payouts: Cents = clears(OwnersClearing.payouts),
    bank: Indices = reads(Accounts.bank),
    dividends: Cents = reads(Fund.dividends_paid),
    rents: Cents = reads(Fund.rents_paid),
) -> None:
    """Put what firms paid out into the owners' fund, which hands it on next month."""
    fund = deposits.size - 1
    receive_at_bank(deposits, posted, bank, fund, payouts, dividends[0] + rents[0])
    credit(dividend_pot, 0, dividends[0])
    credit(rent_pot, 0, rents[0])
