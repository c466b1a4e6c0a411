"""Births and deaths of firms: who closes, what becomes of plant, loan and money, and who is founded with what."""

from functools import cache
from typing import Any

import numpy as np
import pytest
from small_world import run

from ravelin import Scenario, Simulation
from ravelin.core.table import Column, Table, World
from ravelin.economy.accounts.tables import Economy
from ravelin.economy.banks.tables import Banks
from ravelin.economy.firms.tables import CLOSING, OPEN, STARTING, VACANT, Books, Firms, Plant, Technology, Workforce
from ravelin.economy.firms.turnover import auction_plant, found_firms, quit_or_go_on, wind_up
from ravelin.economy.goods.tables import Goods, GoodsClearing
from ravelin.economy.people.tables import Consumers
from ravelin.economy.places.tables import Localities
from ravelin.ledger.accounts import BANKS, FIRMS, WRITE_OFFS, Accounts, Flows

PRICE = 100.0
"""Of a unit of new capital, in cents."""


def auctioned(budgets: list[int], units: float = 1000.0) -> World:
    """One firm closes with so many units beside the one that is scrap; two mean to invest."""
    rows: dict[type[Table], int] = {Firms: 3, Accounts: 4, Banks: 1}
    given: dict[Column, Any] = {
        Firms.state: [CLOSING, OPEN, OPEN], Plant.capital: [units + 1.0, 5000.0, 1000.0],
        Plant.capital_under_way: 0.0, Plant.labor_productivity: [1.0, 2.0, 2.0],
        Plant.investment_budget: [0, *budgets], Accounts.deposits: [0, 900_000, 900_000, 0],
        Economy.basket_price: PRICE,
    }  # fmt: skip
    return run(auction_plant, rows, given)


