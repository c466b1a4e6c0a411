"""The model as one file: a zip archive of the boosters, the estimated tables and the card.

A file is written under a temporary name and renamed when complete, so a model is never half
replaced. Its seal, a digest of all that it holds, stands on the card.
"""

import hashlib
import io
import json
import math
import os
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ravelin.core.bounded import UnfitFileError, read_bytes, read_member
from ravelin.core.shipped import data_folder
from ravelin.learning.checks.booster import FlawError, load_json, short
from ravelin.learning.errors import ZIP_FAULTS, SurveyError

FORMAT = "ravelin consumption model"
VERSION = 2
DEFAULT_NAME = "consumption_model.zip"

ARRAYS = ("class_edges", "shape", "shares", "trained_units")

BYTES_MAX = 64 << 20
"""Of a model file, and of each of its members unpacked; the shipped model's largest has half a million."""

_MODEL = "a model file"
_ENTRY = b"PK\x01\x02"
_ENCRYPTED = 1
_EPOCH = (1980, 1, 1, 0, 0, 0)


class Contents(NamedTuple):
    """What a model file holds."""

    card: dict[str, Any]
    lower: bytes
    """JSON form of the booster of the lower bound."""
    upper: bytes
    arrays: Mapping[str, NDArray[Any]]
    seal: str = ""
    """Digest of the rest as the file's card tells it; none before it is written."""


def default_path() -> Path:
    """Find the shipped model."""
    return data_folder() / DEFAULT_NAME


def digest(path: Path) -> str:
    """Digest a model file, as hex digits.

    Raises
    ------
    SurveyError
        If it cannot be read.
    """
    try:
        return hashlib.blake2b(read_bytes(path, BYTES_MAX, _MODEL), digest_size=16).hexdigest()
    except UnfitFileError as problem:
        raise SurveyError.of(problem) from None
    except FileNotFoundError:
        raise SurveyError(_absent(path)) from None
    except OSError as problem:
        raise SurveyError(f"the model file {path} cannot be read ({problem.strerror or problem})") from problem


def _absent(path: Path) -> str:
    return f"there is no model file {path}; train one with `ravelin ml train`"


def write(path: Path, contents: Contents) -> None:
    """Write a model file; the same contents give the same bytes.

    Raises
    ------
    SurveyError
        If the place cannot be written to.
    """
    sealed = contents._replace(card={"format": FORMAT, "format_version": VERSION, **contents.card})
    members = {
        "card.json": json.dumps({**sealed.card, "seal": seal(sealed)}, indent=1).encode(),
        **_members(contents),
    }
    temporary = None
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as stream:
            temporary = Path(stream.name)
            with zipfile.ZipFile(stream, "w") as archive:
                for name, data in members.items():
                    information = zipfile.ZipInfo(name, _EPOCH)
                    information.external_attr = 0o644 << 16
                    archive.writestr(information, data, zipfile.ZIP_DEFLATED, 9)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError as problem:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        raise SurveyError(f"the model cannot be written to {path} ({problem.strerror or problem})") from problem


def seal(contents: Contents) -> str:
    """Digest all that a model file says, but its seal."""
    told = hashlib.blake2b(digest_size=16)
    for name, data in {"card.json": json.dumps(contents.card, sort_keys=True).encode(), **_members(contents)}.items():
        told.update(f"{name} {len(data)} ".encode())
        told.update(data)
    return told.hexdigest()


def _members(contents: Contents) -> dict[str, bytes]:
    arrays = {f"arrays/{name}.npy": _array_bytes(array) for name, array in sorted(contents.arrays.items())}
    return {"lower.json": contents.lower, "upper.json": contents.upper, **arrays}


_NAMES = ("card.json", "lower.json", "upper.json", *(f"arrays/{name}.npy" for name in ARRAYS))


