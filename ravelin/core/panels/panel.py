"""What is shown in one place: the question that it answers, its lines, and what is said where there is nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ravelin.core.panels.formula import EACH, Formula, Named, read
from ravelin.core.sentence import DeclarationError

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
