"""The economy that is served: one thread that owns the simulation, obeys orders and ticks.

Whoever wants something done hands over an order, which is carried out between two ticks; whoever
wants to know something reads what was published last. So readers never wait for a tick, and a tick
never waits for readers.
"""

import queue
import statistics
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from ravelin.core.clock import QUARTER, date_of
from ravelin.core.sentence import Kind, RavelinError
from ravelin.runs.conditions import Condition
from ravelin.runs.orders import obey
from ravelin.runs.recorder import Recorder
from ravelin.runs.simulation import Simulation, default_threads
from ravelin.scenarios.shock_plan import WithdrawnError
from ravelin.server.events import Event, event
from ravelin.server.problems import ProblemError
from ravelin.server.running.publishing import Publisher, Tables
from ravelin.server.running.runs import Run, Runs, begun, branched, check_sound, continued
from ravelin.server.views.history import row_content
from ravelin.server.views.state import Published
from ravelin.storage.folder import RunFolder

Result = TypeVar("Result")

SPEED_OF = 100
"""Ticks whose median is the seconds per tick."""


@dataclass
class Until:
    """Where ticking is to end: when a condition holds after a month, at the latest after so many months.

    Attributes
    ----------
    last : months simulated at the latest
    held_at : months simulated when the condition held; None while it has not
    """

    condition: Condition | None
    last: int
    held_at: int | None = None

    def is_met(self, tick: int, row: Mapping[str, Any]) -> bool:
        """Say whether ticking ends after a month."""
        if self.condition is not None and self.condition.holds(row):
            self.held_at = tick
        return self.held_at is not None or tick >= self.last

    def content(self) -> dict[str, Any]:
        """Return what a status says of it."""
        said = None if self.condition is None else self.condition.text
        return {"condition": said, "last_tick": self.last, "held_at": self.held_at}


