"""Who supplied whom, told from the books of a few firms: the cents of links are what firms paid one another."""

import numpy as np
import pytest

from ravelin.core.table import World
from ravelin.economy.firms.tables import CONTRACTS, Firms, Inputs
from ravelin.economy.goods.tables import Goods, Sellers
from ravelin.economy.places.tables import Localities
from ravelin.storage.network import bought_by_contract, purchases, suppliers, supply_links


@pytest.fixture
def world() -> World:
    """Make four firms: firm 0 buys good 1 from firms 1 and 2, its last contract twice with firm 1; firm 3 good 0."""
    tables = [Firms, Inputs, Goods, Sellers, Localities]
    rows = {Firms: 4, Inputs: 2, Goods: 2, Sellers: 4, Localities: 1}
    world = World(tables, rows, {Inputs: np.array([0, 2]), Localities: np.array([0, 1]), Firms: np.array([0, 4])})
    world[Sellers].firm[:] = [0, 1, 2, 3]
    world[Localities].market_first[0, :2] = [0, 1]
    inputs = world[Inputs]
    inputs.firm[:], inputs.good[:] = [0, 3], [1, 0]
    inputs.wanted[:] = [1_280, 1_000]
    inputs.supplier[:], inputs.part[:], inputs.served[:] = 0, 0, 128
    inputs.supplier[0, :3], inputs.part[0, :3], inputs.served[0, :3] = [0, 1, 0], [64, 32, 32], [128, 64, 128]
    inputs.part[1, 0], inputs.served[1, 0] = 128, 32
    world[Goods].brokered_part[:] = [0.0, 0.5]
    return world


def test_contracts_deliver_their_part_of_the_order(world: World) -> None:
    bought = bought_by_contract(world)
    assert bought.shape == (2, CONTRACTS)
    assert bought[0, :3].tolist() == [640, 160, 320]
    assert bought[1, 0] == 250
    assert bought.sum() == 640 + 160 + 320 + 250
    assert suppliers(world)[0, :3].tolist() == [1, 2, 1]
    assert suppliers(world)[1, 0] == 0


def test_brokers_serve_a_part_of_what_is_left(world: World) -> None:
    assert purchases(world).tolist() == [1_120 + 80, 250]


def test_links_add_up_to_what_was_bought(world: World) -> None:
    links = supply_links(world)
    told = {
        (row, supplier): cents
        for row, supplier, cents in zip(*(links[name].tolist() for name in ("row", "supplier", "cents")), strict=True)
        if cents
    }
    assert told == {(0, 1): 960, (0, 2): 160, (0, -1): 80, (1, 0): 250}
    assert sorted(links["row"]) == links["row"].tolist()
    paid = np.zeros(2, np.int64)
    np.add.at(paid, links["row"], links["cents"])
    assert paid.tolist() == purchases(world).tolist()
