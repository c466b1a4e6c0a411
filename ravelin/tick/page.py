"""What happens in a month, chapter by chapter: the model's table of contents. A tick is a month."""

from ravelin.core.schedule import schedule
from ravelin.tick import (
    buy,
    close_books,
    draw_up_accounts,
    live_and_work,
    look_ahead,
    pay_incomes,
    settle,
    trade_and_produce,
)
from ravelin.tick.needs import OPENING

TICK = schedule(
    *look_ahead.PHASES,           # expectations, policy, plans of firms, interest
    *live_and_work.PHASES,        # birthdays, study; layoffs, search, pay
    *trade_and_produce.PHASES,    # suppliers, brokers, output
    *pay_incomes.PHASES,          # wages, benefits, dividends, taxes; debts and savings
    *buy.PHASES,                  # government, builders, shoppers
    *close_books.PHASES,          # stocks, taxes and dividends of firms; who cannot pay
    *settle.PHASES,               # banks, deficit, bonds, reserves
    *draw_up_accounts.PHASES,     # statistics, national accounts, audit
    needs=OPENING,
)  # fmt: skip
"""The month of the default economy. Variants: `TICK.replace(prices.post_prices, mine.haggle)`.

What the opening `needs` stays, whichever rules go. A market's clearing account is back at zero when the chapter that
`clears` it ends.
"""
