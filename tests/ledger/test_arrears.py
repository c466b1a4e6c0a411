"""Whoever cannot pay owes: arrears are served first when money comes, and are somebody's claim."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_world import run

from ravelin.economy.firms.tables import Books, Firms
from ravelin.economy.people.tables import Consumers
from ravelin.economy.securities.ownership import answer_calls
from ravelin.economy.securities.tables import Fund
from ravelin.ledger.accounts import CONSUMERS, FIRMS, NEW_EQUITY, Accounts, Flows
from ravelin.ledger.batches import pay_or_owe_each
from ravelin.ledger.transfers import pay_or_owe

CENTS = st.integers(0, 10**14)


# fmt: off
@pytest.mark.parametrize(("held", "owed", "due", "paid", "left", "arrears"), [
    (100,   0,  60,  60,  40,   0),
    (100,   0, 100, 100,   0,   0),
    (100,   0, 130, 100,   0,  30),    # what is missing is owed
    (100,  50,  70, 100,   0,  20),    # with what was owed already
    (100,  50,   0,  50,  50,   0),    # and served first when money comes
    (  0,  50,   0,   0,   0,  50),
    (  0,   0,   0,   0,   0,   0),
])
# fmt: on
def test_what_cannot_be_paid_is_owed(held: int, owed: int, due: int, paid: int, left: int, arrears: int) -> None:
    deposits, debts = np.array([7, held]), np.array([9, owed])
    assert pay_or_owe(deposits, debts, 1, due) == paid
    assert deposits.tolist() == [7, left]
    assert debts.tolist() == [9, arrears]


@given(st.lists(st.tuples(CENTS, CENTS, CENTS), min_size=1, max_size=20))
def test_many_pay_as_one_does(rows: list[tuple[int, int, int]]) -> None:
    deposits, debts, due = (np.array(values, dtype=np.int64) for values in zip(*rows, strict=True))
    one_by_one = deposits.copy(), debts.copy()
    paid = sum(pay_or_owe(*one_by_one, row, int(due[row])) for row in range(due.size))
    before = int(deposits.sum()), int(debts.sum())
    assert pay_or_owe_each(deposits, debts, due.astype(np.float64)) == paid
    assert np.array_equal(deposits, one_by_one[0])
    assert np.array_equal(debts, one_by_one[1])
    assert deposits.min() >= 0
    # What leaves deposits settles what is due; the rest is owed, to the cent.
    assert before[0] - int(deposits.sum()) == paid
    assert before[1] + int(due.sum()) - paid == int(debts.sum())


# fmt: off
@pytest.mark.parametrize(("calls", "answered", "given"), [
    ([30, 0, 70], 100, [30, 0, 70]),
    ([30, 0, 70],  50, [15, 0, 35]),
    ([30, 0, 70],   0, [ 0, 0,  0]),
    ([ 1, 1,  1],   2, [ 0, 1,  1]),    # whole cents, which add up
    ([ 0, 0,  0],   0, [ 0, 0,  0]),
])
# fmt: on
def test_owners_put_in_what_they_have(calls: list[int], answered: int, given: list[int]) -> None:
    """Firms share what owners could pay of what was called for; the rest is called for again."""
    columns = {
        Books.call: calls, Fund.equity_calls: sum(calls), Fund.calls_answered: answered, Accounts.deposits: 0,
    }  # fmt: skip
    world = run(answer_calls, {Consumers: 1, Firms: 3}, columns)
    assert world[Accounts].deposits[1:4].tolist() == given
    assert world[Firms].call.tolist() == [call - part for call, part in zip(calls, given, strict=True)]
    assert world[Flows].paid[NEW_EQUITY, 5 * CONSUMERS + FIRMS] == answered
