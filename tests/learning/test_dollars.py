"""Dollars have a year: files of any year are brought to one, and a model says which."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from small_settings import SMALL
from synthetic_fmli import QUARTERS, Rows, households, write_csv, write_family_files

from ravelin.cli.ml import ml
from ravelin.learning import evaluation, linear
from ravelin.learning.errors import SurveyError
from ravelin.learning.features import BASE
from ravelin.learning.files.prices import consumer_prices, quarter_number
from ravelin.learning.inference import SpendingModel
from ravelin.learning.survey import Survey, read_survey
from ravelin.learning.training import train


def moved(quarters: list[Rows], years: int) -> tuple[list[Rows], list[str]]:
    """Give the same households years later, at the prices of then, under other numbers."""
    prices, made, names = consumer_prices(), [], []
    for name, rows in zip(QUARTERS, quarters, strict=True):
        quarter = np.array(quarter_number(f"20{name[:2]}Q{name[2]}"))
        later = quarter + 4 * years
        income = float(prices.of_income(later) / prices.of_income(quarter))
        before, own = (float(prices.of_quarter(later - back) / prices.of_quarter(quarter - back)) for back in (1, 0))
        factors = {"FINCBTXM": income, "PQ": before, "CQ": own}
        made.append(
            [
                {
                    key: next((value * factor for end, factor in factors.items() if key.endswith(end)), value)
                    for key, value in row.items()
                }
                | {"NEWID": row["NEWID"] + 50_000_000}
                for row in rows
            ]
        )
        names.append(f"{int(name[:2]) + years:02d}{name[2:]}")
    return made, names


def write(folder: Path, quarters: list[Rows], names: list[str]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, rows in zip(names, quarters, strict=True):
        write_csv(folder / f"fmli{name}.csv", rows)
    return folder


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files of seven years later, whose prices are a quarter higher."""
    return write(tmp_path_factory.mktemp("later"), *moved(households(700), 7))


