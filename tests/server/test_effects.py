"""What a fork does is told as `compare` tells it: the same numbers, by month instead of by quarter."""

import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from ravelin.core.clock import date_of
from ravelin.experiments.apart import SPREAD, beyond_luck
from ravelin.experiments.counterfactual import Comparison
from ravelin.experiments.runs import Ensemble, Run
from ravelin.scenarios.scenario import Scenario
from ravelin.scenarios.shock import Shock
from ravelin.server.running.forks import Fork, effects
from ravelin.storage.history import Field, History

FIELDS = (
    Field("gdp", "GDP", "dollar/month", "", "flow"),
    Field("unemployment_rate", "Unemployment rate", "fraction", "", "rate"),
    Field("deficit", "Deficit", "dollar/month", "", "flow"),
    Field("bank_failures", "Bank failures", "1", "", "flow"),
    Field("price_index", "Price index", "index", "", "index"),
)
NAMES = [field.name for field in FIELDS]
PAIRS, QUARTERS = 6, 5
START = datetime.date(2020, 1, 1)


def sides() -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Make (pairs, months, indicators) of both sides; the months of a quarter are alike."""
    rng = np.random.default_rng(3)
    luck = rng.uniform(0.9, 1.1, (PAIRS, QUARTERS, len(FIELDS)))
    base = luck * [2e9, 0.05, -4e7, 0.0, 100.0]
    other = base * rng.uniform(0.99, 1.03, base.shape)
    other[..., NAMES.index("bank_failures")] += rng.integers(0, 3, (PAIRS, QUARTERS))
    return base.repeat(3, axis=1), other.repeat(3, axis=1)


def history(rows: npt.NDArray[np.float64]) -> History:
    made = History(list(FIELDS))
    for tick, row in enumerate(rows):
        made.append(tick, date_of(START, tick), row.tolist())
    return made


def fork_of(base: npt.NDArray[np.float64], other: npt.NDArray[np.float64], pairs: int) -> Fork:
    shock = Shock(0, "Taxes.corporate", scale=False, value=0.3)
    fork = Fork("f1", "run", "a fork", shock, {}, 0, base.shape[1], pairs)
    fork.base, fork.world = history(base[0]), history(other[0])
    fork.pairs_rows = list(zip(base[:pairs], other[:pairs], strict=True))
    return fork


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    return effects(fork_of(*sides(), PAIRS), NAMES)


def test_both_windows_tell_the_same_effects(told: dict[str, Any]) -> None:
    base, other = sides()
    scenario = Scenario(name="made", ticks=base.shape[1])
    made = [
        Ensemble(scenario, tuple(Run(seed, history(rows[seed]), None) for seed in range(PAIRS)))
        for rows in (base, other)
    ]
    last = slice(2, None, 3)
    for effect in Comparison(*made).effects():
        series = told["series"][effect.name]
        assert series["effect_unit"] == effect.unit, effect.name
        assert series["effect"]["mean"][last] == pytest.approx(effect.mean), effect.name
        for end, sign in (("low", -1), ("high", 1)):
            assert series["effect"][end][last] == pytest.approx(effect.mean + sign * effect.half_width), effect.name
    assert {one["effect_unit"] for one in told["series"].values()} == {
        "percent", "percentage points", "percent of GDP", "1"
    }  # fmt: skip


def test_the_spread_is_of_the_pairs_and_the_interval_of_their_mean(told: dict[str, Any]) -> None:
    base, other = sides()
    for place, name in enumerate(NAMES):
        apart = (other - base)[..., place]
        found = told["series"][name]["difference"]
        for level, quantile in SPREAD.items():
            assert found["spread"][level] == pytest.approx(np.quantile(apart, quantile, axis=0))
        assert found["mean"] == pytest.approx(apart.mean(axis=0))
        assert told["series"][name]["fork"] - told["series"][name]["base"] == pytest.approx(found["mean"])


def test_all_that_is_shown_is_told_from_luck_at_once(told: dict[str, Any]) -> None:
    """What leaves zero out by itself may be luck among the many that are shown beside it."""
    bands = [one["effect"] for one in told["series"].values()]
    means = np.array([band["mean"] for band in bands])
    expected = beyond_luck(means, means - np.array([band["low"] for band in bands]), PAIRS)
    sure = np.array([one["beyond_luck"] for one in told["series"].values()])
    assert (sure == expected).all()
    alone = np.array([(band["low"] > 0) | (band["high"] < 0) for band in bands])
    assert 0 < sure.sum() < alone.sum()


def test_one_pair_has_no_interval() -> None:
    base, other = sides()
    one = effects(fork_of(base, other, 1), ["gdp", "gdp"])["series"]["gdp"]
    assert np.isnan(one["effect"]["low"]).all()
    assert np.isfinite(one["effect"]["mean"]).all()
    assert not one["beyond_luck"].any()
