"""Effects by group of people: the same people in both futures, by what they were when the futures part.

from ravelin.experiments import paired

comparison = paired("default", "tax_cut", people=True)
for group in comparison.groups("decile"):
    print(group.name, group.spending.mean, group.gain.mean, group.winners.mean)
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np

from ravelin.core.clock import QUARTER
from ravelin.core.given import shown
from ravelin.core.table import Array, World
from ravelin.core.units import DOLLARS_PER_CENT
from ravelin.economy.accounts.net_worth import net_worth
from ravelin.economy.goods.tables import SKILLS
from ravelin.economy.people.groups import DECILES, GROUPS, TENURES
from ravelin.economy.people.tables import STATUS, Consumers, Lives
from ravelin.experiments.errors import ExperimentError

if TYPE_CHECKING:
    from ravelin.runs.simulation import Moment, Simulation

AGES = (0, 25, 35, 45, 55, 65, 75)
"""Where classes of age begin."""
GROUPINGS = {
    "decile": tuple(str(number) for number in range(1, DECILES + 1)),
    "age": ("below 25", *(f"{low} to {high - 1}" for low, high in pairwise(AGES[1:])), "75 and over"),
    "skill": SKILLS,
    "tenure": TENURES,
    "status": STATUS,
}
"""What people are told apart by, and what the groups are called."""
YEARS = (4, 8, 12)
"""Quarters after the parting up to which effects by group are told."""
NOTED = 0.01
"""Who gains or loses less than this part of her group's mean income is neither winner nor loser."""


class People:
    """Observes a run: who was in which group when the futures part, and what each has spent, earned and owns since.

    Attributes
    ----------
    groups : grouping -> (consumers,) place in the names of `GROUPINGS`
    spent, earned : (stated quarters, consumers) dollars since the parting
    worth : (stated quarters, consumers) net worth, dollars
    """

    def __init__(self) -> None:
        self.apart = 0
        self.groups: dict[str, Array] = {}
        self.spent: list[Array] = []
        self.earned: list[Array] = []
        self.worth: list[Array] = []
        self._spent: Any = 0.0
        self._earned: Any = 0.0

    def begin(self, economy: "Simulation", apart: int) -> None:
        """Take note of a run that is about to begin, and of the tick in which futures part."""
        self.apart = apart
        if apart == 0:
            self._look(economy.world)

    def __call__(self, moment: "Moment") -> None:
        """Take note of a month."""
        if moment.tick == self.apart - 1:
            self._look(moment.world)
        if moment.tick < self.apart:
            return
        self._spent = self._spent + moment.world[Consumers].budget * DOLLARS_PER_CENT
        self._earned = self._earned + moment.world[Lives].take_home * DOLLARS_PER_CENT
        months = moment.tick - self.apart + 1
        if months in [quarters * QUARTER for quarters in YEARS]:
            for kept, now in (
                (self.spent, self._spent),
                (self.earned, self._earned),
                (self.worth, net_worth(moment.world) * DOLLARS_PER_CENT),
            ):
                kept.append(now.astype(np.float32))

    def _look(self, world: World) -> None:
        people = world[Consumers]
        found = {
            "decile": GROUPS["decile"].of(world) - 1,
            "age": np.searchsorted(AGES, world[Lives].age, side="right") - 1,
            "skill": people.skill,
            "tenure": GROUPS["tenure"].of(world),
            "status": people.status,
        }
        self.groups = {name: np.asarray(places, dtype=np.uint8) for name, places in found.items()}

    def arrays(self) -> dict[str, Array]:
        """Return what it remembers."""
        numbers = {name: np.array(getattr(self, name)) for name in ("spent", "earned", "worth")}
        return {**numbers, **{f"by_{name}": places for name, places in self.groups.items()}}

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, Array]) -> Self:
        """Return an observer that remembers what is given."""
        made = cls()
        made.spent, made.earned, made.worth = (list(arrays[name]) for name in ("spent", "earned", "worth"))
        made.groups = {name: arrays[f"by_{name}"] for name in GROUPINGS}
        return made


class Band(NamedTuple):
    """A mean over pairs and half the width of its confidence band."""

    mean: float
    half_width: float


