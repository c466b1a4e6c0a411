"""The survey as the model sees it: households, their spending of a year, and their weights.

Both shapes of the data are read through the one table of names in `variables.py`. Spending is
brought to a year: four times the quarter in the family files (`PQ` plus `CQ` columns); in the
extract, which holds only the months within the interview's calendar quarter, 12 over the number
of those months.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ravelin.learning.errors import SurveyError
from ravelin.learning.features import BASE, EXTRA
from ravelin.learning.files import RawTable, numbers, read_tables, words
from ravelin.learning.variables import (
    AMOUNTS,
    CATEGORIES,
    CATEGORY_ITEMS,
    MISSING_FLAGS,
    TOPCODE_FLAGS,
    VARIABLES,
    Amount,
    Variable,
    amount_columns,
    flag_columns,
)

Floats = NDArray[np.float64]
_MONTHS_COLUMN, _QUARTER_COLUMN = "CQ_MONTHS", "FILE_QUARTER"


class Reading(NamedTuple):
    """How many rows were read, kept and dropped, and what else a user should know."""

    files: tuple[str, ...]
    rows: int
    kept: int
    dropped: Mapping[str, int]
    notes: tuple[str, ...]


class Survey(NamedTuple):
    """Rows that can be learned from; every array has one entry per interview kept."""

    traits: Mapping[str, Floats]
    """Income (dollar/year) and the other features by name, in the model's codes; NaN is missing."""
    spending: Floats
    """Dollar/year, all items."""
    categories: Mapping[str, Floats]
    """Dollar/year by budget category, for the categories that the files tell."""
    weight: Floats
    """Consumer units that a row stands for in its quarter."""
    unit: NDArray[np.int64]
    """Consumer unit; interviews of one unit share it."""
    quarter: NDArray[np.int64]
    """Calendar quarter of the interview, 4 * year + quarter - 1."""
    window: Floats
    """Months over which spending was observed."""
    reading: Reading

    def matrix(self, names: tuple[str, ...]) -> Floats:
        """Return the named traits as columns, (rows, names)."""
        return np.column_stack([self.traits[name] for name in names])

    def select(self, keep: NDArray[np.bool_]) -> "Survey":
        """Return the rows where `keep` is true."""
        return self._replace(
            traits={name: values[keep] for name, values in self.traits.items()},
            categories={name: values[keep] for name, values in self.categories.items()},
            spending=self.spending[keep],
            weight=self.weight[keep],
            unit=self.unit[keep],
            quarter=self.quarter[keep],
            window=self.window[keep],
        )


class _Part(NamedTuple):
    values: dict[str, Floats]
    amounts: dict[str, Floats]
    months: Floats
    quarter: NDArray[np.str_]
    file: str
    topcoded: int
    imputed: bool


def read_survey(path: Path) -> Survey:
    """Read a folder, zip or file of the survey and keep the rows that can be learned from.

    Raises
    ------
    SurveyError
        If nothing is found, a file is damaged, a column is missing, or no row remains.
    """
    parts = [_part(table) for table in read_tables(path, _wanted())]
    everything = _joined(parts)
    return _kept(everything, parts)


def _wanted() -> set[str]:
    columns = {alias for variable in VARIABLES for alias in variable.aliases}
    amounts = {column for amount in AMOUNTS for stem in amount.stems for column in amount_columns(stem)}
    flags = {flag for column in columns | amounts for flag in flag_columns(column)}
    return columns | amounts | flags | {_MONTHS_COLUMN, _QUARTER_COLUMN}


def _part(table: RawTable) -> _Part:
    values, topcoded = {}, 0
    for variable in VARIABLES:
        column = next((alias for alias in variable.aliases if alias in table.columns), None)
        if column is None:
            if variable.required:
                raise SurveyError(_missing(table, variable.name, tuple(variable.aliases)))
            continue
        values[variable.name], tops = _coded(table, variable, column)
        topcoded += tops if variable.name == "income" else 0
    months, factors = _factors(table, values["interview_month"])
    amounts = {}
    for amount in AMOUNTS:
        annual = _annual(table, amount, factors)
        if annual is not None:
            amounts[amount.name] = annual
    imputed = "FINCBTXM" in table.columns
    return _Part(values, amounts, months, _quarters(table, values), table.file, topcoded, imputed)


