"""Break the code on purpose, one small change at a time, and see whether the domain's own tests notice.

A mutant is the source with one operator, number, condition or statement changed. It is killed if any of its
domain's tests fails, crashes or hangs, and survives otherwise: then a public promise has no test, or the change
changes nothing (an equivalent, listed with its reason in `equivalents.toml`). Machine code checks bounds here, so an
index out of range is an error and not memory overwritten; only what a mutant reaches is compiled anew.

    python tests/mutation/mutants.py --domain ledger --count 50 --seed 1

Tests that compare with a stored digest do not count as seeing: a digest says that something changed, not that it
is wrong.
"""

import argparse
import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from queue import SimpleQueue

ROOT = Path(__file__).resolve().parents[2]
EQUIVALENTS = Path(__file__).with_name("equivalents.toml")
DIGESTS = ("fingerprint", "digest", "golden")
SLOW_SECONDS = 8.0
"""A test that takes longer sits out: hundreds of mutants wait for it."""


@dataclass(frozen=True)
class Domain:
    """What is mutated and which tests must see it."""

    sources: tuple[str, ...]
    tests: tuple[str, ...]


DOMAINS = {
    "ledger": Domain(("ravelin/ledger",), ("tests/ledger", "tests/systems")),
    "rules": Domain(("ravelin/systems", "ravelin/markets"), ("tests/systems", "tests/markets", "tests/ledger")),
    "storage": Domain(("ravelin/storage",), ("tests/storage", "tests/test_cli.py")),
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
            self.add(node, *self.span(node), "pass")

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
    """Draw mutants of a domain, the same for a seed as long as the sources are the same."""
    files = sorted(
        path.relative_to(ROOT).as_posix()
        for source in DOMAINS[domain].sources
        for path in ([ROOT / source] if source.endswith(".py") else (ROOT / source).rglob("*.py"))
    )
    every = [mutant for file in files for mutant in mutants_of(file)]
    known = equivalents()
    random.Random(seed).shuffle(every)
    drawn = (mutant for mutant in every if mutant.key not in known and _compiles(mutant))
    return list(islice(drawn, count))


def equivalents() -> dict[str, str]:
    """Mutants that change nothing anybody could see, each with its reason."""
    return {entry["mutant"]: entry["reason"] for entry in tomllib.loads(EQUIVALENTS.read_text()).get("equivalent", [])}


# What sees it


class Trial:
    """A copy of the project in which one mutant at a time is tried."""

    def __init__(self, domain: str) -> None:
        self.domain = DOMAINS[domain]
        self.folder = Path(tempfile.mkdtemp(prefix="mutants-"))
        for name in ("ravelin", "tests"):
            shutil.copytree(ROOT / name, self.folder / name, ignore=shutil.ignore_patterns("__pycache__", "mutation"))
        for name in ("data", "README.md", "pyproject.toml", "notebooks", "benchmarks", "docs"):
            (self.folder / name).symlink_to(ROOT / name)

    def close(self) -> None:
        """Remove the copy."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def pytest(self, arguments: Sequence[str], seconds: float) -> tuple[int, str]:
        """Run tests in the copy; return pytest's exit code (124 if it took too long) and what it printed."""
        # With CI set hypothesis draws the same examples for every mutant.
        environment = {**os.environ, "PYTHONPATH": str(self.folder), "PYTHONDONTWRITEBYTECODE": "1", "CI": "1"}
        environment["NUMBA_BOUNDSCHECK"] = "1"
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
        command += ["-m", "not slow and not oracle"]
        try:
            ended = subprocess.run(
                command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=seconds, check=False
            )
        except subprocess.TimeoutExpired:
            return 124, "timed out"
        return ended.returncode, ended.stdout

    def seen(self, mutant: Mutant, tests: Sequence[str], deselected: Sequence[str], seconds: float) -> bool:
        """Say whether any test fails with a mutant."""
        path = self.folder / mutant.file
        source = path.read_bytes()
        path.write_bytes(mutant.applied(source))
        try:
            code, _ = self.pytest(["-x", *tests, *deselected], seconds)
        finally:
            path.write_bytes(source)
        return code != 0


def baseline(domain: str, trial: Trial) -> tuple[dict[str, set[str]], list[str], float]:
    """Run the domain's tests unbroken.

    Returns
    -------
    tests : test file -> modules that it imports, directly or by its helpers
    deselected : arguments that leave out tests that fail as they are, take long, or compare digests
    seconds : what all kept tests take
    """
    files = sorted(
        path.relative_to(ROOT).as_posix()
        for place in DOMAINS[domain].tests
        for path in ([ROOT / place] if place.endswith(".py") else (ROOT / place).rglob("test_*.py"))
    )
    tests: dict[str, set[str]] = {}
    deselected: list[str] = []
    spent = 0.0
    for file in files:
        trial.pytest([file], 900)  # Compiles what the second run is timed with.
        begun = time.perf_counter()
        code, printed = trial.pytest([file, "--durations=0", "--durations-min=0.5", "-rfE"], 300)
        spent += time.perf_counter() - begun
        if code == 124:
            print(f"left out: {file} takes too long", flush=True)
            continue
        tests[file] = set(imported(ROOT / file))
        for line in printed.splitlines():
            words = line.split()
            if line.startswith(("FAILED ", "ERROR ")):
                deselected.append(f"--deselect={words[1]}")
            elif len(words) == 3 and words[1] in ("call", "setup") and float(words[0].rstrip("s")) > SLOW_SECONDS:
                deselected.append(f"--deselect={words[2]}")
    kept = "not (" + " or ".join(DIGESTS) + ")"
    return tests, [*dict.fromkeys(deselected), "-k", kept], spent


def imported(path: Path) -> Iterator[str]:
    """Name the modules of Ravelin that a test file imports, as paths."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("ravelin"):
            stem = node.module.replace(".", "/")
            yield f"{stem}.py"
            yield from (f"{stem}/{alias.name}.py" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name.replace(".", "/") + ".py" for alias in node.names)


def survivors(domain: str, count: int, seed: int, workers: int = 2) -> tuple[int, list[str]]:
    """Try a sample of a domain's mutants; return how many, and describe those that nobody saw."""
    trials: SimpleQueue[Trial] = SimpleQueue()
    opened = [Trial(domain) for _ in range(workers)]
    try:
        tests, deselected, spent = baseline(domain, opened[0])
        for trial in opened:
            trials.put(trial)
        chosen = sample(domain, count, seed)

        def unseen(mutant: Mutant) -> str | None:
            # Those that import the mutated file first: most mutants end there.
            order = sorted(tests, key=lambda file: (mutant.file not in tests[file], file))
            trial = trials.get()
            try:
                saw = trial.seen(mutant, order, deselected, 3 * spent + 30)
            finally:
                trials.put(trial)
            described = mutant.describe((ROOT / mutant.file).read_bytes())
            print("killed  " if saw else "SURVIVED", described, flush=True)
            return None if saw else described

        with ThreadPoolExecutor(workers) as pool:
            return len(chosen), [text for text in pool.map(unseen, chosen) if text]
    finally:
        for trial in opened:
            trial.close()


def main() -> None:
    """Try mutants from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--domain", choices=[*DOMAINS], required=True)
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--list", action="store_true", help="only list the mutants")
    given = parser.parse_args()
    if given.list:
        for mutant in sample(given.domain, given.count, given.seed):
            print(mutant.describe((ROOT / mutant.file).read_bytes()))
        return
    tried, alive = survivors(given.domain, given.count, given.seed, given.workers)
    print(f"\n{tried - len(alive)} of {tried} killed ({(tried - len(alive)) / max(1, tried):.0%}); seed {given.seed}")
    print("\n".join(alive))


if __name__ == "__main__":
    main()
