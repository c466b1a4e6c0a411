"""Charts that somebody asks for: columns of the history by name, as level, change or annual rate, of one run or two."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from ravelin.core.clock import MONTHS_PER_YEAR, QUARTER
from ravelin.core.panels import change, growth
from ravelin.core.sentence import Kind, RavelinError
from ravelin.core.table import Array
from ravelin.report.charts import Chart, Line
from ravelin.report.scales import scale_of
from ravelin.storage.history import Field, History

COLUMNS_MOST = 6
"""As many lines as the look has colors."""
_QUARTERS_PER_YEAR = MONTHS_PER_YEAR // QUARTER
_COLORS = ("c1", "c2", "c3", "c4", "c5", "c6")
_OF_RATES = ("fraction", "share", "1/year", "1/month")


class ChartError(RavelinError, ValueError):
    """A chart that cannot be drawn; one sentence."""

    kind = Kind.INVALID


class World(NamedTuple):
    """A history under the name that its lines carry."""

    label: str
    history: History


class _Way(NamedTuple):
    """A way of showing a column: its unit, the rule, and what the numbers are."""

    told: str
    words: Callable[[Field], str]
    rule: Callable[[Field, Array], Array]


def _is_rate(field: Field) -> bool:
    return field.unit in _OF_RATES


def _changed(field: Field, values: Array) -> Array:
    rule = change("x") if _is_rate(field) else growth("x")
    return 100.0 * rule.values(lambda _: values)


def _annual(field: Field, values: Array) -> Array:
    """Growth from the quarter before to the last three months, as if it went on for a year."""
    if _is_rate(field):
        raise ChartError(
            f"{field.name} is a rate, which has no annual rate of growth; show it as level or change",
            kind=Kind.CONTRADICTION, parameter="as",
        )  # fmt: skip
    sums = values if field.kind in ("stock", "index") else _sums_of_quarters(values)
    rates = np.full(len(values), np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        rates[QUARTER:] = 100.0 * ((sums[QUARTER:] / sums[:-QUARTER]) ** _QUARTERS_PER_YEAR - 1.0)
    return rates


def _sums_of_quarters(values: Array) -> Array:
    sums = np.full(len(values), np.nan)
    total = np.concatenate(([0.0], np.cumsum(values)))
    sums[QUARTER - 1 :] = total[QUARTER:] - total[:-QUARTER]
    return sums


WAYS: Mapping[str, _Way] = {
    "level": _Way("as recorded", lambda field: "", lambda _, values: values),
    "change": _Way(
        "change over twelve months: of rates in percentage points, of all else in percent",
        lambda field: f"{'percentage points' if _is_rate(field) else '%'}, change over 12 months",
        _changed,
    ),
    "annual": _Way(
        "growth from one quarter to the next at an annual rate: of flows between sums of three months",
        lambda field: "%, quarter on quarter at an annual rate",
        _annual,
    ),
}
"""How a column may be shown."""


def way_of(name: str) -> str:
    """Return the name of a way of showing a column.

    Raises
    ------
    ChartError
        Naming the nearest.
    """
    if name not in WAYS:
        said = f"{name!r} is no way to show a column"
        raise ChartError.unknown(said, name, WAYS, otherwise=";", after=f" They are {', '.join(WAYS)}", parameter="as")
    return name


def asked_chart(worlds: Sequence[World], names: Sequence[str], way: str) -> Chart:
    """Make the chart of some columns.

    Parameters
    ----------
    worlds : one or two histories, over the same months as far as both go
    names : columns of the history
    way : one of WAYS

    Raises
    ------
    ChartError
        If a column is unknown, or their units differ, or there is nothing to show.
    """
    way = way_of(way)
    fields = [_field(worlds, name) for name in dict.fromkeys(names)]
    if not fields:
        raise ChartError("a chart shows at least one column of the history", parameter="columns")
    if len(fields) * len(worlds) > COLUMNS_MOST:
        raise ChartError(
            f"{len(fields)} columns of {len(worlds)} runs are {len(fields) * len(worlds)} lines; "
            f"a chart tells at most {COLUMNS_MOST} apart",
            parameter="columns",
        )
    unit = _common_unit(fields, way)
    rows = max(len(world.history) for world in worlds)
    lines = []
    for column, field in enumerate(fields):
        for place, world in enumerate(worlds):
            values = np.full(rows, np.nan)
            values[: len(world.history)] = WAYS[way].rule(field, world.history.column(field.name))
            label = _label(field, world, many=len(fields) > 1, worlds=len(worlds))
            color = _COLORS[column if len(fields) > 1 else place]
            lines.append(Line(label, values, color, "aside" if place and len(fields) > 1 else "line"))
    known = np.concatenate([line.values[np.isfinite(line.values)] for line in lines])
    largest = float(np.abs(known).max(initial=0.0))
    scale = scale_of(fields[0].unit, largest, worlds[0].history.dates[0].year if rows else None)
    if way != "level":
        scale = scale_of("index", largest)._replace(words=unit)
    title = ", ".join(field.title for field in fields)
    return Chart(
        "", title, scale.words, tuple(line._replace(values=line.values * scale.by) for line in lines), "lines",
        "-".join(field.name for field in fields), "",
        " ".join(f"{field.title}: {field.definition}." for field in fields), _instead(known, way, rows),
        digits=scale.digits, sign=scale.sign,
    )  # fmt: skip


def _field(worlds: Sequence[World], name: str) -> Field:
    for world in worlds:
        if name not in world.history:
            whose = f" of {world.label}" if len(worlds) > 1 else ""
            known = [field.name for field in world.history.fields]
            raise ChartError.unknown(
                f"the history{whose} has no column {name!r}", name, known,
                otherwise="; `ravelin explain panels` lists what is shown of which", parameter="columns",
            )  # fmt: skip
    return worlds[0].history.field(name)


def _common_unit(fields: Sequence[Field], way: str) -> str:
    """Return the unit of all columns as they are shown."""
    units = {field.name: WAYS[way].words(field) or field.unit for field in fields}
    first = fields[0].name
    for name, unit in units.items():
        if unit != units[first]:
            alike = len({WAYS["change"].words(field) for field in fields}) == 1
            hint = "show them as change" if way == "level" and alike else "draw two charts"
            raise ChartError(
                f"{first} is in {units[first]} and {name} in {unit}; a chart has one unit: {hint}",
                kind=Kind.CONTRADICTION, parameter="columns",
            )  # fmt: skip
    return units[first]


def _label(field: Field, world: World, *, many: bool, worlds: int) -> str:
    parts = [field.title] if many else []
    return ", ".join([*parts, world.label] if worlds > 1 else parts)


def _instead(known: Array, way: str, rows: int) -> str:
    if known.size:
        return ""
    first = {"change": MONTHS_PER_YEAR, "annual": 2 * QUARTER - 1, "level": 0}[way]
    return "Nothing was recorded." if rows > first else f"The first value comes with month {first + 1}."
