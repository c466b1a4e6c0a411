"""National accounts of the month, one row; what history is drawn from."""

from ravelin.core.table import Table, column
from ravelin.economy.people.tables import STATUSES


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
    employed = column("i8", "person", "employed consumers",
                      kept_by="the count of people", instead="LaborMarket.separation")  # fmt: skip
    hours = column("f8", "person", "hours worked, in employees at normal hours")
    unemployed = column("i8", "person", "unemployed consumers",
                      kept_by="the count of people", instead="LaborMarket.separation")  # fmt: skip
    retired = column("i8", "person", "retired consumers",
                      kept_by="the count of people", instead="LaborMarket.separation")  # fmt: skip
    inactive = column("i8", "person", "consumers who neither work nor search nor are retired, students included",
                      kept_by="the count of people", instead="LaborMarket.separation")  # fmt: skip
    heads_before = column("i8", "person", "consumers by status a month before", width=STATUSES)
    inflow = column("i8", "person", "who came to a status in the month, by status", width=STATUSES)
    outflow = column("i8", "person", "who left a status in the month, by status", width=STATUSES)
    unemployment_rate = column("f8", "fraction", "unemployed over labor force", low=0, high=1)
    unemployment_by_skill = column("f8", "fraction", "the same by skill", width=3)
    unemployment_by_duration = column("f8", "fraction", "unemployed in month 1, 2 to 3, 4 to 6, 7 or more without a "
                                      "job, over all unemployed", width=4)  # fmt: skip
    unemployment_duration = column("f8", "month", "months since the last job, mean of the unemployed")
    participation_rate = column("f8", "fraction", "labor force over all consumers")
    marginally_attached = column("i8", "person", "inactive who gave up searching and would come back")
    vacancies = column("i8", "job", "posts open at the month's end")
    retired_rate = column("f8", "fraction", "retired over all consumers")
    enrolment = column("i8", "person", "consumers who study",
                      kept_by="the count of people", instead="LaborMarket.separation")  # fmt: skip
    enrolment_by_skill = column("i8", "person", "consumers who study to reach each skill", width=3)
    enrolment_before = column("i8", "person", "consumers who studied a month before")
    enrolled = column("i8", "person", "consumers who began to study in the month")
    graduates = column("i8", "person", "students who graduated in the month")
    dropouts = column("i8", "person", "students who failed, ran out of means, retired or died in the month")
    mean_age = column("f8", "year", "mean age of consumers")
    vacancy_rate = column("f8", "fraction", "open posts over posts and employed")
    tightness = column("f8", "1", "open posts over unemployed")
    mean_wage = column("f8", "cent/month", "mean wage before tax of the employed, by skill", width=3)
    labor_share = column("f8", "fraction", "compensation of employees over GDP")
    job_creation = column("f8", "fraction", "jobs added in a quarter by firms that grew, over mean employment of firms")
    job_destruction = column("f8", "fraction", "jobs lost in a quarter by firms that shrank, over mean employment of "
                             "firms")  # fmt: skip
    hires = column("i8", "person", "hires in the month, who changes jobs included")
    quits = column("i8", "person", "quits in the month, who changes jobs included")
    layoffs = column("i8", "person", "layoffs in the month")
    other_separations = column("i8", "person", "employed who retired, studied, left the labor force or died in the "
                               "month")  # fmt: skip
    separations = column("i8", "person", "quits, layoffs and other separations in the month")
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
    gini_income = column("f8", "fraction", "Gini coefficient of permanent income")
    gini_wealth = column("f8", "fraction", "Gini coefficient of net worth")
    audit_gap = column("i8", "cent", "largest gap of any identity")
