"""Sourcing: firms keep suppliers who deliver at a good price, and replace the others."""

import math

import numpy as np

from ravelin.core.draws import below, bits, happens, limit
from ravelin.core.kernel import compiled, whole
from ravelin.core.parameter import Parameters, parameter
from ravelin.core.system import Floats, Indices, Smalls, draws, first, local_system, reads, uses, writes
from ravelin.markets.search import accepts
from ravelin.state.firms import CONTRACTS, SEATS_PER_SELLER, WHOLE, Inputs, Seats, Sellers
from ravelin.state.localities import Localities

_BLOCK = 1024
"""Inputs whose buyers are drawn at a time: those who do not review their contracts cost little."""
_FAILED = 0.8 * WHOLE
"""What a supplier delivers when it has failed its buyer is less."""


class Sourcing(Parameters):
    """How firms choose their suppliers."""

    review = parameter(0.05, "1/month", "chance that a buyer reviews its contracts for an input", low=0, high=1,
                       source="MODEL sw_b, tuned")  # fmt: skip
    review_failed = parameter(0.3, "1/month", "the same after a supplier left a fifth unserved", low=0, high=1,
                              source="MODEL 3.5, tuned")  # fmt: skip
    elasticity = parameter(12.0, "1", "price elasticity of changing supplier, and of its part of the order", low=0,
                           high=100, source="MODEL beta, tuned")  # fmt: skip


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
            total = appeal.sum()
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
    return max(1, whole(delivered)) * math.exp(-elasticity * 2.0 * (price - base) / (price + base))
