"""Which seeds: how many or which, each once; an ensemble of none, or of one run four times, is refused."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ravelin.experiments.errors import ExperimentError
from ravelin.experiments.runs import chosen_seeds, ensemble
from ravelin.scenarios.scenario import Scenario, ScenarioError


@pytest.mark.parametrize(
    ("given", "chosen"),
    [
        (3, (5, 6, 7)), (np.int64(2), (5, 6)), (1, (5,)), ([4, 2], (4, 2)), ((0,), (0,)), (range(3), (0, 1, 2)),
        (np.arange(1, 3), (1, 2)), (np.uint8([7, 9]), (7, 9)), ({3}, (3,)), (iter([1, 2]), (1, 2)),
        ([np.int32(1), 2], (1, 2)), ([(1 << 63) - 1], ((1 << 63) - 1,)), (np.array(2), (5, 6)),
    ],
)  # fmt: skip
def test_seeds_are_so_many_or_these(given: Any, chosen: tuple[int, ...]) -> None:
    found = chosen_seeds(given, 5)
    assert found == chosen
    assert {type(seed) for seed in found} == {int}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([1, 1, 1, 1], "seed 1 is given twice, as number 1 and 2; one seed gives one run"),
        ([3, 4, 5, 3], "seed 3 is given twice, as number 1 and 4"),
        (np.array([2, 2]), "seed 2 is given twice"), ([1, np.int64(1)], "seed 1 is given twice"),
        ([], "there is no seed, so there is nothing to run"), (np.array([], dtype=int), "there is no seed"),
        (0, "seeds are from 1 to 10,000 in number, not 0"), (-3, "not -3"), (10**9, "not 1000000000"),
        (True, "seeds are a whole number, how many, or several, which; not True"),
        (2.0, "not 2.0"), ("8", "not '8'"), (None, "not None"), ({1: 2}, "how many, or several"),
        ([-1], "seed 1 is -1; a seed is a whole number from 0 to 9223372036854775807"),
        ([1, 1 << 63], "seed 2 is 9223372036854775808"), ([10**400], "seed 1 is 1000"), ([True], "seed 1 is True"),
        ([1.0], "seed 1 is 1.0"), (["1"], "seed 1 is '1'"), ([None], "seed 1 is None"), ([[1]], "seed 1 is"),
        (range(20_000), "there are more than 10,000 seeds"),
    ],
)  # fmt: skip
def test_wrong_seeds_are_one_sentence(given: Any, said: str) -> None:
    with pytest.raises(ExperimentError) as caught:
        chosen_seeds(given, 1)
    assert said in str(caught.value)
    assert len(str(caught.value)) < 250


def test_a_number_too_long_to_write_is_refused() -> None:
    with pytest.raises(ExperimentError, match="not a number of more than 80 digits"):
        chosen_seeds(10**6000, 1)


def test_the_last_seeds_do_not_run_over() -> None:
    with pytest.raises(ExperimentError, match="seed 3 is 9223372036854775808"):
        chosen_seeds(3, (1 << 63) - 2)


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        ({"seeds": []}, ExperimentError, "there is no seed"),
        ({"ticks": -1}, ExperimentError, "ticks is a whole number, 1 or more, not -1"),
        ({"ticks": 10**7}, ScenarioError, "dates end with the year 9999"),
        ({"workers": 1.5}, ExperimentError, "workers is a whole number"),
        ({"watch": 3}, ExperimentError, "watch is something that can be called, not 3"),
        ({"watch": dict, "keep": "x"}, ExperimentError, "keep= keeps observers only of a class"),
        ({"tick": 3}, ExperimentError, "a tick page is a Schedule, such as ravelin.TICK, not 3"),
        ({"finished": 3}, ExperimentError, "finished is an Ensemble, not 3"),
    ],
)
def test_wrong_ensembles_are_refused_before_anything_runs(
    arguments: Any, error: type[Exception], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(error, match=said):
        ensemble(Scenario.load("default", consumers=500), **arguments)
    assert list(tmp_path.iterdir()) == []


def test_a_scenario_that_is_none_is_refused() -> None:
    with pytest.raises(ScenarioError, match="a scenario is asked for by its name or its path, not by 3"):
        ensemble(3)  # type: ignore[arg-type]
    with pytest.raises(ScenarioError, match="did you mean default"):
        ensemble("defualt")
