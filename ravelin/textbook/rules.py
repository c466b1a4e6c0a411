"""The book's rules: who pays whom in a year, and what consumers plan."""

from typing import Any

import numpy as np
import numpy.typing as npt

from ravelin.core.arithmetic import whole_total
from ravelin.core.kernel import compiled
from ravelin.core.system import (
    Cents,
    Doubles,
    Indices,
    bundle,
    clears,
    host_system,
    moves,
    reads,
    system,
    uses,
    writes,
)
from ravelin.economy.banks.acts import ConsumersDeposits, pay_at_bank, post_receipt, receive_at_bank
from ravelin.economy.banks.tables import Banks
from ravelin.economy.central_bank.tables import CentralBank
from ravelin.economy.firms.tables import Books, Firms, Workforce
from ravelin.economy.government.tables import BudgetClearing, Government
from ravelin.economy.people.tables import Consumers
from ravelin.economy.places.tables import Localities
from ravelin.economy.securities.tables import Fund
from ravelin.ledger.accounts import (
    CENTRAL_BANK,
    CONSUMERS,
    CONSUMPTION,
    FIRMS,
    GOVERNMENT,
    GOVERNMENT_PURCHASES,
    INCOME_TAX,
    INTEREST_BONDS,
    REMITTANCE,
    SECTORS,
    WAGES,
    Accounts,
    Flows,
)
from ravelin.ledger.exchange import issue_bonds, pay_in_reserves
from ravelin.ledger.transfers import PAID, book, credit, debit, pay_in, pay_out, pool_upto, round_cents, transfer
from ravelin.textbook.variables import CENTS, Aggregates, Fractions, Households, Textbook


@compiled
def share_out(exact: npt.NDArray[np.floating[Any]], fraction: float, parts: Cents, unpaid: Doubles) -> int:
    """Turn exact amounts into whole cents whose sum never departs from the exact sum by more than half a cent.

    Each part is the difference of two rounded running sums. What rounding leaves unpaid is kept for the
    next time, so that not even many years let the sums drift apart.

    Parameters
    ----------
    exact : (rows,) float, cent
    fraction : float, cent
        Added to the sum of the exact amounts.
    parts : (rows,) int, cent, filled
    unpaid : (1,) float, cent

    Returns
    -------
    int, cent
        Sum of the parts.
    """
    running = unpaid[0] + fraction
    given = 0
    for row in range(exact.size):
        running += exact[row]
        upto = max(given, round_cents(running))
        parts[row] = upto - given
        given = upto
    unpaid[0] = running - given
    return given


@system
def take_stock(
    revenue: Cents = writes(Books.revenue),
    payroll: Cents = writes(Workforce.payroll),
    wage: Cents = writes(Consumers.wage),
    wealth: Cents = writes(Households.wealth),
    wealth_fraction: Doubles = writes(Fractions.wealth),
    deposits: Cents = reads(Accounts.deposits, of=Consumers),
    bills: Cents = reads(Households.bills),
    purchases_unpaid: Doubles = reads(Fractions.purchases),
    interest_unpaid: Doubles = reads(Fractions.interest),
    tax_unpaid: Doubles = reads(Fractions.tax),
) -> None:
    """Take down what everybody owns when the year begins."""
    revenue[:] = 0
    payroll[:] = 0
    wage[:] = 0
    for consumer in range(wealth.size):
        wealth[consumer] = deposits[consumer] + bills[consumer]
    wealth_fraction[0] = purchases_unpaid[0] + interest_unpaid[0] - tax_unpaid[0]


@system
def buy_public_goods(
    deposits: Cents = moves(Accounts.deposits, of=Firms),
    treasury: Cents = moves(Government.treasury),
    budget: Cents = clears(BudgetClearing.budget),
    paid: Cents = writes(Flows.paid),
    posted: Cents = writes(Banks.posted),
    revenue: Cents = writes(Books.revenue),
    unpaid: Doubles = writes(Fractions.purchases),
    bank: Indices = reads(Accounts.bank, of=Firms),
    purchases: float = uses(Textbook.purchases),
) -> None:
    """The government buys from all firms alike."""
    parts = np.empty(revenue.size, np.int64)
    total = share_out(np.full(revenue.size, 100.0 * purchases / revenue.size), 0.0, parts, unpaid)
    for firm in range(revenue.size):
        receive_at_bank(deposits, posted, bank, firm, budget, parts[firm])
        revenue[firm] += parts[firm]
    pay_in(treasury, 0, budget, total)
    book(paid, GOVERNMENT_PURCHASES, GOVERNMENT, FIRMS, total)


