"""The economy with a catalog of goods: other goods, perishables, and the network."""

import csv
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from ravelin import TICK, Scenario, Simulation
from ravelin.core.shipped import data_folder
from ravelin.economy.accounts.tables import NationalAccounts
from ravelin.economy.firms.tables import WHOLE, Firms, Inputs
from ravelin.economy.goods.prices import let_perishables_spoil
from ravelin.economy.goods.tables import Goods, Sellers
from ravelin.ledger.accounts import FIRMS, FIXED_INVESTMENT, INTERMEDIATE, Flows
from ravelin.opening.balancing import calibration
from ravelin.report.reference import goods_page
from ravelin.scenarios.catalog import CatalogError, load_catalog
from ravelin.scenarios.shock import ShockError
from ravelin.storage.network import KINDS, suppliers, supply_network, write_network
from ravelin.validation.input_output import compare, measure

TEACHING = Scenario.load("teaching", consumers=2_000)


@pytest.mark.parametrize("seed", [1, 2])
def test_an_economy_of_five_goods_keeps_its_books(seed: int) -> None:
    with Simulation(TEACHING, seed=seed) as economy:
        assert not any(economy.audit().values())
        for _ in range(24):
            economy.step()
            assert not any(economy.audit().values())
        counted = economy.world[NationalAccounts]
        assert counted.by_output[0] == counted.by_expenditure[0] == counted.by_income[0]
        history = economy.history().to_pydict()
    goods = {name.removeprefix("price_") for name in history if name.startswith("price_")} - {"index"}
    assert goods == set(load_catalog("teaching").names) - {"public_services"}
    gdp = np.array(history["gdp_real"])
    assert abs(gdp / gdp[0] - 1.0).max() < 0.05
    assert max(history["unemployment_rate"]) < 0.06


def test_an_economy_of_five_goods_opens_on_its_accounts() -> None:
    data = calibration("teaching")
    with Simulation(TEACHING.departing(consumers=20_000)) as economy:
        sheet = economy.balance_sheet()
        economy.step()
        row = economy.history().to_pylist()[0]
    held = dict(zip(sheet.rows, sheet.cents, strict=True))["firms"]
    for instrument in ("deposits", "cash", "firm_loans", "fixed_capital"):
        wanted = sum(one[instrument] for name, one in data.sheet.items() if name.startswith("firms:"))
        assert held[sheet.columns.index(instrument)] == pytest.approx(wanted * 20.0, abs=30)
    assert row["gdp"] == pytest.approx(data.rules["gdp_usd_per_unit_month"] * 20_000, rel=0.02)


def test_other_goods_change_no_bit_with_threads() -> None:
    scenario = TEACHING.departing(consumers=40_000)
    prints = []
    for threads in (1, 2):
        with Simulation(scenario, threads=threads) as economy:
            prints.append(economy.run(3).fingerprint())
    assert prints[0] == prints[1]


def own_catalog(folder: Path, old: str, new: str) -> Path:
    text = (data_folder() / "goods" / "teaching.toml").read_text()
    assert old in text
    path = folder / "mine.toml"
    path.write_text(text.replace(old, new))
    return path


