"""Taxes, the fiscal rule, bonds and the policy rate, against numbers worked out by hand."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st
from small_world import run

from ravelin.core.table import Column, Table, World
from ravelin.economy.accounts.tables import Economy
from ravelin.economy.banks.tables import Banks
from ravelin.economy.central_bank.policy import buy_bonds, set_policy_rate
from ravelin.economy.central_bank.tables import CentralBank
from ravelin.economy.firms.tables import Firms
from ravelin.economy.government.budget import balance_budget, insure_deposits, issue, set_surcharge
from ravelin.economy.government.tables import Government
from ravelin.economy.labor.tables import LaborStatistics
from ravelin.economy.outlook.expectations import revise_inflation, revise_real_rate
from ravelin.economy.outlook.tables import Outlook
from ravelin.economy.people.incomes import IncomeTax
from ravelin.economy.people.tables import Consumers
from ravelin.economy.securities.tables import Fund
from ravelin.ledger.accounts import FLOWS, GOVERNMENT, Accounts, Flows
from ravelin.ledger.tax import bracket_taxes

RATES = np.array(IncomeTax.rates.default)
THRESHOLDS = np.array(IncomeTax.thresholds.default)


def bracket_tax(taxable: float, rates: np.ndarray, thresholds: np.ndarray, scale: float) -> float:
    tax = np.full(1, np.nan)
    bracket_taxes(tax, np.array([taxable]), rates, thresholds, scale)
    return float(tax[0])


# fmt: off
@pytest.mark.parametrize(("taxable", "couple", "due"), [
    # Tax schedules X and Y-1 of the form 1040 for 2019, whose printed amounts at each threshold these are.
    (0.0,        1.0, 0.0),
    (5_000.0,    1.0, 500.0),
    (9_700.0,    1.0, 970.0),
    (39_475.0,   1.0, 4_543.0),
    (50_000.0,   1.0, 4_543.0 + 0.22 * 10_525.0),
    (84_200.0,   1.0, 14_382.5),
    (160_725.0,  1.0, 32_748.5),
    (204_100.0,  1.0, 46_628.5),
    (510_300.0,  1.0, 153_798.5),
    (1_000_000.0, 1.0, 153_798.5 + 0.37 * 489_700.0),
    (19_400.0,   2.0, 1_940.0),
    (78_950.0,   2.0, 9_086.0),
    (168_400.0,  2.0, 28_765.0),
])
# fmt: on
def test_bracket_tax(taxable: float, couple: float, due: float) -> None:
    assert bracket_tax(taxable, RATES, THRESHOLDS, couple) == pytest.approx(due)


@drawn(st.floats(0, 1e7), st.floats(0, 1e7), st.floats(0.5, 4.0))
def test_who_earns_more_pays_more_but_keeps_more(one: float, other: float, scale: float) -> None:
    less, more = sorted((one, other))
    low, high = (bracket_tax(income, RATES, THRESHOLDS, scale) for income in (less, more))
    assert -1e-6 <= high - low <= 0.37 * (more - less) + 1e-6
    assert low <= 0.37 * less + 1e-9


@drawn(st.floats(0, 1e7), st.floats(0.5, 4.0))
def test_brackets_follow_the_wage_level(taxable: float, scale: float) -> None:
    """Without this real growth would push everybody into the highest bracket."""
    due = bracket_tax(taxable, RATES, THRESHOLDS, 1.0)
    assert bracket_tax(taxable * scale, RATES, THRESHOLDS, scale) == pytest.approx(due * scale, abs=1e-6)


def taxed(debt: float, average: float, before: float = 0.0, slump: float = 0.0, relief: float = 0.0) -> Any:
    """Return the government when debt is so many years of a GDP of 1200 cents.

    The slump is unemployment as it is seen, above its norm; relief is what answered it before.
    """
    given = {
        Government.bonds: [[round(debt * 1_200_000), 0, 0, 0]], Economy.trend_gdp: 100_000.0,
        Government.debt_ratio_average: average, Government.surcharge: before, Government.relief: relief,
        CentralBank.unemployment_norm: 0.05, CentralBank.unemployment_seen: 0.05 + slump,
    }  # fmt: skip
    stated = {"debt_target": 0.9, "on_debt": 0.06, "persistence": 0.03, "tax_base": 0.12, "on_slump": 0.9}
    parameters = {f"FiscalPolicy.{name}": value for name, value in stated.items()}
    return run(set_surcharge, {}, given, parameters=parameters)[Government]


# fmt: off
@pytest.mark.parametrize(("debt", "average", "before", "rises"), [
    (0.9, 0.9, 0.0,  0.0),                          # at rest
    (0.9, 0.9, 0.05, 0.0),
    (1.0, 1.0, 0.0,  0.06 * 0.03 / 12 * 0.1 / 0.12),    # above target for a month more
    (0.8, 0.8, 0.0, -0.06 * 0.03 / 12 * 0.1 / 0.12),    # as much below it
    (1.02, 0.9, 0.0, 0.06 * (0.01 + 0.03 / 12 * 0.01) / 0.12),  # a twelfth of what is new counts this month
    (0.78, 0.9, 0.0, -0.06 * (0.01 + 0.03 / 12 * 0.01) / 0.12),
])
# fmt: on
def test_fiscal_rule(debt: float, average: float, before: float, rises: float) -> None:
    government = taxed(debt, average, before)
    assert government.surcharge[0] - before == pytest.approx(rises, abs=1e-12)
    assert government.debt_ratio_average[0] == pytest.approx(average + (debt - average) / 12.0)
    assert government.relief[0] == 0.0


@pytest.mark.parametrize("slump", [0.04, 0.004, 0.0, -0.01])
@pytest.mark.parametrize("before", [0.0, 0.1, -0.05])
def test_taxes_are_lower_in_a_slump(slump: float, before: float) -> None:
    """By nine tenths of a point of GDP for a point of unemployment; what was granted before is not granted again."""
    government = taxed(0.9, 0.9, 0.02, slump, relief=before)
    assert government.relief[0] == pytest.approx(0.9 * slump / 0.12, abs=1e-14)
    assert government.surcharge[0] + government.relief[0] == pytest.approx(0.02 + before)


@pytest.mark.parametrize("slump", [0.05, 0.006, -0.05])
@pytest.mark.parametrize(("debt", "average"), [(1.0, 1.0), (1.1, 0.9), (0.7, 0.9)])
def test_debt_counts_alike_in_a_slump_and_in_a_boom(debt: float, average: float, slump: float) -> None:
    """A rule that waits in slumps only would let debt climb from each slump to the next."""
    relief = 0.9 * slump / 0.12
    government = taxed(debt, average, 0.05, slump, relief=relief)
    assert government.surcharge[0] == pytest.approx(taxed(debt, average, 0.05).surcharge[0], abs=1e-12)


@pytest.mark.parametrize("excess", [0.3, -0.3])
def test_debt_returns_to_target_within_decades_and_does_not_swing(excess: float) -> None:
    """With growth at the rate of interest and the surcharge levied: half is gone in 20 years, nothing overshoots much.

    Source of the size: Bohn (1998), five cents of taxes for a dollar of debt.
    """
    gap, paths = excess, []
    columns: dict[Column, Any] = {Economy.trend_gdp: 100_000.0, Government.debt_ratio_average: 0.9 + excess}
    for _ in range(12 * 80):
        columns[Government.bonds] = [[round((0.9 + gap) * 1_200_000), 0, 0, 0]]
        stated = {"FiscalPolicy.debt_target": 0.9, "FiscalPolicy.on_slump": 0.0, "FiscalPolicy.tax_base": 0.12}
        if not paths:  # The debt was there before: what is levied on it stands.
            columns[Government.surcharge] = 0.05 * excess / 0.12
        government = run(set_surcharge, {}, columns, parameters=stated)[Government]
        columns[Government.surcharge] = float(government.surcharge[0])
        columns[Government.debt_ratio_average] = float(government.debt_ratio_average[0])
        gap -= 0.12 * columns[Government.surcharge] / 12.0
        paths.append(gap / excess)
    assert 0.1 < paths[12 * 20] < 0.6
    assert min(paths) > -0.2
    assert abs(paths[-1]) < 0.15


def test_relief_is_taken_back_when_the_slump_is_over() -> None:
    """Unemployment at target debt leaves no trace in taxes."""
    slump = taxed(0.9, 0.9, 0.02, 0.03)
    assert slump.surcharge[0] == pytest.approx(0.02 - 0.9 * 0.03 / 0.12)
    over = taxed(0.9, 0.9, float(slump.surcharge[0]), 0.0, relief=float(slump.relief[0]))
    assert over.surcharge[0] == pytest.approx(0.02)
    assert over.relief[0] == 0.0


BONDS = {"consumers": [[400, 300, 200, 100]], "banks": [[40, 30, 20, 10], [360, 270, 180, 90]], "own": [[50, 50, 0, 0]]}


ROWS: dict[type[Table], int] = {Consumers: 2, Firms: 1, Accounts: 4, Banks: 2}


def cover(deficit: int, treasury: int = 1000, pot: int = 0, **departures: Any) -> tuple[World, dict[str, np.ndarray]]:
    """Let the state cover a deficit; its target for the treasury is 1000 cents."""
    held = {who: np.array(table, dtype=np.int64) for who, table in (BONDS | departures).items()}
    flows = np.zeros((len(FLOWS), 25), dtype=np.int64)
    flows[0, 5 * GOVERNMENT], flows[1, GOVERNMENT] = max(0, deficit), max(0, -deficit)
    given: dict[Column, Any] = {
        Government.treasury: treasury, Fund.consumer_bonds: held["consumers"], Banks.bonds: held["banks"],
        CentralBank.bonds: held["own"], Government.bonds: sum(table.sum(axis=0) for table in held.values()),
        Fund.bond_pot: pot, Banks.deposits: [1000, 3000], Economy.trend_gdp: 10_000.0, Flows.paid: flows,
        Accounts.deposits: [0, 0, 0, pot], CentralBank.policy_rate: 0.0216, Government.coupon: 0.03,
        Government.net_issue: 1000.0,
    }  # fmt: skip
    stated = {"FiscalPolicy.treasury_months": 0.1, "FiscalPolicy.issue_memory": 0.25}
    return run((balance_budget, issue), ROWS, given, parameters=stated), held


@pytest.mark.parametrize(("deficit", "issued"), [(400, 400), (0, 0), (-400, -400)])
def test_what_is_usually_issued_follows_what_is_issued(deficit: int, issued: int) -> None:
    world, _ = cover(deficit)
    assert world[Government].net_issue[0] == pytest.approx(1000.0 + 0.25 * (issued - 1000.0))


# fmt: off
@pytest.mark.parametrize(("deficit", "treasury", "pot", "to_consumers", "to_banks"), [
    (   0, 1000,   0,    0,    0),
    ( 400, 1000,   0,    0,  400),
    ( 400, 1000, 150,  150,  250),     # consumers first, with what they set aside
    ( 400, 1000, 900,  400,    0),
    (   0,  700,   0,    0,  300),     # the treasury is filled up
    (   0, 1500, 150, -250, -250),     # or used to redeem: half of what is not the central bank's is consumers'
    (-400, 1000,   0, -200, -200),
])
# fmt: on
def test_the_deficit_is_covered_with_bonds(
    deficit: int, treasury: int, pot: int, to_consumers: int, to_banks: int
) -> None:
    world, held = cover(deficit, treasury, pot)
    government, economy, banks = world[Government], world[Economy], world[Banks]
    assert government.deficit[0] == deficit
    assert government.treasury[0] == 1000
    assert int(economy.consumer_bonds.sum()) - int(held["consumers"].sum()) == to_consumers
    assert int(banks.bonds.sum()) - int(held["banks"].sum()) == to_banks
    owed = economy.consumer_bonds[0] + banks.bonds.sum(axis=0) + world[CentralBank].bonds[0]
    assert np.array_equal(government.bonds[0], owed)
    assert economy.bond_pot[0] == world[Accounts].deposits[-1] == pot - to_consumers
    assert min(economy.consumer_bonds.min(), banks.bonds.min()) >= 0


def test_banks_take_new_bonds_by_size_and_series_by_plan() -> None:
    world, held = cover(4000)
    new = world[Banks].bonds - held["banks"]
    assert new.sum(axis=1).tolist() == [1000, 3000]
    assert new.sum(axis=0).tolist() == [1600, 1120, 760, 520]


def test_nobody_gives_back_bonds_that_he_has_not() -> None:
    """Redeeming a lot where one series is scarce."""
    world, _ = cover(-900, consumers=[[600, 0, 0, 0]], banks=[[500, 10, 0, 0], [0, 100, 5, 1]])
    assert world[Economy].consumer_bonds.min() >= 0
    assert world[Banks].bonds.min() >= 0


def test_coupons_follow_yields_as_bonds_are_renewed() -> None:
    """At the neutral rate yields are the term premium above it; two-year bonds are renewed fastest."""
    world, _ = cover(0)
    yields = 0.0216 + np.array([-0.0019, -0.002, -0.0002, 0.0042])
    renewed = 1.0 / (6.0 * np.array([2.0, 5.0, 10.0, 30.0]))
    assert world[Government].coupon[0] == pytest.approx(0.03 + renewed * (yields - 0.03))


# fmt: off
@pytest.mark.parametrize(("equity", "lost", "injected"), [
    (100, 0,   0),
    (100, 100, 0),
    (100, 150, 50 + 80),      # to eight percent of loans of 1000
])
# fmt: on
def test_a_bank_that_has_lost_its_equity_is_rescued(equity: int, lost: int, injected: int) -> None:
    given = {Banks.equity: [equity, 500], Banks.write_offs: [lost, 0], Banks.firm_loans: 1000}
    world = run(insure_deposits, {Banks: 2}, given)
    assert world[Banks].income.tolist() == [injected, 0]
    assert world[Banks].failed.tolist() == [int(injected > 0), 0]
    assert int(world[Flows].paid.sum()) == injected


def rate(ticks: int = 1, shock: float = 0.0, **given: float) -> Any:
    """Set the policy rate in an economy at rest but for what is given."""
    rest = {
        "policy_rate": 0.025, "neutral_rate": 0.005, "norm": 0.05, "seen": 0.05, "unemployment": 0.05, "recent": 0.05,
        "inflation": 0.02, "expected": 0.02,
    }  # fmt: skip
    columns = {RATE[name]: value for name, value in (rest | given).items()}
    stated = {
        "inertia": 0.9, "on_inflation": 1.5, "on_unemployment": 0.8, "on_speed": 2.0, "neutral_memory": 0.01,
        "norm_memory": 0.01, "norm_on_inflation": 0.02,
    }  # fmt: skip
    parameters = {f"MonetaryPolicy.{name}": value for name, value in stated.items()}
    parameters |= {"Anchors.inflation_target": 0.02, "MonetaryPolicy.rate_shock": shock}
    return run(set_policy_rate, {}, columns, ticks=ticks, parameters=parameters)[CentralBank]


def test_a_shock_is_added_and_not_remembered() -> None:
    """A point on top for a year is a point throughout, and gone the month it ends."""
    plain = rate(ticks=12)
    shocked = rate(ticks=12, shock=0.01)
    assert shocked.policy_rate[0] == pytest.approx(plain.policy_rate[0] + 0.01)
    assert shocked.rule_rate[0] == pytest.approx(plain.rule_rate[0])


RATE: dict[str, Column] = {
    "policy_rate": CentralBank.rule_rate, "neutral_rate": CentralBank.neutral_rate,
    "norm": CentralBank.unemployment_norm, "seen": CentralBank.unemployment_seen,
    "unemployment": LaborStatistics.unemployment_rate, "inflation": Economy.inflation,
    "recent": CentralBank.unemployment_recent,
    "expected": Outlook.expected_inflation,
}  # fmt: skip


def test_taylor_rule_at_rest() -> None:
    bank = rate(ticks=120)
    assert bank.policy_rate[0] == pytest.approx(0.025)
    assert bank.neutral_rate[0] == pytest.approx(0.005)
    assert bank.unemployment_norm[0] == pytest.approx(0.05)


# fmt: off
@pytest.mark.parametrize(("given", "aim"), [
    # Inflation above target also says that normal unemployment is higher.
    ({"inflation": 0.03},                       0.005 + 0.03 + 0.5 * 0.01 + 0.8 * 0.02 * 0.01),
    ({"inflation": 0.00},                       0.005 + 0.00 - 0.5 * 0.02 - 0.8 * 0.02 * 0.02),
    ({"neutral_rate": 0.01},                    0.03),
    # Unemployment is seen with a lag of which three tenths fall into this month, and moves the norm a little.
    # What is new in it, against the year's mean, counts beside its level.
    ({"unemployment": 0.10},                    0.025 - 0.8 * 0.99 * 0.015 - 2.0 * 0.015),
    ({"unemployment": 0.03},                    0.025 + 0.8 * 0.99 * 0.006 + 2.0 * 0.006),
    ({"recent": 0.06},                          0.025 + 2.0 * 0.01),
    ({"recent": 0.045},                         0.025 - 2.0 * 0.005),
])
# fmt: on
def test_the_rate_moves_a_tenth_of_the_way(given: dict[str, Any], aim: float) -> None:
    assert rate(**given).policy_rate[0] == pytest.approx(0.9 * 0.025 + 0.1 * aim)


def test_the_speed_of_unemployment_is_its_change_over_a_year() -> None:
    """Rising by a tenth of a point a month: at last 1.2 points above the year's mean, which lags by as much."""
    bank, risen = rate(), 0.05
    for _ in range(120):
        risen += 0.001
        now = {"seen": float(bank.unemployment_seen[0]), "recent": float(bank.unemployment_recent[0])}
        bank = rate(unemployment=risen, **now)
    assert bank.unemployment_seen[0] - bank.unemployment_recent[0] == pytest.approx(0.012 - 0.001, rel=0.01)


