"""Compile Python loops to machine code; the only importer of numba.

numba's on-disk cache notices an edit of the kernel's own file but not of a helper or a constant
in another file, and answers with stale machine code. Compiled code is therefore kept in one folder
per digest of every source file a kernel can reach: any edit starts a fresh folder.
"""

import hashlib
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np

Function = TypeVar("Function", bound=Callable[..., Any])

_PACKAGE = Path(__file__).resolve().parent.parent
_SHARED = ("core", "state", "ledger", "markets", "learning")


def source_digest() -> str:
    """Digest of the folders whose functions kernels call, and of the interpreter that runs them."""
    digest = hashlib.blake2b(sys.version.encode(), digest_size=8)
    for folder in _SHARED:
        for path in sorted((_PACKAGE / folder).glob("*.py")):
            digest.update(path.name.encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def cache_folder() -> Path:
    """Where compiled kernels are kept: `RAVELIN_CACHE`, the user's cache, or a temporary folder."""
    root = os.environ.get("RAVELIN_CACHE")
    choices = [Path(root)] if root else []
    choices.append(Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "ravelin")
    choices.append(Path(tempfile.gettempdir()) / f"ravelin-{os.getuid() if hasattr(os, 'getuid') else 0}")
    for choice in choices:
        folder = choice / "kernels" / source_digest()
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return folder
    raise OSError(f"no writable folder for compiled kernels among {', '.join(map(str, choices))}; set RAVELIN_CACHE")


os.environ["NUMBA_CACHE_DIR"] = str(cache_folder())

import numba  # noqa: E402  (it reads NUMBA_CACHE_DIR when it is imported)
from numba.core.dispatcher import Dispatcher  # noqa: E402

whole = cast("Callable[[Any], int]", np.int64)
"""A 64-bit whole number, as kernels compute it; a plain `int` to the type checker."""


def compiled(function: Function) -> Function:
    """Compile a function that kernels call; it releases the GIL and divides as NumPy does."""
    try:
        return cast("Function", numba.njit(function, nogil=True, cache=True, error_model="numpy"))
    except RuntimeError:
        # A rule typed at a prompt has no file to keep machine code for: it is compiled anew each time.
        return cast("Function", numba.njit(function, nogil=True, error_model="numpy"))


def machine_code(function: Callable[..., Any], arguments: Sequence[Any]) -> Callable[..., Any]:
    """Return the machine code of a compiled function for arguments like these, compiled now if need be.

    Calling it spares a look at the type of each argument, which takes as long as a rule needs for some
    hundred rows. A plain function is returned as it is.
    """
    if not isinstance(function, Dispatcher):
        return function
    code: Callable[..., Any] = function.compile(tuple(function.typeof_pyval(value) for value in arguments))
    return code


def pure_python(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give back the Python function behind a compiled one, to run it under a debugger."""
    return cast("Callable[..., Any]", getattr(function, "py_func", function))
