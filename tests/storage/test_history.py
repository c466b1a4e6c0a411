"""History can be read at any moment, and a resumed run takes up where its checkpoint stands."""

import datetime
from pathlib import Path

import numpy as np
import pytest

from ravelin.core.clock import date_of
from ravelin.storage import history as module
from ravelin.storage.folder import RunFolderError
from ravelin.storage.history import Field, History, HistoryWriter, read

FIELDS = [
    Field("gdp", "GDP", "dollar/month", "all value added", "flow"),
    Field("price_index", "Prices", "index", "start = 100", "index"),
]
START = datetime.date(2020, 1, 1)


def grow(history: History, months: int) -> None:
    for _ in range(months):
        tick = len(history)
        history.append(tick, date_of(START, tick), [1000.0 + tick, 100.0 + tick])


def test_fields_carry_what_they_mean() -> None:
    history = History(FIELDS)
    grow(history, 2)
    table = history.table()
    assert table.column_names == ["tick", "date", "gdp", "price_index"]
    assert table.schema.field("gdp").metadata == {
        b"title": b"GDP",
        b"unit": b"dollar/month",
        b"definition": b"all value added",
        b"kind": b"flow",
    }
    assert set(table.schema.field("tick").metadata) == {b"title", b"unit", b"definition", b"kind"}
    assert History.of(table).fields == tuple(FIELDS)


def test_parts_are_readable_while_it_grows(tmp_path: Path) -> None:
    history = History(FIELDS)
    writer = HistoryWriter(tmp_path, history)
    for months in (3, 5, 1):
        grow(history, months)
        writer.flush()
        assert read(tmp_path).ticks == list(range(len(history)))
    assert len(list((tmp_path / "history").iterdir())) == 3
    writer.finish()
    assert [path.name for path in tmp_path.iterdir()] == ["history.parquet"]
    assert read(tmp_path).column("gdp").tolist() == [1000.0 + tick for tick in range(9)]


def test_many_parts_are_merged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PARTS_MAX", 4)
    history = History(FIELDS)
    writer = HistoryWriter(tmp_path, history)
    for _ in range(11):
        grow(history, 1)
        writer.flush()
        assert len(list((tmp_path / "history").iterdir())) <= 4
        assert read(tmp_path).ticks == list(range(len(history)))


def test_appending_waits_a_second(tmp_path: Path) -> None:
    history = History(FIELDS)
    writer = HistoryWriter(tmp_path, history)
    grow(history, 1)
    writer.append()
    assert not list((tmp_path / "history").iterdir())


def test_the_first_part_waits_a_second_and_no_longer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing has been written whose cost could be spread; a reader wants the first rows soon."""
    now = [0.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    history = History(FIELDS)
    writer = HistoryWriter(tmp_path, history)
    grow(history, 1)
    for seconds, parts in ((0.99, 0), (1.0, 1)):
        now[0] = seconds
        writer.append()
        assert len(list((tmp_path / "history").iterdir())) == parts


def test_parts_take_a_fiftieth_of_the_time_however_slow_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, spent = [0.0], []
    really = module.write

    def slowly(path: Path, history: History, start: int = 0) -> None:
        spent.append(0.3)
        now[0] += spent[-1]
        really(path, history, start)

    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(module, "write", slowly)
    history = History(FIELDS)
    writer = HistoryWriter(tmp_path, history)
    while now[0] < 200.0:
        now[0] += 0.03
        grow(history, 1)
        writer.append()
    assert 10 <= len(spent) <= 14
    assert sum(spent) <= 0.021 * now[0]
    writer.finish()
    assert len(read(tmp_path)) == len(history)


def test_resuming_drops_rows_after_the_checkpoint(tmp_path: Path) -> None:
    history = History(FIELDS)
    writer = HistoryWriter(tmp_path, history)
    grow(history, 4)
    writer.flush()
    grow(history, 4)
    writer.flush()
    kept = history.copy(5)
    HistoryWriter(tmp_path, kept)
    assert read(tmp_path).ticks == [0, 1, 2, 3, 4]


def test_resuming_a_finished_run(tmp_path: Path) -> None:
    history = History(FIELDS)
    grow(history, 6)
    HistoryWriter(tmp_path, history).finish()
    again = HistoryWriter(tmp_path, history.copy(6))
    assert read(tmp_path).ticks == list(range(6))
    grow(again.history, 2)
    again.finish()
    assert read(tmp_path).ticks == list(range(8))


def test_what_is_not_a_number_is_null_in_the_last_row() -> None:
    history = History(FIELDS)
    history.append(0, START, [float("nan"), 100.0])
    assert history.last() == {"tick": 0, "date": "2020-01-01", "gdp": None, "price_index": 100.0}


def test_a_copy_is_its_own() -> None:
    history = History(FIELDS)
    grow(history, 2)
    other = history.copy()
    grow(other, 1)
    assert (len(history), len(other)) == (2, 3)


def test_rows_under_other_fields() -> None:
    history = History(FIELDS)
    grow(history, 2)
    other = history.arranged([FIELDS[1], Field("new", "New", "1", "", "rate")])
    assert other.column("price_index").tolist() == [100.0, 101.0]
    assert np.isnan(other.column("new")).all()


def test_nothing_to_read(tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match="no history yet"):
        read(tmp_path)


def test_damage_is_said(tmp_path: Path) -> None:
    (tmp_path / "history.parquet").write_bytes(b"PAR1 nonsense")
    with pytest.raises(RunFolderError, match=r"history.parquet is damaged"):
        read(tmp_path)


@pytest.mark.parametrize("missing", [0, 2, 3])
def test_the_month_that_is_missing_is_named(tmp_path: Path, missing: int) -> None:
    history = History(FIELDS)
    for tick in (month for month in range(5) if month != missing):
        history.append(tick, date_of(START, tick), [1000.0, 100.0])
    module.write(tmp_path / "history.parquet", history)
    with pytest.raises(RunFolderError, match=f"is damaged: month {missing} is missing"):
        read(tmp_path)
