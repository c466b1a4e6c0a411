"""A bundle: columns that rules take together, each with its own access, as if bound one by one."""

import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from ravelin.core.kernel import compiled
from ravelin.core.parameter import Parameters, Settings, parameter
from ravelin.core.schedule import Engine, phase, schedule
from ravelin.core.sentence import DeclarationError
from ravelin.core.system import Cents, Doubles, adds, bundle, first, host_system, local_system, reads, uses, writes
from ravelin.core.table import Table, World, column


class Stalls(Table, local=True):
    """Stalls of a fair."""

    price = column("f8", "cent/unit", "price")
    sold = column("i8", "unit", "units sold")


class Fair(Table):
    """The fair."""

    takings = column("i8", "cent", "what all took in", off_books="a toy")


class Haggling(Parameters):
    """How prices move."""

    step = parameter(0.5, "1", "part by which a price moves", low=0, high=1, source="a toy")


class Counter(NamedTuple):
    """What lies on a counter."""

    price: Doubles = writes(Stalls.price)
    sold: Cents = reads(Stalls.sold)
    takings: Cents = adds(Fair.takings)
    step: float = uses(Haggling.step)


@compiled
def take(counter: Counter, stall: int) -> None:
    """Count what a stall took in."""
    counter.takings[0] += counter.sold[stall] * 10


@local_system
def haggle(counter: Counter = bundle(Counter), first_stall: int = first(Stalls)) -> None:
    """Move prices by the number of the stall."""
    for stall in range(counter.price.size):
        counter.price[stall] += counter.step * (first_stall + stall)
        take(counter, stall)


@host_system
def haggle_in_python(counter: Counter = bundle(Counter)) -> None:
    """Move prices by the number of the stall."""
    counter.price[:] += counter.step * np.arange(counter.price.size)
    counter.takings[0] += 10 * counter.sold.sum()


class Locked(NamedTuple):
    """A counter that nobody may change."""

    price: Doubles = reads(Stalls.price)


@local_system
def force(locked: Locked = bundle(Locked)) -> None:
    """Store to what is only read."""
    locked.price[0] = 1.0


def fair(*rules: object, threads: int = 1) -> tuple[Engine, World]:
    page = schedule(phase("Fair", *rules))  # type: ignore[arg-type]
    world = World(page.tables(), {Stalls: 9, Fair: 1}, {Stalls: np.array([0, 2, 5, 9])})
    if "sold" in world[Stalls].table.columns:
        world[Stalls].sold[:] = np.arange(9)
    return Engine(page, world, Settings(page.parameter_groups()), 1, threads), world


@pytest.mark.parametrize("rule", [haggle, haggle_in_python], ids=str)
@pytest.mark.parametrize("threads", [1, 3])
def test_what_is_stored_through_a_bundle_arrives(rule: object, threads: int) -> None:
    engine, world = fair(rule, threads=threads)
    engine.step(0)
    engine.settings.set("Haggling.step", 1.0)
    engine.step(1)
    engine.close()
    assert world[Stalls].price.tolist() == [1.5 * stall for stall in range(9)]
    assert world[Fair].takings[0] == 2 * 10 * sum(range(9))


def test_its_fields_are_bindings_like_others() -> None:
    assert list(haggle.bindings) == ["counter.price", "counter.sold", "counter.takings", "counter.step", "first_stall"]
    assert haggle.reads() == [Stalls.price, Stalls.sold]
    assert haggle.writes() == [Stalls.price, Fair.takings]
    assert haggle.parameters() == [Haggling.step]
    assert fair(haggle)[0].schedule.lags() == [(haggle, Stalls.price)]


def test_a_field_that_is_read_cannot_be_stored_to() -> None:
    engine, _ = fair(force)
    with pytest.raises(Exception, match=r"[Cc]annot modify|readonly|read-only|setitem"):
        engine.step(0)


def test_a_field_without_a_binding_is_refused() -> None:
    class Loose(NamedTuple):
        price: Doubles = reads(Stalls.price)
        step: float = 0.5

    with pytest.raises(DeclarationError, match=r"field 'step' of Loose is bound to nothing"):
        bundle(Loose)


@pytest.mark.parametrize("fields", [Stalls, 5, tuple, {"price": reads(Stalls.price)}], ids=str)
def test_what_is_no_named_tuple_is_refused(fields: object) -> None:
    with pytest.raises(DeclarationError, match=r"a bundle is a NamedTuple whose fields are bindings, not "):
        bundle(fields)  # type: ignore[arg-type]


RULE = """
from typing import NamedTuple
import numpy as np
from ravelin.core.kernel import compiled

class Pair(NamedTuple):
    {fields}

@compiled
def difference(pair: Pair) -> float:
    return pair.one[0] - pair.other[0]

@compiled
def rule(pair: Pair) -> float:
    return difference(pair)

print(rule(Pair(one=np.array([5.0]), other=np.array([3.0]))))
"""


def test_fields_that_change_places_are_no_stale_code(tmp_path: Path) -> None:
    """The compiler tells a named tuple by its class and the types of its parts; the cache by its fields, too."""
    file = tmp_path / "pairs.py"
    environment = {"RAVELIN_CACHE": str(tmp_path / "cache"), "PATH": ""}
    told = []
    for fields in ("one: np.ndarray\n    other: np.ndarray", "other: np.ndarray\n    one: np.ndarray"):
        file.write_text(RULE.format(fields=fields))
        for _ in range(2):
            command = [sys.executable, "-c", "import pairs"]
            ended = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
            told.append(float(ended.stdout))
    assert told == [2.0] * 4
    kept = [path.name for path in (tmp_path / "cache").rglob("*") if path.is_file() and "rule" in path.name]
    assert len(kept) == 2, "one for each order of the fields, read again by the second process"
