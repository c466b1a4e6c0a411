"""The supply chain: firms order inputs and capital from other firms along the recipes.

A firm buys each input under a few lasting contracts. An order is a number of cents at the suppliers' posted
prices: buyers ask, sellers say what part they can serve, and buyers take and pay for that part. Brokers find
the rest, if anybody has it.
"""

from typing import NamedTuple

import numpy as np

from ravelin.core.arithmetic import add_up, exp
from ravelin.core.draws import below, bits, happens, limit
from ravelin.core.kernel import compiled, whole
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
    reads,
    renews,
    sets,
    system,
    uses,
    writes,
)  # fmt: skip
from ravelin.economy.credit.acts import CurrentAccounts, firm_pays
from ravelin.economy.firms.acts import InputLists, span_of
from ravelin.economy.firms.tables import (
    CAPITAL_GOOD,
    CONTRACTS,
    SEATS_PER_SELLER,
    STORED,
    WHOLE,
    WHOLE_BITS,
    Books,
    Firms,
    Inputs,
    Plant,
)
from ravelin.economy.goods.acts import unserved_cents
from ravelin.economy.goods.tables import Goods, GoodsClearing, Seats, Sellers
from ravelin.economy.places.tables import Localities
from ravelin.ledger.accounts import FIRMS, FIXED_INVESTMENT, INTERMEDIATE, Flows
from ravelin.ledger.transfers import book, pool_upto, round_cents
from ravelin.mechanisms.choice import accepts
from ravelin.mechanisms.rounding import part_served

_BLOCK = 1024
"""Inputs whose buyers are drawn at a time: those who do not review their contracts cost little."""
_FAILED = 0.8 * WHOLE
"""What a supplier delivers when it has failed its buyer is less."""


class Ordering(Parameters):
    """How firms order."""

    input_months = parameter(0.8, "month", "target stock of inputs, transit included", low=0, high=12,
                             source="calibration input_stock_months")  # fmt: skip
    input_speed = parameter(0.3333, "1/month", "share of a gap in input stocks ordered a month", low=0, high=1,
                            source="MODEL tau_m 3, tuned")  # fmt: skip
    transit = parameter(0.4, "fraction", "part of a month's purchases that arrives next month", low=0, high=1,
                        source="calibration: 0.4 months under way")  # fmt: skip
    delivery_memory = parameter(0.3, "1/month", "speed at which a buyer learns how a supplier delivers", low=0, high=1,
                                source="assumption: about a quarter")  # fmt: skip


class Sourcing(Parameters):
    """How firms choose their suppliers."""

    review = parameter(0.05, "1/month", "chance that a buyer reviews its contracts for an input", low=0, high=1,
                       source="MODEL sw_b, tuned")  # fmt: skip
    review_failed = parameter(0.3, "1/month", "the same after a supplier left a fifth unserved", low=0, high=1,
                              source="MODEL 3.5, tuned")  # fmt: skip
    elasticity = parameter(12.0, "1", "price elasticity of changing supplier, and of its part of the order", low=0,
                           high=100, source="MODEL beta, tuned")  # fmt: skip


@local_system
def receive_goods(
    stock: Floats = writes(Inputs.stock),
    transit: Floats = writes(Inputs.transit),
    opening: Floats = sets(Inputs.opening),
) -> None:
    """Unload what was under way at the month's end."""
    for row in range(stock.size):
        opening[row] = stock[row] + transit[row]
        stock[row] += transit[row]
        transit[row] = 0.0


