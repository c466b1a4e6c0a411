"""Where rows lie in other tables: what a rule takes for granted when it goes from one table to another."""

from collections.abc import Iterator

import numpy as np

from ravelin.core.ranges import first_wrong
from ravelin.core.table import Array, World
from ravelin.economy.firms.tables import Inputs, Purchasing
from ravelin.economy.goods.tables import Aisles, Markets, Sellers
from ravelin.economy.people.tables import CellGroups, Consumers
from ravelin.economy.places.tables import Localities
from ravelin.economy.spending.tables import BudgetShares, IncomeEdges, SpendingCells, SpendingGrid


def check_world(world: World) -> None:
    """Refuse a world that no rule may run on: rules trust that codes and rows lie within their tables.

    References that name their table are looked at in `core.ranges`; those here depend on a second column.

    Raises
    ------
    ValueError
        Naming what is wrong.
    """
    wrong = first_wrong(world) or next((said for said, holds in _places(world) if not holds), None)
    if wrong:
        raise ValueError(wrong)


def _places(world: World) -> Iterator[tuple[str, bool]]:
    if Localities in world:
        yield "the localities are not those that rows lie in", world.localities == world[Localities].count
    for table, span in world.spans.items():
        rows = next(held.count for other, held in world.tables.items() if other.rows_of is table)
        orderly = span.size > 1 and span[0] == 0 and span[-1] == rows and bool((np.diff(span) >= 0).all())
        yield f"the localities do not divide the {rows:,} rows of {table.__name__}", orderly
    if Markets in world and Sellers in world:
        markets, places = world[Markets], world[Localities]
        sellers = world[Sellers].count
        yield "Markets reaches beyond Sellers", _within(markets.first_seller, markets.sellers, sellers)
        yield (
            "Localities.market_first reaches beyond Sellers",
            _within(places.market_first, places.market_count, sellers),
        )
        yield from _markets_of_buyers(world)
    if Purchasing in world and Inputs in world:
        buyers = world[Purchasing]
        yield "Purchasing reaches beyond Inputs", _within(buyers.first_input, buyers.input_count, world[Inputs].count)
    if SpendingCells in world and BudgetShares in world:
        cells, edges = world[SpendingCells], world[IncomeEdges]
        classes = np.full(cells.count, int(edges.share_class.max(initial=0)) + 1)
        yield (
            "SpendingCells.share_row reaches beyond BudgetShares",
            _within(cells.share_row, classes, world[BudgetShares].count),
        )
        yield (
            "SpendingGrid has not a row for every cell and income bin",
            (world[SpendingGrid].count == cells.count * (edges.count + 1)),
        )
    if CellGroups in world:
        groups = world[CellGroups]
        yield (
            "CellGroups reaches beyond SpendingCells",
            _within(groups.first_cell, groups.cells, world[SpendingCells].count),
        )


def _markets_of_buyers(world: World) -> Iterator[tuple[str, bool]]:
    """Look whether everybody's sellers and suppliers lie in the markets of the own locality."""
    places = world[Localities]
    if Aisles in world:
        home, sellers = world.span(Consumers), world[Consumers].sellers
        count = places.market_count[:, world[Aisles].good]
        here = [bool((sellers[home[i] : home[i + 1]] < count[i]).all()) for i in range(places.count)]
        yield "Consumers.sellers names a seller that the market has not", all(here)
    if Inputs in world:
        home, inputs = world.span(Inputs), world[Inputs]
        here = []
        for i in range(places.count):
            own = slice(home[i], home[i + 1])
            here.append(bool((inputs.supplier[own] < places.market_count[i, inputs.good[own]][:, None]).all()))
        yield "Inputs.supplier names a seller that the market has not", all(here)


def _within(first: Array, count: Array, rows: int) -> bool:
    """Say whether so many rows from each first one on are among the rows of a table; none lie anywhere."""
    used = count > 0
    begins, ends = first.astype(np.int64), first.astype(np.int64) + count
    return bool((count >= 0).all() and (begins[used] >= 0).all() and (ends[used] <= rows).all())
