"""Write the catalogs of goods that ship, from the calibration: `python data/goods/build.py`.

`united-states.toml` has the calibration's 23 goods; `teaching.toml` adds them up to five; `textbook.toml`
is the one good of the textbook economies. Numbers keep all their digits, so that the economy opens on the
calibration's accounts to the cent.
"""

import csv
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

HERE = Path(__file__).resolve().parent
CALIBRATION = HERE.parent / "calibration"
CATEGORIES = ("food", "housing", "transport", "health", "apparel", "entertainment", "education", "other")
SKILLS = ("unskilled", "skilled", "highly_skilled")
Doubles = npt.NDArray[np.float64]

CAPITAL_SHARE = {
    "iron_ore": 0.4, "crude_oil": 0.4, "agricultural_products": 0.4, "energy_utilities": 0.4, "petrol": 0.4,
    "housing_services": 0.45,
}  # fmt: skip
"""Short-run elasticity of output to capital, .3 elsewhere (MODEL section 5). Not the capital share: with .87
in petrol one percent more output would need seven percent more labor."""
SPOILAGE = {"agricultural_products": 0.005, "food": 0.02}
"""Of what is in store, a month; with .8 months of food in store, 1.6 % of what is sold. Assumptions, below the
tenth of food that retailers lose (Buzby, Wells and Hyman 2014, USDA EIB-121), as losses in kitchens are sales."""
LOCAL_GOODS, TRADED_SERVICES = {"food"}, {"business_services"}

TEACHING = {
    "materials": (
        "iron_ore crude_oil agricultural_products energy_utilities steel materials car_parts petrol", "ton", True),
    "goods": ("cars machinery apparel other_goods food", "piece", True),
    "services": (
        "construction health entertainment education transport_services distribution other_services "
        "business_services", "hour", False),
    "housing_services": ("housing_services", "dwelling-month", False),
    "public_services": ("public_services", "service", False),
}  # fmt: skip
"""Good of the teaching catalog -> the calibration's goods in it, unit, storable (and then traded)."""


class Tables(NamedTuple):
    """The calibration by good, cents a month per 1,000 consumers; `purchases` are inputs (rows) of makers (columns)."""

    names: list[str]
    column: Mapping[str, Doubles]
    purchases: Doubles
    wages: Doubles
    capital: Doubles
    paid: Doubles
    basket: Doubles
    wage_month: Doubles


