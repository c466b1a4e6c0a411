"""Births and deaths: firms close and sell their plant, and others are founded in the rows that they leave.

A row of firms is open, closing, vacant or being set up (`Firms.state`). Who closes lays everybody off, sells what is in
store at a discount and its plant to firms that invest; after some months its bank has what it gets, its owners the
rest, and the row is vacant. Sooner or later somebody founds a firm there, with money that consumers pay in.
"""

from typing import NamedTuple

import numpy as np

from ravelin.core.arithmetic import exp
from ravelin.core.clock import MONTHS_PER_YEAR
from ravelin.core.draws import normal, uniform
from ravelin.core.kernel import whole
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
    first,
    local_system,
    reads,
    system,
    uses,
    writes,
)  # fmt: skip
from ravelin.economy.accounts.tables import Economy
from ravelin.economy.credit.acts import CurrentAccounts, firm_pays, firm_receives
from ravelin.economy.firms.acts import wound_up
from ravelin.economy.firms.failure import (
    BadLoans,
    Closure,
    FreshStart,
    Places,
    begin_closing,
    cannot_be_spared,
    close_account,
    start_anew,
)
from ravelin.economy.firms.parameters import Capital, Closing
from ravelin.economy.firms.tables import CLOSING, OPEN, STARTING, VACANT, Books, Firms, Plant, Technology, Workforce
from ravelin.economy.goods.tables import Goods, GoodsClearing
from ravelin.ledger.accounts import BANKS, FIRMS, WRITE_OFFS, Flows
from ravelin.ledger.transfers import book, pool_upto, round_cents

_LONGEST = 250
"""Months in a state are counted up to this."""
_SCRAP = 1.0
"""Units of capital that a vacant row is left with: a column of capital is never nothing."""


class UsedPlant(Parameters):
    """How plant changes hands."""

    discount = parameter(0.5, "fraction", "used plant below new, when money is enough", low=0, high=0.9,
                         source="Kermani and Ma 2023: liquidation value .35 of book")  # fmt: skip
    least = parameter(0.1, "fraction", "lowest price of used plant over new", low=0.01, high=1,
                      source="assumption: scrap")  # fmt: skip
    budget_share = parameter(0.25, "fraction", "most of investors' budgets that goes into used plant", low=0, high=1,
                             source="Eisfeldt and Rampini 2006: a quarter of capital spending")  # fmt: skip


@system
def auction_plant(
    accounts: CurrentAccounts = bundle(CurrentAccounts),
    capital: Doubles = writes(Plant.capital),
    under_way: Doubles = writes(Plant.capital_under_way),
    productivity: Doubles = writes(Plant.labor_productivity),
    budget: Cents = writes(Plant.investment_budget),
    payments: Cents = clears(GoodsClearing.business_goods),
    state: Smalls = reads(Firms.state),
    basket_price: Doubles = reads(Economy.basket_price),
    discount: float = uses(UsedPlant.discount),
    least: float = uses(UsedPlant.least),
    share: float = uses(UsedPlant.budget_share),
) -> None:
    """Sell the plant of closing firms to firms that mean to invest, for at most a part of what they mean to spend.

    price = (1 - discount) * new, or what the money for it buys all of it at if that is less, but not below the least:
    cash in the market. Buyers take in proportion to their budgets and order so much less that is new. From firm to
    firm, used plant is no investment of the nation.

    Order: after investment.finance_investment. Source: Shleifer and Vishny (1992); Allen and Gale (1994).
    """
    units, made_with, budgets = 0.0, 0.0, 0
    for firm in range(capital.size):
        if state[firm] == CLOSING:
            units += capital[firm] - _SCRAP
            made_with += (capital[firm] - _SCRAP) * productivity[firm]
        else:
            budgets += budget[firm]
    if units <= 0.0 or budgets == 0:
        return
    price = max(least * basket_price[0], min((1.0 - discount) * basket_price[0], share * budgets / units))
    total = whole(min(units * price, share * budgets))
    part = min(1.0, total / (units * price))
    bought, took_in, upto_bought, upto_sold, sold = 0, 0, 0.0, 0.0, part * units
    for firm in range(capital.size):
        if state[firm] == CLOSING:
            upto_sold += capital[firm] - _SCRAP
            until = pool_upto(total, upto_sold, units)
            firm_receives(accounts, firm, payments, until - took_in)
            took_in = until
            gone = part * (capital[firm] - _SCRAP)
            under_way[firm] = max(0.0, under_way[firm] - gone)
            capital[firm] -= gone
        elif budget[firm] > 0:
            upto_bought += budget[firm]
            until = pool_upto(total, upto_bought, budgets)
            got = sold * budget[firm] / budgets
            firm_pays(accounts, firm, payments, until - bought)
            budget[firm] -= until - bought
            bought = until
            in_place = capital[firm] - under_way[firm]
            productivity[firm] = (productivity[firm] * in_place + made_with / units * got) / (in_place + got)
            capital[firm] += got


