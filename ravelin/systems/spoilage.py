"""Spoilage: what is in store at the month's end loses the part that does not keep."""

import numpy as np

from ravelin.core.system import Doubles, Floats, Indices, Smalls, first, local_system, reads, writes
from ravelin.state.firms import Firms, Inputs, Staffing
from ravelin.state.goods import Goods


@local_system
def let_perishables_spoil(
    inventory: Doubles = writes(Firms.inventory),
    spoiled: Floats = writes(Firms.spoiled),
    stock: Floats = writes(Inputs.stock),
    inputs_change: Doubles = writes(Firms.inputs_change),
    good: Smalls = reads(Firms.good),
    first_input: Indices = reads(Staffing.first_input),
    input_count: Smalls = reads(Staffing.input_count),
    kind: Smalls = reads(Inputs.kind),
    input_good: Smalls = reads(Inputs.good),
    spoilage: Doubles = reads(Goods.spoilage),
    market_price: Doubles = reads(Goods.price),
    first_row: int = first(Inputs),
) -> None:
    """Take what has spoiled out of finished goods and of inputs in store; goods under way do not spoil.

    Inventories change by what was made less what was sold and what spoiled, so losses lower GDP by each of
    its three ways.

    Order: after goods.close_shops, which takes stock; before the books are closed.
    Source: System of National Accounts 2008, 6.109 and 10.122: recurrent losses from inventories.
    """
    for firm in range(good.size):
        spoiled[firm] = np.float32(spoilage[good[firm]] * inventory[firm])
        inventory[firm] -= spoiled[firm]
        begin = first_input[firm] - first_row
        for row in range(begin, begin + input_count[firm]):
            h = input_good[row]
            if kind[row] == 0 and spoilage[h] > 0.0:
                kept = np.float32((1.0 - spoilage[h]) * stock[row])
                inputs_change[firm] -= (np.float64(stock[row]) - kept) * market_price[h]
                stock[row] = kept
