"""The tick pages of the book's models: what happens in a year, in order."""

from ravelin.core.schedule import phase, schedule
from ravelin.economy.accounts import audit, national_accounts
from ravelin.economy.accounts.tables import Economy, FinancialAccounts, NationalAccounts
from ravelin.economy.banks import payments
from ravelin.economy.banks.tables import Banks, BanksClearing
from ravelin.economy.central_bank.tables import CentralBank, CentralBankClearing
from ravelin.economy.credit.tables import CreditMarket
from ravelin.economy.firms.tables import Books, DwellingStock, Firms, Plant, Workforce
from ravelin.economy.goods.tables import Goods
from ravelin.economy.government.tables import BudgetClearing, Government
from ravelin.economy.labor.tables import LaborStatistics
from ravelin.economy.people.tables import Consumers, Population, Wealth
from ravelin.economy.places.tables import Localities
from ravelin.economy.securities.tables import Fund, OwnersClearing
from ravelin.ledger.accounts import Accounts, Flows, Stocks
from ravelin.textbook import rules
from ravelin.textbook.variables import Households

ROUNDS = 160
"""Rounds of income in a year; each passes on a part, so that after these not a cent is on its way."""

SIM = schedule(
    phase("The year's books are opened",
          audit.open_books,
          rules.take_stock, clears=(BudgetClearing.budget,)),
    phase("The government buys; consumers plan to spend out of wealth",
          rules.buy_public_goods,
          rules.plan_from_wealth, clears=(BudgetClearing.budget,)),
    phase("Money goes round until nobody has anything to pay out",
          rules.shop,
          rules.pay_wages,
          rules.withhold_taxes,
          rules.plan_from_income, rounds=ROUNDS, clears=(BudgetClearing.budget,)),
    phase("Payments settle",
          payments.count_consumers,
          payments.count_firms,
          payments.settle,
          payments.supervise,
          clears=(BudgetClearing.budget, OwnersClearing.bonds_traded, BanksClearing.bank_income,
                  CentralBankClearing.currency_drawn)),
    phase("Accounts are drawn up, audited and closed",
          rules.add_up_wealth,
          rules.add_up_incomes,
          national_accounts.compile_gdp,
          audit.add_up_people,
          audit.add_up_firms,
          audit.audit_books),
    tables=(Accounts, Flows, Stocks, Consumers, Wealth, Firms, Goods, Localities, Banks, Government, CentralBank,
            Economy, CreditMarket, DwellingStock, Fund, NationalAccounts, FinancialAccounts, LaborStatistics,
            Population, Plant, Workforce, Books, Households),
)  # fmt: skip
"""Simplest model with government money (chapter 3)."""

SIMEX = (
    SIM.without(rules.plan_from_income)
    .after(rules.plan_from_wealth, rules.plan_from_expectation)
    .before(payments.count_consumers, rules.learn_income)
)
"""The same with spending out of expected income (section 3.7)."""

PC = SIM.after(rules.take_stock, rules.redeem_bills).before(
    payments.count_consumers, rules.learn_income, rules.sell_bills
)
"""Portfolio choice: bills, interest and a central bank (chapter 4)."""

PCEX = (
    PC.without(rules.plan_from_income, rules.learn_income)
    .after(rules.plan_from_wealth, rules.plan_from_expectation)
    .after(rules.sell_bills, rules.learn_income)
)
"""The same with expectations: bills are chosen before income is known (section 4.6)."""
