"""The text of a scenario: found by name or path, read with every value checked, and written.

title = "Credit crunch"
ticks = 120
model = "my_model.zip"     # files lie beside this one, or where the command is given
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
import os
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

from ravelin.core.bounded import UnfitFileError, as_text, read_bytes, toml_values
from ravelin.core.given import is_whole, plain, shown
from ravelin.core.parameter import Parameter, Settings
from ravelin.core.sentence import Kind, RavelinError
from ravelin.core.shipped import data_folder
from ravelin.scenarios.shock import Shock, ShockError, read_shock
from ravelin.storage.folder import check_kept

SEED_MAX = (1 << 63) - 1
SHOCKS_MOST = 1_000
TEXT_MOST = 10_000
FILE_MOST = 1 << 21
"""Bytes of a scenario's file: more than the largest that can be stated and is written out in a run's folder."""

SHIPPED = "shipped"
"""Name of the spending model that comes with Ravelin; any other is a file."""
DEFAULT_CATALOG = "united-states"
START = datetime.date(2020, 1, 1)
"""First month, unless a scenario names another."""

TEXTS = ("name", "title", "description", "ticks", "start", "seed", "catalog", "model", "model_digest")
KEYS = (*TEXTS, "size", "shock")
SIZES = ("consumers", "firms", "banks")
_FILES = ("catalog", "model")
_POLICIES = "policies"
"""Folder of the built-in scenarios that ask what a policy does: the default, and one policy."""


class ScenarioError(RavelinError, ValueError):
    """A scenario that cannot be found, read or run."""

    kind = Kind.INVALID


class Found(NamedTuple):
    """The text of a scenario, with its name and what to call it in an error."""

    name: str
    source: str
    text: str
    folder: Path | None = None
    """Where its file lies; None for one that comes with Ravelin, and for text."""


def find(name_or_path: str | Path) -> Found:
    """Look a scenario up among those built in, then among files.

    Raises
    ------
    ScenarioError
        If there is none, or it cannot be read.
    """
    if not isinstance(name_or_path, (str, os.PathLike)) or not str(name_or_path):
        raise ScenarioError(f"a scenario is asked for by its name or its path, not by {shown(name_or_path)}")
    asked = str(name_or_path)
    shipped = {found.name: found for found in built_in_texts()}
    if asked in shipped:
        return shipped[asked]
    path = _expanded(name_or_path)
    try:
        text = as_text(check_kept(path, read_bytes(path, FILE_MOST, "a scenario")), asked, "a scenario")
    except FileNotFoundError:
        raise ScenarioError.unknown(
            f"there is no scenario {asked}: neither a file nor built in",
            asked,
            shipped,
            after=f" (built in: {', '.join(sorted(shipped))})",
        ) from None
    except IsADirectoryError:
        inside = path / "scenario.toml"
        hint = f"; did you mean {inside}, or --resume {asked}?" if inside.is_file() else ""
        raise ScenarioError(f"{asked} is a folder, not a scenario file{hint}", kind=Kind.UNFIT) from None
    except UnfitFileError as error:
        raise ScenarioError.of(error) from None
    except OSError as error:
        raise ScenarioError(
            f"cannot read the scenario {asked}: {error.strerror or error}", kind=Kind.UNFIT
        ) from None
    # A name is written into files, which not every name of a file can be.
    return Found(path.stem.encode("utf-8", "replace").decode(), asked, text, path.parent)


def built_in_texts() -> list[Found]:
    """Return the scenarios that come with Ravelin, the default first."""
    home = resources.files("ravelin.scenarios")
    files = sorted(
        (file for folder in (home, home / _POLICIES) for file in folder.iterdir() if file.name.endswith(".toml")),
        key=lambda file: (file.name != "default.toml", file.name),
    )
    return [Found(file.name.removesuffix(".toml"), file.name, file.read_text(encoding="utf-8")) for file in files]


def read_values(text: str, folder: Path | None = None) -> dict[str, Any]:
    """Read the values that a scenario's text states: those of its keys and sizes, `parameters` and `shocks`.

    Parameters
    ----------
    folder : path, optional
        Where the files that it names may lie.

    Raises
    ------
    ScenarioError, ShockError
        One sentence that names key and value, what was found and what was expected.
    """
    try:
        stated = toml_values(text)
    except UnfitFileError as error:
        raise ScenarioError.of(error) from None
    known: dict[str, Any] = {}
    parameters: dict[str, Any] = {}
    for key, value in stated.items():
        if key in ("size", "shock"):
            continue
        if key in KEYS:
            known[key] = checked(key, _beside(folder, value) if key in _FILES else value)
        elif not key[:1].isupper():
            raise _unknown_key(key, value)
        elif not isinstance(value, dict):
            raise ScenarioError(f"{key} is a group of parameters, so it is a section [{key}], not {shown(value)}")
        else:
            parameters.update({f"{key}.{name}": entry for name, entry in value.items()})
    size = stated.get("size", {})
    if not isinstance(size, dict):
        raise ScenarioError(f"size is a section [size] with {', '.join(SIZES)}, not {size!r}")
    for key, value in size.items():
        if key not in SIZES:
            raise ScenarioError.unknown(f"[size] has no key {key}", key, SIZES, after=f" ({', '.join(SIZES)})")
        known[key] = checked(key, value, f"size.{key}")
    shocks = _shocks(stated.get("shock", []), known.get("start", START))
    return {**known, "parameters": parameters, "shocks": shocks}


def checked(key: str, value: object, called: str | None = None) -> Any:
    """Return the value of a scenario's key in its own type, or say what it should be."""
    return _CHECKS[key](value, called or key)


