"""The survey's tables in the documentation are made by a command, which says from which commit they are.

`python tests/test_survey_tables.py` measures anew, writes `docs/survey.json`, and from it the marked parts of
docs/results.md and data/README.md. It takes some minutes; `--write` only writes what was measured before.
"""

import json
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from ravelin.learning.inference import SpendingModel
from ravelin.learning.model_file import default_path, digest

ROOT = Path(__file__).resolve().parents[1]
MEASURED = ROOT / "docs" / "survey.json"
CONSUMERS, MONTHS = 20_000, (24, 120, 360)

PARTS = {"spending as surveyed": ROOT / "docs" / "results.md", "model card": ROOT / "data" / "README.md"}


def borders(name: str) -> tuple[str, str]:
    return f"<!-- {name} -->\n", f"<!-- end of {name} -->\n"


def measure() -> dict[str, Any]:
    """Let the default economy live, and see how far the shipped model's spending ever falls with income."""
    import numpy as np

    from ravelin.learning.evaluation import falls_with_income
    from ravelin.validation.checks import live, survey_table, surveyed

    wanted, lived = surveyed(), list(live(CONSUMERS, MONTHS))
    model = SpendingModel.load()
    rng = np.random.default_rng(0)
    cells = np.column_stack([rng.choice(feature.levels, 20_000) for feature in model.features[1:]])
    asked = ["git", "rev-parse", "--short=7", "HEAD"]
    commit = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return {
        "commit": commit.strip(),
        "model": digest(default_path()),
        "survey": entry(wanted),
        "economy": {str(each.months): entry(each.seen) for each in lived},
        "passed": all(survey_table(each.seen, wanted)[0] for each in lived),
        "largest_fall": max(falls_with_income(model, cells.astype(np.float32)).values()),
    }


def entry(seen: Any) -> dict[str, Any]:
    return {
        "shares": [round(float(share), 4) for share in seen.shares],
        "spread": round(float(seen.spread), 4),
        "correlations": [round(float(value), 4) for value in seen.correlations],
    }


def row(*cells: object) -> str:
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def spending_as_surveyed(measured: dict[str, Any]) -> str:
    wanted, economy = measured["survey"], measured["economy"]
    lines = [
        f"{CONSUMERS:,} consumers, seed 1, commit {measured['commit']}; made by `python tests/test_survey_tables.py`:",
        "",
        row("decile of income", *range(1, 11)),
        row(*["---"] * 11),
        row("survey, over the mean", *(f"{share:.2f}" for share in wanted["shares"])),
    ]
    for months, seen in economy.items():
        gaps = (share / target - 1.0 for share, target in zip(seen["shares"], wanted["shares"], strict=True))
        lines.append(row(f"after {months} months", *(f"{share:.2f}" for share in seen["shares"])))
        lines.append(row("difference, %", *(f"{100 * gap:+.1f}" for gap in gaps)))
    lines += ["", row("", "survey", *(f"{months} months" for months in economy)), row(*["---"] * (2 + len(economy)))]
    every = [wanted, *economy.values()]
    lines.append(row("sd of log spending", *(_short(seen["spread"]) for seen in every)))
    for place in range(3):
        values = (_short(seen["correlations"][place]) for seen in every)
        lines.append(row(f"rank correlation, {3 * (place + 1)} months apart", *values))
    return "\n".join(lines) + "\n"


def _short(value: float) -> str:
    return f"{value:.3f}".removeprefix("0")


