"""Firms plan and produce: three firms in a table, their plans worked out by hand."""

from typing import Any

import numpy as np
import pytest
from small_world import run

from ravelin.core.draws import key, normal
from ravelin.core.table import Column, Table
from ravelin.economy.accounts.tables import Economy
from ravelin.economy.firms.production import (
    install_capital,
    let_dwellings,
    offer_capacity,
    plan_output,
    produce,
    revise_sales,
)
from ravelin.economy.firms.tables import DwellingStock, Firms, Inputs, Plant, Purchasing, Technology, Workforce
from ravelin.economy.goods.tables import GOODS_MAX, Goods

PLAIN = {"WorkingTime.owner_labor": 0.0, "Planning.capacity_ceiling": 1.25}
MIX = np.array([0.5, 0.3, 0.2])
WORTH = np.array([0.6, 1.0, 2.0])
"""Normal amounts of the skills in a unit of labor, and their normal wages over that unit's, which cost one."""
STEEL, FOOD, HAIRCUTS = range(3)


def workers(*each: float) -> np.ndarray:
    """Standard workers of the first skill, in thousandths."""
    return np.array([[1000.0 * number, 0.0, 0.0] for number in each])


def one_firm(**departures: Any) -> dict[Column, Any]:
    """One maker of steel: capital 100 and 100 workers make 100 units; every limit is far away."""
    recipe = np.zeros((GOODS_MAX, GOODS_MAX))
    recipe[STEEL, [1, 2]] = [0.5, 0.25]
    given: dict[Column, Any] = {
        Firms.good: STEEL, Plant.capital: 100.0, Plant.tfp: 1.0, Workforce.labor: workers(100.0),
        Firms.target_output: 1000.0, Firms.inventory: 7.0, Goods.storable: 1, Goods.capital_exponent: 0.3,
        Goods.capital_months: 0.5, Goods.skill_weight: 1.0, Goods.skill_mix: [1.0, 0.0, 0.0], Goods.recipe: recipe,
        Inputs.good: [1, 2], Inputs.kind: [0, 0], Inputs.stock: [1000.0, 1000.0], Purchasing.input_count: 2,
    }  # fmt: skip
    return given | {COLUMNS[name]: value for name, value in departures.items()}


COLUMNS = {
    "target": Firms.target_output, "stock": Inputs.stock, "labor": Workforce.labor, "hours": Workforce.hours,
    "capital": Plant.capital,
    "capital_months": Goods.capital_months, "kind": Inputs.kind, "input_good": Inputs.good, "storable": Goods.storable,
    "usable": Plant.usable, "productivity": Plant.labor_productivity, "recipe": Goods.recipe,
    "weight": Goods.skill_weight, "mix": Goods.skill_mix, "under_way": Plant.capital_under_way,
}  # fmt: skip
ROWS: dict[type[Table], int] = {Goods: GOODS_MAX, Firms: 1, Inputs: 2}


# fmt: off
@pytest.mark.parametrize(("departures", "made", "left"), [
    # what is different                       output                    inputs left
    ({},                                      100.0,                    (950.0, 975.0)),
    ({"target": 60.0},                        60.0,                     (970.0, 985.0)),   # the plan
    ({"stock": [20.0, 1000.0]},               40.0,                     (0.0, 990.0)),     # the first input
    ({"stock": [1000.0, 5.0]},                20.0,                     (990.0, 0.0)),     # the second input
    ({"stock": [0.0, 5.0]},                   0.0,                      (0.0, 5.0)),
    ({"capital_months": 2.0},                 1.25 * 100 / 2,           (968.75, 984.375)),# the ceiling of capital
    ({"labor": workers(50.0)},                100 * 0.5 ** 0.7,         None),
    ({"labor": workers(0.0)},                 0.0,                      (1000.0, 1000.0)),
    ({"hours": 0.875},                        100 * 0.875 ** 0.7,       None),             # short time
    ({"hours": 1.125, "labor": workers(50.0)}, 100 * 0.5625 ** 0.7,     None),             # overtime
    ({"productivity": 2.0},                   100 * 2.0 ** 0.7,         None),
    ({"kind": [1, 0], "stock": [0.0, 1000.0]}, 100.0,                   (0.0, 975.0)),     # a service is no stock
    ({"capital": 0.0},                        0.0,                      (1000.0, 1000.0)),
    ({"capital": 150.0, "under_way": 50.0},   100.0,                    (950.0, 975.0)),   # not yet of use
    ({"capital": 100.0, "under_way": 100.0},  0.0,                      (1000.0, 1000.0)),
    ({"capital": 150.0, "under_way": 50.0, "capital_months": 2.0}, 62.5, (968.75, 984.375)),
    ({"usable": 0.5},                         100 * 0.5 ** 0.3,         None),             # half the plant stands still
    ({"usable": 0.5, "capital_months": 1.0},  1.25 * 50,                (968.75, 984.375)),
    ({"storable": 0},                         0.0,                      (1000.0, 1000.0)), # services are sold as made
])
# fmt: on
def test_the_scarcest_limit_holds(departures: dict[str, Any], made: float, left: tuple[float, ...] | None) -> None:
    world = run(produce, ROWS, one_firm(**departures), parameters=PLAIN)
    assert world[Firms].output[0] == pytest.approx(made, rel=1e-12)
    assert world[Firms].inventory[0] == pytest.approx(7.0 + made, rel=1e-12)
    if left is not None:
        assert world[Inputs].stock.tolist() == pytest.approx(left, rel=1e-6)


