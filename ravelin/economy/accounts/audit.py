"""The books of the month are audited and closed; a gap stops the run.

The inspections are kernels over each locality's people and firms: they count what no economy has and what two
tables tell differently. Whatever is matched piece by piece is matched for a twelfth of the rows a month.
"""

from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from ravelin.core.clock import QUARTER
from ravelin.core.system import (
    Cents,
    Doubles,
    Floats,
    Indices,
    Smalls,
    bundle,
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


class Whereabouts(NamedTuple):
    """Who works where, as what and at what wage, and where she shops."""

    status: Smalls = reads(Consumers.status)
    skill: Smalls = reads(Consumers.skill)
    employer: Indices = reads(Consumers.employer)
    wage: Cents = reads(Consumers.wage)
    sellers: Indices = reads(Consumers.sellers)


class LivingStandards(NamedTuple):
    """What consumers count on, and what they are used to and mean to keep."""

    permanent_income: Floats = reads(Consumers.permanent_income)
    pension_share: Floats = reads(Consumers.pension_share)
    transfer_share: Floats = reads(Consumers.transfer_share)
    habit: Floats = reads(Consumers.habit)
    buffer: Floats = reads(Consumers.buffer)
    thrift: Floats = reads(Lives.thrift)


class Sales(NamedTuple):
    """What firms make and sell, at what price and cost."""

    price: Doubles = reads(Firms.price)
    markup: Doubles = reads(Firms.markup)
    unit_cost: Doubles = reads(Firms.unit_cost)
    expected_sales: Doubles = reads(Firms.expected_sales)
    trend_sales: Doubles = reads(Firms.trend_sales)
    target_output: Doubles = reads(Firms.target_output)
    output: Doubles = reads(Firms.output)
    inventory: Doubles = reads(Firms.inventory)
    sold: Doubles = reads(Firms.sold)
    spoiled: Floats = reads(Firms.spoiled)
    unserved: Floats = reads(Firms.unserved)
    unmet: Floats = reads(Firms.unmet)
    visibility: Doubles = reads(Firms.visibility)


class FixedCapital(NamedTuple):
    """What firms produce with."""

    capital: Doubles = reads(Plant.capital)
    under_way: Doubles = reads(Plant.capital_under_way)
    vintage: Floats = reads(Plant.vintage)
    productivity: Doubles = reads(Plant.labor_productivity)
    labor_to_capital: Floats = reads(Plant.labor_to_capital)
    invested: Cents = reads(Plant.invested)


class Employees(NamedTuple):
    """Whom firms employ and seek, for how long they work, and what they are paid."""

    staff: Indices = reads(Workforce.staff)
    labor: Indices = reads(Workforce.labor)
    wanted: Floats = reads(Workforce.labor_wanted)
    vacancies: Indices = reads(Workforce.vacancies)
    unfilled: Indices = reads(Workforce.unfilled)
    hours: Floats = reads(Workforce.hours)
    offer: Doubles = reads(Workforce.offer)
    price: Floats = reads(Workforce.labor_price)
    payroll: Cents = reads(Workforce.payroll)
    wage_bill: Cents = reads(Workforce.wage_bill)


class FirmBooks(NamedTuple):
    """What firms take in, spend and keep in store."""

    revenue: Cents = reads(Books.revenue)
    inputs_bought: Cents = reads(Books.inputs_bought)
    dividend: Cents = reads(Books.dividend)
    call: Cents = reads(Books.call)
    outlays: Doubles = reads(Books.outlays)
    inventory_value: Doubles = reads(Books.inventory_value)
    input_value: Doubles = reads(Books.input_value)
    inputs_change: Doubles = reads(Books.inputs_change)


class InputsHeld(NamedTuple):
    """What firms have of their inputs, and order."""

    wanted: Cents = reads(Inputs.wanted)
    stock: Floats = reads(Inputs.stock)
    transit: Floats = reads(Inputs.transit)
    before: Floats = reads(Inputs.opening)


@local_system
def inspect_people(
    people: Whereabouts = bundle(Whereabouts),
    living: LivingStandards = bundle(LivingStandards),
    strays: Cents = sets(Localities.strays),
    private_workers: Cents = sets(Localities.private_workers),
    public_workers: Cents = sets(Localities.public_workers),
    payroll_differing: Cents = sets(Localities.payroll_differing),
    shoppers_astray: Cents = sets(Localities.shoppers_astray),
    unsound: Cents = sets(Localities.unsound_people),
    held: Cents = reads(Localities.held_by_people),
    public_payroll: Cents = reads(Localities.public_payroll),
    market_count: Indices = reads(Localities.market_count),
    aisle_good: Smalls = reads(Aisles.good),
    tick: int = this_tick(),
    locality: int = first(Localities),
) -> None:
    """Count people whom no employer knows, workers of firms and government, and values that nobody can have."""
    wage, employer, sellers = people.wage, people.employer, people.sellers
    strays[0] = count_strays(people.status, employer)
    count_workers(private_workers[0], public_workers[0], people.skill, employer)
    begin, end = turn_of(wage.size, tick, 1)
    astray = 0
    for aisle in range(AISLES):
        many = market_count[0, aisle_good[aisle]]
        for consumer in range(begin, end):
            astray += sellers[consumer, aisle] >= many
    shoppers_astray[0] = astray
    payroll_differing[0] = 0
    if locality % TURNS == tick % TURNS:
        earned = 0
        for consumer in range(wage.size):
            earned += wage[consumer] if employer[consumer] == PUBLIC_EMPLOYER else 0
        payroll_differing[0] = earned != public_payroll[0]
    found = held[0, BELOW_ZERO] + count_below_zero(wage)
    for incomes in (living.permanent_income, living.habit, living.pension_share, living.transfer_share):
        found += count_outside(incomes, 0.0)
    for plans in (living.buffer, living.thrift):
        found += count_outside(plans, -LARGEST)
    unsound[0] = found


@local_system
def inspect_firms(
    sales: Sales = bundle(Sales),
    plant: FixedCapital = bundle(FixedCapital),
    employees: Employees = bundle(Employees),
    books: FirmBooks = bundle(FirmBooks),
    inputs: InputsHeld = bundle(InputsHeld),
    unsound: Cents = sets(Localities.unsound_firms),
    held: Cents = reads(Localities.held_by_firms),
) -> None:
    """Count values that no firm can have."""
    found = held[0, BELOW_ZERO]
    staff, labor, offer, wanted = employees.staff, employees.labor, employees.offer, employees.wanted
    vacancies, unfilled = employees.vacancies, employees.unfilled
    # Columns of one kind go through one loop: a loop for each would take the compiler a quarter of a minute.
    for cents in (employees.payroll, employees.wage_bill, books.revenue, books.inputs_bought, plant.invested,
                  books.dividend, books.call, inputs.wanted):  # fmt: skip
        found += count_below_zero(cents)
    for counts in (staff, labor, vacancies, unfilled):
        found += count_below_zero(counts.reshape(counts.size))
    for amounts in (sales.price, sales.unit_cost, sales.expected_sales, sales.trend_sales, sales.target_output,
                    sales.output, sales.inventory, sales.sold, plant.capital, plant.under_way, plant.productivity,
                    offer.reshape(offer.size), books.outlays, books.inventory_value, books.input_value):  # fmt: skip
        found += count_outside(amounts, 0.0)
    for parts in (sales.spoiled, sales.unserved, sales.unmet, employees.hours, wanted.reshape(wanted.size),
                  inputs.stock, inputs.transit, inputs.before):  # fmt: skip
        found += count_outside(parts, 0.0)
    for levels in (sales.markup, sales.visibility, books.inputs_change):
        found += count_outside(levels, -LARGEST)
    for ratios in (plant.vintage, plant.labor_to_capital, employees.price):
        found += count_outside(ratios, -LARGEST)
    unsound[0] = found


@local_system
def inspect_contracts(
    contracts_differing: Cents = sets(Localities.contracts_differing),
    supplier: Indices = reads(Inputs.supplier),
    part: Smalls = reads(Inputs.part),
    good: Smalls = reads(Inputs.good),
    market_count: Indices = reads(Localities.market_count),
    tick: int = this_tick(),
) -> None:
    """Count inputs whose contracts do not make a whole, or are with a supplier that there is not."""
    begin, end = turn_of(good.size, tick, 1)
    differing = 0
    for row in range(begin, end):
        whole_order, known = 0, True
        for k in range(CONTRACTS):
            whole_order += part[row, k]
            known &= supplier[row, k] < market_count[0, good[row]]
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


INSPECTIONS = (add_up_people, add_up_firms, inspect_people, inspect_firms, inspect_contracts, match_books_on_staff)
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
