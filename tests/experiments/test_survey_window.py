"""What the survey would see of an economy, and that the default economy looks like the survey then."""

import numpy as np
import pytest

from ravelin import Scenario, Simulation
from ravelin.economy.people.tables import Consumers
from ravelin.validation.checks import Surveyed, seen_by_survey, survey, survey_table
from ravelin.validation.survey_window import (
    ABOVE,
    CHANGE_RANKS,
    CHANGES,
    RELATIVE,
    Interviews,
    decile_of,
    interview,
    report_error,
    who_answers,
)

MANY = 200_000


def test_two_reports_differ_as_in_the_survey() -> None:
    change = np.log(report_error(1, 0, MANY) / report_error(1, 3, MANY))
    for rank in (0.05, 0.1, 0.9, 0.95):
        assert abs(np.quantile(change, rank) - np.interp(rank, CHANGE_RANKS, CHANGES)) < 0.2
    # One report is free of what the other suffers: half of the spread is each one's own.
    drawn = np.interp(np.linspace(0, 1, MANY), CHANGE_RANKS, CHANGES)
    assert np.log(report_error(1, 1, MANY)).var() == pytest.approx((drawn**2).mean() / 2.0, rel=0.05)


def test_the_rich_are_as_rare_as_in_the_survey() -> None:
    rng = np.random.default_rng(0)
    income = np.exp(1.1 * rng.standard_normal(MANY))
    answers = who_answers(income, 1, 0)
    relative = income / income[answers].mean()
    assert answers[relative < RELATIVE[0]].all()
    for times, share in zip(RELATIVE, ABOVE, strict=True):
        assert (relative[answers] >= times).sum() / MANY == pytest.approx(share, abs=1e-3)


def test_where_the_rich_are_rare_everybody_answers() -> None:
    assert who_answers(np.full(1000, 7.0), 1, 0).all()


def test_deciles_are_of_equal_size() -> None:
    assert np.bincount(decile_of(np.random.default_rng(1).random(1000))).tolist() == [100] * 10


def seen(spending: np.ndarray) -> Interviews:
    """Four interviews in which everybody answers, and income orders people as given."""
    income = np.arange(spending.shape[1], dtype=np.float64)
    return Interviews(np.tile(income, (4, 1)), spending, np.ones(spending.shape, dtype=np.bool_))


def test_a_table_passes_within_its_bounds_only() -> None:
    rng = np.random.default_rng(2)
    wanted = np.array([0.56, 0.45, 0.58, 0.67, 0.76, 0.91, 1.03, 1.22, 1.53, 2.29])
    lasting = 0.45 * rng.standard_normal(20_000)
    passing = 0.3 * rng.standard_normal((4, 20_000))
    spending = np.exp(lasting + passing)
    for decile in range(10):
        mine = slice(2000 * decile, 2000 * (decile + 1))
        spending[:, mine] *= wanted[decile] / spending[:, mine].mean()
    target = Surveyed(wanted / wanted.mean(), 0.761, (0.825, 0.821, 0.790))
    good, lines = survey_table(seen_by_survey(seen(spending)), target)
    assert good, "\n".join(lines)
    spending[:, 18_000:] *= 1.3
    good, lines = survey_table(seen_by_survey(seen(spending)), target)
    assert not good
    assert [line for line in lines if "outside 10 %" in line][-1].startswith("10 ")


def test_a_year_of_interviews() -> None:
    with Simulation(Scenario.load("default", consumers=1_000), seed=3) as run:
        told = interview(run)
        assert run.tick == 12
        consumption = 12.0 * run.world[Consumers].budget.mean()
    assert told.income.shape == told.spending.shape == told.answers.shape == (4, 1_000)
    assert (told.income > 0).mean() > 0.95
    assert told.answers.mean() > 0.95
    # The survey sees one dollar in 1.9 of what national accounts call consumption.
    assert told.spending.mean() == pytest.approx(consumption / 1.9, rel=0.1)


@pytest.mark.slow
def test_the_default_economy_looks_like_the_survey() -> None:
    passed, table = survey()
    assert passed, table
