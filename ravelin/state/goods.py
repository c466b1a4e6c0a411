"""The catalog of goods: what each is made of, who makes it and who buys it."""

from ravelin.core.table import Table, column

GOODS_MAX = 32
"""Most goods that a catalog may have."""
SKILLS = ("unskilled", "skilled", "highly_skilled")


class Goods(Table):
    """One row per good; everything here is fixed by the catalog and the opening."""

    storable = column("u1", "code", "1 if the good can be stored, 0 for a service", fixed=True)
    traded = column("u1", "code", "1 if sold nationally, 0 if only within a locality", fixed=True)
    leased = column("u1", "code", "1 if capital is dwellings leased from their owners", fixed=True)
    builds_dwellings = column("u1", "code", "1 for the good that dwellings are built of", fixed=True)
    machinery = column("u1", "code", "1 for the good that new technology comes in", fixed=True)
    spoilage = column("f8", "1/month", "part of what is in store that spoils", fixed=True)
    recipe = column("f8", "unit", "units of each input per unit of output", width=GOODS_MAX, fixed=True)
    skill_mix = column("f8", "fraction", "share of each skill in normal labor", width=3, fixed=True)
    skill_weight = column("f8", "1", "normal wage of each skill over that of the mix", width=3, fixed=True)
    labor_price = column("f8", "cent/month", "cost of a unit of labor at the opening", fixed=True)
    capital_exponent = column("f8", "fraction", "output elasticity of capital", fixed=True)
    capital_months = column("f8", "month", "normal capital over monthly output", fixed=True)
    markup = column("f8", "fraction", "normal markup on normal unit cost", fixed=True)
    inventory_months = column("f8", "month", "target finished goods over expected sales", fixed=True)
    liquidity_months = column("f8", "month", "target deposits over monthly outlays", fixed=True)
    debt_ratio = column("f8", "fraction", "target loans over capital and inventories", fixed=True)
    production_tax = column("f8", "fraction", "production tax, less subsidy, over the value of output", fixed=True)
    sales_tax = column("f8", "fraction", "tax on consumption over the price before tax", fixed=True)
    basket_share = column("f8", "fraction", "share in the value of the investment basket", fixed=True)
    government_units = column("f8", "unit/month", "government purchases per consumer at the opening", fixed=True)
    public_investment_units = column("f8", "unit/month", "public investment per consumer at the opening", fixed=True)
    cpi_weight = column("f8", "fraction", "share in consumption at the opening, sales tax included", fixed=True)
    consumer_price_start = column("f8", "cent/unit", "price to consumers at the opening, sales tax included",
                                  start=100.0, fixed=True)  # fmt: skip
    firm_share = column("f8", "fraction", "share in the number of firms", fixed=True)

    unmet = column("i8", "cent/month", "demand that neither first nor later choice served", flow=True)
    unmet_part = column("f8", "fraction", "part of what first choices could not serve that nobody served")
    brokered_orders = column("i8", "cent/month", "orders left with brokers", flow=True)
    brokered_part = column("f8", "fraction", "part of those orders that brokers could serve")
    brokered_sales = column("i8", "cent/month", "what brokers sold", flow=True)
    broker_price = column("f8", "cent/unit", "mean price of sellers who had something left", start=100.0)
    price = column("f8", "cent/unit", "mean price before tax, weighted by sales", start=100.0)
    output = column("f8", "unit/month", "output of all firms")
    sales = column("f8", "unit/month", "units sold")
    unserved = column("f8", "unit/month", "units asked for in vain at the first seller tried")
    inventory = column("f8", "unit", "finished goods in store")
    inventory_before = column("f8", "unit", "finished goods in store when the month began")
    spoiled = column("f8", "unit/month", "finished goods that spoiled in store")


class Aisles(Table):
    """The goods that consumers buy, in the order in which a consumer lists her sellers."""

    good = column("u1", "row of Goods", "the good sold in this aisle", fixed=True)


class BudgetShares(Table):
    """Cumulative budget shares over the aisles; one row per type of consumer and income class."""

    cumulative = column("f8", "fraction", "share of spending up to and with each aisle", width=12, fixed=True)
