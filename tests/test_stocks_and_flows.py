"""Every stock in history has its flows: heads, loans, debt and goods change by what came and what went, exactly."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

from ravelin import TICK, Scenario, Simulation
from ravelin.core.system import Cents, Doubles, Indices, Smalls, System, host_system, system, writes
from ravelin.economy.accounts.audit import add_up_people
from ravelin.economy.accounts.identities import AuditError
from ravelin.economy.accounts.tables import Economy, NationalAccounts
from ravelin.economy.credit.tables import CreditMarket
from ravelin.economy.firms.tables import Firms, Inputs
from ravelin.economy.goods.tables import Goods
from ravelin.economy.government.tables import Government
from ravelin.economy.labor import search, statistics
from ravelin.economy.people.tables import (
    EMPLOYED,
    NO_EMPLOYER,
    PUBLIC_EMPLOYER,
    STATUSES,
    UNEMPLOYED,
    Consumers,
    Wealth,
)
from ravelin.economy.places.tables import Localities
from ravelin.scenarios.shock import ShockError

Series = Callable[[str], npt.NDArray[np.float64]]
MONTHS = 36


@pytest.fixture(scope="module", params=[1, 2])
def lived(request: pytest.FixtureRequest) -> Simulation:
    with Simulation(Scenario.load("default", consumers=2_000, ticks=MONTHS), seed=request.param) as economy:
        economy.run(MONTHS)
    return economy


@pytest.fixture
def series(lived: Simulation) -> Series:
    table = lived.history()
    return lambda name: np.array(table.column(name).to_pylist(), dtype=np.float64)


def test_employment_changes_by_hires_and_separations(series: Series) -> None:
    change = np.diff(series("employed"))
    assert np.array_equal(change, (series("hires") - series("separations"))[1:])
    left = series("quits") + series("layoffs") + series("other_separations")
    assert np.array_equal(series("separations"), left)
    assert series("other_separations").min() >= 0
    assert series("other_separations").sum() > 0


@pytest.mark.parametrize(
    ("stock", "flow"), [("unemployed", "unemployment"), ("retired", "retirement"), ("inactive", "inactivity")]
)
def test_heads_change_by_who_comes_and_goes(series: Series, stock: str, flow: str) -> None:
    came, went = series(f"{flow}_inflow"), series(f"{flow}_outflow")
    assert np.array_equal(np.diff(series(stock)), (came - went)[1:])
    assert came.min() >= 0
    assert went.sum() > 0


def test_everybody_does_something(lived: Simulation, series: Series) -> None:
    heads = sum(series(name) for name in ("employed", "unemployed", "retired", "inactive"))
    assert set(heads) == {float(lived.world[Consumers].count)}


def test_students_come_and_go(series: Series) -> None:
    flows = series("enrolled") - series("graduates") - series("dropouts")
    assert np.array_equal(np.diff(series("enrolment")), flows[1:])
    assert series("dropouts").sum() > 0


def test_loans_change_by_what_is_lent_repaid_and_written_off(series: Series) -> None:
    stock = series("loans_firms") + series("loans_consumers")
    written_off = series("charge_offs_firms") + series("charge_offs_consumers")
    flows = series("new_loans") - series("loans_repaid") - written_off
    assert np.allclose(np.diff(stock), flows[1:], rtol=0, atol=0.05)
    assert min(series("new_loans").min(), series("loans_repaid").min(), written_off.min()) >= 0.0


def test_debt_changes_by_the_deficit_and_the_purse(lived: Simulation, series: Series) -> None:
    owed = series("government_debt") - series("arrears")
    treasury = np.diff(owed) - series("deficit")[1:]
    # The account is kept at a part of trend GDP: it grows slowly, and all of it is borrowed.
    assert abs(treasury).max() < 0.05 * series("gdp").mean()
    change = lived.audit()["change of government debt = deficit + change of treasury and arrears"]
    assert change == 0


def test_goods_in_store_change_by_what_is_made_and_sold(lived: Simulation, series: Series) -> None:
    world = lived.world
    names = [name for place, name in enumerate(world.names[Goods]) if world[Goods].storable[place]]
    assert len(names) > 5
    for name in names:
        if world[Goods].firm_share[world.names[Goods].index(name)] == 0.0:
            continue
        stock, made = series(f"inventory_{name}"), series(f"output_{name}")
        flows = made - series(f"sales_{name}") - series(f"spoiled_{name}")
        assert np.allclose(np.diff(stock), flows[1:], rtol=0, atol=1e-8 * (stock.max() + made.max())), name


# What a rule might get wrong, and the identity that says so.


@system
def hire_unseen(
    hires: Indices = writes(Localities.hires),
) -> None:
    """Count a hire that never happened."""
    hires[0] += 1


@system
def lose_a_status(
    status: Smalls = writes(Consumers.status),
) -> None:
    """Let somebody who is out of work retire without a word."""
    for consumer in range(status.size):
        if status[consumer] == 1:
            status[consumer] = 2
            break


@host_system
def forget_a_student(graduates: Indices = writes(Localities.graduates)) -> None:
    """Count a graduate who never studied."""
    graduates[0] += 1


@host_system
def lend_unseen(lent: Cents = writes(CreditMarket.loans_granted)) -> None:
    """Count a loan that nobody took."""
    lent[0, 0] += 1


@host_system
def deficit_unseen(deficit: Cents = writes(Government.deficit)) -> None:
    """Count a deficit that nobody paid for."""
    deficit[0] += 1


@host_system
def stock_unseen(inventory: Doubles = writes(Goods.inventory)) -> None:
    """Count goods that nobody made."""
    inventory[:] += 1.0


@pytest.mark.parametrize(
    ("cheat", "identity"),
    [
        (hire_unseen, "hires"),
        (lose_a_status, "unemployed = who came less who went"),
        (forget_a_student, "enrolment"),
        (lend_unseen, "loans to firms = lent - repaid"),
        (deficit_unseen, "government debt = deficit"),
        (stock_unseen, "goods in store"),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_what_is_not_counted_stops_the_run(cheat: System, identity: str) -> None:
    """Each cheat is put right before the month's statistics, or, of what they count themselves, right after."""
    late = cheat in (deficit_unseen, stock_unseen, lend_unseen)
    page = TICK.before(add_up_people, cheat) if late else TICK.before(statistics.count_people, cheat)
    scenario = Scenario.load("default", consumers=1_000)
    with Simulation(scenario, tick=page, seed=1) as economy, pytest.raises(AuditError, match=identity):
        economy.run(1)


