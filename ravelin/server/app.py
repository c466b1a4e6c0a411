"""The front: a Starlette application that publishes an economy and passes orders on to it."""

import asyncio
import contextlib
import hashlib
import multiprocessing
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, MutableMapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request as StarletteRequest
from starlette.responses import Response
from starlette.routing import Route

from ravelin.core.sentence import nearest, offered
from ravelin.server import back
from ravelin.server.acts.endpoints import ACTS
from ravelin.server.back import First, Question
from ravelin.server.events import LISTENERS_MAX, Hub, event
from ravelin.server.front import FRONT
from ravelin.server.guard import Guard, Headers, read_body
from ravelin.server.pages import Pages
from ravelin.server.problems import MEDIA_TYPE, ProblemError
from ravelin.server.reads.endpoints import READS
from ravelin.server.routes import Answer, Endpoint, Request, accepted, choose, refusal
from ravelin.server.sending import Receive, Scope, Send, send_answer, send_state
from ravelin.server.views.state import Body, Published, encode

ENDPOINTS: tuple[Endpoint, ...] = (*FRONT, *READS, *ACTS)
OPENING_SECONDS = 60.0
WAITING_MAX = 512
"""Requests that wait for the economy's process; what is published is told to everybody at once."""
PUBLIC_FOLDERS = ("/dashboard/", "/problems/")
_PASSED_ON = (b"idempotency-key",)


class Server:
    """An ASGI application.

    Parameters
    ----------
    guard : Guard
    first : First
        How the first economy comes about.
    threads : int, optional
        Of the economy.
    consumers_max : int
        The largest economy that `POST /runs` opens.
    listeners : int
        Most streams of events at once.

    Attributes
    ----------
    published : Published or None
        What readers see.
    opening : Future
        Done when the first economy stands; its result is what kept it from being opened, or None.
    folder : Path or None
        Where the first economy is kept.
    """

    def __init__(
        self,
        guard: Guard,
        first: First,
        threads: int | None = None,
        consumers_max: int = 200_000_000,
        listeners: int = LISTENERS_MAX,
    ) -> None:
        self.guard = guard
        self.hub = Hub(listeners)
        self.pages = Pages()
        self.consumers_max: int = consumers_max
        self.endpoints = ENDPOINTS
        self.published: Published | None = None
        self.opening: asyncio.Future[str | None]
        self.folder: Path | None = None
        self._prepared: dict[str, Answer] = {}
        self._first = first
        self._threads = threads
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._number = 0
        self._asking = 0
        self._closing = False
        by_path: dict[str, dict[str, Endpoint]] = {}
        for endpoint in ENDPOINTS:
            by_path.setdefault(endpoint.path, {})[endpoint.method] = endpoint
        self._paths = list(by_path)
        self._acting_reads = {one.path for one in ENDPOINTS if one.acts and one.method == "GET"}
        self._public = {one.path for one in ENDPOINTS if one.public}
        self._inner = Starlette(
            routes=[Route(path, _Address(self, methods)) for path, methods in by_path.items()],
            exception_handlers={HTTPException: self._not_found, Exception: _defect},
            lifespan=self._lifespan,
        )
        self._inner.router.redirect_slashes = False

    def prepared(self, name: str, make: Callable[[], Any]) -> Answer:
        """Return an answer that stays the same as long as the server runs, encoded and compressed once for all.

        The front answers everybody by itself, so whatever one reader makes it do anew, all others wait for.
        """
        if name not in self._prepared:
            body = Body.of(encode(make()))
            tag = hashlib.blake2b(body.plain, digest_size=12).hexdigest()
            self._prepared[name] = Answer(body.plain, tag=tag, zipped=body.zipped)
        return self._prepared[name]

    # The economy's process

    @contextlib.asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        self.opening = asyncio.get_running_loop().create_future()
        self._begin(self._first)
        try:
            yield
        finally:
            self._closing = True
            self.hub.close()
            with contextlib.suppress(OSError):
                self._connection.send(None)
            await asyncio.to_thread(self._process.join)
            await asyncio.to_thread(self._reader.join)
            self._connection.close()

    def _begin(self, first: First) -> None:
        """Start the economy's process."""
        # A forked process would inherit locks that nobody gives back.
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=back.main, args=(theirs, first, self._threads), name="economy")
        self._process.start()
        theirs.close()
        known = (asyncio.get_running_loop(), self._connection)
        self._reader = threading.Thread(target=self._listen, args=known, name="answers", daemon=True)
        self._reader.start()

    def _listen(self, loop: asyncio.AbstractEventLoop, connection: Connection) -> None:
        while True:
            try:
                kind, content = connection.recv()
            except (EOFError, OSError):
                kind, content = "lost", None
            loop.call_soon_threadsafe(self._hear, kind, content)
            if kind in ("lost", "closed"):
                return

    def _hear(self, kind: str, content: Any) -> None:
        if kind == "news":
            published, told = content
            self.published = published or self.published
            self.hub.tell(told)
        elif kind == "opened":
            if not self.opening.done():
                failed, self.folder = content
                self.opening.set_result(failed)
        elif kind == "answer":
            number, answer = content
            waiting = self._waiting.pop(number, None)
            if waiting is not None and not waiting.done():
                waiting.set_result(answer)
        else:
            self._lose()

    def _lose(self) -> None:
        """Take in that the economy's process has ended; unless it was asked to, another one takes its place."""
        problem = ProblemError("conflict", back.LOST)
        if not self.opening.done():
            self.opening.set_result("its process has ended")
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_result(refusal(problem))
        self._waiting.clear()
        if self._closing or self.published is None:
            return
        before = self.published
        status = before.status | {
            "status": "failed",
            "problem": problem.content(),
            "revision": before.status["revision"] + 1,
        }
        tag = f"{before.run}-{before.tick}.{status['revision']}"
        self.published = Published(tag, before.run, before.tick, status, before.parts | {"status": encode(status)})
        self.hub.tell([event("status", status)])
        self._connection.close()
        self._begin(First())

    async def back_call(self, endpoint: str, **members: Any) -> Any:
        """Ask the economy's process.

        Raises
        ------
        ProblemError
            If it has ended.
        """
        self._number += 1
        number = self._number
        with self._place():
            waiting = asyncio.get_running_loop().create_future()
            self._waiting[number] = waiting
            try:
                self._connection.send(Question(number, endpoint, **members))
                return await waiting
            except OSError:
                raise ProblemError("conflict", back.LOST) from None
            finally:
                self._waiting.pop(number, None)

    @contextlib.contextmanager
    def _place(self) -> Iterator[None]:
        """Take one of the places of those who wait for the economy, and give it back."""
        if self._asking >= WAITING_MAX:
            detail = f"{WAITING_MAX} requests wait for the economy, the most there may be"
            raise ProblemError("too-busy", detail, headers={"Retry-After": "1"})
        self._asking += 1
        try:
            yield
        finally:
            self._asking -= 1

    async def missed(self, last: str) -> tuple[bytes, str, int]:
        """Return the events after the one with an id, the run that they tell of, and the last month."""
        answer: tuple[bytes, str, int] = await self.back_call("missed", query={"last": last})
        if isinstance(answer, Answer):
            raise ProblemError("conflict", back.LOST)
        return answer

    async def current(self) -> Published:
        """Return what was published last; while the first economy is opened, wait for it.

        Raises
        ------
        ProblemError
        """
        if self.published is None:
            try:
                with self._place():
                    failed = await asyncio.wait_for(asyncio.shield(self.opening), OPENING_SECONDS)
            except TimeoutError:
                detail = "the economy is still being opened; try again"
                raise ProblemError("opening", detail, headers={"Retry-After": "5"}) from None
            if failed is not None or self.published is None:
                raise ProblemError("failed", f"the economy could not be opened: {failed}")
        return self.published

    # Requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        headers = Headers(scope["headers"])
        path, method = scope["path"], scope["method"]
        origins, origin = self.guard.origins, headers(b"origin")
        if origins:
            send = _told_to(origins.headers(origin), send)
        try:
            if method == "OPTIONS" and headers(b"access-control-request-method") is not None:
                # A browser asks before it sends what a page wants to send, and knows no token.
                self.guard.check(scope, headers, public=True, acts=False)
                await send_answer(Answer(b"", 204, headers=origins.preflight(origin)), headers, send, head=False)
                return
            public = path in self._public or path.startswith(PUBLIC_FOLDERS)
            acts = method not in ("GET", "HEAD") or path in self._acting_reads
            self.guard.check(scope, headers, public=public, acts=acts)
            published = self.published
            if path == "/state" and method == "GET" and published is not None and not scope["query_string"]:
                accept = headers(b"accept")
                if accept is None or accept == b"*/*" or accept == b"application/json":
                    await send_state(published, headers, send)
                    return
            await self._inner(scope, receive, send)
        except ProblemError as problem:
            await send_answer(refusal(problem), headers, send, head=method == "HEAD")

    async def _not_found(self, request: StarletteRequest, _: Exception) -> Response:
        path = request.scope["path"]
        close = nearest(path, self._paths)
        said = f"there is nothing at {path[:200]}{offered(close)}"
        problem = ProblemError("not-found", said, nearest=close)
        return Response(problem.body(), problem.status, media_type=MEDIA_TYPE)


