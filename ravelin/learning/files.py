"""Find and open the survey's files as published: family files, plain or zipped, or Parquet."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ravelin.learning.errors import SurveyError
from ravelin.learning.variables import WORDS

_FAMILY_FILE = re.compile(r"^fmli(\d\d)([1-4])(x?)\.csv$", re.IGNORECASE)
_FIRST_YEAR = 80  # The survey is continuous since 1980, so two digits name one year.


class RawTable(NamedTuple):
    """The wanted columns of one file, as published, under upper-case names."""

    file: str
    quarter: str
    columns: dict[str, Sequence[str] | NDArray[np.float64]]
    rows: int
    all_names: frozenset[str]


class _Source(NamedTuple):
    path: Path
    member: str

    @property
    def name(self) -> str:
        return f"{self.path.name}:{self.member}" if self.member else self.path.name


def read_tables(path: Path, wanted: Iterable[str]) -> Iterator[RawTable]:
    """Read the wanted columns of every survey file in a folder, a zip archive, or a single file."""
    names = frozenset(wanted)
    for source in find_sources(path):
        yield (_read_parquet(source, names) if source.path.suffix.lower() in _PARQUET else _read_csv(source, names))


_PARQUET = (".parquet", ".pq")


def find_sources(path: Path) -> list[_Source]:
    """List the survey files under a path; one found both plain and zipped is taken once."""
    if not path.exists():
        raise SurveyError(
            f"{path} does not exist; name the folder that holds the Interview Survey's fmli*.csv files, or their zip"
        )
    candidates = [path] if path.is_file() else sorted([*path.glob("*"), *path.glob("*/*"), *path.glob("*/*/*")])
    family: dict[str, _Source] = {}
    for candidate in candidates:
        for source in _family_sources(candidate):
            family.setdefault(Path(source.member or source.path.name).name.lower(), source)
    if family:
        return [family[name] for name in sorted(family)]
    parquet = [_Source(file, "") for file in candidates if file.suffix.lower() in _PARQUET and file.is_file()]
    chosen = parquet if path.is_file() else [source for source in parquet if "TOTEXPCQ" in _parquet_names(source)]
    if not chosen:
        found = ", ".join(sorted({candidate.name for candidate in candidates})[:5]) or "nothing"
        raise SurveyError(
            f"{path} holds no Interview Survey family files (fmli*.csv, plain or zipped) "
            f"and no Parquet of them; found {found}"
        )
    return chosen


def _family_sources(path: Path) -> list[_Source]:
    if _FAMILY_FILE.match(path.name) and path.is_file():
        return [_Source(path, "")]
    if path.suffix.lower() == ".zip" and path.is_file():
        try:
            with zipfile.ZipFile(path) as archive:
                members = archive.namelist()
        except (zipfile.BadZipFile, OSError) as problem:
            raise SurveyError(f"{path} cannot be opened as a zip archive ({problem}); download it again") from problem
        return [_Source(path, member) for member in members if _FAMILY_FILE.match(Path(member).name)]
    return []


def file_quarter(name: str) -> str:
    """Turn fmli151x.csv into 2015Q1x: the release's repeated first quarter keeps its x."""
    match = _FAMILY_FILE.match(Path(name).name)
    if match is None:
        return ""
    year, quarter, revised = match.groups()
    century = 1900 if int(year) >= _FIRST_YEAR else 2000
    return f"{century + int(year)}Q{quarter}{revised.lower()}"


def _read_csv(source: _Source, wanted: frozenset[str]) -> RawTable:
    try:
        if source.member:
            with zipfile.ZipFile(source.path) as archive:
                text = archive.read(source.member).decode("latin-1")
        else:
            text = source.path.read_text(encoding="latin-1")
    except (zipfile.BadZipFile, OSError, EOFError) as problem:
        raise SurveyError(f"{source.name} cannot be read ({problem}); download it again") from problem
    reader = csv.reader(io.StringIO(text.removeprefix("\u00ef\u00bb\u00bf"), newline=""))
    header = [name.strip().upper() for name in next(reader, [])]
    if not header:
        raise SurveyError(f"{source.name} is empty")
    kept = [(place, name) for place, name in enumerate(header) if name in wanted]
    columns: dict[str, list[str]] = {name: [] for _, name in kept}
    rows = 0
    for record in reader:
        if not record:
            continue
        if len(record) != len(header):
            raise SurveyError(
                f"{source.name}, line {reader.line_num}: {len(record)} values where the header "
                f"names {len(header)}; the file is damaged"
            )
        rows += 1
        for place, name in kept:
            columns[name].append(record[place])
    return RawTable(
        source.name,
        file_quarter(source.member or source.path.name),
        dict(columns),
        rows,
        frozenset(header),
    )


def _parquet_names(source: _Source) -> frozenset[str]:
    import pyarrow.lib
    import pyarrow.parquet

    try:
        return frozenset(name.upper() for name in pyarrow.parquet.read_schema(source.path).names)
    except (pyarrow.lib.ArrowInvalid, OSError) as problem:
        raise SurveyError(f"{source.name} cannot be read as Parquet ({problem}); download it again") from problem


def _read_parquet(source: _Source, wanted: frozenset[str]) -> RawTable:
    import pyarrow
    import pyarrow.parquet

    names = _parquet_names(source)
    schema = pyarrow.parquet.read_schema(source.path)
    try:
        table = pyarrow.parquet.read_table(
            source.path, columns=[name for name in schema.names if name.upper() in wanted]
        )
    except (pyarrow.lib.ArrowInvalid, OSError) as problem:
        raise SurveyError(f"{source.name} cannot be read as Parquet ({problem}); download it again") from problem
    columns: dict[str, Sequence[str] | NDArray[np.float64]] = {}
    for name in table.column_names:
        column = table[name]
        if pyarrow.types.is_integer(column.type) or pyarrow.types.is_floating(column.type):
            columns[name.upper()] = column.cast(pyarrow.float64()).to_numpy()
        else:
            columns[name.upper()] = ["" if value is None else str(value) for value in column.to_pylist()]
    return RawTable(source.name, "", columns, table.num_rows, names)


def numbers(table: RawTable, column: str) -> NDArray[np.float64]:
    """Read a column as (rows,) float; blanks are NaN and the survey's words their codes."""
    values = table.columns[column]
    if isinstance(values, np.ndarray):
        return values.astype(np.float64)
    texts = [value.strip() for value in values]
    try:
        found = np.array([float(text) if text not in _BLANK else np.nan for text in texts])
        if np.isinf(found).any():
            raise ValueError
        return found
    except ValueError:
        return np.array([_number(table, column, row, text) for row, text in enumerate(texts)])


_BLANK = frozenset(("", ".", "NA"))


def _number(table: RawTable, column: str, row: int, text: str) -> float:
    if text in _BLANK:
        return float("nan")
    word = WORDS.get(text.upper())
    if word is not None:
        return word
    try:
        number = float(text)
    except ValueError:
        number = float("inf")
    if number in (float("inf"), float("-inf")):
        where = f"line {row + 2}" if table.quarter else f"row {row + 1}"
        raise SurveyError(f"{table.file}, {where}: {column} is {text!r}, which is not a number")
    return number


def words(table: RawTable, column: str) -> NDArray[np.str_]:
    """Read a column as text, (rows,)."""
    return np.array([str(value).strip() for value in table.columns[column]], dtype=np.str_)
