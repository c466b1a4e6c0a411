"""What people are paid, what of it is taxed and what they count as income, against numbers worked out by hand."""

from typing import Any

import numpy as np
import pytest
from small_world import run

from ravelin.core.table import Column, Table, World
from ravelin.economy.accounts.tables import Economy
from ravelin.economy.banks.tables import Banks
from ravelin.economy.central_bank.tables import CentralBank
from ravelin.economy.firms.tables import Firms, Technology, Workforce
from ravelin.economy.government.tables import Government
from ravelin.economy.labor.tables import Wages
from ravelin.economy.people.incomes import pay_consumers
from ravelin.economy.people.tables import (
    ALL_RETAINED,
    EMPLOYED,
    INACTIVE,
    NO_EMPLOYER,
    PUBLIC_EMPLOYER,
    RETIRED,
    TAKE_HOME_UNIT,
    UNEMPLOYED,
    Consumers,
    Lives,
    Wealth,
)
from ravelin.economy.places.tables import Localities
from ravelin.economy.securities.tables import Fund
from ravelin.ledger.accounts import (
    BANKS,
    CONSUMERS,
    GOVERNMENT,
    INCOME_TAX,
    INTEREST_DEPOSITS,
    OTHER_TRANSFERS,
    PAYROLL_TAX_EMPLOYEES,
    PUBLIC_WAGES,
    SOCIAL_SECURITY,
    UNEMPLOYMENT_BENEFITS,
    Accounts,
    Flows,
)

WHOLE = 2**32 - 1
"""All that one row can hold of everybody's claims: the pools are this share of themselves, to the cent below."""

PLAIN: dict[str, Any] = {
    "Taxes.payroll_employee": 0.0, "IncomeTax.change": 0.0, "Income.memory": 1.0, "Income.property_weight": 0.4,
    "Income.pay_regained": 0.0, "Income.new_life": 1e6,
    "Lending.deposit_spread": 0.0, "Benefits.means_test": 0.0, "Benefits.recipiency": 1.0,
    "Benefits.unemployment_replacement": 0.5, "Benefits.unemployment_months": 6, "Benefits.transfer_change": 1.0,
}  # fmt: skip


def pay(people: int = 1, parameters: dict[str, Any] | None = None, **given: Any) -> World:
    """Pay people who have nothing but what is given; the mean wage is 100,000 cents."""
    columns: dict[Column, Any] = {
        Consumers.status: INACTIVE, Consumers.employer: NO_EMPLOYER, Wages.wage_mean: 100_000.0,
        Wages.wage_index: 100.0, Government.tax_scale: 1.0, Workforce.hours: 1.0, Accounts.bank: 0,
    }  # fmt: skip
    columns |= {COLUMNS[name]: value for name, value in given.items()}
    rows: dict[type[Table], int] = {Consumers: people, Firms: 1, Banks: 2}
    return run(pay_consumers, rows, columns, parameters=PLAIN | (parameters or {}))


COLUMNS: dict[str, Column] = {
    "status": Consumers.status, "wage": Consumers.wage, "months": Consumers.months_unemployed,
    "married": Consumers.married, "pension_share": Consumers.pension_share, "transfer_share": Consumers.transfer_share,
    "employer": Consumers.employer, "deposits": Accounts.deposits, "bank": Accounts.bank, "hours": Workforce.hours,
    "equity_share": Wealth.equity_share, "bond_share": Wealth.bond_share, "dwelling_share": Wealth.dwelling_share,
    "dividends": Fund.dividend_pot, "coupons": Fund.coupon_pool, "rents": Fund.rent_pot,
    "calls": Fund.equity_calls, "policy_rate": CentralBank.policy_rate, "wage_index": Wages.wage_index,
    "expects": Consumers.permanent_income, "retains": Consumers.retained, "takes_home": Lives.take_home,
    "inflation": Economy.inflation, "productivity_growth": Technology.productivity_growth,
    "efficiency": Consumers.efficiency, "offer": Localities.offer_mean,
    "surcharge": Government.surcharge, "tax_scale": Government.tax_scale,
}  # fmt: skip


def received(world: World) -> list[int]:
    return [int(cents) for cents in world[Accounts].deposits[: world[Consumers].count]]


def paid(world: World, flow: int, payer: int, payee: int) -> int:
    return int(world[Flows].paid[flow, 5 * payer + payee])


@pytest.mark.parametrize("months", range(9))
def test_the_benefit_is_paid_for_as_many_months_as_the_law_says(months: int) -> None:
    """In the month in which the job is lost, which counts none, and in five more; then no longer."""
    world = pay(status=UNEMPLOYED, wage=80_000, months=months)
    due = 40_000 if months < 6 else 0
    assert received(world) == [due]
    assert paid(world, UNEMPLOYMENT_BENEFITS, GOVERNMENT, CONSUMERS) == due


