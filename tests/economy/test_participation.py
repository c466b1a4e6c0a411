"""Participation: who searches in vain for long gives up, and comes back where posts are many."""

from typing import Any

import numpy as np
import pytest
from small_world import run

from ravelin import Scenario, Simulation
from ravelin.core.draws import key, uniform
from ravelin.core.table import Column, Table
from ravelin.economy.accounts.tables import NationalAccounts
from ravelin.economy.labor.participation import give_up_and_return
from ravelin.economy.labor.tables import Wages
from ravelin.economy.people.acts import birthdays, hardship, need, pension_weight
from ravelin.economy.people.lives import join_or_leave_the_labor_force
from ravelin.economy.people.tables import (
    EMPLOYED,
    INACTIVE,
    NO_EMPLOYER,
    OLDEST,
    PUBLIC_EMPLOYER,
    RETIRED,
    UNEMPLOYED,
    Ages,
    Consumers,
    Lives,
    Society,
)
from ravelin.economy.places.tables import Localities
from ravelin.economy.spending.tables import SpendingCells

PEOPLE = 20_000


def after(status: int, months: int, tightness: float = 1.0, **parameters: float) -> float:
    """Return the share of people whose status has changed."""
    given: dict[Column, Any] = {
        Consumers.status: status, Consumers.months_unemployed: months, Consumers.skill: 1,
        Localities.vacancies: [[0, round(1000 * tightness), 0]], Localities.unemployed: [[1000, 1000, 1000]],
    }  # fmt: skip
    stated = {"patience": 3, "giving_up": 0.1, "returning": 0.2, "response": 0.5, "Benefits.recipiency": 0.0}
    names = {name if "." in name else f"Participation.{name}": value for name, value in (stated | parameters).items()}
    people = run(give_up_and_return, {Consumers: PEOPLE}, given, parameters=names)[Consumers]
    assert set(people.status.tolist()) <= ({UNEMPLOYED, INACTIVE} if status in (UNEMPLOYED, INACTIVE) else {status})
    return float((people.status != status).mean())


# fmt: off
@pytest.mark.parametrize(("status", "months", "tightness", "parameters", "chance"), [
    (UNEMPLOYED, 0, 1.0,  {},                 0.0),
    (UNEMPLOYED, 3, 1.0,  {},                 0.0),    # still patient
    (UNEMPLOYED, 4, 1.0,  {},                 0.1),
    (UNEMPLOYED, 4, 9.0,  {},                 0.1),
    (UNEMPLOYED, 4, 1.0,  {"patience": 4},    0.0),
    (UNEMPLOYED, 5, 1.0,  {"Benefits.recipiency": 1.0}, 0.0),    # she has to search for her benefit ...
    (UNEMPLOYED, 5, 1.0,  {"Benefits.recipiency": 0.5}, 0.05),
    (UNEMPLOYED, 6, 1.0,  {"Benefits.recipiency": 1.0}, 0.1),    # ... while it lasts
    (INACTIVE,   4, 1.0,  {"Benefits.recipiency": 1.0}, 0.2),
    (INACTIVE,   0, 1.0,  {},                 0.0),    # she never searched
    (INACTIVE,   9, 1.0,  {},                 0.2),
    (INACTIVE,   9, 0.25, {},                 0.1),
    (INACTIVE,   9, 4.0,  {},                 0.4),
    (INACTIVE,   9, 4.0,  {"response": 0.0},  0.2),
    (INACTIVE,   9, 0.0,  {},                 0.0),    # there are no posts of her skill
    (INACTIVE,   9, 99.0, {},                 1.0),
    (EMPLOYED,   9, 1.0,  {},                 0.0),
    (RETIRED,    9, 1.0,  {},                 0.0),
])
# fmt: on
def test_who_gives_up_and_who_returns(
    status: int, months: int, tightness: float, parameters: dict[str, float], chance: float
) -> None:
    noise = 4.0 * np.sqrt(chance * (1.0 - chance) / PEOPLE)
    assert after(status, months, tightness, **parameters) == pytest.approx(chance, abs=noise + 1e-12)


