"""Effects on made histories, and pairs of small economies."""

import datetime
import math
import re
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from scipy import special

from ravelin.core.clock import date_of
from ravelin.experiments.counterfactual import (
    QUARTERS,
    Comparison,
    Effect,
    confidence_band,
    months_needed,
    paired,
    saved,
)
from ravelin.experiments.difference import check_pair
from ravelin.experiments.effect_table import (
    as_object,
    cell,
    discoveries,
    is_aggregate,
    is_clear,
    printed,
    sentence,
)
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
    assert "moved most\nPrice of steel" in text
    assert "+18.23 ±0.00*" in text
    told = as_object(comparison)
    assert (told["parting"], told["parting_date"], told["seeds"]) == (3, "2020-04-01", [1, 2, 3, 4, 5, 6])
    assert told["indicators"]["price_steel"]["mean"][0] == pytest.approx(100 * math.log(1.2))
    assert told["indicators"]["price_steel"]["variance_saved"] is None


def test_one_pair_has_no_band() -> None:
    base = columns_of(seeds=1)
    (effect,) = Comparison(made(base), made(base)).effects(["gdp"])
    assert cell(effect, 1, ()) == "+0.00"


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


def effect_of(name: str, chances: list[float], pairs: int = 6) -> Effect:
    """Make an effect whose quarters stated have these chances to be luck, by Student's t."""
    mean, half_width = np.zeros(QUARTERS[-1]), np.ones(QUARTERS[-1])
    quantile = float(special.stdtrit(pairs - 1, 0.975))
    for quarter, chance in zip(QUARTERS, chances, strict=False):
        mean[quarter - 1] = float(special.stdtrit(pairs - 1, 1.0 - chance / 2.0)) / quantile
    return Effect(name, "An effect", "percent", mean, half_width, 0.5)


def test_stars_are_few_where_many_are_looked_at() -> None:
    """The published example: of fifteen tests four are found where Bonferroni finds three and single bands nine."""
    chances = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528,
               0.7590, 1.0]  # fmt: skip
    effects = [effect_of(f"e{place}", chances[place : place + 4]) for place in (0, 4, 8, 12)]
    effects[3].half_width[QUARTERS[3] - 1] = np.nan  # There are fifteen.
    found = discoveries(effects, 6)
    assert found == {("e0", quarter) for quarter in QUARTERS}
    assert cell(effects[0], 1, found).endswith("*")
    assert not cell(effects[1], 1, found).endswith("*"), "its own band leaves zero out, and that is not enough"
    assert is_clear(effects[1], 1)


def test_what_no_luck_touches_is_found_and_what_never_moves_is_no_test() -> None:
    still = Effect("still", "", "percent", np.zeros(12), np.zeros(12), 1.0)
    sure = Effect("sure", "", "percent", np.ones(12), np.zeros(12), 1.0)
    assert discoveries([still, sure], 4) == {("sure", quarter) for quarter in QUARTERS}
    assert discoveries([still], 4) == frozenset()
    assert discoveries([sure], 1) == frozenset(), "one pair tells nothing of luck"


def test_the_sentence_claims_what_luck_does_not_explain() -> None:
    gdp = effect_of("gdp_real", [0.9, 1e-6])._replace(title="Real GDP")
    prices = effect_of("price_index", [0.9, 0.8])._replace(title="Consumer price index")
    starred = discoveries([gdp, prices], 6)
    told = sentence([gdp, prices], starred)
    assert re.fullmatch(
        r"A year after the two part, real GDP is \d+\.\d\d % higher \(±1\.00\); "
        r"consumer price index shows no effect beyond luck \(±1\.00\)\.",
        told,
    )
    lower = gdp._replace(mean=-gdp.mean)
    assert " lower (" in sentence([lower], starred)
    short = gdp._replace(mean=gdp.mean[:2], half_width=gdp.half_width[:2])
    assert sentence([short], starred).startswith("A quarter after")
    assert sentence([gdp._replace(mean=gdp.mean[:0], half_width=gdp.half_width[:0])], starred) == (
        "The runs end before a quarter has passed."
    )
