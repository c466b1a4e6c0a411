"""Both shapes of the survey are read alike, and what cannot be used is told in a sentence."""

import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest
from synthetic_fmli import QUARTERS, households, write_csv, write_extract, write_family_files

from ravelin.learning.errors import SurveyError
from ravelin.learning.files.prices import consumer_prices
from ravelin.learning.files.sources import file_quarter
from ravelin.learning.survey import Survey, read_survey
from ravelin.learning.variables import CATEGORIES, flag_columns


def test_a_year_is_four_quarters_in_family_files(survey: Survey) -> None:
    """The months before the interview's quarter are at the prices of the quarter before, the others at its own."""
    prices = consumer_prices()
    level = prices.of_year(2014)
    expected = sum(
        4 * level * (row["TOTEXPPQ"] / prices.of_quarter(quarter - 1) + row["TOTEXPCQ"] / prices.of_quarter(quarter))
        for quarter, rows in enumerate(households(700), start=2014 * 4)
        for row in rows
    )
    assert survey.price_year == 2014
    assert survey.rows == sum(len(rows) for rows in households(700))
    assert survey.spending.sum() == pytest.approx(expected)
    assert set(survey.window) == {3.0}
    assert set(survey.quarter) == {2014 * 4, 2014 * 4 + 1, 2014 * 4 + 2, 2014 * 4 + 3, 2015 * 4}


def test_a_year_is_twelve_over_the_months_seen_in_the_extract(tmp_path: Path) -> None:
    extract = read_survey(write_extract(tmp_path / "a"))
    family = read_survey(write_family_files(tmp_path / "b"))
    seen = family.quarter * 10_000_000 + family.unit
    told = np.isin(seen, extract.quarter * 10_000_000 + extract.unit)
    assert extract.rows == told.sum()
    # The same months, of which the family files put some at the prices of the quarter before.
    np.testing.assert_allclose(family.spending[told].sum(), extract.spending.sum(), rtol=0.005)
    assert set(extract.window) == {1.0, 2.0}
    assert extract.reading.dropped == {
        "no month of spending within the interview's calendar quarter": len(family.spending) - len(extract.spending)
    }
    assert set(extract.categories) == {"food", "housing", "health"}
    assert np.isnan(extract.traits["region"]).sum() > 0
    for name in ("education", "tenure", "marital", "sex"):
        assert set(np.unique(extract.traits[name])) == set(np.unique(family.traits[name])), name


def test_codes_become_the_models_levels(survey: Survey) -> None:
    assert set(survey.traits["education"]) == {1, 2, 3, 4, 5}
    assert set(survey.traits["marital"]) == {1, 2, 3}
    assert set(survey.traits["tenure"]) == {1, 2, 4, 5, 6}


def test_all_categories_are_read_from_family_files(survey: Survey) -> None:
    assert tuple(survey.categories) == CATEGORIES
    total = sum(survey.categories.values())
    np.testing.assert_allclose(total / survey.spending, 0.895, rtol=1e-3)  # The rest is insurance.


@pytest.mark.parametrize("shape", ["lower", "zipped", "nested"])
def test_case_and_packing_do_not_matter(tmp_path: Path, shape: str) -> None:
    plain = read_survey(write_family_files(tmp_path / "plain", units=60))
    if shape == "nested":
        folder = tmp_path / "outer"
        write_family_files(folder / "intrvw14", units=60)
    else:
        folder = write_family_files(tmp_path / shape, units=60, lower=shape == "lower", zipped=shape == "zipped")
    other = read_survey(folder)
    np.testing.assert_array_equal(plain.spending, other.spending)
    assert plain.reading.kept == other.reading.kept


def test_a_single_zip_and_a_single_csv_can_be_named(tmp_path: Path) -> None:
    folder = write_family_files(tmp_path / "z", units=60, zipped=True)
    assert read_survey(folder / "intrvw14.zip").reading.files[0] == "intrvw14.zip:intrvw14/fmli141.csv"
    folder = write_family_files(tmp_path / "c", units=60)
    assert read_survey(folder / "fmli142.csv").reading.files == ("fmli142.csv",)


