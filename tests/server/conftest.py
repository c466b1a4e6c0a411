"""Fixtures of the server's tests."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest
from served import Command, serving
from starlette.testclient import TestClient


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with serving(tmp_path_factory.mktemp("served")) as found:
        yield found


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """Give one server, as people start it, for the requests of a whole module."""
    server = Command(tmp_path_factory.mktemp("served"), "--consumers", "1000", "--seed", "1", "--threads", "1")
    httpx2.get(f"{server.url}/state", timeout=120)
    yield server
    server.process.kill()
    server.process.communicate()


@pytest.fixture
def command(tmp_path: Path) -> Iterator[Callable[..., Command]]:
    begun: list[Command] = []

    def begin(*arguments: str) -> Command:
        begun.append(Command(tmp_path, *arguments))
        return begun[-1]

    yield begin
    for one in begun:
        one.process.kill()
        one.process.communicate()
