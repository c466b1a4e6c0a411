"""Sums in a stated order: rows within a block, then blocks."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from ravelin.core.arithmetic.pieces import in_pieces
from ravelin.core.kernel import compiled, whole

Doubles = npt.NDArray[np.float64]
Wholes = npt.NDArray[np.int64]
Axes = int | tuple[int, ...]

BLOCK = 1024
"""Rows that are added to one another before their sum joins that of the blocks before: errors grow with the
number of blocks, not of rows."""
PIECE = 64 * BLOCK
"""Rows that one thread adds up at a time: whole blocks, so that the order is that of one thread."""


@compiled
def add_up(values: Any) -> float:
    """Add up numbers of any shape, rows within a block, then blocks; for kernels."""
    flat = values.ravel()
    added = 0.0
    for start in range(0, flat.size, BLOCK):
        block = 0.0
        for row in range(start, min(start + BLOCK, flat.size)):
            block += flat[row]
        added += block
    return added


@compiled
def _fill_totals(results: Doubles, values: Doubles) -> None:
    for row in range(results.size):
        results[row] = add_up(values[row])


@compiled
def _fill_blocks(sums: Doubles, values: Doubles) -> None:
    for block in range(sums.size):
        for row in range(block * BLOCK, min((block + 1) * BLOCK, values.size)):
            sums[block] += values[row]


@compiled
def _add_blocks(sums: Doubles) -> float:
    added = 0.0
    for block in range(sums.size):
        added += sums[block]
    return added


def total(values: npt.ArrayLike) -> float:
    """Add up floats of any shape, in the order of their places: rows within a block, then blocks."""
    flat = np.asarray(values, np.float64).reshape(-1)
    if flat.size <= PIECE:
        return add_up(flat)
    return total_in_pieces(flat.size, lambda rows: flat[rows])


def total_in_pieces(rows: int, values: Callable[[slice], Doubles]) -> float:
    """Return the `total` of rows of which a piece at a time is given, in pieces that threads may share."""
    sums = np.zeros(-(-rows // BLOCK))

    def add(piece: slice) -> None:
        first = piece.start // BLOCK
        _fill_blocks(sums[first : -(-piece.stop // BLOCK)], values(piece))

    in_pieces(rows, add, PIECE)
    return _add_blocks(sums)


def mean(values: npt.ArrayLike) -> float:
    """Return the mean of numbers of any shape; see `total`."""
    return total(values) / np.size(values)


def totals(values: npt.ArrayLike, axis: Axes) -> Doubles:
    """Add up floats along one or several axes."""
    array = np.asarray(values, np.float64)
    along = [place % array.ndim for place in ((axis,) if isinstance(axis, int) else axis)]
    kept = [place for place in range(array.ndim) if place not in along]
    shape = [array.shape[place] for place in kept]
    rows = np.ascontiguousarray(array.transpose(kept + along)).reshape(math.prod(shape), -1)
    results = np.empty(shape)
    _fill_totals(results.reshape(-1), rows)
    return results


@compiled
def add_up_whole(values: Any) -> int:
    """Add up whole numbers, or yes and no, of any shape; for kernels."""
    flat, found = values.ravel(), 0
    for row in range(flat.size):
        found += whole(flat[row])
    return found


def _whole(values: npt.ArrayLike) -> npt.NDArray[Any]:
    array = np.asarray(values)
    if array.dtype.kind not in "biu":
        raise TypeError(f"{array.dtype} is no type of whole numbers; `total` adds up floats")
    return array


def whole_total(values: npt.ArrayLike) -> int:
    """Add up whole numbers or yes and no, of any shape: exact in any order."""
    return add_up_whole(_whole(values).reshape(-1))


def whole_totals(values: npt.ArrayLike, axis: Axes) -> Wholes:
    """Add up whole numbers or yes and no along one or several axes."""
    return np.asarray(_whole(values).sum(axis=axis, dtype=np.int64))


def quantiles(values: npt.ArrayLike, ranks: npt.ArrayLike) -> Doubles:
    """Return the quantiles of numbers (rows,) at ranks from 0 to 1, on straight lines between neighbors."""
    ordered = np.sort(np.asarray(values, np.float64), kind="stable")
    place = np.asarray(ranks, np.float64) * (ordered.size - 1)
    below = np.minimum(place.astype(np.int64), max(0, ordered.size - 2))
    above = np.minimum(below + 1, ordered.size - 1)
    return np.asarray(ordered[below] + (ordered[above] - ordered[below]) * (place - below))
