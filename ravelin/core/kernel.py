"""Compile Python loops to machine code; the only importer of numba.

numba's own cache on disk notices an edit of the function's own file but not of a helper or a constant in another, and
answers with stale machine code. Here machine code is kept under a digest of all that the function reaches
(`ravelin.core.reach`): an edit compiles what depends on it and nothing else. What is typed in a cell is not kept.
Within a process, too, a rule whose constants or helpers have changed is compiled anew when the next simulation begins.
"""

import contextlib
import os
import pickle
import sys
import tempfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar, cast

import llvmlite
import numba
import numpy as np
from numba.core import compiler, config, serialize, sigutils, types
from numba.core.caching import _Cache
from numba.core.compiler_lock import global_compiler_lock
from numba.core.dispatcher import Dispatcher
from numba.core.registry import CPUDispatcher

from ravelin.core.cache_folder import cache_folder, is_own
from ravelin.core.reach import Reach, Walk, is_in_a_file, reach

Function = TypeVar("Function", bound=Callable[..., Any])

FOLDER = cache_folder()
_FILES_MAX = 4096
_VERSIONS = (sys.version, numba.__version__, llvmlite.__version__, np.__version__)
# What these say changes the code that numba makes.
_SETTINGS = (
    "OPT", "BOUNDSCHECK", "DEBUGINFO_DEFAULT", "LOOP_VECTORIZE", "SLP_VECTORIZE", "USING_SVML", "ENABLE_AVX",
    "ENABLE_PROFILING", "EXTEND_VARIABLE_LIFETIMES", "LLVM_REFPRUNE_PASS", "LLVM_REFPRUNE_FLAGS",
    "PARFOR_MAX_TUPLE_SIZE",
)  # fmt: skip
_SCALARS = (types.Number, types.Boolean, types.NoneType, types.UnicodeType, types.SliceType, types.Literal)

whole = cast("Callable[[Any], int]", np.int64)
"""A 64-bit whole number, as kernels compute it; a plain `int` to the type checker."""


def compiled(function: Function) -> Function:
    """Compile a function that kernels call; it releases the GIL and divides as NumPy does."""
    dispatcher: Any = numba.njit(function, nogil=True, error_model="numpy")
    if isinstance(dispatcher, Dispatcher):  # Not so if numba's compiler is switched off.
        dispatcher._cache = _Kept(dispatcher)
        if not is_in_a_file(function):
            dispatcher.__class__ = _Typed
    return cast("Function", dispatcher)


def machine_code(function: Callable[..., Any], arguments: Sequence[Any]) -> Callable[..., Any]:
    """Return the machine code of a compiled function for arguments like these, compiled now if need be.

    Calling it spares a look at the type of each argument, which takes as long as a rule needs for some
    hundred rows. A plain function is returned as it is.
    """
    if not isinstance(function, Dispatcher):
        return function
    with global_compiler_lock:
        if function.overloads:
            _forget_what_changed(function)
        code: Callable[..., Any] = function.compile(tuple(function.typeof_pyval(value) for value in arguments))
        return code


