"""The firms of the opening: how many, where, how large, who supplies whom."""

import heapq
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ravelin.core.kernel import compiled
from ravelin.ledger.settlement import split_by_largest_remainder
from ravelin.scenarios.calibration import Calibration
from ravelin.scenarios.population import uniforms

Doubles = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SIZE_EXPONENT = 1.06
"""Axtell (2001), Zipf distribution of US firm sizes."""
LARGEST_SHARE = 0.15
"""A firm's part of its locality's workers; larger enterprises are several establishments."""
STORED, SERVICE, CAPITAL = range(3)


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
    while counts.sum() > firms and (counts > least).any():
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
    consumers = employed.sum() / cat.labor.sum()
    output = cat.output * consumers
    investment = data.column("investment_by_user_cents") / np.maximum(1.0, data.column("gross_output_cents"))
    weights = {g: _zipf(counts[g]) for g in range(cat.goods) if counts[g]}
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
    final += traded_output @ needs
    inside = needs[np.ix_(local, local)]
    produced = leontief_output(inside.T, final[:, local].T).T
    target = output[local]
    produced *= target / produced.sum(axis=0)
    rows: list[tuple[int, int, float]] = []
    for locality in range(localities):
        for g in range(cat.goods):
            if not counts[g]:
                continue
            if cat.traded[g]:
                sizes = np.sort(size[g][where[g] == locality])[::-1]
            else:
                here = local.index(g)
                number = split_by_largest_remainder(int(counts[g]) - 2 * localities, produced[:, here])[locality] + 2
                limit = LARGEST_SHARE * employed[locality].sum() / max(1e-12, cat.labor_per_unit[g].sum())
                sizes = _capped(_zipf(int(number)), limit / produced[locality, here]) * produced[locality, here]
            rows += [(locality, g, float(s)) for s in sizes]
    locality_of = np.array([row[0] for row in rows])
    good = np.array([row[1] for row in rows])
    sales = np.array([row[2] for row in rows])
    ends = np.searchsorted(locality_of, np.arange(localities), side="right")
    demanded = np.zeros((localities, 3))
    np.add.at(demanded, locality_of, sales[:, None] * cat.labor_per_unit[good])
    public_labor = consumers * cat.labor[cat.public]
    demanded += (employed / employed.sum(axis=0)) * public_labor
    order = np.lexsort((np.arange(good.size), np.where(cat.traded[good] == 1, 0, locality_of), good))
    seller = np.empty(good.size, dtype=np.int64)
    seller[order] = np.arange(good.size)
    return Businesses(ends, good, sales, seller, employed / demanded)


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
    return np.asarray(np.linalg.solve(np.eye(coefficients.shape[0]) - coefficients, final_demand), dtype=np.float64)


def leontief_inverse(coefficients: Doubles) -> Doubles:
    """Return the gross output of each good (row) that one unit of final demand for each good (column) needs.

    Columns sum to the output multipliers.
    """
    return leontief_output(coefficients, np.eye(coefficients.shape[0]))


def _zipf(count: int) -> Doubles:
    """Give sizes of a Pareto distribution at even quantiles, largest first, summing to one: (count,)."""
    sizes = ((np.arange(count) + 0.5) / count) ** (-1.0 / SIZE_EXPONENT)
    return np.asarray(sizes / sizes.sum())


def _capped(shares: Doubles, limit: float) -> Doubles:
    """Cut shares at a limit (at least 2.5 times an even share) and spread the rest over the others."""
    limit = max(limit, min(1.0, 2.5 / shares.size))
    for _ in range(50):
        over = shares > limit
        if not over.any() or over.all():
            break
        rest = float((shares[over] - limit).sum())
        shares = np.where(over, limit, shares)
        free = shares < limit
        if not free.any():
            break
        shares = np.where(free, shares * (1.0 + rest / shares[free].sum()), shares)
    return np.asarray(shares / shares.sum())


def _place_traded(
    cat: Catalog, traded: list[int], weights: dict[int, Doubles], output: Doubles, employed: Doubles, seed: int
) -> tuple[dict[int, Ints], dict[int, Doubles]]:
    """Put each nationally trading firm, largest first, where most of such work is still wanted."""
    localities = employed.shape[0]
    heads = employed.sum(axis=1)
    per_unit = cat.labor_per_unit.sum(axis=1)
    size: dict[int, Doubles] = {}
    for g in traded:
        limit = LARGEST_SHARE * heads.mean() / max(1e-12, per_unit[g] * output[g])
        size[g] = _capped(weights[g], limit) * output[g]
    everyone = [(float(size[g][i] * per_unit[g]), g, i) for g in traded for i in range(size[g].size)]
    where = {g: np.zeros(size[g].size, dtype=np.int64) for g in traded}
    if localities == 1:
        return where, size
    wanted = heads / heads.sum() * sum(entry[0] for entry in everyone)
    # Each locality receives every kind of work in turn: the gap is measured per good for the large ones.
    heap = [(-float(gap), int(locality)) for locality, gap in enumerate(wanted)]
    heapq.heapify(heap)
    luck = uniforms(seed, "place of firms", len(everyone))
    everyone.sort(key=lambda entry: (-entry[0], entry[1], entry[2]))
    for number, (labor, g, i) in enumerate(everyone):
        gap, locality = heapq.heappop(heap)
        where[g][i] = locality
        heapq.heappush(heap, (gap + labor * (1.0 + 1e-9 * float(luck[number])), locality))
    return where, size


