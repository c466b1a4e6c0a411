"""What can be read of the economy beside its state: endpoints that change nothing."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import numpy as np

from ravelin.core.table import Column, World
from ravelin.economy.goods.tables import Goods
from ravelin.server import answers as shapes
from ravelin.server.problems import ProblemError, unknown_name
from ravelin.server.routes import ARROW, CSV, Answer, Request, answer_json
from ravelin.server.running.forks import DEFAULT_SERIES, FORKS_MAX, effects, effects_as_csv
from ravelin.server.running.publishing import Tables
from ravelin.server.views import declarations, network, tables
from ravelin.server.views.csv_text import csv_of
from ravelin.server.views.history import Part, as_csv, as_json, part_of, rows_between
from ravelin.server.views.interbank import interbank
from ravelin.server.views.state import Published, encode
from ravelin.storage.history import History
from ravelin.storage.stream import StreamColumn, arrow_stream

if TYPE_CHECKING:
    from ravelin.server.back import Back

NETWORKS = {"supply": network.supply, "interbank": interbank}


async def history(request: Request["Back"]) -> Answer:
    """Tell what happened so far, by column."""
    server, query = request.server, request.query
    published = await server.current()
    told, rows, tag = _world(request, published)
    first, last = rows_between(query["from"], query["to"], server.economy.run.scenario.start)

    def draw_up() -> bytes:
        part = part_of(told, rows, query["series"], first, last, query["every"])
        if request.accepted == ARROW:
            return _arrow_history(part, published.run, query["world"])
        if request.accepted == CSV:
            return csv_of(as_csv(part))
        head = {"run": published.run, "world": query["world"], "tick": rows, "rows": len(part.ticks)}
        return encode(head | {"every": query["every"]} | as_json(part))

    return _represented(request, await server.look(draw_up), tag)


def _represented(request: Request["Back"], body: bytes, tag: str | None, **headers: str) -> Answer:
    """Return an answer in the representation that was asked for; each has a tag of its own."""
    media = f"{CSV}; charset=utf-8; header=present" if request.accepted == CSV else request.accepted
    suffix = {ARROW: "+arrow", CSV: "+csv"}.get(request.accepted, "")
    return Answer(body, media=media, tag=tag and tag + suffix, headers=headers)


def _world(request: Request["Back"], published: Published) -> tuple[History, int, str]:
    """Return the history that was asked for, its rows, and a tag."""
    world = request.query["world"]
    if world == "base":
        return request.server.economy.simulation.rows, published.tick, published.tag
    name, colon, which = world.partition(":")
    if colon and which != "base":
        raise unknown_name("a world of a fork", world, [name, f"{name}:base"], "world")
    fork = request.server.forks.find(name)
    found = fork.base if colon else fork.world
    if found is None:
        return request.server.economy.simulation.rows, fork.began_at, f"{published.run}-{world}-waiting"
    return found, len(found), f"{published.run}-{world}-{len(found)}"


def _arrow_history(part: Part, run: str, world: str) -> bytes:
    columns = [
        StreamColumn("tick", np.array(part.ticks, dtype=np.int32), {"unit": "month"}),
        StreamColumn("date", np.array(part.dates, dtype="datetime64[D]"), {"unit": "date"}),
    ]
    columns += [
        StreamColumn(field.name, values, {key: value for key, value in field._asdict().items() if key != "name"})
        for field, values in zip(part.fields, part.values, strict=True)
    ]
    return arrow_stream(columns, {"run": run, "world": world})


async def list_tables(request: Request["Back"]) -> Answer:
    """List the tables of agents."""
    published = await request.server.current()
    return answer_json({"tables": declarations.tables(request.server.economy.simulation)}, published.tag)


async def agents(request: Request["Back"]) -> Answer:
    """Page through a table."""
    server, query = request.server, request.query
    kept = await server.tables()
    table = tables.find_table(kept.world, request.path["table"])
    columns = tables.choose_columns(kept.world, table, query["columns"])
    name = declarations.table_key(table)

    def draw_up() -> tuple[bytes, str | None]:
        page = tables.page_of(kept.world, table, query["filter"] or (), query["order"], query["limit"], query["cursor"])
        if request.accepted == ARROW:
            return _arrow_page(kept, columns, page, name), page.next
        if request.accepted == CSV:
            return csv_of(tables.as_csv(kept.world, columns, page.rows)), page.next
        told = encode(
            {
                "run": kept.run,
                "tick": kept.tick,
                "table": name,
                "rows": kept.world[table].count,
                "matched": page.matched,
                "columns": [tables.described(declared, kept.world.names[Goods]) for declared in columns],
                "data": tables.as_json(kept.world, columns, page.rows),
                "next": page.next,
            }
        )
        return told, page.next

    body, following = await server.look(draw_up)
    return _represented(request, body, kept.tag, **_link(f"/agents/{name}", query, following))


def _link(path: str, query: Mapping[str, Any], cursor: str | None) -> dict[str, str]:
    """Return the header that leads to the next page (RFC 8288), which CSV has no other place for."""
    if cursor is None:
        return {}
    asked = [("columns", ",".join(query["columns"] or ())), *(("filter", one) for one in query["filter"] or ())]
    asked += [("order", query["order"]), ("limit", query["limit"]), ("cursor", cursor)]
    return {"Link": f'<{path}?{urlencode([pair for pair in asked if pair[1]])}>; rel="next"'}


def _arrow_page(kept: Tables, columns: Sequence[Column], page: tables.Page, name: str) -> bytes:
    streamed = [StreamColumn(tables.ROW, page.rows, {"unit": f"row of {name}"})]
    streamed += [
        StreamColumn(
            declared.name,
            kept.world.array(declared)[page.rows],
            {"unit": declared.unit, "definition": declared.meaning, **_values(declared, kept.world)},
        )
        for declared in columns
    ]
    known = {"run": kept.run, "tick": str(kept.tick), "matched": str(page.matched), "next": page.next or ""}
    return arrow_stream(streamed, known)


def _values(declared: Column, world: World) -> dict[str, str]:
    """Return the names of a column's codes, from 0 on, as a list in JSON."""
    names = declarations.value_names(declared, world.names[Goods])
    return {"values": encode(names).decode()} if names else {}


