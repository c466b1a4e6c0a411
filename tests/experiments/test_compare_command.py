"""`ravelin compare` and `ravelin validate --only moments`: what they print, keep and refuse."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from ravelin import Simulation
from ravelin.cli import main
from ravelin.scenarios.scenario import Scenario
from ravelin.validation.commitment import known_effects
from ravelin.validation.measures import MEASURES

pytest.importorskip("matplotlib")

ROOT = Path(__file__).resolve().parents[2]


class Outcome(NamedTuple):
    code: int
    out: str
    err: str


Call = Callable[..., Outcome]


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Call:
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Outcome:
        with pytest.raises(SystemExit) as left:
            main(list(arguments))
        out, err = capfd.readouterr()
        assert "Traceback" not in out + err
        assert isinstance(left.value.code, int)
        return Outcome(left.value.code, out, err)

    return run


SMALL = ("--seeds", "2", "--consumers", "1e3", "--ticks", "15")
TIGHTER = ("default", "--set", "Anchors.inflation_target=0.04")


def test_a_comparison_is_told_and_kept(call: Call, tmp_path: Path) -> None:
    outcome = call("compare", *TIGHTER, *SMALL, "--workers", "2", "--out", "x")
    assert outcome.code == 0, outcome.err
    assert "default with Anchors.inflation_target=0.04 against default" in outcome.out
    assert "2 pairs (seeds 1 to 2) of 1,000 consumers, 15 months" in outcome.out
    assert "Student's t" in outcome.out
    told = outcome.out.partition("months; they")[2].partition("What differs")[0]
    assert re.search(r"\n\nA year after the two part, real GDP .+; unemployment rate .+\.", told, re.S)
    lines = outcome.out.splitlines()
    assert max(len(line) for line in lines[: lines.index("") + 200] if "Report" not in line) <= 100
    line = next(line for line in outcome.out.splitlines() if line.startswith("Policy rate"))
    assert line.split()[2] == "pp"
    kept = json.loads((tmp_path / "x" / "comparison.json").read_text())
    assert kept["departures"] == {"Anchors.inflation_target": 0.04}
    page = (tmp_path / "x" / "report.html").read_text()
    assert "<svg" in page
    assert not re.search(r"<script|<link|\ssrc=|@import|url\(http", page)
    assert (tmp_path / "x" / "effects.png").read_bytes().startswith(b"\x89PNG")


def test_json_is_one_object(call: Call) -> None:
    outcome = call("compare", *TIGHTER, *SMALL, "--workers", "1", "--json", "--quiet", "--out", "y")
    found = json.loads(outcome.out)
    assert (found["out"], found["seeds"], found["ticks"], found["quarters"]) == ("y", [1, 2], 15, [1, 4, 8, 12])
    effect = found["indicators"]["gdp_real"]
    assert effect["unit"] == "percent"
    assert effect["low"][0] <= effect["mean"][0] <= effect["high"][0]
    assert effect["mean"][3] is None
    assert effect["variance_saved"] <= 1.0
    assert [type(one) for one in effect["beyond_luck"]] == [bool] * 4
    assert found["told"].startswith("A year after the two part, real GDP ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["compare", "default"], "compare needs OTHER, or --set"),
        (["compare"], "Missing argument 'BASE'"),
        (["compare", "default", "default"], "there is nothing to compare"),
        (["compare", "default", "oil_shok"], "did you mean oil_shock?"),
        (["compare", "default", "--set", "Anchors.inflation_targets=0.03"], "did you mean Anchors.inflation_target"),
        (["compare", "default", "--set", "nothing"], "--set takes Group.name=value"),
        (["compare", *TIGHTER, "--seeds", "1"], "1 is below 2"),
        (["compare", *TIGHTER, "--consumers", "10"], "an economy needs at least 100"),
        (["compare", "default", "small.toml"], "cannot be paired: consumers is 100000 in one and 500 in the other"),
        (["compare", "default", "teaching", "--consumers", "500"], "cannot be paired: catalog is united-states in one"),
        (["compare", "default", "oil_shock", "--ticks", "24"], "do not differ before tick 24"),
        (["explain", "network", "gone", "--out", "links.csv"], "'gone' does not exist"),
        (["explain", "network", ".", "--out", "gone/links.csv"], "there is no folder gone for links.csv"),
        (["compare", *TIGHTER, "--out", "."], "is not an empty folder"),
        (["compare", *TIGHTER, "--seeds", "1,2,1"], "seed 1 is given twice in '1,2,1'"),
        (["compare", *TIGHTER, "--seeds", "7,"], "is not a whole number"),
        (["compare", *TIGHTER, "--seeds", "-1,2"], "-1 is below 0"),
        (["compare", *TIGHTER, "--seeds", "1e9"], "seeds are from 1 to 10,000 in number"),
        (["compare", *TIGHTER, "--seeds", f"1,{1 << 63}"], "a seed is a whole number from 0 to"),
        (["compare", "default", "--set", "Anchors.inflation_target=0.02"], "there is nothing to compare"),
        (["compare", "default", "late.toml"], "cannot be paired: start is 2020-01-01 in one and 2021-05-01 in the"),
        (["compare", "default", "many.toml"], "cannot be paired: banks is not given in one and 5 in the other"),
        (["compare", "--resume", "gone"], "gone keeps no runs: it has no plan.json"),
        (["compare", "--resume", "."], ". keeps no runs"),
        (["compare", "default", "--resume", "x"], "so BASE cannot go with it"),
        (["compare", "--resume", "x", "--ticks", "36"], "so --ticks cannot go with it"),
        (["validate", "--only", "opening", "--out", "x"], "--out does not go with the check opening"),
        (["validate", "--only", "moment"], "is not one of opening, survey, moments, input-output, effects"),
        (["validate", "--only", "effects", "--ticks", "36"], "--ticks does not go with the check effects"),
        (["validate", "--only", "effects", "--out", "x"], "--out does not go with the check effects"),
        (["validate", "--only", "opening", "--development"], "--development does not go with the check opening"),
        (["validate", "--only", "opening", "--set", "Anchors.inflation_target=0.03"], "--set does not go with"),
        (["validate", "--only", "moments", "--set", "Anchors.target=0.03"], "is not a parameter"),
        (["validate", "--only", "effects", "--set", "Anchors.target=0.03"], "Error: Anchors.target"),
        (["validate", "--only", "opening", "--ticks", "36"], "--ticks does not go with the check opening"),
    ],
)
def test_wrong_use_is_one_sentence_and_exit_2(call: Call, tmp_path: Path, arguments: list[str], said: str) -> None:
    texts = {
        "small.toml": "[size]\nconsumers = 500\n[Anchors]\ninflation_target = 0.03\n",
        "late.toml": "start = 2021-05-01\n", "many.toml": "[size]\nbanks = 5\n",
    }  # fmt: skip
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    outcome = call(*arguments)
    assert outcome.code == 2
    assert said in outcome.err.splitlines()[-1]
    assert {path.name for path in tmp_path.iterdir()} == set(texts)


def test_all_that_differs_is_told(call: Call, tmp_path: Path) -> None:
    """Also what the base alone departs in, shocks, and a model that only lies elsewhere."""
    (tmp_path / "hot.toml").write_text("[size]\nconsumers = 500\n[Anchors]\ninflation_target = 0.05\n")
    (tmp_path / "mine.zip").write_bytes((ROOT / "data" / "consumption_model.zip").read_bytes())
    (tmp_path / "cut.toml").write_text(
        "model = 'mine.zip'\n[size]\nconsumers = 500\n[[shock]]\ntick = 1\nset = 'FiscalPolicy.purchases'\nto = 0.9\n"
    )
    outcome = call("compare", "hot.toml", "cut.toml", "--seeds", "3,7", "--ticks", "6", "--workers", "1", "--out", "x")
    assert outcome.code == 0, outcome.err
    kept = json.loads((tmp_path / "x" / "comparison.json").read_text())
    assert (kept["seeds"], kept["parting"]) == ([3, 7], 0)
    model = kept["departures"].pop("model")
    assert model.startswith(f"{tmp_path / 'mine.zip'} (digest ")
    assert kept["departures"] == {
        "Anchors.inflation_target": 0.02, "shocks": [{"tick": 1, "set": "FiscalPolicy.purchases", "to": 0.9}],
    }  # fmt: skip
    assert kept["departed_from"].pop("model").startswith("shipped (digest ")
    assert kept["departed_from"] == {"Anchors.inflation_target": 0.05, "shocks": []}
    assert "2 pairs (seeds 3, 7) of 500 consumers" in outcome.out
    page = (tmp_path / "x" / "report.html").read_text()
    for said in ("tick 1 set FiscalPolicy.purchases to 0.9", "Anchors.inflation_target", "0.05", "mine.zip (digest"):
        assert said in page
        assert said in outcome.out


def test_a_stopped_comparison_goes_on_to_the_same_numbers(call: Call, tmp_path: Path) -> None:
    """Finished runs stay, the command that goes on is told, and none is made twice."""
    size = ("--consumers", "500", "--seeds", "3", "--ticks", "12", "--workers", "1", "--quiet")
    process = begun(tmp_path, "compare", *TIGHTER, *size, "--out", "x")
    wait_until(lambda: len(list(tmp_path.glob("x/runs/*.parquet"))) >= 3, 300)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert re.search(
        r"^Interrupted\. [12] of 3 pairs are finished and kept in x\. Continue with: ravelin compare --resume x$", err,
        re.M,
    )  # fmt: skip
    before = {path: path.stat().st_mtime_ns for path in tmp_path.glob("x/runs/*.parquet")}
    assert call("compare", "--resume", "x", "--quiet", "--workers", "1").code == 0
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert call("compare", *TIGHTER, *size, "--out", "y").code == 0
    one, two = (json.loads((tmp_path / name / "comparison.json").read_text()) for name in ("x", "y"))
    assert one == two
    # More seeds go on from those that there are; what is damaged is made again; what is of other months is refused.
    damaged = tmp_path / "x" / "runs" / "base-1.parquet"
    data = bytearray(damaged.read_bytes())
    data[len(data) // 3] ^= 0xFF
    damaged.write_bytes(data)
    assert call("compare", "--resume", "x", "--seeds", "4", "--quiet", "--workers", "1").code == 0
    again = json.loads((tmp_path / "x" / "comparison.json").read_text())
    assert again["seeds"] == [1, 2, 3, 4]
    assert call("compare", "--resume", "x", "--seeds", "1,2,3", "--quiet").code == 0
    assert json.loads((tmp_path / "x" / "comparison.json").read_text()) == two
    outcome = call("compare", *TIGHTER, *size, "--ticks", "15", "--out", "x")
    assert outcome.code == 2
    assert "x keeps runs of another experiment: base has another ticks there" in outcome.err


def test_moments_are_printed_and_fail_honestly(call: Call) -> None:
    """A thousand people for four years are not the United States."""
    arguments = ("--only", "moments", "--seeds", "2", "--consumers", "1e3", "--ticks", "60", "--workers", "2")
    outcome = call("validate", *arguments)
    assert outcome.code == 1
    assert "seeds 1 to 2, 60 months, the first 15 left out" in outcome.out
    assert re.search(r"1,000 consumers: \d+ of the 67 committed lines are good, \d+ unresolved", outcome.out)
    assert outcome.out.splitlines()[-1].startswith("Fails: mean |z| is ")


def test_moments_are_told_to_programs_with_the_seeds_of_development(call: Call) -> None:
    arguments = ("--seeds", "1", "--consumers", "500", "--ticks", "24", "--workers", "1", "--development", "--json")
    outcome = call("validate", "--only", "moments", *arguments)
    told = json.loads(outcome.out)["moments"]
    assert not told["passed"]
    assert told["numbers"]["500"]["committed"]["lines"] == 67
    # One seed has no standard error, so nothing is decided.
    assert told["numbers"]["500"]["committed"]["good"] == 0
    verdicts = {line["verdict"] for line in told["numbers"]["500"]["lines"].values()}
    assert verdicts <= {"unresolved", "cannot be measured"}


def test_effects_are_told_as_a_table_and_to_programs(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is asked for is what is lived; seeds of judging unless those of development are asked for."""
    asked: list[tuple[int, tuple[int, ...]]] = []

    def quick(scenario: Scenario, seeds: range, *_: object) -> dict[str, tuple[float, ...]]:
        asked.append((scenario.consumers, tuple(seeds)))
        return {name: (known_effects()[name].low,) * 2 for name in MEASURES}

    monkeypatch.setattr("ravelin.validation.effects.lived_effects", quick)
    outcome = call("validate", "--only", "effects", "--consumers", "500", "--seeds", "2", "--development", "--json")
    told = json.loads(outcome.out)["effects"]
    assert asked == [(500, (101, 102))]
    assert told["numbers"]["effects"]["FI1"]["verdict"] == "good"
    assert told["numbers"]["groups"]["local purchases: output"] == "not yet"
    assert (told["passed"], outcome.code) == (False, 1)
    table = call("validate", "--only", "effects", "--seeds", "2")
    assert asked[1] == (20_000, (1, 2))
    assert table.code == 1
    assert table.out.splitlines()[-1].startswith("Fails: ")


