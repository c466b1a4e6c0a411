"""The shocks of a run, applied: parameters and columns follow from what is in force, never from what was undone.

A parameter, or a column that no rule writes, is at every tick its value without shocks times the product of
the scales in force that follow the last `set` in force, and the changes in percent of GDP that follow it; shocks count
by when they begin, then by the order in which they are listed. A column that rules write moves on by itself, so a shock
changes it once. A payment is handed to `incomes.pay_grants`, a rule of the month.
"""

import datetime
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ravelin.core.parameter import Parameter, ParameterError, Settings, Value
from ravelin.core.ranges import allowed, is_size, limits, outside, shown
from ravelin.core.sentence import Kind
from ravelin.core.system import System
from ravelin.core.table import Array, Column, World
from ravelin.economy.people.groups import Group
from ravelin.economy.people.incomes import pay_grants
from ravelin.economy.people.tables import Consumers
from ravelin.scenarios.levers import moved_by
from ravelin.scenarios.payments import cents_of, check_payable, grants
from ravelin.scenarios.shock import Between, Match, Shock, ShockError, check_moment, read_shock
from ravelin.scenarios.shocks_together import check_together, moments, value_under
from ravelin.scenarios.targets import Chosen, Model, Wanted

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


class ShockPlan:
    """The shocks of a run, applied to its settings and its world.

    Attributes
    ----------
    seed : int
        Of the draws by which staggered payments fall on months.
    overrides : parameter -> value without shocks
        Of parameters with a shock in force; part of a checkpoint.
    pending : (consumers,) cents, or None
        Granted for the next month, or the one that runs, and not paid yet.
    undisturbed : column -> values without shocks
        Of columns that no rule writes, from the first shock on; part of a checkpoint.
    """

    def __init__(
        self, shocks: Sequence[Shock], world: World, settings: Settings, model: Model, seed: int = 0
    ) -> None:
        # A shock that is listed twice is two shocks.
        self.shocks = tuple(replace(shock) for shock in shocks)
        self.world = world
        self.settings = settings
        self.model = model
        self.seed = seed
        self.overrides: dict[str, Value] = {}
        self.undisturbed: dict[Column, Array] = {}
        self.pending: Array | None = None
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
        other = ShockPlan((*self.shocks, shock), self.world, self.settings, self.model, self.seed)
        other.overrides, other.undisturbed, other.pending = self.overrides, self.undisturbed, self.pending
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
        stays = all(self.model.is_lasting(one) for one in chosen)
        if not self._rows(shock, target).any():
            if stays or shock.tick == tick:
                raise ShockError(
                    f"{_where(shock)} matches no row of {target.table.known_as}",
                    kind=Kind.CONTRADICTION,
                    parameter="where",
                )
            if shock.verb == "pay":
                return  # Who will belong to the group by then is not known.
        if target in self.model.written:
            self._foresee(shock, target, tick)
            return
        found = moments(one for one, own in self._pairs() if own is target)
        if others:
            for moment in found:
                self._constant_at(moment, target)
        is_known = shock.verb != "change" or shock.measured is not None
        if is_known and all(self._is_idle(shock, target, moment) for moment in found if shock.in_force(moment)):
            raise ShockError(
                f"{shock.describe()} changes nothing: every row it finds is the same without it; "
                "give it another value, or leave the shock out",
                kind=Kind.CONTRADICTION,
                parameter=repr(target),
            )

    def _is_idle(self, shock: Shock, target: Column, tick: int) -> bool:
        """Say whether a column that no rule writes is the same at a tick without a shock."""
        without = [one for one in self._in_force(tick, target) if one is not shock]
        return np.array_equal(self._constant_at(tick, target), self._constant_under(without, target, tick))

    def _foresee(self, shock: Shock, target: Column, tick: int) -> None:
        """Refuse a shock that would take a row out of its range now, and also after those of the months before it."""
        due = [(one.tick, one) for one, own in self._pairs() if own is target and tick <= one.tick <= shock.tick]
        ordered = [one for _, one in sorted(due, key=lambda pair: pair[0])]
        ordered = ordered[: next(place for place, one in enumerate(ordered) if one is shock) + 1]
        same_month = [one for one in ordered if one.tick == shock.tick]
        if shock.verb == "pay":
            ordered = same_month  # What was granted in earlier months is paid by then.
        try:
            self._make(same_month, target)
        except _BeyondRangeError:
            if same_month == ordered:
                raise
            self._make(ordered, target)

    def _make(self, shocks: Sequence[Shock], target: Column) -> None:
        """Try shocks one after the other on a column as it is now."""
        values = self._before(shocks[0], target)
        for shock in shocks:
            values = self._moved(shock, target, values, shock.tick)

    def _before(self, shock: Shock, target: Column) -> Array:
        """Return what a column holds before the shocks of a month; of payments, what is granted already."""
        if shock.verb != "pay":
            return self.world.array(target)
        return np.zeros(self.world[Consumers].count, np.int64) if self.pending is None else self.pending

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
        if not any(shock.is_due(tick) for shock in self.shocks):
            return
        try:
            self._measure(tick)
            due = [(shock, target) for shock, target in self._pairs() if shock.is_due(tick)]
            parameters = dict.fromkeys(target for _, target in due if isinstance(target, Parameter))
            values = {target: self._parameter_at(tick, target) for target in parameters}
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
        self.pending = arrays.pop(Consumers.budget, self.pending)
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
            acts = shock.tick == tick or (shock.verb == "pay" and shock.in_force(tick))
            if not isinstance(target, Column) or not acts:
                continue
            before = arrays.get(target, self._before(shock, target))
            if target in self.model.written:
                arrays[target] = self._moved(shock, target, before, tick)
            if shock.verb == "pay":
                continue
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

    def grant(self, dollars: Any) -> None:
        """Grant consumers so many dollars each, beside what they have been granted for the month.

        Raises
        ------
        ShockError
        """
        if pay_grants not in self.model.written.get(Consumers.budget, ()):
            raise ShockError("this tick page has no rule that pays grants; use one with incomes.pay_grants")
        granted = cents_of(dollars, self.world[Consumers].count)
        if self.pending is not None:
            granted += self.pending
        check_payable(granted, self.world)
        self.pending = granted.astype(np.int64)

    def handing_over(self, before: Callable[[System], None] | None) -> Callable[[System], None] | None:
        """Return what hears of each rule of the month: the one that pays grants is given them first."""
        if self.pending is None:
            return before

        def hear(member: System) -> None:
            if member is pay_grants and self.pending is not None:
                self.world.array(Consumers.budget)[...] = self.pending
                self.pending = None
            if before is not None:
                before(member)

        return hear

    def strikes(self, tick: int) -> list[str]:
        """Name the columns that change before a tick."""
        due = [own for shock, own in self._pairs() if shock.is_due(tick) and shock.verb != "pay"]
        return [repr(own) for own in due if isinstance(own, Column)]

    def _measure(self, tick: int) -> None:
        """Find what a percent of GDP comes to for the shocks that begin, by the month before.

        Raises
        ------
        _BeyondRangeError
            If the tax or outlay came to nothing.
        """
        for place, (shock, target) in enumerate(self._pairs()):
            if shock.tick != tick or shock.verb != "change":
                continue
            rows, value = None, 0.0
            if isinstance(target, Column):
                rows = self._rows(shock, target)
            else:
                value = float(self.settings[target])
            moved = moved_by(shock.target, float(shock.value), self.world, value, rows)  # type: ignore[arg-type]
            if moved is None:
                raise _beyond(
                    shock,
                    f"{shock.describe()} cannot be measured: {target!r} came to nothing in the month before; begin it "
                    "after a month in which it is paid, or set the lever itself",
                )
            self.shocks = (*self.shocks[:place], replace(shock, measured=moved), *self.shocks[place + 1 :])

    def _parameter_at(self, tick: int, target: Parameter) -> Value:
        base = self.overrides.get(repr(target), self.settings[target])
        in_force = self._in_force(tick, target)
        try:
            return target.check(value_under(base, in_force, tick))
        except ParameterError as error:
            changes = [shock for shock in in_force if shock.verb == "change"]
            if changes:
                raise _beyond(changes[-1], f"{changes[-1].describe()} cannot be made: {error}; ask for less") from None
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
        return self._constant_under(self._in_force(tick, target), target, tick)

    def _constant_under(self, shocks: Sequence[Shock], target: Column, tick: int) -> Array:
        base = self.undisturbed.get(target, self.world.array(target))
        values = base.astype(np.float64)
        for shock in sorted(shocks, key=lambda one: one.tick):
            self._strike(shock, target, values, tick)
        return _stored(values, base)

    def _moved(self, shock: Shock, target: Column, now: Array, tick: int) -> Array:
        """Return the values of a column that rules write, after a shock."""
        values = now.astype(np.float64)
        if shock.verb == "pay":
            try:
                values += grants(shock, tick, self.world, self._rows(shock, target), self.seed)
                check_payable(values, self.world)
            except ShockError as error:
                raise _beyond(shock, f"{shock.describe()}: {error}", error.parameter) from None
        else:
            self._strike(shock, target, values, tick)
        return _stored(values, now)

    def _strike(self, shock: Shock, target: Column, values: Array, tick: int) -> None:
        """Change the rows of a shock in the values of its column, which are left between whole numbers."""
        rows = self._rows(shock, target)
        before, part = values[rows], float(shock.part(tick))
        if shock.verb == "change":
            values[rows] = after = before + part * (shock.measured or 0.0)
        elif shock.scale:
            values[rows] = after = before * (1.0 + part * (float(shock.value) - 1.0))  # type: ignore[arg-type]
        else:
            wanted = np.full_like(before, shock.value)  # To the bit, once all of it has come.
            values[rows] = after = wanted if part == 1.0 else before + part * (wanted - before)
        found = outside(target, np.rint(after) if target.dtype.kind != "f" else after, self.model.counts)
        if found is None or (shock.scale and is_size(target) and _near(before, after)):
            return
        low, high = limits(target, self.model.counts)
        beyond = f"beyond {shown(high)}" if found > high else f"below {shown(low)}"
        raise _beyond(
            shock,
            f"{shock.describe()} takes a row to {found:g}, {beyond}: {target} is "
            f"{allowed(target, self.model.counts)}; use a factor nearer to 1, or set it",
            repr(target),
        )

    def _rows(self, shock: Shock, target: Column) -> Array:
        count = self.world[target.table].count
        rows = np.ones(count, dtype=bool)
        for name, match in shock.where:
            chosen, wanted = self.model.filter(target.table, name, match)
            rows &= _matching(self._numbers(chosen, count), wanted)
        return rows

    def _numbers(self, chosen: Chosen, count: int) -> Array:
        """Return what a filter compares, a number for each row."""
        if chosen is None:
            return np.arange(count)
        return chosen.of(self.world) if isinstance(chosen, Group) else self.world.array(chosen)

    def _write(self, target: Column, values: Array) -> None:
        array = self.world.array(target)
        if target.carries:
            part = self.world.array(target.table.columns[target.carries])
            ratio = np.divide(values, array, out=np.zeros(len(array)), where=array != 0)
            part[...] = part * ratio
        array[...] = values


