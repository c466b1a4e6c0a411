"""What is held and owed, added up from the columns that declare a claim: long tables by locality, others whole."""

from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from ravelin.core.kernel import compiled, machine_code, whole
from ravelin.core.schedule import claims_of_rows
from ravelin.core.system import Cents, Doubles, Indices, Smalls
from ravelin.core.table import Array, Claim, Column, Table, World
from ravelin.economy.firms.tables import Firms
from ravelin.economy.goods.tables import Goods
from ravelin.economy.outlook.tables import Economy
from ravelin.economy.people.tables import Consumers, Wealth
from ravelin.economy.places.tables import BOOKS, CLAIMS_MAX, SHARES, Localities
from ravelin.ledger.accounts import INSTRUMENTS, SECTORS

LONG: tuple[type[Table], ...] = (Consumers, Firms)
"""Rows whose claims are added up by locality."""
EQUITY_SHARES, BOND_SHARES, DWELLING_SHARES = range(len(SHARES))
PLANT, STORES, PAYROLL, STAFF = range(len(BOOKS) - 2)
BELOW_ZERO, THOUSANDS, FIRST = 0, 1, 2
"""What is added up of a locality: how many values are below zero, the largest sum in thousands, then every sum."""
THOUSAND = 10
"""Bits of a thousand: cents in 1,024s, rounded down, add up in 64 bits where the cents themselves may not."""


@compiled
def add_up(held: Cents, columns: Any) -> None:
    """Add up columns of cents: how many values are below zero, the largest sum in thousands, then each sum.

    Each column is read once: the time is the time of reading.
    """
    held[:] = 0
    for claim, values in enumerate(columns):
        found, thousands, below = 0, 0, 0
        for row in range(values.size):
            found += values[row]
            thousands += values[row] >> THOUSAND
            below += values[row] < 0
        held[FIRST + claim] = found
        held[THOUSANDS] = max(held[THOUSANDS], thousands)
        held[BELOW_ZERO] += below


@compiled
def add_up_shares(
    shares: Cents,
    equity_share: Any,
    bond_share: Any,
    dwelling_share: Any,
) -> None:
    """Add up the shares of people in the equity, the bonds and the dwellings of all: (3,) int, share."""
    equity, bonds, dwellings = 0, 0, 0
    for consumer in range(equity_share.size):
        equity += whole(equity_share[consumer])
        bonds += whole(bond_share[consumer])
        dwellings += whole(dwelling_share[consumer])
    shares[EQUITY_SHARES], shares[BOND_SHARES], shares[DWELLING_SHARES] = equity, bonds, dwellings


@compiled
def add_up_books(
    books: Cents,
    payroll: Cents,
    capital: Doubles,
    inventory_value: Doubles,
    input_value: Doubles,
    staff: Indices,
    good: Smalls,
    leased: Smalls,
    basket_price: Doubles,
) -> None:
    """Add up what is in the books of firms beside claims: plant and stores at their value, payroll, staff by skill."""
    due, plant, stores = 0, 0, 0
    for firm in range(payroll.size):
        due += payroll[firm]
        value = np.rint(capital[firm] * basket_price[0])
        plant += whole(value) if leased[good[firm]] != 1 else 0
        stores += whole(np.rint(inventory_value[firm] + input_value[firm]))
    books[PLANT], books[STORES], books[PAYROLL], books[STAFF:] = plant, stores, due, 0
    for firm in range(len(staff)):
        for k in range(3):
            books[STAFF + k] += staff[firm, k]


@dataclass(frozen=True)
class Added:
    """What people and firms hold, added up: (places, ...) int each, by locality or in one place."""

    by_people: Cents
    by_firms: Cents
    shares: Cents
    books: Cents

    @classmethod
    def kept(cls, world: World) -> "Added":
        """Return what this month's rules have added up by locality."""
        places = world[Localities]
        return cls(places.held_by_people, places.held_by_firms, places.shares, places.books)

    @classmethod
    def fresh(cls, world: World) -> "Added":
        """Add up now."""
        widths = (FIRST + CLAIMS_MAX, FIRST + CLAIMS_MAX, len(SHARES), len(BOOKS))
        added = cls(*(np.zeros((1, width), dtype=np.int64) for width in widths))
        for held, table in ((added.by_people, Consumers), (added.by_firms, Firms)):
            add_up(held[0], tuple(claims_of_rows(world, table).values()))
        firms, wealth = world[Firms], world[Wealth]
        add_up_shares(added.shares[0], wealth.equity_share, wealth.bond_share, wealth.dwelling_share)
        add_up_books(
            added.books[0], firms.payroll, firms.capital, firms.inventory_value, firms.input_value, firms.staff,
            firms.good, world[Goods].leased, world[Economy].basket_price,
        )  # fmt: skip
        return added


@compiled
def enter_added(sheet: Cents, held: Cents, sectors: Cents, instruments: Cents, signs: Cents) -> None:
    """Enter what has been added up by locality into the sheet, claim by claim."""
    for claim in range(signs.size):
        for place in range(len(held)):
            sheet[sectors[claim], instruments[claim]] += signs[claim] * held[place, FIRST + claim]


