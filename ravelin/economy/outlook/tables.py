"""What everybody can read in the papers, and the consumers' fund."""


from ravelin.core.table import Table, column, holds, sets_aside
from ravelin.economy.securities.tables import BOND_SERIES


class Economy(Table, sector="consumers"):
    """What everybody can read in the papers, one row; and the consumers' fund."""

    expected_inflation = column("f8", "1/year", "inflation that is expected for the next year", low=-1, high=100)
    inflation_average = column("f8", "1/year", "inflation, slow average", low=-0.5, high=10)
    inflation = column("f8", "1/year", "price index against twelve months before", low=-0.5, high=10)
    price_index = column("f8", "index", "prices that consumers pay, sales tax included, start = 100", start=100.0,
                         kept_by="the prices of goods", instead="Firms.price or Goods.price")  # fmt: skip
    # From a tenth of the opening's level on inflation is what `inflation` may be.
    price_history = column("f8", "index", "price index of the last twelve months", width=12, low=10, high=1e6)
    basket_price = column("f8", "cent/unit", "price of a unit of fixed capital", start=100.0, low=0.01, high=1e6)
    wage_index = column("f8", "index", "mean wage for normal hours, smoothed, start = 100", start=100.0, low=0.01,
                        high=1e6)  # fmt: skip
    wage_mean = column("f8", "cent/month", "mean wage of the employed, smoothed", low=100, high=1e9)
    wage_start = column("f8", "cent/month", "mean wage at the opening", start=1.0, fixed=True,
                        kept_by="the opening, which it remembers")  # fmt: skip
    public_pay_start = column("f8", "cent/month", "pay and payroll tax of a public employee at the opening, by skill",
                              width=3, fixed=True, kept_by="the opening, which it remembers")  # fmt: skip
    minimum_wage = column("f8", "cent/month", "statutory wage of a standard worker", low=0, kept_by="the law",
                          instead="MinimumWage.share or Economy.minimum_wage_base")  # fmt: skip
    minimum_wage_last = column("f8", "cent/month", "the same a month before")
    minimum_wage_base = column("f8", "cent/month", "mean wage at the year's beginning, which it follows", low=0,
                               high=1e8)  # fmt: skip
    wage_month = column("f8", "cent/month", "mean wage of the employed")
    productivity = column("f8", "1", "labor productivity of firms, weighted by capital", start=1.0, low=0.01, high=1e4)
    productivity_start = column("f8", "1", "the same at the opening", start=1.0, fixed=True,
                                kept_by="the opening, which it remembers")  # fmt: skip
    productivity_growth = column("f8", "1/year", "its trend growth, as seen", low=-1, high=1)
    frontier = column("f8", "1", "labor productivity of new capital", start=1.0, low=0.01, high=1e4)
    # Its skills are only compared with one another, so that a factor common to all would have no effect.
    offer_mean = column("f8", "cent/month", "mean wage offer, by skill", width=3, low=0,
                        kept_by="the offers of firms, whose mean it is", instead="Firms.offer")  # fmt: skip
    # Sixty trillion dollars a year; what is bought in proportion to it is one payment.
    trend_gdp = column("f8", "cent/month", "nominal GDP, slow average", low=1e6, high=5e14)
    trend_growth = column("f8", "1/month", "growth of trend GDP, smoothed", low=-0.5, high=0.5)
    mean_income = column("f8", "cent/month", "mean permanent income of consumers")
    mean_income_start = column("f8", "cent/month", "the same at the opening", fixed=True,
                               kept_by="the opening, which it remembers")  # fmt: skip
    mean_left = column("f8", "cent/month", "what consumers have left for spending on the growth path, mean")
    real_rate_slow = column("f8", "1/year", "real policy rate as investors see it", low=-5, high=5)
    real_rate_smooth = column("f8", "1/year", "real rate as consumers see it", low=-5, high=5)
    risk_premium = column("f8", "1/year", "premium for risk above its mean, on top of the policy rate", low=-1, high=1)
    procurement = column("f8", "1", "government purchases over trend, log", low=-5, high=5)
    consumer_loan_ratio = column("f8", "month", "consumer loans over monthly trend GDP at the opening", fixed=True,
                                 low=0, high=1000)  # fmt: skip
    mortgage_ratio = column("f8", "month", "mortgages over monthly trend GDP at the opening", fixed=True, low=0,
                            high=1000)  # fmt: skip
    consumer_loan_factor = column("f8", "1/month", "new consumer loans over borrowers' income")
    mortgage_factor = column("f8", "1/month", "new mortgages over owners' income")
    mortgage_rate = column("f8", "1/year", "average rate on mortgages outstanding", low=0, high=5)
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
    dwellings = column("f8", "unit", "dwellings of all consumers", low=0, kept_by="the dwellings that firms let",
                       instead="Firms.capital")  # fmt: skip
    dwelling_growth = column("f8", "1/month", "growth of dwellings in the month")
    dividend_pot = column("i8", "cent", "dividends paid by firms and banks, not yet handed to owners",
                          claim=sets_aside("deposits"))  # fmt: skip
    rent_pot = column("i8", "cent", "rents paid by housing firms, not yet handed to owners",
                      claim=sets_aside("deposits"))  # fmt: skip
    dividends_paid = column("i8", "cent/month", "dividends that firms paid this month", flow=True)
    rents_paid = column("i8", "cent/month", "rents that housing firms paid this month", flow=True)
    coupon_pool = column("i8", "cent/month", "coupons paid to consumers this month", flow=True)
    bond_pot = column("i8", "cent", "set aside by consumers for bonds, in the fund", claim=sets_aside("deposits"))
    building_pot = column("i8", "cent", "set aside by consumers for dwellings, in the fund",
                          claim=sets_aside("deposits"))  # fmt: skip
    consumer_bonds = column("i8", "cent", "bonds held by consumers, by series", width=4, claim=holds(*BOND_SERIES))
    set_aside_bonds = column("i8", "cent/month", "set aside for bonds this month", flow=True)
    set_aside_building = column("i8", "cent/month", "set aside for dwellings this month", flow=True)
    bond_budget = column("i8", "cent/month", "what consumers mean to put into bonds this month", flow=True)
    building_budget = column("i8", "cent/month", "what consumers mean to spend on dwellings this month", flow=True)
    equity_calls = column("i8", "cent/month", "new equity that firms call their owners for this month", flow=True)
    calls_answered = column("i8", "cent/month", "new equity that owners put into firms this month", flow=True)
    loans_granted = column("i8", "cent/month", "lent in the month, credit lines drawn included, to firms and to "
                           "consumers", width=2, flow=True)  # fmt: skip
    loans_repaid = column("i8", "cent/month", "repaid in the month, by firms and by consumers", width=2, flow=True)
