"""Dynamics that must emerge: one ensemble of eight economies serves all tests.

The bands are the project's aims and are stated here in full, so that a change of the table that
`ravelin validate --only moments` prints cannot move them.
"""

from collections.abc import Callable

import numpy as np
import pytest

from ravelin.experiments.runs import ensemble
from ravelin.scenarios.scenario import Scenario
from ravelin.validation.dynamics import BURN_IN, samples
from ravelin.validation.moments import correlation, deviation, excess_kurtosis, slope, tail_exponent
from ravelin.validation.sample import FirmYears, Sample

pytestmark = pytest.mark.slow

SEEDS, CONSUMERS, MONTHS = 8, 20_000, 360


@pytest.fixture(scope="module")
def economies() -> list[Sample]:
    """Eight economies of thirty years, of which the first ten are left out."""
    runs = ensemble(Scenario.load("default", consumers=CONSUMERS), SEEDS, MONTHS, watch=FirmYears)
    assert all(set(run.history.column("audit_gap_cents")) == {0.0} for run in runs.runs)
    return samples(runs, BURN_IN)


def mean(economies: list[Sample], measure: Callable[[Sample], float]) -> float:
    """Return the mean over seeds."""
    return float(np.mean([measure(economy) for economy in economies]))


def volatility(name: str) -> Callable[[Sample], float]:
    """Measure the standard deviation of a cycle over that of GDP."""
    return lambda economy: deviation(economy[name]) / deviation(economy["gdp"])


def test_output_cycles(economies: list[Sample]) -> None:
    """At this size luck adds to the cycle; the aim at a million consumers is the same."""
    assert 0.7 <= mean(economies, lambda economy: deviation(economy["gdp"])) <= 3.0


def test_vacancies_move_against_unemployment(economies: list[Sample]) -> None:
    assert mean(economies, lambda economy: correlation(economy["vacancies"], economy["joblessness"])) <= -0.5


def test_unemployment_falls_when_output_grows(economies: list[Sample]) -> None:
    found = mean(economies, lambda economy: slope(economy["unemployment_change"], economy["gdp_growth"]))
    assert -0.7 <= found <= -0.2


def test_wages_grow_less_when_many_are_unemployed(economies: list[Sample]) -> None:
    slopes = [slope(economy["wage_growth"], economy["unemployment"]) for economy in economies]
    error = float(np.std(slopes, ddof=1) / np.sqrt(len(slopes)))
    assert np.mean(slopes) + 2.0 * error < 0.0


def test_inventories_are_built_up_in_booms(economies: list[Sample]) -> None:
    assert mean(economies, lambda economy: correlation(economy["inventory"], economy["gdp"])) > 0.1


def test_inventory_investment_is_more_volatile_than_sales(economies: list[Sample]) -> None:
    """Relative to its own mean size, as other volatilities are to theirs; and so output more than sales."""

    def relative(economy: Sample) -> float:
        return 100.0 * deviation(economy["inventory"]) / economy.mean("inventory_size") / deviation(economy["sales"])

    assert mean(economies, relative) > 2.0
    assert mean(economies, lambda economy: deviation(economy["gdp"]) / deviation(economy["sales"])) > 1.0


def test_investment_is_twice_as_volatile_as_output(economies: list[Sample]) -> None:
    assert mean(economies, volatility("investment")) >= 2.0


def test_consumption_is_less_volatile_than_output(economies: list[Sample]) -> None:
    assert mean(economies, volatility("consumption")) < 1.0


def test_as_many_are_hired_as_in_the_data(economies: list[Sample]) -> None:
    assert 3.0 <= mean(economies, lambda economy: economy.mean("hires")) <= 4.5


def test_firm_sizes_follow_zipfs_law(economies: list[Sample]) -> None:
    assert 0.9 <= mean(economies, lambda economy: tail_exponent(economy.sizes)) <= 1.3


def test_firm_growth_is_more_peaked_than_normal(economies: list[Sample]) -> None:
    assert mean(economies, lambda economy: excess_kurtosis(economy.growth)) > 1.0
