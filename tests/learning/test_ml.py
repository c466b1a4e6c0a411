"""The commands work, and refuse in one sentence with exit code 2."""

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from synthetic_fmli import households, write_csv, write_extract, write_family_files

from ravelin.cli.main import main
from ravelin.learning import boosting
from ravelin.learning.inference import SpendingModel

HEADER = "name,income,age,education,family_size,children,persons_over_64,earners,tenure,region,urban,marital"


def run(*arguments: object) -> Result:
    """Run `ravelin ml` with arguments."""
    told = [str(argument) for argument in arguments]
    return CliRunner().invoke(click.Command("ravelin", callback=lambda: main(["ml", *told])), [])


def refused(*arguments: object) -> str:
    """Run, expect a refusal in one sentence, and return it."""
    result = run(*arguments)
    assert result.exit_code == 2, result.output
    assert "Traceback" not in result.output
    lines = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    assert len(lines) == 1
    return lines[0]


@pytest.fixture(scope="module")
def model_path(small_model: SpendingModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small model's file."""
    path = tmp_path_factory.mktemp("model") / "small.zip"
    small_model.save(path)
    return path


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make training quick by default."""
    few = {"trees": 8, "spread_trees": 4, "inner_folds": 2, "leaf_weight_min": 20.0, "threads": 1}
    defaults = boosting.Settings()._replace(**few)
    monkeypatch.setattr(boosting.Settings.__new__, "__defaults__", tuple(defaults))


@pytest.mark.usefixtures("quick")
def test_train_writes_a_model_and_shows_scores_and_importance(family_folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "new.zip"
    result = run("train", "--data", family_folder, "--out", out, "--folds", 2)
    assert result.exit_code == 0, result.output
    assert "Feature importance" in result.stdout
    assert "OLS with squared log income" in result.stdout
    assert SpendingModel.load(out).card["settings"]["folds"] == 2


def test_predict_shows_incomes_ranks_and_a_sweep() -> None:
    result = run("predict")
    assert result.exit_code == 0, result.output
    assert "family of four, mortgage" in result.stdout
    assert "elasticity" in result.stdout
    found = json.loads(run("predict", "--json").stdout)
    assert [row["mean spending"] for row in found["sweep"]] == sorted(row["mean spending"] for row in found["sweep"])


def test_predict_takes_profiles(tmp_path: Path, model_path: Path) -> None:
    path = tmp_path / "profiles.csv"
    path.write_text(f"{HEADER}\nme,50000,40,4,3,1,0,2,1,2,1,1\n")
    found = json.loads(run("predict", "--profiles", path, "--model", model_path, "--json").stdout)
    assert found["ranks"][0]["profile"] == "me"
    as_json = tmp_path / "profiles.json"
    row = dict(zip(HEADER.split(","), ["me", 50_000, 40, 4, 3, 1, 0, 2, 1, 2, 1, 1], strict=True))
    as_json.write_text(json.dumps([row]))
    again = json.loads(run("predict", "--profiles", as_json, "--model", model_path, "--json").stdout)
    assert again == found


@pytest.mark.parametrize(
    ("text", "said"),
    [("name,income,age\nme,1,2\n", "lacks education, family_size"),
     (f"{HEADER}\nme,lots,40,4,3,1,0,2,1,2,1,1\n", "line 2: income is 'lots', which is not a number"),
     (f"{HEADER}\nme,-5,40,4,3,1,0,2,1,2,1,1\n", "income is '-5'; it must be a number from 0 to"),
     (f"{HEADER}\nme,5,40\n", "line 2: 3 values where the header names 12"),
     (HEADER, "holds no profiles")],
)  # fmt: skip
def test_bad_profiles(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "profiles.csv"
    path.write_text(text)
    assert said in refused("predict", "--profiles", path)


def test_bad_json_profiles(tmp_path: Path) -> None:
    path = tmp_path / "profiles.json"
    path.write_text("[{")
    assert "expected a list of profiles" in refused("predict", "--profiles", path)
    path.write_text("{}")
    assert "is not a list of profiles" in refused("predict", "--profiles", path)
    assert "cannot be read" in refused("predict", "--profiles", tmp_path / "absent.csv")


def test_validate_shows_the_card() -> None:
    result = run("validate")
    assert result.exit_code == 0, result.output
    for word in ("model card", "FINLWT21", "5 folds by household", "quintile 5"):
        assert word in result.stdout


@pytest.mark.parametrize("suffix", ["png", "html"])
def test_validate_draws_a_chart(tmp_path: Path, suffix: str) -> None:
    chart = tmp_path / f"deciles.{suffix}"
    result = run("validate", "--chart", chart)
    assert result.exit_code == 0, result.output
    assert chart.stat().st_size > 2_000


def test_validate_scores_unseen_households_as_they_are(model_path: Path, tmp_path: Path) -> None:
    quarters = households(300, seed=9)
    for rows in quarters:
        for row in rows:
            row["NEWID"] += 100_000_000
    folder = write_family_files(tmp_path, quarters=quarters)
    result = run("validate", "--model", model_path, "--data", folder, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert "the model as it is" in found["how"]
    assert found["scores"]["r2_log"] > 0.35
    assert max(found["falls"].values()) < 2e-6


def test_validate_refits_on_households_it_has_seen(model_path: Path, family_folder: Path) -> None:
    result = run("validate", "--model", model_path, "--data", family_folder)
    assert result.exit_code == 0, result.output
    assert "refitted with the model's settings in 2 folds" in result.stdout


def test_refusals_of_train(tmp_path: Path) -> None:
    assert "does not exist" in refused("train", "--data", tmp_path / "absent")
    assert "no Interview Survey family files" in refused("train", "--data", tmp_path)
    folder = write_extract(tmp_path / "extract", units=200)
    assert "do not tell transport" in refused("train", "--data", folder, "--out", tmp_path / "m.zip")
    assert "is not a file in an existing folder" in refused(
        "train", "--data", folder, "--out", tmp_path / "no" / "m.zip"
    )
    small = tmp_path / "small"
    small.mkdir()
    write_csv(small / "fmli141.csv", households(30)[0])
    assert "too few to train on" in refused("train", "--data", small, "--out", tmp_path / "m.zip")
    assert not (tmp_path / "m.zip").exists()


def test_nothing_is_overwritten_by_a_refusal(tmp_path: Path) -> None:
    out = tmp_path / "model.zip"
    out.write_text("precious")
    refused("train", "--data", tmp_path / "absent", "--out", out)
    assert out.read_text() == "precious"


def test_refusals_of_validate(tmp_path: Path) -> None:
    broken = tmp_path / "model.zip"
    broken.write_text("nothing")
    assert "not a complete consumption model" in refused("validate", "--model", broken)
    assert "must end in .png or .html" in refused("validate", "--chart", tmp_path / "chart.jpg")
    assert "cannot be written to" in refused("validate", "--chart", tmp_path / "absent" / "chart.html")


@pytest.mark.slow
def test_the_shipped_model_is_what_the_command_makes(extract: Path, tmp_path: Path) -> None:
    out = tmp_path / "again.zip"
    result = run("train", "--data", extract, "--out", out)
    assert result.exit_code == 0, result.output
    made, shipped = SpendingModel.load(out), SpendingModel.load()
    if made.card["versions"] != shipped.card["versions"]:
        pytest.skip("other versions of XGBoost or NumPy may grow other trees")
    assert (made.contents.lower, made.contents.upper) == (shipped.contents.lower, shipped.contents.upper)
