"""Wherever a run is ended, by a kill or by a machine that goes down, it goes on to the same bits or begins again.

The file operations of small runs are recorded once; every state that they pass through is rebuilt and continued.
"""

import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from recorded_files import Recording, states, unsafe, write_tree
from toy_command import Command

from ravelin.storage import history
from ravelin.storage.folder import RunFolder
from ravelin.storage.seal import is_sealed

TOLD = ("give the command that began it again", "there is no folder x", "is not the folder of a run")
"""Refusals of a folder that holds no run yet; the command that began it is the remedy."""


CATALOG = Path(__file__).resolve().parents[2] / "data" / "goods" / "teaching.toml"
SMALL = ("--consumers", "100", "--checkpoint-every", "2", "--report", "--json", "--quiet")


def begin_anew(folder: Path) -> None:
    """Empty the folder where the command works, but for what a user has written himself."""
    for entry in folder.iterdir():
        if entry.name not in ("mine.toml", "goods.toml"):
            shutil.rmtree(entry)


def told_of(run: Path) -> dict[str, Any]:
    """Return all that a run has come to: what its files say, and which there are."""
    folder = RunFolder.look(run)
    manifest, accounts = folder.read_manifest(), folder.read_sealed(folder.accounts_path)
    assert is_sealed(manifest)
    assert is_sealed(accounts)
    assert folder.damage() is None
    assert manifest["files"] == folder.seals(), "the manifest does not list what stands"
    kept = history.read(run)
    return {
        "files": sorted(path.relative_to(run).as_posix() for path in run.rglob("*") if path.name != ".lock"),
        "manifest": {key: manifest[key] for key in ("status", "ticks", "ticks_done", "fingerprint", "scenario")},
        "history": kept.digest(),
        "rows": len(kept),
        "accounts": accounts,
        "given": [path.read_bytes() for path in (folder.scenario_path, folder.catalog_path) if path.exists()],
    }


EVERY = pytest.mark.parametrize("every", [5, pytest.param(1, marks=pytest.mark.slow)])
"""How many of the states are continued: a fifth, or all."""


def every_state_ends_alike(command: Command, recording: Recording, every: int, start: Path | None, *begins: str) -> int:
    """Continue states as a user would, and compare what each comes to with `x` as it is now."""
    run, count = Path.cwd() / "x", 0
    whole = told_of(run)
    before = RunFolder.look(start / "x").read_manifest()["id"] if start is not None else None
    for how, tree in states(recording.operations, start):
        count += 1
        if count % every:
            continue
        begin_anew(run.parent)
        write_tree({name: content for name, content in tree.items() if isinstance(content, dict)}, run.parent)
        code, err = command("run", "--resume", "x", *SMALL[2:])
        assert code == 0 or (code == 2 and any(words in err for words in TOLD)), (how, err)
        # An earlier run may be the one that stands; or there is none, and the remedy was told.
        if code or ("--force" in begins and RunFolder.look(run).read_manifest()["id"] == before):
            code, err = command(*begins)
            assert code == 0, (how, err)
        assert told_of(run) == whole, how
    return count


def record(command: Command, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Recording:
    recording = Recording(Path.cwd())
    with monkeypatch.context() as patch:
        recording.start(patch)
        code, err = command(*arguments)
    assert code == 0, err
    return recording


def write_mine(folder: Path) -> None:
    shutil.copy(CATALOG, folder / "goods.toml")
    (folder / "mine.toml").write_text('catalog = "goods.toml"\nticks = 4\n')


@EVERY
def test_a_run_with_its_own_goods(command: Command, monkeypatch: pytest.MonkeyPatch, every: int) -> None:
    write_mine(Path.cwd())
    begins = ("run", "mine.toml", "--out", "x", *SMALL)
    recording = record(command, monkeypatch, *begins)
    assert (Path("x") / "catalog.toml").is_file()
    assert unsafe(recording.operations) == []
    assert every_state_ends_alike(command, recording, every, None, *begins) > 90


@EVERY
def test_a_run_in_the_place_of_another(
    command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, every: int
) -> None:
    """The scenario is the one of the run that is replaced."""
    write_mine(Path.cwd())
    assert command("run", "mine.toml", "--out", "x", *SMALL)[0] == 0
    shutil.copytree("x", tmp_path / "start" / "x")
    begins = ("run", "x/scenario.toml", "--seed", "2", "--ticks", "2", "--out", "x", "--force", *SMALL)
    recording = record(command, monkeypatch, *begins)
    assert unsafe(recording.operations) == []
    every_state_ends_alike(command, recording, every, tmp_path / "start", *begins)


@EVERY
def test_a_run_that_goes_on_twice(
    command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, every: int
) -> None:
    write_mine(Path.cwd())
    assert command("run", "mine.toml", "--out", "x", *SMALL)[0] == 0
    shutil.copytree("x", tmp_path / "start" / "x")
    resumes = ("run", "--resume", "x", "--ticks", "7", *SMALL[2:])
    recording = record(command, monkeypatch, *resumes)
    assert unsafe(recording.operations) == []
    monkeypatch.setattr(sys.modules[__name__], "SMALL", (*SMALL, "--ticks", "7"))
    every_state_ends_alike(command, recording, every, tmp_path / "start", *resumes)
    # What the first continuation left in its middle is continued twice.
    middle = [tree for how, tree in states(recording.operations, tmp_path / "start") if "checkpoints/6" in how][-1]
    begin_anew(Path.cwd())
    write_tree({"x": middle["x"]}, Path.cwd())
    shutil.rmtree(tmp_path / "start")
    shutil.copytree("x", tmp_path / "start" / "x")
    recording = record(command, monkeypatch, *resumes)
    every_state_ends_alike(command, recording, every, tmp_path / "start", *resumes)
