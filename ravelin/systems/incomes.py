"""Incomes: wages, property income, benefits; taxes withheld; debts of consumers served."""

import numpy as np

from ravelin.core.draws import bits, uniform
from ravelin.core.kernel import whole
from ravelin.core.parameter import Parameters, parameter
from ravelin.core.system import (
    Cents,
    Doubles,
    Floats,
    Indices,
    Smalls,
    adds,
    draws,
    first,
    host_system,
    local_system,
    moves,
    reads,
    system,
    uses,
    writes,
)  # fmt: skip
from ravelin.ledger.tax import bracket_tax
from ravelin.ledger.transfers import (
    book,
    claimed_upto,
    credit,
    debit,
    pay_or_borrow,
    repay,
    round_cents,
    serve_loan,
    write_off,
)  # fmt: skip
from ravelin.state.accounts import (
    BANKS,
    CONSUMERS,
    CORPORATE_TAX,
    DIVIDENDS,
    FIRMS,
    GOVERNMENT,
    INCOME_TAX,
    INTEREST_BONDS,
    INTEREST_CONSUMER_LOANS,
    INTEREST_DEPOSITS,
    INTEREST_MORTGAGES,
    NEW_EQUITY,
    OTHER_TRANSFERS,
    PAYROLL_TAX_EMPLOYEES,
    PAYROLL_TAX_EMPLOYERS,
    PUBLIC_WAGES,
    RENTS,
    SOCIAL_SECURITY,
    UNEMPLOYMENT_BENEFITS,
    WAGES,
    WRITE_OFFS,
    Accounts,
    Flows,
)  # fmt: skip
from ravelin.state.consumers import EMPLOYED, UNEMPLOYED, Consumers, Wealth
from ravelin.state.firms import Firms
from ravelin.state.goods import Goods
from ravelin.state.institutions import Banks, CentralBank, Economy, Government
from ravelin.state.localities import Localities
from ravelin.state.parameters import Lending, Taxes


class Benefits(Parameters):
    """Transfers to consumers."""

    unemployment_replacement = parameter(0.2832626, "fraction", "unemployment benefit over the last wage", low=0,
                                         high=2, source="calibration ui_replacement_closing")  # fmt: skip
    unemployment_months = parameter(6, "month", "months for which it is paid", low=0, high=120, source="law: 26 weeks")
    recipiency = parameter(0.3146, "fraction", "part of the recently unemployed who draw it", low=0, high=1,
                           source="DOL: .28 of all unemployed, of whom .89 are within six months")  # fmt: skip
    means_test = parameter(0.5, "fraction", "cut of other transfers per unit of labor income over the mean wage",
                           low=0, high=1, source="assumption: transfers are targeted")  # fmt: skip
    transfer_change = parameter(1.0, "1", "other transfers over their rule", low=0, high=10, source="policy switch")


class Debts(Parameters):
    """Passive rules for the debts of consumers."""

    consumer_loan_months = parameter(48.0, "month", "life of a consumer loan", low=1, high=600,
                                     source="calibration consumer_loan_maturity_months")  # fmt: skip
    mortgage_months = parameter(360.0, "month", "life of a mortgage", low=1, high=600,
                                source="calibration mortgage_maturity_months")  # fmt: skip
    consumer_loan_default = parameter(0.022, "1/year", "chance that a consumer loan is written off", low=0, high=1,
                                      source="FDIC net charge-offs; calibration write_off_consumer_loans")  # fmt: skip
    mortgage_default = parameter(0.0005, "1/year", "chance that a mortgage is written off", low=0, high=1,
                                 source="FDIC net charge-offs; calibration write_off_mortgages")  # fmt: skip
    mortgage_rate_memory = parameter(0.0119, "1/month", "speed at which the average mortgage rate follows new ones",
                                     low=0, high=1, source="refinancing; assumption 1/84")  # fmt: skip
    ratio_speed = parameter(0.05, "1/month", "speed at which lending restores the ratio of debt to trend GDP", low=0,
                            high=1, source="assumption")  # fmt: skip


