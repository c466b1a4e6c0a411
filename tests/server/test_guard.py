"""Who may come in: hosts, tokens, other sites."""

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Any

import pytest
from served import serving
from starlette.testclient import TestClient

from ravelin.server.app import WAITING_MAX, Server
from ravelin.server.back import First
from ravelin.server.guard import ADDRESS_MAX, BODY_MAX, COOKIE, ONCE, Guard, Headers, is_loopback, read_body
from ravelin.server.problems import ProblemError

TOKEN = "a-token-of-enough-letters"


def kind(guard: Guard, *, public: bool = False, acts: bool = False, path: bytes = b"/state", **headers: str) -> str:
    """Return the kind of problem that a request meets, or nothing."""
    pairs = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()]
    scope: dict[str, Any] = {"raw_path": path, "query_string": b""}
    try:
        guard.check(scope, Headers(pairs), public=public, acts=acts)
    except ProblemError as problem:
        return problem.type
    return ""


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", ""), ("localhost:8070", ""), ("LOCALHOST:1", ""), ("127.0.0.1:8070", ""), ("[::1]:8070", ""),
        ("economy.example", ""), ("evil.example", "wrong-host"), ("localhost.evil.example", "wrong-host"),
        ("10.0.0.1", "wrong-host"), ("", "wrong-host"), ("a@localhost", "wrong-host"), ("localhost:x", "wrong-host"),
        ("[::1", "wrong-host"), ("\xff", "wrong-host"),
    ],
)  # fmt: skip
def test_hosts_on_loopback(host: str, expected: str) -> None:
    assert kind(Guard("127.0.0.1", names=["economy.example"]), host=host) == expected


def test_hosts_off_loopback_are_addresses_or_named() -> None:
    guard = Guard("0.0.0.0", TOKEN, ["economy.example"])
    given = {"authorization": f"Bearer {TOKEN}"}
    assert kind(guard, host="10.1.2.3:8070", **given) == ""
    assert kind(guard, host="economy.example", **given) == ""
    assert kind(guard, host="evil.example", **given) == "wrong-host"
    assert kind(guard) == "wrong-host"


def test_hosts_that_were_judged_are_kept_and_no_more_than_a_hundred() -> None:
    """The same host is judged once; an attacker's many names take no memory."""
    guard = Guard("127.0.0.1")
    assert kind(guard, host="localhost") == ""
    assert guard._known == {b"localhost": True}
    for number in range(200):
        assert kind(guard, host=f"evil-{number}.example") == "wrong-host"
    assert len(guard._known) == 100
    assert kind(guard, host="127.0.0.1") == ""


@pytest.mark.parametrize(
    ("cookie", "let_in"),
    [
        ("", False), (f"{COOKIE}=", False), (f"{COOKIE}=no", False), ("a@b=1", False), (f"a@b=1; {COOKIE}=no", False),
        ("\x00=1", False), ("=;=", False), (COOKIE, False), ("OWN", True), ("other=1; OWN", True),
    ],
)  # fmt: skip
def test_a_cookie_is_read_or_lets_nobody_in(cookie: str, let_in: bool) -> None:
    guard = Guard("127.0.0.1", TOKEN)
    own = guard.cookie(secure=False).partition(";")[0]
    given = cookie.replace("OWN", own)
    assert kind(guard, host="localhost", cookie=given) == ("" if let_in else "unauthorized")


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, ""),
        ({"sec_fetch_site": "same-origin", "origin": "http://localhost"}, ""),
        ({"sec_fetch_site": "none"}, ""),
        ({"sec_fetch_site": "cross-site"}, "forbidden"),
        ({"sec_fetch_site": "same-site"}, "forbidden"),
        ({"origin": "http://evil.example"}, "forbidden"),
        ({"origin": "null"}, "forbidden"),
        ({"origin": "http://localhost:9999"}, "forbidden"),
        ({"sec_fetch_site": "none", "sec_purpose": "prefetch"}, "forbidden"),
        ({"purpose": "prefetch"}, "forbidden"),
    ],
)
def test_other_sites_may_not_act(headers: dict[str, str], expected: str) -> None:
    assert kind(Guard("127.0.0.1"), acts=True, host="localhost", **headers) == expected
    assert kind(Guard("127.0.0.1"), acts=False, host="localhost", **headers) == ""


