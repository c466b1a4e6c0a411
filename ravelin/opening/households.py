"""What people earn, own, owe and spend at the opening, so that every account of the calibration is met.

Personal habits and buffers of deposits are backed out: on the growth path each consumer spends what her
usual income leaves after saving keeps her wealth in proportion, while the survey model sets by what
part spending departs from that when her income, rank or times change.
"""

import math
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ravelin.core.arithmetic import (
    mean,
    power_each,
    total,
    total_in_pieces,
)
from ravelin.core.arithmetic.pieces import in_pieces, together
from ravelin.core.clock import monthly_growth
from ravelin.core.kernel import compiled
from ravelin.core.system import Floats
from ravelin.economy.people.tables import EMPLOYED, UNEMPLOYED
from ravelin.economy.spending.consumption import held_to_spend, spent_of
from ravelin.learning.inference import SpendingModel, SpendingTable
from ravelin.ledger.settlement import split_by_largest_remainder
from ravelin.ledger.tax import bracket_taxes
from ravelin.ledger.transfers import CLAIMS
from ravelin.opening.baskets import Baskets
from ravelin.opening.buffers import Manners, SurveySpending
from ravelin.opening.business import Catalog
from ravelin.opening.calibration import Calibration
from ravelin.opening.earnings import Earnings
from ravelin.opening.population import HOUSEHOLDS, Codes, Numbers, People
from ravelin.opening.wealth import Owned, Wealth, spread_deposits

Doubles = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Claims = npt.NDArray[np.uint32]

UNMET = 0.005
"""Part of planned spending for which nothing is found in a month, measured in runs of 100,000 consumers."""
ROUNDS_OF_LEFT = 12
"""Each leaves a fourth or less of the error, as that part of another dollar is spent in a month."""
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
    retained: Doubles
    """Part of usual income that taxes leave."""
    take_home: Doubles
    thrift: Doubles
    habit: Floats
    buffer: Floats
    left_share: float
    """What income leaves all consumers for spending and deposits, over it."""
    retained_start: float
    """Part of all income that taxes leave."""
    relief: float
    """What is at hand relieves all of thrift by, over all income."""
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
    paid = Earnings(data, cat, people, pay, seed, setting)
    owned = Wealth(data, people, 0.001 * people.efficiency * cat.wage[people.skill], seed).split()
    means = _Means(data, people, cents, paid, owned, setting)
    model = SpendingModel.load_for_consumers(model_path)
    cell, table, traits = _compile(model, people)
    groups = model.share_group(traits).astype(np.int64)
    # Part of what is planned finds no seller.
    in_all = cents.consumption / (1.0 - UNMET)
    survey, spending_scale = _scaled(model, table, cell, means, in_all, setting("Spending.persistence"), seed)

    habit, buffer, target, deposits = _get_used(data, survey, cents, means, setting)
    owned = owned._replace(deposits=deposits)
    means = _Means(data, people, cents, paid, owned, setting)
    income, retained, take_home = means.columns("income", "retained", "take_home")
    planned = _plan_all(survey, means, income, habit, buffer, in_all, setting)
    left_share = _left_share(survey, means, income, habit, buffer, target, setting)
    relief = _relief(means, income, setting)
    planned *= 1.0 - UNMET
    sums = Baskets(data, model, table, people, groups, cell, planned, survey.to_survey, income)
    target /= mean(income)
    equity, bonds, dwellings = _claims(owned)
    return Households(
        cell, table, traits, sums.share_row, sums.cumulative, sums.edge_class, sums.aisles, paid.wage, paid.offers,
        paid.wage_mean, paid.months, income, retained, take_home, target, habit.astype(np.float32),
        buffer.astype(np.float32), left_share, means.retained_start, relief, paid.hardship, paid.pension_share,
        paid.transfer_share, equity, bonds, dwellings, owned.deposits, owned.consumer_loans, owned.mortgages,
        means.tax_scale, spending_scale, model.mean_income, sums.weights, sums.purchases,
    )  # fmt: skip


def _scaled(
    model: SpendingModel, table: SpendingTable, cell: Numbers, means: "_Means", in_all: float, persistence: float,
    seed: int,
) -> tuple[SurveySpending, float]:  # fmt: skip
    """Give the survey's spending scaled to all that is planned, and by what it was scaled."""
    income, after_taxes = means.columns("income", "after_taxes")
    level = model.mean_income / (0.12 * mean(income))
    survey = SurveySpending(table, cell, 0.12 * level, persistence, seed)
    scale = in_all / total_in_pieces(
        income.size, lambda rows: np.asarray(after_taxes[rows] * survey.expected(income[rows], rows))
    )
    survey.unit *= scale
    return survey, scale