class IncomeTax(Parameters):
    """The federal income tax of 2019; the opening scales it to all income taxes."""

    rates = parameter((0.10, 0.12, 0.22, 0.24, 0.32, 0.35, 0.37), "fraction", "rate in each bracket", low=0, high=1,
                      source="IRS Rev. Proc. 2018-57")  # fmt: skip
    thresholds = parameter((0.0, 9700.0, 39475.0, 84200.0, 160725.0, 204100.0, 510300.0), "dollar/year",
                           "taxable income of singles at which each bracket begins; couples twice that", low=0,
                           source="IRS Rev. Proc. 2018-57")  # fmt: skip
    deduction = parameter(30000.0, "dollar/year", "income free of tax for singles; couples twice that", low=0,
                          source="standard deduction of 12,200, untaxed benefits and credits: with it the top tenth "
                          "pays .70 of income tax and the lower half .03; IRS 2019 .71 and .03")  # fmt: skip
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
    loan: Cents = moves(Firms.loan),
    paid: Cents = adds(Flows.paid),
    payroll: Cents = reads(Firms.payroll),
    rate: float = uses(Taxes.payroll_employer),
) -> None:
    """Firms pay wages and their payroll tax, on the credit line if deposits fall short."""
    wages, taxes = 0, 0
    for firm in range(payroll.size):
        tax = round_cents(rate * payroll[firm])
        pay_or_borrow(deposits, loan, firm, payroll[firm] + tax)
        wages += payroll[firm]
        taxes += tax
    book(paid, WAGES, FIRMS, CONSUMERS, wages)
    book(paid, PAYROLL_TAX_EMPLOYERS, FIRMS, GOVERNMENT, taxes)


@host_system
def pay_property_income(
    income: Cents = writes(Banks.income),
    bank_dividend: Cents = writes(Banks.dividend),
    dividend_paid: Cents = writes(Banks.dividend_paid),
    deposits: Cents = moves(Accounts.deposits),
    dividend_pot: Cents = moves(Economy.dividend_pot),
    coupon_pool: Cents = writes(Economy.coupon_pool),
    paid: Cents = writes(Flows.paid),
    bank_bonds: Cents = reads(Banks.bonds),
    consumer_bonds: Cents = reads(Economy.consumer_bonds),
    own_bonds: Cents = reads(CentralBank.bonds),
    coupon: Doubles = reads(Government.coupon),
    given: Cents = writes(Banks.interest_paid),
    policy_rate: Doubles = reads(CentralBank.policy_rate),
    deposit_spread: float = uses(Lending.deposit_spread),
) -> None:
    """Banks pay the dividends they declared into the owners' fund; the government pays coupons to every holder."""
    fund_interest = round(max(0.0, float(policy_rate[0]) - deposit_spread) / 12.0 * int(deposits[-1]))
    given[0] += fund_interest
    credit(deposits, deposits.size - 1, fund_interest)
    credit(dividend_pot, 0, fund_interest)
    book(paid, INTEREST_DEPOSITS, BANKS, CONSUMERS, fund_interest)
    dividends = int(bank_dividend.sum())
    dividend_paid[:] = bank_dividend
    credit(deposits, deposits.size - 1, dividends)
    credit(dividend_pot, 0, dividends)
    bank_dividend[:] = 0
    monthly = coupon[0] / 12.0
    to_banks = np.rint(bank_bonds * monthly).astype(np.int64)
    to_consumers = int(np.rint(consumer_bonds[0] * monthly).astype(np.int64).sum())
    to_central_bank = int(np.rint(own_bonds[0] * monthly).astype(np.int64).sum())
    income += to_banks.sum(axis=1)
    coupon_pool[0] = to_consumers
    book(paid, DIVIDENDS, BANKS, CONSUMERS, dividends)
    book(paid, INTEREST_BONDS, GOVERNMENT, BANKS, int(to_banks.sum()))
    book(paid, INTEREST_BONDS, GOVERNMENT, CONSUMERS, to_consumers)
    book(paid, INTEREST_BONDS, GOVERNMENT, 4, to_central_bank)


@local_system
def answer_calls(
    deposits: Cents = moves(Accounts.deposits, of=Firms),
    call: Cents = writes(Firms.call),
    called: Cents = adds(Economy.equity_calls),
    paid: Cents = adds(Flows.paid),
) -> None:
    """New owners of failed firms put in the equity they promised, out of the month's dividends."""
    total = 0
    for firm in range(call.size):
        if call[firm] > 0:
            credit(deposits, firm, call[firm])
            total += call[firm]
            call[firm] = 0
    called[0] += total
    book(paid, NEW_EQUITY, CONSUMERS, FIRMS, total)


