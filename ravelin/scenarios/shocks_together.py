"""What several shocks make of a parameter together, and which of them cannot be."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from ravelin.core.parameter import Parameter, ParameterError, Settings, Value
from ravelin.core.sentence import Kind
from ravelin.core.table import Column
from ravelin.scenarios.shock import Shock, ShockError
from ravelin.scenarios.targets import Model

Targets = Sequence[Parameter | Column]


def value_under(base: Value, shocks: Sequence[Shock], tick: int | None = None) -> Value:
    """Return a parameter's value under the shocks in force, given its value without any.

    The product is exact and rounded once, so that it does not depend on the order of its factors.

    Parameters
    ----------
    tick : int, optional
        Shocks that are phased in have come to their part by this tick; to all of it if not given.
    """
    value: Any = base
    factors, added = Fraction(1), Fraction(0)
    for shock in sorted(shocks, key=lambda one: one.tick):
        part = shock.part(tick)
        if shock.verb == "change":
            added += part * Fraction(shock.measured or 0.0)
        elif shock.scale:
            factors *= 1 + part * (Fraction(float(shock.value)) - 1)  # type: ignore[arg-type]
        elif part == 1:
            value, factors, added = shock.value, Fraction(1), Fraction(0)
        else:
            now = Fraction(value) * factors + added
            value, factors, added = now + part * (Fraction(shock.value) - now), Fraction(1), Fraction(0)  # type: ignore[arg-type]
    if factors == 1 and not added and not isinstance(value, Fraction):
        return value  # type: ignore[no-any-return]
    reached = Fraction(value) * factors + added
    return round(reached) if isinstance(base, int) else float(reached)


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
        sets_at_once = other.verb == "set" and other.phase_in == 1 and shock.verb != "pay"
        if other.tick == shock.tick and sets_at_once and set(other.where) <= set(shock.where):
            longer = other.until is None or (shock.until is not None and other.until >= shock.until)
            if longer or not lasts:
                return number
    return None


def _check_values(target: Parameter, numbered: Sequence[tuple[int, Shock]], base: Value, since: int) -> None:
    """Refuse shocks to a parameter by the values that it has from one of their moments to the next."""
    values: dict[int, Value] = {}
    for tick in moments(shock for _, shock in numbered):
        in_force = [shock for _, shock in numbered if shock.in_force(tick)]
        try:
            values[tick] = value_under(base, in_force, tick)
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
        in_force_at = [tick for tick in values if shock.in_force(tick)]
        if shock.tick < since or (shock.verb == "change" and shock.measured is None):
            continue  # What a percent of GDP comes to is known when it begins.
        without = {tick: [one for one in others if one.in_force(tick)] for tick in in_force_at}
        if all(value_under(base, without[tick], tick) == values[tick] for tick in in_force_at):
            raise ShockError(
                f"shock {number}: {shock.describe()} changes nothing: {target!r} is {_said(values[shock.tick])} "
                "without it, too; give it another value, or leave the shock out",
                kind=Kind.CONTRADICTION,
                parameter=repr(target),
            )


def _said(value: Value) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def moments(shocks: Iterable[Shock]) -> list[int]:
    """Return the ticks at which a shock begins, has come to its size, or ends, in order."""
    found = {
        moment
        for shock in shocks
        for moment in (shock.tick, shock.tick + shock.phase_in - 1, shock.until)
        if moment is not None
    }
    return sorted(found)
