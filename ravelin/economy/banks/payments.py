"""Payments settle: what customers did moves banks' books, reserves and currency."""

from typing import NamedTuple

import numpy as np

from ravelin.core.arithmetic import add_up_whole, whole_total
from ravelin.core.clock import MONTHS_PER_YEAR
from ravelin.core.kernel import whole
from ravelin.core.parameter import Parameters, parameter
from ravelin.core.system import (
    Cents,
    Doubles,
    Indices,
    Smalls,
    adds,
    bundle,
    clears,
    host_system,
    local_system,
    moves,
    reads,
    sets,
    system,
    uses,
    writes,
)
from ravelin.economy.accounts.tables import Economy
from ravelin.economy.banks.acts import CONSUMER_LOANS, DEPOSITS, FIRM_LOANS, MORTGAGES, post_receipt
from ravelin.economy.banks.tables import Banks, BanksClearing
from ravelin.economy.central_bank.tables import CentralBank, CentralBankClearing
from ravelin.economy.credit.parameters import Lending
from ravelin.economy.firms.tables import Books, Firms
from ravelin.economy.government.parameters import Taxes
from ravelin.economy.government.tables import BudgetClearing
from ravelin.economy.people.tables import Consumers, Wealth
from ravelin.economy.securities.tables import OwnersClearing
from ravelin.ledger.accounts import (
    BANKS,
    CENTRAL_BANK,
    CORPORATE_TAX,
    GOVERNMENT,
    INTEREST_ADVANCES,
    INTEREST_RESERVES,
    REMITTANCE,
    Accounts,
    Flows,
)
from ravelin.ledger.settlement import pay_out_each, post_each
from ravelin.ledger.transfers import book, draw_currency, net_received, pass_on, pay_by_owing, pay_out


class Currency(Parameters):
    """How much money is held as currency."""

    consumers = parameter(0.03953727, "fraction", "cash of consumers over their deposits", low=0, high=1,
                          source="calibration balance sheet")  # fmt: skip
    firms = parameter(0.03030303, "fraction", "cash of firms over their deposits", low=0, high=1,
                      source="calibration balance sheet")  # fmt: skip
    banks = parameter(0.0043059, "fraction", "vault cash over deposits", low=0, high=1,
                      source="calibration balance sheet")  # fmt: skip


class BankPayout(Parameters):
    """How banks pay out."""

    excess_speed = parameter(0.02, "1/month", "share of equity above target paid out a month", low=0, high=1,
                             source="assumption; MODEL bdiv")  # fmt: skip


@local_system
def count_consumers(
    deposits: Cents = moves(Accounts.deposits, of=Consumers),
    cash: Cents = moves(Accounts.cash, of=Consumers),
    bank_deposits: Cents = adds(Banks.customers_deposits),
    consumer_loans: Cents = adds(Banks.customers_consumer_loans),
    mortgages: Cents = adds(Banks.customers_mortgages),
    withdrawn: Cents = adds(CentralBank.withdrawn),
    posted: Cents = adds(Banks.posted),
    currency_drawn: Cents = clears(CentralBankClearing.currency_drawn),
    consumer_loan: Cents = reads(Wealth.consumer_loan),
    mortgage: Cents = reads(Wealth.mortgage),
    bank: Indices = reads(Accounts.bank, of=Consumers),
    share: float = uses(Currency.consumers),
) -> None:
    """Consumers draw the currency they want; their banks count what they owe and are owed."""
    total = 0
    for consumer in range(deposits.size):
        own = bank[consumer]
        drawn = draw_currency(deposits, cash, consumer, currency_drawn, share)
        post_receipt(posted, own, -drawn)
        total += drawn
        bank_deposits[own] += deposits[consumer]
        consumer_loans[own] += consumer_loan[consumer]
        mortgages[own] += mortgage[consumer]
    withdrawn[0] += total


