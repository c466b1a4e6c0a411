"""What people buy at the opening: shares of the goods in budgets, as the survey and the account matrix have them."""

import numpy as np
import numpy.typing as npt

from ravelin.core.arithmetic import product, total, totals
from ravelin.core.arithmetic.pieces import in_pieces
from ravelin.economy.people.tables import AISLES
from ravelin.learning.inference import SpendingModel, SpendingTable
from ravelin.opening.calibration import Calibration
from ravelin.opening.population import Numbers, People

Doubles = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Baskets:
    """Budget shares over goods by type and income class, scaled to the account matrix."""

    def __init__(
        self, data: Calibration, model: SpendingModel, table: SpendingTable, people: People, groups: Ints,
        cell: Numbers, planned: Doubles, to_survey: float, income: Doubles,
    ) -> None:  # fmt: skip
        categories = model.categories
        tax = data.column("sales_tax_rate")
        gross = np.stack([data.column(f"consumption_{name}_cents") for name in categories]) * (1.0 + tax)
        paid = np.array([data.paid_into(f"consumption_{name}") for name in categories])
        gross *= (paid / totals(gross, 1))[:, None]
        sold = np.flatnonzero(totals(gross, 0) > 0)
        # Aisles beyond the goods that are sold lead to the last of them, and nobody spends anything there.
        self.aisles = np.pad(sold, (0, AISLES - sold.size), mode="edge")
        split = np.zeros((len(categories), AISLES))
        split[:, : sold.size] = gross[:, sold] / totals(gross, 1)[:, None]
        types, classes, _ = model.shares.shape
        edge_class = np.searchsorted(model.class_edges, table.income_edges, side="right")
        self.edge_class = edge_class
        class_of_bin = np.append(0, edge_class).astype(np.uint8)
        first_row, row = groups.astype(np.int32) * np.int32(classes), np.empty(cell.size, np.int32)

        def find(rows: slice) -> None:
            survey_income = (to_survey * income[rows]).astype(np.float32)
            bins = np.searchsorted(table.income_edges, survey_income, side="right")
            row[rows] = first_row[cell[rows]] + class_of_bin[bins]

        in_pieces(cell.size, find)
        spent = np.bincount(row, weights=planned, minlength=types * classes)
        shares = model.shares.reshape(types * classes, -1).astype(np.float64)
        factor = np.ones(len(categories))
        target = paid / total(paid)
        for _ in range(200):
            scaled = shares * factor
            scaled /= totals(scaled, 1)[:, None]
            factor *= target / (product(spent, scaled) / total(spent))
        goods = product(scaled, split)
        self.cumulative = np.cumsum(goods, axis=1)
        self.cumulative[:, -1] = 1.0
        self.share_row = groups * classes
        begins = np.append(0, people.locality_ends)
        self.purchases = np.zeros((people.locality_ends.size, len(data.names)))
        for place in range(people.locality_ends.size):
            here = slice(begins[place], begins[place + 1])
            spent_here = np.bincount(row[here], weights=planned[here], minlength=types * classes)
            self.purchases[place, sold] = product(spent_here, goods[:, : sold.size]) / (1.0 + tax[sold]) / 100.0
        self.weights = np.zeros(len(data.names))
        self.weights[sold] = product(target, split)[: sold.size]
