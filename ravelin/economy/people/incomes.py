"""Incomes: wages, benefits, pensions, property income; taxes withheld."""

import numpy as np

from ravelin.core.arithmetic import add_up_whole
from ravelin.core.clock import MONTHS_PER_YEAR
from ravelin.core.draws import Key, uniform
from ravelin.core.kernel import compiled
from ravelin.core.parameter import Parameters, parameter
from ravelin.core.system import (
    Cents,
    Doubles,
    Floats,
    Indices,
    Smalls,
    adds,
    clears,
    draws,
    first,
    local_system,
    moves,
    reads,
    sets,
    system,
    uses,
    writes,
)  # fmt: skip
from ravelin.core.units import DOLLARS_A_YEAR, INDEX_START
from ravelin.economy.banks.acts import DEPOSITS, post_changes
from ravelin.economy.banks.tables import Banks, BanksClearing
from ravelin.economy.central_bank.tables import CentralBank
from ravelin.economy.credit.acts import pay_through_bank
from ravelin.economy.credit.parameters import Lending
from ravelin.economy.credit.tables import CreditMarket
from ravelin.economy.firms.tables import Books, Firms, Workforce
from ravelin.economy.government.parameters import Taxes
from ravelin.economy.government.tables import BudgetClearing, Government
from ravelin.economy.labor.acts import pay_for
from ravelin.economy.labor.parameters import WorkingTime
from ravelin.economy.labor.tables import Wages
from ravelin.economy.people.tables import EMPLOYED, UNEMPLOYED, Consumers, IncomesClearing, Lives, Wealth
from ravelin.economy.places.tables import Localities
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
    Accounts,
    Flows,
)
from ravelin.ledger.batches import (
    BLOCK,
    amounts_of,
    check_balances,
    clear_changes,
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


class Benefits(Parameters):
    """Transfers to consumers."""

    unemployment_replacement = parameter(0.345, "fraction", "unemployment benefit over the last wage", low=0, high=2,
                                         source="calibration ui_replacement_closing, .283, over the .8 of the "
                                                "unemployed who had a job before; DOL 2019: .45")  # fmt: skip
    unemployment_months = parameter(6, "month", "months for which it is paid", low=0, high=120, source="law: 26 weeks")
    recipiency = parameter(0.3146, "fraction", "part of the recently unemployed who draw it", low=0, high=1,
                           source="DOL: .28 of all unemployed, of whom .89 are within six months")  # fmt: skip
    means_test = parameter(0.5, "fraction", "cut of other transfers per unit of labor income over the mean wage",
                           low=0, high=1, source="assumption: transfers are targeted")  # fmt: skip
    transfer_change = parameter(1.0, "1", "other transfers over their rule", low=0, high=10, source="policy switch")


class IncomeTax(Parameters):
    """The federal income tax of 2019; the opening scales it to all income taxes."""

    rates = parameter((0.10, 0.12, 0.22, 0.24, 0.32, 0.35, 0.37), "fraction", "rate in each bracket", low=0, high=1,
                      source="IRS Rev. Proc. 2018-57")  # fmt: skip
    thresholds = parameter((0.0, 9700.0, 39475.0, 84200.0, 160725.0, 204100.0, 510300.0), "dollar/year",
                           "taxable income of singles at which each bracket begins; couples twice that", low=0,
                           high=1e9, ascending=True, source="IRS Rev. Proc. 2018-57")  # fmt: skip
    deduction = parameter(33000.0, "dollar/year", "income free of tax for singles; couples twice that", low=0,
                          high=200_000, source="standard deduction of 12,200, untaxed benefits and credits: the top "
                          "tenth then pays about .7 of income tax; IRS 2019 .71. Beyond it nobody pays")  # fmt: skip
    change = parameter(1.0, "1", "income tax over its rule", low=0, high=5, source="policy switch")


class Income(Parameters):
    """How income enters plans."""

    memory = parameter(0.4, "1/month", "speed at which permanent income follows income", low=0, high=1,
                       source="Friedman 1957; MODEL lam_y")  # fmt: skip
    property_weight = parameter(0.4, "fraction", "share of property income that counts for spending", low=0, high=1,
                                source="Kaldor; MODEL omega")  # fmt: skip


@local_system
def pay_wages(
    deposits: Cents = moves(Accounts.deposits, of=Firms),
    loan: Cents = moves(Books.loan),
    lent: Cents = adds(CreditMarket.loans_granted),
    paid: Cents = adds(Flows.paid),
    posted: Cents = adds(Banks.posted),
    earned: Cents = clears(IncomesClearing.wages),
    budget: Cents = clears(BudgetClearing.budget),
    bank: Indices = reads(Accounts.bank, of=Firms),
    wage_bill: Cents = reads(Workforce.wage_bill),
    rate: float = uses(Taxes.payroll_employer),
) -> None:
    """Firms pay what their workers have earned and their payroll tax, on the credit line if deposits fall short."""
    wages, taxes, drawn = 0, 0, 0
    for firm in range(wage_bill.size):
        tax = round_cents(rate * wage_bill[firm])
        drawn += pay_through_bank(deposits, loan, posted, bank, firm, earned, wage_bill[firm] + tax)
        wages += wage_bill[firm]
        taxes += tax
    lent[0, 0] += drawn
    pass_on(earned, budget, taxes)
    book(paid, WAGES, FIRMS, CONSUMERS, wages)
    book(paid, PAYROLL_TAX_EMPLOYERS, FIRMS, GOVERNMENT, taxes)


@local_system
def pay_consumers(
    deposits: Cents = moves(Accounts.deposits, of=Consumers),
    arrears: Cents = moves(Wealth.arrears),
    collected: Cents = adds(Government.collected),
    answered: Cents = adds(Fund.calls_answered),
    permanent_income: Floats = writes(Consumers.permanent_income),
    take_home: Floats = writes(Lives.take_home),
    income_sum: Doubles = sets(Localities.income_sum),
    take_home_sum: Doubles = sets(Localities.take_home_sum),
    wage_bill: Cents = adds(Workforce.wage_bill),
    given: Cents = adds(Banks.interest_paid),
    paid: Cents = adds(Flows.paid),
    posted: Cents = adds(Banks.posted),
    payments: Cents = clears(IncomesClearing.incomes),
    status: Smalls = reads(Consumers.status),
    wage: Cents = reads(Consumers.wage),
    months: Smalls = reads(Consumers.months_unemployed),
    married: Smalls = reads(Consumers.married),
    pension_share: Floats = reads(Consumers.pension_share),
    transfer_share: Floats = reads(Consumers.transfer_share),
    equity_share: Indices = reads(Wealth.equity_share),
    bond_share: Indices = reads(Wealth.bond_share),
    dwelling_share: Indices = reads(Wealth.dwelling_share),
    bank: Indices = reads(Accounts.bank, of=Consumers),
    employer: Indices = reads(Consumers.employer),
    hours: Floats = reads(Workforce.hours, whole=True),
    equity_before: Cents = reads(Localities.equity_before),
    bonds_before: Cents = reads(Localities.bonds_before),
    dwellings_before: Cents = reads(Localities.dwellings_before),
    dividend_pot: Cents = reads(Fund.dividend_pot),
    coupon_pool: Cents = reads(Fund.coupon_pool),
    rent_pot: Cents = reads(Fund.rent_pot),
    equity_calls: Cents = reads(Fund.equity_calls),
    policy_rate: Doubles = reads(CentralBank.policy_rate),
    wage_mean: Doubles = reads(Wages.wage_mean),
    wage_index: Doubles = reads(Wages.wage_index),
    tax_scale: Doubles = reads(Government.tax_scale),
    surcharge: Doubles = reads(Government.surcharge),
    hourly: float = uses(WorkingTime.hourly),
    premium: float = uses(WorkingTime.premium),
    payroll_tax: float = uses(Taxes.payroll_employee),
    deposit_spread: float = uses(Lending.deposit_spread),
    replacement: float = uses(Benefits.unemployment_replacement),
    benefit_months: int = uses(Benefits.unemployment_months),
    recipiency: float = uses(Benefits.recipiency),
    means_test: float = uses(Benefits.means_test),
    transfer_change: float = uses(Benefits.transfer_change),
    rates: Doubles = uses(IncomeTax.rates),
    thresholds: Doubles = uses(IncomeTax.thresholds),
    deduction: float = uses(IncomeTax.deduction),
    tax_change: float = uses(IncomeTax.change),
    memory: float = uses(Income.memory),
    property_weight: float = uses(Income.property_weight),
    key_recipient: int = draws("benefit recipient", fixed=True),
    first_consumer: int = first(Consumers),
) -> None:
    """Pay each consumer what is due to her and withhold taxes.

    One pass, because every consumer is touched once: wage, benefit, pension, transfers, interest,
    dividends, coupons and rents come in; payroll and income tax go out. Whoever cannot pay her income tax owes it, and
    pays it first when money comes. Owners then put into firms that call for new equity what they have of their part.
    """
    deposit_rate = max(0.0, policy_rate[0] - deposit_spread) / MONTHS_PER_YEAR
    price_level = wage_index[0] / INDEX_START
    tax_per_bracket = tax_scale[0] * (1.0 + surcharge[0]) * tax_change
    equity_at, bonds_at, dwellings_at = equity_before[0], bonds_before[0], dwellings_before[0]
    called_at = equity_at
    public_wages, employee_tax, benefits, pensions, transfers, taxes, interest = 0, 0, 0, 0, 0, 0, 0
    incomes, take_homes, taxes_paid, calls_paid = 0, 0, 0, 0
    usual, labor = np.empty(BLOCK), np.empty(BLOCK)
    benefit, pension, transfer = np.empty(BLOCK), np.empty(BLOCK), np.empty(BLOCK)
    held, received, taxable, tax = np.empty(BLOCK), np.empty(BLOCK), np.empty(BLOCK), np.empty(BLOCK)
    claims, before = np.empty(BLOCK + 1), np.empty(BLOCK, np.int64)
    for begin in range(0, status.size, BLOCK):
        end = min(begin + BLOCK, status.size)
        if end - begin < BLOCK:
            usual, labor = usual[: end - begin], labor[: end - begin]
            benefit, pension, transfer = benefit[: end - begin], pension[: end - begin], transfer[: end - begin]
            held, received, taxable, tax = (
                held[: end - begin], received[: end - begin], taxable[: end - begin], tax[: end - begin]
            )  # fmt: skip
        public_wages += wages_of(
            usual, labor, wage_bill, status[begin:end], wage[begin:end], employer[begin:end], hours, hourly, premium
        )
        benefits_of(
            benefit, status[begin:end], months[begin:end], wage[begin:end], replacement, benefit_months, recipiency,
            key_recipient, first_consumer + begin,
        )  # fmt: skip
        public_transfers_of(
            pension, transfer, usual, pension_share[begin:end], transfer_share[begin:end], wage_mean[0], means_test,
            transfer_change,
        )  # fmt: skip
        amounts_of(held, deposits[begin:end])
        interest += interest_of(received, given, held, bank[begin:end], deposit_rate)
        equity_at = lay_claims(claims, equity_share[begin:end], equity_at)
        share_pool(received, dividend_pot[0], claims)
        bonds_at = lay_claims(claims, bond_share[begin:end], bonds_at)
        share_pool(received, coupon_pool[0], claims)
        dwellings_at = lay_claims(claims, dwelling_share[begin:end], dwellings_at)
        share_pool(received, rent_pot[0], claims)
        incomes += follow_income(
            permanent_income[begin:end], claims[: end - begin], usual, benefit, pension, transfer, received, memory,
            property_weight,
        )  # fmt: skip
        benefits += total(benefit)
        pensions += total(pension)
        transfers += total(transfer)

        taxable_incomes(taxable, labor, benefit, pension, received, married[begin:end], deduction * price_level)
        bracket_taxes(tax, taxable, rates, thresholds, price_level)
        employee_tax += gather_receipts(received, labor, benefit, pension, transfer, payroll_tax)
        taxes += levy_taxes(tax, tax_per_bracket, married[begin:end])
        before[: end - begin] = deposits[begin:end]
        credit_each(deposits[begin:end], received)
        taxes_paid += pay_or_owe_each(deposits[begin:end], arrears[begin:end], tax)
        if equity_calls[0] > 0:
            called = held
            called[:] = 0.0
            called_at = lay_claims(claims, equity_share[begin:end], called_at)
            share_pool(called, equity_calls[0], claims)
            calls_paid += debit_upto(deposits[begin:end], called)
        post_changes(posted, DEPOSITS, bank[begin:end], deposits[begin:end], before)
        clear_changes(payments, deposits[begin:end], before)
        for row in range(end - begin):
            received[row] -= tax[row]
        take_homes += follow(take_home[begin:end], received, memory)
    income_sum[0] = incomes
    take_home_sum[0] = take_homes
    collected[0] += taxes_paid
    answered[0] += calls_paid
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


@compiled
def wages_of(
    usual: Doubles, labor: Doubles, wage_bill: Cents, status: Smalls, wage: Cents, employer: Indices, hours: Floats,
    hourly: float, premium: float,
) -> int:  # fmt: skip
    """Fill what the employed earn in normal hours and what they have earned, and charge it to their employers.

    Returns what the government owes: its employees work normal hours.
    """
    check_balances(wage)
    public = 0
    for row in range(labor.size):
        usual[row] = amount_of(wage[row]) if status[row] == EMPLOYED else 0.0
        boss = employer[row]
        if boss >= 0:
            labor[row] = np.rint(usual[row] * pay_for(hours[boss], hourly, premium))
            wage_bill[boss] += whole_cents(labor[row])
        else:
            labor[row] = usual[row]
            public += whole_cents(usual[row])
    return public


@compiled
def benefits_of(
    benefit: Doubles, status: Smalls, months: Smalls, wage: Cents, replacement: float, limit: int, recipiency: float,
    key: Key, first: int,
) -> None:  # fmt: skip
    """Fill the benefits of those who draw one: in the month in which a job is lost, and in each up to the limit."""
    benefit[:] = 0.0
    for row in range(benefit.size):
        if status[row] == UNEMPLOYED and months[row] < limit and uniform(key, first + row) < recipiency:
            benefit[row] = np.rint(replacement * wage[row])


@compiled
def public_transfers_of(
    pension: Doubles, transfer: Doubles, labor: Doubles, pension_share: Floats, transfer_share: Floats,
    wage_mean: float, means_test: float, change: float,
) -> None:  # fmt: skip
    """Fill pensions, and other transfers less what the means test takes."""
    per_wage = 1.0 / wage_mean
    for row in range(labor.size):
        own = np.rint(pension_share[row] * wage_mean)
        pension[row] = own
        tested = max(_TRANSFER_LEAST, 1.0 - means_test * (labor[row] + own) * per_wage)
        transfer[row] = np.rint(transfer_share[row] * wage_mean * tested * change)


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
def follow_income(
    permanent: Floats, counted: Doubles, labor: Doubles, benefit: Doubles, pension: Doubles, transfer: Doubles,
    property_income: Doubles, memory: float, property_weight: float,
) -> int:  # fmt: skip
    """Let permanent incomes follow incomes before tax, and return their sum in whole cents, exact in any order."""
    for row in range(labor.size):
        counted[row] = labor[row] + benefit[row] + pension[row] + transfer[row] + property_weight * property_income[row]
    return follow(permanent, counted, memory)


@compiled
def follow(smoothed: Floats, now: Doubles, memory: float) -> int:
    """Let smoothed incomes follow those of the month, and return their sum in whole cents, exact in any order."""
    added = 0
    for row in range(smoothed.size):
        smoothed[row] += np.float32(memory * (now[row] - smoothed[row]))
        added += whole_cents(smoothed[row])
    return added


@compiled
def taxable_incomes(
    taxable: Doubles, labor: Doubles, benefit: Doubles, pension: Doubles, property_income: Doubles, married: Smalls,
    deduction: float,
) -> None:  # fmt: skip
    """Fill the taxable income of a year, dollars, of each taxpayer: a couple is two with half the income each."""
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
def levy_taxes(tax: Doubles, scale: float, married: Smalls) -> int:
    """Turn taxes by the brackets, a year's dollars of a taxpayer, into the month's cents due; return the sum."""
    added = 0
    for row in range(tax.size):
        tax[row] = np.rint(max(0.0, scale * tax[row] * (1.0 / DOLLARS_A_YEAR) * (2.0 if married[row] else 1.0)))
        added += whole_cents(tax[row])
    return added
