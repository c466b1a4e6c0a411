"""How a simulation begins: a scenario is checked, and its world opened."""

import datetime
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple, Protocol

import numpy as np

from ravelin.core.given import is_whole, plain, shown
from ravelin.core.parameter import Settings, Value
from ravelin.core.pool import RowsError
from ravelin.core.schedule import Schedule
from ravelin.core.sentence import Kind, RavelinError
from ravelin.core.table import Array, Column, World
from ravelin.economy.banks.tables import Banks
from ravelin.economy.firms.tables import Firms
from ravelin.economy.goods.tables import Goods
from ravelin.economy.people.tables import Consumers
from ravelin.opening.memory import check_memory
from ravelin.scenarios.catalog import load_catalog
from ravelin.scenarios.scenario import Scenario, ScenarioError
from ravelin.storage.history import History

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


class Prepared(NamedTuple):
    """A scenario that was checked against a tick page, sealed, with the value of every parameter."""

    scenario: Scenario
    schedule: Schedule
    settings: Settings


class Past(NamedTuple):
    """What has happened to an economy since its opening, as far as its world does not tell.

    Attributes
    ----------
    tick, orders : months simulated, orders carried out between them
    luck : seed of what is yet to happen
    code : digest of the source code it was begun with
    overrides, undisturbed : see `ravelin.scenarios.shock_plan.ShockPlan`
    """

    tick: int
    orders: int
    luck: int
    code: str
    history: History
    overrides: Mapping[str, Value]
    undisturbed: Mapping[Column, Array]


class Opened(NamedTuple):
    """An economy that stands: a world, what it was made from, and its past unless it is at its opening."""

    scenario: Scenario
    schedule: Schedule
    settings: Settings
    world: World
    past: Past | None = None


def open_economy(
    prepared: Prepared, opening: Opening | None, progress: Callable[[str], None], threads: int
) -> Opened:
    """Open the world of a scenario; with `opening` in place of that of `ravelin.opening`, if given.

    The work is shared by so many threads.

    Raises
    ------
    ScenarioError
        If no economy stands with its parameters.
    """
    scenario, schedule, settings = prepared
    if opening is None:
        from ravelin.opening.world import open_world

        opening = partial(open_world, goods=scenario.catalog, model=scenario.model_path, threads=threads)
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
    except RowsError:
        raise  # It names the size to raise.
    except ArithmeticError as error:
        given = ", ".join(f"{name} = {value}" for name, value in scenario.parameters.items()) or "its parameters"
        message = f"no economy opens with {given}: {error}; try values further from the limits"
        raise ScenarioError(message) from error
    return Opened(scenario, schedule, settings.copy(), world)


def prepare(
    scenario: Scenario | str | Prepared,
    tick: Schedule | None = None,
    opening: Opening | None = None,
    seed: int | None = None,
) -> Prepared:
    """Check that a scenario can be run, before anything is allocated; what is prepared is not checked again.

    Raises
    ------
    ScenarioError
        Naming what is wrong, or the bytes needed and available.
    SurveyError
        If the model file cannot be used.
    """
    if isinstance(scenario, Prepared):
        for called, given, own in (("tick", tick, scenario.schedule), ("seed", seed, scenario.scenario.seed)):
            if given not in (None, own):
                said = f"{called} is that of the economy that was prepared; prepare it with another one"
                raise SimulationError(said, kind=Kind.CONTRADICTION, parameter=called)
        return scenario
    chosen, schedule = chosen_scenario(scenario), chosen_page(tick)
    if opening is not None:  # Which may be of any size.
        chosen = chosen if seed is None else replace(chosen, seed=seed)
        return Prepared(chosen, schedule, chosen.check(schedule, row_names(load_catalog(chosen.catalog).names)))
    sealed = chosen.departing(seed=seed).sealed()
    return Prepared(sealed, schedule, _check(sealed, schedule))


def _check(scenario: Scenario, schedule: Schedule) -> Settings:
    """Check that a scenario can be run from the opening economy, and return the value of every parameter."""
    from ravelin.learning.inference import SpendingModel
    from ravelin.opening.world import least_firms, row_counts

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
