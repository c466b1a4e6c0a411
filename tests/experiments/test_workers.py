"""Pieces of work in this process or many: order, errors, deaths, interrupts, and one compiler at a time."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ravelin.experiments.errors import ExperimentError, WorkerError
from ravelin.experiments.workers import Standing, Step, run_tasks


class Piece(NamedTuple):
    number: int
    failure: str = ""
    steps: int = 6
    carried: Any = None

    def __str__(self) -> str:
        return f"piece {self.number}"


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
    if how == "no file":
        raise FileNotFoundError(2, "No such file", "gone.csv")
    if how == "memory":
        raise MemoryError("Unable to allocate 9.0 TiB")
    if how == "leaves":
        os._exit(3)
    if how.startswith("SIG"):
        os.kill(os.getpid(), getattr(signal, how))


def heard(pieces: list[Piece], workers: int) -> tuple[list[tuple[int, int, float]], list[Standing]]:
    told: list[Standing] = []
    results: dict[int, tuple[int, int, float]] = {}
    steps = sum(piece.steps for piece in pieces)
    run_tasks(work, pieces, steps=steps, workers=workers, hear=told.append, done=results.__setitem__)
    return [results[place] for place in range(len(pieces))], told


@pytest.mark.parametrize("workers", [1, 2, 8])
def test_every_task_has_its_result(workers: int) -> None:
    results, told = heard([Piece(number) for number in range(4)], workers)
    assert [result[0] for result in results] == [0, 1, 4, 9]
    processes = {result[1] for result in results}
    assert len(processes) == min(workers, 4) if workers < 3 else len(processes) > 1
    assert (os.getpid() in processes) == (workers == 1)
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
def test_an_error_is_raised_as_it_was_and_says_where(workers: int) -> None:
    with pytest.raises(ValueError, match="this is what happened") as wrong:
        heard([Piece(0), Piece(1, "value"), Piece(2, steps=10_000)][: workers + 1], workers)
    assert str(wrong.value) == "piece 1: this is what happened"
    with pytest.raises(FileNotFoundError) as gone:
        heard([Piece(0, "no file"), Piece(1)], workers)
    assert gone.value.filename == "gone.csv"
    assert "It happened in piece 0." in gone.value.__notes__


@pytest.mark.parametrize("workers", [1, 2])
def test_want_of_memory_is_told_as_that(workers: int) -> None:
    with pytest.raises(WorkerError, match=r"^piece 0: out of memory \(Unable to allocate 9.0 TiB\); use fewer workers"):
        heard([Piece(0, "memory"), Piece(1)], workers)


def test_an_error_that_cannot_travel_is_told() -> None:
    with pytest.raises(WorkerError, match="UnportableError: piece 0: 1 and 2"):
        heard([Piece(0, "unportable"), Piece(1)], 2)


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("SIGKILL", "piece 1: its worker process was killed by another one (SIGKILL)"),
        ("SIGTERM", "piece 1: its worker process was ended by another one (SIGTERM)"),
        ("SIGSEGV", "piece 1: its worker process crashed (SIGSEGV), which is a defect of Ravelin or of a rule"),
        ("leaves", "piece 1: its worker process ended with exit code 3 and without an answer"),
    ],
)
def test_how_a_worker_ended_is_told(how: str, said: str) -> None:
    """Want of memory is named only where the system says that it killed for it."""
    with pytest.raises(WorkerError) as caught:
        heard([Piece(0), Piece(1, how)], 2)
    assert str(caught.value) == said


def test_a_worker_that_the_system_killed_for_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = iter([4, 5])
    monkeypatch.setattr("ravelin.experiments.workers._killed_for_memory", lambda: next(counted))
    with pytest.raises(WorkerError, match=r"^piece 0: the system ran out of memory and killed it; use fewer workers"):
        heard([Piece(0, "SIGKILL"), Piece(1)], 2)


def carried_by_hand(piece: Piece, step: Step) -> Any:
    return (lambda: None) if piece.failure == "back" else piece.carried


def test_what_cannot_travel_is_said_before_any_work() -> None:
    class Local:
        pass

    for carried in (Local(), Local, lambda: None):
        with pytest.raises(ExperimentError, match="put it into a module of its own, or use workers=1"):
            run_tasks(
                carried_by_hand, [Piece(0, carried=carried), Piece(1)], steps=2, workers=2, hear=print, done=pytest.fail
            )


def test_what_cannot_come_back_is_said() -> None:
    with pytest.raises(ExperimentError, match="what its observer remembers cannot come back from a worker"):
        run_tasks(carried_by_hand, [Piece(0, "back"), Piece(1)], steps=2, workers=2, hear=print, done=print)


def test_what_is_done_before_an_interrupt_is_handed_over() -> None:
    for workers in (1, 2):
        results: dict[int, Any] = {}

        def interrupt(now: Standing) -> None:
            if now.finished == 2:
                raise KeyboardInterrupt

        pieces = [Piece(number) for number in range(5)]
        with pytest.raises(KeyboardInterrupt):
            run_tasks(work, pieces, steps=30, workers=workers, hear=interrupt, done=results.__setitem__)
        assert len(results) == 2
        assert {results[place][0] for place in results} <= {0, 1, 4, 9}


SCRIPT = """
from test_workers import Piece, work
from ravelin.experiments.workers import run_tasks

class Mine:
    pass

print("once")
run_tasks(work, [Piece(number) for number in range(3)], steps=18, workers=2, hear=lambda now: None, done=print)
run_tasks(work, [Piece(0, carried=Mine())], steps=6, workers=1, hear=lambda now: None, done=print)
run_tasks(work, [Piece(0, carried=Mine()), Piece(1)], steps=12, workers=2, hear=lambda now: None, done=print)
"""


def test_a_plain_script_needs_no_guard(tmp_path: Path) -> None:
    """Workers do not run the script again; what only the script knows is refused in one sentence."""
    (tmp_path / "script.py").write_text(SCRIPT)
    here = [str(Path(__file__).parent), str(Path(__file__).resolve().parents[2])]
    ended = subprocess.run(
        [sys.executable, "script.py"], cwd=tmp_path, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(here)},
    )  # fmt: skip
    assert ended.stdout.count("once") == 1
    assert len(ended.stdout.splitlines()) == 1 + 3 + 1
    assert ended.stderr.count("Traceback") == 1  # The script's own: a sentence that nobody catches.
    assert ended.stderr.splitlines()[-1] == (
        "ravelin.experiments.errors.ExperimentError: Mine is defined in a notebook or in the script itself, so worker "
        "processes cannot import it: put it into a module of its own, or use workers=1"
    )


def test_runs_of_two_versions_are_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that begins after the code was edited would mix in what another economy does."""
    monkeypatch.setattr("ravelin.experiments.workers.code_digest", lambda: "what the code was when the runs began")
    with pytest.raises(ExperimentError, match="the code of Ravelin was changed while runs were made"):
        heard([Piece(number) for number in range(3)], 2)
