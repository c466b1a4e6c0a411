"""What is known of people: who they are, what they own and owe, and lives in general."""


from ravelin.core.table import Table, clearing, column, owes
from ravelin.economy.accounts.tables import NationalAccounts
from ravelin.economy.goods.tables import SKILLS
from ravelin.ledger.accounts import Clearing

AISLES = 12
NO_EMPLOYER, PUBLIC_EMPLOYER = -1, -2
STATUS = ("employed", "unemployed", "retired", "inactive")
STATUSES = len(STATUS)
EMPLOYED, UNEMPLOYED, RETIRED, INACTIVE = range(STATUSES)
MONTHS_MAX = 250
"""Months without a job are counted up to here."""
BANDS = 7
OLDEST = 100
EDUCATIONS = 5
LOWEST_EDUCATION = (0, 2, 3)
"""The least education of each skill; who rises to a skill has just that."""
HIGHEST_EDUCATION = (1, 2, 4)
ALL_RETAINED, TAKE_HOME_UNIT, TAKE_HOME_MOST = 65_535.0, 8_192.0, 65_535.0
"""How two bytes hold what taxes leave of income, and take-home pay over permanent income, eight times at most."""
CAREER_RANKS = 128
EFFICIENCY_MIN, EFFICIENCY_MAX = 50.0, 65_000.0
"""Thousandths of the mean that a column of 16 bits holds, and below which nobody is any use to anybody."""


class Consumers(Table, local=True, sector="consumers"):
    """A household that spends together; rows are ordered by locality, then by demographic cell."""

    cell = column("i4", "row of SpendingCells", "demographic cell of the spending model")
    skill = column("u1", "code", "skill at work", codes=SKILLS, kept_by="study and birth, together with firms' staff",
                   instead="Education.completion or Society.beginning_below")  # fmt: skip
    married = column("u1", "code", "taxed as a couple", codes=("no", "yes"),
                     kept_by="the household's demographic cell", instead="IncomeTax.deduction")  # fmt: skip
    efficiency = column("u2", "1", "labor supplied, in thousandths of the skill's mean", low=1,
                        kept_by="age, career and study, together with firms' labor",
                        instead="Ages.career or Firms.labor_productivity")  # fmt: skip
    pension_share = column("f4", "1", "social security over the mean wage", low=0, high=100)
    transfer_share = column("f4", "1", "other transfers over the mean wage, before means test", low=0, high=100)
    status = column("u1", "code", "what she does", codes=STATUS,
                    kept_by="the labor market, together with firms' staff",
                    instead="LaborMarket.separation or LifeCycle.early_retirement")  # fmt: skip
    employer = column("i4", "row of Firms", "who employs her", start=NO_EMPLOYER, besides=("none", "government"))
    wage = column("i8", "cent/month", "wage before tax; of the last job when unemployed, none if there was none")
    months_unemployed = column("u1", "month", "months since the last job", high=MONTHS_MAX,
                               kept_by="the labor market, together with her status",
                               instead="Benefits.unemployment_months or Participation.patience")  # fmt: skip
    income_class = column("u1", "class", "income class of the budget shares")
    permanent_income = column("f4", "cent/month", "income before tax that is expected to last", low=0, high=1e12)
    retained = column("u2", "1", "part of her income that taxes leave her, smoothed, in 65,535ths",
                      kept_by="the taxes that it follows", instead="IncomeTax.change")  # fmt: skip
    habit = column("f4", "1", "usual spending over what the survey's like spend", low=0, high=1e6)
    buffer = column("f4", "month", "deposits at which she spends by habit, over permanent income", low=-1e12, high=1e12)
    budget = column("i8", "cent/month", "spending planned for the month, tax included; until then the lump sum granted",
                    flow=True)  # fmt: skip
    turned_away = column("u2", "bitmask", "aisles in which the own seller could not serve all", flow=True)
    sellers = column("u2", "rank", "place of the seller in each aisle's market", width=AISLES)


class Wealth(Table, rows=Consumers):
    """What a consumer owns and owes beside money; shares are in 2**-32 of all consumers' holdings."""

    equity_share = column("u4", "share", "share in the ownership of firms and banks")
    bond_share = column("u4", "share", "share in the bonds that consumers hold")
    dwelling_share = column("u4", "share", "share in dwellings")
    consumer_loan = column("i8", "cent", "consumer loan owed to the own bank",
                           claim=owes("consumer_loans"))  # fmt: skip
    mortgage = column("i8", "cent", "mortgage owed to the own bank", claim=owes("mortgages"))
    arrears = column("i8", "cent", "taxes owed to the government that could not be paid when they were due",
                     claim=owes("arrears"))  # fmt: skip


