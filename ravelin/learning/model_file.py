"""The model as one file: a zip archive of the boosters, the estimated tables and the card.

A file is written under a temporary name and renamed when complete, so a model is never half
replaced.
"""

import hashlib
import io
import json
import os
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ravelin.core.shipped import data_folder
from ravelin.learning.errors import SurveyError

FORMAT = "ravelin consumption model"
VERSION = 1
DEFAULT_NAME = "consumption_model.zip"
_EPOCH = (1980, 1, 1, 0, 0, 0)


class Contents(NamedTuple):
    """What a model file holds."""

    card: dict[str, Any]
    lower: bytes
    """JSON form of the booster of the lower bound."""
    upper: bytes
    arrays: Mapping[str, NDArray[Any]]


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
        return hashlib.blake2b(path.read_bytes(), digest_size=16).hexdigest()
    except FileNotFoundError:
        raise SurveyError(_absent(path)) from None
    except OSError as problem:
        raise SurveyError(f"the model file {path} cannot be read ({problem.strerror or problem})") from problem


def write(path: Path, contents: Contents) -> None:
    """Write a model file; the same contents give the same bytes.

    Raises
    ------
    SurveyError
        If the place cannot be written to.
    """
    card = {"format": FORMAT, "format_version": VERSION, **contents.card}
    members = {
        "card.json": json.dumps(card, indent=1).encode(),
        "lower.json": contents.lower,
        "upper.json": contents.upper,
        **{f"arrays/{name}.npy": _array_bytes(array) for name, array in sorted(contents.arrays.items())},
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


def read(path: Path) -> Contents:
    """Read a model file.

    Raises
    ------
    SurveyError
        If the file is absent, damaged, of another version, or not a model.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if "card.json" not in names:
                raise SurveyError(f"{path} is a zip archive but not a consumption model of Ravelin")
            card = json.loads(archive.read("card.json"))
            _check(path, card)
            arrays = {
                name.removeprefix("arrays/").removesuffix(".npy"): np.load(io.BytesIO(archive.read(name)))
                for name in sorted(names)
                if name.startswith("arrays/")
            }
            return Contents(card, archive.read("lower.json"), archive.read("upper.json"), arrays)
    except FileNotFoundError:
        raise SurveyError(_absent(path)) from None
    except (zipfile.BadZipFile, EOFError, KeyError, ValueError, OSError) as problem:
        if isinstance(problem, SurveyError):
            raise
        raise SurveyError(
            f"{path} is not a complete consumption model of Ravelin ({problem}); train it anew or restore the file"
        ) from problem


def _absent(path: Path) -> str:
    return f"there is no model file {path}; train one with `ravelin ml train`"


def _check(path: Path, card: Any) -> None:
    if not isinstance(card, dict) or card.get("format") != FORMAT:
        raise SurveyError(f"{path} is not a consumption model of Ravelin")
    if card.get("format_version") != VERSION:
        raise SurveyError(
            f"{path} has model format {card.get('format_version')}, this version of Ravelin "
            f"reads format {VERSION}; train it anew"
        )


def _array_bytes(array: NDArray[Any]) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=False)
    return stream.getvalue()
