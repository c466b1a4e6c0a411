"""What people earn, own, owe and spend at the opening, so that every account of the calibration is met.

Personal habits and buffers of deposits are backed out: on the growth path each consumer spends what her
usual income leaves after saving keeps her wealth in proportion, while the survey model sets by what
part spending departs from that when her income, rank or times change.
"""

import math
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ravelin.core.arithmetic import (
    exp_each,
    log,
    log_each,
    mean,
    normal_quantile_each,
    power_each,
    product,
    total,
    totals,
    whole_total,
)
from ravelin.core.clock import lag_of_average, monthly_growth
from ravelin.core.system import Floats
from ravelin.economy.people.acts import need, pension_weights
from ravelin.economy.people.tables import AISLES, EMPLOYED, UNEMPLOYED
from ravelin.learning.inference import SpendingModel, SpendingTable
from ravelin.ledger.settlement import split_by_largest_remainder
from ravelin.ledger.tax import bracket_taxes
from ravelin.ledger.transfers import CLAIMS
from ravelin.opening.buffers import Manners, SurveySpending
from ravelin.opening.business import Catalog
from ravelin.opening.calibration import Calibration
from ravelin.opening.population import STATUSES, Codes, Numbers, People, uniforms
from ravelin.opening.wealth import Owned, Wealth

Doubles = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Claims = npt.NDArray[np.uint32]

UNMET = 0.005
"""Part of planned spending for which nothing is found in a month, measured in runs of 100,000 consumers."""
NEWCOMERS = 0.2
"""Part of the unemployed who had no job before, as the young and those who come back; measured in the same runs (CPS
2019: a tenth enter, three tenths return)."""
JOINING = 0.34
"""Last pay of those who lose a job in the first month, over that of all unemployed; measured in the same runs."""
LEAVING = 0.35
"""Part of the unemployed who find a job or give up in the first month; measured in the same runs."""
JOB_FINDING = 0.29
"""Monthly chance to leave unemployment (CPS .27); shapes durations at the opening."""

ROUNDS = 3
"""Times that luck is lived through; after the last, deposits are within a hundredth of what they were before."""


class Households(NamedTuple):
    """Columns are (consumers,) unless said otherwise; money in cents a month."""

    cell: Numbers
    table: SpendingTable
    traits: Ints
    """(cells, 10) age band and so on, as the spending model takes them"""
    share_row: Ints
    """(cells,)"""
    cumulative: Doubles
    """(types x income classes, aisles)"""
    edge_class: Ints
    aisles: Ints
    """(aisles,) good"""
    wage: Ints
    offers: Doubles
    """(3,) wage of a standard worker"""
    wage_mean: float
    months: Codes
    income: Doubles
    take_home: Doubles
    thrift: Doubles
    habit: Floats
    buffer: Floats
    left_share: float
    """What income leaves all consumers for spending and deposits, over it."""
    hardship: Doubles
    """Need of a household over that of others of its size."""
    pension_share: Floats
    transfer_share: Floats
    equity_share: Claims
    bond_share: Claims
    dwelling_share: Claims
    deposits: Doubles
    consumer_loan: Doubles
    mortgage: Doubles
    tax_scale: float
    spending_scale: float
    reference: float
    weights: Doubles
    """(goods,) share in consumption"""
    purchases: Doubles
    """(localities, goods) units a month, before tax"""


