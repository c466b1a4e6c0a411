"""The server: one Starlette application around an economy, its forks and its listeners."""

import asyncio
import contextlib
import gzip
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, MutableMapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request as StarletteRequest
from starlette.responses import Response
from starlette.routing import Route

from ravelin.server import problems
from ravelin.server.acts import ACTS
from ravelin.server.economy import Economy, Tables
from ravelin.server.events import Hub
from ravelin.server.forks import Forks
from ravelin.server.guard import ACTIVE_MAX, Guard, Headers, read_body
from ravelin.server.pages import Pages
from ravelin.server.problems import ProblemError, nearest
from ravelin.server.reads import READS
from ravelin.server.routes import Answer, Endpoint, Request, accepted, choose
from ravelin.server.views.network import Sheets
from ravelin.server.views.state import Published

Result = TypeVar("Result")
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

ENDPOINTS: tuple[Endpoint, ...] = (*READS, *ACTS)
OPENING_SECONDS = 60.0
LOOKING_SECONDS = 30.0
LOOKS_MAX = 32
ZIPPED_HERE_BELOW = 1 << 16
_FRESH = (b"cache-control", b"no-cache")
_VARY = (b"vary", b"Accept, Accept-Encoding")
_SNIFF = (b"x-content-type-options", b"nosniff")


