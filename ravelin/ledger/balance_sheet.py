"""The balance sheet of the economy: by sector as a table, by agent as a sparse matrix; and the flows."""

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from ravelin.core.arithmetic import whole_total, whole_totals
from ravelin.core.kernel import compiled, whole
from ravelin.core.system import Doubles, Smalls, reads
from ravelin.core.table import World
from ravelin.ledger.columns import fill, sum_of
from ravelin.ledger.holdings import (
    ARREAR,
    CASH_HELD,
    CONSUMER_LOAN,
    DEPOSITS_HELD,
    FIRM_LOAN,
    MORTGAGE,
    PLANT,
    STORES,
    fresh_holdings,
    over_places,
)  # fmt: skip
from ravelin.ledger.settlement import split_by_largest_remainder
from ravelin.state.accounts import (
    BANKS,
    CENTRAL_BANK,
    CONSUMERS,
    FINANCIAL,
    FIRMS,
    FLOWS,
    GOVERNMENT,
    INSTRUMENTS,
    SECTORS,
    Accounts,
    Flows,
)  # fmt: skip
from ravelin.state.consumers import Consumers, Wealth
from ravelin.state.firms import Firms
from ravelin.state.goods import Goods
from ravelin.state.institutions import Banks, CentralBank, Economy, Government

Cents = npt.NDArray[np.int64]
(
    CASH, DEPOSITS, RESERVES, FIRM_LOANS, CONSUMER_LOANS, MORTGAGES, INTERBANK, ADVANCES, ARREARS, BONDS,
) = range(10)  # fmt: skip
EQUITY, FIXED_CAPITAL, INVENTORIES, HOUSING = range(FINANCIAL, FINANCIAL + 4)


def total(array: npt.NDArray[Any]) -> int:
    """Sum a column of cents."""
    return whole_total(array)


