"""Rows that come and go: as in a plain model, to the same bits, and never out of range."""

from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ravelin.core.draws import uniform
from ravelin.core.parameter import Settings
from ravelin.core.pool import (
    NotInUseError,
    Pool,
    PoolFullError,
    compact,
    give_back,
    occupy,
    part_of,
    take,
    used,
    whole_pool,
)
from ravelin.core.ranges import first_wrong
from ravelin.core.schedule import Engine, Schedule, phase, schedule
from ravelin.core.system import (
    Cents,
    Indices,
    Smalls,
    System,
    adds,
    draws,
    first,
    host_system,
    local_system,
    moves,
    pool_of,
    reads,
    system,
    this_tick,
    writes,
)
from ravelin.core.table import Table, World, column, owes


class Borrowers(Table, local=True):
    """Who owes."""

    loan = column("i4", "row of Loans", "the loan", start=-1, besides=("none",))


class Loans(Table, local=True, pool="size.loans"):
    """Rows that come and go."""

    principal = column("i8", "cent", "what is owed", claim=owes("loans"))
    borrower = column("i4", "row of Borrowers", "who owes")
    name = column("u2", "1", "a number of its own")
    past = column("f4", "1", "three numbers", width=3)


class LoanTerms(Table, rows=Loans):
    """Of the same rows, declared elsewhere."""

    rate = column("f8", "1", "rate")


class Watch(Table):
    """Whoever refers to loans of any locality, two in a row."""

    seen = column("i4", "row of Loans", "two loans", start=-1, width=2, besides=("none",))


class Notes(Table, pool="size.notes"):
    """A pool of no locality whose rows refer to rows of another."""

    about = column("i4", "row of LoanTerms", "the loan")


class Sums(Table):
    """One row."""

    lent = column("i8", "cent", "principal of loans in use")
    heads = column("i8", "1", "loans in use")
    names = column("i8", "1", "sum of names of loans in use")


TABLES = [Borrowers, Loans, LoanTerms, Watch, Notes, Sums]
FREE_LISTS = [table.free_list for table in (Loans, Notes) if table.free_list is not None]
BOUNDS = (0, 5, 5, 12, 20)
"""Localities of the pool; one has no rows."""


def make_world(notes: int = 6, bounds: tuple[int, ...] = BOUNDS, borrowers: int = 12) -> World:
    spans = {Loans: np.array(bounds), Borrowers: np.linspace(0, borrowers, len(bounds)).astype(int)}
    counts: dict[type[Table], int] = {Borrowers: borrowers, Loans: bounds[-1], Watch: 4, Notes: notes, Sums: 1}
    return World([*TABLES, *FREE_LISTS], counts, spans)


@dataclass
class Plain:
    """What a pool is to do, in plain Python: loans by name, with what refers to each."""

    alive: dict[int, int] = field(default_factory=dict)
    """Name -> locality."""
    noted: dict[int, int] = field(default_factory=dict)
    """Name of a note, which is its order -> name of a loan."""


