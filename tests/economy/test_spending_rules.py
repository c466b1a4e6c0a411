"""What moves a household's budget beside what the survey says: rates, fear, deposits and prices, one at a time."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from small_world import engine_of, run

from ravelin import Scenario, Simulation
from ravelin.core.draws import key
from ravelin.core.table import World
from ravelin.economy.accounts.tables import Economy
from ravelin.economy.banks.tables import Banks
from ravelin.economy.central_bank.tables import CentralBank
from ravelin.economy.firms.tables import Firms
from ravelin.economy.labor.tables import LaborStatistics
from ravelin.economy.outlook.expectations import get_used_to_unemployment
from ravelin.economy.outlook.tables import Outlook
from ravelin.economy.people.tables import ALL_RETAINED, Consumers, Lives, Society, Wealth
from ravelin.economy.places.tables import Localities
from ravelin.economy.spending.consumption import (
    compare_incomes,
    draw_scores,
    held_to_spend,
    plan_spending,
    reconsider_habits,
    spent_of,
)
from ravelin.economy.spending.tables import IncomeEdges, SpendingScale
from ravelin.ledger.accounts import Accounts

STILL = {"Spending.rate_response": 0.0, "Spending.fear": 0.0, "Spending.buffer_speed": 1e-4, "Spending.floor": 0.0}
"""Spending is the survey's, times habit, and nothing else where all hold what they mean to hold."""


@pytest.fixture(scope="module")
def economy() -> Iterator[Simulation]:
    with Simulation(Scenario.load("default", consumers=1_000), seed=4, threads=1) as opened:
        people = opened.world[Consumers]
        held = opened.world[Accounts].deposits[: people.count]
        held += 100_000_000  # Nobody is short.
        people.buffer[:] = held / people.permanent_income
        yield opened


def planned(economy: Simulation, change: Callable[[World], None] | None = None, **parameters: object) -> np.ndarray:
    """Return everybody's budget of the month after a change of the world."""
    world = economy.world.copy()
    if change is not None:
        change(world)
    given = STILL | {f"Spending.{name}": value for name, value in parameters.items()}
    engine = engine_of([plan_spending], world, parameters=given)
    engine.step(0)
    engine.close()
    return world[Consumers].budget.astype(float)


def added(held: np.ndarray, income: np.ndarray, speed: float, liquidity: float = 1.0) -> np.ndarray:
    """Return what deposits add to spending, over holding none, as the rule's docstring has it."""
    return speed * held + (1.0 - speed) * held / (1.0 + held / (liquidity * income))


def test_a_third_of_the_people_redraw_the_passing_part_each_month() -> None:
    """Everybody once a quarter; with `persistence` at one nothing is redrawn, at zero all of it."""

    def scores(tick: int, persistence: float, first: int = 100) -> np.ndarray:
        found, passing, chance = np.empty(999, np.float32), np.empty(999, np.float32), np.empty(999)
        keys = key(7, "spending rank", -1), key(7, "spending of the quarter", -1)
        draw_scores(found, passing, chance, *keys, first, tick, persistence)
        return found

    months = np.array([scores(tick, 0.5) for tick in range(12)])
    redrawn = (np.diff(months, axis=0) != 0.0).reshape(11, -1)
    assert (redrawn.sum(axis=1) == 333).all()
    for begin in range(9):
        assert (redrawn[begin : begin + 3].sum(axis=0) == 1).all()
    assert np.array_equal(scores(0, 1.0), scores(11, 1.0))
    assert abs(np.corrcoef(scores(0, 0.0), scores(3, 0.0))[0, 1]) < 0.15
    assert np.corrcoef(scores(0, 0.5), scores(3, 0.5))[0, 1] == pytest.approx(0.5, abs=0.12)
    # Blocks of rows do not change whose draw it is.
    assert np.array_equal(scores(5, 0.5, 101)[:-1], scores(5, 0.5, 100)[1:])


