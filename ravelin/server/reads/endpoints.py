"""The endpoints that change nothing."""

from ravelin.server import answers as shapes
from ravelin.server.reads.handlers import (
    agent,
    agents,
    balance_sheet,
    columns,
    fork_effects,
    history,
    list_checkpoints,
    list_forks,
    list_networks,
    list_runs,
    list_shocks,
    list_tables,
    networks,
    one_checkpoint,
    one_fork,
    one_run,
    parameters,
    schedule,
)
from ravelin.server.routes import ARROW, CSV, JSON, Endpoint, Parameter
from ravelin.server.views import network, tables

_NAMES = {
    "type": "array",
    "items": {"type": "string", "pattern": "^[A-Za-z_0-9]+$", "maxLength": 100, "description": "a name"},
    "minItems": 1,
    "maxItems": 200,
}
_WORLD = Parameter(
    "world",
    {"type": "string", "minLength": 1, "maxLength": 40},
    "`base`, the id of a fork, or `<id>:base` for its control",
    "base",
)
_MOMENT = {"type": "string", "pattern": r"^([0-9]{1,9}|[0-9]{4}-(0[1-9]|1[0-2])(-[0-3][0-9])?)$", "maxLength": 10,
           "description": "the number of a month, or a date like 2022-03"}  # fmt: skip

READS: tuple[Endpoint, ...] = (
    Endpoint(
        "get_history", "economy", "GET", "/history",
        history, "One row per month so far, by column", {200: shapes.HISTORY, 304: None},
        query=(
            Parameter("series", _NAMES, "columns, with commas between; all if not given"),
            Parameter("from", _MOMENT, "first month", "0"),
            Parameter("to", _MOMENT, "last month, inclusive"),
            Parameter("every", {"type": "integer", "minimum": 1, "maximum": 1200}, "take each so many-th month", 1),
            _WORLD,
        ),
        media=(JSON, ARROW, CSV), refusals=(404, 422, 503),
    ),
    Endpoint("list_tables", "agents", "GET", "/agents",
             list_tables, "The tables", {200: shapes.TABLES, 304: None}, refusals=(503,)),
    Endpoint(
        "list_agents", "agents", "GET", "/agents/{table}", agents, "Rows of a table", {200: shapes.PAGE, 304: None},
        query=(
            Parameter("columns", _NAMES, "columns, with commas between; all if not given"),
            Parameter("filter", {"type": "string", "pattern": tables.FILTER, "maxLength": 130,
                                 "description": "column, operator (= != < <= > >=), value, such as wage>5000"},
                      "column, operator, value, such as wage>5000 or good=steel; all of several must hold", many=True),
            Parameter("order", {"type": "string", "minLength": 1, "maxLength": 60},
                      "column, or -column from high to low"),
            Parameter("limit", {"type": "integer", "minimum": 1, "maximum": tables.LIMIT_MAX}, "rows of a page", 100),
            Parameter("cursor", {"type": "string", "minLength": 1, "maxLength": 200}, "`next` of the page before"),
        ),
        media=(JSON, ARROW, CSV), refusals=(404, 422, 503),
    ),
    Endpoint("get_agent", "agents", "GET", "/agents/{table}/{row}", agent, "One row, with what it owns and owes",
             {200: shapes.AGENT, 304: None}, refusals=(404, 503)),
    Endpoint("list_networks", "economy", "GET", "/network", list_networks, "The networks", {200: shapes.NETWORKS}),
    Endpoint(
        "get_network", "economy", "GET", "/network/{network}",
        networks, "Who deals with whom", {200: shapes.NETWORK, 304: None},
        query=(
            Parameter("links", {"type": "integer", "minimum": 0, "maximum": network.LINKS_MAX},
                      "so many links between firms, the largest first; `supplier` is null for brokers", 0),
            Parameter("firm", {"type": "integer", "minimum": 0, "maximum": 2**31 - 1}, "links of this row of firms"),
        ),
        refusals=(404, 422, 503),
    ),
    Endpoint("get_balance_sheet", "economy", "GET", "/balance-sheet",
             balance_sheet, "Who owns and owes what; who paid whom",
             {200: shapes.BALANCE_SHEET, 304: None}, refusals=(503,)),
    Endpoint("get_schedule", "declarations", "GET", "/schedule",
             schedule, "What happens in a tick", {200: shapes.SCHEDULE, 304: None},
             refusals=(503,)),
    Endpoint("list_columns", "declarations", "GET", "/columns",
             columns, "What every indicator and column holds", {200: shapes.COLUMNS},
             refusals=(503,)),
    Endpoint("list_parameters", "declarations", "GET", "/parameters",
             parameters, "Every parameter", {200: shapes.PARAMETERS, 304: None}, refusals=(503,)),
    Endpoint("list_shocks", "interventions", "GET", "/shocks",
             list_shocks, "The shocks of the run", {200: shapes.SHOCKS, 304: None}, refusals=(503,)),
    Endpoint("list_forks", "forks", "GET", "/forks", list_forks, "The forks", {200: shapes.FORKS}),
    Endpoint("get_fork", "forks", "GET", "/forks/{fork}",
             one_fork, "How far a fork is", {200: shapes.FORK}, refusals=(404,)),
    Endpoint(
        "get_effects", "forks", "GET", "/forks/{fork}/effects",
        fork_effects, "What the shock of a fork did", {200: shapes.EFFECTS},
        query=(Parameter("series", _NAMES | {"maxItems": 40}, "columns of history, with commas between"),),
        media=(JSON, CSV), refusals=(404, 422),
    ),
    Endpoint("list_runs", "runs", "GET", "/runs", list_runs, "The runs of this server", {200: shapes.RUNS}),
    Endpoint("get_run", "runs", "GET", "/runs/{run}", one_run, "How a run stands", {200: shapes.RUN}, refusals=(404,)),
    Endpoint("list_checkpoints", "runs", "GET", "/checkpoints",
             list_checkpoints, "The checkpoints of the run", {200: shapes.CHECKPOINTS},
             refusals=(503,)),
    Endpoint("get_checkpoint", "runs", "GET", "/checkpoints/{tick}",
             one_checkpoint, "A checkpoint", {200: shapes.CHECKPOINT},
             refusals=(404, 503)),
)  # fmt: skip
