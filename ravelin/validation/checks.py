"""Does the simulated economy agree with the data it was built from? One check per name.

Each check runs its own small economy and returns whether it passed, with a table that shows why.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ravelin.economy.accounts.balance_sheet import sector_positions
from ravelin.economy.people.tables import Consumers
from ravelin.experiments.runs import silent
from ravelin.experiments.workers import Hear, Standing
from ravelin.learning.inference import SpendingModel
from ravelin.ledger.accounts import FINANCIAL, FIRMS, FLOWS, GOVERNMENT, INSTRUMENTS, SECTORS, Accounts, Flows
from ravelin.opening.balancing import calibration
from ravelin.opening.calibration import Calibration, read_rows
from ravelin.runs.simulation import Simulation
from ravelin.scenarios.scenario import Scenario
from ravelin.validation.dynamics import moments
from ravelin.validation.effects import effects
from ravelin.validation.input_output import input_output
from ravelin.validation.survey_window import INTERVIEWS, Interviews, decile_of, interview
from ravelin.validation.verdict import of_seeds, verdict

Doubles = npt.NDArray[np.float64]

CONTRACTUAL = ("interest on firm loans", "interest on consumer loans", "interest on mortgages", "interest on bonds",
               "interest on reserves", "social security", "interest on deposits")  # fmt: skip
"""Flows that contracts fix in the first month; within 0.1 %. Others are behavior: within 1 %, 2 % over the year."""


def account_matrix(data: Calibration) -> dict[str, float]:
    """Return the flows of the calibration's account matrix that history books, cents a month per 1,000 consumers."""
    into, public = data.paid_into, data.flow("wages", data.names[data.catalog.only("public")])
    consumption = sum(row["row_total"] for name, row in data.sam.items() if name.startswith("consumption_"))
    purchases = data.intermediate()
    return {
        "consumption": consumption, "sales tax": into("sales_tax"), "wages": into("wages") - public,
        "public wages": public, "income tax": into("income_tax"),
        "production tax": data.flow("government", "production_tax"),
        "corporate tax": into("corporate_tax"), "dividends": into("dividends"), "rents": into("rent_to_owners"),
        "payroll tax of employers": into("payroll_tax_employer"), "social security": into("social_security"),
        "payroll tax of employees": into("payroll_tax_employee"), "other transfers": into("other_transfers"),
        "unemployment benefits": into("unemployment_benefits"), "fixed investment": into("fixed_investment"),
        "residential investment": into("residential_investment"), "public investment": into("public_investment"),
        "intermediate purchases": float(purchases[:, :-1].sum()), "government purchases": float(purchases[:, -1].sum()),
        "interest on deposits": into("interest_deposits"), "interest on firm loans": into("interest_firm_loans"),
        "interest on consumer loans": into("interest_consumer_loans"), "interest on bonds": into("interest_bonds"),
        "interest on mortgages": into("interest_mortgages"), "interest on reserves": into("interest_reserves"),
        "central bank remittance": into("central_bank_remittance"),
    }  # fmt: skip


