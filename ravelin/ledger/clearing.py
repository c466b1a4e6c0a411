"""Clearing accounts of a world: what is left in them, for the audit."""

from weakref import WeakKeyDictionary

from ravelin.core.table import Array, World

_ACCOUNTS: WeakKeyDictionary[World, dict[str, Array]] = WeakKeyDictionary()


def clearing_accounts(world: World) -> dict[str, Array]:
    """Return every clearing account that a world has, by the identity that it stands for."""
    if world not in _ACCOUNTS:
        _ACCOUNTS[world] = {
            f"clearing of {declared.name.replace('_', ' ')} = 0": array
            for rows in world.tables.values()
            for declared, array in rows.items()
            if declared.clearing
        }
    return _ACCOUNTS[world]


def clearing_gaps(world: World) -> dict[str, int]:
    """Return what is left in every clearing account, in cents: nothing, once its market is done."""
    return {name: int(cents[0]) for name, cents in clearing_accounts(world).items()}


def is_cleared(world: World) -> bool:
    """Say whether every clearing account is at zero."""
    return not any(cents[0] for cents in clearing_accounts(world).values())
