"""What the bodies of orders may say, as JSON Schemas made from the declarations of parameters and columns."""

from functools import cache
from typing import Any

from ravelin.core.parameter import Parameter as ModelParameter
from ravelin.core.ranges import limits
from ravelin.core.table import Column
from ravelin.scenarios.levers import LEVERS
from ravelin.scenarios.scenario import built_in
from ravelin.scenarios.shock import DOLLARS_MOST, PAID, PERCENT_MOST
from ravelin.scenarios.targets import Model
from ravelin.server.answers import ROWS_WANTED
from ravelin.server.checking import EXACT_BELOW, REASONS, Schema
from ravelin.server.running.forks import HORIZON_MAX, PAIRS_MAX
from ravelin.tick.page import TICK

TICKS_MAX = 1200
SHOCKS_MAX = 100
"""Shocks of a run: each is looked at every month and kept with the scenario."""
MONTHS_MAX = 60_000
"""Of a scenario that may begin in any year from 1000 to 2999: dates end with the year 9999."""


def body_of(name: str, required: tuple[str, ...] = (), /, **properties: Schema) -> Schema:
    """Return the schema of a body, by name, with these keys and no others."""
    return {"title": name, **_keys(required, **properties)}


def _keys(required: tuple[str, ...], /, **properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def _one_of(names: list[str]) -> Schema:
    return {"type": "string", "enum": names}


@cache
def _shockable() -> dict[str, Column]:
    """Return the columns that a shock may change, by every name they are known by."""
    model = Model(TICK)
    return {name: declared for name, declared in model.columns.items() if model.refusal(declared) is None}


@cache
def targets() -> tuple[list[str], list[str]]:
    """Return the names of what a shock may set, and of what it may scale."""
    parameters = [declared for group in TICK.parameter_groups() for declared in group.declared.values()]
    columns = list(_shockable())
    numbers = [one for one in parameters if isinstance(one.default, (int, float)) and not isinstance(one.default, bool)]
    return [*map(repr, parameters), *columns], [*map(repr, numbers), *columns]


@cache
def reasons() -> dict[str, str]:
    """Return why each column that no shock may change is one."""
    model = Model(TICK)
    refused = {name: model.refusal(declared) for name, declared in model.columns.items()}
    return {name: why for name, why in refused.items() if why is not None}


def value_of(declared: ModelParameter) -> Schema:
    """Return the schema of a parameter's value."""
    if isinstance(declared.default, bool):
        return {"type": "boolean", "description": declared.meaning}
    number: dict[str, Any] = {"type": "integer" if isinstance(declared.default, int) else "number"}
    number["minimum"] = -1e300 if declared.low is None else declared.low
    number["maximum"] = 1e300 if declared.high is None else declared.high
    if isinstance(declared.default, tuple):
        size = len(declared.default)
        return {"type": "array", "items": number, "minItems": size, "maxItems": size, "description": declared.meaning}
    return number | {"description": f"{declared.meaning}, {declared.unit}"}


_TICK_NUMBER: Schema = {"type": "integer", "minimum": 0, "maximum": MONTHS_MAX}
_DATE: Schema = {"type": "string", "pattern": r"^[12][0-9]{3}-(0[1-9]|1[0-2])(-(0[1-9]|1[0-9]|2[0-8]))?$",
                 "description": "a date like 2022-03-01", "maxLength": 10}  # fmt: skip
_WHERE: Schema = {
    "title": "Rows",
    "type": "object",
    "additionalProperties": ROWS_WANTED,
    "description": 'rows, such as {"good": "steel"}, {"status": ["retired", "inactive"]}, {"age": {"from": 65}}',
}


_SPREAD: Schema = {"type": "integer", "minimum": 1, "maximum": TICKS_MAX}


def _in_money(when: dict[str, Schema], required: tuple[str, ...] = ()) -> list[Schema]:
    """Return the schemas of a payment and of a change in percent of GDP."""
    share: Schema = {"type": "number", "minimum": -PERCENT_MOST, "maximum": PERCENT_MOST}
    dollars: Schema = {"type": "number", "minimum": 0, "maximum": DOLLARS_MOST}
    paid, levers = _one_of([PAID]), _one_of(list(LEVERS))
    spread = {"staggered": _SPREAD, "where": _WHERE, **when}
    return [
        _keys(("pay", "dollars", *required), pay=paid, dollars=dollars, **spread),
        _keys(("pay", "percent_of_gdp", *required), pay=paid, percent_of_gdp=share, **spread),
        _keys(("change", "percent_of_gdp", *required), change=levers, percent_of_gdp=share, where=_WHERE, **when),
    ]


@cache
def shock_schema(*, dated: bool) -> Schema:
    """Return the schema of a shock; a fork's carries no dates of its own."""
    settable, scalable = targets()
    when: dict[str, Schema] = {}
    if dated:
        moment = {"oneOf": [_TICK_NUMBER, _DATE]}
        when = {"tick": _TICK_NUMBER, "date": _DATE, "until": moment}
    when["phase_in"] = _SPREAD
    value: Schema = {"type": ["number", "boolean", "array"], "items": {"type": "number"}}
    factor: Schema = {"type": "number", "minimum": 0, "maximum": 1e100}
    return {
        "oneOf": [
            *_in_money(when),
            _keys(("set", "to"), set={"enum": settable, REASONS: reasons()}, to=value, where=_WHERE, **when),
            _keys(("scale", "by"), scale={"enum": scalable, REASONS: reasons()}, by=factor, where=_WHERE, **when),
        ]
    }


@cache
def exact_shock_schema(*, dated: bool) -> Schema:
    """Return the same with the values that each parameter and column takes, for readers of `/schema`."""
    groups: dict[str, tuple[dict[str, Any], list[str]]] = {}
    for one in (one for group in TICK.parameter_groups() for one in group.declared.values()):
        value = {key: known for key, known in value_of(one).items() if key != "description"}
        groups.setdefault(repr(value), (value, []))[1].append(repr(one))
    for column, values in column_values().items():
        groups.setdefault(f"column {values}", (dict(values), []))[1].append(column)
    choices: list[Schema] = []
    phased = {"phase_in": _SPREAD}
    for moment, required in (({"tick": _TICK_NUMBER}, ()), ({"date": _DATE}, ("date",))) if dated else (({}, ()),):
        when: dict[str, Schema] = {**moment, **phased}
        if dated:
            when["until"] = {"oneOf": [_TICK_NUMBER, _DATE]}
        for place, (value, names) in groups.items():
            rows, ends = ({"where": _WHERE}, {}) if place.startswith("column") else ({}, when)
            once = {key: one for key, one in when.items() if key not in ("until", "phase_in")}
            known = {**when, **ends} if ends else once
            choices.append(_keys(("set", "to", *required), set=_one_of(names), to=value, **rows, **known))
        factor = {"type": "number", "minimum": 0, "maximum": 1e100}
        scalable = _one_of(targets()[1])
        choices.append(_keys(("scale", "by", *required), scale=scalable, by=factor, where=_WHERE, **when))
        choices += _in_money(when, required)
    return {"title": "ShockOrder" if dated else "ShockOfFork", "oneOf": choices}


def number_of(declared: Column) -> dict[str, Any]:
    """Return the schema of a number that a column can hold, and that JSON's readers agree about."""
    low, high = limits(declared, {})
    if declared.dtype.kind == "f":
        return {"type": "number", "minimum": low, "maximum": high}
    return {"type": "integer", "minimum": max(int(low), 1 - EXACT_BELOW), "maximum": min(int(high), EXACT_BELOW - 1)}


@cache
def column_values() -> dict[str, Schema]:
    """Return the schema of what each column that a shock may change can hold."""
    return {name: number_of(column) for name, column in _shockable().items()}


@cache
def run_schema(consumers_max: int, *, exact: bool = False) -> Schema:
    """Return the schema of a new run."""
    count = {"type": "integer", "minimum": 1, "maximum": consumers_max}
    known = {repr(one): value_of(one) for group in TICK.parameter_groups() for one in group.declared.values()}
    return body_of(
        "NewRun",
        scenario=_one_of(list(built_in())),
        consumers=count | {"minimum": 100},
        firms=count,
        banks=count,
        ticks={"type": "integer", "minimum": 1, "maximum": MONTHS_MAX},
        seed={"type": "integer", "minimum": 0, "maximum": (1 << 63) - 1},
        start=_DATE,
        parameters=body_of("ParametersOfRun", **known),
        shocks={
            "type": "array",
            "items": exact_shock_schema(dated=True) if exact else shock_schema(dated=True),
            "maxItems": SHOCKS_MAX,
        },
    )


@cache
def fork_schema(*, exact: bool) -> Schema:
    """Return the schema of a fork."""
    return body_of(
        "NewFork",
        ("shock",),
        shock=exact_shock_schema(dated=False) if exact else shock_schema(dated=False),
        months={"type": ["integer", "null"], "minimum": 1, "maximum": TICKS_MAX},
        pairs={"type": "integer", "minimum": 1, "maximum": PAIRS_MAX},
        horizon={"type": "integer", "minimum": 1, "maximum": HORIZON_MAX},
        name={"type": "string", "minLength": 1, "maxLength": 80},
        **{"from": {"oneOf": [_TICK_NUMBER, _DATE]}},
    )
