"""Keeps a run in its folder: scenario, manifest, history, checkpoints, accounts.

A checkpoint is written at the end, on an interrupt, and between as asked; by default when half a
minute has passed, and seldom enough that writing takes a twentieth of the time at most. What
`kill -9` loses is what came after the last one, and a resumed run repeats it bit by bit.
"""

import contextlib
import datetime
import platform
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from ravelin import __version__
from ravelin.core.parameter import Settings
from ravelin.scenarios.catalog import shipped_catalogs
from ravelin.scenarios.scenario import Scenario
from ravelin.storage.checkpoint import CheckpointError
from ravelin.storage.fingerprint import code_digest
from ravelin.storage.folder import RunFolder, RunFolderError, replacing, write_json
from ravelin.storage.history import HistoryWriter

if TYPE_CHECKING:
    from ravelin.simulation import Matrix, Simulation

_SECONDS_BETWEEN_CHECKPOINTS = 30.0
_CHECKPOINT_SHARE = 0.05
_CHECKPOINTS_KEPT = 2
CATALOG_FILE = "catalog.toml"

OPENING, RUNNING, COMPLETE, STOPPED, FAILED = "opening", "running", "complete", "stopped", "failed"


class Recorder:
    """Writes what a simulation does; a context that closes the run's books however it ends.

    Parameters
    ----------
    target : int
        Ticks after which the run is complete.
    checkpoint_every : int, optional
        Ticks between checkpoints; None leaves it to the clock, 0 writes none but on an interrupt.
    """

    def __init__(self, simulation: "Simulation", folder: RunFolder, target: int, checkpoint_every: int | None) -> None:
        self.simulation = simulation
        self.folder = folder
        self.target = target
        self.every = checkpoint_every
        self._began = _now()
        self._checkpointed = time.monotonic()
        self._cost = 0.0
        self._lasting: set[int] = set()

    def __enter__(self) -> Self:
        simulation = self.simulation
        scenario = simulation.scenario.departing(ticks=self.target)
        write_scenario(self.folder, scenario, self._settings(), fresh=simulation.tick == 0)
        self._write_manifest(RUNNING)
        with told(self.folder):
            self._history = HistoryWriter(self.folder.path, simulation.rows)
        return self

    def keep(self) -> None:
        """Keep what a tick brought."""
        with told(self.folder):
            self._history.append()
        if self._is_due():
            self.checkpoint()

    def checkpoint(self, *, lasting: bool = False) -> None:
        """Write a checkpoint now; a lasting one is never removed to make room for newer ones."""
        if lasting:
            self._lasting.add(self.simulation.tick)
        self._checkpoint()
        self._write_manifest(RUNNING)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            self._leave(STOPPED if isinstance(error, KeyboardInterrupt) else FAILED)
            return
        complete = self.simulation.tick >= self.target
        try:
            with told(self.folder):
                if self.every != 0 or not complete:
                    self._checkpoint()
                self._write_accounts()
                self._history.finish()
                self._write_manifest(COMPLETE if complete else STOPPED)
        except (CheckpointError, RunFolderError):
            self._leave(FAILED)
            raise

    def _leave(self, status: str) -> None:
        # What went wrong is what the user must hear, not that the folder is full as well.
        with contextlib.suppress(OSError, RunFolderError):
            self._history.finish()
            self._write_manifest(status)

    def _is_due(self) -> bool:
        tick = self.simulation.tick
        if tick >= self.target:
            return False  # The end writes one of its own.
        if self.every is not None:
            return self.every > 0 and tick % self.every == 0
        passed = time.monotonic() - self._checkpointed
        return passed > max(_SECONDS_BETWEEN_CHECKPOINTS, self._cost / _CHECKPOINT_SHARE)

    def _checkpoint(self) -> None:
        begun = time.monotonic()
        with told(self.folder):
            self._history.flush()
            self._write_accounts()
        path = self.folder.checkpoint_path(self.simulation.tick)
        path.parent.mkdir(exist_ok=True)
        self.simulation.save(path)
        if self.every is None:
            self.folder.prune_checkpoints(_CHECKPOINTS_KEPT, self._lasting)
        self._checkpointed = time.monotonic()
        self._cost = self._checkpointed - begun

    def _settings(self) -> Settings:
        """Give the parameters without what a shock in force has put in their place."""
        settings = self.simulation.settings.copy()
        settings.update(self.simulation.overrides)
        return settings

    def _write_manifest(self, status: str) -> None:
        simulation = self.simulation
        settings = self._settings()
        ended = status != RUNNING
        manifest: dict[str, Any] = {
            "scenario": simulation.scenario.name,
            "title": simulation.scenario.title,
            "seed": simulation.seed,
            "threads": simulation.threads,
            "consumers": simulation.rows_of("Consumers"),
            "firms": simulation.rows_of("Firms"),
            "banks": simulation.rows_of("Banks"),
            "model": {
                "file": simulation.scenario.model,
                "digest": simulation.scenario.model_digest,
            },
            "start": simulation.scenario.start.isoformat(),
            "ticks": self.target,
            "ticks_done": simulation.tick,
            "status": status,
            "began": self._began,
            "ended": _now() if ended else None,
            "fingerprint": simulation.fingerprint() if ended and simulation.whole else None,
            "seconds_per_tick": simulation.seconds_per_tick(),
            "departures": [
                {
                    "name": repr(declared),
                    "value": settings[declared],
                    "default": declared.default,
                    "unit": declared.unit,
                    "meaning": declared.meaning,
                }
                for declared in settings
                if settings[declared] != declared.default
            ],
            "state_bytes": simulation.world.bytes(),
            "code": code_digest(),
            "versions": versions(),
            "machine": {"system": platform.platform(), "processor": platform.machine()},
        }
        with told(self.folder):
            write_json(self.folder.manifest_path, manifest)

    def _write_accounts(self) -> None:
        simulation = self.simulation
        if simulation.keeps_accounts and simulation.tick:
            accounts = {
                "tick": simulation.tick - 1,
                "balance_sheet": _plain(simulation.balance_sheet()),
                "flow_matrix": _plain(simulation.flow_matrix()),
            }
            write_json(self.folder.accounts_path, accounts)


