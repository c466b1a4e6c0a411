"""The schedule: named phases of systems, as written on the tick page, and the engine that runs it."""

import inspect
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ravelin.core import draws as drawing
from ravelin.core.draws import Streams
from ravelin.core.given import is_whole, shown
from ravelin.core.kernel import machine_code
from ravelin.core.parameter import Parameters, Settings
from ravelin.core.pool import PoolFullError, RowsError, compact, full_error, part_of_pool, whole_pool
from ravelin.core.sentence import DeclarationError, Kind, RavelinError
from ravelin.core.system import Access, Claims, Draws, Everything, First, PoolOf, Session, System, Tick, Uses
from ravelin.core.table import Array, Column, Table, World, free_list_of


class UnclearedError(RavelinError, RuntimeError):
    """A clearing account is not back at zero when the phase ends that clears it."""

    kind = Kind.FAILED


@dataclass(frozen=True)
class Phase:
    """A sentence of the tick page: systems that run in order, every so many ticks, in sessions and in rounds.

    When it ends, the clearing accounts that it names are back at zero.
    """

    title: str
    systems: tuple[System, ...]
    every: int = 1
    rounds: int = 1
    sessions: int = 1
    clears: tuple[Column, ...] = ()

    def __post_init__(self) -> None:
        for member in self.systems:
            check_system(member, f"phase {self.title!r}")
        if not isinstance(self.clears, tuple):
            said = f"phase {self.title!r} clears {shown(self.clears)}, not a tuple of accounts: `clears=(account,)`"
            raise DeclarationError(said)
        for declared in self.clears:
            if not isinstance(declared, Column) or not declared.clearing:
                raise DeclarationError(f"phase {self.title!r} clears {shown(declared)}, which is no clearing account")
        for name in ("every", "rounds", "sessions"):
            value = getattr(self, name)
            if not is_whole(value) or value < 1:
                said = f"{name} of phase {self.title!r} is a whole number of 1 or more, not {shown(value)}"
                raise DeclarationError(said)


def check_system(member: object, where: str) -> None:
    """Refuse what is no rule.

    Raises
    ------
    DeclarationError
    """
    if not isinstance(member, System):
        what = "function" if inspect.isfunction(member) else shown(member)
        said = f"{where} has {getattr(member, '__name__', '')} ({what}), which is no rule: declare it with @system"
        raise DeclarationError(said)


def phase(
    title: str,
    *systems: System,
    every: int = 1,
    rounds: int = 1,
    sessions: int = 1,
    clears: tuple[Column, ...] = (),
) -> Phase:
    """Write a phase of the tick page.

    Parameters
    ----------
    every : int
        The phase runs in each so-manieth tick.
    rounds : int
        How often its systems run, one after the other. Rounds are steps by which one and the same moment settles: all
        have the same draws.
    sessions : int
        Days inside the tick, each with all rounds. Draws differ by session, and systems may ask for `this_session()`.
    clears : clearing accounts
        Those of markets that are done when the phase ends: what was paid in has been paid out.
    """
    return Phase(title, systems, every, rounds, sessions, clears)


