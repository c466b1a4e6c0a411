"""Exchange of bonds between the books of banks, central bank and consumers, at par."""

import numpy as np
import numpy.typing as npt

from ravelin.core.arithmetic import whole_total
from ravelin.ledger.settlement import split_by_largest_remainder

Cents = npt.NDArray[np.int64]


def swap_bonds(sellers: Cents, buyer: Cents, cents: int, series_weights: npt.NDArray[np.float64]) -> int:
    """Move bonds from banks to another holder (back, if negative), as far as holdings allow.

    Parameters
    ----------
    sellers : (banks, series) int, cent
    buyer : (1, series) int, cent
    cents : int, cent
        Par value to move in all.
    series_weights : (series,) float
        How it divides over the series.

    Returns
    -------
    int, cent
        What moved.
    """
    moved = 0
    for series, wanted in enumerate(split_by_largest_remainder(cents, series_weights)):
        held = sellers[:, series]
        if wanted >= 0:
            amount = min(int(wanted), int(whole_total(held)))
            weights = held.astype(np.float64)
        else:
            amount = -min(-int(wanted), int(buyer[0, series]))
            weights = held.astype(np.float64) + 1.0
        if amount == 0:
            continue
        parts = np.minimum(split_by_largest_remainder(amount, weights), held)
        sellers[:, series] -= parts
        buyer[0, series] += whole_total(parts)
        moved += int(whole_total(parts))
    return moved


def issue_bonds(owed: Cents, holder: Cents, series: int, parts: Cents) -> None:
    """Add newly issued bonds (or take redeemed ones, if negative) to the books of debtor and holders."""
    holder[:, series] += parts
    owed[0, series] += whole_total(parts)
