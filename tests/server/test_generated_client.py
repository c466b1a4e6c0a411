"""A client that a program writes from `/schema` fetches what people fetch."""

import subprocess
import sys
from pathlib import Path

import httpx2
import pytest
from served import Command

SCRIPT = """
import sys

from made.api.agents import get_agent, list_agents, list_tables
from made.api.economy import get_history, get_state
from made.api.time import step
from made.client import Client
from made.models import AgentsPage, History, Nothing, Problem, State, Status

client = Client(sys.argv[1], timeout=120)
assert isinstance(step.sync(client=client, body=Nothing(), n=3), Status)
state = get_state.sync(client=client)
assert isinstance(state, State)
assert state.status.tick == 3
deposits = state.balance_sheet.columns.index("deposits")
assert sum(int(row[deposits]) for row in state.balance_sheet.cents) == 0
history = get_history.sync(client=client, series=["gdp_real", "unemployment_rate"], from_="1")
assert isinstance(history, History)
assert list(history.columns.additional_properties) == ["tick", "date", "gdp_real", "unemployment_rate"]
assert history.rows == len(history.columns["gdp_real"]) == 2
page = list_agents.sync("consumers", client=client, columns=["wage", "status"], filter_=["status=employed"], limit=5)
assert isinstance(page, AgentsPage)
assert [row.names["status"] for row in page.data] == ["employed"] * 5
assert all(int(row["wage"]) > 0 for row in page.data)
assert "consumers" in [table.name for table in list_tables.sync(client=client).tables]
person = get_agent.sync("consumers", str(page.data[0].row), client=client)
assert person.columns["wage"].value == page.data[0]["wage"]
refused = get_history.sync(client=client, from_="2", to="1")
assert isinstance(refused, Problem)
assert refused.status == 400
"""


def test_a_generated_client_fetches_state_history_and_agents(served: Command, tmp_path: Path) -> None:
    pytest.importorskip("openapi_python_client", reason="openapi-python-client is not installed")
    (tmp_path / "schema.json").write_bytes(httpx2.get(f"{served.url}/schema", timeout=120).content)
    (tmp_path / "plain.yml").write_text("post_hooks: []\n")
    asked = "generate --path schema.json --output-path made --meta none --config plain.yml --fail-on-warning"
    made = subprocess.run(
        [sys.executable, "-m", "openapi_python_client", *asked.split()],
        cwd=tmp_path, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stdout + made.stderr
    assert "WARNING" not in made.stdout.upper(), made.stdout
    (tmp_path / "fetch.py").write_text(SCRIPT)
    fetched = subprocess.run(
        [sys.executable, "fetch.py", served.url], cwd=tmp_path, capture_output=True, text=True, timeout=600, check=False
    )
    assert fetched.returncode == 0, fetched.stderr