def opening(consumers: int = 100_000, seeds: int = 6, hear: Hear = silent) -> tuple[bool, str]:
    """Compare the opening's stocks, and the first month's and year's flows, with the calibration.

    Stocks are met by every seed; flows are means over seeds, judged with two standard errors to spare: from one seed of
    100,000 consumers to the next the first month's unemployment benefits differ by a twentieth, rents by .5 %.
    """
    data = calibration()
    lines = [f"Opening of {consumers:,} consumers against the calibration, {of_seeds(seeds)}", ""]
    growth = 1.0 + float(data.rules["growth_nominal_month"])
    totals = np.zeros((seeds, 12, len(FLOWS)))
    worst: list[tuple[str, int]] = []
    for seed in range(1, seeds + 1):
        # What is judged is the opening: disturbances would move it from where it stands.
        calm = Scenario.load("default", consumers=consumers, parameters={"Disturbances.size": 0.0})
        with Simulation(calm, seed=seed) as run:
            worst += stock_gaps(run, data, consumers)
            for month in range(12):
                run.step()
                hear(Standing(seed - 1, seeds, 12 * (seed - 1) + month + 1, 12 * seeds))
                paid = run.world[Flows].paid
                # Subsidies and refunds run against their tax: what counts is net.
                against = np.where(np.char.endswith(FLOWS, "tax"), paid[:, GOVERNMENT * len(SECTORS) + FIRMS], 0)
                totals[seed - 1, month] = (paid.sum(axis=1) - 2 * against) / consumers * 1000.0
    lines += [f"{name:<32}{gap:>16,} cents" for name, gap in worst] or ["every financial stock is met to the cent"]
    outside = [f"{name} is off by {gap:,} cents" for name, gap in worst]
    expected = account_matrix(data)
    lines += ["", f"{'million cents a month per 1,000':<32}{'matrix':>9}{'month 1':>9}{'':>16}{'year 1':>16}"]
    path = sum(growth**month for month in range(12))
    for place, name in enumerate(FLOWS):
        if name not in expected:
            continue
        first, unsure = mean_and_error(totals[:, 0, place] / expected[name] - 1.0)
        year, unsure_of_year = mean_and_error(totals[:, :, place].sum(axis=1) / (expected[name] * path) - 1.0)
        bound, later = (0.001, np.inf) if name in CONTRACTUAL else (0.01, 0.02)
        missed = [
            f"{name} {gap:+.2%} in {when} (bound {most:.1%})"
            for gap, error, most, when in ((first, unsure, bound, "month 1"), (year, unsure_of_year, later, "year 1"))
            if abs(gap) > most + 2.0 * error
        ]
        outside += missed
        errors = (f"{unsure:>6.2%}", f"{unsure_of_year:>6.2%}") if seeds > 1 else (f"{'?':>6}",) * 2
        lines.append(
            f"{name:<32}{expected[name] / 1e6:>9.2f}{(1.0 + first) * expected[name] / 1e6:>9.2f}"
            f"{first:>+8.2%} ±{errors[0]}{year:>+8.2%} ±{errors[1]}{'  outside' if missed else ''}"
        )
    lines.append("Bounds: contracts 0.1 % in month 1; behavior 1 % in month 1 and 2 % over year 1;")
    lines.append("each with two standard errors to spare" + (", which one seed has not." if seeds == 1 else "."))
    lines += ["", verdict(outside, "every stock and every flow is within its bounds")]
    return not outside, "\n".join(lines)


def mean_and_error(values: Doubles) -> tuple[float, float]:
    """Return the mean over seeds, (seeds,), and its standard error."""
    error = values.std(ddof=1) / np.sqrt(values.size) if values.size > 1 else 0.0
    return float(values.mean()), float(error)


def stock_gaps(run: Simulation, data: Calibration, consumers: int) -> list[tuple[str, int]]:
    """List financial stocks that differ from the calibration, in cents; rounding of a stock is one cent."""
    sheet = sector_positions(run.world)
    gaps = []
    for s, sector in enumerate(SECTORS):
        names = [name for name in data.sheet if name == sector or (sector == "firms" and name.startswith("firms:"))]
        for i, instrument in enumerate(INSTRUMENTS[:FINANCIAL]):
            wanted = sum(round(data.sheet[name].get(instrument, 0.0) * consumers / 1000.0) for name in names)
            # What one sector owns is what others owe: roundings of holders add up in the debtor.
            if abs(int(sheet[s, i]) - wanted) > 30:
                gaps.append((f"{sector}, {instrument}", int(sheet[s, i]) - wanted))
    return gaps


class Surveyed(NamedTuple):
    """What the survey found of its households, or would find of a simulated economy."""

    shares: Doubles
    """(10,) mean spending by decile of reported income, over the mean."""
    spread: float
    """Standard deviation of the logarithm of a year's spending."""
    correlations: tuple[float, ...]
    """Rank correlations of a household's spending 3, 6 and 9 months apart."""


class Lived(NamedTuple):
    """An economy after some months: as the survey would see it, and by true income."""

    months: int
    seen: Surveyed
    spending: Doubles
    """(10,) spending by decile of true income, over the mean."""
    deposits: Doubles
    """(10,) deposits over a year's income."""


def survey(consumers: int = 20_000, months: tuple[int, ...] = (24, 120, 360), hear: Hear = silent) -> tuple[bool, str]:
    """Compare spending after so many months with the survey: by income decile, its spread, its persistence.

    All is seen as the survey would see it (`survey_window`); spending by true income stands beside it.
    """
    wanted = surveyed()
    passed, lines = True, ["Spending as the survey would see it; by decile of income, over the mean"]
    for lived in live(consumers, months, hear):
        good, table = survey_table(lived.seen, wanted)
        passed = passed and good
        lines += ["", f"after {lived.months} months", *table, "by true income, seen in full:"]
        lines += ["  spending      " + "".join(f"{value:>7.2f}" for value in lived.spending)]
        lines += ["  deposits/year " + "".join(f"{value:>7.2f}" for value in lived.deposits)]
    return passed, "\n".join(lines)


