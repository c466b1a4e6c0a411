"""Firms, what they buy to produce, and whom they employ."""

from ravelin.core.table import Table, column, owes
from ravelin.economy.accounts.tables import Economy

SEATS_PER_SELLER = 4
CONTRACTS = 3
"""Lasting contracts under which a firm buys each of its inputs; a large seller may hold two of them."""
WHOLE_BITS = 7
WHOLE = 1 << WHOLE_BITS
"""Parts of an order are 128ths: each takes a byte, and to divide is to shift."""
STORED, SERVICE, CAPITAL_GOOD = range(3)
"""What an input is to its buyer: `Inputs.kind`."""


class Firms(Table, local=True, sector="firms"):
    """Establishments, producers of one good in one locality each; rows are ordered by locality, then good.

    Large enterprises are several of them. Each is a legal entity with its own books: it borrows, pays dividends
    and fails by itself, as the parent of a limited company does not answer for its debts. Their common owner is
    what sizes are measured over.
    """

    good = column("u1", "row of Goods", "what it makes", fixed=True)
    seller = column("i4", "row of Sellers", "its place in the sellers' lists", fixed=True)
    enterprise = column("i4", "code",
                        "number of its enterprise: its own row if alone, one beyond all rows if several",
                        kept_by="who owns the establishment")  # fmt: skip
    age = column("i2", "month", "months since it was founded",
                 kept_by="when the firm was founded, and no rule goes by it")  # fmt: skip

    # Fifty times dearer, after which prices outgrow whole cents within a year and a half, and a hundred times cheaper.
    price = column("f8", "cent/unit", "price posted to every buyer, before tax", start=100.0, low=1, high=5e3)
    # The dearest services, dwellings, are let at 3.2 times their unit cost.
    markup = column("f8", "fraction", "markup on normal unit cost", low=-0.9, high=7)
    unit_cost = column("f8", "cent/unit", "normal unit cost", low=0)
    expected_sales = column("f8", "unit/month", "sales the firm plans for", low=0, high=1e9)
    trend_sales = column("f8", "unit/month", "slow average of demand, for investment", low=0, high=1e9)
    target_output = column("f8", "unit/month", "output planned for the month", low=0)
    output = column("f8", "unit/month", "output of the month", low=0)
    # The largest makers sell some ten million a month; what spoils of far larger stores outweighs a year's output.
    inventory = column("f8", "unit", "finished goods in store; a service's capacity left in the month", low=0, high=1e8)
    sold = column("f8", "unit/month", "units sold in the month", low=0, high=1e9)
    spoiled = column("f4", "unit/month", "finished goods that spoiled in store", low=0)
    unserved = column("f4", "unit/month", "units asked for in vain in the month", low=0, high=1e9)
    unmet = column("f4", "unit/month", "part of it that no other seller served either", low=0, high=1e9)
    visibility = column("f8", "1", "log of the pull on shoppers beyond size", low=-20, high=20)


class Plant(Table, rows=Firms, role=True):
    """What a firm produces with."""

    capital = column("f8", "unit", "fixed capital, what is under way included, or leased dwellings", low=1, high=1e12,
                     carries="capital_under_way")  # fmt: skip
    capital_under_way = column("f8", "unit", "capital bought and not yet installed", low=0,
                               kept_by="the capital of which it is a part",
                               instead="Firms.capital or Capital.time_to_build")  # fmt: skip
    vintage = column("f4", "1", "labor productivity of capital under way", start=1.0, low=0.01, high=1e4)
    usable = column("f4", "fraction", "part of installed capital and capacity that can be used", start=1.0,
                    fixed=True, low=0, high=1,
                    known_as=("Usable capacity", "supply disruption", "disaster", "earthquake", "strike", "lockdown",
                              "pandemic", "shutdown", "embargo", "sanctions", "shortage"))  # fmt: skip
    # Between 270 and 3,100 at the opening; where all make a twentieth of it, prices outgrow whole cents within a year.
    tfp = column("f8", "1", "total factor productivity, backed out at the opening", fixed=True, low=60, high=1e7,
                 known_as=("Productivity", "TFP", "efficiency", "technology", "supply shock", "harvest", "energy"),
                 known_as_of={"crude_oil": ("Oil supply", "oil price", "petroleum", "OPEC", "energy")},
                 policy=True)  # fmt: skip
    tfp_start = column("f4", "1", "total factor productivity that its normal capital goes by", start=1.0, fixed=True,
                       kept_by="the opening, which it remembers", instead="Firms.tfp")  # fmt: skip
    # A hundredfold takes three centuries at the growth of today.
    labor_productivity = column("f8", "1", "labor productivity of installed vintages", start=1.0, low=0.01, high=100)
    investment_budget = column("i8", "cent/month", "fixed investment ordered in the month")
    labor_to_capital = column("f4", "1", "price of labor over that of capital's services, start = 1", start=1.0,
                              low=0.001, high=1000)  # fmt: skip
    invested = column("i8", "cent/month", "fixed investment bought in the month")


