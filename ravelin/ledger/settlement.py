"""Settlement between banks: batches of payments net into a sparse bank x bank matrix and move reserves."""

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from ravelin.core.arithmetic import add_up, smallest, whole_total
from ravelin.core.kernel import compiled, whole

Cents = npt.NDArray[np.int64]
Doubles = npt.NDArray[np.float64]


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


def pay_out_each(clearing: Cents, book: Cents, cents: Cents) -> None:
    """Pay out of a clearing account onto the position of each bank; negative ones pay in: (banks,) cent."""
    book += cents
    clearing[0] -= whole_total(cents)


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
    return split_whole(int(total), np.asarray(weights, dtype=np.float64))


@compiled
def split_whole(total: int, claims: Doubles) -> Cents:
    """Split a whole number by largest remainder; `split_by_largest_remainder` for kernels."""
    weight = add_up(claims)
    if weight == 0.0:
        raise ZeroDivisionError("what is split in proportion to weights needs one above zero")
    sign, left = (1, total) if total >= 0 else (-1, -total)
    scale = left / weight
    parts, remainder = np.empty(claims.size, np.int64), np.empty(claims.size)
    for row in range(parts.size):
        parts[row] = whole(np.floor(claims[row] * scale))
        left -= parts[row]
    while left < 0:  # Products were rounded up across whole numbers: take back from the smallest remainders.
        some = 0
        for row in range(parts.size):
            some += parts[row] > 0
            remainder[row] = claims[row] * scale - parts[row] if parts[row] > 0 else np.inf
        left += _add_to_smallest(parts, remainder, min(-left, some), -1)
    everybody = left // parts.size
    for row in range(parts.size):
        parts[row] += everybody
        remainder[row] = parts[row] - claims[row] * scale
    if left > everybody * parts.size:
        _add_to_smallest(parts, remainder, left - everybody * parts.size, 1)
    for row in range(parts.size):
        parts[row] *= sign
    return parts


@compiled
def _add_to_smallest(parts: Cents, keys: Doubles, many: int, cents: int) -> int:
    """Add cents to as many parts as asked for, those of the smallest keys, ties by row; return how many."""
    last = smallest(keys.copy(), many - 1)
    tied = many
    for row in range(keys.size):
        tied -= keys[row] < last
    for row in range(keys.size):
        if keys[row] < last:
            parts[row] += cents
        elif keys[row] == last and tied > 0:
            parts[row] += cents
            tied -= 1
    return many
