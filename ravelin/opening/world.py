"""The opening: United States 2019, distributed over people, firms and banks to the cent.

Every stock of the calibration's balance sheet is met exactly (largest remainder, ties by row); flows
start from its account matrix; what depends on both data and behavior (total factor productivity, tax
scale, spending scale, personal buffers, liquidity targets) is solved so that the world stands near its
own steady state.
"""

import datetime
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ravelin.core.arithmetic import power_each, product, total, totals
from ravelin.core.arithmetic.pieces import shared_by
from ravelin.core.parameter import Settings
from ravelin.core.schedule import Schedule
from ravelin.core.table import Table, World
from ravelin.economy.accounts.balance_sheet import sector_positions
from ravelin.economy.banks.tables import Banks
from ravelin.economy.firms.tables import SEATS_PER_SELLER, Firms, Inputs
from ravelin.economy.goods.tables import Aisles, Goods, Markets, Seats, Sellers
from ravelin.economy.people.tables import AISLES, EMPLOYED, Consumers
from ravelin.economy.places.tables import Localities
from ravelin.economy.spending.tables import (
    BudgetShares,
    IncomeBuckets,
    IncomeEdges,
    ResidualShape,
    SpendingCells,
    SpendingGrid,
)
from ravelin.ledger.accounts import FLOWS, Accounts, Flows, Stocks
from ravelin.opening.balancing import calibration
from ravelin.opening.business import MarketPlaces, Supplies, catalog, link_suppliers, market_places, place_firms
from ravelin.opening.calibration import Calibration
from ravelin.opening.draft import Draft, setting
from ravelin.opening.firms import open_markets, size_firms, stock_inputs, write_catalog
from ravelin.opening.households import open_households
from ravelin.opening.lives import life_rows, open_lives
from ravelin.opening.memory import freed_at_once
from ravelin.opening.money import distribute_money, rest_economy
from ravelin.opening.people import assign_jobs, settle_people, write_spending
from ravelin.opening.population import draw_people, locality_count
from ravelin.scenarios.scenario import DEFAULT_CATALOG


