"""Effects in words and figures: the table that is printed, and the object for programs."""

import math
import textwrap
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from ravelin.core.clock import date_of
from ravelin.economy.goods.tables import SKILLS
from ravelin.experiments.apart import CONFIDENCE, FALSE_DISCOVERIES, OF_GDP, PERCENT, POINTS, beyond_luck
from ravelin.experiments.counterfactual import QUARTERS, Comparison, Effect
from ravelin.experiments.difference import as_text
from ravelin.experiments.multipliers import printed_multipliers
from ravelin.experiments.people import printed_groups

_TOLD = 6
"""Goods that are told of each kind of indicator."""
_ALWAYS = (
    "gdp_real", "consumption_real", "investment_real", "price_index", "inflation", "wage_index", "employed",
    "unemployment_rate", "policy_rate", "deficit",
)  # fmt: skip
_HEADLINE = ("gdp_real", "price_index", "unemployment_rate")
_WIDE = 100
"""Characters of a line of the table."""
_TITLE, _UNIT, _CELL, _MOST = 25, 6, 14, 13
_SHORT = {PERCENT: "%", POINTS: "points", OF_GDP: "% of GDP"}
_SHORTEST = {"points": "pp", "% of GDP": "% GDP"}
Starred = Collection[tuple[str, int]]
"""Effects that luck does not explain: indicator and quarter."""


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


def discoveries(effects: Sequence[Effect], pairs: int) -> Starred:
    """Find the effects, and quarters, that luck does not explain though many are looked at (`apart.beyond_luck`)."""
    if not effects:
        return frozenset()
    bands = np.array([[effect.at(quarter) for quarter in QUARTERS] for effect in effects])
    found = beyond_luck(bands[..., 0], bands[..., 1], pairs)
    return frozenset((effects[place].name, QUARTERS[when]) for place, when in np.argwhere(found).tolist())


def sentence(effects: Sequence[Effect], starred: Starred) -> str:
    """Tell in a sentence what the departure does to output, prices and unemployment, a year later or at the end."""
    known = {one.name: one for one in effects}
    found = [known[name] for name in _HEADLINE if name in known]
    quarter = max((each for each in QUARTERS[:2] for one in found if each <= len(one.mean)), default=0)
    if not quarter:
        return "The runs end before a quarter has passed."
    parts = []
    for one in found:
        mean, half_width = one.at(quarter)
        how = "higher" if mean > 0 else "lower"
        size = f"{abs(mean):.2f} {_SHORT.get(one.unit, one.unit)}"
        band = f" (±{half_width:.2f})" if math.isfinite(half_width) else ""
        said = f"is {size} {how}{band}" if (one.name, quarter) in starred else f"shows no effect beyond luck{band}"
        parts.append(f"{one.title} {said}")
    when = "A year" if quarter == QUARTERS[1] else "A quarter"
    return f"{when} after the two part, {'; '.join(_uncapitalized(part) for part in parts)}."


def _uncapitalized(text: str) -> str:
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def cell(effect: Effect, quarter: int, starred: Starred) -> str:
    """Write mean, half width, and a star where luck does not explain it."""
    mean, half_width = effect.at(quarter)
    if not math.isfinite(mean):
        return "-"
    decimals = 2 if effect.unit in _SHORT else 1
    width = f" ±{half_width:.{decimals}f}" if math.isfinite(half_width) else ""
    return f"{round(mean, decimals) + 0.0:+.{decimals}f}{width}{'*' if (effect.name, quarter) in starred else ''}"


def peak_cell(effect: Effect) -> str:
    """Write the effect in the quarter that is farthest from none, and which quarter that is."""
    if len(effect.mean) == 0 or not is_clear(effect, effect.peak):
        return "-"
    return f"{effect.at(effect.peak)[0]:+.2f} in {effect.peak}"


def told(confidence: float) -> str:
    """Say how to read an effect."""
    return (
        "Mean difference over the pairs, other less base, in so many quarters after the scenarios part; ± is half the "
        f"{100 * confidence:.0f} % confidence band of the mean by Student's t. * marks what luck does not explain: of "
        f"the stars of all effects and quarters, at most {100 * FALSE_DISCOVERIES:.0f} % are expected to be luck "
        "(Benjamini and Hochberg 1995). Most is the effect in the quarter whose band is farthest from zero. Percent is "
        "100 times the difference of logs; pp are percentage points."
    )


def told_of_more() -> str:
    """Say how to read the columns that the page has beside."""
    return (
        "Variance saved is the part of the difference's variance that common luck removes, against independent seeds: "
        "1 - var(other - base) / (var(other) + var(base))."
    )


