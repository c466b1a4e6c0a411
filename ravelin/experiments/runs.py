"""Many runs of a scenario that differ in luck: an ensemble.

from ravelin import Scenario
from ravelin.experiments import ensemble

runs = ensemble(Scenario.load("default", consumers=10_000), seeds=8, ticks=120)
runs.column("unemployment_rate").mean(axis=0)
"""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ravelin.core.given import is_whole, plain, shown
from ravelin.core.schedule import Schedule
from ravelin.core.table import Array
from ravelin.experiments.difference import check_page
from ravelin.experiments.errors import ExperimentError, RunsInterruptedError
from ravelin.experiments.keeping import Kept
from ravelin.experiments.workers import Hear, Standing, Step, run_tasks
from ravelin.runs.preparation import chosen_scenario
from ravelin.runs.simulation import Moment, Simulation, default_threads
from ravelin.scenarios.scenario import Scenario
from ravelin.scenarios.text import SEED_MAX
from ravelin.storage.history import Field, History

if TYPE_CHECKING:
    import pyarrow

Watcher = Callable[[Moment], None]
SEEDS_MOST = 10_000
"""Runs of a scenario that one call makes at most: their histories are held together."""


class Job(NamedTuple):
    """A run to be made; `watch` makes an observer that comes back with the run.

    One that has `begin` is shown the economy before its first month, and told in which tick futures part (`apart`).
    """

    scenario: Scenario
    ticks: int
    watch: Callable[[], Watcher] | None = None
    tick: Schedule | None = None
    apart: int = 0

    def __str__(self) -> str:
        return f"{self.scenario.name}, seed {self.scenario.seed}"


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
    tick: Schedule | None = None
    """The tick page; None for `ravelin.TICK`."""

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seed of each run."""
        return tuple(run.seed for run in self.runs)

    @property
    def fields(self) -> tuple[Field, ...]:
        """What the histories hold."""
        return self.runs[0].history.fields

    def column(self, name: str) -> Array:
        """Return an indicator, (seeds, ticks) float64.

        Raises
        ------
        ExperimentError
            If there is none of that name.
        """
        check_names([name], self.fields)
        return np.stack([run.history.column(name) for run in self.runs])

    def tables(self) -> "list[pyarrow.Table]":
        """Return the history of each run as an Arrow table."""
        return [run.history.dated() for run in self.runs]


def check_names(names: Iterable[object], fields: Sequence[Field]) -> None:
    """Refuse names of indicators that a history does not hold."""
    known = [field.name for field in fields]
    for name in names:
        if name not in known:
            said = f"there is no indicator {shown(name)}"
            if not isinstance(name, str):
                raise ExperimentError(f"{said}; indicators are named by text")
            raise ExperimentError.unknown(said, name, known)


def silent(_: Standing) -> None:
    """Say nothing of how far the runs are."""


def ensemble(
    scenario: Scenario | str | Path,
    seeds: int | Iterable[int] = 8,
    ticks: int | None = None,
    *,
    tick: Schedule | None = None,
    workers: int | None = None,
    watch: Callable[[], Watcher] | None = None,
    hear: Hear = silent,
    keep: str | Path | None = None,
    finished: Ensemble | None = None,
) -> Ensemble:
    """Run a scenario once per seed, side by side in processes of their own.

    Parameters
    ----------
    seeds : int or several int
        How many, counted from the scenario's own; or which, each once.
    ticks : int, optional
        Months of each run; the scenario's if not given.
    tick : Schedule, optional
        The tick page; `ravelin.TICK` if not given. With several workers its rules lie in modules, which they import.
    workers : int, optional
        Processes; one per processor if not given. With 1 the runs are made in this process.
    watch : callable, optional
        Makes an observer of a run; it comes back as `Run.watcher`, so with several workers it must pickle.
    hear : callable
        Hears how far the runs are.
    keep : path, optional
        Folder in which each run is kept as soon as it is finished. The same call with the same folder makes only
        the runs that are missing.
    finished : Ensemble, optional
        Runs that need not be made again: what `RunsInterruptedError` holds.

    Raises
    ------
    ExperimentError, ScenarioError
        One sentence, before anything is run.
    RunsInterruptedError
        A KeyboardInterrupt that holds the runs that were finished.
    """
    if finished is not None and not isinstance(finished, Ensemble):
        raise ExperimentError(f"finished is an Ensemble, not {shown(finished)}")
    try:
        (made,) = ensembles(
            {"run": chosen_scenario(scenario)}, seeds, ticks, pages={"run": tick}, workers=workers, watch=watch,
            hear=hear, keep=keep, finished=None if finished is None else {"run": finished},
        )  # fmt: skip
    except RunsInterruptedError as error:
        error.finished = error.finished[0] if error.finished else None
        raise
    return made


def ensembles(
    scenarios: Mapping[str, Scenario],
    seeds: int | Iterable[int],
    ticks: int | None,
    *,
    pages: Mapping[str, Schedule | None],
    workers: int | None = None,
    watch: Callable[[], Watcher] | None = None,
    hear: Hear = silent,
    keep: str | Path | None = None,
    finished: Mapping[str, Ensemble] | None = None,
    apart: int = 0,
) -> list[Ensemble]:
    """Run each scenario once per seed (see `ensemble`), seed by seed, so that what is finished can be compared.

    Parameters
    ----------
    scenarios, pages : side -> scenario, side -> tick page
    """
    processes = default_threads() if workers is None else whole(workers, "workers")
    for page in pages.values():
        if page is not None:
            check_page(page)
    if keep is not None and not isinstance(keep, (str, os.PathLike)):
        raise ExperimentError(f"keep is the path of a folder, not {shown(keep)}")
    for called, function in (("watch", watch), ("hear", hear)):
        if function is not None and not callable(function):
            raise ExperimentError(f"{called} is something that can be called, not {shown(function)}")
    chosen = chosen_seeds(seeds, next(iter(scenarios.values())).seed)
    sealed = {side: scenario.sealed() for side, scenario in scenarios.items()}
    for side, scenario in sealed.items():
        Simulation.check(scenario, pages[side])
    jobs = {
        (seed, side): _job(scenario, seed, ticks, watch, pages[side], apart)
        for seed in chosen
        for side, scenario in sealed.items()
    }
    kept = None if keep is None else Kept.open(keep, sealed, {side: jobs[chosen[0], side] for side in sealed}, chosen)
    made: dict[tuple[int, str], Run] = {}

    def done(number: int, run: Run) -> None:
        place = missing[number]
        if kept is not None:
            kept.keep(*place, run)
        made[place] = run

    def gathered(some: Sequence[int]) -> list[Ensemble]:
        return [
            Ensemble(scenario, tuple(made[seed, side] for seed in some), pages[side])
            for side, scenario in sealed.items()
        ]

    missing: list[tuple[int, str]] = []
    try:
        for place, job in jobs.items():
            run = _known(place, job, finished, kept)
            if run is None:
                missing.append(place)
            else:
                made[place] = run
        due = [jobs[place] for place in missing]
        if due:
            months = sum(job.ticks for job in due)
            run_tasks(make_run, due, steps=months, workers=processes, hear=hear, done=done)
    except BaseException as error:
        if kept is not None:
            kept.discard_if_empty()
        if not isinstance(error, KeyboardInterrupt):
            raise
        there = [seed for seed in chosen if all((seed, side) in made for side in sealed)]
        raise _interrupted(gathered(there) if there else [], chosen, there, keep) from error
    return gathered(chosen)


def _job(
    scenario: Scenario, seed: int, ticks: int | None, watch: Callable[[], Watcher] | None, page: Schedule | None,
    apart: int,
) -> Job:  # fmt: skip
    months = scenario.ticks if ticks is None else whole(ticks, "ticks")
    return Job(scenario.departing(seed=seed, ticks=months), months, watch, page, apart)


def _known(place: tuple[int, str], job: Job, finished: Mapping[str, Ensemble] | None, kept: Kept | None) -> Run | None:
    """Return a run that need not be made, from memory or from the folder."""
    seed, side = place
    if finished is not None:
        held = finished[side]
        for run in held.runs:
            if run.seed == seed:
                if (held.scenario, held.tick, len(run.history)) != (_unseeded(job, held.scenario), job.tick, job.ticks):
                    raise ExperimentError("the finished runs are of another scenario, tick page or length")
                return run
    found = None if kept is None else kept.find(seed, side, job.ticks)
    return None if found is None else Run(seed, *found)


def _unseeded(job: Job, like: Scenario) -> Scenario:
    return job.scenario.departing(seed=like.seed, ticks=like.ticks)


def _interrupted(
    finished: list[Ensemble], chosen: Sequence[int], there: Sequence[int], keep: str | Path | None
) -> RunsInterruptedError:
    remaining = tuple(seed for seed in chosen if seed not in there)
    message = f"{len(there)} of {len(chosen)} seeds are finished"
    if there and keep is not None:
        message += f" and kept in {keep}; the same call goes on from there"
    elif there:
        message += "; they are in this exception's `finished`, which the same call takes to go on"
    return RunsInterruptedError(message, finished or None, remaining)


def chosen_seeds(seeds: object, first: int) -> tuple[int, ...]:
    """Return the seeds asked for: so many from the first on, or those given, each once.

    Raises
    ------
    ExperimentError
        If there is none, one is given twice, or one is no seed.
    """
    given = plain(seeds)
    if is_whole(given):
        if not 1 <= given <= SEEDS_MOST:
            raise ExperimentError(f"seeds are from 1 to {SEEDS_MOST:,} in number, not {shown(given)}")
        given = range(first, first + given)
    elif isinstance(given, (str, bytes, Mapping)) or not isinstance(given, Iterable):
        raise ExperimentError(f"seeds are a whole number, how many, or several, which; not {shown(seeds)}")
    chosen: dict[int, int] = {}
    for place, one in enumerate(given, 1):
        seed = plain(one)
        if not is_whole(seed) or not 0 <= seed <= SEED_MAX:
            raise ExperimentError(f"seed {place} is {shown(one)}; a seed is a whole number from 0 to {SEED_MAX}")
        if seed in chosen:
            raise ExperimentError(
                f"seed {seed} is given twice, as number {chosen[seed]} and {place}; one seed gives one run, so give "
                "each once"
            )
        if place > SEEDS_MOST:
            raise ExperimentError(f"there are more than {SEEDS_MOST:,} seeds")
        chosen[seed] = place
    if not chosen:
        raise ExperimentError("there is no seed, so there is nothing to run; give one or more")
    return tuple(chosen)


def whole(value: object, called: str, least: int = 1) -> int:
    """Return a whole number of at least so many, or say what was expected."""
    number = plain(value)
    if not is_whole(number) or number < least:
        raise ExperimentError(f"{called} is a whole number, {least} or more, not {shown(value)}")
    return number


def make_run(job: Job, step: Step) -> Run:
    """Make one run, on one thread: as many runs go on at once as there are processors."""
    with Simulation(job.scenario, threads=1, tick=job.tick) as economy:
        watcher = job.watch() if job.watch is not None else None
        if watcher is not None and not callable(watcher):
            raise ExperimentError(f"watch makes observers, which can be called with a Moment, not {shown(watcher)}")
        if watcher is not None:
            if begin := getattr(watcher, "begin", None):
                begin(economy, job.apart)
            economy.observers.append(watcher)
        economy.observers.append(lambda moment: step(moment.tick + 1))
        economy.run(job.ticks)
        return Run(economy.seed, economy.rows, watcher)
