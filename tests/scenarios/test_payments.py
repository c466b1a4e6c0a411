"""Lump sums by group, and levers in percent of GDP: who is paid what, through the ledger, and what is refused."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ravelin import Scenario, Simulation
from ravelin.economy.accounts.tables import NationalAccounts
from ravelin.economy.government.tables import Government
from ravelin.economy.people.groups import MORTGAGED, RENTER, deciles
from ravelin.economy.people.incomes import pay_grants
from ravelin.economy.people.tables import RETIRED, UNEMPLOYED, Consumers, Lives, Wealth
from ravelin.ledger.accounts import (
    CONSUMERS,
    GOVERNMENT,
    GOVERNMENT_PURCHASES,
    INCOME_TAX,
    OTHER_TRANSFERS,
    SECTORS,
    Accounts,
    Flows,
)
from ravelin.scenarios.levers import LEVERS
from ravelin.scenarios.scenario import ScenarioError
from ravelin.scenarios.shock import ShockError
from ravelin.scenarios.shock_plan import WithdrawnError
from ravelin.storage.checkpoint import CheckpointError

BEFORE = 2
PEOPLE = 600


@pytest.fixture(scope="module")
def base() -> Iterator[Simulation]:
    with Simulation(Scenario.load("default", consumers=PEOPLE), seed=20261130, threads=1) as economy:
        yield economy.run(BEFORE)


def granted(economy: Simulation, months: int = 1) -> np.ndarray[Any, Any]:
    """Return what each consumer is paid in each of some months, cents, as the deposits show it."""
    paid = np.zeros((months, PEOPLE), np.int64)
    deposits = economy.world[Accounts].deposits
    for month in range(months):
        due = []

        def before(rule: Any, due: list[Any] = due) -> None:
            if rule is pay_grants or len(due) == 1:
                due.append(deposits[:PEOPLE].copy())

        economy.step(before=before)
        paid[month] = due[1] - due[0]
        assert economy._plan.pending is None
        assert economy.world[NationalAccounts].audit_gap[0] == 0
    return paid


def group(economy: Simulation, name: str) -> Any:
    """Return who is in some groups, worked out here anew."""
    world = economy.world
    income, wealth = world[Consumers].permanent_income, world[Wealth]
    everybody = np.ones(PEOPLE, bool)
    return {
        "all": everybody,
        "poor": income < np.sort(income)[PEOPLE * 3 // 10],
        "retired": world[Consumers].status == RETIRED,
        "out of work": np.isin(world[Consumers].status, (UNEMPLOYED, RETIRED)),
        "old": world[Lives].age >= 65,
        "skilled of middle age": (world[Consumers].skill == 1) & (world[Lives].age >= 35) & (world[Lives].age <= 50),
        "renters": wealth.dwelling_share == 0,
        "mortgaged": (wealth.dwelling_share > 0) & (wealth.mortgage > 0),
        "illiquid": world[Accounts].deposits[:PEOPLE] + world[Accounts].cash[:PEOPLE] <= 100_000,
        "below": income * 0.12 <= 40_000.0,
    }[name]


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("all", {}),
        ("all", {"locality": 0}),
        ("poor", {"decile": [1, 2, 3]}),
        ("poor", {"decile": {"to": 3}}),
        ("retired", {"status": "retired"}),
        ("out of work", {"status": ["unemployed", "retired"]}),
        ("old", {"age": {"from": 65}}),
        ("skilled of middle age", {"skill": "skilled", "age": {"from": 35, "to": 50}}),
        ("renters", {"tenure": "renter"}),
        ("mortgaged", {"tenure": MORTGAGED}),
        ("illiquid", {"liquid": {"to": 1000}}),
        ("below", {"income": {"to": 40_000}}),
    ],
)
def test_each_of_a_group_is_paid_and_nobody_else(base: Simulation, name: str, where: dict[str, Any]) -> None:
    with base.fork() as economy:
        chosen = group(economy, name)
        assert chosen.any()
        economy.shock(tick=BEFORE, pay="Consumers", dollars=500, where=where)
        if name != "renters":  # What is granted is paid, as one of the groups shows.
            economy._plan.apply(BEFORE)
            assert economy._plan.pending.tolist() == np.where(chosen, 50_000, 0).tolist()
            return
        assert granted(economy)[0].tolist() == np.where(chosen, 50_000, 0).tolist()
        assert economy.world[Government].grants[0] == 50_000 * np.count_nonzero(chosen)


def test_a_payment_is_a_transfer_that_the_government_owes_for(base: Simulation) -> None:
    """The same sum more of transfers, of the deficit, and of public debt less what is on the treasury's account."""
    with base.fork() as plain, base.fork() as economy:
        economy.shock(tick=BEFORE, pay="Consumers", dollars=500)
        plain.step()
        economy.step()
        place = GOVERNMENT * len(SECTORS) + CONSUMERS
        one, other = (each.world[Flows].paid[OTHER_TRANSFERS, place] for each in (plain, economy))
        assert other - one == PEOPLE * 50_000
        taxes = [each.world[NationalAccounts].taxes[0] for each in (plain, economy)]
        deficit = [each.world[Government].deficit[0] for each in (plain, economy)]
        # What is spent of it at once brings sales tax and the like.
        assert deficit[1] - deficit[0] == pytest.approx(PEOPLE * 50_000 - (taxes[1] - taxes[0]), rel=0.02)
        assert max(economy.audit().values()) == 0


