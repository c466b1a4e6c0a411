"""How a buyer finds a seller: drawn by size, accepted by price."""

import math

from ravelin.core.kernel import compiled
from ravelin.core.system import Doubles


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
def accepts(price_own: float, price_other: float, elasticity: float, draw: float) -> bool:
    """Say whether a buyer changes to another seller: a logit in log prices.

    The chance is 1 / (1 + (own / other) ** -elasticity). Source: McFadden (1974).
    """
    if price_other <= 0.0 or price_own <= 0.0:
        return False
    return draw < 1.0 / (1.0 + math.exp(elasticity * math.log(price_other / price_own)))
