"""What is fetched as CSV opens in a spreadsheet as it is, and runs nothing there."""

import csv
import io
from typing import Any

import pytest
from served import step
from starlette.testclient import TestClient

from ravelin.server.views.csv_text import CsvColumn, csv_of
from ravelin.server.views.tables import is_money
from ravelin.tick.page import TICK

CSV = {"Accept": "text/csv"}


@pytest.fixture(scope="module", autouse=True)
def months(client: TestClient) -> None:
    step(client, 4)


def read(client: TestClient, path: str) -> list[list[str]]:
    answer = client.get(path, headers=CSV)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert answer.text.endswith("\r\n")
    rows = list(csv.reader(io.StringIO(answer.text, newline=""), strict=True))
    assert len({len(row) for row in rows}) == 1
    assert len(set(rows[0])) == len(rows[0]), "two columns of one name"
    return rows


def test_cells_are_quoted_as_rfc_4180_has_it() -> None:
    told = csv_of([CsvColumn("a,b", ['say "hi"', "two\r\nlines"]), CsvColumn("n", [1.5, float("nan")])])
    assert told == b'"a,b",n\r\n"say ""hi""",1.5\r\n"two\r\nlines",\r\n'


@pytest.mark.parametrize("beginning", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_text_is_a_formula_and_numbers_stay_numbers(beginning: str) -> None:
    told = csv_of([CsvColumn(f"{beginning}name", [f"{beginning}cmd|' /c calc'!A0", -1, -2.5])]).decode()
    header, text, whole, number = [row[0] for row in csv.reader(io.StringIO(told, newline=""))]
    assert header == f"'{beginning}name"
    assert text.startswith(f"'{beginning}")
    assert (whole, number) == ("-1", "-2.5")


def test_history_says_the_same_as_json(client: TestClient) -> None:
    path = "/history?series=gdp_real,unemployment_rate,inflation,audit_gap_cents&from=1&to=3&every=2"
    whole = client.get(path).json()["columns"]
    header, *rows = read(client, path)
    assert header == list(whole)
    assert header[:2] == ["tick", "date"]
    for name, *cells in zip(header, *rows, strict=True):
        assert cells == ["" if value is None else str(value) for value in whole[name]], name
    assert len(read(client, "/history")) == 5


def test_every_table_has_a_header_for_each_cell(client: TestClient) -> None:
    goods = [row["names"]["good"] for row in client.get("/agents/firms?limit=50").json()["data"]]
    for table in TICK.tables():
        header, *rows = read(client, f"/agents/{table.__name__.lower()}?limit=3")
        assert header[0] == "row"
        assert sum(declared.width for declared in table.columns.values()) <= len(header) - 1
        for declared in table.columns.values():
            first = declared.name if declared.width == 1 else f"{declared.name}[0]"
            if is_money(declared):
                assert all(row[header.index(first)].lstrip("-").isdigit() for row in rows)
            if declared.codes:
                assert all(row[header.index(f"{first}_name")] in declared.codes for row in rows)
    header, *rows = read(client, "/agents/firms?limit=50")
    assert [row[header.index("good_name")] for row in rows] == goods


def test_pages_of_a_table_follow_by_their_link(client: TestClient) -> None:
    asked = "filter=status=employed&filter=wage>0"
    path: str | None = f"/agents/consumers?columns=wage,status&{asked}&order=-wage&limit=300"
    whole: list[Any] = []
    while path:
        answer = client.get(path, headers=CSV)
        whole += list(csv.reader(io.StringIO(answer.text, newline="")))[1:]
        path = answer.links["next"]["url"] if "next" in answer.links else None
        assert len(whole) <= 1000
    assert len(whole) == client.get(f"/agents/consumers?{asked}").json()["matched"] > 300
    assert len({row[0] for row in whole}) == len(whole)


def test_effects_have_a_row_for_each_series_and_month(client: TestClient) -> None:
    body = {"shock": {"scale": "Goods.price", "by": 1.1}, "horizon": 3}
    made = client.post("/fork", json=body)
    assert made.status_code == 202, made.text
    path = f"/forks/{made.json()['id']}/effects"
    assert read(client, path)[0] == [
        "series", "unit", "tick", "date", "base", "fork",
        "difference_mean", "difference_low", "difference_high",
        "difference_spread_low", "difference_spread_median", "difference_spread_high",
        "effect_mean", "effect_low", "effect_high",
        "effect_spread_low", "effect_spread_median", "effect_spread_high", "effect_unit", "beyond_luck",
    ]  # fmt: skip


def test_representations_have_tags_of_their_own(client: TestClient) -> None:
    kinds = ("application/json", "application/vnd.apache.arrow.stream", "text/csv")
    for path in ("/history", "/agents/banks"):
        tags = {client.get(path, headers={"Accept": kind}).headers["etag"] for kind in kinds}
        assert len(tags) == len(kinds)
        assert "Accept" in client.get(path, headers=CSV).headers["vary"]


def test_who_wants_what_is_not_made_hears_what_is(client: TestClient) -> None:
    answer = client.get("/history", headers={"Accept": "application/xml"})
    assert answer.status_code == 406
    assert "text/csv" in answer.json()["detail"]