def test_a_share_of_gdp_is_of_a_year_once_and_of_the_month_every_month(base: Simulation) -> None:
    gdp = base.world[NationalAccounts].by_expenditure[0]
    with base.fork() as economy:
        economy.shock(tick=BEFORE, pay="Consumers", percent_of_gdp=1, where={"age": {"from": 65}})
        assert granted(economy).sum() == pytest.approx(0.12 * gdp, rel=1e-3)
    with base.fork() as economy:
        economy.shock(tick=BEFORE, pay="Consumers", percent_of_gdp=1, until=BEFORE + 3)
        paid = granted(economy, 4).sum(axis=1)
        assert paid[0] == pytest.approx(0.01 * gdp, rel=1e-3)
        assert (paid[:3] > 0).all()
        assert paid[3] == 0


def test_a_staggered_payment_comes_to_everybody_once_in_a_month_by_lot(base: Simulation) -> None:
    with base.fork() as economy:
        economy.shock(tick=BEFORE, pay="Consumers", dollars=300, staggered=3)
        paid = granted(economy, 4)
    assert (paid.sum(axis=0) == 30_000).all()
    counts = (paid > 0).sum(axis=1)
    assert counts[3] == 0
    assert (abs(counts[:3] - PEOPLE / 3) < 4 * np.sqrt(PEOPLE * 2 / 9)).all()


def test_a_payment_every_month_grows_as_it_is_phased_in(base: Simulation) -> None:
    with base.fork() as economy:
        economy.shock(tick=BEFORE, pay="Consumers", dollars=90, phase_in=3, until=BEFORE + 4)
        assert granted(economy, 5).max(axis=1).tolist() == [3000, 6000, 9000, 9000, 0]


def test_several_payments_of_a_month_add_up(base: Simulation) -> None:
    with base.fork() as economy:
        economy.shock(tick=BEFORE, pay="Consumers", dollars=100)
        economy.shock(tick=BEFORE, pay="Consumers", dollars=50, where={"status": "retired"})
        due = np.where(group(economy, "retired"), 15_000, 10_000)
        assert granted(economy)[0].tolist() == due.tolist()


def test_amounts_by_person_are_paid_next_month(base: Simulation) -> None:
    amounts = np.arange(PEOPLE) % 7 * 100.25
    with base.fork() as economy:
        economy.grant(amounts)
        assert granted(economy)[0].tolist() == np.rint(amounts * 100).tolist()
    for wrong, said in (
        (amounts[1:], "600 numbers, one per consumer"),
        (-amounts, "a tax is no grant"),
        (amounts * np.nan, "not nan"),
        ("all", "are numbers, one per consumer"),
        (np.full(PEOPLE, 1e6), "the treasury may pay 25%"),
    ):
        with pytest.raises(ShockError, match=said):
            base.grant(wrong)
    assert base._plan.pending is None


def test_grants_of_the_next_month_go_with_a_fork_and_not_into_a_checkpoint(base: Simulation, tmp_path: Path) -> None:
    with base.fork() as economy:
        economy.grant(np.full(PEOPLE, 10.0))
        economy.grant(np.full(PEOPLE, 5.0))
        with pytest.raises(CheckpointError, match="step a month, then save"):
            economy.save(tmp_path / "saved")
        with economy.fork() as other:
            assert granted(other)[0].tolist() == [1500] * PEOPLE
            assert granted(other)[0].tolist() == [0] * PEOPLE


