"""Deposits at the opening are those that years of luck leave, and the luck is that of the run itself."""

import numpy as np
import pytest

from ravelin import Scenario, Simulation
from ravelin.core.draws import key
from ravelin.scenarios.opening.buffers import _score
from ravelin.scenarios.population import uniforms
from ravelin.state.accounts import Accounts
from ravelin.state.consumers import Consumers
from ravelin.systems.consumption import draw_scores

HEADS = 20_000
CALM = {"Disturbances.size": 0.0}


@pytest.mark.parametrize("tick", [0, 1, 2, 7])
def test_luck_before_the_opening_goes_on_in_the_run(tick: int) -> None:
    rows, persistence = 100, 0.5
    person, quarter = key(3, "spending rank", -1), key(3, "spending of the quarter", -1)
    score, passing, chance = np.empty(rows, np.float32), np.empty(rows, np.float32), np.empty(rows)
    draw_scores(score, passing, chance, person, quarter, 0, tick, persistence)
    ranks = uniforms(3, "spending rank", rows)
    own = [_score(ranks[row], persistence, quarter, row, tick) for row in range(rows)]
    assert score == pytest.approx(own, abs=1e-5)
    if tick == 2:
        before = [_score(ranks[row], persistence, quarter, row, -1) for row in range(rows)]
        renewed = np.array(before) != [_score(ranks[row], persistence, quarter, row, 0) for row in range(rows)]
        assert renewed.tolist() == [row % 3 == 0 for row in range(rows)]


def test_as_many_are_out_of_money_at_the_opening_as_later() -> None:
    with Simulation(Scenario.load("default", consumers=HEADS, parameters=CALM), seed=1) as run:
        people, accounts = run.world[Consumers], run.world[Accounts]

        def empty() -> float:
            return float((accounts.deposits[:HEADS] < people.permanent_income).mean())

        at_first = empty()
        run.step(24)
        assert at_first == pytest.approx(empty(), rel=0.5)
        assert at_first > 0.03


def test_spending_neither_jumps_nor_falls_in_the_first_months() -> None:
    path = np.zeros(6)
    trend = 1.015 ** (np.arange(6) / 12.0)
    for seed in range(1, 5):
        with Simulation(Scenario.load("default", consumers=HEADS, parameters=CALM), seed=seed) as run:
            run.step(6)
            spent = np.array(run.history().column("consumption_real").to_pylist())
        path += spent / spent[0] / trend / 4.0
    assert path == pytest.approx(np.ones(6), abs=0.01)