@host_system
def set_budgets_of_savers(
    bond_budget: Cents = writes(Economy.bond_budget),
    building_budget: Cents = writes(Economy.building_budget),
    consumer_bonds: Cents = reads(Economy.consumer_bonds),
    government_bonds: Cents = reads(Government.bonds),
    net_issue: Doubles = reads(Government.net_issue),
    bond_pot: Cents = reads(Economy.bond_pot),
    building_pot: Cents = reads(Economy.building_pot),
    trend_gdp: Doubles = reads(Economy.trend_gdp),
    residential_share: float = uses(Lending.residential_share),
) -> None:
    """Consumers mean to take their share of new bonds and to build a steady share of trend GDP."""
    share = float(consumer_bonds.sum()) / max(1.0, float(government_bonds.sum()))
    bond_budget[0] = max(0, round(share * float(net_issue[0])) - int(bond_pot[0]))
    building_budget[0] = max(0, round(residential_share * float(trend_gdp[0])) - int(building_pot[0]))


@local_system
def pay_consumers(
    deposits: Cents = moves(Accounts.deposits, of=Consumers),
    consumer_loan: Cents = moves(Wealth.consumer_loan),
    mortgage: Cents = moves(Wealth.mortgage),
    permanent_income: Floats = writes(Consumers.permanent_income),
    income_sum: Doubles = writes(Localities.income_sum),
    borrower_income: Doubles = writes(Localities.borrower_income),
    owner_income: Doubles = writes(Localities.owner_income),
    set_aside_bonds: Cents = adds(Economy.set_aside_bonds),
    set_aside_building: Cents = adds(Economy.set_aside_building),
    new_loans: Cents = adds(Economy.new_loans),
    earned: Cents = adds(Banks.interest_earned),
    given: Cents = adds(Banks.interest_paid),
    lost: Cents = adds(Banks.write_offs),
    paid: Cents = adds(Flows.paid),
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
    equity_before: Cents = reads(Localities.equity_before),
    bonds_before: Cents = reads(Localities.bonds_before),
    dwellings_before: Cents = reads(Localities.dwellings_before),
    dividend_pot: Cents = reads(Economy.dividend_pot),
    coupon_pool: Cents = reads(Economy.coupon_pool),
    rent_pot: Cents = reads(Economy.rent_pot),
    bond_budget: Cents = reads(Economy.bond_budget),
    building_budget: Cents = reads(Economy.building_budget),
    equity_calls: Cents = reads(Economy.equity_calls),
    loan_factor: Doubles = reads(Economy.consumer_loan_factor),
    mortgage_factor: Doubles = reads(Economy.mortgage_factor),
    mortgage_rate: Doubles = reads(Economy.mortgage_rate),
    policy_rate: Doubles = reads(CentralBank.policy_rate),
    wage_mean: Doubles = reads(Economy.wage_mean),
    wage_index: Doubles = reads(Economy.wage_index),
    tax_scale: Doubles = reads(Government.tax_scale),
    surcharge: Doubles = reads(Government.surcharge),
    payroll_tax: float = uses(Taxes.payroll_employee),
    deposit_spread: float = uses(Lending.deposit_spread),
    consumer_spread: float = uses(Lending.consumer_spread),
    replacement: float = uses(Benefits.unemployment_replacement),
    benefit_months: int = uses(Benefits.unemployment_months),
    recipiency: float = uses(Benefits.recipiency),
    means_test: float = uses(Benefits.means_test),
    transfer_change: float = uses(Benefits.transfer_change),
    rates: Doubles = uses(IncomeTax.rates),
    thresholds: Doubles = uses(IncomeTax.thresholds),
    deduction: float = uses(IncomeTax.deduction),
    tax_change: float = uses(IncomeTax.change),
    loan_months: float = uses(Debts.consumer_loan_months),
    mortgage_months: float = uses(Debts.mortgage_months),
    loan_default: float = uses(Debts.consumer_loan_default),
    mortgage_default: float = uses(Debts.mortgage_default),
    memory: float = uses(Income.memory),
    property_weight: float = uses(Income.property_weight),
    key_recipient: int = draws("benefit recipient", fixed=True),
    key_default: int = draws("default of consumers"),
    first_consumer: int = first(Consumers),
) -> None:
    """Pay each consumer what is due to her, withhold taxes, serve her debts, set savings aside.

    One pass, because every consumer is touched once: wage, benefit, pension, transfers, interest,
    dividends, coupons and rents come in; taxes, debt service and what goes into bonds and dwellings
    go out. What debt service deposits cannot pay is lent anew.
    """
    deposit_rate = max(0.0, policy_rate[0] - deposit_spread) / 12.0
    loan_rate = (policy_rate[0] + consumer_spread) / 12.0
    price_level = wage_index[0] / 100.0
    per_wage = 1.0 / wage_mean[0]
    scale = tax_scale[0] * (1.0 + surcharge[0]) * tax_change
    equity_at, bonds_at, dwellings_at = equity_before[0], bonds_before[0], dwellings_before[0]
    loan_risk = whole(loan_default / 12.0 * 4294967296.0)
    mortgage_risk = whole(mortgage_default / 12.0 * 4294967296.0)
    # Owners answer calls for new equity out of the dividends.
    dividends = dividend_pot[0] - equity_calls[0]
    dividends_before = claimed_upto(dividends, equity_at)
    coupons_before = claimed_upto(coupon_pool[0], bonds_at)
    saved_before = claimed_upto(bond_budget[0], bonds_at)
    rents_before = claimed_upto(rent_pot[0], dwellings_at)
    built_before = claimed_upto(building_budget[0], dwellings_at)
    public_wages, employee_tax, benefits, pensions, transfers, taxes = 0, 0, 0, 0, 0, 0
    interest_in, interest_loans, interest_mortgages, granted, bad_debt = 0, 0, 0, 0, 0
    bonds_out, building_out = 0, 0
    incomes, borrowers, owners = 0.0, 0.0, 0.0
    for consumer in range(status.size):
        row = first_consumer + consumer
        own_bank = bank[consumer]
        interest = round_cents(deposit_rate * max(0, deposits[consumer]))
        labor = 0
        if status[consumer] == EMPLOYED:
            labor = wage[consumer]
            withheld = round_cents(payroll_tax * labor)
            employee_tax += withheld
            credit(deposits, consumer, labor - withheld)
            if employer[consumer] == -2:
                public_wages += labor
        benefit = 0
        entitled = status[consumer] == UNEMPLOYED and months[consumer] <= benefit_months
        if entitled and uniform(key_recipient, row) < recipiency:
            benefit = round_cents(replacement * wage[consumer])
            benefits += benefit
        pension = round_cents(pension_share[consumer] * wage_mean[0])
        pensions += pension
        tested = max(0.2, 1.0 - means_test * (labor + pension) * per_wage)
        transfer = round_cents(transfer_share[consumer] * wage_mean[0] * tested * transfer_change)
        transfers += transfer
        interest_in += interest
        given[own_bank] += interest
        property_income = interest
        if equity_share[consumer] > 0:
            equity_at += whole(equity_share[consumer])
            dividends_upto = claimed_upto(dividends, equity_at)
            property_income += dividends_upto - dividends_before
            dividends_before = dividends_upto
        saved = 0
        if bond_share[consumer] > 0:
            bonds_at += whole(bond_share[consumer])
            coupons_upto = claimed_upto(coupon_pool[0], bonds_at)
            saved_upto = claimed_upto(bond_budget[0], bonds_at)
            property_income += coupons_upto - coupons_before
            saved = saved_upto - saved_before
            coupons_before, saved_before = coupons_upto, saved_upto
        built = 0
        if dwelling_share[consumer] > 0:
            dwellings_at += whole(dwelling_share[consumer])
            rents_upto = claimed_upto(rent_pot[0], dwellings_at)
            built_upto = claimed_upto(building_budget[0], dwellings_at)
            property_income += rents_upto - rents_before
            built = built_upto - built_before
            rents_before, built_before = rents_upto, built_upto
        credit(deposits, consumer, benefit + pension + transfer + property_income)

        yearly = 0.12 * (labor + benefit + property_income + 0.5 * pension)
        couple = 2.0 if married[consumer] else 1.0
        taxable = yearly - deduction * couple * price_level
        tax = 0
        if taxable > 0.0:
            tax = round_cents(scale * bracket_tax(taxable, rates, thresholds, couple * price_level) * (1.0 / 0.12))
            tax = min(tax, deposits[consumer])
        taxes += tax
        debit(deposits, consumer, tax)

        counted = labor + benefit + pension + transfer + property_weight * property_income
        permanent_income[consumer] += np.float32(memory * (counted - permanent_income[consumer]))
        incomes += permanent_income[consumer]

        luck = bits(key_default, row)
        if consumer_loan[consumer] > 0:
            borrowers += permanent_income[consumer]
            due = round_cents(loan_rate * consumer_loan[consumer])
            part = round_cents(consumer_loan[consumer] * (1.0 / loan_months))
            fresh = round_cents(loan_factor[0] * permanent_income[consumer])
            granted += fresh + serve_loan(deposits, consumer_loan, consumer, fresh, due)
            repay(deposits, consumer_loan, consumer, part)
            interest_loans += due
            earned[own_bank] += due
            if whole(luck & np.uint64(0xFFFFFFFF)) < loan_risk:
                # A cent stays on the books: she remains a borrower.
                gone = write_off(consumer_loan, consumer, consumer_loan[consumer] - 1)
                lost[own_bank] += gone
                bad_debt += gone
        if mortgage[consumer] > 0:
            owners += permanent_income[consumer]
            due = round_cents(mortgage_rate[0] / 12.0 * mortgage[consumer])
            part = round_cents(mortgage[consumer] * (1.0 / mortgage_months))
            fresh = round_cents(mortgage_factor[0] * permanent_income[consumer])
            granted += fresh + serve_loan(deposits, mortgage, consumer, fresh, due)
            repay(deposits, mortgage, consumer, part)
            interest_mortgages += due
            earned[own_bank] += due
            if whole(luck >> np.uint64(32)) < mortgage_risk:
                gone = write_off(mortgage, consumer, mortgage[consumer] - 1)
                lost[own_bank] += gone
                bad_debt += gone

        saved = min(saved, max(0, deposits[consumer]))
        debit(deposits, consumer, saved)
        built = min(built, max(0, deposits[consumer]))
        debit(deposits, consumer, built)
        bonds_out += saved
        building_out += built
    income_sum[0] = incomes
    borrower_income[0] = borrowers
    owner_income[0] = owners
    set_aside_bonds[0] += bonds_out
    set_aside_building[0] += building_out
    new_loans[0] += granted
    book(paid, PUBLIC_WAGES, GOVERNMENT, CONSUMERS, public_wages)
    book(paid, PAYROLL_TAX_EMPLOYEES, CONSUMERS, GOVERNMENT, employee_tax)
    book(paid, UNEMPLOYMENT_BENEFITS, GOVERNMENT, CONSUMERS, benefits)
    book(paid, SOCIAL_SECURITY, GOVERNMENT, CONSUMERS, pensions)
    book(paid, OTHER_TRANSFERS, GOVERNMENT, CONSUMERS, transfers)
    book(paid, INCOME_TAX, CONSUMERS, GOVERNMENT, taxes)
    book(paid, INTEREST_DEPOSITS, BANKS, CONSUMERS, interest_in)
    book(paid, INTEREST_CONSUMER_LOANS, CONSUMERS, BANKS, interest_loans)
    book(paid, INTEREST_MORTGAGES, CONSUMERS, BANKS, interest_mortgages)
    book(paid, WRITE_OFFS, BANKS, CONSUMERS, bad_debt)


