"""Parts of the history: some columns, from a month to a month, every so many months."""

import datetime
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ravelin.core.clock import MONTHS_PER_YEAR
from ravelin.server.problems import unknown_name
from ravelin.storage.history import Field, History

TIME = ("tick", "date")


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
    columns.update((field.name, values) for field, values in zip(part.fields, part.values, strict=True))
    return {"columns": columns, "fields": [field._asdict() for field in part.fields]}
