"""A checkpoint gives back every bit, or says why it must not be used."""

import datetime
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import toy

from ravelin.core.table import Column, Table, World, column
from ravelin.economy.places.rows import check_world
from ravelin.storage import checkpoint
from ravelin.storage.checkpoint import CheckpointError
from ravelin.storage.fingerprint import fingerprint
from ravelin.storage.history import Field, History
from ravelin.storage.seal import sealed

TABLES = [toy.Consumers, toy.Firms]
VERSION = "0.1.0"


def make_history() -> History:
    history = History([Field("sales", "Sales", "dollar", "of all", "flow")])
    history.append(0, datetime.date(2020, 1, 1), [1.25])
    return history


@pytest.fixture
def saved(tmp_path: Path) -> tuple[Path, World]:
    world = toy.make_world()
    world[toy.Consumers].mood[:] = np.random.default_rng(1).random(200, dtype=np.float32)
    world[toy.Consumers].habits[:] = np.arange(600).reshape(200, 3) % 256
    world[toy.Firms].appeal[2] = -0.0
    path = tmp_path / "12"
    write(path, world)
    return path, world


def write(path: Path, world: World) -> None:
    checkpoint.save(path, world, tick=12, seed=7, version=VERSION, history=make_history(), facts={"answer": 42})


def test_world_comes_back_to_the_bit(saved: tuple[Path, World]) -> None:
    path, world = saved
    held = checkpoint.load(path, TABLES, VERSION)
    assert fingerprint(held.world, 1, 1) == fingerprint(world, 1, 1)
    assert (held.tick, held.seed, held.facts) == (12, 7, {"answer": 42})
    assert held.history.last() == {"tick": 0, "date": "2020-01-01", "sales": 1.25}
    assert held.world.sectors == world.sectors
    assert held.world.localities == world.localities
    assert list(held.world.span(toy.Consumers)) == list(world.span(toy.Consumers))
    assert held.world[toy.Consumers].purse.flags.writeable


def test_many_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "_ROWS_PER_BATCH", 7)
    world = toy.make_world()
    world[toy.Consumers].purse[:] = np.arange(200)
    write(tmp_path / "x", world)
    held = checkpoint.load(tmp_path / "x", TABLES, VERSION)
    assert fingerprint(held.world, 0, 0) == fingerprint(world, 0, 0)


def test_fields_carry_unit_and_meaning(saved: tuple[Path, World]) -> None:
    import pyarrow as pa

    with pa.ipc.open_file(str(saved[0] / "Consumers.arrow")) as reader:
        field = reader.schema.field("purse")
    assert field.metadata == {b"unit": b"cent", b"meaning": b"money in the purse"}


def test_saving_again_replaces(saved: tuple[Path, World]) -> None:
    path, world = saved
    world[toy.Firms].till[:] = 5
    write(path, world)
    assert checkpoint.load(path, TABLES, VERSION).world[toy.Firms].till[0] == 5
    assert [entry.name for entry in path.parent.iterdir()] == ["12"]


def test_other_folders_are_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    with pytest.raises(CheckpointError, match="is not a checkpoint, so it is not replaced"):
        write(tmp_path / "photos", toy.make_world())


def test_no_room_is_said_before_writing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "free_bytes", lambda _: 1000)
    with pytest.raises(CheckpointError, match=r"no room .* needs .* and 1 kB are free"):
        write(tmp_path / "x", toy.make_world())
    assert not list(tmp_path.iterdir())


def test_what_is_needed_is_more_than_what_is_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "free_bytes", lambda _: 700_000)
    with pytest.raises(CheckpointError, match=r"needs 1\.\d+ MB and 700 kB are free"):
        write(tmp_path / "x", toy.make_world())


