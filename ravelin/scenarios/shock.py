"""Shocks: dated changes of a parameter or a column, and payments to people, made before the first phase of a tick."""

import datetime
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ravelin.core.clock import MONTHS_PER_YEAR
from ravelin.core.given import plain
from ravelin.core.parameter import Value
from ravelin.core.sentence import Kind, RavelinError

_VALUES = {"set": ("to",), "scale": ("by",), "change": ("percent_of_gdp",), "pay": ("dollars", "percent_of_gdp")}
"""What a shock does, and the keys that say by how much."""
_AMOUNTS = tuple(dict.fromkeys(key for keys in _VALUES.values() for key in keys))
_KEYS = ("tick", "date", "until", *_VALUES, *_AMOUNTS, "where", "phase_in", "staggered", "measured")
PAID = "Consumers"
"""Who may be paid."""
DOLLARS_MOST = 20_000_000
"""Dollars to one person in a month."""
PERCENT_MOST = 100


class ShockError(RavelinError, ValueError):
    """A shock that a scenario may not state."""

    kind = Kind.INVALID


@dataclass(frozen=True)
class Between:
    """What is at least `low` and at most `high`; None leaves an end open."""

    low: float | None = None
    high: float | None = None

    def __str__(self) -> str:
        if self.low is None:
            return f"up to {self.high:,g}"
        return f"from {self.low:,g}" + ("" if self.high is None else f" to {self.high:,g}")


Match = int | str | tuple[int | str, ...] | Between
"""What rows have in a column: a number or name, one of several, or what lies between two numbers."""


@dataclass(frozen=True)
class Shock:
    """A dated change, or a payment.

    Attributes
    ----------
    tick : int
        The change is made before the first phase of this tick.
    target : `Group.name` of a parameter, `Table.column`, or the table whose rows are paid
    scale : bool
        The target is multiplied by `value`; otherwise it becomes `value`.
    where : pairs (column, what it is)
        Rows of a column that change; none means all.
    until : int
        Before the first phase of this tick the shock ends: what others in force make of the target remains.
    unit : str
        Of `value` where that is money: dollars, or percent_of_gdp.
    phase_in : int
        Months in which it comes to its size, by equal steps.
    staggered : int
        Months over which a payment is spread: everybody is paid in one of them, drawn at random.
    measured : float
        By how much a percent of GDP changes the target, by the month before it began; None until then.
    """

    tick: int
    target: str
    scale: bool
    value: Value
    where: tuple[tuple[str, Match], ...] = ()
    until: int | None = None
    unit: str = ""
    phase_in: int = 1
    staggered: int = 1
    measured: float | None = None

    @property
    def verb(self) -> str:
        """What it does: set, scale, change or pay."""
        if self.unit:
            return "change" if "." in self.target else "pay"
        return "scale" if self.scale else "set"

    @property
    def end(self) -> int | None:
        """The first tick in which it is no longer in force; None if it stays."""
        return self.tick + self.staggered if self.verb == "pay" and self.until is None else self.until

    def in_force(self, tick: int) -> bool:
        """Say whether it has begun by a tick and not ended."""
        return self.tick <= tick and (self.end is None or tick < self.end)

    def is_due(self, tick: int) -> bool:
        """Say whether it does something before a tick: begins, grows, pays or ends."""
        grows = self.tick <= tick < self.tick + self.phase_in
        return grows or tick == self.end or (self.verb == "pay" and self.in_force(tick))

    def part(self, tick: int | None) -> Fraction:
        """Return which part of its size it has come to by a tick; all of it where none is given."""
        return Fraction(1) if tick is None else min(Fraction(1), Fraction(tick - self.tick + 1, self.phase_in))

    def stated(self) -> dict[str, Any]:
        """Return it with the keys that a `[[shock]]` of a scenario has."""
        value = list(self.value) if isinstance(self.value, tuple) else self.value
        stated: dict[str, Any] = {"tick": self.tick, self.verb: self.target}
        stated[self.unit or _VALUES[self.verb][0]] = value
        if self.where:
            stated["where"] = {name: _plainly(match) for name, match in self.where}
        for key, usual in (("until", None), ("phase_in", 1), ("staggered", 1), ("measured", None)):
            if getattr(self, key) != usual:
                stated[key] = getattr(self, key)
        return stated

    def describe(self) -> str:
        """Say what happens, as one phrase."""
        value = f"{self.value:g}" if isinstance(self.value, float) else str(self.value)
        amount = f"{value} % of GDP" if self.unit == "percent_of_gdp" else f"{value} dollars"
        does = {
            "set": f"{self.target} to {value}",
            "scale": f"{self.target} times {value}",
            "change": f"{self.target} by {amount}",
            "pay": f"pays {amount} to {'each consumer' if self.unit == 'dollars' else 'consumers'}",
        }[self.verb]
        rows = "".join(f" where {name} is {_phrase(match)}" for name, match in self.where)
        slowly = "" if self.phase_in == 1 else f" within {self.phase_in} months"
        spread = "" if self.staggered == 1 else f" over {self.staggered} months"
        end = "" if self.until is None else f" until tick {self.until}"
        return f"tick {self.tick}: {does}{rows}{slowly}{spread}{end}"


