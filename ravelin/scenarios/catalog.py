"""The catalog of goods: what each is made of, who buys it, how it keeps; read from TOML and checked.

title = "Two goods"

[good.bread]
category = "consumption"
unit = "loaf"
cpi_weight = 1.0
bought_as = { food = 1.0 }
inputs = { flour = 0.3 }
...

One unit of every good costs one dollar at the opening, so that inputs, pay, taxes and surplus of a unit
are shares of its price. `data/goods` holds the catalogs that ship.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse.csgraph import connected_components

from ravelin.core.arithmetic import SingularMatrixError, solve, total
from ravelin.core.bounded import UnfitFileError, as_text, read_bytes, toml_values
from ravelin.core.sentence import Kind
from ravelin.core.shipped import data_folder
from ravelin.economy.goods.tables import GOODS_MAX, SKILLS
from ravelin.economy.people.tables import AISLES
from ravelin.learning import variables
from ravelin.scenarios.scenario import DEFAULT_CATALOG, ScenarioError
from ravelin.storage.folder import check_kept

Doubles = npt.NDArray[np.float64]

SURVEY_CATEGORIES = variables.CATEGORIES
"""Categories of spending that the survey tells apart."""
CATEGORIES = ("intermediate", "consumption", "capital", "public")
"""What a good is mostly for; `public` is what the government makes itself, without firms."""
ROUNDING = 1e-6
"""By how much shares may miss one."""
_LARGE = 1e9
CATALOG_MOST = 1 << 20
"""Bytes of a catalog's file."""


class CatalogError(ScenarioError):
    """A catalog of goods that cannot be found, read or used."""

    kind = Kind.INVALID


@dataclass(frozen=True)
class Good:
    """One good; `KEYS` tells what each number is."""

    name: str
    category: str
    unit: str
    inputs: Mapping[str, float]
    skills: Mapping[str, float]
    bought_as: Mapping[str, float]
    storable: bool
    traded: bool
    leased: bool
    builds_dwellings: bool
    labor: float
    capital_share: float
    capital_months: float
    markup: float
    inventory_months: float
    spoilage: float
    production_tax: float
    sales_tax: float
    cpi_weight: float
    investment_share: float
    public_investment_share: float
    firm_share: float

    @property
    def public(self) -> bool:
        """Whether the government makes it, without firms."""
        return self.category == "public"


class Key(NamedTuple):
    """What a catalog may say of a good under one key; numbers lie between `low` and `high`."""

    kind: type
    meaning: str
    low: float = 0.0
    high: float = _LARGE
    default: Any = None


KEYS = {
    "category": Key(str, "what it is mostly for: " + ", ".join(CATEGORIES)),
    "unit": Key(str, "name of what one dollar's worth is counted in"),
    "inputs": Key(dict, "units of other goods in a unit", high=1.0, default={}),
    "labor": Key(float, "workers who make a million units a month"),
    "skills": Key(dict, "share of each skill among them; adds up to one", high=1.0),
    "capital_share": Key(float, "elasticity of output to capital in the short run", high=0.95),
    "capital_months": Key(float, "normal capital over the output of a month"),
    "markup": Key(float, "markup on normal unit cost that makes the price one dollar", low=-0.99),
    "inventory_months": Key(float, "finished goods in store over monthly sales", high=120.0, default=0.0),
    "spoilage": Key(float, "part of what is in store that spoils in a month", high=0.99, default=0.0),
    "storable": Key(bool, "false for a service, which is sold as it is made", default=False),
    "traded": Key(bool, "true if sold in the whole country, false if only where it is made", default=False),
    "leased": Key(bool, "true for the services of dwellings, which are leased from their owners", default=False),
    "builds_dwellings": Key(bool, "true for the good that dwellings are built of", default=False),
    "production_tax": Key(float, "tax less subsidies over the value of output", low=-0.9, high=0.9, default=0.0),
    "sales_tax": Key(float, "tax that consumers pay over the price", high=10.0, default=0.0),
    "cpi_weight": Key(float, "share in what consumers spend; adds up to one over all goods", high=1.0, default=0.0),
    "bought_as": Key(dict, "shares of that in the categories of the spending survey", high=1.0, default={}),
    "investment_share": Key(float, "share in what firms invest", high=1.0, default=0.0),
    "public_investment_share": Key(float, "share in what the government invests", high=1.0, default=0.0),
    "firm_share": Key(float, "share in the number of firms", high=1.0, default=0.0),
}
"""Key of a good in a catalog -> what it says; keys without a default must be given."""
CATALOGS_KEPT = 8
TITLES = ("title", "description", "good")
_NAMES = {
    "inputs": ("good", ()),
    "skills": ("skill", SKILLS),
    "bought_as": ("category of the survey", SURVEY_CATEGORIES),
}


