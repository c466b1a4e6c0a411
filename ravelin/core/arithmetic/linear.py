"""Products, linear systems, straight lines and roots, each in one order of steps."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from ravelin.core.kernel import compiled
from ravelin.core.sentence import Kind, RavelinError

Doubles = npt.NDArray[np.float64]


class SingularMatrixError(RavelinError, ValueError):
    """The equations of a linear system hang on one another."""

    kind = Kind.INVALID


@compiled
def _fill_product(results: Doubles, left: Doubles, right: Doubles) -> None:
    # Columns of the first are the outer loop within a row: each result is still added up in their order.
    for row in range(left.shape[0]):
        for inner in range(left.shape[1]):
            factor = left[row, inner]
            for column in range(right.shape[1]):
                results[row, column] += factor * right[inner, column]


def product(left: npt.ArrayLike, right: npt.ArrayLike) -> Doubles:
    """Multiply a matrix or vector by a matrix or vector, as NumPy's matmul does, in order of the inner index."""
    first, second = np.ascontiguousarray(left, np.float64), np.ascontiguousarray(right, np.float64)
    if not (1 <= first.ndim <= 2 and 1 <= second.ndim <= 2 and first.shape[-1] == second.shape[0]):
        raise ValueError(f"a product of {first.shape} by {second.shape} is not defined")
    rows = first.reshape(-1, first.shape[-1])
    columns = second.reshape(second.shape[0], -1)
    results = np.zeros((rows.shape[0], columns.shape[1]))
    _fill_product(results, rows, columns)
    return results.reshape(first.shape[:-1] + second.shape[1:])


@compiled
def _eliminate(matrix: Doubles, right: Doubles) -> bool:
    """Solve in place, with the largest number of each column as pivot; say whether there was one."""
    size = matrix.shape[0]
    for step in range(size):
        pivot = step
        for row in range(step + 1, size):
            if abs(matrix[row, step]) > abs(matrix[pivot, step]):
                pivot = row
        if not (0.0 < abs(matrix[pivot, step]) < np.inf):
            return False
        if pivot != step:
            for column in range(step, size):
                matrix[step, column], matrix[pivot, column] = matrix[pivot, column], matrix[step, column]
            for column in range(right.shape[1]):
                right[step, column], right[pivot, column] = right[pivot, column], right[step, column]
        for row in range(step + 1, size):
            factor = matrix[row, step] / matrix[step, step]
            if factor != 0.0:
                for column in range(step + 1, size):
                    matrix[row, column] -= factor * matrix[step, column]
                for column in range(right.shape[1]):
                    right[row, column] -= factor * right[step, column]
    for step in range(size - 1, -1, -1):
        for column in range(right.shape[1]):
            value = right[step, column]
            for inner in range(step + 1, size):
                value -= matrix[step, inner] * right[inner, column]
            right[step, column] = value / matrix[step, step]
    return True


def solve(matrix: npt.ArrayLike, right: npt.ArrayLike) -> Doubles:
    """Solve a dense system of linear equations by elimination with partial pivoting.

    Parameters
    ----------
    matrix : (unknowns, unknowns) float
    right : (unknowns,) or (unknowns, columns) float

    Raises
    ------
    SingularMatrixError
        If there is no one solution.
    """
    work, values = np.array(matrix, np.float64, order="C"), np.array(right, np.float64, order="C")
    if work.ndim != 2 or work.shape[0] != work.shape[1] or values.shape[:1] != work.shape[:1]:
        raise ValueError(f"a system of {work.shape} with a right side of {values.shape} is not defined")
    if not _eliminate(work, values.reshape(values.shape[0], -1)):
        raise SingularMatrixError("the equations of the system hang on one another")
    return values


@compiled
def smallest(values: Doubles, place: int) -> float:
    """Return the number at a place if numbers stood in ascending order; they are left in another (Hoare 1961)."""
    low, high = 0, values.size - 1
    while low < high:
        pivot = values[(low + high) // 2]
        left, right = low, high
        while left <= right:
            while values[left] < pivot:
                left += 1
            while values[right] > pivot:
                right -= 1
            if left <= right:
                values[left], values[right] = values[right], values[left]
                left += 1
                right -= 1
        if place <= right:
            high = right
        elif place >= left:
            low = left
        else:
            break
    return float(values[place])


@compiled
def _fill_interpolated(results: Doubles, places: Doubles, knots: Doubles, values: Doubles) -> None:
    last = knots.size - 1
    for row in range(results.size):
        place = places[row]
        if place >= knots[last]:
            results[row] = values[last]
        elif place <= knots[0]:
            results[row] = values[0]
        else:
            right = np.searchsorted(knots, place, side="right")
            left = right - 1
            part = (place - knots[left]) / (knots[right] - knots[left])
            results[row] = values[left] + (values[right] - values[left]) * part


def interpolate(places: npt.ArrayLike, knots: npt.ArrayLike, values: npt.ArrayLike) -> Doubles:
    """Read values at places off straight lines between ascending knots; beyond them the last value holds."""
    results = np.empty(np.shape(places))
    _fill_interpolated(
        results.reshape(-1),
        np.ascontiguousarray(places, np.float64).reshape(-1),
        np.ascontiguousarray(knots, np.float64),
        np.ascontiguousarray(values, np.float64),
    )
    return results


def root(function: Callable[[float], float], low: float, high: float) -> float:
    """Find where a function changes its sign between two places, by halving, to the last bit.

    Raises
    ------
    ValueError
        If it has the same sign at both.
    """
    at_low, at_high = function(low), function(high)
    if at_low == 0.0:
        return low
    if at_high == 0.0:
        return high
    if not ((at_low < 0.0 < at_high) or (at_high < 0.0 < at_low)):
        raise ValueError(f"the function does not change its sign: {at_low:g} at {low:g}, {at_high:g} at {high:g}")
    while True:
        middle = low + 0.5 * (high - low)
        if not (low < middle < high):
            return middle
        found = function(middle)
        if found == 0.0:
            return middle
        if (found < 0.0) == (at_low < 0.0):
            low = middle
        else:
            high = middle
