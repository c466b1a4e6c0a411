"""Panels: what is shown of an economy's history, declared beside what it shows.

A line of a panel is a formula over columns of the history. Formulas are data, so that a page in a browser works them
out from the same declaration as the report does.
"""

from ravelin.core.panels.formula import (
    Formula,
    Named,
    before,
    change,
    counted,
    growth,
    indexed,
    mean,
    read,
    year,
)
from ravelin.core.panels.panel import HISTORY_KINDS, Line, Panel, Section

__all__ = [
    "HISTORY_KINDS",
    "Formula",
    "Line",
    "Named",
    "Panel",
    "Section",
    "before",
    "change",
    "counted",
    "growth",
    "indexed",
    "mean",
    "read",
    "year",
]
