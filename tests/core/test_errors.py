"""Errors are data: one family that says what went wrong, and nobody who reads its words."""

import ast
import builtins
import importlib
import pickle
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import ravelin
from ravelin import RavelinError, Scenario, Simulation
from ravelin.cli.main import EXIT_CODES
from ravelin.core.sentence import SENTENCE_MOST, Kind
from ravelin.report.column_page import column_page
from ravelin.scenarios.catalog import load_catalog
from ravelin.scenarios.text import ScenarioError
from ravelin.server.problems import OF_KIND, TYPES, ProblemError
from ravelin.tick.page import TICK

ROOT = Path(ravelin.__file__).parent
MODULES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(ROOT.rglob("*.py"))}


def _is_error(name: str) -> bool:
    found = getattr(builtins, name, None)
    return isinstance(found, type) and issubclass(found, Exception) and not issubclass(found, Warning)


def _errors() -> Iterator[tuple[Path, ast.ClassDef]]:
    """Give every class of the tree that is an error of Python's, through whichever other one."""
    nodes = [(path, node) for path, tree in MODULES.items() for node in ast.walk(tree)]
    classes = [(path, node) for path, node in nodes if isinstance(node, ast.ClassDef)]
    known: set[str] = set()
    while True:
        found = {
            node.name
            for _, node in classes
            for base in node.bases
            if _is_error(ast.unparse(base).rpartition(".")[2]) or ast.unparse(base).rpartition(".")[2] in known
        }
        if found == known:
            break
        known = found
    return ((path, node) for path, node in classes if node.name in known)


def _class(path: Path, name: str) -> type[RavelinError]:
    module = ".".join(path.relative_to(ROOT.parent).with_suffix("").parts)
    return getattr(importlib.import_module(module), name)  # type: ignore[no-any-return]


ERRORS = {node.name: (path, node) for path, node in _errors()}


def test_the_family_is_found() -> None:
    assert len(ERRORS) > 25
    assert {"ScenarioError", "AuditError", "ProblemError", "MoneyLimitError", "FlawError"} <= set(ERRORS)


@pytest.mark.parametrize("name", sorted(set(ERRORS) - {"RavelinError"}))
def test_every_error_is_one_of_ravelin_and_states_its_kind(name: str) -> None:
    path, _ = ERRORS[name]
    error = _class(path, name)
    assert issubclass(error, RavelinError)
    if error is ProblemError:
        return  # Its kind follows from its type, which every one of them is made with.
    assert isinstance(vars(error).get("kind"), Kind), f"{path.name}: {name} does not say `kind = Kind.` something"
    said = RavelinError("x" * 5000, kind=Kind.CONTRADICTION, nearest="steel", parameter="where.good")
    made = error.of(said, before="a ")
    again = pickle.loads(pickle.dumps(made))
    for one in (made, again):
        assert type(one) is error
        assert (one.kind, one.nearest, one.parameter) == (Kind.CONTRADICTION, "steel", "where.good")
        assert str(one) == one.sentence
        assert one.sentence.startswith("a x")
        assert len(one.sentence) <= SENTENCE_MOST
    assert error("said").kind is error.kind


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_an_exit_code_and_a_problem(kind: Kind) -> None:
    assert EXIT_CODES[kind] in (1, 2)
    assert OF_KIND[kind] in TYPES
    problem = ProblemError.of(RavelinError("said", kind=kind, nearest="steel", parameter="where.good"))
    for one in (problem, pickle.loads(pickle.dumps(problem))):
        assert one.content() == {
            "type": f"/problems/{OF_KIND[kind]}", "title": TYPES[OF_KIND[kind]][1], "status": TYPES[OF_KIND[kind]][0],
            "detail": "said", "nearest": "steel", "parameter": "where.good",
        }  # fmt: skip
    # Wrong use is no fault of the server's, and a fault is none of the user's.
    assert (EXIT_CODES[kind] == 2) == (problem.status < 500 and kind is not Kind.CONFLICT)


_SEARCHING = {"startswith", "endswith", "find", "rfind", "index", "rindex", "removeprefix", "removesuffix", "count"}
_PATTERNS = {"search", "match", "fullmatch", "findall", "finditer"}


def _words_read(tree: ast.AST) -> Iterator[ast.AST]:
    """Give the places where somebody looks for words in what an error says."""
    errors = {node.name for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler) and node.name}
    errors |= {
        one.arg
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for one in node.args.args
        if one.annotation is not None and re.search(r"(Error|Exception)\b", ast.unparse(one.annotation))
    }

    def says(node: ast.AST) -> bool:
        """Say whether an expression is made of the words of an error, or of a text that was made of them."""
        for inner in ast.walk(node):
            if isinstance(inner, ast.Name) and inner.id in texts:
                return True
            made_text = isinstance(inner, ast.Call) and ast.unparse(inner.func) in ("str", "repr") and inner.args
            told = inner.args[0] if made_text else None
            if isinstance(inner, ast.Attribute) and inner.attr in ("args", "sentence"):
                told = inner.value
            if isinstance(told, ast.Name) and told.id in errors:
                return True
        return False

    texts: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and says(node.value):
            texts |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            contains = any(isinstance(one, ast.In | ast.NotIn) for one in node.ops)
            parts = (node.left, *node.comparators)
            literal = any(isinstance(one, ast.Constant) and isinstance(one.value, str) for one in parts)
            if (contains or literal) and any(says(one) for one in parts):
                yield node
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            on_text = node.func.attr in _SEARCHING and says(node.func.value)
            if on_text or (node.func.attr in _PATTERNS and any(says(one) for one in node.args)):
                yield node


