"""Acts of buyers and sellers: what an order comes to."""

from ravelin.core.kernel import compiled, whole
from ravelin.core.system import Smalls
from ravelin.economy.firms.tables import CONTRACTS, WHOLE, WHOLE_BITS


@compiled
def unserved_cents(order: int, part: Smalls, served: Smalls, row: int) -> int:
    """Return the cents of an order that its suppliers leave, who serve their parts in whole cents.

    Parameters
    ----------
    order : int, cent
    part, served : (rows, contracts) int, 128ths
        What each supplier gets of the order, and serves of that.
    row : int
    """
    all_served = WHOLE
    for k in range(CONTRACTS):
        all_served &= whole(served[row, k])
    if all_served == WHOLE:
        return 0
    left, upto, asked = order, 0, 0
    for k in range(CONTRACTS):
        upto += whole(part[row, k])
        until = order * upto >> WHOLE_BITS
        left -= (until - asked) * whole(served[row, k]) >> WHOLE_BITS
        asked = until
    return left
