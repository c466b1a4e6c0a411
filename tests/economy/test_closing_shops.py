"""Shops close: takings are banked and taxed, units counted, inputs of services used up; each by a rule of its own."""

from typing import Any

import numpy as np
import pytest
from small_world import run

from ravelin.core.table import Column
from ravelin.economy.firms.tables import Books, Firms, Inputs, Purchasing
from ravelin.economy.goods.prices import close_shops, count_inputs, take_stock
from ravelin.economy.goods.tables import GOODS_MAX, Goods, GoodsClearing, Sellers
from ravelin.economy.government.tables import BudgetClearing
from ravelin.ledger.accounts import FIRMS, GOVERNMENT, SALES_TAX, SECTORS, Accounts, Flows

ROWS = {Firms: 2, Sellers: 2, Goods: 2}
MADE_AND_SERVED: dict[Column, Any] = {Firms.good: [0, 1], Firms.seller: [1, 0], Goods.storable: [1, 0]}
"""The first firm makes a good and stands second among sellers, the other offers a service."""


def test_takings_are_banked_and_the_tax_passed_on() -> None:
    """What other firms paid was banked before; who cannot pay the tax draws on the credit line."""
    given = MADE_AND_SERVED | {
        Accounts.deposits: [-5_000, 200, 0], Books.revenue: [500, 0], Sellers.sold: [0, 500],
        Sellers.taxed: [2_200, 1_080], Goods.sales_tax: [0.07, 0.09],
    }  # fmt: skip
    world = run(close_shops, ROWS, given, parameters={"Taxes.sales_tax_change": 0.01})
    assert world[Firms].sales_tax.tolist() == [80, 200]
    assert world[Firms].revenue.tolist() == [1_500, 2_000]
    assert world[Firms].loan.tolist() == [80, 0], "the first is overdrawn even after its takings"
    assert world[Accounts].deposits.tolist() == [-5_000 + 1_080, 200 + 2_000, 0]
    assert world.array(GoodsClearing.shop_goods)[0] == -3_280
    assert world.array(BudgetClearing.budget)[0] == 280
    assert world[Flows].paid[SALES_TAX, FIRMS * len(SECTORS) + GOVERNMENT] == 280


def test_units_are_counted_at_the_sellers_price() -> None:
    given = MADE_AND_SERVED | {
        Sellers.price: [20.0, 10.0], Books.revenue: [1_005, 400], Firms.inventory: [100.0, 50.0],
        Firms.output: [7.0, 3.0], Sellers.unserved: [50, 40], Goods.unmet_part: [0.5, 1.0],
    }  # fmt: skip
    firms = run(take_stock, ROWS, given)[Firms]
    assert firms.sold.tolist() == [100.0, 20.0], "no more than there is, by a cent of rounding"
    assert firms.inventory.tolist() == [0.0, 0.0], "a service's capacity is sold now or never"
    assert firms.output.tolist() == [7.0, 20.0]
    assert firms.unserved.tolist() == [4.0, 2.5]
    assert firms.unmet.tolist() == [2.0, 2.5]


@pytest.mark.parametrize(
    ("good", "left", "change"), [(0, 10.0, -2.0 * 3.0), (1, 2.5, -9.5 * 3.0)], ids=["a maker", "a service"]
)
def test_services_use_inputs_when_they_are_sold(good: int, left: float, change: float) -> None:
    """Of ten in store a service uses one and a half for each of five sold; a maker's were used when it made."""
    recipe = np.zeros((2, GOODS_MAX))
    recipe[:, 0] = 1.5
    given = {
        Firms.good: good, Firms.output: 5.0, Goods.storable: [1, 0], Goods.recipe: recipe, Goods.price: [3.0, 100.0],
        Purchasing.input_count: 2, Inputs.kind: [0, 1], Inputs.good: [0, 1], Inputs.stock: [10.0, 4.0],
        Inputs.transit: [2.0, 0.0], Inputs.opening: [14.0, 0.0],
    }  # fmt: skip
    firms = run(count_inputs, {Firms: 1, Goods: 2, Inputs: 2}, given)
    assert firms[Inputs].stock.tolist() == [left, 4.0]
    assert firms[Firms].inputs_change.tolist() == [change]
