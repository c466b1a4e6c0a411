"""Sellers of goods: prices, shelves, rationing, takings."""

from typing import NamedTuple

import numpy as np

from ravelin.core.arithmetic import exp
from ravelin.core.clock import MONTHS_PER_YEAR
from ravelin.core.draws import uniform
from ravelin.core.kernel import whole
from ravelin.core.parameter import Parameters, parameter
from ravelin.core.system import (
    Cents,
    Doubles,
    Floats,
    Indices,
    Smalls,
    adds,
    bundle,
    clears,
    draws,
    first,
    local_system,
    moves,
    reads,
    renews,
    sets,
    system,
    uses,
    writes,
)  # fmt: skip
from ravelin.economy.banks.acts import receive_at_bank
from ravelin.economy.banks.tables import Banks
from ravelin.economy.credit.acts import CurrentAccounts, firm_pays, firm_receives
from ravelin.economy.firms.acts import Demand, InputLists, span_of
from ravelin.economy.firms.tables import SEATS_PER_SELLER, STORED, Books, Firms, Inputs
from ravelin.economy.goods.acts import MarketLists, gross_of, sellers_of, serve
from ravelin.economy.goods.parameters import Shopping
from ravelin.economy.goods.tables import Goods, GoodsClearing, Markets, Seats, Sellers
from ravelin.economy.government.parameters import Taxes
from ravelin.economy.government.tables import BudgetClearing
from ravelin.economy.outlook.tables import Outlook
from ravelin.ledger.accounts import FIRMS, GOVERNMENT, PRODUCTION_TAX, SALES_TAX, Accounts, Flows
from ravelin.ledger.transfers import book, round_cents
from ravelin.mechanisms.choice import index_weights, seat_sellers


class Pricing(Parameters):
    """How firms set the price they post."""

    repricing = parameter(0.2, "1/month", "chance to reprice", low=0.001, high=1,
                          source="Calvo 1983; Nakamura and Steinsson 2008; MODEL p_rep",
                          known_as=("Frequency of price changes", "sticky prices", "Calvo", "menu costs",
                                    "price rigidity"))  # fmt: skip
    markup_return = parameter(0.1, "fraction", "return of the markup to normal at each repricing", low=0, high=1,
                              source="MODEL mu_rev, tuned")  # fmt: skip
    markup_step = parameter(0.03, "fraction", "most change of the markup, over the normal markup", low=0, high=1,
                            source="Delli Gatti et al. 2011 for the direction; MODEL mu_step")  # fmt: skip
    scarcity = parameter(0.5, "1", "premium on the price per part of demand that nobody could serve", low=0, high=10,
                         source="Cavallo and Kryvtsov 2023 for the direction; size assumed")  # fmt: skip


class PriceSetting(NamedTuple):
    """When firms reprice, and what moves the markup and the price."""

    chance: float = uses(Pricing.repricing)
    back: float = uses(Pricing.markup_return)
    step: float = uses(Pricing.markup_step)
    scarcity: float = uses(Pricing.scarcity)


@local_system
def post_prices(
    price: Doubles = writes(Firms.price),
    markup: Doubles = writes(Firms.markup),
    unit_cost: Doubles = reads(Firms.unit_cost),
    expected: Doubles = reads(Firms.expected_sales),
    inventory: Doubles = reads(Firms.inventory),
    demand: Demand = bundle(Demand),
    good: Smalls = reads(Firms.good),
    storable: Smalls = reads(Goods.storable),
    inventory_months: Doubles = reads(Goods.inventory_months),
    normal_markup: Doubles = reads(Goods.markup),
    expected_inflation: Doubles = reads(Outlook.expected_inflation),
    setting: PriceSetting = bundle(PriceSetting),
    key: int = draws("repricing"),
    first_firm: int = first(Firms),
) -> None:
    """Reprice now and then: a markup on normal unit cost that leans against stock or unserved demand.

    markup moves by step * clip(gap, -1, 1), gap = (wanted stock - stock) / wanted stock for goods and
    (demand - expected) / expected for services; half of the inflation expected while it lasts is added. While
    part of the demand goes without at every seller, the price carries a premium.
    """
    for firm in range(price.size):
        if uniform(key, first_firm + firm) >= setting.chance:
            continue
        g = good[firm]
        if storable[g]:
            wanted = inventory_months[g] * expected[firm]
            gap = (wanted - inventory[firm]) / wanted if wanted > 0.0 else 0.0
        else:
            asked = demand.sold[firm] + demand.unserved[firm]
            gap = (asked - expected[firm]) / expected[firm] if expected[firm] > 0.0 else 0.0
        normal = normal_markup[g]
        leaning = setting.step * normal * max(-1.0, min(1.0, gap))
        markup[firm] += setting.back * (normal - markup[firm]) + leaning
        indexed = 1.0 + expected_inflation[0] / MONTHS_PER_YEAR * 0.5 / setting.chance
        wanted_of_it = demand.sold[firm] + demand.unmet[firm]
        short = demand.unmet[firm] / wanted_of_it if wanted_of_it > 0.0 else 0.0
        price[firm] = (1.0 + markup[firm]) * unit_cost[firm] * indexed * (1.0 + setting.scarcity * short)


