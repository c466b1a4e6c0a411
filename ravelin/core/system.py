"""Systems: rules whose signature is their declaration.

A `system` is a compiled kernel; a `host_system` is ordinary Python. The default of each argument
says what reaches it, and nothing else does: columns it `reads` (read-only: a store to one does
not compile), `writes`, `sets` or `renews` without a look at what they held, or `adds` whole numbers
to; clearing accounts that it pays into and out of, which it `clears`; parameters it `uses`; keys of its `draws`.
Columns that rules take together stand in a bundle: a named tuple whose fields are declared in the same way, each with
its own access.

A `local_system` runs once per locality, in parallel, on that locality's slice of every local
table. It may write only to those slices; what it sends elsewhere it `adds`, in whole numbers, to
a buffer private to its thread, so the result does not depend on how threads share the work.
"""

import importlib
import inspect
import pickle
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ravelin.core.given import shown
from ravelin.core.kernel import compiled
from ravelin.core.parameter import Parameter
from ravelin.core.sentence import DeclarationError
from ravelin.core.table import Column, Table, free_list_of, is_of_free_list

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Cents = npt.NDArray[np.int64]
Indices = npt.NDArray[np.int32]
Smalls = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Access:
    """How a system touches a column; `of` narrows a column of accounts to one sector's rows."""

    column: Column
    mode: str
    whole: bool = False
    of: type[Table] | None = None


@dataclass(frozen=True)
class Uses:
    """A parameter's value."""

    parameter: Parameter


@dataclass(frozen=True)
class Draws:
    """The key of a stream of draws in this tick; `fixed` gives the same key in every tick."""

    stream: str
    fixed: bool = False


@dataclass(frozen=True)
class First:
    """The number of the first row of a local table's slice (zero in a system that sees it whole)."""

    table: type[Table]


@dataclass(frozen=True)
class Claims:
    """Every column that declares a claim of one kind of rows, their accounts included, as a tuple."""

    of: type[Table]


@dataclass(frozen=True)
class Tick:
    """The number of the current tick."""


@dataclass(frozen=True)
class Session:
    """The number of the current session of a phase."""


@dataclass(frozen=True)
class PoolOf:
    """Which rows of a pool are in use, to take some and give some back."""

    table: type[Table]

    @property
    def columns(self) -> list[Column]:
        """What changes as rows come and go."""
        return [self.table.live, self.table.next_free, *free_list_of(self.table).columns.values()]


@dataclass(frozen=True)
class Everything:
    """The whole world, for a host system that audits it."""


def everything() -> Any:
    """Bind the whole world; host systems only."""
    return Everything()


def reads(column: Any, *, whole: bool = False, of: type[Table] | None = None) -> Any:
    """Bind a column, read-only; `whole` gives all rows even to a local system."""
    return Access(column, "reads", whole, of)


def writes(column: Any, *, of: type[Table] | None = None) -> Any:
    """Bind a column to read and write."""
    return Access(column, "writes", False, of)


def sets(column: Any) -> Any:
    """Bind a column of which the system writes every row and sees no old value."""
    return Access(column, "sets")


def renews(column: Any) -> Any:
    """Bind a column of which the system writes rows anew, or leaves one as it is for want of anything to go by."""
    return Access(column, "renews")


def adds(column: Any, *, of: type[Table] | None = None) -> Any:
    """Bind a column of whole numbers, all rows, to which the system only adds."""
    return Access(column, "adds", True, of)


def moves(column: Any, *, of: type[Table] | None = None) -> Any:
    """Bind a column of the ledger, to be handed to functions of `ravelin.ledger` and to nothing else."""
    return Access(column, "moves", False, of)


def clears(column: Any) -> Any:
    """Bind a clearing account, to be handed to functions of `ravelin.ledger` and to nothing else.

    Any rule may pay in and out, a local one as well: what is added in whole numbers does not depend on the order.
    """
    return Access(column, "clears", True)


def uses(parameter: Any) -> Any:
    """Bind a parameter's value."""
    return Uses(parameter)


def draws(stream: str, *, fixed: bool = False) -> Any:
    """Bind a key of draws; systems that name the same stream share its luck."""
    return Draws(stream, fixed)


