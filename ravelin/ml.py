"""The commands that train, apply and check the model of spending; `ravelin ml` lists them.

Heavy imports happen inside the commands, so that listing them is quick.
"""

import functools
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, cast

import click

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from ravelin.learning.inference import SpendingModel
    from ravelin.learning.survey import Reading, Survey

Command = TypeVar("Command", bound=Callable[..., Any])

USAGE = 2
UNSEEN_MIN = 200
"""Rows of unseen households from which a model is scored as it is; with fewer it is refitted in folds."""

_EXISTING = click.Path(path_type=Path)


class _Refusal(click.ClickException):
    exit_code = USAGE


def _in_sentences(command: Command) -> Command:
    """Tell what a user got wrong in one sentence, with exit code 2."""

    @functools.wraps(command)
    def told(*arguments: Any, **options: Any) -> Any:
        from ravelin.learning.errors import SurveyError

        try:
            return command(*arguments, **options)
        except SurveyError as problem:
            _refuse(str(problem))

    return cast("Command", told)


def _refuse(sentence: str) -> NoReturn:
    raise _Refusal(" ".join(sentence.split()))


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def ml() -> None:
    """Learn from the Consumer Expenditure Survey how people spend.

    \b
    Example:
      ravelin ml train --data FOLDER
    """


@ml.command()
@click.option(
    "--data",
    required=True,
    type=_EXISTING,
    metavar="DIR",
    help="Folder with fmli*.csv (plain or zipped) or a Parquet of them.",
)
@click.option(
    "--out",
    default="consumption_model.zip",
    show_default=True,
    type=_EXISTING,
    metavar="FILE",
    help="Where the model goes.",
)
@click.option(
    "--features",
    "kind",
    default="base",
    show_default=True,
    type=click.Choice(["base", "full"]),
    help="The 11 that every consumer carries, or all the files tell.",
)
@click.option(
    "--published",
    type=_EXISTING,
    metavar="FILE",
    help="Published means by age (CSV), for categories the files lack; looked for beside the data.",
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
    type=click.IntRange(0),
    help="Seed of folds and boosting; the same seed gives the same model.",
)
@_in_sentences
def train(data: Path, out: Path, kind: str, published: Path | None, folds: int, seed: int) -> None:
    """Train the model on survey files and write it with its card.

    \b
    Example:
      ravelin ml train --data intrvw15 --out my_model.zip
      ravelin run --model my_model.zip
    """
    from ravelin.learning import training
    from ravelin.learning.boosting import Settings
    from ravelin.learning.features import BASE

    if out.is_dir() or not out.absolute().parent.is_dir():
        _refuse(f"{out} is not a file in an existing folder; name the model's file with --out")
    console = _console()
    survey = _read(data, console)
    features = BASE if kind == "base" else training.full_features(survey)
    settings = Settings(folds=folds, seed=seed)
    means, source = _published(data, published, survey)
    with _progress(console) as progress:
        task = progress.add_task("reading", total=training.steps(survey, features, settings))

        def told(step: str) -> None:
            progress.update(task, advance=1, description=step)

        model = training.train(
            survey,
            published=means,
            published_name=source,
            features=features,
            settings=settings,
            told=told,
        )
    model.save(out)
    _show_scores(
        console, model, model.card["scores"]["cross_validation"], model.card["scores"]["baselines"]
    )
    console.print(_importance(model.card["importance"]))
    console.print(f"model written to {out} ({out.stat().st_size / 1e6:.2f} MB)")


