"""Incomes are paid and taxed, and consumers serve debts and save."""

from ravelin.core.schedule import phase
from ravelin.economy.credit import loans
from ravelin.economy.people import education, incomes
from ravelin.economy.people.tables import IncomesClearing
from ravelin.economy.securities import ownership
from ravelin.economy.securities.tables import OwnersClearing

PHASES = (
    phase("Incomes are paid and taxed; consumers serve debts and set savings aside",
          ownership.pay_bank_dividends,
          ownership.pay_coupons,
          ownership.call_owners,
          incomes.pay_consumers,
          incomes.charge_payers,
          incomes.pay_grants,
          ownership.answer_calls,
          incomes.pay_wages,
          education.pay_tuition,
          loans.serve_debts,
          loans.write_off_debts,
          ownership.set_budgets_of_savers,
          ownership.set_aside,
          ownership.turn_over_fund,
          clears=(IncomesClearing.incomes, IncomesClearing.wages, OwnersClearing.distributions,
                  OwnersClearing.new_equity, OwnersClearing.savings)),
)  # fmt: skip