@local_system
def count_firms(
    deposits: Cents = moves(Accounts.deposits, of=Firms),
    cash: Cents = moves(Accounts.cash, of=Firms),
    bank_deposits: Cents = adds(Banks.customers_deposits),
    firm_loans: Cents = adds(Banks.customers_firm_loans),
    withdrawn: Cents = adds(CentralBank.withdrawn),
    posted: Cents = adds(Banks.posted),
    currency_drawn: Cents = clears(CentralBankClearing.currency_drawn),
    loan: Cents = reads(Books.loan),
    bank: Indices = reads(Accounts.bank, of=Firms),
    share: float = uses(Currency.firms),
) -> None:
    """Firms draw the currency they want; their banks count what they owe and are owed."""
    total = 0
    for firm in range(loan.size):
        own = bank[firm]
        drawn = draw_currency(deposits, cash, firm, currency_drawn, share)
        post_receipt(posted, own, -drawn)
        total += drawn
        bank_deposits[own] += deposits[firm]
        firm_loans[own] += loan[firm]
    withdrawn[0] += total


class LendingResult(NamedTuple):
    """What banks have made of loans and deposits in the month."""

    earned: Cents = reads(Banks.interest_earned)
    given: Cents = reads(Banks.interest_paid)
    lost: Cents = reads(Banks.write_offs)


class BankAssets(NamedTuple):
    """What banks hold."""

    reserves: Cents = reads(Banks.reserves)
    cash: Cents = reads(Banks.cash)
    bonds: Cents = reads(Banks.bonds)
    firm_loans: Cents = reads(Banks.firm_loans)
    consumer_loans: Cents = reads(Banks.consumer_loans)
    mortgages: Cents = reads(Banks.mortgages)


class BalanceSheets(NamedTuple):
    """Banks' books, as payments move them."""

    reserves: Cents = moves(Banks.reserves)
    cash: Cents = moves(Banks.cash)
    firm_loans: Cents = moves(Banks.firm_loans)
    consumer_loans: Cents = moves(Banks.consumer_loans)
    mortgages: Cents = moves(Banks.mortgages)
    deposits: Cents = moves(Banks.deposits)
    advances: Cents = moves(Banks.advances)
    equity: Cents = moves(Banks.equity)


@system
def pay_interest_on_reserves(
    income: Cents = writes(Banks.income),
    paid: Cents = writes(Flows.paid),
    bank_income: Cents = clears(BanksClearing.bank_income),
    central_bank_income: Cents = clears(CentralBankClearing.central_bank_income),
    reserves: Cents = reads(Banks.reserves),
    advances: Cents = reads(Banks.advances),
    policy_rate: Doubles = reads(CentralBank.policy_rate),
    advance_spread: float = uses(Lending.advance_spread),
) -> None:
    """The central bank pays banks the policy rate on reserves, and charges more on advances."""
    on_reserves, on_advances = 0, 0
    for bank in range(income.size):
        received = whole(np.rint(policy_rate[0] / MONTHS_PER_YEAR * reserves[bank]))
        owed = whole(np.rint((policy_rate[0] + advance_spread) / MONTHS_PER_YEAR * advances[bank]))
        income[bank] += received - owed
        on_reserves += received
        on_advances += owed
    book(paid, INTEREST_RESERVES, CENTRAL_BANK, BANKS, on_reserves)
    book(paid, INTEREST_ADVANCES, BANKS, CENTRAL_BANK, on_advances)
    pass_on(central_bank_income, bank_income, on_reserves)
    pass_on(bank_income, central_bank_income, on_advances)


@system
def close_banks(
    result: LendingResult = bundle(LendingResult),
    assets: BankAssets = bundle(BankAssets),
    income: Cents = writes(Banks.income),
    profit: Cents = sets(Banks.profit),
    dividend: Cents = sets(Banks.dividend),
    losses: Cents = writes(Banks.losses),
    paid: Cents = writes(Flows.paid),
    bank_income: Cents = clears(BanksClearing.bank_income),
    budget: Cents = clears(BudgetClearing.budget),
    equity: Cents = reads(Banks.equity),
    trend_growth: Doubles = reads(Economy.trend_growth),
    capital_target: float = uses(Lending.capital_target),
    corporate_rate: float = uses(Taxes.corporate),
    excess_speed: float = uses(BankPayout.excess_speed),
) -> None:
    """Banks draw up their profit, pay tax on it, and declare dividends.

    A bank keeps what growth of its equity needs and pays out the rest, and more while equity exceeds
    the target, less while it falls short.
    """
    taxes = 0
    for bank in range(income.size):
        profit[bank] = result.earned[bank] - result.given[bank] - result.lost[bank] + income[bank]
        taxable = profit[bank] - losses[bank]
        losses[bank] = max(0, -taxable)
        tax = whole(np.rint(corporate_rate * max(0, taxable)))
        income[bank] -= tax
        held = assets.reserves[bank] + assets.cash[bank] + add_up_whole(assets.bonds[bank])
        held += assets.firm_loans[bank] + assets.consumer_loans[bank] + assets.mortgages[bank]
        excess = equity[bank] - capital_target * held
        kept = trend_growth[0] * equity[bank]
        dividend[bank] = max(0, whole(np.floor(profit[bank] - tax - kept + excess_speed * excess)))
        taxes += tax
    book(paid, CORPORATE_TAX, BANKS, GOVERNMENT, taxes)
    pass_on(bank_income, budget, taxes)


