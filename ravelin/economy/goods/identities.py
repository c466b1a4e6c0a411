"""Identities in units of goods: what is in store follows from what was made, sold and spoiled."""

from ravelin.core.kernel import compiled, whole
from ravelin.core.system import Doubles, Smalls

EXACT = 1.0e-9
"""Part of what was in store and made by which sums of floats, taken in another order, may differ."""
MOST = 1.0e15
"""Units beyond which a gap is only said to be large."""
GOODS_NAMES = ("change of goods in store = output - sales - spoiled",)


@compiled
def goods_gap(
    storable: Smalls, before: Doubles, output: Doubles, sales: Doubles, spoiled: Doubles, inventory: Doubles
) -> int:
    """Finished goods in store change by output less sales and what spoils, good by good; gaps in whole units, up."""
    gap = 0
    for good in range(storable.size):
        was = before[good] + output[good]
        left = abs(was - sales[good] - spoiled[good] - inventory[good])
        # What is no number is no small gap either.
        if (storable[good] != 0) & (not left <= EXACT * max(1.0, was)):
            gap += (whole(left) if left < MOST else whole(MOST)) + 1
    return gap
