"""Read a table as published: text with commas, semicolons or tabs, plain or packed, or Parquet."""

import csv
import gzip
import io
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from ravelin.core.bounded import UnfitFileError, drain, open_file, read_bytes, read_member
from ravelin.learning.errors import ZIP_FAULTS, SurveyError

TEXT_MAX = 1 << 29
"""Bytes of a table of text, unpacked: a quarter's family file has some 20 million."""

PARQUET_MAX = 1 << 30
ROWS_MAX = 5_000_000
NAMES_MAX = 10_000

PARQUET = (".parquet", ".pq")
GZIP = ".gz"

_TABLE = "a table of text"
_ARCHIVE = "an archive of the survey"
_DELIMITERS = ",;\t|"
_BLANK = frozenset(("", ".", "NA"))

Cells = Sequence[str] | NDArray[np.float64]


class RawTable(NamedTuple):
    """The wanted columns of one file, as published, under upper-case names."""

    file: str
    columns: Mapping[str, Cells]
    rows: int
    names: tuple[str, ...]
    """All columns that the file has, as it writes them."""
    first_row: int
    """How the first row is counted: 2 in text, where the header is line 1."""

    def place(self, row: int) -> str:
        """Say where a row stands in its file."""
        return f"{self.file}, {'line' if self.first_row == 2 else 'row'} {row + self.first_row}"


def read_text(path: Path, member: str, name: str, wanted: frozenset[str] | None = None) -> RawTable:
    """Read a table of text: a file, packed or not, or a member of a zip archive.

    Raises
    ------
    SurveyError
        If it cannot be read, is damaged, or has a wanted column twice.
    """
    text = _decoded(_bytes_of(path, member, name), name)
    lines = io.StringIO(text, newline="")
    first = lines.readline()
    lines.seek(0)
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        names = tuple(column.strip() for column in next(reader, []))
        if not any(names):
            raise SurveyError(f"{name} is empty")
        kept = [(place, column.upper()) for place, column in enumerate(names) if _is_wanted(column, wanted)]
        _check_names(name, [column for _, column in kept], names)
        columns: dict[str, list[str]] = {column: [] for _, column in kept}
        rows = 0
        for record in reader:
            if not record:
                continue
            if len(record) != len(names):
                raise SurveyError(
                    f"{name}, line {reader.line_num}: {len(record)} values where the header "
                    f"names {len(names)}; the file is damaged"
                )
            rows += 1
            for place, column in kept:
                columns[column].append(record[place])
    except csv.Error as problem:
        raise SurveyError(f"{name}, line {reader.line_num}: {problem}; it is no table of text") from None
    return RawTable(name, columns, rows, names, 2)


def _is_wanted(column: str, wanted: frozenset[str] | None) -> bool:
    return bool(column) if wanted is None else column.upper() in wanted


def _check_names(name: str, kept: Sequence[str], all_names: Sequence[str]) -> None:
    if len(all_names) > NAMES_MAX:
        raise SurveyError(f"{name} has {len(all_names):,} columns; {NAMES_MAX:,} are the most that is read")
    twice = [column for column, times in Counter(kept).items() if times > 1]
    if twice:
        verb = "stand" if len(twice) > 1 else "stands"
        raise SurveyError(
            f"{name}: {listed(twice)} {verb} twice in the header, and which of them counts cannot be told; keep one"
        )


def _bytes_of(path: Path, member: str, name: str) -> bytes:
    try:
        if member:
            with open_file(path, PARQUET_MAX, _ARCHIVE) as stream, zipfile.ZipFile(stream) as archive:
                return read_member(archive, archive.getinfo(member), TEXT_MAX, name, _TABLE)
        if path.suffix.lower() == GZIP:
            with open_file(path, TEXT_MAX, _TABLE) as stream, gzip.GzipFile(fileobj=stream) as unpacked:
                return drain(cast("IO[bytes]", unpacked), TEXT_MAX, name, _TABLE)
        return read_bytes(path, TEXT_MAX, _TABLE)
    except UnfitFileError as problem:
        raise SurveyError.of(problem) from None
    except (FileNotFoundError, IsADirectoryError, PermissionError) as problem:
        raise SurveyError(f"{name} cannot be read ({problem.strerror})") from problem
    except (*ZIP_FAULTS, KeyError) as problem:
        raise SurveyError(f"{name} cannot be read ({problem}); download it again") from problem


