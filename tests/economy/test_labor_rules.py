"""Work: posts are whole, who leaves leaves a post, pay follows offers, and books follow every move."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st
from small_town import check_books, town
from small_world import run

from ravelin.core.draws import key, uniform
from ravelin.core.table import Column
from ravelin.economy.accounts.tables import Economy
from ravelin.economy.firms.tables import Firms, Technology, Workforce
from ravelin.economy.labor.acts import Jobs, sign_on
from ravelin.economy.labor.pay import compare_offers, count_posts, raise_pay, revise_offers
from ravelin.economy.labor.staffing import part, plan_staff
from ravelin.economy.labor.tables import Wages
from ravelin.economy.outlook.tables import Outlook
from ravelin.economy.people.tables import EMPLOYED, NO_EMPLOYER, PUBLIC_EMPLOYER, STATUSES, UNEMPLOYED, Consumers
from ravelin.economy.places.tables import Localities
from ravelin.mechanisms.rounding import whole_posts

NOBODY_LEAVES = {"LaborMarket.separation": (0.0, 0.0, 0.0)}


def posts_of(wanted: list[float], dither: float, order: float) -> list[int]:
    posts = np.empty(3, np.int32)
    whole_posts(np.array(wanted), dither, order, posts)
    return [int(number) for number in posts]


# fmt: off
@pytest.mark.parametrize(("wanted", "dither", "order", "posts"), [
    ([2.0, 1.0, 1.0], 0.5,  0.5,  [2, 1, 1]),
    ([2.0, 1.0, 1.0], 0.01, 0.01, [2, 1, 1]),
    ([0.3, 0.3, 0.3], 0.05, 0.5,  [0, 0, 0]),   # .9 workers: nobody, or one ...
    ([0.3, 0.3, 0.3], 0.15, 0.8,  [1, 0, 0]),   # ... of whichever skill the second number says
    ([0.3, 0.3, 0.3], 0.15, 0.5,  [0, 1, 0]),
    ([0.3, 0.3, 0.3], 0.15, 0.2,  [0, 0, 1]),
    ([0.0, 0.0, 0.0], 0.99, 0.99, [0, 0, 0]),
    ([0.0, 2.6, 0.0], 0.3,  0.5,  [0, 2, 0]),
    ([0.0, 2.6, 0.0], 0.5,  0.5,  [0, 3, 0]),
])
# fmt: on
def test_whole_posts(wanted: list[float], dither: float, order: float, posts: list[int]) -> None:
    assert posts_of(wanted, dither, order) == posts


@pytest.mark.parametrize("wanted", [[0.2, 0.1, 0.05], [1.3, 0.4, 0.9], [0.0, 0.6, 3.3], [7.77, 2.2, 1.05]])
def test_posts_are_unbiased_over_firms(wanted: list[float]) -> None:
    """Rounded up or down by two independent numbers, firms like this one have what they want on average."""
    grid = (np.arange(120) + 0.5) / 120
    mean = np.mean([posts_of(wanted, dither, order) for dither in grid for order in grid], axis=0)
    np.testing.assert_allclose(mean, wanted, atol=0.01)


@drawn(st.lists(st.floats(0, 50), min_size=3, max_size=3), st.floats(0.001, 0.999), st.floats(0.001, 0.999))
def test_posts_are_close_to_what_is_wanted(wanted: list[float], dither: float, order: float) -> None:
    posts = posts_of(wanted, dither, order)
    assert abs(sum(posts) - sum(wanted)) < 1.0 + 1e-9
    assert min(posts) >= 0
    assert max(abs(post - want) for post, want in zip(posts, wanted, strict=True)) < 2.0


def staffing(wanted: float, at_work: float, heads: int, **parameters: float) -> tuple[int, int]:
    """Return vacancies and dismissals of a firm that wants labor of the first skill only."""
    given = {
        Workforce.labor_wanted: [[wanted, 0.0, 0.0]], Workforce.labor: [[round(1000 * at_work), 0, 0]],
        Workforce.staff: [[heads, 0, 0]],
    }  # fmt: skip
    stated = {"post_slack": 1.0, "hoarding": 0.04, "band": 0.6, "layoff_speed": 1.0} | parameters
    firms = run(plan_staff, {Firms: 1}, given, parameters={f"LaborMarket.{k}": v for k, v in stated.items()})[Firms]
    assert not firms.vacancies[0, 1:].any()
    assert not firms.dismissals[0, 1:].any()
    return int(firms.vacancies[0, 0]), int(firms.dismissals[0, 0])


def test_parts_of_workers_that_are_missing_make_one_post() -> None:
    """Of each skill less than half a worker is missing; together they are one, of the scarcest skill."""
    given = {Workforce.labor_wanted: [[5.0, 4.0, 3.0]], Workforce.labor: [[4_600, 3_550, 2_600]]}
    parameters = {"LaborMarket.post_slack": 1.0, "LaborMarket.hoarding": 0.04, "LaborMarket.band": 0.6}
    assert run(plan_staff, {Firms: 1}, given, parameters=parameters)[Firms].vacancies.tolist() == [[0, 1, 0]]


def test_a_part_of_a_layoff_is_drawn_by_the_firms_own_row() -> None:
    """Whichever locality it lies in: three and a half too many of each of six firms in three localities."""
    given = {Workforce.labor: [[4_100, 0, 0]] * 6, Workforce.staff: [[4, 0, 0]] * 6}
    stated = {"post_slack": 1.0, "hoarding": 0.0, "band": 0.6, "layoff_speed": 1.0}
    parameters = {f"LaborMarket.{name}": value for name, value in stated.items()}
    spans = {Firms: [0, 2, 3, 6], Localities: [0, 1, 2, 3]}
    firms = run(plan_staff, {Firms: 6, Localities: 3}, given, spans=spans, parameters=parameters, seed=9)[Firms]
    luck = [uniform(key(9, "layoff rounding", 0), 3 * row) for row in range(6)]
    assert firms.dismissals[:, 0].tolist() == [3 + (one >= 0.5) for one in luck]
    assert len(set(firms.dismissals[:, 0].tolist())) == 2


# fmt: off
@pytest.mark.parametrize(("wanted", "at_work", "heads", "parameters", "vacancies", "dismissals"), [
    (10.0, 10.0, 10, {},                        (0, 0), (0, 0)),
    (12.0, 10.0, 10, {},                        (2, 2), (0, 0)),
    (12.0, 10.4, 10, {},                        (2, 2), (0, 0)),
    (12.0, 10.6, 10, {},                        (1, 1), (0, 0)),
    (10.0, 10.9, 10, {},                        (0, 0), (0, 0)),    # within the band of .4 and .6
    (10.0, 14.0, 14, {},                        (0, 0), (3, 3)),    # 3 workers above it
    (10.0, 14.0, 14, {"layoff_speed": 0.5},     (0, 0), (1, 2)),    # one and a half
    (10.0, 14.0, 14, {"layoff_speed": 0.0},     (0, 0), (0, 0)),
    (0.0,  14.0,  2, {"band": 0.0},             (0, 0), (2, 2)),    # nobody is laid off twice
    (10.0, 10.0, 10, {"post_slack": 1.3},       (3, 3), (0, 0)),
])
# fmt: on
def test_vacancies_and_dismissals(
    wanted: float, at_work: float, heads: int, parameters: dict[str, float], vacancies: tuple[int, int],
    dismissals: tuple[int, int],
) -> None:  # fmt: skip
    """Between the least and the most that rounding by lot may give."""
    opened, dismissed = staffing(wanted, at_work, heads, **parameters)
    assert vacancies[0] <= opened <= vacancies[1]
    assert dismissals[0] <= dismissed <= dismissals[1]


def test_each_firm_has_a_lot_of_its_own() -> None:
    """Where .3 workers are wanted three firms in ten open a post, and not all of them or none."""
    firms, wanted = 600, np.array([0.3, 0.0, 0.0])
    given = {Workforce.labor_wanted: np.tile(wanted, (firms, 1))}
    opened = run(plan_staff, {Firms: firms}, given, parameters={"LaborMarket.post_slack": 1.0})[Firms].vacancies
    assert set(opened[:, 0].tolist()) == {0, 1}
    assert opened[:, 0].mean() == pytest.approx(0.3, abs=0.07)


SEEDS = range(4)


@pytest.mark.parametrize("seed", SEEDS)
def test_layoffs_are_just_as_many_as_planned(seed: int) -> None:
    """Drawn without replacement: with no other reason to part, each firm loses whom it dismisses."""
    rows, columns, spans = town(400, 12, seed)
    planned = np.random.default_rng(seed).integers(0, 6, (12, 3))
    columns[Workforce.dismissals] = np.minimum(columns[Workforce.staff], planned)
    world = run(part, rows, columns, spans=spans, seed=seed, parameters=NOBODY_LEAVES)
    assert np.array_equal(columns[Workforce.staff] - world[Firms].staff, columns[Workforce.dismissals])
    assert world[Localities].layoffs[0] == columns[Workforce.dismissals].sum()
    assert world[Localities].quits[0] == 0
    check_books(world)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("chances", [(0.1, 0.1, 0.1), (0.2, 0.1, 0.02), (0.0, 0.3, 1.0)])
def test_whoever_leaves_leaves_a_post_behind(seed: int, chances: tuple[float, float, float]) -> None:
    rows, columns, spans = town(2000, 30, seed, localities=3)
    parameters = {
        "LaborMarket.separation": chances, "LaborMarket.quit_share": 0.25, "LaborMarket.pay_protects": 0.5,
        "LaborMarket.public_turnover": 0.4,
    }  # fmt: skip
    world = run(part, rows, columns, spans=spans, seed=seed, threads=2, parameters=parameters)
    check_books(world)
    employed = columns[Consumers.status] == EMPLOYED
    left = employed & (world[Consumers].status == UNEMPLOYED)
    # The better paid of a skill, and those whom the government employs, leave less often.
    risk = np.array(chances)[columns[Consumers.skill]] * np.sqrt(1000.0 / columns[Consumers.efficiency])
    risk[columns[Consumers.employer] == PUBLIC_EMPLOYER] *= 0.4
    risk = np.minimum(risk, 1.0)
    for group in (*(columns[Consumers.skill] == skill for skill in range(3)), columns[Consumers.efficiency] < 800,
                  columns[Consumers.employer] == PUBLIC_EMPLOYER):  # fmt: skip
        exposed = risk[employed & group]
        gone = (left & group).sum()
        assert abs(gone - exposed.sum()) <= 4.0 * np.sqrt((exposed * (1.0 - exposed)).sum())
    quits = world[Localities].quits.sum()
    assert abs(quits - 0.25 * left.sum()) < 4.0 * np.sqrt(left.sum() * 0.25 * 0.75)
    assert quits + world[Localities].layoffs.sum() == left.sum()
    assert not world[Consumers].months_unemployed[left].any()
    at_home = np.searchsorted(spans[Consumers], np.flatnonzero(left), side="right")
    boss = columns[Consumers.employer][left]
    here = (boss >= 0) & (np.searchsorted(spans[Firms], boss, side="right") == at_home)
    assert (world[Firms].vacancies - columns[Workforce.vacancies]).sum() == here.sum()


@pytest.mark.parametrize("tick", [0, 5, 11])
def test_wages_rise_once_a_year(tick: int) -> None:
    """With prices and productivity, whatever new people are offered, if offers are not caught up with."""
    rows, columns, spans = town(240, 8, 1)
    columns |= {Outlook.expected_inflation: 0.02, Technology.productivity_growth: 0.01}
    parameters = NOBODY_LEAVES | {"LaborMarket.catch_up": 0.0}
    world = run((part, raise_pay), rows, columns, spans=spans, tick=tick, parameters=parameters)
    due = (columns[Consumers.status] == EMPLOYED) & ((np.arange(240) + tick) % 12 == 0)
    before = columns[Consumers.wage]
    assert np.array_equal(world[Consumers].wage, np.where(due, np.rint(1.03 * before), before))
    check_books(world)


@pytest.mark.parametrize("tick", [0, 7])
def test_pay_is_the_offer_for_new_people_but_never_cut(tick: int) -> None:
    """Once a year everybody gets what her firm, or for the state the locality's market, offers for her efficiency."""
    rows, columns, spans = town(600, 8, 2)
    columns[Localities.offer_mean] = np.array([[350_000.0, 420_000.0, 510_000.0]])
    columns |= {Outlook.expected_inflation: 0.02, Technology.productivity_growth: 0.01}
    world = run((part, raise_pay), rows, columns, spans=spans, tick=tick, parameters=NOBODY_LEAVES)
    at_work = columns[Consumers.status] == EMPLOYED
    due = at_work & ((np.arange(600) + tick) % 12 == 0)
    boss, skill, before = columns[Consumers.employer], columns[Consumers.skill], columns[Consumers.wage]
    market, own = columns[Localities.offer_mean][0, skill], columns[Workforce.offer][np.maximum(0, boss), skill]
    offered = np.where(boss == PUBLIC_EMPLOYER, market, own)
    fair = np.rint(0.001 * columns[Consumers.efficiency] * offered)
    assert np.array_equal(world[Consumers].wage, np.where(due, np.maximum(before, fair), before))
    assert (fair < before)[due].any()
    assert (fair > before)[due].any()
    check_books(world)


