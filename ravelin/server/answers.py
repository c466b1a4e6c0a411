"""What answers look like: their JSON Schemas, and the few that are put together in more than one place."""

import datetime
from typing import Any

from ravelin.core.clock import date_of
from ravelin.scenarios.shock import Shock
from ravelin.server.checking import Schema
from ravelin.storage.folder import RunFolder

ANY: Schema = {"type": "object"}
_TEXT: Schema = {"type": "string"}
_WHOLE: Schema = {"type": "integer"}
_NUMBER: Schema = {"type": "number"}
_SWITCH: Schema = {"type": "boolean"}
_MAYBE_NUMBER: Schema = {"type": ["number", "null"]}
_MAYBE_WHOLE: Schema = {"type": ["integer", "null"]}
_MAYBE_TEXT: Schema = {"type": ["string", "null"]}
CENTS: Schema = {"type": "string", "pattern": "^-?[0-9]+$", "description": "whole cents, as text so that none is lost"}
_TEXTS: Schema = {"type": "array", "items": _TEXT}
_NUMBERS: Schema = {"type": "array", "items": _MAYBE_NUMBER}
_OBJECTS: Schema = {"type": "array", "items": ANY}


def shape(**members: Schema) -> Schema:
    """Return the schema of an object that has all of these members, and may have more."""
    return {"type": "object", "required": list(members), "properties": members}


def listing(**members: Schema) -> Schema:
    """Return the schema of a list of objects."""
    return {"type": "array", "items": shape(**members)}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


COMPONENTS: dict[str, Schema] = {
    "Problem": shape(type=_TEXT, title=_TEXT, status=_WHOLE, detail=_TEXT),
    "Matrix": shape(
        rows=_TEXTS, columns=_TEXTS, unit=_TEXT, cents={"type": "array", "items": {"type": "array", "items": CENTS}}
    ),
    "Status": shape(
        run=_TEXT, run_id=_TEXT, world=_TEXT, tick=_WHOLE, date=_MAYBE_TEXT, next_date=_TEXT,
        status={"enum": ["paused", "running", "finished", "failed"]}, ticks_per_second=_MAYBE_NUMBER, revision=_WHOLE,
        scenario=_TEXT, title=_TEXT, seed=_WHOLE, start=_TEXT, ticks_total=_WHOLE, consumers=_WHOLE, firms=_WHOLE,
        banks=_WHOLE, seconds_per_tick=_MAYBE_NUMBER, audit_gap_cents=CENTS, problem={"type": ["object", "null"]},
    ),
    "Audit": shape(gap_cents=CENTS, identities={"type": "object", "additionalProperties": CENTS}),
    "Shock": shape(tick=_WHOLE, date=_TEXT, where=ANY, until=_MAYBE_WHOLE, says=_TEXT,
                   state={"enum": ["ahead", "in force", "over"]}),
    "Fork": shape(
        id=_TEXT, run=_TEXT, name=_TEXT,
        status={"enum": ["waiting", "running", "done", "stopped", "failed", "dropped"]},
        shock=_ref("Shock"), says=_TEXT, began_at=_WHOLE, shock_at=_WHOLE, horizon=_WHOLE, pairs=_WHOLE,
        pairs_done=_WHOLE, months_done=_WHOLE, months_total=_WHOLE, seconds_spent=_NUMBER, seconds_left=_MAYBE_NUMBER,
        problem={"type": ["object", "null"]},
    ),
    "Run": shape(
        id=_TEXT, status={"enum": ["opening", "current", "replaced", "failed"]}, scenario=_TEXT, seed=_WHOLE,
        consumers=_WHOLE, folder=_TEXT, problem={"type": ["object", "null"]},
    ),
    "Checkpoint": shape(tick=_WHOLE, href=_TEXT, bytes=_WHOLE),
}  # fmt: skip
"""Schemas that several answers share."""

