"""Statistics against series whose answers are known."""

import numpy as np
import pytest
from scipy import sparse
from scipy.sparse.linalg import spsolve

from ravelin.validation.moments import (
    autocorrelation,
    change,
    correlation,
    deviation,
    excess_kurtosis,
    hp_cycle,
    slope,
    tail_exponent,
)

LUCK = np.random.default_rng(7)


@pytest.mark.parametrize("smoothing", [1.0, 1600.0, 129_600.0])
@pytest.mark.parametrize("length", [3, 4, 5, 120])
def test_the_filter_solves_its_system(length: int, smoothing: float) -> None:
    series = LUCK.normal(size=length).cumsum()
    second = sparse.diags_array([1.0, -2.0, 1.0], offsets=[0, 1, 2], shape=(length - 2, length))
    trend = spsolve((sparse.eye_array(length) + smoothing * second.T @ second).tocsc(), series)
    np.testing.assert_allclose(hp_cycle(series, smoothing), series - trend, atol=1e-9)


def test_a_straight_line_has_no_cycle() -> None:
    np.testing.assert_allclose(hp_cycle(3.0 + 0.5 * np.arange(100.0)), 0.0, atol=1e-8)


def test_a_slow_wave_is_trend_and_a_fast_one_is_cycle() -> None:
    time = np.arange(400)
    slow, fast = np.sin(2 * np.pi * time / 200), np.sin(2 * np.pi * time / 8)
    assert deviation(hp_cycle(slow)) < 0.05
    np.testing.assert_allclose(hp_cycle(fast)[40:-40], fast[40:-40], atol=0.01)


def test_what_is_missing_at_the_ends_stays_missing() -> None:
    series = LUCK.normal(size=60)
    padded = np.concatenate(([np.nan] * 4, series))
    cycle = hp_cycle(padded)
    assert np.isnan(cycle[:4]).all()
    np.testing.assert_allclose(cycle[4:], hp_cycle(series))


@pytest.mark.parametrize("persistence", [0.0, 0.5, 0.9, -0.4])
def test_an_autoregression_has_its_autocorrelations(persistence: float) -> None:
    shocks = np.random.default_rng(1).normal(size=200_000)
    series = np.empty_like(shocks)
    series[0] = 0.0
    for t in range(1, series.size):
        series[t] = persistence * series[t - 1] + shocks[t]
    for lag in (1, 2, 3):
        assert autocorrelation(series, lag) == pytest.approx(persistence**lag, abs=0.02)
    assert deviation(series) == pytest.approx(1.0 / np.sqrt(1.0 - persistence**2), rel=0.02)


def test_a_series_that_follows_correlates_with_a_positive_lag() -> None:
    leader = LUCK.normal(size=500)
    follower = np.concatenate((np.zeros(2), leader[:-2]))
    assert correlation(follower, leader, 2) == pytest.approx(1.0, abs=1e-12)
    assert correlation(leader, follower, -2) == pytest.approx(1.0, abs=1e-12)
    assert abs(correlation(follower, leader, -2)) < 0.15
    assert correlation(-leader, leader) == pytest.approx(-1.0)


def test_pairs_with_a_missing_member_are_left_out() -> None:
    x = np.array([np.nan, 1.0, 2.0, 3.0, 4.0])
    y = np.array([9.0, 2.0, 4.0, np.nan, 8.0])
    assert slope(y, x) == pytest.approx(2.0)
    assert correlation(y, x) == pytest.approx(1.0)


def test_what_is_shorter_than_the_lag_has_no_correlation() -> None:
    assert np.isnan(autocorrelation(np.arange(10.0), 10))
    assert np.isnan(autocorrelation(np.arange(10.0), 28))


def test_what_does_not_move_has_no_correlation() -> None:
    assert np.isnan(correlation(np.ones(10), np.arange(10.0)))
    assert np.isnan(slope(np.arange(10.0), np.ones(10)))


def test_a_line_has_its_slope() -> None:
    x = LUCK.normal(size=50)
    assert slope(2.0 - 0.4 * x, x) == pytest.approx(-0.4)


def test_change_keeps_the_length() -> None:
    np.testing.assert_array_equal(change(np.array([1.0, 3.0, 6.0]), 2), [np.nan, np.nan, 5.0])


@pytest.mark.parametrize("exponent", [0.9, 1.06, 2.0])
def test_pareto_sizes_have_their_exponent(exponent: float) -> None:
    """A sample at the quantiles of the distribution, so that no luck plays a part."""
    rank = np.arange(1, 100_001)
    sizes = ((rank - 0.5) / rank.size) ** (-1.0 / exponent)
    assert tail_exponent(sizes) == pytest.approx(exponent, rel=1e-9)
    assert tail_exponent(np.concatenate((sizes, np.zeros(1000)))) == pytest.approx(exponent, rel=1e-9)


def test_drawn_pareto_sizes_have_about_their_exponent() -> None:
    drawn = np.random.default_rng(3).pareto(1.06, size=200_000) + 1.0
    assert tail_exponent(drawn) == pytest.approx(1.06, rel=0.04)


def test_few_firms_have_no_tail() -> None:
    assert np.isnan(tail_exponent(np.arange(1.0, 50.0)))


def test_known_kurtoses() -> None:
    draws = np.random.default_rng(5)
    assert excess_kurtosis(draws.normal(size=400_000)) == pytest.approx(0.0, abs=0.05)
    assert excess_kurtosis(draws.laplace(size=400_000)) == pytest.approx(3.0, abs=0.2)
    assert excess_kurtosis(np.array([-1.0, 1.0] * 50)) == pytest.approx(-2.0)
