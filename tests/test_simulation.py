"""A simulation repeats itself to the bit: by threads, by fork, from a checkpoint, in a folder."""

import datetime
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import toy

from ravelin import Scenario, Simulation
from ravelin.core.parameter import Parameters, parameter
from ravelin.core.schedule import phase
from ravelin.core.system import host_system, this_tick, uses
from ravelin.core.table import World
from ravelin.runs.recorder import Recorder, read_accounts
from ravelin.runs.simulation import Moment, SimulationError
from ravelin.scenarios.scenario import ScenarioError, built_in
from ravelin.scenarios.shock import Shock, ShockError
from ravelin.scenarios.shock_plan import ShockNotice
from ravelin.storage import checkpoint
from ravelin.storage.checkpoint import CheckpointError
from ravelin.storage.folder import RunFolder, RunFolderError
from ravelin.storage.history import read

SCENARIO = Scenario(consumers=1000, ticks=12)


def make(scenario: Scenario = SCENARIO, **others: Any) -> Simulation:
    return Simulation(scenario, tick=toy.TICK, opening=toy.open_world, observe=toy.indicators, **others)


def load(path: Path, **others: Any) -> Simulation:
    return Simulation.load(path, tick=toy.TICK, observe=toy.indicators, **others)


def test_same_seed_same_bits_and_other_seed_others() -> None:
    one, same, other = make(seed=3), make(seed=3, threads=1), make(seed=4)
    for simulation in (one, same, other):
        simulation.run(5)
    assert one.fingerprint() == same.fingerprint() != other.fingerprint()
    assert one.history() == same.history()


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_threads_change_nothing(threads: int) -> None:
    simulation, alone = make(threads=threads), make(threads=1)
    assert simulation.run(7).fingerprint() == alone.run(7).fingerprint()
    assert simulation.threads == threads


def test_steps_and_runs_are_the_same() -> None:
    stepped, ran = make(), make()
    stepped.step()
    stepped.step(5)
    ran.run(6)
    assert stepped.fingerprint() == ran.fingerprint()
    assert (stepped.tick, stepped.date) == (6, datetime.date(2020, 7, 1))


def test_run_without_a_number_goes_to_the_scenarios_end() -> None:
    simulation = make()
    simulation.run(5)
    assert simulation.run().tick == 12
    assert simulation.run().tick == 12


def test_history_has_a_row_per_tick() -> None:
    history = make().run(3).history()
    assert history.column("tick").to_pylist() == [0, 1, 2]
    assert history.column("date").to_pylist()[2] == datetime.datetime(2020, 3, 1)
    assert history.column("habit").to_pylist() == [1.0, 2.0, 3.0]


def test_forks_share_the_past_and_their_luck() -> None:
    simulation = make()
    simulation.run(4)
    fork = simulation.fork()
    fork.run(4)
    assert simulation.tick == 4
    assert simulation.run(4).fingerprint() == fork.fingerprint()
    assert fork.history() == simulation.history()


def test_a_fork_is_its_own() -> None:
    simulation = make()
    fork = simulation.fork()
    fork.settings.set("Spending.swing", 0.9)
    fork.world[toy.Firms].appeal[:] = 2.0
    assert simulation.settings[toy.Spending.swing] == 0.2
    assert simulation.run(3).fingerprint() == make().run(3).fingerprint()


def test_checkpoints_continue_to_the_same_bits(tmp_path: Path) -> None:
    simulation = make(seed=5)
    simulation.run(4)
    simulation.save(tmp_path / "x")
    again = load(tmp_path / "x", threads=1)
    assert (again.tick, again.seed, again.scenario.consumers) == (4, 5, 1000)
    assert not again.code_changed
    again.run(4)
    simulation.run(4)
    assert again.fingerprint() == simulation.fingerprint()
    assert again.history() == simulation.history()


