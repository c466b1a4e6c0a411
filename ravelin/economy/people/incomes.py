"""Incomes: wages, benefits, pensions, property income; taxes withheld."""

from typing import NamedTuple

import numpy as np

from ravelin.core.arithmetic import add_up_whole
from ravelin.core.clock import MONTHS_PER_YEAR
from ravelin.core.draws import Key
from ravelin.core.kernel import compiled
from ravelin.core.parameter import Parameters, parameter
from ravelin.core.system import (
    Cents,
    Doubles,
    Floats,
    Indices,
    Smalls,
    adds,
    bundle,
    clears,
    draws,
    first,
    local_system,
    moves,
    reads,
    system,
    uses,
    writes,
)  # fmt: skip
from ravelin.core.units import DOLLARS_A_YEAR, INDEX_START, PER_THOUSAND
from ravelin.economy.banks.acts import ConsumersDeposits, post_block, receive_at_bank
from ravelin.economy.banks.tables import BanksClearing
from ravelin.economy.credit.acts import CurrentAccounts, DepositInterest, deposit_rate, firm_pays
from ravelin.economy.firms.tables import Workforce
from ravelin.economy.government.parameters import Taxes
from ravelin.economy.government.tables import BudgetClearing, Government
from ravelin.economy.labor.acts import pay_for
from ravelin.economy.labor.parameters import WorkingTime
from ravelin.economy.labor.tables import Wages
from ravelin.economy.people.acts import benefit_months
from ravelin.economy.people.expected import UsualIncomes, follow_incomes, shares_retained
from ravelin.economy.people.parameters import Benefits
from ravelin.economy.people.tables import EMPLOYED, UNEMPLOYED, Consumers, IncomesClearing, Wealth
from ravelin.economy.securities.acts import Ownership
from ravelin.economy.securities.tables import Fund, OwnersClearing
from ravelin.ledger.accounts import (
    BANKS,
    CONSUMERS,
    FIRMS,
    GOVERNMENT,
    INCOME_TAX,
    INTEREST_BONDS,
    INTEREST_DEPOSITS,
    OTHER_TRANSFERS,
    PAYROLL_TAX_EMPLOYEES,
    PAYROLL_TAX_EMPLOYERS,
    PUBLIC_WAGES,
    SOCIAL_SECURITY,
    UNEMPLOYMENT_BENEFITS,
    WAGES,
    Flows,
)
from ravelin.ledger.batches import (
    BLOCK,
    amounts_of,
    check_balances,
    credit_each,
    debit_upto,
    lay_claims,
    pay_or_owe_each,
    share_pool,
    total,
)  # fmt: skip
from ravelin.ledger.tax import bracket_taxes
from ravelin.ledger.transfers import amount_of, book, booked, pass_on, round_cents, whole_cents

_TRANSFER_LEAST = 0.2
"""Part of other transfers that no means test takes: some of them have none (assumption)."""


class IncomeTax(Parameters):
    """The federal income tax of 2019; the opening scales it to all income taxes."""

    rates = parameter((0.10, 0.12, 0.22, 0.24, 0.32, 0.35, 0.37), "fraction", "rate in each bracket", low=0, high=1,
                      source="IRS Rev. Proc. 2018-57")  # fmt: skip
    thresholds = parameter((0.0, 9700.0, 39475.0, 84200.0, 160725.0, 204100.0, 510300.0), "dollar/year",
                           "taxable income of singles at which each bracket begins; couples twice that", low=0,
                           high=1e9, ascending=True, source="IRS Rev. Proc. 2018-57")  # fmt: skip
    deduction = parameter(33000.0, "dollar/year", "income free of tax for singles; couples twice that", low=0,
                          high=200_000, source="standard deduction of 12,200, untaxed benefits and credits: the top "
                          "tenth then pays about .7 of income tax; IRS 2019 .71. Beyond it nobody pays",
                          known_as=("Income free of tax", "standard deduction", "personal allowance",
                                    "tax threshold"))  # fmt: skip
    change = parameter(1.0, "1", "income tax over its rule", low=0, high=5, source="policy switch",
                       known_as=("Income tax", "personal tax", "tax cut", "tax rise", "labor tax", "household tax"),
                       policy=True)  # fmt: skip


class Employment(NamedTuple):
    """Who works for whom at what wage, and for how long who is out of work has been so."""

    status: Smalls = reads(Consumers.status)
    skill: Smalls = reads(Consumers.skill)
    efficiency: Indices = reads(Consumers.efficiency)
    wage: Cents = reads(Consumers.wage)
    employer: Indices = reads(Consumers.employer)
    months: Smalls = reads(Consumers.months_unemployed)


