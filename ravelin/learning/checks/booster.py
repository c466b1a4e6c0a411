"""Check the JSON form of a booster and keep of it what a prediction depends on.

Compiled code walks these trees without looking at bounds, so a child that does not exist would end the process. XGBoost
is given a text made anew from what was checked, never the text that came with a file.
"""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ravelin.core.sentence import Kind
from ravelin.learning.errors import SurveyError

DEPTH_MAX = 32
TREES_MAX = 4_000
NODES_MAX = 1 << 22

LOG_SPENDING = (0.0, 20.0)
"""Between these lies the logarithm of what any household spends in a year, dollar."""

_NO_PARENT = 2**31 - 1


class FlawError(SurveyError):
    """Something in a model file is not as it must be; the message is a clause that says what."""

    kind = Kind.INVALID


class Tree(NamedTuple):
    """Nodes of a tree, the root first; a leaf has no children (-1) and its answer as threshold."""

    left: NDArray[np.int32]
    right: NDArray[np.int32]
    feature: NDArray[np.int32]
    threshold: NDArray[np.float32]
    missing_left: NDArray[np.bool_]


class Booster(NamedTuple):
    """What a prediction depends on: the sum of the leaves reached, tree after tree, and `base`."""

    base: str
    """As XGBoost writes it, so that it reads the same number."""
    trees: tuple[Tree, ...]

    @property
    def level(self) -> np.float32:
        """The base as a number."""
        written = json.loads(self.base)
        return np.float32(written[0] if isinstance(written, list) else written)


def read_booster(data: bytes | str, features: Sequence[str]) -> Booster:
    """Read a booster of named features, income first, which must never fall as income rises.

    Raises
    ------
    FlawError
        Naming the tree and what is wrong with it.
    """
    learner = _part(load_json(data, "it"), "learner")
    gradient = _part(learner, "gradient_booster")
    model = _part(gradient, "model")
    numbers, sizes = _part(learner, "learner_model_param"), _part(model, "gbtree_model_param")
    told = learner.get("feature_names")
    if told != list(features):
        raise FlawError(f"it was trained on the features {short(told)}, but the card lists {', '.join(features)}")
    _same("booster", gradient.get("name"), "gbtree")
    _same("objective", _part(learner, "objective").get("name"), "reg:squarederror")
    _same("number of features", numbers.get("num_feature"), str(len(features)))
    _same("number of classes", numbers.get("num_class"), "0")
    _same("number of targets", numbers.get("num_target", "1"), "1")
    _same("number of parallel trees", sizes.get("num_parallel_tree", "1"), "1")
    trees = model.get("trees")
    if not isinstance(trees, list) or not 0 < len(trees) <= TREES_MAX:
        raise FlawError(f"it must have 1 to {TREES_MAX} trees")
    _same("number of trees", sizes.get("num_trees"), str(len(trees)))
    if model.get("tree_info") != [0] * len(trees):
        raise FlawError("its trees must all belong to one group")
    booster = Booster(_base(numbers.get("base_score")), tuple(_tree(tree, n, features) for n, tree in enumerate(trees)))
    if sum(len(tree.left) for tree in booster.trees) > NODES_MAX:
        raise FlawError(f"its trees have more than {NODES_MAX:,} nodes")
    ends = np.array([_ends(tree, n) for n, tree in enumerate(booster.trees)], np.float64)
    low, high = float(booster.level) + ends.sum(axis=0)
    if not LOG_SPENDING[0] <= low <= high <= LOG_SPENDING[1]:
        raise FlawError(
            f"its answers reach from {low:.3g} to {high:.3g}; the logarithm of spending lies between "
            f"{LOG_SPENDING[0]:g} and {LOG_SPENDING[1]:g}"
        )
    return booster


def as_json(booster: Booster, features: Sequence[str]) -> bytearray:
    """Write a booster as XGBoost reads it."""
    count = len(booster.trees)
    model = {
        "gbtree_model_param": {"num_parallel_tree": "1", "num_trees": str(count)},
        "iteration_indptr": list(range(count + 1)),
        "tree_info": [0] * count,
        "trees": [_tree_as_json(tree, place, len(features)) for place, tree in enumerate(booster.trees)],
    }
    numbers = {"base_score": booster.base, "boost_from_average": "1", "num_class": "0", "num_target": "1"}
    learner = {
        "attributes": {},
        "feature_names": list(features),
        "feature_types": [],
        "gradient_booster": {"model": model, "name": "gbtree"},
        "learner_model_param": numbers | {"num_feature": str(len(features))},
        "objective": {"name": "reg:squarederror", "reg_loss_param": {"scale_pos_weight": "1"}},
    }
    return bytearray(json.dumps({"learner": learner, "version": [3, 0, 0]}).encode())


