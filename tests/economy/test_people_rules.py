"""Lives: hazards renew the opening's people, cells and claims follow, and study pays or does not."""

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from small_world import engine_of, run

from ravelin import Scenario, Simulation
from ravelin.core.draws import key, uniform
from ravelin.core.table import Column, Table
from ravelin.economy.banks.tables import Banks
from ravelin.economy.firms.tables import Firms
from ravelin.economy.labor.tables import Wages
from ravelin.economy.people.acts import (
    Estate,
    at_rank,
    band_at,
    birthdays,
    cell_at,
    cell_rank,
    hardship,
    inherit,
    need,
    values_of_shares,
)
from ravelin.economy.people.education import enroll, pay_tuition, study
from ravelin.economy.people.lives import count_lives, turn_a_year_older
from ravelin.economy.people.study import chance_to_enroll, means_needed, net_return
from ravelin.economy.people.tables import (
    EMPLOYED,
    INACTIVE,
    NO_EMPLOYER,
    PUBLIC_EMPLOYER,
    RETIRED,
    UNEMPLOYED,
    Ages,
    Careers,
    Consumers,
    Lives,
    Population,
    Society,
)
from ravelin.economy.places.tables import Localities
from ravelin.economy.spending.tables import SpendingCells
from ravelin.ledger.accounts import Accounts, Flows
from ravelin.ledger.transfers import CLAIMS
from ravelin.opening.balancing import calibration
from ravelin.opening.lives import EDGES, OLDEST, band_of, hazards_of, heads_by_age, retired_by_age


@pytest.mark.parametrize(("people", "tick"), [(1, 0), (50, 5), (95, 5), (96, 23), (97, 0), (1000, 1)])
def test_everybody_has_one_birthday_a_year(people: int, tick: int) -> None:
    rows = [row for month in range(12) for row in birthdays(people, tick + month)]
    assert sorted(rows) == list(range(people))
    assert list(birthdays(people, tick)) == list(birthdays(people, tick + 12))


def test_need_grows_with_the_household() -> None:
    """A further person costs three tenths of the first."""
    assert [float(need(size)) for size in (1.0, 2.0, 5.0)] == pytest.approx([1.0, 1.3, 2.2])


def test_hazards_renew_the_ages_of_the_opening() -> None:
    """A population of the opening's ages, aged a year with its entries and endings, is the same again."""
    numbers = heads_by_age(calibration())
    ending, begun = hazards_of(numbers)
    assert numbers.sum() == pytest.approx(1.0)
    assert (numbers[EDGES[0] : EDGES[-1]] > 0).all()
    assert ((ending > 0) & (ending <= 1)).all()
    stays = numbers * (1.0 - ending)
    again = np.append(0.0, stays[:-1]) + begun * (numbers * ending).sum()
    np.testing.assert_allclose(again, numbers, atol=1e-12)


def test_households_end_at_least_as_often_as_heads_die() -> None:
    ending, begun = hazards_of(heads_by_age(calibration()))
    assert ending[30] < 0.01 < ending[70] < ending[90]
    assert 0.015 < float((heads_by_age(calibration()) * ending).sum()) < 0.03
    assert begun[:26].sum() > 0.65


def test_the_retired_are_the_openings_in_each_band() -> None:
    data = calibration()
    numbers = heads_by_age(data)
    share = retired_by_age(data, numbers)
    assert (np.diff(share[18:], axis=0) >= -1e-9).all()
    for row in data.labor:
        band = ("15-24", "25-34", "35-44", "45-54", "55-64", "65-74", "75+").index(row["age_band"])
        skill = ("unskilled", "skilled", "highly_skilled").index(row["skill"])
        mine = (band_of(np.arange(OLDEST + 1)) == band) & (numbers > 0)
        found = np.average(share[mine, skill], weights=numbers[mine])
        assert found == pytest.approx(float(row["retired"]), abs=0.015)


def test_ranks_and_quantiles_agree() -> None:
    quantiles = np.array([1.0, 2.0, 4.0, 8.0], np.float32)
    assert [at_rank(quantiles, (i + 0.5) / 4) for i in range(4)] == pytest.approx([1.0, 2.0, 4.0, 8.0])
    assert at_rank(quantiles, 0.0) == pytest.approx(1.0)
    assert at_rank(quantiles, 1.0) == pytest.approx(8.0)
    assert at_rank(quantiles, 0.5) == pytest.approx(3.0)


def test_a_household_keeps_its_rank_among_its_kind() -> None:
    """Two groups of cells: of the young four in ten own, of the older seven in ten; owners stay owners."""
    upto = np.array([0.6, 1.0, 0.3, 1.0])
    first, cells = np.array([0, 2], np.int32), np.array([2, 2], np.int32)
    draws = (np.arange(1000) + 0.5) / 1000
    owners = [cell_at(cell_rank(1, luck, 0, first, upto), 1, first, cells, upto) for luck in draws]
    renters = [cell_at(cell_rank(0, luck, 0, first, upto), 1, first, cells, upto) for luck in draws]
    assert set(owners) == {3}
    assert np.mean(np.array(renters) == 2) == pytest.approx(0.5, abs=0.002)


