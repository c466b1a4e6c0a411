"""Fixtures of the server's tests."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from served import Command, serving
from starlette.testclient import TestClient


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with serving(tmp_path_factory.mktemp("served")) as found:
        yield found


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