def read(path: Path) -> Contents:
    """Read a model file: its members and no others, each within bounds.

    What they say is checked by whoever makes a model of them, see `SpendingModel.load`.

    Raises
    ------
    SurveyError
        If the file is absent, damaged, of another version, or not a model.
    """
    try:
        data = read_bytes(path, BYTES_MAX, _MODEL)
        if data.count(_ENTRY) > 10 * len(_NAMES):
            raise FlawError("it has hundreds of members")
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = _listed(archive)
            if "card.json" not in members:
                raise SurveyError(f"{path} is a zip archive but not a consumption model of Ravelin")
            card = load_json(_unpacked(archive, members["card.json"], path), "its card")
            _check_kind(path, card)
            for name in _NAMES:
                if name not in members:
                    raise FlawError(f"it lacks {name}")
            for name in members:
                if name not in _NAMES:
                    raise FlawError(f"it holds {short(name)}, which no model has")
            lower, upper = (_unpacked(archive, members[name], path) for name in ("lower.json", "upper.json"))
            arrays = {name: _array(name, _unpacked(archive, members[f"arrays/{name}.npy"], path)) for name in ARRAYS}
            return Contents(card, lower, upper, arrays, str(card.pop("seal", "")))
    except FlawError as problem:
        raise incomplete(path, problem) from problem
    except SurveyError:
        raise
    except UnfitFileError as problem:
        raise SurveyError.of(problem) from None
    except FileNotFoundError:
        raise SurveyError(_absent(path)) from None
    except ZIP_FAULTS as problem:
        raise incomplete(path, problem) from problem


def incomplete(path: Path, problem: Exception) -> SurveyError:
    """Say that a file is no model, and what is wrong with it."""
    reason = " ".join(str(problem).split())[:300] or type(problem).__name__
    return SurveyError(
        f"{path} is not a complete consumption model of Ravelin ({reason}); train it anew or restore the file"
    )


def check_seal(contents: Contents) -> None:
    """See that nothing was changed since the file was written.

    Raises
    ------
    FlawError
        If something was.
    """
    if contents.seal != seal(contents):
        raise FlawError("its seal does not fit what it holds, so the file was changed or damaged after it was written")


def _listed(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    members: dict[str, zipfile.ZipInfo] = {}
    for member in archive.infolist():
        if member.filename in members:
            raise FlawError(f"it holds {short(member.filename)} twice")
        if member.flag_bits & _ENCRYPTED or member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise FlawError(f"its member {short(member.filename)} is encrypted or packed in another way than deflated")
        members[member.filename] = member
    return members


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path) -> bytes:
    return read_member(archive, member, BYTES_MAX, f"{path}: {member.filename}", "a part of a model")


def _check_kind(path: Path, card: Any) -> None:
    if not isinstance(card, dict) or card.get("format") != FORMAT:
        raise SurveyError(f"{path} is not a consumption model of Ravelin")
    if card.get("format_version") != VERSION:
        raise SurveyError(
            f"{path} has model format {short(card.get('format_version'))}, this version of Ravelin "
            f"reads format {VERSION}; train it anew"
        )


def _array_bytes(array: NDArray[Any]) -> bytes:
    stream = io.BytesIO()
    np.save(stream, np.ascontiguousarray(array), allow_pickle=False)
    return stream.getvalue()


_HEADER_MAX = 1_000


def _array(name: str, data: bytes) -> NDArray[Any]:
    """Read NumPy's file format without trusting its header: no objects, and as long as it says."""
    stream = io.BytesIO(data)
    try:
        if np.lib.format.read_magic(stream) != (1, 0):
            raise ValueError("another version of the format")
        shape, by_column, kind = np.lib.format.read_array_header_1_0(stream, max_header_size=_HEADER_MAX)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError) as problem:
        raise FlawError(f"arrays/{name}.npy is no array ({short(problem)})") from None
    body = data[stream.tell() :]
    if kind.kind not in "fu" or kind.hasobject or by_column:
        raise FlawError(f"arrays/{name}.npy holds {short(kind)}, which is not what a model holds")
    if math.prod(int(size) for size in shape) * kind.itemsize != len(body):
        raise FlawError(f"arrays/{name}.npy has {len(body)} bytes, which is not what its shape {short(shape)} takes")
    return np.frombuffer(body, kind).reshape(shape)
