"""The survey as the model sees it: households, their spending of a year, and their weights.

Both shapes of the data are read through the one table of names in `variables.py`. Spending is
brought to a year: four times the quarter in the family files (`PQ` plus `CQ` columns); in the
extract, which holds only the months within the interview's calendar quarter, 12 over the number
of those months. All dollars are brought to one year's by consumer prices (`files/prices.py`), so that
files of different years add up.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ravelin.learning.errors import SurveyError
from ravelin.learning.features import BASE, EXTRA
from ravelin.learning.files.prices import Prices, consumer_prices, quarter_name, quarter_number
from ravelin.learning.files.sources import FIRST_YEAR, Source, file_quarter, find_sources, read_source
from ravelin.learning.files.tables import RawTable, listed, numbers, words
from ravelin.learning.variables import (
    AMOUNTS,
    CATEGORIES,
    CATEGORY_ITEMS,
    MISSING_FLAGS,
    RANGES,
    SPENDING_MAX,
    TOPCODE_FLAGS,
    VARIABLES,
    WORDS,
    Amount,
    Variable,
    amount_columns,
    flag_columns,
)

Floats = NDArray[np.float64]

_QUARTER_COLUMN = "FILE_QUARTER"
_DIARY_COLUMNS = frozenset(("WEEKI", "WEEKN"))

IMPUTED_SINCE = 2004
"""Since then missing incomes are imputed; before, `RESPSTAT` tells whose income is complete."""

_COMPLETE = 1

GENERATION = 10**10
"""`unit` is a household's number plus this for each time that the number was given anew."""

QUARTERS_KNOWN = 8
"""A household is interviewed for about a year; its number, met more than two years later, is another's."""


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
    """Consumer unit; interviews of one unit share it, see `GENERATION`."""
    quarter: NDArray[np.int64]
    """Calendar quarter of the interview, 4 * year + quarter - 1."""
    window: Floats
    """Months over which spending was observed."""
    untold: Mapping[str, str]
    """Categories that the files do not tell in full, and the columns that are lacking."""
    price_year: int
    """The year whose dollars all amounts are in."""
    reading: Reading

    @property
    def rows(self) -> int:
        """Interviews kept."""
        return len(self.spending)

    @property
    def household(self) -> NDArray[np.int64]:
        """The number of each row's consumer unit as published, `NEWID // 10`."""
        return self.unit % GENERATION

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
    """One file; amounts and income are in dollars of an index of 1."""

    values: dict[str, Floats]
    amounts: dict[str, Floats]
    months: Floats
    quarter: NDArray[np.str_]
    file: str
    topcoded: int
    income_column: str
    halves: bool
    """Both halves of the quarter are there, as in family files."""


def read_survey(path: Path, price_year: int | None = None) -> Survey:
    """Read a folder, zip or file of the survey and keep the rows that can be learned from.

    Amounts are in dollars of `price_year`; without, of the year of which most interviews are.

    Raises
    ------
    SurveyError
        If nothing is found, a file is damaged, a column is missing, or no row remains.
    """
    prices = consumer_prices()
    if price_year is not None:
        prices.of_year(price_year)
    sources, notes, twins = find_sources(path)
    parts = [_part(source, prices) for source in sources]
    read = dict(zip(sources, parts, strict=True))
    for source, other in twins:
        _check_twin(source, read[source], other, _part(other, prices))
    everything, left_out = _joined(parts)
    return _kept(everything, parts, prices, price_year, (*notes, *left_out))


def _check_twin(source: Source, part: _Part, other: Source, twin: _Part) -> None:
    """Refuse two files of one quarter of which others would be learned."""
    told = [{**one.values, **one.amounts, "months": one.months} for one in (part, twin)]
    same = told[0].keys() == told[1].keys() and all(
        np.array_equal(told[0][name], told[1][name], equal_nan=True) for name in told[0]
    )
    if not same or not np.array_equal(part.quarter, twin.quarter):
        raise SurveyError(
            f"{source.place} and {other.place} are both of {file_quarter(source.own_name)} and differ, and which of "
            "them counts cannot be told; leave one of them there"
        )


def _wanted() -> set[str]:
    columns = {alias for variable in VARIABLES for alias in variable.aliases}
    amounts = {column for amount in AMOUNTS for stem in amount.stems for column in amount_columns(stem)}
    flags = {flag for column in columns | amounts for flag in flag_columns(column)}
    return columns | amounts | flags | _DIARY_COLUMNS | {_QUARTER_COLUMN}