def _decoded(data: bytes, name: str) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    if b"\0" in data[:4096]:
        raise SurveyError(f"{name} is no table of text; CSV, gzipped CSV, zip and Parquet are read")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def parquet_names(path: Path, name: str) -> tuple[str, ...]:
    """List the columns of a Parquet file.

    Raises
    ------
    SurveyError
        If it is none.
    """
    import pyarrow.lib
    import pyarrow.parquet

    try:
        open_file(path, PARQUET_MAX, "a Parquet file").close()
        return tuple(pyarrow.parquet.read_schema(path).names)
    except UnfitFileError as problem:
        raise SurveyError.of(problem) from None
    except (pyarrow.lib.ArrowException, OSError) as problem:
        raise SurveyError(f"{name} cannot be read as Parquet ({_first_line(problem)}); download it again") from problem


def read_parquet(path: Path, name: str, wanted: frozenset[str] | None = None) -> RawTable:
    """Read a table of Parquet; errors as `read_text`."""
    import pyarrow
    import pyarrow.parquet

    names = parquet_names(path, name)
    kept = [column for column in names if _is_wanted(column, wanted)]
    _check_names(name, [column.upper() for column in kept], names)
    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            if file.metadata.num_rows > ROWS_MAX:
                raise SurveyError(f"{name} has {file.metadata.num_rows:,} rows; {ROWS_MAX:,} are the most that is read")
            table = file.read(columns=kept)
        columns: dict[str, Cells] = {}
        for column in kept:
            values = table[column]
            if pyarrow.types.is_integer(values.type) or pyarrow.types.is_floating(values.type):
                columns[column.upper()] = values.cast(pyarrow.float64(), safe=False).to_numpy()
            else:
                columns[column.upper()] = ["" if value is None else str(value) for value in values.to_pylist()]
    except (pyarrow.lib.ArrowException, OSError) as problem:
        raise SurveyError(f"{name} cannot be read as Parquet ({_first_line(problem)}); download it again") from problem
    return RawTable(name, columns, table.num_rows, names, 1)


def _first_line(problem: Exception) -> str:
    return (str(problem).splitlines() or [type(problem).__name__])[0][:200]


def numbers(table: RawTable, column: str, codes: Mapping[str, float]) -> NDArray[np.float64]:
    """Read a column as (rows,) float; blanks are NaN, and words their codes.

    Raises
    ------
    SurveyError
        Naming file, line, column and what stands there.
    """
    values = table.columns[column]
    if isinstance(values, np.ndarray):
        found = values.astype(np.float64)
        if np.isinf(found).any():
            raise _no_number(table, column, int(np.flatnonzero(np.isinf(found))[0]), "inf")
        return found
    texts = [value.strip() for value in values]
    try:
        found = np.array([float(text) if text not in _BLANK else np.nan for text in texts], np.float64)
        if np.isinf(found).any():
            raise ValueError
        return found
    except ValueError:
        return np.array([_number(table, column, row, text, codes) for row, text in enumerate(texts)], np.float64)


def _number(table: RawTable, column: str, row: int, text: str, codes: Mapping[str, float]) -> float:
    if text in _BLANK:
        return float("nan")
    word = codes.get(text.upper())
    if word is not None:
        return word
    try:
        number = float(text)
    except ValueError:
        number = float("inf")
    if number in (float("inf"), float("-inf")):
        raise _no_number(table, column, row, text)
    return number


def _no_number(table: RawTable, column: str, row: int, text: str) -> SurveyError:
    shown = text if len(text) <= 40 else f"{text[:37]}..."
    return SurveyError(f"{table.place(row)}: {column} is {shown!r}, which is not a number")


def words(table: RawTable, column: str) -> NDArray[np.str_]:
    """Read a column as text, (rows,)."""
    values = table.columns[column]
    if isinstance(values, np.ndarray):
        return np.array(["" if np.isnan(value) else f"{value:g}" for value in values], dtype=np.str_)
    return np.array([str(value).strip() for value in values], dtype=np.str_)


def listed(names: Sequence[str]) -> str:
    """Join names to a phrase."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