def test_bands_are_those_of_the_model() -> None:
    ages = np.arange(15, OLDEST)
    assert [band_at(int(age)) for age in ages] == list(band_of(ages))


# fmt: off
@pytest.mark.parametrize(("change", "better"), [
    ({"premium": 0.7}, True), ({"premium": 0.5}, False), ({"years_left": 20.0}, False), ({"rate": 0.15}, False),
    ({"rate": 0.04}, True), ({"forgone": 0.6}, True), ({"tuition": 0.3}, False), ({"completion": 0.4}, False),
])
# fmt: on
def test_what_makes_study_pay(change: dict[str, float], better: bool) -> None:
    base = {
        "years_left": 45.0, "rate": 0.08, "premium": 0.6, "years": 4.0, "completion": 0.6, "forgone": 1.0,
        "tuition": 0.1,
    }  # fmt: skip
    assert (net_return(**(base | change)) > net_return(**base)) == better


def test_nobody_studies_for_a_career_that_is_over() -> None:
    assert net_return(4.0, 0.08, 0.6, 4.0, 0.6, 1.0, 0.1) < -50.0


def test_more_enroll_when_it_pays_more_and_fewer_when_older() -> None:
    chances = [chance_to_enroll(value, 2.5, 2.0, 0.14, 20.0) for value in (-4.0, 0.0, 4.0)]
    assert chances == sorted(chances)
    # A thousand dollars more a year, of thirty thousand, moves enrolment by 5 to 8 percent (Dynarski 2003).
    fall = 1.0 - chance_to_enroll(-4 / 30, 2.5, 2.0, 0.14, 20.0) / chance_to_enroll(0.0, 2.5, 2.0, 0.14, 20.0)
    assert 0.03 < fall < 0.08
    assert chance_to_enroll(0.0, 2.5, 2.0, 0.14, 40.0) < 0.1 * chances[1]


# fmt: off
@pytest.mark.parametrize(("months", "held", "fee"), [
    (12, 10_000, 2_000), (12, 2_000, 2_000), (12, 1_500, 1_500), (12, 0, 0), (0, 10_000, 0),
])
# fmt: on
def test_students_pay_tuition_as_far_as_they_have_it(months: int, held: int, fee: int) -> None:
    given = {
        Lives.study_months: months, Consumers.skill: 0, Accounts.deposits: [held, 0, 0], Wages.wage_mean: 20_000.0,
        Accounts.bank: 0,
    }  # fmt: skip
    rows: dict[type[Table], int] = {Consumers: 1, Firms: 1, Banks: 1}
    world = run(pay_tuition, rows, given, parameters={"Education.tuition": (0.1, 0.2)})
    assert world[Accounts].deposits[0] == held - fee
    assert int(world[Flows].paid.sum()) == fee


def test_transfers_count_as_means() -> None:
    assert means_needed(48.0, 0.1, 0.35, 0.25) == pytest.approx(9.6)
    assert means_needed(24.0, 0.05, 0.35, 0.5) == 0.0


def test_whoever_begins_draws_each_thing_apart() -> None:
    """Age, skill, standing at work and idleness of those who take the place of a household that ended."""
    with Simulation(Scenario.load("default", consumers=20_000), seed=2, threads=1) as simulation:
        world = simulation.world
        people, lives, ages = world[Consumers], world[Lives], world[Ages]
        lives.age[:] = OLDEST
        ages.idle[:] = 0.5
        ages.career[:] = 1.0
        world[Society].beginning_below[:] = 0.5
        world[Careers].relative[:] = np.linspace(0.5, 1.5, world[Careers].relative.shape[1], dtype=np.float32)
        before = people.skill.copy()
        engine = engine_of([turn_a_year_older], world)
        engine.step(0)
        begun = (lives.age < OLDEST) & (before > 0)
        drawn = {
            "age": lives.age[begun], "skill": before[begun] - people.skill[begun],
            "standing": people.efficiency[begun], "idle": people.status[begun] == INACTIVE,
        }  # fmt: skip
        engine.close()
    assert begun.sum() > 800
    assert [drawn[name].mean() for name in ("skill", "idle")] == pytest.approx([0.5, 0.5], abs=0.06)
    for one, other in combinations(drawn, 2):
        assert abs(np.corrcoef(drawn[one], drawn[other])[0, 1]) < 0.12, f"{one} and {other} go together"


