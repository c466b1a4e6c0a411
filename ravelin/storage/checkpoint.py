"""Checkpoints: the whole world after so many ticks, exact to the bit.

A checkpoint is a folder: one Arrow IPC file per table, whose fields carry unit and meaning, the
history so far, and `checkpoint.json`, which names every file with its size and digest and is
itself sealed by one. It is written under a temporary name, flushed, and renamed.
"""

import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ravelin.core.parameter import ParameterError, Parameters, Settings
from ravelin.core.table import Array, Column, Rows, Table, World
from ravelin.storage import history as histories
from ravelin.storage.files import free_bytes, replacing_folder, say_bytes, write_json
from ravelin.storage.fingerprint import DIGEST_BYTES

if TYPE_CHECKING:
    import pyarrow

FORMAT = "ravelin checkpoint"
FORMAT_VERSION = 2
_MANIFEST = "checkpoint.json"
_HISTORY = "history.parquet"
_ROWS_PER_BATCH = 1 << 20
_READ_BYTES = 1 << 22
# Room for metadata and history beside the columns when the free space is compared.
_SPARE_BYTES = 1 << 20


class CheckpointError(Exception):
    """A checkpoint that cannot be written, or must not be used; `damaged` if an earlier one may be whole."""

    def __init__(self, message: str, *, damaged: bool = False) -> None:
        super().__init__(message)
        self.damaged = damaged


class Checkpoint(NamedTuple):
    """What a checkpoint holds; `facts` is what the writer put beside world and history."""

    world: World
    tick: int
    seed: int
    history: histories.History
    facts: dict[str, Any]


def save(
    path: Path,
    world: World,
    *,
    tick: int,
    seed: int,
    version: str,
    history: histories.History,
    facts: dict[str, Any],
) -> None:
    """Write a checkpoint; one that stood at `path` is replaced.

    Parameters
    ----------
    tick : int
        Ticks simulated so far.
    version : str
        The version of Ravelin; only the same one reads the checkpoint.
    facts : JSON values
        Whatever else the next tick depends on.

    Raises
    ------
    CheckpointError
        If there is no room, the folder cannot be written, or `path` is something else.
    """
    if path.exists() and not (path / _MANIFEST).is_file():
        raise CheckpointError(f"{path} exists and is not a checkpoint, so it is not replaced")
    try:
        _check_room(path, world.bytes())
        with replacing_folder(path) as folder:
            files: dict[str, Any] = {}
            for table, rows in world.tables.items():
                name = f"{table.__name__}.arrow"
                files[name] = _write_rows(folder / name, rows)
            histories.write(folder / _HISTORY, history)
            files[_HISTORY] = _seal(folder / _HISTORY)
            manifest = {
                "format": FORMAT,
                "format_version": FORMAT_VERSION,
                "version": version,
                "tick": tick,
                "seed": seed,
                "rows": {table.__name__: rows.count for table, rows in world.tables.items()},
                "spans": {table.__name__: span.tolist() for table, span in world.spans.items()},
                "names": {table.__name__: list(names) for table, names in world.names.items()},
                "sectors": {table.__name__: int(row) for table, row in world.sectors.items()},
                "files": files,
                "facts": facts,
            }
            manifest["digest"] = _manifest_digest(manifest)
            write_json(folder / _MANIFEST, manifest)
    except OSError as error:
        raise CheckpointError(f"cannot write the checkpoint {path}: {error.strerror or error}") from error


