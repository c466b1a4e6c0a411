"""An economy whose rows come and go repeats itself to the bit: by threads, by fork, after save and load."""

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import toy

from ravelin import Scenario, Simulation
from ravelin.core.draws import uniform
from ravelin.core.parameter import Settings
from ravelin.core.pool import Pool, PoolFullError, give_back, occupy, take, used, whole_pool
from ravelin.core.schedule import Schedule, phase, schedule
from ravelin.core.system import Cents, Indices, Smalls, draws, first, local_system, pool_of, reads, writes
from ravelin.core.table import Table, World, column
from ravelin.scenarios.shock import ShockError


class Tabs(Table, local=True, pool="size.tabs"):
    """What consumers have on a shop's tab."""

    owner = column("i4", "row of Consumers", "whose")
    cents = column("i8", "cent", "what is on it", off_books="nobody's money: a test")
    limit = column("f4", "1", "how much it takes", start=1.0)


class Cards(Table, rows=toy.Consumers):
    """Who has a tab."""

    tab = column("i4", "row of Tabs", "own tab", start=-1, besides=("none",))


@local_system
def open_tabs(
    tabs: Pool = pool_of(Tabs),
    owner: Indices = writes(Tabs.owner),
    cents: Cents = writes(Tabs.cents),
    limit: Indices = writes(Tabs.limit),
    tab: Indices = writes(Cards.tab),
    first_tab: int = first(Tabs),
    first_row: int = first(toy.Consumers),
    key: int = draws("open"),
) -> None:
    """Open a tab for a third of those who have none."""
    for own in range(tab.size):
        if tab[own] < 0 and uniform(key, first_row + own) < 0.34:
            row = take(tabs)
            owner[row], cents[row], limit[row] = first_row + own, own, 1.0
            tab[own] = first_tab + row


@local_system
def close_tabs(
    tabs: Pool = pool_of(Tabs),
    live: Smalls = reads(Tabs.live),
    owner: Indices = reads(Tabs.owner),
    tab: Indices = writes(Cards.tab),
    first_row: int = first(toy.Consumers),
    key: int = draws("close"),
) -> None:
    """Close some; each owner's luck is her own."""
    for row in range(used(tabs)):
        if live[row] and uniform(key, owner[row]) < 0.11:
            tab[owner[row] - first_row] = -1
            give_back(tabs, row)


PAGE = schedule(*toy.TICK.phases, phase("Tabs", open_tabs, close_tabs))


def opening(room: float) -> Callable[..., World]:
    def open_world(
        page: Schedule, settings: Settings, consumers: int, firms: Any, banks: Any, seed: int,
        start: datetime.date, progress: Any, goods: str = "", model: Any = None, threads: int = 1,
    ) -> World:  # fmt: skip
        spans = np.linspace(0, consumers, 5).astype(np.int64)
        rooms = (spans * room).astype(np.int64)
        counts: dict[type[Table], int] = {toy.Consumers: consumers, toy.Firms: 5, Tabs: int(rooms[-1])}
        world = World(page.tables(), counts, {toy.Consumers: spans, Tabs: rooms})
        world.sectors = {toy.Consumers: 0}
        world[toy.Consumers].shop[:] = np.arange(consumers) % 5
        occupy(world, Tabs, [3, 3, 3, 3])
        for part in range(4):
            tabs, owners = np.arange(3) + rooms[part], np.arange(3) + spans[part]
            world[Tabs].owner[tabs], world[Cards].tab[owners] = owners, tabs
        return world

    return open_world


def make(room: float = 1.0, **others: Any) -> Simulation:
    scenario = Scenario(consumers=400, ticks=24)
    return Simulation(scenario, tick=PAGE, opening=opening(room), observe=toy.indicators, **others)


def consistent(world: World) -> None:
    tab, owner = world[Cards].tab, world[Tabs].owner
    assert np.array_equal(owner[tab[tab >= 0]], np.flatnonzero(tab >= 0))
    assert (tab >= 0).sum() == world[Tabs].live.sum() == whole_pool(world, Tabs).in_use.sum() > 0


def test_the_same_bits_by_threads_by_fork_and_after_save_and_load(tmp_path: Path) -> None:
    with make(threads=1) as economy, make(threads=2) as shared:
        holes, moved = 0, 0
        for month in range(8):
            economy.step()
            shared.step()
            consistent(economy.world)
            pool = whole_pool(economy.world, Tabs)
            left = int(pool.beyond.sum() - pool.in_use.sum())
            holes, moved = holes + left, moved + (left == 0)
            assert economy.fingerprint() == shared.fingerprint()
            economy.save(tmp_path / f"{month}")
        assert holes, "no month ended with holes, so what is saved never has any"
        assert moved, "no rows were ever moved together"
        with economy.fork() as fork:
            ends = [one.run(6).fingerprint() for one in (economy, shared, fork)]
        for month in (0, 3, 7):
            with Simulation.load(tmp_path / f"{month}", tick=PAGE, observe=toy.indicators) as loaded:
                ends.append(loaded.run(13 - month).fingerprint())
                consistent(loaded.world)
    assert len(set(ends)) == 1


@pytest.mark.parametrize("threads", [1, 2])
def test_a_full_pool_is_told_in_one_sentence(threads: int) -> None:
    with make(room=0.1, threads=threads) as economy, pytest.raises(PoolFullError) as caught:
        economy.run(3)
    assert str(caught.value) == (
        "tick 0, test_saved_pools.open_tabs: Tabs is full: a locality's share of its 40 rows is in use; raise size.tabs"
    )


# fmt: off
@pytest.mark.parametrize(("stated", "told"), [
    ({"set": "Tabs.live", "to": 1},                       "goes with which rows are in use"),
    ({"set": "Tabs.next_free", "to": 1},                  "goes with which rows are in use"),
    ({"set": "TabsFreeList.head", "to": 1},               "goes with which rows are in use"),
    ({"set": "Tabs.owner", "to": 1},                      "is a reference to a row of Consumers"),
    ({"set": "Tabs.limit", "to": 2.0, "until": 9},        "moves on, written by test_saved_pools"),
])
# fmt: on
def test_a_shock_leaves_rows_where_they_are(stated: dict[str, Any], told: str) -> None:
    with make() as economy, pytest.raises(ShockError, match=told):
        economy.shock(tick=4, **stated)
