"""Old machines: who is left behind by the frontier costs more, asks more and loses customers."""

import numpy as np

from ravelin import Scenario, Simulation
from ravelin.economy.firms.tables import Firms


def test_obsolete_firms_lose_share() -> None:
    """A tenth of firms, their machines a sixth behind, against the same firms with the same luck."""
    with Simulation(Scenario.load("default", consumers=10_000), seed=1) as base:
        base.run(6)
        firms = base.world[Firms]
        old = np.arange(firms.good.size) % 10 == 0
        with base.fork() as behind:
            obsolete = behind.world[Firms]
            obsolete.labor_productivity[old] *= 0.85
            shares, prices = [], []
            for _ in range(3):
                base.run(12)
                behind.run(12)
                shares.append(share(obsolete, old) / share(firms, old))
                prices.append(float((obsolete.price / firms.price)[old].mean()))
    assert prices[0] > 1.02
    assert shares[0] < 0.95
    assert shares[0] > shares[1] > shares[2]
    assert 0.6 < shares[2] < 0.85


def share(firms: Firms, chosen: np.ndarray) -> float:
    """Give the part of all sales that some firms have."""
    sales = firms.sold * firms.price
    return float(sales[chosen].sum() / sales.sum())