def test_checkpoints_keep_parameters_and_shocks_in_force(tmp_path: Path) -> None:
    shocked = replace(
        SCENARIO,
        shocks=(
            Shock(2, "Spending.swing", False, 0.9, (), 6),
            Shock(3, "Firms.appeal", True, 0.5, (("good", "crude_oil"),), 7),
        ),
    )
    simulation = make(shocked)
    simulation.settings.set("Spending.floor", 77)
    simulation.run(4)
    simulation.save(tmp_path / "x")
    fork, again = simulation.fork(), load(tmp_path / "x")
    for one in (simulation, fork, again):
        assert one.settings[toy.Spending.swing] == 0.9
        one.run(5)
        assert one.settings[toy.Spending.swing] == 0.2
        assert one.settings[toy.Spending.floor] == 77
    assert simulation.fingerprint() == fork.fingerprint() == again.fingerprint()
    assert simulation.fingerprint() != make().run(9).fingerprint()


def test_shocks_can_be_added_while_it_runs(tmp_path: Path) -> None:
    stated = replace(SCENARIO, shocks=(Shock(3, "Spending.swing", False, 0.5, (), 5),))
    simulation = make()
    simulation.run(2)
    simulation.shock(tick=3, set="Spending.swing", to=0.5, until=5)
    assert simulation.run(4).fingerprint() == make(stated).run(6).fingerprint()
    with pytest.raises(ShockError, match="tick 1 is over"):
        simulation.shock(tick=1, set="Spending.swing", to=0.5)
    with pytest.raises(ShockError, match=r"did you mean Spending\.swing"):
        simulation.shock(tick=8, set="Spending.swin", to=0.5)


def test_overlapping_shocks_to_what_stays_undo_exactly(tmp_path: Path) -> None:
    """What a shock multiplied comes back to the bit when it ends, whatever else began meanwhile."""
    simulation = make()
    appeal = simulation.world[toy.Firms].appeal
    appeal[:] = [0.1, 1 / 3, 0.7, 1e-3, 1.1]
    before = appeal.copy()
    simulation.shock(tick=0, scale="Firms.appeal", by=0.3, until=4)
    simulation.shock(tick=1, scale="Firms.appeal", by=1.7, until=3)
    simulation.shock(tick=2, scale="Firms.appeal", by=0.9, where={"firm": 1})
    simulation.run(2)
    simulation.save(tmp_path / "x")
    for one in (simulation, simulation.fork(), load(tmp_path / "x")):
        one.run(3)
        after = one.world[toy.Firms].appeal
        assert after[[0, 2, 3, 4]].tobytes() == before[[0, 2, 3, 4]].tobytes()
        assert after[1] == before[1] * 0.9


def test_a_shock_that_cannot_be_made_leaves_a_whole_world(tmp_path: Path) -> None:
    """A factor that takes a row out of its range is said when due, taken out, and nothing is half changed."""
    simulation, without = make(), make()
    for one in (simulation, without):
        one.shock(tick=3, set="Spending.swing", to=0.9)
    simulation.shock(tick=3, scale="Consumers.habits", by=100)
    simulation.run(3)
    before = simulation.fingerprint()
    simulation.save(tmp_path / "before")
    ahead = [simulation, simulation.fork(), load(tmp_path / "before")]
    for one in ahead:
        with pytest.raises(ShockError, match=r"takes a row to 300, beyond 255: .* is withdrawn, and the run can go on"):
            one.step()
        assert (one.tick, one.fingerprint()) == (3, before)
        assert one.settings[toy.Spending.swing] == 0.2
    simulation.save(tmp_path / "x")
    without.run(5)
    for one in (*ahead, load(tmp_path / "x")):
        one.run(2)
        assert one.settings[toy.Spending.swing] == 0.9
        assert one.fingerprint() == without.fingerprint()


