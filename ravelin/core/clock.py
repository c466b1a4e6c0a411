"""The calendar: one tick is one month; rates are per year and become monthly only here."""

import datetime

from ravelin.core.arithmetic import power

MONTH = 1
QUARTER = 3
YEAR = 12
MONTHS_PER_YEAR = 12


def date_of(start: datetime.date, tick: int) -> datetime.date:
    """Return the first day of a tick's month."""
    months = start.year * 12 + start.month - 1 + tick
    return datetime.date(months // 12, months % 12 + 1, 1)


def monthly_growth(rate_per_year: float) -> float:
    """Turn a yearly growth rate into the monthly rate that compounds to it."""
    return power(1.0 + rate_per_year, 1.0 / MONTHS_PER_YEAR) - 1.0


def lag_of_average(memory: float, growth: float) -> float:
    """Return an exponential average, which closes `memory` of its gap a month, over what it follows.

    What it follows grows by `growth` a month; the opening sets every average by this, so that none drifts. An average
    without memory of the new never moves: it stands where it was set.
    """
    if memory == 0.0:
        return 1.0
    return 1.0 / (1.0 + growth * (1.0 - memory) / memory)
