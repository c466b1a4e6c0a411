"""A chart has an address that can be shared: a query of a version, with a sentence for what it cannot show."""

import csv
import io
from typing import Any

import pytest
from served import step
from starlette.testclient import TestClient

pytest.importorskip("matplotlib")


@pytest.fixture(scope="module", autouse=True)
def months(client: TestClient) -> None:
    step(client, 14)


def test_a_chart_comes_in_every_form(client: TestClient) -> None:
    address = "/chart?v=1&columns=gdp_real&as=change"
    drawn = client.get(address)
    assert (drawn.status_code, drawn.headers["content-type"]) == (200, "image/svg+xml")
    assert "Real GDP" in drawn.text
    assert "1,000 consumers, seed" in drawn.text
    assert "default-src 'none'" in drawn.headers["content-security-policy"]
    assert client.get(address, headers={"If-None-Match": drawn.headers["etag"]}).status_code == 304
    for how in ({"headers": {"Accept": "image/png"}}, {"params": {"format": "png"}}):
        more: dict[str, Any] = how
        base = {"v": "1", "columns": "gdp_real"}
        answer = client.get("/chart", params=base | more.get("params", {}), headers=more.get("headers"))
        assert answer.content.startswith(b"\x89PNG")
        assert answer.headers["content-type"] == "image/png"
    told = client.get("/chart?columns=gdp_real,wages&as=change&format=csv")
    rows = list(csv.reader(io.StringIO(told.text)))
    assert rows[0][1:] == [f"{name} (%, change over 12 months)" for name in ("Real GDP", "Wages")]
    recorded = client.get("/history?series=gdp_real").json()["columns"]["gdp_real"]
    assert float(rows[-1][1]) == pytest.approx(100 * (recorded[-1] / recorded[-13] - 1))
    pytest.importorskip("xlsxwriter")
    assert client.get("/chart?columns=gdp_real&format=xlsx").content.startswith(b"PK")


def test_every_panel_of_the_history_has_an_address(client: TestClient) -> None:
    listed = client.get("/panels").json()["panels"]
    shown = [one["id"] for one in listed if one["lines"] and not one["empty"].endswith("market yet")]
    for panel in shown:
        answer = client.get("/chart", params={"panel": panel, "format": "csv"})
        assert (answer.status_code, answer.text.count("\r\n")) == (200, 15), panel
    assert client.get("/chart?panel=beveridge").status_code == 200


def test_two_worlds_stand_in_one_chart(client: TestClient) -> None:
    answer = client.get("/chart?columns=gdp_real&world=base&with=base&format=csv")
    assert answer.text.splitlines()[0].count("base (") == 2


@pytest.mark.parametrize(
    ("query", "status", "said", "nearest"),
    [
        ("columns=gdp_rael", 404, "the history has no column 'gdp_rael'", "gdp_real"),
        ("columns=gdp&as=chnge", 404, "'chnge' is no way to show a column", "change"),
        ("columns=gdp&format=pgn", 404, "'pgn' is not a form of a chart", "png"),
        ("panel=inflatoin", 404, "there is no panel 'inflatoin' of this history", "inflation"),
        ("columns=gdp&world=bse", 404, "bse", None),
        ("columns=gdp&with=f9", 404, "f9", None),
        ("v=2&columns=gdp", 422, "a chart's address of version 2; the server draws version 1: write v=1", "1"),
        ("columns=gdp,policy_rate", 409, "gdp is in dollar/month and policy_rate in 1/year", None),
        ("columns=policy_rate&as=annual", 409, "policy_rate is a rate, which has no annual rate of growth", None),
        ("", 409, "a chart shows either columns, such as columns=gdp_real, or a panel", None),
        ("columns=gdp&panel=gdp", 409, "a chart shows either columns", None),
        ("panel=gdp&as=change", 409, "as and with go with columns", None),
        ("colums=gdp", 422, "'colums' is not a parameter of /chart", "columns"),
    ],
)
def test_what_cannot_be_shown_is_one_sentence(
    client: TestClient, query: str, status: int, said: str, nearest: str | None
) -> None:
    answer = client.get(f"/chart?{query}")
    problem = answer.json()
    assert (answer.status_code, problem.get("nearest")) == (status, nearest), problem
    assert said in problem["detail"]