@dataclass(frozen=True, eq=False)
class GoodsCatalog:
    """Goods in the order of the file.

    Attributes
    ----------
    source : str
        What to name in an error: the file.
    """

    name: str
    source: str
    title: str
    description: str
    goods: tuple[Good, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the goods: the `<good>` of history's columns."""
        return tuple(good.name for good in self.goods)

    def column(self, key: str) -> Doubles:
        """Give a number of every good: (goods,)."""
        return np.array([float(getattr(good, key)) for good in self.goods])

    def recipe(self) -> Doubles:
        """Give units of each input (column) in a unit of each good (row)."""
        return np.array([[good.inputs.get(name, 0.0) for name in self.names] for good in self.goods])

    def skill_mix(self) -> Doubles:
        """Give the share of each skill in the heads of each good: (goods, skills)."""
        return np.array([[good.skills.get(skill, 0.0) for skill in SKILLS] for good in self.goods])

    def only(self, flag: str) -> int:
        """Give the place of the one good with a flag, which an economy needs to open.

        Raises
        ------
        CatalogError
            If there is none, or more than one.
        """
        found = [place for place, good in enumerate(self.goods) if getattr(good, flag)]
        if len(found) != 1:
            key = 'category = "public"' if flag == "public" else f"{flag} = true"
            names = ", ".join(self.goods[place].name for place in found) or "none"
            raise self.error(f"an economy opens with exactly one good with {key}, not with {names}")
        return found[0]

    @property
    def machinery(self) -> int:
        """Place of the good that new technology comes in: what firms buy most of to invest, if possible to store."""
        share = self.column("investment_share")
        stored = share * self.column("storable")
        return int(np.argmax(stored if stored.any() else share))

    def error(self, message: str) -> CatalogError:
        """Make an error that names the catalog's file."""
        return CatalogError(f"{self.source}: {message}")


def load_catalog(name_or_path: str = DEFAULT_CATALOG) -> GoodsCatalog:
    """Read a catalog that ships by its name, or any by its path.

    Raises
    ------
    CatalogError
        One sentence that names file and key, what was found and what is allowed.
    """
    folder, known = data_folder() / "goods", shipped_catalogs()
    path = folder / f"{name_or_path}.toml" if name_or_path in known else Path(name_or_path)
    source = path.name if name_or_path in known else name_or_path
    try:
        data = check_kept(path, read_bytes(path, CATALOG_MOST, "a catalog"))
        return read_catalog(as_text(data, source, "a catalog"), path.stem, source)
    except FileNotFoundError:
        raise CatalogError.unknown(
            f"there is no catalog {name_or_path}: neither a file nor shipped",
            name_or_path,
            known,
            after=f" (shipped: {', '.join(known)})",
            parameter="catalog",
        ) from None
    except UnfitFileError as error:
        raise CatalogError.of(error) from None
    except OSError as error:
        raise CatalogError(
            f"cannot read the catalog {name_or_path}: {error.strerror or error}", kind=Kind.UNFIT, parameter="catalog"
        ) from None


def shipped_catalogs() -> list[str]:
    """List the names of the catalogs that ship."""
    return sorted(path.stem for path in (data_folder() / "goods").glob("*.toml"))


@lru_cache(maxsize=CATALOGS_KEPT)
def read_catalog(text: str, name: str, source: str) -> GoodsCatalog:
    """Read a catalog from TOML text and check it; the same text is read once, for many ask for it on the way to a run.

    Raises
    ------
    CatalogError
    """
    try:
        stated = toml_values(text)
    except UnfitFileError as error:
        raise CatalogError.of(error, before=f"{source}: ") from None
    for key, value in stated.items():
        if key not in TITLES:
            raise CatalogError.unknown(
                f"{source}: a catalog has no key {key}", key, TITLES, after=f" ({', '.join(TITLES)})"
            )
        if key != "good" and not isinstance(value, str):
            raise CatalogError(f"{source}: {key} is text, not {value!r}")
    goods = stated.get("good", {})
    if not isinstance(goods, dict) or not goods:
        raise CatalogError(f"{source}: a catalog has at least one section [good.NAME]")
    read = tuple(_read_good(label, entry, goods, source) for label, entry in goods.items())
    catalog = GoodsCatalog(name, source, stated.get("title", name), stated.get("description", ""), read)
    _check_goods(catalog)
    _check_sums(catalog)
    _check_cycles(catalog)
    return catalog


def _read_good(label: str, stated: object, goods: Iterable[str], source: str) -> Good:
    where = f"{source}: good.{label}"
    if not re.fullmatch(r"[a-z][a-z0-9_]*", label):
        raise CatalogError(f"{where}: the name of a good has lower-case letters, digits and _ only, such as car_parts")
    if not isinstance(stated, dict):
        raise CatalogError(f"{where} is a section [good.{label}], not {stated!r}")
    for key in stated:
        if key not in KEYS:
            raise CatalogError.unknown(f"{where} has no key {key}", key, KEYS, after=f" ({', '.join(KEYS)})")
    values: dict[str, Any] = {}
    for key, expected in KEYS.items():
        if key not in stated and expected.default is None:
            raise CatalogError(f"{where} lacks the key {key}: {expected.meaning}")
        value = stated.get(key, expected.default)
        if expected.kind is dict:
            what, known = _NAMES[key]
            values[key] = _shares(value, f"{where}.{key}", what, known or tuple(goods), expected.high)
        elif expected.kind is float:
            values[key] = _number(value, f"{where}.{key}", expected.low, expected.high)
        elif not isinstance(value, expected.kind):
            allowed = "true or false" if expected.kind is bool else "text"
            raise CatalogError(f"{where}.{key} is {allowed}, not {value!r}")
        else:
            values[key] = value
    if values["category"] not in CATEGORIES:
        wrong = values["category"]
        said = f"{where}.category is one of {', '.join(CATEGORIES)}, not {wrong!r}"
        raise CatalogError.unknown(said, wrong, CATEGORIES)
    return Good(name=label, **values)


def _number(value: object, where: str, low: float, high: float) -> float:
    """Return a number between two bounds."""
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not number or not low <= float(value) <= high:  # type: ignore[arg-type]
        allowed = f"{low:g} to {high:g}" if high < _LARGE else f"{low:g} or more"
        raise CatalogError(f"{where} is a number, {allowed}, not {value!r}")
    return float(value)  # type: ignore[arg-type]


def _shares(value: object, where: str, what: str, known: Iterable[str], high: float) -> dict[str, float]:
    """Return a table of numbers by name."""
    if not isinstance(value, dict):
        raise CatalogError(f"{where} is a table of a number per {what}, not {value!r}")
    for name in value:
        if name not in known:
            raise CatalogError.unknown(
                f"{where} names {name}, which is no {what}", name, known, after=f" ({', '.join(known)})"
            )
    return {name: _number(part, f"{where}.{name}", 0.0, high) for name, part in value.items()}


def _check_goods(catalog: GoodsCatalog) -> None:
    """Check each good by itself, and that somebody makes it and somebody buys it."""
    if len(catalog.goods) > GOODS_MAX:
        raise catalog.error(f"there are {len(catalog.goods)} goods; a catalog may have {GOODS_MAX}")
    consumed = sum(good.cpi_weight > 0 for good in catalog.goods)
    if consumed > AISLES:
        raise catalog.error(f"consumers buy {consumed} goods (cpi_weight above 0); they may buy {AISLES}")
    used = {name for good in catalog.goods for name, units in good.inputs.items() if units > 0 and name != good.name}
    for good in catalog.goods:
        where = f"good.{good.name}"
        for key in ("inventory_months", "spoilage"):
            if getattr(good, key) > 0 and not good.storable:
                found = getattr(good, key)
                raise catalog.error(f"{where}.{key} is {found:g}, but the good is not storable, so it is 0")
        if good.leased and good.storable:
            raise catalog.error(f"{where}.storable is true, but the services of dwellings (leased) cannot be stored")
        if not good.public and not good.firm_share:
            raise catalog.error(
                f"{where}: nobody makes it, as its firm_share is 0; give it a share or take the good out"
            )
        if good.public and good.firm_share:
            raise catalog.error(f"{where}.firm_share is {good.firm_share:g}, but the government makes it without firms")
        if not good.labor:
            raise catalog.error(f"{where}.labor is 0; somebody must make it, so it is above 0")
        if good.cpi_weight > 0 and abs(total([*good.bought_as.values()]) - 1.0) > ROUNDING:
            added = total([*good.bought_as.values()])
            raise catalog.error(
                f"{where}.bought_as adds up to {added:g}; shares of what consumers spend on it add up to 1"
            )
        if abs(total([*good.skills.values()]) - 1.0) > ROUNDING:
            raise catalog.error(
                f"{where}.skills adds up to {total([*good.skills.values()]):g}; shares of skills add up to 1"
            )
        if total([*good.inputs.values()]) > 1.0:
            added = total([*good.inputs.values()])
            raise catalog.error(f"{where}.inputs adds up to {added:g}; inputs of one dollar's worth cost 1 at most")
        bought = good.cpi_weight or good.investment_share or good.public_investment_share or good.builds_dwellings
        if good.public and good.name in used:
            raise catalog.error(f"{where} is public, which nobody buys, but it is an input of another good")
        if not (good.public or bought or good.name in used):
            raise catalog.error(
                f"{where}: nobody buys it; give it a cpi_weight, an investment_share or a place in other goods' inputs"
            )


def _check_sums(catalog: GoodsCatalog) -> None:
    """Check that shares over all goods add up to one, where any is given."""
    for key in ("cpi_weight", "investment_share", "public_investment_share", "firm_share"):
        added = total(catalog.column(key))
        needed = key in ("cpi_weight", "firm_share")
        if (needed or added > 0) and abs(added - 1.0) > ROUNDING:
            raise catalog.error(f"{key} adds up to {added:.8g} over all goods; shares add up to 1")


def _is_productive(recipe: Doubles) -> bool:
    """Say whether goods made of one another leave something over: the condition of Hawkins and Simon.

    It is met just if outputs that leave one unit of every good are all positive.
    """
    try:
        made = solve(np.eye(len(recipe)) - recipe, np.ones(len(recipe)))
    except SingularMatrixError:
        return False
    return bool((made > 0.0).all())


def _check_cycles(catalog: GoodsCatalog) -> None:
    """Check that no good is made, round about, of more than itself, nor of itself without any capital.

    Source: Hawkins and Simon (1949), "Some conditions of macroeconomic stability", Econometrica 17.
    """
    recipe, names = catalog.recipe(), np.array(catalog.names)
    bare = np.where(catalog.column("capital_months")[:, None] > 0, 0.0, recipe)
    for members in _cycles(bare):
        raise catalog.error(
            f"a cycle without capital: {_path(bare, members, names)}; give one of them capital_months above 0"
        )
    for members in _cycles(recipe):
        inside = recipe[np.ix_(members, members)]
        if not _is_productive(inside / (1.0 - ROUNDING)):
            raise catalog.error(
                f"a cycle that uses up all it makes: {_path(recipe, members, names)}; a unit must take less than one "
                "of its own kind to make (Hawkins and Simon), so lower these inputs"
            )


def _cycles(recipe: Doubles) -> list[npt.NDArray[np.int64]]:
    """Find sets of goods each of which is, round about, an input of all of them."""
    count, group = connected_components((recipe > 0).astype(np.float64), directed=True, connection="strong")
    sets = [np.flatnonzero(group == number) for number in range(count)]
    return [members for members in sets if members.size > 1 or recipe[members[0], members[0]] > 0]


def _path(recipe: Doubles, members: npt.NDArray[np.int64], names: npt.NDArray[np.str_]) -> str:
    """Walk from maker to its largest input within a set of goods until a good comes up again."""
    walk = [int(members[0])]
    while walk[-1] not in walk[:-1]:
        inputs = np.zeros(names.size)
        inputs[members] = recipe[walk[-1], members]
        walk.append(int(np.argmax(inputs)))
    return " -> ".join(names[place] for place in reversed(walk[walk.index(walk[-1]) :]))
