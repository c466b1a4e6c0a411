"""What a shock may change in a model: parameters, columns and rows of theirs, and why others may not be."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ravelin.core.given import is_number, plain, shown
from ravelin.core.parameter import Parameter, ParameterError, Settings
from ravelin.core.ranges import Counts, allowed, limits, outside, referred
from ravelin.core.schedule import Schedule
from ravelin.core.sentence import Kind
from ravelin.core.system import System
from ravelin.core.table import Column, Table, columns_of_rows, known_names
from ravelin.economy.people.groups import GROUPS, Group
from ravelin.economy.people.incomes import pay_grants
from ravelin.economy.people.tables import Consumers, Wealth
from ravelin.scenarios.levers import LEVERS, Lever
from ravelin.scenarios.shock import Between, Match, Shock, ShockError

Chosen = Column | Group | None
"""What a filter compares; None for the row's own number."""
Wanted = tuple[int, ...] | Between
_PLACES = ("rank", "bin", "bitmask", "class", "cell", "share")
_NAMED = 4
"""Most names that a refusal offers in place of a column."""


@dataclass(frozen=True)
class Model:
    """What a shock is checked against.

    Attributes
    ----------
    schedule : Schedule
    names : table -> names of its rows
        Such as the goods, so that a filter may say `good = "steel"`.
    counts : table -> rows
        As far as they are known.
    """

    schedule: Schedule
    names: Mapping[str, Sequence[str]] = field(default_factory=dict)
    counts: Counts = field(default_factory=dict)

    @cached_property
    def tables(self) -> list[type[Table]]:
        """The tables of the schedule."""
        return self.schedule.tables()

    @cached_property
    def columns(self) -> dict[str, Column]:
        """Every column by the names it is known by."""
        return known_names(self.tables)

    @cached_property
    def written(self) -> dict[Column, list[System]]:
        """Systems that write a column; a column that is not here stays as the opening set it.

        Rows that come and go change in all their columns.
        """
        found: dict[Column, list[System]] = {}
        for member in dict.fromkeys(self.schedule):
            moved = [one for pool in member.pools() for one in columns_of_rows(pool, self.tables).values()]
            for declared in dict.fromkeys([*member.writes(), *moved]):
                found.setdefault(declared, []).append(member)
        return found

    @cached_property
    def _overwritten(self) -> dict[Column, System | None]:
        return self.schedule.overwritten()

    def find(self, shock: Shock, settings: Settings) -> Parameter | Column:
        """Return the parameter or column that a shock changes, having checked that it may.

        Raises
        ------
        ShockError
            With the nearest valid name where one is misspelled, and what is allowed where a value is not.
        """
        parameters = {repr(declared): declared for declared in settings}
        if shock.verb == "pay":
            return self._check_payment(shock)
        if shock.verb == "change":
            _check_lever(shock)
        if shock.target in parameters:
            return _check_parameter(shock, parameters[shock.target])
        if shock.target not in self.columns:
            said = f"{shock.target} is neither a parameter nor a column"
            raise ShockError.unknown(said, shock.target, [*parameters, *self.columns], parameter=shock.target)
        _check_factor(shock)
        declared = self.columns[shock.target]
        refused = self.refusal(declared)
        if refused:
            raise ShockError(refused, parameter=repr(declared))
        self._check_value(shock, declared)
        for name, match in shock.where:
            chosen, _ = self.filter(declared.table, name, match)
            self._check_filter(shock, declared, name, chosen)
        return declared

    def _check_payment(self, shock: Shock) -> Column:
        """Return the column of payments, having checked that the page pays and who is paid."""
        if pay_grants not in self.written.get(Consumers.budget, ()):
            raise ShockError(
                "pay: this tick page has no rule that pays grants; use one with incomes.pay_grants", parameter="pay"
            )
        for name, match in shock.where:
            self.filter(Consumers, name, match)
        return Consumers.budget

    def refusal(self, declared: Column) -> str | None:
        """Say why no shock may change a column, and what to shock instead; None if one may."""
        if declared.unit.startswith("cent") and declared.dtype.kind == "i":
            return (
                f"{declared} is money, which only moves from one account to another; "
                "shock a price, a rate, a quantity or a parameter"
            )
        if declared.unit.startswith("row of"):
            return f"{declared} is a reference to a {declared.unit}, which a shock may not change"
        if declared.kept_by:
            instead = f"; shock {declared.instead} instead" if declared.instead else ""
            codes = f" ({allowed(declared, self.counts)})" if declared.codes else ""
            return f"{declared}{codes} goes with {declared.kept_by}, so a shock may not change it by itself{instead}"
        if declared.dtype.kind in "iu" and (declared.fixed or declared.unit in _PLACES):
            return (
                f"{declared} says where rows of other tables lie, or what kind a row is, which rules rely on; "
                "shock a price, a rate, a quantity or a parameter"
            )
        if declared.flow:
            return f"{declared} is a flow that every tick begins at zero, so a shock to it has no effect"
        if declared in self._overwritten:
            by = self._overwritten[declared]
            why = f"{by} works it out anew before anybody reads it" if by else "no rule reads it"
            return f"{declared} is not a cause: {why}, so a shock to it has no effect{self._upstream(declared)}"
        return None

    def _upstream(self, declared: Column) -> str:
        """Name what may be shocked nearest upstream of a column: what the rules that write it go by."""
        level, visited = [declared], {declared}
        while level:
            members = list(dict.fromkeys(member for one in level for member in self.written.get(one, [])))
            read = [one for member in members for one in member.reads()]
            used = [repr(one) for member in members for one in member.parameters()]
            free = [one for one in dict.fromkeys(read) if self._may_be_shocked(one)]
            # What is nearest to the column comes first: its own rows, then what the opening sets for good.
            free.sort(key=lambda one: (one.table.rows_of is not declared.table.rows_of, not one.fixed))
            found = [*map(repr, free[: _NAMED - 1]), *dict.fromkeys(used)][:_NAMED]
            if found:
                return f"; shock {_or(found)} instead"
            level = [one for one in dict.fromkeys(read) if one not in visited]
            visited.update(level)
        return ""

    def _may_be_shocked(self, declared: Column) -> bool:
        # A column that is overwritten would lead back here.
        return declared not in self._overwritten and self.refusal(declared) is None

    def _check_value(self, shock: Shock, declared: Column) -> None:
        can = f"{declared} is {allowed(declared, self.counts)}"
        low, high = limits(declared, self.counts)
        if shock.verb == "change":
            pass
        elif not shock.scale:
            value = plain(shock.value)
            if not is_number(value) or not math.isfinite(value) or outside(declared, value, self.counts) is not None:
                raise ShockError(f"{can}, not {shown(value)}", parameter=repr(declared))
        elif declared.codes:
            raise ShockError(f"{can}: a code, which cannot be multiplied; use set and to", parameter=repr(declared))
        elif low > 0.0 and not low / high <= float(shock.value) <= high / low:  # type: ignore[arg-type]
            raise ShockError(
                f"{can}, so it cannot be multiplied by {shock.value:g}: no value of it would stay there",
                parameter=repr(declared),
            )
        for key, is_given in (("until", shock.until is not None), ("phase_in", shock.phase_in > 1)):
            if is_given and declared in self.written:
                cannot = "bring it back" if key == "until" else "lead it anywhere"
                raise ShockError(
                    f"{declared} moves on, written by {self.written[declared][0]}, so `{key}` cannot {cannot}; "
                    "use a second shock, or a parameter",
                    kind=Kind.CONTRADICTION,
                    parameter=key,
                )

    def filter(self, table: type[Table], name: str, match: Match) -> tuple[Chosen, Wanted]:
        """Return what to compare (a column, a group, None for the row's own number), and the numbers to find.

        Raises
        ------
        ShockError
            If there is no such column or group, or it cannot hold a number or name.
        """
        chosen = self._chosen(table, name)
        if isinstance(match, Between):
            self._check_span(chosen, name, match)
            return chosen, match
        several = match if isinstance(match, tuple) else (match,)
        return chosen, tuple(self._number(table, chosen, name, one) for one in several)

    def _chosen(self, table: type[Table], name: str) -> Chosen:
        candidates: dict[str, Column | Group] = {
            column_name: declared
            for sharer in (*(t for t in self.tables if t.rows_of is table.rows_of), table)
            for column_name, declared in sharer.columns.items()
            if declared.dtype.kind in "iu" and declared.width == 1
        }
        if table.rows_of is Consumers and Wealth in self.tables:
            candidates = {**GROUPS, **candidates}
        owner = table.rows_of.__name__
        if name not in candidates and name.capitalize() in (owner, owner.removesuffix("s")):
            return None
        if name not in candidates:
            said = f"where.{name}: {table.known_as} has no column {name} of whole numbers"
            raise ShockError.unknown(said, name, candidates, parameter=f"where.{name}")
        return candidates[name]

    def _check_span(self, chosen: Chosen, name: str, span: Between) -> None:
        """Refuse a span of codes, or one that nothing can lie in."""
        if isinstance(chosen, (Column, Group)) and chosen.codes:
            names = ", ".join(chosen.codes)
            raise ShockError(
                f"where.{name} is one of {names}, which have no order; name one or list several, instead of {span}",
                parameter=f"where.{name}",
            )
        low, high = limits(chosen, self.counts) if isinstance(chosen, Column) else self._ends(chosen)
        if (span.low is not None and span.low > high) or (span.high is not None and span.high < low):
            ends = Between(low if low > -math.inf else None, high if high < math.inf else None)
            raise ShockError(
                f"where.{name}: nobody is {span}: it goes {ends}; choose a span that reaches into it",
                kind=Kind.CONTRADICTION,
                parameter=f"where.{name}",
            )

    def _ends(self, group: Group | None) -> tuple[float, float]:
        """Return the least and largest number of a group, or of rows."""
        if group is None:
            return 0.0, math.inf
        return group.low, self.counts.get("Localities", math.inf) - 1.0 if group.high is None else group.high

    def _number(self, table: type[Table], chosen: Chosen, name: str, match: int | str) -> int:
        """Return the number that a filter looks for."""
        owner = table.rows_of.__name__
        rows_of = owner if chosen is None else referred(chosen) if isinstance(chosen, Column) else None
        known = chosen.codes if chosen is not None and chosen.codes else self.names.get(rows_of or "", ())
        besides = chosen.besides if isinstance(chosen, Column) else ()
        if isinstance(match, str):
            if match in besides:
                return -1 - besides.index(match)
            if not known and not besides:
                raise ShockError(
                    f"where.{name}: its values are numbers, not names like {match!r}", parameter=f"where.{name}"
                )
            if match not in known:
                choice = [*known, *besides]
                raise ShockError.unknown(
                    f"where.{name}: there is no {name} {match!r}",
                    match,
                    choice,
                    after=f" ({_some(choice)})",
                    parameter=f"where.{name}",
                )
            return known.index(match)
        if chosen is None:
            most = self.counts.get(owner)
            if match < 0 or (most is not None and match >= most):
                rows = "" if most is None else f" to {most - 1:,}"
                raise ShockError(
                    f"where.{name}: rows of {owner} are numbered from 0{rows}, so there is no {match:,}",
                    kind=Kind.UNKNOWN_NAME,
                    parameter=f"where.{name}",
                )
        elif isinstance(chosen, Group):
            low, high = self._ends(chosen)
            if not low <= match <= high:
                ends = f"from {low:,g}" if high == math.inf else f"from {low:,g} to {high:,g}"
                raise ShockError(
                    f"where.{name} is a whole number {ends}, not {match:,}",
                    kind=Kind.UNKNOWN_NAME,
                    parameter=f"where.{name}",
                )
        elif outside(chosen, match, self.counts) is not None:
            raise ShockError(
                f"where.{name}: {chosen} is {allowed(chosen, self.counts)}, not {match:,}",
                kind=Kind.UNKNOWN_NAME,
                parameter=f"where.{name}",
            )
        return match

    def is_lasting(self, chosen: Chosen) -> bool:
        """Say whether rows are in the same group every month."""
        return chosen is None or (isinstance(chosen, Column) and chosen not in self.written)

    def _check_filter(self, shock: Shock, target: Column, name: str, chosen: Chosen) -> None:
        """Refuse a filter by what changes for a target that does not: its rows could not be found again."""
        if target not in self.written and not self.is_lasting(chosen):
            stay = [
                column_name
                for table in self.tables
                if table.rows_of is target.table.rows_of
                for column_name, one in table.columns.items()
                if one.dtype.kind in "iu" and one.width == 1 and one not in self.written
            ]
            hint = f" ({', '.join(stay)})" if stay else ""
            raise ShockError(
                f"where.{name}: {chosen} changes from month to month, and the rows of {target}, which stays until a "
                f"shock changes it, are chosen by what stays too{hint}",
                kind=Kind.CONTRADICTION,
                parameter=f"where.{name}",
            )


