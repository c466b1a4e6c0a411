"""Consumers choose where to buy, go shopping, and look elsewhere when they are turned away.

The loops over consumers run in blocks: what every consumer needs (draws, a look at twelve shelves) is
done for a whole block at a time and without branches; only who is concerned is gone through one by one.
"""

import math
from typing import NamedTuple

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
    bundle,
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
from ravelin.economy.banks.acts import ConsumersDeposits, pay_at_bank, receive_at_bank
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


class ShoppingLists(NamedTuple):
    """What each consumer takes to the shops, and how it is shared among aisles by people like her."""

    budget: Cents = reads(Consumers.budget)
    cell: Indices = reads(Consumers.cell)
    income_class: Smalls = reads(Consumers.income_class)
    share_row: Indices = reads(SpendingCells.share_row)
    cumulative: Doubles = reads(BudgetShares.cumulative)


class AisleMarkets(NamedTuple):
    """Which market of a locality each aisle is, and how many sell there."""

    good: Smalls = reads(Aisles.good)
    first: Indices = reads(Localities.market_first)
    number: Indices = reads(Localities.market_count)


class Leftovers(NamedTuple):
    """What sellers have left to sell, cumulated over each market, and where in it a search begins."""

    upto: Doubles = reads(Sellers.leftover)
    begins: Indices = reads(Sellers.leftover_index)


class Rests(NamedTuple):
    """Of each aisle's market the first seller, the number of sellers and all that is left to sell: (aisles,) each."""

    begin: npt.NDArray[np.uint32]
    many: Doubles
    total: Doubles


class Refusals(NamedTuple):
    """Who of a block of consumers was turned away in which aisle, with a draw each, and whom she asks second."""

    consumer: npt.NDArray[np.uint32]
    aisle: npt.NDArray[np.uint8]
    draw: Doubles
    second: npt.NDArray[np.uint32]


@compiled
def purchase(lists: ShoppingLists, consumer: int, aisle: int) -> int:
    """Give what a consumer takes to one aisle: the cents that `shop` asks for."""
    row = lists.share_row[lists.cell[consumer]] + lists.income_class[consumer]
    spending = lists.budget[consumer]
    before = whole(spending * lists.cumulative[row, aisle - 1]) if aisle > 0 else 0
    return whole(spending * lists.cumulative[row, aisle]) - before


@compiled
def short_sellers(
    begin: npt.NDArray[np.uint32], fill: Floats, markets: AisleMarkets
) -> npt.NDArray[np.uint16]:  # fmt: skip
    """List a locality's sellers aisle by aisle: the bit of the aisle if the seller cannot serve all, else zero.

    Filled: where in the list each aisle begins.
    """
    size = 0
    for aisle in range(AISLES):
        begin[aisle] = size
        size += markets.number[0, markets.good[aisle]]
    short = np.zeros(size, np.uint16)
    for aisle in range(AISLES):
        g = markets.good[aisle]
        for place in range(markets.number[0, g]):
            if fill[markets.first[0, g] + place] < 1.0:
                short[begin[aisle] + place] = 1 << aisle
    return short


@compiled
def no_refusals() -> Refusals:
    """Make room for the refusals of a block."""
    consumer_of, aisle_of = np.empty(REFUSALS, np.uint32), np.empty(REFUSALS, np.uint8)
    return Refusals(consumer_of, aisle_of, np.empty(REFUSALS), np.empty(REFUSALS, np.uint32))


@compiled
def list_refusals(refusals: Refusals, turned_away: Indices, start: int) -> int:
    """List who was turned away where in a block of consumers, and return how many refusals there are.

    First everybody's lowest aisle, then the next of those who have another: no branch that nobody can foresee.
    """
    consumer_of, aisle_of = refusals.consumer, refusals.aisle
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
def rests(leftovers: Leftovers, markets: AisleMarkets) -> Rests:
    """Add up what is left to sell in each aisle's market."""
    begin = np.empty(AISLES, np.uint32)
    many, total = np.empty(AISLES), np.empty(AISLES)
    for aisle in range(AISLES):
        g = markets.good[aisle]
        begin[aisle], many[aisle] = markets.first[0, g], markets.number[0, g]
        total[aisle] = leftovers.upto[markets.first[0, g] + markets.number[0, g] - 1]
    return Rests(begin, many, total)


