"""The balance sheet of the economy: by sector as a table, by agent as a sparse matrix; and the flows."""

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from ravelin.core import arithmetic
from ravelin.core.arithmetic import whole_total, whole_totals
from ravelin.core.table import World
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
from ravelin.state.institutions import Banks, CentralBank, Economy, Government

Cents = npt.NDArray[np.int64]
(
    CASH, DEPOSITS, RESERVES, FIRM_LOANS, CONSUMER_LOANS, MORTGAGES, INTERBANK, ADVANCES, ARREARS, BONDS,
) = range(10)  # fmt: skip
EQUITY, FIXED_CAPITAL, INVENTORIES, HOUSING = range(FINANCIAL, FINANCIAL + 4)


def total(array: npt.NDArray[Any]) -> int:
    """Sum a column of cents."""
    return whole_total(array)


def sector_positions(world: World) -> Cents:
    """Return the financial positions of each sector from its own books.

    Returns
    -------
    (sectors, instruments) int, cent
        Assets positive, liabilities negative; equity and real assets included.
    """
    accounts, banks, firms = world[Accounts], world[Banks], world[Firms]
    government, central_bank, economy = world[Government], world[CentralBank], world[Economy]
    start = world[Consumers].count
    sheet = np.zeros((len(SECTORS), len(INSTRUMENTS)), dtype=np.int64)
    of_firms = slice(start, start + firms.count)
    sheet[FIRMS, CASH], sheet[FIRMS, DEPOSITS] = total(accounts.cash[of_firms]), total(accounts.deposits[of_firms])
    sheet[CONSUMERS, CASH] = total(accounts.cash) - sheet[FIRMS, CASH]
    sheet[CONSUMERS, DEPOSITS] = total(accounts.deposits) - sheet[FIRMS, DEPOSITS]
    sheet[CONSUMERS, CONSUMER_LOANS] = -total(world[Wealth].consumer_loan)
    sheet[CONSUMERS, MORTGAGES] = -total(world[Wealth].mortgage)
    sheet[CONSUMERS, ARREARS], sheet[GOVERNMENT, ARREARS] = -total(world[Wealth].arrears), total(government.arrears)
    sheet[FIRMS, FIRM_LOANS] = -total(firms.loan)
    sheet[BANKS, CASH], sheet[CENTRAL_BANK, CASH] = total(banks.cash), -total(central_bank.currency)
    sheet[BANKS, DEPOSITS] = -total(banks.deposits)
    sheet[BANKS, RESERVES], sheet[GOVERNMENT, RESERVES] = total(banks.reserves), total(government.treasury)
    sheet[BANKS, FIRM_LOANS] = total(banks.firm_loans)
    sheet[BANKS, CONSUMER_LOANS] = total(banks.consumer_loans)
    sheet[BANKS, MORTGAGES] = total(banks.mortgages)
    sheet[BANKS, ADVANCES] = -total(banks.advances)
    sheet[CENTRAL_BANK, ADVANCES] = total(banks.advances)
    for series in range(4):
        sheet[CONSUMERS, BONDS + series] = economy.consumer_bonds[0, series]
        sheet[BANKS, BONDS + series] = total(banks.bonds[:, series])
        sheet[CENTRAL_BANK, BONDS + series] = central_bank.bonds[0, series]
        sheet[GOVERNMENT, BONDS + series] = -government.bonds[0, series]
    # What the central bank owes on reserves is what its other books imply: the banks' own books must agree.
    owned = total(central_bank.bonds) + sheet[CENTRAL_BANK, ADVANCES] + sheet[CENTRAL_BANK, CASH]
    sheet[CENTRAL_BANK, RESERVES] = total(central_bank.capital) - owned
    value = economy.basket_price[0]
    firm_capital = arithmetic.total(np.rint(firms.capital[~leases(world)] * value))
    sheet[FIRMS, FIXED_CAPITAL] = np.int64(firm_capital)
    sheet[FIRMS, INVENTORIES] = np.int64(arithmetic.total(np.rint(firms.inventory_value + firms.input_value)))
    sheet[GOVERNMENT, FIXED_CAPITAL] = np.int64(np.rint(government.capital[0] * value))
    sheet[CONSUMERS, HOUSING] = np.int64(np.rint(economy.dwellings[0] * world_price(world)))
    sheet[BANKS, EQUITY], sheet[CENTRAL_BANK, EQUITY] = -total(banks.equity), -total(central_bank.capital)
    sheet[FIRMS, EQUITY] = -int(whole_total(sheet[FIRMS]))
    sheet[CONSUMERS, EQUITY] = -sheet[BANKS, EQUITY] - sheet[FIRMS, EQUITY]
    sheet[GOVERNMENT, EQUITY] = -sheet[CENTRAL_BANK, EQUITY]
    return sheet


def leases(world: World) -> npt.NDArray[np.bool_]:
    """Say which firms lease their capital from consumers: (firms,) bool."""
    from ravelin.state.goods import Goods

    leased: npt.NDArray[np.bool_] = world[Goods].leased[world[Firms].good] == 1
    return leased


def world_price(world: World) -> float:
    """Return the price of what dwellings are built of, at which they are valued, cent per unit."""
    from ravelin.state.goods import Goods

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
