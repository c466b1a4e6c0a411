"""Only `ravelin.ledger` changes a balance: elsewhere a ledger column is handed to its functions, never stored to.

A rule may also hand it to an act of a domain, which is then held to the same.
"""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import ravelin.ledger
from ravelin.core.kernel import pure_python
from ravelin.core.system import System
from ravelin.textbook.pages import PC, PCEX, SIM, SIMEX
from ravelin.tick.page import TICK

LEDGER = Path(ravelin.ledger.__file__).parent


PAGES = (TICK, SIM, SIMEX, PC, PCEX)
MEMBERS = list(dict.fromkeys(member for page in PAGES for member in page))


def test_every_stock_of_cents_is_a_claim_or_says_why_not() -> None:
    """In tables with a sector; statistics are nobody's books."""
    stocks = {
        declared
        for page in PAGES
        for table in page.tables()
        if table.sector
        for declared in table.columns.values()
        if declared.unit == "cent" and declared.dtype.kind == "i" and not declared.flow
    }
    assert {str(one) for one in stocks if one.claim is None and not one.off_books} == set()
    assert {str(one) for one in stocks if one.claim is not None and one.off_books} == set()


def test_only_moves_binds_a_balance() -> None:
    wrong = [
        f"{member} {bound.mode} {bound.column}; bind it with moves(...)"
        for member in MEMBERS
        for bound in member.accesses.values()
        if bound.column.claim is not None and bound.mode not in ("reads", "moves")
    ]
    assert wrong == []


def test_only_clears_binds_a_clearing_account() -> None:
    accounts = {access for member in MEMBERS for access in member.accesses.values() if access.column.clearing}
    assert {access.mode for access in accounts} == {"clears"}


def test_moves_binds_nothing_but_balances() -> None:
    wrong = [
        f"{member} moves {bound.column}, which is not a balance"
        for member in MEMBERS
        for bound in member.accesses.values()
        if bound.mode == "moves" and bound.column.claim is None
    ]
    assert wrong == []


HARMLESS = {"int", "float", "len", "max", "min", "abs", "whole_total", "whole_totals"}
"""Functions outside the ledger that may look at a balance."""


class _Fields(ast.NodeTransformer):
    """Turns fields of bundles into plain names: `estate.deposits` is an array like `deposits`."""

    def __init__(self, moved: set[str]) -> None:
        self.moved = moved

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        name = ast.unparse(node)
        if name in self.moved:
            return ast.copy_location(ast.Name(name, node.ctx), node)
        self.generic_visit(node)
        return node


def definition(function: Any, moved: set[str] = frozenset()) -> ast.FunctionDef:  # type: ignore[assignment]
    """Parse the file of a function and give its definition, in which moved fields of bundles are names."""
    tree = ast.parse(Path(function.__code__.co_filename).read_text())
    found = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == function.__name__)
    shown: ast.FunctionDef = _Fields(moved).visit(found)
    return shown


def carried(bundle: ast.expr, names: set[str]) -> set[str]:
    """Name the fields of a bundle that are balances: those that whoever is handed the bundle may reach."""
    start = f"{bundle.id}." if isinstance(bundle, ast.Name) else "."
    return {name.removeprefix(start) for name in names if name.startswith(start)}


def ledger_functions() -> set[str]:
    """Names of the functions that may change a balance."""
    trees = (ast.parse(path.read_text()) for path in LEDGER.glob("*.py"))
    return {node.name for tree in trees for node in tree.body if isinstance(node, ast.FunctionDef)}


def owner(target: ast.expr) -> str:
    """Name the array that an expression is, or is a part of: `deposits` for `deposits[1:].flat`."""
    while isinstance(target, (ast.Subscript, ast.Attribute, ast.Starred)):
        target = target.value
    return target.id if isinstance(target, ast.Name) else ""


def targets_of(node: ast.AST) -> list[ast.expr]:
    """Give what a statement assigns to, tuples taken apart."""
    if isinstance(node, ast.Assign):
        waiting = list(node.targets)
    elif isinstance(node, (ast.AugAssign, ast.AnnAssign, ast.For, ast.NamedExpr)):
        waiting = [node.target]
    else:
        return []
    found = []
    while waiting:
        target = waiting.pop()
        if isinstance(target, (ast.Tuple, ast.List)):
            waiting += target.elts
        else:
            found.append(target)
    return found


