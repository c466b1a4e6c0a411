"""What happened is counted, measured and audited."""

from ravelin.core.clock import QUARTER
from ravelin.core.schedule import phase
from ravelin.economy.accounts import audit, national_accounts
from ravelin.economy.labor import statistics
from ravelin.economy.people import lives

PHASES = (
    phase("Accounts are drawn up",
          statistics.count_people,
          national_accounts.measure_prices,
          national_accounts.compile_gdp,
          national_accounts.deflate,
          statistics.count_heads,
          statistics.count_turnover,
          statistics.measure_unemployment,
          statistics.measure_vacancies,
          statistics.measure_pay,
          lives.count_lives,
          national_accounts.count_money,
          national_accounts.count_loans,
          national_accounts.measure_banking,
          national_accounts.count_failures,
          national_accounts.follow_trends,
          national_accounts.follow_wages,
          national_accounts.follow_productivity),
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
          audit.inspect_contracts,
          audit.audit_books),
)  # fmt: skip
