"""A rule is read by its signature: few arguments, and bundles whose every field the rule uses."""

import ast
import inspect
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest

from ravelin.core.kernel import pure_python
from ravelin.core.system import System
from ravelin.textbook.pages import PC, PCEX, SIM, SIMEX
from ravelin.tick.page import TICK

RULES = list(dict.fromkeys(rule for page in (TICK, SIM, SIMEX, PC, PCEX) for rule in page))
MOST = 16
"""Arguments of a rule, and fields of a bundle: more are no longer read, but skipped."""


def bundles_of(rule: System) -> dict[str, type[Any]]:
    """Give the bundles that a rule takes, by argument."""
    arguments = inspect.signature(rule.function).parameters
    return {name: fields for name, (_, fields) in zip(arguments, rule.arguments, strict=True) if fields is not None}


BUNDLES = list(dict.fromkeys(fields for rule in RULES for fields in bundles_of(rule).values()))


def test_no_rule_takes_more_arguments_than_one_reads() -> None:
    assert {rule.name: len(rule.arguments) for rule in RULES if len(rule.arguments) > MOST} == {}


@pytest.mark.parametrize("fields", BUNDLES, ids=lambda fields: fields.__name__)
def test_a_bundle_is_as_short_and_says_what_it_is(fields: type[Any]) -> None:
    assert len(fields._fields) <= MOST  # type: ignore[attr-defined]
    # Without words of its own a named tuple is documented by its fields.
    assert fields.__doc__ is not None
    assert not fields.__doc__.startswith(f"{fields.__name__}(")


@cache
def module_of(file: str) -> ast.Module:
    return ast.parse(Path(file).read_text())


def definition_of(function: FunctionType) -> ast.FunctionDef:
    body = module_of(function.__code__.co_filename).body
    return next(one for one in body if isinstance(one, ast.FunctionDef) and one.name == function.__name__)


def fields_used(function: FunctionType, argument: str) -> set[str]:
    """Name the fields of a bundle that a function uses, or a function to which it hands the bundle whole."""
    return set(_fields_used(function, argument, set()))


def _fields_used(function: FunctionType, argument: str, seen: set[tuple[str, str]]) -> Iterator[str]:
    if (function.__qualname__, argument) in seen:
        return
    seen.add((function.__qualname__, argument))
    nodes = list(ast.walk(definition_of(function)))
    names = {argument} | {
        target.id
        for node in nodes
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name) and node.value.id == argument
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in nodes:
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in names:
            yield node.attr
        elif isinstance(node, ast.Call):
            for place, handed in enumerate(node.args):
                if isinstance(handed, ast.Name) and handed.id in names:
                    helper = helper_named(function, node.func)
                    yield from _fields_used(helper, list(inspect.signature(helper).parameters)[place], seen)


def helper_named(function: FunctionType, called: ast.expr) -> FunctionType:
    """Find the plain function that a function calls by a name."""
    assert isinstance(called, ast.Name), f"{function.__qualname__} hands a bundle to {ast.unparse(called)}"
    helper = pure_python(function.__globals__[called.id])
    assert isinstance(helper, FunctionType)
    return helper


@pytest.mark.parametrize("rule", [rule for rule in RULES if bundles_of(rule)], ids=repr)
def test_a_rule_uses_every_field_of_its_bundles(rule: System) -> None:
    """One that it does not is a wrong declaration: it shifts derived lags, and what shocks and pages say."""
    idle = {
        f"{argument}.{field}"
        for argument, fields in bundles_of(rule).items()
        for field in set(fields._fields) - fields_used(rule.function, argument)  # type: ignore[attr-defined]
    }
    assert idle == set()


def test_a_bundle_is_named_by_what_it_is() -> None:
    """Not by the rule that takes it, nor by what all bundles are made of."""
    rules = {"".join(word.capitalize() for word in rule.function.__name__.split("_")) for rule in RULES}
    bags = [
        fields.__name__
        for fields in BUNDLES
        if fields.__name__ in rules
        or fields.__name__.endswith(("Columns", "Arguments", "Parameters", "Fields", "Bundle"))
    ]
    assert bags == []


def hand_down(pair: Any) -> float:
    same = pair
    return reach_one(pair) + same.other[0]


def reach_one(given: Any) -> float:
    return given.one[0]  # type: ignore[no-any-return]


def test_fields_are_found_behind_helpers() -> None:
    assert fields_used(hand_down, "pair") == {"one", "other"}
    assert fields_used(reach_one, "given") == {"one"}