class Rig:
    """A world and its plain model, side by side."""

    def __init__(self) -> None:
        self.world, self.plain = make_world(), Plain()
        self.pool = whole_pool(self.world, Loans)
        self.notes = whole_pool(self.world, Notes)
        self.row: dict[int, int] = {}
        self.next = 1

    def take(self, part: int) -> None:
        room = BOUNDS[part + 1] - BOUNDS[part]
        if sum(where == part for where in self.plain.alive.values()) == room:
            with pytest.raises(PoolFullError):
                take(self.pool, part)
            return
        row, name = take(self.pool, part), self.next
        assert BOUNDS[part] <= row < BOUNDS[part + 1]
        assert row not in self.row.values()
        self.next += 1
        self.plain.alive[name], self.row[name] = part, row
        loans = self.world[Loans]
        loans.principal[row], loans.name[row], loans.past[row], loans.rate[row] = 100 * name, name, name, name / 7
        self.world[Borrowers].loan[name % 12] = row
        self.world[Watch].seen[name % 4, name % 2] = row

    def give_back(self, which: int) -> None:
        if not self.plain.alive:
            return
        name = sorted(self.plain.alive)[which % len(self.plain.alive)]
        if name in self.plain.noted.values():
            return
        row = self.row.pop(name)
        del self.plain.alive[name]
        self.world[Loans].principal[row] = 0
        for references in (self.world[Borrowers].loan, self.world[Watch].seen):
            references[references == row] = -1
        give_back(self.pool, row)
        with pytest.raises(NotInUseError):
            give_back(self.pool, row)

    def note(self, which: int) -> None:
        if self.plain.alive and len(self.plain.noted) < 6:
            name = sorted(self.plain.alive)[which % len(self.plain.alive)]
            row = take(self.notes)
            assert row not in self.plain.noted
            self.world[Notes].about[row] = self.row[name]
            self.plain.noted[row] = name

    def forget(self, which: int) -> None:
        if self.plain.noted:
            row = sorted(self.plain.noted)[which % len(self.plain.noted)]
            del self.plain.noted[row]
            give_back(self.notes, row)

    def compact(self, _: int) -> None:
        compact(self.world)
        self.row = {int(self.world[Loans].name[row]): int(row) for row in np.flatnonzero(self.world[Loans].live)}
        about = self.world[Notes].about[self.world[Notes].live > 0]
        assert sorted(self.plain.noted.values()) == sorted(int(self.world[Loans].name[row]) for row in about)
        self.plain.noted = {
            int(row): int(self.world[Loans].name[self.world[Notes].about[row]])
            for row in np.flatnonzero(self.world[Notes].live)
        }
        for pool in (self.pool, self.notes):
            below, alive = int(pool.beyond.sum()), int(pool.in_use.sum())
            assert (below - alive) * 8 <= below

    def check(self) -> None:
        loans = self.world[Loans]
        assert self.row.keys() == self.plain.alive.keys()
        assert sorted(self.row.values()) == np.flatnonzero(loans.live).tolist()
        for name, row in self.row.items():
            assert part_of(self.pool.bounds, row) == self.plain.alive[name]
            found = loans.principal[row], loans.name[row], *loans.past[row], loans.rate[row]
            assert found == (100 * name, name, name, name, name, name / 7)
        for references in (self.world[Borrowers].loan, self.world[Watch].seen):
            assert all(row == -1 or loans.live[row] for row in references.flat)
        for row in self.world[Borrowers].loan:
            assert row == -1 or self.world[Borrowers].loan[loans.name[row] % 12] == row
        for part in range(4):
            assert self.pool.in_use[part] == sum(where == part for where in self.plain.alive.values())
            assert not loans.live[BOUNDS[part] + used(self.pool, part) : BOUNDS[part + 1]].any()
        assert first_wrong(self.world) is None


ACTS = st.one_of(
    st.tuples(st.just("take"), st.integers(0, 3)),
    st.tuples(st.sampled_from(["give_back", "note", "forget", "compact"]), st.integers(0, 50)),
)


@settings(max_examples=150, deadline=None)
@given(acts=st.lists(ACTS, max_size=70))
def test_a_pool_is_what_its_plain_model_is(acts: list[tuple[str, int]]) -> None:
    rig = Rig()
    for act, which in acts:
        getattr(rig, act)(which)
        rig.check()
    assert int(rig.pool.in_use.sum()) == len(rig.plain.alive)


def test_five_bytes_a_row() -> None:
    assert sum(one.bytes for one in (Loans.live, Loans.next_free)) == 5


def test_rows_are_dense_after_many_have_gone() -> None:
    """And what lies beyond is as if it had never been used."""
    rig = Rig()
    for _ in range(8):
        rig.take(3)
    for _ in range(5):
        rig.give_back(0)
    rig.compact(0)
    rig.check()
    assert np.flatnonzero(rig.world[Loans].live).tolist() == [12, 13, 14]
    for declared, array in [*rig.world[Loans].items(), *rig.world[LoanTerms].items()]:
        assert not array[15:].any(), declared


def test_few_holes_stay() -> None:
    rig = Rig()
    for part in (0, 2, 3):
        for _ in range(5):
            rig.take(part)
    rig.give_back(1)
    before = dict(rig.row)
    rig.compact(0)
    assert rig.row == before


def test_the_row_given_back_last_is_taken_first() -> None:
    pool = whole_pool(make_world(), Loans)
    rows = [take(pool, 3) for _ in range(4)]
    give_back(pool, rows[2])
    give_back(pool, rows[0])
    assert [take(pool, 3) for _ in range(3)] == [rows[0], rows[2], rows[3] + 1]


