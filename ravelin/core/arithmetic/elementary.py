"""exp, log and power of floats: within .52, .52 and .53 units in the last place of the true value.

A number is parted into what a table knows and a small rest, for which a Taylor polynomial is enough; whatever is
not exact is carried on in a second float (Dekker 1971, "A floating-point technique for extending the available
precision"; Tang 1989, 1990, "Table-driven implementation of the exponential/logarithm function"). The tables are
made by Python's `decimal`, whose exp and ln are correctly rounded.
"""

import math
from collections.abc import Callable
from decimal import Decimal, localcontext
from typing import Any

import numpy as np
import numpy.typing as npt

from ravelin.core.arithmetic.pieces import in_pieces
from ravelin.core.kernel import compiled, whole

Doubles = npt.NDArray[np.float64]
Reals = npt.NDArray[np.floating[Any]] | npt.NDArray[np.integer[Any]]

_MANTISSA = 52
_BIAS = 1023
_PLACES = 128
"""Cells of the table of logarithms: one for each leading 7 bits behind the point, which stand at its middle."""
_PLACE_SHIFT = 45
_HALF_PLACE = 1 << (_PLACE_SHIFT - 1)
_TURN = 53
"""Cells from this one on, above the square root of two, count down from the next power of two."""
_LEADING = -(1 << 27)
"""Keeps a float's leading 26 bits: the product of two such is exact."""
_PARTS = 64
"""Cells of the table of powers of two, to an octave."""
_SMALLEST_NORMAL = 2.0**-1022
_SPLITTER = 2.0**27 + 1.0


def _on_grid(value: Decimal, bits: int) -> float:
    """Round to a multiple of 2**-bits, so that sums of a few such numbers are exact."""
    return math.ldexp(float((value * (1 << bits)).to_integral_value()), -bits)


def _rest(value: Decimal, high: float) -> float:
    return float(value - Decimal(high))


_INVERSE = np.empty(_PLACES)
"""About one over the middle of a cell, of 10 bits behind the point."""
_LOG_HIGH, _LOG_LOW = np.empty(_PLACES), np.empty(_PLACES)
"""Minus the logarithm of `_INVERSE`, in two parts."""
_POWER_HIGH, _POWER_LOW = np.empty(_PARTS), np.empty(_PARTS)
"""Two to the power of a part of one, in two parts."""
with localcontext(prec=50):
    _TWO = Decimal(2).ln()
    _OCTAVE_HIGH = _on_grid(_TWO, 42)
    _OCTAVE_LOW = _rest(_TWO, _OCTAVE_HIGH)
    _STEP = _TWO / _PARTS
    _STEP_HIGH = _on_grid(_STEP, 42)
    _STEP_LOW = _rest(_STEP, _STEP_HIGH)
    _STEPS_PER_ONE = float(1 / _STEP)
    _OCTAVES_PER_ONE = float(1 / _TWO)
    for _place in range(_PLACES):
        _middle = (1.0 + _place / _PLACES) * (0.5 if _place >= _TURN else 1.0)
        _INVERSE[_place] = round(1024.0 / _middle) / 1024.0
        _minus = -Decimal(float(_INVERSE[_place])).ln()
        _LOG_HIGH[_place] = _on_grid(_minus, 42)
        _LOG_LOW[_place] = _rest(_minus, float(_LOG_HIGH[_place]))
    for _place in range(_PARTS):
        _exact = (_STEP * _place).exp()
        _POWER_HIGH[_place] = float(_exact)
        _POWER_LOW[_place] = _rest(_exact, float(_exact))


@compiled
def _exp_of_sum(value: float, rest: float) -> float:
    """Return e to the power of a number and a small rest."""
    if value != value:
        return value
    if value > 710.0:
        return np.inf
    if value < -746.0:
        return 0.0
    steps = np.floor(value * _STEPS_PER_ONE + 0.5)
    number = whole(steps)
    # The first product is exact, and so is the difference.
    small = (value - steps * _STEP_HIGH) - (steps * _STEP_LOW - rest)
    square = small * small
    # Terms in pairs (Estrin), so that few of them wait for one another; in `_log_series` too.
    late = (1.0 / 24.0 + small * (1.0 / 120.0)) + square * (1.0 / 720.0)
    series = small + square * ((0.5 + small * (1.0 / 6.0)) + square * late)
    place = np.uint64(number & (_PARTS - 1))
    high = _POWER_HIGH[place]
    fraction = high + (_POWER_LOW[place] + high * series)
    octaves = number >> 6
    if octaves > _BIAS:
        return float(fraction * _power_of_two(octaves - 1) * 2.0)
    if octaves < 1 - _BIAS:
        # Written with its last bits first, then rounded to those that so small a number has.
        return float(fraction * _power_of_two(octaves + 64) * _power_of_two(-64))
    return float(fraction * _power_of_two(octaves))


