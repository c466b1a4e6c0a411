"""Rows that come and go: a table of some capacity of which rules take rows and give rows back.

    class Loans(Table, local=True, pool="size.loans"):
        principal = column("i8", "cent", "what is owed", claim=owes("loans"))

    @local_system
    def lend(loans: Pool = pool_of(Loans), principal: Cents = moves(Loans.principal)) -> None:
        loan = take(loans)

A row keeps its number for a month. Rows in use lie densely below a mark, with few holes among them, so a rule that
goes through them looks at `Loans.live` on the way: `for loan in range(used(loans))`. What a row held when it was taken
is not said: who takes a row writes every column, and who gives one back sees to it that nothing is owed on it and that
nothing refers to it. Between months, when more than an eighth of the rows below the mark are holes, the last rows move
into the holes, and every column of any table in the unit "row of Loans" follows them.

All of this stands in columns: five bytes a row, and a table of a row for each locality. What happens is a function of
these alone, so it is the same after save and load, and by any number of threads.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ravelin.core.arithmetic import whole_total
from ravelin.core.kernel import compiled, whole
from ravelin.core.ranges import referred
from ravelin.core.sentence import DeclarationError, Kind, RavelinError
from ravelin.core.table import Array, Column, Table, World, free_list_of, is_of_free_list

Smalls = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int32]
Bounds = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]

_HOLES = 8
"""Rows move when more than one of so many below the mark is free: a rule then looks at a seventh too many at most."""


class RowsError(RavelinError, ArithmeticError):
    """What rules have asked of a pool and it cannot do; the engine says of which."""

    kind = Kind.FAILED


class PoolFullError(RowsError):
    """No row is free."""

    kind = Kind.INVALID


class NotInUseError(RowsError):
    """A row that is given back, or referred to, is not in use."""

    kind = Kind.FAILED


class Pool(NamedTuple):
    """Which rows of a pool are in use, as far as a rule sees them: its locality's, or all.

    Attributes
    ----------
    live : (rows,) 1 where a row is in use
    next_free : (rows,) place of the free row to be taken after a free one
    beyond, head, in_use : (localities,) as in the pool's free list; one value for a locality, or for a pool of none
    bounds : (localities + 1,) first row of each locality, among those that the rule sees
    """

    live: Smalls
    next_free: Places
    beyond: Places
    head: Places
    in_use: Places
    bounds: Bounds


@compiled
def used(pool: Pool, part: int = 0) -> int:
    """Return up to which row of a locality, counted from its first, rows are or have been in use."""
    return max(0, min(whole(pool.beyond[part]), whole(pool.bounds[part + 1] - pool.bounds[part])))


@compiled
def take(pool: Pool, part: int = 0) -> int:
    """Take a free row of a locality, the one that was given back last, and return its number.

    Raises
    ------
    PoolFullError
        If all are in use.
    """
    if part < 0 or part >= pool.head.size:
        raise NotInUseError("a row was asked for in a locality that is none")
    first, room = pool.bounds[part], whole(pool.bounds[part + 1] - pool.bounds[part])
    place = whole(pool.head[part]) - 1
    if place >= 0:
        if place >= room or pool.live[first + place] != 0:
            raise NotInUseError("its list of free rows names one that is in use or none of its own")
        pool.head[part] = pool.next_free[first + place]
    else:
        place = whole(pool.beyond[part])
        if place < 0 or place >= room:
            raise PoolFullError("no row is free")
        pool.beyond[part] = place + 1
    row = whole(first + place)
    pool.live[row] = 1
    pool.next_free[row] = 0
    pool.in_use[part] += 1
    return row


@compiled
def give_back(pool: Pool, row: int) -> None:
    """Give back a row that is in use; its number may be taken again at once.

    Raises
    ------
    NotInUseError
    """
    if row < 0 or row >= pool.live.size or pool.live[row] == 0:
        raise NotInUseError("a row was given back that is not in use")
    part = part_of(pool.bounds, row)
    pool.live[row] = 0
    pool.next_free[row] = pool.head[part]
    pool.head[part] = row - pool.bounds[part] + 1
    pool.in_use[part] -= 1


@compiled
def part_of(bounds: Bounds, row: int) -> int:
    """Return in which locality a row lies."""
    low, high = 0, bounds.size - 1
    while high - low > 1:
        middle = (low + high) // 2
        if bounds[middle] <= row:
            low = middle
        else:
            high = middle
    return low


def whole_pool(world: World, table: type[Table]) -> Pool:
    """Return which rows of a pool are in use, of all localities: for an opening, for rules in Python, and for tests."""
    rows, free_list = world[table], world[free_list_of(table)]
    return Pool(
        rows.live, rows.next_free, free_list.beyond, free_list.head, free_list.in_use, bounds_of(world, table)
    )  # fmt: skip


def bounds_of(world: World, table: type[Table]) -> Bounds:
    """Return where each part of a pool begins, and the end: localities, or all rows as one part."""
    return world.span(table) if table.local else np.array([0, world[table].count])


def part_of_pool(pool: Pool, part: int) -> Pool:
    """Return one locality's part of a pool, its rows counted from its first."""
    begin, end = int(pool.bounds[part]), int(pool.bounds[part + 1])
    here = slice(part, part + 1)
    return Pool(
        pool.live[begin:end], pool.next_free[begin:end], pool.beyond[here], pool.head[here], pool.in_use[here],
        np.array([0, end - begin]),
    )  # fmt: skip


