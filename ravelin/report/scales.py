"""In which size numbers of a unit are shown, with how many decimals, and what the unit is called."""

import re
from typing import NamedTuple

_SIZES = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"), (1e3, "thousand"))
_MONEY = re.compile(r"(base-year )?dollar(/month|/unit)?")
_PER = {"/month": " a month", "/unit": " a unit"}
_RATES = {"1/year": "% a year", "1/month": "% a month", "fraction": "%", "share": "%"}
_COUNTED = ("person", "unit", "job", "worker", "month")
_LARGE = 1e5
MINUS = "\N{MINUS SIGN}"


class Scale(NamedTuple):
    """How values are shown: times `by`, with `digits` decimals, in `words`, with `sign` behind a single one."""

    by: float
    digits: int
    words: str
    sign: str = ""

    def said(self, value: float) -> str:
        """Write a value of the history as people read it."""
        return decimals(value * self.by, self.digits) + self.sign


def decimals(value: float, digits: int) -> str:
    """Write a number; a rounded -0.0 reads as 0.0, and a minus is a minus, not a hyphen."""
    return f"{round(value, digits) + 0.0:,.{digits}f}".replace("-", MINUS)


def scale_of(unit: str, largest: float, base_year: int | None = None) -> Scale:
    """Choose the scale of values of a unit, the largest of which is given."""
    money = _MONEY.fullmatch(unit)
    if money:
        factor, word = _size(largest)
        dollars = " ".join(filter(None, (word, str(base_year or "base-year") if money[1] else "", "dollars")))
        return Scale(1.0 / factor, _digits(largest / factor), dollars + _PER.get(money[2] or "", ""))
    if unit in _RATES:
        return Scale(100.0, 1, _RATES[unit], "%")
    if unit == "index":
        return Scale(1.0, 1, "index, start = 100")
    factor, word = _size(largest) if largest >= _LARGE else (1.0, "")
    whole = unit == "1" or any(counted in unit for counted in ("person", "job", "worker"))
    digits = _digits(largest / factor) if factor > 1 or not whole else 0
    return Scale(1.0 / factor, digits, " ".join(filter(None, (word, _plural(unit)))))


def _plural(unit: str) -> str:
    if unit == "1":
        return "number"
    part, slash, whole = unit.partition("/")
    name = f"{part}s" if part in _COUNTED else part
    return f"{name} a {whole}" if slash else name


def _size(largest: float) -> tuple[float, str]:
    return next(((size, word) for size, word in _SIZES if largest >= size), (1.0, ""))


def _digits(size: float) -> int:
    return 0 if size >= 1000 else 1 if size >= 100 else 2
