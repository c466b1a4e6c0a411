"""Tables about a model, as lists of rows to print: its card, its fit, its answers."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ravelin.learning.features import BASE, Feature
from ravelin.learning.inference import SpendingModel
from ravelin.learning.profiles import INCOMES, Profiles
from ravelin.learning.variables import CODE_WORDS, RANGES, VARIABLES

Rows = list[dict[str, Any]]

RANKS = (0.05, 0.25, 0.5, 0.75, 0.95)


def across_incomes(model: SpendingModel, typical: Profiles) -> Rows:
    """Give expected spending, dollar/year, of each profile (a row) at each income (a column)."""
    rows: Rows = []
    for name, profile in zip(typical.names, typical.features, strict=True):
        mean = model.mean_spending(_at_incomes(profile, np.array(INCOMES)))
        spent = {f"{income:,}": round(float(each)) for income, each in zip(INCOMES, mean, strict=True)}
        rows.append({"income": name, **spent})
    return rows


def by_rank(model: SpendingModel, profiles: Profiles) -> Rows:
    """Give annual spending of each profile at several ranks among people like her, and its mean."""
    mean = model.mean_spending(profiles.features)
    ranks = {f"rank {rank:g}": model.spend(profiles.features, rank) for rank in RANKS}
    return [
        {
            "profile": name,
            "income": round(float(profiles.features[row, 0])),
            **{rank: round(float(spending[row])) for rank, spending in ranks.items()},
            "mean": round(float(mean[row])),
        }
        for row, name in enumerate(profiles.names)
    ]


def sensitivity(model: SpendingModel, profile: NDArray[np.float32]) -> Rows:
    """Sweep one consumer's income: expected spending, its share of income, and its elasticity.

    The model is a step function of income, so the elasticity is taken over a doubling around each.
    """
    incomes = np.geomspace(5_000, 320_000, 13)
    mean = model.mean_spending(_at_incomes(profile, incomes))
    below, above = (model.mean_spending(_at_incomes(profile, incomes * factor)) for factor in (0.5**0.5, 2**0.5))
    elasticity = np.log2(above / below)
    return [
        {
            "income": round(float(income)),
            "mean spending": round(float(spent)),
            "share of income": round(float(spent / income), 3),
            "elasticity": round(float(answer), 3),
        }
        for income, spent, answer in zip(incomes, mean, elasticity, strict=True)
    ]


def _at_incomes(profile: NDArray[np.float32], incomes: NDArray[Any]) -> NDArray[np.float32]:
    rows = np.repeat(profile[None, :], len(incomes), axis=0)
    rows[:, 0] = incomes
    return rows


def card(model: SpendingModel) -> Rows:
    """Summarize the model card."""
    told, data = model.card, model.card["data"]
    versions = ", ".join(f"{name} {version}" for name, version in told["versions"].items())
    settings = (f"{name.replace('_', ' ')} {value:g}" for name, value in told["settings"].items())
    lasting, months = model.persistent_share, model.transitory_months
    summary = {
        "trained": f"{told['created']} with {versions}",
        "survey": data["survey"],
        "files": ", ".join(data["files"]),
        "quarters": f"{data['quarters'][0]} to {data['quarters'][-1]}",
        "rows": f"{data['rows_used']:,} of {data['rows_read']:,} ({data['units']:,} units)",
        "weights": f"{data['weight']}, sum {data['weight_sum']:,.0f}",
        "dollars": f"of {told['dollars']['year']}, by the {told['dollars']['index']}; {told['dollars']['how']}",
        "target": told["target"],
        "mean income": f"{told['mean_income']:,.0f} dollars of {told['dollars']['year']} a year",
        "mean spending": f"{told['mean_spending']:,.0f} dollars of {told['dollars']['year']} a year",
        "range of income": incomes(model),
        "features": "; ".join(f"{feature['name']}: {feature['meaning']}" for feature in told["features"]),
        "settings": ", ".join(settings),
        "persistence": f"{lasting:.3f} of a rank's variance lasts, the rest {months} months",
        "budget shares": f"{told['shares']['types']}; {told['shares']['source']}",
        "weak spots": "; ".join(told["weak_spots"]) or "none",
        "notes": "; ".join(data["notes"]) or "none",
    }
    return [{"model card": name, "": value} for name, value in summary.items()]


def incomes(model: SpendingModel) -> str:
    """Say what incomes the model has learned from."""
    told = model.card["incomes"]
    return (
        f"{told['lowest']:,.0f} to {told['highest']:,.0f} dollars of {model.price_year}, 98 % of households between "
        f"{told['first_percent']:,.0f} and {told['last_percent']:,.0f}; flat above {told['flat']:,.0f}"
    )


def outside(model: SpendingModel, profiles: Profiles) -> list[str]:
    """Name profiles with incomes beyond those learned from."""
    told = model.card["incomes"]
    return [
        f"{name}: an income of {income:,.0f} is outside of what the model has learned from, {incomes(model)}"
        for name, income in zip(profiles.names, profiles.features[:, 0], strict=True)
        if not told["lowest"] <= income <= told["flat"]
    ]


def codes(features: tuple[Feature, ...] = BASE) -> list[str]:
    """Explain the features of a profile: names, ranges or codes, and words, one line each."""
    lines = []
    for feature in features:
        words = CODE_WORDS.get(feature.name, {})
        allowed = RANGES.get(feature.name)
        told = feature.meaning
        if words:
            told += f" (or in words: {', '.join(words)})"
        elif allowed is not None and feature.name != "income":
            told += f" ({allowed.low:g} to {allowed.high:g})"
        names = next(variable.aliases for variable in VARIABLES if variable.name == feature.name)
        lines.append(f"{feature.name}: {told}; the survey's {' or '.join(names)}")
    return lines


def importance(model: SpendingModel) -> Rows:
    """List the features' shares of the loss reduction, largest first."""
    listed = model.card["importance"].items()
    return [{"feature": name, "gain": f"{share:.3f}", "": "█" * round(40 * share)} for name, share in listed]