def _part(source: Source, prices: Prices) -> _Part:
    table = read_source(source, _wanted())
    _check_kind(table)
    halves = amount_columns(AMOUNTS[0].stems[0])[0] in table.columns
    _check_columns(table, file_quarter(source.own_name), halves)
    values, topcoded = {}, 0
    for variable in VARIABLES:
        column = _column_of(table, variable)
        if column is not None:
            values[variable.name], tops = _coded(table, variable, column)
            topcoded += tops if variable.name == "income" else 0
    quarter = _quarters(table, file_quarter(source.own_name), values)
    number = np.array([quarter_number(name) for name in quarter], np.int64)
    months = np.full(table.rows, 3.0) if halves else values["months_told"]
    income_column = _column_of(table, VARIABLES[_INCOME]) or ""
    _leave_incomplete_incomes(table, values, number, income_column)
    amounts = {}
    if table.rows:
        prices.check(number, table.file)
        values["income"] = values["income"] / prices.of_income(number)
        told = ((amount.name, _annual(table, amount, months, halves, prices, number)) for amount in AMOUNTS)
        amounts = {name: annual for name, annual in told if annual is not None}
    return _Part(values, amounts, months, quarter, table.file, topcoded, income_column, halves)


_INCOME = next(place for place, variable in enumerate(VARIABLES) if variable.name == "income")


def _column_of(table: RawTable, variable: Variable) -> str | None:
    return next((alias for alias in variable.aliases if alias in table.columns), None)


def _check_kind(table: RawTable) -> None:
    if _DIARY_COLUMNS & set(table.columns):
        raise SurveyError(
            f"{table.file} is of the Diary Survey (it has a column WEEKI), which tells two weeks of small purchases; "
            "name the Interview Survey's fmli*.csv files"
        )


def _check_columns(table: RawTable, quarter: str, halves: bool) -> None:
    """Name all columns that a file lacks, in one sentence."""
    lacking = [
        (variable.name.replace("_", " "), " or ".join(variable.aliases))
        for variable in VARIABLES
        if variable.required and _column_of(table, variable) is None
    ]
    for amount in AMOUNTS:
        pairs = [amount_columns(stem) for stem in amount.stems]
        for previous, current in pairs if not any(set(pair) <= set(table.columns) for pair in pairs) else ():
            if current in table.columns and previous not in table.columns and (halves or amount.required):
                alternative = f" or cq_months (months that {current} covers)" if amount.required else ""
                if not alternative or "CQ_MONTHS" not in table.columns:
                    lacking.append((f"{amount.name} ({current} stands without {previous})", previous + alternative))
            elif current not in table.columns and (previous in table.columns or amount.required):
                lacking.append(("total spending" if amount.required else amount.name, current))
    if not quarter and _QUARTER_COLUMN not in table.columns and "QINTRVYR" not in table.columns:
        lacking.append(("the file's quarter", f"QINTRVYR or {_QUARTER_COLUMN.lower()}, or a name such as fmli152.csv"))
    if lacking:
        names, looked = ([pair[side] for pair in lacking] for side in (0, 1))
        raise SurveyError(f"{table.file} has no column for {listed(names)}; looked for {'; '.join(looked)}")


def _coded(table: RawTable, variable: Variable, column: str) -> tuple[Floats, int]:
    value = numbers(table, column, WORDS)
    flag = next((name for name in flag_columns(column) if name in table.columns), None)
    topcoded = 0
    if flag is not None:
        flags = np.char.upper(words(table, flag))
        value = np.where(np.isin(flags, list(MISSING_FLAGS)), np.nan, value)
        topcoded = int(np.isin(flags, list(TOPCODE_FLAGS)).sum())
    _check_range(table, variable.name, column, value)
    codes = variable.aliases[column]
    if codes:
        coded = np.full(value.shape, np.nan)
        for published, level in codes.items():
            coded[value == published] = level
        value = coded
    return value, topcoded


