"""The stable order of numbers, in time linear in how many there are."""

import numpy as np
import numpy.typing as npt

from ravelin.core.kernel import compiled

_DIGIT = 11
_DIGITS = 6
_VALUES = 1 << _DIGIT
_LAST = np.uint64(_VALUES - 1)
_SIGN = np.uint64(1 << 63)
_S_SIGN = np.uint64(63)


@compiled
def ascending(values: npt.NDArray[np.float64]) -> npt.NDArray[np.int32]:
    """Give the places of numbers in ascending order, ties by place; none may be NaN.

    A float's bits, once those of negative ones are turned, are in the order of the numbers; they are dealt out by one
    digit of 11 bits after another, the last digit first (radix sort). A digit that all have in common is passed over.
    """
    many = values.size
    keys, order = np.empty(many, np.uint64), np.empty(many, np.int32)
    ends = np.zeros((_DIGITS, _VALUES + 1), np.int64)
    for place in range(many):
        # Zero has one order, whatever its sign.
        word = np.float64(values[place] + 0.0).view(np.uint64)
        word = np.uint64(~word) if word >> _S_SIGN else np.uint64(word | _SIGN)
        keys[place], order[place] = word, place
        for digit in range(_DIGITS):
            ends[digit, np.uint64((word >> np.uint64(_DIGIT * digit)) & _LAST) + np.uint64(1)] += 1
    next_keys, next_order = np.empty(many, np.uint64), np.empty(many, np.int32)
    for digit in range(_DIGITS):
        shift = np.uint64(_DIGIT * digit)
        own = ends[digit]
        if own.max() == many:
            continue
        for value in range(_VALUES):
            own[value + 1] += own[value]
        for place in range(many):
            key = np.uint64((keys[place] >> shift) & _LAST)
            to = own[key]
            own[key] = to + 1
            next_keys[to], next_order[to] = keys[place], order[place]
        keys, next_keys = next_keys, keys
        order, next_order = next_order, order
    return order
