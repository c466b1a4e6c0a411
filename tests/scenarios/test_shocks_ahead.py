"""Shocks of months to come: what is known of them is said when they are stated, and none ends a run for good.

Scenario files, orders in Python and over HTTP, forks and runs that are taken up go the same way.
"""

import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ravelin import Scenario, Simulation
from ravelin.core.table import Column
from ravelin.economy.firms.tables import Firms
from ravelin.runs.orders import obey
from ravelin.runs.recorder import Recorder, begin
from ravelin.runs.resuming import take_up
from ravelin.scenarios.scenario import ScenarioError
from ravelin.scenarios.shock import ShockError
from ravelin.scenarios.shock_plan import WithdrawnError
from ravelin.scenarios.targets import Model
from ravelin.storage.folder import RunFolder
from ravelin.tick.page import TICK

TICKS = 12
HEAD = f'catalog = "teaching"\nticks = {TICKS}\nseed = 3\n[size]\nconsumers = 500\n'
MODEL = Model(TICK)
FREE = [declared for declared in dict.fromkeys(MODEL.columns.values()) if MODEL.refusal(declared) is None]
SCALED = [declared for declared in FREE if not declared.codes]


def scenario_of(*shocks: str) -> Scenario:
    return Scenario.read(HEAD + "".join(f"[[shock]]\n{shock}\n" for shock in shocks))


@pytest.fixture(scope="module")
def economy() -> Iterator[Simulation]:
    with Simulation(scenario_of(), threads=1) as simulation:
        simulation.run(2)
        yield simulation


# What cannot be made


@pytest.mark.parametrize(
    ("shock", "said"),
    [
        ("tick = 8\nscale = 'Firms.tfp'\nby = 1e300", "so it cannot be multiplied by 1e+300"),
        ("tick = 8\nscale = 'Firms.price'\nby = 1e6", "Firms.price is a number in cent/unit from 1 to 5,000, so it"),
        ("tick = 8\nscale = 'Firms.price'\nby = 1e-6", "so it cannot be multiplied by 1e-06"),
        ("tick = 8\nscale = 'Firms.tfp'\nby = 1\n", "by = 1 changes nothing"),
        ("tick = 8\nscale = 'Taxes.corporate'\nby = 1.0\n", "by = 1.0 changes nothing"),
        ("tick = 8\nscale = 'Economy.offer_mean'\nby = 2\n", "shock Firms.offer instead"),
    ],
)
def test_a_factor_that_no_value_bears_is_refused_before_anything_is_allocated(
    economy: Simulation, shock: str, said: str
) -> None:
    with pytest.raises(ScenarioError) as caught:
        Simulation.check(scenario_of(shock))
    assert said in str(caught.value)
    with pytest.raises(ShockError) as ordered:
        economy.shock(**_keys(shock))
    assert said in str(ordered.value)


def _keys(shock: str) -> dict[str, Any]:
    """Return a shock of a scenario file as an order states it."""
    return tomllib.loads(shock)


@pytest.mark.parametrize(
    ("shock", "said"),
    [
        ("tick = 8\nscale = 'Firms.price'\nby = 1000", "takes a row to"),
        ("tick = 8\nscale = 'Firms.usable'\nby = 1.5\nuntil = 10", "takes a row to 1.5, beyond 1"),
        ("tick = 8\nscale = 'CentralBank.policy_rate'\nby = 1e4", "takes a row to"),
        (
            "tick = 8\nset = 'Firms.price'\nto = 4500\n[[shock]]\ntick = 8\nscale = 'Firms.price'\nby = 20",
            "takes a row to 90000",
        ),
        ("tick = 8\nset = 'Firms.usable'\nto = 1.0", "changes nothing: every row it finds is the same without it"),
        ("tick = 8\nscale = 'Goods.spoilage'\nby = 1.5", "changes nothing"),
        ("tick = 8\nscale = 'Firms.tfp'\nby = 0.5\nwhere = {good = 0, firm = -2}", "there is no -2"),
    ],
)
def test_what_present_values_do_not_bear_is_refused_before_the_first_month(
    economy: Simulation, shock: str, said: str
) -> None:
    with pytest.raises(ScenarioError) as caught:
        Simulation(scenario_of(shock), threads=1)
    errors = [str(caught.value)]
    for one in (economy.fork(), economy.fork().fork()):
        *first, last = shock.split("[[shock]]\n")
        with one:
            for stated in first:
                one.shock(**_keys(stated))
            with pytest.raises(ShockError) as ordered:
                one.shock(**_keys(last))
        errors.append(str(ordered.value))
    for error in errors:
        assert said in error
        assert "\n" not in error


