"""The supply chain: firms order inputs and capital from other firms along the recipes.

An order is a number of cents at the supplier's posted price. In each round buyers ask, sellers
say what part they can serve, and buyers take and pay for that part.
"""

import numpy as np

from ravelin.core.draws import uniform
from ravelin.core.parameter import Parameters, parameter
from ravelin.core.system import (
    Cents, Doubles, Floats, Indices, Smalls, adds, draws, first, local_system, moves, reads, system, uses, writes,
)  # fmt: skip
from ravelin.ledger.transfers import book, pay_or_borrow, round_cents
from ravelin.markets.search import accepts, draw_by_weight
from ravelin.state.accounts import FIRMS, FIXED_INVESTMENT, INTERMEDIATE, Accounts, Flows
from ravelin.state.firms import Firms, Inputs, Markets, Sellers, Staffing
from ravelin.state.goods import Goods
from ravelin.state.localities import Localities


class Ordering(Parameters):
    """How firms order."""

    input_months = parameter(0.8, "month", "target stock of inputs, transit included", low=0, high=12,
                             source="calibration input_stock_months")  # fmt: skip
    input_speed = parameter(0.3333, "1/month", "share of a gap in input stocks ordered a month", low=0, high=1,
                            source="MODEL tau_m 3, tuned")  # fmt: skip
    transit = parameter(0.4, "fraction", "part of a month's purchases that arrives next month", low=0, high=1,
                        source="calibration: 0.4 months under way")  # fmt: skip
    review = parameter(0.05, "1/month", "chance that a buyer looks for another supplier", low=0, high=1,
                       source="MODEL sw_b, tuned")  # fmt: skip
    review_failed = parameter(0.3, "1/month", "the same after a supplier left a fifth unserved", low=0, high=1,
                              source="MODEL 3.5, tuned")  # fmt: skip
    elasticity = parameter(12.0, "1", "price elasticity of changing supplier", low=0, high=100,
                           source="MODEL beta, tuned")  # fmt: skip


@local_system
def receive_goods(
    stock: Floats = writes(Inputs.stock),
    transit: Floats = writes(Inputs.transit),
    opening: Floats = writes(Inputs.opening),
) -> None:
    """Unload what was under way at the month's end."""
    for row in range(stock.size):
        opening[row] = stock[row] + transit[row]
        stock[row] += transit[row]
        transit[row] = 0.0


@local_system
def place_orders(
    wanted: Cents = writes(Inputs.wanted),
    stock: Floats = reads(Inputs.stock),
    supplier: Indices = reads(Inputs.supplier),
    input_good: Smalls = reads(Inputs.good),
    kind: Smalls = reads(Inputs.kind),
    first_input: Indices = reads(Staffing.first_input),
    input_count: Smalls = reads(Staffing.input_count),
    good: Smalls = reads(Firms.good),
    target: Doubles = reads(Firms.target_output),
    expected: Doubles = reads(Firms.expected_sales),
    investment: Cents = reads(Firms.investment_budget),
    price: Floats = reads(Sellers.price),
    recipe: Doubles = reads(Goods.recipe),
    storable: Smalls = reads(Goods.storable),
    basket_share: Doubles = reads(Goods.basket_share),
    input_months: float = uses(Ordering.input_months),
    speed: float = uses(Ordering.input_speed),
    first_row: int = first(Inputs),
) -> None:
    """Order this month's use and part of the gap to the target stock; capital goods by fixed value shares."""
    for firm in range(good.size):
        g = good[firm]
        use = target[firm] if storable[g] else expected[firm]
        begin = first_input[firm] - first_row
        for row in range(begin, begin + input_count[firm]):
            h = input_good[row]
            if kind[row] == 2:
                wanted[row] = round_cents(basket_share[h] * investment[firm])
                continue
            units = recipe[g, h] * use
            if kind[row] == 0:
                units += speed * (input_months * recipe[g, h] * expected[firm] - stock[row])
            wanted[row] = round_cents(max(0.0, units) * price[supplier[row]])


@local_system
def ask_suppliers(
    asked: Cents = adds(Sellers.asked),
    wanted: Cents = reads(Inputs.wanted),
    supplier: Indices = reads(Inputs.supplier),
) -> None:
    """Every buyer asks its main supplier."""
    for row in range(wanted.size):
        asked[supplier[row]] += wanted[row]


