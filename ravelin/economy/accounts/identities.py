"""The audit: identities in cents, heads and units that must hold exactly at the end of every tick.

Each identity has a gap. They are checked against books that are kept apart: what sectors say they paid, what
their accounts did, what banks earned, what the central bank issued, who says that she works where, what came and
went. Sums are checked every month, pieces in turn (`accounts.audit`), everything after a shock and in tests.

Gaps are measured by kernels in a fixed order and named by their place, only where somebody wants to see the names.
"""

from itertools import accumulate

import numpy as np
import numpy.typing as npt

from ravelin.core.kernel import compiled
from ravelin.core.system import Doubles, Indices, Smalls, reads
from ravelin.core.table import World
from ravelin.economy.accounts.balance_sheet import draw_up
from ravelin.economy.accounts.holdings import Added
from ravelin.economy.accounts.soundness import Inspector, first_unsound
from ravelin.economy.accounts.tables import NationalAccounts
from ravelin.economy.banks.acts import POSTED
from ravelin.economy.banks.identities import books_differ
from ravelin.economy.banks.tables import Banks
from ravelin.economy.credit.tables import CreditMarket
from ravelin.economy.goods.identities import GOODS_NAMES, goods_gap
from ravelin.economy.goods.tables import Goods
from ravelin.economy.government.tables import Government
from ravelin.economy.labor.identities import AGREEING, FOLLOWING, heads_agree, heads_follow_flows
from ravelin.economy.places.tables import PAYROLL, Localities
from ravelin.economy.securities.tables import Fund
from ravelin.ledger.accounts import (
    BANKS,
    CONSUMER_LOANS,
    CONSUMERS,
    DEPOSITS,
    EQUITY,
    FINANCIAL,
    FIRM_LOANS,
    FIRMS,
    FLOWS,
    GOVERNMENT,
    INSTRUMENTS,
    MORTGAGES,
    SECTORS,
    WRITE_OFFS,
    Accounts,
    Flows,
    Stocks,
)
from ravelin.ledger.audit import AuditError, largest
from ravelin.ledger.claims import THOUSANDS, over_places
from ravelin.ledger.clearing import clearing_gaps, is_cleared
from ravelin.ledger.columns import fill, sum_of
from ravelin.ledger.transfers import TOTAL_LIMIT, TOTAL_TOO_LARGE, MoneyLimitError

Cents = npt.NDArray[np.int64]

CLAIMED = EQUITY + 1
STATE_IN_CENTS = (
    *(f"assets = liabilities in {INSTRUMENTS[i]}" for i in range(CLAIMED)),
    "banks' assets = liabilities and equity",
    "deposits of customers = deposits of banks",
    "pots = deposits of the fund",
)
CHANGES_OF_CLAIMS = (
    *(f"change of claims = flows of {name}" for name in SECTORS),
    "change of loans to firms = lent - repaid - written off",
    "change of loans to consumers = lent - repaid - written off",
    "change of government debt = deficit + change of treasury and arrears",
)
AS_POSTED = tuple(f"{stock} of each bank as posted = as counted" for stock in POSTED)
SUMS_OF_THE_MONTH = (
    "GDP by expenditure = by output",
    "GDP by income = by output",
    "wages due = wages of the employed",
    *GOODS_NAMES,
)
_KINDS = (STATE_IN_CENTS, AGREEING, CHANGES_OF_CLAIMS, AS_POSTED, SUMS_OF_THE_MONTH, FOLLOWING)
IDENTITIES = tuple(name for names in _KINDS for name in names)
"""Every identity, in the order of the kernels' gaps; the first are those of what is, whatever came before.

Beside them each clearing account that the world has is to be zero.
"""
_STATE, _HEADS, _CLAIMS, _POSTED, _SUMS, _ = accumulate(map(len, _KINDS))
"""Where the gaps of each kind end."""


