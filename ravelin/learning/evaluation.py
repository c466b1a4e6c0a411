"""Score predictions against the survey: weighted, on households the model has not seen."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ravelin.core.arithmetic import normal_quantile
from ravelin.learning import linear
from ravelin.learning.boosting import Settings, fit_bounds, folds_of, predict
from ravelin.learning.features import Feature, canonical
from ravelin.learning.inference import SpendingModel
from ravelin.learning.residuals import (
    Shape,
    deviation,
    fit_shape,
    mean_over_ranks,
    weighted_quantiles,
)
from ravelin.learning.survey import Survey

Floats = NDArray[np.float64]
Told = Callable[[str], None]
"""Called with the name of a step when it is done."""

LEVELS = (0.05, 0.25, 0.50, 0.75, 0.95)


class Predicted(NamedTuple):
    """What a model says of each row."""

    location: Floats
    """(rows,) expected log of annual spending."""
    scale: Floats
    mean: Floats
    """(rows,) expected annual spending, dollar."""
    quantiles: Floats
    """(rows, LEVELS) log of annual spending."""


def predicted_by(location: Floats, scale: Floats, shape: Shape) -> Predicted:
    """Complete location and scale, (rows,) each, to what is scored."""
    scores = [normal_quantile(level) for level in LEVELS]
    quantiles = [location + deviation(shape, scale, np.full(len(scale), score)) for score in scores]
    return Predicted(location, scale, mean_over_ranks(location, scale, shape), np.column_stack(quantiles))


def predicted_by_model(model: SpendingModel, survey: Survey) -> Predicted:
    """Let a model predict the rows of a survey."""
    location, scale = model.location_and_scale(survey.matrix(tuple(feature.name for feature in model.features)))
    return predicted_by(location.astype(np.float64), scale.astype(np.float64), model.shape)


def cross_validate(survey: Survey, features: tuple[Feature, ...], settings: Settings, told: Told) -> Predicted:
    """Predict every row by a model fitted without its fold of consumer units.

    The residuals' shape is held out as well: a fold's comes from the other folds' residuals.
    """
    matrix = canonical(survey.matrix(tuple(feature.name for feature in features)), features)
    log_spending = np.log(survey.spending)
    fold = folds_of(survey.unit, settings.folds, settings.seed)
    location, scale = np.empty(len(fold)), np.empty(len(fold))
    for held in range(settings.folds):
        train = fold != held
        bounds = fit_bounds(matrix[train], log_spending[train], survey.weight[train], survey.unit[train], settings)
        location[~train], scale[~train] = predict(bounds, matrix[~train], settings)
        told(f"fold {held + 1} of {settings.folds}, {len(features)} features")
    mean, quantiles = np.empty(len(fold)), np.empty((len(fold), len(LEVELS)))
    for held in range(settings.folds):
        train = fold != held
        shape = fit_shape(location[train], scale[train], log_spending[train], survey.weight[train], settings.width)
        part = predicted_by(location[~train], scale[~train], shape)
        mean[~train], quantiles[~train] = part.mean, part.quantiles
    return Predicted(location, scale, mean, quantiles)


def time_split(survey: Survey, features: tuple[Feature, ...], settings: Settings) -> tuple[Survey, Predicted] | None:
    """Predict the last quarter of the interviews by a model of earlier ones, no unit in both.

    None if the files hold too few quarters.
    """
    cut = int(np.quantile(survey.quarter, 0.75))
    test = survey.quarter >= cut
    train = (survey.quarter < cut) & ~np.isin(survey.unit, survey.unit[test])
    if train.sum() < len(test) // 10:
        return None
    earlier, later = survey.select(train), survey.select(test)
    names = tuple(feature.name for feature in features)
    matrix, log_spending = canonical(earlier.matrix(names), features), np.log(earlier.spending)
    fold = folds_of(earlier.unit, settings.folds, settings.seed)
    held = fold == 0
    bounds = fit_bounds(matrix[~held], log_spending[~held], earlier.weight[~held], earlier.unit[~held], settings)
    location, scale = predict(bounds, matrix[held], settings)
    shape = fit_shape(location, scale, log_spending[held], earlier.weight[held], settings.width)
    location, scale = predict(bounds, canonical(later.matrix(names), features), settings)
    return later, predicted_by(location, scale, shape)


def r_squared(actual: Floats, predicted: Floats, weight: Floats) -> float:
    """Weighted share of variance explained."""
    center = np.average(actual, weights=weight)
    return float(
        1.0 - np.average((actual - predicted) ** 2, weights=weight) / np.average((actual - center) ** 2, weights=weight)
    )


def score(survey: Survey, predicted: Predicted) -> dict[str, Any]:
    """Score the fit of the logarithm, calibration by income decile, and coverage of quantiles."""
    weight, income, log_spending = survey.weight, survey.traits["income"], np.log(survey.spending)
    edges = weighted_quantiles(income, weight, np.arange(1, 10) / 10)
    decile = np.searchsorted(edges, income, side="right")
    below = log_spending[:, None] <= predicted.quantiles
    return {
        "rows": len(income),
        "units": len(np.unique(survey.unit)),
        "r2_log": r_squared(log_spending, predicted.location, weight),
        "r2_dollar": r_squared(survey.spending, predicted.mean, weight),
        "aggregate_ratio": float((weight * predicted.mean).sum() / (weight * survey.spending).sum()),
        "deciles": [
            _decile(survey, predicted, decile == number, number + 1) for number in range(10) if (decile == number).any()
        ],
        "coverage": {
            f"{level:g}": {
                "all": float(np.average(below[:, place], weights=weight)),
                "quintiles": [
                    float(np.average(below[decile // 2 == fifth, place], weights=weight[decile // 2 == fifth]))
                    for fifth in range(5)
                    if (decile // 2 == fifth).any()
                ],
            }
            for place, level in enumerate(LEVELS)
        },
    }


def _decile(survey: Survey, predicted: Predicted, rows: NDArray[np.bool_], number: int) -> dict[str, float]:
    weight = survey.weight[rows]
    actual = float(np.average(survey.spending[rows], weights=weight))
    expected = float(np.average(predicted.mean[rows], weights=weight))
    return {
        "decile": number,
        "rows": int(rows.sum()),
        "income": float(np.average(survey.traits["income"][rows], weights=weight)),
        "actual": actual,
        "predicted": expected,
        "ratio": expected / actual,
    }


def baselines(survey: Survey, features: tuple[Feature, ...], settings: Settings) -> dict[str, float]:
    """R2 of log spending, on the same folds, of simpler models: what boosting must beat."""
    predicted = linear.held_out(survey, features, settings.folds, settings.seed)
    return {name: r_squared(np.log(survey.spending), told, survey.weight) for name, told in predicted.items()}


def baselines_of(model: SpendingModel, survey: Survey) -> dict[str, float]:
    """R2 of log spending of the simpler models as they are on the model's card."""
    lines = linear.lines_of(model.card)
    log_spending = np.log(survey.spending)
    return {
        name: r_squared(log_spending, line.predict(survey, model.features), survey.weight)
        for name, line in lines.items()
    }


def falls_with_income(model: SpendingModel, demographics: NDArray[np.float32]) -> Mapping[str, float]:
    """Find the largest relative fall of spending from an income bin to the next, over all cells.

    Keys are "mean" and the ranks; zero means that spending never falls.
    """
    table = model.compile(demographics)
    location, scale = table.location.astype(np.float64), table.scale.astype(np.float64)
    flat = scale.ravel()
    curves = {"mean": np.log(mean_over_ranks(location.ravel(), flat, model.shape)).reshape(location.shape)}
    for level in LEVELS:
        moved = deviation(model.shape, flat, np.full(flat.shape, normal_quantile(level)))
        curves[f"{level:g}"] = location + moved.reshape(scale.shape)
    return {name: float(np.maximum(-np.diff(curve, axis=1), 0.0).max(initial=0.0)) for name, curve in curves.items()}
