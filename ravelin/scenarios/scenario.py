"""Scenarios: what a run departs from, checked before anything is allocated."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ravelin.core.clock import MONTHS_PER_YEAR
from ravelin.core.given import plain, shown
from ravelin.core.parameter import ParameterError, Parameters, Settings
from ravelin.core.sentence import Kind, RavelinError, nearest, offered
from ravelin.learning import model_file
from ravelin.scenarios.shock import Shock, ShockError, check_moment
from ravelin.scenarios.shocks_together import check_together
from ravelin.scenarios.targets import Model
from ravelin.scenarios.text import (
    DEFAULT_CATALOG,
    SHIPPED,
    SIZES,
    START,
    TEXTS,
    Found,
    ScenarioError,
    built_in_texts,
    checked,
    find,
    read_values,
    write_text,
)

if TYPE_CHECKING:
    from ravelin.core.schedule import Schedule

__all__ = ["DEFAULT_CATALOG", "SHIPPED", "Scenario", "ScenarioError", "built_in"]

CONSUMERS_MIN = 100
CONSUMERS_PER_FIRM_MIN = 2
CONSUMERS_PER_BANK_MIN = 100
_FOLLOWING = ("firms", "banks")
"""Sizes that follow from the consumers when None."""
_MONTHS = datetime.MAXYEAR * MONTHS_PER_YEAR + MONTHS_PER_YEAR + 1


@dataclass(frozen=True)
class Scenario:
    """A run's departures from the defaults.

    Attributes
    ----------
    name : str
        Of the file it came from, without its ending.
    consumers, firms, banks : int
        Sizes; firms and banks follow from the consumers when None.
    ticks : int
        Months to simulate.
    start : date
        First month.
    seed : int
    catalog : str
        Name of a catalog of goods that ships, or path of one.
    model : str
        File of the spending model, or `shipped`.
    model_digest : str
        Digest of that file once the scenario is `sealed`.
    parameters : `Group.name` -> value
        Departures from the defaults.
    shocks : in the order of the file
    source : str
        What to name in an error: the file, or nothing.
    given : names of parameters that came as an argument, for which no file is to blame
    """

    name: str = "default"
    title: str = ""
    description: str = ""
    consumers: int = 100_000
    firms: int | None = None
    banks: int | None = None
    ticks: int = 120
    start: datetime.date = START
    seed: int = 1
    catalog: str = DEFAULT_CATALOG
    model: str = SHIPPED
    model_digest: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    shocks: tuple[Shock, ...] = ()
    source: str = ""
    given: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        for key in (*TEXTS, *SIZES):
            value = getattr(self, key)
            if value is not None or key not in _FOLLOWING:
                object.__setattr__(self, key, checked(key, value))
        object.__setattr__(self, "parameters", _values(self.parameters))
        if not isinstance(self.shocks, (list, tuple)) or not all(isinstance(shock, Shock) for shock in self.shocks):
            raise ScenarioError(f"shocks are a sequence of Shock, not {shown(self.shocks)}")
        object.__setattr__(self, "shocks", tuple(self.shocks))

    @classmethod
    def load(cls, name_or_path: str | Path = "default", **departures: Any) -> "Scenario":
        """Read a built-in scenario by name, or any by path.

        Parameters
        ----------
        departures
            Replace what the file says: `consumers`, `firms`, `banks`, `ticks`, `start`, `seed`,
            `catalog`, `model`, `title`, `description`, `name`; `parameters={"Group.name": value}` adds to its
            values.

        Raises
        ------
        ScenarioError
            One sentence that names file and key, what was found and what was expected.
        """
        return cls._of(find(name_or_path)).departing(**departures)

    @classmethod
    def read(cls, text: str, *, name: str = "scenario", source: str = "") -> "Scenario":
        """Read a scenario from TOML text."""
        return cls._of(Found(name, source, text))

    @classmethod
    def _of(cls, found: Found) -> "Scenario":
        try:
            scenario = cls(**{"name": found.name, **read_values(found.text, found.folder)})
            scenario.check_sizes()
        except (ScenarioError, ShockError) as error:
            raise ScenarioError.of(error, before=_prefix(found.source)) from None
        return replace(scenario, source=found.source)

    def departing(self, **departures: Any) -> "Scenario":
        """Return the scenario with some values replaced (see `load`)."""
        asked = _values(departures.pop("parameters", None))
        known = (*TEXTS, *SIZES)
        for key in departures:
            if key not in known:
                raise ScenarioError.unknown(f"{key} is not a key of a scenario", key, (*known, "parameters"))
        if departures.get("model") is not None:
            departures.setdefault("model_digest", "")
        values: dict[str, Any] = {key: value for key, value in departures.items() if value is not None}
        scenario = replace(
            self,
            **values,
            parameters={**self.parameters, **asked},
            given=self.given | set(asked),
        )
        replace(scenario, source="").check_sizes()
        return scenario

    def sealed(self) -> "Scenario":
        """Return the scenario with the digest of its model file, to know the file again.

        Raises
        ------
        ScenarioError
            If the file differs from the one whose digest the scenario holds.
        SurveyError
            If it cannot be read.
        """
        digest = model_file.digest(self.model_path or model_file.default_path())
        if self.model_path is not None and self.model_digest not in ("", digest):
            raise self.error(
                f"the model file {self.model} has digest {digest}, not {self.model_digest}: "
                "restore it, or take out model_digest to go with the file as it is",
                kind=Kind.CONTRADICTION,
                parameter="model_digest",
            )
        return replace(self, model_digest=digest)

    @property
    def model_path(self) -> Path | None:
        """The file of the spending model; None for the shipped one."""
        return None if self.model == SHIPPED else Path(self.model)

    @property
    def months_max(self) -> int:
        """Months from the start to the last one that has a date, December of the year 9999."""
        return _MONTHS - (self.start.year * MONTHS_PER_YEAR + self.start.month)

    def with_shocks(self, shocks: Sequence[Shock]) -> "Scenario":
        """Return the scenario with shocks after its own."""
        return replace(self, shocks=(*self.shocks, *shocks))

    def check_sizes(self) -> None:
        """Refuse sizes that contradict one another, and more months than the calendar has.

        Raises
        ------
        ScenarioError
        """
        if self.consumers < CONSUMERS_MIN:
            raise self.error(
                f"size.consumers is {self.consumers:,}; an economy needs at least {CONSUMERS_MIN}",
                parameter="size.consumers",
            )
        for name, count, per in (
            ("firms", self.firms, CONSUMERS_PER_FIRM_MIN),
            ("banks", self.banks, CONSUMERS_PER_BANK_MIN),
        ):
            most = self.consumers // per
            if count is not None and count > most:
                raise self.error(
                    f"size.{name} is {count:,}, too many for {self.consumers:,} consumers: "
                    f"at most one per {per}, {most:,}",
                    kind=Kind.CONTRADICTION,
                    parameter=f"size.{name}",
                )
        if self.ticks > self.months_max:
            raise self.error(
                f"ticks is {self.ticks:,} from {self.start:%Y-%m}, and dates end with the year {datetime.MAXYEAR}: "
                f"at most {self.months_max:,} months",
                kind=Kind.CONTRADICTION,
                parameter="ticks",
            )

    def error(self, sentence: str, *, kind: Kind | None = None, parameter: str | None = None) -> ScenarioError:
        """Make an error that names the scenario's file."""
        return ScenarioError(f"{_prefix(self.source)}{sentence}", kind=kind, parameter=parameter)

    def blamed(self, error: RavelinError, before: str = "") -> ScenarioError:
        """Return another error as one of the scenario's file."""
        return ScenarioError.of(error, before=f"{_prefix(self.source)}{before}")

    def settings(self, schedule: "Schedule") -> Settings:
        """Return the value of every parameter of a schedule.

        Raises
        ------
        ScenarioError
            If the scenario names one that is none, or gives a value out of range.
        """
        groups = schedule.parameter_groups()
        settings = Settings(groups)
        for name, value in self.parameters.items():
            try:
                _check_group(name, groups)
                settings.set(name, value)
            except ParameterError as error:
                blamed = "" if name in self.given else self.source
                raise ScenarioError.of(error, before=_prefix(blamed)) from None
        return settings

    def check(
        self, schedule: "Schedule", names: Mapping[str, Sequence[str]], counts: Mapping[str, int] | None = None
    ) -> Settings:
        """Check sizes, parameters and shocks against a schedule and return its settings.

        Parameters
        ----------
        names : table -> names of its rows, for the filters of shocks
        counts : table -> rows, as far as they are known
        """
        settings = self.settings(schedule)
        model = Model(schedule, names, counts or {})
        targets = []
        for number, shock in enumerate(self.shocks, 1):
            try:
                targets.append(model.find(shock, settings))
                check_moment(shock, self.ticks)
            except ShockError as error:
                raise self.blamed(error, f"shock {number}: ") from None
        try:
            check_together(self.shocks, targets, settings, model)
        except ShockError as error:
            raise self.blamed(error) from None
        return settings

    def to_toml(self, settings: Settings | None = None) -> str:
        """Write the scenario as TOML, with every parameter of `settings`, or its departures."""
        if settings is None:
            groups: dict[str, dict[str, Any]] = {}
            for full_name, value in self.parameters.items():
                group, _, name = full_name.partition(".")
                groups.setdefault(group, {})[name] = value
        else:
            groups = {group: dict(values) for group, values in settings.as_dict().items()}
        usual = {"model", "model_digest"} if self.model == SHIPPED and not self.model_digest else set()
        keys = {key: getattr(self, key) for key in TEXTS if key not in usual}
        sizes = {key: getattr(self, key) for key in SIZES if getattr(self, key) is not None}
        return write_text(keys, sizes, groups, self.shocks, settings)


