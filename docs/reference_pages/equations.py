"""The equations of a rule, translated line by line from its code: exact by construction.

Whatever the translation does not know is shown as the line of code that it is.
"""

import ast
from collections.abc import Callable, Iterable, Mapping
from html import escape

SIGNS: dict[type[ast.AST], str] = {
    ast.Add: "+", ast.Sub: "−", ast.Mult: "·", ast.Mod: "mod", ast.MatMult: "×",
    ast.BitAnd: "&amp;", ast.BitOr: "|", ast.BitXor: "⊕", ast.LShift: "≪", ast.RShift: "≫",
    ast.Lt: "&lt;", ast.LtE: "≤", ast.Gt: "&gt;", ast.GtE: "≥", ast.Eq: "=", ast.NotEq: "≠",
    ast.Is: "is", ast.IsNot: "is not", ast.In: "∈", ast.NotIn: "∉", ast.And: "and", ast.Or: "or",
}  # fmt: skip
RANKS: dict[type[ast.AST], int] = {
    ast.Or: 1, ast.And: 2, ast.BitOr: 4, ast.BitXor: 4, ast.BitAnd: 4, ast.LShift: 5, ast.RShift: 5,
    ast.Add: 6, ast.Sub: 6, ast.Mult: 7, ast.MatMult: 7, ast.Mod: 7, ast.Pow: 9,
}  # fmt: skip
"""How tightly a sign binds; what binds less than what stands around it is bracketed."""
COMPARISON, MINUS, ATOM = 3, 8, 10
NUMBERS = {"float32", "float64", "uint8", "int32", "uint32", "float"}
"""Types that a number is brought to without a change of its meaning."""


