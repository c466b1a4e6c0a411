"""Effects on made histories, and pairs of small economies."""

import datetime
import math
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from ravelin.core.clock import date_of
from ravelin.experiments.counterfactual import Comparison, confidence_band, months_needed, paired, saved
from ravelin.experiments.difference import check_pair
from ravelin.experiments.effect_table import as_object, cell, is_aggregate, printed
from ravelin.experiments.errors import ExperimentError
from ravelin.experiments.runs import Ensemble, Run, ensemble
from ravelin.scenarios.scenario import Scenario, ScenarioError
from ravelin.storage.history import Field, History
from ravelin.validation.moments import quarter_means

Doubles = npt.NDArray[np.float64]
FIELDS = (
    Field("gdp", "GDP", "dollar/month", "", "flow"),
    Field("unemployment_rate", "Unemployment rate", "fraction", "", "rate"),
    Field("deficit", "Deficit", "dollar/month", "", "flow"),
    Field("bank_failures", "Bank failures", "1", "", "flow"),
    Field("price_steel", "Price of steel", "dollar/unit", "", "index"),
)
SCENARIO = Scenario(name="made", ticks=48)


def made(columns: dict[str, Doubles], scenario: Scenario = SCENARIO) -> Ensemble:
    """Make an ensemble of histories, (seeds, ticks) per column."""
    runs = []
    seeds, ticks = columns["gdp"].shape
    for seed in range(seeds):
        history = History([field for field in FIELDS if field.name in columns])
        for tick in range(ticks):
            values = [float(columns[field.name][seed, tick]) for field in history.fields]
            history.append(tick, date_of(datetime.date(2020, 1, 1), tick), values)
        runs.append(Run(seed + 1, history, None))
    return Ensemble(scenario, tuple(runs))


def columns_of(seeds: int = 6, ticks: int = 48) -> dict[str, Doubles]:
    luck = np.random.default_rng(2)
    return {
        "gdp": 100.0 * np.exp(luck.normal(0.0, 0.05, (seeds, 1)) + luck.normal(0.0, 0.01, (seeds, ticks))),
        "unemployment_rate": 0.05 + luck.normal(0.0, 0.005, (seeds, ticks)),
        "deficit": luck.normal(0.0, 3.0, (seeds, ticks)),
        "bank_failures": np.zeros((seeds, ticks)),
        "price_steel": np.ones((seeds, ticks)),
    }


def test_a_known_effect_is_found_to_the_digit() -> None:
    base = columns_of()
    other = {name: values.copy() for name, values in base.items()}
    other["gdp"][:, 10:] *= math.exp(-0.02)
    other["unemployment_rate"][:, 10:] += 0.01
    other["deficit"][:, 10:] += 0.03 * base["gdp"][:, 10:]
    comparison = Comparison(made(base), made(other))
    assert comparison.parting == 10
    effects = {one.name: one for one in comparison.effects()}
    for name, unit, size in (
        ("gdp", "percent", -2.0), ("unemployment_rate", "percentage points", 1.0), ("deficit", "percent of GDP", 3.0),
        ("bank_failures", "1", 0.0), ("price_steel", "percent", 0.0),
    ):  # fmt: skip
        assert effects[name].unit == unit
        for quarter in (1, 4, 8, 12):
            mean, half_width = effects[name].at(quarter)
            assert mean == pytest.approx(size, abs=1e-9)
            assert half_width == pytest.approx(0.0, abs=1e-9)
        assert math.isnan(effects[name].at(13)[0])
    assert effects["gdp"].saved == pytest.approx(1.0)
    assert math.isnan(effects["price_steel"].saved)


def test_the_same_twice_never_parts() -> None:
    base = made(columns_of())
    assert Comparison(base, base).parting is None


def test_a_band_is_students() -> None:
    """Four values: t at .975 with 3 degrees of freedom is 3.1824463."""
    mean, half_width = confidence_band(np.array([1.0, 2.0, 3.0, 4.0]))
    assert mean == 2.5
    assert half_width == pytest.approx(3.182446305 * math.sqrt(5.0 / 3.0) / 2.0)
    assert np.isnan(confidence_band(np.array([1.0]))[1])


def test_bands_cover_the_truth_as_often_as_they_say() -> None:
    draws = np.random.default_rng(9).normal(size=(5, 20_000))
    mean, half_width = confidence_band(draws)
    assert float((np.abs(mean) < half_width).mean()) == pytest.approx(0.95, abs=0.006)


def test_what_pairing_saves() -> None:
    draws = np.random.default_rng(4)
    luck, one, two = draws.normal(size=(3, 20_000, 2))
    assert saved(luck, luck + 1.0) == pytest.approx(1.0)
    assert saved(one, two) == pytest.approx(0.0, abs=0.03)
    assert saved(luck + 0.5 * one, luck + 0.5 * two) == pytest.approx(0.8, abs=0.02)
    assert saved(luck, -luck) == pytest.approx(-1.0)


def test_quarters_are_means_of_whole_quarters() -> None:
    np.testing.assert_array_equal(quarter_means(np.arange(8.0)), [1.0, 4.0])


