"""Futures of one economy: the same people and the same luck, but for what a future changes.

A future is a declaration: what is changed, how long after the fork, for how long. What is measured of two of them
stands in `measures`.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ravelin.core.parameter import Value
from ravelin.core.table import Array, World
from ravelin.economy.firms.tables import Firms, Inputs
from ravelin.economy.goods.tables import Goods
from ravelin.economy.people.incomes import IncomeTax
from ravelin.economy.people.tables import Consumers
from ravelin.experiments.workers import Step
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

    target: str
    value: Value
    scale: bool = False
    after: int = 0
    months: int | None = None
    where: Mapping[str, int | str] = {}

    def stated(self, fork: int) -> dict[str, object]:
        """Return it with the keys that a `[[shock]]` of a scenario has."""
        verb, value = ("scale", "by") if self.scale else ("set", "to")
        stated: dict[str, object] = {"tick": fork + self.after, verb: self.target, value: self.value}
        if self.where:
            stated["where"] = dict(self.where)
        return stated if self.months is None else {**stated, "until": fork + self.after + self.months}


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


def _brackets(factors: tuple[float, ...], months: int) -> Change:
    """Change the rates of the income tax, bracket by bracket, for some months."""
    rates = IncomeTax.rates.default
    assert isinstance(rates, tuple)
    changed = tuple(rate * factor for rate, factor in zip(rates, factors, strict=True))
    return Change("IncomeTax.rates", changed, months=months)


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
    return tuple(
        Change("Firms.usable", 0.5, scale=True, months=6, where={"seller": int(firms.seller[row])}) for row in struck
    )


_DEAR_MONEY = (0.010, 0.0085, 0.007, 0.0055, 0.004, 0.003, 0.002, 0.001)
"""What is added to the policy rate, by quarter, so that with the rule's own answer it stands near FRB/US's path."""
_PURCHASES = partial(Change, "FiscalPolicy.purchases", 1.2)
"""About one percent of GDP more."""
_HELD = Change("MonetaryPolicy.inertia", 1.0)
_TAX_CUT, _TAX_RISE = 0.92, 1.08
"""About one percent of GDP."""

FUTURES: dict[str, Future] = {
    "as it is": Future(60, people=True, firms=True),
    "dear money": Future(36, tuple(
        Change("MonetaryPolicy.rate_shock", added, after=3 * quarter, months=3)
        for quarter, added in enumerate(_DEAR_MONEY)
    )),
    "purchases": Future(48, (_PURCHASES(months=12),)),
    "rate held": Future(24, (_HELD,)),
    "purchases, rate held": Future(24, (_HELD, _PURCHASES(months=12))),
    "transfers": Future(24, (Change("Benefits.transfer_change", 1.12, months=12),)),
    "tax cut": Future(24, (Change("IncomeTax.change", _TAX_CUT, months=12),)),
    "tax rise": Future(36, (Change("IncomeTax.change", _TAX_RISE),)),
    "lower brackets cut": Future(24, (_brackets((0.8, 0.8, 0.8, 1, 1, 1, 1), 24),)),
    "top brackets cut": Future(24, (_brackets((1, 1, 1, 1, 0.8, 0.8, 0.8), 12),)),
    "benefits doubled": Future(24, (Change("Benefits.unemployment_replacement", 2.0, scale=True),), people=True),
    "minimum wage": Future(36, (Change("MinimumWage.share", 1.1, scale=True),), people=True),
    "food at 8 percent": Future(14, (Change("Goods.sales_tax", 0.08, where={"good": "food"}),)),
    "food at 5 percent": Future(14, (Change("Goods.sales_tax", 0.05, where={"good": "food"}),)),
    "sales tax": Future(14, (Change("Taxes.sales_tax_change", 0.03),)),
    "oil short": Future(27, (Change("Firms.tfp", 0.75, scale=True, months=24, where={"good": "crude_oil"}),)),
    "disaster": Future(12, disaster, firms=True),
    "productivity": Future(36, (Change("Firms.tfp", 1.01, scale=True),)),
    "corporate tax": Future(60, (Change("Taxes.corporate", 0.116),)),
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
