"""Markets for goods: prices, shelves, shopping, rationing, takings."""

import math

import numpy as np

from ravelin.core.draws import bits, uniform
from ravelin.core.kernel import compiled, whole
from ravelin.core.parameter import Parameters, parameter
from ravelin.core.system import (
    Cents,
    Doubles,
    Floats,
    Indices,
    Smalls,
    adds,
    draws,
    first,
    local_system,
    moves,
    reads,
    system,
    uses,
    writes,
)  # fmt: skip
from ravelin.ledger.transfers import book, credit, debit, pay_or_borrow, round_cents
from ravelin.markets.search import accepts, draw_by_weight, seat_sellers
from ravelin.state.accounts import (
    CONSUMERS,
    CONSUMPTION,
    FIRMS,
    GOVERNMENT,
    PRODUCTION_TAX,
    SALES_TAX,
    Accounts,
    Flows,
)  # fmt: skip
from ravelin.state.consumers import AISLES, Consumers, SpendingCells
from ravelin.state.firms import SEATS_PER_SELLER, Firms, Inputs, Markets, Seats, Sellers, Staffing
from ravelin.state.goods import Aisles, BudgetShares, Goods
from ravelin.state.institutions import Economy
from ravelin.state.localities import Localities
from ravelin.state.parameters import Taxes


class Pricing(Parameters):
    """How firms set the price they post."""

    repricing = parameter(0.2, "1/month", "chance to reprice", low=0, high=1,
                          source="Calvo 1983; Nakamura and Steinsson 2008; MODEL p_rep")  # fmt: skip
    markup_return = parameter(0.1, "fraction", "return of the markup to normal at each repricing", low=0, high=1,
                              source="MODEL mu_rev, tuned")  # fmt: skip
    markup_step = parameter(0.03, "fraction", "most change of the markup, over the normal markup", low=0, high=1,
                            source="Delli Gatti et al. 2011 for the direction; MODEL mu_step")  # fmt: skip
    scarcity = parameter(0.5, "1", "premium on the price per part of demand that nobody could serve", low=0, high=10,
                         source="Cavallo and Kryvtsov 2023 for the direction; size assumed")  # fmt: skip


class Shopping(Parameters):
    """How consumers choose where to buy."""

    switching = parameter(0.08, "1/month", "chance to try another seller in an aisle", low=0, high=1,
                          source="Lengnick 2013; MODEL sw")  # fmt: skip
    elasticity = parameter(12.0, "1", "price elasticity of changing seller", low=0, high=100, source="MODEL beta")
    leaving = parameter(1.0, "fraction", "chance to stay with the second seller, per part of a purchase that the own "
                        "seller could not serve", low=0, high=1, source="assumption: customers leave who are "
                        "turned away")  # fmt: skip
    small_firm_weight = parameter(0.05, "fraction", "pull of any firm, over the mean size in its market", low=0,
                                  high=10, source="MODEL 3.6: keeps small firms alive")  # fmt: skip


