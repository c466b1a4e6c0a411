"""Tables of columns: everything that exists is a row, everything known about it a column.

A column is declared once, with dtype, unit and meaning; allocation, checkpoints, the data
dictionary and labels follow from the declaration. A table marked `local` keeps its rows in the
order of localities, so that a locality is a slice of it.
"""

import copy
import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from ravelin.core.given import shown
from ravelin.core.sentence import DeclarationError, UnknownNameError
from ravelin.core.units import is_unit

Array = npt.NDArray[Any]

_DTYPES = {
    "f4": np.float32, "f8": np.float64, "i8": np.int64, "i4": np.int32, "i2": np.int16,
    "u1": np.uint8, "u2": np.uint16, "u4": np.uint32,
}  # fmt: skip


@dataclass(frozen=True)
class Claim:
    """What a column of money is to its holder.

    Attributes
    ----------
    side : str
        `asset`, `liability`, or `part` of an asset that is counted elsewhere, set aside for a purpose.
    instruments : names
        One for each value of a row.
    signed : bool
        Whether it may be below zero.
    """

    side: str
    instruments: tuple[str, ...]
    signed: bool = False


class Column:
    """The declaration of a column: what it holds, in which unit, in how many bytes."""

    table: "type[Table]"
    name: str

    def __init__(
        self,
        dtype: str,
        unit: str,
        meaning: str,
        *,
        start: float,
        width: int,
        fixed: bool,
        flow: bool,
        low: float | None,
        high: float | None,
        codes: tuple[str, ...],
        besides: tuple[str, ...],
        kept_by: str,
        instead: str,
        carries: str,
        claim: Claim | None,
        off_books: str,
        clearing: bool,
        known_as: tuple[str, ...],
        known_as_of: Mapping[str, tuple[str, ...]],
        policy: bool,
    ) -> None:
        if not is_unit(unit):
            raise DeclarationError(f"unit {unit!r} of column {meaning!r} is not in core/units.py")
        self.dtype: np.dtype[Any] = np.dtype(_DTYPES[dtype])
        self.unit = unit
        self.meaning = meaning
        self.start = start
        self.width = width
        self.fixed = fixed
        self.flow = flow
        self.low = low
        self.high = high
        self.codes = codes
        self.besides = besides
        self.kept_by = kept_by
        self.instead = instead
        self.carries = carries
        self.claim = claim
        self.off_books = off_books
        self.clearing = clearing
        self.known_as = known_as
        self.known_as_of = dict(known_as_of)
        self.policy = policy

    def __set_name__(self, owner: "type[Table]", name: str) -> None:
        self.table = owner
        self.name = name

    def __repr__(self) -> str:
        return f"{self.table.known_as}.{self.name}"

    @property
    def bytes(self) -> int:
        """Bytes a row takes."""
        return self.dtype.itemsize * self.width

    def allocate(self, rows: int) -> Array:
        """Make the column's array at its start value: (rows,) or (rows, width)."""
        shape = rows if self.width == 1 else (rows, self.width)
        if self.start == 0:
            return np.zeros(shape, dtype=self.dtype)  # Takes no memory until it is written to.
        return np.full(shape, self.start, dtype=self.dtype)


def column(
    dtype: str,
    unit: str,
    meaning: str,
    *,
    start: float = 0,
    width: int = 1,
    fixed: bool = False,
    flow: bool = False,
    low: float | None = None,
    high: float | None = None,
    codes: tuple[str, ...] = (),
    besides: tuple[str, ...] = (),
    kept_by: str = "",
    instead: str = "",
    carries: str = "",
    claim: Claim | None = None,
    off_books: str = "",
    known_as: tuple[str, ...] = (),
    known_as_of: Mapping[str, tuple[str, ...]] = types.MappingProxyType({}),
    policy: bool = False,
) -> Column:
    """Declare a column.

    Parameters
    ----------
    dtype : one of f4 f8 i8 i4 i2 u1 u2 u4
        The smallest that holds the meaning; money is i8 cents.
    unit, meaning : str
        From `core/units.py`; a sentence fragment for the data dictionary.
    start : float
        Value of every row at allocation.
    width : int
        Values per row; more than one gives a (rows, width) array.
    fixed : bool
        Set by the opening only; no system may write it.
    flow : bool
        A flow of the month: set to zero when the month begins.
    low, high : float, optional
        Least and largest value that an economy can hold; those of the unit if not given (`core.ranges`).
    codes : names
        Of the values 0, 1, ... of a code.
    besides : names
        Of the values -1, -2, ... of a reference that need not point to a row.
    kept_by : str
        What keeps the column together with others, so that a shock to it alone would part them; with `instead`,
        which names what to shock.
    carries : str
        Name of a column of the table that is a part of this one, and changes in proportion where a shock changes it.
    claim : Claim, optional
        From `holds`, `owes` or `sets_aside`. The balance sheet, the audit and the discipline of the ledger follow from
        it: only the ledger writes such a column.
    off_books : str
        Why a stock of cents is nobody's claim.
    known_as : names
        By which economists look for it as a lever, the first its title; what the opening sets and no rule changes.
    known_as_of : good -> names
        The same of one good alone: a lever of its own, offered with the policies.
    policy : bool
        Whether it is offered before all others.
    """
    return Column(
        dtype, unit, meaning, start=start, width=width, fixed=fixed, flow=flow, low=low, high=high, codes=codes,
        besides=besides, kept_by=kept_by, instead=instead, carries=carries, claim=claim, off_books=off_books,
        clearing=False, known_as=known_as, known_as_of=known_as_of,
        policy=policy,
    )  # fmt: skip


