"""Traits are brought to their levels before the model sees them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ravelin.learning.errors import SurveyError
from ravelin.learning.features import BASE, DEMOGRAPHICS, canonical, named

NAMES = [feature.name for feature in DEMOGRAPHICS]


@pytest.mark.parametrize(
    ("name", "value", "level"),
    [("age", 15, 20), ("age", 24.9, 20), ("age", 25, 30), ("age", 87, 80), ("family_size", 9, 5),
     ("children", 0, 0), ("children", 7, 3), ("tenure", 3, 2), ("tenure", 4, 4), ("earners", -1, 0)],
)  # fmt: skip
def test_values_take_the_level_of_their_band(name: str, value: float, level: float) -> None:
    row = np.zeros((1, len(NAMES)))
    row[0, NAMES.index(name)] = value
    assert canonical(row, DEMOGRAPHICS)[0, NAMES.index(name)] == level


@given(st.lists(st.floats(-100, 200, width=32), min_size=10, max_size=10))
def test_levels_stay_what_they_are(row: list[float]) -> None:
    once = canonical([row], DEMOGRAPHICS)
    np.testing.assert_array_equal(once, canonical(once, DEMOGRAPHICS))
    for value, feature in zip(once[0], DEMOGRAPHICS, strict=True):
        assert value in feature.levels


def test_missing_stays_missing_and_income_untouched() -> None:
    row = np.full((1, len(BASE)), np.nan)
    row[0, 0] = 12345.67
    found = canonical(row, BASE)
    assert found[0, 0] == np.float32(12345.67)
    assert np.isnan(found[0, 1:]).all()


def test_wrong_shapes_and_names_are_told() -> None:
    with pytest.raises(SurveyError, match="rows have 3 traits where 11 are expected: income, age"):
        canonical(np.zeros((2, 3)), BASE)
    with pytest.raises(SurveyError, match="does not know the features shoe_size"):
        named(["income", "shoe_size"])
