"""Numbers of any library are numbers; what was found is said shortly."""

import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from ravelin.core.given import is_number, is_whole, plain, shown


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (3, 3), (3.5, 3.5), (True, True), ("3", "3"), (None, None),
        *((kind(3), 3) for kind in (np.int8, np.uint16, np.int32, np.int64, np.uint64)),
        (np.float16(0.25), 0.25), (np.float32(0.25), 0.25), (np.float64(0.1), 0.1), (np.longdouble(0.5), 0.5),
        (np.bool_(True), True), (np.array(7), 7), (np.array([1, 2]), [1, 2]), (np.array([0.5, 0.25]), [0.5, 0.25]),
        (Fraction(1, 4), 0.25), (Decimal("0.25"), 0.25), (Fraction(6, 2), 3.0),
        (np.datetime64("2021-03"), datetime.date(2021, 3, 1)),
        (np.datetime64("2021-03-04T05:06:07.000000001"), datetime.date(2021, 3, 4)),
    ],
)  # fmt: skip
def test_a_number_is_a_number(given: Any, expected: Any) -> None:
    found = plain(given)
    assert found == expected
    assert type(found) is type(expected)


def test_what_no_float_holds_stays_what_it_is() -> None:
    for value in (Decimal("sNaN"), Fraction(10**400), 1j, object):
        assert plain(value) is value
        assert not is_number(plain(value))


def test_truth_is_no_number() -> None:
    assert not is_number(True)
    assert not is_whole(False)
    assert not is_number(plain(np.bool_(True)))
    assert is_whole(plain(np.uint8(0)))
    assert not is_whole(3.0)


def test_what_was_found_is_told_in_a_line() -> None:
    for value in (10**400, 10**6000, "x" * 10_000, list(range(9000)), "two\nlines", np.zeros(5000)):
        assert len(shown(value)) <= 80
        assert "\n" not in shown(value)


def test_values_of_a_dictionary_are_plain_too() -> None:
    found = plain({"tick": np.int64(3), "where": {"firm": np.int32(4)}, "set": "Firms.price"})
    assert found == {"tick": 3, "where": {"firm": 4}, "set": "Firms.price"}
    assert {type(found["tick"]), type(found["where"]["firm"])} == {int}
