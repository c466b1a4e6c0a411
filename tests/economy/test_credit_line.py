"""The credit line answers in one place, and only the credit domain lends."""

import ast
from pathlib import Path

import numpy as np
import pytest

import ravelin
from ravelin.economy.credit.acts import pay_or_borrow, serve_loans
from ravelin.ledger.transfers import lend, repay, round_cents

PACKAGE = Path(ravelin.__file__).parent


def cents(*amounts: int) -> np.ndarray:
    return np.array(amounts, dtype=np.int64)


# fmt: off
@pytest.mark.parametrize(("held", "owed", "amount", "drawn", "held_after", "owed_after"), [
    (100,  0,  30,  0,  70,  0),
    (100,  0, 100,  0,   0,  0),
    (100,  0, 130, 30,   0, 30),
    (  0, 50,  10, 10,   0, 60),
    (-20,  0,  10, 10, -20, 10),
    (100,  7,   0,  0, 100,  7),
])
# fmt: on
def test_pay_or_borrow(held: int, owed: int, amount: int, drawn: int, held_after: int, owed_after: int) -> None:
    deposits, loans = cents(held), cents(owed)
    assert pay_or_borrow(deposits, loans, 0, amount) == drawn
    assert (deposits[0], loans[0]) == (held_after, owed_after)
    # What was paid is what left deposits and what the loan grew by.
    assert held - deposits[0] + loans[0] - owed == amount


@pytest.mark.parametrize("seed", range(4))
def test_loans_are_served_as_one_by_one(seed: int) -> None:
    rng = np.random.default_rng(seed)
    deposits = rng.integers(-500, 300_000, 700)
    loans = np.where(rng.random(700) < 0.6, rng.integers(1, 40_000_000, 700), 0)
    income = rng.integers(0, 900_000, 700).astype(np.float32)
    rate, repaid, factor = 0.006, 1.0 / 48.0, 0.02
    held, owed, due = deposits.copy(), loans.copy(), np.empty(700, np.int64)
    granted, returned = serve_loans(held, owed, due, income, rate, repaid, factor)
    one_by_one, paid_back = 0, 0
    for row in np.flatnonzero(loans):
        interest, part = round_cents(rate * loans[row]), round_cents(loans[row] * repaid)
        fresh = round_cents(factor * income[row])
        lend(deposits, loans, row, fresh)
        one_by_one += fresh + pay_or_borrow(deposits, loans, row, interest)
        paid_back += repay(deposits, loans, row, part)
        assert due[row] == interest
    assert (int(granted), int(returned)) == (one_by_one, paid_back)
    assert np.array_equal(held, deposits)
    assert np.array_equal(owed, loans)
    assert not due[owed == 0].any()


def callers_of(name: str, where: Path = PACKAGE) -> set[str]:
    """Say which files call a function."""
    return {
        path.relative_to(where).as_posix()
        for path in where.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == name
    }


def test_only_the_credit_domain_lends() -> None:
    """Whoever is short asks the one line; the ledger writes down what is lent and decides nothing."""
    assert callers_of("credit_line") == {"economy/credit/acts.py"}
    lenders = callers_of("lend")
    assert lenders
    assert all(file.startswith("economy/credit/") for file in lenders)
    assert len(callers_of("pay_through_bank") | callers_of("firm_pays")) >= 5
    assert callers_of("pay_or_borrow") == {"economy/credit/acts.py"}  # Elsewhere what is paid is posted as well.


def test_a_lender_elsewhere_is_found(tmp_path: Path) -> None:
    (tmp_path / "prices.py").write_text("def pay(deposits, loans):\n    transfers.lend(deposits, loans, 0, 5)\n")
    assert callers_of("lend", tmp_path) == {"prices.py"}
