"""A chart as a picture (PNG, SVG) and as a table (CSV, XLSX), with where its numbers come from."""

import datetime
import io
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ravelin.core.parameter import Value
from ravelin.core.sentence import Kind
from ravelin.report.asked import ChartError, World, asked_chart
from ravelin.report.charts import Chart, charts
from ravelin.report.drawing import Months, whole_png, whole_svg
from ravelin.report.look import DARK, LIGHT
from ravelin.report.recessions import dated, recessions
from ravelin.storage.csv_text import CsvColumn, csv_of
from ravelin.storage.files import replacing
from ravelin.storage.history import History

_DRAWING = threading.Lock()
"""matplotlib keeps its settings once for the whole process."""
_WIDE = 18


@dataclass(frozen=True)
class Picture:
    """A chart with its months and where it comes from; a notebook shows it."""

    chart: Chart
    months: Months
    source: str = ""

    def png(self, *, dark: bool = False) -> bytes:
        """Draw it as PNG."""
        with _DRAWING:
            return whole_png(self.chart, self.months, self.source, DARK if dark else LIGHT)

    def svg(self) -> bytes:
        """Draw it as SVG, light or dark as its reader's system is."""
        with _DRAWING:
            return whole_svg(self.chart, self.months, self.source).encode()

    def csv(self) -> bytes:
        """Write its numbers as CSV, a row a month, the unit in the head."""
        columns = [CsvColumn("month", [date.isoformat() for date in self.months.dates])]
        columns += [CsvColumn(head, values) for head, values in self._columns()]
        return csv_of(columns)

    def xlsx(self) -> bytes:
        """Write its numbers as a workbook with a chart, and a sheet that says what they are.

        Raises
        ------
        ChartError
            If the package for it is not installed.
        """
        try:
            import xlsxwriter
        except ModuleNotFoundError:
            said = "a workbook needs xlsxwriter, which `pip install ravelin[xlsx]` brings; or write the chart as .csv"
            raise ChartError(said, kind=Kind.FAILED) from None
        file = io.BytesIO()
        # No text of ours is a formula or an address, whatever a run is called.
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(file, options) as book:
            book.set_properties({"title": self.chart.title, "created": datetime.datetime(2020, 1, 1)})
            bold, month = (
                book.add_format({"bold": True, "text_wrap": True}),
                book.add_format({"num_format": "mmm yyyy"}),
            )
            sheet = book.add_worksheet("Data")
            sheet.freeze_panes(1, 1)
            columns, rows = self._columns(), len(self.months.dates)
            sheet.set_column(0, len(columns), _WIDE)
            for place, (head, _) in enumerate([("month", ()), *columns]):
                sheet.write_string(0, place, head, bold)
            for row, date in enumerate(self.months.dates, 1):
                sheet.write_datetime(row, 0, datetime.datetime(date.year, date.month, date.day), month)
            drawn = book.add_chart({"type": "line"})
            for place, (_, values) in enumerate(columns, 1):
                for row, value in enumerate(values, 1):
                    if np.isfinite(value):
                        sheet.write_number(row, place, value)
                line = self.chart.lines[place - 1]
                drawn.add_series(
                    {
                        "name": ["Data", 0, place],
                        "categories": ["Data", 1, 0, rows, 0],
                        "values": ["Data", 1, place, rows, place],
                        "line": {"color": LIGHT[line.color or "c1"], "width": 1.75,
                                 **({"dash_type": "dash"} if line.style == "aside" else {})},
                    }
                )  # fmt: skip
            drawn.set_title({"name": self.chart.title})
            drawn.set_x_axis({"date_axis": True, "num_format": "yyyy"})
            gridlines = {"visible": True, "line": {"color": LIGHT["grid"]}}
            drawn.set_y_axis({"name": self.chart.unit, "major_gridlines": gridlines})
            sheet.insert_chart(1, len(columns) + 2, drawn, {"x_scale": 1.6, "y_scale": 1.5})
            about = book.add_worksheet("About")
            about.set_column(0, 0, _WIDE)
            about.set_column(1, 1, 100)
            for row, (what, told) in enumerate(self._facts()):
                about.write_string(row, 0, what, bold)
                about.write_string(row, 1, told)
        return file.getvalue()

    def save(self, path: Path | str, *, dark: bool = False) -> None:
        """Write it into a file, in the form that the file's name ends with.

        Raises
        ------
        ChartError
            If that is none of FORMS, or the file cannot be written.
        """
        path = Path(path)
        form = form_of(path.suffix.removeprefix(".").lower(), path.name)
        if dark and form != "png":
            raise ChartError(f"{path.name} is not drawn dark: a .png is, and a .svg follows its reader's system")
        body = self.png(dark=True) if dark else FORMS[form](self)
        try:
            with replacing(path) as file:
                file.write(body)
        except OSError as error:
            raise ChartError(f"cannot write {path}: {error.strerror or error}", kind=Kind.FAILED) from error

    def _columns(self) -> list[tuple[str, list[float]]]:
        return [
            (f"{line.label or self.chart.title} ({self.chart.unit})", line.values.tolist()) for line in self.chart.lines
        ]

    def _facts(self) -> list[tuple[str, str]]:
        facts = [("title", self.chart.title), ("question", self.chart.question), ("unit", self.chart.unit),
                 ("definition", self.chart.definition), ("run", self.source)]  # fmt: skip
        return [(what, told) for what, told in facts if told]

    def _repr_svg_(self) -> str:
        return self.svg().decode()


