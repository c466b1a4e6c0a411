"""Dollars of one year: what was spent and earned in a quarter, at another year's consumer prices."""

import csv
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ravelin.core.shipped import data_folder
from ravelin.learning.errors import SurveyError

Floats = NDArray[np.float64]
Quarters = NDArray[np.int64]

INDEX = "BLS consumer price index for all urban consumers (CPI-U), all items, means of quarters"
FILE = "data/prices/consumer_prices.csv"

INCOME_QUARTERS = 4
"""Income is that of the twelve months before the interview: its price is the mean of the four quarters before."""

HOW = (
    "spending of the months before the interview's calendar quarter (PQ) at the prices of the quarter before, of those "
    "within it (CQ) at its own, income at the mean of the four quarters before"
)


class Prices:
    """The index by quarter (4 * year + quarter - 1)."""

    def __init__(self, first: int, index: Floats) -> None:
        """Take the index of consecutive quarters."""
        self.first, self.index = first, index

    @property
    def last(self) -> int:
        """The last quarter of the table."""
        return self.first + len(self.index) - 1

    def of_quarter(self, quarter: Quarters) -> Floats:
        """Give the index of quarters, any shape."""
        return np.asarray(self.index[quarter - self.first])

    def of_income(self, quarter: Quarters) -> Floats:
        """Give the index at which people interviewed in a quarter had their income of a year."""
        return np.asarray(np.mean([self.of_quarter(quarter - back) for back in range(1, INCOME_QUARTERS + 1)], axis=0))

    def of_year(self, year: int) -> float:
        """Give the mean of a year's four quarters.

        Raises
        ------
        SurveyError
            If the table lacks some of them.
        """
        first, last = -(-self.first // 4), (self.last + 1) // 4 - 1
        if not first <= year <= last:
            raise SurveyError(
                f"the table of consumer prices ({FILE}) has whole years from {first} to {last}, not {year}"
            )
        return float(self.of_quarter(4 * year + np.arange(4)).mean())

    def check(self, quarter: Quarters, file: str) -> None:
        """See that the table reaches from four quarters before each interview to its own.

        Raises
        ------
        SurveyError
            Naming the file and the table's ends.
        """
        low, high = int(quarter.min()), int(quarter.max())
        if low - INCOME_QUARTERS < self.first or high > self.last:
            outside = low if low - INCOME_QUARTERS < self.first else high
            raise SurveyError(
                f"{file} has interviews of {quarter_name(outside)}, but the table of consumer prices ({FILE}), which "
                f"makes dollars of different years comparable, serves interviews of "
                f"{quarter_name(self.first + INCOME_QUARTERS)} to {quarter_name(self.last)}; leave such files out, "
                "or extend the table"
            )

    def latest_year(self) -> int:
        """Give the last year of which all quarters are known."""
        return (self.last + 1) // 4 - 1


@cache
def consumer_prices(path: Path | None = None) -> Prices:
    """Read the table that ships with Ravelin."""
    place = path or data_folder() / "prices" / "consumer_prices.csv"
    with place.open(newline="", encoding="utf-8") as stream:
        rows = [(quarter_number(row["quarter"]), float(row["consumer_prices"])) for row in csv.DictReader(stream)]
    quarters = [quarter for quarter, _ in rows]
    if quarters != list(range(quarters[0], quarters[0] + len(quarters))):
        raise SurveyError(f"{place} must list every quarter once, in order")
    return Prices(quarters[0], np.array([value for _, value in rows]))


def quarter_number(name: str) -> int:
    """Turn 2015Q1 (or 2015Q1x) into 4 * 2015 + 0."""
    return int(name[:4]) * 4 + int(name[5]) - 1


def quarter_name(quarter: int) -> str:
    """Turn 4 * 2015 + 0 into 2015Q1."""
    return f"{quarter // 4}Q{quarter % 4 + 1}"
