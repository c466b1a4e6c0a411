"""Firms order capital: what wears out, part of the gap to the capital that costs least, within their means."""

from collections.abc import Callable
from typing import Any

import pytest
from scipy import optimize
from small_world import run

from ravelin.core.table import Column
from ravelin.economy.accounts.tables import Economy
from ravelin.economy.banks.tables import Banks
from ravelin.economy.firms.investment import build_dwellings, finance_investment, plan_investment
from ravelin.economy.firms.tables import Books, Firms, Plant, Workforce
from ravelin.economy.goods.tables import Goods, Markets, Sellers
from ravelin.economy.outlook.tables import Outlook
from ravelin.economy.securities.tables import Fund
from ravelin.ledger.accounts import FLOWS, RESIDENTIAL_INVESTMENT, Accounts, Flows
from ravelin.mechanisms.technology import labor_required

RICH = 10**9
WAGE = 300_000.0
LINE = round(0.85 * 0.8 * (120_000 + 700))
"""What a firm with 700 cents in its account may owe."""


def plan(parameters: dict[str, float] | None = None, ticks: int = 1, **given: Any) -> Any:
    """Return a firm whose 1200 units of capital are just right for its sales, but for what is given."""
    columns: dict[Column, Any] = {
        Plant.capital: 1200.0, Firms.trend_sales: 100.0, Workforce.labor_price: WAGE, Goods.labor_price: WAGE,
        Goods.capital_months: 12.0, Goods.capital_exponent: 0.3, Plant.tfp: 1.0, Economy.basket_price: 100.0,
        Goods.rental_start: 0.25, Outlook.real_rate_slow: 0.01, Accounts.deposits: [RICH, 0], Banks.lending: 1,
    }  # fmt: skip
    columns |= {COLUMNS[name]: value for name, value in given.items()}
    stated = {
        "Anchors.growth": 0.0, "Lending.leverage_max": 0.8, "Lending.leverage_spread": 0.05,
        "Capital.time_to_build": 3.0, "Investment.return_wanted": 0.13, "Investment.price_memory": 1.0,
        "Investment.gap_speed": 0.05, "Investment.rate_response": 0.4, "Capital.depreciation": 0.12,
        "Capital.trend_memory": 0.04, "Investment.real_rate_normal": 0.01,
        "Investment.premium_response": 1.5, "Taxes.corporate": 0.0,
    }  # fmt: skip
    rules = plan_investment, finance_investment
    return run(rules, {Firms: 1}, columns, ticks=ticks, parameters=stated | (parameters or {}))[Firms]


COLUMNS: dict[str, Column] = {
    "sales": Firms.trend_sales, "capital": Plant.capital, "under_way": Plant.capital_under_way,
    "labor_price": Workforce.labor_price, "productivity": Plant.labor_productivity, "tfp": Plant.tfp,
    "loan": Books.loan, "outlays": Books.outlays, "deposits": Accounts.deposits, "lending": Banks.lending,
    "leased": Goods.leased, "rate": Outlook.real_rate_slow, "basket": Economy.basket_price,
    "exponent": Goods.capital_exponent,
    "debt_ratio": Goods.debt_ratio, "premium": Outlook.risk_premium, "stocks": Books.inventory_value,
}  # fmt: skip


