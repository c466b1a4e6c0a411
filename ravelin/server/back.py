"""The economy's own process: it ticks, obeys, and answers what only it knows.

In one process with the event loop, each of the two would wait for the other whenever it runs Python:
measured with 50 busy readers and 100,000 consumers, answers took three times as long. So the front
keeps what is published and asks for the rest over a pipe.
"""

import asyncio
import contextlib
import faulthandler
import signal
import sys
import threading
import traceback
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar

from ravelin.core.sentence import RavelinError
from ravelin.scenarios.scenario import Scenario
from ravelin.server.acts.endpoints import ACTS
from ravelin.server.events import MISSED_MAX, event, seen_of
from ravelin.server.guard import Headers
from ravelin.server.problems import ProblemError
from ravelin.server.reads.endpoints import READS
from ravelin.server.routes import JSON, Answer, Endpoint, Request, refusal
from ravelin.server.running.economy import Economy
from ravelin.server.running.forks import Forks
from ravelin.server.running.publishing import Tables
from ravelin.server.views.history import row_content
from ravelin.server.views.network import Sheets
from ravelin.server.views.state import Published

Result = TypeVar("Result")

LOOKING_SECONDS = 30.0
LOOKS_MAX = 32
NEWS_MAX = 5000
LOST = "the economy's process has ended; open another economy by POST /runs"
TOO_LARGE = "an amount in this economy is beyond what whole cents can hold; reset it or open another"
ENDPOINTS: dict[str, Endpoint] = {f"{one.method} {one.path}": one for one in (*READS, *ACTS)}


@dataclass(frozen=True)
class First:
    """How the first economy comes about: from a scenario, or from a run's folder; or there is none yet.

    Attributes
    ----------
    scenario, out : a new run, and its folder if it is not to have a name of its own
    resume : the folder of a run to continue
    """

    scenario: Scenario | None = None
    out: Path | None = None
    resume: Path | None = None


@dataclass(frozen=True)
class Question:
    """A request that the front has checked and does not answer by itself."""

    number: int
    endpoint: str
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    accepted: str = JSON
    headers: tuple[tuple[bytes, bytes], ...] = ()
    secure: bool = False


