"""What firms can make of labor, skills and capital, and that the mix said to cost least does."""

import math

import numpy as np
import pytest
from hypothesis import assume, example
from hypothesis import given as drawn
from hypothesis import strategies as st

from ravelin.mechanisms.technology import (
    capital_at_least_cost,
    ces_demand,
    ces_output,
    ces_unit_cost,
    cobb_douglas,
    labor_required,
    normal_mix_weights,
)

AMOUNTS = st.lists(st.floats(0.05, 20.0), min_size=3, max_size=3)
WEIGHTS = st.lists(st.floats(0.05, 3.0), min_size=3, max_size=3)
ELASTICITIES = st.floats(0.2, 8.0).filter(lambda elasticity: abs(elasticity - 1.0) > 0.05)
EXPONENTS = st.floats(0.1, 0.9)
PRICES = st.floats(0.05, 20.0)


def ces(amounts: list[float], weights: list[float], elasticity: float) -> float:
    return float(ces_output(np.array(amounts), np.array(weights), elasticity))


def unit_cost(prices: list[float], weights: list[float], elasticity: float) -> float:
    return float(ces_unit_cost(np.array(prices), np.array(weights), elasticity))


def cheapest_unit(prices: list[float], weights: list[float], elasticity: float) -> list[float]:
    cost = unit_cost(prices, weights, elasticity)
    return [float(ces_demand(price, weight, elasticity, cost)) for price, weight in zip(prices, weights, strict=True)]


# fmt: off
@pytest.mark.parametrize(("amounts", "weights", "elasticity", "output"), [
    ([4.0, 9.0, 0.0],  [1.0, 1.0, 1.0],  2.0, 25.0),        # (2 + 3) squared
    ([4.0, 9.0, 25.0], [0.5, 1.0, 0.2],  2.0, 25.0),
    ([4.0, 9.0, 25.0], [1.0, 1.0, 0.0],  2.0, 25.0),        # without weight, without use
    ([2.0, 2.0, 1.0],  [1.0, 1.0, 1.0],  0.5, 0.5),         # 1 / (1/2 + 1/2 + 1)
    ([0.0, 2.0, 2.0],  [0.0, 1.0, 1.0],  0.5, 1.0),
    ([0.0, 2.0, 2.0],  [1.0, 1.0, 1.0],  0.5, 0.0),         # complements: nothing without the first
    ([0.0, 0.0, 0.0],  [1.0, 1.0, 1.0],  2.0, 0.0),
    ([0.0, 0.0, 0.0],  [1.0, 1.0, 1.0],  0.5, 0.0),
])
# fmt: on
def test_ces_output(amounts: list[float], weights: list[float], elasticity: float, output: float) -> None:
    assert ces(amounts, weights, elasticity) == pytest.approx(output, rel=1e-14)


@pytest.mark.parametrize("elasticity", [0.5, 3.0])
def test_what_is_missing_is_the_limit_of_little(elasticity: float) -> None:
    weights = [0.4, 0.8, 0.3]
    assert ces([0.0, 5.0, 7.0], weights, elasticity) == pytest.approx(
        ces([1e-60, 5.0, 7.0], weights, elasticity), abs=1e-12
    )


@drawn(AMOUNTS, WEIGHTS, ELASTICITIES, st.floats(0.1, 10.0))
def test_twice_of_everything_makes_twice_as_much(
    amounts: list[float], weights: list[float], elasticity: float, scale: float
) -> None:
    scaled = [scale * amount for amount in amounts]
    assert ces(scaled, weights, elasticity) == pytest.approx(scale * ces(amounts, weights, elasticity), rel=1e-9)


@drawn(AMOUNTS)
def test_ces_between_substitutes_cobb_douglas_and_complements(amounts: list[float]) -> None:
    shares = [0.5, 0.3, 0.2]
    assert ces(amounts, shares, 1e9) == pytest.approx(float(np.dot(shares, amounts)), rel=1e-6)
    assert ces(amounts, shares, 1.0 + 1e-6) == pytest.approx(math.prod(np.power(amounts, shares)), rel=1e-4)
    assert ces(amounts, shares, 0.01) == pytest.approx(min(amounts), rel=2e-2)


@drawn(WEIGHTS, WEIGHTS, ELASTICITIES)
def test_the_cheapest_unit_is_a_unit_at_its_cost(
    prices: list[float], weights: list[float], elasticity: float
) -> None:
    """Primal and dual: the demands make one unit, and paying for them is the unit cost."""
    demands = cheapest_unit(prices, weights, elasticity)
    assert ces(demands, weights, elasticity) == pytest.approx(1.0, rel=1e-8)
    assert float(np.dot(prices, demands)) == pytest.approx(unit_cost(prices, weights, elasticity), rel=1e-8)


