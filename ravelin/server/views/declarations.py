"""What the declarations say: indicators, columns, parameters, scenarios, and the tick page."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from ravelin.core.parameter import Parameter, Value
from ravelin.core.schedule import Schedule
from ravelin.core.table import Column, Table
from ravelin.economy.accounts.indicators import Indicator
from ravelin.economy.accounts.indicators import indicators as list_indicators
from ravelin.economy.goods.tables import Goods
from ravelin.runs.simulation import Simulation
from ravelin.scenarios.scenario import built_in
from ravelin.scenarios.targets import Model
from ravelin.scenarios.vocabulary import who_pulls


def table_key(table: type[Table]) -> str:
    """Return the name of a table in addresses."""
    return table.__name__.lower()


def words(name: str) -> str:
    """Turn a name into a title."""
    text = name.replace("_", " ")
    return text[:1].upper() + text[1:]


def summary(thing: object) -> str:
    """Return the first line of a docstring."""
    return (thing.__doc__ or "").strip().partition("\n")[0]


def value_names(declared: Column, goods: Sequence[str]) -> list[str] | None:
    """Return the names of a column's values: of goods, or of codes from 0 on."""
    return list(goods) if declared.unit == "row of Goods" else list(declared.codes) or None


def indicators(simulation: Simulation) -> list[dict[str, Any]]:
    """List the indicators of history with the rules that write them."""
    writers = _writers(simulation.schedule)
    sources: dict[str, Indicator] = {one.name: one for one in list_indicators(simulation.world)}
    listed = []
    for field in simulation.rows.fields:
        entry: dict[str, Any] = field._asdict()
        source = sources.get(field.name)
        entry["column"] = repr(source.column) if source else None
        entry["written_by"] = writers.get(source.column, []) if source else []
        listed.append(entry)
    return listed


def columns(simulation: Simulation) -> list[dict[str, Any]]:
    """List every column of every table."""
    writers = _writers(simulation.schedule)
    model = Model(simulation.schedule)
    return [
        {
            "name": repr(declared),
            "table": table.known_as.lower(),
            "column": declared.name,
            "title": words(declared.name),
            "unit": declared.unit,
            "definition": declared.meaning,
            "dtype": declared.dtype.str[1:],
            "width": declared.width,
            "kind": "fixed" if declared.fixed else "flow" if declared.flow else "stock",
            "values": value_names(declared, simulation.world.names[Goods]),
            "written_by": writers.get(declared, []),
            "shockable": model.refusal(declared) is None,
            "lever": declared.policy,
            "known_as": list(declared.known_as),
            "known_as_of": {good: list(words) for good, words in declared.known_as_of.items()},
        }
        for table in simulation.world.tables
        for declared in table.columns.values()
    ]


def tables(simulation: Simulation) -> list[dict[str, Any]]:
    """List the tables."""
    return [
        {
            "name": table_key(table),
            "title": words(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", table.__name__)),
            "definition": summary(table),
            "rows": rows.count,
            "columns": list(table.columns),
            "href": f"/agents/{table_key(table)}",
        }
        for table, rows in simulation.world.tables.items()
    ]


def parameters(simulation: Simulation) -> list[dict[str, Any]]:
    """List every parameter with its value now, policy levers first."""
    listed = [_parameter(declared, simulation) for declared in simulation.settings]
    return sorted(listed, key=lambda entry: not entry["lever"])


def _parameter(declared: Parameter, simulation: Simulation) -> dict[str, Any]:
    group = declared.group.__name__
    in_force = simulation.overrides.get(repr(declared))
    return {
        "name": repr(declared),
        "group": group,
        "group_title": summary(declared.group),
        "key": declared.name,
        "title": words(declared.name),
        "value": simulation.settings[declared],
        "default": declared.default,
        "kind": _kind(declared.default),
        "unit": declared.unit,
        "low": declared.low,
        "high": declared.high,
        "meaning": declared.meaning,
        "source": declared.source,
        "who": who_pulls(declared),
        "lever": declared.policy,
        "known_as": list(declared.known_as),
        "in_force": None if in_force is None else {"by": "shock", "was": in_force},
    }


def _kind(default: Value) -> str:
    if isinstance(default, bool):
        return "switch"
    if isinstance(default, tuple):
        return "list"
    return "whole" if isinstance(default, int) else "number"


def scenarios() -> list[dict[str, Any]]:
    """List the built-in scenarios."""
    return [
        {
            "name": name,
            "title": scenario.title,
            "description": scenario.description,
            "consumers": scenario.consumers,
            "ticks": scenario.ticks,
            "start": scenario.start.isoformat(),
            "shocks": len(scenario.shocks),
        }
        for name, scenario in built_in().items()
    ]


def phases(schedule: Schedule, seconds: dict[str, float]) -> list[dict[str, Any]]:
    """Give the tick page with the seconds that each rule took."""
    return [
        {
            "title": part.title,
            "every": part.every,
            "rounds": part.rounds,
            "sessions": part.sessions,
            "seconds": sum(seconds.get(member.name, 0.0) for member in part.systems),
            "systems": [
                {
                    "name": member.name,
                    "summary": member.summary,
                    "kind": "python" if member.host else "local" if member.local else "kernel",
                    "reads": _names(member.reads()),
                    "writes": _names(member.writes()),
                    "uses": _names(member.parameters()),
                    "seconds": seconds.get(member.name, 0.0),
                }
                for member in part.systems
            ],
        }
        for part in schedule.phases
    ]


def lags(schedule: Schedule) -> list[dict[str, str]]:
    """List who sees which column of the previous tick."""
    return [{"system": member.name, "column": repr(declared)} for member, declared in schedule.lags()]


def _names(things: Iterable[object]) -> list[str]:
    return list(dict.fromkeys(map(repr, things)))


def _writers(schedule: Schedule) -> dict[Column, list[str]]:
    found: dict[Column, list[str]] = {}
    for member in dict.fromkeys(schedule):
        for declared in dict.fromkeys(member.writes()):
            found.setdefault(declared, []).append(member.name)
    return found
