"""The runs of a server: announced, opened from a scenario or from a folder, and what became of them."""

import threading
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ravelin.economy.people.tables import Consumers
from ravelin.runs.recorder import begin
from ravelin.runs.resuming import take_up
from ravelin.runs.simulation import Simulation
from ravelin.scenarios.scenario import Scenario
from ravelin.server.problems import ProblemError
from ravelin.storage.files import link_folder
from ravelin.storage.folder import RunFolder, fresh_path

RUNS_KEPT = 200


@dataclass
class Run:
    """An economy that was, is or will be served."""

    id: str
    scenario: Scenario
    folder: Path
    status: str = "opening"
    problem: dict[str, Any] | None = None

    def content(self) -> dict[str, Any]:
        """Return what `/runs/{id}` says."""
        return {
            "id": self.id,
            "status": self.status,
            "scenario": self.scenario.name,
            "seed": self.scenario.seed,
            "consumers": self.scenario.consumers,
            "folder": str(self.folder),
            "problem": self.problem,
        }


class Runs(dict[str, Run]):
    """Runs by id, newest last; one at a time is being opened."""

    def __init__(self) -> None:
        super().__init__()
        self._opening = threading.Lock()

    def announce(self, scenario: Scenario) -> Run:
        """Enter a run that is to be opened.

        Raises
        ------
        ProblemError
            If another one is being opened.
        """
        if not self._opening.acquire(blocking=False):
            raise ProblemError("conflict", "another economy is being opened; wait for it")
        path = fresh_path(f"{scenario.name}-{scenario.seed}")
        while path.name in self:
            path = path.with_name(f"{path.name}-again")
        return self._enter(Run(path.name, scenario, path))

    def resume(self, path: Path) -> Run:
        """Enter the run of a folder, which is to be continued."""
        self._opening.acquire()
        try:
            scenario = Scenario.load(RunFolder.look(path).scenario_path)
        except BaseException:
            self.opened()
            raise
        return self._enter(Run(path.resolve().name, scenario, path))

    def opened(self) -> None:
        """Let the next one be opened: this one stands, or never will."""
        self._opening.release()

    def _enter(self, run: Run) -> Run:
        self[run.id] = run
        for old in list(self)[:-RUNS_KEPT]:
            del self[old]
        return run


def begun(run: Run, out: Path | None, threads: int, held: ExitStack) -> tuple[RunFolder, Simulation]:
    """Open a run's scenario in a folder of its own."""
    prepared = Simulation.prepare(run.scenario)
    folder = held.enter_context(RunFolder.create(out or run.folder))
    run.folder = folder.path
    begin(folder, prepared)
    try:
        return folder, Simulation(prepared, threads=threads)
    except BaseException:
        folder.discard()
        raise


def continued(run: Run, threads: int, held: ExitStack) -> tuple[RunFolder, Simulation]:
    """Take up the run of a folder where its last checkpoint has it."""
    kept = held.enter_context(RunFolder.open(run.folder))
    return kept, take_up(kept, threads)


def branched(
    run: Run, origin: RunFolder, tick: int, scenario: Scenario, threads: int, held: ExitStack
) -> tuple[RunFolder, Simulation]:
    """Take up a month of another run in a folder of its own, which keeps what was kept up to that month.

    Parameters
    ----------
    origin : folder that has a checkpoint of the month
    scenario : of the other run as it is now, which knows where its goods are
    """
    simulation = held.enter_context(Simulation.load(origin.checkpoint_path(tick), threads=threads))
    simulation.scenario = replace(
        simulation.scenario, catalog=scenario.catalog, ticks=run.scenario.ticks, source=scenario.source
    )
    folder = held.enter_context(RunFolder.create(run.folder))
    run.folder = folder.path
    try:
        # Before the run has begun as others see it: else a kill now would leave one that goes on from the opening.
        for kept in origin.checkpoints():
            if kept <= tick:
                link_folder(origin.checkpoint_path(kept), folder.checkpoint_path(kept))
    except BaseException:
        folder.discard()
        raise
    return folder, simulation


def check_sound(simulation: Simulation) -> None:
    """Refuse an economy that was opened with parameters under which it cannot stand.

    Raises
    ------
    ProblemError
    """
    for declared, array in simulation.world[Consumers].items():
        if not np.isfinite(array).all():
            detail = f"with these parameters {declared} is not a number at the opening"
            raise ProblemError("invalid", detail)
    name, gap = max(simulation.audit().items(), key=lambda one: abs(one[1]))
    if gap:
        detail = f"with these parameters the accounts do not close at the opening: {name}, {gap} cents"
        raise ProblemError("invalid", detail)