@ml.command()
@click.option(
    "--model",
    "file",
    type=_EXISTING,
    metavar="FILE",
    help="A trained model; the one shipped with Ravelin if omitted.",
)
@click.option(
    "--profiles",
    type=_EXISTING,
    metavar="FILE",
    help="Consumers to predict for, CSV or JSON with one column per feature.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@_in_sentences
def predict(file: Path | None, profiles: Path | None, as_json: bool) -> None:
    """Show what consumers of given kinds and incomes spend, and how spending answers to income.

    \b
    Example:
      ravelin ml predict
      ravelin ml predict --profiles consumers.csv
    """
    import numpy as np

    from ravelin.learning.inference import SpendingModel
    from ravelin.learning.profiles import INCOMES, Profiles, built_in, read_profiles

    model = SpendingModel.load(file)
    if profiles is not None:
        shown = read_profiles(profiles, model.features)
    else:
        typical = built_in(model.features)
        rows = np.repeat(typical.features, len(INCOMES), axis=0)
        rows[:, 0] = np.tile(np.array(INCOMES, np.float32), len(typical.names))
        shown = Profiles(tuple(name for name in typical.names for _ in INCOMES), rows)
    answers = _answers(model, shown.names, shown.features)
    sweep = _sweep(model, shown.features[len(shown.features) // 2])
    if as_json:
        click.echo(json.dumps({"profiles": answers, "sweep": sweep}))
        return
    console = _console()
    console.print(_table("Annual spending, dollars, by rank among like consumers", answers))
    console.print(_table(f"Income sensitivity: {shown.names[len(shown.names) // 2]}", sweep))


@ml.command()
@click.option(
    "--model",
    "file",
    type=_EXISTING,
    metavar="FILE",
    help="A trained model; the one shipped with Ravelin if omitted.",
)
@click.option(
    "--data",
    type=_EXISTING,
    metavar="DIR",
    help="Survey files to score the model on; its card if omitted.",
)
@click.option(
    "--refit",
    is_flag=True,
    help="Refit in folds on the data even if it holds households the model has not seen.",
)
@click.option(
    "--chart",
    type=_EXISTING,
    metavar="FILE",
    help="Write the decile calibration chart, .png or .html.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@_in_sentences
def validate(
    file: Path | None, data: Path | None, refit: bool, chart: Path | None, as_json: bool
) -> None:
    """Print the model card and how well the model does on households it has not seen.

    With --data the model is scored on the households that were not in its training data. If all of
    them were, models with its settings are refitted in folds by household.

    \b
    Example:
      ravelin ml validate --data FOLDER --chart deciles.png
    """
    from ravelin.learning import chart as charts
    from ravelin.learning.inference import SpendingModel

    if chart is not None and chart.suffix.lower() not in (".png", ".html"):
        _refuse(f"the chart {chart} must end in .png or .html")
    model = SpendingModel.load(file)
    console = _console()
    if not as_json:
        console.print(_card(model))
    report = _held_out(model, data, refit, console)
    if chart is not None:
        charts.draw(report["scores"]["deciles"], chart, report["how"])
    if as_json:
        click.echo(json.dumps({"card": dict(model.card), **report}))
        return
    console.print(f"[bold]Held-out report[/]: {report['how']}", highlight=False)
    _show_scores(console, model, report["scores"], report["baselines"])
    if chart is not None:
        console.print(f"chart written to {chart}")


def _held_out(
    model: "SpendingModel", data: Path | None, refit: bool, console: "Console"
) -> dict[str, Any]:
    """Score the model on unseen households: scores, baselines, and a sentence on how it was done."""
    import numpy as np

    from ravelin.learning import evaluation
    from ravelin.learning.boosting import Settings
    from ravelin.learning.features import canonical
    from ravelin.learning.training import seen_by

    stored = model.card["scores"]
    if data is None:
        how = f"{model.card['settings']['folds']} folds by household, when the model was trained"
        return {
            "how": how,
            "scores": stored["cross_validation"],
            "baselines": stored["baselines"],
            "falls": {},
        }
    survey = _read(data, console)
    unseen = ~seen_by(model, survey.unit)
    settings = Settings(**model.card["settings"])
    if refit or unseen.sum() < UNSEEN_MIN:
        with _progress(console) as progress:
            task = progress.add_task("folds", total=settings.folds)
            predicted = evaluation.cross_validate(
                survey,
                model.features,
                settings,
                lambda step: progress.update(task, advance=1, description=step),
            )
        how = f"refitted in {settings.folds} folds by household on {len(survey.unit)} rows with the model's settings"
    else:
        survey = survey.select(unseen)
        predicted = evaluation.predicted_by_model(model, survey)
        how = f"the model as it is on {len(survey.unit)} rows of households it has not seen ({int((~unseen).sum())} seen rows left out)"
    cells = np.unique(
        canonical(survey.matrix(model.demographic_features), model.features[1:]), axis=0
    )
    return {
        "how": how,
        "scores": evaluation.score(survey, predicted),
        "baselines": evaluation.baselines(survey, model.features, settings),
        "falls": dict(evaluation.falls_with_income(model, cells)),
    }


def _read(data: Path, console: "Console") -> "Survey":
    from ravelin.learning.survey import read_survey

    with console.status("reading survey files"):
        survey = read_survey(data)
    _show_reading(console, survey.reading)
    return survey


def _published(data: Path, given: Path | None, survey: "Survey") -> tuple[Any, str]:
    """Find the published means and read those of the survey's years."""
    from ravelin.learning.shares import find_published, read_published

    path = given or find_published(data)
    if path is None:
        return None, ""
    years = tuple(sorted({int(quarter) // 4 for quarter in survey.quarter}))
    return read_published(path, years), path.name


def _answers(model: "SpendingModel", names: tuple[str, ...], features: Any) -> list[dict[str, Any]]:
    mean = model.mean_spending(features)
    ranks = {
        f"rank {rank:g}": model.spend(features, rank) for rank in (0.05, 0.25, 0.5, 0.75, 0.95)
    }
    return [
        {
            "profile": name,
            "income": round(float(features[row, 0])),
            **{rank: round(float(spending[row])) for rank, spending in ranks.items()},
            "mean": round(float(mean[row])),
        }
        for row, name in enumerate(names)
    ]


def _sweep(model: "SpendingModel", profile: Any) -> list[dict[str, Any]]:
    """Expected spending of one consumer over incomes, its share of income and its elasticity."""
    import numpy as np

    incomes = np.geomspace(5_000, 400_000, 17)
    rows = np.repeat(np.asarray(profile, np.float32)[None, :], len(incomes), axis=0)
    rows[:, 0] = incomes
    mean = model.mean_spending(rows)
    elasticity = np.gradient(np.log(mean), np.log(incomes))
    return [
        {
            "income": round(float(income)),
            "mean": round(float(spent)),
            "of income": round(float(spent / income), 3),
            "elasticity": round(float(answer), 3),
        }
        for income, spent, answer in zip(incomes, mean, elasticity, strict=True)
    ]


def _console() -> "Console":
    from rich.console import Console

    return Console(soft_wrap=False)


def _progress(console: "Console") -> Any:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=_error_console(), transient=True)


def _error_console() -> "Console":
    from rich.console import Console

    return Console(stderr=True)


def _show_reading(console: "Console", reading: "Reading") -> None:
    shown = _error_console()
    shown.print(
        f"read {reading.rows} rows of {len(reading.files)} file(s), kept {reading.kept}",
        highlight=False,
    )
    for reason, count in reading.dropped.items():
        shown.print(f"  dropped {count}: {reason}", highlight=False)
    for note in reading.notes:
        shown.print(f"  note: {note}", highlight=False)


def _table(title: str, rows: list[dict[str, Any]]) -> "Table":
    from rich.table import Table

    table = Table(title=title, title_justify="left", box=None, header_style="bold")
    for name, value in rows[0].items():
        table.add_column(name, justify="left" if isinstance(value, str) else "right")
    for row in rows:
        table.add_row(
            *(f"{value:,}" if isinstance(value, int) else str(value) for value in row.values())
        )
    return table


def _importance(importance: dict[str, float]) -> "Table":
    rows = [
        {"feature": name, "gain": f"{share:.3f}", "": "█" * round(40 * share)}
        for name, share in importance.items()
    ]
    return _table("Feature importance (share of the loss reduction)", rows)


def _card(model: "SpendingModel") -> "Table":
    card = model.card
    quarters, settings = card["data"]["quarters"], card["settings"]
    rows = {
        "trained": f"{card['created']} with "
        + ", ".join(f"{name} {version}" for name, version in card["versions"].items()),
        "data": f"{card['data']['survey']}; {', '.join(card['data']['files'][:4])}; {quarters[0]} to {quarters[-1]}",
        "rows": f"{card['data']['rows_used']:,} of {card['data']['rows_read']:,} ({card['data']['units']:,} units), weighted by {card['data']['weight']}",
        "target": card["target"],
        "means": f"income {card['mean_income']:,.0f}, spending {card['mean_spending']:,.0f} dollar/year",
        "features": ", ".join(feature["name"] for feature in card["features"]),
        "settings": ", ".join(
            f"{name.replace('_', ' ')} {value:g}" for name, value in settings.items()
        ),
        "persistence": f"{card['persistence']['persistent_share']:.3f} of the rank's variance lasts; the rest is drawn anew every {card['persistence']['transitory_months']} months",
        "budget shares": card["shares"]["types"] + "; " + card["shares"]["source"],
    }
    return _table("Model card", [{"": name, " ": value} for name, value in rows.items()])


def _show_scores(
    console: "Console", model: "SpendingModel", scores: dict[str, Any], baselines: dict[str, float]
) -> None:
    fit = [{"model": "this model, R2 of log spending", "R2": f"{scores['r2_log']:.4f}"}]
    fit += [{"model": name, "R2": f"{value:.4f}"} for name, value in baselines.items()]
    stored = model.card["scores"]
    if stored.get("time_split"):
        fit.append(
            {
                "model": "this model, last quarter of interviews (training run)",
                "R2": f"{stored['time_split']['r2_log']:.4f}",
            }
        )
    if stored.get("full_features"):
        wide = stored["full_features"]
        fit.append(
            {
                "model": f"with all {len(wide['features'])} features (training run)",
                "R2": f"{wide['cross_validation']['r2_log']:.4f}",
            }
        )
        fit.append(
            {
                "model": "  OLS with squared log income on them",
                "R2": f"{wide['baselines']['OLS with squared log income']:.4f}",
            }
        )
    console.print(_table(f"Fit, {scores['rows']:,} rows of {scores['units']:,} units", fit))
    deciles = [
        {
            "decile": row["decile"],
            "rows": row["rows"],
            "income": round(row["income"]),
            "survey": round(row["actual"]),
            "model": round(row["predicted"]),
            "ratio": f"{row['ratio']:.3f}",
        }
        for row in scores["deciles"]
    ]
    console.print(
        _table(
            f"Mean spending by income decile, dollar/year (in all: {scores['aggregate_ratio']:.4f} of the survey's)",
            deciles,
        )
    )
    coverage = [
        {
            "quantile": level,
            "all": f"{row['all']:.3f}",
            **{
                f"quintile {fifth + 1}": f"{value:.3f}"
                for fifth, value in enumerate(row["quintiles"])
            },
        }
        for level, row in scores["coverage"].items()
    ]
    console.print(_table("Share of households below the predicted quantile", coverage))
