"""What firms and banks earn, pay out and settle, against numbers worked out by hand."""

from typing import Any

import numpy as np
import pytest
from small_world import run

from ravelin.core.table import Column, Table, World
from ravelin.economy.accounts.tables import Economy
from ravelin.economy.banks.payments import close_banks, close_central_bank, pay_interest_on_reserves, settle, supervise
from ravelin.economy.banks.tables import Banks
from ravelin.economy.central_bank.tables import CentralBank
from ravelin.economy.firms.tables import Books, Firms, Plant, Workforce
from ravelin.economy.goods.tables import Goods
from ravelin.economy.government.tables import Government
from ravelin.economy.securities.ownership import (
    close_books,
    pay_bank_dividends,
    pay_corporate_tax,
    pay_coupons,
    pay_out,
)
from ravelin.economy.securities.tables import Fund
from ravelin.ledger.accounts import (
    BANKS,
    CENTRAL_BANK,
    CONSUMERS,
    CORPORATE_TAX,
    DIVIDENDS,
    FIRMS,
    GOVERNMENT,
    INTEREST_ADVANCES,
    INTEREST_BONDS,
    INTEREST_DEPOSITS,
    INTEREST_RESERVES,
    REMITTANCE,
    RENTS,
    Accounts,
    Flows,
)

FIRM: dict[str, Any] = {
    "Taxes.payroll_employer": 0.1, "Taxes.corporate": 0.25, "Payout.dividend_speed": 0.5, "Payout.leverage_limit": 0.6,
    "Payout.outlay_memory": 1.0, "Capital.depreciation": 0.12,
}  # fmt: skip


def close(parameters: dict[str, Any] | None = None, **given: Any) -> World:
    """Close the month of one firm of a storable good, which has capital worth 100,000 cents and no stocks."""
    columns: dict[Column, Any] = {
        Plant.capital: 1_000.0, Economy.basket_price: 100.0, Goods.storable: 1, Goods.liquidity_months: 1.0,
        Goods.price: 100.0, Accounts.bank: 0,
    }  # fmt: skip
    columns |= {FIRM_COLUMNS[name]: value for name, value in given.items()}
    rows: dict[type[Table], int] = {Firms: 1, Goods: 1, Banks: 1}
    return run((close_books, pay_corporate_tax, pay_out), rows, columns, parameters=FIRM | (parameters or {}))


FIRM_COLUMNS: dict[str, Column] = {
    "deposits": Accounts.deposits, "loan": Books.loan, "revenue": Books.revenue, "inputs_bought": Books.inputs_bought,
    "inputs_change": Books.inputs_change, "input_value": Books.input_value, "production_tax": Books.production_tax,
    "wage_bill": Workforce.wage_bill, "interest": Books.interest, "output": Firms.output, "sold": Firms.sold,
    "spoiled": Firms.spoiled, "inventory": Firms.inventory, "unit_cost": Firms.unit_cost, "misses": Books.misses,
    "leased": Goods.leased, "storable": Goods.storable, "price": Goods.price, "capital": Plant.capital,
}  # fmt: skip


def paid(world: World, flow: int, payer: int, payee: int) -> int:
    return int(world[Flows].paid[flow, 5 * payer + payee])


YEAR = {"revenue": 50_000, "inputs_bought": 10_000, "wage_bill": 20_000, "interest": 1_000, "production_tax": 500}
"""A month of sales less inputs, pay, payroll tax of 2,000 and production tax leaves 17,500 of surplus, and less
interest and wear of 1,000 a profit of 15,500."""


def test_surplus_and_corporate_tax() -> None:
    world = close(**YEAR, deposits=[10_000, 0])
    assert world[Firms].surplus[0] == 17_500
    assert paid(world, CORPORATE_TAX, FIRMS, GOVERNMENT) == round(0.25 * 15_500)
    assert world[Accounts].deposits[0] == 10_000 - 3_875
    assert world[Firms].loan[0] == 0


def test_a_tax_beyond_deposits_is_borrowed() -> None:
    world = close(**YEAR, deposits=[1_000, 0])
    assert (world[Accounts].deposits[0], world[Firms].loan[0]) == (0, 2_875)
    assert world[Economy].loans_granted.tolist() == [[2_875, 0]]  # To firms, not to consumers.


