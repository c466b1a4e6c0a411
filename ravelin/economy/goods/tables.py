"""The catalog of goods, and where they are sold."""

from ravelin.core.table import Table, clearing, column
from ravelin.ledger.accounts import Clearing

GOODS_MAX = 32
"""Most goods that a catalog may have."""
SKILLS = ("unskilled", "skilled", "highly_skilled")


class Goods(Table):
    """One row per good; everything here is fixed by the catalog and the opening."""

    storable = column("u1", "code", "can be stored; a service cannot", fixed=True, codes=("no", "yes"))
    traded = column("u1", "code", "sold nationally; otherwise only within a locality", fixed=True, codes=("no", "yes"))
    leased = column("u1", "code", "its capital is dwellings leased from their owners", fixed=True, codes=("no", "yes"))
    builds_dwellings = column("u1", "code", "what dwellings are built of", fixed=True, codes=("no", "yes"))
    machinery = column("u1", "code", "what new technology comes in", fixed=True, codes=("no", "yes"))
    spoilage = column("f8", "1/month", "part of what is in store that spoils", fixed=True, low=0, high=1)
    recipe = column("f8", "unit", "units of each input per unit of output", width=GOODS_MAX, fixed=True,
                    kept_by="the recipe, for which firms hold contracts",
                    instead="Firms.tfp or Inputs.stock")  # fmt: skip
    skill_mix = column("f8", "fraction", "share of each skill in normal labor", width=3, fixed=True,
                       kept_by="the other skills, whose shares add up to one",
                       instead="Skills.substitution")  # fmt: skip
    skill_weight = column("f8", "1", "normal wage of each skill over that of the mix", width=3, fixed=True,
                          kept_by="the opening, which it remembers")  # fmt: skip
    labor_price = column("f8", "cent/month", "cost of a unit of labor at the opening", fixed=True,
                         kept_by="the opening, which it remembers")  # fmt: skip
    rental_start = column("f8", "1/year", "user cost of capital over its price at the opening", start=1.0, fixed=True,
                          kept_by="the opening, which it remembers",
                          instead="Investment.return_wanted or Taxes.corporate")  # fmt: skip
    capital_exponent = column("f8", "fraction", "output elasticity of capital", fixed=True,
                              kept_by="the opening, whose productivity goes by it", instead="Firms.tfp")  # fmt: skip
    capital_months = column("f8", "month", "normal capital over monthly output", fixed=True,
                            kept_by="the opening, whose capital goes by it",
                            instead="Firms.capital or Firms.usable")  # fmt: skip
    markup = column("f8", "fraction", "normal markup on normal unit cost", fixed=True, low=0, high=10)
    inventory_months = column("f8", "month", "target finished goods over expected sales", fixed=True, low=0, high=120)
    liquidity_months = column("f8", "month", "target deposits over monthly outlays", fixed=True, low=0, high=120)
    debt_ratio = column("f8", "fraction", "target loans over capital and inventories", fixed=True, low=0, high=2)
    # Taxes less subsidies take an eighth of the value of the most taxed output; at .9 buyers pay tenfold at every link.
    production_tax = column("f8", "fraction", "production tax, less subsidy, over the value of output; as nothing is "
                            "imported, it is what comes nearest to a tariff", fixed=True, low=-0.5, high=0.5,
                            known_as=("Production tax", "subsidy", "tariff", "customs duty", "carbon tax", "excise",
                                      "trade policy", "import duty"))  # fmt: skip
    sales_tax = column("f8", "fraction", "tax on consumption over the price before tax", fixed=True, low=0, high=5,
                       known_as=("Sales tax of a good", "excise", "fuel tax", "sin tax", "VAT"))  # fmt: skip
    basket_share = column("f8", "fraction", "share in the value of the investment basket", fixed=True,
                          kept_by="the other goods, whose shares add up to one", instead="Firms.price")  # fmt: skip
    government_units = column("f8", "unit/month", "government purchases per consumer at the opening", fixed=True,
                              low=0, high=1e5)  # fmt: skip
    public_investment_units = column("f8", "unit/month", "public investment per consumer at the opening", fixed=True,
                                     low=0, high=1e5)  # fmt: skip
    cpi_weight = column("f8", "fraction", "share in consumption at the opening, sales tax included", fixed=True,
                        kept_by="the other goods, whose shares add up to one", instead="Firms.price")  # fmt: skip
    consumer_price_start = column("f8", "cent/unit", "price to consumers at the opening, sales tax included",
                                  start=100.0, fixed=True,
                                  kept_by="the opening, which it remembers")  # fmt: skip
    firm_share = column("f8", "fraction", "share in the number of firms", fixed=True)

    unmet = column("i8", "cent/month", "demand that neither first nor later choice served", flow=True)
    unmet_part = column("f8", "fraction", "part of what first choices could not serve that nobody served", low=0,
                        high=1)  # fmt: skip
    brokered_orders = column("i8", "cent/month", "orders left with brokers", flow=True)
    brokered_part = column("f8", "fraction", "part of those orders that brokers could serve", low=0, high=1)
    brokered_sales = column("i8", "cent/month", "what brokers sold", flow=True)
    broker_price = column("f8", "cent/unit", "mean price of sellers who had something left", start=100.0)
    price = column("f8", "cent/unit", "mean price before tax, weighted by sales", start=100.0, low=1, high=1e4)
    output = column("f8", "unit/month", "output of all firms")
    sales = column("f8", "unit/month", "units sold")
    unserved = column("f8", "unit/month", "units asked for in vain at the first seller tried")
    inventory = column("f8", "unit", "finished goods in store")
    inventory_before = column("f8", "unit", "finished goods in store when the month began")
    spoiled = column("f8", "unit/month", "finished goods that spoiled in store")


