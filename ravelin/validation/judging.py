"""How what a simulated economy shows is judged beside what is known of the world: by standard errors of both.

z = (model - known) / sqrt(SE_known^2 + SE_model^2); within two is good. A stated band is known as its middle, its half
width as two standard errors. Where luck leaves more doubt than half the band, nothing is decided.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

STANDARD_ERRORS = 2.0
GOOD, LOW, HIGH, UNRESOLVED, UNMEASURED = "good", "out: too low", "out: too high", "unresolved", "cannot be measured"
JUDGING, DEVELOPMENT = 1, 101
"""First seed of those that judge, and of those that whoever changes the economy looks at meanwhile."""


class Known(NamedTuple):
    """What is known of the world."""

    value: float
    standard_error: float

    @classmethod
    def of_band(cls, low: float, high: float) -> "Known":
        """Take a band as its middle, its half width as two standard errors."""
        return cls((low + high) / 2.0, (high - low) / 2.0 / STANDARD_ERRORS)

    @property
    def margin(self) -> float:
        """Half of the band."""
        return STANDARD_ERRORS * self.standard_error


class Judged(NamedTuple):
    """What a model shows, one value per seed or pair, beside what is known."""

    values: tuple[float, ...]
    known: Known

    @property
    def mean(self) -> float:
        """Mean over the seeds."""
        return float(np.mean(self.values)) if self.values else float("nan")

    @property
    def standard_error(self) -> float:
        """Standard error of that mean; not a number for one seed."""
        count = len(self.values)
        return float(np.std(self.values, ddof=1) / np.sqrt(count)) if count > 1 else float("nan")

    @property
    def z(self) -> float:
        """Distance in standard errors of both; of one seed in those of what is known."""
        doubt = np.nan_to_num(self.standard_error)
        return float((self.mean - self.known.value) / np.hypot(self.known.standard_error, doubt))

    @property
    def verdict(self) -> str:
        """Good, out on one side, unresolved, or not measured."""
        if not np.isfinite(self.mean):
            return UNMEASURED
        if not self.standard_error <= self.known.margin:
            return UNRESOLVED
        if abs(self.z) <= STANDARD_ERRORS:
            return GOOD
        return LOW if self.z < 0.0 else HIGH


class Tally(NamedTuple):
    """Many lines judged together."""

    lines: int
    good: int
    unresolved: int
    mean_z: float
    """Mean distance of those that could be measured, without sign."""


def tally(lines: Sequence[Judged]) -> Tally:
    """Count the verdicts."""
    verdicts = [line.verdict for line in lines]
    distances = [abs(line.z) for line in lines if np.isfinite(line.z)]
    mean = float(np.mean(distances)) if distances else float("nan")
    return Tally(len(verdicts), verdicts.count(GOOD), verdicts.count(UNRESOLVED), mean)
