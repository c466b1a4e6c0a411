"""`ravelin run`: open an economy, or one that was stopped, simulate it, and say what came out."""

import json
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from ravelin.cli.words import (
    INTERRUPTED,
    SHOCK_HELP,
    Count,
    Session,
    departure,
    with_shocks,
    write_report_told,
)
from ravelin.core.sentence import brief

if TYPE_CHECKING:
    from ravelin.cli.progress import Progress
    from ravelin.core.system import System
    from ravelin.runs.simulation import Simulation
    from ravelin.scenarios.scenario import Scenario
    from ravelin.storage.folder import RunFolder
    from ravelin.storage.history import History


@click.command()
@click.argument("scenario", required=False)
@click.option("--consumers", type=Count(), help="Consumers, such as 100000 or 1e6.")
@click.option("--firms", type=Count(), help="Firms; follows from the consumers if not given.")
@click.option("--banks", type=Count(), help="Banks; follows from the consumers if not given.")
@click.option("--ticks", type=Count(), help="Months to simulate, from the opening on.")
@click.option("--seed", type=Count(0), help="Seed of every draw.")
@click.option(
    "--model",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Spending model of `ravelin ml train`  [the shipped one].",
)
@click.option("--threads", type=Count(), help="Threads; no result depends on their number.")
@click.option(
    "--set",
    "departures",
    multiple=True,
    metavar="GROUP.NAME=VALUE",
    help="Set a parameter; may be repeated.",
)
@click.option("--shock", "shocks", multiple=True, metavar="KEYS", help=SHOCK_HELP)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder of the run  [runs/<scenario>-<seed>-<date-time>].",
)
@click.option("--force", is_flag=True, help="Replace the run that --out holds.")
@click.option("--resume", type=click.Path(path_type=Path), metavar="DIR", help="Continue the run in a folder.")
@click.option(
    "--checkpoint-every",
    type=Count(0),
    metavar="TICKS",
    help="Months between checkpoints, all kept; 0 for none  [half a minute, the last two kept].",
)
@click.option("--report/--no-report", default=None, help="Write report.html at the end  [yes, unless --json].")
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
@click.option("--quiet", is_flag=True, help="Show no progress.")
@click.pass_obj
def run(session: Session, /, **options: Any) -> None:
    """Simulate SCENARIO, a built-in name or a TOML file, and keep the run in a folder.

    \b
    Examples:
      ravelin run --consumers 1e6 --ticks 120 --seed 1 --out runs/baseline
      ravelin run mine.toml --set Anchors.inflation_target=0.03
      ravelin run --resume runs/baseline --ticks 240
    """
    quiet = options["quiet"]
    if not quiet:
        click.echo(brief(_first_words(options)), err=True)
    from ravelin.cli.progress import Progress

    with (
        Progress(quiet=quiet) as progress,
        _signals(session, progress) as stop,
        ExitStack() as held,
    ):
        folder, simulation = _begin(session, options, progress, held)
        target = options["ticks"] or simulation.scenario.ticks
        if target > simulation.tick or not _is_kept(folder, progress):
            _simulate(simulation, folder, target, options["checkpoint_every"], progress, stop)
        else:
            progress.say(f"{folder.path} has its {simulation.tick} months already; --ticks adds more")
    stopped = stop.asked and simulation.tick < target
    report = options["report"] if options["report"] is not None else not options["as_json"]
    _conclude(simulation, folder, as_json=options["as_json"], report=report and not stopped)
    if stopped:
        click.echo(
            f"Stopped after {simulation.tick} of {target} months. Continue with: {session.resume_command()}",
            err=True,
        )
        raise click.exceptions.Exit(INTERRUPTED)


