"""What a model's arrays must be: kind, shape, range and order."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ravelin.learning.checks.booster import FlawError
from ravelin.learning.residuals import SCALES, SCORES
from ravelin.learning.shares import GROUPS, INCOME_CLASSES
from ravelin.learning.variables import CATEGORIES

UNITS_MAX = 4_000_000
DEVIATION_MAX = 20.0
"""Of the logarithm of spending from its middle; the shipped model's largest is 4."""

_ROUNDING = 1e-5


def check_arrays(arrays: Mapping[str, NDArray[Any]], width: float, scale_step: float) -> None:
    """Check arrays by name.

    Raises
    ------
    FlawError
        Naming the array and what is wrong with it.
    """
    _check_shape(_plain(arrays, "shape", np.float32, (SCALES, len(SCORES))), width * scale_step)
    shares = _plain(arrays, "shares", np.float32, (GROUPS, INCOME_CLASSES, len(CATEGORIES)))
    if shares.min() < 0 or shares.max() > 1 or (abs(shares.sum(axis=-1, dtype=np.float64) - 1.0) > _ROUNDING).any():
        raise FlawError("arrays/shares.npy: budget shares must lie between 0 and 1 and add up to one")
    edges = _plain(arrays, "class_edges", np.float64, (INCOME_CLASSES - 1,))
    if edges[0] <= 0 or (np.diff(edges) <= 0).any():
        raise FlawError("arrays/class_edges.npy: incomes must be positive and rise")
    marks = arrays["trained_units"]
    if marks.ndim != 1 or marks.dtype != np.uint32 or not 0 < marks.size <= UNITS_MAX:
        raise FlawError(f"arrays/trained_units.npy must hold 1 to {UNITS_MAX:,} whole numbers of 32 bits")
    if (marks[1:] <= marks[:-1]).any():
        raise FlawError("arrays/trained_units.npy must rise")


def _plain(arrays: Mapping[str, NDArray[Any]], name: str, kind: type, shape: tuple[int, ...]) -> NDArray[Any]:
    array = arrays[name]
    if array.shape != shape or array.dtype != kind:
        found = f"{array.dtype} of shape {array.shape}"
        raise FlawError(f"arrays/{name}.npy is {found}; it must be {np.dtype(kind)} of shape {shape}")
    if not np.isfinite(array).all():
        raise FlawError(f"arrays/{name}.npy holds numbers that are not finite")
    return array


def _check_shape(deviations: NDArray[np.float32], reach: float) -> None:
    """See that spending rises with rank, and moves along the scale no faster than the bounds do."""
    if abs(deviations).max() > DEVIATION_MAX:
        raise FlawError(f"arrays/shape.npy: deviations of log spending must lie within {DEVIATION_MAX:g} of zero")
    if (np.diff(deviations, axis=1) < 0).any():
        raise FlawError("arrays/shape.npy: quantiles must rise with the rank")
    if (abs(np.diff(deviations.astype(np.float64), axis=0)) > reach * 1.001).any():
        raise FlawError("arrays/shape.npy: quantiles move faster along the scale than the trees' bounds do")
