"""Whole cents are split exactly, and payments net into reserves."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ravelin.core.arithmetic import add_up
from ravelin.ledger.exchange import issue_bonds, swap_bonds
from ravelin.ledger.settlement import net_positions, settle, split_by_largest_remainder

WEIGHTS = st.lists(st.floats(0, 1e9, allow_subnormal=False), min_size=1, max_size=60).filter(lambda w: sum(w) > 1e-3)


# fmt: off
@pytest.mark.parametrize(("total", "weights", "parts"), [
    (10, [1, 1],          [5, 5]),
    (10, [1, 1, 1],       [4, 3, 3]),           # ties by row
    (11, [1, 1, 1],       [4, 4, 3]),
    (10, [0.5, 0.3, 0.2], [5, 3, 2]),
    (10, [0, 1, 0],       [0, 10, 0]),
    (3,  [1, 2, 3, 4],    [0, 1, 1, 1]),        # quotas .3 .6 .9 1.2
    (1,  [5, 5, 5],       [1, 0, 0]),
    (0,  [3, 1],          [0, 0]),
    (-10, [1, 1, 1],      [-4, -3, -3]),
    (7,  [2.5],           [7]),
    (100, [21, 878, 600], [1, 59, 40]),         # quotas 1.40 58.57 40.03
])
# fmt: on
def test_split(total: int, weights: list[float], parts: list[int]) -> None:
    assert split_by_largest_remainder(total, weights).tolist() == parts


@given(st.integers(-(2**60), 2**60), WEIGHTS)
def test_parts_add_up_and_keep_to_their_quotas(total: int, weights: list[float]) -> None:
    parts = split_by_largest_remainder(total, weights)
    assert parts.dtype == np.int64
    assert int(parts.sum()) == total
    whole = sum(map(Fraction, weights))
    for part, weight in zip(parts.tolist(), weights, strict=True):
        quota = float(Fraction(weight) / whole * total)
        assert abs(part - quota) <= 1.0 + 1e-12 * abs(total)
        assert part * total >= 0


@given(st.integers(0, 10**6), st.lists(st.integers(0, 1000), min_size=1, max_size=20).filter(any))
def test_the_largest_remainders_are_rounded_up(total: int, weights: list[int]) -> None:
    """Against exact fractions: whoever is rounded up has at least the remainder of whoever is rounded down."""
    parts = split_by_largest_remainder(total, weights)
    quotas = [Fraction(weight * total, sum(weights)) for weight in weights]
    rest = [quota - int(quota) for quota in quotas]
    up = [(rest[i], -i) for i, part in enumerate(parts) if part > int(quotas[i])]
    down = [(rest[i], -i) for i, part in enumerate(parts) if part == int(quotas[i])]
    assert len(up) + len(down) == len(weights)
    if up and down:
        # The floating quota of a tie may differ in its last digit.
        assert float(min(up)[0]) >= float(max(down)[0]) - 1e-9


@given(st.integers(1, 10**12), WEIGHTS)
def test_a_debt_splits_as_a_claim(total: int, weights: list[float]) -> None:
    assert np.array_equal(split_by_largest_remainder(-total, weights), -split_by_largest_remainder(total, weights))


def split_in_words(total: int, weights: list[float]) -> list[int]:
    """Split by largest remainder as the rule is told: by sorting, in Python's own numbers."""
    if total < 0:
        return [-part for part in split_in_words(-total, weights)]
    scale = total / add_up(np.array(weights))
    quotas = [weight * scale for weight in weights]
    parts = [math.floor(quota) for quota in quotas]
    rest = total - sum(parts)
    while rest < 0:
        order = sorted(range(len(parts)), key=lambda row: (quotas[row] - parts[row], row))
        for row in [row for row in order if parts[row] > 0][:-rest]:
            parts[row] -= 1
            rest += 1
    while rest >= len(parts):
        parts = [part + 1 for part in parts]
        rest -= len(parts)
    for row in sorted(range(len(parts)), key=lambda row: (parts[row] - quotas[row], row))[:rest]:
        parts[row] += 1
    return parts


EVEN = st.lists(st.sampled_from([0.0, 1.0, 2.0, 2.5]), min_size=1, max_size=40).filter(any)
"""Weights with many ties."""


@given(st.integers(-1000, 1000) | st.integers(-(2**60), 2**60), WEIGHTS | EVEN)
def test_every_cent_goes_where_sorting_puts_it(total: int, weights: list[float]) -> None:
    assert split_by_largest_remainder(total, weights).tolist() == split_in_words(total, weights)


def test_many_parts_of_a_large_sum_go_where_sorting_puts_them() -> None:
    """Beyond 2**53 products round across whole numbers, up and down."""
    luck = np.random.default_rng(7)
    for total in (12_345, 2**53 + 1, 2**58 + 7, 2**60):
        for weights in (luck.random(700), luck.integers(0, 4, 700).astype(float), luck.pareto(0.7, 700)):
            assert split_by_largest_remainder(total, weights).tolist() == split_in_words(total, weights.tolist())


