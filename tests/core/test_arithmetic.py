"""Our own arithmetic against exact arithmetic (mpmath), the standard of C, and plain Python in the stated order."""

import itertools
import math
from collections.abc import Callable, Iterable

import mpmath
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ravelin.core.arithmetic import (
    SingularMatrixError,
    exp,
    exp_each,
    exp_roughly,
    interpolate,
    log,
    log_each,
    mean,
    normal_quantile,
    normal_quantile_each,
    normal_rank,
    power,
    power_each,
    product,
    quantiles,
    root,
    smallest,
    solve,
    total,
    totals,
    whole_total,
    whole_totals,
)

Doubles = npt.NDArray[np.float64]
MANY = 1_000
LUCK = np.random.default_rng(20_261_129)
WIDE = np.ldexp(LUCK.uniform(1.0, 2.0, MANY), LUCK.integers(-1074, 1023, MANY))
NEAR_ONE = np.concatenate([1.0 + LUCK.normal(size=MANY) * 1e-3, LUCK.uniform(0.4, 2.5, MANY)])
CELLS = np.array([np.nextafter(edge, towards) for edge in (np.arange(64, 257) + 0.5) / 128 for towards in (0.0, 9.0)])
INF, NAN, TINY, HUGE = math.inf, math.nan, 5e-324, math.ldexp(1.0 - 2.0**-53, 1024)


def error_in_last_places(results: Iterable[float], exact: Iterable[mpmath.mpf]) -> float:
    """The largest distance of results from the truth, in units of the last place of the truth."""
    return max(float(abs(mpmath.mpf(float(result)) - true) / math.ulp(float(true)))
               for result, true in zip(results, exact, strict=True))  # fmt: skip


@pytest.fixture(autouse=True)
def _many_digits() -> Iterable[None]:
    with mpmath.workprec(160):
        yield


@pytest.mark.parametrize(
    "values",
    [LUCK.uniform(-708.0, 709.78, MANY), LUCK.uniform(-1.0, 1.0, MANY), LUCK.normal(size=MANY) * 1e-9,
     (np.arange(-500, 500) + 0.5) * math.log(2.0) / 64],
)  # fmt: skip
def test_exp_is_right_to_the_last_place(values: Doubles) -> None:
    assert error_in_last_places(exp_each(values), map(mpmath.exp, map(mpmath.mpf, values))) < 0.52


def test_exp_of_what_becomes_subnormal_is_right_to_the_last_place() -> None:
    values = LUCK.uniform(-745.1, -708.0, MANY)
    assert error_in_last_places(exp_each(values), map(mpmath.exp, map(mpmath.mpf, values))) < 1.0


@pytest.mark.parametrize("values", [WIDE, NEAR_ONE, CELLS], ids=["wide", "near one", "edges of cells"])
def test_log_is_right_to_the_last_place(values: Doubles) -> None:
    assert error_in_last_places(log_each(values), map(mpmath.log, map(mpmath.mpf, values))) < 0.52


def test_power_is_right_to_the_last_place() -> None:
    bases = np.concatenate([WIDE, NEAR_ONE, CELLS, LUCK.uniform(0.01, 100.0, MANY)])
    reach = np.minimum(700.0 / np.maximum(1e-9, np.abs(np.log(bases))), 1e9)
    for exponents in (LUCK.uniform(-1.0, 1.0, bases.size) * reach, LUCK.uniform(-3.0, 3.0, bases.size) * 0.3):
        exact = [mpmath.power(mpmath.mpf(base), mpmath.mpf(by)) for base, by in zip(bases, exponents, strict=True)]
        assert error_in_last_places(power_each(bases, exponents), exact) < 0.53


def test_powers_that_a_float_holds_are_exact() -> None:
    for base, exponent in itertools.product(range(1, 40), range(12)):
        assert base**exponent > 2**53 or power(base, exponent) == base**exponent
    assert power(2.0, -1074.0) == TINY
    assert power(0.25, 0.5) == 0.5


