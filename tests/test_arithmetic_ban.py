"""What reaches the world or its history is computed with `ravelin.core.arithmetic` (docs/decisions/same-bits.md).

Functions whose last bits depend on the processor, and sums whose order does, are forbidden by name in every
module but those listed in `EXEMPT`, each with its reason.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "ravelin"

EXEMPT = {
    "experiments/": "statistics of runs that have been computed",
    "report/": "drawings of runs that have been computed",
    "server/views/": "layout and summaries of what is shown",
    "server/running/forks.py": "bands of forecasts that are shown",
    "validation/": "statistics of runs that have been computed",
    "cli/ml.py": "training and its report",
    "learning/checks/": "checks that accept or refuse a model's file",
    "learning/evaluation.py": "validation of a model",
    "learning/files/prices.py": "training: prices of the survey's quarters",
    "learning/linear.py": "validation: the baseline of a model",
    "learning/report.py": "a report of a model",
    "learning/survey.py": "training: reading the survey",
    "learning/training.py": "training",
}
"""Folders and modules that compute nothing of the world; paths below the package."""
EXEMPT_FUNCTIONS = {
    "core/arithmetic/sums.py": ("whole numbers: exact in any order", "whole_totals"),
    "ledger/settlement.py": ("whole cents of a sparse matrix: exact in any order", "net_positions"),
    "learning/boosting.py": ("training", "_boost income_cuts"),
    "learning/residuals.py": (
        "training: how a model's residuals scatter and last",
        "weighted_quantiles fit_shape _quantiles_by_scale measure_persistence _window_shares _monthly_share",
    ),
    "learning/shares.py": ("training: budget shares of a survey", "estimate_shares _completed _ratios"),
}
"""Functions likewise, of modules that also compute what reaches the world."""

TRANSCENDENTAL = frozenset({
    "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "logaddexp", "logaddexp2", "pow", "power",
    "float_power", "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "arcsin", "arccos", "arctan", "arctan2",
    "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "arcsinh", "arccosh", "arctanh", "sinc", "i0", "cbrt",
    "hypot", "dist", "erf", "erfc", "gamma", "lgamma", "geomspace", "logspace",
})  # fmt: skip
FREE_ORDER = frozenset({
    "sum", "nansum", "mean", "nanmean", "average", "std", "nanstd", "var", "nanvar", "median", "nanmedian",
    "quantile", "nanquantile", "percentile", "nanpercentile", "prod", "nanprod", "cumprod", "dot", "matmul", "vdot",
    "inner", "tensordot", "einsum", "kron", "convolve", "correlate", "cov", "corrcoef", "trapezoid", "trapz",
    "polyfit", "polyval", "reduce", "reduceat", "matvec", "vecmat", "vecdot",
})  # fmt: skip
"""Sums and products of floats in an order, or with fused steps, that a library chooses."""
BLACK_BOXES = {"linalg", "fft", "interp", "random", "polynomial"}
UNSTABLE = {"argpartition"}
METHODS = {"sum", "mean", "std", "var", "dot", "prod", "cumprod", "argpartition"}
ORDERING = {"sort", "argsort"}
"""Where a library may choose between equals unless the kind is "stable"."""
LIBRARIES = {"numpy", "math", "scipy", "cmath", "statistics"}
WHOLE_NAMES = {"len", "int", "whole_total", "bytes_per_row", "bytes", "nbytes", "st_size", "counts"}
"""Functions, attributes and tables that give whole numbers, which add up to the same in any order."""
WHOLE = {"scipy.sparse", "scipy.sparse.csgraph"}
"""Parts of SciPy that are used on whole numbers alone."""


def literal(node: ast.expr) -> bool:
    """Say whether a power's part is written out, so that the interpreter knows the result."""
    if isinstance(node, ast.UnaryOp):
        node = node.operand
    return isinstance(node, ast.Constant)


def library_of(node: ast.expr, aliases: dict[str, str]) -> str | None:
    """Name the library, or the part of it, that an expression stands for."""
    if isinstance(node, ast.Name):
        return aliases.get(node.id)
    if isinstance(node, ast.Attribute):
        outer = library_of(node.value, aliases)
        return outer and f"{outer}.{node.attr}"
    return None