def _check_range(table: RawTable, name: str, column: str, value: Floats) -> None:
    allowed = RANGES.get(name)
    if allowed is None:
        return
    with np.errstate(invalid="ignore"):
        wrong = (value < allowed.low) | (value > allowed.high)
        if allowed.whole:
            wrong |= value != np.floor(np.where(np.isnan(value), 0, value))
            wrong &= ~np.isnan(value)
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        kind = "whole numbers" if allowed.whole else "numbers"
        raise SurveyError(
            f"{table.place(row)}: {column}{_of_interview(table, row)} is {value[row]:g}; "
            f"{kind} from {allowed.low:,.0f} to {allowed.high:,.0f} are expected"
        )


def _of_interview(table: RawTable, row: int) -> str:
    try:
        return f" of interview {float(table.columns['NEWID'][row]):.0f}"
    except ValueError:
        return ""


def _leave_incomplete_incomes(
    table: RawTable, values: dict[str, Floats], quarter: NDArray[np.int64], column: str
) -> None:
    """Count incomes that were not reported in full as missing, where none are imputed."""
    early = quarter < 4 * IMPUTED_SINCE
    reported = column == "FINCBTAX"
    complete = values.pop("income_complete", None)
    if complete is not None:
        partly = (early | reported) & (complete != _COMPLETE)
        values["income"] = np.where(partly, np.nan, values["income"])
        values["income_partly"] = partly.astype(np.float64)
        return
    if reported and early.any():
        raise SurveyError(
            f"{table.file} has interviews of before {IMPUTED_SINCE} and no column RESPSTAT, without which incomes that "
            "were reported in part cannot be told from whole ones"
        )
    values["income_partly"] = np.zeros(table.rows)


def _annual(
    table: RawTable, amount: Amount, months: Floats, halves: bool, prices: Prices, quarter: NDArray[np.int64]
) -> Floats | None:
    """Add up an item's months at the prices of their own quarters, and bring them to a year."""
    for stem in amount.stems:
        previous, current = amount_columns(stem)
        if current not in table.columns:
            continue
        spent = _dollars(table, current) / prices.of_quarter(quarter)
        if halves:
            spent = _dollars(table, previous) / prices.of_quarter(quarter - 1) + spent
        with np.errstate(divide="ignore"):
            return spent * np.where(months > 0, 12.0 / months, np.nan)
    return None


def _dollars(table: RawTable, column: str) -> Floats:
    value = numbers(table, column, {})
    wrong = np.abs(value) > SPENDING_MAX
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise SurveyError(
            f"{table.place(row)}: {column}{_of_interview(table, row)} is {value[row]:g}; nobody spends more than "
            f"{SPENDING_MAX:,.0f} dollars in a quarter"
        )
    return value


_QUARTER = re.compile(r"^(\d{4})Q([1-4])(x?)$")


def _quarters(table: RawTable, named: str, values: dict[str, Floats]) -> NDArray[np.str_]:
    """Tell each row's quarter, by the file's name, its own column, or year and month of the interview."""
    month = values["interview_month"]
    with np.errstate(invalid="ignore"):
        by_month = (month - 1) // 3 + 1
    year = values.pop("interview_year", None)
    if year is not None:
        year = np.where(year < 100, year + np.where(year < FIRST_YEAR, 2000, 1900), year)
    if named:
        quarters = np.full(table.rows, named)
    elif _QUARTER_COLUMN in table.columns:
        quarters = words(table, _QUARTER_COLUMN)
        strange = [quarter for quarter in np.unique(quarters) if not _QUARTER.match(quarter)]
        if strange:
            raise SurveyError(
                f"{table.file}: {_QUARTER_COLUMN.lower()} is {strange[0][:40]!r}; "
                "expected a quarter such as 2015Q2 or 2015Q1x"
            )
    else:
        assert year is not None
        if np.isnan(year).any() or np.isnan(month).any():
            row = int(np.flatnonzero(np.isnan(year) | np.isnan(month))[0])
            raise SurveyError(
                f"{table.place(row)}: QINTRVYR or QINTRVMO is blank, so the interview's quarter is not told"
            )
        return np.array([f"{told:.0f}Q{quarter:.0f}" for told, quarter in zip(year, by_month, strict=True)], np.str_)
    told_year, told_quarter = (np.array([int(each[part]) for each in quarters]) for part in (slice(0, 4), slice(5, 6)))
    wrong = ~np.isnan(month) & (by_month != told_quarter)
    if year is not None:
        wrong |= ~np.isnan(year) & (year != told_year)
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        told = f"month {month[row]:.0f}" + (f" of {year[row]:.0f}" if year is not None else "")
        raise SurveyError(
            f"{table.place(row)}: an interview of {told} by QINTRVMO{' and QINTRVYR' if year is not None else ''} "
            f"stands in the file of {quarters[row][:6]}; was it renamed?"
        )
    return quarters


