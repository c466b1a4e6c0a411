"""Scenarios: what a run departs from, read from TOML and checked before anything is allocated.

title = "Credit crunch"
ticks = 120
model = "my_model.zip"
catalog = "united-states"

[size]
consumers = 10_000

[Pricing]
price_step = 0.01

[[shock]]
date = 2022-03-01
set = "Lending.capital_requirement"
to = 0.12
until = 2023-03-01

[[shock]]
tick = 36
scale = "Firms.labor_productivity"
where = { good = "steel" }
by = 0.5
"""

import contextlib
import datetime
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ravelin.core.parameter import Parameter, ParameterError, Parameters, Settings
from ravelin.learning import model_file
from ravelin.scenarios.shock import Shock, ShockError, find_target, nearest, read_shock

if TYPE_CHECKING:
    from ravelin.core.schedule import Schedule

CONSUMERS_MIN = 100
CONSUMERS_PER_FIRM_MIN = 2
CONSUMERS_PER_BANK_MIN = 100
SEED_MAX = (1 << 63) - 1

SHIPPED = "shipped"
"""Name of the spending model that comes with Ravelin; any other is a file."""
DEFAULT_CATALOG = "united-states"

_TEXTS = ("name", "title", "description", "ticks", "start", "seed", "catalog", "model", "model_digest")
_KEYS = (*_TEXTS, "size", "shock")
_SIZES = ("consumers", "firms", "banks")


class ScenarioError(ValueError):
    """A scenario that cannot be found, read or run."""


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
    start: datetime.date = datetime.date(2020, 1, 1)
    seed: int = 1
    catalog: str = DEFAULT_CATALOG
    model: str = SHIPPED
    model_digest: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    shocks: tuple[Shock, ...] = ()
    source: str = ""
    given: frozenset[str] = frozenset()

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
        name, source, text = _find(name_or_path)
        return cls.read(text, name=name, source=source).departing(**departures)

    @classmethod
    def read(cls, text: str, *, name: str = "scenario", source: str = "") -> "Scenario":
        """Read a scenario from TOML text."""
        try:
            stated = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise ScenarioError(f"{_prefix(source)}not valid TOML: {error}") from None
        try:
            scenario = _read(stated, name, source)
        except (ScenarioError, ShockError) as error:
            raise ScenarioError(f"{_prefix(source)}{error}") from None
        return scenario

    def departing(self, **departures: Any) -> "Scenario":
        """Return the scenario with some values replaced (see `load`)."""
        asked = departures.pop("parameters", {})
        known = (*_TEXTS, *_SIZES)
        for key in departures:
            if key not in known:
                raise ScenarioError(f"{key} is not a key of a scenario{nearest(key, known)}")
        if departures.get("model") is not None:
            departures.setdefault("model_digest", "")
        checked: dict[str, Any] = {
            key: _CHECKS[key](value, key) for key, value in departures.items() if value is not None
        }
        scenario = replace(
            self,
            **checked,
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
                "restore it, or take out model_digest to go with the file as it is"
            )
        return replace(self, model_digest=digest)

    @property
    def model_path(self) -> Path | None:
        """The file of the spending model; None for the shipped one."""
        return None if self.model == SHIPPED else Path(self.model)

    def with_shocks(self, shocks: Sequence[Shock]) -> "Scenario":
        """Return the scenario with shocks after its own."""
        return replace(self, shocks=(*self.shocks, *shocks))

    def check_sizes(self) -> None:
        """Refuse sizes that contradict one another.

        Raises
        ------
        ScenarioError
        """
        if self.consumers < CONSUMERS_MIN:
            raise self.error(f"size.consumers is {self.consumers:,}; an economy needs at least {CONSUMERS_MIN}")
        for name, count, per in (
            ("firms", self.firms, CONSUMERS_PER_FIRM_MIN),
            ("banks", self.banks, CONSUMERS_PER_BANK_MIN),
        ):
            most = self.consumers // per
            if count is not None and count > most:
                raise self.error(
                    f"size.{name} is {count:,}, too many for {self.consumers:,} consumers: "
                    f"at most one per {per}, {most:,}"
                )

    def error(self, message: str) -> ScenarioError:
        """Make an error that names the scenario's file."""
        return ScenarioError(f"{_prefix(self.source)}{message}")

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
                raise ScenarioError(f"{_prefix(blamed)}{error}") from None
        return settings

    def check(self, schedule: "Schedule", names: Mapping[str, Sequence[str]]) -> Settings:
        """Check sizes, parameters and shocks against a schedule and return its settings.

        Parameters
        ----------
        names : column -> names of its values, for the filters of shocks
        """
        settings = self.settings(schedule)
        for number, shock in enumerate(self.shocks, 1):
            try:
                find_target(shock, schedule.tables(), settings, names)
            except ShockError as error:
                raise self.error(f"shock {number}: {error}") from None
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
        lines = [
            f"{key} = {_toml(getattr(self, key))}"
            for key in _TEXTS
            if key not in ("model", "model_digest") or self.model_digest or self.model != SHIPPED
        ]
        lines += ["", "[size]"]
        lines += [f"{key} = {getattr(self, key)}" for key in _SIZES if getattr(self, key) is not None]
        for group, values in groups.items():
            lines += ["", f"[{group}]"]
            lines += [f"{name} = {_toml(value)}{_note(settings, group, name)}" for name, value in values.items()]
        for shock in self.shocks:
            lines += ["", "[[shock]]", *_shock_lines(shock)]
        return "\n".join(lines) + "\n"


