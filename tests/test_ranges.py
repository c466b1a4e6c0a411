"""Whatever is allowed stands: every parameter and column at the ends of its range, and economies drawn at random.

Each case runs for a year with all identities, or is refused in one sentence before a month is simulated; a factor whose
outcome no one can know before is refused in the month it is due, with the world as it was. No value of a range lets
money outgrow whole cents within that year; several at once may, after half a year of hyperinflation, and it is said.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pytest

from ravelin import Scenario, Simulation
from ravelin.core.parameter import Parameter, Settings
from ravelin.core.ranges import counts_of, limits, outside
from ravelin.core.table import Column
from ravelin.ledger.transfers import MoneyLimitError
from ravelin.scenarios.scenario import ScenarioError
from ravelin.scenarios.shock import ShockError, read_shock
from ravelin.scenarios.shock_plan import ShockNotice
from ravelin.scenarios.targets import Model
from ravelin.tick.page import TICK

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


def run_on(economy: Simulation, months: int) -> None:
    """Simulate months in which everything adds up and is a number."""
    for _ in range(months):
        economy.step()
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


def changes(catalog: str, stated: dict[str, Any]) -> bool:
    """Say whether a shock to a parameter changes it: what is so already is refused, for it would have no effect."""
    settings = opened(catalog).settings
    declared = settings.find(stated["set"])
    return bool(settings[declared] != declared.check(stated["to"]))


def may_be_taken(catalog: str, stated: dict[str, Any]) -> tuple[bool, ...]:
    """Say whether a shock to a column must be taken, or refused, or depends on what the column holds."""
    declared = MODEL.columns[stated.get("set") or stated["scale"]]
    counts = counts_of(opened(catalog).world.tables)
    if "set" in stated and (opened(catalog).world.array(declared) == stated["to"]).all():
        return (True, False)  # It may change nothing, which is refused where no rule writes the column.
    if "set" in stated:
        return (outside(declared, stated["to"], counts) is None,)
    if declared.codes or (stated["by"] == 0 and outside(declared, 0, counts) is not None):
        return (False,)
    return (True,) if stated["by"] == 0 else (True, False)


def sample(cases: list[Any], count: int) -> list[Any]:
    return [cases[place] for place in np.random.default_rng(SEED).choice(len(cases), count, replace=False)]


PARAMETER_CASES, COLUMN_CASES = list(parameter_cases()), list(column_cases())


def named(case: Any) -> str:
    return " ".join(map(str, case[1].values())) if isinstance(case, tuple) else str(case)


@pytest.mark.parametrize("case", sample(PARAMETER_CASES, 12), ids=named)
def test_some_parameters_at_the_ends_of_their_range(case: tuple[str, dict[str, Any]]) -> None:
    assert stands(*case, months=4) == changes(*case)


@pytest.mark.parametrize("case", sample(COLUMN_CASES, 20), ids=named)
def test_some_columns_at_the_ends_of_their_range(case: tuple[str, dict[str, Any]]) -> None:
    assert stands(*case, months=4) in may_be_taken(*case)


@pytest.mark.slow
@pytest.mark.parametrize("case", PARAMETER_CASES, ids=named)
def test_every_parameter_at_the_ends_of_its_range(case: tuple[str, dict[str, Any]]) -> None:
    assert stands(*case) == changes(*case)


@pytest.mark.slow
@pytest.mark.parametrize("case", COLUMN_CASES, ids=named)
def test_every_column_at_the_ends_of_its_range(case: tuple[str, dict[str, Any]]) -> None:
    assert stands(*case) in may_be_taken(*case)


def test_what_a_range_allows_is_taken_and_nothing_else() -> None:
    """Every column has values that are taken, however many of its cases are refused."""
    taken: dict[str, int] = {}
    for catalog, stated in COLUMN_CASES:
        try:
            opened(catalog).check_shock({"tick": MONTHS_BEFORE, **stated})
            is_taken = True
        except ShockError:
            is_taken = False
        assert is_taken in may_be_taken(catalog, stated), stated
        if "set" in stated:
            taken[stated["set"]] = taken.get(stated["set"], 0) + is_taken
    assert min(taken.values()) >= 1
    assert set(taken) == set(map(repr, COLUMNS))


def test_a_column_that_no_rule_writes_is_checked_before_a_month_is_simulated() -> None:
    """Firms.usable is 1 at the opening: what takes it to 1.1 in the second year is refused at once."""
    scenario = Scenario.load("default", consumers=100, catalog="teaching", ticks=24)
    rise = {"scale": "Firms.usable", "by": 1.1}
    apart = [{"tick": 12, "scale": "Firms.usable", "by": 0.5, "until": 18}, {"tick": 13, **rise, "until": 18}]
    taken = scenario.with_shocks([read_shock(one, scenario.start) for one in apart])
    with Simulation(taken, threads=1) as economy, pytest.raises(ShockError, match=r"takes a row to 1\.1, beyond 1"):
        economy.shock(tick=17, until=20, **rise)
    for late in ([{"tick": 18, **rise}], [apart[0], {"tick": 13, **rise}]):
        shocks = [read_shock(one, scenario.start) for one in late]
        with pytest.raises(ScenarioError, match=r"takes a row to 1\.1, beyond 1: Firms\.usable is .* from 0 to 1"):
            Simulation(scenario.with_shocks(shocks), threads=1)


SIZES = ["Firms.inventory", "Firms.price", "Firms.offer", "Inputs.stock", "Economy.trend_gdp", "Government.capital"]


@pytest.mark.parametrize("name", SIZES)
def test_a_size_may_be_scaled_wherever_it_is(name: str) -> None:
    """Stores of the largest firm of 300,000 consumers, or prices after a long inflation, are beyond any range."""
    declared = MODEL.columns[name]
    with opened("teaching").fork() as economy:
        array = economy.world.array(declared)
        array[...] = 2.5 * limits(declared, {})[1]
        assert economy.check_shock({"tick": MONTHS_BEFORE, "scale": name, "by": 1.1}).scale
        assert economy.check_shock({"tick": MONTHS_BEFORE, "scale": name, "by": 0.9}).scale
        for far in (1000, 11):
            with pytest.raises(ShockError, match="beyond"):
                economy.check_shock({"tick": MONTHS_BEFORE, "scale": name, "by": far})


def test_the_suite_asks_for_something() -> None:
    """Columns may be shocked, and most of what their range allows is taken."""
    assert len(COLUMNS) > 60
    assert len(PARAMETER_CASES) > 250


# Openings


def anywhere(declared: Parameter | Column, low: float, high: float, rng: np.random.Generator) -> float | int:
    """Draw a number of a range: now and then an end of it, else as often a thousandth of the range as half of it.

    Most ranges are much wider than what is usual.
    """
    at_end = rng.random() < 0.2
    value = float(rng.choice([low, high])) if at_end else low + (high - low) * rng.random() ** 3
    floats = declared.dtype.kind == "f" if isinstance(declared, Column) else isinstance(declared.default, float)
    return float(value) if floats else int(value)


def value_of(declared: Parameter, rng: np.random.Generator) -> Any:
    """Draw a value of a parameter, anywhere in its range."""
    low, high = ends(declared)[0], ends(declared)[-1]
    if isinstance(declared.default, bool):
        return bool(rng.integers(2))
    if declared.adds_up:
        return np.diff(np.sort(rng.random(len(low) - 1)), prepend=0.0, append=1.0).tolist()
    if isinstance(declared.default, tuple):
        values = rng.uniform(low, high).tolist()
        return sorted(values) if declared.ascending else values
    return anywhere(declared, low, high, rng)


def disturbance(rng: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Draw a shock to a parameter or a column, and most often what undoes it some months later."""
    begin = int(rng.integers(0, 9))
    end = begin + int(rng.integers(1, 7))
    undone = {"until": end} if rng.random() < 0.7 else {}
    factor = float(rng.choice([0.01, 0.5, 0.9, 1.1, 2.0, 100.0]))
    scaled = rng.random() < 0.5
    if rng.random() < 0.5:
        parameter = list(SETTINGS)[rng.integers(len(list(SETTINGS)))]
        if scaled and type(parameter.default) in (int, float):
            yield {"tick": begin, "scale": repr(parameter), "by": factor, **undone}
        else:
            yield {"tick": begin, "set": repr(parameter), "to": value_of(parameter, rng), **undone}
        return
    column = COLUMNS[rng.integers(len(COLUMNS))]
    name = repr(column)
    chosen: dict[str, Any] = {"tick": begin}
    if rng.random() < 0.3:
        chosen["where"] = {column.table.rows_of.__name__.lower().removesuffix("s"): 0}
    moves = column in MODEL.written
    if not moves:
        chosen |= undone
    if scaled and not column.codes:
        yield {"scale": name, "by": factor, **chosen}
    else:
        yield {"set": name, "to": anywhere(column, *limits(column, {}), rng), **chosen}
    if moves and undone and not column.codes:
        yield {"scale": name, "by": 1.0 / factor, **chosen, "tick": end}


