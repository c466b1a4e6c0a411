"""The audit: identities in cents, heads and units that must hold exactly at the end of every tick.

Each identity returns its gap. They are checked against books that are kept apart: what sectors say they paid, what
their accounts did, what banks earned, what the central bank issued, who says that she works where, what came and
went. Sums are checked every month, pieces in turn (`systems.audit`), everything after a shock and in tests.
"""

import numpy as np
import numpy.typing as npt

from ravelin.core import arithmetic
from ravelin.core.arithmetic import whole_total, whole_totals
from ravelin.core.table import World
from ravelin.ledger.balance_sheet import (
    CONSUMER_LOANS,
    EQUITY,
    FIRM_LOANS,
    MORTGAGES,
    sector_positions,
    total,
)  # fmt: skip
from ravelin.ledger.heads import heads_agree, heads_follow_flows
from ravelin.ledger.soundness import Inspector, first_unsound
from ravelin.ledger.transfers import TOTAL_LIMIT, TOTAL_TOO_LARGE, MoneyLimitError
from ravelin.ledger.units import goods_follow_flows
from ravelin.state.accounts import (
    BANKS,
    CONSUMERS,
    FINANCIAL,
    FIRMS,
    FLOWS,
    INSTRUMENTS,
    SECTORS,
    WRITE_OFFS,
    Accounts,
    Flows,
    Stocks,
)  # fmt: skip
from ravelin.state.firms import Firms
from ravelin.state.institutions import Banks, Economy, Government
from ravelin.state.localities import Localities

Cents = npt.NDArray[np.int64]


class AuditError(RuntimeError):
    """An identity does not hold."""


def audit(world: World, sheet: Cents | None = None) -> dict[str, int]:
    """Return the gap of every identity, in cents, heads or units as it names: zero if the accounts close.

    `sheet` is `sector_positions(world)` if the caller has it already.
    """
    sheet = sector_positions(world) if sheet is None else sheet
    gaps = state_agrees(world, sheet)
    gaps.update(stocks_follow_flows(world, sheet))
    gaps.update(debts_follow_flows(world, sheet))
    gaps.update(gdp_three_ways(world))
    gaps["wages due = wages of the employed"] = payroll_gap(world)
    gaps.update(heads_follow_flows(world))
    gaps.update(goods_follow_flows(world))
    return gaps


def state_agrees(world: World, sheet: Cents) -> dict[str, int]:
    """Identities of what is, whatever came before: these hold between two months as well, and after a shock."""
    gaps = claims_meet_debts(sheet)
    gaps.update(banks_books_agree(world))
    gaps["pots = deposits of the fund"] = fund_gap(world)
    gaps.update(heads_agree(world))
    return gaps


def check(world: World, sheet: Cents) -> int:
    """Raise if any identity fails, naming it; return the largest gap otherwise.

    Raises
    ------
    AuditError
        With the identity, its sector or instrument, and the gap.
    """
    name, gap = largest(audit(world, sheet))
    if gap:
        raise AuditError(f"the accounts do not close: {name}, gap {gap} {unit_of(name)}")
    return 0


def largest(gaps: dict[str, int]) -> tuple[str, int]:
    """Return the identity with the largest gap, and the gap."""
    name = max(gaps, key=lambda identity: abs(gaps[identity]))
    return name, gaps[name]


def unit_of(identity: str) -> str:
    """Say in what an identity's gap is counted."""
    heads = ("employed", "unemployed", "retired", "inactive", "hires", "separations", "staff", "people", "students")
    if any(word in identity for word in heads):
        return "heads"
    return "units" if "goods" in identity or "orders" in identity or "sellers" in identity else "cents"


def check_soundness(world: World, inspector: Inspector) -> None:
    """Raise if the world holds what no economy has, as the inspections of this month and of small tables count it.

    Raises
    ------
    AuditError
        With the first such value.
    """
    places = world[Localities]
    if places.unsound_people.any() or places.unsound_firms.any() or inspector.count():
        raise AuditError(f"no economy has this: {first_unsound(world)}")


def check_totals(world: World) -> None:
    """Raise if money has grown beyond what whole numbers count.

    Raises
    ------
    MoneyLimitError
    """
    if not arithmetic.total(world[Accounts].deposits) < TOTAL_LIMIT:
        raise MoneyLimitError(TOTAL_TOO_LARGE)


def claims_meet_debts(sheet: Cents) -> dict[str, int]:
    """Assets equal liabilities in every financial instrument, book equity included."""
    return {f"assets = liabilities in {INSTRUMENTS[i]}": int(whole_total(sheet[:, i])) for i in range(EQUITY + 1)}


def stocks_follow_flows(world: World, sheet: Cents) -> dict[str, int]:
    """Each sector's change of net financial claims equals what it received less what it paid."""
    paid = whole_totals(world[Flows].paid.reshape(len(FLOWS), len(SECTORS), len(SECTORS)), 0)
    net = whole_totals(paid, 0) - whole_totals(paid, 1)
    change = whole_totals((sheet - world[Stocks].opening)[:, :FINANCIAL], 1)
    return {f"change of claims = flows of {name}": int(change[i] - net[i]) for i, name in enumerate(SECTORS)}


def debts_follow_flows(world: World, sheet: Cents) -> dict[str, int]:
    """Loans change by what is lent, repaid and written off; the government's debt by its deficit and its purse."""
    before, economy, government = world[Stocks].opening, world[Economy], world[Government]
    lost = world[Flows].paid[WRITE_OFFS].reshape(len(SECTORS), len(SECTORS))[BANKS]
    lent = economy.loans_granted[0] - economy.loans_repaid[0]
    change = sheet - before
    firms = int(change[BANKS, FIRM_LOANS])
    consumers = int(change[BANKS, CONSUMER_LOANS] + change[BANKS, MORTGAGES])
    owed = whole_total(government.bonds) - government.treasury[0] - government.arrears[0]
    return {
        "change of loans to firms = lent - repaid - written off": firms - int(lent[0] - lost[FIRMS]),
        "change of loans to consumers = lent - repaid - written off": consumers - int(lent[1] - lost[CONSUMERS]),
        "change of government debt = deficit + change of treasury and arrears":
            int(owed - _owed_before(before)) - int(government.deficit[0]),
    }  # fmt: skip


def _owed_before(before: Cents) -> int:
    """Return the government's debt less its account and its claims when the month began."""
    return -int(whole_total(before[SECTORS.index("government"), :FINANCIAL]))


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
