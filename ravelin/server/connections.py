"""Connections from strangers: how much may come before a request is whole, how soon, and how many may wait.

The reader of HTTP beneath has no limits of its own: it gathers a header for as long as one comes, and waits for
the rest of a request for ever. Here a connection that brings none in time is ended, and where too many wait, the
one that has waited longest makes room. So whoever sends a whole request at once always finds a place.
"""

import asyncio
import http
import ipaddress
from typing import Any, Literal

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from ravelin.server.problems import MEDIA_TYPE, ProblemError

HEAD_MAX = 16 * 1024
"""Bytes of a request's line and headers; of what stands between two pieces of a body; of its trailers."""
REQUEST_SECONDS = 10.0
"""From the opening of a connection, or the first byte of a later request, to the last byte of the request."""
STALL_SECONDS = 20.0
"""A reader who takes nothing of an answer for so long is gone, or as good as gone."""
WAITING_MAX = 1024
WAITING_OF_PEER_MAX = 512
"""Connections that are not being answered: idle, or with a request that is not whole yet."""
LINGER_SECONDS = 2.0
LINGER_BYTES = 1 << 20
"""A refused request is read on for a while: whose bytes are not taken hears of a reset, not of the reason."""


class Lobby:
    """Who is connected and is not being answered, by peer.

    Whoever was answered before is known. Those who are known and those who are new each have half of a peer's
    places to themselves, so that a flood of the one does not push out the other.
    """

    def __init__(self, most: int = WAITING_MAX, most_of_peer: int = WAITING_OF_PEER_MAX) -> None:
        self.most = most
        self.most_of_peer = min(most, most_of_peer)
        self.count = 0
        self._peers: dict[str, tuple[dict[Connection, None], dict[Connection, None]]] = {}

    def enter(self, connection: "Connection") -> None:
        """Let a connection wait; one that has waited longer goes if there are too many."""
        self.leave(connection)
        queues = self._peers.setdefault(connection.peer, ({}, {}))
        queues[connection.known][connection] = None
        self.count += 1
        if len(queues[0]) + len(queues[1]) > self.most_of_peer:
            self._turn_out(queues)
        elif self.count > self.most:
            self._turn_out(max(self._peers.values(), key=lambda waiting: len(waiting[0]) + len(waiting[1])))

    def leave(self, connection: "Connection") -> None:
        """Take a connection off: its request is whole, or it is closed."""
        queues = self._peers.get(connection.peer)
        for queue in queues or ():
            if connection in queue:
                del queue[connection]
                self.count -= 1
        if queues and not queues[0] and not queues[1]:
            del self._peers[connection.peer]

    def _turn_out(self, queues: "tuple[dict[Connection, None], dict[Connection, None]]") -> None:
        new, known = queues
        oldest = next(iter(new if len(new) >= len(known) else known))
        self.leave(oldest)
        oldest.transport.abort()


def peer_of(client: tuple[str, int] | None) -> str:
    """Return what counts as one peer: an address, or a network of IPv6 as one customer gets it."""
    address = client[0].partition("%")[0] if client else ""
    return str(ipaddress.ip_network((address, 64), strict=False)) if ":" in address else address