def load(path: Path, tables: Sequence[type[Table]], version: str) -> Checkpoint:
    """Read a checkpoint for a schedule that binds `tables`.

    Raises
    ------
    CheckpointError
        If it is missing, damaged, truncated, of another version, or of another model.
    """
    manifest = _read_manifest(path)
    if manifest["version"] != version:
        raise CheckpointError(
            f"{path} was written by Ravelin {manifest['version']} and this is {version}; "
            "another version need not continue to the same bits: run it again, or install that one"
        )
    _check_tables(path, manifest["rows"], tables)
    for name, stated in manifest["files"].items():
        _check_file(path / name, stated)
    by_name = {table.__name__: table for table in tables}
    counts = {table: manifest["rows"][table.__name__] for table in tables}
    # A row owner that no system binds has no file of its own; its sharers know the count.
    counts.update({table.rows_of: counts[table] for table in tables})
    spans = {_owner(by_name, tables, name): np.array(span) for name, span in manifest["spans"].items()}
    world = World(list(tables), counts, spans)
    world.sectors = {_owner(by_name, tables, name): row for name, row in manifest["sectors"].items()}
    world.names = {_owner(by_name, tables, name): tuple(names) for name, names in manifest["names"].items()}
    for table in tables:
        _read_rows(path / f"{table.__name__}.arrow", world[table])
    import pyarrow.parquet as pq

    history = histories.History.of(pq.read_table(path / _HISTORY))
    return Checkpoint(world, manifest["tick"], manifest["seed"], history, manifest["facts"])


def restore_settings(path: Path, stored: dict[str, dict[str, Any]], groups: Sequence[type[Parameters]]) -> Settings:
    """Return the parameters that a checkpoint holds, for a schedule that uses `groups`.

    Raises
    ------
    CheckpointError
        If they are those of another model.
    """
    settings = Settings(list(groups))
    expected = {repr(declared) for declared in settings}
    found = {f"{group}.{name}": value for group, values in stored.items() for name, value in values.items()}
    if expected != set(found):
        odd = sorted(expected ^ set(found))[0]
        where = "this tick page" if odd in expected else "the checkpoint"
        raise CheckpointError(f"{path} belongs to another model: only {where} has the parameter {odd}")
    try:
        settings.update(found)
    except ParameterError as error:
        raise CheckpointError(f"{path} belongs to another model: {error}") from None
    return settings


def read_column(path: Path, declared: Column) -> Array:
    """Read one column of a checkpoint, (rows,) or (rows, width), without what makes a world of it.

    Raises
    ------
    CheckpointError
        If the checkpoint has no such column, or cannot be read.
    """
    import pyarrow as pa

    file = path / f"{declared.table.__name__}.arrow"
    try:
        with pa.memory_map(str(file)) as source, pa.ipc.open_file(source) as reader:
            values = reader.read_all().column(declared.name).combine_chunks()
            flat = values.flatten() if declared.width > 1 else values
            shape = (-1,) if declared.width == 1 else (-1, declared.width)
            return np.array(flat.to_numpy()).reshape(shape)
    except (OSError, KeyError, pa.ArrowException) as error:
        raise CheckpointError(f"{file} has no {declared} to read: {error}") from error


def _owner(by_name: dict[str, type[Table]], tables: Sequence[type[Table]], name: str) -> type[Table]:
    return by_name.get(name) or next(table.rows_of for table in tables if table.rows_of.__name__ == name)


def _check_room(path: Path, columns: int) -> None:
    free, needed = free_bytes(path.parent), columns + _SPARE_BYTES
    if free < needed:
        raise CheckpointError(
            f"no room for the checkpoint {path}: it needs {say_bytes(needed)} and {say_bytes(free)} are free"
        )


def _write_rows(path: Path, rows: Rows) -> dict[str, Any]:
    import pyarrow as pa

    columns = list(rows.items())
    schema = pa.schema([_arrow_field(declared) for declared, _ in columns])
    with path.open("wb") as file:
        with pa.ipc.new_file(file, schema) as writer:
            for start in range(0, rows.count, _ROWS_PER_BATCH):
                part = slice(start, start + _ROWS_PER_BATCH)
                arrays = [_arrow_array(declared, array[part]) for declared, array in columns]
                writer.write_batch(pa.record_batch(arrays, schema=schema))
        file.flush()
        os.fsync(file.fileno())
    return _seal(path)


def _arrow_field(declared: Column) -> "pyarrow.Field":
    import pyarrow as pa

    kind = pa.from_numpy_dtype(declared.dtype)
    if declared.width > 1:
        kind = pa.list_(pa.field("item", kind, nullable=False), declared.width)
    metadata = {"unit": declared.unit, "meaning": declared.meaning}
    return pa.field(declared.name, kind, nullable=False, metadata=metadata)


