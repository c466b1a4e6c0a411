"""What is read of an economy is what it is, and says when it was."""

import gzip
import io
from itertools import chain, pairwise
from typing import Any

import orjson
import pyarrow as pa
import pytest
from served import step
from starlette.testclient import TestClient

from ravelin.server.app import ENDPOINTS
from ravelin.server.views.state import FIELDS
from ravelin.tick.page import TICK

ARROW = "application/vnd.apache.arrow.stream"


@pytest.fixture(scope="module", autouse=True)
def months(client: TestClient) -> None:
    assert step(client, 12)["tick"] == 12


def test_health_is_told_in_words_and_letters(client: TestClient) -> None:
    assert client.get("/health").json()["status"] == "ok"
    assert client.get("/healthz").text == "ok"
    assert client.get("/readyz").json() == {"status": "ready"}


def test_state_holds_all_its_fields(client: TestClient) -> None:
    state = client.get("/state").json()
    assert tuple(state) == FIELDS
    assert state["status"]["tick"] == 12
    assert state["status"]["date"] == "2020-12-01"
    assert state["status"]["next_date"] == "2021-01-01"
    assert state["indicators"]["tick"] == 11
    assert state["indicators"]["gdp"] > 0
    assert state["audit"]["gap_cents"] == "0"
    assert sum(state["schedule"]["seconds"].values()) > 0


def test_claims_and_flows_sum_to_zero_in_cents(client: TestClient) -> None:
    state = client.get("/state?fields=balance_sheet,flows,paid").json()
    sheet, flows = state["balance_sheet"], state["flows"]
    for place, instrument in enumerate(sheet["columns"]):
        if instrument in ("fixed_capital", "inventories", "housing"):
            continue
        assert sum(int(row[place]) for row in sheet["cents"]) == 0, instrument
    assert [sum(map(int, row)) for row in flows["cents"]] == [0] * len(flows["rows"])
    received = [0] * len(flows["columns"])
    for _, payer, payee, cents in state["paid"]["entries"]:
        received[payee] += int(cents)
        received[payer] -= int(cents)
    assert received == [sum(int(row[place]) for row in flows["cents"]) for place in range(len(received))]


def test_fields_are_chosen(client: TestClient) -> None:
    assert list(client.get("/state?fields=banks,status").json()) == ["status", "banks"]
    wrong = client.get("/state?fields=status,bank")
    assert wrong.status_code == 422
    assert wrong.json()["nearest"] == "banks"


