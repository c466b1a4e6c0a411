"""Days inside a month: a rule knows which it is, and draws differ by day and by nothing else."""

from typing import Any

import numpy as np
import pytest
import toy
from hypothesis import given
from hypothesis import strategies as st

from ravelin import Scenario, Simulation
from ravelin.core.draws import key, uniform
from ravelin.core.parameter import Parameters, Settings, parameter
from ravelin.core.schedule import Engine, Schedule, phase, schedule
from ravelin.core.system import (
    Cents,
    Doubles,
    adds,
    draws,
    first,
    host_system,
    local_system,
    system,
    this_session,
    this_tick,
    uses,
    writes,
)
from ravelin.core.table import Table, World, column
from ravelin.report.reference import tick_page
from ravelin.server.views.declarations import phases


class Days(Table):
    """What each day saw: a row per run of the rule."""

    at = column("i8", "1", "next row")
    session = column("i8", "1", "day")
    tick = column("i8", "1", "month")
    drawn = column("i8", "1", "key of what changes")
    stays = column("i8", "1", "key of what stays")
    rate = column("f8", "1", "parameter seen")


class Line(Table):
    """What ran, in order."""

    text = column("i8", "1", "digits")


class People(Table, local=True):
    """Rows by locality."""

    luck = column("f8", "1", "sum of draws")


class Takings(Table):
    """What people bring."""

    cents = column("i8", "cent", "received", off_books="a test")


class Knobs(Parameters):
    """Of the rule below."""

    rate = parameter(0.5, "1", "a number", source="assumption")


@system
def note(
    at: Cents = writes(Days.at),
    session: Cents = writes(Days.session),
    tick: Cents = writes(Days.tick),
    drawn: Cents = writes(Days.drawn),
    stays: Cents = writes(Days.stays),
    seen: Doubles = writes(Days.rate),
    now: int = this_session(),
    month: int = this_tick(),
    own: int = draws("days"),
    always: int = draws("days", fixed=True),
    rate: float = uses(Knobs.rate),
) -> None:
    """Write down what reached the rule."""
    row = at[0]
    session[row], tick[row], drawn[row], stays[row], seen[row] = now, month, np.int64(own), np.int64(always), rate
    at[0] += 1


def engine(page: Schedule, threads: int = 1) -> Engine:
    counts: dict[type[Table], int] = {Days: 200, Line: 1, People: 90, Takings: 7}
    world = World(page.tables(), counts, {People: np.array([0, 10, 10, 60, 90])} if People in page.tables() else {})
    return Engine(page, world, Settings(page.parameter_groups()), seed=9, threads=threads)


def days(page: Schedule, months: int = 1) -> list[tuple[int, int, int]]:
    """Return month, day and key of every run of the rule."""
    ready = engine(page)
    for month in range(months):
        ready.step(month)
    seen = ready.world[Days]
    rows = range(int(seen.at[0]))
    return [(int(seen.tick[row]), int(seen.session[row]), int(seen.drawn[row])) for row in rows]


def signed(word: np.uint64) -> int:
    return int(word.astype(np.int64))


def test_a_rule_knows_its_day_and_has_a_key_of_its_own() -> None:
    expected = [(month, day, signed(key(9, "days", month, day))) for month in range(3) for day in range(21)]
    assert days(schedule(phase("Days", note, sessions=21)), 3) == expected
    assert len({drawn for _, _, drawn in expected}) == 63


def test_a_phase_without_sessions_has_the_keys_it_always_had() -> None:
    assert days(schedule(phase("Month", note)), 2) == [(tick, 0, signed(key(9, "days", tick))) for tick in (0, 1)]
    assert key(1, "shop", 0, 0) == key(1, "shop", 0)


def test_rounds_share_their_draws_and_sessions_do_not() -> None:
    found = days(schedule(phase("Days", note, rounds=3, sessions=2)))
    assert [day for _, day, _ in found] == [0, 0, 0, 1, 1, 1]
    assert [drawn for _, _, drawn in found] == [signed(key(9, "days", 0, day)) for day in (0, 0, 0, 1, 1, 1)]


def test_what_stays_stays_and_parameters_reach_every_day() -> None:
    ready = engine(schedule(phase("Days", note, sessions=4)))
    ready.step(0)
    ready.settings.set("Knobs.rate", 0.25)
    ready.step(1)
    seen = ready.world[Days]
    assert seen.rate[:8].tolist() == [0.5] * 4 + [0.25] * 4
    assert set(seen.stays[:8].tolist()) == {signed(key(9, "days", -1))}


def test_a_rule_of_two_phases_has_the_days_of_each() -> None:
    page = schedule(phase("Days", note, sessions=3), phase("Month", note), phase("Seldom", note, every=2, sessions=2))
    assert [(tick, day) for tick, day, _ in days(page, 2)] == [
        *[(0, day) for day in (0, 1, 2, 0)],
        *[(1, day) for day in (0, 1, 2, 0, 0, 1)],
    ]


