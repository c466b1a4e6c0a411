"""Any column of a history is drawn as asked for, and written in every form; what cannot be is one sentence."""

import csv
import io
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from test_report import make_history, make_run

from ravelin.cli.main import main
from ravelin.core.clock import date_of
from ravelin.report.asked import WAYS, ChartError, World, asked_chart
from ravelin.report.look import DARK, LIGHT
from ravelin.scenarios.scenario import Scenario
from ravelin.storage.history import Field, History

pytest.importorskip("matplotlib")

from ravelin.report import picture_of
from ravelin.report.export import FORMS

START = Scenario().start
UNITS = {"gdp": ("dollar/month", "flow"), "price": ("index", "index"), "loans": ("dollar", "stock"),
         "rate": ("fraction", "rate")}  # fmt: skip

ONE_UNIT = "a chart has one unit"


def history(months: int = 30, shift: float = 0.0) -> History:
    made = History(
        [Field(name, name.capitalize(), unit, f"what {name} is", kind) for name, (unit, kind) in UNITS.items()]
    )
    for tick in range(months):
        grown = 1.01**tick
        made.append(tick, date_of(START, tick), [2e9 * grown + shift, 100 * grown, 3e9 * grown, 0.05 + 0.001 * tick])
    return made


def values(name: str, way: str, months: int = 30) -> list[float]:
    return asked_chart([World("a", history(months))], [name], way).lines[0].values.tolist()


def test_a_column_is_shown_as_level_change_or_annual_rate() -> None:
    assert values("gdp", "level")[0] == pytest.approx(2.0)
    assert asked_chart([World("a", history())], ["gdp"], "level").unit == "billion dollars a month"
    year = 100 * (1.01**12 - 1)
    for name in ("gdp", "price", "loans"):
        assert np.isnan(values(name, "change")[:12]).all()
        assert values(name, "change")[12:] == pytest.approx([year] * 18)
        first = 5 if name == "gdp" else 3
        assert np.isnan(values(name, "annual")[:first]).all()
        assert values(name, "annual")[first:] == pytest.approx([year] * (30 - first)), "a year of four such quarters"
    assert values("rate", "change")[12:] == pytest.approx([1.2] * 18), "percentage points"
    assert asked_chart([World("a", history())], ["rate"], "change").unit == "percentage points, change over 12 months"
    assert asked_chart([World("a", history(12))], ["gdp"], "change").says == "The first value comes with month 13."
    assert asked_chart([World("a", history(5))], ["gdp"], "annual").says == "The first value comes with month 6."


def test_two_runs_stand_in_one_chart_as_far_as_each_goes() -> None:
    picture = picture_of(history(), ["gdp"], other=history(20, 1e9), labels=("base", "other"), source="seed 1")
    base, other = picture.chart.lines
    assert (base.label, other.label) == ("base", "other")
    assert base.color != other.color
    assert other.values[19] - base.values[19] == pytest.approx(1.0)
    assert np.isnan(other.values[20:]).all()
    assert len(picture.months.dates) == 30
    lines = picture_of(history(), ["gdp", "gdp", "loans"], "change", other=history()).chart.lines
    assert [(line.label, line.style) for line in lines] == [
        ("Gdp, base", "line"), ("Gdp, other", "aside"), ("Loans, base", "line"), ("Loans, other", "aside")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("names", "way", "said"),
    [
        (["gpd"], "level", "the history has no column 'gpd'; did you mean gdp?"),
        (["gdp"], "anual", "'anual' is no way to show a column; did you mean annual? They are level, change, annual"),
        (["gdp", "price"], "level", f"gdp is in dollar/month and price in index; {ONE_UNIT}: show them as change"),
        (["gdp", "rate"], "level", f"gdp is in dollar/month and rate in fraction; {ONE_UNIT}: draw two charts"),
        (["rate"], "annual", "rate is a rate, which has no annual rate of growth; show it as level or change"),
        ([], "level", "a chart shows at least one column of the history"),
    ],
)
def test_what_cannot_be_drawn_is_one_sentence(names: list[str], way: str, said: str) -> None:
    with pytest.raises(ChartError) as caught:
        asked_chart([World("a", history())], names, way)
    assert str(caught.value) == said


