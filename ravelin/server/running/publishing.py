"""What readers see of an economy: its state, published after a tick, and all tables for a while after one was read."""

import time
from collections.abc import Callable
from typing import Any, NamedTuple

from ravelin.core.table import World
from ravelin.runs.simulation import Simulation
from ravelin.server.events import Event, event
from ravelin.server.views.distribution import distribution
from ravelin.server.views.state import Published, encode, parts_of

PUBLISHING_SHARE = 0.05
"""At most this part of the time goes into publishing: where ticks take a millisecond, not each is encoded."""
INTEREST_SECONDS = 10.0
"""For so long after a table was read, the tables are copied after every tick."""


class Tables(NamedTuple):
    """All tables as they were between two ticks; nobody writes to them any more."""

    tag: str
    run: str
    tick: int
    simulation: Simulation
    world: World


class Publisher:
    """What was published last, and the events since; only the economy's thread publishes.

    Attributes
    ----------
    published : Published or None
        What readers see; replaced as a whole.
    tables : Tables or None
        As they were when somebody last looked at one, or after the last tick while that is not long ago.
    forks : bytes
        The list of forks as `/state` shows it.
    """

    def __init__(self, show: Callable[[Published, list[Event]], None]) -> None:
        self.published: Published | None = None
        self.tables: Tables | None = None
        self.forks = b"[]"
        self._show = show
        self._interest = float("-inf")
        self._parts: dict[str, bytes] = {}
        self._distribution = b"null"
        self._untold: list[Event] = []
        self._at = 0.0
        self._cost = 0.0

    # From any thread

    def take_interest(self) -> None:
        """Ask that the tables be copied after each tick for a while."""
        self._interest = time.monotonic()

    def interest_is_alive(self) -> bool:
        """Say whether the tables are copied after each tick."""
        return time.monotonic() - self._interest < INTEREST_SECONDS

    # In the economy's thread

    def begin(self, simulation: Simulation) -> None:
        """Turn to another simulation."""
        self.forget(tables=True)
        self.measure(simulation)

    def forget(self, *, tables: bool = False) -> None:
        """Take in that the world was changed, so that what was drawn up of it is old."""
        self._parts = {}
        if tables:
            self.tables = None

    def let_stand(self) -> None:
        """Go on to show the last whole month: the world belongs to none."""
        if self.published is not None:
            self._parts = self.published.parts

    def note(self, told: Event) -> None:
        """Keep an event until the next time."""
        self._untold.append(told)

    def measure(self, simulation: Simulation) -> None:
        """Draw up the distribution of income and wealth."""
        self._distribution = encode(distribution(simulation))

    def is_due(self) -> bool:
        """Say whether publishing has been cheap enough to do it again."""
        return time.monotonic() - self._at > self._cost / PUBLISHING_SHARE

    def publish(self, simulation: Simulation, status: dict[str, Any], *, changed: bool, reset: bool) -> None:
        """Let readers see this moment.

        Parameters
        ----------
        status : the state of the run; its revision is added
        changed : bool
            Listeners must hear of the status too.
        reset : bool
            It is another run.
        """
        begun = time.monotonic()
        before, run, tick = self.published, status["run"], status["tick"]
        same = before is not None and before.run == run and before.tick == tick
        status["revision"] = before.status["revision"] + 1 if same and before is not None else 0
        if not self._parts:
            self._parts = parts_of(simulation)
        parts = {
            **self._parts,
            "status": encode(status),
            "distribution": self._distribution,
            "forks": self.forks,
        }
        self.published = Published(f"{run}-{tick}.{status['revision']}", run, tick, status, parts)
        told, self._untold = self._untold, []
        if reset:
            told = [event("reset", status, run=status["run_id"])]
        elif changed:
            told.append(event("status", status))
        self._show(self.published, told)
        self._at = time.monotonic()
        self._cost = self._at - begun

    def photograph(self, run: str, simulation: Simulation) -> Tables:
        """Copy what the next tick will change, so that readers can take their time."""
        shocked = {shock.target for shock in simulation.scenario.shocks}
        fixed = [
            declared
            for table in simulation.world.tables
            for declared in table.columns.values()
            if declared.fixed and repr(declared) not in shocked
        ]
        published = self.published
        tag = f"{run}-{simulation.tick}"
        if published is not None and published.tick == simulation.tick:
            tag = published.tag
        self.tables = Tables(tag, run, simulation.tick, simulation, simulation.world.copy(shared=fixed))
        return self.tables
