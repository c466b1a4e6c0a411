"""What newcomers and public bug reports brought to light: sixteen cases, each against its right value.

Each test is one case, formulated with the public names only. `pytest -m case` runs them.
"""

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx2
import numpy as np
import pytest

from ravelin import Scenario, Simulation, textbook
from ravelin.cli import main
from ravelin.core.sentence import RavelinError
from ravelin.experiments import ensemble, paired
from ravelin.model import SKILLS, Consumers, Firms

sys.path.insert(0, str(Path(__file__).parents[1] / "server"))

from served import Command, step

pytestmark = pytest.mark.case


class Outcome(NamedTuple):
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


Ravelin = Callable[..., Outcome]


@pytest.fixture
def ravelin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Ravelin:
    """Call the command line in a folder of the test's own."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str) -> Outcome:
        capfd.readouterr()
        with pytest.raises(SystemExit) as left:
            main(list(arguments))
        assert isinstance(left.value.code, int)
        return Outcome(left.value.code, *capfd.readouterr())

    return call


SMALL = "ticks = {ticks}\n[size]\nconsumers = 500\n"


def script(folder: Path, text: str, **named: str) -> str:
    """Run a file as a plain script, and return what it printed."""
    path = folder / "script.py"
    path.write_text(text)
    run = subprocess.run([sys.executable, str(path)], cwd=folder, capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stderr
    return run.stdout


def scenario_of(folder: Path, text: str, ticks: int = 12) -> Scenario:
    path = folder / "scenario.toml"
    path.write_text(SMALL.format(ticks=ticks) + text)
    return Scenario.load(path)


def refusal(folder: Path, text: str, ticks: int = 12) -> str | None:
    """Return the sentence by which a scenario is refused before anything is allocated."""
    from ravelin.cli.main import EXIT_CODES

    try:
        Simulation.check(scenario_of(folder, text, ticks))
    except RavelinError as error:
        if EXIT_CODES[error.kind] != 2:
            raise
        return error.sentence
    return None


def run_of(scenario: Scenario, ticks: int | None = None) -> Simulation:
    with Simulation(scenario, threads=1) as economy:
        economy.run(ticks)
        assert set(economy.audit().values()) == {0}
        return economy


HELPER = """from ravelin.model import compiled
@compiled
def kept(budget):
    return budget * {}
"""
RULE = '''import numpy as np
from helper import kept
from ravelin.model import Cents, Consumers, local_system, writes
@local_system
def keep(budget: Cents = writes(Consumers.budget)) -> None:
    """Everybody keeps a part."""
    for consumer in range(budget.size):
        budget[consumer] -= np.int64(kept(budget[consumer]))
'''
KEEPING = """from ravelin import TICK, Scenario, Simulation
from ravelin.model import rules
from rule import keep
page = TICK.after(rules.consumption.plan_spending, keep)
with Simulation(Scenario.load("default", consumers=500), threads=1, tick=page) as economy:
    economy.run(3)
    print(economy.history().column("consumption_real")[-1].as_py())
"""


def test_01_an_edited_helper_runs_in_the_next_process(tmp_path: Path) -> None:
    (tmp_path / "rule.py").write_text(RULE)
    real = []
    for share in (0.05, 0.5):
        (tmp_path / "helper.py").write_text(HELPER.format(share))
        real.append(float(script(tmp_path, KEEPING)))
    assert real[1] < 0.8 * real[0]


def test_02_a_shock_to_what_is_computed_anew_is_refused_or_has_an_effect(tmp_path: Path) -> None:
    text = '[[shock]]\ntick = 2\nscale = "Firms.unit_cost"\nby = 2.0\nwhere = { good = "steel" }\n'
    if refusal(tmp_path, text) is None:
        runs = [run_of(scenario_of(tmp_path, shocks), 4) for shocks in ("", text)]
        assert not runs[0].history().equals(runs[1].history())


@pytest.mark.parametrize("code", [200, 7, len(SKILLS)])
def test_03_a_code_that_there_is_not_is_refused(tmp_path: Path, code: int) -> None:
    sentence = refusal(tmp_path, f'[[shock]]\ntick = 3\nset = "Consumers.skill"\nto = {code}\n')
    assert sentence is not None
    assert "Consumers.skill" in sentence


def test_04_a_layoff_by_decree_is_refused_at_once_or_done_in_order(tmp_path: Path) -> None:
    text = '[[shock]]\ntick = 3\nset = "Consumers.status"\nto = 1\nwhere = { skill = "skilled" }\n'
    sentence = refusal(tmp_path, text)
    if sentence is None:
        run_of(scenario_of(tmp_path, text), 6)
    else:
        assert "Consumers.status" in sentence
        assert "shock" in sentence


PAIRED = """from ravelin import Scenario
from ravelin.experiments import paired
base = Scenario.load("default", consumers=500)
dearer = base.departing(parameters={"MonetaryPolicy.rate_shock": 0.01})
for effect in paired(base, dearer, seeds=2, ticks=12, workers=1).effects(["gdp_real", "policy_rate"]):
    print(effect.title, effect.at(quarter=4))