def clearing(meaning: str) -> Column:
    """Declare a clearing account: what a market was paid and has not paid out yet, in cents.

    It begins every month at zero and is back there when the chapter of the tick page ends that clears it. Whoever is
    paid before the payer has paid takes it below zero on the way. Rules bind it with `clears`, for the ledger to write.
    """
    return Column(
        "i8", "cent", meaning, start=0, width=1, fixed=False, flow=True, low=None, high=None, codes=(), besides=(),
        kept_by="", instead="", carries="", claim=None, off_books="", clearing=True, known_as=(),
        known_as_of={}, policy=False,
    )  # fmt: skip


def holds(*instruments: str, signed: bool = False) -> Claim:
    """Declare that a row holds an instrument, or one of each name in a column of some width."""
    return Claim("asset", instruments, signed)


def owes(*instruments: str, signed: bool = False) -> Claim:
    """Declare that a row issued an instrument and owes it."""
    return Claim("liability", instruments, signed)


def sets_aside(*instruments: str, signed: bool = False) -> Claim:
    """Declare a part of what the row's sector holds, which is counted elsewhere: whose it is, or what for."""
    return Claim("part", instruments, signed)


class _OfRows(type):
    """Finds a column of any table with the same rows: `Firms.hours` may be declared in another room."""

    sharers: "list[type[Table]]"
    live: Column
    next_free: Column

    def __getattr__(cls, name: str) -> Any:
        # A name with an underscore is one that Python asks for.
        found = [] if name.startswith("_") else [table for table in cls.sharers if name in table.columns]
        if len(found) > 1:
            raise AttributeError(f"{name!r} is a column of {' and of '.join(table.__name__ for table in found)}")
        if not found:
            raise AttributeError(f"{cls.__name__} has no column {name!r}")
        return found[0].columns[name]


class Table(metaclass=_OfRows):
    """A table is declared as a subclass whose class attributes are columns.

    `rows=Other` shares the rows of another table; `local=True` orders rows by locality; `sector` names whose books the
    table's claims are in; `joined=True` lays the rows of several tables end to end, as `World.sectors` says. A column
    may be named by any table of the same rows, so names are unique among them; with `role=True` a table is a role of
    the other's rows, by whose name its columns are told: `Firms.tfp`, whichever table declares it. `pool="size.loans"`
    lets rows come and go (`ravelin.core.pool`); the key is what a scenario raises where they are too few.
    """

    columns: ClassVar[dict[str, Column]] = {}
    rows_of: ClassVar["type[Table]"]
    known_as: ClassVar[str] = ""
    local: ClassVar[bool] = False
    sector: ClassVar[str] = ""
    joined: ClassVar[bool] = False
    pool: ClassVar[str] = ""
    free_list: ClassVar["type[Table] | None"] = None
    sharers: ClassVar["list[type[Table]]"] = []

    def __init_subclass__(
        cls,
        rows: "type[Table] | None" = None,
        role: bool = False,
        local: bool = False,
        sector: str = "",
        joined: bool = False,
        pool: str = "",
    ) -> None:
        if pool and rows is not None:
            raise DeclarationError(f"{cls.__name__} has the rows of {rows.__name__}, so only that may be a pool")
        if pool:
            _add_free_list(cls, local)
        cls.columns = {name: value for name, value in vars(cls).items() if isinstance(value, Column)}
        cls.rows_of = cls if rows is None else rows.rows_of
        cls.known_as = cls.rows_of.__name__ if role else cls.__name__
        cls.local = cls.rows_of.local if rows is not None else local
        cls.sector = cls.rows_of.sector if rows is not None else sector
        cls.joined = joined
        cls.pool = pool if rows is None else rows.rows_of.pool
        # A table that is declared again, in a cell that is run again, takes the place of the former.
        others = [] if rows is None else rows.sharers
        others[:] = [table for table in others if _place(table) != _place(cls)] + [cls]
        cls.sharers = others


