"""The shocks of a run, applied: parameters and columns follow from what is in force, never from what was undone.

A parameter, or a column that no rule writes, is at every tick its value without shocks times the product of
the scales in force that follow the last `set` in force; shocks count by when they begin, then by the order in
which they are listed. A column that rules write moves on by itself, so a shock changes it once.
"""

import warnings
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from ravelin.core.parameter import Parameter, ParameterError, Settings, Value
from ravelin.core.ranges import allowed, is_size, limits, outside, shown
from ravelin.core.table import Array, Column, World
from ravelin.scenarios.shock import Shock, ShockError
from ravelin.scenarios.targets import Model

Targets = Sequence[Parameter | Column]
_MAGNITUDE = 10.0
"""How far a scale may take a size beyond its range: an economy may be large, or dear after a long inflation."""


class ShockNotice(UserWarning):
    """A shock that is due and changes nothing."""


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


def check_parameters(shocks: Sequence[Shock], targets: Targets, settings: Settings, bases: Mapping[str, Value]) -> None:
    """Refuse shocks that together take a parameter out of its range at any tick.

    Parameters
    ----------
    bases : parameter -> value without shocks, where some are in force already

    Raises
    ------
    ShockError
        Naming the first shock with which the value leaves its range.
    """
    by_target: dict[Parameter, list[tuple[int, Shock]]] = {}
    for number, (shock, target) in enumerate(zip(shocks, targets, strict=True), 1):
        if isinstance(target, Parameter):
            by_target.setdefault(target, []).append((number, shock))
    for target, numbered in by_target.items():
        base = bases.get(repr(target), settings[target])
        moments = {shock.tick for _, shock in numbered} | {one.until for _, one in numbered if one.until is not None}
        for tick in sorted(moments):
            in_force = [shock for _, shock in numbered if shock.in_force(tick)]
            try:
                target.check(value_under(base, in_force))
            except (ParameterError, OverflowError) as error:
                said = str(error) if isinstance(error, ParameterError) else f"{target!r} is beyond all numbers"
                number = max((number for number, shock in numbered if shock.in_force(tick)), default=numbered[0][0])
                from_what = "" if len(in_force) < 2 else f", by {len(in_force)} shocks that overlap"
                raise ShockError(f"shock {number}: at tick {tick}{from_what}, {said}") from None


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
        self.shocks = tuple(shocks)
        self.world = world
        self.settings = settings
        self.model = model
        self.overrides: dict[str, Value] = {}
        self.undisturbed: dict[Column, Array] = {}
        self.targets = [model.find(shock, settings) for shock in self.shocks]

    def with_shock(self, shock: Shock, tick: int) -> "ShockPlan":
        """Return the plan with one more shock, checked together with those there are.

        Raises
        ------
        ShockError
        """
        other = ShockPlan((*self.shocks, shock), self.world, self.settings, self.model)
        other.overrides, other.undisturbed = self.overrides, self.undisturbed
        check_parameters(other.shocks, other.targets, self.settings, self.overrides)
        target = other.targets[-1]
        if isinstance(target, Column):
            if shock.tick == tick and not self._rows(shock, target).any():
                raise ShockError(f"{_where(shock)} matches no row of {target.table.__name__}")
            if target not in self.model.written:
                other._check_constant(target, tick)
            elif shock.tick == tick:
                other._moved(shock, target, self.world.array(target))
        return other

    def check_constants(self, refusal: Callable[[str], Exception]) -> None:
        """Refuse shocks that take a row of a column that no rule writes out of its range, in whatever month.

        Parameters
        ----------
        refusal : callable
            Makes the error to raise of what is said of the first shock with which a value leaves its range.
        """
        for target in dict.fromkeys(self.targets):
            if isinstance(target, Column) and target not in self.model.written:
                try:
                    self._check_constant(target, 0)
                except ShockError as error:
                    raise refusal(str(error)) from None

    def _check_constant(self, target: Column, tick: int) -> None:
        own = [shock for shock, one in zip(self.shocks, self.targets, strict=True) if one is target]
        moments = {shock.tick for shock in own} | {shock.until for shock in own if shock.until is not None}
        for moment in sorted(moments):
            if moment >= tick:
                self._constant_at(moment, target)

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
        ShockError
            If a value would leave its range.
        """
        due = [
            (shock, target)
            for shock, target in zip(self.shocks, self.targets, strict=True)
            if tick in (shock.tick, shock.until)
        ]
        if not due:
            return
        parameters = dict.fromkeys(target for _, target in due if isinstance(target, Parameter))
        constant = {target for _, target in due if isinstance(target, Column) and target not in self.model.written}
        values = {target: self._parameter_at(tick, target) for target in parameters}
        arrays = {target: self._constant_at(tick, target) for target in constant}
        for shock, target in due:
            if isinstance(target, Column) and shock.tick == tick:
                self._notice(shock, target)
                if target in self.model.written:
                    arrays[target] = self._moved(shock, target, arrays.get(target, self.world.array(target)))
        # Nothing can fail from here on.
        for parameter, value in values.items():
            self._set(tick, parameter, value)
        for changed, array in arrays.items():
            if changed not in self.model.written:
                self.undisturbed.setdefault(changed, self.world.array(changed).copy())
            self._write(changed, array)

    def strikes(self, tick: int) -> list[str]:
        """Name the columns that change before a tick."""
        pairs = zip(self.shocks, self.targets, strict=True)
        return [repr(own) for shock, own in pairs if isinstance(own, Column) and tick in (shock.tick, shock.until)]

    def _parameter_at(self, tick: int, target: Parameter) -> Value:
        base = self.overrides.get(repr(target), self.settings[target])
        try:
            return target.check(value_under(base, self._in_force(tick, target)))
        except ParameterError as error:
            raise ShockError(f"at tick {tick}, {error}") from None

    def _in_force(self, tick: int, target: Parameter | Column) -> list[Shock]:
        pairs = zip(self.shocks, self.targets, strict=True)
        return [shock for shock, own in pairs if own is target and shock.in_force(tick)]

    def _set(self, tick: int, target: Parameter, value: Value) -> None:
        name = repr(target)
        self.overrides.setdefault(name, self.settings[target])
        self.settings.set(name, list(value) if isinstance(value, tuple) else value)
        if not self._in_force(tick, target):
            del self.overrides[name]

    def _constant_at(self, tick: int, target: Column) -> Array:
        """Return the values at a tick of a column that no rule writes."""
        base = self.undisturbed.get(target, self.world.array(target))
        values = base.astype(np.float64)
        for shock in sorted(self._in_force(tick, target), key=lambda one: one.tick):
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
        raise ShockError(
            f"{shock.describe()} takes a row to {found:g}, {beyond}: {target} is "
            f"{allowed(target, self.model.counts)}; use a factor nearer to 1, or set it"
        )

    def _rows(self, shock: Shock, target: Column) -> Array:
        count = self.world[target.table].count
        rows = np.ones(count, dtype=bool)
        for name, match in shock.where:
            declared, number = self.model.filter(target.table, name, match)
            rows &= (np.arange(count) if declared is None else self.world.array(declared)) == number
        return rows

    def _notice(self, shock: Shock, target: Column) -> None:
        """Say that a shock which is due finds nothing to change."""
        rows = self._rows(shock, target)
        if not rows.any():
            said = f"{_where(shock)} matches no row of {target.table.__name__}"
        elif shock.scale and shock.value != 1 and not self.world.array(target)[rows].any():
            said = f"{target} is 0 in every row it finds"
        else:
            return
        warnings.warn(f"{shock.describe()} changes nothing: {said}", ShockNotice, stacklevel=2)

    def _write(self, target: Column, values: Array) -> None:
        array = self.world.array(target)
        if target.carries:
            part = self.world.array(target.table.columns[target.carries])
            ratio = np.divide(values, array, out=np.zeros(len(array)), where=array != 0)
            part[...] = part * ratio
        array[...] = values


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
