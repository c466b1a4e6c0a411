"""The commands that train, apply and check the model of spending; `ravelin ml` lists them.

Heavy imports happen inside the commands, so that listing them is quick.
"""

import functools
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

    from ravelin.learning.inference import SpendingModel
    from ravelin.learning.survey import Survey

NOTES_MAX = 5
"""Profiles that are remarked on before the rest is passed over in silence."""
UNSEEN_MIN = 200
"""Rows of unseen households from which a model is scored as it is; with fewer it is refitted."""

_WIDTH_MIN = 110

_Path = click.Path(path_type=Path)
_data = functools.partial(click.option, "--data", type=_Path, metavar="PATH")
_model = click.option(
    "--model",
    "file",
    type=_Path,
    metavar="FILE",
    help="A trained model; the one shipped with Ravelin if omitted.",
)
_as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def ml() -> None:
    """Learn from the Consumer Expenditure Survey how people spend.

    \b
    Example:
      ravelin ml train --data FOLDER
    """


@ml.command()
@_data(
    required=True,
    help="Folder of fmli*.csv (plain, gzipped or zipped) or a Parquet of them; or one such file.",
)
@click.option(
    "--out",
    default="consumption_model.zip",
    show_default=True,
    type=_Path,
    metavar="FILE",
    help="Where the model goes.",
)
@click.option(
    "--features",
    "kind",
    default="base",
    show_default=True,
    type=click.Choice(["base", "full"]),
    help="The 11 that every simulated consumer carries, or all that the files tell.",
)
@click.option(
    "--published",
    type=_Path,
    metavar="FILE",
    help="Published means by age (CSV), for budget categories that the files lack; looked for beside the data.",
)
@click.option(
    "--folds",
    default=5,
    show_default=True,
    type=click.IntRange(2, 20),
    help="Folds of the cross-validation, by household.",
)
@click.option(
    "--seed",
    default=1,
    show_default=True,
    type=click.IntRange(0, 2**31 - 1),
    help="Seed of folds and boosting; the same seed gives the same model.",
)
@click.option(
    "--dollars",
    "price_year",
    type=click.IntRange(1960, 2100),
    metavar="YEAR",
    help="The year whose dollars the model reckons in; the one of most interviews if omitted.",
)
def train(
    data: Path, out: Path, kind: str, published: Path | None, folds: int, seed: int, price_year: int | None
) -> None:
    """Train the model on survey files and write it with its card.

    \b
    Example:
      ravelin ml train --data intrvw15 --out my_model.zip
      ravelin run --model my_model.zip
    """
    from ravelin.learning import report, training
    from ravelin.learning.boosting import Settings
    from ravelin.learning.features import BASE

    _let_threads_rest()
    if out.is_dir() or not out.absolute().parent.is_dir():
        raise click.UsageError(f"{out} is not a file in an existing folder; name the model's file with --out")
    survey = _read(data, price_year)
    features = BASE if kind == "base" else training.full_features(survey)
    settings = Settings(folds=folds, seed=seed)
    means, source = _published(data, published, survey)
    with _progress() as progress:
        task = progress.add_task("first fold", total=training.steps(survey, features, settings))
        model = training.train(
            survey,
            published=means,
            published_name=source,
            features=features,
            settings=settings,
            told=lambda step: progress.update(task, advance=1, description=step),
        )
    model.save(out)
    scores = model.card["scores"]
    _print_scores(model, scores["cross_validation"], scores["baselines"])
    _print("Feature importance, share of the loss reduction", report.importance(model))
    _console().print(f"wrote {out} ({out.stat().st_size / 1e6:.2f} MB)", highlight=False)


class _WithCodes(click.Command):
    """A command whose help ends with what a profile may say."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write one paragraph for each feature."""
        from ravelin.learning import report

        with formatter.section("A profile's columns"):
            formatter.write_dl([(name, told) for name, _, told in (line.partition(": ") for line in report.codes())])