def open_households(
    data: Calibration, cat: Catalog, people: People, pay: Doubles, seed: int, setting: Callable[[str], float],
    model_path: Path | None = None,
) -> Households:  # fmt: skip
    """Settle incomes, wealth, taxes and budgets of everybody, who spend by the model in a file or the shipped one.

    `pay` is (localities, 3): offers of each locality and skill over the nation's.
    """
    cents = _Totals(data, people.heads / 1000.0)
    paid = _Earnings(data, cat, people, pay, seed, setting)
    wealth = Wealth(data, people, 0.001 * people.efficiency * cat.wage[people.skill], seed)
    owned = Owned(*wealth.split())
    means = _Means(data, people, cents, paid, owned, setting)

    model = SpendingModel.load_for_consumers(model_path)
    cell, table, traits = _compile(model, people)
    groups = model.share_group(traits).astype(np.int64)
    reference = model.mean_income
    level = reference / (0.12 * mean(means.income))
    survey = SurveySpending(table, cell, 0.12 * level, setting("Spending.persistence"), seed)
    # Part of what is planned finds no seller.
    in_all = cents.consumption / (1.0 - UNMET)
    spending_scale = in_all / total(survey.expected(means.income))
    survey.unit *= spending_scale

    speed, floor, growth = setting("Spending.buffer_speed"), setting("Spending.floor"), cents.growth
    modeled = survey.expected(means.usual)
    kept_up = np.maximum(floor * means.usual, means.sustainable)
    habit = power_each(kept_up / modeled, setting("Spending.habit_share"))
    # What is wanted beyond deposits, in cents: spending on the growth path is what can be kept up.
    beyond = means.inflow + (habit * modeled - kept_up) / speed
    del modeled, kept_up
    target = cents.deposits * owned.deposits
    held = target.copy()
    usual = np.maximum(1.0, means.usual)
    for _ in range(ROUNDS):
        buffer = (target + beyond) / usual
        survey.live_through(held, Manners(means.inflow, means.usual, habit, buffer), speed, floor, growth, 1.0 - UNMET)
        lived = wealth.spread_deposits(held)
        # Where luck leaves more than there is, less was meant to be held.
        target *= np.divide(cents.deposits * lived, held, out=np.ones(held.size), where=held > 0)
        held = cents.deposits * lived
    owned = owned._replace(deposits=lived)
    del wealth, held, lived, beyond, usual

    means = _Means(data, people, cents, paid, owned, setting)
    income = means.income
    modeled = survey.opening(income)
    for _ in range(30):
        planned = np.maximum(floor * income, habit * modeled + speed * (means.at_hand - buffer * income))
        planned = np.clip(planned, 0.0, np.maximum(0.0, means.at_hand))
        habit *= in_all / total(planned)

    # What all plan when their deposits are what they mean to hold, solved for what income then leaves.
    modeled = survey.expected(income)
    base = float(total(habit * modeled - speed * buffer * income) + (speed + growth) * total(target))
    left_share = base / (1.0 - speed) / total(income)
    bought = (1.0 - UNMET) * planned
    sums = _Baskets(data, model, table, people, groups, cell, bought, level * 0.12 * income)
    return Households(
        cell, table, traits, sums.share_row, sums.cumulative, sums.edge_class, sums.aisles, paid.wage, paid.offers,
        paid.wage_mean, paid.months, income, means.take_home, target / mean(income), habit.astype(np.float32),
        buffer.astype(np.float32), left_share, paid.hardship, paid.pension_share, paid.transfer_share,
        _claims(owned.equity), _claims(owned.bonds), _claims(owned.dwellings), owned.deposits, owned.consumer_loans,
        owned.mortgages, means.tax_scale, spending_scale, reference, sums.weights, sums.purchases,
    )  # fmt: skip


class _Means:
    """What each consumer earns and what it leaves for spending, given who owns and owes what; cents a month."""

    def __init__(
        self, data: Calibration, people: People, cents: "_Totals", paid: "_Earnings", owned: Owned,
        setting: Callable[[str], float],
    ) -> None:  # fmt: skip
        idle = people.status == UNEMPLOYED
        property_income = cents.dividends * owned.equity + cents.coupons * owned.bonds + cents.rents * owned.dwellings
        property_income += cents.deposit_interest * owned.deposits
        labor = np.where(people.status == EMPLOYED, paid.wage, 0)
        # Usual income of somebody out of work is that of her last job.
        usual_labor = np.where(idle, paid.wage, labor)

        married = people.marital == 1
        taxed = property_income + 0.5 * paid.pension
        due = _brackets(0.12 * (labor + paid.benefit + taxed), married, setting)
        self.tax_scale = data.paid_into("income_tax") * people.heads / 1000.0 / total(due)
        taxes = self.tax_scale * _brackets(0.12 * (usual_labor + taxed), married, setting)
        del due, taxed

        lasting = paid.pension + paid.transfer
        counted = lasting + setting("Income.property_weight") * property_income
        # People go by what they have got used to, which follows income.
        lag = lag_of_average(setting("Income.memory"), cents.growth)
        self.income = lag * (labor + paid.benefit + counted)
        self.usual = lag * (usual_labor + counted)
        del labor, counted
        debts = (cents.loan_rate - cents.growth) * cents.loans * owned.consumer_loans
        debts += (cents.mortgage_rate - cents.growth) * cents.mortgages * owned.mortgages
        received = usual_labor * (1.0 - setting("Taxes.payroll_employee")) + lasting + property_income
        del lasting, property_income
        self.inflow = received - taxes - debts - cents.bond_saving * owned.bonds - cents.building * owned.dwellings
        self.sustainable = self.inflow - cents.growth * (cents.deposits + cents.cash) * owned.deposits
        self.take_home = lag * (received - taxes - np.where(idle, usual_labor - paid.benefit, 0.0))
        self.at_hand = cents.deposits * owned.deposits + self.inflow
        self.at_hand += np.where(idle, paid.benefit - 0.75 * usual_labor, 0.0)


