"""The month's accounts: national accounts, price index, trends, money and credit, inequality."""

from typing import NamedTuple

import numpy as np

from ravelin.core.arithmetic import exp, log, total, whole_total, whole_totals
from ravelin.core.clock import MONTHS_PER_YEAR
from ravelin.core.parameter import Parameters, parameter
from ravelin.core.system import (
    Cents,
    Doubles,
    Floats,
    Indices,
    Smalls,
    bundle,
    host_system,
    reads,
    sets,
    system,
    this_tick,
    uses,
    writes,
)
from ravelin.core.units import CENTS_PER_DOLLAR, INDEX_START
from ravelin.economy.accounts.net_worth import NetWorth, values_held, worth
from ravelin.economy.accounts.tables import Economy, FinancialAccounts, Inequality, NationalAccounts
from ravelin.economy.banks.tables import Banks
from ravelin.economy.central_bank.tables import CentralBank
from ravelin.economy.credit.parameters import Lending
from ravelin.economy.credit.tables import CreditMarket
from ravelin.economy.firms.tables import Books, DwellingStock, Firms, Plant, Technology
from ravelin.economy.goods.acts import gross_of
from ravelin.economy.goods.tables import Goods
from ravelin.economy.government.parameters import Taxes
from ravelin.economy.government.tables import Government
from ravelin.economy.labor.tables import Wages
from ravelin.economy.people.tables import Consumers, Population
from ravelin.economy.places.tables import Localities
from ravelin.economy.securities.tables import Fund
from ravelin.ledger.accounts import (
    BANKS,
    CONSUMERS,
    CONSUMPTION,
    CORPORATE_TAX,
    FIRMS,
    FIXED_INVESTMENT,
    GOVERNMENT,
    GOVERNMENT_PURCHASES,
    INCOME_TAX,
    INTEREST_FIRM_LOANS,
    OTHER_TRANSFERS,
    PAYROLL_TAX_EMPLOYEES,
    PAYROLL_TAX_EMPLOYERS,
    PRODUCTION_TAX,
    PUBLIC_INVESTMENT,
    PUBLIC_WAGES,
    RESIDENTIAL_INVESTMENT,
    SALES_TAX,
    SECTORS,
    SOCIAL_SECURITY,
    UNEMPLOYMENT_BENEFITS,
    WAGES,
    WRITE_OFFS,
    Flows,
)


class Trends(Parameters):
    """How slow averages move."""

    gdp_memory = parameter(0.0277778, "1/month", "speed of trend GDP", low=0, high=1, source="MODEL lamG 1/36")
    growth_memory = parameter(0.0166667, "1/month", "speed of trend growth", low=0, high=1, source="MODEL 3.1: 1/60")
    wage_memory = parameter(0.15, "1/month", "speed of the mean wage that benefits follow", low=0, high=1,
                            source="MODEL 3.1")  # fmt: skip
    public_capital_use = parameter(0.0250402, "1/year", "use of public capital in government consumption", low=0,
                                   high=1, source="calibration: surplus of public services over capital")  # fmt: skip


@system
def measure_prices(
    price_index: Doubles = sets(Economy.price_index),
    inflation: Doubles = sets(Economy.inflation),
    history: Doubles = writes(Economy.price_history),
    basket_price: Doubles = sets(Economy.basket_price),
    price: Doubles = reads(Goods.price),
    tax: Doubles = reads(Goods.sales_tax),
    weight: Doubles = reads(Goods.cpi_weight),
    price_start: Doubles = reads(Goods.consumer_price_start),
    basket_share: Doubles = reads(Goods.basket_share),
    tax_change: float = uses(Taxes.sales_tax_change),
    tick: int = this_tick(),
) -> None:
    """Measure what consumers pay by the opening basket, and the price of capital by its geometric mean.

    Consumer prices are purchasers' prices: a rise of the sales tax raises them at once, by the share of the basket
    on which it is paid. Source: System of National Accounts 2008, 6.64; ILO, Consumer Price Index Manual (2020).
    """
    level = 0.0
    for good in range(price.size):
        level += weight[good] * price[good] * gross_of(tax[good], tax_change) / price_start[good]
    price_index[0] = INDEX_START * level
    place = tick % MONTHS_PER_YEAR
    inflation[0] = price_index[0] / history[0, place] - 1.0
    history[0, place] = price_index[0]
    logarithm = 0.0
    for good in range(price.size):
        if basket_share[good] > 0:
            logarithm += basket_share[good] * log(price[good] / CENTS_PER_DOLLAR)
    basket_price[0] = INDEX_START * exp(logarithm)


