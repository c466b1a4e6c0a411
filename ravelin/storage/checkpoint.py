"""Checkpoints: the whole world after so many ticks, exact to the bit.

A checkpoint is a folder: one Arrow IPC file per table, whose fields carry unit and meaning, the
history so far, and `checkpoint.json`, which names every file with its size and digest and is
itself sealed by one. It is written under a temporary name, flushed, and renamed.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ravelin.core.bounded import UnfitFileError, usable_path
from ravelin.core.parameter import ParameterError, Parameters, Settings
from ravelin.core.ranges import counts_of, wrong_in
from ravelin.core.sentence import Kind, RavelinError
from ravelin.core.table import Array, Column, Rows, Table, World
from ravelin.storage import history as histories
from ravelin.storage.files import free_bytes, replacing_folder, say_bytes, set_aside, write_sealed
from ravelin.storage.seal import digest_of_file, is_sealed, read_object

if TYPE_CHECKING:
    import pyarrow

FORMAT = "ravelin checkpoint"
FORMAT_VERSION = 3
_MANIFEST = "checkpoint.json"
_HISTORY = "history.parquet"
_UNDISTURBED = ".undisturbed.npy"
_ROWS_PER_BATCH = 1 << 20
_MANIFEST_MOST = 1 << 26
_ROWS_MOST = (1 << 31) - 1
_TICKS_MOST = 120_000
"""Months from year 0 to year 9999, after which there are no dates."""
_KINDS = {
    "version": str,
    "tick": int,
    "seed": int,
    "rows": dict,
    "spans": dict,
    "names": dict,
    "sectors": dict,
    "files": dict,
    "facts": dict,
}
# Room for metadata and history beside the columns when the free space is compared.
_SPARE_BYTES = 1 << 20


class CheckpointError(RavelinError):
    """A checkpoint that cannot be written, or must not be used; where one is damaged, an earlier one may be whole."""

    kind = Kind.FAILED


class Checkpoint(NamedTuple):
    """What a checkpoint holds.

    `facts` is what the writer put beside world and history, `undisturbed` what columns hold without shocks in force.
    """

    world: World
    tick: int
    seed: int
    history: histories.History
    facts: dict[str, Any]
    undisturbed: dict[Column, Array]


def placed(path: str | os.PathLike[str]) -> Path:
    """Return the path of a checkpoint, or of a run that has some, as it can be looked at.

    Raises
    ------
    CheckpointError
        If it cannot.
    """
    try:
        return usable_path(path, "a checkpoint")
    except UnfitFileError as error:
        raise CheckpointError.of(error) from None


def save(
    path: Path,
    world: World,
    *,
    tick: int,
    seed: int,
    version: str,
    history: histories.History,
    facts: dict[str, Any],
    undisturbed: Mapping[Column, Array] = MappingProxyType({}),
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
    undisturbed : column -> its values without the shocks in force

    Raises
    ------
    CheckpointError
        If there is no room, the folder cannot be written, or `path` is something else.
    """
    if (left := set_aside(path)) is not None:
        left.rename(path)  # Until the new one stands, the one before does.
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
            for declared, array in undisturbed.items():
                name = f"{declared}{_UNDISTURBED}"
                with (folder / name).open("wb") as file:
                    np.save(file, array, allow_pickle=False)
                    file.flush()
                    os.fsync(file.fileno())
                files[name] = _seal(folder / name)
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
            write_sealed(folder / _MANIFEST, manifest)
    except OSError as error:
        raise CheckpointError(f"cannot write the checkpoint {path}: {error.strerror or error}") from error