@local_system
def review_suppliers(
    supplier: Indices = writes(Inputs.supplier),
    part: Smalls = writes(Inputs.part),
    delivered: Smalls = writes(Inputs.delivered),
    input_good: Smalls = reads(Inputs.good),
    price: Floats = reads(Sellers.price),
    seats: Indices = reads(Seats.seller),
    market_first: Indices = reads(Localities.market_first),
    market_count: Indices = reads(Localities.market_count),
    review: float = uses(Sourcing.review),
    review_failed: float = uses(Sourcing.review_failed),
    elasticity: float = uses(Sourcing.elasticity),
    key_review: int = draws("review supplier"),
    key_candidate: int = draws("candidate supplier"),
    key_accept: int = draws("accept supplier"),
    first_row: int = first(Inputs),
) -> None:
    """Now and then compare the worst supplier with another seller, and divide the order anew; sooner after failures.

    Contracts are weighed by price and delivery: part of the order ~ delivered * price ** -elasticity. A supplier
    that left more than a fifth of its orders unserved is replaced whatever the candidate's price.

    Order: before supply.place_orders, so that who supplies whom is what was traded on at the month's end.
    Lag: deliveries of the previous months.
    Source: McFadden (1974) for the parts; Gualdi and Mandel (2016), "On the emergence of scale-free production
    networks", for a network that is rewired contract by contract.
    """
    rarely, often = limit(review), limit(review_failed)
    reviewed = np.empty(_BLOCK, np.int64)
    due = np.empty(_BLOCK, np.bool_)
    appeal = np.empty(CONTRACTS)
    for begin in range(0, supplier.shape[0], _BLOCK):
        end = min(begin + _BLOCK, supplier.shape[0])
        for row in range(begin, end):
            least = delivered[row, 0]
            for k in range(1, CONTRACTS):
                least = min(least, delivered[row, k])
            due[row - begin] = happens(key_review, first_row + row, often if least < _FAILED else rarely)
        found = 0
        for row in range(begin, end):
            reviewed[found] = row
            found += due[row - begin]
        for place in range(found):
            row = reviewed[place]
            h = input_good[row]
            sellers = market_first[0, h]
            base = price[sellers + supplier[row, 0]]
            worst = 0
            for k in range(CONTRACTS):
                appeal[k] = _appeal(delivered[row, k], price[sellers + supplier[row, k]], base, elasticity)
                if appeal[k] < appeal[worst]:
                    worst = k
            seat = below(key_candidate, first_row + row, SEATS_PER_SELLER * market_count[0, h])
            other = seats[SEATS_PER_SELLER * sellers + seat]
            luck = whole(bits(key_accept, first_row + row) >> np.uint64(52))
            own = sellers + supplier[row, worst]
            failed = delivered[row, worst] < _FAILED
            if other != own and (failed or accepts(price[own], price[other], elasticity, luck)):
                supplier[row, worst] = other - sellers
                delivered[row, worst] = WHOLE
                appeal[worst] = _appeal(WHOLE, price[other], base, elasticity)
            total = add_up(appeal)
            upto, passed = 0.0, 0
            for k in range(CONTRACTS):
                upto += appeal[k]
                part[row, k] = whole(np.rint(WHOLE * upto / total)) - passed
                passed += part[row, k]


@compiled
def _appeal(delivered: int, price: float, base: float, elasticity: float) -> float:
    """Return delivered * (price / base) ** -elasticity, the log of the ratio as `accepts` takes it.

    Who delivered nothing counts one part in 128, so that it is noticed when it delivers again.
    """
    return max(1, whole(delivered)) * exp(-elasticity * 2.0 * (price - base) / (price + base))


class Contracts(NamedTuple):
    """With whom each input is contracted, and what part of an order each supplier gets."""

    supplier: Indices = reads(Inputs.supplier)
    part: Smalls = reads(Inputs.part)


class InputTargets(NamedTuple):
    """What output takes of each input, what spoils of it, and how much of it firms mean to have in store."""

    recipe: Doubles = reads(Goods.recipe)
    storable: Smalls = reads(Goods.storable)
    spoilage: Doubles = reads(Goods.spoilage)
    months: float = uses(Ordering.input_months)
    speed: float = uses(Ordering.input_speed)


class InputStores(NamedTuple):
    """Inputs in store and under way: part of what is bought arrives in the month after."""

    stock: Floats = writes(Inputs.stock)
    transit: Floats = writes(Inputs.transit)
    later: float = uses(Ordering.transit)


@local_system
def place_orders(
    wanted: Cents = sets(Inputs.wanted),
    asked: Cents = adds(Sellers.asked),
    stock: Floats = reads(Inputs.stock),
    contracts: Contracts = bundle(Contracts),
    inputs: InputLists = bundle(InputLists),
    targets: InputTargets = bundle(InputTargets),
    good: Smalls = reads(Firms.good),
    target: Doubles = reads(Firms.target_output),
    expected: Doubles = reads(Firms.expected_sales),
    investment: Cents = reads(Plant.investment_budget),
    price: Floats = reads(Sellers.price),
    market_first: Indices = reads(Localities.market_first),
    basket_share: Doubles = reads(Goods.basket_share),
) -> None:
    """Ask the suppliers for this month's use, part of the gap to the target stock, and what will spoil.

    Capital goods are ordered by fixed shares of their value. An order at the mean price is divided by contract.
    """
    for firm in range(good.size):
        g = good[firm]
        use = target[firm] if targets.storable[g] else expected[firm]
        begin, end = span_of(inputs, firm)
        for row in range(begin, end):
            h = inputs.good[row]
            sellers = np.uint32(market_first[0, h])
            if inputs.kind[row] == CAPITAL_GOOD:
                order = round_cents(basket_share[h] * investment[firm])
            else:
                per_unit = targets.recipe[g, h]
                units = per_unit * use
                if inputs.kind[row] == STORED:
                    units += targets.speed * (targets.months * per_unit * expected[firm] - stock[row])
                    units += targets.spoilage[h] * max(0.0, stock[row] - per_unit * use)
                mean = 0.0
                for k in range(CONTRACTS):
                    mean += contracts.part[row, k] * np.float64(price[sellers + contracts.supplier[row, k]])
                order = round_cents(max(0.0, units) * mean / WHOLE)
            wanted[row] = order
            upto, passed = 0, 0
            for k in range(CONTRACTS):
                upto += whole(contracts.part[row, k])
                until = order * upto >> WHOLE_BITS
                asked[sellers + contracts.supplier[row, k]] += until - passed
                passed = until


