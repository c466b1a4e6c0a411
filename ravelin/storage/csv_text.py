"""Columns as CSV (RFC 4180), for spreadsheets and for whoever has nothing else at hand."""

import csv
import io
import math
from collections.abc import Iterable
from itertools import chain
from typing import Any, NamedTuple

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet takes for the beginning of a formula, in its wide forms too."""


class CsvColumn(NamedTuple):
    """A column by name; what is no number, or None, is an empty cell."""

    name: str
    values: Iterable[Any]


def csv_of(columns: Iterable[CsvColumn]) -> bytes:
    """Write columns under a line of their names; text that a spreadsheet would run as a formula gets an apostrophe."""
    told = io.StringIO()
    listed = list(columns)
    writer = csv.writer(told, lineterminator="\r\n")
    rows = zip(*(column.values for column in listed), strict=True)
    for row in chain([[column.name for column in listed]], rows):
        writer.writerow([_cell(value) for value in row])
    return told.getvalue().encode()


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