"""


def test_05_a_plain_script_may_run_pairs_with_one_worker(tmp_path: Path) -> None:
    assert len(script(tmp_path, PAIRED).splitlines()) == 2


def test_06_what_a_scale_undoes_does_not_depend_on_what_came_later() -> None:
    with Simulation(Scenario.load("default", consumers=500), threads=1) as economy:
        tax = economy.settings.find("Taxes.corporate")
        economy.shock(tick=0, scale="Taxes.corporate", by=1.2, until=4)
        economy.shock(tick=2, scale="Taxes.corporate", by=1.1)
        seen = []
        for _ in range(6):
            economy.step()
            seen.append(economy.settings[tax] / tax.default)
    assert seen == pytest.approx([1.2, 1.2, 1.32, 1.32, 1.1, 1.1])


def test_07_a_scale_beyond_the_range_is_refused_before_anything_is_allocated(tmp_path: Path) -> None:
    sentence = refusal(tmp_path, '[[shock]]\ntick = 9\nscale = "Taxes.corporate"\nby = 40\n')
    assert sentence is not None
    assert "Taxes.corporate" in sentence
    assert refusal(tmp_path, '[[shock]]\ntick = 9\nscale = "Taxes.corporate"\nby = 1.4\n') is None


@pytest.mark.parametrize(
    "shock",
    [
        'date = 2035-01-01\nset = "Taxes.corporate"\nto = 0.3\n',
        'tick = 1\nscale = "Firms.tfp"\nby = 0.5\nwhere = { good = 99 }\n',
        'tick = 1\nscale = "Firms.tfp"\nby = 0.5\nwhere = { firm = 999_999 }\n',
    ],
)
def test_08_a_shock_that_never_happens_is_said(tmp_path: Path, ravelin: Ravelin, shock: str) -> None:
    (tmp_path / "never.toml").write_text(SMALL.format(ticks=3) + "[[shock]]\n" + shock)
    outcome = ravelin("run", "never.toml", "--quiet", "--no-report", "--out", "run")
    target = "Taxes.corporate" if "Taxes" in shock else "Firms.tfp"
    assert outcome.code in (0, 2)
    assert any(named in outcome.err for named in (target, "shock")), outcome


def test_09_one_seed_four_times_is_not_four_runs() -> None:
    base = Scenario.load("default", consumers=500)
    other = base.departing(parameters={"Anchors.inflation_target": 0.03})
    with pytest.raises(ValueError, match="seed"):
        paired(base, other, seeds=[1, 1, 1, 1], ticks=3, workers=1)


def test_10_a_comparison_says_what_was_compared(tmp_path: Path, ravelin: Ravelin) -> None:
    texts = {
        "hot": "[Anchors]\ninflation_target = 0.05\n",
        "cut": "[[shock]]\ntick = 1\nset = 'FiscalPolicy.purchases'\nto = 0.9\n",
        "plain": "",
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.toml").write_text("[size]\nconsumers = 500\n" + text)
    for base, other, told in (("hot", "plain", "inflation_target"), ("plain", "cut", "FiscalPolicy.purchases")):
        out = f"{base}-{other}"
        arguments = ("--seeds", "2", "--ticks", "3", "--workers", "1", "--quiet", "--out", out)
        assert ravelin("compare", f"{base}.toml", f"{other}.toml", *arguments).code == 0
        assert told in (tmp_path / out / "comparison.json").read_text()


def events(url: str, last: str | None, until: int) -> Iterator[dict[str, Any]]:
    """Read events until the one of a tick."""
    headers = {} if last is None else {"Last-Event-ID": last}
    with httpx2.stream("GET", f"{url}/events", headers=headers, timeout=60) as answer:
        found: dict[str, Any] = {}
        for line in answer.iter_lines():
            key, colon, value = line.partition(": ")
            if colon:
                found[key] = value
            elif found:
                if "event" in found:
                    yield found
                if found.get("event") == "tick" and month(found) == until:
                    return
                found = {}


def month(event: dict[str, Any]) -> int:
    """Return the month that the id of an event ends with, whatever stands before it."""
    return int(event["id"].rpartition(":")[2])


def test_11_an_id_of_a_run_that_is_gone_begins_the_new_one(tmp_path: Path) -> None:
    server = Command(tmp_path, "--consumers", "500", "--threads", "1")
    try:
        with httpx2.Client(base_url=server.url, timeout=120) as client:
            client.get("/state")
            reader = events(server.url, None, 4)
            next(reader)
            assert step(client, 5)["tick"] == 5
            last = [event["id"] for event in reader if event["event"] == "tick"][-1]
            assert client.post("/reset").status_code == 200
            assert step(client, 10)["tick"] == 10
            found = list(events(server.url, last, 9))
    finally:
        server.process.kill()
        server.process.communicate()
    assert "reset" in [event["event"] for event in found]
    assert [month(event) for event in found if event["event"] == "tick"] == list(range(10))


def test_12_what_is_asked_for_in_vain_is_said_and_numbers_of_numpy_are_numbers() -> None:
    base = Scenario.load("default", consumers=500)
    pair = paired(base, base.departing(parameters={"Anchors.inflation_target": 0.03}), seeds=2, ticks=6, workers=1)
    with pytest.raises(ValueError, match="gdp_real"):
        pair.effects(["gdp_rael"])
    assert len(pair.effects("gdp")) == 1
    with pytest.raises(ValueError, match="seed"):
        ensemble(base, [], 3, workers=1)
    assert list(ensemble(base, np.arange(1, 3), 3, workers=1).seeds) == [1, 2]  # type: ignore[arg-type]
    assert base.departing(consumers=np.int64(600)).consumers == 600
    Simulation.check(base.departing(parameters={"Taxes.corporate": np.float32(0.25)}))


@pytest.mark.parametrize(("stocks", "income"), [({"Hh": 80}, 100.0), ({"Hs": 80}, 100.0), ({"Hs": 80, "Hh": 0}, None)])
def test_12_the_money_of_the_book_has_two_names_and_one_amount(stocks: dict[str, int], income: float | None) -> None:
    def year() -> float:
        scenario = textbook.scenario(G=20, theta=0.2, alpha1=0.6, alpha2=0.4)
        opening = textbook.opening(**stocks)
        with Simulation(scenario, tick=textbook.SIM, opening=opening, observe=textbook.indicators) as economy:
            return float(economy.run(1).history().column("Y")[0].as_py())

    if income is None:
        with pytest.raises(ValueError, match="H"):
            year()
    else:
        assert year() == pytest.approx(income, abs=0.01)


def test_13_scenarios_that_differ_in_the_model_alone_are_a_pair(tmp_path: Path, ravelin: Ravelin) -> None:
    from ravelin.core.shipped import data_folder

    shutil.copy(data_folder() / "consumption_model.zip", tmp_path / "mine.zip")
    (tmp_path / "base.toml").write_text("[size]\nconsumers = 500\n")
    (tmp_path / "model.toml").write_text('model = "mine.zip"\n[size]\nconsumers = 500\n')
    pair = ("--seeds", "2", "--ticks", "3", "--workers", "1", "--quiet", "--out", "compared")
    assert ravelin("compare", "base.toml", "model.toml", *pair).code == 0
    (tmp_path / "elsewhere").mkdir()
    os.chdir(tmp_path / "elsewhere")
    assert ravelin("run", "../model.toml", "--ticks", "2", "--quiet", "--no-report", "--out", "run").code == 0


def test_14_maturities_that_add_up_to_nothing_are_refused(tmp_path: Path) -> None:
    sentence = refusal(tmp_path, "[FiscalPolicy]\nmaturity_shares = [0, 0, 0, 0]\n")
    assert sentence is not None
    assert "maturity_shares" in sentence


PEAK = """
class Peak:
    def __init__(self):
        self.highest = 0.0
    def __call__(self, moment):
        self.highest = max(self.highest, moment.indicators["unemployment_rate"])
