"""Survey files as people have them: each does the right thing, or one sentence says what is wrong and where."""

import csv
import gzip
import os
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from synthetic_fmli import QUARTERS, Rows, households, write_csv, write_extract, write_family_files

from ravelin.learning.errors import SurveyError
from ravelin.learning.shares import estimate_shares
from ravelin.learning.survey import Survey, read_survey

SENTENCE_MAX = 900
PREVIOUS_AND_CURRENT = ("TOTEXP", "FOOD", "ALCBEV", "HOUS", "TRANS", "HEALTH", "APPAR", "ENTERT", "READ", "EDUCA",
                        "PERSCA", "TOBACC", "MISC", "CASHCO")  # fmt: skip


def refused(path: Path) -> str:
    with pytest.raises(SurveyError) as told:
        read_survey(path)
    sentence = str(told.value)
    assert "\n" not in sentence
    assert len(sentence) < SENTENCE_MAX
    return sentence


def same(found: Survey, wanted: Survey) -> None:
    np.testing.assert_array_equal(found.spending, wanted.spending)
    np.testing.assert_array_equal(found.unit, wanted.unit)
    np.testing.assert_array_equal(found.quarter, wanted.quarter)
    assert found.price_year == wanted.price_year


@pytest.fixture(scope="module")
def made() -> list[Rows]:
    return households(60)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    return read_survey(write_family_files(tmp_path_factory.mktemp("plain"), units=60))


def changed(quarters: list[Rows], place: int, change: Callable[[dict[str, Any]], None]) -> list[Rows]:
    copies = [[dict(row) for row in rows] for rows in quarters]
    for row in copies[place]:
        change(row)
    return copies


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_semicolons_and_tabs(tmp_path: Path, plain: Survey, delimiter: str) -> None:
    for name, rows in zip(QUARTERS, households(60), strict=True):
        with (tmp_path / f"fmli{name}.csv").open("w", newline="") as stream:
            writer = csv.writer(stream, delimiter=delimiter)
            writer.writerow(rows[0])
            writer.writerows(row.values() for row in rows)
    same(read_survey(tmp_path), plain)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_marks_of_the_byte_order(tmp_path: Path, plain: Survey, encoding: str) -> None:
    folder = write_family_files(tmp_path, units=60)
    for file in folder.glob("fmli*.csv"):
        file.write_text(file.read_text(), encoding=encoding)
    same(read_survey(folder), plain)


def test_gzipped_files(tmp_path: Path, plain: Survey) -> None:
    folder = write_family_files(tmp_path / "packed", units=60)
    single = read_survey(folder / "fmli142.csv")
    for file in folder.glob("fmli*.csv"):
        (folder / f"{file.name}.gz").write_bytes(gzip.compress(file.read_bytes()))
        file.unlink()
    same(read_survey(folder), plain)
    same(read_survey(folder / "fmli142.csv.gz"), single)
    (folder / "fmli141.csv.gz").write_bytes((folder / "fmli141.csv.gz").read_bytes()[:300])
    assert "fmli141.csv.gz cannot be read" in refused(folder)


def test_family_files_as_parquet(tmp_path: Path, plain: Survey) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    for name, rows in zip(QUARTERS, households(60), strict=True):
        pq.write_table(pa.table({key: [row[key] for row in rows] for key in rows[0]}), tmp_path / f"fmli{name}.parquet")
    same(read_survey(tmp_path), plain)


def test_a_file_under_a_name_of_its_own(tmp_path: Path, made: list[Rows]) -> None:
    """Year and month of the interview tell what the name does not."""
    write_csv(tmp_path / "fmli142.csv", made[1])
    write_csv(tmp_path / "my quarter.csv", [row | {"QINTRVYR": 2014} for row in made[1]])
    same(read_survey(tmp_path / "my quarter.csv"), read_survey(tmp_path / "fmli142.csv"))
    write_csv(tmp_path / "short years.csv", [row | {"QINTRVYR": 94} for row in made[1]])
    assert set(read_survey(tmp_path / "short years.csv").quarter) == {1994 * 4 + 1}
    write_csv(tmp_path / "untold.csv", made[1])
    assert "untold.csv has no column for the file's quarter; looked for QINTRVYR" in refused(tmp_path / "untold.csv")
    write_csv(tmp_path / "fmli152.csv", [row | {"QINTRVYR": 2014} for row in made[1]])
    assert "fmli152.csv, line 2: an interview of month" in refused(tmp_path / "fmli152.csv")
    shutil.copy(tmp_path / "fmli142.csv", tmp_path / "fmli143.csv")
    assert "stands in the file of 2014Q3; was it renamed?" in refused(tmp_path / "fmli143.csv")


