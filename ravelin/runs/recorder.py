"""Keeps a run in its folder: scenario, manifest, history, checkpoints, accounts.

A checkpoint is written at the end, on an interrupt, and between as asked; by default when half a
minute has passed, and seldom enough that writing takes a twentieth of the time at most. What
`kill -9` loses is what came after the last one, and a resumed run repeats it bit by bit: `take_up` opens it again
from whatever a killed process left. What is ordered between months is kept at once, in a journal.
"""

import contextlib
import datetime
import platform
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from ravelin import __version__
from ravelin.core.bounded import UnfitFileError, read_bytes
from ravelin.core.parameter import Settings
from ravelin.core.sentence import Kind
from ravelin.runs.observation import Matrix
from ravelin.scenarios.catalog import CATALOG_MOST, shipped_catalogs
from ravelin.scenarios.scenario import Scenario
from ravelin.scenarios.shock_plan import WithdrawnError
from ravelin.storage.checkpoint import CheckpointError
from ravelin.storage.files import make_folders, write_bytes, write_sealed
from ravelin.storage.fingerprint import code_digest
from ravelin.storage.folder import (
    COMPLETE,
    FAILED,
    OPENING,
    RUNNING,
    STOPPED,
    RunFolder,
    RunFolderError,
    new_id,
)
from ravelin.storage.history import HistoryWriter
from ravelin.storage.journal import Entry, Journal, JournalError
from ravelin.storage.seal import digest_of

if TYPE_CHECKING:
    from ravelin.runs.preparation import Prepared
    from ravelin.runs.simulation import Simulation

_SECONDS_BETWEEN_CHECKPOINTS = 30.0
_CHECKPOINT_SHARE = 0.05
_CHECKPOINTS_KEPT = 2
_JOURNAL_BYTES = 1 << 24
"""Of orders since the last checkpoint, after which one is written: somebody will have to repeat them."""

__all__ = ["COMPLETE", "FAILED", "OPENING", "RUNNING", "STOPPED", "Recorder", "begin", "read_accounts"]


class Recorder:
    """Writes what a simulation does; a context that closes the run's books however it ends.

    Parameters
    ----------
    target : int
        Ticks after which the run is complete.
    checkpoint_every : int, optional
        Ticks between checkpoints; None leaves it to the clock, 0 writes none but on an interrupt.

    Attributes
    ----------
    id : str
        Of the run, which it keeps when it goes on.
    withdrawn : list of str
        What was said of shocks that could not be made when they were due.
    lasting : set of int
        Months whose checkpoints are never removed to make room for newer ones.
    """

    def __init__(self, simulation: "Simulation", folder: RunFolder, target: int, checkpoint_every: int | None) -> None:
        self.simulation = simulation
        self.folder = folder
        self.target = target
        self.every = checkpoint_every
        before = {} if folder.is_unbegun() else folder.read_manifest()
        self._goes_on = before.get("status", OPENING) != OPENING
        self._began = before.get("began") or _now()
        self.id = before.get("id") or new_id()
        self.withdrawn: list[str] = before.get("withdrawn", [])
        self._checkpointed = time.monotonic()
        self._cost = 0.0
        self.lasting: set[int] = set()
        self._journal = Journal(folder.path, self.id)
        self._orders_at: dict[int, int] = {}

    def __enter__(self) -> Self:
        simulation = self.simulation
        scenario = simulation.scenario.departing(ticks=self.target)
        if self._goes_on:
            # What was ordered since is in the journal, and must not come twice where the run begins again.
            scenario = replace(scenario, shocks=Scenario.load(self.folder.scenario_path).shocks)
        contents = scenario_files(self.folder, scenario, self._settings())
        keep_files(self.folder, contents, lambda files: self._write_manifest(RUNNING, **files))
        with told(self.folder):
            self._history = HistoryWriter(self.folder.path, simulation.rows)
        return self

    def keep(self) -> None:
        """Keep what a tick brought."""
        with told(self.folder):
            self._history.append()
        if self._is_due():
            self.checkpoint()

    def order(self, entry: Entry) -> None:
        """Keep an order that was carried out; it outlasts a kill from then on.

        Raises
        ------
        RunFolderError
            If it could not be kept.
        """
        with told(self.folder):
            self._journal.append(entry)
        if self._journal.grown > _JOURNAL_BYTES:
            self.checkpoint()

    def withdraw(self, said: str) -> None:
        """Keep what is said of a shock that could not be made when it was due."""
        # A run that is taken up before that month comes to it again.
        self.withdrawn = list(dict.fromkeys([*self.withdrawn, said]))
        self._write_manifest(RUNNING)

    def checkpoint(self, *, lasting: bool = False) -> None:
        """Write a checkpoint now; a lasting one is never removed to make room for newer ones."""
        if lasting:
            self.lasting.add(self.simulation.tick)
        self._checkpoint()
        self._write_manifest(RUNNING)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._journal.close()
        if error is not None and not isinstance(error, WithdrawnError):
            self._leave(STOPPED if isinstance(error, KeyboardInterrupt) else FAILED)
            return
        complete = self.simulation.tick >= self.target and error is None
        try:
            with told(self.folder):
                if error is not None:
                    self.withdraw(error.sentence)  # From here the run can go on without the shock.
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
            make_folders(path.parent)
        self.simulation.save(path)
        self._orders_at[self.simulation.tick] = self.simulation.orders
        if self.every is None:
            self.folder.prune_checkpoints(_CHECKPOINTS_KEPT, self.lasting)
        self._compact()
        self._checkpointed = time.monotonic()
        self._cost = self._checkpointed - begun

    def _compact(self) -> None:
        """Let go of the orders that every checkpoint holds already."""
        kept = [(tick, self._orders_at.get(tick)) for tick in self.folder.checkpoints()]

        def is_needed(entry: Entry) -> bool:
            return any(entry.tick >= tick if orders is None else entry.number > orders for tick, orders in kept)

        with told(self.folder):
            self._journal.compact(is_needed)

    def _settings(self) -> Settings:
        """Give the parameters without what a shock in force has put in their place."""
        settings = self.simulation.settings.copy()
        settings.update(self.simulation.overrides)
        return settings

    def _write_manifest(self, status: str, **files: Mapping[str, str]) -> None:
        """Say how far the run is, and seal its files: all of them at an end, until then those that stay as they are."""
        simulation = self.simulation
        settings = self._settings()
        ended = status != RUNNING
        manifest: dict[str, Any] = {
            "id": self.id,
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
            "withdrawn": self.withdrawn,
            "state_bytes": simulation.world.bytes(),
            "code": code_digest(),
            "versions": versions(),
            "machine": {"system": platform.platform(), "processor": platform.machine()},
        }
        with told(self.folder):
            if ended:
                files = {"files": self.folder.seals()}
            elif files:
                self._files = files
            self.folder.write_manifest({**manifest, **(files or {"files": self._files["files"]})})

    def _write_accounts(self) -> None:
        simulation = self.simulation
        if simulation.keeps_accounts and simulation.tick:
            accounts = {
                "tick": simulation.tick - 1,
                "balance_sheet": _plain(simulation.balance_sheet()),
                "flow_matrix": _plain(simulation.flow_matrix()),
            }
            write_sealed(self.folder.accounts_path, accounts)


