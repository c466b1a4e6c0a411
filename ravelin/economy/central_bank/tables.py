"""The central bank: its books and its rates."""

from ravelin.core.table import Table, clearing, column, holds, owes
from ravelin.economy.securities.tables import BOND_SERIES
from ravelin.ledger.accounts import Clearing


class CentralBank(Table, sector="central_bank"):
    """The central bank, one row."""

    policy_rate = column("f8", "1/year", "policy rate", low=0, high=5)
    rule_rate = column("f8", "1/year", "policy rate that the rule gives, without what is added to it", low=0, high=5)
    neutral_rate = column("f8", "1/year", "neutral real rate as learned", low=-1, high=1)
    unemployment_norm = column("f8", "fraction", "unemployment held for natural, slow average", low=0, high=1)
    unemployment_seen = column("f8", "fraction", "unemployment, smoothed over months", low=0, high=1)
    unemployment_recent = column("f8", "fraction", "unemployment, average of a year", low=0, high=1)
    bonds = column("i8", "cent", "government bonds, by series", width=4, claim=holds(*BOND_SERIES))
    currency = column("i8", "cent", "currency issued", claim=owes("cash"))
    withdrawn = column("i8", "cent/month", "currency drawn in the month", flow=True)
    capital = column("i8", "cent", "capital, owned by the government", claim=owes("equity", signed=True))


class CentralBankClearing(Table, rows=Clearing):
    """What the central bank earns, and the currency that it issues, until its books are closed."""

    central_bank_income = clearing("paid to the central bank, less what it paid and what has gone into its capital")
    currency_drawn = clearing("currency issued, less what holders have drawn")
