"""A rule of one's own compared in pairs, here and in workers; what an interrupt leaves is taken back."""

from pathlib import Path

import numpy as np
import pytest

from ravelin import TICK, Scenario
from ravelin.economy.spending import consumption
from ravelin.experiments import Comparison, Ensemble, RunsInterruptedError, ensemble, paired
from ravelin.experiments.workers import Standing

BASE = Scenario.load("default", consumers=500)
PAGE = TICK.without(consumption.reconsider_habits)


def same(one: Ensemble, two: Ensemble) -> bool:
    return all(np.array_equal(one.column(f.name), two.column(f.name), equal_nan=True) for f in one.fields)


@pytest.fixture(scope="module")
def alone() -> Comparison:
    return paired(BASE, BASE, seeds=[1, 2], ticks=4, other_tick=PAGE, workers=1)


def test_a_page_makes_the_same_bits_in_workers(alone: Comparison) -> None:
    assert [one.what for one in alone.differences][-1] == "tick page"
    pooled = paired(BASE, BASE, seeds=[1, 2], ticks=4, other_tick=PAGE, workers=2)
    assert same(pooled.base, alone.base)
    assert same(pooled.other, alone.other)
    assert not same(alone.base, alone.other)


@pytest.mark.parametrize("workers", [1, 2])
def test_an_interrupt_holds_what_is_finished(workers: int, alone: Comparison, tmp_path: Path) -> None:
    def interrupt(now: Standing) -> None:
        if now.finished == 3:
            raise KeyboardInterrupt

    with pytest.raises(RunsInterruptedError, match="1 of 2 seeds are finished; they are in this exception's") as caught:
        paired(BASE, BASE, seeds=[1, 2], ticks=4, other_tick=PAGE, workers=workers, hear=interrupt)
    held = caught.value
    assert len(held.finished.base.seeds) == 1
    assert set(held.remaining) | set(held.finished.base.seeds) == {1, 2}
    told: list[Standing] = []
    whole = paired(
        BASE, BASE, seeds=[1, 2], ticks=4, other_tick=PAGE, workers=1, finished=held.finished, hear=told.append
    )
    assert told[-1].tasks == 2  # The pair that was missing, and nothing else.
    assert same(whole.base, alone.base)
    assert same(whole.other, alone.other)


def test_a_folder_goes_on_by_the_same_call(alone: Comparison, tmp_path: Path) -> None:
    def interrupt(now: Standing) -> None:
        if now.finished:
            raise KeyboardInterrupt

    with pytest.raises(RunsInterruptedError, match="1 of 2 seeds are finished and kept in"):
        ensemble(BASE, [1, 2], 4, workers=1, tick=PAGE, keep=tmp_path / "x", hear=interrupt)
    told: list[Standing] = []
    made = ensemble(BASE, [1, 2], 4, workers=1, tick=PAGE, keep=tmp_path / "x", hear=told.append)
    assert same(made, alone.other)
    assert told[-1].tasks == 1