@pytest.mark.parametrize(("rate", "factor"), [(0.01, 1.0), (0.03, 0.96), (-0.01, 1.04)])
def test_dear_credit_is_a_reason_to_wait(economy: Simulation, rate: float, factor: float) -> None:
    def change(world: World) -> None:
        world[Outlook].real_rate_smooth[:] = rate

    after = planned(economy, change, rate_response=2.0, rate_normal=0.01)
    assert after == pytest.approx(factor * planned(economy), abs=1.0)


def test_habits_scale_what_the_survey_says(economy: Simulation) -> None:
    def change(world: World) -> None:
        world[Consumers].habit[:] *= 1.5

    assert planned(economy, change) == pytest.approx(1.5 * planned(economy), rel=1e-4, abs=1.0)


@pytest.mark.parametrize(("unemployment", "fear"), [(0.05, 0.0), (0.08, 5.0)])
def test_a_part_of_what_is_held_beyond_the_buffer_is_spent(
    economy: Simulation, unemployment: float, fear: float
) -> None:
    """More than a hundredth, by less the more is held; the buffer grows with unemployment over the usual five."""

    def change(world: World) -> None:
        world[Consumers].buffer[:] *= 0.9
        world[CentralBank].unemployment_seen[:] = unemployment
        world[Outlook].unemployment_usual[:] = 0.05

    people = economy.world[Consumers]
    held = economy.world[Accounts].deposits[: people.count].astype(float)
    income = people.permanent_income.astype(float)
    buffer = 0.9 * people.buffer * income * (1.0 + fear * (unemployment - 0.05))
    more = added(held, income, 0.01) - added(buffer, income, 0.01)
    assert (more >= 0.01 * (held - buffer))[held > buffer].all()
    after = planned(economy, change, buffer_speed=0.01, fear=fear)
    positive = after > 0
    assert positive.mean() > 0.9
    assert (after - planned(economy))[positive] == pytest.approx(more[positive], rel=1e-4, abs=2.0)


def test_incomes_are_compared_with_the_mean_of_all_localities() -> None:
    given = {Localities.income_sum: [300_000.0, 500_000.0], SpendingScale.mean_income: 1.0}
    world = run(compare_incomes, {Consumers: 4, Localities: 2, Firms: 1, Banks: 1}, given)
    assert world[SpendingScale].mean_income[0] == 200_000.0


def test_people_get_used_to_unemployment_within_a_decade() -> None:
    given = {Outlook.unemployment_usual: 0.05, LaborStatistics.unemployment_rate: 0.09}
    after = run(get_used_to_unemployment, {}, given, ticks=120)[Outlook].unemployment_usual[0]
    assert 0.05 + 0.6 * 0.04 < after < 0.05 + 0.7 * 0.04


def test_nobody_spends_less_than_the_floor_or_more_than_she_holds(economy: Simulation) -> None:
    people = economy.world[Consumers]
    held = economy.world[Accounts].deposits[: people.count]
    floor = planned(economy, lambda world: world[Consumers].habit.fill(0.0), floor=0.3)
    assert floor == pytest.approx(0.3 * people.permanent_income.astype(float), abs=1.0)
    assert np.array_equal(planned(economy, lambda world: world[Consumers].habit.fill(1e6)), held)


def test_incomes_are_compared_with_the_mean_or_with_prices(economy: Simulation) -> None:
    """Where everybody earns twice as much, each is where she was among others, and spends twice as much."""

    def doubled(world: World) -> None:
        world[Consumers].permanent_income[:] *= 2.0
        world[Consumers].buffer[:] /= 2.0
        world[SpendingScale].mean_income[:] *= 2.0
        world[Economy].price_index[:] *= 2.0

    twice = 2.0 * planned(economy)
    assert planned(economy, doubled, nominal_income=True) == pytest.approx(twice, rel=1e-3, abs=2.0)
    before = planned(economy, nominal_income=False)
    assert planned(economy, doubled, nominal_income=False) == pytest.approx(2.0 * before, rel=1e-3, abs=2.0)