@system
def turn_over_fund(
    deposits: Cents = moves(Accounts.deposits),
    dividend_pot: Cents = moves(Economy.dividend_pot),
    rent_pot: Cents = moves(Economy.rent_pot),
    bond_pot: Cents = moves(Economy.bond_pot),
    building_pot: Cents = moves(Economy.building_pot),
    set_aside_bonds: Cents = reads(Economy.set_aside_bonds),
    set_aside_building: Cents = reads(Economy.set_aside_building),
) -> None:
    """Hand the fund's dividends and rents to their owners and take in what consumers set aside."""
    fund = deposits.size - 1
    debit(deposits, fund, dividend_pot[0] + rent_pot[0])
    debit(dividend_pot, 0, dividend_pot[0])
    debit(rent_pot, 0, rent_pot[0])
    credit(deposits, fund, set_aside_bonds[0] + set_aside_building[0])
    credit(bond_pot, 0, set_aside_bonds[0])
    credit(building_pot, 0, set_aside_building[0])


@host_system
def set_lending_to_consumers(
    loan_factor: Doubles = writes(Economy.consumer_loan_factor),
    mortgage_factor: Doubles = writes(Economy.mortgage_factor),
    mortgage_rate: Doubles = writes(Economy.mortgage_rate),
    consumer_loans: Cents = reads(Banks.consumer_loans),
    mortgages: Cents = reads(Banks.mortgages),
    borrower_income: Doubles = reads(Localities.borrower_income),
    owner_income: Doubles = reads(Localities.owner_income),
    trend_gdp: Doubles = reads(Economy.trend_gdp),
    trend_growth: Doubles = reads(Economy.trend_growth),
    loan_ratio: Doubles = reads(Economy.consumer_loan_ratio),
    mortgage_ratio: Doubles = reads(Economy.mortgage_ratio),
    policy_rate: Doubles = reads(CentralBank.policy_rate),
    mortgage_spread: float = uses(Lending.mortgage_spread),
    rate_memory: float = uses(Debts.mortgage_rate_memory),
    loan_months: float = uses(Debts.consumer_loan_months),
    mortgage_months: float = uses(Debts.mortgage_months),
    loan_default: float = uses(Debts.consumer_loan_default),
    mortgage_default: float = uses(Debts.mortgage_default),
    speed: float = uses(Debts.ratio_speed),
) -> None:
    """Lend consumers what amortization and losses take away and what growth adds, pro rata to income."""
    growth, gdp = float(trend_growth[0]), float(trend_gdp[0])
    rows = (
        (loan_factor, consumer_loans, borrower_income, loan_ratio, 1.0 / loan_months + loan_default / 12.0),
        (mortgage_factor, mortgages, owner_income, mortgage_ratio, 1.0 / mortgage_months + mortgage_default / 12.0),
    )
    for factor, stocks, income, ratio, leaving in rows:
        stock = float(stocks.sum())
        wanted = (leaving + growth) * stock + speed * (float(ratio[0]) * gdp - stock)
        factor[0] = max(0.0, wanted) / max(1.0, float(income.sum()))
    mortgage_rate[0] += rate_memory * (max(0.0, policy_rate[0] + mortgage_spread) - mortgage_rate[0])