class ProductionAccounts(NamedTuple):
    """What firms sold, bought, put into store and were left with in the month."""

    revenue: Cents = reads(Books.revenue)
    sales_tax: Cents = reads(Books.sales_tax)
    inputs_bought: Cents = reads(Books.inputs_bought)
    stock_change: Cents = reads(Books.stock_change)
    surplus: Cents = reads(Books.surplus)


class PublicCapital(NamedTuple):
    """Public capital, and the part of it that government consumption uses in a year."""

    units: Doubles = reads(Government.capital)
    use: float = uses(Trends.public_capital_use)


class Deflators(NamedTuple):
    """Prices over which what was paid is quantities: of consumption, of capital, and of each good."""

    price_index: Doubles = reads(Economy.price_index)
    basket_price: Doubles = reads(Economy.basket_price)
    price: Doubles = reads(Goods.price)
    builds_dwellings: Smalls = reads(Goods.builds_dwellings)


@host_system
def compile_gdp(
    firms: ProductionAccounts = bundle(ProductionAccounts),
    public: PublicCapital = bundle(PublicCapital),
    by_output: Cents = sets(NationalAccounts.by_output),
    by_expenditure: Cents = sets(NationalAccounts.by_expenditure),
    by_income: Cents = sets(NationalAccounts.by_income),
    consumption: Cents = sets(NationalAccounts.consumption),
    fixed_investment: Cents = sets(NationalAccounts.fixed_investment),
    firm_investment: Cents = sets(NationalAccounts.firm_investment),
    inventory_change: Cents = sets(NationalAccounts.inventory_change),
    government: Cents = sets(NationalAccounts.government),
    wages: Cents = sets(NationalAccounts.wages),
    profits: Cents = sets(NationalAccounts.profits),
    taxes: Cents = sets(NationalAccounts.taxes),
    transfers: Cents = sets(NationalAccounts.transfers),
    paid: Cents = reads(Flows.paid),
    basket_price: Doubles = reads(Economy.basket_price),
) -> None:
    """Compile GDP three ways: from sellers' books, from buyers' payments, from incomes.

    Government consumption is valued at cost: pay, purchases and the use of public capital.
    """
    flow = paid.reshape(paid.shape[0], len(SECTORS), len(SECTORS))
    between = whole_totals(flow, (1, 2))
    public_use = round(public.use / MONTHS_PER_YEAR * float(public.units[0]) * float(basket_price[0]))
    public_pay = int(between[PUBLIC_WAGES] + flow[PAYROLL_TAX_EMPLOYERS, GOVERNMENT, GOVERNMENT])
    consumption[0] = between[CONSUMPTION]
    firm_investment[0] = between[FIXED_INVESTMENT]
    fixed_investment[0] = between[FIXED_INVESTMENT] + between[RESIDENTIAL_INVESTMENT] + between[PUBLIC_INVESTMENT]
    inventory_change[0] = whole_total(firms.stock_change)
    government[0] = public_pay + int(between[GOVERNMENT_PURCHASES]) + public_use
    by_expenditure[0] = consumption[0] + fixed_investment[0] + inventory_change[0] + government[0]
    sold, stored = int(whole_total(firms.revenue)), int(whole_total(firms.stock_change))
    made = sold + stored - int(whole_total(firms.inputs_bought))
    by_output[0] = made + int(whole_total(firms.sales_tax)) + public_pay + public_use
    production_tax = int(flow[PRODUCTION_TAX, FIRMS, GOVERNMENT] - flow[PRODUCTION_TAX, GOVERNMENT, FIRMS])
    private_pay = int(between[WAGES] + flow[PAYROLL_TAX_EMPLOYERS, FIRMS, GOVERNMENT])
    surplus = int(whole_total(firms.surplus))
    by_income[0] = private_pay + public_pay + production_tax + int(between[SALES_TAX]) + surplus + public_use
    wages[0] = between[WAGES] + between[PUBLIC_WAGES]
    profits[0] = surplus
    levies = (INCOME_TAX, CORPORATE_TAX, SALES_TAX, PAYROLL_TAX_EMPLOYEES, PAYROLL_TAX_EMPLOYERS, PRODUCTION_TAX)
    received = sum(int(whole_total(flow[levy, :, GOVERNMENT])) for levy in levies)
    taxes[0] = received - int(
        whole_total(flow[PRODUCTION_TAX, GOVERNMENT]) + whole_total(flow[CORPORATE_TAX, GOVERNMENT])
    )
    transfers[0] = between[UNEMPLOYMENT_BENEFITS] + between[SOCIAL_SECURITY] + between[OTHER_TRANSFERS]