@pytest.mark.parametrize(("stock", "made"), [
    ([1000.0, 25.0], 100.0),                 # enough of both
    ([1000.0, 12.5], 100.0 * (0.4 + 0.3)),   # half of the lesser one
    ([1000.0, 0.0],  100.0 * 0.4),           # none of it: the important part goes on
    ([25.0, 12.5],   50.0),                  # the critical one is scarcer
])  # fmt: skip
def test_a_lesser_input_holds_back_a_part(stock: list[float], made: float) -> None:
    """The first input is half of the good's worth, the second a quarter, where .3 is critical."""
    parameters = PLAIN | {"Planning.critical_share": 0.3, "Planning.important_part": 0.4}
    world = run(produce, ROWS, one_firm(stock=stock), parameters=parameters)
    assert world[Firms].output[0] == pytest.approx(made)


def test_a_maker_short_of_its_own_good_uses_its_output() -> None:
    """Steel takes half of its weight in steel: of 100 made, 20 lay in store and 30 come out of the furnace."""
    recipe = np.zeros((GOODS_MAX, GOODS_MAX))
    recipe[STEEL, [STEEL, 2]] = [0.5, 0.25]
    given = one_firm(recipe=recipe, input_good=[STEEL, 2], stock=[20.0, 1000.0])
    world = run(produce, ROWS, given, parameters=PLAIN)
    assert world[Firms].output[0] == pytest.approx(70.0)
    assert world[Firms].inventory[0] == pytest.approx(77.0)
    assert world[Inputs].stock.tolist() == pytest.approx([0.0, 975.0])


def worked(amounts: np.ndarray, elasticity: float, **departures: Any) -> float:
    """Return the labor, in normal units, that a firm gets out of amounts of three skills."""
    given = one_firm(labor=1000.0 * amounts[None, :], weight=WORTH, mix=MIX, **departures)
    parameters = PLAIN | {"Skills.substitution": elasticity}
    made = run(produce, ROWS, given, parameters=parameters)[Firms].output[0]
    return float((made / 100.0**0.3) ** (1.0 / 0.7))


@pytest.mark.parametrize("elasticity", [1.4, 3.0, 12.0])
def test_skills_weigh_by_their_worth(elasticity: float) -> None:
    """At the normal mix labor is what it counts, and one more of a skill adds what it is normally paid."""
    normal = 100.0 * MIX
    assert worked(normal, elasticity) == pytest.approx(100.0, rel=1e-12)
    for skill, worth in enumerate(WORTH):
        more, less = normal.copy(), normal.copy()
        more[skill] += 0.05
        less[skill] -= 0.05
        assert worked(more, elasticity) - worked(less, elasticity) == pytest.approx(0.1 * worth, rel=1e-4)


@pytest.mark.parametrize("elasticity", [1.4, 3.0, 12.0])
@pytest.mark.parametrize("amounts", [(80.0, 20.0, 5.0), (10.0, 60.0, 20.0), (50.0, 30.0, 0.0), (0.0, 0.0, 40.0)])
def test_skills_are_substitutes(amounts: tuple[float, float, float], elasticity: float) -> None:
    """Ces: (sum of mix * worth * (amount / mix)^r)^(1 / r); a lopsided staff does less than its worth."""
    power = 1.0 - 1.0 / elasticity
    found = worked(np.array(amounts), elasticity)
    assert found == pytest.approx(np.sum(MIX * WORTH * (amounts / MIX) ** power) ** (1.0 / power), rel=1e-11)
    assert found < float(np.dot(WORTH, amounts))


