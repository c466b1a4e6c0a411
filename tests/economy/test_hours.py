"""Hours: staff works as long as planned output needs it, is paid for it to the cent, and no longer than may be."""

from typing import Any

import numpy as np
import pytest
from small_world import run

from ravelin import Scenario, Simulation
from ravelin.core.table import Column
from ravelin.economy.accounts.tables import NationalAccounts
from ravelin.economy.firms.tables import Firms, Workforce
from ravelin.economy.goods.tables import GOODS_MAX, Goods
from ravelin.economy.labor.acts import pay_for
from ravelin.economy.labor.hours import set_hours
from ravelin.economy.labor.parameters import WorkingTime
from ravelin.economy.people.tables import EMPLOYED, Consumers
from ravelin.economy.places.tables import Localities
from ravelin.ledger.accounts import PAYROLL_TAX_EMPLOYERS, WAGES, Flows

BOUNDS = {"overtime": 0.1, "short_time": 0.08, "owner_labor": 0.5}


def hours(wanted: list[float], at_work: list[float], **parameters: float) -> float:
    """Return the hours of a firm whose normal mix is half unskilled, half skilled labor, worth the same."""
    given: dict[Column, Any] = {
        Workforce.labor_wanted: [wanted], Workforce.labor: [[round(1000 * one) for one in at_work]],
        Workforce.offer: [[3e5, 5e5, 4e5]], Workforce.labor_price: 4e5,
        Goods.skill_mix: [0.5, 0.5, 0.0], Goods.skill_weight: 1.0,
    }  # fmt: skip
    stated = {f"WorkingTime.{name}": value for name, value in (BOUNDS | parameters).items()}
    stated["Skills.substitution"] = 3.0
    return float(run(set_hours, {Firms: 1, Goods: GOODS_MAX}, given, parameters=stated)[Firms].hours[0])


# fmt: off
@pytest.mark.parametrize(("wanted", "at_work", "parameters", "expected"), [
    ([10.0, 10.0, 0.0], [10.0, 10.0, 0.0], {},                    1.0),
    ([9.5, 9.5, 0.0],   [10.0, 10.0, 0.0], {},                    0.95),
    ([8.0, 8.0, 0.0],   [10.0, 10.0, 0.0], {},                    0.92),     # no shorter than may be
    ([8.0, 8.0, 0.0],   [10.0, 10.0, 0.0], {"short_time": 0.5},   0.8),
    ([0.0, 0.0, 0.0],   [10.0, 10.0, 0.0], {},                    0.92),
    ([10.2, 10.2, 0.0], [10.0, 10.0, 0.0], {},                    1.0),      # the owner helps first
    ([10.5, 10.5, 0.0], [10.0, 10.0, 0.0], {},                    1.025),
    ([10.5, 10.5, 0.0], [10.0, 10.0, 0.0], {"owner_labor": 0.0},  1.05),
    ([15.0, 15.0, 0.0], [10.0, 10.0, 0.0], {},                    1.1),
    ([15.0, 15.0, 0.0], [10.0, 10.0, 0.0], {"overtime": 0.0},     1.0),
    ([1.0, 1.0, 0.0],   [0.0, 0.0, 0.0],   {},                    1.0),      # nobody is there
    # 4 and 16 do as much as 2 * (.5 (4/20)^(2/3) + .5 (16/20)^(2/3))^(3/2) * 10 workers of the normal mix.
    ([10.0, 10.0, 0.0], [4.0, 16.0, 0.0],  {"owner_labor": 0.0},
     1.0 / (2.0 * (0.5 * 0.2 ** (2 / 3) + 0.5 * 0.8 ** (2 / 3)) ** 1.5)),
])
# fmt: on
def test_staff_works_as_long_as_the_plan_needs(
    wanted: list[float], at_work: list[float], parameters: dict[str, float], expected: float
) -> None:
    assert hours(wanted, at_work, **parameters) == pytest.approx(expected, rel=1e-6)