@system
def open_shops(
    price: Floats = sets(Sellers.price),
    weight: Doubles = sets(Sellers.weight),
    shelf: Cents = sets(Sellers.shelf),
    seats: Indices = sets(Seats.seller),
    firm: Indices = reads(Sellers.firm),
    posted: Doubles = reads(Firms.price),
    inventory: Doubles = reads(Firms.inventory),
    expected: Doubles = reads(Firms.expected_sales),
    visibility: Doubles = reads(Firms.visibility),
    first_seller: Indices = reads(Markets.first_seller),
    count: Indices = reads(Markets.sellers),
    small: float = uses(Shopping.small_firm_weight),
    key: int = draws("seats"),
) -> None:
    """Put prices and stocks on show, and seat each market's sellers by their pull on buyers."""
    for market in range(count.size):
        begin, end = first_seller[market], first_seller[market] + count[market]
        total = 0.0
        for seller in range(begin, end):
            total += expected[firm[seller]]
        floor = small * total / max(1, count[market])
        cumulated = 0.0
        for seller in range(begin, end):
            f = firm[seller]
            price[seller] = np.float32(posted[f])
            shelf[seller] = whole(max(0.0, inventory[f]) * price[seller])
            cumulated += (expected[f] + floor) * exp(visibility[f])
            weight[seller] = cumulated
        seat_sellers(seats, weight, begin, count[market], SEATS_PER_SELLER, uniform(key, market))


@system
def restock(
    shelf: Cents = writes(Sellers.shelf),
    firm: Indices = reads(Sellers.firm),
    price: Floats = reads(Sellers.price),
    output: Doubles = reads(Firms.output),
    good: Smalls = reads(Firms.good),
    storable: Smalls = reads(Goods.storable),
) -> None:
    """Put this month's output of goods on the shelf."""
    for seller in range(shelf.size):
        f = firm[seller]
        if storable[good[f]]:
            shelf[seller] += whole(output[f] * price[seller])


@system
def answer_shoppers(
    asked: Cents = writes(Sellers.asked),
    fill: Floats = sets(Sellers.fill),
    taxed: Cents = writes(Sellers.taxed),
    unserved: Cents = writes(Sellers.unserved),
    shelf: Cents = reads(Sellers.shelf),
    sold: Cents = reads(Sellers.sold),
    markets: MarketLists = bundle(MarketLists),
    tax: Doubles = reads(Goods.sales_tax),
    change: float = uses(Taxes.sales_tax_change),
) -> None:
    """Serve shoppers in full where the shelf allows, else the same part of each purchase."""
    for market in range(markets.good.size):
        gross = gross_of(tax[markets.good[market]], change)
        begin, end = sellers_of(markets, market)
        for seller in range(begin, end):
            turned_away = serve(fill, asked, taxed, shelf, sold, seller, gross)
            if turned_away > 0:
                unserved[seller] += whole(turned_away / gross)


@system
def lay_out_leftovers(
    leftover: Doubles = sets(Sellers.leftover),
    index: Indices = sets(Sellers.leftover_index),
    shelf: Cents = reads(Sellers.shelf),
    sold: Cents = reads(Sellers.sold),
    taxed: Cents = reads(Sellers.taxed),
    markets: MarketLists = bundle(MarketLists),
    tax: Doubles = reads(Goods.sales_tax),
    change: float = uses(Taxes.sales_tax_change),
) -> None:
    """Show who still has something to sell: whoever was turned away asks there."""
    for market in range(markets.good.size):
        gross = gross_of(tax[markets.good[market]], change)
        begin, end = sellers_of(markets, market)
        cumulated = 0.0
        for seller in range(begin, end):
            cumulated += max(0.0, shelf[seller] - sold[seller] - taxed[seller] / gross)
            leftover[seller] = cumulated
        index_weights(index, leftover, begin, end - begin)


@system
def answer_second_choices(
    asked: Cents = writes(Sellers.asked),
    second_fill: Floats = sets(Sellers.second_fill),
    taxed: Cents = writes(Sellers.taxed),
    shelf: Cents = reads(Sellers.shelf),
    sold: Cents = reads(Sellers.sold),
    markets: MarketLists = bundle(MarketLists),
    tax: Doubles = reads(Goods.sales_tax),
    change: float = uses(Taxes.sales_tax_change),
) -> None:
    """Serve those who come second from what is left; they are not new demand."""
    for market in range(markets.good.size):
        gross = gross_of(tax[markets.good[market]], change)
        begin, end = sellers_of(markets, market)
        for seller in range(begin, end):
            serve(second_fill, asked, taxed, shelf, sold, seller, gross)


