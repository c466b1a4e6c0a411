"""What a run does to its files, recorded once, and every state in which that may leave a disk.

A killed process leaves all that it has done. A machine that goes down may lose what was not flushed: the data of a
file whose name stands already, or names (made, changed, removed) since their folder was flushed.
"""

import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, NamedTuple

import pytest

KILLED, DATA_LOST, NAMES_LOST = "killed", "data lost", "names lost"


class Operation(NamedTuple):
    """`kind` is mkdir, create, write, fsync, rename, unlink or rmdir; paths are relative to the root."""

    kind: str
    path: str
    data: bytes = b""
    target: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.path}{f' to {self.target}' if self.target else ''}"


class Recording:
    """Notes every change below `root` while its patches are in place; `fail_at` makes one operation fail."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.operations: list[Operation] = []
        self.fail_at: int | None = None
        self.fails: tuple[str, ...] = ()
        self.failing: Callable[[], OSError] = lambda: OSError(28, "No space left on device")

    @contextmanager
    def noting(self, kind: str, path: str | None, data: bytes = b"", target: str | None = "") -> Iterator[None]:
        """Note an operation below the root once it is done, unless it is the one that is to fail."""
        counts = path is not None and target is not None
        if counts and self.fail_at is not None and len(self.operations) >= self.fail_at and kind in self.fails:
            raise self.failing()
        yield
        if counts:
            self.operations.append(Operation(kind, path or "", data, target or ""))

    def below(self, path: Any, folder: int | None = None) -> str | None:
        """Return a path relative to the root; None if it lies elsewhere."""
        if folder is not None:
            path = Path(os.readlink(f"/proc/self/fd/{folder}")) / os.fspath(path)
        if isinstance(path, int):
            path = os.readlink(f"/proc/self/fd/{path}")
        full = os.path.abspath(os.fspath(path))
        if isinstance(full, bytes) or (full != str(self.root) and not full.startswith(f"{self.root}{os.sep}")):
            return None
        return os.path.relpath(full, self.root)

    def start(self, patch: pytest.MonkeyPatch) -> None:
        recording, opened = self, io.open

        class Raw(io.FileIO):
            def write(self, data: Any) -> int:
                with recording.noting("write", recording.below(self.name), bytes(data)):
                    return super().write(data)

        def open_file(file: Any, mode: str = "r", *more: Any, **named: Any) -> Any:
            if isinstance(file, int) or not set("wax") & set(mode) or recording.below(file) is None:
                return opened(file, mode, *more, **named)
            path = os.path.abspath(os.fspath(file))
            made = "w" in mode or not os.path.exists(path)
            with recording.noting("create", recording.below(path)) if made else nullcontext():
                binary = io.BufferedWriter(Raw(path, mode.replace("b", "").replace("t", "")))
            return binary if "b" in mode else io.TextIOWrapper(binary, encoding="utf-8")

        def noting(kind: str, does: Callable[..., Any], two: bool = False) -> Callable[..., Any]:
            def call(path: Any, *rest: Any, **named: Any) -> Any:
                where = recording.below(path, named.get("dir_fd"))
                with recording.noting(kind, where, target=recording.below(rest[0]) if two else ""):
                    return does(path, *rest, **named)

            return call

        patch.setattr(io, "open", open_file)
        patch.setattr("builtins.open", open_file)
        for name, kind, two in (
            ("fsync", "fsync", False), ("mkdir", "mkdir", False), ("rmdir", "rmdir", False),
            ("unlink", "unlink", False), ("remove", "unlink", False),
            ("rename", "rename", True), ("replace", "rename", True),
        ):  # fmt: skip
            patch.setattr(os, name, noting(kind, getattr(os, name), two))


class File:
    def __init__(self, data: bytes = b"") -> None:
        self.data = data
        self.flushed = data


class Folder:
    def __init__(self) -> None:
        self.entries: dict[str, File | Folder] = {}
        self.flushed: dict[str, File | Folder] = {}


class Disk:
    """A folder as the operations leave it, with what of it has been flushed."""

    def __init__(self, start: Path | None = None) -> None:
        self.root = Folder() if start is None else _flushed(start)

    def apply(self, done: Operation) -> None:
        folder, name = self._place(done.path)
        node = folder.entries.get(name) if name else self.root
        if done.kind == "mkdir":
            folder.entries[name] = Folder()
        elif done.kind == "create":
            if isinstance(node, File):
                node.data = b""
            else:
                folder.entries[name] = File()
        elif done.kind == "write":
            assert isinstance(node, File)
            node.data += done.data
        elif done.kind == "fsync":
            if isinstance(node, File):
                node.flushed = node.data
            elif isinstance(node, Folder):
                node.flushed = dict(node.entries)
        elif done.kind == "rename":
            assert node is not None, done
            other, new = self._place(done.target)
            other.entries[new] = folder.entries.pop(name)
        else:
            del folder.entries[name]

    def _place(self, path: str) -> tuple[Folder, str]:
        *above, name = Path(path).parts or ("",)
        folder = self.root
        for part in above:
            inner = folder.entries[part]
            assert isinstance(inner, Folder)
            folder = inner
        return folder, name

    def tree(self, after: str) -> dict[str, Any]:
        """Return what stands after a process was killed, or after the machine went down: name -> bytes or tree."""
        return _tree(self.root, after)


def _flushed(path: Path) -> Folder:
    folder = Folder()
    for entry in path.iterdir():
        folder.entries[entry.name] = _flushed(entry) if entry.is_dir() else File(entry.read_bytes())
    folder.flushed = dict(folder.entries)
    return folder


def _tree(folder: Folder, after: str) -> dict[str, Any]:
    entries = folder.flushed if after == NAMES_LOST else folder.entries
    return {
        name: _tree(node, after) if isinstance(node, Folder) else node.data if after == KILLED else node.flushed
        for name, node in entries.items()
    }


def write_tree(tree: dict[str, Any], path: Path) -> None:
    path.mkdir(parents=True, exist_ok=True)
    for name, content in tree.items():
        if isinstance(content, dict):
            write_tree(content, path / name)
        else:
            (path / name).write_bytes(content)


def read_tree(path: Path) -> dict[str, Any]:
    return {entry.name: read_tree(entry) if entry.is_dir() else entry.read_bytes() for entry in path.iterdir()}


def states(operations: list[Operation], start: Path | None = None) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give each different state that an end before, in or after one of the operations may leave, with how it came."""
    disk, seen = Disk(start), set()

    def fresh(after: str) -> bool:
        key = repr(disk.tree(after))
        known = key in seen
        seen.add(key)
        return not known

    for number, done in enumerate([None, *operations]):
        if done is not None:
            if done.kind == "write" and len(done.data) > 1:
                whole = done.data
                disk.apply(done._replace(data=whole[: len(whole) // 2]))
                if fresh(KILLED):
                    yield f"killed in {number}, {done}", disk.tree(KILLED)
                done = done._replace(data=whole[len(whole) // 2 :])
            disk.apply(done)
        for after in (KILLED, DATA_LOST, NAMES_LOST):
            if fresh(after):
                yield f"{after} after {number}, {done}", disk.tree(after)


def unsafe(operations: list[Operation]) -> list[str]:
    """List renames of what was not flushed before, and changes of names that were not flushed after.

    A name must be flushed before the next file is put in its place: whoever reads that one relies on this one.
    """
    found, dirty, names = [], set(), {}
    for number, done in enumerate(operations):
        place = f"{number}: {done}"
        if done.kind in ("create", "write"):
            dirty.add(done.path)
        elif done.kind == "fsync":
            dirty.discard(done.path)
            names.pop(done.path, None)
        elif done.kind == "rename":
            inside = [path for path in dirty if path == done.path or path.startswith(f"{done.path}/")]
            found += [f"{place}: {path} was not flushed" for path in inside]
            found += [f"{place}: names in {path} were not flushed" for path in names if path.startswith(done.path)]
            folder = os.path.dirname(done.target) or "."
            found += [f"{place}: before it, {earlier}" for path, earlier in names.items() if path != folder]
            names[folder] = f"the name of {done.target} was not flushed"
        if done.kind == "unlink":
            dirty.discard(done.path)
    return found + [f"at the end, {earlier}" for earlier in names.values()]