@ml.command(cls=_WithCodes)
@_model
@click.option(
    "--profiles",
    type=_Path,
    metavar="FILE",
    help="Consumers to predict for: CSV, JSON or Parquet with one column per feature, and a name.",
)
@_as_json
def predict(file: Path | None, profiles: Path | None, as_json: bool) -> None:
    """Show what consumers of given kinds and incomes spend, and how spending answers to income.

    \b
    Example:
      ravelin ml predict
      ravelin ml predict --profiles consumers.csv
    """
    from ravelin.learning import report
    from ravelin.learning.inference import SpendingModel
    from ravelin.learning.profiles import built_in, read_profiles

    model = SpendingModel.load(file)
    chosen = read_profiles(profiles, model.features) if profiles else built_in(model.features)
    if profiles is None:
        # Typical consumers are shown by rank at an income near the survey's mean.
        chosen.features[:, 0] = 50_000
    else:
        for note in report.outside(model, chosen)[:NOTES_MAX]:
            _console(stderr=True).print(f"note: {note}", highlight=False)
    middle = len(chosen.names) // 2
    dollars = f"dollars of {model.price_year}"
    tables = {
        f"Mean annual spending by income, {dollars}": report.across_incomes(model, chosen),
        f"Annual spending by rank among like people, {dollars}": report.by_rank(model, chosen),
        f"Income sensitivity, {dollars}: {chosen.names[middle]}": report.sensitivity(model, chosen.features[middle]),
    }
    if as_json:
        told = dict(zip(("incomes", "ranks", "sweep"), tables.values(), strict=True))
        click.echo(json.dumps({"dollars": model.price_year, **told}))
        return
    for title, rows in tables.items():
        _print(title, rows)


@ml.command()
@_model
@_data(help="Survey files to score the model on; the scores on its card if omitted.")
@click.option(
    "--refit",
    is_flag=True,
    help="Refit in folds on the data even if it holds households the model has not seen.",
)
@click.option(
    "--chart",
    type=_Path,
    metavar="FILE",
    help="Write the decile calibration chart, .png or .html.",
)
@_as_json
def validate(file: Path | None, data: Path | None, refit: bool, chart: Path | None, as_json: bool) -> None:
    """Print the model card and how well the model does on households it has not seen.

    With --data the model is scored on the households that were not in its training data. If all of
    them were, models with its settings are refitted in folds by household.

    \b
    Example:
      ravelin ml validate --data FOLDER --chart deciles.png
    """
    from ravelin.learning import chart as charts
    from ravelin.learning import report
    from ravelin.learning.inference import SpendingModel

    if chart is not None and chart.suffix.lower() not in (".png", ".html"):
        raise click.UsageError(f"the chart {chart} must end in .png or .html")
    model = SpendingModel.load(file)
    held_out = _held_out(model, data, refit)
    if chart is not None:
        charts.draw(held_out["scores"]["deciles"], chart, held_out["how"])
    if as_json:
        click.echo(json.dumps({"card": dict(model.card), **held_out}))
        return
    _print("", report.card(model))
    _console().print(f"Held-out report: {held_out['how']}\n", highlight=False)
    lines = {f"{name}{'' if data is None else ', as on the card'}": r2 for name, r2 in held_out["baselines"].items()}
    lines |= {f"{name}, refitted in the same folds": r2 for name, r2 in held_out["baselines_refitted"].items()}
    _print_scores(model, held_out["scores"], lines)
    if held_out["falls"]:
        _print("Largest fall of spending as income rises, log", report.falls(held_out["falls"]))
    if chart is not None:
        _console().print(f"wrote {chart}", highlight=False)


