"""The check `moments`: ensembles of simulated economies against the United States, line by line, at two sizes."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ravelin.experiments.runs import Ensemble, ensemble, silent
from ravelin.experiments.workers import Hear
from ravelin.scenarios.scenario import Scenario
from ravelin.validation.commitment import committed_moments, peers
from ravelin.validation.facts import FACTS, Fact, Reference, known, references
from ravelin.validation.judging import DEVELOPMENT, JUDGING, UNMEASURED, Judged, Tally, tally
from ravelin.validation.sample import FirmYears, Sample, sample_of
from ravelin.validation.verdict import verdict

BURN_IN = 120
"""Months left out: the opening is near the steady path but not on it."""
SIZES = (20_000, 100_000)
"""Consumers of the economies that are judged (DECISIONS 53)."""
DISTANCE, GOOD_LINES = 1.3, 52
"""The bars: mean distance at most so much, and so many of the committed lines good."""


class Line(NamedTuple):
    """A fact, and what the simulated economies show beside it."""

    fact: Fact
    judged: Judged
    reference: Reference


def samples(runs: Ensemble, burn_in: int = BURN_IN) -> list[Sample]:
    """Make the sample of each run of an ensemble that was watched by `FirmYears`."""
    return [
        sample_of(run.history, run.watcher if isinstance(run.watcher, FirmYears) else None, burn_in)
        for run in runs.runs
    ]


def lines(found: Sequence[Sample]) -> list[Line]:
    """Measure every fact on every sample: those committed, and further ones where the economy has the parts."""
    measured = [
        Line(fact, Judged(tuple(fact.measure(sample) for sample in found), known(fact)), references()[fact.name])
        for fact in FACTS
    ]
    return [
        line for line in measured if line.fact.name in committed_moments() or line.judged.verdict != UNMEASURED
    ]


def moments(
    consumers: int | None = None,
    seeds: int = 8,
    ticks: int = 480,
    workers: int | None = None,
    parameters: Mapping[str, Any] | None = None,
    development: bool = False,
    hear: Hear = silent,
    keep: Path | None = None,
) -> tuple[bool, str, dict[str, Any]]:
    """Compare cycles, labor market, inventories and firms with the United States.

    Parameters
    ----------
    consumers : int, optional
        At one size only; at both of `SIZES` if not given.
    parameters : `Group.name` -> value, optional
        Departures from the defaults, to see what they do to the moments.
    development : bool
        Take the seeds of development, not those of judging.
    keep : path, optional
        Folder that keeps each run, by size, as soon as it is finished, so that it is not made again.
    """
    burn_in = min(BURN_IN, ticks // 4)
    found: dict[int, list[Line]] = {}
    first = DEVELOPMENT if development else JUDGING
    for size in SIZES if consumers is None else (consumers,):
        scenario = Scenario.load("default", consumers=size, parameters=parameters or {})
        runs = ensemble(
            scenario, range(first, first + seeds), ticks, workers=workers, watch=FirmYears, hear=hear,
            keep=None if keep is None else keep / str(size),
        )  # fmt: skip
        found[size] = lines(samples(runs, burn_in))
    outside = missed(found)
    head = (
        f"Simulated against United States moments: seeds {first} to {first + seeds - 1}, {ticks} months, the first "
        f"{burn_in} left out"
    )
    departures = [f"with {name} = {value}" for name, value in scenario.parameters.items()]
    return not outside, page(found, [head, *departures]), as_json(found)


def of_commitment(found: Sequence[Line]) -> Tally:
    """Count the lines that were committed beforehand."""
    return tally([line.judged for line in found if line.fact.name in committed_moments()])


def of_evidence(found: Sequence[Line]) -> Tally:
    """Count those of them by which no parameter was set."""
    return tally([line.judged for line in found if committed_moments().get(line.fact.name) == ""])


def missed(found: Mapping[int, Sequence[Line]]) -> list[str]:
    """Say which of the bars is missed, at which size."""
    counts = {size: of_commitment(one) for size, one in found.items()}
    said = []
    for size, count in counts.items():
        if not count.mean_z <= DISTANCE:
            said.append(f"mean |z| is {count.mean_z:.2f} at {size:,} consumers (at most {DISTANCE})")
        if count.good < GOOD_LINES:
            said.append(f"{count.good} of {count.lines} lines are good at {size:,} consumers (at least {GOOD_LINES})")
    fewer = [count.good for _, count in sorted(counts.items())]
    if fewer[-1] < fewer[0]:
        said.append(f"the larger economy has fewer good lines ({fewer[-1]}) than the smaller ({fewer[0]})")
    return said


def page(found: Mapping[int, Sequence[Line]], head: Sequence[str]) -> str:
    """Write the table, the sizes side by side."""
    text = [*head, "Series are quarterly and Hodrick-Prescott filtered (1600), in logs unless in points."]
    by_name = {size: {line.fact.name: line for line in one} for size, one in found.items()}
    names = [fact.name for fact in FACTS if any(fact.name in one for one in by_name.values())]
    # What could not be measured at one size stands empty beside the other.
    columns = f"{'US':>7}{'SE':>6}" + "".join(f"{f'{size:,}':>11}{'SE':>6}{'z':>6}{'':<15}" for size in found)
    group = ""
    for name in names:
        some = next(one[name] for one in by_name.values() if name in one)
        if some.fact.group != group:
            group = some.fact.group
            short = group.partition(", quarterly")[0]
            text += ["", f"{short:<59}{columns}".rstrip()]
        mark = "" if name in committed_moments() else " +"
        mark += " *" if committed_moments().get(name) else ""
        row = f"  {some.fact.title + mark:<57}{_number(some.reference.value):>7}"
        row += f"{_number(some.judged.known.standard_error):>6}"
        for one in by_name.values():
            judged = one[name].judged if name in one else Judged((), some.judged.known)
            row += f"{_number(judged.mean):>11}{_number(judged.standard_error):>6}{_number(judged.z, 1):>6}  "
            row += f"{judged.verdict:<13}"
        text.append(row.rstrip())
    text.append("")
    for size, measured in found.items():
        count, evidence = of_commitment(measured), of_evidence(measured)
        text.append(
            f"{size:,} consumers: {count.good} of the {count.lines} committed lines are good, {count.unresolved} "
            f"unresolved, mean |z| {count.mean_z:.2f}; of the {evidence.lines} by which no parameter was set, "
            f"{evidence.good}, mean |z| {evidence.mean_z:.2f}."
        )
    return "\n".join([*text, "", *_notes(found), "", verdict(missed(found), "all bars are met")])


def as_json(found: Mapping[int, Sequence[Line]]) -> dict[str, Any]:
    """Return the table for programs; what is not a number is None."""
    committed = committed_moments()
    return {
        str(size): {
            "committed": {key: _plain(value) for key, value in of_commitment(one)._asdict().items()},
            "evidence": {key: _plain(value) for key, value in of_evidence(one)._asdict().items()},
            "lines": {
                line.fact.name: {
                    "united_states": line.reference.value, "judged_beside": line.judged.known.value,
                    "standard_error": line.judged.known.standard_error, "model": _plain(line.judged.mean),
                    "model_standard_error": _plain(line.judged.standard_error), "z": _plain(line.judged.z),
                    "verdict": line.judged.verdict, "committed": line.fact.name in committed,
                    "fitted": committed.get(line.fact.name, ""), "source": line.reference.source,
                    "peers": {peer.peer: peer.value for peer in peers() if peer.fact == line.fact.name},
                }
                for line in one
            },
        }
        for size, one in found.items()
    }  # fmt: skip


def _plain(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _number(value: float, digits: int = 2) -> str:
    if not np.isfinite(value):
        return "-"
    return f"{round(value, digits) + 0.0:.{digits if abs(value) < 10 else 1}f}"


def _notes(found: Mapping[int, Sequence[Line]]) -> list[str]:
    """Say how lines are judged, and where references come from."""
    shown = {line.fact.name: line for one in found.values() for line in one}
    bands = dict.fromkeys(
        f"{line.fact.group.partition(' (')[0].partition(',')[0]}, {line.fact.title}: {line.fact.source}"
        for line in shown.values()
        if line.fact.band is not None
    )
    origins = dict.fromkeys(line.reference.source for line in shown.values())
    beside = [
        f"  {one.peer}: {shown[one.fact].fact.group}, {shown[one.fact].fact.title} {one.value:g} ({one.source})"
        for one in peers()
        if one.fact in shown
    ]
    return [
        "z is the distance from the United States in standard errors of both, theirs by a jackknife over five-year",
        "blocks; good is within two, unresolved is where luck leaves more doubt than half a band. A stated band counts",
        "as its middle, its half width as two standard errors:",
        *(f"  {note}" for note in bands),
        "+ is a line beyond those committed beforehand; * one by which a parameter was set, which is no evidence.",
        f"References: {'; '.join(origins)}.",
        *(["Peers:", *beside] if beside else []),
    ]