def market_places(cat: Catalog, firms: Businesses, people: Doubles) -> MarketPlaces:
    """List the markets in the order of sellers: one per traded good, one per local good and locality."""
    localities = people.size
    locality = np.repeat(np.arange(localities), np.diff(firms.locality_ends, prepend=0))
    market_key = firms.good * localities + np.where(cat.traded[firms.good] == 1, 0, locality)
    keys, first, count = np.unique(market_key[np.argsort(firms.seller)], return_index=True, return_counts=True)
    good, area = keys // localities, keys % localities
    share = np.where(cat.traded[good] == 1, 1.0, people[area])
    of_locality = np.full((localities, cat.goods), -1, dtype=np.int64)
    for market in range(keys.size):
        if cat.traded[good[market]]:
            of_locality[:, good[market]] = market
        else:
            of_locality[area[market], good[market]] = market
    return MarketPlaces(good, first, count, share, of_locality)


class Supplies(NamedTuple):
    """Rows of the table of inputs; columns are (inputs,) but the last two, which are (firms,)."""

    firm: Ints
    good: Ints
    kind: Ints
    supplier: Ints
    first_input: Ints
    input_count: Ints


def link_suppliers(cat: Catalog, firms: Businesses, markets: MarketPlaces) -> Supplies:
    """Give every firm a main supplier per input so that each supplier's load matches its size.

    Within a market buyers, the neediest first, take the seller with most capacity to spare.
    """
    needs: list[list[tuple[int, int]]] = []
    for g in range(cat.goods):
        stored = [(h, STORED if cat.storable[h] else SERVICE) for h in np.flatnonzero(cat.recipe[g] > 0)]
        capital = [] if g in (cat.housing, cat.public) else [(int(h), CAPITAL) for h in np.flatnonzero(cat.basket > 0)]
        needs.append([(int(h), kind) for h, kind in stored] + capital)
    count = np.array([len(needs[g]) for g in range(cat.goods)])[firms.good]
    first = np.cumsum(count) - count
    firm = np.repeat(np.arange(firms.good.size), count)
    good = np.concatenate([np.array([h for h, _ in needs[g]], dtype=np.int64) for g in firms.good])
    kind = np.concatenate([np.array([k for _, k in needs[g]], dtype=np.int64) for g in firms.good])
    locality = np.repeat(np.arange(markets.of_locality.shape[0]), np.diff(firms.locality_ends, prepend=0))
    market = markets.of_locality[locality[firm], good]
    size = np.empty(firms.good.size)
    size[firms.seller] = firms.sales
    # Capital is a small part of sales: its weight only spreads buyers evenly.
    weight = firms.sales[firm] * np.where(kind == CAPITAL, 0.05 * cat.basket[good], cat.recipe[firms.good[firm], good])
    supplier = np.empty(firm.size, dtype=np.int64)
    order = np.lexsort((np.arange(firm.size), -weight, market))
    starts = np.searchsorted(market[order], np.arange(markets.good.size + 1))
    for m in range(markets.good.size):
        buyers = order[starts[m] : starts[m + 1]]
        if buyers.size:
            sellers = np.arange(markets.first[m], markets.first[m] + markets.sellers[m])
            spare = size[sellers] * (weight[buyers].sum() / size[sellers].sum())
            supplier[buyers] = sellers[_greedy(weight[buyers], spare)]
    return Supplies(firm, good, kind, supplier, first, count)


@compiled
def _greedy(need: Doubles, capacity: Doubles) -> Ints:
    """Give each buyer, in order, the seller with most capacity left: (buyers,) int."""
    heap = [(-capacity[0], 0)]
    for seller in range(1, capacity.size):
        heap.append((-capacity[seller], seller))
    heapq.heapify(heap)
    chosen = np.empty(need.size, np.int64)
    for buyer in range(need.size):
        left, seller = heapq.heappop(heap)
        chosen[buyer] = seller
        heapq.heappush(heap, (left + need[buyer], seller))
    return chosen
