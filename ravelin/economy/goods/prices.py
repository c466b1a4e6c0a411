"""Sellers of goods: prices, shelves, rationing, takings."""

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
from ravelin.economy.credit.acts import pay_through_bank
from ravelin.economy.credit.tables import CreditMarket
from ravelin.economy.firms.tables import SEATS_PER_SELLER, Books, Firms, Inputs, Purchasing
from ravelin.economy.goods.acts import gross_of, serve
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
                          source="Calvo 1983; Nakamura and Steinsson 2008; MODEL p_rep")  # fmt: skip
    markup_return = parameter(0.1, "fraction", "return of the markup to normal at each repricing", low=0, high=1,
                              source="MODEL mu_rev, tuned")  # fmt: skip
    markup_step = parameter(0.03, "fraction", "most change of the markup, over the normal markup", low=0, high=1,
                            source="Delli Gatti et al. 2011 for the direction; MODEL mu_step")  # fmt: skip
    scarcity = parameter(0.5, "1", "premium on the price per part of demand that nobody could serve", low=0, high=10,
                         source="Cavallo and Kryvtsov 2023 for the direction; size assumed")  # fmt: skip


@local_system
def post_prices(
    price: Doubles = writes(Firms.price),
    markup: Doubles = writes(Firms.markup),
    unit_cost: Doubles = reads(Firms.unit_cost),
    expected: Doubles = reads(Firms.expected_sales),
    inventory: Doubles = reads(Firms.inventory),
    sold: Doubles = reads(Firms.sold),
    unserved: Floats = reads(Firms.unserved),
    unmet: Floats = reads(Firms.unmet),
    good: Smalls = reads(Firms.good),
    storable: Smalls = reads(Goods.storable),
    inventory_months: Doubles = reads(Goods.inventory_months),
    normal_markup: Doubles = reads(Goods.markup),
    expected_inflation: Doubles = reads(Outlook.expected_inflation),
    repricing: float = uses(Pricing.repricing),
    back: float = uses(Pricing.markup_return),
    step: float = uses(Pricing.markup_step),
    scarcity: float = uses(Pricing.scarcity),
    key: int = draws("repricing"),
    first_firm: int = first(Firms),
) -> None:
    """Reprice now and then: a markup on normal unit cost that leans against stock or unserved demand.

    markup moves by step * clip(gap, -1, 1), gap = (wanted stock - stock) / wanted stock for goods and
    (demand - expected) / expected for services; half of the inflation expected while it lasts is added. While
    part of the demand goes without at every seller, the price carries a premium.
    """
    for firm in range(price.size):
        if uniform(key, first_firm + firm) >= repricing:
            continue
        g = good[firm]
        if storable[g]:
            wanted = inventory_months[g] * expected[firm]
            gap = (wanted - inventory[firm]) / wanted if wanted > 0.0 else 0.0
        else:
            gap = (sold[firm] + unserved[firm] - expected[firm]) / expected[firm] if expected[firm] > 0.0 else 0.0
        normal = normal_markup[g]
        markup[firm] += back * (normal - markup[firm]) + step * normal * max(-1.0, min(1.0, gap))
        indexed = 1.0 + expected_inflation[0] / MONTHS_PER_YEAR * 0.5 / repricing
        wanted_of_it = sold[firm] + unmet[firm]
        short = unmet[firm] / wanted_of_it if wanted_of_it > 0.0 else 0.0
        price[firm] = (1.0 + markup[firm]) * unit_cost[firm] * indexed * (1.0 + scarcity * short)


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
    market_good: Smalls = reads(Markets.good),
    first_seller: Indices = reads(Markets.first_seller),
    count: Indices = reads(Markets.sellers),
    tax: Doubles = reads(Goods.sales_tax),
    change: float = uses(Taxes.sales_tax_change),
) -> None:
    """Serve shoppers in full where the shelf allows, else the same part of each purchase."""
    for market in range(count.size):
        gross = gross_of(tax[market_good[market]], change)
        for seller in range(first_seller[market], first_seller[market] + count[market]):
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
    market_good: Smalls = reads(Markets.good),
    first_seller: Indices = reads(Markets.first_seller),
    count: Indices = reads(Markets.sellers),
    tax: Doubles = reads(Goods.sales_tax),
    change: float = uses(Taxes.sales_tax_change),
) -> None:
    """Show who still has something to sell: whoever was turned away asks there."""
    for market in range(count.size):
        gross = gross_of(tax[market_good[market]], change)
        cumulated = 0.0
        for seller in range(first_seller[market], first_seller[market] + count[market]):
            cumulated += max(0.0, shelf[seller] - sold[seller] - taxed[seller] / gross)
            leftover[seller] = cumulated
        index_weights(index, leftover, first_seller[market], count[market])