class HoursPaid(NamedTuple):
    """How long firms have their staff work, how pay follows that, and what they come to owe."""

    hours: Floats = reads(Workforce.hours, whole=True)
    hourly: float = uses(WorkingTime.hourly)
    premium: float = uses(WorkingTime.premium)
    wage_bill: Cents = adds(Workforce.wage_bill)


class UnemploymentInsurance(NamedTuple):
    """Who draws a benefit while out of work, for how long, and how much of the wage."""

    replacement: float = uses(Benefits.unemployment_replacement)
    months: int = uses(Benefits.unemployment_months)
    recipiency: float = uses(Benefits.recipiency)
    key: Key = draws("benefit recipient", fixed=True)


class SocialTransfers(NamedTuple):
    """Pensions and other transfers over the mean wage, and the means test of the latter."""

    pension_share: Floats = reads(Consumers.pension_share)
    transfer_share: Floats = reads(Consumers.transfer_share)
    wage_mean: Doubles = reads(Wages.wage_mean)
    means_test: float = uses(Benefits.means_test)
    change: float = uses(Benefits.transfer_change)
    pensions: float = uses(Benefits.pension_change)


class TaxesWithheld(NamedTuple):
    """Payroll tax, and income tax by its brackets, which move with wages."""

    payroll: float = uses(Taxes.payroll_employee)
    rates: Doubles = uses(IncomeTax.rates)
    thresholds: Doubles = uses(IncomeTax.thresholds)
    deduction: float = uses(IncomeTax.deduction)
    change: float = uses(IncomeTax.change)
    scale: Doubles = reads(Government.tax_scale)
    surcharge: Doubles = reads(Government.surcharge)
    wage_index: Doubles = reads(Wages.wage_index)
    married: Smalls = reads(Consumers.married)


class TaxDebts(NamedTuple):
    """Taxes that could not be paid when they were due, and what is paid of them and of taxes due."""

    arrears: Cents = moves(Wealth.arrears)
    collected: Cents = adds(Government.collected)


class PropertyIncome(NamedTuple):
    """What is handed out to owners."""

    dividends: Cents = reads(Fund.dividend_pot)
    coupons: Cents = reads(Fund.coupon_pool)
    rents: Cents = reads(Fund.rent_pot)


class EquityCalls(NamedTuple):
    """New equity that firms want of their owners, and what these put in."""

    called: Cents = reads(Fund.equity_calls)
    answered: Cents = adds(Fund.calls_answered)


@local_system
def pay_wages(
    accounts: CurrentAccounts = bundle(CurrentAccounts),
    paid: Cents = adds(Flows.paid),
    earned: Cents = clears(IncomesClearing.wages),
    budget: Cents = clears(BudgetClearing.budget),
    wage_bill: Cents = reads(Workforce.wage_bill),
    rate: float = uses(Taxes.payroll_employer),
) -> None:
    """Firms pay what their workers have earned and their payroll tax, on the credit line if deposits fall short."""
    wages, taxes = 0, 0
    for firm in range(wage_bill.size):
        tax = round_cents(rate * wage_bill[firm])
        firm_pays(accounts, firm, earned, wage_bill[firm] + tax)
        wages += wage_bill[firm]
        taxes += tax
    pass_on(earned, budget, taxes)
    book(paid, WAGES, FIRMS, CONSUMERS, wages)
    book(paid, PAYROLL_TAX_EMPLOYERS, FIRMS, GOVERNMENT, taxes)


