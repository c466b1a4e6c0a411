"""Standing bar 3: the economy lives by itself for fifty years, whatever its luck, and nothing in it is absurd."""

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt
import pytest

from ravelin import Scenario, Simulation
from ravelin.economy.firms.tables import Firms
from ravelin.economy.goods.tables import Goods, Sellers
from ravelin.economy.people.tables import EMPLOYED, PUBLIC_EMPLOYER, Consumers, Wealth
from ravelin.economy.places.tables import Localities
from ravelin.ledger.accounts import Accounts

History = Mapping[str, npt.NDArray[np.float64]]

CONSUMERS = 10_000
WIDE = {
    "mean unemployment": (0.03, 0.10),
    "least unemployment": (0.01, 0.10),
    "most unemployment": (0.03, 0.20),
    "mean inflation": (0.0, 0.05),
    "least inflation": (-0.05, 0.05),
    "most inflation": (0.0, 0.12),
    "real growth a year": (0.005, 0.03),
    "months at the zero bound": (0.0, 0.25),
    "mean policy rate": (0.005, 0.08),
    "government debt / GDP": (0.5, 1.5),
    "private credit / GDP": (0.5, 1.5),
    "wage share": (0.45, 0.65),
    "investment share": (0.15, 0.27),
    # From business bankruptcies (2019: 22,780 of 6 million employers) to twice all closings (BED: .7 % a month).
    "firm failures a month": (0.0001, 0.015),
    "bank failures a year": (0.0, 0.1),
    "vacancy rate": (0.01, 0.08),
    "hires a month": (0.015, 0.06),
    "Gini of income": (0.25, 0.65),
    "Gini of wealth": (0.5, 0.95),
}
"""Bounds that an economist would not argue about; what the model aims at lies well inside."""


def history_of(economy: Simulation) -> History:
    table = economy.history().drop_columns(["date"])
    return {name: np.array(table.column(name).to_pylist(), dtype=np.float64) for name in table.column_names}


