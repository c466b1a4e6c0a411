"""People renew themselves: fifty years on ages, skills and statuses are those of the opening; study answers to pay."""

import numpy as np
import numpy.typing as npt
import pytest

from ravelin import Scenario, Simulation
from ravelin.economy.firms.tables import Firms
from ravelin.economy.people.tables import (
    EDUCATIONS,
    EMPLOYED,
    HIGHEST_EDUCATION,
    INACTIVE,
    LOWEST_EDUCATION,
    NO_EMPLOYER,
    RETIRED,
    Consumers,
    Lives,
    Society,
    Wealth,
)
from ravelin.economy.spending.tables import SpendingCells
from ravelin.experiments import paired
from ravelin.ledger.accounts import FLOWS, TUITION, Flows

Shares = npt.NDArray[np.float64]


def bands(economy: Simulation) -> npt.NDArray[np.int64]:
    return np.searchsorted([25, 35, 45, 55, 65, 75], economy.world[Lives].age, side="right")


def ages(economy: Simulation) -> Shares:
    return np.bincount(bands(economy), minlength=7) / economy.world[Consumers].count


def shares(economy: Simulation, name: str, kinds: int) -> Shares:
    people = economy.world[Consumers]
    return np.bincount(getattr(people, name), minlength=kinds) / people.count


@pytest.fixture(scope="module")
def economy() -> Simulation:
    """An economy after five years."""
    with Simulation(Scenario.load("default", consumers=5_000), seed=3) as made:
        made.run(60)
    return made