@pytest.mark.parametrize("status", [EMPLOYED, RETIRED, INACTIVE])
def test_only_the_unemployed_draw_benefits(status: int) -> None:
    world = pay(status=status, wage=80_000, employer=PUBLIC_EMPLOYER if status == EMPLOYED else NO_EMPLOYER)
    assert paid(world, UNEMPLOYMENT_BENEFITS, GOVERNMENT, CONSUMERS) == 0


def test_as_many_draw_the_benefit_as_the_law_reaches_and_the_same_every_month() -> None:
    people = 4000
    drawn = [
        np.array(received(pay(people, {"Benefits.recipiency": 0.3}, status=UNEMPLOYED, wage=80_000, months=month))) > 0
        for month in (0, 3)
    ]
    assert drawn[0].mean() == pytest.approx(0.3, abs=4 * np.sqrt(0.3 * 0.7 / people))
    assert np.array_equal(*drawn)


def test_who_draws_the_benefit_does_not_hang_on_where_localities_end() -> None:
    """The draw is the person's own: cut into localities, the same people draw it."""
    people, drawn = 1500, []
    for ends in ([0, people], [0, 700, people]):
        count = len(ends) - 1
        rows: dict[type[Table], int] = {Consumers: people, Firms: count, Banks: 1, Localities: count}
        given = {
            Consumers.status: UNEMPLOYED, Consumers.employer: NO_EMPLOYER, Consumers.wage: 80_000, Accounts.bank: 0,
            Wages.wage_mean: 100_000.0, Wages.wage_index: 100.0, Government.tax_scale: 1.0, Workforce.hours: 1.0,
        }  # fmt: skip
        spans: dict[type[Table], Any] = {Consumers: ends, Firms: range(count + 1), Localities: range(count + 1)}
        world = run(pay_consumers, rows, given, spans=spans, parameters=PLAIN | {"Benefits.recipiency": 0.3})
        drawn.append(np.array(received(world)) > 0)
    assert np.array_equal(*drawn)
    assert 0.2 < drawn[0].mean() < 0.4


def test_the_government_pays_its_employees_and_firms_are_charged_for_theirs() -> None:
    world = pay(3, status=[EMPLOYED, EMPLOYED, RETIRED], employer=[PUBLIC_EMPLOYER, 0, NO_EMPLOYER], wage=90_000)
    assert received(world) == [90_000, 90_000, 0]
    assert paid(world, PUBLIC_WAGES, GOVERNMENT, CONSUMERS) == 90_000
    assert world[Firms].wage_bill.tolist() == [90_000]


def test_pensions_and_transfers_follow_the_mean_wage_and_means_are_tested() -> None:
    """Half a dollar of transfers is cut for a dollar of wage or pension over the mean wage, down to a fifth."""
    world = pay(
        4, {"Benefits.means_test": 0.5, "Benefits.transfer_change": 2.0},
        status=[RETIRED, INACTIVE, EMPLOYED, EMPLOYED], employer=[-1, -1, PUBLIC_EMPLOYER, PUBLIC_EMPLOYER],
        wage=[0, 0, 80_000, 900_000], pension_share=[0.4, 0, 0, 0], transfer_share=[0, 0.1, 0.1, 0.1],
    )  # fmt: skip
    assert received(world) == [40_000, 20_000, 80_000 + round(20_000 * 0.6), 900_000 + 4_000]
    assert paid(world, SOCIAL_SECURITY, GOVERNMENT, CONSUMERS) == 40_000
    assert paid(world, OTHER_TRANSFERS, GOVERNMENT, CONSUMERS) == 20_000 + 12_000 + 4_000


@pytest.mark.parametrize(("change", "pension"), [(0.0, 0), (0.75, 30_000), (1.5, 60_000)])
def test_pensions_are_raised_and_cut_by_a_policy(change: float, pension: int) -> None:
    world = pay(2, {"Benefits.pension_change": change}, status=[RETIRED, INACTIVE], pension_share=[0.4, 0])
    assert received(world) == [pension, 0]
    assert paid(world, SOCIAL_SECURITY, GOVERNMENT, CONSUMERS) == pension


def test_deposits_earn_the_policy_rate_less_the_spread_at_the_own_bank() -> None:
    world = pay(
        3, {"Lending.deposit_spread": 0.01}, deposits=[120_000, 240_000, 0, 0, 0], bank=[0, 1, 1, 0, 0],
        policy_rate=0.04,
    )  # fmt: skip
    assert received(world) == [120_300, 240_600, 0]
    assert world[Banks].interest_paid.tolist() == [300, 600]
    assert paid(world, INTEREST_DEPOSITS, BANKS, CONSUMERS) == 900
    poor = pay(deposits=[120_000, 0, 0], policy_rate=0.004, parameters={"Lending.deposit_spread": 0.01})
    assert received(poor) == [120_000]  # Never below zero.


