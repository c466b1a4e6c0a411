"""Paired counterfactuals: what one departure does, luck being the same.

Both scenarios are run with the same seeds. Draws depend on nothing but seed, stream, tick and row, so the
two runs of a pair have all their luck in common, and their difference is the effect of the departure.

from ravelin import Scenario
from ravelin.experiments import paired

base = Scenario.load("default", consumers=10_000)
other = base.departing(parameters={"Anchors.inflation_target": 0.03})
for effect in paired(base, other, seeds=8).effects(["gdp_real", "inflation"]):
    print(effect.title, effect.mean, effect.half_width)
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ravelin.core.clock import QUARTER
from ravelin.core.given import shown
from ravelin.core.schedule import Schedule
from ravelin.core.table import Array
from ravelin.experiments.apart import CONFIDENCE, OF_GDP, confidence_band, gdp_of, in_unit, unit_told
from ravelin.experiments.difference import Difference, acting, check_pair, differences, parting_tick
from ravelin.experiments.errors import ExperimentError, RunsInterruptedError
from ravelin.experiments.multipliers import Multiplier, multipliers
from ravelin.experiments.people import YEARS, GroupEffect, People, group_effects
from ravelin.experiments.runs import Ensemble, check_names, ensembles, silent, whole
from ravelin.experiments.workers import Hear
from ravelin.runs.preparation import chosen_scenario
from ravelin.scenarios.catalog import load_catalog
from ravelin.scenarios.scenario import Scenario
from ravelin.storage.history import Field
from ravelin.validation.moments import quarter_means

QUARTERS = (1, 4, 8, 12)
"""Quarters after the parting at which effects are stated."""


class Effect(NamedTuple):
    """What the departure does to an indicator, quarter by quarter after the scenarios part.

    Attributes
    ----------
    unit : str
        percent (100 times the difference of logs), percentage points, percent of GDP, or the indicator's own.
    mean, half_width : (quarters,) float
        Mean over the pairs; half the width of its confidence band, by Student's t.
    saved : float
        Part of the variance of the difference that pairing removed:
        1 - var(other - base) / (var(other) + var(base)), summed over the stated quarters.
    """

    name: str
    title: str
    unit: str
    mean: Array
    half_width: Array
    saved: float

    def at(self, quarter: int) -> tuple[float, float]:
        """Return mean and half width in a quarter counted from 1; not numbers beyond the runs.

        Raises
        ------
        ExperimentError
            If it is not a whole number, one or more.
        """
        quarter = whole(quarter, "quarter")
        if quarter > len(self.mean):
            return float("nan"), float("nan")
        return float(self.mean[quarter - 1]), float(self.half_width[quarter - 1])

    @property
    def peak(self) -> int:
        """The quarter, up to the last one stated, whose band lies farthest from zero."""
        last = QUARTERS[-1]
        return int(np.argmax(np.abs(self.mean[:last]) - np.nan_to_num(self.half_width[:last]))) + 1


@dataclass(frozen=True)
class Comparison:
    """Two ensembles with the same seeds and the same length."""

    base: Ensemble
    other: Ensemble

    @cached_property
    def differences(self) -> tuple[Difference, ...]:
        """All that differs between the two sides, as it was asked for."""
        return differences(self.base.scenario, self.other.scenario, self.base.tick, self.other.tick)

    @property
    def goods(self) -> tuple[str, ...]:
        """Names of the goods of both economies."""
        return load_catalog(self.base.scenario.catalog).names

    @cached_property
    def parting(self) -> int | None:
        """First tick in which any indicator of any pair differs; None if none ever does."""
        differs = np.zeros(self.base.column(self.base.fields[0].name).shape[1], dtype=bool)
        for field in self._shared():
            one, two = self.base.column(field.name), self.other.column(field.name)
            differs |= ((one != two) & ~(np.isnan(one) & np.isnan(two))).any(axis=0)
        return int(differs.argmax()) if differs.any() else None

    def effects(self, names: str | Iterable[str] | None = None) -> list[Effect]:
        """Return the effect on each indicator, in the order of the history, or on those named, in their order.

        Parameters
        ----------
        names : str or several str, optional
            One name, or more.

        Raises
        ------
        ExperimentError
            If there is no indicator of a name.
        """
        shared = {field.name: field for field in self._shared()}
        if names is None:
            return [self._effect(field) for field in shared.values()]
        if not isinstance(names, Iterable):
            raise ExperimentError(f"effects are asked for by name, not by {shown(names)}")
        wanted = [names] if isinstance(names, str) else list(names)
        check_names(wanted, list(shared.values()))
        return [self._effect(shared[name]) for name in dict.fromkeys(wanted)]

    def groups(self, by: str, quarter: int | None = None) -> list[GroupEffect]:
        """Return effects on people by group: the same people in both futures, by what they were when these part.

        Parameters
        ----------
        by : str
            decile, age, skill, tenure or status.
        quarter : int, optional
            4, 8 or 12; the last that the runs reach if not given.

        Raises
        ------
        ExperimentError
            If there is no such grouping, or people were not watched (`paired(..., people=True)`).
        """
        watchers = [[run.watcher for run in side.runs] for side in (self.base, self.other)]
        sides = [[one for one in side if isinstance(one, People)] for side in watchers]
        if not all(len(side) == len(self.base.runs) for side in sides):
            raise ExperimentError("these runs did not watch people; make them with paired(..., people=True), or --by")
        reached = YEARS[: len(sides[0][0].spent)]
        chosen = quarter if quarter is not None or not reached else reached[-1]
        return group_effects(sides[0], sides[1], by, chosen or 0, confidence_band)

    def multipliers(self) -> list[Multiplier]:
        """Return what real GDP gains for each dollar of an outlay, or of revenue forgone, both cumulated."""
        return multipliers(self, QUARTERS, CONFIDENCE)

    def _shared(self) -> list[Field]:
        known = {field.name for field in self.other.fields}
        return [field for field in self.base.fields if field.name in known and field.name != "audit_gap_cents"]

    def _effect(self, field: Field) -> Effect:
        start = self.parting or 0
        base, other = (quarter_means(one.column(field.name)[:, start:]) for one in (self.base, self.other))
        unit = unit_told(field, base, other, {one.name: one for one in self.base.fields})
        gdp = quarter_means(self.base.column(gdp_of(field))[:, start:]) if unit == OF_GDP else None
        base, other = in_unit(unit, base, other, gdp)
        mean, half_width = confidence_band(other - base)
        places = [quarter - 1 for quarter in QUARTERS if quarter <= base.shape[1]]
        return Effect(field.name, field.title, unit, mean, half_width, saved(base[:, places], other[:, places]))


def saved(base: Array, other: Array) -> float:
    """Return the part of the variance of a difference of means that pairing removes; (seeds, quarters) each.

    0 is no better than independent seeds, 1 is all luck gone; not a number where luck plays no part.
    """
    if base.shape[0] < 2 or base.shape[1] == 0:
        return float("nan")
    apart = float(base.var(axis=0, ddof=1).sum() + other.var(axis=0, ddof=1).sum())
    return 1.0 - float((other - base).var(axis=0, ddof=1).sum()) / apart if apart > 0 else float("nan")


def paired(
    base: Scenario | str | Path,
    other: Scenario | str | Path,
    seeds: int | Iterable[int] = 8,
    ticks: int | None = None,
    *,
    tick: Schedule | None = None,
    other_tick: Schedule | None = None,
    workers: int | None = None,
    hear: Hear = silent,
    keep: str | Path | None = None,
    finished: Comparison | None = None,
    people: bool = False,
) -> Comparison:
    """Run two scenarios with the same seeds, side by side in processes of their own.

    Parameters
    ----------
    seeds : int or several int
        How many, counted from the base's own; or which, each once.
    ticks : int, optional
        Months of each run; if not given, as many as the effects at all stated quarters need.
    tick, other_tick : Schedule, optional
        The tick page of both, and that of the other where it has one of its own: what a rule does is told by the
        same scenario twice, `paired(base, base, other_tick=TICK.after(consumption.plan_spending, mine))`.
    workers, hear, keep : as in `ravelin.experiments.runs.ensemble`
    finished : Comparison, optional
        Pairs that need not be made again: what `RunsInterruptedError` holds.
    people : bool
        Whether to watch every person, for `Comparison.groups`; some fifty bytes a person and run.

    Raises
    ------
    ScenarioError
        If the two do not open on the same economy.
    ExperimentError
        If they do not differ, or a seed or another argument is wrong.
    RunsInterruptedError
        A KeyboardInterrupt that holds the pairs that were finished.
    """
    sides = {"base": chosen_scenario(base), "other": chosen_scenario(other)}
    pages = {"base": tick, "other": tick if other_tick is None else other_tick}
    check_pair(sides["base"], sides["other"])
    asked = differences(sides["base"], sides["other"], pages["base"], pages["other"])
    if not acting(asked):
        raise ExperimentError(
            f"{sides['base'].name} and {sides['other'].name} have the same parameters, shocks, spending model and "
            "tick page, so there is nothing to compare"
        )
    apart = parting_tick(asked)
    months = apart + QUARTERS[-1] * QUARTER if ticks is None else whole(ticks, "ticks")
    if months <= apart:
        raise ExperimentError(
            f"{sides['base'].name} and {sides['other'].name} do not differ before tick {apart}, and {months} ticks end "
            f"before it; give at least {apart + QUARTER}"
        )
    if finished is not None and not isinstance(finished, Comparison):
        raise ExperimentError(f"finished is a Comparison, not {shown(finished)}")
    try:
        made = ensembles(
            sides, seeds, months, pages=pages, workers=workers, hear=hear, keep=keep, apart=apart,
            watch=People if people else None,
            finished=None if finished is None else {"base": finished.base, "other": finished.other},
        )  # fmt: skip
    except RunsInterruptedError as error:
        error.finished = Comparison(*error.finished) if error.finished else None
        raise
    return Comparison(*made)


def months_needed(base: Scenario, other: Scenario) -> int:
    """Return the months from the opening to twelve quarters after the scenarios begin to differ."""
    return parting_tick(differences(base, other)) + QUARTERS[-1] * QUARTER
