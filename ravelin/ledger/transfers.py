"""Moves of money between accounts. Checks come first; after the last check nothing can fail.

Money is whole cents. A payment is rounded once, by `round_cents`, and the same whole number is
debited and credited. Kernels hand their ledger columns to these functions and to nothing else.
"""

import math

import numpy as np

from ravelin.core.kernel import compiled, whole
from ravelin.core.sentence import Kind, RavelinError
from ravelin.core.system import Cents
from ravelin.ledger.accounts import SECTORS

_SECTORS = len(SECTORS)
PAID, NEGATIVE_AMOUNT, PAYER_UNKNOWN, PAYEE_UNKNOWN, SAME_ACCOUNT, EXCEEDS_DEPOSITS = range(6)
REFUSALS = ("paid", "negative amount", "payer unknown", "payee unknown", "same account", "exceeds deposits")


class MoneyLimitError(RavelinError, ArithmeticError):
    """A sum of money beyond what is exact to the cent."""

    kind = Kind.FAILED


LIMIT = 2.0**51
"""One payment, or what one holder has or owes, is less than so many cents: 22.5 trillion dollars."""
POOL_LIMIT = 2**53
"""What is shared out among many is at most so many cents: 90 trillion dollars."""
TOTAL_LIMIT = 2**62
"""What all hold together is less than so many cents: 46,000 trillion dollars."""
PAYMENT_TOO_LARGE = (
    "a payment or a balance is no number below 2**51 cents (22.5 trillion dollars), the limit up to which "
    "money is exact to the cent; simulate fewer months of inflation, or a smaller rise of prices"
)
POOL_TOO_LARGE = (
    "a sum to be shared out is above 2**53 cents (90 trillion dollars), the limit up to which shares add up "
    "to the cent; simulate fewer months of inflation, or fewer consumers"
)
TOTAL_TOO_LARGE = (
    "all deposits together are above 2**62 cents (46,000 trillion dollars), the limit up to which they are "
    "counted; simulate fewer months of inflation, or fewer consumers"
)

_ANCHOR = 1.5 * 2.0**52
"""Added to a float below 2**51, it leaves the nearest whole number in the float's last bits."""
_ANCHOR_BITS = int(np.float64(_ANCHOR).view(np.int64))


@compiled
def whole_cents(amount: float) -> int:
    """Round an amount that is known to lie within the limit: `round_cents` for many rows at once.

    Two additions, which a processor does for several amounts at once, stand for rounding and conversion, which it
    may not. Beyond the limit the answer is wrong: who calls this has looked, or looks before money moves.
    """
    anchored = np.float64(amount + _ANCHOR)
    return whole(anchored.view(np.int64)) - _ANCHOR_BITS


@compiled
def round_cents(amount: float) -> int:
    """Round an amount to whole cents, halves to even: the one rule for a single payment.

    Raises
    ------
    MoneyLimitError
        From 2**51 cents up, where floats no longer tell one cent from the next, and if it is no number.
    """
    if not (-LIMIT < amount < LIMIT):
        raise MoneyLimitError(PAYMENT_TOO_LARGE)
    return whole_cents(amount)


@compiled
def amount_of(cents: int) -> float:
    """Give whole cents as a float: `round_cents` backward, exact below 2**51 cents."""
    anchored = np.int64(cents + _ANCHOR_BITS)
    return float(anchored.view(np.float64) - _ANCHOR)


@compiled
def pool_upto(pool: int, claims: float, total: float) -> int:
    """Give the part of a pool that goes to all claims laid end to end up to a point, rounded down.

    A claimant's own part is the difference between two such sums, so parts add up to the pool
    exactly, in one pass and in any order of evaluation.

    Parameters
    ----------
    pool : int, cent
    claims, total : float, share
        Where the claim ends, and where the last claim ends.

    Raises
    ------
    MoneyLimitError
        If the pool is larger than shares can be told apart in.
    """
    if abs(pool) > POOL_LIMIT:
        raise MoneyLimitError(POOL_TOO_LARGE)
    return whole(math.floor(pool * (claims / total)))


CLAIMS = 2**32
"""All lasting claims on a pool; a power of two, so that a claim over all claims is exact in a float."""


@compiled
def transfer(deposits: Cents, payer: int, payee: int, cents: int) -> int:
    """Pay from one account to another, or refuse.

    Parameters
    ----------
    deposits : (accounts,) int, cent
    payer, payee : row of Accounts
    cents : int, cent

    Returns
    -------
    int
        `PAID`, or the first refusal that applies, in the order of `REFUSALS`.
    """
    if cents < 0:
        return NEGATIVE_AMOUNT
    if payer < 0 or payer >= deposits.size:
        return PAYER_UNKNOWN
    if payee < 0 or payee >= deposits.size:
        return PAYEE_UNKNOWN
    if payer == payee:
        return SAME_ACCOUNT
    if deposits[payer] < cents:
        return EXCEEDS_DEPOSITS
    # After this point the transfer succeeds.
    deposits[payer] -= cents
    deposits[payee] += cents
    return PAID


