"""`ravelin validate`: the economy against data."""

import inspect
from typing import Any

import click

from ravelin.cli.words import FAILED, Count, Session, departure, interruptible


@click.command()
@click.option("--only", metavar="CHECK", help="Run one check: opening, survey, moments or input-output.")
@click.option("--consumers", type=Count(), help="Consumers of the simulated economies.")
@click.option("--seeds", type=Count(), help="Seeds of the checks opening  [6], input-output  [4] and moments  [8].")
@click.option("--ticks", type=Count(24), help="Months of the check moments  [480].")
@click.option("--workers", type=Count(), help="Processes of the check moments; one per processor.")
@click.option(
    "--set",
    "departures",
    multiple=True,
    metavar="GROUP.NAME=VALUE",
    help="Set a parameter for the check moments; may be repeated.",
)
@click.option("--quiet", is_flag=True, help="Show no progress.")
@click.pass_obj
def validate(session: Session, /, only: str | None, quiet: bool, departures: tuple[str, ...], **options: Any) -> None:
    """Compare the economy with data.

    \b
    Examples:
      ravelin validate --only opening
      ravelin validate --only moments --seeds 4 --consumers 1e4
      ravelin validate --only moments --set Investment.gap_speed=0.1
      ravelin validate --only input-output --consumers 1e4
    """  # fmt: skip
    from ravelin.experiments.validation import CHECKS
    from ravelin.progress import Progress

    if only is not None and only not in CHECKS:
        raise click.BadParameter(f"{only!r} is not one of {', '.join(CHECKS)}", param_hint="--only")
    chosen = {only: CHECKS[only]} if only else CHECKS
    given = {name: value for name, value in options.items() if value is not None}
    if departures:
        given["parameters"] = dict(departure(text) for text in departures)
    known = {name: set(inspect.signature(check).parameters) for name, check in chosen.items()}
    for option in given:
        if not any(option in names for names in known.values()):
            flag = "set" if option == "parameters" else option
            raise click.UsageError(f"--{flag} does not go with the check {only}")
    failed = False
    with Progress(quiet=quiet) as progress, interruptible(session):
        for name, check in chosen.items():
            arguments: dict[str, Any] = {**given, "hear": lambda now: progress.runs(*now)}
            passed, text = check(**{key: value for key, value in arguments.items() if key in known[name]})
            click.echo(text)
            failed = failed or not passed
    if failed:
        raise click.exceptions.Exit(FAILED)