def measure(world: World, added: Added) -> tuple[Cents, Cents]:
    """Return the gap of every identity, in the order of their names, and the positions of the sectors."""
    gaps = np.empty(len(IDENTITIES), dtype=np.int64)
    sheet = draw_up(world, added)
    fill(world, state_agrees, gaps[:_STATE], sheet)
    fill(world, heads_agree, gaps[_STATE:_HEADS], added.shares, added.books)
    fill(world, claims_follow_flows, gaps[_HEADS:_CLAIMS], sheet)
    fill(world, books_are_as_counted, gaps[_CLAIMS:_POSTED])
    fill(world, sums_agree, gaps[_POSTED:_SUMS], added.books)
    fill(world, heads_follow_flows, gaps[_SUMS:])
    return gaps, sheet


def audit(world: World) -> dict[str, int]:
    """Return the gap of every identity, in cents, heads or units as it names: zero if the accounts close."""
    return dict(zip(IDENTITIES, measure(world, Added.fresh(world))[0].tolist(), strict=True)) | clearing_gaps(world)


def state_gaps(world: World) -> dict[str, int]:
    """Gaps of what is, whatever came before: none between two months as well, and after a shock."""
    return dict(list(audit(world).items())[:_HEADS])


def check(world: World) -> Cents:
    """Raise if any identity fails, naming it; return the positions of the sectors otherwise.

    What people and firms hold is taken as it was added up this month by locality.

    Raises
    ------
    AuditError
        With the identity, its sector or instrument, and the gap.
    """
    gaps, sheet = measure(world, Added.kept(world))
    if gaps.any() or not is_cleared(world):
        name, gap = largest(dict(zip(IDENTITIES, gaps.tolist(), strict=True)) | clearing_gaps(world))
        raise AuditError(f"the accounts do not close: {name}, gap {gap} {unit_of(name)}")
    return sheet


def unit_of(identity: str) -> str:
    """Say in what an identity's gap is counted."""
    if identity.startswith("clearing of "):
        return "cents"
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
    if inspector.count():
        raise AuditError(f"no economy has this: {first_unsound(world)}")


def check_every_value(world: World) -> None:
    """Raise if the world holds what no economy has, also in columns that no rule changes.

    Raises
    ------
    AuditError
        With the first such value.
    """
    unsound = first_unsound(world)
    if unsound:
        raise AuditError(f"no economy has this: {unsound}")


def check_totals(world: World) -> None:
    """Raise if claims added up this month have grown beyond what whole numbers count.

    Raises
    ------
    MoneyLimitError
    """
    added = Added.kept(world)
    thousands = over_places(added.by_people, THOUSANDS) + over_places(added.by_firms, THOUSANDS)
    if not 1024 * thousands < TOTAL_LIMIT:
        raise MoneyLimitError(TOTAL_TOO_LARGE)


@compiled
def state_agrees(
    gaps: Cents,
    sheet: Cents,
    deposits: Cents = reads(Banks.deposits),
    accounts: Cents = reads(Accounts.deposits),
    bond_pot: Cents = reads(Fund.bond_pot),
    building_pot: Cents = reads(Fund.building_pot),
    dividend_pot: Cents = reads(Fund.dividend_pot),
    rent_pot: Cents = reads(Fund.rent_pot),
) -> None:
    """Assets equal liabilities in every instrument; banks hold and owe what their customers' accounts say."""
    for instrument in range(CLAIMED):
        gaps[instrument] = sum_of(np.ascontiguousarray(sheet[:, instrument]))
    gaps[CLAIMED] = sum_of(sheet[BANKS])
    gaps[CLAIMED + 1] = sheet[CONSUMERS, DEPOSITS] + sheet[FIRMS, DEPOSITS] - sum_of(deposits)
    pots = bond_pot[0] + building_pot[0] + dividend_pot[0] + rent_pot[0]
    gaps[CLAIMED + 2] = accounts[accounts.size - 1] - pots