def built_in() -> dict[str, Scenario]:
    """Return the scenarios that come with Ravelin, by name."""
    return {found.name: Scenario._of(found) for found in built_in_texts()}


def _values(parameters: object) -> dict[str, Any]:
    """Return `Group.name` -> value with values as Python's own; whether they fit a parameter is said by `settings`."""
    if parameters is None:
        return {}
    if not isinstance(parameters, Mapping) or not all(isinstance(name, str) for name in parameters):
        raise ScenarioError(
            f'parameters are given by name, like {{"Anchors.inflation_target": 0.03}}, not as {shown(parameters)}'
        )
    return {str(name): plain(value) for name, value in parameters.items()}


def _prefix(source: str) -> str:
    return f"{source}: " if source else ""


def _check_group(full_name: str, groups: Sequence[type[Parameters]]) -> None:
    group, dot, name = full_name.partition(".")
    known = [known_group.__name__ for known_group in groups]
    if dot and group not in known:
        # A group may be misspelled, or the parameter may live in another one.
        homes = [f"{home.__name__}.{name}" for home in groups if name in home.declared]
        close = homes[0] if homes else nearest(group, known)
        hint = offered(close, "; `ravelin explain parameters` lists them")
        said = f"{full_name}: {group} is not a group of parameters{hint}"
        raise ParameterError(said, kind=Kind.UNKNOWN_NAME, nearest=close, parameter=full_name)
