"""What a checkpoint gives back, fact by fact, and what makes files last: each promise fails alone when it is broken."""

import datetime
import errno
import os
from pathlib import Path

import numpy as np
import pytest
import toy
from recorded_files import Operation, Recording, unsafe
from toy_command import Command

from ravelin import Scenario, Simulation
from ravelin.core.table import Column
from ravelin.storage import files
from ravelin.storage.fingerprint import code_digest, fingerprint
from ravelin.storage.folder import RunFolder, RunFolderError
from ravelin.storage.history import Field, History


@pytest.fixture
def economy(command: Command) -> Simulation:
    """Make an economy of which no fact is what it is by default."""
    scenario = Scenario.load("default", consumers=200, ticks=9, seed=5, title="Facts")
    economy = Simulation(scenario.departing(parameters={"Spending.floor": 7}), threads=1)
    economy.shock(tick=1, set="Spending.swing", to=0.5, until=6)
    economy.shock(tick=4, set="Firms.appeal", to=3.0)
    economy.engine.luck = 77
    economy.run(3)
    return economy


def test_every_fact_comes_back(economy: Simulation, tmp_path: Path) -> None:
    economy.save(tmp_path / "saved")
    with Simulation.load(tmp_path / "saved", threads=1) as again:
        assert again.tick == economy.tick == 3
        assert again.seed == economy.seed == 5
        assert again.scenario.shocks == economy.scenario.shocks
        assert again.scenario.title == "Facts"
        assert again.settings.as_dict() == economy.settings.as_dict()
        assert again.settings[toy.Spending.floor] == 7
        assert again.settings[toy.Spending.swing] == 0.5
        assert again.overrides == economy.overrides != {}
        assert again.engine.luck == economy.engine.luck == 77
        assert again.rows.digest() == economy.rows.digest()
        assert len(again.rows) == 3
        assert not again.code_changed
        assert again.world.sectors == economy.world.sectors
        assert again.world.names == economy.world.names
        assert again.fingerprint() == economy.fingerprint()
        # What is yet to come: a shock that ends, one that begins, draws with the luck of its own.
        again.run(6)
        economy.run(6)
        assert again.settings[toy.Spending.swing] == 0.2
        assert again.fingerprint() == economy.fingerprint()
        assert again.rows.digest() == economy.rows.digest()
    economy.close()


def test_a_checkpoint_of_other_code_is_known(
    economy: Simulation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    economy.save(tmp_path / "saved")
    monkeypatch.setattr("ravelin.runs.simulation.code_digest", lambda: code_digest()[::-1])
    with Simulation.load(tmp_path / "saved") as again:
        assert again.code_changed


def test_every_byte_of_every_column_is_in_the_fingerprint(economy: Simulation) -> None:
    before = economy.fingerprint()
    seen: set[Column] = set()
    for rows in economy.world.tables.values():
        for declared, array in rows.items():
            raw = array.reshape(-1).view(np.uint8)
            for place in np.linspace(0, raw.size - 1, 9).astype(int):
                raw[place] ^= 16
                assert economy.fingerprint() != before, declared
                raw[place] ^= 16
            seen.add(declared)
    assert seen == {declared for table in economy.schedule.tables() for declared in table.columns.values()}
    assert economy.fingerprint() == before
    assert fingerprint(economy.world, economy.tick + 1, economy.seed) != before
    assert fingerprint(economy.world, economy.tick, economy.seed + 1) != before


def test_a_run_keeps_its_id(command: Command) -> None:
    begins = ("run", "--consumers", "100", "--ticks", "2", "--out", "x", "--json", "--quiet")
    ids = []
    for arguments in (begins, ("run", "--resume", "x", "--ticks", "4", "--json", "--quiet"), (*begins, "--force")):
        assert command(*arguments)[0] == 0
        manifest = RunFolder.look("x").read_manifest()
        ids.append(manifest["id"])
        assert (manifest["status"], manifest["ticks_done"]) == ("complete", manifest["ticks"])
    assert ids[0] == ids[1] != ids[2]
    assert all(len(one) == 16 and int(one, 16) >= 0 for one in ids)


@pytest.mark.parametrize("left_out", ["x", "."])
def test_a_flush_that_is_left_out_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, left_out: str) -> None:
    """The check of recorded operations is itself checked: it sees the flush of a file, or of its folder, missing."""
    recording = Recording(tmp_path)
    with monkeypatch.context() as patch:
        recording.start(patch)
        files.write_bytes(tmp_path / "x", b"data")
        files.write_bytes(tmp_path / "y", b"data")
    assert unsafe(recording.operations) == []
    kept = [done for done in recording.operations if done.kind != "fsync" or (left_out == ".") != (done.path == ".")]
    assert len(kept) == len(recording.operations) - 2
    assert all("flushed" in found for found in unsafe(kept))
    assert unsafe(kept) != []


