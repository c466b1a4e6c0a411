"""The list of commands, and the one place where errors are shown and become exit codes."""

import atexit
import importlib
import io
import os
import signal
import sys
import tempfile
import textwrap
import time
import traceback
import warnings
from pathlib import Path
from typing import Any, TextIO

import click

from ravelin import __version__
from ravelin.cli.chart import chart
from ravelin.cli.compare import compare
from ravelin.cli.explain import explain
from ravelin.cli.run import run
from ravelin.cli.serve import serve
from ravelin.cli.validate import validate
from ravelin.cli.words import FAILED, INTERRUPTED, USAGE, Ordered, Session, write_report_told
from ravelin.core.sentence import Kind, RavelinError, brief

EXIT_CODES = {
    Kind.INVALID: USAGE,
    Kind.UNKNOWN_NAME: USAGE,
    Kind.CONTRADICTION: USAGE,
    Kind.UNFIT: USAGE,
    Kind.CONFLICT: FAILED,
    Kind.DAMAGED: FAILED,
    Kind.FAILED: FAILED,
}
"""Kind of an error -> exit code: wrong use is told apart from what was asked for rightly and did not come about."""


@click.group(cls=Ordered, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="ravelin")
def cli() -> None:
    """Simulate a whole economy, person by person, every cent accounted for.

    \b
    Example:
      ravelin run --consumers 1e5 --ticks 120 --seed 1
    """


cli.add_command(run)
cli.add_command(serve)


@cli.command()
@click.argument("run", type=click.Path(path_type=Path))
def report(run: Path) -> None:
    """Make one self-contained HTML page with the charts of a RUN, and overview.png.

    \b
    Example:
      ravelin report runs/baseline
    """
    from ravelin.storage.folder import RunFolder

    path = write_report_told(RunFolder.look(run).path)
    if path is None:
        raise click.exceptions.Exit(FAILED)
    click.echo(path)


cli.add_command(chart)


@cli.command()
def scenarios() -> None:
    """List the built-in scenarios.

    \b
    Example:
      ravelin scenarios
    """
    from ravelin.scenarios.scenario import built_in

    for name, scenario in built_in().items():
        click.echo(f"{name}: {scenario.title}")
        click.echo(textwrap.indent(textwrap.fill(scenario.description, 90), "    "))


cli.add_command(explain)
cli.add_command(compare)
cli.add_command(validate)


@cli.command(
    context_settings={
        "ignore_unknown_options": True,
        "allow_interspersed_args": False,
        "help_option_names": [],
    }
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.pass_obj
def ml(session: Session, arguments: tuple[str, ...]) -> None:
    """Train, validate and apply the consumption model.

    \b
    Example:
      ravelin ml train --data FOLDER
    """
    # The commands live beside what they do, and are loaded only when one is called.
    code = _part("ravelin.cli.ml").ml.main(list(arguments), prog_name="ravelin ml", standalone_mode=False, obj=session)
    if isinstance(code, int) and code:
        raise click.exceptions.Exit(code)


def _part(name: str) -> Any:
    """Import a part of Ravelin that need not be installed."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        missing = error.name or name
        raise click.ClickException(f"this command needs {missing}, which is not installed") from None


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with its exit code; nothing ends in a traceback."""
    session = Session()
    # When all is said, an impatient second Ctrl-C must not change the exit code while Python tidies up.
    atexit.register(signal.signal, signal.SIGINT, signal.SIG_IGN)
    warnings.showwarning = _show_warning
    try:
        _check_characters(sys.argv[1:] if arguments is None else arguments)
        code = cli.main(arguments, prog_name="ravelin", standalone_mode=False, obj=session)
        sys.stdout.flush()
    except BaseException as error:
        code = _tell(error, session)
        _let_go_of_output()
    sys.exit(code if isinstance(code, int) else 0)


def _show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Say what Ravelin warns of as a sentence; other warnings as Python does, with their place."""
    ours = category.__module__.startswith("ravelin.")
    said = f"Warning: {message}" if ours else warnings.formatwarning(message, category, filename, lineno, line)
    click.echo(said, file=file, err=file is None)


def _check_characters(arguments: list[str]) -> None:
    """Refuse what can neither be the path of a file that Ravelin writes about nor a value in one."""
    for given in arguments:
        if "\0" in given or given.encode("utf-8", "replace").decode() != given:
            raise click.UsageError(f"{given!r} has a character that is none of UTF-8; give the file another name")


def _let_go_of_output() -> None:
    """Keep Python from complaining, and from another exit code, when it closes an output that takes no more."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _tell(error: BaseException, session: Session) -> int:
    """Say in one sentence what went wrong and return the exit code."""
    if session.interrupted or isinstance(error, (KeyboardInterrupt, click.Abort)):
        click.echo(f"Interrupted. {session.going_on()}".rstrip(), err=True)
        return INTERRUPTED
    if isinstance(error, click.ClickException):
        return _show(error)
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else FAILED
    if isinstance(error, BrokenPipeError):
        # Whoever read our output has had enough.
        return FAILED
    if isinstance(error, RavelinError):
        return _say(error.sentence, EXIT_CODES[error.kind], session)
    if isinstance(error, MemoryError):
        return _say("there is not enough memory; lower --consumers", FAILED, session)
    if isinstance(error, OSError):
        where = f" ({error.filename})" if error.filename else ""
        return _say(f"{error.strerror or error}{where}", FAILED, session)
    return _say(
        f"{_first_line(error)}; this is a defect of Ravelin. {_log(error, session)}",
        FAILED,
        session,
    )


def _show(error: click.ClickException) -> int:
    """Say what click found wrong in what was typed, below how the command is used."""
    said, sentence = io.StringIO(), error.format_message()
    error.show(said)
    # A found value may be very long; what click says ends with the sentence.
    click.echo(f"{said.getvalue()[: -len(sentence) - 1]}{brief(sentence)}", err=True)
    return error.exit_code


def _say(sentence: str, code: int, session: Session) -> int:
    how = session.going_on() if code == FAILED else ""
    click.echo(f"Error: {brief(sentence)}\n{how}".rstrip(), err=True)
    return code


def _first_line(error: BaseException) -> str:
    text = str(error).strip().partition("\n")[0]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _log(error: BaseException, session: Session) -> str:
    """Write the traceback where it can be found, and say where."""
    text = "".join(traceback.format_exception(error))
    name = f"ravelin-error-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.log"
    choices = [Path(tempfile.gettempdir()) / name]
    if session.folder is not None and session.folder.is_dir():
        choices.insert(0, session.folder / "error.log")
    for path in choices:
        try:
            path.write_text(text, encoding="utf-8")
        except OSError:
            continue
        return f"The log with the details is {path}"
    return "No log could be written"