def _get_used(
    data: Calibration, survey: SurveySpending, cents: "_Totals", means: "_Means", setting: Callable[[str], float]
) -> tuple[Doubles, Doubles, Doubles, Doubles]:
    """Give habits, buffers in months of income, deposits meant to be held, and everybody's share in deposits."""
    speed, liquidity = setting("Spending.buffer_speed"), setting("Spending.liquidity")
    floor, growth = setting("Spending.floor"), cents.growth
    habit_share, heads = setting("Spending.habit_share"), means.people.heads
    usual, inflow, sustainable, after_taxes = means.columns("usual", "inflow", "sustainable", "after_taxes")
    habit, beyond, target, held = (np.empty(heads) for _ in range(4))
    buffer = sustainable

    def take_habits(rows: slice) -> None:
        modeled = np.maximum(1.0, after_taxes[rows] * survey.expected(usual[rows], rows))
        kept_up = np.maximum(floor * usual[rows], sustainable[rows])
        habit[rows] = power_each(kept_up / modeled, habit_share)
        # What habits spend beyond what can be kept up: on the growth path that is what is spent.
        beyond[rows] = habit[rows] * modeled - kept_up
        target[rows] = held[rows] = cents.deposits * means.owned.deposits[rows]

    def live(rows: slice) -> None:
        income = np.maximum(1.0, usual[rows])
        buffer[rows] = np.maximum(0.0, target[rows] + inflow[rows])
        _settle_buffers(buffer[rows], beyond[rows], income, speed, liquidity)
        manners = Manners(inflow[rows], income, after_taxes[rows] * habit[rows], buffer[rows])
        survey.live_through(rows, held[rows], manners, speed, liquidity, floor, growth, 1.0 - UNMET)

    def settle(lived: Doubles, rows: slice) -> None:
        left, kept = held[rows], cents.deposits * lived[rows]
        # Where luck leaves more than there is, less was meant to be held.
        target[rows] *= np.divide(kept, left, out=np.ones(left.size), where=left > 0)
        held[rows] = kept

    in_pieces(heads, take_habits)
    for _ in range(ROUNDS):
        in_pieces(heads, live)
        lived = spread_deposits(data, means.people, held)
        in_pieces(heads, partial(settle, lived))
    return habit, buffer, target, lived


def _plan_all(
    survey: SurveySpending, means: "_Means", income: Doubles, habit: Doubles, buffer: Doubles, in_all: float,
    setting: Callable[[str], float],
) -> Doubles:  # fmt: skip
    """Raise all habits alike until what the first month's draws let people plan is what is bought; give the plans."""
    speed, liquidity = setting("Spending.buffer_speed"), setting("Spending.liquidity")
    floor = setting("Spending.floor")
    at_hand, after_taxes = means.columns("at_hand", "after_taxes")
    modeled, planned = np.empty(income.size), np.empty(income.size)
    raised = 1.0

    def plan(rows: slice) -> Doubles:
        _plan(
            planned[rows], habit[rows], raised, modeled[rows], at_hand[rows], buffer[rows], income[rows], floor, speed,
            liquidity,
        )  # fmt: skip
        return planned[rows]

    def model(rows: slice) -> None:
        survey.fill_opening(modeled[rows], income[rows], rows)
        modeled[rows] *= after_taxes[rows]

    in_pieces(income.size, model)
    for _ in range(30):
        raised = in_all / total_in_pieces(income.size, plan)
    habit *= raised
    return planned


def _left_share(
    survey: SurveySpending, means: "_Means", income: Doubles, habit: Doubles, buffer: Doubles, target: Doubles,
    setting: Callable[[str], float],
) -> float:  # fmt: skip
    """Solve what income leaves, over it, at which all together plan to keep what they mean to hold."""
    speed, liquidity, growth = setting("Spending.buffer_speed"), setting("Spending.liquidity"), means.cents.growth
    inflow, after_taxes = means.columns("inflow", "after_taxes")
    all_left, left = total(inflow), 1.0

    def by_habit(rows: slice) -> Doubles:
        spent = habit[rows] * after_taxes[rows] * survey.expected(income[rows], rows)
        _add_spent(spent, -1.0, buffer[rows] * income[rows], income[rows], speed, liquidity)
        return np.asarray(spent)

    def moved(rows: slice) -> Doubles:
        spent = np.zeros(inflow[rows].size)
        _add_spent(spent, 1.0, np.maximum(0.0, target[rows] + left * inflow[rows]), income[rows], speed, liquidity)
        return spent

    base = total_in_pieces(income.size, by_habit) + growth * total(target)
    for _ in range(ROUNDS_OF_LEFT):
        left = (base + total_in_pieces(income.size, moved)) / all_left
    return float(left * all_left / total(income))


