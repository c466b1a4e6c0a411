"""The page of a comparison: effects with their confidence bands, drawn and in figures."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ravelin.experiments.apart import CONFIDENCE
from ravelin.experiments.counterfactual import QUARTERS, Comparison, Effect
from ravelin.experiments.effect_table import (
    cell,
    differing,
    discoveries,
    moved_most,
    peak_cell,
    sentence,
    told,
    told_of_more,
)
from ravelin.report.drawing import COLORS, Cell, Draw, picture, plain_axes, svg_of
from ravelin.report.markup import card, document, table, text
from ravelin.storage.files import replacing
from ravelin.storage.folder import RunFolderError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_DRAWN = (
    "gdp_real",
    "consumption_real",
    "investment_real",
    "unemployment_rate",
    "inflation",
    "policy_rate",
    "price_index",
    "wage_index",
    "loans_firms",
)
"""Effects that are drawn, beside output and prices of the goods that moved most."""
_GOODS_DRAWN = 6
_FOOT = 0.17


def write_effects(folder: Path, comparison: Comparison, title: str, subtitle: str) -> Path:
    """Write report.html and effects.png into a folder, and return the page's path.

    Raises
    ------
    RunFolderError
        If the folder cannot be written.
    """
    effects = comparison.effects()
    chosen = [one for name in _DRAWN for one in effects if one.name == name and np.isfinite(one.mean).all()]
    chosen += moved_most([one for one in effects if one.name in _of_goods(comparison)], _GOODS_DRAWN)
    chosen = chosen or effects[: len(_DRAWN)]
    path = folder / "report.html"
    try:
        with replacing(folder / "effects.png") as file:
            file.write(picture(title, [Cell(one.title, one.unit, _band(one)) for one in chosen]))
        with replacing(path) as file:
            file.write(_page(title, subtitle, comparison, effects, chosen).encode())
    except OSError as error:
        raise RunFolderError(f"cannot write to {folder}: {error.strerror or error}") from error
    return path


def _of_goods(comparison: Comparison) -> set[str]:
    return {f"{kind}_{good}" for kind in ("output", "price") for good in comparison.goods}


def _band(effect: Effect) -> Draw:
    def draw(axes: "Axes") -> None:
        quarters = np.arange(1, len(effect.mean) + 1)
        axes.fill_between(
            quarters, effect.mean - effect.half_width, effect.mean + effect.half_width, color=COLORS[0], alpha=0.22,
            linewidth=0,
        )  # fmt: skip
        axes.plot(quarters, effect.mean, color=COLORS[0], marker="o" if len(quarters) == 1 else None)
        plain_axes(axes, "quarters after the scenarios part")
        axes.set_xticks([quarter for quarter in QUARTERS if quarter <= len(quarters)])

    return draw


def _page(
    title: str, subtitle: str, comparison: Comparison, effects: Sequence[Effect], chosen: Sequence[Effect]
) -> str:
    names = (f"base: {comparison.base.scenario.name}", f"other: {comparison.other.scenario.name}")
    head = ("", "unit", *(f"quarter {quarter}" for quarter in QUARTERS), "most", "variance saved")
    starred = discoveries(effects, len(comparison.base.seeds))
    rows = [
        (one.title, one.unit, *(cell(one, quarter, starred) for quarter in QUARTERS), peak_cell(one), _share(one.saved))
        for one in effects
    ]
    parts = [
        f"<h1>{text(title)}</h1>",
        f'<p class="quiet">{text(subtitle)}</p>',
        f"<p>{text(sentence(effects, starred))}</p>",
        "<h2>What differs</h2>",
        table(("", *names), differing(comparison), text_from=1),
        "<h2>Effects</h2>",
        f"<p>{text(told(CONFIDENCE))}</p>",
        '<div class="charts">',
        *(card(one.title, one.unit, svg_of(_band(one), _FOOT)) for one in chosen),
        "</div>",
        "<h2>Effects in figures</h2>",
        f"<p>{text(told_of_more())}</p>",
        table(head, rows),
    ]
    return document(title, parts)


def _share(value: float) -> str:
    return f"{100.0 * value:.0f} %" if math.isfinite(value) else "-"
