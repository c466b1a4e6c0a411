"""Consumers choose where to buy, go shopping, and look elsewhere when they are turned away.

The loops over consumers run in blocks: what every consumer needs (draws, a look at twelve shelves) is
done for a whole block at a time and without branches; only who is concerned is gone through one by one.
"""

import math

import numpy as np
import numpy.typing as npt

from ravelin.core.draws import Key, bits, happens, limit, uniform
from ravelin.core.kernel import compiled, whole
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
    sets,
    uses,
    writes,
)  # fmt: skip
from ravelin.economy.banks.acts import pay_at_bank, receive_at_bank
from ravelin.economy.banks.tables import Banks
from ravelin.economy.firms.tables import SEATS_PER_SELLER
from ravelin.economy.goods.parameters import Shopping
from ravelin.economy.goods.tables import Aisles, Goods, GoodsClearing, Seats, Sellers
from ravelin.economy.people.tables import AISLES, Consumers
from ravelin.economy.places.tables import Localities
from ravelin.economy.spending.tables import BudgetShares, SpendingCells
from ravelin.ledger.accounts import CONSUMERS, CONSUMPTION, FIRMS, Accounts, Flows
from ravelin.ledger.transfers import book
from ravelin.mechanisms.choice import accepts

BLOCK = 1024
"""Consumers of a block: its lists stay in the fastest cache."""
REFUSALS = BLOCK * AISLES + 1
"""Refusals that a block may list; one more is written to than is counted."""

# Places are unsigned where speed counts: an index that cannot be negative needs no look whether it is.
_AISLES, _SEATS, _16, _32, _52 = (np.uint64(number) for number in (AISLES, SEATS_PER_SELLER, 16, 32, 52))
_ONE = np.uint32(1)
_LOW_16, _LOW_32 = np.uint64(0xFFFF), np.uint64(0xFFFFFFFF)
_LOWEST = np.array([0] + [(mask & -mask).bit_length() - 1 for mask in range(1, 1 << AISLES)], dtype=np.uint8)
"""The first aisle of each set of aisles."""


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
    begin = np.empty(AISLES, np.uint64)
    count = np.empty(AISLES, np.uint64)
    for aisle in range(AISLES):
        begin[aisle] = market_first[0, aisle_good[aisle]]
        count[aisle] = market_count[0, aisle_good[aisle]]
    expected = switching * AISLES
    reviewer = np.empty(BLOCK, np.uint64)
    word = np.empty(BLOCK, np.uint64)
    for start in range(0, sellers.shape[0], BLOCK):
        own = sellers[start : start + BLOCK]
        row = np.uint64(first_consumer + start)
        for turn in range(math.ceil(expected)):
            # One draw decides whether she reviews an aisle; separate bits of another serve the comparison.
            chance = limit(expected - turn)
            for place in range(own.shape[0]):
                word[place] = happens(key_reviews, row + np.uint64(place), chance)
            reviews = 0
            for place in range(own.shape[0]):
                reviewer[reviews] = place
                reviews += whole(word[place])
            for review in range(reviews):
                word[review] = bits(key, _AISLES * (row + reviewer[review]) + np.uint64(turn))
            for review in range(reviews):
                drawn = word[review]
                aisle = (drawn & _LOW_16) * _AISLES >> _16
                seat = ((drawn >> _16) & _LOW_32) * (_SEATS * count[aisle]) >> _32
                other = np.uint32(seats[_SEATS * begin[aisle] + seat])
                mine = own[reviewer[review], aisle]
                tempted = accepts(price[begin[aisle] + mine], price[other], elasticity, whole(drawn >> _52))
                own[reviewer[review], aisle] = other - begin[aisle] if tempted else mine