def test_a_run_keeps_its_catalog(tmp_path: Path) -> None:
    """A catalog that lies beside the scenario is copied into the run, which can be repeated and resumed without it."""
    catalog = own_catalog(tmp_path, "good.goods", "good.wares")
    catalog.write_text(catalog.read_text().replace("goods =", "wares ="))
    (tmp_path / "scenario.toml").write_text('catalog = "mine.toml"\nticks = 2\n[size]\nconsumers = 500\n')
    scenario = Scenario.load(tmp_path / "scenario.toml")
    with Simulation(scenario) as economy:
        economy.run(out=tmp_path / "run")
        assert "price_wares" in economy.history().column_names
        first = economy.fingerprint()
    assert (tmp_path / "run" / "catalog.toml").read_text() == catalog.read_text()
    catalog.unlink()
    with Simulation(Scenario.load(tmp_path / "run" / "scenario.toml")) as again:
        assert again.run(2).fingerprint() == first
    with Simulation.load(tmp_path / "run") as resumed:
        assert resumed.fingerprint() == first
        assert resumed.world.names[Goods][1] == "wares"
        resumed.shock(tick=2, scale="Firms.usable", by=0.5, where={"good": "wares"})
        with pytest.raises(ShockError, match="there is no good 'steel'"):
            resumed.shock(tick=2, scale="Firms.usable", by=0.5, where={"good": "steel"})


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("materials = 0.3", "materiels = 0.3", "did you mean materials?"),
        ("markup = 0.", "markup = 0.9", "make a price of"),
    ],
)
def test_a_wrong_catalog_is_told_in_one_sentence(tmp_path: Path, old: str, new: str, said: str) -> None:
    catalog = own_catalog(tmp_path, old, new)
    with pytest.raises(CatalogError, match=r"mine\.toml"):
        Simulation(TEACHING.departing(catalog=str(catalog)))
    (tmp_path / "s.toml").write_text(f'catalog = "{catalog.name}"\n[size]\nconsumers = 500\n')
    command = [sys.executable, "-m", "ravelin", "run", "s.toml", "--quiet"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not list(tmp_path.glob("runs/*"))


def test_perishables_spoil_and_gdp_agrees_three_ways() -> None:
    spoiling = Scenario.load("default", consumers=2_000)
    seen = []
    with Simulation(spoiling) as economy:
        goods, firms = economy.world[Goods], economy.world[Firms]
        perishable = goods.spoilage[firms.good] > 0
        before = firms.inventory.copy()
        for _ in range(6):
            economy.step()
            assert not any(economy.audit().values())
            assert firms.spoiled[perishable].sum() > 0
            assert not firms.spoiled[~perishable].any()
            change = (firms.output - firms.sold - firms.spoiled)[perishable]
            assert np.allclose(firms.inventory[perishable] - before[perishable], change, atol=1e-6)
            before = firms.inventory.copy()
            seen.append(float(before[perishable].sum()))
        names = economy.world.names[Goods]
        assert {names[place] for place in np.flatnonzero(goods.spoilage)} == {"food", "agricultural_products"}
    with Simulation(spoiling, tick=TICK.without(let_perishables_spoil)) as durable:
        durable.run(6)
        kept = durable.world[Firms]
        assert kept.inventory[perishable].sum() > 1.02 * seen[-1]


def test_services_and_dwellings_are_not_stored() -> None:
    with Simulation(Scenario.load("default", consumers=2_000)) as economy:
        economy.run(2)
        goods, firms = economy.world[Goods], economy.world[Firms]
        names = np.array(economy.world.names[Goods])
        services = goods.storable[firms.good] == 0
        assert "housing_services" in names[np.unique(firms.good[services])]
        assert not firms.inventory[services].any()


def test_the_network_says_who_supplies_whom(tmp_path: Path) -> None:
    """What each buyer paid is what the ledger says, to the cent, also where suppliers and brokers deliver in part."""
    with Simulation(TEACHING.departing(consumers=500)) as economy:
        economy.shock(tick=0, scale="Firms.usable", by=0.2, where={"good": "materials"})
        economy.run(4)
        world, table = economy.world, supply_network(economy.world)
    inputs, firms = world[Inputs], world[Firms]
    rows = table.to_pylist()
    paid = np.bincount([row["buyer"] for row in rows], weights=[round(100.0 * row["dollars"]) for row in rows])
    assert (paid == firms.inputs_bought + firms.invested).all()
    between_firms = world[Flows].paid[[INTERMEDIATE, FIXED_INVESTMENT], 5 * FIRMS + FIRMS].sum()
    assert paid.sum() == between_firms > 0
    assert (inputs.delivered < WHOLE).any()
    through_brokers = [row for row in rows if row["supplier"] is None]
    assert 0.0 < sum(row["dollars"] for row in through_brokers) < 0.5 * sum(row["dollars"] for row in rows)
    names = world.names[Goods]
    lasting = [row for row in rows if row["supplier"] is not None]
    for row in lasting:
        assert names[firms.good[row["supplier"]]] == row["good"]
        assert names[firms.good[row["buyer"]]] == row["made"]
        assert row["kind"] in KINDS
    assert len({(row["buyer"], row["good"], row["kind"], row["supplier"]) for row in lasting}) == len(lasting)
    sold = np.bincount([row["supplier"] for row in lasting], [row["dollars"] for row in lasting], minlength=firms.count)
    assert (sold * 100.0 <= world[Sellers].sold[firms.seller] + 0.5).all()
    assert set(suppliers(world)[0].tolist()) == {
        row["supplier"] for row in lasting if (row["buyer"], row["good"]) == (0, names[inputs.good[0]])
    }
    write_network(tmp_path / "network.parquet", table)
    assert pq.read_table(tmp_path / "network.parquet").equals(table)
    write_network(tmp_path / "network.csv", table)
    with (tmp_path / "network.csv").open(newline="") as file:
        read = list(csv.DictReader(file))
    assert [row["good"] for row in read] == [row["good"] for row in rows]
    assert float(read[0]["dollars"]) == rows[0]["dollars"]


def test_network_and_goods_from_the_command_line(tmp_path: Path) -> None:
    def call(*arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "ravelin", *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    sizes = ["--consumers", "500", "--ticks", "2", "--out", "run", "--quiet"]
    assert call("run", "teaching", *sizes).returncode == 0
    told = call("explain", "network", "run", "--out", "links.csv")
    assert told.returncode == 0, told.stderr
    assert "links between" in told.stdout
    wrong = call("explain", "network", "run", "--out", "links.xlsx")
    assert (
        wrong.returncode,
        "links.xlsx ends in .xlsx; the network is written as .parquet or .csv" in wrong.stderr,
    ) == (2, True)
    page = call("explain", "goods")
    assert page.returncode == 0
    assert "car parts" in page.stdout
    missing = call("explain", "goods", "teeching")
    assert (missing.returncode, "did you mean teaching?" in missing.stderr) == (2, True)


@pytest.mark.parametrize("name", ["united-states", "teaching", "textbook"])
def test_the_page_of_goods_names_each(name: str) -> None:
    catalog = load_catalog(name)
    page = goods_page(catalog)
    assert all(good.name.replace("_", " ") in page for good in catalog.goods)
    assert max(map(len, page.splitlines())) <= 100


def test_recipes_are_what_firms_use() -> None:
    """A year of a small economy: its inputs per unit are the table's, as far as lumping and small numbers allow."""
    with Simulation(Scenario.load("default", consumers=5_000)) as economy:
        measured = measure(economy, months=12)
        data = calibration()
    used = measured.used[:-1] / measured.output[:-1, None]
    recipe = load_catalog().recipe()[:-1]
    assert np.abs(used.sum(axis=1) - recipe.sum(axis=1)).max() < 0.03
    assert np.abs(used - recipe).max() < 0.03
    passed, text = compare(measured, data, "One year")
    assert text.count("\n") > 25
    assert passed == ("outside" not in text.partition("half the sum")[0])
    assert text.splitlines()[-1].startswith("Passes: " if passed else "Fails: ")


def test_a_recipe_that_departs_is_noticed() -> None:
    with Simulation(Scenario.load("default", consumers=1_000)) as economy:
        measured = measure(economy, months=2)
    names = economy.world.names[Goods]
    measured.used[names.index("cars"), names.index("steel")] += 0.1 * measured.output[names.index("cars")]
    passed, text = compare(measured, calibration(), "Cars of steel")
    line = next(line for line in text.splitlines() if line.startswith("cars"))
    assert not passed
    assert "outside" in line
    assert "one input" in line
    assert "cars, one input" in text.splitlines()[-1]