@system
def collect_payouts(
    deposits: Cents = moves(Accounts.deposits),
    dividend_pot: Cents = moves(Economy.dividend_pot),
    rent_pot: Cents = moves(Economy.rent_pot),
    dividends: Cents = reads(Economy.dividends_paid),
    rents: Cents = reads(Economy.rents_paid),
) -> None:
    """Put what firms paid out into the owners' fund, which hands it on next month."""
    credit(deposits, deposits.size - 1, dividends[0] + rents[0])
    credit(dividend_pot, 0, dividends[0])
    credit(rent_pot, 0, rents[0])


class Payout(Parameters):
    """How firms pay out."""

    dividend_speed = parameter(0.25, "1/month", "share of excess deposits declared as dividend", low=0, high=1,
                               source="MODEL divx: excess cash must return to owners")  # fmt: skip
    leverage_limit = parameter(0.6, "fraction", "leverage above which nothing is paid out", low=0, high=5,
                               source="MODEL 3.7")  # fmt: skip
    depreciation = parameter(0.089, "1/year", "depreciation allowed by the tax", low=0, high=1,
                             source="calibration depreciation_firm_capital")  # fmt: skip
    outlay_memory = parameter(0.25, "1/month", "speed at which usual outlays follow outlays", low=0, high=1,
                              source="assumption")  # fmt: skip


