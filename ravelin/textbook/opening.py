"""How the book's economies begin: a scenario from its letters, and stocks divided among people."""

import datetime
import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from ravelin.core.arithmetic import power_each
from ravelin.core.given import is_number, plain, shown
from ravelin.core.parameter import Settings
from ravelin.core.schedule import Schedule
from ravelin.core.table import Table, World
from ravelin.economy.accounts.balance_sheet import sector_positions
from ravelin.economy.accounts.tables import Economy
from ravelin.economy.banks.tables import Banks
from ravelin.economy.central_bank.tables import CentralBank
from ravelin.economy.firms.tables import Firms
from ravelin.economy.goods.tables import Goods
from ravelin.economy.government.tables import Government
from ravelin.economy.people.tables import Consumers, Wealth
from ravelin.economy.places.tables import Localities
from ravelin.ledger.accounts import FLOWS, SECTORS, Accounts, Flows, Stocks
from ravelin.ledger.settlement import split_by_largest_remainder
from ravelin.ledger.transfers import CLAIMS
from ravelin.opening.population import uniforms
from ravelin.scenarios.catalog import load_catalog
from ravelin.scenarios.scenario import Scenario, ScenarioError
from ravelin.textbook.variables import CENTS, SYMBOLS, Households

if TYPE_CHECKING:
    from ravelin.runs.simulation import Opening

STOCKS = ("H", "Hh", "Hs", "V", "Bh", "Bs", "Bcb", "R", "YD")
"""Letters that `opening` takes."""

_PRINTED = round(0.02 * CENTS)
"""What the book's tables, which print two or three decimals, may leave between sums, in cents."""
_NO_CURRENCY = {"Currency.consumers": 0.0, "Currency.firms": 0.0, "Currency.banks": 0.0}


def scenario(consumers: int = 300, firms: int = 10, banks: int = 3, ticks: int = 60, **letters: float) -> Scenario:
    """Make a scenario from the book's letters, each in the book's units: `scenario(G=20, theta=0.2)`."""
    for letter in letters:
        if letter not in SYMBOLS:
            raise ScenarioError(f"{letter} is not a parameter of the book ({', '.join(SYMBOLS)})")
    values = {repr(SYMBOLS[letter][0]): SYMBOLS[letter][1] * value for letter, value in _numbers(letters).items()}
    sized = Scenario(name="textbook", consumers=consumers, firms=firms, banks=banks, ticks=ticks)
    return sized.departing(parameters=_NO_CURRENCY | values)


def _numbers(letters: Mapping[str, object]) -> dict[str, float]:
    """Return what letters stand for as numbers, or say which is none."""
    found: dict[str, float] = {}
    for letter, value in letters.items():
        number = plain(value)
        if not is_number(number) or not math.isfinite(number):
            raise ScenarioError(f"{letter} is a number in the book's units, not {shown(value)}")
        found[letter] = number
    return found


def _held(letters: Mapping[str, float]) -> "_Held":
    """Complete the stocks by the book's identities H = Hh = Hs, V = H + Bh and Bs = Bh + Bcb."""
    for letter, value in letters.items():
        if value < 0 and letter != "R":
            raise ScenarioError(f"{letter} is {value:g}; an opening stock is zero or more")
    cents = {letter: round(CENTS * value) for letter, value in letters.items() if letter != "R"}
    money, bills, central = _same(cents, ("H", "Hh", "Hs")), cents.get("Bh"), cents.get("Bcb")
    wealth, issued = cents.get("V"), cents.get("Bs")
    if issued is not None and bills is None and central is None and (wealth is None or money is None):
        raise ScenarioError("Bs does not say who holds the bills; give Bh, of consumers, or Bcb, of the central bank")
    if bills is None:
        bills = wealth - money if wealth is not None and money is not None else 0
        if issued is not None and central is not None:
            bills = issued - central
    if money is None:
        money = wealth - bills if wealth is not None else 0
    if central is None:
        central = issued - bills if issued is not None else 0
    for whole, parts, said in ((wealth, money + bills, "V = H + Bh"), (issued, bills + central, "Bs = Bh + Bcb")):
        if whole is not None and abs(whole - parts) > _PRINTED:
            raise ScenarioError(
                f"the opening stocks contradict {said}: {whole / CENTS:g} is not {parts / CENTS:g}; leave one out"
            )
    if min(money, bills, central) < 0:
        raise ScenarioError(
            f"the opening stocks leave less than nothing: H {money / CENTS:g}, Bh {bills / CENTS:g}, "
            f"Bcb {central / CENTS:g}"
        )
    return _Held(money, bills, central, cents.get("YD", 0), letters.get("R", 0.0))


def _same(cents: Mapping[str, int], names: Sequence[str]) -> int | None:
    """Return what letters that stand for one stock say of it; None if none is given."""
    given = {name: cents[name] for name in names if name in cents}
    if given and max(given.values()) - min(given.values()) > _PRINTED:
        said = ", ".join(f"{name} {value / CENTS:g}" for name, value in given.items())
        raise ScenarioError(f"{' = '.join(names)} in the book, so they cannot differ: {said}; give one")
    return next(iter(given.values()), None)


