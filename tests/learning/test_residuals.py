"""Spread and persistence are recovered where they are known."""

import numpy as np
import pytest

from ravelin.learning.residuals import (
    SCORES,
    deviation,
    fit_shape,
    mean_over_ranks,
    measure_persistence,
    normal_distribution,
    weighted_quantiles,
)

RNG = np.random.default_rng(5)


def test_weighted_quantiles_of_repeated_rows() -> None:
    values, weights = np.array([1.0, 2.0, 3.0]), np.array([1.0, 1.0, 2.0])
    assert weighted_quantiles(values, weights, np.array([0.5]))[0] == pytest.approx(2 + 1 / 3)


def test_a_normal_residual_gives_a_straight_shape() -> None:
    rows = 60_000
    location, scale = RNG.normal(10, 0.5, rows), RNG.uniform(0.3, 0.5, rows)
    spending = location + scale * RNG.normal(size=rows)
    shape = fit_shape(location, scale, spending, np.ones(rows), width=4.0)
    middle = np.full(5, 0.4)
    score = np.array([-1.5, -0.5, 0.0, 0.5, 1.5])
    np.testing.assert_allclose(deviation(shape, middle, score), 0.4 * score, atol=0.03)
    expected = np.exp(10 + 0.4**2 / 2)
    assert mean_over_ranks(np.array([10.0]), np.array([0.4]), shape)[0] == pytest.approx(expected, rel=0.02)


def test_expected_spending_is_the_samples_own() -> None:
    rows = 20_000
    location, scale = RNG.normal(10, 0.7, rows), RNG.uniform(0.2, 0.6, rows)
    spending = location + scale * (RNG.exponential(size=rows) - 1)
    weight = RNG.uniform(1, 3, rows)
    shape = fit_shape(location, scale, spending, weight, width=3.0)
    ratio = weight @ mean_over_ranks(location, scale, shape) / (weight @ np.exp(spending))
    assert ratio == pytest.approx(1.0, abs=1e-3)


def test_deviations_rise_with_the_score_and_move_slowly_with_the_scale() -> None:
    rows = 20_000
    scale = RNG.uniform(0.2, 0.8, rows)
    spending = scale**2 * RNG.standard_t(3, rows)
    shape = fit_shape(np.zeros(rows), scale, spending, np.ones(rows), width=2.5)
    assert (np.diff(shape.deviations, axis=1) >= 0).all()
    slope = np.abs(np.diff(shape.deviations, axis=0)) / shape.scale_step
    assert slope.max() <= 2.5


def test_quadrature_over_ranks_is_normal() -> None:
    assert normal_distribution(np.array([0.0, 1.96]))[1] == pytest.approx(0.975, abs=1e-4)
    assert SCORES[0] == -4
    assert SCORES[-1] == 4


@pytest.mark.parametrize("share", [0.3, 0.6])
def test_persistence_is_recovered(share: float) -> None:
    units, visits = 4_000, 4
    lasting = RNG.normal(size=units)
    unit = np.repeat(np.arange(units), visits)
    quarter = np.tile(np.arange(visits), units) + 8_000
    score = np.sqrt(share) * lasting[unit] + np.sqrt(1 - share) * RNG.normal(size=unit.size)
    location = RNG.normal(10, 0.5, units)[unit]
    found = measure_persistence(
        log_spending=location + 0.4 * score, location=location, scale=np.full(unit.size, 0.4), unit=unit,
        quarter=quarter, window=np.full(unit.size, 3.0), weight=np.ones(unit.size),
    )  # fmt: skip
    assert found.persistent_share == pytest.approx(share, abs=0.03)
    assert found.pairs == {"3": 12_000, "6": 8_000, "9": 4_000}
    # Three months average three monthly shocks, so a smaller lasting share gives the same correlation.
    monthly = found.persistent_share_monthly
    assert monthly / (monthly + (1 - monthly) / 3) == pytest.approx(found.persistent_share, abs=1e-6)


def test_without_repeated_interviews_persistence_is_a_guess_that_says_so() -> None:
    rows = 100
    found = measure_persistence(
        log_spending=RNG.normal(size=rows), location=np.zeros(rows), scale=np.ones(rows),
        unit=np.arange(rows), quarter=np.full(rows, 8_000), window=np.full(rows, 3.0), weight=np.ones(rows),
    )  # fmt: skip
    assert found.pairs == {"3": 0, "6": 0, "9": 0}
    assert found.correlations == {}
    assert found.persistent_share == 0.5
