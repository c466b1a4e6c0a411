"""What history records is a column in the unit that is stated, place by place."""

from collections.abc import Iterator

import pytest

from ravelin import Scenario, Simulation
from ravelin.economy.accounts.indicators import Indicator, indicators

PER = {"cent": 0.01, "dollar": 1.0, "base-year dollar": 1.0}
SAME = {("base-year dollar/month", "unit/month"), ("1", "fraction"), ("person", "worker")}
"""A unit of real output is a dollar of the opening."""


@pytest.fixture(scope="module")
def listed() -> Iterator[list[Indicator]]:
    with Simulation(Scenario.load("default", consumers=500, catalog="teaching"), seed=1, threads=1) as simulation:
        yield indicators(simulation.world)


def money(unit: str) -> tuple[float | None, str]:
    """Split a unit into dollars and what is left: `cent/month` is a hundredth of a dollar a month."""
    first, slash, rest = unit.partition("/")
    return PER.get(first), slash + rest if first in PER else unit


def test_the_scale_is_what_the_units_say(listed: list[Indicator]) -> None:
    for one in listed:
        dollars, rest = money(one.unit)
        held, same = money(one.column.unit)
        if one.name == "audit_gap_cents" or (one.unit, one.column.unit) in SAME or dollars is None or held is None:
            assert one.scale == 1.0, one.name
        else:
            assert one.scale == pytest.approx(held / dollars), one.name
            assert rest == same, one.name


def test_each_place_of_a_column_is_told_once(listed: list[Indicator]) -> None:
    assert len({one.name for one in listed}) == len(listed)
    told = [(repr(one.column), one.position) for one in listed]
    assert len(set(told)) == len(told)
    for one in listed:
        last = one.position[1] if isinstance(one.position, tuple) else 0
        assert 0 <= last < one.column.width
    wide = {repr(one.column): one.column.width for one in listed if isinstance(one.position, tuple)}
    for column, width in wide.items():
        places = [one.position[1] for one in listed if repr(one.column) == column and isinstance(one.position, tuple)]
        assert sorted(places) in (list(range(width)), list(range(1, width))), column