def _missing(table: RawTable, name: str, aliases: tuple[str, ...]) -> str:
    wanted = name.replace("_", " ")
    return f"{table.file} has no column for {wanted}; looked for {' or '.join(aliases)}"


def _coded(table: RawTable, variable: Variable, column: str) -> tuple[Floats, int]:
    value = numbers(table, column)
    flag = next((name for name in flag_columns(column) if name in table.columns), None)
    topcoded = 0
    if flag is not None:
        flags = np.char.upper(words(table, flag))
        value = np.where(np.isin(flags, list(MISSING_FLAGS)), np.nan, value)
        topcoded = int(np.isin(flags, list(TOPCODE_FLAGS)).sum())
    codes = variable.aliases[column]
    if codes:
        coded = np.full(value.shape, np.nan)
        for published, level in codes.items():
            coded[value == published] = level
        value = coded
    return value, topcoded


def _factors(table: RawTable, interview_month: Floats) -> tuple[Floats, tuple[Floats, bool]]:
    """Give months observed, the factor to a year, and whether both halves are there."""
    previous, current = amount_columns(AMOUNTS[0].stems[0])
    if current not in table.columns:
        raise SurveyError(_missing(table, "total spending", (current,)))
    if previous in table.columns:
        months = np.full(table.rows, 3.0)
        return months, (np.full(table.rows, 4.0), True)
    if _MONTHS_COLUMN not in table.columns:
        raise SurveyError(
            f"{table.file} has {current} without {previous}, the quarter's other half; "
            f"looked for {previous}, or {_MONTHS_COLUMN.lower()} (months that {current} covers)"
        )
    months = numbers(table, _MONTHS_COLUMN)
    with np.errstate(divide="ignore"):
        factor = np.where(months > 0, 12.0 / months, np.nan)
    return months, (factor, False)


def _annual(table: RawTable, amount: Amount, factors: tuple[Floats, bool]) -> Floats | None:
    factor, both = factors
    for stem in amount.stems:
        columns = amount_columns(stem) if both else amount_columns(stem)[1:]
        if all(column in table.columns for column in columns):
            spent = sum((numbers(table, column) for column in columns), np.zeros(table.rows))
            return np.asarray(spent * factor)
    return None


_QUARTER = re.compile(r"^(\d{4})Q([1-4])(x?)$")


def _quarters(table: RawTable, values: dict[str, Floats]) -> NDArray[np.str_]:
    if table.quarter:
        return np.full(table.rows, table.quarter)
    if _QUARTER_COLUMN in table.columns:
        quarters = words(table, _QUARTER_COLUMN)
        strange = [quarter for quarter in np.unique(quarters) if not _QUARTER.match(quarter)]
        if strange:
            raise SurveyError(
                f"{table.file}: {_QUARTER_COLUMN.lower()} is {strange[0]!r}; "
                "expected a quarter such as 2015Q2 or 2015Q1x"
            )
        return quarters
    raise SurveyError(_missing(table, "the file's quarter", (_QUARTER_COLUMN.lower(),)))


def _joined(parts: list[_Part]) -> _Part:
    shared = [name for name in parts[0].values if all(name in part.values for part in parts)]
    amounts = [name for name in parts[0].amounts if all(name in part.amounts for part in parts)]
    return _Part(
        {name: np.concatenate([part.values[name] for part in parts]) for name in shared},
        {name: np.concatenate([part.amounts[name] for part in parts]) for name in amounts},
        np.concatenate([part.months for part in parts]),
        np.concatenate([part.quarter for part in parts]),
        "",
        sum(part.topcoded for part in parts),
        all(part.imputed for part in parts),
    )