def first(table: type[Table]) -> Any:
    """Bind the number of the first row of a local table's slice."""
    return First(table)


def claims_of(table: type[Table]) -> Any:
    """Bind all columns of a table's rows that declare a claim, read-only, in the order of their declaration."""
    return Claims(table)


def bundle(fields: type[Any]) -> Any:
    """Bind a named tuple whose fields' defaults are bindings: columns of a role that rules take together.

        class Posts(NamedTuple):
            vacancies: Indices = writes(Workforce.vacancies)
            offer: Doubles = reads(Workforce.offer)

        @local_system
        def match(posts: Posts = bundle(Posts), ...) -> None:

    Raises
    ------
    DeclarationError
        If a field is bound to nothing.
    """
    return Bundle(fields)


def this_tick() -> Any:
    """Bind the number of the current tick."""
    return Tick()


def this_session() -> Any:
    """Bind the number of the current session, 0 in a phase that has no others; draws differ by session."""
    return Session()


def pool_of(table: type[Table]) -> Any:
    """Bind which rows of a pool are in use, for `take` and `give_back` of `ravelin.core.pool`."""
    return PoolOf(table)


class Bundle:
    """The bindings of a named tuple's fields.

    They are taken off its class, whose fields have no defaults from then on: machine code is kept under the defaults
    of the tuples that it is given, and a declaration is nothing that a kernel sees.
    """

    def __init__(self, fields: type[Any]) -> None:
        if not (isinstance(fields, type) and issubclass(fields, tuple) and hasattr(fields, "_fields")):
            raise DeclarationError(f"a bundle is a NamedTuple whose fields are bindings, not {shown(fields)}")
        if "_declared" not in vars(fields):
            fields._declared = dict(fields._field_defaults)  # type: ignore[attr-defined]
            fields._field_defaults = {}  # type: ignore[attr-defined]
        self.fields: type[Any] = fields
        self.bindings: dict[str, Binding] = fields._declared  # type: ignore[attr-defined]
        for name in fields._fields:
            if not isinstance(self.bindings.get(name), Binding):
                raise DeclarationError(f"field {name!r} of {fields.__name__} is bound to nothing")


Binding = Access | Uses | Draws | First | Claims | Tick | Session | PoolOf | Everything