class Economy:
    """The simulation's thread, seen from outside.

    Parameters
    ----------
    threads : int, optional
        Of the simulation; one less than processors if not given.
    show, tell : callables
        Hear of what is published with the events since, and of other events; they must not wait.

    Attributes
    ----------
    publisher : Publisher
        What readers see.
    runs : Runs
    opened : Future
        Done when the first economy stands, or could not be opened.
    """

    def __init__(
        self,
        threads: int | None = None,
        show: Callable[[Published, list[Event]], None] = lambda _, __: None,
        tell: Callable[[list[Event]], None] = lambda _: None,
    ) -> None:
        self.publisher = Publisher(show)
        self.runs = Runs()
        self.tell = tell
        self.threads = threads or max(1, default_threads() - 1)
        self.opened: Future[None] = Future()
        self.replaced: list[Callable[[], None]] = []
        # Not a SimpleQueue: CPython's waits for ever when a very short timeout is over before it looks again.
        self._orders: queue.Queue[Callable[[], None] | None] = queue.Queue()
        self._thread = threading.Thread(target=self._work, name="economy", daemon=True)
        self._held = ExitStack()
        # What follows belongs to the thread.
        self.simulation: Simulation
        self.recorder: Recorder
        self.run: Run
        self.running = False
        self.failure: dict[str, Any] | None = None
        self.ticks_per_second: float | None = None
        self.touched = False
        self._steps_left: int | None = None
        self._until: Until | None = None
        self._due = 0.0
        self._waiting: list[Future[None]] = []

    # From any thread

    def start(self) -> None:
        """Begin to obey."""
        self._thread.start()

    def ask(self, order: Callable[[], Result]) -> "Future[Result]":
        """Have something done between two ticks."""
        done: Future[Result] = Future()

        def obey() -> None:
            if not done.set_running_or_notify_cancel():
                return
            try:
                done.set_result(order())
            except BaseException as error:
                done.set_exception(error)

        self._orders.put(obey)
        return done

    def open(self, run: Run, out: Path | None = None, *, again: bool = False) -> "Future[None]":
        """Open a run that was announced; it replaces the economy that is served.

        An economy that begins again is known to stand, so it needs no memory beside the one it replaces.
        """
        return self.ask(lambda: self._replace(run, lambda held: begun(run, out, self.threads, held), leave_first=again))

    def step_back(self, run: Run, tick: int) -> "Future[None]":
        """Go on from a month of the present run that a checkpoint keeps, in a run of its own that was announced."""

        def begin() -> None:
            folder, scenario, lasting = self.recorder.folder, self.simulation.scenario, []

            def opened(held: ExitStack) -> tuple[RunFolder, Simulation]:
                found, simulation = branched(run, folder, tick, scenario, self.threads, held)
                lasting.extend(found.checkpoints())
                return found, simulation

            self._replace(run, opened)
            self.recorder.lasting.update(lasting)

        return self.ask(begin)

    def resume(self, path: Path) -> "Future[None]":
        """Continue the run in a folder."""
        return self.ask(lambda: self._continue(path))

    def close(self) -> None:
        """Finish the tick in progress, keep a checkpoint, and end the thread."""
        self._orders.put(None)
        self._thread.join()

    # In the thread

    def _work(self) -> None:
        while True:
            try:
                patience = self._patience()
                order = self._orders.get(block=patience != 0.0, timeout=patience)
            except queue.Empty:
                try:
                    self._tick()
                except Exception as error:
                    self.fail(error)
                continue
            if order is None:
                break
            order()
        self._leave()

    def _patience(self) -> float | None:
        """Return the seconds to wait for orders; None for as long as it takes."""
        return max(0.0, self._due - time.monotonic()) if self.running else None

    def _continue(self, path: Path) -> None:
        try:
            run = self.runs.resume(path)
        except BaseException as error:
            if not self.opened.done():
                self.opened.set_exception(error)
            raise
        self._replace(run, lambda held: continued(run, self.threads, held))

    def _replace(
        self, run: Run, opened: Callable[[ExitStack], tuple[RunFolder, Simulation]], *, leave_first: bool = False
    ) -> None:
        """Put another economy in the place of the one that is served, once it stands."""
        held = ExitStack()
        try:
            if leave_first:
                self._leave()
            folder, simulation = opened(held)
            held.enter_context(simulation)
            check_sound(simulation)
            target = max(run.scenario.ticks, simulation.tick)
            recorder = held.enter_context(Recorder(simulation, folder, target, None))
            if not leave_first:
                self._leave()
            for hear in self.replaced:
                hear()
            self._held, self.recorder = held, recorder
        except BaseException as error:
            held.close()
            run.status, run.problem = "failed", told(error).content()
            if self.publisher.published is None and not self.opened.done():
                self.opened.set_exception(error)
            raise
        finally:
            self.runs.opened()
        self.simulation, self.run = simulation, run
        self.failure, self.touched, self._until = None, simulation.tick > 0, None
        self.publisher.begin(simulation)
        self.publish(reset=True)
        # Whoever is told that it is current finds it in `/state`.
        run.status = "current"
        if not self.opened.done():
            self.opened.set_result(None)

    def _leave(self) -> None:
        """Close the books of the economy that is served."""
        self.stop(publish=False)
        if not hasattr(self, "run") or self.run.status != "current":
            return
        self.run.status = "replaced"
        if self.touched or self.failure:
            self._held.close()
        else:
            # Nothing happened in it, so there is nothing to keep.
            self._held.pop_all()
            self.simulation.close()
            self.recorder.folder.discard()

    def _tick(self) -> None:
        try:
            self.simulation.step()
            self.touched = True
            self.recorder.keep()
        except WithdrawnError as error:
            self._go_without(error)
            return
        except BaseException as error:
            self.fail(error)
            return
        self.publisher.forget()
        tick = self.simulation.tick
        last = self.simulation.rows.last()
        row = row_content(last, self.simulation.rows.fields)
        status = {"run": self.run.id, "tick": tick, "date": row["date"], "ticks_per_second": self.ticks_per_second}
        data = {"world": "base", **status, "status": "running", "row": row}
        self.publisher.note(event("tick", data, "base", self.recorder.id, tick - 1))
        if tick % QUARTER == 0:
            self.publisher.measure(self.simulation)
        if self._steps_left is not None:
            self._steps_left -= 1
        enough = self._until is not None and self._until.is_met(tick, last)
        if enough or self._steps_left == 0 or (self._steps_left is None and self.is_finished):
            self.stop()
            return
        self._due = self._next_due()
        if self.publisher.is_due():
            self.publish(changed=False)
        if self.publisher.interest_is_alive():
            self.photograph()

    def _go_without(self, error: WithdrawnError) -> None:
        """Take in that a shock could not be made: whoever is served goes on without it, and is told."""
        try:
            self.recorder.withdraw(error.sentence)
        except BaseException as unkept:
            self.fail(unkept)
            return
        self.publisher.note(event("withdrawn", {"run": self.run.id, "says": error.sentence}, "base"))
        self.publisher.forget()
        self.publish()

    def _next_due(self) -> float:
        now = time.monotonic()
        if self.ticks_per_second is None or self._steps_left is not None:
            return now
        return max(now, self._due + 1.0 / self.ticks_per_second)

    @property
    def is_finished(self) -> bool:
        """Whether the scenario's months are over."""
        return self.simulation.tick >= self.run.scenario.ticks

    def go(self, steps: int | None = None, until: Until | None = None) -> "Future[None]":
        """Begin to tick: some steps as fast as they go, or on to the scenario's end at the speed set.

        Parameters
        ----------
        until : where to end before that

        Returns
        -------
        Future
            Done when ticking ends.
        """
        self.running, self._steps_left, self._until = True, steps, until
        self._due = time.monotonic()
        done: Future[None] = Future()
        self._waiting.append(done)
        self.publish()
        return done

    def stop(self, *, publish: bool = True) -> None:
        """End ticking; what waits for it goes on when readers know."""
        self.running, self._steps_left = False, None
        if publish:
            self.publish()
        waiting, self._waiting = self._waiting, []
        for done in waiting:
            done.set_result(None)

    def fail(self, error: BaseException) -> None:
        """Take in that a tick could not be finished."""
        self.failure = told(error).content()
        self._held.__exit__(type(error), error, error.__traceback__)
        self._held = ExitStack()
        self.run.problem = self.failure
        if not self.simulation.whole:
            self.publisher.let_stand()
        self.stop()

    def check_able(self) -> None:
        """Refuse orders that a failed economy cannot carry out.

        Raises
        ------
        ProblemError
        """
        if not hasattr(self, "run") or self.run.status != "current":
            raise ProblemError("conflict", "there is no economy; open one by POST /runs")
        if self.failure is not None:
            detail = f"the economy has failed: {self.failure['detail']}; reset it or open another"
            raise ProblemError("conflict", detail)

    def obey(self, kind: str, body: Mapping[str, Any]) -> None:
        """Carry out an order that changes the world, and keep it, so that it outlasts a kill.

        Raises
        ------
        RefusedError, ShockError
            If it cannot be carried out; the world is then as it was.
        ProblemError
            If it cannot be kept; the economy has failed then, for it is not what its folder says.
        """
        entry = obey(self.simulation, kind, body)
        self.touched = True
        self.publisher.forget(tables=True)
        try:
            self.recorder.order(entry)
        except BaseException as error:
            self.fail(error)
            raise told(error) from error
        self.publish()

    def status(self) -> dict[str, Any]:
        """Return the state of the run."""
        simulation, tick = self.simulation, self.simulation.tick
        if self.failure is not None:
            word = "failed"
        elif self.running:
            word = "running"
        else:
            word = "finished" if self.is_finished else "paused"
        start = simulation.scenario.start
        return {
            "run": self.run.id,
            "run_id": self.recorder.id,
            "world": "base",
            "tick": tick,
            "date": date_of(start, tick - 1).isoformat() if tick else None,
            "next_date": simulation.date.isoformat(),
            "status": word,
            "ticks_per_second": self.ticks_per_second,
            "until": None if self._until is None else self._until.content(),
            "scenario": simulation.scenario.name,
            "title": simulation.scenario.title,
            "seed": simulation.seed,
            "start": start.isoformat(),
            "ticks_total": self.run.scenario.ticks,
            "consumers": simulation.rows_of("Consumers"),
            "firms": simulation.rows_of("Firms"),
            "banks": simulation.rows_of("Banks"),
            "seconds_per_tick": pace(simulation.seconds),
            "audit_gap_cents": str(int(simulation.rows.last().get("audit_gap_cents") or 0)),
            "problem": self.failure,
        }

    def publish(self, *, changed: bool = True, reset: bool = False) -> None:
        """Let readers see this moment, and listeners hear that the status changed, or that it is another run."""
        self.publisher.publish(self.simulation, self.status(), changed=changed, reset=reset)

    def photograph(self) -> Tables:
        """Copy the tables for readers."""
        return self.publisher.photograph(self.run.id, self.simulation)


def pace(seconds: list[float]) -> float | None:
    """Return the usual time of the latest ticks; the first of a process may have compiled rules."""
    latest = seconds[max(1, len(seconds) - SPEED_OF) :] or seconds
    return statistics.median(latest) if latest else None


def told(error: BaseException) -> ProblemError:
    """Say what went wrong as a problem."""
    if isinstance(error, ProblemError):
        return error
    if isinstance(error, RavelinError):
        return ProblemError.of(error, kind=Kind.FAILED)
    line = str(error).strip().partition("\n")[0]
    return ProblemError("failed", f"{type(error).__name__}: {line}" if line else type(error).__name__)