def _simulate(
    simulation: "Simulation",
    folder: "RunFolder",
    target: int,
    checkpoint_every: int | None,
    progress: "Progress",
    stop: "Stop",
) -> None:
    simulation.observers.append(lambda _: stop.may_wait())
    simulation.observers.append(lambda _: progress.month(simulation))
    progress.start(target, simulation.tick)
    prepare = progress.before(simulation, simulation.tick)

    def before(member: "System") -> None:
        stop.check()
        prepare(member)

    simulation.run(
        max(target - simulation.tick, 0),
        out=folder,
        checkpoint_every=checkpoint_every,
        before=before,
        should_stop=lambda: stop.asked,
    )


def _is_kept(folder: "RunFolder", progress: "Progress") -> bool:
    """Say whether nothing of a run's last months is left to write."""
    damage = folder.damage()
    if damage is not None:
        progress.say(f"{damage}, so it is written anew")
    return damage is None and folder.is_complete()


def _first_words(options: dict[str, Any]) -> str:
    if options["resume"]:
        return f"Opening the run in {options['resume']}"
    return f"Reading the scenario {options['scenario'] or 'default'}"


def _begin(
    session: Session, options: dict[str, Any], progress: "Progress", held: ExitStack
) -> tuple["RunFolder", "Simulation"]:
    """Open the economy that the options ask for, and the folder that will keep it."""
    if options["resume"]:
        return _resume(session, options, progress, held)
    scenario = read_scenario(options)
    progress.say("Loading the engine")
    from ravelin.runs.recorder import begin
    from ravelin.runs.simulation import Simulation
    from ravelin.storage.folder import RunFolder, fresh_path

    prepared = Simulation.prepare(scenario)
    out = options["out"] or fresh_path(f"{scenario.name}-{scenario.seed}")
    folder = held.enter_context(RunFolder.create(out, force=options["force"]))
    session.folder, session.resumable = folder.path, True
    # A run that is killed while its economy is being opened can be resumed all the same.
    begin(folder, prepared)
    try:
        simulation = Simulation(
            prepared,
            threads=options["threads"],
            progress=lambda what: progress.wait(_sentence(what)),
        )
    except Exception:
        folder.discard()
        session.folder, session.resumable = None, False
        raise
    held.enter_context(simulation)
    progress.say(f"Opened {_sizes(simulation)}; keeping the run in {folder.path}")
    return folder, simulation


def _resume(
    session: Session, options: dict[str, Any], progress: "Progress", held: ExitStack
) -> tuple["RunFolder", "Simulation"]:
    for name in ("scenario", "consumers", "firms", "banks", "seed", "model", "departures", "shocks", "out", "force"):
        if options[name] not in (None, (), False):
            flag = {"scenario": "SCENARIO", "departures": "--set", "shocks": "--shock"}.get(name, f"--{name}")
            raise click.UsageError(f"--resume continues the run as it was begun, so {flag} cannot go with it")
    from ravelin.storage.folder import RunFolder

    folder = held.enter_context(RunFolder.open(options["resume"]))
    session.folder, session.resumable = folder.path, True
    manifest = folder.read_manifest()
    progress.say("Loading the engine")
    from ravelin.runs.resuming import take_up
    from ravelin.storage.checkpoint import CheckpointError
    from ravelin.storage.fingerprint import code_digest

    try:
        simulation = take_up(folder, options["threads"], progress.wait)
    except CheckpointError:
        session.resumable = False  # The same command would find the same checkpoint.
        raise
    if simulation.tick:
        progress.say(f"Continuing after {simulation.tick} months")
    else:
        progress.say("There is no checkpoint yet, so the run begins again")
    held.enter_context(simulation)
    if manifest.get("code") != code_digest():
        click.echo(
            "Warning: Ravelin's code has changed since the run was begun, so it may not continue to the same bits.",
            err=True,
        )
    return folder, simulation


