"""The server on a socket: uvicorn, told to end streams before it waits for them."""

import asyncio
import contextlib
import errno
import signal
import socket
from collections.abc import Callable, Iterable

import uvicorn

from ravelin.core.sentence import Kind, RavelinError
from ravelin.server.app import Server
from ravelin.server.back import First
from ravelin.server.connections import WAITING_MAX, Lobby, connections
from ravelin.server.events import LISTENERS_MAX
from ravelin.server.guard import Guard

try:
    import resource
except ImportError:  # Windows counts handles otherwise.
    resource = None  # type: ignore[assignment]

SHUTDOWN_SECONDS = 5
BACKLOG = 512
CONNECTIONS_MAX = 2000
"""Beside streams of events."""
HANDLES_SPARE = 200
"""Files that the server itself may have open beside its connections."""
PLACES_LEAST = 16
_REASONS = {
    errno.EADDRINUSE: "port {port} of {host} is used by another program; choose another one with --port, "
    "or --port 0 for one that is free",
    errno.EACCES: "port {port} is one that only the administrator may open; choose one above 1023 with --port",
    errno.EADDRNOTAVAIL: "{host} is not an address of this machine; choose one with --host",
}


class OpeningError(RavelinError, RuntimeError):
    """The first economy could not be opened."""

    kind = Kind.FAILED


class ListeningError(RavelinError, RuntimeError):
    """The address that was asked for cannot be listened on."""

    kind = Kind.INVALID


class Listening(uvicorn.Server):
    """Says where it listens, and closes streams of events when it is asked to end."""

    def __init__(self, config: uvicorn.Config, server: Server, say: Callable[[str], None]) -> None:
        super().__init__(config)
        self._server = server
        self._say = say
        self.failure: str | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Open the socket."""
        await super().startup(sockets)
        if self.started:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            self._say(f"Listening on http://{f'[{host}]' if ':' in host else host}:{port}")
            self._server.opening.add_done_callback(self._opened)

    def _opened(self, opening: "asyncio.Future[str | None]") -> None:
        if opening.cancelled():
            return
        self.failure = opening.result()
        if self.failure is not None:
            self.should_exit = True
        elif self._server.published is not None:
            found = self._server.published.status
            self._say(
                f"Opened {found['consumers']:,} consumers, {found['firms']:,} firms, {found['banks']:,} banks; "
                f"keeping the run in {self._server.folder}\nStop with Ctrl-C, which keeps the run"
            )

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams, finish what is being answered, keep the economy."""
        if self.failure is None:
            self._say("Finishing the month and keeping the run")
        self._server.hub.close()
        await super().shutdown(sockets)


def open_sockets(host: str, port: int) -> list[socket.socket]:
    """Listen on every address that a host name stands for, before anything else is begun.

    Raises
    ------
    ListeningError
    """
    opened: list[socket.socket] = []
    with contextlib.ExitStack() as held:
        try:
            found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        except (OSError, UnicodeError):
            raise ListeningError(f"--host {host} is not an address of this machine, nor a name of one") from None
        for family, address in dict.fromkeys((one[0], one[4]) for one in found):
            opened.append(held.enter_context(socket.socket(family, socket.SOCK_STREAM)))
            opened[-1].setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                opened[-1].setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            try:
                # The first one may choose a free port; the others take the same.
                opened[-1].bind((address[0], opened[0].getsockname()[1] or port, *address[2:]))
                opened[-1].listen(BACKLOG)
            except OSError as error:
                if error.errno == errno.EADDRNOTAVAIL and len(opened) > 1:
                    opened.pop().close()  # A machine without IPv6 may have the name of its loopback all the same.
                    continue
                known = _REASONS.get(error.errno or 0, "port {port} of {host} cannot be listened on: {reason}")
                raise ListeningError(known.format(host=host, port=port, reason=error.strerror or error)) from None
        held.pop_all()
    return opened


def places(listeners: int) -> tuple[int, int]:
    """Return how many connections may wait and how many may listen, having asked the system for as many open files.

    Parameters
    ----------
    listeners : int
        Streams of events that are wanted; the usual number gives way where a system opens few files.

    Raises
    ------
    ListeningError
        If the system opens too few files for as many as were asked for.
    """
    if resource is None:
        return WAITING_MAX, listeners
    wanted = CONNECTIONS_MAX + listeners + HANDLES_SPARE
    given, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if given != resource.RLIM_INFINITY and given < wanted:
        given = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (given, most))
        given = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if given == resource.RLIM_INFINITY:
        return WAITING_MAX, listeners
    room = given - HANDLES_SPARE
    if listeners > room - PLACES_LEAST:
        if listeners > LISTENERS_MAX:
            needed = listeners + HANDLES_SPARE + PLACES_LEAST
            raise ListeningError(
                f"--listeners {listeners} needs {needed:,} open files and this system lets a program have {given:,}; "
                f"ask for fewer, or raise its limit by ulimit -n {needed}",
                parameter="--listeners",
            )
        listeners = max(PLACES_LEAST, room // 2)
    return max(PLACES_LEAST, min(WAITING_MAX, (room - listeners) // 2)), listeners


def listen(
    first: First,
    *,
    host: str,
    port: int,
    token: str | None,
    names: Iterable[str],
    threads: int | None,
    say: Callable[[str], None],
    origins: Iterable[str] = (),
    listeners: int = LISTENERS_MAX,
) -> None:
    """Serve until asked to end; the economy is kept with a checkpoint.

    Raises
    ------
    OriginError
        If one of the origins is none, or lets in whom the token keeps out.
    ListeningError
        If the port is taken, the address is none, or there are not so many files to open.
    OpeningError
        If the first economy could not be opened.
    """
    guard = Guard(host, token, names, origins)
    waiting, listeners = places(listeners)
    sockets = open_sockets(host, port)
    server = Server(guard, first, threads, listeners=listeners)
    # Only errors are logged: a warning for each malformed request would let anybody fill the log, or a pipe.
    config = uvicorn.Config(
        server, http=connections(Lobby(waiting)), access_log=False, log_level="error", server_header=False, ws="none",
        lifespan="on", timeout_graceful_shutdown=SHUTDOWN_SECONDS, backlog=BACKLOG,
        limit_concurrency=CONNECTIONS_MAX + listeners,
    )  # fmt: skip
    listening = Listening(config, server, say)
    # uvicorn ends in good order and then raises the signal again, which is to end nothing more.
    before = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        listening.run(sockets)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if listening.failure is not None:
        raise OpeningError(f"the economy could not be opened: {listening.failure}")