@pytest.mark.parametrize(
    "path",
    ["/state", "/state?fields=goods", "/history?series=gdp", "/agents/firms?limit=3", "/agents/firms/1", "/schedule",
     "/balance-sheet", "/network/supply", "/network/interbank", "/parameters", "/agents"],
)  # fmt: skip
def test_what_one_has_is_not_sent_again(client: TestClient, path: str) -> None:
    first = client.get(path)
    assert first.status_code == 200
    run = client.get("/health").json()["run"]
    tag = first.headers["etag"]
    assert tag.startswith(f'"{run}-12.')
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = client.get(path, headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"][:20]) == (304, b"", tag[:20])
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_state_is_compressed_once_and_tagged_apart(client: TestClient) -> None:
    plain = client.get("/state", headers={"Accept-Encoding": "identity"})
    with client.stream("GET", "/state", headers={"Accept-Encoding": "gzip"}) as zipped:
        body = b"".join(zipped.iter_raw())
    assert zipped.headers["content-encoding"] == "gzip"
    assert gzip.decompress(body) == plain.content
    assert zipped.headers["etag"] != plain.headers["etag"]
    assert "accept-encoding" in plain.headers["vary"].lower()


def test_a_head_sends_no_body(client: TestClient) -> None:
    for path in ("/state", "/history", "/health", "/events"):
        answer = client.head(path)
        assert (answer.status_code, answer.content) == (200, b"")


def test_history_takes_series_months_and_steps(client: TestClient) -> None:
    whole = client.get("/history").json()
    assert whole["columns"]["tick"] == list(range(12))
    assert len(whole["columns"]) == len(whole["fields"]) + 2
    part = client.get("/history?series=gdp,inflation&from=2020-03&to=10&every=4").json()
    assert part["columns"]["tick"] == [2, 6, 10]
    assert part["columns"]["date"] == ["2020-03-01", "2020-07-01", "2020-11-01"]
    assert part["columns"]["gdp"] == [whole["columns"]["gdp"][row] for row in (2, 6, 10)]
    assert [field["unit"] for field in part["fields"]] == ["dollar/month", "1/year"]
    assert client.get("/history?from=1999-01&to=1999-12").json()["rows"] == 0
    assert client.get("/history?from=500").json()["rows"] == 0


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("5", "3", ["month 5", "month 3"]),
        ("2020-09", "2020-03-01", ["2020-09 (month 8)", "2020-03-01 (month 2)"]),
        ("2021-01", "4", ["2021-01 (month 12)", "month 4"]),
        ("1", "1999-01", ["month 1", "1999-01 (month -252)"]),
    ],
)
def test_a_range_that_ends_before_it_begins_is_refused(
    client: TestClient, first: str, last: str, said: list[str]
) -> None:
    assert all(parameter.name not in ("from", "to") for one in ENDPOINTS if one.name != "get_history"
               for parameter in one.query), "another address reads a range: try it here"  # fmt: skip
    for media in ("application/json", ARROW, "text/csv"):
        for world in ("", "&world=base"):
            answer = client.get(f"/history?from={first}&to={last}{world}", headers={"Accept": media})
            assert answer.status_code == 400, answer.text
            problem = answer.json()
            assert problem["parameter"] == "from"
            assert problem["detail"] == f"from is {said[0]}, after to, which is {said[1]}; swap them"
    assert client.get("/history?from=3&to=3").json()["rows"] == 1


def test_a_list_may_be_given_as_clients_give_it(client: TestClient) -> None:
    queries = ("series=gdp,wages", "series=gdp&series=wages")
    commas, again = (client.get(f"/history?{query}").json() for query in queries)
    assert commas == again
    assert list(commas["columns"]) == ["tick", "date", "gdp", "wages"]
    assert client.get("/state?fields=status&fields=audit").json().keys() == {"status", "audit"}
    assert client.get("/history?series=gdp&series=").status_code == 422
    assert client.get("/history?every=1&every=2").status_code == 422


def cents_told_as_numbers(told: Any, unit: str = "", path: str = "") -> list[str]:
    """Find every whole number of cents in an answer that is a number: a member says so, or the unit beside it."""
    if isinstance(told, list):
        parts = (cents_told_as_numbers(one, unit, f"{path}[{place}]") for place, one in enumerate(told))
        return list(chain.from_iterable(parts))
    if isinstance(told, dict):
        own = told["unit"] if isinstance(told.get("unit"), str) else ""
        return [
            found
            for name, one in told.items()
            for found in cents_told_as_numbers(one, "cent" if "cents" in name else own or unit, f"{path}.{name}")
        ]
    whole = isinstance(told, int) and not isinstance(told, bool)
    return [path] if whole and unit.startswith("cent") else []


