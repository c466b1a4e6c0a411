"""The fingerprint notices every bit, and nothing but the bits."""

import numpy as np
import pytest
import toy

from ravelin.storage import fingerprint as module
from ravelin.storage.fingerprint import code_digest, fingerprint


def test_equal_worlds_have_equal_fingerprints() -> None:
    world = toy.make_world()
    assert fingerprint(world, 3, 1) == fingerprint(toy.make_world(), 3, 1) == fingerprint(world.copy(), 3, 1)


def test_every_column_counts() -> None:
    world = toy.make_world()
    digest = fingerprint(world, 3, 1)
    for rows in world.tables.values():
        for _, array in rows.items():
            raw = array.reshape(-1).view(np.uint8)
            raw[-1] ^= 1
            assert fingerprint(world, 3, 1) != digest
            raw[-1] ^= 1
    assert fingerprint(world, 3, 1) == digest


@pytest.mark.parametrize(("tick", "seed"), [(4, 1), (3, 2)])
def test_tick_and_seed_count(tick: int, seed: int) -> None:
    world = toy.make_world()
    assert fingerprint(world, tick, seed) != fingerprint(world, 3, 1)


def test_values_that_trade_columns_are_noticed() -> None:
    world = toy.make_world()
    digest = fingerprint(world, 3, 1)
    firms = world[toy.Firms]
    firms.till[:] = np.arange(toy.FIRMS)
    other = fingerprint(world, 3, 1)
    firms.sales[:], firms.till[:] = firms.till.copy(), firms.sales.copy()
    assert len({digest, other, fingerprint(world, 3, 1)}) == 3


def test_threads_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    world = toy.make_world()
    alone = fingerprint(world, 3, 1)
    monkeypatch.setattr(module, "_THREADS_FROM_BYTES", 0)
    assert fingerprint(world, 3, 1) == alone


def test_code_digest_is_stable() -> None:
    assert code_digest() == code_digest()
    assert len(code_digest()) == 2 * module.DIGEST_BYTES
