"""Investment: firms order capital, consumers set aside for dwellings, the frontier moves."""

from typing import NamedTuple

import numpy as np

from ravelin.core.clock import MONTHS_PER_YEAR
from ravelin.core.draws import uniform
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
    local_system,
    moves,
    reads,
    sets,
    system,
    uses,
    writes,
)  # fmt: skip
from ravelin.core.units import DOLLARS_PER_CENT
from ravelin.economy.banks.acts import pay_at_bank
from ravelin.economy.banks.tables import Banks
from ravelin.economy.credit.acts import RealAssets, value_of
from ravelin.economy.credit.parameters import Lending
from ravelin.economy.firms.parameters import Capital
from ravelin.economy.firms.tables import Books, DwellingStock, Firms, Plant, Technology, Workforce
from ravelin.economy.goods.acts import MarketLists, Shelves, left_on, sellers_of
from ravelin.economy.goods.tables import Goods, GoodsClearing, Markets
from ravelin.economy.government.parameters import Taxes
from ravelin.economy.outlook.parameters import Anchors
from ravelin.economy.outlook.tables import Outlook
from ravelin.economy.securities.tables import Fund
from ravelin.ledger.accounts import CONSUMERS, FIRMS, RESIDENTIAL_INVESTMENT, Accounts, Flows
from ravelin.ledger.transfers import book, debit, round_cents
from ravelin.mechanisms.technology import capital_at_least_cost, user_cost

_RENTAL_LEAST = 0.02
"""Lowest cost of capital a year that firms plan with: cheap credit never makes capital free (assumption)."""
_LINE_USED = 0.85
"""Part of their credit line up to which firms invest; the rest is kept for wages and inputs (assumption)."""


class Investment(Parameters):
    """How firms invest."""

    gap_speed = parameter(0.06, "1/month", "share of the gap to desired capital ordered a month", low=0, high=1,
                          source="flexible accelerator; MODEL lamK .04-.12: the amplitude of the cycle")  # fmt: skip
    return_wanted = parameter(0.1278, "1/year", "return on capital after tax that firms want at the opening", low=0,
                              high=1, source="calibration net_return_on_capital, .1346, less the tax on the .77 of it "
                                             "that is not interest")  # fmt: skip
    rate_response = parameter(0.4, "1", "part of a change in the real borrowing cost that enters the return wanted",
                              low=0, high=2, source="Sharpe and Suarez 2021; Gormsen and Huber 2024: hurdle rates "
                                                    "move little; above .5 cycles explode (MODEL etaK)")  # fmt: skip
    premium_response = parameter(0.8, "year", "fall of desired capital per unit of the premium for risk", low=0, high=5,
                                 source="Gilchrist and Zakrajsek 2012: about a tenth less investment per "
                                        "point; they wait, beyond what it costs")  # fmt: skip
    price_memory = parameter(0.02, "1/month", "speed at which the price of labor against capital is taken in", low=0,
                             high=1, source="assumption: four years, as plant is planned for longer")  # fmt: skip
    housing_depreciation = parameter(0.012102363, "1/year", "depreciation of dwellings", low=0, high=1,
                                     source="calibration depreciation_housing")  # fmt: skip
    real_rate_normal = parameter(0.0016, "1/year", "real rate at which desired capital is normal", low=-0.1, high=0.2,
                                 source="calibration neutral_real_rate")  # fmt: skip


class CapitalNorms(NamedTuple):
    """With how much capital each good is made at the opening's prices, and how prices move that."""

    leased: Smalls = reads(Goods.leased)
    months: Doubles = reads(Goods.capital_months)
    exponent: Doubles = reads(Goods.capital_exponent)
    labor_price: Doubles = reads(Goods.labor_price)


class UserCost(NamedTuple):
    """What the services of capital cost a firm in a year, over its price: the return wanted, wear, and taxes."""

    real_rate: Doubles = reads(Outlook.real_rate_slow)
    debt_ratio: Doubles = reads(Goods.debt_ratio)
    rental_start: Doubles = reads(Goods.rental_start)
    return_wanted: float = uses(Investment.return_wanted)
    depreciation: float = uses(Capital.depreciation)
    tax: float = uses(Taxes.corporate)
    allowance: float = uses(Taxes.depreciation_allowance)
    normal_rate: float = uses(Investment.real_rate_normal)
    response: float = uses(Investment.rate_response)
    leverage_spread: float = uses(Lending.leverage_spread)


class Efficiency(NamedTuple):
    """How much firms make of labor and capital: now, and where their normal capital is from."""

    labor: Doubles = reads(Plant.labor_productivity)
    tfp: Doubles = reads(Plant.tfp)
    tfp_start: Floats = reads(Plant.tfp_start)


