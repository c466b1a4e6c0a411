"""The opening: United States 2019, distributed over people, firms and banks to the cent.

Every stock of the calibration's balance sheet is met exactly (largest remainder, ties by row); flows
start from its account matrix; what depends on both data and behavior (total factor productivity, tax
scale, spending scale, personal buffers, liquidity targets) is solved so that the world stands near its
own steady state.
"""

import datetime
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from ravelin.core.clock import monthly_growth
from ravelin.core.draws import Key, key, uniform
from ravelin.core.kernel import compiled
from ravelin.core.parameter import Settings
from ravelin.core.schedule import Schedule, sector_rows
from ravelin.core.system import Indices
from ravelin.core.table import Table, World
from ravelin.ledger.balance_sheet import sector_positions
from ravelin.ledger.settlement import split_by_largest_remainder
from ravelin.ledger.transfers import CLAIMS
from ravelin.markets.rounding import whole_posts
from ravelin.scenarios.business import (
    Businesses,
    Catalog,
    catalog,
    link_suppliers,
    market_places,
    place_firms,
)  # fmt: skip
from ravelin.scenarios.calibration import Calibration, calibration
from ravelin.scenarios.households import Households, open_households
from ravelin.scenarios.population import People, draw_people, locality_count, uniforms
from ravelin.scenarios.scenario import DEFAULT_CATALOG
from ravelin.state.accounts import FLOWS, Accounts, Flows, Stocks
from ravelin.state.accounts_national import NationalAccounts
from ravelin.state.consumers import (
    AISLES,
    EMPLOYED,
    NO_EMPLOYER,
    PUBLIC_EMPLOYER,
    UNEMPLOYED,
    Consumers,
    IncomeBuckets,
    IncomeEdges,
    ResidualShape,
    SpendingCells,
    SpendingGrid,
    Wealth,
)  # fmt: skip
from ravelin.state.firms import SEATS_PER_SELLER, Firms, Inputs, Markets, Seats, Sellers, Staffing
from ravelin.state.goods import Aisles, BudgetShares, Goods
from ravelin.state.institutions import MATURITIES, Banks, CentralBank, Economy, Government
from ravelin.state.localities import Localities
from ravelin.systems.national_accounts import measure_inequality

Doubles = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SPARE_CAPACITY = 0.1
"""Capacity of services over sales at the opening; equal to Planning.spare_capacity."""
DIVIDEND_SPEED = 0.25
"""Equal to Payout.dividend_speed: liquidity targets make the opening's dividends the rule's own."""


