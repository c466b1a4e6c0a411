"""Loans of firms: interest, repayment, new credit, and who bears the loss when a firm fails."""

from typing import Any

import numpy as np
import pytest
from small_world import run

from ravelin.core.table import Column, Table, World
from ravelin.economy.accounts.tables import Economy
from ravelin.economy.banks.tables import Banks
from ravelin.economy.central_bank.tables import CentralBank
from ravelin.economy.credit.loans import adjust_loans, charge_interest
from ravelin.economy.firms.failure import count_misses, resolve_firms
from ravelin.economy.firms.tables import Books, Firms, Plant
from ravelin.economy.goods.tables import Goods
from ravelin.economy.labor.tables import Wages
from ravelin.economy.places.tables import Localities
from ravelin.ledger.accounts import BANKS, FIRMS, INTEREST_DEPOSITS, INTEREST_FIRM_LOANS, WRITE_OFFS, Accounts, Flows

ROWS: dict[type[Table], int] = {Firms: 2, Goods: 1, Accounts: 3, Banks: 2}
PLANT = 10_000
"""Units of capital, at a dollar each: a million cents."""


def firms(deposits: list[int], loan: list[int], **given: Any) -> dict[Column, Any]:
    """Two firms with a plant worth a million cents, customers of two banks; normal debt is half of the plant."""
    columns: dict[Column, Any] = {
        Accounts.deposits: [*deposits, 0], Accounts.bank: [0, 1, 0], Books.loan: loan, Plant.capital: PLANT,
        Economy.basket_price: 100.0, Goods.debt_ratio: 0.5, CentralBank.policy_rate: 0.06, Books.outlays: 50_000.0,
        Goods.liquidity_months: 2.0, Goods.markup: 0.25, Firms.markup: 0.1,
        Wages.offer_mean: 300.0, Localities.offer_mean: 300.0,
        Firms.visibility: 1.0, Firms.age: 40, Banks.lending: 1,
    }  # fmt: skip
    return columns | {COLUMNS[name]: value for name, value in given.items()}


COLUMNS = {
    "inventories": Books.inventory_value, "misses": Books.misses, "leased": Goods.leased, "lending": Banks.lending,
    "growth": Economy.trend_growth,
}  # fmt: skip


def paid(world: World, flow: int, payer: int, payee: int) -> int:
    return int(world[Flows].paid[flow, 5 * payer + payee])


RATES = {"Lending.firm_spread": 0.02, "Lending.leverage_spread": 0.04, "Lending.deposit_spread": 0.01}


def test_interest() -> None:
    """Normal leverage pays the policy rate and the spread; a tenth more leverage .4 % more."""
    world = run(charge_interest, ROWS, firms([120_000, 1_000], [500_000, 600_000]), parameters=RATES)
    due = [round(0.08 / 12 * 500_000), round(0.084 / 12 * 600_000)]
    gain = [round(0.05 / 12 * 120_000), round(0.05 / 12 * 1_000)]
    assert world[Banks].interest_earned.tolist() == due
    assert world[Banks].interest_paid.tolist() == gain
    assert world[Firms].interest.tolist() == [due[0] - gain[0], due[1] - gain[1]]
    # The second firm has not the money: it draws its line for what is missing.
    assert world[Firms].loan.tolist() == [500_000, 600_000 + due[1] - 1_000]
    assert world[Accounts].deposits.tolist() == [120_000 - due[0] + gain[0], gain[1], 0]
    assert paid(world, INTEREST_FIRM_LOANS, FIRMS, BANKS) == sum(due)
    assert paid(world, INTEREST_DEPOSITS, BANKS, FIRMS) == sum(gain)


@pytest.mark.parametrize(
    ("plant", "products", "inputs", "leverage"),
    [(PLANT, 0, 0, 0.6), (0, 1_000_000, 0, 0.6), (0, 0, 1_000_000, 0.6), (PLANT, 500_000, 500_000, 0.3), (0, 0, 0, 0.0),
     (0, 0, 1_000, 2.0)],
)  # fmt: skip
def test_leverage_is_debt_over_all_that_a_firm_owns(plant: int, products: int, inputs: int, leverage: float) -> None:
    """Plant, products and inputs count alike; beyond twice the assets, nothing is asked more."""
    given = firms([9_000_000] * 2, [600_000] * 2, inventories=products)
    given |= {Plant.capital: plant, Books.input_value: inputs, Goods.debt_ratio: 0.1}
    world = run(charge_interest, ROWS, given, parameters=RATES)
    due = round((0.08 + 0.04 * (leverage - 0.1)) / 12 * 600_000)
    assert world[Banks].interest_earned.tolist() == [due, due]


def adjusted(loan: list[int], deposits: list[int], **given: Any) -> World:
    parameters = {"FirmCredit.maturity": 40.0, "FirmCredit.adjustment": 0.1}
    return run(adjust_loans, ROWS, firms(deposits, loan, **given), parameters=parameters)