def _place(table: type[Table]) -> tuple[str, str]:
    return table.__module__, table.__qualname__


_ROWS_IN_USE = "which rows are in use"


def _add_free_list(table: type[Table], local: bool) -> None:
    """Give a pool its two columns, five bytes a row, and a table of its own with a row for each locality, or one.

    Places count from one and from the first row of the locality: zero is none, so that a pool starts as zeros, which
    take no memory until they are written to.
    """
    name = table.__name__
    for column_name, declared in (
        ("live", column("u1", "code", "whether the row is in use", codes=("free", "in use"), kept_by=_ROWS_IN_USE)),
        ("next_free", column("i4", "1", "place of the free row to be taken after a free one, from 1; 0 none", low=0,
                             kept_by=_ROWS_IN_USE)),
    ):  # fmt: skip
        if column_name in vars(table):
            said = f"{name} is a pool, which has a column {column_name!r} of its own; give yours another name"
            raise DeclarationError(said)
        declared.__set_name__(table, column_name)
        setattr(table, column_name, declared)
    body = {
        "__doc__": f"Where the free rows of {name} begin.",
        "__module__": table.__module__,
        "beyond": column("i4", "1", "rows from this place on were never in use", low=0, kept_by=_ROWS_IN_USE),
        "head": column("i4", "1", "place of the free row to be taken next, from 1; 0 none", low=0,
                       kept_by=_ROWS_IN_USE),
        "in_use": column("i4", "1", "rows in use", low=0, kept_by=_ROWS_IN_USE),
    }  # fmt: skip
    table.free_list = types.new_class(
        f"{name}FreeList", (Table,), {"local": local}, lambda space: space.update(body)
    )  # fmt: skip


def free_list_of(table: type[Table]) -> type[Table]:
    """Return the table of a pool that says where its free rows begin."""
    if table.free_list is None:
        raise DeclarationError(f"{table.__name__} is no pool")
    return table.free_list


def is_of_free_list(declared: Column) -> bool:
    """Say whether a column tells which rows of a pool are in use."""
    return declared.kept_by == _ROWS_IN_USE


def columns_of_rows(table: type[Table], tables: Iterable[type[Table]]) -> dict[str, Column]:
    """Return the columns that rows of a table have in any of some tables, its own first."""
    sharers = [table, *(other for other in tables if other.rows_of is table.rows_of)]
    return {name: declared for sharer in sharers[::-1] for name, declared in sharer.columns.items()}


def known_names(tables: Iterable[type[Table]]) -> dict[str, Column]:
    """Return every name of a column: `Plant.tfp` is `Firms.tfp`, too."""
    among = list(tables)
    return {
        f"{table.__name__}.{name}": declared
        for table in among
        for name, declared in columns_of_rows(table, among).items()
    }


def check_names(tables: Iterable[type[Table]]) -> None:
    """Refuse tables in which one kind of row has two columns of one name.

    Raises
    ------
    ValueError
    """
    seen: dict[tuple[type[Table], str], Column] = {}
    for declared in (declared for table in dict.fromkeys(tables) for declared in table.columns.values()):
        other = seen.setdefault((declared.table.rows_of, declared.name), declared)
        if other is not declared:
            raise DeclarationError(f"{declared} and {other} are columns of the same rows; give one another name")


class Rows:
    """The allocated columns of a table: `world[Firms].price` is the array."""

    __slots__ = ("_arrays", "count", "sharers", "table")

    def __init__(self, table: type[Table], count: int, arrays: Mapping[str, Array] | None = None) -> None:
        self.table = table
        self.count = count
        self.sharers: list[Rows] = []
        self._arrays = dict(arrays or {name: declared.allocate(count) for name, declared in table.columns.items()})

    def __getattr__(self, name: str) -> Array:
        for rows in (self, *self.sharers):
            if name in rows._arrays:
                return rows._arrays[name]
        raise AttributeError(f"{self.table.__name__} has no column {name!r}")

    def __len__(self) -> int:
        return self.count

    def mapped(self, change: Callable[[Array], Array]) -> "Rows":
        """Return the same rows with each array changed by a function."""
        return Rows(self.table, self.count, {name: change(array) for name, array in self._arrays.items()})

    def grown(self, more: int) -> "Rows":
        """Return the same rows followed by more of them, at their start values."""
        other = Rows(self.table, self.count + more)
        for name, array in self._arrays.items():
            other._arrays[name][: self.count] = array
        return other

    def items(self) -> Iterator[tuple[Column, Array]]:
        """Give each declaration with its array."""
        for name, declared in self.table.columns.items():
            yield declared, self._arrays[name]


