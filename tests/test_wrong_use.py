"""What Python hands to a simulation in a wrong way is refused in one sentence, by an error of ours."""

import datetime
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import toy

from ravelin import Scenario, Simulation
from ravelin.scenarios.scenario import ScenarioError
from ravelin.simulation import SimulationError

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


def test_the_last_month_has_a_date() -> None:
    late = Scenario(consumers=100, ticks=2, start=datetime.date(9999, 10, 1))
    with Simulation(late, tick=toy.TICK, opening=toy.open_world, observe=toy.indicators, threads=1) as economy:
        economy.run()
        assert economy.date == datetime.date(9999, 12, 1)
        with pytest.raises(SimulationError, match="tick 2 has no date: dates end with the year 9999"):
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
