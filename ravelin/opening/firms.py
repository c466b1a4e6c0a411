"""The opening of firms and markets: the catalog, who sells where, what firms own and expect."""

from functools import partial

import numpy as np
import numpy.typing as npt

from ravelin.core.arithmetic import log, log_each, power_each, total, totals, whole_total
from ravelin.core.arithmetic.pieces import together
from ravelin.core.clock import lag_of_average
from ravelin.core.draws import order_of
from ravelin.core.kernel import compiled
from ravelin.core.system import Indices
from ravelin.economy.firms.tables import CONTRACTS, STORED, WHOLE, Firms, Inputs, Purchasing
from ravelin.economy.goods.tables import Goods, Markets, Sellers
from ravelin.economy.people.tables import Consumers
from ravelin.economy.places.tables import Localities
from ravelin.ledger.settlement import split_by_largest_remainder
from ravelin.mechanisms.technology import user_cost
from ravelin.opening.business import Businesses, MarketPlaces, Supplies, zipf
from ravelin.opening.draft import Draft
from ravelin.opening.population import uniforms

Doubles = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SPARE_CAPACITY = 0.1
"""Capacity of services over sales at the opening; equal to Planning.spare_capacity."""

SHORT_OF_LABOR = 0.0075
"""Labor wanted over labor employed, less one: posts take time to fill. In runs of 50,000 consumers it is .018, a part
of which firms want for demand that comes to outgrow their plant; at the opening none has."""
SHORT_OF_STOCK = 0.06
"""Months of sales by which stocks stay below their target: who lacks labor makes less than planned, and nobody
makes more. Measured in the same runs."""

JOINING_ROUNDS = 2
"""Rounds of finding how many enterprises there are: then the sizes that the law gives that many agree to a percent."""


def write_catalog(draft: Draft) -> None:
    """Write the catalog."""
    goods, data, cat = draft.world[Goods], draft.data, draft.cat
    output = data.column("gross_output_cents")
    goods.storable[:], goods.traded[:] = cat.storable, cat.traded
    goods.leased[cat.housing], goods.machinery[data.catalog.machinery] = 1, 1
    goods.builds_dwellings[:] = data.catalog.column("builds_dwellings")
    goods.spoilage[:] = data.catalog.column("spoilage")
    # What spoils in store is made too: a unit that is sold takes the calibration's inputs and labor.
    goods.recipe[:, : cat.goods] = cat.recipe / draft.made_per_sale[:, None]
    goods.capital_exponent[:] = data.catalog.column("capital_share")
    heads = np.maximum(cat.labor, 1e-12)
    goods.skill_mix[:] = heads / totals(heads, 1)[:, None]
    # Skills weigh by their wage; a normal mix of one worker counts one.
    goods.skill_weight[:] = cat.wage / totals(goods.skill_mix * cat.wage, 1)[:, None]
    capital = data.column("fixed_capital_cents") / 100.0
    capital[cat.housing] = data.sheet["consumers"]["housing"] / 100.0
    goods.capital_months[:] = np.where(output > 0, capital / (output / 100.0), 0.0)
    goods.capital_months[cat.housing] = capital[cat.housing] / (output[cat.housing] / 100.0)
    goods.inventory_months[:] = data.column("finished_goods_months")
    goods.inventory_months[cat.storable == 1] += SHORT_OF_STOCK
    goods.production_tax[:] = data.column("production_tax_cents") / output
    goods.sales_tax[:] = data.column("sales_tax_rate")
    goods.consumer_price_start[:] = goods.price * (1.0 + goods.sales_tax)
    goods.basket_share[:] = cat.basket
    public_use = cat.recipe[cat.public] * cat.output[cat.public] / 1000.0
    goods.government_units[:] = public_use
    goods.public_investment_units[:] = data.column("public_investment_cents") / 100.0 / 1000.0
    goods.cpi_weight[:] = draft.homes.weights
    goods.firm_share[:] = data.column("firm_share")
    loans = data.column("firm_loans_cents")
    real = data.column("fixed_capital_cents") + data.column("inventories_cents")
    goods.debt_ratio[:] = np.where(real > 0, loans / np.maximum(1.0, real), 0.0)
    # Normal cost at the opening: inputs, labor and production tax per unit; the markup makes the price one dollar.
    pay = data.column("compensation_cents") / output
    goods.markup[:] = 1.0 / (totals(cat.recipe, 1) + pay + goods.production_tax) - 1.0
    goods.output[:], goods.sales[:] = cat.output * draft.scale, cat.output * draft.scale