def test_the_table_has_every_indicator_of_the_whole() -> None:
    base = columns_of()
    other = {name: values.copy() for name, values in base.items()}
    other["price_steel"][:, 3:] = 1.2
    comparison = Comparison(made(base), made(other))
    text = printed(comparison)
    assert "Unemployment rate" in text
    assert "moved most, in any quarter\nPrice of steel" in text
    assert "+18.23 ±0.00*" in text
    told = as_object(comparison)
    assert (told["parting"], told["parting_date"], told["seeds"]) == (3, "2020-04-01", [1, 2, 3, 4, 5, 6])
    assert told["indicators"]["price_steel"]["mean"][0] == pytest.approx(100 * math.log(1.2))
    assert told["indicators"]["price_steel"]["variance_saved"] is None


def test_one_pair_has_no_band() -> None:
    base = columns_of(seeds=1)
    (effect,) = Comparison(made(base), made(base)).effects(["gdp"])
    assert cell(effect, 1) == "+0.00"


def test_goods_and_skills_are_told_from_the_whole() -> None:
    names = ("gdp_real", "price_steel", "wage_unskilled", "policy_rate", "price_bread")
    told = [is_aggregate(name, goods=("steel", "cars")) for name in names]
    assert told == [True, False, False, True, True]


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["gdp_rael"], "there is no indicator 'gdp_rael'"), (["gpd"], "there is no indicator 'gpd'; did you mean gdp?"),
        ("unemployment", "did you mean unemployment_rate?"), (["gdp", "audit_gap_cents"], "'audit_gap_cents'"),
        ([3], "indicators are named by text"), (3, "effects are asked for by name, not by 3"),
        ([["gdp"]], "there is no indicator"), (b"gdp", "there is no indicator 103"),
    ],
)  # fmt: skip
def test_effects_of_no_indicator_are_refused(names: Any, said: str) -> None:
    base = made(columns_of())
    with pytest.raises(ExperimentError) as caught:
        Comparison(base, base).effects(names)
    assert said in str(caught.value)


def test_effects_come_as_they_are_asked_for() -> None:
    comparison = Comparison(made(columns_of()), made(columns_of()))
    assert [one.name for one in comparison.effects("gdp")] == ["gdp"]
    asked = ["deficit", "gdp", "deficit"]
    assert [one.name for one in comparison.effects(asked)] == ["deficit", "gdp"]
    assert [one.name for one in comparison.effects(np.array(asked))] == ["deficit", "gdp"]
    assert [one.name for one in comparison.effects()] == [field.name for field in FIELDS]


@pytest.mark.parametrize("quarter", [0, -1, 1.5, True, "1", None])
def test_a_quarter_that_is_none_is_refused(quarter: Any) -> None:
    base = made(columns_of())
    (gdp,) = Comparison(base, base).effects("gdp")
    with pytest.raises(ExperimentError, match="quarter is a whole number, 1 or more"):
        gdp.at(quarter)
    assert gdp.at(np.int64(2)) == gdp.at(2)
    assert math.isnan(gdp.at(99)[0])
    with pytest.raises(ExperimentError, match=r"there is no indicator 'gdpp'; did you mean gdp\?"):
        base.column("gdpp")


def test_scenarios_of_different_size_are_refused() -> None:
    with pytest.raises(ScenarioError, match="consumers is 100000 in one and 5000 in the other"):
        check_pair(SCENARIO, replace(SCENARIO, consumers=5000))


def test_runs_last_to_twelve_quarters_after_the_parting() -> None:
    base = Scenario.load("default")
    assert months_needed(base, base.departing(parameters={"Anchors.inflation_target": 0.03})) == 36
    assert months_needed(base, Scenario.load("oil_shock")) == 24 + 36


@pytest.fixture(scope="module")
def small() -> Comparison:
    base = Scenario.load("default", consumers=1_000)
    other = base.departing(parameters={"Anchors.inflation_target": 0.03})
    return paired(base, other, seeds=8, ticks=12, workers=2)


def test_a_pool_makes_the_same_bits_as_one_process(small: Comparison) -> None:
    alone = ensemble(small.base.scenario, [2], 12, workers=1)
    pooled = small.base.runs[1]
    assert pooled.seed == 2
    for field in pooled.history.fields:
        np.testing.assert_array_equal(pooled.history.column(field.name), alone.runs[0].history.column(field.name))


def test_pairs_share_their_luck(small: Comparison) -> None:
    (gdp,) = small.effects(["gdp_real"])
    assert gdp.saved > 0.5
    assert small.base.column("gdp_real").shape == (8, 12)
    assert [table.num_rows for table in small.base.tables()] == [12] * 8


def test_what_fades_before_the_year_is_out_is_told() -> None:
    """Prices of steel peak in the third quarter; a band as wide as the effect hides it."""
    base = columns_of()
    base["price_steel"] *= np.exp(np.random.default_rng(5).normal(0.0, 0.001, base["price_steel"].shape))
    other = {name: values.copy() for name, values in base.items()}
    other["price_steel"][:, 0] *= 1.0001
    other["price_steel"][:, 6:9] *= math.exp(0.07)
    other["price_steel"][:, 3:6] *= np.exp(np.array([-0.5, 0.7, -0.6, 0.6, -0.5, 0.7]))[:, None]
    comparison = Comparison(made(base), made(other))
    (effect,) = comparison.effects(["price_steel"])
    assert effect.peak == 3
    assert "+7.00 in 3" in printed(comparison)
    assert as_object(comparison)["indicators"]["price_steel"]["most"] == {"quarter": 3, "mean": pytest.approx(7.0)}
    assert as_object(comparison)["indicators"]["bank_failures"]["most"] == {"quarter": 1, "mean": 0.0}
