"""`ravelin compare`: what a departure does, luck being the same."""

import json
import shlex
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from ravelin.cli.words import SHOCK_HELP, Count, Seeds, Session, departure, interruptible, with_shocks

if TYPE_CHECKING:
    from ravelin.experiments.counterfactual import Comparison
    from ravelin.scenarios.scenario import Scenario

_DEPARTING = "-departing"
_SAID, _SEEDS_SAID = 3, 12


@click.command()
@click.argument("base", required=False)
@click.argument("other", required=False)
@click.option(
    "--set", "departures", multiple=True, metavar="GROUP.NAME=VALUE", help="Set a parameter in OTHER; may be repeated."
)
@click.option("--shock", "shocks", multiple=True, metavar="KEYS", help=f"{SHOCK_HELP[:-1]}, in OTHER.")
@click.option(
    "--seeds", type=Seeds(2), metavar="NUMBER|LIST",
    help="Pairs, each with a seed of its own: how many, or which, such as 3,5,8  [default: 8].",
)  # fmt: skip
@click.option("--consumers", type=Count(), help="Consumers, in both.")
@click.option("--ticks", type=Count(3), help="Months of each run  [to twelve quarters after the two part].")
@click.option(
    "--by", multiple=True, type=click.Choice(("decile", "age", "skill", "tenure", "status")),
    help="Tell effects by group of people, too, as they were when the two part; may be repeated.",
)  # fmt: skip
@click.option("--workers", type=Count(), help="Processes; one per processor if not given.")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder of the result  [runs/compare-<names>-<date-time>]."
)
@click.option(
    "--resume", type=click.Path(path_type=Path), metavar="DIR",
    help="Go on with a comparison that was stopped, or give it other --seeds: finished pairs are not run again.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
@click.option("--quiet", is_flag=True, help="Show no progress.")
@click.pass_obj
def compare(session: Session, /, **options: Any) -> None:
    """Run BASE and OTHER with the same seeds and tell what differs, with confidence bands.

    Both are built-in names or TOML files; without OTHER, --set departs from BASE. What differs between them is told
    in full. Each run is kept in the folder of the result as soon as it is finished.

    \b
    Examples:
      ravelin compare default oil_shock --seeds 8 --consumers 2e4
      ravelin compare default --set Anchors.inflation_target=0.03
      ravelin compare --resume runs/compare-default-oil_shock-20261129-120000
    """  # fmt: skip
    from ravelin.cli.progress import Progress

    with Progress(quiet=options["quiet"]) as progress, interruptible(session):
        asked = _resumed(options) if options["resume"] is not None else _begun(options)
        progress.say("Loading the engine")
        from ravelin.experiments.counterfactual import paired
        from ravelin.experiments.runs import chosen_seeds
        from ravelin.experiments.workers import Standing

        seeds = chosen_seeds(asked.seeds, asked.base.seed)
        progress.say(f"Running {len(seeds)} pairs of {asked.base.consumers:,} consumers; results go to {asked.out}")
        session.kept = partial(_kept, asked.out, len(seeds))

        def hear(now: Standing) -> None:
            if session.interrupted:
                raise KeyboardInterrupt
            progress.runs(*now)

        comparison = paired(
            asked.base, asked.other, seeds, asked.ticks, workers=options["workers"], hear=hear, keep=asked.out,
            people=asked.people,
        )  # fmt: skip
    session.kept = None
    _tell(comparison, asked.out, options)


class _Asked(NamedTuple):
    """A comparison as it was asked for."""

    base: "Scenario"
    other: "Scenario"
    seeds: int | tuple[int, ...]
    ticks: int | None
    out: Path
    people: bool


def _begun(options: dict[str, Any]) -> _Asked:
    from ravelin.storage.folder import fresh_path

    base, other = _scenarios(options)
    out = options["out"] or fresh_path(f"compare-{base.name}-{other.name}")
    return _Asked(base, other, options["seeds"] or 8, options["ticks"], out, bool(options["by"]))


def _resumed(options: dict[str, Any]) -> _Asked:
    for name in ("base", "departures", "shocks", "consumers", "ticks", "out"):
        if options[name] not in (None, ()):
            flag = {"base": "BASE", "departures": "--set", "shocks": "--shock"}.get(name, f"--{name}")
            raise click.UsageError(f"--resume goes on with a comparison as it was begun, so {flag} cannot go with it")
    from ravelin.experiments.keeping import read_plan

    plan = read_plan(options["resume"])
    if plan.scenarios.keys() != {"base", "other"} or plan.own_pages:
        raise click.UsageError(f"{options['resume']} was not begun by `ravelin compare`, so only its script can go on")
    if options["by"] and not plan.watched:
        raise click.UsageError(f"{options['resume']} was begun without --by, and its runs did not watch people")
    base, other = plan.scenarios["base"], plan.scenarios["other"]
    return _Asked(base, other, options["seeds"] or plan.seeds, plan.ticks["base"], options["resume"], plan.watched)


def _kept(out: Path, pairs: int) -> str:
    """Say what an interrupted comparison has kept, and how to go on."""
    from ravelin.experiments.keeping import finished_seeds

    finished, runs = finished_seeds(out, ("base", "other"))
    if not runs:
        return ""
    kept = f"{finished} of {pairs} pairs are finished and kept in {out}."
    return f"{kept} Continue with: ravelin compare --resume {shlex.quote(str(out))}"


def _scenarios(options: dict[str, Any]) -> "tuple[Scenario, Scenario]":
    from ravelin.scenarios.scenario import Scenario

    departures = dict(departure(text) for text in options["departures"])
    if options["base"] is None:
        raise click.MissingParameter(param_hint="'BASE'", param_type="argument")
    if options["other"] is None and not departures and not options["shocks"]:
        raise click.UsageError("compare needs OTHER, or --set or --shock to depart from BASE")
    size = {"consumers": options["consumers"], "ticks": options["ticks"]}
    base = Scenario.load(options["base"], **size)
    other = base if options["other"] is None else Scenario.load(options["other"], **size)
    if departures:
        other = other.departing(name=f"{other.name}{_DEPARTING}", parameters=departures)
    if options["shocks"]:
        shocked = with_shocks(other, options["shocks"])
        other = shocked if departures else shocked.departing(name=f"{other.name}{_DEPARTING}")
    return base, other


def _tell(comparison: "Comparison", out: Path, options: dict[str, Any]) -> None:
    from ravelin.experiments.effect_table import as_object, printed, told
    from ravelin.storage.files import write_json

    result = as_object(comparison, options["by"])
    write_json(out / "comparison.json", result)
    title = f"{_name(comparison)} against {comparison.base.scenario.name}"
    subtitle = _subtitle(result)
    if options["as_json"]:
        click.echo(json.dumps({"out": str(out), **result}))
    else:
        tables = printed(comparison, options["by"])
        click.echo(f"\n{title}\n{subtitle}\n\n{tables}\n\n{_wrapped(told(result['confidence']))}\n")
    try:
        from ravelin.report.effects import write_effects
    except ModuleNotFoundError as error:
        click.echo(f"No page: it needs {error.name}, which `pip install ravelin[report]` brings.", err=True)
        return
    path = write_effects(out, comparison, title, subtitle)
    click.echo(f"Report: {path}", err=options["as_json"])


def _name(comparison: "Comparison") -> str:
    """Name the other side: one that departs by --set, by what it departs in."""
    name = comparison.other.scenario.name
    if not name.endswith(_DEPARTING):
        return name
    said = [f"{one.what}={one.other}" for one in comparison.differences if "." in one.what]
    ordered = comparison.other.scenario.shocks[len(comparison.base.scenario.shocks) :]
    said += [shock.describe() for shock in ordered]
    more = f" and {len(said) - _SAID} more" if len(said) > _SAID else ""
    return f"{name.removesuffix(_DEPARTING)} with {', '.join(said[:_SAID])}{more}"


def _subtitle(result: dict[str, Any]) -> str:
    seeds = result["seeds"]
    which = f"{seeds[0]} to {seeds[-1]}" if seeds == list(range(seeds[0], seeds[-1] + 1)) else _listed(seeds)
    sizes = f"{len(seeds)} pairs (seeds {which}) of {result['consumers']:,} consumers, "
    if result["parting"] is None:
        return f"{sizes}{result['ticks']} months; no indicator ever differs"
    return f"{sizes}{result['ticks']} months; they part in tick {result['parting']}, {result['parting_date'][:7]}"


def _listed(seeds: list[int]) -> str:
    shown = ", ".join(map(str, seeds[:_SEEDS_SAID]))
    return shown if len(seeds) <= _SEEDS_SAID else f"{shown}, ..."


def _wrapped(sentences: str) -> str:
    import textwrap

    return textwrap.fill(sentences, 100)
