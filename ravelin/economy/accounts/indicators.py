"""The indicators of history: what each is called, in which unit, and which column holds it."""

from typing import NamedTuple

from ravelin.core.table import Column, World
from ravelin.core.units import DOLLARS_PER_CENT
from ravelin.economy.accounts.tables import Economy, FinancialAccounts, Inequality, NationalAccounts
from ravelin.economy.central_bank.tables import CentralBank
from ravelin.economy.goods.tables import SKILLS, Goods
from ravelin.economy.government.tables import Government
from ravelin.economy.labor.tables import LaborStatistics, Wages
from ravelin.economy.outlook.tables import Outlook
from ravelin.economy.people.tables import STATUS, Population

DURATIONS = (
    ("month_1", "first month"),
    ("months_2_to_3", "second or third month"),
    ("months_4_to_6", "fourth to sixth month"),
    ("months_7_on", "seventh month or later"),
)
"""Classes of the time without a job, which the BLS bounds at 5, 15 and 27 weeks."""


STATUS_FLOWS = ("employment", "unemployment", "retirement", "inactivity")
"""What the flows into a status and out of it are called in history, by status."""


class Indicator(NamedTuple):
    """A number a month: `world.array(column)[position] * scale`."""

    name: str
    title: str
    unit: str
    definition: str
    kind: str
    column: Column
    position: int | tuple[int, int]
    scale: float


def _dollars(name: str, title: str, kind: str, column: Column, position: int | tuple[int, int] = 0) -> Indicator:
    unit = "dollar" if kind == "stock" else "dollar/month"
    return Indicator(name, title, unit, column.meaning, kind, column, position, DOLLARS_PER_CENT)


def _rate(name: str, title: str, column: Column, unit: str = "1/year") -> Indicator:
    return Indicator(name, title, unit, column.meaning, "rate", column, 0, 1.0)


def _count(name: str, title: str, column: Column, unit: str = "person") -> Indicator:
    return Indicator(
        name, title, unit, column.meaning, "stock" if unit in ("person", "job") else "flow", column, 0, 1.0
    )


def _people(name: str, title: str, column: Column, position: int | tuple[int, int] = 0) -> Indicator:
    return Indicator(name, title, "person/month", column.meaning, "flow", column, position, 1.0)


def _real(name: str, title: str, column: Column) -> Indicator:
    return Indicator(name, title, "base-year dollar/month", column.meaning, "flow", column, 0, 1.0)


