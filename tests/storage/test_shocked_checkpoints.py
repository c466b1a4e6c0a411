"""A checkpoint under shocks says what is without them: as soundly as the world, and of all that shocks have changed."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from test_strange_checkpoints import Damage, facts, listed, reseal
from toy_command import Command

from ravelin import Scenario, Simulation
from ravelin.storage.checkpoint import CheckpointError

APPEAL = "Firms.appeal.undisturbed.npy"
SHOCKS = """
[[shock]]
tick = 1
set = "Spending.swing"
to = 0.5
until = 9

[[shock]]
tick = 2
scale = "Firms.appeal"
by = 0.5
until = 9

[[shock]]
tick = 1
set = "Spending.floor"
to = 20
until = 2

[[shock]]
tick = 3
set = "Spending.generous"
to = true
"""


@pytest.fixture
def saved(command: Command) -> Path:
    """Make a checkpoint with a parameter and a column under shocks, one shock over and one due next."""
    Path("mine.toml").write_text(SHOCKS)
    assert command("run", "mine.toml", "--consumers", "100", "--ticks", "5", "--checkpoint-every", "3", "--out", "x",
                   "--json", "--quiet")[0] == 0  # fmt: skip
    path = Path.cwd() / "x" / "checkpoints" / "3"
    Simulation.load(path).close()
    return path


def without_shocks(change: Callable[[np.ndarray[Any, Any]], np.ndarray[Any, Any]]) -> Damage:
    """Change what the column is without shocks."""

    def damage(path: Path) -> None:
        np.save(path / APPEAL, change(np.load(path / APPEAL)))
        reseal(path)

    return damage


def put(place: int, value: float) -> Damage:
    def change(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        values[place] = value
        return values

    return without_shocks(change)


def unlisted(path: Path) -> None:
    (path / APPEAL).unlink()
    files = json.loads((path / "checkpoint.json").read_bytes())["files"]
    reseal(path, files={name: stated for name, stated in files.items() if name != APPEAL})


def added(name: str) -> Damage:
    """Add what a column is without shocks that no shock has changed."""

    def damage(path: Path) -> None:
        shutil.copy(path / APPEAL, path / name)
        files = json.loads((path / "checkpoint.json").read_bytes())["files"]
        reseal(path, files={**files, name: files[APPEAL]})

    return damage


STRANGE: dict[str, tuple[Damage, str]] = {
    "an infinite value": (put(3, np.inf), "Firms.appeal of row 3 is inf"),
    "no number": (put(2, np.nan), "Firms.appeal of row 2 is nan"),
    "another type": (without_shocks(lambda values: values.astype("f4")), "has other rows"),
    "too few rows": (without_shocks(lambda values: values[:4]), "has other rows"),
    "objects": (without_shocks(lambda values: values.astype(object)), "Firms.appeal.undisturbed.npy is damaged"),
    "a column left out": (unlisted, "a shock has changed Firms.appeal"),
    "a column of no model": (added("Ghosts.number.undisturbed.npy"), "this model has no such column"),
    "a column that no shock has changed": (added("Firms.sales.undisturbed.npy"), "Firms.sales"),
    "a parameter left out": (facts(overrides={}), "a shock has changed Spending.swing"),
    "a parameter of no model": (
        facts(overrides={"Spending.swing": 0.2, "No.such": 1}), "says what No.such is without shocks",
    ),
    "a parameter whose shock is over": (
        facts(overrides={"Spending.swing": 0.2, "Spending.floor": 10}), "says what Spending.floor is without shocks",
    ),
    "a parameter whose shock is ahead": (
        facts(overrides={"Spending.swing": 0.2, "Spending.generous": False}), "what Spending.generous is without",
    ),
    "a parameter out of range": (facts(overrides={"Spending.swing": 7.0}), "Spending.swing"),
    "luck below zero": (facts(luck=-1), "luck is -1, not a whole number from 0"),
    "luck that is a truth value": (facts(luck=True), "luck is True, not a whole number"),
    "luck beyond all keys": (facts(luck=1 << 63 << 1), "checkpoint.json"),
    "no luck": (facts(luck=None), "says no luck"),
    "orders below zero": (facts(orders=-1), "orders is -1, not a whole number from 0"),
    "orders that are half": (facts(orders=0.5), "orders is 0.5"),
    "a truth value for orders": (facts(orders=False), "orders is False"),
    "a fact that is unknown": (facts(more=1), "it says more, which is unknown"),
    "a seed that is a truth value": (listed(seed=True), "seed is True"),
}  # fmt: skip


@pytest.mark.parametrize("strange", STRANGE)
def test_what_is_without_shocks_is_checked(saved: Path, strange: str) -> None:
    damage, said = STRANGE[strange]
    damage(saved)
    with pytest.raises(CheckpointError) as caught:
        Simulation.load(saved)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_is_whole_goes_on_to_the_same_bits(saved: Path) -> None:
    reseal(saved)
    with Simulation.load(saved) as early, Simulation.load(saved.parent / "5") as late:
        assert early.overrides == {"Spending.swing": 0.2}
        assert early.run(2).fingerprint() == late.fingerprint()


FOUND: dict[str, tuple[float, str]] = {
    "too much": (1e30, "Firms.tfp of row 0 is 1e+30, where it is"),
    "below zero": (-1.0, "Firms.tfp of row 0 is -1, where it is"),
    "infinite": (np.inf, "Firms.tfp of row 0 is inf, where it is"),
    "no number": (np.nan, "Firms.tfp of row 0 is nan, where it is"),
}


@pytest.fixture(scope="module")
def economy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a checkpoint of a small economy with less productive firms for a while."""
    path = tmp_path_factory.mktemp("shocked") / "ck"
    with Simulation(Scenario.load("default", consumers=500, catalog="teaching"), threads=1) as opened:
        opened.shock(tick=0, scale="Firms.tfp", by=0.99, until=9)
        opened.run(1).save(path)
    return path


@pytest.mark.parametrize("value", FOUND)
def test_a_column_without_shocks_is_one_that_an_economy_has(economy: Path, tmp_path: Path, value: str) -> None:
    number, said = FOUND[value]
    path = Path(shutil.copytree(economy, tmp_path / "ck"))
    file = path / "Firms.tfp.undisturbed.npy"
    np.save(file, np.full_like(np.load(file), number))
    reseal(path)
    with pytest.raises(CheckpointError, match="is damaged: ") as caught:
        Simulation.load(path)
    assert said in str(caught.value)


@pytest.mark.parametrize("order", ["reversed", "first and last", "another name"])
def test_goods_keep_their_names(economy: Path, tmp_path: Path, order: str) -> None:
    names = json.loads((economy / "checkpoint.json").read_bytes())["names"]
    first, *between, last = names["Goods"]
    changed = {
        "reversed": names["Goods"][::-1], "first and last": [last, *between, first],
        "another name": ["gold", *between, last],
    }  # fmt: skip
    path = Path(shutil.copytree(economy, tmp_path / "ck"))
    reseal(path, names={**names, "Goods": changed[order]})
    with pytest.raises(CheckpointError, match="the names of its rows are not those of its history"):
        Simulation.load(path)
    reseal(path, names=names)
    Simulation.load(path, threads=1).close()