@compiled
def draw_refusals(refusals: Refusals, found: int, key: Key, first_consumer: int) -> None:
    """Draw for each refusal, by its consumer and aisle."""
    consumer_of, aisle_of, draw = refusals.consumer, refusals.aisle, refusals.draw
    for refusal in range(found):
        number = AISLES * (first_consumer + whole(consumer_of[refusal])) + aisle_of[refusal]
        draw[refusal] = uniform(key, number)


@compiled
def find_seconds(refusals: Refusals, found: int, leftovers: Leftovers, rest: Rests) -> None:
    """Find the second seller of each refusal, the very one that `draw_by_weight` finds.

    In three loops, so that many refusals wait for memory at once.
    """
    aisle_of, draw, second = refusals.aisle, refusals.draw, refusals.second
    leftover, index, begin, many, total = leftovers.upto, leftovers.begins, rest.begin, rest.many, rest.total
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
    sellers: Indices = reads(Consumers.sellers),
    lists: ShoppingLists = bundle(ShoppingLists),
    markets: AisleMarkets = bundle(AisleMarkets),
    leftovers: Leftovers = bundle(Leftovers),
    fill: Floats = reads(Sellers.fill),
    key: int = draws("second seller"),
    first_consumer: int = first(Consumers),
) -> None:
    """Who was not served in full takes what there is and asks a second seller, drawn by what is left to sell."""
    listed = np.empty(AISLES, np.uint32)
    short = short_sellers(listed, fill, markets)
    rest, refusals = rests(leftovers, markets), no_refusals()
    for start in range(0, turned_away.size, BLOCK):
        for consumer in range(start, min(start + BLOCK, turned_away.size)):
            refused = np.uint64(0)
            for aisle in range(AISLES):
                refused |= np.uint64(short[listed[aisle] + sellers[consumer, aisle]])
            turned_away[consumer] = refused
        found = list_refusals(refusals, turned_away, start)
        draw_refusals(refusals, found, key, first_consumer)
        find_seconds(refusals, found, leftovers, rest)
        for refusal in range(found):
            consumer, aisle = refusals.consumer[refusal], refusals.aisle[refusal]
            seller = rest.begin[aisle] + sellers[consumer, aisle]
            wanted = purchase(lists, consumer, aisle)
            got = whole(wanted * np.float64(fill[seller]))
            taxed[seller] += got
            asked[refusals.second[refusal]] += wanted - got


@local_system
def refund(
    accounts: ConsumersDeposits = bundle(ConsumersDeposits),
    payments: Cents = clears(GoodsClearing.shop_goods),
    paid: Cents = adds(Flows.paid),
    taxed: Cents = adds(Sellers.taxed),
    unmet: Cents = adds(Goods.unmet),
    sellers: Indices = writes(Consumers.sellers),
    turned_away: Indices = reads(Consumers.turned_away),
    lists: ShoppingLists = bundle(ShoppingLists),
    markets: AisleMarkets = bundle(AisleMarkets),
    leftovers: Leftovers = bundle(Leftovers),
    fill: Floats = reads(Sellers.fill),
    second_fill: Floats = reads(Sellers.second_fill),
    leaving: float = uses(Shopping.leaving),
    key: int = draws("second seller"),
    key_leave: int = draws("leave seller"),
    first_consumer: int = first(Consumers),
) -> None:
    """What no seller could serve stays with the consumer; who was turned away may stay with the second seller."""
    rest, refusals = rests(leftovers, markets), no_refusals()
    kept = 0
    for start in range(0, turned_away.size, BLOCK):
        found = list_refusals(refusals, turned_away, start)
        draw_refusals(refusals, found, key, first_consumer)
        find_seconds(refusals, found, leftovers, rest)
        draw_refusals(refusals, found, key_leave, first_consumer)
        for refusal in range(found):
            consumer, aisle = refusals.consumer[refusal], refusals.aisle[refusal]
            other, own = refusals.second[refusal], np.uint32(sellers[consumer, aisle])
            part = np.float64(fill[rest.begin[aisle] + own])
            served = np.float64(second_fill[other])
            leaves = (served > 0.5) & (refusals.draw[refusal] < leaving * (1.0 - part))
            sellers[consumer, aisle] = other - rest.begin[aisle] if leaves else own
            if served < 1.0:
                wanted = purchase(lists, consumer, aisle)
                missing = wanted - whole(wanted * part)
                got = whole(missing * served)
                taxed[other] += got
                receive_at_bank(accounts.deposits, accounts.posted, accounts.bank, consumer, payments, missing - got)
                unmet[markets.good[aisle]] += missing - got
                kept += missing - got
    book(paid, CONSUMPTION, CONSUMERS, FIRMS, -kept)