def test_a_shock_that_finds_no_row_is_said() -> None:
    simulation = make()
    simulation.shock(tick=1, scale="Consumers.mood", by=2.0, where={"shop": 4})
    simulation.shock(tick=2, scale="Consumers.mood", by=2.0, where={"purse": -7})
    simulation.run(2)
    with pytest.warns(
        ShockNotice, match=r"tick 2: Consumers.mood times 2 .* changes nothing: purse = -7 matches no row"
    ):
        simulation.step()
    with pytest.raises(ShockError, match=r"purse = -7 matches no row of Consumers"):
        simulation.shock(tick=3, scale="Consumers.mood", by=2.0, where={"purse": -7})
    with pytest.raises(ShockError, match=r"rows of Firms are numbered from 0 to 4, so there is no 5"):
        simulation.shock(tick=3, scale="Firms.appeal", by=2.0, where={"firm": 5})


class Weather(Parameters):
    """What the toy knows nothing of."""

    sun = parameter(0.5, "1", "hours of sun", source="assumption")


@host_system
def shine(sun: float = uses(Weather.sun)) -> None:
    """Shine."""


def test_a_checkpoint_of_another_model_is_refused(tmp_path: Path) -> None:
    make().save(tmp_path / "x")
    with pytest.raises(CheckpointError, match=r"only this tick page has the parameter Weather.sun"):
        Simulation.load(tmp_path / "x", tick=toy.TICK.after(toy.spend, shine), observe=toy.indicators)


def test_observers_see_every_month_and_change_nothing() -> None:
    seen: list[Moment] = []
    simulation = make()
    simulation.observers.append(seen.append)
    simulation.run(3)
    assert [moment.tick for moment in seen] == [0, 1, 2]
    assert seen[1].indicators["habit"] == 2.0
    assert seen[1].date == datetime.date(2020, 2, 1)
    with pytest.raises(ValueError, match="read-only"):
        seen[0].world[toy.Firms].till[0] = 1
    assert seen[0].world[toy.Firms].till[0] == simulation.world[toy.Firms].till[0]


@host_system
def break_down(tick: int = this_tick()) -> None:
    """Fail in the third month."""
    if tick == 2:
        raise ZeroDivisionError


def test_a_broken_month_is_not_gone_on_from(tmp_path: Path) -> None:
    broken = toy.TICK.after(toy.spend, break_down)
    simulation = Simulation(SCENARIO, tick=broken, opening=toy.open_world, observe=toy.indicators)
    with pytest.raises(ZeroDivisionError):
        simulation.run(5, out=tmp_path / "run")
    with pytest.raises(SimulationError, match="tick 2 was not finished"):
        simulation.step()
    with pytest.raises(SimulationError, match="tick 2 was not finished"):
        simulation.save(tmp_path / "x")
    assert json.loads((tmp_path / "run" / "manifest.json").read_text())["status"] == "failed"
    assert len(read(tmp_path / "run")) == 2


def test_a_scenario_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ScenarioError, match=r"did you mean Spending\.swing"):
        make(replace(SCENARIO, parameters={"Spending.swin": 0.3}))


def test_economies_without_accounts_say_so() -> None:
    simulation = make()
    assert simulation.audit() == {}
    with pytest.raises(SimulationError, match="does not use the accounts"):
        simulation.balance_sheet()


# In a folder


def files(run: Path) -> set[str]:
    return {path.relative_to(run).as_posix() for path in run.rglob("*") if path.is_file()} - {".lock"}


def test_a_run_leaves_its_files(tmp_path: Path) -> None:
    run = tmp_path / "run"
    simulation = make().run(out=run)
    assert {name for name in files(run) if not name.startswith("checkpoints")} == {
        "scenario.toml",
        "manifest.json",
        "history.parquet",
    }
    assert RunFolder.look(run).checkpoints() == [12]
    assert pq.read_table(run / "history.parquet") == simulation.rows.table()
    manifest = json.loads((run / "manifest.json").read_text())
    assert manifest["status"] == "complete"
    assert manifest["fingerprint"] == simulation.fingerprint()
    assert (manifest["consumers"], manifest["firms"], manifest["ticks_done"]) == (1000, 5, 12)
    assert load(run).run(3).tick == 15