def load(
    path: Path, tables: Sequence[type[Table]], version: str, check: Callable[[World], None] = lambda _: None
) -> Checkpoint:
    """Read a checkpoint for a schedule that binds `tables`; nothing is allocated before its structure is checked.

    Parameters
    ----------
    check : callable
        Hears of the world before anybody else; raises a ValueError that says which value no economy has.

    Raises
    ------
    CheckpointError
        If it is missing, damaged, truncated, of another version, or of another model.
    """
    path = set_aside(path) or path
    manifest = _read_manifest(path)
    if manifest["version"] != version:
        raise CheckpointError(
            f"{path} was written by Ravelin {manifest['version']} and this is {version}; "
            "another version need not continue to the same bits: run it again, or install that one"
        )
    _check_tables(path, manifest["rows"], tables)
    with _telling(path / _MANIFEST):
        world_of = _layout(manifest, tables)
    for table in tables:
        _check_file(path, f"{table.__name__}.arrow", manifest)
        _check_columns(path / f"{table.__name__}.arrow", table, manifest["rows"][table.__name__])
    _check_file(path, _HISTORY, manifest)
    world = world_of()
    for table in tables:
        _read_rows(path / f"{table.__name__}.arrow", world[table])
    with _telling(path):
        check(world)
    with _telling(path / _HISTORY):
        history = histories.read_file(path / _HISTORY, sealed=False)
    undisturbed = _read_undisturbed(path, world, manifest)
    return Checkpoint(world, manifest["tick"], manifest["seed"], history, manifest["facts"], undisturbed)


@contextmanager
def _telling(path: Path) -> Iterator[None]:
    """Say that a file is damaged, in whatever way its content makes reading it fail."""
    import pyarrow as pa

    try:
        yield
    except CheckpointError:
        raise
    except RavelinError as error:
        known = error.kind is Kind.DAMAGED
        raise CheckpointError.of(error, before="" if known else f"{path} is damaged: ", kind=Kind.DAMAGED) from error
    except (pa.ArrowException, OSError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError) as error:
        said = str(error).partition("\n")[0]
        raise CheckpointError(f"{path} is damaged: {said}", kind=Kind.DAMAGED) from error
    except MemoryError as error:
        raise CheckpointError(f"{path} is damaged: it asks for more memory than there is", kind=Kind.DAMAGED) from error


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
        raise CheckpointError.of(error, before=f"{path} belongs to another model: ", kind=Kind.CONFLICT) from None
    return settings


def read_column(path: Path, declared: Column) -> Array:
    """Read one column of a checkpoint, (rows,) or (rows, width), without what makes a world of it.

    Raises
    ------
    CheckpointError
        If the checkpoint has no such column, or is damaged.
    """
    import pyarrow as pa

    manifest, name = _read_manifest(path), f"{declared.table.__name__}.arrow"
    if name not in manifest["files"]:
        raise CheckpointError(f"{path} has no {declared}")
    _check_file(path, name, manifest)
    with _telling(path / name), pa.memory_map(str(path / name)) as source, pa.ipc.open_file(source) as reader:
        if declared.name not in reader.schema.names:
            raise CheckpointError(f"{path / name} has no {declared}")
        values = reader.read_all().column(declared.name).combine_chunks()
        return np.array(_flat(values, declared)).reshape((-1,) if declared.width == 1 else (-1, declared.width))


def _read_undisturbed(path: Path, world: World, manifest: dict[str, Any]) -> dict[Column, Array]:
    """Read what columns hold without the shocks in force, held to what the world itself is held to."""
    columns = {str(declared): declared for rows in world.tables.values() for declared, _ in rows.items()}
    counts = counts_of(world.tables)
    found = {}
    for name in sorted(file for file in manifest["files"] if file.endswith(_UNDISTURBED)):
        _check_file(path, name, manifest)
        with _telling(path / name):
            declared = columns.get(name.removesuffix(_UNDISTURBED))
            if declared is None:
                raise ValueError("this model has no such column")
            array: Array = np.load(path / name, allow_pickle=False)
            like = world.array(declared)
            if array.dtype != like.dtype or array.shape != like.shape:
                raise ValueError(f"it does not go with {declared}, which has other rows")
            # What a shock will leave behind must be as sound as what it changed.
            if wrong := wrong_in(declared, array, counts, stays=True):
                raise ValueError(wrong)
            found[declared] = array
    return found


