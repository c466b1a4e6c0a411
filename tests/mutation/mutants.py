"""Break the code on purpose, one small change at a time, and see whether the domain's own tests notice.

A mutant is a function with one operator, number, condition or statement changed. It is killed if any of its
domain's tests fails, crashes or hangs, and survives otherwise: then a public promise has no test, or the change
changes nothing (an equivalent, listed with its reason in `equivalents.toml`). The tests are collected once; each mutant
is put in place in a fork of that process, where only machine code that it reaches is compiled anew. An index out of
range may overwrite memory there, which is the fork's own, and ends with it.

    python tests/mutation/mutants.py --domain ledger --count 50 --seed 1

Tests that compare with a stored digest do not count as seeing: a digest says that something changed, not that it
is wrong.
"""

import argparse
import ast
import gc
import hashlib
import importlib
import inspect
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import tomllib
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
EQUIVALENTS = Path(__file__).with_name("equivalents.toml")
DIGESTS = ("fingerprint", "digest", "golden")
SLOW_SECONDS = 8.0
"""A test that takes longer sits out: hundreds of mutants wait for it."""
NOT_TRIED = "not put in place"
HANGS_SECONDS = 30.0
"""A test that takes so much of the processor, beyond five times what it takes unbroken, hangs."""


@dataclass(frozen=True)
class Domain:
    """What is mutated and which tests must see it."""

    sources: tuple[str, ...]
    tests: tuple[str, ...]


DOMAINS = {
    "ledger": Domain(
        ("ravelin/ledger",),
        (
            "tests/ledger",
            "tests/economy",
            "tests/test_identities.py",
            "tests/test_soundness.py",
            "tests/test_clearing.py",
        ),
    ),
    "rules": Domain(
        ("ravelin/economy", "ravelin/mechanisms"),
        (
            "tests/economy",
            "tests/mechanisms",
            "tests/ledger",
            "tests/test_soundness.py",
            "tests/test_identities.py",
            "tests/test_clearing.py",
        ),
    ),
    "storage": Domain(("ravelin/storage",), ("tests/storage",)),
    "guard": Domain(("ravelin/server/guard.py",), ("tests/server/test_guard.py",)),
}

