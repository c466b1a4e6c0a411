"""`/schema` is true: every address is described, and requests made from the description meet no surprise."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from served import Command
from starlette.testclient import TestClient

from ravelin.server.app import ENDPOINTS


def test_every_endpoint_is_described(client: TestClient) -> None:
    schema = client.get("/schema").json()
    assert schema["openapi"] == "3.1.0"
    described = {(method.upper(), path) for path, methods in schema["paths"].items() for method in methods}
    assert described == {(one.method, one.path.replace("{path:path}", "{path}")) for one in ENDPOINTS}
    names = [operation["operationId"] for methods in schema["paths"].values() for operation in methods.values()]
    assert len(names) == len(set(names))
    assert client.get("/openapi.json").json() == schema
    assert "x-reasons" not in client.get("/schema").text


@pytest.mark.parametrize("path", ["/schema", "/openapi.json", "/scenarios"])
def test_what_stays_the_same_is_made_once(client: TestClient, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Readers wait for one another, so none of them makes the server describe itself anew."""
    first = client.get(path)
    for made in ("ravelin.server.front.document", "ravelin.server.front.declarations.scenarios"):
        monkeypatch.setattr(made, lambda *_: pytest.fail("made anew"))
    assert client.get(path).content == first.content
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def references(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["$ref"]} if "$ref" in value else set()
        return own.union(*(references(one) for one in value.values()))
    return set().union(*(references(one) for one in value)) if isinstance(value, list) else set()


def test_references_lead_somewhere(client: TestClient) -> None:
    schema = client.get("/schema").json()
    known = {f"#/components/schemas/{name}" for name in schema["components"]["schemas"]}
    assert references(schema) == known


def find_faults(server: Command, folder: Path, *options: str) -> None:
    """Have schemathesis make requests, right and wrong ones, from the description, and check every answer."""
    tool = shutil.which("schemathesis", path=str(Path(sys.executable).parent))
    if tool is None:
        pytest.skip("schemathesis is not installed")
    httpx2.get(f"{server.url}/state", timeout=120)
    usual = "--checks all --exclude-path /events --generation-deterministic --suppress-health-check all --no-color"
    found = subprocess.run(
        [tool, "run", f"{server.url}/schema", *usual.split(), *options],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=1800,
        check=False,
    )
    assert found.returncode == 0, found.stdout[-6000:]
    # It closes with these words also where it warns that made-up names of agents are not found.
    told = re.search(r"(\d+) generated, (\d+) passed", found.stdout)
    assert told is not None, found.stdout[-2000:]
    assert told[1] == told[2] != "0", found.stdout[-2000:]


def test_a_machine_finds_nothing_at_a_glance(command: Callable[..., Command], tmp_path: Path) -> None:
    server = command("--consumers", "500", "--ticks", "60000", "--threads", "1")
    find_faults(server, tmp_path, "--phases", "fuzzing", "--max-examples", "2")


@pytest.mark.slow
def test_a_machine_finds_nothing(command: Callable[..., Command], tmp_path: Path) -> None:
    server = command("--consumers", "1000", "--ticks", "60000", "--threads", "1")
    find_faults(server, tmp_path, "--max-examples", "20")
