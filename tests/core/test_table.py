"""Tables of columns: declared once, allocated once."""

import numpy as np
import pytest

from ravelin.core.table import Table, World, column


class People(Table, local=True):
    """Rows in the order of localities."""

    age = column("u1", "year", "age", start=30, fixed=True)
    wage = column("i8", "cent/month", "wage")
    beliefs = column("f4", "1", "three beliefs", width=3, start=0.5)


class Memory(Table, rows=People):
    """Further columns of the same rows."""

    visits = column("u2", "1", "visits", flow=True)


class State(Table):
    """One row."""

    debt = column("i8", "cent", "debt")


def world() -> World:
    return World([People, Memory, State], {People: 5, State: 1}, {People: np.array([0, 2, 5])})


def test_declaration() -> None:
    assert repr(People.wage) == "People.wage"
    assert list(People.columns) == ["age", "wage", "beliefs"]
    assert (People.age.bytes, People.wage.bytes, People.beliefs.bytes) == (1, 8, 12)
    assert (People.age.fixed, Memory.visits.flow, People.wage.flow) == (True, True, False)
    assert People.wage.table is People
    assert Memory.rows_of is People


def test_a_table_that_shares_rows_shares_localities() -> None:
    assert People.local
    assert Memory.local
    assert not State.local
    assert world().span(Memory).tolist() == [0, 2, 5]


@pytest.mark.parametrize(
    ("declared", "shape", "dtype", "value"),
    [
        (People.age, (5,), np.uint8, 30),
        (People.wage, (5,), np.int64, 0),
        (People.beliefs, (5, 3), np.float32, 0.5),
        (Memory.visits, (5,), np.uint16, 0),
        (State.debt, (1,), np.int64, 0),
    ],
    ids=repr,
)
def test_allocation(declared: object, shape: tuple[int, ...], dtype: type, value: float) -> None:
    array = world().array(declared)  # type: ignore[arg-type]
    assert array.shape == shape
    assert array.dtype == dtype
    assert (array == value).all()


def test_rows_by_attribute() -> None:
    made = world()
    assert made[People].wage is made.array(People.wage)
    assert len(made[People]) == made[Memory].count == 5
    assert made.localities == 2
    assert made.bytes() == 5 * (1 + 8 + 12 + 2) + 8
    assert State in made
    with pytest.raises(AttributeError, match="People has no column 'height'"):
        _ = made[People].height


def test_an_unbound_table_is_named() -> None:
    class Absent(Table):
        """Bound by nobody."""

    with pytest.raises(KeyError, match="Absent is not bound by any system"):
        _ = world()[Absent]


def test_a_copy_is_a_world_of_its_own() -> None:
    made = world()
    other = made.copy()
    made[People].wage[0] = 7
    assert other[People].wage[0] == 0
    assert other.localities == 2


def test_a_view_is_the_same_world_and_cannot_change_it() -> None:
    made = world()
    view = made.view()
    made[People].wage[0] = 7
    assert view[People].wage[0] == 7
    with pytest.raises(ValueError, match="read-only"):
        view[People].wage[0] = 8


@pytest.mark.parametrize(
    ("dtype", "unit", "error"), [("i8", "cents", ValueError), ("f4", "dollars", ValueError), ("f2", "1", KeyError)]
)
def test_a_column_of_unknown_unit_or_type_is_refused(dtype: str, unit: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        column(dtype, unit, "something")


def test_a_reference_names_its_table() -> None:
    assert column("i4", "row of Firms", "employer", start=-1).start == -1


def test_a_column_is_found_whichever_table_of_the_rows_declares_it() -> None:
    made = world()
    assert People.visits is Memory.visits  # type: ignore[attr-defined]
    assert Memory.age is People.age  # type: ignore[attr-defined]
    for seen in (made, made.copy(), made.grown(State, 2), made.view()):
        assert seen[People].visits is seen[Memory].visits
        assert seen[Memory].wage is seen[People].wage
        assert seen[State].debt.size in (1, 3)
    copied = made.copy()
    copied[People].visits[0] = 7
    assert (copied[Memory].visits[0], made[Memory].visits[0]) == (7, 0)
    with pytest.raises(AttributeError, match="People has no column 'debt'"):
        _ = People.debt  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match="Memory has no column 'debt'"):
        _ = made[Memory].debt


def test_two_columns_of_one_name_for_the_same_rows_are_refused() -> None:
    class Diary(Table, rows=People):
        """Has what `Memory` has."""

        visits = column("u1", "1", "visits, again")

    try:
        with pytest.raises(ValueError, match=r"Diary\.visits and Memory\.visits are columns of the same rows"):
            World([People, Memory, Diary], {People: 5}, {People: np.array([0, 2, 5])})
        with pytest.raises(AttributeError, match="'visits' is a column of Memory and of Diary"):
            _ = People.visits  # type: ignore[attr-defined]
    finally:
        People.sharers.remove(Diary)


def test_a_table_declared_again_takes_the_place_of_the_former() -> None:
    """As when a cell is run again."""

    def declare(name: str) -> type[Table]:
        space = {"Table": Table, "People": People, "column": column, "__name__": "cell"}
        exec(f"class Note(Table, rows=People):\n    '''One.'''\n    {name} = column('u1', '1', 'notes')", space)
        note = space["Note"]
        assert isinstance(note, type)
        return note

    try:
        declare("notes")
        again = declare("notes")
        assert People.notes.table is again  # type: ignore[attr-defined]
    finally:
        People.sharers.remove(again)
