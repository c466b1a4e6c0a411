"""Imports run downward, and each foreign package has one home."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "ravelin"

LAYERS = {
    "core": 0,
    "state": 1,
    "ledger": 2, "markets": 2, "learning": 2, "storage": 2,
    "systems": 3,
    "tick": 4, "inspection": 4, "continuation": 4, "model": 4, "preparation": 4, "observation": 4,
    "patience": 4, "simulation": 4, "scenarios": 4, "orders": 4, "recorder": 4,
    "experiments": 5, "report": 5, "explain": 5, "key_figures": 5,
    "server": 6, "cli": 6, "ml": 6, "progress": 6, "__main__": 6,
}  # fmt: skip
STRANGERS = {"ledger", "markets", "learning", "storage"}
"""Parts of one layer that do not know one another."""

HOMES = {
    "numba": ("core/kernel.py",),
    "llvmlite": ("core/kernel.py",),
    "pyarrow": ("storage/", "learning/survey", "learning/files"),
    "xgboost": ("learning/",),
    "click": ("cli/", "ml.py"),
    "starlette": ("server/",),
    "uvicorn": ("server/", "cli/"),
    "orjson": ("server/", "storage/"),
    "matplotlib": ("report/", "learning/chart.py"),
    "rich": ("progress.py", "cli/", "ml.py"),
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


def part_of_file(file: str) -> str:
    return file.partition("/")[0].removesuffix(".py")


def part_of_import(found: Import) -> str | None:
    """Name the part of Ravelin that is imported; None for others and for the package itself."""
    names = found.name.split(".")
    return names[1] if names[0] == "ravelin" and len(names) > 1 and names[1] in LAYERS else None


def offence(found: Import) -> str | None:
    """Say what is wrong with an import between parts of Ravelin, if anything is."""
    own, other = part_of_file(found.file), part_of_import(found)
    if own == "__init__" or other is None:
        return None  # The public face names what lies above it.
    if LAYERS[other] > LAYERS[own] and not found.typing_only:
        return f"{found.place}: layer {LAYERS[own]} imports layer {LAYERS[other]}"
    if own != other and {own, other} <= STRANGERS:
        return f"{found.place}: {own} and {other} do not know one another"
    if own == other == "systems" and not found.typing_only:
        return f"{found.place}: systems meet only through columns"
    return None


def test_every_part_has_a_layer() -> None:
    parts = {part_of_file(path.relative_to(PACKAGE).as_posix()) for path in PACKAGE.rglob("*.py")}
    assert parts - {"__init__"} <= set(LAYERS)


def test_imports_run_downward() -> None:
    assert [text for text in map(offence, all_imports()) if text] == []


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("core/table.py", "from ravelin.economy.firms.tables import Firms"),
        ("state/firms.py", "import ravelin.ledger.transfers"),
        ("economy/accounts/identities.py", "from ravelin.storage import history"),
        ("economy/goods/prices.py", "from ravelin.economy.labor import part"),
        ("economy/goods/prices.py", "from ravelin.economy import labor"),
        ("opening/world.py", "def late():\n    from ravelin.report import write_report"),
    ],
)
def test_an_upward_import_is_found(file: str, source: str) -> None:
    assert [offence(found) for found in imports_of(source, file)] != [None]


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