def open_markets(draft: Draft, places: MarketPlaces, supplies: Supplies) -> None:
    """Write sellers in the order of markets and where each locality shops; give consumers their sellers."""
    world, business = draft.world, draft.business
    sellers, markets, local = world[Sellers], world[Markets], world[Localities]
    sellers.firm[business.seller] = np.arange(business.good.size)
    world[Firms].good[:], world[Firms].seller[:] = business.good, business.seller
    world[Firms].enterprise[:] = join_establishments(business, draft.people.locality_region)
    markets.good[:], markets.first_seller[:], markets.sellers[:] = places.good, places.first, places.sellers
    markets.consumer_share[:] = places.consumer_share
    at = places.of_locality
    local.market_first[:, : at.shape[1]] = np.where(at >= 0, places.first[at], 0)
    local.market_count[:, : at.shape[1]] = np.where(at >= 0, places.sellers[at], 0)
    size = business.sales[sellers.firm]
    spans = world.span(Consumers)

    def spread(aisle: int) -> None:
        good = draft.homes.aisles[aisle]
        draw = uniforms(draft.seed, f"first seller in aisle {aisle}", draft.people.heads)
        for locality in range(world.localities):
            rows = slice(spans[locality], spans[locality + 1])
            begin, many = local.market_first[locality, good], local.market_count[locality, good]
            _spread(draw[rows], np.cumsum(size[begin : begin + many]), world[Consumers].sellers[rows, aisle])

    together([partial(spread, aisle) for aisle in range(draft.homes.aisles.size)])
    world[Purchasing].first_input[:], world[Purchasing].input_count[:] = supplies.first_input, supplies.input_count


@compiled
def _spread(draws: Doubles, line: Doubles, seller: Indices) -> None:
    """Spread people in the order of their draws evenly over sellers laid on a line by size."""
    place = 0
    order = order_of(draws)
    for turn in range(order.size):
        slot = (turn + 0.5) / order.size * line[-1]
        while place < line.size - 1 and line[place] < slot:
            place += 1
        seller[order[turn]] = place


