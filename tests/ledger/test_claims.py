"""What declares a claim is in the balance sheet, in the audit, and nobody's to write but the ledger's."""

from dataclasses import replace

import numpy as np
import pytest

from ravelin import TICK, Scenario, Simulation
from ravelin.core.schedule import Schedule, phase
from ravelin.core.system import Cents, host_system, moves, writes
from ravelin.core.table import Table, World, column, holds, owes
from ravelin.economy.accounts.holdings import LONG
from ravelin.economy.accounts.identities import AuditError
from ravelin.economy.banks.tables import Banks
from ravelin.economy.people.tables import Consumers
from ravelin.ledger import claims
from ravelin.ledger.accounts import BANKS, CONSUMERS, INSTRUMENTS, OTHER_TRANSFERS, SECTORS, Flows
from ravelin.ledger.claims import entries
from ravelin.ledger.transfers import book, credit, debit


class Promises(Table, rows=Consumers):
    """What consumers have lent to banks, beside their deposits."""

    lent = column("i8", "cent", "lent to the own bank", claim=holds("interbank"))


class Debts(Table, rows=Banks):
    """What banks owe them."""

    owed = column("i8", "cent", "owed to customers who have lent", claim=owes("interbank"))


@host_system
def promise(
    lent: Cents = moves(Promises.lent),
    owed: Cents = moves(Debts.owed),
    equity: Cents = moves(Banks.equity),
    paid: Cents = writes(Flows.paid),
) -> None:
    """A bank gives somebody its promise of a dollar, which its owners pay for."""
    credit(lent, 3, 100)
    credit(owed, 0, 100)
    debit(equity, 0, 100)
    book(paid, OTHER_TRANSFERS, BANKS, CONSUMERS, 100)


@host_system
def promise_for_nothing(
    lent: Cents = moves(Promises.lent), owed: Cents = moves(Debts.owed), paid: Cents = writes(Flows.paid)
) -> None:
    """A bank owes a dollar more, and has neither more nor less of anything else."""
    credit(lent, 3, 100)
    credit(owed, 0, 100)
    book(paid, OTHER_TRANSFERS, BANKS, CONSUMERS, 100)


@host_system
def forget(lent: Cents = moves(Promises.lent)) -> None:
    """Somebody has lent a dollar that no bank owes."""
    credit(lent, 3, 100)


def economy(*rules: object) -> Simulation:
    page = Schedule((*TICK.phases[:3], phase("They promise", *rules), *TICK.phases[3:]))  # type: ignore[arg-type]
    return Simulation(Scenario.load("default", consumers=1_000), seed=1, threads=1, tick=page)


def test_a_new_table_of_claims_is_in_the_sheet() -> None:
    with economy(promise) as world:
        world.run(2)
        sheet = world.balance_sheet()[2]
        agents = world.balance_sheet(sparse=True).toarray()
    interbank = INSTRUMENTS.index("interbank")
    assert (sheet[CONSUMERS, interbank], sheet[BANKS, interbank]) == (200, -200)
    assert agents[3, interbank] == 200 == -agents[:, interbank].min()


def test_a_new_claim_is_in_the_books_of_banks() -> None:
    """Their assets are their liabilities and equity whatever is declared, in no list of columns."""
    told = "banks' assets = liabilities and equity"
    with economy(promise_for_nothing) as world, pytest.raises(AuditError, match=told):
        world.run(1)


def test_a_claim_that_nobody_owes_stops_the_month() -> None:
    with economy(forget) as world, pytest.raises(AuditError, match="interbank"):
        world.run(1)


@pytest.mark.parametrize("wrong", [holds("florins"), holds("reserves", "deposits"), owes("bonds_2y", "bonds_10y")])
def test_a_claim_on_what_there_is_not_is_refused(wrong: object) -> None:
    class Wrong(Table, rows=Banks):
        """A table whose claim makes no sense."""

        florins = column("i8", "cent", "florins", width=2, claim=wrong)  # type: ignore[arg-type]

    world = World([Banks, Wrong], {Banks: 3}, {})
    with pytest.raises(ValueError, match=r"Wrong\.florins is a claim on"):
        entries(world, ())
    Banks.sharers.remove(Wrong)


def test_claims_without_a_sector_are_refused() -> None:
    class Loose(Table):
        """Claims in nobody's books."""

        purse = column("i8", "cent", "a purse", claim=holds("cash"))

    with pytest.raises(ValueError, match="in the books of nobody"):
        entries(World([Loose], {Loose: 3}, {}), ())


def test_the_sheet_is_the_sum_of_what_is_declared() -> None:
    """Each declared claim, moved by itself, moves its own cell of the sheet and what balances it, and no other."""
    with Simulation(Scenario.load("default", consumers=1_000), seed=1, threads=1) as world:
        before = world.balance_sheet()[2]
        for declared in entries(world.world, LONG).values():
            for entry in declared:
                entry.array.reshape(-1)[0] += 5
                changed = np.argwhere(world.balance_sheet()[2] != before).tolist()
                entry.array.reshape(-1)[0] -= 5
                assert [entry.sector, entry.instrument] in changed, entry.declared
                financial = [cell for cell in changed if cell[1] < INSTRUMENTS.index("equity")]
                of_the_issuer = SECTORS.index("central_bank")
                assert all(cell == [entry.sector, entry.instrument] or cell[0] == of_the_issuer for cell in financial)
        assert not any(world.audit().values())


def test_long_rows_have_few_claims_none_below_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    """Their sums lie side by side in a column as wide as that, and what is below zero is counted with them."""
    with Simulation(Scenario.load("default", consumers=1_000), seed=1, threads=1) as world:
        found = entries(world.world, LONG)
        many = max(len(found[table]) for table in LONG)
        monkeypatch.setattr(claims, "CLAIMS_MAX", many)
        entries(world.world, LONG)
        monkeypatch.setattr(claims, "CLAIMS_MAX", many - 1)
        with pytest.raises(ValueError, match=f"at most {many - 1} claims.* found {many}, signed: none"):
            entries(world.world, LONG)
        monkeypatch.undo()
        declared = found[LONG[0]][0].declared
        monkeypatch.setattr(declared, "claim", replace(declared.claim, signed=True))
        with pytest.raises(ValueError, match=r"none may be below zero; found \d+, signed: \w+\.\w+$"):
            entries(world.world, LONG)
