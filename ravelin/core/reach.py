"""What the machine code of a function depends on, as one digest.

A compiler takes in more than the source of the function that it is given: the functions called, wherever they lie, and
the values of globals, of module attributes, of closures and of omitted arguments, all frozen. Machine code is the right
one only as long as none of these has changed, so it is kept under a digest of all of them. What is digested is what the
interpreter holds, not files: a file may have been edited since it was imported.
"""

import builtins
import dis
import enum
import hashlib
import os
import struct
import sys
import sysconfig
import types
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

_DIGEST_BYTES = 16
_LOADS_GLOBAL = dis.opmap["LOAD_GLOBAL"]
_EXTENDS = dis.opmap["EXTENDED_ARG"]
_WORDS = {type(None), type(...), bool, int, str, bytes}
_MISSING = object()


class Reach(NamedTuple):
    """All that a compiled function reaches.

    Attributes
    ----------
    digest : str
    lasting : bool
        Whether another process may take equal digests for equal code: all of it lies in files, and every value is one
        whose bytes are known. Else the digest is good within this process only.
    compiled : tuple of compiled functions
        Those reached, itself first.
    names : tuple of (namespace, name, value)
        What each name stood for.
    settled : bool
        Whether nothing else can change: no array, no closure.
    """

    digest: str
    lasting: bool
    compiled: tuple[Any, ...]
    names: tuple[tuple[dict[str, Any], str, Any], ...]
    settled: bool

    def holds(self) -> bool:
        """Whether all that was reached is surely still the same; a look that costs next to nothing."""
        return self.settled and all(space.get(name, _MISSING) is value for space, name, value in self.names)


def reach(function: Any) -> Reach:
    """Follow a compiled function to all that its machine code depends on."""
    walk = Walk()
    walk.compiled_function(function, with_defaults=False)
    return walk.reach()


def is_in_a_file(function: Callable[..., Any]) -> bool:
    """Whether a function lies in a file, and was not typed in a cell or at a prompt."""
    return _exists(function.__code__.co_filename)


class Walk:
    """Tells in words, in the order of the code, all that values and functions consist of."""

    def __init__(self) -> None:
        self._words: list[str] = []
        self._lasting = True
        self._settled = True
        self._compiled: list[Any] = []
        self._names: list[tuple[dict[str, Any], str, Any]] = []
        self._places: dict[Any, int] = {}

    def reach(self) -> Reach:
        """Sum up what was told so far."""
        text = "\n".join(self._words)
        digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_DIGEST_BYTES).hexdigest()
        return Reach(digest, self._lasting, tuple(self._compiled), tuple(self._names), self._settled)

    def say(self, *words: object) -> None:
        """Tell something whose text says all about it."""
        self._words.append(repr(words))

    def value(self, value: Any) -> None:
        """Tell a value that a function takes in."""
        kind = type(value)
        if kind in _WORDS:
            self.say(kind.__name__, value)
        elif kind is float:
            self.say("float", struct.pack("<d", value))
        elif kind is complex:
            self.say("complex", struct.pack("<dd", value.real, value.imag))
        elif isinstance(value, enum.Enum):
            self.say("member", value.name)
            self.value(kind)
            self.value(value.value)
        elif isinstance(value, (tuple, list)):
            self._settled &= isinstance(value, tuple)
            self.say(kind.__name__, len(value))
            if kind not in (tuple, list):
                self.value(kind)
            for part in value:
                self.value(part)
        elif kind is frozenset:
            self.say("set", sorted(map(_told, value)))
        elif isinstance(value, np.generic) and not value.dtype.hasobject:
            self.say("scalar", value.dtype, value.tobytes())
        elif isinstance(value, np.dtype) and not value.hasobject:
            self.say("dtype", value)
        elif kind is np.ndarray and not value.dtype.hasobject:
            self._array(value)
        elif isinstance(value, types.ModuleType):
            self.say("module", value.__name__)
        elif isinstance(value, type):
            self._type(value)
        elif hasattr(value, "py_func") and hasattr(value, "targetoptions"):
            self.compiled_function(value, with_defaults=True)
        elif isinstance(value, types.FunctionType):
            self._function(value, with_defaults=True)
            # What compiles a plain function lies elsewhere, out of sight.
            self._lasting &= _is_versioned_file(value.__code__.co_filename)
        elif isinstance(value, types.BuiltinFunctionType) and isinstance(value.__self__, types.ModuleType | None):
            self.say("builtin", value.__module__, value.__qualname__)
        elif kind is np.ufunc and value in vars(np).values():
            self.say("ufunc", value.__name__)
        elif kind.__module__.startswith("numba.") and kind.__module__.endswith("types.scalars"):
            self.say("number", str(value))
        else:
            self.itself(value)

    def itself(self, value: Any) -> None:
        """Tell what nothing is known of: it is equal to itself only, and in this process."""
        self._lasting = False
        self.say("object", id(value))

    def compiled_function(self, function: Any, *, with_defaults: bool) -> None:
        """Tell a compiled function: how it is compiled, and all that it reaches."""
        if _is_versioned_file(function.py_func.__code__.co_filename):
            self.say("compiled", function.py_func.__module__, function.py_func.__qualname__)
            return
        if not any(function is other for other in self._compiled):
            self._compiled.append(function)
        self.say("compiled", sorted((name, repr(value)) for name, value in function.targetoptions.items()))
        self._function(function.py_func, with_defaults=with_defaults)

    def _function(self, function: Callable[..., Any], *, with_defaults: bool) -> None:
        self.say("function", function.__module__, function.__qualname__)
        code: types.CodeType = function.__code__
        # The file is asked, not `__module__`, which a decorator may have copied from another function.
        if _is_versioned_file(code.co_filename) or self._is_told(function):
            return
        content = _content(code)
        self.say(content.digest)
        self._lasting &= content.lasting and _exists(code.co_filename)
        for name in content.loaded:
            self.say("global", name)
            value = self._looked_up(function.__globals__, name)
            self._named(getattr(builtins, name, _MISSING) if value is _MISSING else value, content.names)
        for name, cell in zip(code.co_freevars, function.__closure__ or (), strict=True):
            self.say("closure", name)
            self._settled = False
            try:
                value = cell.cell_contents
            except ValueError:
                value = _MISSING
            self._named(value, content.names)
        if with_defaults:
            self.value(function.__defaults__)
            for name, value in sorted((function.__kwdefaults__ or {}).items()):
                self.say("default", name)
                self.value(value)

    def _named(self, value: Any, names: frozenset[str]) -> None:
        """Tell what a name stands for; of a module, each attribute that the code may ask for."""
        if value is _MISSING:
            self.say("missing")
            return
        self.value(value)
        if not isinstance(value, types.ModuleType) or _is_versioned(value.__name__):
            return
        if self._is_told(value, names):
            return
        for name in sorted(names):
            if hasattr(value, name):
                self._looked_up(vars(value), name)
                self.say("attribute", name)
                self._named(getattr(value, name), names)

    def _looked_up(self, space: dict[str, Any], name: str) -> Any:
        value = space.get(name, _MISSING)
        self._names.append((space, name, value))
        return value

    def _is_told(self, *what: Any) -> bool:
        """Whether something was told before; if so, tell where, which ends circles."""
        key = tuple(map(id, what))
        if key in self._places:
            self.say("again", self._places[key])
            return True
        self._places[key] = len(self._places)
        return False

    def _array(self, array: np.ndarray[Any, Any]) -> None:
        self._settled = False
        flags = array.flags
        layout = flags.c_contiguous, flags.f_contiguous, flags.aligned, flags.writeable
        self.say("array", array.dtype, array.shape, layout, array.tobytes())

    def _type(self, kind: type) -> None:
        self.say("type", kind.__module__, kind.__qualname__)
        if _is_versioned(kind.__module__):
            return
        if issubclass(kind, BaseException):
            pass  # Machine code raises it by its name, and holds nothing of it.
        elif issubclass(kind, enum.Enum):
            for member in kind:
                self.say(member.name)
                self.value(member.value)
        elif issubclass(kind, tuple) and hasattr(kind, "_fields"):
            self.value(kind._fields)
            self.value(tuple(getattr(kind, "_field_defaults", {}).items()))
        else:
            self.itself(kind)


