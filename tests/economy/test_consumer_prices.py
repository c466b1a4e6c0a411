"""Sales taxes are in the prices that consumers pay: the index, inflation and real spending see them, sellers do not."""

import numpy as np
import pytest
from small_world import run

from ravelin import Scenario, Simulation
from ravelin.economy.accounts.national_accounts import measure_prices
from ravelin.economy.accounts.tables import Economy
from ravelin.economy.firms.tables import Firms
from ravelin.economy.goods.tables import Goods, Sellers
from ravelin.ledger.accounts import CONSUMPTION, SALES_TAX, Flows


def index_of(economy: Simulation, change: float = 0.0) -> float:
    """Work out the consumer price index from what the goods cost and what is levied on them."""
    goods = economy.world[Goods]
    paid = goods.price * (1.0 + goods.sales_tax + change)
    return float(100.0 * (goods.cpi_weight * paid / goods.consumer_price_start).sum())


# fmt: off
@pytest.mark.parametrize(("taxes", "change", "prices", "index"), [
    ([0.0, 0.1],  0.0,   [100.0, 100.0], 100.0),
    ([0.0, 0.1],  0.02,  [100.0, 100.0], 40.0 * 1.02 + 60.0 * 1.12 / 1.1),
    ([0.05, 0.1], 0.0,   [100.0, 100.0], 40.0 * 1.05 + 60.0),
    ([0.0, 0.1],  0.0,   [110.0, 100.0], 40.0 * 1.1 + 60.0),
    ([0.0, 0.21], 0.0,   [100.0, 200.0], 40.0 + 60.0 * 2.0 * 1.21 / 1.1),
    ([0.0, 0.0],  -0.05, [100.0, 100.0], 40.0 * 0.95 + 60.0 * 0.95 / 1.1),
])
# fmt: on
def test_the_index_is_what_the_basket_costs_with_tax(
    taxes: list[float], change: float, prices: list[float], index: float
) -> None:
    """Two goods, of which the second bore a tax of a tenth when the basket of 100 was bought."""
    given = {
        Goods.price: prices, Goods.sales_tax: taxes, Goods.cpi_weight: [0.4, 0.6],
        Goods.consumer_price_start: [100.0, 110.0], Goods.basket_share: [0.0, 1.0], Economy.price_history: 80.0,
    }  # fmt: skip
    economy = run(measure_prices, {Goods: 2}, given, parameters={"Taxes.sales_tax_change": change})[Economy]
    assert economy.price_index[0] == pytest.approx(index, rel=1e-12)
    assert economy.inflation[0] == pytest.approx(index / 80.0 - 1.0, rel=1e-12)
    assert economy.basket_price[0] == pytest.approx(prices[1], rel=1e-12)


@pytest.fixture(scope="module")
def base() -> Simulation:
    """An economy of three months."""
    return Simulation(Scenario.load("default", consumers=2_000), seed=1, threads=1).run(3)


def pair(base: Simulation, **shock: object) -> tuple[Simulation, Simulation]:
    """Live one month more without a shock and with it."""
    without, struck = base.fork(), base.fork()
    struck.shock(tick=3, **shock)
    return without.run(1), struck.run(1)


