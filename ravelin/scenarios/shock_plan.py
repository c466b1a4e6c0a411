"""The shocks of a run, applied: parameters and columns follow from what is in force, never from what was undone.

A parameter, or a column that no rule writes, is at every tick its value without shocks times the product of
the scales in force that follow the last `set` in force; shocks count by when they begin, then by the order in
which they are listed. A column that rules write moves on by itself, so a shock changes it once.
"""

import datetime
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from ravelin.core.parameter import Parameter, ParameterError, Settings, Value
from ravelin.core.ranges import allowed, is_size, limits, outside, shown
from ravelin.core.sentence import Kind
from ravelin.core.table import Array, Column, World
from ravelin.scenarios.shock import Shock, ShockError, check_moment, read_shock
from ravelin.scenarios.targets import Model

Targets = Sequence[Parameter | Column]
_MAGNITUDE = 10.0
"""How far a scale may take a size beyond its range: an economy may be large, or dear after a long inflation."""


class ShockNotice(UserWarning):
    """A shock that is due and changes nothing."""


class WithdrawnError(ShockError):
    """A shock that is due and cannot be made: it was taken out, and the world is as it was before the month."""

    kind = Kind.CONTRADICTION


class _BeyondRangeError(ShockError):
    kind = Kind.CONTRADICTION
    shock: Shock


def value_under(base: Value, shocks: Sequence[Shock]) -> Value:
    """Return a parameter's value under the shocks in force, given its value without any.

    The product is exact and rounded once, so that it does not depend on the order of its factors.
    """
    value: Any = base
    factors = Fraction(1)
    for shock in sorted(shocks, key=lambda one: one.tick):
        if shock.scale:
            factors *= Fraction(float(shock.value))  # type: ignore[arg-type]
        else:
            value, factors = shock.value, Fraction(1)
    if factors == 1:
        return value  # type: ignore[no-any-return]
    product = Fraction(value) * factors
    return round(product) if isinstance(base, int) else float(product)


def check_together(
    shocks: Sequence[Shock],
    targets: Targets,
    settings: Settings,
    model: Model,
    bases: Mapping[str, Value] | None = None,
    since: int = 0,
) -> None:
    """Refuse shocks that together take a parameter out of its range, or of which one is without effect by another.

    Parameters
    ----------
    bases : parameter -> value without shocks, where some are in force already
    since : int
        Shocks that begin before this tick have had their effect.

    Raises
    ------
    ShockError
        Naming the first shock with which a value leaves its range, or that changes nothing.
    """
    by_target: dict[Parameter | Column, list[tuple[int, Shock]]] = {}
    for number, (shock, target) in enumerate(zip(shocks, targets, strict=True), 1):
        by_target.setdefault(target, []).append((number, shock))
    for target, numbered in by_target.items():
        for place, (number, shock) in enumerate(numbered):
            covering = _covering(shock, numbered[place + 1 :], lasts=target not in model.written)
            if shock.tick >= since and covering is not None:
                raise ShockError(
                    f"shock {number}: {shock.describe()} changes nothing, for shock {covering} sets the same after it "
                    "in the same month; leave one of them out, or date it otherwise",
                    kind=Kind.CONTRADICTION,
                    parameter=repr(target),
                )
        if isinstance(target, Parameter):
            _check_values(target, numbered, (bases or {}).get(repr(target), settings[target]), since)


def _covering(shock: Shock, later: Sequence[tuple[int, Shock]], lasts: bool) -> int | None:
    """Return the number of a later shock of the same month that sets all a shock changes, for as long as it lasts."""
    for number, other in later:
        if other.tick == shock.tick and not other.scale and set(other.where) <= set(shock.where):
            longer = other.until is None or (shock.until is not None and other.until >= shock.until)
            if longer or not lasts:
                return number
    return None


def _check_values(target: Parameter, numbered: Sequence[tuple[int, Shock]], base: Value, since: int) -> None:
    """Refuse shocks to a parameter by the values that it has from one of their moments to the next."""
    values: dict[int, Value] = {}
    for tick in _moments(shock for _, shock in numbered):
        in_force = [shock for _, shock in numbered if shock.in_force(tick)]
        try:
            values[tick] = value_under(base, in_force)
            target.check(values[tick])
        except (ParameterError, OverflowError) as error:
            if isinstance(error, OverflowError):
                error = ParameterError(f"{target!r} is beyond all numbers", parameter=repr(target))
            number = max((number for number, shock in numbered if shock.in_force(tick)), default=numbered[0][0])
            from_what = "" if len(in_force) < 2 else f", by {len(in_force)} shocks that overlap"
            raise ShockError.of(
                error, before=f"shock {number}: at tick {tick}{from_what}, ", kind=Kind.CONTRADICTION
            ) from None
    for number, shock in numbered:
        others = [one for other, one in numbered if other != number]
        moments = [tick for tick in values if shock.in_force(tick)]
        if shock.tick >= since and all(
            value_under(base, [one for one in others if one.in_force(tick)]) == values[tick] for tick in moments
        ):
            raise ShockError(
                f"shock {number}: {shock.describe()} changes nothing: {target!r} is {_said(values[shock.tick])} "
                "without it, too; give it another value, or leave the shock out",
                kind=Kind.CONTRADICTION,
                parameter=repr(target),
            )


