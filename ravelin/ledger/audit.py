"""The audit: identities that must hold to the cent at the end of every tick.

Each identity returns its gap in cents. They are checked against books that are kept apart: what
sectors say they paid, what their accounts did, what banks earned, what the central bank issued.
"""

import numpy as np
import numpy.typing as npt

from ravelin.core.arithmetic import whole_total, whole_totals
from ravelin.core.table import World
from ravelin.ledger.balance_sheet import EQUITY, sector_positions, total
from ravelin.state.accounts import (
    FINANCIAL,
    FLOWS,
    INSTRUMENTS,
    SECTORS,
    Accounts,
    Flows,
    Stocks,
)  # fmt: skip
from ravelin.state.firms import Firms
from ravelin.state.institutions import Banks, Economy
from ravelin.state.localities import Localities

Cents = npt.NDArray[np.int64]


class AuditError(RuntimeError):
    """An identity does not hold."""


def audit(world: World, sheet: Cents | None = None) -> dict[str, int]:
    """Return the gap of every identity, in cents: zero if the accounts close.

    `sheet` is `sector_positions(world)` if the caller has it already.
    """
    sheet = sector_positions(world) if sheet is None else sheet
    gaps = claims_meet_debts(sheet)
    gaps.update(stocks_follow_flows(world, sheet))
    gaps.update(banks_books_agree(world))
    gaps.update(gdp_three_ways(world))
    gaps["wages due = wages of the employed"] = payroll_gap(world)
    gaps["pots = deposits of the fund"] = fund_gap(world)
    return gaps


def check(world: World, sheet: Cents) -> int:
    """Raise if any identity fails, naming it; return the largest gap otherwise.

    Raises
    ------
    AuditError
        With the identity, its sector or instrument, and the gap.
    """
    gaps = audit(world, sheet)
    name = max(gaps, key=lambda identity: abs(gaps[identity]))
    if gaps[name]:
        raise AuditError(f"the accounts do not close: {name}, gap {gaps[name]} cents")
    return 0


def claims_meet_debts(sheet: Cents) -> dict[str, int]:
    """Assets equal liabilities in every financial instrument, book equity included."""
    return {f"assets = liabilities in {INSTRUMENTS[i]}": int(whole_total(sheet[:, i])) for i in range(EQUITY + 1)}


def stocks_follow_flows(world: World, sheet: Cents) -> dict[str, int]:
    """Each sector's change of net financial claims equals what it received less what it paid."""
    paid = whole_totals(world[Flows].paid.reshape(len(FLOWS), len(SECTORS), len(SECTORS)), 0)
    net = whole_totals(paid, 0) - whole_totals(paid, 1)
    change = whole_totals((sheet - world[Stocks].opening)[:, :FINANCIAL], 1)
    return {f"change of claims = flows of {name}": int(change[i] - net[i]) for i, name in enumerate(SECTORS)}


def banks_books_agree(world: World) -> dict[str, int]:
    """What banks hold and owe by their own books equals what their customers' accounts say."""
    banks, accounts = world[Banks], world[Accounts]
    assets = total(banks.reserves) + total(banks.cash) + total(banks.bonds)
    loans = total(banks.firm_loans) + total(banks.consumer_loans) + total(banks.mortgages)
    return {
        "banks' assets = liabilities and equity": assets + loans
        - total(banks.deposits) - total(banks.advances) - total(banks.equity),
        "deposits of customers = deposits of banks": total(accounts.deposits) - total(banks.deposits),
    }  # fmt: skip


def gdp_three_ways(world: World) -> dict[str, int]:
    """GDP by output, by expenditure and by income agree."""
    from ravelin.state.accounts_national import NationalAccounts

    gdp = world[NationalAccounts]
    output = int(gdp.by_output[0])
    return {
        "GDP by expenditure = by output": int(gdp.by_expenditure[0]) - output,
        "GDP by income = by output": int(gdp.by_income[0]) - output,
    }


def payroll_gap(world: World) -> int:
    """Wages that firms and government owe equal the wages of the employed."""
    due = total(world[Firms].payroll) + total(world[Localities].public_payroll)
    return due - total(world[Localities].wages)


def fund_gap(world: World) -> int:
    """The consumers' fund holds what was set aside for bonds and dwellings."""
    economy = world[Economy]
    pots = economy.bond_pot[0] + economy.building_pot[0] + economy.dividend_pot[0] + economy.rent_pot[0]
    return int(world[Accounts].deposits[-1] - pots)
