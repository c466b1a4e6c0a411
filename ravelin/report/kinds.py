"""How each kind of chart is drawn onto axes, in the colors of the look."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from matplotlib.colors import to_rgba

from ravelin.core.clock import MONTHS_PER_YEAR
from ravelin.core.table import Array
from ravelin.report.charts import Chart, Line
from ravelin.report.scales import decimals

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Colors = Mapping[str, str]
STANDING_OUT = 6
"""Of many lines, those that go farthest from the middle one are colored and named."""
_ORDER = ("c1", "c2", "c3", "c4", "c5", "c6")
_BAR_DAYS = 31
_LINE_APART = 0.082
"""Part of a chart's height that a label at its side takes."""
_FLAT = 0.02
"""A line that moves less than this part of its level is drawn as flat as it is."""
_WIDTHS = {"whole": 2.4, "line": 1.7, "aside": 1.4}


class Label(NamedTuple):
    """What stands beside a line's end."""

    text: str
    height: float
    color: str


def text_color(name: str, colors: Colors) -> str:
    """Return the color in which the name of a line is written; as text, blue is blue."""
    return colors[{"c1": "c1"}.get(name, name.replace("c", "t", 1) if name[0] == "c" else name)]


def label_of(chart: Chart, line: Line, value: float) -> str:
    """Write the last value of a line, then its name."""
    return f"{decimals(value, chart.digits)}{chart.sign} {line.label}".rstrip()


def draw_lines(axes: "Axes", chart: Chart, when: Array, colors: Colors) -> list[Label]:
    """Draw lines over months; return what stands at their ends."""
    labels = []
    for line, color in _colored(chart.lines):
        axes.plot(
            when, line.values, color=colors[color], linewidth=_WIDTHS[line.style],
            linestyle=(0, (4, 2.5)) if line.style == "aside" else "-", marker="o" if _alone(line.values) else None,
            markersize=4,
        )  # fmt: skip
        labels.append(_end(chart, line, color, colors))
    for name, value in chart.references:
        axes.axhline(value, color=colors["c6"], linewidth=1.1, linestyle=(0, (4, 3)), zorder=1.5)
        said = f"{decimals(value, chart.digits)}{chart.sign} {name}"
        labels.append(Label(said, value, colors["t6"]))
    _fit(axes, [*(line.values for line in chart.lines), *(np.array([value]) for _, value in chart.references)], chart)
    return labels


def draw_stack(axes: "Axes", chart: Chart, when: Array, colors: Colors) -> list[Label]:
    """Draw areas that add up."""
    bottom = np.zeros(len(when))
    labels = []
    for line, color in _colored(chart.lines):
        top = bottom + line.values
        axes.fill_between(when, bottom, top, color=colors[color], alpha=0.82, linewidth=0)
        end = _last_row(line.values)
        labels.append(
            Label(
                label_of(chart, line, float(line.values[end])), float(bottom[end] + top[end]) / 2,
                text_color(color, colors),
            )
        )  # fmt: skip
        bottom = top
    axes.set_ylim(min(0.0, float(np.nanmin(bottom))), float(np.nanmax(bottom)) * 1.001)
    return labels


def draw_bars(axes: "Axes", chart: Chart, when: Array, colors: Colors) -> list[Label]:
    """Draw signed bars on one another, and what they add up to as a line."""
    ups, downs = np.zeros(len(when)), np.zeros(len(when))
    labels = []
    for line, color in _colored(chart.lines):
        values = np.nan_to_num(line.values)
        if line.style == "whole":
            axes.plot(when, line.values, color=colors["panel"], linewidth=4.0)
            axes.plot(when, line.values, color=colors[color], linewidth=1.8)
            labels.append(_end(chart, line, color, colors))
            continue
        base = np.where(values >= 0, ups, downs)
        axes.bar(when, values, bottom=base, width=_BAR_DAYS, color=colors[color], linewidth=0)
        middle = float(base[-1] + values[-1] / 2)
        labels.append(Label(label_of(chart, line, float(line.values[-1])), middle, text_color(color, colors)))
        ups, downs = ups + np.maximum(values, 0), downs + np.minimum(values, 0)
    _fit(axes, [ups, downs], chart)
    return labels


def draw_many(axes: "Axes", chart: Chart, when: Array, colors: Colors) -> list[Label]:
    """Draw a line for each good, most of them pale."""
    lines = chart.lines
    with np.errstate(invalid="ignore"):
        known = np.isfinite([line.values for line in lines]).any(axis=0)
        middle = np.full(len(when), np.nan)
        middle[known] = np.nanmedian([line.values[known] for line in lines], axis=0)
    far = {line.label: float(np.nanmax(np.abs(line.values - middle), initial=0.0)) for line in lines}
    chosen = sorted(lines, key=lambda line: -far[line.label])[:STANDING_OUT]
    chosen.sort(key=lambda line: _last(line.values))
    named = {line.label for line in chosen}
    for line in lines:
        if line.label not in named:
            axes.plot(when, line.values, color=colors["line2"], linewidth=0.9, zorder=1.2)
    labels = []
    for line, color in zip(chosen, _ORDER, strict=False):
        axes.plot(when, line.values, color=colors[color], linewidth=1.4)
        labels.append(_end(chart, line, color, colors))
    for _, value in chart.references:
        axes.axhline(value, color=colors["c6"], linewidth=1.1, linestyle=(0, (4, 3)), zorder=1.5)
    _fit(axes, [line.values for line in lines], chart)
    return labels


