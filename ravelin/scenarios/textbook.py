"""Teaching economies of Godley and Lavoie, run by the ledger and the tick of the whole economy.

from ravelin import Simulation
from ravelin.scenarios import textbook

economy = Simulation(textbook.scenario(G=20, theta=0.2, alpha1=0.6, alpha2=0.4),
                     tick=textbook.SIM, opening=textbook.opening(H=0), observe=textbook.indicators)
economy.run(60).history()

Here a tick is a year, one good costs a dollar, and a unit of the book is a million dollars. Consumers work
for one firm and shop at another, so their incomes differ; the rules are linear, so the sums are the book's.
Firms pay out all they take, banks keep all deposits as reserves. Within the year money goes round until
nobody has anything left to pay out: the book's simultaneous solution.

SIM spends out of income, SIMEX out of expected income; PC and PCEX add bills, interest and a central bank.
Source: Godley and Lavoie (2007), "Monetary Economics", chapters 3 and 4.
"""

import datetime
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ravelin.core.kernel import compiled
from ravelin.core.parameter import Parameter, Parameters, Settings, parameter
from ravelin.core.schedule import Schedule, phase, schedule
from ravelin.core.system import Cents, Doubles, Indices, host_system, moves, reads, system, uses, writes
from ravelin.core.table import Column, Table, World, column
from ravelin.ledger.balance_sheet import sector_positions
from ravelin.ledger.exchange import issue_bonds
from ravelin.ledger.settlement import split_by_largest_remainder
from ravelin.ledger.transfers import CLAIMS, PAID, book, credit, debit, pool_upto, round_cents, transfer
from ravelin.scenarios.catalog import load_catalog
from ravelin.scenarios.population import uniforms
from ravelin.scenarios.scenario import Scenario, ScenarioError
from ravelin.state.accounts import (
    CENTRAL_BANK,
    CONSUMERS,
    CONSUMPTION,
    FIRMS,
    FLOWS,
    GOVERNMENT,
    GOVERNMENT_PURCHASES,
    INCOME_TAX,
    INTEREST_BONDS,
    REMITTANCE,
    SECTORS,
    WAGES,
    Accounts,
    Flows,
    Stocks,
)
from ravelin.state.accounts_national import NationalAccounts
from ravelin.state.consumers import Consumers, Wealth
from ravelin.state.firms import Firms
from ravelin.state.goods import Goods
from ravelin.state.indicators import Indicator
from ravelin.state.institutions import Banks, CentralBank, Economy, Government
from ravelin.state.localities import Localities
from ravelin.systems import audit, national_accounts, payments

if TYPE_CHECKING:
    from ravelin.simulation import Opening

CENTS = 10**8
"""Cents in a unit of the book."""
ROUNDS = 160
"""Rounds of income in a year; each passes on a part, so that after these not a cent is on its way."""


class Textbook(Parameters):
    """The book's parameters; `SYMBOLS` gives their letters."""

    purchases = parameter(20e6, "dollar/year", "government purchases", low=0, source="Godley and Lavoie, table 3.4")
    tax_rate = parameter(0.2, "fraction", "tax on all income", low=0, high=1, source="Godley and Lavoie, table 3.4")
    from_income = parameter(0.6, "fraction", "spending out of disposable income", low=0, high=1,
                            source="Godley and Lavoie, table 3.4")  # fmt: skip
    from_wealth = parameter(0.4, "fraction", "spending out of wealth", low=0, high=1,
                            source="Godley and Lavoie, table 3.4")  # fmt: skip
    rate_effect = parameter(0.0, "1", "fall of spending out of income per unit of the rate on bills", low=0, high=10,
                            source="Godley and Lavoie, section 4.5")  # fmt: skip
    wage = parameter(1.0, "1", "wage of a unit of labor, which makes a unit of output", low=0,
                     source="Godley and Lavoie, table 3.4")  # fmt: skip
    bill_rate = parameter(0.025, "1/year", "rate on bills", low=0, high=1, source="Godley and Lavoie, chapter 4")
    bill_share = parameter(0.635, "fraction", "part of wealth held as bills", low=-10, high=10,
                           source="Godley and Lavoie, chapter 4")  # fmt: skip
    bill_response = parameter(5.0, "1", "rise of that part per unit of the rate", low=0, high=100,
                              source="Godley and Lavoie, chapter 4")  # fmt: skip
    transactions = parameter(0.01, "fraction", "disposable income held as money rather than bills", low=0, high=10,
                             source="Godley and Lavoie, chapter 4")  # fmt: skip


