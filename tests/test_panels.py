"""Panels are declared once, in the file of their domain; whoever shows something shows them."""

import datetime
import importlib
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ravelin.core.clock import date_of
from ravelin.core.panels import (
    HISTORY_KINDS,
    Formula,
    Line,
    Panel,
    before,
    change,
    counted,
    growth,
    indexed,
    mean,
    read,
    year,
)
from ravelin.core.parameter import Settings
from ravelin.core.sentence import DeclarationError
from ravelin.core.table import World
from ravelin.core.units import is_unit
from ravelin.economy.accounts.indicators import indicators
from ravelin.economy.goods.tables import Goods
from ravelin.report import panels as collected
from ravelin.report.look import DARK, DRAWN, LIGHT
from ravelin.report.panels import PANELS, SECTIONS, in_order, panels_page
from ravelin.report.recessions import dated, recessions
from ravelin.storage.history import Field, History
from ravelin.tick.page import TICK

ROOT = Path(__file__).resolve().parents[1]
START = datetime.date(2020, 1, 1)
ROWS = 30
LATER = ("This economy has no bond market yet", "This economy has no stock market yet")
"""What is said of panels whose columns come with a later system."""


def known_columns() -> list[str]:
    world = World([Goods], {Goods: 2}, {})
    world.names[Goods] = ("steel", "food")
    world[Goods].firm_share[:] = 1.0
    return [one.name for one in indicators(world)]


def history_of(names: list[str], rows: int = ROWS, level: float = 1.0) -> History:
    draw = np.random.default_rng(1)
    history = History([Field(name, name, "1", "", "flow") for name in names])
    for tick in range(rows):
        history.append(tick, date_of(START, tick), (level * draw.uniform(0.5, 1.5, len(names))).tolist())
    return history


# What is declared


