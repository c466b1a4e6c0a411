"""The balance sheet of the economy: by sector as a table, by agent as a sparse matrix; and the flows."""

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from ravelin.core.arithmetic import whole_total, whole_totals
from ravelin.core.kernel import compiled, whole
from ravelin.core.system import Doubles, Smalls, reads
from ravelin.core.table import Table, World
from ravelin.economy.accounts.holdings import LONG, Added, sheet_of
from ravelin.economy.accounts.tables import Economy
from ravelin.economy.banks.tables import Banks
from ravelin.economy.firms.tables import DwellingStock, Firms
from ravelin.economy.goods.tables import Goods
from ravelin.economy.government.tables import Government
from ravelin.economy.people.tables import Consumers, Wealth
from ravelin.economy.places.tables import PLANT, STORES
from ravelin.economy.securities.tables import MATURITIES
from ravelin.ledger.accounts import (
    ADVANCES,
    BANKS,
    BONDS_2Y,
    CENTRAL_BANK,
    CONSUMERS,
    EQUITY,
    FIRMS,
    FIXED_CAPITAL,
    FLOWS,
    GOVERNMENT,
    HOUSING,
    INSTRUMENTS,
    INVENTORIES,
    RESERVES,
    SECTORS,
    Accounts,
    Flows,
)
from ravelin.ledger.claims import entries, over_places
from ravelin.ledger.columns import fill, sum_of
from ravelin.ledger.settlement import split_by_largest_remainder

Cents = npt.NDArray[np.int64]
Rows = npt.NDArray[np.int64]


def total(array: npt.NDArray[Any]) -> int:
    """Sum a column of cents."""
    return whole_total(array)


@compiled
def enter_the_rest(
    sheet: Cents,
    books: Cents,
    builds_dwellings: Smalls = reads(Goods.builds_dwellings),
    good_price: Doubles = reads(Goods.price),
    public_capital: Doubles = reads(Government.capital),
    basket_price: Doubles = reads(Economy.basket_price),
    dwellings: Doubles = reads(DwellingStock.dwellings),
) -> None:
    """Enter what no column claims: real assets, the central bank's side of reserves and advances, who owns whom."""
    sheet[CENTRAL_BANK, ADVANCES] = -sheet[BANKS, ADVANCES]
    # What the central bank owes on reserves is what its other books imply: the banks' own books must agree.
    sheet[CENTRAL_BANK, RESERVES] = -sum_of(sheet[CENTRAL_BANK])
    sheet[FIRMS, FIXED_CAPITAL], sheet[FIRMS, INVENTORIES] = over_places(books, PLANT), over_places(books, STORES)
    sheet[GOVERNMENT, FIXED_CAPITAL] = whole(np.rint(public_capital[0] * basket_price[0]))
    sheet[CONSUMERS, HOUSING] = whole(np.rint(dwellings[0] * good_price[np.argmax(builds_dwellings)]))
    sheet[FIRMS, EQUITY] = -sum_of(sheet[FIRMS])
    sheet[CONSUMERS, EQUITY] = -sheet[BANKS, EQUITY] - sheet[FIRMS, EQUITY]
    sheet[GOVERNMENT, EQUITY] = -sheet[CENTRAL_BANK, EQUITY]


def draw_up(world: World, added: Added) -> Cents:
    """Return the positions of each sector, from what has been added up of people and firms and from others' books.

    Returns
    -------
    (sectors, instruments) int, cent
        Assets positive, liabilities negative; equity and real assets included.
    """
    sheet = np.empty((len(SECTORS), len(INSTRUMENTS)), dtype=np.int64)
    sheet_of(world).fill(sheet, (added.by_people, added.by_firms))
    fill(world, enter_the_rest, sheet, added.books)
    return sheet


def sector_positions(world: World) -> Cents:
    """Return the positions of each sector as they are now: (sectors, instruments) int, cent, as `draw_up` does."""
    return draw_up(world, Added.fresh(world))


def leases(world: World) -> npt.NDArray[np.bool_]:
    """Say which firms lease their capital from consumers: (firms,) bool."""
    leased: npt.NDArray[np.bool_] = world[Goods].leased[world[Firms].good] == 1
    return leased


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
    accounts, banks, wealth = world[Accounts], world[Banks], world[Wealth]
    people, sheet = world[Consumers].count, sector_positions(world)
    state, issuer = accounts.count + banks.count, accounts.count + banks.count + 1
    everyone, firm_rows = np.arange(people), people + np.arange(world[Firms].count)
    agents: dict[type[Table], Rows] = {
        Consumers: everyone, Firms: firm_rows, Accounts: np.arange(firm_rows[-1] + 1, accounts.count),
        Banks: accounts.count + np.arange(banks.count),
    }  # fmt: skip
    listed = [
        (agents[table or entry.declared.table.rows_of], entry)
        for table, claims in entries(world, LONG).items()
        for entry in claims
        if (table or entry.declared.table.rows_of) in agents
    ]
    positions: list[tuple[Rows, int, Cents]] = [
        (rows, entry.instrument + place, entry.sign * entry.array.reshape(rows.size, -1)[:, place])
        for rows, entry in listed
        for place in range(entry.declared.width)
    ]
    for series in range(len(MATURITIES)):
        held = split_by_largest_remainder(int(sheet[CONSUMERS, BONDS_2Y + series]), wealth.bond_share)
        positions.append((everyone, BONDS_2Y + series, held))
    book = firm_equity(world)
    positions += [
        (firm_rows, EQUITY, -book),
        (everyone, EQUITY, split_by_largest_remainder(int(sheet[CONSUMERS, EQUITY]), wealth.equity_share)),
    ]
    for column in range(EQUITY + 1):
        positions += [
            (np.array([state]), column, sheet[GOVERNMENT, column : column + 1]),
            (np.array([issuer]), column, sheet[CENTRAL_BANK, column : column + 1]),
        ]
    rows = np.concatenate([position[0] for position in positions])
    columns = np.concatenate([np.full(len(position[0]), position[1]) for position in positions])
    cents = np.concatenate([position[2] for position in positions])
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
