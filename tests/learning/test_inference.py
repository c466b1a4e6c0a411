"""The compiled table is XGBoost's answer to the last bit, and spending rises with income."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_settings import random_cells

from ravelin.core.arithmetic import exp_roughly, normal_quantile
from ravelin.learning.evaluation import falls_with_income
from ravelin.learning.inference import SpendingModel
from ravelin.learning.lookup import (
    buckets_of,
    income_bin,
    spending_of,
    spending_quantile,
)  # fmt: skip

ZERO = np.float32(0.0)


@pytest.mark.parametrize("which", ["shipped", "small_model"])
def test_the_table_is_bit_equal_to_xgboost(which: str, request: pytest.FixtureRequest) -> None:
    model: SpendingModel = request.getfixturevalue(which)
    cells = random_cells(model, 2_000)
    cells[::7, 3] = np.nan
    cells[::11, 7] = np.nan
    table = model.compile(cells)
    rng = np.random.default_rng(1)
    edges = table.income_edges
    income = np.exp(rng.normal(10.5, 1.5, 40_000)).astype(np.float32)
    special = np.concatenate(
        [edges, np.nextafter(edges, ZERO), np.nextafter(edges, np.float32(np.inf)), np.float32([0, 1, 1e6, 1e9])]
    )
    income[: special.size] = special
    cell = rng.integers(0, len(cells), income.size)
    rows = np.column_stack([income, cells[cell]])
    lower, upper = (booster.inplace_predict(rows) for booster in model.boosters)
    half, width = np.float32(0.5), np.float32(model.width)
    place = np.searchsorted(edges, income, side="right")
    np.testing.assert_array_equal(table.location[cell, place], half * (lower + upper))
    scale = np.maximum((half / width) * (upper - lower), np.float32(model.scale_floor))
    np.testing.assert_array_equal(table.scale[cell, place], scale)
    location, again = model.location_and_scale(rows)
    np.testing.assert_array_equal(table.location[cell, place], location)
    np.testing.assert_array_equal(table.scale[cell, place], again)


def test_the_kernel_spends_as_the_model_does(shipped: SpendingModel) -> None:
    cells = random_cells(shipped, 50)
    table = shipped.compile(cells)
    rng = np.random.default_rng(2)
    cell = rng.integers(0, len(cells), 1_100).astype(np.int32)
    income = np.exp(rng.normal(10.5, 1.0, cell.size)).astype(np.float32)
    rank = rng.uniform(0.0005, 0.9995, cell.size)
    truth = shipped.spend(np.column_stack([income, cells[cell]]), rank)
    score = np.array([normal_quantile(each) for each in rank], np.float32)
    spending = np.empty(cell.size, np.float32)
    lookup = (table.income_edges, table.first_bucket, table.buckets)
    shape = (table.shape, table.scale_low, table.scale_step)
    bins = np.empty(cell.size, np.int32)
    spending_of(spending, bins, cell, income, score, table.answer, *lookup, *shape)
    np.testing.assert_allclose(spending, truth, rtol=1e-5)
    for row in range(20):
        place = income_bin(income[row], *lookup)
        assert place == bins[row]
        one = spending_quantile(table.location[cell[row], place], table.scale[cell[row], place], rank[row], *shape)
        assert one == pytest.approx(truth[row], rel=1e-6)


@given(st.floats(-700.0, 700.0))
def test_exponential(logarithm: float) -> None:
    assert exp_roughly(logarithm) == pytest.approx(np.exp(logarithm), rel=8e-9)


@given(st.lists(st.integers(1, 200_000), min_size=1, max_size=60), st.floats(0, 4e6, width=32))
def test_income_bins_are_found_by_bits(steps: list[int], income: float) -> None:
    edges = [steps[0] * 10.0]
    for step in steps[1:]:
        edges.append(edges[-1] * 1.01 + step)
    listed = np.array(edges, np.float32)
    first, buckets = buckets_of(listed)
    for value in (np.float32(income), listed[-1], np.nextafter(listed[0], ZERO), np.float32(0)):
        assert income_bin(value, listed, first, buckets) == np.searchsorted(listed, value, side="right")


def test_edges_too_close_for_a_bucket_are_refused() -> None:
    with pytest.raises(ValueError, match="too close"):
        buckets_of(np.array([1001.0, 1001.5], np.float32))


@pytest.mark.parametrize("which", ["shipped", "small_model"])
def test_spending_never_falls_as_income_rises(which: str, request: pytest.FixtureRequest) -> None:
    model: SpendingModel = request.getfixturevalue(which)
    found = falls_with_income(model, random_cells(model, 3_000))
    assert set(found) == {"mean", "0.05", "0.25", "0.5", "0.75", "0.95"}
    # What float32 leaves of zero.
    assert max(found.values()) < 2e-6


def test_spending_rises_with_rank_and_its_mean_lies_within(shipped: SpendingModel) -> None:
    cells = random_cells(shipped, 200)
    rows = np.column_stack([np.full(len(cells), 40_000.0), cells])
    ladder = np.array([shipped.spend(rows, rank) for rank in (0.001, 0.05, 0.25, 0.5, 0.75, 0.95, 0.999)])
    assert (np.diff(ladder, axis=0) > 0).all()
    mean = shipped.mean_spending(rows)
    assert ((ladder[2] < mean) & (mean < ladder[5])).all()
    ranks = (np.arange(20_000) + 0.5) / 20_000
    many = shipped.spend(np.repeat(rows[:1], ranks.size, axis=0), ranks)
    assert many.mean() == pytest.approx(mean[0], rel=0.005)


def test_ranks_beyond_zero_and_one_are_refused(shipped: SpendingModel) -> None:
    row = np.column_stack([[40_000.0], random_cells(shipped, 1)])
    with pytest.raises(ValueError, match="strictly between 0 and 1"):
        shipped.spend(row, 1.0)


def test_the_shipped_model_is_small_and_says_what_it_is(shipped: SpendingModel) -> None:
    table = shipped.compile(random_cells(shipped, 1_000))
    assert 30 * (table.answer.nbytes) <= 20e6
    assert shipped.demographic_features == (
        "age", "education", "family_size", "children", "persons_over_64", "earners", "tenure", "region",
        "urban", "marital",
    )  # fmt: skip
    assert 50_000 < shipped.mean_income < 80_000
    assert 0.3 < shipped.persistent_share < 0.7
    assert shipped.transitory_months == 3
    assert {"data", "features", "settings", "scores", "versions", "created", "mean_income"} <= set(shipped.card)


def test_the_shipped_model_met_its_targets_in_cross_validation(shipped: SpendingModel) -> None:
    scores = shipped.card["scores"]
    found, simple = scores["cross_validation"], scores["baselines"]
    assert found["r2_log"] >= 0.57
    assert found["r2_log"] >= simple["OLS with squared log income"] + 0.025
    assert scores["full_features"]["cross_validation"]["r2_log"] >= 0.61
    assert abs(found["aggregate_ratio"] - 1) <= 0.02
    assert 0.78 <= found["deciles"][0]["ratio"] <= 1.15
    assert all(0.88 <= decile["ratio"] <= 1.12 for decile in found["deciles"][1:])
    for level, row in found["coverage"].items():
        assert abs(row["all"] - float(level)) <= 0.02
        assert all(abs(share - float(level)) <= 0.05 for share in row["quintiles"])


def test_budget_shares_sum_to_one(shipped: SpendingModel) -> None:
    cells = random_cells(shipped, 300)
    shares = shipped.budget_shares(cells)
    assert shares.shape == (300, 5, 8)
    np.testing.assert_allclose(shares.sum(axis=2), 1.0, atol=1e-5)
    assert (shares >= 0).all()
    food = shipped.categories.index("food")
    assert (shares[:, 0, food] > shares[:, 4, food]).mean() > 0.95  # Engel's law.