# fmt: off
@pytest.mark.parametrize(("given", "units"), [
    ({},                                               12.0),                    # what wears out
    ({"sales": 110.0},                                 12.0 + 0.05 * 120.0),     # and part of the gap
    ({"sales": 90.0},                                  12.0 - 0.05 * 120.0),
    ({"sales": 10.0},                                  0.0),                     # nothing is sold
    ({"capital": 1236.0, "under_way": 36.0},           12.36 + 0.0),             # as much under way as three months buy
    ({"capital": 1300.0, "under_way": 100.0},          13.0 - 0.05 * 61.0),      # what is late is not ordered again
    ({"capital": 1200.0, "under_way": 20.0},           12.0 + 0.05 * 20.0),
    ({"premium": 0.02},                                12.0 - 0.05 * 36.0),      # risk is dear: they wait
    ({"leased": 1, "sales": 110.0},                    0.0),
    # Means: deposits above half a month's outlays, and with a bank that lends the room in the credit line.
    ({"deposits": [700, 0], "lending": 0},             7.0),
    ({"deposits": [700, 0], "outlays": 400.0, "lending": 0}, 5.0),
    ({"deposits": [100, 0], "outlays": 400.0, "lending": 0}, 0.0),
    ({"deposits": [700, 0], "loan": 0},                12.0),
    ({"deposits": [700, 0], "loan": LINE - 300, "debt_ratio": (LINE - 300) / 120_000}, 10.0),
    ({"deposits": [700, 0], "loan": 120_000, "debt_ratio": 1.0}, 7.0),
])
# fmt: on
def test_what_firms_order(given: dict[str, Any], units: float) -> None:
    assert plan(**given).investment_budget[0] == pytest.approx(100.0 * units, abs=0.51)


def cheapest(cost: Callable[[float], float]) -> float:
    """Find the capital of least cost by search, not by formula."""
    return float(optimize.minimize_scalar(cost, bounds=(1.0, 1000.0), options={"xatol": 1e-9}).x)


@pytest.mark.parametrize("exponent", [0.2, 0.4])
@pytest.mark.parametrize(("wages", "rate", "dearer"), [(1.2, 0.01, 1.0), (1.0, 0.035, 1.04), (0.9, -0.015, 0.96)])
def test_capital_is_what_costs_least(exponent: float, wages: float, rate: float, dearer: float) -> None:
    """At the wage of a unit of labor and the rental price, over what it was at the prices of the opening."""
    found = plan({"Investment.gap_speed": 1.0}, labor_price=wages * WAGE, rate=rate, exponent=exponent)
    best, at_the_opening = (
        cheapest(lambda capital, w=wage, r=rental: r * capital + w * labor_required(100.0, 1.0, capital, exponent))
        for wage, rental in ((wages, dearer), (1.0, 1.0))
    )
    wanted = 12.0 + 1200.0 * (best / at_the_opening - 1.0)
    assert found.investment_budget[0] == pytest.approx(max(0.0, 100.0 * wanted), abs=1.0)


def test_better_workers_are_cheaper_workers() -> None:
    better = plan(labor_price=1.2 * WAGE, productivity=1.2)
    assert better.labor_to_capital[0] == pytest.approx(1.0)
    assert better.investment_budget[0] == plan().investment_budget[0]


@pytest.mark.parametrize("progress", [1.02, 0.97])
def test_who_makes_more_of_all_needs_less_of_it(progress: float) -> None:
    """The same sales with two percent more productivity take two percent less capital: found by search."""
    best, before = (
        cheapest(lambda capital, made=made: 0.25 * capital + labor_required(100.0, made, capital, 0.3))
        for made in (progress, 1.0)
    )
    found = plan({"Investment.gap_speed": 0.05}, tfp=progress)
    wanted = 12.0 + 0.05 * 1200.0 * (best / before - 1.0)
    assert found.investment_budget[0] == pytest.approx(100.0 * wanted, abs=1.0)


def test_prices_in_proportion_change_no_plan() -> None:
    """Wages and capital goods twice as dear: as many units, for twice the money."""
    dear = plan(labor_price=2.0 * WAGE, basket=200.0, sales=110.0)
    assert dear.investment_budget[0] == pytest.approx(2 * plan(sales=110.0).investment_budget[0], abs=1)


def test_debt_makes_capital_dearer() -> None:
    """A loan of half the assets, where none is normal, is .05 * .5 of spread, of which .4 enters the cost of .25."""
    indebted = plan(loan=60_000, deposits=[RICH, 0])
    assert indebted.labor_to_capital[0] == pytest.approx(1.0 / 1.04)
    assert plan(loan=60_000, debt_ratio=0.5).labor_to_capital[0] == pytest.approx(1.0)


