"""Firms plan from expected sales and produce with labor, capital and inputs."""

from typing import NamedTuple

import numpy as np

from ravelin.core.arithmetic import exp
from ravelin.core.clock import MONTHS_PER_YEAR
from ravelin.core.draws import normal
from ravelin.core.kernel import compiled
from ravelin.core.parameter import Parameters, parameter
from ravelin.core.system import (
    Cents,
    Doubles,
    Floats,
    Indices,
    Smalls,
    bundle,
    draws,
    first,
    local_system,
    reads,
    renews,
    sets,
    uses,
    writes,
)  # fmt: skip
from ravelin.core.units import PER_THOUSAND
from ravelin.economy.accounts.tables import Economy
from ravelin.economy.firms.acts import Demand, InputLists, span_of
from ravelin.economy.firms.parameters import Capital
from ravelin.economy.firms.tables import STORED, DwellingStock, Firms, Inputs, Plant, Technology, Workforce
from ravelin.economy.goods.tables import Goods
from ravelin.economy.government.parameters import Taxes
from ravelin.economy.labor.parameters import Skills, WorkingTime
from ravelin.mechanisms.technology import (
    ces_cost_at,
    ces_cost_shares,
    ces_demand,
    ces_output,
    cobb_douglas,
    labor_required,
    normal_mix_weights,
)

_KEPT_LEAST = 0.05
"""Least part of a price that a tax on production may leave in planning: no finite price pays for more (assumption)."""


class Planning(Parameters):
    """How firms form plans."""

    sales_memory = parameter(0.25, "1/month", "speed at which expected sales follow demand", low=0, high=1,
                             source="Caiani et al. 2016; MODEL lam_s")  # fmt: skip
    unserved_weight = parameter(0.3, "fraction", "demand served elsewhere that counts as demand", low=0, high=1,
                                source="MODEL chi, tuned")  # fmt: skip
    inventory_speed = parameter(0.2, "1/month", "share of an inventory gap planned away a month", low=0, high=1,
                                source="Metzler 1941; MODEL tau_inv 5")  # fmt: skip
    spare_capacity = parameter(0.1, "fraction", "capacity of services above expected sales", low=0, high=1,
                               source="MODEL bserv, tuned")  # fmt: skip
    capacity_ceiling = parameter(1.25, "1", "most output over normal output of the capital", low=1, high=3,
                                 source="normal use 80 %; MODEL umax")  # fmt: skip
    critical_share = parameter(0.1, "fraction", "input over output from which production cannot do without it", low=0,
                               high=1, source="Pichler et al. 2022: critical inputs; threshold assumed")  # fmt: skip
    important_part = parameter(0.5, "fraction", "output that remains when a lesser input is missing", low=0, high=1,
                               source="Pichler et al. 2022: important inputs halve output")  # fmt: skip
    visibility_memory = parameter(0.97, "1/month", "persistence of a firm's pull on shoppers", low=0, high=1,
                                  source="Gibrat growth; MODEL z_rho")  # fmt: skip
    visibility_spread = parameter(0.025, "1", "monthly innovation of that pull", low=0, high=1,
                                  source="MODEL z_sd, tuned")  # fmt: skip


@local_system
def revise_sales(
    expected: Doubles = writes(Firms.expected_sales),
    trend: Doubles = writes(Firms.trend_sales),
    visibility: Doubles = writes(Firms.visibility),
    age: Indices = writes(Firms.age),
    demand: Demand = bundle(Demand),
    fast: float = uses(Planning.sales_memory),
    slow: float = uses(Capital.trend_memory),
    unserved_weight: float = uses(Planning.unserved_weight),
    memory: float = uses(Planning.visibility_memory),
    spread: float = uses(Planning.visibility_spread),
    key: int = draws("visibility"),
    first_firm: int = first(Firms),
) -> None:
    """Learn demand from what was sold and part of what went unserved; luck moves a firm's pull.

    Who was turned away and served elsewhere counts in part; who was served nowhere counts in full, or a
    shortage would make everybody plan for less.

    Order: first of the firms' plans. Lag: demand of the previous month.
    Source: Metzler (1941), "The nature and stability of inventory cycles".
    """
    for firm in range(expected.size):
        elsewhere = demand.unserved[firm] - demand.unmet[firm]
        asked = demand.sold[firm] + demand.unmet[firm] + unserved_weight * elsewhere
        expected[firm] += fast * (asked - expected[firm])
        trend[firm] += slow * (asked - trend[firm])
        visibility[firm] = memory * visibility[firm] + spread * normal(key, first_firm + firm)
        if age[firm] < 30000:
            age[firm] += 1