def test_no_bit_depends_on_threads_or_on_going_on_from_a_checkpoint(base: Simulation, tmp_path: Path) -> None:
    shocks = (
        {"pay": "Consumers", "percent_of_gdp": 1.0, "where": {"decile": {"to": 5}}, "staggered": 3},
        {"change": "IncomeTax.change", "percent_of_gdp": -1.0, "until": BEFORE + 5, "phase_in": 2},
        {"change": "Goods.sales_tax", "percent_of_gdp": 0.2, "where": {"good": "petrol"}, "until": BEFORE + 4},
    )
    with base.fork() as economy:
        for stated in shocks:
            economy.shock(tick=BEFORE, **stated)
        economy.run(1).save(tmp_path / "saved")
        found = economy.run(5).fingerprint()
    with Simulation.load(tmp_path / "saved", threads=2) as again:
        assert again.run(5).fingerprint() == found


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ("pay = 'Consumers'", "needs `dollars` or `percent_of_gdp`, the amount"),
        ("pay = 'Consumers'\ndollars = 5\npercent_of_gdp = 1", "says how much once"),
        ("pay = 'Firms'\ndollars = 5", "pay names who is paid, Consumers, not 'Firms'"),
        ("pay = 'Consumers'\ndollars = 0", "above 0 to 20,000,000 and not 0, not 0"),
        ("pay = 'Consumers'\ndollars = -5", "not -5"),
        ("pay = 'Consumers'\npercent_of_gdp = 101", "percent_of_gdp is a share of GDP, above 0 to 100"),
        ("change = 'IncomeTax.change'\npercent_of_gdp = -100.5", "from -100 to 100 and not 0, not -100.5"),
        ("change = 'IncomeTax.change'\npercent_of_gdp = 0", "not 0, not 0"),
        ("change = 'IncomeTax.change'\nby = 2", "needs `percent_of_gdp`, the amount"),
        ("change = 'IncomeTax.chnge'\npercent_of_gdp = 1", "did you mean IncomeTax.change?"),
        ("change = 'Firms.tfp'\npercent_of_gdp = 1", "no tax and no outlay"),
        ("pay = 'Consumers'\ndollars = 5\nuntil = 3", "until (tick 3) is not after the shock (tick 3)"),
        ("pay = 'Consumers'\ndollars = 5\nphase_in = 2", "does not go with a payment made once"),
        ("pay = 'Consumers'\ndollars = 5\nuntil = 5\nphase_in = 3", "phase it in sooner, or end it later"),
        ("pay = 'Consumers'\ndollars = 5\nuntil = 9\nstaggered = 3", "staggered (3 months) does not go with `until`"),
        ("scale = 'IncomeTax.change'\nby = 0.9\nstaggered = 3", "`pay` alone is staggered"),
        ("scale = 'Consumers.habit'\nby = 0.9\nphase_in = 3", "so `phase_in` cannot lead it anywhere"),
        ("set = 'IncomeTax.rates'\nto = [0, 0, 0, 0, 0, 0, 0]\nphase_in = 3", "is not one number"),
        ("pay = 'Consumers'\ndollars = 5\nwhere = { decile = 11 }", "from 1 to 10, not 11"),
        ("pay = 'Consumers'\ndollars = 5\nwhere = { age = { from = 65, to = 25 } }", "from 65 to 25 is empty"),
        ("pay = 'Consumers'\ndollars = 5\nwhere = { age = { from = 120 } }", "nobody is from 120"),
        ("pay = 'Consumers'\ndollars = 5\nwhere = { status = [] }", "at least one, not []"),
        ("pay = 'Consumers'\ndollars = 5\nwhere = { status = ['retird'] }", "did you mean retired?"),
        ("pay = 'Consumers'\ndollars = 5\nwhere = { tenure = { from = 1 } }", "renter, owner, mortgaged, which have"),
        ("pay = 'Consumers'\ndollars = 5\nwhere = { dcile = 1 }", "did you mean decile?"),
    ],
)
def test_what_cannot_be_paid_or_changed_is_said_in_one_sentence(stated: str, said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        Simulation.check(Scenario.read(f"ticks = 24\n[size]\nconsumers = 1000\n[[shock]]\ntick = 3\n{stated}"))
    message = str(caught.value)
    assert said in message
    assert "\n" not in message


def test_a_group_that_is_empty_when_it_is_to_be_paid_stops_the_run_whole(base: Simulation) -> None:
    empty = {"status": "employed", "income": {"to": 1}}
    with base.fork() as economy:
        with pytest.raises(ShockError, match="matches no row of Consumers"):
            economy.shock(tick=BEFORE, pay="Consumers", dollars=5, where=empty)
        economy.shock(tick=BEFORE + 1, pay="Consumers", dollars=5, where=empty)
        economy.step()
        with pytest.raises(WithdrawnError, match="nobody belongs to the group in this month; widen `where`"):
            economy.step()
        economy.step()


def test_a_rebate_above_what_the_treasury_may_pay_is_refused(base: Simulation) -> None:
    text = "ticks = 24\n[size]\nconsumers = 600\n[[shock]]\ntick = 3\npay = 'Consumers'\ndollars = 1e6"
    with pytest.raises(ScenarioError, match=r"shock 1: .* of a year's GDP, and the treasury may pay 25%; pay less"):
        Simulation(Scenario.read(text), threads=1)
    with base.fork() as economy:
        economy.shock(tick=BEFORE, pay="Consumers", percent_of_gdp=20)
        with pytest.raises(ShockError, match="the treasury may pay 25%"):
            economy.shock(tick=BEFORE, pay="Consumers", percent_of_gdp=20)


@pytest.mark.parametrize(
    ("lever", "flow", "percent"),
    [("FiscalPolicy.purchases", GOVERNMENT_PURCHASES, 1.0), ("IncomeTax.change", INCOME_TAX, -1.0)],
)
def test_a_lever_moves_its_flow_by_the_percent_of_gdp(base: Simulation, lever: str, flow: int, percent: float) -> None:
    gdp = base.world[NationalAccounts].by_expenditure[0]
    with base.fork() as plain, base.fork() as economy:
        economy.shock(tick=BEFORE, change=lever, percent_of_gdp=percent, until=BEFORE + 2, phase_in=2)
        moved = []
        for _ in range(3):
            plain.step()
            economy.step()
            moved.append(int((economy.world[Flows].paid[flow] - plain.world[Flows].paid[flow]).sum()))
        half, whole, after = (100.0 * cents / gdp for cents in moved)
    # Of six hundred people one with a large fortune moves the income tax of a month.
    assert half == pytest.approx(percent / 2, rel=0.1)
    assert whole == pytest.approx(percent, rel=0.1)
    assert abs(after) < 0.05


def test_the_tax_of_one_good_brings_the_percent_of_gdp_from_who_buys_it(base: Simulation) -> None:
    gdp = base.world[NationalAccounts].by_expenditure[0]
    with base.fork() as plain, base.fork() as economy:
        economy.shock(tick=BEFORE, change="Goods.sales_tax", percent_of_gdp=0.1, where={"good": "petrol"})
        plain.step()
        economy.step()
        more = economy.world[NationalAccounts].taxes[0] - plain.world[NationalAccounts].taxes[0]
    assert 100.0 * more / gdp == pytest.approx(0.1, rel=0.2)


def test_a_cut_below_nothing_is_withdrawn_and_the_run_goes_on(base: Simulation) -> None:
    with base.fork() as economy:
        economy.shock(tick=BEFORE, change="IncomeTax.change", percent_of_gdp=-60)
        with pytest.raises(WithdrawnError, match=r"IncomeTax.change by -60 % of GDP cannot be made: .*; ask for less"):
            economy.step()
        assert economy.step() is None


def test_every_lever_is_a_parameter_or_column_that_shocks_may_move(base: Simulation) -> None:
    with base.fork() as economy:
        for name in LEVERS:
            where = {"good": "petrol"} if name == "Goods.sales_tax" else {}
            economy.shock(tick=BEFORE, change=name, percent_of_gdp=0.05, where=where)
        economy.step()
        assert len(economy.scenario.shocks) == len(LEVERS)
        assert all(shock.measured > 0 for shock in economy.scenario.shocks)


def test_tenths_are_alike_in_size_and_in_order() -> None:
    income = np.array([5.0, 1.0, 3.0, 3.0, 2.0, 9.0, 8.0, 7.0, 6.0, 4.0, 0.0, 10.0])
    found = deciles(income)
    assert np.bincount(found, minlength=11).tolist() == [0, 2, 1, 1, 1, 1, 2, 1, 1, 1, 1]
    assert (np.diff(found[np.argsort(income, kind="stable")]) >= 0).all()


def test_shocks_are_written_as_they_are_read(base: Simulation) -> None:
    with base.fork() as economy:
        economy.shock(tick=4, pay="Consumers", dollars=12.5, where={"status": ["retired"], "age": {"from": 70}})
        economy.shock(tick=5, pay="Consumers", percent_of_gdp=2, staggered=4, where={"tenure": RENTER})
        economy.shock(tick=5, change="Taxes.corporate", percent_of_gdp=-0.5, phase_in=3, until=9)
        economy.shock(tick=5, set="Taxes.sales_tax_change", to=0.02, phase_in=3)
        assert Scenario.read(economy.scenario.to_toml()).shocks == economy.scenario.shocks
