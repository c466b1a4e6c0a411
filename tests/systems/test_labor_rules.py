"""Work: posts are whole, nobody holds two jobs, and books of staff, labor and payroll follow every move."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st
from small_world import run

from ravelin.core.table import Column, Table, World
from ravelin.markets.rounding import whole_posts
from ravelin.state.consumers import EMPLOYED, INACTIVE, NO_EMPLOYER, PUBLIC_EMPLOYER, RETIRED, UNEMPLOYED, Consumers
from ravelin.state.firms import Firms
from ravelin.state.institutions import Economy
from ravelin.state.localities import Localities
from ravelin.systems.labor import compare_offers, match, match_far, part, plan_staff, revise_offers

WAGE = 300_000
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
        Firms.labor_wanted: [[wanted, 0.0, 0.0]], Firms.labor: [[round(1000 * at_work), 0, 0]],
        Firms.staff: [[heads, 0, 0]],
    }  # fmt: skip
    stated = {"post_slack": 1.0, "hoarding": 0.04, "band": 0.6, "layoff_speed": 1.0} | parameters
    firms = run(plan_staff, {Firms: 1}, given, parameters={f"LaborMarket.{k}": v for k, v in stated.items()})[Firms]
    assert not firms.vacancies[0, 1:].any()
    assert not firms.dismissals[0, 1:].any()
    return int(firms.vacancies[0, 0]), int(firms.dismissals[0, 0])


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


def town(people: int, firms: int, seed: int, localities: int = 1, at_work: float = 0.8) -> tuple[Any, Any, Any]:
    """Draw a labor market whose books agree: rows, columns and the bounds of localities."""
    rng = np.random.default_rng(seed)
    skill = rng.integers(0, 3, people)
    status = rng.choice([EMPLOYED, UNEMPLOYED, RETIRED, INACTIVE], people, p=[at_work, 0.9 - at_work, 0.06, 0.04])
    employer = np.where(rng.random(people) < 0.15, PUBLIC_EMPLOYER, rng.integers(0, firms, people))
    employer[status != EMPLOYED] = NO_EMPLOYER
    wage = rng.integers(200_000, 600_000, people)
    efficiency = rng.integers(500, 1800, people)
    staff, labor, payroll = np.zeros((firms, 3), int), np.zeros((firms, 3), int), np.zeros(firms, int)
    bounds = np.linspace(0, people, localities + 1).astype(int)
    places = np.linspace(0, firms, localities + 1).astype(int)
    private, public = employer >= 0, employer == PUBLIC_EMPLOYER
    np.add.at(staff, (employer[private], skill[private]), 1)
    np.add.at(labor, (employer[private], skill[private]), efficiency[private])
    np.add.at(payroll, employer[private], wage[private])
    home = np.searchsorted(bounds, np.arange(people), side="right") - 1
    public_staff, public_payroll = np.zeros((localities, 3), int), np.zeros(localities, int)
    np.add.at(public_staff, (home[public], skill[public]), 1)
    np.add.at(public_payroll, home[public], wage[public])
    columns: dict[Column, Any] = {
        Consumers.skill: skill, Consumers.status: status, Consumers.employer: employer, Consumers.wage: wage,
        Consumers.efficiency: efficiency, Consumers.months_unemployed: rng.integers(0, 20, people),
        Firms.staff: staff, Firms.labor: labor, Firms.payroll: payroll, Firms.labor_wanted: 20.0,
        Firms.offer: rng.integers(300_000, 600_000, (firms, 3)), Firms.vacancies: rng.integers(0, 5, (firms, 3)),
        Localities.public_staff: public_staff, Localities.public_payroll: public_payroll,
        Localities.public_posts: public_staff + rng.integers(0, 3, (localities, 3)), Localities.offer_mean: 400_000.0,
        Economy.offer_mean: 400_000.0,
    }  # fmt: skip
    rows: dict[type[Table], int] = {Consumers: people, Firms: firms, Localities: localities}
    spans = {Consumers: bounds, Firms: places, Localities: np.arange(localities + 1)}
    return rows, columns, spans


def check_books(world: World) -> None:
    """Whatever happened, firms and government know who works for them and what is due."""
    people, firms, places = world[Consumers], world[Firms], world[Localities]
    at_work = people.status == EMPLOYED
    private, public = at_work & (people.employer >= 0), at_work & (people.employer == PUBLIC_EMPLOYER)
    assert np.array_equal(at_work, people.employer != NO_EMPLOYER)
    staff, labor, payroll = np.zeros_like(firms.staff), np.zeros_like(firms.labor), np.zeros_like(firms.payroll)
    np.add.at(staff, (people.employer[private], people.skill[private]), 1)
    np.add.at(labor, (people.employer[private], people.skill[private]), people.efficiency[private].astype(np.int64))
    np.add.at(payroll, people.employer[private], people.wage[private])
    assert np.array_equal(staff, firms.staff)
    assert np.array_equal(labor, firms.labor)
    assert np.array_equal(payroll, firms.payroll)
    assert int(public.sum()) == int(places.public_staff.sum())
    assert int(people.wage[public].sum()) == int(places.public_payroll.sum())


SEEDS = range(4)


@pytest.mark.parametrize("seed", SEEDS)
def test_layoffs_are_just_as_many_as_planned(seed: int) -> None:
    """Drawn without replacement: with no other reason to part, each firm loses whom it dismisses."""
    rows, columns, spans = town(400, 12, seed)
    columns[Firms.dismissals] = np.minimum(columns[Firms.staff], np.random.default_rng(seed).integers(0, 6, (12, 3)))
    world = run(part, rows, columns, spans=spans, seed=seed, parameters=NOBODY_LEAVES)
    assert np.array_equal(columns[Firms.staff] - world[Firms].staff, columns[Firms.dismissals])
    assert world[Localities].layoffs[0] == columns[Firms.dismissals].sum()
    assert world[Localities].quits[0] == 0
    check_books(world)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("chances", [(0.1, 0.1, 0.1), (0.2, 0.1, 0.02), (0.0, 0.3, 1.0)])
def test_whoever_leaves_leaves_a_post_behind(seed: int, chances: tuple[float, float, float]) -> None:
    rows, columns, spans = town(2000, 30, seed, localities=3)
    parameters = {"LaborMarket.separation": chances, "LaborMarket.quit_share": 0.25}
    world = run(part, rows, columns, spans=spans, seed=seed, threads=2, parameters=parameters)
    check_books(world)
    employed = columns[Consumers.status] == EMPLOYED
    left = employed & (world[Consumers].status == UNEMPLOYED)
    for skill, chance in enumerate(chances):
        exposed = (employed & (columns[Consumers.skill] == skill)).sum()
        gone = (left & (columns[Consumers.skill] == skill)).sum()
        assert abs(gone - chance * exposed) <= 4.0 * np.sqrt(exposed * chance * (1.0 - chance))
    quits = world[Localities].quits.sum()
    assert abs(quits - 0.25 * left.sum()) < 4.0 * np.sqrt(left.sum() * 0.25 * 0.75)
    assert quits + world[Localities].layoffs.sum() == left.sum()
    assert not world[Consumers].months_unemployed[left].any()
    at_home = np.searchsorted(spans[Consumers], np.flatnonzero(left), side="right")
    boss = columns[Consumers.employer][left]
    here = (boss >= 0) & (np.searchsorted(spans[Firms], boss, side="right") == at_home)
    assert (world[Firms].vacancies - columns[Firms.vacancies]).sum() == here.sum()


@pytest.mark.parametrize("tick", [0, 5, 11])
def test_wages_rise_once_a_year(tick: int) -> None:
    """With prices and productivity, whatever new people are offered, if offers are not caught up with."""
    rows, columns, spans = town(240, 8, 1)
    columns |= {Economy.expected_inflation: 0.02, Economy.productivity_growth: 0.01}
    parameters = NOBODY_LEAVES | {"LaborMarket.catch_up": 0.0}
    world = run(part, rows, columns, spans=spans, tick=tick, parameters=parameters)
    due = (columns[Consumers.status] == EMPLOYED) & ((np.arange(240) + tick) % 12 == 0)
    before = columns[Consumers.wage]
    assert np.array_equal(world[Consumers].wage, np.where(due, np.rint(1.03 * before), before))
    check_books(world)


@pytest.mark.parametrize("tick", [0, 7])
def test_pay_is_the_offer_for_new_people_but_never_cut(tick: int) -> None:
    """Once a year everybody gets what her firm, or for the state the locality's market, offers for her efficiency."""
    rows, columns, spans = town(600, 8, 2)
    columns[Localities.offer_mean] = np.array([[350_000.0, 420_000.0, 510_000.0]])
    columns |= {Economy.expected_inflation: 0.02, Economy.productivity_growth: 0.01}
    world = run(part, rows, columns, spans=spans, tick=tick, parameters=NOBODY_LEAVES)
    at_work = columns[Consumers.status] == EMPLOYED
    due = at_work & ((np.arange(600) + tick) % 12 == 0)
    boss, skill, before = columns[Consumers.employer], columns[Consumers.skill], columns[Consumers.wage]
    market, own = columns[Localities.offer_mean][0, skill], columns[Firms.offer][np.maximum(0, boss), skill]
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
    columns |= {Consumers.wage: 400_000, Consumers.efficiency: efficiency, Firms.offer: float(offer)}
    columns |= {Consumers.status: EMPLOYED, Consumers.employer: 0, Firms.staff: 0, Firms.labor: 0, Firms.payroll: 0}
    columns |= {Economy.expected_inflation: inflation}
    parameters = NOBODY_LEAVES | {"LaborMarket.catch_up": catch_up}
    world = run(part, rows, columns, spans=spans, parameters=parameters)
    assert world[Consumers].wage[[0, 12]].tolist() == [wage, wage]
    assert world[Consumers].wage[1] == 400_000
    assert world[Firms].payroll[0] == 2 * (wage - 400_000)


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("seed", SEEDS)
def test_hires_never_exceed_posts(seed: int, threads: int) -> None:
    rows, columns, spans = town(1500, 40, seed, localities=4)
    world = run(match, rows, columns, spans=spans, seed=seed, threads=threads)
    check_books(world)
    people, firms = world[Consumers], world[Firms]
    changed = people.employer != columns[Consumers.employer]
    hired = np.zeros_like(firms.staff)
    private = changed & (people.employer >= 0)
    np.add.at(hired, (people.employer[private], people.skill[private]), 1)
    assert private.sum() > 20
    assert (hired <= columns[Firms.vacancies]).all()
    assert np.array_equal(firms.unfilled, columns[Firms.vacancies] - hired)
    assert (world[Localities].public_staff <= columns[Localities.public_posts]).all()
    # Nobody comes out of retirement, nobody who moved is idle, and each is paid the offer for her efficiency.
    assert (people.status[changed] == EMPLOYED).all()
    assert np.array_equal(people.status > UNEMPLOYED, columns[Consumers.status] > UNEMPLOYED)
    offered = columns[Firms.offer][people.employer[private], people.skill[private]]
    assert np.array_equal(people.wage[private], np.rint(0.001 * people.efficiency[private] * offered))
    # Search is local: a locality's firms hire the locality's people.
    at_home = np.searchsorted(spans[Consumers], np.flatnonzero(private), side="right")
    assert np.array_equal(at_home, np.searchsorted(spans[Firms], people.employer[private], side="right"))


