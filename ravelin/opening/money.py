"""The opening of money: every financial stock over its holders to the cent, rates and averages at rest."""

from functools import partial

import numpy as np
import numpy.typing as npt

from ravelin.core.arithmetic import interpolate, mean, power_each, total, totals, whole_total, whole_totals
from ravelin.core.arithmetic.ordering import ascending
from ravelin.core.arithmetic.pieces import together
from ravelin.core.clock import lag_of_average
from ravelin.core.kernel import compiled
from ravelin.core.schedule import sector_rows
from ravelin.core.system import Cents, Indices
from ravelin.economy.accounts.national_accounts import measure_inequality
from ravelin.economy.accounts.tables import Economy, NationalAccounts
from ravelin.economy.banks.tables import Banks
from ravelin.economy.central_bank.tables import CentralBank
from ravelin.economy.firms.tables import Firms
from ravelin.economy.goods.tables import Goods
from ravelin.economy.government.tables import Government
from ravelin.economy.people.tables import EMPLOYED, PUBLIC_EMPLOYER, RETIRED, UNEMPLOYED, Consumers, Wealth
from ravelin.economy.places.tables import Localities
from ravelin.economy.securities.tables import MATURITIES
from ravelin.ledger.accounts import Accounts
from ravelin.ledger.settlement import split_by_largest_remainder
from ravelin.opening.balancing import calibration
from ravelin.opening.draft import Draft

Doubles = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

DIVIDEND_SPEED = 0.25
"""Equal to Payout.dividend_speed: liquidity targets make the opening's dividends the rule's own."""


def distribute_money(draft: Draft) -> None:
    """Distribute every financial stock over its holders, to the cent."""
    world, data, sheet, scale = draft.world, draft.data, draft.data.sheet, draft.scale
    accounts, wealth, banks, firms = world[Accounts], world[Wealth], world[Banks], world[Firms]
    economy, government, central_bank = world[Economy], world[Government], world[CentralBank]
    people, homes, share = draft.people.heads, draft.homes, draft.share

    def stock(sector: str, instrument: str) -> int:
        return round(sheet[sector][instrument] * scale)

    series = [f"bonds_{years}y" for years in MATURITIES]
    # What firms and banks paid out last month and owners have not yet received lies in their fund.
    dividends = round(total([data.flow("dividends", g) for g in data.names]) * scale)
    bank_dividends = round(data.flow("dividends", "banks") * scale)
    rents = round(data.paid_into("rent_to_owners") * scale)
    economy.dividend_pot[0], economy.rent_pot[0] = dividends, rents
    fund = dividends + rents
    accounts.deposits[accounts.count - 1] = fund
    held = (
        (accounts.deposits[:people], stock("consumers", "deposits") - fund, homes.deposits),
        (accounts.cash[:people], stock("consumers", "cash"), homes.deposits),
        (wealth.consumer_loan, -stock("consumers", "consumer_loans"), homes.consumer_loan),
        (wealth.mortgage, -stock("consumers", "mortgages"), homes.mortgage),
    )

    def split(column: Cents, cents: int, shares: Doubles) -> None:
        column[:] = split_by_largest_remainder(cents, shares)

    together([partial(split, *each) for each in held])
    for g, name in enumerate(data.names):
        if g == draft.cat.public:
            continue
        mine = np.flatnonzero(draft.business.good == g)
        own = f"firms:{name}"
        accounts.deposits[people + mine] = split_by_largest_remainder(stock(own, "deposits"), share[mine])
        accounts.cash[people + mine] = split_by_largest_remainder(stock(own, "cash"), share[mine])
        if sheet[own]["firm_loans"]:
            firms.loan[mine] = split_by_largest_remainder(-stock(own, "firm_loans"), share[mine])
    shares = bank_sizes(banks.count)
    banks.deposit_share[:] = shares
    # Every bank gets its share of lenders and of borrowers alike, or one would open short of reserves.
    net = accounts.deposits.astype(np.float64)
    net[:people] -= wealth.consumer_loan + wealth.mortgage
    net[people:-1] -= firms.loan
    _deal_banks(ascending(net), np.cumsum(shares)[:-1], accounts.bank)
    del net
    accounts.bank[-1] = 0
    _add_by_bank(accounts.bank, accounts.deposits, banks.deposits)
    _add_by_bank(accounts.bank[people:-1], firms.loan, banks.firm_loans)
    _add_by_bank(accounts.bank[:people], wealth.consumer_loan, banks.consumer_loans)
    _add_by_bank(accounts.bank[:people], wealth.mortgage, banks.mortgages)
    # What is counted of customers, who are all but the fund, is what the first month's postings begin from.
    _add_by_bank(accounts.bank[:-1], accounts.deposits[:-1], banks.customers_deposits)
    banks.customers_firm_loans[:] = banks.firm_loans
    banks.customers_consumer_loans[:] = banks.consumer_loans
    banks.customers_mortgages[:] = banks.mortgages
    size = banks.deposits.astype(np.float64)
    banks.cash[:] = split_by_largest_remainder(stock("banks", "cash"), size)
    for place, name in enumerate(series):
        banks.bonds[:, place] = split_by_largest_remainder(stock("banks", name), size)
        economy.consumer_bonds[0, place] = stock("consumers", name)
        central_bank.bonds[0, place] = stock("central_bank", name)
        government.bonds[0, place] = stock("consumers", name) + stock("banks", name) + stock("central_bank", name)
    banks.reserves[:] = split_by_largest_remainder(stock("banks", "reserves"), size)
    claims = (
        banks.reserves
        + banks.cash
        + whole_totals(banks.bonds, 1)
        + banks.firm_loans
        + banks.consumer_loans
        + banks.mortgages
    )
    # Random customers make one bank lend more than another per deposit: equity is set by assets, and
    # reserves take up the difference; beyond them, owners of banks with few customers put up more.
    banks.equity[:] = split_by_largest_remainder(
        int(whole_total(claims) - whole_total(banks.deposits)), claims.astype(np.float64)
    )
    banks.reserves[:] += banks.deposits + banks.equity - claims
    short = np.maximum(0, -banks.reserves)
    moved = short - split_by_largest_remainder(whole_total(short), np.maximum(0.0, banks.reserves))
    banks.equity[:] += moved
    banks.reserves[:] += moved
    loans = banks.firm_loans + banks.consumer_loans + banks.mortgages
    banks.capital_ratio[:] = banks.equity / np.maximum(1, loans)
    banks.dividend[:] = split_by_largest_remainder(bank_dividends, np.maximum(1, banks.equity).astype(np.float64))
    government.treasury[0] = stock("government", "reserves")
    central_bank.currency[0] = whole_total(accounts.cash) + whole_total(banks.cash)
    reserves = int(whole_total(banks.reserves) + government.treasury[0])
    central_bank.capital[0] = (
        whole_total(central_bank.bonds) + whole_total(banks.advances) - central_bank.currency[0] - reserves
    )


