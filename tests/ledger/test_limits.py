"""Money has limits, which are stated, and said where they are met: nothing wraps in silence."""

from pathlib import Path

import numpy as np
import pytest

from ravelin import Scenario, Simulation
from ravelin.economy.credit.acts import serve_loans
from ravelin.economy.firms.tables import Firms
from ravelin.ledger.batches import (
    amounts_of,
    check_amounts,
    check_balances,
    credit_each,
    debit_upto,
    lay_claims,
    pay_or_owe_each,
    share_pool,
    total,
)
from ravelin.ledger.transfers import CLAIMS, LIMIT, POOL_LIMIT, MoneyLimitError, pool_upto, round_cents

LARGEST = int(LIMIT) - 1


@pytest.mark.parametrize("cents", [LARGEST, -LARGEST, LARGEST - 1, 0, 1])
def test_up_to_the_limit_a_payment_is_exact(cents: int) -> None:
    assert round_cents(float(cents)) == cents


@pytest.mark.parametrize("amount", [LIMIT, -LIMIT, 2.0**52, 1e18, -1e300, np.inf, -np.inf, np.nan])
def test_beyond_the_limit_a_payment_is_refused(amount: float) -> None:
    with pytest.raises(MoneyLimitError, match=r"2\*\*51 cents"):
        round_cents(amount)


BEYOND = np.array([5.0, LIMIT, 7.0])


@pytest.mark.parametrize(
    "move",
    [
        lambda held, owed: credit_each(held, BEYOND),
        lambda held, owed: debit_upto(held, BEYOND),
        lambda held, owed: pay_or_owe_each(held, owed, BEYOND),
        lambda held, owed: total(BEYOND),
        lambda held, owed: amounts_of(np.empty(3), held + int(LIMIT)),
        lambda held, owed: serve_loans(held, owed + int(LIMIT), owed, BEYOND.astype(np.float32), 0.01, 0.1, 0.1),
        lambda held, owed: serve_loans(held, owed, owed.copy(), BEYOND.astype(np.float32), 0.01, 0.1, 2.0),
    ],
    ids=["credit", "debit", "owe", "total", "balance", "loan", "fresh loan"],
)
def test_no_block_of_payments_wraps(move: object) -> None:
    held, owed = np.array([10, 20, 30]), np.array([1, 2, 3])
    with pytest.raises(MoneyLimitError):
        move(held, owed)  # type: ignore[operator]
    assert held.tolist() == [10, 20, 30]


@pytest.mark.parametrize("amount", [LIMIT, -LIMIT, np.inf, -np.inf, np.nan])
def test_one_amount_beyond_the_limit_is_enough(amount: float) -> None:
    with pytest.raises(MoneyLimitError):
        check_amounts(np.array([5.0, amount, 7.0]))
    if np.isfinite(amount):
        with pytest.raises(MoneyLimitError):
            check_balances(np.array([5, int(amount), 7]))
        last = amount - np.sign(amount)
        check_amounts(np.array([last]))
        check_balances(np.array([int(last)]))


@pytest.mark.parametrize("pool", [POOL_LIMIT, POOL_LIMIT - 1, 12_345_678_901])
def test_a_pool_up_to_its_limit_is_shared_to_the_cent(pool: int) -> None:
    shares = np.full(7, CLAIMS // 7, dtype=np.uint32)
    shares[0] += CLAIMS % 7
    claims, parts = np.empty(8), np.zeros(7)
    assert lay_claims(claims, shares, 0) == CLAIMS
    share_pool(parts, pool, claims)
    assert sum(int(part) for part in parts) == pool
    assert pool_upto(pool, 1.0, 1.0) == pool
    assert pool_upto(-pool, 1.0, 1.0) == -pool


def test_a_pool_beyond_its_limit_is_refused() -> None:
    with pytest.raises(MoneyLimitError, match=r"2\*\*53 cents"):
        share_pool(np.zeros(1), POOL_LIMIT + 1, np.array([0.0, float(CLAIMS)]))
    with pytest.raises(MoneyLimitError, match=r"2\*\*53 cents"):
        pool_upto(POOL_LIMIT + 1, 1.0, 2.0)


@pytest.mark.parametrize("factor", [2.4e6, 1e9, 1e14])
def test_a_price_level_without_measure_is_said_at_the_payment(factor: float) -> None:
    """It either runs with closed books or ends in a sentence with the limit: never in an audit gap, or in silence."""
    with Simulation(Scenario.load("default", consumers=1_000), seed=1, threads=1) as economy:
        economy.run(2)
        # No shock may go so far: it is the level that a long inflation comes to.
        economy.world[Firms].price[...] *= factor
        with pytest.raises(MoneyLimitError, match=r"^tick \d+, \w+\.\w+: .*2\*\*\d\d cents"):
            economy.run(240)
        assert set(economy.history().column("audit_gap_cents").to_pylist()) == {0.0}


def test_the_command_says_the_limit_and_keeps_the_run(tmp_path: Path) -> None:
    from ravelin.cli.main import main

    scenario = tmp_path / "wild.toml"
    scenario.write_text('[size]\nconsumers = 1000\n\n[[shock]]\ntick = 2\nset = "Firms.price"\nto = 5e3\n')
    folder = tmp_path / "run"
    with pytest.raises(SystemExit) as left:
        main(["run", str(scenario), "--ticks", "24", "--out", str(folder), "--quiet"])
    assert left.value.code == 1
    assert (folder / "manifest.json").exists()
