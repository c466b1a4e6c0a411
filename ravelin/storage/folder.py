"""The folder of a run: what is in it, and in which order it gets there, whole or not at all.

manifest.json        id, versions, seed, sizes, how far the run is, digests of the other files
scenario.toml        every parameter, resolved
catalog.toml         its goods, if they are not of a catalog that ships
orders.jsonl         what was ordered between months, a line each, while the run goes on
history/             rows of the run while it goes on; history.parquet when it ends
checkpoints/<tick>/  the whole world after so many ticks
accounts.json        balance sheet and flow matrix of the last tick
report.html          with overview.png

The manifest comes last and goes first: a folder without one that is marked as beginning holds nothing worth
keeping, whatever a killed process left in it. It is sealed by its own digest, and lists those of the files that do
not change while it stands; one that is about to change is listed with both digests. What changes all the time (rows
of history, accounts, checkpoints) carries its own seal.
"""

import errno
import re
import secrets
import shutil
import time
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Self

from ravelin.core.bounded import UnfitFileError, json_object, read_bytes
from ravelin.core.sentence import Kind, RavelinError
from ravelin.storage import journal
from ravelin.storage.files import is_leftover, make_folders, remove_folder, sync_folder, write_bytes, write_sealed
from ravelin.storage.seal import digest_of, digest_of_file, is_sealed

try:
    import fcntl
except ImportError:  # Windows has no advisory locks of this kind; runs are then not guarded.
    fcntl = None  # type: ignore[assignment]

_DERIVED = ("report.html", "overview.png")
_FILES = (
    "manifest.json",
    "scenario.toml",
    "accounts.json",
    journal.NAME,
    "history.parquet",
    *_DERIVED,
    "error.log",
    ".lock",
    ".beginning",
)
_FOLDERS = ("history", "checkpoints")
# The scenario that a new run in the same folder repeats may still need it.
_KEPT = ("catalog.toml",)
_GIVEN = ("scenario.toml", "catalog.toml")

FORMAT = "ravelin run"
FORMAT_VERSION = 2
OPENING, RUNNING = "opening", "running"
COMPLETE, STOPPED, FAILED = _ENDED = "complete", "stopped", "failed"
_JSON_MOST = 1 << 26
_FILE_MOST = 1 << 30
_ID_BYTES = 8
_PASSING = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.ENOMEM, errno.EMFILE, errno.ENFILE)
_TICKS = re.compile(r"0|[1-9][0-9]{0,8}")
_MANIFEST_KINDS: dict[str, type | tuple[type, ...]] = {
    **dict.fromkeys(("consumers", "firms", "banks", "seed", "threads", "ticks", "ticks_done"), int),
    **dict.fromkeys(("format", "id", "status", "scenario", "title", "began", "code"), str),
    **dict.fromkeys(("files", "replacing", "versions", "model", "machine"), dict),
    "departures": list,
    "seconds_per_tick": (int, float, type(None)),
    "fingerprint": (str, type(None)),
}


