"""Banks and the state close their books, and payments settle."""

from ravelin.core.schedule import phase
from ravelin.economy.banks import payments
from ravelin.economy.banks.tables import BanksClearing
from ravelin.economy.central_bank import policy
from ravelin.economy.central_bank.tables import CentralBankClearing
from ravelin.economy.government import budget
from ravelin.economy.government.tables import BudgetClearing
from ravelin.economy.securities.tables import OwnersClearing

PHASES = (
    phase("Banks close their books, the state covers its deficit, payments settle",
          payments.pay_interest_on_reserves,
          payments.close_banks,
          payments.close_central_bank,
          budget.insure_deposits,
          budget.balance_budget,
          budget.issue,
          policy.buy_bonds,
          payments.count_consumers,
          payments.count_firms,
          payments.settle,
          payments.supervise,
          clears=(BudgetClearing.budget, OwnersClearing.bonds_traded, BanksClearing.bank_income,
                  CentralBankClearing.central_bank_income, CentralBankClearing.currency_drawn)),
)  # fmt: skip
