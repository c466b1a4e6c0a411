"""The fingerprint of a world: one digest over every byte that the next tick depends on.

Columns are hashed in blocks of fixed size and the digests of the blocks are hashed in order, so
that threads can share the work and the result does not depend on how they do.
"""

import hashlib
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import numpy as np

from ravelin.core.table import Array, World

DIGEST_BYTES = 16
_BLOCK_BYTES = 1 << 23
# Smaller worlds are hashed before threads have started.
_THREADS_FROM_BYTES = 1 << 26


def fingerprint(world: World, tick: int, seed: int) -> str:
    """Digest every column of every table, with the tick and the seed.

    Returns
    -------
    str
        Hex digits; equal for worlds whose columns agree to the last bit.
    """
    pieces = list(_pieces(world))
    blocks = [block for _, block in pieces]
    if world.bytes() < _THREADS_FROM_BYTES:
        digests = [_digest(block) for block in blocks]
    else:
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            digests = list(pool.map(_digest, blocks))
    whole = hashlib.blake2b(f"tick {tick} seed {seed}".encode(), digest_size=DIGEST_BYTES)
    for (label, _), part in zip(pieces, digests, strict=True):
        whole.update(label.encode())
        whole.update(part)
    return whole.hexdigest()


def _pieces(world: World) -> Iterator[tuple[str, Array]]:
    """Give the blocks of all columns with their labels, by table and column name."""
    columns = {repr(declared): array for rows in world.tables.values() for declared, array in rows.items()}
    for name in sorted(columns):
        array = columns[name]
        flat = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
        label = f"{name} {array.dtype.str} {array.shape}"
        for start in range(0, max(flat.size, 1), _BLOCK_BYTES):
            yield f"{label} {start}", flat[start : start + _BLOCK_BYTES]


def _digest(block: Array) -> bytes:
    return hashlib.blake2b(block.data, digest_size=DIGEST_BYTES).digest()


@cache
def code_digest() -> str:
    """Digest the package's own source: two runs agree to the bit only if their code does."""
    package = Path(__file__).resolve().parent.parent
    digest = hashlib.blake2b(digest_size=DIGEST_BYTES)
    for path in sorted(package.rglob("*.py")):
        digest.update(path.relative_to(package).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
