"""What customers do is posted at their banks, within the month: what each bank's deposits and loans move by."""

from typing import NamedTuple

from ravelin.core.kernel import compiled
from ravelin.core.system import Cents, Indices, adds, moves, reads
from ravelin.economy.banks.tables import Banks
from ravelin.economy.firms.tables import Firms
from ravelin.economy.people.tables import Consumers
from ravelin.ledger.accounts import Accounts
from ravelin.ledger.batches import clear_changes
from ravelin.ledger.transfers import pay_in, pay_out

POSTED = ("deposits", "firm_loans", "consumer_loans", "mortgages")
DEPOSITS, FIRM_LOANS, CONSUMER_LOANS, MORTGAGES = range(len(POSTED))
"""The places of `Banks.posted`."""


class FirmsDeposits(NamedTuple):
    """Deposits of firms at their banks."""

    deposits: Cents = moves(Accounts.deposits, of=Firms)
    posted: Cents = adds(Banks.posted)
    bank: Indices = reads(Accounts.bank, of=Firms)


class ConsumersDeposits(NamedTuple):
    """Deposits of consumers at their banks."""

    deposits: Cents = moves(Accounts.deposits, of=Consumers)
    posted: Cents = adds(Banks.posted)
    bank: Indices = reads(Accounts.bank, of=Consumers)


@compiled
def post_payment(posted: Cents, bank: int, cents: int, drawn: int) -> None:
    """Post what a firm paid, and what its bank lent it for that."""
    posted[bank, DEPOSITS] += drawn - cents
    posted[bank, FIRM_LOANS] += drawn


@compiled
def post_receipt(posted: Cents, bank: int, cents: int) -> None:
    """Post what a customer received; what she paid is negative."""
    posted[bank, DEPOSITS] += cents


@compiled
def pay_at_bank(deposits: Cents, posted: Cents, bank: Indices, row: int, clearing: Cents, cents: int) -> None:
    """Pay out of a customer's deposits into a market's clearing account, and post it at her bank."""
    pay_in(deposits, row, clearing, cents)
    post_receipt(posted, bank[row], -cents)


@compiled
def receive_at_bank(deposits: Cents, posted: Cents, bank: Indices, row: int, clearing: Cents, cents: int) -> None:
    """Pay out of a market's clearing account onto a customer's deposits, and post it at her bank."""
    pay_out(clearing, deposits, row, cents)
    post_receipt(posted, bank[row], cents)


@compiled
def post_loan(posted: Cents, bank: int, kind: int, cents: int) -> None:
    """Post a loan of a kind that is paid out to a customer; what she repays is negative."""
    posted[bank, DEPOSITS] += cents
    posted[bank, kind] += cents


@compiled
def post_changes(posted: Cents, kind: int, bank: Indices, now: Cents, before: Cents) -> None:
    """Post what a rule made of the balances of a block of customers, whom it paid or charged all at once."""
    for row in range(now.size):
        change = now[row] - before[row]
        if change != 0:
            posted[bank[row], kind] += change


@compiled
def post_block(accounts: ConsumersDeposits, begin: int, end: int, before: Cents, clearing: Cents) -> None:
    """Post what a rule made of the deposits of a block of consumers, and pay it out of a market's clearing account."""
    now = accounts.deposits[begin:end]
    post_changes(accounts.posted, DEPOSITS, accounts.bank[begin:end], now, before)
    clear_changes(clearing, now, before)
