"""Panels: what is shown of an economy's history, declared beside what it shows.

A line of a panel is a formula over columns of the history. Formulas are data, so that a page in a browser works them
out from the same declaration as the report does.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
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
COLORS = ("c1", "c2", "c3", "c4", "c5", "c6", "ink")
STYLES = ("line", "whole", "aside")
"""How a line stands out: as one of several, as what the others add up to, or beside them, dashed."""
HISTORY_KINDS = ("lines", "stack", "bars", "multiples", "trace", "curve")
"""Ways of drawing that need nothing but the history, with a function of each in the report and on the dashboard.

Lines over months; areas that add up; signed bars with their total as a line; a small chart for each good; one series
against another; the last month by maturity.
"""
SUMMARY_KINDS = ("matrix", "sankey", "network", "lorenz", "dumbbell", "schedule", "depth")
"""Ways of drawing what the server sums up of one month."""


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


@dataclass(frozen=True)
class Line:
    """A line of a panel.

    Attributes
    ----------
    label : what stands at its end; may be empty where a panel has one line
    formula : a column's name, or a formula
    color : a name of the look; the panel's next one if not given
    style : one of STYLES
    optional : the panel is shown without it where the history lacks its columns
    """

    label: str
    formula: Named
    color: str = ""
    style: str = "line"
    optional: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "formula", self.rule)
        for what, found, known in (("color", self.color, ("", *COLORS)), ("style", self.style, STYLES)):
            if found not in known:
                raise DeclarationError(f"line {self.label!r} has the {what} {found!r}; it may be {', '.join(known)}")

    @property
    def rule(self) -> Formula:
        """Its formula; a name is a column as it is."""
        return read(self.formula) if isinstance(self.formula, str) else self.formula


@dataclass(frozen=True, kw_only=True)
class Panel:
    """What is shown in one place, and which question it answers.

    Attributes
    ----------
    id : its name in addresses and files
    section : id of the section that it stands in
    question : what it answers, as a reader would ask
    lines : what is drawn
    unit : words below the title
    measure : unit of the lines' values, from which follows how they are scaled
    definition : what the numbers are
    empty : what is said where the economy does not have what the panel needs
    none : what is said where every value is zero
    drawn : one of HISTORY_KINDS or SUMMARY_KINDS
    needs : what it needs beside its lines' columns: `state.<field>` or an address of the server
    references : parameters drawn as lines across, each with its label
    but : columns that a name with a star does not mean
    zero : the axis reaches to zero
    digits : decimals of values; as many as the measure has if not given
    span, height : columns of twelve, and pixels, on the dashboard
    """

    id: str
    section: str
    title: str
    question: str
    unit: str
    definition: str
    lines: tuple[Line, ...] = ()
    measure: str = "1"
    empty: str = "This economy does not provide this yet"
    none: str = ""
    drawn: str = "lines"
    needs: tuple[str, ...] = ()
    references: tuple[tuple[str, str], ...] = ()
    but: tuple[str, ...] = ()
    zero: bool = False
    digits: int | None = None
    span: int = 4
    height: int = 196

    def __post_init__(self) -> None:
        if self.drawn not in HISTORY_KINDS + SUMMARY_KINDS:
            known = ", ".join(HISTORY_KINDS + SUMMARY_KINDS)
            raise DeclarationError(f"panel {self.id!r} is drawn as {self.drawn!r}; it may be drawn as {known}")
        if (self.drawn in HISTORY_KINDS) != bool(self.lines):
            raise DeclarationError(f"panel {self.id!r} is drawn as {self.drawn}, with {len(self.lines)} lines")
        free = iter(color for color in COLORS if color not in {line.color for line in self.lines})
        if len(self.lines) > len(COLORS):
            raise DeclarationError(
                f"panel {self.id!r} has {len(self.lines)} lines; at most {len(COLORS)} are told apart"
            )
        colored = tuple(line if line.color else replace(line, color=next(free)) for line in self.lines)
        object.__setattr__(self, "lines", colored)

    def columns(self, *, all_lines: bool = False) -> tuple[str, ...]:
        """Return the columns without which it is not shown; of all lines, also those of its optional ones."""
        lines = [line for line in self.lines if all_lines or not line.optional]
        return tuple(dict.fromkeys(name for line in lines for name in line.rule.columns()))

    def first(self) -> int:
        """Return the number of the first month that has a value."""
        return min((line.rule.first() for line in self.lines), default=0)

    def goods(self, known: Sequence[str]) -> list[str]:
        """Return what stands for the star in its columns, among all columns that are known."""
        starred = [name for name in self.columns() if name.endswith(EACH)]
        stems = [name.removesuffix(EACH) for name in starred]
        named = [name.removeprefix(stems[0]) for name in known if name.startswith(stems[0]) and name not in self.but]
        return [each for each in named if all(stem + each in known for stem in stems)]

    def lacks(self, known: Sequence[str]) -> list[str]:
        """Return the columns that it needs and that are not among those known."""
        needed = self.columns()
        if any(name.endswith(EACH) for name in needed):
            found = self.goods(known)
            return [name for name in needed if not (found if name.endswith(EACH) else name in known)]
        return [name for name in needed if name not in known]

    def drawn_lines(self, known: Sequence[str]) -> list[Line]:
        """Return the lines that the known columns allow: of a starred one, one for each good."""
        found: list[Line] = []
        for line in self.lines:
            names = line.rule.columns()
            if any(name.endswith(EACH) for name in names):
                found += [
                    replace(line, label=each.replace("_", " "), formula=line.rule.renamed(each))
                    for each in self.goods(known)
                ]
            elif all(name in known for name in names):
                found.append(line)
        return found

    def content(self) -> dict[str, Any]:
        """Give it as data, formulas as text."""
        return {
            "id": self.id,
            "section": self.section,
            "title": self.title,
            "question": self.question,
            "unit": self.unit,
            "measure": self.measure,
            "definition": self.definition,
            "empty": self.empty,
            "none": self.none or None,
            "drawn": self.drawn,
            "needs": [*self.columns(), *self.needs],
            "but": list(self.but),
            "first_month": self.first(),
            "lines": [
                {
                    "label": line.label,
                    "formula": str(line.rule),
                    "columns": list(line.rule.columns()),
                    "color": line.color,
                    "style": line.style,
                    "optional": line.optional,
                }
                for line in self.lines
            ],
            "references": [{"parameter": name, "label": label} for name, label in self.references],
            "zero": self.zero,
            "digits": self.digits,
            "span": self.span,
            "height": self.height,
        }


@dataclass(frozen=True)
class Section:
    """A part of the page with panels under one headline."""

    id: str
    title: str
    about: str