SWAPPED: dict[type[ast.AST], tuple[str, tuple[str, ...]]] = {
    ast.Add: ("+", ("-",)), ast.Sub: ("-", ("+",)), ast.Mult: ("*", ("/",)), ast.Div: ("/", ("*",)),
    ast.FloorDiv: ("//", ("*",)), ast.Mod: ("%", ("*",)), ast.Pow: ("**", ("*",)),
    ast.BitAnd: ("&", ("|",)), ast.BitOr: ("|", ("&",)), ast.LShift: ("<<", (">>",)), ast.RShift: (">>", ("<<",)),
    ast.Lt: ("<", ("<=", ">=")), ast.LtE: ("<=", ("<", ">")), ast.Gt: (">", (">=", "<=")), ast.GtE: (">=", (">", "<")),
    ast.Eq: ("==", ("!=",)), ast.NotEq: ("!=", ("==",)), ast.Is: ("is", ("is not",)), ast.IsNot: ("is not", ("is",)),
    ast.In: ("in", ("not in",)), ast.NotIn: ("not in", ("in",)),
    ast.And: ("and", ("or",)), ast.Or: ("or", ("and",)),
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """One change of one file: bytes `start` to `end` become `text`."""

    file: str
    line: int
    start: int
    end: int
    text: str
    before: str
    """The line as it was, stripped."""

    def applied(self, source: bytes) -> bytes:
        """Return the source with the change made."""
        return source[: self.start] + self.text.encode() + source[self.end :]

    def describe(self, source: bytes) -> str:
        """Say where and what changes."""
        old = source[self.start : self.end].decode()
        return f"{self.file}:{self.line}: {_short(old)} -> {_short(self.text)}    in: {self.before}"

    @property
    def key(self) -> str:
        """What names the mutant in `equivalents.toml`: it outlives a move of the line."""
        return f"{self.file}: {self.before} => {_short(self.text)}"


def _short(text: str) -> str:
    return " ".join(text.split())[:60]


# What can be changed


class _Finder(ast.NodeVisitor):
    """Lists the changes of one file: only inside functions, never in annotations, defaults or messages."""

    def __init__(self, file: str, source: bytes) -> None:
        self.file = file
        self.source = source
        self.lines = source.splitlines(keepends=True)
        self.offsets = [0]
        for line in self.lines:
            self.offsets.append(self.offsets[-1] + len(line))
        self.found: list[Mutant] = []
        self.inside = False

    def at(self, line: int, column: int) -> int:
        return self.offsets[line - 1] + column

    def add(self, node: ast.AST, start: int, end: int, text: str) -> None:
        line = self.source.count(b"\n", 0, start) + 1
        self.found.append(Mutant(self.file, line, start, end, text, self.lines[line - 1].decode().strip()))

    def span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self.at(node.lineno, node.col_offset), self.at(node.end_lineno, node.end_col_offset)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        before, self.inside = self.inside, True
        for number, statement in enumerate(node.body):
            documents = number == 0 and isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
            if not documents:
                self.visit(statement)
        self.inside = before

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None and self.inside:
            self.visit(node.value)

    def visit_Raise(self, node: ast.Raise) -> None:
        """The words of a message are no promise; that it is raised is."""
        self._drop(node)

    def visit_Assert(self, node: ast.Assert) -> None:
        """An assertion is a check already."""

    def visit_If(self, node: ast.If) -> None:
        if self.inside:
            start, end = self.span(node.test)
            self.add(node, start, end, f"not ({self.source[start:end].decode()})")
        self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> None:
        if isinstance(node.value, ast.Call):
            self._drop(node)
        self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        if not all(isinstance(target, ast.Name | ast.Tuple) for target in node.targets):
            self._drop(node)  # A name that is never given would be an error at once.
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self._drop(node)
        self._swap(node, node.op, self.span(node.target)[1], self.span(node.value)[0])
        self.generic_visit(node)

    def visit_Continue(self, node: ast.Continue) -> None:
        self._drop(node)

    def visit_Break(self, node: ast.Break) -> None:
        self._drop(node)

    def _drop(self, node: ast.stmt) -> None:
        if self.inside:
            assert node.end_lineno is not None
            # What follows stays on its line, so that of two compiled files only the changed function differs.
            self.add(node, *self.span(node), "pass" + "\n" * (node.end_lineno - node.lineno))

    def visit_BinOp(self, node: ast.BinOp) -> None:
        text = isinstance(node.left, ast.Constant) and isinstance(node.left.value, str)
        if not text:
            self._swap(node, node.op, self.span(node.left)[1], self.span(node.right)[0])
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        left = node.left
        for operator, right in zip(node.ops, node.comparators, strict=True):
            self._swap(node, operator, self.span(left)[1], self.span(right)[0])
            left = right
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        self._swap(node, node.op, self.span(node.values[0])[1], self.span(node.values[1])[0])
        self.generic_visit(node)

    def _swap(self, node: ast.AST, operator: ast.AST, after: int, until: int) -> None:
        if type(operator) not in SWAPPED or not self.inside:
            return
        sign, others = SWAPPED[type(operator)]
        place = self.source.find(sign.encode(), after, until)
        for other in others:
            if place >= 0:
                self.add(node, place, place + len(sign), other)

    def visit_Constant(self, node: ast.Constant) -> None:
        if not self.inside:
            return
        start, end = self.span(node)
        if isinstance(node.value, bool):
            self.add(node, start, end, str(not node.value))
        elif isinstance(node.value, int | float):
            self.add(node, start, end, repr(node.value + 1))

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        """Words for people."""


def mutants_of(file: str) -> list[Mutant]:
    """List every change of a file; now and then one does not compile."""
    source = (ROOT / file).read_bytes()
    finder = _Finder(file, source)
    finder.visit(ast.parse(source))
    return finder.found


def _compiles(mutant: Mutant) -> bool:
    try:
        ast.parse(mutant.applied((ROOT / mutant.file).read_bytes()))
    except SyntaxError:
        return False
    return True


def sample(domain: str, count: int, seed: int) -> list[Mutant]:
    """Draw mutants of a domain: those whose lines a digest with the seed puts first.

    Which they are does not change with what is edited elsewhere, so that a sample whose survivors got tests stays one.
    """
    files = sorted(
        path.relative_to(ROOT).as_posix()
        for source in DOMAINS[domain].sources
        for path in ([ROOT / source] if source.endswith(".py") else (ROOT / source).rglob("*.py"))
    )
    every = [mutant for file in files for mutant in mutants_of(file)]
    known = equivalents()
    alike: Counter[str] = Counter()
    ranks: dict[int, bytes] = {}
    for place, mutant in enumerate(every):
        alike[mutant.key] += 1
        ranks[place] = hashlib.blake2b(f"{seed} {mutant.key} {alike[mutant.key]}".encode()).digest()
    every = [every[place] for place in sorted(ranks, key=ranks.__getitem__)]
    drawn = (mutant for mutant in every if mutant.key not in known and _compiles(mutant))
    return list(islice(drawn, count))


def equivalents() -> dict[str, str]:
    """Mutants that change nothing anybody could see, each with its reason."""
    return {entry["mutant"]: entry["reason"] for entry in tomllib.loads(EQUIVALENTS.read_text()).get("equivalent", [])}


# What sees it


def imported(path: Path) -> set[str]:
    """Name the files of Ravelin that a file imports, helpers of the tests and packages passed through included."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("ravelin."):
            names.add(node.value)  # Imported by name when it is first used.
    found = set()
    for name in names:
        parts = name.split(".")
        stems = ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]
        found |= {file for stem in stems for file in (f"{stem}.py", f"{stem}/__init__.py", f"tests/{stem}.py")}
        found.add((path.parent / f"{parts[0]}.py").relative_to(ROOT).as_posix())
    return {file for file in found if (ROOT / file).is_file()} - {path.relative_to(ROOT).as_posix()}


def distances(path: Path) -> dict[str, int]:
    """Say for each file that a file's imports lead to by how many steps; whoever runs the command has all."""
    steps = {path.relative_to(ROOT).as_posix(): 0}
    waiting = list(steps)
    for file in waiting:
        for other in sorted(_imported_by(file)):
            if other not in steps:
                steps[other] = steps[file] + 1
                waiting.append(other)
    return steps


@cache
def _imported_by(file: str) -> set[str]:
    return imported(ROOT / file)


def functions_of(code: CodeType) -> Iterator[CodeType]:
    """Give the code of each function of a module, methods included; what lies inside a function belongs to it."""
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            if constant.co_flags & inspect.CO_OPTIMIZED:
                yield constant
            else:
                yield from functions_of(constant)


def put_in_place(mutant: Mutant) -> None:
    """Let the functions of this process be those of the changed source."""
    path = ROOT / mutant.file
    source = path.read_bytes()
    before, after = (
        functions_of(compile(text, str(path), "exec", dont_inherit=True)) for text in (source, mutant.applied(source))
    )
    changed = {old: new for old, new in zip(before, after, strict=True) if old != new}
    found = 0
    for thing in gc.get_objects():
        if isinstance(thing, FunctionType) and thing.__code__.co_filename == str(path) and thing.__code__ in changed:
            thing.__code__ = changed[thing.__code__]
            found += 1
    if not found:
        raise LookupError(f"no function of this process is changed by {mutant.key}")


class Trials:
    """A plugin of pytest: what was collected runs once unbroken, then once for each mutant, in forks."""

    def __init__(self, mutants: Sequence[Mutant], kept: Path | None) -> None:
        self.mutants = mutants
        self.kept = kept
        """The file that keeps what the tests do unbroken, for the next time."""
        self.seconds: dict[str, float] = defaultdict(float)
        self.alive: list[Mutant] = []
        self.spent, self.outcome = 0.0, "passed"
        self.told: Path | None = None
        """In a fork, the file to which it writes what became of each test."""

    def pytest_collection(self) -> None:
        from hypothesis import Phase, settings

        # A failure is enough; nobody reads the smallest example of it.
        settings.register_profile("mutants", settings.default, phases=(Phase.explicit, Phase.generate))
        settings.load_profile("mutants")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Fork; a fork returns None, upon which pytest runs the tests in it."""
        if session.testsfailed:
            raise session.Interrupted("the tests could not be collected")
        every = [item for item in session.items if not any(word in item.nodeid for word in DIGESTS)]
        session.items[:] = every
        unbroken = json.loads(self.kept.read_text()) if self.kept and self.kept.exists() else {}
        unknown = [item for item in every if item.nodeid not in unbroken]
        long: list[pytest.Item] = []
        while unknown or long:
            found = self.fork(session, None, unknown or long)
            if found is None:
                return None
            unbroken |= found
            # What takes long may have been compiled meanwhile, and gets one more try.
            slow = [item for item in unknown if found.get(item.nodeid, ("", 0.0))[1] > SLOW_SECONDS]
            long = long + slow if unknown else []
            # A test that ends the process leaves the rest to the next.
            unknown = [item for item in unknown if item.nodeid not in found] if found else []
        if self.kept:
            self.kept.write_text(json.dumps(unbroken))
        failed = {item.nodeid for item in every if unbroken.get(item.nodeid, ("hung", 0.0))[0] != "passed"}
        self.seconds.update({name: seconds for name, (_, seconds) in unbroken.items()})
        kept = [item for item in every if item.nodeid not in failed and self.seconds[item.nodeid] <= SLOW_SECONDS]
        print(f"{len(kept)} of {len(every)} tests; left out as they are: {sorted(failed)}", flush=True)
        steps = {path: distances(path) for path in {item.path for item in kept}}
        length: dict[Path, float] = defaultdict(float)
        for item in kept:
            length[item.path] += self.seconds[item.nodeid]
        for mutant in self.mutants:
            # Those that import the changed file first, short ones before long: most mutants end there. Those whose
            # imports do not lead to it cannot see it.
            order = sorted(
                (item for item in kept if mutant.file in steps[item.path]),
                key=lambda item: (steps[item.path][mutant.file], length[item.path], item.path),
            )
            outcomes = self.fork(session, mutant, order)
            if outcomes is None:
                return None
            seen = [name for name, (outcome, _) in outcomes.items() if outcome != "passed"]
            if seen and seen[0].startswith(NOT_TRIED):
                raise RuntimeError(f"{mutant.key}: {seen[0]}; was the source edited meanwhile?")
            if not seen:
                self.alive.append(mutant)
            described = mutant.describe((ROOT / mutant.file).read_bytes())
            by = f"    by: {seen[0]} ({outcomes[seen[0]][0]})" if seen else ""
            print("killed  " if seen else "SURVIVED", described, by, flush=True)
        return True

    def fork(
        self, session: pytest.Session, mutant: Mutant | None, order: list[pytest.Item]
    ) -> dict[str, tuple[str, float]] | None:
        """Run tests in a fork; return what became of each and how long it took, and None in the fork itself."""
        folder = Path(tempfile.mkdtemp(prefix="mutants-"))
        sys.stdout.flush()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # Of forks with threads; there are none yet.
            child = os.fork()
        if child:
            _, status = os.waitpid(child, 0)
            lines = (folder / "told").read_text().splitlines() if (folder / "told").exists() else []
            outcomes = {name: (outcome, seconds) for name, outcome, seconds in map(json.loads, lines)}
            shutil.rmtree(folder, ignore_errors=True)
            if status and mutant is not None and all(outcome == "passed" for outcome, _ in outcomes.values()):
                outcomes["a crash"] = "failed", 0.0
            return outcomes
        self.told = folder / "told"
        os.environ["PYTEST_DEBUG_TEMPROOT"] = str(folder)
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 1)
        os.dup2(nothing, 2)
        session.items[:] = order
        if mutant is not None:
            session.config.option.maxfail = 1
            _keep_no_machine_code()
            try:
                put_in_place(mutant)
            except (LookupError, ValueError) as problem:
                self.tell(f"{NOT_TRIED}: {problem}", "untried")
                os._exit(1)
        return None

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        signal.setitimer(signal.ITIMER_PROF, HANGS_SECONDS + 5 * self.seconds.get(nodeid, 0.0))
        # Whoever waits takes no time of the processor; a busy machine gets leave.
        signal.alarm(int(10 * HANGS_SECONDS + 20 * self.seconds.get(nodeid, 0.0)))
        self.spent, self.outcome = 0.0, "passed"
        self.tell(nodeid, "hung")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.spent += report.duration
        if report.failed:
            self.outcome = "failed"
        self.tell(report.nodeid, self.outcome if report.when == "teardown" or report.failed else "hung")

    def tell(self, name: str, outcome: str) -> None:
        """Write what became of a test; a later line stands for an earlier one."""
        if self.told is not None:
            with self.told.open("a") as file:
                file.write(json.dumps([name, outcome, self.spent]) + "\n")


def _keep_no_machine_code() -> None:
    from ravelin.core import kernel

    def forget(*_: Any) -> None:
        """Leave the cache to what others will ask for."""

    kernel._Kept.save_overload = forget


def survivors(domain: str, chosen: Sequence[Mutant], kept: Path | None = None) -> list[Mutant]:
    """Try mutants of a domain in this process, in which nothing of Ravelin has run; return those that nobody saw."""
    for file in dict.fromkeys(mutant.file for mutant in chosen):
        importlib.import_module(file.removesuffix(".py").replace("/", "."))
    trials = Trials(chosen, kept)
    tests = [str(ROOT / place) for place in DOMAINS[domain].tests]
    code = pytest.main(
        ["-s", "-p", "no:terminal", "-p", "no:cacheprovider", "-m", "not slow and not oracle", *tests], plugins=[trials]
    )
    if trials.told is not None:
        os._exit(code)
    if code:
        raise RuntimeError(f"the trials of {domain} ended with code {int(code)}")
    return trials.alive


def survivors_of_a_sample(domain: str, count: int, seed: int) -> tuple[int, list[str]]:
    """Try a sample in a process of its own; return how many, and describe those that nobody saw."""
    command = [sys.executable, __file__, "--domain", domain, "--count", str(count), "--seed", str(seed)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise RuntimeError(ended.stdout + ended.stderr)
    lines = ended.stdout.splitlines()
    alive = [line.removeprefix("SURVIVED ") for line in lines if line.startswith("SURVIVED ")]
    return len(alive) + sum(line.startswith("killed ") for line in lines), alive


def main() -> None:
    """Try mutants from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--domain", choices=[*DOMAINS], required=True)
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--skip", type=int, default=0, help="leave out the first so many of the sample")
    parser.add_argument("--unbroken", type=Path, help="a file that keeps what the tests do unbroken, for the next time")
    parser.add_argument("--only", default="", help="of the sample, only those whose file, line or change contains this")
    parser.add_argument("--list", action="store_true", help="only list the mutants")
    given = parser.parse_args()
    described = {
        mutant.describe((ROOT / mutant.file).read_bytes()): mutant
        for mutant in sample(given.domain, given.count, given.seed)[given.skip :]
    }
    chosen = {text: mutant for text, mutant in described.items() if given.only in text}
    if given.list:
        print("\n".join(chosen))
        return
    os.environ["CI"] = "1"  # So that hypothesis draws the same examples for every mutant.
    alive = survivors(given.domain, list(chosen.values()), given.unbroken)
    tried = len(chosen)
    print(f"\n{tried - len(alive)} of {tried} killed ({(tried - len(alive)) / max(1, tried):.0%}); seed {given.seed}")


if __name__ == "__main__":
    main()
