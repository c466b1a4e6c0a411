"""Profiles say who a household is in any format, in the model's words or the survey's, and cannot say nonsense."""

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from ravelin.cli.ml import ml
from ravelin.learning.errors import SurveyError
from ravelin.learning.features import BASE, KNOWN
from ravelin.learning.profiles import read_profiles

OWN = {"name": "me", "income": 50_000, "age": 40, "education": 4, "family_size": 3, "children": 1, "persons_over_64": 0,
       "earners": 2, "tenure": 4, "region": 2, "urban": 1, "marital": 1}  # fmt: skip
IN_WORDS = OWN | {"education": "bachelor", "tenure": "renter", "region": "midwest", "urban": "urban",
                  "marital": "married"}  # fmt: skip
FAMILY = {"name": "me", "FINCBTXM": 50_000, "AGE_REF": 40, "EDUC_REF": 15, "FAM_SIZE": 3, "PERSLT18": 1, "PERSOT64": 0,
          "NO_EARNR": 2, "CUTENURE": 4, "REGION": 2, "BLS_URBN": 1, "MARITAL1": 1}  # fmt: skip
EXTRACT = {"name": "me", "FINCBTAX": 50_000, "AGE": 40, "EDUCA": 7, "FAM_SIZE": 3, "PERSLT18": 1, "PERSOT64": 0,
           "NO_EARNR": 2, "CUTENURE": 4, "REGION": 2, "BLS_URBN": 1, "MARITAL": 1}  # fmt: skip

Row = Mapping[str, Any]


def write(path: Path, *rows: Row) -> Path:
    if path.suffix == ".json":
        path.write_text(json.dumps(rows))
    elif path.suffix == ".parquet":
        import pyarrow as pa
        import pyarrow.parquet as pq

        pq.write_table(pa.Table.from_pylist([dict(row) for row in rows]), path)
    else:
        with path.open("w", newline="") as stream:
            writer = csv.writer(stream, delimiter={".csv": ",", ".txt": ";", ".tsv": "\t"}[path.suffix])
            writer.writerow(rows[0])
            writer.writerows(row.values() for row in rows)
    return path


def read(path: Path, *rows: Row) -> np.ndarray:
    return read_profiles(write(path, *rows), BASE).features


def refused(path: Path, *rows: Row) -> str:
    with pytest.raises(SurveyError) as told:
        read(path, *rows)
    sentence = str(told.value)
    assert "\n" not in sentence
    assert len(sentence) < 600
    return sentence


@pytest.mark.parametrize("suffix", [".csv", ".txt", ".tsv", ".json", ".parquet"])
@pytest.mark.parametrize("row", [OWN, IN_WORDS, FAMILY, EXTRACT], ids=["own", "words", "family", "extract"])
def test_all_formats_and_names_say_the_same(tmp_path: Path, suffix: str, row: Row) -> None:
    profiles = read_profiles(write(tmp_path / f"p{suffix}", row, row), BASE)
    assert profiles.names == ("me", "me")
    np.testing.assert_array_equal(profiles.features, np.array([list(OWN.values())[1:]] * 2, np.float32))


@pytest.mark.parametrize("suffix", [".csv", ".json", ".parquet"])
def test_the_command_answers_alike(tmp_path: Path, suffix: str) -> None:
    def told(row: Row) -> Any:
        path = write(tmp_path / f"p{suffix}", row)
        result = CliRunner().invoke(ml, ["predict", "--profiles", str(path), "--json"])
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    assert told(OWN) == told(IN_WORDS) == told(FAMILY) == told(EXTRACT)
    assert told(OWN)["dollars"] == 2015


@pytest.mark.parametrize("suffix", [".csv", ".json", ".parquet"])
@pytest.mark.parametrize(
    ("column", "value", "said"),
    [("age", 340, "a whole number from 14 to 120"), ("age", -5, "from 14 to 120"), ("age", 5, "from 14 to 120"),
     ("age", 40.5, "a whole number"), ("family_size", 200, "from 1 to 40"), ("family_size", 0, "from 1 to 40"),
     ("children", -1, "from 0 to 39"), ("earners", 99, "from 0 to 40"), ("income", -1, "from 0 to 100,000,000"),
     ("income", 1e300, "from 0 to 100,000,000"), ("income", True, "which is not a number"),
     ("urban", True, "which is not a number or one of urban, rural"), ("income", "lots", "which is not a number"),
     ("income", "nan", "which is not a number"), ("tenure", 7, "4 renter"), ("tenure", 0, "1 owner with mortgage"),
     ("tenure", "castle", "one of owner with mortgage, owner without mortgage, renter"),
     ("tenure", "owner", "one of owner with mortgage"), ("education", 15, "5 advanced"), ("education", 0, "5 advanced"),
     ("region", 5, "4 west"), ("urban", 3, "2 rural"), ("marital", 5, "3 never married"), ("marital", 1.5, "1 married"),
     ("age", "", "is blank")],
)  # fmt: skip
def test_what_no_trait_can_be(tmp_path: Path, suffix: str, column: str, value: Any, said: str) -> None:
    sentence = refused(tmp_path / f"p{suffix}", OWN | {column: value})
    assert f"p{suffix}, line {2 if suffix == '.csv' else 1}: {column} is" in sentence
    assert said in sentence


