"""Straight lines through log spending: the simpler models that boosting must beat, kept on the card."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ravelin.learning.boosting import folds_of
from ravelin.learning.features import Feature, canonical
from ravelin.learning.survey import Survey

Floats = NDArray[np.float64]

CONSTANT, LINEAR, SQUARED = "constant propensity", "log-linear OLS", "OLS with squared log income"

CONSTANT_TERM, INCOME_TERM, SQUARE_TERM, MISSING = "constant", "log income", "squared log income", " missing"


class Line(NamedTuple):
    """Coefficients by term, and what stands in for a number that is missing."""

    terms: Mapping[str, float]
    """Terms are `constant`, `log income`, `squared log income`, a feature, `feature=code` or `feature missing`."""
    means: Mapping[str, float]

    def predict(self, survey: Survey, features: tuple[Feature, ...]) -> Floats:
        """Give expected log spending, (rows,), in dollars of the survey's price year."""
        columns = _columns(survey, features, self.means)
        return np.asarray(sum((value * columns(term) for term, value in self.terms.items()), np.zeros(survey.rows)))


def fit_lines(survey: Survey, features: tuple[Feature, ...]) -> dict[str, Line]:
    """Fit the simpler models on all rows."""
    return {name: Line(*terms) for name, terms in _fitted(survey, features, survey).items()}


def held_out(survey: Survey, features: tuple[Feature, ...], folds: int, seed: int) -> dict[str, Floats]:
    """Predict every row by lines fitted without its fold of consumer units: (rows,) by name."""
    fold = folds_of(survey.unit, folds, seed)
    predicted = {name: np.empty(survey.rows) for name in (CONSTANT, LINEAR, SQUARED)}
    for held in range(folds):
        rest, part = survey.select(fold != held), survey.select(fold == held)
        for name, terms in _fitted(rest, features, survey).items():
            predicted[name][fold == held] = Line(*terms).predict(part, features)
    return predicted


def lines_of(card: Mapping[str, Any]) -> dict[str, Line]:
    """Read the lines of a model's card."""
    return {name: Line(told["terms"], told["means"]) for name, told in card["baselines"].items()}


def as_entries(lines: Mapping[str, Line]) -> dict[str, Any]:
    """Write lines as a card holds them."""
    return {name: {"terms": dict(line.terms), "means": dict(line.means)} for name, line in lines.items()}


def _fitted(
    rows: Survey, features: tuple[Feature, ...], whole: Survey
) -> dict[str, tuple[dict[str, float], dict[str, float]]]:
    """Fit lines on some rows, with the terms that the whole survey has."""
    means, terms = _terms(whole, features)
    columns = _columns(rows, features, means)
    log_spending = np.log(rows.spending)
    root = np.sqrt(rows.weight)
    offset = float(np.average(log_spending - columns(INCOME_TERM), weights=rows.weight))
    fitted: dict[str, tuple[dict[str, float], dict[str, float]]] = {
        CONSTANT: ({CONSTANT_TERM: offset, INCOME_TERM: 1.0}, {})
    }
    for name, chosen in ((LINEAR, terms), (SQUARED, [*terms, SQUARE_TERM])):
        design = np.column_stack([columns(term) for term in chosen])
        solution = np.linalg.lstsq(design * root[:, None], log_spending * root, rcond=None)[0]
        fitted[name] = (dict(zip(chosen, map(float, solution), strict=True)), means)
    return fitted


def _terms(survey: Survey, features: tuple[Feature, ...]) -> tuple[dict[str, float], list[str]]:
    """Put numbers as they are (gaps at the mean, with a mark), and codes in one column each."""
    means, terms = {}, [CONSTANT_TERM, INCOME_TERM]
    traits = canonical(survey.matrix(tuple(feature.name for feature in features)), features)
    for column, feature in zip(traits.T[1:], features[1:], strict=True):
        told = column[~np.isnan(column)].astype(np.float64)
        if feature.nominal:
            terms += [f"{feature.name}={code:g}" for code in np.unique(told)[1:]]
        else:
            means[feature.name] = float(told.mean()) if told.size else 0.0
            terms.append(feature.name)
        if told.size < column.size:
            terms.append(feature.name + MISSING)
    return means, terms


def _columns(survey: Survey, features: tuple[Feature, ...], means: Mapping[str, float]) -> Callable[[str], Floats]:
    """Give the column of a term, (rows,)."""
    log_income: Floats = np.log(survey.traits["income"])
    traits = canonical(survey.matrix(tuple(feature.name for feature in features)), features).astype(np.float64)
    place = {feature.name: column for column, feature in enumerate(features)}

    def column(term: str) -> Floats:
        if term == CONSTANT_TERM:
            return np.ones(survey.rows)
        if term in (INCOME_TERM, SQUARE_TERM):
            return log_income if term == INCOME_TERM else np.square(log_income)
        name, _, code = term.removesuffix(MISSING).partition("=")
        value = traits[:, place[name]]
        if term.endswith(MISSING):
            return np.asarray(np.isnan(value), np.float64)
        if code:
            return np.asarray(value == float(code), np.float64)
        return np.asarray(np.where(np.isnan(value), means.get(name, 0.0), value))

    return column
