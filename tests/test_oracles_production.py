"""Production functions and input-output systems, through the functions that firms and the opening use."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from oracle_files import read_vectors
from small_world import run

from ravelin.economy.firms.production import produce
from ravelin.economy.firms.tables import Firms, Inputs, Plant, Purchasing, Workforce
from ravelin.economy.goods.tables import GOODS_MAX, Goods
from ravelin.mechanisms.technology import (
    capital_at_least_cost,
    ces_demand,
    ces_output,
    ces_unit_cost,
    cobb_douglas,
    labor_required,
)
from ravelin.opening.business import leontief_inverse, leontief_output

pytestmark = pytest.mark.oracle

VECTORS = read_vectors("production.json")
EXACT = 1e-11

Vector = dict[str, Any]


def vectors(name: str) -> list[Vector]:
    """Return the vectors of one kind; none, if the file has none."""
    return list(VECTORS.get(name, []))


def made_by_a_firm(**columns: Any) -> float:
    """Let one firm with the given columns produce in normal hours without limit of plan or its owner's work."""
    given = {
        Firms.target_output: np.inf, Plant.labor_productivity: 1.0, Goods.storable: 1, Goods.capital_months: 1e-12,
        Goods.skill_weight: 1.0, Goods.skill_mix: [1.0, 0.0, 0.0],
    }  # fmt: skip
    given |= {FIRM_COLUMNS[name]: value for name, value in columns.items()}
    rows = {Goods: GOODS_MAX, Firms: 1, Inputs: 1}
    free = {"Planning.capacity_ceiling": 1.0, "WorkingTime.owner_labor": 0.0}
    return float(run(produce, rows, given, parameters=free)[Firms].output[0])


FIRM_COLUMNS = {
    "tfp": Plant.tfp, "capital": Plant.capital, "labor": Workforce.labor, "productivity": Plant.labor_productivity,
    "exponent": Goods.capital_exponent, "capital_months": Goods.capital_months, "recipe": Goods.recipe,
    "stock": Inputs.stock, "input_good": Inputs.good, "input_count": Purchasing.input_count,
}  # fmt: skip

# A thousand thousandths of the first skill: one standard worker, whose productivity is then the labor employed.
ONE_WORKER = np.array([1000, 0, 0])


def power_of_labor(vector: Vector) -> float:
    """Return the power of labor that, as the firms' labor, gives the vector's returns to scale.

    Firms have constant returns. A vector whose exponents do not add up to one has a third factor, of
    size one, that works together with labor: A K^a (L^(b / (1 - a)))^(1 - a) = A K^a L^b.
    """
    return float(vector["beta_L"] / (1.0 - vector["alpha_K"]))


@pytest.mark.parametrize("vector", vectors("cobb_douglas_cost_min"))
def test_cobb_douglas(vector: Vector) -> None:
    tfp, capital, exponent, output = vector["A"], vector["K"], vector["alpha_K"], vector["output"]
    power = power_of_labor(vector)
    assert cobb_douglas(tfp, capital, vector["L"] ** power, exponent) == pytest.approx(output, rel=EXACT)
    labor = labor_required(output, tfp, capital, exponent) ** (1.0 / power)
    assert labor == pytest.approx(vector["L"], rel=1e-10)


@pytest.mark.parametrize("vector", vectors("cobb_douglas_cost_min"))
def test_firms_produce_with_it(vector: Vector) -> None:
    work = vector["L"] ** power_of_labor(vector)
    made = made_by_a_firm(
        tfp=vector["A"], capital=vector["K"], exponent=vector["alpha_K"], labor=ONE_WORKER, productivity=work
    )
    assert made == pytest.approx(vector["output"], rel=EXACT)


@pytest.mark.parametrize("vector", vectors("cobb_douglas_cost_min"))
def test_at_least_cost_the_last_unit_of_labor_is_worth_its_wage(vector: Vector) -> None:
    """Where cost is least, the labor for one more unit of output costs marginal cost."""
    tfp, capital, output, exponent = vector["A"], vector["K"], vector["output"], vector["alpha_K"]
    step, power = 1e-5 * output, power_of_labor(vector)
    more, less = (labor_required(output + sign * step, tfp, capital, exponent) ** (1.0 / power) for sign in (1.0, -1.0))
    assert vector["wage"] * (more - less) / (2.0 * step) == pytest.approx(vector["marginal_cost"], rel=1e-7)


