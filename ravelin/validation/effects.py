"""The check `effects`: what policies and shocks did in the world, beside what they do here, by paired futures."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from ravelin.experiments.runs import silent
from ravelin.experiments.workers import Hear, Step, run_tasks
from ravelin.runs.simulation import Simulation, default_threads
from ravelin.scenarios.scenario import Scenario
from ravelin.validation.commitment import KnownEffect, known_effects
from ravelin.validation.futures import FORK, FUTURES, Future, Pair, live
from ravelin.validation.judging import DEVELOPMENT, GOOD, JUDGING, UNMEASURED, UNRESOLVED, Judged, Known
from ravelin.validation.measures import MEASURES, MISSING, Measured
from ravelin.validation.verdict import verdict

SHARE = 0.75
"""The bar: so much of the groups that apply, and that no parameter was set by, is good."""
NOT_YET, OUT = "not yet", "out"
_RANKS = (GOOD, UNRESOLVED, OUT, NOT_YET)
"""Verdicts of a group, the best of its members' first: who agrees with one of the rivals agrees."""


class Trial(NamedTuple):
    """One economy whose futures are lived."""

    scenario: Scenario
    futures: dict[str, Future]
    measures: dict[str, Measured]

    def __str__(self) -> str:
        return f"futures of seed {self.scenario.seed}"


class Shown(NamedTuple):
    """A known effect, and what pairs of this economy's futures show."""

    effect: KnownEffect
    judged: Judged
    missing: str = ""

    @property
    def verdict(self) -> str:
        """The verdict on what was measured, or that nothing can be measured yet."""
        return f"{NOT_YET}: {self.missing}" if self.missing else self.judged.verdict

    @property
    def rank(self) -> str:
        """The kind of its verdict, whatever side it is out on or whatever is missing."""
        if self.missing or self.judged.verdict == UNMEASURED:
            return NOT_YET
        return self.judged.verdict if self.judged.verdict in (GOOD, UNRESOLVED) else OUT


def effects(
    consumers: int = 20_000,
    seeds: int = 8,
    workers: int | None = None,
    parameters: Mapping[str, Any] | None = None,
    development: bool = False,
    hear: Hear = silent,
) -> tuple[bool, str, dict[str, Any]]:
    """Compare what policies and shocks do with what they did in the United States.

    Parameters
    ----------
    parameters : `Group.name` -> value, optional
        Departures from the defaults, in all futures.
    development : bool
        Take the seeds of development, not those of judging.
    """
    first = DEVELOPMENT if development else JUDGING
    scenario = Scenario.load("default", consumers=consumers, parameters=parameters or {})
    values = lived_effects(scenario, range(first, first + seeds), FUTURES, MEASURES, workers, hear)
    found = shown(values)
    head = [
        f"Effects of policies and shocks: seeds {first} to {first + seeds - 1}, {consumers:,} consumers; futures part "
        f"after {FORK} months",
        *(f"with {name} = {value}" for name, value in scenario.parameters.items()),
    ]
    outside = missed(found)
    return not outside, page(found, head), as_json(found)


def lived_effects(
    scenario: Scenario,
    seeds: Sequence[int],
    futures: Mapping[str, Future],
    measures: Mapping[str, Measured],
    workers: int | None = None,
    hear: Hear = silent,
) -> dict[str, tuple[float, ...]]:
    """Measure each effect on each seed: id -> one value per seed."""
    sealed = scenario.sealed()
    Simulation.check(sealed)
    trials = [Trial(sealed.departing(seed=seed), dict(futures), dict(measures)) for seed in seeds]
    months = len(trials) * (FORK + sum(future.months for future in futures.values()))
    found: dict[int, dict[str, float]] = {}
    run_tasks(
        make_trial, trials, steps=months, workers=min(workers or default_threads(), len(trials)), hear=hear,
        done=found.__setitem__,
    )  # fmt: skip
    return {name: tuple(found[place][name] for place in range(len(trials))) for name in measures}


def make_trial(trial: Trial, step: Step) -> dict[str, float]:
    """Live all futures of one economy and measure each effect on its pair."""
    lived = live(trial.scenario, trial.futures, step)
    return {
        name: _measured(measured, Pair(lived[measured.base], lived[measured.other]))
        for name, measured in trial.measures.items()
    }


def _measured(measured: Measured, pair: Pair) -> float:
    """Take a measure; not a number where a small economy has none of whom it looks at."""
    with np.errstate(divide="ignore", invalid="ignore"):
        try:
            return measured.measure(pair)
        except ZeroDivisionError:
            return float("nan")


