"""A real browser and a real server for the tests of the dashboard."""

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
OPENING_SECONDS = 240.0


class Serving:
    """A `ravelin serve` of its own."""

    def __init__(self, *arguments: str, port: int = 0) -> None:
        self._said = tempfile.TemporaryFile("w+")  # noqa: SIM115 - it lives as long as the server.
        command = [sys.executable, "-m", "ravelin", "serve", *arguments, "--port", str(port)]
        self.process = subprocess.Popen(command, stdout=self._said, stderr=subprocess.STDOUT, text=True)
        try:
            self.url = until(self._address, OPENING_SECONDS)
            self.port = int(self.url.rpartition(":")[2])
            until(self.is_open, OPENING_SECONDS)
        except BaseException:
            self.stop()
            raise

    def _address(self) -> str | None:
        self._said.seek(0)
        said = self._said.read()
        assert self.process.poll() is None, f"ravelin serve ended: {said}"
        found = re.search(r"http://[\d.]+:\d+", said)
        return found[0] if found else None

    def is_open(self) -> bool:
        assert self.process.poll() is None, "ravelin serve ended"
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
        return False

    def ask(self, path: str, body: object = None, method: str | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self.url + path, data, {"Content-Type": "application/json"} if data else {}, method=method
        )
        with urllib.request.urlopen(request, timeout=OPENING_SECONDS) as answer:
            text = answer.read()
            return json.loads(text) if text else None

    def post(self, path: str, body: object = None) -> Any:
        return self.ask(path, body, "POST")

    def status(self) -> dict[str, Any]:
        found: dict[str, Any] = self.ask("/state?fields=status")["status"]
        return found

    def settle(self, tick: int) -> None:
        """Pause, and go on to a tick at least."""
        self.post("/pause")
        done = self.status()["tick"]
        if done < tick:
            self.post(f"/tick?n={tick - done}")
        until(lambda: self.status()["tick"] >= tick and self.status()["status"] != "running", OPENING_SECONDS)

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._said.close()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def until(holds: Callable[[], Any], seconds: float = 90.0) -> Any:
    """Wait until something holds and return it."""
    end = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < end, f"did not come about within {seconds:g} s"
        time.sleep(0.05)
    return found


class Browser:
    """Chromium with what the tests ask of it."""

    def __init__(self, folder: Path) -> None:
        webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed: pip install '.[test]'")
        program = shutil.which("chromium") or shutil.which("google-chrome")
        helper = shutil.which("chromedriver")
        if not program or not helper:
            message = "the dashboard is tested in Chromium: install chromium and chromium-driver"
            if os.environ.get("CI"):
                raise AssertionError(message)
            pytest.skip(message)
        options = webdriver.ChromeOptions()
        options.binary_location = program
        for flag in (*FLAGS, f"--user-data-dir={folder}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        options.enable_bidi = False
        self.driver = webdriver.Chrome(options, webdriver.ChromeService(helper))
        self.driver.set_script_timeout(60)

    def size(self, width: int, height: int, *, phone: bool = False) -> None:
        measures = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": phone}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", measures)
        touch = {"enabled": phone, "maxTouchPoints": 1}
        self.driver.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", touch)

    def open(self, url: str) -> None:
        self.driver.get("about:blank")
        self.driver.get(url)
        until(lambda: self.run("return document.getElementById('tick').textContent !== ''"))

    def run(self, script: str, *arguments: object) -> Any:
        return self.driver.execute_script(script, *arguments)

    def call(self, module: str, expression: str, *arguments: object) -> Any:
        """Evaluate an expression over a module's exports, `m`, and the arguments, `a`."""
        script = (
            "const [module, ...rest] = arguments; const done = rest.pop(); const a = rest;"
            f"import(module).then((m) => {expression}).then((found) => done([found]), (error) => done(String(error)))"
        )
        found = self.driver.execute_async_script(script, f"/dashboard/{module}", *arguments)
        assert isinstance(found, list), found
        return found[0]

    def text(self, selector: str) -> str:
        return str(self.run("return document.querySelector(arguments[0])?.textContent ?? ''", selector))

    def count(self, selector: str) -> int:
        return int(self.run("return document.querySelectorAll(arguments[0]).length", selector))

    def click(self, selector: str) -> None:
        """Click as a mouse does: what lies over the element gets the click."""
        element = self.driver.find_element("css selector", selector)
        self.run("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", element)
        element.click()

    def tap(self, selector: str) -> None:
        element = self.driver.find_element("css selector", selector)
        self.run("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", element)
        x, y = self.run(
            "const box = arguments[0].getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]",
            element,
        )
        points = [{"x": x, "y": y}]
        self.driver.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": points})
        self.driver.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    def press(self, *keys: str) -> None:
        from selenium.webdriver import ActionChains

        ActionChains(self.driver).send_keys(*keys).perform()

    def show(self, selector: str) -> None:
        self.run(
            "document.querySelector(arguments[0]).scrollIntoView({block: 'center', behavior: 'instant'})", selector
        )

    def complaints(self) -> list[str]:
        """Return what the console said since the last time, if it was serious."""
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]

    def save(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.driver.save_screenshot(str(path))


@contextlib.contextmanager
def serving(*arguments: str, port: int = 0) -> Iterator[Serving]:
    server = Serving(*arguments, port=port)
    try:
        yield server
    finally:
        server.stop()
