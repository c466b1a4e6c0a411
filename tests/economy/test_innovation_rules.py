"""New machines get better: by what their makers find each month, and by leaps that all share."""

import numpy as np
import pytest
from small_world import run

from ravelin.economy.accounts.tables import Economy
from ravelin.economy.firms.investment import advance_frontier
from ravelin.economy.firms.tables import Firms, Technology
from ravelin.economy.goods.tables import Goods

GROWTH = 0.09


def frontier(machinery: list[int], *, ticks: int = 1, **given: float) -> float:
    """Return how good new machines are after some months, from 1; half the firms make good 0, half good 1."""
    firms = 40
    columns = {Firms.good: np.arange(firms) % 2, Goods.machinery: machinery, Technology.frontier: 1.0}
    stated = {"Anchors.growth": GROWTH} | {f"Innovation.{name}": value for name, value in given.items()}
    world = run(advance_frontier, {Firms: firms, Goods: 2}, columns, ticks=ticks, parameters=stated)
    return float(world[Economy].frontier[0])


def test_without_leaps_makers_find_all_growth() -> None:
    for part in (0.0, 0.5):
        assert frontier([1, 0], chance=1.0, leap_chance=0.0, leap_part=part) == pytest.approx(1.0 + GROWTH / 12.0)


def test_without_makers_nothing_is_found() -> None:
    assert frontier([0, 0], ticks=12, chance=1.0, leap_chance=0.0, leap_part=0.2) == 1.0


def test_a_leap_that_comes_every_month() -> None:
    assert frontier([0, 0], ticks=6, leap_chance=12.0, leap_part=0.5, chance=1.0) == pytest.approx(
        (1.0 + GROWTH * 0.5 / 12.0) ** 6
    )


def test_leaps_come_as_often_as_stated() -> None:
    leap, months = GROWTH * 0.5 / 3.0, 400
    many = np.log(frontier([0, 0], ticks=months, leap_chance=3.0, leap_part=0.5, chance=1.0)) / np.log1p(leap)
    assert many == pytest.approx(round(many))
    assert many / months == pytest.approx(0.25, abs=0.05)


def test_growth_is_as_stated_however_it_comes() -> None:
    years = 40
    for part in (0.0, 0.3):
        grown = frontier([1, 1], ticks=12 * years, chance=0.5, leap_chance=6.0, leap_part=part)
        assert np.log(grown) / years == pytest.approx(GROWTH, rel=0.1)