def test_losses_are_offset_in_full() -> None:
    world = close(wage_bill=20_000, deposits=[0, 0])
    assert world[Firms].surplus[0] == -22_000
    assert paid(world, CORPORATE_TAX, GOVERNMENT, FIRMS) == round(0.25 * 23_000) == world[Accounts].deposits[0]


def test_stocks_count_at_the_price_of_the_month_and_what_spoiled_does_not() -> None:
    world = close(revenue=1_000, output=[30.0], sold=[10.0], spoiled=[5.0], inputs_change=[-300.0], price=100.0)
    assert world[Firms].stock_change[0] == 1_500 - 300
    assert world[Firms].surplus[0] == 1_000 + 1_200
    service = close(revenue=1_000, output=[30.0], sold=[10.0], storable=0)
    assert service[Firms].stock_change[0] == 0


SPARE = {"deposits": [50_000, 0], "wage_bill": 10_000}
"""Outlays are 11,000, of which a month is kept; a loss of 12,000 brings 3,000 of tax back: 42,000 to spare."""


# fmt: off
@pytest.mark.parametrize(("given", "dividend"), [
    ({},                                                           21_000),
    ({"misses": 1},                                                     0),   # in arrears
    ({"misses": 3},                                                     0),
    ({"deposits": [8_000, 0]},                                          0),   # nothing to spare
    ({"deposits": [8_002, 0]},                                          1),
    # Assets are capital of 100,000 and deposits of 53,000; six tenths of that may be owed.
    ({"loan": 91_799},                                             21_000),
    ({"loan": 91_800},                                                  0),
    ({"loan": 93_000, "input_value": [3_000.0]},                   21_000),
    ({"loan": 93_000, "inventory": [10.0], "unit_cost": [300.0]},  21_000),
])
# fmt: on
def test_the_dividend_of_a_firm(given: dict[str, Any], dividend: int) -> None:
    world = close(**(SPARE | given))
    assert world[Firms].dividend[0] == dividend
    assert paid(world, DIVIDENDS, FIRMS, CONSUMERS) == dividend == world[Economy].dividends_paid[0]
    assert world[Accounts].deposits[0] == (SPARE | given)["deposits"][0] + 3_000 - dividend


def test_who_leases_dwellings_pays_all_it_can_spare_as_rent_and_no_tax() -> None:
    world = close(**(SPARE | {"leased": 1}))
    assert paid(world, RENTS, FIRMS, CONSUMERS) == 50_000 - 11_000 == world[Economy].rents_paid[0]
    assert paid(world, DIVIDENDS, FIRMS, CONSUMERS) == 0
    assert paid(world, CORPORATE_TAX, GOVERNMENT, FIRMS) == 0


def test_usual_outlays_follow_outlays() -> None:
    world = close({"Payout.outlay_memory": 0.25}, wage_bill=10_000, inputs_bought=4_000, production_tax=-700)
    assert world[Firms].outlays[0] == pytest.approx(0.25 * 15_000)  # A subsidy is no outlay.


BANK: dict[str, Any] = {
    "Lending.advance_spread": 0.06, "Lending.capital_target": 0.1, "Taxes.corporate": 0.25,
    "BankPayout.excess_speed": 0.02,
}  # fmt: skip


CLOSING = (pay_interest_on_reserves, close_banks, close_central_bank)


def close_bank(banks: int = 1, parameters: dict[str, Any] | None = None, **given: Any) -> World:
    """Close the books of banks that lend 100,000 cents on 10,000 of equity: just what they mean to have."""
    columns: dict[Column, Any] = {Banks.equity: 10_000, Banks.firm_loans: 100_000, CentralBank.policy_rate: 0.06}
    columns |= {BANK_COLUMNS[name]: value for name, value in given.items()}
    return run(CLOSING, {Banks: banks}, columns, parameters=BANK | (parameters or {}))


BANK_COLUMNS: dict[str, Column] = {
    "earned": Banks.interest_earned, "given": Banks.interest_paid, "lost": Banks.write_offs, "income": Banks.income,
    "reserves": Banks.reserves, "advances": Banks.advances, "equity": Banks.equity, "losses": Banks.losses,
    "growth": Economy.trend_growth, "cash": Banks.cash, "bonds": Banks.bonds, "consumer_loans": Banks.consumer_loans,
    "mortgages": Banks.mortgages, "firm_loans": Banks.firm_loans, "own_capital": CentralBank.capital,
}  # fmt: skip