@compiled
def pay_in(balances: Cents, row: int, clearing: Cents, cents: int) -> None:
    """Pay from a balance into the clearing account of a market, which pays out in another pass."""
    balances[row] -= cents
    clearing[0] += cents


@compiled
def pay_out(clearing: Cents, balances: Cents, row: int, cents: int) -> None:
    """Pay out of the clearing account of a market onto a balance."""
    clearing[0] -= cents
    balances[row] += cents


@compiled
def pass_on(clearing: Cents, other: Cents, cents: int) -> None:
    """Pay from one market's clearing account into that of another."""
    clearing[0] -= cents
    other[0] += cents


@compiled
def pay_by_owing(owed: Cents, row: int, clearing: Cents, cents: int) -> None:
    """Pay into a clearing account by owing more, as the issuer of money does."""
    owed[row] += cents
    clearing[0] += cents


@compiled
def credit(balances: Cents, row: int, cents: int) -> None:
    """Add to a balance, whose other side is written elsewhere; what is paid by somebody is for `pay_out` to add."""
    balances[row] += cents


@compiled
def debit(balances: Cents, row: int, cents: int) -> None:
    """Take from a balance, whose other side is written elsewhere; what is paid to somebody is for `pay_in` to take."""
    balances[row] -= cents


@compiled
def pay_or_owe(deposits: Cents, arrears: Cents, row: int, cents: int) -> int:
    """Pay what is due, and first what has been owed since earlier, as far as deposits reach; owe the rest.

    Arrears are a claim: whoever is owed keeps the same sum on the other side of her books.

    Returns
    -------
    int, cent
        What was paid, of what is due and of arrears together.
    """
    due: int = arrears[row] + cents
    paid: int = max(0, min(due, deposits[row]))
    deposits[row] -= paid
    arrears[row] = due - paid
    return paid


@compiled
def lend(deposits: Cents, loans: Cents, row: int, cents: int) -> None:
    """Write down a loan that a bank has granted, the same sum on both sides; whether to lend is for others to say."""
    loans[row] += cents
    deposits[row] += cents


@compiled
def repay(deposits: Cents, loans: Cents, row: int, cents: int) -> int:
    """Repay a loan as far as loan and deposits allow, and return the cents repaid."""
    paid: int = max(0, min(cents, min(loans[row], deposits[row])))
    loans[row] -= paid
    deposits[row] -= paid
    return paid


@compiled
def write_off(loans: Cents, row: int, cents: int) -> int:
    """Cancel part of a loan at the bank's loss, and return the cents cancelled."""
    cancelled: int = min(cents, loans[row])
    loans[row] -= cancelled
    return cancelled


@compiled
def hold_cash(deposits: Cents, cash: Cents, row: int, share: float) -> int:
    """Withdraw or pay in currency so that cash is a share of deposits; return the cents withdrawn."""
    wanted = whole(share * (max(0, deposits[row]) + cash[row]) / (1.0 + share))
    withdrawn: int = wanted - cash[row]
    cash[row] += withdrawn
    deposits[row] -= withdrawn
    return withdrawn


@compiled
def draw_currency(deposits: Cents, cash: Cents, row: int, clearing: Cents, share: float) -> int:
    """Let a holder have the cash she wants, as `hold_cash`, out of a clearing account into which its issuer pays."""
    withdrawn = hold_cash(deposits, cash, row, share)
    clearing[0] -= withdrawn
    return withdrawn


@compiled
def exchange_balances(balances: Cents, one: int, other: int) -> None:
    """Let two holders of one sector take over each other's balance, as heirs do."""
    kept = balances[one]
    balances[one] = balances[other]
    balances[other] = kept


@compiled
def book(paid: Cents, flow: int, payer: int, payee: int, cents: int) -> None:
    """Record a flow between two sectors in the transaction-flow matrix."""
    paid[flow, payer * _SECTORS + payee] += cents


@compiled
def booked(paid: Cents, flow: int, payer: int, payee: int) -> int:
    """Return what `book` has recorded of a flow between two sectors in the month."""
    cents: int = paid[flow, payer * _SECTORS + payee]
    return cents


@compiled
def net_received(paid: Cents, sector: int) -> int:
    """Return what a sector was paid in the month less what it paid, by the transaction-flow matrix."""
    found = 0
    for flow in range(len(paid)):
        for other in range(_SECTORS):
            found += paid[flow, other * _SECTORS + sector] - paid[flow, sector * _SECTORS + other]
    return found