def read_tables() -> Tables:
    """Read the calibration."""
    with (CALIBRATION / "goods.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    names = [row["good"] for row in rows]
    numeric = [key for key in rows[0] if all(row[key].lstrip("-").replace(".", "", 1).isdigit() for row in rows)]
    column = {key: np.array([float(row[key]) for row in rows]) for key in numeric}
    with (CALIBRATION / "sam_2019.csv").open(newline="") as file:
        sam = {row["receipts_of"]: row for row in csv.DictReader(file)}
    with (CALIBRATION / "balance_sheet_2019.csv").open(newline="") as file:
        sheet = {row["sector"]: row for row in csv.DictReader(file)}
    rules = tomllib.loads((CALIBRATION / "rules_2019.toml").read_text())
    purchases = np.array([[float(sam[row][maker] or 0.0) for maker in names] for row in names])
    capital = column["fixed_capital_cents"].copy()
    capital[names.index("housing_services")] = float(sheet["consumers"]["housing"])
    basket = np.zeros(len(names))
    for good, share in zip(rules["investment_basket_goods"], rules["investment_basket_shares"], strict=True):
        basket[names.index(good)] = share
    return Tables(
        names, column, purchases, np.array([float(sam["wages"][name]) for name in names]), capital,
        np.array([float(sam[f"consumption_{category}"]["row_total"]) for category in CATEGORIES]),
        basket / basket.sum(), 100.0 * np.array(rules["wage_month"]),
    )  # fmt: skip


def without_negligible_inputs(
    tables: Tables, least_cost: float = 0.01, least_sales: float = 0.05, largest: float = 0.02
) -> Doubles:
    """Return purchases without negligible inputs, cents a month: inputs (rows) of makers (columns).

    An input stays if it is at least `least_cost` of the buyer's output or `least_sales` of what the
    seller sells to firms. What is dropped is made up by the inputs that stay, balanced so that each good's
    intermediate sales and costs, hence every sector's size, remain those of the calibration. As long as that
    moves some input by more than `largest` of a unit, the largest of those dropped beside it stays too.
    """
    purchases, output = tables.purchases, tables.column["gross_output_cents"]
    kept = (purchases >= least_cost * output) | (purchases >= least_sales * purchases.sum(axis=1, keepdims=True))
    public = tables.names.index("public_services")
    # The government buys its inputs without a firm: nothing needs lumping there.
    kept[:, public] = True
    while True:
        balanced = rebalanced(purchases, kept, 500)
        moved = np.abs(balanced - purchases) / output
        moved[:, public] = 0.0
        seller, buyer = np.unravel_index(int(moved.argmax()), moved.shape)
        if moved[seller, buyer] <= largest:
            return rebalanced(purchases, kept, 2000)
        sold, used = np.where(kept[seller], 0.0, purchases[seller]), np.where(kept[:, buyer], 0.0, purchases[:, buyer])
        if sold.max() >= used.max():
            kept[seller, sold.argmax()] = True
        else:
            kept[used.argmax(), buyer] = True


def rebalanced(purchases: Doubles, kept: npt.NDArray[np.bool_], rounds: int) -> Doubles:
    """Scale what is kept, row by row and column by column in turn, to the sums of all (RAS)."""
    sales, costs = purchases.sum(axis=1), purchases.sum(axis=0)
    balanced = np.where(kept & (purchases > 0), purchases, 0.0)
    for _ in range(rounds):
        balanced *= ratio(sales, balanced.sum(axis=1))[:, None]
        balanced *= ratio(costs, balanced.sum(axis=0))[None, :]
    return balanced


def ratio(wanted: Doubles, found: Doubles) -> Doubles:
    """Divide, giving one where nothing is found."""
    return np.divide(wanted, found, out=np.ones_like(wanted), where=found > 0)


def facts(tables: Tables, purchases: Doubles, members: list[list[int]]) -> list[dict[str, object]]:
    """Return what a catalog says of each good, a good being the sum of the calibration's goods in `members`."""
    column = tables.column

    def add(values: Doubles) -> Doubles:
        return np.array([values[mine].sum() for mine in members])

    output, pay = add(column["gross_output_cents"]), add(column["compensation_cents"])
    production_tax = add(column["production_tax_cents"])
    between = np.array([[purchases[np.ix_(mine, theirs)].sum() for theirs in members] for mine in members])
    recipe = (between / output).T
    mix = np.stack([column[f"labor_share_{skill}"] for skill in SKILLS]) * tables.wages / tables.wage_month[:, None]
    heads = np.stack([add(row) for row in mix])
    tax = column["sales_tax_rate"]
    spent = np.stack([column[f"consumption_{category}_cents"] for category in CATEGORIES]) * (1.0 + tax)
    spent *= (tables.paid / spent.sum(axis=1))[:, None]
    bought = np.stack([add(row) for row in spent])
    before_tax = add(sum(column[f"consumption_{category}_cents"] for category in CATEGORIES))
    public_investment = add(column["public_investment_cents"])
    listed = []
    for place in range(len(members)):
        stock = (column["finished_goods_months"] * column["gross_output_cents"])[members[place]].sum() / output[place]
        levied = (column["sales_tax_cents"][members[place]]).sum()
        rate = tax[members[place][0]] if len(members[place]) == 1 else levied / max(1.0, before_tax[place])
        listed.append({
            "labor": 1e8 * heads[:, place].sum() / output[place],
            "capital_months": add(tables.capital)[place] / output[place],
            "markup": 1.0 / (recipe[place].sum() + (pay + production_tax)[place] / output[place]) - 1.0,
            "inventory_months": stock,
            "production_tax": production_tax[place] / output[place],
            "sales_tax": rate,
            "cpi_weight": bought[:, place].sum() / tables.paid.sum(),
            "investment_share": add(tables.basket)[place],
            "public_investment_share": public_investment[place] / public_investment.sum(),
            "firm_share": add(column["firm_share"])[place] / column["firm_share"].sum(),
            "bought_as": shares(CATEGORIES, bought[:, place]),
            "skills": shares(SKILLS, heads[:, place]),
            "inputs": recipe[place],
        })  # fmt: skip
    return listed


def shares(names: tuple[str, ...], parts: Doubles) -> dict[str, float]:
    """Give the share of each part that is not zero."""
    return {name: part / parts.sum() for name, part in zip(names, parts, strict=True) if part > 0}


def text(value: object) -> str:
    """Write a value as TOML, numbers with all digits."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {text(part)}" for name, part in value.items()) + " }"
    return repr(float(value))


def page(title: str, description: str, names: list[str], goods: list[dict[str, object]]) -> str:
    """Write a catalog."""
    lines = [f'title = "{title}"', f'description = """{description}"""']
    for name, good in zip(names, goods, strict=True):
        inputs = {other: units for other, units in zip(names, good["inputs"], strict=True) if units > 0}
        stated = {**good, "inputs": inputs}
        lines += ["", f"[good.{name}]"]
        lines += [
            f"{key} = {text(value)}" for key, value in stated.items() if value or key in ("markup", "capital_months")
        ]
    return "\n".join(lines) + "\n"


def united_states(tables: Tables) -> str:
    """Write the catalog of the calibration's goods."""
    with (CALIBRATION / "goods.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    goods = facts(tables, without_negligible_inputs(tables), [[place] for place in range(len(rows))])
    for row, good in zip(rows, goods, strict=True):
        name, storable = row["good"], row["storability"] != "service"
        first = {
            "category": row["role"].partition("+")[0], "unit": row["unit"], "storable": storable,
            "traded": (storable or name in TRADED_SERVICES) and name not in LOCAL_GOODS,
            "leased": name == "housing_services", "builds_dwellings": name == "construction",
            "spoilage": SPOILAGE.get(name, 0.0), "capital_share": CAPITAL_SHARE.get(name, 0.3),
        }  # fmt: skip
        arrange(good, first)
    description = "The 23 goods of the calibration, with its technology, demand and taxes."
    return page("United States 2019", description, tables.names, goods)


def teaching(tables: Tables) -> str:
    """Write the catalog of five goods."""
    members = [[tables.names.index(name) for name in TEACHING[good][0].split()] for good in TEACHING]
    goods = facts(tables, tables.purchases, members)
    kinds = {"materials": "intermediate", "public_services": "public"}
    for name, good in zip(TEACHING, goods, strict=True):
        _, unit, storable = TEACHING[name]
        first = {
            "category": kinds.get(name, "consumption"), "unit": unit, "storable": storable, "traded": storable,
            "leased": name == "housing_services", "builds_dwellings": name == "services",
            "capital_share": CAPITAL_SHARE.get(name, 0.3),
        }  # fmt: skip
        arrange(good, first)
    description = "Five goods, each the sum of several of the calibration: materials are made into goods."
    return page("Teaching", description, list(TEACHING), goods)


def arrange(good: dict[str, object], first: dict[str, object]) -> None:
    """Put what is said in words before the numbers, and the tables last; services and the state's own keep no stock."""
    numbers = dict(good)
    if not first["storable"]:
        numbers["inventory_months"] = 0.0
    good.clear()
    good.update({**first, **numbers})


TEXTBOOK = '''title = "Textbook"
description = """The one good of the textbook economies, made by labor alone."""

[good.output]
category = "consumption"
unit = "unit"
labor = 1.0
capital_share = 0.0
capital_months = 0.0
markup = 0.0
cpi_weight = 1.0
firm_share = 1.0
bought_as = { other = 1.0 }
skills = { unskilled = 1.0 }
'''


def pages() -> dict[str, str]:
    """Write every catalog: name -> text."""
    tables = read_tables()
    return {"united-states": united_states(tables), "teaching": teaching(tables), "textbook": TEXTBOOK}


if __name__ == "__main__":
    for name, written in pages().items():
        (HERE / f"{name}.toml").write_text(written)