class Workforce(Table, rows=Firms, role=True):
    """Whom a firm employs, and on what terms."""

    staff = column("i4", "person", "employees, by skill", width=3,
                   kept_by="the labor market, together with who works there",
                   instead="LaborMarket.separation or Firms.usable")  # fmt: skip
    staff_before = column("i4", "person", "employees when jobs were last counted",
                          kept_by="staff as it was last counted")  # fmt: skip
    labor = column("i4", "worker", "labor employed by skill, in thousandths of a standard worker", width=3,
                   kept_by="the labor market, together with who works there",
                   instead="Firms.labor_productivity or LaborMarket.separation")  # fmt: skip
    hours = column("f4", "1", "hours that staff works this month, normal hours = 1", start=1.0, low=0)
    labor_wanted = column("f4", "worker", "labor that planned output needs, by skill", width=3, low=0)
    vacancies = column("i4", "job", "posts open, by skill", width=3)
    unfilled = column("i4", "job", "posts still open after matching, by skill", width=3)
    dismissals = column("u2", "person", "layoffs planned for the month, by skill", width=3)
    # A hundredfold of today's; with a thousandfold, prices outgrow whole cents within a year.
    offer = column("f8", "cent/month", "wage offered per standard worker, by skill", width=3, low=100, high=1e8)
    labor_price = column("f4", "cent/month", "cost of a unit of labor in the cheapest mix of skills", low=0)
    payroll = column("i8", "cent/month", "wages for normal hours")
    wage_bill = column("i8", "cent/month", "wages earned in the month", flow=True)


class Books(Table, rows=Firms, role=True):
    """What a firm takes in, pays, owes and keeps."""

    loan = column("i8", "cent", "credit line drawn at its bank", claim=owes("firm_loans"))
    revenue = column("i8", "cent/month", "sales of the month before sales tax")
    sales_tax = column("i8", "cent/month", "sales tax collected in the month")
    inputs_bought = column("i8", "cent/month", "intermediate purchases of the month")
    production_tax = column("i8", "cent/month", "production tax of the month; a subsidy is negative")
    inputs_change = column("f8", "cent/month", "change of input stocks at mean prices")
    stock_change = column("i8", "cent/month", "change in inventories at mean prices")
    interest = column("i8", "cent/month", "interest paid less received")
    dividend = column("i8", "cent/month", "dividend, or rent for leased capital, paid out this month")
    surplus = column("i8", "cent/month", "gross operating surplus of the month")
    call = column("i8", "cent", "new equity due from the owners next month",
                  off_books="a call is no claim before it is paid in")  # fmt: skip
    misses = column("u1", "month", "months beyond the credit line, net of months within", high=120)
    outlays = column("f8", "cent/month", "smoothed wages, inputs and taxes of a month", low=0,
                     kept_by="what the firm spends",
                     instead="Goods.liquidity_months or Payout.outlay_memory")  # fmt: skip
    inventory_value = column("f8", "cent", "finished goods at normal unit cost", low=0,
                             kept_by="finished goods and their cost", instead="Firms.inventory")  # fmt: skip
    input_value = column("f8", "cent", "inputs in store and in transit at mean prices", low=0,
                         kept_by="inputs and their prices", instead="Inputs.stock")  # fmt: skip
    failed = column("u1", "code", "whether it failed in the month", flow=True, codes=("no", "yes"))


class Inputs(Table, local=True):
    """Who supplies whom: one row per firm and input, the firm's inputs side by side."""

    firm = column("i4", "row of Firms", "the buyer", fixed=True)
    good = column("u1", "row of Goods", "the input", fixed=True)
    kind = column("u1", "code", "what it is to the buyer", fixed=True,
                  codes=("stored_input", "service", "capital_good"))  # fmt: skip
    supplier = column("u2", "rank", "place among the sellers of its market, by contract", width=CONTRACTS)
    part = column("u1", "1", "128ths of the order that each gets", width=CONTRACTS, high=WHOLE,
                  kept_by="the other contracts, whose parts add up to 128",
                  instead="Sourcing.review or Sourcing.elasticity")  # fmt: skip
    served = column("u1", "1", "128ths of its order that each served in the month", width=CONTRACTS, start=WHOLE,
                    high=WHOLE)  # fmt: skip
    delivered = column("u1", "1", "slow average of what each served, in 128ths", width=CONTRACTS, start=WHOLE, low=0,
                       high=WHOLE)  # fmt: skip
    # Largest firms keep some hundred thousand of an input; what spoils of far more outweighs the year's output.
    stock = column("f4", "unit", "input in store", low=0, high=1e7)
    transit = column("f4", "unit", "bought and under way", low=0, high=1e7)
    opening = column("f4", "unit", "input in store and under way when the month began", low=0)
    wanted = column("i8", "cent/month", "order of the month")


class Purchasing(Table, rows=Firms):
    """Where a firm's inputs begin in the table of inputs."""

    first_input = column("i4", "row of Inputs", "its first input", fixed=True)
    input_count = column("u1", "1", "inputs it has", fixed=True)


class Technology(Table, rows=Economy, role=True):
    """Productivity of labor, and of the newest capital."""

    productivity = column("f8", "1", "labor productivity of firms, weighted by capital", start=1.0, low=0.01, high=1e4)
    productivity_start = column("f8", "1", "the same at the opening", start=1.0, fixed=True,
                                kept_by="the opening, which it remembers")  # fmt: skip
    productivity_growth = column("f8", "1/year", "its trend growth, as seen", low=-1, high=1)
    frontier = column("f8", "1", "labor productivity of new capital", start=1.0, low=0.01, high=1e4)


class DwellingStock(Table, rows=Economy, role=True):
    """Dwellings of all consumers."""

    dwellings = column("f8", "unit", "dwellings of all consumers", low=0, kept_by="the dwellings that firms let",
                       instead="Firms.capital")  # fmt: skip
    dwelling_growth = column("f8", "1/month", "growth of dwellings in the month")
