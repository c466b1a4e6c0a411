"""What banks lend."""

from ravelin.core.table import Table, column
from ravelin.economy.accounts.tables import Economy


class CreditMarket(Table, rows=Economy, role=True):
    """What banks lend and are repaid, and what they mean to lend to consumers."""

    consumer_loan_ratio = column("f8", "month", "consumer loans over monthly trend GDP at the opening", fixed=True,
                                 low=0, high=1000)  # fmt: skip
    mortgage_ratio = column("f8", "month", "mortgages over monthly trend GDP at the opening", fixed=True, low=0,
                            high=1000)  # fmt: skip
    consumer_loan_factor = column("f8", "1/month", "new consumer loans over borrowers' income")
    mortgage_factor = column("f8", "1/month", "new mortgages over owners' income")
    mortgage_rate = column("f8", "1/year", "average rate on mortgages outstanding", low=0, high=5)
    loans_granted = column("i8", "cent/month", "lent in the month, credit lines drawn included, to firms and to "
                           "consumers", width=2, flow=True)  # fmt: skip
    loans_repaid = column("i8", "cent/month", "repaid in the month, by firms and by consumers", width=2, flow=True)