"""


def test_15_an_observer_of_a_notebook_watches_in_this_process_and_is_named_for_others() -> None:
    cell: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(PEAK, "<ipython-input-1>", "exec"), cell)
    small = Scenario.load("default", consumers=500)
    made = ensemble(small, seeds=2, ticks=3, workers=1, watch=cell["Peak"])
    assert all(run.watcher.highest > 0 for run in made.runs)
    with pytest.raises(Exception, match=r"Peak.*module") as refused:
        ensemble(small, seeds=2, ticks=3, workers=2, watch=cell["Peak"])
    assert "memory" not in str(refused.value)


def test_16_an_interrupted_cell_leaves_an_economy_that_goes_on(tmp_path: Path) -> None:
    with Simulation(Scenario.load("default", consumers=500), threads=1) as economy:
        economy.run(1)
        timer = threading.Timer(0.3, os.kill, [os.getpid(), signal.SIGINT])
        timer.start()
        with pytest.raises(KeyboardInterrupt, match="run and step go on"):
            economy.run(100_000)
        months = economy.tick
        assert economy.whole
        assert economy.fork().run(1).tick == months + 1
        economy.save(tmp_path / "kept")
        assert economy.run(1).history().num_rows == months + 1
        assert {Consumers, Firms} <= set(economy.world.tables)
