"""The journal of orders: what was answered is read again, whatever a kill cut off; damage is never taken for less."""

import json
import os
from pathlib import Path

import pytest

from ravelin.storage import journal
from ravelin.storage.journal import NAME, Entry, Journal, JournalError, after

ENTRIES = [
    Entry(1, 0, "pay", {"payer": 3, "payee": 4, "cents": 10**18}),
    Entry(2, 0, "shock", {"tick": 0, "set": "Taxes.corporate", "to": 0.1}),
    Entry(3, 7, "found_banks", {"count": 3, "capital": 12, "bonds": 5}),
]


def kept(folder: Path, entries: list[Entry] = ENTRIES) -> bytes:
    one = Journal(folder, "a run")
    for entry in entries:
        one.append(entry)
    one.close()
    return (folder / NAME).read_bytes()


def test_what_was_kept_is_read(tmp_path: Path) -> None:
    assert Journal(tmp_path, "a run").read() == []
    assert not (tmp_path / NAME).exists(), "a run without orders has no journal"
    kept(tmp_path)
    assert Journal(tmp_path, "a run").read() == ENTRIES
    with pytest.raises(JournalError, match="belongs to the run a run, and this is another"):
        Journal(tmp_path, "another").read()


def test_nobody_but_its_owner_writes_to_it(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        kept(tmp_path)
    finally:
        os.umask(before)
    assert (tmp_path / NAME).stat().st_mode & 0o777 == 0o644


def test_an_order_is_flushed_before_it_is_answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed: list[tuple[str, int]] = []
    fsync = os.fsync

    def note(handle: int) -> None:
        fsync(handle)
        flushed.append((os.readlink(f"/proc/self/fd/{handle}"), os.fstat(handle).st_size))

    monkeypatch.setattr(os, "fsync", note)
    one = Journal(tmp_path, "a run")
    for number, entry in enumerate(ENTRIES, 1):
        one.append(entry)
        size = (tmp_path / NAME).stat().st_size
        assert flushed[-1] == (str(tmp_path / NAME), size), "the order is flushed, and last"
        assert (tmp_path / NAME).read_bytes().count(b"\n") == number
    assert any(path == str(tmp_path) for path, _ in flushed), "so is the folder that a new journal stands in"
    one.close()


def test_a_kill_at_any_byte_of_the_last_line(tmp_path: Path) -> None:
    whole = kept(tmp_path)
    begins = whole.rindex(b"\n", 0, -1) + 1
    for end in range(begins, len(whole) + 1):
        (tmp_path / NAME).write_bytes(whole[:end])
        found = Journal(tmp_path, "a run").read()
        # Without its end of line the order was written whole all the same.
        assert found == (ENTRIES if end >= len(whole) - 1 else ENTRIES[:2]), end
        one = Journal(tmp_path, "a run")
        again = Entry(len(found) + 1, 9, "pay", {})
        one.append(again)
        one.close()
        assert Journal(tmp_path, "a run").read() == [*found, again]


def test_no_flipped_bit_goes_unseen(tmp_path: Path) -> None:
    whole = kept(tmp_path)
    ends = [place for place in range(len(whole)) if whole[place : place + 1] == b"\n"]
    near_ends = {
        8 * place + bit for end in ends for place in range(end - 2, min(end + 2, len(whole))) for bit in range(8)
    }
    for place in sorted(near_ends | set(range(0, len(whole) * 8, 11))):
        damaged = bytearray(whole)
        damaged[place // 8] ^= 1 << place % 8
        (tmp_path / NAME).write_bytes(damaged)
        with pytest.raises(JournalError, match=r"damaged: line [123] is not as it was written; restore it, or remove"):
            Journal(tmp_path, "a run").read()


def test_a_full_disk_leaves_the_journal_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = Journal(tmp_path, "a run")
    one.append(ENTRIES[0])
    before = (tmp_path / NAME).read_bytes()
    write = os.write
    for broken in ("write", "fsync"):
        with monkeypatch.context() as patched:
            if broken == "write":
                patched.setattr(os, "write", lambda handle, data: write(handle, data[:5]))
            else:
                patched.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
            with pytest.raises(OSError, match=r"full|No space"):
                one.append(ENTRIES[1])
        assert (tmp_path / NAME).read_bytes() == before
    one.append(ENTRIES[1])
    one.close()
    assert Journal(tmp_path, "a run").read() == ENTRIES[:2]


def test_orders_that_every_checkpoint_holds_are_let_go(tmp_path: Path) -> None:
    kept(tmp_path)
    one = Journal(tmp_path, "a run")
    one.compact(lambda entry: entry.number > 1)
    assert one.read() == ENTRIES[1:]
    one.append(Entry(4, 8, "pay", {}))
    one.compact(lambda _: True)
    assert [entry.number for entry in one.read()] == [2, 3, 4]
    one.close()
    assert list(after(one.read(), 2)) == one.read()[1:]
    assert list(after(one.read(), 1)) == one.read()
    assert list(after(one.read(), 9)) == []
    with pytest.raises(JournalError, match="orders 1 to 1 were given before its first checkpoint that is left"):
        list(after(one.read(), 0))


def test_an_order_takes_as_many_bytes_as_it_takes_to_say(tmp_path: Path) -> None:
    lines = kept(tmp_path).splitlines(keepends=True)
    assert max(map(len, lines)) < 220
    assert all(set(json.loads(line)) == {"run", "number", "tick", "kind", "body", "digest"} for line in lines)


def test_a_journal_without_end_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(tmp_path)
    monkeypatch.setattr(journal, "_MOST", 100)
    with pytest.raises(ValueError, match="the orders of a run has at most 100"):
        Journal(tmp_path, "a run").read()


def test_what_is_no_number_is_not_kept(tmp_path: Path) -> None:
    """No reader of JSON would take it; the orders before it stand."""
    before = kept(tmp_path)
    one = Journal(tmp_path, "a run")
    for wrong in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="not JSON compliant"):
            one.append(Entry(4, 7, "shock", {"to": wrong}))
    one.close()
    assert (tmp_path / NAME).read_bytes() == before


def test_a_closed_journal_goes_on(tmp_path: Path) -> None:
    """A server that keeps a checkpoint closes it; the next order opens it again, and not what has its number now."""
    one = Journal(tmp_path, "a run")
    one.append(ENTRIES[0])
    one.close()
    other = os.open(tmp_path / "other", os.O_RDWR | os.O_CREAT)
    one.append(ENTRIES[1])
    one.close()
    one.close()
    assert os.fstat(other).st_size == 0
    os.close(other)
    assert Journal(tmp_path, "a run").read() == ENTRIES[:2]


def test_what_has_grown_is_counted_from_the_last_compaction(tmp_path: Path) -> None:
    one = Journal(tmp_path, "a run")
    one.compact(lambda entry: True)
    assert one.grown == 0
    for entry in ENTRIES:
        one.append(entry)
    assert one.grown == (tmp_path / NAME).stat().st_size
    one.compact(lambda entry: entry.tick > 0)
    assert one.grown == 0
    assert one.read() == ENTRIES[2:]
    one.append(ENTRIES[2])
    assert 0 < one.grown < (tmp_path / NAME).stat().st_size
    one.close()
