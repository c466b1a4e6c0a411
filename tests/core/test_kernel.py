"""A kernel never runs on stale machine code."""

import dis
import importlib
import os
import pkgutil
import subprocess
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ravelin
from ravelin.core.kernel import compiled, machine_code, pure_python
from ravelin.core.reach import _loaded, reach
from ravelin.core.system import System


def kernels() -> Iterator[Any]:
    """Every compiled function of the package."""
    for found in pkgutil.walk_packages(ravelin.__path__, "ravelin."):
        source = Path(found.module_finder.path, found.name.rpartition(".")[2]).with_suffix(".py")  # type: ignore[union-attr]
        if not source.is_file() or not any(word in source.read_text() for word in ("@compiled", "system\n")):
            continue
        module = importlib.import_module(found.name)
        for value in vars(module).values():
            function = value.kernel if isinstance(value, System) and not value.host else value
            if hasattr(function, "py_func") and function.py_func.__module__ == found.name:
                yield function


KERNELS = list(kernels())


def test_there_are_kernels() -> None:
    assert len(KERNELS) > 80


def test_the_machine_code_of_every_kernel_is_kept() -> None:
    """None takes in a value that cannot be told apart from another by its bytes."""
    assert [function for function in KERNELS if not reach(function).lasting] == []


def test_digests_are_the_same_in_another_process() -> None:
    """Sets, hashes and addresses differ between processes."""
    code = (
        "from ravelin.economy.goods import prices\nfrom ravelin.economy.spending import consumption\n"
        "from ravelin.core.reach import reach\n"
        "print(reach(prices.post_prices.kernel).digest, reach(consumption.plan_spending.kernel).digest)"
    )
    run = [sys.executable, "-c", code]
    told = [
        subprocess.run(run, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True).stdout
        for seed in ("1", "2")
    ]
    assert told[0] == told[1] != ""


def test_the_globals_of_a_kernel_are_those_that_dis_finds() -> None:
    def codes(code: types.CodeType) -> Iterator[types.CodeType]:
        yield code
        for constant in code.co_consts:
            if isinstance(constant, types.CodeType):
                yield from codes(constant)

    for function in KERNELS:
        for code in codes(function.py_func.__code__):
            expected = [step.argval for step in dis.get_instructions(code) if step.opname == "LOAD_GLOBAL"]
            assert list(_loaded(code)) == expected


def test_a_global_beyond_the_first_256_names_is_found() -> None:
    space: dict[str, Any] = {}
    exec("def far(x):\n    return " + " + ".join(f"n{number}" for number in range(700)), space)
    assert list(_loaded(space["far"].__code__)) == [f"n{number}" for number in range(700)]


@compiled
def divide(numerator: float, denominator: float) -> float:
    return numerator / denominator


def test_division_by_zero_gives_infinity_for_the_audit_to_find() -> None:
    assert divide(1.0, 0.0) == np.inf
    with pytest.raises(ZeroDivisionError):
        pure_python(divide)(1.0, 0.0)


@compiled
def halve(value: float) -> float:
    return value / 2.0


def test_machine_code_is_for_arguments_of_one_type() -> None:
    assert machine_code(halve, [1.0])(3.0) == 1.5
    # It looks at no type again: a whole number that stands where a float was is taken as one.
    assert machine_code(halve, [1.0])(3) == 1.5
    assert machine_code(abs, [1.0]) is abs