# fmt: off
@pytest.mark.parametrize(("loan", "given", "after"), [
    # A fortieth is repaid; new credit makes up for it and closes a tenth of the gap to half of the assets.
    (500_000, {},                          500_000),
    (400_000, {},                          410_000),
    (900_000, {},                          877_500),     # far above: it only repays
    (500_000, {"inventories": 200_000.0},  510_000),
    (500_000, {"growth": 0.01},            504_875),     # a hundredth of what is left
    (400_000, {"lending": 0},              390_000),     # the bank is short of capital
    (400_000, {"leased": 1},               390_000),     # no plant of its own
])
# fmt: on
def test_loans_move_to_the_normal_ratio(loan: int, given: dict[str, Any], after: int) -> None:
    world = adjusted([loan, loan], [100_000, 100_000], **given)
    assert world[Firms].loan.tolist() == [after, after]
    assert world[Accounts].deposits.tolist() == [100_000 + after - loan, 100_000 + after - loan, 0]


def test_nobody_repays_what_she_has_not() -> None:
    world = adjusted([900_000, 900_000], [5_000, -300])
    assert world[Firms].loan.tolist() == [895_000, 900_000]
    assert world[Accounts].deposits.tolist() == [0, -300, 0]


FAILURE = {
    "Lending.leverage_max": 0.75, "Failure.misses_max": 3, "Failure.distress_value": 0.8, "Failure.debt_kept": 0.5,
}  # fmt: skip


def resolved(deposits: list[int], loan: list[int], **given: Any) -> World:
    return run((count_misses, resolve_firms), ROWS, firms(deposits, loan, **given), parameters=FAILURE)


# fmt: off
@pytest.mark.parametrize(("loan", "misses", "now", "failed"), [
    (700_000, 0, 0, False),
    (700_000, 2, 1, False),       # within the line: forgotten month by month
    (760_000, 0, 1, False),       # beyond it: three quarters of a million
    (760_000, 1, 2, False),
    (760_000, 2, 0, True),        # for the third time
    (800_000, 0, 1, False),       # worth what it owes even in distress
    (800_001, 0, 0, True),        # worth less
])
# fmt: on
def test_when_a_firm_fails(loan: int, misses: int, now: int, failed: bool) -> None:
    world = resolved([0, 0], [loan, 0], misses=[misses, 0])
    assert world[Firms].failed.tolist() == [int(failed), 0]
    assert world[Firms].misses[0] == now


def test_the_bank_bears_what_the_plant_cannot() -> None:
    """Deposits go to the bank, half of the normal debt stays, the rest is lost; owners put in working capital."""
    world = resolved([30_000, 90_000], [990_000, 100_000])
    found, banks = world[Firms], world[Banks]
    assert found.loan.tolist() == [250_000, 100_000]
    assert world[Accounts].deposits.tolist() == [0, 90_000, 0]
    assert banks.write_offs.tolist() == [990_000 - 30_000 - 250_000, 0]
    assert paid(world, WRITE_OFFS, BANKS, FIRMS) == 710_000
    assert found.call.tolist() == [100_000, 0]
    # It starts again as a new firm, the other goes on.
    assert found.age.tolist() == [0, 40]
    assert found.markup.tolist() == [0.25, 0.1]
    assert found.visibility.tolist() == [0.0, 1.0]
    assert (found.offer[0] == 300.0).all()


def test_a_failed_establishment_leaves_its_enterprise() -> None:
    """Its new owners found one under its own number, also in a later locality; others keep theirs."""
    rows = ROWS | {Firms: 4, Accounts: 5, Localities: 2}
    given = firms([0, 0, 0, 0], [0, 990_000, 0, 990_000]) | {
        Accounts.deposits: 0, Accounts.bank: 0, Firms.enterprise: [4, 1, 4, 4],
    }  # fmt: skip
    spans = {Firms: [0, 2, 4], Localities: [0, 1, 2]}
    world = run((count_misses, resolve_firms), rows, given, parameters=FAILURE, spans=spans)
    assert world[Firms].failed.tolist() == [0, 1, 0, 1]
    assert world[Firms].enterprise.tolist() == [4, 1, 4, 3]


def test_no_cent_is_lost_in_a_failure() -> None:
    rng = np.random.default_rng(1)
    for _ in range(20):
        deposits, loan = rng.integers(-50_000, 200_000, 2).tolist(), rng.integers(0, 1_500_000, 2).tolist()
        world = resolved(deposits, loan)
        left = world[Accounts].deposits[:2]
        repaid = np.array(deposits) - left
        assert (np.array(loan) - world[Firms].loan == repaid + world[Banks].write_offs).all()
        assert (world[Firms].loan >= 0).all()
