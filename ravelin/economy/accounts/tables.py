"""What statistical offices publish: the papers' figures and the national accounts of the month, one row each."""

from ravelin.core.table import Table, column


class Economy(Table, sector="consumers"):
    """What everybody can read in the papers, one row."""

    inflation = column("f8", "1/year", "price index against twelve months before", low=-0.5, high=10)
    price_index = column("f8", "index", "prices that consumers pay, sales tax included, start = 100", start=100.0,
                         kept_by="the prices of goods", instead="Firms.price or Goods.price")  # fmt: skip
    # From a tenth of the opening's level on inflation is what `inflation` may be.
    price_history = column("f8", "index", "price index of the last twelve months", width=12, low=10, high=1e6)
    basket_price = column("f8", "cent/unit", "price of a unit of fixed capital", start=100.0, low=0.01, high=1e6)
    # Sixty trillion dollars a year; what is bought in proportion to it is one payment.
    trend_gdp = column("f8", "cent/month", "nominal GDP, slow average", low=1e6, high=5e14)
    trend_growth = column("f8", "1/month", "growth of trend GDP, smoothed", low=-0.5, high=0.5)


class NationalAccounts(Table):
    """Output, expenditure, income and their deflation."""

    by_output = column("i8", "cent/month", "value added of all producers and sales tax")
    by_expenditure = column("i8", "cent/month", "consumption, investment and government consumption")
    by_income = column("i8", "cent/month", "compensation, taxes on production and operating surplus")
    consumption = column("i8", "cent/month", "consumption of consumers, sales tax included")
    fixed_investment = column("i8", "cent/month", "fixed investment of firms, dwellings and government")
    firm_investment = column("i8", "cent/month", "fixed investment of firms")
    inventory_change = column("i8", "cent/month", "change in inventories at mean prices")
    government = column("i8", "cent/month", "government consumption: pay, purchases, use of public capital")
    wages = column("i8", "cent/month", "wages of employees of firms and government, before tax")
    profits = column("i8", "cent/month", "gross operating surplus of firms")
    taxes = column("i8", "cent/month", "all taxes")
    transfers = column("i8", "cent/month", "unemployment benefits, social security, other transfers")
    consumption_real = column("f8", "unit/month", "consumption at the opening's purchasers' prices")
    investment_real = column("f8", "unit/month", "fixed investment at opening prices")
    government_real = column("f8", "unit/month", "government consumption at opening prices and pay")
    inventory_change_real = column("f8", "unit/month", "change in inventories at opening prices")
    gdp_real = column("f8", "unit/month", "GDP at the opening's purchasers' prices")
    audit_gap = column("i8", "cent", "largest gap of any identity")


class FinancialAccounts(Table, rows=NationalAccounts, role=True):
    """Money, loans and bonds of all, and who failed."""

    deposits = column("i8", "cent", "deposits of all holders")
    reserves = column("i8", "cent", "reserves of all banks")
    loans_firms = column("i8", "cent", "loans to firms")
    loans_consumers = column("i8", "cent", "mortgages and consumer loans")
    new_loans = column("i8", "cent/month", "lent in the month to firms and consumers, credit lines drawn included")
    loans_repaid = column("i8", "cent/month", "loans repaid in the month")
    charge_offs_firms = column("i8", "cent/month", "loans to firms written off in the month")
    charge_offs_consumers = column("i8", "cent/month", "mortgages and consumer loans written off in the month")
    government_debt = column("i8", "cent", "bonds owed by the government")
    central_bank_bonds = column("i8", "cent", "bonds held by the central bank")
    loan_rate = column("f8", "1/year", "mean rate on loans to firms")
    deposit_rate = column("f8", "1/year", "rate on deposits")
    nonperforming_ratio = column("f8", "fraction", "loans of firms beyond their credit line over all loans to firms")
    bank_capital_ratio = column("f8", "fraction", "equity over assets of all banks")
    firm_failures = column("i8", "1", "firms that failed in the month")
    bank_failures = column("i8", "1", "banks resolved in the month")


class Inequality(Table, rows=NationalAccounts, role=True):
    """How unlike people are."""

    gini_income = column("f8", "fraction", "Gini coefficient of permanent income")
    gini_wealth = column("f8", "fraction", "Gini coefficient of net worth")
