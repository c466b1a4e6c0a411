"""What small economies come to, as digests: the history's columns that users rely on, and every column of the world.

Values are digested, not bytes: a column that moves to another table or to a smaller type keeps its digest, under its
old name where `names.toml` gives the new one. Columns that are new since are listed there and left out.
"""

import hashlib
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ravelin import Scenario, Simulation

FOLDER = Path(__file__).resolve().parent
KEPT, NAMES = FOLDER / "digests.json", FOLDER / "names.toml"
MONTHS = 120
QUICK = [(2_000, seed) for seed in (1, 2, 3)] + [(10_000, 1)]
SLOW = [(10_000, seed) for seed in (2, 3)] + [(100_000, seed) for seed in (1, 2, 3)]
SERIES = ("gdp_real", "price_index", "unemployment_rate", "policy_rate", "government_debt", "deposits")
"""History columns of which a few values are kept to be read."""
GOODS_COLUMNS = ("price_", "output_", "inventory_", "sales_", "unemployment_rate_", "wage_")
_CONTRACT = (
    "gdp gdp_real consumption_real investment_real government_real inventory_change_real wages profits taxes transfers "
    "deficit price_index inflation wage_index employed unemployment_rate vacancy_rate hires separations quits layoffs "
    "participation_rate deposits cash reserves loans_firms loans_consumers new_loans nonperforming_ratio loan_rate "
    "deposit_rate bank_capital_ratio government_debt central_bank_bonds policy_rate overnight_rate yield_2y yield_5y "
    "yield_10y yield_30y expected_inflation firm_failures firm_entries bank_failures gini_income gini_wealth "
    "audit_gap_cents"
)
CONTRACT = frozenset(_CONTRACT.split())
"""Columns of history that users rely on; those of single goods and skills are taken by how their names begin."""


def name_of(case: tuple[int, int]) -> str:
    """Name an economy by size and seed."""
    return f"{case[0]} consumers, seed {case[1]}"


def digest(values: Any) -> str:
    """Digest numbers by value: the same for every type that holds them."""
    array = np.asarray(values)
    wide = array.astype(np.float64 if array.dtype.kind == "f" else np.int64)
    return hashlib.blake2b(np.ascontiguousarray(wide).tobytes(), digest_size=8).hexdigest()


def today(case: tuple[int, int], months: int = MONTHS) -> dict[str, dict[str, Any]]:
    """Run an economy and return the digests of its history and its world, and a few values."""
    consumers, seed = case
    with Simulation(Scenario.load("default", consumers=consumers), seed=seed) as economy:
        history = economy.run(months).history()
        world = dict(_columns(economy))
    due = [name for name in history.column_names if name in CONTRACT or name.startswith(GOODS_COLUMNS)]
    return {
        "history": {name: digest(history.column(name).to_numpy()) for name in due},
        "world": {_old_name(name): digest(array) for name, array in world.items() if name not in _names()["new"]},
        "series": {name: history.column(name).to_numpy()[11::12].round(6).tolist() for name in SERIES},
    }


def kept() -> dict[str, Any]:
    """Return what is kept."""
    held: dict[str, Any] = json.loads(KEPT.read_text())
    return held


def seal(economies: dict[str, Any]) -> str:
    """Digest all digests."""
    return hashlib.blake2b(json.dumps(economies, sort_keys=True).encode(), digest_size=8).hexdigest()


def _columns(economy: Simulation) -> Iterator[tuple[str, Any]]:
    for rows in economy.world.tables.values():
        for declared, array in rows.items():
            yield repr(declared), array


def _names() -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads(NAMES.read_text())
    return found


def _old_name(name: str) -> str:
    before = {new: old for old, new in _names()["renamed"].items()}
    return str(before.get(name, name))
