"""Investment: firms order capital, consumers set aside for dwellings, the frontier moves."""

from ravelin.core.kernel import whole
from ravelin.core.parameter import Parameters, parameter
from ravelin.core.system import (
    Cents,
    Doubles,
    Floats,
    Indices,
    Smalls,
    host_system,
    local_system,
    moves,
    reads,
    system,
    uses,
    writes,
)  # fmt: skip
from ravelin.ledger.transfers import book, debit, round_cents
from ravelin.state.accounts import CONSUMERS, FIRMS, RESIDENTIAL_INVESTMENT, Accounts, Flows
from ravelin.state.firms import Firms, Markets, Sellers
from ravelin.state.goods import Goods
from ravelin.state.institutions import Banks, Economy
from ravelin.state.parameters import Anchors, Lending


class Investment(Parameters):
    """How firms invest."""

    gap_speed = parameter(0.04, "1/month", "share of the gap to desired capital ordered a month", low=0, high=1,
                          source="flexible accelerator; MODEL lamK .04-.12: the amplitude of the cycle")  # fmt: skip
    rate_response = parameter(0.4, "1", "fall of desired capital per unit of the real borrowing cost", low=0, high=10,
                              source="Jorgenson 1963 user cost; MODEL etaK")  # fmt: skip
    depreciation = parameter(0.089, "1/year", "depreciation that firms expect", low=0, high=1,
                             source="calibration depreciation_firm_capital")  # fmt: skip
    trend_memory = parameter(0.04, "1/month", "lag of trend sales, undone on the growth path", low=0.001, high=1,
                             source="equal to Planning.trend_memory")  # fmt: skip
    housing_depreciation = parameter(0.012102363, "1/year", "depreciation of dwellings", low=0, high=1,
                                     source="calibration depreciation_housing")  # fmt: skip
    real_rate_normal = parameter(0.0016, "1/year", "real rate at which desired capital is normal", low=-0.1, high=0.2,
                                 source="calibration neutral_real_rate")  # fmt: skip


@local_system
def plan_investment(
    budget: Cents = writes(Firms.investment_budget),
    trend_sales: Doubles = reads(Firms.trend_sales),
    capital: Doubles = reads(Firms.capital),
    good: Smalls = reads(Firms.good),
    loan: Cents = reads(Firms.loan),
    deposits: Cents = reads(Accounts.deposits, of=Firms),
    inventory_value: Doubles = reads(Firms.inventory_value),
    input_value: Doubles = reads(Firms.input_value),
    outlays: Doubles = reads(Firms.outlays),
    bank: Indices = reads(Accounts.bank, of=Firms),
    lending: Smalls = reads(Banks.lending),
    leased: Smalls = reads(Goods.leased),
    capital_months: Doubles = reads(Goods.capital_months),
    basket_price: Doubles = reads(Economy.basket_price),
    real_rate: Doubles = reads(Economy.real_rate_slow),
    growth: float = uses(Anchors.growth),
    leverage_max: float = uses(Lending.leverage_max),
    gap_speed: float = uses(Investment.gap_speed),
    rate_response: float = uses(Investment.rate_response),
    depreciation: float = uses(Investment.depreciation),
    trend_memory: float = uses(Investment.trend_memory),
    normal_rate: float = uses(Investment.real_rate_normal),
) -> None:
    """Order what wears out, what growth needs, and part of the gap to the capital that sales want.

    desired = months * trend sales * (1 - response * (real rate - normal)); the budget is cut to what own
    money above half a month's outlays and the room in the credit line can pay.
    Source: flexible accelerator with user cost, Jorgenson (1963); Assenza et al. (2015).
    """
    undo_lag = 1.0 + growth / 12.0 / trend_memory
    for firm in range(budget.size):
        g = good[firm]
        if leased[g]:
            budget[firm] = 0
            continue
        desired = capital_months[g] * trend_sales[firm] * undo_lag
        desired *= max(0.0, 1.0 - rate_response * (real_rate[0] - normal_rate))
        units = (depreciation + growth) / 12.0 * capital[firm] + gap_speed * (desired - capital[firm])
        wanted = max(0.0, units) * basket_price[0]
        assets = capital[firm] * basket_price[0] + inventory_value[firm] + input_value[firm] + deposits[firm]
        room = max(0.0, 0.85 * leverage_max * assets - loan[firm]) if lending[bank[firm]] else 0.0
        means = max(0.0, deposits[firm] - 0.5 * outlays[firm]) + room
        budget[firm] = round_cents(min(wanted, means))


@host_system
def advance_frontier(
    frontier: Doubles = writes(Economy.frontier),
    growth: float = uses(Anchors.growth),
) -> None:
    """New capital becomes more productive month by month."""
    frontier[0] *= 1.0 + growth / 12.0


@system
def build_dwellings(
    deposits: Cents = moves(Accounts.deposits),
    pot: Cents = moves(Economy.building_pot),
    sold: Cents = writes(Sellers.sold),
    paid: Cents = writes(Flows.paid),
    dwellings: Doubles = writes(Economy.dwellings),
    dwelling_growth: Doubles = writes(Economy.dwelling_growth),
    shelf: Cents = reads(Sellers.shelf),
    price: Floats = reads(Sellers.price),
    market_good: Smalls = reads(Markets.good),
    first_seller: Indices = reads(Markets.first_seller),
    count: Indices = reads(Markets.sellers),
    consumer_share: Doubles = reads(Markets.consumer_share),
    builds_dwellings: Smalls = reads(Goods.builds_dwellings),
    depreciation: float = uses(Investment.housing_depreciation),
) -> None:
    """Spend what consumers set aside on construction, shared among builders by room, and let old dwellings wear."""
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
    debit(deposits, fund, spent)
    debit(pot, 0, spent)
    book(paid, RESIDENTIAL_INVESTMENT, CONSUMERS, FIRMS, spent)
    dwelling_growth[0] = built / dwellings[0] - depreciation / 12.0
    dwellings[0] *= 1.0 + dwelling_growth[0]
