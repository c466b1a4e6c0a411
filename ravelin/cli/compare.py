"""`ravelin compare`: what a departure does, luck being the same."""

import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ravelin.cli.words import Count, Session, departure, interruptible

if TYPE_CHECKING:
    from ravelin.experiments.counterfactual import Comparison
    from ravelin.scenarios.scenario import Scenario


@click.command()
@click.argument("base")
@click.argument("other", required=False)
@click.option(
    "--set", "departures", multiple=True, metavar="GROUP.NAME=VALUE", help="Set a parameter in OTHER; may be repeated."
)
@click.option("--seeds", type=Count(2), default=8, show_default=True, help="Pairs, each with a seed of its own.")
@click.option("--consumers", type=Count(), help="Consumers, in both.")
@click.option("--ticks", type=Count(3), help="Months of each run  [to twelve quarters after the two part].")
@click.option("--workers", type=Count(), help="Processes; one per processor if not given.")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder of the result  [runs/compare-<names>-<date-time>]."
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
@click.option("--quiet", is_flag=True, help="Show no progress.")
@click.pass_obj
def compare(session: Session, /, **options: Any) -> None:
    """Run BASE and OTHER with the same seeds and tell what differs, with confidence bands.

    Both are built-in names or TOML files; without OTHER, --set departs from BASE.

    \b
    Examples:
      ravelin compare default oil_shock --seeds 8 --consumers 2e4
      ravelin compare default --set Anchors.inflation_target=0.03
    """  # fmt: skip
    from ravelin.progress import Progress

    with Progress(quiet=options["quiet"]) as progress, interruptible(session):
        base, other = _scenarios(options)
        progress.say("Loading the engine")
        from ravelin.experiments.counterfactual import check_pair, months_needed, paired, parting_tick
        from ravelin.simulation import Simulation
        from ravelin.storage.folder import fresh_path

        check_pair(base, other)
        for scenario in (base, other):
            Simulation.check(scenario)
        ticks, seeds = options["ticks"] or months_needed(base, other), options["seeds"]
        if ticks <= (apart := parting_tick(base, other)):
            raise click.UsageError(
                f"{base.name} and {other.name} do not differ before tick {apart}, and --ticks {ticks} ends before it; "
                f"give at least {apart + 3}"
            )
        out = _folder(options["out"] or fresh_path(f"compare-{base.name}-{other.name}"))
        progress.say(f"Running {seeds} pairs of {base.consumers:,} consumers for {ticks} months; results go to {out}")
        try:
            comparison = paired(
                base, other, seeds, ticks, workers=options["workers"],
                hear=lambda now: progress.runs(*now),
            )  # fmt: skip
        except BaseException:
            with suppress(OSError):  # It stays if something else was put into it.
                out.rmdir()
            raise
    _tell(comparison, out, options)


def _scenarios(options: dict[str, Any]) -> "tuple[Scenario, Scenario]":
    from ravelin.scenarios.scenario import Scenario

    departures = dict(departure(text) for text in options["departures"])
    if options["other"] is None and not departures:
        raise click.UsageError("compare needs OTHER, or --set to depart from BASE")
    size = {"consumers": options["consumers"], "ticks": options["ticks"]}
    base = Scenario.load(options["base"], **size)
    other = base if options["other"] is None else Scenario.load(options["other"], **size)
    if departures:
        other = other.departing(name=f"{other.name}-departing", parameters=departures)
    if (other.parameters, other.shocks, other.catalog) == (base.parameters, base.shocks, base.catalog):
        raise click.UsageError(
            f"{base.name} and {other.name} have the same parameters and shocks, so there is nothing to compare; "
            "name another scenario, or depart with --set"
        )
    return base, other


def _folder(out: Path) -> Path:
    """Make the folder of the result before the work begins."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise click.UsageError(f"{out} exists and is not an empty folder; choose another --out")
    out.mkdir(parents=True, exist_ok=True)
    return out


def _tell(comparison: "Comparison", out: Path, options: dict[str, Any]) -> None:
    from ravelin.experiments.effect_table import as_object, printed, told
    from ravelin.storage.files import write_json

    result = as_object(comparison)
    write_json(out / "comparison.json", result)
    title = f"{_name(comparison.other.scenario, options)} against {comparison.base.scenario.name}"
    subtitle = _subtitle(result)
    if options["as_json"]:
        click.echo(json.dumps({"out": str(out), **result}))
    else:
        click.echo(f"\n{title}\n{subtitle}\n\n{printed(comparison)}\n\n{_wrapped(told(result['confidence']))}\n")
    try:
        from ravelin.report.effects import write_effects
    except ModuleNotFoundError as error:
        click.echo(f"No page: it needs {error.name}, which `pip install ravelin[report]` brings.", err=True)
        return
    path = write_effects(out, comparison, title, subtitle)
    click.echo(f"Report: {path}", err=options["as_json"])


def _name(other: "Scenario", options: dict[str, Any]) -> str:
    if not options["departures"]:
        return other.name
    return f"{options['other'] or options['base']} with {', '.join(options['departures'])}"


def _subtitle(result: dict[str, Any]) -> str:
    seeds = result["seeds"]
    sizes = f"{len(seeds)} pairs (seeds {seeds[0]} to {seeds[-1]}) of {result['consumers']:,} consumers, "
    if result["parting"] is None:
        return f"{sizes}{result['ticks']} months; no indicator ever differs"
    return f"{sizes}{result['ticks']} months; they part in tick {result['parting']}, {result['parting_date'][:7]}"


def _wrapped(sentences: str) -> str:
    import textwrap

    return textwrap.fill(sentences, 100)
