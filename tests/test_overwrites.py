"""What a rule says it overwrites it does not look at: proven by garbage in the column before the rule runs."""

from collections.abc import Iterator

import numpy as np
import pytest

from ravelin import Scenario, Simulation
from ravelin.core.ranges import counts_of, limits
from ravelin.core.schedule import Engine, Schedule, phase, schedule
from ravelin.core.system import Doubles, System, host_system, reads, renews, sets, uses, writes
from ravelin.core.table import Array, Column, World
from ravelin.economy.accounts.tables import Economy
from ravelin.economy.firms.tables import Firms
from ravelin.economy.outlook.parameters import Anchors
from ravelin.textbook import PCEX
from ravelin.tick.page import TICK

MONTHS_BEFORE = 2
"""The month after these is the last of a quarter, in which every rule runs."""


@pytest.fixture(scope="module")
def economy() -> Iterator[Simulation]:
    with Simulation(Scenario.load("default", consumers=1_000), threads=1) as simulation:
        simulation.run(MONTHS_BEFORE)
        yield simulation


def garbage(declared: Column, array: Array, world: World) -> Array:
    """Return what the column never held: not numbers, or other numbers within its range, for they may be places."""
    if array.dtype.kind == "f":
        return np.full_like(array, np.nan)
    low, high = (int(limit) for limit in limits(declared, counts_of(world.tables)))
    other = array.astype(object) + 1
    return np.where(other > high, low, other).astype(array.dtype)


def outcome(engine: Engine, member: System, tick: int) -> dict[Column, Array]:
    engine.run(member, tick)
    return {declared: engine.world.array(declared).copy() for declared in dict.fromkeys(member.writes())}


def seen_by(engine: Engine, member: System, tick: int) -> list[str]:
    """Return the columns that a rule's outcome depends on although it is said to overwrite them."""
    world = engine.world
    before = {declared: world.array(declared).copy() for declared in dict.fromkeys(member.writes())}
    clean = outcome(engine, member, tick)
    seen = []
    for declared in member.overwrites():
        for one, array in before.items():
            world.array(one)[...] = array
        poison = garbage(declared, before[declared], world)
        world.array(declared)[...] = poison
        poisoned = outcome(engine, member, tick)
        kept = next(access.mode for access in member.accesses.values() if access.column is declared) == "renews"
        for one in before:
            same = _same(poisoned[one], clean[one])
            if one is declared and kept:
                assert same.any() or not same.size, f"{member} never renews {declared}"
                same |= _same(poisoned[one], poison)
            if not same.all():
                seen.append(f"{one} through {declared}")
    for one, array in clean.items():
        world.array(one)[...] = array
    return seen


def _same(one: Array, other: Array) -> Array:
    return (one == other) | ((one != one) & (other != other))


def test_no_rule_of_the_month_sees_what_it_overwrites(economy: Simulation) -> None:
    engine, tick = economy.engine, economy.tick
    for flow in engine._flows:
        flow.fill(0)
    seen = {}
    for member in engine.schedule:
        seen[repr(member)] = seen_by(engine, member, tick)
    assert {name: columns for name, columns in seen.items() if columns} == {}
    assert sum(len(member.overwrites()) for member in engine.schedule) > 120


@host_system
def cheat(price: Doubles = sets(Economy.price_index), growth: float = uses(Anchors.growth)) -> None:
    """Say that the old index is not looked at, and look at it."""
    price[0] *= 1.0 + growth


@host_system
def leave(price: Doubles = renews(Firms.price)) -> None:
    """Write some rows anew and leave the others."""
    price[::2] = 7.0


def test_a_rule_that_looks_is_found(economy: Simulation) -> None:
    for member, found in ((cheat, ["Economy.price_index through Economy.price_index"]), (leave, [])):
        page = schedule(phase("Under test", member))
        engine = Engine(page, economy.world.copy(), economy.settings, 1, 1)
        assert seen_by(engine, member, 0) == found


# What follows from the declarations


@host_system
def watch(price: Doubles = reads(Firms.price), seen: Doubles = writes(Economy.price_index)) -> None:
    """Look at prices."""


@host_system
def fix_prices(price: Doubles = sets(Firms.price)) -> None:
    """Set prices."""


@pytest.mark.parametrize(
    ("page", "by"),
    [
        (schedule(phase("One", fix_prices), phase("Two", watch)), fix_prices),
        (schedule(phase("One", watch), phase("Two", fix_prices)), "seen"),
        (schedule(phase("Quarterly", fix_prices, every=3), phase("Two", watch)), "seen"),
        (schedule(phase("Quarterly", watch, every=3), phase("Two", fix_prices)), "seen"),
        (schedule(phase("Quarterly", fix_prices, every=3)), None),
        (schedule(phase("One", fix_prices)), fix_prices),
    ],
)
def test_what_is_overwritten_before_it_is_read_is_known(page: Schedule, by: System | str | None) -> None:
    assert page.overwritten().get(Firms.price, "seen") == by


@pytest.mark.parametrize("page", [TICK, PCEX], ids=["default", "textbook"])
def test_no_column_is_read_that_is_said_to_be_unseen(page: Schedule) -> None:
    """Going through the month by hand: between its beginning and the rule that writes it, nobody reads the column."""
    for declared, by in page.overwritten().items():
        for member in page:
            if member is by:
                break
            assert declared not in member.reads(), (declared, member, by)
