"""Orders are carried out between two months, or refused with a reason; the books stay closed."""

import time
from pathlib import Path
from typing import Any

import pytest
from served import step
from starlette.testclient import TestClient

from ravelin import Scenario
from ravelin.server.acts.bodies import SHOCKS_MAX
from ravelin.server.running.economy import Economy, pace


def status(client: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/state?fields=status").json()["status"]
    return found


def until(client: TestClient, word: str, seconds: float = 120.0) -> dict[str, Any]:
    """Wait for a status."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = status(client)
        if found["status"] == word:
            return found
        time.sleep(0.05)
    raise AssertionError(f"still {found['status']} after {seconds} seconds")


@pytest.fixture(scope="module")
def moving(client: TestClient) -> None:
    """Have the server load what months run on, before a test asks how soon one is answered."""
    step(client)


@pytest.fixture(autouse=True)
def at_the_opening(moving: None, client: TestClient) -> None:
    assert client.post("/reset").status_code == 200
    assert status(client)["tick"] == 0


def test_ticks_are_done_when_they_are_answered(client: TestClient) -> None:
    done = client.post("/tick?n=3")
    assert (done.status_code, done.json()["tick"], done.json()["status"]) == (200, 3, "paused")
    assert client.post("/tick").json()["tick"] == 4
    for wrong in ("n=0", "n=1201", "n=x", "m=1"):
        assert client.post(f"/tick?{wrong}").status_code == 422


def test_it_runs_at_a_speed_pauses_and_refuses_steps_meanwhile(client: TestClient) -> None:
    started = time.monotonic()
    begun = client.post("/run", json={"ticks_per_second": 5}).json()
    assert (begun["status"], begun["ticks_per_second"]) == ("running", 5)
    assert client.post("/tick").status_code == 409
    end = time.monotonic() + 120
    while status(client)["tick"] < 4 and time.monotonic() < end:
        time.sleep(0.05)
    paused = client.post("/pause").json()
    assert paused["status"] == "paused"
    assert 4 <= paused["tick"] <= 5 * (time.monotonic() - started) + 2, "no faster than asked"
    assert client.post("/pause").json()["tick"] == paused["tick"]
    for wrong in (
        {"ticks_per_second": 0},
        {"ticks_per_second": 1e-300},
        {"ticks_per_second": "4"},
        {"speed": 4},
        {"ticks_per_second": 1e9},
    ):
        assert client.post("/run", json=wrong).status_code == 422


def test_the_end_of_the_scenario(client: TestClient) -> None:
    client.post("/run", json={"ticks_per_second": None})
    finished = until(client, "finished")
    assert finished["tick"] == 60
    assert client.post("/run").status_code == 409
    assert client.post("/tick").json()["tick"] == 61


def test_a_reset_is_another_run_of_the_same_world(client: TestClient) -> None:
    client.post("/tick?n=2")
    first = client.get("/history").json()
    client.get("/clear")
    assert status(client)["run"] != first["run"]
    assert client.get("/history").json()["rows"] == 0
    client.post("/tick?n=2")
    assert client.get("/history").json()["columns"] == first["columns"]


def test_a_new_run_is_opened_once_for_a_key(client: TestClient) -> None:
    asked = {
        "scenario": "oil_shock", "consumers": 1500, "seed": 7, "ticks": 30, "parameters": {"Taxes.corporate": 0.2},
        "shocks": [{"tick": 3, "set": "Taxes.corporate", "to": 0.3}],
    }  # fmt: skip
    first = client.post("/runs", json=asked, headers={"Idempotency-Key": "a"})
    assert first.status_code == 202
    place = first.headers["location"]
    again = client.post("/runs", json=asked, headers={"Idempotency-Key": "a"})
    assert (again.status_code, again.headers["location"], again.json()) == (202, place, first.json())
    other = client.post("/runs", json={**asked, "seed": 8}, headers={"Idempotency-Key": "a"})
    assert other.status_code == 422
    end = time.monotonic() + 120
    while client.get(place).json()["status"] != "current" and time.monotonic() < end:
        time.sleep(0.1)
    now = status(client)
    assert (now["scenario"], now["consumers"], now["seed"], now["ticks_total"]) == ("oil_shock", 1500, 7, 30)
    assert place == f"/runs/{now['run']}"
    shocks = client.get("/shocks").json()["shocks"]
    assert [shock["state"] for shock in shocks] == ["ahead"] * len(shocks)
    assert "Taxes.corporate" in shocks[-1]["says"]
    client.post("/runs", json={"scenario": "default", "consumers": 1000, "seed": 1, "ticks": 60})
    end = time.monotonic() + 120
    while status(client)["scenario"] != "default" and time.monotonic() < end:
        time.sleep(0.1)


@pytest.mark.parametrize(
    ("asked", "nearest"),
    [
        ({"scenario": "oil_shok"}, "oil_shock"),
        ({"consumer": 1000}, "consumers"),
        ({"parameters": {"Taxes.corporat": 0.3}}, "Taxes.corporate"),
        ({"parameters": {"Taxes.corporate": 3}}, None),
        ({"consumers": 50}, None),
        ({"consumers": 3001}, None),
        ({"start": "soon"}, None),
        ({"shocks": [{"tick": 1, "set": "Taxes.corporat", "to": 1}]}, "Taxes.corporate"),
        ({"shocks": {}}, None),
        ([], None),
    ],
)
def test_a_run_that_cannot_be(client: TestClient, asked: Any, nearest: str | None) -> None:
    answer = client.post("/runs", json=asked)
    assert answer.status_code == 422, answer.text
    assert answer.json().get("nearest") == nearest
    assert status(client)["scenario"] == "default"


@pytest.mark.parametrize(
    ("asked", "code", "said"),
    [
        ({"consumers": 200, "firms": 150}, 409, "too many for 200 consumers"),
        ({"consumers": 200, "banks": 200}, 409, "too many for 200 consumers"),
        ({"shocks": [{"tick": 3, "until": 3, "set": "Taxes.corporate", "to": 0.3}]}, 409, "not after the shock"),
        ({"shocks": [{"set": "Firms.misses", "to": 3, "where": {"good": "stel"}}]}, 404, "steel"),
        # Readers of JSON take these two for the same number.
        ({"shocks": [{"set": "Firms.misses", "to": -(2**63)}]}, 422, "Firms.misses"),
        ({"shocks": [{"set": "Firms.misses", "to": -(2**63) - 1}]}, 422, "Firms.misses"),
        ({"seed": 2**63}, 422, "seed"),
    ],
)
def test_values_that_contradict_one_another(client: TestClient, asked: Any, code: int, said: str) -> None:
    answer = client.post("/runs", json=asked)
    assert answer.status_code == code, answer.text
    assert said in answer.json()["detail"]
    if code == 409:
        assert answer.json()["type"] == "/problems/contradiction"


def test_whole_numbers_are_whole_however_they_are_written(client: TestClient) -> None:
    begun = client.post("/runs", content=b'{"seed": 9007199254740994.0, "consumers": 1e3, "ticks": 60}',
                        headers={"Content-Type": "application/json"})  # fmt: skip
    assert begun.status_code == 202
    assert begun.json()["seed"] == 2**53 + 2
    end = time.monotonic() + 120
    while client.get(begun.headers["location"]).json()["status"] == "opening" and time.monotonic() < end:
        time.sleep(0.05)
    assert status(client)["seed"] == 2**53 + 2
    client.post("/runs", json={"consumers": 1000, "seed": 1, "ticks": 60})
    while status(client)["seed"] != 1 and time.monotonic() < end:
        time.sleep(0.05)


def test_a_run_is_shown_before_it_is_called_current(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shown: list[tuple[str, str]] = []
    economy = Economy(1, show=lambda published, _: shown.append((published.run, run.status)), tell=lambda _: None)
    economy.start()
    run = economy.runs.announce(Scenario.load(consumers=500, seed=1))
    try:
        economy.open(run).result(120)
        assert shown == [(run.id, "opening")]
        assert run.status == "current"
    finally:
        economy.close()


def test_a_shock_is_dated_and_validated_like_a_scenario(client: TestClient) -> None:
    client.post("/tick?n=2")
    made = client.post("/shocks", json={"set": "Taxes.corporate", "to": 0.3, "until": 4})
    assert made.status_code == 201
    assert (made.json()["tick"], made.json()["date"], made.json()["state"]) == (2, "2020-03-01", "ahead")
    before = _parameter(client)
    client.post("/tick")
    during = _parameter(client)
    assert (during["value"], during["in_force"]["was"]) == (0.3, before["value"])
    assert client.get("/shocks").json()["shocks"][0]["state"] == "in force"
    client.post("/tick?n=2")
    assert _parameter(client)["value"] == before["value"]
    assert client.get("/shocks").json()["shocks"][0]["state"] == "over"
    late = client.post("/shocks", json={"tick": 1, "set": "Taxes.corporate", "to": 0.3})
    assert late.status_code == 409
    column = client.post(
        "/shocks", json={"date": "2021-01", "scale": "Firms.labor_productivity", "by": 0.5, "where": {"good": "steel"}}
    )
    assert column.json()["where"] == {"good": "steel"}


def _parameter(client: TestClient) -> dict[str, Any]:
    parameters = client.get("/parameters").json()["parameters"]
    return next(one for one in parameters if one["name"] == "Taxes.corporate")


@pytest.mark.parametrize(
    ("asked", "nearest"),
    [
        ({"set": "Taxes.corporat", "to": 0.3}, "Taxes.corporate"),
        ({"set": "Taxes.corporate", "to": 3}, None),
        ({"set": "Taxes.corporate", "by": 3}, None),
        ({"set": "Taxes.corporate"}, None),
        ({"set": "Accounts.deposits", "to": 0}, None),
        ({"scale": "Firms.labor_productivity", "by": 0.5, "where": {"good": "stel"}}, "steel"),
        ({"scale": "Firms.labor_productivity", "by": -1}, None),
        ({"set": "Firms.misses", "to": 1e9}, None),
        ({"set": "Firms.misses", "to": 0.5}, None),
        ({"date": "never", "set": "Taxes.corporate", "to": 0.3}, None),
        ({"tick": 1, "date": "2022-01", "set": "Taxes.corporate", "to": 0.3}, None),
        ({}, None),
    ],
)
def test_a_shock_that_cannot_be(client: TestClient, asked: dict[str, Any], nearest: str | None) -> None:
    answer = client.post("/shocks", json=asked)
    code = 404 if nearest == "steel" else 422
    assert answer.status_code == code, answer.text
    assert answer.json().get("nearest") == nearest
    assert client.get("/shocks").json() == {"shocks": [], "withdrawn": []}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"set": "Consumers.skill", "to": 200}, "0 unskilled, 1 skilled or 2 highly_skilled"),
        ({"set": "Consumers.status", "to": 1}, "shock LaborMarket.separation"),
        ({"set": "Firms.price", "to": -1}, "Firms.price"),
        ({"scale": "Economy.trend_gdp", "by": 0}, "so it cannot be multiplied by 0"),
        ({"set": "FiscalPolicy.maturity_shares", "to": [0, 0, 0, 0]}, "shares that add up to 1"),
        ({"scale": "Firms.unit_cost", "by": 2}, "production.plan_output works it out anew"),
        ({"scale": "Firms.tfp", "by": 2, "where": {"good": 99}}, "a row of Goods from 0 to 22"),
        ({"scale": "Firms.tfp", "by": 2, "where": {"firm": 999_999}}, "so there is no 999,999"),
        ({"scale": "Taxes.corporate", "by": 40}, "outside its range"),
        ({"scale": "Firms.usable", "by": 2}, "beyond 1"),
        ({"scale": "Firms.markup", "by": 2, "where": {"misses": 77}}, "matches no row"),
    ],
)
def test_shocks_and_forks_are_held_to_what_columns_may_hold(
    client: TestClient, asked: dict[str, Any], said: str
) -> None:
    for path, body in (("/shocks", asked), ("/fork", {"shock": asked, "horizon": 2})):
        answer = client.post(path, json=body)
        assert answer.status_code in (404, 409, 422), answer.text
        assert said in answer.json()["detail"]
    assert client.get("/shocks").json() == {"shocks": [], "withdrawn": []}
    assert client.get("/forks").json()["forks"] == []


def test_people_are_paid_by_group_over_http(client: TestClient) -> None:
    paid = {"pay": "Consumers", "dollars": 500, "where": {"decile": {"to": 3}, "status": ["employed", "retired"]}}
    answer = client.post("/shocks", json=paid)
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert told["where"] == paid["where"]
    assert "pays 500 dollars to each consumer where decile is up to 3" in told["says"]
    step(client)
    assert client.get("/state?fields=status").json()["status"]["audit_gap_cents"] in (0, "0")
    for wrong in (
        paid | {"dollars": -1},
        {"pay": "Consumers", "percent_of_gdp": 101},
        {"pay": "Firms", "dollars": 5},
        paid | {"where": {"decile": 11}},
        {"change": "IncomeTax.change", "percent_of_gdp": -1, "tick": 5, "until": 4},
    ):
        refused = client.post("/shocks", json=wrong)
        assert refused.status_code in (404, 409, 422), (wrong, refused.text)
        assert refused.json()["detail"]


def test_a_run_takes_so_many_shocks_and_no_more(client: TestClient) -> None:
    asked = {"scale": "Taxes.corporate", "by": 1.001}
    began = len(client.get("/shocks").json()["shocks"])
    for _ in range(SHOCKS_MAX - began):
        assert client.post("/shocks", json=asked).status_code == 201
    answer = client.post("/shocks", json=asked)
    assert answer.status_code == 409
    assert answer.json()["detail"] == "a run takes at most 100 shocks; reset it or begin another"
    assert len(client.get("/shocks").json()["shocks"]) == SHOCKS_MAX


def test_what_a_body_asks_is_not_blamed_on_the_file(client: TestClient) -> None:
    asked = {"shocks": [{"tick": 3, "set": "Firms.capital", "to": 1.0, "where": {"good": "stel"}}]}
    answer = client.post("/runs", json=asked)
    assert answer.status_code in (404, 422)
    assert ".toml" not in answer.json()["detail"]


def test_a_world_beyond_all_measure_is_told_as_such(client: TestClient) -> None:
    client.post("/tick")
    client.post("/shocks", json={"set": "Firms.capital", "to": 1e12})
    client.post("/tick")
    for path in ("/agents/stocks/0", "/agents/firms/0", "/balance-sheet", "/network/interbank", "/state", "/do_tx"):
        answer = client.get(path)
        assert answer.status_code < 500 or answer.json()["type"] == "/problems/failed", (path, answer.text)
    assert client.post("/reset").status_code == 200
    assert client.post("/tick").json()["audit_gap_cents"] == "0"


@pytest.mark.parametrize("depth", [21, 900])
@pytest.mark.parametrize(("opened", "closed"), [('{"a":', "}"), ("[", "]")])
def test_bodies_as_deep_as_a_well(client: TestClient, depth: int, opened: str, closed: str) -> None:
    content = opened * depth + "1" + closed * depth
    answer = client.post("/shocks", content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert "nested" in answer.json()["detail"]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_banks_are_founded_with_bonds_and_the_books_close(client: TestClient, method: str) -> None:
    client.post("/tick?n=2")
    made = client.request(method, "/make_bank").json()
    assert [bank["bank"] for bank in made["made"]] == [3, 4, 5]
    for bank in made["made"]:
        assert int(bank["bonds"]) > 0
        assert int(bank["equity"]) == int(bank["bonds"]) + int(bank["reserves"])
    assert made["audit_gap_cents"] == "0"
    paid = sum(int(bank["equity"]) for bank in made["made"])
    before, after = (dict(zip(made[when]["rows"], made[when]["cents"], strict=True)) for when in ("before", "after"))
    place = made["before"]["columns"].index("deposits")
    assert int(after["consumers"][place]) == int(before["consumers"][place]) - paid
    now = status(client)
    assert (now["banks"], now["revision"] > 0) == (6, True)
    assert client.post("/tick?n=13").json()["audit_gap_cents"] == "0"
    assert int(client.get("/agents/banks/3").json()["columns"]["equity"]["value"]) > 0
    assert client.get("/state?fields=banks").json()["banks"]["count"] == 6


def test_banks_that_nobody_can_pay_for(client: TestClient) -> None:
    refused = client.post("/make_bank", json={"count": 2, "capital": "900000000000000000"})
    assert refused.status_code == 409
    assert status(client)["banks"] == 3
    one = client.post("/make_bank", json={"count": 1, "capital": 500_000, "bonds": 0}).json()
    assert one["made"] == [{"bank": 3, "equity": "500000", "bonds": "0", "reserves": "500000"}]
    for wrong in ({"count": 0}, {"capital": "ten"}, {"capital": -1}, {"bonds": 2}, {"number": 1}):
        assert client.post("/make_bank", json=wrong).status_code == 422


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_transaction_shows_both_balance_sheets(client: TestClient, method: str) -> None:
    client.post("/tick")
    done = client.request(method, "/do_tx").json()
    cents = int(done["transfer"]["cents"])
    change = {
        who: int(done["after"][who]["deposits"]) - int(done["before"][who]["deposits"])
        for who in ("payer", "payee", "payer_bank", "payee_bank")
    }
    assert change == {"payer": -cents, "payee": cents, "payer_bank": cents, "payee_bank": -cents}
    reserves = int(done["after"]["payee_bank"]["reserves"]) - int(done["before"]["payee_bank"]["reserves"])
    assert reserves == cents
    assert done["before"]["payer_bank"]["bank"] != done["before"]["payee_bank"]["bank"]
    assert done["audit_gap_cents"] == "0"
    assert client.post("/tick?n=3").json()["audit_gap_cents"] == "0"


def test_a_consumer_pays_a_firm(client: TestClient) -> None:
    done = client.post("/do_tx", json={"payer": 3, "payee": 1005, "cents": "250"})
    assert done.json()["transfer"] == {"payer": 3, "payee": 1005, "cents": "250", "result": "paid"}
    assert client.post("/tick").json()["audit_gap_cents"] == "0"


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"payer": 1, "payee": 1}, "same account"),
        ({"payer": 1, "payee": 2, "cents": 10**17}, "exceeds deposits"),
        ({"payer": 1, "payee": 10**9}, "accounts"),
        ({"payer": 1, "payee": 1051}, "payee unknown"),
    ],
)
def test_a_transaction_that_is_refused(client: TestClient, asked: dict[str, int], why: str) -> None:
    accounts = client.get("/agents/accounts?limit=1").json()["rows"]
    asked = {key: accounts - 1 if value == 1051 else value for key, value in asked.items()}
    answer = client.post("/do_tx", json=asked)
    assert answer.status_code == 409
    assert why in answer.json()["detail"]


def test_checkpoints_are_kept(client: TestClient) -> None:
    client.post("/tick?n=2")
    kept = client.post("/checkpoints")
    assert (kept.status_code, kept.headers["location"]) == (201, "/checkpoints/2")
    assert kept.json()["bytes"] > 100_000
    assert client.get("/checkpoints/2").json()["tick"] == 2
    assert 2 in [one["tick"] for one in client.get("/checkpoints").json()["checkpoints"]]


@pytest.mark.parametrize(
    ("content", "media", "code"),
    [
        (b"{", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"{}", "text/plain", 415),
        (b"a=b", "application/x-www-form-urlencoded", 415),
        (b"[]", "application/json", 422),
        (b"1", "application/json; charset=utf-8", 422),
        (b'{"x": 1}', "application/json", 422),
        (b" " * 70_000, "application/json", 413),
    ],
)
def test_bodies_that_are_none(client: TestClient, content: bytes, media: str, code: int) -> None:
    answer = client.post("/run", content=content, headers={"Content-Type": media})
    assert answer.status_code == code
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_fork_is_compared_with_its_base(client: TestClient) -> None:
    client.post("/tick?n=3")
    asked = {"shock": {"set": "Taxes.corporate", "to": 0.5}, "from": "2020-06", "months": 6, "pairs": 3, "horizon": 12}
    begun = client.post("/fork", json=asked)
    assert begun.status_code == 202
    place = begun.headers["location"]
    fork = begun.json()
    assert (fork["began_at"], fork["shock_at"], fork["shock"]["until"], fork["months_total"]) == (3, 5, 11, 72)
    end = time.monotonic() + 120
    while (fork := client.get(place).json())["status"] != "done" and time.monotonic() < end:
        time.sleep(0.1)
    assert (fork["pairs_done"], fork["months_done"]) == (3, 72)
    effects = client.get(f"{place}/effects?series=gdp_real,inflation").json()
    assert effects["tick"] == list(range(3, 15))
    told = effects["series"]["gdp_real"]
    assert [told[kind]["mean"][:2] for kind in ("difference", "effect")] == [[0, 0], [0, 0]]
    assert any(told["difference"]["mean"][3:])
    for kind in ("difference", "effect"):
        for band in (told[kind], told[kind]["spread"]):
            middle = band.get("mean", band.get("median"))
            assert all(one <= two <= three for one, two, three in zip(band["low"], middle, band["high"], strict=True))
    name = fork["id"]
    world = client.get(f"/history?world={name}&series=gdp_real").json()["columns"]
    control = client.get(f"/history?world={name}:base&series=gdp_real").json()["columns"]
    assert world["tick"] == control["tick"] == list(range(15))
    assert world["gdp_real"][:5] == control["gdp_real"][:5]
    assert world["gdp_real"][6:] != control["gdp_real"][6:]
    client.post("/tick?n=12")
    base = client.get("/history?series=gdp_real").json()["columns"]["gdp_real"]
    assert base == control["gdp_real"]
    assert client.get("/state?fields=forks").json()["forks"][0]["id"] == name
    assert client.delete(place).status_code == 204
    assert client.get(place).status_code == 404
    assert client.get("/forks").json() == {"forks": [], "most": 3}


def test_forks_are_bounded_stopped_and_dropped_with_their_run(client: TestClient) -> None:
    asked = {"shock": {"scale": "FiscalPolicy.purchases", "by": 1.1}, "pairs": 32, "horizon": 600}
    names = [client.post("/fork", json=asked).json()["id"] for _ in range(3)]
    full = client.post("/fork", json=asked)
    assert (full.status_code, full.json()["type"], full.json()["most"]) == (409, "/problems/too-many-forks", 3)
    stopped = client.post(f"/forks/{names[0]}/stop").json()
    assert stopped["status"] == "stopped"
    assert client.post("/reset").status_code == 200
    assert client.get("/forks").json()["forks"] == []


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"shock": {"set": "Taxes.corporat", "to": 0.3}},
        {"shock": {"set": "Taxes.corporate", "to": 0.3, "tick": 3}},
        {"shock": {"set": "Taxes.corporate", "to": 0.3}, "pairs": 33},
        {"shock": {"set": "Taxes.corporate", "to": 0.3}, "horizon": 0},
        {"shock": {"set": "Firms.price", "to": 1.0}, "months": 3},
    ],
)
def test_a_fork_that_cannot_be(client: TestClient, asked: dict[str, Any]) -> None:
    code = 409 if "months" in asked else 422
    assert client.post("/fork", json=asked).status_code == code


def test_a_run_that_cannot_stand_leaves_the_old_one(client: TestClient) -> None:
    client.post("/tick")
    before = status(client)
    begun = client.post("/runs", json={"parameters": {"Capital.time_to_build": 24, "Capital.depreciation": 0.9}})
    assert begun.status_code == 202
    end = time.monotonic() + 120
    while client.get(begun.headers["location"]).json()["status"] == "opening" and time.monotonic() < end:
        time.sleep(0.1)
    failed = client.get(begun.headers["location"]).json()
    assert failed["status"] == "failed"
    assert "Capital.time_to_build" in failed["problem"]["detail"]
    assert status(client)["run"] == before["run"]
    assert client.post("/tick").json()["tick"] == 2


def test_the_pace_is_that_of_usual_ticks_and_not_of_a_first_that_compiled() -> None:
    assert pace([]) is None
    assert pace([90.0]) == 90.0
    assert pace([90.0, 0.2, 0.1, 0.3]) == 0.2
    assert pace([90.0, *[0.5] * 200, *[0.1] * 100]) == 0.1
