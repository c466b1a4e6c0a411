"""The minimum wage: what the law asks for, who gets it, and that nobody is paid less."""

import numpy as np
import pytest
from small_town import check_books, town
from small_world import run

from ravelin import Scenario, Simulation
from ravelin.economy.accounts.tables import Economy
from ravelin.economy.firms.tables import Firms, Workforce
from ravelin.economy.labor.acts import lawful_pay
from ravelin.economy.labor.pay import enforce_minimum_wage, revise_offers, set_minimum_wage
from ravelin.economy.labor.search import match
from ravelin.economy.labor.tables import Wages
from ravelin.economy.people.tables import EMPLOYED, Consumers
from ravelin.economy.places.tables import Localities


# fmt: off
@pytest.mark.parametrize(("standard", "offer", "minimum", "hours", "pay"), [
    (1.0,  300_000, 100_000, 0.5, 300_000),
    (0.5,  300_000, 100_000, 0.5, 150_000),
    (0.25, 300_000, 100_000, 0.5,  75_000),    # half a full-time minimum, which is less
    (0.04, 300_000, 100_000, 0.5,  20_000),    # a fifth of the hours
    (0.04, 300_000, 100_000, 1.0,  12_000),    # all of it hours: the offer is lawful by the hour
    (0.04, 300_000, 100_000, 0.0, 100_000),    # none of it: all are paid for full time
    (2.0,   40_000, 100_000, 0.5, 100_000),    # nobody has more than all hours
    (1.0,  300_000,       0, 0.5, 300_000),
])
# fmt: on
def test_lawful_pay(standard: float, offer: float, minimum: float, hours: float, pay: int) -> None:
    assert lawful_pay(standard, offer, minimum, hours) == pay


# fmt: off
@pytest.mark.parametrize(("tick", "mean", "base", "share", "minimum"), [
    (12, 1000.0, 900.0,  0.3, 300.0),     # the year's beginning
    (13, 1000.0, 900.0,  0.3, 270.0),     # not before the next
    (12,  800.0, 900.0,  0.3, 270.0),     # never lowered by itself
    (13, 1000.0, 900.0,  0.4, 360.0),     # a new law counts at once
    (13, 1000.0, 900.0,  0.2, 180.0),
])
# fmt: on
def test_the_law_follows_the_mean_wage(tick: int, mean: float, base: float, share: float, minimum: float) -> None:
    given = {Wages.wage_mean: mean, Wages.minimum_wage_base: base, Wages.minimum_wage: 270.0}
    economy = run(set_minimum_wage, {}, given, tick=tick, parameters={"MinimumWage.share": share})[Economy]
    assert economy.minimum_wage[0] == pytest.approx(minimum)
    assert economy.minimum_wage_last[0] == 270.0


@pytest.mark.parametrize("threads", [1, 3])
def test_a_higher_minimum_raises_pay_and_offers_at_once(threads: int) -> None:
    rows, columns, spans = town(600, 12, 2, localities=3)
    columns |= {Wages.minimum_wage: 450_000.0, Wages.minimum_wage_last: 400_000.0}
    world = run(enforce_minimum_wage, rows, columns, spans=spans, threads=threads)
    check_books(world)
    people, before = world[Consumers], columns[Consumers.wage]
    at_work = people.status == EMPLOYED
    due = np.array([lawful_pay(0.001 * one, 0.0, 450_000.0, 0.3) for one in people.efficiency])
    assert np.array_equal(people.wage, np.where(at_work, np.maximum(before, due), before))
    assert (people.wage > before).any()
    assert np.array_equal(world[Firms].offer, np.maximum(columns[Workforce.offer], 450_000.0))
    assert (world[Localities].offer_mean == 450_000.0).all()


def test_a_lower_minimum_lowers_nobodys_pay() -> None:
    rows, columns, spans = town(600, 12, 2)
    columns |= {Wages.minimum_wage: 450_000.0, Wages.minimum_wage_last: 460_000.0}
    world = run(enforce_minimum_wage, rows, columns, spans=spans)
    before = np.asarray(columns[Consumers.wage])
    floor = np.array([lawful_pay(0.001 * one, 0.0, 450_000.0, 0.3) for one in world[Consumers].efficiency])
    lawful = before >= floor
    assert 0 < lawful.sum() < lawful.size
    assert np.array_equal(world[Consumers].wage[lawful], before[lawful])
    assert (world[Consumers].wage >= before).all()
    assert np.array_equal(world[Firms].offer, columns[Workforce.offer])


def test_offers_and_new_pay_are_lawful() -> None:
    rows, columns, spans = town(1500, 40, 3)
    columns |= {Workforce.unfilled: 0, Wages.minimum_wage: 500_000.0}
    offers = run(revise_offers, rows, columns, spans=spans)[Firms].offer
    assert offers.min() == 500_000.0
    people = run(match, rows, columns, spans=spans)[Consumers]
    new = (people.status == EMPLOYED) & (people.employer != columns[Consumers.employer])
    assert new.sum() > 20
    floor = np.array([lawful_pay(0.001 * one, 0.0, 500_000.0, 0.3) for one in people.efficiency])
    assert (people.wage[new] >= floor[new]).all()
    assert (people.wage[new] == floor[new]).any()


def lawful(simulation: Simulation) -> bool:
    """Say whether everybody at work is paid what the law asks for, and every offer is lawful."""
    people, minimum = simulation.world[Consumers], simulation.world[Economy].minimum_wage[0]
    working = people.status == EMPLOYED
    floor = minimum * np.minimum(1.0, (0.001 * people.efficiency[working]) ** 0.3)
    return bool((people.wage[working] >= floor - 0.5).all() and (simulation.world[Firms].offer >= minimum).all())


def test_nobody_is_paid_less_in_a_whole_economy() -> None:
    """A law that trebles the minimum raises low pay, the books close, and firms want less of the unskilled."""
    with Simulation(Scenario.load("default", consumers=3_000), seed=2, threads=1) as simulation:
        simulation.run(6)
        assert lawful(simulation)
        with simulation.fork() as reform:
            reform.shock(tick=6, scale="MinimumWage.share", by=3.0)
            for _ in range(12):
                simulation.step()
                reform.step()
                assert lawful(reform)
                assert set(reform.audit().values()) == {0}
            low, raised = (
                np.percentile(one.world[Consumers].wage[one.world[Consumers].status == EMPLOYED], 5)
                for one in (simulation, reform)
            )
            assert raised > 1.2 * low
            # Unskilled labor costs more than before against the rest, so firms want less of it.
            unskilled, share = [], []
            for one in (simulation, reform):
                wanted = one.world[Firms].labor_wanted.sum(axis=0)
                unskilled.append(float(one.world[Economy].offer_mean[0, 0]))
                share.append(float(wanted[0] / wanted.sum()))
            assert unskilled[1] > unskilled[0]
            assert share[1] < share[0]
