"""A system's signature is its declaration, and nothing else reaches it."""

import pickle

import numpy as np
import pytest

from ravelin.core.parameter import Parameters, Settings, parameter
from ravelin.core.schedule import Engine, UnclearedError, phase, schedule, sector_rows
from ravelin.core.system import (
    Access,
    Cents,
    Doubles,
    System,
    adds,
    clears,
    host_system,
    local_system,
    moves,
    reads,
    system,
    uses,
    writes,
)
from ravelin.core.table import Table, World, clearing, column


class Firms(Table, local=True):
    """Some firms."""

    price = column("f8", "cent/unit", "price", start=1.0)
    stock = column("f8", "unit", "stock")
    size = column("i8", "person", "size", fixed=True)


class Accounts(Table, sector="firms", joined=True):
    """Everybody's money."""

    deposits = column("i8", "cent", "deposits")


class Market(Table):
    """One row."""

    sales = column("i8", "cent", "sales")
    mean = column("f8", "cent/unit", "mean price")


class Pricing(Parameters):
    """Parameters of the rules below."""

    step = parameter(0.1, "1", "step", source="assumption")
    weights = parameter((0.25, 0.75), "1", "weights", source="assumption")


@system
def post_prices(
    price: Doubles = writes(Firms.price),
    stock: Doubles = reads(Firms.stock),
    step: float = uses(Pricing.step),
    weights: Doubles = uses(Pricing.weights),
) -> None:
    """Raise prices a little.

    Further lines are not the summary.
    """
    for firm in range(price.size):
        price[firm] *= 1.0 + step * weights[0] * stock[firm]


def engine(*systems: System, firms: int = 3) -> Engine:
    page = schedule(phase("Under test", *systems))
    counts: dict[type[Table], int] = {Firms: firms, Accounts: 5, Market: 1}
    world = World(page.tables(), counts, {Firms: np.array([0, firms])})
    world.sectors = {Firms: 1}
    return Engine(page, world, Settings(page.parameter_groups()), seed=1, threads=1)


def test_declaration() -> None:
    assert post_prices.name == "test_system.post_prices"
    assert post_prices.summary == "Raise prices a little."
    assert post_prices.reads() == [Firms.price, Firms.stock]
    assert post_prices.writes() == [Firms.price]
    assert post_prices.parameters() == [Pricing.step, Pricing.weights]
    assert post_prices.accesses["stock"] == Access(Firms.stock, "reads")


def test_columns_and_parameters_are_bound() -> None:
    ready = engine(post_prices)
    ready.world[Firms].stock[:] = [0.0, 1.0, 4.0]
    ready.step(0)
    assert ready.world[Firms].price.tolist() == [1.0, 1.025, 1.1]


def test_the_same_rule_runs_under_a_debugger() -> None:
    price = np.array([2.0])
    post_prices.kernel(price, np.array([1.0]), 0.1, np.array([0.5, 0.5]))
    plain = np.array([2.0])
    post_prices.kernel.py_func(plain, np.array([1.0]), 0.1, np.array([0.5, 0.5]))  # type: ignore[attr-defined]
    assert price.tolist() == plain.tolist() == [2.1]


@system
def store_to_read_only(stock: Doubles = reads(Firms.stock)) -> None:
    """Store to a column that is only read."""
    stock[0] = 1.0


def test_a_store_to_a_read_only_column_does_not_compile() -> None:
    ready = engine(store_to_read_only)
    with pytest.raises(Exception, match=r"[Cc]annot modify readonly array"):
        ready.step(0)
    assert not ready.world[Firms].stock.any()


@host_system
def store_from_python(stock: Doubles = reads(Firms.stock)) -> None:
    """Store to a column that is only read."""
    stock[0] = 1.0


def test_nor_does_it_pass_in_python() -> None:
    ready = engine(store_from_python)
    with pytest.raises(ValueError, match="read-only"):
        ready.step(0)


def test_reading_a_column_does_not_lock_it_for_others() -> None:
    ready = engine(post_prices)
    ready.world[Firms].stock[0] = 2.0
    assert ready.world[Firms].stock.flags.writeable


def unbound(price: Doubles, stock: Doubles = reads(Firms.stock)) -> None:
    """Leave an argument unbound."""


def bound_to_a_number(price: Doubles = writes(Firms.price), step: float = 0.1) -> None:
    """Bind an argument to a number."""


def writes_fixed(size: Cents = writes(Firms.size)) -> None:
    """Write a column that only the opening sets."""


def adds_fractions(mean: Doubles = adds(Market.mean)) -> None:
    """Add to a column that is not whole numbers."""


def writes_elsewhere(sales: Cents = writes(Market.sales)) -> None:
    """Write outside the locality."""


def moves_elsewhere(deposits: Cents = moves(Accounts.deposits)) -> None:
    """Move money outside the locality."""


def reads_of_whom(deposits: Cents = reads(Accounts.deposits), stock: Doubles = writes(Firms.stock)) -> None:
    """Take the first rows of all accounts for those of the locality's firms."""


def moves_own(deposits: Cents = moves(Accounts.deposits, of=Firms), sales: Cents = adds(Market.sales)) -> None:
    """Move the locality's money."""


