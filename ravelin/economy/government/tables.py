"""The government: its books and what it decides."""


from ravelin.core.table import Table, clearing, column, holds, owes
from ravelin.economy.securities.tables import BOND_SERIES
from ravelin.ledger.accounts import Clearing


class Government(Table, sector="government"):
    """The general government, one row."""

    treasury = column("i8", "cent", "account at the central bank", claim=holds("reserves", signed=True))
    arrears = column("i8", "cent", "taxes that consumers owe and could not pay", claim=holds("arrears"))
    collected = column("i8", "cent/month", "income tax and arrears of it that consumers paid this month", flow=True)
    grants = column("i8", "cent/month", "lump sums paid to consumers this month", flow=True)
    bonds = column("i8", "cent", "bonds owed, by series", width=4, claim=owes(*BOND_SERIES))
    coupon = column("f8", "1/year", "average coupon of each series", width=4, low=0, high=5)
    surcharge = column("f8", "fraction", "added to the income tax of the opening by the fiscal rule", low=-1, high=20)
    relief = column("f8", "fraction", "part of it that answers unemployment", low=-20, high=20)
    tax_scale = column("f8", "1", "bracket tax times this is the income tax", fixed=True, low=0, high=100)
    # Of twenty-three million consumers; a small economy does not bear the upkeep of more.
    capital = column("f8", "unit", "public capital", low=0, high=3e12)
    units_bought = column("f8", "unit/month", "government consumption bought in the month")
    units_built = column("f8", "unit/month", "public investment bought in the month")
    deficit = column("i8", "cent/month", "spending less revenue of the month")
    net_issue = column("f8", "cent/month", "smoothed net issue of bonds", low=-1e15, high=1e15)
    debt_ratio_average = column("f8", "fraction", "debt over yearly trend GDP, average of a year", low=0, high=100)


class BudgetClearing(Table, rows=Clearing):
    """What the government is paid and pays, until its account at the central bank is settled."""

    budget = clearing("taxes and proceeds of bonds paid to the government, less what it paid and its account took")