@local_system
def take_supplies(
    deposits: Cents = moves(Accounts.deposits, of=Firms),
    loan: Cents = moves(Firms.loan),
    wanted: Cents = writes(Inputs.wanted),
    bought: Cents = writes(Inputs.bought),
    stock: Floats = writes(Inputs.stock),
    transit: Floats = writes(Inputs.transit),
    missed: Floats = writes(Inputs.missed),
    sold: Cents = adds(Sellers.sold),
    paid: Cents = adds(Flows.paid),
    supplier: Indices = reads(Inputs.supplier),
    kind: Smalls = reads(Inputs.kind),
    firm: Indices = reads(Inputs.firm),
    price: Floats = reads(Sellers.price),
    fill: Floats = reads(Sellers.fill),
    transit_share: float = uses(Ordering.transit),
    first_firm: int = first(Firms),
) -> None:
    """Take what the main supplier can serve and pay for it."""
    inputs, capital_goods = 0, 0
    for row in range(wanted.size):
        seller = supplier[row]
        served = fill[seller]
        got = wanted[row]
        missed[row] = 0.0
        if served < 1.0:
            got = np.int64(got * np.float64(served))
            missed[row] = np.float32(1.0) - served
            sold[seller] += got
        if got == 0:
            continue
        pay_or_borrow(deposits, loan, firm[row] - first_firm, got)
        wanted[row] -= got
        bought[row] += got
        amount = got / price[seller]
        if kind[row] == 2:
            capital_goods += got
            continue
        inputs += got
        if kind[row] == 0:
            transit[row] += np.float32(transit_share * amount)
            stock[row] += np.float32((1.0 - transit_share) * amount)
    book(paid, INTERMEDIATE, FIRMS, FIRMS, inputs)
    book(paid, FIXED_INVESTMENT, FIRMS, FIRMS, capital_goods)


@system
def lay_out_leftovers(
    leftover: Doubles = writes(Sellers.leftover),
    shelf: Cents = reads(Sellers.shelf),
    sold: Cents = reads(Sellers.sold),
    taxed: Cents = reads(Sellers.taxed),
    tax: Doubles = reads(Sellers.tax),
    first_seller: Indices = reads(Markets.first_seller),
    count: Indices = reads(Markets.sellers),
) -> None:
    """Show who still has something to sell: whoever was turned away asks there."""
    for market in range(count.size):
        cumulated = 0.0
        for seller in range(first_seller[market], first_seller[market] + count[market]):
            cumulated += max(0.0, shelf[seller] - sold[seller] - taxed[seller] / (1.0 + tax[seller]))
            leftover[seller] = cumulated


@local_system
def ask_others(
    asked: Cents = adds(Sellers.asked),
    wanted: Cents = reads(Inputs.wanted),
    input_good: Smalls = reads(Inputs.good),
    leftover: Doubles = reads(Sellers.leftover),
    market_first: Indices = reads(Localities.market_first),
    market_count: Indices = reads(Localities.market_count),
    key: int = draws("another supplier"),
    first_row: int = first(Inputs),
) -> None:
    """Who was not served asks another seller, drawn by what is left to sell."""
    for row in range(wanted.size):
        if wanted[row] > 0:
            h = input_good[row]
            begin, count = market_first[0, h], market_count[0, h]
            if leftover[begin + count - 1] > 0.0:
                asked[draw_by_weight(leftover, begin, count, uniform(key, first_row + row))] += wanted[row]


@local_system
def take_from_others(
    deposits: Cents = moves(Accounts.deposits, of=Firms),
    loan: Cents = moves(Firms.loan),
    wanted: Cents = writes(Inputs.wanted),
    bought: Cents = writes(Inputs.bought),
    stock: Floats = writes(Inputs.stock),
    transit: Floats = writes(Inputs.transit),
    sold: Cents = adds(Sellers.sold),
    paid: Cents = adds(Flows.paid),
    input_good: Smalls = reads(Inputs.good),
    kind: Smalls = reads(Inputs.kind),
    firm: Indices = reads(Inputs.firm),
    price: Floats = reads(Sellers.price),
    fill: Floats = reads(Sellers.fill),
    leftover: Doubles = reads(Sellers.leftover),
    market_first: Indices = reads(Localities.market_first),
    market_count: Indices = reads(Localities.market_count),
    transit_share: float = uses(Ordering.transit),
    key: int = draws("another supplier"),
    first_row: int = first(Inputs),
    first_firm: int = first(Firms),
) -> None:
    """Take what the other seller can serve and pay for it; what nobody can serve is not bought this month."""
    inputs, capital_goods = 0, 0
    for row in range(wanted.size):
        if wanted[row] == 0:
            continue
        h = input_good[row]
        begin, count = market_first[0, h], market_count[0, h]
        if leftover[begin + count - 1] <= 0.0:
            continue
        seller = draw_by_weight(leftover, begin, count, uniform(key, first_row + row))
        served = fill[seller]
        got = wanted[row]
        if served < 1.0:
            got = np.int64(got * np.float64(served))
            sold[seller] += got
        if got == 0:
            continue
        pay_or_borrow(deposits, loan, firm[row] - first_firm, got)
        wanted[row] -= got
        bought[row] += got
        amount = got / price[seller]
        if kind[row] == 2:
            capital_goods += got
            continue
        inputs += got
        if kind[row] == 0:
            transit[row] += np.float32(transit_share * amount)
            stock[row] += np.float32((1.0 - transit_share) * amount)
    book(paid, INTERMEDIATE, FIRMS, FIRMS, inputs)
    book(paid, FIXED_INVESTMENT, FIRMS, FIRMS, capital_goods)


