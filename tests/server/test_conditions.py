"""A run goes on until a condition holds, and back to a month that is kept."""

import time
from pathlib import Path
from typing import Any

import pytest
from served import step
from starlette.testclient import TestClient

from ravelin import Simulation
from ravelin.runs.conditions import Comparison, ConditionError, read_condition

COLUMNS = ("unemployment_rate", "inflation", "gdp")


def test_a_condition_is_read_and_holds() -> None:
    read = read_condition(" unemployment_rate>8% and inflation <= -1e-2 and tick >= 24", COLUMNS)
    assert read.parts == (
        Comparison("unemployment_rate", ">", 0.08), Comparison("inflation", "<=", -0.01), Comparison("tick", ">=", 24.0)
    )  # fmt: skip
    row = {"tick": 24, "unemployment_rate": 0.081, "inflation": -0.01}
    assert read.holds(row)
    assert not read.holds({**row, "tick": 23})
    assert not read.holds({**row, "inflation": None})
    assert not read_condition("inflation != 3", COLUMNS).holds({"inflation": None})
    for sign, met in ((">", False), (">=", True), ("<", False), ("<=", True), ("=", True), ("==", True), ("!=", False)):
        assert read_condition(f"gdp {sign} 2", COLUMNS).holds({"gdp": 2.0}) is met


WRONG = [
    ("unemployment > 1", "'unemployment' is not a column of the history; did you mean unemployment_rate?"),
    ("unemployment_rate >> 1", "has '> 1' after > where a number such as 0.08 or 8% was expected"),
    ("unemployment_rate", "has the end after unemployment_rate where one of > >= < <= = != was expected"),
    ("   ", "has the end where a column of the history was expected"),
    ("gdp > 1 and", "has the end after and where a column of the history was expected"),
    ("gdp > 1 or gdp < 2", "has 'or gdp < 2' after 1 where `and` or the end was expected"),
    ("gdp > inflation", "has 'inflation' after > where a number such as 0.08 or 8% was expected"),
    ("0.08 < gdp", "has '0.08 < gdp' where a column of the history was expected"),
    ("gdp > 1e999", "compares with 1e999, which is beyond any number"),
    ("gdp = 1.2.3", "has '1.2.3' after = where a number"),
    ("date > 2021", "date is none; write tick >= 24"),
]


@pytest.mark.parametrize(("text", "said"), WRONG)
def test_what_cannot_be_read_says_where(text: str, said: str) -> None:
    with pytest.raises(ConditionError) as refused:
        read_condition(text, COLUMNS)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)
    assert refused.value.parameter == "until"


def ended(client: TestClient) -> dict[str, Any]:
    end = time.monotonic() + 300
    while time.monotonic() < end:
        status: dict[str, Any] = client.get("/state?fields=status").json()["status"]
        if status["status"] != "running":
            return status
        time.sleep(0.05)
    raise AssertionError("it runs and runs")


def test_it_runs_until_a_condition_holds_or_the_months_are_over(client: TestClient) -> None:
    assert client.get("/state?fields=status").json()["status"]["until"] is None
    begun = client.post("/run", json={"until": "tick >= 2 and gdp > 0"})
    assert begun.status_code == 200
    assert begun.json()["until"] == {"condition": "tick >= 2 and gdp > 0", "last_tick": 60, "held_at": None}
    status = ended(client)
    assert (status["tick"], status["status"]) == (3, "paused")
    assert status["until"]["held_at"] == 3
    client.post("/run", json={"until": "unemployment_rate > 99%", "months": 2})
    status = ended(client)
    assert (status["tick"], status["until"]["held_at"], status["until"]["last_tick"]) == (5, None, 5)
    client.post("/run", json={"months": 1})
    assert ended(client)["tick"] == 6
    assert step(client)["until"] is None
    for text, said in WRONG[:2]:
        refused = client.post("/run", json={"until": text})
        assert refused.status_code in (404, 422)
        assert said in refused.json()["detail"]
        assert refused.json()["parameter"] == "until"
    assert client.post("/run", json={"until": "unemployment > 1"}).json()["nearest"] == "unemployment_rate"
    assert client.post("/run", json={"until": "gdp > 1", "months": 0}).status_code == 422
    assert ended(client)["tick"] == 7


def test_it_goes_back_to_a_month_that_is_kept_and_lives_it_again_to_the_bit(client: TestClient) -> None:
    client.post("/reset")
    refused = client.post("/reset", json={"tick": 3})
    assert refused.status_code == 409
    assert "month 3 is not kept, and no other is" in refused.json()["detail"]
    step(client, 2)
    assert client.post("/checkpoints").status_code == 201
    step(client)
    assert client.post("/make_bank").status_code == 200
    assert client.post("/checkpoints").status_code == 201
    first = client.post("/shocks", json={"set": "Taxes.corporate", "to": 0.5})
    assert first.status_code == 201
    before = step(client, 2)
    lived = client.get("/history").json()["columns"]
    refused = client.post("/reset", json={"tick": 4})
    assert refused.status_code == 409
    assert "month 4 is not kept; the nearest that is kept is 3 (kept: 2, 3)" in refused.json()["detail"]
    assert refused.json()["valid"] == ["2", "3"]

    after = client.post("/reset", json={"tick": 3}).json()
    assert (after["tick"], after["status"], after["banks"]) == (3, "paused", before["banks"])
    assert after["run"] != before["run"]
    assert client.get("/shocks").json()["shocks"] == []
    assert [one["tick"] for one in client.get("/checkpoints").json()["checkpoints"]] == [2, 3]
    again = client.get("/history").json()["columns"]
    assert again == {name: values[:3] for name, values in lived.items()}
    assert client.post("/shocks", json={"set": "Taxes.corporate", "to": 0.5}).status_code == 201
    step(client, 2)
    assert client.get("/history").json()["columns"] == lived
    runs = client.get("/runs").json()["runs"]
    folders = [Path(one["folder"]) for one in runs if one["id"] in (before["run"], after["run"])]
    assert client.post("/reset", json={"tick": 2}).json()["tick"] == 2
    assert client.post("/reset", json={"tick": 0}).json()["tick"] == 0

    fingerprints = set()
    for folder in folders:
        with Simulation.load(folder) as kept:
            assert kept.tick == 5
            fingerprints.add(kept.fingerprint())
    assert len(fingerprints) == 1