# fmt: off
@pytest.mark.parametrize(("make", "rule", "told"), [
    (system,       unbound,           "argument 'price' of test_system.unbound is bound to nothing"),
    (system,       bound_to_a_number, "argument 'step' of test_system.bound_to_a_number is bound to nothing"),
    (system,       writes_fixed,      "Firms.size is fixed, so 'size' may only read it"),
    (local_system, adds_fractions,    "'mean' adds to Market.mean, which is not whole numbers"),
    (local_system, writes_elsewhere,  "is local and may not write Market.sales; add to it instead"),
    (local_system, moves_elsewhere,   "is local and may not write Accounts.deposits"),
    (local_system, reads_of_whom,     "Accounts.deposits has rows of several tables; say of which with of="),
])
# fmt: on
def test_refused_where_it_is_declared(make: type, rule: object, told: str) -> None:
    with pytest.raises(TypeError, match=told):
        make(rule)


def test_a_system_of_the_whole_may_look_at_all_accounts() -> None:
    assert not system(reads_of_whom).local


def test_a_local_system_may_move_its_own_sectors_money() -> None:
    assert local_system(moves_own).local
    assert not system(writes_elsewhere).local


def test_a_sectors_rows_of_accounts() -> None:
    page = schedule(phase("", local_system(moves_own)))
    world = World(page.tables(), {Firms: 3, Accounts: 5, Market: 1}, {Firms: np.array([0, 1, 3])})
    world.sectors = {Firms: 1}
    world[Accounts].deposits[:] = [0, 1, 2, 3, 4]
    assert sector_rows(world, Accounts.deposits, Firms).tolist() == [1, 2, 3]
    assert sector_rows(world, Accounts.deposits, None).size == 5


@host_system
def count_money(sales: Cents = writes(Market.sales), deposits: Cents = reads(Accounts.deposits, of=Firms)) -> None:
    """Sum the firms' money."""
    sales[0] = deposits.sum()


def test_a_sector_is_bound_as_a_view() -> None:
    ready = engine(count_money)
    ready.world[Accounts].deposits[:] = [1, 10, 100, 1000, 10000]
    ready.step(0)
    assert ready.world[Market].sales[0] == 1110


def test_a_host_system_is_plain_python() -> None:
    assert count_money.kernel is count_money.function
    assert count_money.host


def test_a_rule_travels_by_its_name() -> None:
    """What comes back in this process is the rule itself; one that cannot be imported does not leave."""
    page = schedule(phase("Prices", post_prices))
    assert pickle.loads(pickle.dumps(page)) == page

    @host_system
    def hidden(price: Doubles = reads(Firms.price)) -> None:
        """Do nothing."""

    with pytest.raises(pickle.PicklingError, match=r"the rule test_system\.hidden cannot be imported as"):
        pickle.dumps(hidden)


class Fair(Table):
    """One row."""

    stalls = clearing("paid at the fair, less what was handed on")
    visitors = column("i8", "person", "visitors")


@local_system
def pay_in_by_firm(size: Cents = reads(Firms.size), stalls: Cents = clears(Fair.stalls)) -> None:
    """Each firm pays by its size."""
    for firm in range(size.size):
        stalls[0] += size[firm]


@system
def pay_out_at_once(size: Cents = reads(Firms.size), stalls: Cents = clears(Fair.stalls)) -> None:
    """All is handed on."""
    for firm in range(size.size):
        stalls[0] -= size[firm]


def fair(*rules: System, threads: int, cleared: bool = True) -> Engine:
    part = phase("The fair is held", *rules, clears=(Fair.stalls,) if cleared else ())
    page = schedule(part)
    world = World(page.tables(), {Firms: 6, Fair: 1}, {Firms: np.array([0, 1, 3, 6])})
    world[Firms].size[:] = np.arange(6)
    return Engine(page, world, Settings([]), 1, threads)


@pytest.mark.parametrize("threads", [1, 3])
def test_an_account_is_cleared_when_its_phase_ends(threads: int) -> None:
    engine = fair(pay_in_by_firm, pay_out_at_once, threads=threads)
    engine.step(0)
    assert engine.world[Fair].stalls[0] == 0
    engine = fair(pay_in_by_firm, threads=threads)
    with pytest.raises(UnclearedError, match=r"^stalls do not clear: gap 15 cents in Fair\.stalls at the end"):
        engine.step(0)
    engine = fair(pay_in_by_firm, threads=threads, cleared=False)
    for _ in range(2):  # It begins each tick at zero.
        engine.step(0)
        assert engine.world[Fair].stalls[0] == 15


def test_only_a_clearing_account_is_cleared() -> None:
    with pytest.raises(ValueError, match=r"'The fair' clears .*, which is no clearing account"):
        phase("The fair", clears=(Fair.visitors,))
    with pytest.raises(TypeError, match=r"'visitors' clears Fair\.visitors, which is no clearing account"):

        @system
        def count(visitors: Cents = clears(Fair.visitors)) -> None:
            """Count visitors."""

    for bind in (adds, writes, moves):
        with pytest.raises(TypeError, match=r"Fair\.stalls, which is a clearing account: bind it with clears"):

            @system
            def pocket(stalls: Cents = bind(Fair.stalls)) -> None:  # noqa: B008 (One of three bindings.)
                """Take it."""
