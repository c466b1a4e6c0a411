"""Credit: interest on firms' loans and deposits, amortization, new loans towards a target debt ratio.

The simple lending of the foundation: each firm has one credit line at its bank. Wages, inputs, taxes
and debt service draw it as needed (committed lines); only loans for growth need a bank with capital.
"""

from ravelin.core.parameter import Parameters, parameter
from ravelin.core.system import (
    Cents,
    Doubles,
    Indices,
    Smalls,
    adds,
    local_system,
    moves,
    reads,
    uses,
    writes,
)  # fmt: skip
from ravelin.ledger.transfers import book, credit, lend, pay_or_borrow, repay, round_cents
from ravelin.state.accounts import BANKS, FIRMS, INTEREST_DEPOSITS, INTEREST_FIRM_LOANS, Accounts, Flows
from ravelin.state.firms import Firms
from ravelin.state.goods import Goods
from ravelin.state.institutions import Banks, CentralBank, Economy
from ravelin.state.parameters import Lending


class FirmCredit(Parameters):
    """Loans to firms."""

    maturity = parameter(36.0, "month", "life of a loan; one part in so many is repaid a month", low=1, high=600,
                         source="calibration firm_loan_maturity_months, assumption")  # fmt: skip
    adjustment = parameter(0.05, "1/month", "share of the gap to target debt borrowed a month", low=0, high=1,
                           source="Flannery and Rangan 2006: a third a year and more")  # fmt: skip


@local_system
def charge_interest(
    deposits: Cents = moves(Accounts.deposits, of=Firms),
    loan: Cents = moves(Firms.loan),
    interest: Cents = writes(Firms.interest),
    earned: Cents = adds(Banks.interest_earned),
    given: Cents = adds(Banks.interest_paid),
    paid: Cents = adds(Flows.paid),
    capital: Doubles = reads(Firms.capital),
    inventory_value: Doubles = reads(Firms.inventory_value),
    input_value: Doubles = reads(Firms.input_value),
    good: Smalls = reads(Firms.good),
    bank: Indices = reads(Accounts.bank, of=Firms),
    debt_ratio: Doubles = reads(Goods.debt_ratio),
    basket_price: Doubles = reads(Economy.basket_price),
    policy_rate: Doubles = reads(CentralBank.policy_rate),
    firm_spread: float = uses(Lending.firm_spread),
    leverage_spread: float = uses(Lending.leverage_spread),
    deposit_spread: float = uses(Lending.deposit_spread),
) -> None:
    """Charge interest on the opening loan, more at high leverage, and pay it on the opening deposit."""
    deposit_rate = max(0.0, policy_rate[0] - deposit_spread)
    charged, granted = 0, 0
    for firm in range(interest.size):
        assets = capital[firm] * basket_price[0] + inventory_value[firm] + input_value[firm]
        leverage = min(2.0, loan[firm] / assets) if assets > 0.0 else 0.0
        rate = policy_rate[0] + firm_spread + leverage_spread * (leverage - debt_ratio[good[firm]])
        due = round_cents(max(0.0, rate) / 12.0 * loan[firm])
        gain = round_cents(deposit_rate / 12.0 * deposits[firm])
        pay_or_borrow(deposits, loan, firm, due)
        credit(deposits, firm, gain)
        interest[firm] = due - gain
        earned[bank[firm]] += due
        given[bank[firm]] += gain
        charged += due
        granted += gain
    book(paid, INTEREST_FIRM_LOANS, FIRMS, BANKS, charged)
    book(paid, INTEREST_DEPOSITS, BANKS, FIRMS, granted)


@local_system
def adjust_loans(
    deposits: Cents = moves(Accounts.deposits, of=Firms),
    loan: Cents = moves(Firms.loan),
    new_loans: Cents = adds(Economy.new_loans),
    capital: Doubles = reads(Firms.capital),
    inventory_value: Doubles = reads(Firms.inventory_value),
    input_value: Doubles = reads(Firms.input_value),
    good: Smalls = reads(Firms.good),
    leased: Smalls = reads(Goods.leased),
    bank: Indices = reads(Accounts.bank, of=Firms),
    lending: Smalls = reads(Banks.lending),
    debt_ratio: Doubles = reads(Goods.debt_ratio),
    basket_price: Doubles = reads(Economy.basket_price),
    trend_growth: Doubles = reads(Economy.trend_growth),
    maturity: float = uses(FirmCredit.maturity),
    adjustment: float = uses(FirmCredit.adjustment),
) -> None:
    """Repay a part of the loan and borrow anew towards the target ratio of debt to real assets.

    Source: partial adjustment to a target, Flannery and Rangan (2006), "Partial adjustment toward target
    capital structures".
    """
    granted = 0
    for firm in range(loan.size):
        g = good[firm]
        plant = 0.0 if leased[g] else capital[firm] * basket_price[0]
        assets = plant + inventory_value[firm] + input_value[firm]
        repaid = repay(deposits, loan, firm, round_cents(loan[firm] / maturity))
        aim = repaid + trend_growth[0] * loan[firm] + adjustment * (debt_ratio[g] * assets - loan[firm] - repaid)
        if aim > 0.0 and lending[bank[firm]]:
            lend(deposits, loan, firm, round_cents(aim))
            granted += round_cents(aim)
    new_loans[0] += granted
