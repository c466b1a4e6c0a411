"""The boosters' trees as flat arrays, and the exact table compiled from them.

A table holds, for a demographic cell and each interval between the model's own income thresholds,
the sum of the very leaves that XGBoost would add, in the same order and precision. Looking a
consumer up in it is therefore bit-equal to `Booster.inplace_predict` and takes nanoseconds.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ravelin.core.kernel import compiled
from ravelin.learning.checks.booster import DEPTH_MAX, Booster

Matrix = NDArray[np.float32]

_STACK = DEPTH_MAX + 2
"""Nodes that may wait while a tree is walked: one for each level above, and both children."""

_BLOCK, _THREADS = 1024, 2
"""Cells are independent, so blocks of them are filled by threads (the kernel releases the GIL)."""


class Forest(NamedTuple):
    """Nodes of a booster, tree after tree; a leaf has feature -1 and its value as threshold."""

    base: np.float32
    roots: NDArray[np.int32]
    feature: NDArray[np.int16]
    threshold: Matrix
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    missing_left: NDArray[np.bool_]


def forest_of(booster: Booster) -> Forest:
    """Put a booster's trees one after another."""
    starts = np.cumsum([0, *(len(tree.left) for tree in booster.trees)])
    placed = list(zip(booster.trees, starts, strict=False))
    return Forest(
        booster.level,
        starts[:-1].astype(np.int32),
        np.concatenate([np.where(tree.left < 0, -1, tree.feature) for tree in booster.trees]).astype(np.int16),
        np.concatenate([tree.threshold for tree in booster.trees]),
        np.concatenate([tree.left + start for tree, start in placed]).astype(np.int32),
        np.concatenate([tree.right + start for tree, start in placed]).astype(np.int32),
        np.concatenate([tree.missing_left for tree in booster.trees]),
    )


def fill(forest: Forest, demographics: Matrix, edges: Matrix) -> Matrix:
    """Evaluate a forest on every cell and income bin.

    Parameters
    ----------
    forest : Forest
        Its feature 0 is income; feature f > 0 is column f - 1 of `demographics`.
    demographics : (cells, features) float32
        Traits of each cell; NaN is missing.
    edges : (bins - 1,) float32, dollar/year
        Ascending; every income threshold of the forest is among them.

    Returns
    -------
    (cells, bins) float32
        What XGBoost answers for a row of that cell whose income has `bin` edges at or below it.
    """
    threshold_bin = np.searchsorted(edges, forest.threshold).astype(np.int32)
    table = np.full((len(demographics), len(edges) + 1), forest.base, np.float32)
    cells = np.ascontiguousarray(demographics, np.float32)
    starts = range(0, len(cells), _BLOCK)

    def fill_block(start: int) -> None:
        fill_table(
            table[start : start + _BLOCK],
            cells[start : start + _BLOCK],
            forest.roots,
            forest.feature,
            forest.threshold,
            threshold_bin,
            forest.left,
            forest.right,
            forest.missing_left,
        )

    with ThreadPoolExecutor(_THREADS) as pool:
        list(pool.map(fill_block, starts))
    return table


@compiled
def fill_table(
    table: Matrix,
    demographics: Matrix,
    roots: NDArray[np.int32],
    feature: NDArray[np.int16],
    threshold: Matrix,
    threshold_bin: NDArray[np.int32],
    left: NDArray[np.int32],
    right: NDArray[np.int32],
    missing_left: NDArray[np.bool_],
) -> None:
    """Add each tree's leaves to the bins that reach them; income splits send bins both ways."""
    nodes = np.empty(_STACK, np.int32)
    lows = np.empty(_STACK, np.int32)
    highs = np.empty(_STACK, np.int32)
    for cell in range(table.shape[0]):
        for tree in range(roots.size):
            depth = 1
            nodes[0] = roots[tree]
            lows[0] = 0
            highs[0] = table.shape[1]
            while depth > 0:
                depth -= 1
                node = nodes[depth]
                low = lows[depth]
                high = highs[depth]
                while feature[node] > 0:
                    value = demographics[cell, feature[node] - 1]
                    missing = np.isnan(value)
                    goes_left = missing_left[node] if missing else value < threshold[node]
                    node = left[node] if goes_left else right[node]
                if feature[node] < 0:
                    for income_bin in range(low, high):
                        table[cell, income_bin] += threshold[node]
                    continue
                border = threshold_bin[node] + 1
                if border < high:
                    nodes[depth] = right[node]
                    lows[depth] = max(low, border)
                    highs[depth] = high
                    depth += 1
                if border > low:
                    nodes[depth] = left[node]
                    lows[depth] = low
                    highs[depth] = min(high, border)
                    depth += 1