def test_addresses_have_an_end() -> None:
    guard = Guard("127.0.0.1")
    assert kind(guard, host="localhost", path=b"/" * ADDRESS_MAX) == ""
    assert kind(guard, host="localhost", path=b"/" * (ADDRESS_MAX + 1)) == "long-address"
    scope = {"raw_path": b"/" * 10, "query_string": b"x" * (ADDRESS_MAX - 9)}
    with pytest.raises(ProblemError, match=f"{ADDRESS_MAX:,} bytes"):
        guard.check(scope, Headers([(b"host", b"localhost")]), public=True, acts=False)


@pytest.mark.parametrize("name", sorted(ONCE))
def test_what_two_readers_could_read_in_two_ways_comes_once(name: bytes) -> None:
    scope: dict[str, Any] = {"raw_path": b"/", "query_string": b""}
    for second in (b"localhost", b"other", b""):
        pairs = [(b"host", b"localhost"), (name, b"localhost"), (name, second)]
        with pytest.raises(ProblemError, match="came more than once") as refused:
            Guard("127.0.0.1").check(scope, Headers(pairs), public=True, acts=False)
        assert refused.value.status == 400
    several = [(b"host", b"localhost"), (b"accept", b"a"), (b"accept", b"b"), (b"x-forwarded-for", b"c")]
    Guard("127.0.0.1").check(scope, Headers([*several, (b"accept", b"d")]), public=True, acts=False)


def body_of(*chunks: bytes, ends: bool = True, **headers: str) -> bytes:
    """Read a body that comes in chunks."""
    messages: list[dict[str, Any]] = [{"type": "http.request", "body": one, "more_body": True} for one in chunks]
    messages.append({"type": "http.request", "body": b""} if ends else {"type": "http.disconnect"})
    waiting = iter(messages)

    async def receive() -> dict[str, Any]:
        return next(waiting)

    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return asyncio.run(read_body(receive, Headers(pairs)))


def test_bodies_have_an_end_however_they_come() -> None:
    assert body_of(b"a" * BODY_MAX) == b"a" * BODY_MAX
    assert body_of(b"a" * (BODY_MAX - 2), b"b", b"c")[-2:] == b"bc"
    assert body_of() == b""
    for chunks in ((b"a" * (BODY_MAX + 1),), (b"a" * BODY_MAX, b"b"), tuple([b"a" * 100] * (BODY_MAX // 100 + 1))):
        with pytest.raises(ProblemError, match=f"{BODY_MAX:,} bytes") as refused:
            # It is refused when the limit is passed, not when the body has ended.
            body_of(*chunks, ends=False)
        assert refused.value.status == 413
    with pytest.raises(ProblemError, match="ended early"):
        body_of(b"a", ends=False)


@pytest.mark.parametrize("stated", [str(BODY_MAX + 1), "-1", "9" * 400, "1e3", "x", ""])
def test_a_body_that_says_it_is_too_large_is_not_read(stated: str) -> None:
    with pytest.raises(ProblemError, match="a body may have") as refused:
        body_of(b"{}", content_length=stated)
    assert refused.value.status == 413
    assert body_of(b"{}", content_length="2") == b"{}"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (f"Bearer {TOKEN}", ""), (f"bearer  {TOKEN}", ""), (f"Basic {TOKEN}", "unauthorized"),
        ("Bearer ", "unauthorized"), (f"Bearer {TOKEN}x", "unauthorized"), ("Bearer \xff", "unauthorized"),
        (f"Bearer {TOKEN[:-1]}", "unauthorized"), (f"Bearer x{TOKEN[1:]}", "unauthorized"), (TOKEN, "unauthorized"),
        (f"Bearer {TOKEN.upper()}", "unauthorized"), ("Bearer", "unauthorized"), ("", "unauthorized"),
    ],
)  # fmt: skip
def test_a_token_is_asked_for(given: str, expected: str) -> None:
    guard = Guard("127.0.0.1", TOKEN)
    assert kind(guard, host="localhost", authorization=given) == expected
    assert kind(guard, host="localhost") == "unauthorized"
    assert kind(guard, host="localhost", public=True) == ""
    assert kind(guard, host="localhost", cookie="ravelin=x; other") == "unauthorized"
    assert kind(guard, host="localhost", cookie=f"ravelin={TOKEN}") == "unauthorized"
    assert kind(guard, host="localhost", cookie="ravelin=; ravelin") == "unauthorized"
    assert kind(guard, host="localhost", cookie="a=\x01;;=,") == "unauthorized"
    pass_on = guard.cookie(secure=False).partition(";")[0]
    assert kind(guard, host="localhost", cookie=f"other=1; {pass_on}") == ""
    assert kind(guard, host="localhost", cookie=pass_on[:-1]) == "unauthorized"
    assert kind(guard, host="localhost", cookie=pass_on, authorization=given) == expected, "what is given counts"
    assert kind(Guard("127.0.0.1", TOKEN), host="localhost", cookie=pass_on) == "unauthorized", "of another server"


def test_a_cookie_goes_where_it_may() -> None:
    guard = Guard("127.0.0.1", TOKEN)
    for secure in (False, True):
        name, *rules = guard.cookie(secure=secure).split("; ")
        assert name.startswith("ravelin=")
        assert len(name) > 40
        assert set(rules) == {"HttpOnly", "SameSite=Strict", "Path=/"} | ({"Secure"} if secure else set())
    assert guard.has_token
    assert not Guard("127.0.0.1").has_token
    assert not Guard("127.0.0.1").is_token(b"")


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("localhost", True), ("127.0.0.2", True), ("::1", True), ("0.0.0.0", False), ("::", False), ("a.example", False)],
)
def test_loopback(host: str, loopback: bool) -> None:
    assert is_loopback(host) == loopback


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with serving(tmp_path_factory.mktemp("guarded"), Guard("127.0.0.1", TOKEN)) as client:
        yield client


