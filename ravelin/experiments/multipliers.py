"""Cumulative multipliers: how much more is produced for each dollar that the budget gives.

The change of real GDP since the parting, cumulated, over that of an outlay, or of revenue forgone, at the prices of the
opening. Source: Ramey and Zubairy (2018), "Government spending multipliers in good times and in bad", JPE 126.
"""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import special

from ravelin.core.clock import QUARTER
from ravelin.core.table import Array
from ravelin.core.units import INDEX_START

if TYPE_CHECKING:
    from ravelin.experiments.counterfactual import Comparison

INSTRUMENTS = {
    "government_real": ("government consumption", 1.0),
    "transfers": ("transfers", 1.0),
    "taxes": ("taxes forgone", -1.0),
    "deficit": ("the deficit", 1.0),
}
"""Of the history: what the budget gives, and the sign with which more of it is more given."""
LEAST = 0.001
"""Of GDP: what moves by less, on average over the time, is not what the departure is about."""


class Multiplier(NamedTuple):
    """GDP over an outlay or revenue forgone, both cumulated from the parting on to a quarter.

    Attributes
    ----------
    per : str
        What is given.
    given : float
        Its cumulated change, percent of GDP over the same time.
    mean, half_width : float
        The ratio of means over the pairs, and half of its confidence band (delta method).
    """

    instrument: str
    per: str
    quarter: int
    given: float
    mean: float
    half_width: float


def multipliers(comparison: "Comparison", quarters: tuple[int, ...], confidence: float) -> list[Multiplier]:
    """Return the multiplier of each instrument that moves, at the quarters that the runs reach."""
    start = comparison.parting or 0
    known = {field.name for field in comparison.base.fields}
    if not known >= {"gdp_real", "price_index"}:  # Histories of one's own indicators need have neither.
        return []
    gdp = [one.column("gdp_real")[:, start:] for one in (comparison.base, comparison.other)]
    found = []
    for name, (per, sign) in INSTRUMENTS.items():
        if name not in known:
            continue
        given = [one.column(name)[:, start:] for one in (comparison.base, comparison.other)]
        if not name.endswith("_real"):
            prices = [one.column("price_index")[:, start:] for one in (comparison.base, comparison.other)]
            given = [value * INDEX_START / price for value, price in zip(given, prices, strict=True)]
        for quarter in quarters:
            months = quarter * QUARTER
            if months > gdp[0].shape[1]:
                continue
            more, cost = ((other - base)[:, :months].sum(axis=1) for base, other in (gdp, given))
            share = float((sign * cost).mean() / gdp[0][:, :months].sum(axis=1).mean())
            if abs(share) >= LEAST:
                mean, half_width = ratio(more, sign * cost, confidence)
                found.append(Multiplier(name, per, quarter, 100.0 * share, mean, half_width))
    return found


def ratio(over: Array, under: Array, confidence: float) -> tuple[float, float]:
    """Return the ratio of two means over pairs, and half the width of its band by the delta method and Student's t."""
    mean = float(over.mean() / under.mean())
    pairs = len(over)
    if pairs < 2:
        return mean, float("nan")
    error = float((over - mean * under).std(ddof=1) / np.sqrt(pairs) / abs(under.mean()))
    return mean, float(special.stdtrit(pairs - 1, 0.5 + confidence / 2.0)) * error


def printed_multipliers(found: list[Multiplier]) -> str:
    """Write multipliers as a table."""
    head = f"{'of':<26}{'quarter':>8}{'given, % of GDP':>18}{'GDP':>16}"
    lines = ["Cumulative multipliers: real GDP per dollar", head]
    lines.append("-" * len(lines[-1]))
    for one in found:
        width = f" ±{one.half_width:.2f}" if np.isfinite(one.half_width) else ""
        lines.append(f"{one.per:<26}{one.quarter:>8}{one.given:>+18.2f}{f'{one.mean:+.2f}{width}':>16}")
    return "\n".join(lines)
