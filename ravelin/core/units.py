"""The units that columns and parameters may state, with the range of what is counted or measured in them."""

import math

_ANY = (-math.inf, math.inf)
_NOT_NEGATIVE = (0.0, math.inf)

UNITS = {
    "1": _ANY, "1/month": _ANY, "1/year": _ANY, "fraction": _ANY,
    "cent": _ANY, "cent/month": _ANY, "cent/unit": _NOT_NEGATIVE, "dollar/year": _NOT_NEGATIVE,
    "bin": _NOT_NEGATIVE, "bitmask": _NOT_NEGATIVE, "cell": _NOT_NEGATIVE, "class": _NOT_NEGATIVE,
    "code": _NOT_NEGATIVE, "rank": _NOT_NEGATIVE, "share": _NOT_NEGATIVE, "index": _NOT_NEGATIVE,
    "date": _ANY, "month": _ANY, "month of year": (1.0, 12.0), "year": _ANY,
    "person": _NOT_NEGATIVE, "worker": _NOT_NEGATIVE, "worker/month": _NOT_NEGATIVE, "job": _NOT_NEGATIVE,
    "unit": _ANY, "unit/month": _ANY,
}  # fmt: skip
"""Lowest and highest value; a column or parameter whose own range is narrower states it."""


CENTS_PER_DOLLAR = 100.0
DOLLARS_PER_CENT = 0.01
DOLLARS_A_YEAR = 0.12
"""Of one cent a month."""
INDEX_START = 100.0
"""What every price index is at the opening."""
THOUSAND, PER_THOUSAND = 1000.0, 0.001
"""Of the thousandths in which labor supplied is kept."""


def is_unit(text: str) -> bool:
    """Say whether a unit is known; `row of Firms` and the like name a reference to a table."""
    return text in UNITS or text.startswith("row of ")


def range_of(unit: str) -> tuple[float, float]:
    """Return the lowest and highest value in a unit."""
    return UNITS.get(unit, _ANY)
