"""The history of a run: one row of indicators per tick, in Parquet.

Rows are kept in memory and written in parts while the run goes on, so that anyone can read the
folder at any moment; when the run ends the parts become one file. Title, unit, definition and
kind of each indicator travel in the metadata of its field, a digest of all that a file says in its own.
"""

import contextlib
import datetime
import functools
import hashlib
import json
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ravelin.core.bounded import UnfitFileError, open_file
from ravelin.core.sentence import Kind, RavelinError, UnknownNameError
from ravelin.core.table import Array
from ravelin.storage.files import make_folders, replacing
from ravelin.storage.folder import RunFolder, RunFolderError
from ravelin.storage.seal import DIGEST_BYTES

if TYPE_CHECKING:
    import pyarrow

_PARTS_MAX = 32
_SECONDS_BETWEEN_PARTS = 1.0
_SHARE = 0.02
"""At most this part of the time goes into parts, however short the months and slow the disk."""
_DIGEST = b"ravelin.digest"
_WHAT = "a history"
FILE_MOST = 1 << 30
_CELLS_MOST = 1 << 27
"""A gigabyte: ten thousand years of a thousand indicators."""
_COLUMNS_MOST = 10_000
_LOOKS_MOST = 20


class Field(NamedTuple):
    """What a column of the history holds; `kind` is stock, flow, rate or index."""

    name: str
    title: str
    unit: str
    definition: str
    kind: str


_TICK = Field("tick", "Tick", "month", "number of the month since the opening, from 0", "index")
_DATE = Field("date", "Date", "date", "first day of the month", "index")


class History:
    """Rows of indicators, one per tick.

    Attributes
    ----------
    fields : what each column holds, without tick and date
    ticks, dates : one per row
    """

    def __init__(self, fields: Sequence[Field]) -> None:
        self.fields = tuple(fields)
        self.ticks: list[int] = []
        self.dates: list[datetime.date] = []
        self._values: list[list[float]] = [[] for _ in self.fields]

    def digest(self, start: int = 0) -> str:
        """Digest all that the rows from `start` on say: names, units and meanings, months and values to the bit."""
        digest = hashlib.blake2b(json.dumps(self.fields).encode(), digest_size=DIGEST_BYTES)
        digest.update(np.array(self.ticks[start:], dtype=np.int64).tobytes())
        digest.update(np.array(self.dates[start:], dtype="M8[D]").astype(np.int64).tobytes())
        for values in self._values:
            digest.update(np.array(values[start:], dtype=np.float64).tobytes())
        return digest.hexdigest()

    def __len__(self) -> int:
        return len(self.ticks)

    def __contains__(self, name: str) -> bool:
        return any(field.name == name for field in self.fields)

    def append(self, tick: int, date: datetime.date, values: Iterable[float]) -> None:
        """Add the row of a tick; values in the order of the fields."""
        self.ticks.append(tick)
        self.dates.append(date)
        for column, value in zip(self._values, values, strict=True):
            column.append(value)

    def column(self, name: str) -> Array:
        """Return an indicator's values, (rows,) float64."""
        for field, values in zip(self.fields, self._values, strict=True):
            if field.name == name:
                return np.asarray(values, dtype=np.float64)
        raise UnknownNameError.unknown(f"the history has no column {name!r}", name, [one.name for one in self.fields])

    def values(self, place: int, rows: slice) -> Array:
        """Return some rows of the column at a place, (rows,) float64; others may be appended meanwhile."""
        return np.asarray(self._values[place][rows], dtype=np.float64)

    def matrix(self, start: int) -> Array:
        """Return the rows from `start` on, (rows, fields) float64."""
        rows = slice(start, len(self))
        return np.column_stack([self.values(place, rows) for place in range(len(self.fields))])

    def field(self, name: str) -> Field:
        """Return what is known about an indicator."""
        return next(field for field in self.fields if field.name == name)

    def last(self) -> dict[str, int | str | float | None]:
        """Return the last row by name; a value that is not a number is None."""
        if not self.ticks:
            return {}
        row: dict[str, int | str | float | None] = {
            "tick": self.ticks[-1],
            "date": self.dates[-1].isoformat(),
        }
        for field, values in zip(self.fields, self._values, strict=True):
            row[field.name] = values[-1] if np.isfinite(values[-1]) else None
        return row

    def copy(self, rows: int | None = None) -> "History":
        """Return a history of its own with the first rows (all if None)."""
        other = History(self.fields)
        other.ticks = self.ticks[:rows]
        other.dates = self.dates[:rows]
        other._values = [values[:rows] for values in self._values]
        return other

    def arranged(self, fields: Sequence[Field]) -> "History":
        """Return the same rows under other fields; what they did not hold is not a number."""
        other = History(fields)
        other.ticks, other.dates = list(self.ticks), list(self.dates)
        known = dict(zip((field.name for field in self.fields), self._values, strict=True))
        missing = [float("nan")] * len(self)
        other._values = [list(known.get(field.name, missing)) for field in other.fields]
        return other

    def table(self, start: int = 0) -> "pyarrow.Table":
        """Return the rows from `start` on as an Arrow table."""
        import pyarrow as pa

        arrays = [
            pa.array(self.ticks[start:], pa.int32()),
            pa.array(self.dates[start:], pa.date32()),
            *(pa.array(np.asarray(values[start:], dtype=np.float64)) for values in self._values),
        ]
        return pa.table(arrays, schema=_schema(self.fields))

    @classmethod
    def joined(cls, parts: "Sequence[History]") -> "History":
        """Join histories into one, each tick once, in order; of rows that two hold, those of the former."""
        fields = {field.name: field for part in parts for field in part.fields}
        rows = [part.arranged(tuple(fields.values())) for part in parts]
        ticks, first = np.unique([tick for part in rows for tick in part.ticks], return_index=True)
        dates = [date for part in rows for date in part.dates]
        history = cls(tuple(fields.values()))
        history.ticks, history.dates = ticks.tolist(), [dates[row] for row in first]
        for place in range(len(fields)):
            values = np.concatenate([part.values(place, slice(None)) for part in rows])
            history._values[place] = values[first].tolist()
        return history

    def dated(self) -> "pyarrow.Table":
        """Return all rows as an Arrow table whose dates are points in time, which pandas takes as datetimes."""
        import pyarrow as pa

        table = self.table()
        place = table.schema.get_field_index(_DATE.name)
        moments = table.column(place).cast(pa.timestamp("ms"))
        return table.set_column(place, table.schema.field(place).with_type(moments.type), moments)

    @classmethod
    def of(cls, table: "pyarrow.Table") -> "History":
        """Take the rows of an Arrow table, each tick once, in order."""
        ticks, rows = np.unique(table.column("tick").to_numpy(), return_index=True)
        fields = [_field(part) for part in table.schema if part.name not in ("tick", "date")]
        history = cls(fields)
        history.ticks = ticks.tolist()
        history.dates = table.column("date").take(rows).to_pylist()
        history._values = [table.column(field.name).to_numpy()[rows].tolist() for field in fields]
        return history