def test_everybody_has_the_class_of_her_income(economy: Simulation) -> None:
    """The lowest who earns nothing, the highest who earns most, and no class above a larger income's."""
    world = economy.world.copy()
    people = world[Consumers]
    people.permanent_income[:] = np.linspace(0.0, 8.0, people.count) * world[SpendingScale].mean_income[0]
    engine = engine_of([plan_spending], world, parameters=STILL)
    engine.step(0)
    engine.close()
    classes = people.income_class.astype(int)
    assert (classes[0], classes[-1]) == (0, world[IncomeEdges].share_class.max())
    assert (np.diff(classes) >= 0).all()
    assert set(classes) == set(range(classes[-1] + 1))
    # The survey's mean income is the simulated mean here: edges are in its dollars.
    income = world[SpendingScale].income_reference[0] * np.linspace(0.0, 8.0, people.count)
    upto = np.searchsorted(world[IncomeEdges].edge, income, side="right")
    expected = np.where(upto > 0, world[IncomeEdges].share_class[np.maximum(upto - 1, 0)], 0)
    assert (classes != expected).mean() < 0.01  # Edges are met to the width of a bucket.


def settled(economy: Simulation, **parameters: float) -> World:
    """Return the world after everybody whose turn it is has reconsidered her habit."""
    world = economy.world.copy()
    # All together are left what they were at the opening.
    world[SpendingScale].mean_left[:] = world[Society].left_share * world[SpendingScale].mean_income
    given = {f"Spending.{name}": value for name, value in parameters.items()}
    engine = engine_of([reconsider_habits], world, parameters={"Spending.years_between": 1} | given)
    engine.step(6)
    engine.close()
    return world


def test_a_habit_is_kept_up_by_the_buffer_that_goes_with_it(economy: Simulation) -> None:
    """What is spent at the wealth that one means to hold does not depend on how fast deposits move spending."""

    def buffers(speed: float, share: float) -> np.ndarray:
        world = settled(economy, buffer_speed=speed, habit_share=share)
        return world[Consumers].buffer.astype(float) * world[Consumers].permanent_income.astype(float)

    due = settled(economy)[Consumers].habit != economy.world[Consumers].habit
    assert due.sum() > 50
    income = economy.world[Consumers].permanent_income.astype(float)
    # A habit that answers in full lacks nothing, so that the buffer is what one means to hold.
    lacking = [
        added(buffers(speed, 0.5), income, speed) - added(buffers(speed, 1.0), income, speed)
        for speed in (0.05, 0.1, 0.2)
    ]
    assert np.abs(lacking[0] / income)[due].max() > 0.1
    for other in lacking[1:]:
        assert (other / income)[due] == pytest.approx((lacking[0] / income)[due], abs=1e-3)


def test_with_habits_that_answer_in_full_the_buffer_is_what_one_means_to_hold(economy: Simulation) -> None:
    """Then the habit spends just what can be kept up, and the speed at which deposits act is no matter."""
    buffers = [settled(economy, buffer_speed=speed, habit_share=1.0)[Consumers].buffer for speed in (0.05, 0.2)]
    assert buffers[0] == pytest.approx(buffers[1], rel=1e-4, abs=1e-4)
    # What is held: what she always meant to, over mean income, and what her income leaves in a month.
    world = settled(economy, habit_share=1.0)
    due = np.flatnonzero(world[Consumers].habit != economy.world[Consumers].habit)
    income = world[Consumers].permanent_income[due].astype(float)
    held = world[Consumers].buffer[due] * income
    left = held - world[Lives].thrift[due].astype(float) * world[SpendingScale].mean_income[0]
    assert ((left > -0.5 * income) & (left < 1.5 * income)).mean() > 0.95


