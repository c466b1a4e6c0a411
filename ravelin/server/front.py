"""What the front answers by itself: the page, the state as it was published, the stream of events."""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ravelin import __version__
from ravelin.server import answers as shapes
from ravelin.server import explanations
from ravelin.server.events import RETRY, SEND_SECONDS, Hub, Listener, event
from ravelin.server.guard import CHALLENGE
from ravelin.server.pages import POLICY
from ravelin.server.problems import TYPES, ProblemError, unknown_name
from ravelin.server.routes import JSON, Answer, Endpoint, Parameter, Request, answer_json
from ravelin.server.schema import document
from ravelin.server.views import declarations
from ravelin.server.views.state import FIELDS

if TYPE_CHECKING:
    from ravelin.server.app import Server

EVENTS = "text/event-stream"
HTML = "text/html; charset=utf-8"
FILES = ("text/css", "text/javascript", "image/svg+xml")
"""What the page's own files are."""
_BY_ACCEPT = {"Vary": "Accept"}
TOKEN_BODY = {
    "title": "Token",
    "type": "object",
    "properties": {"token": {"type": "string", "minLength": 1, "maxLength": 1000}},
    "required": ["token"],
    "additionalProperties": False,
}


async def health(request: Request["Server"]) -> Answer:
    """Say that the server is alive."""
    published = request.server.published
    return answer_json(
        {
            "status": "ok",
            "version": __version__,
            "run": published.run if published else None,
            "tick": published.tick if published else None,
            "economy": published.status["status"] if published else "opening",
        }
    )


async def healthz(request: Request["Server"]) -> Answer:
    """Say the same in two letters."""
    return Answer(b"ok", media="text/plain")


async def readyz(request: Request["Server"]) -> Answer:
    """Say whether there is an economy to ask about."""
    server = request.server
    if server.published is None:
        if server.opening.done():
            await server.current()
        raise ProblemError("opening", "the economy is being opened", headers={"Retry-After": "2"})
    return answer_json({"status": "ready"})


async def state(request: Request["Server"]) -> Answer:
    """Tell the state of the economy after the last tick."""
    published = await request.server.current()
    fields = request.query["fields"]
    body = published.whole if fields is None else published.choice([name for name in FIELDS if name in fields])
    return Answer(body.plain, tag=published.tag, zipped=body.zipped)


async def schema(request: Request["Server"]) -> Answer:
    """Describe all of this as OpenAPI."""
    return request.server.prepared("schema", lambda: document(request.server))


async def scenarios(request: Request["Server"]) -> Answer:
    """List the scenarios that come with Ravelin."""
    return request.server.prepared("scenarios", lambda: {"scenarios": declarations.scenarios()})


async def panels(request: Request["Server"]) -> Answer:
    """List the panels that the domains declare, in the order of the page."""
    return request.server.prepared("panels", declarations.panels)


async def page(request: Request["Server"]) -> Answer:
    """Send the dashboard, or one of its files."""
    path = f"/dashboard/{request.path['path']}" if "path" in request.path else "/"
    kept = request.server.pages.find(path)
    if kept is None:
        raise unknown_name("a file of the page", path, request.server.pages.addresses(), "path")
    headers = {"Cache-Control": kept.cache, "Referrer-Policy": "no-referrer"}
    if kept.media.startswith("text/html"):
        headers["Content-Security-Policy"] = POLICY
    return Answer(kept.body, media=kept.media, headers=headers, tag=kept.tag, zipped=kept.zipped)


async def list_problems(request: Request["Server"]) -> Answer:
    """Explain every kind of problem."""
    if request.accepted == HTML:
        return _explained(explanations.page(list(TYPES), "What can go wrong"))
    return replace(answer_json({"problems": [explanations.content(kind) for kind in TYPES]}), headers=_BY_ACCEPT)


async def problem(request: Request["Server"]) -> Answer:
    """Explain a kind of problem, at the address that its `type` gives."""
    kind = request.path["kind"]
    if kind not in TYPES:
        raise unknown_name("a kind of problem", kind, TYPES, "kind")
    if request.accepted == HTML:
        return _explained(explanations.page([kind], TYPES[kind][1]))
    return replace(answer_json(explanations.content(kind)), headers=_BY_ACCEPT)


def _explained(body: bytes) -> Answer:
    return Answer(body, media=HTML, headers={"Content-Security-Policy": POLICY, **_BY_ACCEPT})


# Events


async def events(request: Request["Server"]) -> "Stream | Answer":
    """Tell what happens as it happens."""
    server, world = request.server, request.query["world"]
    published = await server.current()
    last = (request.headers(b"last-event-id") or b"").decode("latin-1").strip()
    listener = server.hub.join(world)
    first = [RETRY, event("status", published.status).text]
    listener.skip(published.status["run_id"], published.tick - 1)
    try:
        if world not in (None, "base"):
            found: Answer = await server.back_call("GET /forks/{fork}", path={"fork": world})
            if found.status != 200:
                server.hub.leave(listener)
                return found
        elif last:
            # What was missed comes from the history; what happens meanwhile is queued already.
            told, run, upto = await server.missed(last)
            first[1:] = [told]
            listener.skip(run, upto)
    except BaseException:
        server.hub.leave(listener)
        raise
    return Stream(server.hub, listener, first)