@compiled
def claims_follow_flows(
    gaps: Cents,
    sheet: Cents,
    before: Cents = reads(Stocks.opening),
    paid: Cents = reads(Flows.paid),
    granted: Cents = reads(CreditMarket.loans_granted),
    repaid: Cents = reads(CreditMarket.loans_repaid),
    debt: Cents = reads(Government.bonds),
    treasury: Cents = reads(Government.treasury),
    claims: Cents = reads(Government.arrears),
    deficit: Cents = reads(Government.deficit),
) -> None:
    """Claims change by what is paid, loans by what is lent, the government's debt by its deficit.

    The debt changes, too, by what the government has in its account and in claims.
    """
    sectors = len(SECTORS)
    for sector in range(sectors):
        change = 0
        for instrument in range(FINANCIAL):
            change += sheet[sector, instrument] - before[sector, instrument]
        for flow in range(len(FLOWS)):
            for other in range(sectors):
                change += paid[flow, sector * sectors + other] - paid[flow, other * sectors + sector]
        gaps[sector] = change
    lost_by_firms, lost_by_consumers = BANKS * sectors + FIRMS, BANKS * sectors + CONSUMERS
    at_firms = sheet[BANKS, FIRM_LOANS] - before[BANKS, FIRM_LOANS]
    at_consumers = sheet[BANKS, CONSUMER_LOANS] - before[BANKS, CONSUMER_LOANS]
    at_consumers += sheet[BANKS, MORTGAGES] - before[BANKS, MORTGAGES]
    gaps[sectors] = at_firms - (granted[0, 0] - repaid[0, 0] - paid[WRITE_OFFS, lost_by_firms])
    gaps[sectors + 1] = at_consumers - (granted[0, 1] - repaid[0, 1] - paid[WRITE_OFFS, lost_by_consumers])
    owed = sum_of(debt) - treasury[0] - claims[0]
    gaps[sectors + 2] = owed + sum_of(before[GOVERNMENT, :FINANCIAL]) - deficit[0]


@compiled
def books_are_as_counted(
    gaps: Cents,
    deposits: Cents = reads(Banks.deposits),
    firm_loans: Cents = reads(Banks.firm_loans),
    consumer_loans: Cents = reads(Banks.consumer_loans),
    mortgages: Cents = reads(Banks.mortgages),
    counted_deposits: Cents = reads(Banks.customers_deposits),
    counted_firm_loans: Cents = reads(Banks.customers_firm_loans),
    counted_consumer_loans: Cents = reads(Banks.customers_consumer_loans),
    counted_mortgages: Cents = reads(Banks.customers_mortgages),
    accounts: Cents = reads(Accounts.deposits),
    bank: Indices = reads(Accounts.bank),
) -> None:
    """Banks' books moved by what rules posted; what customers' accounts come to was counted apart, bank by bank."""
    fund = accounts.size - 1
    gaps[0] = books_differ(deposits, counted_deposits, bank[fund], accounts[fund])
    gaps[1] = books_differ(firm_loans, counted_firm_loans, 0, 0)
    gaps[2] = books_differ(consumer_loans, counted_consumer_loans, 0, 0)
    gaps[3] = books_differ(mortgages, counted_mortgages, 0, 0)


@compiled
def sums_agree(
    gaps: Cents,
    books: Cents,
    by_output: Cents = reads(NationalAccounts.by_output),
    by_expenditure: Cents = reads(NationalAccounts.by_expenditure),
    by_income: Cents = reads(NationalAccounts.by_income),
    public_payroll: Cents = reads(Localities.public_payroll),
    wages: Cents = reads(Localities.wages),
    storable: Smalls = reads(Goods.storable),
    goods_before: Doubles = reads(Goods.inventory_before),
    output: Doubles = reads(Goods.output),
    sales: Doubles = reads(Goods.sales),
    spoiled: Doubles = reads(Goods.spoiled),
    inventory: Doubles = reads(Goods.inventory),
) -> None:
    """GDP is the same three ways, wages due are those of the employed, and goods in store follow output and sales."""
    gaps[0] = by_expenditure[0] - by_output[0]
    gaps[1] = by_income[0] - by_output[0]
    gaps[2] = over_places(books, PAYROLL) + sum_of(public_payroll) - sum_of(wages)
    gaps[3] = goods_gap(storable, goods_before, output, sales, spoiled, inventory)