class Plants(NamedTuple):
    """What each firm makes its good with."""

    good: Smalls = reads(Firms.good)
    capital: Doubles = reads(Plant.capital)
    under_way: Doubles = reads(Plant.capital_under_way)
    usable: Floats = reads(Plant.usable)
    tfp: Doubles = reads(Plant.tfp)
    productivity: Doubles = reads(Plant.labor_productivity)


class Techniques(NamedTuple):
    """How each good is made."""

    storable: Smalls = reads(Goods.storable)
    exponent: Doubles = reads(Goods.capital_exponent)
    capital_months: Doubles = reads(Goods.capital_months)
    skill_mix: Doubles = reads(Goods.skill_mix)
    skill_weight: Doubles = reads(Goods.skill_weight)
    substitution: float = uses(Skills.substitution)
    ceiling: float = uses(Planning.capacity_ceiling)


class Crews(NamedTuple):
    """Who works at each firm, and how long."""

    labor: Indices = reads(Workforce.labor)
    hours: Floats = reads(Workforce.hours)
    owner_labor: float = uses(WorkingTime.owner_labor)


@compiled
def installed(plants: Plants, firm: int) -> float:
    """Return the capital that a firm can use."""
    part: float = plants.usable[firm]
    return part * float(plants.capital[firm] - plants.under_way[firm])


@compiled
def skill_weights(techniques: Techniques) -> Doubles:
    """Return the weight of each skill in each good's labor: (goods, skills)."""
    weights = np.empty_like(techniques.skill_mix)
    for g in range(weights.shape[0]):
        normal_mix_weights(
            techniques.skill_mix[g], techniques.skill_weight[g], techniques.substitution, weights[g]
        )
    return weights


@compiled
def possible_output(
    plants: Plants, techniques: Techniques, crews: Crews, weights: Doubles, work: Doubles, firm: int, target: float
) -> float:
    """Return what a firm's staff and capital can make in the month, up to a target."""
    g = plants.good[firm]
    for skill in range(3):
        employed = crews.hours[firm] * PER_THOUSAND * crews.labor[firm, skill]
        work[skill] = employed + crews.owner_labor * techniques.skill_mix[g, skill]
    staffed = ces_output(work, weights[g], techniques.substitution)
    plant = installed(plants, firm)
    made = cobb_douglas(plants.tfp[firm], plant, plants.productivity[firm] * staffed, techniques.exponent[g])
    return min(made, target, float(techniques.ceiling * plant / techniques.capital_months[g]))


class SalesPlans(NamedTuple):
    """What firms expect to sell and have in store, and what they mean to have in store or to spare."""

    expected: Doubles = reads(Firms.expected_sales)
    inventory: Doubles = reads(Firms.inventory)
    months: Doubles = reads(Goods.inventory_months)
    spoilage: Doubles = reads(Goods.spoilage)
    speed: float = uses(Planning.inventory_speed)
    spare: float = uses(Planning.spare_capacity)


class LaborCosts(NamedTuple):
    """What labor costs firms: their offers, the pay of those who are there, and the tax on it."""

    offer: Doubles = reads(Workforce.offer)
    labor: Indices = reads(Workforce.labor)
    payroll: Cents = reads(Workforce.payroll)
    tax: float = uses(Taxes.payroll_employer)


