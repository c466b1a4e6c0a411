"""Market power by share of the market, and the shares at which it lets a market rest."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ravelin.mechanisms.rivalry import market_power, market_powers, rival_shares


@pytest.mark.parametrize(
    ("share", "within", "across", "power"),
    [(0.0, 12.0, 1.0, 12.0 / 11.0), (0.5, 12.0, 1.0, 6.5 / 5.5), (0.5, 6.0, 2.0, 4.0 / 3.0), (1.0, 12.0, 3.0, 1.5),
     (1.0, 12.0, 1.0, 11.0), (0.3, 0.0, 0.0, 11.0)],
)  # fmt: skip
def test_power_by_hand(share: float, within: float, across: float, power: float) -> None:
    """The last two face no elasticity at which a best price exists."""
    assert market_power(share, within, across) == pytest.approx(power)
    assert market_powers(np.array([share]), within, across).tolist() == [market_power(share, within, across)]


def test_no_other_price_earns_more() -> None:
    """Rivals charge what leaves the seller a share of .4 at its best price; it tries all other prices."""
    share, within, across = 0.4, 12.0, 1.0
    best = market_power(share, within, across)
    price = np.linspace(0.5 * best, 2.0 * best, 200_001)
    appeal = share * (price / best) ** -within
    level = (appeal + 1.0 - share) ** (-1.0 / within)
    sold = appeal / (appeal + 1.0 - share) * level**-across
    assert price[np.argmax((price - 1.0) * sold)] == pytest.approx(best, rel=1e-4)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0.01, 100.0), min_size=1, max_size=30), st.floats(2.0, 20.0))
def test_no_buyer_gained_or_lost_at_rest(pull: list[float], within: float) -> None:
    """Of two sellers as many buyers go one way as the other: share * other's pull * logit is the same both ways."""
    pulls = np.array(pull)
    shares = rival_shares(pulls, within, 1.0)
    assert shares.sum() == pytest.approx(1.0)
    appeal = market_powers(shares, within, 1.0) ** -within
    flow = shares[:, None] * pulls[None, :] * appeal[None, :] / (appeal[:, None] + appeal[None, :])
    assert flow == pytest.approx(flow.T, rel=1e-5)
    order = np.argsort(pulls)
    assert (np.diff(shares[order]) >= -1e-12).all()
    # The largest keeps less than it pulls.
    assert shares.max() <= pulls.max() / pulls.sum() + 1e-9
