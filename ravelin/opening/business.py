"""The firms of the opening: how many, where, how large, who supplies whom."""

import heapq
from functools import partial
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ravelin.core.arithmetic import mean, power_each, product, solve, total, totals, whole_total, whole_totals
from ravelin.core.arithmetic.ordering import ascending
from ravelin.core.arithmetic.pieces import together
from ravelin.core.kernel import compiled
from ravelin.economy.firms.tables import CAPITAL_GOOD, CONTRACTS, SERVICE, STORED
from ravelin.ledger.settlement import split_by_largest_remainder
from ravelin.opening.calibration import Calibration
from ravelin.opening.population import Codes, Numbers, uniforms

Doubles = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SIZE_EXPONENT = 1.06
"""Axtell (2001), Zipf distribution of US firm sizes."""
LARGEST_SHARE = 0.15
"""A firm's part of its locality's workers; larger enterprises are several establishments."""
SELLERS_MAX = 60_000
"""Sellers of a market: consumers number them in two bytes. A good with more sells in several zones."""


class Catalog(NamedTuple):
    """Technology and demand of the goods; arrays are (goods,) or (goods, goods)."""

    recipe: Doubles
    storable: Ints
    traded: Ints
    basket: Doubles
    output: Doubles
    labor: Doubles
    wage: Doubles
    public: int
    """Good that the government makes, without firms."""
    housing: int
    """Good made with leased dwellings."""

    @property
    def goods(self) -> int:
        """How many there are."""
        return self.storable.size

    @property
    def labor_per_unit(self) -> Doubles:
        """Standard workers per unit of output a month, by skill: (goods, 3)."""
        return self.labor / self.output[:, None]


class Businesses(NamedTuple):
    """Firms in the order of rows (locality, then good, then size); columns are (firms,)."""

    locality_ends: Ints
    good: Ints
    sales: Doubles
    """Output and sales at the opening, units a month."""
    area: Ints
    """Where its market lies: the zone of a traded good, the locality of a local one."""
    seller: Ints
    """Place in the order of markets."""
    labor_scale: Doubles
    """(localities, 3): employed over labor demanded, which scales what firms employ."""


class MarketPlaces(NamedTuple):
    """Markets in order; columns are (markets,)."""

    good: Ints
    first: Ints
    sellers: Ints
    consumer_share: Doubles
    of_locality: Ints
    """(localities, goods): the market where a locality buys a good; -1 if nobody makes it."""


def catalog(data: Calibration) -> Catalog:
    """Read technology and units from the calibration; one unit costs one dollar at the opening."""
    goods = data.catalog
    storable, traded = (goods.column(flag).astype(np.int64) for flag in ("storable", "traded"))
    wages = np.array([data.flow("wages", good) for good in data.names])
    shares = np.stack([data.column(f"labor_share_{skill}") for skill in ("unskilled", "skilled", "highly_skilled")])
    wage = 100.0 * np.array(data.rules["wage_month"])
    labor = (shares * wages).T / wage
    return Catalog(
        goods.recipe(), storable, traded, goods.column("investment_share"),
        data.column("gross_output_cents") / 100.0, labor, wage, goods.only("public"), goods.only("leased"),
    )  # fmt: skip


def firm_counts(data: Calibration, firms: int, localities: int) -> Ints:
    """Split firms over goods by the census shares, at least two per good (and per locality for local ones)."""
    share = data.column("firm_share")
    cat = catalog(data)
    least = np.where(cat.traded == 1, 2, 2 * localities)
    least[cat.public] = 0
    counts = np.maximum(least, split_by_largest_remainder(firms, share))
    while whole_total(counts) > firms and (counts > least).any():
        spare = np.where(counts > least, counts / np.maximum(share, 1e-9), 0.0)
        counts[np.argmax(spare)] -= 1
    return counts


