"""Government bonds by maturity, and what consumers own together."""

from ravelin.core.table import Table, clearing, column, holds, sets_aside
from ravelin.economy.accounts.tables import Economy
from ravelin.ledger.accounts import Clearing

MATURITIES = (2, 5, 10, 30)
"""Years to maturity of the four series of government bonds."""
BOND_SERIES = tuple(f"bonds_{years}y" for years in MATURITIES)


class Fund(Table, rows=Economy, role=True):
    """What consumers own together: bonds, dwellings being built, property income not yet handed out."""

    dividend_pot = column("i8", "cent", "dividends paid by firms and banks, not yet handed to owners",
                          claim=sets_aside("deposits"))  # fmt: skip
    rent_pot = column("i8", "cent", "rents paid by housing firms, not yet handed to owners",
                      claim=sets_aside("deposits"))  # fmt: skip
    dividends_paid = column("i8", "cent/month", "dividends that firms paid this month", flow=True)
    rents_paid = column("i8", "cent/month", "rents that housing firms paid this month", flow=True)
    coupon_pool = column("i8", "cent/month", "coupons paid to consumers this month", flow=True)
    bond_pot = column("i8", "cent", "set aside by consumers for bonds, in the fund", claim=sets_aside("deposits"))
    building_pot = column("i8", "cent", "set aside by consumers for dwellings, in the fund",
                          claim=sets_aside("deposits"))  # fmt: skip
    consumer_bonds = column("i8", "cent", "bonds held by consumers, by series", width=4, claim=holds(*BOND_SERIES))
    set_aside_bonds = column("i8", "cent/month", "set aside for bonds this month", flow=True)
    set_aside_building = column("i8", "cent/month", "set aside for dwellings this month", flow=True)
    bond_budget = column("i8", "cent/month", "what consumers mean to put into bonds this month", flow=True)
    building_budget = column("i8", "cent/month", "what consumers mean to spend on dwellings this month", flow=True)
    equity_calls = column("i8", "cent/month", "new equity that firms call their owners for this month", flow=True)
    calls_answered = column("i8", "cent/month", "new equity that owners put into firms this month", flow=True)


class OwnersClearing(Table, rows=Clearing):
    """What owners, their fund, and those in whom they own a part pay one another."""

    payouts = clearing("dividends and rents paid by firms, less what the owners' fund collected")
    distributions = clearing("dividends and rents paid by the owners' fund, less what owners were paid")
    new_equity = clearing("put into firms by their owners, less what firms received")
    savings = clearing("set aside by consumers for bonds and dwellings, less what their fund took in")
    bonds_traded = clearing("paid for bonds by banks and central bank, less what those who sold them were paid")
