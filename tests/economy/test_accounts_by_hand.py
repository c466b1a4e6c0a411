"""What the accounts say of random books, reckoned a second time from definitions, with names instead of places."""

from typing import Any

import numpy as np
import pytest
from small_world import run

from ravelin.core.table import Column
from ravelin.economy.accounts.national_accounts import (
    compile_gdp,
    count_failures,
    count_loans,
    count_money,
    follow_productivity,
    follow_trends,
    follow_wages,
    gini,
    measure_banking,
    measure_inequality,
    measure_prices,
)
from ravelin.economy.accounts.tables import Economy, FinancialAccounts, Inequality, NationalAccounts
from ravelin.economy.banks.tables import Banks
from ravelin.economy.central_bank.tables import CentralBank
from ravelin.economy.credit.loans import set_lending_to_consumers, set_mortgage_rate
from ravelin.economy.credit.tables import CreditMarket
from ravelin.economy.firms.tables import Books, DwellingStock, Firms, Plant, Technology
from ravelin.economy.goods.tables import Goods
from ravelin.economy.government.tables import Government
from ravelin.economy.labor.tables import Wages
from ravelin.economy.people.tables import Consumers, Population, Wealth
from ravelin.economy.places.tables import Localities
from ravelin.economy.securities.tables import Fund
from ravelin.ledger.accounts import FLOWS, SECTORS, Accounts, Flows
from ravelin.ledger.transfers import CLAIMS

SEEDS = range(3)
FIRM_COUNT, GOOD_COUNT, PEOPLE = 6, 3, 8


def paid_by_name(rng: np.random.Generator) -> tuple[dict[tuple[str, str, str], int], np.ndarray]:
    """Draw who paid whom for what, by names and as the table of flows."""
    named = {
        (flow, payer, payee): int(rng.integers(1, 10**6)) for flow in FLOWS for payer in SECTORS for payee in SECTORS
    }
    return named, np.array(list(named.values()), np.int64).reshape(len(FLOWS), len(SECTORS) ** 2)