class Connection(HttpToolsProtocol):
    """A connection with limits.

    Attributes
    ----------
    lobby : Lobby
        Of the server.
    peer : str
        Who is at the other end.
    known : bool
        A request that came this way was answered.
    """

    lobby: Lobby

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first request."""
        super().connection_made(transport)
        self.peer = peer_of(self.client)
        self.known = False
        self._reading: Literal["", "head", "body"] = ""
        self._unread = 0
        self._reason: ProblemError | None = None
        self._refused: int | None = None
        self._deadline: asyncio.TimerHandle | None = None
        self._stalled: asyncio.TimerHandle | None = None
        self._unsent = 0
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Give the place back."""
        self.lobby.leave(self)
        self._set_deadline(None)
        self.resume_writing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, in parts so small that no more than a head is held at once."""
        if self._refused is not None:
            self._refused += len(data)
            if self._refused > LINGER_BYTES:
                self.transport.abort()
            return
        start = 0
        while start < len(data) and self._refused is None and not self.transport.is_closing():
            part = data[start : start + HEAD_MAX - self._unread]
            start += len(part)
            self._advanced = False
            super().data_received(part)
            self._unread = 0 if self._advanced else self._unread + len(part)
            if self._unread >= HEAD_MAX and self._refused is None:
                self._refuse(ProblemError("large-head", f"the head of a request may have {HEAD_MAX:,} bytes"))

    # What the parser finds

    def on_message_begin(self) -> None:
        """Note that a request has begun."""
        super().on_message_begin()
        self._reading = "head"
        if self.known and self._deadline is not None:
            self._set_deadline(REQUEST_SECONDS)

    def on_headers_complete(self) -> None:
        """Refuse a request that two readers of HTTP could read in two ways; begin to answer any other."""
        self._advanced, self._reading = True, "body"
        self._reason = self._judge_head()
        if self._reason is not None:
            raise self._reason
        super().on_headers_complete()
        # What follows a chunked body looks like headers too, and is none of the application's business.
        self.headers = []

    def _judge_head(self) -> ProblemError | None:
        if self.parser.get_http_version() not in ("1.0", "1.1"):
            return ProblemError("bad-request", "the request is not HTTP/1.0 or HTTP/1.1")
        hosts = [value for name, value in self.headers if name == b"host"]
        codings = [value for name, value in self.headers if name == b"transfer-encoding"]
        if codings and (codings[0].strip().lower() != b"chunked" or self.parser.get_http_version() == "1.0"):
            return ProblemError("bad-request", "a body may be chunked, in HTTP/1.1, and nothing else")
        if not self.url.startswith(b"/") and self.url != b"*":
            authority = self.url.partition(b"://")[2].partition(b"/")[0].partition(b"?")[0]
            if not hosts or authority.lower() != hosts[0].strip().lower():
                return ProblemError("wrong-host", "the address names another machine than the Host header")
        return None

    def on_body(self, body: bytes) -> None:
        """Note that the body goes on."""
        self._advanced = True
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Leave the waiting: the request is whole, and the rest is for the application."""
        self._advanced, self._reading = True, ""
        self.lobby.leave(self)
        self._set_deadline(None)
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        self.known = True
        super().on_response_complete()
        if self.cycle.response_complete and not self.transport.is_closing():
            self._wait()

    # Patience

    def _wait(self) -> None:
        if not self._reading or self._deadline is None:
            self.lobby.enter(self)
            self._unsent = self.transport.get_write_buffer_size()
            self._set_deadline(REQUEST_SECONDS)

    def _set_deadline(self, seconds: float | None) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = None if seconds is None else self.loop.call_later(seconds, self._lose_patience)

    def _lose_patience(self) -> None:
        unsent = self.transport.get_write_buffer_size()
        if 0 < unsent < self._unsent:
            # A long answer on a slow line is still on its way.
            self._unsent = unsent
            self._set_deadline(REQUEST_SECONDS)
        elif self._reading and self._refused is None and not (self._reading == "body" and self.cycle.response_started):
            detail = f"a request must be whole within {REQUEST_SECONDS:g} seconds"
            self._refuse(ProblemError("timeout", detail))
        else:
            self.transport.abort()

    def pause_writing(self) -> None:
        """Watch whether the reader takes anything."""
        super().pause_writing()
        self._watch(self.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        """Stop watching."""
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None
        super().resume_writing()

    def _watch(self, before: int) -> None:
        self._stalled = self.loop.call_later(STALL_SECONDS, self._judge_stall, before)

    def _judge_stall(self, before: int) -> None:
        unsent = self.transport.get_write_buffer_size()
        if unsent >= before:
            self.transport.abort()
        else:
            self._watch(unsent)

    # Refusals

    def send_400_response(self, msg: str) -> None:
        """Say why a request cannot be read."""
        unread = ProblemError("bad-request", "the request is not one as RFC 9112 (HTTP/1.1) writes it")
        self._refuse(self._reason or unread)

    def _refuse(self, problem: ProblemError) -> None:
        self._refused = 0
        if self.cycle is not None and not self.cycle.response_complete:
            if self.cycle.response_started:
                self.transport.abort()
                return
            # Nobody is to be answered on this connection any more.
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.pipeline.clear()
        body = problem.body()
        phrase = http.HTTPStatus(problem.status).phrase
        head = (
            f"HTTP/1.1 {problem.status} {phrase}\r\ncontent-type: {MEDIA_TYPE}\r\ncontent-length: {len(body)}\r\n"
            "x-content-type-options: nosniff\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self._set_deadline(LINGER_SECONDS)


def connections(lobby: Lobby) -> type[Connection]:
    """Return the kind of connection of one server."""
    members: dict[str, Any] = {"lobby": lobby}
    return type("Connection", (Connection,), members)