def test_overtime_and_the_owner_help_out() -> None:
    helped = PLAIN | {"WorkingTime.owner_labor": 0.5}
    made = run(produce, ROWS, one_firm(hours=1.1), parameters=helped)[Firms].output[0]
    assert made == pytest.approx(100.0 * 1.105**0.7)
    # The owner does of everything what the normal mix has of it.
    given = one_firm(labor=100_000.0 * MIX[None, :], weight=WORTH, mix=MIX, hours=1.1)
    assert run(produce, ROWS, given, parameters=helped)[Firms].output[0] == pytest.approx(100.0 * 1.105**0.7)


# fmt: off
@pytest.mark.parametrize(("stock", "output", "left"), [
    (1000.0, 100.0, 950.0),
    (  50.0, 100.0,   0.0),
    (  20.0,  70.0,   0.0),   # 50 needed, 20 in store: 30 of its own
    (   0.0,  50.0,   0.0),
])
# fmt: on
def test_a_maker_uses_its_own_output(stock: float, output: float, left: float) -> None:
    recipe = np.zeros((GOODS_MAX, GOODS_MAX))
    recipe[STEEL, STEEL] = 0.5
    given = one_firm(input_good=[STEEL, 2], kind=[0, 1], stock=[stock, 0.0], recipe=recipe)
    world = run(produce, ROWS, given, parameters=PLAIN)
    assert world[Firms].output[0] == pytest.approx(output)
    assert world[Inputs].stock[0] == pytest.approx(left)


def plan(goods: list[int], elasticity: float = 3.0, **given: Any) -> Any:
    """Plan with firms of goods 0 and 1, which are stored, and 2, which is a service; all at normal size.

    Unless said otherwise every skill is worth and paid the same.
    """
    columns: dict[Column, Any] = {
        Firms.good: goods, Plant.capital: 200.0, Plant.tfp: 1.0, Firms.expected_sales: 100.0, Firms.inventory: 200.0,
        Workforce.labor: workers(*[100.0] * len(goods)), Workforce.offer: 300_000.0, Workforce.payroll: 30_000_000,
        Goods.capital_exponent: 0.3, Goods.capital_months: 2.0, Goods.inventory_months: 2.0, Goods.price: 100.0,
        Goods.storable: [1, 1, 0] + [0] * (GOODS_MAX - 3), Goods.skill_mix: MIX, Goods.skill_weight: 1.0,
    }  # fmt: skip
    columns |= {FIRMS[name]: value for name, value in given.items()}
    rows: dict[type[Table], int] = {Goods: GOODS_MAX, Firms: len(goods)}
    parameters = {
        "Planning.inventory_speed": 0.2, "Planning.spare_capacity": 0.1, "Planning.capacity_ceiling": 1.25,
        "Taxes.payroll_employer": 0.05, "Skills.substitution": elasticity,
    }  # fmt: skip
    return run(plan_output, rows, columns, parameters=parameters)[Firms]


FIRMS = {
    "inventory": Firms.inventory, "sales": Firms.expected_sales, "capital": Plant.capital, "tfp": Plant.tfp,
    "payroll": Workforce.payroll, "recipe": Goods.recipe, "production_tax": Goods.production_tax, "price": Goods.price,
    "productivity": Plant.labor_productivity, "offer": Workforce.offer, "worth": Goods.skill_weight,
    "under_way": Plant.capital_under_way, "labor": Workforce.labor,
    "usable": Plant.usable, "spoilage": Goods.spoilage,
}  # fmt: skip


