"""Rows of a table: chosen columns, filters, an order, pages that go on where the last one ended."""

import base64
import binascii
import hashlib
import operator
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import orjson

from ravelin.core.table import Array, Column, Table, World, columns_of_rows
from ravelin.economy.goods.tables import Goods
from ravelin.server.problems import ProblemError, unknown_name
from ravelin.server.views.declarations import table_key, value_names
from ravelin.storage.csv_text import CsvColumn

LIMIT_MAX = 1000
ROW = "row"
NAMES = "names"

_OPERATORS = {
    "!=": operator.ne, "<=": operator.le, ">=": operator.ge, "=": operator.eq, "<": operator.lt, ">": operator.gt,
}  # fmt: skip
FILTER = r"^[A-Za-z_0-9]{1,60}(!=|<=|>=|=|<|>)[A-Za-z_0-9.+-]{1,60}$"
"""What a filter looks like: column, operator, number or name."""
_FILTER = re.compile(r"(\w+?)(!=|<=|>=|=|<|>)(.+)")

Chosen = npt.NDArray[np.int64]


class Page(NamedTuple):
    """Some rows of a table.

    Attributes
    ----------
    rows : (n,) int
    matched : rows that pass the filters, before paging
    next : cursor of the next page, or None
    """

    rows: Chosen
    matched: int
    next: str | None


def find_table(world: World, name: str) -> type[Table]:
    """Return a table by its name, in small letters or as declared.

    Raises
    ------
    ProblemError
    """
    known = {table_key(table): table for table in world.tables}
    found = known.get(name.lower())
    if found is None:
        raise unknown_name("a table", name, list(known), "table")
    return found


def choose_columns(world: World, table: type[Table], names: Sequence[str] | None) -> list[Column]:
    """Return the columns that were asked for, of any table with the same rows; the table's own if none were.

    Raises
    ------
    ProblemError
    """
    if names is None:
        return list(table.columns.values())
    known = columns_of_rows(table, world.tables)
    for name in names:
        if name not in known and name != ROW:
            raise unknown_name(f"a column of {table_key(table)}", name, [*known, ROW], "columns")
    return [known[name] for name in dict.fromkeys(names) if name != ROW]


def page_of(
    world: World, table: type[Table], filters: Sequence[str], order: str | None, limit: int, cursor: str | None
) -> Page:
    """Choose the rows of a page.

    Rows are ordered by the order's column, then by number; a cursor remembers the last of both, so
    the next page begins after it whatever the tables hold by then.

    Raises
    ------
    ProblemError
        If a filter, the order or the cursor is none.
    """
    count = world[table].count
    mask = np.ones(count, dtype=bool)
    for text in filters:
        mask &= _passes(world, table, text)
    rows: Chosen = np.flatnonzero(mask)
    matched = rows.size
    asked = _digest(table, filters, order)
    descending = order is not None and order.startswith("-")
    keys = _keys(world, table, order)[rows] if order else rows
    if descending:
        keys = _reversed(keys)
    if cursor is not None:
        key, last = _read_cursor(cursor, asked)
        after = (keys > key) | ((keys == key) & (rows > last))
        rows, keys = rows[after], keys[after]
    more = rows.size > limit
    if order:
        rows, keys = _least(rows, keys, limit)
    else:
        rows, keys = rows[:limit], keys[:limit]
    following = _write_cursor(asked, keys[-1].item(), int(rows[-1])) if more and rows.size else None
    return Page(rows, matched, following)


def _least(rows: Chosen, keys: Array, limit: int) -> tuple[Chosen, Array]:
    """Return the first rows by key, then number; without sorting those that are not on the page."""
    if rows.size > limit:
        bound = np.partition(keys, limit)[limit]
        inside = np.flatnonzero(keys < bound)
        tied = np.flatnonzero(keys == bound)[: limit - inside.size]
        kept = np.concatenate([inside, tied])
        rows, keys = rows[kept], keys[kept]
    places = np.lexsort((rows, keys))
    return rows[places], keys[places]


def _reversed(keys: Array) -> Array:
    return -keys.astype(np.float64) if keys.dtype.kind == "f" else -keys.astype(np.int64)


def _keys(world: World, table: type[Table], order: str) -> Array:
    name = order.removeprefix("-")
    if name == ROW:
        return np.arange(world[table].count)
    array = world.array(_single(world, table, name, "order"))
    if array.dtype.kind == "f":
        # What is not a number comes last, whichever way.
        return np.nan_to_num(array.astype(np.float64), nan=-np.inf if order.startswith("-") else np.inf)
    return array.astype(np.int64)


def _single(world: World, table: type[Table], name: str, parameter: str) -> Column:
    """Return a column with one value a row."""
    known = columns_of_rows(table, world.tables)
    declared = known.get(name)
    if declared is None:
        raise unknown_name(f"a column of {table_key(table)}", name, [*known, ROW], parameter)
    if declared.width > 1:
        detail = f"{name} has {declared.width} values a row, so rows cannot be compared by it"
        raise ProblemError("unknown-name", detail, parameter=parameter)
    return declared


