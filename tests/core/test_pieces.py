"""Pieces of work on threads: every row once, the first error told, one thread where none were let in."""

import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from ravelin.core.arithmetic import add_up, exp_each, power_each, total
from ravelin.core.arithmetic.ordering import ascending
from ravelin.core.arithmetic.pieces import in_pieces, shared_by, together


@pytest.mark.parametrize("threads", [1, 2, 5])
@pytest.mark.parametrize(("rows", "piece"), [(0, 3), (1, 3), (10, 3), (12, 3), (1000, 7)])
def test_every_row_is_worked_on_once(threads: int, rows: int, piece: int) -> None:
    times = np.zeros(rows, int)

    def act(some: slice) -> None:
        times[some] += 1
        # Within a piece there is nobody to share with: what is asked for in it is done by who works on it.
        in_pieces(2, lambda _: None, 1)

    with shared_by(threads):
        in_pieces(rows, act, piece)
    assert times.tolist() == [1] * rows


def test_threads_work_only_where_they_are_let_in() -> None:
    meet = threading.Barrier(3, timeout=60)
    with shared_by(3):
        together([meet.wait] * 3)  # None would pass if fewer than three worked at once.
        with shared_by(1):
            assert _workers() == {threading.get_ident()}
        assert threading.get_ident() not in _workers()
    assert _workers() == {threading.get_ident()}


def _workers() -> set[int]:
    found: set[int] = set()
    together([lambda: found.add(threading.get_ident())] * 9)
    return found


@pytest.mark.parametrize("threads", [1, 3])
def test_the_first_error_is_told(threads: int) -> None:
    def fail(rows: slice) -> None:
        if rows.start >= 4:
            raise ValueError(f"row {rows.start}")

    with shared_by(threads), pytest.raises(ValueError, match="row 4"):
        in_pieces(9, fail, 2)


@pytest.mark.parametrize("threads", [1, 2])
def test_a_division_by_zero_is_an_error_on_every_thread(threads: int) -> None:
    zeros = np.zeros(8)

    def divide(rows: slice) -> None:
        zeros[rows] = 1.0 / zeros[rows]

    with shared_by(threads), np.errstate(divide="raise"), pytest.raises(FloatingPointError):
        in_pieces(8, divide, 2)


@pytest.mark.parametrize("rows", [65_536, 65_537, 200_000])
def test_sums_and_functions_of_many_have_the_same_bits_on_any_number_of_threads(rows: int) -> None:
    values = np.random.default_rng(5).normal(size=rows)
    parts = [exp_each(values[first : first + 999]) for first in range(0, rows, 999)]
    for threads in (1, 2, 3):
        with shared_by(threads):
            assert total(values) == add_up(values)
            assert exp_each(values).tobytes() == np.concatenate(parts).tobytes()
            squares = power_each(np.abs(values), 2.0)
            assert squares.tobytes() == power_each(np.abs(values), np.full(rows, 2.0)).tobytes()


NUMBERS = arrays.arrays(
    np.float64,
    st.integers(0, 400),
    elements=st.floats(allow_nan=False) | st.sampled_from([0.0, -0.0, 1.0, -1.0, 5e-324]),
)


@given(NUMBERS)
def test_the_order_is_stable(values: np.ndarray) -> None:
    assert ascending(values).tolist() == np.argsort(values, kind="stable").tolist()