def _layout(manifest: dict[str, Any], tables: Sequence[type[Table]]) -> Callable[[], World]:
    """Check where the rows of a world lie, and return how to allocate it.

    Raises
    ------
    ValueError
        Naming what no world has.
    """
    owners = {table.__name__: table for table in (*(table.rows_of for table in tables), *tables)}
    rows = manifest["rows"]
    counts: dict[type[Table], int] = {}
    for table in tables:
        count = _whole(rows[table.__name__], f"rows.{table.__name__}", _ROWS_MOST)
        # A row owner that no system binds has no file of its own; its sharers know the count.
        if counts.setdefault(table.rows_of, count) != count:
            raise ValueError(f"{table.__name__} has {count:,} rows of {counts[table.rows_of]:,}")
    spans, names, sectors = ({_known(owners, name): value for name, value in manifest[part].items()}
                             for part in ("spans", "names", "sectors"))  # fmt: skip
    for table, span in spans.items():
        whole = [_whole(row, f"spans.{table.__name__}", _ROWS_MOST) for row in _items(span, f"spans.{table.__name__}")]
        if len(whole) < 2 or whole[0] != 0 or whole != sorted(whole) or whole[-1] != counts.get(table, whole[-1]):
            raise ValueError(f"spans.{table.__name__} are not the localities of its rows")
    if len({len(span) for span in spans.values()}) > 1:
        raise ValueError("spans differ in the number of localities")
    for owner in counts:
        if owner.local and owner not in spans:
            raise ValueError(f"spans has no {owner.__name__}, whose rows lie by locality")
    for table, named in names.items():
        words = _items(named, f"names.{table.__name__}")
        alone = all(isinstance(word, str) for word in words) and len(set(words)) == len(words)
        if not alone or len(words) != counts.get(table, len(words)):
            raise ValueError(f"names.{table.__name__} are not names of its rows")
    for table, first in sectors.items():
        last = _whole(first, f"sectors.{table.__name__}", _ROWS_MOST) + counts.get(table, 0)
        if last > rows.get("Accounts", last):
            raise ValueError(f"sectors.{table.__name__} ends after the last of the accounts")

    def allocate() -> World:
        world = World(list(tables), counts, {table: np.array(span) for table, span in spans.items()})
        world.sectors = sectors
        world.names = {table: tuple(named) for table, named in names.items()}
        return world

    return allocate


def _known(owners: dict[str, type[Table]], name: str) -> type[Table]:
    if name not in owners:
        raise ValueError(f"it knows of rows of {name}, which this model has not")
    return owners[name]


