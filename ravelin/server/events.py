"""Server-sent events: what happens, told to everybody who listens, without waiting for anybody.

Each listener has a queue of its own, bounded. One that does not keep up is told so and dropped.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Iterable
from typing import Any, NamedTuple

from ravelin.server.problems import ProblemError
from ravelin.server.views.state import encode

HEARTBEAT_SECONDS = 10.0
SEND_SECONDS = 20.0
QUEUE_EVENTS = 256
LISTENERS_MAX = 64
MISSED_MAX = 1200
RETRY = b"retry: 2000\n\n"
HEARTBEAT = b": heartbeat\n\n"


class Event(NamedTuple):
    """What to send, and the world it is about; None is about all."""

    world: str | None
    text: bytes


def event(kind: str, data: Any, world: str | None = None, number: int | None = None) -> Event:
    """Write an event; `number` becomes its id."""
    lines = [b"event: " + kind.encode()]
    if number is not None:
        lines.append(b"id: %d" % number)
    lines.append(b"data: " + encode(data))
    return Event(world, b"\n".join(lines) + b"\n\n")


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
        self._waiting: deque[bytes] = deque()
        self._bell = asyncio.Event()

    def offer(self, told: Event) -> None:
        """Queue an event; drop the listener if its queue is full."""
        if self.dropped or (self.world is not None and told.world not in (None, self.world)):
            return
        if len(self._waiting) >= QUEUE_EVENTS:
            self.dropped = True
            self._waiting.clear()
        else:
            self._waiting.append(told.text)
        self._bell.set()

    def close(self) -> None:
        """End the stream after what is queued."""
        self.closed = True
        self._bell.set()

    async def chunks(self) -> AsyncIterator[bytes]:
        """Give what is queued, a heartbeat when nothing is, until the end."""
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._bell.wait(), HEARTBEAT_SECONDS)
            self._bell.clear()
            if self.dropped:
                detail = f"more than {QUEUE_EVENTS} events were waiting; connect again and read faster"
                yield event("dropped", ProblemError("too-busy", detail).content()).text
                return
            if self._waiting:
                yield b"".join(self._waiting)
                self._waiting.clear()
            elif not self.closed:
                yield HEARTBEAT
            if self.closed:
                return


class Hub:
    """All listeners. Used by the event loop only, but for `tell`."""

    def __init__(self) -> None:
        self.listeners: set[Listener] = set()
        self._loop: asyncio.AbstractEventLoop | None = None

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Say which loop serves the listeners."""
        self._loop = loop

    def join(self, world: str | None) -> Listener:
        """Open a stream.

        Raises
        ------
        ProblemError
            If there are as many as there may be.
        """
        if len(self.listeners) >= LISTENERS_MAX:
            raise ProblemError(
                "too-busy", f"{LISTENERS_MAX} streams are open, the most there may be", headers={"Retry-After": "10"}
            )
        listener = Listener(world)
        self.listeners.add(listener)
        return listener

    def leave(self, listener: Listener) -> None:
        """Forget a stream."""
        self.listeners.discard(listener)

    def tell(self, told: Iterable[Event]) -> None:
        """Hand events to every listener; may be called from any thread, and never waits."""
        if self.listeners and self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._offer, list(told))

    def _offer(self, told: list[Event]) -> None:
        for listener in self.listeners:
            for one in told:
                listener.offer(one)

    def close(self) -> None:
        """End all streams."""
        for listener in self.listeners:
            listener.close()