def test_threads_change_no_match() -> None:
    rows, columns, spans = town(1500, 40, 3, localities=4)
    one, many = (run(match, rows, columns, spans=spans, threads=threads) for threads in (1, 3))
    assert np.array_equal(one[Consumers].employer, many[Consumers].employer)
    assert np.array_equal(one[Firms].payroll, many[Firms].payroll)


@pytest.mark.parametrize("seed", SEEDS)
def test_some_find_work_elsewhere(seed: int) -> None:
    rows, columns, spans = town(1500, 40, seed, localities=4, at_work=0.6)
    columns[Firms.unfilled] = columns[Firms.vacancies]
    world = run(match_far, rows, columns, spans=spans, seed=seed)
    check_books(world)
    people = world[Consumers]
    hired = (people.status == EMPLOYED) & (columns[Consumers.status] == UNEMPLOYED)
    assert hired.sum() > 5
    assert (columns[Consumers.months_unemployed][hired] > 0).all()
    filled = np.zeros_like(world[Firms].staff)
    np.add.at(filled, (people.employer[hired], people.skill[hired]), 1)
    assert np.array_equal(world[Firms].unfilled, columns[Firms.vacancies] - filled)
    assert world[Localities].hires.sum() == hired.sum()


def lone_searcher(parameters: dict[str, float] | None = None, **given: Any) -> World:
    """One worker, one firm with one post of her skill: she is hired if nothing stands against it."""
    columns: dict[Column, Any] = {
        Consumers.status: UNEMPLOYED, Consumers.employer: NO_EMPLOYER, Consumers.wage: WAGE, Consumers.efficiency: 1000,
        Firms.vacancies: [[1, 0, 0]], Firms.offer: float(WAGE), Firms.labor_wanted: 5.0,
    }  # fmt: skip
    columns |= {PERSON[name]: value for name, value in given.items()}
    stated = {
        "suitability": 1.0, "job_search": 1.0, "recruiting": 1.0, "reservation": 0.97, "reservation_decline": 0.03,
        "raise_wanted": 1.02, "taste": 0.0,
    }  # fmt: skip
    names = {f"LaborMarket.{name}": value for name, value in (stated | (parameters or {})).items()}
    return run(match, {Consumers: 1, Firms: 2}, columns, parameters=names)


