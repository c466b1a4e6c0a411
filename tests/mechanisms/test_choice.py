"""How a buyer finds a seller: in proportion to size, accepted by price."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ravelin.mechanisms.choice import accepts, draw_by_weight, index_weights, seat_sellers

# Two markets side by side: sellers 0 to 2, then 3 to 6.
CUMULATIVE = np.array([1.0, 3.0, 4.0, 2.0, 2.0, 5.0, 10.0])
INDEX = np.zeros(7, dtype=np.int32)
index_weights(INDEX, CUMULATIVE, 0, 3)
index_weights(INDEX, CUMULATIVE, 3, 4)
SIZES = st.lists(st.floats(0.01, 1e6), min_size=1, max_size=30)


# fmt: off
@pytest.mark.parametrize(("first", "count", "draw", "seller"), [
    (0, 3, 0.0001, 0), (0, 3, 0.24, 0), (0, 3, 0.26, 1), (0, 3, 0.74, 1), (0, 3, 0.76, 2), (0, 3, 0.9999, 2),
    (3, 4, 0.10,   3), (3, 4, 0.21, 5), (3, 4, 0.49, 5), (3, 4, 0.51, 6), (3, 4, 0.9999, 6),
    (0, 1, 0.5,    0), (6, 1, 0.5,  6),
])
# fmt: on
def test_draw_by_weight(first: int, count: int, draw: float, seller: int) -> None:
    """A seller without weight (4) is never drawn."""
    assert draw_by_weight(INDEX, CUMULATIVE, first, count, draw) == seller


def indexed(line: np.ndarray) -> np.ndarray:
    index = np.zeros(line.size, dtype=np.int32)
    index_weights(index, line, 0, line.size)
    return index


@given(st.lists(st.sampled_from([0.0, 0.1, 1.0, 7.0, 1e9]), min_size=1, max_size=30), st.floats(1e-9, 1.0 - 1e-9))
def test_the_first_seller_that_reaches_the_aim_is_drawn(sizes: list[float], draw: float) -> None:
    """As a search of the whole line would find it; the first, where nobody has anything."""
    line = np.cumsum(sizes)
    assert draw_by_weight(indexed(line), line, 0, line.size, draw) == np.searchsorted(line, draw * line[-1])


@given(SIZES, st.floats(1e-9, 1.0 - 1e-9))
def test_the_draw_falls_into_the_sellers_slice(sizes: list[float], draw: float) -> None:
    line = np.cumsum(sizes)
    seller = draw_by_weight(indexed(line), line, 0, line.size, draw)
    before = line[seller - 1] if seller else 0.0
    assert before <= draw * line[-1] <= line[seller]


def test_sellers_are_drawn_by_size() -> None:
    sizes = np.array([5.0, 1.0, 0.0, 3.0, 1.0])
    line = np.cumsum(sizes)
    drawn = [draw_by_weight(indexed(line), line, 0, 5, (draw + 0.5) / 10_000) for draw in range(10_000)]
    np.testing.assert_allclose(np.bincount(drawn, minlength=5), 1_000 * sizes, atol=1)


@given(SIZES, st.integers(1, 8), st.floats(1e-6, 1.0 - 1e-6))
def test_seats_are_given_by_size(sizes: list[float], per_seller: int, offset: float) -> None:
    """Every seller has the seats of its share, rounded down or up, in order."""
    count, first = len(sizes), 2
    line = np.concatenate([[7.0, 9.0], np.cumsum(sizes)])
    seats = np.full((first + count + 1) * per_seller, -1, dtype=np.int32)
    seat_sellers(seats, line, first, count, per_seller, offset)
    own = seats[first * per_seller : (first + count) * per_seller]
    assert (np.diff(own) >= 0).all()
    given_seats = np.bincount(own - first, minlength=count)
    quota = np.array(sizes) / sum(sizes) * count * per_seller
    assert (np.abs(given_seats - quota) < 1.0 + 1e-6).all()
    # Nobody else's seats are touched.
    assert (seats[: first * per_seller] == -1).all()
    assert (seats[(first + count) * per_seller :] == -1).all()


def test_seats_are_unbiased_over_months() -> None:
    line = np.cumsum([5.0, 0.3, 2.0, 1.7])
    total = np.zeros(4)
    for month in range(1000):
        seats = np.empty(8, dtype=np.int32)
        seat_sellers(seats, line, 0, 4, 2, (month + 0.5) / 1000)
        total += np.bincount(seats, minlength=4)
    np.testing.assert_allclose(total / 1000, 8 * np.diff(line, prepend=0) / line[-1], atol=0.002)


# fmt: off
@pytest.mark.parametrize(("own", "other", "elasticity", "changes"), [
    (1.0, 1.0,  12.0, 0.5),
    (1.1, 1.0,  12.0, 1.0 / (1.0 + (1.0 / 1.1) ** 12)),
    (1.0, 1.1,  12.0, 1.0 / (1.0 + 1.1 ** 12)),
    (2.0, 2.2,   5.0, 1.0 / (1.0 + 1.1 ** 5)),
    (1.0, 1.02, 12.0, 1.0 / (1.0 + 1.02 ** 12)),
    (1.0, 1.5,   0.0, 0.5),
    (1.0, 9.0,  12.0, 0.0),
    (9.0, 1.0,  12.0, 1.0),
    (0.0, 1.0,  12.0, 0.0),
    (1.0, 0.0,  12.0, 0.0),
])
# fmt: on
def test_the_chance_to_change_is_a_logit(own: float, other: float, elasticity: float, changes: float) -> None:
    chance = np.mean([accepts(own, other, elasticity, draw) for draw in range(4096)])
    assert chance == pytest.approx(changes, abs=1e-3)


@given(st.floats(0.1, 100.0), st.floats(0.8, 1.25), st.floats(0.0, 20.0), st.integers(0, 4095))
def test_one_of_two_is_preferred(price: float, ratio: float, elasticity: float, draw: int) -> None:
    """Who would change to the other at a draw would, seen from there, stay at the mirrored draw."""
    there = accepts(price, price * ratio, elasticity, draw)
    back = accepts(price * ratio, price, elasticity, 4095 - draw)
    edge = elasticity * 2.0 * (ratio - 1.0) / (ratio + 1.0) - math.log(4096.0 / (draw + 0.5) - 1.0)
    assert there != back or abs(edge) < 1e-9


@given(st.floats(0.1, 100.0), st.floats(0.1, 100.0), st.floats(0.0, 20.0))
def test_small_draws_change_first(own: float, other: float, elasticity: float) -> None:
    answers = [accepts(own, other, elasticity, draw) for draw in range(0, 4096, 97)]
    assert answers == sorted(answers, reverse=True)
