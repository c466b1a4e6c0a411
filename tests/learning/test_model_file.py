"""A model file is complete or refused, and replaced by a complete one or not at all."""

import json
import zipfile
from pathlib import Path

import pytest

from ravelin.learning import model_file
from ravelin.learning.errors import SurveyError
from ravelin.learning.inference import SpendingModel


@pytest.fixture
def file(small_model: SpendingModel, tmp_path: Path) -> Path:
    """A complete model file."""
    small_model.save(tmp_path / "model.zip")
    return tmp_path / "model.zip"


def _changed(file: Path, member: str, data: bytes | None) -> None:
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    if data is None:
        del members[member]
    else:
        members[member] = data
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def test_a_saved_model_answers_as_before(file: Path, small_model: SpendingModel) -> None:
    row = [[50_000, 40, 4, 4, 2, 0, 2, 1, 2, 1, 1]]
    assert SpendingModel.load(file).spend(row, 0.7) == small_model.spend(row, 0.7)
    assert SpendingModel.load(file).card == small_model.card


def test_an_absent_file() -> None:
    with pytest.raises(SurveyError, match="there is no model file"):
        SpendingModel.load(Path("nowhere.zip"))


@pytest.mark.parametrize("kept", [0, 10, 1_000, -1])
def test_a_truncated_file(file: Path, kept: int) -> None:
    file.write_bytes(file.read_bytes()[:kept])
    with pytest.raises(SurveyError, match="not a complete consumption model"):
        SpendingModel.load(file)


def test_a_foreign_file(file: Path, tmp_path: Path) -> None:
    file.write_text("income,age\n1,2\n")
    with pytest.raises(SurveyError, match="not a complete consumption model"):
        SpendingModel.load(file)
    with pytest.raises(SurveyError, match="not a complete consumption model"):
        SpendingModel.load(tmp_path)
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("letter.txt", "hello")
    with pytest.raises(SurveyError, match="a zip archive but not a consumption model"):
        SpendingModel.load(file)


@pytest.mark.parametrize("member", ["lower.json", "upper.json", "arrays/shape.npy", "arrays/shares.npy"])
def test_a_missing_part(file: Path, member: str) -> None:
    _changed(file, member, None)
    with pytest.raises(SurveyError, match="not a complete consumption model"):
        SpendingModel.load(file)


@pytest.mark.parametrize("content", [b"{}", b"not json", b'{"learner": 3}'])
def test_a_part_that_is_something_else(file: Path, content: bytes) -> None:
    _changed(file, "lower.json", content)
    with pytest.raises(SurveyError, match="not a complete consumption model"):
        SpendingModel.load(file)


@pytest.mark.parametrize(
    ("change", "said"),
    [({"format_version": 99}, "has model format 99, this version of Ravelin reads format"),
     ({"format": "something"}, "is not a consumption model of Ravelin"),
     ({"features": [{"name": "shoe_size"}]}, "does not know the features shoe_size"),
     ({"features": [{"name": "age"}]}, "not a complete consumption model"),
     ({"persistence": {}}, "not a complete consumption model")],
)  # fmt: skip
def test_a_card_of_another_kind(file: Path, change: dict[str, object], said: str) -> None:
    with zipfile.ZipFile(file) as archive:
        card = json.loads(archive.read("card.json"))
    _changed(file, "card.json", json.dumps(card | change).encode())
    with pytest.raises(SurveyError, match=said):
        SpendingModel.load(file)


def test_a_failed_write_leaves_the_old_file(
    file: Path, small_model: SpendingModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = file.read_bytes()

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(model_file.os, "fsync", fail)
    with pytest.raises(SurveyError, match=r"cannot be written .*No space left on device"):
        small_model.save(file)
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir()] == ["model.zip"]


def test_an_unwritable_place(small_model: SpendingModel, tmp_path: Path) -> None:
    with pytest.raises(SurveyError, match="cannot be written to"):
        small_model.save(tmp_path / "absent" / "model.zip")