class Accelerator(NamedTuple):
    """How fast firms close the gap to the capital that they want, and what makes them wait."""

    premium: Doubles = reads(Outlook.risk_premium)
    premium_response: float = uses(Investment.premium_response)
    gap_speed: float = uses(Investment.gap_speed)
    growth: float = uses(Anchors.growth)
    trend_memory: float = uses(Capital.trend_memory)
    time_to_build: float = uses(Capital.time_to_build)


@compiled
def rental_rate(cost: UserCost, good: int, leverage: float) -> float:
    """Return what capital's services cost in a year over its price, for a firm with so much debt over its assets."""
    normal_debt = cost.debt_ratio[good]
    dearer = cost.real_rate[0] - cost.normal_rate + cost.leverage_spread * (leverage - normal_debt)
    wanted = cost.return_wanted + cost.response * dearer
    rate: float = user_cost(wanted, cost.depreciation, cost.tax, cost.allowance, max(0.0, 1.0 - normal_debt))
    return max(_RENTAL_LEAST, rate)


@local_system
def plan_investment(
    budget: Cents = sets(Plant.investment_budget),
    relative: Floats = writes(Plant.labor_to_capital),
    assets: RealAssets = bundle(RealAssets),
    under_way: Doubles = reads(Plant.capital_under_way),
    efficiency: Efficiency = bundle(Efficiency),
    trend_sales: Doubles = reads(Firms.trend_sales),
    labor_price: Floats = reads(Workforce.labor_price),
    loan: Cents = reads(Books.loan),
    good: Smalls = reads(Firms.good),
    norms: CapitalNorms = bundle(CapitalNorms),
    cost: UserCost = bundle(UserCost),
    pace: Accelerator = bundle(Accelerator),
    price_memory: float = uses(Investment.price_memory),
) -> None:
    """Plan to buy what wears out, what growth needs, and part of the gap to the capital that sales want.

    Capital is desired for trend sales in the proportion to labor that costs least:
    desired = months * trend sales / progress * ((labor price / rental price) over the opening's) ** (1 - exponent),
    with progress the firm's total factor productivity over what it was, for who makes more of all needs less of it, and
    rental price = basket price * user cost, which is the return wanted and what wears out, before tax; less of it
    while risk is dear, as firms wait.
    What is under way beyond its normal time is not ordered again.

    Order: before investment.finance_investment, which cuts the plan to what can be paid.
    Source: flexible accelerator with user cost, Hall and Jorgenson (1967); Assenza et al. (2015).
    """
    patience = pace.premium_response * pace.premium[0]
    undo_lag = 1.0 + pace.growth / MONTHS_PER_YEAR * (1.0 - pace.trend_memory) / pace.trend_memory
    renewal = (cost.depreciation + pace.growth) / MONTHS_PER_YEAR
    for firm in range(budget.size):
        g = good[firm]
        if norms.leased[g]:
            budget[firm] = 0
            continue
        capital = assets.capital[firm]
        worth = value_of(assets, firm, False)
        leverage = min(2.0, loan[firm] / worth) if worth > 0.0 else 0.0
        rental = DOLLARS_PER_CENT * assets.basket_price[0] * rental_rate(cost, g, leverage) / cost.rental_start[g]
        dear = labor_price[firm] / (efficiency.labor[firm] * norms.labor_price[g])
        relative[firm] += np.float32(price_memory * (dear / rental - relative[firm]))
        progress = efficiency.tfp[firm] / np.float64(efficiency.tfp_start[firm])
        normal = norms.months[g] * trend_sales[firm] * undo_lag / progress
        desired = (1.0 - patience) * capital_at_least_cost(normal, np.float64(relative[firm]), norms.exponent[g])
        delayed = max(0.0, under_way[firm] - pace.time_to_build * renewal * capital)
        installed = capital - under_way[firm]
        units = renewal * capital + pace.gap_speed * (desired - installed - delayed)
        budget[firm] = round_cents(max(0.0, units) * assets.basket_price[0])


@local_system
def finance_investment(
    budget: Cents = writes(Plant.investment_budget),
    assets: RealAssets = bundle(RealAssets),
    loan: Cents = reads(Books.loan),
    deposits: Cents = reads(Accounts.deposits, of=Firms),
    outlays: Doubles = reads(Books.outlays),
    bank: Indices = reads(Accounts.bank, of=Firms),
    lending: Smalls = reads(Banks.lending),
    leverage_max: float = uses(Lending.leverage_max),
) -> None:
    """Cut what firms plan to invest to what own money above half a month's outlays and the credit line can pay."""
    for firm in range(budget.size):
        if budget[firm] == 0:
            continue
        line = _LINE_USED * leverage_max * (value_of(assets, firm, False) + deposits[firm])
        room = max(0.0, line - loan[firm]) if lending[bank[firm]] else 0.0
        means = max(0.0, deposits[firm] - 0.5 * outlays[firm]) + room
        if means < budget[firm]:
            budget[firm] = round_cents(means)


