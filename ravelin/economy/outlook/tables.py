"""What is expected, and what disturbs it."""

from ravelin.core.table import Table, column
from ravelin.economy.accounts.tables import Economy


class Outlook(Table, rows=Economy, role=True):
    """What is expected, and what disturbs it."""

    expected_inflation = column("f8", "1/year", "inflation that is expected for the next year", low=-1, high=100)
    inflation_average = column("f8", "1/year", "inflation, slow average", low=-0.5, high=10)
    real_rate_slow = column("f8", "1/year", "real policy rate as investors see it", low=-5, high=5)
    real_rate_smooth = column("f8", "1/year", "real rate as consumers see it", low=-5, high=5)
    unemployment_usual = column("f8", "fraction", "unemployment that people are used to", low=0, high=1)
    risk_premium = column("f8", "1/year", "premium for risk above its mean, on top of the policy rate", low=-1, high=1)
    procurement = column("f8", "1", "government purchases over trend, log", low=-5, high=5)
