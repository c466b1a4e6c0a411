"""Draw how predicted spending compares with surveyed spending, decile of income by decile."""

import html
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ravelin.learning.errors import SurveyError

TITLE = "Mean annual spending by income decile, thousand dollars"
_INK, _SURVEY, _MODEL = "#222222", "#9aa7b4", "#b5482f"


def draw(deciles: Sequence[Mapping[str, Any]], path: Path, note: str) -> None:
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
        raise SurveyError(
            f"the chart cannot be written to {path} ({problem.strerror or problem})"
        ) from problem


def _draw_png(deciles: Sequence[Mapping[str, Any]], path: Path, note: str) -> None:
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise SurveyError(
            "a PNG chart needs matplotlib; install ravelin[report], or name a chart ending in .html"
        ) from None
    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.subplots()
    places = [row["decile"] for row in deciles]
    axes.bar(
        [place - 0.2 for place in places],
        [row["actual"] / 1e3 for row in deciles],
        0.4,
        color=_SURVEY,
        label="survey",
    )
    axes.bar(
        [place + 0.2 for place in places],
        [row["predicted"] / 1e3 for row in deciles],
        0.4,
        color=_MODEL,
        label="model",
    )
    for row in deciles:
        axes.annotate(
            f"{row['ratio']:.2f}",
            (row["decile"], max(row["actual"], row["predicted"]) / 1e3),
            ha="center",
            va="bottom",
        )
    axes.set_title(TITLE, loc="left")
    axes.set_xticks(places)
    axes.set_xlabel(f"income decile; above the bars: model over survey. {note}")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    figure.savefig(path, dpi=150)


def _page(deciles: Sequence[Mapping[str, Any]], note: str) -> str:
    top = max(max(row["actual"], row["predicted"]) for row in deciles)
    parts = []
    for place, row in enumerate(deciles):
        left = 50 + 70 * place
        for shift, name, color in ((0, "actual", _SURVEY), (26, "predicted", _MODEL)):
            height = 260 * row[name] / top
            parts.append(
                f'<rect x="{left + shift}" y="{300 - height:.1f}" width="24" height="{height:.1f}" fill="{color}"><title>{row[name]:,.0f} dollars</title></rect>'
            )
        high = 300 - 260 * max(row["actual"], row["predicted"]) / top
        parts.append(
            f'<text x="{left + 25}" y="{high - 6:.1f}">{row["ratio"]:.2f}</text><text x="{left + 25}" y="318">{row["decile"]}</text>'
        )
    legend = f'<span style="color:{_SURVEY}">&#9632;</span> survey <span style="color:{_MODEL}">&#9632;</span> model; above the bars: model over survey.'
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{TITLE}</title>'
        f'<body style="font:15px system-ui,sans-serif;color:{_INK};margin:2em"><h1 style="font-size:1.2em">{TITLE}</h1>'
        f'<svg viewBox="0 0 {60 + 70 * len(deciles)} 330" width="{60 + 70 * len(deciles)}" font-size="12" text-anchor="middle">{"".join(parts)}</svg>'
        f"<p>{legend} {html.escape(note)}</p></body></html>\n"
    )
