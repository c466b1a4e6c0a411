"""The model as its rules state it: what happens in a month, and for each rule its equations, symbols and sources."""

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from ravelin.core.kernel import pure_python
from ravelin.core.schedule import Phase
from ravelin.core.system import Access, Binding, Claims, Draws, Everything, First, PoolOf, Session, System, Tick, Uses
from ravelin.opening.world import row_counts
from ravelin.tick.page import TICK
from reference_pages.equations import equations
from reference_pages.markdown import listed, number, plain, table

ROWS = row_counts(TICK, 10_000, None, None)
"""How many rows each table has; whoever has one needs no index."""


class Statement(NamedTuple):
    """A docstring taken apart."""

    summary: str
    prose: str
    source: str


def statement(documented: Callable[..., Any]) -> Statement:
    """Take a docstring apart into its first sentence, its prose and its source."""
    summary, _, rest = inspect.cleandoc(documented.__doc__ or "").partition("\n")
    prose, found, source = rest.partition("Source:")
    return Statement(summary, prose.strip(), " ".join(source.split()) if found else "")


def phases() -> Iterator[tuple[int, Phase]]:
    """Number the phases of the month."""
    return enumerate(TICK.phases, 1)


def pace(told: Phase) -> str:
    """Say how often a phase comes, if not once a month."""
    every = f" (every {told.every} months)" if told.every > 1 else ""
    return every + (f" ({told.rounds} rounds)" if told.rounds > 1 else "")


def month() -> str:
    """List the phases of a month with their rules, each with a link to its equations."""
    lines = []
    for place, each in phases():
        lines.append(f"{place}. **{each.title}**{pace(each)}")
        names = ", ".join(f"[`{member.name}`](#rule-{member.name})" for member in each.systems)
        indent = " " * (len(str(place)) + 2)
        lines.append(f"{indent}{names}")
    return "\n".join(lines) + "\n"


def tick() -> str:
    """Tell for every rule of the month what it reads, writes and uses."""
    parts = []
    for place, each in phases():
        parts.append(f"## {place}. {each.title}{pace(each)}\n")
        for member in each.systems:
            changed = member.writes()
            told = {
                "reads": [column for column in member.reads() if column not in changed],
                "writes": changed,
                "uses": member.parameters(),
            }
            touched = ["", *(f"*{verb}* {listed(things)}" for verb, things in told.items() if things)]
            summary = plain(statement(member.function).summary)
            parts.append(f"[`{member.name}`](#rule-{member.name})\n: {summary}")
            parts.append("\n  ".join(touched) + "\n" if len(touched) > 1 else "")
        if each.clears:
            parts.append(f"Clears {listed(each.clears)}.\n")
    return "\n".join(parts)


def domain(name: str) -> str:
    """Tell every rule of a domain in the order of the month."""
    return "\n".join(_rule(place, member) for place, member in _rules() if _domain(member) == name)


def _rules() -> Iterator[tuple[str, System]]:
    seen: set[System] = set()
    for place, each in phases():
        for member in each.systems:
            if member not in seen:
                seen.add(member)
                yield f"{place}. {each.title}", member


def _domain(member: System) -> str:
    return member.function.__module__.split(".")[2]


def domains() -> list[str]:
    """Name the domains that have rules."""
    return sorted({_domain(member) for _, member in _rules()})


def missing() -> str:
    """Say which rules state no source."""
    every = [member for _, member in _rules()]
    bare = [member for member in every if not statement(member.function).source]
    return (
        f"Of {len(every)} rules {len(every) - len(bare)} name a source for what they do. The other {len(bare)}, many "
        "of which count, pay or audit and follow nobody's theory, name none: "
        + ", ".join(f"[`{member.name}`](#rule-{member.name})" for member in bare)
        + ".\n"
    )


def _rule(place: str, member: System) -> str:
    said = statement(member.function)
    told, called = equations(member.function, _source(member.function), _kinds(member.bindings))
    module = member.function.__module__.replace(".", "/")
    how = "by locality, in parallel" if member.local else "on whole columns"
    parts = [
        f"(rule-{member.name})=\n## `{member.name}`\n",
        f"**{plain(said.summary)}**\n",
        f"{plain(said.prose)}\n" if said.prose else "",
        f"*Source:* {plain(said.source)}\n" if said.source else "*Source:* none stated.\n",
        f"*When:* {place}. *Where:* `{module}.py`; it runs {how}{', in Python' * member.host}.\n",
        told,
        _folded("Symbols", table(("symbol", "is", "unit", "meaning"), _symbols(member, called))),
    ]
    return "\n".join(filter(None, parts))


def equations_of(member: System) -> str:
    """Write a rule's equations."""
    return equations(member.function, _source(member.function), _kinds(member.bindings))[0]


def _folded(title: str, inside: str) -> str:
    return f"<details><summary>{title}</summary>\n\n{inside}\n</details>\n"