def size_firms(draft: Draft) -> None:
    """Size firms: capital, expectations, prices, total factor productivity backed out."""
    firms, goods, business, data, cat = draft.world[Firms], draft.world[Goods], draft.business, draft.data, draft.cat
    good, sales = business.good, business.sales
    of_good = np.bincount(good, weights=sales, minlength=cat.goods)
    share, labor = draft.share, draft.labor
    goods.capital_months[:] = np.where(of_good > 0, goods.capital_months, 0.0)
    capital = data.column("fixed_capital_cents") / 100.0 * draft.scale
    capital[cat.housing] = data.sheet["consumers"]["housing"] / 100.0 * draft.scale
    for g in range(cat.goods):
        mine = np.flatnonzero(good == g)
        if mine.size and capital[g] > 0:
            cents = split_by_largest_remainder(round(capital[g] * 100.0), share[mine])
            firms.capital[mine] = cents / 100.0
    memory, growth = draft.value("Capital.trend_memory"), draft.value("Anchors.growth")
    # As much is under way as is bought while it is being installed.
    renewal = (draft.value("Capital.depreciation") + growth) / 12.0
    building = draft.value("Capital.time_to_build")
    if building * renewal >= 1.0:
        raise ArithmeticError(
            f"no capital would be installed if what wears out in Capital.time_to_build ({building:g} months) at "
            f"Capital.depreciation ({12.0 * renewal - growth:g} a year) were all of it"
        )
    waiting = np.where(goods.leased == 1, 0.0, building * renewal)
    firms.capital_under_way[:] = firms.capital * waiting[good]
    capital *= 1.0 - waiting
    installed = firms.capital - firms.capital_under_way
    goods.capital_months[:] = np.where(of_good > 0, capital / np.maximum(1e-9, of_good), 0.0)
    firms.expected_sales[:] = sales
    firms.trend_sales[:] = sales * lag_of_average(memory, growth / 12.0) / (1.0 + growth / 12.0)
    made = draft.made_per_sale[good] * sales
    firms.sold[:] = sales
    # Prices were last set at various times, on average as long ago as repricing takes.
    chance, inflation = draft.value("Pricing.repricing"), draft.value("Anchors.inflation_target")
    age = np.floor(log_each(uniforms(draft.seed, "age of prices", good.size)) / log(max(1e-9, 1.0 - chance)))
    firms.price[:] = 100.0 * power_each(1.0 + inflation, ((1.0 - chance) / chance - np.minimum(age, 24.0)) / 12.0)
    firms.markup[:] = goods.markup[good]
    firms.unit_cost[:] = 100.0 / (1.0 + firms.markup)
    storable = goods.storable[good] == 1
    firms.output[:] = sales
    firms.inventory[:] = np.where(storable, data.column("finished_goods_months")[good] * sales, 0.0)
    firms.inventory_value[:] = firms.inventory * firms.unit_cost
    catching_up = draft.value("Planning.inventory_speed") * SHORT_OF_STOCK * sales
    wanted = np.where(storable, made + catching_up, (1.0 + SPARE_CAPACITY) * sales)
    firms.target_output[:] = wanted
    substitution = draft.value("Skills.substitution")
    power = 1.0 - 1.0 / substitution
    weights = goods.skill_weight * power_each(goods.skill_mix, 1.0 / substitution)
    effective = (1.0 + SHORT_OF_LABOR) * power_each(totals(weights[good] * power_each(labor, power), 1), 1.0 / power)
    alpha = goods.capital_exponent[good]
    firms.tfp[:] = wanted / (power_each(installed, alpha) * power_each(np.maximum(1e-9, effective), 1.0 - alpha))
    firms.tfp_start[:] = firms.tfp
    firms.labor_wanted[:] = (1.0 + SHORT_OF_LABOR) * labor
    firms.offer[:] = np.repeat(draft.homes.offers * draft.pay, np.diff(business.locality_ends, prepend=0), axis=0)
    goods.labor_price[:] = totals(goods.skill_mix * draft.homes.offers, 1)
    goods.rental_start[:] = [
        user_cost(
            draft.value("Investment.return_wanted"), draft.value("Capital.depreciation"),
            draft.value("Taxes.corporate"), draft.value("Taxes.depreciation_allowance"), max(0.0, 1.0 - borrowed),
        )
        for borrowed in goods.debt_ratio
    ]  # fmt: skip
    firms.labor_price[:] = totals(labor * firms.offer, 1) / np.maximum(1e-9, effective) * (1.0 + SHORT_OF_LABOR)
    firms.age[:] = np.minimum(30000, -log_each(uniforms(draft.seed, "age of firms", good.size)) * 148.0).astype(
        np.int64
    )