class World:
    """All tables of an economy and where each locality's rows lie.

    Parameters
    ----------
    counts : table -> rows
        For every table that does not share another's rows.
    spans : local table -> (localities + 1,) int
        Locality `l` holds rows `spans[l]` to `spans[l + 1]`.
    tables : the tables to allocate.

    Attributes
    ----------
    sectors : table -> first row of its accounts
        Set by the ledger's numbering of accounts.
    names : table -> names of its rows
        For tables whose rows have names, such as the goods of a catalog.
    """

    def __init__(
        self,
        tables: list[type[Table]],
        counts: Mapping[type[Table], int],
        spans: Mapping[type[Table], Array],
    ) -> None:
        check_names(tables)
        self.spans = {table: np.asarray(span, dtype=np.int64) for table, span in spans.items()}
        self.localities = len(next(iter(self.spans.values()))) - 1 if self.spans else 1
        counts = dict(counts)
        for free_list in [table.free_list for table in tables if table.free_list is not None]:
            counts[free_list] = self.localities if free_list.local else 1
            if free_list.local:
                self.spans[free_list] = np.arange(self.localities + 1)
        self.tables = _introduced({table: Rows(table, counts[table.rows_of]) for table in tables})
        self.sectors: dict[type[Table], int] = {}
        self.names: dict[type[Table], tuple[str, ...]] = {}

    def __getitem__(self, table: type[Table]) -> Rows:
        try:
            return self.tables[table]
        except (KeyError, TypeError):
            of_rows = getattr(table, "rows_of", None)
            for other, rows in self.tables.items():
                if other.rows_of is of_rows:
                    return rows  # A column may be named by any table of the same rows.
            if isinstance(table, type):
                raise UnknownNameError(f"table {table.__name__} is not bound by any system of the schedule") from None
            said = f"a table is asked for by its class, such as world[Firms], not by {shown(table)}"
            raise UnknownNameError(said) from None

    def __contains__(self, table: type[Table]) -> bool:
        return table in self.tables

    def span(self, table: type[Table]) -> Array:
        """Return where each locality's rows of a local table begin, and the end."""
        return self.spans[table.rows_of]

    def array(self, declared: Column) -> Array:
        """Return the array of a column."""
        array: Array = getattr(self[declared.table], declared.name)
        return array

    def bytes(self) -> int:
        """Bytes of all columns."""
        return sum(array.nbytes for rows in self.tables.values() for _, array in rows.items())

    def copy(self, shared: Iterable[Column] = ()) -> "World":
        """Return a world of its own with the same values; columns named in `shared` stay common to both."""
        common = {id(self.array(declared)) for declared in shared}
        return self._mapped(lambda array: array if id(array) in common else array.copy())

    def grown(self, table: type[Table], more: int) -> "World":
        """Return the same world with more rows of a table, at their start values; other columns are shared.

        Raises
        ------
        ValueError
            If the table's rows are ordered by locality, so that new ones have no place at the end.
        """
        if table.rows_of.local:
            raise DeclarationError(f"{table.__name__} is ordered by locality and cannot grow")
        other = copy.copy(self)
        other.tables = _introduced(
            {
                sharer: rows.grown(more) if sharer.rows_of is table.rows_of else rows
                for sharer, rows in self.tables.items()
            }
        )
        return other

    def view(self) -> "World":
        """Return the same columns, read-only: what observers of a run receive."""
        return self._mapped(_read_only)

    def _mapped(self, change: Callable[[Array], Array]) -> "World":
        other = copy.copy(self)
        other.tables = _introduced({table: rows.mapped(change) for table, rows in self.tables.items()})
        return other


def _introduced(tables: dict[type[Table], Rows]) -> dict[type[Table], Rows]:
    """Let tables of the same rows know one another."""
    for table, rows in tables.items():
        among = [other for sharer, other in tables.items() if sharer.rows_of is table.rows_of]
        rows.sharers = [other for other in among if other is not rows]
    return tables


def _read_only(array: Array) -> Array:
    view = array.view()
    view.flags.writeable = False
    return view
