"""Firms buy from one another, and produce."""

from ravelin.core.schedule import phase
from ravelin.economy.firms import production
from ravelin.economy.goods import prices, supply
from ravelin.economy.goods.tables import GoodsClearing

PHASES = (
    phase("Shops open; firms review suppliers, buy inputs and capital from firms",
          supply.receive_goods,
          production.offer_capacity,
          prices.open_shops,
          supply.review_suppliers,
          supply.place_orders,
          supply.note_unserved,
          supply.answer_businesses,
          supply.take_supplies),
    phase("Brokers bring together who was turned away and who has something left",
          supply.turn_to_brokers,
          supply.bring_together,
          supply.take_from_brokers,
          supply.share_brokered_sales),
    phase("Sellers bank their takings; firms produce",
          prices.bank_business_takings,
          production.produce,
          prices.restock, clears=(GoodsClearing.business_goods,)),
)  # fmt: skip