@host_system
def deflate(
    deflators: Deflators = bundle(Deflators),
    public: PublicCapital = bundle(PublicCapital),
    gdp_real: Doubles = sets(NationalAccounts.gdp_real),
    consumption_real: Doubles = sets(NationalAccounts.consumption_real),
    investment_real: Doubles = sets(NationalAccounts.investment_real),
    government_real: Doubles = sets(NationalAccounts.government_real),
    inventory_real: Doubles = sets(NationalAccounts.inventory_change_real),
    consumption: Cents = reads(NationalAccounts.consumption),
    firm_investment: Cents = reads(NationalAccounts.firm_investment),
    paid: Cents = reads(Flows.paid),
    good: Smalls = reads(Firms.good),
    stock_change: Cents = reads(Books.stock_change),
    bought: Doubles = reads(Government.units_bought),
    built: Doubles = reads(Government.units_built),
    public_staff: Indices = reads(Localities.public_staff),
    pay_start: Doubles = reads(Wages.public_pay_start),
) -> None:
    """Value the month at opening prices: public services by staff, at constant productivity."""
    between = whole_totals(paid, 1)
    price = deflators.price
    consumption_real[0] = consumption[0] / deflators.price_index[0]
    built_homes = between[RESIDENTIAL_INVESTMENT] / price[np.argmax(deflators.builds_dwellings)]
    investment_real[0] = firm_investment[0] / deflators.basket_price[0] + built_homes + built[0]
    staffed = float(total(whole_totals(public_staff, 0) * pay_start[0])) / CENTS_PER_DOLLAR
    government_real[0] = staffed + bought[0] + public.use / MONTHS_PER_YEAR * public.units[0]
    change = np.bincount(good, weights=stock_change, minlength=price.size)
    inventory_real[0] = float(total(change / price))
    gdp_real[0] = consumption_real[0] + investment_real[0] + government_real[0] + inventory_real[0]


@host_system
def follow_trends(
    trend_gdp: Doubles = writes(Economy.trend_gdp),
    trend_growth: Doubles = writes(Economy.trend_growth),
    gdp: Cents = reads(NationalAccounts.by_expenditure),
    gdp_memory: float = uses(Trends.gdp_memory),
    growth_memory: float = uses(Trends.growth_memory),
) -> None:
    """Move trend GDP, which policy follows: an average that first grows at its own pace.

    So on a growth path it does not lag.
    """
    expected = trend_gdp[0] * (1.0 + trend_growth[0])
    now = expected + gdp_memory * (float(gdp[0]) - expected)
    trend_growth[0] += growth_memory * (now / trend_gdp[0] - 1.0 - trend_growth[0])
    trend_gdp[0] = now