def built_in() -> dict[str, Scenario]:
    """Return the scenarios that come with Ravelin, by name."""
    files = sorted(
        (file for file in resources.files("ravelin.scenarios").iterdir() if file.name.endswith(".toml")),
        key=lambda file: (file.name != "default.toml", file.name),
    )
    found = {}
    for file in files:
        name = file.name.removesuffix(".toml")
        found[name] = Scenario.read(file.read_text(encoding="utf-8"), name=name, source=file.name)
    return found


def _find(name_or_path: str | Path) -> tuple[str, str, str]:
    """Return name, source and text of a scenario."""
    asked = str(name_or_path)
    folder = resources.files("ravelin.scenarios")
    known = [file.name.removesuffix(".toml") for file in folder.iterdir() if file.name.endswith(".toml")]
    if asked in known:
        return asked, f"{asked}.toml", (folder / f"{asked}.toml").read_text(encoding="utf-8")
    path = Path(name_or_path)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ScenarioError(
            f"there is no scenario {asked}: neither a file nor built in{nearest(asked, known)} "
            f"(built in: {', '.join(sorted(known))})"
        ) from None
    except IsADirectoryError:
        inside = path / "scenario.toml"
        hint = f"; did you mean {inside}, or --resume {asked}?" if inside.is_file() else ""
        raise ScenarioError(f"{asked} is a folder, not a scenario file{hint}") from None
    except UnicodeDecodeError:
        raise ScenarioError(f"{asked} is not a text file, so it cannot be a scenario") from None
    except OSError as error:
        raise ScenarioError(f"cannot read the scenario {asked}: {error.strerror or error}") from None
    return path.stem, asked, text


def _prefix(source: str) -> str:
    return f"{source}: " if source else ""


def _read(stated: dict[str, Any], name: str, source: str) -> Scenario:
    known: dict[str, Any] = {}
    parameters: dict[str, Any] = {}
    for key, value in stated.items():
        if key in ("size", "shock"):
            continue
        if key in _KEYS:
            known[key] = _CHECKS[key](value, key)
            if key == "catalog":
                known[key] = _beside(source, known[key])
        elif not key[:1].isupper():
            raise ScenarioError(_unknown_key(key, value))
        elif not isinstance(value, dict):
            raise ScenarioError(f"{key} is a group of parameters, so it is a section [{key}], not {value!r}")
        else:
            parameters.update({f"{key}.{name}": entry for name, entry in value.items()})
    size = stated.get("size", {})
    if not isinstance(size, dict):
        raise ScenarioError(f"size is a section [size] with {', '.join(_SIZES)}, not {size!r}")
    for key, value in size.items():
        if key not in _SIZES:
            raise ScenarioError(f"[size] has no key {key}{nearest(key, _SIZES)} ({', '.join(_SIZES)})")
        known[key] = _CHECKS[key](value, f"size.{key}")
    scenario = Scenario(**{"name": name, **known}, parameters=parameters, source=source)
    scenario = replace(scenario, shocks=_shocks(stated.get("shock", []), scenario.start))
    replace(scenario, source="").check_sizes()
    return scenario