def test_the_same_column_twice(tmp_path: Path, made: list[Rows]) -> None:
    write_csv(tmp_path / "fmli141.csv", [row | {"age_ref": 99, "fam_size": 1} for row in made[0]])
    assert "fmli141.csv: AGE_REF and FAM_SIZE stand twice in the header" in refused(tmp_path)
    write_csv(tmp_path / "fmli141.csv", [row | {"Note": 1, "NOTE": 2} for row in made[0]])
    assert read_survey(tmp_path).rows == len(made[0])  # What is not read may come as often as it likes.


def test_a_quarter_without_housing_is_not_dropped_from_all(tmp_path: Path, made: list[Rows]) -> None:
    def poorer(row: dict[str, Any]) -> None:
        del row["HOUSPQ"], row["HOUSCQ"], row["TOBACCPQ"], row["TOBACCCQ"]

    sentence = refused(write_family_files(tmp_path, quarters=changed(made, 2, poorer)))
    assert "fmli143.csv has no column for housing and tobacco, which fmli141.csv has" in sentence
    assert "HOUSPQ and HOUSCQ; TOBACCPQ and TOBACCCQ" in sentence


def test_half_of_an_item_is_named(tmp_path: Path, made: list[Rows]) -> None:
    half = changed(made, 1, lambda row: row.pop("HOUSPQ"))
    said = refused(write_family_files(tmp_path, quarters=half))
    assert "fmli142.csv has no column for housing (HOUSCQ stands without HOUSPQ); looked for HOUSPQ" in said


def test_all_that_is_missing_is_named_at_once(tmp_path: Path, made: list[Rows]) -> None:
    def poorer(row: dict[str, Any]) -> None:
        del row["FINCBTXM"], row["AGE_REF"], row["CUTENURE"], row["FOODCQ"]

    said = refused(write_family_files(tmp_path, quarters=changed(made, 1, poorer)))
    assert "fmli142.csv has no column for income, age, tenure and food" in said
    for column in ("FINCBTXM or FINCBTAX", "AGE_REF or AGE", "CUTENURE", "FOODCQ"):
        assert column in said


@pytest.mark.parametrize("column", list(households(1)[0][0] if households(1)[0] else households(9)[0][0]))
def test_missing_columns_one_at_a_time(tmp_path: Path, made: list[Rows], column: str) -> None:
    """One quarter lacks a column: it is named with its file, or it was never needed."""
    folder = write_family_files(tmp_path, quarters=changed(made, 1, lambda row: row.pop(column)))
    unneeded = column in ("SYNTHETIC",) or column.startswith("PERINS") or "_" in column[4:] or "0" in column
    if column in ("VEHQ", "SEX_REF"):
        notes = read_survey(folder).reading.notes
        assert any("left out: fmli142.csv does not tell it" in note for note in notes)
    elif unneeded and column not in ("AGE_REF", "EDUC_REF", "FAM_SIZE", "NO_EARNR", "BLS_URBN"):
        assert read_survey(folder).rows == sum(len(rows) for rows in made)
    else:
        sentence = refused(folder)
        assert "fmli142.csv" in sentence
        assert column in sentence


@pytest.mark.parametrize("stem", PREVIOUS_AND_CURRENT[1:])
def test_an_item_that_all_files_lack_leaves_its_category_untold(tmp_path: Path, made: list[Rows], stem: str) -> None:
    quarters = made
    for place in range(len(QUARTERS)):
        quarters = changed(quarters, place, lambda row: (row.pop(f"{stem}PQ"), row.pop(f"{stem}CQ")))
    found = read_survey(write_family_files(tmp_path, quarters=quarters))
    [category] = found.untold
    assert category not in found.categories
    with pytest.raises(SurveyError, match=rf"do not tell {category} \(no {stem}PQ, {stem}CQ\)"):
        estimate_shares(found, None, "survey")