def test_out_of_another_dollar_the_poor_spend_most_and_the_lucky_less() -> None:
    """All of it who has nothing, a quarter who holds a month's income, little the rich; less of much than of little."""
    income, dollar = 500_000.0, 100.0

    def spent(held: float, more: float) -> float:
        return (spent_of(held + more, income, 0.01, 1.0) - spent_of(held, income, 0.01, 1.0)) / more

    assert spent(0.0, dollar) == pytest.approx(1.0, abs=0.001)
    assert spent(income, dollar) == pytest.approx(0.01 + 0.99 / 4.0, abs=0.001)
    assert spent(100.0 * income, dollar) == pytest.approx(0.01, abs=0.001)
    sizes = [spent(0.5 * income, size * income) for size in (0.01, 0.1, 1.0, 10.0)]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > 3.0 * sizes[-1]


@pytest.mark.parametrize("meant", [0.1, 1.0, 10.0])
def test_a_windfall_is_spent_in_the_end(meant: float) -> None:
    """All of it, soon by who lives from hand to mouth, in years by who holds much; no more and no less."""
    income, windfall = 500_000.0, 50_000.0
    speed, at_rest = 0.012, spent_of((1.0 + meant) * income, income, 0.012, 1.0)
    held, spending = meant * income + windfall, []
    for _ in range(720):
        now = income + spent_of(held + income, income, speed, 1.0) - at_rest
        held += income - now
        spending.append(now - income)
    assert sum(spending) == pytest.approx(windfall, rel=1e-3)
    assert min(spending) > -1.0
    in_a_quarter = sum(spending[:3]) / windfall
    assert in_a_quarter == pytest.approx({0.1: 0.52, 1.0: 0.30, 10.0: 0.06}[meant], abs=0.05)


@pytest.mark.parametrize("added_spending", [-3.0, -0.5, 0.0, 0.3, 1.0, 1.5, 40.0])
def test_the_buffer_is_what_one_must_hold_to_spend_by_habit(added_spending: float) -> None:
    income = 500_000.0
    held = held_to_spend(added_spending * income, income, 0.012, 1.0)
    assert spent_of(held, income, 0.012, 1.0) == pytest.approx(added_spending * income, rel=1e-9, abs=1e-3)
    assert held > -income


def test_a_tax_cut_and_a_transfer_to_the_same_people_do_the_same(economy: Simulation) -> None:
    """A tenth more after taxes, once as less tax and once as more income that no tax is taken of."""

    def cut(world: World) -> None:
        people = world[Consumers]
        people.retained[:] = np.rint(1.1 * people.retained)

    def transfer(world: World) -> None:
        people = world[Consumers]
        before, left = people.permanent_income.astype(float), people.retained / ALL_RETAINED
        more = 0.1 * before * left
        people.retained[:] = np.rint(ALL_RETAINED * (before * left + more) / (before + more))
        people.permanent_income[:] += more
        people.buffer[:] *= before / people.permanent_income
        world[SpendingScale].mean_income[:] *= people.permanent_income.sum() / before.sum()

    people = economy.world[Consumers]
    people.retained[:] = np.minimum(people.retained, 0.9 * ALL_RETAINED)
    before = planned(economy)
    by_tax, by_transfer = planned(economy, cut), planned(economy, transfer)
    assert by_tax == pytest.approx(1.1 * before, rel=1e-4, abs=2.0)
    assert by_transfer.sum() / before.sum() == pytest.approx(by_tax.sum() / before.sum(), abs=0.005)


def test_many_live_from_hand_to_mouth_and_some_of_them_in_their_own_home() -> None:
    """A third holds less than half a month's income, as the survey has it, and keeps to that."""
    with Simulation(Scenario.load("default", consumers=5_000, parameters={"Disturbances.size": 0.0}), seed=1) as run:

        def poor() -> np.ndarray:
            held = run.world[Accounts].deposits[: run.world[Consumers].count]
            return np.asarray(held < 0.5 * run.world[Consumers].permanent_income)

        assert poor().mean() == pytest.approx(0.31, abs=0.06)
        owners = run.world[Wealth].dwelling_share > 0
        assert owners[poor()].mean() == pytest.approx(0.45, abs=0.1)
        run.step(36)
        assert poor().mean() == pytest.approx(0.31, abs=0.08)
