"""The books of the month are audited and closed; a gap stops the run."""

from ravelin.core.system import Cents, everything, host_system, reads, sets, system
from ravelin.core.table import World
from ravelin.ledger.audit import check
from ravelin.ledger.balance_sheet import sector_positions
from ravelin.state.accounts import Stocks
from ravelin.state.accounts_national import NationalAccounts


@system
def open_books(
    opening: Cents = sets(Stocks.opening),
    closing: Cents = reads(Stocks.closing),
) -> None:
    """Keep what everybody owned and owed when the month began."""
    opening[:] = closing


@host_system
def audit_books(
    gap: Cents = sets(NationalAccounts.audit_gap),
    closing: Cents = sets(Stocks.closing),
    world: World = everything(),
) -> None:
    """Check every identity to the cent, then keep the closing positions for next month's check."""
    sheet = sector_positions(world)
    gap[0] = check(world, sheet)
    closing[:] = sheet
