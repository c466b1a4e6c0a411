"""The orders of a run, a line each, flushed before whoever gave one is answered.

A checkpoint writes the whole world; an order says what was done to it. So an order costs as many bytes as it takes to
say, however large the economy is, and a run that was killed carries out again those that came after its last
checkpoint. A line carries the run's id, the month and its own digest. The last one may have been cut off by a kill:
then nobody was answered. Any other line that is not what was written is damage.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ravelin.core.bounded import read_bytes
from ravelin.core.sentence import Kind, RavelinError
from ravelin.storage.files import replacing, sync_folder
from ravelin.storage.seal import is_sealed, sealed

NAME = "orders.jsonl"
_MOST = 1 << 30


class JournalError(RavelinError, ValueError):
    """The orders of a run are not those that were written."""

    kind = Kind.DAMAGED


class Entry(NamedTuple):
    """An order that was carried out.

    Attributes
    ----------
    number : of the run's orders, from 1 on
    tick : months simulated before it
    kind, body : what was ordered
    """

    number: int
    tick: int
    kind: str
    body: dict[str, Any]


class Journal:
    """The file of one run's orders, which one process writes.

    Parameters
    ----------
    folder : Path
        Of the run.
    run : str
        Its id.
    """

    def __init__(self, folder: Path, run: str) -> None:
        self.path = folder / NAME
        self.run = run
        self.grown = 0
        """Bytes written since the last compaction."""
        self._file: int | None = None

    def read(self) -> list[Entry]:
        """Return all orders that were kept.

        Raises
        ------
        JournalError
            If a line is damaged, or of another run.
        OSError
        """
        return [self._entry(line) for line in self._lines()]

    def append(self, entry: Entry) -> None:
        """Keep an order; when this returns it outlasts a kill, and the machine's going down.

        Raises
        ------
        OSError
            If it could not be kept; the file is then as it was.
        """
        content = sealed({"run": self.run, **entry._asdict()})
        line = json.dumps(content, allow_nan=False, separators=(",", ":")).encode() + b"\n"
        if self._file is None:
            self._file = self._open()
        size = os.fstat(self._file).st_size
        try:
            if os.write(self._file, line) != len(line):
                raise OSError(0, "the disk is full")
            os.fsync(self._file)
        except OSError:
            os.ftruncate(self._file, size)
            raise
        self.grown += len(line)

    def compact(self, is_needed: Callable[[Entry], bool]) -> None:
        """Leave out the orders that no checkpoint is without.

        Raises
        ------
        JournalError
        OSError
        """
        self.grown = 0
        if not self.path.exists():
            return
        lines = self._lines()
        kept = [line for line in lines if is_needed(self._entry(line))]
        if len(kept) < len(lines):
            self.close()
            with replacing(self.path) as file:
                file.writelines(line + b"\n" for line in kept)

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _open(self) -> int:
        """Open the file to append to it, without what a kill has cut off."""
        whole = sum(len(line) + 1 for line in self._lines())
        is_new = not self.path.exists()
        file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        size = os.fstat(file).st_size
        if size < whole:
            os.write(file, b"\n")  # Only the end of the last line was missing.
        elif size > whole:
            os.ftruncate(file, whole)
        if is_new:
            sync_folder(self.path.parent)
        return file

    def _lines(self) -> list[bytes]:
        """Return the lines that were written whole."""
        if not self.path.exists():
            return []
        *whole, last = read_bytes(self.path, _MOST, "the orders of a run").split(b"\n")
        if _is_line(last[:-1]):
            # It was written whole, and its end is another than was written.
            raise self._damage(len(whole) + 1)
        return [*whole, last] if _is_line(last) else whole

    def _entry(self, line: bytes) -> Entry:
        content = _content(line)
        if content is None:
            raise self._damage(self._lines().index(line) + 1)
        if content["run"] != self.run:
            raise JournalError(f"{self.path} belongs to the run {content['run']}, and this is {self.run}; remove it")
        return Entry(*(content[name] for name in Entry._fields))

    def _damage(self, number: int) -> JournalError:
        return JournalError(
            f"{self.path} is damaged: line {number} is not as it was written; "
            "restore it, or remove it to go on from the last checkpoint without the orders after it"
        )


def after(entries: list[Entry], number: int) -> Iterator[Entry]:
    """Give the orders after one, in order.

    Raises
    ------
    JournalError
        If there is a gap between them.
    """
    for entry in entries:
        if entry.number <= number:
            continue
        if entry.number != number + 1:
            raise JournalError(
                f"the run's orders {number + 1} to {entry.number - 1} were given before its first checkpoint that is "
                "left, and are not kept; go on from that one"
            )
        number += 1
        yield entry


def _is_line(line: bytes) -> bool:
    return _content(line) is not None


def _content(line: bytes) -> Mapping[str, Any] | None:
    try:
        content = json.loads(line)
    except ValueError:
        return None
    return content if isinstance(content, dict) and is_sealed(content) else None
