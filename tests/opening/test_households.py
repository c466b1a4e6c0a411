"""The opening of households: budgets add up, and people can keep up what they do."""

from collections.abc import Callable

import numpy as np
import pytest

from ravelin import Scenario, Simulation
from ravelin.economy.people.tables import EMPLOYED
from ravelin.opening.balancing import calibration
from ravelin.opening.business import catalog
from ravelin.opening.calibration import Calibration
from ravelin.opening.households import HOUSEHOLDS, Households, _brackets, open_households
from ravelin.opening.population import People, draw_people

Setting = Callable[[str], float]

HEADS = 4_000


@pytest.fixture(scope="module")
def data() -> Calibration:
    """The calibration."""
    return calibration()


@pytest.fixture(scope="module")
def people(data: Calibration) -> People:
    """Some people."""
    return draw_people(data, HEADS, 1)


@pytest.fixture(scope="module")
def setting() -> Setting:
    """Parameters by name."""
    settings = Simulation.check(Scenario.load("default", consumers=HEADS))
    return lambda name: float(settings[settings.find(name)])


@pytest.fixture(scope="module")
def homes(data: Calibration, people: People, setting: Setting) -> Households:
    """Their households."""
    return open_households(data, catalog(data), people, np.ones((1, 3)), 1, setting)


def test_consumption_is_the_account_matrix_s(data: Calibration, homes: Households) -> None:
    spent = (homes.purchases.sum(axis=0) * (1.0 + data.column("sales_tax_rate"))).sum() * 100.0
    wanted = sum(row["row_total"] for name, row in data.sam.items() if name.startswith("consumption_"))
    assert spent == pytest.approx(wanted * HEADS / 1000.0, abs=1.0)


def test_habits_and_buffers_are_humanly_possible(homes: Households) -> None:
    assert (homes.habit > 0).all()
    assert np.quantile(homes.habit, [0.05, 0.95]) == pytest.approx([0.75, 1.45], abs=0.35)
    assert np.median(homes.buffer) == pytest.approx(2.5, abs=1.5)  # Many hold next to nothing: LIQUIDX of the survey.


def test_transfers_are_unequal_but_add_up(data: Calibration, people: People, homes: Households) -> None:
    for code, name in enumerate(HOUSEHOLDS):
        mine = people.status == code
        assert (homes.transfer_share[mine] > 0).all()
        assert np.log(homes.transfer_share[mine]).std() > 0.5
        tested = data.flow(name, "other_transfers")
        assert homes.transfer_share[mine].sum() * homes.wage_mean >= tested * HEADS / 1000.0


def test_the_top_tenth_pays_seven_tenths_of_income_tax(
    data: Calibration, people: People, homes: Households, setting: Setting
) -> None:
    """IRS, tax year 2019: the top tenth pays .71 of the federal income tax, the lower half .03."""
    received = {"dividends": homes.equity_share, "rent_to_owners": homes.dwelling_share}
    earned = np.where(people.status == EMPLOYED, homes.wage, 0.0) + homes.wage_mean * homes.pension_share * 0.5
    for flow, share in received.items():
        earned += data.paid_into(flow) * HEADS / 1000.0 * share
    tax = _brackets(0.12 * earned, people.marital == 1, setting)[np.argsort(earned)]
    assert tax[-HEADS // 10 :].sum() / tax.sum() == pytest.approx(0.71, abs=0.05)
    assert tax[: HEADS // 2].sum() / tax.sum() == pytest.approx(0.03, abs=0.02)