@local_system
def post_prices(
    price: Doubles = writes(Firms.price),
    markup: Doubles = writes(Firms.markup),
    unit_cost: Doubles = reads(Firms.unit_cost),
    expected: Doubles = reads(Firms.expected_sales),
    inventory: Doubles = reads(Firms.inventory),
    sold: Doubles = reads(Firms.sold),
    unserved: Doubles = reads(Firms.unserved),
    unmet: Doubles = reads(Firms.unmet),
    good: Smalls = reads(Firms.good),
    storable: Smalls = reads(Goods.storable),
    inventory_months: Doubles = reads(Goods.inventory_months),
    normal_markup: Doubles = reads(Goods.markup),
    expected_inflation: Doubles = reads(Economy.expected_inflation),
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
        indexed = 1.0 + expected_inflation[0] / 12.0 * 0.5 / repricing
        wanted_of_it = sold[firm] + unmet[firm]
        short = unmet[firm] / wanted_of_it if wanted_of_it > 0.0 else 0.0
        price[firm] = (1.0 + markup[firm]) * unit_cost[firm] * indexed * (1.0 + scarcity * short)


@system
def open_shops(
    price: Floats = writes(Sellers.price),
    weight: Doubles = writes(Sellers.weight),
    shelf: Cents = writes(Sellers.shelf),
    seats: Indices = writes(Seats.seller),
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
            cumulated += (expected[f] + floor) * math.exp(visibility[f])
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


@local_system
def choose_sellers(
    sellers: Indices = writes(Consumers.sellers),
    price: Floats = reads(Sellers.price),
    seats: Indices = reads(Seats.seller),
    aisle_good: Smalls = reads(Aisles.good),
    market_first: Indices = reads(Localities.market_first),
    market_count: Indices = reads(Localities.market_count),
    switching: float = uses(Shopping.switching),
    elasticity: float = uses(Shopping.elasticity),
    key_reviews: int = draws("aisles reviewed"),
    key: int = draws("try another seller"),
    first_consumer: int = first(Consumers),
) -> None:
    """Now and then a consumer compares her seller in an aisle with another, drawn by size.

    Source: Lengnick (2013), "Agent-based macroeconomics: a baseline model".
    """
    begin = np.empty(AISLES, np.int64)
    count = np.empty(AISLES, np.int64)
    for aisle in range(AISLES):
        begin[aisle] = market_first[0, aisle_good[aisle]]
        count[aisle] = market_count[0, aisle_good[aisle]]
    expected = switching * AISLES
    always = whole(expected)
    for consumer in range(sellers.shape[0]):
        row = first_consumer + consumer
        # One draw decides how many aisles are reviewed; separate bits of another serve the comparison.
        reviews = always + (uniform(key_reviews, row) < expected - always)
        for turn in range(reviews):
            word = bits(key, AISLES * row + turn)
            aisle = whole((word & np.uint64(0xFFFF)) * np.uint64(AISLES) >> np.uint64(16))
            many = np.uint64(SEATS_PER_SELLER * count[aisle])
            seat = whole(((word >> np.uint64(16)) & np.uint64(0xFFFFFFFF)) * many >> np.uint64(32))
            other = whole(seats[SEATS_PER_SELLER * begin[aisle] + seat])
            own = begin[aisle] + sellers[consumer, aisle]
            if other != own and accepts(price[own], price[other], elasticity, whole(word >> np.uint64(52))):
                sellers[consumer, aisle] = other - begin[aisle]


@local_system
def shop(
    deposits: Cents = moves(Accounts.deposits, of=Consumers),
    asked: Cents = adds(Sellers.asked),
    paid: Cents = adds(Flows.paid),
    budget: Cents = reads(Consumers.budget),
    sellers: Indices = reads(Consumers.sellers),
    cell: Indices = reads(Consumers.cell),
    income_class: Smalls = reads(Consumers.income_class),
    share_row: Indices = reads(SpendingCells.share_row),
    cumulative: Doubles = reads(BudgetShares.cumulative),
    aisle_good: Smalls = reads(Aisles.good),
    market_first: Indices = reads(Localities.market_first),
) -> None:
    """Take the month's budget to the shops: each aisle's share of it to the own seller there."""
    begin = np.empty(AISLES, np.int64)
    for aisle in range(AISLES):
        begin[aisle] = market_first[0, aisle_good[aisle]]
    total = 0
    for consumer in range(budget.size):
        spending = budget[consumer]
        if spending == 0:
            continue
        debit(deposits, consumer, spending)
        total += spending
        row = share_row[cell[consumer]] + income_class[consumer]
        spent = 0
        for aisle in range(AISLES):
            upto = whole(spending * cumulative[row, aisle])
            asked[begin[aisle] + sellers[consumer, aisle]] += upto - spent
            spent = upto
    book(paid, CONSUMPTION, CONSUMERS, FIRMS, total)


@system
def answer_shoppers(
    asked: Cents = writes(Sellers.asked),
    fill: Floats = writes(Sellers.fill),
    taxed: Cents = writes(Sellers.taxed),
    unserved: Cents = writes(Sellers.unserved),
    shelf: Cents = reads(Sellers.shelf),
    sold: Cents = reads(Sellers.sold),
    tax: Doubles = reads(Sellers.tax),
    change: float = uses(Taxes.sales_tax_change),
) -> None:
    """Serve shoppers in full where the shelf allows, else the same part of each purchase."""
    for seller in range(asked.size):
        fill[seller] = 1.0
        if asked[seller] > 0:
            gross = 1.0 + tax[seller] + change
            left = whole(max(0.0, np.floor((shelf[seller] - sold[seller]) * gross) - taxed[seller]))
            if asked[seller] <= left:
                taxed[seller] += asked[seller]
            else:
                fill[seller] = np.float32(np.floor(left / asked[seller] * 8388608.0) / 8388608.0)
                unserved[seller] += whole((asked[seller] - left) / gross)
            asked[seller] = 0


@compiled
def short_aisles(
    begin: Cents, count: Cents, fill: Floats, aisle_good: Smalls, market_first: Indices, market_count: Indices
) -> Cents:
    """List the aisles of a locality in which some seller cannot serve all, and fill where each market lies."""
    short = np.empty(AISLES, np.int64)
    found = 0
    for aisle in range(AISLES):
        g = aisle_good[aisle]
        begin[aisle], count[aisle] = market_first[0, g], market_count[0, g]
        for seller in range(begin[aisle], begin[aisle] + count[aisle]):
            if fill[seller] < 1.0:
                short[found] = aisle
                found += 1
                break
    return short[:found]


@system
def lay_out_leftovers(
    leftover: Doubles = writes(Sellers.leftover),
    shelf: Cents = reads(Sellers.shelf),
    sold: Cents = reads(Sellers.sold),
    taxed: Cents = reads(Sellers.taxed),
    tax: Doubles = reads(Sellers.tax),
    first_seller: Indices = reads(Markets.first_seller),
    count: Indices = reads(Markets.sellers),
    change: float = uses(Taxes.sales_tax_change),
) -> None:
    """Show who still has something to sell: whoever was turned away asks there."""
    for market in range(count.size):
        cumulated = 0.0
        for seller in range(first_seller[market], first_seller[market] + count[market]):
            cumulated += max(0.0, shelf[seller] - sold[seller] - taxed[seller] / (1.0 + tax[seller] + change))
            leftover[seller] = cumulated


@local_system
def try_elsewhere(
    asked: Cents = adds(Sellers.asked),
    taxed: Cents = adds(Sellers.taxed),
    turned_away: Indices = writes(Consumers.turned_away),
    budget: Cents = reads(Consumers.budget),
    sellers: Indices = reads(Consumers.sellers),
    cell: Indices = reads(Consumers.cell),
    income_class: Smalls = reads(Consumers.income_class),
    share_row: Indices = reads(SpendingCells.share_row),
    cumulative: Doubles = reads(BudgetShares.cumulative),
    fill: Floats = reads(Sellers.fill),
    leftover: Doubles = reads(Sellers.leftover),
    aisle_good: Smalls = reads(Aisles.good),
    market_first: Indices = reads(Localities.market_first),
    market_count: Indices = reads(Localities.market_count),
    key: int = draws("second seller"),
    first_consumer: int = first(Consumers),
) -> None:
    """Who was not served in full takes what there is and asks a second seller, drawn by what is left to sell."""
    begin = np.empty(AISLES, np.int64)
    count = np.empty(AISLES, np.int64)
    short = short_aisles(begin, count, fill, aisle_good, market_first, market_count)
    for consumer in range(budget.size):
        mask = 0
        for place in range(short.size):
            aisle = short[place]
            if fill[begin[aisle] + sellers[consumer, aisle]] < 1.0:
                mask |= 1 << aisle
        if mask == 0:
            continue
        turned_away[consumer] = mask
        spending = budget[consumer]
        row = share_row[cell[consumer]] + income_class[consumer]
        for place in range(short.size):
            aisle = short[place]
            if mask & (1 << aisle) == 0:
                continue
            seller = begin[aisle] + sellers[consumer, aisle]
            before = whole(spending * cumulative[row, aisle - 1]) if aisle > 0 else 0
            wanted = whole(spending * cumulative[row, aisle]) - before
            got = whole(wanted * np.float64(fill[seller]))
            taxed[seller] += got
            draw = uniform(key, AISLES * (first_consumer + consumer) + aisle)
            asked[draw_by_weight(leftover, begin[aisle], count[aisle], draw)] += wanted - got


@system
def answer_second_choices(
    asked: Cents = writes(Sellers.asked),
    second_fill: Floats = writes(Sellers.second_fill),
    taxed: Cents = writes(Sellers.taxed),
    shelf: Cents = reads(Sellers.shelf),
    sold: Cents = reads(Sellers.sold),
    tax: Doubles = reads(Sellers.tax),
    change: float = uses(Taxes.sales_tax_change),
) -> None:
    """Serve those who come second from what is left; they are not new demand."""
    for seller in range(asked.size):
        second_fill[seller] = 1.0
        if asked[seller] > 0:
            gross = 1.0 + tax[seller] + change
            left = whole(max(0.0, np.floor((shelf[seller] - sold[seller]) * gross) - taxed[seller]))
            if asked[seller] <= left:
                taxed[seller] += asked[seller]
            else:
                second_fill[seller] = np.float32(np.floor(left / asked[seller] * 8388608.0) / 8388608.0)
            asked[seller] = 0


@local_system
def refund(
    deposits: Cents = moves(Accounts.deposits, of=Consumers),
    taxed: Cents = adds(Sellers.taxed),
    unmet: Cents = adds(Goods.unmet),
    paid: Cents = adds(Flows.paid),
    turned_away: Indices = reads(Consumers.turned_away),
    budget: Cents = reads(Consumers.budget),
    sellers: Indices = writes(Consumers.sellers),
    cell: Indices = reads(Consumers.cell),
    income_class: Smalls = reads(Consumers.income_class),
    share_row: Indices = reads(SpendingCells.share_row),
    cumulative: Doubles = reads(BudgetShares.cumulative),
    fill: Floats = reads(Sellers.fill),
    second_fill: Floats = reads(Sellers.second_fill),
    leftover: Doubles = reads(Sellers.leftover),
    aisle_good: Smalls = reads(Aisles.good),
    market_first: Indices = reads(Localities.market_first),
    market_count: Indices = reads(Localities.market_count),
    leaving: float = uses(Shopping.leaving),
    key: int = draws("second seller"),
    key_leave: int = draws("leave seller"),
    first_consumer: int = first(Consumers),
) -> None:
    """What no seller could serve stays with the consumer; who was turned away may stay with the second seller."""
    kept = 0
    begin = np.empty(AISLES, np.int64)
    count = np.empty(AISLES, np.int64)
    for aisle in range(AISLES):
        begin[aisle], count[aisle] = market_first[0, aisle_good[aisle]], market_count[0, aisle_good[aisle]]
    for consumer in range(budget.size):
        mask = turned_away[consumer]
        if mask == 0:
            continue
        spending = budget[consumer]
        row = share_row[cell[consumer]] + income_class[consumer]
        for aisle in range(AISLES):
            if mask & (1 << aisle) == 0:
                continue
            seller = begin[aisle] + sellers[consumer, aisle]
            before = whole(spending * cumulative[row, aisle - 1]) if aisle > 0 else 0
            wanted = whole(spending * cumulative[row, aisle]) - before
            rest = wanted - whole(wanted * np.float64(fill[seller]))
            number = AISLES * (first_consumer + consumer) + aisle
            second = draw_by_weight(leftover, begin[aisle], count[aisle], uniform(key, number))
            served = second_fill[second]
            missed = 1.0 - np.float64(fill[seller])
            if served > 0.5 and uniform(key_leave, number) < leaving * missed:
                sellers[consumer, aisle] = second - begin[aisle]
            if served >= 1.0:
                continue
            got = whole(rest * np.float64(served))
            taxed[second] += got
            credit(deposits, consumer, rest - got)
            unmet[aisle_good[aisle]] += rest - got
            kept += rest - got
    book(paid, CONSUMPTION, CONSUMERS, FIRMS, -kept)


@system
def measure_shortage(
    unmet_part: Doubles = writes(Goods.unmet_part),
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
    revenue: Cents = writes(Firms.revenue),
    sold: Cents = reads(Sellers.sold),
    seller: Indices = reads(Firms.seller),
) -> None:
    """Bank what other firms paid, in time for the payroll."""
    for firm in range(revenue.size):
        revenue[firm] = sold[seller[firm]]
        credit(deposits, firm, revenue[firm])


@local_system
def close_shops(
    deposits: Cents = moves(Accounts.deposits, of=Firms),
    loan: Cents = moves(Firms.loan),
    revenue: Cents = writes(Firms.revenue),
    sales_tax: Cents = writes(Firms.sales_tax),
    units_sold: Doubles = writes(Firms.sold),
    units_unserved: Doubles = writes(Firms.unserved),
    units_unmet: Doubles = writes(Firms.unmet),
    unmet_part: Doubles = reads(Goods.unmet_part),
    inventory: Doubles = writes(Firms.inventory),
    output: Doubles = writes(Firms.output),
    stock: Floats = writes(Inputs.stock),
    transit: Floats = reads(Inputs.transit),
    before: Floats = reads(Inputs.opening),
    inputs_change: Doubles = writes(Firms.inputs_change),
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
    first_input: Indices = reads(Staffing.first_input),
    input_count: Smalls = reads(Staffing.input_count),
    kind: Smalls = reads(Inputs.kind),
    input_good: Smalls = reads(Inputs.good),
    change: float = uses(Taxes.sales_tax_change),
    first_row: int = first(Inputs),
) -> None:
    """Bank the takings, pass on the sales tax, take stock: a service's output is what it sold."""
    tax_total = 0
    for firm in range(revenue.size):
        s, g = seller[firm], good[firm]
        rate = tax[g] + change
        levied = taxed[s] - round_cents(taxed[s] / (1.0 + rate))
        sales_tax[firm] = levied
        tax_total += levied
        takings = sold[s] + taxed[s] - revenue[firm]
        credit(deposits, firm, takings)
        pay_or_borrow(deposits, loan, firm, levied)
        revenue[firm] = sold[s] + taxed[s] - levied
        units_sold[firm] = revenue[firm] / price[s]
        units_unserved[firm] = unserved[s] / price[s]
        units_unmet[firm] = units_unserved[firm] * unmet_part[g]
        begin = first_input[firm] - first_row
        if storable[g]:
            inventory[firm] = max(0.0, inventory[firm] - units_sold[firm])
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
    book(paid, SALES_TAX, FIRMS, GOVERNMENT, tax_total)


@local_system
def pay_production_tax(
    deposits: Cents = moves(Accounts.deposits, of=Firms),
    loan: Cents = moves(Firms.loan),
    due: Cents = writes(Firms.production_tax),
    paid: Cents = adds(Flows.paid),
    revenue: Cents = reads(Firms.revenue),
    good: Smalls = reads(Firms.good),
    rate: Doubles = reads(Goods.production_tax),
) -> None:
    """Pay the production tax on the value of sales; where it is a subsidy, receive it."""
    taxes, subsidies = 0, 0
    for firm in range(due.size):
        due[firm] = round_cents(rate[good[firm]] * revenue[firm])
        if due[firm] >= 0:
            taxes += due[firm]
            pay_or_borrow(deposits, loan, firm, due[firm])
        else:
            subsidies -= due[firm]
            credit(deposits, firm, -due[firm])
    book(paid, PRODUCTION_TAX, FIRMS, GOVERNMENT, taxes)
    book(paid, PRODUCTION_TAX, GOVERNMENT, FIRMS, subsidies)


@system
def compare_prices(
    price: Doubles = writes(Goods.price),
    output: Doubles = writes(Goods.output),
    sales: Doubles = writes(Goods.sales),
    unserved: Doubles = writes(Goods.unserved),
    stored: Doubles = writes(Goods.inventory),
    good: Smalls = reads(Firms.good),
    revenue: Cents = reads(Firms.revenue),
    units_sold: Doubles = reads(Firms.sold),
    units_unserved: Doubles = reads(Firms.unserved),
    made: Doubles = reads(Firms.output),
    inventory: Doubles = reads(Firms.inventory),
) -> None:
    """Publish the mean price of each good, weighted by sales, with what was made and sold."""
    takings = np.zeros(price.size)
    output[:] = 0.0
    sales[:] = 0.0
    unserved[:] = 0.0
    stored[:] = 0.0
    for firm in range(good.size):
        g = good[firm]
        takings[g] += revenue[firm]
        sales[g] += units_sold[firm]
        output[g] += made[firm]
        unserved[g] += units_unserved[firm]
        stored[g] += inventory[firm]
    for g in range(price.size):
        if sales[g] > 0.0:
            price[g] = takings[g] / sales[g]