# What shocks, or whoever writes to a world, might leave apart.


@pytest.fixture(scope="module")
def small() -> Simulation:
    return Simulation(Scenario.load("default", consumers=1_000), seed=1, threads=1).run(1)


def one_more_head(economy: Simulation) -> None:
    economy.world[Firms].staff[3, 0] += 1


def one_worker_moved(economy: Simulation) -> None:
    """Two firms exchange a worker that only one of the books knows of: the sums stay."""
    staff = economy.world[Firms].staff
    giver = int(np.flatnonzero(staff[:, 0] > 0)[0])
    staff[giver, 0] -= 1
    staff[(giver + 1) % len(staff), 0] += 1


def more_efficient(economy: Simulation) -> None:
    people = economy.world[Consumers]
    people.efficiency[np.flatnonzero(people.employer >= 0)[0]] += 1


def raised_in_secret(economy: Simulation) -> None:
    people = economy.world[Consumers]
    people.wage[np.flatnonzero(people.employer >= 0)[0]] += 1


def raised_by_the_state(economy: Simulation) -> None:
    people = economy.world[Consumers]
    people.wage[np.flatnonzero(people.employer == PUBLIC_EMPLOYER)[0]] += 1


def idle_on_the_books(economy: Simulation) -> None:
    people = economy.world[Consumers]
    people.status[np.flatnonzero(people.status == EMPLOYED)[0]] = UNEMPLOYED


def at_work_for_nobody(economy: Simulation) -> None:
    people = economy.world[Consumers]
    people.employer[np.flatnonzero(people.employer >= 0)[0]] = NO_EMPLOYER


def another_skill(economy: Simulation) -> None:
    people = economy.world[Consumers]
    one = np.flatnonzero(people.employer >= 0)[0]
    people.skill[one] = (people.skill[one] + 1) % 3


def one_public_post_more(economy: Simulation) -> None:
    economy.world[Localities].public_staff[0, 1] += 1


def a_share_more(economy: Simulation) -> None:
    economy.world[Wealth].equity_share[7] += 1


def a_dwelling_share_less(economy: Simulation) -> None:
    shares = economy.world[Wealth].dwelling_share
    shares[np.argmax(shares)] -= 1


def an_order_undivided(economy: Simulation) -> None:
    economy.world[Inputs].part[11, 0] += 1


def a_supplier_of_elsewhere(economy: Simulation) -> None:
    economy.world[Inputs].supplier[11, 1] = 60_000


def a_shop_of_elsewhere(economy: Simulation) -> None:
    economy.world[Consumers].sellers[11, 1] = 60_000