def is_view(value: ast.expr) -> bool:
    """Whether an expression is an array or a slice of it, rather than one of its numbers."""
    if isinstance(value, ast.Subscript):
        return any(isinstance(node, ast.Slice) for node in ast.walk(value.slice))
    return isinstance(value, ast.Name)


def other_names(function: ast.FunctionDef, moved: set[str]) -> set[str]:
    """Add the names that stand for one of the arrays, or for a slice of it."""
    found = set(moved)
    while True:
        more = {
            owner(target)
            for node in ast.walk(function)
            if isinstance(node, ast.Assign) and is_view(node.value) and owner(node.value) in found
            for target in targets_of(node)
            if not fills(target)
        }
        if more <= found:
            return found
        found |= more


def fills(target: ast.expr) -> bool:
    """Whether to assign to an expression copies values into a slice, rather than giving an array another name."""
    return isinstance(target, ast.Subscript) and any(isinstance(node, ast.Slice) for node in ast.walk(target.slice))


def stores(function: ast.FunctionDef) -> Iterator[tuple[int, str]]:
    """Give each store into an array: line and name."""
    for node in ast.walk(function):
        for target in targets_of(node):
            if not isinstance(target, ast.Name) or isinstance(node, ast.AugAssign):
                yield target.lineno, owner(target)
        if isinstance(node, ast.Call):
            called = node.func
            if isinstance(called, ast.Attribute) and called.attr in ("fill", "sort", "partition", "put", "setfield"):
                yield node.lineno, owner(called.value)
            if isinstance(called, ast.Attribute) and called.attr in ("at", "copyto", "place", "putmask", "put"):
                yield node.lineno, owner(node.args[0])
            yield from ((node.lineno, owner(keyword.value)) for keyword in node.keywords if keyword.arg == "out")


def handed_on(function: ast.FunctionDef, names: set[str]) -> Iterator[tuple[int, str, str]]:
    """Give each call that is handed one of the arrays: line, called function, name."""
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            for argument in [*node.args, *(keyword.value for keyword in node.keywords)]:
                if is_view(argument) and (owner(argument) in names or carried(argument, names)):
                    yield node.lineno, ast.unparse(node.func), owner(argument)


def offences(member: System) -> list[str]:
    """Say where a system changes a balance, or a clearing account, other than through the ledger."""
    moved = {name for name, bound in member.accesses.items() if bound.mode in ("moves", "clears")}
    return offences_of(member.function, moved)


def offences_of(function: Any, moved: set[str]) -> list[str]:
    """Say where a function changes one of its balances other than through the ledger, acts that it calls included."""
    code = definition(function, moved)
    names = other_names(code, moved)
    allowed = ledger_functions() | HARMLESS
    found = [f"{code.name}, line {line}: stores to {name}" for line, name in stores(code) if name in names]
    for line, called, name in handed_on(code, names):
        if called.rpartition(".")[2] in allowed or called.startswith("np."):
            continue
        act = act_named(function, called)
        if act is None:
            found.append(
                f"{code.name}, line {line}: hands {name} to {called}, which is neither in ravelin/ledger nor an act"
            )
        else:
            found += offences_of(act, handed_to(code, line, called, names, act))
    return found


def act_named(function: Any, called: str) -> Any:
    """Find an act of a domain by the name under which a function calls it; None if it is none."""
    found = pure_python(function.__globals__.get(called, None))
    return found if getattr(found, "__module__", "").rpartition(".")[2] == "acts" else None


def handed_to(code: ast.FunctionDef, line: int, called: str, names: set[str], act: Any) -> set[str]:
    """Name the arguments of an act that are balances when it is called in a line."""
    arguments = list(inspect.signature(act).parameters)
    calls = [
        node
        for node in ast.walk(code)
        if isinstance(node, ast.Call) and node.lineno == line and ast.unparse(node.func) == called
    ]
    given = [pair for call in calls for pair in zip(arguments, call.args, strict=False)]
    given += [(keyword.arg or "", keyword.value) for call in calls for keyword in call.keywords]
    whole = {argument for argument, value in given if is_view(value) and owner(value) in names}
    return whole | {f"{argument}.{field}" for argument, value in given for field in carried(value, names)}


@pytest.mark.parametrize("member", MEMBERS, ids=repr)
def test_no_system_stores_to_a_balance(member: System) -> None:
    assert offences(member) == []