def occupy(world: World, table: type[Table], counts: Sequence[int]) -> None:
    """Put the first rows of each locality of a pool into use, as an opening does; a pool of none has one number.

    Raises
    ------
    PoolFullError
        If there are fewer rows.
    """
    pool, number = whole_pool(world, table), np.asarray(counts, dtype=np.int64)
    room = np.diff(pool.bounds)
    if number.shape != room.shape or (number < 0).any():
        raise DeclarationError(
            f"rows in use of {table.__name__} are one number for each of the {room.size} parts of {table.pool}"
        )
    if (number > room).any():
        part = int(np.argmax(number > room))
        raise PoolFullError(
            f"{table.__name__} has {room[part]:,} of its {world[table].count:,} rows in locality {part}, where "
            f"{number[part]:,} are to be in use; raise {table.pool}"
        )
    for part, begin in enumerate(pool.bounds[:-1]):
        pool.live[begin : begin + number[part]] = 1
    pool.beyond[:] = pool.in_use[:] = number


def full_error(world: World, tables: list[type[Table]]) -> str:
    """Say which of some pools is full, how many rows it has, and what to raise."""
    told = []
    for table in tables:
        pool = whole_pool(world, table)
        full = (pool.head == 0) & (pool.beyond >= np.diff(pool.bounds))
        if full.any():
            rows = world[table].count
            # Which locality was first depends on how threads share them.
            where = f"a locality's share of its {rows:,} rows is" if table.local else f"its {rows:,} rows are all"
            told.append(f"{table.__name__} is full: {where} in use; raise {table.pool}")
    return " and ".join(told)


def compact(world: World) -> None:
    """Move the last rows of pools with many holes into these, and let all that refers to them follow.

    Raises
    ------
    NotInUseError
        If a column refers to a row that is not in use, or a row that was given back still holds a claim. Nothing has
        moved then.
    """
    pools = [table for table in world.tables if table.free_list is not None]
    scattered = [table for table in pools if _is_scattered(whole_pool(world, table))]
    for table in scattered:
        _check_given_back(world, table)
    for table in scattered:
        pool = whole_pool(world, table)
        _plan(pool)
        for declared, array in _columns_of_rows(world, table):
            if not is_of_free_list(declared):
                _move(_bytes_of(array), _bytes_of(declared.allocate(1))[0], pool)
        for _, array, live in _references(world, table):
            _redirect(array.reshape(-1), _width(array), live, pool)
        _settle(pool)


def _is_scattered(pool: Pool) -> bool:
    below = whole_total(pool.beyond)
    return (below - whole_total(pool.in_use)) * _HOLES > below


def _columns_of_rows(world: World, table: type[Table]) -> Iterator[tuple[Column, Array]]:
    for other, rows in world.tables.items():
        if other.rows_of is table:
            yield from rows.items()


