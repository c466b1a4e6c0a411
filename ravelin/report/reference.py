"""Pages about the model, generated from its declarations, and the accounts of a run."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ravelin.core.arithmetic import whole_total, whole_totals
from ravelin.core.parameter import Parameter, Settings, Value
from ravelin.core.schedule import Phase, Schedule
from ravelin.core.system import System
from ravelin.core.table import Table
from ravelin.scenarios.catalog import Good, GoodsCatalog
from ravelin.storage.files import say_bytes

DEFAULT_WIDTH = 100


def tick_page(schedule: Schedule, width: int = DEFAULT_WIDTH) -> str:
    """Tell what happens in a tick, in order: each system with what it reads and writes."""
    lines = []
    for number, part in enumerate(schedule.phases, 1):
        lines.append(f"{number:2}. {part.title}{_pace(part)}")
        for member in part.systems:
            lines += _system_lines(member, width)
        if part.clears:
            lines += _wrapped(f"and clears {', '.join(map(repr, part.clears))}", width, 4, 8)
        lines.append("")
    return "\n".join(lines).rstrip()


def _pace(part: Phase) -> str:
    notes = []
    if part.every > 1:
        notes.append(f"every {part.every} months")
    if part.rounds > 1:
        notes.append(f"{part.rounds} rounds")
    if part.sessions > 1:
        notes.append(f"{part.sessions} sessions")
    return f" ({', '.join(notes)})" if notes else ""


def _system_lines(member: System, width: int) -> list[str]:
    kind = "; in Python" if member.host else "; per locality" if member.local else ""
    lines = _wrapped(f"{member.name}: {member.summary}", width, 4, 8)
    changed = member.writes()
    parts: list[tuple[str, list[Any]]] = [
        ("reads", [column for column in member.reads() if column not in changed]),
        ("writes", changed),
        ("uses", member.parameters()),
    ]
    told = "; ".join(f"{verb} {', '.join(dict.fromkeys(map(repr, items)))}" for verb, items in parts if items)
    return lines + _wrapped(f"{told}{kind}", width, 8, 10)


def lags_page(schedule: Schedule) -> str:
    """Tell which systems see the previous tick's value of what."""
    return "\n".join(f"{member.name} sees {column!r} of the previous tick" for member, column in schedule.lags())


REST = "all else"
CEILINGS: dict[str, tuple[float, tuple[str, ...]]] = {
    "consumers with accounts": (72, ("Consumers", "Accounts")),
    "loans, dwellings, securities": (42, ("Wealth",)),
    "learning": (1, ()),
    "firms, inputs, sellers": (33, ("Firms", "Inputs", "Sellers", "Seats")),
    REST: (2, ()),
}
"""Parts of the state: bytes a consumer that each may take, and the tables, or owners of rows, that it is made of."""


def columns_page(
    schedule: Schedule, counts: Mapping[type[Table], int] | None = None, width: int = DEFAULT_WIDTH
) -> str:
    """Print the data dictionary with bytes per row and, for given sizes, of each table."""
    lines = []
    tables = schedule.tables()
    for table in tables:
        lines += [*_table_lines(table, counts), *_column_lines(table, width), ""]
    return "\n".join([*lines, *_budget_lines(tables, counts)])


def bytes_per_row(table: type[Table]) -> int:
    """Bytes that a row of a table takes."""
    return sum(declared.bytes for declared in table.columns.values())


def bytes_per_consumer(tables: Sequence[type[Table]]) -> int:
    """Bytes of a consumer's row and of her account."""
    return sum(bytes_per_row(table) for table in tables if table.__name__ in ("Consumers", "Accounts"))


def bytes_beside(tables: Sequence[type[Table]]) -> int:
    """Bytes of a consumer in the other tables that have a row for each."""
    return sum(
        bytes_per_row(table) for table in tables if table.rows_of.__name__ == "Consumers" and table.rows_of is not table
    )


def _table_lines(table: type[Table], counts: Mapping[type[Table], int] | None) -> list[str]:
    title = f"{table.__name__}: {_summary(table)}"
    facts = [f"{bytes_per_row(table)} bytes a row"]
    if table.rows_of is not table:
        facts.append(f"rows of {table.rows_of.__name__}")
    if table.local:
        facts.append("by locality")
    if counts is not None:
        rows = counts[table.rows_of]
        facts += [f"{rows:,} row{'s' * (rows != 1)}", say_bytes(rows * bytes_per_row(table))]
    return [title, f"    ({'; '.join(facts)})"]


