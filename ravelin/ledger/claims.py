"""What is held and owed, added up from the columns that declare a claim: long tables by locality, others whole."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ravelin.core.kernel import compiled, machine_code
from ravelin.core.schedule import claims_of_rows
from ravelin.core.sentence import DeclarationError
from ravelin.core.system import Cents
from ravelin.core.table import Array, Claim, Column, Table, World
from ravelin.ledger.accounts import INSTRUMENTS, SECTORS

CLAIMS_MAX = 14
"""Claims that the rows of one long table can have."""
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
            raise DeclarationError(
                f"{declared} is a claim on {', '.join(claim.instruments)} in the books of {sector or 'nobody'}; "
                f"its {declared.width} values a row are to be as many in a row of {', '.join(INSTRUMENTS)}, "
                f"and its table of one of the sectors {', '.join(SECTORS)}"
            )
        return cls(declared, array, SECTORS.index(sector), first, 1 if claim.side == "asset" else -1)


def entries(world: World, long: tuple[type[Table], ...]) -> dict[type[Table] | None, list[Entry]]:
    """Return every claim of a world: of each kind of long rows, and of all others under None.

    Parameters
    ----------
    long : tables whose claims are added up by locality

    Raises
    ------
    ValueError
        If a declaration makes no sense.
    """
    found: dict[type[Table] | None, list[Entry]] = {
        table: [Entry.of(declared, array, table.sector) for declared, array in claims_of_rows(world, table).items()]
        for table in long
    }
    for table in long:
        signed = [str(entry.declared) for entry in found[table] if entry.declared.claim and entry.declared.claim.signed]
        if signed or len(found[table]) > CLAIMS_MAX:
            raise DeclarationError(
                f"rows of {table.__name__} have at most {CLAIMS_MAX} claims, of which none may be below zero; "
                f"found {len(found[table])}, signed: {', '.join(signed) or 'none'}"
            )
    found[None] = [
        Entry.of(declared, _nobody_elses(world, declared, array), declared.table.sector)
        for rows in world.tables.values()
        for declared, array in rows.items()
        if is_entered(declared.claim) and declared.table.rows_of not in long
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
    """Enters all claims of a world into its sheet of sectors; made once for a world.

    Parameters
    ----------
    world : World
    long : tables whose claims are added up by locality
    """

    def __init__(self, world: World, long: tuple[type[Table], ...]) -> None:
        declared = entries(world, long)
        self._long = [_as_arrays(declared[table]) for table in long]
        others = declared[None]
        self._columns = tuple(entry.array.reshape(-1) for entry in others)
        self._others = (*_as_arrays(others), np.array([entry.declared.width for entry in others]))
        blank = np.zeros((len(SECTORS), len(INSTRUMENTS)), dtype=np.int64)
        held = np.zeros((1, FIRST + CLAIMS_MAX), dtype=np.int64)
        self._enter_added = machine_code(enter_added, (blank, held, *self._long[0]))
        self._enter_columns = machine_code(enter_columns, (blank, self._columns, *self._others))

    def fill(self, sheet: Cents, held_by: tuple[Cents, ...]) -> None:
        """Fill the sheet with every declared claim; `held_by` is what has been added up of each long table."""
        sheet[:] = 0
        for held, places in zip(held_by, self._long, strict=True):
            self._enter_added(sheet, held, *places)
        self._enter_columns(sheet, self._columns, *self._others)


def _as_arrays(claims: list[Entry]) -> tuple[Cents, Cents, Cents]:
    facts = np.array([(entry.sector, entry.instrument, entry.sign) for entry in claims], dtype=np.int64).reshape(-1, 3)
    sectors, instruments, signs = np.ascontiguousarray(facts.T)
    return sectors, instruments, signs