def _passes(world: World, table: type[Table], text: str) -> npt.NDArray[np.bool_]:
    found = _FILTER.fullmatch(text)
    if found is None:
        raise ProblemError("invalid", f"{text[:100]!r} is not a filter such as wage>5000", parameter="filter")
    name, sign, value = found.groups()
    if name == ROW:
        array: Array = np.arange(world[table].count)
        number = _number(value, name, None)
    else:
        declared = _single(world, table, name, "filter")
        array, number = world.array(declared), _number(value, name, declared, world.names.get(Goods, ()))
    passed: npt.NDArray[np.bool_] = _OPERATORS[sign](array, number)
    return passed


def _number(text: str, name: str, declared: Column | None, goods: Sequence[str] = ()) -> float | int:
    names = value_names(declared, goods) if declared is not None else None
    if names and text in names:
        return names.index(text)
    if re.fullmatch(r"[+-]?[0-9]{1,18}", text):
        return int(text)
    try:
        number = float(text)
    except ValueError:
        if names:
            raise unknown_name(f"a value of {name}", text, names, "filter") from None
        raise ProblemError(
            "unknown-name", f"{name} is compared with a number, not {text!r}", parameter="filter"
        ) from None
    if not np.isfinite(number):
        raise ProblemError("unknown-name", f"{name} is compared with a finite number, not {text!r}", parameter="filter")
    return number


def _digest(table: type[Table], filters: Sequence[str], order: str | None) -> str:
    text = repr((table.__name__, sorted(filters), order))
    return hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=6).hexdigest()


def _write_cursor(asked: str, key: float, row: int) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([asked, key, row])).decode().rstrip("=")


def _read_cursor(text: str, asked: str) -> tuple[float, int]:
    try:
        digest, key, row = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if digest != asked or isinstance(key, bool) or isinstance(row, bool):
            raise ValueError
        return (key if isinstance(key, int) else float(key)), int(row)
    except (ValueError, TypeError, OverflowError, binascii.Error):
        detail = "the cursor is not one of this table, filter and order; begin again without it"
        raise ProblemError("unknown-name", detail, parameter="cursor") from None


def cells(declared: Column, values: Array) -> list[Any]:
    """Give a column's values for JSON: cents as text, what is not a number as None."""
    if is_money(declared):
        listed: list[Any] = values.astype(str).tolist()
        return listed
    listed = values.tolist()
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        return [_finite(value) for value in listed]
    return listed


def _finite(value: Any) -> Any:
    if isinstance(value, list):
        return [_finite(item) for item in value]
    return value if np.isfinite(value) else None


def is_money(declared: Column) -> bool:
    """Say whether a column holds whole cents."""
    return declared.dtype.kind in "iu" and declared.unit.startswith("cent")


def described(declared: Column, goods: Sequence[str]) -> dict[str, Any]:
    """Say what a column holds, and the names of its codes from 0 on."""
    return {
        "name": declared.name,
        "unit": declared.unit,
        "definition": declared.meaning,
        "dtype": declared.dtype.str[1:],
        "width": declared.width,
        "values": value_names(declared, goods),
    }


def names_of(declared: Column, values: Array, goods: Sequence[str]) -> list[Any] | None:
    """Return the names of a column's codes, None for a number that is no code; None if it holds no codes."""
    known = value_names(declared, goods)
    return None if known is None else _looked_up(values.tolist(), known)


def _looked_up(codes: list[Any], known: Sequence[str]) -> list[Any]:
    return [
        _looked_up(code, known) if isinstance(code, list) else known[code] if 0 <= code < len(known) else None
        for code in codes
    ]


def as_json(world: World, columns: Sequence[Column], rows: Chosen) -> list[dict[str, Any]]:
    """Give rows as objects, each with the names of its codes under `names`."""
    goods = world.names.get(Goods, ())
    parts = {declared.name: world.array(declared)[rows] for declared in columns}
    coded = {one.name: names_of(one, parts[one.name], goods) for one in columns}
    values = [cells(declared, parts[declared.name]) for declared in columns]
    listed = [
        {ROW: row} | dict(zip(parts, row_values, strict=True))
        for row, *row_values in zip(rows.tolist(), *values, strict=True)
    ]
    named = {name: found for name, found in coded.items() if found is not None}
    if named:
        for row_told, *names in zip(listed, *named.values(), strict=True):
            row_told[NAMES] = dict(zip(named, names, strict=True))
    return listed


def as_csv(world: World, columns: Sequence[Column], rows: Chosen) -> list[CsvColumn]:
    """Give rows for a spreadsheet: a column for each value of a row, and one for the names of codes."""
    goods = world.names.get(Goods, ())
    listed = [CsvColumn(ROW, rows.tolist())]
    for declared in columns:
        part = world.array(declared)[rows]
        for suffix, values in _single_columns(part):
            # Written as numbers, not as text, which a spreadsheet could not add up; CSV has no other kind.
            listed.append(CsvColumn(declared.name + suffix, values.tolist()))
            names = names_of(declared, values, goods)
            if names is not None:
                listed.append(CsvColumn(f"{declared.name}{suffix}_name", names))
    return listed


def _single_columns(part: Array) -> list[tuple[str, Array]]:
    if part.ndim == 1:
        return [("", part)]
    return [(f"[{place}]", part[:, place]) for place in range(part.shape[1])]