@compiled
def put_in_store(stores: InputStores, row: int, units: float) -> None:
    """Put what was bought of an input in store; part of it is under way until next month."""
    stores.transit[row] += np.float32(stores.later * units)
    stores.stock[row] += np.float32((1.0 - stores.later) * units)


@local_system
def take_supplies(
    accounts: CurrentAccounts = bundle(CurrentAccounts),
    inputs_bought: Cents = sets(Books.inputs_bought),
    invested: Cents = sets(Plant.invested),
    served: Smalls = sets(Inputs.served),
    delivered: Smalls = writes(Inputs.delivered),
    stores: InputStores = bundle(InputStores),
    sold: Cents = adds(Sellers.sold),
    paid: Cents = adds(Flows.paid),
    payments: Cents = clears(GoodsClearing.business_goods),
    wanted: Cents = reads(Inputs.wanted),
    contracts: Contracts = bundle(Contracts),
    inputs: InputLists = bundle(InputLists),
    price: Floats = reads(Sellers.price),
    fill: Floats = reads(Sellers.fill),
    market_first: Indices = reads(Localities.market_first),
    memory: float = uses(Ordering.delivery_memory),
) -> None:
    """Take what each supplier can serve, pay for it, and remember how it delivered."""
    all_inputs, capital_goods = 0, 0
    for firm in range(inputs_bought.size):
        current, capital = 0, 0
        begin, end = span_of(inputs, firm)
        for row in range(begin, end):
            sellers = np.uint32(market_first[0, inputs.good[row]])
            order, stored = wanted[row], inputs.kind[row] == STORED
            got, amount = 0, 0.0
            upto, passed = 0, 0
            for k in range(CONTRACTS):
                seller = sellers + contracts.supplier[row, k]
                upto += whole(contracts.part[row, k])
                until = order * upto >> WHOLE_BITS
                taken = until - passed
                passed = until
                full = whole(fill[seller] * np.float32(WHOLE))
                served[row, k] = full
                if full < WHOLE:
                    taken = taken * full >> WHOLE_BITS
                    sold[seller] += taken
                delivered[row, k] += whole(np.rint(memory * (full - whole(delivered[row, k]))))
                got += taken
                if stored:
                    amount += taken / np.float64(price[seller])
            if inputs.kind[row] == CAPITAL_GOOD:
                capital += got
                continue
            current += got
            if stored:
                put_in_store(stores, row, amount)
        firm_pays(accounts, firm, payments, current + capital)
        inputs_bought[firm], invested[firm] = current, capital
        all_inputs += current
        capital_goods += capital
    book(paid, INTERMEDIATE, FIRMS, FIRMS, all_inputs)
    book(paid, FIXED_INVESTMENT, FIRMS, FIRMS, capital_goods)


@local_system
def turn_to_brokers(
    orders: Cents = adds(Goods.brokered_orders),
    wanted: Cents = reads(Inputs.wanted),
    part: Smalls = reads(Inputs.part),
    served: Smalls = reads(Inputs.served),
    input_good: Smalls = reads(Inputs.good),
) -> None:
    """Who was not served leaves the rest of the order with a broker."""
    for row in range(wanted.size):
        left = unserved_cents(wanted[row], part, served, row)
        if left > 0:
            orders[input_good[row]] += left


