"""How answers go out: 304 to who has them, compressed to who wants that, the state straight from its bytes."""

import asyncio
import gzip
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

from ravelin.server.guard import Headers
from ravelin.server.routes import JSON, Answer
from ravelin.server.views.state import Published

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

ZIPPED_HERE_BELOW = 1 << 16
_FRESH = (b"cache-control", b"no-cache")
_VARY = (b"vary", b"Accept, Accept-Encoding")
_SNIFF = (b"x-content-type-options", b"nosniff")


async def send_state(published: Published, headers: Headers, send: Send) -> None:
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
        (b"content-type", JSON.encode()),
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
        sent += [_VARY] if "Cache-Control" in answer.headers else [_FRESH, _VARY]
        if known is not None and answer.status == 200 and _matches(known, answer.tag):
            sent.append((b"etag", b'"%b"' % answer.tag.encode()))
            await _send(304, sent, b"", send)
            return
    body = answer.body
    if len(body) >= 1000 and b"gzip" in (headers(b"accept-encoding") or b""):
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
