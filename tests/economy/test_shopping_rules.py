"""Shopping: what consumers pay is what sellers sell, and nobody sells more than the shelf holds."""

from typing import Any

import numpy as np
import pytest
from small_world import run

from ravelin.core.table import Column, Table, World
from ravelin.economy.firms.tables import SEATS_PER_SELLER, Firms
from ravelin.economy.goods.prices import answer_second_choices, answer_shoppers, lay_out_leftovers
from ravelin.economy.goods.shopping import choose_sellers, refund, shop, try_elsewhere
from ravelin.economy.goods.tables import GOODS_MAX, Aisles, Goods, Markets, Seats, Sellers
from ravelin.economy.people.tables import AISLES, Consumers
from ravelin.economy.places.tables import Localities
from ravelin.economy.spending.tables import BudgetShares, SpendingCells
from ravelin.ledger.accounts import CONSUMERS, CONSUMPTION, FIRMS, Accounts, Flows

PEOPLE, SHOPS = 300, 4
DAY = (shop, answer_shoppers, lay_out_leftovers, try_elsewhere, answer_second_choices, refund)


def mall(seed: int, plenty: float, localities: int = 2) -> tuple[Any, dict[Column, Any], Any]:
    """Each of the twelve aisles sells its own good; each locality has four sellers of it."""
    rng = np.random.default_rng(seed)
    sellers = AISLES * localities * SHOPS
    first = (np.arange(AISLES)[None, :] * localities + np.arange(localities)[:, None]) * SHOPS
    market_first = np.zeros((localities, GOODS_MAX), dtype=int)
    market_first[:, :AISLES] = first
    shares = np.cumsum(rng.dirichlet(np.ones(AISLES), 5), axis=1)
    shares[:, -1] = 1.0
    budget = rng.integers(0, 100_000, PEOPLE)
    mean = budget.sum() / sellers
    given: dict[Column, Any] = {
        Aisles.good: np.arange(AISLES), Localities.market_first: market_first, Localities.market_count: SHOPS,
        Markets.first_seller: np.arange(AISLES * localities) * SHOPS, Markets.sellers: SHOPS,
        Markets.good: np.arange(AISLES * localities) // localities,
        Sellers.shelf: np.rint(plenty * mean * rng.uniform(0.0, 2.0, sellers)), Goods.sales_tax: 0.07,
        Sellers.firm: np.arange(sellers), Consumers.budget: budget, Consumers.cell: rng.integers(0, 2, PEOPLE),
        Consumers.income_class: rng.integers(0, 2, PEOPLE), SpendingCells.share_row: [0, 2],
        BudgetShares.cumulative: shares, Consumers.sellers: rng.integers(0, SHOPS, (PEOPLE, AISLES)),
        Accounts.deposits: np.append(budget + 5, np.zeros(sellers + 1)), Sellers.sold: 0,
    }  # fmt: skip
    rows: dict[type[Table], int] = {
        Consumers: PEOPLE, Sellers: sellers, Firms: sellers, Markets: AISLES * localities, Aisles: AISLES,
        Goods: GOODS_MAX, BudgetShares: 5, SpendingCells: 2, Localities: localities, Seats: SEATS_PER_SELLER * sellers,
        Accounts: PEOPLE + sellers + 1,
    }  # fmt: skip
    bounds = np.linspace(0, PEOPLE, localities + 1).astype(int)
    spans = {Consumers: bounds, Localities: np.arange(localities + 1), Firms: np.linspace(0, sellers, localities + 1)}
    return rows, given, spans


def paid_and_kept(world: World, given: dict[Column, Any]) -> tuple[int, int]:
    """Return what consumers paid in the end, and what they brought back."""
    spent = given[Accounts.deposits][:PEOPLE] - world[Accounts].deposits[:PEOPLE]
    kept = given[Consumers.budget] - spent
    assert (spent >= 0).all()
    assert (kept >= 0).all()
    return int(spent.sum()), int(kept.sum())


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("plenty", [5.0, 1.0, 0.5, 0.0])
@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_paid_is_sold(seed: int, plenty: float, threads: int) -> None:
    rows, given, spans = mall(seed, plenty)
    world = run(DAY, rows, given, spans=spans, threads=threads)
    paid, kept = paid_and_kept(world, given)
    sellers = world[Sellers]
    assert int(sellers.taxed.sum()) == paid
    assert int(world[Flows].paid[CONSUMPTION, 5 * CONSUMERS + FIRMS]) == paid
    assert int(world[Flows].paid.sum()) == paid
    # What a seller takes in, less its tax, is what stood on the shelf at the posted price.
    assert (sellers.taxed / 1.07 <= given[Sellers.shelf] + 1.0).all()
    if plenty >= 5.0:
        assert kept < 0.02 * paid
    if plenty == 0.0:
        assert paid == 0
    assert int(world[Goods].unmet.sum()) == kept


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nobody_goes_without_while_there_is_plenty(seed: int) -> None:
    rows, given, spans = mall(seed, 1.0)
    given[Sellers.shelf] = np.full(rows[Sellers], 10**9)
    world = run(DAY, rows, given, spans=spans)
    assert paid_and_kept(world, given) == (int(given[Consumers.budget].sum()), 0)
    assert (world[Sellers].fill == 1.0).all()
    assert not world[Sellers].unserved.any()
    assert np.array_equal(world[Consumers].sellers, given[Consumers.sellers])


