"""The command line of this process on the toy economy, which keeps accounts and draws a page here."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import toy_cli

from ravelin import Simulation
from ravelin.cli import main
from ravelin.runs.observation import Matrix

Command = Callable[..., tuple[int, str]]


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Give the command line on the toy economy, which keeps accounts and draws a page here."""
    for name, module in toy_cli.modules().items():
        monkeypatch.setitem(sys.modules, name, module)
    from ravelin.report import page

    monkeypatch.setattr(Simulation, "keeps_accounts", True)
    monkeypatch.setattr(Simulation, "audit", lambda _: {})
    for name in ("balance_sheet", "flow_matrix"):
        monkeypatch.setattr(Simulation, name, lambda one: Matrix(("a",), ("b",), np.array([[one.tick]])))
    drawn: dict[str, Any] = {"charts": lambda *_: ["one"], "overview": lambda *_: [], "last_sizes": lambda _: None}
    for name, stub in drawn.items():
        monkeypatch.setattr(page, name, stub)
    monkeypatch.setattr(page, "overview_png", lambda *_: b"picture")
    monkeypatch.setattr(page, "_page", lambda *_: "page")
    monkeypatch.setattr(os, "fsync", lambda _: None)  # What is flushed is in the recording.
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)

    def call(*arguments: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as left:
            main(list(arguments))
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        assert isinstance(left.value.code, int)
        return left.value.code, err

    return call
