"""What the opening knows while it fills a new world."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ravelin.core.clock import monthly_growth
from ravelin.core.parameter import Settings
from ravelin.core.table import World
from ravelin.opening.business import Businesses, Catalog
from ravelin.opening.calibration import Calibration
from ravelin.opening.households import Households
from ravelin.opening.population import People

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Draft:
    """The world's tables, allocated, and all that was settled about who is in it."""

    world: World
    data: Calibration
    cat: Catalog
    people: People
    homes: Households
    business: Businesses
    pay: Doubles
    """(localities, 3): offers over the nation's at which a locality wants the mix of skills that it has."""
    value: Callable[[str], float]
    """Value of a parameter, by name."""
    seed: int

    def without(self, *names: str) -> "Draft":
        """Return the draft without columns of people and homes that nobody asks for again."""
        none: Any = np.empty(0)
        people = {name: none for name in names if name in self.people._fields}
        homes = {name: none for name in names if name in self.homes._fields}
        return replace(self, people=self.people._replace(**people), homes=self.homes._replace(**homes))

    def compiled(self) -> "Draft":
        """Return the draft without the answers of the spending model, which are the world's from here on."""
        table = self.homes.table._replace(answer=np.empty((0, 0, 2), np.float32))
        return replace(self, homes=self.homes._replace(table=table))

    def settled(self) -> "Draft":
        """Return the draft without what only the consumers' rows have to hold from here on."""
        return self.without(
            "education", "children", "persons_over_64", "earners", "tenure", "region", "urban", "marital", "decile",
            "cell", "wage", "months", "habit", "buffer", "retained", "take_home", "thrift", "pension_share",
            "transfer_share",
            "equity_share", "bond_share", "dwelling_share",
        )  # fmt: skip

    @property
    def scale(self) -> float:
        """The economy's size over that of the calibration."""
        return self.people.heads / 1000.0

    @property
    def growth(self) -> float:
        """Growth of nominal stocks on the growth path, a month."""
        return monthly_growth(float(self.data.rules["growth_nominal"]))

    @property
    def made_per_sale(self) -> Doubles:
        """What is made of each good for a unit that is sold, as some spoils in store: (goods,)."""
        return 1.0 + self.data.catalog.column("spoilage") * self.data.column("finished_goods_months")

    @property
    def labor(self) -> Doubles:
        """Standard workers that each firm wants, by skill: (firms, 3)."""
        business = self.business
        scale = np.repeat(business.labor_scale, np.diff(business.locality_ends, prepend=0), axis=0)
        return np.asarray(business.sales[:, None] * self.cat.labor_per_unit[business.good] * scale)

    @property
    def share(self) -> Doubles:
        """Each firm's part of the sales of its good: (firms,)."""
        good, sales = self.business.good, self.business.sales
        return np.asarray(sales / np.bincount(good, weights=sales)[good])


def setting(settings: Settings) -> Callable[[str], Any]:
    """Look parameters up by name; several values as an array."""

    def value(name: str) -> Any:
        found = settings[settings.find(name)]
        return np.array(found) if isinstance(found, tuple) else found

    return value