class Quitting(Parameters):
    """When owners of solvent firms give up."""

    small = parameter(8, "person", "staff up to which a firm is small", low=0, high=1000,
                      source="assumption: the median establishment has about four")  # fmt: skip
    chance_small = parameter(0.003, "1/month", "chance that a small firm closes", low=0, high=1,
                             source="tuned to deaths of 9 % of establishments a year, BDS")  # fmt: skip
    chance_young = parameter(0.005, "1/month", "chance that a young firm closes, on top", low=0, high=1,
                             source="Knaup 2005: a third of new ones is gone in two years, half in four")  # fmt: skip
    young = parameter(60, "month", "age up to which a firm is young", low=0, high=600,
                      source="Haltiwanger, Jarmin and Miranda 2013: exits fall with age")  # fmt: skip
    chance_losing = parameter(0.02, "1/month", "chance that a firm closes that loses money", low=0, high=1,
                              source="assumption")  # fmt: skip
    patience = parameter(12, "month", "months of loss, net of months of profit, after which it loses money", low=1,
                         high=120, source="assumption: a year")  # fmt: skip
    chance_idle = parameter(0.1, "1/month", "chance that a firm closes where nobody works", low=0, high=1,
                            source="assumption: an establishment without employees is none in BDS")  # fmt: skip
    grace = parameter(24, "month", "months since it opened in which it may have nobody", low=0, high=240,
                      source="Foster, Haltiwanger and Syverson 2016: customers come slowly; assumption")  # fmt: skip


class Hazards(NamedTuple):
    """How likely a firm closes in a month."""

    small: int = uses(Quitting.small)
    chance_small: float = uses(Quitting.chance_small)
    chance_young: float = uses(Quitting.chance_young)
    young: int = uses(Quitting.young)
    chance_losing: float = uses(Quitting.chance_losing)
    patience: int = uses(Quitting.patience)
    chance_idle: float = uses(Quitting.chance_idle)
    grace: int = uses(Quitting.grace)


class Standing(NamedTuple):
    """Whether each firm trades, since when, and how long it has been losing money."""

    state: Smalls = writes(Firms.state)
    months: Smalls = writes(Firms.months)
    losses: Smalls = writes(Firms.losses)


@local_system
def quit_or_go_on(
    closure: Closure = bundle(Closure),
    losses: Smalls = writes(Firms.losses),
    age: Indices = reads(Firms.age),
    staff: Indices = reads(Workforce.staff),
    surplus: Cents = reads(Books.surplus),
    interest: Cents = reads(Books.interest),
    capital: Doubles = reads(Plant.capital),
    basket_price: Doubles = reads(Economy.basket_price),
    good: Smalls = reads(Firms.good),
    leased: Smalls = reads(Goods.leased),
    places: Places = bundle(Places),
    hazards: Hazards = bundle(Hazards),
    depreciation: float = uses(Capital.depreciation),
    key: int = draws("quits of owners"),
    first_firm: int = first(Firms),
) -> None:
    """Count months of loss, and let owners of open firms give up: sooner if small, young, losing or without staff.

    A firm that its market cannot spare goes on.
    """
    for firm in range(good.size):
        if closure.months[firm] < _LONGEST:
            closure.months[firm] += 1
        if closure.state[firm] != OPEN or leased[good[firm]]:
            continue
        wear = depreciation / MONTHS_PER_YEAR * capital[firm] * basket_price[0]
        if surplus[firm] - interest[firm] < wear:
            losses[firm] += losses[firm] < 120
        elif losses[firm] > 0:
            losses[firm] -= 1
        heads = staff[firm, 0] + staff[firm, 1] + staff[firm, 2]
        chance = hazards.chance_small if heads <= hazards.small else 0.0
        if age[firm] < hazards.young:
            chance += hazards.chance_young
        if losses[firm] >= hazards.patience:
            chance += hazards.chance_losing
        if heads == 0 and closure.months[firm] > hazards.grace:
            chance += hazards.chance_idle
        if uniform(key, first_firm + firm) < chance and not cannot_be_spared(places, firm, whole(good[firm])):
            begin_closing(closure, firm)


