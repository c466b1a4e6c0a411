"""The README tells the truth: its tick page is the model's, and its examples run.

`python tests/test_readme.py` writes the tick page anew after the model's has changed.
"""

import importlib
import re
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from ravelin import TICK

README = Path(__file__).resolve().parents[1] / "README.md"
BEGIN, END = "<!-- tick page -->\n", "<!-- end of tick page -->\n"


def tick_page() -> str:
    """Write phases and systems as a list."""
    lines = []
    for number, phase in enumerate(TICK.phases, 1):
        pace = f" (every {phase.every} months)" if phase.every > 1 else ""
        rounds = f" ({phase.rounds} rounds)" if phase.rounds > 1 else ""
        sessions = f" ({phase.sessions} sessions)" if phase.sessions > 1 else ""
        lines.append(f"{number}. **{phase.title}**{pace}{rounds}{sessions}")
        names = ", ".join(f"`{member.name}`" for member in phase.systems)
        indent = " " * (len(str(number)) + 2)
        lines += textwrap.wrap(names, 120, initial_indent=indent, subsequent_indent=indent)
    return "\n".join(lines) + "\n"


def split() -> tuple[str, str, str]:
    text = README.read_text()
    before, _, rest = text.partition(BEGIN)
    page, _, after = rest.partition(END)
    return before, page, after


def test_the_tick_page_is_the_models() -> None:
    assert split()[1] == tick_page(), "run `python tests/test_readme.py`"


def examples() -> list[str]:
    return re.findall(r"^```python\n(.*?)^```$", README.read_text(), re.M | re.S)


def test_the_behavior_and_its_line_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every Python example of the README runs, in order; one that begins with a file's name is that file."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    space: dict[str, Any] = {}
    found = examples()
    assert len(found) >= 3
    for example in found:
        named = re.match(r"# (\w+)\.py\n", example)
        if named:
            (tmp_path / f"{named[1]}.py").write_text(example)
            importlib.invalidate_caches()
            sys.modules.pop(named[1], None)
        else:
            exec(compile(example, "README.md", "exec"), space)
    assert space["scarred"].audit().keys() == space["plain"].audit().keys()
    assert set(space["scarred"].history().column("audit_gap_cents").to_pylist()) == {0.0}


def test_the_scenario_of_the_readme_is_read(tmp_path: Path) -> None:
    from ravelin import Scenario, Simulation

    found = re.findall(r"^```toml\n(.*?)^```$", README.read_text(), re.M | re.S)[0]
    (tmp_path / "mine.toml").write_text(found)
    scenario = Scenario.load(tmp_path / "mine.toml")
    assert scenario.shocks
    Simulation.check(scenario)


def test_the_good_of_the_readme_is_of_the_catalog() -> None:
    import tomllib

    from ravelin.core.shipped import data_folder

    _, found = re.findall(r"^```toml\n(.*?)^```$", README.read_text(), re.M | re.S)
    (good,) = tomllib.loads(found)["good"]
    told = tomllib.loads(found)["good"][good]
    shipped = tomllib.loads((data_folder() / "goods" / "united-states.toml").read_text())["good"][good]
    for key, value in told.items():
        expected = shipped.get(key, 0.0)
        if isinstance(value, dict):
            expected = {name: expected[name] for name in value}
        close = value if isinstance(value, (str, bool)) else pytest.approx(value, abs=0.05, rel=0.05)
        assert expected == close, key


@pytest.mark.parametrize("path", ["README.md", "data/README.md"])
def test_links_lead_somewhere(path: str) -> None:
    file = README.parent / path
    targets = re.findall(r"\]\((?!https?:)([^)#]+)\)", file.read_text())
    assert [target for target in targets if not (file.parent / target).exists()] == []


def test_commands_exist() -> None:
    from ravelin.cli import cli

    told = set(re.findall(r"(?:^|`|/)ravelin ([a-z]+)", README.read_text(), re.M))
    assert {"run", "report", "scenarios", "explain", "ml"} <= told <= set(cli.commands)


def write() -> None:
    before, _, after = split()
    README.write_text(before + BEGIN + tick_page() + END + after)


if __name__ == "__main__":
    write()
