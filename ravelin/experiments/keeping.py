"""A folder that keeps the runs of an experiment as they are finished, so that none is made twice.

plan.json                  what is run: scenarios, months, tick pages, seeds, and the code that runs them
runs/<side>-<seed>.parquet the history of a run; .npz beside it: what its observer remembers

Each file is whole or absent, so a kill at any moment loses only the runs that were under way.
"""

import hashlib
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np

from ravelin.core.bounded import UnfitFileError, usable_path
from ravelin.core.reach import reach
from ravelin.core.schedule import Schedule
from ravelin.core.table import Array
from ravelin.experiments.errors import ExperimentError
from ravelin.scenarios.scenario import Scenario
from ravelin.storage.files import replacing, write_sealed
from ravelin.storage.fingerprint import code_digest
from ravelin.storage.folder import RunFolderError
from ravelin.storage.history import DamagedHistoryError, History, read_file, write
from ravelin.storage.seal import SealError, read_sealed

if TYPE_CHECKING:
    from ravelin.experiments.runs import Job, Run

PLAN_FILE = "plan.json"
_RUNS = "runs"
_PLAN_MOST = 1 << 26


class Rememberer(Protocol):
    """An observer that can be kept: `arrays` gives what it remembers, `of_arrays` makes it again."""

    def arrays(self) -> dict[str, Array]:
        """Return what it remembers."""
        ...

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, Array]) -> Any:
        """Return an observer that remembers what is given."""
        ...


class Plan(NamedTuple):
    """What a folder keeps the runs of."""

    scenarios: dict[str, Scenario]
    ticks: dict[str, int]
    seeds: tuple[int, ...]
    own_pages: bool
    """Whether any side has a tick page of its own, which only a script can name."""
    watched: bool = False
    """Whether an observer remembers something of each run."""


class Kept:
    """The runs that a folder keeps.

    Attributes
    ----------
    folder : Path
    """

    def __init__(self, folder: Path, watch: "Callable[[], Any] | None") -> None:
        self.folder = folder
        self._watch: Any = watch
        self._new = False

    @classmethod
    def open(
        cls, folder: str | Path, scenarios: Mapping[str, Scenario], jobs: "Mapping[str, Job]", seeds: Sequence[int]
    ) -> "Kept":
        """Make the folder, or go on with one that keeps runs of the same jobs.

        Parameters
        ----------
        scenarios, jobs : side -> scenario as it was given, side -> one of its jobs

        Raises
        ------
        ExperimentError
            If it holds something else, or runs of another experiment or of other code.
        RunFolderError
            If it cannot be written.
        """
        watch = next(iter(jobs.values())).watch
        if watch is not None and not (hasattr(watch, "arrays") and hasattr(watch, "of_arrays")):
            raise ExperimentError("keep= keeps observers only of a class that has `arrays` and `of_arrays`")
        try:
            kept = cls(usable_path(folder, "a folder that keeps runs"), watch)
        except UnfitFileError as error:
            raise ExperimentError.of(error) from None
        plan = _plan(scenarios, jobs, seeds)
        if kept.plan_path.is_file():
            kept._check(plan)
        elif kept.folder.exists() and (not kept.folder.is_dir() or any(kept.folder.iterdir())):
            raise ExperimentError(f"{folder} exists and is not an empty folder; choose another one")
        else:
            kept._new = True
        try:
            with _told(kept.folder):
                (kept.folder / _RUNS).mkdir(parents=True, exist_ok=True)
                write_sealed(kept.plan_path, plan)
        except BaseException:
            kept.discard_if_empty()
            raise
        return kept

    @property
    def plan_path(self) -> Path:
        """The file that says what is run."""
        return self.folder / PLAN_FILE

    def _check(self, plan: dict[str, Any]) -> None:
        found = _read_plan(self.folder)
        if found["code"] != plan["code"]:
            raise ExperimentError(
                f"{self.folder} keeps runs that other code has made, of Ravelin or of a rule, and those cannot be put "
                "beside new ones; choose another folder"
            )
        for side, wanted in plan["sides"].items():
            held = found["sides"].get(side, {})
            for key, value in wanted.items():
                same = _unseeded if key == "scenario" else str
                if same(held.get(key, "")) != same(value):
                    raise ExperimentError(
                        f"{self.folder} keeps runs of another experiment: {side} has another {key} there; choose "
                        "another folder"
                    )
        if found["watch"] != plan["watch"]:
            raise ExperimentError(f"{self.folder} keeps runs with another observer; choose another folder")

    def find(self, seed: int, side: str, ticks: int) -> tuple[History, Any] | None:
        """Return a run's history and observer; None if it is not there, or damaged, so that it is made again."""
        path = self._path(seed, side)
        try:
            history = read_file(path)
        except (DamagedHistoryError, UnfitFileError, OSError):
            return None
        if len(history) != ticks:
            return None
        if self._watch is None:
            return history, None
        try:
            with np.load(path.with_suffix(".npz"), allow_pickle=False) as arrays:
                return history, self._watch.of_arrays(dict(arrays))
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return None

    def keep(self, seed: int, side: str, run: "Run") -> None:
        """Keep a run that is finished."""
        path = self._path(seed, side)
        with _told(self.folder):
            if run.watcher is not None:
                watcher: Any = run.watcher
                with replacing(path.with_suffix(".npz")) as file:
                    np.savez_compressed(file, **watcher.arrays())
            write(path, run.history)

    def discard_if_empty(self) -> None:
        """Remove the folder if it was made for runs of which none was finished."""
        if not self._new or any((self.folder / _RUNS).glob("*.parquet")):
            return
        with suppress(OSError):  # It stays if something else was put into it.
            if (self.folder / _RUNS).is_dir():
                for path in (self.folder / _RUNS).iterdir():
                    path.unlink()
                (self.folder / _RUNS).rmdir()
            self.plan_path.unlink(missing_ok=True)
            self.folder.rmdir()

    def _path(self, seed: int, side: str) -> Path:
        return self.folder / _RUNS / f"{side}-{seed}.parquet"


