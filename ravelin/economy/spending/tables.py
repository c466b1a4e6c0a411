"""The spending model as the rules read it: cells, income intervals, shapes of residuals, budget shares."""


from ravelin.core.table import Table, column
from ravelin.economy.accounts.tables import Economy


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
    share_class = column("u1", "class", "income class of the budget shares from the edge on", fixed=True)


class IncomeBuckets(Table):
    """Where to begin the search for an income's bin; see `learning.lookup`."""

    below = column("u1", "bin", "edges at or below the bucket's lowest income", fixed=True)


class ResidualShape(Table):
    """Quantiles of standardized residuals of log spending, by scale (rows) and normal score."""

    quantile = column("f4", "1", "residual at 65 scores from -4 to 4", width=65, fixed=True,
                      kept_by="the survey's spending model",
                      instead="Economy.spending_scale or Spending.rate_response")  # fmt: skip


class BudgetShares(Table):
    """Cumulative budget shares over the aisles; one row per type of consumer and income class."""

    cumulative = column("f8", "fraction", "share of spending up to and with each aisle", width=12, fixed=True,
                        kept_by="the other aisles, whose shares add up to one")  # fmt: skip


class SpendingScale(Table, rows=Economy, role=True):
    """How dollars of the survey's spending model become those of this economy."""

    spending_scale = column("f8", "1", "model spending per survey dollar, solved at the opening", fixed=True,
                            low=0.001, high=1000)  # fmt: skip
    first_bucket = column("i8", "1", "number of the first income bucket", fixed=True)
    scale_low = column("f8", "1", "scale of the first row of residual shapes", fixed=True,
                       kept_by="the survey's spending model",
                       instead="Economy.spending_scale or Spending.rate_response")  # fmt: skip
    scale_step = column("f8", "1", "step between rows of residual shapes", fixed=True,
                        kept_by="the survey's spending model",
                        instead="Economy.spending_scale or Spending.rate_response")  # fmt: skip
    income_reference = column("f8", "dollar/year", "mean income of the survey model's training", fixed=True,
                              kept_by="the survey's spending model",
                              instead="Economy.spending_scale or Spending.rate_response")  # fmt: skip
    mean_income = column("f8", "cent/month", "mean permanent income of consumers")
    mean_income_start = column("f8", "cent/month", "the same at the opening", fixed=True,
                               kept_by="the opening, which it remembers")  # fmt: skip
    retained = column("f8", "fraction", "part of permanent income that taxes leave all consumers")
    retained_start = column("f8", "fraction", "the same at the opening: what is normal", fixed=True, low=0.01, high=1,
                            kept_by="the opening, which it remembers")  # fmt: skip
    relief = column("f8", "fraction", "thrift that what is at hand relieves consumers of, over their income")
    relief_start = column("f8", "fraction", "the same at the opening", fixed=True, low=0, high=100,
                          kept_by="the opening, which it remembers")  # fmt: skip
    mean_left = column("f8", "cent/month", "what consumers have left for spending on the growth path, mean")