def of(named: dict[tuple[str, str, str], int], flow: str, payer: str = "", payee: str = "") -> int:
    """Add up a flow, of one payer, to one payee, or of all."""
    assert flow in FLOWS
    return sum(
        cents
        for (kind, one, other), cents in named.items()
        if kind == flow and payer in ("", one) and payee in ("", other)
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_gdp_three_ways(seed: int) -> None:
    rng = np.random.default_rng(seed)
    named, paid = paid_by_name(rng)
    books = {name: rng.integers(-(10**5), 10**6, FIRM_COUNT) for name in
             ("revenue", "sales_tax", "inputs_bought", "stock_change", "surplus")}  # fmt: skip
    given: dict[Column, Any] = {getattr(Books, name): value for name, value in books.items()}
    given |= {Flows.paid: paid, Government.capital: 5e4, Economy.basket_price: 110.0}
    rows: dict[Any, int] = {Firms: FIRM_COUNT, Flows: len(FLOWS)}
    accounts = run(compile_gdp, rows, given, parameters={"Trends.public_capital_use": 0.06})[NationalAccounts]
    use = round(0.06 / 12 * 5e4 * 110.0)
    public_pay = of(named, "public wages") + of(named, "payroll tax of employers", "government", "government")
    investment = sum(of(named, flow) for flow in ("fixed investment", "residential investment", "public investment"))
    stocks = int(books["stock_change"].sum())
    government = public_pay + of(named, "government purchases") + use
    assert accounts.consumption[0] == of(named, "consumption")
    assert accounts.firm_investment[0] == of(named, "fixed investment")
    assert accounts.fixed_investment[0] == investment
    assert accounts.inventory_change[0] == stocks
    assert accounts.government[0] == government
    assert accounts.by_expenditure[0] == of(named, "consumption") + investment + stocks + government
    value_added = int(books["revenue"].sum()) + stocks - int(books["inputs_bought"].sum())
    assert accounts.by_output[0] == value_added + int(books["sales_tax"].sum()) + public_pay + use
    compensation = of(named, "wages") + of(named, "payroll tax of employers", "firms", "government") + public_pay
    on_production = of(named, "production tax", "firms", "government")
    on_production -= of(named, "production tax", "government", "firms")
    surplus = int(books["surplus"].sum())
    assert accounts.by_income[0] == compensation + on_production + of(named, "sales tax") + surplus + use
    assert accounts.wages[0] == of(named, "wages") + of(named, "public wages")
    assert accounts.profits[0] == surplus
    levies = (
        "income tax", "corporate tax", "sales tax", "payroll tax of employees", "payroll tax of employers",
        "production tax",
    )  # fmt: skip
    received = sum(of(named, levy, payee="government") for levy in levies)
    returned = sum(of(named, levy, payer="government") for levy in ("production tax", "corporate tax"))
    assert accounts.taxes[0] == received - returned
    assert accounts.transfers[0] == sum(
        of(named, flow) for flow in ("unemployment benefits", "social security", "other transfers")
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_money_and_credit(seed: int) -> None:
    rng = np.random.default_rng(seed)
    named, paid = paid_by_name(rng)
    banks = {name: rng.integers(1, 10**6, 3) for name in
             ("deposits", "reserves", "firm_loans", "consumer_loans", "mortgages", "equity", "advances")}  # fmt: skip
    loan, misses = rng.integers(1, 10**5, FIRM_COUNT), np.array([0, 1, 0, 3, 0, 0])
    given: dict[Column, Any] = {getattr(Banks, name): value for name, value in banks.items()}
    given |= {
        Flows.paid: paid, Books.loan: loan, Books.misses: misses, Books.failed: [0, 1, 0, 1, 1, 0],
        Banks.failed: [0, 1, 0], CreditMarket.loans_granted: [[70, 7]], CreditMarket.loans_repaid: [[50, 5]],
        Government.bonds: [[11, 13, 17, 19]], CentralBank.bonds: [[1, 2, 3, 5]], CentralBank.policy_rate: 0.04,
    }  # fmt: skip
    rows: dict[Any, int] = {Firms: FIRM_COUNT, Banks: 3, Flows: len(FLOWS)}
    rules = (count_money, count_loans, measure_banking, count_failures)
    found = run(rules, rows, given, parameters={"Lending.deposit_spread": 0.01})[FinancialAccounts]
    assert found.deposits[0] == banks["deposits"].sum()
    assert found.reserves[0] == banks["reserves"].sum()
    assert found.loans_firms[0] == banks["firm_loans"].sum()
    assert found.loans_consumers[0] == banks["consumer_loans"].sum() + banks["mortgages"].sum()
    assert (found.new_loans[0], found.loans_repaid[0]) == (77, 55)
    assert found.charge_offs_firms[0] == of(named, "write-offs", "banks", "firms")
    assert found.charge_offs_consumers[0] == of(named, "write-offs", "banks", "consumers")
    assert (found.government_debt[0], found.central_bank_bonds[0]) == (60, 11)
    assert found.loan_rate[0] == pytest.approx(12 * of(named, "interest on firm loans") / loan.sum())
    assert found.deposit_rate[0] == pytest.approx(0.03)
    assert found.nonperforming_ratio[0] == pytest.approx((loan[1] + loan[3]) / loan.sum())
    own, owed = banks["equity"].sum(), banks["deposits"].sum() + banks["advances"].sum()
    assert found.bank_capital_ratio[0] == pytest.approx(own / (own + owed))
    assert (found.firm_failures[0], found.bank_failures[0]) == (3, 1)


def test_the_deposit_rate_stays_above_zero() -> None:
    given: dict[Column, Any] = {CentralBank.policy_rate: 0.004}
    rows: dict[Any, int] = {Firms: 1, Banks: 1, Flows: len(FLOWS)}
    found = run(measure_banking, rows, given, parameters={"Lending.deposit_spread": 0.01})
    assert found[FinancialAccounts].deposit_rate[0] == 0


@pytest.mark.parametrize("tick", [3, 14])
def test_prices_by_the_opening_basket(tick: int) -> None:
    history = np.linspace(90.0, 101.0, 12)
    given: dict[Column, Any] = {
        Goods.price: [130.0, 90.0, 200.0], Goods.sales_tax: [0.05, 0.0, 0.1], Goods.cpi_weight: [0.5, 0.3, 0.2],
        Goods.consumer_price_start: [105.0, 100.0, 160.0], Goods.basket_share: [0.25, 0.0, 0.75],
        Economy.price_history: history[None],
    }  # fmt: skip
    economy = run(measure_prices, {Goods: 3}, given, tick=tick, parameters={"Taxes.sales_tax_change": 0.02})[Economy]
    level = 100 * (0.5 * 130 * 1.07 / 105 + 0.3 * 90 * 1.02 / 100 + 0.2 * 200 * 1.12 / 160)
    assert economy.price_index[0] == pytest.approx(level)
    assert economy.inflation[0] == pytest.approx(level / history[tick % 12] - 1)
    kept = history.copy()
    kept[tick % 12] = level
    assert economy.price_history[0] == pytest.approx(kept)
    assert economy.basket_price[0] == pytest.approx(100 * 1.3**0.25 * 2.0**0.75)


def test_slow_averages_follow_what_they_average() -> None:
    given: dict[Column, Any] = {
        Economy.trend_gdp: 1e8, Economy.trend_growth: 0.002, NationalAccounts.by_expenditure: 110_000_000,
        Localities.wages: [[100_000, 300_000, 200_000]], Population.employed: 2, Wages.wage_mean: 250_000.0,
        Wages.wage_start: 200_000.0, Plant.capital: [10.0, 30.0, 500.0], Plant.labor_productivity: [1.0, 1.2, 9.0],
        Firms.good: [0, 0, 1], Goods.leased: [0, 1], Technology.productivity: 1.1, Technology.productivity_growth: 0.01,
    }  # fmt: skip
    parameters = {"Trends.gdp_memory": 0.05, "Trends.growth_memory": 0.1, "Trends.wage_memory": 0.2}
    rules = (follow_trends, follow_wages, follow_productivity)
    after = run(rules, {Firms: 3, Goods: 2}, given, parameters=parameters)[Economy]
    trend = 1.002e8 + 0.05 * (1.1e8 - 1.002e8)
    assert after.trend_gdp[0] == pytest.approx(trend)
    assert after.trend_growth[0] == pytest.approx(0.002 + 0.1 * (trend / 1e8 - 1.002))
    assert after.wage_month[0] == 300_000
    assert after.wage_mean[0] == pytest.approx(260_000)
    assert after.wage_index[0] == pytest.approx(130)
    level = (10 * 1.0 + 30 * 1.2) / 40  # Leased dwellings have no workers.
    assert after.productivity[0] == pytest.approx(level)
    assert after.productivity_growth[0] == pytest.approx(0.01 + 0.1 * (12 * (level / 1.1 - 1) - 0.01))


def gini_by_pairs(values: np.ndarray) -> float:
    """Half of the mean difference of all pairs, over the mean."""
    return float(np.abs(values[:, None] - values[None]).mean() / 2 / values.mean())


@pytest.mark.parametrize("seed", SEEDS)
def test_inequality(seed: int) -> None:
    rng = np.random.default_rng(seed)
    income = rng.lognormal(8.0, 0.7, PEOPLE).astype(np.float32)
    # Each part weighs enough to be seen in the sixth digit.
    deposits = rng.integers(10**3, 10**4, PEOPLE)
    debts = {name: rng.integers(0, 10**3, PEOPLE) for name in ("consumer_loan", "mortgage", "arrears")}
    shares = {name: rng.integers(0, 2**32, PEOPLE) for name in ("equity_share", "bond_share", "dwelling_share")}
    given: dict[Column, Any] = {getattr(Wealth, name): value for name, value in (debts | shares).items()}
    given |= {
        Consumers.permanent_income: income, Accounts.deposits: [*deposits, 0, 0, 0],
        Fund.consumer_bonds: [[500, 600, 700, 800]],
        DwellingStock.dwellings: 40.0, Goods.price: [3.0, 200.0], Goods.builds_dwellings: [0, 1], Goods.leased: [0, 1],
        Banks.equity: [3_000, 4_000], Plant.capital: [100.0, 900.0], Books.loan: [500, 50],
        Economy.basket_price: 90.0, Firms.good: [0, 1],
    }  # fmt: skip
    found = run(measure_inequality, {Consumers: PEOPLE, Firms: 2, Banks: 2, Goods: 2}, given)[Inequality]
    assert found.gini_income[0] == pytest.approx(gini_by_pairs(income.astype(float)), rel=1e-6)
    parts = {"equity_share": 7_000 + 100 * 90 - 550, "bond_share": 2_600, "dwelling_share": 40 * 200}
    worth = deposits - sum(debts.values()) + sum(shares[name] * value for name, value in parts.items()) / CLAIMS
    assert found.gini_wealth[0] == pytest.approx(gini_by_pairs(worth.astype(float)), rel=1e-6)
    assert gini(np.ones(5)) == pytest.approx(0.0)


def test_lending_to_consumers_makes_up_for_what_is_repaid_and_lost() -> None:
    given: dict[Column, Any] = {
        Banks.consumer_loans: [1_000_000, 200_000], Banks.mortgages: [9_000_000, 0],
        Localities.borrower_income: 50_000.0, Localities.owner_income: 80_000.0, Economy.trend_gdp: 2e6,
        Economy.trend_growth: 0.003, CreditMarket.consumer_loan_ratio: 0.7, CreditMarket.mortgage_ratio: 4.0,
        CreditMarket.mortgage_rate: 0.05, CentralBank.policy_rate: 0.02,
    }  # fmt: skip
    parameters = {
        "Debts.consumer_loan_months": 40.0, "Debts.mortgage_months": 250.0, "Debts.consumer_loan_default": 0.03,
        "Debts.mortgage_default": 0.006, "Debts.ratio_speed": 0.02, "Debts.mortgage_rate_memory": 0.1,
        "Lending.mortgage_spread": 0.017,
    }  # fmt: skip
    after = run((set_lending_to_consumers, set_mortgage_rate), {Banks: 2}, given, parameters=parameters)[Economy]
    loans = (1 / 40 + 0.03 / 12 + 0.003) * 1.2e6 + 0.02 * (0.7 * 2e6 - 1.2e6)
    mortgages = max(0.0, (1 / 250 + 0.006 / 12 + 0.003) * 9e6 + 0.02 * (4.0 * 2e6 - 9e6))
    assert after.consumer_loan_factor[0] == pytest.approx(loans / 50_000)
    assert after.mortgage_factor[0] == pytest.approx(mortgages / 80_000)
    assert after.mortgage_rate[0] == pytest.approx(0.05 + 0.1 * (0.037 - 0.05))