@local_system
def wind_up(
    standing: Standing = bundle(Standing),
    debts: BadLoans = bundle(BadLoans),
    capital: Doubles = writes(Plant.capital),
    under_way: Doubles = writes(Plant.capital_under_way),
    outlays: Floats = writes(Books.outlays),
    misses: Smalls = writes(Books.misses),
    paid: Cents = adds(Flows.paid),
    staff: Indices = reads(Workforce.staff),
    months: int = uses(Closing.months),
) -> None:
    """End firms that have closed: the bank has of its loan what there is and loses the rest, plant unsold is scrapped.

    Order: after prices.let_perishables_spoil, which throws away what nobody bought; before ownership.pay_out, which
    hands what is left to the owners.
    """
    written_off = 0
    for firm in range(capital.size):
        if not wound_up(standing.state[firm], standing.months[firm], staff, firm, months):
            continue
        written_off += close_account(debts, firm, 0)
        standing.state[firm], standing.months[firm], standing.losses[firm] = VACANT, 0, 0
        capital[firm], under_way[firm] = _SCRAP, 0.0
        outlays[firm], misses[firm] = np.float32(0.0), 0
    book(paid, WRITE_OFFS, BANKS, FIRMS, written_off)


class Entry(Parameters):
    """Who founds a firm, and with how much."""

    chance = parameter(0.5, "1/month", "chance that somebody founds a firm in a vacant place, at normal profit", low=0,
                       high=1, source="CREDIT.md rule 7: quick entry; .25 to 1 tried there")  # fmt: skip
    drawn = parameter(1.0, "1", "log of that chance per unit of return on capital beyond normal", low=0, high=20,
                      source="assumption")  # fmt: skip
    drawn_by_shortage = parameter(20.0, "1", "the same per part of demand that nobody serves", low=0, high=100,
                                  source="assumption")  # fmt: skip
    drawn_most = parameter(0.5, "1", "most that either moves the log of the chance", low=0, high=5,
                           source="CREDIT.md rule 7: entry that answers more is a hog cycle")  # fmt: skip
    return_normal = parameter(0.2236, "1/year", "gross return on capital that is normal", low=0, high=2,
                              source="calibration: net return .1346 and depreciation .089")  # fmt: skip
    size = parameter(0.25, "1", "size of a start-up over the mean of its market", low=0.01, high=1,
                     source="BDS: six workers of 23")  # fmt: skip
    spread = parameter(0.5, "1", "spread of that size, log", low=0, high=2, source="assumption")
    outlays = parameter(4.0, "month", "outlays that founders pay in beside the plant", low=0, high=24,
                        source="CREDIT.md rule 6: the first payrolls in cash")  # fmt: skip
    installed = parameter(0.3, "fraction", "part of its plant with which a start-up opens", low=0, high=1,
                          source="assumption")  # fmt: skip


class EntryTerms(NamedTuple):
    """When firms are founded, and with how much."""

    chance: float = uses(Entry.chance)
    drawn: float = uses(Entry.drawn)
    drawn_by_shortage: float = uses(Entry.drawn_by_shortage)
    drawn_most: float = uses(Entry.drawn_most)
    return_normal: float = uses(Entry.return_normal)
    size: float = uses(Entry.size)
    spread: float = uses(Entry.spread)
    outlays: float = uses(Entry.outlays)
    installed: float = uses(Entry.installed)
    key_found: int = draws("founders")
    key_size: int = draws("size of start-ups")