@system
def bring_together(
    served: Doubles = sets(Goods.brokered_part),
    price: Doubles = renews(Goods.broker_price),
    orders: Cents = reads(Goods.brokered_orders),
    shelf: Cents = reads(Sellers.shelf),
    sold: Cents = reads(Sellers.sold),
    seller_price: Floats = reads(Sellers.price),
    firm: Indices = reads(Sellers.firm),
    good: Smalls = reads(Firms.good),
) -> None:
    """Brokers match what buyers lack with what any seller of the good has left, at posted prices.

    Every order is served in the same part; the price is the mean of the sellers who have something left.
    """
    left = np.zeros(price.size)
    units = np.zeros(price.size)
    for seller in range(shelf.size):
        spare = max(0, shelf[seller] - sold[seller])
        left[good[firm[seller]]] += spare
        units[good[firm[seller]]] += spare / np.float64(seller_price[seller])
    for g in range(price.size):
        served[g] = 0.0
        if orders[g] > 0 and left[g] > 0.0:
            served[g] = min(1.0, left[g] / orders[g])
            price[g] = left[g] / units[g]


@local_system
def take_from_brokers(
    accounts: CurrentAccounts = bundle(CurrentAccounts),
    inputs_bought: Cents = writes(Books.inputs_bought),
    invested: Cents = writes(Plant.invested),
    stores: InputStores = bundle(InputStores),
    taken: Cents = adds(Goods.brokered_sales),
    paid: Cents = adds(Flows.paid),
    payments: Cents = clears(GoodsClearing.business_goods),
    wanted: Cents = reads(Inputs.wanted),
    part: Smalls = reads(Inputs.part),
    served: Smalls = reads(Inputs.served),
    input_good: Smalls = reads(Inputs.good),
    kind: Smalls = reads(Inputs.kind),
    firm: Indices = reads(Inputs.firm),
    price: Doubles = reads(Goods.broker_price),
    found: Doubles = reads(Goods.brokered_part),
    first_firm: int = first(Firms),
) -> None:
    """Take what brokers could find and pay for it; what nobody has is not bought this month."""
    inputs, capital_goods = 0, 0
    for row in range(wanted.size):
        left = unserved_cents(wanted[row], part, served, row)
        if left == 0:
            continue
        h, buyer = input_good[row], firm[row] - first_firm
        got = whole(left * found[h])
        firm_pays(accounts, buyer, payments, got)
        taken[h] += got
        if kind[row] == CAPITAL_GOOD:
            capital_goods += got
            invested[buyer] += got
            continue
        inputs += got
        inputs_bought[buyer] += got
        if kind[row] == STORED and got > 0:
            put_in_store(stores, row, got / price[h])
    book(paid, INTERMEDIATE, FIRMS, FIRMS, inputs)
    book(paid, FIXED_INVESTMENT, FIRMS, FIRMS, capital_goods)


@system
def share_brokered_sales(
    sold: Cents = writes(Sellers.sold),
    unmet: Cents = writes(Goods.unmet),
    orders: Cents = reads(Goods.brokered_orders),
    taken: Cents = reads(Goods.brokered_sales),
    shelf: Cents = reads(Sellers.shelf),
    firm: Indices = reads(Sellers.firm),
    good: Smalls = reads(Firms.good),
) -> None:
    """Divide what brokers sold among sellers by what they had left."""
    left = np.zeros(taken.size)
    for seller in range(shelf.size):
        left[good[firm[seller]]] += max(0, shelf[seller] - sold[seller])
    for g in range(taken.size):
        unmet[g] += orders[g] - taken[g]
    passed = np.zeros(taken.size)
    given = np.zeros(taken.size, np.int64)
    for seller in range(shelf.size):
        g = good[firm[seller]]
        if taken[g] == 0:
            continue
        passed[g] += max(0, shelf[seller] - sold[seller])
        upto = pool_upto(taken[g], passed[g], left[g])
        sold[seller] += upto - given[g]
        given[g] = upto


@system
def answer_businesses(
    asked: Cents = writes(Sellers.asked),
    fill: Floats = sets(Sellers.fill),
    sold: Cents = writes(Sellers.sold),
    shelf: Cents = reads(Sellers.shelf),
) -> None:
    """Serve every buyer in full where the shelf allows, else the same part of each order.

    Order: before consumers come, who pay sales tax and buy what business and government leave.
    """
    for seller in range(asked.size):
        fill[seller] = 1.0
        if asked[seller] > 0:
            left = max(0, shelf[seller] - sold[seller])
            if asked[seller] <= left:
                sold[seller] += asked[seller]
            else:
                fill[seller] = part_served(left, asked[seller])
            asked[seller] = 0


@system
def note_unserved(
    unserved: Cents = writes(Sellers.unserved),
    asked: Cents = reads(Sellers.asked),
    shelf: Cents = reads(Sellers.shelf),
    sold: Cents = reads(Sellers.sold),
) -> None:
    """Remember the first demand that exceeds the shelf; later attempts elsewhere are not new demand."""
    for seller in range(unserved.size):
        unserved[seller] += max(0, asked[seller] - max(0, shelf[seller] - sold[seller]))