@compiled
def enter_columns(sheet: Cents, columns: Any, sectors: Cents, instruments: Cents, signs: Cents, widths: Cents) -> None:
    """Enter columns of claims into the sheet; each value of a wide column's row is an instrument of its own."""
    for claim, values in enumerate(columns):
        width = widths[claim]
        for entry in range(values.size):
            sheet[sectors[claim], instruments[claim] + entry % width] += signs[claim] * values[entry]


@compiled
def over_places(added: Cents, which: int) -> int:
    """Add up one of what is added up by locality over all localities."""
    found = 0
    for place in range(len(added)):
        found += added[place, which]
    return found


@dataclass(frozen=True)
class Entry:
    """One declared claim as the sheet of sectors takes it: whose line, which column, with which sign."""

    declared: Column
    array: Array
    sector: int
    instrument: int
    sign: int

    @classmethod
    def of(cls, declared: Column, array: Array, sector: str) -> "Entry":
        """Read the entry off a declaration.

        Raises
        ------
        ValueError
            If the column names an instrument or a sector that there is not, or not one for each value of a row.
        """
        claim = declared.claim
        assert claim is not None
        first = INSTRUMENTS.index(claim.instruments[0]) if claim.instruments[0] in INSTRUMENTS else len(INSTRUMENTS)
        if claim.instruments != INSTRUMENTS[first : first + declared.width] or sector not in SECTORS:
            raise ValueError(
                f"{declared} is a claim on {', '.join(claim.instruments)} in the books of {sector or 'nobody'}; "
                f"its {declared.width} values a row are to be as many in a row of {', '.join(INSTRUMENTS)}, "
                f"and its table of one of the sectors {', '.join(SECTORS)}"
            )
        return cls(declared, array, SECTORS.index(sector), first, 1 if claim.side == "asset" else -1)


def entries(world: World) -> dict[type[Table] | None, list[Entry]]:
    """Return every claim of a world: of each kind of long rows, and of all others under None.

    Raises
    ------
    ValueError
        If a declaration makes no sense.
    """
    found: dict[type[Table] | None, list[Entry]] = {
        table: [Entry.of(declared, array, table.sector) for declared, array in claims_of_rows(world, table).items()]
        for table in LONG
    }
    for table in LONG:
        signed = [str(entry.declared) for entry in found[table] if entry.declared.claim and entry.declared.claim.signed]
        if signed or len(found[table]) > CLAIMS_MAX:
            raise ValueError(
                f"rows of {table.__name__} have at most {CLAIMS_MAX} claims, of which none may be below zero; "
                f"found {len(found[table])}, signed: {', '.join(signed) or 'none'}"
            )
    found[None] = [
        Entry.of(declared, _nobody_elses(world, declared, array), declared.table.sector)
        for rows in world.tables.values()
        for declared, array in rows.items()
        if is_entered(declared.claim) and declared.table.rows_of not in LONG
    ]
    return found


def is_entered(claim: Claim | None) -> bool:
    """Say whether a column is a position of its own, not a part of one."""
    return claim is not None and claim.side != "part"


def _nobody_elses(world: World, declared: Column, array: Array) -> Array:
    """Narrow a column of accounts to those that are no long table's."""
    if not declared.table.joined:
        return array
    return array[max(start + world[table].count for table, start in world.sectors.items()) :]


class Sheet:
    """Enters all claims of a world into its sheet of sectors; made once for a world."""

    def __init__(self, world: World) -> None:
        declared = entries(world)
        self._long = [_as_arrays(declared[table]) for table in LONG]
        others = declared[None]
        self._columns = tuple(entry.array.reshape(-1) for entry in others)
        self._others = (*_as_arrays(others), np.array([entry.declared.width for entry in others]))
        blank = np.zeros((len(SECTORS), len(INSTRUMENTS)), dtype=np.int64)
        held = np.zeros((1, FIRST + CLAIMS_MAX), dtype=np.int64)
        self._enter_added = machine_code(enter_added, (blank, held, *self._long[0]))
        self._enter_columns = machine_code(enter_columns, (blank, self._columns, *self._others))

    def fill(self, sheet: Cents, added: "Added") -> None:
        """Fill the sheet with every declared claim."""
        sheet[:] = 0
        for held, places in zip((added.by_people, added.by_firms), self._long, strict=True):
            self._enter_added(sheet, held, *places)
        self._enter_columns(sheet, self._columns, *self._others)


def _as_arrays(claims: list[Entry]) -> tuple[Cents, Cents, Cents]:
    facts = np.array([(entry.sector, entry.instrument, entry.sign) for entry in claims], dtype=np.int64).reshape(-1, 3)
    sectors, instruments, signs = np.ascontiguousarray(facts.T)
    return sectors, instruments, signs


_SHEETS: WeakKeyDictionary[World, Sheet] = WeakKeyDictionary()


def sheet_of(world: World) -> Sheet:
    """Return what enters a world's claims into its sheet."""
    if world not in _SHEETS:
        _SHEETS[world] = Sheet(world)
    return _SHEETS[world]