class _Address:
    """All methods of an address: Starlette finds it, this checks, and passes on what the front does not know."""

    def __init__(self, server: Server, methods: Mapping[str, Endpoint]) -> None:
        self._server = server
        self._methods = methods

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers, head = Headers(scope["headers"]), scope["method"] == "HEAD"
        try:
            answer = await self._answer(scope, receive, headers)
        except ProblemError as problem:
            answer = refusal(problem)
        if isinstance(answer, Answer):
            await send_answer(answer, headers, send, head=head)
        else:
            await answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, headers: Headers) -> Any:
        server, method = self._server, scope["method"]
        endpoint = choose(self._methods, method, scope["path"])
        query = endpoint.read_query(scope["query_string"])
        media = accepted(headers(b"accept"), endpoint.media)
        raw = b"" if method in ("GET", "HEAD") else await read_body(receive, headers)
        body = endpoint.read_body(raw, headers, server.consumers_max)
        if method == "HEAD" and endpoint.streams:
            return Answer(b"", media=media)
        path, secure = scope["path_params"], scope.get("scheme") == "https"
        if endpoint.front:
            return await endpoint.handler(Request(server, headers, path, query, body, media, secure))
        await server.current()
        return await server.back_call(
            f"{endpoint.method} {endpoint.path}",
            path=path,
            query=query,
            body=body,
            accepted=media,
            headers=tuple((name, value) for name in _PASSED_ON if (value := headers(name)) is not None),
            secure=secure,
        )


def _told_to(more: Iterable[tuple[bytes, bytes]], send: Send) -> Send:
    """Add headers to an answer, whoever gives it."""

    async def told(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], *more]
        await send(message)

    return told


async def _defect(_: StarletteRequest, error: Exception) -> Response:
    problem = ProblemError("defect", f"{type(error).__name__} inside the server; its log has the details")
    return Response(problem.body(), problem.status, media_type=MEDIA_TYPE)
