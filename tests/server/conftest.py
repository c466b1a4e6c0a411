"""Fixtures of the server's tests."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest
from served import CONSUMERS, Command, serving
from starlette.testclient import TestClient

from ravelin import Scenario, Simulation


@pytest.fixture(scope="session")
def compiled() -> None:
    """Compile what months run on, lest the first request of a new checkout waits for a compiler and is told so."""
    with Simulation(Scenario.load(consumers=CONSUMERS, seed=1), threads=1) as simulation:
        simulation.run(13)


@pytest.fixture(scope="module")
def client(compiled: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with serving(tmp_path_factory.mktemp("served")) as found:
        yield found


@pytest.fixture(scope="module")
def served(compiled: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """Give one server, as people start it, for the requests of a whole module."""
    server = Command(tmp_path_factory.mktemp("served"), "--consumers", "1000", "--seed", "1", "--threads", "1")
    httpx2.get(f"{server.url}/state", timeout=120)
    yield server
    server.process.kill()
    server.process.communicate()


@pytest.fixture
def command(compiled: None, tmp_path: Path) -> Iterator[Callable[..., Command]]:
    begun: list[Command] = []

    def begin(*arguments: str) -> Command:
        begun.append(Command(tmp_path, *arguments))
        return begun[-1]

    yield begin
    for one in begun:
        one.process.kill()
        one.process.communicate()