def _references(world: World, table: type[Table]) -> Iterator[tuple[Column, Array, Smalls]]:
    """Give each column that refers to rows of a table, and which of its own rows are in use, of no rows if all are."""
    names = {other.__name__ for other in [*world.tables, table] if other.rows_of is table}
    always = np.zeros(0, np.uint8)
    for other, rows in world.tables.items():
        for declared, array in rows.items():
            if referred(declared) in names:
                owner = other.rows_of
                yield declared, array, world[owner].live if owner.free_list is not None else always


def _check_given_back(world: World, table: type[Table]) -> None:
    live = world[table].live
    for declared, array in _columns_of_rows(world, table):
        place = -1 if declared.claim is None else _first_left(array.reshape(-1), _width(array), live)
        if place >= 0:
            raise NotInUseError(
                f"{declared} of row {place // _width(array):,} is {array.flat[place]:,} cents, though the row was "
                f"given back; whoever gives back a row of {table.__name__} first settles what it holds"
            )
    for declared, array, owners in _references(world, table):
        place = _first_dangling(array.reshape(-1), _width(array), owners, live)
        if place >= 0:
            raise NotInUseError(
                f"{declared} of row {place // _width(array):,} refers to row {array.flat[place]:,} of "
                f"{table.__name__}, which is not in use; whoever gives back a row also clears what refers to it"
            )


def _width(array: Array) -> int:
    return 1 if array.ndim == 1 else array.shape[1]


def _bytes_of(array: Array) -> Bytes:
    return array.reshape(array.shape[0], _width(array)).view(np.uint8)


@compiled
def _first_left(values: Array, width: int, live: Smalls) -> int:
    for place in range(values.size):
        if values[place] != 0 and live[place // width] == 0:
            return place
    return -1


@compiled
def _first_dangling(references: Array, width: int, owner: Smalls, live: Smalls) -> int:
    for place in range(references.size):
        row = whole(references[place])
        if row < 0 or (owner.size > 0 and owner[place // width] == 0):
            continue
        if row >= live.size or live[row] == 0:
            return place
    return -1


@compiled
def _plan(pool: Pool) -> None:
    """Say of the last rows in use, in `next_free`, to which place each moves: to the first holes, in order."""
    for part in range(pool.head.size):
        first, end = whole(pool.bounds[part]), used(pool, part)
        alive = 0
        for row in range(first, first + end):
            alive += whole(pool.live[row])
            pool.next_free[row] = 0
        hole = 0
        for place in range(alive, end):
            if pool.live[first + place] == 0:
                continue
            while pool.live[first + hole] != 0:
                hole += 1
            pool.live[first + hole] = 1
            pool.live[first + place] = 0
            pool.next_free[first + place] = hole + 1
        pool.in_use[part] = alive


@compiled
def _move(values: Bytes, start: Bytes, pool: Pool) -> None:
    """Move a column's values as planned, and leave the places beyond as they were before anybody used them."""
    for part in range(pool.head.size):
        first = whole(pool.bounds[part])
        for row in range(first + pool.in_use[part], first + used(pool, part)):
            to = first + pool.next_free[row] - 1
            moves = pool.next_free[row] > 0
            for byte in range(start.size):
                if moves:
                    values[to, byte] = values[row, byte]
                values[row, byte] = start[byte]


@compiled
def _redirect(references: Array, width: int, owner: Smalls, pool: Pool) -> None:
    """Let references follow the rows that have moved."""
    for place in range(references.size):
        row = whole(references[place])
        if row < 0 or (owner.size > 0 and owner[place // width] == 0):
            continue
        if pool.live[row] == 0:
            references[place] = pool.bounds[part_of(pool.bounds, row)] + pool.next_free[row] - 1


@compiled
def _settle(pool: Pool) -> None:
    """Forget the holes."""
    for part in range(pool.head.size):
        first = whole(pool.bounds[part])
        for row in range(first + pool.in_use[part], first + used(pool, part)):
            pool.next_free[row] = 0
        pool.beyond[part] = pool.in_use[part]
        pool.head[part] = 0
