"""Moves of money of many accounts at once: the moves of `transfers`, for a block of rows.

Kernels hold a block's amounts in short arrays of floats, which are whole cents and therefore exact, and
work on them in short loops without branches, so that a processor handles several rows at once.
"""

import numpy as np

from ravelin.core.kernel import compiled
from ravelin.core.system import Cents, Doubles, Floats, Indices
from ravelin.ledger.transfers import (
    CLAIMS,
    LIMIT,
    PAYMENT_TOO_LARGE,
    POOL_LIMIT,
    POOL_TOO_LARGE,
    MoneyLimitError,
    amount_of,
    whole_cents,
)  # fmt: skip

_LIMIT = int(LIMIT)
BLOCK = 512
"""Rows that are worked on together: a dozen of their amounts fit into the nearest cache."""


@compiled
def check_amounts(amounts: Doubles) -> None:
    """Raise if an amount is beyond the limit of a payment, or no number."""
    beyond = 0
    for row in range(amounts.size):
        beyond += not (-LIMIT < amounts[row] < LIMIT)
    if beyond > 0:
        raise MoneyLimitError(PAYMENT_TOO_LARGE)


@compiled
def check_balances(balances: Cents) -> None:
    """Raise if a balance is beyond the limit."""
    beyond = 0
    for row in range(balances.size):
        beyond += (balances[row] >= _LIMIT) | (balances[row] <= -_LIMIT)
    if beyond > 0:
        raise MoneyLimitError(PAYMENT_TOO_LARGE)


@compiled
def amounts_of(amounts: Doubles, balances: Cents) -> None:
    """Fill balances as floats, which are exact."""
    check_balances(balances)
    for row in range(balances.size):
        amounts[row] = amount_of(balances[row])


@compiled
def credit_each(balances: Cents, cents: Doubles) -> None:
    """Add whole cents to each balance; negative ones are taken from it."""
    check_amounts(cents)
    for row in range(balances.size):
        balances[row] += whole_cents(cents[row])


@compiled
def debit_upto(balances: Cents, cents: Doubles) -> int:
    """Take whole cents from each balance, at most what there is, and return the sum."""
    check_amounts(cents)
    taken = 0
    for row in range(balances.size):
        own = min(whole_cents(cents[row]), max(0, balances[row]))
        balances[row] -= own
        taken += own
    return taken


@compiled
def pay_or_owe_each(balances: Cents, arrears: Cents, due: Doubles) -> int:
    """Take what each has owed since earlier and what is due now, as far as there is; owe the rest, as `pay_or_owe`.

    Returns
    -------
    int, cent
        What was paid in all.
    """
    check_amounts(due)
    paid = 0
    for row in range(balances.size):
        owed = arrears[row] + whole_cents(due[row])
        own = max(0, min(owed, balances[row]))
        balances[row] -= own
        arrears[row] = owed - own
        paid += own
    return paid


@compiled
def clear_changes(clearing: Cents, now: Cents, before: Cents) -> None:
    """Pay out of a clearing account what a rule has made of a block of balances, or in, where they have fallen."""
    gained = 0
    for row in range(now.size):
        gained += now[row] - before[row]
    clearing[0] -= gained


@compiled
def total(cents: Doubles) -> int:
    """Sum whole cents, in whole numbers."""
    check_amounts(cents)
    added = 0
    for row in range(cents.size):
        added += whole_cents(cents[row])
    return added


@compiled
def lay_claims(claims: Doubles, shares: Indices, before: int) -> int:
    """Lay shares end to end: `claims` is where each begins, and in its last element where the last ends.

    Parameters
    ----------
    claims : (rows + 1,) float, share in 2**-32, filled
    shares : (rows,) int, share in 2**-32
    before : int
        Where the first begins.

    Returns
    -------
    int
        Where the last ends.
    """
    claimed = np.int64(before)
    claims[0] = claimed
    for row in range(shares.size):
        claimed += np.int64(shares[row])
        claims[row + 1] = claimed
    return int(claimed)


@compiled
def share_pool(parts: Doubles, pool: int, claims: Doubles) -> None:
    """Add to each part its claim on a pool: what goes to all claims up to its end, less up to its beginning.

    As `pool_upto`, so that parts add up to the pool exactly; without a division, since all claims are a power of two.

    Parameters
    ----------
    parts : (rows,) float, cent, added to
    pool : int, cent
    claims : (rows + 1,) float, share in 2**-32, from `lay_claims`
    """
    if abs(pool) > POOL_LIMIT:
        raise MoneyLimitError(POOL_TOO_LARGE)
    amount = float(pool)
    for row in range(parts.size):
        upto = np.floor(amount * (claims[row + 1] * (1.0 / CLAIMS)))
        parts[row] += upto - np.floor(amount * (claims[row] * (1.0 / CLAIMS)))


@compiled
def income_of_debtors(income: Floats, loans: Cents) -> int:
    """Sum the incomes of those who have a loan, in whole cents, exact in any order."""
    added = 0
    for row in range(income.size):
        own = whole_cents(income[row])
        added += own if loans[row] > 0 else 0
    return added