def test_whole_cents_are_text_everywhere(client: TestClient) -> None:
    paths = [
        "/state", "/balance-sheet", "/network/supply?links=5", "/network/interbank", "/forks", "/shocks", "/runs",
        *(f"/agents/{table.__name__.lower()}/0" for table in TICK.tables()),
    ]  # fmt: skip
    for path in paths:
        told = client.get(path).json()
        if path == "/state":
            told["paid"]["entries"] = [entry[3] for entry in told["paid"]["entries"]]
            told["banks"]["rows"] = [{key: one[key] for key in one if key != "bank"} for one in told["banks"]["rows"]]
        assert cents_told_as_numbers(told) == [], path
    for table in TICK.tables():
        page = client.get(f"/agents/{table.__name__.lower()}?limit=3").json()
        for column in page["columns"]:
            whole = column["unit"].startswith("cent") and column["dtype"][0] in "iu"
            for row in page["data"] if whole else ():
                cells = row[column["name"]] if column["width"] > 1 else [row[column["name"]]]
                assert all(isinstance(cell, str) for cell in cells), column["name"]
    history = client.get("/history").json()
    assert {one["name"] for one in history["fields"] if one["unit"] == "cent"} == {"audit_gap_cents"}
    assert set(history["columns"]["audit_gap_cents"]) == {"0"}
    assert client.get("/state?fields=indicators").json()["indicators"]["audit_gap_cents"] == "0"


def test_codes_come_with_their_names(client: TestClient) -> None:
    goods = [row["good"] for row in client.get("/state?fields=goods").json()["goods"]]
    seen = set()
    for table in TICK.tables():
        page = client.get(f"/agents/{table.__name__.lower()}?limit=40").json()
        assert not {"row", "names"} & set(table.columns)
        coded = {one["name"]: one["values"] for one in page["columns"] if one["values"] is not None}
        seen |= set(coded)
        declared = {one.name for one in table.columns.values() if one.codes or one.unit == "row of Goods"}
        assert coded.keys() == declared
        for row in page["data"]:
            assert row.get("names", {}).keys() == declared
            for name, known in coded.items():
                codes, names = row[name], row["names"][name]
                pairs = zip(codes, names, strict=True) if isinstance(codes, list) else [(codes, names)]
                assert all(told == (known[code] if 0 <= code < len(known) else None) for code, told in pairs), name
    assert {"status", "skill", "married", "good", "failed"} <= seen
    jobs = client.get("/agents/consumers?columns=status&filter=status=employed&limit=3").json()
    assert [row["names"] for row in jobs["data"]] == [{"status": "employed"}] * 3
    assert "names" not in client.get("/agents/consumers?columns=wage&limit=1").json()["data"][0]
    firms = client.get("/agents/firms?columns=good&limit=30").json()["data"]
    assert all(row["names"]["good"] in goods for row in firms)
    arrow = client.get("/agents/consumers?columns=status,wage&limit=1", headers={"Accept": ARROW})
    fields = pa.ipc.open_stream(io.BytesIO(arrow.content)).read_all().schema
    assert orjson.loads(fields.field("status").metadata[b"values"]) == coded_names("status")
    assert b"values" not in fields.field("wage").metadata


def coded_names(name: str) -> list[str]:
    return next(list(one[name].codes) for one in (table.columns for table in TICK.tables()) if name in one)


def test_an_unknown_series_has_a_neighbor(client: TestClient) -> None:
    answer = client.get("/history?series=gdp,inflatio")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["nearest"] == "inflation"
    assert problem["parameter"] == "series"


def test_history_as_arrow(client: TestClient) -> None:
    answer = client.get("/history?series=gdp,policy_rate", headers={"Accept": ARROW})
    assert answer.headers["content-type"] == ARROW
    table = pa.ipc.open_stream(io.BytesIO(answer.content)).read_all()
    assert table.column_names == ["tick", "date", "gdp", "policy_rate"]
    assert table.num_rows == 12
    assert table.field("gdp").metadata[b"unit"] == b"dollar/month"
    assert answer.headers["etag"] != client.get("/history?series=gdp,policy_rate").headers["etag"]


def test_every_table_can_be_read(client: TestClient) -> None:
    tables = client.get("/agents").json()["tables"]
    assert {table["name"] for table in tables} == {table.__name__.lower() for table in TICK.tables()}
    for table in tables:
        page = client.get(f"{table['href']}?limit=2")
        assert page.status_code == 200, page.text
        assert len(page.json()["data"]) == min(2, table["rows"])
        arrow = client.get(f"{table['href']}?limit=2", headers={"Accept": ARROW})
        assert pa.ipc.open_stream(io.BytesIO(arrow.content)).read_all().num_rows == min(2, table["rows"])


