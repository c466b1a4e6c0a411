"""Cases that lie in a folder, each a file whose head says what is right: `RAVELIN_CASES=FOLDER pytest -m case`.

- A `.py` file is right if a fresh interpreter runs it, in an empty folder, to exit code 0: it asserts for itself.
- A `.sh` file likewise, under `sh -e` if it asserts nothing itself; `$DATA` is the folder of the shipped data.
- A `.toml` file is a scenario. It is right if `ravelin run` refuses it: exit code 2, one sentence, no traceback, no
  folder of a run left. Unless its comment says plainly that it is to be refused (`Right: refused`), it is also right if
  it runs to exit code 0 with every identity closed and either says something about the shocks on standard error, or
  comes to another fingerprint than the same scenario without its shocks: what is accepted has an effect.
- A `.md` file describes steps for people; there is nothing to run, and it is left out by name.
"""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from ravelin.core.shipped import data_folder

pytestmark = pytest.mark.case

SECONDS = 600


def files(*endings: str) -> list[Path]:
    folder = os.environ.get("RAVELIN_CASES")
    found = sorted(path for path in Path(folder).iterdir() if path.suffix in endings) if folder else []
    return [path.resolve() for path in found]


def call(folder: Path, *command: str) -> "subprocess.CompletedProcess[str]":
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    env = {**os.environ, "PATH": path, "DATA": str(data_folder())}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=SECONDS)


def right(text: str) -> str:
    """Return what the comment of a scenario calls right."""
    comment = " ".join(line.lstrip("# ") for line in text.splitlines() if line.startswith("#"))
    found = re.search(r"\bRight: (.*?)(?=\bFound\b|$)", comment)
    return found[1] if found else ""


def must_refuse(text: str) -> bool:
    """Whether the comment leaves no other way than a refusal."""
    said = right(text)
    return said.startswith("refused") and not re.search(r"\bor\b", said)


def without_shocks(text: str) -> str:
    """Return a scenario without its `[[shock]]` tables."""
    kept, inside = [], False
    for line in text.splitlines():
        if line.lstrip().startswith("["):
            inside = re.match(r"\s*\[\[?\s*shock\b", line) is not None
        if not inside:
            kept.append(line)
    return "\n".join(kept) + "\n"


def run(folder: Path, name: str, text: str) -> "subprocess.CompletedProcess[str]":
    (folder / f"{name}.toml").write_text(text)
    ravelin = (sys.executable, "-m", "ravelin", "run", f"{name}.toml")
    return call(folder, *ravelin, "--quiet", "--json", "--no-report", "--out", name)


def judge(folder: Path, text: str) -> None:
    """Judge a scenario as the docstring of this module says."""
    found = run(folder, "case", text)
    assert "Traceback" not in found.stderr, found.stderr
    if found.returncode == 2:
        assert len(re.findall(r"^Error: ", found.stderr, re.M)) == 1, found.stderr
        assert not (folder / "case").exists(), "a refused scenario has left the folder of a run"
        return
    assert found.returncode == 0, found.stderr
    assert not must_refuse(text), f"it ran, and is to be refused: {right(text)}"
    result = json.loads(found.stdout)
    assert result["audit_gap_cents"] == 0
    if "shock" not in tomllib.loads(text) or re.search(r"shock|never", found.stderr):
        return
    plain = json.loads(run(folder, "plain", without_shocks(text)).stdout)
    assert result["fingerprint"] != plain["fingerprint"], "its shocks were accepted and have no effect"


@pytest.mark.parametrize("case", files(".py"), ids=lambda path: path.name)
def test_a_script_runs_to_its_end(case: Path, tmp_path: Path) -> None:
    found = call(tmp_path, sys.executable, str(case))
    assert found.returncode == 0, f"{found.stdout}\n{found.stderr}"


@pytest.mark.parametrize("case", files(".sh"), ids=lambda path: path.name)
def test_a_shell_script_runs_to_its_end(case: Path, tmp_path: Path) -> None:
    found = call(tmp_path, "sh", "-e", str(case))
    assert found.returncode == 0, f"{found.stdout}\n{found.stderr}"
    assert not re.search(r"^exit [1-9]", found.stdout, re.M), f"{found.stdout}\n{found.stderr}"


@pytest.mark.parametrize("case", files(".toml"), ids=lambda path: path.name)
def test_a_scenario_is_refused_or_has_an_effect(case: Path, tmp_path: Path) -> None:
    judge(tmp_path, case.read_text())


def test_what_is_right_is_read_from_the_comment() -> None:
    assert must_refuse("# Right: refused before anything is allocated. Found: accepted\n")
    assert not must_refuse("# Right: either refused in one sentence,\n# or some indicator differs.\n")
    assert not must_refuse("# Right: refused, or at least said. Found: nothing\n")
    assert not must_refuse("ticks = 3\n")


def test_shocks_are_taken_out_of_a_scenario() -> None:
    text = 'ticks = 3\n[[shock]]\ntick = 1\nset = "A.b"\n[size]\nconsumers = 500\n[[ shock ]]\ntick = 2\n'
    assert tomllib.loads(without_shocks(text)) == {"ticks": 3, "size": {"consumers": 500}}


HEAD = "# Right: refused. Found: accepted\nticks = 1\n[size]\nconsumers = 500\n"


def test_a_scenario_that_is_refused_passes_and_one_that_runs_in_its_place_fails(tmp_path: Path) -> None:
    """The judge itself can fail: it is shown what it is to refuse, and what it is to let pass."""
    judge(tmp_path, HEAD + "[Taxes]\ncorporate = 7\n")
    with pytest.raises(AssertionError, match="it ran, and is to be refused"):
        judge(tmp_path, HEAD + "[Taxes]\ncorporate = 0.3\n")