# fmt: off
@pytest.mark.parametrize(("good", "inventory", "sales", "target"), [
    (STEEL,    200.0, 100.0, 100.0),               # stock on target: make what is sold
    (STEEL,    100.0, 100.0, 120.0),               # a fifth of the gap of 100
    (STEEL,    300.0, 100.0,  80.0),
    (STEEL,    900.0, 100.0,   0.0),               # never below zero
    (STEEL,      0.0, 100.0, 125.0),               # wants 140, capital allows 125
    (STEEL,      0.0,   0.0,   0.0),
    (HAIRCUTS,   0.0, 100.0, 110.0),               # services keep spare capacity, whatever is left over
    (HAIRCUTS,  50.0, 100.0, 110.0),
    (HAIRCUTS,   0.0, 120.0, 125.0),
])
# fmt: on
def test_target_output(good: int, inventory: float, sales: float, target: float) -> None:
    firms = plan([good], inventory=inventory, sales=sales)
    assert firms.target_output[0] == pytest.approx(target)
    # The labor wanted makes just that, in the good's mix of skills.
    wanted = firms.labor_wanted[0]
    assert 200.0**0.3 * wanted.sum() ** 0.7 == pytest.approx(target)
    assert wanted == pytest.approx(wanted.sum() * MIX)


@pytest.mark.parametrize("good", [STEEL, HAIRCUTS])
def test_capital_under_way_is_no_capital_yet(good: int) -> None:
    installed, building = plan([good], sales=120.0), plan([good], sales=120.0, capital=260.0, under_way=60.0)
    for column in ("target_output", "labor_wanted", "unit_cost"):
        assert getattr(building, column)[0] == pytest.approx(getattr(installed, column)[0], rel=1e-12)
    assert plan([good], sales=120.0, capital=260.0).labor_wanted[0, 0] < installed.labor_wanted[0, 0]


def test_what_will_spoil_is_made_too() -> None:
    """A twentieth of what is in store, 200, spoils each month; its cost is in that of what is sold."""
    fresh, plain = plan([FOOD], spoilage=0.05), plan([FOOD])
    assert fresh.target_output[0] == pytest.approx(plain.target_output[0] + 0.05 * 200.0)
    more = (1.0 + 0.05 * 2.0) ** (1.0 / 0.7)
    assert fresh.unit_cost[0] == pytest.approx(more * plain.unit_cost[0])


def test_a_plant_that_stands_still_costs_no_less_per_unit() -> None:
    """With a quarter of its capital usable it plans 31.25 of 100, and the cost is that of those 31.25."""
    whole, broken = plan([STEEL]), plan([STEEL], usable=0.25)
    assert broken.target_output[0] == pytest.approx(0.25 * 1.25 * 100.0)
    assert broken.unit_cost[0] == pytest.approx(1.25 ** (0.3 / 0.7) * whole.unit_cost[0])


def test_better_workers_are_fewer() -> None:
    firms = plan([STEEL, STEEL], productivity=[1.0, 1.25])
    assert firms.labor_wanted[0].sum() == pytest.approx(1.25 * firms.labor_wanted[1].sum())


@pytest.mark.parametrize("elasticity", [1.4, 3.0, 12.0])
def test_firms_want_the_skills_that_cost_least(elasticity: float) -> None:
    """Each relative wage is answered with the elasticity; the mix does the work, and is priced at what it costs."""
    normal, offers = 300_000.0 * WORTH, 300_000.0 * WORTH * [0.8, 1.0, 1.5]
    usual = plan([STEEL], elasticity, worth=WORTH, offer=normal)
    assert usual.labor_wanted[0] == pytest.approx(100.0 ** (1.0 / 0.7) * 200.0 ** (-0.3 / 0.7) * MIX)
    assert usual.labor_price[0] == pytest.approx(300_000.0)
    firms = plan([STEEL], elasticity, worth=WORTH, offer=offers)
    wanted = firms.labor_wanted[0].astype(float)
    change = wanted / usual.labor_wanted[0]
    assert change / change[1] == pytest.approx(np.array([0.8, 1.0, 1.5]) ** -elasticity)
    work = usual.labor_wanted[0].sum()
    power = 1.0 - 1.0 / elasticity
    assert np.sum(MIX * WORTH * (wanted / MIX) ** power) ** (1.0 / power) == pytest.approx(work)
    assert firms.labor_price[0] == pytest.approx(np.dot(offers, wanted) / work)
    # Staff whose payroll is just today's offers cost what the cheapest mix costs.
    staff = np.floor(1000.0 * wanted)
    payroll = round(0.001 * float(np.dot(offers, staff)))
    paid = plan([STEEL], elasticity, worth=WORTH, offer=offers, labor=staff[None, :], payroll=payroll)
    assert paid.unit_cost[0] == pytest.approx(1.05 * np.dot(offers, wanted) / 100.0)