@pytest.mark.parametrize(("status", "months", "chance"), [
    (INACTIVE,   0, 1.0 - 0.97**12),    # home and health bring back who never searched ...
    (INACTIVE,   9, 0.0),               # ... and not who waits for posts
    (EMPLOYED,   0, 0.2),
    (UNEMPLOYED, 9, 0.2),               # the same at work or not: it is not for want of a post
])  # fmt: skip
def test_age_health_and_home_do_not_ask_for_posts(status: int, months: int, chance: float) -> None:
    """Beside those who gave up, the yearly chance to come or go is the same whatever the labor market is like."""
    given: dict[Column, Any] = {
        Consumers.status: status, Consumers.months_unemployed: months, Consumers.employer: NO_EMPLOYER,
        Lives.age: 40, Ages.leaving: 0.2,
    }  # fmt: skip
    if status == EMPLOYED:
        given |= {Consumers.employer: PUBLIC_EMPLOYER, Localities.public_staff: PEOPLE, Consumers.wage: 300_000}
    rows: dict[type[Table], int] = {Consumers: PEOPLE, Ages: OLDEST + 1}
    after = run(join_or_leave_the_labor_force, rows, given, parameters={"LifeCycle.returning": 0.03})[Consumers]
    assert not after.wage[after.status != EMPLOYED].any()
    assert not after.months_unemployed[after.status != status].any()
    changed = float((after.status != status).mean())
    due = birthdays(PEOPLE, 0).size / PEOPLE
    noise = 4.0 * np.sqrt(chance * (1.0 - chance) / (PEOPLE * due))
    assert changed / due == pytest.approx(chance, abs=noise + 1e-12)


@pytest.mark.parametrize(("status", "following"), [(EMPLOYED, INACTIVE), (INACTIVE, UNEMPLOYED), (UNEMPLOYED, RETIRED)])
def test_transfers_and_pensions_follow_the_new_status(status: int, following: int) -> None:
    """By the household's size and its luck that stays; who looks for work again before the pension age has none."""
    pay, efficiency = 400_000.0, 1_500
    given: dict[Column, Any] = {
        Consumers.status: status, Consumers.employer: NO_EMPLOYER, Consumers.efficiency: efficiency,
        Consumers.pension_share: 0.7, Consumers.transfer_share: 0.7, Lives.age: 40,
        Ages.leaving: 1.0 if following == INACTIVE else 0.0, Ages.retirement: 1.0 if following == RETIRED else 0.0,
        SpendingCells.family_size: 3, Society.transfer: [0.01, 0.02, 0.03, 0.04], Society.pension: [0.1, 0.2, 0.3, 0.4],
        Wages.offer_mean: pay,
    }  # fmt: skip
    if status == EMPLOYED:
        given |= {Consumers.employer: PUBLIC_EMPLOYER, Localities.public_staff: 1_200, Consumers.wage: 300_000}
    named = {"LifeCycle.returning": 0.08, "Need.spread": 0.5}
    rows: dict[type[Table], int] = {Consumers: 1_200, Ages: OLDEST + 1}
    after = run(join_or_leave_the_labor_force, rows, given, parameters=named, seed=3)[Consumers]
    changed = np.flatnonzero(after.status == following)
    assert changed.size > 50
    luck = [hardship(uniform(key(3, "need", -1), row), 0.5) for row in changed]
    transfer = [0.01, 0.02, 0.03, 0.04][following] * need(3.0) * np.array(luck)
    assert after.transfer_share[changed] == pytest.approx(transfer, rel=1e-6)
    pension = 0.0 if following == UNEMPLOYED else [0.1, 0.2, 0.3, 0.4][following] * pension_weight(1.5)
    assert after.pension_share[changed] == pytest.approx(pension, rel=1e-6)
    assert (after.transfer_share[after.status == status] == np.float32(0.7)).all()


def test_who_gave_up_has_no_job_no_pay_and_no_benefit() -> None:
    """In a whole economy: months go on counting while she waits, and the books close."""
    with Simulation(Scenario.load("default", consumers=3_000), seed=3, threads=1) as simulation:
        people, accounts = simulation.world[Consumers], simulation.world[NationalAccounts]
        opening = people.status.copy()
        attached = (opening == INACTIVE) & (people.months_unemployed > 0)
        assert 0 < attached.sum() < 0.5 * (opening == UNEMPLOYED).sum()
        for _ in range(24):
            before, waited = people.status.copy(), people.months_unemployed.copy()
            simulation.step()
            stayed = (before == INACTIVE) & (people.status == INACTIVE) & (waited > 0)
            stayed &= people.months_unemployed > 0  # Who begins to study waits no more.
            assert stayed.any()
            assert (people.months_unemployed[stayed] == waited[stayed] + 1).all()
            assert (people.employer[people.status != EMPLOYED] == NO_EMPLOYER).all()
            assert accounts.marginally_attached[0] == (
                (people.status == INACTIVE) & (people.months_unemployed > 0)
            ).sum()
            assert set(simulation.audit().values()) == {0}
        assert (people.status[attached] != INACTIVE).any()
        assert ((opening != INACTIVE) & (people.status == INACTIVE)).any()
