"""Whatever the sizes, the luck and the policy: what must hold in every month of every economy."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from ravelin import Scenario, Simulation
from ravelin.core.table import World
from ravelin.economy.accounts.tables import Economy, NationalAccounts
from ravelin.economy.banks.tables import Banks
from ravelin.economy.central_bank.tables import CentralBank
from ravelin.economy.firms.tables import WHOLE, Firms, Inputs, Purchasing
from ravelin.economy.goods.tables import Aisles, Goods, Markets, Sellers
from ravelin.economy.government.tables import Government
from ravelin.economy.people.tables import EMPLOYED, INACTIVE, NO_EMPLOYER, PUBLIC_EMPLOYER, Consumers, Wealth
from ravelin.economy.places.tables import Localities
from ravelin.ledger.accounts import Accounts
from ravelin.storage.network import bought_by_contract, purchases, suppliers

MONTHS = 8
SEEDS = range(12)
LARGE = 60_000
"""Consumers of the one economy that has more than one locality."""

DEPARTURES = {
    "Planning.sales_memory": (0.05, 0.8),
    "WorkingTime.overtime": (0.0, 0.3),
    "WorkingTime.short_time": (0.0, 0.5),
    "WorkingTime.hourly": (0.0, 1.0),
    "Pricing.repricing": (0.05, 1.0),
    "Pricing.markup_step": (0.0, 0.2),
    "Shopping.switching": (0.0, 0.9),
    "LaborMarket.separation": ((0.0, 0.0, 0.0), (0.1, 0.1, 0.1)),
    "LaborMarket.recruiting": (0.05, 1.0),
    "LaborMarket.offer_cut": (0.0, 1.0),
    "Skills.substitution": (1.1, 12.0),
    "Capital.time_to_build": (1.0, 24.0),
    "Growth.vintage_spread": (0.0, 0.5),
    "FiscalPolicy.on_slump": (0.0, 3.0),
    "LaborMarket.suitability": (0.05, 1.0),
    "LaborMarket.layoff_speed": (0.05, 1.0),
    "Taxes.corporate": (0.0, 0.4),
    "Taxes.sales_tax_change": (-0.03, 0.1),
    "FiscalPolicy.purchases": (0.5, 1.6),
    "Benefits.transfer_change": (0.3, 2.0),
    "MonetaryPolicy.rate_shock": (0.0, 0.02),
    "Spending.buffer_speed": (0.0, 0.1),
    "Investment.gap_speed": (0.0, 0.3),
}
"""Wilder than any policy, so that every rule meets its limits: empty shelves, idle firms, failures."""


def economy(seed: int) -> Simulation:
    """Draw an economy: sizes, seed, and some parameters far from their defaults."""
    rng = np.random.default_rng(seed)
    consumers = LARGE if seed == SEEDS[-1] else int(rng.integers(300, 3_000))
    names = rng.choice(sorted(DEPARTURES), size=8, replace=False)
    chosen = {name: np.asarray(rng.uniform(*DEPARTURES[name])).tolist() for name in names} if seed else {}
    sizes = {"consumers": consumers}
    if seed % 3 == 1:
        sizes["banks"] = int(rng.integers(1, consumers // 150 + 1))
    scenario = Scenario.load("default", **sizes, seed=int(rng.integers(1, 10**9)), parameters=chosen)
    return Simulation(scenario, threads=1 + seed % 2)


def months(seed: int) -> Iterator[World]:
    with economy(seed) as simulation:
        yield simulation.world
        for _ in range(MONTHS):
            simulation.step()
            yield simulation.world


def staff_is_who_works_there(world: World) -> None:
    people, firms, places = world[Consumers], world[Firms], world[Localities]
    at_work = people.status == EMPLOYED
    private, public = at_work & (people.employer >= 0), at_work & (people.employer == PUBLIC_EMPLOYER)
    assert np.array_equal(at_work, people.employer != NO_EMPLOYER)
    staff, labor, payroll = np.zeros_like(firms.staff), np.zeros_like(firms.labor), np.zeros_like(firms.payroll)
    np.add.at(staff, (people.employer[private], people.skill[private]), 1)
    np.add.at(labor, (people.employer[private], people.skill[private]), people.efficiency[private].astype(np.int64))
    np.add.at(payroll, people.employer[private], people.wage[private])
    assert np.array_equal(staff, firms.staff)
    assert np.array_equal(labor, firms.labor)
    assert np.array_equal(payroll, firms.payroll)
    home = np.repeat(np.arange(world.localities), np.diff(world.span(Consumers)))
    public_staff = np.zeros_like(places.public_staff)
    np.add.at(public_staff, (home[public], people.skill[public]), 1)
    assert np.array_equal(public_staff, places.public_staff)
    assert np.array_equal(
        np.bincount(home[public], weights=people.wage[public], minlength=world.localities), places.public_payroll
    )


def people_are_counted(world: World) -> None:
    people, counted = world[Consumers], world[NationalAccounts]
    assert counted.employed[0] == (people.status == EMPLOYED).sum()
    assert people.status.max() <= INACTIVE
    assert 0.0 <= counted.unemployment_rate[0] <= 1.0
    assert (people.wage > 0).all() or (people.wage[people.status == EMPLOYED] > 0).all()


def prices_are_positive(world: World) -> None:
    for price in (world[Firms].price, world[Goods].price, world[Economy].basket_price):
        assert (price > 0.0).all()
    shops_have_opened = world[Sellers].shelf.any()
    assert not shops_have_opened or (world[Sellers].price > 0.0).all()
    assert (world[Firms].offer > 0.0).all()


def quantities_are_not_negative(world: World) -> None:
    firms, inputs = world[Firms], world[Inputs]
    columns = (
        firms.inventory, firms.output, firms.sold, firms.unserved, firms.capital, firms.capital_under_way,
        firms.capital - firms.capital_under_way, firms.expected_sales, firms.vintage, firms.labor_productivity,
        firms.target_output, firms.labor_wanted, firms.vacancies, firms.unfilled, firms.dismissals,
        firms.investment_budget, firms.invested, inputs.stock, inputs.transit, inputs.wanted, firms.inputs_bought,
        world[Consumers].budget, world[Consumers].permanent_income,
    )  # fmt: skip
    for column in columns:
        assert column.min() >= 0
    assert (firms.unfilled <= firms.vacancies).all() or (firms.unfilled.sum() <= firms.vacancies.sum())


def nobody_owes_less_than_nothing(world: World) -> None:
    people = world[Consumers].count
    accounts, wealth, banks = world[Accounts], world[Wealth], world[Banks]
    assert accounts.deposits[:people].min() >= 0
    assert accounts.deposits[-1] >= 0
    assert accounts.cash.min() >= 0
    assert min(world[Firms].loan.min(), wealth.consumer_loan.min(), wealth.mortgage.min()) >= 0
    assert min(banks.reserves.min(), banks.advances.min(), banks.cash.min(), banks.bonds.min()) >= 0
    assert min(world[Economy].consumer_bonds.min(), world[CentralBank].bonds.min()) >= 0
    # A firm that must pay draws its line; only what it was to receive later could leave it overdrawn.
    assert accounts.deposits[people:-1].min() >= 0


def banks_know_their_customers(world: World) -> None:
    accounts, banks, people = world[Accounts], world[Banks], world[Consumers].count
    of = accounts.bank.astype(np.int64)
    for counted, cents, whose in (
        (banks.deposits, accounts.deposits, of),
        (banks.firm_loans, world[Firms].loan, of[people:-1]),
        (banks.consumer_loans, world[Wealth].consumer_loan, of[:people]),
        (banks.mortgages, world[Wealth].mortgage, of[:people]),
    ):
        found = np.zeros(banks.count, dtype=np.int64)
        np.add.at(found, whose, cents)
        assert np.array_equal(found, counted)
    assets = banks.reserves + banks.cash + banks.bonds.sum(axis=1)
    assets = assets + banks.firm_loans + banks.consumer_loans + banks.mortgages
    assert np.array_equal(assets, banks.deposits + banks.advances + banks.equity)


def every_bond_has_a_holder(world: World) -> None:
    held = world[Banks].bonds.sum(axis=0) + world[CentralBank].bonds[0] + world[Economy].consumer_bonds[0]
    assert np.array_equal(held, world[Government].bonds[0])
    cash = int(world[Accounts].cash.sum() + world[Banks].cash.sum())
    assert cash == world[CentralBank].currency[0]


def everybody_shops_in_her_own_market(world: World) -> None:
    sellers, places = world[Consumers].sellers, world[Localities]
    spans = world.span(Consumers)
    for locality in range(world.localities):
        count = places.market_count[locality, world[Aisles].good]
        assert (sellers[spans[locality] : spans[locality + 1]] < count).all()


def suppliers_sell_what_is_bought(world: World) -> None:
    inputs, markets = world[Inputs], world[Markets]
    assert (world[Firms].good[suppliers(world)] == inputs.good[:, None]).all()
    assert (inputs.part.sum(axis=1) == WHOLE).all()
    bought = bought_by_contract(world)
    assert (bought >= 0).all()
    assert (bought.sum(axis=1) <= purchases(world)).all()
    assert (purchases(world) <= inputs.wanted).all()
    assert markets.sellers.sum() == world[Firms].count
    buyers = world[Purchasing]
    assert np.array_equal(np.repeat(np.arange(world[Firms].count), buyers.input_count), inputs.firm)
    assert np.array_equal(world[Firms].seller[world[Sellers].firm], np.arange(world[Firms].count))


def everything_is_a_number(world: World) -> None:
    wrong = [
        repr(declared)
        for rows in world.tables.values()
        for declared, array in rows.items()
        if array.dtype.kind == "f" and not np.isfinite(array).all()
    ]
    assert wrong == []


ALWAYS: tuple[Callable[[World], None], ...] = (
    everything_is_a_number, prices_are_positive, quantities_are_not_negative, nobody_owes_less_than_nothing,
    staff_is_who_works_there, people_are_counted, banks_know_their_customers, every_bond_has_a_holder,
    everybody_shops_in_her_own_market, suppliers_sell_what_is_bought,
)  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
def test_what_always_holds(seed: int) -> None:
    for month, world in enumerate(months(seed)):
        for holds in ALWAYS:
            try:
                holds(world)
            except AssertionError as error:
                raise AssertionError(f"{holds.__name__} fails in month {month} of economy {seed}: {error}") from error


@pytest.mark.parametrize("seed", [0, 4, SEEDS[-1]])
def test_the_books_close(seed: int) -> None:
    with economy(seed) as simulation:
        for _ in range(4):
            simulation.step()
            assert not any(simulation.audit().values())
        assert simulation.world[NationalAccounts].by_output[0] > 0


def test_the_large_economy_has_several_localities() -> None:
    with economy(SEEDS[-1]) as simulation:
        assert simulation.world.localities > 1