@compiled
def fill_sheet(
    sheet: Cents,
    of_people: Cents,
    of_firms: Cents,
    cash: Cents = reads(Accounts.cash),
    deposits: Cents = reads(Accounts.deposits),
    builds_dwellings: Smalls = reads(Goods.builds_dwellings),
    good_price: Doubles = reads(Goods.price),
    reserves: Cents = reads(Banks.reserves),
    banks_cash: Cents = reads(Banks.cash),
    banks_deposits: Cents = reads(Banks.deposits),
    advances: Cents = reads(Banks.advances),
    firm_loans: Cents = reads(Banks.firm_loans),
    consumer_loans: Cents = reads(Banks.consumer_loans),
    mortgages: Cents = reads(Banks.mortgages),
    banks_bonds: Cents = reads(Banks.bonds),
    banks_equity: Cents = reads(Banks.equity),
    treasury: Cents = reads(Government.treasury),
    claims: Cents = reads(Government.arrears),
    debt: Cents = reads(Government.bonds),
    public_capital: Doubles = reads(Government.capital),
    currency: Cents = reads(CentralBank.currency),
    central_bonds: Cents = reads(CentralBank.bonds),
    central_capital: Cents = reads(CentralBank.capital),
    consumer_bonds: Cents = reads(Economy.consumer_bonds),
    basket_price: Doubles = reads(Economy.basket_price),
    dwellings: Doubles = reads(Economy.dwellings),
) -> None:
    """Fill in the positions of the sectors."""
    sheet[:] = 0
    sheet[FIRMS, CASH], sheet[FIRMS, DEPOSITS] = over_places(of_firms, CASH_HELD), over_places(of_firms, DEPOSITS_HELD)
    # The last account is the fund's, which is the consumers'.
    sheet[CONSUMERS, CASH] = over_places(of_people, CASH_HELD) + cash[cash.size - 1]
    sheet[CONSUMERS, DEPOSITS] = over_places(of_people, DEPOSITS_HELD) + deposits[deposits.size - 1]
    sheet[CONSUMERS, CONSUMER_LOANS] = -over_places(of_people, CONSUMER_LOAN)
    sheet[CONSUMERS, MORTGAGES] = -over_places(of_people, MORTGAGE)
    sheet[CONSUMERS, ARREARS], sheet[GOVERNMENT, ARREARS] = -over_places(of_people, ARREAR), claims[0]
    sheet[FIRMS, FIRM_LOANS], sheet[BANKS, FIRM_LOANS] = -over_places(of_firms, FIRM_LOAN), sum_of(firm_loans)
    sheet[BANKS, CONSUMER_LOANS], sheet[BANKS, MORTGAGES] = sum_of(consumer_loans), sum_of(mortgages)
    sheet[BANKS, CASH], sheet[CENTRAL_BANK, CASH] = sum_of(banks_cash), -currency[0]
    sheet[BANKS, DEPOSITS] = -sum_of(banks_deposits)
    sheet[BANKS, RESERVES], sheet[GOVERNMENT, RESERVES] = sum_of(reserves), treasury[0]
    sheet[BANKS, ADVANCES] = -sum_of(advances)
    sheet[CENTRAL_BANK, ADVANCES] = -sheet[BANKS, ADVANCES]
    for series in range(4):
        sheet[CONSUMERS, BONDS + series] = consumer_bonds[0, series]
        sheet[CENTRAL_BANK, BONDS + series] = central_bonds[0, series]
        sheet[GOVERNMENT, BONDS + series] = -debt[0, series]
        for bank in range(reserves.size):
            sheet[BANKS, BONDS + series] += banks_bonds[bank, series]
    # What the central bank owes on reserves is what its other books imply: the banks' own books must agree.
    owned = sum_of(central_bonds) + sheet[CENTRAL_BANK, ADVANCES] + sheet[CENTRAL_BANK, CASH]
    sheet[CENTRAL_BANK, RESERVES] = central_capital[0] - owned
    sheet[FIRMS, FIXED_CAPITAL], sheet[FIRMS, INVENTORIES] = over_places(of_firms, PLANT), over_places(of_firms, STORES)
    sheet[GOVERNMENT, FIXED_CAPITAL] = whole(np.rint(public_capital[0] * basket_price[0]))
    sheet[CONSUMERS, HOUSING] = whole(np.rint(dwellings[0] * good_price[np.argmax(builds_dwellings)]))
    sheet[BANKS, EQUITY], sheet[CENTRAL_BANK, EQUITY] = -sum_of(banks_equity), -central_capital[0]
    sheet[FIRMS, EQUITY] = -sum_of(sheet[FIRMS])
    sheet[CONSUMERS, EQUITY] = -sheet[BANKS, EQUITY] - sheet[FIRMS, EQUITY]
    sheet[GOVERNMENT, EQUITY] = -sheet[CENTRAL_BANK, EQUITY]


def sector_positions(world: World) -> Cents:
    """Return the financial positions of each sector from its own books.

    Returns
    -------
    (sectors, instruments) int, cent
        Assets positive, liabilities negative; equity and real assets included.
    """
    sheet = np.empty((len(SECTORS), len(INSTRUMENTS)), dtype=np.int64)
    fill(world, fill_sheet, sheet, *fresh_holdings(world))
    return sheet


def leases(world: World) -> npt.NDArray[np.bool_]:
    """Say which firms lease their capital from consumers: (firms,) bool."""
    leased: npt.NDArray[np.bool_] = world[Goods].leased[world[Firms].good] == 1
    return leased


def world_price(world: World) -> float:
    """Return the price of what dwellings are built of, at which they are valued, cent per unit."""
    goods = world[Goods]
    return float(goods.price[np.argmax(goods.builds_dwellings)])


def sector_table(world: World) -> tuple[tuple[str, ...], tuple[str, ...], Cents]:
    """Return sector names, instrument names and the positions between them."""
    return SECTORS, INSTRUMENTS, sector_positions(world)


