"""What the tick calls: find a consumer's income bin, and her spending at her rank.

Kernels take plain arrays (numba's cache mistakes bundles of arrays for one another) and have no
branches that depend on the data, so that a processor works on several consumers at once.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ravelin.core.arithmetic import exp_roughly, normal_quantile
from ravelin.core.kernel import compiled
from ravelin.learning.residuals import EDGE, SCORE_END

Reals = NDArray[np.floating[Any]]
Whole = NDArray[np.integer[Any]]

SHIFT = 15
"""Bits of a float32 that are dropped to find its bucket: a bucket is 1/256 of its octave wide."""

BLOCK = 512
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
        raise ValueError(f"{len(edges)} income edges from {edges[0]:g} are too many, too close, or not positive")
    return first - 1, counts.astype(np.uint8)


@compiled
def income_bin(income: float, edges: Reals, first_bucket: int, buckets: Whole) -> int:
    """Count the edges at or below an income, dollar/year.

    A float's leading bits name its bucket; one comparison settles the edge within the bucket.
    """
    value = np.float32(income)
    place = (int(value.view(np.int32)) >> SHIFT) - first_bucket
    found = int(buckets[np.uint64(min(max(place, 0), buckets.size - 1))])
    last = edges.size - 1
    return found + int((found <= last) & (edges[np.uint64(min(found, last))] <= value))


@compiled
def fill_scores(scores: Reals, ranks: Reals) -> None:
    """Fill normal scores of ranks in (0, 1)."""
    for row in range(ranks.size):
        scores[row] = normal_quantile(ranks[row])


@compiled
def deviation(scale: float, score: float, shape: Reals, scale_low: float, scale_step: float) -> float:
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
    return exp_roughly(location + deviation(scale, score, shape, scale_low, scale_step))


@compiled
def expected_spending(
    answer: Reals, rank: float, persistence: float, shape: Reals, scale_low: float, scale_step: float
) -> float:
    """Average annual spending, dollar, over passing shocks at a lasting rank (Gauss-Hermite, 3 points).

    `answer` is (2,): location and scale of the logarithm of spending.
    """
    lasting = math.sqrt(persistence) * normal_quantile(rank)
    passing = math.sqrt(3.0 * (1.0 - persistence))
    total = 0.0
    for node in range(-1, 2):
        weight = 2.0 / 3.0 if node == 0 else 1.0 / 6.0
        score = lasting + passing * node
        total += weight * spending_at_score(answer[0], answer[1], score, shape, scale_low, scale_step)
    return total


@compiled
def expected_spending_of(
    spending: Reals,
    cell: Whole,
    income: Reals,
    rank: Reals,
    persistence: float,
    answer: Reals,
    edges: Reals,
    first_bucket: int,
    buckets: Whole,
    shape: Reals,
    scale_low: float,
    scale_step: float,
) -> None:
    """Fill `expected_spending` for many, given cell, income (dollar/year) and lasting rank: several rows at once."""
    lasting, passing = math.sqrt(persistence), math.sqrt(3.0 * (1.0 - persistence))
    location, scale, score, center = np.empty((4, BLOCK))
    for begin in range(0, spending.size, BLOCK):
        count = min(BLOCK, spending.size - begin)
        own = spending[begin : begin + count]
        for row in range(count):
            model = answer[cell[begin + row], income_bin(income[begin + row], edges, first_bucket, buckets)]
            location[row], scale[row] = model[0], model[1]
            own[row] = 0.0
        for node in range(-1, 2):
            weight = 2.0 / 3.0 if node == 0 else 1.0 / 6.0
            for row in range(count):
                score[row] = lasting * normal_quantile(rank[begin + row]) + passing * node
                center[row] = location[row]
            add_deviations(center[:count], scale[:count], score[:count], shape, scale_low, scale_step)
            for row in range(count):
                own[row] += weight * exp_roughly(center[row])


@compiled
def spending_quantile(
    location: float, scale: float, rank: float, shape: Reals, scale_low: float, scale_step: float
) -> float:
    """Return annual spending, dollar, at a rank in (0, 1)."""
    return spending_at_score(location, scale, normal_quantile(rank), shape, scale_low, scale_step)


@compiled
def spending_of(
    spending: Reals,
    bins: Whole,
    cell: Whole,
    income: Reals,
    score: Reals,
    answer: Reals,
    edges: Reals,
    first_bucket: int,
    buckets: Whole,
    shape: Reals,
    scale_low: float,
    scale_step: float,
) -> None:
    """Fill annual spending, dollar, and income bins, given cell, income (dollar/year) and score.

    `answer` is (cells, bins, 2): location and scale of the logarithm of spending.

    One short loop per step over a block of rows is several times as fast as one long loop: waiting
    for the tables' memory overlaps, and what needs no table is worked out for several rows at once.
    """
    numbers = answer.reshape(answer.size)
    width = np.uint64(answer.shape[1])
    center = np.empty(BLOCK, np.float32)
    spread = np.empty(BLOCK, np.float32)
    # No income reaches the last edge, so that the search needs not look where the edges end.
    beyond = np.full(edges.size + 1, np.inf, np.float32)
    beyond[: edges.size] = edges
    for start in range(0, spending.size, BLOCK):
        end = min(start + BLOCK, spending.size)
        own_bins, own_cell = bins[start:end], cell[start:end]
        center, spread = center[: end - start], spread[: end - start]
        income_bins(own_bins, income[start:end], beyond, first_bucket, buckets)
        for row in range(end - start):
            place = np.uint64(2) * (np.uint64(own_cell[row]) * width + np.uint64(own_bins[row]))
            center[row] = numbers[place]
            spread[row] = numbers[place + np.uint64(1)]
        add_deviations(center, spread, score[start:end], shape, scale_low, scale_step)
        for row in range(end - start):
            spending[start + row] = exp_roughly(center[row])


@compiled
def income_bins(bins: Whole, income: Reals, edges: Reals, first_bucket: int, buckets: Whole) -> None:
    """Fill the bin of each income; see `income_bin`. The last edge must be infinite."""
    last = np.int32(buckets.size - 1)
    lowest = np.int32(first_bucket)
    values = income.view(np.int32)
    for row in range(bins.size):
        bins[row] = min(max((values[row] >> np.int32(SHIFT)) - lowest, np.int32(0)), last)
    for row in range(bins.size):
        found = buckets[np.uint64(bins[row])]
        bins[row] = np.int32(found) + np.int32(edges[np.uint64(found)] <= income[row])


@compiled
def add_deviations(
    center: Reals, spread: Reals, score: Reals, shape: Reals, scale_low: float, scale_step: float
) -> None:
    """Add to each location how far log spending lies from it; see `deviation`."""
    rows, columns = shape.shape
    quantile = shape.reshape(shape.size)
    corner = np.empty(BLOCK, np.int32)
    down = np.empty(BLOCK)
    right = np.empty(BLOCK)
    for row in range(center.size):
        place = min(max((spread[row] - scale_low) / scale_step, 0.0), rows - 1.0 - EDGE)
        along = (score[row] + SCORE_END) * ((columns - 1) / (2.0 * SCORE_END))
        along = min(max(along, 0.0), columns - 1.0 - EDGE)
        above = np.floor(place)
        before = np.floor(along)
        corner[row] = np.int32(above * columns + before)
        down[row] = place - above
        right[row] = along - before
    wide = np.uint64(columns)
    one = np.uint64(1)
    for row in range(center.size):
        at = np.uint64(corner[row])
        upper = quantile[at] + (quantile[at + one] - quantile[at]) * right[row]
        at += wide
        lower = quantile[at] + (quantile[at + one] - quantile[at]) * right[row]
        center[row] += upper + (lower - upper) * down[row]
