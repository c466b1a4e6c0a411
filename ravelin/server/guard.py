"""Who may come in: hosts, tokens, other sites; and how much a request may bring."""

import hmac
import ipaddress
import secrets
import socket
from collections.abc import Iterable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from ravelin.server.origins import Origins
from ravelin.server.problems import ProblemError

BODY_MAX = 64 * 1024
ADDRESS_MAX = 8 * 1024
COOKIE = "ravelin"
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="ravelin"'}
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")

Scope = MutableMapping[str, Any]


def is_loopback(host: str) -> bool:
    """Say whether an address to listen on can only be reached from this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


ONCE = frozenset(
    (b"host", b"authorization", b"origin", b"sec-fetch-site", b"content-type", b"content-length", b"transfer-encoding",
     b"last-event-id", b"idempotency-key")
)  # fmt: skip
"""Headers of which two readers could each believe another one if they came twice."""


class Headers:
    """The headers of a request that the server looks at; the first of each name counts.

    Attributes
    ----------
    repeated : the name of a header that may come once and came again, if there is one
    """

    __slots__ = ("_found", "repeated")

    def __init__(self, pairs: Iterable[tuple[bytes, bytes]]) -> None:
        found: dict[bytes, bytes] = {}
        self.repeated: bytes | None = None
        for name, value in pairs:
            if name not in found:
                found[name] = value
            elif name in ONCE:
                self.repeated = name
        self._found = found

    def __call__(self, name: bytes) -> bytes | None:
        """Return a header's value."""
        return self._found.get(name)


class Guard:
    """Checks each request before anything else looks at it.

    Parameters
    ----------
    host : str
        The address that is listened on.
    token : str, optional
        Who asks must know it.
    names : further host names that the server is reached by
    origins : further origins whose pages may read, or act

    Raises
    ------
    OriginError
        If one of the origins is none.
    """

    def __init__(
        self, host: str, token: str | None = None, names: Iterable[str] = (), origins: Iterable[str] = ()
    ) -> None:
        self.origins = Origins(origins, token=bool(token))
        self._token = token.encode() if token else None
        # What the cookie holds is worth nothing elsewhere, nor after a restart.
        self._cookie = secrets.token_urlsafe(32).encode()
        bound = f"[{host}]" if ":" in host else host
        self._names = {name.lower() for name in (*LOOPBACK, bound, *names)}
        self._any_address = not is_loopback(host)
        if self._any_address:
            self._names.add(socket.gethostname().lower())
        self._known: dict[bytes, bool] = {}

    def check(self, scope: Scope, headers: Headers, *, public: bool, acts: bool) -> None:
        """Refuse a request that may not come in.

        Parameters
        ----------
        public : bool
            No token is needed: the page itself, and whether the server lives.
        acts : bool
            It changes something.

        Raises
        ------
        ProblemError
        """
        if len(scope["raw_path"] or b"") + len(scope["query_string"]) > ADDRESS_MAX:
            raise ProblemError("long-address", f"an address may have {ADDRESS_MAX:,} bytes")
        if headers.repeated is not None:
            name = headers.repeated.decode("latin-1")
            raise ProblemError("bad-request", f"the header {name} came more than once; send it once")
        host = headers(b"host")
        if host is None or not self._is_known(host):
            raise ProblemError("wrong-host", "the Host header names another machine; see --allow-host")
        if acts:
            self._check_site(host, headers)
        if self._token is not None and not public:
            self._check_token(headers, cookie_counts=not _is_foreign(headers(b"origin"), host))

    def _is_known(self, host: bytes) -> bool:
        known = self._known.get(host)
        if known is None:
            known = self._judge(host)
            if len(self._known) < 100:
                self._known[host] = known
        return known

    def _judge(self, host: bytes) -> bool:
        try:
            text = host.decode("ascii").lower()
            parts = urlsplit(f"//{text}")
            name, _ = parts.hostname, parts.port
        except ValueError:
            return False
        if not name or "@" in text or "/" in text:
            return False
        bracketed = f"[{name}]" if ":" in name else name
        if bracketed in self._names:
            return True
        if not self._any_address:
            return False
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True

    def _check_site(self, host: bytes, headers: Headers) -> None:
        site, origin = headers(b"sec-fetch-site"), headers(b"origin")
        if headers(b"sec-purpose") is not None or headers(b"purpose") == b"prefetch":
            raise ProblemError("forbidden", "a browser that looks ahead may not act on this economy")
        if self.origins.may_act(origin):
            return
        if site is not None and site not in (b"same-origin", b"none"):
            raise ProblemError("forbidden", "a page of another site may not act on this economy")
        if _is_foreign(origin, host):
            raise ProblemError("forbidden", "a page of another origin may not act on this economy")

    def _check_token(self, headers: Headers, *, cookie_counts: bool) -> None:
        given = headers(b"authorization")
        if given is not None:
            scheme, _, token = given.partition(b" ")
            if scheme.lower() == b"bearer" and self.is_token(token.strip()):
                return
        elif cookie_counts and self._has_cookie(headers):
            return
        found = "none was given" if given is None else "the one given is not it"
        raise ProblemError(
            "unauthorized",
            f"this server asks for a token, and {found}; send Authorization: Bearer TOKEN",
            headers=CHALLENGE,
        )

    @property
    def has_token(self) -> bool:
        """Whether a token is asked for."""
        return self._token is not None

    def is_token(self, given: bytes) -> bool:
        """Compare with the token, in a time that tells nothing about it."""
        return self._token is not None and hmac.compare_digest(given, self._token)

    def _has_cookie(self, headers: Headers) -> bool:
        try:
            morsel = SimpleCookie((headers(b"cookie") or b"").decode("latin-1")).get(COOKIE)
        except CookieError:
            return False
        return morsel is not None and hmac.compare_digest(morsel.value.encode(), self._cookie)

    def cookie(self, *, secure: bool) -> str:
        """Return the header that lets a page in which knew the token."""
        return f"{COOKIE}={self._cookie.decode()}; HttpOnly; SameSite=Strict; Path=/{'; Secure' if secure else ''}"


def _is_foreign(origin: bytes | None, host: bytes) -> bool:
    """Say whether it is a page of another origin that asks."""
    return origin is not None and origin.partition(b"://")[2].lower() != host.lower()


async def read_body(receive: Any, headers: Headers) -> bytes:
    """Read a body that is not too large; how slow it may be is its connection's to say.

    Raises
    ------
    ProblemError
    """
    too_large = ProblemError("too-large", f"a body may have {BODY_MAX:,} bytes")
    stated = headers(b"content-length")
    if stated is not None and (not stated.isdigit() or len(stated) > 18 or int(stated) > BODY_MAX):
        raise too_large
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ProblemError("bad-request", "the body ended early")
        body += message.get("body", b"")
        if len(body) > BODY_MAX:
            raise too_large
        if not message.get("more_body", False):
            return bytes(body)