class Lives(Table, rows=Consumers):
    """Where a consumer stands in life, and what her household means to put by."""

    age = column("u1", "year", "age of the head", start=40, high=OLDEST,
                 kept_by="the calendar, together with her demographic cell",
                 instead="Ages.ending or Ages.retirement")  # fmt: skip
    study_months = column("u1", "month", "months of study left; she is inactive meanwhile",
                          kept_by="education, together with her status",
                          instead="Education.months or Education.completion")  # fmt: skip
    take_home = column("u2", "1", "income after taxes that is expected to last, over permanent income, in 8,192ths",
                       kept_by="the income that it follows",
                       instead="Consumers.permanent_income or IncomeTax.change")  # fmt: skip
    thrift = column("f4", "month", "deposits meant to be held over the mean income of consumers", low=0, high=1e6)


class IncomesClearing(Table, rows=Clearing):
    """What consumers are paid in one pass, and those who owe it pay in others."""

    incomes = clearing("charged to those who owe consumers their incomes, less what consumers were paid and paid")
    wages = clearing("paid by firms to those who work for them, less what these were paid")


class Ages(Table):
    """Lives by age in years, one row a year, from 0 to 100."""

    ending = column("f4", "1/year", "chance that a household ends within the year", fixed=True, low=0, high=1)
    entry = column("f8", "fraction", "share of new households whose head is at most this old", fixed=True,
                   kept_by="the other ages, whose shares add up to one", instead="Ages.ending")  # fmt: skip
    retirement = column("f4", "1/year", "chance to retire within the year, by skill", width=3, fixed=True, low=0,
                        high=1)  # fmt: skip
    leaving = column("f4", "1/year", "chance of the employed to leave the labor force, by skill", width=3, fixed=True,
                     low=0, high=1)  # fmt: skip
    idle = column("f4", "fraction", "share of the unretired outside the labor force, by skill", width=3, fixed=True,
                  low=0, high=1)  # fmt: skip
    career = column("f4", "1", "labor supplied over the skill's mean, by skill", width=3, fixed=True, low=0.01,
                    high=100)  # fmt: skip


class Careers(Table):
    """One row per skill: how unlike people of one age are at work."""

    relative = column("f4", "1", "labor supplied over the mean of skill and age, at even ranks", width=CAREER_RANKS,
                      fixed=True, low=0.01, high=100)  # fmt: skip


class CellGroups(Table):
    """Demographic cells of one age band, education, region and degree of urbanization, side by side."""

    first_cell = column("i4", "row of SpendingCells", "first cell of the group", fixed=True)
    cells = column("i4", "1", "cells of the group", fixed=True)


class Society(Table):
    """Rules of the opening that lives go by, one row."""

    pension = column("f8", "1", "social security over the mean wage per unit of its formula, by status", width=4,
                     fixed=True, low=0, high=100)  # fmt: skip
    transfer = column("f8", "1", "other transfers over the mean wage per unit of need, by status", width=4,
                      fixed=True, low=0, high=100)  # fmt: skip
    beginning_below = column("f8", "fraction", "chance that the heirs of a skill begin one skill lower", width=3,
                             fixed=True, low=0, high=1)  # fmt: skip
    study_cost = column("f8", "year", "yearly wages that would make up for the toil of study, by skill", width=2,
                        fixed=True, low=-1000, high=1000)  # fmt: skip
    left_share = column("f8", "fraction", "what income leaves all consumers for spending and deposits, over it",
                        fixed=True, low=0, high=10)  # fmt: skip


class Population(Table, rows=NationalAccounts, role=True):
    """Who works, seeks work, studies and is retired; who comes and goes."""

    employed = column("i8", "person", "employed consumers",
                      kept_by="the count of people", instead="LaborMarket.separation")  # fmt: skip
    unemployed = column("i8", "person", "unemployed consumers",
                      kept_by="the count of people", instead="LaborMarket.separation")  # fmt: skip
    retired = column("i8", "person", "retired consumers",
                      kept_by="the count of people", instead="LaborMarket.separation")  # fmt: skip
    inactive = column("i8", "person", "consumers who neither work nor search nor are retired, students included",
                      kept_by="the count of people", instead="LaborMarket.separation")  # fmt: skip
    heads_before = column("i8", "person", "consumers by status a month before", width=STATUSES)
    inflow = column("i8", "person", "who came to a status in the month, by status", width=STATUSES)
    outflow = column("i8", "person", "who left a status in the month, by status", width=STATUSES)
    retired_rate = column("f8", "fraction", "retired over all consumers")
    enrolment = column("i8", "person", "consumers who study",
                      kept_by="the count of people", instead="LaborMarket.separation")  # fmt: skip
    enrolment_by_skill = column("i8", "person", "consumers who study to reach each skill", width=3)
    enrolment_before = column("i8", "person", "consumers who studied a month before")
    enrolled = column("i8", "person", "consumers who began to study in the month")
    graduates = column("i8", "person", "students who graduated in the month")
    dropouts = column("i8", "person", "students who failed, ran out of means, retired or died in the month")
    mean_age = column("f8", "year", "mean age of consumers")