def test_the_repeated_quarter_is_left_out(tmp_path: Path) -> None:
    folder = write_family_files(tmp_path, units=60)
    before = read_survey(folder)
    shutil.copy(folder / "fmli151x.csv", folder / "fmli151.csv")
    after = read_survey(folder)
    assert after.reading.kept == before.reading.kept
    assert after.reading.dropped["quarter published twice, the repeated file"] > 0


def test_repeated_interviews_are_left_out(tmp_path: Path) -> None:
    quarters = households(60)
    quarters[1].append(dict(quarters[1][0]))
    found = read_survey(write_family_files(tmp_path, quarters=quarters))
    assert found.reading.dropped == {"the same interview twice": 1}


def test_flags_blanks_and_topcodes(tmp_path: Path) -> None:
    quarters = households(60)
    quarters[0][0] |= {"AGE_REF": "", "AGE_REF_": "A"}
    quarters[0][1] |= {"EDUC_REF": "12", "EDUC0REF": "C"}
    quarters[0][2] |= {"FINCB_XM": "T"}
    quarters[0][3] |= {"FINCBTXM": 0}
    quarters[0][4] |= {"TOTEXPPQ": ".", "TOTEXPCQ": "."}
    quarters[0][5] |= {"FINLWT21": 0}
    quarters[0][6] |= {"CUTENURE": 9}
    found = read_survey(write_family_files(tmp_path, quarters=quarters))
    assert found.reading.dropped == {
        "weight missing or zero": 1,
        "income missing, zero or negative (mostly not reported)": 1,
        "spending missing, zero or negative": 1,
    }
    for name in ("age", "education", "tenure"):
        assert np.isnan(found.traits[name]).sum() == 1, name
    assert "1 topcoded incomes are kept as published" in found.reading.notes
    assert found.reading.rows == found.reading.kept + 3


def test_reported_income_is_noted(tmp_path: Path) -> None:
    found = read_survey(write_extract(tmp_path))
    assert any("FINCBTAX" in note for note in found.reading.notes)


@pytest.mark.parametrize(
    ("name", "quarter"),
    [("fmli151x.csv", "2015Q1x"), ("FMLI964.CSV", "1996Q4"), ("fmli221.csv", "2022Q1"), ("memi151.csv", "")],
)
def test_quarters_are_read_off_names(name: str, quarter: str) -> None:
    assert file_quarter(name) == quarter


@pytest.mark.parametrize(
    ("column", "flag"),
    [("AGE_REF", "AGE_REF_"), ("EDUC_REF", "EDUC0REF"), ("FINCBTAX", "FINCBT_X"), ("FINCBTXM", "FINCB_XM"),
     ("FAM_SIZE", "FAM__IZE"), ("NO_EARNR", "NO_E_RNR"), ("PERSLT18", "PERS_T18"), ("CUTENURE", "CUTE_URE")],
)  # fmt: skip
def test_flags_go_by_their_published_names(column: str, flag: str) -> None:
    assert flag in flag_columns(column)


def test_nothing_found(tmp_path: Path) -> None:
    with pytest.raises(SurveyError, match="does not exist"):
        read_survey(tmp_path / "absent")
    with pytest.raises(SurveyError, match="no Interview Survey family files"):
        read_survey(tmp_path)
    (tmp_path / "memi151.csv").write_text("NEWID\n1\n")
    with pytest.raises(SurveyError, match=r"found memi151.csv"):
        read_survey(tmp_path)


@pytest.mark.parametrize(
    ("column", "said"),
    [("FINCBTXM", "income; looked for FINCBTXM or FINCBTAX"), ("AGE_REF", "age; looked for AGE_REF or AGE"),
     ("FINLWT21", "weight; looked for FINLWT21"), ("TOTEXPCQ", "total spending; looked for TOTEXPCQ"),
     ("TOTEXPPQ", "without TOTEXPPQ")],
)  # fmt: skip
def test_a_missing_column_is_named_with_its_file_and_aliases(tmp_path: Path, column: str, said: str) -> None:
    quarters = households(30)
    for row in quarters[1]:
        del row[column]
    folder = write_family_files(tmp_path, quarters=quarters)
    with pytest.raises(SurveyError, match=f"fmli142.csv.*{said}"):
        read_survey(folder)


