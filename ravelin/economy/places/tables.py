"""Localities: where people live, work and mostly shop."""

from ravelin.core.table import Table, column
from ravelin.economy.goods.tables import GOODS_MAX, SKILLS
from ravelin.economy.people.tables import STATUSES
from ravelin.ledger.claims import CLAIMS_MAX

SHARES = ("equity", "bonds", "dwellings")
BOOKS = ("plant", "stores", "payroll", *(f"{skill} staff" for skill in SKILLS))
EQUITY_SHARES, BOND_SHARES, DWELLING_SHARES = range(len(SHARES))
PLANT, STORES, PAYROLL, STAFF = range(len(BOOKS) - 2)


class Localities(Table, local=True):
    """A labor market with its shops; consumers and firms keep their rows in its order."""

    region = column("u1", "code", "survey region", fixed=True, codes=("all", "northeast", "midwest", "south", "west"))
    market_first = column("i4", "row of Sellers", "first seller of each good sold here", width=GOODS_MAX, fixed=True)
    market_count = column("i4", "1", "sellers of each good sold here", width=GOODS_MAX, fixed=True)
    public_posts = column("i4", "job", "public employees wanted, by skill", width=3, fixed=True)
    public_staff = column("i4", "person", "public employees, by skill", width=3,
                          kept_by="the labor market, together with who works there",
                          instead="LaborMarket.public_turnover")  # fmt: skip
    public_payroll = column("i8", "cent/month", "wages of public employees a month")
    wages = column("i8", "cent/month", "wages of its employed consumers, by skill", width=3)
    equity_before = column("i8", "share", "equity shares of consumers in earlier localities", fixed=True)
    bonds_before = column("i8", "share", "bond shares of consumers in earlier localities", fixed=True)
    dwellings_before = column("i8", "share", "dwelling shares of consumers in earlier localities", fixed=True)
    income_sum = column("f8", "cent/month", "permanent income of its consumers")
    take_home_sum = column("f8", "cent/month", "income after taxes of its consumers that is expected to last")
    retained_sum = column("f8", "cent/month", "what taxes leave of its consumers' permanent income")
    relief_sum = column("f8", "cent/month", "spending that what is at hand relieves its consumers of thrift by",
                        kept_by="what its consumers hold", instead="Spending.liquidity")  # fmt: skip
    borrower_income = column("f8", "cent/month", "permanent income of consumers with consumer loans",
                             kept_by="the incomes of borrowers", instead="Consumers.permanent_income")  # fmt: skip
    owner_income = column("f8", "cent/month", "permanent income of consumers with mortgages",
                          kept_by="the incomes of owners", instead="Consumers.permanent_income")  # fmt: skip
    unemployed = column("i4", "person", "unemployed, by skill", width=3, kept_by="the status of people",
                        instead="LaborMarket.separation")  # fmt: skip
    unemployed_by_duration = column("i4", "person", "unemployed by months without a job: 1, 2-3, 4-6, 7 on", width=4)
    months_searched = column("i8", "month", "months since their last job of all its unemployed")
    attached = column("i4", "person", "inactive who gave up searching and would come back")
    employed = column("i4", "person", "employed, by skill", width=3)
    vacancies = column("i4", "job", "posts still open at the month's end, by skill", width=3,
                       kept_by="the posts of firms", instead="LaborMarket.post_slack")  # fmt: skip
    retired = column("i4", "person", "retired consumers")
    inactive = column("i4", "person", "inactive consumers, students included")
    turns = column("i4", "person", "who went from one status to another in the month: 4 * from + to",
                   width=STATUSES * STATUSES, flow=True)  # fmt: skip
    hires = column("i4", "person", "hires in the month, who changes jobs included", flow=True)
    quits = column("i4", "person", "quits in the month, who changes jobs included", flow=True)
    layoffs = column("i4", "person", "layoffs in the month", flow=True)
    departures = column("i4", "person", "employed who retired, studied, left the labor force or died in the month",
                        flow=True)  # fmt: skip
    enrolled = column("i4", "person", "consumers who began to study in the month", flow=True)
    graduates = column("i4", "person", "students who graduated in the month", flow=True)
    dropouts = column("i4", "person", "students who failed, ran out of means, retired or died in the month", flow=True)
    offer_mean = column("f8", "cent/month", "mean wage offer, by skill", width=3, low=100, high=1e9)
    offer_sum = column("f8", "cent/month", "posted offers weighted by posts, by skill", width=3)
    posts = column("i4", "job", "posts offered in the month, by skill", width=3)

    held_by_people = column("i8", "1", "of its people's claims: values below zero, largest sum in thousands, each sum",
                            width=CLAIMS_MAX + 2)  # fmt: skip
    held_by_firms = column("i8", "1", "the same of its firms", width=CLAIMS_MAX + 2)
    shares = column("i8", "share", "shares of its people in equity, bonds, dwellings", width=len(SHARES))
    books = column("i8", "1", "plant, stores and payroll in the books of its firms, cents, and their staff by skill",
                   width=len(BOOKS))  # fmt: skip
    strays = column("i8", "person", "people at work without an employer, or with one and not at work")
    private_workers = column("i8", "person", "its people who work for firms, by skill", width=3)
    public_workers = column("i8", "person", "its people who work for the government, by skill", width=3)
    payroll_differing = column("i8", "1", "1 if its public payroll is not what its public workers earn")
    staff_differing = column("i8", "1", "firms whose books differ from their workers', of those looked at this month")
    contracts_differing = column("i8", "1", "inputs whose orders are not divided among suppliers of their market")
    shoppers_astray = column("i8", "1", "sellers whom its people look for beyond the market, of those looked at")
    unsound_people = column("i8", "1", "values of its people that no economy has")
    unsound_firms = column("i8", "1", "values of its firms that no economy has")
