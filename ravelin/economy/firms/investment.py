"""Investment: firms order capital, consumers set aside for dwellings, the frontier moves."""

import numpy as np

from ravelin.core.clock import MONTHS_PER_YEAR
from ravelin.core.draws import uniform
from ravelin.core.kernel import whole
from ravelin.core.parameter import Parameters, parameter
from ravelin.core.system import (
    Cents,
    Doubles,
    Floats,
    Indices,
    Smalls,
    adds,
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
from ravelin.economy.accounts.tables import Economy
from ravelin.economy.banks.acts import pay_at_bank
from ravelin.economy.banks.tables import Banks
from ravelin.economy.credit.parameters import Lending
from ravelin.economy.firms.parameters import Capital
from ravelin.economy.firms.tables import Books, DwellingStock, Firms, Plant, Technology, Workforce
from ravelin.economy.goods.tables import Goods, GoodsClearing, Markets, Sellers
from ravelin.economy.outlook.parameters import Anchors
from ravelin.economy.outlook.tables import Outlook
from ravelin.economy.securities.tables import Fund
from ravelin.ledger.accounts import CONSUMERS, FIRMS, RESIDENTIAL_INVESTMENT, Accounts, Flows
from ravelin.ledger.transfers import book, debit, round_cents
from ravelin.mechanisms.technology import capital_at_least_cost

_RENTAL_LEAST = 0.02
"""Lowest cost of capital a year that firms plan with: cheap credit never makes capital free (assumption)."""
_LINE_USED = 0.85
"""Part of their credit line up to which firms invest; the rest is kept for wages and inputs (assumption)."""


class Investment(Parameters):
    """How firms invest."""

    gap_speed = parameter(0.1, "1/month", "share of the gap to desired capital ordered a month", low=0, high=1,
                          source="flexible accelerator; MODEL lamK .04-.12: the amplitude of the cycle")  # fmt: skip
    return_wanted = parameter(0.134618325, "1/year", "net return on capital that firms expect at the opening", low=0,
                              high=1, source="calibration net_return_on_capital")  # fmt: skip
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


@local_system
def plan_investment(
    budget: Cents = sets(Plant.investment_budget),
    relative: Floats = writes(Plant.labor_to_capital),
    trend_sales: Doubles = reads(Firms.trend_sales),
    capital: Doubles = reads(Plant.capital),
    under_way: Doubles = reads(Plant.capital_under_way),
    productivity: Doubles = reads(Plant.labor_productivity),
    labor_price: Floats = reads(Workforce.labor_price),
    good: Smalls = reads(Firms.good),
    loan: Cents = reads(Books.loan),
    deposits: Cents = reads(Accounts.deposits, of=Firms),
    inventory_value: Doubles = reads(Books.inventory_value),
    input_value: Doubles = reads(Books.input_value),
    outlays: Doubles = reads(Books.outlays),
    bank: Indices = reads(Accounts.bank),
    lending: Smalls = reads(Banks.lending),
    leased: Smalls = reads(Goods.leased),
    capital_months: Doubles = reads(Goods.capital_months),
    exponent: Doubles = reads(Goods.capital_exponent),
    labor_price_start: Doubles = reads(Goods.labor_price),
    debt_ratio: Doubles = reads(Goods.debt_ratio),
    basket_price: Doubles = reads(Economy.basket_price),
    real_rate: Doubles = reads(Outlook.real_rate_slow),
    premium: Doubles = reads(Outlook.risk_premium),
    growth: float = uses(Anchors.growth),
    leverage_max: float = uses(Lending.leverage_max),
    leverage_spread: float = uses(Lending.leverage_spread),
    time_to_build: float = uses(Capital.time_to_build),
    return_wanted: float = uses(Investment.return_wanted),
    price_memory: float = uses(Investment.price_memory),
    gap_speed: float = uses(Investment.gap_speed),
    rate_response: float = uses(Investment.rate_response),
    premium_response: float = uses(Investment.premium_response),
    depreciation: float = uses(Capital.depreciation),
    trend_memory: float = uses(Capital.trend_memory),
    normal_rate: float = uses(Investment.real_rate_normal),
) -> None:
    """Order what wears out, what growth needs, and part of the gap to the capital that sales want.

    Capital is desired for trend sales in the proportion to labor that costs least:
    desired = months * trend sales * ((labor price / rental price) over the opening's) ** (1 - exponent),
    rental price = basket price * (return wanted + depreciation); less of it while risk is dear, as firms wait.
    What is under way beyond its normal time is not ordered again. The budget is cut to what own money above
    half a month's outlays and the room in the credit line can pay.
    Source: flexible accelerator with user cost, Jorgenson (1963); Assenza et al. (2015).
    """
    patience = premium_response * premium[0]
    undo_lag = 1.0 + growth / MONTHS_PER_YEAR * (1.0 - trend_memory) / trend_memory
    renewal = (depreciation + growth) / MONTHS_PER_YEAR
    cost_start = return_wanted + depreciation
    for firm in range(budget.size):
        g = good[firm]
        if leased[g]:
            budget[firm] = 0
            continue
        owned = capital[firm] * basket_price[0]
        assets = owned + inventory_value[firm] + input_value[firm]
        leverage = min(2.0, loan[firm] / assets) if assets > 0.0 else 0.0
        dearer = real_rate[0] - normal_rate + leverage_spread * (leverage - debt_ratio[g])
        cost = max(_RENTAL_LEAST, cost_start + rate_response * dearer)
        rental = DOLLARS_PER_CENT * basket_price[0] * cost / cost_start
        dear = labor_price[firm] / (productivity[firm] * labor_price_start[g])
        relative[firm] += np.float32(price_memory * (dear / rental - relative[firm]))
        normal = capital_months[g] * trend_sales[firm] * undo_lag
        desired = (1.0 - patience) * capital_at_least_cost(normal, np.float64(relative[firm]), exponent[g])
        delayed = max(0.0, under_way[firm] - time_to_build * renewal * capital[firm])
        installed = capital[firm] - under_way[firm]
        units = renewal * capital[firm] + gap_speed * (desired - installed - delayed)
        wanted = max(0.0, units) * basket_price[0]
        line = _LINE_USED * leverage_max * (assets + deposits[firm])
        room = max(0.0, line - loan[firm]) if lending[bank[firm]] else 0.0
        means = max(0.0, deposits[firm] - 0.5 * outlays[firm]) + room
        budget[firm] = round_cents(min(wanted, means))


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
    sold: Cents = writes(Sellers.sold),
    paid: Cents = writes(Flows.paid),
    dwellings: Doubles = writes(DwellingStock.dwellings),
    dwelling_growth: Doubles = sets(DwellingStock.dwelling_growth),
    posted: Cents = adds(Banks.posted),
    payments: Cents = clears(GoodsClearing.shop_goods),
    bank: Indices = reads(Accounts.bank),
    shelf: Cents = reads(Sellers.shelf),
    price: Floats = reads(Sellers.price),
    market_good: Smalls = reads(Markets.good),
    first_seller: Indices = reads(Markets.first_seller),
    count: Indices = reads(Markets.sellers),
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
    for market in range(count.size):
        if not builds_dwellings[market_good[market]]:
            continue
        begin, end = first_seller[market], first_seller[market] + count[market]
        left = 0.0
        for seller in range(begin, end):
            left += max(0, shelf[seller] - sold[seller])
        # Builders are chosen by what they can still build, which is by size while none is full.
        wanted = min(left, purse * consumer_share[market])
        for seller in range(begin, end):
            order = whole(wanted * max(0, shelf[seller] - sold[seller]) / left) if left > 0.0 else 0
            if order > 0:
                sold[seller] += order
                spent += order
                built += order / price[seller]
    pay_at_bank(deposits, posted, bank, fund, payments, spent)
    debit(pot, 0, spent)
    book(paid, RESIDENTIAL_INVESTMENT, CONSUMERS, FIRMS, spent)
    dwelling_growth[0] = built / standing - depreciation / MONTHS_PER_YEAR
    dwellings[0] = standing * (1.0 + dwelling_growth[0])