@functools.lru_cache(maxsize=8)
def _schema(fields: tuple[Field, ...]) -> "pyarrow.Schema":
    """Say what the columns are; hundreds of them cost as much as their values, and a run writes them often."""
    import pyarrow as pa

    kinds = (pa.int32(), pa.date32(), *[pa.float64()] * len(fields))
    return pa.schema(
        pa.field(field.name, kind, nullable=False, metadata=_metadata(field))
        for field, kind in zip((_TICK, _DATE, *fields), kinds, strict=True)
    )


def _metadata(field: Field) -> dict[str, str]:
    return {key: value for key, value in field._asdict().items() if key != "name"}


def _field(part: "pyarrow.Field") -> Field:
    known: Mapping[bytes, bytes] = part.metadata or {}
    title, unit, definition, kind = (
        known.get(key.encode(), b"").decode() for key in ("title", "unit", "definition", "kind")
    )
    return Field(part.name, title or part.name, unit, definition, kind)


def write(path: Path, history: History, start: int = 0) -> None:
    """Write rows from `start` on as one sealed Parquet file, whole or not at all."""
    import pyarrow.parquet as pq

    table = history.table(start).replace_schema_metadata({_DIGEST: history.digest(start)})
    with replacing(path) as file:
        # Dictionaries and statistics help nobody here: an indicator seldom repeats, and all of a file is read.
        pq.write_table(
            table, file, compression="zstd", use_dictionary=False, write_statistics=False, write_page_checksum=True
        )


class DamagedHistoryError(RavelinError, ValueError):
    """A file of history that does not say what was written; one sentence."""

    kind = Kind.DAMAGED


