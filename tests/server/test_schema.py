"""`/schema` is true: every address is described, and requests made from the description meet no surprise."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
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


def schemas_in(told: Any, at: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Find every schema of a description, with where it stands."""
    if isinstance(told, dict):
        for key, one in told.items():
            if key in ("schema", "items") or (key == "additionalProperties" and isinstance(one, dict)):
                yield f"{at}/{key}", one
            elif key in ("properties", "schemas"):
                yield from ((f"{at}/{key}/{name}", inner) for name, inner in one.items())
            elif key in ("oneOf", "prefixItems"):
                yield from ((f"{at}/{key}/{place}", inner) for place, inner in enumerate(one))
            yield from schemas_in(one, f"{at}/{key}")
    elif isinstance(told, list):
        for place, one in enumerate(told):
            yield from schemas_in(one, f"{at}/{place}")


def operations(schema: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for methods in schema["paths"].values() for operation in methods.values()]


def test_references_lead_somewhere(client: TestClient) -> None:
    schema = client.get("/schema").json()
    known = {f"#/components/schemas/{name}" for name in schema["components"]["schemas"]}
    assert {one["$ref"] for _, one in schemas_in(schema) if "$ref" in one} == known


def test_every_schema_says_what_it_is(client: TestClient) -> None:
    """A program that reads the description into types needs all of it: what lists hold, what kinds there are."""
    faults = []
    for at, one in schemas_in(client.get("/schema").json()):
        kinds = one.get("type", [])
        if "array" in kinds and "items" not in one:
            faults.append(f"{at}: a list of what?")
        if "object" in kinds and not {"properties", "additionalProperties"} & set(one):
            faults.append(f"{at}: an object of what?")
        if not {"type", "$ref", "oneOf"} & set(one):
            faults.append(f"{at}: of no type")
        if "properties" in one and not re.fullmatch("/components/schemas/[A-Za-z]+(/oneOf/[0-9]+)?", at):
            faults.append(f"{at}: has members and no name")
    assert faults == []


def test_every_operation_has_a_name_a_chapter_and_answers(client: TestClient) -> None:
    schema = client.get("/schema").json()
    chapters = [one["name"] for one in schema["tags"]]
    assert chapters == list(dict.fromkeys(chapters))
    assert {tag for one in operations(schema) for tag in one["tags"]} == set(chapters)
    for one in operations(schema):
        assert re.fullmatch("[a-z]+(_[a-z]+)*", one["operationId"])
        assert len(one["tags"]) == 1
        for status, answer in one["responses"].items():
            told = answer.get("content", {})
            assert bool(told) == (status not in ("204", "304")), (one["operationId"], status)
            assert all(content["schema"] for content in told.values())
            named = told.get("application/json") or told.get("application/problem+json")
            assert named is None or "$ref" in named["schema"], (one["operationId"], status)
        body = one.get("requestBody", {"content": {}})["content"]
        assert all("$ref" in content["schema"] for content in body.values()), one["operationId"]


NAMES = """
    get_page get_page_file get_health get_healthz get_readyz get_schema get_openapi open_session get_state get_history
    get_balance_sheet stream_events list_networks get_network list_tables list_agents get_agent list_columns
    list_parameters list_scenarios get_schedule step run pause reset clear clear_by_hand list_shocks add_shock
    make_banks make_banks_by_hand pay pay_by_hand list_forks get_fork get_effects start_fork stop_fork drop_fork
    list_runs get_run open_run list_checkpoints get_checkpoint keep_checkpoint
"""


def test_names_that_programs_call_stay(client: TestClient) -> None:
    """Whoever generated a client calls these; add freely, rename with a line in the changelog."""
    assert set(NAMES.split()) <= {one["operationId"] for one in operations(client.get("/schema").json())}


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
