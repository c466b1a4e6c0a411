"""Identities in units of goods: what is in store follows from what was made, sold and spoiled."""

from ravelin.core.table import World
from ravelin.state.goods import Goods

EXACT = 1.0e-9
"""Part of what was in store and made by which sums of floats, taken in another order, may differ."""


def goods_follow_flows(world: World) -> dict[str, int]:
    """Finished goods in store change by output less sales and what spoils, good by good; gaps in whole units, up."""
    goods, gap = world[Goods], 0
    for good in range(goods.count):
        was = float(goods.inventory_before[good]) + float(goods.output[good])
        left = was - float(goods.sales[good]) - float(goods.spoiled[good]) - float(goods.inventory[good])
        if goods.storable[good] and not abs(left) <= EXACT * max(1.0, was):
            gap += int(abs(left)) + 1
    return {"change of goods in store = output - sales - spoiled": gap}
