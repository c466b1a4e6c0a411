"""What people and firms hold, added up by locality: what sheet and identities rest on."""

from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from ravelin.core.kernel import compiled, whole
from ravelin.core.schedule import claims_of_rows
from ravelin.core.system import Cents, Doubles, Indices, Smalls
from ravelin.core.table import Table, World
from ravelin.economy.accounts.tables import Economy
from ravelin.economy.firms.tables import Firms
from ravelin.economy.goods.tables import Goods
from ravelin.economy.people.tables import Consumers, Wealth
from ravelin.economy.places.tables import (
    BOND_SHARES,
    BOOKS,
    DWELLING_SHARES,
    EQUITY_SHARES,
    PAYROLL,
    PLANT,
    SHARES,
    STAFF,
    STORES,
    Localities,
)  # fmt: skip
from ravelin.ledger.claims import CLAIMS_MAX, FIRST, Sheet, add_up

LONG: tuple[type[Table], ...] = (Consumers, Firms)
"""Rows whose claims are added up by locality."""
_SHEETS: WeakKeyDictionary[World, Sheet] = WeakKeyDictionary()
_KEPT: "WeakKeyDictionary[World, Added]" = WeakKeyDictionary()


def sheet_of(world: World) -> Sheet:
    """Return what enters a world's claims into its sheet."""
    if world not in _SHEETS:
        _SHEETS[world] = Sheet(world, LONG)
    return _SHEETS[world]


@compiled
def add_up_shares(
    shares: Cents,
    equity_share: Any,
    bond_share: Any,
    dwelling_share: Any,
) -> None:
    """Add up the shares of people in the equity, the bonds and the dwellings of all: (3,) int, share."""
    equity, bonds, dwellings = 0, 0, 0
    for consumer in range(equity_share.size):
        equity += whole(equity_share[consumer])
        bonds += whole(bond_share[consumer])
        dwellings += whole(dwelling_share[consumer])
    shares[EQUITY_SHARES], shares[BOND_SHARES], shares[DWELLING_SHARES] = equity, bonds, dwellings


@compiled
def add_up_books(
    books: Cents,
    payroll: Cents,
    capital: Doubles,
    inventory_value: Doubles,
    input_value: Doubles,
    staff: Indices,
    good: Smalls,
    leased: Smalls,
    basket_price: Doubles,
) -> None:
    """Add up what is in the books of firms beside claims: plant and stores at their value, payroll, staff by skill."""
    due, plant, stores = 0, 0, 0
    for firm in range(payroll.size):
        due += payroll[firm]
        value = np.rint(capital[firm] * basket_price[0])
        plant += whole(value) if leased[good[firm]] != 1 else 0
        stores += whole(np.rint(inventory_value[firm] + input_value[firm]))
    books[PLANT], books[STORES], books[PAYROLL], books[STAFF:] = plant, stores, due, 0
    for firm in range(len(staff)):
        for k in range(3):
            books[STAFF + k] += staff[firm, k]


@dataclass(frozen=True)
class Added:
    """What people and firms hold, added up: (places, ...) int each, by locality or in one place."""

    by_people: Cents
    by_firms: Cents
    shares: Cents
    books: Cents

    @classmethod
    def kept(cls, world: World) -> "Added":
        """Return what this month's rules have added up by locality."""
        if world not in _KEPT:
            places = world[Localities]
            _KEPT[world] = cls(places.held_by_people, places.held_by_firms, places.shares, places.books)
        return _KEPT[world]

    @classmethod
    def fresh(cls, world: World) -> "Added":
        """Add up now."""
        widths = (FIRST + CLAIMS_MAX, FIRST + CLAIMS_MAX, len(SHARES), len(BOOKS))
        added = cls(*(np.zeros((1, width), dtype=np.int64) for width in widths))
        for held, table in ((added.by_people, Consumers), (added.by_firms, Firms)):
            add_up(held[0], tuple(claims_of_rows(world, table).values()))
        firms, wealth = world[Firms], world[Wealth]
        add_up_shares(added.shares[0], wealth.equity_share, wealth.bond_share, wealth.dwelling_share)
        add_up_books(
            added.books[0], firms.payroll, firms.capital, firms.inventory_value, firms.input_value, firms.staff,
            firms.good, world[Goods].leased, world[Economy].basket_price,
        )  # fmt: skip
        return added
