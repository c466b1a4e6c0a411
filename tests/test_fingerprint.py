"""Standing bar 2: the same scenario and seed give the same bits, however, wherever and whenever they are run."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ravelin import TICK, Scenario, Simulation
from ravelin.core.draws import uniform
from ravelin.core.schedule import Schedule
from ravelin.core.system import Doubles, draws, host_system, writes
from ravelin.economy.firms.tables import Firms
from ravelin.economy.goods import prices

# From here on a world has several localities, so that threads share the work.
SCENARIO = Scenario.load("default", consumers=40_000, ticks=4)
SMALL = Scenario.load("default", consumers=2_000, ticks=6)


def run(scenario: Scenario, threads: int = 2, page: Schedule = TICK, **others: int) -> str:
    with Simulation(scenario, threads=threads, tick=page, **others) as economy:
        return economy.run(scenario.ticks).fingerprint()


@pytest.fixture(scope="module")
def fingerprint() -> str:
    """The fingerprint of the scenario, run on one thread."""
    return run(SCENARIO, threads=1)


@pytest.mark.parametrize("threads", [2, 3])
def test_threads_change_no_bit(fingerprint: str, threads: int) -> None:
    with Simulation(SCENARIO, threads=threads) as economy:
        assert economy.world.localities >= 4
        economy.run(SCENARIO.ticks)
        assert economy.fingerprint() == fingerprint


def test_another_seed_gives_another_economy(fingerprint: str) -> None:
    assert run(SCENARIO, seed=SCENARIO.seed + 1) != fingerprint


def test_another_process_gives_the_same_bits(fingerprint: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "ravelin", "run", "--json", "--quiet", "--threads", "2", "--checkpoint-every", "0"]
    sizes = ["--consumers", str(SCENARIO.consumers), "--ticks", str(SCENARIO.ticks), "--out", str(tmp_path / "run")]
    ended = subprocess.run(
        [*command, *sizes], env={**os.environ, "PYTHONHASHSEED": "7"}, capture_output=True, text=True, check=True
    )
    result = json.loads(ended.stdout)
    assert result["fingerprint"] == fingerprint
    assert (result["audit_gap_cents"], result["threads"]) == (0, 2)


def test_a_checkpoint_continues_to_the_same_bits(fingerprint: str, tmp_path: Path) -> None:
    with Simulation(SCENARIO) as economy:
        economy.run(2)
        economy.save(tmp_path / "checkpoint")
        half = economy.fingerprint()
    with Simulation.load(tmp_path / "checkpoint", threads=1) as again:
        assert again.fingerprint() == half
        assert again.run(SCENARIO.ticks - 2).fingerprint() == fingerprint


def test_a_fork_has_the_same_luck_and_leaves_its_origin_alone(fingerprint: str) -> None:
    with Simulation(SCENARIO) as economy:
        economy.run(1)
        with economy.fork() as other:
            other.shock(tick=2, set="FiscalPolicy.purchases", to=0.5)
            assert other.run(SCENARIO.ticks - 1).fingerprint() != fingerprint
        with economy.fork(threads=1) as same:
            assert same.run(SCENARIO.ticks - 1).fingerprint() == fingerprint
        assert economy.run(SCENARIO.ticks - 1).fingerprint() == fingerprint


@host_system
def flutter_unkeyed(price: Doubles = writes(Firms.price)) -> None:
    """Move one firm's price by a draw that nobody can repeat."""
    price[0] *= 1.0 + 0.001 * np.random.random()  # noqa: NPY002  (what a careless rule would do)


@host_system
def flutter_keyed(price: Doubles = writes(Firms.price), key: np.uint64 = draws("flutter")) -> None:
    """Move one firm's price by a draw that depends on seed, stream, tick and row only."""
    price[0] *= 1.0 + 0.001 * uniform(key, 0)


def test_an_unkeyed_draw_is_noticed() -> None:
    page = TICK.after(prices.post_prices, flutter_unkeyed)
    assert run(SMALL, page=page) != run(SMALL, page=page)


def test_a_keyed_draw_repeats_itself() -> None:
    page = TICK.after(prices.post_prices, flutter_keyed)
    assert run(SMALL, page=page) == run(SMALL, page=page) != run(SMALL)