@host_system
def follow_wages(
    wage_mean: Doubles = writes(Wages.wage_mean),
    wage_month: Doubles = sets(Wages.wage_month),
    wage_index: Doubles = sets(Wages.wage_index),
    wages: Cents = reads(Localities.wages),
    employed: Cents = reads(Population.employed),
    wage_start: Doubles = reads(Wages.wage_start),
    memory: float = uses(Trends.wage_memory),
) -> None:
    """Move the mean wage that benefits and tax brackets follow."""
    wage_month[0] = int(whole_total(wages)) / max(1, int(employed[0]))
    wage_mean[0] += memory * (wage_month[0] - wage_mean[0])
    wage_index[0] = INDEX_START * wage_mean[0] / wage_start[0]


@host_system
def follow_productivity(
    productivity: Doubles = writes(Technology.productivity),
    productivity_growth: Doubles = writes(Technology.productivity_growth),
    capital: Doubles = reads(Plant.capital),
    labor_productivity: Doubles = reads(Plant.labor_productivity),
    good: Smalls = reads(Firms.good),
    leased: Smalls = reads(Goods.leased),
    memory: float = uses(Trends.growth_memory),
) -> None:
    """Measure the productivity of labor in firms, and move its trend growth, which raises follow."""
    own = np.where(leased[good] == 1, 0.0, capital)
    level = float(total(own * labor_productivity) / total(own))
    found = MONTHS_PER_YEAR * (level / productivity[0] - 1.0)
    productivity_growth[0] += memory * (found - productivity_growth[0])
    productivity[0] = level


@host_system
def count_money(
    all_deposits: Cents = sets(FinancialAccounts.deposits),
    all_reserves: Cents = sets(FinancialAccounts.reserves),
    government_debt: Cents = sets(FinancialAccounts.government_debt),
    central_bank_bonds: Cents = sets(FinancialAccounts.central_bank_bonds),
    deposits: Cents = reads(Banks.deposits),
    reserves: Cents = reads(Banks.reserves),
    government_bonds: Cents = reads(Government.bonds),
    own_bonds: Cents = reads(CentralBank.bonds),
) -> None:
    """Sum up deposits, reserves and government bonds."""
    all_deposits[0], all_reserves[0] = whole_total(deposits), whole_total(reserves)
    government_debt[0], central_bank_bonds[0] = whole_total(government_bonds), whole_total(own_bonds)


@host_system
def count_loans(
    loans_firms: Cents = sets(FinancialAccounts.loans_firms),
    loans_consumers: Cents = sets(FinancialAccounts.loans_consumers),
    new_loans: Cents = writes(FinancialAccounts.new_loans),
    loans_repaid: Cents = writes(FinancialAccounts.loans_repaid),
    charge_offs_firms: Cents = writes(FinancialAccounts.charge_offs_firms),
    charge_offs_consumers: Cents = writes(FinancialAccounts.charge_offs_consumers),
    paid: Cents = reads(Flows.paid),
    granted: Cents = reads(CreditMarket.loans_granted),
    repaid: Cents = reads(CreditMarket.loans_repaid),
    firm_loans: Cents = reads(Banks.firm_loans),
    consumer_loans: Cents = reads(Banks.consumer_loans),
    mortgages: Cents = reads(Banks.mortgages),
) -> None:
    """Sum up loans and what changed them: what was lent, repaid and written off."""
    loans_firms[0], loans_consumers[0] = whole_total(firm_loans), whole_total(consumer_loans) + whole_total(mortgages)
    new_loans[0], loans_repaid[0] = whole_total(granted), whole_total(repaid)
    charge_offs_firms[0] = paid[WRITE_OFFS, len(SECTORS) * BANKS + FIRMS]
    charge_offs_consumers[0] = paid[WRITE_OFFS, len(SECTORS) * BANKS + CONSUMERS]