class _Content(NamedTuple):
    """What a code object says, the functions inside it included: its digest, the globals it loads, all its names."""

    digest: str
    loaded: tuple[str, ...]
    names: frozenset[str]
    lasting: bool


@lru_cache(maxsize=4096)
def _content(code: types.CodeType) -> _Content:
    told = Walk()
    loaded = dict.fromkeys(_loaded(code))
    names = {*code.co_names, *(constant for constant in code.co_consts if isinstance(constant, str))}
    told.say(code.co_code, code.co_exceptiontable, code.co_flags, code.co_names)
    told.say(code.co_varnames, code.co_cellvars, code.co_freevars)
    told.say(code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            inner = _content(constant)
            told.say("code", inner.digest)
            loaded.update(dict.fromkeys(inner.loaded))
            names |= inner.names
        else:
            told.value(constant)
    whole = told.reach()
    return _Content(whole.digest, tuple(loaded), frozenset(names), whole.lasting)


def _loaded(code: types.CodeType) -> Iterator[str]:
    """Give the names of the globals that a code loads; `dis` says the same, a hundred times slower."""
    units = np.frombuffer(code.co_code, dtype=np.uint8).reshape(-1, 2)
    for place in np.flatnonzero(units[:, 0] == _LOADS_GLOBAL).tolist():
        number, above = int(units[place, 1]), place - 1
        while above >= 0 and units[above, 0] == _EXTENDS:
            number |= int(units[above, 1]) << 8 * (place - above)
            above -= 1
        # The lowest bit says whether a call follows.
        yield code.co_names[number >> 1]


def _told(value: Any) -> str:
    """Tell one value by itself, so that a set's values can be put in order."""
    walk = Walk()
    walk.value(value)
    return walk.reach().digest


@lru_cache(maxsize=1024)
def _exists(path: str) -> bool:
    return os.path.isfile(path)


def _is_versioned(name: str | None) -> bool:
    """Whether a module is Python's, NumPy's or numba's own, so that a version stands for all that is in it."""
    module = sys.modules.get(name or "")
    file = getattr(module, "__file__", None)
    return name in sys.builtin_module_names if file is None else _is_versioned_file(file)


@lru_cache(maxsize=4096)
def _is_versioned_file(file: str) -> bool:
    path = Path(file)
    if any(path.is_relative_to(folder) for folder in _folders_of("numpy", "numba", "llvmlite")):
        return True
    standard = [Path(sysconfig.get_path(key)) for key in ("stdlib", "platstdlib")]
    is_installed = {"site-packages", "dist-packages"} & set(path.parts)
    return not is_installed and any(path.is_relative_to(folder) for folder in standard)


def _folders_of(*packages: str) -> Iterable[Path]:
    files = (getattr(sys.modules.get(package), "__file__", None) for package in packages)
    return [Path(file).parent for file in files if file]