@system
def plan_from_wealth(
    plan: Cents = writes(Households.plan),
    unpaid: Doubles = writes(Fractions.spending),
    wealth: Cents = reads(Households.wealth),
    fraction: Doubles = reads(Fractions.wealth),
    from_wealth: float = uses(Textbook.from_wealth),
) -> None:
    """Consumers mean to spend a part of what they own."""
    parts = np.empty(plan.size, np.int64)
    share_out(from_wealth * wealth, from_wealth * fraction[0], parts, unpaid)
    plan += parts


@system
def plan_from_expectation(
    plan: Cents = writes(Households.plan),
    unpaid: Doubles = writes(Fractions.spending),
    expected: Cents = reads(Households.expected),
    fraction: Doubles = reads(Fractions.expected),
    coupon: Doubles = reads(Government.coupon),
    from_income: float = uses(Textbook.from_income),
    rate_effect: float = uses(Textbook.rate_effect),
) -> None:
    """Consumers mean to spend a part of the disposable income they expect."""
    parts = np.empty(plan.size, np.int64)
    propensity = from_income - rate_effect * coupon[0, 0]
    share_out(propensity * expected, propensity * fraction[0], parts, unpaid)
    plan += parts


@system
def shop(
    deposits: Cents = moves(Accounts.deposits),
    paid: Cents = writes(Flows.paid),
    posted: Cents = writes(Banks.posted),
    plan: Cents = writes(Households.plan),
    revenue: Cents = writes(Books.revenue),
    sellers: Indices = reads(Consumers.sellers),
    bank: Indices = reads(Accounts.bank),
) -> None:
    """Consumers spend what they mean to spend, as far as their deposits go."""
    total = 0
    for consumer in range(plan.size):
        firm = int(sellers[consumer, 0])
        cents = min(plan[consumer], deposits[consumer])
        if cents > 0 and transfer(deposits, consumer, plan.size + firm, cents) == PAID:
            post_receipt(posted, bank[consumer], -cents)
            post_receipt(posted, bank[plan.size + firm], cents)
            plan[consumer] -= cents
            revenue[firm] += cents
            total += cents
    book(paid, CONSUMPTION, CONSUMERS, FIRMS, total)


@system
def pay_wages(
    deposits: Cents = moves(Accounts.deposits),
    paid: Cents = writes(Flows.paid),
    posted: Cents = writes(Banks.posted),
    wage: Cents = writes(Consumers.wage),
    untaxed: Cents = writes(Households.untaxed),
    payroll: Cents = writes(Workforce.payroll),
    staff: Indices = reads(Workforce.staff),
    employer: Indices = reads(Consumers.employer),
    bank: Indices = reads(Accounts.bank),
) -> None:
    """Firms pay all they have taken to those who work for them."""
    people = wage.size
    takings = deposits[people : people + payroll.size].copy()
    served = np.zeros(payroll.size, np.int64)
    total = 0
    for consumer in range(people):
        firm = employer[consumer]
        before = pool_upto(takings[firm], served[firm], staff[firm, 0])
        served[firm] += 1
        part = pool_upto(takings[firm], served[firm], staff[firm, 0]) - before
        if part > 0 and transfer(deposits, people + firm, consumer, part) == PAID:
            post_receipt(posted, bank[people + firm], -part)
            post_receipt(posted, bank[consumer], part)
            wage[consumer] += part
            untaxed[consumer] += part
            payroll[firm] += part
            total += part
    book(paid, WAGES, FIRMS, CONSUMERS, total)


