"""When an economy is in recession: the rule by which charts are shaded."""

import datetime
from collections.abc import Sequence

from ravelin.core.clock import QUARTER, date_of
from ravelin.core.table import Array

RULE = (
    "Shaded: recessions, two quarters or more running in which real GDP falls, from the quarter after the peak to the "
    "trough."
)
_FALLS = 2
Span = tuple[datetime.date, datetime.date]


def recessions(real: Array, first_month: datetime.date) -> list[tuple[int, int]]:
    """Return spans of rows, from the first month after a peak to the last of the trough, both inclusive.

    Real GDP is summed by quarter of the calendar; a recession that has not ended reaches to the last whole quarter.
    """
    skipped = -(first_month.month - 1) % QUARTER
    quarters = [float(real[row : row + QUARTER].sum()) for row in range(skipped, len(real) - QUARTER + 1, QUARTER)]
    spans, fallen = [], 0
    for place in range(1, len(quarters) + 1):
        if place < len(quarters) and quarters[place] < quarters[place - 1]:
            fallen += 1
            continue
        if fallen >= _FALLS:
            spans.append((skipped + QUARTER * (place - fallen), skipped + QUARTER * place - 1))
        fallen = 0
    return spans


def dated(spans: Sequence[tuple[int, int]], start: datetime.date) -> list[Span]:
    """Return spans as the first day of each and the first day after it."""
    return [(date_of(start, first), date_of(start, last + 1)) for first, last in spans]