def test_pages_go_on_where_the_last_one_ended(client: TestClient) -> None:
    path = "/agents/consumers?columns=wage,skill&filter=status=employed&order=-wage&limit=70"
    seen: list[tuple[int, int]] = []
    cursor = ""
    for _ in range(100):
        page = client.get(path + cursor).json()
        seen += [(int(row["wage"]), row["row"]) for row in page["data"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert len(seen) == len(set(seen)) == page["matched"]
    assert seen == sorted(seen, key=lambda one: (-one[0], one[1]))


@pytest.mark.parametrize(
    ("query", "code", "nearest"),
    [
        ("columns=wag", 404, "wage"),
        ("filter=wag>3", 404, "wage"),
        ("filter=status=employd", 404, "employed"),
        ("order=-permanent_incom", 404, "permanent_income"),
        ("filter=wage", 422, None),
        ("filter=wage>many", 404, None),
        ("filter=wage>nan", 404, None),
        ("order=sellers", 404, None),
        ("cursor=abc", 404, None),
        ("limit=0", 422, None),
        ("limit=1001", 422, None),
        ("limit=ten", 422, None),
        ("limit=1&limit=2", 422, None),
        ("colums=wage", 422, "columns"),
    ],
)
def test_wrong_questions_about_a_table(client: TestClient, query: str, code: int, nearest: str | None) -> None:
    answer = client.get(f"/agents/consumers?{query}")
    assert answer.status_code == code, answer.text
    assert answer.json().get("nearest") == nearest


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        ("0", "limit is 0, below 1"),
        ("-1", "limit is -1, below 1"),
        ("1001", "limit is 1001, above 1000"),
        ("ten", "limit is a whole number, not 'ten'"),
        ("2.5", "limit is a whole number, not '2.5'"),
        ("%00", r"limit is a whole number, not '\x00'"),
        ("1&limit=2", "limit is given 2 times; give it once"),
        ("9" * 7000, "limit is a whole number, not '999"),
    ],
    ids=range(8),
)
def test_the_size_of_a_page_is_refused_in_one_sentence(client: TestClient, limit: str, said: str) -> None:
    for path in ("consumers", "firms"):
        answer = client.get(f"/agents/{path}?limit={limit}")
        detail = answer.json()["detail"]
        assert (answer.status_code, detail[: len(said)]) == (422, said)
        assert "\n" not in detail
        assert len(detail) < 1000
    assert len(client.get("/agents/consumers?limit=1000").json()["data"]) == 1000


def test_a_cursor_belongs_to_its_question(client: TestClient) -> None:
    cursor = client.get("/agents/consumers?order=wage&limit=1").json()["next"]
    assert client.get(f"/agents/consumers?order=-wage&limit=1&cursor={cursor}").status_code == 404


def test_a_person_has_a_whole_balance_sheet(client: TestClient) -> None:
    people = [client.get(f"/agents/consumers/{row}").json() for row in (0, 7, 999)]
    for person in people:
        sheet = {name: int(cents) for name, cents in person["balance_sheet"].items()}
        assert sheet.pop("net_worth") == sum(sheet.values())
        account = client.get(person["related"]["account"]).json()
        assert int(account["columns"]["deposits"]["value"]) == sheet.get("deposits", 0)
        assert account["balance_sheet"] == person["balance_sheet"]
    assert people[0]["names"]["status"] in ("employed", "unemployed", "retired", "inactive")


