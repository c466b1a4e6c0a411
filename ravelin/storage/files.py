"""How a file, or a folder, gets to its place whole or not at all, and stays there when the machine goes down.

Data are flushed before the rename that shows them, and the folder after it.
"""

import errno
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from ravelin.storage.seal import sealed


def sync_folder(folder: Path) -> None:
    """Make renames in a folder durable, where the system allows it."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def make_folders(path: Path) -> bool:
    """Make a folder and those above it, all lasting; say whether it was not there."""
    if path.is_dir():
        return False
    if path.exists():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(path))
    make_folders(path.parent)
    path.mkdir(exist_ok=True)
    sync_folder(path.parent)
    return True


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Open a temporary file beside `path` that takes its place if the block succeeds."""
    temporary = _beside(path, "tmp")
    try:
        with temporary.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):  # What went wrong is what must be heard.
            temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file, whole or not at all."""
    with replacing(path) as file:
        file.write(data)


def write_json(path: Path, value: Any) -> None:
    """Write a JSON file, whole or not at all."""
    write_bytes(path, json.dumps(value, indent=1, allow_nan=False).encode() + b"\n")


def write_sealed(path: Path, content: dict[str, Any]) -> None:
    """Write a JSON file that carries the digest of its content."""
    write_json(path, sealed(content))


@contextmanager
def replacing_folder(path: Path) -> Iterator[Path]:
    """Give a temporary folder beside `path` that takes its place if the block succeeds."""
    temporary = _beside(path, "tmp")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    try:
        yield temporary
        sync_folder(temporary)
        if path.exists():
            # A folder cannot be renamed over a full one: move the old one away first.
            old = _beside(path, "old")
            path.rename(old)
            temporary.rename(path)
            sync_folder(path.parent)
            shutil.rmtree(old, ignore_errors=True)
        else:
            temporary.rename(path)
            sync_folder(path.parent)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def link_folder(source: Path, target: Path) -> None:
    """Put a folder whose files are never written again in a second place, by links where the disk has them."""
    make_folders(target.parent)
    with replacing_folder(target) as fresh:
        shutil.copytree(source, fresh, copy_function=_link, dirs_exist_ok=True)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def remove_folder(path: Path) -> None:
    """Remove a folder in such a way that never a part of it stands in its place."""
    leaving = _beside(path, "tmp")
    path.rename(leaving)
    sync_folder(path.parent)
    shutil.rmtree(leaving, ignore_errors=True)


def is_leftover(name: str) -> bool:
    """Say whether a name is that of a temporary file or folder, which only a killed process leaves behind."""
    stem, _, ending = name.rpartition(".")
    return name.startswith(".") and ending in ("tmp", "old") and stem.rpartition(".")[2].isdigit()


def set_aside(path: Path) -> Path | None:
    """Return what stood at `path` when a process was killed between the two renames of `replacing_folder`."""
    if path.exists():
        return None
    return next((old for old in sorted(path.parent.glob(f".{path.name}.*.old")) if is_leftover(old.name)), None)


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.{ending}")


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