def test_mixed_incomes_are_told_of_the_right_file(tmp_path: Path, made: list[Rows]) -> None:
    def reported(row: dict[str, Any]) -> None:
        row["FINCBTAX"] = row.pop("FINCBTXM")

    found = read_survey(write_family_files(tmp_path, quarters=changed(made, 3, reported)))
    [note] = [note for note in found.reading.notes if "FINCBTAX" in note]
    assert "income is as reported (FINCBTAX) in fmli144.csv, imputed (FINCBTXM) in the others" in note


def test_a_number_given_anew_after_ten_years_is_another_household(tmp_path: Path, made: list[Rows]) -> None:
    for name, year in (("141", made[0]), ("041", made[0])):
        write_csv(tmp_path / f"fmli{name}.csv", year)
    found = read_survey(tmp_path)
    assert found.reading.dropped == {}
    assert found.rows == 2 * len(made[0])
    assert len(np.unique(found.unit)) == 2 * len({row["NEWID"] // 10 for row in made[0]})
    np.testing.assert_array_equal(np.unique(found.household), np.unique([row["NEWID"] // 10 for row in made[0]]))


def old(rows: Rows, respstat: bool = True) -> Rows:
    made = []
    for place, row in enumerate(rows):
        copy = {("FINCBTAX" if name == "FINCBTXM" else name): value for name, value in row.items()}
        made.append(copy | ({"RESPSTAT": 1 + (place % 3 == 0)} if respstat else {}))
    return made


def test_respstat_is_honored_before_2004(tmp_path: Path, made: list[Rows]) -> None:
    write_csv(tmp_path / "fmli031.csv", old(made[0]))
    found = read_survey(tmp_path)
    partial = -(-len(made[0]) // 3)
    assert found.reading.dropped == {"income reported in part (RESPSTAT)": partial}
    assert found.rows == len(made[0]) - partial
    write_csv(tmp_path / "fmli031.csv", old(made[0], respstat=False))
    assert "fmli031.csv has interviews of before 2004 and no column RESPSTAT" in refused(tmp_path)
    (tmp_path / "fmli031.csv").unlink()
    write_csv(tmp_path / "fmli141.csv", [row | {"RESPSTAT": 2} for row in made[0]])
    assert read_survey(tmp_path).rows == len(made[0])  # FINCBTXM is imputed where answers are lacking.


def test_unrelated_broken_archives_are_passed_over(tmp_path: Path, plain: Survey) -> None:
    folder = write_family_files(tmp_path, units=60)
    (folder / "holiday.zip").write_bytes(b"PK\x03\x04 and then nothing")
    (folder / "prices.parquet").write_bytes(b"nothing")
    with zipfile.ZipFile(folder / "letters.zip", "w") as archive:
        archive.writestr("letter.txt", "hello")
    found = read_survey(folder)
    same(found, plain)
    assert any("passed over: " in note and "holiday.zip" in note for note in found.reading.notes)
    (folder / "intrvw15.zip").write_bytes(b"PK\x03\x04 and then nothing")
    assert "intrvw15.zip cannot be opened as a zip archive" in refused(folder)


def test_a_broken_parquet_beside_the_extract(tmp_path: Path) -> None:
    folder = write_extract(tmp_path, units=100)
    (folder / "a.parquet").write_bytes(b"nothing")
    found = read_survey(folder)
    assert found.reading.files == ("extract.parquet",)
    assert any("a.parquet cannot be read as Parquet" in note for note in found.reading.notes)


def test_diary_files(tmp_path: Path, made: list[Rows]) -> None:
    (tmp_path / "fmld141.csv").write_text("NEWID,WEEKI,FINLWT21\n1,1,2\n")
    for path in (tmp_path, tmp_path / "fmld141.csv"):
        assert "fmld141.csv is of the Diary Survey" in refused(path)
    write_csv(tmp_path / "fmli141.csv", made[0])
    assert read_survey(tmp_path).rows == len(made[0])
    (tmp_path / "fmli141.csv").write_text("NEWID,WEEKI,FINLWT21\n1,1,2\n")
    assert "fmli141.csv is of the Diary Survey (it has a column WEEKI)" in refused(tmp_path)


@pytest.mark.parametrize(("suffix", "reader"), [("dta", "read_stata"), ("sas7bdat", "read_sas"), ("sav", "read_spss")])
def test_files_of_statistics_programs(tmp_path: Path, made: list[Rows], suffix: str, reader: str) -> None:
    (tmp_path / f"fmli142.{suffix}").write_bytes(b"\x73\x00\x01 stata")
    advice = f'convert it with pandas.{reader}("fmli142.{suffix}").to_parquet("fmli142.parquet")'
    for path in (tmp_path, tmp_path / f"fmli142.{suffix}"):
        assert advice in refused(path)
    write_csv(tmp_path / "fmli141.csv", made[0])
    assert any(advice in note for note in read_survey(tmp_path).reading.notes)
    write_csv(tmp_path / "fmli142.csv", made[1])
    assert not any(advice in note for note in read_survey(tmp_path).reading.notes)


def test_what_is_no_table(tmp_path: Path) -> None:
    (tmp_path / "fmli141.csv").write_bytes(b"\x00\x01\x02" * 50)
    assert "fmli141.csv is no table of text" in refused(tmp_path)
    (tmp_path / "fmli141.csv").write_text('"a,' + "b" * 200_000 + "\n")
    assert "fmli141.csv, line" in refused(tmp_path)
    assert "/dev/zero is a device, not a file" in refused(Path("/dev/zero"))
    assert "cannot be looked at" in refused(Path("a\0b")) or "does not exist" in refused(Path("a\0b"))


def test_a_member_that_unpacks_beyond_measure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ravelin.learning.files import tables

    monkeypatch.setattr(tables, "TEXT_MAX", 1 << 20)
    with zipfile.ZipFile(tmp_path / "intrvw14.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("fmli141.csv", b"0" * (1 << 21))
    assert "intrvw14.zip:fmli141.csv has 2,097,152 bytes; a table of text has at most 1,048,576" in refused(tmp_path)
    (tmp_path / "intrvw14.zip").unlink()
    (tmp_path / "fmli141.csv.gz").write_bytes(gzip.compress(b"0" * (1 << 21)))
    assert "fmli141.csv.gz has more than 1,048,576 bytes" in refused(tmp_path)


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [("AGE_REF", -5, "whole numbers from 14 to 120"), ("AGE_REF", 340, "14 to 120"), ("AGE_REF", 40.5, "14 to 120"),
     ("FAM_SIZE", 200, "1 to 40"), ("FAM_SIZE", 0, "1 to 40"), ("PERSLT18", -1, "0 to 39"),
     ("NO_EARNR", 99, "0 to 40"), ("QINTRVMO", 13, "1 to 12"), ("VEHQ", 1e6, "0 to 200"),
     ("FINCBTXM", 1e12, "-100,000,000 to 100,000,000"), ("TOTEXPCQ", -1e12, "nobody spends more"),
     ("NEWID", -30, "1 to"), ("NEWID", 41.5, "1 to"), ("FINLWT21", -5, "from 0")],
)  # fmt: skip
def test_impossible_values(tmp_path: Path, made: list[Rows], column: str, value: float, expected: str) -> None:
    quarters = changed(made, 1, lambda row: None)
    quarters[1][3][column] = value
    sentence = refused(write_family_files(tmp_path, quarters=quarters))
    assert f"fmli142.csv, line 5: {column}" in sentence
    assert f"is {value:g}" in sentence
    assert expected in sentence


def test_nine_months_of_a_quarter(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    file = write_extract(tmp_path, units=50) / "extract.parquet"
    table = pq.read_table(file)
    months = table["cq_months"].to_pylist()
    months[4] = 9
    pq.write_table(table.set_column(table.column_names.index("cq_months"), "cq_months", [months]), file)
    assert "extract.parquet, row 5: CQ_MONTHS of interview" in refused(tmp_path)
    assert "is 9; whole numbers from 0 to 2 are expected" in refused(tmp_path)


def twin(folder: Path, kind: str, rows: Rows) -> None:
    """Write a quarter once more beside fmli141.csv."""
    folder.mkdir(exist_ok=True)
    if kind == "below":
        (folder / "more").mkdir()
        write_csv(folder / "more" / "fmli141.csv", rows)
    elif kind == "gzip":
        write_csv(folder / "made.csv", rows)
        (folder / "fmli141.csv.gz").write_bytes(gzip.compress((folder / "made.csv").read_bytes()))
        (folder / "made.csv").unlink()
    elif kind == "zip":
        write_csv(folder / "made.csv", rows)
        with zipfile.ZipFile(folder / "intrvw14.zip", "w") as archive:
            archive.write(folder / "made.csv", "intrvw14/fmli141.csv")
        (folder / "made.csv").unlink()
    else:
        import pyarrow as pa
        import pyarrow.parquet as pq

        pq.write_table(pa.table({key: [row[key] for row in rows] for key in rows[0]}), folder / "fmli141.parquet")


@pytest.mark.parametrize("kind", ["below", "gzip", "zip", "parquet"])
def test_one_quarter_in_two_files(tmp_path: Path, plain: Survey, made: list[Rows], kind: str) -> None:
    """The same twice is taken once; of two that differ nobody can tell which counts."""
    twin(write_family_files(tmp_path / "same", units=60), kind, made[0])
    same(read_survey(tmp_path / "same"), plain)
    other = changed(made, 0, lambda row: row.update(TOTEXPPQ=row["TOTEXPPQ"] + 1.0))[0]
    twin(write_family_files(tmp_path / "other", units=60), kind, other)
    told = refused(tmp_path / "other")
    assert "are both of 2014Q1 and differ, and which of them counts cannot be told" in told
    assert all(name in told for name in ("fmli141.csv", {"below": "more/fmli141.csv", "gzip": ".csv.gz",
               "zip": "intrvw14.zip:intrvw14/fmli141.csv", "parquet": "fmli141.parquet"}[kind]))  # fmt: skip
    fewer = write_family_files(tmp_path / "fewer", units=60)
    twin(fewer, kind, made[0][:-1])
    assert "are both of 2014Q1 and differ" in refused(fewer)


def test_one_quarter_twice_in_an_archive(tmp_path: Path, made: list[Rows]) -> None:
    write_csv(tmp_path / "one.csv", made[0])
    write_csv(tmp_path / "two.csv", made[0][:-1])
    for second, differs in (("one.csv", False), ("two.csv", True)):
        with zipfile.ZipFile(tmp_path / "intrvw14.zip", "w") as archive:
            archive.write(tmp_path / "one.csv", "a/fmli141.csv")
            archive.write(tmp_path / second, "b/fmli141.csv")
        if differs:
            assert "intrvw14.zip:a/fmli141.csv and" in refused(tmp_path / "intrvw14.zip")
        else:
            assert read_survey(tmp_path / "intrvw14.zip").reading.rows == len(made[0])


def test_names_almost_of_the_survey_are_told(tmp_path: Path, plain: Survey, made: list[Rows]) -> None:
    folder = write_family_files(tmp_path, units=60)
    for name in ("fmli141 (1).csv", "my_fmli.csv", "Copy of FMLI142.csv", "fmli14-1.txt"):
        write_csv(folder / name, made[0])
    (folder / "._fmli141.csv").write_bytes(b"of another system")
    write_csv(tmp_path / "made.csv", made[0])
    with zipfile.ZipFile(folder / "letters.zip", "w") as archive:
        archive.write(tmp_path / "made.csv", "fmli151 (2).csv")
    found = read_survey(folder)
    same(found, plain)
    told = [note.partition(" was not read: the survey's files are called like fmli141.csv")[0]
            for note in found.reading.notes if "was not read" in note]  # fmt: skip
    assert sorted(told) == ["Copy of FMLI142.csv", "fmli14-1.txt", "fmli141 (1).csv", "letters.zip:fmli151 (2).csv",
                            "my_fmli.csv"]  # fmt: skip


def test_a_folder_that_may_not_be_looked_into_is_passed_over(
    tmp_path: Path, plain: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_family_files(tmp_path, units=60)
    (folder / "private").mkdir()
    write_csv(folder / "private" / "fmli151.csv", households(10)[0])
    look = os.stat

    def stat(path: Any, **how: Any) -> os.stat_result:
        if "private/" in str(path):
            raise PermissionError(13, "Permission denied", str(path))
        return look(path, **how)

    monkeypatch.setattr(os, "stat", stat)
    same(read_survey(folder), plain)
