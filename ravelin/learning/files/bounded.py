"""Read no more of a file than its kind can need: what claims or proves to be larger is refused."""

import stat
import zipfile
import zlib
from pathlib import Path
from typing import IO

from ravelin.learning.errors import SurveyError

ZIP_FAULTS = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
    OverflowError,
    MemoryError,
)
"""What the library raises for archives that are damaged, encrypted, or made to harm."""


def read_file(path: Path, limit: int) -> bytes:
    """Read an ordinary file of at most `limit` bytes.

    Raises
    ------
    OSError
        If it cannot be read.
    SurveyError
        If it is larger, or no ordinary file (a device, a pipe, a folder).
    """
    with open_file(path, limit) as stream:
        return drain(stream, limit, str(path))


def open_file(path: Path, limit: int) -> IO[bytes]:
    """Open an ordinary file of at most `limit` bytes; errors as `read_file`."""
    try:
        found = path.stat()
    except ValueError as problem:
        raise SurveyError(f"{str(path)!r} is no name of a file ({problem})") from None
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(21, "Is a directory")
    if not stat.S_ISREG(found.st_mode):
        raise SurveyError(f"{path} is not an ordinary file")
    if found.st_size > limit:
        raise SurveyError(_too_large(str(path), f"{found.st_size:,} bytes", limit))
    return path.open("rb")


def drain(stream: IO[bytes], limit: int, name: str) -> bytes:
    """Read a stream to its end, which must come within `limit` bytes."""
    data = stream.read(limit + 1)
    if len(data) > limit:
        raise SurveyError(_too_large(name, "more", limit))
    return data


def read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limit: int, name: str) -> bytes:
    """Read a member of an archive, whatever size it claims to have."""
    if member.file_size > limit:
        raise SurveyError(_too_large(name, f"{member.file_size:,} bytes", limit))
    with archive.open(member) as stream:
        return drain(stream, limit, name)


def _too_large(name: str, size: str, limit: int) -> str:
    return f"{name} holds {size} where {limit:,} bytes are the most that is read"