def aliases_of(tree: ast.Module) -> dict[str, str]:
    """Map names to the libraries of numbers that imports bind them to."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.partition(".")[0] in LIBRARIES:
                    found[alias.asname or alias.name.partition(".")[0]] = (
                        alias.name if alias.asname else alias.name.partition(".")[0]
                    )
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in LIBRARIES:
            for alias in node.names:
                found[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return found


def banned_name(path: str) -> bool:
    """Say whether a dotted name of a library is of a function that is forbidden."""
    library, _, rest = path.partition(".")
    if library == "scipy":
        return not any(path == part or path.startswith(part + ".") or part.startswith(path) for part in WHOLE)
    if library in ("cmath", "statistics"):
        return rest not in ("", "median")
    parts = set(rest.split("."))
    if library == "math":
        return bool(parts & (TRANSCENDENTAL | {"fma", "sumprod"}))
    return bool(parts & (TRANSCENDENTAL | FREE_ORDER | BLACK_BOXES | UNSTABLE))


def stable(call: ast.Call) -> bool:
    """Say whether equals keep their order; what is sorted by a key is a list, which Python sorts so."""
    words = {word.arg: ast.unparse(word.value) for word in call.keywords}
    return "key" in words or words.get("kind") == "'stable'"


def offences(source: str, spared: frozenset[str] = frozenset()) -> Iterator[str]:
    """Name each forbidden form in a module's source, with its line, outside of the functions that are spared."""
    tree = ast.parse(source)
    aliases = aliases_of(tree)
    exempt = {
        inner for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name in spared
        for inner in ast.walk(node)
    }  # fmt: skip
    for name, path in aliases.items():
        if banned_name(path):
            yield f"imports {path} as {name}"
    for node in ast.walk(tree):
        if node in exempt:
            continue
        if isinstance(node, ast.Attribute):
            path = library_of(node, aliases)
            if path and banned_name(path):
                yield f"{node.lineno}: {path}"
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.MatMult):
            yield f"{node.lineno}: @"
        if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Pow):
            yield f"{node.lineno}: **="
        written = isinstance(node, ast.BinOp) and literal(node.left) and literal(node.right)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow) and not written:
            yield f"{node.lineno}: {ast.unparse(node)}"
        if isinstance(node, ast.Call):
            yield from offences_of_call(node, aliases)


def offences_of_call(node: ast.Call, aliases: dict[str, str]) -> Iterator[str]:
    if isinstance(node.func, ast.Name) and node.func.id == "pow":
        yield f"{node.lineno}: pow()"
    if isinstance(node.func, ast.Name) and node.func.id == "sum" and adds_floats(node):
        yield f"{node.lineno}: sum() of what may be floats; `total` adds them up alike in every Python"
    if not isinstance(node.func, ast.Attribute):
        return
    library = library_of(node.func.value, aliases)
    name = node.func.attr
    if library is None and name in METHODS:
        yield f"{node.lineno}: .{name}()"
    if name in ORDERING and (library is None or library == "numpy") and not stable(node):
        yield f"{node.lineno}: {name} without kind='stable'"


def adds_floats(call: ast.Call) -> bool:
    """Say whether a builtin `sum` may be of floats, which Python compensates from 3.12 on and not before."""
    listed = call.args[0] if call.args else None
    return len(call.args) != 1 or not isinstance(listed, ast.GeneratorExp | ast.ListComp) or not is_whole(listed.elt)