def _beside(folder: Path | None, named: object) -> object:
    """Return the path of a file that lies in the scenario's folder; another name, path or value as it is."""
    if folder is None or not isinstance(named, str):
        return named
    path = folder / _expanded(named)
    return str(path) if os.path.isfile(path) else named


def _expanded(path: str | os.PathLike[str]) -> Path:
    """Return a path in which ~ is the user's home, if there is one."""
    with contextlib.suppress(RuntimeError):
        return Path(path).expanduser()
    return Path(path)


def _unknown_key(key: str, value: object) -> ScenarioError:
    if key in SIZES:
        return ScenarioError(f"{key} belongs into the section [size]", parameter=f"size.{key}")
    what = f"section [{key}]" if isinstance(value, dict) else f"key {key}"
    keys = f"{', '.join(KEYS)}, and groups of parameters"
    return ScenarioError.unknown(f"a scenario has no {what}", key, KEYS, after=f" ({keys})")


def _shocks(stated: object, start: datetime.date) -> tuple[Shock, ...]:
    if not isinstance(stated, list) or not all(isinstance(entry, dict) for entry in stated):
        raise ScenarioError("shocks are sections in double brackets, [[shock]]")
    if len(stated) > SHOCKS_MOST:
        raise ScenarioError(f"there are {len(stated):,} shocks; a scenario has at most {SHOCKS_MOST:,}")
    shocks = []
    for number, entry in enumerate(stated, 1):
        try:
            shocks.append(read_shock(entry, start))
        except ShockError as error:
            raise ScenarioError.of(error, before=f"shock {number}: ") from None
    return tuple(shocks)


def _text(value: object, key: str) -> str:
    if not isinstance(value, str):
        raise ScenarioError(f"{key} is text, not {shown(value)}", parameter=key)
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ScenarioError(f"{key} is text that can be written as UTF-8, not {shown(value)}", parameter=key) from None
    if len(value) > TEXT_MOST:
        said = f"{key} has {len(value):,} characters; a text of a scenario has at most {TEXT_MOST:,}"
        raise ScenarioError(said, parameter=key)
    return str(value)


def _model(value: object, key: str) -> str:
    if not isinstance(value, (str, os.PathLike)) or not str(value):
        raise ScenarioError(f"{key} is the file of a spending model or {SHIPPED!r}, not {shown(value)}", parameter=key)
    return SHIPPED if value == SHIPPED else _text(str(_expanded(value).absolute()), key)


def _catalog(value: object, key: str) -> str:
    if not isinstance(value, (str, os.PathLike)) or not str(value):
        raise ScenarioError(f"{key} is the name of a catalog of goods or its file, not {shown(value)}", parameter=key)
    path = _expanded(value)
    # What is too long for a path is no file, and no reason to fail here.
    if os.path.isfile(data_folder() / "goods" / f"{value}.toml") or not os.path.isfile(path):
        return _text(str(value), key)  # Whether there is one of that name is said where it is read.
    return _text(str(path.absolute()), key)


def _count(value: object, key: str) -> int:
    value = plain(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # 1e6 reads better than six zeros.
    if not is_whole(value) or not 1 <= value <= SEED_MAX:
        raise ScenarioError(f"{key} is a whole number, one or more, not {shown(value)}", parameter=key)
    return value


def _seed(value: object, key: str) -> int:
    value = plain(value)
    if not is_whole(value) or not 0 <= value <= SEED_MAX:
        raise ScenarioError(f"{key} is a whole number from 0 to {SEED_MAX}, not {shown(value)}", parameter=key)
    return value


def _date(value: object, key: str) -> datetime.date:
    value = plain(value)
    if isinstance(value, str):
        with contextlib.suppress(ValueError):  # Told below, with what was expected.
            value = datetime.date.fromisoformat(value if value.count("-") > 1 else f"{value}-01")
    if isinstance(value, datetime.datetime):
        value = value.date()
    if not isinstance(value, datetime.date):
        raise ScenarioError(f"{key} is a date like 2020-01-01, not {shown(value)}", parameter=key)
    return value.replace(day=1)


_CHECKS = {
    "name": _text,
    "title": _text,
    "description": _text,
    "ticks": _count,
    "start": _date,
    "seed": _seed,
    "catalog": _catalog,
    "model": _model,
    "model_digest": _text,
    "consumers": _count,
    "firms": _count,
    "banks": _count,
}


def write_text(
    keys: Mapping[str, Any],
    sizes: Mapping[str, int],
    groups: Mapping[str, Mapping[str, Any]],
    shocks: Sequence[Shock],
    settings: Settings | None = None,
) -> str:
    """Write a scenario as TOML; where `settings` are given, their units and meanings stand beside the values."""
    lines = [f"{key} = {_toml(value)}" for key, value in keys.items()]
    lines += ["", "[size]"]
    lines += [f"{key} = {value}" for key, value in sizes.items()]
    for group, values in groups.items():
        lines += ["", f"[{group}]"]
        lines += [f"{name} = {_toml(value)}{_note(settings, group, name)}" for name, value in values.items()]
    for shock in shocks:
        lines += ["", "[[shock]]", *_shock_lines(shock)]
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
        return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in escaped) + '"'
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {_toml(entry)}" for name, entry in value.items()) + " }"
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
    return [f"{key} = {_toml(value)}" for key, value in shock.stated().items()]
