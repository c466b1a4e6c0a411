"""Shocks: what may be shocked, in which range, what to shock instead, and what several of them make together."""

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ravelin import Scenario
from ravelin.core.parameter import Parameter, Settings
from ravelin.core.ranges import limits
from ravelin.core.table import Column
from ravelin.scenarios.catalog import load_catalog
from ravelin.scenarios.scenario import ScenarioError
from ravelin.scenarios.shock import Shock
from ravelin.scenarios.shocks_together import value_under
from ravelin.scenarios.targets import Model
from ravelin.tick.page import TICK

NAMES = {"Goods": load_catalog().names}
COUNTS = {"Consumers": 1000, "Firms": 50, "Banks": 3, "Goods": len(NAMES["Goods"])}
MODEL = Model(TICK, NAMES, COUNTS)
SETTINGS = Settings(TICK.parameter_groups())
COLUMNS = list(dict.fromkeys(MODEL.columns.values()))
FREE = [declared for declared in COLUMNS if MODEL.refusal(declared) is None]


def refusal(text: str, ticks: int = 24) -> str:
    """Return why a scenario with a shock is refused, in one sentence of a few lines at most."""
    with pytest.raises(ScenarioError) as caught:
        Scenario.read(f"ticks = {ticks}\n[[shock]]\n{text}").check(TICK, NAMES, COUNTS)
    message = str(caught.value)
    assert "\n" not in message
    assert len(message) < 800
    return message


