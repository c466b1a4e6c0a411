"""Futures of one economy: the same people and the same luck, but for what a future changes.

A future is a declaration: what is changed, how long after the fork, for how long. What is measured of two of them
stands in `measures`.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ravelin.core.table import Array, World
from ravelin.economy.firms.tables import Firms, Inputs
from ravelin.economy.goods.tables import Goods
from ravelin.economy.people.incomes import IncomeTax
from ravelin.economy.people.tables import Consumers
from ravelin.experiments.workers import Step
from ravelin.ledger.accounts import Accounts
from ravelin.runs.simulation import Simulation
from ravelin.scenarios.scenario import Scenario
from ravelin.storage.history import History
from ravelin.storage.network import suppliers

if TYPE_CHECKING:
    from ravelin.runs.simulation import Moment

FORK = 60
"""Months before the futures part: the opening is near the steady path, and its luck has mixed."""


class Change(NamedTuple):
    """A shock, dated from the fork."""

    shock: Mapping[str, object]
    """The keys that a `[[shock]]` of a scenario has, but for when it begins and ends."""
    after: int = 0
    months: int | None = None

    def stated(self, fork: int) -> dict[str, object]:
        """Return it as a scenario states it."""
        begin = fork + self.after
        return {**self.shock, "tick": begin, **({} if self.months is None else {"until": begin + self.months})}


class Future(NamedTuple):
    """How an economy goes on."""

    months: int
    changes: tuple[Change, ...] | Callable[[World], tuple[Change, ...]] = ()
    """What changes, or what makes the changes for the economy as it stands."""
    people: bool = False
    """Whether each person's spending, status and pay are watched."""
    firms: bool = False
    """Whether each firm's sales and suppliers are watched."""

    def shocks(self, world: World) -> tuple[Change, ...]:
        """Return the changes to an economy."""
        return self.changes(world) if callable(self.changes) else self.changes


def _of_gdp(lever: str, percent: float, months: int | None = 12) -> tuple[Change, ...]:
    """Move a tax or an outlay by so many percent of GDP, for a year if nothing else is said."""
    return (Change({"change": lever, "percent_of_gdp": percent}, months=months),)


def _brackets(factors: tuple[float, ...], months: int) -> tuple[Change, ...]:
    """Change the rates of the income tax, bracket by bracket, for some months."""
    rates = IncomeTax.rates.default
    assert isinstance(rates, tuple)
    changed = [rate * factor for rate, factor in zip(rates, factors, strict=True)]
    return (Change({"set": "IncomeTax.rates", "to": changed}, months=months),)


def _food_taxed(rate: float) -> tuple[Change, ...]:
    return (Change({"set": "Goods.sales_tax", "to": rate, "where": {"good": "food"}}),)


_STRUCK, _SMALL = 0.046, 0.005
"""Part of all sales that those make whom a disaster strikes, as the prefectures of 2011 did of Japan's output (Carvalho
et al. 2021), and the most that one of them makes, so that many are struck."""
_STEP = 2_654_435_761
"""Of multiplicative hashing (Knuth 1973), which takes firms from all places and goods."""


def disaster(world: World) -> tuple[Change, ...]:
    """Let half the plant of some firms stand still for half a year; how much of it is an assumption."""
    firms = world[Firms]
    sales = firms.sold * firms.price
    share = sales / sales.sum()
    order = np.argsort(np.arange(share.size) * _STEP % (1 << 32), kind="stable")
    order = order[(share[order] > 0.0) & (share[order] <= _SMALL)]
    struck = order[np.cumsum(share[order]) <= _STRUCK]
    halved: dict[str, object] = {"scale": "Firms.usable", "by": 0.5}
    return tuple(Change({**halved, "where": {"seller": int(firms.seller[row])}}, months=6) for row in struck)


_DEAR_MONEY = (0.010, 0.0085, 0.007, 0.0055, 0.004, 0.003, 0.002, 0.001)
"""What is added to the policy rate, by quarter, so that with the rule's own answer it stands near FRB/US's path."""
_HELD = (Change({"set": "MonetaryPolicy.inertia", "to": 1.0}),)
_PURCHASES = _of_gdp("FiscalPolicy.purchases", 1.0)
REBATE, REBATE_UNTIL = 1_000, 150_000
"""Dollars of 2019 to a household, and the income up to which it is paid: about 950 of 2008 (Parker et al. 2013)."""
PRIZE = 20_000
"""Dollars to a winner: between 8 and 150 thousand (Fagereng, Holm and Natvik 2021)."""