@dataclass(frozen=True)
class Schedule:
    """What happens in a tick, in order. Variants are values: each method returns a new schedule."""

    phases: tuple[Phase, ...]
    extra_tables: tuple[type[Table], ...] = field(default=())
    needs: tuple[type[Table] | type[Parameters], ...] = field(default=())

    def __iter__(self) -> Iterator[System]:
        for part in self.phases:
            yield from part.systems

    def _edit(self, old: System, new: tuple[System, ...]) -> "Schedule":
        if old not in tuple(self):
            raise DeclarationError.unknown(f"{old} is not on the tick page", repr(old), map(repr, self))
        phases = []
        for part in self.phases:
            systems: tuple[System, ...] = ()
            for member in part.systems:
                systems += new if member is old else (member,)
            phases.append(replace(part, systems=systems))
        return replace(self, phases=tuple(phases))

    def replace(self, old: System, new: System) -> "Schedule":
        """Put another rule in a rule's place."""
        return self._edit(old, (new,))

    def after(self, old: System, *new: System) -> "Schedule":
        """Add rules right after one."""
        return self._edit(old, (old, *new))

    def before(self, old: System, *new: System) -> "Schedule":
        """Add rules right before one."""
        return self._edit(old, (*new, old))

    def without(self, *old: System) -> "Schedule":
        """Take rules off the page."""
        edited = self
        for member in old:
            edited = edited._edit(member, ())
        return edited

    def tables(self) -> list[type[Table]]:
        """Tables bound by any system, each once, in order of first use; then those needed whatever there is."""
        found = dict.fromkeys(self.extra_tables)
        for member in self:
            for access in member.accesses.values():
                found[access.column.table] = None
                if access.of is not None:
                    found[access.of] = None
            found.update(dict.fromkeys(b.table for b in member.bindings.values() if isinstance(b, First)))
            found.update(dict.fromkeys(member.pools()))
        found.update(dict.fromkeys(declared.table for part in self.phases for declared in part.clears))
        found.update(dict.fromkeys(needed for needed in self.needs if issubclass(needed, Table)))
        # The rows of a pool are known by its own columns and its free list, whichever of its columns are bound.
        for pool in [table.rows_of for table in found if table.rows_of.free_list is not None]:
            found.update({pool: None, free_list_of(pool): None})
        return list(found)

    def parameter_groups(self) -> list[type[Parameters]]:
        """Groups with a parameter that any system uses, each once; then those needed whatever there is."""
        used = dict.fromkeys(used.group for member in self for used in member.parameters())
        return list(used | dict.fromkeys(needed for needed in self.needs if issubclass(needed, Parameters)))

    def lags(self) -> list[tuple[System, Column]]:
        """Pairs (system, column) where the system sees the value of the previous tick.

        A system sees the previous tick's value of a stock that is written only after it.
        """
        order = list(self)
        last_write = {written: place for place, member in enumerate(order) for written in member.writes()}
        seen: set[Column] = set()
        pairs = []
        for place, member in enumerate(order):
            for read in dict.fromkeys(member.reads()):
                if not read.flow and read not in seen and last_write.get(read, -1) >= place:
                    pairs.append((member, read))
            seen.update(member.writes())
        return pairs

    def overwritten(self) -> dict[Column, System | None]:
        """Columns whose value at the beginning of a month nobody sees, each with the system that writes it anew.

        None stands for no system: the value is kept for whoever looks at the economy from outside.
        """
        seen: set[Column] = set()
        by: dict[Column, System | None] = {}
        for part in self.phases:
            for member in part.systems:
                seen.update(declared for declared in member.reads() if declared not in by)
                # What is only written every few months is seen in the months between.
                if part.every == 1:
                    by.update({one: member for one in member.overwrites() if one not in seen and one not in by})
        columns = [declared for table in self.tables() for declared in table.columns.values()]
        return by | {one: None for one in columns if one not in seen and one not in by}

    def sources(self, declared: Column) -> list[System]:
        """Systems that write a column, in order."""
        return [member for member in dict.fromkeys(self) if declared in member.writes()]


def schedule(
    *phases: Phase,
    tables: tuple[type[Table], ...] = (),
    needs: tuple[type[Table] | type[Parameters], ...] = (),
) -> Schedule:
    """Write a tick page; `tables` are allocated even if no system binds them.

    `needs` are tables and groups of parameters that the economy's opening asks for, so that a page keeps them when a
    rule that alone used them is replaced.
    """
    return Schedule(phases, tables, needs)


