"""Draws that are pure functions of (seed, stream, tick, row).

Nothing is consumed: the order of rows, the number of threads and the draws of other systems
change no draw, so two runs that differ in one policy share all their luck.

SplitMix64: Steele, Lea and Flood (2014), "Fast splittable pseudorandom number generators".
The key is hashed before the row is added; adding seed, tick and row naively correlates them.
"""

import hashlib
import math
from typing import Any

import numpy as np
import numpy.typing as npt

from ravelin.core.arithmetic import normal_quantile
from ravelin.core.kernel import compiled, whole

Words = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Key = int | np.uint64
"""The key of a stream of draws; an unsigned 64-bit number."""
Row = int | np.integer[Any]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S12 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(12)
_MASK = (1 << 64) - 1
_ONE_BITS = np.uint64(0x3FF0000000000000)
_HALF_STEP = 2.0**-53


def _mix_python(value: int) -> int:
    value = ((value ^ (value >> 30)) * int(_MIX_1)) & _MASK
    value = ((value ^ (value >> 27)) * int(_MIX_2)) & _MASK
    return value ^ (value >> 31)


def stream_number(name: str) -> int:
    """Turn the name of a stream of draws into its 64-bit number."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little")


def _moment(seed: int, tick: int) -> int:
    """Hash what all streams of a tick share: mix(mix(seed) ^ tick)."""
    return _mix_python(_mix_python((seed + int(_GOLDEN)) & _MASK) ^ (tick & _MASK))


def key(seed: int, stream: str, tick: int) -> np.uint64:
    """Make the key of a stream of draws in a tick: mix(mix(mix(seed) ^ tick) ^ stream)."""
    return np.uint64(_mix_python(_moment(seed, tick) ^ stream_number(stream)))


@compiled
def _fill_keys(keys: Words, streams: Words, moment: np.uint64) -> None:
    for place in range(keys.size):
        value = streams[place] ^ moment
        value = (value ^ (value >> _S30)) * _MIX_1
        value = (value ^ (value >> _S27)) * _MIX_2
        keys[place] = value ^ (value >> _S31)


class Streams:
    """The keys of many streams in a tick, made together: one by one they take as long as a small rule."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}
        self._numbers = np.empty(0, np.uint64)
        self._moment: tuple[int, int] | None = None
        self._keys: list[np.uint64] = []

    def place(self, stream: str) -> int:
        """Return the place of a stream among the keys; a new one gets the next."""
        if stream not in self._places:
            self._places[stream] = len(self._places)
            self._numbers = np.append(self._numbers, np.uint64(stream_number(stream)))
            self._moment = None
        return self._places[stream]

    def keys(self, seed: int, tick: int) -> list[np.uint64]:
        """Return the key of every stream in a tick, as `key` makes it."""
        if self._moment != (seed, tick):
            keys = np.empty_like(self._numbers)
            _fill_keys(keys, self._numbers, np.uint64(_moment(seed, tick)))
            self._keys, self._moment = list(keys), (seed, tick)
        return self._keys


@compiled
def bits(key: Key, row: Row) -> np.uint64:
    """Return the 64 random bits of a row."""
    value = key + np.uint64(row) * _GOLDEN + _GOLDEN
    value = (value ^ (value >> _S30)) * _MIX_1
    value = (value ^ (value >> _S27)) * _MIX_2
    return value ^ (value >> _S31)


@compiled
def uniform(key: Key, row: Row) -> float:
    """Return the uniform draw of a row, in (0, 1)."""
    # 52 bits and a half: with 53 the largest sum would round to one. Written into the last bits of one.
    beyond_one = np.uint64((bits(key, row) >> _S12) | _ONE_BITS)
    return float((beyond_one.view(np.float64) - 1.0) + _HALF_STEP)


@compiled
def fill_uniform(chances: Doubles, key: Key, first: Row) -> None:
    """Fill the uniform draws of consecutive rows."""
    for place in range(chances.size):
        chances[place] = uniform(key, first + place)