def test_the_opening_has_the_ages_of_the_calibration() -> None:
    with Simulation(Scenario.load("default", consumers=5_000), seed=1) as opened:
        people, cells = opened.world[Consumers], opened.world[SpendingCells]
        age = opened.world[Lives].age
        assert np.array_equal(bands(opened), cells.group[people.cell] // (8 * EDUCATIONS))
        assert age[people.status == RETIRED].mean() > age[people.status == EMPLOYED].mean() + 20


def test_cells_follow_age_and_skill(economy: Simulation) -> None:
    """Only cells of the opening occur, each of its holder's age band and education."""
    people, cells = economy.world[Consumers], economy.world[SpendingCells]
    group = cells.group[people.cell]
    # Where the opening has nobody of a kind, the nearest kind stands in.
    assert np.mean(bands(economy) == group // (8 * EDUCATIONS)) > 0.99
    least, most = np.array(LOWEST_EDUCATION)[people.skill], np.array(HIGHEST_EDUCATION)[people.skill]
    learned = group // 8 % EDUCATIONS
    assert np.mean((learned >= least) & (learned <= most)) > 0.99
    assert np.array_equal(people.married, cells.married[people.cell])


def test_books_of_work_follow_lives(economy: Simulation) -> None:
    people, firms = economy.world[Consumers], economy.world[Firms]
    hired = (people.status == EMPLOYED) & (people.employer >= 0)
    labor = np.zeros((firms.count, 3), dtype=np.int64)
    np.add.at(labor, (people.employer[hired], people.skill[hired]), people.efficiency[hired].astype(np.int64))
    assert np.array_equal(labor, firms.labor)
    assert (people.employer[people.status != EMPLOYED] == NO_EMPLOYER).all()


def test_shares_of_property_stay_whole(economy: Simulation) -> None:
    wealth = economy.world[Wealth]
    for column in (wealth.equity_share, wealth.bond_share, wealth.dwelling_share):
        assert int(column.sum(dtype=np.int64)) == 2**32


def test_thrift_is_handed_down_whole(economy: Simulation) -> None:
    """What all mean to hold, over mean income, is what it was: estates carry it from household to household."""
    with Simulation(Scenario.load("default", consumers=5_000), seed=3) as opened:
        before = np.sort(opened.world[Lives].thrift)
    assert np.array_equal(np.sort(economy.world[Lives].thrift), before)


def test_wanted_deposits_stay_in_proportion(economy: Simulation) -> None:
    """Lives change who wants to hold what; together consumers plan as much out of income and deposits as they did."""
    people = economy.world[Consumers]
    months = float((people.buffer * people.permanent_income).sum() / people.permanent_income.sum())
    with Simulation(Scenario.load("default", consumers=5_000), seed=3) as opened:
        people = opened.world[Consumers]
        before = float((people.buffer * people.permanent_income).sum() / people.permanent_income.sum())
    assert abs(months - before) < 1.5


def test_students_are_inactive_and_pay(economy: Simulation) -> None:
    people = economy.world[Consumers]
    students = economy.world[Lives].study_months > 0
    assert students.any()
    assert (people.status[students] == INACTIVE).all()
    assert (people.wage[students] == 0).all()
    assert sum(economy.history()["graduates"].to_pylist()) > 10
    assert int(economy.world[Flows].paid[FLOWS.index("tuition")].sum()) > 0
    assert FLOWS[TUITION] == "tuition"


def test_few_run_out_of_means() -> None:
    """Where nearly everybody passes, study ends early for want of means, by retirement or with the household."""
    passing = {"Education.completion": (0.99, 0.99)}
    student_months, ended = 0, 0
    with Simulation(Scenario.load("default", consumers=10_000, parameters=passing), seed=4) as made:
        left = made.world[Lives].study_months
        for _ in range(36):
            before = left.copy()
            made.step()
            student_months += np.count_nonzero(before)
            ended += np.count_nonzero((before > 1) & (left == 0))
    assert student_months > 2_000
    assert ended < 0.002 * student_months


def test_ages_and_claims_survive_a_restart(economy: Simulation, tmp_path: object) -> None:
    where = f"{tmp_path}/saved"
    economy.save(where)
    with Simulation.load(where) as again, economy.fork() as same:
        again.run(13)
        same.run(13)
        assert again.fingerprint() == same.fingerprint()


def test_dearer_skill_draws_more_to_study() -> None:
    """The same economy, with the toil of study unchanged and the highest wage offers a fifth up, enrolls more."""
    enrolled = []
    for premium in (1.0, 1.2):
        with Simulation(Scenario.load("default", consumers=5_000), seed=2) as made:
            made.world[Firms].offer[:, 2] *= premium
            made.run(12)
            enrolled.append(float(np.mean(made.history()["enrolment"].to_pylist()[6:])))
    assert enrolled[1] > 1.05 * enrolled[0]


def test_heirs_of_the_skilled_begin_below() -> None:
    with Simulation(Scenario.load("default", consumers=2_000), seed=1) as made:
        below = made.world[Society].beginning_below[0]
    assert below[0] == 0.0
    assert ((below[1:] > 0.05) & (below[1:] < 0.6)).all()


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_people_renew_themselves_for_fifty_years(seed: int) -> None:
    with Simulation(Scenario.load("default", consumers=5_000), seed=seed) as made:
        before, skills, status = ages(made), shares(made, "skill", 3), shares(made, "status", 4)
        made.run(600)
        assert np.abs(ages(made) - before).max() < 0.02
        assert np.abs(shares(made, "skill", 3) - skills).max() < 0.05
        assert np.abs(shares(made, "status", 4) - status).max() < 0.04


def test_the_shortage_is_of_the_highly_skilled() -> None:
    (shock,) = Scenario.load("skill_shortage").shocks
    assert (shock.target, shock.value) == ("LifeCycle.early_retirement", (0.0, 0.0, 0.25))


@pytest.mark.slow
def test_a_shortage_of_a_skill_raises_its_premium_and_later_its_enrolment() -> None:
    """Means over paired seeds: the premium rises while they retire, enrolment follows, the other skill's does not."""
    base, shortage = (Scenario.load(name, consumers=10_000) for name in ("default", "skill_shortage"))
    names = ["wage_skilled", "wage_highly_skilled", "enrolment_skilled", "enrolment_highly_skilled"]
    effects = {effect.name: effect.mean for effect in paired(base, shortage, seeds=4, ticks=108).effects(names)}
    premium = effects["wage_highly_skilled"] - effects["wage_skilled"]
    assert premium[8:12].mean() > 3.0
    assert premium[12:24].mean() > 6.0
    early, late = effects["enrolment_highly_skilled"][:4].mean(), effects["enrolment_highly_skilled"][12:28].mean()
    assert late > 12.0
    assert late > early + 8.0
    assert late > effects["enrolment_skilled"][12:28].mean() + 10.0
