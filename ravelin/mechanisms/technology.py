"""What firms can make of labor, skills and capital, and the mix that costs least.

Closed forms of Cobb-Douglas and CES technology. Source: Varian (1992), "Microeconomic Analysis", ch. 1, 4.
"""

import numpy as np

from ravelin.core.arithmetic import exp, log, power
from ravelin.core.kernel import compiled
from ravelin.core.system import Doubles


@compiled
def cobb_douglas(tfp: float, capital: float, labor: float, exponent: float) -> float:
    """Return output tfp * capital**exponent * labor**(1 - exponent), labor in efficiency units."""
    if capital <= 0.0 or labor <= 0.0:
        return 0.0
    return tfp * exp(exponent * log(capital) + (1.0 - exponent) * log(labor))


@compiled
def labor_required(output: float, tfp: float, capital: float, exponent: float) -> float:
    """Return the labor in efficiency units that makes an output with given capital."""
    if output <= 0.0 or capital <= 0.0:
        return 0.0
    return exp((log(output / tfp) - exponent * log(capital)) / (1.0 - exponent))


@compiled
def capital_at_least_cost(normal: float, dearer: float, exponent: float) -> float:
    """Return the capital with which an output costs least, Cobb-Douglas with constant returns.

    Parameters
    ----------
    normal : float
        The cheapest capital at normal prices. With output tfp * K**a * L**(1 - a) it is output / tfp where the
        wage over the rental price of capital is (1 - a) / a.
    dearer : float
        The wage over the rental price, over its normal value.
    exponent : float
        Output elasticity of capital, a.
    """
    return float(normal * power(dearer, 1.0 - exponent))


@compiled
def user_cost(wanted: float, depreciation: float, tax: float, allowance: float, owned: float) -> float:
    """Return what the services of capital must earn in a year, over its price, to pay for it.

    Parameters
    ----------
    wanted : float
        Return after tax that those who pay for it want, 1/year.
    depreciation : float
        What wears out, 1/year.
    tax : float
        Tax on profit, of which interest and allowances are free; below 1.
    allowance : float
        What may be deducted for wear, over what wears out.
    owned : float
        Part paid with equity; the rest is borrowed, and its cost is not taxed.

    Notes
    -----
    What is earned after tax, c (1 - t) + t (allowance d + (1 - owned) r), is r + d. Source: Hall and Jorgenson (1967),
    "Tax policy and investment behavior".
    """
    before_tax = owned / (1.0 - tax) + 1.0 - owned
    return wanted * before_tax + depreciation * (1.0 - tax * allowance) / (1.0 - tax)


@compiled
def ces_output(amounts: Doubles, weights: Doubles, elasticity: float) -> float:
    """Return (sum of weight * amount**r)**(1 / r) with r = 1 - 1 / elasticity.

    Parameters
    ----------
    amounts, weights : (inputs,) float
    elasticity : float
        Of substitution between inputs; above zero, not one.
    """
    exponent = 1.0 - 1.0 / elasticity
    total = 0.0
    for place in range(amounts.size):
        if amounts[place] > 0.0:
            total += weights[place] * power(amounts[place], exponent)
        elif weights[place] > 0.0 and exponent < 0.0:
            return 0.0
    return power(total, 1.0 / exponent) if total > 0.0 else 0.0


@compiled
def ces_unit_cost(prices: Doubles, weights: Doubles, elasticity: float) -> float:
    """Return the least cost of one unit of the CES aggregate at (inputs,) prices."""
    shares = np.empty_like(weights)
    ces_cost_shares(weights, elasticity, shares)
    return ces_cost_at(prices, shares, elasticity)


@compiled
def ces_cost_shares(weights: Doubles, elasticity: float, shares: Doubles) -> None:
    """Fill what weights alone contribute to the unit cost, weight**elasticity: the shares of cost at equal prices."""
    for place in range(weights.size):
        shares[place] = power(weights[place], elasticity)


@compiled
def ces_cost_at(prices: Doubles, shares: Doubles, elasticity: float) -> float:
    """Return the unit cost at (inputs,) prices, given `ces_cost_shares`; see `ces_unit_cost`."""
    total = 0.0
    for place in range(prices.size):
        if shares[place] > 0.0:
            total += shares[place] * power(prices[place], 1.0 - elasticity)
    return float(power(total, 1.0 / (1.0 - elasticity)))


@compiled
def ces_demand(price: float, weight: float, elasticity: float, unit_cost: float) -> float:
    """Return the amount of an input in the cheapest unit of the CES aggregate."""
    return power(weight * unit_cost / price, elasticity) if weight > 0.0 else 0.0


@compiled
def normal_mix_weights(mix: Doubles, relative: Doubles, elasticity: float, weights: Doubles) -> None:
    """Give the CES weights with which a normal mix is the cheapest at normal relative prices and makes one unit.

    Parameters
    ----------
    mix : (inputs,) float
        Amounts in a normal unit.
    relative : (inputs,) float
        Normal prices over the normal cost of a unit.
    elasticity : float
    weights : (inputs,) float, filled
    """
    for place in range(mix.size):
        weights[place] = relative[place] * power(np.float64(mix[place]), 1.0 / elasticity)
