"""Suppliers: who is asked, who is kept, who is replaced, and what each gets; by hand."""

from typing import Any

import numpy as np
import pytest
from small_world import run

from ravelin.core.table import Column, Table, World
from ravelin.economy.firms.tables import CONTRACTS, SEATS_PER_SELLER, WHOLE, Firms, Inputs, Plant, Purchasing
from ravelin.economy.goods.acts import serve, unserved_cents
from ravelin.economy.goods.supply import (
    answer_businesses,
    note_unserved,
    place_orders,
    review_suppliers,
    take_from_brokers,
    take_supplies,
)
from ravelin.economy.goods.tables import GOODS_MAX, Goods, Seats, Sellers
from ravelin.economy.places.tables import Localities
from ravelin.ledger.accounts import FIXED_INVESTMENT, FLOWS, INTERMEDIATE, Accounts, Flows

STEEL, ORE = 0, 1
SELLERS = 4
"""Mines; the first three supply the steel plant."""
ROWS: dict[type[Table], int] = {Firms: 1, Inputs: 1, Sellers: SELLERS, Goods: GOODS_MAX}
RECIPE = np.zeros((GOODS_MAX, GOODS_MAX))
RECIPE[STEEL, ORE] = 0.5
PLANT: dict[Column, Any] = {
    Firms.good: STEEL, Firms.target_output: 600.0, Firms.expected_sales: 600.0, Purchasing.input_count: 1,
    Goods.recipe: RECIPE, Goods.storable: 1, Localities.market_first: 0,
    Inputs.good: ORE, Inputs.kind: 0, Inputs.supplier: [[0, 1, 2]], Inputs.part: [[32, 32, 64]],
    Inputs.stock: 240.0, Sellers.price: 100.0, Sellers.shelf: 10**9, Accounts.deposits: 10**9,
}  # fmt: skip
BUY = (place_orders, note_unserved, answer_businesses, take_supplies)


def buy(**given: Any) -> World:
    """Let the plant order ore for 300 units of use; its stock is on target, for .8 months of use."""
    names: dict[str, Column] = {
        "part": Inputs.part, "price": Sellers.price, "shelf": Sellers.shelf, "delivered": Inputs.delivered,
        "supplier": Inputs.supplier, "kind": Inputs.kind, "investment": Plant.investment_budget,
        "basket": Goods.basket_share,
    }  # fmt: skip
    return run(BUY, ROWS, PLANT | {names[name]: value for name, value in given.items()})


def test_an_order_is_split_by_value() -> None:
    """300 units at the mean price: half of the cents at 100, a quarter each at 80 and 120."""
    world = buy(part=[[64, 32, 32]], price=[100.0, 80.0, 120.0, 50.0])
    order = 30_000
    assert world[Inputs].wanted[0] == order == world[Firms].inputs_bought[0]
    assert world[Sellers].sold.tolist() == pytest.approx([0.5 * order, 0.25 * order, 0.25 * order, 0], abs=1)
    assert world[Sellers].sold.sum() == order
    assert world[Inputs].served.tolist() == [[WHOLE] * 3]
    units = 15_000 / 100.0 + 7_500 / 80.0 + 7_500 / 120.0
    assert world[Inputs].stock[0] + world[Inputs].transit[0] == pytest.approx(240.0 + units)
    assert world[Inputs].transit[0] == pytest.approx(0.4 * units)


def test_a_budget_for_capital_is_split_by_share() -> None:
    world = buy(kind=2, investment=40_000, basket=0.5, part=[[64, 32, 32]], price=[100.0, 90.0, 120.0, 50.0])
    assert world[Sellers].sold.tolist() == [10_000, 5_000, 5_000, 0]
    assert (world[Firms].invested[0], world[Firms].inputs_bought[0]) == (20_000, 0)


def test_one_seller_may_hold_two_contracts() -> None:
    world = buy(supplier=[[0, 0, 2]], shelf=[7_500, 0, 10**9, 0])
    assert world[Inputs].served.tolist() == [[64, 64, 128]]
    assert world[Sellers].sold.tolist() == [7_500, 0, 15_000, 0]


