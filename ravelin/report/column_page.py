"""Who writes and who reads a column, where, and what it may hold: from the declarations alone."""

import inspect
import textwrap

from ravelin.core.ranges import allowed, referred
from ravelin.core.schedule import Schedule
from ravelin.core.sentence import UnknownNameError
from ravelin.core.system import Claims, Everything, System
from ravelin.core.table import Claim, Column, known_names
from ravelin.report.reference import DEFAULT_WIDTH


def column_page(schedule: Schedule, name: str, width: int = DEFAULT_WIDTH) -> str:
    """Tell of a column, or of all columns of a table, who writes and reads it: rule, file, chapter of the page.

    Raises
    ------
    UnknownNameError
        Saying which name is nearest.
    """
    tables = {table.__name__: table for table in schedule.tables()}
    columns = known_names(tables.values())
    if name in tables:
        table = tables[name]
        summary = inspect.cleandoc(table.__doc__ or "").partition("\n")[0]
        told = [f"{name}: {summary}\n  declared in {_file(table)}"]
        told += ["\n".join(_lines(schedule, declared, width)) for declared in table.columns.values()]
        return "\n\n".join(told)
    if name in columns:
        declared = columns[name]
        return "\n".join([*_lines(schedule, declared, width), f"  declared in {_file(declared.table)}"])
    said = f"{name} is neither a table nor a column of the tick page"
    known = [*tables, *columns]
    raise UnknownNameError.unknown(said, name, known, otherwise="; `ravelin explain columns` lists them")


def _lines(schedule: Schedule, declared: Column, width: int) -> list[str]:
    values = f" x {declared.width}" if declared.width > 1 else ""
    marks = ["fixed at the opening"] * declared.fixed + ["a flow of the month"] * declared.flow
    marks += ["a clearing account"] * declared.clearing
    facts = [f"{declared.dtype.name}{values}", f"in {declared.unit}", _range(declared), *marks, *_claim(declared.claim)]
    lines = textwrap.wrap(f"{declared!r}: {declared.meaning}", width, subsequent_indent="    ")
    lines += textwrap.wrap("; ".join(facts), width, initial_indent="  ", subsequent_indent="    ")
    for verb, touches in (("written", _writes), ("read", _reads)):
        found = [
            f"    {number:2}. {part.title}: {member.name} ({_file(member.function)})"
            for number, part in enumerate(schedule.phases, 1)
            for member in part.systems
            if touches(member, declared)
        ]
        lines += [f"  {verb} in", *found] if found else [f"  {verb} by no rule"]
    cleared = [f"{number}. {part.title}" for number, part in enumerate(schedule.phases, 1) if declared in part.clears]
    return [*lines, "  back at zero at the end of", *(f"    {chapter}" for chapter in cleared)] if cleared else lines


def _writes(member: System, declared: Column) -> bool:
    return declared in member.writes()


def _reads(member: System, declared: Column) -> bool:
    if declared in member.reads():
        return True
    return any(
        isinstance(bound, Everything)
        or (isinstance(bound, Claims) and declared.claim is not None and declared.table.rows_of is bound.of.rows_of)
        for bound in member.bindings.values()
    )


def _range(declared: Column) -> str:
    table = referred(declared)
    if table is None:
        return allowed(declared, {})
    return " or ".join([f"a row of {table}", *(f"-{place} {name}" for place, name in enumerate(declared.besides, 1))])


def _claim(claim: Claim | None) -> list[str]:
    verbs = {"asset": "claim held", "liability": "claim owed", "part": "set aside of what is held"}
    return [] if claim is None else [f"{verbs[claim.side]}: {', '.join(claim.instruments)}"]


def _file(declared: object) -> str:
    return f"{declared.__module__.replace('.', '/')}.py"