def fit(model: SpendingModel, scores: Mapping[str, Any], baselines: Mapping[str, float]) -> Rows:
    """Compare R2 of log spending with simpler models', and list the training run's other scores."""
    found = {"this model": scores["r2_log"], **baselines}
    stored = model.card["scores"]
    if stored["time_split"]:
        found["this model, later interviews from earlier ones (training run)"] = stored["time_split"]["r2_log"]
    if stored.get("full_features"):
        wide = stored["full_features"]
        named = f"{len(wide['features'])} features (training run)"
        found[f"boosting with {named}"] = wide["cross_validation"]["r2_log"]
        found[f"OLS with squared log income and {named}"] = wide["baselines"]["OLS with squared log income"]
    return [{"model": name, "R2 of log spending": f"{value:.4f}"} for name, value in found.items()]


def deciles(scores: Mapping[str, Any]) -> Rows:
    """Compare mean spending by income decile, dollar/year, and in all."""
    whole = {"decile": "all", "rows": scores["rows"], "income": "", "survey": "", "model": ""}
    rows: Rows = [
        {
            "decile": str(row["decile"]),
            "rows": row["rows"],
            "income": round(row["income"]),
            "survey": round(row["actual"]),
            "model": round(row["predicted"]),
            "model / survey": f"{row['ratio']:.3f}",
        }
        for row in scores["deciles"]
    ]
    return [*rows, {**whole, "model / survey": f"{scores['aggregate_ratio']:.3f}"}]


def coverage(scores: Mapping[str, Any]) -> Rows:
    """Give the share of households below each predicted quantile, in all and by income quintile."""
    return [
        {
            "quantile": level,
            "all": f"{row['all']:.3f}",
            **{f"quintile {place}": f"{value:.3f}" for place, value in enumerate(row["quintiles"], 1)},
        }
        for level, row in scores["coverage"].items()
    ]


def falls(found: Mapping[str, float]) -> Rows:
    """List the largest fall of spending from an income step to the next, over all cells."""
    return [{"spending at": name, "largest fall": f"{fall:.2e}"} for name, fall in found.items()]
