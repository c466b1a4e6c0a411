"""What is seen of an economy: its indicators month by month, its matrices, and who is told of them."""

import datetime
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ravelin.core.table import Array, World
from ravelin.storage.history import Field, History

if TYPE_CHECKING:
    from ravelin.economy.accounts.indicators import Indicator


class Matrix(NamedTuple):
    """A balance sheet or a flow matrix: (rows, columns) whole cents with their names."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cents: npt.NDArray[np.int64]


class Moment(NamedTuple):
    """What an observer receives after each tick; the columns of `world` are read-only."""

    tick: int
    date: datetime.date
    world: World
    indicators: dict[str, int | str | float | None]


class Observation:
    """Reads a world's indicators after each tick, keeps their history and tells the observers.

    Parameters
    ----------
    world : World
    list_indicators : callable, optional
        Lists the indicators of a world; `ravelin.economy.accounts.indicators` if not given.

    Attributes
    ----------
    history : History
    observers : list of callables
        Each receives a `Moment` after every tick.
    """

    def __init__(self, world: World, list_indicators: "Callable[[World], list[Indicator]] | None") -> None:
        self.list_indicators = list_indicators or _all_indicators()
        self.observers: list[Callable[[Moment], None]] = []
        self._view = world.view()
        indicators = self.list_indicators(world)
        # The arrays are looked up once: there are some hundred, and a tick may take a millisecond.
        self._read: list[tuple[Array, Any, float]] = [
            (world.array(one.column), one.position, one.scale) for one in indicators
        ]
        self.history = History([Field(one.name, one.title, one.unit, one.definition, one.kind) for one in indicators])

    def record(self, tick: int, date: datetime.date) -> None:
        """Add a tick that has ended to the history."""
        self.history.append(tick, date, [float(array[position]) * scale for array, position, scale in self._read])

    def tell(self, tick: int, date: datetime.date) -> None:
        """Tell the observers of the tick recorded last."""
        if self.observers:
            moment = Moment(tick, date, self._view, self.history.last())
            for observer in self.observers:
                observer(moment)

    def go_on(self, history: History) -> None:
        """Continue a history that has begun elsewhere."""
        self.history = history.arranged(self.history.fields)


def _all_indicators() -> "Callable[[World], list[Indicator]]":
    from ravelin.economy.accounts.indicators import indicators

    return indicators