class _Held(NamedTuple):
    """Opening stocks in cents, and the rate on bills."""

    money: int
    bills: int
    central: int
    expected: int
    rate: float


def opening(**letters: float) -> "Opening":
    """Choose the opening stocks, in the book's units.

    Parameters
    ----------
    H, Hh, Hs
        Money: what consumers hold is what is issued, so one of the three says it.
    Bh, Bcb, Bs
        Bills of consumers, of the central bank, and of both together.
    V
        Wealth of consumers: their money and bills.
    R
        Rate on the bills in circulation.
    YD
        Disposable income that is expected, for models with expectations.

    Returns
    -------
    callable
        Makes the world; for `Simulation(opening=...)`.

    Raises
    ------
    ScenarioError
        If letters contradict one another, leave a stock open, or are no amounts.
    """
    for letter in letters:
        if letter not in STOCKS:
            raise ScenarioError(f"{letter} is not an opening stock of the book ({', '.join(STOCKS)})")
    held = _held(_numbers(letters))

    def open_world(
        schedule: Schedule,
        settings: Settings,
        consumers: int,
        firms: int | None,
        banks: int | None,
        seed: int,
        start: datetime.date,
        progress: Callable[[str], None],
    ) -> World:
        del settings, start, progress
        employers = firms or max(1, consumers // 30)
        world = _allocate(schedule, consumers, employers, banks or 1)
        _settle_people(world, seed)
        _divide_stocks(world, held, seed)
        world[Stocks].opening[:] = world[Stocks].closing[:] = sector_positions(world)
        return world

    return open_world


def _allocate(schedule: Schedule, consumers: int, firms: int, banks: int) -> World:
    goods = load_catalog("textbook").names
    counts: dict[type[Table], int] = {
        Consumers: consumers, Firms: firms, Accounts: consumers + firms + 1, Banks: banks, Goods: len(goods),
        Flows: len(FLOWS), Stocks: len(SECTORS),
    }  # fmt: skip
    tables = schedule.tables()
    for table in tables:
        counts.setdefault(table.rows_of, 1)
    local = {table.rows_of for table in tables if table.local}
    world = World(tables, counts, {table: np.array([0, counts[table]]) for table in local})
    world.sectors = {Consumers: 0, Firms: consumers}
    world.names = {Goods: goods}
    return world


def _settle_people(world: World, seed: int) -> None:
    """Give everybody an employer, a shop and a bank by lot; the first shops have more customers than the last."""
    people, firms, accounts = world[Consumers], world[Firms], world[Accounts]
    people.employer[:] = _lots(seed, "employer", people.count) % firms.count
    lots = (_lots(seed, "shop", people.count) + 0.5) / people.count
    people.sellers[:, 0] = power_each(lots, 1.1) * firms.count
    firms.enterprise[:] = np.arange(firms.count)
    people.efficiency[:] = 1000  # All do the work of one standard worker.
    firms.staff[:, 0] = np.bincount(people.employer, minlength=firms.count)
    # Nobody changes jobs in the book, so that the audit's count of workers is made once.
    world[Localities].private_workers[:, 0] = np.diff(world.span(Consumers))
    accounts.bank[:-1] = _lots(seed, "bank", people.count + firms.count) % world[Banks].count


def _divide_stocks(world: World, held: _Held, seed: int) -> None:
    """Divide the stocks among consumers by lot: the richest own three times as much as the poorest."""
    accounts, households, count = world[Accounts], world[Households], world[Consumers].count
    banks, government, central_bank = world[Banks], world[Government], world[CentralBank]
    weights = 0.5 + uniforms(seed, "wealth", count)
    accounts.deposits[:count] = split_by_largest_remainder(held.money, weights)
    households.bills[:] = split_by_largest_remainder(held.bills, weights)
    households.expected[:] = split_by_largest_remainder(held.expected, np.ones(count))
    even = split_by_largest_remainder(CLAIMS, np.ones(count))
    for shares in (world[Wealth].equity_share, world[Wealth].bond_share, world[Wealth].dwelling_share):
        shares[:] = even
    np.add.at(banks.deposits, accounts.bank.astype(np.int64), accounts.deposits)
    banks.reserves[:] = banks.customers_deposits[:] = banks.deposits
    world[Economy].consumer_bonds[0, 0], central_bank.bonds[0, 0] = held.bills, held.central
    government.bonds[0, 0], government.coupon[0, 0] = held.bills + held.central, held.rate
    # Without bills all money is what the central bank has lent to the government.
    government.treasury[0] = 0 if held.bills or held.central else -held.money
    central_bank.capital[0] = held.central - held.money - int(government.treasury[0])


def _lots(seed: int, name: str, count: int) -> npt.NDArray[np.int64]:
    """Return 0 to count - 1 in random order."""
    return np.argsort(uniforms(seed, name, count), kind="stable")