def _plainly(match: Match) -> Any:
    """Give what rows have in a column as TOML and JSON write it."""
    if isinstance(match, Between):
        return {key: end for key, end in (("from", match.low), ("to", match.high)) if end is not None}
    return list(match) if isinstance(match, tuple) else match


def _phrase(match: Match) -> str:
    return " or ".join(map(str, match)) if isinstance(match, tuple) else str(match)


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
    verb, value_key = _verb(stated)
    target = _target(stated, verb)
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
    if verb == "scale" and not (_is_number(value) and 0 <= value < math.inf):
        raise ShockError(f"by is a factor, zero or more, not {value!r}", parameter="by")
    unit = value_key if value_key in _VALUES["pay"] else ""
    if unit:
        _check_amount(verb, unit, value)
    months = {key: _months(stated.get(key, 1), key) for key in ("phase_in", "staggered")}
    _check_months(verb, tick, until, **months)
    measured = stated.get("measured")
    if measured is not None and not (verb == "change" and _is_number(measured) and math.isfinite(measured)):
        raise ShockError(
            f"measured is by how much a percent of GDP changes a parameter, written by Ravelin, not {measured!r}; "
            "leave it out",
            parameter="measured",
        )
    where = _where(stated.get("where", {}))
    return Shock(tick, target, verb == "scale", value, where, until, unit, **months, measured=measured)


def _verb(stated: Mapping[str, Any]) -> tuple[str, str]:
    """Return what a shock does and the key that says by how much."""
    found = [verb for verb in _VALUES if verb in stated]
    if len(found) != 1:
        has = "neither" if not found else "both" if len(found) == 2 else "several"
        verbs = ", ".join(f"by `{verb}`" for verb in list(_VALUES)[:-1])
        raise ShockError(f"a shock says what changes {verbs} or by `{list(_VALUES)[-1]}`; this one has {has}")
    verb = found[0]
    own = [key for key in _VALUES[verb] if key in stated]
    if not own:
        what = {"set": "value", "scale": "factor"}.get(verb, "amount")
        raise ShockError(f"{verb} = {stated[verb]!r} needs {_or(_VALUES[verb])}, the {what}")
    if len(own) > 1:
        raise ShockError(f"{verb} = {stated[verb]!r} says how much once, by {_or(own)}; leave one of them out")
    for wrong in _AMOUNTS:
        if wrong in stated and wrong not in own:
            raise ShockError.unknown(f"`{wrong}` does not go with `{verb}`", wrong, own)
    return verb, own[0]


