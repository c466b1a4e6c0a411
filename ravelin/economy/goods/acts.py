"""Acts of buyers and sellers: what an order comes to, at the shelf and at the till."""

from typing import NamedTuple

import numpy as np

from ravelin.core.kernel import compiled, whole
from ravelin.core.system import Cents, Floats, Indices, Smalls, reads, writes
from ravelin.economy.firms.tables import CONTRACTS, WHOLE, WHOLE_BITS
from ravelin.economy.goods.tables import Markets, Sellers
from ravelin.mechanisms.rounding import part_served


class MarketLists(NamedTuple):
    """What is sold in each market, and who sells there: a span of rows of sellers."""

    good: Smalls = reads(Markets.good)
    first_seller: Indices = reads(Markets.first_seller)
    number: Indices = reads(Markets.sellers)


class Shelves(NamedTuple):
    """What sellers have for sale in the month, at what price, and what of it is sold without tax."""

    sold: Cents = writes(Sellers.sold)
    shelf: Cents = reads(Sellers.shelf)
    price: Floats = reads(Sellers.price)


@compiled
def sellers_of(markets: MarketLists, market: int) -> tuple[int, int]:
    """Return where the sellers of a market begin, and where they end."""
    begin = whole(markets.first_seller[market])
    return begin, begin + whole(markets.number[market])


@compiled
def left_on(shelves: Shelves, seller: int) -> int:
    """Return the cents for which a seller has anything left."""
    left: int = max(0, shelves.shelf[seller] - shelves.sold[seller])
    return left


@compiled
def unserved_cents(order: int, part: Smalls, served: Smalls, row: int) -> int:
    """Return the cents of an order that its suppliers leave, who serve their parts in whole cents.

    Parameters
    ----------
    order : int, cent
    part, served : (rows, contracts) int, 128ths
        What each supplier gets of the order, and serves of that.
    row : int
    """
    all_served = WHOLE
    for k in range(CONTRACTS):
        all_served &= whole(served[row, k])
    if all_served == WHOLE:
        return 0
    left, upto, asked = order, 0, 0
    for k in range(CONTRACTS):
        upto += whole(part[row, k])
        until = order * upto >> WHOLE_BITS
        left -= (until - asked) * whole(served[row, k]) >> WHOLE_BITS
        asked = until
    return left


@compiled
def gross_of(tax: float, change: float) -> float:
    """Return what a dollar's worth costs at the till: the good's sales tax, and the change of all sales taxes."""
    return 1.0 + tax + change


@compiled
def serve(
    fill: Floats, asked: Cents, taxed: Cents, shelf: Cents, sold: Cents, seller: int, gross: float
) -> int:
    """Serve a seller's shoppers in full where the shelf allows, else the same part of each purchase.

    Parameters
    ----------
    fill : part served, filled at the seller
    asked : cents at the till, which are zero afterwards
    taxed : cents at the till, to which those served are added
    shelf, sold : cents without tax
    gross : float
        What a dollar's worth costs at the till.

    Returns
    -------
    int
        Cents at the till of those who were turned away.
    """
    fill[seller], turned_away = 1.0, 0
    if asked[seller] > 0:
        left = whole(max(0.0, np.floor((shelf[seller] - sold[seller]) * gross) - taxed[seller]))
        if asked[seller] <= left:
            taxed[seller] += asked[seller]
        else:
            fill[seller] = part_served(left, asked[seller])
            turned_away = asked[seller] - left
        asked[seller] = 0
    return turned_away
