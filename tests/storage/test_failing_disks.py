"""A disk that is full, or a folder that may not be written, ends a run in one sentence; nothing is half-written.

Every operation of a recorded run fails once, with all that would follow; then there is room again and the run goes on.
"""

import errno
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest
from recorded_files import Recording
from toy_command import Command

from ravelin.storage import history
from ravelin.storage.folder import RunFolder

TESTS = Path(__file__).resolve().parents[1]
BEGINS = ("run", "--consumers", "100", "--ticks", "4", "--out", "x", "--checkpoint-every", "2", "--json", "--quiet")
RESUMES = ("run", "--resume", "x", "--checkpoint-every", "2", "--json", "--quiet")
REASONS = {errno.ENOSPC: ("create", "write", "mkdir"), errno.EROFS: ("create", "mkdir", "rename", "unlink", "rmdir")}
CODES = {errno.EROFS: (1, 2)}
"""Where nobody may write the folder is the wrong one, which is wrong usage; a full disk is none."""


def come_to(run: Path) -> object:
    folder = RunFolder.look(run)
    assert folder.damage() is None
    manifest = folder.read_manifest()
    return manifest["status"], manifest["fingerprint"], manifest["files"].keys(), history.read(run).digest()


@pytest.mark.parametrize("reason", REASONS)
@pytest.mark.parametrize("every", [6, pytest.param(1, marks=pytest.mark.slow)])
def test_every_operation_may_fail(command: Command, monkeypatch: pytest.MonkeyPatch, every: int, reason: int) -> None:
    recording = Recording(Path.cwd())
    with monkeypatch.context() as patch:
        recording.start(patch)
        assert command(*BEGINS)[0] == 0
    whole, count = come_to(Path("x")), len(recording.operations)
    failed = 0
    for place in range(1, count, every):
        shutil.rmtree("x")
        recording = Recording(Path.cwd())
        recording.fail_at, recording.fails = place, REASONS[reason]
        recording.failing = lambda: OSError(reason, os.strerror(reason))
        with monkeypatch.context() as patch:
            recording.start(patch)
            code, err = command(*BEGINS)
        if code:
            failed += 1
            first = err.splitlines()[0]
            assert code in CODES.get(reason, (1,)), (place, err)
            assert first.startswith("Error: cannot write "), (place, err)
            assert os.strerror(reason) in first, (place, err)
        code, _ = command(*RESUMES)
        if code:
            code, err = command(*BEGINS)
            assert code == 0, (place, err)
        assert come_to(Path("x")) == whole, place
    assert failed > 0.5 * count / every


@pytest.mark.parametrize("kills", [3, pytest.param(200, marks=pytest.mark.slow)])
def test_killed_at_random_times(tmp_path: Path, kills: int) -> None:
    """Real processes, really killed; each is resumed by another until one comes to its end."""
    environment = {**os.environ, "PYTHONPATH": str(TESTS.parent), "TOY_SECONDS": "0.05"}
    last = ["--checkpoint-every", "3", "--json", "--quiet"]
    begins = ["run", "--consumers", "300", "--ticks", "20", "--out", "x", *last]

    def start(*arguments: str) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [sys.executable, str(TESTS / "toy_cli.py"), *arguments], cwd=tmp_path, env=environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip

    def command_now() -> list[str]:
        begun = (tmp_path / "x" / "manifest.json").exists()
        return ["run", "--resume", "x", *last] if begun else begins

    begun = time.monotonic()
    _, err = start(*begins).communicate()
    longest, chance = time.monotonic() - begun, Random(5)
    whole = come_to(tmp_path / "x")
    killed, over = 0, True
    for _ in range(kills):
        if over:
            shutil.rmtree(tmp_path / "x")
        begun = time.monotonic()
        process = start(*command_now())
        try:
            process.wait(chance.uniform(0.3, 1.0) * longest)
            # Whoever else was at work when the first was timed may be done.
            longest = min(longest, time.monotonic() - begun)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            killed += 1
        process.communicate()
        over = chance.random() < 0.5
        if over:
            process = start(*command_now())
            _, err = process.communicate()
            assert process.returncode == 0, err
            assert come_to(tmp_path / "x") == whole
    # How far a resumed run has come when it is shot is a matter of the machine's load; some must be hit.
    assert killed > (kills // 3 if kills > 50 else 0)