MATRIX, STATUS, AUDIT, SHOCK, FORK, RUN, CHECKPOINT, PROBLEM = map(
    _ref, ("Matrix", "Status", "Audit", "Shock", "Fork", "Run", "Checkpoint", "Problem")
)
HEALTH = shape(status={"const": "ok"}, version=_TEXT, run=_MAYBE_TEXT, tick=_MAYBE_WHOLE, economy=_TEXT)
READY = shape(status={"const": "ready"})
STATE: Schema = {
    "type": "object",
    "properties": {
        "status": STATUS,
        "indicators": ANY,
        "balance_sheet": MATRIX,
        "flows": MATRIX,
        "paid": shape(rows=_TEXTS, payers=_TEXTS, payees=_TEXTS, unit=_TEXT, entries={"type": "array"}),
        "goods": listing(
            good=_TEXT, title=_TEXT, price=_NUMBER, output=_NUMBER, sales=_NUMBER, inventory=_NUMBER, unserved=_NUMBER
        ),
        "banks": shape(count=_WHOLE, failed=_WHOLE, largest_share=_NUMBER, rows=_OBJECTS),
        "distribution": shape(
            tick=_MAYBE_WHOLE, consumers=_WHOLE, sample=_WHOLE, lorenz=ANY, gini_income=_NUMBER, gini_wealth=_NUMBER,
            deciles=listing(decile=_WHOLE, income=_NUMBER, spending=_MAYBE_NUMBER, survey_spending=_NUMBER),
        ),
        "audit": AUDIT,
        "schedule": shape(seconds={"type": "object", "additionalProperties": _NUMBER}),
        "forks": listing(id=_TEXT, name=_TEXT, status=_TEXT, says=_TEXT),
    },
    "additionalProperties": False,
}  # fmt: skip
HISTORY = shape(
    run=_TEXT, world=_TEXT, tick=_WHOLE, rows=_WHOLE, every=_WHOLE,
    columns={"type": "object", "additionalProperties": {"type": "array"}},
    fields=listing(name=_TEXT, title=_TEXT, unit=_TEXT, definition=_TEXT, kind=_TEXT),
)  # fmt: skip
_TABLE: dict[str, Schema] = {
    "name": _TEXT,
    "title": _TEXT,
    "definition": _TEXT,
    "rows": _WHOLE,
    "columns": _TEXTS,
    "href": _TEXT,
}
TABLES = shape(tables=listing(**_TABLE))
PAGE = shape(
    run=_TEXT, tick=_WHOLE, table=_TEXT, rows=_WHOLE, matched=_WHOLE,
    columns=listing(name=_TEXT, unit=_TEXT, definition=_TEXT, dtype=_TEXT, width=_WHOLE), data=listing(row=_WHOLE),
    next=_MAYBE_TEXT,
)  # fmt: skip
AGENT = shape(
    run=_TEXT, tick=_WHOLE, table=_TEXT, row=_WHOLE, columns=ANY, names=ANY,
    balance_sheet={"type": ["object", "null"], "additionalProperties": CENTS}, related=ANY,
)  # fmt: skip
NETWORKS = shape(networks=listing(name=_TEXT, href=_TEXT))
NETWORK = shape(
    run=_TEXT, tick=_WHOLE, unit=_TEXT, nodes=listing(id=_TEXT, title=_TEXT, layer=_WHOLE),
    edges={"type": "array", "items": shape(**{"from": _TEXT, "to": _TEXT, "dollars": _NUMBER})},
)  # fmt: skip
BALANCE_SHEET = shape(
    run=_TEXT, tick=_WHOLE, balance_sheet=MATRIX, flows=MATRIX, audit=AUDIT,
    sums=shape(of_instruments={"type": "array", "items": CENTS}, of_flows={"type": "array", "items": CENTS}),
)  # fmt: skip
SCHEDULE = shape(
    run=_TEXT, tick=_WHOLE, seconds=_MAYBE_NUMBER,
    phases=listing(
        title=_TEXT, every=_WHOLE, rounds=_WHOLE, sessions=_WHOLE, seconds=_NUMBER,
        systems=listing(
            name=_TEXT, summary=_TEXT, kind=_TEXT, reads=_TEXTS, writes=_TEXTS, uses=_TEXTS, seconds=_NUMBER
        ),
    ),
    lags=listing(system=_TEXT, column=_TEXT),
)  # fmt: skip
COLUMNS = shape(
    indicators=listing(name=_TEXT, title=_TEXT, unit=_TEXT, definition=_TEXT, kind=_TEXT, written_by=_TEXTS),
    columns=listing(
        name=_TEXT, table=_TEXT, column=_TEXT, title=_TEXT, unit=_TEXT, definition=_TEXT, dtype=_TEXT, width=_WHOLE,
        kind=_TEXT, written_by=_TEXTS, shockable=_SWITCH,
    ),
    tables=listing(**_TABLE),
)  # fmt: skip
PARAMETERS = shape(
    parameters=listing(
        name=_TEXT, group=_TEXT, key=_TEXT, title=_TEXT, kind=_TEXT, unit=_TEXT, low=_MAYBE_NUMBER, high=_MAYBE_NUMBER,
        meaning=_TEXT, source=_TEXT, who=_TEXT, lever=_SWITCH,
    )
)  # fmt: skip
SCENARIOS = shape(scenarios=listing(name=_TEXT, title=_TEXT, description=_TEXT, consumers=_WHOLE, ticks=_WHOLE,
                                    start=_TEXT, shocks=_WHOLE))  # fmt: skip