SYMBOLS: dict[str, tuple[Parameter, float]] = {
    "G": (Textbook.purchases, 1e6), "theta": (Textbook.tax_rate, 1.0), "alpha1": (Textbook.from_income, 1.0),
    "alpha10": (Textbook.from_income, 1.0), "alpha2": (Textbook.from_wealth, 1.0), "iota": (Textbook.rate_effect, 1.0),
    "W": (Textbook.wage, 1.0), "R": (Textbook.bill_rate, 1.0), "lambda0": (Textbook.bill_share, 1.0),
    "lambda1": (Textbook.bill_response, 1.0), "lambda2": (Textbook.transactions, 1.0),
}  # fmt: skip
"""Letter of the book -> parameter, and its units in a unit of the book."""
STOCKS = ("H", "Hh", "Hs", "V", "Bh", "Bs", "Bcb", "R", "YD")
"""Letters that `opening` takes."""


class Households(Table, rows=Consumers):
    """What a consumer of the book holds, earns and means to spend."""

    bills = column("i8", "cent", "government bills held")
    wealth = column("i8", "cent", "deposits and bills when the year began")
    untaxed = column("i8", "cent", "income received and not yet taxed", flow=True)
    net = column("i8", "cent", "income after tax of the last round", flow=True)
    disposable = column("i8", "cent", "income after tax of the year", flow=True)
    expected = column("i8", "cent", "disposable income that is expected")
    plan = column("i8", "cent", "what is still to be spent this year", flow=True)


class Fractions(Table):
    """Parts of a cent that rounding has left unpaid, one row.

    Every rule counts them as if they had been paid: else the multiplier would make several cents of them.
    """

    purchases = column("f8", "cent", "government purchases not yet paid")
    interest = column("f8", "cent", "interest on bills not yet paid")
    tax = column("f8", "cent", "tax not yet paid")
    spending = column("f8", "cent", "consumption not yet paid")
    counted = column("f8", "cent", "unpaid income that has been taxed")
    net = column("f8", "cent", "unpaid part of the income after tax of the last round")
    disposable = column("f8", "cent", "unpaid part of disposable income", flow=True)
    expected = column("f8", "cent", "the same of expected disposable income")
    wealth = column("f8", "cent", "unpaid part of what consumers own when the year begins")


class Aggregates(Table):
    """Sums of the year, one row."""

    disposable = column("i8", "cent", "disposable income")
    money = column("i8", "cent", "deposits of consumers")
    bills = column("i8", "cent", "bills of consumers")
    wealth = column("i8", "cent", "deposits and bills of consumers")
    reserves = column("i8", "cent", "money issued by the central bank")
    undistributed = column("i8", "cent", "takings that firms have not paid out: zero")
    employment = column("f8", "worker", "labor employed, millions")


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
    revenue: Cents = writes(Firms.revenue),
    payroll: Cents = writes(Firms.payroll),
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
    paid: Cents = writes(Flows.paid),
    revenue: Cents = writes(Firms.revenue),
    unpaid: Doubles = writes(Fractions.purchases),
    purchases: float = uses(Textbook.purchases),
) -> None:
    """The government buys from all firms alike."""
    parts = np.empty(revenue.size, np.int64)
    total = share_out(np.full(revenue.size, 100.0 * purchases / revenue.size), 0.0, parts, unpaid)
    for firm in range(revenue.size):
        credit(deposits, firm, parts[firm])
        revenue[firm] += parts[firm]
    debit(treasury, 0, total)
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
    plan: Cents = writes(Households.plan),
    revenue: Cents = writes(Firms.revenue),
    sellers: Indices = reads(Consumers.sellers),
) -> None:
    """Consumers spend what they mean to spend, as far as their deposits go."""
    total = 0
    for consumer in range(plan.size):
        firm = int(sellers[consumer, 0])
        cents = min(plan[consumer], deposits[consumer])
        if cents > 0 and transfer(deposits, consumer, plan.size + firm, cents) == PAID:
            plan[consumer] -= cents
            revenue[firm] += cents
            total += cents
    book(paid, CONSUMPTION, CONSUMERS, FIRMS, total)


