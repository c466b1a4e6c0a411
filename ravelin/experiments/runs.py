"""Many runs of a scenario that differ in luck: an ensemble.

from ravelin import Scenario
from ravelin.experiments import ensemble

if __name__ == "__main__":
    runs = ensemble(Scenario.load("default", consumers=10_000), seeds=8, ticks=120)
    runs.column("unemployment_rate").mean(axis=0)
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ravelin.core.table import Array
from ravelin.experiments.pool import Hear, Standing, Step, run_tasks
from ravelin.scenarios.scenario import Scenario
from ravelin.simulation import Moment, Simulation, default_threads
from ravelin.storage.history import Field, History

if TYPE_CHECKING:
    import pyarrow

Watcher = Callable[[Moment], None]


class Job(NamedTuple):
    """A run to be made; `watch` makes an observer that comes back with the run."""

    scenario: Scenario
    ticks: int
    watch: Callable[[], Watcher] | None = None


class Run(NamedTuple):
    """A run that was made."""

    seed: int
    history: History
    watcher: Watcher | None


@dataclass(frozen=True)
class Ensemble:
    """Runs of one scenario with different seeds, of the same length."""

    scenario: Scenario
    runs: tuple[Run, ...]

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seed of each run."""
        return tuple(run.seed for run in self.runs)

    @property
    def fields(self) -> tuple[Field, ...]:
        """What the histories hold."""
        return self.runs[0].history.fields

    def column(self, name: str) -> Array:
        """Return an indicator, (seeds, ticks) float64."""
        return np.stack([run.history.column(name) for run in self.runs])

    def tables(self) -> "list[pyarrow.Table]":
        """Return the history of each run as an Arrow table."""
        return [run.history.table() for run in self.runs]


def silent(_: Standing) -> None:
    """Say nothing of how far the runs are."""


def ensemble(
    scenario: Scenario | str,
    seeds: int | Sequence[int] = 8,
    ticks: int | None = None,
    *,
    workers: int | None = None,
    watch: Callable[[], Watcher] | None = None,
    hear: Hear = silent,
) -> Ensemble:
    """Run a scenario once per seed, in a pool of processes.

    Parameters
    ----------
    seeds : int or sequence of int
        How many, counted from the scenario's own; or which.
    ticks : int, optional
        Months of each run; the scenario's if not given.
    workers : int, optional
        Processes; one per processor if not given. With 1 the runs are made in this process.
    watch : callable, optional
        Makes an observer of a run in its worker; it comes back as `Run.watcher`, so it must pickle.
    hear : callable
        Hears how far the runs are.
    """
    (made,) = ensembles([_loaded(scenario)], seeds, ticks, workers=workers, watch=watch, hear=hear)
    return made


def ensembles(
    scenarios: Sequence[Scenario],
    seeds: int | Sequence[int],
    ticks: int | None,
    *,
    workers: int | None = None,
    watch: Callable[[], Watcher] | None = None,
    hear: Hear = silent,
) -> list[Ensemble]:
    """Run each scenario once per seed, all in one pool (see `ensemble`)."""
    for scenario in scenarios:
        Simulation.check(scenario)
    first = scenarios[0].seed
    chosen = list(range(first, first + seeds)) if isinstance(seeds, int) else list(seeds)
    jobs = [
        Job(scenario.departing(seed=seed), ticks or scenario.ticks, watch) for scenario in scenarios for seed in chosen
    ]
    months = sum(job.ticks for job in jobs)
    runs = run_tasks(make_run, jobs, steps=months, workers=workers or default_threads(), hear=hear)
    each = len(chosen)
    return [
        Ensemble(scenario, tuple(runs[place * each : (place + 1) * each])) for place, scenario in enumerate(scenarios)
    ]


def make_run(job: Job, step: Step) -> Run:
    """Make one run, on one thread: as many runs go on at once as there are processors."""
    with Simulation(job.scenario, threads=1) as economy:
        watcher = job.watch() if job.watch is not None else None
        if watcher is not None:
            economy.observers.append(watcher)
        economy.observers.append(lambda moment: step(moment.tick + 1))
        economy.run(job.ticks)
        return Run(economy.seed, economy.rows, watcher)


def _loaded(scenario: Scenario | str) -> Scenario:
    return scenario if isinstance(scenario, Scenario) else Scenario.load(scenario)