class Innovation(Parameters):
    """How the makers of machinery find better machines."""

    chance = parameter(0.2, "1/month", "chance that a maker of machinery finds something", low=0.0001, high=1,
                       source="MODEL innov_p .02-.2, assumption")  # fmt: skip
    leap_chance = parameter(0.25, "1/year", "chance of a leap that all new machines share", low=0, high=12,
                            source="assumption: once in four years")  # fmt: skip
    leap_part = parameter(0.2, "fraction", "part of growth that comes in leaps", low=0, high=1,
                          source="assumption")  # fmt: skip


@system
def advance_frontier(
    frontier: Doubles = writes(Technology.frontier),
    good: Smalls = reads(Firms.good),
    machinery: Smalls = reads(Goods.machinery),
    growth: float = uses(Anchors.growth),
    chance: float = uses(Innovation.chance),
    leap_chance: float = uses(Innovation.leap_chance),
    leap_part: float = uses(Innovation.leap_part),
    key_find: int = draws("innovation"),
    key_leap: int = draws("leap"),
) -> None:
    """Let makers of machinery innovate: new capital becomes more productive, now and then by a leap.

    Expected growth is `Anchors.growth`. Source: Dosi, Fagiolo and Roventini (2010); MODEL 3.3.
    """
    makers, found = 0, 0
    for firm in range(good.size):
        if machinery[good[firm]]:
            makers += 1
            if uniform(key_find, firm) < chance:
                found += 1
    steady = growth if leap_chance <= 0.0 else growth * (1.0 - leap_part)
    if makers > 0:
        frontier[0] *= 1.0 + steady / MONTHS_PER_YEAR * found / (chance * makers)
    if uniform(key_leap, 0) < leap_chance / MONTHS_PER_YEAR:
        frontier[0] *= 1.0 + growth * leap_part / leap_chance


@system
def build_dwellings(
    deposits: Cents = moves(Accounts.deposits),
    pot: Cents = moves(Fund.building_pot),
    shelves: Shelves = bundle(Shelves),
    paid: Cents = writes(Flows.paid),
    dwellings: Doubles = writes(DwellingStock.dwellings),
    dwelling_growth: Doubles = sets(DwellingStock.dwelling_growth),
    posted: Cents = adds(Banks.posted),
    payments: Cents = clears(GoodsClearing.shop_goods),
    bank: Indices = reads(Accounts.bank),
    markets: MarketLists = bundle(MarketLists),
    consumer_share: Doubles = reads(Markets.consumer_share),
    builds_dwellings: Smalls = reads(Goods.builds_dwellings),
    capital: Doubles = reads(Plant.capital),
    good: Smalls = reads(Firms.good),
    leased: Smalls = reads(Goods.leased),
    depreciation: float = uses(Investment.housing_depreciation),
) -> None:
    """Spend what consumers set aside on construction, shared among builders by room, and let old dwellings wear.

    Dwellings are what housing firms lease from consumers: what befalls these befalls their owners.
    """
    standing = 0.0
    for firm in range(capital.size):
        if leased[good[firm]]:
            standing += capital[firm]
    if standing <= 0.0:  # A catalog may have no housing.
        standing = dwellings[0]
    fund = deposits.size - 1
    spent = 0
    built = 0.0
    purse = pot[0]
    for market in range(markets.good.size):
        if not builds_dwellings[markets.good[market]]:
            continue
        begin, end = sellers_of(markets, market)
        left = 0.0
        for seller in range(begin, end):
            left += left_on(shelves, seller)
        # Builders are chosen by what they can still build, which is by size while none is full.
        wanted = min(left, purse * consumer_share[market])
        for seller in range(begin, end):
            order = whole(wanted * left_on(shelves, seller) / left) if left > 0.0 else 0
            if order > 0:
                shelves.sold[seller] += order
                spent += order
                built += order / shelves.price[seller]
    pay_at_bank(deposits, posted, bank, fund, payments, spent)
    debit(pot, 0, spent)
    book(paid, RESIDENTIAL_INVESTMENT, CONSUMERS, FIRMS, spent)
    dwelling_growth[0] = built / standing - depreciation / MONTHS_PER_YEAR
    dwellings[0] = standing * (1.0 + dwelling_growth[0])
