"""How consumers divide their spending: budget shares by type of consumer and income class.

Types are age band x children or not x tenure (owner with mortgage, owner without, renter).
Categories the survey files tell are measured there; the extract tells food, housing and health
only. There, each age band's measured shares are brought to the published level (without insurance
and pensions, which are saving), and what remains is divided as the published means of that age
band divide it.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ravelin.core.arithmetic import total
from ravelin.learning.errors import SurveyError
from ravelin.learning.features import DEMOGRAPHICS, canonical
from ravelin.learning.files.prices import consumer_prices
from ravelin.learning.files.tables import numbers, read_text, words
from ravelin.learning.residuals import weighted_quantiles
from ravelin.learning.survey import Survey
from ravelin.learning.variables import CATEGORIES

Floats = NDArray[np.float64]

AGES = ("under_25", "25_34", "35_44", "45_54", "55_64", "65_74", "75_plus")
"""Age groups of the published means, the same bands as the model's."""

PUBLISHED_ITEMS = {
    "food": ("FOODTOTL", "ALCBEVG"),
    "housing": ("HOUSING",),
    "transport": ("TRANS",),
    "health": ("HEALTH",),
    "apparel": ("APPAREL",),
    "entertainment": ("ENTRTAIN", "READING"),
    "education": ("EDUCATN",),
    "other": ("PERSCARE", "TOBACCO", "MISC", "CASHCONT"),
}

INCOME_CLASSES = 5
GROUPS = len(AGES) * 2 * 3
PUBLISHED_PATTERN = "ce_published_means*.csv"

_PRIOR_ROWS = 60.0
"""Rows' worth of confidence in the age, type and income averages against a cell's own mean."""


class Shares(NamedTuple):
    """Budget shares and the incomes that part the classes."""

    class_edges: Floats
    """(INCOME_CLASSES - 1,) dollar/year: the survey's income quintiles."""
    table: NDArray[np.float32]
    """(GROUPS, INCOME_CLASSES, categories), summing to one over categories."""
    source: str


def share_group(demographics: ArrayLike) -> NDArray[np.int32]:
    """Give the type of consumer of (rows, 10) base demographics: (rows,) int in [0, GROUPS)."""
    rows = canonical(demographics, DEMOGRAPHICS)
    names = [feature.name for feature in DEMOGRAPHICS]
    ages = np.asarray(DEMOGRAPHICS[0].levels, np.float32)
    age = np.searchsorted(ages, np.nan_to_num(rows[:, 0], nan=50.0))
    parents = rows[:, names.index("children")] > 0
    tenure = np.select([rows[:, names.index("tenure")] == 1, rows[:, names.index("tenure")] == 2], [0, 1], 2)
    return np.asarray(age * 6 + parents * 3 + tenure, np.int32)


def read_published(path: Path, years: tuple[int, ...], price_year: int) -> Floats:
    """Read published mean spending by age band and category, in a year's dollars: (AGES, categories).

    The mean of the survey's own years is taken where the file has them, else its first year.
    """
    values = _published_values(path)
    prices = consumer_prices()
    known = sorted({year for year, _, _ in values})
    if not known:
        raise SurveyError(f"{path} has no published means")
    chosen = [year for year in known if year in years] or known[:1]
    factor = {year: prices.of_year(price_year) / prices.of_year(year) for year in chosen}
    means = np.zeros((len(AGES), len(CATEGORIES)))
    for place, age in enumerate(AGES):
        for column, category in enumerate(CATEGORIES):
            keys = [(year, age, item) for year in chosen for item in PUBLISHED_ITEMS[category]]
            means[place, column] = total([factor[key[0]] * values.get(key, 0.0) for key in keys]) / len(chosen)
    if (means[:, 0] <= 0).any():
        raise SurveyError(f"{path} lacks FOODTOTL for some of the ages {', '.join(AGES)}")
    return means


def _published_values(path: Path) -> dict[tuple[int, str, str], float]:
    """Read dollars by year, age group and item; blank values are suppressed by BLS."""
    table = read_text(path, "", str(path), frozenset(("YEAR", "AGE_GROUP", "ITEM_CODE", "VALUE")))
    if len(table.columns) < 4:
        raise SurveyError(f"{path} must have the columns year, age_group, item_code and value")
    years, dollars = numbers(table, "YEAR", {}), numbers(table, "VALUE", {})
    keys = zip(years, words(table, "AGE_GROUP"), words(table, "ITEM_CODE"), strict=True)
    return {
        (int(year), str(age), str(item)): float(value)
        for (year, age, item), value in zip(keys, dollars, strict=True)
        if not np.isnan(year) and not np.isnan(value)
    }


