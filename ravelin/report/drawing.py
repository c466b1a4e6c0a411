"""How charts become pictures: axes with dates and shading, drawings for a page, pictures of several."""

import datetime
import io
import textwrap
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import matplotlib as mpl
import matplotlib.dates
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ravelin.report.charts import Chart
from ravelin.report.kinds import TIMED, Colors, draw_curve, draw_trace, name_ends
from ravelin.report.look import LIGHT, chosen_by_reader, named
from ravelin.report.recessions import Span

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# matplotlib has no types for its dates.
_dates: Any = matplotlib.dates
COLORS = tuple(LIGHT[f"c{place}"] for place in range(1, 7))
QUIET = LIGHT["ink3"]
_CELL_WIDTH, _CELL_HEIGHT = 5.65, 3.3
_HEAD = 0.85
_DPI = 110
_WHOLE, _SHARP = (9.0, 4.6), 130


def style(colors: Colors) -> dict[Any, Any]:
    """Return matplotlib's settings for the look, in a theme's colors."""
    return {
        "font.family": "DejaVu Sans",
        "font.size": 9,
        "text.color": colors["ink"],
        "axes.facecolor": "none",
        "axes.edgecolor": colors["grid"],
        "axes.labelcolor": colors["ink3"],
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.spines.left": False,
        "axes.grid": True,
        "axes.grid.axis": "y",
        "axes.axisbelow": True,
        "grid.color": colors["grid"],
        "grid.linewidth": 0.8,
        "xtick.color": colors["ink3"],
        "ytick.color": colors["ink3"],
        "xtick.major.size": 3,
        "ytick.major.size": 0,
        "lines.linewidth": 1.7,
        "lines.solid_capstyle": "round",
        # Text stays text: the page's own font shows it, and it can be searched.
        "svg.fonttype": "none",
        "svg.hashsalt": "ravelin",
    }


Draw = Callable[["Axes"], None]
"""Draws onto empty axes."""


class Cell(NamedTuple):
    """A drawing of a picture, with what stands above it."""

    title: str
    unit: str
    draw: Draw


class Months(NamedTuple):
    """The months along a chart: their dates, in which a shock begins or ends, and the recessions."""

    dates: Sequence[datetime.date]
    marks: Sequence[datetime.date] = ()
    spans: Sequence[Span] = ()


def svg(chart: Chart, months: Months) -> str:
    """Draw a chart for a page, without its title, in colors that are the page's."""
    return svg_of(lambda axes: draw(axes, chart, months), 0.17 if chart.kind == "trace" else 0.1)