def yearly(series: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.asarray(series[: series.size // 12 * 12].reshape(-1, 12).sum(axis=1))


def facts(history: History, firms: int, banks: int) -> dict[str, float]:
    gdp, real = history["gdp"], yearly(history["gdp_real"])
    unemployment, inflation, rate = history["unemployment_rate"], history["inflation"], history["policy_rate"]
    credit = history["loans_firms"] + history["loans_consumers"]
    return {
        "mean unemployment": unemployment.mean(),
        "least unemployment": unemployment.min(),
        "most unemployment": unemployment.max(),
        "mean inflation": inflation.mean(),
        "least inflation": inflation.min(),
        "most inflation": inflation.max(),
        "real growth a year": (real[-1] / real[0]) ** (1.0 / (real.size - 1)) - 1.0,
        "months at the zero bound": float(np.mean(rate < 0.0005)),
        "mean policy rate": rate.mean(),
        "government debt / GDP": history["government_debt"][-1] / yearly(gdp)[-1],
        "private credit / GDP": credit[-1] / yearly(gdp)[-1],
        "wage share": float(np.mean(history["wages"] / gdp)),
        "investment share": float(np.mean(history["investment"] / gdp)),
        "firm failures a month": history["firm_failures"].mean() / firms,
        "bank failures a year": 12.0 * history["bank_failures"].mean() / banks,
        "vacancy rate": history["vacancy_rate"].mean(),
        "hires a month": float(np.mean(history["hires"] / history["employed"])),
        "Gini of income": history["gini_income"][-1],
        "Gini of wealth": history["gini_wealth"][-1],
    }


def outside(found: Mapping[str, float]) -> dict[str, tuple[float, tuple[float, float]]]:
    """Give the facts that lie outside their bounds, or are not numbers, with the bounds."""
    return {name: (value, WIDE[name]) for name, value in found.items() if not WIDE[name][0] <= value <= WIDE[name][1]}


def lives(seed: int, months: int) -> Simulation:
    with Simulation(Scenario.load("default", consumers=CONSUMERS, ticks=months), seed=seed) as economy:
        economy.run(months)
    history = history_of(economy)
    assert set(history["audit_gap_cents"]) == {0.0}
    assert outside(facts(history, economy.rows_of("Firms"), economy.rows_of("Banks"))) == {}
    return economy


@pytest.fixture(scope="module")
def grown() -> Simulation:
    """An economy after twenty years."""
    return lives(seed=1, months=240)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
def test_fifty_years(seed: int) -> None:
    economy = lives(seed, months=600)
    for name, holds in SENSE.items():
        assert holds(economy), name


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("consumers", [1_000, 2_000, 5_000])
def test_small_worlds_do_not_collapse(consumers: int, seed: int) -> None:
    """With two makers of a good, a shortage must heal: a supply chain in a circle may not lock itself."""
    with Simulation(Scenario.load("default", consumers=consumers), seed=seed) as economy:
        economy.run(120)
    history = history_of(economy)
    output = yearly(history["gdp_real"])
    assert output.min() > 0.9 * output[0]
    assert history["unemployment_rate"].max() < 0.2


def no_number_is_lost(economy: Simulation) -> bool:
    arrays = (array for rows in economy.world.tables.values() for _, array in rows.items())
    return all(bool(np.isfinite(array).all()) for array in arrays)


def staff_is_the_employed(economy: Simulation) -> bool:
    people, firms, places = economy.world[Consumers], economy.world[Firms], economy.world[Localities]
    at_work = people.status == EMPLOYED
    with_firms = np.bincount(people.employer[at_work & (people.employer >= 0)], minlength=firms.count)
    public = int((at_work & (people.employer == PUBLIC_EMPLOYER)).sum())
    return np.array_equal(with_firms, firms.staff.sum(axis=1)) and public == int(places.public_staff.sum())


def payroll_is_the_wages(economy: Simulation) -> bool:
    people, firms = economy.world[Consumers], economy.world[Firms]
    hired = (people.status == EMPLOYED) & (people.employer >= 0)
    wages = np.zeros(firms.count, dtype=np.int64)
    np.add.at(wages, people.employer[hired], people.wage[hired])
    return np.array_equal(wages, firms.payroll)


def nobody_owes_a_negative_debt(economy: Simulation) -> bool:
    wealth, firms = economy.world[Wealth], economy.world[Firms]
    return min(wealth.consumer_loan.min(), wealth.mortgage.min(), firms.loan.min()) >= 0


def money_is_not_negative(economy: Simulation) -> bool:
    accounts = economy.world[Accounts]
    return min(accounts.deposits.min(), accounts.cash.min()) >= 0


def prices_are_positive(economy: Simulation) -> bool:
    world = economy.world
    goods = world[Goods]
    return min(world[Firms].price.min(), world[Sellers].price.min(), goods.price[goods.firm_share > 0].min()) > 0


def stocks_are_not_negative(economy: Simulation) -> bool:
    firms = economy.world[Firms]
    return min(firms.inventory.min(), firms.capital.min(), firms.output.min(), firms.sold.min()) >= 0


def shops_sell_what_they_have(economy: Simulation) -> bool:
    """Takings before tax never exceed what the shelf held, but for the cent that each rounding may take."""
    sellers, world = economy.world[Sellers], economy.world
    net = sellers.sold + sellers.taxed / (1.0 + world[Goods].sales_tax[world[Firms].good[sellers.firm]])
    return bool((net <= sellers.shelf + 2).all())


SENSE: dict[str, Callable[[Simulation], bool]] = {
    check.__name__: check
    for check in (
        no_number_is_lost, staff_is_the_employed, payroll_is_the_wages, nobody_owes_a_negative_debt,
        money_is_not_negative, prices_are_positive, stocks_are_not_negative, shops_sell_what_they_have,
    )
}  # fmt: skip


@pytest.mark.parametrize("name", SENSE)
def test_after_twenty_years(grown: Simulation, name: str) -> None:
    assert SENSE[name](grown)


def test_the_cycle_is_its_own(grown: Simulation) -> None:
    """Output moves without a shock, and unemployment moves against it (Okun)."""
    history = history_of(grown)
    output, unemployment = (history[name].reshape(-1, 3).mean(axis=1) for name in ("gdp_real", "unemployment_rate"))
    quarters = np.arange(output.size)
    cycle = np.log(output) - np.polyval(np.polyfit(quarters, np.log(output), 3), quarters)
    assert 0.002 < cycle.std() < 0.04
    assert np.corrcoef(cycle, unemployment)[0, 1] < -0.15
