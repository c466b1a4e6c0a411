"""What the report shows: the panels that the domains declare, worked out for one history.

A panel appears only if the history has its columns, so a run shows what its economy has; one without a value yet, or in
which nothing ever happened, says so.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from ravelin.core.panels import Panel
from ravelin.core.parameter import Value
from ravelin.core.table import Array
from ravelin.report.panels import PANELS, SECTIONS
from ravelin.report.scales import Scale, scale_of
from ravelin.storage.history import History


class Line(NamedTuple):
    """A series of a chart, one value per month; color and style as panels have them."""

    label: str
    values: Array
    color: str = ""
    style: str = "line"


class Chart(NamedTuple):
    """A chart: values as they are shown, and `says`, a sentence in place of a drawing."""

    section: str
    title: str
    unit: str
    lines: tuple[Line, ...]
    kind: str = "lines"
    id: str = ""
    question: str = ""
    definition: str = ""
    says: str = ""
    references: tuple[tuple[str, float], ...] = ()
    zero: bool = False
    digits: int = 1
    sign: str = ""


OVERVIEW = (
    "gdp", "contributions", "slack", "inflation", "wages-and-prices", "prices-by-good", "credit-to-gdp", "budget",
    "bank-health",
)  # fmt: skip
"""Panels in the picture, in order; others take the place of what a run lacks."""


def charts(history: History, settings: Mapping[str, Value] | None = None) -> list[Chart]:
    """Return the charts that a history allows, in the order of the page.

    Parameters
    ----------
    settings : values of parameters by name, for the lines that they draw
    """
    names = [field.name for field in history.fields]
    titles = {section.id: section.title for section in SECTIONS}
    return [
        _chart(panel, history, titles[panel.section], settings or {})
        for panel in PANELS
        if panel.lines and not panel.lacks(names)
    ]


def _chart(panel: Panel, history: History, section: str, settings: Mapping[str, Value]) -> Chart:
    names = [field.name for field in history.fields]
    drawn = panel.drawn_lines(names)
    lines = [Line(one.label, one.rule.values(history.column), one.color, one.style) for one in drawn]
    known = np.concatenate([np.abs(line.values[np.isfinite(line.values)]) for line in lines])
    scale = scale_of(panel.measure, float(known.max(initial=0.0)), history.dates[0].year if history.dates else None)
    return Chart(
        section,
        panel.title,
        panel.unit or scale.words,
        tuple(line._replace(values=line.values * scale.by) for line in lines),
        panel.drawn,
        panel.id,
        panel.question,
        panel.definition,
        _instead(panel, lines, history),
        tuple(
            (label, float(value) * scale.by)
            for name, label in panel.references
            if isinstance(value := settings.get(name), int | float)
        ),
        panel.zero,
        scale.digits if panel.digits is None else panel.digits,
        _sign(panel, scale),
    )


def _sign(panel: Panel, scale: Scale) -> str:
    return "" if panel.drawn == "bars" else scale.sign


def _instead(panel: Panel, lines: Sequence[Line], history: History) -> str:
    """Return the sentence that stands in place of a drawing, if there is nothing to draw."""
    known = [line.values[np.isfinite(line.values)] for line in lines]
    if not any(len(values) for values in known):
        if len(history) <= panel.first():
            return f"The first value comes with month {panel.first() + 1}."
        return f"{panel.empty}."
    if panel.none and not any(values.any() for values in known):
        return f"{panel.none}."
    return ""


def overview(found: Sequence[Chart], count: int = 9) -> list[Chart]:
    """Choose the charts of the picture: of those that have something to show."""
    by_id = {chart.id: chart for chart in found if not chart.says}
    chosen = [by_id[name] for name in OVERVIEW if name in by_id]
    chosen += [chart for chart in by_id.values() if chart not in chosen]
    return chosen[:count]
