"""Real GDP: what is bought, at the opening's prices, by hand."""

from typing import Any

import numpy as np
import pytest
from small_world import run

from ravelin.core.table import Column
from ravelin.economy.accounts.national_accounts import deflate
from ravelin.economy.accounts.tables import Economy, NationalAccounts
from ravelin.economy.firms.tables import Books, Firms
from ravelin.economy.goods.tables import Goods
from ravelin.economy.government.tables import Government
from ravelin.economy.labor.tables import Wages
from ravelin.economy.places.tables import Localities
from ravelin.ledger.accounts import FLOWS, RESIDENTIAL_INVESTMENT, Flows


def test_each_part_of_gdp_has_its_own_prices() -> None:
    paid = np.zeros((len(FLOWS), 25), np.int64)
    paid[RESIDENTIAL_INVESTMENT, [1, 7]] = [3_000, 1_000]
    given: dict[Column, Any] = {
        NationalAccounts.consumption: 60_000, Economy.price_index: 120.0,
        NationalAccounts.firm_investment: 22_000, Economy.basket_price: 110.0, Flows.paid: paid,
        Goods.price: [100.0, 160.0], Goods.builds_dwellings: [0, 1],
        Government.units_built: 7.0, Government.units_bought: 30.0, Government.capital: 1_200.0,
        Localities.public_staff: [[1, 2, 0]], Wages.public_pay_start: [[1_000.0, 2_000.0, 4_000.0]],
        Firms.good: [0, 1, 0], Books.stock_change: [500, -320, 200],
    }  # fmt: skip
    rows: dict[Any, int] = {Goods: 2, Firms: 3, Localities: 1, Flows: len(FLOWS)}
    accounts = run(deflate, rows, given, parameters={"Trends.public_capital_use": 0.06})[NationalAccounts]
    assert accounts.consumption_real[0] == pytest.approx(60_000 / 120)
    assert accounts.investment_real[0] == pytest.approx(22_000 / 110 + 4_000 / 160 + 7)
    assert accounts.government_real[0] == pytest.approx((1_000 + 2 * 2_000) / 100 + 30 + 0.06 / 12 * 1_200)
    assert accounts.inventory_change_real[0] == pytest.approx(700 / 100 - 320 / 160)
    parts = ("consumption_real", "investment_real", "government_real", "inventory_change_real")
    assert accounts.gdp_real[0] == pytest.approx(sum(float(getattr(accounts, part)[0]) for part in parts))