@compiled
def _power_of_two(octaves: int) -> float:
    """Return two to a whole power from -1022 to 1023, written into a float's bits."""
    return float(np.int64((octaves + _BIAS) << _MANTISSA).view(np.float64))


@compiled
def exp(value: float) -> float:
    """Return e to the power of a number."""
    return _exp_of_sum(np.float64(value), 0.0)


@compiled
def _parted(number: float) -> tuple[float, int, float, float]:
    """Part a positive finite number into 2**octaves * (1 + high + low) / _INVERSE[place], exactly."""
    lifted = 54 if number < _SMALLEST_NORMAL else 0
    normal = np.float64(number * _power_of_two(lifted))
    word = whole(normal.view(np.int64))
    near = word + _HALF_PLACE
    place = (near >> _PLACE_SHIFT) & (_PLACES - 1)
    own = (near >> _MANTISSA) - _BIAS
    if place >= _TURN:
        own += 1
    fraction = np.int64(word - (own << _MANTISSA))
    inverse = _INVERSE[np.uint64(place)]
    leading = np.int64(fraction & _LEADING).view(np.float64)
    # Both products are exact; their sum is kept in two parts (Knuth's two-sum).
    first = leading * inverse - 1.0
    second = (fraction.view(np.float64) - leading) * inverse
    high = first + second
    taken = high - first
    low = (first - (high - taken)) + (second - taken)
    return float(own - lifted), place, high, low


@compiled
def _log_series(small: float) -> float:
    """Return log(1 + small) - small + small**2 / 2 for a number below 2**-7.7."""
    square = small * small
    late = (1.0 / 7.0 - small * (1.0 / 8.0)) + square * (1.0 / 9.0)
    series = (1.0 / 3.0 - small * (1.0 / 4.0)) + square * ((1.0 / 5.0 - small * (1.0 / 6.0)) + square * late)
    return square * small * series


@compiled
def log(number: float) -> float:
    """Return the natural logarithm: minus infinity of zero, NaN of a negative number."""
    value = np.float64(number)
    if not (0.0 < value < np.inf):
        if value == 0.0:
            return -np.inf
        return value if value > 0.0 or value != value else np.nan
    octaves, place, high, low = _parted(value)
    known = octaves * _OCTAVE_HIGH + _LOG_HIGH[np.uint64(place)]
    leading = known + high
    rest = (known - leading) + high
    rest += (octaves * _OCTAVE_LOW + _LOG_LOW[np.uint64(place)]) + low
    # The square's own rest matters no more than the last bit but nine.
    return float(leading + (rest + (_log_series(high) - high * (0.5 * high + low))))


@compiled
def _halves(value: float) -> tuple[float, float]:
    """Split a number into two of 26 bits each (Veltkamp)."""
    scaled = value * _SPLITTER
    high = scaled - (scaled - value)
    return high, value - high


@compiled
def _log_in_two_parts(number: float) -> tuple[float, float]:
    """Return the logarithm of a positive finite number with 15 more bits than a float holds."""
    octaves, place, high, low = _parted(number)
    known = octaves * _OCTAVE_HIGH + _LOG_HIGH[np.uint64(place)]
    leading = known + high
    rest = (known - leading) + high
    square = high * high
    front, back = _halves(high)
    missed = ((front * front - square) + 2.0 * front * back) + back * back
    top = leading - 0.5 * square
    rest += (leading - top) - 0.5 * square
    rest += _log_series(high) - 0.5 * missed - high * low
    rest += (octaves * _OCTAVE_LOW + _LOG_LOW[np.uint64(place)]) + low
    total = top + rest
    return total, rest - (total - top)


