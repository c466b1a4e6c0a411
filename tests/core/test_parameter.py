"""Parameters: declared once, checked whenever a value is given."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from ravelin.core.parameter import ParameterError, Parameters, Settings, parameter


class Pricing(Parameters):
    """How prices move."""

    price_step = parameter(0.02, "1/month", "largest change", low=0.0, high=1.0, source="assumption")
    rounds = parameter(3, "1", "rounds", low=1, source="assumption")
    weights = parameter((0.5, 0.5), "fraction", "two weights", low=0.0, high=1.0, source="assumption")
    haggling = parameter(False, "1", "whether buyers haggle", source="assumption")
    drift = parameter(0.0, "1", "any number", source="assumption")


# fmt: off
@pytest.mark.parametrize(("name", "given", "value"), [
    ("price_step", 0.5,        0.5),
    ("price_step", 1,          1.0),
    ("price_step", 0,          0.0),
    ("rounds",     4,          4),
    ("rounds",     4.0,        4),
    ("weights",    [0.1, 0.9], (0.1, 0.9)),
    ("weights",    (1, 0),     (1.0, 0.0)),
    ("haggling",   True,       True),
    ("drift",      -1e9,       -1e9),
    ("price_step", np.float32(0.25),      0.25),
    ("price_step", np.int8(1),            1.0),
    ("price_step", Fraction(1, 4),        0.25),
    ("price_step", Decimal("0.25"),       0.25),
    ("rounds",     np.uint64(4),          4),
    ("rounds",     np.float64(4.0),       4),
    ("weights",    np.array([0.1, 0.9]),  (0.1, 0.9)),
    ("weights",    (np.float64(1), np.int32(0)), (1.0, 0.0)),
    ("haggling",   np.bool_(True),        True),
])
# fmt: on
def test_accepted(name: str, given: Any, value: Any) -> None:
    settings = Settings([Pricing])
    settings.set(f"Pricing.{name}", given)
    found = settings[getattr(Pricing, name)]
    assert found == value
    assert type(found) is type(value)


# fmt: off
@pytest.mark.parametrize(("name", "given", "told"), [
    ("price_step", 1.5,          r"Pricing.price_step is 1.5, outside its range: .*0 to 1"),
    ("price_step", -0.1,         r"outside its range"),
    ("price_step", "a lot",      r"is a number in 1/month, not 'a lot'"),
    ("price_step", True,         r"is a number"),
    ("price_step", float("nan"), r"is a number"),
    ("price_step", None,         r"is a number"),
    ("rounds",     0,            r"outside its range: .*1 to inf"),
    ("rounds",     2.5,          r"is a whole number, not 2.5"),
    ("rounds",     float("inf"), r"is a number"),
    ("rounds",     10**400,      r"is a number"),
    ("drift",      float("inf"), r"is a number"),
    ("weights",    0.5,          r"is a list of 2 numbers"),
    ("weights",    [0.5],        r"is a list of 2 numbers"),
    ("weights",    [0.5, 1.5],   r"outside its range"),
    ("weights",    [0.5, "x"],   r"is a number"),
    ("haggling",   1,            r"is true or false, not 1"),
    ("price_step", np.bool_(True), r"is a number in 1/month, not True"),
    ("price_step", np.float64("nan"), r"is a number"),
    ("weights",    np.zeros(3),  r"is a list of 2 numbers"),
    ("price_step", "x" * 10_000, r"is a number in 1/month, not 'xx.{60,90}$"),
])
# fmt: on
def test_refused(name: str, given: Any, told: str) -> None:
    settings = Settings([Pricing])
    with pytest.raises(ParameterError, match=told):
        settings.set(f"Pricing.{name}", given)
    assert settings[getattr(Pricing, name)] == getattr(Pricing, name).default


# fmt: off
@pytest.mark.parametrize(("name", "told"), [
    ("Pricing.price_steps", r"did you mean Pricing.price_step \(0.02 1/month, 0 to 1\)\?"),
    ("Pricng.rounds",       r"did you mean Pricing.rounds"),
    ("nothing",             r"explain parameters"),
])
# fmt: on
def test_a_wrong_name_is_answered_with_the_nearest(name: str, told: str) -> None:
    with pytest.raises(ParameterError, match=told):
        Settings([Pricing]).find(name)


def test_settings_are_copied_by_value() -> None:
    settings = Settings([Pricing])
    other = settings.copy()
    other.update({"Pricing.rounds": 9, "Pricing.drift": 2})
    assert settings[Pricing.rounds] == 3
    assert other.as_dict()["Pricing"]["rounds"] == 9
    assert Pricing.drift in settings
    assert [repr(one) for one in settings][:2] == ["Pricing.price_step", "Pricing.rounds"]


def test_unit_must_be_known() -> None:
    with pytest.raises(ValueError, match="unit 'percent'"):
        parameter(2.0, "percent", "rate", source="assumption")