@compiled
def below(key: Key, row: Row, count: int) -> int:
    """Return a whole number in [0, count), uniform to 2**-32 for counts below 2**31."""
    return whole((bits(key, row) >> np.uint64(33)) * np.uint64(count) >> np.uint64(31))


@compiled
def normal(key: Key, row: Row) -> float:
    """Return the standard normal draw of a row."""
    return normal_quantile(uniform(key, row))


@compiled
def fill_bits(words: Words, key: Key, first: Row) -> None:
    """Fill the 64 random bits of consecutive rows: several rows at once, where one at a time would wait."""
    for place in range(words.size):
        words[place] = bits(key, first + place)


_CELL_BITS = 7
_OCTAVES = 54
_S_CELL = np.uint64(52 - _CELL_BITS)
_LOWEST = np.uint64((1023 - _OCTAVES) << _CELL_BITS)
_WITHIN = np.uint64((1 << (52 - _CELL_BITS)) - 1)
_S_SIGN = np.uint64(63)
_S_WITHIN, _NEXT = np.uint64(_CELL_BITS), np.uint64(1)
_SCORES = np.zeros(((_OCTAVES - 1) << _CELL_BITS) + 2)
_SCORES[:-2] = [
    normal_quantile(math.ldexp(1.0 + cell / (1 << _CELL_BITS), octave - _OCTAVES))
    for octave in range(_OCTAVES - 1)
    for cell in range(1 << _CELL_BITS)
]
"""Scores of probabilities up to a half, 128 to an octave; `_SCORES[-2]` is that of a half."""


@compiled
def normal_score(probability: float) -> float:
    """Return the standard normal quantile from a table: error 4e-6, for probabilities from 2**-54 to 1 - 2**-54.

    A float's leading bits name the cell of the table, the others how far into it: no branch, no
    function of the machine's library. Several times faster than `normal_quantile`.
    """
    tail = np.float64(min(probability, 1.0 - probability))
    word = tail.view(np.uint64)
    cell = (word >> _S_CELL) - _LOWEST
    beyond = np.uint64(((word & _WITHIN) << _S_WITHIN) | _ONE_BITS)
    part = beyond.view(np.float64) - 1.0
    score = np.float64(_SCORES[cell] + part * (_SCORES[cell + _NEXT] - _SCORES[cell]))
    turned = np.uint64(score.view(np.uint64) ^ (np.uint64(probability > 0.5) << _S_SIGN))
    return float(turned.view(np.float64))


@compiled
def fill_scores(scores: Floats, chances: Doubles) -> None:
    """Fill the normal score of each probability; see `normal_score`."""
    for row in range(scores.size):
        scores[row] = normal_score(chances[row])


@compiled
def limit(chance: float) -> np.uint64:
    """Return what `bits(...) >> 12` lies below just when `uniform` lies below a chance.

    Comparing whole numbers lets a loop that draws for every row run several rows at a time.
    """
    return np.uint64(max(0.0, math.ceil(min(1.0, chance) * 4503599627370496.0 - 0.5)))


@compiled
def happens(key: Key, row: Row, limit: np.uint64) -> np.bool_:
    """Say whether the uniform draw of a row lies below the chance of a `limit`."""
    return bits(key, row) >> _S12 < limit


@compiled
def order_of(draws: npt.NDArray[np.float64]) -> npt.NDArray[np.int32]:
    """Give the places of uniform draws in ascending order, ties by place, in time linear in their number.

    Draws are dealt into as many equal slices of (0, 1) as there are draws; the one or two of a slice are
    then put in order.
    """
    many = draws.size
    ends = np.zeros(many + 1, np.int32)
    for place in range(many):
        ends[whole(draws[place] * many) + 1] += 1
    for part in range(many):
        ends[part + 1] += ends[part]
    order = np.empty(many, np.int32)
    for place in range(many):
        part = whole(draws[place] * many)
        order[ends[part]] = place
        ends[part] += 1
    for last in range(1, many):
        place = order[last]
        at = last
        while at > 0 and draws[order[at - 1]] > draws[place]:
            order[at] = order[at - 1]
            at -= 1
        order[at] = place
    return order
