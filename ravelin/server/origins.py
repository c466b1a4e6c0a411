"""Pages of other origins (CORS): which may read, which may act, and what their browsers are told of it.

A page of an origin that is named may do what the dashboard may. `*` lets pages of every origin read, none of them act,
and goes with no token. Credentials are never allowed: a page elsewhere sends the token itself, as
`Authorization: Bearer TOKEN`, and the dashboard's cookie opens nothing to it.
"""

from collections.abc import Iterable
from urllib.parse import urlsplit

from ravelin.core.sentence import Kind, RavelinError
from ravelin.server.problems import ProblemError

EVERY = "*"
_PORTS = {"http": 80, "https": 443}
_READING = b"GET, HEAD"
_ACTING = b"GET, HEAD, POST, DELETE"
_SENT = b"Authorization, Content-Type, Idempotency-Key, If-None-Match, Last-Event-ID"
_SHOWN = b"ETag, Link, Location, Retry-After"
_REMEMBERED_SECONDS = b"600"

Pairs = list[tuple[bytes, bytes]]


class OriginError(RavelinError, ValueError):
    """What was given is no origin, or not one to let in."""

    kind = Kind.INVALID


class Origins:
    """The origins whose pages are let in; none by default.

    Raises
    ------
    OriginError
        If a name is not an origin, or `*` comes with a token.
    """

    def __init__(self, names: Iterable[str] = (), *, token: bool = False) -> None:
        given = list(dict.fromkeys(names))
        self._every = EVERY in given
        self._named = frozenset(_read(name).encode() for name in given if name != EVERY)
        if self._every and token:
            raise OriginError(
                f"--allow-origin '{EVERY}' lets pages of every origin in and cannot go with --token-file; "
                "name the origins, such as --allow-origin https://example.org",
                parameter="--allow-origin",
            )

    def __bool__(self) -> bool:
        return self._every or bool(self._named)

    def may_read(self, origin: bytes | None) -> bool:
        """Say whether a page of an origin may read answers."""
        return origin is not None and (self._every or origin in self._named)

    def may_act(self, origin: bytes | None) -> bool:
        """Say whether a page of an origin may change something."""
        return origin in self._named

    def headers(self, origin: bytes | None) -> Pairs:
        """Return what a browser must hear to let a page read an answer."""
        # What is answered differs by who asks, which is for caches to know.
        varies: Pairs = [(b"vary", b"Origin")] if self._named else []
        if not self.may_read(origin):
            return varies
        allowed = origin if origin in self._named else EVERY.encode()
        return [*varies, (b"access-control-allow-origin", allowed or b""), (b"access-control-expose-headers", _SHOWN)]

    def preflight(self, origin: bytes | None) -> dict[str, str]:
        """Return what a browser is told that asks what a page may send; `headers` says the rest.

        Raises
        ------
        ProblemError
            If the page may do nothing here.
        """
        if not self.may_read(origin):
            name = (origin or b"").decode("latin-1")[:200]
            raise ProblemError(
                "forbidden", f"pages of {name or 'no origin'} are not let in; serve with --allow-origin {name}".rstrip()
            )
        told = {
            b"Access-Control-Allow-Methods": _ACTING if self.may_act(origin) else _READING,
            b"Access-Control-Allow-Headers": _SENT,
            b"Access-Control-Max-Age": _REMEMBERED_SECONDS,
        }
        return {name.decode(): value.decode() for name, value in told.items()}


def _read(name: str) -> str:
    """Return an origin as browsers write it.

    Raises
    ------
    OriginError
    """
    text = name.strip()
    if text.lower() == "null":
        raise OriginError(
            "--allow-origin null would let in every file and sandboxed page; serve the page and name its origin",
            parameter="--allow-origin",
        )
    parts = urlsplit(text if "://" in text else f"https://{text}")
    try:
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
    scheme = parts.scheme.lower()
    known = scheme in _PORTS and bool(host) and host.isascii() and not set(host) & set(" *\"'<>\\,;")
    shown = f"[{host}]" if ":" in host else host
    origin = f"{scheme}://{shown}" + (f":{port}" if port and port != _PORTS.get(scheme) else "")
    if not known or parts.username is not None or not text.lower().startswith((origin, f"{origin}:")):
        close = origin if known else None
        expected = f"such as {close}" if close else "such as https://example.org or http://localhost:3000"
        said = f"--allow-origin {name or repr(name)} is not an origin {expected}"
        raise OriginError(said, nearest=close, parameter="--allow-origin")
    if text.lower() not in (origin, f"{origin}:{_PORTS[scheme]}"):
        raise OriginError(
            f"--allow-origin {name} has more than an origin; write {origin}", nearest=origin, parameter="--allow-origin"
        )
    return origin
