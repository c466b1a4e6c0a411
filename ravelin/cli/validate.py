"""`ravelin validate`: the economy against data."""

import inspect
import json
import shlex
import shutil
from functools import partial
from pathlib import Path
from typing import Any

import click

from ravelin.cli.words import FAILED, Count, Session, departure, interruptible


@click.command()
@click.option("--only", metavar="CHECK", help="Run one check: opening, survey, moments, input-output or effects.")
@click.option("--consumers", type=Count(), help="Consumers of the simulated economies  [moments: 20,000 and 100,000].")
@click.option(
    "--seeds", type=Count(), help="Seeds of the checks opening  [6], input-output  [4], moments  [8] and effects  [8]."
)
@click.option("--ticks", type=Count(24), help="Months of the check moments  [480].")
@click.option("--workers", type=Count(), help="Processes of the checks moments and effects; one per processor.")
@click.option(
    "--set",
    "departures",
    multiple=True,
    metavar="GROUP.NAME=VALUE",
    help="Set a parameter for the checks moments and effects; may be repeated.",
)
@click.option(
    "--out", "keep", type=click.Path(path_type=Path),
    help="Folder that keeps the runs of the check moments: those that it has are not made again.",
)  # fmt: skip
@click.option(
    "--development", is_flag=True, default=None,
    help="Take the seeds of development (101 on) for moments and effects, so that those of judging stay unseen.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
@click.option("--quiet", is_flag=True, help="Show no progress.")
@click.pass_obj
def validate(
    session: Session, /, only: str | None, quiet: bool, as_json: bool, departures: tuple[str, ...], **options: Any
) -> None:
    """Compare the economy with data.

    What the check moments has run when it is stopped is kept, and the command that goes on is told; the other checks
    keep nothing on their way and begin again.

    \b
    Examples:
      ravelin validate --only opening
      ravelin validate --only moments --seeds 4 --consumers 1e4
      ravelin validate --only moments --set Investment.gap_speed=0.1 --development
      ravelin validate --only effects --json
      ravelin validate --only input-output --consumers 1e4
    """  # fmt: skip
    from ravelin.cli.progress import Progress
    from ravelin.storage.folder import fresh_path
    from ravelin.validation.checks import CHECKS

    if only is not None and only not in CHECKS:
        raise click.BadParameter(f"{only!r} is not one of {', '.join(CHECKS)}", param_hint="--only")
    chosen = {only: CHECKS[only]} if only else CHECKS
    given = {name: value for name, value in options.items() if value is not None}
    if departures:
        given["parameters"] = dict(departure(text) for text in departures)
    known = {name: set(inspect.signature(check).parameters) for name, check in chosen.items()}
    for option in given:
        if not any(option in names for names in known.values()):
            flag = {"parameters": "set", "keep": "out"}.get(option, option)
            raise click.UsageError(f"--{flag} does not go with the check {only}")
    failed, told = False, dict[str, Any]()
    with Progress(quiet=quiet) as progress, interruptible(session):
        for name, check in chosen.items():
            arguments: dict[str, Any] = {**given, "hear": lambda now: progress.runs(*now)}
            if "keep" in known[name] and "keep" not in given:
                arguments["keep"] = fresh_path(f"validate-{name}")
            its_own = {option: value for option, value in given.items() if option in known[name]}
            session.kept = partial(_kept, arguments.get("keep") if "keep" in known[name] else None, name, its_own)
            # A check that others may reckon with gives its numbers too.
            answer = check(**{key: value for key, value in arguments.items() if key in known[name]})
            passed, text = answer[:2]
            told[name] = {"passed": passed, **({"numbers": answer[2]} if len(answer) > 2 else {"text": text})}
            if not as_json:
                click.echo(text)
            failed = failed or not passed
            session.kept = None
            if "keep" in arguments and "keep" not in given:
                # They were kept for the case that it is stopped.
                shutil.rmtree(arguments["keep"], ignore_errors=True)
    if as_json:
        click.echo(json.dumps(told))
    if failed:
        raise click.exceptions.Exit(FAILED)


def _kept(folder: Path | None, check: str, given: dict[str, Any]) -> str:
    """Say what an interrupted check has kept, and how to go on, or that it must begin again."""
    from ravelin.experiments.keeping import finished_seeds

    command = ["ravelin", "validate", "--only", check]
    for option, value in given.items():
        if option == "parameters":
            command += [word for name, entry in value.items() for word in ("--set", f"{name}={_toml(entry)}")]
        elif value is True:
            command.append(f"--{option}")
        elif option != "keep":
            command += [f"--{option}", str(value)]
    if folder is None:
        return f"The check {check} keeps nothing on its way. Begin it again with: {shlex.join(command)}"
    finished = 0
    for size in folder.glob("*"):
        finished += finished_seeds(size, ("run",))[0]
    if not finished:
        return ""
    command += ["--out", str(folder)]
    return f"{finished} runs are finished and kept in {folder}. Continue with: {shlex.join(command)}"


def _toml(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