# fmt: off
@pytest.mark.parametrize(("catch_up", "offer", "efficiency", "inflation", "wage"), [
    (1.0, 500_000, 1000, 0.0,   500_000),
    (0.5, 500_000, 1000, 0.0,   450_000),      # met halfway
    (0.5, 500_000, 1000, 0.1,   470_000),      # halfway from 440
    (1.0, 500_000, 1000, 0.1,   500_000),
    (1.0, 500_000,  900, 0.0,   450_000),      # offers are per standard worker
    (1.0, 300_000, 1000, 0.0,   400_000),      # nobody's pay is cut
    (0.5, 300_000, 1000, 0.1,   400_000),
    (0.5, 390_000, 1000, 0.1,   415_000),      # but a rise may be smaller
    (0.0, 500_000, 1000, -0.1,  400_000),      # deflation cuts nothing either
])
# fmt: on
def test_a_yearly_raise(catch_up: float, offer: float, efficiency: int, inflation: float, wage: int) -> None:
    rows, columns, spans = town(24, 2, 1, at_work=0.9)
    columns |= {Consumers.wage: 400_000, Consumers.efficiency: efficiency, Workforce.offer: float(offer)}
    columns |= {Consumers.status: EMPLOYED, Consumers.employer: 0, Workforce.staff: 0, Workforce.labor: 0}
    columns |= {Workforce.payroll: 0, Outlook.expected_inflation: inflation}
    parameters = NOBODY_LEAVES | {"LaborMarket.catch_up": catch_up}
    world = run((part, raise_pay), rows, columns, spans=spans, parameters=parameters)
    assert world[Consumers].wage[[0, 12]].tolist() == [wage, wage]
    assert world[Consumers].wage[1] == 400_000
    assert world[Firms].payroll[0] == 2 * (wage - 400_000)


