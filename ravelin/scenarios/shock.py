"""Shocks: dated changes of a parameter or a column, made before the first phase of a tick."""

import datetime
import difflib
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ravelin.core.parameter import Parameter, ParameterError, Settings, Value
from ravelin.core.table import Array, Column, Table, World, known_names

_KEYS = ("tick", "date", "until", "set", "to", "scale", "by", "where")
_PLACES = ("rank", "bin", "bitmask", "class", "cell", "share")
_MONTHS_PER_YEAR = 12


class ShockError(ValueError):
    """A shock that a scenario may not state."""


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
        Before the first phase of this tick the target returns to what it was.
    """

    tick: int
    target: str
    scale: bool
    value: Value
    where: tuple[tuple[str, int | str], ...] = ()
    until: int | None = None

    def describe(self) -> str:
        """Say what happens, as one phrase."""
        value = f"{self.value:g}" if isinstance(self.value, float) else str(self.value)
        rows = "".join(f" where {name} is {match}" for name, match in self.where)
        end = "" if self.until is None else f" until tick {self.until}"
        return f"tick {self.tick}: {self.target} {'times' if self.scale else 'to'} {value}{rows}{end}"


def nearest(name: str, known: Iterable[str]) -> str:
    """Return "; did you mean X?" for the known name that is most like a wrong one, or nothing."""
    # Comparing takes the product of the lengths; no known name is so long.
    close = difflib.get_close_matches(name[:100], list(known), n=1, cutoff=0.5)
    return f"; did you mean {close[0]}?" if close else ""


def nearest_in(message: str) -> str | None:
    """Return the name that an error message offers, if it offers one."""
    found = re.search(r"did you mean ([\w.]+)", message)
    return found[1].rstrip(".") if found else None


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
    tick = (moment.year - start.year) * _MONTHS_PER_YEAR + moment.month - start.month
    if tick < 0:
        raise ShockError(f"{moment} is before the start of the scenario, {start}")
    return tick


def read_shock(stated: Mapping[str, Any], start: datetime.date) -> Shock:
    """Read a `[[shock]]` of a scenario.

    Raises
    ------
    ShockError
        Naming the key, what was found and what was expected.
    """
    for key in stated:
        if key not in _KEYS:
            raise ShockError(f"{key} is not a key of a shock{nearest(key, _KEYS)} (keys: {', '.join(_KEYS)})")
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
        raise ShockError(f"`{wrong}` does not go with `{verb}`; did you mean {value_key}?")
    tick = _tick(stated["tick"], "tick") if "tick" in stated else _dated(stated["date"], "date", start)
    until = None
    if "until" in stated:
        given = stated["until"]
        until = _tick(given, "until") if isinstance(given, int) else _dated(given, "until", start)
        if until <= tick:
            raise ShockError(f"until (tick {until}) is not after the shock (tick {tick})")
    value = stated[value_key]
    if isinstance(value, list):
        value = tuple(value)
    if verb == "scale" and (
        isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < math.inf
    ):
        raise ShockError(f"by is a factor, zero or more, not {value!r}")
    if verb == "scale" and value == 0 and until is not None:
        raise ShockError("what was multiplied by 0 cannot return at `until`; use a small factor instead")
    return Shock(tick, target, verb == "scale", value, _where(stated.get("where", {})), until)


def _one_of(stated: Mapping[str, Any], first: str, second: str, what: str) -> None:
    if (first in stated) == (second in stated):
        found = "both" if first in stated else "neither"
        raise ShockError(f"a shock says {what} by `{first}` or by `{second}`; this one has {found}")


def _tick(value: object, key: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ShockError(f"{key} is a whole number of months from the opening, not {value!r}")
    return value


def _dated(value: object, key: str, start: datetime.date) -> int:
    try:
        return tick_of(value, start)
    except ShockError as error:
        raise ShockError(f"{key}: {error}") from None


def _where(stated: object) -> tuple[tuple[str, int | str], ...]:
    if not isinstance(stated, Mapping):
        raise ShockError(f'where is a table like {{ good = "steel" }}, not {stated!r}')
    for name, match in stated.items():
        if isinstance(match, bool) or not isinstance(match, (int, str)):
            raise ShockError(f"where.{name} is a whole number or a name, not {match!r}")
    return tuple(stated.items())


# Against a model


def find_target(
    shock: Shock,
    tables: Sequence[type[Table]],
    settings: Settings,
    names: Mapping[str, Sequence[str]],
) -> Parameter | Column:
    """Return the parameter or column that a shock changes, having checked that it may.

    Parameters
    ----------
    names : column -> names of its values
        Such as the goods, so that a filter may say `good = "steel"`.

    Raises
    ------
    ShockError
        With the nearest valid name where one is misspelled.
    """
    parameters = {repr(declared): declared for declared in settings}
    columns = known_names(tables)
    if shock.target in parameters:
        return _check_parameter(shock, parameters[shock.target])
    if shock.target not in columns:
        hint = nearest(shock.target, [*parameters, *columns])
        raise ShockError(f"{shock.target} is neither a parameter nor a column{hint}")
    declared = columns[shock.target]
    _check_column(shock, declared)
    for name, match in shock.where:
        _filter(declared.table, name, match, tables, names)
    return declared


def _check_parameter(shock: Shock, declared: Parameter) -> Parameter:
    if shock.where:
        raise ShockError(f"{shock.target} is a parameter, so `where` has no rows to choose")
    if shock.scale and not _is_number(declared.default):
        raise ShockError(f"{shock.target} is not one number, so it cannot be scaled; use set and to")
    if not shock.scale:
        try:
            declared.check(list(shock.value) if isinstance(shock.value, tuple) else shock.value)
        except ParameterError as error:
            raise ShockError(str(error)) from None
    return declared


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def check_column(declared: Column) -> None:
    """Refuse columns that no shock may change.

    Raises
    ------
    ShockError
    """
    if declared.unit.startswith("cent") and declared.dtype.kind == "i":
        raise ShockError(
            f"{declared} is money, which only moves from one account to another; "
            "shock a price, a rate, a quantity or a parameter"
        )
    if declared.unit.startswith("row of"):
        raise ShockError(f"{declared} is a reference to a {declared.unit}, which a shock may not change")
    if declared.dtype.kind in "iu" and (declared.fixed or declared.unit in _PLACES):
        raise ShockError(
            f"{declared} says where rows of other tables lie, or what kind a row is, which rules rely on; "
            "shock a price, a rate, a quantity or a parameter"
        )
    if declared.flow:
        raise ShockError(f"{declared} is a flow that every tick begins at zero, so a shock to it has no effect")


def _check_column(shock: Shock, declared: Column) -> None:
    check_column(declared)
    if not shock.scale and not _is_number(shock.value):
        raise ShockError(
            f"{declared} is a column of numbers in {declared.unit}, so `to` is a number, not {shock.value!r}"
        )
    if not shock.scale:
        _check_fits(shock.value, declared)
    if not shock.scale and shock.until is not None:
        raise ShockError(
            f"{declared} is a column, whose values move on, so `until` cannot bring them back; "
            "use scale and by, or a second shock"
        )


def _check_fits(value: Any, declared: Column) -> None:
    if declared.dtype.kind == "f":
        fits, kind = abs(value) <= np.finfo(declared.dtype).max, "a number"
        low, high = -float(np.finfo(declared.dtype).max), float(np.finfo(declared.dtype).max)
    else:
        limits = np.iinfo(declared.dtype)
        low, high = limits.min, limits.max
        fits, kind = low <= value <= high and value == int(value), "a whole number"
    if not fits:
        raise ShockError(f"{declared} holds {kind} from {low:g} to {high:g}, not {value!r}")


def _filter(
    table: type[Table],
    name: str,
    match: int | str,
    tables: Sequence[type[Table]],
    names: Mapping[str, Sequence[str]],
) -> tuple[Column | None, int]:
    """Return the column to compare (None for the row's own number) and the number to find."""
    candidates = {
        column_name: declared
        for sharer in (*(t for t in tables if t.rows_of is table.rows_of), table)
        for column_name, declared in sharer.columns.items()
        if declared.dtype.kind in "iu" and declared.width == 1
    }
    own_row = f"{name.capitalize()}s" == table.rows_of.__name__
    if name not in candidates and not own_row:
        raise ShockError(
            f"where.{name}: {table.__name__} has no column {name} of whole numbers{nearest(name, candidates)}"
        )
    declared = candidates.get(name)
    if isinstance(match, int):
        return declared, match
    known = names.get(name, ())
    if not known:
        raise ShockError(f"where.{name}: its values are numbers, not names like {match!r}")
    if match not in known:
        raise ShockError(f"where.{name}: there is no {name} {match!r}{nearest(match, known)} ({', '.join(known)})")
    return declared, known.index(match)


class ShockPlan:
    """The shocks of a run, applied to its settings and its world.

    Attributes
    ----------
    overrides : parameter -> [value before, [number of the shock, its value], ...]
        What is in force; part of a checkpoint.
    """

    def __init__(
        self,
        shocks: Sequence[Shock],
        world: World,
        settings: Settings,
        names: Mapping[str, Sequence[str]],
    ) -> None:
        self.shocks = tuple(shocks)
        self.world = world
        self.settings = settings
        self.names = names
        self.overrides: dict[str, list[Any]] = {}
        self._targets = [find_target(shock, list(world.tables), settings, names) for shock in self.shocks]

    def apply(self, tick: int) -> None:
        """Make the changes that are due before a tick: first what ends, then what begins."""
        for number, (shock, target) in enumerate(zip(self.shocks, self._targets, strict=True)):
            if shock.until == tick:
                if isinstance(target, Parameter):
                    self._restore(number, target)
                else:
                    self._change(shock, target, undo=True)
        for number, (shock, target) in enumerate(zip(self.shocks, self._targets, strict=True)):
            if shock.tick == tick:
                if isinstance(target, Parameter):
                    self._override(number, shock, target)
                else:
                    self._change(shock, target, undo=False)

    def strikes(self, tick: int) -> list[str]:
        """Name the columns that change before a tick."""
        return [
            repr(target)
            for shock, target in zip(self.shocks, self._targets, strict=True)
            if isinstance(target, Column) and tick in (shock.tick, shock.until)
        ]

    def _override(self, number: int, shock: Shock, target: Parameter) -> None:
        now = self.settings[target]
        in_force = self.overrides.setdefault(repr(target), [now])
        value: Any = now * shock.value if shock.scale else shock.value
        if isinstance(target.default, int) and not isinstance(target.default, bool):
            value = round(value)
        self._set(target, value)
        in_force.append([number, self.settings[target]])

    def _restore(self, number: int, target: Parameter) -> None:
        in_force = self.overrides.get(repr(target))
        if in_force is None:
            return  # The shock was added after its beginning had passed.
        in_force[1:] = [entry for entry in in_force[1:] if entry[0] != number]
        if len(in_force) > 1:
            self._set(target, in_force[-1][1])
        else:
            self._set(target, in_force[0])
            del self.overrides[repr(target)]

    def _set(self, target: Parameter, value: Any) -> None:
        try:
            self.settings.set(repr(target), value)
        except ParameterError as error:
            raise ShockError(str(error)) from None

    def _change(self, shock: Shock, target: Column, *, undo: bool) -> None:
        array = self.world.array(target)
        rows = np.ones(len(array), dtype=bool)
        for name, match in shock.where:
            declared, number = _filter(target.table, name, match, list(self.world.tables), self.names)
            rows &= (np.arange(len(array)) if declared is None else self.world.array(declared)) == number
        if not shock.scale:
            array[rows] = shock.value
            return
        factor = float(np.asarray(shock.value))
        changed = array[rows] / factor if undo else array[rows] * factor
        array[rows] = _as(changed, array)


def _as(values: Array, like: Array) -> Array:
    if like.dtype.kind == "f":
        return values
    limits = np.iinfo(like.dtype)
    return np.clip(np.rint(values), limits.min, limits.max).astype(like.dtype)
