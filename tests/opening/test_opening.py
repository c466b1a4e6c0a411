"""The opening's parts: sorting and dealing are what they replace, and large markets are split into zones."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ravelin import Scenario, Simulation
from ravelin.core.draws import order_of
from ravelin.economy.firms.tables import Firms
from ravelin.economy.goods.tables import Markets
from ravelin.economy.people.tables import EMPLOYED, Consumers
from ravelin.economy.places.tables import Localities
from ravelin.opening import business
from ravelin.opening.business import LARGEST_SHARE, SIZE_EXPONENT, Businesses, deal, zipf
from ravelin.opening.firms import join_establishments
from ravelin.opening.population import uniforms
from ravelin.validation.moments import tail_exponent
from ravelin.validation.sample import by_enterprise


@given(st.lists(st.sampled_from([0.001, 0.2, 0.25, 0.5, 0.5000001, 0.999999]), max_size=40))
def test_draws_are_ordered_as_by_a_stable_sort(draws: list[float]) -> None:
    given_draws = np.array(draws, dtype=np.float64)
    assert np.array_equal(order_of(given_draws), np.argsort(given_draws, kind="stable"))


def test_many_draws_are_ordered() -> None:
    draws = uniforms(1, "order", 100_000)
    assert np.array_equal(order_of(draws), np.argsort(draws, kind="stable"))


@given(st.lists(st.floats(0.1, 10.0), min_size=1, max_size=30), st.lists(st.floats(0.1, 50.0), min_size=1, max_size=9))
def test_takers_go_where_most_is_left(need: list[float], capacity: list[float]) -> None:
    left = np.array(capacity)
    for taken, place in zip(need, deal(np.array(need), np.array(capacity)), strict=True):
        assert place == np.argmax(left)
        left[place] -= taken


def test_a_market_with_too_many_sellers_is_split_into_zones(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every locality buys in one zone, every seller sells in one, and the books still close."""
    monkeypatch.setattr(business, "SELLERS_MAX", 25)
    simulation = Simulation(Scenario.load("default", consumers=40_000, seed=1))
    markets, places = simulation.world[Markets], simulation.world[Localities]
    assert simulation.world.localities == 4
    other_goods = np.flatnonzero(markets.good == 19)
    assert other_goods.size == 2
    assert markets.consumer_share[other_goods].sum() == pytest.approx(1.0)
    assert sorted(set(places.market_first[:, 19])) == sorted(markets.first_seller[other_goods])
    assert np.array_equal(np.diff(markets.first_seller), markets.sellers[:-1])
    simulation.step(2)
    assert set(simulation.audit().values()) == {0}
    bounds = simulation.world.span(Consumers)
    for place in range(4):
        chosen = simulation.world[Consumers].sellers[bounds[place] : bounds[place + 1], 10]
        assert chosen.max() < places.market_count[place, 19]


def national_good(localities: int, each: int) -> Businesses:
    """Establishments of one good, which in each locality follow the same law."""
    sales = np.tile(zipf(each), localities)
    none = np.empty(0)
    return Businesses(
        np.arange(1, localities + 1) * each, np.zeros(sales.size, dtype=np.int64), sales, none, none, none
    )


def test_enterprises_are_as_large_as_the_law_asks() -> None:
    """Establishments of forty like localities are too even at the top; enterprises have the law's largest sizes."""
    firms, region = national_good(40, 300), np.arange(40) // 10
    enterprise = join_establishments(firms, region)
    sizes = np.sort(by_enterprise(enterprise, firms.sales))[::-1]
    law = zipf(sizes.size) * firms.sales.sum()
    np.testing.assert_allclose(sizes[:200], law[:200], rtol=0.02)
    assert firms.sales.max() < law[0] / 20
    assert tail_exponent(firms.sales, 0.01) > 1.2
    assert tail_exponent(sizes, 0.01) == pytest.approx(SIZE_EXPONENT, abs=0.02)


def test_who_belongs_together() -> None:
    """One good, at most one establishment a locality, the head's region before others; who stands alone is a row."""
    firms, region = national_good(12, 50), np.arange(12) // 6
    enterprise = join_establishments(firms, region)
    locality = np.arange(firms.good.size) // 50
    alone = enterprise < firms.good.size
    assert np.array_equal(enterprise[alone], np.flatnonzero(alone))
    assert not alone.all()
    for number in np.unique(enterprise[~alone]):
        members = locality[enterprise == number]
        assert members.size == np.unique(members).size > 1
    # The largest takes the largest of its region, which are all alike, and then goes abroad.
    largest = np.argmax(np.bincount(enterprise, weights=firms.sales))
    inside = region[locality[enterprise == largest]]
    assert np.bincount(inside).max() == 6


def test_one_locality_has_no_enterprise_of_several_establishments() -> None:
    assert join_establishments(national_good(1, 400), np.zeros(1, dtype=np.int64)).tolist() == list(range(400))


def test_no_establishment_has_more_than_its_part_of_a_localitys_workers() -> None:
    world = Simulation(Scenario.load("default", consumers=60_000, seed=1)).world
    people, firms = world.span(Consumers), world.span(Firms)
    labor = world[Firms].labor.sum(axis=1) / 1000.0
    for place in range(world.localities):
        mine = slice(people[place], people[place + 1])
        working = world[Consumers].status[mine] == EMPLOYED
        workers = 0.001 * world[Consumers].efficiency[mine][working].sum()
        assert labor[firms[place] : firms[place + 1]].max() <= 1.02 * LARGEST_SHARE * workers
    several = world[Firms].enterprise >= world[Firms].count
    assert 0.2 < labor[several].sum() / labor.sum() < 0.6
    assert all(np.unique(world[Firms].good[world[Firms].enterprise == number]).size == 1
               for number in np.unique(world[Firms].enterprise[several]))  # fmt: skip
