"""Government bonds by maturity, and what owners pay and are paid."""

from ravelin.core.table import Table, clearing
from ravelin.ledger.accounts import Clearing

MATURITIES = (2, 5, 10, 30)
"""Years to maturity of the four series of government bonds."""
BOND_SERIES = tuple(f"bonds_{years}y" for years in MATURITIES)


class OwnersClearing(Table, rows=Clearing):
    """What owners, their fund, and those in whom they own a part pay one another."""

    payouts = clearing("dividends and rents paid by firms, less what the owners' fund collected")
    distributions = clearing("dividends and rents paid by the owners' fund, less what owners were paid")
    new_equity = clearing("put into firms by their owners, less what firms received")
    savings = clearing("set aside by consumers for bonds and dwellings, less what their fund took in")
    bonds_traded = clearing("paid for bonds by banks and central bank, less what those who sold them were paid")