def place_firms(
    data: Calibration, cat: Catalog, firms: int, seed: int, spending: Doubles, people: Doubles, employed: Doubles
) -> Businesses:
    """Place and size all firms so that each locality's local goods and labor are in balance.

    Parameters
    ----------
    spending : (localities, goods) float, unit/month
        What consumers buy at prices before tax.
    people : (localities,) float, share
    employed : (localities, 3) float
        Standard workers at hand, by skill.
    """
    localities = people.size
    counts = firm_counts(data, firms, localities)
    consumers = total(employed) / total(cat.labor)
    output = cat.output * consumers
    investment = data.column("investment_by_user_cents") / np.maximum(1.0, data.column("gross_output_cents"))
    weights = {g: zipf(counts[g]) for g in range(cat.goods) if counts[g]}
    traded = [g for g in range(cat.goods) if cat.traded[g] and counts[g]]
    local = [g for g in range(cat.goods) if not cat.traded[g] and counts[g]]
    where, size = _place_traded(cat, traded, weights, output, employed, seed)
    traded_output = np.zeros((localities, cat.goods))
    for g in traded:
        np.add.at(traded_output[:, g], where[g], size[g])
    # Local demand: consumers, government, builders, local firms' inputs and investment.
    final = spending.copy()
    public = consumers * (cat.recipe[cat.public] * cat.output[cat.public])
    other = consumers / 100.0 * (data.column("public_investment_cents") + data.column("residential_investment_cents"))
    final += people[:, None] * (public + other)[None, :]
    needs = cat.recipe + investment[:, None] * cat.basket[None, :]
    final += product(traded_output, needs)
    inside = needs[np.ix_(local, local)]
    produced = leontief_output(inside.T, final[:, local].T).T
    target = output[local]
    produced *= target / totals(produced, 0)
    at_home = {
        g: split_by_largest_remainder(int(counts[g]) - 2 * localities, produced[:, column]) + 2
        for column, g in enumerate(local)
    }
    # Largest first in each locality.
    order = {g: np.lexsort((-size[g], where[g])) for g in traded}
    ends = {g: np.searchsorted(where[g][order[g]], np.arange(localities + 1)) for g in traded}
    sizes: list[Doubles] = []
    for locality in range(localities):
        for g in map(int, np.flatnonzero(counts)):
            if cat.traded[g]:
                sizes.append(size[g][order[g][ends[g][locality] : ends[g][locality + 1]]])
            else:
                made = produced[locality, local.index(g)]
                limit = LARGEST_SHARE * total(employed[locality]) / max(1e-12, total(cat.labor_per_unit[g]))
                sizes.append(_capped(zipf(int(at_home[g][locality])), limit / made) * made)
    sales = np.concatenate(sizes)
    many = np.array([part.size for part in sizes]).reshape(localities, -1)
    good = np.repeat(np.tile(np.flatnonzero(counts), localities), many.ravel())
    locality_of = np.repeat(np.arange(localities), whole_totals(many, 1))
    locality_ends = np.cumsum(whole_totals(many, 1))
    demanded = np.zeros((localities, 3))
    np.add.at(demanded, locality_of, sales[:, None] * cat.labor_per_unit[good])
    public_labor = consumers * cat.labor[cat.public]
    demanded += (employed / totals(employed, 0)) * public_labor
    area = zones(cat, counts, localities)[good, locality_of]
    in_markets = np.lexsort((area, good))
    seller = np.empty(good.size, dtype=np.int64)
    seller[in_markets] = np.arange(good.size)
    return Businesses(locality_ends, good, sales, area, seller, employed / demanded)