def _kept(everything: _Part, parts: list[_Part]) -> Survey:
    values, spending = everything.values, everything.amounts["total"]
    weight, interview = values["weight"], values["interview"]
    if (weight < 0).any():
        row = int(np.flatnonzero(weight < 0)[0])
        raise SurveyError(
            f"FINLWT21 of interview {interview[row]:.0f} is {weight[row]:g}; "
            "weights count households and cannot be negative"
        )
    keep = np.ones(weight.shape, np.bool_)
    dropped: dict[str, int] = {}

    def drop(reason: str, rows: NDArray[np.bool_]) -> None:
        falls = keep & rows
        if falls.any():
            dropped[reason] = int(falls.sum())
        keep[falls] = False

    drop("no interview number", np.isnan(interview))
    drop("quarter published twice, the repeated file", _repeated_quarter(everything.quarter))
    drop("the same interview twice", _repeated(interview, keep))
    drop("weight missing or zero", ~(weight > 0))
    drop("no month of spending within the interview's calendar quarter", ~(everything.months > 0))
    drop("income missing, zero or negative (mostly not reported)", ~(values["income"] > 0))
    drop("spending missing, zero or negative", ~(spending > 0))
    reading = Reading(
        tuple(part.file for part in parts),
        len(weight),
        int(keep.sum()),
        dropped,
        _notes(everything, keep),
    )
    if not keep.any():
        reasons = "; ".join(f"{count} {reason}" for reason, count in dropped.items()) or "the files have no rows"
        raise SurveyError(f"none of {len(weight)} rows can be used: {reasons}")
    names = [feature.name for feature in (*BASE, *EXTRA) if feature.name in values]
    quarters = np.array([_quarter_number(quarter) for quarter in everything.quarter[keep]], np.int64)
    return Survey(
        {name: values[name][keep] for name in names},
        spending[keep],
        {name: amount[keep] for name, amount in _categories(everything.amounts).items()},
        weight[keep],
        interview[keep].astype(np.int64) // 10,
        quarters,
        everything.months[keep],
        reading,
    )


def _repeated_quarter(quarters: NDArray[np.str_]) -> NDArray[np.bool_]:
    """Mark the `x` files of quarters that are also there without `x`: they repeat interviews."""
    plain = {quarter for quarter in np.unique(quarters) if not quarter.endswith("x")}
    twice = [quarter for quarter in np.unique(quarters) if quarter.endswith("x") and quarter[:-1] in plain]
    return np.isin(quarters, twice)


def _repeated(interview: Floats, keep: NDArray[np.bool_]) -> NDArray[np.bool_]:
    repeated = keep.copy()
    rows = np.flatnonzero(keep)
    _, first = np.unique(interview[rows], return_index=True)
    repeated[rows[first]] = False
    return repeated


def _quarter_number(quarter: str) -> int:
    return int(quarter[:4]) * 4 + int(quarter[5]) - 1


def _notes(everything: _Part, keep: NDArray[np.bool_]) -> tuple[str, ...]:
    notes = []
    if not everything.imputed:
        notes.append("income is as reported (FINCBTAX): missing answers are zeros, partial ones too low")
    if everything.topcoded:
        notes.append(f"{everything.topcoded} topcoded incomes are kept as published")
    missing = {name: int(np.isnan(values[keep]).sum()) for name, values in everything.values.items()}
    base = {feature.name for feature in BASE}
    gaps = [f"{name.replace('_', ' ')} {count}" for name, count in missing.items() if count and name in base]
    if gaps:
        notes.append("missing traits among the rows kept (left to the trees): " + ", ".join(gaps))
    return tuple(notes)


def _categories(amounts: dict[str, Floats]) -> dict[str, Floats]:
    """Sum items to categories; a category is told if its first item is."""
    told = {}
    for category in CATEGORIES:
        items = [name for name in CATEGORY_ITEMS[category] if name in amounts]
        if items and items[0] == CATEGORY_ITEMS[category][0]:
            told[category] = np.asarray(
                sum(
                    (np.nan_to_num(amounts[name]) for name in items),
                    np.zeros(len(amounts[items[0]])),
                )
            )
    return told