@local_system
def shop(
    deposits: Cents = moves(Accounts.deposits, of=Consumers),
    asked: Cents = adds(Sellers.asked),
    paid: Cents = adds(Flows.paid),
    posted: Cents = adds(Banks.posted),
    payments: Cents = clears(GoodsClearing.shop_goods),
    bank: Indices = reads(Accounts.bank, of=Consumers),
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
    begin = np.empty(AISLES, np.uint32)
    for aisle in range(AISLES):
        begin[aisle] = market_first[0, aisle_good[aisle]]
    total = 0
    for consumer in range(budget.size):
        spending = budget[consumer]
        pay_at_bank(deposits, posted, bank, consumer, payments, spending)
        total += spending
        row = np.uint32(share_row[np.uint32(cell[consumer])] + income_class[consumer])
        spent = 0
        for aisle in range(AISLES):
            upto = whole(spending * cumulative[row, aisle])
            asked[begin[aisle] + sellers[consumer, aisle]] += upto - spent
            spent = upto
    book(paid, CONSUMPTION, CONSUMERS, FIRMS, total)


@compiled
def purchase(spending: int, cumulative: Doubles, row: int, aisle: int) -> int:
    """Give what a consumer takes to one aisle: the cents that `shop` asks for."""
    before = whole(spending * cumulative[row, aisle - 1]) if aisle > 0 else 0
    return whole(spending * cumulative[row, aisle]) - before


@compiled
def short_sellers(
    begin: npt.NDArray[np.uint32], fill: Floats, aisle_good: Smalls, market_first: Indices, market_count: Indices
) -> npt.NDArray[np.uint16]:
    """List a locality's sellers aisle by aisle: the bit of the aisle if the seller cannot serve all, else zero.

    Filled: where in the list each aisle begins.
    """
    size = 0
    for aisle in range(AISLES):
        begin[aisle] = size
        size += market_count[0, aisle_good[aisle]]
    short = np.zeros(size, np.uint16)
    for aisle in range(AISLES):
        g = aisle_good[aisle]
        for place in range(market_count[0, g]):
            if fill[market_first[0, g] + place] < 1.0:
                short[begin[aisle] + place] = 1 << aisle
    return short


@compiled
def list_refusals(
    turned_away: Indices, start: int, consumer_of: npt.NDArray[np.uint32], aisle_of: npt.NDArray[np.uint8]
) -> int:
    """List who was turned away where in a block of consumers, and return how many refusals there are.

    First everybody's lowest aisle, then the next of those who have another: no branch that nobody can foresee.

    Filled: consumer and aisle of each refusal.
    """
    waiting, left = np.empty(BLOCK, np.uint32), np.empty(BLOCK, np.uint16)
    many = min(BLOCK, turned_away.size - start)
    for place in range(many):
        waiting[place] = start + place
        left[place] = turned_away[start + place]
    found = 0
    while many:
        again = 0
        for place in range(many):
            consumer, mask = waiting[place], whole(left[place])
            consumer_of[found], aisle_of[found] = consumer, _LOWEST[mask]
            found += whole(mask > 0)
            mask &= mask - 1
            waiting[again], left[again] = consumer, mask
            again += whole(mask > 0)
        many = again
    return found


@compiled
def aisle_markets(
    leftover: Doubles, aisle_good: Smalls, market_first: Indices, market_count: Indices
) -> tuple[npt.NDArray[np.uint32], Doubles, Doubles]:
    """Give of each aisle's market the first seller, the number of sellers and all that is left to sell."""
    begin = np.empty(AISLES, np.uint32)
    many, total = np.empty(AISLES), np.empty(AISLES)
    for aisle in range(AISLES):
        g = aisle_good[aisle]
        begin[aisle], many[aisle] = market_first[0, g], market_count[0, g]
        total[aisle] = leftover[market_first[0, g] + market_count[0, g] - 1]
    return begin, many, total


@compiled
def draw_refusals(
    draw: Doubles,
    key: Key,
    first_consumer: int,
    consumer_of: npt.NDArray[np.uint32],
    aisle_of: npt.NDArray[np.uint8],
    found: int,
) -> None:
    """Draw for each refusal, by its consumer and aisle."""
    for refusal in range(found):
        number = AISLES * (first_consumer + whole(consumer_of[refusal])) + aisle_of[refusal]
        draw[refusal] = uniform(key, number)


@compiled
def find_seconds(
    second: npt.NDArray[np.uint32],
    index: Indices,
    leftover: Doubles,
    begin: npt.NDArray[np.uint32],
    many: Doubles,
    total: Doubles,
    aisle_of: npt.NDArray[np.uint8],
    draw: Doubles,
    found: int,
) -> None:
    """Find the second seller of each refusal, the very one that `draw_by_weight` finds.

    In three loops, so that many refusals wait for memory at once.
    """
    for refusal in range(found):
        aisle = aisle_of[refusal]
        second[refusal] = index[begin[aisle] + np.uint32(draw[refusal] * many[aisle])]
        draw[refusal] *= total[aisle]
    for refusal in range(found):
        seller = second[refusal]
        seller += np.uint32(leftover[seller] < draw[refusal])
        second[refusal] = seller + np.uint32(leftover[seller] < draw[refusal])
    for refusal in range(found):
        seller, lowest, aim = second[refusal], begin[aisle_of[refusal]], draw[refusal]
        while leftover[seller] < aim:
            seller += _ONE
        while seller > lowest and leftover[seller - _ONE] >= aim:
            seller -= _ONE
        second[refusal] = seller


@local_system
def try_elsewhere(
    asked: Cents = adds(Sellers.asked),
    taxed: Cents = adds(Sellers.taxed),
    turned_away: Indices = sets(Consumers.turned_away),
    budget: Cents = reads(Consumers.budget),
    sellers: Indices = reads(Consumers.sellers),
    cell: Indices = reads(Consumers.cell),
    income_class: Smalls = reads(Consumers.income_class),
    share_row: Indices = reads(SpendingCells.share_row),
    cumulative: Doubles = reads(BudgetShares.cumulative),
    fill: Floats = reads(Sellers.fill),
    leftover: Doubles = reads(Sellers.leftover),
    index: Indices = reads(Sellers.leftover_index),
    aisle_good: Smalls = reads(Aisles.good),
    market_first: Indices = reads(Localities.market_first),
    market_count: Indices = reads(Localities.market_count),
    key: int = draws("second seller"),
    first_consumer: int = first(Consumers),
) -> None:
    """Who was not served in full takes what there is and asks a second seller, drawn by what is left to sell."""
    listed = np.empty(AISLES, np.uint32)
    short = short_sellers(listed, fill, aisle_good, market_first, market_count)
    begin, many, total = aisle_markets(leftover, aisle_good, market_first, market_count)
    consumer_of, aisle_of = np.empty(REFUSALS, np.uint32), np.empty(REFUSALS, np.uint8)
    draw, second = np.empty(REFUSALS), np.empty(REFUSALS, np.uint32)
    for start in range(0, budget.size, BLOCK):
        for consumer in range(start, min(start + BLOCK, budget.size)):
            refused = np.uint64(0)
            for aisle in range(AISLES):
                refused |= np.uint64(short[listed[aisle] + sellers[consumer, aisle]])
            turned_away[consumer] = refused
        found = list_refusals(turned_away, start, consumer_of, aisle_of)
        draw_refusals(draw, key, first_consumer, consumer_of, aisle_of, found)
        find_seconds(second, index, leftover, begin, many, total, aisle_of, draw, found)
        for refusal in range(found):
            consumer, aisle = consumer_of[refusal], aisle_of[refusal]
            row = share_row[cell[consumer]] + income_class[consumer]
            seller = begin[aisle] + sellers[consumer, aisle]
            wanted = purchase(budget[consumer], cumulative, row, aisle)
            got = whole(wanted * np.float64(fill[seller]))
            taxed[seller] += got
            asked[second[refusal]] += wanted - got


@local_system
def refund(
    deposits: Cents = moves(Accounts.deposits, of=Consumers),
    taxed: Cents = adds(Sellers.taxed),
    unmet: Cents = adds(Goods.unmet),
    paid: Cents = adds(Flows.paid),
    posted: Cents = adds(Banks.posted),
    payments: Cents = clears(GoodsClearing.shop_goods),
    bank: Indices = reads(Accounts.bank, of=Consumers),
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
    index: Indices = reads(Sellers.leftover_index),
    aisle_good: Smalls = reads(Aisles.good),
    market_first: Indices = reads(Localities.market_first),
    market_count: Indices = reads(Localities.market_count),
    leaving: float = uses(Shopping.leaving),
    key: int = draws("second seller"),
    key_leave: int = draws("leave seller"),
    first_consumer: int = first(Consumers),
) -> None:
    """What no seller could serve stays with the consumer; who was turned away may stay with the second seller."""
    begin, many, total = aisle_markets(leftover, aisle_good, market_first, market_count)
    consumer_of, aisle_of = np.empty(REFUSALS, np.uint32), np.empty(REFUSALS, np.uint8)
    draw, second = np.empty(REFUSALS), np.empty(REFUSALS, np.uint32)
    kept = 0
    for start in range(0, budget.size, BLOCK):
        found = list_refusals(turned_away, start, consumer_of, aisle_of)
        draw_refusals(draw, key, first_consumer, consumer_of, aisle_of, found)
        find_seconds(second, index, leftover, begin, many, total, aisle_of, draw, found)
        draw_refusals(draw, key_leave, first_consumer, consumer_of, aisle_of, found)
        for refusal in range(found):
            consumer, aisle = consumer_of[refusal], aisle_of[refusal]
            other, own = second[refusal], np.uint32(sellers[consumer, aisle])
            part = np.float64(fill[begin[aisle] + own])
            served = np.float64(second_fill[other])
            leaves = (served > 0.5) & (draw[refusal] < leaving * (1.0 - part))
            sellers[consumer, aisle] = other - begin[aisle] if leaves else own
            if served < 1.0:
                row = share_row[cell[consumer]] + income_class[consumer]
                wanted = purchase(budget[consumer], cumulative, row, aisle)
                rest = wanted - whole(wanted * part)
                got = whole(rest * served)
                taxed[other] += got
                receive_at_bank(deposits, posted, bank, consumer, payments, rest - got)
                unmet[aisle_good[aisle]] += rest - got
                kept += rest - got
    book(paid, CONSUMPTION, CONSUMERS, FIRMS, -kept)