HALVES = {"credit", "debit", "post_each"}
"""Functions of the ledger that write one side of a payment."""


@pytest.mark.parametrize("member", MEMBERS, ids=repr)
def test_no_system_pays_by_halves(member: System) -> None:
    """Deposits and the treasury's account move together with what stands against them, in one act."""
    money = {
        name
        for name, bound in member.accesses.items()
        if bound.mode == "moves"
        and bound.column.claim is not None
        and bound.column.claim.side == "asset"
        and bound.column.claim.instruments[0] in ("deposits", "cash", "reserves")
    }
    code = definition(member.function, money)
    halved = [found for found in handed_on(code, other_names(code, money)) if found[1] in HALVES]
    # Reserves take in what banks' customers were paid by customers of others, which each bank posts for itself.
    assert [name for _, _, name in halved] == (["books.reserves"] * 2 if member.name == "payments.settle" else [])


EXAMPLES = {
    "an element": "deposits[0] += 1",
    "a slice": "deposits[:] = 0",
    "a tuple": "deposits[0], other = 1, 2",
    "the whole in place": "deposits += 1",
    "a fill": "deposits.fill(0)",
    "an out argument": "np.add(1, 2, out=deposits)",
    "a scatter": "np.add.at(deposits, [0, 0], 1)",
    "an alias": "mine = deposits\n    mine[0] = 1",
    "a view": "mine = deposits[1:]\n    mine[0] += 1",
    "a helper outside the ledger": "tweak(deposits)",
    "a clearing account": "bazaar[0] += 1",
    "a field of a bundle": "purse.cash[0] += 1",
    "an alias of a field": "mine = purse.cash\n    mine[0] = 1",
    "a helper that is handed a field": "tweak(purse.cash)",
    "a helper that is handed a bundle": "tweak(purse)",
}


def defined(body: str, folder: Path) -> System:
    """Define a system with the given body, in a file of its own."""
    file = folder / "mine.py"
    file.write_text(
        "import numpy as np\n"
        "from typing import NamedTuple\n"
        "from ravelin.core.system import bundle, clears, host_system, moves\n"
        "from ravelin.core.table import Table, clearing\n"
        "from ravelin.ledger.transfers import credit, transfer\n"
        "from ravelin.ledger.accounts import Accounts, Clearing\n\n\n"
        "class Bazaar(Table, rows=Clearing):\n"
        "    bazaar = clearing('paid at the bazaar')\n\n\n"
        "class Purse(NamedTuple):\n"
        "    cash: np.ndarray = moves(Accounts.cash)\n\n\n"
        "@host_system\n"
        "def mine(\n"
        "    deposits: np.ndarray = moves(Accounts.deposits), bazaar: np.ndarray = clears(Bazaar.bazaar),\n"
        "    purse: Purse = bundle(Purse),\n"
        ") -> None:\n"
        f"    {body}\n"
    )
    space: dict[str, Any] = {"__name__": "mine"}
    exec(compile(file.read_text(), str(file), "exec"), space)
    member: System = space["mine"]
    return member


@pytest.mark.parametrize("body", EXAMPLES.values(), ids=EXAMPLES.keys())
def test_a_store_is_found(body: str, tmp_path: Path) -> None:
    assert offences(defined(body, tmp_path))


def test_paying_through_the_ledger_is_fine(tmp_path: Path) -> None:
    body = """
    mine = deposits[0]
    mine = mine + int(deposits.sum())
    before = np.empty(deposits.size)
    before[:] = deposits[:]
    before[0] = 5
    transfer(deposits, 0, 1, mine)
    credit(deposits, 0, max(0, deposits[1]))
    """
    assert offences(defined(body.strip(), tmp_path)) == []


ACTS = """
def tidy(deposits, row):
    deposits[row] = 0


def decent(deposits, row):
    credit(deposits, row, 5)
"""


def test_an_act_is_held_to_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "acts.py").write_text(f"from ravelin.ledger.transfers import credit\n{ACTS}")
    space: dict[str, Any] = {"__name__": "town.acts"}
    exec(compile((tmp_path / "acts.py").read_text(), str(tmp_path / "acts.py"), "exec"), space)
    for name in ("tidy", "decent"):
        member = defined(f"{name}(deposits, 0)", tmp_path)
        monkeypatch.setitem(member.function.__globals__, name, space[name])
        assert offences(member) == (["tidy, line 4: stores to deposits"] if name == "tidy" else [])
