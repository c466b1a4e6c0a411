"""A folder of runs: what is kept comes back the same, what is damaged is made again, what is other is refused."""

import datetime
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ravelin import TICK
from ravelin.core.clock import date_of
from ravelin.economy.spending import consumption
from ravelin.experiments.errors import ExperimentError
from ravelin.experiments.keeping import Kept, finished_seeds, read_plan
from ravelin.experiments.runs import Job, Run
from ravelin.scenarios.scenario import Scenario
from ravelin.storage.history import Field, History
from ravelin.validation.sample import FirmYears

SCENARIO = Scenario.load("default", consumers=500, ticks=24)
JOBS = {side: Job(SCENARIO.departing(seed=3, ticks=12), 12) for side in ("base", "other")}


def opened(folder: Path, jobs: dict[str, Job] = JOBS, seeds: tuple[int, ...] = (3, 4)) -> Kept:
    given = {side: job.scenario.departing(seed=1, ticks=24) for side, job in jobs.items()}
    return Kept.open(folder, given, jobs, seeds)


def run_of(seed: int, ticks: int = 12) -> Run:
    history = History([Field("gdp", "GDP", "dollar/month", "all", "flow"), Field("gap", "Gap", "1", "", "rate")])
    for tick in range(ticks):
        history.append(tick, date_of(datetime.date(2020, 1, 1), tick), [seed / 7.0 + tick, float("nan")])
    return Run(seed, history, None)


def made_firms() -> FirmYears:
    luck = np.random.default_rng(3)
    watcher = FirmYears()
    for year in range(3):
        watcher.sales.append(luck.uniform(1.0, 2.0, 20).astype(np.float32))
        watcher.ages.append(np.full(20, 40 + 12 * year))
        watcher.enterprises.append(np.arange(20) // 2)
    watcher.staff, watcher.good = np.arange(10.0), np.arange(20) % 3
    return watcher


def test_a_run_comes_back_to_the_bit(tmp_path: Path) -> None:
    kept = opened(tmp_path / "x")
    assert kept.find(3, "base", 12) is None
    for side in JOBS:
        kept.keep(3, side, run_of(3))
    kept.keep(4, "base", run_of(4))
    found = opened(tmp_path / "x").find(3, "base", 12)
    assert found is not None
    assert found[0].fields == run_of(3).history.fields
    assert found[0].dates == run_of(3).history.dates
    for name in ("gdp", "gap"):
        np.testing.assert_array_equal(found[0].column(name), run_of(3).history.column(name))
    assert kept.find(3, "base", 13) is None
    assert finished_seeds(tmp_path / "x", ("base", "other")) == (1, 3)
    plan = read_plan(tmp_path / "x")
    assert (plan.seeds, plan.ticks, plan.own_pages) == ((3, 4), {"base": 12, "other": 12}, False)
    assert replace(plan.scenarios["base"], source="") == replace(SCENARIO, seed=1, source="")


def test_whatever_is_damaged_is_not_taken(tmp_path: Path) -> None:
    kept = opened(tmp_path / "x")
    kept.keep(3, "base", run_of(3))
    path = tmp_path / "x" / "runs" / "base-3.parquet"
    data = path.read_bytes()
    whole = kept.find(3, "base", 12)
    assert whole is not None
    for place in range(0, len(data), 41):
        flipped = bytearray(data)
        flipped[place] ^= 0x10
        path.write_bytes(flipped)
        found = kept.find(3, "base", 12)
        same = found is None or found[0].column("gdp").tolist() == whole[0].column("gdp").tolist()
        assert same, place
    for content in (b"", b"PAR1", data[:-20]):
        path.write_bytes(content)
        assert kept.find(3, "base", 12) is None


def test_observers_are_kept_that_can_be(tmp_path: Path) -> None:
    jobs = {"run": Job(SCENARIO.departing(seed=3, ticks=12), 12, FirmYears)}
    kept = opened(tmp_path / "x", jobs)
    watcher = made_firms()
    kept.keep(3, "run", run_of(3)._replace(watcher=watcher))
    found = kept.find(3, "run", 12)
    assert found is not None
    np.testing.assert_array_equal(found[1].growth(), watcher.growth())
    np.testing.assert_array_equal(found[1].staff, watcher.staff)
    (tmp_path / "x" / "runs" / "run-3.npz").write_bytes(b"PK")
    assert kept.find(3, "run", 12) is None
    with pytest.raises(ExperimentError, match="keeps runs with another observer"):
        opened(tmp_path / "x", {"run": jobs["run"]._replace(watch=None)})


@pytest.mark.parametrize(
    ("job", "said"),
    [
        (Job(SCENARIO.departing(seed=3, ticks=13), 13), "base has another ticks there"),
        (Job(SCENARIO.departing(seed=3, consumers=600), 12), "base has another scenario there"),
        (Job(SCENARIO.departing(parameters={"Taxes.corporate": 0.3}), 12), "base has another scenario there"),
        (Job(SCENARIO, 12, None, TICK.without(consumption.reconsider_habits)), "base has another page there"),
    ],
)
def test_runs_of_something_else_are_refused(job: Job, said: str, tmp_path: Path) -> None:
    opened(tmp_path / "x")
    opened(tmp_path / "x", seeds=(9,))
    with pytest.raises(ExperimentError, match=said):
        opened(tmp_path / "x", {"base": job, "other": job})


def test_what_is_no_plan_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExperimentError, match="keeps no runs"):
        read_plan(tmp_path)
    (tmp_path / "file").write_text("x")
    for folder in (tmp_path, tmp_path / "file"):
        with pytest.raises(ExperimentError, match="exists and is not an empty folder"):
            opened(folder)
    opened(tmp_path / "x")
    path = tmp_path / "x" / "plan.json"
    plan = path.read_text()
    changed = json.dumps({**json.loads(plan), "seeds": [5]})
    for text in ("", "{}", "[]", plan[:-9], plan.replace("500", "501"), changed, "[" * 100_000):
        path.write_text(text)
        with pytest.raises(ExperimentError, match=r"is damaged|is not the plan") as caught:
            read_plan(tmp_path / "x")
        assert len(str(caught.value)) < 400


def test_a_folder_without_a_finished_run_is_removed(tmp_path: Path) -> None:
    kept = opened(tmp_path / "runs" / "x")
    kept.discard_if_empty()
    assert not (tmp_path / "runs" / "x").exists()
    kept = opened(tmp_path / "x")
    kept.keep(3, "base", run_of(3))
    kept.discard_if_empty()
    assert (tmp_path / "x" / "runs" / "base-3.parquet").is_file()
    opened(tmp_path / "y")
    opened(tmp_path / "y").discard_if_empty()  # It was there before.
    assert (tmp_path / "y" / "plan.json").is_file()
