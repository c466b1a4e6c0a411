"""What answers look like: their JSON Schemas, and the few that are put together in more than one place.

A schema with a `title` is a component of that name in `/schema`; a title says so wherever the schema stands.
"""

import datetime
from typing import Any

from ravelin.core.clock import date_of
from ravelin.scenarios.shock import Shock
from ravelin.server.checking import Schema
from ravelin.storage.folder import RunFolder

_TEXT: Schema = {"type": "string"}
_WHOLE: Schema = {"type": "integer"}
_NUMBER: Schema = {"type": "number"}
_SWITCH: Schema = {"type": "boolean"}
_MAYBE_NUMBER: Schema = {"type": ["number", "null"]}
_MAYBE_WHOLE: Schema = {"type": ["integer", "null"]}
_MAYBE_TEXT: Schema = {"type": ["string", "null"]}
CENTS: Schema = {"type": "string", "pattern": "^-?[0-9]+$", "description": "whole cents, as text so that none is lost"}
_PLAIN: Schema = {"type": ["string", "number", "boolean", "null"]}
"""A value of which only the reader's question says what it is."""


def shape(name: str, /, **members: Schema) -> Schema:
    """Return the schema of an object, by name, that has all of these members, and may have more."""
    return {"title": name, "type": "object", "required": list(members), "properties": members}


def several(items: Schema) -> Schema:
    """Return the schema of a list."""
    return {"type": "array", "items": items}


def listing(name: str, /, **members: Schema) -> Schema:
    """Return the schema of a list of objects; the name is that of one."""
    return several(shape(name, **members))


def by_name(value: Schema) -> Schema:
    """Return the schema of an object whose keys are names of the economy's own."""
    return {"type": "object", "additionalProperties": value}


def _maybe(schema: Schema) -> Schema:
    return {"oneOf": [schema, {"type": "null"}]}


def _one_of(*names: str) -> Schema:
    return {"type": "string", "enum": list(names)}


_TEXTS = several(_TEXT)
_AMOUNTS = several(CENTS)
_NUMBERS = several(_MAYBE_NUMBER)
_MONTHLY: Schema = {"type": ["number", "string", "null"]}
"""Of a column of the history: dates and cents are text."""
_CELL: Schema = {**_PLAIN, "type": [*_PLAIN["type"], "array"], "items": _PLAIN}
"""What a column holds in a row: a list where it has several values."""

