"""Work that falls into pieces which know nothing of one another, shared among threads.

Who opens an economy says how many threads may share its work; nobody outside of that block shares any. A piece
depends on its own rows only, so that no result depends on who works on it: what NumPy and compiled kernels do inside
one lets the other threads run.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar, copy_context

PIECE = 1 << 14
"""Rows of a piece: what is worked out on the way to a column then lies in the nearer caches, and never fills memory."""

_pool: ContextVar[ThreadPoolExecutor | None] = ContextVar("pool", default=None)


@contextmanager
def shared_by(threads: int) -> Iterator[None]:
    """Let so many threads share the pieces of work inside the block."""
    if threads == 1:
        before = _pool.set(None)
        try:
            yield
        finally:
            _pool.reset(before)
        return
    with ThreadPoolExecutor(threads, thread_name_prefix="pieces") as pool:
        before = _pool.set(pool)
        try:
            yield
        finally:
            _pool.reset(before)


def in_pieces(rows: int, act: Callable[[slice], None], piece: int | None = None) -> None:
    """Act on a piece of the rows at a time; what an act makes of a row may depend on no row of another piece."""
    piece = PIECE if piece is None else piece
    together([_on(act, slice(first, min(first + piece, rows))) for first in range(0, rows, piece)])


def together(acts: Sequence[Callable[[], None]]) -> None:
    """Carry out acts of which none needs another; the first error of the earliest that fails is raised."""
    pool = _pool.get()
    if pool is None or len(acts) < 2:
        for act in acts:
            act()
        return
    # Each runs in its own copy of this context, which says, for one, what NumPy makes of a division by zero.
    waiting = [pool.submit(copy_context().run, _alone, act) for act in acts]
    try:
        for done in waiting:
            done.result()
    finally:
        for other in waiting:
            other.cancel()


def _on(act: Callable[[slice], None], rows: slice) -> Callable[[], None]:
    return lambda: act(rows)


def _alone(act: Callable[[], None]) -> None:
    """Carry out an act that shares no work of its own: it would wait for threads that wait for it."""
    _pool.set(None)
    act()
