"""Books are opened, and everybody looks ahead: what to expect, policy, what firms plan, what credit costs."""

from ravelin.core.schedule import phase
from ravelin.economy.accounts import audit
from ravelin.economy.central_bank import policy
from ravelin.economy.credit import loans
from ravelin.economy.firms import investment, production
from ravelin.economy.goods import prices
from ravelin.economy.government import budget
from ravelin.economy.labor import pay, staffing
from ravelin.economy.outlook import disturbances, expectations

PHASES = (
    phase("The month's books are opened",
          audit.open_books,
          audit.open_stocks),
    phase("Everybody revises what to expect",
          disturbances.draw_disturbances,
          expectations.revise_inflation,
          expectations.revise_real_rate,
          expectations.get_used_to_unemployment),
    phase("Policy is set",
          policy.set_policy_rate,
          budget.set_surcharge,
          pay.set_minimum_wage),
    phase("Firms plan output, prices, staff and capital",
          production.revise_sales,
          production.plan_output,
          prices.post_prices,
          staffing.plan_staff,
          investment.plan_investment,
          investment.finance_investment),
    phase("Banks charge and pay interest to firms",
          loans.charge_interest,
          loans.set_lending_to_consumers,
          loans.set_mortgage_rate),
)  # fmt: skip
