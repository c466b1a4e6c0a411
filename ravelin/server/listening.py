"""The server on a socket: uvicorn, told to end streams before it waits for them."""

import asyncio
import signal
import socket
from collections.abc import Callable, Iterable

import uvicorn

from ravelin.server.app import Server
from ravelin.server.back import First
from ravelin.server.guard import Guard

SHUTDOWN_SECONDS = 5
CONNECTIONS_MAX = 2000


class OpeningError(RuntimeError):
    """The first economy could not be opened."""


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
            self._say(f"Opened {found['consumers']:,} consumers, {found['firms']:,} firms, {found['banks']:,} banks")

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams, finish what is being answered, keep the economy."""
        if self.failure is None:
            self._say("Finishing the month and keeping the run")
        self._server.hub.close()
        await super().shutdown(sockets)


def listen(
    first: First,
    *,
    host: str,
    port: int,
    token: str | None,
    names: Iterable[str],
    threads: int | None,
    say: Callable[[str], None],
) -> None:
    """Serve until asked to end; the economy is kept with a checkpoint.

    Raises
    ------
    OpeningError
        If the first economy could not be opened.
    """
    server = Server(Guard(host, token, names), first, threads)
    # Only errors are logged: a warning for each malformed request would let anybody fill the log, or a pipe.
    config = uvicorn.Config(
        server, host=host, port=port, access_log=False, log_level="error", server_header=False, ws="none",
        lifespan="on", timeout_graceful_shutdown=SHUTDOWN_SECONDS, backlog=512, limit_concurrency=CONNECTIONS_MAX,
    )  # fmt: skip
    listening = Listening(config, server, say)
    # uvicorn ends in good order and then raises the signal again, which is to end nothing more.
    before = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        listening.run()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if listening.failure is not None:
        raise OpeningError(f"the economy could not be opened: {listening.failure}")
