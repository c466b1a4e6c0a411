"""Does the simulated economy agree with the data it was built from? One check per name.

Each check runs its own small economy and returns whether it passed, with a table that shows why.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from ravelin.experiments.input_output import input_output
from ravelin.ledger.balance_sheet import sector_positions
from ravelin.scenarios.calibration import Calibration, calibration, read_rows
from ravelin.scenarios.scenario import Scenario
from ravelin.simulation import Simulation
from ravelin.state.accounts import FIRMS, FLOWS, GOVERNMENT, INSTRUMENTS, SECTORS, Flows
from ravelin.state.consumers import Consumers
from ravelin.state.institutions import Economy

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


def opening(consumers: int = 100_000) -> tuple[bool, str]:
    """Compare the opening's stocks, and the first month's and year's flows, with the calibration."""
    data, lines = calibration(), [f"Opening of {consumers:,} consumers against the calibration", ""]
    with Simulation(Scenario.load("default", consumers=consumers)) as run:
        worst = stock_gaps(run, data, consumers)
        lines += [f"{name:<32}{gap:>16,} cents" for name, gap in worst] or ["every financial stock is met to the cent"]
        passed = not worst
        growth = 1.0 + float(data.rules["growth_nominal_month"])
        totals = np.zeros((13, len(FLOWS)))
        for month in range(12):
            run.step()
            paid = run.world[Flows].paid
            # Subsidies and refunds run against their tax: what counts is net.
            against = np.where(np.char.endswith(FLOWS, "tax"), paid[:, GOVERNMENT * 5 + FIRMS], 0)
            totals[month] = (paid.sum(axis=1) - 2 * against) / consumers * 1000.0
    expected = account_matrix(data)
    lines += ["", f"{'flow, million cents a month per 1,000':<40}{'matrix':>9}{'month 1':>9}{'':>9}{'year 1':>9}"]
    path = sum(growth**month for month in range(12))
    for place, name in enumerate(FLOWS):
        if name not in expected:
            continue
        first = totals[0, place] / expected[name] - 1.0
        year = totals[:12, place].sum() / (expected[name] * path) - 1.0
        bound, later = (0.001, np.inf) if name in CONTRACTUAL else (0.01, 0.02)
        good = abs(first) <= bound and abs(year) <= later
        passed = passed and good
        lines.append(
            f"{name:<40}{expected[name] / 1e6:>9.2f}{totals[0, place] / 1e6:>9.2f}{first:>+9.2%}{year:>+9.2%}"
            f"{'' if good else '  outside'}"
        )
    lines.append("Bounds: contracts 0.1 % in month 1; behavior 1 % in month 1 and 2 % over year 1.")
    return passed, "\n".join(lines)


def stock_gaps(run: Simulation, data: Calibration, consumers: int) -> list[tuple[str, int]]:
    """List financial stocks that differ from the calibration, in cents; rounding of a stock is one cent."""
    sheet = sector_positions(run.world)
    gaps = []
    for s, sector in enumerate(SECTORS):
        names = [name for name in data.sheet if name == sector or (sector == "firms" and name.startswith("firms:"))]
        for i, instrument in enumerate(INSTRUMENTS[:12]):
            wanted = sum(round(data.sheet[name][instrument] * consumers / 1000.0) for name in names)
            # What one sector owns is what others owe: roundings of holders add up in the debtor.
            if abs(int(sheet[s, i]) - wanted) > 30:
                gaps.append((f"{sector}, {instrument}", int(sheet[s, i]) - wanted))
    return gaps


def survey(consumers: int = 20_000, months: int = 24) -> tuple[bool, str]:
    """Compare simulated spending with the survey: by income decile, its spread, and its persistence.

    Spending is observed as the survey does, over three-month windows; income and spending are brought to
    the survey's level by the scales the economy itself uses.
    """
    data_rows = read_rows("calibration", "deposits_by_income_decile.csv")
    target = np.array([float(row["spending_mean"]) for row in data_rows])
    windows: list[Doubles] = []
    with Simulation(Scenario.load("default", consumers=consumers)) as run:
        run.step(months)
        economy, people = run.world[Economy], run.world[Consumers]
        income = np.zeros(consumers)
        for _ in range(4):
            spent = np.zeros(consumers)
            for _ in range(3):
                run.step()
                spent += people.budget
                income += people.permanent_income
            level = economy.income_reference[0] / (0.12 * economy.mean_income[0])
            windows.append(spent * 4.0 / 100.0 * level * 0.01 / economy.spending_scale[0] * 100.0)
    order = np.argsort(np.argsort(income, kind="stable"), kind="stable")
    decile = order * 10 // consumers
    mean = np.bincount(decile, weights=windows[0], minlength=10) / np.bincount(decile, minlength=10)
    share, wanted = mean / mean.mean(), target / target.mean()
    lines = ["Spending by income decile, relative to the mean", f"{'decile':<10}{'survey':>9}{'model':>9}{'':>9}"]
    passed = True
    for place in range(10):
        gap = share[place] / wanted[place] - 1.0
        good = place < 2 or abs(gap) <= 0.10
        passed = passed and good
        lines.append(
            f"{place + 1:<10}{wanted[place]:>9.3f}{share[place]:>9.3f}{gap:>+9.1%}{'' if good else '  outside 10 %'}"
        )
    positive = windows[0] > 0
    spread = float(np.log(windows[0][positive]).std())
    good = abs(spread / SURVEY_SPREAD - 1.0) <= 0.10
    passed = passed and good
    lines += [
        "",
        f"sd of log spending: survey {SURVEY_SPREAD:.3f}, model {spread:.3f}{'' if good else '  outside 10 %'}",
    ]
    for lag, expected in enumerate(SURVEY_RANK_CORRELATIONS, start=1):
        ranks = [np.argsort(np.argsort(window)) for window in (windows[0], windows[lag])]
        found = float(np.corrcoef(ranks[0], ranks[1])[0, 1])
        good = abs(found - expected) <= 0.1
        passed = passed and good
        lines.append(
            f"rank correlation after {3 * lag} months: survey {expected:.3f}, model {found:.3f}"
            f"{'' if good else '  outside .1'}"
        )
    return passed, "\n".join(lines)


SURVEY_SPREAD = 0.761
"""Weighted standard deviation of log annual spending in the survey extract (model card)."""
SURVEY_RANK_CORRELATIONS = (0.825, 0.821, 0.790)
"""Rank correlation of total spending of the same household 3, 6 and 9 months apart, survey extract."""

CHECKS: dict[str, Callable[..., tuple[bool, str]]] = {
    "opening": opening,
    "survey": survey,
    "input-output": input_output,
}