def test_nothing_is_split_by_weights_of_zero() -> None:
    with pytest.raises(ZeroDivisionError, match="one above zero"):
        split_by_largest_remainder(5, [0.0, 0.0])


BANK = np.array([0, 0, 1, 1, 2], dtype=np.uint16)
"""Five customers of three banks."""


# fmt: off
@pytest.mark.parametrize(("payments", "between", "gained"), [
    # (payer, payee, cents) ...                  bank x bank                        reserves gained
    ([(0, 2, 10)],                               [[0, 10, 0], [0, 0, 0], [0, 0, 0]], [-10, 10, 0]),
    ([(0, 1, 10)],                               [[0,  0, 0], [0, 0, 0], [0, 0, 0]], [  0,  0, 0]),
    ([(0, 2, 10), (1, 3, 5)],                    [[0, 15, 0], [0, 0, 0], [0, 0, 0]], [-15, 15, 0]),
    ([(0, 2, 10), (3, 1, 4)],                    [[0, 10, 0], [4, 0, 0], [0, 0, 0]], [ -6,  6, 0]),
    ([(0, 2, 10), (2, 4, 10), (4, 0, 10)],       [[0, 10, 0], [0, 0, 10], [10, 0, 0]], [0, 0, 0]),
    ([(4, 0, 3), (4, 3, 9), (1, 4, 1)],          [[0,  0, 1], [0, 0, 0], [3, 9, 0]], [  2,  9, -11]),
    ([],                                         [[0,  0, 0], [0, 0, 0], [0, 0, 0]], [  0,  0, 0]),
    ([(0, 2, 0)],                                [[0,  0, 0], [0, 0, 0], [0, 0, 0]], [  0,  0, 0]),
])
# fmt: on
def test_settlement(payments: list[tuple[int, int, int]], between: list[list[int]], gained: list[int]) -> None:
    payer, payee, cents = (np.array([row[i] for row in payments], dtype=np.int64) for i in range(3))
    gross = settle(BANK, 3, payer, payee, cents)
    assert gross.toarray().tolist() == between
    assert net_positions(gross).tolist() == gained


@given(st.integers(1, 8), st.lists(st.tuples(st.integers(0, 29), st.integers(0, 29), st.integers(0, 10**14))))
def test_what_banks_gain_others_lose(banks: int, payments: list[tuple[int, int, int]]) -> None:
    bank = (np.arange(30) * 7 % banks).astype(np.uint16)
    payer, payee, cents = (np.array([row[i] for row in payments], dtype=np.int64) for i in range(3))
    gross = settle(bank, banks, payer, payee, cents)
    gained = net_positions(gross)
    assert int(gained.sum()) == 0
    assert not gross.diagonal().any()
    customers = np.zeros(30, np.int64)
    np.add.at(customers, payee, cents)
    np.subtract.at(customers, payer, cents)
    assert [int(customers[bank == number].sum()) for number in range(banks)] == gained.tolist()


def bonds(*rows: tuple[int, ...]) -> np.ndarray:
    return np.array(rows, dtype=np.int64)


# fmt: off
@pytest.mark.parametrize(("cents", "moved", "buyer"), [
    ( 100,  100, (50, 50)),
    (   1,    1, ( 1,  0)),
    (-100,    0, ( 0,  0)),      # the buyer has none to give back
    (1000,  300, (100, 200)),    # all there is of each series
    (   0,    0, ( 0,  0)),
])
# fmt: on
def test_bonds_change_hands_as_far_as_they_go(cents: int, moved: int, buyer: tuple[int, int]) -> None:
    sellers, holder = bonds((60, 120), (40, 80)), bonds((0, 0))
    assert swap_bonds(sellers, holder, cents, np.ones(2)) == moved
    assert tuple(holder[0]) == buyer
    assert sellers.sum() + holder.sum() == 300
    assert sellers.min() >= 0


@given(st.integers(-2000, 2000), st.lists(st.integers(0, 500), min_size=6, max_size=6))
def test_swaps_make_no_bonds(cents: int, held: list[int]) -> None:
    sellers, holder = bonds(tuple(held[:2]), tuple(held[2:4])), bonds(tuple(held[4:]))
    before = sellers.sum(axis=0) + holder.sum(axis=0)
    owned = int(holder.sum())
    moved = swap_bonds(sellers, holder, cents, np.ones(2))
    assert np.array_equal(sellers.sum(axis=0) + holder.sum(axis=0), before)
    assert sellers.min() >= 0
    assert holder.min() >= 0
    assert int(holder.sum()) - owned == moved


def test_new_bonds_are_owed_and_held() -> None:
    owed, holders = bonds((10, 20)), bonds((5, 5), (5, 15))
    issue_bonds(owed, holders, 1, np.array([3, 4]))
    assert owed.tolist() == [[10, 27]]
    assert holders.tolist() == [[5, 8], [5, 19]]
    issue_bonds(owed, holders, 0, np.array([-5, 0]))
    assert owed.tolist() == [[5, 27]]
    assert holders.tolist() == [[0, 8], [5, 19]]