@pytest.fixture(scope="module")
def model_path(small_model: SpendingModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model") / "small.zip"
    small_model.save(path)
    return path


def validated(model_path: Path, folder: Path) -> dict[str, object]:
    result = CliRunner().invoke(ml, ["validate", "--model", str(model_path), "--data", str(folder), "--json"])
    assert result.exit_code == 0, result.output
    return dict(json.loads(result.stdout)) | {"told": result.stderr}


def test_the_same_households_years_later_are_the_same_in_the_models_dollars(survey: Survey, later: Path) -> None:
    found = read_survey(later, 2014)
    np.testing.assert_allclose(found.spending, survey.spending, rtol=1e-6)
    np.testing.assert_allclose(found.traits["income"], survey.traits["income"], rtol=1e-6)
    assert read_survey(later).price_year == 2021


def test_pooled_years_add_equal_dollars(survey: Survey, family_folder: Path, later: Path, tmp_path: Path) -> None:
    for folder in (family_folder, later):
        for file in folder.glob("fmli*.csv"):
            (tmp_path / file.name).write_bytes(file.read_bytes())
    pooled = read_survey(tmp_path, 2014)
    assert pooled.rows == 2 * survey.rows
    assert pooled.spending.sum() == pytest.approx(2 * survey.spending.sum(), rel=1e-6)
    assert pooled.categories["food"].sum() == pytest.approx(2 * survey.categories["food"].sum(), rel=1e-6)


def test_later_files_are_scored_in_the_cards_dollars(model_path: Path, family_folder: Path, later: Path) -> None:
    """Without a price index these files score far below, and a fifth too low."""
    found = validated(model_path, later)
    scores = found["scores"]
    assert isinstance(scores, dict)
    in_sample = evaluation.score(*_own(model_path, family_folder))
    assert scores["r2_log"] == pytest.approx(in_sample["r2_log"], abs=1e-3)
    assert scores["aggregate_ratio"] == pytest.approx(in_sample["aggregate_ratio"], abs=1e-3)
    assert "dollars of 2014" in str(found["how"])
    assert "times 0.8" in str(found["told"])


def _own(model_path: Path, folder: Path) -> tuple[Survey, evaluation.Predicted]:
    survey = read_survey(folder, 2014)
    return survey, evaluation.predicted_by_model(SpendingModel.load(model_path), survey)


def test_baselines_are_the_cards_and_not_refits(model_path: Path, tmp_path: Path, survey: Survey) -> None:
    quarters = households(300, seed=5)
    for rows in quarters:
        for row in rows:
            row["NEWID"] += 90_000_000
            for name in [name for name in row if name.endswith(("PQ", "CQ"))]:
                row[name] *= 2.0  # A refit would follow; coefficients from the card cannot.
    folder = write_family_files(tmp_path, quarters=quarters)
    found = validated(model_path, folder)["baselines"]
    assert isinstance(found, dict)
    tested = read_survey(folder, 2014)
    refits = evaluation.baselines(tested, BASE, SMALL)
    assert set(found) == set(refits)
    lines = linear.lines_of(SpendingModel.load(model_path).card)
    for name, line in lines.items():
        by_card = evaluation.r_squared(np.log(tested.spending), line.predict(tested, BASE), tested.weight)
        assert found[name] == pytest.approx(by_card)
        assert found[name] < refits[name] - 0.3
    # On its own training data a line on the card is as good as least squares can be.
    own = lines[linear.SQUARED].predict(survey, BASE)
    assert evaluation.r_squared(np.log(survey.spending), own, survey.weight) > 0.4


def test_the_card_says_the_year(small_model: SpendingModel, survey: Survey) -> None:
    assert small_model.card["dollars"]["year"] == small_model.price_year == survey.price_year == 2014
    assert "CPI-U" in small_model.card["dollars"]["index"]
    result = CliRunner().invoke(ml, ["validate"])
    for said in ("dollars of 2015 a year", "range of income", "flat above", "weak spots", "income decile 1 is"):
        assert said in result.stdout


def test_a_year_may_be_chosen(survey: Survey, family_folder: Path) -> None:
    dear = read_survey(family_folder, 2022)
    prices = consumer_prices()
    factor = prices.of_year(2022) / prices.of_year(2014)
    np.testing.assert_allclose(dear.spending, survey.spending * factor)
    assert train(dear, settings=SMALL).card["dollars"]["year"] == 2022
    with pytest.raises(SurveyError, match=r"whole years from 1959 to 2022, not 2023"):
        read_survey(family_folder, 2023)


@pytest.mark.parametrize("name", ["234", "241"])
def test_files_beyond_the_table_of_prices_are_refused(tmp_path: Path, name: str) -> None:
    rows = households(60)[0] if name.endswith("1") else households(60)[3]
    write_csv(tmp_path / f"fmli{name}.csv", rows)
    with pytest.raises(SurveyError, match=rf"fmli{name}.csv has interviews of 20{name[:2]}Q{name[2]}, .* to 2023Q3"):
        read_survey(tmp_path)


def test_the_table_is_what_its_source_says() -> None:
    prices = consumer_prices()
    # BLS, CPI-U, all items, seasonally adjusted: 232.8, 240.0 and 292.6 are the means of 2013, 2016 and 2022.
    for year, index in ((2013, 232.95), (2015, 237.00), (2016, 240.01), (2022, 292.62)):
        assert prices.of_year(year) == pytest.approx(index, abs=0.05)


def test_the_table_is_made_from_the_reference_data(extract: Path) -> None:
    source = (extract / "fred_qd_1959q1_2023q3.csv").read_text().splitlines()
    column = source[0].split(",").index("CPIAUCSL")
    prices = consumer_prices()
    told = {line.split(",")[0]: float(line.split(",")[column]) for line in source[1:]}
    assert {f"{q // 4}Q{q % 4 + 1}": v for q, v in enumerate(prices.index, start=prices.first)} == told
