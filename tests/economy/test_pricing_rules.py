"""Prices: a markup on normal cost that leans against stock, or against unserved demand."""

from typing import Any

import numpy as np
import pytest
from small_world import run

from ravelin.core.draws import key, uniform
from ravelin.core.table import Column
from ravelin.economy.firms.tables import SEATS_PER_SELLER, Firms
from ravelin.economy.goods.prices import compare_prices, measure_shortage, open_shops, post_prices
from ravelin.economy.goods.tables import Goods, Markets, Seats, Sellers
from ravelin.economy.outlook.tables import Outlook
from ravelin.economy.places.tables import Localities

NORMAL = 0.2
COST = 90.0


def posted(parameters: dict[str, float] | None = None, firms: int = 1, **given: Any) -> Any:
    """Let firms that sell 100 a month, with a stock of two months' sales, reprice for certain."""
    columns: dict[Column, Any] = {
        Firms.price: 50.0, Firms.markup: NORMAL, Firms.unit_cost: COST, Firms.expected_sales: 100.0,
        Firms.inventory: 200.0, Firms.sold: 100.0, Goods.storable: 1, Goods.inventory_months: 2.0, Goods.markup: NORMAL,
    }  # fmt: skip
    columns |= {COLUMNS[name]: value for name, value in given.items()}
    stated = {"repricing": 1.0, "markup_return": 0.1, "markup_step": 0.03} | (parameters or {})
    names = {f"Pricing.{name}": value for name, value in stated.items()}
    return run(post_prices, {Firms: firms, Goods: 1}, columns, parameters=names)[Firms]


COLUMNS = {
    "inventory": Firms.inventory, "sold": Firms.sold, "unserved": Firms.unserved, "unmet": Firms.unmet,
    "markup": Firms.markup,
    "storable": Goods.storable, "expected": Firms.expected_sales, "inflation": Outlook.expected_inflation,
}  # fmt: skip


# fmt: off
@pytest.mark.parametrize(("given", "markup"), [
    ({},                                                 0.2),
    ({"inventory": 100.0},                               0.2 + 0.03 * 0.2 * 0.5),   # half of the stock is missing
    ({"inventory": 300.0},                               0.2 - 0.03 * 0.2 * 0.5),
    ({"inventory": 0.0},                                 0.2 + 0.03 * 0.2),
    ({"inventory": 9e9},                                 0.2 - 0.03 * 0.2),         # no more than a step
    ({"markup": 0.3},                                    0.3 - 0.1 * 0.1),          # back to normal
    ({"markup": 0.1, "inventory": 100.0},                0.1 + 0.1 * 0.1 + 0.003),
    ({"expected": 0.0},                                  0.2),
    ({"storable": 0},                                    0.2),
    ({"storable": 0, "unserved": 50.0},                  0.2 + 0.03 * 0.2 * 0.5),
    ({"storable": 0, "sold": 80.0},                      0.2 - 0.03 * 0.2 * 0.2),
    ({"storable": 0, "inventory": 0.0},                  0.2),                      # stock says nothing of a service
    ({"storable": 0, "expected": 0.0, "unserved": 9.0},  0.2),
])
# fmt: on
def test_markup(given: dict[str, Any], markup: float) -> None:
    firms = posted(**given)
    assert firms.markup[0] == pytest.approx(markup)
    assert firms.price[0] == pytest.approx((1.0 + markup) * COST)


@pytest.mark.parametrize(("unmet", "part"), [(0.0, 0.0), (100.0, 0.5), (300.0, 0.75)])
def test_a_shortage_that_nobody_fills_carries_a_premium(unmet: float, part: float) -> None:
    """The premium is on the price of the day, so it goes when the shortage goes; being short alone brings none."""
    firms = posted({"scarcity": 0.4}, unserved=300.0, unmet=unmet)
    assert firms.markup[0] == pytest.approx(NORMAL)
    assert firms.price[0] == pytest.approx((1.0 + NORMAL) * COST * (1.0 + 0.4 * part))


@pytest.mark.parametrize(("repricing", "indexed"), [(1.0, 0.5), (0.2, 2.5)])
def test_half_of_the_inflation_expected_while_the_price_lasts_is_added(repricing: float, indexed: float) -> None:
    """A price that stands for five months is indexed by two and a half months of inflation."""
    firms = posted({"repricing": repricing}, firms=200, inflation=0.12)
    changed = firms.price != 50.0
    assert changed.sum() > 0
    assert firms.price[changed] == pytest.approx(1.2 * COST * (1.0 + 0.01 * indexed))


