"""The spending model in use: from who a consumer is and what she earns to what she spends.

XGBoost is the truth (`location_and_scale`, `spend`); the table that `compile` makes from the same
trees serves the tick and agrees with it to the last bit.
"""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ravelin.core.arithmetic import exp_each
from ravelin.learning import model_file
from ravelin.learning.boosting import location_and_scale
from ravelin.learning.checks.arrays import check_arrays
from ravelin.learning.checks.booster import Booster, FlawError, as_json, read_booster
from ravelin.learning.checks.card import INCOME_MAX, check_card
from ravelin.learning.errors import SurveyError
from ravelin.learning.features import BASE, Feature, canonical
from ravelin.learning.lookup import buckets_of, fill_scores
from ravelin.learning.residuals import Shape, deviation, mean_over_ranks
from ravelin.learning.shares import share_group
from ravelin.learning.trees import Forest, fill, forest_of
from ravelin.learning.variables import CATEGORIES

if TYPE_CHECKING:
    import xgboost

Matrix = NDArray[np.float32]
Floats = NDArray[np.float64]


class SpendingTable(NamedTuple):
    """The model compiled for a list of demographic cells; plain arrays for the tick's kernels."""

    income_edges: Matrix
    """(bins - 1,) dollar/year, ascending; a bin is the count of edges at or below an income."""
    first_bucket: int
    buckets: NDArray[np.uint8]
    """Lookup for `income_bin`."""
    answer: Matrix
    """(cells, bins, 2) expected log of annual spending, and its mean absolute deviation, positive.

    Side by side, because whoever needs one needs the other, and memory is what a lookup waits for.
    """
    shape: Matrix
    """(scales, scores) deviations of log spending; scores run from -4 to 4."""
    scale_low: float
    scale_step: float

    @property
    def location(self) -> Matrix:
        """(cells, bins) expected log of annual spending."""
        return self.answer[..., 0]

    @property
    def scale(self) -> Matrix:
        """(cells, bins) mean absolute deviation of log spending."""
        return self.answer[..., 1]


