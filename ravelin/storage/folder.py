"""The folder of a run: what is in it, and how a file gets there whole or not at all.

scenario.toml        every parameter, resolved
catalog.toml         its goods, if they are not of a catalog that ships
manifest.json        versions, seed, sizes, how far the run is
history/             rows of the run while it goes on; history.parquet when it ends
checkpoints/<tick>/  the whole world after so many ticks
accounts.json        balance sheet and flow matrix of the last tick
report.html          with overview.png
"""

import json
import os
import re
import shutil
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Self

try:
    import fcntl
except ImportError:  # Windows has no advisory locks of this kind; runs are then not guarded.
    fcntl = None  # type: ignore[assignment]

_FILES = (
    "scenario.toml",
    "manifest.json",
    "accounts.json",
    "history.parquet",
    "report.html",
    "overview.png",
    "error.log",
    ".lock",
)
_FOLDERS = ("history", "checkpoints")
# The scenario that a new run in the same folder repeats may still need it.
_KEPT = ("catalog.toml",)


class RunFolderError(Exception):
    """A folder that cannot take, or does not hold, a run.

    Attributes
    ----------
    usage : bool
        The folder asked for is the wrong one; otherwise it could not be read or written.
    """

    def __init__(self, message: str, *, usage: bool = False) -> None:
        super().__init__(message)
        self.usage = usage


def sync_folder(folder: Path) -> None:
    """Make renames in a folder durable, where the system allows it."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Open a temporary file beside `path` that takes its place if the block succeeds."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_json(path: Path, value: Any) -> None:
    """Write a JSON file, whole or not at all."""
    with replacing(path) as file:
        file.write(json.dumps(value, indent=1, allow_nan=False).encode() + b"\n")


@contextmanager
def replacing_folder(path: Path) -> Iterator[Path]:
    """Give a temporary folder beside `path` that takes its place if the block succeeds."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    try:
        yield temporary
        sync_folder(temporary)
        if path.exists():
            # A folder cannot be renamed over a full one: move the old one away first.
            old = path.with_name(f".{path.name}.{os.getpid()}.old")
            path.rename(old)
            temporary.rename(path)
            shutil.rmtree(old, ignore_errors=True)
        else:
            temporary.rename(path)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    sync_folder(path.parent)


def fresh_path(name: str) -> Path:
    """Return a path that nothing has yet: runs/<name>-<date-time>."""
    plain = re.sub(r"[^\w.-]+", "-", name)
    stem = Path("runs") / f"{plain}-{time.strftime('%Y%m%d-%H%M%S')}"
    # Two runs may begin in the same second.
    choices = [stem, *(stem.with_name(f"{stem.name}-{number}") for number in range(2, 1000))]
    return next(choice for choice in choices if not choice.exists())


