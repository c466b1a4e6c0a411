"""The boosters' trees as flat arrays, and the exact table compiled from them.

A table holds, for a demographic cell and each interval between the model's own income thresholds,
the sum of the very leaves that XGBoost would add, in the same order and precision. Looking a
consumer up in it is therefore bit-equal to `Booster.inplace_predict` and takes nanoseconds.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ravelin.core.arithmetic.pieces import in_pieces
from ravelin.core.kernel import compiled
from ravelin.learning.checks.booster import DEPTH_MAX, Booster

Matrix = NDArray[np.float32]

_STACK = DEPTH_MAX + 2
"""Nodes that may wait while a tree is walked: one for each level above, and both children."""

_BLOCK = 512
"""Cells that go down the trees together: what they need stays in the nearer caches."""


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

    def fill_block(rows: slice) -> None:
        fill_table(
            table[rows],
            np.ascontiguousarray(cells[rows].T),
            forest.roots,
            forest.feature,
            forest.threshold,
            threshold_bin,
            forest.left,
            forest.right,
            forest.missing_left,
        )

    in_pieces(len(cells), fill_block, _BLOCK)
    return table


@compiled
def fill_table(
    table: Matrix,
    traits: Matrix,
    roots: NDArray[np.int32],
    feature: NDArray[np.int16],
    threshold: Matrix,
    threshold_bin: NDArray[np.int32],
    left: NDArray[np.int32],
    right: NDArray[np.int32],
    missing_left: NDArray[np.bool_],
) -> None:
    """Add each tree's leaves to the bins that reach them, for cells whose traits are (features, cells).

    Cells go down a tree together for as long as they go the same way. A split of a trait parts a group in two, one
    of income sends its bins both ways: what a group has still to go down is a stack of nodes with the bins that reach
    them. Who has nothing left adds the leaves found on the way, which lie side by side for all bins.
    """
    cells = table.shape[0]
    least, most = np.empty(traits.shape[0], np.float32), np.empty(traits.shape[0], np.float32)
    _fill_ranges(least, most, traits)
    # Each group that waits holds a cell that no other holds.
    first, last, waiting = np.empty(cells + 1, np.int32), np.empty(cells + 1, np.int32), np.empty(cells + 1, np.int32)
    nodes = np.empty((cells + 1, _STACK), np.int32)
    lows, highs = np.empty((cells + 1, _STACK), np.int32), np.empty((cells + 1, _STACK), np.int32)
    order, goes_right = np.empty(cells, np.int32), np.empty(cells, np.int32)
    leaves = np.empty(table.shape[1], np.float32)
    for cell in range(cells):
        order[cell] = cell
    for tree in range(roots.size):
        group = 0
        first[0], last[0], waiting[0] = 0, cells, 1
        nodes[0, 0], lows[0, 0], highs[0, 0] = roots[tree], 0, table.shape[1]
        while group >= 0:
            top = waiting[group] - 1
            if top < 0:
                for place in range(first[group], last[group]):
                    own = table[order[place]]
                    for income_bin in range(leaves.size):
                        own[income_bin] += leaves[income_bin]
                group -= 1
                continue
            node, low, high = nodes[group, top], lows[group, top], highs[group, top]
            while feature[node] > 0 and (
                most[feature[node] - 1] < threshold[node] or least[feature[node] - 1] >= threshold[node]
            ):
                node = left[node] if most[feature[node] - 1] < threshold[node] else right[node]
            if feature[node] < 0:
                for income_bin in range(low, high):
                    leaves[income_bin] = threshold[node]
                waiting[group] = top
            elif feature[node] == 0:
                border = threshold_bin[node] + 1
                if border < high:
                    nodes[group, top], lows[group, top], highs[group, top] = right[node], max(low, border), high
                    top += 1
                if border > low:
                    nodes[group, top], lows[group, top], highs[group, top] = left[node], low, min(high, border)
                    top += 1
                waiting[group] = top
            else:
                begin, end = first[group], last[group]
                trait, limit, missing = traits[feature[node] - 1], threshold[node], missing_left[node]
                middle = _part(order[begin:end], goes_right, trait, limit, missing) + begin
                nodes[group, top] = left[node] if middle == end else right[node]
                if begin < middle < end:
                    # Those who go left are a group of their own, which goes down what is left of the tree first.
                    for place in range(top):
                        nodes[group + 1, place] = nodes[group, place]
                        lows[group + 1, place], highs[group + 1, place] = lows[group, place], highs[group, place]
                    nodes[group + 1, top], lows[group + 1, top], highs[group + 1, top] = left[node], low, high
                    first[group], first[group + 1], last[group + 1] = middle, begin, middle
                    waiting[group + 1] = waiting[group]
                    group += 1


@compiled
def _fill_ranges(least: Matrix, most: Matrix, traits: Matrix) -> None:
    """Fill the least and the most of each trait; of one that a cell misses, such that no split is passed unasked."""
    for trait in range(traits.shape[0]):
        low, high = np.float32(np.inf), np.float32(-np.inf)
        for cell in range(traits.shape[1]):
            value = traits[trait, cell]
            low, high = min(low, value), max(high, value)
            if np.isnan(value):
                low, high = np.float32(-np.inf), np.float32(np.inf)
                break
        least[trait], most[trait] = low, high


@compiled
def _part(
    order: NDArray[np.int32], goes_right: NDArray[np.int32], trait: Matrix, limit: float, missing_left: bool
) -> int:
    """Put the cells that go left first and return how many they are; without a branch that a processor must guess."""
    lefts, rights = 0, 0
    for place in range(order.size):
        cell = order[place]
        goes_left = (trait[cell] < limit) | (missing_left & (trait[cell] != trait[cell]))
        order[lefts] = cell
        goes_right[rights] = cell
        lefts += goes_left
        rights += not goes_left
    for place in range(rights):
        order[lefts + place] = goes_right[place]
    return lefts
