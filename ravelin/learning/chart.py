"""Draw how predicted spending compares with surveyed spending, by decile of income."""

import html
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ravelin.learning.errors import SurveyError

TITLE = "Mean annual spending by income decile, thousand dollars"
_INK, _SURVEY, _MODEL = "#222222", "#9aa7b4", "#b5482f"
_BASE, _HEIGHT, _STEP, _BAR = 300, 260, 70, 24

Deciles = Sequence[Mapping[str, Any]]


def draw(deciles: Deciles, path: Path, note: str) -> None:
    """Write the calibration chart as .png or .html.

    Raises
    ------
    SurveyError
        If the suffix is another one, the place cannot be written to, or matplotlib is missing.
    """
    try:
        if path.suffix.lower() == ".html":
            path.write_text(_page(deciles, note), encoding="utf-8")
        elif path.suffix.lower() == ".png":
            _draw_png(deciles, path, note)
        else:
            raise SurveyError(f"the chart {path} must end in .png or .html")
    except OSError as problem:
        reason = problem.strerror or problem
        raise SurveyError(f"the chart cannot be written to {path} ({reason})") from problem


def _draw_png(deciles: Deciles, path: Path, note: str) -> None:
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise SurveyError(
            "a PNG chart needs matplotlib; install ravelin[report], or name a chart ending in .html"
        ) from None
    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.subplots()
    places = [row["decile"] for row in deciles]
    for name, label, color, shift in (
        ("actual", "survey", _SURVEY, -0.2),
        ("predicted", "model", _MODEL, 0.2),
    ):
        heights = [row[name] / 1e3 for row in deciles]
        axes.bar([place + shift for place in places], heights, 0.4, color=color, label=label)
    for row in deciles:
        high = max(row["actual"], row["predicted"]) / 1e3
        axes.annotate(f"{row['ratio']:.2f}", (row["decile"], high), ha="center", va="bottom")
    axes.set_title(TITLE, loc="left")
    axes.set_xticks(places)
    axes.set_xlabel(f"income decile; above the bars: model over survey\n{note}", fontsize=9)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    figure.savefig(path, dpi=150)


def _page(deciles: Deciles, note: str) -> str:
    top = max(max(row["actual"], row["predicted"]) for row in deciles)
    width = 60 + _STEP * len(deciles)
    bars = "".join(_bars(50 + _STEP * place, row, top) for place, row in enumerate(deciles))
    return f"""<!doctype html>
<html lang="en"><meta charset="utf-8"><title>{TITLE}</title>
<body style="font:15px system-ui,sans-serif;color:{_INK};margin:2em">
<h1 style="font-size:1.2em">{TITLE}</h1>
<svg viewBox="0 0 {width} 330" width="{width}" font-size="12" text-anchor="middle">{bars}</svg>
<p><span style="color:{_SURVEY}">&#9632;</span> survey
<span style="color:{_MODEL}">&#9632;</span> model; above the bars: model over survey.
{html.escape(note)}</p></body></html>
"""


def _bars(left: int, row: Mapping[str, Any], top: float) -> str:
    heights = {name: _HEIGHT * row[name] / top for name in ("actual", "predicted")}
    drawn = [
        f'<rect x="{left + shift}" y="{_BASE - heights[name]:.1f}" width="{_BAR}" '
        f'height="{heights[name]:.1f}" fill="{color}"><title>${row[name]:,.0f}</title></rect>'
        for shift, name, color in ((0, "actual", _SURVEY), (_BAR + 2, "predicted", _MODEL))
    ]
    middle = left + _BAR + 1
    high = _BASE - max(heights.values()) - 6
    drawn.append(f'<text x="{middle}" y="{high:.1f}">{row["ratio"]:.2f}</text>')
    drawn.append(f'<text x="{middle}" y="{_BASE + 18}">{row["decile"]}</text>')
    return "".join(drawn)
