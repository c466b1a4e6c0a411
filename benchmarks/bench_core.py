"""What the engine costs by itself: going through a pool beside a plain column, compaction, and a rule in a session.

    python benchmarks/bench_core.py
    python benchmarks/bench_core.py --rows 1e7 --append results.jsonl

One JSON line goes to standard output. Times are of the processor, the least of several, since others share the machine.
"""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from ravelin.core.draws import uniform
from ravelin.core.parameter import Parameters, Settings, parameter
from ravelin.core.pool import Pool, compact, give_back, take, used, whole_pool
from ravelin.core.schedule import Engine, Phase, phase, schedule
from ravelin.core.system import (
    Cents,
    Doubles,
    Indices,
    System,
    draws,
    pool_of,
    reads,
    system,
    this_session,
    uses,
    writes,
)
from ravelin.core.table import Table, World, column

_TRIES = 7
_SESSIONS = 21
_HOLES = 0.15


class Plain(Table):
    """Rows that stay."""

    owed = column("i8", "cent", "what is owed", start=7, off_books="a measurement")
    rate = column("f8", "1", "rate", start=0.01)
    due = column("i8", "cent", "what is due", off_books="a measurement")


class Loans(Table, pool="size.loans"):
    """Rows that come and go, of the same columns."""

    owed = column("i8", "cent", "what is owed", start=7, off_books="a measurement")
    rate = column("f8", "1", "rate", start=0.01)
    due = column("i8", "cent", "what is due", off_books="a measurement")


class Holders(Table):
    """Who refers to them."""

    loan = column("i4", "row of Loans", "a loan", start=-1, besides=("none",))


class Rates(Parameters):
    """Of the rules below."""

    step = parameter(0.1, "1", "a number", source="assumption")
    floor = parameter(3, "1", "a whole number", source="assumption")


@system
def bill_plain(
    owed: Cents = reads(Plain.owed), rate: Doubles = reads(Plain.rate), due: Cents = writes(Plain.due)
) -> None:
    """Work out interest on every row."""
    for row in range(owed.size):
        due[row] = int(owed[row] * rate[row])


@system
def bill_pool(
    loans: Pool = pool_of(Loans),
    owed: Cents = reads(Loans.owed),
    rate: Doubles = reads(Loans.rate),
    due: Cents = writes(Loans.due),
) -> None:
    """Work out interest on every row in use."""
    for row in range(used(loans)):
        if loans.live[row]:
            due[row] = int(owed[row] * rate[row])


@system
def fill(loans: Pool = pool_of(Loans), holder: Indices = writes(Holders.loan)) -> None:
    """Take a row for each holder who has none."""
    for own in range(holder.size):
        if holder[own] < 0:
            holder[own] = take(loans)


@system
def leave(loans: Pool = pool_of(Loans), holder: Indices = writes(Holders.loan), key: int = draws("leave")) -> None:
    """Give back some rows, drawn by lot."""
    for own in range(holder.size):
        if uniform(key, own) < _HOLES:
            give_back(loans, holder[own])
            holder[own] = -1


@system
def trade(
    owed: Cents = writes(Plain.owed),
    rate: Doubles = reads(Plain.rate),
    due: Cents = writes(Plain.due),
    holder: Indices = reads(Holders.loan),
    step: float = uses(Rates.step),
    floor: int = uses(Rates.floor),
    session: int = this_session(),
    key: int = draws("trade"),
) -> None:
    """Do next to nothing, with four columns, two parameters, the session and a key."""
    due[0] = owed[0] + session + floor + int(uniform(key, 0) * step * rate[0]) + holder.size


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--rows", type=float, default=4e6, show_default=True, help="Rows of the pool and of the plain table.")
@click.option("--append", type=click.Path(path_type=Path), help="Add the JSON line to a file.")
def bench(rows: float, append: Path | None) -> None:
    """Time what the engine costs by itself."""
    line = json.dumps({"benchmark": "core", **pools(int(rows)), **sessions()})
    click.echo(line)
    if append is not None:
        with append.open("a", encoding="utf-8") as file:
            file.write(line + "\n")


def engine(*phases: Phase, rows: int) -> Engine:
    page = schedule(*phases, tables=(Plain, Loans, Holders))
    world = World(page.tables(), {Plain: rows, Loans: rows, Holders: rows}, {})
    return Engine(page, world, Settings(page.parameter_groups()), seed=1, threads=1)


def pools(rows: int) -> dict[str, Any]:
    """Go through a plain column, a full pool and one with holes, and move the rows together."""
    bench = engine(phase("All", bill_plain, bill_pool, fill, leave), rows=rows)
    found = {"rows": rows}

    def nanoseconds(member: System, per: int) -> float:
        return round(least(lambda: bench.run(member, 0)) * 1e9 / per, 3)

    bench.run(fill, 0)
    found["ns_a_row_plain"] = nanoseconds(bill_plain, rows)
    found["ns_a_row_full_pool"] = nanoseconds(bill_pool, rows)
    bench.run(leave, 0)
    alive = int(whole_pool(bench.world, Loans).in_use.sum())
    found["holes"] = round(1 - alive / rows, 4)
    found["ns_a_row_in_use_pool_with_holes"] = nanoseconds(bill_pool, alive)
    found["ns_a_place_pool_with_holes"] = nanoseconds(bill_pool, rows)
    compact(bench.world.copy())  # Compiles.
    found["ms_compaction"] = round(1e3 * once(lambda: compact(bench.world)), 2)
    found["ns_a_row_in_use_compacted"] = nanoseconds(bill_pool, alive)
    return found


def sessions() -> dict[str, Any]:
    """Return the microseconds that a rule in a session costs, and of these the call of its machine code."""
    many = 500
    bench = engine(phase("Days", trade, sessions=many), rows=8)
    bench.step(0)
    each = least(lambda: bench.step(1)) / many
    bound = bench._bound[trade]
    code, arguments = bound._code, bound.arguments[0]
    assert code is not None

    def call() -> None:
        for _ in range(many):
            code(*arguments)

    return {
        "us_a_rule_and_session": round(1e6 * each, 3),
        "us_of_these_the_call": round(1e6 * least(call) / many, 3),
        "us_a_rule_21_sessions": round(1e6 * each * _SESSIONS, 2),
    }


def once(action: Callable[[], None]) -> float:
    begun = time.thread_time()
    action()
    return time.thread_time() - begun


def least(action: Callable[[], None]) -> float:
    """Return the seconds of the fastest of several tries; the first, which may compile, is not counted."""
    action()
    return min(once(action) for _ in range(_TRIES))


if __name__ == "__main__":
    bench()
