"""The audit knows what no economy has: money, goods and staff below zero, and numbers that are none, anywhere."""

import inspect
from pathlib import Path

import numpy as np
import pytest

from ravelin import TICK, Scenario, Simulation
from ravelin.core.schedule import Engine, claims_of_rows
from ravelin.core.system import Access, Floats, System, host_system, writes
from ravelin.core.table import Column
from ravelin.economy.accounts.audit import INSPECTED, INSPECTIONS, add_up_people, inspector_of
from ravelin.economy.accounts.identities import AuditError, check_every_value, check_soundness
from ravelin.economy.accounts.soundness import is_inspected, is_never_below_zero
from ravelin.economy.accounts.tables import Economy
from ravelin.economy.firms.tables import Books, Firms, Plant, Workforce
from ravelin.economy.goods.tables import Goods
from ravelin.economy.government.tables import Government
from ravelin.economy.people.tables import Consumers
from ravelin.economy.places.rows import check_world
from ravelin.ledger.accounts import Accounts
from ravelin.storage.checkpoint import CheckpointError


@pytest.fixture(scope="module")
def small() -> Simulation:
    return Simulation(Scenario.load("default", consumers=1_000), seed=1, threads=1).run(1)


def test_kernels_go_through_every_column_of_the_large_tables(small: Simulation) -> None:
    bound = {access.column for member in INSPECTIONS for access in member.accesses.values()}
    bound |= {column for table in (Consumers, Firms) for column in claims_of_rows(small.world, table)}
    tables = [table for table in TICK.tables() if table.rows_of in INSPECTED]
    due = {column for table in tables for column in table.columns.values() if is_inspected(column)}
    assert {str(column) for column in due - bound} == set()
    # What is bound is looked at.
    for member in INSPECTIONS:
        body = inspect.getsource(member.function).partition(") -> None:")[2]
        for argument, access in member.accesses.items():
            if isinstance(access, Access) and access.mode == "reads":
                assert argument in body, f"{member.name} binds {argument} and does not look at it"


@pytest.mark.parametrize("column", [Consumers.wage, Workforce.staff, Books.revenue, Plant.capital], ids=str)
def test_what_kernels_go_through_nobody_goes_through_again(small: Simulation, column: Column) -> None:
    """The audit is paid for once: columns of firms stand in several tables with the same rows."""
    economy = small.fork(threads=1)
    look_as_every_month(economy.engine)
    economy.world.array(column).reshape(-1)[0] = -1
    assert inspector_of(economy.world).count() == 0


def look_as_every_month(engine: Engine) -> None:
    """Look at the world as the audit of a month does."""
    for member in INSPECTIONS:
        engine.run(member, 1)
    check_soundness(engine.world, inspector_of(engine.world))


PARTS = 8


@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_below_zero_or_without_number_is_passed_over(small: Simulation, part: int) -> None:
    """Each column in turn holds one value that cannot be, in a row of its own, and the audit names it."""
    economy = small.fork(threads=1)
    look_as_every_month(economy.engine)
    tried, rng = 0, np.random.default_rng(1)
    for rows in economy.world.tables.values():
        for number, (column, array) in enumerate(rows.items()):
            if number % PARTS != part or not is_inspected(column) or array.size == 0:
                continue
            wrong = [np.nan, np.inf] if array.dtype.kind == "f" else []
            wrong += [-1] if is_never_below_zero(column) else []
            place = int(rng.integers(array.size))
            kept = array.reshape(-1)[place]
            for value in wrong:
                array.reshape(-1)[place] = value
                with pytest.raises(AuditError, match=str(column)):
                    look_as_every_month(economy.engine)
                tried += 1
            array.reshape(-1)[place] = kept
    assert tried > 20
    look_as_every_month(economy.engine)


def test_every_wrong_value_counts(small: Simulation) -> None:
    """One of each column at a time adds one to the count: two that are wrong do not make one that is right."""
    economy = small.fork(threads=1)
    world, placed = economy.world, 0
    for table in TICK.tables():
        for column in table.columns.values():
            if not is_inspected(column) or world.array(column).size == 0:
                continue
            if column.dtype.kind == "f" or is_never_below_zero(column):
                world.array(column).reshape(-1)[0] = np.nan if column.dtype.kind == "f" else -1
                placed += 1
    for member in INSPECTIONS:
        economy.engine.run(member, 1)
    assert placed > 100
    assert inspector_of(world).count() == placed