@system
def measure_shortage(
    unmet_part: Doubles = sets(Goods.unmet_part),
    unmet: Cents = reads(Goods.unmet),
    unserved: Cents = reads(Sellers.unserved),
    firm: Indices = reads(Sellers.firm),
    good: Smalls = reads(Firms.good),
) -> None:
    """Find what part of the demand that first choices could not serve went unmet altogether."""
    turned_away = np.zeros(unmet.size)
    for seller in range(unserved.size):
        turned_away[good[firm[seller]]] += unserved[seller]
    for g in range(unmet.size):
        unmet_part[g] = min(1.0, unmet[g] / turned_away[g]) if turned_away[g] > 0.0 else 0.0


@local_system
def bank_business_takings(
    deposits: Cents = moves(Accounts.deposits, of=Firms),
    revenue: Cents = sets(Books.revenue),
    posted: Cents = adds(Banks.posted),
    payments: Cents = clears(GoodsClearing.business_goods),
    bank: Indices = reads(Accounts.bank, of=Firms),
    sold: Cents = reads(Sellers.sold),
    seller: Indices = reads(Firms.seller),
) -> None:
    """Bank what other firms paid, in time for the payroll."""
    for firm in range(revenue.size):
        revenue[firm] = sold[seller[firm]]
        receive_at_bank(deposits, posted, bank, firm, payments, revenue[firm])


@local_system
def close_shops(
    accounts: CurrentAccounts = bundle(CurrentAccounts),
    revenue: Cents = writes(Books.revenue),
    sales_tax: Cents = sets(Books.sales_tax),
    payments: Cents = clears(GoodsClearing.shop_goods),
    budget: Cents = clears(BudgetClearing.budget),
    paid: Cents = adds(Flows.paid),
    sold: Cents = reads(Sellers.sold),
    taxed: Cents = reads(Sellers.taxed),
    seller: Indices = reads(Firms.seller),
    good: Smalls = reads(Firms.good),
    tax: Doubles = reads(Goods.sales_tax),
    change: float = uses(Taxes.sales_tax_change),
) -> None:
    """Bank the takings and pass on the sales tax."""
    tax_total = 0
    for firm in range(revenue.size):
        s = seller[firm]
        rate = tax[good[firm]] + change
        levied = taxed[s] - round_cents(taxed[s] / (1.0 + rate))
        sales_tax[firm] = levied
        tax_total += levied
        firm_receives(accounts, firm, payments, sold[s] + taxed[s] - revenue[firm])
        firm_pays(accounts, firm, budget, levied)
        revenue[firm] = sold[s] + taxed[s] - levied
    book(paid, SALES_TAX, FIRMS, GOVERNMENT, tax_total)


@local_system
def take_stock(
    units_sold: Doubles = sets(Firms.sold),
    units_unserved: Floats = sets(Firms.unserved),
    units_unmet: Floats = sets(Firms.unmet),
    inventory: Doubles = writes(Firms.inventory),
    output: Doubles = renews(Firms.output),
    revenue: Cents = reads(Books.revenue),
    unserved: Cents = reads(Sellers.unserved),
    price: Floats = reads(Sellers.price),
    unmet_part: Doubles = reads(Goods.unmet_part),
    seller: Indices = reads(Firms.seller),
    good: Smalls = reads(Firms.good),
    storable: Smalls = reads(Goods.storable),
) -> None:
    """Count the units that were sold, and those asked for in vain: a service's output is what it sold."""
    for firm in range(units_sold.size):
        s, g = seller[firm], good[firm]
        units_sold[firm] = revenue[firm] / price[s]
        units_unserved[firm] = np.float32(unserved[s] / price[s])
        units_unmet[firm] = np.float32(units_unserved[firm] * unmet_part[g])
        if storable[g]:
            # A cent of rounding may not sell more than there is.
            units_sold[firm] = min(units_sold[firm], inventory[firm])
            inventory[firm] -= units_sold[firm]
        else:
            inventory[firm] = 0.0
            output[firm] = units_sold[firm]


