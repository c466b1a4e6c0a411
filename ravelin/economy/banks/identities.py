"""What must be so of banks: their books, which move by posted amounts, are what is counted of their customers."""

from ravelin.core.kernel import compiled
from ravelin.core.system import Cents


@compiled
def books_differ(posted: Cents, counted: Cents, bank: int, more: int) -> int:
    """Return the first difference between a bank's book and the count of its customers; zero if there is none.

    Parameters
    ----------
    posted, counted : (banks,) int, cent
    bank, more : row of Banks, and int, cent
        What a bank owes besides, to the consumers' fund, which nobody counts.
    """
    for row in range(posted.size):
        gap: int = posted[row] - counted[row] - (more if row == bank else 0)
        if gap != 0:
            return gap
    return 0
