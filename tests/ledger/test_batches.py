"""Moves of many accounts at once do what moves of one account do, row by row."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ravelin.ledger.batches import BLOCK, credit_each, debit_upto, lay_claims, share_pool, total
from ravelin.ledger.settlement import split_by_largest_remainder
from ravelin.ledger.transfers import CLAIMS

MONEY = st.integers(-(10**12), 10**12)


def cents(amounts: list[int]) -> np.ndarray:
    return np.array(amounts, dtype=np.int64)


@given(st.lists(st.tuples(MONEY, MONEY), min_size=1, max_size=20))
def test_credits_add_up(rows: list[tuple[int, int]]) -> None:
    balances = cents([held for held, _ in rows])
    amounts = np.array([float(paid) for _, paid in rows])
    credit_each(balances, amounts)
    assert balances.tolist() == [held + paid for held, paid in rows]
    assert int(total(amounts)) == sum(paid for _, paid in rows)


@given(st.lists(st.tuples(MONEY, st.integers(0, 10**12)), min_size=1, max_size=20))
def test_debits_stop_at_nothing_left(rows: list[tuple[int, int]]) -> None:
    balances = cents([held for held, _ in rows])
    taken = debit_upto(balances, np.array([float(wanted) for _, wanted in rows]))
    expected = [min(wanted, max(0, held)) for held, wanted in rows]
    assert int(taken) == sum(expected)
    assert balances.tolist() == [held - own for (held, _), own in zip(rows, expected, strict=True)]


@given(st.integers(-(10**14), 10**14), st.lists(st.integers(0, 10**6), min_size=1, max_size=40).filter(any))
def test_parts_of_a_pool_add_up_in_any_blocks(pool: int, weights: list[int]) -> None:
    shares = split_by_largest_remainder(CLAIMS, weights).astype(np.uint64)
    parts, claims, before = np.zeros(shares.size), np.empty(BLOCK + 1), 0
    for begin in range(0, shares.size, 7):
        before = lay_claims(claims, shares[begin : begin + 7], before)
        share_pool(parts[begin : begin + 7], pool, claims)
    assert int(before) == CLAIMS
    assert int(parts.sum()) == pool
    assert np.abs(parts - pool * (shares / CLAIMS)).max() <= 1.0 + 1e-14 * abs(pool)
    assert (parts * np.sign(pool) >= 0).all()
