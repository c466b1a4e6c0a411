"""Tables, parameters and indicators as they are declared."""

from collections.abc import Iterable

from ravelin.core.parameter import Parameters
from ravelin.core.ranges import allowed
from ravelin.core.table import Column, Table, World
from ravelin.economy.accounts.indicators import indicators as listed_indicators
from ravelin.economy.goods.tables import Goods
from ravelin.report.reference import bytes_per_row
from ravelin.tick.page import TICK
from reference_pages.markdown import listed, number, plain, summary, table


def room(declared: type) -> str:
    """Name the folder in which something is declared."""
    return declared.__module__.removeprefix("ravelin.").rpartition(".")[0].replace(".", "/")


def by_room(every: Iterable[type]) -> dict[str, list[type]]:
    """Sort declarations by folder, in the order in which the month meets them."""
    found: dict[str, list[type]] = {}
    for each in every:
        found.setdefault(room(each), []).append(each)
    return dict(sorted(found.items()))


def tables() -> str:
    """Tell every table with its columns, and whose rows they are where a table of its own has none."""
    known = TICK.tables()
    parts = []
    for folder, inside in by_room(list(dict.fromkeys([*known, *(each.rows_of for each in known)]))).items():
        parts.append(f"## `{folder}`\n")
        parts += [_table(each) for each in inside]
    return "\n".join(parts)


def _table(told: type[Table]) -> str:
    facts = [f"{bytes_per_row(told):,} bytes a row"]
    if told.rows_of is not told:
        facts.append(f"a row for each of [{told.rows_of.__name__}](#table-{told.rows_of.__name__})")
    if told.local:
        facts.append("ordered by locality")
    rows = [
        (f"`{each.name}`", kind(each), f"`{each.unit}`", meaning(each), span(each), listed(TICK.sources(each)))
        for each in told.columns.values()
    ]
    head = f"(table-{told.__name__})=\n### {told.__name__}\n\n{summary(told)} ({'; '.join(facts)})\n"
    if not rows:
        return head
    return f"{head}\n{table(('column', 'type', 'unit', 'meaning', 'range', 'written by'), rows)}"


def kind(told: Column) -> str:
    """Give a column's type as in the data dictionary."""
    return f"{told.dtype.str[1:]}{f' × {told.width}' if told.width > 1 else ''}"


def meaning(told: Column) -> str:
    """Give a column's meaning, the names of its codes, and what is particular about it."""
    marks = [mark for mark, on in (("fixed at the opening", told.fixed), ("flow", told.flow)) if on]
    if told.claim is not None:
        marks.append(f"{told.claim.side}: {', '.join(dict.fromkeys(told.claim.instruments))}")
    codes = f" ({listed(told.codes)})" if told.codes else ""
    return f"{plain(told.meaning)}{codes}{''.join(f'; *{mark}*' for mark in marks)}"


def span(told: Column) -> str:
    """Say what a column may hold, as an error would."""
    return plain(allowed(told, {}).replace("from 0 to inf", "").strip())


def parameters() -> str:
    """Tell every parameter with value, unit, range and source."""
    parts = []
    for folder, inside in by_room(TICK.parameter_groups()).items():
        parts.append(f"## `{folder}`\n")
        parts += [_group(each) for each in inside]
    return "\n".join(parts)


def _group(told: type[Parameters]) -> str:
    rows = [
        (
            f"`{each.name}`",
            number(each.default),
            "" if each.unit == "1" else f"`{each.unit}`",
            f"{'-∞' if each.low is None else number(each.low)} to {'∞' if each.high is None else number(each.high)}",
            plain(each.meaning) + (f" (known as {plain(', '.join(each.known_as))})" if each.known_as else ""),
            plain(each.source),
        )
        for each in told.declared.values()
    ]
    head = f"(parameters-{told.__name__})=\n### {told.__name__}\n\n{summary(told)}\n"
    return f"{head}\n{table(('name', 'value', 'unit', 'range', 'meaning', 'source'), rows)}"


def indicators() -> str:
    """Tell every column of a run's history."""
    world = World([Goods], {Goods: 1}, {})
    world.names[Goods] = ("<good>",)
    world[Goods].firm_share[:] = 1.0
    rows = [
        (
            f"`{each.name}`", plain(each.title), f"`{each.unit}`", each.kind, plain(each.definition),
            f"[{each.column}](#table-{each.column.table.__name__})", listed(TICK.sources(each.column)),
        )
        for each in listed_indicators(world)
    ]  # fmt: skip
    return table(("column", "title", "unit", "kind", "definition", "read from", "written by"), rows)
