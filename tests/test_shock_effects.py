"""What a shock may change is seen: each column that one may change moves the economy, or it is refused or said."""

import warnings
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pytest

from ravelin import Scenario, Simulation
from ravelin.core.ranges import limits
from ravelin.core.table import Column
from ravelin.scenarios.shock import ShockError
from ravelin.scenarios.shock_plan import ShockNotice
from ravelin.scenarios.targets import Model
from ravelin.tick.page import TICK

CATALOGS = ("united-states", "teaching")
MONTHS_BEFORE, MONTHS = 2, 3
MODEL = Model(TICK)
COLUMNS = [declared for declared in dict.fromkeys(MODEL.columns.values()) if MODEL.refusal(declared) is None]
CASES = [(catalog, declared) for catalog in CATALOGS for declared in COLUMNS]
SEED = 20261130


@cache
def opened(catalog: str) -> tuple[Simulation, dict[Column, Any], str]:
    """Return an economy after some months, and its columns and fingerprint some months later without a shock."""
    base = Simulation(Scenario.load("default", consumers=500, catalog=catalog), threads=1).run(MONTHS_BEFORE)
    with base.fork() as other:
        other.step(MONTHS)
        columns = {one: array.copy() for rows in other.world.tables.values() for one, array in rows.items()}
        return base, columns, other.fingerprint()


def changes(declared: Column) -> Iterator[dict[str, Any]]:
    """Give shocks to a column: a tenth more or less of it, what leaves nothing as it was, and the ends of its range."""
    name = repr(declared)
    if not declared.codes:
        for factor in (1.1, 0.9, 0.5, 10.0, 0.01):
            yield {"scale": name, "by": factor}
    for value in limits(declared, {}):
        yield {"set": name, "to": value}


def moved(catalog: str, declared: Column, stated: dict[str, Any]) -> list[Column] | None:
    """Return the columns that a shock leaves otherwise than they were; None if it is refused, said, or changes nothing.

    Raises
    ------
    AssertionError
        If it is taken without a word and everything is as it was.
    """
    base, columns, plain = opened(catalog)
    now = base.world.array(declared)
    if not (now != stated["to"] if "set" in stated else now).any():
        return None
    with base.fork() as economy, warnings.catch_warnings():
        warnings.simplefilter("error", ShockNotice)
        try:
            economy.shock(tick=MONTHS_BEFORE, **stated)
            economy.step(MONTHS)
        except (ShockError, ShockNotice):
            return None
        assert economy.fingerprint() != plain, stated
        return [one for one, array in columns.items() if not np.array_equal(array, economy.world.array(one))]


def check_seen(catalog: str, declared: Column) -> None:
    """See that the first shock of a column that is taken has an effect, and that one of them reaches other columns."""
    tried = 0
    for stated in changes(declared):
        found = moved(catalog, declared, stated)
        if found is None:
            continue
        tried += 1
        if set(found) - {declared, declared.table.columns.get(declared.carries)}:
            return
    assert not tried, f"{declared} changes and nothing goes by it in {MONTHS} months"
    raise AssertionError(f"no change of {declared} is taken")


SAMPLE = [CASES[place] for place in np.random.default_rng(SEED).choice(len(CASES), 12, replace=False)]


@pytest.mark.parametrize(("catalog", "declared"), SAMPLE, ids=str)
def test_some_columns_that_a_shock_may_change_are_seen(catalog: str, declared: Column) -> None:
    check_seen(catalog, declared)


@pytest.mark.slow
@pytest.mark.parametrize(("catalog", "declared"), CASES, ids=str)
def test_every_column_that_a_shock_may_change_is_seen(catalog: str, declared: Column) -> None:
    check_seen(catalog, declared)
