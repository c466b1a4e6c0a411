"""The code's own shape: what a reader may rely on without looking."""

import ast
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "ravelin"
MODULES = sorted(PACKAGE.rglob("*.py"))

LINES_MAX = 550
FILES_MAX = 18


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def own_files() -> list[Path]:
    """Files of the project that people write; what was handed to it, and what is generated, are left out."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode:
        pytest.skip("this is not a git checkout, so its own files cannot be told from others")
    kinds = (".py", ".md", ".toml", ".sh", ".ipynb")
    names = [name for name in listed.stdout.splitlines() if Path(name).suffix in kinds]
    handed = ("data/calibration/", "tests/oracles/")
    return [ROOT / name for name in [*names, ".ci/run"] if not name.startswith(handed) and (ROOT / name).exists()]


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_says_what_it_is_for(path: Path) -> None:
    docstring = ast.get_docstring(ast.parse(path.read_text()))
    if path.name == "__init__.py" and not path.read_text().strip():
        pytest.skip("an empty package")
    assert docstring, f"{name_of(path)} has no docstring"
    assert re.search(r"[.:]$", docstring.partition("\n")[0]) or "\n" in docstring.strip()


def test_modules_stay_readable() -> None:
    long = [(name_of(path), len(path.read_text().splitlines())) for path in MODULES]
    assert [(name, lines) for name, lines in long if lines > LINES_MAX] == []
    folders = {path.parent for path in MODULES}
    assert [name_of(folder) for folder in folders if len(list(folder.glob("*.py"))) > FILES_MAX] == []


def test_files_are_named_for_what_they_hold() -> None:
    drawers = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "base", "tools"}
    assert [name_of(path) for path in MODULES if path.stem in drawers] == []


def test_no_two_tests_share_a_name() -> None:
    """Pytest imports every test file as a module of the top: a second one of the same name ends the whole session."""
    paths = sorted(path.relative_to(ROOT) for path in (ROOT / "tests").rglob("*.py") if path.name != "conftest.py")
    stems = Counter(path.stem for path in paths)
    assert [str(path) for path in paths if stems[path.stem] > 1] == []


def test_no_file_is_dead() -> None:
    """Every module is imported by another, or is where a command begins."""
    entries = {"ravelin/__main__.py", "ravelin/__init__.py"}
    imported = {name for path in [*MODULES, *(ROOT / "tests").rglob("*.py")] for name in imported_names(path)}
    dead = [
        name_of(path)
        for path in MODULES
        if path.name != "__init__.py"
        and name_of(path) not in entries
        and name_of(path).removesuffix(".py").replace("/", ".") not in imported
    ]
    assert dead == []


def imported_names(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("ravelin."):
            yield node.value  # Imported by name when it is first used.


CHANCE = re.compile(r"np\.random|numpy\.random|default_rng|^import random|^from random|\bos\.urandom|\buuid\b", re.M)
CLOCK = re.compile(r"\btime\.time\(|datetime\.now\(|date\.today\(", re.M)


OUTSIDE_THE_MODEL = {"cli", "server", "storage", "runs", "experiments", "report", "learning", "validation"}
"""Where clocks name runs and measure, and where models are trained."""


def test_luck_comes_only_from_keyed_draws() -> None:
    folders = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists()}
    assert folders >= OUTSIDE_THE_MODEL, "a folder that is named has gone"
    wrong = [
        f"{name_of(path)}: {found[0]}"
        for folder in sorted(folders - OUTSIDE_THE_MODEL)
        for path in sorted((PACKAGE / folder).rglob("*.py"))
        for pattern in (CHANCE, CLOCK)
        for found in pattern.finditer(path.read_text())
    ]
    assert wrong == []


def test_the_library_prints_nothing() -> None:
    tellers = ("ravelin/cli/",)
    wrong = [
        f"{name_of(path)}:{node.lineno}"
        for path in MODULES
        if not name_of(path).startswith(tellers)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert wrong == []


def test_nothing_is_caught_without_being_named() -> None:
    wrong = [
        f"{name_of(path)}:{node.lineno}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ExceptHandler) and (node.type is None or ignores_everything(node))
    ]
    assert wrong == []


def ignores_everything(handler: ast.ExceptHandler) -> bool:
    everything = isinstance(handler.type, ast.Name) and handler.type.id in ("Exception", "BaseException")
    return everything and all(isinstance(line, ast.Pass) for line in handler.body)


def test_sums_are_exact() -> None:
    """`fastmath` reorders sums, so it breaks repeatability and every check for NaN."""
    assert [name_of(path) for path in MODULES if "fastmath" in path.read_text()] == []


SPELLING = re.compile(
    r"\b(labour|behaviour|favour|colour|neighbour|centre|catalogue|programme|modell(?:ed|ing|er)|honour|analys(?:e[drs]?|ing)|"
    r"\w+[a-z]{3}isation|organis\w+|normalis\w+|summaris\w+|initialis\w+|optimis(?:e|ing|ation)\w*|grey|defence|licence)\b",
    re.I,
)
ALLOWED_WORDS = {"analyses"}
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
BANNER = re.compile(r"^\s*#\s*[-=#*~]{5,}", re.M)
MACHINE = re.compile(r"(?<![\w.])/(?:work|root|home|Users)/")
CONFLICT = re.compile(r"^(<{7}|>{7}) ", re.M)


@pytest.mark.parametrize(
    "pattern", [SPELLING, UNFINISHED, BANNER, MACHINE, CONFLICT],
    ids=["American spelling", "nothing unfinished", "no banners", "no path of a machine", "no conflict"],
)  # fmt: skip
def test_text_is_clean(pattern: re.Pattern[str]) -> None:
    wrong = []
    for path in own_files():
        if path == Path(__file__):
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            found = pattern.search(line)
            if found and found[0].lower() not in ALLOWED_WORDS:
                wrong.append(f"{name_of(path)}:{number}: {line.strip()[:100]}")
    assert wrong == []


def test_comments_are_not_code() -> None:
    wrong = []
    for path in MODULES:
        for number, line in enumerate(path.read_text().splitlines(), 1):
            comment = re.match(r"\s*# (.*)", line)
            if comment and re.match(r"(if .*:|for .*:|return\b.*\(|\w+ = .+\)|import \w|from \w+ import)", comment[1]):
                wrong.append(f"{name_of(path)}:{number}: {comment[1]}")
    assert wrong == []


def test_the_public_face_is_small() -> None:
    assert len(__import__("ravelin").__all__) <= 10


def test_every_test_can_fail() -> None:
    """A test asserts, expects an error, or calls a function of the tests that does."""
    trees = {path: ast.parse(path.read_text()) for path in (ROOT / "tests").rglob("*.py")}
    blind = [
        f"{name_of(path)}:{node.lineno}: {node.name}"
        for path, names in names_that_assert(trees).items()
        for node in functions_of(trees[path])
        if node.name.startswith("test_") and node.name not in names
    ]
    assert blind == []


def names_that_assert(trees: dict[Path, ast.Module]) -> dict[Path, set[str]]:
    """Give for each file the functions, its own and those that it imports from others, that can fail a test."""
    paths = {path.stem: path for path in trees}
    found: dict[Path, set[str]] = {path: set() for path in trees}
    before = -1
    while before < (before := sum(map(len, found.values()))):
        for path, tree in trees.items():
            found[path] |= {node.name for node in functions_of(tree) if asserts(node, found[path])}
            for node in ast.walk(tree):
                source = paths.get((node.module or "").rpartition(".")[2]) if isinstance(node, ast.ImportFrom) else None
                if source:
                    found[path] |= {alias.asname or alias.name for alias in node.names if alias.name in found[source]}
    return found


def functions_of(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


EXPECTS = re.compile(r"pytest\.(raises|warns|fail)|(np|numpy)\.testing\.assert_\w+")


def asserts(function: ast.AST, helpers: set[str]) -> bool:
    for node in ast.walk(function):
        if isinstance(node, ast.Assert) and not isinstance(node.test, ast.Constant):
            return True
        if isinstance(node, ast.Call) and EXPECTS.fullmatch(ast.unparse(node.func)):
            return True
        if isinstance(node, ast.Raise) and node.exc is not None and "AssertionError" in ast.unparse(node.exc):
            return True
        if isinstance(node, ast.Name) and node.id in helpers:
            return True
    return False


@pytest.mark.parametrize(
    ("body", "can"),
    [
        ("f(1)", False), ("pytest.skip('no')", False), ("assert True", False), ("x.check()", False),
        ("assert x", True), ("same(1, 2)", True), ("run(same)", True), ("pytest.fail('x')", True),
        ("with pytest.raises(E):\n        f()", True), ("np.testing.assert_allclose(x, y)", True),
    ],
)  # fmt: skip
def test_a_blind_test_is_found(body: str, can: bool) -> None:
    source = f"def same(a, b):\n    assert a == b\n\ndef test_it():\n    {body}\n"
    path = Path("test_it.py")
    assert ("test_it" in names_that_assert({path: ast.parse(source)})[path]) is can
