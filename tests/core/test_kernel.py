"""A kernel never runs on stale machine code."""

import ast
import importlib
import pkgutil
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ravelin
from ravelin.core import kernel
from ravelin.core.kernel import compiled, machine_code, pure_python
from ravelin.core.system import System


def kernels() -> Iterator[tuple[str, Any]]:
    """Every compiled function of the package with its module's name."""
    for found in pkgutil.walk_packages(ravelin.__path__, "ravelin."):
        source = Path(found.module_finder.path, found.name.rpartition(".")[2]).with_suffix(".py")  # type: ignore[union-attr]
        if not source.is_file() or not any(word in source.read_text() for word in ("@compiled", "system\n")):
            continue
        module = importlib.import_module(found.name)
        for value in vars(module).values():
            function = value.kernel if isinstance(value, System) and not value.host else value
            if hasattr(function, "py_func") and function.py_func.__module__ == found.name:
                yield found.name, function.py_func


KERNELS = list(kernels())


def imported_from(module_name: str) -> dict[str, str]:
    """Return where each global name of a module was imported from."""
    tree = ast.parse(Path(importlib.import_module(module_name).__file__ or "").read_text())
    return {
        alias.asname or alias.name: node.module or ""
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def test_there_are_kernels() -> None:
    assert len(KERNELS) > 80


@pytest.mark.parametrize("module", sorted({module for module, _ in KERNELS}))
def test_what_a_kernel_uses_is_in_the_digest(module: str) -> None:
    """An edit of a helper or a constant that a kernel has taken in must start a fresh folder of machine code."""
    imports = imported_from(module)
    wrong = []
    for function in (function for name, function in KERNELS if name == module):
        for name in set(function.__code__.co_names) & set(imports):
            if isinstance(function.__globals__[name], types.ModuleType):
                continue
            home = imports[name].split(".")
            if home[0] == "ravelin" and home[1] not in kernel._SHARED:
                wrong.append(f"{function.__name__} uses {name} of {imports[name]}")
    assert wrong == []


def test_an_edit_starts_a_fresh_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in kernel._SHARED:
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "one.py").write_text("x = 1\n")
    monkeypatch.setattr(kernel, "_PACKAGE", tmp_path)
    before = kernel.source_digest()
    assert kernel.source_digest() == before
    for folder in kernel._SHARED:
        (tmp_path / folder / "one.py").write_text("x = 2\n")
        assert kernel.source_digest() != before
        before = kernel.source_digest()


def test_the_folder_may_be_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAVELIN_CACHE", str(tmp_path))
    assert kernel.cache_folder() == tmp_path / "kernels" / kernel.source_digest()
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("RAVELIN_CACHE", str(tmp_path / "file"))
    assert kernel.cache_folder().parent.name == "kernels"
    assert tmp_path not in kernel.cache_folder().parents


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