def test_owners_get_what_is_left_of_dividends_when_calls_are_answered() -> None:
    owner = {"equity_share": WHOLE, "bond_share": WHOLE, "dwelling_share": WHOLE}
    world = pay(dividends=50_000, calls=20_000, coupons=7_000, rents=3_000, **owner)
    assert abs(received(world)[0] - 40_000) <= 3  # Each share falls short of the whole by a cent at most.


# fmt: off
@pytest.mark.parametrize(("given", "counts"), [
    (dict(status=EMPLOYED, employer=PUBLIC_EMPLOYER, wage=70_000),   70_000),
    (dict(status=UNEMPLOYED, wage=70_000),                           35_000),
    (dict(status=UNEMPLOYED, wage=70_000, months=9),                      0),
    (dict(status=RETIRED, pension_share=0.3),                        30_000),
    (dict(transfer_share=0.2),                                       20_000),
    (dict(equity_share=WHOLE, dividends=50_000),              0.4 * 50_000),
    (dict(bond_share=WHOLE, coupons=50_000),                  0.4 * 50_000),
    (dict(dwelling_share=WHOLE, rents=50_000),                0.4 * 50_000),
    (dict(deposits=[120_000, 0, 0], policy_rate=0.1),          0.4 * 1_000),
    # Half of pay is for hours, but whoever works short time takes her contract for her income.
    (dict(status=EMPLOYED, employer=0, wage=70_000, hours=0.8),      70_000),
])
# fmt: on
def test_what_counts_as_income(given: dict[str, Any], counts: float) -> None:
    """Everything before tax; of property income the part that people spend out of."""
    world = pay(**given)
    assert world[Consumers].permanent_income[0] == pytest.approx(counts, abs=1)


def test_taxes_do_not_lower_what_counts_but_what_is_taken_home() -> None:
    parameters = {"IncomeTax.change": 1.0, "IncomeTax.deduction": 0.0, "Taxes.payroll_employee": 0.1}
    world = pay(status=EMPLOYED, employer=PUBLIC_EMPLOYER, wage=100_000, parameters=parameters)
    yearly = 12_000.0
    due = round((970.0 + 0.12 * (yearly - 9_700.0)) / 12 * 100)
    assert world[Consumers].permanent_income[0] == 100_000
    assert takes_home(world) == pytest.approx(0.9 - due / 100_000, abs=1e-4)
    assert received(world) == [100_000 - 10_000 - due]
    assert paid(world, INCOME_TAX, CONSUMERS, GOVERNMENT) == due
    assert paid(world, PAYROLL_TAX_EMPLOYEES, CONSUMERS, GOVERNMENT) == 10_000


def expecting(income: float, parameters: dict[str, Any] | None = None, **given: Any) -> World:
    """Pay somebody who expects an income, taxes and take-home pay; `given` is what comes."""
    expected = {"expects": income, "retains": round(0.8 * ALL_RETAINED), "takes_home": round(0.8 * TAKE_HOME_UNIT)}
    return pay(parameters={"Income.memory": 0.1, "Income.new_life": 1.5} | (parameters or {}), **expected, **given)


def retains(world: World) -> float:
    return float(world[Consumers].retained[0]) / ALL_RETAINED


def takes_home(world: World) -> float:
    return float(world[Lives].take_home[0]) / TAKE_HOME_UNIT


def test_permanent_income_follows_income_at_its_speed() -> None:
    world = expecting(40_000, status=RETIRED, pension_share=0.5)
    assert world[Consumers].permanent_income[0] == pytest.approx(41_000)
    assert takes_home(world) == pytest.approx(0.9 * 0.8 + 0.1, abs=1e-4)
    assert retains(world) == pytest.approx(0.9 * 0.8 + 0.1, abs=1e-5)


def test_everybody_expects_incomes_to_grow_with_prices_and_productivity() -> None:
    world = expecting(50_000, status=RETIRED, pension_share=0.5, inflation=0.06, productivity_growth=0.06)
    assert world[Consumers].permanent_income[0] == pytest.approx(0.9 * 50_500 + 0.1 * 50_000)


