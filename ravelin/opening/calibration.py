"""The opening data: tables that ship in `data/`, read once and given by name."""

import csv
import functools
import tomllib
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from ravelin.core.shipped import data_folder
from ravelin.scenarios.catalog import GoodsCatalog, load_catalog
from ravelin.scenarios.scenario import DEFAULT_CATALOG

Doubles = npt.NDArray[np.float64]
Accounts = dict[str, dict[str, float]]


def read_rows(*parts: str) -> list[dict[str, str]]:
    """Read a CSV file of the shipped data as a list of rows."""
    with data_folder().joinpath(*parts).open(newline="") as file:
        return list(csv.DictReader(file))


class Calibration:
    """A closed economy with the totals of the United States 2019 and the goods of a catalog.

    Flows are cents a month and stocks cents, per 1,000 consumers.

    Parameters
    ----------
    table : name of a column -> (goods,) float
    sam : account -> what it receives from each
    sheet : sector -> what it holds of each instrument
    """

    def __init__(
        self,
        catalog: GoodsCatalog,
        table: Mapping[str, Doubles],
        rules: Mapping[str, Any],
        sam: Accounts,
        sheet: Accounts,
    ) -> None:
        self.catalog, self.table, self.rules, self.sam, self.sheet = catalog, table, rules, sam, sheet
        self.labor = read_rows("calibration", "labor_by_age_skill.csv")

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the goods."""
        return self.catalog.names

    def column(self, name: str) -> Doubles:
        """Give a column of the goods table, one number per good."""
        return self.table[name].copy()

    def flow(self, receiver: str, payer: str) -> float:
        """Give a flow of the account matrix, cents a month per 1,000 consumers."""
        return self.sam[receiver].get(payer, 0.0)

    def paid_into(self, receiver: str) -> float:
        """Give all that an account receives."""
        return self.sam[receiver]["row_total"]

    def intermediate(self) -> Doubles:
        """Give purchases of each good (row) by the makers of each good (column), cents a month."""
        return np.array([[self.sam[row].get(column, 0.0) for column in self.names] for row in self.names])


def _matrix(name: str, key: str) -> Accounts:
    return {
        row[key]: {column: float(value or 0.0) for column, value in row.items() if column != key}
        for row in read_rows("calibration", name)
    }


@functools.cache
def shipped_calibration() -> Calibration:
    """Return the tables as they ship, with the catalog made from them."""
    rows = {row["good"]: row for row in read_rows("calibration", "goods.csv")}
    catalog = load_catalog(DEFAULT_CATALOG)
    table = {}
    for name in next(iter(rows.values())):
        cells = [rows[good][name] for good in catalog.names]
        if all(_is_number(cell) for cell in cells):
            table[name] = np.array([float(cell or 0.0) for cell in cells])
    rules = tomllib.loads(data_folder().joinpath("calibration", "rules_2019.toml").read_text())
    sheet = _matrix("balance_sheet_2019.csv", "sector")
    return Calibration(catalog, table, rules, _matrix("sam_2019.csv", "receipts_of"), sheet)


def _is_number(cell: str) -> bool:
    return not cell or cell.lstrip("-").replace(".", "", 1).isdigit()
