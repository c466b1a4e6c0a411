"""Rows that one table trusts another to have: each is looked at before a rule relies on it."""

import numpy as np
import pytest

from ravelin import Scenario, Simulation
from ravelin.core.table import Column
from ravelin.economy.firms.tables import Inputs, Purchasing
from ravelin.economy.goods.tables import Markets
from ravelin.economy.people.tables import CellGroups, Consumers
from ravelin.economy.places.rows import check_world
from ravelin.economy.places.tables import Localities
from ravelin.economy.spending.tables import BudgetShares, SpendingCells


@pytest.fixture(scope="module")
def small() -> Simulation:
    economy = Simulation(Scenario.load("default", consumers=1_000), seed=1, threads=1)
    check_world(economy.world)
    return economy


REACHES = [
    (Markets.first_seller, Markets.sellers, "Markets reaches beyond Sellers"),
    (Localities.market_first, Localities.market_count, "Localities.market_first reaches beyond Sellers"),
    (Purchasing.first_input, Purchasing.input_count, "Purchasing reaches beyond Inputs"),
    (CellGroups.first_cell, CellGroups.cells, "CellGroups reaches beyond SpendingCells"),
]
"""The first of some rows of another table, how many there are, and what is said if they are too many."""


@pytest.mark.parametrize(("first", "count", "said"), REACHES, ids=str)
def test_rows_beyond_another_table_are_refused(small: Simulation, first: Column, count: Column, said: str) -> None:
    world = small.fork(threads=1).world
    begins, counts = (world.array(column).reshape(-1) for column in (first, count))
    counts[int((begins.astype(np.int64) + counts).argmax())] += 1
    with pytest.raises(ValueError, match=said):
        check_world(world)


@pytest.mark.parametrize(
    "column", [column for pair in REACHES for column in pair[:2] if column.dtype.kind == "i"], ids=str
)
def test_rows_below_none_are_refused(small: Simulation, column: Column) -> None:
    world = small.fork(threads=1).world
    world.array(column).reshape(-1)[-1] = -1
    with pytest.raises(ValueError, match=str(column.table.__name__)):
        check_world(world)


def test_a_first_row_with_fewer_behind_it_than_are_read_is_refused(small: Simulation) -> None:
    """A cell reads a row of budget shares for each income class: the last row alone is too few."""
    world = small.fork(threads=1).world
    world[SpendingCells].share_row[0] = world[BudgetShares].count - 1
    with pytest.raises(ValueError, match=r"SpendingCells\.share_row reaches beyond BudgetShares"):
        check_world(world)


@pytest.mark.parametrize("column", [Consumers.sellers, Inputs.supplier], ids=str)
def test_a_seller_that_the_market_has_not_is_refused(small: Simulation, column: Column) -> None:
    world = small.fork(threads=1).world
    array = world.array(column).reshape(-1)
    array[array.argmax()] += 100
    with pytest.raises(ValueError, match=f"{column} names a seller that the market has not"):
        check_world(world)


@pytest.mark.parametrize("change", [-1, 1])
def test_localities_that_do_not_divide_a_table_are_refused(
    small: Simulation, change: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = small.world
    span = world.spans[Consumers].copy()
    span[-1] += change
    monkeypatch.setitem(world.spans, Consumers, span)
    with pytest.raises(ValueError, match="the localities do not divide the 1,000 rows of Consumers"):
        check_world(world)