@local_system
def pay_consumers(
    accounts: ConsumersDeposits = bundle(ConsumersDeposits),
    employment: Employment = bundle(Employment),
    work: HoursPaid = bundle(HoursPaid),
    insurance: UnemploymentInsurance = bundle(UnemploymentInsurance),
    social: SocialTransfers = bundle(SocialTransfers),
    on_deposits: DepositInterest = bundle(DepositInterest),
    ownership: Ownership = bundle(Ownership),
    due: PropertyIncome = bundle(PropertyIncome),
    withheld: TaxesWithheld = bundle(TaxesWithheld),
    debts: TaxDebts = bundle(TaxDebts),
    calls: EquityCalls = bundle(EquityCalls),
    usually: UsualIncomes = bundle(UsualIncomes),
    paid: Cents = adds(Flows.paid),
    payments: Cents = clears(IncomesClearing.incomes),
    first_consumer: int = first(Consumers),
) -> None:
    """Pay each consumer what is due to her and withhold taxes.

    One pass, because every consumer is touched once: wage, benefit, pension, transfers, interest,
    dividends, coupons and rents come in; payroll and income tax go out. Whoever cannot pay her income tax owes it, and
    pays it first when money comes. Owners then put into firms that call for new equity what they have of their part.
    """
    monthly_rate = deposit_rate(on_deposits) / MONTHS_PER_YEAR
    price_level = withheld.wage_index[0] / INDEX_START
    equity_at, bonds_at = ownership.equity_before[0], ownership.bonds_before[0]
    dwellings_at, called_at = ownership.dwellings_before[0], ownership.equity_before[0]
    public_wages, employee_tax, benefits, pensions, transfers, taxes, interest = 0, 0, 0, 0, 0, 0, 0
    incomes, retained, take_homes, taxes_paid, calls_paid = 0, 0, 0, 0, 0
    usual, labor = np.empty(BLOCK), np.empty(BLOCK)
    lacking, counted, share = np.empty(BLOCK), np.empty(BLOCK), np.empty(BLOCK)
    benefit, pension, transfer = np.empty(BLOCK), np.empty(BLOCK), np.empty(BLOCK)
    held, received, taxable, tax = np.empty(BLOCK), np.empty(BLOCK), np.empty(BLOCK), np.empty(BLOCK)
    claims, before = np.empty(BLOCK + 1), np.empty(BLOCK, np.int64)
    for begin in range(0, accounts.bank.size, BLOCK):
        end = min(begin + BLOCK, accounts.bank.size)
        if end - begin < BLOCK:
            usual, labor = usual[: end - begin], labor[: end - begin]
            lacking, counted, share = lacking[: end - begin], counted[: end - begin], share[: end - begin]
            benefit, pension, transfer = benefit[: end - begin], pension[: end - begin], transfer[: end - begin]
            held, received, taxable, tax = (
                held[: end - begin], received[: end - begin], taxable[: end - begin], tax[: end - begin]
            )  # fmt: skip
        public_wages += wages_of(usual, labor, employment, begin, work)
        benefits_of(benefit, employment, begin, insurance, first_consumer + begin)
        public_transfers_of(pension, transfer, usual, social, begin)
        amounts_of(held, accounts.deposits[begin:end])
        interest += interest_of(received, on_deposits.given, held, accounts.bank[begin:end], monthly_rate)
        equity_at = lay_claims(claims, ownership.equity_share[begin:end], equity_at)
        share_pool(received, due.dividends[0], claims)
        bonds_at = lay_claims(claims, ownership.bond_share[begin:end], bonds_at)
        share_pool(received, due.coupons[0], claims)
        dwellings_at = lay_claims(claims, ownership.dwelling_share[begin:end], dwellings_at)
        share_pool(received, due.rents[0], claims)
        pay_lacking(lacking, benefit, employment, begin, usually)
        count_incomes(counted, usual, lacking, benefit, pension, transfer, received, usually.property_weight)
        benefits += total(benefit)
        pensions += total(pension)
        transfers += total(transfer)

        taxable_incomes(taxable, labor, benefit, pension, received, withheld, begin)
        bracket_taxes(tax, taxable, withheld.rates, withheld.thresholds, price_level)
        employee_tax += gather_receipts(received, labor, benefit, pension, transfer, withheld.payroll)
        taxes += levy_taxes(tax, withheld, begin)
        shares_retained(share, received, tax, labor, withheld.payroll)
        before[: end - begin] = accounts.deposits[begin:end]
        credit_each(accounts.deposits[begin:end], received)
        taxes_paid += pay_or_owe_each(accounts.deposits[begin:end], debts.arrears[begin:end], tax)
        if calls.called[0] > 0:
            called = held
            called[:] = 0.0
            called_at = lay_claims(claims, ownership.equity_share[begin:end], called_at)
            share_pool(called, calls.called[0], claims)
            calls_paid += debit_upto(accounts.deposits[begin:end], called)
        post_block(accounts, begin, end, before, payments)
        for row in range(end - begin):
            usual[row] += pension[row]
            received[row] -= tax[row]
        sums = follow_incomes(usually, begin, counted, usual, lacking, received, share)
        incomes, retained, take_homes = incomes + sums[0], retained + sums[1], take_homes + sums[2]
    usually.permanent_sum[0], usually.retained_sum[0], usually.take_home_sum[0] = incomes, retained, take_homes
    debts.collected[0] += taxes_paid
    calls.answered[0] += calls_paid
    book(paid, PUBLIC_WAGES, GOVERNMENT, CONSUMERS, public_wages)
    book(paid, PAYROLL_TAX_EMPLOYEES, CONSUMERS, GOVERNMENT, employee_tax)
    book(paid, UNEMPLOYMENT_BENEFITS, GOVERNMENT, CONSUMERS, benefits)
    book(paid, SOCIAL_SECURITY, GOVERNMENT, CONSUMERS, pensions)
    book(paid, OTHER_TRANSFERS, GOVERNMENT, CONSUMERS, transfers)
    book(paid, INCOME_TAX, CONSUMERS, GOVERNMENT, taxes)
    book(paid, INTEREST_DEPOSITS, BANKS, CONSUMERS, interest)


