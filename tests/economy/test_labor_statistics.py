"""Labor statistics: classes of duration, tightness, wages by skill, and jobs made and lost by firms."""

import numpy as np
import pytest
from small_world import run

from ravelin.economy.accounts.tables import NationalAccounts
from ravelin.economy.firms.tables import Firms, Workforce
from ravelin.economy.labor.statistics import (
    count_heads,
    count_jobs,
    count_people,
    count_turnover,
    measure_pay,
    measure_unemployment,
    measure_vacancies,
)
from ravelin.economy.people.tables import EMPLOYED, INACTIVE, RETIRED, UNEMPLOYED, Consumers
from ravelin.economy.places.tables import Localities
from ravelin.ledger.accounts import FLOWS, PAYROLL_TAX_EMPLOYERS, PUBLIC_WAGES, WAGES, Flows

IDLE_MONTHS = [0, 0, 1, 2, 3, 5, 6, 40]

COUNTED = (count_people, count_heads, count_turnover, measure_unemployment, measure_vacancies, measure_pay)


def test_people_are_counted_by_what_they_do() -> None:
    status = [EMPLOYED] * 3 + [UNEMPLOYED] * 8 + [INACTIVE] * 3 + [RETIRED]
    months = [0, 0, 9, *IDLE_MONTHS, 0, 4, 30, 7]
    given = {
        Consumers.status: status, Consumers.months_unemployed: months, Consumers.wage: 1000,
        Consumers.skill: [0, 1, 1] + [2] * 12, Localities.vacancies: [[1, 2, 3]],
    }  # fmt: skip
    world = run(COUNTED, {Consumers: 15}, given)
    place, counted = world[Localities], world[NationalAccounts]
    assert place.employed[0].tolist() == [1, 2, 0]
    assert place.unemployed[0].tolist() == [0, 0, 8]
    assert place.wages[0].tolist() == [1000, 2000, 0]
    assert place.unemployed_by_duration[0].tolist() == [2, 2, 2, 2]
    assert counted.unemployment_by_duration[0].tolist() == [0.25] * 4
    assert counted.unemployment_duration[0] == pytest.approx(sum(IDLE_MONTHS) / 8 + 0.5)
    assert counted.marginally_attached[0] == 2
    assert counted.unemployment_rate[0] == pytest.approx(8 / 11)
    assert counted.participation_rate[0] == pytest.approx(11 / 15)
    assert counted.tightness[0] == pytest.approx(6 / 8)
    assert counted.vacancy_rate[0] == pytest.approx(6 / 9)
    assert counted.mean_wage[0].tolist() == [1000.0, 1000.0, 0.0]


def test_the_labor_share_is_compensation_over_income() -> None:
    paid = np.zeros((len(FLOWS), 25), np.int64)
    paid[[WAGES, PUBLIC_WAGES, PAYROLL_TAX_EMPLOYERS], 1] = 500, 100, 60
    world = run(COUNTED, {Consumers: 2}, {Flows.paid: paid, NationalAccounts.by_income: 1000})
    assert world[NationalAccounts].labor_share[0] == pytest.approx(0.66)


# fmt: off
@pytest.mark.parametrize(("before", "now", "creation", "destruction"), [
    ([10, 10],    [10, 10],    0.0,    0.0),
    ([10, 10],    [15, 5],     0.25,   0.25),
    ([10, 10],    [20, 10],    10/25,  0.0),
    ([0, 10],     [10, 0],     1.0,    1.0),     # a firm that begins, and one that ends
    ([0, 0],      [0, 0],      0.0,    0.0),
    ([40, 0],     [0, 0],      0.0,    2.0),
])
# fmt: on
def test_jobs_created_and_destroyed(before: list[int], now: list[int], creation: float, destruction: float) -> None:
    staff = np.array([[one // 5, one // 5, one - 2 * (one // 5)] for one in now])
    given = {Workforce.staff: staff, Workforce.staff_before: before}
    world = run(count_jobs, {Firms: 2}, given)
    assert world[NationalAccounts].job_creation[0] == pytest.approx(creation)
    assert world[NationalAccounts].job_destruction[0] == pytest.approx(destruction)
    assert world[Firms].staff_before.tolist() == now