# fmt: off
@pytest.mark.parametrize(("given", "dividend"), [
    ({"earned": 4_000, "given": 1_000},                                           2_250),   # all profit after tax
    ({"earned": 4_000, "given": 1_000, "income": 400},                            2_550),
    ({"earned": 4_000, "given": 1_000, "growth": 0.01},                           2_150),   # what growth needs is kept
    ({"earned": 4_000, "given": 1_000, "equity": 15_000},                   2_250 + 100),   # a fiftieth of the excess
    ({"earned": 4_000, "given": 1_000, "equity": 5_000},                    2_250 - 100),
    ({"earned": 4_000, "given": 1_000, "mortgages": 50_000},                2_250 - 100),   # of all assets
    ({"earned": 4_000, "given": 1_000, "consumer_loans": 50_000},           2_250 - 100),
    ({"earned": 4_000, "given": 1_000, "cash": 50_000},                     2_250 - 100),
    ({"earned": 4_000, "given": 1_000, "bonds": [[50_000, 0, 0, 0]]},       2_250 - 100),
    ({"earned": 1_000, "given": 1_000, "lost": 500},                                  0),
    ({"earned": 4_000, "given": 1_000, "lost": 3_100},                                0),
    ({"earned": 4_000, "given": 1_000, "losses": 1_000},                          2_500),   # losses carried forward
])
# fmt: on
def test_the_dividend_of_a_bank(given: dict[str, Any], dividend: int) -> None:
    world = close_bank(**given)
    assert world[Banks].dividend[0] == dividend


def test_losses_are_carried_forward_until_profit_has_used_them_up() -> None:
    world = close_bank(earned=1_000, lost=1_500, losses=200)
    assert world[Banks].profit[0] == -500
    assert world[Banks].losses[0] == 700
    assert paid(world, CORPORATE_TAX, BANKS, GOVERNMENT) == 0
    later = close_bank(earned=1_000, losses=700)
    assert later[Banks].losses[0] == 0
    assert paid(later, CORPORATE_TAX, BANKS, GOVERNMENT) == 75
    assert later[Banks].income[0] == -75


def test_reserves_earn_the_policy_rate_and_advances_cost_more() -> None:
    world = close_bank(reserves=20_000, advances=4_000)
    assert paid(world, INTEREST_RESERVES, CENTRAL_BANK, BANKS) == 100
    assert paid(world, INTEREST_ADVANCES, BANKS, CENTRAL_BANK) == 40
    assert world[Banks].profit[0] == 60


def test_the_central_bank_keeps_what_growth_of_its_capital_needs_and_remits_the_rest() -> None:
    world = close_bank(advances=40_000, own_capital=10_000, growth=0.01)
    assert paid(world, REMITTANCE, CENTRAL_BANK, GOVERNMENT) == 400 - 100
    assert world[CentralBank].capital[0] == 10_000 + 100
    poor = close_bank(reserves=40_000, own_capital=10_000)
    assert paid(poor, REMITTANCE, CENTRAL_BANK, GOVERNMENT) == 0
    assert poor[CentralBank].capital[0] == 10_000 - 200


def settled(cash: int = 0, **given: Any) -> World:
    """Settle one bank with deposits of 100,000, of which it keeps 2 % as vault cash, after nothing was posted."""
    loans = sum(given.get(name, 0) for name in ("loans", "consumer_loans", "mortgages"))
    rest = 100_000 + given.get("equity", 0) - loans - sum(given.get("bonds", [[0]])[0]) - cash
    columns: dict[Column, Any] = {
        Banks.deposits: 100_000, CentralBank.currency: 7_000, Banks.cash: cash, Banks.reserves: max(0, rest),
        Banks.advances: max(0, -rest),
    }  # fmt: skip
    columns |= {SETTLED[name]: value for name, value in given.items()}
    parameters = {"Currency.banks": 0.02, "Lending.capital_requirement": 0.08}
    return run((settle, supervise), {Banks: 1}, columns, parameters=parameters)


SETTLED: dict[str, Column] = {
    "loans": Banks.firm_loans, "consumer_loans": Banks.consumer_loans, "mortgages": Banks.mortgages,
    "bonds": Banks.bonds, "equity": Banks.equity, "posted": Banks.posted, "bought": Banks.bonds_bought,
    "earned": Banks.interest_earned, "given": Banks.interest_paid, "lost": Banks.write_offs, "income": Banks.income,
    "dividends": Banks.dividend_paid, "drawn": CentralBank.withdrawn,
}  # fmt: skip