# fmt: off
@pytest.mark.parametrize(("worked", "hourly", "premium", "pay"), [
    (1.0, 0.5, 0.25, 1.0),
    (1.1, 0.5, 0.25, 1.0625),
    (0.9, 0.5, 0.25, 0.95),
    (1.1, 0.0, 0.25, 1.0),      # salaries are paid regardless
    (0.9, 1.0, 0.5,  0.9),
    (1.1, 1.0, 0.5,  1.15),
])
# fmt: on
def test_pay_for_hours(worked: float, hourly: float, premium: float, pay: float) -> None:
    assert pay_for(worked, hourly, premium) == pytest.approx(pay)


def test_what_workers_earn_is_what_firms_pay() -> None:
    """Month by month: bills add up over workers in whole cents, hours are within bounds, contracts stay as agreed."""
    with Simulation(Scenario.load("default", consumers=3_000), seed=5, threads=1) as simulation:
        people, firms, flows = simulation.world[Consumers], simulation.world[Firms], simulation.world[Flows]
        hourly, premium = (simulation.settings[one] for one in (WorkingTime.hourly, WorkingTime.premium))
        for _ in range(12):
            simulation.step()
            mine = np.flatnonzero(people.employer >= 0)
            assert (people.status[mine] == EMPLOYED).all()
            boss = people.employer[mine]
            worked = firms.hours[boss].astype(float)
            more, less = np.maximum(0.0, worked - 1.0), np.maximum(0.0, 1.0 - worked)
            earned = np.rint(people.wage[mine] * (1.0 + hourly * ((1.0 + premium) * more - less)))
            bill, contracts = np.zeros(firms.payroll.size, np.int64), np.zeros(firms.payroll.size, np.int64)
            np.add.at(bill, boss, earned.astype(np.int64))
            np.add.at(contracts, boss, people.wage[mine])
            assert firms.wage_bill.tolist() == bill.tolist()
            assert firms.payroll.tolist() == contracts.tolist()
            assert flows.paid[WAGES].sum() == bill.sum()
            assert flows.paid[PAYROLL_TAX_EMPLOYERS].sum() > 0
            assert firms.hours.min() >= np.float32(0.85)
            assert firms.hours.max() <= np.float32(1.1)
            heads = firms.staff.sum(axis=1)
            public = simulation.world[Localities].public_staff.sum()
            assert simulation.world[NationalAccounts].hours[0] == pytest.approx((heads * firms.hours).sum() + public)
            assert set(simulation.audit().values()) == {0}
        assert len(np.unique(firms.hours)) > 20


def test_the_opening_works_normal_hours() -> None:
    """Plans of the opening need normal hours on average, so that the calibration's wages are paid."""
    hours, paid = [], []
    for seed in range(1, 5):
        with Simulation(Scenario.load("default", consumers=20_000), seed=seed, threads=1) as simulation:
            firms = simulation.world[Firms]
            assert (firms.hours == 1.0).all()
            simulation.step()
            hours.append(float((firms.payroll * firms.hours).sum() / firms.payroll.sum()))
            paid.append(float(firms.wage_bill.sum() / firms.payroll.sum()))
    # In later years they are .993 on average: firms that lay off soon let hours make up for luck in either direction.
    assert np.mean(hours) == pytest.approx(1.0, abs=0.008)
    assert np.mean(paid) == pytest.approx(1.0, abs=0.006)


def test_with_no_leeway_wages_are_contracts() -> None:
    fixed = {"WorkingTime.overtime": 0.0, "WorkingTime.short_time": 0.0}
    with Simulation(Scenario.load("default", consumers=2_000, parameters=fixed), seed=2, threads=1) as simulation:
        firms, accounts = simulation.world[Firms], simulation.world[NationalAccounts]
        for _ in range(6):
            simulation.step()
            assert (firms.hours == 1.0).all()
            assert firms.wage_bill.tolist() == firms.payroll.tolist()
            assert accounts.hours[0] == accounts.employed[0]