@system
def withhold_taxes(
    accounts: ConsumersDeposits = bundle(ConsumersDeposits),
    treasury: Cents = moves(Government.treasury),
    budget: Cents = clears(BudgetClearing.budget),
    paid: Cents = writes(Flows.paid),
    untaxed: Cents = writes(Households.untaxed),
    net: Cents = writes(Households.net),
    disposable: Cents = writes(Households.disposable),
    unpaid: Doubles = writes(Fractions.tax),
    counted: Doubles = writes(Fractions.counted),
    net_fraction: Doubles = writes(Fractions.net),
    disposable_fraction: Doubles = writes(Fractions.disposable),
    purchases_unpaid: Doubles = reads(Fractions.purchases),
    interest_unpaid: Doubles = reads(Fractions.interest),
    spending_unpaid: Doubles = reads(Fractions.spending),
    tax_rate: float = uses(Textbook.tax_rate),
) -> None:
    """The government taxes new income where it is paid."""
    parts = np.empty(net.size, np.int64)
    income_unpaid = purchases_unpaid[0] + interest_unpaid[0] + spending_unpaid[0]
    fraction = income_unpaid - counted[0]
    counted[0] = income_unpaid
    before = unpaid[0]
    total = share_out(tax_rate * untaxed, tax_rate * fraction, parts, unpaid)
    net_fraction[0] = fraction - (unpaid[0] - before)
    disposable_fraction[0] += net_fraction[0]
    for consumer in range(net.size):
        pay_at_bank(accounts.deposits, accounts.posted, accounts.bank, consumer, budget, parts[consumer])
        net[consumer] = untaxed[consumer] - parts[consumer]
        disposable[consumer] += net[consumer]
        untaxed[consumer] = 0
    pay_out(budget, treasury, 0, total)
    book(paid, INCOME_TAX, CONSUMERS, GOVERNMENT, total)


@system
def plan_from_income(
    plan: Cents = writes(Households.plan),
    unpaid: Doubles = writes(Fractions.spending),
    net: Cents = reads(Households.net),
    fraction: Doubles = reads(Fractions.net),
    coupon: Doubles = reads(Government.coupon),
    from_income: float = uses(Textbook.from_income),
    rate_effect: float = uses(Textbook.rate_effect),
) -> None:
    """Consumers mean to spend a part of the income that has just reached them."""
    parts = np.empty(plan.size, np.int64)
    propensity = from_income - rate_effect * coupon[0, 0]
    share_out(propensity * net, propensity * fraction[0], parts, unpaid)
    plan += parts


@system
def learn_income(
    expected: Cents = writes(Households.expected),
    expected_fraction: Doubles = writes(Fractions.expected),
    disposable: Cents = reads(Households.disposable),
    disposable_fraction: Doubles = reads(Fractions.disposable),
) -> None:
    """Consumers expect the disposable income they have now seen."""
    expected[:] = disposable
    expected_fraction[:] = disposable_fraction


@host_system
def redeem_bills(
    deposits: Cents = moves(Accounts.deposits, of=Consumers),
    treasury: Cents = moves(Government.treasury),
    budget: Cents = clears(BudgetClearing.budget),
    owed: Cents = moves(Government.bonds),
    held: Cents = moves(Fund.consumer_bonds),
    bills: Cents = moves(Households.bills),
    paid: Cents = writes(Flows.paid),
    posted: Cents = writes(Banks.posted),
    untaxed: Cents = writes(Households.untaxed),
    unpaid: Doubles = writes(Fractions.interest),
    own_bills: Cents = reads(CentralBank.bonds),
    coupon: Doubles = reads(Government.coupon),
    bank: Indices = reads(Accounts.bank, of=Consumers),
) -> None:
    """The government pays last year's bills back with interest; the central bank hands its interest back."""
    interest = np.empty(bills.size, np.int64)
    total = share_out(coupon[0, 0] * bills, 0.0, interest, unpaid)
    principal = int(whole_total(bills))
    for consumer in range(bills.size):
        receive_at_bank(deposits, posted, bank, consumer, budget, int(bills[consumer] + interest[consumer]))
        debit(bills, consumer, bills[consumer])
    untaxed += interest
    issue_bonds(owed, held, 0, np.array([-principal]))
    pay_in(treasury, 0, budget, principal + total)
    returned = round_cents(coupon[0, 0] * own_bills[0, 0])
    book(paid, INTEREST_BONDS, GOVERNMENT, CONSUMERS, total)
    book(paid, INTEREST_BONDS, GOVERNMENT, CENTRAL_BANK, returned)
    book(paid, REMITTANCE, CENTRAL_BANK, GOVERNMENT, returned)