def _held_out(model: "SpendingModel", data: Path | None, refit: bool) -> dict[str, Any]:
    """Score the model on unseen households: scores, baselines, and a sentence on how."""
    _let_threads_rest()
    import numpy as np

    from ravelin.learning import evaluation
    from ravelin.learning.boosting import Settings
    from ravelin.learning.features import canonical
    from ravelin.learning.training import seen_by

    stored, settings = model.card["scores"], Settings(**model.card["settings"])
    if data is None:
        return {
            "how": f"{settings.folds} folds by household, when the model was trained",
            "scores": stored["cross_validation"],
            "baselines": stored["baselines"],
            "baselines_refitted": {},
            "falls": {},
        }
    survey = _read(data, model.price_year)
    unseen = ~seen_by(model, survey)
    refitted: dict[str, float] = {}
    if refit or unseen.sum() < UNSEEN_MIN:
        with _progress() as progress:
            task = progress.add_task("first fold", total=settings.folds)
            predicted = evaluation.cross_validate(
                survey,
                model.features,
                settings,
                lambda step: progress.update(task, advance=1, description=step),
            )
        how = f"refitted with the model's settings in {settings.folds} folds by household"
        refitted = evaluation.baselines(survey, model.features, settings)
    else:
        survey = survey.select(unseen)
        predicted = evaluation.predicted_by_model(model, survey)
        how = "the model as it is, on households that it was not trained on"
        how += f"; {int((~unseen).sum())} rows of others left out"
    how += f"; dollars of {survey.price_year}"
    traits = canonical(survey.matrix(model.demographic_features), model.features[1:])
    return {
        "how": how,
        "scores": evaluation.score(survey, predicted),
        "baselines": evaluation.baselines_of(model, survey),
        "baselines_refitted": refitted,
        "falls": evaluation.falls_with_income(model, np.unique(traits, axis=0)),
    }


def _let_threads_rest() -> None:
    """Let XGBoost's threads sleep while they wait for one another.

    They spin otherwise: where others want the processors too, 120 trees took 34 s instead of .7.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")


def _read(data: Path, price_year: int | None) -> "Survey":
    """Read survey files and say on standard error what was kept."""
    from ravelin.learning.survey import read_survey

    console = _console(stderr=True)
    with console.status("reading survey files"):
        survey = read_survey(data, price_year)
    reading = survey.reading
    lines = [f"read {reading.rows} rows of {len(reading.files)} file(s), kept {reading.kept}"]
    lines += [f"  dropped {count}: {reason}" for reason, count in reading.dropped.items()]
    lines += [f"  note: {note}" for note in reading.notes]
    console.print("\n".join(lines), highlight=False)
    return survey


def _published(data: Path, given: Path | None, survey: "Survey") -> tuple[Any, str]:
    """Find the published means and read those of the survey's years."""
    from ravelin.learning.shares import find_published, read_published

    path = given or find_published(data)
    if path is None:
        return None, ""
    years = tuple(sorted({int(quarter) // 4 for quarter in survey.quarter}))
    return read_published(path, years, survey.price_year), path.name


def _print_scores(model: "SpendingModel", scores: dict[str, Any], baselines: dict[str, float]) -> None:
    from ravelin.learning import report

    title = f"Fit: {scores['rows']:,} rows of {scores['units']:,} units, weighted"
    _print(title, report.fit(model, scores, baselines))
    _print(f"Mean spending by income decile, dollars of {model.price_year} a year", report.deciles(scores))
    _print("Share of households below the predicted quantile", report.coverage(scores))


def _print(title: str, rows: list[dict[str, Any]]) -> None:
    from rich.table import Table

    table = Table(title=title, title_justify="left", box=None, header_style="bold")
    for place, name in enumerate(rows[0]):
        table.add_column(name, justify="left" if place == 0 or name == "" else "right")
    for row in rows:
        values = (f"{value:,}" if isinstance(value, int) else str(value) for value in row.values())
        table.add_row(*values)
    console = _console()
    console.print(table)
    console.print()


def _console(*, stderr: bool = False) -> "Console":
    from rich.console import Console

    console = Console(stderr=stderr)
    if not console.is_terminal:
        console.width = max(console.width, _WIDTH_MIN)
    return console


def _progress() -> "Progress":
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, TimeElapsedColumn(), console=_console(stderr=True), transient=True)
