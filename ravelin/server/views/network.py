"""Networks and balance sheets that take a look over the whole economy to draw up."""

from typing import Any

import numpy as np
import numpy.typing as npt

from ravelin.core.table import Table, World
from ravelin.ledger.balance_sheet import (
    EQUITY,
    FIXED_CAPITAL,
    HOUSING,
    INVENTORIES,
    firm_equity,
    leases,
    sector_positions,
    sparse_positions,
)
from ravelin.ledger.settlement import split_by_largest_remainder
from ravelin.server.views.declarations import words
from ravelin.state.accounts import (
    CONSUMERS,
    GOVERNMENT,
    INSTRUMENTS,
    RESIDENTIAL_INVESTMENT,
    Accounts,
    Flows,
)
from ravelin.state.consumers import Consumers, Wealth
from ravelin.state.firms import Firms, Inputs, Sellers
from ravelin.state.goods import GOODS, Goods
from ravelin.state.institutions import Banks, CentralBank, Economy, Government

MAIN_INPUTS_LEAST = 0.05
"""Storable inputs per unit below which a good begins a chain."""
SHORT_BELOW = 0.8
"""A good is short when its stock is under this part of the target."""
ABSENT = {
    "interbank": "banks do not lend to one another in this economy yet: who is short of reserves borrows from the "
    "central bank, as Banks.advances shows"
}
"""Networks that no system keeps, and why."""
NETWORKS = ("supply",)


def supply(world: World) -> dict[str, Any]:
    """Draw up who supplies whom: goods with their stocks, and what was bought along the recipes in the month."""
    goods, firms, inputs = world[Goods], world[Firms], world[Inputs]
    made = goods.firm_share > 0
    bought = np.zeros((len(GOODS), len(GOODS)))
    np.add.at(bought, (inputs.good, firms.good[inputs.firm]), inputs.bought * 0.01)
    layer = layers(np.where(goods.storable == 1, goods.recipe, 0.0), made)
    target = goods.inventory_months * _by_good(firms.good, firms.expected_sales)
    stock = _by_good(firms.good, firms.inventory)
    sinks = _sinks(world)
    nodes: list[dict[str, Any]] = []
    for place in np.flatnonzero(made).tolist():
        storable = bool(goods.storable[place]) and target[place] > 0
        over = float(stock[place] / target[place]) if storable else None
        nodes.append(
            {
                "id": GOODS[place],
                "title": words(GOODS[place]),
                "layer": layer[place],
                "firms": int((firms.good == place).sum()),
                "output": float(goods.output[place]),
                "inventory": float(stock[place]),
                "inventory_target": float(target[place]) if storable else None,
                "stock_over_target": over,
                "price": float(goods.price[place]) * 0.01,
                "short": over is not None and over < SHORT_BELOW,
            }
        )
    last = max(layer) + 1
    nodes += [{"id": name, "title": words(name), "layer": last} for name in sinks]
    edges = [
        {"from": GOODS[seller], "to": GOODS[buyer], "dollars": float(bought[seller, buyer])}
        for seller, buyer in zip(*(found.tolist() for found in np.nonzero(bought)), strict=True)
    ]
    edges += [
        {"from": GOODS[place], "to": name, "dollars": float(dollars[place])}
        for name, dollars in sinks.items()
        for place in np.flatnonzero(dollars > 0.005).tolist()
    ]
    return {"unit": "dollar/month", "nodes": nodes, "edges": edges}


