"""What a column may hold: its range, the names of its codes, the rows that it refers to.

One check serves shocks, orders to the server and checkpoints: compiled rules do not look whether a code
is one, so whatever comes from outside is looked at here first.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from ravelin.core.table import Array, Column, Table, World
from ravelin.core.units import range_of

Counts = Mapping[str, int]
"""Name of a table -> its rows, as far as they are known."""


def counts_of(tables: Mapping[type[Table], Any]) -> Counts:
    """Return the rows of each table by name; tables that share rows have those of their owner."""
    found = {}
    for table, rows in tables.items():
        found[table.__name__] = found[table.rows_of.__name__] = rows if isinstance(rows, int) else rows.count
    return found


def referred(declared: Column) -> str | None:
    """Return the name of the table whose rows a column refers to."""
    return declared.unit.removeprefix("row of ") if declared.unit.startswith("row of ") else None


def limits(declared: Column, counts: Counts) -> tuple[float, float]:
    """Return the least and the largest value that a column may hold."""
    if declared.dtype.kind == "f":
        high = float(np.finfo(declared.dtype).max)
        low = -high
    else:
        low, high = float(np.iinfo(declared.dtype).min), float(np.iinfo(declared.dtype).max)
    of_unit = range_of(declared.unit)
    table = referred(declared)
    if declared.codes:
        of_unit = (0.0, len(declared.codes) - 1.0)
    elif table is not None:
        of_unit = (-float(len(declared.besides)), counts.get(table, math.inf) - 1.0)
    low = max(low, of_unit[0] if declared.low is None else declared.low)
    high = min(high, of_unit[1] if declared.high is None else declared.high)
    return low, high


def allowed(declared: Column, counts: Counts) -> str:
    """Say what a column may hold, as one phrase."""
    low, high = limits(declared, counts)
    table = referred(declared)
    if declared.codes:
        return _or([f"{code} {name}" for code, name in enumerate(declared.codes)])
    if table is not None:
        rows = f"a row of {table} from 0 to {high:,.0f}"
        return _or([rows, *(f"-{place} {name}" for place, name in enumerate(declared.besides, 1))])
    kind = "a number" if declared.dtype.kind == "f" else "a whole number"
    unit = "" if declared.unit in ("1", "code") else f" in {declared.unit}"
    if declared.dtype.kind == "f" and abs(low) == high == np.finfo(declared.dtype).max:
        return f"{kind}{unit}"
    return f"{kind}{unit} from {shown(low)} to {shown(high)}"


def shown(number: float) -> str:
    """Write a limit: whole numbers in full while they are short."""
    return f"{number:,.0f}" if abs(number) < 1e12 and number == int(number) else f"{number:g}"


def _or(phrases: list[str]) -> str:
    return phrases[0] if len(phrases) == 1 else f"{', '.join(phrases[:-1])} or {phrases[-1]}"


def outside(declared: Column, values: Any, counts: Counts) -> float | None:
    """Return the first of some values that a column may not hold, or None if it may hold all."""
    found = np.asarray(values)
    if found.size == 0:
        return None
    low, high = limits(declared, counts)
    least, largest = float(found.min()), float(found.max())
    whole = declared.dtype.kind == "f" or found.dtype.kind in "iu" or bool((found == np.rint(found)).all())
    # A comparison with what is not a number is false, and so is this one.
    if least >= low and largest <= high and whole:
        return None
    wrong = ~((found >= low) & (found <= high))
    if declared.dtype.kind != "f" and found.dtype.kind == "f":
        wrong |= found != np.rint(found)
    return float(found[wrong].flat[0])


def is_size(declared: Column) -> bool:
    """Say whether a column measures amounts or prices, which grow with the economy and with the price level."""
    return declared.dtype.kind == "f" and declared.unit.split("/")[0] in ("unit", "cent")


def structure(declared: Column) -> bool:
    """Say whether a column holds codes, references or counts, which rules use to find rows."""
    return declared.dtype.kind in "iu" and not declared.unit.startswith("cent")


def first_wrong(world: World) -> str | None:
    """Return what is wrong with the first column of a world that holds what no economy does, or None."""
    counts = counts_of(world.tables)
    for rows in world.tables.values():
        for declared, array in rows.items():
            if wrong := wrong_in(declared, array, counts, stays=declared.fixed):
                return wrong
    return None


def wrong_in(declared: Column, array: Array, counts: Counts, *, stays: bool) -> str | None:
    """Return what is wrong with the values of a column, or None.

    Codes, references, counts, and rates that stay as the opening set them, must lie in their range. Of measures that
    move, and of sizes, only the sign and that they are numbers is looked at: sizes grow with the economy, and how far
    prices may run in a long inflation is for the audit to say. Nor is a column that no opening has set looked at more
    closely: a page without the rules that read it leaves it as it was allocated.
    """
    is_set = stays and not bool((array == declared.start).all())
    within = structure(declared) or (is_set and not is_size(declared))
    found = outside(declared, array, counts) if within else _not_a_measure(declared, array)
    if found is None:
        return None
    row = int(np.argwhere(array == found if math.isfinite(found) else ~np.isfinite(array))[0][0])
    return f"{declared} of row {row:,} is {found:g}, where it is {allowed(declared, counts)}"


def _not_a_measure(declared: Column, array: Array) -> float | None:
    if array.dtype.kind != "f" or array.size == 0:
        return None
    least, largest = float(array.min()), float(array.max())
    low = limits(declared, {})[0]
    if not math.isfinite(least) or not math.isfinite(largest):
        return least if not math.isfinite(least) else largest
    return least if low >= 0.0 > least else None