def default_firms(consumers: int, data: Calibration) -> int:
    """One firm per 20 consumers, and at least two per good and locality."""
    localities = locality_count(consumers)
    least = sum(2 if good.traded else 2 * localities for good in data.catalog.goods if not good.public)
    return max(least, consumers // 20)


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
        Flows: len(FLOWS), Stocks: 5,
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
) -> World:
    """Make the world at the opening.

    Parameters
    ----------
    consumers, firms, banks : int
        Sizes; None for the defaults.
    goods : str
        Name or path of the catalog of goods.
    progress : callable
        Hears what is being done.
    """
    del start
    data = calibration(goods)
    cat, number = catalog(data), firms or default_firms(consumers, data)
    progress(f"drawing {consumers:,} consumers from the survey's tables")
    people = draw_people(data, consumers, seed)
    progress("settling incomes, wealth and budgets")
    homes = open_households(data, cat, people, seed, _setting(settings))
    progress(f"placing {number:,} firms")
    heads = np.diff(people.locality_ends, prepend=0)
    locality = np.repeat(np.arange(heads.size), heads)
    employed = np.zeros((heads.size, 3))
    working = people.status == EMPLOYED
    np.add.at(employed, (locality[working], people.skill[working]), 0.001 * people.efficiency[working])
    share = heads / heads.sum()
    business = place_firms(data, cat, number, seed, homes.purchases, share, employed)
    places = market_places(cat, business, share)
    supplies = link_suppliers(cat, business, places)
    count = business.good.size
    tables = _with_rows(schedule)
    counts: dict[type[Table], int] = {
        Consumers: consumers, Firms: count, Sellers: count, Seats: SEATS_PER_SELLER * count,
        Banks: banks or default_banks(consumers),
        Accounts: consumers + count + 1, Inputs: supplies.firm.size, Localities: heads.size, Markets: places.good.size,
        Goods: cat.goods, Aisles: AISLES, SpendingCells: homes.cells, SpendingGrid: homes.table.location.size,
        IncomeEdges: homes.table.income_edges.size, IncomeBuckets: homes.table.buckets.size,
        ResidualShape: homes.table.shape.shape[0], BudgetShares: homes.cumulative.shape[0],
        Flows: len(FLOWS), Stocks: 5,
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
    maker = _Maker(world, data, cat, people, homes, business, settings, seed)
    maker.goods()
    maker.consumers()
    maker.markets(places, supplies)
    progress("assigning workers and stocking firms")
    maker.jobs(locality)
    maker.firms()
    maker.inputs(supplies)
    progress("distributing the balance sheet to the cent")
    maker.money()
    maker.economy()
    world[Stocks].opening[:] = world[Stocks].closing[:] = sector_positions(world)
    return world


def _with_rows(schedule: Schedule) -> list[type[Table]]:
    return schedule.tables()


def _setting(settings: Settings) -> Callable[[str], float]:
    """Look a parameter up by name, at its default if the schedule does not use it."""

    def value(name: str) -> float:
        return float(settings[settings.find(name)])

    return value


class _Maker:
    """Fills the columns of a new world, table by table."""

    def __init__(
        self, world: World, data: Calibration, cat: Catalog, people: People, homes: Households, business: Businesses,
        settings: Settings, seed: int,
    ) -> None:  # fmt: skip
        self.world, self.data, self.cat, self.people, self.homes, self.business = (
            world,
            data,
            cat,
            people,
            homes,
            business,
        )
        self.seed = seed
        self.value = _setting(settings)
        self.scale = people.heads / 1000.0
        self.rules = data.rules
        self.growth = monthly_growth(float(data.rules["growth_nominal"]))

    def goods(self) -> None:
        """Write the catalog."""
        goods, data, cat = self.world[Goods], self.data, self.cat
        output = data.column("gross_output_cents")
        goods.storable[:], goods.traded[:] = cat.storable, cat.traded
        goods.leased[cat.housing] = 1
        goods.builds_dwellings[:] = data.catalog.column("builds_dwellings")
        goods.spoilage[:] = data.catalog.column("spoilage")
        # What spoils in store is made too: a unit that is sold takes the calibration's inputs and labor.
        self.made_per_sale = 1.0 + goods.spoilage * data.column("finished_goods_months")
        goods.recipe[:, : cat.goods] = cat.recipe / self.made_per_sale[:, None]
        goods.capital_exponent[:] = data.catalog.column("capital_share")
        heads = np.maximum(cat.labor, 1e-12)
        goods.skill_mix[:] = heads / heads.sum(axis=1, keepdims=True)
        # Skills weigh by their wage; a normal mix of one worker counts one.
        goods.skill_weight[:] = cat.wage / (goods.skill_mix * cat.wage).sum(axis=1, keepdims=True)
        capital = data.column("fixed_capital_cents") / 100.0
        capital[cat.housing] = data.sheet["consumers"]["housing"] / 100.0
        goods.capital_months[:] = np.where(output > 0, capital / (output / 100.0), 0.0)
        goods.capital_months[cat.housing] = capital[cat.housing] / (output[cat.housing] / 100.0)
        goods.inventory_months[:] = data.column("finished_goods_months")
        goods.production_tax[:] = data.column("production_tax_cents") / output
        goods.sales_tax[:] = data.column("sales_tax_rate")
        goods.basket_share[:] = cat.basket
        public_use = cat.recipe[cat.public] * cat.output[cat.public] / 1000.0
        goods.government_units[:] = public_use
        goods.public_investment_units[:] = data.column("public_investment_cents") / 100.0 / 1000.0
        goods.cpi_weight[:] = self.homes.weights
        goods.firm_share[:] = data.column("firm_share")
        loans = data.column("firm_loans_cents")
        real = data.column("fixed_capital_cents") + data.column("inventories_cents")
        goods.debt_ratio[:] = np.where(real > 0, loans / np.maximum(1.0, real), 0.0)
        # Normal cost at the opening: inputs, labor and production tax per unit; the markup makes the price one dollar.
        pay = data.column("compensation_cents") / output
        goods.markup[:] = 1.0 / (cat.recipe.sum(axis=1) + pay + goods.production_tax) - 1.0
        goods.output[:], goods.sales[:] = cat.output * self.scale, cat.output * self.scale

    def consumers(self) -> None:
        """Write people and what they own."""
        rows, wealth, people, homes = self.world[Consumers], self.world[Wealth], self.people, self.homes
        table = homes.table
        rows.cell[:], rows.skill[:], rows.tenure[:] = homes.cell, people.skill, people.tenure
        rows.married[:] = people.marital == 1
        draw = uniforms(self.seed, "archetype", people.heads)
        rows.archetype[:] = np.searchsorted([0.55, 0.75, 0.95], draw)
        rows.efficiency[:] = people.efficiency
        rows.pension_share[:], rows.transfer_share[:] = homes.pension_share, homes.transfer_share
        rows.status[:], rows.wage[:] = people.status, homes.wage
        rows.months_unemployed[:] = homes.months
        rows.permanent_income[:], rows.buffer[:] = homes.income, homes.buffer
        for column, shares in ((wealth.equity_share, homes.equity_share), (wealth.bond_share, homes.bond_share),
                               (wealth.dwelling_share, homes.dwelling_share)):  # fmt: skip
            column[:] = split_by_largest_remainder(CLAIMS, shares)
        cells, grid, edges = self.world[SpendingCells], self.world[SpendingGrid], self.world[IncomeEdges]
        cells.share_row[:] = homes.share_row
        grid.location[:], grid.scale[:] = table.location.ravel(), table.scale.ravel()
        edges.edge[:], edges.share_class[:] = table.income_edges, homes.edge_class
        self.world[IncomeBuckets].below[:] = table.buckets
        self.world[ResidualShape].quantile[:] = table.shape
        self.world[BudgetShares].cumulative[:] = homes.cumulative
        self.world[Aisles].good[:] = homes.aisles
        places = self.world[Localities]
        places.region[:] = people.locality_region
        begins = self.world.span(Consumers)[:-1]
        for column, before in ((wealth.equity_share, places.equity_before), (wealth.bond_share, places.bonds_before),
                               (wealth.dwelling_share, places.dwellings_before)):  # fmt: skip
            running = np.cumsum(column, dtype=np.int64)
            before[:] = np.where(begins > 0, running[begins - 1], 0)

    def markets(self, places: Any, supplies: Any) -> None:
        """Write sellers in the order of markets and where each locality shops; give consumers their sellers."""
        world, business = self.world, self.business
        sellers, markets, local = world[Sellers], world[Markets], world[Localities]
        sellers.firm[business.seller] = np.arange(business.good.size)
        world[Firms].good[:], world[Firms].seller[:] = business.good, business.seller
        sellers.tax[:] = world[Goods].sales_tax[business.good[sellers.firm]]
        markets.good[:], markets.first_seller[:], markets.sellers[:] = places.good, places.first, places.sellers
        markets.consumer_share[:] = places.consumer_share
        at = places.of_locality
        local.market_first[:, : at.shape[1]] = np.where(at >= 0, places.first[at], 0)
        local.market_count[:, : at.shape[1]] = np.where(at >= 0, places.sellers[at], 0)
        size = business.sales[sellers.firm]
        spans = world.span(Consumers)
        for aisle, good in enumerate(self.homes.aisles):
            draw = uniforms(self.seed, f"first seller in aisle {aisle}", self.people.heads)
            for locality in range(world.localities):
                rows = slice(spans[locality], spans[locality + 1])
                begin, many = local.market_first[locality, good], local.market_count[locality, good]
                line = np.cumsum(size[begin : begin + many])
                people = spans[locality + 1] - spans[locality]
                slots = np.empty(people)
                slots[np.argsort(draw[rows], kind="stable")] = (np.arange(people) + 0.5) / people
                world[Consumers].sellers[rows, aisle] = np.minimum(np.searchsorted(line, slots * line[-1]), many - 1)
        world[Staffing].first_input[:], world[Staffing].input_count[:] = supplies.first_input, supplies.input_count

    def jobs(self, locality: Ints) -> None:
        """Assign every employed consumer of a locality to a firm or the government, filling labor demand."""
        world, cat, business = self.world, self.cat, self.business
        rows, firms, places = world[Consumers], world[Firms], world[Localities]
        span = world.span(Firms)
        scale = self.scale
        self.labor = business.sales[:, None] * cat.labor_per_unit[business.good]
        for place in range(world.localities):
            here = slice(span[place], span[place + 1])
            self.labor[here] *= business.labor_scale[place]
        posts = np.empty((business.good.size, 3), dtype=np.int32)
        _posts(self.labor, key(self.seed, "staff dither", -1), posts)
        employed = np.flatnonzero(people_at_work(rows.status))
        luck = uniforms(self.seed, "first job", rows.status.size)
        share_public = np.zeros((world.localities, 3))
        for skill in range(3):
            mine = employed[rows.skill[employed] == skill]
            total = rows.efficiency[mine].sum() * 0.001
            bounds = np.searchsorted(locality[mine], np.arange(world.localities + 1))
            for place in range(world.localities):
                workers = mine[bounds[place] : bounds[place + 1]]
                supply = rows.efficiency[workers].sum() * 0.001
                part = supply / max(1e-9, total) * business.labor_scale[place, skill]
                wanted = cat.labor[cat.public, skill] * scale * part
                share_public[place, skill] = wanted
                employer = _assign(
                    rows.efficiency[workers] * 0.001,
                    np.append(posts[span[place] : span[place + 1], skill], wanted),
                    luck[workers],
                )
                public = employer == span[place + 1] - span[place]
                rows.employer[workers] = np.where(public, PUBLIC_EMPLOYER, employer + span[place])
                places.public_posts[place, skill] = places.public_staff[place, skill] = int(public.sum())
        rows.employer[~people_at_work(rows.status)] = NO_EMPLOYER
        private = employed[rows.employer[employed] >= 0]
        np.add.at(firms.staff, (rows.employer[private], rows.skill[private]), 1)
        np.add.at(firms.labor, (rows.employer[private], rows.skill[private]), rows.efficiency[private].astype(np.int64))
        np.add.at(firms.payroll, rows.employer[private], rows.wage[private])
        public_workers = employed[rows.employer[employed] == PUBLIC_EMPLOYER]
        np.add.at(places.public_payroll, locality[public_workers], rows.wage[public_workers])
        for skill in range(3):
            at_work = np.bincount(locality[employed], weights=rows.skill[employed] == skill, minlength=world.localities)
            idle = rows.status == UNEMPLOYED
            no_work = np.bincount(locality[idle], weights=rows.skill[idle] == skill, minlength=world.localities)
            places.employed[:, skill], places.unemployed[:, skill] = at_work, no_work
        np.add.at(places.wages, locality[employed], rows.wage[employed])

    def firms(self) -> None:
        """Size firms: capital, expectations, prices, total factor productivity backed out."""
        firms, goods, business, data = self.world[Firms], self.world[Goods], self.business, self.data
        good, sales = business.good, business.sales
        totals = np.bincount(good, weights=sales, minlength=len(self.data.names))
        self.share = sales / totals[good]
        goods.capital_months[:] = np.where(totals > 0, goods.capital_months, 0.0)
        capital = data.column("fixed_capital_cents") / 100.0 * self.scale
        capital[self.cat.housing] = data.sheet["consumers"]["housing"] / 100.0 * self.scale
        for g in range(len(self.data.names)):
            mine = np.flatnonzero(good == g)
            if mine.size and capital[g] > 0:
                cents = split_by_largest_remainder(round(capital[g] * 100.0), self.share[mine])
                firms.capital[mine] = cents / 100.0
        goods.capital_months[:] = np.where(totals > 0, capital / np.maximum(1e-9, totals), 0.0)
        firms.expected_sales[:] = sales
        memory, growth = self.value("Planning.trend_memory"), self.value("Anchors.growth")
        # The value a lagging average has on the growth path.
        firms.trend_sales[:] = sales / (1.0 + growth / 12.0 / memory)
        made = self.made_per_sale[good] * sales
        firms.sold[:], firms.target_output[:] = sales, made
        # Prices were last set at various times, on average as long ago as repricing takes.
        chance, inflation = self.value("Pricing.repricing"), self.value("Anchors.inflation_target")
        age = np.floor(np.log(uniforms(self.seed, "age of prices", good.size)) / np.log(1.0 - chance))
        firms.price[:] = 100.0 * (1.0 + inflation) ** (((1.0 - chance) / chance - np.minimum(age, 24.0)) / 12.0)
        firms.markup[:] = goods.markup[good]
        firms.unit_cost[:] = 100.0 / (1.0 + firms.markup)
        storable = goods.storable[good] == 1
        firms.output[:] = sales
        firms.inventory[:] = np.where(storable, goods.inventory_months[good] * sales, 0.0)
        firms.inventory_value[:] = firms.inventory * firms.unit_cost
        wanted = np.where(storable, made, (1.0 + SPARE_CAPACITY) * sales)
        labor = (self.labor * goods.skill_weight[good]).sum(axis=1)
        alpha = goods.capital_exponent[good]
        firms.tfp[:] = wanted / (firms.capital**alpha * np.maximum(1e-9, labor) ** (1.0 - alpha))
        firms.labor_wanted[:] = labor[:, None] * goods.skill_mix[good]
        firms.offer[:] = self.homes.offers
        firms.age[:] = np.minimum(30000, -np.log(uniforms(self.seed, "age of firms", good.size)) * 148.0).astype(
            np.int64
        )
        spread = self.value("Planning.visibility_spread") / np.sqrt(1.0 - self.value("Planning.visibility_memory") ** 2)
        firms.visibility[:] = 0.0 * spread

    def inputs(self, supplies: Any) -> None:
        """Stock inputs: what the recipe uses in the target months, partly under way."""
        inputs = self.world[Inputs]
        inputs.firm[:], inputs.good[:], inputs.kind[:] = supplies.firm, supplies.good, supplies.kind
        inputs.supplier[:] = supplies.supplier
        maker = self.business.good[supplies.firm]
        use = self.cat.recipe[maker, supplies.good] * self.business.sales[supplies.firm]
        months, transit = self.value("Ordering.input_months"), self.value("Ordering.transit")
        stored = supplies.kind == 0
        inputs.transit[:] = np.where(stored, transit * use, 0.0)
        inputs.stock[:] = np.where(stored, (months - transit) * use, 0.0)
        value = np.bincount(supplies.firm, weights=np.where(stored, (inputs.stock + inputs.transit) * 100.0, 0.0),
                            minlength=self.business.good.size)  # fmt: skip
        self.world[Firms].input_value[:] = value

    def money(self) -> None:
        """Distribute every financial stock over its holders, to the cent."""
        world, data, sheet, scale = self.world, self.data, self.data.sheet, self.scale
        accounts, wealth, banks, firms = world[Accounts], world[Wealth], world[Banks], world[Firms]
        economy, government, central_bank = world[Economy], world[Government], world[CentralBank]
        people, homes = self.people.heads, self.homes

        def stock(sector: str, instrument: str) -> int:
            return round(sheet[sector][instrument] * scale)

        series = [f"bonds_{years}y" for years in MATURITIES]
        # What firms and banks paid out last month and owners have not yet received lies in their fund.
        dividends = round(sum(data.flow("dividends", g) for g in data.names) * scale)
        bank_dividends = round(data.flow("dividends", "banks") * scale)
        rents = round(data.paid_into("rent_to_owners") * scale)
        economy.dividend_pot[0], economy.rent_pot[0] = dividends, rents
        fund = dividends + rents
        accounts.deposits[:people] = split_by_largest_remainder(stock("consumers", "deposits") - fund, homes.deposits)
        accounts.deposits[-1] = fund
        accounts.cash[:people] = split_by_largest_remainder(stock("consumers", "cash"), homes.deposits)
        wealth.consumer_loan[:] = split_by_largest_remainder(-stock("consumers", "consumer_loans"), homes.consumer_loan)
        wealth.mortgage[:] = split_by_largest_remainder(-stock("consumers", "mortgages"), homes.mortgage)
        for g, name in enumerate(data.names):
            if g == self.cat.public:
                continue
            mine = np.flatnonzero(self.business.good == g)
            own = f"firms:{name}"
            accounts.deposits[people + mine] = split_by_largest_remainder(stock(own, "deposits"), self.share[mine])
            accounts.cash[people + mine] = split_by_largest_remainder(stock(own, "cash"), self.share[mine])
            if sheet[own]["firm_loans"]:
                firms.loan[mine] = split_by_largest_remainder(-stock(own, "firm_loans"), self.share[mine])
        shares = bank_sizes(banks.count)
        banks.deposit_share[:] = shares
        # Every bank gets its share of lenders and of borrowers alike, or one would open short of reserves.
        net = accounts.deposits.astype(np.float64)
        net[:people] -= wealth.consumer_loan + wealth.mortgage
        net[people:-1] -= firms.loan
        spread = np.empty(accounts.count)
        spread[np.argsort(net, kind="stable")] = (np.arange(accounts.count) + 0.5) * 0.6180339887498949 % 1.0
        accounts.bank[:] = np.searchsorted(np.cumsum(shares)[:-1], spread)
        accounts.bank[-1] = 0
        whose = accounts.bank.astype(np.int64)
        np.add.at(banks.deposits, whose, accounts.deposits)
        np.add.at(banks.firm_loans, whose[people:-1], firms.loan)
        np.add.at(banks.consumer_loans, whose[:people], wealth.consumer_loan)
        np.add.at(banks.mortgages, whose[:people], wealth.mortgage)
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
            + banks.bonds.sum(axis=1)
            + banks.firm_loans
            + banks.consumer_loans
            + banks.mortgages
        )
        # Random customers make one bank lend more than another per deposit: equity is set by assets, and
        # reserves take up the difference.
        banks.equity[:] = split_by_largest_remainder(
            int(claims.sum() - banks.deposits.sum()), claims.astype(np.float64)
        )
        banks.reserves[:] += banks.deposits + banks.equity - claims
        banks.advances[:] = np.maximum(0, -banks.reserves)
        banks.reserves[:] += banks.advances
        loans = banks.firm_loans + banks.consumer_loans + banks.mortgages
        banks.capital_ratio[:] = banks.equity / np.maximum(1, loans)
        banks.dividend[:] = split_by_largest_remainder(bank_dividends, np.maximum(1, banks.equity).astype(np.float64))
        government.treasury[0] = stock("government", "reserves")
        central_bank.currency[0] = accounts.cash.sum() + banks.cash.sum()
        reserves = int(banks.reserves.sum() + government.treasury[0])
        central_bank.capital[0] = central_bank.bonds.sum() + banks.advances.sum() - central_bank.currency[0] - reserves

    def economy(self) -> None:
        """Set rates, averages and norms at rest on the growth path."""
        world, data, rules, scale = self.world, self.data, self.rules, self.scale
        economy, government, central_bank = world[Economy], world[Government], world[CentralBank]
        goods, firms, homes, national = world[Goods], world[Firms], self.homes, world[NationalAccounts]
        target, growth = self.value("Anchors.inflation_target"), self.value("Anchors.growth")
        rate = float(rules["policy_rate"])
        gdp = float(rules["gdp_usd_per_unit_month"]) * 100.0 * self.people.heads
        central_bank.policy_rate[0], central_bank.neutral_rate[0] = rate, rate - target
        employed = int(people_at_work(self.people.status).sum())
        idle = int((self.people.status == UNEMPLOYED).sum())
        natural = idle / (idle + employed)
        central_bank.unemployment_norm[0] = central_bank.unemployment_seen[0] = natural
        national.unemployment_rate[0] = natural
        economy.expected_inflation[0] = economy.inflation_average[0] = economy.inflation[0] = target
        economy.price_index[0] = float((goods.cpi_weight * goods.price).sum())
        months = np.arange(12)
        economy.price_history[0] = economy.price_index[0] * (1.0 + target) ** ((months - 11.0 - 1.0) / 12.0 + 0.0)
        economy.wage_start[0] = economy.wage_mean[0] = economy.wage_month[0] = homes.wage_mean
        economy.productivity_growth[0] = growth
        depreciation = self.value("Growth.depreciation") / 12.0
        economy.frontier[0] = 1.0 + growth / (12.0 * depreciation + growth)
        economy.offer_mean[0] = homes.offers
        world[Localities].offer_mean[:] = homes.offers
        tax = 1.0 + self.value("Taxes.payroll_employer")
        economy.public_pay_start[0] = [self._public_pay(skill) * tax for skill in range(3)]
        # One month's flows are those of the account matrix, which stand for the first month.
        economy.trend_gdp[0], economy.trend_growth[0] = gdp / (1.0 + self.growth), self.growth
        economy.mean_income[0] = economy.mean_income_start[0] = float(homes.income.mean())
        economy.real_rate_slow[0] = economy.real_rate_smooth[0] = rate - target
        economy.mortgage_rate[0] = float(rules["mortgage_rate"])
        economy.spending_scale[0], economy.income_reference[0] = homes.spending_scale, homes.reference
        economy.first_bucket[0] = homes.table.first_bucket
        economy.scale_low[0], economy.scale_step[0] = homes.table.scale_low, homes.table.scale_step
        economy.consumer_loan_ratio[0] = world[Wealth].consumer_loan.sum() / economy.trend_gdp[0]
        economy.mortgage_ratio[0] = world[Wealth].mortgage.sum() / economy.trend_gdp[0]
        economy.dwellings[0] = data.sheet["consumers"]["housing"] * scale / 100.0
        borrowers = world[Wealth].consumer_loan > 0
        owners = world[Wealth].mortgage > 0
        spans = world.span(Consumers)
        for place in range(world.localities):
            rows = slice(spans[place], spans[place + 1])
            income = homes.income[rows]
            world[Localities].income_sum[place] = income.sum()
            world[Localities].borrower_income[place] = income[borrowers[rows]].sum()
            world[Localities].owner_income[place] = income[owners[rows]].sum()
        government.tax_scale[0] = homes.tax_scale
        government.coupon[0] = [float(rules[f"yield_{years}y"]) for years in MATURITIES]
        government.capital[0] = data.sheet["government"]["fixed_capital"] * scale / 100.0
        government.net_issue[0] = self.growth * float(government.bonds.sum())
        government.debt_ratio_average[0] = float(government.bonds.sum()) / (12.0 * gdp)
        # Liquidity targets under which last month's dividends are what the rule pays on the growth path.
        good = self.business.good
        levy = np.maximum(0.0, goods.production_tax[good]) * firms.expected_sales * 100.0
        inputs = self.cat.recipe.sum(axis=1)[good] * firms.expected_sales * 100.0
        cost = data.column("compensation_cents") / data.column("gross_output_cents")
        # Usual outlays follow the firm's size, not who happened to be hired first.
        usual = cost[good] * firms.expected_sales * 100.0
        firms.outlays[:] = usual + inputs + levy
        for g, name in enumerate(data.names):
            if g == self.cat.public:
                continue
            held = data.sheet[f"firms:{name}"]["deposits"] * scale
            paid = data.flow("rent_to_owners" if g == self.cat.housing else "dividends", name) * scale
            kept = held if g == self.cat.housing else held + paid - paid / DIVIDEND_SPEED
            goods.liquidity_months[g] = max(0.05, kept / firms.outlays[good == g].sum())
        national.employed[0], national.unemployed[0] = employed, idle
        national.wages[0] = firms.payroll.sum() + world[Localities].public_payroll.sum()
        measure_inequality.function(**{
            argument: sector_rows(world, access.column, access.of)
            for argument, access in measure_inequality.accesses.items()
        })  # fmt: skip
        for name in ("by_output", "by_expenditure", "by_income"):
            getattr(national, name)[0] = round(gdp)

    def _public_pay(self, skill: int) -> float:
        rows = self.world[Consumers]
        mine = (rows.employer == PUBLIC_EMPLOYER) & (rows.skill == skill)
        return float(rows.wage[mine].mean()) if mine.any() else float(self.homes.offers[skill])


