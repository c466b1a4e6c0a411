"""Every domain's own tests see at least nine in ten of the small changes that could be made to its code."""

from pathlib import Path

import mutants
import pytest

COUNT = {"ledger": 40, "rules": 90, "storage": 45, "guard": 25}
"""Two hundred in all."""


@pytest.mark.slow
@pytest.mark.parametrize("domain", COUNT)
def test_nine_in_ten_mutants_are_killed(domain: str) -> None:
    tried, alive = mutants.survivors_of_a_sample(domain, COUNT[domain], seed=1)
    assert len(alive) <= tried // 10, "\n".join(alive)


# fmt: off
@pytest.mark.parametrize(("source", "changes"), [
    ("    return a + b",                    {"    return a - b"}),
    ("    return a < 3",                    {"    return a <= 3", "    return a >= 3", "    return a < 4"}),
    ("    if a:\n        b.sync()",         {"    if not (a):\n        b.sync()", "    if a:\n        pass"}),
    ("    a[0] += b",                       {"    pass", "    a[0] -= b", "    a[1] += b"}),
    ("    return a and not True",           {"    return a or not True", "    return a and not False"}),
    ("    if a is None:\n        raise E", {
        "    if a is not None:\n        raise E", "    if a is None:\n        pass",
        "    if not (a is None):\n        raise E",
    }),
])
# fmt: on
def test_what_is_changed(source: str, changes: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One change at a time; never the words of a message, an annotation or a default."""
    head = 'def f(a: int | None = 1, b: str = "1 + 1") -> None:\n    """Add 1 + 1."""\n'
    (tmp_path / "it.py").write_text(head + source)
    monkeypatch.setattr(mutants, "ROOT", tmp_path)
    found = {mutant.applied((head + source).encode()).decode() for mutant in mutants.mutants_of("it.py")}
    assert found == {head + change for change in changes}


def test_a_sample_is_the_same_for_a_seed() -> None:
    assert mutants.sample("guard", 10, 3) == mutants.sample("guard", 10, 3)
    assert mutants.sample("guard", 10, 3) != mutants.sample("guard", 10, 4)


def test_a_sample_stays_when_other_lines_change(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else every commit would be judged by mutants that nobody has seen, and no test could be written for them."""
    before = mutants.sample("storage", 40, 3)
    every = mutants.mutants_of
    gone = {mutant.key for mutant in before[::2]}

    def edited(file: str) -> list[mutants.Mutant]:
        return [mutant for mutant in every(file) if mutant.key not in gone]

    monkeypatch.setattr(mutants, "mutants_of", edited)
    after = mutants.sample("storage", 40, 3)
    kept = [mutant for mutant in before if mutant.key not in gone]
    assert len(kept) > 10
    assert after[: len(kept)] == kept


def test_every_equivalent_still_exists() -> None:
    """A change that no test can see is excused only as long as it can be made, and with a reason."""
    excused = mutants.equivalents()
    assert all(len(reason) > 20 for reason in excused.values())
    files = {key.partition(":")[0] for key in excused}
    every = {mutant.key for file in files for mutant in mutants.mutants_of(file)}
    assert set(excused) <= every