@pytest.mark.parametrize("vector", vectors("cobb_douglas_cost_min"))
def test_cobb_douglas_at_least_cost(vector: Vector) -> None:
    tfp, alpha, beta = vector["A"], vector["alpha_K"], vector["beta_L"]
    output, wage, rental = vector["output"], vector["wage"], vector["rental"]
    # The firms' closed form has constant returns; others are those of a fixed third factor.
    returns = alpha + beta
    normal, dearer = (output / tfp) ** (1.0 / returns), alpha * wage / (beta * rental)
    capital = capital_at_least_cost(normal, dearer, alpha / returns)
    assert capital == pytest.approx(vector["K"], rel=EXACT)
    labor = labor_required(output, tfp, capital, alpha) ** (1.0 / power_of_labor(vector))
    assert labor == pytest.approx(vector["L"], rel=1e-10)
    cost = rental * capital + wage * labor
    assert cost == pytest.approx(vector["cost"], rel=EXACT)
    assert wage * labor / cost == pytest.approx(vector["labour_cost_share"], rel=EXACT)
    # Cost is a power of output, whose inverse is the returns to scale.
    assert cost / output / (alpha + beta) == pytest.approx(vector["marginal_cost"], rel=EXACT)


@pytest.mark.parametrize("vector", vectors("ces_cost_min"))
def test_ces_at_least_cost(vector: Vector) -> None:
    """Shares are the weights of capital and labor."""
    weights = np.array([vector["share_K"], 1.0 - vector["share_K"]])
    prices = np.array([vector["rental"], vector["wage"]])
    elasticity, output = vector["sigma"], vector["output"]
    cost = ces_unit_cost(prices, weights, elasticity)
    assert cost == pytest.approx(vector["unit_cost"], rel=EXACT)
    used = [output * ces_demand(*each, elasticity, cost) for each in zip(prices, weights, strict=True)]
    assert used == pytest.approx([vector["K"], vector["L"]], rel=EXACT)
    assert ces_output(np.array([vector["K"], vector["L"]]), weights, elasticity) == pytest.approx(output, rel=EXACT)
    assert float(np.dot(prices, used)) == pytest.approx(cost * output, rel=EXACT)


@pytest.mark.parametrize("vector", vectors("leontief_fixed_coefficients"))
def test_the_scarcest_input_sets_output(vector: Vector) -> None:
    """Capital limits by its normal months, labor by an exponent of zero, materials by the recipe."""
    recipe = np.zeros(GOODS_MAX)
    recipe[1] = vector["mat_per_unit"]
    made = made_by_a_firm(
        tfp=1.0 / vector["lab_per_unit"], capital=vector["K"], exponent=0.0, labor=ONE_WORKER,
        productivity=vector["L"], capital_months=vector["cap_per_unit"], recipe=recipe, stock=vector["M"],
        input_good=1, input_count=1,
    )  # fmt: skip
    # Stocks of inputs are kept in single precision.
    assert made == pytest.approx(vector["output"], rel=2e-7)


@pytest.mark.parametrize("vector", vectors("leontief_input_output"), ids=lambda vector: vector["source"])
def test_input_output_system(vector: Vector) -> None:
    coefficients = np.array(vector["A"])
    inverse = leontief_inverse(coefficients)
    np.testing.assert_allclose(inverse, np.array(vector["leontief_inverse"]), rtol=1e-10)
    exact = [[float(Fraction(entry)) for entry in row] for row in vector["leontief_inverse_exact"]]
    np.testing.assert_allclose(inverse, exact, rtol=1e-10)
    np.testing.assert_allclose(inverse.sum(axis=0), vector["output_multipliers"], rtol=1e-10)
    demand = np.array(vector["final_demand"])
    output = leontief_output(coefficients, demand)
    np.testing.assert_allclose(output, vector["gross_output"], rtol=1e-10)
    np.testing.assert_allclose(output - coefficients @ output, demand, rtol=1e-10)
    both = leontief_output(coefficients, np.column_stack([demand, 2.0 * demand]))
    np.testing.assert_allclose(both, np.column_stack([output, 2.0 * output]), rtol=1e-10)


@pytest.mark.parametrize(
    "vector", [v for v in vectors("leontief_input_output") if v.get("published")], ids=lambda vector: vector["source"]
)
def test_input_output_system_as_printed(vector: Vector) -> None:
    printed = vector["published"]
    np.testing.assert_allclose(np.array(vector["A"]), printed["A"])
    np.testing.assert_allclose(leontief_inverse(np.array(vector["A"])), printed["L"], atol=5e-5)
    output = leontief_output(np.array(vector["A"]), np.array(vector["final_demand"]))
    np.testing.assert_allclose(output, printed["x_for_f"], atol=0.05)
