"""Networks and balance sheets that take a look over the whole economy to draw up."""

from typing import Any

import numpy as np
import numpy.typing as npt

from ravelin.core.table import Table, World
from ravelin.economy.accounts.balance_sheet import firm_equity, leases, sector_positions, sparse_positions
from ravelin.economy.accounts.tables import Economy
from ravelin.economy.banks.tables import Banks
from ravelin.economy.central_bank.tables import CentralBank
from ravelin.economy.firms.tables import Firms, Inputs
from ravelin.economy.goods.tables import Goods, Sellers
from ravelin.economy.government.tables import Government
from ravelin.economy.people.tables import Consumers, Wealth
from ravelin.ledger.accounts import (
    CONSUMERS,
    EQUITY,
    FIXED_CAPITAL,
    GOVERNMENT,
    HOUSING,
    INSTRUMENTS,
    INVENTORIES,
    RESIDENTIAL_INVESTMENT,
    SECTORS,
    Accounts,
    Flows,
)
from ravelin.ledger.settlement import split_by_largest_remainder
from ravelin.server.problems import ProblemError
from ravelin.server.views.declarations import words
from ravelin.storage.network import purchases, supply_links

LAYER_STEP = 0.5
INVESTED = 0.3
"""Investment over consumption, about, in what final buyers need."""
MAIN_INPUT = 0.19
"""Units of an input per unit of a good from which on the good comes after it."""
SHORT_BELOW = 0.8
"""A good is short when its stock is under this part of the target."""
LINKS_MAX = 10_000


def supply(world: World) -> dict[str, Any]:
    """Draw up who supplies whom: goods with their stocks, and what was bought along the recipes in the month."""
    goods, firms, inputs = world[Goods], world[Firms], world[Inputs]
    names = world.names[Goods]
    made = goods.firm_share > 0
    bought = np.zeros((len(names), len(names)))
    np.add.at(bought, (inputs.good, firms.good[inputs.firm]), purchases(world) * 0.01)
    layer = layers(goods.recipe[:, : len(names)], goods.cpi_weight + INVESTED * goods.basket_share)
    target = goods.inventory_months * _by_good(world, firms.good, firms.expected_sales)
    stock = _by_good(world, firms.good, firms.inventory)
    sinks = _sinks(world)
    nodes: list[dict[str, Any]] = []
    for place in np.flatnonzero(made).tolist():
        storable = bool(goods.storable[place]) and target[place] > 0
        over = float(stock[place] / target[place]) if storable else None
        nodes.append(
            {
                "id": names[place],
                "title": words(names[place]),
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
        {"from": names[seller], "to": names[buyer], "dollars": float(bought[seller, buyer])}
        for seller, buyer in zip(*(found.tolist() for found in np.nonzero(bought)), strict=True)
    ]
    edges += [
        {"from": names[place], "to": name, "dollars": float(dollars[place])}
        for name, dollars in sinks.items()
        for place in np.flatnonzero(dollars > 0.005).tolist()
    ]
    return {"unit": "dollar/month", "nodes": nodes, "edges": edges}


def links(world: World, firm: int | None, most: int) -> dict[str, Any]:
    """List which firm bought what from which in the month: the largest links, of all firms or of one.

    Raises
    ------
    ProblemError
        If there is no such firm.
    """
    inputs, names, firms = world[Inputs], world.names[Goods], world[Firms].count
    if firm is not None and firm >= firms:
        raise ProblemError("not-found", f"firms have rows 0 to {firms - 1:,}; {firm} is none of them", parameter="firm")
    row, supplier, cents = supply_links(world).values()
    buyer = inputs.firm[row]
    chosen = np.flatnonzero((cents > 0) & ((firm is None) | (buyer == firm) | (supplier == firm)))
    largest = chosen[np.argsort(-cents[chosen], kind="stable")[:most]]
    listed = [
        {
            "supplier": int(supplier[link]) if supplier[link] >= 0 else None,
            "buyer": int(buyer[link]),
            "good": names[inputs.good[row[link]]],
            "dollars": float(cents[link]) / 100.0,
        }
        for link in largest.tolist()
    ]
    return {"links": listed, "links_found": int(chosen.size)}


def _by_good(world: World, good: npt.NDArray[Any], values: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    many = world[Goods].count
    sums: npt.NDArray[np.float64] = np.bincount(good, weights=values, minlength=many).astype(np.float64)
    return sums


def layers(recipe: npt.NDArray[np.float64], final: npt.NDArray[np.float64]) -> list[int]:
    """Return each good's place along the chain, 0 for what is farthest from final buyers.

    Half a unit of upstreamness makes a layer (Antràs, Chor, Fally and Hillberry 2012, "Measuring the
    upstreamness of production and trade flows"), by what final buyers need at the opening, so that no good moves
    from month to month; and a good comes after an input that makes up much of it.

    Parameters
    ----------
    recipe : (goods, goods) float
        Units of each input (column) per unit of each good (row).
    final : (goods,) float
        What consumers and investors buy of each, up to scale.
    """
    output = np.maximum(1e-9, np.linalg.solve(np.eye(len(recipe)) - recipe.T, final))
    sold = recipe.T * output[None, :] / output[:, None]
    np.fill_diagonal(sold, 0.0)
    upstream = np.linalg.solve(np.eye(len(sold)) - sold, np.ones(len(sold)))
    place = np.rint((upstream.max() - upstream) / LAYER_STEP).astype(np.int64)
    parts = recipe.copy()
    np.fill_diagonal(parts, 0.0)
    after, before = np.nonzero(parts >= MAIN_INPUT)
    for _ in range(len(place)):
        later = place.copy()
        np.maximum.at(later, after, place[before] + 1)
        if (later == place).all() or later.max() > len(place):
            break
        place = later
    _, ranks = np.unique(place, return_inverse=True)
    found: list[int] = ranks.tolist()
    return found


def _sinks(world: World) -> dict[str, npt.NDArray[np.float64]]:
    """Return who buys goods at the chain's end: dollars by good; what firms buy as capital is an edge already."""
    sellers, firms = world[Sellers], world[Firms]
    good = firms.good[sellers.firm]
    paid = world[Flows].paid.reshape(-1, len(SECTORS), len(SECTORS))
    consumption = _by_good(world, good, sellers.taxed * 0.01)
    sold = _by_good(world, good, sellers.sold * 0.01)
    inputs = world[Inputs]
    to_firms = _by_good(world, inputs.good, purchases(world) * 0.01)
    dwellings = float(paid[RESIDENTIAL_INVESTMENT].sum()) * 0.01
    rest = np.maximum(0.0, sold - to_firms)
    builders = world[Goods].builds_dwellings == 1
    built = np.where(builders, rest, 0.0)
    investment = built * min(1.0, dwellings / max(1e-9, float(built.sum())))
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
