"""What consumers own together: the account of their fund, and the part of each in firms, bonds and dwellings."""

from typing import NamedTuple

from ravelin.core.kernel import compiled
from ravelin.core.system import Cents, Indices, adds, moves, reads
from ravelin.economy.banks.acts import pay_at_bank, receive_at_bank
from ravelin.economy.banks.tables import Banks
from ravelin.economy.people.tables import Wealth
from ravelin.economy.places.tables import Localities
from ravelin.ledger.accounts import Accounts


class FundAccount(NamedTuple):
    """The account of the consumers' investment fund at its bank: the last of all accounts."""

    deposits: Cents = moves(Accounts.deposits)
    posted: Cents = adds(Banks.posted)
    bank: Indices = reads(Accounts.bank)


class Ownership(NamedTuple):
    """What part of firms, bonds and dwellings each consumer owns, and all before those of a locality."""

    equity_share: Indices = reads(Wealth.equity_share)
    bond_share: Indices = reads(Wealth.bond_share)
    dwelling_share: Indices = reads(Wealth.dwelling_share)
    equity_before: Cents = reads(Localities.equity_before)
    bonds_before: Cents = reads(Localities.bonds_before)
    dwellings_before: Cents = reads(Localities.dwellings_before)


@compiled
def fund_pays(fund: FundAccount, clearing: Cents, cents: int) -> None:
    """Pay out of the fund's deposits into a market's clearing account."""
    pay_at_bank(fund.deposits, fund.posted, fund.bank, fund.deposits.size - 1, clearing, cents)


@compiled
def fund_receives(fund: FundAccount, clearing: Cents, cents: int) -> None:
    """Pay out of a market's clearing account onto the fund's deposits."""
    receive_at_bank(fund.deposits, fund.posted, fund.bank, fund.deposits.size - 1, clearing, cents)
