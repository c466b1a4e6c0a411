"""Kernels over whole columns of a world: bound once, called every month without a look at each argument."""

import inspect
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

import numpy.typing as npt

from ravelin.core.arithmetic import add_up_whole
from ravelin.core.kernel import compiled, machine_code, pure_python
from ravelin.core.schedule import sector_rows
from ravelin.core.system import Access
from ravelin.core.table import World

Array = npt.NDArray[Any]

_BOUND: WeakKeyDictionary[World, dict[Callable[..., None], tuple[Callable[..., None], list[Array]]]] = (
    WeakKeyDictionary()
)


def fill(world: World, kernel: Callable[..., None], *results: Array) -> None:
    """Call a kernel with arrays that it fills, then the columns that the defaults of its other arguments bind."""
    bound = _BOUND.setdefault(world, {})
    if kernel not in bound:
        defaults = (argument.default for argument in inspect.signature(pure_python(kernel)).parameters.values())
        columns = [sector_rows(world, access.column, access.of) for access in defaults if isinstance(access, Access)]
        bound[kernel] = machine_code(kernel, [*results, *columns]), columns
    code, columns = bound[kernel]
    code(*results, *columns)


@compiled
def sum_of(values: Any) -> int:
    """Add up the whole numbers of a column."""
    return add_up_whole(values)