def _or(keys: Sequence[str]) -> str:
    return " or ".join(f"`{key}`" for key in keys)


def _target(stated: Mapping[str, Any], verb: str) -> str:
    target = stated[verb]
    if verb == "pay":
        if target != PAID:
            raise ShockError.unknown(
                f"pay names who is paid, {PAID}, not {target!r}", str(target), [PAID], parameter="pay"
            )
    elif not isinstance(target, str) or target.count(".") != 1:
        raise ShockError(f"{verb} names a parameter or a column like Group.name, not {target!r}")
    return str(target)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _check_amount(verb: str, unit: str, value: Any) -> None:
    """Refuse an amount that is none, or more than there is to give."""
    if unit == "dollars":
        low, high, what = 0, DOLLARS_MOST, "dollars are an amount to each person"
    else:
        low, high, what = (0 if verb == "pay" else -PERCENT_MOST), PERCENT_MOST, "percent_of_gdp is a share of GDP"
    if not (_is_number(value) and low <= value <= high and value != 0):
        least = f"from {low}" if low else "above 0"
        raise ShockError(f"{what}, {least} to {high:,} and not 0, not {value!r}", parameter=unit)


def _months(value: object, key: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ShockError(f"{key} is a whole number of months, one or more, not {value!r}", parameter=key)
    return value


def _check_months(verb: str, tick: int, until: int | None, *, phase_in: int, staggered: int) -> None:
    """Refuse months that do not fit one another, or what is done."""
    if until is not None and tick + phase_in > until:
        raise ShockError(
            f"phase_in ({phase_in} months) is longer than the shock lasts, from tick {tick} until tick {until}; "
            "phase it in sooner, or end it later",
            kind=Kind.CONTRADICTION,
            parameter="phase_in",
        )
    if staggered > 1 and (verb != "pay" or until is not None):
        why = "`pay` alone is staggered" if verb != "pay" else "who is paid every month until an end is not paid once"
        raise ShockError(
            f"staggered ({staggered} months) does not go with {'`until`' if verb == 'pay' else f'`{verb}`'}: {why}; "
            "leave one of them out",
            kind=Kind.CONTRADICTION,
            parameter="staggered",
        )
    if phase_in > 1 and verb == "pay" and until is None:
        raise ShockError(
            "phase_in does not go with a payment made once; give `until`, the month in which it is no longer paid",
            kind=Kind.CONTRADICTION,
            parameter="phase_in",
        )


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


def _where(stated: object) -> tuple[tuple[str, Match], ...]:
    if not isinstance(stated, Mapping):
        raise ShockError(f'where is a table like {{ good = "steel" }}, not {stated!r}')
    return tuple((name, _match(name, match)) for name, match in stated.items())


def _match(name: str, match: object) -> Match:
    """Read what rows have in a column."""
    key = f"where.{name}"
    if isinstance(match, list):
        if not match or not all(isinstance(one, (int, str)) and not isinstance(one, bool) for one in match):
            raise ShockError(f"{key} is a list of whole numbers or names, at least one, not {match!r}", parameter=key)
        return tuple(dict.fromkeys(match))
    if isinstance(match, Mapping):
        ends = [match.get(end) for end in ("from", "to")]
        known = bool(match) and set(match) <= {"from", "to"}
        if not known or not all(one is None or (_is_number(one) and math.isfinite(one)) for one in ends):
            raise ShockError(f"{key} is a span like {{ from = 25, to = 64 }}, not {match!r}", parameter=key)
        low, high = ends
        if low is not None and high is not None and low > high:
            raise ShockError(
                f"{key} from {low:g} to {high:g} is empty; give the lower end first", kind=Kind.CONTRADICTION,
                parameter=key,
            )  # fmt: skip
        return Between(low, high)
    if isinstance(match, bool) or not isinstance(match, (int, str)):
        raise ShockError(f"{key} is a whole number or a name, not {match!r}", parameter=key)
    return match
