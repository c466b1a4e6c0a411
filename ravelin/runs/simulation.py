"""A simulation: a world, the schedule that moves it, and those who watch.

from ravelin import Scenario, Simulation

with Simulation(Scenario.load("default", consumers=10_000)) as economy:
    economy.run(24)
    policy = economy.fork()
    policy.shock(tick=24, set="Anchors.inflation_target", to=0.04)
    policy.run(24)
"""

import datetime
import os
import statistics
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import NoneType
from typing import TYPE_CHECKING, Any, Literal, Self, overload

from ravelin import __version__
from ravelin.core.clock import date_of
from ravelin.core.given import is_whole, plain, shown
from ravelin.core.parameter import Settings, Value
from ravelin.core.patience import Patience
from ravelin.core.ranges import counts_of
from ravelin.core.schedule import Engine, Schedule, UnclearedError
from ravelin.core.sentence import Kind
from ravelin.core.system import System
from ravelin.core.table import Table, World
from ravelin.economy.goods.tables import Goods
from ravelin.economy.places.rows import check_world
from ravelin.ledger.accounts import Accounts
from ravelin.ledger.transfers import MoneyLimitError
from ravelin.runs.continuation import LUCK_MAX, Facts, check_names
from ravelin.runs.observation import Matrix, Moment, Observation
from ravelin.runs.preparation import (
    Opened,
    Opening,
    Past,
    Prepared,
    SimulationError,
    check_callable,
    chosen_page,
    default_threads,
    open_economy,
    prepare,
    row_names,
    whole_threads,
)
from ravelin.scenarios.catalog import load_catalog
from ravelin.scenarios.scenario import Scenario
from ravelin.scenarios.shock import Shock, ShockError
from ravelin.scenarios.shock_plan import ShockPlan
from ravelin.scenarios.targets import Model
from ravelin.storage import checkpoint
from ravelin.storage.checkpoint import CheckpointError
from ravelin.storage.fingerprint import code_digest, fingerprint
from ravelin.storage.folder import RunFolder
from ravelin.storage.history import History

if TYPE_CHECKING:
    import pyarrow
    from scipy import sparse

    from ravelin.economy.accounts.indicators import Indicator


__all__ = ["Matrix", "Moment", "Opening", "Simulation", "SimulationError", "default_threads"]