@system
def pay_wages(
    deposits: Cents = moves(Accounts.deposits),
    paid: Cents = writes(Flows.paid),
    wage: Cents = writes(Consumers.wage),
    untaxed: Cents = writes(Households.untaxed),
    payroll: Cents = writes(Firms.payroll),
    staff: Indices = reads(Firms.staff),
    employer: Indices = reads(Consumers.employer),
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
            wage[consumer] += part
            untaxed[consumer] += part
            payroll[firm] += part
            total += part
    book(paid, WAGES, FIRMS, CONSUMERS, total)


@system
def withhold_taxes(
    deposits: Cents = moves(Accounts.deposits, of=Consumers),
    treasury: Cents = moves(Government.treasury),
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
        debit(deposits, consumer, parts[consumer])
        net[consumer] = untaxed[consumer] - parts[consumer]
        disposable[consumer] += net[consumer]
        untaxed[consumer] = 0
    credit(treasury, 0, total)
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
    owed: Cents = moves(Government.bonds),
    held: Cents = moves(Economy.consumer_bonds),
    bills: Cents = moves(Households.bills),
    paid: Cents = writes(Flows.paid),
    untaxed: Cents = writes(Households.untaxed),
    unpaid: Doubles = writes(Fractions.interest),
    own_bills: Cents = reads(CentralBank.bonds),
    coupon: Doubles = reads(Government.coupon),
) -> None:
    """The government pays last year's bills back with interest; the central bank hands its interest back."""
    interest = np.empty(bills.size, np.int64)
    total = share_out(coupon[0, 0] * bills, 0.0, interest, unpaid)
    principal = int(bills.sum())
    for consumer in range(bills.size):
        credit(deposits, consumer, bills[consumer] + interest[consumer])
        debit(bills, consumer, bills[consumer])
    untaxed += interest
    issue_bonds(owed, held, 0, np.array([-principal]))
    debit(treasury, 0, principal + total)
    returned = round_cents(coupon[0, 0] * own_bills[0, 0])
    book(paid, INTEREST_BONDS, GOVERNMENT, CONSUMERS, total)
    book(paid, INTEREST_BONDS, GOVERNMENT, CENTRAL_BANK, returned)
    book(paid, REMITTANCE, CENTRAL_BANK, GOVERNMENT, returned)


@host_system
def sell_bills(
    deposits: Cents = moves(Accounts.deposits, of=Consumers),
    treasury: Cents = moves(Government.treasury),
    owed: Cents = moves(Government.bonds),
    held: Cents = moves(Economy.consumer_bonds),
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
    wealth = deposits + (expected - disposable)
    parts = np.empty(bills.size, np.int64)
    wanted = (share + response * rate) * wealth - transactions * expected
    total = share_out(wanted, 0.0, parts, np.zeros(1))
    for consumer in range(bills.size):
        debit(deposits, consumer, parts[consumer])
        credit(bills, consumer, parts[consumer])
    issue_bonds(owed, held, 0, np.array([total]))
    credit(treasury, 0, total)
    rest = -int(treasury[0])
    issue_bonds(owed, own_bills, 0, np.array([rest]))
    credit(treasury, 0, rest)
    coupon[0, 0] = policy_rate[0] = rate


@host_system
def add_up(
    all_disposable: Cents = writes(Aggregates.disposable),
    money: Cents = writes(Aggregates.money),
    all_bills: Cents = writes(Aggregates.bills),
    wealth: Cents = writes(Aggregates.wealth),
    all_reserves: Cents = writes(Aggregates.reserves),
    undistributed: Cents = writes(Aggregates.undistributed),
    employment: Doubles = writes(Aggregates.employment),
    wages: Cents = writes(Localities.wages),
    surplus: Cents = writes(Firms.surplus),
    deposits: Cents = reads(Accounts.deposits, of=Consumers),
    takings: Cents = reads(Accounts.deposits, of=Firms),
    bills: Cents = reads(Households.bills),
    disposable: Cents = reads(Households.disposable),
    reserves: Cents = reads(Banks.reserves),
    wage: Cents = reads(Consumers.wage),
    revenue: Cents = reads(Firms.revenue),
    payroll: Cents = reads(Firms.payroll),
    wage_rate: float = uses(Textbook.wage),
) -> None:
    """Add up the year; firms have no surplus because they pay out all they take."""
    all_disposable[0], money[0], all_bills[0] = disposable.sum(), deposits.sum(), bills.sum()
    wealth[0] = money[0] + all_bills[0]
    all_reserves[0], undistributed[0] = reserves.sum(), takings.sum()
    wages[0, 0] = wage.sum()
    surplus[:] = revenue - payroll
    employment[0] = payroll.sum() / CENTS / wage_rate


SIM = schedule(
    phase("The year's books are opened",
          audit.open_books,
          take_stock),
    phase("The government buys; consumers plan to spend out of wealth",
          buy_public_goods,
          plan_from_wealth),
    phase("Money goes round until nobody has anything to pay out",
          shop,
          pay_wages,
          withhold_taxes,
          plan_from_income, rounds=ROUNDS),
    phase("Payments settle",
          payments.count_consumers,
          payments.count_firms,
          payments.settle),
    phase("Accounts are drawn up, audited and closed",
          add_up,
          national_accounts.compile_gdp,
          audit.audit_books),
    tables=(Accounts, Flows, Stocks, Consumers, Wealth, Firms, Goods, Localities, Banks, Government, CentralBank,
            Economy, NationalAccounts, Households),
)  # fmt: skip
"""Simplest model with government money (chapter 3)."""

SIMEX = (
    SIM.without(plan_from_income)
    .after(plan_from_wealth, plan_from_expectation)
    .before(payments.count_consumers, learn_income)
)
"""The same with spending out of expected income (section 3.7)."""

PC = SIM.after(take_stock, redeem_bills).before(payments.count_consumers, learn_income, sell_bills)
"""Portfolio choice: bills, interest and a central bank (chapter 4)."""

PCEX = (
    PC.without(plan_from_income, learn_income)
    .after(plan_from_wealth, plan_from_expectation)
    .after(sell_bills, learn_income)
)
"""The same with expectations: bills are chosen before income is known (section 4.6)."""

_NO_CURRENCY = {"Currency.consumers": 0.0, "Currency.firms": 0.0, "Currency.banks": 0.0}


def scenario(consumers: int = 300, firms: int = 10, banks: int = 3, ticks: int = 60, **letters: float) -> Scenario:
    """Make a scenario from the book's letters, each in the book's units: `scenario(G=20, theta=0.2)`."""
    for letter in letters:
        if letter not in SYMBOLS:
            raise ScenarioError(f"{letter} is not a parameter of the book ({', '.join(SYMBOLS)})")
    values = {repr(SYMBOLS[letter][0]): SYMBOLS[letter][1] * float(value) for letter, value in letters.items()}
    sized = Scenario(name="textbook", consumers=consumers, firms=firms, banks=banks, ticks=ticks)
    return sized.departing(parameters=_NO_CURRENCY | values)


class _Held(NamedTuple):
    """Opening stocks in cents, and the rate on bills."""

    money: int
    bills: int
    central: int
    expected: int
    rate: float


def opening(**letters: float) -> "Opening":
    """Choose the opening stocks, in the book's units.

    Parameters
    ----------
    H, Bh, Bcb
        Money (or Hh, or wealth V less bills) and bills of consumers, bills of the central bank.
    R
        Rate on the bills in circulation.
    YD
        Disposable income that is expected, for models with expectations.

    Returns
    -------
    callable
        Makes the world; for `Simulation(opening=...)`.
    """
    for letter in letters:
        if letter not in STOCKS:
            raise ScenarioError(f"{letter} is not an opening stock of the book ({', '.join(STOCKS)})")

    def cents(letter: str, default: float = 0.0) -> int:
        return round(CENTS * letters.get(letter, default))

    in_money = letters.get("V", 0.0) - letters.get("Bh", 0.0)
    money = cents("H", letters.get("Hh", in_money))
    held = _Held(money, cents("Bh"), cents("Bcb"), cents("YD"), letters.get("R", 0.0))

    def open_world(
        schedule: Schedule,
        settings: Settings,
        consumers: int,
        firms: int | None,
        banks: int | None,
        seed: int,
        start: datetime.date,
        progress: Callable[[str], None],
    ) -> World:
        del settings, start, progress
        employers = firms or max(1, consumers // 30)
        world = _allocate(schedule, consumers, employers, banks or 1)
        _settle_people(world, seed)
        _divide_stocks(world, held, seed)
        world[Stocks].opening[:] = world[Stocks].closing[:] = sector_positions(world)
        return world

    return open_world


def _allocate(schedule: Schedule, consumers: int, firms: int, banks: int) -> World:
    goods = load_catalog("textbook").names
    counts: dict[type[Table], int] = {
        Consumers: consumers, Firms: firms, Accounts: consumers + firms + 1, Banks: banks, Goods: len(goods),
        Flows: len(FLOWS), Stocks: len(SECTORS),
    }  # fmt: skip
    tables = schedule.tables()
    for table in tables:
        counts.setdefault(table.rows_of, 1)
    local = {table.rows_of for table in tables if table.local}
    world = World(tables, counts, {table: np.array([0, counts[table]]) for table in local})
    world.sectors = {Consumers: 0, Firms: consumers}
    world.names = {Goods: goods}
    return world


def _settle_people(world: World, seed: int) -> None:
    """Give everybody an employer, a shop and a bank by lot; the first shops have more customers than the last."""
    people, firms, accounts = world[Consumers], world[Firms], world[Accounts]
    people.employer[:] = _lots(seed, "employer", people.count) % firms.count
    lots = (_lots(seed, "shop", people.count) + 0.5) / people.count
    people.sellers[:, 0] = lots**1.1 * firms.count
    firms.staff[:, 0] = np.bincount(people.employer, minlength=firms.count)
    accounts.bank[:-1] = _lots(seed, "bank", people.count + firms.count) % world[Banks].count


def _divide_stocks(world: World, held: _Held, seed: int) -> None:
    """Divide the stocks among consumers by lot: the richest own three times as much as the poorest."""
    accounts, households, count = world[Accounts], world[Households], world[Consumers].count
    banks, government, central_bank = world[Banks], world[Government], world[CentralBank]
    weights = 0.5 + uniforms(seed, "wealth", count)
    accounts.deposits[:count] = split_by_largest_remainder(held.money, weights)
    households.bills[:] = split_by_largest_remainder(held.bills, weights)
    households.expected[:] = split_by_largest_remainder(held.expected, np.ones(count))
    even = split_by_largest_remainder(CLAIMS, np.ones(count))
    world[Wealth].bond_share[:] = world[Wealth].equity_share[:] = even
    np.add.at(banks.deposits, accounts.bank.astype(np.int64), accounts.deposits)
    banks.reserves[:] = banks.deposits
    world[Economy].consumer_bonds[0, 0], central_bank.bonds[0, 0] = held.bills, held.central
    government.bonds[0, 0], government.coupon[0, 0] = held.bills + held.central, held.rate
    # Without bills all money is what the central bank has lent to the government.
    government.treasury[0] = 0 if held.bills or held.central else -held.money
    central_bank.capital[0] = held.central - held.money - int(government.treasury[0])


def _lots(seed: int, name: str, count: int) -> npt.NDArray[np.int64]:
    """Return 0 to count - 1 in random order."""
    return np.argsort(uniforms(seed, name, count), kind="stable")


def indicators(world: World) -> list[Indicator]:
    """List the book's variables, in the book's units."""
    del world

    def one(letter: str, title: str, kind: str, held: Column, position: int | tuple[int, int] = 0) -> Indicator:
        unit, scale = ("1/year", 1.0) if kind == "rate" else ("million dollars", 1.0 / CENTS)
        return Indicator(letter, title, unit, held.meaning, kind, held, position, scale)

    return [
        one("Y", "Output", "flow", NationalAccounts.by_output),
        one("C", "Consumption", "flow", NationalAccounts.consumption),
        one("T", "Taxes", "flow", NationalAccounts.taxes),
        one("YD", "Disposable income", "flow", Aggregates.disposable),
        one("H", "Money", "stock", Aggregates.money),
        one("Hh", "Money of consumers", "stock", Aggregates.money),
        one("Hs", "Money issued", "stock", Aggregates.reserves),
        one("V", "Wealth", "stock", Aggregates.wealth),
        one("Bh", "Bills of consumers", "stock", Aggregates.bills),
        one("Bs", "Bills issued", "stock", Government.bonds, (0, 0)),
        one("Bcb", "Bills of the central bank", "stock", CentralBank.bonds, (0, 0)),
        one("R", "Rate on bills", "rate", CentralBank.policy_rate),
        Indicator("N", "Employment", "worker", Aggregates.employment.meaning, "flow", Aggregates.employment, 0, 1.0),
    ]