def _by_good(good: npt.NDArray[Any], values: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    sums: npt.NDArray[np.float64] = np.bincount(good, weights=values, minlength=len(GOODS)).astype(np.float64)
    return sums


def layers(recipe: npt.NDArray[np.float64], made: npt.NDArray[np.bool_]) -> list[int]:
    """Return how deep in the chain each good is: 0 for what needs hardly any input, else one more than its main input.

    Parameters
    ----------
    recipe : (goods, goods) float
        Units of each storable input (column) per unit of each good (row). The main input is the largest; a
        circle of main inputs ends where it began.
    made : (goods,) bool
    """
    main = recipe.argmax(axis=1)
    depth = []
    for good in range(len(recipe)):
        seen, place = {good}, good
        while made[good] and recipe[place].sum() > MAIN_INPUTS_LEAST and int(main[place]) not in seen:
            place = int(main[place])
            seen.add(place)
        depth.append(len(seen) - 1)
    return depth


def _sinks(world: World) -> dict[str, npt.NDArray[np.float64]]:
    """Return who buys goods at the chain's end: dollars by good; what firms buy as capital is an edge already."""
    sellers, firms = world[Sellers], world[Firms]
    good = firms.good[sellers.firm]
    paid = world[Flows].paid.reshape(-1, 5, 5)
    consumption = _by_good(good, sellers.taxed * 0.01)
    sold = _by_good(good, sellers.sold * 0.01)
    inputs = world[Inputs]
    to_firms = _by_good(inputs.good, inputs.bought * 0.01)
    dwellings = float(paid[RESIDENTIAL_INVESTMENT].sum()) * 0.01
    rest = np.maximum(0.0, sold - to_firms)
    investment = np.zeros(len(GOODS))
    building = GOODS.index("construction")
    investment[building] = min(dwellings, rest[building])
    return {"consumers": consumption, "government": rest - investment, "dwellings": investment}


class Sheets:
    """Every agent's balance sheet at one moment, drawn up when first asked for."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.positions = sparse_positions(world)
        sheet = sector_positions(world)
        self.housing = split_by_largest_remainder(int(sheet[CONSUMERS, HOUSING]), world[Wealth].dwelling_share)
        self.sectors = sheet

    def of(self, table: type[Table], row: int) -> dict[str, str] | None:
        """Return what a consumer, firm, bank, the government or the central bank owns and owes, cents as text."""
        world, owner = self.world, table.rows_of
        people, accounts = world[Consumers].count, world[Accounts].count
        if owner is Consumers:
            return self._listed(row, {HOUSING: int(self.housing[row])})
        if owner is Accounts:
            if row < people:
                return self.of(Consumers, row)
            return self.of(Firms, row - people) if row < accounts - 1 else self._listed(row, {})
        if owner is Firms:
            return self._listed(people + row, self._plant(row))
        if owner is Banks:
            return self._listed(accounts + row, {})
        if owner is Government:
            real = int(self.sectors[GOVERNMENT, FIXED_CAPITAL])
            return self._listed(accounts + world[Banks].count, {FIXED_CAPITAL: real})
        if owner is CentralBank:
            return self._listed(accounts + world[Banks].count + 1, {})
        return None

    def _plant(self, firm: int) -> dict[int, int]:
        """Return a firm's real assets: what its book equity leaves beside its claims and debts."""
        rows = self.world[Firms]
        leased = bool(leases(self.world)[firm])
        capital = 0 if leased else round(float(rows.capital[firm]) * float(self.world[Economy].basket_price[0]))
        account = self.world[Consumers].count + firm
        claims = int(self.positions[[account], :EQUITY].sum())
        return {FIXED_CAPITAL: capital, INVENTORIES: int(firm_equity(self.world)[firm]) - claims - capital}

    def _listed(self, agent: int, real: dict[int, int]) -> dict[str, str]:
        line = np.zeros(len(INSTRUMENTS), dtype=np.int64)
        line[: EQUITY + 1] = self.positions[[agent], :].toarray()[0]
        for instrument, cents in real.items():
            line[instrument] += cents
        worth = int(line.sum()) if line[EQUITY] >= 0 else -int(line[EQUITY])
        listed = {name: str(cents) for name, cents in zip(INSTRUMENTS, line.tolist(), strict=True) if cents}
        return listed | {"net_worth": str(worth)}
