"""What consumers own less what they owe: their shares in what all own together at its value, equity at book value."""

from typing import NamedTuple

import numpy as np

from ravelin.core.arithmetic import total, whole_total
from ravelin.core.system import Cents, Doubles, Indices, reads
from ravelin.core.table import World
from ravelin.economy.accounts.tables import Economy
from ravelin.economy.banks.tables import Banks
from ravelin.economy.firms.tables import Books, DwellingStock, Firms, Plant
from ravelin.economy.goods.tables import Goods
from ravelin.economy.people.tables import Consumers, Wealth
from ravelin.economy.securities.tables import Fund
from ravelin.ledger.accounts import Accounts
from ravelin.ledger.transfers import CLAIMS


class NetWorth(NamedTuple):
    """What consumers own and owe: deposits, shares in what all own together, and debts."""

    deposits: Cents = reads(Accounts.deposits, of=Consumers)
    equity_share: Indices = reads(Wealth.equity_share)
    bond_share: Indices = reads(Wealth.bond_share)
    dwelling_share: Indices = reads(Wealth.dwelling_share)
    consumer_loan: Cents = reads(Wealth.consumer_loan)
    mortgage: Cents = reads(Wealth.mortgage)
    arrears: Cents = reads(Wealth.arrears)


class Values(NamedTuple):
    """What all consumers own together, cents: equity of firms and banks, bonds, dwellings."""

    equity: float
    bonds: float
    homes: float


def values_held(
    bank_equity: Cents, plant: Doubles, loan: Cents, basket_price: Doubles, bonds: Cents, dwellings: Doubles,
    dwelling_price: float,
) -> Values:  # fmt: skip
    """Value what consumers own together; `plant` is the capital of firms that is not dwellings."""
    capital = float(total(plant)) * float(basket_price[0])
    equity = float(whole_total(bank_equity)) + capital - float(whole_total(loan))
    return Values(equity, float(whole_total(bonds)), float(dwellings[0]) * float(dwelling_price))


def worth(own: NetWorth, values: Values, pick: slice = slice(None)) -> Doubles:
    """Return the net worth of consumers, cents."""
    owned = (
        own.equity_share[pick] * values.equity
        + own.bond_share[pick] * values.bonds
        + own.dwelling_share[pick] * values.homes
    )
    held: Doubles = own.deposits[pick] + owned / CLAIMS
    return held - own.consumer_loan[pick] - own.mortgage[pick] - own.arrears[pick]


def net_worth(world: World) -> Doubles:
    """Return the net worth of every consumer of a world, cents."""
    goods, firms, wealth = world[Goods], world[Firms], world[Wealth]
    plant = world[Plant].capital[goods.leased[firms.good] == 0]
    values = values_held(
        world[Banks].equity, plant, world[Books].loan, world[Economy].basket_price, world[Fund].consumer_bonds,
        world[DwellingStock].dwellings, goods.price[np.argmax(goods.builds_dwellings)],
    )  # fmt: skip
    deposits = world[Accounts].deposits[: world[Consumers].count]
    own = NetWorth(
        deposits, wealth.equity_share, wealth.bond_share, wealth.dwelling_share, wealth.consumer_loan, wealth.mortgage,
        wealth.arrears,
    )  # fmt: skip
    return worth(own, values)
