"""Train the spending model from the survey and write its card."""

import datetime
import platform
from importlib import metadata
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ravelin import __version__
from ravelin.learning import evaluation, linear, model_file
from ravelin.learning.boosting import Bounds, Settings, fit_bounds, folds_of
from ravelin.learning.errors import SurveyError
from ravelin.learning.evaluation import Predicted, Told
from ravelin.learning.features import BASE, EXTRA, INCOME, Feature, canonical
from ravelin.learning.files.prices import HOW, INDEX, quarter_name, quarter_number
from ravelin.learning.inference import SpendingModel
from ravelin.learning.residuals import Persistence, Shape, fit_shape, measure_persistence, weighted_quantiles
from ravelin.learning.shares import AGES, Shares, estimate_shares
from ravelin.learning.survey import QUARTERS_KNOWN, Survey
from ravelin.learning.variables import CATEGORIES

Floats = NDArray[np.float64]

ROWS_MIN = 200
NOTES_MAX, LETTERS_MAX = 100, 400
WEAK_RATIO, WEAK_COVERAGE = 0.05, 0.02
"""A decile's mean spending, or a quintile's share below a quantile, that is off by more is told on the card."""
TRANSITORY_MONTHS = 3
"""Months that a transitory shock lasts: one- and two-month windows scatter nearly alike."""


def full_features(survey: Survey) -> tuple[Feature, ...]:
    """List the base features and those extra ones that the survey files tell."""
    return (*BASE, *(feature for feature in EXTRA if feature.name in survey.traits))


def train(
    survey: Survey,
    *,
    published: Floats | None = None,
    published_name: str = "",
    features: tuple[Feature, ...] = BASE,
    settings: Settings | None = None,
    told: Told = lambda step: None,
) -> SpendingModel:
    """Cross-validate, then fit on all rows, and put everything with its card into a model.

    Parameters
    ----------
    survey : Survey
        Rows to learn from.
    published : (age bands, categories) float, dollar/year, optional
        Published mean spending, needed where the survey does not tell every category.
    features : tuple of Feature
        Income first; the base features come before any extra ones.
    told : function of a string
        Called after each step, `steps` times in all.
    """
    chosen = settings or Settings()
    if len(survey.spending) < ROWS_MIN or len(np.unique(survey.unit)) < 2 * chosen.folds:
        raise SurveyError(f"{len(survey.spending)} usable rows are too few to train on; {ROWS_MIN} are needed")
    shares = estimate_shares(survey, published, published_name or "survey")
    matrix = canonical(survey.matrix(tuple(feature.name for feature in features)), features)
    log_spending = np.log(survey.spending)
    held_out = evaluation.cross_validate(survey, features, chosen, told)
    scores = _scores(survey, held_out, features, chosen, told)
    bounds = fit_bounds(matrix, log_spending, survey.weight, survey.unit, chosen)
    for booster in bounds:
        booster.feature_names = [feature.name for feature in features]
    told("final fit")
    shape = fit_shape(held_out.location, held_out.scale, log_spending, survey.weight, chosen.width)
    persistence = measure_persistence(
        log_spending=log_spending,
        location=held_out.location,
        scale=held_out.scale,
        unit=survey.unit,
        quarter=survey.quarter,
        window=survey.window,
        weight=survey.weight,
    )
    card = _card(survey, features, chosen, shape, persistence, shares, scores, bounds)
    arrays: dict[str, NDArray[Any]] = {
        "shape": shape.deviations,
        "shares": shares.table,
        "class_edges": shares.class_edges,
        "trained_units": unit_marks(survey.household),
    }
    lower, upper = (bytes(booster.save_raw("json")) for booster in bounds)
    return SpendingModel(
        model_file.Contents(
            {"format": model_file.FORMAT, "format_version": model_file.VERSION, **card},
            lower,
            upper,
            arrays,
        )
    )


def steps(survey: Survey, features: tuple[Feature, ...], settings: Settings) -> int:
    """Count the steps that `train` tells."""
    return settings.folds * (2 if len(full_features(survey)) > len(features) else 1) + 2


def unit_marks(household: NDArray[np.int64]) -> NDArray[np.uint32]:
    """Mark consumer units by 32-bit hashes, sorted, so that `validate` knows which were seen."""
    return np.unique(folds_of(household, 2**32 - 1, 0)).astype(np.uint32)


def seen_by(model: SpendingModel, survey: Survey) -> NDArray[np.bool_]:
    """Tell which rows of a survey are of consumer units that were in a model's training data: (rows,).

    Numbers are given anew after some years, so only those met about the time of the training data count.
    """
    marks = folds_of(survey.household, 2**32 - 1, 0).astype(np.uint32)
    known = [quarter_number(name) for name in model.card["data"]["quarters"]]
    near = (survey.quarter >= min(known) - QUARTERS_KNOWN) & (survey.quarter <= max(known) + QUARTERS_KNOWN)
    return near & np.isin(marks, model.contents.arrays["trained_units"])


def _scores(
    survey: Survey,
    held_out: Predicted,
    features: tuple[Feature, ...],
    settings: Settings,
    told: Told,
) -> dict[str, Any]:
    scores: dict[str, Any] = {
        "cross_validation": evaluation.score(survey, held_out),
        "baselines": evaluation.baselines(survey, features, settings),
    }
    later = evaluation.time_split(survey, features, settings)
    scores["time_split"] = None if later is None else evaluation.score(*later)
    told("time split")
    full = full_features(survey)
    if len(full) > len(features):
        wide = evaluation.cross_validate(survey, full, settings, told)
        scores["full_features"] = {
            "features": [feature.name for feature in full],
            "cross_validation": evaluation.score(survey, wide),
            "baselines": evaluation.baselines(survey, full, settings),
        }
    return scores


