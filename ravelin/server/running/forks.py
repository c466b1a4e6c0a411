"""Forks: a second world from now on, with one shock, run beside a copy without it, in pairs of equal luck."""

import queue
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from ravelin.core.draws import key
from ravelin.experiments.apart import (
    CONFIDENCE,
    OF_GDP,
    SPREAD,
    beyond_luck,
    confidence_band,
    gdp_of,
    in_unit,
    spread,
    unit_told,
)
from ravelin.opening.memory import available_bytes
from ravelin.runs.simulation import Simulation
from ravelin.scenarios.shock import Shock
from ravelin.server.events import event
from ravelin.server.problems import ProblemError, unknown_name
from ravelin.server.running.economy import Economy, told
from ravelin.server.views.csv_text import CsvColumn
from ravelin.server.views.history import row_content
from ravelin.server.views.state import encode
from ravelin.storage.files import say_bytes
from ravelin.storage.history import History

FORKS_MAX = 3
PAIRS_MAX = 32
HORIZON_MAX = 600
WORLDS_AT_ONCE = 3
"""The world at the fork, and the two of a pair."""
DEFAULT_SERIES = ("gdp_real", "inflation", "unemployment_rate", "policy_rate")

Rows = npt.NDArray[np.float64]


@dataclass
class Fork:
    """One comparison.

    Attributes
    ----------
    base, world : History or None
        Of the first pair: without the shock and with it; rows from the opening on.
    pairs_rows : for each whole pair, (horizon, series) without and with the shock
    """

    id: str
    run: str
    name: str
    shock: Shock
    stated: dict[str, Any]
    began_at: int
    horizon: int
    pairs: int
    status: str = "waiting"
    pairs_done: int = 0
    months_done: int = 0
    seconds_spent: float = 0.0
    problem: dict[str, Any] | None = None
    base: History | None = None
    world: History | None = None
    pairs_rows: list[tuple[Rows, Rows]] = field(default_factory=list)

    def content(self) -> dict[str, Any]:
        """Return what `/forks/{id}` says."""
        months = 2 * self.pairs * self.horizon
        going = self.status in ("waiting", "running") and self.months_done > 0
        left = self.seconds_spent / self.months_done * (months - self.months_done) if going else None
        return {
            "id": self.id,
            "run": self.run,
            "name": self.name,
            "status": self.status,
            "shock": self.stated,
            "says": self.shock.describe(),
            "began_at": self.began_at,
            "shock_at": self.shock.tick,
            "horizon": self.horizon,
            "pairs": self.pairs,
            "pairs_done": self.pairs_done,
            "months_done": self.months_done,
            "months_total": months,
            "seconds_spent": round(self.seconds_spent, 3),
            "seconds_left": None if left is None else round(left, 1),
            "problem": self.problem,
        }


