"""Pieces of work done one after the other in this process, or side by side, each worker a fresh interpreter.

Workers are programs of their own, never forks: a forked child inherits locks and threads of the compiler. They
import what a task names and nothing else, so a script needs no `if __name__ == "__main__":`. The first worker starts
alone, so that one process compiles the kernels and the others find them in the cache.
"""

import contextlib
import io
import multiprocessing.spawn
import os
import pickle
import signal
import subprocess
import sys
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from multiprocessing.connection import Connection, Pipe, wait
from pathlib import Path
from types import FunctionType
from typing import Any, NamedTuple, TypeVar

from ravelin.core.clock import QUARTER
from ravelin.core.sentence import RavelinError
from ravelin.experiments.errors import ExperimentError, WorkerError
from ravelin.storage.fingerprint import code_digest

Task = TypeVar("Task")
Result = TypeVar("Result")
Step = Callable[[int], None]
"""Hears how many steps of a task are done."""
Work = Callable[[Task, Step], Result]
"""Does a task; a function of a module, so that a worker can import it."""
Done = Callable[[int, Result], None]
"""Receives the place of a task and its result, as soon as it is there."""

_STEPS_TO_COMPILE = QUARTER
"""After a quarter every rule of the tick page has run once, and is in the cache."""
_SECONDS_TO_LEAVE = 2.0
_CHANGED = (
    "the code of Ravelin was changed while runs were made, and runs of two versions cannot be compared: begin again, "
    "and let its files be until they are done"
)
_BEGIN = (
    "import sys; from multiprocessing.connection import Connection; pipe = Connection(int(sys.argv[1])); "
    "sys.path[:] = pipe.recv(); from ravelin.experiments.workers import serve; serve(pipe)"
)
"""What a worker runs: it must know where to import from before it can import anything of ours."""


class Standing(NamedTuple):
    """How far all tasks are."""

    finished: int
    tasks: int
    steps: int
    """Steps done by all tasks together."""
    total: int
    """Steps that all tasks will take."""


Hear = Callable[[Standing], None]


def run_tasks(
    work: Work[Task, Result], tasks: Sequence[Task], *, steps: int, workers: int, hear: Hear, done: Done[Result]
) -> None:
    """Do tasks, with one worker in this process and else in so many others, and hand over each result.

    Parameters
    ----------
    tasks : sequence
        What is said of one that fails begins with its text, `str(task)`.
    steps : int
        Steps that all tasks will take together.

    Raises
    ------
    ExperimentError
        If a task or a result cannot travel to another process.
    WorkerError
        If a worker ends without an answer, or a task finds no memory. What else a task raises is raised here, its
        message beginning with the task.
    """
    count = _Count(len(tasks), steps, hear)
    if workers == 1:
        for place, task in enumerate(tasks):
            done(place, _attempt(work, task, partial(count.step, place)))
            count.finish()
        return
    crew = _Crew(work, tasks, workers)
    try:
        crew.run(count, done)
    finally:
        crew.close()


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
    process: subprocess.Popen[bytes]
    pipe: Connection


