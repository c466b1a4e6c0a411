"""What people and firms hold and owe, added up by locality: the long columns that the audit rests on, read once."""

from typing import Any

import numpy as np
import numpy.typing as npt

from ravelin.core.kernel import compiled, whole
from ravelin.core.system import Cents, Doubles, Indices, Smalls, reads
from ravelin.core.table import World
from ravelin.ledger.columns import fill
from ravelin.state.accounts import Accounts
from ravelin.state.consumers import Consumers, Wealth
from ravelin.state.firms import Firms
from ravelin.state.goods import Goods
from ravelin.state.institutions import Economy
from ravelin.state.localities import HOLDINGS_OF_FIRMS, HOLDINGS_OF_PEOPLE

CASH_HELD, DEPOSITS_HELD, THOUSANDS_HELD, BELOW_ZERO = range(4)
CONSUMER_LOAN, MORTGAGE, ARREAR, EQUITY_SHARE, BOND_SHARE, DWELLING_SHARE = range(4, len(HOLDINGS_OF_PEOPLE))
FIRM_LOAN, PAYROLL, PLANT, STORES, FIRST_STAFF = range(4, len(HOLDINGS_OF_FIRMS) - 2)
THOUSAND = 10
"""Bits of a thousand: deposits in 1,024s of cents, rounded down, add up in 64 bits where those in cents may not."""


@compiled
def add_up_people(
    held: Any,
    cash: Cents = reads(Accounts.cash, of=Consumers),
    deposits: Cents = reads(Accounts.deposits, of=Consumers),
    consumer_loan: Cents = reads(Wealth.consumer_loan),
    mortgage: Cents = reads(Wealth.mortgage),
    arrears: Cents = reads(Wealth.arrears),
    equity_share: Any = reads(Wealth.equity_share),
    bond_share: Any = reads(Wealth.bond_share),
    dwelling_share: Any = reads(Wealth.dwelling_share),
) -> None:
    """Add up what people hold and owe, and count those who have money below zero."""
    # Columns of one width go through one loop, each read once: the time is the time of reading them.
    in_cash, in_deposits, thousands, loans, mortgages, owed, below = 0, 0, 0, 0, 0, 0, 0
    for consumer in range(cash.size):
        in_cash += cash[consumer]
        in_deposits += deposits[consumer]
        thousands += deposits[consumer] >> THOUSAND
        loans += consumer_loan[consumer]
        mortgages += mortgage[consumer]
        owed += arrears[consumer]
        money = cash[consumer] | deposits[consumer]
        below += (money | consumer_loan[consumer] | mortgage[consumer] | arrears[consumer]) < 0
    equity, bonds, dwellings = 0, 0, 0
    for consumer in range(cash.size):
        equity += whole(equity_share[consumer])
        bonds += whole(bond_share[consumer])
        dwellings += whole(dwelling_share[consumer])
    held[CASH_HELD], held[DEPOSITS_HELD] = in_cash, in_deposits
    held[THOUSANDS_HELD], held[BELOW_ZERO] = thousands, below
    held[CONSUMER_LOAN], held[MORTGAGE], held[ARREAR] = loans, mortgages, owed
    held[EQUITY_SHARE], held[BOND_SHARE], held[DWELLING_SHARE] = equity, bonds, dwellings


@compiled
def add_up_firms(
    held: Any,
    cash: Cents = reads(Accounts.cash, of=Firms),
    deposits: Cents = reads(Accounts.deposits, of=Firms),
    loan: Cents = reads(Firms.loan),
    payroll: Cents = reads(Firms.payroll),
    capital: Doubles = reads(Firms.capital),
    inventory_value: Doubles = reads(Firms.inventory_value),
    input_value: Doubles = reads(Firms.input_value),
    staff: Indices = reads(Firms.staff),
    good: Smalls = reads(Firms.good),
    leased: Smalls = reads(Goods.leased),
    basket_price: Doubles = reads(Economy.basket_price),
) -> None:
    """Add up what firms hold and owe, and their staff, and count those which have money below zero."""
    in_cash, in_deposits, thousands, below, lent, due, plant, stores = 0, 0, 0, 0, 0, 0, 0, 0
    for firm in range(cash.size):
        in_cash += cash[firm]
        in_deposits += deposits[firm]
        thousands += deposits[firm] >> THOUSAND
        lent += loan[firm]
        due += payroll[firm]
        below += (cash[firm] | deposits[firm] | loan[firm] | payroll[firm]) < 0
        value = np.rint(capital[firm] * basket_price[0])
        plant += whole(value) if leased[good[firm]] != 1 else 0
        stores += whole(np.rint(inventory_value[firm] + input_value[firm]))
    held[:] = 0
    held[CASH_HELD], held[DEPOSITS_HELD] = in_cash, in_deposits
    held[THOUSANDS_HELD], held[BELOW_ZERO] = thousands, below
    held[FIRM_LOAN], held[PAYROLL], held[PLANT], held[STORES] = lent, due, plant, stores
    for firm in range(cash.size):
        for k in range(3):
            held[FIRST_STAFF + k] += staff[firm, k]


@compiled
def over_places(held: Cents, which: int) -> int:
    """Add up one of the holdings over all localities."""
    found = 0
    for place in range(len(held)):
        found += held[place, which]
    return found


def fresh_holdings(world: World) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Add up what all people and all firms hold now: (1, holdings) int each, as `Localities` keeps them by place."""
    of_people = np.zeros((1, len(HOLDINGS_OF_PEOPLE)), dtype=np.int64)
    of_firms = np.zeros((1, len(HOLDINGS_OF_FIRMS)), dtype=np.int64)
    fill(world, add_up_people, of_people[0])
    fill(world, add_up_firms, of_firms[0])
    return of_people, of_firms