FILES = sorted((ROOT / "ravelin" / "economy").glob("*/panels.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_whatever_a_domain_declares_is_shown(path: Path) -> None:
    own = importlib.import_module(f"ravelin.economy.{path.parent.name}.panels").PANELS
    assert own
    assert [panel.id for panel in own if panel not in PANELS] == []


def test_panels_name_columns_parameters_and_units_that_exist() -> None:
    columns, settings = known_columns(), Settings(TICK.parameter_groups())
    for panel in PANELS:
        missing = [name for name in panel.columns(all_lines=True) if not name.endswith("*") and name not in columns]
        assert not missing or panel.empty in LATER, (panel.id, missing)
        assert panel.lacks(columns) == missing
        assert is_unit(panel.measure) or "dollar" in panel.measure, panel.id
        assert panel.unit or panel.measure != "1", f"{panel.id} does not say its unit"
        assert panel.question.endswith("?"), panel.id
        assert panel.definition.endswith("."), panel.id
        for name, _ in panel.references:
            assert settings.find(name)


def test_panels_fill_their_rows() -> None:
    for section in SECTIONS:
        place = 0
        for panel in (panel for panel in PANELS if panel.section == section.id):
            place = panel.span if place + panel.span > 12 else place + panel.span
        assert place == 12, f"the last row of {section.id} is {place} of 12 wide"


LINE = (Line("", "gdp"),)
PANEL = Panel(id="a", section="output", title="A", question="A?", unit="1", definition="A.", lines=LINE)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: replace(PANEL, drawn="pie"), "panel 'a' is drawn as 'pie'; it may be drawn as lines, stack"),
        (lambda: replace(PANEL, lines=()), "panel 'a' is drawn as lines, with 0 lines"),
        (lambda: replace(PANEL, drawn="matrix"), "panel 'a' is drawn as matrix, with 1 lines"),
        (lambda: replace(PANEL, lines=LINE * 8), "panel 'a' has 8 lines; at most 7 are told apart"),
        (lambda: Line("x", "gdp", "red"), "line 'x' has the color 'red'"),
        (lambda: Line("x", "gdp", style="bold"), "line 'x' has the style 'bold'; it may be line, whole, aside"),
        (lambda: Formula("log", ("gdp",)), "'log' is no operation of panels; they are read, plus"),
        (lambda: in_order((PANEL, PANEL)), "two panels have the id 'a'"),
        (lambda: in_order((replace(PANEL, section="x"),)), "panel 'a' stands in section 'x'; the sections are output"),
    ],
)
def test_a_panel_that_cannot_be_is_refused(make: object, said: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        make()  # type: ignore[operator]
    assert said in str(caught.value)


# Formulas


def test_formulas_are_what_their_names_say() -> None:
    rows = np.random.default_rng(2).uniform(0.5, 1.5, ROWS)
    rows[:3] = 0.0
    values = {"a": rows, "b": rows[::-1] + 1.0}

    def told(formula: Formula) -> list[float]:
        return formula.values(values.__getitem__).tolist()

    nan = float("nan")
    late = range(12, ROWS)
    expected = {
        year("a"): [nan] * 11 + [sum(rows[row - 11 : row + 1]) for row in range(11, ROWS)],
        mean("b"): [nan] * 11 + [sum(values["b"][row - 11 : row + 1]) / 12 for row in range(11, ROWS)],
        growth("b"): [nan] * 12 + [values["b"][row] / values["b"][row - 12] - 1 for row in late],
        change("a"): [nan] * 12 + [rows[row] - rows[row - 12] for row in late],
        before("a"): [nan] * 12 + [rows[row - 12] for row in late],
        indexed("b"): [100 * value / values["b"][0] for value in values["b"]],
        counted("a"): [nan] * 3 + rows[3:].tolist(),
        (read("a") + read("b")) * read("b") / read("b") - read("a"): values["b"].tolist(),
    }
    for formula, numbers in expected.items():
        np.testing.assert_allclose(told(formula), numbers, rtol=1e-12, atol=1e-12)
        assert formula.first() <= next(row for row, value in enumerate(numbers) if value == value)
    assert str((read("a") + read("b")) * year("a") / year(read("b") - read("a"))) == "((a + b) * year(a)) / year(b - a)"


def test_a_star_stands_for_each_good() -> None:
    lines = (Line("", read("price_*") / read("sales_*")),)
    panel = replace(PANEL, lines=lines, but=("price_index",), drawn="multiples")
    names = ["price_index", "sales_index", "price_steel", "sales_steel", "price_food", "sales_food", "price_lone"]
    assert [(line.label, str(line.formula)) for line in panel.drawn_lines(names)] == [
        ("steel", "price_steel / sales_steel"),
        ("food", "price_food / sales_food"),
    ]
    assert panel.lacks(names) == []
    assert panel.lacks(["price_index"]) == ["price_*", "sales_*"]


# Where they are shown


def test_the_command_line_and_the_reference_tell_every_panel() -> None:
    sys.path.insert(0, str(ROOT / "docs"))
    from reference_pages import declarations

    page, printed = declarations.panels(), panels_page(100)
    for panel in PANELS:
        assert f"(`{panel.id}`)" in page
        assert f"({panel.id})" in printed
        for line in panel.lines:
            assert f"`{line.rule}`" in page
            assert f"= {line.rule}\n" in printed


def test_a_panel_that_is_added_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("matplotlib")
    from ravelin.report import charts

    monkeypatch.setattr(charts, "PANELS", (*PANELS, PANEL))
    assert "A" in [chart.title for chart in charts.charts(history_of(["gdp"]))]
    monkeypatch.setattr(collected, "PANELS", (*PANELS, PANEL))
    assert "A (a): A?" in panels_page(80)


def test_the_report_shows_every_panel_of_the_history() -> None:
    from ravelin.report.charts import charts

    shown = {chart.id for chart in charts(history_of(known_columns()))}
    assert shown == {panel.id for panel in PANELS if panel.drawn in HISTORY_KINDS and panel.empty not in LATER}


# Shares, zeros, recessions, colors


def test_income_shares_add_up_to_gdp() -> None:
    from ravelin.report.charts import charts

    found = {chart.id: chart for chart in charts(history_of(known_columns()))}
    for name in ("income-shares", "contributions"):
        *parts, last = found[name].lines
        if name == "income-shares":
            whole = np.where(np.isnan(last.values), np.nan, 100.0)
            parts.append(last)
            np.testing.assert_allclose(sum(part.values for part in parts), whole, rtol=1e-12)
        else:
            assert last.style == "whole"
        assert np.isfinite(last.values[-1])


def test_what_never_happened_is_said() -> None:
    from ravelin.report.charts import charts

    names = known_columns()
    for rows, level, expected in ((ROWS, 0.0, "No firm and no bank has failed in this run."), (ROWS, 1.0, ""),
                                  (11, 1.0, "The first value comes with month 12.")):  # fmt: skip
        found = {chart.id: chart.says for chart in charts(history_of(names, rows, level))}
        assert found["failures"] == expected


def test_recessions_are_two_quarters_of_falling_output() -> None:
    quarters = [100, 101, 100, 99, 102, 101, 102, 101, 100, 99]
    months = np.repeat(quarters, 3).astype(float)
    assert recessions(months, START) == [(6, 11), (21, 29)]
    assert recessions(np.array([5.0, *months]), datetime.date(2020, 3, 1)) == [(7, 12), (22, 30)]
    assert recessions(months[:5], START) == []
    assert dated([(6, 11)], START) == [(datetime.date(2020, 7, 1), datetime.date(2021, 1, 1))]


def test_a_drawing_can_name_its_colors() -> None:
    """Each color that drawings use is unlike all others, as drawn by matplotlib."""
    assert len({LIGHT[name].lower() for name in DRAWN}) == len(DRAWN)
    assert set(LIGHT) == set(DARK)