def _summary(table: type[Table]) -> str:
    return (table.__doc__ or "").strip().partition("\n")[0]


def _column_lines(table: type[Table], width: int) -> list[str]:
    lines = []
    for declared in table.columns.values():
        kind = declared.dtype.str[1:] + (f" x {declared.width}" if declared.width > 1 else "")
        marks = "".join(f", {mark}" for mark, on in (("fixed", declared.fixed), ("flow", declared.flow)) if on)
        head = f"    {declared.name:<24} {kind:<8} {declared.unit:<16} "
        lines += textwrap.wrap(
            f"{declared.meaning}{marks}",
            width,
            initial_indent=head,
            subsequent_indent=" " * len(head),
            drop_whitespace=True,
        )
    return lines


def _budget_lines(tables: Sequence[type[Table]], counts: Mapping[type[Table], int] | None) -> list[str]:
    lines = []
    consumer, beside = bytes_per_consumer(tables), bytes_beside(tables)
    if consumer:
        more = f", and {beside} more in tables of their own" if beside else ""
        lines.append(f"A consumer with her account takes {consumer} bytes{more}.")
    if counts is not None:
        total = sum(bytes_per_row(table) * counts[table.rows_of] for table in tables)
        lines.append(f"The whole state takes {say_bytes(total)}.")
        if consumer:
            lines += ["", "Bytes a consumer", *(f"    {row}" for row in _ledger_lines(ledger_of_bytes(tables, counts)))]
    return lines


class Ceiling(NamedTuple):
    """What part of a state takes, over its consumers, and what it is meant to take at most: bytes a consumer."""

    part: str
    now: float
    ceiling: float


def ledger_of_bytes(tables: Sequence[type[Table]], counts: Mapping[type[Table], int]) -> list[Ceiling]:
    """Return what each part of a state takes over its consumers, beside its ceiling, the whole last.

    The ceilings are what a country of 131 million may take with finance and learning on.
    """
    people = max(counts[table.rows_of] for table in tables if table.rows_of.__name__ == "Consumers")
    taken = dict.fromkeys(CEILINGS, 0)
    for table in tables:
        part = next((part for part, (_, names) in CEILINGS.items() if table.__name__ in names), None)
        part = part or next((part for part, (_, names) in CEILINGS.items() if table.rows_of.__name__ in names), REST)
        taken[part] += bytes_per_row(table) * counts[table.rows_of]
    ledger = [Ceiling(part, taken[part] / people, ceiling) for part, (ceiling, _) in CEILINGS.items()]
    return [*ledger, Ceiling("all", sum(taken.values()) / people, sum(ceiling for ceiling, _ in CEILINGS.values()))]


def _ledger_lines(ledger: list[Ceiling]) -> list[str]:
    rows = [f"{line.part:<32}{line.now:>8.1f}{line.ceiling:>10}" for line in ledger]
    return [f"{'':<32}{'now':>8}{'ceiling':>10}", *rows]


def parameters_page(settings: Settings, width: int = DEFAULT_WIDTH) -> str:
    """List every parameter with value, unit, range, meaning and source; departures are marked."""
    lines = []
    for name, group in settings.groups.items():
        lines.append(f"[{name}] {(group.__doc__ or '').strip().partition(chr(10))[0]}")
        for declared in group.declared.values():
            lines += _parameter_lines(declared, settings[declared], width)
        lines.append("")
    return "\n".join(lines).rstrip()


def _parameter_lines(declared: Parameter, value: Value, width: int) -> list[str]:
    departs = value != declared.default
    unit = "" if declared.unit == "1" else f" {declared.unit}"
    head = f"  {'*' if departs else ' '} {declared.name} = {said_value(value)}{unit}"
    text = f"{declared.meaning} ({said_range(declared)}; source: {declared.source})"
    if departs:
        text = f"default {said_value(declared.default)}; {text}"
    also = _wrapped(f"known as {', '.join(declared.known_as)}", width, 8, 8) if declared.known_as else []
    return [head, *_wrapped(text, width, 8, 8), *also]