def test_a_slump_without_inflation_becomes_nobodys_norm() -> None:
    """Ten percent without a job for twenty years: with inflation on target it is the norm, a point below it is not."""
    usual = rate(ticks=240, unemployment=0.1, inflation=0.02).unemployment_norm[0]
    slack = rate(ticks=240, unemployment=0.1, inflation=0.01).unemployment_norm[0]
    assert usual > 0.09
    assert slack < 0.08


def test_the_norm_is_at_rest_only_with_inflation_on_target() -> None:
    """In the mean unemployment is at its norm; what would move the norm is inflation off target alone."""
    assert rate(ticks=12, inflation=0.02).unemployment_norm[0] == pytest.approx(0.05)
    assert rate(ticks=12, inflation=0.03).unemployment_norm[0] > 0.05
    assert rate(ticks=12, inflation=0.01).unemployment_norm[0] < 0.05


def test_the_rate_stops_at_zero() -> None:
    assert rate(ticks=60, inflation=-0.05, unemployment=0.2).policy_rate[0] == 0.0


def test_inflation_is_met_by_more_than_itself() -> None:
    """Taylor principle: a point of lasting inflation raises the real rate."""
    low, high = (rate(ticks=60, inflation=level, expected=level) for level in (0.02, 0.03))
    assert high.policy_rate[0] - low.policy_rate[0] > 0.01