@pytest.mark.parametrize(
    ("shock", "said"),
    [
        ("tick = 3\nset = 'Consumers.skill'\nto = 200", "0 unskilled, 1 skilled or 2 highly_skilled"),
        ("tick = 3\nset = 'Consumers.skill'\nto = 3", "shock Education.completion or"),
        ("tick = 12\nset = 'Consumers.status'\nto = 1\nwhere = {skill = 'skilled'}", "LaborMarket.separation"),
        ("tick = 1\nset = 'Consumers.employer'\nto = 7", "a reference to a row of Firms"),
        ("tick = 1\nset = 'Firms.staff'\nto = 7", "shock LaborMarket.separation or Firms.usable"),
        ("tick = 1\nset = 'Banks.lending'\nto = 3", "Banks.lending is 0 no or 1 yes, not 3"),
        ("tick = 1\nset = 'Banks.lending'\nto = 'x'", "Banks.lending is 0 no or 1 yes, not 'x'"),
        ("tick = 1\nscale = 'Banks.lending'\nby = 2", "a code, which cannot be multiplied"),
        (
            "tick = 1\nset = 'Firms.price'\nto = -1",
            "Firms.price is a number in cent/unit from 1 to 5,000, not -1",
        ),
        ("tick = 1\nset = 'Economy.trend_gdp'\nto = 0", "from 1,000,000 to 5e+14, not 0"),
        ("tick = 1\nscale = 'Economy.trend_gdp'\nby = 0", "so it cannot be multiplied by 0"),
        ("tick = 1\nscale = 'Firms.price'\nby = 5001", "so it cannot be multiplied by 5001"),
        ("tick = 1\nscale = 'Firms.price'\nby = 0.0001", "so it cannot be multiplied by 0.0001"),
        ("tick = 1\nscale = 'Economy.offer_mean'\nby = 1.1", "goes with the offers of firms"),
        ("tick = 1\nset = 'Firms.tfp'\nto = 10", "Firms.tfp is a number from 60 to 10,000,000, not 10"),
        ("tick = 1\nset = 'Firms.offer'\nto = 1e9", "from 100 to 100,000,000, not 1000000000.0"),
        ("tick = 1\nset = 'Firms.markup'\nto = nan", "Firms.markup is a number in fraction from -0.9 to 7, not nan"),
        ("tick = 1\nset = 'Firms.markup'\nto = inf", "not inf"),
        ("tick = 1\nset = 'Inputs.delivered'\nto = 1.5", "a whole number from 0 to 128, not 1.5"),
        ("tick = 1\nset = 'Firms.usable'\nto = 2", "Firms.usable is a number in fraction from 0 to 1, not 2"),
        ("tick = 1\nset = 'FiscalPolicy.maturity_shares'\nto = [0, 0, 0, 0]", "add up to 1; [0, 0, 0, 0] add up to 0"),
        ("tick = 1\nset = 'FiscalPolicy.maturity_shares'\nto = [[1], 0, 0, 0]", "is a number in fraction, not [1]"),
        ("tick = 1\nset = 'IncomeTax.thresholds'\nto = [0, 5, 4, 6, 7, 8, 9]", "in ascending order"),
        ("tick = 18\nscale = 'Taxes.corporate'\nby = 40", "at tick 18, Taxes.corporate is 2.643, outside its range"),
        # What is overwritten before anybody reads it, or read by no rule.
        (
            "tick = 6\nscale = 'Firms.unit_cost'\nby = 2\nwhere = {good = 'steel'}",
            "production.plan_output works it out",
        ),
        ("tick = 6\nscale = 'Firms.unit_cost'\nby = 2", "shock Firms.usable, Firms.tfp, "),
        ("tick = 6\nset = 'NationalAccounts.gini_wealth'\nto = 0.1", "no rule reads it"),
        ("tick = 6\nscale = 'Goods.sales'\nby = 2", "prices.compare_prices works it out anew"),
        ("tick = 6\nset = 'Firms.age'\nto = 3", "no rule goes by it"),
        # What never happens.
        ("date = 2035-01-01\nset = 'Taxes.corporate'\nto = 0.3", "tick 180 is after the end: the run has 24 months"),
        ("tick = 24\nset = 'Taxes.corporate'\nto = 0.3", "let ticks be at least 25"),
        ("tick = 1\nscale = 'Firms.tfp'\nby = 0.5\nwhere = {good = 99}", "a row of Goods from 0 to 22, not 99"),
        ("tick = 1\nscale = 'Firms.tfp'\nby = 0.5\nwhere = {good = -1}", "not -1"),
        ("tick = 1\nscale = 'Firms.tfp'\nby = 0.5\nwhere = {firm = 999_999}", "from 0 to 49, so there is no 999,999"),
        ("tick = 1\nscale = 'Firms.tfp'\nby = 0.5\nwhere = {firm = -1}", "so there is no -1"),
        ("tick = 1\nscale = 'Consumers.habit'\nby = 2\nwhere = {skill = 3}", "1 skilled or 2 highly_skilled, not 3"),
        ("tick = 1\nscale = 'Consumers.habit'\nby = 2\nwhere = {skill = 'skiled'}", "did you mean skilled?"),
        ("tick = 1\nscale = 'Consumers.habit'\nby = 2\nwhere = {status = 'retierd'}", "did you mean retired?"),
        ("tick = 1\nscale = 'Consumers.habit'\nby = 2\nwhere = {employer = 'state'}", "there is no employer 'state'"),
        ("tick = 1\nscale = 'Inputs.stock'\nby = 2\nwhere = {kind = 'servise'}", "did you mean service?"),
        ("tick = 1\nscale = 'Consumers.habit'\nby = 2\nwhere = {region = 7}", "has no column region"),
        # What cannot return.
        ("tick = 1\nscale = 'Firms.price'\nby = 2\nuntil = 3", "so `until` cannot bring it back"),
        ("tick = 1\nscale = 'Firms.tfp'\nby = 2\nuntil = 3\nwhere = {misses = 1}", "chosen by what stays too (good"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_allocated(shock: str, said: str) -> None:
    assert said in refusal(shock)


@pytest.mark.parametrize(
    "shock",
    [
        "tick = 1\nscale = 'Consumers.habit'\nby = 2\nwhere = {status = 'retired', skill = 'skilled'}",
        "tick = 1\nscale = 'Consumers.habit'\nby = 2\nwhere = {employer = 'government'}",
        "tick = 1\nscale = 'Consumers.habit'\nby = 2\nwhere = {employer = 'none', age = 40}",
        "tick = 1\nscale = 'Goods.markup'\nby = 2\nwhere = {good = 'steel'}\nuntil = 4000",
        "tick = 1\nset = 'Banks.lending'\nto = 0\nwhere = {bank = 2}",
        "tick = 23\nset = 'Taxes.corporate'\nto = 0.3\nuntil = 2300-01-01",
        "tick = 1\nscale = 'Inputs.stock'\nby = 0\nwhere = {kind = 'stored_input'}",
    ],
)
def test_what_can_be_is_taken(shock: str) -> None:
    scenario = Scenario.read(f"ticks = 24\n[[shock]]\n{shock}")
    settings = scenario.check(TICK, NAMES, COUNTS)
    assert settings.as_dict() == SETTINGS.as_dict(), "what comes later is no setting of the opening"
    assert len(scenario.shocks) == 1
    assert Scenario.read(scenario.to_toml()).shocks == scenario.shocks


def test_overlapping_shocks_are_checked_together_before_anything_is_allocated() -> None:
    each = "[[shock]]\ntick = {}\nscale = 'Taxes.corporate'\nby = 4\n"
    text = "ticks = 24\n" + each.format(3) + each.format(5)
    with pytest.raises(ScenarioError, match=r"shock 2: at tick 5, by 2 shocks that overlap, Taxes.corporate is 1\.057"):
        Scenario.read(text).check(TICK, NAMES)
    Scenario.read("ticks = 24\n" + each.format(3) + "until = 5\n" + each.format(5)).check(TICK, NAMES)


@pytest.mark.parametrize("declared", COLUMNS, ids=repr)
def test_every_column_has_a_range_or_a_reason(declared: Column) -> None:
    """What a shock may change says from what to what; what none may change says what to shock instead."""
    why = MODEL.refusal(declared)
    if why is None:
        low, high = limits(declared, COUNTS)
        most = np.finfo(declared.dtype).max if declared.dtype.kind == "f" else np.iinfo(declared.dtype).max
        assert -most < low < high or declared.dtype.kind != "f"
        assert high < most
        return
    assert len(why) < 500
    offered = re.findall(r"\b[A-Z]\w+\.[a-z]\w+", why.partition("; shock ")[2])
    parameters = {repr(one) for one in SETTINGS}
    for name in offered:
        assert name in parameters or MODEL.refusal(MODEL.columns[name]) is None, (why, name)
    assert (
        offered
        or "money" in why
        or declared.fixed
        or declared.kept_by
        or declared.flow
        or "reference" in why
        or (declared.unit in ("rank", "bitmask", "share", "class"))
    ), why


def test_codes_have_names() -> None:
    unnamed = [one for one in COLUMNS if one.unit == "code" and not one.codes]
    assert [repr(one) for one in unnamed] == ["Firms.enterprise"]
    assert {name for one in COLUMNS for name in one.codes} >= {"retired", "highly_skilled", "capital_good", "west"}


# Several shocks on one parameter


def shock(tick: int, verb: str, value: float, until: int | None = None) -> Shock:
    return Shock(tick, "Taxes.corporate", verb == "scale", value, (), until)


@pytest.mark.parametrize(
    ("base", "shocks", "value"),
    [
        (0.25, [], 0.25),
        (0.25, [shock(0, "scale", 1.2), shock(2, "scale", 1.1)], 0.25 * 1.2 * 1.1),
        (0.25, [shock(0, "scale", 1.2), shock(2, "set", 0.5), shock(3, "scale", 1.1)], 0.55),
        (0.25, [shock(3, "scale", 1.1), shock(2, "set", 0.5), shock(0, "scale", 1.2)], 0.55),
        (0.25, [shock(2, "set", 0.5), shock(2, "set", 0.4)], 0.4),
        (0.25, [shock(2, "scale", 2.0), shock(2, "set", 0.4)], 0.4),
        (0.25, [shock(2, "set", 0.4), shock(2, "scale", 2.0)], 0.8),
        (3, [shock(0, "scale", 1.5), shock(1, "scale", 1.5)], 7),
        (3, [shock(0, "scale", 0.5)], 2),
    ],
)
def test_the_product_of_what_is_in_force(base: float, shocks: Sequence[Shock], value: float) -> None:
    assert value_under(base, shocks) == pytest.approx(value, rel=1e-15)
    assert type(value_under(base, shocks)) is type(base)


MOMENTS = st.integers(0, 8)
SHOCKS = st.lists(
    st.builds(
        lambda tick, length, scale, value: shock(tick, "scale" if scale else "set", value, length and tick + length),
        MOMENTS, st.one_of(st.none(), st.integers(1, 5)), st.booleans(), st.sampled_from([0.3, 0.9, 1.1, 1.25, 2.0]),
    ),
    max_size=5,
)  # fmt: skip


@given(SHOCKS, MOMENTS, st.sampled_from([0.1, 3, 7]))
def test_what_ended_leaves_no_trace(shocks: list[Shock], tick: int, base: float) -> None:
    """At every tick only those in force count, by when they begin and then as they are listed."""
    in_force = [one for one in shocks if one.in_force(tick)]
    expected: Any = Fraction(base)
    for start in range(tick + 1):
        for one in in_force:
            if one.tick == start:
                expected = expected * Fraction(one.value) if one.scale else Fraction(one.value)  # type: ignore[arg-type]
    found = value_under(base, in_force)
    last_set = any(not one.scale for one in in_force)
    assert found == (round(expected) if isinstance(base, int) and in_force and not last_set else found)
    assert float(found) == pytest.approx(float(expected), abs=0.5 if isinstance(base, int) else 1e-12)


# A parameter's own declaration


@pytest.mark.parametrize("declared", list(SETTINGS), ids=repr)
def test_shares_and_thresholds_are_declared_as_such(declared: Parameter) -> None:
    """A list whose default adds up to one, or ascends, says whether it must."""
    if not isinstance(declared.default, tuple):
        return
    assert declared.adds_up == (abs(sum(declared.default) - 1.0) < 1e-9)
    ascends = list(declared.default) == sorted(declared.default) and len(set(declared.default)) > 1
    may_not = {
        "Education.months",
        "Education.completion",
        "Education.tuition",
        "IncomeTax.rates",
        "YieldCurve.premiums",
    }
    assert declared.ascending == (ascends and repr(declared) not in may_not)
