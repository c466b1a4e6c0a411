"""Effects by group of people, and cumulative multipliers: worked out by hand, and in pairs of a small economy."""

from pathlib import Path

import numpy as np
import pytest

from ravelin import Scenario, Simulation
from ravelin.experiments import Comparison, ExperimentError, paired
from ravelin.experiments.apart import confidence_band
from ravelin.experiments.multipliers import ratio
from ravelin.experiments.people import GROUPINGS, People, group_effects, printed_groups
from ravelin.scenarios.scenario import built_in
from ravelin.scenarios.text import built_in_texts

BASE = Scenario.load("default", consumers=500)


def watched(spent: list[float], worth: list[float], earned: list[float] | None = None) -> People:
    """Make the observer of a run of a year with four people: two renters, two owners."""
    made = People()
    made.groups = {name: np.zeros(4, np.uint8) for name in GROUPINGS} | {"tenure": np.array([0, 0, 1, 1], np.uint8)}
    made.spent, made.worth = [np.array(spent, np.float32)], [np.array(worth, np.float32)]
    made.earned = [np.array(earned or [1000.0] * 4, np.float32)]
    return made


def test_effects_are_those_on_the_same_people() -> None:
    base = [watched([100, 300, 500, 500], [0, 0, 50, 50]), watched([100, 300, 500, 500], [0, 0, 50, 50])]
    # In the first pair a renter spends and keeps more, and an owner loses what is less than a percent of her income.
    richer = watched([180, 300, 500, 500], [20, 0, 50, 45], [1000, 1200, 1000, 1000])
    other = [richer, watched([100, 300, 500, 500], [0, 0, 50, 50])]
    renters, owners = group_effects(base, other, "tenure", 4, confidence_band)
    assert (renters.name, renters.people, owners.name) == ("renter", 2.0, "owner")
    assert renters.spending.mean == pytest.approx(100 * 40 / 200 / 2)
    assert renters.income.mean == pytest.approx(5.0)
    assert (renters.wealth.mean, renters.gain.mean) == pytest.approx((5.0, 25.0))
    assert (renters.winners.mean, renters.losers.mean) == (25.0, 0.0)
    assert (owners.gain.mean, owners.losers.mean) == pytest.approx((-1.25, 0.0))
    assert renters.gain.half_width == pytest.approx(12.7062 * 25.0, rel=1e-4)
    assert "renter" in printed_groups([renters, owners], "tenure")


def test_what_cannot_be_told_is_said() -> None:
    one = [watched([1.0] * 4, [1.0] * 4)]
    with pytest.raises(ExperimentError, match="no grouping 'decil'; did you mean decile"):
        group_effects(one, one, "decil", 4, confidence_band)
    with pytest.raises(ExperimentError, match=r"quarter is 8, and effects by .* told at quarter 4"):
        group_effects(one, one, "age", 8, confidence_band)


def test_a_multiplier_is_the_ratio_of_means_with_its_error() -> None:
    mean, half_width = ratio(np.array([2.0, 4.0]), np.array([2.0, 2.0]), 0.95)
    assert mean == 1.5
    assert half_width == pytest.approx(12.7062 * 0.5, rel=1e-4)
    assert ratio(np.array([3.0, 6.0]), np.array([2.0, 4.0]), 0.95) == (1.5, 0.0)


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Comparison, Path]:
    folder = tmp_path_factory.mktemp("people") / "kept"
    pays = 'ticks = 14\n[size]\nconsumers = 500\n[[shock]]\ntick = 1\npay = "Consumers"\ndollars = 1_000\n'
    other = Scenario.read(pays + "where = { decile = { to = 3 } }", name="pays")
    return paired(BASE, other, seeds=(101, 102), ticks=13, workers=1, keep=folder, people=True), folder


def test_who_is_paid_gains_what_is_paid(compared: tuple[Comparison, Path]) -> None:
    comparison, _ = compared
    found = comparison.groups("decile")
    assert [one.people for one in found] == [50.0] * 10
    for one in found[:3]:
        assert one.gain.mean == pytest.approx(1_000, abs=600)
        assert one.winners.mean > one.losers.mean + 50
    assert max(one.winners.mean for one in found[4:]) < 75, [one.winners.mean for one in found]
    assert sum(one.people for one in comparison.groups("age", quarter=4)) <= 500


def test_transfers_have_a_multiplier(compared: tuple[Comparison, Path]) -> None:
    comparison, _ = compared
    (told,) = [one for one in comparison.multipliers() if (one.instrument, one.quarter) == ("transfers", 4)]
    base, other = comparison.base, comparison.other
    months = slice(1, 13)
    more = other.column("gdp_real")[:, months] - base.column("gdp_real")[:, months]
    paid = [100 * one.column("transfers")[:, months] / one.column("price_index")[:, months] for one in (base, other)]
    assert told.mean == pytest.approx(more.sum() / (paid[1] - paid[0]).sum())
    assert 0.0 < told.mean < 2.0


def test_kept_runs_remember_their_people(compared: tuple[Comparison, Path]) -> None:
    comparison, folder = compared
    again = paired(BASE, comparison.other.scenario, seeds=(101, 102), ticks=13, workers=1, keep=folder, people=True)
    assert again.groups("skill") == comparison.groups("skill")
    with pytest.raises(ExperimentError, match="did not watch people"):
        Comparison(
            *(type(side)(side.scenario, tuple(run._replace(watcher=None) for run in side.runs)) for side in
              (comparison.base, comparison.other))
        ).groups("skill")  # fmt: skip


POLICIES = [found.name for found in built_in_texts() if found.name not in ("default", "teaching")]


@pytest.fixture(scope="module")
def standing() -> Simulation:
    return Simulation(BASE, seed=101, threads=1).run(2)


@pytest.mark.parametrize("name", POLICIES)
def test_every_policy_that_ships_can_be_asked(standing: Simulation, name: str) -> None:
    """Each is checked as it ships; its shocks of the first year act on an economy that stands, and the books close."""
    scenario = built_in()[name]
    Simulation.check(scenario)
    first = min(shock.tick for shock in scenario.shocks)
    with standing.fork() as economy, standing.fork() as plain:
        for shock in scenario.shocks:
            if shock.tick == first:
                stated = {key: value for key, value in shock.stated().items() if key not in ("until", "phase_in")}
                economy.shock(**stated | {"tick": 2})
        economy.step()
        plain.step()
        assert economy.fingerprint() != plain.fingerprint()
        assert max(economy.audit().values()) == 0