BREAKS = {
    one_more_head: "staff of firms", one_worker_moved: "books of firms", more_efficient: "books of firms",
    raised_in_secret: "books of firms", raised_by_the_state: "payroll of the government",
    idle_on_the_books: "with an employer", at_work_for_nobody: "with an employer", another_skill: "staff of firms",
    one_public_post_more: "public staff", a_share_more: "shares in equity",
    a_dwelling_share_less: "shares in dwellings",
    an_order_undivided: "orders under contract", a_supplier_of_elsewhere: "orders under contract",
    a_shop_of_elsewhere: "own sellers",
}  # fmt: skip


@pytest.mark.parametrize("change", BREAKS, ids=lambda change: change.__name__)
def test_what_two_tables_know_is_matched(small: Simulation, change: Callable[[Simulation], None]) -> None:
    economy = small.fork(threads=1)
    assert not any(economy.audit().values())
    change(economy)
    broken = [name for name, gap in economy.audit().items() if gap]
    assert any(BREAKS[change] in name for name in broken), broken


def test_a_year_matches_every_firm(small: Simulation) -> None:
    """What only a match piece by piece can see is seen within twelve months, in whichever row it lies."""
    economy = small.fork(threads=1)
    staff = economy.world[Firms].staff
    giver, taker = np.flatnonzero(staff[:, 1] > 0)[:2]

    def swap_a_head(world_staff: npt.NDArray[np.int32]) -> None:
        world_staff[giver, 1] -= 1
        world_staff[taker, 1] += 1

    swap_a_head(staff)
    with pytest.raises(AuditError, match="books of firms"):
        economy.run(12)


# fmt: off
@pytest.mark.parametrize("stated", [
    {"set": "Consumers.status",           "to": 1},
    {"set": "Consumers.skill",            "to": 2},
    {"set": "Firms.staff",                "to": 5},
    {"scale": "Firms.labor",              "by": 0.5},
    {"set": "Localities.public_staff",    "to": 3},
    {"scale": "Consumers.efficiency",     "by": 0.5},
    {"set": "Inputs.part",                "to": 1},
    {"set": "Firms.inventory",            "to": -1.0},
    {"set": "Firms.capital",              "to": -1.0},
    {"set": "Consumers.permanent_income", "to": -1.0},
])
# fmt: on
def test_a_shock_that_breaks_an_identity_is_caught_at_once(small: Simulation, stated: dict[str, object]) -> None:
    """Refused before it begins, or by a sentence that names the shock and what it breaks, before anything runs."""
    economy = small.fork(threads=1)
    column = str(stated.get("set", stated.get("scale")))

    def struck() -> None:
        economy.shock(tick=2, **stated)
        economy.run(3)

    with pytest.raises((ShockError, AuditError), match=column) as caught:
        struck()
    if isinstance(caught.value, AuditError):
        assert "before tick 2" in str(caught.value)
        assert economy.tick == 2


def test_a_shock_that_breaks_nothing_runs(small: Simulation) -> None:
    economy = small.fork(threads=1)
    economy.shock(tick=2, scale="Firms.inventory", by=0.5)
    economy.shock(tick=2, scale="Firms.capital", by=0.9, where={"good": "food"})
    economy.run(3)
    assert not any(economy.audit().values())


def test_dwellings_are_what_housing_firms_let(small: Simulation) -> None:
    """A flood that takes a tenth of what is let takes a tenth of what consumers own."""
    spared, flooded = small.fork(threads=1), small.fork(threads=1)
    flooded.shock(tick=1, scale="Firms.capital", by=0.9, where={"good": "housing_services"})
    spared.run(1)
    flooded.run(1)
    for economy in (spared, flooded):
        firms, goods = economy.world[Firms], economy.world[Goods]
        let = float(firms.capital[goods.leased[firms.good] == 1].sum())
        assert economy.world[Economy].dwellings[0] == pytest.approx(let, rel=1e-12)
    lost = flooded.world[Economy].dwellings[0] / spared.world[Economy].dwellings[0]
    assert lost == pytest.approx(0.9, rel=1e-3)


def test_nobody_applies_where_she_works(small: Simulation) -> None:
    """Who goes from one public post to another has not quit: such a move was counted, and never took place."""
    economy = small.fork(threads=1)
    seen: list[tuple[int, int]] = []

    def watch(member: System) -> None:
        if member is search.match_far:
            turned = economy.world[Localities].turns.sum(axis=0).reshape(STATUSES, STATUSES)
            quits = int(economy.world[Localities].quits.sum())
            seen.append((int(turned[EMPLOYED, EMPLOYED]), quits))

    economy.run(12, before=watch)
    assert sum(changed for changed, _ in seen) > 0
    assert all(changed <= quits for changed, quits in seen)
    counted = economy.world[NationalAccounts]
    assert counted.hires[0] == counted.inflow[0, EMPLOYED]
