"""Government, builders' customers and consumers buy."""

from ravelin.core.schedule import phase
from ravelin.economy.firms import investment
from ravelin.economy.goods import prices, shopping
from ravelin.economy.government import budget
from ravelin.economy.spending import consumption

PHASES = (
    phase("Government buys, dwellings are built",
          budget.procure,
          budget.keep_up_public_capital,
          budget.book_own_payroll_tax,
          investment.build_dwellings),
    phase("Consumers decide what to spend and go shopping",
          consumption.compare_incomes,
          consumption.reconsider_habits,
          consumption.plan_spending,
          shopping.choose_sellers,
          shopping.shop,
          prices.answer_shoppers,
          prices.lay_out_leftovers,
          shopping.try_elsewhere,
          prices.answer_second_choices,
          shopping.refund,
          prices.measure_shortage),
)  # fmt: skip