@pytest.mark.parametrize(
    ("function", "value", "result"),
    [
        (exp, 0.0, 1.0), (exp, -0.0, 1.0), (exp, INF, INF), (exp, -INF, 0.0), (exp, NAN, NAN), (exp, TINY, 1.0),
        (exp, 709.782712893384, 1.7976931348622732e308), (exp, 709.782712893385, INF), (exp, 1e300, INF),
        (exp, -745.1332191019411, TINY), (exp, -745.1332191019412, 0.0), (exp, -1e300, 0.0),
        (log, 0.0, -INF), (log, -0.0, -INF), (log, 1.0, 0.0), (log, INF, INF), (log, -INF, NAN), (log, NAN, NAN),
        (log, -1.0, NAN), (log, -TINY, NAN), (log, TINY, -744.4400719213812), (log, HUGE, 709.782712893384),
        (normal_rank, 0.0, 0.5), (normal_rank, INF, 1.0), (normal_rank, -INF, 0.0), (normal_rank, NAN, NAN),
    ],
)  # fmt: skip
def test_edges(function: Callable[[float], float], value: float, result: float) -> None:
    np.testing.assert_array_equal(function(value), result)


def test_powers_of_what_is_special_follow_the_standard_of_c() -> None:
    values = [0.0, 1.0, 2.0, 0.5, 3.0, 2.0**53 + 2.0, 1e20, HUGE, TINY, INF]
    values = [sign * value for value in values for sign in (1.0, -1.0)] + [NAN]
    for base, exponent in itertools.product(values, values):
        found = power(base, exponent)
        with np.errstate(all="ignore"):
            standard = float(np.float64(base) ** np.float64(exponent))
        near = math.ulp(standard) if math.isfinite(standard) and standard != 0.0 else 0.0
        assert found == standard or (math.isnan(found) == math.isnan(standard) and not abs(found - standard) > near)
        assert math.copysign(1.0, found) == math.copysign(1.0, standard) or math.isnan(found)


@given(st.floats(-700.0, 700.0))
def test_a_rough_exp_is_right_to_eight_digits(value: float) -> None:
    assert exp_roughly(value) == pytest.approx(exp(value), rel=8e-9)


@given(st.floats(0.0, 1.0, exclude_min=True, exclude_max=True, allow_subnormal=False))
def test_a_quantile_is_right_to_nine_digits(probability: float) -> None:
    exact = mpmath.sqrt(2) * mpmath.erfinv(2 * mpmath.mpf(probability) - 1) if probability > 1e-12 else None
    if exact is not None:
        assert normal_quantile(probability) == pytest.approx(float(exact), rel=1.2e-9, abs=1e-15)


@given(st.floats(-12.0, 12.0))
def test_a_rank_is_right_to_fifteen_digits(score: float) -> None:
    assert abs(normal_rank(score) - float(mpmath.ncdf(score))) <= 1e-15


def test_each_keeps_shape_and_takes_any_numbers() -> None:
    assert exp_each(np.zeros((2, 0, 3))).shape == (2, 0, 3)
    small = np.arange(6, dtype=np.uint8).reshape(2, 3)
    np.testing.assert_array_equal(exp_each(small), np.reshape([*map(exp, range(6))], (2, 3)))
    strided = np.arange(1.0, 13.0).reshape(3, 4)[:, ::2]
    np.testing.assert_array_equal(log_each(strided)[1], [log(5.0), log(7.0)])
    np.testing.assert_array_equal(power_each(strided, [[2], [1], [0]])[:, 1], [9.0, 7.0, 1.0])
    assert normal_quantile_each(0.5).shape == ()


def in_order(values: Iterable[float], block: int = 1024) -> float:
    """Rows within a block, then blocks, by plain Python without the compensation of its newer `sum`."""
    values, added = list(values), 0.0
    for start in range(0, len(values), block):
        part = 0.0
        for value in values[start : start + block]:
            part += value
        added += part
    return added


@pytest.mark.parametrize("rows", [0, 1, 1023, 1024, 1025, 5000])
def test_a_total_adds_rows_within_a_block_then_blocks(rows: int) -> None:
    values = LUCK.lognormal(sigma=4.0, size=rows)
    assert total(values) == in_order(values)
    assert total(values.astype(np.float32)) == in_order(map(float, values.astype(np.float32)))
    assert total(np.repeat(values, 2)[::2]) == in_order(values)
    if rows:
        assert mean(values) == in_order(values) / rows


