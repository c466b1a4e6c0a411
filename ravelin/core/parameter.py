"""Parameters: declared once, beside the systems that use them, with default, unit, range and source."""

import itertools
import math
import sys
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from ravelin.core.given import is_number, plain, shown
from ravelin.core.sentence import DeclarationError, Kind, RavelinError, nearest, offered
from ravelin.core.units import is_unit

Value = float | int | bool | tuple[float, ...]
_LARGEST = sys.float_info.max
_SHARES_TOLERANCE = 1e-6
"""Shares are written with a few decimals."""


class ParameterError(RavelinError, ValueError):
    """A value or name that a scenario may not give."""

    kind = Kind.INVALID


class Parameter:
    """The declaration of a parameter."""

    group: "type[Parameters]"
    name: str

    def __init__(
        self,
        default: Value,
        unit: str,
        meaning: str,
        *,
        low: float | None,
        high: float | None,
        source: str,
        adds_up: bool,
        ascending: bool,
        known_as: tuple[str, ...],
        policy: bool,
    ) -> None:
        if not is_unit(unit):
            raise DeclarationError(f"unit {unit!r} of parameter {meaning!r} is not in core/units.py")
        self.default = default
        self.unit = unit
        self.meaning = meaning
        self.low = low
        self.high = high
        self.source = source
        self.adds_up = adds_up
        self.ascending = ascending
        self.known_as = known_as
        self.policy = policy

    def __set_name__(self, owner: "type[Parameters]", name: str) -> None:
        self.group = owner
        self.name = name

    def __repr__(self) -> str:
        return f"{self.group.__name__}.{self.name}"

    def describe(self) -> str:
        """Give name, default, unit and range as one phrase."""
        bounds = (
            f"{'-inf' if self.low is None else f'{self.low:g}'} to {'inf' if self.high is None else f'{self.high:g}'}"
        )
        unit = "" if self.unit == "1" else f" {self.unit}"
        return f"{self!r} ({self.default}{unit}, {bounds})"

    def check(self, value: object) -> Value:
        """Return the value in the parameter's type, or say what was expected.

        Raises
        ------
        ParameterError
            If the value is of another type or out of range.
        """
        value = plain(value)
        if isinstance(self.default, bool):
            if not isinstance(value, bool):
                raise self._error(f"true or false, not {shown(value)}")
            return value
        if isinstance(self.default, tuple):
            if not isinstance(value, (list, tuple)) or len(value) != len(self.default):
                raise self._error(f"a list of {len(self.default)} numbers, not {shown(value)}")
            return self._vector(tuple(self._number(item) for item in value))
        number = self._number(value)
        if isinstance(self.default, int):
            if number != int(number):
                raise self._error(f"a whole number, not {shown(value)}")
            return int(number)
        return number

    def _vector(self, values: tuple[float, ...]) -> tuple[float, ...]:
        found = f"[{', '.join(f'{value:g}' for value in values)}]"
        total = math.fsum(values)
        if self.adds_up and abs(total - 1.0) > _SHARES_TOLERANCE:
            raise self._error(f"{len(values)} shares that add up to 1; {found} add up to {total:g}", verb="holds")
        if self.ascending and any(one > other for one, other in itertools.pairwise(values)):
            raise self._error(f"{len(values)} numbers in ascending order, not {found}", verb="holds")
        return values

    def _number(self, given: object) -> float:
        value = plain(given)
        if not is_number(value) or not -_LARGEST <= value <= _LARGEST:
            raise self._error(f"a number in {self.unit}, not {shown(value)}")
        if (self.low is not None and value < self.low) or (self.high is not None and value > self.high):
            raise self._error(f"{value:g}, outside its range: {self.describe()}")
        return float(value)

    def _error(self, said: str, verb: str = "is") -> ParameterError:
        return ParameterError(f"{self!r} {verb} {said}", parameter=repr(self))


def parameter(
    default: Value,
    unit: str,
    meaning: str,
    *,
    source: str,
    low: float | None = None,
    high: float | None = None,
    adds_up: bool = False,
    ascending: bool = False,
    known_as: tuple[str, ...] = (),
    policy: bool = False,
) -> Parameter:
    """Declare a parameter; `source` names a paper, a statistic, or "assumption".

    A list of shares `adds_up` to one; a list of thresholds is `ascending`. Economists look for it by the names that it
    is `known_as`, of which the first is its title; a `policy` is offered before all others.
    """
    return Parameter(
        default, unit, meaning, low=low, high=high, source=source, adds_up=adds_up, ascending=ascending,
        known_as=known_as, policy=policy,
    )  # fmt: skip


class Parameters:
    """A group of parameters is declared as a subclass whose class attributes are parameters."""

    declared: ClassVar[dict[str, Parameter]] = {}

    def __init_subclass__(cls) -> None:
        cls.declared = {name: value for name, value in vars(cls).items() if isinstance(value, Parameter)}


class Settings:
    """The value of every parameter of a schedule: defaults, then a scenario's departures.

    Attributes
    ----------
    changes : int
        How often a value has been set: who keeps values looks here whether they are still the same.
    """

    def __init__(self, groups: list[type[Parameters]]) -> None:
        self.changes = 0
        self.groups = {group.__name__: group for group in groups}
        self._values: dict[Parameter, Value] = {
            declared: declared.default for group in groups for declared in group.declared.values()
        }
        self._named = {repr(declared): declared for declared in self._values}

    def __getitem__(self, declared: Any) -> Any:
        return self._values[declared]

    def __contains__(self, declared: Parameter) -> bool:
        return declared in self._values

    def __iter__(self) -> Iterator[Parameter]:
        return iter(self._values)

    def find(self, name: str) -> Parameter:
        """Return the parameter called `Group.name`, or say which name is nearest.

        Raises
        ------
        ParameterError
            If no parameter of the schedule has that name.
        """
        if name in self._named:
            return self._named[name]
        close = self._known_as(name) or nearest(name, self._named)
        hint = offered(self._named[close].describe() if close else None, "; `ravelin explain parameters` lists them")
        raise ParameterError(f"{name} is not a parameter{hint}", kind=Kind.UNKNOWN_NAME, nearest=close, parameter=name)

    def _known_as(self, name: str) -> str | None:
        """Return the parameter that economists call so."""
        called = name.casefold().replace("_", " ")
        return next(
            (own for own, one in self._named.items() if called in (each.casefold() for each in one.known_as)), None
        )

    def set(self, name: str, value: object) -> None:
        """Set a parameter by its full name, checked."""
        declared = self.find(name)
        self._values[declared] = declared.check(value)
        self.changes += 1

    def update(self, departures: Mapping[str, object]) -> None:
        """Set several parameters by full name."""
        for name, value in departures.items():
            self.set(name, value)

    def copy(self) -> "Settings":
        """Return settings of their own with the same values."""
        other = Settings(list(self.groups.values()))
        other._values.update(self._values)
        return other

    def as_dict(self) -> dict[str, dict[str, Value]]:
        """Give all values by group and name."""
        return {
            name: {key: self._values[declared] for key, declared in group.declared.items()}
            for name, group in self.groups.items()
        }