def draw_trace(axes: "Axes", chart: Chart, years: Sequence[int], colors: Colors) -> None:
    """Draw one series against another, the oldest months palest, with the years of its ends."""
    across, up = (line.values for line in chart.lines)
    rows = np.flatnonzero(np.isfinite(across) & np.isfinite(up))
    axes.plot(across[rows], up[rows], color=colors["c1"], linewidth=0.8, alpha=0.5)
    paler = [to_rgba(colors["c1"], share) for share in np.linspace(0.2, 1.0, len(rows))]
    axes.scatter(across[rows], up[rows], color=paler, s=11, zorder=3, linewidths=0)
    for row in sorted({rows[0], rows[-1]}):
        axes.annotate(
            str(years[row]), (across[row], up[row]), fontsize=8.5, xytext=(4, 4), textcoords="offset points",
            color=colors["ink2"],
        )  # fmt: skip


def draw_curve(axes: "Axes", chart: Chart, colors: Colors) -> list[Label]:
    """Draw the last value of each line side by side, and those of a year ago."""
    places = np.arange(len(chart.lines))
    labels = []
    for name, back, color, dashes in (("a year ago", MONTHS_PER_YEAR, "c6", (0, (4, 2.5))), ("now", 0, "c1", "-")):
        if len(chart.lines[0].values) <= back:
            continue
        values = np.array([line.values[-1 - back] for line in chart.lines])
        axes.plot(places, values, color=colors[color], linestyle=dashes)
        said = f"{decimals(float(values[-1]), chart.digits)}{chart.sign} {name}"
        labels.append(Label(said, float(values[-1]), text_color(color, colors)))
    axes.set_xticks(places, [line.label for line in chart.lines])
    return labels


def name_ends(axes: "Axes", labels: Sequence[Label]) -> None:
    """Write labels at the right side, moved apart where they would overlap."""
    low, high = axes.get_ylim()
    height = (high - low) or 1.0
    ordered = sorted((label for label in labels if np.isfinite(label.height)), key=lambda label: label.height)
    heights = [min(max((label.height - low) / height, 0.0), 1.0) for label in ordered]
    for place in range(1, len(heights)):
        heights[place] = max(heights[place], heights[place - 1] + _LINE_APART)
    # What was pushed out at the top is pushed back, from the top down.
    limit = 1.0
    for place in reversed(range(len(heights))):
        heights[place] = min(heights[place], limit)
        limit = heights[place] - _LINE_APART
    for label, at in zip(ordered, heights, strict=True):
        axes.text(1.02, at, label.text, color=label.color, transform=axes.transAxes, va="center", fontsize=8.5,
                  parse_math=False)  # fmt: skip


TIMED: Mapping[str, Callable[["Axes", Chart, Array, Colors], list[Label]]] = {
    "lines": draw_lines,
    "stack": draw_stack,
    "bars": draw_bars,
    "multiples": draw_many,
}
"""Kinds whose horizontal axis is time."""


def _colored(lines: Sequence[Line]) -> list[tuple[Line, str]]:
    free = iter([color for color in _ORDER if color not in {line.color for line in lines}])
    return [(line, line.color or next(free, "ink3")) for line in lines]


def _end(chart: Chart, line: Line, color: str, colors: Colors) -> Label:
    last = _last(line.values)
    return Label(label_of(chart, line, last), last, text_color(color, colors))


def _last_row(values: Array) -> int:
    known = np.flatnonzero(np.isfinite(values))
    return int(known[-1]) if known.size else len(values) - 1


def _last(values: Array) -> float:
    return float(values[_last_row(values)])


def _alone(values: Array) -> bool:
    return int(np.isfinite(values).sum()) == 1


def _fit(axes: "Axes", drawn: Sequence[Array], chart: Chart) -> None:
    """Leave room above and below; noise is not blown up, and what is never negative has no axis below zero."""
    values = np.concatenate([one[np.isfinite(one)] for one in drawn])
    low, high = (float(values.min()), float(values.max())) if values.size else (0.0, 0.0)
    if chart.zero or chart.kind == "bars":
        low, high = min(low, 0.0), max(high, 0.0)
    if low == high == 0.0:
        axes.set_ylim(0.0, 1.0)
        return
    span = max(high - low, abs(low + high) / 2 * _FLAT)
    middle = (low + high) / 2
    bottom, top = middle - 0.56 * span, middle + 0.56 * span
    axes.set_ylim(max(bottom, 0.0) if low >= 0.0 else bottom, min(top, 0.0) if high <= 0.0 else top)
