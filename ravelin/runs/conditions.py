"""Conditions that a run may be stopped by, such as `unemployment_rate > 0.08 and inflation < 2%`."""

import math
import operator
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from ravelin.core.sentence import Kind, RavelinError

EXAMPLE = "unemployment_rate > 0.08 and inflation < 2%"
PARTS = ("a column of the history", "one of > >= < <= = !=", "a number such as 0.08 or 8%", "`and` or the end")
"""What comes one after another, again and again."""

_SIGNS: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge, "<=": operator.le, "!=": operator.ne, "==": operator.eq, ">": operator.gt, "<": operator.lt,
    "=": operator.eq,
}  # fmt: skip
_WORDS = (
    r"[A-Za-z_][A-Za-z_0-9]*",
    "|".join(_SIGNS),
    r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?%?(?![A-Za-z_0-9.])",
    r"and\b",
)
_TIME = ("tick", "date")
_SHOWN = 40


class ConditionError(RavelinError, ValueError):
    """A condition that cannot be read, or about a column that is none."""

    kind = Kind.INVALID


class Comparison(NamedTuple):
    """One column compared with a number."""

    column: str
    sign: str
    number: float


class Condition(NamedTuple):
    """Comparisons that must all hold."""

    text: str
    parts: tuple[Comparison, ...]

    def holds(self, row: Mapping[str, Any]) -> bool:
        """Say whether a row of the history meets it; what is no number meets nothing."""
        return all(
            row.get(part.column) is not None and _SIGNS[part.sign](row[part.column], part.number) for part in self.parts
        )


def read_condition(text: str, columns: Iterable[str]) -> Condition:
    """Read a condition on some columns of the history, and on `tick`.

    Raises
    ------
    ConditionError
        With what was found and what was expected there; if a column is unknown, with the nearest.
    """
    known = [*columns, _TIME[0]]
    parts: list[Comparison] = []
    words: list[str] = []
    rest = text.lstrip()
    while rest or len(words) % len(_WORDS) != len(_WORDS) - 1:
        place = len(words) % len(_WORDS)
        found = re.match(_WORDS[place], rest)
        if found is None:
            read = f"after {words[-1]} " if words else ""
            shown = repr(rest[:_SHOWN]) if rest else "the end"
            raise ConditionError(
                f"until has {shown} {read}where {PARTS[place]} was expected; write it like {EXAMPLE}", parameter="until"
            )
        word, rest = found[0], rest[found.end() :].lstrip()
        if place == 0:
            _check_column(word, known)
        words.append(word)
        if place == 2:
            parts.append(Comparison(words[-3], words[-2], _number(word)))
            if math.isinf(parts[-1].number):
                raise ConditionError(f"until compares with {word}, which is beyond any number", parameter="until")
    return Condition(text.strip(), tuple(parts))


def _check_column(name: str, known: list[str]) -> None:
    if name == _TIME[1]:
        raise ConditionError("until compares numbers, and date is none; write tick >= 24", parameter="until")
    if name not in known:
        said = f"until: {name[:_SHOWN]!r} is not a column of the history"
        raise ConditionError.unknown(said, name, known, parameter="until")


def _number(word: str) -> float:
    value = float(word.removesuffix("%"))
    return value / 100.0 if word.endswith("%") else value
