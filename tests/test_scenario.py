"""Scenarios: what is wrong is said in one sentence, before anything is allocated."""

import datetime
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import toy

from ravelin.core.parameter import Settings
from ravelin.core.ranges import counts_of
from ravelin.core.table import Table, column
from ravelin.opening import memory
from ravelin.opening.memory import check_memory, needed_bytes
from ravelin.scenarios.scenario import Scenario, ScenarioError, built_in
from ravelin.scenarios.shock import Shock, ShockError, tick_of
from ravelin.scenarios.shock_plan import ShockPlan
from ravelin.scenarios.targets import Model
from ravelin.scenarios.text import SHOCKS_MOST

NAMES = {"Goods": ("iron_ore", "crude_oil", "steel")}


def refusal(text: str) -> str:
    """Return why a scenario is refused, by reading or by checking against the toy."""
    with pytest.raises(ScenarioError) as caught:
        Scenario.read(text, source="mine.toml").check(toy.TICK, NAMES)
    message = str(caught.value)
    assert message.startswith("mine.toml: ")
    assert "\n" not in message
    return message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = [", "not valid TOML"),
        ("tick = 3", "no key tick; did you mean ticks?"),
        ("[sizes]\nconsumers = 1000", "no section [sizes]; did you mean size?"),
        ("consumers = 1000", "consumers belongs into the section [size]"),
        ("[size]\nconsumer = 1000", "no key consumer; did you mean consumers?"),
        ("[size]\nconsumers = 'many'", "size.consumers is a whole number, one or more, not 'many'"),
        ("[size]\nconsumers = 1000.5", "not 1000.5"),
        ("[size]\nconsumers = true", "not True"),
        ("[size]\nconsumers = 99", "size.consumers is 99; an economy needs at least 100"),
        (
            "[size]\nconsumers = 1000\nfirms = 501",
            "size.firms is 501, too many for 1,000 consumers",
        ),
        ("[size]\nconsumers = 1000\nbanks = 11", "size.banks is 11, too many for 1,000 consumers"),
        ("size = 3", "size is a section [size]"),
        ("ticks = 0", "ticks is a whole number, one or more, not 0"),
        ("seed = -1", "seed is a whole number from 0"),
        ("start = 'soon'", "start is a date like 2020-01-01, not 'soon'"),
        ("title = 3", "title is text, not 3"),
        ("Spending = 3", "so it is a section [Spending], not 3"),
        ("[Spendin]\nswing = 0.1", "did you mean Spending.swing?"),
        (
            "[Spendin]\nnothing = 0.1",
            "Spendin is not a group of parameters; did you mean Spending?",
        ),
        ("[Spending]\nswings = 0.1", "did you mean Spending.swing (0.2, 0 to 1)?"),
        ("[Spending]\nswing = 1.5", "Spending.swing is 1.5, outside its range"),
        ("[Spending]\nswing = 'x'", "Spending.swing is a number in 1, not 'x'"),
        ("[Spending]\nfloor = 1.5", "Spending.floor is a whole number, not 1.5"),
        ("[Spending]\ngenerous = 1", "Spending.generous is true or false, not 1"),
        ("[Spending]\nweights = [1.0]", "Spending.weights is a list of 2 numbers"),
        ("[shock]\ntick = 1", "double brackets, [[shock]]"),
        (
            "[[shock]]\ntick = 1",
            "shock 1: a shock says what changes by `set`, by `scale`, by `change` or by `pay`; this one has neither",
        ),
        ("[[shock]]\nset = 'Spending.swing'\nto = 1", "when it happens by `tick` or by `date`"),
        ("[[shock]]\ntick = 1\nset = 'Spending.swing'", "needs `to`, the value"),
        ("[[shock]]\ntick = 1\nscale = 'Spending.swing'\nto = 2", "needs `by`, the factor"),
        (
            "[[shock]]\ntick = 1\nset = 'Spending.swing'\nto = 1\nby = 2",
            "`by` does not go with `set`",
        ),
        ("[[shock]]\ntick = 1\nset = 'swing'\nto = 1", "like Group.name, not 'swing'"),
        (
            "[[shock]]\ntick = -1\nset = 'Spending.swing'\nto = 1",
            "tick is a whole number of months",
        ),
        (
            "[[shock]]\ntick = 2\nuntil = 2\nset = 'Spending.swing'\nto = 1",
            "until (tick 2) is not after",
        ),
        (
            "[[shock]]\ndate = '2020-13'\nset = 'Spending.swing'\nto = 1",
            "date: '2020-13' is not a date",
        ),
        (
            "[[shock]]\ndate = 2019-01-01\nset = 'Spending.swing'\nto = 1",
            "before the start of the scenario",
        ),
        ("[[shock]]\ntick = 1\nunti = 2\nset = 'Spending.swing'\nto = 1", "did you mean until?"),
        ("[[shock]]\ntick = 1\nset = 'Spending.swings'\nto = 1", "did you mean Spending.swing?"),
        ("[[shock]]\ntick = 1\nset = 'Spending.swing'\nto = 9", "outside its range"),
        ("[[shock]]\ntick = 1\nset = 'Firms.apeal'\nto = 9", "did you mean Firms.appeal?"),
        ("[[shock]]\ntick = 1\nscale = 'Firms.till'\nby = 2", "Firms.till is money"),
        ("[[shock]]\ntick = 1\nset = 'Consumers.shop'\nto = 2", "is a reference to a row of Firms"),
        (
            "[[shock]]\ntick = 1\nscale = 'Firms.appeal'\nby = -2",
            "by is a factor, zero or more, not -2",
        ),
        ("[[shock]]\ntick = 1\nset = 'Firms.appeal'\nto = 'x'", "Firms.appeal is a number, not 'x'"),
        (
            "[[shock]]\ntick = 1\nset = 'Consumers.mood'\nto = 2\nuntil = 3",
            "Consumers.mood moves on, written by toy.change_mood, so `until` cannot bring it back",
        ),
        (
            "[[shock]]\ntick = 120\nscale = 'Firms.appeal'\nby = 0\nuntil = 130",
            "tick 120 is after the end: the run has 120 months, the last of them tick 119",
        ),
        (
            "[[shock]]\ntick = 1\nscale = 'Firms.appeal'\nby = 2\nwhere = {god = 1}",
            "did you mean good?",
        ),
        (
            "[[shock]]\ntick = 1\nscale = 'Firms.appeal'\nby = 2\nwhere = {good = 'steal'}",
            "there is no good 'steal'; did you mean steel?",
        ),
        (
            "[[shock]]\ntick = 1\nscale = 'Firms.appeal'\nby = 2\nwhere = {good = 0.5}",
            "a whole number or a name",
        ),
        (
            "[[shock]]\ntick = 1\nset = 'Spending.swing'\nto = 1\nwhere = {good = 1}",
            "no rows to choose",
        ),
        ("[[shock]]\ntick = 1\nscale = 'Spending.generous'\nby = 2", "is not one number"),
    ],
)
def test_what_is_wrong_is_said(text: str, said: str) -> None:
    assert said in refusal(text)


