"""What a schedule of tax brackets asks for."""

from ravelin.core.kernel import compiled
from ravelin.core.system import Doubles


@compiled
def bracket_tax(taxable: float, rates: Doubles, thresholds: Doubles, scale: float) -> float:
    """Return the tax on a taxable income when every threshold is multiplied by `scale`."""
    tax = 0.0
    for bracket in range(rates.size):
        begin = thresholds[bracket] * scale
        if taxable <= begin:
            break
        end = thresholds[bracket + 1] * scale if bracket + 1 < rates.size else taxable
        tax += rates[bracket] * (min(taxable, end) - begin)
    return tax