def _arrow_array(declared: Column, array: Array) -> "pyarrow.Array":
    import pyarrow as pa

    flat = pa.array(np.ascontiguousarray(array).reshape(-1))
    if declared.width == 1:
        return flat
    return pa.FixedSizeListArray.from_arrays(flat, type=_arrow_field(declared).type)


def _seal(path: Path) -> dict[str, Any]:
    digest = hashlib.blake2b(digest_size=DIGEST_BYTES)
    size = 0
    with path.open("rb") as file:
        while block := file.read(_READ_BYTES):
            digest.update(block)
            size += len(block)
    return {"bytes": size, "digest": digest.hexdigest()}


def _manifest_digest(manifest: dict[str, Any]) -> str:
    sealed = {key: value for key, value in manifest.items() if key != "digest"}
    text = json.dumps(sealed, sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=DIGEST_BYTES).hexdigest()


def _read_manifest(path: Path) -> dict[str, Any]:
    file = path / _MANIFEST
    if not path.is_dir():
        raise CheckpointError(f"there is no checkpoint at {path}")
    if not file.is_file():
        raise CheckpointError(f"{path} is not a Ravelin checkpoint: it has no {_MANIFEST}", damaged=True)
    try:
        manifest = json.loads(file.read_bytes())
    except (OSError, ValueError) as error:
        raise CheckpointError(f"{file} is damaged: {error}", damaged=True) from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise CheckpointError(f"{path} is not a Ravelin checkpoint: {_MANIFEST} says nothing of one", damaged=True)
    if manifest.get("format_version") != FORMAT_VERSION:
        raise CheckpointError(
            f"{path} has checkpoint format {manifest.get('format_version')}; this version reads {FORMAT_VERSION}"
        )
    if manifest.get("digest") != _manifest_digest(manifest):
        raise CheckpointError(f"{file} is damaged: its checksum differs from its content", damaged=True)
    return manifest


def _check_tables(path: Path, stored: dict[str, int], tables: Sequence[type[Table]]) -> None:
    expected = {table.__name__ for table in tables}
    missing, unknown = sorted(expected - set(stored)), sorted(set(stored) - expected)
    if missing:
        raise CheckpointError(f"{path} belongs to another model: it holds no {missing[0]}, which this tick page uses")
    if unknown:
        raise CheckpointError(f"{path} belongs to another model: this tick page knows nothing of its {unknown[0]}")


def _check_file(path: Path, stated: dict[str, Any]) -> None:
    try:
        size = path.stat().st_size
        if size != stated["bytes"]:
            raise CheckpointError(
                f"{path} is truncated or was changed: it has {size:,} bytes of {stated['bytes']:,}", damaged=True
            )
        if _seal(path) != stated:
            raise CheckpointError(f"{path} is damaged: its checksum differs from the one in {_MANIFEST}", damaged=True)
    except FileNotFoundError:
        raise CheckpointError(f"{path} is missing from the checkpoint", damaged=True) from None
    except OSError as error:
        raise CheckpointError(f"cannot read {path}: {error.strerror or error}") from error


def _read_rows(path: Path, rows: Rows) -> None:
    import pyarrow as pa

    with pa.memory_map(str(path)) as source, pa.ipc.open_file(source) as reader:
        expected = pa.schema([_arrow_field(declared) for declared, _ in rows.items()])
        for found, declared in zip(reader.schema, expected, strict=False):
            if found.name != declared.name or found.type != declared.type:
                raise CheckpointError(
                    f"{path} belongs to another model: it holds {found.name} ({found.type}) "
                    f"where this one has {declared.name} ({declared.type})"
                )
        if len(reader.schema) != len(expected):
            raise CheckpointError(
                f"{path} belongs to another model: {len(reader.schema)} columns where this one has {len(expected)}"
            )
        start = 0
        for place in range(reader.num_record_batches):
            batch = reader.get_batch(place)
            for (declared, array), values in zip(rows.items(), batch.columns, strict=True):
                flat = values.flatten() if declared.width > 1 else values
                target = array[start : start + len(batch)]
                target[...] = flat.to_numpy().reshape(target.shape)
            start += len(batch)
