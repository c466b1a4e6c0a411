"""What happens in a tick, in order. This page is the model's table of contents. A tick is a month."""

from ravelin.core.clock import QUARTER
from ravelin.core.schedule import phase, schedule
from ravelin.economy.accounts import audit, national_accounts
from ravelin.economy.banks import payments
from ravelin.economy.banks.tables import BanksClearing
from ravelin.economy.central_bank import policy
from ravelin.economy.central_bank.tables import CentralBankClearing
from ravelin.economy.credit import loans
from ravelin.economy.firms import failure, investment, production
from ravelin.economy.goods import prices, shopping, supply
from ravelin.economy.goods.tables import GoodsClearing
from ravelin.economy.government import budget
from ravelin.economy.government.tables import BudgetClearing
from ravelin.economy.labor import hours, participation, pay, search, staffing, statistics
from ravelin.economy.outlook import disturbances, expectations
from ravelin.economy.people import education, incomes, lives
from ravelin.economy.people.tables import IncomesClearing
from ravelin.economy.securities import ownership
from ravelin.economy.securities.tables import OwnersClearing
from ravelin.economy.spending import consumption
from ravelin.tick.needs import OPENING

TICK = schedule(
    phase("The month's books are opened",
          audit.open_books,
          audit.open_stocks),
    phase("Everybody revises what to expect",
          disturbances.draw_disturbances,
          expectations.revise_inflation,
          expectations.revise_real_rate),
    phase("Policy is set",
          policy.set_policy_rate,
          budget.set_surcharge,
          pay.set_minimum_wage),
    phase("Firms plan output, prices, staff and capital",
          production.revise_sales,
          production.plan_output,
          prices.post_prices,
          staffing.plan_staff,
          investment.plan_investment),
    phase("Banks charge and pay interest to firms",
          loans.charge_interest,
          loans.set_lending_to_consumers),
    phase("People learn, age, retire and come of age",
          lives.turn_a_year_older,
          lives.join_or_leave_the_labor_force,
          education.study,
          education.enroll),
    phase("Workers and posts part and meet",
          pay.enforce_minimum_wage,
          staffing.part,
          pay.raise_pay,
          participation.give_up_and_return,
          search.match,
          search.match_far,
          hours.set_hours,
          pay.revise_offers,
          pay.compare_offers),
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
    phase("Incomes are paid and taxed; consumers serve debts and set savings aside",
          ownership.pay_property_income,
          ownership.call_owners,
          incomes.pay_consumers,
          incomes.charge_payers,
          ownership.answer_calls,
          incomes.pay_wages,
          education.pay_tuition,
          loans.serve_debts,
          ownership.set_budgets_of_savers,
          ownership.set_aside,
          ownership.turn_over_fund,
          clears=(IncomesClearing.incomes, IncomesClearing.wages, OwnersClearing.distributions,
                  OwnersClearing.new_equity, OwnersClearing.savings)),
    phase("Government buys, dwellings are built",
          budget.procure,
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
    phase("Shops close; firms take stock, pay taxes and serve their loans",
          prices.close_shops,
          prices.let_perishables_spoil,
          prices.compare_prices,
          prices.pay_production_tax,
          failure.value_inputs,
          ownership.close_books,
          ownership.collect_payouts,
          production.install_capital,
          production.let_dwellings,
          investment.advance_frontier,
          loans.adjust_loans, clears=(GoodsClearing.shop_goods, OwnersClearing.payouts)),
    phase("Firms that cannot pay are restructured",
          failure.resolve_firms),
    phase("Banks close their books, the state covers its deficit, payments settle",
          payments.close_banks,
          budget.insure_deposits,
          budget.issue,
          policy.buy_bonds,
          payments.count_consumers,
          payments.count_firms,
          payments.settle,
          clears=(BudgetClearing.budget, OwnersClearing.bonds_traded, BanksClearing.bank_income,
                  CentralBankClearing.central_bank_income, CentralBankClearing.currency_drawn)),
    phase("Accounts are drawn up",
          statistics.count_people,
          national_accounts.measure_prices,
          national_accounts.compile_gdp,
          national_accounts.deflate,
          statistics.count_labor,
          lives.count_lives,
          national_accounts.count_finance,
          national_accounts.follow_trends),
    phase("Once a quarter jobs are counted and inequality is measured",
          statistics.count_jobs,
          national_accounts.measure_inequality, every=QUARTER),
    phase("Once a quarter the books of firms are matched with those who work there",
          audit.match_books_on_staff, every=QUARTER),
    phase("The books are audited and closed",
          audit.add_up_people,
          audit.add_up_firms,
          audit.inspect_people,
          audit.inspect_firms,
          audit.audit_books),
    needs=OPENING,
)  # fmt: skip
"""The month of the default economy. Variants: `TICK.replace(prices.post_prices, mine.haggle)`.

What the opening `needs` stays, whichever rules go. A market's clearing account is back at zero when the chapter that
`clears` it ends.
"""
