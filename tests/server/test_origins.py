"""Pages of other origins read and act only where the server was told so, and never by its cookie."""

import json
from collections.abc import Callable

import httpx2
import pytest
from served import BASE, Command
from starlette.testclient import TestClient

from ravelin.server.app import Server
from ravelin.server.back import First
from ravelin.server.guard import Guard
from ravelin.server.listening import ListeningError, places
from ravelin.server.origins import OriginError, Origins

HERE, ELSEWHERE = "https://lab.example.org", "https://evil.example.org"
TOKEN = "a token of twenty signs"


def asking(*origins: str, token: str | None = None) -> TestClient:
    """Return who asks a server that has no economy: a guard needs none."""
    return TestClient(Server(Guard("127.0.0.1", token, origins=origins), First()), base_url=BASE)


def asking_as(client: TestClient, headers: dict[str, str]) -> httpx2.Response:
    client.cookies.clear()
    return client.get("/schema", headers=headers)


def preflight(client: TestClient, origin: str, method: str = "POST") -> httpx2.Response:
    asked = {"Origin": origin, "Access-Control-Request-Method": method, "Sec-Fetch-Site": "cross-site"}
    return client.options("/run", headers=asked)


def act(client: TestClient, origin: str) -> httpx2.Response:
    headers = {"Origin": origin, "Sec-Fetch-Site": "cross-site"}
    return client.post("/session", json={"token": TOKEN}, headers=headers)


def test_by_default_no_other_origin_hears_anything() -> None:
    client = asking()
    refused = preflight(client, HERE)
    assert refused.status_code == 403
    assert refused.json()["detail"] == f"pages of {HERE} are not let in; serve with --allow-origin {HERE}"
    assert act(client, HERE).status_code == 403
    answer = client.get("/healthz", headers={"Origin": HERE})
    assert answer.status_code == 200
    assert not [name for name in answer.headers if name.startswith("access-control-")]
    assert client.options("/healthz").status_code == 405


def test_an_origin_that_is_named_reads_and_acts() -> None:
    client = asking("http://localhost:3000", HERE)
    answer = preflight(client, HERE)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == HERE
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert {"Authorization", "Content-Type"} <= set(answer.headers["access-control-allow-headers"].split(", "))
    assert act(client, HERE).status_code == 204
    assert client.get("/nothing", headers={"Origin": HERE}).headers["access-control-allow-origin"] == HERE
    assert "ETag" in client.get("/healthz", headers={"Origin": HERE}).headers["access-control-expose-headers"]
    ahead = client.post("/session", json={"token": TOKEN}, headers={"Origin": HERE, "Sec-Purpose": "prefetch"})
    assert ahead.status_code == 403


def test_any_other_one_does_not_and_caches_are_told() -> None:
    client = asking(HERE)
    for other in (ELSEWHERE, "null", f"{HERE}.evil.org", HERE.upper(), f"{HERE}:444", "http://lab.example.org"):
        assert preflight(client, other).status_code == 403
        assert act(client, other).status_code == 403
        answer = client.get("/healthz", headers={"Origin": other})
        assert "access-control-allow-origin" not in answer.headers
        assert "Origin" in answer.headers["vary"]
    assert "Origin" in client.get("/healthz").headers["vary"]


def test_a_star_lets_all_read_and_none_act() -> None:
    client = asking("*")
    answer = client.get("/healthz", headers={"Origin": ELSEWHERE})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert preflight(client, ELSEWHERE).headers["access-control-allow-methods"] == "GET, HEAD"
    refused = act(client, ELSEWHERE)
    assert refused.status_code == 403
    assert refused.headers["access-control-allow-origin"] == "*"
    both = asking("*", HERE)
    assert act(both, HERE).status_code == 204
    assert act(both, ELSEWHERE).status_code == 403


