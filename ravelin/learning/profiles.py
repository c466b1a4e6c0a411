"""Consumers to show predictions for: a built-in table of typical ones, or a user's own file.

CSV, JSON and Parquet are read alike. A trait goes by the model's name, or by the survey's, whose codes are then mapped
as the survey's files are; codes of the model may also be written as words.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ravelin.core.bounded import UnfitFileError, as_text, read_bytes
from ravelin.learning.errors import SurveyError
from ravelin.learning.features import BASE, Feature
from ravelin.learning.files.tables import PARQUET, RawTable, read_parquet, read_text
from ravelin.learning.variables import CODE_WORDS, RANGES, VARIABLES, WORDS, Codes, Range


class Profiles(NamedTuple):
    """Named rows of features, income first."""

    names: tuple[str, ...]
    features: NDArray[np.float32]


# Age, education, family size, children, persons over 64, earners, tenure, region, urban, marital.
_TYPICAL: dict[str, tuple[int, ...]] = {
    "student, rents": (20, 3, 1, 0, 0, 1, 4, 2, 1, 3),
    "single worker, rents": (30, 3, 1, 0, 0, 1, 4, 3, 1, 3),
    "single parent, rents": (30, 2, 3, 2, 0, 1, 4, 3, 1, 2),
    "couple, mortgage": (40, 4, 2, 0, 0, 2, 1, 4, 1, 1),
    "family of four, mortgage": (40, 4, 4, 2, 0, 2, 1, 2, 1, 1),
    "family of five, rural": (50, 2, 5, 3, 0, 2, 1, 3, 2, 1),
    "retired couple, owns": (70, 3, 2, 0, 2, 0, 2, 1, 1, 1),
    "widowed, owns": (80, 2, 1, 0, 1, 0, 2, 2, 1, 2),
}

INCOMES = (10_000, 20_000, 35_000, 50_000, 75_000, 100_000, 150_000, 250_000)
"""Incomes of the built-in table and of the sensitivity sweep, dollar/year."""

BYTES_MAX = 64 << 20
_LIST = "a list of profiles"
ROWS_MAX = 100_000

_ADULT, _OLD = 18, 65
_AMBIGUOUS, _CLEAR = "MARITAL", "MARITAL1"
"""The extract's name with the survey's five codes, and the model's with three; family files say `MARITAL1`."""

_CODE = Range(0, 99)
"""Of extra traits whose codes only the survey lists."""


def built_in(features: tuple[Feature, ...]) -> Profiles:
    """Give typical consumers, without incomes (NaN); extra features of the model are missing."""
    rows = np.full((len(_TYPICAL), len(features)), np.nan, np.float32)
    rows[:, 1:11] = list(_TYPICAL.values())
    return Profiles(tuple(_TYPICAL), rows)


class _Table(NamedTuple):
    """Columns as they stand in a file, under the names that it gives them."""

    path: Path
    columns: Mapping[str, Sequence[Any]]
    places: Sequence[str]
    """How each row is called in a message."""


class _Column(NamedTuple):
    """Where a feature stands in a file, and what its codes mean."""

    name: str
    codes: Codes
    own: bool
    """Under the model's name, whose codes may be words."""


def read_profiles(path: Path, features: tuple[Feature, ...]) -> Profiles:
    """Read consumers from CSV, JSON (a list of objects) or Parquet; `name` is optional.

    Raises
    ------
    SurveyError
        If the file is unreadable, lacks a feature, or holds something that no household can be.
    """
    table = _read(path)
    if not table.places:
        raise SurveyError(f"{path} holds no profiles; give one row per consumer")
    if len(table.places) > ROWS_MAX:
        raise SurveyError(f"{path} holds {len(table.places):,} profiles; {ROWS_MAX:,} are the most that is read")
    found = {feature.name: _columns_of(table, feature) for feature in features}
    lacking = [name for name, columns in found.items() if not columns]
    if lacking:
        wanted = ", ".join(feature.name for feature in features)
        raise SurveyError(f"{path} lacks {', '.join(lacking)}; the model's features are {wanted}")
    for name, columns in found.items():
        if len(columns) > 1:
            raise SurveyError(f"{path} tells {name} twice, by {' and by '.join(column.name for column in columns)}")
    values = np.array([_values(table, feature, found[feature.name][0]) for feature in features]).T
    for place, row in zip(table.places, values, strict=True):
        _check_household(f"{path}, {place}", dict(zip(found, row, strict=True)))
    given = next((column for name, column in table.columns.items() if name.strip().lower() == "name"), None)
    names = tuple(
        str(given[row]).strip() if given is not None and given[row] not in ("", None) else place
        for row, place in enumerate(table.places)
    )
    return Profiles(names, values.astype(np.float32))


