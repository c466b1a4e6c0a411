"""Accounts: one numbering of everybody who holds money, and the flows between sectors."""

from ravelin.core.table import Table, column, holds

SECTORS = ("consumers", "firms", "banks", "government", "central_bank")
CONSUMERS, FIRMS, BANKS, GOVERNMENT, CENTRAL_BANK = range(len(SECTORS))

INSTRUMENTS = (
    "cash", "deposits", "reserves", "firm_loans", "consumer_loans", "mortgages", "interbank", "advances",
    "arrears", "bonds_2y", "bonds_5y", "bonds_10y", "bonds_30y", "equity", "fixed_capital", "inventories", "housing",
)  # fmt: skip
(
    CASH, DEPOSITS, RESERVES, FIRM_LOANS, CONSUMER_LOANS, MORTGAGES, INTERBANK, ADVANCES,
    ARREARS, BONDS_2Y, BONDS_5Y, BONDS_10Y, BONDS_30Y, EQUITY, FIXED_CAPITAL, INVENTORIES, HOUSING,
) = range(len(INSTRUMENTS))  # fmt: skip
FINANCIAL = EQUITY
"""The instruments before equity are claims in nominal cents; equity is book value, the rest is real."""

FLOWS = (
    "consumption", "sales tax", "intermediate purchases", "fixed investment", "residential investment",
    "public investment", "government purchases", "wages", "public wages", "payroll tax of employers",
    "payroll tax of employees", "income tax", "production tax", "corporate tax", "dividends", "rents",
    "interest on deposits", "interest on firm loans", "interest on consumer loans", "interest on mortgages",
    "interest on bonds", "interest on reserves", "interest on advances", "central bank remittance",
    "unemployment benefits", "social security", "other transfers", "new equity", "estates", "write-offs",
    "deposit insurance", "tuition",
)  # fmt: skip
(
    CONSUMPTION, SALES_TAX, INTERMEDIATE, FIXED_INVESTMENT, RESIDENTIAL_INVESTMENT,
    PUBLIC_INVESTMENT, GOVERNMENT_PURCHASES, WAGES, PUBLIC_WAGES, PAYROLL_TAX_EMPLOYERS,
    PAYROLL_TAX_EMPLOYEES, INCOME_TAX, PRODUCTION_TAX, CORPORATE_TAX, DIVIDENDS, RENTS,
    INTEREST_DEPOSITS, INTEREST_FIRM_LOANS, INTEREST_CONSUMER_LOANS, INTEREST_MORTGAGES,
    INTEREST_BONDS, INTEREST_RESERVES, INTEREST_ADVANCES, REMITTANCE,
    UNEMPLOYMENT_BENEFITS, SOCIAL_SECURITY, OTHER_TRANSFERS, NEW_EQUITY, ESTATES, WRITE_OFFS,
    DEPOSIT_INSURANCE, TUITION,
) = range(len(FLOWS))  # fmt: skip


class Accounts(Table, sector="consumers", joined=True):
    """One row per holder of money: consumers, then firms, then the consumers' investment fund."""

    deposits = column("i8", "cent", "deposits at the holder's bank", claim=holds("deposits"))
    cash = column("i8", "cent", "currency held", claim=holds("cash"))
    bank = column("u2", "row of Banks", "where the holder banks", fixed=True)


class Flows(Table):
    """One row per kind of flow; who paid whom is payer * len(SECTORS) + payee."""

    paid = column("i8", "cent/month", "paid by each sector to each sector in the month",
                  width=len(SECTORS) * len(SECTORS), flow=True)  # fmt: skip


class Stocks(Table):
    """One row per sector: the last closing of each instrument, asset positive, liability negative."""

    opening = column("i8", "cent", "position when the month began", width=len(INSTRUMENTS))
    closing = column("i8", "cent", "position at the end of the month", width=len(INSTRUMENTS))


class Clearing(Table):
    """The one row of all clearing accounts. A domain declares those of its markets as columns that share it."""
