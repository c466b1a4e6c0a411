"""Ctrl-C in a notebook or script: the month ends, and the economy goes on."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
import toy

from ravelin import Scenario, Simulation
from ravelin.core.system import System
from ravelin.runs.simulation import SimulationError


def opened() -> Simulation:
    scenario = Scenario(consumers=1000, ticks=12)
    return Simulation(scenario, tick=toy.TICK, opening=toy.open_world, observe=toy.indicators)


class Pressing:
    """Presses Ctrl-C in the middle of a month, once or more often."""

    def __init__(self, economy: Simulation, tick: int, times: int = 1) -> None:
        self.economy, self.tick, self.left = economy, tick, times
        self.skips = 1

    def __call__(self, member: System) -> None:
        if self.economy.tick < self.tick or not self.left:
            return
        if self.skips:
            self.skips -= 1
            return
        self.left -= 1
        os.kill(os.getpid(), signal.SIGINT)


@pytest.fixture(autouse=True)
def handler() -> Any:
    yield
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.parametrize("method", ["run", "step"])
def test_the_month_ends_and_the_economy_goes_on_to_the_same_bits(method: str, tmp_path: Path) -> None:
    economy, undisturbed = opened(), opened()
    with pytest.raises(KeyboardInterrupt, match="stopped at the end of a month, after 4; run and step go on"):
        getattr(economy, method)(100, before=Pressing(economy, 3))
    assert economy.whole
    assert economy.tick == economy.rows.ticks[-1] + 1 == 4
    fork = economy.fork()
    economy.save(tmp_path / "kept")
    economy.run(4)
    fork.run(4)
    undisturbed.run(8)
    assert economy.fingerprint() == fork.fingerprint() == undisturbed.fingerprint()
    assert economy.history().equals(undisturbed.history())
    assert Simulation.load(tmp_path / "kept", tick=toy.TICK, observe=toy.indicators).tick == 4


def test_a_second_time_it_ends_at_once_and_says_how_to_go_on() -> None:
    economy = opened()
    with pytest.raises(KeyboardInterrupt, match=r"tick 3 was not finished.*load a checkpoint.*open the scenario again"):
        economy.run(100, before=Pressing(economy, 3, times=2))
    assert not economy.whole
    with pytest.raises(SimulationError, match="open the scenario again"):
        economy.run(1)
    assert economy.history().num_rows == 3


def test_a_run_in_a_folder_is_kept_as_one_that_was_stopped(tmp_path: Path) -> None:
    economy, undisturbed = opened(), opened()
    with pytest.raises(KeyboardInterrupt):
        economy.run(100, out=tmp_path / "run", before=Pressing(economy, 3))
    manifest = json.loads((tmp_path / "run" / "manifest.json").read_text())
    assert (manifest["status"], manifest["ticks_done"]) == ("stopped", 4)
    resumed = Simulation.load(tmp_path / "run", tick=toy.TICK, observe=toy.indicators)
    resumed.run(2)
    undisturbed.run(6)
    assert resumed.fingerprint() == undisturbed.fingerprint()
    economy.run(2)
    assert economy.fingerprint() == undisturbed.fingerprint()


def test_an_economy_that_an_observer_runs_stops_too() -> None:
    outer, inner = opened(), opened()
    outer.observers.append(lambda moment: inner.run(100, before=Pressing(inner, 50)) if moment.tick == 2 else None)
    with pytest.raises(KeyboardInterrupt):
        outer.run(100)
    assert (outer.whole, outer.tick, inner.whole, inner.tick) == (True, 3, True, 51)


def test_another_thread_runs_without_a_handler() -> None:
    economy, undisturbed, found = opened(), opened(), []

    def work() -> None:
        economy.run(50)
        found.append(economy.fingerprint())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [undisturbed.run(50).fingerprint()]


def test_whoever_handles_the_signal_already_is_left_to_it() -> None:
    economy, heard = opened(), []
    before = signal.signal(signal.SIGINT, lambda number, frame: heard.append(economy.tick))
    try:
        economy.run(10, before=Pressing(economy, 3))
    finally:
        signal.signal(signal.SIGINT, before)
    assert (heard, economy.tick) == ([3], 10)


SCRIPT = """
import sys
from ravelin import Scenario, Simulation
economy = Simulation(Scenario.load("default", consumers=500), threads=1)
economy.run(1)
print("ready", flush=True)
try:
    economy.run(100_000)
except KeyboardInterrupt as asked:
    print(asked, flush=True)
months = economy.tick
assert economy.whole and months > 1
economy.fork().run(1)
economy.run(2)
with Simulation(Scenario.load("default", consumers=500), threads=1) as undisturbed:
    assert undisturbed.run(months + 2).fingerprint() == economy.fingerprint()
print("same bits")
"""


def test_a_script_that_is_interrupted_goes_on() -> None:
    """The signal itself, from another process, in the default economy."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = subprocess.Popen([sys.executable, "-c", SCRIPT], text=True, **pipes)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    timer = threading.Timer(0.4, process.send_signal, [signal.SIGINT])
    timer.start()
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    assert out.splitlines()[0].startswith("stopped at the end of a month, after ")
    assert out.splitlines()[1] == "same bits"
