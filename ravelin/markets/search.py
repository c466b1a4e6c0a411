"""How a buyer finds a seller: drawn by size, accepted by price."""

import numpy as np

from ravelin.core.kernel import compiled
from ravelin.core.system import Doubles, Indices


@compiled
def draw_by_weight(cumulative: Doubles, first: int, count: int, draw: float) -> int:
    """Draw a row of a market in proportion to weights.

    Parameters
    ----------
    cumulative : (sellers,) float
        Weights cumulated within each market.
    first, count : int
        The market's rows.
    draw : float in (0, 1)

    Returns
    -------
    int
        A row from `first` to `first + count - 1`.
    """
    aim = draw * cumulative[first + count - 1]
    low, high = first, first + count - 1
    while low < high:
        middle = (low + high) >> 1
        if cumulative[middle] < aim:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def seat_sellers(seats: Indices, cumulative: Doubles, first: int, count: int, per_seller: int, offset: float) -> None:
    """Seat a market's sellers in proportion to weights, by systematic sampling.

    Drawing a seat at random then costs one look-up where a draw from the weights costs a search.

    Parameters
    ----------
    seats : (seats,) int, filled from `first * per_seller`
    cumulative : (sellers,) float
        Weights cumulated within each market.
    first, count : int
        The market's rows.
    per_seller : int
        Seats per seller of the market.
    offset : float in (0, 1)
        Where in its slice each seat is placed; a fresh draw keeps seats unbiased over months.
    """
    many = count * per_seller
    step = cumulative[first + count - 1] / many
    seller = first
    for seat in range(many):
        aim = (seat + offset) * step
        while cumulative[seller] < aim and seller < first + count - 1:
            seller += 1
        seats[first * per_seller + seat] = seller


_LOGITS = np.log(4096.0 / (np.arange(4096) + 0.5) - 1.0)


@compiled
def accepts(price_own: float, price_other: float, elasticity: float, draw: int) -> bool:
    """Say whether a buyer changes to another seller: a logit in log prices.

    The chance is 1 / (1 + (other / own) ** elasticity). The logarithm of the ratio is taken as
    2 (other - own) / (other + own), within 0.1 % of it for prices a tenth apart, and the draw from a
    table of logits: no transcendental function is called for a comparison.
    Source: McFadden (1974).

    Parameters
    ----------
    price_own, price_other : float, cent/unit
    elasticity : float
    draw : int in [0, 4096)
    """
    both = price_own + price_other
    if price_own <= 0.0 or price_other <= 0.0:
        return False
    logit: float = _LOGITS[draw]
    return elasticity * 2.0 * (price_other - price_own) / both < logit