def test_an_empty_shop_sends_its_customers_to_the_next() -> None:
    rows, given, spans = mall(1, 1.0)
    shelf = np.full(rows[Sellers], 10**9)
    shelf[::SHOPS] = 0
    given[Sellers.shelf] = shelf
    world = run(DAY, rows, given, spans=spans, parameters={"Shopping.leaving": 1.0})
    assert paid_and_kept(world, given)[1] == 0
    sellers, bought = world[Consumers].sellers, given[Consumers.budget] > 100
    assert not world[Sellers].taxed[::SHOPS].any()
    # Whoever was turned away stays with the second seller, and those who were served do not move.
    assert not (sellers[bought] == 0).any()
    served = given[Consumers.sellers] != 0
    assert np.array_equal(sellers[served], given[Consumers.sellers][served])


def test_threads_change_no_purchase() -> None:
    rows, given, spans = mall(4, 0.8)
    one, two = (run(DAY, rows, given, spans=spans, threads=threads) for threads in (1, 2))
    assert np.array_equal(one[Accounts].deposits, two[Accounts].deposits)
    assert np.array_equal(one[Sellers].taxed, two[Sellers].taxed)


@pytest.mark.parametrize(("switching", "least"), [(0.0, 0.0), (0.1, 0.05), (1.0, 0.4)])
def test_cheaper_sellers_gain_customers(switching: float, least: float) -> None:
    """Of those who compare, three in four draw the cheaper one and most accept it; nobody moves to a dearer one."""
    rows, given, spans = mall(1, 1.0)
    price = np.full(rows[Sellers], 1.0)
    price[::SHOPS] = 4.0
    given |= {Sellers.price: price, Consumers.sellers: 0, Seats.seller: np.arange(rows[Seats]) // SEATS_PER_SELLER}
    world = run(choose_sellers, rows, given, spans=spans, parameters={"Shopping.switching": switching})
    left = float((world[Consumers].sellers > 0).mean())
    assert least <= left <= 0.75 * switching + 0.01
    given[Consumers.sellers] = 1
    back = run(choose_sellers, rows, given, spans=spans, parameters={"Shopping.switching": switching})
    assert (back[Consumers].sellers > 0).all()


@pytest.mark.parametrize(("tax", "change", "gross"), [(0.25, 0.0, 1.25), (0.2, 0.05, 1.25), (0.3, -0.05, 1.25)])
def test_shoppers_pay_the_tax_of_the_good_and_its_change(tax: float, change: float, gross: float) -> None:
    """Of a shelf of 1,000 before tax business took 200: those who pay a tax of a quarter get 1,000 cents served."""
    given: dict[Column, Any] = {
        Goods.sales_tax: tax, Sellers.shelf: 1_000, Sellers.sold: 200, Sellers.asked: 1_500,
        Markets.sellers: 1, Markets.first_seller: 0, Markets.good: 0,
    }  # fmt: skip
    stated = {"Taxes.sales_tax_change": change}
    rows: dict[type[Table], int] = {Sellers: 1, Markets: 1, Goods: 1}
    first = run(answer_shoppers, rows, given, parameters=stated)[Sellers]
    assert first.unserved[0] == round((1_500 - 800 * gross) / gross)
    assert first.fill[0] == pytest.approx(800 * gross / 1_500, abs=1e-3)
    second = run(answer_second_choices, rows, given, parameters=stated)[Sellers]
    assert second.second_fill[0] == first.fill[0]
    left = run(lay_out_leftovers, rows, given | {Sellers.taxed: 500}, parameters=stated)[Sellers]
    assert left.leftover[0] == pytest.approx(800 - 500 / gross)
