"""Seals: digests by which it is noticed that what was written is not what is read.

A JSON object carries the digest of its own content under `digest`; what lies in other files is sealed by a digest
beside it. They guard against damage, not against somebody who writes both anew.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from ravelin.core.bounded import UnfitFileError, json_object, open_file, read_bytes
from ravelin.core.sentence import Kind, RavelinError

DIGEST_BYTES = 16
_READ_BYTES = 1 << 22
_ANY_SIZE = 1 << 62


class SealError(RavelinError, ValueError):
    """What was read is not what was written."""

    kind = Kind.DAMAGED


def digest_of(data: bytes) -> str:
    """Digest bytes: hex digits."""
    return hashlib.blake2b(data, digest_size=DIGEST_BYTES).hexdigest()


def digest_of_file(path: Path) -> str:
    """Digest a regular file of any size.

    Raises
    ------
    OSError
    UnfitFileError
        If it is no file.
    """
    digest = hashlib.blake2b(digest_size=DIGEST_BYTES)
    with open_file(path, _ANY_SIZE, "a file of a run") as file:
        while block := file.read(_READ_BYTES):
            digest.update(block)
    return digest.hexdigest()


def sealed(content: dict[str, Any]) -> dict[str, Any]:
    """Return a JSON object with the digest of its content."""
    return {**content, "digest": _content_digest(content)}


def is_sealed(content: dict[str, Any]) -> bool:
    """Say whether the digest that a JSON object carries is that of its content."""
    return content.get("digest") == _content_digest(content)


def read_sealed(path: Path, most: int, what: str) -> dict[str, Any]:
    """Read a JSON file whose object carries its digest.

    Raises
    ------
    SealError
        If the content differs from its digest, or is no JSON.
    UnfitFileError
        If it is no file, or too large.
    OSError
    """
    content = read_object(path, most, what)
    if not is_sealed(content):
        raise SealError(f"{path} is damaged: its checksum differs from its content")
    return content


def read_object(path: Path, most: int, what: str) -> dict[str, Any]:
    """Read a JSON file that holds an object (see `read_sealed`), sealed or not."""
    data = read_bytes(path, most, what)
    try:
        return json_object(data)
    except UnfitFileError as error:
        raise SealError(f"{path} is damaged: {error}") from None


def _content_digest(content: dict[str, Any]) -> str:
    unsealed = {key: value for key, value in content.items() if key != "digest"}
    return digest_of(json.dumps(unsealed, sort_keys=True).encode())
