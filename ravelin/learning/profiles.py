"""Consumers to show predictions for: a built-in table of typical ones, or a user's own file."""

import csv
import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ravelin.learning.errors import SurveyError
from ravelin.learning.features import Feature


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


def built_in(features: tuple[Feature, ...]) -> Profiles:
    """Give typical consumers, without incomes (NaN); extra features of the model are missing."""
    rows = np.full((len(_TYPICAL), len(features)), np.nan, np.float32)
    rows[:, 1:11] = list(_TYPICAL.values())
    return Profiles(tuple(_TYPICAL), rows)


def read_profiles(path: Path, features: tuple[Feature, ...]) -> Profiles:
    """Read consumers from a CSV file or a JSON list of objects; `name` is optional.

    Raises
    ------
    SurveyError
        If the file is unreadable, lacks a feature, or holds something that is not a number.
    """
    rows = _rows(path)
    if not rows:
        raise SurveyError(f"{path} holds no profiles; give one row per consumer")
    lacking = [feature.name for feature in features if any(feature.name not in row for _, row in rows)]
    if lacking:
        wanted = ", ".join(feature.name for feature in features)
        raise SurveyError(f"{path} lacks {', '.join(lacking)}; the model's features are {wanted}")
    table = [[_number(path, line, feature.name, row[feature.name]) for feature in features] for line, row in rows]
    names = tuple(str(row.get("name") or f"line {line}") for line, row in rows)
    return Profiles(names, np.array(table, np.float32))


def _rows(path: Path) -> list[tuple[int, dict[str, Any]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        raise SurveyError(f"{path} cannot be read as text ({problem})") from problem
    if path.suffix.lower() != ".json":
        reader = csv.DictReader(text.splitlines())
        return [(reader.line_num, {_clean(key): value for key, value in row.items()}) for row in reader]
    try:
        listed = json.loads(text)
    except json.JSONDecodeError as problem:
        raise SurveyError(f"{path}, line {problem.lineno}: {problem.msg}; expected a list of profiles") from None
    if not isinstance(listed, list) or not all(isinstance(row, dict) for row in listed):
        raise SurveyError(f'{path} is not a list of profiles; write [{{"income": 50000, ...}}, ...]')
    return [(place, row) for place, row in enumerate(listed, start=1)]


def _clean(key: str | None) -> str:
    return (key or "").strip().lower()


def _number(path: Path, line: int, name: str, value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise SurveyError(f"{path}, line {line}: {name} is {value!r}, which is not a number") from None
    if not np.isfinite(number) or (name == "income" and number < 0):
        raise SurveyError(f"{path}, line {line}: {name} is {value!r}; it must be finite, and income not negative")
    return number
