"""How a line is judged: the arithmetic of distances and verdicts on samples that are made up."""

import math

import numpy as np
import pytest

from ravelin.validation.judging import GOOD, HIGH, LOW, UNMEASURED, UNRESOLVED, Judged, Known, tally


def of_error(mean: float, error: float) -> tuple[float, float]:
    """Make two values with such a mean and such a standard error of it."""
    return mean - error, mean + error


def test_distance_is_in_standard_errors_of_both() -> None:
    judged = Judged(of_error(4.0, 0.6), Known(2.0, 0.8))
    assert judged.standard_error == pytest.approx(0.6)
    assert judged.z == pytest.approx(2.0 / math.hypot(0.8, 0.6))
    assert Judged((3.0, 3.0, 3.0), Known(2.0, 0.5)).z == pytest.approx(2.0)


def test_a_band_is_its_middle_give_or_take_two_standard_errors() -> None:
    known = Known.of_band(-0.5, 1.5)
    assert known == Known(0.5, 0.5)
    assert known.margin == 1.0
    # Without luck in the model, good is just what lies in the band.
    assert [Judged((value,) * 2, known).verdict for value in (-0.51, -0.5, 1.5, 1.51)] == [LOW, GOOD, GOOD, HIGH]


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        ((1.0, 1.0), GOOD), ((3.5, 3.5), HIGH), ((-1.5, -1.5), LOW), (of_error(1.0, 2.1), UNRESOLVED),
        (of_error(3.5, 1.0), GOOD), (of_error(50.0, 2.1), UNRESOLVED), ((1.0,), UNRESOLVED), ((9.0,), UNRESOLVED),
        ((float("nan"), 1.0), UNMEASURED), ((), UNMEASURED),
    ],
)  # fmt: skip
def test_verdicts(values: tuple[float, ...], verdict: str) -> None:
    """Known is 1 with a standard error of 1: half the band is 2."""
    assert Judged(values, Known(1.0, 1.0)).verdict == verdict


def test_more_seeds_decide_what_few_cannot() -> None:
    luck = np.random.default_rng(1).normal(0.0, 3.0, 400)
    known = Known(0.0, 0.5)
    assert Judged(tuple(luck[:4]), known).verdict == UNRESOLVED
    assert Judged(tuple(luck), known).verdict == GOOD
    assert Judged(tuple(luck + 2.0), known).verdict == HIGH


def test_a_line_that_is_not_good_is_no_pass() -> None:
    known = Known(0.0, 1.0)
    samples = [(0.0, 0.0), (4.0, 4.0), (0.0,), (math.nan, math.nan)]
    count = tally([Judged(values, known) for values in samples])
    assert (count.lines, count.good, count.unresolved) == (4, 1, 1)
    assert count.mean_z == pytest.approx(4.0 / 3.0)
    assert math.isnan(tally([]).mean_z)
