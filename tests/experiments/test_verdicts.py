"""A check ends with a sentence that says whether it passes, and if not, what is outside by how much."""

import re

from ravelin.validation.checks import opening
from ravelin.validation.verdict import verdict


def test_the_opening_says_why_it_fails() -> None:
    """A small economy of one seed has the luck of a few unemployed: it fails, and names each flow that is outside."""
    passed, text = opening(consumers=1_000, seeds=1)
    lines = text.splitlines()
    outside = [re.split(r"\s{2,}", line)[0] for line in lines if line.endswith("  outside")]
    assert not passed
    assert outside
    assert lines[0].endswith("one seed")
    assert lines[-1].startswith("Fails: ")
    assert {said.rpartition(" in ")[0].rpartition(" ")[0] for said in lines[-1][7:].split("; ")} == set(outside)
    assert re.search(r"[+-]\d+\.\d\d% in (month|year) 1 \(bound \d\.\d%\)", lines[-1])
    assert "0.00%" not in "".join(re.findall(r"±.{7}", text)), "one seed has no error, not one of zero"


def test_nothing_outside_passes() -> None:
    assert verdict([], "all is well") == "Passes: all is well."
    assert verdict(["a", "b"], "all is well") == "Fails: a; b."