@pytest.mark.parametrize("text", ["12a4", "inf", "1,5"])
def test_what_is_no_number_is_named_with_file_and_line(tmp_path: Path, text: str) -> None:
    quarters = households(30)
    quarters[2][4]["FINCBTXM"] = text
    folder = write_family_files(tmp_path, quarters=quarters)
    with pytest.raises(SurveyError, match=f"fmli143.csv, line 6: FINCBTXM is '{text}', which is not a number"):
        read_survey(folder)


def test_no_row_left(tmp_path: Path) -> None:
    quarters = households(30)
    for rows in quarters:
        for row in rows:
            row["FINCBTXM"] = 0
    with pytest.raises(SurveyError, match=r"none of \d+ rows can be used: \d+ income missing"):
        read_survey(write_family_files(tmp_path, quarters=quarters))


def test_files_without_rows(tmp_path: Path) -> None:
    rows = households(30)[0]
    write_csv(tmp_path / "fmli141.csv", rows)
    header = (tmp_path / "fmli141.csv").read_text().splitlines()[0]
    (tmp_path / "fmli141.csv").write_text(header + "\n")
    with pytest.raises(SurveyError, match="the files have no rows"):
        read_survey(tmp_path)
    (tmp_path / "fmli141.csv").write_text("")
    with pytest.raises(SurveyError, match=r"fmli141.csv is empty"):
        read_survey(tmp_path)


def test_negative_weights(tmp_path: Path) -> None:
    quarters = households(30)
    quarters[0][0]["FINLWT21"] = -5
    with pytest.raises(SurveyError, match=r"FINLWT21 of interview \d+ is -5"):
        read_survey(write_family_files(tmp_path, quarters=quarters))


def test_damaged_files(tmp_path: Path) -> None:
    folder = write_family_files(tmp_path / "row", units=30)
    with (folder / "fmli141.csv").open("a") as stream:
        stream.write("1,2,3\n")
    with pytest.raises(SurveyError, match=r"fmli141.csv, line \d+: 3 values where the header names \d+"):
        read_survey(folder)
    zipped = write_family_files(tmp_path / "zip", units=30, zipped=True) / "intrvw14.zip"
    zipped.write_bytes(zipped.read_bytes()[:2000])
    with pytest.raises(SurveyError, match="cannot be opened as a zip archive"):
        read_survey(zipped)
    parquet = tmp_path / "broken.parquet"
    parquet.write_bytes(b"PAR1 and then nothing")
    with pytest.raises(SurveyError, match="cannot be read as Parquet"):
        read_survey(parquet)


def test_a_zip_with_a_damaged_member(tmp_path: Path) -> None:
    folder = write_family_files(tmp_path, units=30)
    with zipfile.ZipFile(folder / "one.zip", "w") as archive:
        archive.write(folder / "fmli141.csv", "fmli141.csv")
    for name in QUARTERS:
        (folder / f"fmli{name}.csv").unlink()
    data = bytearray((folder / "one.zip").read_bytes())
    data[200] ^= 0xFF
    (folder / "one.zip").write_bytes(data)
    with pytest.raises(SurveyError, match=r"one.zip:fmli141.csv cannot be read"):
        read_survey(folder)


def test_the_extract_is_read_as_documented(extract: Path) -> None:
    found = read_survey(extract)
    assert found.reading.rows == found.reading.kept + sum(found.reading.dropped.values())
    assert 49_000 < np.average(found.spending, weights=found.weight) < 54_000
    assert 60_000 < np.average(found.traits["income"], weights=found.weight) < 68_000
    assert set(found.window) == {1.0, 2.0}
