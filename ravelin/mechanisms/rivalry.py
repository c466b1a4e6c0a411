"""What price over marginal cost a seller finds best, by its share of a market, and what shares come of it."""

import numpy as np

from ravelin.core.arithmetic import add_up, log, power
from ravelin.core.kernel import compiled
from ravelin.core.system import Doubles

_ELASTICITY_LEAST = 1.1
"""Below an elasticity of one no price is high enough. Nearer to it than this, price is eleven times marginal cost."""
_ROUNDS = 1000
_STEP = 0.3
"""Part of the way from round to round; with all of it a duopoly's shares swing."""
_NEAR = 1e-9


@compiled
def market_power(share: float, within: float, across: float) -> float:
    """Return the price over marginal cost that is best for a seller of a share of its market.

    The demand that it faces has elasticity e = (1 - share) * within + share * across: of what a dearer seller loses
    its rivals' part goes to them by buyers' logit, and the rest leaves the market. The best price is e / (e - 1)
    times marginal cost.

    Parameters
    ----------
    share : float in [0, 1]
    within, across : float
        Price elasticity of changing seller, and of the demand for the good as a whole.

    Source: Atkeson and Burstein (2008), "Pricing-to-market, trade costs, and international relative prices", AER 98,
    for competition in prices; Berry (1994), RAND 25, for the logit.
    """
    elasticity = max(_ELASTICITY_LEAST, (1.0 - share) * within + share * across)
    return elasticity / (elasticity - 1.0)


@compiled
def market_powers(shares: Doubles, within: float, across: float) -> Doubles:
    """Return `market_power` of each share: (sellers,)."""
    powers = np.empty_like(shares)
    for seller in range(shares.size):
        powers[seller] = market_power(shares[seller], within, across)
    return powers


@compiled
def rival_shares(pull: Doubles, within: float, across: float) -> Doubles:
    """Return the shares at which a market rests when who has more of it charges more: (sellers,), summing to one.

    share ~ pull * market_power(share) ** -within: at these nobody's share moves, since a buyer who compares two
    sellers finds each in proportion to its pull and chooses by a logit in log prices.

    Parameters
    ----------
    pull : (sellers,) float
        What each would sell if all charged the same.
    """
    shares = pull / add_up(pull)
    wanted = np.empty_like(shares)
    for _ in range(_ROUNDS):
        for seller in range(shares.size):
            wanted[seller] = pull[seller] * power(market_power(shares[seller], within, across), -within)
        total, farthest = add_up(wanted), 0.0
        for seller in range(shares.size):
            change = power(wanted[seller] / total / shares[seller], _STEP)
            farthest = max(farthest, abs(log(change)))
            shares[seller] *= change
        shares /= add_up(shares)
        if farthest < _NEAR:
            break
    return shares
