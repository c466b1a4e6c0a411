"""The economy that is served: one thread that owns the simulation, obeys orders and ticks.

Whoever wants something done hands over an order, which is carried out between two ticks; whoever
wants to know something reads what was published last. So readers never wait for a tick, and a tick
never waits for readers.
"""

import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np

from ravelin.core.clock import QUARTER, date_of
from ravelin.core.table import World
from ravelin.recorder import Recorder, begin
from ravelin.scenarios.scenario import Scenario
from ravelin.server.events import Event, event
from ravelin.server.problems import ProblemError
from ravelin.server.views.distribution import distribution
from ravelin.server.views.state import Published, encode, parts_of
from ravelin.simulation import Simulation, default_threads
from ravelin.state.consumers import Consumers
from ravelin.storage.folder import RunFolder, fresh_path

Result = TypeVar("Result")

PUBLISHING_SHARE = 0.05
"""At most this part of the time goes into publishing: where ticks take a millisecond, not each is encoded."""
INTEREST_SECONDS = 10.0
"""For so long after a table was read, the tables are copied after every tick."""
RUNS_KEPT = 200
SPEED_OF = 100
"""Ticks over which the seconds per tick are averaged."""


class Tables(NamedTuple):
    """All tables as they were between two ticks; nobody writes to them any more."""

    tag: str
    run: str
    tick: int
    simulation: Simulation
    world: World