def _card(
    survey: Survey,
    features: tuple[Feature, ...],
    settings: Settings,
    shape: Shape,
    persistence: Persistence,
    shares: Shares,
    scores: dict[str, Any],
    bounds: Bounds,
) -> dict[str, Any]:
    quarters = sorted({int(quarter) for quarter in survey.quarter})
    return {
        "title": "Annual spending of a consumer unit given income and demographics",
        "created": datetime.date.today().isoformat(),
        "data": {
            "survey": "BLS Consumer Expenditure Survey, Interview, public-use microdata",
            "files": [_printable(name) for name in survey.reading.files],
            "quarters": [quarter_name(quarter) for quarter in quarters],
            "rows_read": survey.reading.rows,
            "rows_used": survey.reading.kept,
            "rows_dropped": dict(survey.reading.dropped),
            "units": len(np.unique(survey.unit)),
            "weight": "FINLWT21",
            "weight_sum": float(survey.weight.sum()),
            "notes": [_printable(note) for note in survey.reading.notes[:NOTES_MAX]],
        },
        "dollars": {"year": survey.price_year, "index": INDEX, "how": HOW},
        "incomes": _incomes(survey, bounds),
        "weak_spots": _weak_spots(survey, scores, bounds),
        "target": "log of annual spending: 4 (PQ + CQ), or 12 CQ / months in the extract",
        "mean_income": float(np.average(survey.traits["income"], weights=survey.weight)),
        "mean_spending": float(np.average(survey.spending, weights=survey.weight)),
        "sd_log_spending": float(np.sqrt(np.cov(np.log(survey.spending), aweights=survey.weight))),
        "features": [
            {
                "name": feature.name,
                "meaning": feature.meaning,
                "levels": list(feature.levels),
                "starts": list(feature.starts),
            }
            for feature in features
        ],
        "settings": settings._asdict(),
        "shape": {
            "scale_low": shape.scale_low,
            "scale_step": shape.scale_step,
            "scores": "65 from -4 to 4",
        },
        "persistence": {
            **persistence._asdict(),
            "transitory_months": TRANSITORY_MONTHS,
            "method": "correlation of normal scores of out-of-fold residual ranks "
            "between interviews of one unit, mean over lags weighted by pairs",
        },
        "shares": {
            "categories": list(CATEGORIES),
            "types": f"{len(AGES)} age bands x children or not x tenure",
            "source": shares.source,
        },
        "importance": _importance(bounds, features),
        "baselines": linear.as_entries(linear.fit_lines(survey, features)),
        "scores": scores,
        "versions": {
            "python": platform.python_version(),
            "ravelin": __version__,
            **{name: _version(name) for name in ("numpy", "xgboost")},
        },
    }


def _printable(text: str) -> str:
    """Keep what a card can show: files may have any name."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)[:LETTERS_MAX]


def _incomes(survey: Survey, bounds: Bounds) -> dict[str, float]:
    """Give the range of incomes learned from, and the income above which the trees are flat."""
    income = survey.traits["income"]
    first, last = weighted_quantiles(income, survey.weight, np.array([0.01, 0.99]))
    return {
        "lowest": float(income.min()),
        "first_percent": float(first),
        "last_percent": float(last),
        "highest": float(income.max()),
        "flat": _flat_above(bounds),
    }


def _flat_above(bounds: Bounds) -> float:
    """Give the highest income at which a tree splits."""
    splits = [booster.get_split_value_histogram(INCOME.name, as_pandas=False) for booster in bounds]
    return float(max((table[:, 0].max() for table in splits if len(table)), default=0.0))


def _weak_spots(survey: Survey, scores: dict[str, Any], bounds: Bounds) -> list[str]:
    """Say where the model is off by more than it should be, out of fold."""
    found = scores["cross_validation"]
    spots = [
        f"mean spending of income decile {row['decile']} is {row['ratio'] - 1:+.1%} off the survey's"
        for row in found["deciles"]
        if abs(row["ratio"] - 1) > WEAK_RATIO
    ]
    for level, row in found["coverage"].items():
        spots += [
            f"{share:.3f} of income quintile {place} lie below its quantile {level}"
            for place, share in enumerate(row["quintiles"], 1)
            if abs(share - float(level)) > WEAK_COVERAGE
        ]
    spots.append(f"spending does not rise with income above {_flat_above(bounds):,.0f} dollars")
    untold = [category for category in CATEGORIES if category in survey.untold]
    if untold:
        spots.append(f"shares of {', '.join(untold)} are published means by age and do not change with income")
    return spots


def _importance(bounds: Bounds, features: tuple[Feature, ...]) -> dict[str, float]:
    """Share of the loss reduction due to splits on each feature, largest first."""
    names = [feature.name for feature in features]
    gain = np.zeros(len(features))
    for booster in bounds:
        for name, value in booster.get_score(importance_type="total_gain").items():
            gain[names.index(name)] += float(value[0] if isinstance(value, list) else value)
    order = np.argsort(-gain)
    return {features[place].name: float(gain[place] / gain.sum()) for place in order}


def _version(package: str) -> str:
    for name in (package, f"{package}-cpu"):
        try:
            return metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return "unknown"