def test_balance_sheets_add_up_to_the_sectors(client: TestClient) -> None:
    sheet = client.get("/balance-sheet").json()["balance_sheet"]
    sector = dict(zip(sheet["columns"], map(int, sheet["cents"][sheet["rows"].index("banks")]), strict=True))
    banks = [client.get(f"/agents/banks/{row}").json()["balance_sheet"] for row in range(3)]
    for instrument, cents in sector.items():
        assert sum(int(bank.get(instrument, 0)) for bank in banks) == cents, instrument
    firms = [client.get(f"/agents/firms/{row}").json()["balance_sheet"] for row in range(0, 40, 9)]
    assert all(int(firm["net_worth"]) == -int(firm["equity"]) for firm in firms)
    state = client.get("/agents/government/0").json()["balance_sheet"]
    government = sheet["cents"][sheet["rows"].index("government")]
    assert {name: state.get(name, "0") for name in sheet["columns"]} == dict(
        zip(sheet["columns"], government, strict=True)
    )


@pytest.mark.parametrize(
    "path",
    ["/agents/consumers/1000", "/agents/consumers/-1", "/agents/consumers/x", "/agents/consumers/%C2%B2",
     "/agents/consumers/%D9%A3", "/agents/consumer", "/network/interbanks", "/network/suply", "/forks/f9",
     "/runs/none", "/checkpoints/7", "/nothing", "/state/", "/dashboard/none.js", "/history?world=f9",
     "/events?world=f9"],
)  # fmt: skip
def test_what_is_not_there(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(answer.json()) >= {"type", "title", "status", "detail"}


def test_the_supply_network(client: TestClient) -> None:
    found = client.get("/network/supply").json()
    nodes = {node["id"]: node for node in found["nodes"]}
    assert nodes["iron_ore"]["layer"] < nodes["steel"]["layer"] < nodes["car_parts"]["layer"] < nodes["cars"]["layer"]
    assert nodes["crude_oil"]["layer"] < nodes["petrol"]["layer"] < nodes["consumers"]["layer"]
    edges = {(edge["from"], edge["to"]): edge["dollars"] for edge in found["edges"]}
    assert edges["steel", "car_parts"] > 0
    consumption = client.get("/history?series=consumption&from=11").json()["columns"]["consumption"][0]
    to_consumers = sum(dollars for (_, buyer), dollars in edges.items() if buyer == "consumers")
    assert to_consumers == pytest.approx(consumption, rel=0.25)


def test_the_networks_are_listed_and_answer(client: TestClient) -> None:
    listed = {one["name"]: one["href"] for one in client.get("/network").json()["networks"]}
    assert set(listed) == {"supply", "interbank"}
    for address in listed.values():
        found = client.get(address).json()
        known = {node["id"] for node in found["nodes"]}
        assert found["edges"]
        assert all({edge["from"], edge["to"]} <= known and edge["dollars"] > 0 for edge in found["edges"])


def test_the_links_between_firms(client: TestClient) -> None:
    """The largest come first, and those of one firm are what it bought and sold."""
    found = client.get("/network/supply?links=10000").json()
    links = found["links"]
    assert len(links) > 100
    assert [link["dollars"] for link in links] == sorted((link["dollars"] for link in links), reverse=True)
    goods = {node["id"] for node in found["nodes"] if "firms" in node}
    assert all(link["good"] in goods and link["dollars"] > 0 for link in links)
    assert len(links) == found["links_found"]
    between_goods = sum(edge["dollars"] for edge in found["edges"] if edge["to"] in goods)
    assert sum(link["dollars"] for link in links) == pytest.approx(between_goods)
    seller = links[0]["supplier"]
    own = client.get(f"/network/supply?links=10000&firm={seller}").json()["links"]
    assert links[0] in own
    assert all(seller in (link["supplier"], link["buyer"]) for link in own)
    assert "links" not in client.get("/network/supply").json()
    assert client.get("/network/supply?links=1&firm=999999").status_code == 404
    assert client.get("/network/supply?links=-1").status_code == 422


def test_declarations_name_units_meanings_and_writers(client: TestClient) -> None:
    columns = client.get("/columns").json()
    indicators = {one["name"]: one for one in columns["indicators"]}
    assert indicators["gdp"]["written_by"] == ["national_accounts.compile_gdp"]
    assert all(one["unit"] and one["definition"] and one["title"] for one in columns["indicators"])
    declared = {one["name"]: one for one in columns["columns"]}
    assert declared["Firms.good"]["values"][4] == "steel"
    assert declared["Consumers.status"]["values"] == ["employed", "unemployed", "retired", "inactive"]
    assert declared["Firms.labor_productivity"]["shockable"]
    assert not declared["Accounts.deposits"]["shockable"]
    parameters = client.get("/parameters").json()["parameters"]
    levers = [one["lever"] for one in parameters]
    assert levers == sorted(levers, reverse=True)
    corporate = next(one for one in parameters if one["name"] == "Taxes.corporate")
    assert (corporate["who"], corporate["low"], corporate["high"], corporate["kind"]) == (
        "government",
        0,
        0.9,
        "number",
    )


def test_the_tick_page_with_its_seconds(client: TestClient) -> None:
    page = client.get("/schedule").json()
    assert [phase["title"] for phase in page["phases"]] == [phase.title for phase in TICK.phases]
    systems = [system for phase in page["phases"] for system in phase["systems"]]
    assert sum(system["seconds"] for system in systems) > 0
    assert {"system": "staffing.plan_staff", "column": "Firms.staff"}.keys() == page["lags"][0].keys()


def test_the_distribution_is_measured_every_quarter(client: TestClient) -> None:
    found = client.get("/state?fields=distribution").json()["distribution"]
    assert found["tick"] == 11
    for who in ("income", "wealth"):
        shares = found["lorenz"][who]
        assert (shares[0], shares[-1]) == (0.0, 1.0)
        assert all(share <= people + 1e-9 for share, people in zip(shares, found["lorenz"]["population"], strict=True))
    deciles = found["deciles"]
    assert [one["decile"] for one in deciles] == list(range(1, 11))
    assert all(later["income"] > one["income"] for one, later in pairwise(deciles))
    ratio = sum(one["spending"] for one in deciles) / sum(one["survey_spending"] for one in deciles)
    assert 0.8 < ratio < 1.25


def test_representations(client: TestClient) -> None:
    assert client.get("/state", headers={"Accept": "text/html, application/*;q=0.5"}).status_code == 200
    refused = client.get("/state", headers={"Accept": "image/png"})
    assert refused.status_code == 406
    assert refused.headers["content-type"] == "application/problem+json"
    assert client.get("/health", headers={"Accept": "application/json;q=0"}).status_code == 406
    either = client.get("/history", headers={"Accept": f"application/json;q=0.5, {ARROW}"})
    assert either.headers["content-type"] == ARROW


def test_methods_that_do_not_go_with_an_address(client: TestClient) -> None:
    for method, path in (
        ("POST", "/state"),
        ("DELETE", "/run"),
        ("GET", "/run"),
        ("PUT", "/shocks"),
        ("HEAD", "/clear"),
    ):
        answer = client.request(method, path)
        assert answer.status_code == 405
        assert answer.headers["allow"]
    assert client.put("/shocks").headers["allow"] == "GET, HEAD, POST"


def test_near_addresses_are_offered(client: TestClient) -> None:
    assert client.get("/stat").json()["nearest"] == "/state"


def test_columns_of_any_table_of_the_same_rows_can_be_asked_for(client: TestClient) -> None:
    path = "/agents/firms?columns=price,input_count&filter=input_count>0&order=-input_count&limit=5"
    rows = client.get(path).json()["data"]
    counts = [row["input_count"] for row in rows]
    assert len(counts) == 5
    assert counts == sorted(counts, reverse=True)
    assert all(row["price"] > 0 for row in rows)
    assert client.get("/agents/firms?columns=input_counts").status_code == 404


def test_a_shock_may_name_such_a_column_too() -> None:
    from ravelin.server.acts.bodies import reasons, targets

    assert "Consumers.thrift" in targets()[1]
    assert "row of Inputs" in reasons()["Firms.first_input"]