def differing(comparison: Comparison) -> list[tuple[str, str, str]]:
    """Tell all that differs between the two sides: what, in the base, in the other."""
    return [(one.what, as_text(one.base), as_text(one.other)) for one in comparison.differences]


def printed(comparison: Comparison, by: Sequence[str] = ()) -> str:
    """Write the sentence and the tables: what differs; the whole economy; what moved most among goods and skills.

    Quarters that the runs do not reach, and indicators in which luck explains all, are left out and counted, but for
    those that everybody asks for.
    """
    effects, goods = comparison.effects(), comparison.goods
    starred = discoveries(effects, len(comparison.base.seeds))
    quarters = [quarter for quarter in QUARTERS if any(quarter <= len(one.mean) for one in effects)]
    moved = {one.name for one in effects if any((one.name, quarter) in starred for quarter in quarters)}
    whole = [one for one in effects if is_aggregate(one.name, goods) and (one.name in moved or one.name in _ALWAYS)]
    most = moved_most([one for one in effects if not is_aggregate(one.name, goods)], _TOLD)
    asked = [("What differs", comparison.base.scenario.name, comparison.other.scenario.name), *differing(comparison)]
    widths = [max(len(row[column]) for row in asked) for column in (0, 1)]
    lines = [*textwrap.wrap(sentence(effects, starred), _WIDE), ""]
    lines += [f"{what:<{widths[0]}}  {base:<{widths[1]}}  {other}".rstrip() for what, base, other in asked]
    if whole:
        head = f"{'':<{_TITLE + _UNIT}}" + "".join(f"{f'quarter {quarter}':>{_CELL}}" for quarter in quarters)
        head += f"{'most':>{_MOST}}"
        lines += ["", head, "-" * len(head), *(_line(one, quarters, starred) for one in whole)]
    if most:
        lines += ["", "Goods and skills that moved most", *(_line(one, quarters, starred) for one in most)]
    if found := comparison.multipliers():
        lines += ["", printed_multipliers(found)]
    for grouping in by:
        if told_by := comparison.groups(grouping):
            lines += ["", printed_groups(told_by, grouping)]
    shares = [one.saved for one in effects if math.isfinite(one.saved)]
    told_of = f"comparison.json has {len(effects) - len(whole) - len(most)} more indicators"
    if shares:
        told_of += f"; common luck saves {100.0 * float(np.median(shares)):.0f} % of an effect's variance (median)"
    return "\n".join([*lines, "", *textwrap.wrap(f"{told_of}.", _WIDE)])


def _line(effect: Effect, quarters: Sequence[int], starred: Starred) -> str:
    cells = (
        "".join(f"{cell(effect, quarter, starred):>{_CELL}}" for quarter in quarters) + f"{peak_cell(effect):>{_MOST}}"
    )
    title = effect.title if len(effect.title) < _TITLE else effect.title.partition(":")[0][: _TITLE - 1].rstrip()
    unit = _SHORT.get(effect.unit, effect.unit)
    return f"{title:<{_TITLE}}{_SHORTEST.get(unit, unit)[:_UNIT]:<{_UNIT}}{cells}"


def as_object(comparison: Comparison, by: Sequence[str] = ()) -> dict[str, Any]:
    """Return the comparison as one JSON object; what is not a number is None."""
    base, other, parting = comparison.base, comparison.other, comparison.parting
    effects = comparison.effects()
    starred = discoveries(effects, len(base.seeds))
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
        "told": sentence(effects, starred),
        "multipliers": [_plain(one) for one in comparison.multipliers()],
        "groups": {grouping: [_plain(one) for one in comparison.groups(grouping)] for grouping in by},
        "indicators": {one.name: _effect_object(one, starred) for one in effects},
    }


def _effect_object(effect: Effect, starred: Starred) -> dict[str, Any]:
    at = [effect.at(quarter) for quarter in QUARTERS]
    return {
        "title": effect.title,
        "unit": effect.unit,
        "mean": [_number(mean) for mean, _ in at],
        "low": [_number(mean - half_width) for mean, half_width in at],
        "high": [_number(mean + half_width) for mean, half_width in at],
        "most": {"quarter": effect.peak, "mean": _number(effect.at(effect.peak)[0])} if len(effect.mean) else None,
        "beyond_luck": [(effect.name, quarter) in starred for quarter in QUARTERS],
        "variance_saved": _number(effect.saved),
    }


def _plain(found: Any) -> dict[str, Any]:
    """Give a named tuple as JSON writes it."""
    return {
        key: _plain(value) if hasattr(value, "_asdict") else _number(value) if isinstance(value, float) else value
        for key, value in found._asdict().items()
    }


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
