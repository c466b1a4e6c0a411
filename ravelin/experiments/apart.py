"""How far apart two sides are, in the unit in which it is told, and how sure that is.

One computation for all who tell effects: `compare` by quarter, the server and its dashboard by month.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from scipy import special

from ravelin.core.table import Array
from ravelin.storage.history import Field

CONFIDENCE = 0.95
"""Of the interval of the mean."""
FALSE_DISCOVERIES = 0.05
"""Part of what is told as no luck that luck alone is expected to have put there, at most."""
SPREAD = {"low": 0.05, "median": 0.5, "high": 0.95}
"""Quantiles over the pairs: nine pairs of ten lie between low and high."""

PERCENT, POINTS, OF_GDP = "percent", "percentage points", "percent of GDP"
_BALANCES = ("deficit", "inventory_change_real")
"""Flows that are differences: in percent of GDP, as they may have either sign."""


def unit_told(field: Field, base: Array, other: Array, known: Mapping[str, object]) -> str:
    """Return the unit in which the effect on an indicator is told.

    Parameters
    ----------
    base, other : what the indicator is on either side
    known : names of the indicators that there are
    """
    if field.unit in ("fraction", "1/year"):
        return POINTS
    flow = field.unit.endswith("dollar/month") and gdp_of(field) in known
    if flow and field.name in _BALANCES:
        return OF_GDP
    if min(base.min(initial=np.inf), other.min(initial=np.inf)) > 0:
        return PERCENT
    return OF_GDP if flow else field.unit


def gdp_of(field: Field) -> str:
    """Return which GDP a flow is a part of."""
    return "gdp_real" if field.unit.startswith("base-year") else "gdp"


def in_unit(unit: str, base: Array, other: Array, gdp: Array | None) -> tuple[Array, Array]:
    """Return both sides so that their difference is the effect in a unit; `gdp` is the base's."""
    if unit == PERCENT:
        return 100.0 * np.log(base), 100.0 * np.log(other)
    if unit == POINTS:
        return 100.0 * base, 100.0 * other
    if unit == OF_GDP and gdp is not None:
        return 100.0 * base / gdp, 100.0 * other / gdp
    return base, other


def confidence_band(samples: Array, confidence: float = CONFIDENCE) -> tuple[Array, Array]:
    """Return mean and half width of its confidence band, by Student's t, over the first axis.

    Parameters
    ----------
    samples : (seeds, ...) float

    Returns
    -------
    (...) float, twice
        The half width is not a number for a single sample.
    """
    seeds = samples.shape[0]
    mean = samples.mean(axis=0)
    if seeds < 2:
        return mean, np.full(mean.shape, np.nan)
    quantile = float(special.stdtrit(seeds - 1, 0.5 + confidence / 2.0))
    return mean, quantile * samples.std(axis=0, ddof=1) / np.sqrt(seeds)


def spread(samples: Array) -> dict[str, Array]:
    """Return the quantiles of `SPREAD` over the first axis: how pairs differ, however many there are."""
    if not samples.size:
        return {name: samples[0] for name in SPREAD}
    return {name: np.quantile(samples, level, axis=0) for name, level in SPREAD.items()}


def beyond_luck(mean: Array, half_width: Array, seeds: int) -> npt.NDArray[np.bool_]:
    """Find the effects that luck does not explain though many are looked at.

    With 95 of a hundred bands around nothing, five leave zero out: so of all effects as many count as keep the
    expected part of false ones at `FALSE_DISCOVERIES`. Source: Benjamini and Hochberg (1995).

    Parameters
    ----------
    mean, half_width : (...) float
        As of `confidence_band`; where both are zero, or one is not a number, nothing is looked at.
    """
    found = np.zeros(np.shape(mean), dtype=bool)
    looked = np.isfinite(half_width) & np.isfinite(mean) & ((mean != 0.0) | (half_width != 0.0))
    if seeds < 2 or not looked.any():
        return found
    quantile = float(special.stdtrit(seeds - 1, 0.5 + CONFIDENCE / 2.0))
    with np.errstate(divide="ignore"):
        score = -np.abs(mean[looked]) * quantile / half_width[looked]
    by_luck = 2.0 * special.stdtr(seeds - 1, score)
    ranked = np.sort(by_luck)
    passing = ranked[ranked <= FALSE_DISCOVERIES * np.arange(1, ranked.size + 1) / ranked.size]
    if passing.size:
        found[looked] = by_luck <= passing[-1]
    return found
