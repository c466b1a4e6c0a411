"""How a run goes on: its last checkpoint is loaded, and the orders that came after it are given again."""

from collections.abc import Callable

from ravelin.core.sentence import Kind
from ravelin.runs.orders import repeat
from ravelin.runs.recorder import told
from ravelin.runs.simulation import Simulation
from ravelin.scenarios.scenario import Scenario
from ravelin.storage.checkpoint import CheckpointError
from ravelin.storage.folder import RunFolder
from ravelin.storage.journal import Journal, after


def take_up(
    folder: RunFolder, threads: int | None = None, progress: Callable[[str], None] = lambda _: None
) -> Simulation:
    """Open the economy of a run that is to go on: as its last checkpoint and the orders after it have it.

    Raises
    ------
    CheckpointError
        If the checkpoint must not be used, with what to do about it.
    RunFolderError
        If the scenario or the orders of the run were changed.
    """
    simulation = _opened(folder, threads, progress)
    with told(folder):
        entries = Journal(folder.path, folder.read_manifest().get("id", "")).read()
        repeat(simulation, after(entries, simulation.orders), progress)
    return simulation


def _opened(folder: RunFolder, threads: int | None, progress: Callable[[str], None]) -> Simulation:
    scenario = Scenario.load(folder.scenario_path)
    newest, checkpoints = folder.newest_checkpoint(), folder.checkpoints()
    if newest is None:
        return Simulation(scenario, threads=threads, progress=progress)
    try:
        simulation = Simulation.load(newest, threads=threads)
    except CheckpointError as error:
        if error.kind not in (Kind.DAMAGED, Kind.UNFIT):
            raise
        earlier = f"after {checkpoints[-2]} months" if len(checkpoints) > 1 else "from the beginning"
        raise CheckpointError.of(error, after=f"; remove {newest} to go on {earlier}") from error
    simulation.scenario = simulation.scenario.departing(ticks=scenario.ticks)
    return simulation
