"""A run spends by the model file it is given, says which, and goes on by it when the file is gone."""

import json
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest
from small_settings import SMALL

from ravelin import Scenario, Simulation
from ravelin.cli import main
from ravelin.economy.people.tables import Consumers
from ravelin.economy.spending.tables import SpendingGrid
from ravelin.learning.errors import SurveyError
from ravelin.learning.features import BASE, KNOWN
from ravelin.learning.inference import SpendingModel
from ravelin.learning.model_file import default_path, digest
from ravelin.learning.survey import Survey
from ravelin.learning.training import train

SMALL_ECONOMY = Scenario.load("default", consumers=1_000)


@pytest.fixture(scope="session")
def own_file(small_model: SpendingModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small model's file."""
    path = tmp_path_factory.mktemp("model") / "own.zip"
    small_model.save(path)
    return path


def refused(arguments: list[str], capfd: pytest.CaptureFixture[str]) -> str:
    """Return the sentence with which the command line refuses, and see that nothing was written."""
    before = sorted(Path.cwd().iterdir())
    with pytest.raises(SystemExit) as left:
        main(arguments)
    _, err = capfd.readouterr()
    assert left.value.code == 2
    assert "Traceback" not in err
    assert sorted(Path.cwd().iterdir()) == before
    [sentence] = [line for line in err.splitlines() if line.startswith("Error: ")]
    assert err.endswith(f"{sentence}\n")
    return sentence


def test_files_that_are_no_model_are_refused_before_anything_is_written(
    own_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    run = ["run", "--consumers", "1000", "--ticks", "1", "--out", "kept", "--model"]
    assert "there is no model file" in refused([*run, "absent.zip"], capfd)
    Path("foreign.zip").write_text("income,age\n1,2\n")
    assert "not a complete consumption model" in refused([*run, "foreign.zip"], capfd)
    Path("short.zip").write_bytes(own_file.read_bytes()[:-100])
    assert "not a complete consumption model" in refused([*run, "short.zip"], capfd)
    with zipfile.ZipFile(own_file) as old, zipfile.ZipFile("later.zip", "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "card.json":
                data = json.dumps(json.loads(data) | {"format_version": 99}).encode()
            new.writestr(name, data)
    assert "model format 99" in refused([*run, "later.zip"], capfd)
    assert "cannot be read" in refused([*run, str(tmp_path)], capfd)


def test_a_model_of_traits_that_nobody_carries_is_refused(survey: Survey, tmp_path: Path) -> None:
    train(survey, features=(*BASE, KNOWN["vehicles"]), settings=SMALL).save(tmp_path / "full.zip")
    with pytest.raises(SurveyError, match=r"asks for .*vehicles, but simulated consumers carry income, age"):
        Simulation(SMALL_ECONOMY.departing(model=tmp_path / "full.zip"))


def test_the_file_alone_decides_how_people_spend(own_file: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.zip"
    shutil.copy(default_path(), copy)
    with Simulation(SMALL_ECONOMY) as shipped, Simulation(SMALL_ECONOMY.departing(model=copy)) as same:
        assert same.fingerprint() == shipped.fingerprint()
        assert same.scenario.model_digest == shipped.scenario.model_digest == digest(copy)
        with Simulation(SMALL_ECONOMY.departing(model=own_file)) as other:
            assert other.world[SpendingGrid].answer.size != shipped.world[SpendingGrid].answer.size
            shipped.step()
            other.step()
            budgets = [economy.world[Consumers].budget for economy in (shipped, other)]
            # Whatever the model, the opening spends what the account matrix says, up to the luck of 1,000 people.
            assert budgets[1].sum() == pytest.approx(budgets[0].sum(), rel=0.04)
            assert (budgets[1] != budgets[0]).mean() > 0.9


def test_a_run_says_its_model_and_goes_on_without_the_file(own_file: Path, tmp_path: Path) -> None:
    file, out = tmp_path / "mine.zip", tmp_path / "run"
    shutil.copy(own_file, file)
    scenario = SMALL_ECONOMY.departing(model=file, ticks=4)
    with Simulation(scenario) as economy:
        economy.run(2, out=out)
        economy.step(2)
        wanted, table = economy.fingerprint(), economy.world[SpendingGrid].answer.copy()
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["model"] == {"file": str(file), "digest": digest(file)}
    assert Scenario.load(out / "scenario.toml").model_digest == digest(file)
    file.unlink()
    with Simulation.load(out) as again:
        assert again.scenario.model == str(file)
        again.step(2)
        assert again.fingerprint() == wanted
        assert np.array_equal(again.world[SpendingGrid].answer, table)
    with pytest.raises(SurveyError, match="there is no model file"):
        Simulation(Scenario.load(out / "scenario.toml"))
