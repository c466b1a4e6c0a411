"""Draws are pure, uniform and unrelated to one another."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ravelin.core import draws
from ravelin.core.arithmetic import normal_quantile
from ravelin.core.draws import (
    Streams,
    below,
    bits,
    fill_bits,
    fill_scores,
    fill_uniform,
    happens,
    key,
    limit,
    normal,
    normal_score,
    uniform,
)  # fmt: skip
from ravelin.core.kernel import compiled

MANY = 100_000
SEEDS = st.integers(0, 2**63 - 1)
ROWS = st.integers(0, 2**40)


@compiled
def fill(key: np.uint64, out: np.ndarray) -> None:
    for row in range(out.size):
        out[row] = uniform(key, row)


@compiled
def fill_below(key: np.uint64, count: int, out: np.ndarray) -> None:
    for row in range(out.size):
        out[row] = below(key, row, count)


@compiled
def fill_normal(key: np.uint64, out: np.ndarray) -> None:
    for row in range(out.size):
        out[row] = normal(key, row)


def test_many_at_once_are_the_same_draws() -> None:
    seed, chances, words = key(3, "test", 4), np.empty(1000), np.empty(1000, np.uint64)
    fill_uniform(chances, seed, 77)
    fill_bits(words, seed, 77)
    assert chances.tolist() == [uniform(seed, 77 + row) for row in range(1000)]
    assert words.tolist() == [bits(seed, 77 + row) for row in range(1000)]
    scores = np.empty(1000, np.float32)
    fill_scores(scores, chances)
    np.testing.assert_array_equal(scores, np.array([normal_score(chance) for chance in chances], np.float32))


def test_scores_of_the_outermost_draws() -> None:
    least = 2.0**-53
    assert normal_score(least) == pytest.approx(normal_quantile(least), abs=4e-6)
    assert normal_score(1.0 - least) == -normal_score(least)


def sample(seed: int = 1, stream: str = "test", tick: int = 0, many: int = MANY) -> np.ndarray:
    out = np.empty(many)
    fill(key(seed, stream, tick), out)
    return out


def test_known_bits() -> None:
    """What a seed gives must not change: stored runs depend on it."""
    assert int(key(1, "shop", 0)) == KNOWN_KEY
    assert [int(draws.bits(key(1, "shop", 0), row)) for row in range(3)] == KNOWN_BITS


# The first outputs of SplitMix64 with this key as its seed, computed in Python below.
def split_mix(seed: int, count: int) -> list[int]:
    mask, golden, out = (1 << 64) - 1, 0x9E3779B97F4A7C15, []
    for number in range(1, count + 1):
        z = (seed + number * golden) & mask
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        out.append(z ^ (z >> 31))
    return out


KNOWN_KEY = 8638093880134485371
KNOWN_BITS = split_mix(KNOWN_KEY, 3)


def test_split_mix_reference() -> None:
    """Reference outputs for seed 1234567, as published with the generator."""
    assert split_mix(1234567, 5) == [
        6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821,
    ]  # fmt: skip


@given(SEEDS, st.text(max_size=20), st.integers(-1, 10**6), ROWS)
def test_a_draw_is_a_pure_function(seed: int, stream: str, tick: int, row: int) -> None:
    first = uniform(key(seed, stream, tick), row)
    uniform(key(seed, stream, tick), row + 1)
    assert uniform(key(seed, stream, tick), row) == first
    assert 0.0 < first < 1.0


def test_rows_may_be_drawn_in_any_order() -> None:
    one = key(5, "order", 3)
    whole = np.empty(100)
    fill(one, whole)
    backwards = [uniform(one, row) for row in reversed(range(100))]
    assert whole.tolist() == backwards[::-1]


def key_that_gives(bits: int) -> np.uint64:
    """Run SplitMix64 backwards: the key under which row 0 draws these bits."""
    mask, z = (1 << 64) - 1, bits
    z ^= (z >> 31) ^ (z >> 62)
    z = (z * pow(0x94D049BB133111EB, -1, 1 << 64)) & mask
    z ^= (z >> 27) ^ (z >> 54)
    z = (z * pow(0xBF58476D1CE4E5B9, -1, 1 << 64)) & mask
    z ^= (z >> 30) ^ (z >> 60)
    return np.uint64((z - 0x9E3779B97F4A7C15) & mask)


@pytest.mark.parametrize("bits", [0, 1, (1 << 64) - 1, (1 << 64) - 2048, 1 << 63])
def test_no_draw_is_zero_or_one(bits: int) -> None:
    one = key_that_gives(bits)
    assert int(draws.bits(one, 0)) == bits
    assert 0.0 < uniform(one, 0) < 1.0
    assert abs(uniform(one, 0) - bits / 2**64) < 1e-15
    assert math.isfinite(normal(one, 0))


def kolmogorov(values: np.ndarray) -> float:
    ordered = np.sort(values)
    n = ordered.size
    steps = np.arange(n + 1) / n
    return float(max((steps[1:] - ordered).max(), (ordered - steps[:-1]).max()) * math.sqrt(n))


@pytest.mark.parametrize("seed", [0, 1, 2, 2**62])
@pytest.mark.parametrize("stream", ["shop", "repricing"])
def test_uniform(seed: int, stream: str) -> None:
    values = sample(seed, stream)
    # The limit is passed once in a thousand samples that are uniform; these samples never change.
    assert kolmogorov(values) < 1.95
    assert np.unique(values).size == MANY
    # Successive rows are not related, at any of the first lags.
    centred = values - 0.5
    for lag in (1, 2, 3, 12):
        assert abs((centred[lag:] * centred[:-lag]).mean() * 12.0) < 4.0 / math.sqrt(MANY)


@pytest.mark.parametrize(
    "other",
    [
        {"seed": 2}, {"tick": 1}, {"tick": 2}, {"tick": -1}, {"stream": "test "}, {"stream": "tesu"},
        {"seed": 2, "tick": 1}, {"seed": 0, "tick": 1},
    ],
    ids=str,
)  # fmt: skip
def test_streams_are_unrelated(other: dict[str, int | str]) -> None:
    """Not even shifted: an old way to fail is that seed + 1 in one tick is seed in the next."""
    one, two = sample(), sample(**other)  # type: ignore[arg-type]
    for shift in (0, 1, 2, 5):
        a, b = one[shift:], two[: MANY - shift]
        assert abs(np.corrcoef(a, b)[0, 1]) < 4.0 / math.sqrt(MANY)
        assert abs(np.corrcoef(a < 0.1, b < 0.1)[0, 1]) < 4.0 / math.sqrt(MANY)
    assert not set(one.tolist()) & set(two.tolist())


def test_the_same_row_over_ticks() -> None:
    """What happens to one consumer month after month is a fair sample too."""
    over_time = np.array([uniform(key(1, "layoff", tick), 17) for tick in range(5_000)])
    assert kolmogorov(over_time) < 1.95
    assert abs(np.corrcoef(over_time[1:], over_time[:-1])[0, 1]) < 4.0 / math.sqrt(5_000)


@pytest.mark.parametrize("count", [1, 2, 3, 7, 1000])
def test_below(count: int) -> None:
    out = np.empty(MANY, np.int64)
    fill_below(key(3, "below", 0), count, out)
    seen = np.bincount(out, minlength=count)
    assert seen.size == count
    expected = MANY / count
    chi = float(((seen - expected) ** 2 / expected).sum())
    # Mean count - 1, standard deviation sqrt(2 (count - 1)).
    assert abs(chi - (count - 1)) <= 4.0 * math.sqrt(2.0 * max(1, count - 1))


@given(SEEDS, ROWS, st.integers(1, 2**31 - 1))
def test_below_keeps_below(seed: int, row: int, count: int) -> None:
    assert 0 <= below(key(seed, "below", 0), row, count) < count


def test_normal() -> None:
    out = np.empty(MANY)
    fill_normal(key(1, "normal", 0), out)
    assert abs(out.mean()) < 4.0 / math.sqrt(MANY)
    assert abs(out.var() - 1.0) < 4.0 * math.sqrt(2.0 / MANY)
    chance = 0.5 * (1.0 + np.vectorize(math.erf)(out / math.sqrt(2.0)))
    assert kolmogorov(chance) < 1.95


@pytest.mark.parametrize(
    ("chance", "score"),
    [(0.5, 0.0), (0.975, 1.959963985), (0.99, 2.326347874), (0.001, -3.090232306), (0.84134474606854, 1.0)],
)
def test_normal_quantiles(chance: float, score: float) -> None:
    assert normal_quantile(chance) == pytest.approx(score, abs=1e-8)
    assert normal_score(chance) == pytest.approx(score, abs=4e-6)


@given(st.floats(1e-12, 1.0 - 1e-12))
def test_quantile_undoes_the_distribution(chance: float) -> None:
    score = normal_quantile(chance)
    assert 0.5 * math.erfc(-score / math.sqrt(2.0)) == pytest.approx(chance, rel=1e-7)
    assert normal_score(chance) == pytest.approx(score, abs=4e-6)
    assert normal_quantile(1.0 - chance) == pytest.approx(-score, abs=1e-4 + 1e-9 / min(chance, 1.0 - chance))


@given(SEEDS, ROWS, st.floats(0.0, 1.0))
def test_what_happens_is_what_a_uniform_draw_says(seed: int, row: int, chance: float) -> None:
    own = key(seed, "chance", 0)
    assert happens(own, row, limit(chance)) == (uniform(own, row) < chance)


@given(SEEDS, ROWS)
def test_what_happens_is_exact_at_the_draw_itself(seed: int, row: int) -> None:
    own = key(seed, "chance", 0)
    drawn = uniform(own, row)
    assert not happens(own, row, limit(drawn))
    assert happens(own, row, limit(np.nextafter(drawn, 2.0)))
    assert happens(own, row, limit(1.5))
    assert not happens(own, row, limit(-0.5))


@given(SEEDS, st.integers(-1, 10_000), st.lists(st.text(max_size=20), min_size=1, max_size=9))
def test_keys_made_together_are_those_made_one_by_one(seed: int, tick: int, names: list[str]) -> None:
    streams = Streams()
    places = [streams.place(name) for name in names]
    for moment in ((seed, tick), (seed, tick + 1), (seed + 1, tick)):
        keys = streams.keys(*moment)
        assert [keys[place] for place in places] == [key(moment[0], name, moment[1]) for name in names]
        assert all(isinstance(one, np.uint64) for one in keys)
    new = streams.place("one more")
    assert streams.keys(seed, tick)[new] == key(seed, "one more", tick)
