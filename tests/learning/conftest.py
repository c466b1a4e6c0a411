"""Made-up survey files, and small models trained on them once."""

import os
from pathlib import Path

import pytest
from small_settings import SMALL
from synthetic_fmli import write_family_files

from ravelin.learning.inference import SpendingModel
from ravelin.learning.survey import Survey, read_survey
from ravelin.learning.training import train

# Threads of XGBoost spin while they wait, which takes the processors from other tests.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")


@pytest.fixture(scope="session")
def family_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of made-up family files."""
    return write_family_files(tmp_path_factory.mktemp("fmli"), units=700)


@pytest.fixture(scope="session")
def survey(family_folder: Path) -> Survey:
    """What is read from the made-up files."""
    return read_survey(family_folder)


@pytest.fixture(scope="session")
def small_model(survey: Survey) -> SpendingModel:
    """A small model of the made-up survey."""
    return train(survey, settings=SMALL)


@pytest.fixture(scope="session")
def shipped() -> SpendingModel:
    """The model that ships with Ravelin."""
    return SpendingModel.load()


@pytest.fixture(scope="session")
def extract() -> Path:
    """The folder of the real extract, named by RAVELIN_CE_DATA."""
    folder = os.environ.get("RAVELIN_CE_DATA")
    if not folder:
        pytest.skip("RAVELIN_CE_DATA is not set; name the folder of the survey extract to run this test")
    return Path(folder)