def _matching(values: Array, wanted: Wanted) -> Array:
    """Say which values are among those wanted."""
    if not isinstance(wanted, Between):
        return np.isin(values, wanted) if len(wanted) > 1 else values == wanted[0]
    low = -np.inf if wanted.low is None else wanted.low
    return (values >= low) & (values <= (np.inf if wanted.high is None else wanted.high))


def _beyond(shock: Shock, said: str, parameter: str | None = None) -> _BeyondRangeError:
    """Return an error that blames a shock."""
    error = _BeyondRangeError(said, parameter=parameter or shock.target)
    error.shock = shock
    return error


def _changes_nothing(shock: Shock) -> str:
    return f"{shock.describe()} changes nothing"


def _check_left(expected: set[str], found: set[str]) -> None:
    for name in sorted(expected ^ found):
        if name in found:
            raise ValueError(f"it says what {name} is without shocks, and no shock has changed it")
        raise ValueError(f"a shock has changed {name}, and it does not say what that is without shocks")


def _where(shock: Shock) -> str:
    return " and ".join(f"{name} {_said_of(match)}" for name, match in shock.where) or "it"


def _said_of(match: Match) -> str:
    if isinstance(match, tuple):
        return f"= {' or '.join(map(repr, match))}"
    return str(match) if isinstance(match, Between) else f"= {match!r}"


def _near(before: Array, after: Array) -> bool:
    """Say whether no row is further from the others than an order of magnitude: the largest may be anywhere."""
    return bool(after.max() <= _MAGNITUDE * before.max() and after.min() >= before.min() / _MAGNITUDE)


def _stored(values: Array, like: Array) -> Array:
    return (np.rint(values) if like.dtype.kind != "f" else values).astype(like.dtype)
