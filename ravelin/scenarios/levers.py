"""Levers of policy whose size can be given as a percent of GDP: by how much each moves for that.

What a percent costs is told beforehand, as budget offices do: by what the tax or outlay came to in the month before,
as if nobody answered to the change.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ravelin.core.arithmetic import whole_total
from ravelin.core.table import Array, World
from ravelin.economy.accounts.tables import NationalAccounts
from ravelin.economy.goods.tables import Goods, Markets, Sellers
from ravelin.economy.government.tables import Government
from ravelin.ledger.accounts import (
    CONSUMPTION,
    CORPORATE_TAX,
    GOVERNMENT_PURCHASES,
    INCOME_TAX,
    OTHER_TRANSFERS,
    PAYROLL_TAX_EMPLOYEES,
    PAYROLL_TAX_EMPLOYERS,
    PUBLIC_INVESTMENT,
    SALES_TAX,
    UNEMPLOYMENT_BENEFITS,
    Flows,
)

PERCENT = 0.01


class Lever(NamedTuple):
    """A parameter or column of policy.

    Attributes
    ----------
    base : (world, value of the lever in the month before, rows of a column) -> cents a month
        What one unit of the lever came to.
    outlay : bool
        Whether it is spent; otherwise it is a tax.
    """

    base: Callable[[World, float, Array | None], float]
    outlay: bool


def gdp_of(world: World) -> int:
    """Return the last month's gross domestic product, cents."""
    return int(world[NationalAccounts].by_expenditure[0])


def _in_proportion(flow: int) -> Callable[[World, float, Array | None], float]:
    """Return what one unit brings of a flow that is in proportion to the lever."""
    return lambda world, value, _: int(whole_total(world[Flows].paid[flow])) / value if value else 0.0


def _transfers(world: World, value: float, rows: Array | None) -> float:
    """Return the transfers that rules give, without lump sums, per unit of the lever."""
    by_rule = int(whole_total(world[Flows].paid[OTHER_TRANSFERS])) - int(world[Government].grants[0])
    return by_rule / value if value else 0.0


def _consumption(world: World, value: float, rows: Array | None) -> float:
    """Return all consumption before sales tax."""
    paid = world[Flows].paid
    return float(int(whole_total(paid[CONSUMPTION])) - int(whole_total(paid[SALES_TAX])))


def _consumption_of(world: World, value: float, rows: Array | None) -> float:
    """Return the consumption of some goods before sales tax, at the tax that they had."""
    taxed = np.zeros(world[Goods].count, np.int64)
    markets = world[Markets]
    for good, first, many in zip(markets.good, markets.first_seller, markets.sellers, strict=True):
        taxed[good] += whole_total(world[Sellers].taxed[first : first + many])
    before_tax = taxed / (1.0 + world[Goods].sales_tax)
    return float(int(whole_total(np.rint(before_tax[rows]).astype(np.int64))))


LEVERS = {
    "FiscalPolicy.purchases": Lever(_in_proportion(GOVERNMENT_PURCHASES), outlay=True),
    "FiscalPolicy.investment": Lever(_in_proportion(PUBLIC_INVESTMENT), outlay=True),
    "Benefits.transfer_change": Lever(_transfers, outlay=True),
    "Benefits.unemployment_replacement": Lever(_in_proportion(UNEMPLOYMENT_BENEFITS), outlay=True),
    "IncomeTax.change": Lever(_in_proportion(INCOME_TAX), outlay=False),
    "Taxes.payroll_employee": Lever(_in_proportion(PAYROLL_TAX_EMPLOYEES), outlay=False),
    "Taxes.payroll_employer": Lever(_in_proportion(PAYROLL_TAX_EMPLOYERS), outlay=False),
    "Taxes.corporate": Lever(_in_proportion(CORPORATE_TAX), outlay=False),
    "Taxes.sales_tax_change": Lever(_consumption, outlay=False),
    "Goods.sales_tax": Lever(_consumption_of, outlay=False),
}
"""Levers by their names."""


def moved_by(name: str, percent: float, world: World, value: float, rows: Array | None = None) -> float | None:
    """Return by how much a lever moves for a percent of the last month's GDP; None if it came to nothing."""
    base = LEVERS[name].base(world, value, rows)
    return percent * PERCENT * gdp_of(world) / base if base > 0.0 else None
