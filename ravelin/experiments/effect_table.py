"""Effects in words and figures: the table that is printed, and the object for programs."""

import math
from collections.abc import Sequence
from typing import Any

from ravelin.core.clock import date_of
from ravelin.economy.goods.tables import SKILLS
from ravelin.experiments.counterfactual import CONFIDENCE, OF_GDP, PERCENT, POINTS, QUARTERS, Comparison, Effect
from ravelin.experiments.difference import as_text

_TOLD = 6
"""Goods that are told of each kind of indicator."""
_SHORT = {PERCENT: "%", POINTS: "points", OF_GDP: "% of GDP"}


def is_aggregate(name: str, goods: Sequence[str]) -> bool:
    """Say whether an indicator is of the whole economy, not of one of its goods or skills."""
    return not name.endswith(tuple(f"_{part}" for part in (*goods, *SKILLS)))


def is_clear(effect: Effect, quarter: int) -> bool:
    """Say whether the confidence band of a quarter leaves zero out."""
    mean, half_width = effect.at(quarter)
    return abs(mean) > half_width


def moved_most(effects: Sequence[Effect], count: int) -> list[Effect]:
    """Return, kind by kind (price, output), what moved most among goods or skills in any quarter."""
    clear = [one for one in effects if one.unit in _SHORT and len(one.mean) > 0 and is_clear(one, one.peak)]
    clear.sort(key=lambda one: -abs(one.at(one.peak)[0]))
    kinds = dict.fromkeys(_kind(one) for one in effects)
    return [one for kind in kinds for one in [one for one in clear if _kind(one) == kind][:count]]


def _kind(effect: Effect) -> str:
    return effect.title.partition(",")[0]


def cell(effect: Effect, quarter: int) -> str:
    """Write mean, half width, and a star where the band leaves zero out."""
    mean, half_width = effect.at(quarter)
    if not math.isfinite(mean):
        return "-"
    decimals = 2 if effect.unit in _SHORT else 1
    width = f" ±{half_width:.{decimals}f}" if math.isfinite(half_width) else ""
    return f"{round(mean, decimals) + 0.0:+.{decimals}f}{width}{'*' if is_clear(effect, quarter) else ''}"


def peak_cell(effect: Effect) -> str:
    """Write the effect in the quarter that is farthest from none, and which quarter that is."""
    if len(effect.mean) == 0 or not is_clear(effect, effect.peak):
        return "-"
    return f"{effect.at(effect.peak)[0]:+.2f} in {effect.peak}"


def told(confidence: float) -> str:
    """Say how to read an effect."""
    return (
        "Mean difference over the pairs, other less base, in so many quarters after the scenarios part; ± is half the "
        f"{100 * confidence:.0f} % confidence band of the mean by Student's t, * marks a band without zero. Most is "
        "the effect in the quarter whose band is farthest from zero. Percent is 100 times the difference of logs. "
        "Saved is the part of the difference's variance that common luck removes, against independent seeds: "
        "1 - var(other - base) / (var(other) + var(base))."
    )


def differing(comparison: Comparison) -> list[tuple[str, str, str]]:
    """Tell all that differs between the two sides: what, in the base, in the other."""
    return [(one.what, as_text(one.base), as_text(one.other)) for one in comparison.differences]


def printed(comparison: Comparison) -> str:
    """Write the tables: what differs; indicators of the whole economy; what moved most among goods and skills."""
    effects, goods = comparison.effects(), comparison.goods
    whole = [one for one in effects if is_aggregate(one.name, goods)]
    most = moved_most([one for one in effects if not is_aggregate(one.name, goods)], _TOLD)
    head = f"{'':<42}{'':<9}" + "".join(f"{f'quarter {quarter}':>15}" for quarter in QUARTERS)
    head += f"{'most':>13}{'saved':>7}"
    asked = [("What differs", comparison.base.scenario.name, comparison.other.scenario.name), *differing(comparison)]
    widths = [max(len(row[column]) for row in asked) for column in (0, 1)]
    lines = [f"{what:<{widths[0]}}  {base:<{widths[1]}}  {other}".rstrip() for what, base, other in asked]
    lines += ["", head, "-" * len(head), *map(_line, whole)]
    if most:
        lines += ["", "Goods and skills that moved most, in any quarter", *map(_line, most)]
    return "\n".join(lines)


def _line(effect: Effect) -> str:
    cells = "".join(f"{cell(effect, quarter):>15}" for quarter in QUARTERS) + f"{peak_cell(effect):>13}"
    share = f"{100.0 * effect.saved:.0f} %" if math.isfinite(effect.saved) else "-"
    return f"{effect.title[:41]:<42}{_SHORT.get(effect.unit, effect.unit)[:8]:<9}{cells}{share:>7}"


def as_object(comparison: Comparison) -> dict[str, Any]:
    """Return the comparison as one JSON object; what is not a number is None."""
    base, other, parting = comparison.base, comparison.other, comparison.parting
    return {
        "base": base.scenario.name,
        "other": other.scenario.name,
        # What the other side has, and what the base has, of all that differs between them.
        "departures": {one.what: one.other for one in comparison.differences},
        "departed_from": {one.what: one.base for one in comparison.differences},
        "seeds": list(base.seeds),
        "consumers": base.scenario.consumers,
        "ticks": len(base.runs[0].history),
        "parting": parting,
        "parting_date": None if parting is None else date_of(base.scenario.start, parting).isoformat(),
        "confidence": CONFIDENCE,
        "quarters": list(QUARTERS),
        "indicators": {one.name: _effect_object(one) for one in comparison.effects()},
    }


def _effect_object(effect: Effect) -> dict[str, Any]:
    at = [effect.at(quarter) for quarter in QUARTERS]
    return {
        "title": effect.title,
        "unit": effect.unit,
        "mean": [_number(mean) for mean, _ in at],
        "low": [_number(mean - half_width) for mean, half_width in at],
        "high": [_number(mean + half_width) for mean, half_width in at],
        "most": {"quarter": effect.peak, "mean": _number(effect.at(effect.peak)[0])} if len(effect.mean) else None,
        "variance_saved": _number(effect.saved),
    }


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