def surveyed() -> Surveyed:
    """Give what the survey extract itself shows: deciles of the calibration, the rest from the shipped model's card."""
    rows = read_rows("calibration", "deposits_by_income_decile.csv")
    means = np.array([float(row["spending_mean"]) for row in rows])
    card = SpendingModel.load().card
    correlations = card["persistence"]["spending_rank_correlations"]
    return Surveyed(
        means / means.mean(), card["sd_log_spending"], tuple(correlations[str(3 * lag)] for lag in range(1, INTERVIEWS))
    )


def live(consumers: int, months: Sequence[int], hear: Hear = silent) -> Iterator[Lived]:
    """Let an economy live, and interview its people after each number of months."""
    # What is judged is the opening: disturbances would move it from where it stands.
    with Simulation(Scenario.load("default", consumers=consumers, parameters={"Disturbances.size": 0.0})) as run:
        for month in months:
            while run.tick < month:
                run.step(12)
                hear(Standing(0, 1, run.tick, months[-1]))
            deposits = run.world[Accounts].deposits[:consumers].copy()
            seen = seen_by_survey(interview(run))
            people = run.world[Consumers]
            truth = decile_of(people.permanent_income.astype(np.float64))
            budget = np.bincount(truth, weights=people.budget) / people.budget.sum() * 10.0
            held = np.bincount(truth, weights=deposits) / np.bincount(truth, weights=12.0 * people.permanent_income)
            yield Lived(month, seen, budget, held)


def seen_by_survey(year: Interviews) -> Surveyed:
    """Sum up a year of interviews."""
    share, spread = np.zeros(10), 0.0
    for income, spending, answers in zip(year.income, year.spending, year.answers, strict=True):
        spent = spending[answers]
        share += np.bincount(decile_of(income[answers]), weights=spent) / spent.sum() * 10.0 / INTERVIEWS
        spread += float(np.log(spent[spent > 0]).std()) / INTERVIEWS
    correlations = []
    for lag in range(1, INTERVIEWS):
        both = year.answers[0] & year.answers[lag]
        ranks = [np.argsort(np.argsort(year.spending[turn, both])) for turn in (0, lag)]
        correlations.append(float(np.corrcoef(ranks[0], ranks[1])[0, 1]))
    return Surveyed(share, spread, tuple(correlations))


def survey_table(seen: Surveyed, wanted: Surveyed) -> tuple[bool, list[str]]:
    """Compare what the survey would see with what it saw."""
    passed, lines = True, [f"{'decile':<10}{'survey':>9}{'model':>9}{'':>9}"]
    for place, (found, expected) in enumerate(zip(seen.shares, wanted.shares, strict=True)):
        gap = found / expected - 1.0
        good = place < 2 or abs(gap) <= 0.10
        passed = passed and good
        lines.append(f"{place + 1:<10}{expected:>9.3f}{found:>9.3f}{gap:>+9.1%}{'' if good else '  outside 10 %'}")
    good = abs(seen.spread / wanted.spread - 1.0) <= 0.10
    passed = passed and good
    lines.append(
        f"sd of log spending: survey {wanted.spread:.3f}, model {seen.spread:.3f}{'' if good else '  outside 10 %'}"
    )
    for lag, (found, expected) in enumerate(zip(seen.correlations, wanted.correlations, strict=True), start=1):
        good = abs(found - expected) <= 0.1
        passed = passed and good
        lines.append(
            f"rank correlation after {3 * lag} months: survey {expected:.3f}, model {found:.3f}"
            f"{'' if good else '  outside .1'}"
        )
    return passed, lines


CHECKS: dict[str, Callable[..., tuple[Any, ...]]] = {
    "opening": opening,
    "survey": survey,
    "moments": moments,
    "input-output": input_output,
    "effects": effects,
}
"""Name -> check, which answers whether it passed, its text, and the numbers if others may reckon with them.

A check runs without arguments, and those it has are options of `ravelin validate`."""