async def agent(request: Request["Back"]) -> Answer:
    """Tell everything about one row, with what it owns and owes."""
    server = request.server
    kept = await server.tables()
    table = tables.find_table(kept.world, request.path["table"])
    text, count = request.path["row"], kept.world[table].count
    if not (text.isascii() and text.isdigit()) or len(text) > 18 or int(text) >= count:
        name = declarations.table_key(table)
        raise ProblemError("not-found", f"{name} has rows 0 to {count - 1:,}; {text[:40]!r} is none of them")
    row = int(text)

    def draw_up() -> bytes:
        found: dict[str, Any] = {}
        names: dict[str, Any] = {}
        for declared in table.columns.values():
            values = kept.world.array(declared)[row : row + 1]
            value = tables.cells(declared, values)[0]
            found[declared.name] = {"value": value, "unit": declared.unit, "definition": declared.meaning}
            named = tables.names_of(declared, values, kept.world.names[Goods])
            if named is not None:
                names[declared.name] = named[0]
        return encode(
            {
                "run": kept.run,
                "tick": kept.tick,
                "table": declarations.table_key(table),
                "row": row,
                "columns": found,
                "names": names,
                "balance_sheet": server.sheets(kept).of(table, row),
                "related": _related(kept.world, found, table.rows_of.__name__, row),
            }
        )

    return Answer(await server.look(draw_up), tag=kept.tag)


def _related(world: World, found: Mapping[str, Any], owner: str, row: int) -> dict[str, str]:
    """Give the addresses of rows that this one refers to, or shares."""
    by_name = {table.__name__: table for table in world.tables}
    related = {
        declarations.table_key(table): f"/agents/{declarations.table_key(table)}/{row}"
        for table in world.tables
        if table.rows_of.__name__ == owner
    }
    for table, first in world.sectors.items():
        if table.__name__ == owner:
            related["account"] = f"/agents/accounts/{first + row}"
    for name, cell in found.items():
        target, value = cell["unit"].removeprefix("row of "), cell["value"]
        rows = world[by_name[target]].count if cell["unit"] != target and target in by_name else 0
        if isinstance(value, int) and 0 <= value < rows:
            related[name] = f"/agents/{target.lower()}/{value}"
    return related


async def list_networks(request: Request["Back"]) -> Answer:
    """List the networks that the economy keeps."""
    return answer_json({"networks": [{"name": name, "href": f"/network/{name}"} for name in NETWORKS]})


