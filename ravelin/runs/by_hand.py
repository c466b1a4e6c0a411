"""What is done by hand between two months: a bank is founded, somebody pays somebody.

The month's books are drawn up already, so each deed enters the last month's flows and closing
positions, and what was counted of deposits moves with them: every identity holds before it, after it and at the
end of the next month.
"""

import numpy as np
import numpy.typing as npt

from ravelin.core.arithmetic import total, whole_totals
from ravelin.core.sentence import Kind, RavelinError
from ravelin.core.table import World
from ravelin.economy.accounts.balance_sheet import sector_positions
from ravelin.economy.banks.tables import Banks
from ravelin.economy.people.tables import Consumers, Wealth
from ravelin.ledger.accounts import BANKS, CONSUMERS, FIRMS, NEW_EQUITY, OTHER_TRANSFERS, Accounts, Flows, Stocks
from ravelin.ledger.exchange import swap_bonds
from ravelin.ledger.settlement import net_positions, post_each, settle, split_by_largest_remainder
from ravelin.ledger.transfers import PAID, PAYEE_UNKNOWN, PAYER_UNKNOWN, REFUSALS, book, credit, debit, transfer

Cents = npt.NDArray[np.int64]


class RefusedError(RavelinError, ValueError):
    """A deed that the accounts do not allow."""

    kind = Kind.CONFLICT


def found_bank(world: World, bank: int, capital: int, bonds: int) -> int:
    """Open a bank in an empty row, and return the bonds it could buy, cents.

    Owners of firms and banks pay the equity from their deposits, by their claims; who cannot pay his
    part takes none. The bank then buys government bonds from the other banks, at par.

    Parameters
    ----------
    bank : row of Banks, all zero
    capital, bonds : int, cent

    Raises
    ------
    RefusedError
        If the owners' deposits do not suffice, or the row is not an empty one.
    """
    banks = world[Banks]
    # Kernels do not check bounds: a row of another world would be written to all the same.
    if not 0 <= bank < banks.count or banks.equity[bank] or banks.deposits[bank]:
        raise RefusedError(f"row {bank} of Banks is not an empty one of {banks.count}")
    paid = owners_parts(world, capital)
    deposits = world[Accounts].deposits
    for owner in np.flatnonzero(paid):
        debit(deposits, int(owner), int(paid[owner]))
    outflow = np.zeros(banks.count, dtype=np.int64)
    np.add.at(outflow, world[Accounts].bank[: paid.size], paid)
    post_each(banks.deposits, -outflow)
    post_each(banks.customers_deposits, -outflow)
    post_each(banks.reserves, -outflow)
    credit(banks.reserves, bank, capital)
    credit(banks.equity, bank, capital)
    book(world[Flows].paid, NEW_EQUITY, CONSUMERS, BANKS, capital)
    # The new bank has no bonds yet, so that it sells none to itself.
    held = whole_totals(banks.bonds, 1)
    weights = np.maximum(1.0, whole_totals(banks.bonds, 0))
    bought = swap_bonds(banks.bonds, banks.bonds[bank : bank + 1], min(bonds, capital), weights)
    post_each(banks.reserves, held - whole_totals(banks.bonds, 1))
    _close(world)
    return bought


def owners_parts(world: World, capital: int) -> Cents:
    """Divide what a new bank needs over its owners: (consumers,) cent.

    Raises
    ------
    RefusedError
        If their deposits do not suffice.
    """
    deposits = world[Accounts].deposits[: world[Consumers].count]
    claims = np.where(deposits > 0, world[Wealth].equity_share, 0).astype(np.float64)
    while total(claims) > 0:
        parts = split_by_largest_remainder(capital, claims)
        short = parts > deposits
        if not short.any():
            return parts
        claims[short] = 0.0
    raise RefusedError(f"the deposits of all owners do not suffice for {capital} cents of equity")


def pay(world: World, payer: int, payee: int, cents: int) -> str:
    """Pay from one account to another and settle between their banks; return `paid` or why not.

    Parameters
    ----------
    payer, payee : row of Accounts
        Of a consumer or a firm; the consumers' fund is nobody's to pay from.
    """
    accounts, banks = world[Accounts], world[Banks]
    last = accounts.count - 1
    if payer == last:
        return REFUSALS[PAYER_UNKNOWN]
    if payee == last:
        return REFUSALS[PAYEE_UNKNOWN]
    code = transfer(accounts.deposits, payer, payee, cents)
    if code == PAID:
        gross = settle(accounts.bank, banks.count, np.array([payer]), np.array([payee]), np.array([cents]))
        moved = net_positions(gross)
        post_each(banks.deposits, moved)
        post_each(banks.customers_deposits, moved)
        post_each(banks.reserves, moved)
        sectors = [CONSUMERS if row < world[Consumers].count else FIRMS for row in (payer, payee)]
        book(world[Flows].paid, OTHER_TRANSFERS, sectors[0], sectors[1], cents)
        _close(world)
    return REFUSALS[code]


def _close(world: World) -> None:
    """Lend reserves to banks that are short of them, and keep the positions for the next audit."""
    banks = world[Banks]
    short = np.maximum(0, -banks.reserves)
    post_each(banks.advances, short)
    post_each(banks.reserves, short)
    world[Stocks].closing[:] = sector_positions(world)