@pytest.mark.parametrize("row", [-1, 3, 5, 20, 2**40])
def test_what_is_not_in_use_is_not_given_back(row: int) -> None:
    pool = whole_pool(make_world(), Loans)
    rows = [take(pool, 0) for _ in range(3)]
    with pytest.raises(NotInUseError, match="not in use"):
        give_back(pool, row)
    assert rows == [0, 1, 2]
    assert pool.in_use.tolist() == [3, 0, 0, 0]


@pytest.mark.parametrize("part", [-1, 4, 99])
def test_no_locality_but_its_own(part: int) -> None:
    with pytest.raises(NotInUseError, match="a locality that is none"):
        take(whole_pool(make_world(), Loans), part)


@pytest.mark.parametrize(("column", "value"), [("head", 7), ("head", 1), ("beyond", 6), ("beyond", -3)])
def test_a_broken_list_of_free_rows_is_refused(column: str, value: int) -> None:
    """Whoever tampers with a checkpoint does not make a kernel write out of range."""
    world = make_world()
    pool = whole_pool(world, Loans)
    take(pool, 0)
    before = world[Loans].live.copy()
    getattr(pool, column)[0] = value
    with pytest.raises((NotInUseError, PoolFullError)):
        take(pool, 0)
    assert np.array_equal(world[Loans].live, before)
    assert 0 <= used(pool, 0) <= 5


def test_an_opening_occupies_rows() -> None:
    world = make_world()
    occupy(world, Loans, [2, 0, 7, 1])
    assert np.flatnonzero(world[Loans].live).tolist() == [0, 1, *range(5, 12), 12]
    pool = whole_pool(world, Loans)
    assert take(pool, 0) == 2
    with pytest.raises(PoolFullError):
        take(pool, 2)


@pytest.mark.parametrize("counts", [[6, 0, 0, 0], [-1, 0, 0, 0], [1, 1, 1, 1], [1, 1]])
def test_an_opening_without_room_is_told_what_to_raise(counts: list[int]) -> None:
    world = make_world()
    with pytest.raises((PoolFullError, ValueError), match=r"Loans .*size\.loans|one number for each of the 4"):
        occupy(world, Loans, counts)
    assert not world[Loans].live.any()


# Rules of a small economy with a pool.


@local_system
def lend(
    loans: Pool = pool_of(Loans),
    principal: Cents = moves(Loans.principal),
    borrower: Indices = writes(Loans.borrower),
    name: Smalls = writes(Loans.name),
    past: Cents = writes(Loans.past),
    rate: Cents = writes(LoanTerms.rate),
    loan: Indices = writes(Borrowers.loan),
    first_loan: int = first(Loans),
    first_borrower: int = first(Borrowers),
    key: int = draws("lend"),
    tick: int = this_tick(),
) -> None:
    """Lend to a third of those who owe nothing."""
    for own in range(loan.size):
        if loan[own] < 0 and uniform(key, first_borrower + own) < 0.34:
            row = take(loans)
            principal[row] = 1000 + tick
            borrower[row] = first_borrower + own
            name[row] = first_borrower + own
            rate[row] = 0.01 * tick
            for place in range(3):
                past[row, place] = tick
            loan[own] = first_loan + row


@local_system
def collect(
    loans: Pool = pool_of(Loans),
    principal: Cents = moves(Loans.principal),
    borrower: Indices = reads(Loans.borrower),
    loan: Indices = writes(Borrowers.loan),
    first_loan: int = first(Loans),
    first_borrower: int = first(Borrowers),
    key: int = draws("collect"),
) -> None:
    """A fifth of all loans are repaid."""
    for row in range(used(loans)):
        if loans.live[row] and uniform(key, first_loan + row) < 0.2:
            principal[row] = 0
            loan[borrower[row] - first_borrower] = -1
            give_back(loans, row)


@local_system
def count(
    lent: Cents = adds(Sums.lent),
    counted: Cents = adds(Sums.heads),
    names: Cents = adds(Sums.names),
    live: Smalls = reads(Loans.live),
    principal: Cents = reads(Loans.principal),
    name: Smalls = reads(Loans.name),
) -> None:
    """Sum over rows in use."""
    for row in range(live.size):
        if live[row]:
            lent[0] += principal[row]
            counted[0] += 1
            names[0] += name[row]


@local_system
def count_all(lent: Cents = adds(Sums.lent), names: Cents = adds(Sums.names), name: Smalls = reads(Loans.name)) -> None:
    """Sum over all rows, in use or not: the mistake that poison is to find."""
    for row in range(name.size):
        names[0] += name[row]