def _joined(parts: list[_Part]) -> tuple[_Part, list[str]]:
    """Put files one below another; traits that one of them lacks are left out, with a note on which."""
    notes = []
    told = {name: part.file for part in parts for name in part.values}
    for name in told:
        without = [part.file for part in parts if name not in part.values]
        if without and name != "months_told":
            notes.append(f"{name.replace('_', ' ')} left out: {_some(without)} does not tell it")
    full = [part for part in parts if len(part.months)] or parts
    _check_items(full)
    return _Part(
        {name: np.concatenate([part.values[name] for part in full]) for name in told if _in_all(name, parts)},
        {name: np.concatenate([part.amounts[name] for part in full]) for name in full[0].amounts},
        np.concatenate([part.months for part in full]),
        np.concatenate([part.quarter for part in full]),
        "",
        sum(part.topcoded for part in parts),
        "",
        all(part.halves for part in parts),
    ), notes


def _in_all(name: str, parts: list[_Part]) -> bool:
    return all(name in part.values for part in parts)


def _check_items(parts: list[_Part]) -> None:
    """See that all files tell the same items: what one lacks would be lacking in all, or be taken for zero."""
    told = {name: part.file for part in reversed(parts) for name in part.amounts}
    for part in parts:
        lacking = [amount for amount in AMOUNTS if amount.name in told and amount.name not in part.amounts]
        if lacking:
            columns = [" and ".join(amount_columns(amount.stems[0])[0 if part.halves else 1 :]) for amount in lacking]
            raise SurveyError(
                f"{part.file} has no column for {listed([amount.name for amount in lacking])}, which "
                f"{told[lacking[0].name]} has; looked for {'; '.join(columns)}; complete it or leave it out"
            )


def _some(files: Sequence[str]) -> str:
    return ", ".join(files[:3]) + (f" and {len(files) - 3} more" if len(files) > 3 else "")


def _kept(
    everything: _Part, parts: list[_Part], prices: Prices, price_year: int | None, notes: tuple[str, ...]
) -> Survey:
    values = everything.values
    weight, interview = values["weight"], values["interview"]
    spending = everything.amounts.get("total", np.zeros(0))
    quarter = np.array([quarter_number(name) for name in everything.quarter], np.int64)
    unit = _units(interview, quarter)
    keep = np.ones(weight.shape, np.bool_)
    dropped: dict[str, int] = {}

    def drop(reason: str, rows: NDArray[np.bool_]) -> None:
        falls = keep & rows
        if falls.any():
            dropped[reason] = int(falls.sum())
        keep[falls] = False

    drop("no interview number", np.isnan(interview))
    drop("quarter published twice, the repeated file", _repeated_quarter(everything.quarter))
    drop("the same interview twice", _repeated(unit * 10 + np.nan_to_num(interview).astype(np.int64) % 10, keep))
    drop("weight missing or zero", ~(weight > 0))
    drop("no month of spending within the interview's calendar quarter", ~(everything.months > 0))
    drop("income reported in part (RESPSTAT)", values["income_partly"] > 0)
    drop("income missing, zero or negative (mostly not reported)", ~(values["income"] > 0))
    drop("spending missing, zero or negative", ~(spending > 0))
    if not keep.any():
        reasons = "; ".join(f"{count} {reason}" for reason, count in dropped.items()) or "the files have no rows"
        raise SurveyError(f"none of {len(weight)} rows can be used: {reasons}")
    year = price_year or _usual_year(quarter[keep], prices)
    level = prices.of_year(year)
    reading = Reading(
        tuple(part.file for part in parts),
        len(weight),
        int(keep.sum()),
        dropped,
        (*_notes(everything, keep, parts), _price_note(quarter[keep], year, prices), *notes),
    )
    traits = {feature.name: values[feature.name][keep] for feature in (*BASE, *EXTRA) if feature.name in values}
    traits["income"] = traits["income"] * level
    told, untold = _categories(everything)
    return Survey(
        traits,
        spending[keep] * level,
        {name: amount[keep] * level for name, amount in told.items()},
        weight[keep],
        unit[keep],
        quarter[keep],
        everything.months[keep],
        untold,
        year,
        reading,
    )


