"""The folder of a run: refused, replaced, locked; files come whole or not at all."""

from pathlib import Path

import pytest

from ravelin.core.sentence import Kind
from ravelin.storage.files import replacing, replacing_folder, say_bytes
from ravelin.storage.folder import RunFolder, RunFolderError


def make_run(path: Path) -> Path:
    path.mkdir()
    (path / "scenario.toml").write_text("")
    (path / "manifest.json").write_text("{}")
    return path


def test_new_and_empty_folders_are_taken(tmp_path: Path) -> None:
    RunFolder.create(tmp_path / "a" / "b").close()
    (tmp_path / "empty").mkdir()
    RunFolder.create(tmp_path / "empty").close()
    assert (tmp_path / "a" / "b").is_dir()
    with pytest.raises(RunFolderError):
        RunFolder.create(make_run(tmp_path / "c"))


def test_a_run_is_only_replaced_by_force(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run")
    (run / "checkpoints" / "12").mkdir(parents=True)
    (run / "notes.txt").write_text("mine")
    with pytest.raises(RunFolderError, match="exists and is not empty") as caught:
        RunFolder.create(run)
    assert caught.value.kind is Kind.UNFIT
    assert (run / "manifest.json").exists()
    RunFolder.create(run, force=True).close()
    # The scenario that the command may have named stays until the new one takes its place.
    assert {entry.name for entry in run.iterdir()} == {"notes.txt", ".lock", "scenario.toml", ".beginning"}
    with pytest.raises(RunFolderError, match="ended before anything of it was kept; give the command that began it"):
        RunFolder.look(run)
    RunFolder.create(run).close()


def test_force_does_not_touch_other_folders(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_text("dear")
    with pytest.raises(RunFolderError, match="not a run, so --force will not touch it"):
        RunFolder.create(tmp_path, force=True)
    assert (tmp_path / "photo.jpg").exists()


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("")
    with pytest.raises(RunFolderError, match="is a file"):
        RunFolder.create(tmp_path / "x")


def test_a_path_through_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("")
    with pytest.raises(RunFolderError, match="Not a directory"):
        RunFolder.create(tmp_path / "x" / "y")


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run")
    first = RunFolder.open(run)
    with pytest.raises(RunFolderError, match="another process is writing"):
        RunFolder.open(run)
    first.close()
    RunFolder.open(run).close()


def test_leftovers_of_a_killed_run_are_cleared(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run")
    (run / "checkpoints").mkdir()
    (run / "checkpoints" / ".24.999.tmp").mkdir()
    (run / "checkpoints" / ".36.999.old").mkdir()
    (run / "checkpoints" / "12").mkdir()
    (run / "checkpoints" / ".12.999.old").mkdir()
    (run / ".manifest.json.999.tmp").write_text("half")
    RunFolder.open(run).close()
    assert {entry.name for entry in (run / "checkpoints").iterdir()} == {"12", "36"}
    assert not (run / ".manifest.json.999.tmp").exists()


@pytest.mark.parametrize("path", ["nowhere", "."])
def test_what_is_no_run(tmp_path: Path, path: str) -> None:
    with pytest.raises(RunFolderError) as caught:
        RunFolder.open(tmp_path / path)
    assert caught.value.kind is Kind.UNFIT


def test_checkpoints_in_order(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run")
    folder = RunFolder.look(run)
    for ticks in (12, 9, 100):
        folder.checkpoint_path(ticks).mkdir(parents=True)
    (run / "checkpoints" / ".7.tmp").mkdir()
    assert folder.checkpoints() == [9, 12, 100]
    folder.prune_checkpoints(2)
    assert folder.checkpoints() == [12, 100]


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text("old")

    def fail() -> None:
        with replacing(path) as file:
            file.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert path.read_text() == "old"
    with replacing(path) as file:
        file.write(b"new")
    assert path.read_text() == "new"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_folder_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.mkdir()
    (path / "old").write_text("")

    def fail() -> None:
        with replacing_folder(path) as folder:
            (folder / "half").write_text("")
            raise OSError

    with pytest.raises(OSError):  # noqa: PT011
        fail()
    assert (path / "old").exists()
    with replacing_folder(path) as folder:
        (folder / "new").write_text("")
    assert [entry.name for entry in path.iterdir()] == ["new"]
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "0 bytes"), (999, "999 bytes"), (1500, "1.5 kB"), (13.1e9, "13.1 GB"), (2e13, "20 TB")],
)
def test_bytes_as_people_say_them(count: float, said: str) -> None:
    assert say_bytes(count) == said