class SpendingModel:
    """A trained model of annual spending given income, demographics and rank."""

    def __init__(self, contents: model_file.Contents) -> None:
        """Take what a model file holds, if it is what a model must be.

        Raises
        ------
        FlawError
            Naming what is wrong with it.
        SurveyError
            If it is of features that this version of Ravelin does not know.
        """
        self.contents = contents
        self.card: Mapping[str, Any] = contents.card
        card, arrays = contents.card, contents.arrays
        self.features: tuple[Feature, ...] = check_card(card)
        names = self.feature_names = tuple(feature.name for feature in self.features)
        self.demographic_features: tuple[str, ...] = names[1:]
        self.mean_income = float(card["mean_income"])
        self.price_year = int(card["dollars"]["year"])
        self.persistent_share = float(card["persistence"]["persistent_share"])
        self.transitory_months = int(card["persistence"]["transitory_months"])
        self.width = float(card["settings"]["width"])
        self.scale_floor = float(card["settings"]["scale_floor"])
        self.shape = Shape(float(card["shape"]["scale_low"]), float(card["shape"]["scale_step"]), arrays["shape"])
        check_arrays(arrays, self.width, self.shape.scale_step)
        self.shares: NDArray[np.float32] = arrays["shares"]
        self.class_edges: Floats = arrays["class_edges"]
        self._bounds = read_bounds(contents.lower, contents.upper, names)
        self.categories = CATEGORIES

    @classmethod
    def load(cls, path: Path | None = None) -> "SpendingModel":
        """Load a model file; without a path, the one that ships with Ravelin.

        Raises
        ------
        SurveyError
            If the file is absent, damaged, foreign, or of another version.
        """
        place = model_file.default_path() if path is None else Path(path)
        contents = model_file.read(place)
        try:
            model = cls(contents)
            model_file.check_seal(contents)
        except FlawError as problem:
            raise model_file.incomplete(place, problem) from problem
        return model

    @classmethod
    def load_for_consumers(cls, path: Path | None = None) -> "SpendingModel":
        """Load a model that asks of a consumer only what simulated consumers carry.

        Raises
        ------
        SurveyError
            If the file is no model, or asks for other traits.
        """
        model = cls.load(path)
        if model.features != BASE:
            asked = ", ".join(feature.name for feature in model.features)
            carried = ", ".join(feature.name for feature in BASE)
            raise SurveyError(
                f"{path} asks for {asked}, but simulated consumers carry {carried}; "
                "train it with `ravelin ml train --features base`"
            )
        return model

    def save(self, path: Path) -> None:
        """Write the model file, complete or not at all."""
        model_file.write(path, self.contents)

    @cached_property
    def forests(self) -> tuple[Forest, Forest]:
        """The trees of the lower and the upper bound as arrays."""
        lower, upper = self._bounds
        return forest_of(lower), forest_of(upper)

    @cached_property
    def income_edges(self) -> Matrix:
        """(bins - 1,) dollar/year, ascending: the incomes at which spending steps."""
        return income_edges(self._bounds)

    @cached_property
    def boosters(self) -> "tuple[xgboost.Booster, xgboost.Booster]":
        """The boosters of the lower and the upper bound."""
        import xgboost

        pair = []
        for bound in self._bounds:
            booster = xgboost.Booster({"nthread": 2})
            booster.load_model(as_json(bound, self.feature_names))
            pair.append(booster)
        return pair[0], pair[1]

    def bounds(self, features: ArrayLike) -> tuple[Matrix, Matrix]:
        """Ask XGBoost for the lower and upper bound of log spending, (rows,) each."""
        rows = canonical(features, self.features)
        lower, upper = (np.asarray(booster.inplace_predict(rows), np.float32) for booster in self.boosters)
        return lower, upper

    def location_and_scale(self, features: ArrayLike) -> tuple[Matrix, Matrix]:
        """Give location and scale of log spending, (rows,) float32, of (rows, features) traits."""
        return location_and_scale(*self.bounds(features), self.width, self.scale_floor)

    def spend(self, features: ArrayLike, rank: ArrayLike) -> Floats:
        """Give annual spending, dollar, (rows,), of consumers at ranks in (0, 1).

        `features` is (rows, 1 + demographics), income first, in dollars a year at the survey's
        level.
        """
        location, scale = (part.astype(np.float64) for part in self.location_and_scale(features))
        ranks = np.broadcast_to(np.asarray(rank, np.float64), location.shape)
        if not ((ranks > 0) & (ranks < 1)).all():
            raise ValueError("ranks lie strictly between 0 and 1")
        score = np.empty(len(ranks))
        fill_scores(score, np.ascontiguousarray(ranks))
        return exp_each(location + deviation(self.shape, scale, score))

    def mean_spending(self, features: ArrayLike) -> Floats:
        """Give expected annual spending, dollar, (rows,): the mean over ranks, not the median."""
        location, scale = (part.astype(np.float64) for part in self.location_and_scale(features))
        return mean_over_ranks(location, scale, self.shape)

    def compile(self, demographics: ArrayLike) -> SpendingTable:
        """Compile the exact table for (cells, demographics) traits; see `SpendingTable`."""
        cells = canonical(demographics, self.features[1:])
        lower, upper = self.forests
        edges = self.income_edges
        location, scale = location_and_scale(
            fill(lower, cells, edges), fill(upper, cells, edges), self.width, self.scale_floor
        )
        first, buckets = buckets_of(edges)
        return SpendingTable(
            edges,
            first,
            buckets,
            np.stack((location, scale), axis=-1),
            self.shape.deviations,
            self.shape.scale_low,
            self.shape.scale_step,
        )

    def share_group(self, demographics: ArrayLike) -> NDArray[np.int32]:
        """Give the budget type of each cell, (cells,), a row of `shares`.

        The ten base demographics come first in `demographics`, extra ones are ignored.
        """
        return share_group(np.asarray(demographics, np.float32)[:, :10])

    def budget_shares(self, demographics: ArrayLike) -> NDArray[np.float32]:
        """Give budget shares, (cells, income classes, categories), summing to one."""
        return np.asarray(self.shares[self.share_group(demographics)])


def read_bounds(lower: bytes, upper: bytes, names: tuple[str, ...]) -> tuple[Booster, Booster]:
    """Read both bounds of log spending, and see that they belong together.

    Raises
    ------
    FlawError
        Naming the bound and what is wrong with it.
    """
    bounds = []
    for name, data in (("lower.json", lower), ("upper.json", upper)):
        try:
            bounds.append(read_booster(data, names))
        except FlawError as problem:
            raise FlawError(f"{name}: {problem}") from None
    if bounds[0].level >= bounds[1].level:
        raise FlawError("the lower bound of spending is not below the upper one")
    pair = (bounds[0], bounds[1])
    edges = income_edges(pair)
    if edges[0] < 1.0 or edges[-1] > INCOME_MAX:
        raise FlawError(
            f"trees split at an income of {edges[0]:g} or {edges[-1]:g}; 1 to {INCOME_MAX:g} dollars are allowed"
        )
    try:
        buckets_of(edges)
    except ValueError as problem:
        raise FlawError(str(problem)) from None
    return pair


def income_edges(bounds: tuple[Booster, Booster]) -> Matrix:
    """List the incomes at which the trees split, ascending; at least one."""
    splits = [tree.threshold[(tree.left >= 0) & (tree.feature == 0)] for bound in bounds for tree in bound.trees]
    edges = np.unique(np.concatenate(splits)).astype(np.float32)
    return edges if len(edges) else np.ones(1, np.float32)
