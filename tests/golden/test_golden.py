"""Results of a fixed seed change only in the open: digests of small economies, each change with its changelog line."""

from typing import Any

import pytest
from digests import FOLDER, MONTHS, QUICK, SLOW, kept, name_of, seal, today

KEPT = kept()


@pytest.mark.parametrize("case", [*QUICK, *(pytest.param(case, marks=pytest.mark.slow) for case in SLOW)], ids=name_of)
def test_the_economy_is_what_it_was(case: tuple[int, int]) -> None:
    was, found = KEPT["economies"][name_of(case)], today(case)
    assert found["series"] == was["series"]
    for part in ("history", "world"):
        changed = [name for name, digest in was[part].items() if found[part].get(name) != digest]
        new = sorted(found[part].keys() - was[part].keys())
        assert (part, changed) == (part, [])
        assert part == "history" or new == [], "a new column stands in names.toml until the digests are renewed"


def test_every_change_has_its_line() -> None:
    """The digests are those that the last reason sealed, and every reason stands in the changelog, each once."""
    changelog = " ".join((FOLDER.parents[1] / "CHANGELOG.md").read_text().split())
    lines = [reason["line"] for reason in KEPT["reasons"]]
    assert [line for line in lines if line not in changelog] == []
    assert len(set(lines)) == len(lines)
    assert all("**Results change**" in line for line in lines[1:])
    assert KEPT["reasons"][-1]["seal"] == seal(KEPT["economies"])
    assert KEPT["months"] == MONTHS


def test_a_digest_sees_a_last_bit_and_no_type() -> None:
    import numpy as np
    from digests import digest

    values: Any = np.arange(5, dtype=np.float32)
    assert digest(values) == digest(values.astype(np.float64)) != digest(np.nextafter(values, np.float32(9)))
    assert digest(np.arange(3, dtype=np.uint8)) == digest(np.arange(3)) != digest(np.array([0, 2, 1]))