@given(
    one=st.tuples(st.integers(0, 2**63), st.integers(-1, 2_000), st.integers(0, 300)),
    other=st.tuples(st.integers(0, 2**63), st.integers(-1, 2_000), st.integers(0, 300)),
)
def test_no_two_sessions_share_a_key(one: tuple[int, int, int], other: tuple[int, int, int]) -> None:
    keys = [key(seed, "days", tick, session) for seed, tick, session in (one, other)]
    assert (keys[0] == keys[1]) == (one == other)


def test_the_luck_of_days_is_independent() -> None:
    """Neighboring days, months and rows are as good as unrelated: 2,100 keys, each with its first draws."""
    drawn = np.array(
        [[uniform(key(5, "days", tick, day), row) for row in range(3)] for tick in range(100) for day in range(21)]
    )
    by_month = drawn[:, 0].reshape(100, 21)
    bound = 4.5 / np.sqrt(2_000)
    assert abs(drawn.mean() - 0.5) < 4.5 / np.sqrt(12 * drawn.size)
    for one, next_one in (
        (by_month[:, :-1], by_month[:, 1:]),
        (by_month[:-1], by_month[1:]),
        (drawn[:, 0], drawn[:, 1]),
        (drawn[:-1, 1], drawn[1:, 0]),
    ):
        assert abs(np.corrcoef(one.ravel(), next_one.ravel())[0, 1]) < bound


def appends(digit: int) -> Any:
    """Make a rule that writes its digit at the end of the line."""

    def rule(text: Cents = writes(Line.text)) -> None:
        text[0] = 10 * text[0] + digit

    rule.__name__ = f"rule_{digit}"
    return host_system(rule)


one, two, three = (appends(digit) for digit in (1, 2, 3))


# fmt: off
@pytest.mark.parametrize(("page", "told"), [
    (schedule(phase("", one, two, sessions=3)),                       121212),
    (schedule(phase("", one, two, sessions=2, rounds=2)),             12121212),
    (schedule(phase("", one, sessions=2), phase("", two)),            112),
    (schedule(phase("", one, two, sessions=2)).after(one, three),     132132),
    (schedule(phase("", one, two, sessions=2)).without(one),          22),
    (schedule(phase("", one, every=2, sessions=2), phase("", two)),   2),
])
# fmt: on
def test_rules_run_in_order_day_by_day(page: Schedule, told: int) -> None:
    ready = engine(page)
    ready.step(0)
    assert ready.world[Line].text[0] == told


@local_system
def bring(
    luck: Doubles = writes(People.luck),
    cents: Cents = adds(Takings.cents),
    own: int = draws("bring"),
    first_row: int = first(People),
    session: int = this_session(),
) -> None:
    """Bring by lot, every day to another place."""
    for person in range(luck.size):
        drawn = uniform(own, first_row + person)
        luck[person] += drawn * (1.0 + session)
        cents[session % cents.size] += int(drawn * 1000.0)


@pytest.mark.parametrize("threads", [2, 3])
def test_threads_change_no_day(threads: int) -> None:
    page = schedule(phase("Days", bring, sessions=21))
    alone, shared = engine(page), engine(page, threads)
    for month in range(3):
        alone.step(month)
        shared.step(month)
    shared.close()
    assert np.array_equal(alone.world[People].luck, shared.world[People].luck)
    assert np.array_equal(alone.world[Takings].cents, shared.world[Takings].cents)
    assert len(set(alone.world[Takings].cents.tolist())) == 7


@local_system
def wander(
    purse: Cents = writes(toy.Consumers.purse),
    own: int = draws("wander"),
    first_row: int = first(toy.Consumers),
    session: int = this_session(),
) -> None:
    """Find a few cents every day."""
    for person in range(purse.size):
        purse[person] += int(uniform(own, first_row + person) * 10.0) * (1 + session)


DAILY = schedule(*toy.TICK.phases, phase("Days pass", wander, sessions=5))


def test_days_go_on_after_save_and_load(tmp_path: Any) -> None:
    scenario = Scenario(consumers=200, ticks=12)
    made = {"tick": DAILY, "observe": toy.indicators}
    with Simulation(scenario, opening=toy.open_world, **made) as economy:
        economy.run(3).save(tmp_path / "kept")
        with Simulation.load(tmp_path / "kept", **made) as loaded, economy.fork() as fork:
            prints = {one.run(4).fingerprint() for one in (economy, loaded, fork)}
    assert len(prints) == 1


@pytest.mark.parametrize("name", ["every", "rounds", "sessions"])
@pytest.mark.parametrize("value", [0, -1, 2.0, True, "21", None])
def test_a_phase_without_a_number_of_days_is_refused(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=rf"{name} of phase 'Days' is a whole number of 1 or more, not "):
        phase("Days", one, **{name: value})  # type: ignore[arg-type]


def test_days_are_told() -> None:
    page = schedule(phase("Trading", one, every=3, rounds=2, sessions=21), phase("Month", two))
    assert tick_page(page).splitlines()[0] == " 1. Trading (every 3 months, 2 rounds, 21 sessions)"
    assert [told["sessions"] for told in phases(page, {})] == [21, 1]