@host_system
def sell_bills(
    accounts: ConsumersDeposits = bundle(ConsumersDeposits),
    treasury: Cents = moves(Government.treasury),
    budget: Cents = clears(BudgetClearing.budget),
    owed: Cents = moves(Government.bonds),
    held: Cents = moves(Fund.consumer_bonds),
    own_bills: Cents = moves(CentralBank.bonds),
    bills: Cents = moves(Households.bills),
    coupon: Doubles = writes(Government.coupon),
    policy_rate: Doubles = writes(CentralBank.policy_rate),
    expected: Cents = reads(Households.expected),
    disposable: Cents = reads(Households.disposable),
    rate: float = uses(Textbook.bill_rate),
    share: float = uses(Textbook.bill_share),
    response: float = uses(Textbook.bill_response),
    transactions: float = uses(Textbook.transactions),
) -> None:
    """Consumers divide the wealth they expect between bills and money; the central bank takes the other bills.

    bills = (share + response * rate) * wealth - transactions * disposable income, both as expected; money is
    what remains of actual wealth. Source: Tobin (1969), as in Godley and Lavoie, equations 4.6 to 4.7.
    """
    wealth = accounts.deposits + (expected - disposable)
    parts = np.empty(bills.size, np.int64)
    wanted = (share + response * rate) * wealth - transactions * expected
    total = share_out(wanted, 0.0, parts, np.zeros(1))
    for consumer in range(bills.size):
        pay_at_bank(accounts.deposits, accounts.posted, accounts.bank, consumer, budget, int(parts[consumer]))
        credit(bills, consumer, parts[consumer])
    issue_bonds(owed, held, 0, np.array([total]))
    pay_out(budget, treasury, 0, total)
    rest = -int(treasury[0])
    issue_bonds(owed, own_bills, 0, np.array([rest]))
    pay_in_reserves(budget, rest)
    pay_out(budget, treasury, 0, rest)
    coupon[0, 0] = policy_rate[0] = rate


@host_system
def add_up_wealth(
    all_disposable: Cents = writes(Aggregates.disposable),
    money: Cents = writes(Aggregates.money),
    all_bills: Cents = writes(Aggregates.bills),
    wealth: Cents = writes(Aggregates.wealth),
    all_reserves: Cents = writes(Aggregates.reserves),
    undistributed: Cents = writes(Aggregates.undistributed),
    deposits: Cents = reads(Accounts.deposits, of=Consumers),
    takings: Cents = reads(Accounts.deposits, of=Firms),
    bills: Cents = reads(Households.bills),
    disposable: Cents = reads(Households.disposable),
    reserves: Cents = reads(Banks.reserves),
) -> None:
    """Add up what households have at their disposal and own, and what banks and firms hold."""
    all_disposable[0], money[0], all_bills[0] = whole_total(disposable), whole_total(deposits), whole_total(bills)
    wealth[0] = money[0] + all_bills[0]
    all_reserves[0], undistributed[0] = whole_total(reserves), whole_total(takings)


@host_system
def add_up_incomes(
    employment: Doubles = writes(Aggregates.employment),
    wages: Cents = writes(Localities.wages),
    surplus: Cents = writes(Books.surplus),
    deficit: Cents = writes(Government.deficit),
    paid: Cents = reads(Flows.paid),
    wage: Cents = reads(Consumers.wage),
    revenue: Cents = reads(Books.revenue),
    payroll: Cents = reads(Workforce.payroll),
    wage_rate: float = uses(Textbook.wage),
) -> None:
    """Add up the year's incomes; firms have no surplus because they pay out all they take."""
    wages[0, 0] = whole_total(wage)
    surplus[:] = revenue - payroll
    flows = paid.reshape(len(paid), len(SECTORS), len(SECTORS))
    deficit[0] = whole_total(flows[:, GOVERNMENT, :]) - whole_total(flows[:, :, GOVERNMENT])
    employment[0] = whole_total(payroll) / CENTS / wage_rate