class _Crew:
    """Worker processes, each at the other end of a pipe."""

    def __init__(self, work: Work[Any, Any], tasks: Sequence[Any], workers: int) -> None:
        self._names = [str(task) for task in tasks]
        # What cannot travel is found out before any work is done.
        self._waiting = deque(enumerate([packed((work, task)) for task in tasks]))
        self._most = min(workers, len(tasks))
        self._workers: dict[Connection, _Worker] = {}
        self._at_work: dict[Connection, int] = {}
        self._killed_before = _killed_for_memory()

    def run(self, count: _Count, done: Done[Any]) -> None:
        self._add()
        while self._at_work:
            for pipe in wait(list(self._at_work)):
                assert isinstance(pipe, Connection)
                self._take(pipe, count, done)
            compiled = count.finished or max(count.steps) >= _STEPS_TO_COMPILE
            while compiled and self._waiting and len(self._workers) < self._most:
                self._add()

    def _take(self, pipe: Connection, count: _Count, done: Done[Any]) -> None:
        """Take one message: steps done, an error, or a result."""
        place = self._at_work[pipe]
        try:
            kind, content = pipe.recv()
        except (EOFError, OSError):
            raise self._ended(self._workers[pipe].process, self._names[place]) from None
        if kind == "steps":
            count.step(place, content)
            return
        if kind == "error":
            raise content
        del self._at_work[pipe]
        done(place, pickle.loads(content))
        count.finish()
        self._give(pipe)

    def _ended(self, process: subprocess.Popen[bytes], name: str) -> WorkerError:
        """Say how a worker ended that gave no answer."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_SECONDS_TO_LEAVE)
        code = process.returncode
        if code is None:
            return WorkerError(f"{name}: its worker process closed its pipe without an answer")
        if code >= 0:
            return WorkerError(f"{name}: its worker process ended with exit code {code} and without an answer")
        killed = signal.Signals(-code).name if -code in signal.valid_signals() else f"signal {-code}"
        if -code == signal.SIGKILL:
            before, now = self._killed_before, _killed_for_memory()
            if before is not None and now is not None and now > before:
                told = "the system ran out of memory and killed it; use fewer workers or consumers"
                return WorkerError(f"{name}: {told}")
            return WorkerError(f"{name}: its worker process was killed by another one ({killed})")
        if -code == signal.SIGTERM:
            return WorkerError(f"{name}: its worker process was ended by another one ({killed})")
        return WorkerError(f"{name}: its worker process crashed ({killed}), which is a defect of Ravelin or of a rule")

    def _give(self, pipe: Connection) -> None:
        if self._waiting:
            place, task = self._waiting.popleft()
            self._at_work[pipe] = place
            with contextlib.suppress(BrokenPipeError):  # Its end is noticed when its answer is awaited.
                pipe.send_bytes(task)

    def _add(self) -> None:
        ours, theirs = Pipe()
        options = [f"-W{option}" for option in sys.warnoptions]
        command = [os.fsdecode(multiprocessing.spawn.get_executable()), *options, "-c", _BEGIN, str(theirs.fileno())]
        with _signals_wait():
            process = subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
            self._workers[ours] = _Worker(process, ours)
        theirs.close()
        with contextlib.suppress(BrokenPipeError):
            ours.send(sys.path)
            ours.send(code_digest())
        self._give(ours)

    def close(self) -> None:
        """End the workers, whatever they are doing."""
        for worker in self._workers.values():
            worker.pipe.close()
            if worker.pipe in self._at_work:
                worker.process.kill()
        for worker in self._workers.values():
            try:
                worker.process.wait(_SECONDS_TO_LEAVE)
            except subprocess.TimeoutExpired:
                worker.process.kill()
                worker.process.wait()


class _Pickler(pickle.Pickler):
    """Packs what a worker can unpack: classes and functions of modules, not those of a notebook or a script."""

    def reducer_override(self, value: Any) -> Any:
        if isinstance(value, (type, FunctionType)) and getattr(value, "__module__", None) == "__main__":
            raise pickle.PicklingError(f"{value.__qualname__} is defined in a notebook or in the script itself")
        return NotImplemented


def packed(value: object) -> bytes:
    """Pack a value for another process.

    Raises
    ------
    ExperimentError
        If it holds what a worker cannot import.
    """
    buffer = io.BytesIO()
    try:
        _Pickler(buffer).dump(value)
    except Exception as error:
        raise ExperimentError(
            f"{_first_line(error)}, so worker processes cannot import it: put it into a module of its own, "
            "or use workers=1"
        ) from None
    return buffer.getvalue()


@contextlib.contextmanager
def _signals_wait() -> Iterator[None]:
    """Let signals wait until a child is known to its parent; the child inherits that it does not hear them.

    Ctrl-C reaches children too, but it is their parent that ends them, in order.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def serve(pipe: Connection) -> None:
    """Do the tasks that come through the pipe until it is closed."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    try:
        # What this process imports is what lies there now: runs of two versions are no pair.
        is_of_one_code = pipe.recv() == code_digest()
    except (EOFError, ConnectionResetError):
        return
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            answer: tuple[str, Any]
            try:
                task = pipe.recv_bytes()
                if not is_of_one_code:
                    raise ExperimentError(_CHANGED)
                answer = "result", _answer(task, pipe)
            except (EOFError, BrokenPipeError, ConnectionResetError):
                return
            except Exception as error:
                answer = "error", _portable(error)
            pipe.send(answer)


def _answer(task: bytes, pipe: Connection) -> bytes:
    try:
        work, unpacked = pickle.loads(task)
    except Exception as error:
        raise ExperimentError(
            f"a worker process cannot import what it shall use ({type(error).__name__}: {_first_line(error)}): put it "
            "into a module that can be imported from anywhere, or use workers=1"
        ) from error
    result = _attempt(work, unpacked, lambda steps: pipe.send(("steps", steps)))
    try:
        return pickle.dumps(result)
    except Exception as error:
        raise ExperimentError(
            f"{unpacked}: what its observer remembers cannot come back from a worker process ({_first_line(error)}); "
            "use workers=1"
        ) from error


def _attempt(work: Work[Any, Any], task: Any, step: Step) -> Any:
    """Do a task; what it raises says which task it was."""
    try:
        return work(task, step)
    except (BrokenPipeError, ConnectionResetError):
        raise
    except MemoryError as error:
        found = f" ({_first_line(error)})" if str(error) else ""
        raise WorkerError(f"{task}: out of memory{found}; use fewer workers or consumers") from error
    except RavelinError as error:
        raise type(error).of(error, before=f"{task}: ") from error
    except Exception as error:
        if len(error.args) == 1 and isinstance(error.args[0], str) and str(error) == error.args[0]:
            error.args = (f"{task}: {error}",)
        else:
            error.add_note(f"It happened in {task}.")
        raise


def _portable(error: Exception) -> Exception:
    """Return the error as it can travel between processes, with its trace as a note if it is not ours."""
    if not isinstance(error, (ExperimentError, WorkerError)):
        error.add_note("In a worker process:\n" + "".join(traceback.format_exception(error)))
    try:
        same = pickle.loads(pickle.dumps(error))
    except Exception:
        return WorkerError(f"{type(error).__name__}: {error}")
    return error if str(same) == str(error) else WorkerError(f"{type(error).__name__}: {error}")


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__


def _killed_for_memory() -> int | None:
    """Return how many processes the system has killed for want of memory since it began; None if it does not say."""
    try:
        counters = Path("/proc/vmstat").read_text()
    except OSError:
        return None
    return next((int(line.split()[1]) for line in counters.splitlines() if line.startswith("oom_kill ")), None)
