"""What a schedule of tax brackets asks for."""

import numpy as np

from ravelin.core.kernel import compiled
from ravelin.core.system import Doubles


@compiled
def bracket_taxes(tax: Doubles, taxable: Doubles, rates: Doubles, thresholds: Doubles, scale: float) -> None:
    """Fill the taxes on taxable incomes when every threshold is multiplied by `scale`.

    One pass per bracket over all incomes, without branches: several are taxed at once.

    Parameters
    ----------
    tax : (rows,) float, filled
    taxable : (rows,) float, in the unit of thresholds; not positive where nothing is taxed
    rates, thresholds : (brackets,) float
        Thresholds ascend from zero.
    """
    tax[:] = 0.0
    for bracket in range(rates.size):
        rate = rates[bracket]
        begin = thresholds[bracket] * scale
        end = thresholds[bracket + 1] * scale if bracket + 1 < rates.size else np.inf
        for row in range(tax.size):
            tax[row] += rate * max(0.0, min(taxable[row], end) - begin)