@contextlib.contextmanager
def told(folder: RunFolder) -> Iterator[None]:
    """Say which folder could not be written."""
    try:
        yield
    except OSError as error:
        raise RunFolderError(f"cannot write to {folder.path}: {error.strerror or error}") from error
    except (JournalError, UnfitFileError) as error:
        raise RunFolderError.of(error) from error


def begin(folder: RunFolder, prepared: "Prepared") -> None:
    """Write what a run needs to be begun again, before its economy is opened."""
    known = {"id": new_id(), "code": code_digest(), "versions": versions(), "began": _now()}

    def write(files: Mapping[str, Mapping[str, str]]) -> None:
        with told(folder):
            folder.write_manifest({"status": OPENING, **known, **files})

    keep_files(folder, scenario_files(folder, prepared.scenario, prepared.settings), write)


def scenario_files(folder: RunFolder, scenario: Scenario, settings: Settings) -> dict[str, bytes]:
    """Return the resolved scenario as the folder keeps it, and beside it a catalog of goods that does not ship."""
    contents = {}
    if scenario.catalog not in shipped_catalogs():
        own, read = folder.catalog_path, Path(scenario.catalog)
        # A run that goes on has its goods; their file may be gone where they came from.
        chosen = read if read.is_file() and (folder.is_unbegun() or not own.is_file()) else own
        if chosen.is_file():
            contents[own.name] = read_bytes(chosen, CATALOG_MOST, "a catalog")
        scenario = replace(scenario, catalog=own.name)
    contents[folder.scenario_path.name] = scenario.to_toml(settings).encode()
    return contents


def keep_files(
    folder: RunFolder, contents: Mapping[str, bytes], write_manifest: Callable[[Mapping[str, Mapping[str, str]]], None]
) -> None:
    """Write files that the manifest lists; wherever this is interrupted, what stands is what the manifest says."""
    new = {name: digest_of(data) for name, data in contents.items()}
    kept = {} if folder.is_unbegun() else folder.read_manifest().get("files", {})
    kept = {name: digest for name, digest in kept.items() if name in new}
    with told(folder):
        if not folder.is_unbegun() and kept != new:
            write_manifest({"files": kept, "replacing": new})
        for name, data in contents.items():
            if kept.get(name) != new[name]:
                write_bytes(folder.path / name, data)
    write_manifest({"files": new})


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
    balance_sheet: Matrix
    flow_matrix: Matrix


def read_accounts(folder: RunFolder) -> Accounts:
    """Read the accounts of a run's last kept tick.

    Raises
    ------
    RunFolderError
        If there are none yet, or they are damaged.
    """
    import numpy as np

    path = folder.accounts_path
    if not path.exists():
        raise RunFolderError(f"{folder.path} has no accounts yet: they are written with each checkpoint")
    stored = folder.read_sealed(path)
    try:
        sheet, flows = (
            Matrix(tuple(part["rows"]), tuple(part["columns"]), np.array(part["cents"], dtype=np.int64))
            for part in (stored["balance_sheet"], stored["flow_matrix"])
        )
        return Accounts(int(stored["tick"]), sheet, flows)
    except (KeyError, TypeError, ValueError) as error:
        raise RunFolderError(f"{path} is damaged: {error}", kind=Kind.DAMAGED) from error


def _plain(matrix: "Matrix") -> dict[str, Any]:
    return {
        "rows": list(matrix.rows),
        "columns": list(matrix.columns),
        "cents": matrix.cents.tolist(),
    }


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