class Aisles(Table):
    """The goods that consumers buy, in the order in which a consumer lists her sellers."""

    good = column("u1", "row of Goods", "the good sold in this aisle", fixed=True)


class Sellers(Table):
    """Firms in the order of markets: by good, then zone or locality. What shoppers look at."""

    firm = column("i4", "row of Firms", "the seller", fixed=True)
    price = column("f4", "cent/unit", "posted price before tax")
    weight = column("f8", "1", "pull on shoppers, cumulated over its market", low=0)
    leftover = column("f8", "cent", "what is left to sell, cumulated over its market", low=0)
    leftover_index = column("i4", "row of Sellers", "where the search for a part of what is left begins")
    asked = column("i8", "cent/month", "cents asked for in this round")
    shelf = column("i8", "cent", "value at the posted price of all that is for sale this month, before tax")
    fill = column("f4", "fraction", "part of this round's demand that is served", low=0, high=1)
    second_fill = column("f4", "fraction", "part of the second choices that is served", low=0, high=1)
    sold = column("i8", "cent/month", "sales to business and government in the month, before tax", flow=True)
    taxed = column("i8", "cent/month", "consumption sold in the month, sales tax included", flow=True)
    unserved = column("i8", "cent/month", "first demand that went unserved, before tax", flow=True)


class GoodsClearing(Table, rows=Clearing):
    """What buyers have paid for goods and sellers have not banked yet."""

    business_goods = clearing("paid by firms for inputs and capital goods, less what sellers banked")
    shop_goods = clearing("paid for consumption, public purchases and dwellings, less what shops banked")


class Seats(Table):
    """Each market's sellers, repeated in proportion to their pull: a draw of a seat is a draw by size."""

    seller = column("i4", "row of Sellers", "who sits here this month")


class Markets(Table):
    """One row per market: a traded good's zone, or a local good in a locality."""

    good = column("u1", "row of Goods", "what is sold", fixed=True)
    first_seller = column("i4", "row of Sellers", "its first seller", fixed=True)
    sellers = column("i4", "1", "how many sellers it has", fixed=True)
    consumer_share = column("f8", "share", "consumers of its area over all consumers", fixed=True,
                            kept_by="where consumers live")  # fmt: skip