class Outbox:
    """What is on its way to the front; whoever puts something in does not wait for it to be taken out.

    While the front is busy, newer states take the place of older ones.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._waiting: deque[tuple[str, Any]] = deque()
        self._bell = threading.Condition()
        self._thread = threading.Thread(target=self._work, name="outbox", daemon=True)
        self._thread.start()

    def put(self, kind: str, content: Any) -> None:
        """Send a message after the others."""
        with self._bell:
            if kind == "news" and self._waiting and self._waiting[-1][0] == "news":
                _, (older, events) = self._waiting.pop()
                newer, more = content
                content = (newer or older, [*events, *more][-NEWS_MAX:])
            self._waiting.append((kind, content))
            self._bell.notify()

    def close(self) -> None:
        """Send what is left."""
        self.put("closed", None)
        self._thread.join()

    def _work(self) -> None:
        kind = ""
        # A front that is gone is noticed where its questions are read.
        with contextlib.suppress(OSError):
            while kind != "closed":
                with self._bell:
                    self._bell.wait_for(lambda: bool(self._waiting))
                    kind, content = self._waiting.popleft()
                self._connection.send((kind, content))


class Back:
    """Economy, forks, and whoever looks at them.

    Attributes
    ----------
    answered : Idempotency-Key -> what was asked and answered
    """

    def __init__(self, connection: Connection, threads: int | None) -> None:
        self._connection = connection
        self._outbox = Outbox(connection)
        self.economy = Economy(
            threads,
            show=lambda published, told: self._outbox.put("news", (published, told)),
            tell=lambda told: self._outbox.put("news", (None, told)),
        )
        self.forks = Forks(self.economy)
        self.answered: OrderedDict[str, tuple[bytes, Answer]] = OrderedDict()
        self.run_lock = asyncio.Lock()
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="look")
        self._looking = 0
        self._sheets: tuple[str, Sheets] | None = None

    async def serve(self, first: First) -> None:
        """Open the first economy and answer questions until the front ends."""
        loop = asyncio.get_running_loop()
        ended = asyncio.Event()
        reader = threading.Thread(target=self._listen, args=(loop, ended), name="questions", daemon=True)
        self.economy.opened.add_done_callback(lambda opened: self._outbox.put("opened", self._how(opened)))
        self.economy.start()
        self.forks.start()
        if first.resume is not None:
            self.economy.resume(first.resume)
        elif first.scenario is not None:
            self.economy.open(self.economy.runs.announce(first.scenario), first.out)
        else:
            self.economy.opened.set_exception(ProblemError("conflict", LOST))
        reader.start()
        await ended.wait()
        await asyncio.to_thread(self._close)
        await asyncio.to_thread(self._outbox.close)

    def _listen(self, loop: asyncio.AbstractEventLoop, ended: asyncio.Event) -> None:
        answering: set[asyncio.Task[None]] = set()

        def begin(question: Question) -> None:
            task = loop.create_task(self._answer(question))
            answering.add(task)
            task.add_done_callback(answering.discard)

        while True:
            try:
                question = self._connection.recv()
            except (EOFError, OSError):
                question = None
            if question is None:
                loop.call_soon_threadsafe(ended.set)
                return
            loop.call_soon_threadsafe(begin, question)

    async def _answer(self, question: Question) -> None:
        try:
            if question.endpoint == "missed":
                answer: Any = await self._missed(question.query["last"])
            else:
                endpoint = ENDPOINTS[question.endpoint]
                headers = Headers(question.headers)
                request = Request(
                    self, headers, question.path, question.query, question.body, question.accepted, question.secure
                )
                answer = await endpoint.handler(request)
        except ProblemError as problem:
            answer = refusal(problem)
        except RavelinError as error:
            answer = refusal(ProblemError.of(error))
        except OverflowError:
            # Who multiplies everything by a billion gets such a world, and is told so.
            answer = refusal(ProblemError("failed", TOO_LARGE))
        except Exception as error:
            traceback.print_exc(file=sys.stderr)
            detail = f"{type(error).__name__} inside the server; its log has the details"
            answer = refusal(ProblemError("defect", detail))
        self._outbox.put("answer", (question.number, answer))

    def _how(self, opened: "Future[None]") -> tuple[str | None, Path | None]:
        """Say what kept the first economy from being opened, and where it is kept if nothing did."""
        error = opened.exception()
        if error is not None:
            return str(error) or type(error).__name__, None
        return None, self.economy.run.folder

    def _close(self) -> None:
        self.forks.close()
        self.economy.close()
        self._pool.shutdown()

    async def _missed(self, last: str) -> tuple[bytes, str, int]:
        """Return the events after the one with an id, the run that they tell of, and the last month.

        Whoever comes with an id of another run, or of a month that this one has lost, is told to begin anew.
        """
        published = await self.current()
        status, run = published.status, published.status["run_id"]
        seen = seen_of(last, run)
        lost = seen is None or seen >= published.tick
        first = -1 if seen is None or lost else seen
        too_many = published.tick - first - 1 > MISSED_MAX
        told = [event("reset" if lost or too_many else "status", status).text]
        if too_many:
            return told[0], run, published.tick - 1
        seen = first
        rows = self.economy.simulation.rows
        names = [one.name for one in rows.fields]
        values = rows.matrix(seen + 1)[: published.tick - seen - 1]
        for place, row in enumerate(values.tolist(), seen + 1):
            date = rows.dates[place].isoformat()
            data = {
                "world": "base", "run": published.run, "tick": place + 1, "date": date, "status": status["status"],
                "ticks_per_second": status["ticks_per_second"],
                "row": {"tick": place, "date": date} | row_content(dict(zip(names, row, strict=True)), rows.fields),
            }  # fmt: skip
            told.append(event("tick", data, "base", run, place).text)
        return b"".join(told), run, published.tick - 1

    # For handlers

    async def current(self) -> Published:
        """Return what was published last, waiting for the first economy to be opened.

        Raises
        ------
        ProblemError
        """
        if self.economy.publisher.published is None:
            try:
                await asyncio.shield(asyncio.wrap_future(self.economy.opened))
            except ProblemError:
                raise
            except Exception as error:
                raise ProblemError("failed", f"the economy could not be opened: {error}") from None
        published = self.economy.publisher.published
        if published is None:
            raise ProblemError("opening", "the economy is still being opened", headers={"Retry-After": "5"})
        return published

    async def ask(self, order: Callable[[], Result]) -> Result:
        """Have something done in the economy's thread, between two ticks."""
        await self.current()
        return await asyncio.shield(asyncio.wrap_future(self.economy.ask(order)))

    async def look(self, work: Callable[[], Result]) -> Result:
        """Do what takes a while beside the other questions.

        Raises
        ------
        ProblemError
            If too much of it is going on.
        """
        if self._looking >= LOOKS_MAX:
            detail = "too many pages and networks are being drawn up; try again"
            raise ProblemError("too-busy", detail, headers={"Retry-After": "1"})
        self._looking += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        finally:
            self._looking -= 1

    async def tables(self) -> Tables:
        """Return all tables as they were after one of the last ticks.

        Whoever asks first waits for the end of the tick in progress; from then on they are kept fresh.

        Raises
        ------
        ProblemError
        """
        published = await self.current()
        economy = self.economy
        fresh = economy.publisher.interest_is_alive()
        economy.publisher.take_interest()
        kept = economy.publisher.tables
        fresh = fresh and published.status["status"] == "running"
        if kept is not None and kept.run == published.run and (fresh or kept.tag == published.tag):
            return kept
        try:
            return await asyncio.wait_for(asyncio.wrap_future(economy.ask(economy.photograph)), LOOKING_SECONDS)
        except TimeoutError:
            detail = "the tick in progress takes long; try again"
            raise ProblemError("too-busy", detail, headers={"Retry-After": "5"}) from None

    def sheets(self, tables: Tables) -> Sheets:
        """Return everybody's balance sheets at one moment, drawn up once."""
        key = f"{id(tables.world)} {tables.tag}"
        if self._sheets is None or self._sheets[0] != key:
            self._sheets = (key, Sheets(tables.world))
        return self._sheets[1]


def main(connection: Connection, first: First, threads: int | None) -> None:
    """Be the economy's process until the front closes the pipe, then keep a checkpoint."""
    # Ctrl-C reaches every process of a terminal; the front says when to end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    faulthandler.enable()
    asyncio.run(Back(connection, threads).serve(first))