# fmt: off
@pytest.mark.parametrize(("budgets", "cents", "units"), [
    ([300_000, 100_000], 50_000, 1000.0),   # money enough: at half of new
    ([90_000, 30_000],   30_000, 1000.0),   # a quarter of what is meant for investment, for all of it
    ([18_000, 6_000],     6_000,  600.0),   # no cheaper than a tenth of new
    ([0, 0],                  0,    0.0),
])
# fmt: on
def test_used_plant_goes_for_the_cash_in_the_market(budgets: list[int], cents: int, units: float) -> None:
    world = auctioned(budgets)
    firms = world[Firms]
    assert world[Accounts].deposits.tolist() == [cents, 900_000 - cents * 3 // 4, 900_000 - cents // 4, 0]
    assert firms.investment_budget.tolist() == [0, budgets[0] - cents * 3 // 4, budgets[1] - cents // 4]
    assert firms.capital.tolist() == pytest.approx([1001.0 - units, 5000.0 + 0.75 * units, 1000.0 + 0.25 * units])
    # It is as productive as it was.
    made = 2.0 * 1000.0 + 1.0 * 0.25 * units
    assert firms.labor_productivity[2] == pytest.approx(made / (1000.0 + 0.25 * units))
    assert world.array(GoodsClearing.business_goods).tolist() == [0]
    assert world[Banks].posted.sum() == 0


CERTAIN = {
    "Quitting.chance_small": 0.0, "Quitting.chance_young": 0.0, "Quitting.chance_losing": 0.0,
    "Quitting.chance_idle": 0.0,
}  # fmt: skip


def quitting(chance: str, **given: Any) -> World:
    """One of ten sellers of its market, of age, with staff and profit, where one reason to close is certain."""
    columns: dict[Column, Any] = {
        Firms.age: 400, Firms.months: 100, Workforce.staff: 10, Books.surplus: 10_000, Plant.capital: 1000.0,
        Economy.basket_price: PRICE, Localities.market_count: 10, Firms.market_share: 0.01, Firms.price: 200.0,
    }  # fmt: skip
    columns |= {COLUMNS[name]: value for name, value in given.items()}
    return run(quit_or_go_on, {Firms: 1, Goods: 1}, columns, parameters=CERTAIN | {f"Quitting.{chance}": 1.0})


COLUMNS: dict[str, Column] = {
    "age": Firms.age, "staff": Workforce.staff, "losses": Firms.losses, "surplus": Books.surplus,
    "sellers": Localities.market_count, "share": Firms.market_share, "leased": Goods.leased, "state": Firms.state,
    "months": Firms.months,
}  # fmt: skip


# fmt: off
@pytest.mark.parametrize(("chance", "given", "closes"), [
    ("chance_small", {}, False),
    ("chance_small", {"staff": 2}, True),                     # eight by skill make six in all
    ("chance_small", {"staff": 2, "sellers": 4}, False),      # one of four cannot be spared
    ("chance_small", {"staff": 2, "sellers": 5}, True),
    ("chance_small", {"staff": 2, "share": 0.09}, False),     # nor one with a twelfth of the market
    ("chance_small", {"staff": 2, "leased": 1}, False),       # dwellings are let by somebody
    ("chance_young", {}, False),
    ("chance_young", {"age": 59}, True),
    ("chance_young", {"age": 60}, False),
    ("chance_losing", {"losses": 12}, False),                 # the profit of this month is one less
    ("chance_losing", {"losses": 11, "surplus": 0}, True),
    ("chance_losing", {"losses": 10, "surplus": 0}, False),
    ("chance_idle", {}, False),
    ("chance_idle", {"staff": 0}, True),
    ("chance_idle", {"staff": 0, "months": 23}, False),       # it has had no time to find customers
])
# fmt: on
def test_who_gives_up(chance: str, given: dict[str, Any], closes: bool) -> None:
    firms = quitting(chance, **given)[Firms]
    assert firms.state.tolist() == [CLOSING if closes else OPEN]
    assert firms.price[0] == pytest.approx(140.0 if closes else 200.0)
    assert firms.months[0] == (0 if closes else given.get("months", 100) + 1)


@pytest.mark.parametrize("state", [CLOSING, VACANT, STARTING])
def test_only_open_firms_give_up(state: int) -> None:
    assert quitting("chance_young", age=1, state=state)[Firms].state.tolist() == [state]


def wound(**given: Any) -> World:
    rows: dict[type[Table], int] = {Firms: 2, Accounts: 3, Banks: 1}
    columns: dict[Column, Any] = {
        Firms.state: [CLOSING, OPEN], Firms.months: 3, Plant.capital: 700.0, Plant.capital_under_way: 5.0,
        Books.loan: [90_000, 90_000], Accounts.deposits: [30_000, 30_000, 0], Books.outlays: 10.0, Books.misses: 2,
    }  # fmt: skip
    return run(wind_up, rows, columns | {COLUMNS[name]: value for name, value in given.items()})


def test_the_bank_of_a_closed_firm_has_what_there_is() -> None:
    world = wound()
    firms = world[Firms]
    assert firms.state.tolist() == [VACANT, OPEN]
    assert firms.loan.tolist() == [0, 90_000]
    assert world[Accounts].deposits.tolist() == [0, 30_000, 0]
    assert world[Banks].write_offs.tolist() == [60_000]
    assert world[Flows].paid[WRITE_OFFS, 5 * BANKS + FIRMS] == 60_000
    assert firms.capital.tolist() == [1.0, 700.0]
    assert firms.capital_under_way.tolist() == [0.0, 5.0]
    assert firms.misses.tolist() == [0, 2]


@pytest.mark.parametrize("given", [{"months": 2}, {"staff": [[0, 1, 0], [0, 0, 0]]}])
def test_a_firm_ends_when_it_has_had_its_time_and_nobody_works_there(given: dict[str, Any]) -> None:
    assert wound(**given)[Firms].state.tolist() == [CLOSING, OPEN]


def founded(state: int, parameters: dict[str, float] | None = None, **given: Any) -> Any:
    """A place beside one firm that sells 1,000 a month with normal profit."""
    columns: dict[Column, Any] = {
        Firms.state: [OPEN, state], Firms.trend_sales: [1000.0, 250.0], Books.surplus: [21_800, 0],
        Plant.capital: [10_000.0, 1.0], Plant.capital_under_way: 0.0, Economy.basket_price: PRICE,
        Goods.price: 120.0, Goods.markup: 0.2, Goods.capital_months: 10.0, Technology.frontier: 3.0,
        Firms.age: 50, Firms.enterprise: 7, Firms.market_share: 0.1,
    }  # fmt: skip
    columns |= {NEW[name]: value for name, value in given.items()}
    stated = {"Entry.chance": 1.0, "Entry.spread": 0.0} | (parameters or {})
    return run(found_firms, {Firms: 2, Goods: 1}, columns, parameters=stated)[Firms]


NEW: dict[str, Column] = {
    "capital": Plant.capital, "under_way": Plant.capital_under_way, "surplus": Books.surplus,
    "unmet": Goods.unmet_part,
}  # fmt: skip


def test_founders_pay_for_plant_and_four_months() -> None:
    firms = founded(VACANT, {"Entry.drawn": 0.0})
    assert firms.state.tolist() == [OPEN, STARTING]
    # A quarter of 1,000, with ten months' sales of plant at a dollar, and four months at 120 / 1.2 cents a unit.
    assert firms.call.tolist() == [0, 250 * 10 * 100 + 4 * 250 * 100]
    assert firms.trend_sales.tolist() == [1000.0, 250.0]
    assert firms.labor_productivity[1] == 3.0
    assert firms.age.tolist() == [50, 0]
    assert firms.enterprise.tolist() == [7, 1]


@pytest.mark.parametrize(
    ("surplus", "unmet", "factor"), [(1_000_000, 0.0, 0.5), (0, 1.0, 0.5), (-1_000_000, 0.0, -0.5)]
)
def test_profit_and_shortage_hardly_move_entry(surplus: int, unmet: float, factor: float) -> None:
    """A thousand places, and a chance of .4: at most e ** .5 more of them are taken, or less."""
    places = 1000
    columns: dict[Column, Any] = {
        Firms.state: [OPEN] + [VACANT] * places, Firms.trend_sales: 1.0, Books.surplus: [surplus] + [0] * places,
        Plant.capital: [1000.0] + [1.0] * places, Economy.basket_price: PRICE, Goods.price: 120.0,
        Goods.capital_months: 10.0, Technology.frontier: 1.0, Goods.unmet_part: unmet,
    }  # fmt: skip
    firms = run(found_firms, {Firms: places + 1, Goods: 1}, columns, parameters={"Entry.chance": 0.4})[Firms]
    chance = 0.4 * np.exp(factor)
    assert abs((firms.state == STARTING).mean() - chance) < 4.0 * np.sqrt(chance * (1.0 - chance) / places)


def test_it_opens_when_part_of_its_plant_stands() -> None:
    """Of ten months' plant for 250 a month three tenths are 750 units; it opens with what they can make."""
    assert founded(STARTING, capital=[10_000.0, 749.0]).state[1] == STARTING
    assert founded(STARTING, capital=[10_000.0, 900.0], under_way=[0.0, 200.0]).state[1] == STARTING
    opened = founded(STARTING, capital=[10_000.0, 1000.0])
    assert opened.state[1] == OPEN
    assert opened.expected_sales[1] == pytest.approx(100.0)
    assert opened.price[1] == 120.0


@cache
def lively() -> Simulation:
    """An economy where a third of the small firms close in a year."""
    chosen = {"Quitting.chance_small": 0.04}
    economy = Simulation(Scenario.load("default", consumers=2_000, seed=3, parameters=chosen), threads=1)
    economy.run(36)
    return economy


def test_an_economy_where_firms_come_and_go_keeps_its_books() -> None:
    economy = lively()
    history, firms = economy.history(), economy.world[Firms]
    assert np.abs(history.column("audit_gap_cents").to_numpy()).max() == 0
    births, deaths = (history.column(name).to_numpy() for name in ("firm_births", "firm_deaths"))
    assert births.sum() > 10
    assert deaths.sum() > 10
    assert set(economy.audit().values()) == {0}
    employed = np.bincount(economy.world[Consumers].employer[economy.world[Consumers].employer >= 0],
                           minlength=firms.state.size)  # fmt: skip
    assert (employed == firms.staff.sum(axis=1)).all()
    idle = firms.state != OPEN
    assert idle.any()
    gone = firms.state == VACANT
    assert (firms.staff[gone] == 0).all()
    assert (firms.loan[gone] == 0).all()
    assert (firms.inventory[gone] < 1e-3).all()
    assert (firms.expected_sales[idle & (firms.months > 1)] == 0).all()
    assert history.column("firms_open").to_numpy()[-1] == (firms.state == OPEN).sum()


def test_births_and_deaths_do_not_depend_on_threads() -> None:
    chosen = {"Quitting.chance_small": 0.04}
    prints = set()
    for threads in (1, 2):
        with Simulation(
            Scenario.load("default", consumers=20_000, seed=3, parameters=chosen), threads=threads
        ) as economy:
            economy.run(6)
            prints.add(economy.fingerprint())
    assert len(prints) == 1
