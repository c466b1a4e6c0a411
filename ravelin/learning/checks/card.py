"""What a model's card must say: every entry by name, kind and range."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from ravelin.learning.boosting import Settings
from ravelin.learning.checks.booster import FlawError, short
from ravelin.learning.features import BASE, Feature, named
from ravelin.learning.linear import CONSTANT_TERM, INCOME_TERM, MISSING, SQUARE_TERM
from ravelin.learning.variables import CATEGORIES

Check = Callable[[Any, str], None]

INCOME_MAX = 1e8
"""Dollar/year; nobody in a survey of households earns or spends more."""


def text(longest: int = 500) -> Check:
    """Ask for a text that can be printed."""

    def check(value: Any, where: str) -> None:
        if not isinstance(value, str) or len(value) > longest or not value.isprintable():
            raise FlawError(f"{where} must be a line of at most {longest} letters")

    return check


def number(low: float, high: float, *, whole: bool = False) -> Check:
    """Ask for a number in a range, ends included."""

    def check(value: Any, where: str) -> None:
        fits = isinstance(value, int if whole else int | float) and not isinstance(value, bool)
        if not fits or not math.isfinite(value) or not low <= value <= high:
            kind = "a whole number" if whole else "a number"
            raise FlawError(f"{where} is {short(value)}; it must be {kind} from {low:g} to {high:g}")

    return check


def entries(checks: Mapping[str, Check], *, optional: Mapping[str, Check] | None = None) -> Check:
    """Ask for an object of just these entries."""
    extra = optional or {}

    def check(value: Any, where: str) -> None:
        if not isinstance(value, dict):
            raise FlawError(f"{where} must be an object")
        for name in checks:
            if name not in value:
                raise FlawError(f"{where} lacks {name}")
        for name, part in value.items():
            if name not in checks and name not in extra:
                raise FlawError(f"{where} has an entry {short(name)} that this version of Ravelin does not know")
            (checks.get(name) or extra[name])(part, f"{where}.{name}")

    return check


def several(each: Check, low: int, high: int) -> Check:
    """Ask for a list."""

    def check(value: Any, where: str) -> None:
        if not isinstance(value, list) or not low <= len(value) <= high:
            raise FlawError(f"{where} must be a list of {low} to {high} entries")
        for place, part in enumerate(value):
            each(part, f"{where}[{place}]")

    return check


def named_by(each: Check, high: int) -> Check:
    """Ask for an object whose entries go by any names."""
    name_of = text(200)

    def check(value: Any, where: str) -> None:
        if not isinstance(value, dict) or len(value) > high:
            raise FlawError(f"{where} must be an object of at most {high} entries")
        for name, part in value.items():
            name_of(name, f"a name in {where}")
            each(part, f"{where}.{name}")

    return check


def or_none(other: Check) -> Check:
    """Allow null."""

    def check(value: Any, where: str) -> None:
        if value is not None:
            other(value, where)

    return check


_count = number(0, 1e9, whole=True)
_dollars = number(0, INCOME_MAX)
_share = number(0, 1)
_correlation = number(-1, 1)
_score = number(-1e9, 1)
_lines = several(text(1_000), 0, 400)

_SCORES = entries(
    {
        "rows": _count,
        "units": _count,
        "r2_log": _score,
        "r2_dollar": _score,
        "aggregate_ratio": number(0, 1e6),
        "deciles": several(
            entries(
                {
                    "decile": number(1, 10, whole=True),
                    "rows": _count,
                    "income": _dollars,
                    "actual": _dollars,
                    "predicted": _dollars,
                    "ratio": number(0, 1e6),
                }
            ),
            1,
            10,
        ),
        "coverage": named_by(entries({"all": _share, "quintiles": several(_share, 1, 5)}), 20),
    }
)
_BASELINES = named_by(_score, 10)

_SETTINGS = {
    "trees": number(1, 2_000, whole=True),
    "depth": number(1, 16, whole=True),
    "learning_rate": number(1e-6, 1),
    "leaf_weight_min": number(0, 1e9),
    "ridge": number(0, 1e9),
    "row_share": number(1e-6, 1),
    "feature_share": number(1e-6, 1),
    "spread_trees": number(1, 2_000, whole=True),
    "spread_depth": number(1, 16, whole=True),
    "spread_own": _share,
    "width": number(0.1, 10),
    "scale_floor": number(1e-6, 1),
    "income_bins": number(2, 255, whole=True),
    "folds": number(2, 20, whole=True),
    "inner_folds": number(2, 20, whole=True),
    "threads": number(1, 1_024, whole=True),
    "seed": number(0, 2**31 - 1, whole=True),
}
assert set(_SETTINGS) == set(Settings._fields)

_CARD = entries(
    {
        "format": text(),
        "format_version": _count,
        "title": text(),
        "created": text(40),
        "data": entries(
            {
                "survey": text(),
                "files": several(text(), 1, 10_000),
                "quarters": several(text(6), 1, 400),
                "rows_read": _count,
                "rows_used": _count,
                "rows_dropped": named_by(_count, 50),
                "units": _count,
                "weight": text(),
                "weight_sum": number(0, 1e15),
                "notes": _lines,
            }
        ),
        "dollars": entries({"year": number(1900, 2200, whole=True), "index": text(), "how": text()}),
        "incomes": entries(
            {
                "lowest": _dollars,
                "first_percent": _dollars,
                "last_percent": _dollars,
                "highest": _dollars,
                "flat": _dollars,
            }
        ),
        "weak_spots": _lines,
        "target": text(),
        "mean_income": number(1, INCOME_MAX),
        "mean_spending": number(1, INCOME_MAX),
        "sd_log_spending": number(0, 10),
        "features": several(
            entries(
                {
                    "name": text(100),
                    "meaning": text(),
                    "levels": several(number(-1e6, 1e6), 0, 100),
                    "starts": several(number(-1e6, 1e6), 0, 100),
                }
            ),
            len(BASE),
            100,
        ),
        "settings": entries(_SETTINGS),
        "shape": entries({"scale_low": number(1e-6, 10), "scale_step": number(1e-6, 10), "scores": text()}),
        "persistence": entries(
            {
                "correlations": named_by(_correlation, 10),
                "pairs": named_by(_count, 10),
                "spending_rank_correlations": named_by(_correlation, 10),
                "persistent_share": _share,
                "persistent_share_monthly": _share,
                "monthly_scale": number(0.1, 10),
                "window_scale": named_by(number(0, 1e3), 20),
                "transitory_months": number(1, 12, whole=True),
                "method": text(),
            }
        ),
        "shares": entries({"categories": several(text(40), 1, 40), "types": text(), "source": text()}),
        "importance": named_by(_share, 100),
        "baselines": named_by(
            entries({"terms": named_by(number(-1e9, 1e9), 500), "means": named_by(number(-1e9, 1e9), 100)}), 10
        ),
        "scores": entries(
            {"cross_validation": _SCORES, "baselines": _BASELINES, "time_split": or_none(_SCORES)},
            optional={
                "full_features": entries(
                    {"features": several(text(100), 1, 100), "cross_validation": _SCORES, "baselines": _BASELINES}
                )
            },
        ),
        "versions": named_by(text(100), 20),
    }
)


def check_card(card: Any) -> tuple[Feature, ...]:
    """Check a card and give the model's features.

    Raises
    ------
    FlawError
        Naming the entry, what it says, and what it may say.
    SurveyError
        If it lists features that this version of Ravelin does not know.
    """
    listed = card.get("features") if isinstance(card, dict) else None
    if not isinstance(listed, list) or not all(_is_named(each) for each in listed):
        raise FlawError("its card lists no features")
    features = named([each["name"] for each in listed])
    if features[: len(BASE)] != BASE or len(set(features)) != len(features):
        raise FlawError(
            f"its features are {short(', '.join(feature.name for feature in features))}; they must begin with "
            f"{', '.join(feature.name for feature in BASE)}, in this order, and none may come twice"
        )
    _CARD(card, "card")
    for told, feature in zip(listed, features, strict=True):
        if (told["levels"], told["starts"]) != (list(feature.levels), list(feature.starts)):
            raise FlawError(f"its levels of {feature.name} are not those of this version of Ravelin")
    names = {feature.name for feature in features}
    for line in card["baselines"].values():
        for term in line["terms"]:
            if not _is_term(term, names):
                raise FlawError(f"its baselines have a term {short(term)}, which is of none of its features")
    if card["shares"]["categories"] != list(CATEGORIES):
        raise FlawError(f"its budget categories are not {', '.join(CATEGORIES)}")
    return features


def _is_named(entry: Any) -> bool:
    return isinstance(entry, dict) and isinstance(entry.get("name"), str) and len(entry["name"]) <= 100


def _is_term(term: str, names: set[str]) -> bool:
    name, equals, code = term.removesuffix(MISSING).partition("=")
    return term in (CONSTANT_TERM, INCOME_TERM, SQUARE_TERM) or (name in names and (code.isdigit() or not equals))