def test_the_neutral_rate_is_learned_from_the_rate_that_was_needed() -> None:
    bank = rate(policy_rate=0.035)
    now = 0.9 * 0.035 + 0.1 * 0.025
    assert bank.policy_rate[0] == pytest.approx(now)
    assert bank.neutral_rate[0] == pytest.approx(0.005 + 0.01 * (now - 0.02 - 0.005))


# fmt: off
@pytest.mark.parametrize(("reserves", "growth", "parameters", "bought"), [
    ([100, 300], 0.0,  {},                                 0),      # ample as they are
    ([50, 150],  0.0,  {},                                 100),    # half of the gap of 200
    ([200, 600], 0.0,  {},                                 -100),   # the central bank has no more to sell
    ([100, 300], 0.05, {},                                 5),      # what growth draws out as currency
    ([100, 300], 0.0,  {"MonetaryPolicy.purchases": 0.02}, 200),
    ([100, 300], 0.0,  {"MonetaryPolicy.purchases": 1.0},  1000),   # all that banks have
])
# fmt: on
def test_open_market_purchases(
    reserves: list[int], growth: float, parameters: dict[str, float], bought: int
) -> None:
    given = {
        Banks.bonds: BONDS["banks"], CentralBank.bonds: BONDS["own"], Banks.reserves: reserves, Banks.deposits: 2000,
        Government.bonds: [[800, 700, 400, 200]], Economy.trend_gdp: 10_000.0, Economy.trend_growth: growth,
    }  # fmt: skip
    stated = {"MonetaryPolicy.reserve_ratio": 0.1, "MonetaryPolicy.purchase_speed": 0.5}
    world = run(buy_bonds, {Banks: 2}, given, parameters=stated | parameters)
    own, theirs = world[CentralBank].bonds, world[Banks].bonds
    assert int(own.sum()) - 100 == bought
    assert int(own.sum() + theirs.sum()) == 1100
    assert min(own.min(), theirs.min()) >= 0