PERSON = {
    "skill": Consumers.skill, "wage": Consumers.wage, "status": Consumers.status, "employer": Consumers.employer,
    "months": Consumers.months_unemployed, "efficiency": Consumers.efficiency, "wanted": Firms.labor_wanted,
    "offer": Firms.offer, "vacancies": Firms.vacancies,
}  # fmt: skip


# fmt: off
@pytest.mark.parametrize(("given", "parameters", "hired"), [
    ({},                                            {},                    True),
    ({"skill": 1},                                  {},                    False),  # not her skill
    ({"vacancies": [[0, 0, 0], [0, 0, 0]]},         {},                    False),
    ({},                                            {"suitability": 0.0},  False),
    ({"status": RETIRED},                           {},                    False),
    ({"wage": 309_000},                             {},                    True),   # 97 % of her last wage
    ({"wage": 310_000},                             {},                    False),
    ({"wage": 310_000, "months": 1},                {},                    True),   # she asks for less by now
    ({"wage": 400_000, "months": 4},                {},                    False),
    ({"wage": 400_000, "months": 9},                {},                    True),
    ({"efficiency": 900, "wage": 278_000},          {},                    True),   # offers are per standard worker
    ({"efficiency": 900, "wage": 279_000},          {},                    False),
    ({"efficiency": 1600, "wanted": 1.0},           {},                    False),  # too good for so small a firm
    ({"efficiency": 1400, "wanted": 1.0},           {},                    True),
    ({"status": EMPLOYED, "employer": 1, "wage": 250_000}, {},             True),   # a better job
    ({"status": EMPLOYED, "employer": 0, "wage": 250_000}, {},             False),  # she works there already
    ({"status": EMPLOYED, "employer": 1, "wage": 294_000}, {},             True),   # two percent more
    ({"status": EMPLOYED, "employer": 1, "wage": 295_000}, {},             False),
    ({"status": EMPLOYED, "employer": 1, "wage": 390_000}, {"taste": 0.25}, False), # no job is worth so great a cut
    ({"status": EMPLOYED, "employer": 1, "wage": 236_000}, {"taste": 0.25}, True),  # and none withstands such a raise
    ({"status": EMPLOYED, "employer": 1, "wage": 250_000}, {"job_search": 0.0}, False),
])
# fmt: on
def test_who_takes_a_post(given: dict[str, Any], parameters: dict[str, float], hired: bool) -> None:
    if "vacancies" not in given:
        given = given | {"vacancies": [[1, 0, 0], [0, 0, 0]]}
    world = lone_searcher(parameters, **given)
    assert (world[Localities].hires[0] == 1) == hired
    assert (world[Firms].staff[0, 0] == 1) == hired
    if hired:
        assert world[Consumers].wage[0] == round(0.001 * world[Consumers].efficiency[0] * WAGE)


