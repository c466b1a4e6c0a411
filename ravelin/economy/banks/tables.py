"""Banks: their books."""


from ravelin.core.table import Table, clearing, column, holds, owes
from ravelin.economy.securities.tables import BOND_SERIES
from ravelin.ledger.accounts import Clearing


class Banks(Table, sector="banks"):
    """Deposit-taking lenders."""

    reserves = column("i8", "cent", "reserves at the central bank", claim=holds("reserves"))
    cash = column("i8", "cent", "vault cash", claim=holds("cash"))
    advances = column("i8", "cent", "borrowed from the central bank", claim=owes("advances"))
    bonds = column("i8", "cent", "government bonds, by series", width=4, claim=holds(*BOND_SERIES))
    equity = column("i8", "cent", "book equity", claim=owes("equity", signed=True))
    deposits = column("i8", "cent", "deposits owed to customers", claim=owes("deposits"))
    firm_loans = column("i8", "cent", "loans to firms", claim=holds("firm_loans"))
    consumer_loans = column("i8", "cent", "consumer loans", claim=holds("consumer_loans"))
    mortgages = column("i8", "cent", "mortgages", claim=holds("mortgages"))
    customers_deposits = column("i8", "cent", "deposits counted at the month's end", flow=True)
    customers_firm_loans = column("i8", "cent", "loans to firms counted at the month's end", flow=True)
    customers_consumer_loans = column("i8", "cent", "consumer loans counted at the month's end", flow=True)
    customers_mortgages = column("i8", "cent", "mortgages counted at the month's end", flow=True)
    posted = column("i8", "cent/month", "what customers' payments and loans moved deposits, loans to firms, consumer "
                    "loans and mortgages by", width=4, flow=True)  # fmt: skip
    bonds_bought = column("i8", "cent/month", "paid for government bonds, less what was sold or redeemed", flow=True)
    income = column("i8", "cent/month", "coupons, interest on reserves, rescue; less advances and tax", flow=True)
    deposit_share = column("f8", "share", "share in customers at the opening", fixed=True)
    interest_paid = column("i8", "cent/month", "interest paid on deposits", flow=True)
    interest_earned = column("i8", "cent/month", "interest on loans", flow=True)
    write_offs = column("i8", "cent/month", "loans written off", flow=True)
    dividend_paid = column("i8", "cent/month", "dividend paid this month", flow=True)
    losses = column("i8", "cent", "tax losses carried forward",
                    off_books="what may be set against later profit is nobody's debt")  # fmt: skip
    profit = column("i8", "cent/month", "profit before tax")
    dividend = column("i8", "cent/month", "dividend declared, paid next month")
    capital_ratio = column("f8", "fraction", "equity over assets other than reserves, cash and bonds")
    lending = column("u1", "code", "whether capital allows new investment loans", start=1, codes=("no", "yes"))
    failed = column("u1", "code", "whether it was resolved in the month", flow=True, codes=("no", "yes"))


class BanksClearing(Table, rows=Clearing):
    """What banks earn and pay, until their books are closed."""

    bank_income = clearing("paid to banks, less what they paid and what has gone into their equity")
