"""No bare numbers in rules: what a number means is said by the name it has where it is declared."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import ravelin
from ravelin.economy.people.tables import STATUSES
from ravelin.ledger.accounts import FLOWS, INSTRUMENTS, SECTORS

ROOT = Path(ravelin.__file__).parent
PLAIN = {0.0, 0.5, 1.0, 2.0}
"""Nothing, a half, all and double are what they say: a start of a sum, rounding and a mean of two, a complement."""
_BOOKS = {"book", "book_all", "pass_on"}
_BY_CODE = {"paid", "opening_positions", "closing", "positions"}
"""Matrices whose first index is a flow, a sector or an instrument."""
_COUNTS = {len(SECTORS), len(INSTRUMENTS), len(FLOWS), STATUSES}


def _trees(*folders: str) -> list[tuple[Path, ast.Module]]:
    paths = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return [(path, ast.parse(path.read_text(encoding="utf-8"))) for path in paths]


def _is_whole(node: ast.expr) -> bool:
    node = node.operand if isinstance(node, ast.UnaryOp) else node
    return isinstance(node, ast.Constant) and type(node.value) is int


def bare_floats(tree: ast.Module) -> Iterator[ast.Constant]:
    """Give numbers inside functions; defaults of arguments have the argument's name."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            for statement in function.body:
                for node in ast.walk(statement):
                    if isinstance(node, ast.Constant) and type(node.value) is float and node.value not in PLAIN:
                        yield node


def bare_codes(tree: ast.Module) -> Iterator[ast.expr]:
    """Give numbers that stand for a sector, a flow, an instrument, a status or an account."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func).rpartition(".")[2]
            if called in _BOOKS:
                yield from (one for one in node.args[1:-1] if _is_whole(one))
            elif called == "reshape":
                yield from (one for one in node.args if ast.unparse(one) == str(len(SECTORS)))
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
            sides = {ast.unparse(node.left), ast.unparse(node.right)}
            if str(len(SECTORS)) in sides and sides & {name.upper() for name in SECTORS}:
                yield node
        elif isinstance(node, ast.For) and re.fullmatch(r"range\((\d+)\)", ast.unparse(node.iter)):
            if ast.literal_eval(ast.unparse(node.iter)[6:-1]) in _COUNTS:
                yield node.iter
        elif isinstance(node, ast.Subscript):
            name = ast.unparse(node.value).rpartition(".")[2]
            index = node.slice.elts[0] if isinstance(node.slice, ast.Tuple) and node.slice.elts else node.slice
            if (name in _BY_CODE and _is_whole(index)) or (name == "deposits" and ast.unparse(index) == "-1"):
                yield node


def test_numbers_in_rules_have_names() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {node.value}"
        for path, tree in _trees("economy")
        for node in bare_floats(tree)
    ]
    assert not found, "declare a parameter with its source, or name the number beside the rule and say why it is that"


def test_codes_are_names() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {ast.unparse(node)}"
        for path, tree in _trees("economy", "opening", "ledger", "runs", "validation", "report", "server", "storage")
        for node in bare_codes(tree)
    ]
    assert not found


@pytest.mark.parametrize(
    "code",
    [
        "def rule(seen): seen[0] += 0.3 * seen[1]",
        "def rule(rate):\n    if rate > 0.0:\n        rate = -0.08 * rate",
        "def rule(rate):\n    def inner():\n        return rate / 12.0",
    ],
)
def test_a_bare_number_is_found(code: str) -> None:
    assert list(bare_floats(ast.parse(code)))


def test_what_is_plain_is_not() -> None:
    code = "_HALF_LIFE = 0.3\ndef rule(rate, share=0.3): return max(0.0, 1.0 - 0.5 * rate) * -1.0 + 2.0 * _HALF_LIFE"
    assert not list(bare_floats(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        "book(paid, 25, FIRMS, BANKS, cents)",
        "book(paid, WAGES, 1, BANKS, cents)",
        "paid[4, 2, 0] += 1",
        "world[Stocks].closing[3]",
        "accounts.deposits[-1] = fund",
        "for sector in range(5): pass",
        "for status in range(4): pass",
        "paid.reshape(-1, 5, 5)",
        "paid[WRITE_OFFS, 5 * BANKS + FIRMS]",
    ],
)
def test_a_bare_code_is_found(code: str) -> None:
    assert list(bare_codes(ast.parse(code)))