FORMS: Mapping[str, Callable[[Picture], bytes]] = {
    "png": Picture.png,
    "svg": Picture.svg,
    "csv": Picture.csv,
    "xlsx": Picture.xlsx,
}
"""The forms of a chart, by what a file's name ends with."""


def form_of(name: str, told: str = "") -> str:
    """Return the name of a form.

    Raises
    ------
    ChartError
        Naming the nearest.
    """
    if name not in FORMS:
        said = f"{told or repr(name)} is no form of a chart"
        raise ChartError.unknown(
            said, name, FORMS, otherwise=";", after=f" They are {', '.join(FORMS)}", parameter="format"
        )
    return name


def panel_of(history: History, panel: str, settings: Mapping[str, Value], source: str = "") -> Picture:
    """Make a picture of a panel of the report.

    Raises
    ------
    ChartError
        If the history has no such panel.
    """
    found = {chart.id: chart for chart in charts(history, settings)}
    if panel not in found:
        otherwise = "; `ravelin explain panels` lists them"
        raise ChartError.unknown(
            f"there is no panel {panel!r} of this history", panel, found, otherwise=otherwise, parameter="panel"
        )
    return Picture(found[panel], Months(history.dates, (), spans_of(history)), source)


def picture_of(
    history: History,
    columns: Sequence[str],
    way: str = "level",
    *,
    other: History | None = None,
    labels: tuple[str, str] = ("base", "other"),
    source: str = "",
) -> Picture:
    """Make a picture of columns of a history, and of another one beside it.

    Parameters
    ----------
    columns : names of up to six columns of one unit
    way : level, change or annual
    labels : what the lines of either are called, where there are two
    source : where the numbers come from, written below

    Raises
    ------
    ChartError
        If a column is unknown, or their units differ.
    """
    worlds = [World(labels[0], history)] + ([World(labels[1], other)] if other is not None else [])
    if other is not None and history.dates[:1] != other.dates[:1]:
        found = " and ".join(f"{world.history.dates[0]:%B %Y}" for world in worlds if len(world.history))
        raise ChartError(f"the runs begin in {found or 'no month'}; two runs of one chart begin in the same month")
    chart = asked_chart(worlds, columns, way)
    spans = spans_of(history)
    if other is not None and spans:
        source = f"{source}; shaded: recessions of {labels[0]}"
    longest = max((world.history for world in worlds), key=len)
    return Picture(chart, Months(longest.dates, (), spans), source)


def spans_of(history: History) -> list[tuple[datetime.date, datetime.date]]:
    """Return the recessions of a history, which its charts shade."""
    if "gdp_real" not in history or not len(history):
        return []
    return dated(recessions(history.column("gdp_real"), history.dates[0]), history.dates[0])