async def session(request: Request["Server"]) -> Answer:
    """Give a page that knows the token a cookie, since streams of events cannot send headers."""
    guard = request.server.guard
    if not guard.has_token:
        return Answer(b"", 204)
    if not guard.is_token(request.body["token"].encode()):
        raise ProblemError("unauthorized", "this is not the token", headers=CHALLENGE)
    return Answer(b"", 204, headers={"Set-Cookie": guard.cookie(secure=request.secure)})


class Stream:
    """An answer that goes on until the reader leaves, the server ends, or the reader is too slow."""

    def __init__(self, hub: Hub, listener: Listener, first: Sequence[bytes]) -> None:
        self._hub = hub
        self._listener = listener
        self._first = first

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Send events as they come."""
        telling = asyncio.ensure_future(self._tell(send))
        leaving = asyncio.ensure_future(self._left(receive))
        try:
            await asyncio.wait((telling, leaving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._hub.leave(self._listener)
            self._listener.close()
            for task in (telling, leaving):
                task.cancel()
            await asyncio.gather(telling, leaving, return_exceptions=True)

    async def _tell(self, send: Any) -> None:
        headers = [(b"content-type", EVENTS.encode()), (b"cache-control", b"no-store"), (b"x-accel-buffering", b"no")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for chunk in self._first:
            await _more(send, chunk)
        async with contextlib.aclosing(self._listener.chunks()) as chunks:
            async for chunk in chunks:
                await _more(send, chunk)
        await _more(send, b"", more=False)

    @staticmethod
    async def _left(receive: Any) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass


async def _more(send: Any, chunk: bytes, *, more: bool = True) -> None:
    """Send a part; a reader that takes nothing for so long is gone, or as good as gone.

    Not by `wait_for`, which may swallow being cancelled when what it waits for is done at that moment.
    """
    async with asyncio.timeout(SEND_SECONDS):
        await send({"type": "http.response.body", "body": chunk, "more_body": more})


FRONT: tuple[Endpoint, ...] = (
    Endpoint("get_page", "page", "GET", "/",
             page, "The dashboard", {200: None}, media=(HTML,), public=True, front=True),
    Endpoint("get_page_file", "page", "GET", "/dashboard/{path:path}",
             page, "A file of the dashboard", {200: None}, media=FILES,
             refusals=(404,), public=True, front=True),
    Endpoint("get_health", "server", "GET", "/health",
             health, "Whether the server is alive", {200: shapes.HEALTH}, public=True, front=True),
    Endpoint("get_healthz", "server", "GET", "/healthz",
             healthz, "The same, as text", {200: None}, media=("text/plain",), public=True,
             front=True),
    Endpoint("get_readyz", "server", "GET", "/readyz",
             readyz, "Whether there is an economy", {200: shapes.READY}, refusals=(503,),
             public=True, front=True),
    Endpoint(
        "get_state", "economy", "GET", "/state",
        state, "The state of the economy after the last tick", {200: shapes.STATE, 304: None},
        query=(
            Parameter("fields", {"type": "array", "items": {"type": "string", "enum": list(FIELDS)}, "minItems": 1,
                                 "maxItems": 20}, "parts of the answer, with commas between; all if not given"),
        ),
        refusals=(503,), front=True,
    ),
    Endpoint("list_scenarios", "declarations", "GET", "/scenarios",
             scenarios, "The built-in scenarios", {200: shapes.SCENARIOS, 304: None}, front=True),
    Endpoint("list_panels", "declarations", "GET", "/panels",
             panels, "What is shown, which question each panel answers, and from which columns",
             {200: shapes.PANELS, 304: None}, front=True),
    Endpoint("get_schema", "server", "GET", "/schema",
             schema, "This description", {200: shapes.DESCRIPTION, 304: None}, front=True),
    Endpoint("get_openapi", "server", "GET", "/openapi.json",
             schema, "This description", {200: shapes.DESCRIPTION, 304: None}, front=True),
    Endpoint(
        "stream_events", "economy", "GET", "/events", events, "What happens, as it happens", {200: None},
        query=(
            Parameter("world", {"type": "string", "minLength": 1, "maxLength": 40},
                      "only what concerns `base` or a fork; all if not given"),
        ),
        media=(EVENTS,), refusals=(404, 503), streams=True, front=True,
    ),
    Endpoint("list_problems", "server", "GET", "/problems",
             list_problems, "What can go wrong", {200: shapes.EXPLANATIONS}, media=(JSON, HTML), public=True,
             front=True),
    Endpoint("get_problem", "server", "GET", "/problems/{kind}",
             problem, "What a problem means and what to do about it", {200: shapes.EXPLANATION}, media=(JSON, HTML),
             refusals=(404,), public=True, front=True),
    Endpoint("open_session", "server", "POST", "/session",
             session, "Give a page that knows the token a cookie", {204: None},
             body=lambda _: TOKEN_BODY, refusals=(401,), public=True, acts=True, front=True),
)  # fmt: skip
