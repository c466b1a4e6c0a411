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

from ravelin.cli import main

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
    line = next(line for line in outcome.out.splitlines() if line.startswith("Policy rate"))
    assert line.split()[2] == "points"
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
        (["validate", "--only", "moment"], "is not one of opening, survey, moments, input-output"),
        (["validate", "--only", "opening", "--set", "Anchors.inflation_target=0.03"], "--set does not go with"),
        (["validate", "--only", "moments", "--set", "Anchors.target=0.03"], "is not a parameter"),
        (["validate", "--only", "opening", "--ticks", "36"], "--ticks does not go with the check opening"),
    ],
)
def test_wrong_use_is_one_sentence_and_exit_2(call: Call, tmp_path: Path, arguments: list[str], said: str) -> None:
    (tmp_path / "small.toml").write_text("[size]\nconsumers = 500\n[Anchors]\ninflation_target = 0.03\n")
    outcome = call(*arguments)
    assert outcome.code == 2
    assert said in outcome.err.splitlines()[-1]
    assert [path.name for path in tmp_path.iterdir()] == ["small.toml"]


def test_moments_are_printed_and_fail_honestly(call: Call) -> None:
    """A thousand people for four years are not the United States."""
    arguments = ("--only", "moments", "--seeds", "2", "--consumers", "1e3", "--ticks", "60", "--workers", "2")
    outcome = call("validate", *arguments)
    assert outcome.code == 1
    assert "2 seeds of 1,000 consumers, 60 months, the first 15 left out" in outcome.out
    assert "fails: too" in outcome.out


@pytest.mark.parametrize(("number", "workers"), [(signal.SIGINT, "1"), (signal.SIGINT, "2"), (signal.SIGTERM, "2")])
def test_a_signal_ends_all_runs(tmp_path: Path, number: int, workers: str) -> None:
    arguments = ("compare", *TIGHTER, "--consumers", "1e3", "--seeds", "4", "--ticks", "2000", "--workers", workers)
    process = subprocess.Popen(
        [sys.executable, "-m", "ravelin", *arguments], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}, start_new_session=True,
    )  # fmt: skip
    wait_until(lambda: bool(list(tmp_path.glob("runs/*"))))
    time.sleep(3)
    os.killpg(process.pid, number) if number == signal.SIGINT else process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert err.splitlines()[-1] == "Interrupted."
    assert "Traceback" not in out + err
    assert list(tmp_path.glob("runs/*")) == []
    wait_until(lambda: workers_of(process.pid) == [])


def wait_until(holds: Callable[[], bool], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def workers_of(session: int) -> list[str]:
    """List what still runs in a process's session, where the system tells."""
    listed = subprocess.run(["ps", "-s", str(session), "-o", "pid=,args="], capture_output=True, text=True, check=False)
    return [line for line in listed.stdout.splitlines() if "resource_tracker" not in line and "defunct" not in line]
