"""Formulas over columns of the history: data, so that a page in a browser works them out as the report does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Union

import numpy as np

from ravelin.core.clock import MONTHS_PER_YEAR
from ravelin.core.sentence import DeclarationError
from ravelin.core.table import Array

Named = Union["Formula", str]
Read = Callable[[str], Array]
"""Gives a column of the history by its name."""

EACH = "*"
"""Ends the name of a column of which there is one for each good: `price_*`."""


@dataclass(frozen=True)
class Formula:
    """A rule over columns of the history: an operation and what it works on."""

    operation: str
    inside: tuple[Named, ...]

    def __post_init__(self) -> None:
        if self.operation not in _OPERATIONS:
            raise DeclarationError(f"{self.operation!r} is no operation of panels; they are {', '.join(_OPERATIONS)}")

    def __add__(self, other: "Formula") -> "Formula":
        return Formula("plus", (self, other))

    def __sub__(self, other: "Formula") -> "Formula":
        return Formula("minus", (self, other))

    def __mul__(self, other: "Formula") -> "Formula":
        return Formula("times", (self, other))

    def __truediv__(self, other: "Formula") -> "Formula":
        return Formula("over", (self, other))

    def __str__(self) -> str:
        parts = [str(part) for part in self.inside]
        if self.operation == "read":
            return parts[0]
        sign = _SIGNS.get(self.operation)
        if sign is None:
            return f"{self.operation}({', '.join(parts)})"
        bracketed = (
            f"({text})" if isinstance(part, Formula) and part.operation in _SIGNS else text
            for part, text in zip(self.inside, parts, strict=True)
        )
        return f" {sign} ".join(bracketed)

    def columns(self) -> tuple[str, ...]:
        """Return the names of the columns that it reads, each once."""
        found = (part.columns() if isinstance(part, Formula) else (part,) for part in self.inside)
        return tuple(dict.fromkeys(name for names in found for name in names))

    def first(self) -> int:
        """Return the number of the first month that has a value."""
        own = _OPERATIONS[self.operation].wait
        return own + max((part.first() for part in self.inside if isinstance(part, Formula)), default=0)

    def values(self, column: Read) -> Array:
        """Work it out, (rows,) float; not a number where there is no value yet."""
        parts = [part.values(column) if isinstance(part, Formula) else column(part) for part in self.inside]
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(_OPERATIONS[self.operation].rule(*parts), dtype=np.float64)

    def renamed(self, each: str) -> "Formula":
        """Return the formula of one good: its name in place of the star of every column."""
        return Formula(
            self.operation,
            tuple(
                part.renamed(each) if isinstance(part, Formula) else part.replace(EACH, each) for part in self.inside
            ),
        )

    def tree(self) -> list[Any]:
        """Give it as data: the operation, then what it works on."""
        return [self.operation, *(part.tree() if isinstance(part, Formula) else part for part in self.inside)]


def read(name: str) -> Formula:
    """Return a column as it is."""
    return Formula("read", (name,))


def year(of: Named) -> Formula:
    """Return sums of the last twelve months."""
    return Formula("year", (of,))


def mean(of: Named) -> Formula:
    """Return means of the last twelve months."""
    return Formula("mean", (of,))


def growth(of: Named) -> Formula:
    """Return the growth over twelve months, as a fraction."""
    return Formula("growth", (of,))


def change(of: Named) -> Formula:
    """Return the difference to twelve months before."""
    return Formula("change", (of,))


def before(of: Named) -> Formula:
    """Return the value of twelve months before."""
    return Formula("before", (of,))


def indexed(of: Named) -> Formula:
    """Return values with the first one as 100."""
    return Formula("indexed", (of,))


def counted(of: Named) -> Formula:
    """Return a count that is taken once in a while, which is 0 until it is first taken: no value until then."""
    return Formula("counted", (of,))


_SIGNS = {"plus": "+", "minus": "-", "times": "*", "over": "/"}


@dataclass(frozen=True)
class _Operation:
    rule: Callable[..., Array]
    wait: int = 0
    """Months before its first value."""


def _shifted(values: Array) -> Array:
    past = np.full(len(values), np.nan)
    past[MONTHS_PER_YEAR:] = values[:-MONTHS_PER_YEAR]
    return past


def _year(values: Array) -> Array:
    total = np.concatenate(([0.0], np.cumsum(values)))
    sums = np.full(len(values), np.nan)
    sums[MONTHS_PER_YEAR - 1 :] = total[MONTHS_PER_YEAR:] - total[:-MONTHS_PER_YEAR]
    return sums


_OPERATIONS: Mapping[str, _Operation] = {
    "read": _Operation(np.asarray),
    "plus": _Operation(np.add),
    "minus": _Operation(np.subtract),
    "times": _Operation(np.multiply),
    "over": _Operation(np.divide),
    "year": _Operation(_year, MONTHS_PER_YEAR - 1),
    "mean": _Operation(lambda values: _year(values) / MONTHS_PER_YEAR, MONTHS_PER_YEAR - 1),
    "growth": _Operation(lambda values: values / _shifted(values) - 1.0, MONTHS_PER_YEAR),
    "change": _Operation(lambda values: values - _shifted(values), MONTHS_PER_YEAR),
    "before": _Operation(_shifted, MONTHS_PER_YEAR),
    "indexed": _Operation(lambda values: 100.0 * values / values[:1]),
    "counted": _Operation(lambda values: np.where(np.maximum.accumulate(values) > 0.0, values, np.nan), 2),
}