def test_totals_go_along_axes() -> None:
    values = LUCK.lognormal(size=(3, 4, 5))
    assert totals(values, 1).shape == (3, 5)
    assert totals(values, 1)[2, 3] == in_order(values[2, :, 3])
    assert totals(values, (0, -1))[1] == in_order(values[:, 1].ravel())
    np.testing.assert_array_equal(totals(values.T, 0), totals(values, 2).T)
    assert totals(np.zeros((0, 3)), 0).tolist() == [0.0, 0.0, 0.0]
    assert float(totals(values, (0, 1, 2))) == in_order(values.ravel())


def test_whole_numbers_are_told_from_floats() -> None:
    assert whole_total(np.array([True, False, True])) == 2
    assert whole_total(np.full(3, 255, np.uint8)) == 765
    assert whole_totals(np.ones((2, 3), np.int32), 1).tolist() == [3, 3]
    with pytest.raises(TypeError, match="float32 is no type of whole numbers"):
        whole_total(np.zeros(2, np.float32))
    with pytest.raises(TypeError, match="float64 is no type of whole numbers"):
        whole_totals(np.zeros((2, 2)), 0)


def test_products_are_those_of_numpy() -> None:
    a, b, v, w = LUCK.normal(size=(4, 3)), LUCK.normal(size=(3, 5)), LUCK.normal(size=3), LUCK.normal(size=4)
    for left, right in ((a, b), (a, v), (w, a), (v, v)):
        np.testing.assert_allclose(product(left, right), left @ right, rtol=1e-13, atol=1e-13)
        assert product(left, right).shape == (left @ right).shape
    assert product(a, v)[1] == in_order(a[1] * v)
    with pytest.raises(ValueError, match="not defined"):
        product(a, w)


@given(st.integers(1, 40), st.integers(0, 2**32))
def test_a_system_is_solved(size: int, seed: int) -> None:
    luck = np.random.default_rng(seed)
    matrix, right = luck.normal(size=(size, size)), luck.normal(size=(size, 2))
    found = solve(matrix, right)
    np.testing.assert_allclose(matrix @ found, right, rtol=1e-7, atol=1e-7 * np.abs(found).max())
    np.testing.assert_array_equal(solve(matrix, right[:, 1]), found[:, 1])


def test_a_system_needs_pivots_and_says_when_there_are_none() -> None:
    np.testing.assert_array_equal(solve([[0.0, 2.0], [4.0, 0.0]], [2.0, 4.0]), [1.0, 1.0])
    for matrix in ([[1.0, 2.0], [2.0, 4.0]], [[0.0]], [[NAN]], [[INF]]):
        with pytest.raises(SingularMatrixError):
            solve(matrix, np.ones(len(matrix)))
    with pytest.raises(ValueError, match="not defined"):
        solve(np.ones((2, 3)), np.ones(2))


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20, unique=True), st.floats(-2e6, 2e6))
def test_straight_lines_are_those_of_numpy(knots: list[float], place: float) -> None:
    ordered = sorted(knots)
    values = [knot * 0.5 + index for index, knot in enumerate(ordered)]
    found = float(interpolate(place, ordered, values))
    assert found == pytest.approx(np.interp(place, ordered, values), rel=1e-9, abs=1e-9)
    np.testing.assert_array_equal(interpolate(ordered, ordered, values), values)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=50), st.floats(0.0, 1.0))
def test_quantiles_are_those_of_numpy(values: list[float], rank: float) -> None:
    assert float(quantiles(values, rank)) == pytest.approx(np.quantile(values, rank), rel=1e-9, abs=1e-6)


def test_a_root_is_found_to_the_last_bit() -> None:
    assert root(lambda value: value * value - 2.0, 0.0, 2.0) == pytest.approx(math.sqrt(2.0), rel=2.3e-16)
    assert root(lambda value: 1.0 - value, -5.0, 7.0) == 1.0
    assert root(lambda value: value, 0.0, 7.0) == 0.0
    with pytest.raises(ValueError, match="does not change its sign: 3 at 1, 6 at 2"):
        root(lambda value: value * value + value + 1.0 if value != 2.0 else 6.0, 1.0, 2.0)


@given(st.lists(st.integers(-3, 3) | st.floats(-1e9, 1e9), min_size=1, max_size=60), st.integers(0, 59))
def test_the_number_at_a_place_is_that_of_sorting(values: list[float], place: int) -> None:
    at = place % len(values)
    assert smallest(np.array(values, np.float64), at) == sorted(values)[at]
