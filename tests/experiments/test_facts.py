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
from ravelin.validation.commitment import committed_moments, peers
from ravelin.validation.dynamics import as_json, lines, missed, of_commitment, page
from ravelin.validation.facts import FACTS, known, references
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


def test_every_fact_is_judged_beside_a_value_with_an_error() -> None:
    """A standard error of the United States' value, or a stated band with two ends: "above 2" is no check."""
    assert len(BY_NAME) == len(FACTS)
    assert set(references()) == set(BY_NAME)
    for fact in FACTS:
        assert 0.0 < known(fact).standard_error < np.inf, fact.name
        assert np.isnan(references()[fact.name].standard_error) == (fact.band is not None), fact.name
        assert bool(fact.source) == (fact.band is not None), fact.name


def test_the_united_states_are_good() -> None:
    far = [fact.name for fact in FACTS if abs(references()[fact.name].value - known(fact).value) > known(fact).margin]
    assert far == []


def test_peers_are_put_beside_lines_that_are_there() -> None:
    assert {peer.fact for peer in peers()} <= set(BY_NAME)


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


def made_ensemble() -> Ensemble:
    """Two runs of the same luck, so that their mean has no error."""
    return Ensemble(Scenario(consumers=5000), (Run(1, made_history(), None), Run(2, made_history(), None)))


def test_the_page_judges_each_line_at_each_size() -> None:
    found = lines([sample_of(run.history, None, 0) for run in made_ensemble().runs])
    text = page({5_000: found, 9_000: found}, ["made"])
    rows = text.splitlines()
    assert any("5,000" in row and "9,000" in row for row in rows)
    judged = [row for row in rows if row.startswith("  sd relative to GDP") and row.count("good") == 2]
    assert judged, "unemployment of the made economy has the size of the United States'"
    # Leaving posts is not in the made history: a committed line stays, and is no pass.
    assert any(row.startswith("  quits *") and row.count("cannot be measured") == 2 for row in rows)
    count = of_commitment(found)
    assert count.lines == 67
    assert f"5,000 consumers: {count.good} of the 67 committed lines are good" in text
    assert "mean |z| is" in rows[-1]
    told = as_json({5_000: found})["5000"]
    assert told["committed"]["good"] == count.good == sum(
        line["committed"] and line["verdict"] == "good" for line in told["lines"].values()
    )
    assert told["lines"]["quits"]["model"] is None
    assert told["lines"]["gdp persistence"]["peers"] == {"Caiani et al. (2016)": 0.55}


def test_further_lines_come_where_the_economy_has_the_parts() -> None:
    found = {line.fact.name for line in lines([sample_of(run.history, None, 0) for run in made_ensemble().runs])}
    assert set(committed_moments()) <= found
    assert "growth lag 28" in found
    assert "durables sd" not in found


def test_a_larger_economy_may_not_have_fewer_good_lines() -> None:
    found = lines([sample_of(run.history, None, 0) for run in made_ensemble().runs])
    worse = [line._replace(judged=line.judged._replace(values=(1e6, 1e6))) for line in found]
    assert any("the larger economy has fewer good lines (0)" in said for said in missed({5_000: found, 9_000: worse}))
    assert not any("larger" in said for said in missed({5_000: worse, 9_000: found}))


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


def made_firms() -> FirmYears:
    """Twenty years of four establishments of one good: the last comes to sell more, the first is ever new."""
    firms = FirmYears()
    firms.good = np.zeros(4, dtype=np.int64)
    for year in range(20):
        firms.sales.append(np.array([1.0, 1.0, 1.0, 1.0 + (year >= 10)]))
        firms.ages.append(np.array([6, 100, 100, 100]))
        firms.enterprises.append(np.array([0, 1, 2, 3]))
    return firms


def test_births_deaths_and_concentration_are_told() -> None:
    means = made_firms().means()
    assert means["births"] == pytest.approx(25.0)
    assert means["deaths"] == pytest.approx(25.0)
    assert means["concentration_drift"] == pytest.approx(100.0 * ((7 / 25) / (4 / 16) - 1.0))
    assert means["top_share_drift"] == pytest.approx(100.0 * ((2 / 5) / (1 / 4) - 1.0))
    assert "concentration_drift" not in made_firms().means(burn_in=12), "nineteen years are not twice ten"


def test_an_enterprise_of_two_goods_is_two_in_two_markets() -> None:
    firms = FirmYears()
    firms.good = np.array([0, 1, 1])
    firms.sales, firms.ages = [np.array([2.0, 1.0, 1.0])], [np.full(3, 50)]
    firms.enterprises = [np.array([7, 7, 2])]
    # The first market has one seller, the second two alike; each has half of all sales.
    assert firms._herfindahl(0) == pytest.approx(0.5 * 1.0 + 0.5 * 0.5)


def test_a_sample_without_some_quarters_is_shorter() -> None:
    sample = Sample(series_of({"gdp": np.exp(0.01 * np.arange(40.0))}), {"hires": 3.0})
    assert sample.without(slice(10, 20))["gdp"].size == 30
    assert replace(sample, series={})["gdp"].size == 1