@local_system
def close_books(
    deposits: Cents = moves(Accounts.deposits, of=Firms),
    loan: Cents = moves(Firms.loan),
    surplus: Cents = writes(Firms.surplus),
    stock_change: Cents = writes(Firms.stock_change),
    dividend: Cents = writes(Firms.dividend),
    dividend_pot: Cents = adds(Economy.dividends_paid),
    rent_pot: Cents = adds(Economy.rents_paid),
    outlays: Doubles = writes(Firms.outlays),
    inventory_value: Doubles = writes(Firms.inventory_value),
    paid: Cents = adds(Flows.paid),
    revenue: Cents = reads(Firms.revenue),
    inputs_bought: Cents = reads(Firms.inputs_bought),
    inputs_change: Doubles = reads(Firms.inputs_change),
    input_value: Doubles = reads(Firms.input_value),
    production_tax: Cents = reads(Firms.production_tax),
    payroll: Cents = reads(Firms.payroll),
    interest: Cents = reads(Firms.interest),
    output: Doubles = reads(Firms.output),
    sold: Doubles = reads(Firms.sold),
    spoiled: Floats = reads(Firms.spoiled),
    inventory: Doubles = reads(Firms.inventory),
    unit_cost: Doubles = reads(Firms.unit_cost),
    capital: Doubles = reads(Firms.capital),
    misses: Smalls = reads(Firms.misses),
    good: Smalls = reads(Firms.good),
    leased: Smalls = reads(Goods.leased),
    storable: Smalls = reads(Goods.storable),
    liquidity_months: Doubles = reads(Goods.liquidity_months),
    market_price: Doubles = reads(Goods.price),
    basket_price: Doubles = reads(Economy.basket_price),
    payroll_rate: float = uses(Taxes.payroll_employer),
    corporate_rate: float = uses(Taxes.corporate),
    dividend_speed: float = uses(Payout.dividend_speed),
    leverage_limit: float = uses(Payout.leverage_limit),
    depreciation: float = uses(Payout.depreciation),
    memory: float = uses(Payout.outlay_memory),
) -> None:
    """Draw up each firm's month: value added, surplus, corporate tax, and the dividend it pays out.

    Inventories change by quantity at the month's mean price, as in the national accounts. A firm that
    leases its capital pays the whole surplus to the owners as rent.
    """
    taxes, refunds, dividends, rents = 0, 0, 0, 0
    for firm in range(revenue.size):
        g = good[firm]
        made = round_cents((output[firm] - sold[firm] - spoiled[firm]) * market_price[g]) if storable[g] else 0
        kept = round_cents(inputs_change[firm])
        stock_change[firm] = made + kept
        value_added = revenue[firm] + made + kept - inputs_bought[firm]
        employer_tax = round_cents(payroll_rate * payroll[firm])
        surplus[firm] = value_added - payroll[firm] - employer_tax - production_tax[firm]
        wear = 0.0 if leased[g] else depreciation / 12.0 * capital[firm] * basket_price[0]
        profit = surplus[firm] - interest[firm] - round_cents(wear)
        if not leased[g]:
            # Losses are offset in full, as the effective rate on net profit of all firms implies.
            tax = round_cents(corporate_rate * profit)
            if tax >= 0:
                pay_or_borrow(deposits, loan, firm, tax)
            else:
                credit(deposits, firm, -tax)
                refunds -= tax
                tax = 0
            taxes += tax
        spent = payroll[firm] + employer_tax + inputs_bought[firm] + max(0, production_tax[firm])
        outlays[firm] += memory * (spent - outlays[firm])
        inventory_value[firm] = inventory[firm] * unit_cost[firm]
        spare = deposits[firm] - liquidity_months[g] * outlays[firm]
        assets = inventory_value[firm] + input_value[firm] + max(0, deposits[firm])
        if not leased[g]:
            assets += capital[firm] * basket_price[0]
        dividend[firm] = 0
        if spare > 0.0 and misses[firm] == 0 and loan[firm] < leverage_limit * assets:
            dividend[firm] = whole(spare if leased[g] else dividend_speed * spare)
            debit(deposits, firm, dividend[firm])
            if leased[g]:
                rents += dividend[firm]
            else:
                dividends += dividend[firm]
    dividend_pot[0] += dividends
    rent_pot[0] += rents
    book(paid, DIVIDENDS, FIRMS, CONSUMERS, dividends)
    book(paid, RENTS, FIRMS, CONSUMERS, rents)
    book(paid, CORPORATE_TAX, FIRMS, GOVERNMENT, taxes)
    book(paid, CORPORATE_TAX, GOVERNMENT, FIRMS, refunds)
