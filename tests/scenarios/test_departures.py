"""What Python hands to a scenario: numbers of any library, files beside it, months that have dates, wrong types."""

import datetime
import pickle
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ravelin.core.shipped import data_folder
from ravelin.scenarios.scenario import Scenario, ScenarioError


@pytest.mark.parametrize(
    ("key", "given", "expected"),
    [
        ("consumers", np.int64(500), 500), ("consumers", np.float32(500.0), 500), ("firms", np.uint8(60), 60),
        ("consumers", Fraction(1000, 2), 500), ("consumers", Decimal(500), 500), ("ticks", np.int16(7), 7),
        ("seed", np.uint64(2**63 - 1), 2**63 - 1), ("seed", np.array(3), 3), ("title", np.str_("Ours"), "Ours"),
        ("start", np.datetime64("2021-04-03"), datetime.date(2021, 4, 1)),
        ("start", datetime.datetime(2021, 4, 3, 12), datetime.date(2021, 4, 1)),
    ],
)  # fmt: skip
def test_numbers_and_dates_of_any_library(key: str, given: Any, expected: Any) -> None:
    for scenario in (Scenario.load("default", **{key: given}), Scenario(**{key: given})):
        found = getattr(scenario, key)
        assert found == expected
        assert type(found) is type(expected)


def test_values_of_parameters_are_plain_once_given() -> None:
    given = {"Taxes.corporate": np.float32(0.25), "Government.maturities": np.array([0.5, 0.5]), "A.b": np.bool_(True)}
    scenario = Scenario.load("default", parameters=given)
    assert scenario.parameters == {"Taxes.corporate": 0.25, "Government.maturities": [0.5, 0.5], "A.b": True}
    assert pickle.loads(pickle.dumps(scenario)) == scenario
    assert "corporate = 0.25" in scenario.to_toml()


@pytest.mark.parametrize(
    ("departures", "said"),
    [
        ({"consumers": True}, "consumers is a whole number, one or more, not True"),
        ({"consumers": np.bool_(True)}, "consumers is a whole number, one or more, not True"),
        ({"consumers": np.float64(500.5)}, "not 500.5"),
        ({"consumers": float("nan")}, "not nan"),
        ({"consumers": "500"}, "not '500'"),
        ({"consumers": 10**6000}, "consumers is a whole number, one or more, not a number of more than 80 digits"),
        ({"ticks": 0}, "ticks is a whole number, one or more, not 0"),
        ({"ticks": 1 << 63}, "ticks is a whole number"),
        ({"seed": -1}, "seed is a whole number from 0 to"),
        ({"seed": 1.0}, "seed is a whole number from 0 to"),
        ({"seed": False}, "seed is a whole number from 0 to"),
        ({"seed": 1 << 63}, "seed is a whole number from 0 to"),
        ({"start": 2020}, "start is a date like 2020-01-01, not 2020"),
        ({"start": "2020"}, "start is a date like 2020-01-01, not '2020'"),
        ({"start": np.datetime64("NaT")}, "start is a date like 2020-01-01"),
        ({"title": 3}, "title is text, not 3"),
        ({"title": "\ud800"}, "title is text that can be written as UTF-8"),
        ({"catalog": 3}, "catalog is the name of a catalog of goods or its file, not 3"),
        ({"model": b"x"}, "model is the file of a spending model or 'shipped', not b'x'"),
        ({"consumer": 500}, "consumer is not a key of a scenario; did you mean consumers?"),
        ({"parameter": {}}, "parameter is not a key of a scenario; did you mean parameters?"),
        ({"parameters": 3}, "parameters are given by name"),
        ({"parameters": {3: 0.1}}, "parameters are given by name"),
        ({"shocks": []}, "shocks is not a key of a scenario"),
    ],
)  # fmt: skip
def test_wrong_departures_are_one_sentence(departures: dict[str, Any], said: str) -> None:
    base = Scenario.load("default")
    with pytest.raises(ScenarioError) as caught:
        base.departing(**departures)
    assert said in str(caught.value)
    assert len(str(caught.value)) < 300
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("asked", [3, None, b"default", "", True, ["default"], Scenario()])
def test_a_scenario_is_asked_for_by_name_or_path(asked: Any) -> None:
    with pytest.raises(ScenarioError, match="a scenario is asked for by its name or its path, not by"):
        Scenario.load(asked)


def test_shocks_are_shocks() -> None:
    with pytest.raises(ScenarioError, match="shocks are a sequence of Shock"):
        Scenario(shocks=({"tick": 1},))  # type: ignore[arg-type]


@pytest.mark.parametrize(("start", "most"), [("9999-12", 1), ("9999-11", 2), ("9990-01", 120), ("9989-01", 132)])
def test_no_month_is_without_a_date(start: str, most: int) -> None:
    if most:
        assert Scenario.load("default", start=start, ticks=most).months_max == most
    with pytest.raises(ScenarioError, match=f"and dates end with the year 9999: at most {most} months"):
        Scenario.load("default", start=start, ticks=most + 1)


def test_dates_before_the_calendar_of_today_are_counted_back() -> None:
    assert Scenario.load("default", start="0001-01", ticks=12).start == datetime.date(1, 1, 1)


@pytest.mark.parametrize("key", ["model", "catalog"])
def test_files_lie_beside_the_scenario(key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside it first, then where the command is given; absolute and under the user's home as they are."""
    beside, elsewhere = tmp_path / "beside", tmp_path / "elsewhere"
    beside.mkdir()
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    monkeypatch.setenv("HOME", str(tmp_path))
    for folder, name in ((beside, "mine.file"), (elsewhere, "mine.file"), (elsewhere, "here.file")):
        (folder / name).write_bytes(b"x")
    (beside / "sub").mkdir()
    (beside / "sub" / "deep.file").write_bytes(b"x")
    for named, found in (
        ("mine.file", beside / "mine.file"), ("sub/deep.file", beside / "sub" / "deep.file"),
        ("here.file", elsewhere / "here.file"), (str(beside / "mine.file"), beside / "mine.file"),
        ("~/beside/mine.file", beside / "mine.file"),
    ):  # fmt: skip
        (beside / "base.toml").write_text(f'{key} = "{named}"\n')
        for path in (beside / "base.toml", Path("..") / "beside" / "base.toml"):
            scenario = Scenario.load(path)
            assert Path(getattr(scenario, key)).resolve() == found
            assert Path(getattr(scenario, key)).is_absolute()
    assert getattr(Scenario.load("default", **{key: Path("mine.file")}), key) == str(elsewhere / "mine.file")


def test_names_that_ship_are_no_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shipped = sorted(path.stem for path in (data_folder() / "goods").glob("*.toml"))
    for name in (*shipped, "shipped"):
        (tmp_path / name).write_text("not mine")
        key = "model" if name == "shipped" else "catalog"
        (tmp_path / "base.toml").write_text(f'{key} = "{name}"\n')
        assert getattr(Scenario.load("default", **{key: name}), key) == name


def test_a_title_of_any_characters_is_read_back() -> None:
    """Also those that are not printed and lie beyond the first 65,536."""
    title = "a\U000e0001b\x00\u200bc\\u0041"
    assert Scenario.read(Scenario(title=title).to_toml()).title == title
