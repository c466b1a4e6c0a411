"""The opening data: tables that ship in `data/`, read once and given by name."""

import csv
import functools
import tomllib
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from ravelin.core.shipped import data_folder
from ravelin.state.goods import GOODS

Doubles = npt.NDArray[np.float64]


def read_rows(*parts: str) -> list[dict[str, str]]:
    """Read a CSV file of the shipped data as a list of rows."""
    with data_folder().joinpath(*parts).open(newline="") as file:
        return list(csv.DictReader(file))


class Calibration:
    """United States 2019, closed; flows are cents a month and stocks cents, per 1,000 consumers."""

    def __init__(self) -> None:
        goods = {row["good"]: row for row in read_rows("calibration", "goods.csv")}
        self.goods = [goods[name] for name in GOODS]
        self.rules: Mapping[str, Any] = tomllib.loads(
            data_folder().joinpath("calibration", "rules_2019.toml").read_text()
        )
        self.sam = _matrix("sam_2019.csv", "receipts_of")
        self.sheet = _matrix("balance_sheet_2019.csv", "sector")
        self.labor = read_rows("calibration", "labor_by_age_skill.csv")

    def column(self, name: str) -> Doubles:
        """Give a column of the goods table, one number per good."""
        return np.array([float(row[name] or 0.0) for row in self.goods])

    def flow(self, receiver: str, payer: str) -> float:
        """Give a flow of the account matrix, cents a month per 1,000 consumers."""
        return self.sam[receiver].get(payer, 0.0)

    def paid_into(self, receiver: str) -> float:
        """Give all that an account receives."""
        return self.sam[receiver]["row_total"]

    def intermediate(self) -> Doubles:
        """Give purchases of each good (row) by the makers of each good (column), cents a month."""
        return np.array([[self.sam[row].get(column, 0.0) for column in GOODS] for row in GOODS])


def _matrix(name: str, key: str) -> dict[str, dict[str, float]]:
    return {
        row[key]: {column: float(value or 0.0) for column, value in row.items() if column != key}
        for row in read_rows("calibration", name)
    }


@functools.cache
def calibration() -> Calibration:
    """Return the shipped calibration."""
    return Calibration()


def recipes(data: Calibration, least_cost: float = 0.01, least_sales: float = 0.05) -> Doubles:
    """Return units of each input (column) per unit of each good (row), without negligible inputs.

    An input stays if it is at least `least_cost` of the buyer's output or `least_sales` of what the
    seller sells to firms. What is dropped is made up by the inputs that stay, balanced (RAS) so that
    each good's intermediate sales and costs, hence every sector's size, remain those of the calibration.

    Returns
    -------
    (goods, goods) float, unit per unit
    """
    purchases = data.intermediate()
    output = data.column("gross_output_cents")
    kept = (purchases >= least_cost * output) | (purchases >= least_sales * purchases.sum(axis=1, keepdims=True))
    # The government buys its inputs without a firm: nothing needs lumping there.
    kept[:, GOODS.index("public_services")] = True
    sales, costs = purchases.sum(axis=1), purchases.sum(axis=0)
    balanced = np.where(kept & (purchases > 0), purchases, 0.0)
    for _ in range(2000):
        balanced *= _ratio(sales, balanced.sum(axis=1))[:, None]
        balanced *= _ratio(costs, balanced.sum(axis=0))[None, :]
    return np.asarray((balanced / output).T)


def _ratio(wanted: Doubles, found: Doubles) -> Doubles:
    return np.divide(wanted, found, out=np.ones_like(wanted), where=found > 0)
