"""Parts of the history: some columns, from a month to a month, every so many months."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ravelin.core.clock import MONTHS_PER_YEAR
from ravelin.server.problems import ProblemError, unknown_name
from ravelin.storage.csv_text import CsvColumn
from ravelin.storage.history import Field, History

TIME = ("tick", "date")
CENT = "cent"
"""Unit of whole cents, which answers tell as text."""


class Part(NamedTuple):
    """Columns of a history over some of its rows."""

    ticks: list[int]
    dates: list[str]
    fields: list[Field]
    values: list[npt.NDArray[np.float64]]


def row_of(moment: str, start: datetime.date) -> int:
    """Return the number of a row given as text of it, or of the month of a date; negative before the start."""
    year, dash, rest = moment.partition("-")
    if not dash:
        return int(year)
    return (int(year) - start.year) * MONTHS_PER_YEAR + int(rest[:2]) - start.month


def rows_between(first: str, last: str | None, start: datetime.date) -> tuple[int, int | None]:
    """Return the numbers of the rows from a moment to another.

    Raises
    ------
    ProblemError
        If the first comes after the last.
    """
    begin, end = row_of(first, start), None if last is None else row_of(last, start)
    if end is not None and begin > end:
        detail = f"from is {_shown(first, begin)}, after to, which is {_shown(str(last), end)}; swap them"
        raise ProblemError("contradiction", detail, status=400, parameter="from")
    return begin, end


def _shown(moment: str, row: int) -> str:
    return f"{moment} (month {row})" if "-" in moment else f"month {moment}"


def row_content(row: Mapping[str, Any], fields: Iterable[Field]) -> dict[str, Any]:
    """Give a row as answers show it: whole cents as text."""
    cents = {one.name for one in fields if one.unit == CENT and row.get(one.name) is not None}
    return {**row, **{name: str(int(row[name])) for name in cents}}


def part_of(
    history: History, rows: int, series: Sequence[str] | None, first: int, last: int | None, every: int
) -> Part:
    """Take a part of a history.

    Parameters
    ----------
    rows : int
        Rows that may be read; the economy may be adding more.
    series : names, or None for all
    first, last : row numbers, inclusive
    every : int
        Take each so many-th row.

    Raises
    ------
    ProblemError
        If a series is unknown.
    """
    names = [field.name for field in history.fields]
    wanted = names if series is None else [name for name in dict.fromkeys(series) if name not in TIME]
    for name in wanted:
        if name not in names:
            raise unknown_name("a column of the history", name, names, "series")
    # A fork's history begins with the months that it shares, so rows and ticks agree from 0 on.
    first = max(0, first)
    end = rows if last is None else min(rows, last + 1)
    rows_taken = slice(first, max(first, end), every)
    chosen = [names.index(name) for name in wanted]
    return Part(
        history.ticks[rows_taken],
        [date.isoformat() for date in history.dates[rows_taken]],
        [history.fields[place] for place in chosen],
        [history.values(place, rows_taken) for place in chosen],
    )


def as_json(part: Part) -> dict[str, Any]:
    """Give the columns by name and what they mean."""
    columns: dict[str, Any] = {"tick": part.ticks, "date": part.dates}
    for field, values in zip(part.fields, part.values, strict=True):
        columns[field.name] = [_cents(value) for value in values.tolist()] if field.unit == CENT else values
    return {"columns": columns, "fields": [field._asdict() for field in part.fields]}


def as_csv(part: Part) -> list[CsvColumn]:
    """Give the columns for a spreadsheet."""
    columns = [CsvColumn("tick", part.ticks), CsvColumn("date", part.dates)]
    for field, values in zip(part.fields, part.values, strict=True):
        told = values.tolist()
        whole = field.unit == CENT
        columns.append(CsvColumn(field.name, [int(one) if whole and np.isfinite(one) else one for one in told]))
    return columns


def _cents(value: float) -> str | None:
    return str(int(value)) if np.isfinite(value) else None
