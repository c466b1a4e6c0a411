"""One served economy and one browser for all tests of the dashboard."""

from collections.abc import Iterator

import pytest
from chromium import Browser, Serving, serving


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    opened = Browser(tmp_path_factory.mktemp("profile"))
    yield opened
    opened.driver.quit()


@pytest.fixture(scope="session")
def economy(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A served economy of 1,000 consumers; without a browser none is opened."""
    folder = tmp_path_factory.mktemp("served") / "run"
    with serving("--consumers", "1000", "--seed", "1", "--ticks", "4000", "--out", str(folder)) as server:
        server.settle(30)
        yield server