def test_who_leaves_study_looks_for_work_with_help_by_need() -> None:
    """Graduates have the next skill and the standing they had; transfers go by household and by luck that stays."""
    with Simulation(Scenario.load("default", consumers=5_000), seed=2, threads=1) as simulation:
        world = simulation.world
        people, lives = world[Consumers], world[Lives]
        students = np.flatnonzero(lives.study_months > 0)
        assert students.size > 40
        lives.study_months[students] = 1
        skill, efficiency = people.skill.copy(), people.efficiency.copy()
        engine = engine_of([study], world, seed=6, parameters={"Need.spread": 0.4})
        engine.step(0)
        engine.close()
        assert not lives.study_months.any()
        assert (people.status[students] == UNEMPLOYED).all()
        career, cells = world[Ages].career, world[SpendingCells]
        luck = key(6, "need", -1)
        graduated = students[people.skill[students] == skill[students] + 1]
        assert 0.5 * students.size < graduated.size < students.size
        assert world[Localities].graduates.sum() == graduated.size
        assert world[Localities].dropouts.sum() == students.size - graduated.size
        for row in students:
            helped = need(float(cells.family_size[people.cell[row]])) * hardship(uniform(luck, row), 0.4)
            expected = world[Society].transfer[0, UNEMPLOYED] * helped
            assert people.transfer_share[row] == pytest.approx(expected, rel=1e-6)
            assert people.pension_share[row] == 0.0
        for row in graduated:
            k, years = skill[row], lives.age[row]
            grown = efficiency[row] * career[years, k + 1] / career[years, k]
            assert people.efficiency[row] == pytest.approx(max(50.0, grown), abs=1.0)


TUITION, PREMIUM, AGE = 0.1, 0.5, 30


@pytest.mark.parametrize(
    ("efficiency", "status"), [(1000, UNEMPLOYED), (500, UNEMPLOYED), (1000, INACTIVE), (1000, EMPLOYED)]
)
def test_as_many_enroll_as_gain_by_it(efficiency: int, status: int) -> None:
    """Tuition weighs by the own wage, a job given up more than idleness; all discount alike here."""
    people, pay, cost = 120_000, 400_000.0, 2.0
    given: dict[Column, Any] = {
        Consumers.skill: 1, Consumers.status: status, Consumers.efficiency: efficiency, Lives.age: AGE,
        Consumers.employer: PUBLIC_EMPLOYER if status == EMPLOYED else NO_EMPLOYER,
        Localities.public_staff: [0, people, 0],
        Accounts.deposits: 10**12, SpendingCells.family_size: 1, Society.transfer: 0.2, Society.study_cost: cost,
        Wages.offer_mean: [[0.5 * pay, pay, pay * (1.0 + PREMIUM)]], Wages.wage_mean: pay,
    }  # fmt: skip
    stated = {"tuition": (0.0, TUITION), "completion": (0.5, 0.6), "months": (24.0, 48.0), "patience": 0.06,
              "patience_spread": 0.0, "idle_forgone": 0.6, "taste": 2.0, "aging": 0.05, "work_until": 65.0}  # fmt: skip
    names = {f"Education.{name}": value for name, value in stated.items()}
    world = run(enroll, {Consumers: people}, given, parameters=names)
    forgone = 1.0 if status == EMPLOYED else 0.6
    value = net_return(65.0 - AGE, 0.06, PREMIUM, 4.0, 0.6, forgone, TUITION / (0.001 * efficiency))
    chance = chance_to_enroll(value, cost, 2.0, 0.05, AGE)
    born = people / 12
    assert 0.1 < chance < 0.9
    error = (chance * (1.0 - chance) / born) ** 0.5
    assert world[Localities].enrolled.sum() / born == pytest.approx(chance, abs=4.0 * error)
    students = np.flatnonzero(world[Lives].study_months)
    assert students.size == world[Localities].enrolled.sum()
    assert (world[Lives].study_months[students] == 48).all()
    assert (world[Consumers].status[students] == INACTIVE).all()


@pytest.mark.parametrize(("deposits", "some"), [(7_679_999, False), (7_680_001, True)])
def test_nobody_studies_who_cannot_pay_for_it(deposits: int, some: bool) -> None:
    """48 months of tuition and living, .1 and .4 of a mean wage of 4,000 dollars, less .1 of transfers."""
    given: dict[Column, Any] = {
        Consumers.skill: 1, Consumers.status: UNEMPLOYED, Consumers.efficiency: 1000, Lives.age: AGE,
        Consumers.employer: NO_EMPLOYER, Accounts.deposits: deposits, SpendingCells.family_size: 1,
        Society.transfer: 0.1, Society.study_cost: 0.0, Wages.offer_mean: 400_000.0, Wages.wage_mean: 400_000.0,
    }  # fmt: skip
    world = run(enroll, {Consumers: 2_400}, given, parameters={
        "Education.tuition": (0.0, 0.1), "Education.living": 0.4, "Education.months": (24.0, 48.0), "Need.spread": 0.0,
        "Education.aging": 0.0, "Education.taste": 100.0,
    })  # fmt: skip
    assert (world[Localities].enrolled.sum() > 0) == some