def _relief(means: "_Means", income: Doubles, setting: Callable[[str], float]) -> float:
    """Return what is at hand in the first month relieves all of thrift by, over all income."""
    speed, liquidity = setting("Spending.buffer_speed"), setting("Spending.liquidity")
    (at_hand,) = means.columns("at_hand")

    def relieved(rows: slice) -> Doubles:
        spent, held = np.zeros(at_hand[rows].size), np.maximum(0.0, at_hand[rows])
        _add_spent(spent, 1.0, held, income[rows], speed, liquidity)
        return np.asarray(spent - speed * held)

    return float(total_in_pieces(income.size, relieved) / total(income))


@compiled
def _add_spent(
    spent: Doubles, sign: float, held: Doubles, income: Doubles, speed: float, liquidity: float
) -> None:
    """Add to spending, or take off, what it is for holding so much."""
    for row in range(spent.size):
        spent[row] += sign * spent_of(held[row], income[row], speed, liquidity)


@compiled
def _settle_buffers(buffer: Doubles, beyond: Doubles, income: Doubles, speed: float, liquidity: float) -> None:
    """Turn what is held on the growth path, cents, into the months of income at which one spends by habit alone."""
    for row in range(buffer.size):
        added = spent_of(buffer[row], income[row], speed, liquidity) + beyond[row]
        buffer[row] = held_to_spend(added, income[row], speed, liquidity) / income[row]


@compiled
def _plan(
    planned: Doubles, habit: Doubles, raised: float, modeled: Doubles, at_hand: Doubles, buffer: Doubles,
    income: Doubles, floor: float, speed: float, liquidity: float,
) -> None:  # fmt: skip
    """Raise habits and fill what is planned: no more than is at hand, and no less than what is needed."""
    for row in range(planned.size):
        habit[row] *= raised
        wanted = habit[row] * modeled[row] + spent_of(max(0.0, at_hand[row]), income[row], speed, liquidity)
        wanted -= spent_of(buffer[row] * income[row], income[row], speed, liquidity)
        wanted = max(floor * income[row], wanted)
        planned[row] = min(max(wanted, 0.0), max(0.0, at_hand[row]))


