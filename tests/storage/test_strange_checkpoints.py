"""Checkpoints that somebody else wrote, with seals that fit: refused before a rule sees them, in a sentence."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import toy
from toy_command import Command

from ravelin import Simulation
from ravelin.core.sentence import Kind
from ravelin.ledger.accounts import Accounts
from ravelin.storage import checkpoint
from ravelin.storage.checkpoint import CheckpointError
from ravelin.storage.seal import digest_of_file, sealed

Damage = Callable[[Path], None]


@pytest.fixture
def saved(command: Command) -> Path:
    assert command("run", "--consumers", "100", "--ticks", "3", "--out", "x", "--json", "--quiet")[0] == 0
    path = Path.cwd() / "x" / "checkpoints" / "3"
    Simulation.load(path).close()
    return path


def reseal(path: Path, **changes: Any) -> None:
    """Write the list of a checkpoint anew, with seals that fit what lies there; a change of None takes a key out."""
    manifest = json.loads((path / "checkpoint.json").read_bytes())
    for name, stated in manifest["files"].items():
        file = path / name
        if file.is_file():
            stated.update(bytes=file.stat().st_size, digest=digest_of_file(file))
    manifest |= changes
    manifest = {key: value for key, value in manifest.items() if value is not None and key != "digest"}
    (path / "checkpoint.json").write_text(json.dumps(sealed(manifest)))


def listed(**changes: Any) -> Damage:
    return lambda path: reseal(path, **changes)


def facts(**changes: Any) -> Damage:
    def damage(path: Path) -> None:
        found = json.loads((path / "checkpoint.json").read_bytes())["facts"] | changes
        reseal(path, facts={key: value for key, value in found.items() if value is not None})

    return damage


def columns(change: Callable[[pa.Table], pa.Table], table: str = "Firms", **options: Any) -> Damage:
    """Change the columns of a table."""

    def damage(path: Path) -> None:
        file = path / f"{table}.arrow"
        with pa.ipc.open_file(file.read_bytes()) as reader:
            changed = change(reader.read_all())
        with pa.ipc.new_file(file, changed.schema, options=pa.ipc.IpcWriteOptions(**options)) as writer:
            writer.write_table(changed)
        reseal(path)

    return damage


def column(name: str, values: Any, table: str = "Firms") -> Damage:
    def change(found: pa.Table) -> pa.Table:
        place = found.schema.names.index(name)
        array = values(found.column(name)) if callable(values) else values
        return found.set_column(place, pa.field(name, array.type), array)

    return columns(change, table)


def months(change: Callable[[pa.Table], pa.Table]) -> Damage:
    def damage(path: Path) -> None:
        table = change(pq.read_table(path / "history.parquet").replace_schema_metadata(None))
        pq.write_table(table, path / "history.parquet")
        reseal(path)

    return damage


def instead(file: str, put: Callable[[Path], object]) -> Damage:
    def damage(path: Path) -> None:
        (path / file).unlink()
        put(path / file)
        reseal(path)

    return damage


def pipe_of_its_bytes(path: Path) -> None:
    """A pipe in the place of a file, and the list says its very size."""
    file = path / "Firms.arrow"
    file.unlink()
    os.mkfifo(file)
    stated = json.loads((path / "checkpoint.json").read_bytes())["files"]
    reseal(path, files=stated | {file.name: {"bytes": file.stat().st_size, "digest": "0" * 32}})


ROWS = {"Consumers": 100, "Firms": 5}
SPANS = [0, 25, 50, 75, 100]
DEEP: list[Any] = []
for _ in range(60):
    DEEP = [DEEP]

STRANGE: dict[str, Damage] = {
    "a column is missing": columns(lambda table: table.drop_columns(["till"])),
    "a column too many": columns(lambda table: table.append_column("more", table.column("till"))),
    "columns in another order": columns(lambda table: table.select(table.schema.names[::-1])),
    "a column of another type": column("till", lambda values: values.cast(pa.float64())),
    "words in a column": column("till", lambda values: values.cast(pa.string())),
    "a column of lists": column("till", pa.array([[1]] * 5)),
    "a column of another width": column("habits", pa.array([[1, 2]] * 100, pa.list_(pa.uint8(), 2)), "Consumers"),
    "a value is missing": column("till", pa.array([1, 2, None, 4, 5], pa.int64())),
    "a list is missing": column("habits", pa.array([None] * 100, pa.list_(pa.uint8(), 3)), "Consumers"),
    "too few rows": columns(lambda table: table.slice(0, 4)),
    "too many rows": columns(lambda table: pa.concat_tables([table] * 2)),
    "very many rows": columns(lambda table: pa.concat_tables([table] * 300)),
    "no rows": columns(lambda table: table.slice(0, 0)),
    "packed rows": columns(lambda table: pa.concat_tables([table] * 300), compression="zstd"),
    "half a file": lambda path: (
        (path / "Firms.arrow").write_bytes((path / "Firms.arrow").read_bytes()[:300]), reseal(path),
    )[1],
    "an empty file": lambda path: ((path / "Firms.arrow").write_bytes(b""), reseal(path))[1],
    "noise": lambda path: ((path / "Firms.arrow").write_bytes(b"ARROW1\0\0" + bytes(range(256)) * 4), reseal(path))[1],
    "history of noise": lambda path: ((path / "history.parquet").write_bytes(b"PAR1" * 99), reseal(path))[1],
    "a pipe": instead("Firms.arrow", os.mkfifo),
    "a folder": instead("Firms.arrow", os.mkdir),
    "a pipe of the stated size": pipe_of_its_bytes,
    "a device": instead("Firms.arrow", lambda path: path.symlink_to("/dev/zero")),
    "a list without end": lambda path: (
        (path / "checkpoint.json").unlink(), os.symlink("/dev/zero", path / "checkpoint.json"),
    )[1],
    "no number of rows": listed(rows=None),
    "a negative number of rows": listed(rows={**ROWS, "Firms": -5}),
    "half a row": listed(rows={**ROWS, "Firms": 5.5}),
    "truth for a number of rows": listed(rows={**ROWS, "Firms": True}),
    "a word for a number of rows": listed(rows={**ROWS, "Firms": "5"}),
    "more rows than numbers for them": listed(rows={**ROWS, "Firms": 1 << 40}),
    "more rows than the file holds": listed(rows={**ROWS, "Firms": 2_000_000_000}),
    "some more rows than the file holds": listed(rows={**ROWS, "Firms": 300}),
    "rows as a list": listed(rows=[100, 5]),
    "no localities": listed(spans={}),
    "localities that do not begin": listed(spans={"Consumers": [1, 25, 50, 75, 100]}),
    "localities that do not end": listed(spans={"Consumers": [0, 25, 50, 75, 99]}),
    "localities that go back": listed(spans={"Consumers": [0, 50, 25, 75, 100]}),
    "localities beyond the rows": listed(spans={"Consumers": [0, 25, 50, 75, 1000]}),
    "localities before the rows": listed(spans={"Consumers": [0, -25, 50, 75, 100]}),
    "a locality of words": listed(spans={"Consumers": [0, "25", 100]}),
    "localities of nobody": listed(spans={"Consumers": SPANS, "Ghosts": SPANS}),
    "localities that differ": listed(spans={"Consumers": SPANS, "Firms": [0, 5]}),
    "localities as a number": listed(spans={"Consumers": 4}),
    "sectors of words": listed(sectors={"Consumers": "first"}),
    "a negative sector": listed(sectors={"Consumers": -1}),
    "a name too few": listed(names={"Firms": ["a", "b"]}),
    "names alike": listed(names={"Firms": ["a"] * 5}),
    "names that are numbers": listed(names={"Firms": [1, 2, 3, 4, 5]}),
    "a negative tick": listed(tick=-1),
    "a tick in words": listed(tick="3"),
    "a tick beyond all dates": listed(tick=1 << 60),
    "a tick beyond all numbers": listed(tick=10**400),
    "a negative seed": listed(seed=-1),
    "a seed that is none": listed(seed=1.5),
    "a version that is none": listed(version=1),
    "no files": listed(files={}),
    "a file that is not said": listed(files={"Firms.arrow": {}}),
    "a deep value": listed(facts={"scenario": DEEP}),
    "no facts": listed(facts=None),
    "no scenario": facts(scenario=None),
    "a scenario that is none": facts(scenario="ticks = -1"),
    "a scenario of another kind": facts(scenario=["ticks"]),
    "a scenario with a shock to nothing": facts(scenario='[[shock]]\ntick = 1\nset = "Ghosts.number"\nto = 1\n'),
    "settings that are none": facts(settings=[]),
    "a group that is none": facts(settings={"Spending": 3}),
    "a parameter that is missing": facts(settings={"Spending": {"swing": 0.2}}),
    "a parameter out of range": facts(
        settings={"Spending": {"swing": 9, "floor": 10, "weights": [1, 2], "generous": False}}
    ),
    "luck that is none": facts(luck="much"),
    "overrides that are none": facts(overrides=[1]),
    "overrides of nothing": facts(overrides={"Spending.swing": 3}),
    "code that is none": facts(code=7),
    "a month too few": months(lambda table: table.slice(0, 2)),
    "a month twice": months(lambda table: pa.concat_tables([table.slice(0, 2), table.slice(0, 1)])),
    "months without date": months(lambda table: table.drop_columns(["date"])),
    "words in history": months(
        lambda table: table.set_column(2, "sales", pa.array(["a"] * len(table)))
    ),
    "values missing in history": months(
        lambda table: table.set_column(2, "sales", pa.array([1.0, None, 2.0]))
    ),
    "very many months": months(lambda table: pa.concat_tables([table] * 50_000)),
}  # fmt: skip


SAID = {
    "a pipe of the stated size": "Firms.arrow is a pipe, not a file",
    "a column is missing": "it holds sales (int64) where this one has till (int64)",
    "a column too many": "5 columns where this one has 4",
    "columns in another order": "it holds appeal (double) where this one has good (uint8)",
    "a column of another type": "it holds till (double) where this one has till (int64)",
    "words in a column": "it holds till (string) where this one has till (int64)",
    "a column of lists": "it holds till (list<item: int64>) where this one has till (int64)",
    "a column of another width": "(fixed_size_list<item: uint8>[2])",
    "a value is missing": "Firms.till has values that are missing",
    "a list is missing": "(fixed_size_list<item: uint8>[3])",
    "too few rows": "it does not hold the 5 rows of Firms that are stated",
    "too many rows": "it does not hold the 5 rows of Firms that are stated",
    "very many rows": "it does not hold the 5 rows of Firms that are stated",
    "no rows": "it does not hold the 5 rows of Firms that are stated",
    "packed rows": "it does not hold the 5 rows of Firms that are stated",
    "a pipe": "it has 0 bytes of",
    "a folder": "is truncated or was changed",
    "a device": "it has 0 bytes of",
    "a list without end": "is not a Ravelin checkpoint: it has no checkpoint.json",
    "no number of rows": "rows is None",
    "a negative number of rows": "rows.Firms is -5, not a whole number from 0 to 2,147,483,647",
    "half a row": "rows.Firms is 5.5, not a whole number from 0 to 2,147,483,647",
    "truth for a number of rows": "rows.Firms is True, not a whole number from 0 to 2,147,483,647",
    "a word for a number of rows": "rows.Firms is '5', not a whole number from 0 to 2,147,483,647",
    "more rows than numbers for them": "rows.Firms is 1099511627776",
    "more rows than the file holds": "cannot hold 2,000,000,000 rows of Firms",
    "some more rows than the file holds": "cannot hold 300 rows of Firms",
    "rows as a list": "rows is [100, 5]",
    "no localities": "spans has no Consumers, whose rows lie by locality",
    "localities that do not begin": "spans.Consumers are not the localities of its rows",
    "localities that do not end": "spans.Consumers are not the localities of its rows",
    "localities that go back": "spans.Consumers are not the localities of its rows",
    "localities beyond the rows": "spans.Consumers are not the localities of its rows",
    "localities before the rows": "spans.Consumers is -25, not a whole number from 0 to 2,147,483,647",
    "a locality of words": "spans.Consumers is '25', not a whole number from 0 to 2,147,483,647",
    "localities of nobody": "it knows of rows of Ghosts, which this model has not",
    "localities that differ": "spans differ in the number of localities",
    "localities as a number": "spans.Consumers is 4, not a list",
    "sectors of words": "sectors.Consumers is 'first'",
    "a negative sector": "sectors.Consumers is -1, not a whole number from 0 to 2,147,483,647",
    "a name too few": "names.Firms are not names of its rows",
    "names alike": "names.Firms are not names of its rows",
    "names that are numbers": "names.Firms are not names of its rows",
    "a negative tick": "tick is -1, not a whole number from 0 to 120,000",
    "a tick in words": "tick is '3'",
    "a tick beyond all dates": "tick is 1152921504606846976, not a whole number from 0 to 120,000",
    "a tick beyond all numbers": "tick is a number of 1,329 bits",
    "a negative seed": "seed is -1, not a whole number from 0 to 9,223,372,036,854,775,807",
    "a seed that is none": "seed is 1.5",
    "a version that is none": "version is 1",
    "no files": "it lists no Consumers.arrow",
    "a file that is not said": "it lists no Consumers.arrow",
    "a deep value": "values are nested more than 32 deep",
    "no facts": "facts is None",
    "no scenario": "it says no scenario",
    "a scenario that is none": "ticks is a whole number, one or more, not -1",
    "a scenario of another kind": "its scenario is ['ticks']",
    "a scenario with a shock to nothing": "Ghosts.number is neither a parameter nor a column",
    "settings that are none": "its settings is []",
    "a group that is none": "its settings are no groups of parameters",
    "a parameter that is missing": "only this tick page has the parameter Spending.floor",
    "a parameter out of range": "Spending.swing is 9, outside its range: Spending.swing (0.2, 0 to 1)",
    "luck that is none": "its luck is 'much', not a whole number from 0 to 18446744073709551615",
    "overrides that are none": "its overrides is [1]",
    "overrides of nothing": "it says what Spending.swing is without shocks, and no shock has changed it",
    "code that is none": "its code is 7",
    "a month too few": "its history does not hold the 3 months before it",
    "a month twice": "a month stands in it twice",
    "months without date": "it has no columns tick and date",
    "words in history": "sales holds string, not double",
    "values missing in history": "values are missing",
    "very many months": "a month stands in it twice",
}
"""What is told of each, where the words are ours: another refusal, later, would be luck."""


@pytest.mark.parametrize("strange", STRANGE)
def test_strange_checkpoints_are_refused(saved: Path, strange: str) -> None:
    STRANGE[strange](saved)
    with pytest.raises(CheckpointError) as caught:
        Simulation.load(saved)
    told = str(caught.value)
    assert "\n" not in told
    assert "3" in told, "the checkpoint is not named"
    assert SAID.get(strange, "") in told


@pytest.mark.parametrize(("first", "ends"), [(0, True), (3, True), (4, False), (8, False)])
def test_a_sector_lies_within_the_accounts(first: int, ends: bool) -> None:
    """Five firms among eight accounts begin at the fourth, at the latest."""
    manifest = {
        "rows": {"Accounts": 8, "Firms": 5}, "spans": {}, "names": {}, "sectors": {"Firms": first},
    }  # fmt: skip
    tables = [Accounts, toy.Firms]
    if ends:
        assert checkpoint._layout(manifest, tables)().sectors == {toy.Firms: first}
    else:
        with pytest.raises(ValueError, match=r"sectors\.Firms ends after the last of the accounts"):
            checkpoint._layout(manifest, tables)


def test_a_world_is_checked_before_anybody_sees_it(saved: Path) -> None:
    """What no economy has is refused by the check that a reader brings along."""

    def check(world: Any) -> None:
        assert world[toy.Firms].count == 5
        raise ValueError("Firms.good of row 3 is 99, which is no row of Goods")

    with pytest.raises(CheckpointError, match=r"is damaged: Firms\.good of row 3 is 99") as caught:
        checkpoint.load(saved, [toy.Consumers, toy.Firms], "0.1.0", check)
    assert caught.value.kind is Kind.DAMAGED
