"""What the tick calls: find a consumer's income bin, and her spending at her rank.

Kernels take plain arrays (numba's cache mistakes bundles of arrays for one another) and have no
branches that depend on the data, so that a processor works on several consumers at once.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ravelin.core.draws import inverse_normal
from ravelin.core.kernel import compiled
from ravelin.learning.residuals import EDGE, SCORE_END

Reals = NDArray[np.floating[Any]]
Whole = NDArray[np.integer[Any]]

SHIFT = 15
"""Bits of a float32 that are dropped to find its bucket: a bucket is 1/256 of its octave wide."""

_BLOCK = 512
"""Rows that are worked on together, so that what they need stays in the nearest cache."""


def buckets_of(edges: NDArray[np.float32]) -> tuple[int, NDArray[np.uint8]]:
    """Prepare the search for an income's bin.

    Parameters
    ----------
    edges : (1 to 255,) float32, dollar/year
        Positive and ascending, at most one to a bucket.

    Returns
    -------
    int, (buckets,) uint8
        The first bucket's number, and the count of edges at or below each bucket's lowest income.
        A bucket before the first edge and one after the last catch all that lies beyond.
    """
    first, last = (int(edge.view(np.int32)) >> SHIFT for edge in (edges[0], edges[-1]))
    lowest = (np.arange(first - 1, last + 2, dtype=np.int32) << SHIFT).view(np.float32)
    counts = np.searchsorted(edges, lowest, side="right")
    if len(edges) > 255 or edges[0] <= 0 or np.diff(counts).max() > 1:
        raise ValueError(
            f"{len(edges)} income edges from {edges[0]:g} are too many, too close, or not positive"
        )
    return first - 1, counts.astype(np.uint8)


@compiled
def income_bin(income: float, edges: Reals, first_bucket: int, buckets: Whole) -> int:
    """Count the edges at or below an income, dollar/year.

    A float's leading bits name its bucket; one comparison settles the edge within the bucket.
    """
    value = np.float32(income)
    place = (int(value.view(np.int32)) >> SHIFT) - first_bucket
    found = int(buckets[min(max(place, 0), buckets.size - 1)])
    last = edges.size - 1
    return found + int((found <= last) & (edges[min(found, last)] <= value))


@compiled
def fill_scores(scores: Reals, ranks: Reals) -> None:
    """Fill normal scores of ranks in (0, 1)."""
    for row in range(ranks.size):
        scores[row] = inverse_normal(ranks[row])


@compiled
def deviation(
    scale: float, score: float, shape: Reals, scale_low: float, scale_step: float
) -> float:
    """Return how far log spending lies from its location at a score (a standard normal rank).

    `shape` is (scales, scores), flat beyond its ends; see `residuals.Shape`.
    """
    place = min(max((scale - scale_low) / scale_step, 0.0), shape.shape[0] - 1.0 - EDGE)
    along = (score + SCORE_END) * ((shape.shape[1] - 1) / (2.0 * SCORE_END))
    along = min(max(along, 0.0), shape.shape[1] - 1.0 - EDGE)
    row = int(place)
    column = int(along)
    down = place - row
    right = along - column
    upper: float = shape[row, column] + (shape[row, column + 1] - shape[row, column]) * right
    row += 1
    lower: float = shape[row, column] + (shape[row, column + 1] - shape[row, column]) * right
    between: float = upper + (lower - upper) * down
    return between


@compiled
def spending_at_score(
    location: float, scale: float, score: float, shape: Reals, scale_low: float, scale_step: float
) -> float:
    """Return annual spending, dollar, at a score, given location and scale of its logarithm."""
    return math.exp(location + deviation(scale, score, shape, scale_low, scale_step))


@compiled
def spending_quantile(
    location: float, scale: float, rank: float, shape: Reals, scale_low: float, scale_step: float
) -> float:
    """Return annual spending, dollar, at a rank in (0, 1)."""
    return spending_at_score(location, scale, inverse_normal(rank), shape, scale_low, scale_step)


@compiled
def spending_of(
    spending: Reals,
    cell: Whole,
    income: Reals,
    score: Reals,
    location: Reals,
    scale: Reals,
    edges: Reals,
    first_bucket: int,
    buckets: Whole,
    shape: Reals,
    scale_low: float,
    scale_step: float,
) -> None:
    """Fill annual spending, dollar, given cell, income (dollar/year at survey level) and score.

    One short loop per step over a block of rows is two to three times as fast as one long loop:
    waiting for the table's memory overlaps.
    """
    place = np.empty(_BLOCK, np.int64)
    center = np.empty(_BLOCK, np.float32)
    spread = np.empty(_BLOCK, np.float32)
    for start in range(0, spending.size, _BLOCK):
        rows = min(_BLOCK, spending.size - start)
        for row in range(rows):
            place[row] = income_bin(income[start + row], edges, first_bucket, buckets)
        for row in range(rows):
            center[row] = location[cell[start + row], place[row]]
            spread[row] = scale[cell[start + row], place[row]]
        for row in range(rows):
            center[row] += deviation(spread[row], score[start + row], shape, scale_low, scale_step)
        for row in range(rows):
            spending[start + row] = math.exp(center[row])