@dataclass
class Run:
    """An economy that was, is or will be served."""

    id: str
    scenario: Scenario
    folder: Path
    status: str = "opening"
    problem: dict[str, Any] | None = None

    def content(self) -> dict[str, Any]:
        """Return what `/runs/{id}` says."""
        return {
            "id": self.id,
            "status": self.status,
            "scenario": self.scenario.name,
            "seed": self.scenario.seed,
            "consumers": self.scenario.consumers,
            "folder": str(self.folder),
            "problem": self.problem,
        }


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
    published : Published or None
        What readers see; replaced as a whole.
    runs : id -> Run
        Newest last.
    opened : Future
        Done when the first economy stands, or could not be opened.
    """

    def __init__(
        self,
        threads: int | None = None,
        show: Callable[[Published, list[Event]], None] = lambda _, __: None,
        tell: Callable[[list[Event]], None] = lambda _: None,
    ) -> None:
        self.show = show
        self.tell = tell
        self.threads = threads or max(1, default_threads() - 1)
        self.published: Published | None = None
        self.tables: Tables | None = None
        self.interest = float("-inf")
        self.runs: dict[str, Run] = {}
        self.opened: Future[None] = Future()
        self.replaced: list[Callable[[], None]] = []
        # Not a SimpleQueue: CPython's waits for ever when a very short timeout is over before it looks again.
        self._orders: queue.Queue[Callable[[], None] | None] = queue.Queue()
        self._thread = threading.Thread(target=self._work, name="economy", daemon=True)
        self._held = ExitStack()
        self._opening = threading.Lock()
        # What follows belongs to the thread.
        self.simulation: Simulation
        self.recorder: Recorder
        self.run: Run
        self.running = False
        self.failure: dict[str, Any] | None = None
        self.ticks_per_second: float | None = None
        self.touched = False
        self.forks: bytes = b"[]"
        self._steps_left: int | None = None
        self._due = 0.0
        self._waiting: list[Future[None]] = []
        self._parts: dict[str, bytes] = {}
        self._distribution = b"null"
        self._unpublished: list[Event] = []
        self._published_at = 0.0
        self._publishing_cost = 0.0

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

    def announce(self, scenario: Scenario) -> Run:
        """Enter a run that is to be opened.

        Raises
        ------
        ProblemError
            If another one is being opened.
        """
        if not self._opening.acquire(blocking=False):
            raise ProblemError("conflict", "another economy is being opened; wait for it")
        path = fresh_path(f"{scenario.name}-{scenario.seed}")
        while path.name in self.runs:
            path = path.with_name(f"{path.name}-again")
        return self._enter(Run(path.name, scenario, path))

    def _enter(self, run: Run) -> Run:
        self.runs[run.id] = run
        for old in list(self.runs)[:-RUNS_KEPT]:
            del self.runs[old]
        return run

    def open(self, run: Run, out: Path | None = None, *, again: bool = False) -> "Future[None]":
        """Open a run that was announced; it replaces the economy that is served.

        An economy that begins again is known to stand, so it needs no memory beside the one it replaces.
        """
        return self.ask(lambda: self._replace(run, lambda held: self._begin(run, out, held), leave_first=again))

    def resume(self, path: Path) -> "Future[None]":
        """Continue the run in a folder."""
        self._opening.acquire()
        return self.ask(lambda: self._continue(path))

    def take_interest(self) -> None:
        """Ask that the tables be copied after each tick for a while."""
        self.interest = time.monotonic()

    def interest_is_alive(self) -> bool:
        """Say whether the tables are copied after each tick."""
        return time.monotonic() - self.interest < INTEREST_SECONDS

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

    def _begin(self, run: Run, out: Path | None, held: ExitStack) -> tuple[RunFolder, Simulation]:
        settings = Simulation.check(run.scenario)
        folder = held.enter_context(RunFolder.create(out or run.folder))
        run.folder = folder.path
        begin(folder, run.scenario, settings)
        try:
            return folder, Simulation(run.scenario, threads=self.threads)
        except BaseException:
            folder.discard()
            raise

    def _continue(self, path: Path) -> None:
        folder = RunFolder.look(path)
        scenario = Scenario.load(folder.scenario_path)
        run = self._enter(Run(path.resolve().name, scenario, path))

        def load(held: ExitStack) -> tuple[RunFolder, Simulation]:
            kept = held.enter_context(RunFolder.open(path))
            if not kept.checkpoints():
                return kept, Simulation(scenario, threads=self.threads)
            simulation = Simulation.load(kept.checkpoint_path(kept.checkpoints()[-1]), threads=self.threads)
            simulation.scenario = simulation.scenario.departing(ticks=scenario.ticks)
            run.scenario = simulation.scenario
            return kept, simulation

        self._replace(run, load)

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
            if self.published is None and not self.opened.done():
                self.opened.set_exception(error)
            raise
        finally:
            self._opening.release()
        self.simulation, self.run = simulation, run
        self.failure, self.touched = None, simulation.tick > 0
        run.status = "current"
        self._parts, self.tables = {}, None
        self._measure()
        self.publish(reset=True)
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
        except BaseException as error:
            self.fail(error)
            return
        self._parts = {}
        tick = self.simulation.tick
        row = self.simulation.rows.last()
        status = {"run": self.run.id, "tick": tick, "date": row["date"], "ticks_per_second": self.ticks_per_second}
        self._unpublished.append(
            event("tick", {"world": "base", **status, "status": "running", "row": row}, "base", tick - 1)
        )
        if tick % QUARTER == 0:
            self._measure()
        if self._steps_left is not None:
            self._steps_left -= 1
        if self._steps_left == 0 or (self._steps_left is None and self.is_finished):
            self.stop()
            return
        self._due = self._next_due()
        if time.monotonic() - self._published_at > self._publishing_cost / PUBLISHING_SHARE:
            self.publish(changed=False)
        if self.interest_is_alive():
            self.photograph()

    def _next_due(self) -> float:
        now = time.monotonic()
        if self.ticks_per_second is None or self._steps_left is not None:
            return now
        return max(now, self._due + 1.0 / self.ticks_per_second)

    @property
    def is_finished(self) -> bool:
        """Whether the scenario's months are over."""
        return self.simulation.tick >= self.run.scenario.ticks

    def go(self, steps: int | None = None) -> "Future[None]":
        """Begin to tick: some steps as fast as they go, or on to the scenario's end at the speed set.

        Returns
        -------
        Future
            Done when ticking ends.
        """
        self.running, self._steps_left = True, steps
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
        if not self.simulation.whole and self.published is not None:
            # The world belongs to no month, so what was last published of it stands.
            self._parts = self.published.parts
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

    def altered(self) -> None:
        """Take in that the world was changed between two ticks, and keep it."""
        self.touched, self._parts, self.tables = True, {}, None
        self.recorder.checkpoint()
        self.publish()

    def status(self) -> dict[str, Any]:
        """Return the state of the run."""
        simulation, tick = self.simulation, self.simulation.tick
        latest = simulation.seconds[-SPEED_OF:]
        if self.failure is not None:
            word = "failed"
        elif self.running:
            word = "running"
        else:
            word = "finished" if self.is_finished else "paused"
        start = simulation.scenario.start
        return {
            "run": self.run.id,
            "world": "base",
            "tick": tick,
            "date": date_of(start, tick - 1).isoformat() if tick else None,
            "next_date": simulation.date.isoformat(),
            "status": word,
            "ticks_per_second": self.ticks_per_second,
            "scenario": simulation.scenario.name,
            "title": simulation.scenario.title,
            "seed": simulation.seed,
            "start": start.isoformat(),
            "ticks_total": self.run.scenario.ticks,
            "consumers": simulation.rows_of("Consumers"),
            "firms": simulation.rows_of("Firms"),
            "banks": simulation.rows_of("Banks"),
            "seconds_per_tick": sum(latest) / len(latest) if latest else None,
            "audit_gap_cents": str(int(simulation.rows.last().get("audit_gap_cents") or 0)),
            "problem": self.failure,
        }

    def publish(self, *, changed: bool = True, reset: bool = False) -> None:
        """Let readers see this moment.

        Parameters
        ----------
        changed : bool
            Listeners must hear of the status too.
        reset : bool
            It is another run.
        """
        begun = time.monotonic()
        before = self.published
        status = self.status()
        same = before is not None and before.run == self.run.id and before.tick == status["tick"]
        status["revision"] = before.status["revision"] + 1 if same and before is not None else 0
        if not self._parts:
            self._parts = parts_of(self.simulation)
        parts = {
            **self._parts,
            "status": encode(status),
            "distribution": self._distribution,
            "forks": self.forks,
        }
        tag = f"{self.run.id}-{status['tick']}.{status['revision']}"
        self.published = Published(tag, self.run.id, status["tick"], status, parts)
        told_now, self._unpublished = self._unpublished, []
        if reset:
            told_now = [event("reset", status)]
        elif changed:
            told_now.append(event("status", status))
        self.show(self.published, told_now)
        self._published_at = time.monotonic()
        self._publishing_cost = self._published_at - begun

    def _measure(self) -> None:
        tick = self.simulation.tick
        self._distribution = encode(distribution(self.simulation.world, tick - 1 if tick else None))

    def photograph(self) -> Tables:
        """Copy what the next tick will change, so that readers can take their time."""
        simulation = self.simulation
        shocked = {shock.target for shock in simulation.scenario.shocks}
        fixed = [
            declared
            for table in simulation.world.tables
            for declared in table.columns.values()
            if declared.fixed and repr(declared) not in shocked
        ]
        published = self.published
        tag = f"{self.run.id}-{simulation.tick}"
        if published is not None and published.tick == simulation.tick:
            tag = published.tag
        self.tables = Tables(tag, self.run.id, simulation.tick, simulation, simulation.world.copy(shared=fixed))
        return self.tables


def check_sound(simulation: Simulation) -> None:
    """Refuse an economy that was opened with parameters under which it cannot stand.

    Raises
    ------
    ProblemError
    """
    for declared, array in simulation.world[Consumers].items():
        if not np.isfinite(array).all():
            detail = f"with these parameters {declared} is not a number at the opening"
            raise ProblemError("invalid", detail)
    name, gap = max(simulation.audit().items(), key=lambda one: abs(one[1]))
    if gap:
        detail = f"with these parameters the accounts do not close at the opening: {name}, {gap} cents"
        raise ProblemError("invalid", detail)


def told(error: BaseException) -> ProblemError:
    """Say what went wrong as a problem."""
    if isinstance(error, ProblemError):
        return error
    text = str(error).strip().partition("\n")[0]
    own = type(error).__module__.startswith("ravelin.")
    return ProblemError("failed", text if own and text else f"{type(error).__name__}: {text}")