def zones(cat: Catalog, counts: Ints, localities: int) -> Ints:
    """Number the areas in which each good is sold: (goods, localities).

    A local good has one for each locality, a traded good one for all, or as many as keep each market's
    sellers countable.
    """
    needed = np.where(cat.traded == 1, np.minimum(-(-counts // SELLERS_MAX), localities), localities)
    return np.asarray(np.arange(localities) * needed[:, None] // localities)


def leontief_output(coefficients: Doubles, final_demand: Doubles) -> Doubles:
    """Return the gross output that leaves final demand when every good is made with inputs of the others.

    Parameters
    ----------
    coefficients : (goods, goods) float, unit per unit
        Input of each good (row) per unit of output of each good (column).
    final_demand : (goods,) or (goods, columns) float, unit

    Returns
    -------
    as final_demand, unit
        x = (I - A)^-1 f.

    Source: Leontief (1941); Miller and Blair (2009), "Input-Output Analysis", chapter 2.
    """
    return np.asarray(solve(np.eye(coefficients.shape[0]) - coefficients, final_demand), dtype=np.float64)


def leontief_inverse(coefficients: Doubles) -> Doubles:
    """Return the gross output of each good (row) that one unit of final demand for each good (column) needs.

    Columns sum to the output multipliers.
    """
    return leontief_output(coefficients, np.eye(coefficients.shape[0]))


def zipf(count: int) -> Doubles:
    """Give sizes of a Pareto distribution at even quantiles, largest first, summing to one: (count,)."""
    sizes = power_each((np.arange(count) + 0.5) / count, -1.0 / SIZE_EXPONENT)
    return np.asarray(sizes / total(sizes))


def _capped(shares: Doubles, limit: float) -> Doubles:
    """Cut shares at a limit (at least 2.5 times an even share) and spread the rest over the others."""
    limit = max(limit, min(1.0, 2.5 / shares.size))
    for _ in range(50):
        over = shares > limit
        if not over.any() or over.all():
            break
        rest = total(shares[over] - limit)
        shares = np.where(over, limit, shares)
        free = shares < limit
        if not free.any():
            break
        shares = np.where(free, shares * (1.0 + rest / total(shares[free])), shares)
    return np.asarray(shares / total(shares))


def _place_traded(
    cat: Catalog, traded: list[int], weights: dict[int, Doubles], output: Doubles, employed: Doubles, seed: int
) -> tuple[dict[int, Ints], dict[int, Doubles]]:
    """Put each nationally trading firm, largest first, where most of such work is still wanted."""
    localities = employed.shape[0]
    heads = totals(employed, 1)
    per_unit = totals(cat.labor_per_unit, 1)
    size: dict[int, Doubles] = {}
    for g in traded:
        limit = LARGEST_SHARE * mean(heads) / max(1e-12, per_unit[g] * output[g])
        size[g] = _capped(weights[g], limit) * output[g]
    bounds = np.cumsum([0] + [size[g].size for g in traded])
    labor = np.concatenate([size[g] * per_unit[g] for g in traded])
    place = np.zeros(labor.size, dtype=np.int64)
    if localities > 1:
        wanted = heads / total(heads) * np.cumsum(labor)[-1]
        largest_first = np.argsort(-labor, kind="stable")
        luck = uniforms(seed, "place of firms", labor.size)
        # Ties between firms of one size would all fall alike: luck parts them.
        place[largest_first] = deal(labor[largest_first] * (1.0 + 1e-9 * luck), wanted)
    return {g: place[bounds[at] : bounds[at + 1]] for at, g in enumerate(traded)}, size


def market_places(cat: Catalog, firms: Businesses, people: Doubles) -> MarketPlaces:
    """List the markets in the order of sellers: one per traded good, one per local good and locality."""
    localities = people.size
    keys, first, count = np.unique(
        (firms.good * localities + firms.area)[np.argsort(firms.seller, kind="stable")],
        return_index=True,
        return_counts=True,
    )
    good, area = keys // localities, keys % localities
    where = zones(cat, np.bincount(firms.good, minlength=cat.goods), localities)
    share = np.array([total(people[where[g] == a]) for g, a in zip(good, area, strict=True)])
    share[where[good].max(axis=1) == 0] = 1.0
    of_locality = np.full((localities, cat.goods), -1, dtype=np.int64)
    for market in range(keys.size):
        of_locality[where[good[market]] == area[market], good[market]] = market
    return MarketPlaces(good, first, count, share, of_locality)


class Supplies(NamedTuple):
    """Rows of the table of inputs; columns are (inputs,), suppliers (inputs, contracts), the last two (firms,)."""

    firm: Numbers
    good: Codes
    kind: Codes
    supplier: npt.NDArray[np.uint16]
    """Place among the sellers of its market, by contract."""
    first_input: Ints
    input_count: Ints


def link_suppliers(cat: Catalog, firms: Businesses, markets: MarketPlaces) -> Supplies:
    """Give every firm its suppliers per input so that each supplier's load matches its size.

    Within a market buyers, the neediest first, take the seller with most capacity to spare for each contract.
    """
    needs: list[list[tuple[int, int]]] = []
    for g in range(cat.goods):
        stored = [(h, STORED if cat.storable[h] else SERVICE) for h in np.flatnonzero(cat.recipe[g] > 0)]
        owns_plant = g not in (cat.housing, cat.public)
        capital = [(int(h), CAPITAL_GOOD) for h in np.flatnonzero(cat.basket > 0)] if owns_plant else []
        needs.append([(int(h), kind) for h, kind in stored] + capital)
    count = np.array([len(needs[g]) for g in range(cat.goods)])[firms.good]
    first = np.cumsum(count) - count
    firm = np.repeat(np.arange(firms.good.size, dtype=np.int32), count)
    table = np.zeros((cat.goods, max(map(len, needs)), 2), dtype=np.uint8)
    for g, rows in enumerate(needs):
        table[g, : len(rows)] = np.reshape(rows, (-1, 2))
    maker = firms.good[firm]
    good, kind = table[maker, np.arange(firm.size) - first[firm]].T
    locality = np.repeat(np.arange(markets.of_locality.shape[0]), np.diff(firms.locality_ends, prepend=0))
    market = markets.of_locality[locality[firm], good]
    size = np.empty(firms.good.size)
    size[firms.seller] = firms.sales
    # Capital is a small part of sales: its weight only spreads buyers evenly.
    weight = firms.sales[firm] * np.where(kind == CAPITAL_GOOD, 0.05 * cat.basket[good], cat.recipe[maker, good])
    supplier = np.empty((firm.size, CONTRACTS), dtype=np.uint16)
    order = ascending(-weight)
    order = order[ascending(market[order].astype(np.float64))]
    starts = np.searchsorted(market[order], np.arange(markets.good.size + 1))

    def link(m: int) -> None:
        buyers = order[starts[m] : starts[m + 1]]
        if buyers.size:
            sellers = slice(markets.first[m], markets.first[m] + markets.sellers[m])
            need = np.repeat(weight[buyers] / CONTRACTS, CONTRACTS)
            spare = size[sellers] * (total(need) / total(size[sellers]))
            supplier[buyers] = deal(need, spare).reshape(-1, CONTRACTS)

    together([partial(link, m) for m in range(markets.good.size)])
    return Supplies(firm, good, kind, supplier, first, count)


@compiled
def deal(need: Doubles, capacity: Doubles) -> Ints:
    """Give each taker, in order, to the place with most capacity left, ties to the first: (takers,) place."""
    heap = [(-capacity[0], 0)]
    for place in range(1, capacity.size):
        heap.append((-capacity[place], place))
    heapq.heapify(heap)
    chosen = np.empty(need.size, np.int64)
    for taker in range(need.size):
        left, place = heapq.heappop(heap)
        chosen[taker] = place
        heapq.heappush(heap, (left + need[taker], place))
    return chosen