def takes(simulation: Simulation, declared: Column, by: float, tick: int) -> bool:
    try:
        simulation.check_shock({"tick": tick, "scale": repr(declared), "by": by})
    except ShockError:
        return False
    return True


def test_a_factor_of_a_later_month_is_refused_where_it_would_be_now(economy: Simulation) -> None:
    taken = {
        (repr(declared), by): [takes(economy, declared, by, tick) for tick in (economy.tick, TICKS - 1)]
        for declared in SCALED
        for by in (0.0, 1e-9, 1.5, 1e4, 1e100)
    }
    assert {case: both for case, both in taken.items() if both[0] != both[1]} == {}
    assert 100 < sum(now for now, _ in taken.values()) < len(taken) - 60


# What is refused by what cannot be known before


LATE = {"tick": 4, "scale": "Firms.price", "by": 20.0}


def dear(simulation: Simulation) -> None:
    """Let prices rise after the order was taken, as an inflation does."""
    simulation.world[Firms].price[:] = 4_500.0


@pytest.fixture
def outgrown(economy: Simulation) -> Iterator[Simulation]:
    """An economy whose prices have grown beyond what a shock that was accepted can bear."""
    with economy.fork() as simulation:
        simulation.shock(**LATE)
        simulation.run(2)
        dear(simulation)
        yield simulation


def test_a_shock_that_cannot_be_made_is_said_once_and_the_run_goes_on(outgrown: Simulation, tmp_path: Path) -> None:
    before = outgrown.fingerprint()
    outgrown.save(tmp_path / "before")
    with Simulation.load(tmp_path / "before") as loaded, outgrown.fork() as fork:
        ends = set()
        for one in (outgrown, loaded, fork):
            with pytest.raises(WithdrawnError, match=r"^tick 4 is not begun: .* the run can go on without it$"):
                one.step()
            assert (one.tick, one.fingerprint(), one.whole) == (4, before, True)
            assert one.scenario.shocks == ()
        outgrown.save(tmp_path / "after")
        with Simulation.load(tmp_path / "after") as again:
            for one in (outgrown, loaded, fork, again):
                one.run(2)
                ends.add(one.fingerprint())
    assert len(ends) == 1


def test_a_run_that_stopped_at_a_shock_goes_on_from_its_folder(tmp_path: Path) -> None:
    scenario = scenario_of("tick = 4\nscale = 'Firms.price'\nby = 20.0")
    with RunFolder.create(tmp_path / "run") as folder:
        begin(folder, Simulation.prepare(scenario))
        with Simulation(scenario, threads=1) as simulation:
            simulation.observers.append(lambda moment: dear(simulation) if moment.tick == 3 else None)
            with pytest.raises(WithdrawnError):
                simulation.run(out=folder)
        manifest = folder.read_manifest()
        assert (manifest["status"], manifest["ticks_done"]) == ("stopped", 4)
        assert "Firms.price times 20 takes a row to 90000" in manifest["withdrawn"][0]
    with RunFolder.open(tmp_path / "run") as folder, take_up(folder, 1) as simulation:
        simulation.run(2, out=folder)
        assert folder.read_manifest()["withdrawn"] == manifest["withdrawn"]
        assert simulation.tick == 6


def test_orders_are_repeated_over_a_shock_that_was_withdrawn(tmp_path: Path) -> None:
    """A killed server comes to the month again, and goes on without the shock as it did before."""
    scenario = scenario_of()
    with RunFolder.create(tmp_path / "run") as folder:
        begin(folder, Simulation.prepare(scenario))
        with Simulation(scenario, threads=1) as live, Recorder(live, folder, TICKS, None) as recorder:
            recorder.order(obey(live, "shock", LATE))
            recorder.order(obey(live, "shock", {"tick": 3, "set": "Firms.price", "to": 4_500}))
            recorder.order(obey(live, "shock", {"tick": 4, "set": "Firms.markup", "to": 0.3}))
            live.step(4)
            with pytest.raises(WithdrawnError):
                live.step()
            live.step(2)
            recorder.order(obey(live, "pay", {"payer": 7, "payee": 8, "cents": 1}))
            shutil.copytree(folder.path, tmp_path / "killed")
            kept = live.fingerprint()
    with RunFolder.open(tmp_path / "killed") as folder, take_up(folder, 1) as again:
        assert again.fingerprint() == kept


# What would have no effect