def test_normal_unit_cost() -> None:
    """Pay with payroll tax, inputs at market prices, production tax on the price to be; what incumbents earn counts."""
    recipe = np.zeros((GOODS_MAX, GOODS_MAX))
    recipe[STEEL, [FOOD, HAIRCUTS]] = [0.2, 0.1]
    prices = np.full(GOODS_MAX, 100.0)
    prices[[FOOD, HAIRCUTS]] = [50.0, 200.0]
    firms = plan([STEEL], recipe=recipe, production_tax=0.03, price=prices)
    labor = firms.labor_wanted[0].sum()
    pay = 1.05 * labor * 300_000.0 / 100.0
    assert firms.unit_cost[0] == pytest.approx((pay + 0.2 * 50.0 + 0.1 * 200.0) / (1.0 - 0.03))
    # A hundred workers who earn a tenth more than today's offers make pay higher by a tenth, but for one more offer.
    dear = plan([STEEL], payroll=33_000_000)
    plain = plan([STEEL])
    drift = (33_000_000 + 300_000.0) / (30_000_000 + 300_000.0)
    assert dear.unit_cost[0] == pytest.approx(drift * plain.unit_cost[0])


def test_the_smallest_firm_reckons_like_the_largest() -> None:
    """Returns to scale are constant: half a unit a month costs as much a unit as a hundred; no sales, no reckoning."""
    large = plan([STEEL])
    small = plan([STEEL], capital=1.0, sales=0.5, inventory=1.0, labor=workers(0.5), payroll=150_000)
    assert small.unit_cost[0] == pytest.approx(large.unit_cost[0])
    none = plan([STEEL], sales=0.0)
    assert none.unit_cost[0] == Firms.unit_cost.start


def test_a_dip_in_sales_this_month_does_not_move_normal_cost() -> None:
    """Cost is normal: at expected sales, not at this month's output, which follows stocks."""
    few, many = plan([STEEL], inventory=300.0), plan([STEEL], inventory=100.0)
    assert few.target_output[0] < many.target_output[0]
    assert few.unit_cost[0] == pytest.approx(many.unit_cost[0])


def revise(**parameters: float) -> Any:
    given = {
        Firms.expected_sales: [100.0, 100.0, 100.0], Firms.trend_sales: 100.0, Firms.sold: [100.0, 80.0, 100.0],
        Firms.unserved: [0.0, 0.0, 50.0], Firms.visibility: 1.0, Firms.age: [0, 5, 30_000],
    }  # fmt: skip
    group = {"trend_memory": "Capital"}
    names = {f"{group.get(name, 'Planning')}.{name}": value for name, value in parameters.items()}
    return run(revise_sales, {Firms: 3}, given, parameters=names)[Firms]


def test_expected_sales_follow_demand() -> None:
    firms = revise(sales_memory=0.25, trend_memory=0.04, unserved_weight=0.3, visibility_spread=0.0)
    assert firms.expected_sales.tolist() == pytest.approx([100.0, 95.0, 103.75])
    assert firms.trend_sales.tolist() == pytest.approx([100.0, 99.2, 100.6])
    assert firms.age.tolist() == [1, 6, 30_000]


def test_visibility_returns_to_zero_but_for_luck() -> None:
    assert revise(visibility_memory=0.9, visibility_spread=0.0).visibility.tolist() == pytest.approx([0.9] * 3)
    lucky = revise(visibility_memory=0.9, visibility_spread=0.1).visibility
    assert np.unique(lucky).size == 3
    # `run` numbers these firms from the first row on; its seed is 1, its month 0.
    luck = [normal(key(1, "visibility", 0), row) for row in range(3)]
    assert lucky.tolist() == pytest.approx([0.9 + 0.1 * one for one in luck])


# fmt: off
@pytest.mark.parametrize(("target", "staff", "capacity"), [
    (1000.0, 100.0, 100.0),                 # all that staff and capital can do
    (  60.0, 100.0,  60.0),                 # or what is planned
    (1000.0,  50.0, 100.0 * 0.5 ** 0.7),
    (1000.0,   0.0,   0.0),
])
# fmt: on
def test_capacity_of_services_is_offered_afresh(target: float, staff: float, capacity: float) -> None:
    """Of capital in use, whatever is under way beside it."""
    given = one_firm(target=target, labor=workers(staff), storable=0, capital=130.0, under_way=30.0)
    assert run(offer_capacity, ROWS, given, parameters=PLAIN)[Firms].inventory[0] == pytest.approx(capacity)
    stored = run(offer_capacity, ROWS, one_firm(target=target), parameters=PLAIN)
    assert stored[Firms].inventory[0] == 7.0


