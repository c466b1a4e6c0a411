"""What a run says while it works: on standard error, from the first moment.

On a terminal a line is kept up to date; elsewhere, such as in a log, a line is printed for each
year, and one now and then while something takes long.
"""

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from ravelin.core.clock import MONTHS_PER_YEAR
from ravelin.report.key_figures import headline

if TYPE_CHECKING:
    from ravelin.core.system import System
    from ravelin.runs.simulation import Simulation

_SECONDS_BETWEEN_LINES = 10.0


class Progress:
    """Tells what is going on; a context that clears its line at the end.

    Parameters
    ----------
    quiet : bool
        Say nothing.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self.quiet = quiet
        self._terminal = sys.stderr.isatty()
        self._bar: _Bar | None = None
        self._told = -_SECONDS_BETWEEN_LINES

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def say(self, sentence: str) -> None:
        """Print a line that stays."""
        if self.quiet:
            return
        if self._bar is not None:
            self._bar.print(sentence)
        else:
            print(sentence, file=sys.stderr, flush=True)
        self._told = time.monotonic()

    def wait(self, what: str) -> None:
        """Say what is being waited for, without a line for each step."""
        if self.quiet:
            return
        if self._terminal:
            self._line().describe(what)
        elif time.monotonic() - self._told > _SECONDS_BETWEEN_LINES:
            self.say(what)

    def start(self, total: int, done: int) -> None:
        """Begin to count months."""
        if not self.quiet and self._terminal:
            self._line().count(total, done)

    def runs(self, finished: int, count: int, done: int, total: int) -> None:
        """Tell of many runs at once: runs finished, and months done of all together."""
        if self.quiet:
            return
        words = f"{finished} of {count} runs" if done else "compiling kernels"
        if self._terminal:
            line = self._line()
            if line.is_due():
                line.describe(words)
                line.count(total, done)
        elif time.monotonic() - self._told > _SECONDS_BETWEEN_LINES:
            self.say(f"{words}, {done:,} of {total:,} months")

    def _line(self) -> "_Bar":
        if self._bar is None:
            self._bar = _Bar()
        return self._bar

    def before(self, simulation: "Simulation", first_tick: int) -> "_Preparing":
        """Return the hook that tells of kernels being compiled in the first tick."""
        return _Preparing(self, simulation, first_tick)

    def month(self, simulation: "Simulation") -> None:
        """Tell of a month that has passed."""
        if self.quiet:
            return
        history = simulation.rows
        month = history.dates[-1]
        year_ends = simulation.tick % MONTHS_PER_YEAR == 0
        if self._bar is not None:
            self._bar.advance()
            if self._bar.is_due():
                self._bar.describe(f"{month:%Y-%m}  {headline(history)}")
        if year_ends or time.monotonic() - self._told > _SECONDS_BETWEEN_LINES:
            self.say(f"{month:%Y-%m}  {headline(history)}".rstrip())


class _Preparing:
    """Counts the systems of the first tick: each is compiled, or loaded, when it first runs."""

    def __init__(self, progress: Progress, simulation: "Simulation", first_tick: int) -> None:
        self.progress = progress
        self.simulation = simulation
        self.first_tick = first_tick
        self.total = len({member.name for member in simulation.schedule})
        self.seen: set[str] = set()

    def __call__(self, member: "System") -> None:
        if self.simulation.tick == self.first_tick and member.name not in self.seen:
            self.seen.add(member.name)
            self.progress.wait(f"compiling kernels ({len(self.seen)} of {self.total}): {member.name}")


class _Bar:
    """A line on the terminal that is kept up to date."""

    _SECONDS_BETWEEN_WORDS = 0.1
    _WIDTH_FOR_A_BAR = 100

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bars

        console = Console(stderr=True)
        columns = [TextColumn("{task.description}", markup=False)]
        bar = [BarColumn(bar_width=20)] if console.width >= self._WIDTH_FOR_A_BAR else []
        counts = [TextColumn("{task.fields[count]}"), TimeRemainingColumn()]
        self._bars = Bars(*columns, *bar, *counts, console=console, transient=True)
        self._task = self._bars.add_task("", total=None, count="")
        self._bars.start()
        self._worded = 0.0
        self._total = self._done = 0

    def count(self, total: int, done: int) -> None:
        self._total, self._done = total, done
        self._bars.update(self._task, total=total, completed=done, count=f"{done}/{total}")

    def describe(self, words: str) -> None:
        self._bars.update(self._task, description=words)
        self._worded = time.monotonic()

    def is_due(self) -> bool:
        return time.monotonic() - self._worded > self._SECONDS_BETWEEN_WORDS

    def advance(self) -> None:
        self._done += 1
        self.count(self._total, self._done)

    def print(self, sentence: str) -> None:
        self._bars.console.print(sentence, highlight=False, markup=False)

    def close(self) -> None:
        self._bars.stop()