def stock_inputs(draft: Draft, supplies: Supplies) -> None:
    """Stock inputs: what the recipe uses in the target months, partly under way."""
    inputs = draft.world[Inputs]
    inputs.firm[:], inputs.good[:], inputs.kind[:] = supplies.firm, supplies.good, supplies.kind
    inputs.supplier[:] = supplies.supplier
    inputs.part[:] = np.diff(np.arange(CONTRACTS + 1) * WHOLE // CONTRACTS)
    maker = draft.business.good[supplies.firm]
    use = draft.cat.recipe[maker, supplies.good] * draft.business.sales[supplies.firm]
    months, transit = draft.value("Ordering.input_months"), draft.value("Ordering.transit")
    stored = supplies.kind == STORED
    inputs.transit[:] = np.where(stored, transit * use, 0.0)
    inputs.stock[:] = np.where(stored, (months - transit) * use, 0.0)
    value = np.bincount(supplies.firm, weights=np.where(stored, (inputs.stock + inputs.transit) * 100.0, 0.0),
                        minlength=draft.business.good.size)  # fmt: skip
    draft.world[Firms].input_value[:] = value


def join_establishments(business: Businesses, region: Ints) -> Ints:
    """Number the enterprise of every establishment.

    The sizes of enterprises follow Zipf's law in the nation; those of establishments cannot, since the market and the
    workers of a locality bound them. So enterprises that the law asks to be larger hold several.

    For each good, enterprises take the sizes of Zipf's law over its national sales, largest first. Each has the
    largest establishment that is still free for its head and, where the law asks for more, one in each of as many
    other localities as it takes, those of its head's region first. The first that one establishment fills ends
    the search: it and all smaller ones stand alone.

    Parameters
    ----------
    business : Businesses
        Establishments; those of a good in a locality lie side by side, largest first.
    region : (localities,) int
        Where each locality lies.

    Returns
    -------
    (firms,) int
        Its own row for an establishment that stands alone; for those of one enterprise a number they share, from
        the count of firms up, which is no row. So a row's own number is free whenever a new firm is founded there.
    """
    firms, localities = business.good.size, business.locality_ends.size
    enterprise = np.arange(firms)
    if localities == 1:
        return enterprise
    locality = np.repeat(np.arange(localities), np.diff(business.locality_ends, prepend=0))
    following = firms
    for good in np.unique(business.good):
        rows = np.flatnonzero(business.good == good)
        sizes, ends = business.sales[rows], np.searchsorted(locality[rows], np.arange(localities), side="right")
        owner = np.full(rows.size, -1)
        # Fewer enterprises than establishments: how many fewer shows when they have been joined.
        count = rows.size
        for _ in range(JOINING_ROUNDS):
            owner[:] = -1
            _join(zipf(count) * total(sizes), sizes, ends, region, owner)
            members = np.bincount(owner[owner >= 0])
            count = rows.size - whole_total(members) + members.size
        joined = np.flatnonzero(owner >= 0)
        joined = joined[members[owner[joined]] > 1]
        enterprise[rows[joined]] = following + owner[joined]
        following += members.size
    return enterprise


@compiled
def _join(wanted: Doubles, sizes: Doubles, ends: Ints, region: Ints, owner: Ints) -> None:
    """Give establishments, by locality and largest first, to enterprises of the wanted sizes; -1 if it stands alone."""
    localities = ends.size
    smallest = sizes.min()
    free = np.zeros(localities, np.int64)
    free[1:] = ends[:-1]
    for enterprise in range(wanted.size):
        head = -1
        for place in range(localities):
            while free[place] < ends[place] and owner[free[place]] >= 0:
                free[place] += 1
            if free[place] < ends[place] and (head < 0 or sizes[free[place]] > sizes[free[head]]):
                head = place
        if head < 0 or sizes[free[head]] >= wanted[enterprise]:
            return
        missing = wanted[enterprise] - sizes[free[head]]
        owner[free[head]] = enterprise
        for abroad in range(2):
            for step in range(1, localities):
                if missing < smallest:
                    break
                place = (head + step) % localities
                if (region[place] != region[head]) == (abroad == 1):
                    # The first that is not too large, then the first of these that is free.
                    row, beyond = free[place], ends[place]
                    while row < beyond:
                        middle = (row + beyond) // 2
                        if sizes[middle] > missing:
                            row = middle + 1
                        else:
                            beyond = middle
                    while row < ends[place] and owner[row] >= 0:
                        row += 1
                    if row < ends[place]:
                        owner[row] = enterprise
                        missing -= sizes[row]