# fmt: off
@pytest.mark.parametrize(("tax", "allowance", "debt_ratio", "cost"), [
    (0.0, 1.0, 0.0, 0.13 + 0.12),
    (0.2, 1.0, 0.0, 0.13 / 0.8 + 0.12),                         # what wears out is free of tax: the return bears it
    (0.2, 1.0, 0.4, 0.13 * (0.6 / 0.8 + 0.4) + 0.12),           # so is interest
    (0.2, 0.0, 0.0, (0.13 + 0.12) / 0.8),                       # nothing may be deducted
    (0.2, 2.0, 0.0, (0.13 + 0.12 * (1.0 - 0.4)) / 0.8),         # twice what wears out may be
])
# fmt: on
def test_capital_must_earn_its_taxes(tax: float, allowance: float, debt_ratio: float, cost: float) -> None:
    """By the least profit before tax with which an owner is as well off as she wants: found by search, in a year."""
    given = {"Taxes.corporate": tax, "Taxes.depreciation_allowance": allowance, "Investment.price_memory": 1.0}
    found = plan(given, debt_ratio=debt_ratio, loan=round(debt_ratio * 120_000))
    assert found.labor_to_capital[0] == pytest.approx(0.25 / cost)

    def kept(earned: float) -> float:
        interest = 0.13 * debt_ratio
        taxable = earned - interest - 0.12 * allowance
        return earned - interest - tax * taxable - 0.12 - 0.13 * (1.0 - debt_ratio)

    assert optimize.brentq(kept, 0.0, 2.0) == pytest.approx(cost)


def test_relative_prices_are_taken_in_slowly() -> None:
    found = plan({"Investment.price_memory": 0.1}, ticks=6, labor_price=1.5 * WAGE)
    assert found.labor_to_capital[0] == pytest.approx(1.0 + 0.5 * (1.0 - 0.9**6))


def test_growth_is_ordered_ahead() -> None:
    """On a growth path trend sales lag; the lag is undone, and renewal includes growth."""
    growth = 0.024
    lagging = 100.0 / (1.0 + growth / 12.0 * (1.0 - 0.04) / 0.04)
    under_way = 3.0 * (0.12 + growth) / 12.0 * 1200.0
    found = plan({"Anchors.growth": growth}, sales=lagging, capital=1200.0, under_way=under_way)
    assert found.investment_budget[0] == pytest.approx(100.0 * (0.012 * 1200.0 + 0.05 * under_way), abs=1.0)


def test_builders_share_what_is_set_aside_by_what_they_can_still_build() -> None:
    """The second builder has sold out; of 900 for this market the others get a third and two thirds."""
    given: dict[Column, Any] = {
        Accounts.deposits: [0, 0, 0, 0, 5_000], Fund.building_pot: 1_800, Sellers.sold: [0, 500, 200, 0],
        Sellers.shelf: [1_000, 500, 2_200, 9_000], Sellers.price: [10.0, 10.0, 20.0, 1.0],
        Markets.good: [1, 0], Markets.first_seller: [0, 3], Markets.sellers: [3, 1], Markets.consumer_share: [0.5, 0.5],
        Goods.builds_dwellings: [0, 1], Goods.leased: [1, 0], Firms.good: [0, 1, 1, 1],
        Plant.capital: [300.0, 7.0, 7.0, 7.0],
    }  # fmt: skip
    rows: dict[Any, int] = {Goods: 2, Firms: 4, Sellers: 4, Markets: 2, Flows: len(FLOWS)}
    world = run(build_dwellings, rows, given, parameters={"Investment.housing_depreciation": 0.024})
    assert world[Sellers].sold.tolist() == [300, 500, 800, 0]
    assert world[Economy].building_pot[0] == 900
    assert world[Accounts].deposits[-1] == 4_100
    assert world[Flows].paid[RESIDENTIAL_INVESTMENT].sum() == 900
    assert world[Economy].dwelling_growth[0] == pytest.approx((300 / 10 + 600 / 20) / 300 - 0.002)
    assert world[Economy].dwellings[0] == pytest.approx(300 + 60 - 0.6)