def test_the_resolved_scenario_makes_the_same_run(tmp_path: Path) -> None:
    shocked = replace(
        SCENARIO,
        seed=8,
        parameters={"Spending.swing": 0.3},
        shocks=(Shock(2, "Spending.swing", False, 0.9, (), 6),),
    )
    simulation = make(shocked)
    simulation.run(3)
    simulation.run(out=tmp_path / "run")
    resolved = Scenario.load(tmp_path / "run" / "scenario.toml")
    assert resolved.settings(toy.TICK)[toy.Spending.swing] == 0.3
    assert make(resolved).run().fingerprint() == simulation.fingerprint()
    departed = json.loads((tmp_path / "run" / "manifest.json").read_text())["departures"]
    assert [(part["name"], part["value"], part["default"]) for part in departed] == [("Spending.swing", 0.3, 0.2)]


@pytest.mark.parametrize(("every", "kept"), [(None, [12]), (0, []), (4, [4, 8, 12]), (5, [5, 10, 12])])
def test_checkpoints_as_asked(tmp_path: Path, every: int | None, kept: list[int]) -> None:
    make().run(out=tmp_path / "run", checkpoint_every=every)
    assert RunFolder.look(tmp_path / "run").checkpoints() == kept


def test_the_clock_asks_for_checkpoints_and_keeps_two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ravelin.runs.recorder._SECONDS_BETWEEN_CHECKPOINTS", 0.0)
    monkeypatch.setattr("ravelin.runs.recorder._CHECKPOINT_SHARE", 1e9)
    make().run(out=tmp_path / "run")
    assert RunFolder.look(tmp_path / "run").checkpoints() == [11, 12]


def test_stopping_leaves_a_run_to_continue(tmp_path: Path) -> None:
    run, asked = tmp_path / "run", iter([False, False, True])
    stopped = make().run(out=run, should_stop=lambda: next(asked), checkpoint_every=0)
    assert stopped.tick == 2
    assert json.loads((run / "manifest.json").read_text())["status"] == "stopped"
    again = load(run)
    with RunFolder.open(run) as folder:
        again.run(out=folder)
    assert again.fingerprint() == make().run().fingerprint()
    assert read(run).ticks == list(range(12))


def test_a_resumed_run_forgets_what_came_after_its_checkpoint(tmp_path: Path) -> None:
    run = tmp_path / "run"
    folder = RunFolder.create(run)
    simulation = make()
    # As if killed: the recorder is never left.
    recorder = Recorder(simulation, folder, 12, 4).__enter__()
    for _ in range(7):
        simulation.step()
        recorder._history.flush()
        recorder.keep()
    folder.close()
    assert read(run).ticks == list(range(7))
    again = load(run)
    assert again.tick == 4
    with RunFolder.open(run) as folder, Recorder(again, folder, 12, 4):
        assert read(run).ticks == list(range(4))
        again.run(8)
    assert again.fingerprint() == make().run().fingerprint()
    assert pq.read_table(run / "history.parquet") == again.rows.table()


def test_an_earlier_run_is_not_overwritten(tmp_path: Path) -> None:
    run = tmp_path / "run"
    make().run(3, out=run)
    before = {name: (run / name).read_bytes() for name in files(run)}
    with pytest.raises(RunFolderError, match="exists and is not empty"):
        make().run(3, out=run)
    assert {name: (run / name).read_bytes() for name in files(run)} == before
    make().run(2, out=run, force=True)
    assert RunFolder.look(run).checkpoints() == [2]


def test_opening_may_be_any_callable() -> None:
    def open_rich(*arguments: Any, **named: Any) -> World:
        world = toy.open_world(*arguments, **named)
        world[toy.Consumers].purse[:] = 10**6
        return world

    rich = Simulation(SCENARIO, tick=toy.TICK, opening=open_rich, observe=toy.indicators)
    assert rich.world[toy.Consumers].purse[0] == 10**6