@system
def close_central_bank(
    capital: Cents = moves(CentralBank.capital),
    paid: Cents = writes(Flows.paid),
    central_bank_income: Cents = clears(CentralBankClearing.central_bank_income),
    budget: Cents = clears(BudgetClearing.budget),
    trend_growth: Doubles = reads(Economy.trend_growth),
) -> None:
    """The central bank keeps what growth of its capital needs, and remits the rest of its profit."""
    profit = net_received(paid, CENTRAL_BANK)
    remitted = max(0, profit - whole(np.rint(trend_growth[0] * capital[0])))
    book(paid, REMITTANCE, CENTRAL_BANK, GOVERNMENT, remitted)
    pass_on(central_bank_income, budget, remitted)
    pay_out(central_bank_income, capital, 0, profit - remitted)


@host_system
def settle(
    books: BalanceSheets = bundle(BalanceSheets),
    result: LendingResult = bundle(LendingResult),
    currency: Cents = moves(CentralBank.currency),
    withdrawn: Cents = writes(CentralBank.withdrawn),
    bank_income: Cents = clears(BanksClearing.bank_income),
    bonds_traded: Cents = clears(OwnersClearing.bonds_traded),
    currency_drawn: Cents = clears(CentralBankClearing.currency_drawn),
    posted: Cents = reads(Banks.posted),
    bought: Cents = reads(Banks.bonds_bought),
    income: Cents = reads(Banks.income),
    dividends: Cents = reads(Banks.dividend_paid),
    vault_share: float = uses(Currency.banks),
) -> None:
    """Move banks' books by what was posted in the month, and reserves by what they and their customers paid others.

    A payment takes reserves from the payer's bank to that of whoever is paid. So a bank gains what its customers'
    deposits gained, less what it lent them and what it paid for bonds and vault cash, more what it earned. A shortfall
    becomes an advance; a surplus repays one. What customers' accounts come to is counted apart, for the audit.
    """
    gained = result.earned - result.given - result.lost + income - dividends
    lent = posted[:, FIRM_LOANS] + posted[:, CONSUMER_LOANS] + posted[:, MORTGAGES]
    post_each(books.deposits, posted[:, DEPOSITS])
    post_each(books.firm_loans, posted[:, FIRM_LOANS])
    post_each(books.consumer_loans, posted[:, CONSUMER_LOANS])
    post_each(books.mortgages, posted[:, MORTGAGES])
    pay_out_each(bank_income, books.equity, gained + result.lost)
    post_each(books.equity, -result.lost)
    drawn = np.rint(vault_share * books.deposits).astype(np.int64) - books.cash
    withdrawn[0] += int(whole_total(drawn))
    pay_out_each(currency_drawn, books.cash, drawn)
    pay_by_owing(currency, 0, currency_drawn, int(withdrawn[0]))
    pay_out_each(bonds_traded, books.reserves, -bought)
    post_each(books.reserves, posted[:, DEPOSITS] - lent + gained - drawn)
    needed = np.maximum(0, books.advances - books.reserves) - books.advances
    post_each(books.advances, needed)
    post_each(books.reserves, needed)


@host_system
def supervise(
    lending: Smalls = sets(Banks.lending),
    capital_ratio: Doubles = sets(Banks.capital_ratio),
    equity: Cents = reads(Banks.equity),
    firm_loans: Cents = reads(Banks.firm_loans),
    consumer_loans: Cents = reads(Banks.consumer_loans),
    mortgages: Cents = reads(Banks.mortgages),
    requirement: float = uses(Lending.capital_requirement),
) -> None:
    """Let a bank lend anew only if its equity over loans meets the requirement."""
    loans = firm_loans + consumer_loans + mortgages
    capital_ratio[:] = equity / np.maximum(1, loans)
    lending[:] = capital_ratio >= requirement
