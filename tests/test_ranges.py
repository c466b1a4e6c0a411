"""Whatever is allowed stands: every parameter and column at the ends of its range, and economies drawn at random.

Each case runs with all identities, or is refused in one sentence before a month is simulated; a factor whose outcome
no one can know before is refused in the month it is due, with the world as it was. Money that outgrows whole cents is
said in one sentence, and only after the first half year: a value that ends a run sooner is out of its range.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pytest

from ravelin import Scenario, Simulation
from ravelin.core.parameter import Parameter, Settings
from ravelin.core.ranges import limits
from ravelin.ledger.transfers import MoneyLimitError
from ravelin.scenarios.scenario import ScenarioError
from ravelin.scenarios.shock import ShockError
from ravelin.scenarios.shock_plan import ShockNotice
from ravelin.scenarios.targets import Model
from ravelin.tick import TICK

CONSUMERS = 500
MONTHS_BEFORE, MONTHS, HALF_YEAR = 2, 12, 6
CATALOGS = ("united-states", "teaching")
SETTINGS = Settings(TICK.parameter_groups())
MODEL = Model(TICK)
COLUMNS = [declared for declared in dict.fromkeys(MODEL.columns.values()) if MODEL.refusal(declared) is None]
SEED = 20261129
"""Of the sample that the quick suite takes, and of the random economies."""

pytestmark = pytest.mark.filterwarnings(f"ignore::{ShockNotice.__module__}.{ShockNotice.__name__}")


@cache
def opened(catalog: str) -> Simulation:
    simulation = Simulation(Scenario.load("default", consumers=CONSUMERS, catalog=catalog), threads=1)
    return simulation.run(MONTHS_BEFORE)


def month_of(economy: Simulation) -> str:
    """Simulate a month; return what is said if money outgrew whole cents in it."""
    try:
        economy.step()
    except MoneyLimitError as error:
        return str(error)
    return ""


def run_on(economy: Simulation, months: int) -> None:
    """Simulate months in which everything adds up and is a number."""
    for month in range(months):
        outgrown = month_of(economy)
        if outgrown:
            assert month >= HALF_YEAR, outgrown
            assert len(outgrown) < 400
            return
        assert {name: gap for name, gap in economy.audit().items() if gap} == {}
        for rows in economy.world.tables.values():
            for declared, array in rows.items():
                assert array.dtype.kind != "f" or np.isfinite(array).all(), declared


def stands(catalog: str, stated: dict[str, Any], months: int = MONTHS) -> bool:
    """Say whether a shock was taken, having seen that the economy stands with it; refused in a sentence otherwise."""
    with opened(catalog).fork() as economy:
        before, refused = economy.fingerprint(), ""
        try:
            economy.shock(tick=MONTHS_BEFORE, **stated)
            run_on(economy, months)
        except ShockError as error:
            refused = str(error)
        assert len(refused) < 800
        assert not refused or (economy.tick, economy.fingerprint()) == (MONTHS_BEFORE, before)
    return not refused


def ends(declared: Parameter) -> list[Any]:
    """Return a parameter at both ends of its range."""
    if isinstance(declared.default, bool):
        return [not declared.default]
    if declared.adds_up:
        size = len(declared.default)  # type: ignore[arg-type]
        return [[1.0] + [0.0] * (size - 1), [0.0] * (size - 1) + [1.0]]
    assert declared.low is not None
    assert declared.high is not None, f"{declared!r} says no highest value"
    if isinstance(declared.default, tuple):
        return [[end] * len(declared.default) for end in (declared.low, declared.high)]
    whole = isinstance(declared.default, int)
    return [int(end) if whole else float(end) for end in (declared.low, declared.high)]


def parameter_cases() -> Iterator[tuple[str, dict[str, Any]]]:
    for place, declared in enumerate(SETTINGS):
        for end in ends(declared):
            yield CATALOGS[place % 2], {"set": repr(declared), "to": end}


def column_cases() -> Iterator[tuple[str, dict[str, Any]]]:
    for place, declared in enumerate(COLUMNS):
        low, high = limits(declared, {})
        for value in dict.fromkeys((0, -1, 3, low, high)):
            yield CATALOGS[place % 2], {"set": repr(declared), "to": value}
        for factor in (0, 1000):
            yield CATALOGS[place % 2], {"scale": repr(declared), "by": factor}


def sample(cases: list[Any], count: int) -> list[Any]:
    return [cases[place] for place in np.random.default_rng(SEED).choice(len(cases), count, replace=False)]


PARAMETER_CASES, COLUMN_CASES = list(parameter_cases()), list(column_cases())


def named(case: Any) -> str:
    return " ".join(map(str, case[1].values())) if isinstance(case, tuple) else str(case)


@pytest.mark.parametrize("case", sample(PARAMETER_CASES, 12), ids=named)
def test_some_parameters_at_the_ends_of_their_range(case: tuple[str, dict[str, Any]]) -> None:
    assert stands(*case, months=4)


@pytest.mark.parametrize("case", sample(COLUMN_CASES, 20), ids=named)
def test_some_columns_at_the_ends_of_their_range(case: tuple[str, dict[str, Any]]) -> None:
    stands(*case, months=4)


@pytest.mark.slow
@pytest.mark.parametrize("case", PARAMETER_CASES, ids=named)
def test_every_parameter_at_the_ends_of_its_range(case: tuple[str, dict[str, Any]]) -> None:
    assert stands(*case)


@pytest.mark.slow
@pytest.mark.parametrize("case", COLUMN_CASES, ids=named)
def test_every_column_at_the_ends_of_its_range(case: tuple[str, dict[str, Any]]) -> None:
    stands(*case)


def test_the_suite_asks_for_something() -> None:
    """Columns may be shocked, and most of what their range allows is taken."""
    assert len(COLUMNS) > 60
    assert len(PARAMETER_CASES) > 250


# Openings


def drawn(seed: int) -> Scenario:
    """Draw an economy: sizes, seed, and some parameters anywhere in their range, now and then at an end of it."""
    rng = np.random.default_rng((SEED, seed))
    declared = list(SETTINGS)
    chosen = {}
    for place in rng.choice(len(declared), size=int(rng.integers(1, 9)), replace=False):
        one = declared[place]
        low, high = ends(one)[0], ends(one)[-1]
        if isinstance(one.default, bool):
            value: Any = bool(rng.integers(2))
        elif one.adds_up:
            value = np.diff(np.sort(rng.random(len(low) - 1)), prepend=0.0, append=1.0).tolist()
        elif isinstance(one.default, tuple):
            value = rng.uniform(low, high).tolist()
            value = sorted(value) if one.ascending else value
        elif rng.random() < 0.2:
            value = low if rng.random() < 0.5 else high
        else:
            # As often a thousandth of the range as half of it: most ranges are much wider than what is usual.
            value = type(one.default)(low + (high - low) * rng.random() ** 3)
        chosen[repr(one)] = value
    consumers = int(rng.integers(100, 1_500))
    return Scenario.load(
        "default", consumers=consumers, seed=int(rng.integers(1, 10**9)), parameters=chosen,
        catalog=CATALOGS[seed % 2],
    )  # fmt: skip


def opens(scenario: Scenario, months: int) -> None:
    refused, economy = "", None
    try:
        Simulation.check(scenario)
        economy = Simulation(scenario, threads=1)
    except ScenarioError as error:
        refused = str(error)
    assert len(refused) < 800
    if economy is not None:
        with economy:
            run_on(economy, months)


@pytest.mark.parametrize("seed", range(2))
def test_some_random_economies_stand(seed: int) -> None:
    opens(drawn(seed), 4)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(420))
def test_random_economies_stand(seed: int) -> None:
    opens(drawn(seed), 18)


FROZEN = ("Trends.wage_memory", "Payout.outlay_memory", "Income.memory", "FiscalPolicy.issue_memory")
"""Averages without memory of the new: they open, and stand where they were set."""


@pytest.mark.parametrize("name", FROZEN)
def test_an_average_that_never_moves_opens(name: str) -> None:
    opens(Scenario.load("default", consumers=200, catalog="teaching", parameters={name: 0.0}), 2)


@pytest.mark.slow
@pytest.mark.parametrize("case", PARAMETER_CASES, ids=named)
def test_economies_open_at_the_ends_of_every_range(case: tuple[str, dict[str, Any]]) -> None:
    catalog, stated = case
    parameters = {stated["set"]: stated["to"]}
    opens(Scenario.load("default", consumers=CONSUMERS, catalog=catalog, parameters=parameters), 3)