class NewFirms(NamedTuple):
    """What a start-up begins with: plans, plant, and what it calls its owners for."""

    expected: Doubles = writes(Firms.expected_sales)
    trend: Doubles = writes(Firms.trend_sales)
    price: Doubles = writes(Firms.price)
    capital: Doubles = reads(Plant.capital)
    under_way: Doubles = reads(Plant.capital_under_way)
    productivity: Doubles = writes(Plant.labor_productivity)
    vintage: Floats = writes(Plant.vintage)
    outlays: Floats = writes(Books.outlays)
    call: Cents = writes(Books.call)


class Market(NamedTuple):
    """What somebody who founds a firm knows of the market."""

    price: Doubles = reads(Goods.price)
    markup: Doubles = reads(Goods.markup)
    capital_months: Doubles = reads(Goods.capital_months)
    unmet_part: Doubles = reads(Goods.unmet_part)
    basket_price: Doubles = reads(Economy.basket_price)
    frontier: Doubles = reads(Technology.frontier)


@local_system
def found_firms(
    state: Smalls = writes(Firms.state),
    months: Smalls = writes(Firms.months),
    new: NewFirms = bundle(NewFirms),
    start: FreshStart = bundle(FreshStart),
    surplus: Cents = reads(Books.surplus),
    good: Smalls = reads(Firms.good),
    market: Market = bundle(Market),
    terms: EntryTerms = bundle(EntryTerms),
    first_firm: int = first(Firms),
) -> None:
    """Found firms in vacant places, and open those whose plant is far enough.

    chance * exp(drawn * (return - normal) + drawn by shortage * unmet part), the exponent bounded, so that entry is
    quick and profit hardly moves it. Founders pay in what the plant costs and some months of outlays; both come out
    of the deposits of consumers by what each owns. The plant is of the newest kind. It opens with what is installed.

    Source: sizes and survival as in Business Dynamics Statistics; that slow, profit-driven entry makes cycles was found
    by experiment.
    """
    goods = market.price.size
    profit, worth, size, number = np.zeros(goods), np.zeros(goods), np.zeros(goods), np.zeros(goods)
    for firm in range(good.size):
        if state[firm] == OPEN:
            g = good[firm]
            profit[g] += surplus[firm]
            worth[g] += new.capital[firm] * market.basket_price[0]
            size[g] += new.trend[firm]
            number[g] += 1.0
    for firm in range(good.size):
        g = whole(good[firm])
        if state[firm] == STARTING:
            in_place = (new.capital[firm] - new.under_way[firm]) / market.capital_months[g]
            if in_place >= terms.installed * new.trend[firm]:
                state[firm], months[firm] = OPEN, 0
                new.expected[firm], new.price[firm] = min(in_place, new.trend[firm]), market.price[g]
        elif state[firm] == VACANT and number[g] > 0.0 and worth[g] > 0.0:
            draw = terms.drawn * (MONTHS_PER_YEAR * profit[g] / worth[g] - terms.return_normal)
            draw += terms.drawn_by_shortage * market.unmet_part[g]
            draw = max(-terms.drawn_most, min(terms.drawn_most, draw))
            if uniform(terms.key_found, first_firm + firm) >= terms.chance * exp(draw):
                continue
            luck = exp(terms.spread * normal(terms.key_size, first_firm + firm) - 0.5 * terms.spread * terms.spread)
            planned = terms.size * luck * size[g] / number[g]
            state[firm], months[firm] = STARTING, 0
            new.trend[firm], new.expected[firm] = planned, 0.0
            spent = planned * market.price[g] / (1.0 + market.markup[g])
            new.outlays[firm] = np.float32(spent)
            plant = planned * market.capital_months[g] * market.basket_price[0]
            new.call[firm] = round_cents(plant + terms.outlays * spent)
            new.productivity[firm], new.vintage[firm] = market.frontier[0], np.float32(market.frontier[0])
            start_anew(start, firm, g, first_firm + firm)
