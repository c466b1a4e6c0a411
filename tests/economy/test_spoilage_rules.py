"""Perishables: what spoils in store, by hand."""

import numpy as np
import pytest
from small_world import run

from ravelin.core.table import Column
from ravelin.economy.firms.tables import Books, Firms, Inputs, Purchasing
from ravelin.economy.goods.prices import let_perishables_spoil
from ravelin.economy.goods.tables import GOODS_MAX, Goods

BREAD, STEEL, FLOUR = range(3)
SPOILAGE = np.array([0.1, 0.0, 0.25] + [0.0] * (GOODS_MAX - 3))


def after(good: int, kinds: list[int]) -> tuple[float, float, float, list[float]]:
    """Let a firm's 50 units, 80 of flour and 40 of steel spoil; 10 more of flour are under way."""
    given: dict[Column, object] = {
        Firms.good: good, Firms.inventory: 50.0, Books.inputs_change: 7.0, Inputs.kind: kinds,
        Inputs.good: [FLOUR, STEEL], Inputs.stock: [80.0, 40.0], Inputs.transit: [10.0, 0.0],
        Purchasing.input_count: 2, Goods.spoilage: SPOILAGE, Goods.price: 2.0,
    }  # fmt: skip
    world = run(let_perishables_spoil, {Goods: GOODS_MAX, Firms: 1, Inputs: 2}, given)
    firms = world[Firms]
    return firms.inventory[0], firms.spoiled[0], firms.inputs_change[0], world[Inputs].stock.tolist()


# fmt: off
@pytest.mark.parametrize(("good", "kinds", "inventory", "spoiled", "change", "stock"), [
    # what it makes        in store  spoiled      value of inputs    inputs
    (BREAD, [0, 0],        45.0,      5.0,        7.0 - 20 * 2.0,    [60.0, 40.0]),
    (STEEL, [0, 0],        50.0,      0.0,        7.0 - 20 * 2.0,    [60.0, 40.0]),
    (STEEL, [1, 0],        50.0,      0.0,        7.0,               [80.0, 40.0]),  # a service has no stock
])
# fmt: on
def test_what_spoils(
    good: int, kinds: list[int], inventory: float, spoiled: float, change: float, stock: list[float]
) -> None:
    found = after(good, kinds)
    assert found[:3] == pytest.approx((inventory, spoiled, change), rel=1e-6)
    assert found[3] == pytest.approx(stock)


@pytest.mark.parametrize("part", [1.0, 0.999999, 0.5])
def test_no_more_spoils_than_there_is(part: float) -> None:
    """Rounded to fewer digits than what is in store, a loss could be larger."""
    firms = 200
    store = np.random.default_rng(3).uniform(1.0, 5000.0, firms)
    given: dict[Column, object] = {
        Firms.good: BREAD, Firms.inventory: store, Goods.spoilage: part, Goods.price: 2.0,
    }  # fmt: skip
    found = run(let_perishables_spoil, {Goods: GOODS_MAX, Firms: firms, Inputs: 1}, given)[Firms]
    assert (found.inventory >= 0.0).all()
    assert np.array_equal(found.inventory, store - found.spoiled)
    if part == 1.0:
        assert (found.inventory <= 2.0**-22 * store).all()