@pytest.mark.parametrize(
    ("shocks", "said"),
    [
        (
            ["tick = 3\nset = 'Taxes.corporate'\nto = 0.3", "tick = 3\nset = 'Taxes.corporate'\nto = 0.2"],
            "shock 1: tick 3: Taxes.corporate to 0.3 changes nothing, for shock 2 sets the same after it",
        ),
        (
            ["tick = 3\nscale = 'Taxes.corporate'\nby = 0.3", "tick = 3\nset = 'Taxes.corporate'\nto = 0.2"],
            "shock 1: tick 3: Taxes.corporate times 0.3 changes nothing",
        ),
        (
            ["tick = 3\nset = 'Firms.price'\nto = 30\nwhere = {good = 1}", "tick = 3\nset = 'Firms.price'\nto = 20"],
            "shock 1: tick 3: Firms.price to 30 where good is 1 changes nothing",
        ),
        (["tick = 3\nset = 'Anchors.inflation_target'\nto = 0.02"], "Anchors.inflation_target is 0.02 without it"),
        (["tick = 3\nscale = 'Failure.misses_max'\nby = 1.01"], "changes nothing: Failure.misses_max is"),
        (
            [
                "tick = 3\nscale = 'Taxes.corporate'\nby = 0.5\nuntil = 5",
                "tick = 3\nscale = 'Taxes.corporate'\nby = 2.0\nuntil = 5",
                "tick = 3\nset = 'Taxes.corporate'\nto = 0.2\nuntil = 6",
            ],
            "shock 1",
        ),
    ],
)
def test_a_shock_without_effect_is_refused_before_anything_is_allocated(shocks: list[str], said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        Simulation.check(scenario_of(*shocks))
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "shocks",
    [
        ["tick = 3\nset = 'Taxes.corporate'\nto = 0.3", "tick = 3\nset = 'Taxes.corporate'\nto = 0.2\nuntil = 5"],
        ["tick = 3\nset = 'Taxes.corporate'\nto = 0.3", "tick = 4\nset = 'Taxes.corporate'\nto = 0.2"],
        ["tick = 3\nset = 'Firms.price'\nto = 30", "tick = 3\nset = 'Firms.price'\nto = 20\nwhere = {good = 1}"],
        ["tick = 3\nset = 'Firms.tfp'\nto = 2000.0", "tick = 3\nset = 'Firms.tfp'\nto = 3000.0\nuntil = 5"],
        ["tick = 3\nscale = 'Taxes.corporate'\nby = 0.5", "tick = 3\nscale = 'Taxes.corporate'\nby = 0.5"],
    ],
)  # fmt: skip
def test_what_others_hide_for_a_while_is_taken(shocks: list[str]) -> None:
    assert Simulation.check(scenario_of(*shocks)).as_dict() == Simulation.check(scenario_of()).as_dict()


def test_an_order_that_hides_another_is_refused(economy: Simulation) -> None:
    with economy.fork() as fork:
        fork.shock(tick=5, set="Taxes.corporate", to=0.3)
        with pytest.raises(ShockError, match=r"shock 1: .* changes nothing, for shock 2 sets the same after it"):
            fork.shock(tick=5, set="Taxes.corporate", to=0.2)
        fork.shock(tick=6, set="Taxes.corporate", to=0.2)
        fork.run(4)
        # What has had its effect hides nothing.
        fork.shock(tick=6, scale="Taxes.corporate", by=0.5)
        assert len(fork.scenario.shocks) == 3


def test_an_order_after_the_end_is_refused(economy: Simulation) -> None:
    for key in ("Taxes.corporate", "Firms.markup"):
        with pytest.raises(ShockError, match=r"tick 500 is after the end: the run has 12 months"):
            economy.shock(tick=500, set=key, to=0.3)
    with economy.fork() as fork:
        fork.run(TICKS)
        fork.shock(tick=fork.tick, set="Taxes.corporate", to=0.3)


def test_rows_that_never_are_there_are_refused(economy: Simulation) -> None:
    other = int(np.flatnonzero(economy.world[Firms].good != economy.world[Firms].good[0])[0])
    where = {"good": int(economy.world[Firms].good[0]), "firm": other}
    never = r"matches no row of Firms"
    for target in ("Firms.tfp", "Firms.price"):
        with pytest.raises(ShockError, match=never):
            economy.shock(tick=9, scale=target, by=0.5, where=where)
        shock = f"tick = 9\nscale = '{target}'\nby = 0.5\nwhere = {{good = {where['good']}, firm = {other}}}"
        with pytest.raises(ScenarioError, match=never):
            Simulation(scenario_of(shock), threads=1)