PROBLEM = shape("Problem", type=_TEXT, title=_TEXT, status=_WHOLE, detail=_TEXT)
_NO_PROBLEM = _maybe(PROBLEM)
MATRIX = shape("Matrix", rows=_TEXTS, columns=_TEXTS, unit=_TEXT, cents=several(_AMOUNTS))
STATUS = shape(
    "Status",
    run=_TEXT, run_id=_TEXT, world=_TEXT, tick=_WHOLE, date=_MAYBE_TEXT, next_date=_TEXT,
    status=_one_of("paused", "running", "finished", "failed"), ticks_per_second=_MAYBE_NUMBER, revision=_WHOLE,
    until=_maybe(shape("Until", condition=_MAYBE_TEXT, last_tick=_WHOLE, held_at=_MAYBE_WHOLE)),
    scenario=_TEXT, title=_TEXT, seed=_WHOLE, start=_TEXT, ticks_total=_WHOLE, consumers=_WHOLE, firms=_WHOLE,
    banks=_WHOLE, seconds_per_tick=_MAYBE_NUMBER, audit_gap_cents=CENTS, problem=_NO_PROBLEM,
)  # fmt: skip
AUDIT = shape("Audit", gap_cents=CENTS, identities=by_name(CENTS))
_ONE_WANTED: Schema = {"type": ["integer", "string"], "maxLength": 60}
ROWS_WANTED: Schema = {
    "title": "RowsWanted",
    "oneOf": [
        _ONE_WANTED,
        {"type": "array", "items": _ONE_WANTED, "minItems": 1, "maxItems": 100},
        {"title": "Span", "type": "object", "properties": {"from": _NUMBER, "to": _NUMBER},
         "additionalProperties": False},
    ],
}  # fmt: skip
"""What rows have in a column: a number or a name, one of several, or what lies between two numbers."""
SHOCK = shape(
    "Shock", tick=_WHOLE, date=_TEXT, where=by_name(ROWS_WANTED),
    until=_MAYBE_WHOLE, says=_TEXT, state=_one_of("ahead", "in force", "over"),
)  # fmt: skip
FORK = shape(
    "Fork", id=_TEXT, run=_TEXT, name=_TEXT,
    status=_one_of("waiting", "running", "done", "stopped", "failed", "dropped"),
    shock=SHOCK, says=_TEXT, began_at=_WHOLE, shock_at=_WHOLE, horizon=_WHOLE, pairs=_WHOLE,
    pairs_done=_WHOLE, months_done=_WHOLE, months_total=_WHOLE, seconds_spent=_NUMBER, seconds_left=_MAYBE_NUMBER,
    problem=_NO_PROBLEM,
)  # fmt: skip
RUN = shape(
    "Run", id=_TEXT, status=_one_of("opening", "current", "replaced", "failed"), scenario=_TEXT, seed=_WHOLE,
    consumers=_WHOLE, folder=_TEXT, problem=_NO_PROBLEM,
)  # fmt: skip
CHECKPOINT = shape("Checkpoint", tick=_WHOLE, href=_TEXT, bytes=_WHOLE)
HEALTH = shape("Health", status=_one_of("ok"), version=_TEXT, run=_MAYBE_TEXT, tick=_MAYBE_WHOLE, economy=_TEXT)
READY = shape("Ready", status=_one_of("ready"))
DESCRIPTION: Schema = {"title": "Description", "type": "object", "additionalProperties": True}
_PAYMENT: Schema = {
    "type": "array", "items": {"type": ["integer", "string"]}, "minItems": 4, "maxItems": 4,
    "description": "number of the flow, of the payer and of the payee, and cents as text",
}  # fmt: skip
EXPLANATION = shape("ProblemExplained", kind=_TEXT, type=_TEXT, title=_TEXT, status=_WHOLE, meaning=_TEXT, remedy=_TEXT)
EXPLANATIONS = shape("ProblemsExplained", problems=several(EXPLANATION))
STATE: Schema = {
    "title": "State",
    "type": "object",
    "properties": {
        "status": STATUS,
        "indicators": by_name(_PLAIN),
        "balance_sheet": MATRIX,
        "flows": MATRIX,
        "paid": shape(
            "Payments", rows=_TEXTS, payers=_TEXTS, payees=_TEXTS, unit=_TEXT, entries=several(_PAYMENT)
        ),
        "goods": listing(
            "GoodsMarket",
            good=_TEXT, title=_TEXT, price=_NUMBER, output=_NUMBER, sales=_NUMBER, inventory=_NUMBER, unserved=_NUMBER
        ),
        "banks": shape(
            "Banks", count=_WHOLE, failed=_WHOLE, largest_share=_NUMBER,
            rows=listing(
                "Bank", bank=_WHOLE, deposits=CENTS, reserves=CENTS, cash=CENTS, bonds=CENTS, loans=CENTS,
                advances=CENTS, equity=CENTS, capital_ratio=_MAYBE_NUMBER,
            ),
        ),
        "distribution": shape(
            "Distribution",
            tick=_MAYBE_WHOLE, consumers=_WHOLE, sample=_WHOLE,
            lorenz=shape("Lorenz", population=_NUMBERS, income=_NUMBERS, wealth=_NUMBERS),
            gini_income=_NUMBER, gini_wealth=_NUMBER, unit=_TEXT, definition=_TEXT,
            deciles=listing(
                "Decile", decile=_WHOLE, income=_NUMBER, spending=_MAYBE_NUMBER, survey_spending=_NUMBER
            ),
        ),
        "audit": AUDIT,
        "schedule": shape("SecondsOfRules", seconds=by_name(_NUMBER)),
        "forks": listing("ForkInShort", id=_TEXT, name=_TEXT, status=_TEXT, says=_TEXT),
    },
    "additionalProperties": False,
}  # fmt: skip
HISTORY = shape(
    "History", run=_TEXT, world=_TEXT, tick=_WHOLE, rows=_WHOLE, every=_WHOLE, columns=by_name(several(_MONTHLY)),
    fields=listing("Field", name=_TEXT, title=_TEXT, unit=_TEXT, definition=_TEXT, kind=_TEXT),
)  # fmt: skip
_TABLE = shape(
    "Table", name=_TEXT, title=_TEXT, definition=_TEXT, rows=_WHOLE, columns=_TEXTS, href=_TEXT
)  # fmt: skip
TABLES = shape("Tables", tables=several(_TABLE))
_NAME_OF_CODE: Schema = {"type": ["string", "null", "array"], "items": _MAYBE_TEXT}
_NAMES_OF_CODES = by_name(_NAME_OF_CODE)
_AGENT_IN_SHORT: Schema = {
    "title": "AgentInShort",
    "type": "object",
    "required": ["row"],
    "properties": {"row": _WHOLE, "names": _NAMES_OF_CODES},
    "additionalProperties": _CELL,
}
PAGE = shape(
    "AgentsPage", run=_TEXT, tick=_WHOLE, table=_TEXT, rows=_WHOLE, matched=_WHOLE,
    columns=listing(
        "AgentsColumn", name=_TEXT, unit=_TEXT, definition=_TEXT, dtype=_TEXT, width=_WHOLE,
        values={"type": ["array", "null"], "items": _TEXT},
    ),
    data=several(_AGENT_IN_SHORT), next=_MAYBE_TEXT,
)  # fmt: skip
AGENT = shape(
    "Agent", run=_TEXT, tick=_WHOLE, table=_TEXT, row=_WHOLE,
    columns=by_name(shape("Cell", value=_CELL, unit=_TEXT, definition=_TEXT)), names=_NAMES_OF_CODES,
    balance_sheet={"type": ["object", "null"], "additionalProperties": CENTS}, related=by_name(_TEXT),
)  # fmt: skip
NETWORKS = shape("Networks", networks=listing("NetworkInShort", name=_TEXT, href=_TEXT))
NETWORK = shape(
    "Network", run=_TEXT, tick=_WHOLE, unit=_TEXT, nodes=listing("Node", id=_TEXT, title=_TEXT, layer=_WHOLE),
    edges=listing("Edge", **{"from": _TEXT, "to": _TEXT, "dollars": _NUMBER}),
)  # fmt: skip
BALANCE_SHEET = shape(
    "BalanceSheet", run=_TEXT, tick=_WHOLE, balance_sheet=MATRIX, flows=MATRIX, audit=AUDIT,
    sums=shape("Sums", of_instruments=_AMOUNTS, of_flows=_AMOUNTS),
)  # fmt: skip
SCHEDULE = shape(
    "Schedule", run=_TEXT, tick=_WHOLE, seconds=_MAYBE_NUMBER,
    phases=listing(
        "Phase", title=_TEXT, every=_WHOLE, rounds=_WHOLE, sessions=_WHOLE, seconds=_NUMBER,
        systems=listing(
            "Rule", name=_TEXT, summary=_TEXT, kind=_TEXT, reads=_TEXTS, writes=_TEXTS, uses=_TEXTS, seconds=_NUMBER
        ),
    ),
    lags=listing("Lag", system=_TEXT, column=_TEXT),
)  # fmt: skip
COLUMNS = shape(
    "Columns",
    indicators=listing(
        "Indicator", name=_TEXT, title=_TEXT, unit=_TEXT, definition=_TEXT, kind=_TEXT, column=_MAYBE_TEXT,
        written_by=_TEXTS,
    ),
    columns=listing(
        "Column", name=_TEXT, table=_TEXT, column=_TEXT, title=_TEXT, unit=_TEXT, definition=_TEXT, dtype=_TEXT,
        width=_WHOLE, kind=_TEXT, values={"type": ["array", "null"], "items": _TEXT}, written_by=_TEXTS,
        shockable=_SWITCH, lever=_SWITCH, known_as=_TEXTS, known_as_of=by_name(_TEXTS),
    ),
    tables=several(_TABLE),
)  # fmt: skip
PARAMETERS = shape(
    "Parameters",
    parameters=listing(
        "Parameter", name=_TEXT, group=_TEXT, group_title=_TEXT, key=_TEXT, title=_TEXT, value=_CELL, default=_CELL,
        kind=_TEXT, unit=_TEXT, low=_MAYBE_NUMBER, high=_MAYBE_NUMBER, meaning=_TEXT, source=_TEXT, who=_TEXT,
        lever=_SWITCH, known_as=_TEXTS,
    ),
)  # fmt: skip
SCENARIOS = shape(
    "Scenarios",
    scenarios=listing("Scenario", name=_TEXT, title=_TEXT, description=_TEXT, consumers=_WHOLE, ticks=_WHOLE,
                      start=_TEXT, shocks=_WHOLE),
)  # fmt: skip
SHOCKS = shape("Shocks", shocks=several(SHOCK), withdrawn=_TEXTS)
FORKS = shape("Forks", forks=several(FORK), most=_WHOLE)
_APART = shape(
    "Apart", mean=_NUMBERS, low=_NUMBERS, high=_NUMBERS,
    spread=shape("Spread", median=_NUMBERS, low=_NUMBERS, high=_NUMBERS),
)  # fmt: skip
"""The mean over the pairs with the bounds of its confidence band (null for one pair), and quantiles over the pairs."""
EFFECTS = shape(
    "Effects", id=_TEXT, run=_TEXT, status=_TEXT, pairs=_WHOLE, pairs_done=_WHOLE, tick=several(_WHOLE), date=_TEXTS,
    confidence=_NUMBER, levels=shape("Levels", low=_NUMBER, median=_NUMBER, high=_NUMBER),
    series=by_name(
        shape("Effect", unit=_TEXT, effect_unit=_TEXT, base=_NUMBERS, fork=_NUMBERS, difference=_APART, effect=_APART,
              beyond_luck=several(_SWITCH))
    ),
)  # fmt: skip
RUNS = shape("Runs", runs=several(RUN))
CHECKPOINTS = shape("Checkpoints", checkpoints=several(CHECKPOINT))
BANKS_MADE = shape(
    "BanksMade", run=_TEXT, tick=_WHOLE,
    made=listing("BankMade", bank=_WHOLE, equity=CENTS, bonds=CENTS, reserves=CENTS), banks=_WHOLE,
    paid_by=_TEXT, before=MATRIX, after=MATRIX, audit_gap_cents=CENTS,
)  # fmt: skip
_SHEET: Schema = {"type": ["object", "null"], "additionalProperties": CENTS}
_SHEET_OF_BANK: Schema = {
    "title": "SheetOfBank",
    "type": "object",
    "required": ["bank"],
    "properties": {"bank": _WHOLE},
    "additionalProperties": CENTS,
}
_BOTH = shape("BothSheets", payer=_SHEET, payee=_SHEET, payer_bank=_SHEET_OF_BANK, payee_bank=_SHEET_OF_BANK)
TRANSACTION = shape(
    "Transaction", run=_TEXT, tick=_WHOLE,
    transfer=shape("Transfer", payer=_WHOLE, payee=_WHOLE, cents=CENTS, result=_one_of("paid")),
    before=_BOTH, after=_BOTH, audit_gap_cents=CENTS,
)  # fmt: skip


def shock_content(shock: Shock, start: datetime.date, now: int) -> dict[str, Any]:
    """Give a shock as answers show it; `now` is the next tick."""
    over = shock.end is not None and now > shock.end
    state = "ahead" if now <= shock.tick else "over" if over else "in force"
    return {
        "date": date_of(start, shock.tick).isoformat(),
        "where": {},
        "until": shock.until,
        **shock.stated(),
        "says": shock.describe(),
        "state": state,
    }


def checkpoint_content(folder: RunFolder, tick: int) -> dict[str, Any]:
    """Give a checkpoint as answers show it."""
    size = sum(path.stat().st_size for path in folder.checkpoint_path(tick).glob("*"))
    return {"tick": tick, "href": f"/checkpoints/{tick}", "bytes": size}