def test_a_failed_write_leaves_nothing(saved: tuple[Path, World], monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    path, world = saved
    monkeypatch.setattr(checkpoint, "_write_rows", full)
    with pytest.raises(CheckpointError, match="No space left on device"):
        write(path, world)
    assert [entry.name for entry in path.parent.iterdir()] == ["12"]
    checkpoint.load(path, TABLES, VERSION)


def cut(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def flip(path: Path, where: int = -200) -> None:
    data = bytearray(path.read_bytes())
    data[where] ^= 1
    path.write_bytes(data)


def edit(path: Path, **changes: object) -> None:
    manifest = json.loads(path.read_text())
    manifest.update(changes)
    path.write_text(json.dumps(manifest))


def reseal(path: Path, **changes: object) -> None:
    manifest = json.loads(path.read_text())
    manifest.update(changes)
    path.write_text(json.dumps(sealed(manifest)))


@pytest.mark.parametrize(
    ("file", "damage", "reason"),
    [
        ("Consumers.arrow", cut, "truncated"),
        ("Consumers.arrow", flip, "damaged: its checksum differs"),
        ("Consumers.arrow", Path.unlink, "missing"),
        ("Firms.arrow", flip, "damaged"),
        ("history.parquet", cut, "truncated"),
        ("checkpoint.json", cut, "damaged"),
        ("checkpoint.json", Path.unlink, "not a Ravelin checkpoint"),
        ("checkpoint.json", lambda path: edit(path, tick=13), "checksum differs from its content"),
        ("checkpoint.json", lambda path: path.write_text("{}"), "not a Ravelin checkpoint"),
        ("checkpoint.json", lambda path: path.write_text("[1]"), "damaged: it does not hold a table"),
        (
            "checkpoint.json",
            lambda path: reseal(path, format_version=99),
            "has checkpoint format 99",
        ),
        ("checkpoint.json", lambda path: reseal(path, version="9.9"), "written by Ravelin 9.9"),
        ("checkpoint.json", lambda path: reseal(path, rows={"Consumers": 200}), "holds no Firms"),
        (
            "checkpoint.json",
            lambda path: reseal(path, rows={"Consumers": 200, "Firms": 5, "Ghosts": 1}),
            "knows nothing of its Ghosts",
        ),
    ],
)
def test_damage_is_refused_with_the_reason(
    saved: tuple[Path, World], file: str, damage: Callable[[Path], object], reason: str
) -> None:
    path, _ = saved
    damage(path / file)
    with pytest.raises(CheckpointError, match=reason) as caught:
        checkpoint.load(path, TABLES, VERSION)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("where", [0, 10, 300, -1, -9])
def test_any_flipped_bit_is_refused(saved: tuple[Path, World], where: int) -> None:
    path, _ = saved
    flip(path / "Firms.arrow", where)
    with pytest.raises(CheckpointError):
        checkpoint.load(path, TABLES, VERSION)


def test_other_columns_are_refused(saved: tuple[Path, World]) -> None:
    class Firms(Table):
        good = column("u1", "row of Goods", "what it sells")
        till = column("f8", "cent", "money in the till")

    with pytest.raises(CheckpointError, match="belongs to another model: it holds till"):
        checkpoint.load(saved[0], [toy.Consumers, Firms], VERSION)


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="there is no checkpoint at"):
        checkpoint.load(tmp_path / "none", TABLES, VERSION)


def test_tables_that_share_rows_come_back(tmp_path: Path) -> None:
    class Moods(Table, rows=toy.Consumers):
        calm = column("u1", "code", "1 if calm", start=1)

    world = World(
        [Moods, toy.Firms],
        {toy.Consumers: 40, toy.Firms: 2},
        {toy.Consumers: np.array([0, 20, 40])},
    )
    world.sectors = {toy.Consumers: 3}
    world[Moods].calm[7] = 9
    write(tmp_path / "x", world)
    held = checkpoint.load(tmp_path / "x", [Moods, toy.Firms], VERSION)
    assert fingerprint(held.world, 0, 0) == fingerprint(world, 0, 0)
    assert held.world.sectors == {toy.Consumers: 3}


@pytest.mark.parametrize(
    ("declared", "value", "said"),
    [
        (toy.Consumers.shop, 5, "Consumers.shop of row 3 is 5, where it is a row of Firms from 0 to 4"),
        (toy.Consumers.shop, -1, "Consumers.shop of row 3 is -1, where it is a row of Firms from 0 to 4"),
        (toy.Firms.appeal, np.nan, "Firms.appeal of row 3 is nan, where it is a number"),
        (toy.Consumers.mood, np.inf, "Consumers.mood of row 3 is inf, where it is a number"),
    ],
)
def test_a_world_that_no_economy_is_is_refused(tmp_path: Path, declared: Column, value: float, said: str) -> None:
    """Whoever wrote it, and however well it is sealed: compiled rules do not look whether a row is there."""
    world = toy.make_world()
    world.array(declared)[3] = value
    write(tmp_path / "x", world)
    with pytest.raises(CheckpointError, match="is damaged: ") as caught:
        checkpoint.load(tmp_path / "x", TABLES, VERSION, check_world)
    assert said in str(caught.value)


def test_columns_without_shocks_come_back(tmp_path: Path) -> None:
    world = toy.make_world()
    kept = np.array([1.0, 0.1, 1 / 3, 2.0, 5.0])
    checkpoint.save(
        tmp_path / "x", world, tick=12, seed=7, version=VERSION, history=make_history(), facts={},
        undisturbed={toy.Firms.appeal: kept},
    )  # fmt: skip
    held = checkpoint.load(tmp_path / "x", TABLES, VERSION)
    assert {declared: array.tobytes() for declared, array in held.undisturbed.items()} == {
        toy.Firms.appeal: kept.tobytes()
    }
