"""The server on a socket: uvicorn, told to end streams before it waits for them."""

import signal
import socket
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from typing import Any

import uvicorn

from ravelin.server.app import Server
from ravelin.server.economy import Economy
from ravelin.server.events import Hub
from ravelin.server.guard import Guard

SHUTDOWN_SECONDS = 5
CONNECTIONS_MAX = 2000


class Listening(uvicorn.Server):
    """Says where it listens, and closes streams of events when it is asked to end."""

    def __init__(self, config: uvicorn.Config, hub: Hub, say: Callable[[str], None]) -> None:
        super().__init__(config)
        self._hub = hub
        self._say = say

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Open the socket."""
        await super().startup(sockets)
        if self.started:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            self._say(f"Listening on http://{f'[{host}]' if ':' in host else host}:{port}")

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams, finish what is being answered, keep the economy."""
        self._say("Finishing the month and keeping a checkpoint")
        self._hub.close()
        await super().shutdown(sockets)


def listen(
    begin: Callable[[Economy], Future[None]],
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
    Exception
        What kept the first economy from being opened.
    """
    economy = Economy(Hub(), threads)
    first: list[Future[None]] = []
    server = Server(economy, Guard(host, token, names), lambda one: first.append(begin(one)))
    config = uvicorn.Config(
        server, host=host, port=port, access_log=False, log_level="warning", server_header=False, ws="none",
        lifespan="on", timeout_graceful_shutdown=SHUTDOWN_SECONDS, backlog=512, limit_concurrency=CONNECTIONS_MAX,
    )  # fmt: skip
    listening = Listening(config, economy.hub, say)
    economy.opened.add_done_callback(lambda opened: _tell(opened, economy, listening, say))
    # uvicorn ends in good order and then raises the signal again, which is to end nothing more.
    before = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        listening.run()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if economy.opened.done() and (error := economy.opened.exception()) is not None:
        raise error
    if economy.published is not None and economy.run.folder.exists():
        say(f"Kept the run; continue with: ravelin serve --resume {economy.run.folder}")


def _tell(opened: "Future[None]", economy: Economy, listening: Listening, say: Callable[[str], None]) -> None:
    if opened.exception() is not None:
        listening.should_exit = True
        return
    status: dict[str, Any] = economy.status()
    say(f"Opened {status['consumers']:,} consumers, {status['firms']:,} firms, {status['banks']:,} banks")