def test_so_many_shocks_and_no_more() -> None:
    one = '[[shock]]\ntick = 1\nset = "Taxes.corporate"\nto = 0.3\n'
    assert len(Scenario.read(one * SHOCKS_MOST).shocks) == SHOCKS_MOST
    for many, written in ((SHOCKS_MOST + 1, "1,001"), (20_000, "20,000")):
        with pytest.raises(ScenarioError, match=rf"^mine.toml: there are {written} shocks; .* at most 1,000$"):
            Scenario.read(one * many, source="mine.toml")


def test_built_in_scenarios_are_readable() -> None:
    found = built_in()
    assert next(iter(found)) == "default"
    assert all(scenario.title and scenario.description for scenario in found.values())


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("defualt", "did you mean default?"),
        ("/nowhere/x.toml", "there is no scenario /nowhere/x.toml"),
        (".", "is a folder, not a scenario file"),
    ],
)
def test_scenarios_that_are_not_there(name: str, said: str) -> None:
    with pytest.raises(ScenarioError, match="scenario") as caught:
        Scenario.load(name)
    assert said in str(caught.value)


def test_binary_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ScenarioError, match="is not a text file"):
        Scenario.load(tmp_path / "x.toml")


def test_departures_replace_the_file(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("ticks = 6\n[size]\nconsumers = 1e3\n[Spending]\nswing = 0.5\nfloor = 3\n")
    scenario = Scenario.load(file, consumers=500, seed=9, parameters={"Spending.floor": 4})
    assert (scenario.name, scenario.ticks, scenario.consumers, scenario.seed) == ("mine", 6, 500, 9)
    settings = scenario.settings(toy.TICK)
    assert (settings[toy.Spending.swing], settings[toy.Spending.floor]) == (0.5, 4)


def test_arguments_are_not_blamed_on_the_file() -> None:
    with pytest.raises(ScenarioError) as caught:
        Scenario.load("default", parameters={"Spending.swing": 7}).settings(toy.TICK)
    assert str(caught.value).startswith("Spending.swing is 7")
    with pytest.raises(ScenarioError) as caught:
        Scenario.load("default", consumers=5)
    assert str(caught.value).startswith("size.consumers is 5")
    with pytest.raises(ScenarioError, match="did you mean consumers"):
        Scenario.load("default", consumer=5)


def test_resolved_scenario_reads_back_the_same() -> None:
    scenario = Scenario(
        name="odd",
        title='A "quoted"\ttitle \\ with é',
        description="two\nlines",
        consumers=12345,
        firms=100,
        ticks=7,
        start=datetime.date(2021, 4, 1),
        seed=(1 << 63) - 1,
        parameters={
            "Spending.swing": np.float64(0.1) + 0.2,
            "Spending.weights": (1.0, 3.5),
            "Spending.generous": True,
        },
        shocks=(
            Shock(3, "Spending.swing", False, 0.7, (), 5),
            Shock(4, "Firms.appeal", True, 1 / 3, (("good", "steel"),), None),
        ),
    )
    settings = scenario.settings(toy.TICK)
    text = scenario.to_toml(settings)
    again = Scenario.read(text)
    assert again.settings(toy.TICK).as_dict() == settings.as_dict()
    assert replace(again, parameters={}) == replace(scenario, parameters={})
    assert set(tomllib.loads(text)["Spending"]) == {"swing", "floor", "weights", "generous"}
    assert Scenario.read(scenario.to_toml()) == replace(
        scenario, parameters={**scenario.parameters, "Spending.weights": [1.0, 3.5]}
    )


def test_a_model_file_is_known_by_its_digest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "model.zip"
    file.write_bytes(b"one")
    stated = Scenario.load("default", model="model.zip")
    assert stated.model_path == file
    assert Scenario.read("model = 'model.zip'").model == str(file)
    sealed = stated.sealed()
    assert sealed.model_digest != ""
    assert replace(Scenario.read(sealed.to_toml()), source="") == replace(sealed, source="")
    assert sealed.sealed() == sealed
    file.write_bytes(b"two")
    with pytest.raises(ScenarioError, match=rf"the model file {file} has digest \w+, not {sealed.model_digest}"):
        sealed.sealed()
    assert sealed.departing(model=file).sealed().model_digest not in ("", sealed.model_digest)
    with pytest.raises(ScenarioError, match="model is the file of a spending model or 'shipped', not 3"):
        Scenario.read("model = 3")


def test_the_shipped_model_may_improve() -> None:
    shipped = Scenario.load("default").sealed()
    assert (shipped.model, shipped.model_path) == ("shipped", None)
    assert replace(shipped, model_digest="of an earlier version").sealed() == shipped


def test_dates_become_ticks() -> None:
    start = datetime.date(2020, 3, 1)
    assert tick_of(datetime.date(2020, 3, 31), start) == 0
    assert tick_of("2021-01", start) == 10
    assert tick_of("2021-01-15", start) == 10


# Shocks on a world


def make_plan(*shocks: Shock) -> tuple[ShockPlan, Settings]:
    settings = Settings(toy.TICK.parameter_groups())
    world = toy.open_world(toy.TICK, settings, 100, None, None, 1, datetime.date(2020, 1, 1), lambda _: None)
    return ShockPlan(shocks, world, settings, Model(toy.TICK, NAMES, counts_of(world.tables))), settings


def values_over(plan: ShockPlan, settings: Settings, ticks: int) -> list[float]:
    values = []
    for tick in range(ticks):
        plan.apply(tick)
        values.append(settings[toy.Spending.swing])
    return values


@pytest.mark.parametrize(
    ("shocks", "values"),
    [
        ([(2, "set", 0.5, None)], [0.2, 0.2, 0.5, 0.5, 0.5, 0.5]),
        ([(1, "set", 0.5, 3)], [0.2, 0.5, 0.5, 0.2, 0.2, 0.2]),
        ([(1, "set", 0.5, 4), (2, "set", 0.9, 3)], [0.2, 0.5, 0.9, 0.5, 0.2, 0.2]),
        ([(1, "set", 0.5, 3), (2, "set", 0.9, 5)], [0.2, 0.5, 0.9, 0.9, 0.9, 0.2]),
        ([(1, "set", 0.5, 3), (3, "set", 0.9, 4)], [0.2, 0.5, 0.5, 0.9, 0.2, 0.2]),
        ([(1, "scale", 2.0, 4), (2, "scale", 1.5, None)], [0.2, 0.4, 0.6, 0.6, 0.3, 0.3]),
        ([(2, "scale", 1.5, None), (1, "scale", 2.0, 4)], [0.2, 0.4, 0.6, 0.6, 0.3, 0.3]),
        ([(1, "scale", 2.0, None), (2, "set", 0.5, 4)], [0.2, 0.4, 0.5, 0.5, 0.4, 0.4]),
        ([(1, "set", 0.5, 4), (2, "scale", 1.5, 3), (3, "scale", 0.5, 5)], [0.2, 0.5, 0.75, 0.25, 0.1, 0.2]),
        ([(1, "scale", 0.0, 3)], [0.2, 0.0, 0.0, 0.2, 0.2, 0.2]),
        ([(1, "set", 0.5, 2), (1, "scale", 2.0, 3), (1, "set", 0.3, 4)], [0.2, 0.3, 0.3, 0.3, 0.2, 0.2]),
        ([(1, "scale", 2.0, 3)], [0.2, 0.4, 0.4, 0.2, 0.2, 0.2]),
        ([(0, "set", 0.1, None), (3, "set", 0.3, None)], [0.1, 0.1, 0.1, 0.3, 0.3, 0.3]),
    ],
)
def test_parameters_change_and_return(shocks: list[tuple[int, str, float, int | None]], values: list[float]) -> None:
    plan, settings = make_plan(
        *(Shock(tick, "Spending.swing", verb == "scale", value, (), until) for tick, verb, value, until in shocks)
    )
    assert values_over(plan, settings, 6) == pytest.approx(values, abs=1e-12)
    if values[-1] == 0.2:
        assert plan.overrides == {}


def test_a_scaled_parameter_that_leaves_its_range_is_said() -> None:
    plan, _ = make_plan(Shock(0, "Spending.swing", True, 9.0))
    with pytest.raises(ValueError, match="outside its range"):
        plan.apply(0)


def test_columns_scale_where_the_filter_says_and_return() -> None:
    plan, _ = make_plan(Shock(1, "Firms.appeal", True, 0.5, (("good", "steel"),), 3))
    appeal = plan.world[toy.Firms].appeal
    plan.apply(0)
    assert appeal.tolist() == [1, 1, 1, 1, 1]
    plan.apply(1)
    assert appeal.tolist() == [1, 1, 0.5, 1, 1]
    plan.apply(3)
    assert appeal.tolist() == [1, 1, 1, 1, 1]


def test_columns_are_set_by_row() -> None:
    plan, _ = make_plan(Shock(0, "Firms.appeal", False, 3.0, (("firm", 4),)))
    plan.apply(0)
    assert plan.world[toy.Firms].appeal.tolist() == [1, 1, 1, 1, 3]


def test_whole_numbers_are_rounded_and_stay_in_range() -> None:
    plan, _ = make_plan(Shock(0, "Consumers.habits", False, 200), Shock(1, "Consumers.habits", True, 1.5))
    plan.apply(0)
    with pytest.raises(ShockError, match=r"takes a row to 300, beyond 255: Consumers.habits is a whole number from 0"):
        plan.apply(1)
    assert set(plan.world[toy.Consumers].habits.flat) == {200}


# Room


def test_room_is_checked_before_allocating(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = toy.row_counts(toy.TICK, 1_000_000, None, None)
    tables = toy.TICK.tables()
    assert needed_bytes(counts, tables) == 19_000_000 + 125
    monkeypatch.setattr(memory, "available_bytes", lambda: 270_000_000)
    with pytest.raises(
        ScenarioError,
        match=r"needs 277 MB of memory and 270 MB are available; about 750,000 consumers would fit",
    ):
        check_memory(1_000_000, counts, tables)
    monkeypatch.setattr(memory, "available_bytes", lambda: None)
    check_memory(1_000_000, counts, tables)


def test_more_rows_than_a_reference_can_number() -> None:
    class Banks(Table):
        size = column("f4", "1", "size")

    class Customers(Table):
        bank = column("u1", "row of Banks", "where they bank")

    with pytest.raises(ScenarioError, match=r"300 rows of Banks, and Customers.bank \(uint8\) can number 255"):
        check_memory(1000, {Banks: 300, Customers: 5}, [Banks, Customers])
    with pytest.raises(ScenarioError, match=r"rows are numbered up to 2,147,483,647"):
        check_memory(10**10, {Banks: 10**10}, [Banks])


def test_a_job_has_what_the_least_of_its_groups_has_left(tmp_path: Path) -> None:
    """A scheduler's job lies in a group within others; a group without limit, or without a name here, says nothing."""
    own, groups = tmp_path / "cgroup", tmp_path / "groups"
    for name, most, taken in (("", "max", 7), ("slurm", "9000", 4000), ("slurm/job_5", "3000", 1000)):
        (groups / name).mkdir(exist_ok=True)
        (groups / name / "memory.max").write_text(f"{most}\n")
        (groups / name / "memory.current").write_text(f"{taken}\n")
    for line, left in (
        ("0::/slurm/job_5\n", [2000, 5000]),
        ("0::/slurm\n", [5000]),
        ("0::/\n", []),
        ("0::/elsewhere/job_6\n", []),
        ("3:cpu:/slurm/job_5\n", []),
        ("1:name=systemd:/x\n0::/slurm/job_5\n", [2000, 5000]),
    ):
        own.write_text(line)
        assert list(memory._left_in_groups(own, groups)) == left
    (groups / "memory.max").write_text("500\n")
    assert list(memory._left_in_groups(tmp_path / "none", groups)) == [493]


def test_memory_is_known_here() -> None:
    available = memory.available_bytes()
    assert available is None or available > 0