def test_shares_are_valued_by_what_they_yield() -> None:
    """A month's 500 cents a share make 6,000 a year, 100,000 at six percent; bonds count as what is owed."""
    values = values_of_shares(500.0 * CLAIMS, 8.0 * CLAIMS, 20.0 * CLAIMS, 0.06)
    assert values == pytest.approx((100_000.0, 8.0, 4_000.0))


def test_who_lives_how_is_counted() -> None:
    given: dict[Column, Any] = {
        Lives.study_months: [5, 0, 1, 40, 0, 9], Consumers.skill: [0, 1, 1, 1, 2, 0],
        Consumers.status: [INACTIVE, EMPLOYED, INACTIVE, INACTIVE, RETIRED, INACTIVE],
        Lives.age: [20, 40, 30, 22, 70, 28], Population.enrolment: 7, Localities.enrolled: [2, 1],
        Localities.graduates: [0, 4], Localities.dropouts: [1, 1],
    }  # fmt: skip
    spans = {Consumers: [0, 3, 6], Lives: [0, 3, 6], Localities: [0, 1, 2]}
    world = run(count_lives, {Consumers: 6, Localities: 2}, given, spans=spans)
    people = world[Population]
    assert people.enrolment_by_skill.tolist() == [[0, 2, 2]]
    assert [int(column[0]) for column in (people.enrolment_before, people.enrolment)] == [7, 4]
    assert [int(column[0]) for column in (people.enrolled, people.graduates, people.dropouts)] == [3, 4, 2]
    assert people.retired_rate[0] == pytest.approx(1 / 6)
    assert people.mean_age[0] == pytest.approx(35.0)


@pytest.mark.parametrize("owned", ["deposits", "cash"])
@pytest.mark.parametrize("owed", ["consumer_loan", "mortgage", "arrears"])
@pytest.mark.parametrize(("left", "heirs", "passes"), [(3, 2, True), (2, 3, False), (2, 2, False)])
def test_an_estate_counts_what_is_owned_less_what_is_owed(
    owned: str, owed: str, left: int, heirs: int, passes: bool
) -> None:
    """With two hundred cents of money each, who owes less has the larger estate."""
    thrift, money = np.array([1.0, 2.0], np.float32), [np.zeros(2, np.int64) for _ in range(5)]
    shares = [np.zeros(2, np.uint32) for _ in range(3)]
    estate = Estate(*shares, *money, thrift, np.zeros((1, 4), np.int64), np.zeros(2, np.int32))
    getattr(estate, owned)[:] = 200
    getattr(estate, owed)[:] = [200 - left, 200 - heirs]
    inherit(estate, (1.0, 1.0, 1.0), 0, 1)
    assert thrift.tolist() == ([2.0, 1.0] if passes else [1.0, 2.0])
    # Debts alike, money decides.
    getattr(estate, owed)[:] = 10
    getattr(estate, owned)[:] = [left, heirs]
    thrift[:] = [1.0, 2.0]
    inherit(estate, (1.0, 1.0, 1.0), 0, 1)
    assert thrift.tolist() == ([2.0, 1.0] if passes else [1.0, 2.0])


def test_an_heir_has_the_larger_estate() -> None:
    """Whole, where it is more than she has: shares, money and debts, and the way to save."""
    rows = 4
    for richer in (0, 1):
        cents = ([100, 100, 7, 7], [9, 8, 0, 0], [3, 4, 0, 0], [6, 5, 0, 0], [1, 2, 0, 0])
        shares = [np.array([5, 5, 0, 0], np.uint32) for _ in range(3)]
        thrift, posted = np.arange(rows, dtype=np.float32), np.zeros((2, 4), np.int64)
        held = *shares, *(np.array(values, np.int64) for values in cents), thrift
        estate = Estate(*held, posted, np.array([0, 1, 0, 0], np.int32))
        estate.dwelling_share[richer] = 50
        before = [column.copy() for column in held]
        inherit(estate, (1.0, 1.0, 10.0), 0, 1)
        for column, old in zip(held, before, strict=True):
            expected = old[[1, 0, 2, 3]] if richer == 0 else old
            assert column.tolist() == expected.tolist()
        assert thrift.tolist() == ([1.0, 0.0, 2.0, 3.0] if richer == 0 else [0.0, 1.0, 2.0, 3.0])
        assert posted.sum(axis=0).tolist() == [0, 0, 0, 0], "what one bank loses of customers another gains"
        moved = [0, 0, 1, -1] if richer == 0 else [0, 0, 0, 0]
        assert posted[0].tolist() == moved
