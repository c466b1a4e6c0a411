"""Statistics of business cycles and of firms: arrays in, numbers out.

Values that are not numbers, such as growth in a first year, are left out with whatever they are paired with.
"""

import numpy as np
from scipy import linalg

from ravelin.core.clock import QUARTER
from ravelin.core.table import Array

QUARTERLY_SMOOTHING = 1600.0
"""Of the Hodrick-Prescott filter for quarterly series; source: Hodrick and Prescott (1997)."""


def quarter_means(months: Array) -> Array:
    """Return means of each three months, (..., months) to (..., months // 3); a rest is left out."""
    quarters = months.shape[-1] // QUARTER
    return np.asarray(months[..., : quarters * QUARTER].reshape(*months.shape[:-1], quarters, QUARTER).mean(axis=-1))


def hp_cycle(series: Array, smoothing: float = QUARTERLY_SMOOTHING) -> Array:
    """Return a series less its Hodrick-Prescott trend.

    The trend minimizes the sum of (series - trend)^2 + smoothing * (second difference of trend)^2, so
    (I + smoothing * D'D) trend = series, a system of five bands.

    Parameters
    ----------
    series : (n,) float
        Not a number only at its ends; the cycle is not a number there.
    """
    known = np.isfinite(series)
    cycle = np.full(series.shape, np.nan)
    inner = np.asarray(series[known], dtype=np.float64)
    n = inner.size
    if n < 3:
        return cycle
    stencil = np.array([1.0, -2.0, 1.0])
    bands = np.zeros((3, n))
    bands[0] = 1.0
    for gap in range(3):
        weights = smoothing * stencil[: 3 - gap] * stencil[gap:]
        for shift, weight in enumerate(weights):
            bands[gap, shift : shift + n - 2] += weight
    cycle[known] = inner - linalg.solveh_banded(bands, inner, lower=True)
    return cycle


def correlation(series: Array, other: Array, lag: int = 0) -> float:
    """Return the correlation of series[t + lag] with other[t]."""
    one, two = _pairs(series, other, lag)
    if one.size < 3 or one.std() == 0.0 or two.std() == 0.0:
        return float("nan")
    return float(np.corrcoef(one, two)[0, 1])


def autocorrelation(series: Array, lag: int = 1) -> float:
    """Return the correlation of a series with itself `lag` periods before."""
    return correlation(series, series, lag)


def deviation(series: Array) -> float:
    """Return the standard deviation, divisor n."""
    known = series[np.isfinite(series)]
    return float(known.std()) if known.size else float("nan")


def slope(series: Array, cause: Array) -> float:
    """Return the slope of the least-squares line of a series on its cause, with a constant."""
    one, two = _pairs(series, cause, 0)
    if one.size < 3 or two.std() == 0.0:
        return float("nan")
    return float(np.cov(one, two, ddof=0)[0, 1] / two.var())


def change(series: Array, periods: int = 1) -> Array:
    """Return series[t] - series[t - periods], of the same length; not a number at the beginning."""
    changed = np.full(series.shape, np.nan)
    changed[periods:] = series[periods:] - series[:-periods]
    return changed


def tail_exponent(sizes: Array, share: float = 0.1) -> float:
    """Return the exponent of the upper tail of sizes, from a Zipf plot.

    The slope of log(rank - 1/2) on log size among the largest `share`, with its sign turned; taking one half off
    the rank removes the bias of small samples.

    Source: Gabaix and Ibragimov (2011), "Rank - 1/2".
    """
    ordered = np.sort(sizes[sizes > 0])[::-1]
    kept = int(np.ceil(share * ordered.size))
    if kept < 10:
        return float("nan")
    return -slope(np.log(np.arange(1, kept + 1) - 0.5), np.log(ordered[:kept]))


def excess_kurtosis(values: Array) -> float:
    """Return the fourth standardized moment less 3: 0 for the normal, 3 for the Laplace distribution."""
    known = values[np.isfinite(values)]
    if known.size < 4 or known.std() == 0.0:
        return float("nan")
    standard = (known - known.mean()) / known.std()
    return float((standard**4).mean() - 3.0)


def _pairs(series: Array, other: Array, lag: int) -> tuple[Array, Array]:
    if lag < 0:
        two, one = _pairs(other, series, -lag)
        return one, two
    one, two = series[lag:], other[: max(0, other.size - lag)]
    known = np.isfinite(one) & np.isfinite(two)
    return one[known], two[known]
