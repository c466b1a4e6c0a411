"""What is judged is committed: every name is known, every band is one, what was fitted says by which parameter."""

import re

import pytest

from ravelin.scenarios.scenario import Scenario
from ravelin.tick.page import TICK
from ravelin.validation.commitment import STANDINGS, KnownEffect, committed_moments, known_effects
from ravelin.validation.facts import FACTS


def test_all_lines_of_the_day_are_committed() -> None:
    assert len(committed_moments()) == 67
    assert set(committed_moments()) <= {fact.name for fact in FACTS}


def test_fifty_two_effects_apply_in_forty_groups() -> None:
    applying = [effect for effect in known_effects().values() if effect.applies]
    assert len(known_effects()) == 113
    assert len(applying) == 52
    assert len({effect.group for effect in applying}) == 40


@pytest.mark.parametrize("effect", known_effects().values(), ids=known_effects())
def test_an_effect_is_stated_whole(effect: KnownEffect) -> None:
    assert effect.stands in STANDINGS
    assert effect.low <= effect.high
    assert effect.confidence in ("verified", "computed", "high", "medium")
    assert all((effect.effect, effect.measure, effect.unit, effect.horizon, effect.source, effect.why, effect.group))
    assert effect.applies or not effect.calibrated, "only what is judged can be marked as fitted"


def test_what_was_fitted_names_parameters_that_are_there() -> None:
    known = {repr(declared) for declared in Scenario.load("default").settings(TICK)}
    said = [*committed_moments().values(), *(effect.calibrated for effect in known_effects().values())]
    named = {name for text in said for name in re.findall(r"[A-Z]\w+\.\w+", text)}
    assert len(named) >= 5
    assert named <= known


def test_a_group_waits_for_one_thing() -> None:
    standings: dict[str, set[str]] = {}
    for effect in known_effects().values():
        standings.setdefault(effect.group, set()).add(effect.stands)
    assert [group for group, kinds in standings.items() if len(kinds) > 1] == []