def estimate_shares(survey: Survey, published: Floats | None, source: str) -> Shares:
    """Estimate shares from the survey's categories, completed by published means where it has none.

    Raises
    ------
    SurveyError
        If the survey lacks categories and no published means are given.
    """
    told = [category for category in CATEGORIES if category in survey.categories]
    untold = [category for category in CATEGORIES if category not in told]
    if untold and published is None:
        raise SurveyError(
            f"the survey files do not tell {', '.join(untold)} (no "
            f"{', '.join(survey.untold[category] for category in untold)}); put {PUBLISHED_PATTERN} "
            "(BLS published means by age) beside them or name it with --published"
        )
    income = survey.traits["income"]
    edges = weighted_quantiles(income, survey.weight, np.linspace(0, 1, INCOME_CLASSES + 1)[1:-1])
    group = share_group(survey.matrix(tuple(feature.name for feature in DEMOGRAPHICS)))
    cell = group * INCOME_CLASSES + np.searchsorted(edges, income, side="right")
    if untold:
        assert published is not None
        shares = _completed(survey, told, cell, published)
    else:
        whole = np.sum([survey.categories[category] for category in CATEGORIES], axis=0)
        shares = np.stack(
            [_ratios(survey, survey.categories[category], whole, cell) for category in CATEGORIES],
            axis=-1,
        )
    shares = np.maximum(shares, 0.0)
    shares /= shares.sum(axis=-1, keepdims=True)
    return Shares(edges, shares.astype(np.float32), source)


def _completed(survey: Survey, told: list[str], cell: NDArray[np.int64], published: Floats) -> Floats:
    shares = np.zeros((GROUPS, INCOME_CLASSES, len(CATEGORIES)))
    level = published / published.sum(axis=1, keepdims=True)
    age = np.arange(GROUPS) // 6
    row_age = cell // INCOME_CLASSES // 6
    for category in told:
        column = CATEGORIES.index(category)
        amount = survey.categories[category]
        measured = [
            np.average(amount[row_age == band], weights=survey.weight[row_age == band])
            / np.average(survey.spending[row_age == band], weights=survey.weight[row_age == band])
            for band in range(len(AGES))
        ]
        factor = level[:, column] / np.array(measured)
        shares[:, :, column] = _ratios(survey, amount, survey.spending, cell) * factor[age][:, None]
    known = shares.sum(axis=-1)
    shares /= np.maximum(known / 0.9, 1.0)[..., None]
    rest = 1.0 - shares.sum(axis=-1)
    open_columns = [column for column, category in enumerate(CATEGORIES) if category not in told]
    mix = level[:, open_columns] / level[:, open_columns].sum(axis=1, keepdims=True)
    shares[:, :, open_columns] = rest[..., None] * mix[age][:, None, :]
    return shares


def _ratios(survey: Survey, amount: Floats, total: Floats, cell: NDArray[np.int64]) -> Floats:
    """Give ratios of means by cell, pulled towards type x class / overall where rows are few."""
    size = GROUPS * INCOME_CLASSES
    parts = np.bincount(cell, survey.weight * amount, size).reshape(GROUPS, INCOME_CLASSES)
    wholes = np.bincount(cell, survey.weight * total, size).reshape(GROUPS, INCOME_CLASSES)
    rows = np.bincount(cell, minlength=size).reshape(GROUPS, INCOME_CLASSES)
    overall = parts.sum() / wholes.sum()
    by_class = parts.sum(axis=0) / wholes.sum(axis=0)
    pull = _PRIOR_ROWS * wholes.sum() / rows.sum()
    by_group = (parts.sum(axis=1) + pull * overall) / (wholes.sum(axis=1) + pull)
    prior = by_group[:, None] * by_class[None, :] / overall
    return np.asarray((parts + pull * prior) / (wholes + pull))


def find_published(data: Path) -> Path | None:
    """Look for the published means beside the survey files."""
    folder = data if data.is_dir() else data.parent
    return next(iter(sorted(folder.glob(PUBLISHED_PATTERN))), None)
