"""Reading files that others wrote: what is no file, or too large, or nested without end is refused before it is read.

Whoever reads says how much there may be at most and what the file is for; the refusal is one sentence.
What is absent, a folder, or may not be read stays an `OSError`, since only the reader knows what to do then.
"""

import errno
import json
import os
import re
import stat
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from ravelin.core.given import shown
from ravelin.core.sentence import Kind, RavelinError

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo

NESTED_MOST = 32
WHOLE_MOST = (1 << 63) - 1
_KEY_PARTS_MOST = 8
"""Keys of scenarios and catalogs have four parts at most; what a key costs Python's reader grows by their square."""
_DOTS_MOST = 10_000
_TOKENS = re.compile(
    r'''(?P<pass>\s++|\#[^\n]*+)'''
    r'''|(?P<part>"""(?:[^"\\]|\\.|"(?!""))*+(?:"{3,5}|\Z)|'{3}(?:[^']|'(?!''))*+(?:'{3,5}|\Z)'''
    r'''|"(?:[^"\\\n]|\\.)*+"?|'[^'\n]*+'?|[\w+-]++)'''
    r'''|(?P<dot>\.)|(?P<other>.)''',
    re.DOTALL,
)  # fmt: skip
_LATER = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_KINDS = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
}


class UnfitFileError(RavelinError, ValueError):
    """What lies at a path cannot be what it was given for; one sentence."""

    kind = Kind.UNFIT


def usable_path(path: str | os.PathLike[str], what: str) -> Path:
    """Return a path, whether or not anything is there, that the system can look at.

    Parameters
    ----------
    what : str
        What it is the path of, such as `a checkpoint`.

    Raises
    ------
    UnfitFileError
        If it is no path, has a character that none may have, or is too long.
    """
    if not isinstance(path, (str, os.PathLike)) or not str(path):
        raise UnfitFileError(f"{shown(path)} is not the path of {what}")
    try:
        os.lstat(path)
    except ValueError:
        raise UnfitFileError(f"{shown(str(path))} has a character that no path may have, so it is not {what}") from None
    except OSError as error:
        if error.errno in (errno.ENAMETOOLONG, errno.ELOOP):
            raise UnfitFileError(f"{shown(str(path))} cannot be the path of {what}: {error.strerror}") from None
    return Path(path)


def open_file(path: Path, most: int, what: str) -> IO[bytes]:
    """Open a regular file of at most so many bytes.

    Parameters
    ----------
    what : str
        What the file is for, such as `a scenario`.

    Raises
    ------
    UnfitFileError
        If it is a pipe or a device, larger, or the path is none.
    OSError
        If it is absent, a folder, or may not be read.
    """
    try:
        # A device is not even opened: some of them act on that.
        _check_kind(os.stat(path), path, what)
        # A pipe that took the file's place since would keep us waiting for its writer.
        file = os.fdopen(os.open(path, os.O_RDONLY | _LATER), "rb")
    except (OSError, UnfitFileError):
        raise
    except ValueError:
        raise UnfitFileError(f"{str(path)!r} has a character that no path may have, so it cannot be {what}") from None
    try:
        found = os.fstat(file.fileno())
        _check_kind(found, path, what)
        _check_size(found.st_size, most, path, what)
    except BaseException:
        file.close()
        raise
    return file


def read_bytes(path: Path, most: int, what: str) -> bytes:
    """Read a regular file of at most so many bytes (see `open_file`)."""
    with open_file(path, most, what) as file:
        return drain(file, most, path, what)


def drain(stream: IO[bytes], most: int, name: Path | str, what: str) -> bytes:
    """Read a stream to its end, whatever was said of its size (files of /proc have more, packed ones may)."""
    data = stream.read(most + 1)
    if len(data) > most:
        raise UnfitFileError(f"{name} has more than {most:,} bytes, the most that {what} may have")
    return data


def read_member(archive: "ZipFile", member: "ZipInfo", most: int, name: str, what: str) -> bytes:
    """Read a member of an archive, of at most so many bytes unpacked."""
    _check_size(member.file_size, most, name, what)
    with archive.open(member) as stream:
        return drain(stream, most, name, what)


def read_text(path: Path, most: int, what: str) -> str:
    """Read a text file of at most so many bytes; a mark of its encoding is left out."""
    return as_text(read_bytes(path, most, what), path, what)