def _read(path: Path) -> _Table:
    suffix = path.suffix.lower()
    if suffix in PARQUET:
        raw = read_parquet(path, str(path))
        return _Table(path, _as_named(raw), [f"line {row + 1}" for row in range(raw.rows)])
    if suffix == ".json":
        return _read_json(path)
    text = read_text(path, "", str(path))
    return _Table(path, _as_named(text), [f"line {row + 2}" for row in range(text.rows)])


def _as_named(raw: RawTable) -> dict[str, Sequence[Any]]:
    return {name: list(raw.columns[name.upper()]) for name in raw.names if name}


def _read_json(path: Path) -> _Table:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise SurveyError(f"{path}: a profile tells {_twice(pairs)} twice")
        return found

    try:
        text = as_text(read_bytes(path, BYTES_MAX, _LIST), path, _LIST)
        listed = json.loads(text, object_pairs_hook=once)
    except json.JSONDecodeError as problem:
        raise SurveyError(f"{path}, line {problem.lineno}: {problem.msg}; expected a list of profiles") from None
    except SurveyError:
        raise
    except UnfitFileError as problem:
        raise SurveyError.of(problem) from None
    except (OSError, ValueError, RecursionError) as problem:
        raise SurveyError(f"{path} cannot be read as text ({str(problem)[:200]})") from problem
    if not isinstance(listed, list) or not all(isinstance(row, dict) for row in listed):
        raise SurveyError(f'{path} is not a list of profiles; write [{{"income": 50000, ...}}, ...]')
    names = dict.fromkeys(name for row in listed for name in row)
    columns = {name: [row.get(name) for row in listed] for name in names}
    return _Table(path, columns, [f"line {place}" for place in range(1, len(listed) + 1)])


def _twice(pairs: list[tuple[str, Any]]) -> str:
    names = [name for name, _ in pairs]
    return next(name for name in names if names.count(name) > 1)


def _columns_of(table: _Table, feature: Feature) -> list[_Column]:
    """Find a feature under the model's name, and under the first of the survey's that the file has."""
    aliases = next(variable.aliases for variable in VARIABLES if variable.name == feature.name)
    plain = {name.strip(): name for name in table.columns}
    own = [name for name in plain if name.lower() == feature.name]
    surveyed = {name.upper(): name for name in plain if name.upper() in aliases and name not in own}
    if feature.name == _AMBIGUOUS.lower():
        found = [_marital(table, plain[name], aliases) for name in own if _CLEAR not in surveyed]
    else:
        found = [_Column(plain[name], {}, own=True) for name in own]
    first = next((alias for alias in aliases if alias in surveyed), None)
    return found if first is None else [*found, _Column(plain[surveyed[first]], aliases[first], own=False)]


def _marital(table: _Table, name: str, aliases: Mapping[str, Codes]) -> _Column:
    """Tell the extract's column of five codes from the model's of three, by the names beside it."""
    surveyed = {"EDUC_REF", "EDUCA", "CUTENURE"} & {other.strip().upper() for other in table.columns}
    if name.strip() == _AMBIGUOUS and surveyed:
        return _Column(name, aliases[_AMBIGUOUS], own=False)
    if name.strip() != _AMBIGUOUS and not surveyed:
        return _Column(name, {}, own=True)
    raise SurveyError(
        f"{table.path}: {name} may hold the survey's codes (1 to 5) or the model's (1 to 3); name it {_CLEAR} for the "
        "survey's, or marital beside education and tenure for the model's"
    )