class RunFolder:
    """The folder of one run, held by one process at a time.

    Attributes
    ----------
    path : Path
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock: IO[bytes] | None = None

    @classmethod
    def create(cls, path: str | Path, *, force: bool = False) -> "RunFolder":
        """Make the folder of a new run.

        Parameters
        ----------
        force : bool
            Remove the files of an earlier run (and nothing else) from a folder that has some.

        Raises
        ------
        RunFolderError
            If the folder holds something already, or cannot be written.
        """
        folder = cls(Path(path))
        if folder.path.exists() and not folder.path.is_dir():
            raise RunFolderError(f"{path} is a file, not a folder; choose another --out", usage=True)
        held = folder._contents()
        if held and not force:
            raise RunFolderError(
                f"{path} exists and is not empty; continue the run in it with --resume {path}, "
                "replace it with --force, or choose another --out",
                usage=True,
            )
        if not held <= {*_FILES, *_FOLDERS, *_KEPT} and not folder.is_run():
            raise RunFolderError(
                f"{path} holds something that is not a run, so --force will not touch it; choose another --out",
                usage=True,
            )
        try:
            folder.path.mkdir(parents=True, exist_ok=True)
            folder._acquire()
            folder._clear()
        except OSError as error:
            raise RunFolderError(f"cannot write to {path}: {_reason(error)}") from error
        return folder

    @classmethod
    def open(cls, path: str | Path) -> "RunFolder":
        """Take hold of the folder of an earlier run to continue it.

        Raises
        ------
        RunFolderError
            If there is no run in it, or another process writes it.
        """
        folder = cls.look(path)
        try:
            folder._acquire()
            folder._tidy()
        except OSError as error:
            raise RunFolderError(f"cannot write to {path}: {_reason(error)}") from error
        return folder

    @classmethod
    def look(cls, path: str | Path) -> "RunFolder":
        """Open the folder of a run to read it."""
        folder = cls(Path(path))
        if not folder.path.exists():
            raise RunFolderError(f"there is no folder {path}", usage=True)
        if not folder.is_run():
            raise RunFolderError(
                f"{path} is not the folder of a run: it has no scenario.toml and manifest.json",
                usage=True,
            )
        return folder

    def is_run(self) -> bool:
        """Say whether a run was begun in the folder."""
        return self.manifest_path.is_file() and self.scenario_path.is_file()

    @property
    def scenario_path(self) -> Path:
        """The resolved scenario."""
        return self.path / "scenario.toml"

    @property
    def manifest_path(self) -> Path:
        """What made the run and how far it is."""
        return self.path / "manifest.json"

    @property
    def accounts_path(self) -> Path:
        """The last tick's balance sheet and flow matrix."""
        return self.path / "accounts.json"

    def read_json(self, path: Path) -> dict[str, Any]:
        """Read one of the folder's JSON files.

        Raises
        ------
        RunFolderError
            If it is missing or damaged.
        """
        try:
            value = json.loads(path.read_bytes())
        except OSError as error:
            raise RunFolderError(f"cannot read {path}: {_reason(error)}") from error
        except ValueError as error:
            raise RunFolderError(f"{path} is damaged: {error}") from error
        if not isinstance(value, dict):
            raise RunFolderError(f"{path} is damaged: it does not hold a table of names and values")
        return value

    def checkpoint_path(self, ticks: int) -> Path:
        """Where the checkpoint after so many ticks lies."""
        return self.path / "checkpoints" / str(ticks)

    def checkpoints(self) -> list[int]:
        """Return the ticks that have a checkpoint, ascending."""
        folder = self.path / "checkpoints"
        return sorted(int(path.name) for path in folder.glob("*") if path.is_dir() and path.name.isdigit())

    def prune_checkpoints(self, keep: int, lasting: Collection[int] = ()) -> None:
        """Remove all but the newest few checkpoints and the lasting ones."""
        for ticks in [ticks for ticks in self.checkpoints() if ticks not in lasting][:-keep]:
            shutil.rmtree(self.checkpoint_path(ticks), ignore_errors=True)

    def discard(self) -> None:
        """Take away a run of which nothing was simulated, and its folder if that is all it held."""
        self._clear()
        self.close()
        with suppress(OSError):
            (self.path / ".lock").unlink(missing_ok=True)
            self.path.rmdir()

    def close(self) -> None:
        """Let another process write the folder."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _contents(self) -> set[str]:
        try:
            return {entry.name for entry in self.path.iterdir()} - {".lock"}
        except (FileNotFoundError, NotADirectoryError):
            return set()
        except OSError as error:
            raise RunFolderError(f"cannot read {self.path}: {_reason(error)}") from error

    def _acquire(self) -> None:
        # Not a context manager: the lock lives as long as the run, and dies with the process.
        lock = (self.path / ".lock").open("ab")
        if fcntl is not None:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.close()
                raise RunFolderError(
                    f"another process is writing the run in {self.path}; wait for it or stop it"
                ) from None
        self._lock = lock

    def _tidy(self) -> None:
        """Remove what a killed process left half-done."""
        for old in self.path.glob("*/.*.old"):
            whole = old.with_name(old.name[1:].split(".")[0])
            if not whole.exists():
                old.rename(whole)  # It was killed between the two renames.
        leftovers = (
            *self.path.glob(".*.tmp"),
            *self.path.glob("*/.*.tmp"),
            *self.path.glob("*/.*.old"),
        )
        for leftover in leftovers:
            if leftover.is_dir():
                shutil.rmtree(leftover)
            else:
                leftover.unlink()

    def _clear(self) -> None:
        for name in _FILES:
            if name != ".lock":
                (self.path / name).unlink(missing_ok=True)
        for name in _FOLDERS:
            if (self.path / name).is_dir():
                shutil.rmtree(self.path / name)


def _reason(error: OSError) -> str:
    return error.strerror or str(error)


def free_bytes(path: Path) -> int:
    """Bytes free where a path lies or would lie."""
    while not path.exists():
        path = path.parent
    return shutil.disk_usage(path).free


def say_bytes(count: float) -> str:
    """Write a number of bytes as people say it: 1.5 GB."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "bytes" else f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:,.3g} TB" if count < 1e5 else f"{count:,.0f} TB"