class RunFolderError(RavelinError):
    """A folder that cannot take, or does not hold, a run: it could not be read or written, or is the wrong one."""

    kind = Kind.FAILED


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
        """Make the folder of a new run; where one was begun and never opened, it begins again.

        Parameters
        ----------
        force : bool
            Remove the files of an earlier run (and nothing else) from a folder that has some.

        Raises
        ------
        RunFolderError
            If the folder holds something already, or cannot be written.
        """
        folder, made = cls(Path(path)), False
        try:
            if folder.path.exists() and not folder.path.is_dir():
                raise RunFolderError(f"{path} is a file, not a folder; choose another --out", kind=Kind.UNFIT)
            folder._check_free(force=force)
            made = make_folders(folder.path)
            folder._acquire()
            # Another process may have begun a run in it meanwhile.
            folder._check_free(force=force)
            folder._take_away()
        except OSError as error:
            folder.close()
            if made:
                with suppress(OSError):
                    folder.discard()
            raise _cannot_write(path, error) from error
        except ValueError:
            raise RunFolderError(f"{str(path)!r} has a character that no path may have", kind=Kind.UNFIT) from None
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
            folder.close()
            raise _cannot_write(path, error) from error
        return folder

    @classmethod
    def look(cls, path: str | Path) -> "RunFolder":
        """Open the folder of a run to read it.

        Raises
        ------
        RunFolderError
            If there is none, or its manifest is damaged.
        """
        folder = cls(Path(path))
        try:
            if not folder.path.exists():
                raise RunFolderError(f"there is no folder {path}", kind=Kind.UNFIT)
        except ValueError:
            raise RunFolderError(f"{str(path)!r} has a character that no path may have", kind=Kind.UNFIT) from None
        except OSError as error:
            raise RunFolderError(f"cannot read {path}: {_reason(error)}", kind=Kind.UNFIT) from error
        if folder.is_unbegun():
            raise RunFolderError(
                f"the run in {path} was ended before anything of it was kept; "
                f"give the command that began it again, or begin one with ravelin run --out {path}",
                kind=Kind.UNFIT,
            )
        if not folder.is_run():
            raise RunFolderError(
                f"{path} is not the folder of a run: it has no scenario.toml and manifest.json",
                kind=Kind.UNFIT,
            )
        folder.read_manifest()
        return folder

    def is_run(self) -> bool:
        """Say whether a run was begun in the folder."""
        return self.manifest_path.is_file() and self.scenario_path.is_file()

    def is_complete(self) -> bool:
        """Say whether the run has come to its end and kept everything."""
        return self.read_manifest().get("status") == COMPLETE

    @property
    def scenario_path(self) -> Path:
        """The resolved scenario."""
        return self.path / "scenario.toml"

    @property
    def catalog_path(self) -> Path:
        """The goods, if they are not of a catalog that ships."""
        return self.path / "catalog.toml"

    @property
    def manifest_path(self) -> Path:
        """What made the run and how far it is."""
        return self.path / "manifest.json"

    @property
    def accounts_path(self) -> Path:
        """The last tick's balance sheet and flow matrix."""
        return self.path / "accounts.json"

    def read_manifest(self) -> dict[str, Any]:
        """Read what made the run; one that an earlier version wrote has no seal.

        Raises
        ------
        RunFolderError
            If it is missing or damaged.
        """
        path = self.manifest_path
        manifest = self._read_object(path)
        marks = [key in manifest for key in ("format", "digest")]
        if any(marks) and not (all(marks) and is_sealed(manifest)):
            raise RunFolderError(
                f"{path} is damaged: its checksum differs from its content; "
                f"restore it, or begin the run again with --out {self.path} --force",
                kind=Kind.DAMAGED,
            )
        for key, value in manifest.items():
            kind = _MANIFEST_KINDS.get(key)
            if kind is not None and not (isinstance(value, kind) and not isinstance(value, bool)):
                raise RunFolderError(f"{path} is damaged: {key} is {value!r}", kind=Kind.DAMAGED)
        return manifest

    def write_manifest(self, content: dict[str, Any]) -> None:
        """Write the manifest, with its seal: from then on the folder holds a run."""
        write_sealed(self.manifest_path, {"format": FORMAT, "format_version": FORMAT_VERSION, **content})
        if self._mark.exists():
            self._mark.unlink()
            sync_folder(self.path)

    def is_sealed(self) -> bool:
        """Say whether the run was written by a version that sealed what it wrote."""
        return "digest" in self.read_manifest()

    def check(self, path: Path, data: bytes) -> bytes:
        """Return what was read from a file of the folder, if it is what the manifest says was written.

        Raises
        ------
        RunFolderError
        """
        name = path.relative_to(self.path).as_posix()
        for _ in range(2):
            manifest = self.read_manifest()
            listed = [manifest.get(part, {}).get(name) for part in ("files", "replacing")]
            if not any(listed) or digest_of(data) in listed:
                return data
            # The run may have gone on between our reading of the two.
        raise RunFolderError(
            f"{path} is damaged: its checksum differs from the one in manifest.json; {self._remedy(name)}",
            kind=Kind.DAMAGED,
        )

    def check_file(self, path: Path) -> None:
        """Refuse a file of the folder that is not what the manifest says was written.

        Raises
        ------
        RunFolderError
        OSError
        """
        if path.relative_to(self.path).as_posix() in self.read_manifest().get("files", {}):
            self.check(path, read_bytes(path, _FILE_MOST, "a file of a run"))

    def _remedy(self, name: str) -> str:
        if name in _GIVEN:
            return f"restore it, or begin the run again with --out {self.path} --force"
        if name.startswith("checkpoints/"):
            return f"remove {(self.path / name).parent} to go on from an earlier month"
        return f"ravelin run --resume {self.path} writes it anew from the last checkpoint"

    def seals(self) -> dict[str, str]:
        """Digest every file of the run by its name in the folder; that of a checkpoint's list seals all its files."""
        sealed_ones = {*_FILES, *_KEPT} - {"manifest.json", "error.log", ".lock", ".beginning"}
        files = [*(self.path / name for name in sealed_ones), *self.path.glob("checkpoints/*/checkpoint.json")]
        return {
            path.relative_to(self.path).as_posix(): digest_of_file(path) for path in sorted(files) if path.is_file()
        }

    def seal_derived(self) -> None:
        """Take a report that was written after the end of the run into the manifest, unless the run goes on."""
        manifest = self.read_manifest()
        if self.is_sealed() and manifest.get("status") in _ENDED:
            files = self.seals()
            derived = {name: files[name] for name in _DERIVED if name in files}
            self.write_manifest({**manifest, "files": {**manifest["files"], **derived}})

    def damage(self) -> str | None:
        """Say which file that a run can write anew from its checkpoint is missing or damaged, if one is.

        Raises
        ------
        RunFolderError
            If a file is damaged that it cannot write anew.
        """
        for name in self.read_manifest().get("files", {}):
            path = self.path / name
            if name in _DERIVED or name.startswith("checkpoints/"):
                continue
            try:
                self.check(path, read_bytes(path, _FILE_MOST, "a file of a run"))
            except RunFolderError:
                if name in _GIVEN:
                    raise
                return f"{path} is damaged"
            except (OSError, UnfitFileError) as error:
                if name in _GIVEN:
                    said = f"{path} is missing or damaged: {error}; {self._remedy(name)}"
                    raise RunFolderError(said, kind=Kind.DAMAGED) from error
                return f"{path} is {'damaged' if path.exists() else 'missing'}"
        return None

    def read_sealed(self, path: Path) -> dict[str, Any]:
        """Read a JSON file that carries its digest, if the run is of a version that sealed it.

        Raises
        ------
        RunFolderError
            If it is missing or damaged.
        """
        content = self._read_object(path)
        if self.is_sealed() and not is_sealed(content):
            said = f"{path} is damaged: its checksum differs from its content; {self._remedy(path.name)}"
            raise RunFolderError(said, kind=Kind.DAMAGED)
        return content

    def _read_object(self, path: Path) -> dict[str, Any]:
        try:
            data = read_bytes(path, _JSON_MOST, f"the {path.name} of a run")
            if path != self.manifest_path:
                self.check(path, data)
            return json_object(data)
        except OSError as error:
            raise RunFolderError(f"cannot read {path}: {_reason(error)}") from error
        except UnfitFileError as error:
            damaged = path.is_file()
            kind = Kind.DAMAGED if damaged else Kind.UNFIT
            raise RunFolderError.of(error, before=f"{path} is damaged: " if damaged else "", kind=kind) from error

    def checkpoint_path(self, ticks: int) -> Path:
        """Where the checkpoint after so many ticks lies."""
        return self.path / "checkpoints" / str(ticks)

    def checkpoints(self) -> list[int]:
        """Return the ticks that have a checkpoint, ascending."""
        folder = self.path / "checkpoints"
        return sorted(int(path.name) for path in folder.glob("*") if path.is_dir() and _TICKS.fullmatch(path.name))

    def newest_checkpoint(self) -> Path | None:
        """Return the newest checkpoint of a run, if there is one, having checked its list against the manifest.

        Raises
        ------
        RunFolderError
            If it is not the one that the run ended with.
        """
        kept = self.checkpoints() if self.is_run() else []
        if not kept:
            return None
        path = self.checkpoint_path(kept[-1])
        if (path / "checkpoint.json").is_file():
            self.check_file(path / "checkpoint.json")
        return path

    def prune_checkpoints(self, keep: int, lasting: Collection[int] = ()) -> None:
        """Remove all but the newest few checkpoints and the lasting ones."""
        for ticks in [ticks for ticks in self.checkpoints() if ticks not in lasting][:-keep]:
            with suppress(OSError):
                remove_folder(self.checkpoint_path(ticks))

    def discard(self) -> None:
        """Take away a run of which nothing was simulated, and its folder if that is all it held."""
        self._take_away()
        self.scenario_path.unlink(missing_ok=True)
        self._mark.unlink()
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

    def _check_free(self, *, force: bool) -> None:
        """Refuse a folder that holds what a new run must not replace."""
        held = self._contents()
        if not held or self.is_unbegun():
            return
        if not force:
            how = f"continue the run in it with --resume {self.path}, " if self.is_run() else ""
            raise RunFolderError(
                f"{self.path} exists and is not empty; {how}replace it with --force, or choose another --out",
                kind=Kind.UNFIT,
            )
        if not held <= {*_FILES, *_FOLDERS, *_KEPT} and not self.is_run():
            raise RunFolderError(
                f"{self.path} holds something that is not a run, so --force will not touch it; choose another --out",
                kind=Kind.UNFIT,
            )

    @property
    def _mark(self) -> Path:
        return self.path / ".beginning"

    def is_unbegun(self) -> bool:
        """Say whether nothing is kept yet of a run that begins here, or no more of one that is taken away."""
        return self._mark.exists() and not self.manifest_path.exists()

    def _contents(self) -> set[str]:
        try:
            found = {entry.name for entry in self.path.iterdir()} - {".lock"}
        except (FileNotFoundError, NotADirectoryError):
            return set()
        except OSError as error:
            raise RunFolderError(f"cannot read {self.path}: {_reason(error)}") from error
        return {name for name in found if not (name.startswith("..beginning.") and is_leftover(name))}

    def _acquire(self) -> None:
        # Not a context manager: the lock lives as long as the run, and dies with the process.
        path = self.path / ".lock"
        lock = path.open("ab")
        if fcntl is not None:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.close()
                raise RunFolderError(
                    f"another process is writing the run in {self.path}; wait for it or stop it", kind=Kind.CONFLICT
                ) from None
        self._lock = lock

    def _tidy(self) -> None:
        """Remove what a killed process left half-done."""
        for old in self.path.glob("checkpoints/.*.old"):
            whole = old.with_name(old.name[1:].split(".")[0])
            if not whole.exists():
                old.rename(whole)  # It was killed between the two renames.
        for leftover in (*self.path.glob(".*"), *self.path.glob("*/.*")):
            if is_leftover(leftover.name):
                _remove(leftover)

    def _take_away(self) -> None:
        """Remove an earlier run but for scenario and goods, which the command that begins the new one may name."""
        write_bytes(self._mark, b"")
        self.manifest_path.unlink(missing_ok=True)
        sync_folder(self.path)
        for name in (*_FILES, *_FOLDERS):
            if name not in (".lock", ".beginning", "scenario.toml"):
                _remove(self.path / name)
        for leftover in self.path.glob(".*"):
            if is_leftover(leftover.name):
                _remove(leftover)
        sync_folder(self.path)


def new_id() -> str:
    """Make the id of a run: no other run has it, whatever it is called and wherever it lies."""
    return secrets.token_hex(_ID_BYTES)


def check_kept(path: Path, data: bytes) -> bytes:
    """Return what was read from a file, having checked it if it is the scenario or the goods of a run.

    Raises
    ------
    RunFolderError
        If it differs from what was written with the run.
    """
    folder = RunFolder(path.parent)
    if path.name in _GIVEN and folder.manifest_path.is_file():
        return folder.check(path, data)
    return data


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _cannot_write(path: str | Path, error: OSError) -> RunFolderError:
    """Say why; a full disk may have room later, where nobody may write is the wrong place."""
    kind = Kind.FAILED if error.errno in _PASSING else Kind.UNFIT
    return RunFolderError(f"cannot write to {path}: {_reason(error)}", kind=kind)


def _reason(error: OSError) -> str:
    return error.strerror or str(error)
