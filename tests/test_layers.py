"""Imports run downward, and each foreign package has one home."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "ravelin"

FLOORS = {
    "core": 0,
    "mechanisms": 1, "ledger": 1, "learning": 1,
    "economy": 2,
    "tick": 3, "scenarios": 3, "opening": 3, "storage": 3, "runs": 3, "model": 3,
    "textbook": 4, "experiments": 4, "validation": 4,
    "report": 5,
    "server": 6, "cli": 6, "__main__": 6,
}  # fmt: skip
"""The rooms, and on which floor they lie: nobody imports what lies above."""
STRANGERS = {"mechanisms", "ledger", "learning"}
"""Rooms of one floor that do not know one another."""
SHARED = ("tables", "parameters", "acts", "identities")
"""What a domain of the economy lets others import; its rules meet others' only through columns."""

HOMES = {
    "numba": ("core/kernel.py",),
    "llvmlite": ("core/kernel.py",),
    "pyarrow": ("storage/", "learning/survey", "learning/files"),
    "xgboost": ("learning/",),
    "click": ("cli/",),
    "starlette": ("server/",),
    "uvicorn": ("server/", "cli/"),
    "orjson": ("server/", "storage/"),
    "matplotlib": ("report/", "learning/chart.py"),
    "xlsxwriter": ("report/export.py",),
    "rich": ("cli/",),
    "dask": ("experiments/",),
    "distributed": ("experiments/",),
    "numpy": ("",),
    "scipy": ("",),
}


class Import(NamedTuple):
    file: str
    line: int
    name: str
    """Dotted name of the module, or of what is taken from it."""
    typing_only: bool

    @property
    def place(self) -> str:
        return f"ravelin/{self.file}:{self.line} imports {self.name}"


def imports_of(source: str, file: str) -> Iterator[Import]:
    tree = ast.parse(source)
    typing_only = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for statement in node.body
        for inner in ast.walk(statement)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}:{node.lineno} has a relative import"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            yield Import(file, node.lineno, name, node in typing_only)


def all_imports() -> list[Import]:
    return [
        found
        for path in sorted(PACKAGE.rglob("*.py"))
        for found in imports_of(path.read_text(), path.relative_to(PACKAGE).as_posix())
    ]


def room_of(module: str) -> str:
    """Name the room of a module: `economy` for `ravelin.economy.goods.prices`."""
    return module.split(".")[1] if "." in module else ""


def domain_of(module: str) -> str:
    """Name the domain of a module of the economy; nothing for others."""
    parts = module.split(".")
    return parts[2] if len(parts) > 2 and parts[1] == "economy" else ""


def module_of_file(file: str) -> str:
    return "ravelin." + file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


MODULES = {module_of_file(path.relative_to(PACKAGE).as_posix()) for path in PACKAGE.rglob("*.py")}


def module_of_import(found: Import) -> str | None:
    """Name the module that is imported; None for foreign ones and for the public face."""
    if found.name in MODULES:
        return found.name
    parent = found.name.rpartition(".")[0]
    return parent if parent in MODULES and parent != "ravelin" else None


def offence(found: Import) -> str | None:
    """Say which law an import breaks, if any."""
    own, other = module_of_file(found.file), module_of_import(found)
    if found.file == "__init__.py" or other is None or found.typing_only:
        return None  # The public face names what lies above it.
    here, there = room_of(own), room_of(other)
    if FLOORS[there] > FLOORS[here]:
        return f"{found.place}: {here} lies on floor {FLOORS[here]}, {there} on floor {FLOORS[there]}"
    if here != there and {here, there} <= STRANGERS:
        return f"{found.place}: {here} and {there} do not know one another"
    if here == there == "economy" and domain_of(own) != domain_of(other) and other.split(".")[3:4] != []:
        if other.split(".")[3] not in SHARED:
            return f"{found.place}: of another domain only {', '.join(SHARED)} may be imported"
    elif here == there == "economy" and domain_of(own) != domain_of(other):
        return f"{found.place}: a domain is imported by its files"
    return None


def test_every_room_has_a_floor() -> None:
    assert {room_of(module) for module in MODULES} - {"", "__init__"} == set(FLOORS)


def test_nothing_is_loose_at_the_top() -> None:
    loose = {path.name for path in PACKAGE.glob("*.py")}
    assert loose == {"__init__.py", "__main__.py", "model.py"}


def test_imports_keep_the_laws() -> None:
    assert [text for text in map(offence, all_imports()) if text] == []


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Return groups of modules each of which imports all others of its group, by whatever way."""
    reached: dict[str, set[str]] = {}
    for module in graph:
        seen, waiting = set(), [module]
        while waiting:
            fresh = graph.get(waiting.pop(), set()) - seen
            seen |= fresh
            waiting += fresh
        reached[module] = seen
    return sorted({tuple(sorted(m for m in reached[one] if one in reached[m])) for one in graph if one in reached[one]})


def test_no_files_import_one_another_in_a_circle() -> None:
    """Imports inside functions count, too: they run at some time."""
    graph: dict[str, set[str]] = {module: set() for module in MODULES}
    for found in all_imports():
        other = module_of_import(found)
        if other is not None and not found.typing_only and found.file != "__init__.py":
            graph[module_of_file(found.file)].add(other)
    assert circles(graph) == []
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [("a", "b", "c")]


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("core/table.py", "from ravelin.economy.firms.tables import Firms"),
        ("mechanisms/rounding.py", "from ravelin.economy.firms.tables import WHOLE"),
        ("ledger/audit.py", "from ravelin.economy.banks.tables import Banks"),
        ("ledger/audit.py", "from ravelin.mechanisms import rounding"),
        ("economy/goods/prices.py", "from ravelin.economy.labor.pay import raise_pay"),
        ("economy/goods/prices.py", "from ravelin.economy.labor import pay"),
        ("economy/goods/prices.py", "from ravelin.economy import labor"),
        ("economy/goods/tables.py", "from ravelin.economy.goods.tables import Goods"),
        ("opening/world.py", "def late():\n    from ravelin.report.page import write_report"),
    ],
)
def test_a_broken_law_is_found(file: str, source: str) -> None:
    expected = [None] if file == "economy/goods/tables.py" else []
    assert [one for one in map(offence, imports_of(source, file)) if one] or expected


def test_foreign_packages_have_one_home() -> None:
    strays = []
    for found in all_imports():
        package = found.name.partition(".")[0]
        if package in sys.stdlib_module_names or package == "ravelin" or found.typing_only:
            continue
        homes = HOMES.get(package)
        assert homes is not None, f"{found.place}, which has no home in {Path(__file__).name}"
        if not any(found.file.startswith(home) for home in homes):
            strays.append(f"{found.place}; its home is {', '.join(homes)}")
    assert strays == []
