"""Consumers: consumer units of the survey, each with one worker."""

from ravelin.core.table import Table, column, owes
from ravelin.state.goods import SKILLS

AISLES = 12
NO_EMPLOYER, PUBLIC_EMPLOYER = -1, -2
STATUSES = 4
EMPLOYED, UNEMPLOYED, RETIRED, INACTIVE = range(STATUSES)
MONTHS_MAX = 250
"""Months without a job are counted up to here."""


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
    status = column("u1", "code", "what she does", codes=("employed", "unemployed", "retired", "inactive"),
                    kept_by="the labor market, together with firms' staff",
                    instead="LaborMarket.separation or LifeCycle.early_retirement")  # fmt: skip
    employer = column("i4", "row of Firms", "who employs her", start=NO_EMPLOYER, besides=("none", "government"))
    wage = column("i8", "cent/month", "wage before tax; of the last job when unemployed, none if there was none")
    months_unemployed = column("u1", "month", "months since the last job", high=MONTHS_MAX,
                               kept_by="the labor market, together with her status",
                               instead="Benefits.unemployment_months or Participation.patience")  # fmt: skip
    income_class = column("u1", "class", "income class of the budget shares")
    permanent_income = column("f4", "cent/month", "smoothed income before tax", low=0, high=1e12)
    habit = column("f4", "1", "usual spending over what the survey's like spend", low=0, high=1e6)
    buffer = column("f4", "month", "deposits wanted over permanent income", low=-1e12, high=1e12)
    budget = column("i8", "cent/month", "spending planned for the month, tax included", flow=True)
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


class SpendingCells(Table):
    """Demographic cells of the spending model that occur."""

    share_row = column("i4", "row of BudgetShares", "first budget-share row of the cell's type", fixed=True)
    group = column("u2", "row of CellGroups", "age band, education, region and degree of urbanization", fixed=True)
    share_upto = column("f8", "fraction", "share of the group in its cells up to this one", fixed=True,
                        kept_by="the group's other cells, whose shares add up to one")  # fmt: skip
    family_size = column("u1", "person", "persons in the household", fixed=True)
    married = column("u1", "code", "taxed as a couple", fixed=True, codes=("no", "yes"))


class SpendingGrid(Table):
    """The spending model's answer for every cell and income bin, a cell's bins side by side."""

    answer = column("f4", "1", "log of survey spending, dollars a year, and spread of it", width=2, fixed=True,
                    kept_by="the survey's spending model",
                    instead="Economy.spending_scale or Spending.rate_response")  # fmt: skip


class IncomeEdges(Table):
    """Thresholds between the income bins of the spending model, ascending."""

    edge = column("f4", "dollar/year", "income before tax at which the next bin begins", fixed=True,
                  kept_by="the survey's spending model",
                  instead="Economy.spending_scale or Spending.rate_response")  # fmt: skip
    share_class = column("u1", "class", "income class of the budget shares below the edge", fixed=True)


class IncomeBuckets(Table):
    """Where to begin the search for an income's bin; see `learning.lookup`."""

    below = column("u1", "bin", "edges at or below the bucket's lowest income", fixed=True)


class ResidualShape(Table):
    """Quantiles of standardized residuals of log spending, by scale (rows) and normal score."""

    quantile = column("f4", "1", "residual at 65 scores from -4 to 4", width=65, fixed=True,
                      kept_by="the survey's spending model",
                      instead="Economy.spending_scale or Spending.rate_response")  # fmt: skip