def _check_lever(shock: Shock) -> Lever:
    if shock.target not in LEVERS:
        said = f"{shock.target} is no tax and no outlay that a percent of GDP could change"
        raise ShockError.unknown(said, shock.target, LEVERS, after=f" ({', '.join(LEVERS)})", parameter="change")
    return LEVERS[shock.target]


def _check_factor(shock: Shock) -> None:
    if shock.scale and shock.value == 1:
        raise ShockError(
            f"by = {shock.value} changes nothing: {shock.target} stays as it is; give another factor, or leave the "
            "shock out",
            kind=Kind.CONTRADICTION,
            parameter="by",
        )


def _check_parameter(shock: Shock, declared: Parameter) -> Parameter:
    _check_factor(shock)
    if shock.where:
        raise ShockError(
            f"{shock.target} is a parameter, so `where` has no rows to choose",
            kind=Kind.CONTRADICTION,
            parameter="where",
        )
    if shock.phase_in > 1 and not is_number(declared.default):
        raise ShockError(
            f"{shock.target} is not one number, so it cannot be phased in; leave phase_in out", parameter="phase_in"
        )
    if shock.verb == "change":
        return declared
    if shock.scale and not is_number(declared.default):
        raise ShockError(
            f"{shock.target} is not one number, so it cannot be scaled; use set and to", parameter=shock.target
        )
    if not shock.scale:
        try:
            declared.check(list(shock.value) if isinstance(shock.value, tuple) else shock.value)
        except ParameterError as error:
            raise ShockError.of(error) from None
    return declared


def _some(names: Sequence[str], most: int = 30) -> str:
    """List names, as many as fit a sentence."""
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def _or(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} or {last}" if most else last