def test_reserves_pay_for_vault_cash() -> None:
    world = settled(loans=50_000, equity=10_000, bonds=[[4_000, 3_000, 2_000, 1_000]], cash=1_500, drawn=800)
    bank = world[Banks]
    assert (bank.cash[0], bank.reserves[0], bank.advances[0]) == (2_000, 48_000, 0)
    assert world[CentralBank].currency[0] == 7_000 + 800 + 500
    assert bank.capital_ratio[0] == pytest.approx(0.2)
    assert bank.lending[0] == 1


def test_reserves_move_by_what_customers_paid_others() -> None:
    """Customers paid 3,000 away, after they were lent 400, 200 and 100; bonds for 500 were bought."""
    bank = settled(equity=10_000, cash=2_000, posted=[[-2_300, 400, 200, 100]], bought=500)[Banks]
    assert (bank.deposits[0], bank.firm_loans[0], bank.consumer_loans[0], bank.mortgages[0]) == (97_700, 400, 200, 100)
    assert (bank.cash[0], bank.reserves[0]) == (1_954, 108_000 - 3_000 - 500 + 46)


def test_a_shortfall_of_reserves_becomes_an_advance_and_a_surplus_repays_it() -> None:
    short = settled(loans=105_000, equity=10_000, posted=[[-20_000, 0, 0, 0]])[Banks]
    assert (short.reserves[0], short.advances[0]) == (0, 16_600)
    repaid = settled(loans=120_000, equity=10_000, posted=[[-4_000, -10_000, 0, 0]])[Banks]
    assert (repaid.reserves[0], repaid.advances[0]) == (0, 10_000 - 6_000 + 1_920)


def test_equity_moves_by_what_was_earned_given_lost_and_paid_out() -> None:
    world = settled(equity=10_000, earned=900, given=200, lost=300, income=50, dividends=400)
    assert world[Banks].equity[0] == 10_050


@pytest.mark.parametrize("equity", [7_999, 8_000])
def test_who_falls_below_the_requirement_does_not_lend(equity: int) -> None:
    world = settled(loans=40_000, consumer_loans=30_000, mortgages=30_000, equity=equity)
    assert world[Banks].lending[0] == int(equity >= 8_000)
    assert np.isclose(world[Banks].capital_ratio[0], equity / 100_000)


def test_owners_get_interest_dividends_and_coupons() -> None:
    """The fund, the last account, earns a month of 2.4 percent; each series pays its holders a month of its coupon."""
    given: dict[Column, Any] = {
        Accounts.deposits: [0, 0, 500_000], Banks.dividend: [300, 500], CentralBank.policy_rate: 0.034,
        Banks.bonds: [[12_000, 0, 0, 24_000], [0, 12_000, 0, 0]], Fund.consumer_bonds: [12_000, 0, 0, 12_000],
        CentralBank.bonds: [0, 36_000, 0, 0], Government.coupon: [0.01, 0.02, 0.03, 0.04],
    }  # fmt: skip
    rows: dict[type[Table], int] = {Banks: 2, Accounts: 3}
    world = run((pay_bank_dividends, pay_coupons), rows, given, parameters={"Lending.deposit_spread": 0.01})
    assert world[Accounts].deposits.tolist() == [0, 0, 500_000 + 1_000 + 800]
    assert world[Economy].dividend_pot[0] == 1_000 + 800
    assert world[Banks].interest_paid.tolist() == [1_000, 0]
    assert world[Banks].dividend.tolist() == [0, 0]
    assert world[Banks].dividend_paid.tolist() == [300, 500]
    assert world[Banks].income.tolist() == [10 + 80, 20]
    assert world[Economy].coupon_pool[0] == 10 + 40
    assert paid(world, INTEREST_DEPOSITS, BANKS, CONSUMERS) == 1_000
    assert paid(world, DIVIDENDS, BANKS, CONSUMERS) == 800
    assert paid(world, INTEREST_BONDS, GOVERNMENT, BANKS) == 110
    assert paid(world, INTEREST_BONDS, GOVERNMENT, CONSUMERS) == 50
    assert paid(world, INTEREST_BONDS, GOVERNMENT, CENTRAL_BANK) == 60
