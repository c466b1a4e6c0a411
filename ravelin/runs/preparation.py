"""How a simulation begins: a scenario is checked, and its world opened."""

import datetime
import os
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple, Protocol

import numpy as np

from ravelin.core.given import is_whole, plain, shown
from ravelin.core.parameter import Settings
from ravelin.core.schedule import Schedule
from ravelin.core.sentence import Kind, RavelinError
from ravelin.core.table import World
from ravelin.economy.banks.tables import Banks
from ravelin.economy.firms.tables import Firms
from ravelin.economy.goods.tables import Goods
from ravelin.economy.people.tables import Consumers
from ravelin.opening.memory import check_memory
from ravelin.scenarios.catalog import load_catalog
from ravelin.scenarios.scenario import Scenario, ScenarioError

_THREADS_MOST = 1024


class SimulationError(RavelinError, RuntimeError):
    """A simulation asked for what it cannot do."""

    kind = Kind.INVALID


def default_threads() -> int:
    """Return the processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Opening(Protocol):
    """What makes the world of tick 0; `ravelin.opening.world.open_world` is the default."""

    def __call__(
        self,
        schedule: Schedule,
        settings: Settings,
        consumers: int,
        firms: int | None,
        banks: int | None,
        seed: int,
        start: datetime.date,
        progress: Callable[[str], None],
    ) -> World:
        """Return the opened world."""
        ...


class Opened(NamedTuple):
    """A world at its opening, and what it was made from."""

    scenario: Scenario
    schedule: Schedule
    settings: Settings
    world: World


def open_economy(
    scenario: Scenario, schedule: Schedule, opening: Opening | None, progress: Callable[[str], None], threads: int
) -> Opened:
    """Open the world of a scenario; with `opening` in place of that of `ravelin.opening`, if given.

    The work is shared by so many threads.

    Raises
    ------
    ScenarioError
        If the scenario cannot be run with the schedule, or has no room.
    """
    if opening is None:
        from ravelin.opening.world import open_world

        scenario = scenario.sealed()
        settings = check(scenario, schedule)
        opening = partial(open_world, goods=scenario.catalog, model=scenario.model_path, threads=threads)
    else:
        settings = scenario.check(schedule, row_names(load_catalog(scenario.catalog).names))
    try:
        with np.errstate(divide="raise", invalid="raise"):
            world = opening(
                schedule,
                settings,
                scenario.consumers,
                scenario.firms,
                scenario.banks,
                scenario.seed,
                scenario.start,
                progress,
            )
    except ArithmeticError as error:
        given = ", ".join(f"{name} = {value}" for name, value in scenario.parameters.items()) or "its parameters"
        message = f"no economy opens with {given}: {error}; try values further from the limits"
        raise ScenarioError(message) from error
    return Opened(scenario, schedule, settings, world)


def check(scenario: Scenario, schedule: Schedule) -> Settings:
    """Check that a scenario can be run from the opening economy, before anything is allocated.

    Returns
    -------
    Settings
        The value of every parameter.

    Raises
    ------
    ScenarioError
        Naming what is wrong, or the bytes needed and available.
    SurveyError
        If the model file cannot be used.
    """
    from ravelin.learning.inference import SpendingModel
    from ravelin.opening.world import least_firms, row_counts

    scenario.check_sizes()
    least = least_firms(scenario.consumers, scenario.catalog)
    if scenario.firms is not None and scenario.firms < least:
        raise scenario.error(
            f"size.firms is {scenario.firms:,}, too few for the catalog {scenario.catalog}: at least {least:,}, two of "
            "each traded good and two of each local good in every locality"
        )
    counts = row_counts(schedule, scenario.consumers, scenario.firms, scenario.banks, scenario.catalog)
    # The others are estimates, and so are firms where fewer are asked for than goods and localities need.
    exact = {Consumers, Banks, Goods} | ({Firms} if scenario.firms is None else set())
    known = {table.__name__: rows for table, rows in counts.items() if table in exact}
    settings = scenario.check(schedule, row_names(load_catalog(scenario.catalog).names), known)
    check_memory(scenario.consumers, counts, schedule.tables())
    if scenario.model_path is not None:
        SpendingModel.load_for_consumers(scenario.model_path)
    return settings


def row_names(goods: Sequence[str]) -> dict[str, Sequence[str]]:
    """Return the names of rows that a shock's filter may use, by table."""
    return {Goods.__name__: goods}


def chosen_scenario(scenario: Any) -> Scenario:
    """Return a scenario, or the one that a name or path asks for."""
    return scenario if isinstance(scenario, Scenario) else Scenario.load(scenario)


def chosen_page(tick: object) -> Schedule:
    """Return a tick page, `ravelin.TICK` for None, or say what was expected."""
    if tick is None:
        return _default_tick()
    if not isinstance(tick, Schedule):
        raise SimulationError(f"tick is a tick page, such as ravelin.TICK, not {shown(tick)}", parameter="tick")
    return tick


def whole_threads(threads: object) -> int:
    """Return a number of threads, one per processor for None, or say what was expected."""
    number = plain(threads)
    if number is None:
        return default_threads()
    if not is_whole(number) or not 1 <= number <= _THREADS_MOST:
        said = f"threads is a whole number from 1 to {_THREADS_MOST:,}, not {shown(threads)}"
        raise SimulationError(said, parameter="threads")
    return number


def check_callable(**functions: object) -> None:
    """Refuse arguments, by name, that can neither be called nor are None."""
    for called, function in functions.items():
        if function is not None and not callable(function):
            raise SimulationError(f"{called} is something that can be called, not {shown(function)}", parameter=called)


def _default_tick() -> Schedule:
    from ravelin.tick.page import TICK

    return TICK
