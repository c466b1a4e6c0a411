"""How charts are drawn; the only importer of matplotlib."""

import datetime
import io
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import matplotlib as mpl
import matplotlib.dates
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ravelin.core.table import Array
from ravelin.report.charts import BARS, MANY, STACK, Chart, Line

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# matplotlib has no types for its dates.
_dates: Any = matplotlib.dates
INK, QUIET, RULE, ZERO = "#1f2933", "#6b7785", "#e4e8ec", "#9aa5b1"
# Told apart by the color-blind as well: blue, orange, green, red, violet, brown.
COLORS = ("#1f6fb2", "#e08214", "#2e9467", "#c0392b", "#7b5aa6", "#8c6d46")
STANDING_OUT = 6
"""Of many lines, those that go farthest from the middle one are colored and named."""
_CELL_WIDTH = 5.65

_STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "text.color": INK,
    "axes.edgecolor": RULE,
    "axes.labelcolor": QUIET,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "grid.color": RULE,
    "grid.linewidth": 0.8,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
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


def svg(chart: Chart, dates: Sequence[datetime.date], marks: Sequence[datetime.date]) -> str:
    """Draw a chart for the page, without its title.

    Parameters
    ----------
    dates : one per value of each line
    marks : months in which a shock begins or ends
    """
    return svg_of(lambda axes: _draw(axes, chart, dates, marks))


def svg_of(draw: Draw, foot: float = 0.1) -> str:
    """Make a drawing for the page; `foot` is the part of its height below the axes."""
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(5.6, 2.9))
        FigureCanvasSVG(figure)
        draw(figure.add_axes((0.085, foot, 0.685, 0.96 - foot)))
        file = io.StringIO()
        figure.savefig(file, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    text = file.getvalue()
    return text[text.index("<svg") :]


def overview_png(
    title: str,
    chosen: Sequence[Chart],
    dates: Sequence[datetime.date],
    marks: Sequence[datetime.date],
) -> bytes:
    """Draw the main charts into one picture."""

    def drawn(chart: Chart) -> Draw:
        return lambda axes: _draw(axes, chart, dates, marks)

    return picture(title, [Cell(chart.title, chart.unit, drawn(chart)) for chart in chosen])


def picture(title: str, cells: Sequence[Cell]) -> bytes:
    """Make one PNG picture of several drawings."""
    columns = min(3, len(cells))
    rows = -(-len(cells) // columns)
    width, height = _CELL_WIDTH * columns, 3.3 * rows + 0.55
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(width, height), dpi=110, facecolor="white")
        FigureCanvasAgg(figure)
        figure.text(0.25 / width, 1 - 0.34 / height, title, fontsize=15, fontweight="bold", va="center")
        for place, cell in enumerate(cells):
            row, column = divmod(place, columns)
            left = (_CELL_WIDTH * column + 0.55) / width
            bottom = (3.3 * (rows - 1 - row) + 0.42) / height
            cell.draw(figure.add_axes((left, bottom, 3.7 / width, 2.15 / height)))
            top = bottom + 2.15 / height
            edge = left - 0.3 / width
            figure.text(edge, top + 0.36 / height, cell.title, fontsize=11, fontweight="bold")
            figure.text(edge, top + 0.14 / height, cell.unit, fontsize=8.5, color=QUIET)
        file = io.BytesIO()
        figure.savefig(file, format="png")
    return file.getvalue()


def _draw(axes: "Axes", chart: Chart, dates: Sequence[datetime.date], marks: Sequence[datetime.date]) -> None:
    when = np.asarray(_dates.date2num(dates))
    draw = {STACK: _draw_stack, MANY: _draw_many, BARS: _draw_bars}.get(chart.kind, _draw_lines)
    labels = draw(axes, chart.lines, when)
    lowest, highest = axes.get_ylim()
    if lowest < 0 < highest:
        axes.axhline(0, color=ZERO, linewidth=0.9, zorder=1)
    for mark in marks:
        place = _dates.date2num(mark)
        axes.axvline(place, color=QUIET, linewidth=0.9, linestyle=(0, (2, 2)), zorder=1)
    locator = _dates.AutoDateLocator(minticks=3, maxticks=7)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(_dates.ConciseDateFormatter(locator, show_offset=False))
    axes.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10], min_n_ticks=4))
    # Bars of what leaves stand below zero, but their number is not negative.
    sign = abs if chart.kind == BARS else float
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(sign(value))))
    if len(when) > 1:
        half = 15 if chart.kind == BARS else 0
        axes.set_xlim(when[0] - half, when[-1] + half)
    _name_ends(axes, labels)


