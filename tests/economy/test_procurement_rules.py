"""What the government buys: real amounts, from sellers by their size, paid at their prices."""

from typing import Any

import pytest
from small_world import run

from ravelin.core.table import Column, World
from ravelin.economy.firms.tables import Technology
from ravelin.economy.goods.tables import Goods, Markets, Sellers
from ravelin.economy.government.budget import keep_up_public_capital, procure
from ravelin.economy.government.tables import Government
from ravelin.economy.outlook.tables import Outlook
from ravelin.economy.people.tables import Consumers
from ravelin.ledger.accounts import FIRMS, FLOWS, GOVERNMENT, GOVERNMENT_PURCHASES, PUBLIC_INVESTMENT, SECTORS, Flows

PRICES = [100.0, 200.0]
"""Cents a unit of the first seller, who has a quarter of the market, and of the second."""


def bought(shelf: list[int], given: dict[Column, Any] | None = None, **parameters: float) -> World:
    """Let the government want 8 units a consumer and month to use, and 2 to build, for five consumers."""
    columns: dict[Column, Any] = {
        Sellers.shelf: shelf, Sellers.weight: [1.0, 4.0], Sellers.price: PRICES, Sellers.sold: [0, 0],
        Markets.good: 0, Markets.first_seller: 0, Markets.sellers: 2, Markets.consumer_share: 1.0,
        Goods.government_units: 8.0, Goods.public_investment_units: 2.0,
        Technology.productivity: 1.0, Technology.productivity_start: 1.0, Outlook.procurement: 0.0,
        Government.capital: 1200.0,
    }  # fmt: skip
    stated = {"FiscalPolicy.purchases": 1.0, "FiscalPolicy.investment": 1.0, "FiscalPolicy.depreciation": 0.12}
    rows = {Sellers: 2, Markets: 1, Goods: 1, Consumers: 5}
    return run([procure, keep_up_public_capital], rows, columns | (given or {}), parameters=stated | parameters)


def units(sold: list[int]) -> float:
    return sum(cents / price for cents, price in zip(sold, PRICES, strict=True))


@pytest.mark.parametrize(
    ("shelf", "sold"),
    [
        # Fifty units: 12.5 of the first, 37.5 of the second.
        ([10_000, 10_000], [1250, 7500]),
        # The second has goods for 5,000 cents; what she lacks, 2,500 cents' worth, the first has.
        ([10_000, 5_000], [3750, 5000]),
        # Nobody has more than a part of it.
        ([800, 5_000], [800, 5000]),
        ([0, 0], [0, 0]),
    ],
)
def test_orders_go_by_size_and_then_to_who_has_something_left(shelf: list[int], sold: list[int]) -> None:
    world = bought(shelf)
    assert world[Sellers].sold.tolist() == sold
    public = [cents // 5 for cents in sold]
    paid = world[Flows].paid.reshape(len(FLOWS), len(SECTORS), len(SECTORS))[:, GOVERNMENT, FIRMS]
    assert paid[PUBLIC_INVESTMENT] == sum(public)
    assert paid[GOVERNMENT_PURCHASES] == sum(sold) - sum(public)
    government = world[Government]
    assert government.units_built[0] == pytest.approx(units(public))
    assert government.units_bought[0] == pytest.approx(units(sold) - units(public))
    assert government.capital[0] == pytest.approx(1200.0 * 0.99 + units(public))


@pytest.mark.parametrize(
    ("given", "parameters", "times"),
    [
        ({Technology.productivity: 1.2}, {}, 1.2),
        ({Technology.productivity: 3.0, Technology.productivity_start: 2.0}, {}, 1.5),
        ({Markets.consumer_share: 0.5}, {}, 0.5),
        ({}, {"FiscalPolicy.purchases": 1.25}, 1.2),
        ({}, {"FiscalPolicy.investment": 0.5}, 0.9),
        ({Outlook.procurement: 0.1}, {}, 1.105171),
        ({Goods.government_units: 0.0, Goods.public_investment_units: 0.0}, {}, 0.0),
    ],
)
def test_amounts_are_real(given: dict[Column, Any], parameters: dict[str, float], times: float) -> None:
    world = bought([100_000, 100_000], given, **parameters)
    assert units(world[Sellers].sold.tolist()) == pytest.approx(50.0 * times, abs=0.02)


def test_sellers_are_paid_what_the_government_has_spent() -> None:
    """Of what lies on the shelves some is sold to others already."""
    world = bought([10_000, 8_000], {Sellers.sold: [500, 7_000]})
    # Of 7,500 cents wanted of her the second has 1,000; the first gives what is missing, by worth.
    assert world[Sellers].sold.tolist() == [500 + 1250 + 6500, 8_000]
