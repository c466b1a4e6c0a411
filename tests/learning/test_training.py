"""Training is honest, repeatable, and learns what was put into made-up data."""

from pathlib import Path

import numpy as np
import pytest
from small_settings import SMALL
from synthetic_fmli import PERSISTENT_SHARE

from ravelin.learning import evaluation
from ravelin.learning.boosting import folds_of, income_cuts, on_cuts
from ravelin.learning.errors import SurveyError
from ravelin.learning.evaluation import Predicted
from ravelin.learning.features import BASE
from ravelin.learning.inference import SpendingModel
from ravelin.learning.survey import Survey
from ravelin.learning.training import full_features, seen_by, steps, train


def test_the_same_seed_gives_the_same_file(survey: Survey, small_model: SpendingModel, tmp_path: Path) -> None:
    again = train(survey, settings=SMALL)
    small_model.save(tmp_path / "one.zip")
    again.save(tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_made_up_truth_is_learned(survey: Survey, small_model: SpendingModel) -> None:
    scores = small_model.card["scores"]["cross_validation"]
    # Of the variance of log spending, 0.22 is income and size, 0.16 noise that nobody can learn.
    assert 0.4 < scores["r2_log"] < 0.65
    assert scores["aggregate_ratio"] == pytest.approx(1.0, abs=0.03)
    assert small_model.persistent_share == pytest.approx(PERSISTENT_SHARE, abs=0.12)
    assert next(iter(small_model.card["importance"])) == "income"
    assert small_model.card["scores"]["time_split"]["rows"] < len(survey.spending)


def test_it_tells_every_step(survey: Survey) -> None:
    told: list[str] = []
    train(survey, settings=SMALL, told=told.append)
    assert len(told) == steps(survey, BASE, SMALL)


def test_extra_features_are_a_list_in_the_card(survey: Survey, tmp_path: Path) -> None:
    features = full_features(survey)
    assert [feature.name for feature in features[11:]] == ["vehicles", "sex"]
    train(survey, features=features, settings=SMALL).save(tmp_path / "wide.zip")
    model = SpendingModel.load(tmp_path / "wide.zip")
    assert model.demographic_features[-2:] == ("vehicles", "sex")
    cells = np.column_stack([model.shares[:5, 0, :1], np.ones((5, 11))]).astype(np.float32)
    assert model.compile(cells).location.shape[0] == 5
    assert model.budget_shares(cells).shape == (5, 5, 8)


def test_units_never_stand_on_both_sides(survey: Survey) -> None:
    fold = folds_of(survey.unit, 5, 1)
    for unit in np.unique(survey.unit)[:50]:
        assert len(set(fold[survey.unit == unit])) == 1
    counts = np.bincount(folds_of(np.arange(10_000), 5, 1))
    assert counts.min() > 1_800


def test_the_model_knows_its_training_units(survey: Survey, small_model: SpendingModel) -> None:
    assert seen_by(small_model, survey).all()
    others = survey._replace(unit=survey.unit + 10_000)
    assert not seen_by(small_model, others).any()
    # Numbers are given anew after years: these households are others.
    assert not seen_by(small_model, survey._replace(quarter=survey.quarter + 40)).any()


def test_files_of_any_name_fit_on_the_card(survey: Survey, tmp_path: Path) -> None:
    reading = survey.reading._replace(files=("a\nb\x1b" + "c" * 900,), notes=("passed over: \0",) * 500)
    train(survey._replace(reading=reading), settings=SMALL).save(tmp_path / "m.zip")
    [name] = SpendingModel.load(tmp_path / "m.zip").card["data"]["files"]
    assert name.startswith("a?b?ccc")


def test_too_few_rows_are_refused(survey: Survey) -> None:
    few = survey.select(np.arange(len(survey.spending)) < 100)
    with pytest.raises(SurveyError, match="100 usable rows are too few"):
        train(few, settings=SMALL)


def test_income_cuts_are_few_round_and_apart() -> None:
    income = np.exp(np.random.default_rng(0).normal(10.8, 1.0, 20_000))
    cuts = income_cuts(income, np.ones(len(income)), 48)
    assert len(cuts) <= 47
    assert (cuts[1:] >= 1.01 * cuts[:-1]).all()
    assert (cuts % 50 == 0).all()
    moved = on_cuts(np.array([0.0, cuts[0], cuts[5] + 1], np.float32), cuts)
    np.testing.assert_array_equal(moved, np.array([0.0, cuts[0], cuts[5]], np.float32))


def test_scores_of_a_perfect_and_of_an_empty_prediction(survey: Survey) -> None:
    log_spending = np.log(survey.spending)
    rows = len(log_spending)
    quantiles = np.tile(np.quantile(log_spending, evaluation.LEVELS), (rows, 1))
    perfect = Predicted(log_spending, np.ones(rows), survey.spending, quantiles)
    found = evaluation.score(survey, perfect)
    assert found["r2_log"] == pytest.approx(1.0)
    assert found["aggregate_ratio"] == pytest.approx(1.0)
    assert all(decile["ratio"] == pytest.approx(1.0) for decile in found["deciles"])
    mean = np.full(rows, np.average(log_spending, weights=survey.weight))
    assert evaluation.score(survey, perfect._replace(location=mean))["r2_log"] == pytest.approx(0.0)


def test_baselines_find_what_is_linear(survey: Survey) -> None:
    found = evaluation.baselines(survey, BASE, SMALL)
    assert found["constant propensity"] < found["log-linear OLS"]
    assert found["log-linear OLS"] == pytest.approx(found["OLS with squared log income"], abs=0.01)