def test_expected_inflation_mixes_target_and_experience() -> None:
    given = {Economy.inflation: 0.08, Outlook.inflation_average: 0.02}
    parameters = {
        "Expectations.target_weight": 0.5, "Expectations.inflation_memory": 0.1, "Anchors.inflation_target": 0.02,
    }  # fmt: skip
    economy = run(revise_inflation, {}, given, parameters=parameters)[Economy]
    assert economy.inflation_average[0] == pytest.approx(0.026)
    assert economy.expected_inflation[0] == pytest.approx(0.023)
    later = run(revise_inflation, {}, given, ticks=300, parameters=parameters)[Economy]
    assert later.expected_inflation[0] == pytest.approx(0.05)


def test_real_rates_are_taken_in_slowly() -> None:
    given = {CentralBank.policy_rate: 0.05, Outlook.expected_inflation: 0.02}
    parameters = {"Expectations.investor_memory": 0.25, "Expectations.consumer_memory": 0.1}
    economy = run(revise_real_rate, {}, given, ticks=3, parameters=parameters)[Economy]
    assert economy.real_rate_slow[0] == pytest.approx(0.03 * (1.0 - 0.75**3))
    assert economy.real_rate_smooth[0] == pytest.approx(0.03 * (1.0 - 0.9**3))