@local_system
def review_suppliers(
    supplier: Indices = writes(Inputs.supplier),
    missed: Floats = reads(Inputs.missed),
    input_good: Smalls = reads(Inputs.good),
    price: Floats = reads(Sellers.price),
    weight: Doubles = reads(Sellers.weight),
    market_first: Indices = reads(Localities.market_first),
    market_count: Indices = reads(Localities.market_count),
    review: float = uses(Ordering.review),
    review_failed: float = uses(Ordering.review_failed),
    elasticity: float = uses(Ordering.elasticity),
    key_review: int = draws("review supplier"),
    key_candidate: int = draws("candidate supplier"),
    key_accept: int = draws("accept supplier"),
    first_row: int = first(Inputs),
) -> None:
    """Now and then compare the main supplier with another; sooner, when it failed to deliver."""
    for row in range(supplier.size):
        failed = missed[row] > 0.2
        chance = review_failed if failed else review
        place = first_row + row
        if uniform(key_review, place) >= chance:
            continue
        h = input_good[row]
        other = draw_by_weight(weight, market_first[0, h], market_count[0, h], uniform(key_candidate, place))
        if failed or accepts(price[supplier[row]], price[other], elasticity, uniform(key_accept, place)):
            supplier[row] = other


@local_system
def count_purchases(
    inputs_bought: Cents = writes(Firms.inputs_bought),
    invested: Cents = writes(Firms.invested),
    bought: Cents = reads(Inputs.bought),
    kind: Smalls = reads(Inputs.kind),
    firm: Indices = reads(Inputs.firm),
    first_firm: int = first(Firms),
) -> None:
    """Add up each firm's purchases of inputs and of capital goods."""
    for buyer in range(inputs_bought.size):
        inputs_bought[buyer] = 0
        invested[buyer] = 0
    for row in range(bought.size):
        if kind[row] == 2:
            invested[firm[row] - first_firm] += bought[row]
        else:
            inputs_bought[firm[row] - first_firm] += bought[row]


@system
def answer_businesses(
    asked: Cents = writes(Sellers.asked),
    fill: Floats = writes(Sellers.fill),
    sold: Cents = writes(Sellers.sold),
    shelf: Cents = reads(Sellers.shelf),
    taxed: Cents = reads(Sellers.taxed),
    tax: Doubles = reads(Sellers.tax),
) -> None:
    """Serve every buyer in full where the shelf allows, else the same part of each order."""
    for seller in range(asked.size):
        fill[seller] = 1.0
        if asked[seller] > 0:
            left = max(0, shelf[seller] - sold[seller] - np.int64(np.ceil(taxed[seller] / (1.0 + tax[seller]))))
            if asked[seller] <= left:
                sold[seller] += asked[seller]
            else:
                # Parts are rounded down, so what buyers take never exceeds what is left.
                fill[seller] = np.float32(np.floor(left / asked[seller] * 8388608.0) / 8388608.0)
            asked[seller] = 0


@system
def note_unserved(
    unserved: Cents = writes(Sellers.unserved),
    asked: Cents = reads(Sellers.asked),
    shelf: Cents = reads(Sellers.shelf),
    sold: Cents = reads(Sellers.sold),
    taxed: Cents = reads(Sellers.taxed),
    tax: Doubles = reads(Sellers.tax),
) -> None:
    """Remember the first demand that exceeds the shelf; later attempts elsewhere are not new demand."""
    for seller in range(unserved.size):
        left = shelf[seller] - sold[seller] - np.int64(np.ceil(taxed[seller] / (1.0 + tax[seller])))
        unserved[seller] += max(0, asked[seller] - max(0, left))
