"""Who may come in: hosts, tokens, other sites."""

from collections.abc import Iterator
from typing import Any

import pytest
from served import serving
from starlette.testclient import TestClient

from ravelin.server.guard import Guard, Headers, is_loopback
from ravelin.server.problems import ProblemError

TOKEN = "a-token-of-enough-letters"


def kind(guard: Guard, *, public: bool = False, acts: bool = False, path: bytes = b"/state", **headers: str) -> str:
    """Return the kind of problem that a request meets, or nothing."""
    pairs = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()]
    scope: dict[str, Any] = {"raw_path": path, "query_string": b""}
    try:
        guard.check(scope, Headers(pairs), public=public, acts=acts)
    except ProblemError as problem:
        return problem.kind
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
    assert kind(Guard("127.0.0.1"), host="localhost", path=b"/" * 70_000) == "long-address"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (f"Bearer {TOKEN}", ""), (f"bearer  {TOKEN}", ""), (f"Basic {TOKEN}", "unauthorized"),
        ("Bearer ", "unauthorized"), (f"Bearer {TOKEN}x", "unauthorized"), ("Bearer \xff", "unauthorized"),
    ],
)  # fmt: skip
def test_a_token_is_asked_for(given: str, expected: str) -> None:
    guard = Guard("127.0.0.1", TOKEN)
    assert kind(guard, host="localhost", authorization=given) == expected
    assert kind(guard, host="localhost") == "unauthorized"
    assert kind(guard, host="localhost", public=True) == ""
    assert kind(guard, host="localhost", cookie="ravelin=x; other") == "unauthorized"


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