@system
def answer_second_choices(
    asked: Cents = writes(Sellers.asked),
    second_fill: Floats = sets(Sellers.second_fill),
    taxed: Cents = writes(Sellers.taxed),
    shelf: Cents = reads(Sellers.shelf),
    sold: Cents = reads(Sellers.sold),
    market_good: Smalls = reads(Markets.good),
    first_seller: Indices = reads(Markets.first_seller),
    count: Indices = reads(Markets.sellers),
    tax: Doubles = reads(Goods.sales_tax),
    change: float = uses(Taxes.sales_tax_change),
) -> None:
    """Serve those who come second from what is left; they are not new demand."""
    for market in range(count.size):
        gross = gross_of(tax[market_good[market]], change)
        for seller in range(first_seller[market], first_seller[market] + count[market]):
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
    deposits: Cents = moves(Accounts.deposits, of=Firms),
    loan: Cents = moves(Books.loan),
    lent: Cents = adds(CreditMarket.loans_granted),
    revenue: Cents = writes(Books.revenue),
    sales_tax: Cents = sets(Books.sales_tax),
    units_sold: Doubles = sets(Firms.sold),
    units_unserved: Floats = sets(Firms.unserved),
    units_unmet: Floats = sets(Firms.unmet),
    posted: Cents = adds(Banks.posted),
    payments: Cents = clears(GoodsClearing.shop_goods),
    budget: Cents = clears(BudgetClearing.budget),
    bank: Indices = reads(Accounts.bank, of=Firms),
    unmet_part: Doubles = reads(Goods.unmet_part),
    inventory: Doubles = writes(Firms.inventory),
    output: Doubles = renews(Firms.output),
    stock: Floats = writes(Inputs.stock),
    transit: Floats = reads(Inputs.transit),
    before: Floats = reads(Inputs.opening),
    inputs_change: Doubles = sets(Books.inputs_change),
    paid: Cents = adds(Flows.paid),
    sold: Cents = reads(Sellers.sold),
    taxed: Cents = reads(Sellers.taxed),
    unserved: Cents = reads(Sellers.unserved),
    price: Floats = reads(Sellers.price),
    seller: Indices = reads(Firms.seller),
    good: Smalls = reads(Firms.good),
    storable: Smalls = reads(Goods.storable),
    tax: Doubles = reads(Goods.sales_tax),
    recipe: Doubles = reads(Goods.recipe),
    market_price: Doubles = reads(Goods.price),
    first_input: Indices = reads(Purchasing.first_input),
    input_count: Smalls = reads(Purchasing.input_count),
    kind: Smalls = reads(Inputs.kind),
    input_good: Smalls = reads(Inputs.good),
    change: float = uses(Taxes.sales_tax_change),
    first_row: int = first(Inputs),
) -> None:
    """Bank the takings, pass on the sales tax, take stock: a service's output is what it sold."""
    tax_total, drawn = 0, 0
    for firm in range(revenue.size):
        s, g = seller[firm], good[firm]
        rate = tax[g] + change
        levied = taxed[s] - round_cents(taxed[s] / (1.0 + rate))
        sales_tax[firm] = levied
        tax_total += levied
        takings = sold[s] + taxed[s] - revenue[firm]
        receive_at_bank(deposits, posted, bank, firm, payments, takings)
        drawn += pay_through_bank(deposits, loan, posted, bank, firm, budget, levied)
        revenue[firm] = sold[s] + taxed[s] - levied
        units_sold[firm] = revenue[firm] / price[s]
        if storable[g]:
            # A cent of rounding may not sell more than there is.
            units_sold[firm] = min(units_sold[firm], inventory[firm])
        units_unserved[firm] = np.float32(unserved[s] / price[s])
        units_unmet[firm] = np.float32(units_unserved[firm] * unmet_part[g])
        begin = first_input[firm] - first_row
        if storable[g]:
            inventory[firm] -= units_sold[firm]
        else:
            inventory[firm] = 0.0
            output[firm] = units_sold[firm]
        value = 0.0
        for row in range(begin, begin + input_count[firm]):
            if kind[row] == 0:
                h = input_good[row]
                if not storable[g]:
                    stock[row] = np.float32(max(0.0, stock[row] - output[firm] * recipe[g, h]))
                value += (np.float64(stock[row]) + transit[row] - before[row]) * market_price[h]
        inputs_change[firm] = value
    lent[0, 0] += drawn
    book(paid, SALES_TAX, FIRMS, GOVERNMENT, tax_total)