class _Means:
    """What each consumer earns and what it leaves for spending, given who owns and owes what; cents a month."""

    def __init__(
        self, data: Calibration, people: People, cents: "_Totals", paid: Earnings, owned: Owned,
        setting: Callable[[str], float],
    ) -> None:  # fmt: skip
        self.people, self.cents, self.paid, self.owned, self.setting = people, cents, paid, owned, setting

        def due(rows: slice) -> Doubles:
            labor, _, taxed, married = self._taxable(rows)
            return _brackets(0.12 * (labor + paid.benefit[rows] + taxed), married, setting)

        self.tax_scale = data.paid_into("income_tax") * people.heads / 1000.0 / total_in_pieces(people.heads, due)
        self.retained_start = 1.0
        income, left = self.columns("income", "retained")
        self.retained_start = float(total(income * left) / total(income))

    def _expected_pay(self, rows: slice, idle: npt.NDArray[np.bool_], usual_labor: Ints) -> Doubles:
        """Give what those out of work expect to earn: as `follow_incomes` has it after so many months."""
        setting, people = self.setting, self.people
        regained = setting("Income.pay_regained")
        offered = 0.001 * people.efficiency[rows] * self.paid.offers[people.skill[rows]]
        forgotten = power_each(1.0 - setting("Income.memory"), self.paid.months[rows].astype(np.float64))
        before = usual_labor * (regained + (1.0 - regained) * forgotten)
        return np.asarray(np.where(usual_labor > 0, before, regained * offered))

    def _property_income(self, rows: slice) -> Doubles:
        cents, owned = self.cents, self.owned
        income = cents.dividends * owned.equity[rows] + cents.coupons * owned.bonds[rows]
        income += cents.rents * owned.dwellings[rows]
        income += cents.deposit_interest * owned.deposits[rows]
        return np.asarray(income)

    def _taxable(self, rows: slice) -> tuple[Ints, Ints, Doubles, npt.NDArray[np.bool_]]:
        """Give pay, usual pay, what else is taxed, and who is married."""
        status, wage = self.people.status[rows], self.paid.wage[rows]
        labor = np.where(status == EMPLOYED, wage, 0)
        # Usual income of somebody out of work is that of her last job.
        usual_labor = np.where(status == UNEMPLOYED, wage, labor)
        taxed = self._property_income(rows) + 0.5 * self.paid.pension[rows]
        return labor, usual_labor, taxed, self.people.marital[rows] == 1

    def columns(self, *names: str) -> list[Doubles]:
        """Give columns of all consumers by name; see `_settle`."""
        columns = [np.empty(self.people.heads) for _ in names]

        def settle(rows: slice) -> None:
            settled = self._settle(rows)
            for name, column in zip(names, columns, strict=True):
                column[rows] = settled[name]

        in_pieces(self.people.heads, settle)
        return columns

    def _settle(self, rows: slice) -> dict[str, Doubles]:
        cents, paid, owned, setting = self.cents, self.paid, self.owned, self.setting
        benefit = paid.benefit[rows]
        labor, usual_labor, taxed, married = self._taxable(rows)
        taxes = self.tax_scale * _brackets(0.12 * (usual_labor + taxed), married, setting)

        property_income = self._property_income(rows)
        lasting = paid.pension[rows] + paid.transfer[rows]
        counted = lasting + setting("Income.property_weight") * property_income
        debts = (cents.loan_rate - cents.growth) * cents.loans * owned.consumer_loans[rows]
        debts += (cents.mortgage_rate - cents.growth) * cents.mortgages * owned.mortgages[rows]
        received = usual_labor * (1.0 - setting("Taxes.payroll_employee")) + lasting + property_income
        retained = np.divide(
            np.maximum(0.0, received - taxes), usual_labor + lasting + property_income,
            out=np.ones(taxes.size), where=usual_labor + lasting + property_income > 0,
        )  # fmt: skip
        inflow = received - taxes - debts - cents.bond_saving * owned.bonds[rows]
        inflow -= cents.building * owned.dwellings[rows]
        idle = self.people.status[rows] == UNEMPLOYED
        # Who is out of work counts on most of the pay of a job, and comes to that by and by.
        expected = self._expected_pay(rows, idle, usual_labor)
        return {
            "income": np.where(idle, expected, labor) + counted,
            "usual": usual_labor + counted,
            "retained": retained,
            "after_taxes": retained / self.retained_start,
            "inflow": inflow,
            "sustainable": inflow - cents.growth * (cents.deposits + cents.cash) * owned.deposits[rows],
            "take_home": received - taxes - np.where(idle, retained * (usual_labor - expected), 0.0),
            "at_hand": (cents.deposits * owned.deposits[rows] + inflow)
            + np.where(idle, benefit - 0.75 * usual_labor, 0.0),
        }


def _claims(owned: Owned) -> tuple[Claims, Claims, Claims]:
    """Turn shares in equity, bonds and dwellings into whole claims that sum to all there are."""
    shares = owned.equity, owned.bonds, owned.dwellings
    claims = tuple(np.empty(share.size, np.uint32) for share in shares)

    def claim(place: int) -> None:
        claims[place][:] = split_by_largest_remainder(CLAIMS, shares[place])

    together([partial(claim, place) for place in range(len(shares))])
    return claims[0], claims[1], claims[2]


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
        self.coupons = total([data.flow(s, "interest_bonds") for s in HOUSEHOLDS]) * scale
        self.deposit_interest = total([data.flow(s, "interest_deposits") for s in HOUSEHOLDS]) * scale
        self.loans, self.mortgages = -sheet["consumer_loans"] * scale, -sheet["mortgages"] * scale
        self.loan_rate, self.mortgage_rate = rules["consumer_loan_rate"] / 12.0, rules["mortgage_rate"] / 12.0
        self.bond_saving = growth * scale * total([sheet[f"bonds_{years}y"] for years in (2, 5, 10, 30)])
        self.building = data.paid_into("residential_investment") * scale
        bought = [value["row_total"] for name, value in data.sam.items() if name.startswith("consumption_")]
        self.consumption = total(bought) * scale


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
    occurs = np.zeros(math.prod(radix for _, radix in levels), dtype=np.bool_)

    def number(rows: slice) -> None:
        for values, radix in levels:
            code[rows] *= radix
            code[rows] += values[rows]
        occurs[code[rows]] = True

    in_pieces(people.heads, number)
    kinds = np.flatnonzero(occurs)
    place = np.cumsum(occurs, dtype=np.int32) - 1

    def find(rows: slice) -> None:
        code[rows] = place[code[rows]]

    in_pieces(people.heads, find)
    cell = code
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