class Simulation:
    """An economy that can be stepped, run, forked, saved and loaded.

    Parameters
    ----------
    scenario : Scenario or str
        Or the name or path of one, or what `prepare` made of it, or an economy that stands already.
    seed : int, optional
        In place of the scenario's.
    tick : Schedule, optional
        The tick page; `ravelin.TICK` if not given.
    threads : int, optional
        Threads that share the localities; no result depends on their number.
    opening : callable, optional
        Makes the world; the opening economy of `ravelin.opening` if not given.
    observe : callable, optional
        Lists the indicators of a world; `ravelin.economy.accounts.indicators` if not given.
    progress : callable, optional
        Hears what the opening is doing.

    Attributes
    ----------
    tick : int
        Months simulated so far, which is the number of the next tick.
    world : World
        `world[Table].column` is the array.
    settings : Settings
        The parameters in force.
    seconds : list of float
        Time of each tick of this process.
    orders : int
        Orders carried out between months so far (see `ravelin.runs.orders`).
    whole : bool
        False after an error inside a tick: the world then belongs to no month.

    Raises
    ------
    ScenarioError
        If the scenario cannot be run with the schedule, or has no room.
    """

    def __init__(
        self,
        scenario: Scenario | str | Prepared | Opened = "default",
        *,
        seed: int | None = None,
        tick: Schedule | None = None,
        threads: int | None = None,
        opening: Opening | None = None,
        observe: "Callable[[World], list[Indicator]] | None" = None,
        progress: Callable[[str], None] = lambda _: None,
    ) -> None:
        check_callable(opening=opening, observe=observe, progress=progress)
        number = whole_threads(threads)
        if isinstance(scenario, Opened):
            for called, given in (("seed", seed), ("tick", tick), ("opening", opening)):
                if given is not None:
                    said = f"{called} is that of the economy that stands; open another one to choose it"
                    raise SimulationError(said, kind=Kind.CONTRADICTION, parameter=called)
            self._assemble(scenario, number, observe)
            return
        prepared = prepare(scenario, tick, opening, seed)
        self._assemble(open_economy(prepared, opening, progress, number), number, observe)
        try:
            self._plan.check()
        except ShockError as error:
            raise self.scenario.blamed(error) from None

    @staticmethod
    def prepare(scenario: Scenario | str, tick: Schedule | None = None) -> Prepared:
        """Check a scenario before anything is allocated: what is prepared is opened without being checked again.

        Raises
        ------
        ScenarioError, SurveyError
        """
        return prepare(scenario, tick)

    @staticmethod
    def check(scenario: Scenario | str, tick: Schedule | None = None) -> Settings:
        """Check a scenario before anything is allocated, and return the value of every parameter."""
        return prepare(scenario, tick).settings

    def _assemble(
        self,
        opened: Opened,
        threads: int,
        observe: "Callable[[World], list[Indicator]] | None",
    ) -> None:
        """Bind an economy that stands to the rules that move it: at its opening, or after its past."""
        self.scenario, self.schedule, self.settings, self.world, past = opened
        self.tick = 0
        self.orders = 0
        self.seconds: list[float] = []
        self.engine = Engine(self.schedule, self.world, self.settings, self.seed, threads)
        self.observation = Observation(self.world, observe)
        self.whole = True
        self._loaded_code = code_digest()
        goods = self.world.names.get(Goods) or load_catalog(self.scenario.catalog).names
        model = Model(self.schedule, row_names(goods), counts_of(self.world.tables))
        self._plan = ShockPlan(self.scenario.shocks, self.world, self.settings, model, self.seed)
        if past is not None:
            self.tick, self.orders, self.engine.luck, self._loaded_code = past.tick, past.orders, past.luck, past.code
            self.observation.go_on(past.history)
            self._plan.resumed(past.overrides, past.undisturbed, past.tick)

    def _past(self, history: History, luck: int) -> Past:
        plan = self._plan
        return Past(self.tick, self.orders, luck, self._loaded_code, history, plan.overrides, plan.undisturbed)

    @property
    def seed(self) -> int:
        """The seed of every draw."""
        return self.scenario.seed

    @property
    def threads(self) -> int:
        """Threads that share the localities."""
        return self.engine.threads

    @property
    def date(self) -> datetime.date:
        """First day of the month that the next tick simulates; of the last one that has a date if none is left."""
        return date_of(self.scenario.start, min(self.tick, self.scenario.months_max - 1))

    @property
    def code_changed(self) -> bool:
        """Whether the checkpoint this was loaded from was written by other source code."""
        return self._loaded_code != code_digest()

    def step(self, n: int = 1, before: Callable[[System], None] | None = None) -> None:
        """Simulate n months; `before` hears of each system before it runs. Ctrl-C ends the month first.

        Raises
        ------
        SimulationError
            If n is no number of months, or a month has no date.
        """
        n = self._months(n, "n")
        check_callable(before=before)
        with Patience(self._when_interrupted) as patience:
            for _ in range(n):
                self._simulate_month(before)
                if patience.asked:
                    break

    def _simulate_month(self, before: Callable[[System], None] | None) -> None:
        self._check_whole()
        self._check_date()
        begun = time.perf_counter()
        try:
            self._plan.apply(self.tick)
        finally:
            if self.scenario.shocks != self._plan.shocks:
                self.scenario = replace(self.scenario, shocks=self._plan.shocks)
        self.whole = False
        if self.keeps_accounts and (struck := self._plan.strikes(self.tick)):
            from ravelin.runs.inspection import check_struck

            check_struck(self.engine, struck, self.tick)
        try:
            self.engine.step(self.tick, self._plan.handing_over(before))
        except (MoneyLimitError, UnclearedError) as error:
            from ravelin.runs.inspection import blamed

            raise blamed(error, self.engine, self.tick) from None
        self.whole = True
        self.seconds.append(time.perf_counter() - begun)
        ended = self.tick, self.date
        self.observation.record(*ended)
        self.tick += 1
        self.observation.tell(*ended)

    def run(
        self,
        ticks: int | None = None,
        out: str | Path | RunFolder | None = None,
        *,
        force: bool = False,
        checkpoint_every: int | None = None,
        before: Callable[[System], None] | None = None,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> Self:
        """Simulate so many months more, and keep the run in a folder if one is given.

        Ctrl-C ends the month, keeps what a run keeps at its end, and raises `KeyboardInterrupt`; the economy goes on
        with `run` or `step` from there. Pressed again it ends at once, in the middle of a month.

        Parameters
        ----------
        ticks : int, optional
            Months to simulate; those of the scenario that are left, if not given.
        out : path, optional
            Folder of the run; it must be new or empty unless `force`.
        checkpoint_every : int, optional
            Ticks between checkpoints; about every half minute if not given, 0 for none.
        before : callable, optional
            Hears of each system before it runs.
        should_stop : callable
            Asked after every tick.

        Returns
        -------
        Simulation
            Itself.
        """
        from ravelin.runs.recorder import Recorder

        months = max(self.scenario.ticks - self.tick, 0) if ticks is None else ticks
        target = self.tick + self._months(months, "ticks")
        check_callable(before=before, should_stop=should_stop)
        if not isinstance(out, (RunFolder, str, os.PathLike, NoneType)):
            raise SimulationError(f"out is the path of a folder, not {shown(out)}", parameter="out")
        with Patience(self._when_interrupted) as patience, ExitStack() as held:
            recorder = None
            if out is not None:
                folder = out if isinstance(out, RunFolder) else held.enter_context(RunFolder.create(out, force=force))
                recorder = held.enter_context(Recorder(self, folder, target, checkpoint_every))
            while self.tick < target and not should_stop() and not patience.asked:
                self._simulate_month(before)
                if recorder is not None:
                    recorder.keep()
        return self

    def history(self) -> "pyarrow.Table":
        """Return one row per tick simulated so far, as an Arrow table; in pandas its dates are datetimes."""
        return self.rows.dated()

    @property
    def overrides(self) -> dict[str, Value]:
        """What parameters with a shock in force would be without any."""
        return self._plan.overrides

    @property
    def rows(self) -> History:
        """The history as it grows."""
        return self.observation.history

    @property
    def observers(self) -> list[Callable[[Moment], None]]:
        """Functions that receive a `Moment` after every tick."""
        return self.observation.observers

    def shock(self, **stated: Any) -> None:
        """Add a shock, with the keys that a `[[shock]]` of a scenario has.

        Raises
        ------
        ShockError
            If it names what is not there, or is due before the next tick or after the scenario's last.
        """
        self._plan = self._plan_with(stated)
        self.scenario = replace(self.scenario, shocks=self._plan.shocks)

    def grant(self, dollars: Any) -> None:
        """Let the government pay lump sums in the next month: so many dollars each, one number per consumer."""
        self._plan.grant(dollars)

    def check_shock(self, stated: Mapping[str, Any], months: int | None = None) -> Shock:
        """Return the shock that `shock` would add to a run of so many months, or say why it cannot be.

        Raises
        ------
        ShockError
        """
        return self._plan_with(stated, months).shocks[-1]

    def _plan_with(self, stated: Mapping[str, Any], months: int | None = None) -> ShockPlan:
        return self._plan.with_shock(stated, self.scenario.start, self.tick, months or self.scenario.ticks)

    def fork(self, threads: int | None = None, luck: int | None = None) -> "Simulation":
        """Return a simulation of its own in the same state, with the same luck ahead.

        Parameters
        ----------
        threads : int, optional
        luck : int, optional
            Seed of what is yet to happen: forks of equal luck are pairs, others differ by chance.
        """
        self._check_whole()
        chosen = self.engine.luck if luck is None else plain(luck)
        if not is_whole(chosen) or not 0 <= chosen <= LUCK_MAX:
            raise SimulationError(f"luck is a whole number from 0 to {LUCK_MAX}, not {shown(luck)}", parameter="luck")
        number = self.threads if threads is None else whole_threads(threads)
        past = self._past(self.rows.copy(), chosen)
        copied = Opened(self.scenario, self.schedule, self.settings.copy(), self.world.copy(), past)
        other = Simulation(copied, threads=number, observe=self.observation.list_indicators)
        other._plan.pending = self._plan.pending
        return other

    def add_rows(self, table: type[Table], count: int) -> int:
        """Give a table more rows between two months, and return the first of them.

        Raises
        ------
        ValueError
            If the table's rows are ordered by locality.
        """
        self._check_whole()
        if not is_whole(count) or count < 0:
            raise SimulationError(f"{table.__name__} grows by a whole number of rows, not by {shown(count)}")
        first = self.world[table].count
        seconds, watched = self.seconds, self.observation
        past = self._past(self.rows, self.engine.luck)
        grown = Opened(self.scenario, self.schedule, self.settings, self.world.grown(table, count), past)
        self.engine.close()
        self._assemble(grown, self.threads, watched.list_indicators)
        self.seconds, self.observation.observers = seconds, watched.observers
        return first

    def save(self, path: str | Path) -> None:
        """Write a checkpoint from which `load` continues to the same bits.

        Raises
        ------
        CheckpointError
            If it cannot be written.
        """
        self._check_whole()
        if self._plan.pending is not None:
            raise CheckpointError("grants for the next month are not paid yet; step a month, then save")
        checkpoint.save(
            checkpoint.placed(path),
            self.world,
            tick=self.tick,
            seed=self.seed,
            version=__version__,
            history=self.rows,
            undisturbed=self._plan.undisturbed,
            facts=Facts(
                scenario=self.scenario.to_toml(),
                settings=self.settings.as_dict(),
                overrides=self._plan.overrides,
                code=code_digest(),
                luck=self.engine.luck,
                orders=self.orders,
            )._asdict(),
        )

    @classmethod
    def load(
        cls,
        path: str | Path,
        *,
        tick: Schedule | None = None,
        threads: int | None = None,
        observe: "Callable[[World], list[Indicator]] | None" = None,
    ) -> "Simulation":
        """Continue from a checkpoint, or from the newest one of a run's folder.

        Raises
        ------
        CheckpointError
            If it is missing, damaged, of another version or of another model.
        """
        path = checkpoint.placed(path)
        path = RunFolder(path).newest_checkpoint() or path
        schedule = chosen_page(tick)
        held = checkpoint.load(path, schedule.tables(), __version__, check_world)
        try:
            facts = Facts.of(held)
            settings = checkpoint.restore_settings(path, facts.settings, schedule.parameter_groups())
            scenario = Scenario.read(facts.scenario).departing(seed=held.seed)
            past = Past(
                held.tick, facts.orders, facts.luck, facts.code, held.history, facts.overrides, held.undisturbed
            )  # fmt: skip
            simulation = cls(Opened(scenario, schedule, settings, held.world, past), threads=threads, observe=observe)
            if observe is None:
                check_names(held.history, simulation.rows)
        except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError) as error:
            # Its seals are whole, so another program wrote it, or another model.
            raise CheckpointError(f"{path} cannot be continued: {error}") from error
        return simulation

    def fingerprint(self) -> str:
        """Digest the whole world; equal digests mean equal bits."""
        return fingerprint(self.world, self.tick, self.seed)

    def audit(self, *, pieces: bool = True) -> dict[str, int]:
        """Return the gap of every identity, in cents, heads or units: zero if the accounts close.

        Sums are added up anew. With `pieces`, what a month's audit matches for a twelfth of the rows is matched for all
        of them, which takes as long as a month; without, pieces are as the month's audit left them.

        Raises
        ------
        AuditError
            If the world holds what no economy has: money or goods below zero, or numbers that are none; with pieces.
        """
        if not self.keeps_accounts:
            return {}
        from ravelin.runs.inspection import whole_audit

        return whole_audit(self.engine, pieces=pieces)

    @property
    def keeps_accounts(self) -> bool:
        """Whether the schedule uses the accounts of `ravelin.ledger`."""
        return Accounts in self.world

    @overload
    def balance_sheet(self, sparse: Literal[False] = False) -> Matrix: ...
    @overload
    def balance_sheet(self, sparse: Literal[True]) -> "sparse.csr_array": ...
    def balance_sheet(self, sparse: bool = False) -> "Matrix | sparse.csr_array":
        """Return sectors x instruments in cents, or the same agent by agent as a sparse matrix."""
        self._check_accounts()
        from ravelin.economy.accounts import balance_sheet

        if sparse:
            return balance_sheet.sparse_positions(self.world)
        return Matrix(*balance_sheet.sector_table(self.world))

    def flow_matrix(self) -> Matrix:
        """Return flows x sectors of the last tick in cents; what a sector paid is negative."""
        self._check_accounts()
        from ravelin.economy.accounts import balance_sheet

        return Matrix(*balance_sheet.flow_matrix(self.world))

    def seconds_per_tick(self) -> float | None:
        """Return the median time of a tick after the first of this process."""
        later = self.seconds[1:] or self.seconds
        return statistics.median(later) if later else None

    def rows_of(self, table_name: str) -> int:
        """Return the rows of the table with a name; 0 if the economy has none."""
        return next(
            (rows.count for table, rows in self.world.tables.items() if table.__name__ == table_name),
            0,
        )

    def close(self) -> None:
        """Give back the threads."""
        self.engine.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _months(self, months: object, called: str) -> int:
        """Return a number of months to come, or say what was expected."""
        number = plain(months)
        if not is_whole(number) or number < 0:
            said = f"{called} is a whole number of months, zero or more, not {shown(months)}"
            raise SimulationError(said, parameter=called)
        return number

    def _check_date(self) -> None:
        # Not when so many months are asked for: whoever runs until he has seen enough asks for any number of them.
        if self.tick >= self.scenario.months_max:
            raise SimulationError(
                f"tick {self.tick} has no date: dates end with the year {datetime.MAXYEAR}; start the scenario earlier",
                kind=Kind.CONFLICT,
                parameter="start",
            )

    def _check_whole(self) -> None:
        if not self.whole:
            raise SimulationError(self._unfinished(), kind=Kind.CONFLICT)

    def _unfinished(self) -> str:
        return (
            f"tick {self.tick} was not finished, so its world belongs to no month; load a checkpoint, as "
            "run(out=FOLDER) writes them, or open the scenario again: the same seed brings the same months"
        )

    def _when_interrupted(self) -> str:
        if not self.whole:
            return self._unfinished()
        return f"stopped at the end of a month, after {self.tick}; run and step go on from there"

    def _check_accounts(self) -> None:
        if not self.keeps_accounts:
            raise SimulationError("this tick page does not use the accounts of ravelin.ledger", kind=Kind.CONFLICT)
