"""The table of moments: what is measured, against what, and what the verdicts say."""

import importlib.util
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from made_economy import made_history

from ravelin.experiments.runs import Ensemble, Run
from ravelin.scenarios.scenario import Scenario
from ravelin.validation.dynamics import Line, lines, page
from ravelin.validation.facts import FACTS, Reference, band_of, references
from ravelin.validation.sample import FirmYears, Sample, by_enterprise, sample_of, series_of

ROOT = Path(__file__).resolve().parents[2]
BY_NAME = {fact.name: fact for fact in FACTS}


def test_known_facts_of_a_made_economy() -> None:
    sample = sample_of(made_history())
    expected = {
        "investment sd": 3.0, "investment lag +0": 1.0, "consumption sd": 0.5, "unemployment lag +0": -1.0,
        "unemployment sd": 0.4, "okun gap": -0.4, "beveridge": -1.0, "beveridge elasticity": -0.8, "hires": 3.7,
        "inventory correlation": 1.0,
    }  # fmt: skip
    for name, value in expected.items():
        assert BY_NAME[name].measure(sample) == pytest.approx(value, abs=0.02), name
    # Growth over four quarters still holds the trend, which unemployment does not have.
    assert BY_NAME["okun growth"].measure(sample) == pytest.approx(-0.4, abs=0.02)
    assert np.isnan(BY_NAME["quits"].measure(sample))


def test_the_first_months_are_left_out() -> None:
    history = made_history()
    sample = sample_of(history, burn_in=120)
    assert sample["gdp"].size == 40
    assert sample["log_unemployment"][0] == pytest.approx(100 * np.log(history.column("unemployment_rate")[120]))


def test_every_fact_has_a_reference_and_a_band() -> None:
    assert len(BY_NAME) == len(FACTS)
    assert set(references()) == set(BY_NAME)
    for fact in FACTS:
        low, high = band_of(fact)
        assert low < high, fact.name
        assert fact.source or fact.band is None, fact.name


def test_the_united_states_lie_in_their_own_bands() -> None:
    outside = [fact.name for fact in FACTS if not band_of(fact)[0] <= references()[fact.name].value <= band_of(fact)[1]]
    assert outside == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("gdp sd", 1.45), ("consumption sd", 0.78), ("investment sd", 3.2), ("hours sd", 1.26), ("inflation sd", 0.73),
        ("unemployment sd", 0.51), ("policy_rate sd", 0.99), ("gdp persistence", 0.85), ("hours persistence", 0.91),
        ("unemployment lag +1", -0.88), ("investment lag -1", 0.78), ("okun gap", -0.44),
        ("beveridge elasticity", -0.64), ("hires", 3.7), ("quits", 2.0), ("layoffs", 1.2), ("openings", 3.9),
    ],
)  # fmt: skip
def test_references_agree_with_published_moments(name: str, value: float) -> None:
    """Of 1954 to 2019 where the shipped table has 1959 to 2019, so not to the last digit."""
    assert references()[name].value == pytest.approx(value, abs=0.06)


def test_the_shipped_table_is_what_the_data_give() -> None:
    folder = Path(os.environ.get("RAVELIN_CE_DATA", ""))
    if not (folder / "fred_qd_1959q1_2023q3.csv").is_file():
        pytest.skip("RAVELIN_CE_DATA does not name a folder with the reference data")
    spec = importlib.util.spec_from_file_location("build_moments", ROOT / "data" / "moments" / "build.py")
    assert spec is not None
    assert spec.loader is not None
    build = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(build)
    sample = build.united_states(folder)
    for fact in FACTS:
        if references()[fact.name].source == build.FRED:
            assert fact.measure(sample) == pytest.approx(references()[fact.name].value, abs=6e-5), fact.name


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        ((1.0, 1.2), "good"), ((0.1, 0.2), "fails: too low"), ((4.0, 4.0), "fails: too high"),
        ((float("nan"), 1.0), "cannot be measured"),
    ],
)  # fmt: skip
def test_verdicts(values: tuple[float, ...], verdict: str) -> None:
    assert Line(FACTS[0], values, (0.7, 3.0), Reference(1.43, 0.2, "data")).verdict == verdict


def test_the_page_shows_what_fails() -> None:
    runs = Ensemble(Scenario(consumers=5000), (Run(1, made_history(), None), Run(2, made_history(), None)))
    found = lines([sample_of(run.history, None, 0) for run in runs.runs])
    text = page(found, runs, 240, 0)
    assert "2 seeds of 5,000 consumers, 240 months" in text
    assert any(line.endswith("  good") and "sd relative to GDP" in line for line in text.splitlines())
    assert any(line.endswith("  cannot be measured") and "  quits " in line for line in text.splitlines())
    good = sum(line.verdict == "good" for line in found)
    assert f"{good} of {len(FACTS)} lines are good." in text


def test_growth_of_firms_is_of_those_that_lived_on_and_less_their_goods_mean() -> None:
    firms = FirmYears()
    firms.good = np.array([0, 0, 0, 1])
    firms.sales = [np.array([1.0, 1.0, 1.0, 2.0]), np.exp([0.1, 0.3, 5.0, 0.7]) * [1.0, 1.0, 1.0, 2.0]]
    firms.ages = [np.array([50, 50, 1, 50]), np.array([62, 62, 13, 62])]
    firms.enterprises = [np.arange(4), np.arange(4)]
    np.testing.assert_allclose(firms.growth(), [-0.1, 0.1, 0.0], atol=1e-12)
    assert firms.growth(burn_in=24).size == 0


def test_sizes_and_growth_are_those_of_enterprises() -> None:
    """Two establishments of one enterprise count once, with what they sell in all; what failed leaves it."""
    assert by_enterprise(np.array([9, 1, 9, 3]), np.array([5, 2, 6, 4])).tolist() == [2, 4, 11]
    firms = FirmYears()
    firms.good = np.zeros(5, dtype=np.int64)
    firms.sales = [np.array([1.0, 3.0, 2.0, 7.0, 5.0]), np.array([3.0, 5.0, 2.0, 1.0, 5.0])]
    firms.ages = [np.full(5, 50), np.array([62, 62, 62, 8, 62])]
    firms.enterprises = [np.array([5, 5, 2, 5, 4]), np.array([5, 5, 2, 3, 4])]
    doubled = np.log(2.0)
    np.testing.assert_allclose(sorted(firms.growth()), [-doubled / 3, -doubled / 3, 2 * doubled / 3], atol=1e-12)


def test_a_sample_without_some_quarters_is_shorter() -> None:
    sample = Sample(series_of({"gdp": np.exp(0.01 * np.arange(40.0))}), {"hires": 3.0})
    assert sample.without(slice(10, 20))["gdp"].size == 30
    assert replace(sample, series={})["gdp"].size == 1