FUTURES: dict[str, Future] = {
    "as it is": Future(60, people=True, firms=True),
    "dear money": Future(36, tuple(
        Change({"set": "MonetaryPolicy.rate_shock", "to": added}, after=3 * quarter, months=3)
        for quarter, added in enumerate(_DEAR_MONEY)
    )),
    "purchases": Future(48, _PURCHASES),
    "rate held": Future(24, _HELD),
    "purchases, rate held": Future(24, (*_HELD, *_PURCHASES)),
    "transfers": Future(24, _of_gdp("Benefits.transfer_change", 1.0)),
    "tax cut": Future(24, _of_gdp("IncomeTax.change", -1.0)),
    "tax rise": Future(36, _of_gdp("IncomeTax.change", 1.0, None)),
    "lower brackets cut": Future(24, _brackets((0.8, 0.8, 0.8, 1, 1, 1, 1), 24)),
    "top brackets cut": Future(24, _brackets((1, 1, 1, 1, 0.8, 0.8, 0.8), 12)),
    "rebate": Future(3, (
        Change({"pay": "Consumers", "dollars": REBATE, "where": {"income": {"to": REBATE_UNTIL}}}),
    ), people=True),
    "lottery": Future(12, (
        Change({"pay": "Consumers", "dollars": PRIZE, "where": {"age": {"from": 45, "to": 46}}}),
    ), people=True),
    "benefits doubled": Future(24, (Change({"scale": "Benefits.unemployment_replacement", "by": 2.0}),), people=True),
    "minimum wage": Future(36, (Change({"scale": "MinimumWage.share", "by": 1.1}),), people=True),
    "food at 8 percent": Future(14, _food_taxed(0.08)),
    "food at 5 percent": Future(14, _food_taxed(0.05)),
    "sales tax": Future(14, (Change({"set": "Taxes.sales_tax_change", "to": 0.03}),)),
    "oil short": Future(27, (
        Change({"scale": "Firms.tfp", "by": 0.75, "where": {"good": "crude_oil"}}, months=24),
    )),
    "disaster": Future(12, disaster, firms=True),
    "productivity": Future(36, (Change({"scale": "Firms.tfp", "by": 1.01}),)),
    "corporate tax": Future(60, (Change({"set": "Taxes.corporate", "to": 0.116}),)),
}  # fmt: skip
"""Every future that is lived, by name; the first is the one that most others are put beside."""


class Watch:
    """Watches what history does not hold: firms' capital, prices that were changed, and if asked persons and firms."""

    def __init__(self, people: bool, firms: bool = False) -> None:
        self.people = people
        self.firms = firms
        self.capital: list[float] = []
        self.repriced: list[float] = []
        self.budget: list[Array] = []
        self.status: list[Array] = []
        self.wage: list[Array] = []
        self.deposits = np.array([])
        """Of each person at the end of the first month, cents."""
        self.sales: list[Array] = []
        self.struck = self.supplier = self.buyer = np.array([])
        """Of the first month: which firms cannot use all their plant; who supplies whom, a contract each."""
        self._price = np.array([])

    def __call__(self, moment: "Moment") -> None:
        """Add a month."""
        firms = moment.world[Firms]
        own = moment.world[Goods].leased[firms.good] == 0
        self.capital.append(float(firms.capital[own].sum()))
        if self._price.size == firms.price.size:
            self.repriced.append(float((firms.price != self._price).mean()))
        self._price = firms.price.copy()
        if self.firms:
            if not self.sales:
                self.struck = firms.usable < 1.0
                self.supplier = suppliers(moment.world)
                self.buyer = np.broadcast_to(moment.world[Inputs].firm[:, None], self.supplier.shape).copy()
            self.sales.append(firms.sold * firms.price)
        if self.people:
            people = moment.world[Consumers]
            if not self.budget:
                self.deposits = moment.world[Accounts].deposits[: people.count].copy()
            for kept, column in ((self.budget, people.budget), (self.status, people.status), (self.wage, people.wage)):
                kept.append(column.copy())


class Lived(NamedTuple):
    """A future that was lived."""

    history: History
    fork: int
    watch: Watch

    def monthly(self, name: str) -> Array:
        """Return an indicator, (months,) from the fork on."""
        return np.asarray(self.history.column(name)[self.fork :])


class Pair(NamedTuple):
    """Two futures of one economy."""

    base: Lived
    other: Lived

    def both(self, name: str) -> tuple[Array, Array]:
        """Return an indicator in both, for the months that both lived."""
        base, other = self.base.monthly(name), self.other.monthly(name)
        months = min(base.size, other.size)
        return base[:months], other[:months]

    def percent(self, name: str) -> Array:
        """Return 100 times the difference of logs, (months,)."""
        base, other = self.both(name)
        return np.asarray(100.0 * np.log(other / base))

    def points(self, name: str) -> Array:
        """Return the difference of a rate in percentage points, (months,)."""
        base, other = self.both(name)
        return 100.0 * (other - base)

    def of_gdp(self, name: str, gdp: str = "gdp") -> Array:
        """Return the difference of a flow in percent of GDP, (months,)."""
        base, other = self.both(name)
        return np.asarray(100.0 * (other - base) / self.both(gdp)[0])


def live(scenario: Scenario, wanted: Mapping[str, Future], step: Step) -> dict[str, Lived]:
    """Live each future of an economy that has stood for `FORK` months."""
    lived: dict[str, Lived] = {}
    longest = max(future.months for future in wanted.values())
    with Simulation(scenario.departing(ticks=FORK + longest), threads=1) as economy:
        done = _advance(economy, FORK, step, 0)
        for name, future in wanted.items():
            with economy.fork() as ahead:
                for change in future.shocks(ahead.world):
                    ahead.shock(**change.stated(FORK))
                watch = Watch(future.people, future.firms)
                ahead.observers.append(watch)
                done = _advance(ahead, future.months, step, done)
                lived[name] = Lived(ahead.rows, FORK, watch)
    return lived


def _advance(economy: Simulation, months: int, step: Callable[[int], None], done: int) -> int:
    for month in range(months):
        economy.step()
        step(done + month + 1)
    return done + months
