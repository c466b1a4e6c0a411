"""What all commands share: types of options, exit codes, and the session of a call."""

import shlex
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from ravelin.core.given import shown

if TYPE_CHECKING:
    from ravelin.scenarios.scenario import Scenario

FAILED, USAGE, INTERRUPTED = 1, 2, 130


class Session:
    """What the last-resort handler needs to know: where a log may go, and how to go on."""

    def __init__(self) -> None:
        self.folder: Path | None = None
        self.resumable = False
        self.interrupted = False
        self.kept: Callable[[], str] | None = None

    def going_on(self) -> str:
        """Say how to go on with what was not finished, if anything was kept."""
        if self.kept is not None:
            return self.kept()
        return f"Continue with: {self.resume_command()}" if self.resumable else ""

    def resume_command(self) -> str:
        """Return the command that continues the run."""
        return f"ravelin run --resume {shlex.quote(str(self.folder))}"


class Count(click.ParamType):  # type: ignore[type-arg]
    """A whole number that may be written 1e6 or 1_000_000."""

    name = "number"

    def __init__(self, least: int = 1) -> None:
        self.least = least

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number or say what was expected."""
        if isinstance(value, int):
            return value
        try:
            number = int(value) if value.strip().lstrip("+-").replace("_", "").isdigit() else float(value)
        except ValueError:
            self.fail(f"{value!r} is not a whole number such as 100000 or 1e6", param, ctx)
        if number != number or abs(number) == float("inf") or number != int(number):
            self.fail(f"{value!r} is not a whole number such as 100000 or 1e6", param, ctx)
        if number < self.least:
            self.fail(f"{value} is below {self.least}", param, ctx)
        return int(number)


class Seeds(click.ParamType):  # type: ignore[type-arg]
    """How many seeds, or which, divided by commas; each once."""

    name = "number or list"

    def __init__(self, least: int = 1) -> None:
        self.least = least

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | tuple[int, ...]:
        """Return the number or the seeds, or say what was expected."""
        if not isinstance(value, str):
            return value  # type: ignore[no-any-return]
        if "," not in value:
            return Count(self.least).convert(value, param, ctx)
        seeds = tuple(Count(0).convert(part, param, ctx) for part in value.split(","))
        twice = [seed for place, seed in enumerate(seeds) if seed in seeds[:place]]
        if twice:
            self.fail(f"seed {twice[0]} is given twice in {shown(value)}; one seed gives one run", param, ctx)
        if len(seeds) < self.least:
            self.fail(f"{len(seeds)} seeds are below {self.least}", param, ctx)
        return seeds


class Ordered(click.Group):
    """Lists commands in the order in which they are written here."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands."""
        return list(self.commands)


def departure(text: str) -> tuple[str, Any]:
    """Read `Group.name=value`, the value written as in TOML."""
    from ravelin.core.bounded import UnfitFileError, toml_values

    name, equals, value = (part.strip() for part in text.partition("="))
    if not equals or name.count(".") != 1:
        raise click.UsageError(f"--set takes Group.name=value, not {text!r}")
    try:
        return name, toml_values(f"value = {value}")["value"]
    except UnfitFileError as error:
        raise click.UsageError(
            f"--set {name}: {value!r} is not a value as TOML writes it, such as 0.02 or true ({error})"
        ) from None


SHOCK_HELP = "Add a shock, its keys as in a scenario: \"tick = 24, pay = 'Consumers', dollars = 500\"; may be repeated."


def with_shocks(scenario: "Scenario", texts: Sequence[str]) -> "Scenario":
    """Return a scenario with shocks after its own, each written as one line of TOML."""
    from ravelin.core.bounded import UnfitFileError, toml_values
    from ravelin.scenarios.shock import ShockError, read_shock

    shocks = []
    for text in texts:
        keys = text.strip()
        keys = keys[1:-1] if keys.startswith("{") and keys.endswith("}") else keys
        try:
            shocks.append(read_shock(toml_values(f"shock = {{ {keys} }}")["shock"], scenario.start))
        except UnfitFileError as error:
            raise click.UsageError(
                f"--shock takes keys of a shock as TOML writes them, such as \"tick = 24, pay = 'Consumers', "
                f"dollars = 500\", not {text!r} ({error})"
            ) from None
        except ShockError as error:
            raise ShockError.of(error, before=f"--shock {keys.strip()!r}: ") from None
    return scenario.with_shocks(shocks) if shocks else scenario


@contextmanager
def interruptible(session: Session) -> Iterator[None]:
    """Let Ctrl-C and a signal to terminate end the work at once, and be told as an interrupt."""

    def stop(number: int, frame: FrameType | None) -> None:
        # A compiler that is interrupted may raise something else, or nothing at all.
        session.interrupted = True
        raise KeyboardInterrupt

    caught = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, stop) for number in caught]
    try:
        yield
    finally:
        for number, handler in zip(caught, before, strict=True):
            signal.signal(number, handler)


def write_report_told(folder: Path) -> Path | None:
    """Write a run's report, or say what is missing for it."""
    try:
        from ravelin.report import write_report

        return write_report(folder)
    except ModuleNotFoundError as error:
        click.echo(
            f"No report: it needs {error.name}, which `pip install ravelin[report]` brings.",
            err=True,
        )
        return None
