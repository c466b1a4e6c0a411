"""Payments through a clearing account: what leaves a balance is in the account, and what leaves that on a balance."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ravelin.core.table import Table, World, clearing
from ravelin.economy.banks.acts import pay_at_bank, receive_at_bank
from ravelin.economy.credit.acts import pay_through_bank
from ravelin.ledger.accounts import CONSUMERS, FIRMS, FLOWS, WAGES, Clearing
from ravelin.ledger.batches import clear_changes
from ravelin.ledger.clearing import clearing_gaps, is_cleared
from ravelin.ledger.exchange import pay_in_reserves
from ravelin.ledger.settlement import pay_out_each
from ravelin.ledger.transfers import book, booked, draw_currency, pass_on, pay_by_owing, pay_in, pay_out

AMOUNTS = st.integers(-(10**15), 10**15)


def cents(*amounts: int) -> np.ndarray:
    return np.array(amounts, dtype=np.int64)


@given(AMOUNTS, AMOUNTS)
def test_what_is_paid_in_is_there_to_be_paid_out(first: int, second: int) -> None:
    balances, market, other = cents(10**16, 7), cents(0), cents(0)
    pay_in(balances, 0, market, first)
    assert (balances.tolist(), market[0]) == ([10**16 - first, 7], first)
    pass_on(market, other, second)
    assert (market[0], other[0]) == (first - second, second)
    pay_out(market, balances, 1, first - second)
    pay_out(other, balances, 1, second)
    assert (balances.tolist(), market[0], other[0]) == ([10**16 - first, 7 + first], 0, 0)


def test_an_issuer_pays_by_owing() -> None:
    owed, market = cents(50), cents(-30)
    pay_by_owing(owed, 0, market, 30)
    assert (owed[0], market[0]) == (80, 0)
    pay_in_reserves(market, 12)
    assert market[0] == 12


def test_currency_is_drawn_out_of_its_account() -> None:
    deposits, cash, drawn = cents(110, 0), cents(0, 20), cents(0)
    assert draw_currency(deposits, cash, 0, drawn, 0.1) == 10
    assert (deposits[0], cash[0], drawn[0]) == (100, 10, -10)
    assert draw_currency(deposits, cash, 1, drawn, 1.0) == -10
    assert (deposits[1], cash[1], drawn[0]) == (10, 10, 0)


def test_a_block_is_cleared_by_what_became_of_it() -> None:
    market = cents(100)
    clear_changes(market, cents(5, 1, 9), cents(2, 4, 2, 77))
    assert market[0] == 100 - (3 - 3 + 7)


def test_banks_are_paid_side_by_side() -> None:
    market, books = cents(10), cents(1, 2, 3)
    pay_out_each(market, books, cents(4, -1, 7))
    assert (market[0], books.tolist()) == (0, [5, 1, 10])


def test_what_was_booked_is_read_as_it_was_booked() -> None:
    paid = np.zeros((len(FLOWS), 25), np.int64)
    book(paid, WAGES, FIRMS, CONSUMERS, 70)
    book(paid, WAGES, FIRMS, CONSUMERS, 5)
    assert booked(paid, WAGES, FIRMS, CONSUMERS) == 75
    assert booked(paid, WAGES, CONSUMERS, FIRMS) == 0


@pytest.mark.parametrize(("amount", "lent"), [(30, 0), (130, 30)])
def test_customers_balance_bank_and_account_move_together(amount: int, lent: int) -> None:
    deposits, loans, market = cents(5, 100), cents(0, 0), cents(0)
    posted, bank = np.zeros((3, 4), np.int64), np.array([0, 2], np.uint16)
    assert pay_through_bank(deposits, loans, posted, bank, 1, market, amount) == lent
    assert (deposits.tolist(), loans.tolist(), market[0]) == ([5, 100 - amount + lent], [0, lent], amount)
    assert posted.tolist() == [[0] * 4, [0] * 4, [lent - amount, lent, 0, 0]]
    receive_at_bank(deposits, posted, bank, 0, market, amount)
    assert (deposits[0], market[0], posted[0, 0]) == (5 + amount, 0, amount)
    pay_at_bank(deposits, posted, bank, 0, market, 2)
    assert (deposits[0], market[0], posted[0, 0]) == (3 + amount, 2, amount - 2)


def test_what_is_left_in_the_accounts_of_a_world_is_told() -> None:
    class Stalls(Table, rows=Clearing):
        """Accounts of a fair."""

        sweets_sold = clearing("paid for sweets, less what their makers were paid")
        rides = clearing("paid for rides, less what was handed on")

    world = World([Stalls], {Clearing: 1}, {})
    assert is_cleared(world)
    assert clearing_gaps(world) == {"clearing of sweets sold = 0": 0, "clearing of rides = 0": 0}
    world[Stalls].rides[0] = -4
    assert not is_cleared(world)
    assert clearing_gaps(world)["clearing of rides = 0"] == -4
    Clearing.sharers.remove(Stalls)