@local_system
def plan_output(
    target: Doubles = sets(Firms.target_output),
    labor_wanted: Floats = sets(Workforce.labor_wanted),
    unit_cost: Doubles = renews(Firms.unit_cost),
    labor_price: Floats = sets(Workforce.labor_price),
    plants: Plants = bundle(Plants),
    techniques: Techniques = bundle(Techniques),
    plan: SalesPlans = bundle(SalesPlans),
    pay: LaborCosts = bundle(LaborCosts),
    markup: Doubles = reads(Firms.markup),
    recipe: Doubles = reads(Goods.recipe),
    market_price: Doubles = reads(Goods.price),
    production_tax: Doubles = reads(Goods.production_tax),
) -> None:
    """Plan output from expected sales and the inventory gap, and find its labor and normal unit cost.

    Labor is the mix of skills that costs least at the firm's own offers.

    target = max(0, sales + speed * (months * sales - inventory) + spoilage * inventory) for goods, (1 + spare) *
    sales for services.
    The cost is normal, at expected sales, or at what the plant can make if that is less: with actual cost
    prices would jump when sales dip.
    Source: Hall and Hitch (1939); Godley and Lavoie (2007), ch. 8.
    """
    # A recipe names a few of all goods; the others cost nothing.
    used = np.empty(recipe.shape, np.int64)
    uses_of = np.zeros(recipe.shape[0], np.int64)
    for g in range(recipe.shape[0]):
        for h in range(recipe.shape[1]):
            if recipe[g, h] > 0.0:
                used[g, uses_of[g]] = h
                uses_of[g] += 1
    weights, shares = skill_weights(techniques), np.empty_like(techniques.skill_mix)
    for g in range(weights.shape[0]):
        ces_cost_shares(weights[g], techniques.substitution, shares[g])
    for firm in range(target.size):
        g = plants.good[firm]
        sales = plan.expected[firm]
        made_per_sale = 1.0 + plan.spoilage[g] * plan.months[g]
        normal_output = made_per_sale * sales
        if techniques.storable[g]:
            goal = sales + plan.speed * (plan.months[g] * sales - plan.inventory[firm])
            goal = max(0.0, goal + plan.spoilage[g] * plan.inventory[firm])
        else:
            goal = (1.0 + plan.spare) * sales
            normal_output = goal
        plant = installed(plants, firm)
        most = techniques.ceiling * plant / techniques.capital_months[g]
        target[firm] = min(goal, most)
        alpha = techniques.exponent[g]
        effective = labor_required(target[firm], plants.tfp[firm], plant, alpha) / plants.productivity[firm]
        usual = effective
        if techniques.storable[g]:
            usual = labor_required(min(normal_output, most), plants.tfp[firm], plant, alpha) / plants.productivity[firm]
        offered = ces_cost_at(pay.offer[firm], shares[g], techniques.substitution)
        labor_price[firm] = np.float32(offered)
        hired = 0.0
        for skill in range(3):
            share = ces_demand(pay.offer[firm, skill], weights[g, skill], techniques.substitution, offered)
            labor_wanted[firm, skill] = np.float32(effective * share)
            hired += PER_THOUSAND * pay.labor[firm, skill] * pay.offer[firm, skill]
        # Incumbents may earn more or less than today's offers; a handful of them says little.
        drift = (pay.payroll[firm] + offered) / (hired + offered)
        if sales <= 0.0 or most <= 0.0:
            continue
        cost = (1.0 + pay.tax) * usual * offered * drift / min(sales, most / made_per_sale)
        for place in range(uses_of[g]):
            h = used[g, place]
            cost += made_per_sale * recipe[g, h] * market_price[h]
        # The tax is on the very price that the markup makes of this cost, whatever the price was before.
        unit_cost[firm] = cost / max(_KEPT_LEAST, 1.0 - production_tax[g] * (1.0 + markup[firm]))


@local_system
def offer_capacity(
    inventory: Doubles = writes(Firms.inventory),
    plants: Plants = bundle(Plants),
    techniques: Techniques = bundle(Techniques),
    crews: Crews = bundle(Crews),
    target: Doubles = reads(Firms.target_output),
) -> None:
    """Put this month's capacity of services on offer: it is sold now or never."""
    weights = skill_weights(techniques)
    work = np.empty(3)
    for firm in range(inventory.size):
        if techniques.storable[plants.good[firm]]:
            continue
        inventory[firm] = possible_output(plants, techniques, crews, weights, work, firm, target[firm])