def said_value(value: Value) -> str:
    """Write the value of a parameter as a scenario has it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return "[" + ", ".join(f"{item:g}" for item in value) + "]"
    return f"{value:g}" if isinstance(value, float) else str(value)


def said_range(declared: Parameter) -> str:
    """Write the range of a parameter."""
    if declared.low is None and declared.high is None:
        return "any value"
    if declared.high is None:
        return f"{declared.low:g} or more"
    if declared.low is None:
        return f"up to {declared.high:g}"
    return f"{declared.low:g} to {declared.high:g}"


def _wrapped(text: str, width: int, first: int, rest: int) -> list[str]:
    return textwrap.wrap(text, width, initial_indent=" " * first, subsequent_indent=" " * rest)


# Goods


def goods_page(catalog: GoodsCatalog, width: int = DEFAULT_WIDTH) -> str:
    """Print a catalog of goods: who buys each, how it keeps, what a unit is made of and what becomes of its price."""
    lines = [f"{catalog.title} ({catalog.source}): {len(catalog.goods)} goods", catalog.description]
    lines += ["One unit costs one dollar at the opening. Shares of sums are of all goods.", ""]
    for good in catalog.goods:
        lines += [f"{words(good.name)}: {good.category}, by the {good.unit}"]
        for text in (_good_keeps(good), _good_demand(good), _good_recipe(good)):
            lines += _wrapped(text, width, 4, 8)
        lines.append("")
    return "\n".join(lines).rstrip()


def _good_keeps(good: Good) -> str:
    sold = "in the whole country" if good.traded else "where it is made"
    keeps = f"stored, {good.inventory_months:g} months of sales" if good.storable else "cannot be stored"
    spoils = f", of which {good.spoilage:.1%} a month spoils" if good.spoilage else ""
    by = "made by the government" if good.public else f"made by {good.firm_share:.2%} of firms"
    lent = ", with dwellings leased from their owners" if good.leased else ""
    return f"{by}{lent}; sold {sold}; {keeps}{spoils}"


def _good_demand(good: Good) -> str:
    parts = [
        (good.cpi_weight, f"of consumer spending ({_shares(good.bought_as)})"),
        (good.investment_share, "of firms' investment"),
        (good.public_investment_share, "of public investment"),
    ]
    found = [f"{share:.2%} {what}" for share, what in parts if share]
    if good.builds_dwellings:
        found.append("dwellings")
    taxes = f"taxes: {good.production_tax:.2%} of output, {good.sales_tax:.2%} on consumption"
    return f"final demand: {', '.join(found) or 'none'}; {taxes}"


def _good_recipe(good: Good) -> str:
    made = f"{good.labor:.1f} workers ({_shares(good.skills)}) make a million units a month"
    capital = f"capital of {good.capital_months:.1f} months of output, exponent {good.capital_share:g}"
    return f"{made} with {capital}; markup {good.markup:.1%}; inputs: {_shares(good.inputs, 4) or 'none'}"


def _shares(parts: Mapping[str, float], digits: int = 2) -> str:
    ordered = sorted(parts.items(), key=lambda part: -part[1])
    return ", ".join(f"{words(name)} {share:.{digits}f}" for name, share in ordered if share > 0)


# Accounts


def money_scale(cents: npt.NDArray[np.int64]) -> tuple[float, str]:
    """Choose the unit in which the largest amount is easy to read: cents per unit, and its name."""
    largest = float(np.abs(cents).max(initial=0)) / 100
    for dollars, name in (
        (1e12, "trillion dollars"),
        (1e9, "billion dollars"),
        (1e6, "million dollars"),
    ):
        if largest >= 10 * dollars:
            return dollars * 100, name
    return 100.0, "dollars"


def words(name: str) -> str:
    """Turn the name of a row or column into words."""
    return name.replace("_", " ")


def matrix_page(title: str, rows: Sequence[str], columns: Sequence[str], cents: npt.NDArray[np.int64]) -> str:
    """Print a matrix of cents with its row sums, as Godley and Lavoie print theirs."""
    scale, unit = money_scale(cents)
    used = [row for row in range(len(rows)) if cents[row].any()]
    body = [
        [
            words(rows[row]),
            *(_amount(int(value), scale) for value in cents[row]),
            _amount(int(whole_total(cents[row])), scale),
        ]
        for row in used
    ]
    foot = [
        "sum",
        *(_amount(int(value), scale) for value in whole_totals(cents, 0)),
        _amount(int(whole_total(cents)), scale),
    ]
    head = ["", *map(words, columns), "sum"]
    table = align([head, *body, foot])
    rule = "-" * max(map(len, table))
    return "\n".join([f"{title}, {unit}", "", table[0], rule, *table[1:-1], rule, table[-1]])


def _amount(cents: int, scale: float) -> str:
    # A true zero is shown as a dot, so that a small amount is not mistaken for one.
    return "." if cents == 0 else f"{cents / scale:,.1f}".replace("-0.0", "0.0")


def align(rows: Sequence[Sequence[str]]) -> list[str]:
    """Set a table in columns: the first to the left, the others to the right."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return [
        "  ".join(
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