SHOCKS = shape(shocks={"type": "array", "items": SHOCK}, withdrawn=_TEXTS)
FORKS = shape(forks={"type": "array", "items": FORK}, most=_WHOLE)
EFFECTS = shape(
    id=_TEXT, run=_TEXT, status=_TEXT, pairs=_WHOLE, pairs_done=_WHOLE, tick={"type": "array", "items": _WHOLE},
    date=_TEXTS, levels=ANY,
    series={
        "type": "object",
        "additionalProperties": shape(
            unit=_TEXT, base=_NUMBERS, fork=_NUMBERS, difference=shape(median=_NUMBERS, low=_NUMBERS, high=_NUMBERS),
            relative=shape(median=_NUMBERS, low=_NUMBERS, high=_NUMBERS),
        ),
    },
)  # fmt: skip
RUNS = shape(runs={"type": "array", "items": RUN})
CHECKPOINTS = shape(checkpoints={"type": "array", "items": CHECKPOINT})
BANKS_MADE = shape(
    run=_TEXT, tick=_WHOLE, made=listing(bank=_WHOLE, equity=CENTS, bonds=CENTS, reserves=CENTS), banks=_WHOLE,
    paid_by=_TEXT, before=MATRIX, after=MATRIX, audit_gap_cents=CENTS,
)  # fmt: skip
_BOTH = shape(payer=ANY, payee=ANY)
TRANSACTION = shape(
    run=_TEXT, tick=_WHOLE, transfer=shape(payer=_WHOLE, payee=_WHOLE, cents=CENTS, result={"const": "paid"}),
    before=_BOTH, after=_BOTH, audit_gap_cents=CENTS,
)  # fmt: skip


def shock_content(shock: Shock, start: datetime.date, now: int) -> dict[str, Any]:
    """Give a shock as answers show it; `now` is the next tick."""
    verb, value = ("scale", "by") if shock.scale else ("set", "to")
    over = shock.until is not None and now > shock.until
    state = "ahead" if now <= shock.tick else "over" if over else "in force"
    return {
        "tick": shock.tick,
        "date": date_of(start, shock.tick).isoformat(),
        verb: shock.target,
        value: shock.value,
        "where": dict(shock.where),
        "until": shock.until,
        "says": shock.describe(),
        "state": state,
    }


def checkpoint_content(folder: RunFolder, tick: int) -> dict[str, Any]:
    """Give a checkpoint as answers show it."""
    size = sum(path.stat().st_size for path in folder.checkpoint_path(tick).glob("*"))
    return {"tick": tick, "href": f"/checkpoints/{tick}", "bytes": size}