class GroupEffect(NamedTuple):
    """What a departure does to a group of people, per person, up to a quarter after the parting.

    Attributes
    ----------
    name : str
    quarter : int
    people : float
        How many belong to it, on average over the pairs.
    spending, income : percent
        Of what the group means to spend, and of what it takes home (smoothed; lump sums are no part of it), since the
        parting.
    wealth : dollars
        Net worth at the end of the quarter.
    gain : dollars
        Spent since the parting and owned at its end, together: all that came to her by then.
    winners, losers : percent
        Of the people, those whose gain, or loss, is above one percent of the group's mean income.
    """

    name: str
    quarter: int
    people: float
    spending: Band
    income: Band
    wealth: Band
    gain: Band
    winners: Band
    losers: Band


def group_effects(
    base: Sequence[People], other: Sequence[People], by: str, quarter: int, band: Any
) -> list[GroupEffect]:
    """Return the effect on each group that has people in all pairs.

    Parameters
    ----------
    base, other : the observers of each pair
    by : str
        One of `GROUPINGS`.
    quarter : int
        One of `YEARS` that the runs reach.
    band : samples -> mean and half width

    Raises
    ------
    ExperimentError
    """
    if not isinstance(by, str) or by not in GROUPINGS:
        said = f"there is no grouping {shown(by)}"
        raise ExperimentError.unknown(said, str(by), GROUPINGS, after=f" ({', '.join(GROUPINGS)})")
    reached = YEARS[: len(base[0].spent)]
    if quarter not in reached:
        known = f"told at quarter {', '.join(map(str, reached))}" if reached else "and these runs end within the first"
        raise ExperimentError(f"quarter is {shown(quarter)}, and effects by group are of whole years, {known}")
    place = YEARS.index(quarter)
    found = []
    for number, name in enumerate(GROUPINGS[by]):
        members = [one.groups[by] == number for one in base]
        if not all(own.any() for own in members):
            continue
        rows = [_of_pair(one, two, own, place) for one, two, own in zip(base, other, members, strict=True)]
        mean, half_width = band(np.array(rows))
        found.append(
            GroupEffect(
                name,
                quarter,
                float(np.mean([np.count_nonzero(own) for own in members])),
                *(Band(float(one), float(wide)) for one, wide in zip(mean, half_width, strict=True)),
            )
        )
    return found


def _of_pair(base: People, other: People, own: Array, place: int) -> list[float]:
    """Return the effects on the people of a group in one pair."""
    spent, earned, worth = (
        (getattr(base, name)[place][own].astype(np.float64), getattr(other, name)[place][own].astype(np.float64))
        for name in ("spent", "earned", "worth")
    )
    gain = spent[1] - spent[0] + worth[1] - worth[0]
    noted = NOTED * earned[0].mean()
    return [
        100.0 * (spent[1].mean() / spent[0].mean() - 1.0),
        100.0 * (earned[1].mean() / earned[0].mean() - 1.0),
        worth[1].mean() - worth[0].mean(),
        gain.mean(),
        100.0 * float((gain > noted).mean()),
        100.0 * float((gain < -noted).mean()),
    ]


def printed_groups(effects: Sequence[GroupEffect], by: str) -> str:
    """Write effects by group as a table."""
    heads = ("spending %", "income %", "wealth $", "gain $", "% who gain", "% who lose")
    lines = [
        f"By {by} when the two part; per person, up to quarter {effects[0].quarter}",
        f"{'':<16}{'people':>9}" + "".join(f"{head:>14}" for head in heads),
    ]
    lines.append("-" * len(lines[-1]))
    for one in effects:
        changes = zip((one.spending, one.income, one.wealth, one.gain), (2, 2, 0, 0), strict=True)
        cells = [_cell(*band, decimals) for band, decimals in changes]
        cells += [_cell(*band, 0).removeprefix("+") for band in (one.winners, one.losers)]
        lines.append(f"{one.name.replace('_', ' '):<16}{one.people:>9,.0f}" + "".join(f"{cell:>14}" for cell in cells))
    return "\n".join(lines)


def _cell(mean: float, half_width: float, decimals: int) -> str:
    width = f" ±{half_width:.{decimals}f}" if np.isfinite(half_width) else ""
    return f"{round(mean, decimals) + 0.0:+.{decimals}f}{width}"