@contextlib.contextmanager
def told(folder: RunFolder) -> Iterator[None]:
    """Say which folder could not be written."""
    try:
        yield
    except OSError as error:
        raise RunFolderError(f"cannot write to {folder.path}: {error.strerror or error}") from error


def begin(folder: RunFolder, scenario: Scenario, settings: Settings) -> None:
    """Write what a run needs to be begun again, before its economy is opened."""
    write_scenario(folder, scenario, settings, fresh=True)
    with told(folder):
        write_json(folder.manifest_path, {"status": OPENING, "code": code_digest(), "versions": versions()})


def write_scenario(folder: RunFolder, scenario: Scenario, settings: Settings, *, fresh: bool) -> None:
    """Write the resolved scenario, and beside it, at the beginning, a catalog of goods that does not ship."""
    with told(folder):
        if scenario.catalog not in shipped_catalogs():
            own, read = folder.path / CATALOG_FILE, Path(scenario.catalog)
            if read.is_file() and own.resolve() != read.resolve() and (fresh or not own.is_file()):
                with replacing(own) as file:
                    file.write(read.read_bytes())
            scenario = replace(scenario, catalog=CATALOG_FILE)
        with replacing(folder.scenario_path) as file:
            file.write(scenario.to_toml(settings).encode())


def versions() -> dict[str, str]:
    """Return the versions of what results may depend on."""
    packages = ("numpy", "numba", "scipy", "pyarrow", "xgboost", "xgboost-cpu")
    found = {"ravelin": __version__, "python": sys.version.split()[0]}
    for package in packages:
        with contextlib.suppress(metadata.PackageNotFoundError):
            found[package] = metadata.version(package)
    return found


class Accounts(NamedTuple):
    """Balance sheet and flow matrix at the end of a tick."""

    tick: int
    balance_sheet: "Matrix"
    flow_matrix: "Matrix"


def read_accounts(folder: RunFolder) -> Accounts:
    """Read the accounts of a run's last kept tick.

    Raises
    ------
    RunFolderError
        If there are none yet, or they are damaged.
    """
    import numpy as np

    from ravelin.simulation import Matrix

    path = folder.accounts_path
    if not path.exists():
        raise RunFolderError(f"{folder.path} has no accounts yet: they are written with each checkpoint")
    stored = folder.read_json(path)
    try:
        sheet, flows = (
            Matrix(tuple(part["rows"]), tuple(part["columns"]), np.array(part["cents"], dtype=np.int64))
            for part in (stored["balance_sheet"], stored["flow_matrix"])
        )
        return Accounts(int(stored["tick"]), sheet, flows)
    except (KeyError, TypeError, ValueError) as error:
        raise RunFolderError(f"{path} is damaged: {error}") from error


def _plain(matrix: "Matrix") -> dict[str, Any]:
    return {
        "rows": list(matrix.rows),
        "columns": list(matrix.columns),
        "cents": matrix.cents.tolist(),
    }


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