def _usual_year(quarter: NDArray[np.int64], prices: Prices) -> int:
    """Give the year of which most interviews are, or the last one whose prices are all known."""
    years, counts = np.unique(quarter // 4, return_counts=True)
    return min(int(years[counts.argmax()]), prices.latest_year())


def _price_note(quarter: NDArray[np.int64], year: int, prices: Prices) -> str:
    first, last = int(quarter.min()), int(quarter.max())
    factor = prices.of_year(year) / prices.of_quarter(np.unique(quarter))
    return (
        f"dollars of {year}: amounts of interviews of {quarter_name(first)} to {quarter_name(last)} times "
        f"{factor.min():.3f} to {factor.max():.3f}, by the consumer price index of their quarters"
    )


def _units(interview: Floats, quarter: NDArray[np.int64]) -> NDArray[np.int64]:
    """Number consumer units: a number met again after years is another household's."""
    unit = np.nan_to_num(interview).astype(np.int64) // 10
    order = np.lexsort((quarter, unit))
    anew = (np.diff(unit[order]) == 0) & (np.diff(quarter[order]) > QUARTERS_KNOWN)
    times = np.concatenate([[0], np.cumsum(anew)])[: unit.size]
    begins = np.flatnonzero(np.concatenate([[True], np.diff(unit[order]) != 0]))[: max(unit.size, 1)]
    generation = np.empty(unit.size, np.int64)
    if unit.size:
        lengths = np.diff(np.append(begins, unit.size))
        generation[order] = times - np.repeat(times[begins], lengths)
    return unit + GENERATION * generation


def _repeated_quarter(quarters: NDArray[np.str_]) -> NDArray[np.bool_]:
    """Mark the `x` files of quarters that are also there without `x`: they repeat interviews."""
    plain = {quarter for quarter in np.unique(quarters) if not quarter.endswith("x")}
    twice = [quarter for quarter in np.unique(quarters) if quarter.endswith("x") and quarter[:-1] in plain]
    return np.isin(quarters, twice)


def _repeated(interview: NDArray[np.int64], keep: NDArray[np.bool_]) -> NDArray[np.bool_]:
    repeated = keep.copy()
    rows = np.flatnonzero(keep)
    _, first = np.unique(interview[rows], return_index=True)
    repeated[rows[first]] = False
    return repeated


def _notes(everything: _Part, keep: NDArray[np.bool_], parts: list[_Part]) -> tuple[str, ...]:
    notes = []
    reported = [part.file for part in parts if part.income_column == "FINCBTAX"]
    if reported:
        where = "" if len(reported) == len(parts) else f" in {_some(reported)}, imputed (FINCBTXM) in the others"
        notes.append(f"income is as reported (FINCBTAX){where}: missing answers are zeros, partial ones too low")
    if everything.topcoded:
        notes.append(f"{everything.topcoded} topcoded incomes are kept as published")
    missing = {name: int(np.isnan(values[keep]).sum()) for name, values in everything.values.items()}
    base = {feature.name for feature in BASE}
    gaps = [f"{name.replace('_', ' ')} {count}" for name, count in missing.items() if count and name in base]
    if gaps:
        notes.append("missing traits among the rows kept (left to the trees): " + ", ".join(gaps))
    return tuple(notes)


def _categories(everything: _Part) -> tuple[dict[str, Floats], dict[str, str]]:
    """Sum items to categories: those told, and the columns that lack for the others.

    Family files tell a category if they have all of its items; of the extract, which has few, the first item is enough.
    """
    amounts = everything.amounts
    stems = {amount.name: amount.stems[0] for amount in AMOUNTS}
    told, untold = {}, {}
    for category in CATEGORIES:
        items = CATEGORY_ITEMS[category]
        asked = items if everything.halves else items[:1]
        lacking = [name for name in asked if name not in amounts]
        if lacking:
            halves = slice(0 if everything.halves else 1, 2)
            untold[category] = ", ".join(column for name in lacking for column in amount_columns(stems[name])[halves])
            continue
        told[category] = np.sum([np.nan_to_num(amounts[name]) for name in items if name in amounts], axis=0)
    return told, untold
