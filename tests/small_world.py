"""A world of a few rows, made to order, to run one rule on and look at what it did."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from ravelin.core.parameter import Settings
from ravelin.core.schedule import Engine, phase, schedule
from ravelin.core.system import System
from ravelin.core.table import Column, Table, World
from ravelin.economy.firms.tables import Firms
from ravelin.economy.people.tables import Consumers
from ravelin.economy.places.tables import Localities
from ravelin.ledger.accounts import FLOWS, SECTORS, Accounts, Flows, Stocks

KNOWN_ROWS: dict[type[Table], int] = {Flows: len(FLOWS), Stocks: len(SECTORS)}

Given = Mapping[Column, Any]


def make_world(
    systems: Sequence[System],
    rows: Mapping[type[Table], int],
    given: Given,
    spans: Mapping[type[Table], Iterable[int]] | None = None,
) -> World:
    """Allocate the tables that systems bind and fill columns; tables not named have one row.

    Accounts are numbered consumers, then firms, then the fund, as in the whole economy.
    """
    page = schedule(phase("Under test", *systems), tables=tuple(column.table for column in given))
    tables = page.tables()
    counts = {table.rows_of: 1 for table in tables} | KNOWN_ROWS | dict(rows)
    people, firms = counts.get(Consumers, 0), counts.get(Firms, 0)
    if Accounts not in rows:
        counts[Accounts] = people + firms + 1
    local = {table.rows_of for table in tables if table.local} | {Localities}
    counts.setdefault(Localities, 1)
    bounds: dict[type[Table], Any] = {table: [0, counts[table]] for table in local}
    bounds |= {table: list(bound) for table, bound in (spans or {}).items()}
    world = World(tables, counts, bounds)
    world.sectors = {Consumers: 0, Firms: people}
    for column, value in given.items():
        world.array(column)[:] = value
    return world


def run(
    systems: System | Sequence[System],
    rows: Mapping[type[Table], int],
    given: Given,
    *,
    spans: Mapping[type[Table], Iterable[int]] | None = None,
    tick: int = 0,
    ticks: int = 1,
    seed: int = 1,
    threads: int = 1,
    parameters: Mapping[str, Any] | None = None,
) -> World:
    """Run systems on a world of a few rows and return it.

    Flows, which a tick begins at zero, are given their values before the first system.
    """
    chosen = (systems,) if isinstance(systems, System) else tuple(systems)
    world = make_world(chosen, rows, given, spans)
    engine = engine_of(chosen, world, seed=seed, threads=threads, parameters=parameters)

    def fill_flows(member: System) -> None:
        if member is chosen[0]:
            for column, value in given.items():
                if column.flow:
                    world.array(column)[:] = value

    for number in range(tick, tick + ticks):
        engine.step(number, before=fill_flows)
    engine.close()
    return world


def engine_of(
    systems: Sequence[System],
    world: World,
    *,
    seed: int = 1,
    threads: int = 1,
    parameters: Mapping[str, Any] | None = None,
) -> Engine:
    """Bind systems to a world."""
    page = schedule(phase("Under test", *systems))
    settings = Settings(page.parameter_groups())
    settings.update(parameters or {})
    return Engine(page, world, settings, seed, threads)


def spread(width: int, *values: float) -> np.ndarray:
    """Repeat each value over a column of several numbers a row."""
    return np.repeat(np.array(values)[:, None], width, axis=1)