@compiled
def _special_power(number: float, times: float) -> tuple[float, float]:
    """Return a power of what is not positive and finite, and zero; or zero, and the sign of the magnitude's power."""
    if times == 0.0:
        return 1.0, 0.0
    if number != number or times != times:
        return (1.0 if number == 1.0 else np.nan), 0.0
    is_whole = np.floor(times) == times
    odd = is_whole and np.floor(times * 0.5) * 2.0 != times
    sign = -1.0 if odd and np.signbit(number) else 1.0
    if number == 0.0 or abs(number) == np.inf:
        return sign * (np.inf if (number == 0.0) == (times < 0.0) else 0.0), 0.0
    if not is_whole:
        return np.nan, 0.0
    return 0.0, sign


@compiled
def power(base: float, exponent: float) -> float:
    """Return a number to the power of another, with the special cases of the standard of C."""
    number, given = np.float64(base), np.float64(exponent)
    sign = 1.0
    if not (0.0 < number < np.inf and given == given):
        special, sign = _special_power(number, given)
        if sign == 0.0:
            return special
    # Beyond these the result is the same: zero, one or infinity.
    times = min(max(given, -(2.0**64)), 2.0**64)
    high, low = _log_in_two_parts(abs(number))
    raised = times * high
    front, back = _halves(times)
    upper, lower = _halves(high)
    missed = ((front * upper - raised) + front * lower + back * upper) + back * lower
    return float(sign * _exp_of_sum(raised, missed + times * low))


_ANCHOR = 1.5 * 2.0**52
_ANCHOR_BITS = int(np.float64(_ANCHOR).view(np.int64))


@compiled
def exp_roughly(logarithm: float) -> float:
    """Return e to the power of a number from -700 to 700, with a relative error of 8e-9.

    Without a branch or a call, so that a processor works out several at once. 2**n is written into the
    float's bits, and the rest is Taylor's series.
    """
    value = min(max(np.float64(logarithm), -700.0), 700.0)
    anchored = np.float64(value * _OCTAVES_PER_ONE + _ANCHOR)
    octaves = anchored - _ANCHOR
    written = np.int64((anchored.view(np.int64) - _ANCHOR_BITS + _BIAS) << _MANTISSA)
    rest = (value - octaves * _OCTAVE_HIGH) - octaves * _OCTAVE_LOW
    series = 1.0 / 120.0 + rest * (1.0 / 720.0 + rest * (1.0 / 5040.0))
    series = 1.0 + rest * (1.0 + rest * (0.5 + rest * (1.0 / 6.0 + rest * (1.0 / 24.0 + rest * series))))
    return float(written.view(np.float64) * series)


@compiled
def _fill_exp(results: Doubles, values: Doubles) -> None:
    for row in range(results.size):
        results[row] = exp(values[row])


@compiled
def _fill_log(results: Doubles, values: Doubles) -> None:
    for row in range(results.size):
        results[row] = log(values[row])


@compiled
def _fill_power(results: Doubles, bases: Doubles, exponents: Doubles) -> None:
    along_bases, along_exponents = int(bases.size > 1), int(exponents.size > 1)
    for row in range(results.size):
        results[row] = power(bases[along_bases * row], exponents[along_exponents * row])


def _flat(values: npt.ArrayLike) -> Doubles:
    return np.ascontiguousarray(values, np.float64).reshape(-1)


def exp_each(values: npt.ArrayLike) -> Doubles:
    """Return e to the power of each number, in the same shape."""
    results = np.empty(np.shape(values))
    fill_each(_fill_exp, results.reshape(-1), _flat(values))
    return results


def log_each(values: npt.ArrayLike) -> Doubles:
    """Return the natural logarithm of each number, in the same shape."""
    results = np.empty(np.shape(values))
    fill_each(_fill_log, results.reshape(-1), _flat(values))
    return results


def power_each(bases: npt.ArrayLike, exponents: npt.ArrayLike) -> Doubles:
    """Return each base to the power of its exponent, broadcast against each other."""
    shape = np.broadcast_shapes(np.shape(bases), np.shape(exponents))
    results = np.empty(shape)
    given = [_flat(part if np.size(part) == 1 else np.broadcast_to(part, shape)) for part in (bases, exponents)]
    fill_each(_fill_power, results.reshape(-1), *given)
    return results


def fill_each(fill: Callable[..., None], results: Doubles, *given: Doubles) -> None:
    """Fill results from columns as long as they are, or of one number, in pieces that threads may share."""

    def fill_piece(rows: slice) -> None:
        fill(results[rows], *(part if part.size == 1 else part[rows] for part in given))

    in_pieces(results.size, fill_piece)
