"""Debts of consumers: interest, repayment, default at the bank's loss; what debts leave; how unequal people are."""

from typing import Any

import numpy as np
import pytest
from small_world import run

from ravelin.core.table import Column, World
from ravelin.economy.accounts.national_accounts import measure_inequality
from ravelin.economy.accounts.tables import Economy, NationalAccounts
from ravelin.economy.banks.tables import Banks
from ravelin.economy.central_bank.tables import CentralBank
from ravelin.economy.credit.loans import serve_debts, write_off_debts
from ravelin.economy.credit.tables import CreditMarket
from ravelin.economy.firms.tables import Firms
from ravelin.economy.goods.tables import Goods
from ravelin.economy.people.study import chance_to_enroll
from ravelin.economy.people.tables import Consumers, Wealth
from ravelin.economy.spending.consumption import left_of
from ravelin.ledger.accounts import (
    BANKS,
    CONSUMERS,
    INTEREST_CONSUMER_LOANS,
    INTEREST_MORTGAGES,
    WRITE_OFFS,
    Accounts,
    Flows,
)

PEOPLE = 2_000
OWED = 120_000


def serve(loan_default: float = 0.0, mortgage_default: float = 0.0) -> World:
    """Serve a month of debts at 12 percent a year on a loan of 60 months and 6 on a mortgage of 120."""
    given: dict[Column, Any] = {
        Wealth.consumer_loan: OWED, Wealth.mortgage: OWED, Accounts.deposits: 1_000_000, Accounts.bank: 0,
        Consumers.permanent_income: 3_000.0, CentralBank.policy_rate: 0.02, CreditMarket.mortgage_rate: 0.06,
    }  # fmt: skip
    parameters = {
        "Lending.consumer_spread": 0.1, "Debts.consumer_loan_months": 60.0, "Debts.mortgage_months": 120.0,
        "Debts.consumer_loan_default": loan_default, "Debts.mortgage_default": mortgage_default,
    }  # fmt: skip
    return run((serve_debts, write_off_debts), {Consumers: PEOPLE, Banks: 1}, given, parameters=parameters)


def test_debts_cost_interest_and_are_paid_back() -> None:
    world = serve()
    assert set(world[Wealth].consumer_loan) == {OWED - OWED // 60}
    assert set(world[Wealth].mortgage) == {OWED - OWED // 120}
    assert set(world[Accounts].deposits[:PEOPLE]) == {1_000_000 - 1_200 - 2_000 - 600 - 1_000}
    paid = world[Flows].paid[:, 5 * CONSUMERS + BANKS]
    assert (paid[INTEREST_CONSUMER_LOANS], paid[INTEREST_MORTGAGES]) == (1_200 * PEOPLE, 600 * PEOPLE)
    assert world[Banks].interest_earned.tolist() == [1_800 * PEOPLE]
    assert world[Economy].loans_repaid[0, 1] == 3_000 * PEOPLE
    assert world[Economy].loans_granted[0, 1] == 0


@pytest.mark.parametrize("of_homes", [False, True])
def test_who_defaults_owes_a_cent_at_the_banks_loss(of_homes: bool) -> None:
    """At one default a year a twelfth of the people default in a month, on the one debt and not on the other."""
    world = serve(float(not of_homes), float(of_homes))
    debts = (world[Wealth].consumer_loan, world[Wealth].mortgage)
    hit, spared = debts[::-1] if of_homes else debts
    after = OWED - OWED // (120 if of_homes else 60)
    gone = hit == 1
    assert set(hit[~gone]) == {after}
    assert set(spared) == {OWED - OWED // (60 if of_homes else 120)}
    # Five standard errors of a share of a twelfth.
    assert gone.mean() == pytest.approx(1 / 12, abs=5 * np.sqrt(11 / 144 / PEOPLE))
    lost = int(gone.sum()) * (after - 1)
    assert world[Banks].write_offs.tolist() == [lost]
    assert world[Flows].paid[WRITE_OFFS, 5 * BANKS + CONSUMERS] == lost


# fmt: off
@pytest.mark.parametrize(("loan_rate", "mortgage_rate", "growth", "left"), [
    (0.12, 0.06, 0.0,   1000.0 - 1.0 - 1.0 - 50.0),  # Interest is paid, nothing is borrowed anew.
    (0.12, 0.06, 0.01,  1000.0 - 0.0 + 1.0 - 50.0),  # Loans that grow at their rate cost nothing; mortgages give.
    (0.12, 0.06, 0.005, 1000.0 - 0.5 - 0.0 - 50.0),
])
# fmt: on
def test_what_is_left_once_debts_grow_with_the_economy(
    loan_rate: float, mortgage_rate: float, growth: float, left: float
) -> None:
    assert left_of(1000.0, 100.0, 200.0, 50.0, loan_rate, mortgage_rate, growth) == pytest.approx(left)


# fmt: off
@pytest.mark.parametrize(("income", "gini"), [
    ([3.0, 3.0, 3.0, 3.0, 3.0], 0.0),
    ([0.0, 0.0, 0.0, 0.0, 9.0], 0.8),          # One of n has all: (n - 1) / n.
    ([0.0, 5.0, 0.0, 0.0, 0.0], 0.8),
    ([1.0, 2.0, 3.0, 4.0, 5.0], 4.0 / 15.0),
])
# fmt: on
def test_in_a_small_economy_everybody_counts(income: list[float], gini: float) -> None:
    given: dict[Column, Any] = {Consumers.permanent_income: income, Accounts.deposits: [100] * 5 + [0, 0]}
    national = run(measure_inequality, {Consumers: 5, Firms: 1, Goods: 1, Banks: 1}, given)[NationalAccounts]
    assert national.gini_income[0] == pytest.approx(gini)
    assert national.gini_wealth[0] == pytest.approx(0.0)


def test_at_eighteen_half_of_those_enroll_whom_study_just_pays() -> None:
    assert chance_to_enroll(1.5, 1.5, 2.0, 0.14, 18.0) == pytest.approx(0.5)
    assert chance_to_enroll(1.5, 1.5, 2.0, 0.14, 28.0) == pytest.approx(1.0 / (1.0 + np.exp(1.4)))