def read_scenario(options: dict[str, Any]) -> "Scenario":
    """Read the scenario that a command line asks for."""
    from ravelin.scenarios.scenario import Scenario

    scenario = Scenario.load(
        options["scenario"] or "default",
        consumers=options["consumers"],
        firms=options["firms"],
        banks=options["banks"],
        ticks=options["ticks"],
        seed=options["seed"],
        model=options["model"],
        parameters=dict(departure(text) for text in options["departures"]),
    )
    return with_shocks(scenario, options.get("shocks", ()))


def _sizes(simulation: "Simulation") -> str:
    named = [(table, simulation.rows_of(table)) for table in ("Consumers", "Firms", "Banks")]
    return ", ".join(f"{count:,} {table.lower()}" for table, count in named if count)


def _sentence(what: str) -> str:
    return what[:1].upper() + what[1:]


class Stop:
    """Whether the user has asked to stop, by Ctrl-C or a signal to terminate."""

    def __init__(self, session: Session, progress: "Progress") -> None:
        self.asked = False
        self._session = session
        self._progress = progress
        self._at_once = True

    def may_wait(self) -> None:
        """Let a signal wait for the end of the month: the first one may take minutes to compile."""
        self._at_once = False

    def check(self) -> None:
        """Stop now if a signal that was not to wait got lost."""
        if self._session.interrupted:
            raise KeyboardInterrupt

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """Handle a signal."""
        at_once, self.asked = self._at_once or self.asked, True
        if at_once:
            # A compiler that is interrupted may raise something else, or nothing at all.
            self._at_once = self._session.interrupted = True
            raise KeyboardInterrupt
        self._progress.say("Finishing the month (again to stop at once)")


@contextmanager
def _signals(session: Session, progress: "Progress") -> Iterator[Stop]:
    stop = Stop(session, progress)
    caught = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, stop) for number in caught]
    try:
        yield stop
    finally:
        for number, handler in zip(caught, before, strict=True):
            signal.signal(number, handler)


def _conclude(simulation: "Simulation", folder: "RunFolder", *, as_json: bool, report: bool) -> None:
    """Print what came out: JSON for machines; for people a table, and where everything lies."""
    if as_json:
        click.echo(json.dumps(_result(simulation, folder)))
    else:
        click.echo(_closing(simulation.rows))
        click.echo(f"Run:    {folder.path}")
    if report:
        path = write_report_told(folder.path)
        if path is not None:
            folder.seal_derived()
            click.echo(f"Report: {path}", err=as_json)


def _result(simulation: "Simulation", folder: "RunFolder") -> dict[str, Any]:
    history = simulation.rows
    if "audit_gap_cents" in history:
        gap = int(abs(history.column("audit_gap_cents")).max(initial=0))
    else:
        gap = max((abs(cents) for cents in simulation.audit().values()), default=0)
    return {
        "run": str(folder.path),
        "scenario": simulation.scenario.name,
        "seed": simulation.seed,
        "threads": simulation.threads,
        "consumers": simulation.rows_of("Consumers"),
        "firms": simulation.rows_of("Firms"),
        "banks": simulation.rows_of("Banks"),
        "ticks": simulation.tick,
        "fingerprint": simulation.fingerprint(),
        "audit_gap_cents": gap,
        "seconds_per_tick": simulation.seconds_per_tick(),
        "peak_memory_bytes": peak_memory_bytes(),
        "indicators": history.last(),
    }


def peak_memory_bytes() -> int | None:
    """Return the most memory that this process has held, where the system tells."""
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(peak if sys.platform == "darwin" else peak * 1024)


def _closing(history: "History") -> str:
    from ravelin.report.key_figures import closing_table, noise
    from ravelin.report.reference import align

    rows = closing_table(history)
    if not rows:
        return ""
    period = f"{history.dates[0]:%Y-%m} to {history.dates[-1]:%Y-%m}"
    lines = align([("Mean over", period, "last 12 months"), *rows])
    rule = "-" * max(map(len, lines))
    return "\n".join(["", lines[0], rule, *lines[1:], *filter(None, [noise(history)]), ""])