def as_text(data: bytes, path: Path | str, what: str) -> str:
    """Return the text that a file holds; a mark of its encoding is left out."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        where = f"byte {error.start:,} is none of UTF-8"
        raise UnfitFileError(f"{path} is not a text file, so it cannot be {what}: {where}") from None


def toml_values(text: str) -> dict[str, Any]:
    """Read TOML text whose numbers fit into 64 bits.

    Raises
    ------
    UnfitFileError
        Saying what is wrong with the text.
    """
    _check_keys(text)
    try:
        values = tomllib.loads(text)
    except RecursionError:
        raise UnfitFileError(_TOO_DEEP) from None
    except tomllib.TOMLDecodeError as error:
        raise UnfitFileError(f"not valid TOML: {error}") from None
    except ValueError:
        # Python reads no decimal number of more than some thousand digits.
        raise UnfitFileError(_TOO_LONG) from None
    check_values(values)
    return values


def json_object(data: bytes) -> dict[str, Any]:
    """Read a JSON object whose numbers are finite and fit into 64 bits.

    Raises
    ------
    UnfitFileError
        Saying what is wrong with it.
    """
    try:
        value = json.loads(data, parse_constant=_no_constant)
    except RecursionError:
        raise UnfitFileError(_TOO_DEEP) from None
    except ValueError as error:
        raise UnfitFileError(f"not valid JSON: {error}") from None
    if not isinstance(value, dict):
        raise UnfitFileError("it does not hold a table of names and values")
    check_values(value)
    return value


_TOO_DEEP = f"values are nested more than {NESTED_MOST} deep"
_TOO_LONG = f"whole numbers lie between {-WHOLE_MOST - 1} and {WHOLE_MOST}"


def check_values(values: object) -> None:
    """Refuse what is nested too deeply and whole numbers beyond 64 bits.

    Raises
    ------
    UnfitFileError
    """
    for name, value, depth in _walk(values):
        if depth > NESTED_MOST:
            raise UnfitFileError(_TOO_DEEP)
        if isinstance(value, int) and not -WHOLE_MOST - 1 <= value <= WHOLE_MOST:
            # Its digits are not printed: Python refuses to write out more than some thousand.
            raise UnfitFileError(f"{name} is a number of {value.bit_length():,} bits; {_TOO_LONG}")


def _walk(values: object) -> Iterator[tuple[str, object, int]]:
    """Give every value with the name of its place and how deep it lies, without recursion."""
    waiting: list[tuple[str, object, int]] = [("it", values, 0)]
    while waiting:
        name, value, depth = waiting.pop()
        yield name, value, depth
        if isinstance(value, dict):
            waiting += [(str(key), inner, depth + 1) for key, inner in value.items()]
        elif isinstance(value, list):
            waiting += [(name, inner, depth + 1) for inner in value]


def _check_keys(text: str) -> None:
    """Refuse keys of very many parts, or very many keys of some, which Python's reader would take minutes for."""
    if text.count(".") <= _DOTS_MOST and all(line.count(".") < _KEY_PARTS_MOST for line in text.split("\n")):
        return
    dots, in_keys, after_dot = 0, 0, False
    for token in _TOKENS.finditer(text):
        kind = token.lastgroup
        if kind == "dot":
            dots, after_dot = dots + 1, True
            in_keys += dots > 1  # A number has one dot.
            if dots >= _KEY_PARTS_MOST or in_keys > _DOTS_MOST:
                line = f"line {text.count(chr(10), 0, token.start()) + 1}"
                if dots >= _KEY_PARTS_MOST:
                    raise UnfitFileError(f"{line} has a key of more than {_KEY_PARTS_MOST} parts")
                raise UnfitFileError(f"up to {line} there are more than {_DOTS_MOST:,} dots in keys; use sections")
        elif kind != "pass":
            dots, after_dot = dots if after_dot else 0, False


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not a number of JSON")


def _check_size(size: int, most: int, name: Path | str, what: str) -> None:
    if size > most:
        raise UnfitFileError(f"{name} has {size:,} bytes; {what} has at most {most:,}")


def _check_kind(found: os.stat_result, path: Path, what: str) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    kind = _KINDS.get(stat.S_IFMT(found.st_mode))
    if kind is not None:
        raise UnfitFileError(f"{path} is {kind}, not a file, so it cannot be {what}")