class Translation:
    """Of one function; `kinds` tells for a name which class of style it has and what is written for it.

    A field of a bundle is told under `bundle.field`, and written so.
    """

    def __init__(self, kinds: Mapping[str, tuple[str, str]]) -> None:
        self.kinds = kinds
        self.called: dict[str, None] = {}

    def lines(self, body: Iterable[ast.stmt]) -> str:
        """Write statements as nested lines."""
        return "".join(map(self._statement, body))

    def _statement(self, line: ast.stmt) -> str:
        match line:
            case ast.Expr(ast.Constant()) | ast.Pass():
                return ""
            case ast.Expr(value):
                return _line(_math(self._write(value)))
            case ast.Assign([target], value):
                return _line(_math(f"{self._write(target)}<mo>←</mo>{self._write(value)}"))
            case ast.Assign(targets, value):
                all_targets = "<mo>←</mo>".join(map(self._write, targets))
                return _line(_math(f"{all_targets}<mo>←</mo>{self._write(value)}"))
            case ast.AugAssign(target, sign, value):
                return _line(_math(f"{self._write(target)}<mo>←</mo>{self._write(ast.BinOp(target, sign, value))}"))
            case ast.For(target, series, body):
                return _line(f"for each {self._loop(target, series)}:") + _inner(self.lines(body))
            case ast.While(test, body):
                return _line(f"while {_math(self._write(test))}:") + _inner(self.lines(body))
            case ast.If(test, body, other):
                told = _line(f"if {_math(self._write(test))}:") + _inner(self.lines(body))
                return told + self._otherwise(other)
            case ast.Continue():
                return _line("go on with the next")
            case ast.Break():
                return _line("leave the loop")
            case ast.Return(value):
                return _line("end" if value is None else f"return {_math(self._write(value))}")
        return _line(f"<code>{escape(ast.unparse(line))}</code>")

    def _otherwise(self, lines: list[ast.stmt]) -> str:
        match lines:
            case []:
                return ""
            case [ast.If(test, body, other)]:
                told = _line(f"otherwise, if {_math(self._write(test))}:") + _inner(self.lines(body))
                return told + self._otherwise(other)
        return _line("otherwise:") + _inner(self.lines(lines))

    def _loop(self, target: ast.expr, series: ast.expr) -> str:
        name = self._write(target)
        match series:
            case ast.Call(ast.Name("range"), [ast.Attribute(ast.Name() | ast.Attribute(), "size")]):
                return _math(name)
            case ast.Call(ast.Name("range"), [stop]):
                return _math(f"{name}<mo>=</mo><mn>0</mn><mo>…</mo>{self._write(ast.BinOp(stop, ast.Sub(), ONE))}")
            case ast.Call(ast.Name("range"), [begin, stop]):
                last = self._write(ast.BinOp(stop, ast.Sub(), ONE))
                return _math(f"{name}<mo>=</mo>{self._write(begin)}<mo>…</mo>{last}")
        return _math(f"{name}<mo>∈</mo>{self._write(series)}")

    def _write(self, node: ast.expr, around: int = 0) -> str:
        rank, told = self._told(node)
        return told if rank >= around else f"<mrow><mo>(</mo>{told}<mo>)</mo></mrow>"

    def _told(self, node: ast.expr) -> tuple[int, str]:
        match node:
            case ast.Constant(bool() | None | str()):
                return ATOM, f"<mtext>{escape(str(node.value))}</mtext>"
            case ast.Constant(value):
                return ATOM, f"<mn>{value:,}</mn>" if isinstance(value, int) else f"<mn>{value:g}</mn>"
            case ast.Name(name):
                return ATOM, self._name(name)
            case ast.Attribute(ast.Name("np"), name):
                return ATOM, self._name(name)
            case ast.Attribute(ast.Name(bundle), name) if f"{bundle}.{name}" in self.kinds:
                return ATOM, self._name(f"{bundle}.{name}")
            case ast.Attribute(value, name):
                return ATOM, f"{self._write(value, ATOM)}<mo>.</mo>{self._name(name)}"
            case ast.Subscript(value, ast.Constant(0)) if self._is_bound(value):
                return ATOM, self._write(value)
            case ast.Subscript(value, place):
                return ATOM, f"<msub>{_row(self._write(value, ATOM))}{_row(self._place(place))}</msub>"
            case ast.UnaryOp(ast.USub(), value):
                return MINUS, f"<mo>−</mo>{self._write(value, MINUS)}"
            case ast.UnaryOp(ast.Not(), value):
                return MINUS, f"<mtext>not&nbsp;</mtext>{self._write(value, MINUS)}"
            case ast.BinOp(above, ast.Div(), below):
                return ATOM, f"<mfrac>{_row(self._write(above))}{_row(self._write(below))}</mfrac>"
            case ast.BinOp(above, ast.FloorDiv(), below):
                inner = f"<mfrac>{_row(self._write(above))}{_row(self._write(below))}</mfrac>"
                return ATOM, f"<mrow><mo>⌊</mo>{inner}<mo>⌋</mo></mrow>"
            case ast.BinOp(value, ast.Pow(), exponent):
                return RANKS[ast.Pow], _power(self._write(value, ATOM), self._write(exponent))
            case ast.BinOp(left, sign, right):
                rank = RANKS[type(sign)]
                return rank, f"{self._write(left, rank)}{_sign(sign)}{self._write(right, rank + 1)}"
            case ast.BoolOp(sign, values):
                rank = RANKS[type(sign)]
                return rank, _sign(sign).join(self._write(value, rank + 1) for value in values)
            case ast.Compare(left, signs, others):
                pairs = zip(signs, others, strict=True)
                chain = "".join(f"{_sign(sign)}{self._write(other, COMPARISON + 1)}" for sign, other in pairs)
                return COMPARISON, f"{self._write(left, COMPARISON + 1)}{chain}"
            case ast.IfExp(test, value, other):
                return ATOM, self._cases(test, value, other)
            case ast.Tuple(values):
                return 0 if len(values) > 1 else ATOM, "<mo>,</mo>".join(map(self._write, values))
            case ast.Call(function, arguments, []):
                return ATOM, self._call(function, arguments)
        return ATOM, f"<mtext>{escape(ast.unparse(node))}</mtext>"

    def _is_bound(self, value: ast.expr) -> bool:
        return self._kind(value)[0] == "single"

    def _kind(self, value: ast.expr) -> tuple[str, str]:
        """Tell which kind a name or a field of a bundle is, and what is written for it."""
        match value:
            case ast.Name(name):
                return self.kinds.get(name, ("", ""))
            case ast.Attribute(ast.Name(bundle), name):
                return self.kinds.get(f"{bundle}.{name}", ("", ""))
        return "", ""

    def _place(self, place: ast.expr) -> str:
        if isinstance(place, ast.Slice):
            ends = (self._write(end) if end else "" for end in (place.lower, place.upper))
            return "<mo>:</mo>".join(ends) if place.lower or place.upper else "<mo>·</mo>"
        if isinstance(place, ast.Tuple):
            return "<mo>,</mo>".join(map(self._place, place.elts))
        return self._write(place)

    def _cases(self, test: ast.expr, value: ast.expr, other: ast.expr) -> str:
        first = f"<mtr><mtd>{self._write(value)}</mtd><mtd><mtext>if&nbsp;</mtext>{self._write(test)}</mtd></mtr>"
        second = f"<mtr><mtd>{self._write(other)}</mtd><mtd><mtext>otherwise</mtext></mtd></mtr>"
        return f"<mrow><mo>{{</mo><mtable class='cases'>{first}{second}</mtable></mrow>"

    def _call(self, function: ast.expr, arguments: list[ast.expr]) -> str:
        name = function.id if isinstance(function, ast.Name) else ast.unparse(function).removeprefix("np.")
        match name, arguments:
            case ("floor", [value]):
                return f"<mrow><mo>⌊</mo>{self._write(value)}<mo>⌋</mo></mrow>"
            case ("ceil", [value]):
                return f"<mrow><mo>⌈</mo>{self._write(value)}<mo>⌉</mo></mrow>"
            case ("abs", [value]):
                return f"<mrow><mo>|</mo>{self._write(value)}<mo>|</mo></mrow>"
            case ("sqrt", [value]):
                return f"<msqrt>{self._write(value)}</msqrt>"
            case ("power", [value, exponent]):
                return _power(self._write(value, ATOM), self._write(exponent))
            case ("len", [value]):
                return f"<mrow><mo>#</mo>{self._write(value, ATOM)}</mrow>"
            case (_, [value]) if name in NUMBERS:
                return f"<mrow>{self._write(value, RANKS[ast.Pow])}</mrow>"
            case (_, [key, *rest]) if self._kind(key)[0] == "draws":
                stream = f"<mtext>{escape(self._kind(key)[1])}</mtext>"
                told = f"<msub><mi class='function'>{escape(name)}</mi>{stream}</msub>"
                return f"<mrow>{told}<mo>(</mo>{'<mo>,</mo>'.join(map(self._write, rest))}<mo>)</mo></mrow>"
        self.called[name] = None
        inside = "<mo>,</mo>".join(map(self._write, arguments))
        return f"<mrow><mi class='function'>{escape(name)}</mi><mo>(</mo>{inside}<mo>)</mo></mrow>"

    def _name(self, name: str) -> str:
        kind, shown = self.kinds.get(name, ("other", name))
        return f"<mi class='{kind}'>{escape(shown)}</mi>"


ONE = ast.Constant(1)


def _sign(sign: ast.AST) -> str:
    told = SIGNS[type(sign)]
    return f"<mtext>&nbsp;{told}&nbsp;</mtext>" if told.isalpha() or " " in told else f"<mo>{told}</mo>"


def _power(value: str, exponent: str) -> str:
    return f"<msup>{_row(value)}{_row(exponent)}</msup>"


def _row(inside: str) -> str:
    return f"<mrow>{inside}</mrow>"


def _math(inside: str) -> str:
    return f"<math>{_row(inside)}</math>"


def _line(inside: str) -> str:
    return f"<div class='line'>{inside}</div>\n"


def _inner(inside: str) -> str:
    return f"<div class='inner'>\n{inside}</div>\n"


def equations(
    function: Callable[..., object], source: str, kinds: Mapping[str, tuple[str, str]]
) -> tuple[str, list[str]]:
    """Write the equations of a function as HTML, and name the functions that they call."""
    (tree,) = ast.parse(source).body
    assert isinstance(tree, ast.FunctionDef), function
    translation = Translation(kinds)
    return f"<div class='equations'>\n{translation.lines(tree.body)}</div>\n", list(translation.called)