@local_system
def lend_carelessly(
    loans: Pool = pool_of(Loans),
    principal: Cents = moves(Loans.principal),
    loan: Indices = writes(Borrowers.loan),
    first_loan: int = first(Loans),
) -> None:
    """Lend without writing every column of the row: the other mistake that poison is to find."""
    for own in range(loan.size):
        if loan[own] < 0:
            row = take(loans)
            principal[row] += 1
            loan[own] = first_loan + row


MONTH = schedule(phase("Loans", collect, lend), phase("Sums", count))
TOWN = (0, 90, 90, 130, 260)


def town(page: Schedule = MONTH, threads: int = 1, bounds: tuple[int, ...] = TOWN) -> Engine:
    loans = np.array(bounds)
    counts: dict[type[Table], int] = {Borrowers: bounds[-1], Loans: bounds[-1], Watch: 4, Notes: 6, Sums: 1}
    world = World(page.tables(), {table: counts.get(table, 1) for table in counts}, {Loans: loans, Borrowers: loans})
    return Engine(page, world, Settings(page.parameter_groups()), 3, threads)


def state(world: World) -> dict[str, bytes]:
    return {repr(declared): array.tobytes() for rows in world.tables.values() for declared, array in rows.items()}


def test_the_page_brings_the_pools_own_columns() -> None:
    assert {Loans, Loans.free_list} <= set(MONTH.tables())
    assert Loans.live in lend.writes()
    assert Loans.live in count.reads()
    assert lend.pools() == [Loans]


@pytest.mark.parametrize("threads", [2, 3])
def test_threads_change_nothing(threads: int) -> None:
    alone, shared = town(), town(threads=threads)
    holes, moved = 0, 0
    for tick in range(40):
        before = alone.world[Loans].name.copy()
        alone.step(tick)
        shared.step(tick)
        pool = whole_pool(alone.world, Loans)
        holes += int(pool.beyond.sum() - pool.in_use.sum())
        moved += int((alone.world[Loans].name != before).sum())
        loan, borrower = alone.world[Borrowers].loan, alone.world[Loans].borrower
        assert np.array_equal(borrower[loan[loan >= 0]], np.flatnonzero(loan >= 0))
        assert (loan >= 0).sum() == pool.in_use.sum() == alone.world[Loans].live.sum()
    shared.close()
    assert holes > 0
    assert moved > 0
    assert state(alone.world) == state(shared.world)


def poison(world: World) -> World:
    """Return the same world with garbage in every row that is not in use, as far as a rule may not look at it."""
    other = world.copy()
    for table, rows in other.tables.items():
        if table.rows_of.pool:
            dead = other[table.rows_of].live == 0
            for declared, array in rows.items():
                if declared not in (Loans.live, Loans.next_free) and declared.claim is None:
                    array[dead] = np.nan if array.dtype.kind == "f" else np.iinfo(array.dtype).max // 3
    return other


def seen(page: Schedule) -> list[str]:
    """Return the columns whose rows in use a month makes otherwise when rows not in use hold garbage."""
    clean = town()
    for tick in range(12):
        clean.step(tick)
    engines = [
        Engine(page, world, Settings(page.parameter_groups()), 3, 1)
        for world in (clean.world.copy(), poison(clean.world))
    ]
    for engine in engines:
        engine.step(12)
    one, other = (engine.world for engine in engines)
    found = []
    for table in page.tables():
        alive = one[table.rows_of].live > 0 if table.rows_of.pool else slice(None)
        found += [
            repr(declared)
            for declared, array in one[table].items()
            if not np.array_equal(array[alive], other.array(declared)[alive], equal_nan=True)
        ]
    return found


def test_no_rule_looks_at_rows_that_are_not_in_use() -> None:
    assert seen(MONTH) == []


def test_poison_finds_a_rule_that_looks() -> None:
    assert seen(MONTH.after(count, count_all)) == ["Sums.names"]


def test_poison_finds_a_row_that_was_not_written_when_taken() -> None:
    assert "Loans.name" in seen(MONTH.replace(lend, lend_carelessly))


@system
def take_too_many(notes: Pool = pool_of(Notes), about: Indices = writes(Notes.about)) -> None:
    """Take more than there are."""
    for _ in range(7):
        about[take(notes)] = 0


@host_system
def take_too_many_by_hand(loans: Pool = pool_of(Loans)) -> None:
    """Take more than there are, in Python."""
    for _ in range(41):
        take(loans, 2)