@local_system
def produce(
    output: Doubles = renews(Firms.output),
    inventory: Doubles = writes(Firms.inventory),
    stock: Floats = writes(Inputs.stock),
    plants: Plants = bundle(Plants),
    techniques: Techniques = bundle(Techniques),
    crews: Crews = bundle(Crews),
    target: Doubles = reads(Firms.target_output),
    inputs: InputLists = bundle(InputLists),
    recipe: Doubles = reads(Goods.recipe),
    critical_share: float = uses(Planning.critical_share),
    important_part: float = uses(Planning.important_part),
) -> None:
    """Make storable goods: Cobb-Douglas in capital and labor, held back by the scarcest stored input.

    Without a critical input nothing is made; without a lesser one, half. A supply chain that runs in a
    circle (petrol to lift crude oil) would otherwise lock itself for good after one shortage. A maker that
    is short of its own good as an input (steel for steel) uses its own output.
    Source: Pichler, Pangallo, del Rio-Chanona, Lafond and Farmer (2022), "Forecasting the propagation of
    pandemic shocks with a dynamic input-output model", JEDC 144.
    """
    weights = skill_weights(techniques)
    work = np.empty(3)
    for firm in range(output.size):
        g = plants.good[firm]
        if not techniques.storable[g]:
            continue
        made = possible_output(plants, techniques, crews, weights, work, firm, target[firm])
        begin, end = span_of(inputs, firm)
        part = 1.0
        for row in range(begin, end):
            h = inputs.good[row]
            if inputs.kind[row] == STORED and h != g and made > 0.0:
                covered = min(1.0, stock[row] / (recipe[g, h] * made))
                if recipe[g, h] < critical_share:
                    covered = important_part + (1.0 - important_part) * covered
                part = min(part, covered)
        made *= part
        own_use = 0.0
        for row in range(begin, end):
            if inputs.kind[row] == STORED:
                left = stock[row] - made * recipe[g, inputs.good[row]]
                if inputs.good[row] == g:
                    own_use = max(0.0, -left)
                stock[row] = np.float32(max(0.0, left))
        output[firm] = made - own_use
        inventory[firm] += made - own_use


class Growth(Parameters):
    """How new capital becomes more productive."""

    vintage_spread = parameter(0.05, "1", "spread of the productivity of what one firm buys in a month", low=0, high=1,
                               source="Dosi, Fagiolo and Roventini 2010: imitation and luck; assumption")  # fmt: skip


@local_system
def install_capital(
    capital: Doubles = writes(Plant.capital),
    under_way: Doubles = writes(Plant.capital_under_way),
    vintage: Floats = writes(Plant.vintage),
    productivity: Doubles = writes(Plant.labor_productivity),
    invested: Cents = reads(Plant.invested),
    good: Smalls = reads(Firms.good),
    leased: Smalls = reads(Goods.leased),
    basket_price: Doubles = reads(Economy.basket_price),
    frontier: Doubles = reads(Technology.frontier),
    depreciation: float = uses(Capital.depreciation),
    spread: float = uses(Growth.vintage_spread),
    time_to_build: float = uses(Capital.time_to_build),
    key: int = draws("vintage"),
    first_firm: int = first(Firms),
) -> None:
    """Let capital wear out, put part of what is under way to use, and order what was bought.

    What is bought has the productivity of the frontier of its month, give or take the buyer's luck.
    Source: vintages as in Dosi, Fagiolo and Roventini (2010); time to build, Kydland and Prescott (1982).
    """
    for firm in range(capital.size):
        if leased[good[firm]]:
            continue
        kept = capital[firm] * (1.0 - depreciation / MONTHS_PER_YEAR)
        waiting = under_way[firm] * (1.0 - depreciation / MONTHS_PER_YEAR)
        arriving = waiting / time_to_build
        in_place = kept - waiting
        if in_place + arriving > 0.0:
            productivity[firm] = (productivity[firm] * in_place + vintage[firm] * arriving) / (in_place + arriving)
        bought = invested[firm] / basket_price[0]
        newest = frontier[0] * exp(spread * normal(key, first_firm + firm) - 0.5 * spread * spread)
        left = waiting - arriving
        if left + bought > 0.0:
            vintage[firm] = np.float32((vintage[firm] * left + newest * bought) / (left + bought))
        under_way[firm] = left + bought
        capital[firm] = kept + bought


@local_system
def let_dwellings(
    capital: Doubles = writes(Plant.capital),
    good: Smalls = reads(Firms.good),
    leased: Smalls = reads(Goods.leased),
    growth: Doubles = reads(DwellingStock.dwelling_growth),
) -> None:
    """Let new dwellings through the housing firms, in proportion to what each lets already."""
    for firm in range(capital.size):
        if leased[good[firm]]:
            capital[firm] *= 1.0 + growth[0]