def test_prices_change_as_often_as_stated() -> None:
    """A thousand firms with a chance of a fifth: 200 of them, within four standard deviations; all, or hardly any."""
    firms = posted({"repricing": 0.2}, firms=1000)
    assert abs((firms.price != 50.0).sum() - 200) < 4.0 * np.sqrt(1000 * 0.2 * 0.8)
    assert (posted({"repricing": 1.0}, firms=100).price != 50.0).all()
    assert (posted({"repricing": 0.001}, firms=1000).price != 50.0).sum() <= 5


def test_each_firm_has_a_draw_of_its_own_wherever_it_lies() -> None:
    """The draw is of the firm's number, not of its place in the locality."""
    columns: dict[Column, Any] = {Firms.price: 50.0, Firms.unit_cost: COST, Firms.expected_sales: 100.0}
    spans = {Firms: [0, 400, 900], Localities: [0, 1, 2]}
    named = {"Pricing.repricing": 0.3}
    rows = {Firms: 900, Goods: 1, Localities: 2}
    world = run(post_prices, rows, columns, parameters=named, seed=5, tick=7, spans=spans)
    stream = key(5, "repricing", 7)
    expected = [uniform(stream, firm) < 0.3 for firm in range(900)]
    assert (world[Firms].price != 50.0).tolist() == expected


def test_shelves_hold_stock_at_the_posted_price_and_pull_cumulates() -> None:
    given = {
        Firms.price: [100.0, 200.0, 50.0], Firms.inventory: [10.0, -1.0, 4.0], Firms.expected_sales: [30.0, 10.0, 5.0],
        Firms.visibility: [0.0, np.log(2.0), 0.0], Sellers.firm: [1, 0, 2], Markets.first_seller: [0, 2],
        Markets.sellers: [2, 1],
    }  # fmt: skip
    rows = {Firms: 3, Sellers: 3, Markets: 2, Seats: 3 * SEATS_PER_SELLER}
    sellers = run(open_shops, rows, given, parameters={"Shopping.small_firm_weight": 0.5})[Sellers]
    assert sellers.price.tolist() == [200.0, 100.0, 50.0]
    assert sellers.shelf.tolist() == [0, 1000, 200]
    # Half of the market's mean size (20 and 5) is added; the second firm pulls twice.
    assert sellers.weight.tolist() == pytest.approx([2.0 * 20.0, 40.0 + 40.0, 7.5])


def test_the_part_of_demand_that_nobody_served_is_measured_by_good() -> None:
    """Of bread for 500 that first choices lacked, 200 found none elsewhere; of shoes all; nobody lacked tea."""
    given: dict[Column, Any] = {
        Firms.good: [0, 0, 1, 2], Sellers.firm: [0, 1, 2, 3], Sellers.unserved: [300, 200, 50, 0],
        Goods.unmet: [200, 80, 0], Goods.unmet_part: 0.9,
    }  # fmt: skip
    after = run(measure_shortage, {Goods: 3, Firms: 4, Sellers: 4}, given)[Goods]
    assert after.unmet_part.tolist() == pytest.approx([0.4, 1.0, 0.0])


def test_goods_are_what_their_firms_make_sell_and_lose() -> None:
    """The price of a good is what was taken in over units sold; where nothing is sold it stays."""
    given: dict[Column, Any] = {
        Firms.good: [0, 1, 0], Firms.revenue: [600, 0, 900], Firms.sold: [2.0, 0.0, 4.0],
        Firms.unserved: [1.0, 7.0, 0.5], Firms.output: [3.0, 1.0, 5.0], Firms.inventory: [10.0, 0.0, 20.0],
        Firms.spoiled: [0.25, 0.0, 0.5], Goods.price: [99.0, 77.0],
    }  # fmt: skip
    goods = run(compare_prices, {Firms: 3, Goods: 2}, given)[Goods]
    assert goods.price.tolist() == [250.0, 77.0]
    assert goods.sales.tolist() == [6.0, 0.0]
    assert goods.unserved.tolist() == [1.5, 7.0]
    assert goods.output.tolist() == [8.0, 1.0]
    assert goods.inventory.tolist() == [30.0, 0.0]
    assert goods.spoiled.tolist() == [0.75, 0.0]
