"""Server-sent events: what happens, told to everybody who listens, without waiting for anybody.

Each listener has a queue of its own, bounded. One that does not keep up is told so and dropped. The id of a month's
event names the run and the month, `<run>:<tick>`, so that a reader who comes back with an id of a run that is gone is
told so, and never gets the months of one run behind those of another.
"""

import asyncio
import contextlib
import re
from collections import deque
from collections.abc import AsyncGenerator, Iterable
from typing import Any, NamedTuple

from ravelin.server.problems import ProblemError
from ravelin.server.views.state import encode

HEARTBEAT_SECONDS = 10.0
SEND_SECONDS = 20.0
QUEUE_EVENTS = 256
LISTENERS_MAX = 256
"""Streams at once, if not said otherwise."""
MISSED_MAX = 1200
RETRY = b"retry: 2000\n\n"
HEARTBEAT = b": heartbeat\n\n"


class Event(NamedTuple):
    """What to send, and the world it is about (None is about all).

    Attributes
    ----------
    run, number : of the base's month that it tells of; a reset names the run that begins
    """

    world: str | None
    text: bytes
    run: str | None = None
    number: int | None = None

    @property
    def resets(self) -> bool:
        """Whether another run begins."""
        return self.run is not None and self.number is None


def event(kind: str, data: Any, world: str | None = None, run: str | None = None, number: int | None = None) -> Event:
    """Write an event; run and number become its id."""
    lines = [b"event: " + kind.encode()]
    if number is not None:
        lines.append(f"id: {run}:{number}".encode())
    lines.append(b"data: " + encode(data))
    return Event(world, b"\n".join(lines) + b"\n\n", run, number)


def seen_of(last: str, run: str) -> int | None:
    """Return the number in an event's id, or None if it is not one of this run."""
    named, _, number = last.rpartition(":")
    return int(number) if named == run and re.fullmatch("[0-9]{1,9}", number) else None


class Listener:
    """One open stream.

    Attributes
    ----------
    dropped : bool
        It did not read as fast as things happen.
    """

    def __init__(self, world: str | None) -> None:
        self.world = world
        self.dropped = False
        self.closed = False
        self._run: str | None = None
        self._seen = -1
        self._waiting: deque[Event] = deque()
        self._bell = asyncio.Event()

    def offer(self, told: Event) -> None:
        """Queue an event; drop the listener if its queue is full."""
        if self.dropped or (self.world is not None and told.world not in (None, self.world)):
            return
        if len(self._waiting) >= QUEUE_EVENTS:
            self.dropped = True
            self._waiting.clear()
        else:
            self._waiting.append(told)
        self._bell.set()

    def skip(self, run: str, seen: int) -> None:
        """Leave out what the listener was told of otherwise: that a run began, and its months up to one."""
        self._run, self._seen = run, seen
        begun = [place for place, one in enumerate(self._waiting) if one.resets and one.run == run]
        for _ in range(begun[-1] + 1 if begun else 0):
            self._waiting.popleft()

    def _take(self) -> bytes:
        """Take what is queued."""
        taken = []
        for one in self._waiting:
            if one.run is None or one.run != self._run or (one.number is not None and one.number > self._seen):
                taken.append(one.text)
        self._waiting.clear()
        return b"".join(taken)

    def close(self) -> None:
        """End the stream after what is queued."""
        self.closed = True
        self._bell.set()

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """Give what is queued, a heartbeat when nothing is, until the end."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(HEARTBEAT_SECONDS):
                    await self._bell.wait()
            self._bell.clear()
            if self.dropped:
                detail = f"more than {QUEUE_EVENTS} events were waiting; connect again and read faster"
                yield event("dropped", ProblemError("too-busy", detail).content()).text
                return
            if self._waiting:
                yield self._take()
            elif not self.closed:
                yield HEARTBEAT
            if self.closed:
                return


class Hub:
    """All listeners.

    Parameters
    ----------
    most : int
        How many there may be.
    """

    def __init__(self, most: int = LISTENERS_MAX) -> None:
        self.most = most
        self.listeners: set[Listener] = set()

    def join(self, world: str | None) -> Listener:
        """Open a stream.

        Raises
        ------
        ProblemError
            If there are as many as there may be.
        """
        if len(self.listeners) >= self.most:
            detail = (
                f"as many streams of events are open as there may be ({self.most}); close one, or serve with more "
                f"by --listeners {2 * self.most}"
            )
            raise ProblemError("too-busy", detail, headers={"Retry-After": "10"})
        listener = Listener(world)
        self.listeners.add(listener)
        return listener

    def leave(self, listener: Listener) -> None:
        """Forget a stream."""
        self.listeners.discard(listener)

    def tell(self, told: Iterable[Event]) -> None:
        """Hand events to every listener; waits for none of them."""
        for listener in self.listeners:
            for one in told:
                listener.offer(one)

    def close(self) -> None:
        """End all streams."""
        for listener in self.listeners:
            listener.close()
