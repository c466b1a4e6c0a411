"""Settings that train in a second, and cells to ask a model about."""

import numpy as np

from ravelin.learning.boosting import Settings
from ravelin.learning.inference import SpendingModel

SMALL = Settings(
    trees=25, depth=4, learning_rate=0.2, leaf_weight_min=15.0, ridge=1.0, spread_trees=10, spread_depth=2,
    income_bins=16, folds=2, inner_folds=2, threads=1,
)  # fmt: skip


def random_cells(model: SpendingModel, cells: int, seed: int = 0) -> np.ndarray:
    """Draw demographic cells from all levels of the model's features."""
    rng = np.random.default_rng(seed)
    return np.column_stack([rng.choice(feature.levels, cells) for feature in model.features[1:]]).astype(np.float32)