@system
def charge_payers(
    incomes: Cents = clears(IncomesClearing.incomes),
    wages: Cents = clears(IncomesClearing.wages),
    budget: Cents = clears(BudgetClearing.budget),
    bank_income: Cents = clears(BanksClearing.bank_income),
    distributions: Cents = clears(OwnersClearing.distributions),
    new_equity: Cents = clears(OwnersClearing.new_equity),
    paid: Cents = reads(Flows.paid),
    wage_bill: Cents = reads(Workforce.wage_bill),
    dividend_pot: Cents = reads(Fund.dividend_pot),
    rent_pot: Cents = reads(Fund.rent_pot),
    collected: Cents = reads(Government.collected),
    answered: Cents = reads(Fund.calls_answered),
) -> None:
    """Charge employers, government, banks and the owners' fund what consumers were paid, and pass on what these paid.

    Order: after incomes.pay_consumers, which pays by person; here each payer is charged by what was booked of it, so
    that both must come to the same.
    """
    public = booked(paid, PUBLIC_WAGES, GOVERNMENT, CONSUMERS) + booked(paid, INTEREST_BONDS, GOVERNMENT, CONSUMERS)
    for transfer in (UNEMPLOYMENT_BENEFITS, SOCIAL_SECURITY, OTHER_TRANSFERS):
        public += booked(paid, transfer, GOVERNMENT, CONSUMERS)
    pass_on(wages, incomes, add_up_whole(wage_bill))
    pass_on(budget, incomes, public)
    pass_on(bank_income, incomes, booked(paid, INTEREST_DEPOSITS, BANKS, CONSUMERS))
    pass_on(distributions, incomes, dividend_pot[0] + rent_pot[0])
    pass_on(incomes, budget, booked(paid, PAYROLL_TAX_EMPLOYEES, CONSUMERS, GOVERNMENT) + collected[0])
    pass_on(incomes, new_equity, answered[0])


@local_system
def pay_grants(
    accounts: ConsumersDeposits = bundle(ConsumersDeposits),
    grant: Cents = writes(Consumers.budget),
    grants: Cents = adds(Government.grants),
    paid: Cents = adds(Flows.paid),
    budget: Cents = clears(BudgetClearing.budget),
) -> None:
    """Pay the lump sums that were granted for the month: untaxed, and no part of usual income.

    Grants lie where spending is planned later in the month, so that they take no room of their own.
    Order: after incomes.charge_payers, which charges the government for the transfers of its rules; before
    consumption.plan_spending.
    """
    total_paid = 0
    for consumer in range(grant.size):
        cents = grant[consumer]
        if cents > 0:
            receive_at_bank(accounts.deposits, accounts.posted, accounts.bank, consumer, budget, cents)
            total_paid += cents
            grant[consumer] = 0
    grants[0] += total_paid
    book(paid, OTHER_TRANSFERS, GOVERNMENT, CONSUMERS, total_paid)


@compiled
def wages_of(usual: Doubles, labor: Doubles, employment: Employment, begin: int, work: HoursPaid) -> int:
    """Fill what the employed earn in normal hours and what they have earned, and charge it to their employers.

    Returns what the government owes: its employees work normal hours.
    """
    end = begin + labor.size
    status, wage, employer = employment.status[begin:end], employment.wage[begin:end], employment.employer[begin:end]
    check_balances(wage)
    public = 0
    for row in range(labor.size):
        usual[row] = amount_of(wage[row]) if status[row] == EMPLOYED else 0.0
        boss = employer[row]
        if boss >= 0:
            labor[row] = np.rint(usual[row] * pay_for(work.hours[boss], work.hourly, work.premium))
            work.wage_bill[boss] += whole_cents(labor[row])
        else:
            labor[row] = usual[row]
            public += whole_cents(usual[row])
    return public


