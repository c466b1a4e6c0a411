"""Deposits at the opening are those that years of luck leave, and the luck is that of the run itself."""

import threading

import numpy as np
import pytest

from ravelin import Scenario, Simulation
from ravelin.core.arithmetic import pieces
from ravelin.core.draws import key
from ravelin.economy.people.tables import Consumers
from ravelin.economy.spending.consumption import draw_scores
from ravelin.ledger.accounts import Accounts
from ravelin.opening.balancing import calibration
from ravelin.opening.households import UNMET

HEADS = 20_000
CALM = {"Disturbances.size": 0.0}


def scores(tick: int) -> np.ndarray:
    rows = 99
    score, passing, chance = np.empty(rows, np.float32), np.empty(rows, np.float32), np.empty(rows)
    keys = key(3, "spending rank", -1), key(3, "spending of the quarter", -1)
    draw_scores(score, passing, chance, *keys, 0, tick, 0.5)
    return score


def test_the_quarter_of_the_opening_has_begun_before_it() -> None:
    """What is lived through ends with the draw of each person's first month, after none, one or two months of it."""
    renewed = [(scores(tick) != scores(tick - 1)).tolist() for tick in (0, -1, -2)]
    assert renewed == [[(row - began) % 3 == 0 for row in range(99)] for began in (0, 1, 2)]


def test_the_opening_is_the_same_in_pieces_of_any_size(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces of whole blocks or not, and on several threads: nobody's part depends on who is worked on beside her."""
    found = []
    for piece, threads in ((10 * HEADS, 1), (1000, 1), (37, 3)):
        monkeypatch.setattr(pieces, "PIECE", piece)
        with Simulation(Scenario.load("default", consumers=2000), seed=1, threads=threads) as run:
            found.append(run.fingerprint())
            assert np.unique(run.world[Consumers].habit).size > 1000
    assert len(set(found)) == 1


def test_the_opening_uses_the_threads_it_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[str] = []
    start = threading.Thread.start

    def note(thread: threading.Thread) -> None:
        begun.append(thread.name)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", note)
    monkeypatch.setattr(pieces, "PIECE", 100)
    for threads, most in ((1, 0), (3, 3)):
        begun.clear()
        with Simulation(Scenario.load("default", consumers=2000), seed=1, threads=threads) as run:
            assert run.threads == threads
            mine = {name for name in begun if name.startswith("pieces")}
            assert (len(mine) > 0, len(mine) <= most) == (most > 0, True)
            assert len(begun) <= most


def test_the_first_month_is_planned_with_its_own_draws() -> None:
    """With expected spending instead, the luck of the largest budgets moves the total by a hundredth and more."""
    data = calibration()
    planned = sum(row["row_total"] for name, row in data.sam.items() if name.startswith("consumption_"))
    planned *= HEADS / 1000.0 / (1.0 - UNMET)
    for seed in range(1, 5):
        with Simulation(Scenario.load("default", consumers=HEADS, parameters=CALM), seed=seed) as run:
            run.step()
            assert run.world[Consumers].budget.sum() == pytest.approx(planned, rel=0.006)


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
