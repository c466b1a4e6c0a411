"""The section on dynamics: how output, jobs, prices and stocks of goods move together in a run."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ravelin.core.clock import QUARTER
from ravelin.core.sentence import Kind
from ravelin.core.table import Array
from ravelin.economy.firms.tables import Firms, Workforce
from ravelin.report.charts import Chart, Line
from ravelin.report.drawing import COLORS, Draw, Months, plain_axes, svg, svg_of
from ravelin.report.kinds import draw_trace
from ravelin.report.look import LIGHT
from ravelin.report.markup import card
from ravelin.storage.checkpoint import CheckpointError, read_column
from ravelin.storage.folder import RunFolder
from ravelin.storage.history import History
from ravelin.validation.moments import correlation, slope, tail_exponent
from ravelin.validation.sample import Sample, by_enterprise, levels_of, sample_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_QUARTERS_MIN = 20
"""A cycle cannot be told from a trend in less than five years."""
_FOOT = 0.17


def last_sizes(folder: RunFolder) -> Array | None:
    """Return the employees of each enterprise in the last checkpoint of a run, if there is one."""
    path = folder.newest_checkpoint()
    try:
        if path is not None:
            return by_enterprise(read_column(path, Firms.enterprise), read_column(path, Workforce.staff).sum(axis=1))
    except CheckpointError as error:
        if error.kind in (Kind.DAMAGED, Kind.UNFIT):
            raise
        # A run of another economy, or of another version, has no such firms.
    return None


def dynamics_section(history: History, sizes: Array | None) -> str:
    """Write the section; nothing for a run shorter than five years or without the columns.

    Parameters
    ----------
    sizes : (enterprises,) float, person, optional
        Employees of each enterprise at the end.
    """
    if len(history) < _QUARTERS_MIN * QUARTER or "gdp_real" not in history:
        return ""
    sample, levels = sample_of(history), levels_of(history)
    dates = history.dates[: len(sample["gdp"]) * QUARTER : QUARTER]
    cards = []
    for title, unit, names in _CYCLES:
        lines = tuple(Line(_WORDS.get(name, name), sample[name]) for name in names if name in sample.series)
        if len(lines) > 1:
            cards.append(card(title, unit, svg(Chart("Dynamics", title, unit, lines), Months(dates))))
    if "unemployment" in levels and "vacancies" in levels:
        cards.append(_beveridge(levels["unemployment"], levels["vacancies"], [date.year for date in dates], sample))
    if "unemployment" in levels:
        cards.append(_okun(sample))
    if sizes is not None and np.isfinite(tail_exponent(sizes)):
        cards.append(_zipf(sizes))
    if not cards:
        return ""
    return f'<h2>Dynamics</h2><p class="unit">{_NOTE}</p><div class="charts">{"".join(cards)}</div>'


_NOTE = """Quarterly; cycles are what the Hodrick-Prescott filter (1600) leaves.
<code>ravelin validate --only moments</code> compares such figures, over several seeds, with the United States."""
_CYCLES = (
    ("Cycles of output and demand", "percent of trend", ("gdp", "consumption", "investment")),
    ("The inventory cycle", "inventories in percent of GDP, GDP in percent of trend", ("gdp", "inventory")),
    ("Cycles of jobs, prices and policy", "percentage points", ("unemployment", "inflation", "policy_rate")),
)
_WORDS = {"gdp": "GDP", "inventory": "inventories", "policy_rate": "policy rate"}


def _beveridge(unemployment: Array, vacancies: Array, years: Sequence[int], sample: Sample) -> str:
    found = correlation(sample["vacancies"], sample["joblessness"])
    unit = f"vacancies against unemployment, percent; correlation of the cycles {found:.2f}"
    return card("Beveridge curve", unit, svg_of(_trace(100.0 * unemployment, 100.0 * vacancies, years), _FOOT))


def _trace(along: Array, up: Array, years: Sequence[int]) -> Draw:
    lines = (Line("unemployment", along), Line("vacancies", up))

    def draw(axes: "Axes") -> None:
        draw_trace(axes, Chart("Dynamics", "Beveridge curve", "", lines), years, LIGHT)
        plain_axes(axes, "unemployment rate, percent")

    return draw


def _okun(sample: Sample) -> str:
    growth, changed = sample["gdp_growth"], sample["unemployment_change"]
    steep = slope(changed, growth)

    def draw(axes: "Axes") -> None:
        known = np.isfinite(growth)
        axes.scatter(growth[known], changed[known], s=12, color=COLORS[0], alpha=0.7)
        ends = np.array([growth[known].min(), growth[known].max()])
        axes.plot(ends, changed[known].mean() + steep * (ends - growth[known].mean()), color=COLORS[1])
        plain_axes(axes, "growth of real GDP over four quarters, percent")

    unit = f"change of unemployment over four quarters, points; slope {steep:.2f}"
    return card("Okun's law", unit, svg_of(draw, _FOOT))


def _zipf(sizes: Array) -> str:
    ordered = np.sort(sizes[sizes > 0])[::-1]

    def draw(axes: "Axes") -> None:
        axes.scatter(np.log10(ordered), np.log10(np.arange(1, len(ordered) + 1)), s=8, color=COLORS[0])
        plain_axes(axes, "log10 of employees")

    unit = f"log10 of rank against size, last checkpoint; exponent of the largest tenth {tail_exponent(sizes):.2f}"
    return card("Firm sizes", unit, svg_of(draw, _FOOT))