@pytest.mark.parametrize(("given", "known"), [
    (dict(status=RETIRED, pension_share=0.79), True),                                # Pay stopped: she retired.
    (dict(status=RETIRED, pension_share=0.81), False),
    (dict(status=EMPLOYED, employer=PUBLIC_EMPLOYER, wage=181_000), True),           # A first job.
    (dict(status=EMPLOYED, employer=PUBLIC_EMPLOYER, wage=179_000), False),
    (dict(transfer_share=5.0), False),                                               # A windfall is no new life.
    (dict(status=UNEMPLOYED, wage=120_000), False),                                  # Nor is a lost job.
])  # fmt: skip
def test_who_begins_a_new_life_knows_what_it_will_yield(given: dict[str, Any], known: bool) -> None:
    world = expecting(120_000, {"Income.pay_regained": 0.9}, **given)
    found = world[Consumers].permanent_income[0]
    earned = given.get("wage", 100_000 * (given.get("pension_share", 0.0) + given.get("transfer_share", 0.0)))
    if known:
        assert found == pytest.approx(earned)
    else:
        assert abs(found - 120_000) <= 0.1 * abs(earned - 120_000) + 0.1 * 12_000 + 1.0


def test_who_loses_a_job_counts_on_most_of_its_pay_again() -> None:
    """Her plans fall little by little to that part of it, benefit or none; her taxes stay those of a job."""
    for months in (0, 9):
        world = expecting(100_000, {"Income.pay_regained": 0.9}, status=UNEMPLOYED, wage=100_000, months=months)
        assert world[Consumers].permanent_income[0] == pytest.approx(99_000)
        assert retains(world) == pytest.approx(0.8, abs=1e-5)
    # Who never had a job counts on what the like of her are offered.
    world = expecting(1.0, {"Income.pay_regained": 0.9}, status=UNEMPLOYED, efficiency=500, offer=80_000)
    assert world[Consumers].permanent_income[0] == pytest.approx(0.9 * 40_000)


def test_what_taxes_leave_is_followed_and_added_up() -> None:
    parameters = {"Taxes.payroll_employee": 0.1}
    world = expecting(100_000, parameters, status=EMPLOYED, employer=PUBLIC_EMPLOYER, wage=100_000)
    assert retains(world) == pytest.approx(0.9 * 0.8 + 0.1 * 0.9, abs=1e-5)
    assert world[Localities].income_sum[0] == 100_000
    assert world[Localities].retained_sum[0] == pytest.approx(81_000, abs=10)
    assert world[Localities].take_home_sum[0] == pytest.approx(81_000, abs=10)


# fmt: off
@pytest.mark.parametrize(("given", "taxable"), [
    (dict(status=EMPLOYED, employer=PUBLIC_EMPLOYER, wage=500_000), 500_000),
    (dict(status=UNEMPLOYED, wage=1_000_000),                       500_000),
    (dict(status=RETIRED, pension_share=5.0),                       250_000),   # half of social security
    (dict(transfer_share=5.0),                                            0),
    (dict(equity_share=WHOLE, dividends=500_000),                   500_000),
])
# fmt: on
def test_what_is_taxed(given: dict[str, Any], taxable: float) -> None:
    one_rate = {"IncomeTax.change": 1.0, "IncomeTax.deduction": 12_000.0, "IncomeTax.rates": [0.2] * 7}
    world = pay(parameters=one_rate, **given)
    due = 0.2 * max(0.0, taxable - 100_000)
    assert paid(world, INCOME_TAX, CONSUMERS, GOVERNMENT) == pytest.approx(due, abs=2)


def test_a_couple_is_taxed_as_two_with_half_the_income_each() -> None:
    parameters = {"IncomeTax.change": 1.0, "IncomeTax.deduction": 0.0}
    couple, single = (
        paid(pay(status=EMPLOYED, employer=PUBLIC_EMPLOYER, wage=wage, married=married, parameters=parameters),
             INCOME_TAX, CONSUMERS, GOVERNMENT)
        for married, wage in ((1, 1_000_000), (0, 500_000))
    )  # fmt: skip
    assert couple == pytest.approx(2 * single, abs=1)


def test_brackets_and_deduction_follow_the_wage_index() -> None:
    """Twice the income at twice the wage level is taxed twice as much."""
    parameters = {"IncomeTax.change": 1.0, "IncomeTax.deduction": 10_000.0}
    plain, later = (
        paid(pay(status=EMPLOYED, employer=PUBLIC_EMPLOYER, wage=wage, wage_index=index, parameters=parameters),
             INCOME_TAX, CONSUMERS, GOVERNMENT)
        for wage, index in ((400_000, 100.0), (800_000, 200.0))
    )  # fmt: skip
    assert later == pytest.approx(2 * plain, abs=1)


def test_the_surcharge_and_the_switch_scale_the_income_tax() -> None:
    one_rate = {"IncomeTax.deduction": 0.0, "IncomeTax.rates": [0.2] * 7, "IncomeTax.change": 1.5}
    world = pay(
        status=EMPLOYED, employer=PUBLIC_EMPLOYER, wage=100_000, surcharge=0.1, tax_scale=0.9, parameters=one_rate
    )
    assert paid(world, INCOME_TAX, CONSUMERS, GOVERNMENT) == round(20_000 * 0.9 * 1.1 * 1.5)