def is_whole(node: ast.expr) -> bool:
    """Say whether an expression is surely a whole number."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub | ast.Mult | ast.FloorDiv):
        return is_whole(node.left) and is_whole(node.right)
    if isinstance(node, ast.IfExp):
        return is_whole(node.body) and is_whole(node.orelse)
    if isinstance(node, ast.Constant):
        return isinstance(node.value, int)
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id in WHOLE_NAMES
    if isinstance(node, ast.Subscript):
        return isinstance(node.value, ast.Name) and node.value.id in WHOLE_NAMES
    return isinstance(node, ast.Compare) or (isinstance(node, ast.Attribute) and node.attr in WHOLE_NAMES)


def spared_in(file: str) -> frozenset[str]:
    return frozenset(EXEMPT_FUNCTIONS[file][1].split()) if file in EXEMPT_FUNCTIONS else frozenset()


def modules() -> Iterator[tuple[str, frozenset[str]]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        file = path.relative_to(PACKAGE).as_posix()
        if not any(file == place or (place.endswith("/") and file.startswith(place)) for place in EXEMPT):
            yield file, spared_in(file)


def test_what_reaches_the_world_uses_our_own_arithmetic() -> None:
    found = [
        f"ravelin/{file}, {offence}"
        for file, spared in modules()
        for offence in offences((PACKAGE / file).read_text(), spared)
    ]
    assert found == []


def test_what_is_exempt_exists_and_needs_to_be() -> None:
    for place, reason in EXEMPT.items():
        paths = sorted((PACKAGE / place).rglob("*.py")) if place.endswith("/") else [PACKAGE / place]
        assert reason
        assert any(list(offences(path.read_text())) for path in paths), f"{place} breaks no rule: list it no more"
    for file, (reason, functions) in EXEMPT_FUNCTIONS.items():
        assert reason
        source, names = (PACKAGE / file).read_text(), frozenset(functions.split())
        for name in names:
            assert len(list(offences(source, names - {name}))) > len(list(offences(source, names))), (file, name)


@pytest.mark.parametrize(
    "form",
    [
        "np.exp(x)", "np.log(x)", "np.log1p(x)", "np.power(x, y)", "np.float_power(x, y)", "np.tanh(x)",
        "np.cbrt(x)", "np.hypot(x, y)", "np.geomspace(1, 2, 3)", "np.logaddexp.reduce(x)",
        "math.exp(x)", "math.log(x)", "math.pow(x, y)", "math.erf(x)", "math.fma(x, y, z)", "math.hypot(x, y)",
        "math.sumprod(x, y)", "cmath.exp(x)", "pow(x, y)", "f = np.exp", "log(x)", "scipy.special.ndtri(x)",
        "np.linalg.solve(a, b)", "np.linalg.norm(x)", "norm(x)", "np.dot(a, b)", "a.dot(b)", "a @ b", "a @= b",
        "np.einsum('i,i', a, b)", "np.matmul(a, b)", "np.inner(a, b)", "np.tensordot(a, b)", "np.convolve(a, b)",
        "np.polyfit(x, y, 1)", "np.interp(x, xs, ys)", "np.fft.fft(x)", "np.random.random()",
        "x ** y", "x ** 0.5", "x ** 2", "2 ** y", "x **= 2", "x ** -y",
        "sum(x)", "sum(x.values())", "sum(a * b for a in x)", "sum([f(a) for a in x])", "sum((1 for a in x), 0.5)",
        "sum(len(a) / 2 for a in x)", "sum(1.0 for a in x)", "sum(counts[a] if a else b for a in x)", "sum(*x)",
        "x.sum()", "x.sum(axis=0)", "np.sum(x)", "np.add.reduce(x)", "np.add.reduceat(x, i)", "x.mean()",
        "np.mean(x)", "np.average(x, weights=w)", "x.std()", "np.var(x)", "np.median(x)", "np.quantile(x, .5)",
        "np.percentile(x, 5)", "x.prod()", "np.prod(x)", "np.nansum(x)", "np.trapezoid(x)", "np.corrcoef(x)",
        "(x * y)[z].sum()", "f(x).mean()", "statistics.fmean(x)",
        "np.argsort(x)", "x.argsort()", "np.argsort(x, kind='quicksort')", "np.sort(x)", "x.sort()",
        "np.argpartition(x, 3)", "x.argpartition(3)", "brentq(f, 0, 1)", "optimize.minimize(f, 0)",
    ],
)  # fmt: skip
def test_a_forbidden_form_is_found(form: str) -> None:
    heads = (
        "import numpy as np, math, cmath, statistics, scipy.special\nfrom scipy import optimize\n",
        "from numpy.linalg import norm\nfrom math import log\nfrom scipy.optimize import brentq\n",
    )
    plain = sum(len(list(offences(head))) for head in heads)
    found = list(offences("".join(heads) + form))
    assert len(found) > plain or any(name in form for name in ("brentq", "optimize", "norm(", "log(x)"))
    if len(found) == plain:
        assert any(name.split()[-1] in form for name in found if name.startswith("imports"))


@pytest.mark.parametrize(
    "form",
    [
        "np.sqrt(x)", "math.sqrt(x)", "np.floor(x)", "np.rint(x)", "np.maximum(x, y)", "np.cumsum(x)",
        "np.bincount(i, weights=x)", "np.add.at(x, i, y)", "np.argsort(x, kind='stable')",
        "np.sort(x, kind='stable')", "np.lexsort((x, y))", "np.partition(x, 3)[3]", "2**32", "2.0**-53", "10.0 ** -6",
        "sorted(x)", "text.partition('.')", "sparse.csr_array(x)", "math.fsum(x)", "total(x)",
        "sum(1 for a in x)", "sum(len(a) + 1 for a in x)", "sum(int(a) for a in x)", "sum(a > 0 for a in x)",
        "sum(a.nbytes * counts[a] for a in x)", "log(x)",
    ],
)  # fmt: skip
def test_what_every_processor_does_alike_is_allowed(form: str) -> None:
    head = "import numpy as np, math\nfrom scipy import sparse\nfrom ravelin.core.arithmetic import log, total\n"
    assert list(offences(head + form)) == []
