"""The opening's parts: sorting and dealing are what they replace, and large markets are split into zones."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ravelin import Scenario, Simulation
from ravelin.core.draws import order_of
from ravelin.scenarios import business
from ravelin.scenarios.business import deal
from ravelin.scenarios.population import uniforms
from ravelin.state.consumers import Consumers
from ravelin.state.firms import Markets
from ravelin.state.localities import Localities


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
