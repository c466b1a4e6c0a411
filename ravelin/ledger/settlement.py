"""Settlement between banks: batches of payments net into a sparse bank x bank matrix and move reserves."""

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from ravelin.core import arithmetic
from ravelin.core.arithmetic import whole_total

Cents = npt.NDArray[np.int64]


def settle(
    bank: npt.NDArray[np.integer[Any]], banks: int, payer: npt.NDArray[np.integer[Any]],
    payee: npt.NDArray[np.integer[Any]], cents: Cents,
) -> sparse.csr_array:  # fmt: skip
    """Sum a batch of payments by the banks of payer and payee.

    Parameters
    ----------
    bank : (accounts,) int, row of Banks
    banks : int
    payer, payee : (payments,) int, row of Accounts
    cents : (payments,) int, cent

    Returns
    -------
    (banks, banks) sparse, cent
        What the customers of each bank (row) paid to customers of each other bank (column).
        Payments within a bank move no reserves and are left out.
    """
    origin, target = bank[payer].astype(np.int64), bank[payee].astype(np.int64)
    between = origin != target
    entries = (cents[between], (origin[between], target[between]))
    gross = sparse.coo_array(entries, shape=(banks, banks), dtype=np.int64).tocsr()
    gross.eliminate_zeros()
    return gross


def net_positions(gross: sparse.csr_array) -> Cents:
    """Return the reserves that each bank gains: received less paid, summing to zero."""
    received = np.asarray(gross.sum(axis=0)).ravel()
    paid = np.asarray(gross.sum(axis=1)).ravel()
    return np.asarray(received - paid, dtype=np.int64)


def post_each(book: Cents, cents: Cents) -> None:
    """Add cents to the position of each bank; negative ones are taken from it: (banks,) cent."""
    book += cents


def close_positions(book: Cents, counted: Cents) -> None:
    """Set the position of each bank to what was counted at the month's end: (banks,) cent."""
    book[:] = counted


def split_by_largest_remainder(total: int, weights: npt.ArrayLike) -> Cents:
    """Split a whole number in proportion to weights: the one rule for every opening share.

    Each part is rounded down; what is left goes, one cent each, to the largest remainders, ties
    by row.

    Parameters
    ----------
    total : int
        May be negative.
    weights : (claims,) float, not negative, not all zero

    Returns
    -------
    (claims,) int
        Sums to `total` exactly.
    """
    claims = np.asarray(weights, dtype=np.float64)
    if total < 0:
        negated: Cents = -split_by_largest_remainder(-total, claims)
        return negated
    quota = claims * (total / arithmetic.total(claims))
    parts: Cents = np.floor(quota).astype(np.int64)
    rest = int(total - whole_total(parts))
    while rest < 0:  # products were rounded up across whole numbers: take back from the smallest remainders
        last = np.lexsort((np.arange(claims.size), quota - parts))
        last = last[parts[last] > 0][:-rest]
        parts[last] -= 1
        rest += last.size
    while rest >= claims.size:
        parts += 1
        rest -= claims.size
    if rest > 0:
        quota -= parts
        least = np.partition(quota, claims.size - rest)[claims.size - rest]
        above = quota > least
        parts[above] += 1
        parts[np.flatnonzero(quota == least)[: rest - np.count_nonzero(above)]] += 1
    return parts