class Engine:
    """Runs a schedule on a world.

    Parameters
    ----------
    schedule, world, settings
        The page, the state, the values of its parameters.
    seed : int
    threads : int
        Threads that share the localities; no result depends on their number.

    Attributes
    ----------
    running : str
        The rule that runs, or ran last.
    luck : int
        The seed of draws that differ from tick to tick; another one gives the same people another future.
    """

    def __init__(self, schedule: Schedule, world: World, settings: Settings, seed: int, threads: int) -> None:
        self.schedule = schedule
        self.world = world
        self.settings = settings
        self.seed = seed
        self.luck = seed
        self.threads = threads
        self.seconds: dict[str, float] = {}
        self.running = ""
        self._has_pools = any(table.pool for table in world.tables)
        self._pool = ThreadPoolExecutor(threads - 1) if threads > 1 and world.localities > 1 else None
        self._flows = [array for rows in world.tables.values() for declared, array in rows.items() if declared.flow]
        self._untimed = dict.fromkeys((member.name for member in schedule), 0.0)
        self._streams = Streams()
        self._cleared = [[(one, world.array(one)) for one in part.clears] for part in schedule.phases]
        self._bound = {member: _Bound(self, member) for member in dict.fromkeys(schedule)}

    def step(self, tick: int, before: Callable[[System], None] | None = None) -> None:
        """Run every phase that is due in a tick; `before` hears of each system first."""
        for flow in self._flows:
            flow.fill(0)
        self.seconds = seconds = self._untimed.copy()
        clock = time.perf_counter
        for part, cleared in zip(self.schedule.phases, self._cleared, strict=True):
            if (tick + 1) % part.every:
                continue
            members = [(member.name, member, self._bound[member].run) for member in part.systems]
            for session in range(part.sessions):
                for _ in range(part.rounds):
                    for name, member, run in members:
                        if before is not None:
                            before(member)
                        begun = clock()
                        self.running = name
                        run(tick, session)
                        seconds[name] += clock() - begun
            for declared, cents in cleared:
                if cents[0] != 0:
                    raise self._uncleared(part, declared, int(cents[0]))
        if self._has_pools:
            try:
                compact(self.world)
            except RowsError as error:
                raise type(error).of(error, before=f"after tick {tick}: ") from None

    def _uncleared(self, part: Phase, declared: Column, gap: int) -> UnclearedError:
        rules = [member.name for member in dict.fromkeys(self.schedule) if declared in member.writes()]
        return UnclearedError(
            f"{declared.name.replace('_', ' ')} do not clear: gap {gap} {declared.unit}s in {declared} at the end of "
            f"{part.title!r}, by when what was paid in is to be paid out, to zero; "
            f"{', '.join(rules) or 'no rule of the page'} pay in and out",
            parameter=repr(declared),
        )

    def run(self, member: System, tick: int) -> None:
        """Run one system of the page by itself, in the first session."""
        self._bound[member].run(tick)

    def close(self) -> None:
        """Give back the threads."""
        if self._pool is not None:
            self._pool.shutdown()


