"""How spending scatters around its expected logarithm, and how much of it stays with a person.

log spending = location + deviation(scale, score), where the score is a standard normal number:
the consumer's rank among people like her. The deviations are the survey's own quantiles of
residuals, pooled by scale, because the poor (large scale) scatter to both sides alike while the
rest have a long upper tail. Between neighboring scales a deviation never moves by more than
`width` times the difference of scale. As location minus and plus `width` scales both rise with
income (see `boosting.py`), spending then rises with income at every rank, and so does its mean.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ravelin.core.arithmetic import exp_each, interpolate, log_each, normal_quantile, normal_rank

Floats = NDArray[np.float64]

SCORE_END = 4.0
"""Scores run from -4 to 4; beyond, the quantile function is flat (63 persons in a million)."""

SCORES = np.linspace(-SCORE_END, SCORE_END, 65)
EDGE = 1e-6
"""Grid places stop this short of the last point, so that a next point always exists."""

SCALES = 33
"""Grid points along the scale."""

_MEAN_SCALES = 1_000

_SCALE_REACH = 2.0
"""The grid runs from the lowest group's scale over this to the highest group's times this."""

_GROUPS = ((0.0, 0.25), (0.15, 0.45), (0.35, 0.65), (0.55, 0.85), (0.75, 0.95), (0.90, 1.0))
"""Overlapping groups of rows by scale, as quantile ranges, in which residuals are pooled."""

_STRETCH_START = 1.75
"""Score above which the upper tail is stretched: just beyond rank 0.95."""

_TAIL_START, _TAIL_END = 2.0, 2.75
"""Scores between which the tail's slope is taken; the survey has too few rows beyond."""


class Shape(NamedTuple):
    """Deviations of log spending from its location on a regular grid of scale and score."""

    scale_low: float
    scale_step: float
    deviations: NDArray[np.float32]
    """(SCALES, SCORES) log residual; flat beyond the grid."""


class Persistence(NamedTuple):
    """How residual ranks of a household correlate over time, as normal scores."""

    correlations: dict[str, float]
    """By months apart: "3", "6", "9"."""
    pairs: dict[str, int]
    spending_rank_correlations: dict[str, float]
    """Rank correlation of spending itself, by months apart."""
    persistent_share: float
    """Variance share of the lasting component when the transitory one is drawn once a quarter."""
    persistent_share_monthly: float
    """The same when the transitory component is drawn anew every month."""
    monthly_scale: float
    """Factor on the scale that keeps the survey's spread if transitory shocks are monthly."""
    window_scale: dict[str, float]
    """Root mean square standardized residual by months observed."""


def weighted_quantiles(values: Floats, weights: Floats, probabilities: Floats) -> Floats:
    """Give weighted quantiles: (rows,), (rows,), (probabilities,) to (probabilities,)."""
    order = np.argsort(values, kind="stable")
    mass = np.cumsum(weights[order]) - 0.5 * weights[order]
    return np.asarray(np.interp(probabilities * weights.sum(), mass, values[order]))


def normal_distribution(scores: Floats) -> Floats:
    """Return the standard normal distribution function of (rows,) scores."""
    return np.array([normal_rank(float(score)) for score in scores])


def fit_shape(location: Floats, scale: Floats, log_spending: Floats, weight: Floats, width: float) -> Shape:
    """Estimate deviations from out-of-fold predictions of location and scale, all (rows,).

    The upper tail, which the survey's few rich households hardly tell, is stretched by one factor
    so that expected spending, summed over rows, is the survey's (Duan's smearing, by
    construction).
    """
    knots, quantiles = _quantiles_by_scale(scale, (log_spending - location) / scale, weight)
    grid = np.linspace(knots[0] / _SCALE_REACH, knots[-1] * _SCALE_REACH, SCALES)
    deviations = grid[:, None] * np.column_stack([np.interp(grid, knots, column) for column in quantiles.T])
    middle = int(np.searchsorted(grid, weighted_quantiles(scale, weight, np.array([0.5]))[0]))
    actual = float(weight @ np.exp(log_spending))
    low, high = 0.2, 3.0
    for _ in range(16):
        stretch = (low + high) / 2
        shape = _bounded(grid, _stretched(deviations, stretch), middle, width)
        expected = float(weight @ mean_over_ranks(location, scale, shape))
        low, high = (stretch, high) if expected < actual else (low, stretch)
    return shape


def _quantiles_by_scale(scale: Floats, residual: Floats, weight: Floats) -> tuple[Floats, Floats]:
    order = np.argsort(scale, kind="stable")
    mass = np.cumsum(weight[order]) / weight.sum()
    centers, curves = [], []
    for low, high in _GROUPS:
        rows = order[(mass > low) & (mass <= high)]
        centers.append(np.average(scale[rows], weights=weight[rows]))
        curves.append(_curve(residual[rows], weight[rows]))
    return np.array(centers), np.array(curves)


def _stretched(deviations: Floats, factor: float) -> Floats:
    start = int(np.searchsorted(SCORES, _STRETCH_START))
    stretched = deviations.copy()
    stretched[:, start:] = deviations[:, [start]] + factor * (deviations[:, start:] - deviations[:, [start]])
    return stretched


def _bounded(grid: Floats, deviations: Floats, middle: int, width: float) -> Shape:
    """Bound the slope along the scale, outwards from the middle; keep rising with the score."""
    step = float(grid[1] - grid[0])
    reach = 0.999 * width * step
    change = np.clip(np.diff(deviations, axis=0), -reach, reach)
    bounded = deviations.copy()
    bounded[middle + 1 :] = deviations[middle] + np.cumsum(change[middle:], axis=0)
    bounded[:middle] = deviations[middle] - np.cumsum(change[:middle][::-1], axis=0)[::-1]
    return Shape(float(grid[0]), step, np.maximum.accumulate(bounded, axis=1).astype(np.float32))