class Forks:
    """All forks of the run that is served, and the thread that runs them one after another."""

    def __init__(self, economy: Economy) -> None:
        self.economy = economy
        self.all: dict[str, Fork] = {}
        self._number = 0
        self._lock = threading.Lock()
        self._waiting: queue.SimpleQueue[tuple[Fork, Simulation] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="forks", daemon=True)
        economy.replaced.append(self.drop_all)

    def start(self) -> None:
        """Begin to take forks."""
        self._thread.start()

    def close(self) -> None:
        """Stop them all and end the thread."""
        self.drop_all()
        self._waiting.put(None)
        self._thread.join()

    def find(self, name: str) -> Fork:
        """Return a fork.

        Raises
        ------
        ProblemError
        """
        try:
            return self.all[name]
        except KeyError:
            raise unknown_name("a fork", name, list(self.all), "fork") from None

    def begin(self, shock: Shock, shown: dict[str, Any], name: str | None, pairs: int, horizon: int) -> Fork:
        """Fork the economy that is served; called in its thread, with a shock that was checked.

        Parameters
        ----------
        shown : the shock as answers show it

        Raises
        ------
        ProblemError
            If there are as many forks as there may be, or no room.
        """
        simulation = self.economy.simulation
        with self._lock:
            if len(self.all) >= FORKS_MAX:
                detail = f"there are {FORKS_MAX} forks, the most there may be; drop one by DELETE /forks/{{id}}"
                raise ProblemError("too-many-forks", detail, most=FORKS_MAX)
        needed, free = WORLDS_AT_ONCE * simulation.world.bytes(), available_bytes()
        if free is not None and needed > 0.8 * free:
            detail = f"a fork needs {say_bytes(needed)} and {say_bytes(free)} of memory are free"
            raise ProblemError("conflict", detail)
        origin = simulation.fork()
        origin.scenario = replace(origin.scenario, ticks=simulation.tick + horizon)
        with self._lock:
            self._number += 1
            fork = Fork(
                f"f{self._number}", self.economy.run.id, name or shock.describe().partition(": ")[2], shock,
                shown, simulation.tick, horizon, pairs,
            )  # fmt: skip
            self.all[fork.id] = fork
        self._waiting.put((fork, origin))
        self._tell(fork)
        return fork

    def stop(self, fork: Fork) -> None:
        """Stop a fork and keep what it has."""
        if fork.status in ("waiting", "running"):
            fork.status = "stopped"
            self._tell(fork)

    def drop(self, fork: Fork) -> None:
        """Stop a fork and forget it."""
        fork.status = "dropped"
        with self._lock:
            self.all.pop(fork.id, None)
        self._tell(fork)

    def drop_all(self) -> None:
        """Forget every fork: the economy they came from is gone."""
        for fork in list(self.all.values()):
            self.drop(fork)

    def _tell(self, fork: Fork) -> None:
        self.economy.tell([event("fork", fork.content())])
        shown = [
            {"id": one.id, "name": one.name, "status": one.status, "says": one.shock.describe()}
            for one in list(self.all.values())
        ]
        self.economy.ask(lambda: self._show(encode(shown)))

    def _show(self, shown: bytes) -> None:
        if shown != self.economy.publisher.forks:
            self.economy.publisher.forks = shown
            if self.economy.publisher.published is not None and self.economy.run.status == "current":
                self.economy.publish(changed=False)

    def _work(self) -> None:
        while (waiting := self._waiting.get()) is not None:
            fork, origin = waiting
            try:
                if fork.status == "waiting":
                    fork.status = "running"
                    self._tell(fork)
                    self._run(fork, origin)
                if fork.status == "running":
                    fork.status = "done"
                    self._tell(fork)
            except BaseException as error:
                fork.problem, fork.status = told(error).content(), "failed"
                self._tell(fork)
            finally:
                origin.close()
                del waiting, origin

    def _run(self, fork: Fork, origin: Simulation) -> None:
        for pair in range(fork.pairs):
            # The first pair has the luck that the base will have; so its control is the base's future.
            luck = origin.engine.luck if pair == 0 else int(key(origin.seed, "pair of a fork", pair))
            base, world = origin.fork(luck=luck), origin.fork(luck=luck)
            world.shock(**fork.shock.stated())
            if pair == 0:
                fork.base, fork.world = base.rows, world.rows
            with base, world:
                for _ in range(fork.horizon):
                    if fork.status != "running":
                        return
                    self._month(fork, base, world, pair)
            rows = [part.rows.matrix(fork.began_at) for part in (base, world)]
            fork.pairs_rows.append((rows[0], rows[1]))
            fork.pairs_done += 1
            self._tell(fork)

    def _month(self, fork: Fork, base: Simulation, world: Simulation, pair: int) -> None:
        begun = time.monotonic()
        base.step()
        world.step()
        fork.months_done += 2
        fork.seconds_spent += time.monotonic() - begun
        if pair == 0:
            row = row_content(world.rows.last(), world.rows.fields)
            data = {
                "world": fork.id, "run": fork.run, "tick": world.tick, "date": row["date"], "status": fork.status,
                "ticks_per_second": None, "row": row,
            }  # fmt: skip
            self.economy.tell([event("tick", data, fork.id)])