def read_file(path: Path, *, sealed: bool = True) -> History:
    """Read one file of history.

    Parameters
    ----------
    sealed : bool
        The file must carry the digest of what it says; those of earlier versions do not.

    Raises
    ------
    DamagedHistoryError
        If the file is damaged, or none of history.
    UnfitFileError
        If it is no file, or too large.
    OSError
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    with open_file(path, FILE_MOST, _WHAT) as source:
        try:
            with pq.ParquetFile(source, page_checksum_verification=True) as file:
                _check_form(file)
                table = file.read()
            if any(column.null_count for column in table.columns):
                raise ValueError("values are missing")
            history = History.of(table)
            if len(history) != len(table):
                raise ValueError("a month stands in it twice")
        except (pa.ArrowException, OSError, ValueError, KeyError, TypeError, OverflowError) as error:
            # What a damaged file makes a reader stumble over has no end.
            raise DamagedHistoryError(f"{path} is damaged: {str(error).partition(chr(10))[0]}") from error
    digest = (table.schema.metadata or {}).get(_DIGEST)
    if (sealed or digest is not None) and digest != history.digest().encode():
        raise DamagedHistoryError(f"{path} is damaged: its checksum differs from its content")
    return history


def _check_form(file: "pyarrow.parquet.ParquetFile") -> None:
    """Refuse, before a value is read, what no history holds."""
    import pyarrow as pa

    rows, schema = file.metadata.num_rows, file.schema_arrow
    if len(schema) > _COLUMNS_MOST or rows * len(schema) > _CELLS_MOST:
        raise ValueError(f"{rows:,} rows of {len(schema):,} columns are more than a history may have")
    if schema.names[:2] != ["tick", "date"]:
        raise ValueError("it has no columns tick and date")
    for field, expected in zip(schema, (pa.int32(), pa.date32(), *[pa.float64()] * len(schema)), strict=False):
        if field.type != expected:
            raise ValueError(f"{field.name} holds {field.type}, not {expected}")


class HistoryWriter:
    """Writes a history into a run's folder as it grows.

    What the folder held before is replaced by the rows given: a resumed run begins with the rows
    up to its checkpoint.
    """

    def __init__(self, folder: Path, history: History) -> None:
        import pyarrow.parquet  # noqa: F401  (Loaded once, here, it is no part of what the first rows cost.)

        self.folder = folder
        self.history = history
        self.parts = folder / "history"
        make_folders(self.parts)
        self._written = 0
        self._flushed = time.monotonic()
        self._cost = 0.0
        self._merge()
        self._whole.unlink(missing_ok=True)

    @property
    def _whole(self) -> Path:
        return self.folder / "history.parquet"

    def append(self) -> None:
        """Write what is new, at most once a second and as seldom as it must be to cost little."""
        if time.monotonic() - self._flushed >= max(_SECONDS_BETWEEN_PARTS, self._cost / _SHARE):
            self.flush()

    def flush(self) -> None:
        """Write the rows that are not yet in a part."""
        begun = time.monotonic()
        if len(self.history) > self._written:
            self._write_part(self._written)
            if len(list(self.parts.glob("part-*.parquet"))) > _PARTS_MAX:
                self._merge()
        self._flushed = time.monotonic()
        self._cost = self._flushed - begun

    def finish(self) -> None:
        """Write the whole history as one file and remove the parts."""
        write(self._whole, self.history)
        for part in self.parts.glob("part-*.parquet"):
            part.unlink()
        with contextlib.suppress(OSError):  # Somebody may have put something else beside them.
            self.parts.rmdir()

    def _write_part(self, start: int) -> Path:
        rows = self.history.ticks
        path = self.parts / f"part-{rows[start]:06d}-{rows[-1]:06d}.parquet"
        write(path, self.history, start)
        self._written = len(rows)
        return path

    def _merge(self) -> None:
        old = set(self.parts.glob("part-*.parquet"))
        if len(self.history):
            old.discard(self._write_part(0))
        for part in old:
            part.unlink()


def read(folder: Path) -> History:
    """Read the history of a run, finished or not.

    Raises
    ------
    RunFolderError
        If there is none or it is damaged.
    """
    run = RunFolder(folder)
    sealed = run.is_sealed() if run.manifest_path.is_file() else False
    for _ in range(_LOOKS_MOST):
        try:
            return _read_parts(run, sealed=sealed)
        except FileNotFoundError:
            continue  # The run merged its parts between our listing and our reading.
        except DamagedHistoryError as error:
            how = f"; ravelin run --resume {folder} writes it anew from the last checkpoint" if sealed else ""
            raise RunFolderError.of(error, after=how) from error
        except UnfitFileError as error:
            raise RunFolderError.of(error) from error
        except OSError as error:
            raise RunFolderError(f"cannot read the history of {folder}: {error.strerror or error}") from error
    raise RunFolderError(f"the history in {folder} changes faster than it can be read; try again")


def _read_parts(run: RunFolder, *, sealed: bool) -> History:
    # Parts come first: they are what a resumed run is writing.
    paths = sorted((run.path / "history").glob("part-*.parquet"))
    whole = run.path / "history.parquet"
    if whole.is_file():
        if sealed:
            run.check_file(whole)
        paths.append(whole)
    if not paths:
        raise RunFolderError(f"{run.path} has no history yet")
    history = History.joined([read_file(path, sealed=sealed) for path in paths])
    if history.ticks != list(range(len(history))):
        missing = min(set(range(len(history))) - set(history.ticks))
        raise DamagedHistoryError(f"the history in {run.path} is damaged: month {missing} is missing")
    return history