def _values(table: _Table, feature: Feature, column: _Column) -> list[float]:
    cells = table.columns[column.name]
    return [
        _value(f"{table.path}, {place}", feature, column, cell) for place, cell in zip(table.places, cells, strict=True)
    ]


def _value(where: str, feature: Feature, column: _Column, cell: Any) -> float:
    """Read a cell in the model's codes."""
    if cell is None or cell == "" or cell != cell:
        if feature in BASE:
            raise SurveyError(f"{where}: {column.name} is blank; every profile must tell it")
        return float("nan")
    words: Mapping[str, float] = CODE_WORDS.get(feature.name, {}) if column.own else WORDS
    spelled = " ".join(str(cell).replace("_", " ").replace("-", " ").split())
    if isinstance(cell, str) and (spelled.lower() in words or spelled.upper() in words):
        number = words.get(spelled.lower(), words.get(spelled.upper(), 0.0))
    else:
        number = _number(where, feature, column, cell)
    codes = _codes(feature, column)
    if codes:
        if number not in codes:
            raise SurveyError(
                f"{where}: {column.name} is {_short(cell)}; it must be {_allowed(feature, column, codes)}"
            )
        return float(codes[number])
    low, high, whole = RANGES.get(feature.name, _CODE)
    low = 0.0 if feature.name == "income" else low
    if not low <= number <= high or (whole and number != int(number)):
        kind = "a whole number" if whole else "a number"
        raise SurveyError(f"{where}: {column.name} is {_short(cell)}; it must be {kind} from {low:,.0f} to {high:,.0f}")
    return number


def _number(where: str, feature: Feature, column: _Column, cell: Any) -> float:
    try:
        if isinstance(cell, bool | np.bool_):
            raise ValueError
        number = float(cell)
        if not np.isfinite(number):
            raise ValueError
    except (TypeError, ValueError, OverflowError):
        known = CODE_WORDS.get(feature.name, {}) if column.own else {}
        or_words = f" or one of {', '.join(known)}" if known else ""
        raise SurveyError(f"{where}: {column.name} is {_short(cell)}, which is not a number{or_words}") from None
    return number


def _codes(feature: Feature, column: _Column) -> Codes:
    """List what may stand in a column of codes: published, or the model's own as the survey's reader maps them."""
    if not column.own:
        return column.codes
    if feature.name not in CODE_WORDS or not feature.levels:
        return {}
    own = {float(level): float(level) for level in feature.levels}
    survey = next(variable.aliases for variable in VARIABLES if variable.name == feature.name)
    # Where the model keeps the survey's codes, those it merges are merged here too.
    kept = [codes for codes in survey.values() if codes and all(codes.get(level) == level for level in own)]
    return {**(kept[0] if kept else {}), **own}


def _allowed(feature: Feature, column: _Column, codes: Codes) -> str:
    if column.own:
        return feature.meaning
    return f"one of the survey's codes {', '.join(f'{code:g}' for code in codes)}"


def _short(cell: Any) -> str:
    text = repr(cell if not isinstance(cell, np.generic) else cell.item())
    return text if len(text) <= 40 else f"{text[:37]}..."


def _check_household(where: str, told: Mapping[str, float]) -> None:
    """Refuse what no household can be, however plausible each number."""
    size, children, old = told["family_size"], told["children"], told["persons_over_64"]
    age, earners = told["age"], told["earners"]
    persons = f"in a household of {size:g}"
    if children + old + (_ADULT <= age < _OLD) > size:
        beside = ", the reference person between them" if _ADULT <= age < _OLD else ""
        raise SurveyError(f"{where}: {children:g} under 18 and {old:g} over 64 {persons}{beside}; they do not fit")
    if children == size and age >= _ADULT:
        raise SurveyError(
            f"{where}: {children:g} under 18 {persons} whose reference person is {age:g}; they do not fit"
        )
    if age >= _OLD and old < 1:
        raise SurveyError(f"{where}: the reference person is {age:g} and nobody {persons} is over 64; they do not fit")
    if earners > size:
        raise SurveyError(f"{where}: {earners:g} earners {persons}; they do not fit")
