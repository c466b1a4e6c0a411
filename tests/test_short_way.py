"""From what is asked for to the first month: each text is read once, each scenario checked once, one way in."""

import ast
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import toy

import ravelin
from ravelin import Scenario, Simulation
from ravelin.cli.main import main
from ravelin.core.shipped import data_folder
from ravelin.runs import preparation
from ravelin.runs.preparation import SimulationError
from ravelin.scenarios.catalog import read_catalog
from ravelin.scenarios.targets import Model

ROOT = Path(ravelin.__file__).parent
TEACHING = data_folder() / "goods" / "teaching.toml"
MINE = """[size]
consumers = 1000
[[shock]]
tick = 0
set = "Taxes.corporate"
to = 0.3
"""


def counted(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, calls: Counter[Any], key: Any = None) -> None:
    original = getattr(owner, name)

    def count(*arguments: Any, **options: Any) -> Any:
        calls[name if key is None else key(*arguments)] += 1
        return original(*arguments, **options)

    monkeypatch.setattr(owner, name, count)


def test_a_run_reads_each_text_and_checks_its_scenario_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With goods of one's own, a shock and a departure, as far as the first month."""
    catalog = tmp_path / "mine_goods.toml"
    catalog.write_text(f"# {tmp_path}\n{TEACHING.read_text()}")
    scenario = tmp_path / "mine.toml"
    scenario.write_text(f'catalog = "{catalog.name}"\n{MINE}')
    texts: Counter[str] = Counter()
    calls: Counter[str] = Counter()
    counted(monkeypatch, tomllib, "loads", texts, key=lambda text: text)
    counted(monkeypatch, Scenario, "check", calls)
    counted(monkeypatch, preparation, "_check", calls)
    counted(monkeypatch, Model, "find", calls)
    monkeypatch.chdir(tmp_path)
    options = ["--ticks", "1", "--set", "Anchors.inflation_target=0.03", "--out", "kept", "--no-report", "--quiet"]
    with pytest.raises(SystemExit) as ended:
        main(["run", scenario.name, *options, "--json"])
    assert ended.value.code == 0
    assert texts[scenario.read_text()] == 1
    assert texts[catalog.read_text()] == 1
    assert set(texts.values()) == {1}, "a text was read twice"
    # The plan of the run finds its shocks once more, in the world itself.
    assert calls == {"check": 1, "_check": 1, "find": 2}


def test_what_is_prepared_is_not_checked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: Counter[str] = Counter()
    counted(monkeypatch, Scenario, "check", calls)
    prepared = Simulation.prepare(Scenario(consumers=1000))
    assert calls == {"check": 1}
    with Simulation(prepared, threads=1) as economy, Simulation(prepared, threads=1) as other:
        assert calls == {"check": 1}
        economy.settings.set("Taxes.corporate", 0.3)
        assert other.settings.as_dict() == prepared.settings.as_dict(), "two economies share their parameters"
    with pytest.raises(SimulationError, match="prepare it with another one"):
        Simulation(prepared, tick=toy.TICK)
    with pytest.raises(SimulationError, match="seed is that of the economy that was prepared"):
        Simulation(prepared, seed=9)


def test_the_same_text_is_one_catalog_and_another_text_another() -> None:
    text = TEACHING.read_text()
    assert read_catalog(text, "a", "a.toml") is read_catalog(text, "a", "a.toml")
    assert read_catalog(f"{text}\n", "a", "a.toml") is not read_catalog(text, "a", "a.toml")


def test_nothing_is_made_past_its_constructor() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted(ROOT.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "__new__"
    ]
    assert not found


def test_forks_and_rows_keep_the_past() -> None:
    """A fork, and an economy that was given rows, know what was ordered and which code began them."""
    made = Simulation(Scenario(consumers=100), tick=toy.TICK, opening=toy.open_world, observe=toy.indicators, threads=1)
    with made as economy:
        economy.step(2)
        economy.orders = 3
        with economy.fork() as other:
            assert (other.tick, other.orders, other.code_changed) == (2, 3, False)
            assert other.fingerprint() == economy.fingerprint()
            other.step()
            assert len(economy.rows) == 2
