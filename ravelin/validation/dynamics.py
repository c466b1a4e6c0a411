"""The check `moments`: an ensemble of simulated economies against the United States, line by line."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ravelin.experiments.runs import Ensemble, ensemble, silent
from ravelin.experiments.workers import Hear
from ravelin.scenarios.scenario import Scenario
from ravelin.validation.facts import FACTS, INFINITE, Band, Fact, Reference, band_of, references
from ravelin.validation.sample import FirmYears, Sample, sample_of

BURN_IN = 120
"""Months left out: the opening is near the steady path but not on it."""


class Line(NamedTuple):
    """A fact, and what the simulated economies show; one value per seed."""

    fact: Fact
    values: tuple[float, ...]
    band: Band
    reference: Reference

    @property
    def mean(self) -> float:
        """Mean over the seeds."""
        return float(np.mean(self.values))

    @property
    def spread(self) -> float:
        """Standard deviation over the seeds; not a number for one."""
        return float(np.std(self.values, ddof=1)) if len(self.values) > 1 else float("nan")

    @property
    def verdict(self) -> str:
        """Whether the mean lies in the band, and if not, on which side of it."""
        low, high = self.band
        if not np.isfinite(self.mean):
            return "cannot be measured"
        if self.mean < low:
            return "fails: too low"
        return "fails: too high" if self.mean > high else "good"


def samples(runs: Ensemble, burn_in: int = BURN_IN) -> list[Sample]:
    """Make the sample of each run of an ensemble that was watched by `FirmYears`."""
    return [
        sample_of(run.history, run.watcher if isinstance(run.watcher, FirmYears) else None, burn_in)
        for run in runs.runs
    ]


def lines(found: Sequence[Sample]) -> list[Line]:
    """Measure every fact on every sample."""
    known = references()
    return [
        Line(fact, tuple(fact.measure(sample) for sample in found), band_of(fact), known[fact.name]) for fact in FACTS
    ]


def moments(
    consumers: int = 20_000,
    seeds: int = 8,
    ticks: int = 480,
    workers: int | None = None,
    parameters: Mapping[str, Any] | None = None,
    hear: Hear = silent,
    keep: Path | None = None,
) -> tuple[bool, str]:
    """Compare cycles, labor market, inventories and firms with the United States.

    Parameters
    ----------
    parameters : `Group.name` -> value, optional
        Departures from the defaults, to see what they do to the moments.
    keep : path, optional
        Folder that keeps each run as soon as it is finished, so that it is not made again.
    """
    scenario = Scenario.load("default", consumers=consumers, parameters=parameters or {})
    burn_in = min(BURN_IN, ticks // 4)
    runs = ensemble(scenario, seeds, ticks, workers=workers, watch=FirmYears, hear=hear, keep=keep)
    found = lines(samples(runs, burn_in))
    return all(line.verdict == "good" for line in found), page(found, runs, ticks, burn_in)


def page(found: Sequence[Line], runs: Ensemble, ticks: int, burn_in: int) -> str:
    """Write the table."""
    text = [
        f"Simulated against United States moments: {len(runs.runs)} seeds of {runs.scenario.consumers:,} consumers, "
        f"{ticks} months, the first {burn_in} left out",
        *(f"with {name} = {value}" for name, value in runs.scenario.parameters.items()),
        "Series are quarterly and Hodrick-Prescott filtered (1600), in logs unless in points.",
        "",
    ]
    head = f"{'':<58}{'US':>8}{'band':>17}{'model':>9}{'sd':>8}"
    group = ""
    for line in found:
        if line.fact.group != group:
            group = line.fact.group
            text += ["", f"{group[:58]:<58}{head[58:]}" if len(group) <= 58 else f"{group}\n{head}"]
        text.append(
            f"  {line.fact.title:<56}{_number(line.reference.value):>8}{_band(line.band):>17}"
            f"{_number(line.mean):>9}{_number(line.spread):>8}  {line.verdict}"
        )
    failing = [line for line in found if line.verdict != "good"]
    text += ["", f"{len(found) - len(failing)} of {len(found)} lines are good."]
    text += ["", *_notes(found)]
    return "\n".join(text)


def _number(value: float) -> str:
    if not np.isfinite(value):
        return "-"
    return f"{round(value, 2) + 0.0:.{2 if abs(value) < 10 else 1}f}"


def _band(band: Band) -> str:
    low, high = band
    if low == -INFINITE:
        return f"below {_number(high)}"
    return f"above {_number(low)}" if high == INFINITE else f"{_number(low)} to {_number(high)}"


def _notes(found: Sequence[Line]) -> list[str]:
    """Say where bands and references come from."""
    stated = dict.fromkeys(
        f"{line.fact.group.partition(' (')[0]}, {line.fact.title}: {line.fact.source}"
        for line in found
        if line.fact.source
    )
    origins = dict.fromkeys(line.reference.source for line in found)
    return [
        "A line is good if the mean over seeds lies in the band; sd is the spread over seeds.",
        "Bands are the reference give or take two standard errors (jackknife over five-year blocks), but for:",
        *(f"  {note}" for note in stated),
        f"References: {'; '.join(origins)}.",
    ]