def test_columns_that_stay_are_looked_at_by_the_audit(small: Simulation, tmp_path: Path) -> None:
    """The audit that is asked for, and whoever loads a checkpoint, look at what no rule changes, too."""
    economy = small.fork(threads=1)
    tried, rng = 0, np.random.default_rng(2)
    for rows in economy.world.tables.values():
        for column, array in rows.items():
            if not column.fixed or array.dtype.kind != "f" or array.size == 0:
                continue
            place = int(rng.integers(array.size))
            row, kept = place // column.width, array.reshape(-1)[place]
            for value in (np.nan, np.inf, -np.inf):
                array.reshape(-1)[place] = value
                with pytest.raises(AuditError, match=f"{column} of row {row} is {value}, which is no number"):
                    check_every_value(economy.world)
                with pytest.raises(ValueError, match=f"{column} of row {row:,} is {value}, where it is"):
                    check_world(economy.world)
                tried += 1
            array.reshape(-1)[place] = kept
    assert tried > 100
    economy.world[Firms].tfp[0] = np.inf
    with pytest.raises(AuditError, match=r"no economy has this: Firms\.tfp of row 0 is inf, which is no number \(1 "):
        economy.audit()
    economy.save(tmp_path / "ck")
    with pytest.raises(CheckpointError, match=r"is damaged: Firms\.tfp of row 0 is inf"):
        Simulation.load(tmp_path / "ck")


def test_what_is_no_number_is_told_after_a_shock(small: Simulation) -> None:
    economy = small.fork(threads=1)
    economy.world[Goods].spoilage[1] = np.nan
    economy.shock(tick=1, scale="Firms.tfp", by=0.9)
    with pytest.raises(AuditError, match=r"the shock to Firms\.tfp before tick 1 .* Goods\.spoilage of row 1 is nan"):
        economy.run(1)


@pytest.mark.parametrize(("column", "value"), [(Plant.tfp, np.nan), (Goods.spoilage, np.inf)], ids=str)
def test_what_is_no_number_is_named_as_the_cause(small: Simulation, column: Column, value: float) -> None:
    """Money goes beyond all limits with it, and that is not what is wrong."""
    economy = small.fork(threads=1)
    economy.world.array(column)[1] = value
    with pytest.raises(AuditError, match=f"tick \\d, .*: no economy has this: {column} of row 1 is {value}, "):
        economy.run(3)


@host_system
def lose_a_number(habit: Floats = writes(Consumers.habit)) -> None:
    """Leave one consumer with a habit that is no number."""
    habit[7] = np.nan


def test_a_lost_number_stops_the_month(small: Simulation) -> None:
    page: System = lose_a_number
    with (
        Simulation(Scenario.load("default", consumers=1_000), tick=TICK.before(add_up_people, page)) as economy,
        pytest.raises(AuditError, match=r"Consumers\.habit of row 7 is nan"),
    ):
        economy.run(1)


# fmt: off
@pytest.mark.parametrize("parameters", [
    {"Taxes.payroll_employee": 0.9},
    {"Need.spread": 2.0},
    {"Lending.leverage_max": 0.0},
    {"Failure.distress_value": 0.0},
    {"IncomeTax.change": 5.0},
    {"IncomeTax.change": 5.0, "IncomeTax.deduction": 0.0},
    {"Failure.misses_max": 1, "Lending.leverage_max": 0.05},
    {"Taxes.payroll_employer": 0.9},
], ids=str)
# fmt: on
def test_nobody_is_overdrawn_in_hard_times(parameters: dict[str, float]) -> None:
    scenario = Scenario.load("default", consumers=500, parameters=parameters)
    with Simulation(scenario, seed=1, threads=1) as economy:
        for _ in range(8):
            economy.step(3)
            accounts, people = economy.world[Accounts], economy.world[Consumers]
            assert accounts.deposits.min() >= 0
            assert people.permanent_income.min() >= 0.0
        assert not any(economy.audit().values())
        assert set(economy.history().column("audit_gap_cents").to_pylist()) == {0.0}


def test_taxes_that_cannot_be_paid_are_owed_to_the_government() -> None:
    """Income tax is due on wages of which next to nothing is left."""
    parameters = {"IncomeTax.change": 5.0, "Taxes.payroll_employee": 0.9}
    with Simulation(Scenario.load("default", consumers=500, parameters=parameters), seed=1, threads=1) as economy:
        economy.run(12)
        sheet = economy.balance_sheet()
        place = sheet.columns.index("arrears")
        owed = sheet.cents[:, place]
        assert owed[sheet.rows.index("government")] == -owed[sheet.rows.index("consumers")] > 0
        assert int(owed.sum()) == 0
        assert economy.rows.last()["arrears"] == pytest.approx(0.01 * economy.world[Government].arrears[0])
        # Whoever still owes has paid all she had before she went shopping; nobody is asked for more than she has.
        assert economy.world[Accounts].deposits.min() >= 0


def test_owners_are_called_for_what_they_have_and_no_more() -> None:
    parameters = {"Failure.distress_value": 0.0}
    with Simulation(Scenario.load("default", consumers=500, parameters=parameters), seed=1, threads=1) as economy:
        short = 0
        for _ in range(12):
            economy.step()
            called, answered = economy.world[Economy].equity_calls[0], economy.world[Economy].calls_answered[0]
            assert 0 <= answered <= called
            left = int(economy.world[Firms].call.sum())
            short += answered < called
            assert left >= 0
        assert not any(economy.audit().values())