@local_system
def count_inputs(
    stock: Floats = writes(Inputs.stock),
    inputs_change: Doubles = sets(Books.inputs_change),
    inputs: InputLists = bundle(InputLists),
    transit: Floats = reads(Inputs.transit),
    before: Floats = reads(Inputs.opening),
    output: Doubles = reads(Firms.output),
    good: Smalls = reads(Firms.good),
    storable: Smalls = reads(Goods.storable),
    recipe: Doubles = reads(Goods.recipe),
    market_price: Doubles = reads(Goods.price),
) -> None:
    """Take what services used out of inputs in store, and value the change of the month at mean prices."""
    for firm in range(inputs_change.size):
        g = good[firm]
        begin, end = span_of(inputs, firm)
        value = 0.0
        for row in range(begin, end):
            if inputs.kind[row] == STORED:
                h = inputs.good[row]
                if not storable[g]:
                    stock[row] = np.float32(max(0.0, stock[row] - output[firm] * recipe[g, h]))
                value += (np.float64(stock[row]) + transit[row] - before[row]) * market_price[h]
        inputs_change[firm] = value


@local_system
def pay_production_tax(
    accounts: CurrentAccounts = bundle(CurrentAccounts),
    due: Cents = sets(Books.production_tax),
    paid: Cents = adds(Flows.paid),
    budget: Cents = clears(BudgetClearing.budget),
    revenue: Cents = reads(Books.revenue),
    good: Smalls = reads(Firms.good),
    rate: Doubles = reads(Goods.production_tax),
) -> None:
    """Pay the production tax on the value of sales; where it is a subsidy, receive it."""
    taxes, subsidies = 0, 0
    for firm in range(due.size):
        due[firm] = round_cents(rate[good[firm]] * revenue[firm])
        if due[firm] >= 0:
            taxes += due[firm]
            firm_pays(accounts, firm, budget, due[firm])
        else:
            subsidies -= due[firm]
            firm_receives(accounts, firm, budget, -due[firm])
    book(paid, PRODUCTION_TAX, FIRMS, GOVERNMENT, taxes)
    book(paid, PRODUCTION_TAX, GOVERNMENT, FIRMS, subsidies)


@system
def compare_prices(
    price: Doubles = renews(Goods.price),
    output: Doubles = sets(Goods.output),
    sales: Doubles = sets(Goods.sales),
    unserved: Doubles = sets(Goods.unserved),
    stored: Doubles = sets(Goods.inventory),
    lost: Doubles = sets(Goods.spoiled),
    good: Smalls = reads(Firms.good),
    revenue: Cents = reads(Books.revenue),
    units_sold: Doubles = reads(Firms.sold),
    units_unserved: Floats = reads(Firms.unserved),
    made: Doubles = reads(Firms.output),
    inventory: Doubles = reads(Firms.inventory),
    spoiled: Floats = reads(Firms.spoiled),
) -> None:
    """Publish the mean price of each good, weighted by sales, with what was made, sold and lost."""
    takings = np.zeros(price.size)
    output[:] = 0.0
    sales[:] = 0.0
    unserved[:] = 0.0
    stored[:] = 0.0
    lost[:] = 0.0
    for firm in range(good.size):
        g = good[firm]
        takings[g] += revenue[firm]
        sales[g] += units_sold[firm]
        output[g] += made[firm]
        unserved[g] += units_unserved[firm]
        stored[g] += inventory[firm]
        lost[g] += spoiled[firm]
    for g in range(price.size):
        if sales[g] > 0.0:
            price[g] = takings[g] / sales[g]


@local_system
def let_perishables_spoil(
    inventory: Doubles = writes(Firms.inventory),
    spoiled: Floats = sets(Firms.spoiled),
    stock: Floats = writes(Inputs.stock),
    inputs_change: Doubles = writes(Books.inputs_change),
    inputs: InputLists = bundle(InputLists),
    good: Smalls = reads(Firms.good),
    spoilage: Doubles = reads(Goods.spoilage),
    market_price: Doubles = reads(Goods.price),
) -> None:
    """Take what has spoiled out of finished goods and of inputs in store; goods under way do not spoil.

    Inventories change by what was made less what was sold and what spoiled, so losses lower GDP by each of
    its three ways.

    Order: after prices.take_stock and prices.count_inputs; before the books are closed.
    Source: System of National Accounts 2008, 6.109 and 10.122: recurrent losses from inventories.
    """
    for firm in range(good.size):
        spoiled[firm] = np.float32(spoilage[good[firm]] * inventory[firm])
        if spoiled[firm] > inventory[firm]:  # Rounded up: nothing spoils that is not there.
            spoiled[firm] = np.float32(spoiled[firm] * (1.0 - 2.0**-23))
        inventory[firm] -= spoiled[firm]
        begin, end = span_of(inputs, firm)
        for row in range(begin, end):
            h = inputs.good[row]
            if inputs.kind[row] == STORED and spoilage[h] > 0.0:
                kept = np.float32((1.0 - spoilage[h]) * stock[row])
                inputs_change[firm] -= (np.float64(stock[row]) - kept) * market_price[h]
                stock[row] = kept
