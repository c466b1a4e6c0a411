"""The credit line: the one place where it is said whether a payer who is short is lent what is missing."""

from typing import NamedTuple

from ravelin.core.kernel import compiled
from ravelin.core.system import Cents, Doubles, Floats, Indices, adds, moves, reads, uses
from ravelin.economy.accounts.tables import Economy
from ravelin.economy.banks.acts import post_payment, receive_at_bank
from ravelin.economy.banks.tables import Banks
from ravelin.economy.central_bank.tables import CentralBank
from ravelin.economy.credit.parameters import Lending
from ravelin.economy.credit.tables import CreditMarket
from ravelin.economy.firms.tables import Books, Firms, Plant
from ravelin.ledger.accounts import Accounts
from ravelin.ledger.batches import check_balances
from ravelin.ledger.transfers import (
    LIMIT,
    PAYMENT_TOO_LARGE,
    MoneyLimitError,
    amount_of,
    debit,
    lend,
    pay_in,
    repay,
    whole_cents,
)


class CurrentAccounts(NamedTuple):
    """Accounts of firms at their banks, each with its credit line."""

    deposits: Cents = moves(Accounts.deposits, of=Firms)
    loan: Cents = moves(Books.loan)
    lent: Cents = adds(CreditMarket.loans_granted)
    posted: Cents = adds(Banks.posted)
    bank: Indices = reads(Accounts.bank, of=Firms)


class DepositInterest(NamedTuple):
    """What deposits bear, and what each bank has paid on them in the month."""

    policy_rate: Doubles = reads(CentralBank.policy_rate)
    spread: float = uses(Lending.deposit_spread)
    given: Cents = adds(Banks.interest_paid)


class RealAssets(NamedTuple):
    """What a firm has that is no claim: capital and stocks."""

    capital: Doubles = reads(Plant.capital)
    basket_price: Doubles = reads(Economy.basket_price)
    inventory_value: Doubles = reads(Books.inventory_value)
    input_value: Doubles = reads(Books.input_value)


@compiled
def value_of(assets: RealAssets, firm: int, leased: bool) -> float:
    """Value the real assets of a firm; leased capital belongs to others."""
    plant = 0.0 if leased else assets.capital[firm] * assets.basket_price[0]
    value: float = plant + assets.inventory_value[firm] + assets.input_value[firm]
    return value


@compiled
def deposit_rate(interest: DepositInterest) -> float:
    """Return what deposits bear a year: less than the policy rate, and never less than nothing."""
    rate: float = max(0.0, interest.policy_rate[0] - interest.spread)
    return rate


@compiled
def credit_line(short: int) -> int:
    """Say what her bank lends to a payer of what she is short of: all of it, whoever she is and whatever she owes.

    It never refuses. A line that does returns less, and its payer then owes the rest, as `pay_or_owe` writes it.
    """
    return short


@compiled
def borrow_if_short(deposits: Cents, loans: Cents, row: int, cents: int) -> int:
    """Borrow out of the credit line what deposits lack for a payment, and return it."""
    drawn = credit_line(max(0, cents - max(0, deposits[row])))
    lend(deposits, loans, row, drawn)
    return drawn


@compiled
def pay_or_borrow(deposits: Cents, loans: Cents, row: int, cents: int) -> int:
    """Pay what is due out of deposits, and out of the credit line what they lack.

    Parameters
    ----------
    deposits, loans : (rows,) int, cent
        Of payers of one kind, and what they owe their banks.
    row : int
    cents : int, cent

    Returns
    -------
    int, cent
        Newly borrowed.
    """
    drawn = borrow_if_short(deposits, loans, row, cents)
    debit(deposits, row, cents)
    return drawn


@compiled
def pay_through_bank(
    deposits: Cents, loans: Cents, posted: Cents, bank: Indices, row: int, clearing: Cents, cents: int
) -> int:
    """Pay what is due into a market's clearing account, borrowing what is missing, and post it at the payer's bank.

    Returns
    -------
    int, cent
        Newly borrowed.
    """
    drawn = borrow_if_short(deposits, loans, row, cents)
    pay_in(deposits, row, clearing, cents)
    post_payment(posted, bank[row], cents, drawn)
    return drawn


@compiled
def firm_pays(accounts: CurrentAccounts, firm: int, clearing: Cents, cents: int) -> None:
    """Let a firm pay what is due into a market's clearing account, on its credit line if deposits fall short."""
    drawn = pay_through_bank(
        accounts.deposits, accounts.loan, accounts.posted, accounts.bank, firm, clearing, cents
    )  # fmt: skip
    accounts.lent[0, 0] += drawn


@compiled
def firm_receives(accounts: CurrentAccounts, firm: int, clearing: Cents, cents: int) -> None:
    """Pay out of a market's clearing account onto a firm's deposits."""
    receive_at_bank(accounts.deposits, accounts.posted, accounts.bank, firm, clearing, cents)


@compiled
def serve_loans(
    deposits: Cents, loans: Cents, due: Cents, income: Floats, rate: float, repaid: float, factor: float
) -> tuple[int, int]:
    """Grant who has a loan a fresh one, have her pay interest, borrowing what is missing, and repay a part.

    Parameters
    ----------
    deposits, loans : (rows,) int, cent
    due : (rows,) int, cent, filled
        The interest paid.
    income : (rows,) float, cent/month
    rate, repaid : float, 1/month
        Interest, and the part repaid, over the loan.
    factor : float
        Fresh loans over income.

    Returns
    -------
    int, int, cent
        Newly borrowed in all, and repaid.
    """
    check_balances(deposits)
    check_balances(loans)
    beyond = 0
    for row in range(income.size):
        beyond += not (factor * income[row] < LIMIT)
    if beyond > 0:
        raise MoneyLimitError(PAYMENT_TOO_LARGE)
    granted, returned = 0, 0
    for row in range(deposits.size):
        owed = loans[row]
        amount = amount_of(owed)
        due[row] = whole_cents(rate * amount)
        fresh = whole_cents(factor * income[row]) if owed > 0 else 0
        lend(deposits, loans, row, fresh)
        granted += fresh + pay_or_borrow(deposits, loans, row, due[row])
        returned += repay(deposits, loans, row, whole_cents(amount * repaid))
    return granted, returned