def flow_matrix(world: World) -> tuple[tuple[str, ...], tuple[str, ...], Cents]:
    """Return flow names, sector names and what each sector received less paid; rows sum to zero."""
    paid = world[Flows].paid.reshape(len(FLOWS), len(SECTORS), len(SECTORS))
    return FLOWS, SECTORS, whole_totals(paid, 1) - whole_totals(paid, 2)


def sparse_positions(world: World) -> sparse.csr_array:
    """Return every agent's position in every financial instrument and equity.

    Returns
    -------
    (agents, 14) sparse int, cent
        Agents in the order of accounts, then banks, government, central bank; columns as
        `INSTRUMENTS` up to equity. Columns sum to zero.
    """
    accounts, banks, firms, wealth = world[Accounts], world[Banks], world[Firms], world[Wealth]
    people, sheet = world[Consumers].count, sector_positions(world)
    bank_rows = accounts.count + np.arange(banks.count)
    state, issuer = accounts.count + banks.count, accounts.count + banks.count + 1
    everyone, firm_rows = np.arange(people), people + np.arange(firms.count)
    entries = [
        (np.arange(accounts.count), CASH, accounts.cash), (np.arange(accounts.count), DEPOSITS, accounts.deposits),
        (everyone, CONSUMER_LOANS, -wealth.consumer_loan), (everyone, MORTGAGES, -wealth.mortgage),
        (everyone, ARREARS, -wealth.arrears),
        (firm_rows, FIRM_LOANS, -firms.loan), (bank_rows, CASH, banks.cash), (bank_rows, DEPOSITS, -banks.deposits),
        (bank_rows, RESERVES, banks.reserves), (bank_rows, FIRM_LOANS, banks.firm_loans),
        (bank_rows, CONSUMER_LOANS, banks.consumer_loans), (bank_rows, MORTGAGES, banks.mortgages),
        (bank_rows, ADVANCES, -banks.advances), (bank_rows, EQUITY, -banks.equity),
    ]  # fmt: skip
    for series in range(4):
        held = split_by_largest_remainder(int(sheet[CONSUMERS, BONDS + series]), wealth.bond_share)
        entries += [(everyone, BONDS + series, held), (bank_rows, BONDS + series, banks.bonds[:, series])]
    book = firm_equity(world)
    entries += [
        (firm_rows, EQUITY, -book),
        (everyone, EQUITY, split_by_largest_remainder(int(sheet[CONSUMERS, EQUITY]), wealth.equity_share)),
    ]
    for column in range(EQUITY + 1):
        entries += [
            (np.array([state]), column, sheet[GOVERNMENT, column : column + 1]),
            (np.array([issuer]), column, sheet[CENTRAL_BANK, column : column + 1]),
        ]
    rows = np.concatenate([entry[0] for entry in entries])
    columns = np.concatenate([np.full(len(entry[0]), entry[1]) for entry in entries])
    cents = np.concatenate([np.asarray(entry[2], dtype=np.int64) for entry in entries])
    matrix = sparse.coo_array((cents, (rows, columns)), shape=(issuer + 1, EQUITY + 1)).tocsr()
    matrix.eliminate_zeros()
    return matrix


def firm_equity(world: World) -> Cents:
    """Return each firm's book equity: (firms,) int, cent."""
    accounts, firms = world[Accounts], world[Firms]
    start = world[Consumers].count
    own = slice(start, start + firms.count)
    capital = np.where(leases(world), 0.0, np.rint(firms.capital * world[Economy].basket_price[0]))
    # Cents of inventories are rounded once for the sector; the difference stays with the largest firm.
    stocks = np.rint(firms.inventory_value + firms.input_value)
    equity: Cents = accounts.cash[own] + accounts.deposits[own] - firms.loan + (capital + stocks).astype(np.int64)
    equity[np.argmax(firms.capital)] += -int(sector_positions(world)[FIRMS, EQUITY]) - int(whole_total(equity))
    return equity
