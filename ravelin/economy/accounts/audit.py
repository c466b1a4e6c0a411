"""The books of the month are audited and closed; a gap stops the run.

The inspections are kernels over each locality's people and firms: they count what no economy has and what two
tables tell differently. Whatever is matched piece by piece is matched for a twelfth of the rows a month.
"""

from typing import Any
from weakref import WeakKeyDictionary

from ravelin.core.clock import QUARTER
from ravelin.core.system import (
    Cents,
    Doubles,
    Floats,
    Indices,
    Smalls,
    claims_of,
    everything,
    first,
    host_system,
    local_system,
    reads,
    sets,
    system,
    this_tick,
)  # fmt: skip
from ravelin.core.table import Table, World
from ravelin.economy.accounts.holdings import add_up_books, add_up_shares
from ravelin.economy.accounts.identities import check, check_soundness, check_totals
from ravelin.economy.accounts.soundness import LARGEST, Inspector, count_below_zero, count_outside
from ravelin.economy.accounts.tables import Economy, NationalAccounts
from ravelin.economy.firms.tables import CONTRACTS, WHOLE, Books, Firms, Inputs, Plant, Workforce
from ravelin.economy.goods.tables import Aisles, Goods
from ravelin.economy.labor.identities import TURNS, count_strays, count_workers, match_staff, turn_of
from ravelin.economy.people.tables import AISLES, PUBLIC_EMPLOYER, Consumers, Lives, Wealth
from ravelin.economy.places.tables import Localities
from ravelin.ledger.accounts import Accounts, Stocks
from ravelin.ledger.claims import BELOW_ZERO, add_up

INSPECTED: tuple[type[Table], ...] = (Consumers, Accounts, Firms, Inputs)
"""Rows that kernels go through, whichever tables declare their columns; the rest is small."""


@system
def open_books(
    opening: Cents = sets(Stocks.opening),
    closing: Cents = reads(Stocks.closing),
) -> None:
    """Keep what everybody owned and owed when the month began."""
    opening[:] = closing


@system
def open_stocks(
    before: Doubles = sets(Goods.inventory_before),
    inventory: Doubles = reads(Firms.inventory),
    good: Smalls = reads(Firms.good),
) -> None:
    """Count the finished goods of each kind when the month begins, so that the audit can follow them through it."""
    before[:] = 0.0
    for firm in range(good.size):
        before[good[firm]] += inventory[firm]


@local_system
def add_up_people(
    held: Cents = sets(Localities.held_by_people),
    shares: Cents = sets(Localities.shares),
    claims: Any = claims_of(Consumers),
    equity_share: Any = reads(Wealth.equity_share),
    bond_share: Any = reads(Wealth.bond_share),
    dwelling_share: Any = reads(Wealth.dwelling_share),
) -> None:
    """Add up what the people of each locality hold and owe, claim by claim."""
    add_up(held[0], claims)
    add_up_shares(shares[0], equity_share, bond_share, dwelling_share)


@local_system
def add_up_firms(
    held: Cents = sets(Localities.held_by_firms),
    books: Cents = sets(Localities.books),
    claims: Any = claims_of(Firms),
    payroll: Cents = reads(Workforce.payroll),
    capital: Doubles = reads(Plant.capital),
    inventory_value: Doubles = reads(Books.inventory_value),
    input_value: Doubles = reads(Books.input_value),
    staff: Indices = reads(Workforce.staff),
    good: Smalls = reads(Firms.good),
    leased: Smalls = reads(Goods.leased),
    basket_price: Doubles = reads(Economy.basket_price),
) -> None:
    """Add up what the firms of each locality hold and owe, claim by claim, and the rest of their books."""
    add_up(held[0], claims)
    add_up_books(books[0], payroll, capital, inventory_value, input_value, staff, good, leased, basket_price)