@compiled
def _deal_banks(order: Indices, ends: Doubles, bank: Indices) -> None:
    """Deal accounts in an order to banks by their shares, each bank spread evenly over the order."""
    for turn in range(order.size):
        bank[order[turn]] = np.searchsorted(ends, (turn + 0.5) * 0.6180339887498949 % 1.0)


@compiled
def _add_by_bank(bank: Indices, cents: Cents, sums: Cents) -> None:
    for account in range(bank.size):
        sums[bank[account]] += cents[account]


def rest_economy(draft: Draft) -> None:
    """Set rates, averages and norms at rest on the growth path."""
    world, data, rules, scale = draft.world, draft.data, draft.data.rules, draft.scale
    economy, government, central_bank = world[Economy], world[Government], world[CentralBank]
    goods, firms, homes, national = world[Goods], world[Firms], draft.homes, world[NationalAccounts]
    target, growth = draft.value("Anchors.inflation_target"), draft.value("Anchors.growth")
    rate = float(rules["policy_rate"])
    gdp = float(rules["gdp_usd_per_unit_month"]) * 100.0 * draft.people.heads
    central_bank.policy_rate[0] = central_bank.rule_rate[0] = rate
    central_bank.neutral_rate[0] = rate - target
    employed = whole_total(draft.people.status == EMPLOYED)
    idle = whole_total(draft.people.status == UNEMPLOYED)
    natural = idle / (idle + employed)
    central_bank.unemployment_norm[0] = central_bank.unemployment_seen[0] = natural
    central_bank.unemployment_recent[0] = economy.unemployment_usual[0] = natural
    national.unemployment_rate[0] = natural
    economy.expected_inflation[0] = economy.inflation_average[0] = economy.inflation[0] = target
    economy.price_index[0] = 100.0
    months = np.arange(12)
    economy.price_history[0] = economy.price_index[0] * power_each(1.0 + target, (months - 11.0 - 1.0) / 12.0 + 0.0)
    economy.wage_start[0] = economy.wage_mean[0] = economy.wage_month[0] = homes.wage_mean
    economy.productivity_growth[0] = growth
    depreciation = draft.value("Capital.depreciation") / 12.0
    # What is installed must raise productivity at the pace of growth; what is bought today is newer still.
    firms.vintage[:] = 1.0 + growth / (12.0 * depreciation + growth)
    economy.frontier[0] = firms.vintage[0] * (1.0 + growth / 12.0 * draft.value("Capital.time_to_build"))
    economy.offer_mean[0] = homes.offers
    world[Localities].offer_mean[:] = homes.offers * draft.pay
    tax = 1.0 + draft.value("Taxes.payroll_employer")
    economy.public_pay_start[0] = [_public_pay(draft, skill) * tax for skill in range(3)]
    # One month's flows are those of the account matrix, which stand for the first month.
    economy.trend_gdp[0], economy.trend_growth[0] = gdp / (1.0 + draft.growth), draft.growth
    economy.mean_income[0] = economy.mean_income_start[0] = mean(homes.income)
    economy.relief[0] = economy.relief_start[0] = homes.relief / (1.0 + draft.growth)
    economy.retained[0] = economy.retained_start[0] = homes.retained_start
    economy.real_rate_slow[0] = economy.real_rate_smooth[0] = rate - target
    economy.mortgage_rate[0] = float(rules["mortgage_rate"])
    economy.spending_scale[0], economy.income_reference[0] = homes.spending_scale, homes.reference
    economy.first_bucket[0] = homes.table.first_bucket
    economy.scale_low[0], economy.scale_step[0] = homes.table.scale_low, homes.table.scale_step
    economy.consumer_loan_ratio[0] = whole_total(world[Wealth].consumer_loan) / economy.trend_gdp[0]
    economy.mortgage_ratio[0] = whole_total(world[Wealth].mortgage) / economy.trend_gdp[0]
    economy.dwellings[0] = data.sheet["consumers"]["housing"] * scale / 100.0
    borrowers = world[Wealth].consumer_loan > 0
    owners = world[Wealth].mortgage > 0
    spans = world.span(Consumers)
    for place in range(world.localities):
        rows = slice(spans[place], spans[place + 1])
        income = homes.income[rows]
        world[Localities].income_sum[place] = total(income)
        world[Localities].relief_sum[place] = homes.relief / (1.0 + draft.growth) * total(income)
        world[Localities].retained_sum[place] = homes.retained_start * total(income)
        world[Localities].borrower_income[place] = total(income[borrowers[rows]])
        world[Localities].owner_income[place] = total(income[owners[rows]])
    government.tax_scale[0] = homes.tax_scale
    government.coupon[0] = [float(rules[f"yield_{years}y"]) for years in MATURITIES]
    government.capital[0] = data.sheet["government"]["fixed_capital"] * scale / 100.0
    lag = lag_of_average(draft.value("FiscalPolicy.issue_memory"), draft.growth)
    government.net_issue[0] = lag * draft.growth * float(whole_total(government.bonds))
    government.debt_ratio_average[0] = float(whole_total(government.bonds)) / (12.0 * gdp)
    # Liquidity targets under which last month's dividends are what the rule pays on the growth path.
    good = draft.business.good
    levy = np.maximum(0.0, goods.production_tax[good]) * firms.expected_sales * 100.0
    made = np.where(goods.storable[good] == 1, firms.target_output, firms.expected_sales)
    inputs = totals(goods.recipe, 1)[good] * made * 100.0
    cost = data.column("compensation_cents") / data.column("gross_output_cents")
    # Usual outlays follow the firm's size, not who happened to be hired first.
    usual = cost[good] * firms.expected_sales * 100.0
    lag = lag_of_average(draft.value("Payout.outlay_memory"), draft.growth)
    outlays = lag * (usual + inputs + levy)
    firms.outlays[:] = outlays / (1.0 + draft.growth)
    for g, name in enumerate(data.names):
        if g == draft.cat.public:
            continue
        held = data.sheet[f"firms:{name}"]["deposits"] * scale
        leased = g == draft.cat.housing
        paid = data.flow("rent_to_owners" if leased else "dividends", name) * scale
        kept = held if leased else held + paid - paid / DIVIDEND_SPEED
        goods.liquidity_months[g] = max(0.05, kept / total(outlays[good == g]))
    national.employed[0], national.unemployed[0] = employed, idle
    national.retired[0] = int(whole_total(draft.people.status == RETIRED))
    national.inactive[0] = draft.people.heads - employed - idle - int(national.retired[0])
    national.heads_before[0] = employed, idle, national.retired[0], national.inactive[0]
    national.wages[0] = whole_total(firms.payroll) + whole_total(world[Localities].public_payroll)
    columns = [sector_rows(world, access.column, access.of) for access in measure_inequality.accesses.values()]
    measure_inequality.function(*measure_inequality.put_together(columns))
    for name in ("by_output", "by_expenditure", "by_income"):
        getattr(national, name)[0] = round(gdp)


def _public_pay(draft: Draft, skill: int) -> float:
    rows = draft.world[Consumers]
    mine = (rows.employer == PUBLIC_EMPLOYER) & (rows.skill == skill)
    return mean(rows.wage[mine]) if mine.any() else float(draft.homes.offers[skill])


def bank_sizes(banks: int) -> Doubles:
    """Give shares in deposits, largest first, from the FDIC's classes of size: (banks,), summing to one.

    Within a class banks are alike; with few banks each stands for an even slice of all institutions.
    """
    rules = calibration().rules
    number, assets = np.array(rules["bank_count_by_class"])[::-1], np.array(rules["bank_asset_share_by_class"])[::-1]
    held = np.concatenate([[0.0], np.cumsum(assets) / total(assets)])
    ranks = np.concatenate([[0.0], np.cumsum(number) / total(number)])
    slices = interpolate(np.arange(banks + 1) / banks, ranks, held)
    shares = np.diff(slices)
    # No bank may be the whole system: cut at three tenths and spread the rest.
    for _ in range(20):
        shares = np.minimum(shares, max(0.3, 1.2 / banks))
        shares /= total(shares)
    return np.asarray(shares)
