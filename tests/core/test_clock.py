"""The calendar."""

import datetime

import pytest

from ravelin.core.clock import date_of, monthly_growth


# fmt: off
@pytest.mark.parametrize(("start", "tick", "date"), [
    ((2020, 1, 1),   0, (2020, 1, 1)),
    ((2020, 1, 1),   1, (2020, 2, 1)),
    ((2020, 1, 1),  11, (2020, 12, 1)),
    ((2020, 1, 1),  12, (2021, 1, 1)),
    ((2019, 12, 31), 1, (2020, 1, 1)),
    ((2020, 3, 15), -3, (2019, 12, 1)),
    ((2020, 1, 1), 1200, (2120, 1, 1)),
])
# fmt: on
def test_date_of(start: tuple[int, int, int], tick: int, date: tuple[int, int, int]) -> None:
    assert date_of(datetime.date(*start), tick) == datetime.date(*date)


@pytest.mark.parametrize("rate", [-0.5, -0.02, 0.0, 0.02, 0.1, 1.0])
def test_twelve_months_make_a_year(rate: float) -> None:
    assert (1.0 + monthly_growth(rate)) ** 12 == pytest.approx(1.0 + rate)