@local_system
def inspect_people(
    strays: Cents = sets(Localities.strays),
    private_workers: Cents = sets(Localities.private_workers),
    public_workers: Cents = sets(Localities.public_workers),
    payroll_differing: Cents = sets(Localities.payroll_differing),
    shoppers_astray: Cents = sets(Localities.shoppers_astray),
    unsound: Cents = sets(Localities.unsound_people),
    held: Cents = reads(Localities.held_by_people),
    status: Smalls = reads(Consumers.status),
    skill: Smalls = reads(Consumers.skill),
    employer: Indices = reads(Consumers.employer),
    sellers: Indices = reads(Consumers.sellers),
    wage: Cents = reads(Consumers.wage),
    permanent_income: Floats = reads(Consumers.permanent_income),
    habit: Floats = reads(Consumers.habit),
    pension_share: Floats = reads(Consumers.pension_share),
    transfer_share: Floats = reads(Consumers.transfer_share),
    buffer: Floats = reads(Consumers.buffer),
    take_home: Floats = reads(Lives.take_home),
    thrift: Floats = reads(Lives.thrift),
    public_payroll: Cents = reads(Localities.public_payroll),
    market_count: Indices = reads(Localities.market_count),
    aisle_good: Smalls = reads(Aisles.good),
    tick: int = this_tick(),
    locality: int = first(Localities),
) -> None:
    """Count people whom no employer knows, workers of firms and government, and values that nobody can have."""
    strays[0] = count_strays(status, employer)
    count_workers(private_workers[0], public_workers[0], skill, employer)
    begin, end = turn_of(status.size, tick, 1)
    astray = 0
    for aisle in range(AISLES):
        many = market_count[0, aisle_good[aisle]]
        for consumer in range(begin, end):
            astray += sellers[consumer, aisle] >= many
    shoppers_astray[0] = astray
    payroll_differing[0] = 0
    if locality % TURNS == tick % TURNS:
        earned = 0
        for consumer in range(status.size):
            earned += wage[consumer] if employer[consumer] == PUBLIC_EMPLOYER else 0
        payroll_differing[0] = earned != public_payroll[0]
    found = held[0, BELOW_ZERO] + count_below_zero(wage)
    found += count_outside(permanent_income, 0.0) + count_outside(habit, 0.0)
    found += count_outside(pension_share, 0.0) + count_outside(transfer_share, 0.0)
    found += count_outside(buffer, -LARGEST) + count_outside(take_home, -LARGEST) + count_outside(thrift, -LARGEST)
    unsound[0] = found


