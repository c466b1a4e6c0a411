"""What the model may know of a consumer before she spends.

Only traits that are known before spending enter: no expenditure shares, which leak the answer.
Traits are coarsened to a few levels; measured on the extract, seven age bands, five family sizes,
three marital states and five degrees cost less than 0.001 of R2 and keep the cell table small.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ravelin.learning.errors import SurveyError

Floats = NDArray[np.float32]


class Feature(NamedTuple):
    """A trait, its levels, and the lowest value that belongs to each level.

    A trait without levels is used as it is; the codes of a nominal trait have no order.
    """

    name: str
    meaning: str
    levels: tuple[float, ...] = ()
    starts: tuple[float, ...] = ()
    nominal: bool = False


def _count(name: str, meaning: str, low: int, high: int) -> Feature:
    levels = tuple(float(level) for level in range(low, high + 1))
    return Feature(name, f"{meaning}; {high} means {high} or more", levels, levels)


def _code(name: str, meaning: str, codes: tuple[float, ...]) -> Feature:
    return Feature(name, meaning, codes, codes, nominal=True)


INCOME = Feature("income", "income before tax, dollar/year, at the survey's price and income level")

DEMOGRAPHICS = (
    Feature(
        "age",
        "age of the reference person in ten-year bands, year",
        (20, 30, 40, 50, 60, 70, 80),
        (0, 25, 35, 45, 55, 65, 75),
    ),
    Feature(
        "education",
        "1 no diploma, 2 high school, 3 some college, 4 bachelor, 5 advanced",
        (1, 2, 3, 4, 5),
        (1, 2, 3, 4, 5),
    ),
    _count("family_size", "persons in the consumer unit", 1, 5),
    _count("children", "persons under 18", 0, 3),
    _count("persons_over_64", "persons over 64", 0, 2),
    _count("earners", "persons who earn", 0, 3),
    _code(
        "tenure",
        "1 owner with mortgage, 2 owner without, 4 renter, 5 no cash rent, 6 student housing",
        (1, 2, 4, 5, 6),
    ),
    _code("region", "1 northeast, 2 midwest, 3 south, 4 west", (1, 2, 3, 4)),
    _code("urban", "1 urban, 2 rural", (1, 2)),
    _code("marital", "1 married, 2 widowed, divorced or separated, 3 never married", (1, 2, 3)),
)

BASE = (INCOME, *DEMOGRAPHICS)
"""The 11 features that every simulated consumer carries, in order."""

EXTRA = (
    Feature("vehicles", "vehicles owned"),
    Feature("rooms", "rooms of the home"),
    Feature("bathrooms", "bathrooms of the home"),
    Feature("bedrooms", "bedrooms of the home"),
    Feature("occupation", "occupation code of the survey", nominal=True),
    Feature("employer_kind", "1 private, 2-4 government, 5-6 own business", nominal=True),
    Feature(
        "idle_reason",
        "why not at work: 1 retired, 2 home, 3 school, 4 ill, 5 no work found, 6 other",
        nominal=True,
    ),
    Feature("work_year", "1 full time all year, 2-4 less", nominal=True),
    Feature("city_size", "1 above 4 million .. 5 below 125 thousand", nominal=True),
    Feature("sex", "1 male, 2 female", nominal=True),
    Feature("race", "race code of the survey", nominal=True),
    Feature("hispanic", "1 yes, 2 no", nominal=True),
)
"""Traits that raise the fit if consumers carry them; the shipped model does without."""

KNOWN = {feature.name: feature for feature in (*BASE, *EXTRA)}


def named(names: ArrayLike) -> tuple[Feature, ...]:
    """Look up features by name, as a model's card lists them."""
    listed = [str(name) for name in np.asarray(names, dtype=object).ravel()]
    unknown = [name for name in listed if name not in KNOWN]
    if unknown:
        raise SurveyError(
            f"this version of Ravelin does not know the features {', '.join(unknown)}; it knows {', '.join(KNOWN)}"
        )
    return tuple(KNOWN[name] for name in listed)


def canonical(values: ArrayLike, features: tuple[Feature, ...]) -> Floats:
    """Bring traits to their levels: (rows, features) any numbers to (rows, features) float32.

    A value takes the level of the band it lies in, and the nearest level beyond the ends. Missing
    values (NaN) stay missing.
    """
    matrix = np.array(values, dtype=np.float32, ndmin=2)
    if matrix.shape[1] != len(features):
        expected = ", ".join(feature.name for feature in features)
        raise SurveyError(f"rows have {matrix.shape[1]} traits where {len(features)} are expected: {expected}")
    for column, feature in enumerate(features):
        if feature.levels:
            value = matrix[:, column]
            level = np.searchsorted(np.asarray(feature.starts[1:], np.float32), value, side="right")
            matrix[:, column] = np.where(np.isnan(value), value, np.asarray(feature.levels, np.float32)[level])
    return matrix