def test_nobody_reads_the_words_of_an_error() -> None:
    found = [f"{path.name}: {ast.unparse(node)}" for path, tree in MODULES.items() for node in _words_read(tree)]
    assert not found


def test_no_table_names_classes_of_errors() -> None:
    texts = [
        (path.name, node.value)
        for path, tree in MODULES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    assert not [(name, text) for name, text in texts if re.fullmatch(r"ravelin\.[\w.]*Error", text)]


@pytest.mark.parametrize(
    "code",
    [
        'try: go()\nexcept ValueError as error: kind = 1 if "where." in str(error) else 2',
        'try: go()\nexcept ValueError as error:\n    text = str(error)\n    told = any(word in text for word in WORDS)',
        'try: go()\nexcept ValueError as problem: raise Other(str(problem).removeprefix("a: "))',
        'def tell(error: BaseException) -> int: return 2 if error.args[0].startswith("no ") else 1',
        'def tell(error: RavelinError) -> object: return re.search("did you mean (.*)", error.sentence)',
        'try: go()\nexcept OSError as error: same = str(error) == "no space left"',
    ],
)
def test_who_reads_words_is_found(code: str) -> None:
    assert list(_words_read(ast.parse(code)))


@pytest.mark.parametrize(
    ("use", "kind", "nearest", "parameter"),
    [
        (lambda: Scenario.load("oil_shok"), Kind.UNKNOWN_NAME, "oil_shock", None),
        (lambda: Scenario.load("default", consumer=1000), Kind.UNKNOWN_NAME, "consumers", None),
        (lambda: Scenario.load("default", consumers=50), Kind.INVALID, None, "size.consumers"),
        (lambda: Scenario.load("default", consumers=200, banks=200), Kind.CONTRADICTION, None, "size.banks"),
        (lambda: Scenario.read("tick = 3"), Kind.UNKNOWN_NAME, "ticks", None),
        (lambda: Scenario.read("seed = 1.5"), Kind.INVALID, None, "seed"),
        (lambda: Scenario.read("seed = "), Kind.UNFIT, None, None),
        (lambda: _checked("[Taxes]\ncorporat = 0.3"), Kind.UNKNOWN_NAME, "Taxes.corporate", "Taxes.corporat"),
        (lambda: _checked("[Taxs]\ncorporate = 0.3"), Kind.UNKNOWN_NAME, "Taxes.corporate", "Taxs.corporate"),
        (lambda: _checked("[Taxes]\ncorporate = 3.0"), Kind.INVALID, None, "Taxes.corporate"),
        (lambda: _checked('[[shock]]\ntick = 1\nset = "Taxes.corporat"\nto = 0.3'),
         Kind.UNKNOWN_NAME, "Taxes.corporate", "Taxes.corporat"),
        (lambda: _checked('[[shock]]\ntick = 1\nscale = "Taxes.corporate"\nby = 40.0'),
         Kind.CONTRADICTION, None, "Taxes.corporate"),
        (lambda: _checked('[[shock]]\ntick = 1\nuntil = 1\nset = "Taxes.corporate"\nto = 0.3'),
         Kind.CONTRADICTION, None, "until"),
        (lambda: _checked('[[shock]]\ntick = 900\nset = "Taxes.corporate"\nto = 0.3'),
         Kind.CONTRADICTION, None, "ticks"),
        (lambda: _checked('[[shock]]\ntick = 1\nscale = "Firms.tfp"\nby = 0.5\nwhere = { good = "stel" }'),
         Kind.UNKNOWN_NAME, "steel", "where.good"),
        (lambda: load_catalog("teachin"), Kind.UNKNOWN_NAME, "teaching", "catalog"),
        (lambda: column_page(TICK, "Firms.prise"), Kind.UNKNOWN_NAME, "Firms.price", None),
        (lambda: TICK.replace(object(), object()), Kind.UNKNOWN_NAME, None, None),  # type: ignore[arg-type]
        (lambda: Simulation.load("no/such/place"), Kind.UNFIT, None, None),
        (lambda: Simulation("default", threads=0), Kind.INVALID, None, "threads"),
    ],
)  # fmt: skip
def test_what_is_known_of_an_error_reaches_whoever_catches_it(
    use: Callable[[], Any], kind: Kind, nearest: str | None, parameter: str | None
) -> None:
    with pytest.raises(RavelinError) as caught:
        use()
    assert (caught.value.kind, caught.value.nearest, caught.value.parameter) == (kind, nearest, parameter)
    assert (nearest or "") in caught.value.sentence


def _checked(text: str) -> None:
    try:
        Simulation.check(Scenario.read(f"[size]\nconsumers = 1000\n{text}"))
    except ScenarioError:
        raise
    except RavelinError as error:
        raise AssertionError(f"{type(error).__name__} is not told as one of the scenario") from error