def test_what_is_flushed_in_order_is_safe() -> None:
    right = [Operation("create", "a"), Operation("write", "a", b"1"), Operation("fsync", "a"),
             Operation("rename", "a", target="b"), Operation("fsync", ".")]  # fmt: skip
    assert unsafe(right) == []
    for missing in (2, 4):
        assert unsafe([done for place, done in enumerate(right) if place != missing]) != []


def test_every_new_folder_is_flushed_into_the_one_above(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed: list[Path] = []
    monkeypatch.setattr(files, "sync_folder", flushed.append)
    assert files.make_folders(tmp_path / "a" / "b" / "c")
    assert flushed == [tmp_path, tmp_path / "a", tmp_path / "a" / "b"]
    assert not files.make_folders(tmp_path / "a" / "b" / "c")
    assert len(flushed) == 3


def test_what_cannot_be_cleared_away_is_gone_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder leaves its place at once; that its files will not go is nobody's failure, and is tidied up later."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, "not now")

    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "file").write_bytes(b"data")
    with monkeypatch.context() as patch:
        patch.setattr(os, "unlink", refuse)
        patch.setattr(os, "rmdir", refuse)
        files.remove_folder(tmp_path / "x")
    (left,) = tmp_path.iterdir()
    assert files.is_leftover(left.name)


def test_a_folder_that_could_not_be_taken_is_not_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: RunFolder) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(RunFolder, "_acquire", refuse)
    (tmp_path / "mine").mkdir()
    for name in ("new", "mine"):
        with pytest.raises(RunFolderError, match=r"cannot write to .*No space left"):
            RunFolder.create(tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]  # It was there before, and is not ours to remove.


FIELDS = [Field("a", "A", "cent", "what a means", "flow"), Field("b", "B", "share", "what b means", "rate")]


@pytest.mark.parametrize("place", ["name", "unit", "definition", "tick", "date", "value"])
def test_histories_that_say_anything_else_are_told_apart(place: str) -> None:
    def history(changed: str = "") -> History:
        last = FIELDS[1]._replace(**{changed: "another"}) if changed in Field._fields else FIELDS[1]
        made = History([FIELDS[0], last])
        for tick in (1, 2):
            at = tick + (changed == "tick" and tick == 2)
            date = datetime.date(2026, at + (changed == "date"), 1)
            made.append(at, date, (1.0, np.nextafter(0.5, 1) if changed == "value" else 0.5))
        return made

    assert history().digest() == history().digest()
    assert history(place).digest() != history().digest()


def test_a_file_that_could_not_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("old")

    def write_half() -> None:
        with files.replacing(tmp_path / "kept") as file:
            file.write(b"new")
            raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        write_half()
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
    assert (tmp_path / "kept").read_text() == "old"


def test_a_folder_takes_its_place_though_the_old_one_cannot_be_cleared_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new one stands by then; what is left of the old one is no reason to say that it was not kept."""
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "old").write_text("old")

    def stuck(*_: object, **__: object) -> None:
        raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))

    with files.replacing_folder(tmp_path / "kept") as folder:
        (folder / "new").write_text("new")
        monkeypatch.setattr(os, "unlink", stuck)
    monkeypatch.undo()
    assert [path.name for path in (tmp_path / "kept").iterdir()] == ["new"]


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("scenario.toml", r"restore it, or begin the run again with --out \S+ --force"),
        ("history.parquet", r"ravelin run --resume \S+ writes it anew"),
        ("accounts.json", r"ravelin run --resume \S+ writes it anew"),
        ("checkpoints/3/checkpoint.json", r"remove \S+checkpoints/3 to go on from an earlier month"),
    ],
)
def test_each_damaged_file_has_its_remedy(economy: Simulation, tmp_path: Path, name: str, remedy: str) -> None:
    with Simulation(economy.scenario, threads=1) as fresh:
        fresh.run(3, tmp_path / "x", checkpoint_every=3)
    folder = RunFolder.look(tmp_path / "x")
    path = folder.path / name
    path.write_bytes(path.read_bytes()[:-1] + b" ")
    with pytest.raises(RunFolderError, match=remedy):
        folder.check_file(path)
