"""Matching: a post takes one who suits, nobody has precedence, and posts are filled in part of the months."""

from typing import Any

import numpy as np
import pytest
from small_town import check_books, town
from small_world import run

from ravelin.core.draws import key, uniform
from ravelin.core.table import Column, World
from ravelin.economy.firms.tables import Firms, Workforce
from ravelin.economy.labor.matching import SearchEffort, list_searchers
from ravelin.economy.labor.search import match, match_far
from ravelin.economy.people.tables import EMPLOYED, NO_EMPLOYER, PUBLIC_EMPLOYER, RETIRED, UNEMPLOYED, Consumers
from ravelin.economy.places.tables import Localities

WAGE = 300_000
SEEDS = range(4)


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
    assert (hired <= columns[Workforce.vacancies]).all()
    assert np.array_equal(firms.unfilled, columns[Workforce.vacancies] - hired)
    assert (world[Localities].public_staff <= columns[Localities.public_posts]).all()
    # Nobody comes out of retirement, nobody who moved is idle, and each is paid the offer for her efficiency.
    assert (people.status[changed] == EMPLOYED).all()
    assert np.array_equal(people.status > UNEMPLOYED, columns[Consumers.status] > UNEMPLOYED)
    offered = columns[Workforce.offer][people.employer[private], people.skill[private]]
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
    columns[Workforce.unfilled] = columns[Workforce.vacancies]
    world = run(match_far, rows, columns, spans=spans, seed=seed)
    check_books(world)
    people = world[Consumers]
    hired = (people.status == EMPLOYED) & (columns[Consumers.status] == UNEMPLOYED)
    assert hired.sum() > 5
    assert (columns[Consumers.months_unemployed][hired] > 0).all()
    filled = np.zeros_like(world[Firms].staff)
    np.add.at(filled, (people.employer[hired], people.skill[hired]), 1)
    assert np.array_equal(world[Firms].unfilled, columns[Workforce.vacancies] - filled)
    assert world[Localities].hires.sum() == hired.sum()


def lone_searcher(parameters: dict[str, float] | None = None, **given: Any) -> World:
    """One worker, one firm with one post of her skill: she is hired if nothing stands against it."""
    columns: dict[Column, Any] = {
        Consumers.status: UNEMPLOYED, Consumers.employer: NO_EMPLOYER, Consumers.wage: WAGE, Consumers.efficiency: 1000,
        Workforce.vacancies: [[1, 0, 0]], Workforce.offer: float(WAGE), Workforce.labor_wanted: 5.0,
    }  # fmt: skip
    columns |= {PERSON[name]: value for name, value in given.items()}
    stated = {
        "suitability": 1.0, "job_search": 1.0, "recruiting": 1.0, "reservation": 0.97, "reservation_decline": 0.03,
        "raise_wanted": 1.02, "taste": 0.0, "Benefits.recipiency": 0.0, "search_response": 0.0,
    }  # fmt: skip
    given_names = (stated | (parameters or {})).items()
    names = {name if "." in name else f"LaborMarket.{name}": value for name, value in given_names}
    return run(match, {Consumers: 1, Firms: 2}, columns, parameters=names)


