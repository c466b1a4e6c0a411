"""A page whose server goes away and comes back, and a scenario with a hostile name."""

import os
import time
from pathlib import Path

from chromium import Browser, free_port, serving, until

EVIL = "<img src=x onerror=alert(1)>"


def test_a_lost_connection_is_told_and_made_good(browser: Browser, tmp_path: Path) -> None:
    port = free_port()
    folder = str(tmp_path / "run")
    browser.size(1440, 900)
    with serving("--consumers", "1000", "--seed", "3", "--out", folder, port=port) as server:
        server.settle(16)
        browser.open(f"{server.url}/#;theme=light")
        until(lambda: browser.text("#tick") == "tick 16")
        until(lambda: browser.count("#gdp figure"))
    until(lambda: browser.count("#banners [data-kind=lost]"))
    said = browser.text("#banners")
    assert said.startswith("Connection lost at Apr 2021.")
    assert "Showing the last tick received, " in said
    assert browser.text("#live-pill").startswith("Offline, retry in ")
    enabled = (
        "return [...document.querySelectorAll('#play, #step, #reset, #speed')].filter((one) => !one.disabled).length"
    )
    assert browser.run(enabled) == 0
    if os.environ.get("RAVELIN_PICTURES"):
        time.sleep(1)
        browser.save(Path(os.environ["RAVELIN_PICTURES"]) / "disconnected.png")
    with serving("--resume", folder, port=port) as server:
        server.settle(19)
        until(lambda: browser.text("#live-pill") == "Live")
        until(lambda: browser.text("#tick") == "tick 19")
        assert browser.count("#banners [data-kind=lost]") == 0
        assert browser.run(enabled) == 4
        browser.click("#gdp .tools button:nth-child(1)")
        months = "return [...document.querySelectorAll('#gdp tbody tr td:first-child')].map((cell) => cell.textContent)"
        until(lambda: len(browser.run(months)) == 19)
        shown = browser.run(months)
        assert shown[0] == "Jul 2021"
        assert shown[-1] == "Jan 2020"
        assert len(set(shown)) == 19, "no month is missing, none is there twice"
        assert [message for message in browser.complaints() if "ERR_" not in message and "/events" not in message] == []


def test_a_name_from_a_scenario_is_text(browser: Browser, tmp_path: Path) -> None:
    scenario = tmp_path / f"{EVIL}.toml"
    scenario.write_text(f'title = "{EVIL}"\nticks = 3\n[size]\nconsumers = 1000\n')
    browser.size(1440, 900)
    with serving(str(scenario), "--out", str(tmp_path / "run")) as server:
        browser.open(server.url)
        until(lambda: EVIL in browser.text("#facts-who"))
        assert browser.count("img") == 0
        server.settle(3)
        until(lambda: browser.text("#banners").startswith("Finished at Mar 2020."))
        disabled = "return ['play', 'step'].map((name) => document.getElementById(name).disabled)"
        until(lambda: browser.run(disabled) == [True, False])
        browser.click("#step")
        until(lambda: browser.text("#tick") == "tick 4")
    browser.complaints()
