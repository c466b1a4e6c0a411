"""What differs between the two sides of a comparison: all of it, so that an effect is never told of half its cause."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple, TypeVar

from ravelin.core.given import shown
from ravelin.core.schedule import Schedule
from ravelin.experiments.errors import ExperimentError
from ravelin.learning import model_file
from ravelin.scenarios.scenario import Scenario, ScenarioError
from ravelin.scenarios.text import SIZES, TEXTS

Item = TypeVar("Item")

SHOCKS, PAGE, MODEL = "shocks", "tick page", "model"
_NAMES = ("name", "title", "description", "model_digest")
_IDLE = ("ticks", "seed")
"""Keys that a comparison gives to both sides alike."""
_OPENING = ("consumers", "firms", "banks", "start", "catalog")
"""Keys in which two sides must agree, so that their people, firms and months can be paired."""


class Difference(NamedTuple):
    """One thing that differs, and what it is on either side.

    Attributes
    ----------
    what : str
        `Group.name` of a parameter, a key of a scenario, `shocks`, or `tick page`.
    base, other : as JSON writes it
        A parameter's value in force from the opening on (None on a page without it); the shocks, with the keys of a
        scenario, and the names of the rules that the other side does not have, or all if only their order differs.
    parting : int
        The first tick in which it can matter.
    """

    what: str
    base: Any
    other: Any
    parting: int = 0


def differences(
    base: Scenario, other: Scenario, page: Schedule | None = None, other_page: Schedule | None = None
) -> tuple[Difference, ...]:
    """List all that differs between two scenarios and their tick pages.

    Raises
    ------
    ScenarioError
        If a parameter is none, or out of its range.
    """
    pages = [_page(page), _page(other_page)]
    found = [*_of_parameters(base, other, pages), *_of_shocks(base, other), *_of_keys(base, other)]
    if pages[0] != pages[1]:
        rules = [[rule.name for rule in one] for one in pages]
        found.append(Difference(PAGE, *_apart(*rules)))
    return tuple(found)


def acting(found: Sequence[Difference]) -> list[Difference]:
    """Leave out what has no effect on a comparison: its two sides run the same months with the same seeds."""
    return [one for one in found if one.what not in _IDLE]


def parting_tick(found: Sequence[Difference]) -> int:
    """Return the first tick in which two sides ask for something else."""
    return min((one.parting for one in acting(found)), default=0)


def as_text(value: Any) -> str:
    """Write a side of a difference for people: `tick 1 set FiscalPolicy.purchases to 0.9`."""
    if value is None or value == []:
        return "-"
    if isinstance(value, dict):
        return " ".join(f"{key} {as_text(entry)}" for key, entry in value.items())
    if isinstance(value, (list, tuple)):
        return ("; " if isinstance(value[0], dict) else ", ").join(as_text(entry) for entry in value)
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def check_pair(base: Scenario, other: Scenario) -> None:
    """Refuse two scenarios whose people, goods or months cannot be paired.

    Raises
    ------
    ScenarioError
    """
    for name in _OPENING:
        one, two = getattr(base, name), getattr(other, name)
        if one != two:
            raise ScenarioError(
                f"{base.name} and {other.name} cannot be paired: {name} is {_said(one)} in one and {_said(two)} in the "
                "other; give both the same"
            )


def _said(value: object) -> str:
    return "not given" if value is None else str(value)


def check_page(page: object) -> None:
    """Refuse what is no tick page.

    Raises
    ------
    ExperimentError
    """
    if not isinstance(page, Schedule):
        raise ExperimentError(f"a tick page is a Schedule, such as ravelin.TICK, not {shown(page)}")


def _page(page: Schedule | None) -> Schedule:
    if page is not None:
        check_page(page)
        return page
    from ravelin.tick.page import TICK

    return TICK


def _of_parameters(base: Scenario, other: Scenario, pages: Sequence[Schedule]) -> list[Difference]:
    sides = [
        {repr(declared): settings[declared] for declared in settings}
        for settings in (base.settings(pages[0]), other.settings(pages[1]))
    ]
    found = []
    for name in dict.fromkeys([*sides[0], *sides[1]]):
        one, two = (side.get(name) for side in sides)
        if one != two:
            found.append(Difference(name, one, two))
    return found


def _of_shocks(base: Scenario, other: Scenario) -> list[Difference]:
    if base.shocks == other.shocks:
        return []
    one, two = _apart([*base.shocks], [*other.shocks])
    parting = min(shock.tick for shock in (*one, *two))
    return [Difference(SHOCKS, [shock.stated() for shock in one], [shock.stated() for shock in two], parting)]


def _apart(one: list[Item], two: list[Item]) -> tuple[list[Item], list[Item]]:
    """Return what each list has and the other has not; both whole if they hold the same in another order."""
    held, other = Counter(one), Counter(two)
    if held == other:
        return one, two
    return list((held - other).elements()), list((other - held).elements())


def _of_keys(base: Scenario, other: Scenario) -> list[Difference]:
    found = []
    for key in (*TEXTS, *SIZES):
        one, two = getattr(base, key), getattr(other, key)
        if key in _NAMES or one == two:
            continue
        if key == MODEL:
            one, two = _model(base), _model(other)
        if key == "start":
            one, two = str(one), str(two)
        found.append(Difference(key, one, two))
    return found


def _model(scenario: Scenario) -> str:
    """Name a spending model, with the digest of its file."""
    digest = scenario.model_digest or model_file.digest(scenario.model_path or model_file.default_path())
    return f"{scenario.model} (digest {digest})"