PERSON = {
    "skill": Consumers.skill, "wage": Consumers.wage, "status": Consumers.status, "employer": Consumers.employer,
    "months": Consumers.months_unemployed, "efficiency": Consumers.efficiency, "wanted": Workforce.labor_wanted,
    "offer": Workforce.offer, "vacancies": Workforce.vacancies,
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


@pytest.mark.parametrize(("given", "parameters", "hired"), [
    ({"wage": 310_000},              {},                                       False),  # her benefit makes her ask more
    ({"wage": 302_000},              {},                                       False),
    ({"wage": 291_000},              {},                                       True),
    ({"wage": 302_000},              {"Benefits.recipiency": 0.0},             True),   # she does not claim it
    ({"wage": 302_000, "months": 6}, {"reservation_decline": 0.0},             True),   # it has ended
    ({"wage": 302_000, "months": 5}, {"reservation_decline": 0.0},             True),   # or is about to
    ({"wage": 302_000, "months": 5}, {"reservation_decline": 0.0, "Benefits.unemployment_months": 12}, False),
    ({"wage": 302_000},              {"Benefits.unemployment_replacement": 0.0}, True),
    ({"wage": 302_000},              {"Benefits.unemployment_months": 0},      True),
    ({"wage": 302_000},              {"asking_response": 0.0},                 True),
    ({"wage": 0, "offer": 1.0},      {},                                       True),   # who never had a wage
    ({"wage": 200_000},              {"search_response": 1.0, "Benefits.unemployment_replacement": 1.1,
                                      "finding_expected": 1.0},                False),  # no job is worth its pay
    ({"wage": 200_000, "months": 6}, {"search_response": 1.0, "Benefits.unemployment_replacement": 1.1,
                                      "finding_expected": 1.0},                True),
])  # fmt: skip
def test_what_the_insured_ask_for(given: dict[str, Any], parameters: dict[str, float], hired: bool) -> None:
    """With half the wage for six months, of which .93 are expected to be drawn, .047 of it is asked for on top."""
    stated = {"Benefits.recipiency": 1.0, "Benefits.unemployment_replacement": 0.5, "asking_response": 0.1}
    columns = given | {"vacancies": [[1, 0, 0], [0, 0, 0]]}
    assert (lone_searcher(stated | parameters, **columns)[Localities].hires[0] == 1) == hired


@pytest.mark.parametrize("far", [False, True])
@pytest.mark.parametrize(("months", "part"), [(1, 1.0 - 0.64**5), (4, 1.0 - 0.64**2), (5, 0.36), (6, 0.0), (30, 0.0)])
def test_search_rises_as_the_benefit_ends(months: int, part: float, far: bool) -> None:
    """Posts abound, so that hires are searches: less by the benefit times the part of the time it is expected for."""
    people, firms, benefit = 12_000, 2, 0.5
    given: dict[Column, Any] = {
        Consumers.status: UNEMPLOYED, Consumers.employer: NO_EMPLOYER, Consumers.wage: 100_000,
        Consumers.efficiency: 1000, Consumers.months_unemployed: months, Workforce.offer: float(WAGE),
        Workforce.labor_wanted: 5.0, Workforce.vacancies: [[400_000, 0, 0]], Workforce.unfilled: [[400_000, 0, 0]],
    }  # fmt: skip
    stated = {"LaborMarket.suitability": 1.0, "LaborMarket.far_search": 1.0, "LaborMarket.recruiting": 1.0,
              "Benefits.recipiency": 0.5, "Benefits.unemployment_replacement": benefit}  # fmt: skip
    world = run(match_far if far else match, {Consumers: people, Firms: firms}, given, parameters=stated)
    claims = np.array([uniform(key(1, "benefit recipient", -1), row) < 0.5 for row in range(people)])
    hired = world[Consumers].status == EMPLOYED
    assert hired[~claims].mean() > 0.98, "who draws no benefit does not respond"
    searching = 1.0 - benefit * part
    noise = 4.0 * np.sqrt(0.25 / claims.sum())
    assert hired[claims].mean() == pytest.approx(searching, abs=noise + 0.01)


def test_rows_give_no_precedence() -> None:
    """Of twenty who want the same post each is as likely to get it as the next."""
    given: dict[Column, Any] = {
        Consumers.status: UNEMPLOYED, Consumers.employer: NO_EMPLOYER, Consumers.wage: WAGE, Consumers.efficiency: 1000,
        Workforce.vacancies: [[1, 0, 0]], Workforce.offer: float(WAGE), Workforce.labor_wanted: 5.0,
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
        Consumers.efficiency: 1000, Workforce.vacancies: [[posts, 0, 0]], Workforce.offer: raised * WAGE,
        Workforce.labor_wanted: posts, Localities.public_staff: [[people, 0, 0]],
    }  # fmt: skip
    stated = {"suitability": 1.0, "job_search": 1.0, "recruiting": 1.0, "raise_wanted": 1.02, "taste": taste}
    stated["public_turnover"] = 1.0
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
        Consumers.months_unemployed: 1, Workforce.vacancies: [[3, 0, 0]], Workforce.offer: float(WAGE),
        Workforce.labor_wanted: 5.0, Workforce.unfilled: [[3, 0, 0]],
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


@pytest.mark.parametrize(("posts_seen", "share"), [(1, 0.5), (2, 0.75), (4, 0.9375)])
def test_the_best_of_the_posts_seen_is_applied_for(posts_seen: int, share: float) -> None:
    """Where half of many posts pay more, one who sees two applies for such a post unless she sees two others."""
    people, posts = 4000, 400_000
    given: dict[Column, Any] = {
        Consumers.status: UNEMPLOYED, Consumers.employer: NO_EMPLOYER, Consumers.wage: WAGE, Consumers.efficiency: 1000,
        Workforce.vacancies: [[posts, 0, 0], [posts, 0, 0]], Workforce.offer: [[WAGE] * 3, [1.1 * WAGE] * 3],
        Workforce.labor_wanted: 5.0,
    }  # fmt: skip
    parameters = {"LaborMarket.suitability": 1.0, "LaborMarket.posts_seen": posts_seen, "LaborMarket.friends": 0,
                  "Benefits.recipiency": 0.0}  # fmt: skip
    staff = run(match, {Consumers: people, Firms: 2}, given, parameters=parameters)[Firms].staff[:, 0]
    assert staff.sum() > 0.99 * people
    assert abs(staff[1] / staff.sum() - share) < 4.0 * np.sqrt(0.25 / people) + 0.01


@pytest.mark.parametrize(("friends", "least", "most"), [(0, 0, 10), (1, 160, 180), (3, 198, 200)])
def test_friends_tell_of_posts_where_they_work(friends: int, least: int, most: int) -> None:
    """Nine people of ten work for the one firm that pays more, whose posts are few among many."""
    people, firms, searching = 2000, 400, 200
    status = np.where(np.arange(people) < searching, UNEMPLOYED, EMPLOYED)
    vacancies, offer = np.zeros((firms, 3), int), np.full((firms, 3), float(WAGE))
    vacancies[:, 0] = np.where(np.arange(firms) == 0, 2000, 1000)
    offer[0] = 1.2 * WAGE
    given: dict[Column, Any] = {
        Consumers.status: status, Consumers.employer: np.where(status == EMPLOYED, 0, NO_EMPLOYER),
        Consumers.wage: WAGE, Consumers.efficiency: 1000, Workforce.vacancies: vacancies, Workforce.offer: offer,
        Workforce.labor_wanted: 5.0,
    }  # fmt: skip
    stated = {"suitability": 1.0, "job_search": 0.0, "recruiting": 1.0, "posts_seen": 1, "friends": friends}
    parameters = {f"LaborMarket.{name}": value for name, value in stated.items()} | {"Benefits.recipiency": 0.0}
    told = 0
    for seed in range(4):
        world = run(match, {Consumers: people, Firms: firms}, given, seed=seed, parameters=parameters)
        told += int(world[Firms].staff[0, 0])
    # Some of those who are told apply for one and the same of the two thousand posts.
    assert least - 15 <= told / 4 <= most


@pytest.mark.parametrize(("status", "boss", "share"), [
    (UNEMPLOYED, NO_EMPLOYER,     0.8),              # all who suit
    (EMPLOYED,   3,               0.8 * 0.3),        # some of those who have a job
    (EMPLOYED,   PUBLIC_EMPLOYER, 0.8 * 0.3 * 0.4),  # and fewer of the government's
    (RETIRED,    NO_EMPLOYER,     0.0),
])  # fmt: skip
def test_who_looks_for_a_post(status: int, boss: int, share: float) -> None:
    people = 40_000
    searchers = np.full(people, -1, np.int32)
    statuses, bosses = np.full(people, status, np.uint8), np.full(people, boss, np.int32)
    found = list_searchers(searchers, statuses, bosses, SearchEffort(0.3, 0.4, 0.8), key(3, "search", 0), 0)
    assert found / people == pytest.approx(share, abs=0.01 if share else 0.0)
    assert (np.diff(searchers[:found]) > 0).all(), "each once, in the order of rows"