def _beside(source: str, catalog: str) -> str:
    """Return the path of a catalog that lies beside the scenario's file; another name or path as it is."""
    path = Path(source).parent / catalog
    return str(path) if source and path.is_file() else catalog


def _unknown_key(key: str, value: object) -> str:
    if key in _SIZES:
        return f"{key} belongs into the section [size]"
    what = f"section [{key}]" if isinstance(value, dict) else f"key {key}"
    keys = f"{', '.join(_KEYS)}, and groups of parameters"
    return f"a scenario has no {what}{nearest(key, _KEYS)} ({keys})"


def _shocks(stated: object, start: datetime.date) -> tuple[Shock, ...]:
    if not isinstance(stated, list) or not all(isinstance(entry, dict) for entry in stated):
        raise ScenarioError("shocks are sections in double brackets, [[shock]]")
    shocks = []
    for number, entry in enumerate(stated, 1):
        try:
            shocks.append(read_shock(entry, start))
        except ShockError as error:
            raise ScenarioError(f"shock {number}: {error}") from None
    return tuple(shocks)


def _check_group(full_name: str, groups: Sequence[type[Parameters]]) -> None:
    group, dot, name = full_name.partition(".")
    known = [known_group.__name__ for known_group in groups]
    if dot and group not in known:
        # A group may be misspelled, or the parameter may live in another one.
        homes = [f"{home.__name__}.{name}" for home in groups if name in home.declared]
        hint = f"; did you mean {homes[0]}?" if homes else nearest(group, known)
        hint = hint or "; `ravelin explain parameters` lists them"
        raise ParameterError(f"{full_name}: {group} is not a group of parameters{hint}")


# Checks of plain values


def _text(value: object, key: str) -> str:
    if not isinstance(value, str):
        raise ScenarioError(f"{key} is text, not {value!r}")
    return value


def _model(value: object, key: str) -> str:
    if not isinstance(value, (str, Path)) or not str(value):
        raise ScenarioError(f"{key} is the file of a spending model or {SHIPPED!r}, not {value!r}")
    return SHIPPED if value == SHIPPED else str(Path(value).expanduser().absolute())


def _count(value: object, key: str) -> int:
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # 1e6 reads better than six zeros.
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ScenarioError(f"{key} is a whole number, one or more, not {value!r}")
    return value


def _seed(value: object, key: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= SEED_MAX:
        raise ScenarioError(f"{key} is a whole number from 0 to {SEED_MAX}, not {value!r}")
    return value


def _date(value: object, key: str) -> datetime.date:
    if isinstance(value, str):
        with contextlib.suppress(ValueError):  # Told below, with what was expected.
            value = datetime.date.fromisoformat(value if value.count("-") > 1 else f"{value}-01")
    if isinstance(value, datetime.datetime):
        value = value.date()
    if not isinstance(value, datetime.date):
        raise ScenarioError(f"{key} is a date like 2020-01-01, not {value!r}")
    return value.replace(day=1)


_CHECKS = {
    "name": _text,
    "title": _text,
    "description": _text,
    "ticks": _count,
    "start": _date,
    "seed": _seed,
    "catalog": _text,
    "model": _model,
    "model_digest": _text,
    "consumers": _count,
    "firms": _count,
    "banks": _count,
}


# Writing


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
        return '"' + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in escaped) + '"'
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    if isinstance(value, datetime.date):
        return value.isoformat()
    # repr gives the shortest digits that read back as the same number; NumPy's would name its type.
    return repr(float(value)) if isinstance(value, float) else repr(value)


def _note(settings: Settings | None, group: str, name: str) -> str:
    if settings is None:
        return ""
    declared: Parameter = settings.groups[group].declared[name]
    return f"  # {declared.unit}: {declared.meaning}"


def _shock_lines(shock: Shock) -> list[str]:
    verb, value_key = ("scale", "by") if shock.scale else ("set", "to")
    lines = [
        f"tick = {shock.tick}",
        f"{verb} = {_toml(shock.target)}",
        f"{value_key} = {_toml(shock.value)}",
    ]
    if shock.where:
        lines.append("where = { " + ", ".join(f"{name} = {_toml(match)}" for name, match in shock.where) + " }")
    if shock.until is not None:
        lines.append(f"until = {shock.until}")
    return lines
