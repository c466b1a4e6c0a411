"""What a checkpoint holds beside the world and its months, and whether an economy can go on from it."""

from typing import Any, NamedTuple

from ravelin.core.given import is_whole, shown
from ravelin.core.parameter import Value
from ravelin.storage.checkpoint import Checkpoint
from ravelin.storage.history import History

LUCK_MAX = 2**64 - 1
"""Luck to come may be any key of draws, as the pairs of a fork have it; a seed is shorter."""
_WHOLE_MAX = {"luck": LUCK_MAX, "orders": 2**63 - 1}
_KINDS = {"settings": dict, "overrides": dict}


class Facts(NamedTuple):
    """What is saved beside world and history."""

    scenario: str
    settings: dict[str, dict[str, Any]]
    overrides: dict[str, Value]
    code: str
    luck: int
    orders: int

    @classmethod
    def of(cls, held: Checkpoint) -> "Facts":
        """Take the facts of a checkpoint.

        Raises
        ------
        ValueError
            If one is missing, unknown or none that can be, or the months do not add up.
        """
        for name in sorted(set(held.facts) ^ set(cls._fields)):
            raise ValueError(f"it says {name}, which is unknown" if name in held.facts else f"it says no {name}")
        for name, value in held.facts.items():
            if name not in _WHOLE_MAX and not isinstance(value, _KINDS.get(name, str)):
                raise ValueError(f"its {name} is {shown(value)}")
        for name, most in _WHOLE_MAX.items():
            value = held.facts[name]
            if not is_whole(value) or not 0 <= value <= most:
                raise ValueError(f"its {name} is {shown(value)}, not a whole number from 0 to {most}")
        if not all(isinstance(group, dict) for group in held.facts["settings"].values()):
            raise ValueError("its settings are no groups of parameters")
        if held.history.ticks != list(range(held.tick)):
            raise ValueError(f"its history does not hold the {held.tick} months before it")
        return cls(**held.facts)


def check_names(held: History, expected: History) -> None:
    """Refuse a world whose rows have the names of others: the history would go on under them.

    Raises
    ------
    ValueError
        With the first indicator of its history that the world has in another place.
    """
    found, names = ([field.name for field in history.fields] for history in (held, expected))
    if len(found) != len(names):  # Somebody else's indicators: what both have stands in one order.
        found, names = ([name for name in found if name in names], [name for name in names if name in found])
    for odd, own in zip(found, names, strict=True):
        if odd != own:
            raise ValueError(f"the names of its rows are not those of its history, which has {odd}, not {own}")
