"""A served economy of a thousand consumers: for requests from this process, and as the command that people use."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from ravelin.scenarios.scenario import Scenario
from ravelin.server.app import Server
from ravelin.server.back import First
from ravelin.server.guard import Guard

CONSUMERS = 1000
BASE = "http://localhost"


@contextmanager
def serving(folder: Path, guard: Guard | None = None, **departures: Any) -> Iterator[TestClient]:
    """Serve an economy to a client in this process; runs are kept in a folder."""
    before = Path.cwd()
    os.chdir(folder)
    scenario = Scenario.load(**{"consumers": CONSUMERS, "seed": 1, "ticks": 60, **departures})
    server = Server(guard or Guard("127.0.0.1"), First(scenario, folder / "first"), threads=1, consumers_max=3000)
    try:
        with TestClient(server, base_url=BASE, raise_server_exceptions=False) as client:
            yield client
    finally:
        os.chdir(before)


def step(client: Any, months: int = 1) -> dict[str, Any]:
    """Simulate some months, wait for them on however busy a machine, and return the status."""
    status: dict[str, Any] = client.post(f"/tick?n={months}").json()
    while status["status"] == "running":
        time.sleep(0.1)
        status = client.get("/state?fields=status").json()["status"]
    return status


class Command:
    """`ravelin serve` as people start it."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "ravelin", "serve", "--port", "0", *arguments],
            cwd=folder,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2]), "PYTHONUNBUFFERED": "1"},
        )
        self.said: list[str] = []
        assert self.process.stderr is not None
        self.port = 0
        for line in self.process.stderr:
            self.said.append(line.rstrip())
            if found := re.search(r"http://[^:]+:(\d+)", line):
                self.port = int(found[1])
                break

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def end(self, number: int = signal.SIGTERM) -> int:
        """Ask it to end, and return its exit code."""
        self.process.send_signal(number)
        _, rest = self.process.communicate(timeout=120)
        self.said += rest.splitlines()
        return self.process.returncode
