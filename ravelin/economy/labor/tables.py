"""Wages, and the labor market as it is measured."""

from ravelin.core.table import Table, column
from ravelin.economy.accounts.tables import Economy, NationalAccounts


class Wages(Table, rows=Economy, role=True):
    """What work pays, and by law at least."""

    wage_index = column("f8", "index", "mean wage for normal hours, smoothed, start = 100", start=100.0, low=0.01,
                        high=1e6)  # fmt: skip
    wage_mean = column("f8", "cent/month", "mean wage of the employed, smoothed", low=100, high=1e9)
    wage_start = column("f8", "cent/month", "mean wage at the opening", start=1.0, fixed=True,
                        kept_by="the opening, which it remembers")  # fmt: skip
    wage_month = column("f8", "cent/month", "mean wage of the employed")
    public_pay_start = column("f8", "cent/month", "pay and payroll tax of a public employee at the opening, by skill",
                              width=3, fixed=True, kept_by="the opening, which it remembers")  # fmt: skip
    minimum_wage = column("f8", "cent/month", "statutory wage of a standard worker", low=0, kept_by="the law",
                          instead="MinimumWage.share or Economy.minimum_wage_base")  # fmt: skip
    minimum_wage_last = column("f8", "cent/month", "the same a month before")
    minimum_wage_base = column("f8", "cent/month", "mean wage at the year's beginning, which it follows", low=0,
                               high=1e8)  # fmt: skip
    # Its skills are only compared with one another, so that a factor common to all would have no effect.
    offer_mean = column("f8", "cent/month", "mean wage offer, by skill", width=3, low=0,
                        kept_by="the offers of firms, whose mean it is", instead="Firms.offer")  # fmt: skip


class LaborStatistics(Table, rows=NationalAccounts, role=True):
    """The labor market as statistical offices measure it."""

    hours = column("f8", "person", "hours worked, in employees at normal hours")
    unemployment_rate = column("f8", "fraction", "unemployed over labor force", low=0, high=1)
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
    hires = column("i8", "person", "hires in the month, who changes jobs included")
    quits = column("i8", "person", "quits in the month, who changes jobs included")
    layoffs = column("i8", "person", "layoffs in the month")
    other_separations = column("i8", "person", "employed who retired, studied, left the labor force or died in the "
                               "month")  # fmt: skip
    separations = column("i8", "person", "quits, layoffs and other separations in the month")
