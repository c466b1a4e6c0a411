"""How a buyer finds a seller: drawn by size, accepted by price."""

import numpy as np

from ravelin.core.arithmetic import log_each
from ravelin.core.kernel import compiled, whole
from ravelin.core.system import Doubles, Indices


@compiled
def index_weights(index: Indices, cumulative: Doubles, first: int, count: int) -> None:
    """Note where in a market the search for each equal part of its weight begins, for `draw_by_weight`.

    Source: the method of the guide table, Chen and Asau (1974).

    Parameters
    ----------
    index : (sellers,) int, row; filled from `first`
    cumulative : (sellers,) float
        Weights cumulated within each market.
    first, count : int
        The market's rows.
    """
    total = cumulative[first + count - 1]
    seller = first
    for part in range(count):
        aim = part / count * total
        while cumulative[seller] < aim and seller < first + count - 1:
            seller += 1
        index[first + part] = seller


@compiled
def draw_by_weight(index: Indices, cumulative: Doubles, first: int, count: int, draw: float) -> int:
    """Draw a row of a market in proportion to weights, in a step or two whatever the size of the market.

    Parameters
    ----------
    index : (sellers,) int, row
        As `index_weights` filled it.
    cumulative : (sellers,) float
        Weights cumulated within each market.
    first, count : int
        The market's rows.
    draw : float in (0, 1)

    Returns
    -------
    int
        The first row whose cumulated weight reaches `draw` times the market's.
    """
    aim = draw * cumulative[first + count - 1]
    seller = whole(index[first + whole(draw * count)])
    while cumulative[seller] < aim:
        seller += 1
    while seller > first and cumulative[seller - 1] >= aim:
        seller -= 1
    return seller


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


_LOGITS = log_each(4096.0 / (np.arange(4096) + 0.5) - 1.0)


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
    logit: float = _LOGITS[draw]
    change = elasticity * 2.0 * (price_other - price_own) / (price_own + price_other)
    # Without a branch: nobody can foresee who accepts, least of all the processor.
    return (price_own > 0.0) & (price_other > 0.0) & (change < logit)
