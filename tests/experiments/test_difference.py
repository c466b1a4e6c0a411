"""What differs between two sides is told in full: parameters, shocks, keys, model and tick page."""

import datetime
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ravelin import TICK
from ravelin.core.shipped import data_folder
from ravelin.economy.spending import consumption
from ravelin.experiments.counterfactual import months_needed, paired
from ravelin.experiments.difference import Difference, acting, as_text, check_pair, differences, parting_tick
from ravelin.experiments.errors import ExperimentError
from ravelin.scenarios.scenario import Scenario, ScenarioError
from ravelin.scenarios.shock import Shock

BASE = Scenario.load("default", consumers=500)
HOT: dict[str, Any] = {"parameters": {"Anchors.inflation_target": 0.03}}
CUT = Shock(7, "FiscalPolicy.purchases", False, 0.9)
CUT_TOLD = {"tick": 7, "set": "FiscalPolicy.purchases", "to": 0.9}
DROUGHT = Shock(3, "Firms.tfp", True, 0.5, (("good", "food"),), 9)
DROUGHT_TOLD = {"tick": 3, "scale": "Firms.tfp", "by": 0.5, "where": {"good": "food"}, "until": 9}


def told(base: Scenario, other: Scenario) -> dict[str, tuple[Any, Any]]:
    return {one.what: (one.base, one.other) for one in differences(base, other)}


def test_the_base_may_be_the_one_that_departs() -> None:
    hot = BASE.departing(parameters={"Anchors.inflation_target": 0.05})
    assert told(hot, BASE) == {"Anchors.inflation_target": (0.05, 0.02)}
    assert told(BASE, hot) == {"Anchors.inflation_target": (0.02, 0.05)}
    both = hot.departing(parameters={"Taxes.corporate": 0.3})
    assert set(told(both, BASE)) == {"Anchors.inflation_target", "Taxes.corporate"}


def test_a_default_that_is_written_out_is_no_difference() -> None:
    assert told(BASE, BASE.departing(parameters={"Anchors.inflation_target": 0.02})) == {}


def test_shocks_of_either_side_are_told_exactly() -> None:
    cut, both = BASE.with_shocks([CUT]), BASE.with_shocks([CUT, DROUGHT])
    assert told(BASE, cut) == {"shocks": ([], [CUT_TOLD])}
    assert told(both, cut) == {"shocks": ([DROUGHT_TOLD], [])}
    turned = BASE.with_shocks([DROUGHT, CUT])
    assert told(both, turned) == {"shocks": ([CUT_TOLD, DROUGHT_TOLD], [DROUGHT_TOLD, CUT_TOLD])}
    twice = BASE.with_shocks([CUT, CUT])
    assert told(cut, twice) == {"shocks": ([], [CUT_TOLD])}
    near = BASE.with_shocks([replace(CUT, value=0.9000000001)])
    assert told(cut, near) == {"shocks": ([CUT_TOLD], [{**CUT_TOLD, "to": 0.9000000001}])}
    assert as_text(told(both, cut)["shocks"][0]) == "tick 3 scale Firms.tfp by 0.5 where good food until 9"


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("consumers", 1_000, (500, 1_000)), ("firms", 60, (None, 60)), ("banks", 2, (None, 2)),
        ("ticks", 60, (120, 60)), ("seed", 7, (1, 7)),
        ("start", datetime.date(2021, 1, 1), ("2020-01-01", "2021-01-01")),
        ("catalog", "teaching", ("united-states", "teaching")),
    ],
)  # fmt: skip
def test_keys_that_differ_are_told(key: str, value: Any, said: tuple[Any, Any]) -> None:
    assert told(BASE, BASE.departing(**{key: value})) == {key: said}


def test_a_model_is_told_with_its_digest(tmp_path: Path) -> None:
    file = tmp_path / "mine.zip"
    file.write_bytes((data_folder() / "consumption_model.zip").read_bytes())
    (found,) = differences(BASE, BASE.departing(model=file))
    assert found.what == "model"
    assert found.base.startswith("shipped (digest ")
    assert found.other == found.base.replace("shipped", str(file))
    assert parting_tick([found]) == 0


def test_rules_of_a_page_are_told() -> None:
    page = TICK.without(consumption.reconsider_habits)
    (found,) = differences(BASE, BASE, None, page)
    assert found == Difference("tick page", ["consumption.reconsider_habits"], [])
    assert differences(BASE, BASE, page, page) == ()
    assert differences(BASE, BASE, None, TICK) == ()


def test_where_two_sides_part() -> None:
    assert months_needed(BASE, BASE.with_shocks([CUT])) == 7 + 36
    assert parting_tick(differences(BASE, BASE.with_shocks([CUT, DROUGHT]))) == 3
    dearer = BASE.departing(parameters={"Taxes.corporate": 0.3})
    assert parting_tick(differences(BASE, dearer.with_shocks([CUT]))) == 0
    assert acting(differences(BASE, BASE.departing(ticks=3, seed=9))) == []


@pytest.mark.parametrize("key", ["consumers", "firms", "banks", "start", "catalog"])
def test_what_cannot_be_paired_is_refused(key: str) -> None:
    value = {"start": "2021-01", "catalog": "teaching", "consumers": 1_000}.get(key, 2)
    with pytest.raises(ScenarioError, match=f"default and default cannot be paired: {key} is"):
        check_pair(BASE, BASE.departing(**{key: value}))


@pytest.mark.parametrize(
    ("other", "arguments", "said"),
    [
        ({}, {}, "have the same parameters, shocks, spending model and tick page, so there is nothing to compare"),
        ({"ticks": 9, "seed": 4}, {}, "there is nothing to compare"),
        ({"parameters": {"Anchors.inflation_target": 0.02}}, {}, "there is nothing to compare"),
        ({"title": "x"}, {"ticks": 7}, "nothing to compare"),
        (HOT, {"ticks": 0}, "ticks is a whole number, 1 or more, not 0"),
        (HOT, {"ticks": 2.5}, "ticks is a whole number"),
        (HOT, {"workers": 0}, "workers is a whole number, 1 or more"),
        (HOT, {"workers": True}, "workers is a whole number, 1 or more"),
        (HOT, {"hear": 3}, "hear is something that can be called"),
        (HOT, {"tick": "TICK"}, "a tick page is a Schedule, such as ravelin.TICK, not 'TICK'"),
        (HOT, {"seeds": [1, 2, 1]}, "seed 1 is given twice"),
        (HOT, {"keep": 3}, "keep is the path of a folder, not 3"),
        (HOT, {"finished": 3}, "finished is a Comparison, not 3"),
        ({"parameters": {"Anchors.inflation_target": 3.0}}, {}, "Anchors.inflation_target is 3, outside its range"),
        ({"start": "9999-09", "parameters": {"Anchors.inflation_target": 0.03}}, {}, "cannot be paired: start is"),
    ],
)  # fmt: skip
def test_wrong_pairs_are_refused_before_anything_runs(other: Any, arguments: Any, said: str) -> None:
    other = other if "ticks" in other or "start" not in other else {**other, "ticks": 2}
    with pytest.raises((ExperimentError, ScenarioError), match=said):
        paired(BASE, BASE.departing(**other), **arguments)


def test_a_pair_that_ends_before_it_parts_is_refused() -> None:
    with pytest.raises(ExperimentError, match="not differ before tick 7, and 7 ticks end before it; give at least 10"):
        paired(BASE, BASE.with_shocks([CUT]), ticks=7)
