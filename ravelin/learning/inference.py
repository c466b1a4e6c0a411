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

from ravelin.learning import model_file
from ravelin.learning.boosting import location_and_scale
from ravelin.learning.errors import SurveyError
from ravelin.learning.features import BASE, INCOME, Feature, canonical, named
from ravelin.learning.lookup import buckets_of, fill_scores
from ravelin.learning.residuals import Shape, deviation, mean_over_ranks
from ravelin.learning.shares import share_group
from ravelin.learning.trees import Forest, fill, read_forest, thresholds_of
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
        """Take what a model file holds; see `load` and `ravelin.learning.training.train`."""
        self.contents = contents
        self.card: Mapping[str, Any] = contents.card
        card, arrays = contents.card, contents.arrays
        self.features: tuple[Feature, ...] = named([feature["name"] for feature in card["features"]])
        if not self.features or self.features[0] is not INCOME:
            raise ValueError("the first feature is not income")
        self.demographic_features: tuple[str, ...] = tuple(feature.name for feature in self.features[1:])
        self.mean_income = float(card["mean_income"])
        self.persistent_share = float(card["persistence"]["persistent_share"])
        self.transitory_months = int(card["persistence"]["transitory_months"])
        self.width = float(card["settings"]["width"])
        self.scale_floor = float(card["settings"]["scale_floor"])
        self.shape = Shape(float(card["shape"]["scale_low"]), float(card["shape"]["scale_step"]), arrays["shape"])
        self.shares: NDArray[np.float32] = arrays["shares"]
        self.class_edges: Floats = arrays["class_edges"]
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
            _ = model.forests
        except SurveyError:
            raise
        except (KeyError, TypeError, ValueError, IndexError) as problem:
            raise SurveyError(f"{place} is not a complete consumption model of Ravelin ({problem!r})") from problem
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
        return read_forest(self.contents.lower), read_forest(self.contents.upper)

    @cached_property
    def boosters(self) -> "tuple[xgboost.Booster, xgboost.Booster]":
        """The boosters of the lower and the upper bound."""
        import xgboost

        pair = []
        for data in (self.contents.lower, self.contents.upper):
            booster = xgboost.Booster({"nthread": 2})
            booster.load_model(bytearray(data))
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
        return np.asarray(np.exp(location + deviation(self.shape, scale, score)))

    def mean_spending(self, features: ArrayLike) -> Floats:
        """Give expected annual spending, dollar, (rows,): the mean over ranks, not the median."""
        location, scale = (part.astype(np.float64) for part in self.location_and_scale(features))
        return mean_over_ranks(location, scale, self.shape)

    def compile(self, demographics: ArrayLike) -> SpendingTable:
        """Compile the exact table for (cells, demographics) traits; see `SpendingTable`."""
        cells = canonical(demographics, self.features[1:])
        lower, upper = self.forests
        edges = np.union1d(thresholds_of(lower, 0), thresholds_of(upper, 0)).astype(np.float32)
        edges = edges if len(edges) else np.ones(1, np.float32)
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