def _source(function: Callable[..., Any]) -> str:
    source = textwrap.dedent(inspect.getsource(function))
    return re.sub(r"\A(?:@.*\n)+", "", source)


def _kinds(bindings: Mapping[str, Binding]) -> dict[str, tuple[str, str]]:
    """Say for each binding how it is written: upright parameters, slanted columns, draws by their stream."""
    found = {}
    for name, bound in bindings.items():
        match bound:
            case Uses():
                found[name] = ("parameter", name)
            case Draws():
                found[name] = ("draws", bound.stream)
            case Access():
                found[name] = ("single" if _has_one_row(bound) else "column", name)
            case _:
                found[name] = ("other", name)
    return found


def _has_one_row(bound: Access) -> bool:
    return bound.column.width == 1 and ROWS[bound.column.table.rows_of] == 1


def _symbols(member: System, called: list[str]) -> list[tuple[str, str, str, str]]:
    rows = [(f"`{name}`", *symbol(bound)) for name, bound in member.bindings.items()]
    space = member.function.__globals__
    names = {node.id for node in ast.walk(ast.parse(_source(member.function))) if isinstance(node, ast.Name)}
    for name in sorted(names - member.bindings.keys()):
        value = space.get(name)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            rows.append((f"`{name}`", "constant", "", number(value)))
    rows += [(f"`{name}`", *_helper(space[name])) for name in called if callable(space.get(name))]
    return rows


def symbol(bound: object) -> tuple[str, str, str]:
    """Say of a binding what it is, in what unit, and what it means."""
    match bound:
        case Uses(told):
            group = told.group.__name__
            value = f"{plain(told.meaning)} = {number(told.default)} ({plain(told.source)})"
            return f"[{told}](#parameters-{group})", f"`{told.unit}`", value
        case Access(column, mode):
            return f"{mode} [{column}](#table-{column.table.__name__})", f"`{column.unit}`", plain(column.meaning)
        case Draws(stream, fixed):
            return f"draws `{stream}`", "", "the same in every month" if fixed else "new every month"
        case First(rows):
            return f"first row of {rows.__name__}", "", "where the locality's rows begin"
        case Claims(rows):
            return f"claims of {rows.__name__}", "", "every column that declares one"
        case Tick():
            return "month", "`month`", "since the opening"
        case Session():
            return "session", "", "number of the session within the month"
        case PoolOf(rows):
            return f"pool of [{rows.__name__}](#table-{rows.__name__})", "", "which rows are in use"
        case Everything():
            return "the whole world", "", ""
    raise TypeError(f"{bound!r} is no binding that the pages know")


def _helper(function: Any) -> tuple[str, str, str]:
    plain_function = pure_python(function) if hasattr(function, "py_func") else function
    module = getattr(plain_function, "__module__", "") or ""
    said = statement(plain_function).summary if module.startswith("ravelin") else ""
    return f"function of `{module.replace('.', '/')}`" if said else "function", "", plain(said)


def functions() -> str:
    """Tell the compiled functions of the economy, the ledger and the mechanisms that rules or their functions call."""
    found: dict[str, Any] = {}
    waiting = [(name, member.function.__globals__) for _, member in _rules() for name in _called(member.function)]
    while waiting:
        name, space = waiting.pop()
        function = space.get(name)
        module = getattr(function, "__module__", None) or ""
        if hasattr(function, "py_func") and not module.startswith("ravelin.core") and f"{module}.{name}" not in found:
            found[f"{module}.{name}"] = function
            inside = pure_python(function)
            waiting += [(other, inside.__globals__) for other in _called(inside)]
    parts, last = [], ""
    for name, function in sorted(found.items()):
        module = name.rpartition(".")[0]
        parts += [f"## `{module.replace('.', '/')}.py`\n"] if module != last else []
        parts.append(_function(pure_python(function)))
        last = module
    return "\n".join(parts)


def _called(function: Callable[..., Any]) -> list[str]:
    return equations(function, _source(function), {})[1]


def bundled(function: Callable[..., Any]) -> dict[str, Binding]:
    """Give the bindings of the bundles that a function takes, under `argument.field`."""
    return {
        f"{argument}.{name}": bound
        for argument, told in inspect.signature(function).parameters.items()
        for name, bound in getattr(told.annotation, "_declared", {}).items()
    }


def _function(function: Callable[..., Any]) -> str:
    said = statement(function)
    told, _ = equations(function, _source(function), _kinds(bundled(function)))
    arguments = ", ".join(inspect.signature(function).parameters)
    head = f"(function-{function.__name__})=\n### `{function.__name__}({arguments})`\n\n**{plain(said.summary)}**\n"
    source = f"*Source:* {plain(said.source)}\n" if said.source else ""
    return "\n".join(filter(None, (head, f"{plain(said.prose)}\n" if said.prose else "", source, told)))
