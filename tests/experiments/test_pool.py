"""Pieces of work in many processes: order, errors, deaths, and one compiler at a time."""

import os
import signal
import time
from typing import NamedTuple

import pytest

from ravelin.experiments.pool import PoolError, Standing, Step, run_tasks


class Piece(NamedTuple):
    number: int
    failure: str = ""
    steps: int = 6


def work(piece: Piece, step: Step) -> tuple[int, int, float]:
    begun = time.time()
    for done in range(1, piece.steps + 1):
        time.sleep(0.02)
        step(done)
        if done == piece.steps // 2:
            fail(piece.failure)
    return piece.number * piece.number, os.getpid(), begun


class UnportableError(Exception):
    def __init__(self, one: int, two: int) -> None:
        super().__init__(f"{one} and {two}")


def fail(how: str) -> None:
    if how == "value":
        raise ValueError("this is what happened")
    if how == "unportable":
        raise UnportableError(1, 2)
    if how == "killed":
        os.kill(os.getpid(), signal.SIGKILL)


def heard(pieces: list[Piece], workers: int) -> tuple[list[tuple[int, int, float]], list[Standing]]:
    told: list[Standing] = []
    steps = sum(piece.steps for piece in pieces)
    return run_tasks(work, pieces, steps=steps, workers=workers, hear=told.append), told


@pytest.mark.parametrize("workers", [1, 2, 8])
def test_results_come_in_the_order_of_the_tasks(workers: int) -> None:
    results, told = heard([Piece(number) for number in range(4)], workers)
    assert [result[0] for result in results] == [0, 1, 4, 9]
    processes = {result[1] for result in results}
    assert len(processes) == min(workers, 4) if workers < 3 else len(processes) > 1
    assert os.getpid() not in processes
    assert told[-1] == Standing(4, 4, 24, 24)
    assert [one.steps for one in told] == sorted(one.steps for one in told)


def test_the_first_worker_compiles_alone() -> None:
    """Others begin only when the first has done a quarter's steps."""
    results, told = heard([Piece(number, steps=12) for number in range(3)], 3)
    alone = [one.steps for one in told[:3]]
    assert alone == [1, 2, 3]
    first, *others = (begun for _, _, begun in results)
    assert min(others) > first + 3 * 0.02


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_is_raised_as_it_was(workers: int) -> None:
    with pytest.raises(ValueError, match="this is what happened"):
        heard([Piece(0), Piece(1, "value"), Piece(2, steps=10_000)][: workers + 1], workers)


def test_an_error_that_cannot_travel_is_told() -> None:
    with pytest.raises(PoolError, match="UnportableError: 1 and 2"):
        heard([Piece(0, "unportable"), Piece(1)], 2)


def test_a_worker_that_is_killed_is_told() -> None:
    with pytest.raises(PoolError, match="ended without an answer"):
        heard([Piece(0), Piece(1, "killed")], 2)