def model_card(measured: dict[str, Any]) -> str:
    """Write what the shipped model's card says."""
    card = SpendingModel.load().card
    data, scores, lasting = card["data"], card["scores"], card["persistence"]
    found, lines = scores["cross_validation"], scores["baselines"]
    wide, later = scores["full_features"], scores["time_split"]
    r2, ols = found["r2_log"], lines["OLS with squared log income"]
    ratios = [each["ratio"] for each in found["deciles"]]
    coverage = found["coverage"]
    off = max(abs(share - float(level)) for level, each in coverage.items() for share in each["quintiles"])
    dropped = "; ".join(f"{count:,} {reason}" for reason, count in data["rows_dropped"].items())
    r2_wide, ols_wide = wide["cross_validation"]["r2_log"], wide["baselines"]["OLS with squared log income"]
    told = [
        f"Model {measured['model'][:8]}, dollars of {card['dollars']['year']}; made by "
        "`python tests/test_survey_tables.py` from its card, "
        f"at commit {measured['commit']}.",
        "",
        f"**Rows.** {data['rows_read']:,} read, {data['rows_used']:,} kept, {data['units']:,} consumer units. "
        f"Dropped: {dropped}.",
        "",
        row(f"{card['settings']['folds']} folds by consumer unit, survey-weighted", "target", "found"),
        row("---", "---", "---"),
        row(
            "R2 of log spending, 11 features",
            ">= 0.57",
            f"{r2:.4f}",
        ),
        row(
            "the same above OLS with squared log income",
            ">= 0.025",
            f"{r2 - ols:.4f} (OLS {ols:.4f}; log-linear {lines['log-linear OLS']:.4f}; "
            f"constant propensity {lines['constant propensity']:.2f})",
        ),
        row(f"R2 with {len(wide['features'])} features", ">= 0.61", f"{r2_wide:.4f} (OLS on them {ols_wide:.4f})"),
        row("later interviews from earlier ones, no unit in both", "", f"{later['r2_log']:.4f}"),
        row("the same, expected over surveyed mean", "", f"{later['aggregate_ratio']:.3f}"),
        row("expected over surveyed mean, in all", "within 2 %", f"{found['aggregate_ratio']:.3f}"),
        row("deciles 2-10 of income", "0.88-1.12", f"{min(ratios[1:]):.3f}-{max(ratios[1:]):.3f}"),
        row("decile 1", "0.78-1.15", f"{ratios[0]:.3f}"),
        row(
            f"households below the {', '.join(f'{100 * float(level):g}' for level in coverage)} % quantile",
            "within 0.02",
            " ".join(f"{each['all']:.3f}" for each in coverage.values()),
        ),
        row("the same by income quintile", "within 0.05", f"at most {off:.3f} off"),
        row(
            "largest fall of spending from an income step to the next, 20,000 cells, mean and ranks .05-.95",
            "0",
            f"{measured['largest_fall']:.0e} of the logarithm (float32)",
        ),
        "",
        f"**Persistence.** Normal scores of a household's out-of-fold residuals correlate "
        f"{_listed(lasting['correlations'].values())} at 3, 6 and 9 months "
        f"({_listed(lasting['pairs'].values(), ',')} pairs); spending itself by rank "
        f"{_listed(lasting['spending_rank_correlations'].values())}. "
        f"`persistent_share` is {lasting['persistent_share']:.3f}, "
        f"`persistent_share_monthly` {lasting['persistent_share_monthly']:.3f}, "
        f"`monthly_scale` {lasting['monthly_scale']:.3f}.",
        "",
        f"**Incomes.** {card['incomes']['lowest']:,.0f} to {card['incomes']['highest']:,.0f} dollars, "
        f"98 % of households between {card['incomes']['first_percent']:,.0f} and "
        f"{card['incomes']['last_percent']:,.0f}; mean {card['mean_income']:,.0f}, "
        f"mean spending {card['mean_spending']:,.0f}.",
        "",
        "**Weak spots** by its own card: " + "; ".join(card["weak_spots"]) + ".",
    ]
    return "\n".join(line if line.startswith("|") else textwrap.fill(line, 120) for line in told) + "\n"


def _listed(values: Any, style: str = ".3f") -> str:
    *most, last = (f"{value:{style}}" for value in values)
    return f"{', '.join(most)} and {last}"


MADE = {"spending as surveyed": spending_as_surveyed, "model card": model_card}


def split(name: str) -> tuple[str, str, str]:
    begin, end = borders(name)
    before, _, rest = PARTS[name].read_text().partition(begin)
    part, _, after = rest.partition(end)
    return before, part, after


@pytest.mark.parametrize("name", PARTS)
def test_the_tables_are_those_that_were_measured(name: str) -> None:
    made = MADE[name](json.loads(MEASURED.read_text()))
    assert split(name)[1] == made, "run `python tests/test_survey_tables.py --write`"


def test_the_tables_are_of_the_shipped_model() -> None:
    measured = json.loads(MEASURED.read_text())
    assert measured["model"] == digest(default_path()), "run `python tests/test_survey_tables.py`"
    assert measured["passed"]
    assert len(measured["economy"]) == len(MONTHS)


def test_a_run_spends_by_the_share_on_the_card() -> None:
    from ravelin.economy.spending.consumption import Spending

    lasting = SpendingModel.load().card["persistence"]["persistent_share"]
    assert Spending.persistence.default == pytest.approx(lasting, abs=0.0005)


if __name__ == "__main__":
    if "--write" not in sys.argv:
        MEASURED.write_text(json.dumps(measure(), indent=1) + "\n")
    for part, file in PARTS.items():
        before, _, after = split(part)
        begin, end = borders(part)
        file.write_text(before + begin + MADE[part](json.loads(MEASURED.read_text())) + end + after)