class System:
    """A rule of the economy with what it touches.

    Attributes
    ----------
    name : str
        `module.function`, as on the tick page.
    bindings : argument -> binding
        Those of a bundle under `argument.field`.
    arguments : list of (bindings, fields)
        For each argument in order, how many bindings it takes and the named tuple that they make, if any.
    kernel : the compiled function (the plain one for a host system)
    """

    def __init__(self, function: Callable[..., None], *, host: bool, local: bool) -> None:
        self.function = function
        self.host = host
        self.local = local
        self.name = f"{function.__module__.rpartition('.')[2]}.{function.__name__}"
        self.bindings: dict[str, Binding] = {}
        self.arguments: list[tuple[int, type[Any] | None]] = []
        for argument, declared in inspect.signature(function).parameters.items():
            given = declared.default
            if isinstance(given, Bundle):
                self.bindings |= {f"{argument}.{name}": bound for name, bound in given.bindings.items()}
                self.arguments.append((len(given.bindings), given.fields))
            elif isinstance(given, Binding):
                self.bindings[argument] = given
                self.arguments.append((1, None))
            else:
                raise DeclarationError(f"argument {argument!r} of {self.name} is bound to nothing")
        for argument, access in self.accesses.items():
            self._check(argument, access)
        for bound in self.bindings.values():
            if isinstance(bound, PoolOf):
                self._check_pool(bound.table)
        self.kernel: Callable[..., None] = function if host else compiled(function)

    def _check(self, argument: str, access: Access) -> None:
        if access.column.fixed and access.mode != "reads":
            raise DeclarationError(f"{self.name}: {access.column} is fixed, so {argument!r} may only read it")
        if access.mode == "adds" and access.column.dtype.kind not in "iu":
            raise DeclarationError(f"{self.name}: {argument!r} adds to {access.column}, which is not whole numbers")
        sliced = (access.of or access.column.table).local
        if self.local and access.mode in ("writes", "sets", "renews", "moves") and not sliced:
            raise DeclarationError(f"{self.name} is local and may not write {access.column}; add to it instead")
        if self.local and access.column.table.joined and access.of is None and not access.whole:
            # Its rows are counted from the first of the locality, those of the column from the first of all sectors.
            said = f"{self.name} is local, and {access.column} has rows of several tables; say of which with of="
            raise DeclarationError(said)
        if access.mode != "reads" and (access.mode == "clears") != access.column.clearing:
            kind = "a clearing account: bind it with clears(...)" if access.column.clearing else "no clearing account"
            raise DeclarationError(f"{self.name}: {argument!r} {access.mode} {access.column}, which is {kind}")
        if access.mode != "reads" and is_of_free_list(access.column):
            said = f"{self.name}: take and give_back alone write {access.column}; {argument!r} may read it"
            raise DeclarationError(said)

    def _check_pool(self, table: type[Table]) -> None:
        if not table.pool:
            said = f'{self.name}: {table.__name__} is no pool; declare it with pool="key of its capacity"'
            raise DeclarationError(said)
        if self.local and not table.local:
            raise DeclarationError(f"{self.name} is local and may not take rows of {table.__name__}, which is not")

    def __repr__(self) -> str:
        return self.name

    def __reduce__(self) -> tuple[Callable[[str, str], "System"], tuple[str, str]]:
        # A rule travels to another process by its name, and is imported there: its bindings are declarations that
        # exist once in a process.
        module, name = self.function.__module__, self.function.__qualname__
        if module == "__main__" or getattr(sys.modules.get(module), name, None) is not self:
            raise pickle.PicklingError(f"the rule {self.name} cannot be imported as {name} from {module}")
        return _imported, (module, name)

    def put_together(self, values: list[Any]) -> list[Any]:
        """Give the arguments of a call: the values of all bindings in order, those of each bundle as its tuple."""
        given, place = [], 0
        for count, fields in self.arguments:
            given.append(values[place] if fields is None else fields(*values[place : place + count]))
            place += count
        return given

    @property
    def accesses(self) -> dict[str, Access]:
        """The bindings that are columns."""
        return {name: bound for name, bound in self.bindings.items() if isinstance(bound, Access)}

    @property
    def summary(self) -> str:
        """First sentence of the docstring."""
        return inspect.cleandoc(self.function.__doc__ or "").partition("\n")[0]

    def reads(self) -> list[Column]:
        """Columns whose previous value the system sees."""
        looks = ("reads", "writes", "moves", "clears")
        seen = [access.column for access in self.accesses.values() if access.mode in looks]
        return seen + self._taken()

    def writes(self) -> list[Column]:
        """Columns that the system changes."""
        return [access.column for access in self.accesses.values() if access.mode != "reads"] + self._taken()

    def _taken(self) -> list[Column]:
        return [one for pool in self.pools() for one in PoolOf(pool).columns]

    def pools(self) -> list[type[Table]]:
        """Pools that the system takes rows of, or gives rows back to."""
        return [bound.table for bound in self.bindings.values() if isinstance(bound, PoolOf)]

    def overwrites(self) -> list[Column]:
        """Columns that the system writes without a look at what they held."""
        return [access.column for access in self.accesses.values() if access.mode in ("sets", "renews")]

    def parameters(self) -> list[Parameter]:
        """Parameters that the system uses."""
        return [bound.parameter for bound in self.bindings.values() if isinstance(bound, Uses)]


def _imported(module: str, name: str) -> System:
    found: System = getattr(importlib.import_module(module), name)
    return found


def system(function: Callable[..., None]) -> System:
    """Declare a kernel that sees whole columns."""
    return System(function, host=False, local=False)


def local_system(function: Callable[..., None]) -> System:
    """Declare a kernel that runs on each locality's slices, in parallel."""
    return System(function, host=False, local=True)


def host_system(function: Callable[..., None]) -> System:
    """Declare a system in plain Python; it sees whole columns."""
    return System(function, host=True, local=False)