class _Earnings:
    """Wages, pensions, transfers and benefits, in cents a month."""

    def __init__(
        self, data: Calibration, cat: Catalog, people: People, pay: Doubles, seed: int,
        setting: Callable[[str], float],
    ) -> None:  # fmt: skip
        scale = people.heads / 1000.0
        status = people.status
        working = status == EMPLOYED
        earning = 0.001 * people.efficiency * cat.wage[people.skill]
        # Raises come once a year: who waits longest is furthest behind what firms offer now, unless she is new.
        yearly = (1.0 + setting("Anchors.growth")) * (1.0 + setting("Anchors.inflation_target"))
        hired = float(data.rules["hires_rate"])
        waited = np.append(12, np.arange(1, 12))
        behind = power_each(yearly, -(1.0 - power_each(1.0 - hired, waited)) / hired / 12.0)
        standing = earning * pay[people.locality, people.skill]
        standing *= np.tile(behind, people.heads // 12 + 1)[: people.heads]
        self.offers = cat.wage * (data.paid_into("wages") * scale / total(standing[working]))
        standing *= (self.offers / cat.wage)[people.skill]
        self.wage = np.rint(standing).astype(np.int64)
        del standing
        newcomer = (status == UNEMPLOYED) & (uniforms(seed, "new to the labor force", people.heads) < NEWCOMERS)
        self.wage[newcomer] = 0
        growth = monthly_growth(float(data.rules["growth_nominal"]))
        self.wage_mean = mean(self.wage[working]) * lag_of_average(setting("Trends.wage_memory"), growth)
        months = np.minimum(24, log_each(uniforms(seed, "months unemployed", people.heads)) / log(1.0 - JOB_FINDING))
        months = np.where(status == UNEMPLOYED, np.floor(months), 0).astype(np.uint8)
        self.months = _benefits_in_force(data, status, self.wage, months, seed, setting, scale)
        self.pension = _pensions(data, people, earning / mean(cat.wage), scale)
        del earning
        tested = setting("Benefits.means_test") * (np.where(working, self.wage, 0) + self.pension) / self.wage_mean
        tested = np.maximum(0.2, 1.0 - tested)
        self.hardship = exp_each(setting("Need.spread") * normal_quantile_each(uniforms(seed, "need", people.heads)))
        needs = need(people.family_size.astype(np.float64)) * self.hardship
        self.transfer = _by_status(data, status, needs * tested, "other_transfers", scale)
        self.benefit = _benefits(status, self.wage, self.months, seed, setting)
        self.pension_share = (self.pension / self.wage_mean).astype(np.float32)
        self.transfer_share = (self.transfer / tested / self.wage_mean).astype(np.float32)


def _claims(shares: Doubles) -> Claims:
    """Turn shares into whole claims that sum to all there are."""
    return split_by_largest_remainder(CLAIMS, shares).astype(np.uint32)


class _Totals:
    """Totals of the calibration in cents for this number of consumers."""

    def __init__(self, data: Calibration, scale: float) -> None:
        sheet, rules = data.sheet["consumers"], data.rules
        self.growth = growth = monthly_growth(float(rules["growth_nominal"]))
        fund = data.paid_into("dividends") - data.flow("dividends", "banks") + data.paid_into("rent_to_owners")
        self.deposits = (sheet["deposits"] - fund) * scale
        self.cash = sheet["cash"] * scale
        self.dividends = data.paid_into("dividends") * scale
        self.rents = data.paid_into("rent_to_owners") * scale
        self.coupons = total([data.flow(s, "interest_bonds") for s in STATUSES]) * scale
        self.deposit_interest = total([data.flow(s, "interest_deposits") for s in STATUSES]) * scale
        self.loans, self.mortgages = -sheet["consumer_loans"] * scale, -sheet["mortgages"] * scale
        self.loan_rate, self.mortgage_rate = rules["consumer_loan_rate"] / 12.0, rules["mortgage_rate"] / 12.0
        self.bond_saving = growth * scale * total([sheet[f"bonds_{years}y"] for years in (2, 5, 10, 30)])
        self.building = data.paid_into("residential_investment") * scale
        bought = [value["row_total"] for name, value in data.sam.items() if name.startswith("consumption_")]
        self.consumption = total(bought) * scale


def _by_status(data: Calibration, status: Codes, weight: Doubles, account: str, scale: float) -> Doubles:
    """Split what each status receives from an account over its members by weight: (consumers,) cents."""
    parts = np.zeros(status.size)
    for code, name in enumerate(STATUSES):
        mine = (status == code) & (weight > 0)
        if mine.any():
            parts[mine] = data.flow(name, account) * scale * weight[mine] / total(weight[mine])
    return parts


def _pensions(data: Calibration, people: People, earnings: Doubles, scale: float) -> Doubles:
    """Social security: less than proportional to past earnings; the retired, those over 64, and the disabled."""
    weight = pension_weights(earnings)
    old = people.age >= 5
    active = (people.status == EMPLOYED) | (people.status == UNEMPLOYED)
    return _by_status(data, people.status, np.where(active & ~old, 0.0, weight), "social_security", scale)


def _benefits(status: Codes, wage: Ints, months: Codes, seed: int, setting: Callable[[str], float]) -> Doubles:
    draws = uniforms(seed, "benefit recipient", status.size)
    entitled = (status == UNEMPLOYED) & (months < setting("Benefits.unemployment_months"))
    entitled &= draws < setting("Benefits.recipiency")
    return np.where(entitled, setting("Benefits.unemployment_replacement") * wage, 0.0)


def _benefits_in_force(
    data: Calibration, status: Codes, wage: Ints, months: Codes, seed: int, setting: Callable[[str], float],
    scale: float,
) -> Codes:  # fmt: skip
    """Move recipients of unemployment benefit into or out of its last months until the total is the calibration's."""
    limit = int(setting("Benefits.unemployment_months"))
    draws = uniforms(seed, "benefit recipient", status.size)
    able = np.flatnonzero((status == UNEMPLOYED) & (draws < setting("Benefits.recipiency")))
    benefit = setting("Benefits.unemployment_replacement") * wage[able]
    # In the first month about as many lose a job as find one: those who join draw the benefit, who leaves does not.
    generosity = setting("Benefits.recipiency") * setting("Benefits.unemployment_replacement")
    joining = JOINING * generosity * float(whole_total(wage[status == UNEMPLOYED]))
    wanted = (data.paid_into("unemployment_benefits") * scale - joining) / (1.0 - LEAVING)
    # Those longest out of work are the first to have used up their benefit.
    order = np.lexsort((draws[able], months[able]))
    within = np.cumsum(benefit[order]) - 0.5 * benefit[order] <= wanted
    adjusted = months.copy()
    adjusted[able[order[within]]] = np.minimum(adjusted[able[order[within]]], max(0, limit - 2))
    adjusted[able[order[~within]]] = np.maximum(adjusted[able[order[~within]]], limit)
    return adjusted


def _brackets(income: Doubles, married: npt.NDArray[np.bool_], setting: Callable[[str], float]) -> Doubles:
    """Give the bracket tax, cents a month, on yearly incomes in dollars."""
    from ravelin.economy.people.incomes import IncomeTax

    couple = np.where(married, 2.0, 1.0)
    tax = np.empty(income.size)
    rates, thresholds = np.array(IncomeTax.rates.default), np.array(IncomeTax.thresholds.default)
    bracket_taxes(tax, income / couple - setting("IncomeTax.deduction"), rates, thresholds, 1.0)
    return couple * tax / 0.12


def _compile(model: SpendingModel, people: People) -> tuple[Numbers, SpendingTable, Ints]:
    """Number the demographic cells that occur and compile the model for them.

    Cells of one age band, education, region and urbanization lie side by side, in the order in which
    households keep their rank when they grow older: by tenure, marriage and size.
    """
    levels = (
        (people.age, 7), (people.education, 5), (people.region, 4), (people.urban, 2), (people.tenure, 3),
        (people.marital, 4), (people.family_size, 6), (people.children, 4), (people.persons_over_64, 3),
        (people.earners, 4),
    )  # fmt: skip
    code = np.zeros(people.heads, dtype=np.int32)
    for values, radix in levels:
        code *= radix
        code += values
    occurs = np.zeros(math.prod(radix for _, radix in levels), dtype=np.bool_)
    occurs[code] = True
    kinds = np.flatnonzero(occurs)
    cell = (np.cumsum(occurs, dtype=np.int32) - 1)[code]
    rest, traits = kinds, []
    for _, radix in reversed(levels):
        rest, trait = np.divmod(rest, radix)
        traits.append(trait)
    age, education, region, urban, tenure, marital, size, children, over_64, earners = reversed(traits)
    demographics = np.stack(
        [10.0 * age + 20.0, education + 1, size, children, over_64, earners, np.array([4, 1, 2])[tenure], region + 1,
         urban + 1, marital],
        axis=1,
    )  # fmt: skip
    return cell, model.compile(demographics), demographics


class _Baskets:
    """Budget shares over goods by type and income class, scaled to the account matrix."""

    def __init__(
        self, data: Calibration, model: SpendingModel, table: SpendingTable, people: People, groups: Ints,
        cell: Numbers, planned: Doubles, survey_income: Doubles,
    ) -> None:  # fmt: skip
        categories = model.categories
        tax = data.column("sales_tax_rate")
        gross = np.stack([data.column(f"consumption_{name}_cents") for name in categories]) * (1.0 + tax)
        paid = np.array([data.paid_into(f"consumption_{name}") for name in categories])
        gross *= (paid / totals(gross, 1))[:, None]
        sold = np.flatnonzero(totals(gross, 0) > 0)
        # Aisles beyond the goods that are sold lead to the last of them, and nobody spends anything there.
        self.aisles = np.pad(sold, (0, AISLES - sold.size), mode="edge")
        split = np.zeros((len(categories), AISLES))
        split[:, : sold.size] = gross[:, sold] / totals(gross, 1)[:, None]
        types, classes, _ = model.shares.shape
        edge_class = np.searchsorted(model.class_edges, table.income_edges, side="right")
        self.edge_class = edge_class
        bins = np.searchsorted(table.income_edges, survey_income.astype(np.float32), side="right")
        own_class = np.append(0, edge_class).astype(np.uint8)[bins]
        row = (groups.astype(np.int32) * np.int32(classes))[cell]
        row += own_class
        spent = np.bincount(row, weights=planned, minlength=types * classes)
        shares = model.shares.reshape(types * classes, -1).astype(np.float64)
        factor = np.ones(len(categories))
        target = paid / total(paid)
        for _ in range(200):
            scaled = shares * factor
            scaled /= totals(scaled, 1)[:, None]
            factor *= target / (product(spent, scaled) / total(spent))
        goods = product(scaled, split)
        self.cumulative = np.cumsum(goods, axis=1)
        self.cumulative[:, -1] = 1.0
        self.share_row = groups * classes
        begins = np.append(0, people.locality_ends)
        self.purchases = np.zeros((people.locality_ends.size, len(data.names)))
        for place in range(people.locality_ends.size):
            here = slice(begins[place], begins[place + 1])
            spent_here = np.bincount(row[here], weights=planned[here], minlength=types * classes)
            self.purchases[place, sold] = product(spent_here, goods[:, : sold.size]) / (1.0 + tax[sold]) / 100.0
        self.weights = np.zeros(len(data.names))
        self.weights[sold] = product(target, split)[: sold.size]