class _Bound:
    """A system with its columns bound: one list of arguments, or one per locality."""

    def __init__(self, engine: Engine, member: System) -> None:
        self.engine = engine
        self.system = member
        parts = engine.world.localities if member.local else 1
        self.arguments = [[self._constant(bound, part) for bound in member.bindings.values()] for part in range(parts)]
        bindings = list(member.bindings.values())
        self.parameters = [(place, bound.parameter) for place, bound in enumerate(bindings) if isinstance(bound, Uses)]
        self.ticks = [place for place, bound in enumerate(bindings) if isinstance(bound, Tick)]
        self.keys = [
            (place, engine._streams.place(bound.stream))
            for place, bound in enumerate(bindings)
            if isinstance(bound, Draws) and not bound.fixed
        ]
        self.sessions = [place for place, bound in enumerate(bindings) if isinstance(bound, Session)]
        self.bundled = any(fields is not None for _, fields in member.arguments)
        self.changes = -1  # Those of the settings whose values are bound; none are yet.
        accesses = [(place, bound) for place, bound in enumerate(bindings) if isinstance(bound, Access)]
        adding = {place: bound.column for place, bound in accesses if bound.mode in ("adds", "clears")}
        self.adding, added = list(adding), set(adding.values())
        # What a system reads and adds to at once, it sees as it was before: else a locality would see, or not see,
        # what others have added, by the number of threads.
        self.seen = [
            (place, [arguments[place] for arguments in self.arguments])
            for place, bound in accesses
            if bound.mode == "reads" and bound.column in added
        ]
        self._lock = threading.Lock()
        self._code: Callable[..., None] | None = None

    def _constant(self, bound: Any, part: int) -> Any:
        world = self.engine.world
        if isinstance(bound, Everything):
            return world
        if isinstance(bound, Draws) and bound.fixed:
            return drawing.key(self.engine.seed, bound.stream, -1)
        if isinstance(bound, First):
            return int(world.span(bound.table)[part]) if self.system.local else 0
        if isinstance(bound, Claims):
            columns = claims_of_rows(world, bound.of).values()
            return tuple(_unwritten(self._own(array, bound.of, part)) for array in columns)
        if isinstance(bound, PoolOf):
            pool = whole_pool(world, bound.table)
            return part_of_pool(pool, part) if self.system.local else pool
        if not isinstance(bound, Access):
            return None
        array = sector_rows(world, bound.column, bound.of)
        if not bound.whole:
            array = self._own(array, bound.of or bound.column.table, part)
        return _unwritten(array) if bound.mode == "reads" else array

    def _own(self, array: Array, owner: type[Table], part: int) -> Array:
        """Narrow rows to those of a locality, if the system sees one at a time."""
        if not (self.system.local and owner.local):
            return array
        span = self.engine.world.span(owner)
        return array[span[part] : span[part + 1]]

    def _given(self, values: list[Any]) -> list[Any]:
        """Put the values of bundles together."""
        return self.system.put_together(values) if self.bundled else values

    def _bind(self, place: int, value: Any) -> None:
        for arguments in self.arguments:
            arguments[place] = value

    def _bind_parameters(self) -> None:
        """Take the values of parameters, which stay as they are until a shock or a user sets one."""
        for place, parameter in self.parameters:
            value = self.engine.settings[parameter]
            self._bind(place, _unwritten(np.array(value, np.float64)) if isinstance(value, tuple) else value)
        self.changes = self.engine.settings.changes

    def run(self, tick: int, session: int = 0) -> None:
        """Run in one of the sessions of a tick."""
        if self.changes != self.engine.settings.changes:
            self._bind_parameters()
        for place in self.ticks:
            self._bind(place, tick)
        for place in self.sessions:
            self._bind(place, session)
        if self.keys:
            keys = self.engine._streams.keys(self.engine.luck, tick, session)
            for place, stream in self.keys:
                self._bind(place, keys[stream])
        for place, views in self.seen:
            for arguments, view in zip(self.arguments, views, strict=True):
                arguments[place] = _snapshot(view)
        if self._code is None:
            # Arguments keep their types, and two threads must not compile the same kernel.
            self._code = machine_code(self.system.kernel, self._given(self.arguments[0]))
        try:
            self._call(self._code)
        except RowsError as error:
            pools = self.system.pools()
            what = full_error(self.engine.world, pools) if isinstance(error, PoolFullError) else ""
            told = what or f"{' or '.join(table.__name__ for table in pools)}: {error}"
            raise type(error)(f"tick {tick}, {self.system}: {told}") from None

    def _call(self, code: Callable[..., None]) -> None:
        pool = self.engine._pool
        if pool is None or len(self.arguments) == 1:
            for arguments in self.arguments:
                code(*self._given(arguments))
            return
        waiting = iter(self.arguments)
        others = [pool.submit(self._work, code, waiting) for _ in range(self.engine.threads - 1)]
        try:
            self._work(code, waiting)
        except BaseException:
            with self._lock:
                list(waiting)  # Nobody begins another locality.
            raise
        finally:
            wait(others)  # Nobody writes any more, whatever went wrong.
        for other in others:
            other.result()

    def _work(self, code: Callable[..., None], waiting: Iterator[list[Any]]) -> None:
        buffers: dict[int, Array] = {}
        while True:
            with self._lock:
                arguments = next(waiting, None)
            if arguments is None:
                break
            if self.adding:
                arguments = list(arguments)
                for place in self.adding:
                    if place not in buffers:
                        buffers[place] = np.zeros_like(arguments[place])
                    arguments[place] = buffers[place]
            code(*self._given(arguments))
        with self._lock:
            for place, buffer in buffers.items():
                target = self.arguments[0][place]
                np.add(target, buffer, out=target)


def _unwritten(array: Array) -> Array:
    view = array.view()
    view.flags.writeable = False
    return view


def _snapshot(view: Array) -> Array:
    copied = view.copy()
    copied.flags.writeable = False
    return copied


def sector_rows(world: World, declared: Column, of: type[Table] | None) -> Array:
    """Return a column's array, narrowed to the rows of one sector where accounts are asked for."""
    array = world.array(declared)
    if of is None:
        return array
    start = world.sectors[of.rows_of]
    return array[start : start + world[of].count]


def claims_of_rows(world: World, table: type[Table]) -> dict[Column, Array]:
    """Return every column of some rows that declares a claim of its own, those of accounts narrowed to the rows."""
    claims = {
        declared: array
        for rows in world.tables.values()
        for declared, array in rows.items()
        if declared.claim is not None and declared.claim.side != "part"
    }
    joined = table.rows_of in world.sectors
    return {
        declared: sector_rows(world, declared, table) if declared.table.joined else array
        for declared, array in claims.items()
        if declared.table.rows_of is table.rows_of or (joined and declared.table.joined)
    }
