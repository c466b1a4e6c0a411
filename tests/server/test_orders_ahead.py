"""Shocks that are ordered for later months: refused when they are ordered, or left out when they cannot be made."""

import time
from typing import Any

import pytest
from served import step
from starlette.testclient import TestClient

REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"tick": 30, "scale": "Firms.price", "by": 1e6}, "cannot be multiplied by 1e+06"),
    ({"tick": 30, "scale": "Firms.price", "by": 1000}, "takes a row to"),
    ({"tick": 500, "set": "Taxes.corporate", "to": 0.3}, "tick 500 is after the end"),
    ({"tick": 30, "scale": "Firms.tfp", "by": 1}, "changes nothing"),
    ({"tick": 30, "set": "Anchors.inflation_target", "to": 0.02}, "changes nothing"),
    ({"tick": 30, "scale": "Firms.tfp", "by": 0.5, "where": {"good": "steel", "firm": 0}}, "matches no row"),
    ({"tick": 30, "scale": "Economy.offer_mean", "by": 2}, "shock Firms.offer instead"),
]


@pytest.mark.parametrize(("body", "said"), REFUSED, ids=lambda value: value if isinstance(value, str) else "")
def test_an_order_that_cannot_be_or_changes_nothing_is_refused(
    client: TestClient, body: dict[str, Any], said: str
) -> None:
    before = client.get("/shocks").json()
    answer = client.post("/shocks", json=body)
    assert answer.status_code in (404, 409, 422), answer.text
    assert said in answer.json()["detail"]
    assert client.get("/shocks").json() == before


def test_a_fork_ends_with_its_own_months(client: TestClient) -> None:
    now = step(client)["tick"]
    shock = {"set": "Taxes.corporate", "to": 0.3}
    refused = client.post("/fork", json={"shock": shock, "from": now + 4, "horizon": 3})
    assert refused.status_code in (409, 422)
    assert f"tick {now + 4} is after the end" in refused.json()["detail"]
    taken = client.post("/fork", json={"shock": shock, "from": now + 2, "horizon": 3})
    assert taken.status_code == 202, taken.text
    fork = taken.json()["id"]
    for _ in range(600):
        found = client.get(f"/forks/{fork}").json()
        if found["status"] not in ("waiting", "running"):
            break
        time.sleep(0.05)
    assert found["status"] == "done", found
    client.delete(f"/forks/{fork}")


def test_a_shock_that_cannot_be_made_leaves_the_run_going(client: TestClient) -> None:
    now = step(client)["tick"]
    for body in (
        {"tick": now + 2, "scale": "Firms.price", "by": 20},
        {"tick": now + 1, "set": "Firms.price", "to": 4500},
    ):
        assert client.post("/shocks", json=body).status_code == 201
    for months in range(1, 5):
        status = step(client)
        assert (status["tick"], status["status"], status["problem"]) == (now + months, "paused", None)
    told = client.get("/shocks").json()
    assert ["Firms.price times 20 takes a row to" in said for said in told["withdrawn"]] == [True]
    assert [shock["says"] for shock in told["shocks"] if "times 20" in shock["says"]] == []
