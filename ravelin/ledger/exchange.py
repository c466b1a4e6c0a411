"""Exchange of bonds between the books of banks, central bank and consumers, at par."""

import numpy as np
import numpy.typing as npt

from ravelin.core.arithmetic import add_up_whole
from ravelin.core.kernel import compiled
from ravelin.ledger.settlement import split_whole

Cents = npt.NDArray[np.int64]


@compiled
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
    by_series = split_whole(cents, series_weights)
    for series in range(by_series.size):
        held = sellers[:, series]
        weights = held.astype(np.float64)
        if by_series[series] >= 0:
            amount = min(by_series[series], add_up_whole(held))
        else:
            amount = -min(-by_series[series], buyer[0, series])
            weights += 1.0
        if amount == 0:
            continue
        parts, went = split_whole(amount, weights), 0
        for bank in range(parts.size):
            part = min(parts[bank], held[bank])
            sellers[bank, series] -= part
            went += part
        buyer[0, series] += went
        moved += went
    return moved


@compiled
def pay_in_reserves(clearing: Cents, cents: int) -> None:
    """Let the central bank pay into a clearing account by owing reserves, which are what its other books imply."""
    clearing[0] += cents


@compiled
def issue_bonds(owed: Cents, holder: Cents, series: int, parts: Cents) -> None:
    """Add newly issued bonds (or take redeemed ones, if negative) to the books of debtor and holders."""
    holder[:, series] += parts
    owed[0, series] += add_up_whole(parts)