def test_rows_give_no_precedence() -> None:
    """Of twenty who want the same post each is as likely to get it as the next."""
    given: dict[Column, Any] = {
        Consumers.status: UNEMPLOYED, Consumers.employer: NO_EMPLOYER, Consumers.wage: WAGE, Consumers.efficiency: 1000,
        Firms.vacancies: [[1, 0, 0]], Firms.offer: float(WAGE), Firms.labor_wanted: 5.0,
    }  # fmt: skip
    wins = np.zeros(20)
    parameters = {"LaborMarket.suitability": 1.0, "LaborMarket.recruiting": 1.0}
    for seed in range(400):
        world = run(match, {Consumers: 20, Firms: 1}, given, seed=seed, parameters=parameters)
        wins += world[Consumers].status == EMPLOYED
    assert wins.sum() == 400
    chi = float(((wins - 20.0) ** 2 / 20.0).sum())
    assert abs(chi - 19.0) < 4.0 * np.sqrt(38.0)


@pytest.mark.parametrize("raised", [0.8, 0.9, 1.02, 1.1, 1.25])
def test_workers_differ_in_what_a_raise_is_worth(raised: float) -> None:
    """What is wanted lies evenly between a raise of 1.02 less and more the taste."""
    people, posts, taste = 3000, 300_000, 0.25
    given: dict[Column, Any] = {
        Consumers.status: EMPLOYED, Consumers.employer: PUBLIC_EMPLOYER, Consumers.wage: WAGE,
        Consumers.efficiency: 1000, Firms.vacancies: [[posts, 0, 0]], Firms.offer: raised * WAGE,
        Firms.labor_wanted: posts, Localities.public_staff: [[people, 0, 0]],
    }  # fmt: skip
    stated = {"suitability": 1.0, "job_search": 1.0, "recruiting": 1.0, "raise_wanted": 1.02, "taste": taste}
    parameters = {f"LaborMarket.{name}": value for name, value in stated.items()}
    hired = run(match, {Consumers: people, Firms: 1}, given, parameters=parameters)[Localities].hires[0]
    willing = (raised - 1.02 + taste) / (2.0 * taste)
    # So many posts are open that hardly one applicant in two hundred meets another.
    noise = 4.0 * np.sqrt(people * willing * (1.0 - willing))
    assert willing * people * (1.0 - 0.01) - noise <= hired <= willing * people + noise