def effects(fork: Fork, series: Sequence[str]) -> dict[str, Any]:
    """Compare the worlds with and without the shock: means over the pairs, how sure they are, how the pairs differ.

    An effect is told in the unit in which `ravelin compare` tells it, by the same computation; `difference` is the
    same in the indicator's own unit.

    Raises
    ------
    ProblemError
        If a series is unknown.
    """
    base, world = fork.base, fork.world
    if base is None or world is None:
        return _answer(fork, [], [], {})
    names = [one.name for one in base.fields]
    for name in series:
        if name not in names:
            raise unknown_name("a column of the history", name, names, "series")
    pairs = list(fork.pairs_rows)
    if not pairs:
        # The second of a pair is always the last to have a month.
        months = slice(fork.began_at, len(world))
        pairs = [(base.matrix(fork.began_at)[: len(world) - fork.began_at], world.matrix(fork.began_at))]
    else:
        months = slice(fork.began_at, fork.began_at + len(pairs[0][0]))
    base_rows = np.array([rows for rows, _ in pairs])
    world_rows = np.array([rows[: base_rows.shape[1]] for _, rows in pairs])
    found: dict[str, dict[str, Any]] = {}
    bands = []
    for name in dict.fromkeys(series):
        place = names.index(name)
        field, without, with_it = base.fields[place], base_rows[..., place], world_rows[..., place]
        unit = unit_told(field, without, with_it, dict.fromkeys(names))
        gdp = base_rows[..., names.index(gdp_of(field))] if unit == OF_GDP else None
        one, other = in_unit(unit, without, with_it, gdp)
        bands.append(confidence_band(other - one))
        found[name] = {
            "unit": field.unit,
            "effect_unit": unit,
            "base": without.mean(axis=0),
            "fork": with_it.mean(axis=0),
            "difference": _told(with_it - without),
            "effect": _told(other - one),
        }
    # What is looked at at once is told from luck at once.
    sure = beyond_luck(np.array([mean for mean, _ in bands]), np.array([width for _, width in bands]), len(pairs))
    for name, clear in zip(found, sure, strict=True):
        found[name]["beyond_luck"] = clear
    dates = [date.isoformat() for date in world.dates[months]]
    return _answer(fork, world.ticks[months], dates, found)


def effects_as_csv(told: Mapping[str, Any]) -> list[CsvColumn]:
    """Give effects for a spreadsheet: a row for each series and month."""
    series: Mapping[str, Any] = told["series"]
    months = len(told["tick"])
    columns: dict[str, Iterable[Iterable[Any]]] = {
        "series": ([name] * months for name in series),
        "unit": ([one["unit"]] * months for one in series.values()),
        "tick": (told["tick"] for _ in series),
        "date": (told["date"] for _ in series),
        "base": (one["base"].tolist() for one in series.values()),
        "fork": (one["fork"].tolist() for one in series.values()),
    }
    for kind in ("difference", "effect"):
        for part in ("mean", "low", "high"):
            columns[f"{kind}_{part}"] = [one[kind][part].tolist() for one in series.values()]
        for level in SPREAD:
            columns[f"{kind}_spread_{level}"] = [one[kind]["spread"][level].tolist() for one in series.values()]
    columns["effect_unit"] = ([one["effect_unit"]] * months for one in series.values())
    columns["beyond_luck"] = (one["beyond_luck"].tolist() for one in series.values())
    return [CsvColumn(name, chain.from_iterable(parts)) for name, parts in columns.items()]


def _told(apart: Rows) -> dict[str, Any]:
    """Tell (pairs, months) differences: their mean with its confidence band, and their spread."""
    mean, half_width = confidence_band(apart)
    return {"mean": mean, "low": mean - half_width, "high": mean + half_width, "spread": spread(apart)}


def _answer(fork: Fork, ticks: list[int], dates: list[str], series: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": fork.id,
        "run": fork.run,
        "status": fork.status,
        "pairs": fork.pairs,
        "pairs_done": fork.pairs_done,
        "tick": ticks,
        "date": dates,
        "series": series,
        "confidence": CONFIDENCE,
        "levels": SPREAD,
    }