def offers(vacancies: int, unfilled: int, **given: float) -> float:
    columns: dict[Column, Any] = {
        Workforce.offer: 100.0, Workforce.vacancies: [[vacancies, 0, 0]], Workforce.unfilled: [[unfilled, 0, 0]],
        Workforce.staff: [[10, 0, 0]], Localities.offer_mean: given.get("market", 100.0),
        Wages.offer_mean: given.get("market", 100.0), Outlook.expected_inflation: given.get("inflation", 0.0),
    }  # fmt: skip
    stated = {"offer_response": 0.04, "unfilled_normal": 0.5, "pull": 0.1, "offer_cut": given.get("cut", 0.25)}
    parameters = {f"LaborMarket.{name}": value for name, value in stated.items()}
    return float(run(revise_offers, {Firms: 1}, columns, parameters=parameters)[Firms].offer[0, 0])


# fmt: off
@pytest.mark.parametrize(("vacancies", "unfilled", "given", "offer"), [
    (0, 0, {},                                   100.0),
    (4, 2, {},                                   100.0),                          # as many unfilled as usual
    (4, 4, {},                                   100.0 * 1.02 + 0.1 * (100.0 - 102.0)),
    (4, 0, {"cut": 1.0},                         100.0 * 0.98 + 0.1 * (100.0 - 98.0)),
    (4, 0, {},                                   100.0 - 0.25 * 1.8),             # a quarter of a cut is made
    (4, 0, {"cut": 0.0},                         100.0),
    (0, 0, {"market": 80.0},                     100.0 - 0.25 * 2.0),
    (0, 0, {"inflation": -0.12},                 100.0 - 0.25 * 1.0),
    (4, 0, {"inflation": 0.12},                  100.0 - 0.25 * (100.0 - (98.98 + 0.1 * (101.0 - 98.98)))),
    (4, 0, {"inflation": 0.36},                  100.94 + 0.1 * (103.0 - 100.94)),  # with prices rising none is needed
    (0, 0, {"market": 120.0},                    102.0),
    (0, 0, {"market": 120.0, "cut": 0.0},        102.0),
    (0, 0, {"inflation": 0.12},                  101.0),
    (4, 2, {"inflation": 0.12, "market": 120.0}, 101.0 + 0.1 * (121.2 - 101.0)),
])
# fmt: on
def test_wage_offers(vacancies: int, unfilled: int, given: dict[str, float], offer: float) -> None:
    assert offers(vacancies, unfilled, **given) == pytest.approx(offer)


