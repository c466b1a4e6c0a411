"""Catalogs of goods: what ships agrees with the calibration, and what is wrong is refused in one sentence."""

import importlib.util
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ravelin.economy.goods.tables import GOODS_MAX, SKILLS
from ravelin.opening.balancing import balance, calibration
from ravelin.opening.calibration import Calibration, shipped_calibration
from ravelin.scenarios.catalog import (
    CATEGORIES,
    KEYS,
    SURVEY_CATEGORIES,
    CatalogError,
    load_catalog,
    read_catalog,
    shipped_catalogs,
)  # fmt: skip

GOODS_FOLDER = Path(__file__).resolve().parents[1] / "data" / "goods"


def build() -> ModuleType:
    """Load the script that writes the catalogs."""
    spec = importlib.util.spec_from_file_location("goods_build", GOODS_FOLDER / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_what_ships_is_what_the_script_writes() -> None:
    for name, text in build().pages().items():
        written, shipped = tomllib.loads(text), tomllib.loads((GOODS_FOLDER / f"{name}.toml").read_text())
        assert written["good"].keys() == shipped["good"].keys()
        for good, entry in written["good"].items():
            for key, value in entry.items():
                expected = pytest.approx(value, rel=1e-9) if isinstance(value, (float, dict)) else value
                assert shipped["good"][good][key] == expected, (name, good, key)


def test_the_default_has_the_calibrations_goods_and_sizes() -> None:
    data = shipped_calibration()
    catalog = load_catalog()
    output, recipe = data.column("gross_output_cents"), catalog.recipe()
    bought = data.intermediate()
    assert np.allclose(recipe.T @ output, bought.sum(axis=1), rtol=1e-6)
    assert np.allclose(recipe.sum(axis=1) * output, bought.sum(axis=0), rtol=1e-6)
    assert np.abs(recipe - (bought / output).T)[:-1].max() <= 0.02
    chain = [("iron_ore", "steel"), ("steel", "car_parts"), ("car_parts", "cars"), ("crude_oil", "petrol")]
    place = catalog.names.index
    assert min(recipe[place(maker), place(good)] for good, maker in chain) > 0
    assert {good.name for good in catalog.goods if good.category == "capital"} == {"machinery", "construction"}


def account_gaps(data: Calibration) -> dict[str, float]:
    """What each account receives less what it pays, cents."""
    accounts = {*data.sam, *(payer for row in data.sam.values() for payer in row if payer != "row_total")}
    return {
        account: data.sam.get(account, {}).get("row_total", 0.0)
        - sum(row.get(account, 0.0) for row in data.sam.values())
        for account in accounts
    }


@pytest.mark.parametrize("name", ["united-states", "teaching"])
def test_other_goods_leave_every_account_closed(name: str) -> None:
    base, data = shipped_calibration(), balance(load_catalog(name), shipped_calibration())
    assert {account: gap for account, gap in account_gaps(data).items() if gap} == {}
    assert all(cents == round(cents) for row in data.sam.values() for cents in row.values())
    for instrument in data.sheet["total"]:
        held = sum(sheet[instrument] for sector, sheet in data.sheet.items() if sector != "total")
        assert held == data.sheet["total"][instrument]
    for account in ("wages", "income_tax", "sales_tax", "corporate_tax", "social_security", "fixed_investment"):
        assert data.paid_into(account) == base.paid_into(account)
    spent = [sum(one.paid_into(f"consumption_{name}") for name in SURVEY_CATEGORIES) for one in (data, base)]
    assert spent[0] == spent[1]


def test_balancing_the_calibrations_own_goods_gives_its_accounts() -> None:
    base, data = shipped_calibration(), balance(load_catalog(), shipped_calibration())
    for name in ("gross_output_cents", "compensation_cents", "fixed_capital_cents", "firm_loans_cents"):
        assert np.allclose(data.column(name), base.column(name), rtol=0.01), name
    found, wanted = ([one.flow("dividends", good) for good in base.names] for one in (data, base))
    assert np.allclose(found, wanted, rtol=0.02)


def test_the_teaching_goods_are_sums_of_the_calibrations() -> None:
    base, data = shipped_calibration(), calibration("teaching")
    members = build().TEACHING
    output = dict(zip(base.names, base.column("gross_output_cents"), strict=True))
    wanted = [sum(output[good] for good in members[name][0].split()) for name in data.names]
    assert np.allclose(data.column("gross_output_cents"), wanted, rtol=2e-3)


@pytest.mark.parametrize("name", shipped_catalogs())
def test_what_ships_can_be_read(name: str) -> None:
    catalog = load_catalog(name)
    assert catalog.title
    assert catalog.description


def test_an_economy_needs_housing_and_public_services() -> None:
    with pytest.raises(
        CatalogError, match=r"textbook.toml: .* exactly one good with category = \"public\", not with none"
    ):
        calibration("textbook")


# Refusals

TWO = """
[good.flour]
category = "intermediate"
unit = "sack"
storable = true
labor = 10.0
capital_share = 0.3
capital_months = 5.0
markup = 0.2
inventory_months = 1.0
firm_share = 0.5
skills = { unskilled = 0.5, skilled = 0.25, highly_skilled = 0.25 }
inputs = { bread = 0.1 }

[good.bread]
category = "consumption"
unit = "loaf"
storable = true
labor = 20.0
capital_share = 0.3
capital_months = 5.0
markup = 0.1
firm_share = 0.5
cpi_weight = 1.0
bought_as = { food = 1.0 }
skills = { unskilled = 1.0 }
inputs = { flour = 0.4 }
"""


def refusal(text: str) -> str:
    with pytest.raises(CatalogError) as caught:
        read_catalog(text, "two", "two.toml")
    said = str(caught.value)
    assert said.startswith("two.toml: ")
    assert "\n" not in said
    return said


def changed(old: str, new: str) -> str:
    assert old in TWO
    return TWO.replace(old, new)


def test_two_goods_can_be_read() -> None:
    catalog = read_catalog(TWO, "two", "two.toml")
    assert catalog.names == ("flour", "bread")
    assert catalog.recipe().tolist() == [[0.0, 0.1], [0.4, 0.0]]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[good.flour]", "[good.flour", "not valid TOML"),
        ("[good.flour]", "[goods.flour]", "a catalog has no key goods; did you mean good?"),
        ("[good.flour]", "[good.Flour]", "good.Flour: the name of a good has lower-case letters"),
        ("labor = 10.0", "labr = 10.0", "good.flour has no key labr; did you mean labor?"),
        ("labor = 10.0\n", "", "good.flour lacks the key labor: workers who make a million units"),
        ("labor = 10.0", "labor = -1.0", "good.flour.labor is a number, 0 or more, not -1.0"),
        ("labor = 10.0", "labor = 'ten'", "good.flour.labor is a number, 0 or more, not 'ten'"),
        ("labor = 10.0", "labor = nan", "good.flour.labor is a number, 0 or more, not nan"),
        ("labor = 10.0", "labor = 0", "good.flour.labor is 0; somebody must make it"),
        ("labor = 10.0\ncapital_share = 0.3", "labor = 10.0\ncapital_share = 1",
         "good.flour.capital_share is a number, 0 to 0.95, not 1"),
        ("storable = true\nlabor = 10.0", "storable = 1\nlabor = 10.0", "good.flour.storable is true or false, not 1"),
        ("storable = true\nlabor = 10.0", "labor = 10.0", "inventory_months is 1, but the good is not storable"),
        ("storable = true\nlabor = 20.0", "spoilage = 0.1\nlabor = 20.0", "bread.spoilage is 0.1, but the good is not"),
        ("storable = true\nlabor = 20.0", "storable = true\nleased = true\nlabor = 20.0",
         "good.bread.storable is true, but the services of dwellings (leased) cannot be stored"),
        ('"intermediate"', '"intermediat"', "consumption, capital, public, not 'intermediat'; did you"),
        ("unskilled = 0.5,", "unskiled = 0.5,", "names unskiled, which is no skill; did you mean unskilled?"),
        ("unskilled = 0.5,", "unskilled = 0.4,", "good.flour.skills adds up to 0.9; shares of skills add up to 1"),
        ("{ flour = 0.4 }", "{ flower = 0.4 }", "inputs names flower, which is no good; did you mean flour?"),
        ("{ flour = 0.4 }", "{ flour = -0.4 }", "good.bread.inputs.flour is a number, 0 to 1, not -0.4"),
        ("{ flour = 0.4 }", "{ flour = 0.6, bread = 0.5 }", "good.bread.inputs adds up to 1.1; inputs of one dollar's"),
        ("{ flour = 0.4 }", "0.4", "good.bread.inputs is a table of a number per good, not 0.4"),
        ("{ flour = 0.4 }", "{}", "good.flour: nobody buys it"),
        ("{ food = 1.0 }", "{ foot = 1.0 }", "which is no category of the survey; did you mean food?"),
        ("{ food = 1.0 }", "{ food = 0.7 }", "good.bread.bought_as adds up to 0.7"),
        ("cpi_weight = 1.0", "cpi_weight = 0.9", "cpi_weight adds up to 0.9 over all goods; shares add up to 1"),
        ("cpi_weight = 1.0", "cpi_weight = 1.5", "good.bread.cpi_weight is a number, 0 to 1, not 1.5"),
        ("firm_share = 0.5\ncpi", "firm_share = 0.4\ncpi", "firm_share adds up to 0.9 over all goods"),
        ("firm_share = 0.5\ncpi", "cpi", "good.bread: nobody makes it, as its firm_share is 0"),
        ("markup = 0.1\n", "markup = 0.1\ninvestment_share = 0.5\n", "investment_share adds up to 0.5 over all goods"),
        ("capital_months = 5.0", "capital_months = 0.0", "a cycle without capital: flour -> bread -> flour"),
        ("bread = 0.1 }", "bread = 1.0 }\n", ""),
        ('"intermediate"', '"public"', "good.flour.firm_share is 0.5, but the government makes it without firms"),
        ('firm_share = 0.5\nskills', 'skills', "good.flour: nobody makes it"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(old: str, new: str, said: str) -> None:
    if said:
        assert said in refusal(changed(old, new))
    else:
        read_catalog(changed(old, new), "two", "two.toml")


def test_a_cycle_that_uses_up_what_it_makes_is_named() -> None:
    text = changed("bread = 0.1 }", "bread = 1.0 }").replace("{ flour = 0.4 }", "{ flour = 1.0 }")
    assert "a cycle that uses up all it makes: flour -> bread -> flour" in refusal(text)
    own = changed("inputs = { bread = 0.1 }", "inputs = { flour = 1.0 }")
    assert "a cycle that uses up all it makes: flour -> flour" in refusal(own)


def test_a_public_good_is_nobodys_input() -> None:
    text = (
        changed('"intermediate"', '"public"')
        .replace("firm_share = 0.5\nskills", "skills")
        .replace("firm_share = 0.5\ncpi", "firm_share = 1.0\ncpi")
    )
    assert "good.flour is public, which nobody buys" in refusal(text)


def many(count: int, consumed: int) -> str:
    """Write a catalog of so many goods, some of which consumers buy."""
    share = 1.0 / count
    lines = []
    for place in range(count):
        lines += [f"[good.g{place}]", 'category = "consumption"', 'unit = "unit"', "skills = { skilled = 1.0 }"]
        lines += ["labor = 10.0", "capital_share = 0.3", "capital_months = 5.0", "markup = 0.1"]
        lines += [f"firm_share = {share!r}"]
        if place < consumed:
            lines += [f"cpi_weight = {1.0 / consumed!r}", "bought_as = { other = 1.0 }"]
        else:
            lines += [f"investment_share = {1.0 / (count - consumed)!r}"]
    return "\n".join(lines) + "\n"


def test_there_are_no_more_goods_than_there_is_room_for() -> None:
    assert f"there are {GOODS_MAX + 1} goods; a catalog may have {GOODS_MAX}" in refusal(many(GOODS_MAX + 1, 5))
    assert "consumers buy 13 goods (cpi_weight above 0); they may buy 12" in refusal(many(20, 13))
    assert len(read_catalog(many(20, 12), "two", "two.toml").goods) == 20


@pytest.mark.parametrize(
    ("name", "said"),
    [("teachin", "did you mean teaching?"), ("/nowhere/goods.toml", "neither a file nor shipped")],
)
def test_catalogs_that_are_not_there(name: str, said: str) -> None:
    with pytest.raises(CatalogError, match="there is no catalog") as caught:
        load_catalog(name)
    assert said in str(caught.value)


def teaching() -> str:
    return (GOODS_FOLDER / "teaching.toml").read_text()


def with_value(good: str, key: str, value: str) -> str:
    """Write the teaching catalog with one value changed."""
    head, section, rest = teaching().partition(f"[good.{good}]")
    own, mark, others = rest.partition("\n[good.")
    lines = [line for line in own.splitlines() if not line.startswith(f"{key} =")]
    return head + section + "\n".join([*lines, f"{key} = {value}"]) + "\n" + mark + others


@pytest.mark.parametrize(
    ("good", "key", "value", "said"),
    [
        ("goods", "markup", "0.9", "good.goods.markup is 0.9: inputs"),
        ("goods", "capital_months", "900.0", "good.goods: its surplus does not pay"),
        ("services", "builds_dwellings", "false", "exactly one good with builds_dwellings = true, not with none"),
        ("housing_services", "capital_months", "0.0", "good.housing_services.capital_months is 0"),
        ("services", "bought_as", "{ transport = 1.0 }", "no good under the survey's category health"),
        ("public_services", "labor", "0.1", "good.public_services.markup is"),
    ],
)
def test_what_cannot_open_is_said(good: str, key: str, value: str, said: str) -> None:
    catalog = read_catalog(with_value(good, key, value), "mine", "mine.toml")
    with pytest.raises(CatalogError) as caught:
        balance(catalog, shipped_calibration())
    assert str(caught.value).startswith("mine.toml: ")
    assert said in str(caught.value)


# Properties


NUMBERS = sorted(key for key, expected in KEYS.items() if expected.kind is float)


@given(st.sampled_from(NUMBERS), st.floats(allow_nan=True, allow_infinity=True))
def test_no_number_out_of_range_is_taken(key: str, value: float) -> None:
    if not KEYS[key].low <= value <= KEYS[key].high:
        with pytest.raises(CatalogError, match=rf"mine\.toml: good\.goods\.{key} is a number"):
            read_catalog(with_value("goods", key, repr(value)), "mine", "mine.toml")


NAMES = st.text("abcdefghijklmnopqrstuvwxyz_", min_size=1, max_size=20)


@given(NAMES)
def test_no_unknown_name_is_taken(name: str) -> None:
    for key, known in (
        ("skills", SKILLS),
        ("bought_as", SURVEY_CATEGORIES),
        ("inputs", load_catalog("teaching").names),
    ):
        if name not in known:
            with pytest.raises(CatalogError, match=rf"mine.toml: good.goods.{key} names {name}, which is no "):
                read_catalog(with_value("goods", key, f"{{ {name} = 1.0 }}"), "mine", "mine.toml")
    if name not in KEYS:
        with pytest.raises(CatalogError, match=f"good.goods has no key {name}"):
            read_catalog(with_value("goods", name, "1.0"), "mine", "mine.toml")
    if name not in CATEGORIES:
        with pytest.raises(CatalogError, match="category is one of"):
            read_catalog(with_value("goods", "category", f'"{name}"'), "mine", "mine.toml")


PARTS = st.lists(st.floats(0.0, 1.0), min_size=3, max_size=3)


@given(PARTS)
def test_skills_that_do_not_add_up_are_refused(parts: list[float]) -> None:
    stated = "{ " + ", ".join(f"{skill} = {part!r}" for skill, part in zip(SKILLS, parts, strict=True)) + " }"
    if abs(sum(parts) - 1.0) > 1e-5:
        with pytest.raises(CatalogError, match=r"good\.goods\.skills adds up to"):
            read_catalog(with_value("goods", "skills", stated), "mine", "mine.toml")


@given(st.floats(0.0, 0.99), st.floats(0.0, 0.99), st.floats(0.0, 0.99), st.floats(0.0, 0.99))
def test_a_recipe_is_taken_if_and_only_if_it_is_productive(a: float, b: float, c: float, d: float) -> None:
    """Hawkins and Simon: all leading minors of I - A are positive."""
    productive = (1 - a) * (1 - d) - b * c
    if a + b > 1 or c + d > 1 or abs(productive) < 1e-4:
        return
    text = changed("{ bread = 0.1 }", f"{{ flour = {a!r}, bread = {b!r} }}").replace(
        "{ flour = 0.4 }", f"{{ flour = {c!r}, bread = {d!r} }}"
    )
    if productive > 0:
        if c > 0:
            read_catalog(text, "two", "two.toml")
        else:
            assert "nobody buys it" in refusal(text)
    else:
        assert "uses up all it makes" in refusal(text)


@given(st.dictionaries(NAMES, st.recursive(st.none() | st.booleans() | st.integers() | NAMES, st.lists, max_leaves=3)))
def test_nothing_but_a_sentence_comes_of_nonsense(stated: dict[str, Any]) -> None:
    lines = [
        f"{key} = {str(value).lower() if isinstance(value, bool) else repr(value)}" for key, value in stated.items()
    ]
    with pytest.raises(CatalogError):
        read_catalog("[good.x]\n" + "\n".join(line for line in lines if "None" not in line), "mine", "mine.toml")
