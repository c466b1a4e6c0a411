"""Clearing accounts of a world: what is left in them, for the audit."""

from weakref import WeakKeyDictionary

from ravelin.core.table import Array, World

_ACCOUNTS: WeakKeyDictionary[World, dict[str, Array]] = WeakKeyDictionary()


def clearing_gaps(world: World) -> dict[str, int]:
    """Return what is left in every clearing account that a world has, in cents: nothing, once its market is done."""
    if world not in _ACCOUNTS:
        _ACCOUNTS[world] = {
            f"clearing of {declared.name.replace('_', ' ')} = 0": array
            for rows in world.tables.values()
            for declared, array in rows.items()
            if declared.clearing
        }
    return {name: int(cents[0]) for name, cents in _ACCOUNTS[world].items()}