def mean_over_ranks(location: Floats, scale: Floats, shape: Shape) -> Floats:
    """Average spending over ranks: (rows,) location and scale of its log to (rows,) dollars.

    Given the scale, the mean is a multiple of exp(location). The multiple's logarithm is computed
    at a thousand scales and read off between them by straight lines, so that it moves no faster
    than `width` allows.
    """
    scales = np.linspace(float(scale.min()), float(scale.max()), _MEAN_SCALES)
    multiple = np.zeros(_MEAN_SCALES)
    for score, weight in zip(SCORES, _score_weights(), strict=True):
        multiple += weight * exp_each(deviation(shape, scales, np.full(_MEAN_SCALES, score)))
    return exp_each(location + interpolate(scale, scales, log_each(multiple)))


def _curve(residual: Floats, weight: Floats) -> Floats:
    """Give quantiles at the grid's scores, on straight lines where rows are too few."""
    quantiles = weighted_quantiles(residual, weight, normal_distribution(SCORES))
    for side in (-1.0, 1.0):
        ends = weighted_quantiles(residual, weight, normal_distribution(side * np.array([_TAIL_START, _TAIL_END])))
        slope = abs(ends[1] - ends[0]) / (_TAIL_END - _TAIL_START)
        beyond = side * SCORES > _TAIL_END
        quantiles[beyond] = ends[1] + slope * (SCORES[beyond] - side * _TAIL_END)
    return np.maximum.accumulate(quantiles)


def deviation(shape: Shape, scale: Floats, score: Floats) -> Floats:
    """Look up log spending minus location in NumPy: (rows,) scale and (rows,) score to (rows,)."""
    place = np.clip((scale - shape.scale_low) / shape.scale_step, 0.0, SCALES - 1.0 - EDGE)
    along = (score + SCORE_END) * ((len(SCORES) - 1) / (2 * SCORE_END))
    along = np.clip(along, 0.0, len(SCORES) - 1.0 - EDGE)
    row, column = place.astype(np.int64), along.astype(np.int64)
    down, right = place - row, along - column
    table = shape.deviations
    upper = table[row, column] * (1 - right) + table[row, column + 1] * right
    lower = table[row + 1, column] * (1 - right) + table[row + 1, column + 1] * right
    return np.asarray(upper * (1 - down) + lower * down)


def _score_weights() -> Floats:
    """Give normal probabilities of the grid's scores, (SCORES,), summing to one: a quadrature."""
    edges = np.concatenate([[-np.inf], (SCORES[1:] + SCORES[:-1]) / 2, [np.inf]])
    return np.diff(normal_distribution(edges))


def measure_persistence(
    *,
    log_spending: Floats,
    location: Floats,
    scale: Floats,
    unit: NDArray[np.int64],
    quarter: NDArray[np.int64],
    window: Floats,
    weight: Floats,
) -> Persistence:
    """Estimate persistence from households interviewed again 3, 6 and 9 months later.

    Residuals are turned into normal scores of their ranks, so the estimate is of a Gaussian
    copula. With a transitory shock per quarter, every lag's correlation is the persistent share.
    With a shock per month, two-month windows average two of them, which raises the correlation to
    share / (share + (1 - share) / 2); the monthly share is the one whose mixture over the windows
    observed gives the measured correlation.
    """
    residual = (log_spending - location) / scale
    correlations, counts, ranks = {}, {}, {}
    for lag in (1, 2, 3):
        first, second = _pairs(unit, quarter, lag)
        months = str(3 * lag)
        counts[months] = len(first)
        if len(first) >= 30:
            correlations[months] = float(np.corrcoef(_scores(residual[first]), _scores(residual[second]))[0, 1])
            ranks[months] = float(np.corrcoef(_ranks(log_spending[first]), _ranks(log_spending[second]))[0, 1])
    told = [months for months in correlations]
    total = sum(counts[months] for months in told)
    share = sum(correlations[months] * counts[months] for months in told) / total if total else 0.5
    lengths, shares = _window_shares(window, weight)
    monthly = _monthly_share(share, lengths, shares)
    averaged = float((shares * np.sqrt(monthly + (1 - monthly) / lengths)).sum())
    spreads = {
        f"{length:g}": float(np.sqrt(np.average(residual[window == length] ** 2, weights=weight[window == length])))
        for length in lengths
    }
    return Persistence(correlations, counts, ranks, share, monthly, 1.0 / averaged, spreads)


def _pairs(
    unit: NDArray[np.int64], quarter: NDArray[np.int64], lag: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    key = unit * 100_000 + quarter
    order = np.argsort(key, kind="stable")
    wanted = key + lag
    place = np.minimum(np.searchsorted(key[order], wanted), len(key) - 1)
    second = order[place]
    found = key[second] == wanted
    return np.flatnonzero(found), second[found]


def _ranks(values: Floats) -> Floats:
    return np.argsort(np.argsort(values, kind="stable"), kind="stable").astype(np.float64)


def _scores(values: Floats) -> Floats:
    return np.array([normal_quantile(float(rank)) for rank in (_ranks(values) + 0.5) / len(values)])


def _window_shares(window: Floats, weight: Floats) -> tuple[Floats, Floats]:
    lengths = np.unique(window)
    mass = np.array([weight[window == length].sum() for length in lengths])
    return lengths, mass / mass.sum()


def _monthly_share(target: float, lengths: Floats, shares: Floats) -> float:
    low, high = 0.0, 1.0
    for _ in range(50):
        share = (low + high) / 2
        correlation = float((shares * share / (share + (1 - share) / lengths)).sum())
        low, high = (share, high) if correlation < target else (low, share)
    return (low + high) / 2