@pytest.mark.parametrize(
    ("change", "said"),
    [({"family_size": 1, "children": 3}, "3 under 18 and 0 over 64 in a household of 1"),
     ({"family_size": 3, "children": 3}, "3 under 18 and 0 over 64 in a household of 3"),
     ({"family_size": 2, "children": 1, "persons_over_64": 1}, "1 under 18 and 1 over 64 in a household of 2"),
     ({"age": 70}, "the reference person is 70 and nobody"),
     ({"earners": 4}, "4 earners in a household of 3"),
     ({"age": 70, "persons_over_64": 1, "family_size": 1, "children": 1}, "in a household of 1")],
)  # fmt: skip
def test_what_no_household_can_be(tmp_path: Path, change: Row, said: str) -> None:
    sentence = refused(tmp_path / "p.json", OWN | change)
    assert said in sentence
    assert "they do not fit" in sentence


@pytest.mark.parametrize(
    "change",
    [{"age": 17, "family_size": 1, "children": 1, "earners": 1}, {"income": 0}, {"family_size": 29, "children": 14},
     {"age": 70, "persons_over_64": 3, "children": 0}],
)  # fmt: skip
def test_unusual_households_are_read(tmp_path: Path, change: Row) -> None:
    assert len(read(tmp_path / "p.json", OWN | change)) == 1


@pytest.mark.parametrize("suffix", [".csv", ".json", ".parquet"])
def test_codes_are_mapped_as_the_survey_s_files_are(tmp_path: Path, suffix: str) -> None:
    """Code 3 of tenure is an owner whose mortgage is not told; it is not the renter of some other table."""
    path, tenure = tmp_path / f"p{suffix}", [feature.name for feature in BASE].index("tenure")
    assert read(path, OWN | {"tenure": 3})[0, tenure] == 1
    assert read(path, FAMILY | {"CUTENURE": 3})[0, tenure] == 1
    for code, level in {0: 1, 10: 1, 12: 2, 13: 3, 14: 3, 15: 4, 17: 5}.items():
        assert read(path, FAMILY | {"EDUC_REF": code})[0, 2] == level
    for code, level in {1: 1, 2: 2, 3: 2, 4: 2, 5: 3}.items():
        assert read(path, FAMILY | {"MARITAL1": code})[0, -1] == level
        assert read(path, EXTRACT | {"MARITAL": code})[0, -1] == level
    assert "one of the survey's codes 0, 10, 11" in refused(path, FAMILY | {"EDUC_REF": 5})


def test_a_name_that_two_tables_use_differently_is_asked_about(tmp_path: Path) -> None:
    upper = {name.upper(): value for name, value in OWN.items()}
    assert "MARITAL may hold the survey's codes (1 to 5) or the model's (1 to 3)" in refused(tmp_path / "p.csv", upper)
    lower = {name.lower(): value for name, value in EXTRACT.items()}
    assert "marital may hold the survey's codes" in refused(tmp_path / "p.csv", lower)


def test_a_row_of_a_family_file_is_a_profile(tmp_path: Path) -> None:
    """Family files tell income with and without what was imputed; the reader takes the former, and so do profiles."""
    row = FAMILY | {"FINCBTAX": 1, "MARITAL": 5, "AGE_REF_": "D", "NEWID": 31, "TOTEXPPQ": 9_000, "PERINSCQ": ""}
    np.testing.assert_array_equal(read(tmp_path / "p.csv", row), np.array([list(OWN.values())[1:]], np.float32))


def test_a_trait_told_twice(tmp_path: Path) -> None:
    assert "tells age twice, by age and by AGE_REF" in refused(tmp_path / "p.csv", OWN | {"AGE_REF": 41})
    (tmp_path / "q.csv").write_text("income,Income\n1,2\n")
    with pytest.raises(SurveyError, match="INCOME stands twice in the header"):
        read_profiles(tmp_path / "q.csv", BASE)
    (tmp_path / "q.json").write_text('[{"income": 1, "income": 2}]')
    with pytest.raises(SurveyError, match="tells income twice"):
        read_profiles(tmp_path / "q.json", BASE)


def test_files_that_are_no_profiles(tmp_path: Path) -> None:
    deep = tmp_path / "deep.json"
    deep.write_text("[" * 100_000)
    with pytest.raises(SurveyError, match="cannot be read as text"):
        read_profiles(deep, BASE)
    (tmp_path / "huge.json").write_text(f'[{{"income": {"9" * 400}}}]')
    with pytest.raises(SurveyError, match="lacks age"):
        read_profiles(tmp_path / "huge.json", BASE)
    assert "income is 9999" in refused(tmp_path / "p.json", OWN | {"income": int("9" * 400)})
    with pytest.raises(SurveyError, match="/dev/zero is a device, not a file"):
        read_profiles(Path("/dev/zero"), BASE)


def test_extra_traits_may_be_blank(tmp_path: Path) -> None:
    features = (*BASE, KNOWN["vehicles"], KNOWN["sex"])
    path = write(tmp_path / "p.csv", OWN | {"VEHQ": "", "sex": "female"})
    found = read_profiles(path, features).features[0]
    assert np.isnan(found[-2])
    assert found[-1] == 2


def test_codes_are_explained_in_help_and_card() -> None:
    shown = CliRunner().invoke(ml, ["predict", "--help"]).output
    card = CliRunner().invoke(ml, ["validate"]).stdout
    for text in ("4 renter", "6 student housing", "3 never married", "2 rural", "5 advanced"):
        assert text in " ".join(shown.split()), text
        assert text in " ".join(card.split()), text
    for text in ("CUTENURE", "EDUC_REF", "owner with mortgage", "14 to 120"):
        assert text in " ".join(shown.split()), text


def test_incomes_beyond_what_was_learned_are_remarked_on(tmp_path: Path) -> None:
    path = write(tmp_path / "p.json", OWN | {"income": 5_000_000})
    result = CliRunner().invoke(ml, ["predict", "--profiles", str(path)])
    assert result.exit_code == 0
    assert "me: an income of 5,000,000 is outside of what the model has learned from" in " ".join(result.stderr.split())