def _tree_as_json(tree: Tree, place: int, features: int) -> dict[str, Any]:
    nodes = len(tree.left)
    parents = np.full(nodes, _NO_PARENT, np.int64)
    inner = np.flatnonzero(tree.left >= 0)
    parents[tree.left[inner]] = parents[tree.right[inner]] = inner
    sizes = {"num_deleted": "0", "num_feature": str(features), "num_nodes": str(nodes), "size_leaf_vector": "1"}
    return {
        "base_weights": [0.0] * nodes,
        "categories": [],
        "categories_nodes": [],
        "categories_segments": [],
        "categories_sizes": [],
        "default_left": tree.missing_left.astype(int).tolist(),
        "id": place,
        "left_children": tree.left.tolist(),
        "loss_changes": [0.0] * nodes,
        "parents": parents.tolist(),
        "right_children": tree.right.tolist(),
        # The shortest decimals of a float32 are read as that float32 again.
        "split_conditions": [float(str(value)) for value in tree.threshold],
        "split_indices": tree.feature.tolist(),
        "split_type": [0] * nodes,
        "sum_hessian": [1.0] * nodes,
        "tree_param": sizes,
    }


def _tree(told: Any, place: int, features: Sequence[str]) -> Tree:
    if not isinstance(told, dict):
        raise FlawError(f"tree {place} is no object")
    left = _column(told, "left_children", place, whole=True)
    nodes = len(left)
    right, feature, split, missing = (
        _column(told, name, place, nodes, whole=True)
        for name in ("right_children", "split_indices", "split_type", "default_left")
    )
    threshold = _column(told, "split_conditions", place, nodes, whole=False)
    if split.any() or told.get("categories"):
        raise FlawError(f"tree {place} splits by category; only thresholds are read")
    if not np.isin(missing, (0, 1)).all():
        raise FlawError(f"tree {place}: default_left must be 0 or 1")
    inner = np.flatnonzero(left != -1)
    children = np.concatenate([left[inner], right[inner]])
    if (right[left == -1] != -1).any():
        raise FlawError(f"tree {place} has a leaf with one child")
    if children.size and not 0 < children.min() <= children.max() < nodes:
        raise FlawError(f"tree {place} has {nodes} nodes and a child outside of them")
    if (np.sort(children) != np.arange(1, nodes)).any() or (np.minimum(left[inner], right[inner]) <= inner).any():
        raise FlawError(f"tree {place} is no tree: every node but the first must be the child of one earlier node")
    depth = np.zeros(nodes, np.int64)
    for node in inner:
        depth[left[node]] = depth[right[node]] = depth[node] + 1
    if depth.max() > DEPTH_MAX:
        raise FlawError(f"tree {place} is {depth.max()} levels deep; {DEPTH_MAX} are allowed")
    if inner.size and not 0 <= feature[inner].min() <= feature[inner].max() < len(features):
        raise FlawError(f"tree {place} splits by a feature that is none of the {len(features)}")
    with np.errstate(over="ignore"):
        border = threshold.astype(np.float32)
    if not np.isfinite(border).all():
        raise FlawError(f"tree {place}: split_conditions must be finite")
    return Tree(left.astype(np.int32), right.astype(np.int32), feature.astype(np.int32), border, missing == 1)


def _ends(tree: Tree, place: int) -> tuple[float, float]:
    """Give a tree's lowest and highest answer, and see that it never falls as income rises."""
    low, high = tree.threshold.copy(), tree.threshold.copy()
    for node in np.flatnonzero(tree.left >= 0)[::-1]:
        left, right = tree.left[node], tree.right[node]
        if tree.feature[node] == 0 and high[left] > low[right]:
            raise FlawError(
                f"tree {place} lets spending fall from {high[left]:.3g} to {low[right]:.3g} as income rises"
            )
        low[node], high[node] = min(low[left], low[right]), max(high[left], high[right])
    return float(low[0]), float(high[0])


def _column(told: dict[str, Any], name: str, place: int, nodes: int | None = None, *, whole: bool) -> NDArray[Any]:
    values = told.get(name)
    kinds = "i" if whole else "if"
    try:
        column = np.array(values)
    except (ValueError, OverflowError):
        column = np.array(None)
    size = nodes if nodes is not None else max(column.size, 1)
    if column.shape != (size,) or column.dtype.kind not in kinds:
        kind = "whole numbers" if whole else "numbers"
        raise FlawError(f"tree {place}: {name} must be a list of {kind}, one for each of its {size} nodes")
    return column


def _base(told: Any) -> str:
    try:
        if not isinstance(told, str) or len(told) > 40:
            raise ValueError
        level = Booster(told, ()).level
    except (ValueError, TypeError, IndexError, RecursionError):
        level = np.float32(np.nan)
    if not np.isfinite(level):
        raise FlawError(f"its base_score is {short(told)}, which is no number")
    return str(told)


def load_json(data: bytes | str, what: str) -> Any:
    """Read JSON in which no entry comes twice and every number is one.

    Raises
    ------
    FlawError
        If it is something else.
    """

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise ValueError("an entry comes twice")
        return found

    def refuse(constant: str) -> Any:
        raise ValueError(f"{constant} is no number")

    try:
        return json.loads(data, object_pairs_hook=unique, parse_constant=refuse)
    except (ValueError, RecursionError) as problem:
        raise FlawError(f"{what} is no JSON: {short(problem)}") from None


def _part(told: Any, name: str) -> dict[str, Any]:
    found = told.get(name) if isinstance(told, dict) else None
    if not isinstance(found, dict):
        raise FlawError(f"it has no {name}")
    return found


def _same(what: str, found: Any, wanted: str) -> None:
    if found != wanted:
        raise FlawError(f"its {what} is {short(found)}, not {wanted}")


def short(value: Any) -> str:
    """Write a value in at most 80 letters."""
    text = str(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
