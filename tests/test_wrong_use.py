"""What Python hands to a simulation in a wrong way is refused in one sentence, by an error of ours."""

import datetime
import errno
import os
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import toy

from ravelin import Scenario, Simulation, storage
from ravelin.cli.main import EXIT_CODES
from ravelin.core.parameter import ParameterError
from ravelin.core.sentence import SENTENCE_MOST, Kind
from ravelin.experiments.counterfactual import paired
from ravelin.experiments.errors import ExperimentError
from ravelin.experiments.runs import ensemble
from ravelin.learning.errors import SurveyError
from ravelin.learning.survey import read_survey
from ravelin.runs.simulation import SimulationError
from ravelin.scenarios.catalog import load_catalog
from ravelin.scenarios.scenario import ScenarioError
from ravelin.scenarios.shock import ShockError
from ravelin.storage.checkpoint import CheckpointError
from ravelin.storage.folder import RunFolderError

SCENARIO = Scenario(consumers=100, ticks=6)


def opened(**arguments: Any) -> Simulation:
    given: dict[str, Any] = {"tick": toy.TICK, "opening": toy.open_world, "observe": toy.indicators, "threads": 1}
    return Simulation(SCENARIO, **(given | arguments))


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        ({"threads": 0}, SimulationError, "threads is a whole number from 1 to 1,024, not 0"),
        ({"threads": True}, SimulationError, "not True"), ({"threads": 1.5}, SimulationError, "not 1.5"),
        ({"threads": 10**6}, SimulationError, "not 1000000"), ({"threads": "2"}, SimulationError, "not '2'"),
        ({"seed": "x"}, ScenarioError, "seed is a whole number from 0 to"),
        ({"seed": -1}, ScenarioError, "not -1"), ({"seed": True}, ScenarioError, "not True"),
        ({"tick": "TICK"}, SimulationError, "tick is a tick page, such as ravelin.TICK, not 'TICK'"),
        ({"opening": 3}, SimulationError, "opening is something that can be called, not 3"),
        ({"observe": 3}, SimulationError, "observe is something"), ({"progress": 3}, SimulationError, "progress is"),
    ],
)  # fmt: skip
def test_wrong_openings(arguments: dict[str, Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error) as caught:
        opened(**arguments)
    assert said in str(caught.value)


@pytest.mark.parametrize("wrong", [3, None, b"default", ["default"]])
def test_a_scenario_that_is_none(wrong: Any) -> None:
    for use in (Simulation, Simulation.check):
        with pytest.raises(ScenarioError, match="a scenario is asked for by its name or its path"):
            use(wrong)


@pytest.mark.parametrize(
    ("use", "said"),
    [
        (lambda economy: economy.step(-1), "n is a whole number of months, zero or more, not -1"),
        (lambda economy: economy.step(1.5), "not 1.5"), (lambda economy: economy.step(True), "not True"),
        (lambda economy: economy.step("3"), "not '3'"), (lambda economy: economy.step(None), "not None"),
        (lambda economy: economy.step(before=3), "before is something that can be called, not 3"),
        (lambda economy: economy.run(1.5), "ticks is a whole number of months"),
        (lambda economy: economy.run(-1), "ticks is a whole number of months, zero or more, not -1"),
        (lambda economy: economy.run(1, out=3), "out is the path of a folder, not 3"),
        (lambda economy: economy.run(1, should_stop=True), "should_stop is something that can be called, not True"),
        (lambda economy: economy.fork(threads=0), "threads is a whole number from 1"),
        (lambda economy: economy.add_rows(toy.Firms, -1), "Firms grows by a whole number of rows, not by -1"),
        (lambda economy: economy.add_rows(toy.Firms, 1.5), "Firms grows by a whole number of rows, not by 1.5"),
        (lambda economy: economy.fork(luck="x"), "luck is a whole number from 0 to"),
        (lambda economy: economy.fork(luck=2**64), "luck is a whole number"),
        (lambda economy: economy.fork(luck=-1), "not -1"), (lambda economy: economy.fork(luck=True), "not True"),
    ],
)  # fmt: skip
def test_wrong_uses_of_an_economy(use: Callable[[Simulation], Any], said: str) -> None:
    with opened() as economy:
        with pytest.raises(SimulationError) as caught:
            use(economy)
        assert said in str(caught.value)
        assert (economy.tick, economy.whole) == (0, True)


@pytest.mark.parametrize("wrong", ["Firms", 3, ["Firms"], None])
def test_a_table_is_asked_for_by_its_class(wrong: Any) -> None:
    with opened() as economy, pytest.raises(KeyError, match="a table is asked for by its class"):
        economy.world[wrong]


def test_numbers_of_any_library_are_numbers() -> None:
    with opened(threads=np.int64(1), seed=np.uint32(4)) as economy:
        economy.step(np.int64(1))
        economy.run(np.uint8(2))
        economy.shock(tick=np.int64(3), scale="Firms.appeal", by=Fraction(1, 2), where={"firm": np.int32(1)})
        economy.shock(tick=4, set="Spending.swing", to=np.float32(0.25))
        economy.fork(luck=2**64 - 1).close()  # A key of draws, as the pairs of a fork have it.
        with economy.fork(luck=np.int64(9)) as other:
            other.step(2)
            assert other.world[toy.Firms].appeal[1] == 0.5
            assert other.settings[toy.Spending.swing] == 0.25
        assert economy.seed == 4


LONG = "x" * 100_000
PATHS = ["a\0b", "\ud800", "x" * 5_000, "a/" * 3_000, LONG, 3, ""]
"""What no system has a path like."""
OTHER = SCENARIO.departing(parameters={"Anchors.inflation_target": 0.03})


@pytest.mark.parametrize("path", PATHS, ids=lambda path: f"{str(path)[:9]!r}")
@pytest.mark.parametrize(
    ("use", "error"),
    [
        (lambda economy, path: economy.save(path), CheckpointError),
        (lambda economy, path: Simulation.load(path), CheckpointError),
        (lambda economy, path: Scenario.load(path), ScenarioError),
        (lambda economy, path: load_catalog(Scenario(catalog=path).catalog), ScenarioError),
        (lambda economy, path: ensemble(SCENARIO, seeds=[1], keep=path, workers=1), ExperimentError),
        (lambda economy, path: paired(SCENARIO, OTHER, seeds=[1], keep=path, workers=1), ExperimentError),
        (lambda economy, path: read_survey(Path(str(path) or "none")), SurveyError),
    ],
    ids=["save", "load", "scenario", "catalog", "ensemble", "paired", "survey"],
)  # fmt: skip
def test_a_path_that_cannot_be(use: Callable[[Simulation, Any], object], error: type[Exception], path: Any) -> None:
    with opened() as economy, pytest.raises(error) as caught:
        use(economy, path)
    assert len(str(caught.value)) <= SENTENCE_MOST
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    ("code", "kind"), [(errno.EACCES, Kind.UNFIT), (errno.EROFS, Kind.UNFIT), (errno.ENOSPC, Kind.FAILED)]
)
@pytest.mark.parametrize("resumed", [False, True])
def test_a_folder_that_cannot_be_written(
    code: int, kind: Kind, resumed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wrong place is wrong usage, exit code 2; a full disk is none."""

    def fail(*_: object) -> None:
        raise OSError(code, os.strerror(code), str(tmp_path))

    if resumed:
        with Simulation(Scenario.load("default", consumers=1_000)) as economy:
            economy.run(1, tmp_path / "x")
        monkeypatch.setattr(storage.folder.RunFolder, "_acquire", fail)
    else:
        monkeypatch.setattr(storage.folder, "make_folders", fail)
    use = storage.folder.RunFolder.open if resumed else storage.folder.RunFolder.create
    with pytest.raises(RunFolderError, match="cannot write to ") as caught:
        use(tmp_path / "x")
    assert caught.value.kind is kind
    assert EXIT_CODES[kind] == (1 if code == errno.ENOSPC else 2)


@pytest.mark.parametrize(
    ("use", "error"),
    [
        (lambda economy: Scenario.load("default", **{LONG: 1}), ScenarioError),
        (lambda economy: Scenario.read(f"{LONG} = 1"), ScenarioError),
        (lambda economy: Scenario.read(f"[size]\n{LONG} = 1"), ScenarioError),
        (lambda economy: Scenario.read(f'[[shock]]\n{LONG} = 1'), ScenarioError),
        (lambda economy: Simulation.check(Scenario(parameters={LONG: 1})), ScenarioError),
        (lambda economy: Simulation.check(Scenario(parameters={f"Spending.{LONG}": 1}), toy.TICK), ScenarioError),
        (lambda economy: economy.settings.set(LONG, 1), ParameterError),
        (lambda economy: economy.settings.set("Spending.swing", LONG), ParameterError),
        (lambda economy: economy.shock(tick=0, set=LONG, to=1), ShockError),
        (lambda economy: economy.shock(tick=0, set=f"Spending.{LONG}", to=1), ShockError),
        (lambda economy: economy.shock(tick=0, set="Spending.swing", to=LONG), ShockError),
        (lambda economy: economy.shock(tick=0, set="Firms.appeal", to=1, where={LONG: 1}), ShockError),
        (lambda economy: economy.shock(tick=0, set="Firms.appeal", to=1, where={"good": LONG}), ShockError),
        (lambda economy: economy.shock(tick=LONG, set="Firms.appeal", to=1), ShockError),
        (lambda economy: economy.shock(date=LONG, set="Firms.appeal", to=1), ShockError),
        (lambda economy: economy.shock(**{LONG: 1}), ShockError),
        (lambda economy: economy.step(LONG), SimulationError),
        (lambda economy: opened(threads=LONG), SimulationError),
    ],
)  # fmt: skip
def test_what_is_told_is_brief(use: Callable[[Simulation], object], error: type[Exception]) -> None:
    """What is found may have a hundred thousand letters; no sentence does, whoever catches it."""
    with opened() as economy, pytest.raises(error) as caught:
        use(economy)
    assert len(str(caught.value)) <= SENTENCE_MOST


def test_the_last_month_has_a_date() -> None:
    late = Scenario(consumers=100, ticks=2, start=datetime.date(9999, 10, 1))
    with Simulation(late, tick=toy.TICK, opening=toy.open_world, observe=toy.indicators, threads=1) as economy:
        economy.run()
        assert economy.date == datetime.date(9999, 12, 1)
        assert economy.run(1).history().column("date").to_pylist()[-1] == datetime.datetime(9999, 12, 1)
        assert economy.date == datetime.date(9999, 12, 1)
        with pytest.raises(SimulationError, match="tick 3 has no date: dates end with the year 9999"):
            economy.step()


def test_pandas_sees_datetimes(tmp_path: Path) -> None:
    pytest.importorskip("pandas")
    with opened() as economy:
        economy.run(2, out=tmp_path / "run")
        frame = economy.history().to_pandas()
    assert frame["date"].dtype.kind == "M"
    assert frame.set_index("date").loc["2020-02"].shape[0] == 1


@pytest.mark.parametrize(("firms", "good"), [(1, False), (43, False), (44, True)])
def test_fewer_firms_than_goods_need_are_refused(firms: int, good: bool) -> None:
    few = Scenario.load("default", consumers=1_000, firms=firms)
    if good:
        Simulation.check(few)
        return
    with pytest.raises(ScenarioError, match=f"size.firms is {firms}, too few for the catalog .*: at least 44"):
        Simulation.check(few)