@drawn(WEIGHTS, WEIGHTS, ELASTICITIES, AMOUNTS)
def test_no_other_mix_is_cheaper(
    prices: list[float], weights: list[float], elasticity: float, amounts: list[float]
) -> None:
    made = ces(amounts, weights, elasticity)
    assume(made > 1e-6)
    assert float(np.dot(prices, amounts)) / made >= unit_cost(prices, weights, elasticity) * (1.0 - 1e-9)


@drawn(WEIGHTS, WEIGHTS, ELASTICITIES, st.integers(0, 2))
def test_demand_is_what_a_dearer_input_adds_to_cost(
    prices: list[float], weights: list[float], elasticity: float, place: int
) -> None:
    """Shephard's lemma."""
    step = 1e-5 * prices[place]
    dear, cheap = prices.copy(), prices.copy()
    dear[place] += step
    cheap[place] -= step
    slope = (unit_cost(dear, weights, elasticity) - unit_cost(cheap, weights, elasticity)) / (2.0 * step)
    rounding = 1e-9 * unit_cost(prices, weights, elasticity) / prices[place]
    assert slope == pytest.approx(cheapest_unit(prices, weights, elasticity)[place], rel=1e-5, abs=rounding)


@drawn(WEIGHTS, WEIGHTS, ELASTICITIES)
def test_demand_answers_relative_prices_with_the_elasticity(
    prices: list[float], weights: list[float], elasticity: float
) -> None:
    one, other, _ = cheapest_unit(prices, weights, elasticity)
    dearer = [2.0 * prices[0], prices[1], prices[2]]
    one_later, other_later, _ = cheapest_unit(dearer, weights, elasticity)
    assert one_later / other_later == pytest.approx(one / other * 2.0**-elasticity, rel=1e-8)


def test_an_input_without_weight_is_not_bought() -> None:
    assert ces_demand(1.0, 0.0, 3.0, 2.0) == 0.0
    assert unit_cost([1.0, 2.0, 0.0], [1.0, 1.0, 0.0], 2.0) == pytest.approx(1.0 / (1.0 + 0.5))
    assert cheapest_unit([1.0, 2.0, 0.0], [1.0, 1.0, 0.0], 2.0)[2] == 0.0


@drawn(
    st.lists(st.floats(0.02, 1.0) | st.just(0.0), min_size=3, max_size=3).filter(any),
    WEIGHTS,
    st.floats(1.05, 20.0),
)
@example([1.0, 0.0, 0.0], [1.0, 0.6, 2.0], 3.0)
def test_the_normal_mix_is_cheapest_at_normal_prices(
    mix: list[float], prices: list[float], elasticity: float
) -> None:
    """It makes one unit, which costs one at relative prices; a skill that is not in it has no weight."""
    relative = np.array(prices) / np.dot(mix, prices)
    weights = np.empty(3)
    normal_mix_weights(np.array(mix), relative, elasticity, weights)
    assert [weight > 0.0 for weight in weights] == [part > 0.0 for part in mix]
    assert ces_output(np.array(mix), weights, elasticity) == pytest.approx(1.0, rel=1e-9)
    assert ces_unit_cost(relative, weights, elasticity) == pytest.approx(1.0, rel=1e-9)
    assert cheapest_unit(list(relative), list(weights), elasticity) == pytest.approx(mix, rel=1e-7)


@drawn(st.floats(0.1, 100.0), st.floats(0.1, 10.0), EXPONENTS, PRICES, PRICES, st.floats(-0.5, 0.5))
def test_no_other_capital_makes_the_output_cheaper(
    output: float, tfp: float, exponent: float, wage: float, rental: float, departure: float
) -> None:
    def cost(capital: float) -> float:
        return rental * capital + wage * labor_required(output, tfp, capital, exponent)

    best = capital_at_least_cost(output / tfp, exponent * wage / ((1.0 - exponent) * rental), exponent)
    assert cost(best) <= cost(best * math.exp(departure)) * (1.0 + 1e-12)
    labor = labor_required(output, tfp, best, exponent)
    assert cobb_douglas(tfp, best, labor, exponent) == pytest.approx(output, rel=1e-9)
    assert rental * best / cost(best) == pytest.approx(exponent, rel=1e-9)


# fmt: off
@pytest.mark.parametrize(("rule", "arguments"), [
    (cobb_douglas,   (1.0, 0.0, 5.0, 0.3)),
    (cobb_douglas,   (1.0, 5.0, 0.0, 0.3)),
    (labor_required, (0.0, 1.0, 5.0, 0.3)),
    (labor_required, (5.0, 1.0, 0.0, 0.3)),
])
# fmt: on
def test_nothing_comes_of_nothing(rule: object, arguments: tuple[float, ...]) -> None:
    assert callable(rule)
    assert rule(*arguments) == 0.0
