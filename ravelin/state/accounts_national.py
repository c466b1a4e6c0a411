"""National accounts of the month, one row; what history is drawn from."""

from ravelin.core.table import Table, column


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
    consumption_real = column("f8", "unit/month", "consumption at opening prices")
    investment_real = column("f8", "unit/month", "fixed investment at opening prices")
    government_real = column("f8", "unit/month", "government consumption at opening prices and pay")
    inventory_change_real = column("f8", "unit/month", "change in inventories at opening prices")
    gdp_real = column("f8", "unit/month", "GDP at opening prices")
    employed = column("i8", "person", "employed consumers")
    unemployed = column("i8", "person", "unemployed consumers")
    unemployment_rate = column("f8", "fraction", "unemployed over labor force")
    unemployment_by_skill = column("f8", "fraction", "the same by skill", width=3)
    unemployment_by_duration = column("f8", "fraction", "unemployed in month 1, 2 to 3, 4 to 6, 7 or more without a "
                                      "job, over all unemployed", width=4)  # fmt: skip
    unemployment_duration = column("f8", "month", "months since the last job, mean of the unemployed")
    participation_rate = column("f8", "fraction", "labor force over all consumers")
    marginally_attached = column("i8", "person", "inactive who gave up searching and would come back")
    vacancies = column("i8", "job", "posts open at the month's end")
    vacancy_rate = column("f8", "fraction", "open posts over posts and employed")
    tightness = column("f8", "1", "open posts over unemployed")
    mean_wage = column("f8", "cent/month", "mean wage before tax of the employed, by skill", width=3)
    labor_share = column("f8", "fraction", "compensation of employees over GDP")
    job_creation = column("f8", "fraction", "jobs added in a quarter by firms that grew, over mean employment of firms")
    job_destruction = column("f8", "fraction", "jobs lost in a quarter by firms that shrank, over mean employment of "
                             "firms")  # fmt: skip
    hires = column("i8", "person", "hires in the month")
    quits = column("i8", "person", "quits in the month")
    layoffs = column("i8", "person", "layoffs in the month")
    separations = column("i8", "person", "quits and layoffs in the month")
    deposits = column("i8", "cent", "deposits of all holders")
    reserves = column("i8", "cent", "reserves of all banks")
    loans_firms = column("i8", "cent", "loans to firms")
    loans_consumers = column("i8", "cent", "mortgages and consumer loans")
    government_debt = column("i8", "cent", "bonds owed by the government")
    central_bank_bonds = column("i8", "cent", "bonds held by the central bank")
    loan_rate = column("f8", "1/year", "mean rate on loans to firms")
    deposit_rate = column("f8", "1/year", "rate on deposits")
    nonperforming_ratio = column("f8", "fraction", "loans of firms beyond their credit line over all loans to firms")
    bank_capital_ratio = column("f8", "fraction", "equity over assets of all banks")
    firm_failures = column("i8", "1", "firms that failed in the month")
    bank_failures = column("i8", "1", "banks resolved in the month")
    gini_income = column("f8", "fraction", "Gini coefficient of permanent income")
    gini_wealth = column("f8", "fraction", "Gini coefficient of net worth")
    audit_gap = column("i8", "cent", "largest gap of any identity")