def svg_of(draw: Draw, foot: float = 0.1) -> str:
    """Make a drawing for the page; `foot` is the part of its height below the axes."""
    with mpl.rc_context(style(LIGHT)):
        figure = Figure(figsize=(5.6, 2.9))
        FigureCanvasSVG(figure)
        draw(figure.add_axes((0.085, foot, 0.645, 0.96 - foot)))
        file = io.StringIO()
        figure.savefig(file, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    text = file.getvalue()
    return named(text[text.index("<svg") :])


def overview_png(title: str, subtitle: str, chosen: Sequence[Chart], months: Months) -> bytes:
    """Draw the main charts into one picture."""

    def drawn(chart: Chart) -> Draw:
        return lambda axes: draw(axes, chart, months)

    return picture(title, [Cell(chart.title, chart.unit, drawn(chart)) for chart in chosen], subtitle)


def picture(title: str, cells: Sequence[Cell], subtitle: str = "", colors: Mapping[str, str] = LIGHT) -> bytes:
    """Make one PNG picture of several drawings."""
    columns = min(3, len(cells))
    rows = -(-len(cells) // columns)
    width, height = _CELL_WIDTH * columns, _CELL_HEIGHT * rows + _HEAD
    with mpl.rc_context(style(colors)):
        figure = Figure(figsize=(width, height), dpi=_DPI, facecolor=colors["panel"])
        FigureCanvasAgg(figure)
        figure.text(0.25 / width, 1 - 0.34 / height, title, fontsize=15, fontweight="bold", va="center")
        told = textwrap.shorten(subtitle, int(22 * width) - 20, placeholder="...") if subtitle else ""
        figure.text(0.25 / width, 1 - 0.64 / height, told, fontsize=9.5, color=colors["ink3"], va="center")
        for place, cell in enumerate(cells):
            row, column = divmod(place, columns)
            left = (_CELL_WIDTH * column + 0.55) / width
            bottom = (_CELL_HEIGHT * (rows - 1 - row) + 0.42) / height
            cell.draw(figure.add_axes((left, bottom, 3.55 / width, 2.15 / height)))
            top = bottom + 2.15 / height
            edge = left - 0.3 / width
            figure.text(edge, top + 0.36 / height, cell.title, fontsize=11, fontweight="bold")
            figure.text(edge, top + 0.14 / height, cell.unit, fontsize=8.5, color=colors["ink3"])
        file = io.BytesIO()
        figure.savefig(file, format="png")
    return file.getvalue()


def whole_png(chart: Chart, months: Months, source: str, colors: Colors = LIGHT) -> bytes:
    """Draw a chart as a picture of its own, with title, unit and source."""
    with mpl.rc_context(style(colors)):
        figure = _whole(chart, months, source, colors)
        FigureCanvasAgg(figure)
        file = io.BytesIO()
        figure.savefig(file, format="png", facecolor=colors["panel"])
    return file.getvalue()


def whole_svg(chart: Chart, months: Months, source: str) -> str:
    """Draw the same as SVG whose colors follow its reader's system."""
    with mpl.rc_context(style(LIGHT)):
        figure = _whole(chart, months, source, LIGHT)
        FigureCanvasSVG(figure)
        file = io.StringIO()
        figure.savefig(file, format="svg", facecolor=LIGHT["panel"], metadata={"Date": None, "Creator": None})
    text = named(file.getvalue())
    end = text.index(">", text.index("<svg")) + 1
    look = f"{chosen_by_reader('svg')} text {{ font-family: var(--sans) !important; }}"
    return f"{text[:end]}\n<style>{look}</style>{text[end:]}"


def _whole(chart: Chart, months: Months, source: str, colors: Colors) -> Figure:
    height = _WHOLE[1]
    figure = Figure(figsize=_WHOLE, dpi=_SHARP)
    # Names of columns and runs are text, never formulas of mathematics.
    figure.text(0.03, 1 - 0.3 / height, _short(chart.title, 72), fontsize=13, fontweight="bold", parse_math=False)
    figure.text(0.03, 1 - 0.54 / height, _short(chart.unit, 110), fontsize=9.5, color=colors["ink3"], parse_math=False)
    foot = source.split("; ")
    for place, line in enumerate(reversed(foot)):
        below = (0.1 + 0.15 * place) / height
        figure.text(0.03, below, _short(line, 130), fontsize=8, color=colors["ink3"], parse_math=False)
    lowest = 0.57 + 0.15 * len(foot)
    axes = figure.add_axes((0.075, lowest / height, 0.655, 1 - (lowest + 0.73) / height))
    if chart.says:
        axes.set_axis_off()
        axes.text(0.6, 0.5, chart.says, ha="center", color=colors["ink2"], fontsize=11)
    else:
        draw(axes, chart, months, colors)
    return figure


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 3]}..."


def draw(axes: "Axes", chart: Chart, months: Months, colors: Colors = LIGHT) -> None:
    """Draw a chart onto empty axes."""
    if chart.kind == "trace":
        draw_trace(axes, chart, [date.year for date in months.dates], colors)
        plain_axes(axes, f"{chart.lines[0].label}, {chart.sign}", colors)
        axes.set_ylabel(f"{chart.lines[1].label}, {chart.sign}", fontsize=8.5)
        return
    if chart.kind == "curve":
        labels = draw_curve(axes, chart, colors)
    else:
        when = np.asarray(_dates.date2num(list(months.dates)))
        labels = TIMED[chart.kind](axes, chart, when, colors)
        _along_time(axes, when, months, colors, bars=chart.kind == "bars")
    _rule_zero(axes, colors)
    axes.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10], min_n_ticks=4))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
    name_ends(axes, labels)


def _along_time(axes: "Axes", when: Any, months: Months, colors: Colors, *, bars: bool) -> None:
    for first, after in months.spans:
        axes.axvspan(_dates.date2num(first), _dates.date2num(after), color=colors["shade"], linewidth=0, zorder=0.4)
    for mark in months.marks:
        axes.axvline(_dates.date2num(mark), color=colors["ink3"], linewidth=0.9, linestyle=(0, (2, 2)), zorder=1)
    locator = _dates.AutoDateLocator(minticks=3, maxticks=7)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(_dates.ConciseDateFormatter(locator, show_offset=False))
    if len(when) > 1:
        half = 15 if bars else 0
        axes.set_xlim(when[0] - half, when[-1] + half)


def number(value: float) -> str:
    """Write a value as an axis shows it."""
    return f"{value:,.10g}".replace("-", "\N{MINUS SIGN}")


def plain_axes(axes: "Axes", label: str, colors: Colors = LIGHT) -> None:
    """Give axes that show no dates their ticks and a name for what runs along them."""
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10], min_n_ticks=3))
        axis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
    _rule_zero(axes, colors)
    axes.set_xlabel(label, fontsize=8.5)


def _rule_zero(axes: "Axes", colors: Colors) -> None:
    lowest, highest = axes.get_ylim()
    if lowest < 0 < highest:
        axes.axhline(0, color=colors["line2"], linewidth=1.0, zorder=1)
