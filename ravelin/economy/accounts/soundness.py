"""What no economy has: money, goods or staff below zero, and numbers that are none.

The counts are kernels, cheap enough for every month; where one finds something, the world is gone through
column by column to say what and where.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from ravelin.core.arithmetic import whole_total
from ravelin.core.kernel import compiled, machine_code
from ravelin.core.table import Array, Column, Table, World
from ravelin.economy.accounts.tables import Economy
from ravelin.economy.central_bank.tables import CentralBank
from ravelin.economy.firms.tables import Books, DwellingStock, Firms, Inputs, Plant, Workforce
from ravelin.economy.goods.tables import Goods, Sellers
from ravelin.economy.government.tables import Government
from ravelin.economy.labor.tables import Wages
from ravelin.economy.people.tables import Consumers
from ravelin.economy.places.tables import Localities

LARGEST = 1.0e300
"""More than any sum, price or quantity of an economy."""

GOODS_AND_STAFF = frozenset(
    {
        Consumers.wage, Consumers.permanent_income, Consumers.habit, Consumers.pension_share,
        Consumers.transfer_share, Firms.price, Firms.unit_cost, Firms.expected_sales, Firms.trend_sales,
        Firms.target_output, Firms.output, Firms.inventory, Firms.sold, Firms.spoiled, Firms.unserved, Firms.unmet,
        Plant.capital, Plant.capital_under_way, Plant.labor_productivity, Plant.invested, Workforce.staff,
        Workforce.labor, Workforce.hours, Workforce.labor_wanted, Workforce.vacancies, Workforce.unfilled,
        Workforce.offer, Workforce.payroll, Workforce.wage_bill,
        Books.revenue, Books.inputs_bought, Books.dividend, Books.call, Books.outlays, Books.inventory_value,
        Books.input_value, Inputs.stock, Inputs.transit, Inputs.opening, Inputs.wanted, Sellers.price, Sellers.shelf,
        Sellers.sold, Sellers.taxed, Goods.price, Government.capital, CentralBank.policy_rate, Economy.price_index,
        Economy.basket_price, Wages.wage_mean, Economy.trend_gdp, DwellingStock.dwellings, Localities.public_staff,
        Localities.public_payroll,
    }
)  # fmt: skip
"""Columns, beside claims, that hold what nobody can have less than nothing of."""


@compiled
def count_outside(values: Any, least: float) -> int:
    """Count the floats that are less than the least, or no finite numbers."""
    # In the width of the column: twice as many at once for half the bytes. Infinity less itself is no number.
    found, low = 0, values.dtype.type(least)
    for place in range(values.size):
        nothing = values[place] - values[place]
        found += not ((nothing == nothing) & (values[place] >= low))
    return found


@compiled
def count_outside_all(columns: Any, least: float) -> int:
    """Count the floats of many columns, all of one type, that are less than the least, or no finite numbers."""
    found = 0
    for values in columns:
        found += count_outside(values, least)
    return found


@compiled
def count_below_zero_in_all(columns: Any) -> int:
    """Count the numbers of many columns, all of one type, that are below zero."""
    found = 0
    for values in columns:
        found += count_below_zero(values)
    return found


@compiled
def count_below_zero(values: Any) -> int:
    """Count the numbers below zero."""
    found = 0
    for place in range(values.size):
        found += values[place] < 0
    return found


def is_inspected(declared: Column) -> bool:
    """Say whether a column can hold what no economy has: floats can, and whole numbers with a sign that may not be."""
    changes = not declared.fixed and declared.dtype.kind == "f"
    return changes or (is_never_below_zero(declared) and declared.dtype.kind == "i")


def is_never_below_zero(declared: Column) -> bool:
    """Say whether nobody can have less than nothing of it: of goods and staff, and of claims that are not signed."""
    return declared in GOODS_AND_STAFF or (declared.claim is not None and not declared.claim.signed)


class Inspector:
    """Counts what is wrong in a world: in small tables now, in long ones as this month's inspections found.

    The columns of one type are gone through in one call of a kernel.

    Parameters
    ----------
    world : World
    inspected : tables whose rows kernels go through elsewhere
    """

    def __init__(self, world: World, inspected: tuple[type[Table], ...]) -> None:
        kept = [
            (declared, array.reshape(-1))
            for table, rows in world.tables.items()
            if table.rows_of not in inspected
            for declared, array in rows.items()
            if is_inspected(declared)
        ]
        floats = _by_type(array for _, array in kept if array.dtype.kind == "f")
        signed = _by_type(array for declared, array in kept if is_never_below_zero(declared))
        self._found = world[Localities].unsound_people, world[Localities].unsound_firms
        self._counts = [
            *((machine_code(count_outside_all, (columns, -LARGEST)), (columns, -LARGEST)) for columns in floats),
            *((machine_code(count_below_zero_in_all, (columns,)), (columns,)) for columns in signed),
        ]

    def count(self) -> int:
        """Count the values that no economy has."""
        found = sum(whole_total(counted) for counted in self._found)
        return found + sum(int(code(*arguments)) for code, arguments in self._counts)


def _by_type(arrays: Iterable[Array]) -> list[tuple[Array, ...]]:
    kept = list(arrays)
    return [tuple(one for one in kept if one.dtype == dtype) for dtype in dict.fromkeys(one.dtype for one in kept)]


def first_unsound(world: World, *, signs: bool = True) -> str | None:
    """Name the first value of a world that no economy has, or return None: the slow way, in columns that stay as well.

    Parameters
    ----------
    signs : bool
        Whether what is below zero counts; within a month some things are that are not at its end.
    """
    columns = [(declared, array) for rows in world.tables.values() for declared, array in rows.items()]
    # What is no number in a column that stays is the cause of those in columns that change.
    for declared, array in sorted(columns, key=lambda one: not one[0].fixed):
        wrong: npt.NDArray[np.bool_] = ~np.isfinite(array)
        if signs and is_never_below_zero(declared):
            wrong |= array < 0
        if wrong.any():
            row = int(np.argwhere(wrong)[0][0])
            value = np.asarray(array[wrong]).flat[0]
            below = "below zero" if np.isfinite(value) else "no number"
            return f"{declared} of row {row} is {value:g}, which is {below} ({int(whole_total(wrong)):,} such values)"
    return None
