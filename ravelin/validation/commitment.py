"""What the economy is judged by, as committed before the work that is judged: moments, and effects of policies.

A commitment is data: `data/moments/committed.csv` and `data/effects/united_states.csv`.
"""

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

from ravelin.core.shipped import data_folder

APPLIES = "applies"
STANDINGS = (APPLIES, "Credit", "Markets", "Systemic", "not measurable")
"""Whether an effect is judged, waits for an issue that brings what it needs, or never can be here."""


class KnownEffect(NamedTuple):
    """What a policy, a shock or a circumstance did in the world, and whether this economy is judged by it.

    Attributes
    ----------
    group : str
        Rival estimates of one thing have one group, and count once.
    stands : str
        One of `STANDINGS`.
    low, high : float
        The band.
    calibrated : str
        Which parameter was set by it, if one was; it is then no evidence.
    why : str
        Why it stands as it does.
    """

    id: str
    group: str
    stands: str
    effect: str
    shock: str
    measure: str
    low: float
    high: float
    unit: str
    horizon: str
    source: str
    confidence: str
    calibrated: str
    why: str

    @property
    def applies(self) -> bool:
        """Whether the economy is judged by it."""
        return self.stands == APPLIES


def _rows(*place: str) -> list[dict[str, str]]:
    path = data_folder() / Path(*place)
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@cache
def committed_moments() -> dict[str, str]:
    """Return the facts that are judged, by name, and the parameter that was set by it, if one was."""
    return {row["fact"]: row["fitted"] for row in _rows("moments", "committed.csv")}


@cache
def known_effects() -> dict[str, KnownEffect]:
    """Return all effects that are known, by id, those that wait included."""
    return {
        row["id"]: KnownEffect(**{**row, "low": float(row["low"]), "high": float(row["high"])})  # type: ignore[arg-type]
        for row in _rows("effects", "united_states.csv")
    }


class PeersFigure(NamedTuple):
    """What another model shows of a fact."""

    fact: str
    peer: str
    value: float
    source: str


@cache
def peers() -> tuple[PeersFigure, ...]:
    """Return what other models are known to show."""
    return tuple(
        PeersFigure(row["fact"], row["peer"], float(row["value"]), row["source"])
        for row in _rows("moments", "peers.csv")
    )