def test_extra_phases_are_part_of_the_page() -> None:
    @host_system
    def watch(tick: int = this_tick()) -> None:
        """Note that a month passed."""
        seen.append(tick)

    seen: list[int] = []
    page = replace(toy.TICK, phases=(*toy.TICK.phases, phase("Somebody watches", watch)))
    Simulation(SCENARIO, tick=page, opening=toy.open_world, observe=toy.indicators).run(3)
    assert seen == [0, 1, 2]


# The default economy


@pytest.fixture(scope="module")
def economy() -> Iterator[Simulation]:
    """A small default economy after its first months; tests fork it."""
    with Simulation(Scenario.load("default", consumers=1000, ticks=12)) as opened:
        opened.run(2)
        yield opened


def test_the_default_economy_continues_to_the_same_bits(economy: Simulation, tmp_path: Path) -> None:
    economy.save(tmp_path / "x")
    forked, alone = economy.fork(), Simulation.load(tmp_path / "x", threads=1)
    for simulation in (forked, alone):
        simulation.run(3)
    assert forked.fingerprint() == alone.fingerprint() != economy.fingerprint()
    assert forked.history() == alone.history()


def test_the_default_economy_can_be_audited_after_a_tick(economy: Simulation) -> None:
    assert set(economy.audit().values()) == {0}


def test_the_default_economy_closes_to_the_cent(economy: Simulation) -> None:
    sheet = economy.balance_sheet()
    assert sheet.cents.shape == (len(sheet.rows), len(sheet.columns))
    claims = [place for place, name in enumerate(sheet.columns) if name in ("cash", "deposits", "equity")]
    assert not sheet.cents[:, claims].sum(axis=0).any()
    assert not economy.flow_matrix().cents.sum(axis=1).any()
    sparse = economy.balance_sheet(sparse=True)
    assert sparse.shape[0] > 1000
    assert not sparse.sum(axis=0).any()


def test_the_default_economy_leaves_a_whole_run(economy: Simulation, tmp_path: Path) -> None:
    simulation = economy.fork().run(2, out=tmp_path / "run")
    accounts = read_accounts(RunFolder.look(tmp_path / "run"))
    assert accounts.tick == 3
    assert (accounts.balance_sheet.cents == simulation.balance_sheet().cents).all()
    history = pq.read_table(tmp_path / "run" / "history.parquet")
    for name in (
        "gdp",
        "gdp_real",
        "inflation",
        "unemployment_rate",
        "policy_rate",
        "audit_gap_cents",
    ):
        metadata = history.schema.field(name).metadata
        assert all(metadata[key] for key in (b"title", b"unit", b"definition", b"kind"))
        assert metadata[b"kind"] in (b"stock", b"flow", b"rate", b"index")
    assert history.column("audit_gap_cents").to_pylist() == [0.0] * 4


@pytest.mark.parametrize("name", list(built_in()))
def test_built_in_scenarios_fit_the_default_economy(name: str) -> None:
    scenario = Scenario.load(name, consumers=1000)
    settings = Simulation.check(scenario)
    assert all(settings[settings.find(key)] == value for key, value in scenario.parameters.items())


def test_too_large_an_economy_is_refused_before_it_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ravelin.opening.memory.available_bytes", lambda: 10**9)
    with pytest.raises(ScenarioError, match=r"needs .* of memory and 1 GB are available"):
        Simulation(Scenario.load("default", consumers=10**7))


def test_a_run_that_cannot_be_kept_to_its_end_has_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "free_bytes", lambda _: 1000)
    with pytest.raises(CheckpointError, match="no room"):
        make().run(5, out=tmp_path / "x")
    assert json.loads((tmp_path / "x" / "manifest.json").read_text())["status"] == "failed"
    assert len(read(tmp_path / "x")) == 5
