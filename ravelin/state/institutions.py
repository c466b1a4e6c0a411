"""Banks, government, central bank, and what everybody knows about the economy."""

from ravelin.core.table import Table, column, holds, owes, sets_aside

MATURITIES = (2, 5, 10, 30)
"""Years to maturity of the four series of government bonds."""
BOND_SERIES = tuple(f"bonds_{years}y" for years in MATURITIES)


class Banks(Table, sector="banks"):
    """Deposit-taking lenders."""

    reserves = column("i8", "cent", "reserves at the central bank", claim=holds("reserves"))
    cash = column("i8", "cent", "vault cash", claim=holds("cash"))
    advances = column("i8", "cent", "borrowed from the central bank", claim=owes("advances"))
    bonds = column("i8", "cent", "government bonds, by series", width=4, claim=holds(*BOND_SERIES))
    equity = column("i8", "cent", "book equity", claim=owes("equity", signed=True))
    deposits = column("i8", "cent", "deposits owed to customers", claim=owes("deposits"))
    firm_loans = column("i8", "cent", "loans to firms", claim=holds("firm_loans"))
    consumer_loans = column("i8", "cent", "consumer loans", claim=holds("consumer_loans"))
    mortgages = column("i8", "cent", "mortgages", claim=holds("mortgages"))
    customers_deposits = column("i8", "cent", "deposits counted at the month's end", flow=True)
    customers_firm_loans = column("i8", "cent", "loans to firms counted at the month's end", flow=True)
    customers_consumer_loans = column("i8", "cent", "consumer loans counted at the month's end", flow=True)
    customers_mortgages = column("i8", "cent", "mortgages counted at the month's end", flow=True)
    income = column("i8", "cent/month", "coupons, interest on reserves, rescue; less advances and tax", flow=True)
    deposit_share = column("f8", "share", "share in customers at the opening", fixed=True)
    interest_paid = column("i8", "cent/month", "interest paid on deposits", flow=True)
    interest_earned = column("i8", "cent/month", "interest on loans", flow=True)
    write_offs = column("i8", "cent/month", "loans written off", flow=True)
    dividend_paid = column("i8", "cent/month", "dividend paid this month", flow=True)
    losses = column("i8", "cent", "tax losses carried forward",
                    off_books="what may be set against later profit is nobody's debt")  # fmt: skip
    profit = column("i8", "cent/month", "profit before tax")
    dividend = column("i8", "cent/month", "dividend declared, paid next month")
    capital_ratio = column("f8", "fraction", "equity over assets other than reserves, cash and bonds")
    lending = column("u1", "code", "whether capital allows new investment loans", start=1, codes=("no", "yes"))
    failed = column("u1", "code", "whether it was resolved in the month", flow=True, codes=("no", "yes"))


class Government(Table, sector="government"):
    """The general government, one row."""

    treasury = column("i8", "cent", "account at the central bank", claim=holds("reserves", signed=True))
    arrears = column("i8", "cent", "taxes that consumers owe and could not pay", claim=holds("arrears"))
    collected = column("i8", "cent/month", "income tax and arrears of it that consumers paid this month", flow=True)
    bonds = column("i8", "cent", "bonds owed, by series", width=4, claim=owes(*BOND_SERIES))
    coupon = column("f8", "1/year", "average coupon of each series", width=4, low=0, high=5)
    surcharge = column("f8", "fraction", "added to the income tax of the opening by the fiscal rule", low=-1, high=20)
    relief = column("f8", "fraction", "part of it that answers unemployment", low=-20, high=20)
    tax_scale = column("f8", "1", "bracket tax times this is the income tax", fixed=True, low=0, high=100)
    # Of twenty-three million consumers; a small economy does not bear the upkeep of more.
    capital = column("f8", "unit", "public capital", low=0, high=3e12)
    units_bought = column("f8", "unit/month", "government consumption bought in the month")
    units_built = column("f8", "unit/month", "public investment bought in the month")
    deficit = column("i8", "cent/month", "spending less revenue of the month")
    net_issue = column("f8", "cent/month", "smoothed net issue of bonds", low=-1e15, high=1e15)
    debt_ratio_average = column("f8", "fraction", "debt over yearly trend GDP, average of a year", low=0, high=100)


class CentralBank(Table, sector="central_bank"):
    """The central bank, one row."""

    policy_rate = column("f8", "1/year", "policy rate", low=0, high=5)
    rule_rate = column("f8", "1/year", "policy rate that the rule gives, without what is added to it", low=0, high=5)
    neutral_rate = column("f8", "1/year", "neutral real rate as learned", low=-1, high=1)
    unemployment_norm = column("f8", "fraction", "unemployment held for natural, slow average", low=0, high=1)
    unemployment_seen = column("f8", "fraction", "unemployment, smoothed over months", low=0, high=1)
    bonds = column("i8", "cent", "government bonds, by series", width=4, claim=holds(*BOND_SERIES))
    currency = column("i8", "cent", "currency issued", claim=owes("cash"))
    withdrawn = column("i8", "cent/month", "currency drawn in the month", flow=True)
    capital = column("i8", "cent", "capital, owned by the government", claim=owes("equity", signed=True))


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
