"""A pool of processes: pieces of work run side by side, each worker a fresh interpreter.

Workers are spawned, never forked: a forked child inherits locks and threads of the compiler. The first
worker starts alone, so that one process compiles the kernels and the others find them in the cache.
"""

import contextlib
import multiprocessing
import pickle
import signal
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, NamedTuple, TypeVar

from ravelin.core.clock import QUARTER

Task = TypeVar("Task")
Result = TypeVar("Result")
Step = Callable[[int], None]
"""Hears how many steps of a task are done."""
Work = Callable[[Task, Step], Result]
"""Does a task; a function of a module, so that a worker can import it."""

_STEPS_TO_COMPILE = QUARTER
"""After a quarter every rule of the tick page has run once, and is in the cache."""
_SECONDS_TO_LEAVE = 2.0


class PoolError(RuntimeError):
    """A worker process that ended without an answer."""


class Standing(NamedTuple):
    """How far all tasks are."""

    finished: int
    tasks: int
    steps: int
    """Steps done by all tasks together."""
    total: int
    """Steps that all tasks will take."""


Hear = Callable[[Standing], None]


def run_tasks(work: Work[Task, Result], tasks: Sequence[Task], *, steps: int, workers: int, hear: Hear) -> list[Result]:
    """Do tasks in so many processes and return results in their order.

    Even one worker is a process of its own: an interrupt can end it in the middle of compiling, which this
    process might not survive.

    Parameters
    ----------
    steps : int
        Steps that all tasks will take together.

    Raises
    ------
    PoolError
        If a worker is killed. What a task raises is raised here.
    """
    count = _Count(len(tasks), steps, hear)
    pool = _Pool(work, tasks, workers)
    try:
        return pool.run(count)
    finally:
        pool.close()


class _Count:
    def __init__(self, tasks: int, total: int, hear: Hear) -> None:
        self.total = total
        self.steps = [0] * tasks
        self.finished = 0
        self._hear = hear

    def step(self, place: int, steps: int) -> None:
        self.steps[place] = steps
        self._tell()

    def finish(self) -> None:
        self.finished += 1
        self._tell()

    def _tell(self) -> None:
        self._hear(Standing(self.finished, len(self.steps), sum(self.steps), self.total))


class _Worker(NamedTuple):
    process: BaseProcess
    pipe: Connection


class _Pool:
    """Worker processes, each at the other end of a pipe."""

    def __init__(self, work: Work[Any, Any], tasks: Sequence[Any], workers: int) -> None:
        self._work = work
        self._waiting = deque(enumerate(tasks))
        self._results: list[Any] = [None] * len(tasks)
        self._most = min(workers, len(tasks))
        self._workers: list[_Worker] = []
        self._at_work: dict[Connection, int] = {}

    def run(self, count: _Count) -> list[Any]:
        self._add()
        while self._at_work:
            for pipe in wait(list(self._at_work)):
                assert isinstance(pipe, Connection)
                self._take(pipe, count)
            compiled = count.finished or max(count.steps) >= _STEPS_TO_COMPILE
            while compiled and self._waiting and len(self._workers) < self._most:
                self._add()
        return self._results

    def _take(self, pipe: Connection, count: _Count) -> None:
        """Take one message: steps done, an error, or a result."""
        place = self._at_work[pipe]
        try:
            kind, content = pipe.recv()
        except (EOFError, OSError):
            raise PoolError(
                "a worker process ended without an answer, perhaps for want of memory; use fewer --workers or "
                "--consumers (in a script, begin the work below `if __name__ == '__main__':`)"
            ) from None
        if kind == "steps":
            count.step(place, content)
            return
        if kind == "error":
            raise content
        self._results[place] = content
        del self._at_work[pipe]
        count.finish()
        self._give(pipe)

    def _give(self, pipe: Connection) -> None:
        if self._waiting:
            place, task = self._waiting.popleft()
            self._at_work[pipe] = place
            with contextlib.suppress(BrokenPipeError):  # Its end is noticed when its answer is awaited.
                pipe.send(task)

    def _add(self) -> None:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(self._work, theirs), daemon=True)
        with _signals_wait():
            process.start()
            self._workers.append(_Worker(process, ours))
        theirs.close()
        self._give(ours)

    def close(self) -> None:
        """End the workers, whatever they are doing."""
        for worker in self._workers:
            worker.pipe.close()
            if worker.pipe in self._at_work:
                worker.process.kill()
        for worker in self._workers:
            worker.process.join(_SECONDS_TO_LEAVE)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()


@contextlib.contextmanager
def _signals_wait() -> Iterator[None]:
    """Let signals wait until a child is known to its parent; the child inherits that it does not hear them.

    Ctrl-C reaches children too, but it is their parent that ends them, in order.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # Python starts a tracker beside the first child, and would let signals through again after that.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(work: Work[Any, Any], pipe: Connection) -> None:
    """Do the tasks that come through the pipe until it is closed."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            task = pipe.recv()
            try:
                answer = "result", work(task, lambda steps: pipe.send(("steps", steps)))
            except (BrokenPipeError, ConnectionResetError):
                return
            except Exception as error:
                answer = "error", _portable(error)
            pipe.send(answer)


def _portable(error: Exception) -> Exception:
    """Return the error as it can travel between processes, with its trace as a note."""
    error.add_note("In a worker process:\n" + "".join(traceback.format_exception(error)))
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return PoolError(f"{type(error).__name__}: {error}")
    return error
