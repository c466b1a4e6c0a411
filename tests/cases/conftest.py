"""What the cases share: a folder of their own, and the command line in this process."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from ravelin.cli import main


class Outcome(NamedTuple):
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def is_refusal(self) -> bool:
        """Whether it ended as wrong usage does, with one sentence."""
        lines = [line for line in self.err.strip().splitlines() if line.startswith("Error: ")]
        return self.code == 2 and len(lines) == 1 and "Traceback" not in self.err


Ravelin = Callable[..., Outcome]


@pytest.fixture
def ravelin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Ravelin:
    """Call the command line in a folder of the test's own."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str) -> Outcome:
        capfd.readouterr()
        with pytest.raises(SystemExit) as left:
            main(list(arguments))
        assert isinstance(left.value.code, int)
        return Outcome(left.value.code, *capfd.readouterr())

    return call
