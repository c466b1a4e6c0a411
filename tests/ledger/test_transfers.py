"""Moves of money: one line is one case, with what it leaves behind."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ravelin.ledger import transfers
from ravelin.ledger.transfers import (
    EXCEEDS_DEPOSITS,
    NEGATIVE_AMOUNT,
    PAID,
    PAYEE_UNKNOWN,
    PAYER_UNKNOWN,
    REFUSALS,
    SAME_ACCOUNT,
    amount_of,
    book,
    credit,
    debit,
    hold_cash,
    lend,
    pool_upto,
    repay,
    round_cents,
    transfer,
    write_off,
)

CENTS = st.integers(0, 10**15)
FIRST, SECOND, THIRD = range(3)


def cents(*amounts: int) -> np.ndarray:
    return np.array(amounts, dtype=np.int64)


# fmt: off
@pytest.mark.parametrize(("payer", "payee", "amount", "answer", "first", "second", "third"), [
    # payer  payee   cents  answer             what the three accounts then hold
    (FIRST,  SECOND,    40, PAID,                60,  90, 0),
    (FIRST,  SECOND,   100, PAID,                 0, 150, 0),
    (SECOND, THIRD,      1, PAID,               100,  49, 1),
    (THIRD,  FIRST,      0, PAID,               100,  50, 0),
    (FIRST,  SECOND,   101, EXCEEDS_DEPOSITS,   100,  50, 0),
    (THIRD,  FIRST,      1, EXCEEDS_DEPOSITS,   100,  50, 0),
    (FIRST,  SECOND,    -1, NEGATIVE_AMOUNT,    100,  50, 0),
    (FIRST,  FIRST,     10, SAME_ACCOUNT,       100,  50, 0),
    (-1,     SECOND,    10, PAYER_UNKNOWN,      100,  50, 0),
    (3,      SECOND,    10, PAYER_UNKNOWN,      100,  50, 0),
    (FIRST,  -1,        10, PAYEE_UNKNOWN,      100,  50, 0),
    (FIRST,  3,         10, PAYEE_UNKNOWN,      100,  50, 0),
    # More than one reason: the first in the order of the codes is given.
    (-1,     -1,        -5, NEGATIVE_AMOUNT,    100,  50, 0),
    (-1,     -1,         5, PAYER_UNKNOWN,      100,  50, 0),
    (3,      3,          5, PAYER_UNKNOWN,      100,  50, 0),
    (FIRST,  7,        999, PAYEE_UNKNOWN,      100,  50, 0),
    (FIRST,  FIRST,    999, SAME_ACCOUNT,       100,  50, 0),
])
# fmt: on
def test_transfer(payer: int, payee: int, amount: int, answer: int, first: int, second: int, third: int) -> None:
    deposits = cents(100, 50, 0)
    assert transfer(deposits, payer, payee, amount) == answer
    assert deposits.tolist() == [first, second, third]


def test_every_refusal_has_a_name() -> None:
    codes = (PAID, NEGATIVE_AMOUNT, PAYER_UNKNOWN, PAYEE_UNKNOWN, SAME_ACCOUNT, EXCEEDS_DEPOSITS)
    assert codes == tuple(range(len(REFUSALS)))
    assert [REFUSALS[code] for code in codes] == [
        "paid", "negative amount", "payer unknown", "payee unknown", "same account", "exceeds deposits",
    ]  # fmt: skip


@given(st.lists(CENTS, min_size=2, max_size=6), st.data())
def test_a_transfer_makes_no_money(held: list[int], data: st.DataObject) -> None:
    rows = st.integers(-1, len(held))
    deposits = cents(*held)
    for _ in range(5):
        before = deposits.copy()
        payer, payee = data.draw(rows), data.draw(rows)
        answer = transfer(deposits, payer, payee, data.draw(st.integers(-5, 10**15)))
        assert deposits.sum() == before.sum()
        assert deposits.min() >= 0
        assert answer == PAID or np.array_equal(deposits, before)


# fmt: off
@pytest.mark.parametrize(("amount", "whole"), [
    (0.0, 0), (0.49, 0), (0.5, 0), (0.51, 1), (1.5, 2), (2.5, 2), (-0.5, 0), (-1.5, -2), (-2.5, -2),
    (1e15 + 0.5, 10**15), (123456789.4999, 123456789),
])
# fmt: on
def test_round_cents(amount: float, whole: int) -> None:
    assert round_cents(amount) == whole


@given(st.floats(-1e14, 1e14))
def test_rounding_moves_half_a_cent_at_most(amount: float) -> None:
    whole = int(round_cents(amount))
    assert abs(whole - amount) <= 0.5
    assert int(round_cents(-amount)) == -whole


@given(CENTS, st.lists(st.floats(0, 1e6), min_size=1, max_size=40).filter(lambda shares: sum(shares) > 1e-6))
def test_parts_of_a_pool_add_up(pool: int, shares: list[float]) -> None:
    ends = np.cumsum(shares)
    upto = [int(pool_upto(pool, end, ends[-1])) for end in ends]
    parts = np.diff([0, *upto])
    assert parts.sum() == pool
    assert parts.min() >= 0
    # A part is the share to the cent, but for the last digits of the floating product.
    owed = pool * (np.array(shares) / ends[-1])
    assert np.abs(parts - owed).max() <= 1.0 + 1e-14 * pool * len(shares)


@given(st.integers(-(10**12), 10**12), st.integers(1, 50))
def test_a_pool_may_be_a_debt(pool: int, claims: int) -> None:
    upto = [int(pool_upto(pool, claim, claims)) for claim in range(claims + 1)]
    assert (upto[0], upto[-1]) == (0, pool)
    # Even claims differ by a cent, or two where the floating quotient falls just short of a whole number.
    assert max(np.diff(upto)) - min(np.diff(upto)) <= 2


# fmt: off
@pytest.mark.parametrize(("held", "owed", "amount", "repaid"), [
    (100, 80,  50, 50),
    (100, 80,  90, 80),
    ( 30, 80,  50, 30),
    (  0, 80,  50,  0),
    (-10, 80,  50,  0),
    (100, 80, -50,  0),
    (100,  0,  50,  0),
])
# fmt: on
def test_repay(held: int, owed: int, amount: int, repaid: int) -> None:
    deposits, loans = cents(held), cents(owed)
    assert repay(deposits, loans, 0, amount) == repaid
    assert (deposits[0], loans[0]) == (held - repaid, owed - repaid)


@pytest.mark.parametrize(("owed", "amount", "cancelled"), [(80, 50, 50), (80, 80, 80), (80, 90, 80), (0, 10, 0)])
def test_write_off(owed: int, amount: int, cancelled: int) -> None:
    loans = cents(owed)
    assert write_off(loans, 0, amount) == cancelled
    assert loans[0] == owed - cancelled


def test_lending_writes_both_sides() -> None:
    deposits, loans = cents(5, 10), cents(0, 20)
    lend(deposits, loans, 1, 7)
    assert deposits.tolist() == [5, 17]
    assert loans.tolist() == [0, 27]


@given(st.integers(-(2**51) + 1, 2**51 - 1))
def test_cents_as_floats_come_back(whole: int) -> None:
    assert float(amount_of(whole)) == float(whole)
    assert int(round_cents(float(whole))) == whole


def test_credit_and_debit_are_opposites() -> None:
    balances = cents(5, 10)
    credit(balances, 1, 7)
    debit(balances, 0, 2)
    assert balances.tolist() == [3, 17]


# fmt: off
@pytest.mark.parametrize(("held", "currency", "share", "withdrawn"), [
    (1000,   0, 0.25, 200),   # 200 of cash to 800 of deposits
    ( 800, 200, 0.25,   0),
    ( 500, 500, 0.25, -300),
    (   0,  10, 0.25,  -8),
    ( -50,  10, 0.25,  -8),   # an overdraft is not cashed
    (1000,   0, 0.0,    0),
    (1000,  70, 0.0,  -70),
])
# fmt: on
def test_hold_cash(held: int, currency: int, share: float, withdrawn: int) -> None:
    deposits, cash = cents(held), cents(currency)
    assert hold_cash(deposits, cash, 0, share) == withdrawn
    assert (deposits[0], cash[0]) == (held - withdrawn, currency + withdrawn)


def test_flows_are_booked_by_payer_and_payee() -> None:
    paid = np.zeros((4, 25), np.int64)
    book(paid, 2, 1, 3, 70)
    book(paid, 2, 1, 3, 5)
    book(paid, 2, 3, 1, -4)
    table = paid.reshape(4, 5, 5)
    assert table[2, 1, 3] == 75
    assert table[2, 3, 1] == -4
    assert table.sum() == 71


def test_compiled_and_plain_rules_agree() -> None:
    """Under a debugger the plain function runs: it must be the same rule."""
    for name, arguments in (("round_cents", (2.5,)), ("pool_upto", (10, 1.0, 3.0))):
        rule = getattr(transfers, name)
        assert rule(*arguments) == rule.py_func(*arguments)
    assert math.floor(10 / 3) == pool_upto(10, 1.0, 3.0)