@pytest.mark.parametrize("points", [0.02, -0.02, 0.1])
def test_a_tax_change_is_in_prices_at_once(base: Simulation, points: float) -> None:
    without, taxed = pair(base, set="Taxes.sales_tax_change", to=points)
    before, after = without.rows.last(), taxed.rows.last()
    weights, tax = without.world[Goods].cpi_weight, without.world[Goods].sales_tax
    assert before["price_index"] == pytest.approx(index_of(without), rel=1e-12)
    assert after["price_index"] == pytest.approx(index_of(taxed, points), rel=1e-12)
    # The index rises by weights * (1 + new tax) / (1 + old tax), as sellers have not seen the month yet.
    rise = after["price_index"] / before["price_index"]
    assert rise == pytest.approx(float((weights * (1.0 + tax + points) / (1.0 + tax)).sum()), rel=3e-4)
    # Consumers had planned in dollars: nominal spending stays, but for who found more or less on the shelves.
    assert after["consumption"] == pytest.approx(before["consumption"], rel=5e-3)
    # Real spending is nominal spending over the index, and falls as prices rise.
    assert after["consumption_real"] == pytest.approx(100.0 * after["consumption"] / after["price_index"], rel=1e-12)
    assert after["consumption_real"] / before["consumption_real"] == pytest.approx(1.0 / rise, rel=6e-3)
    # The policy rule and everybody's expectations see it in the next month.
    assert after["inflation"] - before["inflation"] == pytest.approx(rise - 1.0, rel=0.05)
    next_without, next_taxed = without.fork().run(1).rows.last(), taxed.fork().run(1).rows.last()
    for seen in ("expected_inflation", "policy_rate"):
        assert (next_taxed[seen] - next_without[seen]) * points > 0.0


@pytest.mark.parametrize("points", [0.02, 0.1])
def test_a_tax_moves_real_output_only_by_what_is_made_and_sold(base: Simulation, points: float) -> None:
    """Real GDP follows quantities: what consumers leave is in stock if it can be stored, and not made if it cannot."""
    without, taxed = pair(base, set="Taxes.sales_tax_change", to=points)
    before, after = without.rows.last(), taxed.rows.last()

    def made(economy: Simulation) -> float:
        """Output of all firms less their inputs is not needed: both forks buy the same inputs in this month."""
        goods = economy.world[Goods]
        return float((goods.output * goods.consumer_price_start).sum()) / 100.0

    moved = after["gdp_real"] - before["gdp_real"]
    # Storable goods were made before anybody shopped, so that only services fall, by what nobody bought.
    storable = without.world[Goods].storable == 1
    assert np.allclose(without.world[Goods].output[storable], taxed.world[Goods].output[storable], rtol=1e-9)
    assert moved < 0.0
    assert moved == pytest.approx(made(taxed) - made(without), abs=2e-3 * before["gdp_real"] * points / 0.02)


def test_a_tax_on_one_good_reaches_its_sellers(base: Simulation) -> None:
    place = base.world.names[Goods].index("food")
    without, taxed = pair(base, set="Goods.sales_tax", to=0.5, where={"good": "food"})
    goods = taxed.world[Goods]
    assert goods.sales_tax[place] == 0.5
    assert taxed.rows.last()["price_index"] == pytest.approx(index_of(taxed), rel=1e-12)
    firms, sellers = taxed.world[Firms], taxed.world[Sellers]
    mine = firms.good == place
    taken = sellers.taxed[firms.seller[mine]]
    assert np.allclose(firms.sales_tax[mine], taken - taken / 1.5, atol=1.0)
    # Nobody sold more than the shelf held at the posted price before tax.
    assert (sellers.sold[firms.seller[mine]] + taken / 1.5 <= sellers.shelf[firms.seller[mine]] + 2.0).all()
    more = taxed.world[Flows].paid[SALES_TAX].sum() - without.world[Flows].paid[SALES_TAX].sum()
    assert more > 0.2 * float(taken.sum()) / 1.5
    assert taxed.world[Flows].paid[CONSUMPTION].sum() <= 1.01 * without.world[Flows].paid[CONSUMPTION].sum()


def test_what_a_seller_levies_is_written_in_one_place() -> None:
    """A copy of the tax beside the sellers would not follow a shock to the tax."""
    rates = [
        f"{table.__name__}.{name}"
        for table in (Firms, Sellers, Goods)
        for name, column in table.columns.items()
        if "sales tax" in column.meaning or "tax on consumption" in column.meaning
        if column.unit == "fraction" and "share" not in column.meaning
    ]
    assert rates == ["Goods.sales_tax"]