def pure_python(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give back the Python function behind a compiled one, to run it under a debugger."""
    return cast("Callable[..., Any]", getattr(function, "py_func", function))


class _Typed(CPUDispatcher):  # type: ignore[misc]
    """A function typed in a cell: its constants and helpers are typed there too, and change between two calls."""

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        with global_compiler_lock:
            if self.overloads:
                _forget_what_changed(self)
        return super().__call__(*arguments, **named)


def _forget_what_changed(function: Any) -> Reach:
    """Let go of the machine code of functions whose reach has changed since it was made.

    Who holds the old code, such as a simulation under way, may go on running it.
    """
    before: Reach | None = function._cache.reach
    if before is not None and before.holds():
        return before
    found = reach(function)
    for member in found.compiled:
        if not isinstance(member._cache, _Kept):
            # One that numba itself was asked to compile, and perhaps to keep, may be older than its constants.
            member._cache = _Kept(member)
        if not member.overloads:
            continue
        now = found if member is function else reach(member)
        was: Reach | None = member._cache.reach
        if was is None or was.digest != now.digest:
            if member.is_compiling:
                continue  # The look before the next simulation begins will find it changed.
            member._reset_overloads()
        member._cache.reach = now
    if not function.overloads:
        function._cache.reach = found
    return found


class _Kept(_Cache):  # type: ignore[misc]
    """Keeps the machine code of one function in a file per reach and types of arguments.

    Attributes
    ----------
    reach : Reach, optional
        What the function reached when the machine code in memory was made.
    """

    def __init__(self, function: Any) -> None:
        self._function = function
        self._paths: dict[Any, Path] = {}
        self._enabled = True
        self.reach: Reach | None = None

    @property
    def cache_path(self) -> str | None:
        """The folder."""
        return None if FOLDER is None else str(FOLDER)

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return the machine code for types of arguments, or None if it is not kept."""
        found = _forget_what_changed(self._function)
        self._paths.pop(sig, None)
        if FOLDER is None or not self._enabled or not found.lasting:
            return None
        path = _path(FOLDER, self._function, found, sig, target_context)
        if path is None:
            return None
        self._paths[sig] = path
        content = _read(path)
        if content is None:
            return None
        target_context.refresh()
        return compiler.CompileResult._rebuild(target_context, *pickle.loads(content))

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep the machine code for types of arguments."""
        path = self._paths.pop(sig, None)
        if path is None or data.lifted or data.library.has_dynamic_globals:
            return
        _write(path, serialize.dumps(data._reduce()))

    def enable(self) -> None:
        """Keep machine code from now on."""
        self._enabled = True

    def disable(self) -> None:
        """Keep no machine code from now on."""
        self._enabled = False

    def flush(self) -> None:
        """Do nothing: machine code that nothing asks for goes by itself."""


def _path(folder: Path, function: Any, found: Reach, sig: Any, target_context: Any) -> Path | None:
    """Return where machine code is kept for types of arguments; None if they cannot be told apart by their names."""
    walk = Walk()
    walk.say(found.digest, _VERSIONS, [str(getattr(config, name, None)) for name in _SETTINGS])
    walk.say(target_context.codegen().magic_tuple())
    arguments, result = sigutils.normalize_signature(sig)
    for kind in (*arguments, result):
        _tell_type(walk, kind)
    told = walk.reach()
    if not told.lasting:
        return None
    name = f"{function.py_func.__module__}.{function.py_func.__qualname__}"
    readable = "".join(letter if letter.isalnum() or letter in "._" else "-" for letter in name)[-80:]
    return folder / f"{readable}-{told.digest}"


def _tell_type(walk: Walk, kind: Any) -> None:
    """Tell the type of an argument, and what it brings along: a function, or a default's value."""
    walk.say(type(kind).__name__)
    if isinstance(kind, types.Dispatcher):
        walk.value(kind.dispatcher)
    elif isinstance(kind, types.Omitted):
        walk.value(kind.value)
    elif isinstance(kind, types.BaseTuple):
        walk.value(getattr(kind, "instance_class", None))
        for part in kind:
            _tell_type(walk, part)
    elif kind is None or isinstance(kind, _SCALARS):
        walk.say(str(kind))
    elif isinstance(kind, types.Array):
        walk.say(kind.ndim, kind.layout, kind.mutable, kind.aligned)
        _tell_type(walk, kind.dtype)
    else:
        walk.itself(kind)


def _read(path: Path) -> bytes | None:
    """Return what was kept, if it is whole and nobody else's."""
    try:
        with path.open("rb") as file:
            found = os.fstat(file.fileno())
            sealed = file.read()
    except OSError:
        return None
    checksum, content = sealed[:4], sealed[4:]
    if not is_own(found) or checksum != zlib.crc32(content).to_bytes(4, "big"):
        return None
    with contextlib.suppress(OSError):
        os.utime(path)  # What has not been asked for longest goes first.
    return content


def _write(path: Path, content: bytes) -> None:
    """Keep machine code; on a disk that is full or gone, the process goes on with what is in memory."""
    unfinished = None
    try:
        number, unfinished = tempfile.mkstemp(dir=path.parent)
        with open(number, "wb") as file:
            file.write(zlib.crc32(content).to_bytes(4, "big") + content)
        os.replace(unfinished, path)
        _make_room(path.parent)
    except OSError:
        if unfinished is not None:
            Path(unfinished).unlink(missing_ok=True)


def _make_room(folder: Path) -> None:
    """Remove the files that have not been asked for longest, if there are too many."""
    files = [entry for entry in os.scandir(folder) if entry.is_file(follow_symlinks=False)]
    if len(files) > _FILES_MAX:
        files.sort(key=lambda entry: entry.stat(follow_symlinks=False).st_mtime)
        for entry in files[: len(files) - _FILES_MAX * 3 // 4]:
            Path(entry.path).unlink(missing_ok=True)
