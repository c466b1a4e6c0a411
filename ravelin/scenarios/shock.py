"""Shocks: dated changes of a parameter or a column, made before the first phase of a tick."""

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ravelin.core.clock import MONTHS_PER_YEAR
from ravelin.core.given import plain
from ravelin.core.parameter import Value
from ravelin.core.sentence import Kind, RavelinError

_KEYS = ("tick", "date", "until", "set", "to", "scale", "by", "where")


class ShockError(RavelinError, ValueError):
    """A shock that a scenario may not state."""

    kind = Kind.INVALID


@dataclass(frozen=True)
class Shock:
    """A dated change.

    Attributes
    ----------
    tick : int
        The change is made before the first phase of this tick.
    target : `Group.name` of a parameter or `Table.column`
    scale : bool
        The target is multiplied by `value`; otherwise it becomes `value`.
    where : pairs (column, number or name)
        Rows of a column that change; none means all.
    until : int
        Before the first phase of this tick the shock ends: what others in force make of the target remains.
    """

    tick: int
    target: str
    scale: bool
    value: Value
    where: tuple[tuple[str, int | str], ...] = ()
    until: int | None = None

    def in_force(self, tick: int) -> bool:
        """Say whether it has begun by a tick and not ended."""
        return self.tick <= tick and (self.until is None or tick < self.until)

    def describe(self) -> str:
        """Say what happens, as one phrase."""
        value = f"{self.value:g}" if isinstance(self.value, float) else str(self.value)
        rows = "".join(f" where {name} is {match}" for name, match in self.where)
        end = "" if self.until is None else f" until tick {self.until}"
        return f"tick {self.tick}: {self.target} {'times' if self.scale else 'to'} {value}{rows}{end}"


def tick_of(moment: object, start: datetime.date) -> int:
    """Return the tick of a month given as a date or as text like 2022-03.

    Raises
    ------
    ShockError
        If it is no date, or before the start.
    """
    if isinstance(moment, str):
        try:
            moment = datetime.date.fromisoformat(moment if moment.count("-") > 1 else f"{moment}-01")
        except ValueError:
            raise ShockError(f"{moment!r} is not a date like 2022-03-01") from None
    if isinstance(moment, datetime.datetime):
        moment = moment.date()
    if not isinstance(moment, datetime.date):
        raise ShockError(f"{moment!r} is not a date like 2022-03-01")
    tick = (moment.year - start.year) * MONTHS_PER_YEAR + moment.month - start.month
    if tick < 0:
        raise ShockError(
            f"{moment} is before the start of the scenario, {start}", kind=Kind.CONTRADICTION, parameter="start"
        )
    return tick


def check_moment(shock: Shock, months: int) -> None:
    """Refuse a shock that begins after the last of a run's months.

    Raises
    ------
    ShockError
    """
    if shock.tick >= months:
        raise ShockError(
            f"tick {shock.tick} is after the end: the run has {months} months, the last of them tick {months - 1}; "
            f"date the shock earlier, or let ticks be at least {shock.tick + 1}",
            kind=Kind.CONTRADICTION,
            parameter="ticks",
        )


def read_shock(stated: Mapping[str, Any], start: datetime.date) -> Shock:
    """Read a `[[shock]]` of a scenario.

    Raises
    ------
    ShockError
        Naming the key, what was found and what was expected.
    """
    stated = {key: plain(value) for key, value in stated.items()}
    for key in stated:
        if key not in _KEYS:
            raise ShockError.unknown(f"{key} is not a key of a shock", key, _KEYS, after=f" (keys: {', '.join(_KEYS)})")
    _one_of(stated, "tick", "date", "when it happens")
    _one_of(stated, "set", "scale", "what changes")
    verb, value_key = ("scale", "by") if "scale" in stated else ("set", "to")
    target = stated[verb]
    if not isinstance(target, str) or target.count(".") != 1:
        raise ShockError(f"{verb} names a parameter or a column like Group.name, not {target!r}")
    if value_key not in stated:
        what = "factor" if verb == "scale" else "value"
        raise ShockError(f"{verb} = {target!r} needs `{value_key}`, the {what}")
    wrong = "to" if verb == "scale" else "by"
    if wrong in stated:
        raise ShockError.unknown(f"`{wrong}` does not go with `{verb}`", wrong, [value_key])
    tick = _tick(stated["tick"], "tick") if "tick" in stated else _dated(stated["date"], "date", start)
    until = None
    if "until" in stated:
        given = stated["until"]
        until = _tick(given, "until") if isinstance(given, int) else _dated(given, "until", start)
        if until <= tick:
            raise ShockError(
                f"until (tick {until}) is not after the shock (tick {tick})",
                kind=Kind.CONTRADICTION,
                parameter="until",
            )
    value = stated[value_key]
    if isinstance(value, list):
        value = tuple(value)
    if verb == "scale" and (
        isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < math.inf
    ):
        raise ShockError(f"by is a factor, zero or more, not {value!r}", parameter="by")
    return Shock(tick, target, verb == "scale", value, _where(stated.get("where", {})), until)


def _one_of(stated: Mapping[str, Any], first: str, second: str, what: str) -> None:
    if (first in stated) == (second in stated):
        found = "both" if first in stated else "neither"
        raise ShockError(f"a shock says {what} by `{first}` or by `{second}`; this one has {found}")


def _tick(value: object, key: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ShockError(f"{key} is a whole number of months from the opening, not {value!r}", parameter=key)
    return value


def _dated(value: object, key: str, start: datetime.date) -> int:
    try:
        return tick_of(value, start)
    except ShockError as error:
        raise ShockError.of(error, before=f"{key}: ", parameter=key) from None


def _where(stated: object) -> tuple[tuple[str, int | str], ...]:
    if not isinstance(stated, Mapping):
        raise ShockError(f'where is a table like {{ good = "steel" }}, not {stated!r}')
    for name, match in stated.items():
        if isinstance(match, bool) or not isinstance(match, (int, str)):
            raise ShockError(f"where.{name} is a whole number or a name, not {match!r}", parameter=f"where.{name}")
    return tuple(stated.items())
