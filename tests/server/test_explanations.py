"""Every kind of problem that the server can answer with is explained at the address in its `type`."""

import ast
from html import unescape
from pathlib import Path

import pytest
from served import BASE
from starlette.testclient import TestClient

import ravelin
from ravelin.core.sentence import Kind
from ravelin.server.app import Server
from ravelin.server.back import First
from ravelin.server.explanations import EXPLANATIONS
from ravelin.server.guard import ADDRESS_MAX, Guard
from ravelin.server.problems import OF_KIND, TYPES

TOKEN = "a token of twenty signs"


@pytest.fixture(scope="module")
def stranger() -> TestClient:
    """Give who asks without the token: what a refusal means is told to whoever was refused."""
    server = Server(Guard("127.0.0.1", TOKEN), First())
    return TestClient(server, base_url=BASE, raise_server_exceptions=False)


def kinds_in_code() -> set[str]:
    """Find the kinds that the code makes problems of."""
    found = set(OF_KIND.values())
    for path in Path(ravelin.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name == "ProblemError" or (name == "cls" and path.name == "problems.py"):
                found.add(str(node.args[0].value))
    return found


def test_every_kind_that_is_answered_is_explained_and_no_other() -> None:
    assert kinds_in_code() == set(TYPES) == set(EXPLANATIONS)
    assert set(OF_KIND) == set(Kind)
    for meaning, remedy in EXPLANATIONS.values():
        assert meaning.endswith(".")
        assert remedy.endswith(".")


@pytest.mark.parametrize("kind", TYPES)
def test_it_is_a_page_and_json(stranger: TestClient, kind: str) -> None:
    told = stranger.get(f"/problems/{kind}")
    assert told.status_code == 200
    assert (told.json()["status"], told.json()["title"]) == TYPES[kind]
    assert told.headers["vary"].startswith("Accept")
    page = stranger.get(f"/problems/{kind}", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert page.headers["content-type"].startswith("text/html")
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert page.headers["vary"].startswith("Accept")
    text = unescape(page.text)
    assert all(part in text for part in (kind, TYPES[kind][1], *EXPLANATIONS[kind]))
    assert stranger.get("/dashboard/problems.css").headers["content-type"].startswith("text/css")


def test_all_are_listed(stranger: TestClient) -> None:
    assert [one["kind"] for one in stranger.get("/problems").json()["problems"]] == list(TYPES)
    assert stranger.get("/problems", headers={"Accept": "text/html"}).text.count("<section>") == len(TYPES)


def test_refusals_lead_to_what_explains_them(stranger: TestClient) -> None:
    known = {"Authorization": f"Bearer {TOKEN}"}
    refused = [
        stranger.get("/state"),
        stranger.get("/nothing", headers=known),
        stranger.get("/problems/contradicton"),
        stranger.post("/state", headers=known),
        stranger.get("/health", headers={"Accept": "image/png"}),
        stranger.get("/health", headers={"Host": "evil.example.org"}),
        stranger.get(f"/health?{'a' * ADDRESS_MAX}"),
        stranger.post("/session", content=b"{", headers={"Content-Type": "application/json"}),
        stranger.post("/session", content=b"{}", headers={"Content-Type": "text/plain"}),
        stranger.post("/session", json={}),
        stranger.post("/session", json={"token": "a"}, headers={"Sec-Fetch-Site": "cross-site"}),
        stranger.post("/session", json={"token": "a" * 70_000}),
        stranger.get("/history?from=x", headers=known),
    ]
    assert {answer.status_code for answer in refused} == {401, 404, 405, 406, 421, 414, 400, 415, 422, 403, 413}
    for answer in refused:
        problem = answer.json()
        told = stranger.get(problem["type"])
        assert told.status_code == 200, problem
        assert told.json()["title"] == problem["title"]
    assert refused[2].json()["nearest"] == "contradiction"