def _whole(value: object, what: str, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise ValueError(f"{what} is {value!r}, not a whole number from 0 to {most:,}")
    return value


def _items(value: object, what: str) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(f"{what} is {value!r}, not a list")
    return value


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
    return {"bytes": path.stat().st_size, "digest": digest_of_file(path)}


def _read_manifest(path: Path) -> dict[str, Any]:
    file = path / _MANIFEST
    if not path.is_dir():
        raise CheckpointError(f"there is no checkpoint at {path}", kind=Kind.UNFIT)
    if not file.is_file():
        raise CheckpointError(f"{path} is not a Ravelin checkpoint: it has no {_MANIFEST}", kind=Kind.UNFIT)
    try:
        manifest = read_object(file, _MANIFEST_MOST, "the list of a checkpoint")
    except OSError as error:
        raise CheckpointError(f"cannot read {file}: {error.strerror or error}", kind=Kind.DAMAGED) from error
    except ValueError as error:
        raise CheckpointError(str(error), kind=Kind.DAMAGED) from error
    if manifest.get("format") != FORMAT:
        raise CheckpointError(f"{path} is not a Ravelin checkpoint: {_MANIFEST} says nothing of one", kind=Kind.DAMAGED)
    if manifest.get("format_version") != FORMAT_VERSION:
        raise CheckpointError(
            f"{path} has checkpoint format {manifest.get('format_version')!r}; this version reads {FORMAT_VERSION}"
        )
    if not is_sealed(manifest):
        raise CheckpointError(f"{file} is damaged: its checksum differs from its content", kind=Kind.DAMAGED)
    with _telling(file):
        for key, kind in _KINDS.items():
            if not isinstance(manifest.get(key), kind):
                raise ValueError(f"{key} is {manifest.get(key)!r}")
        _whole(manifest["tick"], "tick", _TICKS_MOST)
        _whole(manifest["seed"], "seed", (1 << 63) - 1)
    return manifest


def _check_tables(path: Path, stored: dict[str, int], tables: Sequence[type[Table]]) -> None:
    expected = {table.__name__ for table in tables}
    missing, unknown = sorted(expected - set(stored)), sorted(set(stored) - expected)
    if missing:
        raise CheckpointError(f"{path} belongs to another model: it holds no {missing[0]}, which this tick page uses")
    if unknown:
        raise CheckpointError(f"{path} belongs to another model: this tick page knows nothing of its {unknown[0]}")


def _check_file(path: Path, name: str, manifest: dict[str, Any]) -> None:
    """Refuse a file of a checkpoint that is not what its list says."""
    file, stated = path / name, manifest["files"].get(name)
    if not isinstance(stated, dict) or set(stated) != {"bytes", "digest"}:
        raise CheckpointError(f"{path / _MANIFEST} is damaged: it lists no {name}", kind=Kind.DAMAGED)
    try:
        size = file.stat().st_size
        if size != stated["bytes"]:
            raise CheckpointError(
                f"{file} is truncated or was changed: it has {size:,} bytes of {stated['bytes']!r}", kind=Kind.DAMAGED
            )
        if digest_of_file(file) != stated["digest"]:
            said = f"{file} is damaged: its checksum differs from the one in {_MANIFEST}"
            raise CheckpointError(said, kind=Kind.DAMAGED)
    except FileNotFoundError:
        raise CheckpointError(f"{file} is missing from the checkpoint", kind=Kind.DAMAGED) from None
    except UnfitFileError as error:
        raise CheckpointError(str(error), kind=Kind.DAMAGED) from error
    except OSError as error:
        raise CheckpointError(f"cannot read {file}: {error.strerror or error}") from error


def _check_columns(path: Path, table: type[Table], count: int) -> None:
    """Refuse a file that does not hold so many rows of a table's columns, before they get a place in memory."""
    import pyarrow as pa

    with _telling(path), pa.memory_map(str(path)) as source, pa.ipc.open_file(source) as reader:
        expected = pa.schema([_arrow_field(declared) for declared in table.columns.values()])
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
        needed = count * sum(declared.bytes for declared in table.columns.values())
        if source.size() < needed:
            raise ValueError(f"{source.size():,} bytes cannot hold {count:,} rows of {table.__name__}")


def _read_rows(path: Path, rows: Rows) -> None:
    import pyarrow as pa

    with _telling(path), pa.memory_map(str(path)) as source, pa.ipc.open_file(source) as reader:
        start = 0
        for place in range(reader.num_record_batches):
            batch = reader.get_batch(place)
            part, start = slice(start, start + len(batch)), start + len(batch)
            if start > rows.count:
                break
            for (declared, array), values in zip(rows.items(), batch.columns, strict=True):
                array[part] = _flat(values, declared).reshape(array[part].shape)
        if start != rows.count:
            raise ValueError(f"it does not hold the {rows.count:,} rows of {rows.table.__name__} that are stated")


def _flat(values: "pyarrow.Array", declared: Column) -> Array:
    """Return the values of a column in one row, having checked that they are all there."""
    values.validate()  # A buffer that is too short would be read beyond its end.
    flat = values.flatten() if declared.width > 1 else values
    if values.null_count or flat.null_count:
        raise ValueError(f"{declared} has values that are missing")
    return np.asarray(flat.to_numpy())