def test_mean_offers_are_weighted_by_posts_and_staff() -> None:
    columns = {
        Workforce.offer: [[100.0, 50.0, 10.0], [200.0, 80.0, 20.0], [400.0, 60.0, 30.0]],
        Workforce.staff: [[1, 0, 0], [1, 2, 0], [2, 2, 0]], Workforce.vacancies: [[1, 0, 0], [1, 0, 0], [0, 0, 0]],
        Wages.offer_mean: 7.0, Localities.offer_mean: 7.0, Workforce.unfilled: 0,
    }  # fmt: skip
    still = {
        "LaborMarket.offer_response": 0.0, "LaborMarket.pull": 0.0,
    }  # fmt: skip
    spans = {Firms: [0, 2, 3], Localities: [0, 1, 2]}
    rules = revise_offers, count_posts, compare_offers
    world = run(rules, {Firms: 3, Localities: 2}, columns, spans=spans, parameters=still)
    assert world[Economy].offer_mean[0].tolist() == pytest.approx([(200 + 400 + 800) / 6, 70.0, 7.0])
    assert world[Localities].offer_mean[0].tolist()[:2] == pytest.approx([150.0, 80.0])


@pytest.mark.parametrize(("wanted", "opened"), [(1.0, [2, 0, 0]), (1.5, [7, 3, 0]), (0.5, [0, 0, 0])])
def test_the_government_opens_posts_by_a_policy_and_lays_nobody_off(wanted: float, opened: list[int]) -> None:
    columns = {
        Localities.public_posts: [[10, 6, 0]], Localities.public_staff: [[8, 6, 0]], Workforce.offer: 100.0,
        Workforce.staff: 0, Workforce.vacancies: 0, Workforce.unfilled: 0,
    }  # fmt: skip
    world = run(count_posts, {Firms: 1, Localities: 1}, columns, parameters={"PublicEmployment.posts": wanted})
    assert world[Localities].vacancies[0].tolist() == opened
    assert world[Localities].public_staff[0].tolist() == [8, 6, 0]


def test_who_signs_on_begins_with_the_months_of_her_job() -> None:
    """Job, pay and months begin anew, the turn is counted, and nobody else's row is touched."""
    status, turns = np.array([UNEMPLOYED, UNEMPLOYED], np.uint8), np.zeros((1, STATUSES**2), np.int32)
    employer, wage = np.array([NO_EMPLOYER, NO_EMPLOYER], np.int32), np.array([0, 0], np.int64)
    months = np.array([9, 7], np.uint8)
    sign_on(Jobs(status, employer, wage, months), 0, 4, 300_000, turns)
    assert (status[0], employer[0], wage[0], months[0]) == (EMPLOYED, 4, 300_000, 0)
    assert (status[1], employer[1], wage[1], months[1]) == (UNEMPLOYED, NO_EMPLOYER, 0, 7)
    assert np.argwhere(turns).tolist() == [[0, STATUSES * UNEMPLOYED + EMPLOYED]]
