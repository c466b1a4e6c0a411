"""Deeds between two months: the books close before, after, and at the end of the next month."""

import numpy as np
import pytest

from ravelin.economy.banks.tables import Banks
from ravelin.economy.people.tables import Consumers, Wealth
from ravelin.ledger.accounts import Accounts
from ravelin.runs.by_hand import RefusedError, found_bank, owners_parts, pay
from ravelin.runs.simulation import Simulation
from ravelin.scenarios.scenario import Scenario


@pytest.fixture
def economy() -> Simulation:
    simulation = Simulation(Scenario.load(consumers=500, seed=3), threads=1)
    simulation.step(2)
    return simulation


def gap(simulation: Simulation) -> int:
    return max(abs(cents) for cents in simulation.audit().values())


def test_a_bank_is_founded_by_its_owners(economy: Simulation) -> None:
    before = economy.world[Accounts].deposits.copy()
    bank = economy.add_rows(Banks, 1)
    bought = found_bank(economy.world, bank, 1_000_000, 600_000)
    rows = economy.world[Banks]
    assert bought == 600_000 == rows.bonds[bank].sum()
    assert (rows.equity[bank], rows.reserves[bank]) == (1_000_000, 400_000)
    paid = before - economy.world[Accounts].deposits
    assert paid.sum() == 1_000_000
    assert (paid >= 0).all()
    owners = economy.world[Wealth].equity_share > 0
    assert not paid[: owners.size][~owners].any()
    assert gap(economy) == 0
    economy.step(3)
    assert gap(economy) == 0


@pytest.mark.parametrize("row", [0, 3, -1])
def test_a_bank_needs_an_empty_row(economy: Simulation, row: int) -> None:
    with pytest.raises(RefusedError, match="not an empty one of 3"):
        found_bank(economy.world, row, 1, 0)


def test_who_cannot_pay_takes_no_part(economy: Simulation) -> None:
    world = economy.world
    deposits = world[Accounts].deposits[: world[Consumers].count]
    claims = np.where(deposits > 0, world[Wealth].equity_share, 0)
    most = int(deposits[claims > 0].sum())
    parts = owners_parts(world, most // 10)
    assert parts.sum() == most // 10
    assert (parts <= np.maximum(0, deposits)).all()
    with pytest.raises(RefusedError, match="do not suffice"):
        owners_parts(world, 10 * most)


CASES = [
    # payer, payee, cents, result
    (3, 5, 100, "paid"),
    (3, 505, 100, "paid"),
    (505, 3, 1, "paid"),
    (3, 3, 1, "same account"),
    (3, 5, -1, "negative amount"),
    (3, 5, 10**15, "exceeds deposits"),
    (-1, 5, 1, "payer unknown"),
    (3, 10**6, 1, "payee unknown"),
]


@pytest.mark.parametrize(("payer", "payee", "cents", "result"), CASES)
def test_a_payment_settles_or_changes_nothing(
    economy: Simulation, payer: int, payee: int, cents: int, result: str
) -> None:
    before = economy.fingerprint()
    accounts, banks = economy.world[Accounts], economy.world[Banks]
    # A bank without reserves borrows what it must pay.
    deposits, reserves = accounts.deposits.copy(), banks.reserves - banks.advances
    assert pay(economy.world, payer, payee, cents) == result
    if result != "paid":
        assert economy.fingerprint() == before
        return
    assert accounts.deposits[payee] - deposits[payee] == cents == deposits[payer] - accounts.deposits[payer]
    after = banks.reserves - banks.advances
    assert after.sum() == reserves.sum()
    moved = cents if accounts.bank[payer] != accounts.bank[payee] else 0
    assert np.abs(after - reserves).max() == moved
    assert gap(economy) == 0
    economy.step()
    assert gap(economy) == 0


def test_nobody_pays_from_or_into_the_fund(economy: Simulation) -> None:
    fund = economy.world[Accounts].count - 1
    assert pay(economy.world, fund, 0, 1) == "payer unknown"
    assert pay(economy.world, 0, fund, 1) == "payee unknown"


def test_added_rows_outlive_a_checkpoint_and_a_fork(economy: Simulation, tmp_path: object) -> None:
    bank = economy.add_rows(Banks, 1)
    found_bank(economy.world, bank, 100_000, 0)
    economy.save(f"{tmp_path}/kept")
    again = Simulation.load(f"{tmp_path}/kept", threads=1)
    other = economy.fork()
    for one in (economy, again, other):
        one.step(2)
    assert economy.fingerprint() == again.fingerprint() == other.fingerprint()
    assert again.world[Banks].count == 4


def test_forks_of_other_luck_differ_in_what_is_to_come(economy: Simulation) -> None:
    same, other = economy.fork(), economy.fork(luck=99)
    assert economy.fingerprint() == other.fingerprint()
    for one in (economy, same, other):
        one.step(2)
    assert economy.fingerprint() == same.fingerprint() != other.fingerprint()
