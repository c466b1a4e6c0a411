"""A toy economy of two tables and three systems, to test what runs and keeps any economy."""

import datetime
from collections.abc import Callable
from pathlib import Path

import numpy as np

from ravelin.core.draws import uniform
from ravelin.core.parameter import Parameters, Settings, parameter
from ravelin.core.schedule import Schedule, phase, schedule
from ravelin.core.system import (
    Cents,
    Doubles,
    Floats,
    Indices,
    Smalls,
    adds,
    draws,
    first,
    local_system,
    reads,
    system,
    uses,
    writes,
)
from ravelin.core.table import Table, World, column
from ravelin.economy.accounts.indicators import Indicator


class Consumers(Table, local=True):
    """People with a purse."""

    purse = column("i8", "cent", "money in the purse", start=10_000)
    mood = column("f4", "1", "how much of the purse is spent", start=0.1)
    shop = column("i4", "row of Firms", "where they buy", fixed=True)
    habits = column("u1", "code", "three habits", width=3)


class Firms(Table):
    """Where they buy, and who pays them back."""

    good = column("u1", "row of Goods", "what it sells", fixed=True)
    till = column("i8", "cent", "money in the till")
    sales = column("i8", "cent/month", "sales of the month", flow=True)
    appeal = column("f8", "1", "how well liked it is", start=1.0)


class Spending(Parameters):
    """How savers spend."""

    swing = parameter(0.2, "1", "how far a month's mood goes", low=0.0, high=1.0, source="assumption")
    floor = parameter(10, "cent", "least purchase", low=0, source="assumption")
    weights = parameter((1.0, 2.0), "1", "two weights", low=0.0, source="assumption")
    generous = parameter(False, "1", "whether shops give presents", source="assumption")


@local_system
def change_mood(
    mood: Floats = writes(Consumers.mood),
    habits: Smalls = writes(Consumers.habits),
    first_row: int = first(Consumers),
    swing: float = uses(Spending.swing),
    key: np.uint64 = draws("mood"),
) -> None:
    """Draw this month's mood."""
    for saver in range(mood.size):
        mood[saver] = 0.1 * (1.0 + swing * uniform(key, first_row + saver))
        habits[saver, 1] += 1


@local_system
def spend(
    purse: Cents = writes(Consumers.purse),
    sales: Cents = adds(Firms.sales),
    mood: Floats = reads(Consumers.mood),
    shop: Indices = reads(Consumers.shop),
    appeal: Doubles = reads(Firms.appeal),
    floor: int = uses(Spending.floor),
) -> None:
    """Spend a part of the purse."""
    for saver in range(purse.size):
        amount = min(purse[saver], max(floor, int(purse[saver] * mood[saver] * appeal[shop[saver]])))
        purse[saver] -= amount
        sales[shop[saver]] += amount


@system
def pay_back(
    till: Cents = writes(Firms.till),
    purse: Cents = writes(Consumers.purse),
    sales: Cents = reads(Firms.sales),
    generous: bool = uses(Spending.generous),
) -> None:
    """Pay most of the sales back to all savers alike."""
    for place in range(till.size):
        till[place] += sales[place]
        share = (till[place] if generous else till[place] // 2) // purse.size
        till[place] -= share * purse.size
        for saver in range(purse.size):
            purse[saver] += share


TICK = schedule(
    phase("Moods change", change_mood),
    phase("People spend", spend),
    phase("Firms pay back", pay_back),
)
FIRMS = 5


def row_counts(
    schedule: Schedule, consumers: int, firms: int | None, banks: int | None, goods: str = ""
) -> dict[type[Table], int]:
    """Return the rows of each table."""
    return {Consumers: consumers, Firms: firms or FIRMS}


def least_firms(consumers: int, goods: str = "") -> int:
    """Return the fewest firms that a scenario may ask for."""
    return 1


def open_world(
    schedule: Schedule,
    settings: Settings,
    consumers: int,
    firms: int | None,
    banks: int | None,
    seed: int,
    start: datetime.date,
    progress: Callable[[str], None],
    goods: str = "",
    model: Path | None = None,
    threads: int = 1,
) -> World:
    """Make the world of tick 0; the toy's people spend by no model, and none of the work is shared."""
    del model, threads
    progress("people settle")
    counts = row_counts(schedule, consumers, firms, banks)
    spans = np.linspace(0, consumers, 5).astype(np.int64)
    world = World(schedule.tables(), counts, {Consumers: spans})
    world.sectors = {Consumers: 0}
    world[Consumers].shop[:] = np.arange(consumers) % counts[Firms]
    world[Firms].good[:] = np.arange(counts[Firms]) % 23
    return world


def make_world(consumers: int = 200) -> World:
    """Make a small world without a scenario."""
    settings = Settings(TICK.parameter_groups())
    start = datetime.date(2020, 1, 1)
    return open_world(TICK, settings, consumers, None, None, 1, start, lambda _: None)


def indicators(world: World) -> list[Indicator]:
    """List what history keeps."""
    return [
        Indicator(
            "sales",
            "Sales",
            "dollar/month",
            "sales of the first shop",
            "flow",
            Firms.sales,
            0,
            0.01,
        ),
        Indicator(
            "habit",
            "Habit",
            "1",
            "second habit of the first saver",
            "stock",
            Consumers.habits,
            (0, 1),
            1.0,
        ),
    ]