@host_system
def measure_banking(
    loan_rate: Doubles = sets(FinancialAccounts.loan_rate),
    deposit_rate: Doubles = sets(FinancialAccounts.deposit_rate),
    nonperforming: Doubles = sets(FinancialAccounts.nonperforming_ratio),
    bank_capital: Doubles = sets(FinancialAccounts.bank_capital_ratio),
    paid: Cents = reads(Flows.paid),
    loan: Cents = reads(Books.loan),
    misses: Smalls = reads(Books.misses),
    equity: Cents = reads(Banks.equity),
    deposits: Cents = reads(Banks.deposits),
    advances: Cents = reads(Banks.advances),
    policy_rate: Doubles = reads(CentralBank.policy_rate),
    spread: float = uses(Lending.deposit_spread),
) -> None:
    """Measure what loans and deposits bear, which loans are in trouble, and what equity banks have against that."""
    loans = max(1, int(whole_total(loan)))
    loan_rate[0] = MONTHS_PER_YEAR * int(whole_total(paid[INTEREST_FIRM_LOANS])) / loans
    deposit_rate[0] = max(0.0, float(policy_rate[0]) - spread)
    nonperforming[0] = int(whole_total(loan[misses > 0])) / loans
    own = int(whole_total(equity))
    bank_capital[0] = own / max(1, own + int(whole_total(deposits)) + int(whole_total(advances)))


@host_system
def count_failures(
    firm_failures: Cents = sets(FinancialAccounts.firm_failures),
    bank_failures: Cents = sets(FinancialAccounts.bank_failures),
    failed: Smalls = reads(Books.failed),
    bank_failed: Smalls = reads(Banks.failed),
) -> None:
    """Count the firms that failed and the banks that were resolved."""
    firm_failures[0] = int(whole_total(failed))
    bank_failures[0] = int(whole_total(bank_failed))


@host_system
def measure_inequality(
    gini_income: Doubles = sets(Inequality.gini_income),
    gini_wealth: Doubles = sets(Inequality.gini_wealth),
    own: NetWorth = bundle(NetWorth),
    income: Floats = reads(Consumers.permanent_income),
    consumer_bonds: Cents = reads(Fund.consumer_bonds),
    dwellings: Doubles = reads(DwellingStock.dwellings),
    price: Doubles = reads(Goods.price),
    builds_dwellings: Smalls = reads(Goods.builds_dwellings),
    bank_equity: Cents = reads(Banks.equity),
    capital: Doubles = reads(Plant.capital),
    loan: Cents = reads(Books.loan),
    basket_price: Doubles = reads(Economy.basket_price),
    good: Smalls = reads(Firms.good),
    leased: Smalls = reads(Goods.leased),
) -> None:
    """Measure how unequal income and net worth are; equity at book value.

    In a large economy every k-th consumer is taken, at most about 200,000.
    """
    step = max(1, income.size // 200_000)
    pick = slice(None, None, step)
    values = values_held(
        bank_equity, capital[leased[good] == 0], loan, basket_price, consumer_bonds, dwellings,
        price[np.argmax(builds_dwellings)],
    )  # fmt: skip
    gini_income[0] = gini(np.asarray(income[pick], dtype=np.float64))
    gini_wealth[0] = gini(worth(own, values, pick))


def gini(values: Doubles) -> float:
    """Return the Gini coefficient of values, (n,) float; above one where many are negative."""
    ordered = np.sort(values, kind="stable")
    rank = np.arange(1, ordered.size + 1)
    return float(2.0 * total(rank * ordered) / (ordered.size * total(ordered)) - (ordered.size + 1) / ordered.size)