def default_firms(consumers: int, data: Calibration) -> int:
    """One firm per 20 consumers, and at least two per good and locality."""
    return max(_least_firms(consumers, data), consumers // 20)


def least_firms(consumers: int, goods: str = DEFAULT_CATALOG) -> int:
    """Count the firms that open at least: two of each traded good, and of each local good two in every locality."""
    return _least_firms(consumers, calibration(goods))


def _least_firms(consumers: int, data: Calibration) -> int:
    localities = locality_count(consumers)
    private = [good for good in data.catalog.goods if not good.public]
    return 2 * sum(1 if good.traded else int(localities) for good in private)


def default_banks(consumers: int) -> int:
    """One bank per 30,000 consumers, at least eight; three in worlds below 20,000."""
    return 3 if consumers < 20_000 else max(8, round(consumers / 30_000))


def row_counts(
    schedule: Schedule, consumers: int, firms: int | None, banks: int | None, goods: str = DEFAULT_CATALOG
) -> dict[type[Table], int]:
    """Estimate the rows of every table, to say the memory needed before allocating."""
    data = calibration(goods)
    number = firms or default_firms(consumers, data)
    cells = min(consumers, 70_000)
    known: dict[type[Table], int] = {
        Consumers: consumers, Firms: number, Sellers: number, Seats: SEATS_PER_SELLER * number,
        Banks: banks or default_banks(consumers),
        Accounts: consumers + number + 1, Inputs: 14 * number, Localities: locality_count(consumers),
        Markets: len(data.names) * locality_count(consumers), Goods: len(data.names), Aisles: AISLES,
        SpendingCells: cells,
        SpendingGrid: 50 * cells, IncomeEdges: 50, IncomeBuckets: 2000, ResidualShape: 17, BudgetShares: 300,
        Flows: len(FLOWS), Stocks: 5, **life_rows(),
    }  # fmt: skip
    return {table.rows_of: known.get(table.rows_of, 1) for table in schedule.tables()}


def open_world(
    schedule: Schedule,
    settings: Settings,
    consumers: int,
    firms: int | None,
    banks: int | None,
    seed: int,
    start: datetime.date,
    progress: Callable[[str], None],
    goods: str = DEFAULT_CATALOG,
    model: Path | None = None,
    threads: int = 1,
) -> World:
    """Make the world at the opening.

    Parameters
    ----------
    consumers, firms, banks : int
        Sizes; None for the defaults.
    progress : callable
        Hears what is being done.
    goods : str
        Name or path of the catalog of goods.
    model : path, optional
        File of the spending model; the shipped one if not given.
    threads : int
        Threads that share the work; no result depends on their number.
    """
    del start
    with freed_at_once(), shared_by(threads):
        return _open_world(schedule, settings, consumers, firms, banks, seed, progress, goods, model)


def _open_world(
    schedule: Schedule,
    settings: Settings,
    consumers: int,
    firms: int | None,
    banks: int | None,
    seed: int,
    progress: Callable[[str], None],
    goods: str,
    model: Path | None,
) -> World:
    draft, places, supplies = _draft_world(
        schedule, settings, consumers, firms, banks, seed, progress, calibration(goods), model
    )
    # What has been written is let go of: it would be held twice while the next is.
    write_catalog(draft)
    write_spending(draft)
    draft = draft.compiled()
    settle_people(draft)
    draft = draft.settled()
    open_markets(draft, places, supplies)
    del places
    progress("assigning workers and stocking firms")
    assign_jobs(draft)
    size_firms(draft)
    stock_inputs(draft, supplies)
    del supplies
    progress("distributing the balance sheet to the cent")
    distribute_money(draft)
    draft = draft.without("deposits", "consumer_loan", "mortgage")
    rest_economy(draft)
    draft = draft.without("income")
    open_lives(draft, settings)
    world = draft.world
    world[Stocks].opening[:] = world[Stocks].closing[:] = sector_positions(world)
    return world


def _draft_world(
    schedule: Schedule,
    settings: Settings,
    consumers: int,
    firms: int | None,
    banks: int | None,
    seed: int,
    progress: Callable[[str], None],
    data: Calibration,
    model: Path | None,
) -> tuple[Draft, MarketPlaces, Supplies]:
    """Draw people and place firms, and allocate the tables that will hold them."""
    cat, number = catalog(data), firms or default_firms(consumers, data)
    progress(f"drawing {consumers:,} consumers from the survey's tables")
    people = draw_people(data, consumers, seed)
    progress("settling incomes, wealth and budgets")
    value = setting(settings)
    heads = np.diff(people.locality_ends, prepend=0)
    employed = np.zeros((heads.size, 3))
    working = people.status == EMPLOYED
    np.add.at(employed, (people.locality[working], people.skill[working]), 0.001 * people.efficiency[working])
    share = heads / total(heads)
    # What each locality buys depends on what it earns: for pay it is taken as even.
    bought = totals([data.column(f"{name}_cents") for name in data.sam if name.startswith("consumption_")], axis=0)
    even = share[:, None] * bought * (consumers / 100_000.0)
    plenty = place_firms(data, cat, number, seed, even, share, employed).labor_scale
    pay = power_each(plenty, -1.0 / value("Skills.substitution"))
    pay *= (product(employed, cat.wage) / product(employed * pay, cat.wage))[:, None]
    homes = open_households(data, cat, people, pay, seed, value, model)
    progress(f"placing {number:,} firms")
    business = place_firms(data, cat, number, seed, homes.purchases, share, employed)
    places = market_places(cat, business, share)
    supplies = link_suppliers(cat, business, places)
    count = business.good.size
    tables = schedule.tables()
    counts: dict[type[Table], int] = {
        Consumers: consumers, Firms: count, Sellers: count, Seats: SEATS_PER_SELLER * count,
        Banks: banks or default_banks(consumers),
        Accounts: consumers + count + 1, Inputs: supplies.firm.size, Localities: heads.size, Markets: places.good.size,
        Goods: cat.goods, Aisles: AISLES, SpendingCells: homes.share_row.size, SpendingGrid: homes.table.location.size,
        IncomeEdges: homes.table.income_edges.size, IncomeBuckets: homes.table.buckets.size,
        ResidualShape: homes.table.shape.shape[0], BudgetShares: homes.cumulative.shape[0],
        Flows: len(FLOWS), Stocks: 5, **life_rows(),
    }  # fmt: skip
    for table in tables:
        counts.setdefault(table.rows_of, 1)
    firm_span = np.concatenate([[0], business.locality_ends])
    total_inputs = np.append(supplies.first_input, supplies.firm.size)
    spans: Mapping[type[Table], Any] = {
        Consumers: np.concatenate([[0], people.locality_ends]), Firms: firm_span,
        Inputs: total_inputs[firm_span], Localities: np.arange(heads.size + 1),
    }  # fmt: skip
    world = World(tables, counts, spans)
    world.sectors = {Consumers: 0, Firms: consumers}
    world.names = {Goods: data.names}
    return Draft(world, data, cat, people, homes, business, pay, value, seed), places, supplies