def test_a_short_supplier_serves_its_part_and_is_remembered() -> None:
    """A mine with a third of what is asked delivers 42 128ths; the memory follows by .3."""
    world = buy(shelf=[2_500, 10**9, 10**9, 0])
    assert world[Inputs].served.tolist() == [[42, 128, 128]]
    assert world[Inputs].delivered[0].tolist() == [128 - round(0.3 * 86), 128, 128]
    assert world[Sellers].sold.tolist() == [7_500 * 42 // 128, 7_500, 15_000, 0]
    assert world[Sellers].sold[0] <= 2_500
    assert world[Firms].inputs_bought[0] == world[Sellers].sold.sum()
    assert world[Sellers].unserved.tolist() == [5_000, 0, 0, 0]


def test_sellers_ration_pro_rata() -> None:
    """Two plants of unlike size ask the same three mines: each gets the same part."""
    rows = ROWS | {Firms: 2, Inputs: 2}
    given = PLANT | {
        Firms.target_output: [600.0, 1_800.0], Firms.expected_sales: [600.0, 1_800.0], Purchasing.first_input: [0, 1],
        Inputs.stock: [240.0, 720.0], Inputs.supplier: [[0, 1, 2]] * 2, Sellers.shelf: [15_000, 10**9, 10**9, 0],
    }  # fmt: skip
    world = run(BUY, rows, given)
    inputs = world[Inputs]
    assert (inputs.served[:, 0] == WHOLE // 2).all()
    left = [unserved_cents(inputs.wanted[row], inputs.part, inputs.served, row) for row in range(2)]
    assert left == [3_750, 11_250] == (inputs.wanted - world[Firms].inputs_bought).tolist()
    assert world[Sellers].sold[0] == 15_000


def review(parameters: dict[str, float] | None = None, seed: int = 1, **given: Any) -> World:
    """Let 2,000 plants review their contracts with the first three mines; all candidates are the fourth."""
    many = 2_000
    columns: dict[str, Column] = {"price": Sellers.price, "delivered": Inputs.delivered, "seats": Seats.seller}
    fixed: dict[Column, Any] = {
        Inputs.good: ORE, Inputs.supplier: [[0, 1, 2]] * many, Inputs.part: [[43, 43, 42]] * many,
        Sellers.price: 100.0, Seats.seller: 3,
        Localities.market_first: 0, Localities.market_count: SELLERS,
    }  # fmt: skip
    rows: dict[type[Table], int] = {Inputs: many, Sellers: SELLERS, Seats: SEATS_PER_SELLER * SELLERS}
    stated = {f"Sourcing.{name}": value for name, value in (parameters or {}).items()}
    return run(review_suppliers, rows, fixed | {columns[k]: v for k, v in given.items()}, seed=seed, parameters=stated)


def test_who_delivers_at_the_common_price_is_mostly_kept() -> None:
    inputs = review()[Inputs]
    replaced = (inputs.supplier == 3).any(axis=1)
    assert replaced.mean() == pytest.approx(0.5 * 0.05, abs=0.015)
    assert (abs(inputs.part.astype(int) - 43) <= 1).all()


@pytest.mark.parametrize("dear", [0, 1, 2])
def test_who_prices_himself_out_is_the_one_replaced(dear: int) -> None:
    price = np.full(SELLERS, 100.0)
    price[dear] = 150.0
    inputs = review({"review": 1.0}, price=price)[Inputs]
    replaced = inputs.supplier == 3
    assert replaced[:, dear].mean() > 0.98
    assert not np.delete(replaced, dear, axis=1).any()


def test_who_fails_is_replaced_sooner_even_by_a_dearer_one() -> None:
    inputs = review(delivered=[[128, 90, 128]], price=[100.0, 100.0, 100.0, 130.0])[Inputs]
    replaced = inputs.supplier[:, 1] == 3
    assert replaced.mean() == pytest.approx(0.3, abs=0.04)
    assert (inputs.delivered[replaced, 1] == WHOLE).all()
    assert (inputs.delivered[~replaced, 1] == 90).all()
    assert (inputs.supplier[:, 0] == 0).all()


def test_orders_shift_to_who_is_cheap_and_delivers() -> None:
    """Parts of the order: delivered * price ** -elasticity."""
    prices, delivered = np.array([100.0, 96.0, 102.0, 1e6]), np.array([128, 128, 109])
    part = review({"review": 1.0, "elasticity": 5.0}, price=prices, delivered=[delivered])[Inputs].part
    weights = delivered * prices[:CONTRACTS] ** -5.0
    assert np.allclose(part, WHOLE * weights / weights.sum(), atol=1.0)


def test_candidates_are_drawn_by_size() -> None:
    """With half of the seats the fourth mine is half of the candidates; another's own contract changes nothing."""
    inputs = review({"review_failed": 1.0}, delivered=[[64, 128, 128]], seats=[3] * 8 + [1] * 4 + [0] * 4)[Inputs]
    first = np.bincount(inputs.supplier[:, 0], minlength=SELLERS) / len(inputs)
    assert first == pytest.approx([0.25, 0.25, 0.0, 0.5], abs=0.04)
    assert (inputs.delivered[inputs.supplier[:, 0] == 0, 0] == 64).all()


def test_nobody_reviews_when_nothing_calls_for_it() -> None:
    inputs = review({"review": 0.0, "review_failed": 1.0})[Inputs]
    assert (inputs.supplier == [0, 1, 2]).all()


def test_what_brokers_find_is_paid_for_and_laid_in_store() -> None:
    """Of 600 dollars for each of three kinds of inputs half was served; brokers have half of the rest, at 2 dollars."""
    given: dict[Column, Any] = {
        Accounts.deposits: 100_000, Inputs.firm: 0, Inputs.good: [0, 1, 2], Inputs.kind: [0, 1, 2],
        Inputs.wanted: 60_000, Inputs.part: [[64, 64, 0]] * 3, Inputs.served: [[WHOLE, 0, WHOLE]] * 3,
        Goods.broker_price: 200.0, Goods.brokered_part: 0.5,
    }  # fmt: skip
    rows: dict[type[Table], int] = {Goods: 3, Firms: 1, Inputs: 3, Flows: len(FLOWS)}
    world = run(take_from_brokers, rows, given, parameters={"Ordering.transit": 0.4})
    inputs, firm = world[Inputs], world[Firms]
    assert world[Goods].brokered_sales.tolist() == [15_000] * 3
    assert (firm.inputs_bought[0], firm.invested[0]) == (30_000, 15_000)
    # A service is used up at once, and capital is installed elsewhere.
    assert inputs.stock.tolist() == pytest.approx([45.0, 0.0, 0.0])
    assert inputs.transit.tolist() == pytest.approx([30.0, 0.0, 0.0])
    assert world[Accounts].deposits.tolist() == [55_000, 100_000]
    assert world[Flows].paid[[INTERMEDIATE, FIXED_INVESTMENT]].sum(axis=1).tolist() == [30_000, 15_000]


def test_what_will_spoil_is_ordered_too() -> None:
    """Of 1,000 units in store 300 are used this month, and a twentieth of the rest spoils."""
    stated = {"Ordering.input_months": 0.0, "Ordering.input_speed": 0.0}
    given = PLANT | {Inputs.stock: 1_000.0, Goods.spoilage: np.where(np.arange(GOODS_MAX) == ORE, 0.05, 0.0)}
    wanted = run(place_orders, ROWS, given, parameters=stated)[Inputs].wanted[0]
    assert wanted == pytest.approx((300 + 0.05 * 700) * 100, abs=1)


@pytest.mark.parametrize(
    ("asked", "away"),
    [(0, 0), (1_050, 0), (1_051, 1), (2_100, 1_050)],
)
def test_a_till_serves_what_the_shelf_holds(asked: int, away: int) -> None:
    """A thousand cents on the shelf, at five percent of sales tax: 1,050 at the till."""
    fill, taxed = np.zeros(2, np.float32), np.array([0, 30], np.int64)
    at_till, shelf, sold = (np.array([7, value], np.int64) for value in (asked, 1_200, 200))
    taxed[1] = 0
    assert serve(fill, at_till, taxed, shelf, sold, 1, 1.05) == away
    assert at_till.tolist() == [7, 0]
    assert fill[1] == pytest.approx(1.0 if away == 0 else 1_050 / asked, rel=1e-6)
    assert taxed.tolist() == [0, asked if away == 0 else 0]
    assert fill[0] == 0.0