@local_system
def lend_twice(loans: Pool = pool_of(Loans), loan: Indices = reads(Borrowers.loan)) -> None:
    """Take two rows for each borrower, where there is one."""
    for _ in range(2 * loan.size):
        take(loans)


# fmt: off
@pytest.mark.parametrize(("member", "told"), [
    (take_too_many, "tick 5, test_pool.take_too_many: Notes is full: its 6 rows are all in use; raise size.notes"),
    (take_too_many_by_hand, "tick 5, test_pool.take_too_many_by_hand: Loans is full: a locality's share of its 260 "
                            "rows is in use; raise size.loans"),
    (lend_twice, "tick 5, test_pool.lend_twice: Loans is full: a locality's share of its 260 rows is in use; "
                 "raise size.loans"),
])
# fmt: on
@pytest.mark.parametrize("threads", [1, 2])
def test_a_full_pool_names_table_capacity_and_key(member: System, told: str, threads: int) -> None:
    engine = town(MONTH.after(count, member), threads)
    with pytest.raises(PoolFullError) as caught:
        engine.step(5)
    engine.close()
    assert str(caught.value) == told


@system
def give_back_twice(notes: Pool = pool_of(Notes), about: Indices = writes(Notes.about)) -> None:
    """Give back a row twice."""
    row = take(notes)
    give_back(notes, row)
    give_back(notes, row)


def test_a_row_given_back_twice_names_rule_and_table() -> None:
    with pytest.raises(NotInUseError) as caught:
        town(MONTH.after(count, give_back_twice)).step(5)
    told = "tick 5, test_pool.give_back_twice: Notes: a row was given back that is not in use"
    assert str(caught.value) == told


def scattered() -> Rig:
    """Make a world of four loans, of which two have gone."""
    rig = Rig()
    for _ in range(4):
        rig.take(2)
    for _ in range(2):
        rig.give_back(0)
    return rig


def test_what_still_refers_to_a_row_given_back_is_found_before_anything_moves() -> None:
    rig = scattered()
    rig.world[Watch].seen[1, 1] = 5
    before = state(rig.world)
    with pytest.raises(NotInUseError, match=r"Watch\.seen of row 1 refers to row 5 of Loans, which is not in use; "):
        compact(rig.world)
    assert state(rig.world) == before


def test_a_reference_beyond_all_rows_is_found() -> None:
    rig = scattered()
    rig.world[Watch].seen[3, 0] = 20
    with pytest.raises(NotInUseError, match=r"Watch\.seen of row 3 refers to row 20 of Loans"):
        compact(rig.world)


def test_a_claim_on_a_row_given_back_is_found() -> None:
    rig = scattered()
    rig.world[Loans].principal[6] = 1_234
    with pytest.raises(NotInUseError, match=r"Loans\.principal of row 6 is 1,234 cents, though the row was given back"):
        compact(rig.world)


def takes_no_pool(borrowers: Pool = pool_of(Borrowers)) -> None:
    """Take rows of what is no pool."""


def takes_elsewhere(notes: Pool = pool_of(Notes)) -> None:
    """Take rows of a pool of no locality."""


def writes_live(live: Smalls = writes(Loans.live)) -> None:
    """Write what only a pool's acts write."""


def adds_in_use(in_use: Indices = adds(FREE_LISTS[0].in_use)) -> None:
    """Write what only a pool's acts write."""


# fmt: off
@pytest.mark.parametrize(("make", "rule", "told"), [
    (system,       takes_no_pool,   'Borrowers is no pool; declare it with pool="key of its capacity"'),
    (local_system, takes_elsewhere, "is local and may not take rows of Notes, which is not"),
    (local_system, writes_live,     "take and give_back alone write Loans.live; 'live' may read it"),
    (system,       adds_in_use,     "take and give_back alone write LoansFreeList.in_use"),
])
# fmt: on
def test_refused_where_it_is_declared(make: type, rule: object, told: str) -> None:
    with pytest.raises(TypeError, match=told):
        make(rule)


def test_a_pool_owns_its_rows_and_the_names_of_its_columns() -> None:
    with pytest.raises(TypeError, match="More has the rows of Loans, so only that may be a pool"):

        class More(Table, rows=Loans, pool="size.more"):
            """Rows of another."""

    with pytest.raises(TypeError, match="Beings is a pool, which has a column 'live' of its own"):

        class Beings(Table, pool="size.beings"):
            """A column of a name that is taken."""

            live = column("u1", "code", "whether alive")