@local_system
def pay_production_tax(
    deposits: Cents = moves(Accounts.deposits, of=Firms),
    loan: Cents = moves(Books.loan),
    lent: Cents = adds(CreditMarket.loans_granted),
    due: Cents = sets(Books.production_tax),
    paid: Cents = adds(Flows.paid),
    posted: Cents = adds(Banks.posted),
    budget: Cents = clears(BudgetClearing.budget),
    bank: Indices = reads(Accounts.bank, of=Firms),
    revenue: Cents = reads(Books.revenue),
    good: Smalls = reads(Firms.good),
    rate: Doubles = reads(Goods.production_tax),
) -> None:
    """Pay the production tax on the value of sales; where it is a subsidy, receive it."""
    taxes, subsidies, drawn = 0, 0, 0
    for firm in range(due.size):
        due[firm] = round_cents(rate[good[firm]] * revenue[firm])
        if due[firm] >= 0:
            taxes += due[firm]
            drawn += pay_through_bank(deposits, loan, posted, bank, firm, budget, due[firm])
        else:
            subsidies -= due[firm]
            receive_at_bank(deposits, posted, bank, firm, budget, -due[firm])
    lent[0, 0] += drawn
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
    good: Smalls = reads(Firms.good),
    first_input: Indices = reads(Purchasing.first_input),
    input_count: Smalls = reads(Purchasing.input_count),
    kind: Smalls = reads(Inputs.kind),
    input_good: Smalls = reads(Inputs.good),
    spoilage: Doubles = reads(Goods.spoilage),
    market_price: Doubles = reads(Goods.price),
    first_row: int = first(Inputs),
) -> None:
    """Take what has spoiled out of finished goods and of inputs in store; goods under way do not spoil.

    Inventories change by what was made less what was sold and what spoiled, so losses lower GDP by each of
    its three ways.

    Order: after prices.close_shops, which takes stock; before the books are closed.
    Source: System of National Accounts 2008, 6.109 and 10.122: recurrent losses from inventories.
    """
    for firm in range(good.size):
        spoiled[firm] = np.float32(spoilage[good[firm]] * inventory[firm])
        if spoiled[firm] > inventory[firm]:  # Rounded up: nothing spoils that is not there.
            spoiled[firm] = np.float32(spoiled[firm] * (1.0 - 2.0**-23))
        inventory[firm] -= spoiled[firm]
        begin = first_input[firm] - first_row
        for row in range(begin, begin + input_count[firm]):
            h = input_good[row]
            if kind[row] == 0 and spoilage[h] > 0.0:
                kept = np.float32((1.0 - spoilage[h]) * stock[row])
                inputs_change[firm] -= (np.float64(stock[row]) - kept) * market_price[h]
                stock[row] = kept