def _said(value: Value) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _moments(shocks: Iterable[Shock]) -> list[int]:
    """Return the ticks at which a shock begins or ends, in order."""
    found = {moment for shock in shocks for moment in (shock.tick, shock.until) if moment is not None}
    return sorted(found)


class ShockPlan:
    """The shocks of a run, applied to its settings and its world.

    Attributes
    ----------
    overrides : parameter -> value without shocks
        Of parameters with a shock in force; part of a checkpoint.
    undisturbed : column -> values without shocks
        Of columns that no rule writes, from the first shock on; part of a checkpoint.
    """

    def __init__(self, shocks: Sequence[Shock], world: World, settings: Settings, model: Model) -> None:
        # A shock that is listed twice is two shocks.
        self.shocks = tuple(replace(shock) for shock in shocks)
        self.world = world
        self.settings = settings
        self.model = model
        self.overrides: dict[str, Value] = {}
        self.undisturbed: dict[Column, Array] = {}
        self.targets = [model.find(shock, settings) for shock in self.shocks]

    def check(self) -> None:
        """Check shocks to columns against the world at its opening.

        Raises
        ------
        ShockError
            If one finds no row, changes nothing or takes a row out of its range, as far as can be known.
        """
        checked: set[Parameter | Column] = set()
        for shock, target in self._pairs():
            try:
                self._check_new(shock, target, 0, others=target not in checked)
            except ShockError as error:
                blamed = error.shock if isinstance(error, _BeyondRangeError) else shock
                number = next(number for number, one in enumerate(self.shocks, 1) if one is blamed)
                raise ShockError.of(error, before=f"shock {number}: ") from None
            checked.add(target)

    def with_shock(self, stated: Mapping[str, Any], start: datetime.date, tick: int, months: int) -> "ShockPlan":
        """Return the plan with one more shock, checked together with those there are.

        Parameters
        ----------
        stated : the keys of a scenario's shock
        tick, months : int
            The next tick, and the months that the run has.

        Raises
        ------
        ShockError
        """
        shock = read_shock(stated, start)
        if shock.tick < tick:
            raise ShockError(
                f"tick {shock.tick} is over; the next tick is {tick}", kind=Kind.CONFLICT, parameter="tick"
            )
        # Whoever goes on after the end goes on month by month.
        check_moment(shock, max(months, tick + 1))
        other = ShockPlan((*self.shocks, shock), self.world, self.settings, self.model)
        other.overrides, other.undisturbed = self.overrides, self.undisturbed
        check_together(other.shocks, other.targets, self.settings, self.model, self.overrides, tick)
        other._check_new(other.shocks[-1], other.targets[-1], tick)
        return other

    def _check_new(self, shock: Shock, target: Parameter | Column, tick: int, *, others: bool = True) -> None:
        """Refuse a shock to a column by what is known of it before a tick.

        Of a column that no rule writes all its months are known; they are looked at for `others` on it, too. One that
        rules write is taken for what it is now: who means another value sets it, or orders the shock nearer to it.
        """
        if not isinstance(target, Column):
            return
        chosen = [self.model.filter(target.table, name, match)[0] for name, match in shock.where]
        stays = not any(one in self.model.written for one in chosen if one is not None)
        if (stays or shock.tick == tick) and not self._rows(shock, target).any():
            raise ShockError(
                f"{_where(shock)} matches no row of {target.table.known_as}",
                kind=Kind.CONTRADICTION,
                parameter="where",
            )
        if target in self.model.written:
            self._foresee(shock, target, tick)
            return
        moments = _moments(one for one, own in self._pairs() if own is target)
        if others:
            for moment in moments:
                self._constant_at(moment, target)
        if all(self._is_idle(shock, target, moment) for moment in moments if shock.in_force(moment)):
            raise ShockError(
                f"{shock.describe()} changes nothing: every row it finds is the same without it; "
                "give it another value, or leave the shock out",
                kind=Kind.CONTRADICTION,
                parameter=repr(target),
            )

    def _is_idle(self, shock: Shock, target: Column, tick: int) -> bool:
        """Say whether a column that no rule writes is the same at a tick without a shock."""
        without = [one for one in self._in_force(tick, target) if one is not shock]
        return np.array_equal(self._constant_at(tick, target), self._constant_under(without, target))

    def _foresee(self, shock: Shock, target: Column, tick: int) -> None:
        """Refuse a shock that would take a row out of its range now, and also after those of the months before it."""
        due = [(one.tick, one) for one, own in self._pairs() if own is target and tick <= one.tick <= shock.tick]
        ordered = [one for _, one in sorted(due, key=lambda pair: pair[0])]
        ordered = ordered[: next(place for place, one in enumerate(ordered) if one is shock) + 1]
        same_month = [one for one in ordered if one.tick == shock.tick]
        try:
            self._make(same_month, target)
        except _BeyondRangeError:
            if same_month == ordered:
                raise
            self._make(ordered, target)

    def _make(self, shocks: Sequence[Shock], target: Column) -> None:
        """Try shocks one after the other on a column as it is now."""
        values = self.world.array(target)
        for shock in shocks:
            values = self._moved(shock, target, values)

    def resumed(self, overrides: Mapping[str, Value], undisturbed: Mapping[Column, Array], tick: int) -> None:
        """Take over what is in force before a tick from another plan or a checkpoint.

        Raises
        ------
        ValueError
            If it is not what the shocks before the tick leave.
        """
        pairs = list(zip(self.shocks, self.targets, strict=True))
        held = {repr(own): own for shock, own in pairs if isinstance(own, Parameter) and shock.in_force(tick - 1)}
        changed = {
            repr(own)
            for shock, own in pairs
            if isinstance(own, Column) and own not in self.model.written and shock.tick < tick
        }
        _check_left(set(held), set(overrides))
        _check_left(changed, {repr(column) for column in undisturbed})
        self.overrides = {name: held[name].check(value) for name, value in overrides.items()}
        self.undisturbed = {column: self._grown(column, values) for column, values in undisturbed.items()}

    def _grown(self, column: Column, values: Array) -> Array:
        """Return a column's values without shocks, with those of rows that were added since."""
        now = self.world.array(column)
        return values if len(values) == len(now) else np.concatenate([values, now[len(values) :]])

    def apply(self, tick: int) -> None:
        """Make the changes that are due before a tick; all of them, or none if one cannot be made.

        Raises
        ------
        WithdrawnError
            If a value would leave its range. That shock is taken out of the plan, so that the run can go on.
        """
        due = [(shock, target) for shock, target in self._pairs() if tick in (shock.tick, shock.until)]
        if not due:
            return
        parameters = dict.fromkeys(target for _, target in due if isinstance(target, Parameter))
        values = {target: self._parameter_at(tick, target) for target in parameters}
        try:
            arrays, notices = self._arrays_at(tick, due)
        except _BeyondRangeError as error:
            self._withdraw(error.shock)
            raise WithdrawnError.of(
                error,
                before=f"tick {tick} is not begun: ",
                after=". The shock is withdrawn, and the run can go on without it",
            ) from None
        # Nothing can fail from here on.
        for notice in notices:
            warnings.warn(notice, ShockNotice, stacklevel=2)
        for parameter, value in values.items():
            self._set(tick, parameter, value)
        for changed, array in arrays.items():
            if changed not in self.model.written:
                self.undisturbed.setdefault(changed, self.world.array(changed).copy())
            self._write(changed, array)

    def _arrays_at(
        self, tick: int, due: Sequence[tuple[Shock, Parameter | Column]]
    ) -> tuple[dict[Column, Array], list[str]]:
        """Return columns as the shocks that are due make them, and what is to be said of those that change nothing."""
        constant = {target for _, target in due if isinstance(target, Column) and target not in self.model.written}
        arrays = {target: self._constant_at(tick, target) for target in constant}
        notices = []
        for shock, target in due:
            if not isinstance(target, Column) or shock.tick != tick:
                continue
            before = arrays.get(target, self.world.array(target))
            if target in self.model.written:
                arrays[target] = self._moved(shock, target, before)
            if not self._rows(shock, target).any():
                notices.append(f"{_changes_nothing(shock)}: {_where(shock)} matches no row of {target.table.known_as}")
            elif target in self.model.written and np.array_equal(before, arrays[target]):
                is_zero = shock.scale and not before[self._rows(shock, target)].any()
                said = f"{target} is 0 in every row it finds" if is_zero else "every row it finds is so already"
                notices.append(f"{_changes_nothing(shock)}: {said}")
        return arrays, notices

    def _withdraw(self, shock: Shock) -> None:
        kept = [(one, target) for one, target in self._pairs() if one is not shock]
        self.shocks, self.targets = tuple(one for one, _ in kept), [target for _, target in kept]

    def _pairs(self) -> list[tuple[Shock, Parameter | Column]]:
        return list(zip(self.shocks, self.targets, strict=True))

    def strikes(self, tick: int) -> list[str]:
        """Name the columns that change before a tick."""
        due = [own for shock, own in self._pairs() if tick in (shock.tick, shock.until)]
        return [repr(own) for own in due if isinstance(own, Column)]

    def _parameter_at(self, tick: int, target: Parameter) -> Value:
        base = self.overrides.get(repr(target), self.settings[target])
        try:
            return target.check(value_under(base, self._in_force(tick, target)))
        except ParameterError as error:
            raise ShockError.of(error, before=f"at tick {tick}, ", kind=Kind.CONTRADICTION) from None

    def _in_force(self, tick: int, target: Parameter | Column) -> list[Shock]:
        return [shock for shock, own in self._pairs() if own is target and shock.in_force(tick)]

    def _set(self, tick: int, target: Parameter, value: Value) -> None:
        name = repr(target)
        self.overrides.setdefault(name, self.settings[target])
        self.settings.set(name, list(value) if isinstance(value, tuple) else value)
        if not self._in_force(tick, target):
            del self.overrides[name]

    def _constant_at(self, tick: int, target: Column) -> Array:
        """Return the values at a tick of a column that no rule writes."""
        return self._constant_under(self._in_force(tick, target), target)

    def _constant_under(self, shocks: Sequence[Shock], target: Column) -> Array:
        base = self.undisturbed.get(target, self.world.array(target))
        values = base.astype(np.float64)
        for shock in sorted(shocks, key=lambda one: one.tick):
            self._strike(shock, target, values)
        return _stored(values, base)

    def _moved(self, shock: Shock, target: Column, now: Array) -> Array:
        """Return the values of a column that rules write, after a shock."""
        values = now.astype(np.float64)
        self._strike(shock, target, values)
        return _stored(values, now)

    def _strike(self, shock: Shock, target: Column, values: Array) -> None:
        """Change the rows of a shock in the values of its column, which are left between whole numbers."""
        rows = self._rows(shock, target)
        before = values[rows]
        values[rows] = after = before * shock.value if shock.scale else np.full_like(before, shock.value)
        found = outside(target, np.rint(after) if target.dtype.kind != "f" else after, self.model.counts)
        if found is None or (shock.scale and is_size(target) and _near(before, after)):
            return
        low, high = limits(target, self.model.counts)
        beyond = f"beyond {shown(high)}" if found > high else f"below {shown(low)}"
        error = _BeyondRangeError(
            f"{shock.describe()} takes a row to {found:g}, {beyond}: {target} is "
            f"{allowed(target, self.model.counts)}; use a factor nearer to 1, or set it",
            parameter=repr(target),
        )
        error.shock = shock
        raise error

    def _rows(self, shock: Shock, target: Column) -> Array:
        count = self.world[target.table].count
        rows = np.ones(count, dtype=bool)
        for name, match in shock.where:
            declared, number = self.model.filter(target.table, name, match)
            rows &= (np.arange(count) if declared is None else self.world.array(declared)) == number
        return rows

    def _write(self, target: Column, values: Array) -> None:
        array = self.world.array(target)
        if target.carries:
            part = self.world.array(target.table.columns[target.carries])
            ratio = np.divide(values, array, out=np.zeros(len(array)), where=array != 0)
            part[...] = part * ratio
        array[...] = values


def _changes_nothing(shock: Shock) -> str:
    return f"{shock.describe()} changes nothing"


def _check_left(expected: set[str], found: set[str]) -> None:
    for name in sorted(expected ^ found):
        if name in found:
            raise ValueError(f"it says what {name} is without shocks, and no shock has changed it")
        raise ValueError(f"a shock has changed {name}, and it does not say what that is without shocks")


def _where(shock: Shock) -> str:
    return " and ".join(f"{name} = {match!r}" for name, match in shock.where) or "it"


def _near(before: Array, after: Array) -> bool:
    """Say whether no row is further from the others than an order of magnitude: the largest may be anywhere."""
    return bool(after.max() <= _MAGNITUDE * before.max() and after.min() >= before.min() / _MAGNITUDE)


def _stored(values: Array, like: Array) -> Array:
    return (np.rint(values) if like.dtype.kind != "f" else values).astype(like.dtype)
