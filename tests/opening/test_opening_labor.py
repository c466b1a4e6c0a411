"""The opening of work and banks stands where years of luck leave it, whatever the size of the economy."""

import numpy as np
import pytest

from ravelin import Scenario, Simulation
from ravelin.economy.banks.tables import Banks
from ravelin.economy.firms.tables import Firms
from ravelin.economy.people.incomes import Employment, UnemploymentInsurance, benefits_of
from ravelin.economy.people.parameters import Benefits
from ravelin.economy.people.tables import EMPLOYED, Consumers
from ravelin.opening.balancing import calibration
from ravelin.opening.earnings import NEWCOMERS

CONSUMERS = 40_000
"""The smallest economy with several localities, whose people differ in skill."""
SHORT_OF_RESERVES = 3
"""A seed with which a bank of 20,000 consumers lends far more than it is lent."""


@pytest.fixture(scope="module")
def opened() -> Simulation:
    """An economy before its first month."""
    return Simulation(Scenario.load("default", consumers=CONSUMERS), threads=1)


def test_every_locality_wants_the_skills_it_has(opened: Simulation) -> None:
    firms, ends = opened.world[Firms], opened.world.span(Firms)[1:-1]
    has = np.array([part.sum(axis=0) for part in np.split(0.001 * firms.labor, ends)])
    wanted = np.array([part.sum(axis=0) for part in np.split(firms.labor_wanted, ends)])
    assert has / wanted == pytest.approx(np.full(has.shape, 0.99), abs=0.02)


def test_staff_lags_behind_what_firms_want(opened: Simulation) -> None:
    """A month's sales move them further apart: after years the spread is .07 in firms of 20 workers and more."""
    firms = opened.world[Firms]
    wanted = firms.labor_wanted.sum(axis=1)
    large = wanted > 20
    gap = np.log(0.001 * firms.labor.sum(axis=1)[large] / wanted[large])
    assert 0.05 < gap.std() < 0.10


def test_pay_of_a_skill_is_lower_where_there_is_more_of_it(opened: Simulation) -> None:
    """So that nobody's wage is above what firms of her locality offer by more than raises explain."""
    world = opened.world
    people, firms = world[Consumers], world[Firms]
    private = (people.status == EMPLOYED) & (people.employer >= 0)
    offered = 0.001 * people.efficiency * firms.offer[np.maximum(0, people.employer), people.skill]
    paid = people.wage[private] / offered[private]
    assert paid.max() < 1.01
    assert paid.min() > 0.95


def test_benefits_are_what_those_with_a_last_wage_can_claim() -> None:
    closing = float(calibration().rules["ui_replacement_closing"])
    assert Benefits.unemployment_replacement.default * (1.0 - NEWCOMERS) == pytest.approx(closing, rel=0.03)


def test_a_benefit_for_six_months_is_paid_six_times() -> None:
    months = np.arange(12, dtype=np.uint8)
    benefit = np.empty(12)
    unemployed = np.ones(12, dtype=np.uint8)
    nobody, plain = np.full(12, -1, np.int32), np.full(12, 1000, np.int32)
    employment = Employment(unemployed, np.zeros(12, np.uint8), plain, np.full(12, 1000), nobody, months)
    benefits_of(benefit, employment, 0, UnemploymentInsurance(0.5, 6, 1.0, np.uint64(1)), 0)
    assert (benefit > 0).sum() == 6


def test_banks_of_few_customers_open_with_reserves() -> None:
    with Simulation(Scenario.load("default", consumers=20_000), seed=SHORT_OF_RESERVES, threads=1) as small:
        banks = small.world[Banks]
        assert (banks.advances == 0).all()
        assert (banks.reserves >= 0).all()
        assert banks.reserves.sum() == round(calibration().sheet["banks"]["reserves"] * 20.0)
        assert (banks.equity > 0).all()