def read_plan(folder: str | Path) -> Plan:
    """Read what a folder keeps the runs of.

    Raises
    ------
    ExperimentError
        If it keeps none.
    """
    found = _read_plan(Path(folder))
    sides, source = found["sides"], str(Path(folder) / PLAN_FILE)
    return Plan(
        {side: Scenario.read(stated["scenario"], source=source) for side, stated in sides.items()},
        {side: int(stated["ticks"]) for side, stated in sides.items()},
        tuple(found["seeds"]),
        any(stated["page"] for stated in sides.values()),
        found["watch"] is not None,
    )


def finished_seeds(folder: Path, sides: Sequence[str]) -> tuple[int, int]:
    """Count the seeds of which all sides are kept in a folder, and the runs that are."""
    names = [path.stem for path in (folder / _RUNS).glob("*.parquet")]
    by_seed = Counter(name.rpartition("-")[2] for name in names)
    return sum(count == len(sides) for count in by_seed.values()), len(names)


def _read_plan(folder: Path) -> dict[str, Any]:
    path = folder / PLAN_FILE
    try:
        plan = read_sealed(path, _PLAN_MOST, "the plan of an experiment")
    except FileNotFoundError:
        raise ExperimentError(f"{folder} keeps no runs: it has no {PLAN_FILE}") from None
    except (SealError, UnfitFileError) as error:
        raise ExperimentError(f"{error}; what is beside it cannot be gone on with, so choose another folder") from None
    except OSError as error:
        raise ExperimentError(f"cannot read {path}: {error.strerror or error}") from None
    if not {"sides", "seeds", "watch", "code"} <= plan.keys():
        raise ExperimentError(f"{path} is not the plan of an experiment")
    return plan


def _unseeded(text: str) -> Scenario:
    """Read a scenario but for its seed and months, which are stated apart: more seeds go on with those there are."""
    return Scenario.read(text).departing(seed=0, ticks=1)


def _plan(scenarios: Mapping[str, Scenario], jobs: "Mapping[str, Job]", seeds: Sequence[int]) -> dict[str, Any]:
    watch: Any = next(iter(jobs.values())).watch
    return {
        "sides": {
            side: {
                "scenario": scenarios[side].to_toml(),
                "catalog": _catalog_digest(job.scenario),
                "ticks": job.ticks,
                "page": [] if job.tick is None else [rule.name for rule in job.tick],
            }
            for side, job in jobs.items()
        },
        "seeds": list(seeds),
        "watch": None if watch is None else f"{watch.__module__}.{watch.__qualname__}",
        "code": _code([job.tick for job in jobs.values()]),
    }


def _catalog_digest(scenario: Scenario) -> str:
    path = Path(scenario.catalog)
    return hashlib.blake2b(path.read_bytes(), digest_size=16).hexdigest() if path.is_file() else scenario.catalog


def _code(pages: Sequence[Schedule | None]) -> str:
    """Digest Ravelin's source, and all that rules which are not its own reach."""
    digest = hashlib.blake2b(code_digest().encode(), digest_size=16)
    for rule in dict.fromkeys(rule for page in pages if page is not None for rule in page):
        module = rule.function.__module__
        if module.startswith("ravelin."):
            continue
        source = getattr(sys.modules.get(module), "__file__", None)
        digest.update(rule.name.encode())
        if not rule.host:
            digest.update(reach(rule.kernel).digest.encode())
        elif source is not None:
            digest.update(Path(source).read_bytes())
    return digest.hexdigest()


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise RunFolderError(f"cannot write to {folder}: {error.strerror or error}") from error
