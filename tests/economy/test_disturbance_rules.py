"""Common disturbances: autoregressions of the declared size, off when switched off, felt where they should be."""

import numpy as np
import pytest
from small_world import run

from ravelin.core.draws import key, normal
from ravelin.economy.accounts.tables import Economy
from ravelin.economy.outlook.disturbances import draw_disturbances
from ravelin.economy.outlook.expectations import revise_real_rate
from ravelin.economy.outlook.tables import Outlook

STATED = {
    "Disturbances.premium_spread": 0.01, "Disturbances.premium_memory": 0.9,
    "Disturbances.procurement_spread": 0.05, "Disturbances.procurement_memory": 0.8,
}  # fmt: skip


def drawn(seed: int, ticks: int, **size: float) -> tuple[float, float]:
    parameters = STATED | {f"Disturbances.{name}": value for name, value in size.items()}
    economy = run(draw_disturbances, {}, {}, seed=seed, ticks=ticks, parameters=parameters)[Economy]
    return float(economy.risk_premium[0]), float(economy.procurement[0])


@pytest.mark.parametrize(("size", "spreads"), [(1.0, (0.01, 0.05)), (0.5, (0.005, 0.025))])
def test_they_spread_as_declared(size: float, spreads: tuple[float, float]) -> None:
    """Over many seeds, after enough months to forget the opening; a spread of 500 draws is known to 3 %."""
    found = np.array([drawn(seed, 60, size=size) for seed in range(500)])
    assert found.std(axis=0) == pytest.approx(spreads, rel=0.12)
    assert abs(found.mean(axis=0) / spreads).max() < 0.15
    assert abs(np.corrcoef(found.T)[0, 1]) < 0.15, "one does not tell the other"


def test_a_month_brings_the_draw_of_its_stream() -> None:
    for seed in range(5):
        scores = [normal(key(seed, stream, 0), 0) for stream in ("risk premium", "procurement")]
        expected = [0.01 * (1 - 0.9**2) ** 0.5 * scores[0], 0.05 * (1 - 0.8**2) ** 0.5 * scores[1]]
        assert drawn(seed, 1) == pytest.approx(expected)


def test_part_of_them_stays() -> None:
    now, later = (np.array([drawn(seed, ticks) for seed in range(500)]) for ticks in (60, 64))
    for which, memory in enumerate((0.9, 0.8)):
        assert np.corrcoef(now[:, which], later[:, which])[0, 1] == pytest.approx(memory**4, abs=0.1)


def test_switched_off_they_are_nothing() -> None:
    assert drawn(3, 24, size=0.0) == (0.0, 0.0)


def test_borrowers_and_savers_face_the_premium_on_top_of_the_policy_rate() -> None:
    economy = run(revise_real_rate, {}, {Outlook.risk_premium: 0.02, Outlook.expected_inflation: 0.02}, ticks=200)[
        Economy
    ]
    assert economy.real_rate_slow[0] == economy.real_rate_smooth[0] == pytest.approx(0.0, abs=1e-9)