@local_system
def inspect_firms(
    unsound: Cents = sets(Localities.unsound_firms),
    contracts_differing: Cents = sets(Localities.contracts_differing),
    held: Cents = reads(Localities.held_by_firms),
    payroll: Cents = reads(Workforce.payroll),
    wage_bill: Cents = reads(Workforce.wage_bill),
    revenue: Cents = reads(Books.revenue),
    inputs_bought: Cents = reads(Books.inputs_bought),
    invested: Cents = reads(Plant.invested),
    dividend: Cents = reads(Books.dividend),
    call: Cents = reads(Books.call),
    staff: Indices = reads(Workforce.staff),
    labor: Indices = reads(Workforce.labor),
    vacancies: Indices = reads(Workforce.vacancies),
    unfilled: Indices = reads(Workforce.unfilled),
    price: Doubles = reads(Firms.price),
    unit_cost: Doubles = reads(Firms.unit_cost),
    expected_sales: Doubles = reads(Firms.expected_sales),
    trend_sales: Doubles = reads(Firms.trend_sales),
    target_output: Doubles = reads(Firms.target_output),
    output: Doubles = reads(Firms.output),
    inventory: Doubles = reads(Firms.inventory),
    sold: Doubles = reads(Firms.sold),
    spoiled: Floats = reads(Firms.spoiled),
    capital: Doubles = reads(Plant.capital),
    under_way: Doubles = reads(Plant.capital_under_way),
    productivity: Doubles = reads(Plant.labor_productivity),
    offer: Doubles = reads(Workforce.offer),
    outlays: Doubles = reads(Books.outlays),
    inventory_value: Doubles = reads(Books.inventory_value),
    input_value: Doubles = reads(Books.input_value),
    unserved: Floats = reads(Firms.unserved),
    unmet: Floats = reads(Firms.unmet),
    hours: Floats = reads(Workforce.hours),
    labor_wanted: Floats = reads(Workforce.labor_wanted),
    markup: Doubles = reads(Firms.markup),
    visibility: Doubles = reads(Firms.visibility),
    inputs_change: Doubles = reads(Books.inputs_change),
    vintage: Floats = reads(Plant.vintage),
    labor_to_capital: Floats = reads(Plant.labor_to_capital),
    labor_price: Floats = reads(Workforce.labor_price),
    wanted: Cents = reads(Inputs.wanted),
    stock: Floats = reads(Inputs.stock),
    transit: Floats = reads(Inputs.transit),
    before: Floats = reads(Inputs.opening),
    supplier: Indices = reads(Inputs.supplier),
    part: Smalls = reads(Inputs.part),
    input_good: Smalls = reads(Inputs.good),
    market_count: Indices = reads(Localities.market_count),
    tick: int = this_tick(),
) -> None:
    """Count values that no firm can have, and inputs whose contracts do not make a whole."""
    found = held[0, BELOW_ZERO]
    # Columns of one kind go through one loop: a loop for each would take the compiler a quarter of a minute.
    for cents in (payroll, wage_bill, revenue, inputs_bought, invested, dividend, call, wanted):
        found += count_below_zero(cents)
    for counts in (staff, labor, vacancies, unfilled):
        found += count_below_zero(counts.reshape(counts.size))
    for amounts in (price, unit_cost, expected_sales, trend_sales, target_output, output, inventory, sold, capital,
                    under_way, productivity, offer.reshape(offer.size), outlays, inventory_value,
                    input_value):  # fmt: skip
        found += count_outside(amounts, 0.0)
    for parts in (spoiled, unserved, unmet, hours, labor_wanted.reshape(labor_wanted.size), stock, transit, before):
        found += count_outside(parts, 0.0)
    for levels in (markup, visibility, inputs_change):
        found += count_outside(levels, -LARGEST)
    for ratios in (vintage, labor_to_capital, labor_price):
        found += count_outside(ratios, -LARGEST)
    unsound[0] = found
    begin, end = turn_of(stock.size, tick, 1)
    differing = 0
    for row in range(begin, end):
        whole_order, known = 0, True
        for k in range(CONTRACTS):
            whole_order += part[row, k]
            known &= supplier[row, k] < market_count[0, input_good[row]]
        differing += (whole_order != WHOLE) | (not known)
    contracts_differing[0] = differing


@system
def match_books_on_staff(
    staff_differing: Cents = sets(Localities.staff_differing),
    status: Smalls = reads(Consumers.status),
    skill: Smalls = reads(Consumers.skill),
    employer: Indices = reads(Consumers.employer),
    efficiency: Indices = reads(Consumers.efficiency),
    wage: Cents = reads(Consumers.wage),
    staff: Indices = reads(Workforce.staff),
    labor: Indices = reads(Workforce.labor),
    payroll: Cents = reads(Workforce.payroll),
    tick: int = this_tick(),
) -> None:
    """Match a quarter of all firms with those who work there, wherever they live: heads, labor and pay."""
    begin, end = turn_of(payroll.size, tick, QUARTER)
    staff_differing[0] = match_staff(
        begin, end, status, skill, employer, efficiency, wage, staff, labor, payroll
    )  # fmt: skip


INSPECTIONS = (add_up_people, add_up_firms, inspect_people, inspect_firms, match_books_on_staff)
_INSPECTORS: WeakKeyDictionary[World, Inspector] = WeakKeyDictionary()


def inspector_of(world: World) -> Inspector:
    """Return the inspector of a world's small tables, made once."""
    if world not in _INSPECTORS:
        _INSPECTORS[world] = Inspector(world, INSPECTED)
    return _INSPECTORS[world]


@host_system
def audit_books(
    gap: Cents = sets(NationalAccounts.audit_gap),
    closing: Cents = sets(Stocks.closing),
    world: World = everything(),
) -> None:
    """Check every identity, in cents, heads and units, then keep the closing positions for next month's check."""
    check_totals(world)
    check_soundness(world, inspector_of(world))
    closing[:] = check(world)
    gap[0] = 0