def test_runs_of_other_months_and_too_many_lines_are_refused() -> None:
    later = History(history().fields)
    later.append(0, date_of(START, 5), [1.0, 1.0, 1.0, 1.0])
    with pytest.raises(ChartError, match=r"the runs begin in January 2020 and June 2020; two runs of one chart begin"):
        picture_of(history(), ["gdp"], other=later)
    with pytest.raises(ChartError, match="4 columns of 2 runs are 8 lines; a chart tells at most 6 apart"):
        picture_of(history(), list(UNITS), "change", other=history())


def test_every_form_has_the_numbers_and_says_where_they_are_from() -> None:
    pytest.importorskip("xlsxwriter")
    named = "=HYPERLINK(1)"
    picture = picture_of(history(), ["gdp"], other=history(shift=1e9), labels=(named, "b_$x$"), source="seed 7")
    assert picture.png() != picture.png(dark=True)
    assert picture.png().startswith(b"\x89PNG")
    drawing = picture.svg().decode()
    ElementTree.fromstring(drawing)
    for said in ("prefers-color-scheme: dark", "var(--c2)", "Gdp", "billion dollars a month", "seed 7", "b_$x$"):
        assert said in drawing, said
    body, style = drawing.split("</style>", 1)[1], drawing.split("</style>", 1)[0]
    assert not re.findall(r"#[0-9a-f]{6}\b", body.split("<defs>", 1)[1])
    assert LIGHT["c1"] in style
    assert DARK["c1"] in style
    rows = list(csv.reader(io.StringIO(picture.csv().decode())))
    assert rows[0] == ["month", f"'{named} (billion dollars a month)", "b_$x$ (billion dollars a month)"]
    assert (rows[1][0], float(rows[1][1]), float(rows[1][2])) == ("2020-01-01", 2.0, pytest.approx(3.0))
    assert len(rows) == 31
    with zipfile.ZipFile(io.BytesIO(picture.xlsx())) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        told = book.read("xl/sharedStrings.xml").decode()
        assert "xl/charts/chart1.xml" in book.namelist()
    assert "<f>" not in sheet, "no text is run as a formula"
    assert sheet.count("<v>") == 3 + 30 * 3
    assert "seed 7" in told
    assert "what gdp is" in told
    assert picture.xlsx() == picture.xlsx()


@pytest.mark.parametrize("form", FORMS)
def test_the_command_writes_every_form(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if form == "xlsx":
        pytest.importorskip("xlsxwriter")
    monkeypatch.chdir(tmp_path)
    make_run(tmp_path / "a", make_history(24))
    make_run(tmp_path / "b", make_history(24))
    arguments = ["chart", "a", "gdp_real", "--as", "annual", "--with", "b", "-o", f"x.{form}"]
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert (left.value.code, capsys.readouterr().out) == (0, f"x.{form}\n")
    assert (tmp_path / f"x.{form}").stat().st_size > 300
    if form == "csv":
        assert (tmp_path / "x.csv").read_text().startswith("month,\"a (%, quarter on quarter at an annual rate)\"")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["a", "gdp_rael", "-o", "x.png"], "the history has no column 'gdp_rael'; did you mean gdp_real?"),
        (["a", "gdp_real", "--as", "yearly", "-o", "x.png"], "'yearly' is no way to show a column"),
        (["a", "gdp_real", "-o", "x.pgn"], "x.pgn is no form of a chart; did you mean png?"),
        (["a", "--panel", "slak", "-o", "x.png"], "there is no panel 'slak' of this history; did you mean slack?"),
        (["a", "-o", "x.png"], "give columns of the history, such as gdp_real, or --panel"),
        (["a", "--panel", "slack", "--with", "a", "-o", "x.png"], "--as and --with go with columns"),
        (["a", "gdp_real", "-o", "no/x.png"], "there is no folder no for x.png"),
        (["a", "gdp_real", "--dark", "-o", "x.csv"], "x.csv is not drawn dark"),
        (["nowhere", "gdp_real", "-o", "x.png"], "there is no folder nowhere"),
    ],
)
def test_wrong_use_is_one_sentence_and_writes_nothing(
    arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    make_run(tmp_path / "a", make_history(24))
    with pytest.raises(SystemExit) as left:
        main(["chart", *arguments])
    error = capsys.readouterr().err
    assert left.value.code == 2
    assert said in error.splitlines()[-1]
    assert not list(tmp_path.glob("x.*"))


def test_every_way_is_told() -> None:
    assert all(way.told for way in WAYS.values())
