"""The tick page: variants are values, rules run in order, threads change nothing."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ravelin.core.draws import uniform
from ravelin.core.parameter import Parameters, Settings, parameter
from ravelin.core.schedule import Engine, Schedule, phase, schedule
from ravelin.core.sentence import DeclarationError
from ravelin.core.system import (
    Cents,
    Doubles,
    adds,
    draws,
    everything,
    first,
    host_system,
    local_system,
    reads,
    system,
    this_tick,
    uses,
    writes,
)
from ravelin.core.table import Table, World, column


class People(Table, local=True):
    """Rows in the order of localities."""

    home = column("i8", "1", "number of the first row of the slice")
    place = column("i8", "1", "own row number")
    luck = column("f8", "1", "draw")
    gift = column("i8", "cent", "what is sent away", start=3)


class Places(Table, local=True):
    """One row per locality."""

    heads = column("i8", "person", "people")


class Shops(Table):
    """Where everybody sends what she gives."""

    till = column("i8", "cent", "received")
    today = column("i8", "cent/month", "received this tick", flow=True)


class Diary(Table):
    """What happened, one row."""

    line = column("i8", "1", "a number that grows")
    seen = column("i8", "1", "tick seen")
    rate = column("f8", "1", "parameter seen")


class Rules(Parameters):
    """Parameters of the rules below."""

    rate = parameter(0.5, "1", "a number", source="assumption")
    steps = parameter((1, 2), "1", "two numbers", source="assumption")


def appends(digit: int, name: str) -> Any:
    """Make a rule that writes its digit at the end of the diary."""

    def rule(line: Cents = writes(Diary.line)) -> None:
        line[0] = 10 * line[0] + digit

    rule.__name__ = name
    return host_system(rule)


one, two, three, four = (appends(digit, f"rule_{digit}") for digit in (1, 2, 3, 4))


def diary_after(page: Schedule, ticks: int = 1) -> int:
    world = World(page.tables(), {Diary: 1}, {})
    engine = Engine(page, world, Settings(page.parameter_groups()), seed=1, threads=1)
    for tick in range(ticks):
        engine.step(tick)
    return int(world[Diary].line[0])


PAGE = schedule(phase("First", one, two), phase("Then", three))


# fmt: off
@pytest.mark.parametrize(("page", "told"), [
    (PAGE,                                     123),
    (PAGE.replace(two, four),                  143),
    (PAGE.after(one, four),                    1423),
    (PAGE.after(three, four),                  1234),
    (PAGE.before(one, four),                   4123),
    (PAGE.before(three, four),                 1243),
    (PAGE.after(one, four, three),             14323),
    (PAGE.without(two),                        13),
    (PAGE.without(one, three),                 2),
    (PAGE.without(one, two),                   3),
    (PAGE.replace(one, two).replace(three, four), 224),
    (schedule(phase("Rounds", one, two, rounds=3)), 121212),
    (schedule(phase("Rounds", one, rounds=2), phase("After", two)), 112),
])
# fmt: on
def test_variants_are_values(page: Schedule, told: int) -> None:
    assert diary_after(page) == told
    assert diary_after(PAGE) == 123


@pytest.mark.parametrize(
    "edit", [lambda: PAGE.replace(four, one), lambda: PAGE.after(four, one), lambda: PAGE.without(four)]
)
def test_a_rule_that_is_not_on_the_page_is_named(edit: Callable[[], Schedule]) -> None:
    with pytest.raises(ValueError, match="rule_4 is not on the tick page"):
        edit()


def plain(line: Cents = writes(Diary.line)) -> None:
    """A function that nobody has declared to be a rule."""


@pytest.mark.parametrize("edit", [
    lambda: phase("P", plain), lambda: PAGE.replace(one, plain), lambda: PAGE.after(one, plain),
    lambda: PAGE.before(one, plain), lambda: phase("P", one, 5),
])  # fmt: skip
def test_what_is_no_rule_is_refused(edit: Callable[[], Any]) -> None:
    with pytest.raises(DeclarationError, match=r"which is no rule: declare it with @system"):
        edit()


def test_accounts_to_be_cleared_are_a_tuple() -> None:
    with pytest.raises(DeclarationError, match=r"clears Shops\.till, not a tuple of accounts: `clears=\(account,\)`"):
        phase("P", one, clears=Shops.till)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("every", "ran"), [(1, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]), (3, [2, 5, 8, 11]), (12, [11]), (24, [])]
)
def test_a_phase_may_run_every_so_often(every: int, ran: list[int]) -> None:
    """At the end of each quarter or year, not at its beginning."""
    page = schedule(phase("Seldom", one, every=every))
    world = World(page.tables(), {Diary: 1}, {})
    engine = Engine(page, world, Settings([]), seed=1, threads=1)
    found = []
    for tick in range(12):
        world[Diary].line[0] = 0
        engine.step(tick)
        if world[Diary].line[0]:
            found.append(tick)
    assert found == ran


@local_system
def see_own_slice(
    home: Cents = writes(People.home),
    place: Cents = writes(People.place),
    heads: Cents = writes(Places.heads),
    whole: Cents = reads(People.gift, whole=True),
    first_person: int = first(People),
) -> None:
    """Write down where the slice begins."""
    heads[0] = home.size
    for person in range(home.size):
        home[person] = first_person + 1000 * whole.size
        place[person] = first_person + person


@local_system
def give(
    till: Cents = adds(Shops.till),
    today: Cents = adds(Shops.today),
    luck: Doubles = writes(People.luck),
    gift: Cents = reads(People.gift),
    key: int = draws("give"),
    first_person: int = first(People),
) -> None:
    """Give to a shop drawn at random."""
    for person in range(gift.size):
        luck[person] = uniform(key, first_person + person)
        shop = int(luck[person] * till.size)
        till[shop] += gift[person]
        today[shop] += 1


@system
def note(
    seen: Cents = writes(Diary.seen),
    noted: Doubles = writes(Diary.rate),
    rate: float = uses(Rules.rate),
    tick: int = this_tick(),
) -> None:
    """Note the tick and the parameter."""
    seen[0] = tick
    noted[0] = rate


BOUNDS = [0, 4, 4, 5, 100, 1000, 1003]
"""Localities of unequal size; one is empty."""


def local_world(page: Schedule, bounds: list[int], shops: int = 13) -> World:
    counts: dict[type[Table], int] = {People: bounds[-1], Places: len(bounds) - 1, Shops: shops, Diary: 1}
    spans = {People: np.array(bounds), Places: np.arange(len(bounds))}
    return World(page.tables(), counts, {table: spans[table] for table in spans if table in page.tables()})


def run(page: Schedule, threads: int, bounds: list[int], ticks: int = 3) -> World:
    world = local_world(page, bounds)
    world[People].gift[:] = np.arange(bounds[-1]) ** 2
    engine = Engine(page, world, Settings(page.parameter_groups()), seed=7, threads=threads)
    for tick in range(ticks):
        engine.step(tick)
    engine.close()
    return world


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_local_systems_see_their_slice_only(threads: int) -> None:
    world = run(schedule(phase("Look", see_own_slice)), threads, BOUNDS)
    begins = np.repeat(BOUNDS[:-1], np.diff(BOUNDS))
    assert np.array_equal(world[People].home, begins + 1000 * BOUNDS[-1])
    assert np.array_equal(world[People].place, np.arange(BOUNDS[-1]))
    assert world[Places].heads.tolist() == np.diff(BOUNDS).tolist()


@pytest.mark.parametrize("bounds", [BOUNDS, [0, 1003], list(range(0, 1004, 17)), [0, 500, 1003]], ids=len)
@pytest.mark.parametrize("threads", [1, 2, 3, 8])
def test_threads_and_localities_change_no_sum_and_no_draw(threads: int, bounds: list[int]) -> None:
    """Buffers are private to a thread and hold whole numbers, so it does not matter how the work is shared."""
    page = schedule(phase("Give", give))
    world, alone = run(page, threads, bounds), run(page, 1, [0, bounds[-1]])
    if bounds[-1] == 1003:
        assert np.array_equal(world[Shops].till, alone[Shops].till)
        assert np.array_equal(world[People].luck, alone[People].luck)
    assert world[Shops].till.sum() == 3 * (np.arange(bounds[-1]) ** 2).sum()
    # A flow begins each tick at zero.
    assert world[Shops].today.sum() == bounds[-1]


def test_a_failure_in_a_thread_is_not_lost() -> None:
    def fail(home: Cents = writes(People.home)) -> None:
        raise RuntimeError("stop")

    failing = local_system(fail)
    failing.kernel = fail
    page = schedule(phase("Fail", failing))
    with pytest.raises(RuntimeError, match="stop"):
        run(page, 3, BOUNDS)


@pytest.mark.parametrize("failing", range(3))
def test_nobody_writes_after_a_failure_is_told(failing: int) -> None:
    """Others end what they have begun, and begin no further locality."""
    ended: list[int] = []

    def rule(home: Cents = writes(People.home), first_row: int = first(People)) -> None:
        if first_row == BOUNDS[failing]:
            raise RuntimeError("stop")
        time.sleep(0.05)
        ended.append(first_row)

    member = local_system(rule)
    member.kernel = rule
    with pytest.raises(RuntimeError, match="stop"):
        run(schedule(phase("Fail", member)), 3, BOUNDS)
    told = list(ended)
    time.sleep(0.15)
    assert ended == told


def test_tick_and_parameters_reach_a_rule_anew_each_time() -> None:
    page = schedule(phase("Note", note))
    world = World(page.tables(), {Diary: 1}, {})
    settings = Settings(page.parameter_groups())
    engine = Engine(page, world, settings, seed=1, threads=1)
    engine.step(41)
    assert (world[Diary].seen[0], world[Diary].rate[0]) == (41, 0.5)
    settings.set("Rules.rate", 0.25)
    engine.step(42)
    assert (world[Diary].seen[0], world[Diary].rate[0]) == (42, 0.25)


@system
def add_steps(noted: Doubles = writes(Diary.rate), steps: Doubles = uses(Rules.steps)) -> None:
    """Note the sum of the steps."""
    noted[0] = steps[0] + steps[1]


def test_a_list_of_whole_numbers_may_become_one_of_fractions() -> None:
    page = schedule(phase("Note", add_steps))
    world = World(page.tables(), {Diary: 1}, {})
    settings = Settings(page.parameter_groups())
    engine = Engine(page, world, settings, seed=1, threads=1)
    engine.step(0)
    assert world[Diary].rate[0] == 3.0
    settings.set("Rules.steps", [0.5, 0.25])
    engine.step(1)
    assert world[Diary].rate[0] == 0.75


@system
def draw_once(luck: Doubles = writes(People.luck), key: int = draws("person", fixed=True)) -> None:
    """Draw what stays with a person."""
    for person in range(luck.size):
        luck[person] = uniform(key, person)


def test_a_fixed_stream_is_the_same_in_every_tick() -> None:
    page = schedule(phase("Draw", draw_once))
    early, late = run(page, 1, [0, 10], ticks=1), run(page, 1, [0, 10], ticks=9)
    assert np.array_equal(early[People].luck, late[People].luck)


def test_engine_tells_what_runs_and_how_long_it_took() -> None:
    heard: list[str] = []
    page = schedule(phase("First", one, two, rounds=2), phase("Seldom", three, every=12))
    world = World(page.tables(), {Diary: 1}, {})
    engine = Engine(page, world, Settings([]), seed=1, threads=1)
    engine.step(0, before=lambda member: heard.append(member.name))
    assert heard == [one.name, two.name, one.name, two.name]
    assert set(engine.seconds) == {one.name, two.name, three.name}
    assert engine.seconds[three.name] == 0.0
    assert engine.seconds[one.name] > 0.0


@host_system
def look(world: World = everything(), line: Cents = writes(Diary.line)) -> None:
    """Look at the whole world."""
    line[0] = len(world.tables)


def test_a_host_system_may_see_everything() -> None:
    page = schedule(phase("Look", look), tables=(Shops,))
    world = World(page.tables(), {Diary: 1, Shops: 4}, {})
    Engine(page, world, Settings([]), seed=1, threads=1).step(0)
    assert world[Diary].line[0] == 2
    assert world[Shops].count == 4


@system
def reader(out: Cents = writes(Diary.seen), line: Cents = reads(Diary.line)) -> None:
    """Copy the line."""
    out[0] = line[0]


@system
def writer(line: Cents = writes(Diary.line), today: Cents = reads(Shops.today)) -> None:
    """Write the line anew."""
    line[0] += today[0]


# fmt: off
@pytest.mark.parametrize(("page", "lags"), [
    (schedule(phase("", reader, writer)), [(reader, Diary.seen), (reader, Diary.line), (writer, Diary.line)]),
    (schedule(phase("", writer, reader)), [(writer, Diary.line), (reader, Diary.seen)]),
    (schedule(phase("", reader)),         [(reader, Diary.seen)]),
])
# fmt: on
def test_lags_follow_from_what_is_read_and_written(page: Schedule, lags: list[Any]) -> None:
    assert page.lags() == lags


def test_tables_and_parameters_follow_from_the_page() -> None:
    page = schedule(phase("", note), phase("", writer))
    assert page.tables() == [Diary, Shops]
    assert page.parameter_groups() == [Rules]
    assert schedule(phase("", note), tables=(People,)).tables() == [People, Diary]
    assert page.without(note).parameter_groups() == []


@local_system
def give_by_the_till(
    till: Cents = adds(Shops.till),
    seen: Cents = reads(Shops.till),
    gift: Cents = reads(People.gift),
) -> None:
    """Give what the till held before anybody gave, and one more."""
    for _ in range(gift.size):
        till[0] += seen[0] + 1


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_what_is_read_and_added_to_is_seen_as_it_was(threads: int) -> None:
    page = schedule(phase("Gifts", give_by_the_till))
    world = World(page.tables(), {People: 12, Shops: 2}, {People: np.array([0, 3, 6, 9, 12])})
    world[Shops].till[:] = 5
    engine = Engine(page, world, Settings(page.parameter_groups()), 1, threads)
    engine.step(0)
    engine.step(1)
    engine.close()
    first_year = 5 + 12 * 6
    assert world[Shops].till[0] == first_year + 12 * (first_year + 1)