@pytest.mark.parametrize("recruiting", [0.2, 0.55, 1.0])
@pytest.mark.parametrize("far", [False, True])
def test_posts_are_recruited_for_in_part_of_the_months(recruiting: float, far: bool) -> None:
    """Among many who look each firm fills its part of its three posts, rounded by lot."""
    firms, people = 400, 40_000
    given: dict[Column, Any] = {
        Consumers.status: UNEMPLOYED, Consumers.employer: NO_EMPLOYER, Consumers.wage: WAGE, Consumers.efficiency: 1000,
        Consumers.months_unemployed: 1, Firms.vacancies: [[3, 0, 0]], Firms.offer: float(WAGE), Firms.labor_wanted: 5.0,
        Firms.unfilled: [[3, 0, 0]],
    }  # fmt: skip
    stated = {"suitability": 1.0, "far_search": 1.0, "recruiting": recruiting}
    parameters = {f"LaborMarket.{name}": value for name, value in stated.items()}
    rule = match_far if far else match
    staff = run(rule, {Consumers: people, Firms: firms}, given, parameters=parameters)[Firms].staff[:, 0]
    part, low = (3.0 * recruiting) % 1.0, int(3.0 * recruiting)
    assert set(staff.tolist()) <= ({low, low + 1} if part > 1e-9 else {low})
    assert abs(staff.mean() - 3.0 * recruiting) <= 4.0 * np.sqrt(part * (1.0 - part) / firms)


@pytest.mark.parametrize(("recruiting", "hired"), [(0.2, 2), (0.5, 5), (1.0, 10)])
def test_the_state_recruits_for_part_of_its_posts(recruiting: float, hired: int) -> None:
    given: dict[Column, Any] = {
        Consumers.status: UNEMPLOYED, Consumers.employer: NO_EMPLOYER, Consumers.wage: WAGE, Consumers.efficiency: 1000,
        Localities.offer_mean: float(WAGE), Localities.public_posts: [[15, 0, 0]],
        Localities.public_staff: [[5, 0, 0]],
    }  # fmt: skip
    parameters = {"LaborMarket.suitability": 1.0, "LaborMarket.recruiting": recruiting}
    world = run(match, {Consumers: 1000, Firms: 1}, given, parameters=parameters)
    assert world[Localities].public_staff[0, 0] == 5 + hired
    assert world[Localities].hires[0] == hired


def offers(vacancies: int, unfilled: int, **given: float) -> float:
    columns: dict[Column, Any] = {
        Firms.offer: 100.0, Firms.vacancies: [[vacancies, 0, 0]], Firms.unfilled: [[unfilled, 0, 0]],
        Firms.staff: [[10, 0, 0]], Localities.offer_mean: given.get("market", 100.0),
        Economy.offer_mean: given.get("market", 100.0), Economy.expected_inflation: given.get("inflation", 0.0),
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
        Firms.offer: [[100.0, 50.0, 10.0], [200.0, 80.0, 20.0], [400.0, 60.0, 30.0]],
        Firms.staff: [[1, 0, 0], [1, 2, 0], [2, 2, 0]], Firms.vacancies: [[1, 0, 0], [1, 0, 0], [0, 0, 0]],
        Economy.offer_mean: 7.0, Localities.offer_mean: 7.0, Firms.unfilled: 0,
    }  # fmt: skip
    still = {
        "LaborMarket.offer_response": 0.0, "LaborMarket.pull": 0.0,
    }  # fmt: skip
    spans = {Firms: [0, 2, 3], Localities: [0, 1, 2]}
    world = run((revise_offers, compare_offers), {Firms: 3, Localities: 2}, columns, spans=spans, parameters=still)
    assert world[Economy].offer_mean[0].tolist() == pytest.approx([(200 + 400 + 800) / 6, 70.0, 7.0])
    assert world[Localities].offer_mean[0].tolist()[:2] == pytest.approx([150.0, 80.0])