@compiled
def benefits_of(
    benefit: Doubles, employment: Employment, begin: int, insurance: UnemploymentInsurance, first: int
) -> None:
    """Fill the benefits of those who draw one: in the month in which a job is lost, and in each up to the limit."""
    end = begin + benefit.size
    status, months, wage = employment.status[begin:end], employment.months[begin:end], employment.wage[begin:end]
    limit, recipiency, key = insurance.months, insurance.recipiency, insurance.key
    benefit[:] = 0.0
    for row in range(benefit.size):
        if status[row] == UNEMPLOYED and benefit_months(months[row], limit, recipiency, key, first + row) > 0:
            benefit[row] = np.rint(insurance.replacement * wage[row])


@compiled
def public_transfers_of(
    pension: Doubles, transfer: Doubles, labor: Doubles, social: SocialTransfers, begin: int
) -> None:
    """Fill pensions, and other transfers less what the means test takes."""
    end = begin + labor.size
    pension_share, transfer_share = social.pension_share[begin:end], social.transfer_share[begin:end]
    wage_mean = social.wage_mean[0]
    per_wage = 1.0 / wage_mean
    for row in range(labor.size):
        own = np.rint(pension_share[row] * wage_mean * social.pensions)
        pension[row] = own
        tested = max(_TRANSFER_LEAST, 1.0 - social.means_test * (labor[row] + own) * per_wage)
        transfer[row] = np.rint(transfer_share[row] * wage_mean * tested * social.change)


@compiled
def interest_of(received: Doubles, given: Cents, held: Doubles, bank: Indices, rate: float) -> int:
    """Fill the interest on deposits, add it to what each bank has given, and return the sum."""
    for row in range(received.size):
        received[row] = np.rint(rate * max(0.0, held[row]))
    added = 0
    for row in range(received.size):
        interest = whole_cents(received[row])
        given[bank[row]] += interest
        added += interest
    return added


@compiled
def pay_lacking(
    lacking: Doubles, benefit: Doubles, employment: Employment, begin: int, usually: UsualIncomes
) -> None:
    """Fill what the unemployed count on beyond their benefit: most of the last pay, or of what firms now offer."""
    for row in range(lacking.size):
        lacking[row] = 0.0
        person = begin + row
        if employment.status[person] == UNEMPLOYED:
            pay = amount_of(employment.wage[person])
            if pay == 0.0:
                pay = PER_THOUSAND * employment.efficiency[person] * usually.offer[0, employment.skill[person]]
            lacking[row] = max(0.0, usually.pay_regained * pay - benefit[row])


@compiled
def count_incomes(
    counted: Doubles, labor: Doubles, lacking: Doubles, benefit: Doubles, pension: Doubles, transfer: Doubles,
    received: Doubles, weight: float,
) -> None:  # fmt: skip
    """Fill what counts as income in plans: pay, benefits and transfers, and a part of property income."""
    for row in range(counted.size):
        counted[row] = labor[row] + lacking[row] + benefit[row] + pension[row] + transfer[row] + weight * received[row]


@compiled
def taxable_incomes(
    taxable: Doubles, labor: Doubles, benefit: Doubles, pension: Doubles, property_income: Doubles,
    withheld: TaxesWithheld, begin: int,
) -> None:  # fmt: skip
    """Fill the taxable income of a year, dollars, of each taxpayer: a couple is two with half the income each."""
    married = withheld.married[begin : begin + taxable.size]
    deduction = withheld.deduction * (withheld.wage_index[0] / INDEX_START)
    for row in range(taxable.size):
        yearly = DOLLARS_A_YEAR * (labor[row] + benefit[row] + property_income[row] + 0.5 * pension[row])
        taxable[row] = yearly * (0.5 if married[row] else 1.0) - deduction


@compiled
def gather_receipts(
    received: Doubles, labor: Doubles, benefit: Doubles, pension: Doubles, transfer: Doubles, payroll_tax: float
) -> int:
    """Add what consumers receive beside property income, wages less payroll tax; return that tax."""
    withheld = 0
    for row in range(received.size):
        own = np.rint(payroll_tax * labor[row])
        withheld += whole_cents(own)
        received[row] += labor[row] - own + benefit[row] + pension[row] + transfer[row]
    return withheld


@compiled
def levy_taxes(tax: Doubles, withheld: TaxesWithheld, begin: int) -> int:
    """Turn taxes by the brackets, a year's dollars of a taxpayer, into the month's cents due; return the sum."""
    married = withheld.married[begin : begin + tax.size]
    scale = withheld.scale[0] * (1.0 + withheld.surcharge[0]) * withheld.change
    added = 0
    for row in range(tax.size):
        tax[row] = np.rint(max(0.0, scale * tax[row] * (1.0 / DOLLARS_A_YEAR) * (2.0 if married[row] else 1.0)))
        added += whole_cents(tax[row])
    return added
