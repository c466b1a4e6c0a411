"""The report's section on dynamics shows what a run has."""

from pathlib import Path

import numpy as np
import pytest
import toy
from made_economy import made_history

from ravelin import Scenario, Simulation
from ravelin.economy.firms.tables import Firms, Workforce
from ravelin.storage.checkpoint import CheckpointError, read_column
from ravelin.storage.folder import RunFolder

pytest.importorskip("matplotlib")

from ravelin.report.dynamics import dynamics_section, last_sizes

SIZES = np.floor(1000.0 / np.arange(1, 400))


def test_a_long_run_shows_its_dynamics() -> None:
    page = dynamics_section(made_history(), SIZES)
    for title in ("Cycles of output", "inventory cycle", "Beveridge curve", "law</h3>", "Firm sizes"):
        assert title in page
    assert "correlation of the cycles -1.00" in page
    assert "slope -0.40" in page
    assert "nan" not in page
    assert page.count("<svg") == 6


def test_without_firms_there_is_no_plot_of_them() -> None:
    assert "Firm sizes" not in dynamics_section(made_history(), None)
    assert "Firm sizes" not in dynamics_section(made_history(), SIZES[:20])


def test_a_short_run_shows_nothing() -> None:
    assert dynamics_section(made_history(57), SIZES) == ""
    assert dynamics_section(made_history(60), SIZES) != ""


def test_sizes_come_from_the_last_checkpoint(tmp_path: Path) -> None:
    with Simulation(Scenario.load("default", consumers=1_000, ticks=3)) as economy:
        economy.run(3, out=tmp_path / "run")
        staff = economy.world[Firms].staff
        folder = RunFolder.look(tmp_path / "run")
        found = last_sizes(folder)
        assert found is not None
        np.testing.assert_array_equal(found, staff.sum(axis=1))
        kept = folder.checkpoint_path(folder.checkpoints()[-1])
        np.testing.assert_array_equal(read_column(kept, Workforce.staff), staff)
        np.testing.assert_array_equal(read_column(kept, Firms.price), economy.world[Firms].price)


def test_a_checkpoint_without_the_column_is_told(tmp_path: Path) -> None:
    with Simulation(Scenario(consumers=50), tick=toy.TICK, opening=toy.open_world, observe=toy.indicators) as economy:
        economy.run(1).save(tmp_path / "kept")
    with pytest.raises(CheckpointError, match=r"has no Firms\.staff"):
        read_column(tmp_path / "kept", Workforce.staff)
