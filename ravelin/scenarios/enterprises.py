"""The enterprises of the opening: which establishments belong together.

A row of `Firms` is an establishment: it makes one good in one locality and is a legal entity with its own
books. An enterprise is what stands under one control. The sizes of enterprises follow Zipf's law in the
nation; those of establishments cannot, since a locality's market and workers bound them. Enterprises that the
law asks to be larger than any establishment therefore hold several.
"""

import numpy as np
import numpy.typing as npt

from ravelin.core.kernel import compiled
from ravelin.scenarios.business import Businesses, zipf

Doubles = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def join_establishments(business: Businesses, region: Ints) -> Ints:
    """Number the enterprise of every establishment.

    For each good, enterprises take the sizes of Zipf's law over its national sales, largest first. Each has the
    largest establishment that is still free for its head and, where the law asks for more, one in each of as many
    other localities as it takes, those of its head's region first. The first that one establishment fills ends
    the search: it and all smaller ones stand alone.

    Parameters
    ----------
    business : Businesses
        Establishments; those of a good in a locality lie side by side, largest first.
    region : (localities,) int
        Where each locality lies.

    Returns
    -------
    (firms,) int
        Its own row for an establishment that stands alone; for those of one enterprise a number they share, from
        the count of firms up, which is no row. So a row's own number is free whenever a new firm is founded there.
    """
    firms, localities = business.good.size, business.locality_ends.size
    enterprise = np.arange(firms)
    if localities == 1:
        return enterprise
    locality = np.repeat(np.arange(localities), np.diff(business.locality_ends, prepend=0))
    following = firms
    for good in np.unique(business.good):
        rows = np.flatnonzero(business.good == good)
        sizes, ends = business.sales[rows], np.searchsorted(locality[rows], np.arange(localities), side="right")
        owner = np.full(rows.size, -1)
        # Fewer enterprises than establishments: how many fewer shows when they have been joined.
        count = rows.size
        for _ in range(_ROUNDS):
            owner[:] = -1
            _join(zipf(count) * sizes.sum(), sizes, ends, region, owner)
            count = rows.size - int((owner >= 0).sum()) + int(owner.max()) + 1
        joined = owner >= 0
        enterprise[rows[joined]] = following + owner[joined]
        following += int(owner.max()) + 1
    return enterprise


_ROUNDS = 4


@compiled
def _join(wanted: Doubles, sizes: Doubles, ends: Ints, region: Ints, owner: Ints) -> None:
    """Give establishments, by locality and largest first, to enterprises of the wanted sizes; -1 if it stands alone."""
    localities = ends.size
    free = np.zeros(localities, np.int64)
    free[1:] = ends[:-1]
    for enterprise in range(wanted.size):
        head = -1
        for place in range(localities):
            if free[place] < ends[place] and (head < 0 or sizes[free[place]] > sizes[free[head]]):
                head = place
        if head < 0 or sizes[free[head]] >= wanted[enterprise]:
            return
        missing = wanted[enterprise] - sizes[free[head]]
        owner[free[head]] = enterprise
        for abroad in range(2):
            for step in range(1, localities):
                place = (head + step) % localities
                if (region[place] != region[head]) == (abroad == 1):
                    row = free[place]
                    while row < ends[place] and (owner[row] >= 0 or sizes[row] > missing):
                        row += 1
                    if row < ends[place]:
                        owner[row] = enterprise
                        missing -= sizes[row]
        for place in range(localities):
            while free[place] < ends[place] and owner[free[place]] >= 0:
                free[place] += 1