def shown(values: Mapping[str, tuple[float, ...]]) -> list[Shown]:
    """Put what was measured beside every effect that applies."""
    found = []
    for name, effect in known_effects().items():
        if effect.applies:
            known = Known.of_band(effect.low, effect.high)
            missing = "" if name in values else MISSING.get(name, "not measured")
            found.append(Shown(effect, Judged(values.get(name, ()), known), missing))
    return found


def groups(found: Sequence[Shown]) -> dict[str, str]:
    """Return the verdict of each group that is evidence: the best of its members'."""
    ranks: dict[str, list[str]] = {}
    for one in found:
        if not one.effect.calibrated:
            ranks.setdefault(one.effect.group, []).append(one.rank)
    return {group: min(some, key=_RANKS.index) for group, some in ranks.items()}


def missed(found: Sequence[Shown]) -> list[str]:
    """Say whether the bar is missed."""
    verdicts = list(groups(found).values())
    good = verdicts.count(GOOD)
    if good >= SHARE * len(verdicts):
        return []
    return [f"{good} of {len(verdicts)} groups are good (at least {SHARE:.0%})"]


def page(found: Sequence[Shown], head: Sequence[str]) -> str:
    """Write the table, rivals side by side."""
    lines = [*head, "", f"{'':<6}{'effect':<50}{'band':>16}{'model':>9}{'SE':>7}{'z':>7}"]
    by_group = sorted(found, key=partial(_place, found))
    group = ""
    for one in by_group:
        effect, judged = one.effect, one.judged
        if effect.group != group and sum(other.effect.group == effect.group for other in found) > 1:
            lines.append(effect.group)
        group = effect.group
        low, high = (f"{bound:g}" for bound in (effect.low, effect.high))
        title = effect.effect if len(effect.effect) < 49 else f"{effect.effect[:46].rstrip()}..."
        row = f"{effect.id:<6}{title + (' *' if effect.calibrated else ''):<50}{f'{low} to {high}':>16}"
        row += f"{_number(judged.mean):>9}{_number(judged.standard_error):>7}{_number(judged.z, 1):>7}  {one.verdict}"
        lines.append(row.rstrip())
    verdicts = list(groups(found).values())
    counts = ", ".join(f"{verdicts.count(rank)} {rank}" for rank in _RANKS)
    waiting: dict[str, int] = {}
    for effect in known_effects().values():
        if not effect.applies:
            waiting[effect.stands] = waiting.get(effect.stands, 0) + 1
    all_agree = sum(
        all(one.rank == GOOD for one in found if one.effect.group == group)
        for group in groups(found)
    )  # fmt: skip
    return "\n".join(
        [
            *lines, "",
            f"Of {len(verdicts)} groups that apply: {counts}; in {all_agree} every rival estimate is met.",
            f"Not judged: {', '.join(f'{count} {stands}' for stands, count in waiting.items())}.", "",
            "A band counts as its middle, its half width as two standard errors; z is the distance in those of both.",
            "Unresolved is where luck leaves more doubt than half the band: more seeds may decide. Rival estimates of",
            "one thing are one group, which is good where one of them is met. * is an effect that a parameter was set",
            "by, and no evidence. Units, horizons and sources: data/effects/united_states.csv.", "",
            verdict(missed(found), f"at least {SHARE:.0%} of the groups are good"),
        ]
    )  # fmt: skip


def _place(found: Sequence[Shown], one: Shown) -> int:
    """Return where the group of an effect first stands."""
    return next(place for place, other in enumerate(found) if other.effect.group == one.effect.group)


def _number(value: float, digits: int = 2) -> str:
    return f"{round(value, digits) + 0.0:.{digits if abs(value) < 10 else 1}f}" if np.isfinite(value) else "-"


def as_json(found: Sequence[Shown]) -> dict[str, Any]:
    """Return the table for programs; what is not a number is None."""

    def plain(value: float) -> float | None:
        return value if np.isfinite(value) else None

    return {
        "groups": groups(found),
        "effects": {
            one.effect.id: {
                **one.effect._asdict(), "model": plain(one.judged.mean), "z": plain(one.judged.z),
                "standard_error": plain(one.judged.standard_error), "verdict": one.verdict,
                "values": [plain(value) for value in one.judged.values],
            }
            for one in found
        },
    }  # fmt: skip