def indicators(world: World) -> list[Indicator]:
    """List what history records of a world, in the order of its columns."""
    listed = [
        _dollars("gdp", "Gross domestic product", "flow", NationalAccounts.by_expenditure),
        _real("gdp_real", "Real GDP", NationalAccounts.gdp_real),
        _real("consumption_real", "Real consumption", NationalAccounts.consumption_real),
        _real("investment_real", "Real fixed investment", NationalAccounts.investment_real),
        _real("government_real", "Real government consumption", NationalAccounts.government_real),
        _real("inventory_change_real", "Real change in inventories", NationalAccounts.inventory_change_real),
        _dollars("consumption", "Consumption", "flow", NationalAccounts.consumption),
        _dollars("investment", "Fixed investment", "flow", NationalAccounts.fixed_investment),
        _dollars("wages", "Wages", "flow", NationalAccounts.wages),
        _dollars("profits", "Gross operating surplus of firms", "flow", NationalAccounts.profits),
        _dollars("taxes", "Taxes", "flow", NationalAccounts.taxes),
        _dollars("transfers", "Transfers to consumers", "flow", NationalAccounts.transfers),
        _dollars("deficit", "Government deficit", "flow", Government.deficit),
        Indicator(
            "price_index",
            "Consumer price index",
            "index",
            Economy.price_index.meaning,
            "index",
            Economy.price_index,
            0,
            1.0,
        ),
        _rate("inflation", "Inflation over twelve months", Economy.inflation),
        Indicator("wage_index", "Wage index", "index", Wages.wage_index.meaning, "index", Wages.wage_index, 0, 1.0),
        _count("employed", "Employed", Population.employed),
        _count("hours", "Hours worked, in employees at normal hours", LaborStatistics.hours),
        _rate("unemployment_rate", "Unemployment rate", LaborStatistics.unemployment_rate, "fraction"),
        _rate("vacancy_rate", "Vacancy rate", LaborStatistics.vacancy_rate, "fraction"),
        _count("vacancies", "Open posts", LaborStatistics.vacancies, "job"),
        _rate("tightness", "Labor market tightness: open posts per unemployed", LaborStatistics.tightness, "1"),
        _people("hires", "Hires", LaborStatistics.hires),
        _people("separations", "Separations", LaborStatistics.separations),
        _people("quits", "Quits", LaborStatistics.quits),
        _people("layoffs", "Layoffs", LaborStatistics.layoffs),
        _people("other_separations", "Other separations", LaborStatistics.other_separations),
        *(
            one
            for place, (status, name) in enumerate(zip(STATUS, STATUS_FLOWS, strict=True))
            if place > 0
            for one in (
                _count(status, status.capitalize(), Population.columns[status]),
                _people(f"{name}_inflow", f"Flow into {status}", Population.inflow, (0, place)),
                _people(f"{name}_outflow", f"Flow out of {status}", Population.outflow, (0, place)),
            )
        ),
        _rate("participation_rate", "Participation rate of consumer-unit heads", LaborStatistics.participation_rate,
              "fraction"),
        _count("marginally_attached", "Marginally attached to the labor force", LaborStatistics.marginally_attached),
        _rate("unemployment_duration", "Mean duration of unemployment", LaborStatistics.unemployment_duration, "month"),
        *(
            Indicator(
                f"unemployed_{name}",
                f"Unemployed in their {title}, of all",
                "fraction",
                LaborStatistics.unemployment_by_duration.meaning,
                "rate",
                LaborStatistics.unemployment_by_duration,
                (0, place),
                1.0,
            )
            for place, (name, title) in enumerate(DURATIONS)
        ),
        _dollars("minimum_wage", "Minimum wage of full-time work", "rate", Wages.minimum_wage),
        _rate("job_creation", "Jobs created by firms that grew, quarterly", LaborStatistics.job_creation, "fraction"),
        _rate("job_destruction", "Jobs destroyed by firms that shrank, quarterly", LaborStatistics.job_destruction,
              "fraction"),
        _rate("labor_share", "Labor share", LaborStatistics.labor_share, "fraction"),
        _rate("retired_rate", "Retired consumer-unit heads", Population.retired_rate, "fraction"),
        _count("enrolment", "Students", Population.enrolment),
        _people("enrolled", "New students", Population.enrolled),
        _people("graduates", "Graduates", Population.graduates),
        _people("dropouts", "Students who left without a degree", Population.dropouts),
        _rate("mean_age", "Mean age of consumer-unit heads", Population.mean_age, "year"),
    ]
    for place, skill in enumerate(SKILLS):
        title = skill.replace("_", " ")
        listed += [
            Indicator(f"unemployment_rate_{skill}", f"Unemployment rate, {title}", "fraction",
                      LaborStatistics.unemployment_by_skill.meaning, "rate", LaborStatistics.unemployment_by_skill,
                      (0, place), 1.0),
            Indicator(f"wage_{skill}", f"Mean wage offer, {title}", "dollar/month", Wages.offer_mean.meaning, "rate",
                      Wages.offer_mean, (0, place), DOLLARS_PER_CENT),
            Indicator(f"mean_wage_{skill}", f"Mean wage, {title}", "dollar/month", LaborStatistics.mean_wage.meaning,
                      "rate", LaborStatistics.mean_wage, (0, place), DOLLARS_PER_CENT),
        ]  # fmt: skip
        if place:
            listed.append(
                Indicator(f"enrolment_{skill}", f"Students to be {title}", "person",
                          Population.enrolment_by_skill.meaning, "stock",
                          Population.enrolment_by_skill, (0, place), 1.0)
            )  # fmt: skip
    listed += [
        _dollars("deposits", "Deposits", "stock", FinancialAccounts.deposits),
        _dollars("cash", "Currency", "stock", CentralBank.currency),
        _dollars("reserves", "Reserves of banks", "stock", FinancialAccounts.reserves),
        _dollars("loans_firms", "Loans to firms", "stock", FinancialAccounts.loans_firms),
        _dollars("loans_consumers", "Mortgages and consumer loans", "stock", FinancialAccounts.loans_consumers),
        _dollars("new_loans", "New loans", "flow", FinancialAccounts.new_loans),
        _dollars("loans_repaid", "Loans repaid", "flow", FinancialAccounts.loans_repaid),
        _dollars("charge_offs_firms", "Loans to firms written off", "flow", FinancialAccounts.charge_offs_firms),
        _dollars("charge_offs_consumers", "Loans to consumers written off", "flow",
                 FinancialAccounts.charge_offs_consumers),
        _rate("nonperforming_ratio", "Loans in trouble over loans to firms", FinancialAccounts.nonperforming_ratio,
              "fraction"),
        _rate("loan_rate", "Mean rate on loans to firms", FinancialAccounts.loan_rate),
        _rate("deposit_rate", "Rate on deposits", FinancialAccounts.deposit_rate),
        _rate("bank_capital_ratio", "Equity over assets of banks", FinancialAccounts.bank_capital_ratio, "fraction"),
        _dollars("arrears", "Taxes owed by consumers that could not be paid", "stock", Government.arrears),
        _dollars("government_debt", "Government debt", "stock", FinancialAccounts.government_debt),
        _dollars("central_bank_bonds", "Bonds of the central bank", "stock", FinancialAccounts.central_bank_bonds),
        _rate("policy_rate", "Policy rate", CentralBank.policy_rate),
        _rate("risk_premium", "Risk premium over its mean", Outlook.risk_premium),
        _rate("expected_inflation", "Expected inflation", Outlook.expected_inflation),
        _count("firm_failures", "Firms that failed", FinancialAccounts.firm_failures, "1"),
        _count("bank_failures", "Banks that failed", FinancialAccounts.bank_failures, "1"),
        _rate("gini_income", "Gini coefficient of income", Inequality.gini_income, "fraction"),
        _rate("gini_wealth", "Gini coefficient of net worth", Inequality.gini_wealth, "fraction"),
        Indicator(
            "audit_gap_cents", "Largest gap of the audit", "cent", NationalAccounts.audit_gap.meaning, "stock",
            NationalAccounts.audit_gap, 0, 1.0
        ),
    ]
    for place, good in enumerate(world.names[Goods]):
        if world[Goods].firm_share[place] == 0.0:
            continue
        title = good.replace("_", " ")
        listed += [
            Indicator(
                f"price_{good}",
                f"Price, {title}",
                "dollar/unit",
                Goods.price.meaning,
                "index",
                Goods.price,
                place,
                DOLLARS_PER_CENT,
            ),
            Indicator(
                f"output_{good}",
                f"Output, {title}",
                "unit/month",
                Goods.output.meaning,
                "flow",
                Goods.output,
                place,
                1.0,
            ),
            Indicator(
                f"sales_{good}", f"Sales, {title}", "unit/month", Goods.sales.meaning, "flow", Goods.sales, place, 1.0
            ),
            Indicator(
                f"spoiled_{good}",
                f"Spoiled in store, {title}",
                "unit/month",
                Goods.spoiled.meaning,
                "flow",
                Goods.spoiled,
                place,
                1.0,
            ),
            Indicator(
                f"inventory_{good}",
                f"Inventory, {title}",
                "unit",
                Goods.inventory.meaning,
                "stock",
                Goods.inventory,
                place,
                1.0,
            ),
        ]
    return listed