def number(value: float) -> str:
    """Write a value as an axis shows it."""
    return f"{value:,.10g}".replace("-", "\N{MINUS SIGN}")


Label = tuple[str, float, str]


def plain_axes(axes: "Axes", label: str) -> None:
    """Give axes that show no dates their ticks and a name for what runs along them."""
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10], min_n_ticks=3))
        axis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
    lowest, highest = axes.get_ylim()
    if lowest < 0 < highest:
        axes.axhline(0, color=ZERO, linewidth=0.9, zorder=1)
    axes.set_xlabel(label, fontsize=8.5)


def _draw_lines(axes: "Axes", lines: Sequence[Line], when: Array) -> list[Label]:
    for line, color in zip(lines, COLORS, strict=False):
        axes.plot(when, line.values, color=color, marker="o" if len(when) == 1 else None)
    _pad(axes, lines)
    return [(line.label, _last(line.values), color) for line, color in zip(lines, COLORS, strict=False)]


def _draw_stack(axes: "Axes", lines: Sequence[Line], when: Array) -> list[Label]:
    whole, *parts = lines
    shades = ("#1f6fb2", "#74a9d8", "#e0a458", "#2e9467")
    bottom = np.zeros(len(when))
    labels = []
    for part, shade in zip(parts, shades, strict=False):
        top = bottom + part.values
        axes.fill_between(when, bottom, top, color=shade, alpha=0.8, linewidth=0)
        labels.append((part.label, float((bottom[-1] + top[-1]) / 2), shade))
        bottom = top
    axes.plot(when, whole.values, color=INK)
    axes.set_ylim(0, float(np.nanmax([np.nanmax(whole.values), np.nanmax(bottom)])) * 1.06)
    return [*labels, (whole.label, _last(whole.values), INK)]


def _draw_many(axes: "Axes", lines: Sequence[Line], when: Array) -> list[Label]:
    middle = np.nanmedian([line.values for line in lines], axis=0)
    chosen = sorted(lines, key=lambda line: -float(np.nanmax(np.abs(line.values - middle))))[:STANDING_OUT]
    chosen.sort(key=lambda line: _last(line.values))
    named = {line.label for line in chosen}
    for line in lines:
        if line.label not in named:
            axes.plot(when, line.values, color="#c3cad2", linewidth=0.9, zorder=1)
    labels = []
    for line, color in zip(chosen, COLORS, strict=False):
        axes.plot(when, line.values, color=color, linewidth=1.4)
        labels.append((line.label, _last(line.values), color))
    _pad(axes, lines)
    return labels


def _draw_bars(axes: "Axes", lines: Sequence[Line], when: Array) -> list[Label]:
    labels = []
    for line, color, sign in zip(lines, (COLORS[3], COLORS[2]), (1, -1), strict=False):
        axes.bar(when, sign * line.values, width=26, color=color, alpha=0.85, linewidth=0)
        labels.append((line.label, sign * float(np.nanmax(line.values)) / 2, color))
    return labels


def _pad(axes: "Axes", lines: Sequence[Line]) -> None:
    """Leave room above and below, and do not blow noise up to the height of the chart."""
    values = np.concatenate([line.values[np.isfinite(line.values)] for line in lines])
    low, high = float(values.min()), float(values.max())
    middle = (low + high) / 2
    span = max(high - low, abs(middle) * 0.02, 1e-9)
    axes.set_ylim(middle - 0.56 * span, middle + 0.56 * span)


def _last(values: Array) -> float:
    known = values[np.isfinite(values)]
    return float(known[-1]) if known.size else 0.0


def _name_ends(axes: "Axes", labels: Sequence[Label]) -> None:
    """Write each line's name at its end, moved apart where they would overlap."""
    if len(labels) < 2:
        return  # The title says what a single line is.
    low, high = axes.get_ylim()
    height = (high - low) or 1.0
    gap = 0.075
    ordered = sorted(labels, key=lambda label: label[1])
    heights = [min(max((value - low) / height, 0.0), 1.0) for _, value, _ in ordered]
    for place in range(1, len(heights)):
        heights[place] = max(heights[place], heights[place - 1] + gap)
    # What was pushed out at the top is pushed back, from the top down.
    limit = 1.0
    for place in reversed(range(len(heights))):
        heights[place] = min(heights[place], limit)
        limit = heights[place] - gap
    for (text, _, color), y in zip(ordered, heights, strict=True):
        axes.text(1.02, y, text, color=color, transform=axes.transAxes, va="center", fontsize=8.5)