@pytest.mark.parametrize(
    ("check", "options"),
    [("opening", ("--consumers", "500", "--seeds", "2")), ("survey", ("--consumers", "2000")),
     ("input-output", ("--consumers", "500"))],
)  # fmt: skip
def test_a_check_that_keeps_nothing_says_so(
    call: Call, monkeypatch: pytest.MonkeyPatch, check: str, options: tuple[str, ...]
) -> None:
    pressed = []

    def press(self: Simulation, *_: object) -> None:
        pressed.append(check)
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(Simulation, "step", press)
    monkeypatch.setattr(Simulation, "run", press)
    outcome = call("validate", "--only", check, *options, "--quiet")
    command = " ".join(("ravelin validate --only", check, *options))
    assert outcome.code == 130
    said = f"Interrupted. The check {check} keeps nothing on its way. Begin it again with: {command}"
    assert outcome.err.strip() == said
    assert pressed == [check]


@pytest.mark.parametrize(("number", "workers"), [(signal.SIGINT, "1"), (signal.SIGINT, "2"), (signal.SIGTERM, "2")])
def test_a_signal_ends_all_runs(tmp_path: Path, number: int, workers: str) -> None:
    arguments = ("compare", *TIGHTER, "--consumers", "1e3", "--seeds", "4", "--ticks", "2000", "--workers", workers)
    process = begun(tmp_path, *arguments)
    wait_until(lambda: bool(list(tmp_path.glob("runs/*"))))
    time.sleep(3)
    os.killpg(process.pid, number) if number == signal.SIGINT else process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert err.splitlines()[-1] == "Interrupted."
    assert "Traceback" not in out + err
    assert list(tmp_path.glob("runs/*")) == []
    wait_until(lambda: workers_of(process.pid) == [])


def begun(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "ravelin", *arguments], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}, start_new_session=True,
    )  # fmt: skip


def wait_until(holds: Callable[[], bool], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def workers_of(session: int) -> list[str]:
    """List what still runs in a process's session, where the system tells."""
    listed = subprocess.run(["ps", "-s", str(session), "-o", "pid=,args="], capture_output=True, text=True, check=False)
    return [line for line in listed.stdout.splitlines() if "resource_tracker" not in line and "defunct" not in line]