@compiled
def _posts(wanted: Doubles, dither: Key, posts: Indices) -> None:
    for firm in range(wanted.shape[0]):
        whole_posts(wanted[firm], uniform(dither, 2 * firm), uniform(dither, 2 * firm + 1), posts[firm])


def people_at_work(status: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Say who is employed."""
    at_work: npt.NDArray[np.bool_] = status == EMPLOYED
    return at_work


def _assign(efficiency: Doubles, wanted: Doubles, luck: Doubles) -> Ints:
    """Assign workers to employers so that each employer's work comes close to what it wants.

    Workers worth more than a small firm can use go first, to employers large enough for them; the rest
    fill what is left, laid on a line in random order.
    """
    employer = np.full(efficiency.size, -1, dtype=np.int64)
    left = wanted * (efficiency.sum() / max(1e-12, wanted.sum()))
    large = np.flatnonzero(efficiency > 1.5)
    for worker in large[np.argsort(-efficiency[large], kind="stable")]:
        able = np.flatnonzero(left >= 0.67 * efficiency[worker])
        if not able.size:
            able = np.array([int(np.argmax(left))])
        line = np.cumsum(np.maximum(left[able], 1e-9))
        pick = able[min(int(np.searchsorted(line, luck[worker] * line[-1])), able.size - 1)]
        employer[worker] = pick
        left[pick] -= efficiency[worker]
    rest = np.flatnonzero(employer < 0)
    rest = rest[np.argsort(luck[rest], kind="stable")]
    room = np.maximum(left, 0.0)
    line = np.cumsum(room)
    work = np.cumsum(efficiency[rest])
    if rest.size:
        middle = (work - 0.5 * efficiency[rest]) / work[-1] * line[-1]
        employer[rest] = np.minimum(np.searchsorted(line, middle), wanted.size - 1)
    return employer


def bank_sizes(banks: int) -> Doubles:
    """Give shares in deposits, largest first, from the FDIC's classes of size: (banks,), summing to one.

    Within a class banks are alike; with few banks each stands for an even slice of all institutions.
    """
    rules = calibration().rules
    number, assets = np.array(rules["bank_count_by_class"])[::-1], np.array(rules["bank_asset_share_by_class"])[::-1]
    held = np.concatenate([[0.0], np.cumsum(assets) / assets.sum()])
    ranks = np.concatenate([[0.0], np.cumsum(number) / number.sum()])
    slices = np.interp(np.arange(banks + 1) / banks, ranks, held)
    shares = np.diff(slices)
    # No bank may be the whole system: cut at three tenths and spread the rest.
    for _ in range(20):
        shares = np.minimum(shares, max(0.3, 1.2 / banks))
        shares /= shares.sum()
    return np.asarray(shares)