def test_everything_but_the_page_needs_the_token(guarded: TestClient) -> None:
    for path in ("/state", "/history", "/agents/consumers/1", "/events", "/schema", "/nothing", "/make_bank"):
        answer = guarded.get(path)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert TOKEN not in answer.text
    assert guarded.get("/state", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200
    for path in ("/", "/health", "/healthz", "/readyz"):
        assert guarded.get(path).status_code == 200


def test_a_page_that_knows_the_token_gets_a_cookie(guarded: TestClient) -> None:
    assert guarded.post("/session", json={"token": "x"}).status_code == 401
    assert guarded.post("/session", json={"token": TOKEN}, headers={"Origin": "http://evil"}).status_code == 403
    answer = guarded.post("/session", json={"token": TOKEN})
    assert answer.status_code == 204
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert TOKEN not in cookie
    assert guarded.get("/state").status_code == 200
    guarded.cookies.clear()
    assert guarded.get("/state").status_code == 401


def test_mutating_reads_are_refused_to_other_sites(client: TestClient) -> None:
    before = client.get("/health").json()
    for path in ("/clear", "/make_bank", "/do_tx"):
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://evil.example"}, {"Host": "evil.example"}):
            answer = client.get(path, headers=headers)
            assert answer.status_code == (421 if "Host" in headers else 403)
            assert answer.headers["content-type"] == "application/problem+json"
    assert client.get("/health").json() == before


def test_pages_have_a_policy(client: TestClient) -> None:
    page = client.get("/")
    assert page.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert page.headers["x-content-type-options"] == "nosniff"
    assert client.get("/", headers={"If-None-Match": page.headers["etag"]}).status_code == 304


def test_places_are_given_back() -> None:
    """Whoever waits for the economy takes a place; an answer, an error and a reader who leaves give it back."""
    server = Server(Guard("127.0.0.1"), First())

    async def crowd() -> None:
        for _ in range(3):
            with contextlib.ExitStack() as taken:
                for _ in range(WAITING_MAX):
                    taken.enter_context(server._place())
                with pytest.raises(ProblemError, match=f"{WAITING_MAX} requests wait"):
                    await server.back_call("GET /history")
            with pytest.raises(ZeroDivisionError), server._place():
                raise ZeroDivisionError
        server._connection = Unanswering()  # type: ignore[assignment]
        for _ in range(WAITING_MAX + 1):
            asking = asyncio.ensure_future(server.back_call("GET /history"))
            await asyncio.sleep(0)
            asking.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asking
        with server._place():
            pass

    asyncio.run(crowd())


class Unanswering:
    """A pipe to an economy that is busy."""

    def send(self, question: Any) -> None:
        pass