async def networks(request: Request["Back"]) -> Answer:
    """Tell who deals with whom."""
    name = request.path["network"]
    if name not in NETWORKS:
        raise unknown_name("a network", name, NETWORKS, "network")
    kept = await request.server.tables()

    query = request.query

    def draw_up() -> bytes:
        drawn = {"run": kept.run, "tick": kept.tick} | NETWORKS[name](kept.world)
        if name == "supply" and query["links"]:
            drawn |= network.links(kept.world, query["firm"], query["links"])
        return encode(drawn)

    return Answer(await request.server.look(draw_up), tag=kept.tag)


async def balance_sheet(request: Request["Back"]) -> Answer:
    """Tell who owns and owes what, and who paid whom, with the sums that must be zero."""
    published = await request.server.current()
    parts = published.parts
    head = encode({"run": published.run, "tick": published.tick})[:-1]
    named = ("balance_sheet", "flows", "sums", "audit")
    body = head + b"".join(b',"%b":%b' % (name.encode(), parts[name]) for name in named) + b"}"
    return Answer(body, tag=published.tag)


async def schedule(request: Request["Back"]) -> Answer:
    """Tell what happens in a tick, with the seconds that each rule took last."""
    published = await request.server.current()
    simulation = request.server.economy.simulation
    return answer_json(
        {
            "run": published.run,
            "tick": published.tick,
            "seconds": published.status["seconds_per_tick"],
            "phases": declarations.phases(simulation.schedule, dict(simulation.engine.seconds)),
            "lags": declarations.lags(simulation.schedule),
        },
        published.tag,
    )


async def columns(request: Request["Back"]) -> Answer:
    """Tell what every indicator and column holds."""
    await request.server.current()
    simulation = request.server.economy.simulation
    return answer_json(
        {
            "indicators": declarations.indicators(simulation),
            "columns": declarations.columns(simulation),
            "tables": declarations.tables(simulation),
        }
    )


async def parameters(request: Request["Back"]) -> Answer:
    """Tell every parameter's value, range, meaning and source, and who pulls it."""
    published = await request.server.current()
    return answer_json({"parameters": declarations.parameters(request.server.economy.simulation)}, published.tag)


async def list_shocks(request: Request["Back"]) -> Answer:
    """List the shocks of the run."""
    published = await request.server.current()
    economy = request.server.economy
    scenario, tick = economy.simulation.scenario, economy.simulation.tick
    shocks = [shapes.shock_content(shock, scenario.start, tick) for shock in scenario.shocks]
    return answer_json({"shocks": shocks, "withdrawn": economy.recorder.withdrawn}, published.tag)


async def list_forks(request: Request["Back"]) -> Answer:
    """List the forks."""
    forks = list(request.server.forks.all.values())
    return answer_json({"forks": [fork.content() for fork in forks], "most": FORKS_MAX})


async def one_fork(request: Request["Back"]) -> Answer:
    """Tell how far a fork is, and what it costs."""
    return answer_json(request.server.forks.find(request.path["fork"]).content())


async def fork_effects(request: Request["Back"]) -> Answer:
    """Tell what the shock of a fork did: means over its pairs, how sure they are, and how the pairs differ."""
    fork = request.server.forks.find(request.path["fork"])
    series = request.query["series"] or list(DEFAULT_SERIES)

    def draw_up() -> bytes:
        told = effects(fork, series)
        return csv_of(effects_as_csv(told)) if request.accepted == CSV else encode(told)

    return _represented(request, await request.server.look(draw_up), None, Vary="Accept")


async def list_runs(request: Request["Back"]) -> Answer:
    """List the runs of this server."""
    return answer_json({"runs": [run.content() for run in list(request.server.economy.runs.values())]})


async def one_run(request: Request["Back"]) -> Answer:
    """Tell how a run stands."""
    runs, name = request.server.economy.runs, request.path["run"]
    if name not in runs:
        raise unknown_name("a run of this server", name, list(runs), "run")
    return answer_json(runs[name].content())


async def list_checkpoints(request: Request["Back"]) -> Answer:
    """List the checkpoints of the run."""
    await request.server.current()
    folder = request.server.economy.recorder.folder
    return answer_json({"checkpoints": [shapes.checkpoint_content(folder, tick) for tick in folder.checkpoints()]})


async def one_checkpoint(request: Request["Back"]) -> Answer:
    """Tell about a checkpoint."""
    await request.server.current()
    folder, text = request.server.economy.recorder.folder, request.path["tick"]
    kept = [str(tick) for tick in folder.checkpoints()]
    if text not in kept:
        raise unknown_name("a tick with a checkpoint", text, kept, "tick")
    return answer_json(shapes.checkpoint_content(folder, int(text)))
