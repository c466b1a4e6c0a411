"""Where things stand: at 400 %, on a phone, and what small charts and charts of months share."""

import pytest
from chromium import Browser, Serving, until

PHONE, DEEP_ZOOM = (390, 844), (320, 250)


@pytest.fixture
def page(browser: Browser, economy: Serving) -> Browser:
    browser.size(1440, 1000)
    browser.open(f"{economy.url}/#;theme=light")
    until(lambda: browser.count("#gdp figure"))
    return browser


def test_at_four_hundred_percent_the_header_leaves_the_page_to_the_economy(page: Browser) -> None:
    page.size(*DEEP_ZOOM)
    page.run("scrollTo(0, 400)")
    until(lambda: page.run("return document.querySelector('.head').getBoundingClientRect().bottom <= 0"))
    assert page.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    play = "const one = document.getElementById('play'); return one.scrollWidth <= one.clientWidth"
    assert page.run(play), "what the button says fits into it"
    page.run("scrollTo(0, 0)")


def test_the_supply_map_is_whole_on_a_phone(page: Browser) -> None:
    page.size(*PHONE, phone=True)
    page.show("#supply-map")
    until(lambda: page.count("#supply-map circle") > 10)
    inside = """
        const figure = document.querySelector('#supply-map figure');
        const box = figure.getBoundingClientRect();
        return [figure.scrollWidth <= figure.clientWidth, [...figure.querySelectorAll('circle, text')].every((one) => {
            const { left, right, bottom } = one.getBoundingClientRect();
            return left >= box.left - 20 && right <= box.right + 20 && bottom <= box.bottom + 4;
        })];"""
    until(lambda: page.run(inside) == [True, True], 20)


def test_small_charts_tell_their_range(page: Browser) -> None:
    page.show("#prices-by-good")
    until(lambda: page.count("#prices-by-good small") > 10)
    ranges = page.run("return [...document.querySelectorAll('#prices-by-good small')].map((one) => one.textContent)")
    assert all(" to " in one and one.endswith("%") for one in ranges), ranges


def test_charts_of_months_show_the_same_months(page: Browser, economy: Serving) -> None:
    axis = "const { min, max } = globalThis.Chart.getChart(document.querySelector(`#${arguments[0]} canvas`)).scales.x;"
    months = economy.status()["tick"]
    for panel in ("gdp", "inflation"):
        page.show(f"#{panel}")
        until(lambda panel=panel: page.count(f"#{panel} canvas"))
        assert page.run(f"{axis} return [min, max]", panel) == [0, months - 1]
    page.show("#contributions")
    first = "return document.querySelector('#contributions svg text.axis[text-anchor=middle]').textContent"
    until(lambda: page.count("#contributions svg text.axis"))
    assert page.run(first).endswith("2020")
