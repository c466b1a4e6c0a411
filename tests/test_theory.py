"""Limits with known answers: what theory says the rules must do when they are left to themselves."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st
from scipy import stats
from small_world import run

from ravelin import Simulation, textbook
from ravelin.core.table import Column
from ravelin.economy.accounts.national_accounts import gini
from ravelin.economy.accounts.tables import Economy
from ravelin.economy.banks.tables import Banks
from ravelin.economy.central_bank.policy import set_policy_rate
from ravelin.economy.central_bank.tables import CentralBank
from ravelin.economy.credit.loans import adjust_loans
from ravelin.economy.firms.investment import advance_frontier
from ravelin.economy.firms.production import install_capital, plan_output, revise_sales
from ravelin.economy.firms.tables import Books, Firms, Plant, Technology, Workforce
from ravelin.economy.goods.prices import post_prices
from ravelin.economy.goods.tables import GOODS_MAX, Goods
from ravelin.economy.labor.pay import revise_offers
from ravelin.economy.labor.search import match
from ravelin.economy.labor.staffing import part
from ravelin.economy.labor.tables import Wages
from ravelin.economy.outlook.tables import Outlook
from ravelin.economy.people.tables import EMPLOYED, NO_EMPLOYER, UNEMPLOYED, Consumers
from ravelin.economy.places.tables import Localities
from ravelin.ledger.accounts import Accounts
from ravelin.mechanisms.technology import cobb_douglas, labor_required

MACHINERY = 9
MAKES_MACHINERY = np.arange(GOODS_MAX) == MACHINERY
SIZES = st.floats(1e-3, 1e6)
EXPONENTS = st.floats(0.05, 0.9)


@drawn(SIZES, SIZES, SIZES, EXPONENTS, st.floats(0.1, 10.0))
def test_constant_returns_to_scale(tfp: float, capital: float, labor: float, exponent: float, scale: float) -> None:
    output = cobb_douglas(tfp, capital, labor, exponent)
    assert cobb_douglas(tfp, scale * capital, scale * labor, exponent) == pytest.approx(scale * output)


@drawn(SIZES, SIZES, SIZES, EXPONENTS)
def test_the_product_is_exhausted_by_marginal_products(
    tfp: float, capital: float, labor: float, exponent: float
) -> None:
    """Euler: what capital and labor add at the margin sums to output, in shares that are the exponents."""
    output, step = cobb_douglas(tfp, capital, labor, exponent), 1e-5
    of_capital = cobb_douglas(tfp, capital * (1 + step), labor, exponent) - output
    of_labor = cobb_douglas(tfp, capital, labor * (1 + step), exponent) - output
    assert of_capital / step == pytest.approx(exponent * output, rel=1e-4)
    assert of_labor / step == pytest.approx((1.0 - exponent) * output, rel=1e-4)


@drawn(SIZES, SIZES, SIZES, EXPONENTS)
def test_labor_required_is_the_inverse(tfp: float, capital: float, labor: float, exponent: float) -> None:
    output = cobb_douglas(tfp, capital, labor, exponent)
    assert labor_required(output, tfp, capital, exponent) == pytest.approx(labor, rel=1e-9)


@pytest.mark.parametrize(("searchers", "posts"), [(2000, 2000), (4000, 1000), (1000, 4000), (3000, 60)])
def test_urn_ball_matching(searchers: int, posts: int) -> None:
    """If everybody tries one post at random, 1 - (1 - 1/V)^U of the posts are tried: about 1 - exp(-U/V)."""
    given: dict[Column, Any] = {
        Consumers.status: UNEMPLOYED, Consumers.employer: NO_EMPLOYER, Consumers.wage: 100, Consumers.efficiency: 1000,
        Workforce.vacancies: [[posts, 0, 0]], Workforce.offer: 200.0, Workforce.labor_wanted: posts,
    }  # fmt: skip
    parameters = {"LaborMarket.suitability": 1.0, "LaborMarket.recruiting": 1.0}
    world = run(match, {Consumers: searchers, Firms: 1}, given, parameters=parameters)
    filled = 1.0 - (1.0 - 1.0 / posts) ** searchers
    # The number of empty urns has a variance below that of independent ones.
    spread = math.sqrt(posts * filled * (1.0 - filled)) + 1.0
    assert abs(world[Localities].hires[0] - posts * filled) < 4.0 * spread
    assert world[Firms].staff.sum() == world[Localities].hires[0]


def test_jobs_last_as_long_as_the_chance_to_lose_them_says() -> None:
    """Survival in the job is geometric: after a year (1 - s)^12 of the workers of a skill are still there."""
    each, separation = 20_000, (0.05, 0.02, 0.005)
    skill = np.repeat(np.arange(3), each)
    given: dict[Column, Any] = {
        Consumers.status: EMPLOYED, Consumers.employer: 0, Consumers.wage: 100, Consumers.efficiency: 1000,
        Consumers.skill: skill, Workforce.staff: each, Workforce.labor: 1000 * each, Workforce.payroll: 300 * each,
    }  # fmt: skip
    parameters = {"LaborMarket.separation": separation}
    world = run(part, {Consumers: skill.size, Firms: 1}, given, ticks=12, parameters=parameters)
    for k in range(3):
        left = (1.0 - separation[k]) ** 12
        assert abs(world[Firms].staff[0, k] / each - left) < 4.0 * math.sqrt(left * (1.0 - left) / each)
        assert (world[Consumers].status[skill == k] == EMPLOYED).sum() == world[Firms].staff[0, k]


@pytest.mark.parametrize("memory", [0.04, 0.25, 1.0])
def test_adaptive_expectations_close_the_gap_geometrically(memory: float) -> None:
    given = {Firms.expected_sales: 100.0, Firms.sold: 150.0, Firms.trend_sales: 100.0}
    parameters = {"Planning.sales_memory": memory, "Planning.visibility_spread": 0.0}
    firms = run(revise_sales, {Firms: 1}, given, ticks=9, parameters=parameters)[Firms]
    assert firms.expected_sales[0] == pytest.approx(150.0 - 50.0 * (1.0 - memory) ** 9)


@pytest.mark.parametrize("speed", [0.1, 0.2, 0.5])
def test_inventories_close_the_gap_geometrically(speed: float) -> None:
    """Metzler without surprises: with steady sales each month leaves (1 - speed) of the gap to the wanted stock."""
    stock, sales = 320.0, 100.0
    for month in range(1, 8):
        given: dict[Column, Any] = {
            Firms.inventory: stock, Firms.expected_sales: sales, Plant.capital: 1e4, Plant.tfp: 1.0,
            Workforce.offer: 100.0, Workforce.labor: 1000, Workforce.payroll: 300, Goods.storable: 1,
            Goods.inventory_months: 3.0, Goods.capital_months: 1.0, Goods.capital_exponent: 0.3,
            Goods.skill_mix: 1.0 / 3.0, Goods.skill_weight: 1.0,
        }  # fmt: skip
        firms = run(plan_output, {Firms: 1, Goods: GOODS_MAX}, given, parameters={"Planning.inventory_speed": speed})
        stock += firms[Firms].target_output[0] - sales
        assert stock == pytest.approx(300.0 + 20.0 * (1.0 - speed) ** month)


@pytest.mark.parametrize("time_to_build", [1.0, 3.0, 12.0])
def test_capital_settles_where_investment_replaces_what_wears_out(time_to_build: float) -> None:
    """At I = d K in all; in use is what arrives, W (1 - d) / T, over d."""
    wear = 0.01
    given = {
        Plant.capital: [10.0, 5000.0], Plant.invested: 1000, Economy.basket_price: 100.0, Technology.frontier: 1.0,
        Goods.leased: 0,
    }  # fmt: skip
    parameters = {
        "Capital.depreciation": 12.0 * wear, "Growth.vintage_spread": 0.0, "Capital.time_to_build": time_to_build,
    }  # fmt: skip
    firms = run(install_capital, {Firms: 2}, given, ticks=3000, parameters=parameters)[Firms]
    assert firms.capital.tolist() == pytest.approx([10.0 / wear] * 2)
    under_way = 10.0 / (1.0 - (1.0 - wear) * (1.0 - 1.0 / time_to_build))
    assert firms.capital_under_way.tolist() == pytest.approx([under_way] * 2)
    in_use = under_way * (1.0 - wear) / time_to_build / wear
    assert (firms.capital - firms.capital_under_way).tolist() == pytest.approx([in_use] * 2)
    assert firms.labor_productivity.tolist() == pytest.approx([1.0, 1.0])


STEADY = {"Innovation.chance": 1.0, "Innovation.leap_part": 0.0, "Growth.vintage_spread": 0.0}
"""Innovation without luck: every maker of machinery finds something every month."""


@pytest.mark.parametrize("time_to_build", [1.0, 3.0, 12.0])
def test_productivity_lags_the_frontier_by_the_age_of_capital(time_to_build: float) -> None:
    """Vintages on a path where the frontier grows by g and capital is kept: productivity grows by g behind it."""
    growth, wear = 0.03, 0.09
    given = {
        Firms.good: MACHINERY, Plant.capital: 1200.0, Plant.invested: 900, Economy.basket_price: 100.0,
        Technology.frontier: 1.0, Goods.machinery: MAKES_MACHINERY,
    }  # fmt: skip
    parameters = STEADY | {
        "Capital.depreciation": wear, "Anchors.growth": growth, "Capital.time_to_build": time_to_build,
    }  # fmt: skip
    rules, rows = (install_capital, advance_frontier), {Firms: 1, Goods: GOODS_MAX}
    one, later = (run(rules, rows, given, ticks=ticks, parameters=parameters) for ticks in (2400, 2412))
    grown = later[Firms].labor_productivity[0] / one[Firms].labor_productivity[0]
    assert grown == pytest.approx((1.0 + growth / 12.0) ** 12, rel=1e-6)
    # With f growing by m a month and d wearing out, p' = (1 - d) p + d v and v' = s v + (1 - s) f, where s of what
    # is under way stays so, give f / v = (1 + m - s) / (1 - s) and v / p = (m + d) / d.
    month, share = growth / 12.0, wear / 12.0
    stays = (1.0 - share) * (1.0 - 1.0 / time_to_build)
    newer = (1.0 + month - stays) / (1.0 - stays)
    ratio = later[Economy].frontier[0] / later[Firms].labor_productivity[0]
    assert ratio == pytest.approx((month + share) / share * newer)
    assert later[Economy].frontier[0] / later[Firms].vintage[0] == pytest.approx(newer)


# fmt: off
@pytest.mark.parametrize(("makers", "chance", "leap_chance", "leap_part"), [
    (1,  0.2,  0.25, 0.2),
    (30, 0.2,  0.25, 0.2),
    (4,  0.02, 0.25, 0.2),
    (10, 0.5,  1.0,  0.5),
    (3,  0.2,  0.5,  1.0),    # all by leaps
    (3,  0.2,  0.0,  0.5),    # no leaps: makers find it all
    (5,  1.0,  0.25, 0.0),    # no luck at all
])
# fmt: on
def test_innovation_is_luck_around_growth(
    makers: int, chance: float, leap_chance: float, leap_part: float
) -> None:
    """Steps of the frontier are independent: log growth has the mean and the spread of a binomial and a leap."""
    growth, months, runs = 0.018, 1200, 12
    good = np.zeros(makers + 5, int)
    good[:makers] = MACHINERY
    parameters = {
        "Anchors.growth": growth, "Innovation.chance": chance, "Innovation.leap_chance": leap_chance,
        "Innovation.leap_part": leap_part,
    }  # fmt: skip
    given = {Firms.good: good, Goods.machinery: MAKES_MACHINERY, Technology.frontier: 1.0}
    rows = {Firms: good.size, Goods: GOODS_MAX}
    worlds = (
        run(advance_frontier, rows, given, ticks=months, seed=seed, parameters=parameters)
        for seed in range(runs)
    )
    logs = np.array([math.log(world[Economy].frontier[0]) for world in worlds])
    leaping = leap_part if leap_chance > 0.0 else 0.0
    found = np.arange(makers + 1)
    odds = stats.binom.pmf(found, makers, chance)
    steps = np.log1p(growth * (1.0 - leaping) / 12.0 * found / (chance * makers))
    leap = math.log1p(growth * leaping / leap_chance) if leaping else 0.0
    odd = leap_chance / 12.0
    mean = float(odds @ steps) + odd * leap
    spread = math.sqrt(float(odds @ (steps - odds @ steps) ** 2) + odd * (1.0 - odd) * leap**2)
    assert abs(logs.mean() - months * mean) <= 4.0 * spread * math.sqrt(months / runs) + 1e-9
    assert spread == pytest.approx(0.0, abs=1e-12) or 0.3 < logs.std() / (spread * math.sqrt(months)) < 1.8
    # The mean of a step is a month's growth, whatever the luck.
    expected = float(odds @ np.exp(steps)) * (1.0 + odd * math.expm1(leap)) - 1.0
    assert expected == pytest.approx(growth / 12.0, rel=1e-3)


def test_without_makers_of_machinery_only_leaps_are_left() -> None:
    parameters = {"Anchors.growth": 0.02, "Innovation.leap_part": 0.2, "Innovation.leap_chance": 0.25}
    rows = {Firms: 3, Goods: GOODS_MAX}
    found = run(advance_frontier, rows, {Technology.frontier: 1.0}, ticks=600, parameters=parameters)
    leaps = math.log(found[Economy].frontier[0]) / math.log1p(0.02 * 0.2 / 0.25)
    assert leaps == pytest.approx(round(leaps), abs=1e-9)
    assert abs(leaps - 12.5) < 4.0 * math.sqrt(12.5)


def test_a_loan_without_new_credit_is_repaid_geometrically() -> None:
    given = {
        Accounts.deposits: [10**9, 0], Books.loan: 10**8, Plant.capital: 10**6, Economy.basket_price: 100.0,
        Banks.lending: 0,
    }  # fmt: skip
    parameters = {"FirmCredit.maturity": 36.0}
    firms = run(adjust_loans, {Firms: 1, Accounts: 2, Banks: 1}, given, ticks=36, parameters=parameters)[Firms]
    # Each month is rounded to a cent.
    assert firms.loan[0] == pytest.approx(10**8 * (1.0 - 1.0 / 36.0) ** 36, abs=20)


def test_prices_stay_where_costs_and_stocks_are_normal() -> None:
    given = {
        Firms.price: 120.0, Firms.markup: 0.2, Firms.unit_cost: 100.0, Firms.expected_sales: 10.0,
        Firms.inventory: 20.0, Firms.sold: 10.0, Goods.storable: 1, Goods.inventory_months: 2.0, Goods.markup: 0.2,
    }  # fmt: skip
    firms = run(post_prices, {Firms: 50, Goods: 1}, given, ticks=60)[Firms]
    assert firms.price.tolist() == pytest.approx([120.0] * 50)


def test_wages_grow_with_prices_and_productivity_where_posts_fill_as_usual() -> None:
    given = {
        Workforce.offer: 1000.0, Workforce.vacancies: 5, Workforce.staff: 7, Wages.offer_mean: 1000.0,
        Localities.offer_mean: 1000.0, Outlook.expected_inflation: 0.02, Technology.productivity_growth: 0.015,
        Workforce.unfilled: 2,
    }  # fmt: skip
    parameters = {"LaborMarket.unfilled_normal": 0.4, "LaborMarket.pull": 0.0}
    firms = run(revise_offers, {Firms: 3}, given, ticks=12, parameters=parameters)[Firms]
    assert firms.offer.ravel().tolist() == pytest.approx([1000.0 * (1.0 + 0.035 / 12.0) ** 12] * 9)


@pytest.mark.parametrize("inflation", [0.0, 0.02, 0.05])
def test_the_policy_rate_settles_at_the_rule(inflation: float) -> None:
    """With a known neutral rate: r + p + (a - 1)(p - p*), whatever the inertia."""
    given = {
        CentralBank.neutral_rate: 0.01, Economy.inflation: inflation, Outlook.expected_inflation: inflation,
        CentralBank.unemployment_norm: 0.05, CentralBank.unemployment_seen: 0.05,
    }  # fmt: skip
    parameters = {
        "MonetaryPolicy.neutral_memory": 0.0, "MonetaryPolicy.norm_memory": 0.0, "MonetaryPolicy.inertia": 0.8,
        "MonetaryPolicy.on_inflation": 1.5, "MonetaryPolicy.on_unemployment": 0.0, "MonetaryPolicy.on_speed": 0.0,
    }  # fmt: skip
    bank = run(set_policy_rate, {}, given, ticks=300, parameters=parameters)[CentralBank]
    assert bank.policy_rate[0] == pytest.approx(max(0.0, 0.01 + inflation + 0.5 * (inflation - 0.02)))


def test_gini_of_known_distributions() -> None:
    """Quantiles of 200,000 people; Pareto has 1 / (2 a - 1)."""
    rank = (np.arange(200_000) + 0.5) / 200_000
    assert gini(np.full(1000, 7.0)) == pytest.approx(0.0, abs=1e-12)
    assert gini(np.append(np.zeros(999), 1.0)) == pytest.approx(0.999)
    assert gini(rank) == pytest.approx(1.0 / 3.0, abs=1e-4)
    assert gini(-np.log(rank)) == pytest.approx(0.5, abs=1e-4)
    assert gini((1.0 - rank) ** (-1.0 / 3.0)) == pytest.approx(1.0 / 5.0, abs=1e-3)
    assert gini(rank[::-1]) == pytest.approx(gini(rank))


def after(page: Any, years: int, stocks: dict[str, float], **letters: Any) -> dict[str, float]:
    scenario = textbook.scenario(consumers=100, firms=5, banks=1, **letters)
    opened = textbook.opening(**stocks)
    with Simulation(scenario, tick=page, opening=opened, observe=textbook.indicators, threads=1) as economy:
        last = economy.run(years).history().slice(years - 1)
    return {name: float(last.column(name)[0].as_py()) for name in ("Y", "C", "YD", "V", "T", "Bh", "Hh")}


@pytest.mark.parametrize(
    ("purchases", "theta", "alpha1", "alpha2"),
    [(20.0, 0.2, 0.6, 0.4), (50.0, 0.35, 0.45, 0.55), (12.5, 0.4, 0.8, 0.3), (33.0, 0.25, 0.7, 0.5)],
)
def test_stationary_state_of_sim(purchases: float, theta: float, alpha1: float, alpha2: float) -> None:
    """Output is government purchases over the tax rate, whatever people save: then the budget is balanced."""
    found = after(textbook.SIM, 150, {}, G=purchases, theta=theta, alpha1=alpha1, alpha2=alpha2)
    assert found["Y"] == pytest.approx(purchases / theta, rel=1e-6)
    assert found["T"] == pytest.approx(purchases, rel=1e-6)
    assert found["V"] == pytest.approx((1.0 - alpha1) / alpha2 * found["YD"], rel=1e-6)


def test_first_years_multiplier() -> None:
    """Within the year a dollar of purchases makes 1 / (1 - alpha1 (1 - theta)) dollars of output."""
    letters = {"theta": 0.2, "alpha1": 0.6, "alpha2": 0.4}
    more, less = (after(textbook.SIM, 1, {"H": 80.0}, G=purchases, **letters)["Y"] for purchases in (21.0, 20.0))
    assert more - less == pytest.approx(1.0 / (1.0 - 0.6 * 0.8), abs=1e-7)


def test_dearer_debt_makes_more_output_in_pc() -> None:
    """The book's puzzle: in the long run higher interest is higher income, for bills are wealth."""
    letters = {
        "G": 20.0, "theta": 0.2, "alpha1": 0.6, "alpha2": 0.4, "lambda0": 0.635, "lambda1": 5.0, "lambda2": 0.01,
    }  # fmt: skip
    stocks = {"H": 21.62, "Bh": 64.865, "Bcb": 21.576, "R": 0.025}
    low, high = (after(textbook.PC, 150, stocks, R=rate, **letters) for rate in (0.025, 0.035))
    assert high["Y"] > low["Y"] + 3.0
    assert high["Hh"] < low["Hh"]
    # Purchases and interest on bills of consumers are what taxes pay for.
    assert low["T"] == pytest.approx(20.0 + 0.025 * low["Bh"], rel=1e-6)
