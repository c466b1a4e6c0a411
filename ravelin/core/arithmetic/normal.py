"""The normal distribution: its quantiles, and ranks of its scores."""

import math

import numpy as np
import numpy.typing as npt

from ravelin.core.arithmetic.elementary import exp, fill_each, log
from ravelin.core.kernel import compiled

Doubles = npt.NDArray[np.float64]


@compiled
def normal_quantile(probability: float) -> float:
    """Return the standard normal quantile (Acklam's rational approximation, error 1.2e-9)."""
    if probability < 0.02425:
        q = math.sqrt(-2.0 * log(probability))
        top = (
            (((-7.784894002430293e-03 * q - 3.223964580411365e-01) * q - 2.400758277161838) * q - 2.549732539343734) * q
            + 4.374664141464968
        ) * q + 2.938163982698783
        return top / (
            (((7.784695709041462e-03 * q + 3.224671290700398e-01) * q + 2.445134137142996) * q + 3.754408661907416) * q
            + 1.0
        )
    if probability > 1.0 - 0.02425:
        return -normal_quantile(1.0 - probability)
    q = probability - 0.5
    r = q * q
    top = (
        (
            (((-3.969683028665376e01 * r + 2.209460984245205e02) * r - 2.759285104469687e02) * r + 1.383577518672690e02)
            * r
            - 3.066479806614716e01
        )
        * r
        + 2.506628277459239
    ) * q
    return top / (
        (
            (((-5.447609879822406e01 * r + 1.615858368580409e02) * r - 1.556989798598866e02) * r + 6.680131188771972e01)
            * r
            - 1.328068155288572e01
        )
        * r
        + 1.0
    )


_SHARE_PER_SCORE = 0.3989422804014327
"""The density of the standard normal distribution at zero."""


@compiled
def normal_rank(score: float) -> float:
    """Return the part of a standard normal population below a score, with an error of 1e-15.

    Source: the series of Marsaglia (2004), "Evaluating the normal distribution"; below -7 nobody is left that
    a float beside one could tell.
    """
    if score != score:
        return score
    if abs(score) > 9.0:
        return 1.0 if score > 0.0 else 0.0
    term = score
    added = score
    order = 1.0
    while abs(term) > 1e-18 * abs(added):
        order += 2.0
        term *= score * score / order
        added += term
    return min(max(0.5 + added * _SHARE_PER_SCORE * exp(-0.5 * score * score), 0.0), 1.0)


@compiled
def _fill_quantiles(scores: Doubles, probabilities: Doubles) -> None:
    for row in range(scores.size):
        scores[row] = normal_quantile(probabilities[row])


def normal_quantile_each(probabilities: npt.ArrayLike) -> Doubles:
    """Return the standard normal quantile of each probability, in the same shape."""
    scores = np.empty(np.shape(probabilities))
    fill_each(_fill_quantiles, scores.reshape(-1), np.ascontiguousarray(probabilities, np.float64).reshape(-1))
    return scores