def drawn(seed: int) -> Scenario:
    """Draw an economy: sizes, seed, some parameters anywhere in their range, and one or two shocks."""
    rng = np.random.default_rng((SEED, seed))
    declared = list(SETTINGS)
    places = rng.choice(len(declared), size=int(rng.integers(1, 9)), replace=False)
    chosen = {repr(declared[place]): value_of(declared[place], rng) for place in places}
    scenario = Scenario.load(
        "default", consumers=int(rng.integers(100, 2_001)), seed=int(rng.integers(1, 10**9)), parameters=chosen,
        catalog=CATALOGS[seed % 2],
    )  # fmt: skip
    shocks = [one for _ in range(int(rng.integers(1, 3))) for one in disturbance(rng)]
    return scenario.with_shocks([read_shock(one, scenario.start) for one in shocks])


def opens(scenario: Scenario, months: int) -> None:
    """See that an economy stands, or is refused in a sentence before it opens or, a shock, when it is due."""
    said, economy = "", None
    try:
        Simulation.check(scenario)
        economy = Simulation(scenario, threads=1)
    except ScenarioError as error:
        said = str(error)
    assert len(said) < 800
    if economy is None:
        return
    with economy:
        for month in range(months):
            before, said, late = economy.fingerprint(), "", ""
            try:
                run_on(economy, 1)
            except ShockError as error:
                said = str(error)
            except MoneyLimitError as error:
                late = str(error)
            assert max(len(said), len(late)) < 800
            assert not late or month >= HALF_YEAR, late
            assert not said or (economy.tick, economy.fingerprint()) == (month, before)
            if said or late:
                return


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
