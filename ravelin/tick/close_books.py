"""Shops close, firms take stock and pay; who cannot is restructured."""

from ravelin.core.schedule import phase
from ravelin.economy.credit import loans
from ravelin.economy.firms import failure, investment, production
from ravelin.economy.goods import prices
from ravelin.economy.goods.tables import GoodsClearing
from ravelin.economy.securities import ownership
from ravelin.economy.securities.tables import OwnersClearing

PHASES = (
    phase("Shops close; firms take stock, pay taxes and serve their loans",
          prices.close_shops,
          prices.take_stock,
          prices.count_inputs,
          prices.let_perishables_spoil,
          prices.compare_prices,
          prices.pay_production_tax,
          failure.value_inputs,
          ownership.close_books,
          ownership.pay_corporate_tax,
          ownership.pay_out,
          ownership.collect_payouts,
          production.install_capital,
          production.let_dwellings,
          investment.advance_frontier,
          loans.adjust_loans, clears=(GoodsClearing.shop_goods, OwnersClearing.payouts)),
    phase("Firms that cannot pay are restructured",
          failure.count_misses,
          failure.resolve_firms),
)  # fmt: skip
