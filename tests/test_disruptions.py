"""Supply shocks travel along the recipes: the scenarios that ship, over eight pairs with the same luck.

A departure is the run with the shock over the run without it, less one, month by month after the shock.
"""

from functools import cache

import numpy as np
import pytest

from ravelin import Scenario, Simulation

SEEDS = range(1, 9)
CONSUMERS = 100_000
MONTHS = {"steel_disruption": 48, "oil_shock": 60}


def test_the_shocks_are_those_that_are_told() -> None:
    (steel,), (oil,) = (Scenario.load(name).shocks for name in MONTHS)
    assert (steel.target, steel.scale, steel.value, steel.until) == ("Firms.usable", True, 0.5, steel.tick + 6)
    assert (oil.target, oil.scale, oil.value, oil.until) == ("Firms.tfp", True, 0.75, oil.tick + 24)
    assert (steel.where, oil.where) == ((("good", "steel"),), (("good", "crude_oil"),))


@cache
def departures(name: str) -> dict[str, np.ndarray]:
    """Return the departures of every column of history: (seeds, months)."""
    scenario = Scenario.load(name)
    (shock,) = scenario.shocks
    found: dict[str, list[np.ndarray]] = {}
    for seed in SEEDS:
        with Simulation(Scenario.load("default", consumers=CONSUMERS), seed=seed, threads=1) as base:
            base.run(shock.tick)
            with base.fork() as cut:
                cut.shock(
                    tick=shock.tick, scale=shock.target, by=shock.value, where=dict(shock.where), until=shock.until
                )
                without, with_it = (one.run(MONTHS[name]).history().to_pydict() for one in (base, cut))
        for column in without:
            if column.startswith(("price_", "output_", "gdp_real")):
                ratio = np.array(with_it[column]) / np.array(without[column]) - 1.0
                found.setdefault(column, []).append(ratio[shock.tick :])
    return {column: np.stack(pairs) for column, pairs in found.items()}


def mean(name: str, column: str) -> np.ndarray:
    """Return the mean departure over the pairs: (months,)."""
    return np.asarray(departures(name)[column].mean(axis=0))


def begins(departure: np.ndarray, threshold: float) -> int:
    """Return the first month that departs by more."""
    assert (departure > threshold).any()
    return int(np.argmax(departure > threshold))


def is_lower(name: str, column: str, months: slice) -> bool:
    """Say whether a column is lower over some months by more than two standard errors over the pairs."""
    years = departures(name)[column][:, months].mean(axis=1)
    return bool(years.mean() + 2.0 * years.std(ddof=1) / np.sqrt(len(years)) < 0.0)


def steel(column: str) -> np.ndarray:
    return mean("steel_disruption", column)


@pytest.mark.slow
def test_less_steel_means_fewer_cars_with_a_delay() -> None:
    assert steel("output_steel")[:6].mean() < -0.3
    assert abs(steel("output_cars")[:5].mean()) < 0.03
    assert steel("output_cars")[6:12].min() < -0.05
    assert is_lower("steel_disruption", "output_cars", slice(6, 12))
    assert int(np.argmin(steel("output_cars"))) >= 5


@pytest.mark.slow
def test_steel_then_parts_then_car_prices_rise() -> None:
    chain = ("steel", "car_parts", "cars")
    first = [begins(steel(f"price_{good}"), 0.01) for good in chain]
    assert first == sorted(first)
    assert first[0] < first[-1]
    for good, least in zip(chain, (0.05, 0.03, 0.015), strict=True):
        assert steel(f"price_{good}")[:24].max() > least


@pytest.mark.slow
def test_a_cut_in_steel_spreads_upstream_and_fades() -> None:
    assert steel("output_iron_ore")[:8].min() < -0.3
    assert steel("price_iron_ore")[:8].min() < -0.01
    for good in ("steel", "car_parts", "cars"):
        output, price = steel(f"output_{good}"), steel(f"price_{good}")
        assert abs(output[36:]).mean() < 0.25 * abs(output).max()
        assert abs(price[42:]).mean() < 0.6 * price.max()


def oil(column: str) -> np.ndarray:
    return mean("oil_shock", column)


@pytest.mark.slow
def test_dear_oil_makes_petrol_dear_then_what_uses_it() -> None:
    chain = ("crude_oil", "petrol", "transport_services", "food")
    first = [begins(oil(f"price_{good}"), 0.001) for good in chain]
    assert first == sorted(first)
    assert first[0] < first[1] < first[2]
    for good, least in zip((*chain, "construction"), (0.1, 0.05, 0.004, 0.002, 0.008), strict=True):
        assert oil(f"price_{good}")[:36].max() > least
    # The less of it that is in a good, the less dear it becomes.
    peaks = [oil(f"price_{good}").max() for good in chain]
    assert peaks == sorted(peaks, reverse=True)


@pytest.mark.slow
def test_dear_oil_costs_output() -> None:
    for column in ("output_petrol", "output_transport_services", "gdp_real"):
        assert is_lower("oil_shock", column, slice(12, 36)), column
    assert -0.02 < oil("gdp_real")[12:36].mean() < -0.002


@pytest.mark.slow
def test_the_oil_shock_fades() -> None:
    for good in ("crude_oil", "petrol", "transport_services"):
        price = oil(f"price_{good}")
        assert abs(price[54:]).mean() < 0.3 * price.max()
    lost = oil("gdp_real").reshape(-1, 12).mean(axis=1)
    assert abs(lost[-1]) < 0.6 * abs(lost).max()