def test_a_page_elsewhere_sends_the_token_itself_and_the_cookie_never_counts() -> None:
    client = asking(HERE, token=TOKEN)
    answers = [preflight(client, HERE), client.get("/schema", headers={"Origin": HERE})]
    assert [answer.status_code for answer in answers] == [204, 401]
    answers.append(client.get("/schema", headers={"Origin": HERE, "Authorization": f"Bearer {TOKEN}"}))
    assert answers[-1].status_code == 200
    tag = answers[-1].headers["etag"]
    known = {"Origin": HERE, "Authorization": f"Bearer {TOKEN}", "If-None-Match": tag}
    answers.append(client.get("/schema", headers=known))
    assert answers[-1].status_code == 304
    for answer in answers:
        assert answer.headers["access-control-allow-origin"] == HERE
        assert "access-control-allow-credentials" not in answer.headers
    cookie = client.post("/session", json={"token": TOKEN}).headers["set-cookie"].partition(";")[0]
    for origin, code in ((None, 200), (BASE, 200), (HERE, 401), (f"{BASE}:3000", 401)):
        # Another port is the same site, so browsers send the cookie along; it is not that page's all the same.
        asked = {"Cookie": cookie} | ({} if origin is None else {"Origin": origin})
        assert asking_as(client, asked).status_code == code, origin
    with pytest.raises(OriginError, match=r"cannot go with --token-file; name the origins"):
        Origins(["*"], token=True)


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("example.org", "https://example.org"), ("https://a.org/", "https://a.org"),
        ("https://a.org/page?q=1", "https://a.org"), ("https://you@a.org", "https://a.org"), ("null", None),
        ("ftp://a.org", None), ("https://*.a.org", None), ("", None), ("https://a.org:99999", None),
        ("https://a.org,https://b.org", None),
    ],
)  # fmt: skip
def test_what_is_no_origin_is_refused_with_the_nearest(name: str, nearest: str | None) -> None:
    with pytest.raises(OriginError) as refused:
        Origins([name])
    assert refused.value.nearest == nearest
    assert "\n" not in str(refused.value)
    assert "--allow-origin" in str(refused.value)


def test_origins_are_read_as_browsers_write_them() -> None:
    origins = Origins(["HTTPS://A.org:443", "http://[::1]:3000"])
    assert origins.may_act(b"https://a.org")
    assert origins.may_act(b"http://[::1]:3000")
    assert not origins.may_read(None)
    assert not Origins()


def test_the_usual_listeners_give_way_to_a_small_system_and_others_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    limit = "ravelin.server.listening.resource."
    monkeypatch.setattr(f"{limit}setrlimit", lambda *_: None)
    monkeypatch.setattr(f"{limit}getrlimit", lambda _: (400, 400))
    assert places(256) == (50, 100)
    with pytest.raises(ListeningError, match=r"--listeners 1000 needs 1,216 open files .* 400; .* ulimit -n 1216$"):
        places(1000)
    monkeypatch.setattr(f"{limit}getrlimit", lambda _: (100_000, 100_000))
    assert places(1000) == (1024, 1000)


def test_the_command_takes_origins_and_counts_listeners(command: Callable[..., Command]) -> None:
    server = command("--consumers", "500", "--threads", "1", "--allow-origin", HERE, "--listeners", "1")
    asked = {"Origin": HERE}
    assert httpx2.get(f"{server.url}/state", headers=asked, timeout=120).headers["access-control-allow-origin"] == HERE
    with httpx2.stream("GET", f"{server.url}/events", headers=asked, timeout=60) as stream:
        assert stream.headers["access-control-allow-origin"] == HERE
        lines = stream.iter_lines()  # Held, for a stream whose reader is forgotten is closed.
        next(lines)
        with httpx2.stream("GET", f"{server.url}/events", timeout=60) as refused:
            assert refused.status_code == 503
            told = json.loads(refused.read())["detail"]
    assert told == (
        "as many streams of events are open as there may be (1); close one, or serve with more by --listeners 2"
    )