class Server:
    """An ASGI application.

    Parameters
    ----------
    economy : Economy
        Started and closed with the application.
    guard : Guard
    begin : callable
        Opens the first economy.
    consumers_max : int
        The largest economy that `POST /runs` opens.

    Attributes
    ----------
    answered : Idempotency-Key -> what was asked and answered
    """

    def __init__(
        self,
        economy: Economy,
        guard: Guard,
        begin: Callable[[Economy], Any] = lambda _: None,
        consumers_max: int = 200_000_000,
    ) -> None:
        self.economy = economy
        self.guard = guard
        self.hub: Hub = economy.hub
        self.forks = Forks(economy)
        self.pages = Pages()
        self.consumers_max: int = consumers_max
        self.answered: OrderedDict[str, tuple[bytes, Answer]] = OrderedDict()
        self.endpoints = ENDPOINTS
        self.run_lock = asyncio.Lock()
        self._begin = begin
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="look")
        self._looking = 0
        self._active = 0
        self._sheets: tuple[str, Sheets] | None = None
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

    @contextlib.asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        self.hub.attach(asyncio.get_running_loop())
        self.economy.start()
        self.forks.start()
        self._begin(self.economy)
        try:
            yield
        finally:
            self.hub.close()
            await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self.forks.close()
        self.economy.close()
        self._pool.shutdown()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        headers = Headers(scope)
        path, method = scope["path"], scope["method"]
        self._active += 1
        try:
            if self._active > ACTIVE_MAX:
                detail = f"{ACTIVE_MAX} requests are being answered, the most there may be"
                raise ProblemError("too-busy", detail, headers={"Retry-After": "1"})
            public = path in self._public or path.startswith("/dashboard/")
            acts = method not in ("GET", "HEAD") or path in self._acting_reads
            self.guard.check(scope, headers, public=public, acts=acts)
            published = self.economy.published
            if path == "/state" and method == "GET" and published is not None and not scope["query_string"]:
                accept = headers(b"accept")
                if accept is None or accept == b"*/*" or accept == b"application/json":
                    await _send_state(published, headers, send)
                    return
            await self._inner(scope, receive, send)
        except ProblemError as problem:
            await send_answer(refusal(problem), headers, send, head=method == "HEAD")
        finally:
            self._active -= 1

    async def _not_found(self, request: StarletteRequest, _: Exception) -> Response:
        path = request.url.path
        close = nearest(path, self._paths)
        hint = f"; did you mean {close}?" if close else ""
        problem = ProblemError("not-found", f"there is nothing at {path[:200]}{hint}", nearest=close)
        return Response(problem.body(), problem.status, media_type=problems.MEDIA_TYPE)

    # For handlers

    async def current(self) -> Published:
        """Return what was published last; while the first economy is opened, wait for it.

        Raises
        ------
        ProblemError
        """
        if self.economy.published is None:
            opened: Future[None] = self.economy.opened
            try:
                await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(opened)), OPENING_SECONDS)
            except TimeoutError:
                detail = "the economy is still being opened; try again"
                raise ProblemError("opening", detail, headers={"Retry-After": "5"}) from None
            except Exception as error:
                raise ProblemError("failed", f"the economy could not be opened: {error}") from None
        published = self.economy.published
        if published is None:
            raise ProblemError("opening", "the economy is still being opened", headers={"Retry-After": "5"})
        return published

    async def ask(self, order: Callable[[], Result]) -> Result:
        """Have something done in the economy's thread, between two ticks."""
        await self.current()
        return await asyncio.shield(asyncio.wrap_future(self.economy.ask(order)))

    async def look(self, work: Callable[[], Result]) -> Result:
        """Do what takes a while beside the event loop.

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
        fresh = economy.interest_is_alive()
        economy.take_interest()
        kept = economy.tables
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


class _Address:
    """All methods of an address: Starlette finds it, this checks and answers."""

    def __init__(self, server: Server, methods: Mapping[str, Endpoint]) -> None:
        self._server = server
        self._methods = methods

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers, head = Headers(scope), scope["method"] == "HEAD"
        try:
            answer = await self._answer(scope, receive, headers)
        except ProblemError as problem:
            answer = refusal(problem)
        if isinstance(answer, Answer):
            await send_answer(answer, headers, send, head=head)
        else:
            await answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, headers: Headers) -> Any:
        method = scope["method"]
        endpoint = choose(self._methods, method, scope["path"])
        query = endpoint.read_query(scope["query_string"])
        media = accepted(headers(b"accept"), endpoint.media)
        raw = b"" if method in ("GET", "HEAD") else await read_body(receive, headers)
        body = endpoint.read_body(self._server, raw, headers)
        secure = scope.get("scheme") == "https"
        request = Request(self._server, headers, scope["path_params"], query, body, media, secure)
        if method == "HEAD" and endpoint.streams:
            return Answer(b"", media=media)
        return await endpoint.handler(request)


def refusal(problem: ProblemError) -> Answer:
    """Write a problem as an answer."""
    return Answer(problem.body(), problem.status, problems.MEDIA_TYPE, problem.headers)


async def _defect(_: StarletteRequest, error: Exception) -> Response:
    problem = ProblemError("defect", f"{type(error).__name__} inside the server; its log has the details")
    return Response(problem.body(), problem.status, media_type=problems.MEDIA_TYPE)


async def _send_state(published: Published, headers: Headers, send: Send) -> None:
    """Send `/state`: the bytes are there already."""
    known = headers(b"if-none-match")
    zips = published.whole.zipped and b"gzip" in (headers(b"accept-encoding") or b"")
    tag = b'"%b+gzip"' % published.tag.encode() if zips else b'"%b"' % published.tag.encode()
    if known is not None and _matches(known, published.tag):
        start = {"type": "http.response.start", "status": 304, "headers": [(b"etag", tag), _FRESH, _VARY]}
        await send(start)
        await send({"type": "http.response.body", "body": b""})
        return
    body = published.whole.zipped if zips else published.whole.plain
    sent = [
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(body)),
        (b"etag", tag),
        _FRESH,
        _VARY,
        _SNIFF,
    ]
    if zips:
        sent.append((b"content-encoding", b"gzip"))
    await send({"type": "http.response.start", "status": 200, "headers": sent})
    await send({"type": "http.response.body", "body": body})


def _matches(header: bytes, tag: str) -> bool:
    """Say whether an If-None-Match header names a tag, in any encoding."""
    if header.strip() == b"*":
        return True
    wanted = tag.encode()
    for part in header.split(b","):
        given = part.strip().removeprefix(b"W/").strip(b'"')
        if given.removesuffix(b"+gzip") == wanted:
            return True
    return False


async def send_answer(answer: Answer, headers: Headers, send: Send, *, head: bool) -> None:
    """Send an answer: 304 if the reader has it, compressed if that helps and is wanted."""
    sent: list[tuple[bytes, bytes]] = [_SNIFF]
    sent += [(name.lower().encode(), value.encode("latin-1", "replace")) for name, value in answer.headers.items()]
    known = headers(b"if-none-match")
    if answer.tag is not None:
        sent += [_FRESH, _VARY]
        if known is not None and answer.status == 200 and _matches(known, answer.tag):
            sent.append((b"etag", b'"%b"' % answer.tag.encode()))
            await _send(304, sent, b"", send)
            return
    body = answer.body
    if (
        len(body) >= 1000
        and b"gzip" in (headers(b"accept-encoding") or b"")
        and "content-encoding" not in answer.headers
    ):
        zipped = answer.zipped or await _compressed(body)
        if len(zipped) < len(body):
            body = zipped
            sent.append((b"content-encoding", b"gzip"))
            if answer.tag is None:
                sent.append((b"vary", b"Accept-Encoding"))
    if answer.tag is not None:
        suffix = b"+gzip" if body is not answer.body else b""
        sent.append((b"etag", b'"%b%b"' % (answer.tag.encode(), suffix)))
    if answer.status != 204:
        sent += [(b"content-type", answer.media.encode()), (b"content-length", b"%d" % len(body))]
    await _send(answer.status, sent, b"" if head else body, send)


async def _compressed(body: bytes) -> bytes:
    if len(body) < ZIPPED_HERE_BELOW:
        return gzip.compress(body, 1, mtime=0)
    return await asyncio.to_thread(gzip.compress, body, 1, mtime=0)


async def _send(status: int, headers: Iterable[tuple[bytes, bytes]], body: bytes, send: Send) -> None:
    await send({"type": "http.response.start", "status": status, "headers": list(headers)})
    await send({"type": "http.response.body", "body": body})