def installed(time_to_build: float, spread: float = 0.0, **given: Any) -> Any:
    """Install capital for a month in which a hundredth of it wears out and a unit costs 100."""
    columns: dict[Column, Any] = {
        Plant.capital: 1200.0, Plant.labor_productivity: 1.0, Goods.leased: 0, Economy.basket_price: 100.0,
        Technology.frontier: 2.0,
    }  # fmt: skip
    columns |= {BUILDING[name]: value for name, value in given.items()}
    parameters = {
        "Capital.depreciation": 0.12, "Growth.vintage_spread": spread, "Capital.time_to_build": time_to_build,
    }  # fmt: skip
    firms = max(np.size(value) for value in given.values())
    return run(install_capital, {Goods: 2, Firms: firms}, columns, parameters=parameters)[Firms]


BUILDING: dict[str, Column] = {
    "capital": Plant.capital, "under_way": Plant.capital_under_way, "invested": Plant.invested,
    "vintage": Plant.vintage,
}  # fmt: skip


def test_capital_wears_and_new_capital_is_better() -> None:
    firms = installed(4.0, capital=[1200.0, 1200.0, 0.0], invested=[0, 12_000, 50_000])
    assert firms.capital.tolist() == pytest.approx([1188.0, 1308.0, 500.0])
    # What was bought is under way, and as good as the frontier.
    assert firms.capital_under_way.tolist() == pytest.approx([0.0, 120.0, 500.0])
    assert firms.vintage.tolist() == pytest.approx([1.0, 2.0, 2.0])
    assert firms.labor_productivity.tolist() == [1.0, 1.0, 1.0]


def test_capital_takes_time_to_build() -> None:
    """Of 120 under way 1.2 wear out and a quarter of the rest comes to use; what is bought mixes with what waits."""
    firms = installed(4.0, under_way=[120.0, 120.0, 1200.0], vintage=1.5, invested=[0, 8_910, 0])
    assert firms.capital.tolist() == pytest.approx([1188.0, 1188.0 + 89.1, 1188.0])
    assert firms.capital_under_way.tolist() == pytest.approx([89.1, 178.2, 891.0])
    blended = (1.0 * 1069.2 + 1.5 * 29.7) / 1098.9
    assert firms.labor_productivity.tolist() == pytest.approx([blended, blended, 1.5])
    assert firms.vintage.tolist() == pytest.approx([1.5, (1.5 + 2.0) / 2.0, 1.5])


def test_capital_built_in_a_month_is_of_use_in_the_next() -> None:
    firms = installed(1.0, under_way=[120.0, 0.0], vintage=1.5, invested=[12_000, 12_000])
    assert firms.capital_under_way.tolist() == pytest.approx([120.0, 120.0])
    assert firms.vintage.tolist() == pytest.approx([2.0, 2.0])
    assert firms.labor_productivity.tolist() == pytest.approx([(1069.2 + 1.5 * 118.8) / 1188.0, 1.0])


def test_machines_are_luck_around_the_frontier() -> None:
    """Lognormal with the frontier as mean; nobody's luck is another's."""
    spread, firms = 0.2, 20_000
    vintage = installed(3.0, spread, invested=np.full(firms, 100_000)).vintage
    assert np.unique(vintage).size > 0.99 * firms
    assert abs(vintage.mean() / 2.0 - 1.0) < 4.0 * spread / np.sqrt(firms)
    luck = np.log(vintage / 2.0)
    assert abs(luck.std() / spread - 1.0) < 4.0 / np.sqrt(2.0 * firms)
    assert abs(luck.mean() + 0.5 * spread**2) < 4.0 * spread / np.sqrt(firms)


def test_leased_capital_grows_with_dwellings() -> None:
    given = {Plant.capital: [100.0, 100.0], Firms.good: [0, 1], Goods.leased: [0, 1], Plant.invested: 7}
    grown = run(let_dwellings, {Goods: 2, Firms: 2}, given | {DwellingStock.dwelling_growth: 0.01})
    assert grown[Firms].capital.tolist() == pytest.approx([100.0, 101.0])
    worn = run(install_capital, {Goods: 2, Firms: 2}, given)
    assert worn[Firms].capital[1] == 100.0
