"""The dashboard in a real browser, over a real served economy.

Pictures go to the folder that RAVELIN_PICTURES names, if it is set: look at them when the page changes.
"""

import json
import os
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import Browser, Serving, until

WIDTHS = (1920, 1440, 1280, 1024, 768, 390, 320)
VISIBLE = "[...document.querySelectorAll('.panel figcaption')].map((one) => one.closest('.panel').id)"
GOING_ON = 120
WIDER = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(autouse=True)
def _quiet(browser: Browser) -> Iterator[None]:
    """No test leaves a complaint on the console; that a request was refused the browser itself notes there."""
    browser.complaints()
    yield
    assert [message for message in browser.complaints() if "server responded with a status of 4" not in message] == []


@pytest.fixture
def page(browser: Browser, economy: Serving) -> Browser:
    economy.post("/pause")
    for fork in economy.ask("/forks")["forks"]:
        economy.ask(f"/forks/{fork['id']}", method="DELETE")
    browser.size(1440, 1000)
    browser.open(f"{economy.url}/#;theme=light")
    until(lambda: browser.count("#gdp figure") and browser.text("#live-pill") == "Live")
    return browser


def picture(browser: Browser, name: str) -> None:
    if os.environ.get("RAVELIN_PICTURES"):
        browser.save(Path(os.environ["RAVELIN_PICTURES"]) / f"{name}.png")


def settled(browser: Browser, tick: int) -> None:
    until(lambda: browser.text("#tick") == f"tick {tick:,}")
    until(lambda: browser.run("return document.body.dataset.drawn") == str(tick))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_opens_from_its_own_origin_alone(browser: Browser, economy: Serving, theme: str) -> None:
    browser.size(1440, 1000)
    browser.open(f"{economy.url}/#;theme={theme}")
    until(lambda: browser.count("#gdp figure"))
    assert browser.run("return document.documentElement.dataset.theme") == theme
    asked = browser.run("return performance.getEntriesByType('resource').map(({name}) => name)")
    assert [name for name in asked if not name.startswith(economy.url)] == []
    assert browser.text("#page-title").startswith("Ravelin, default, ")
    picture(browser, f"desktop-{theme}")


def test_the_policy_is_strict_and_kept(page: Browser, economy: Serving) -> None:
    with urllib.request.urlopen(economy.url) as answer:
        policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    page.run(
        "window.broken = []; addEventListener('securitypolicyviolation', (event) => broken.push(event.blockedURI))"
    )
    for section in ("books", "supply", "distribution", "overview"):
        page.click(f"#links a[href='#{section}']")
        time.sleep(0.2)
    assert page.run("return broken") == []


def test_the_page_weighs_little(page: Browser, economy: Serving) -> None:
    paths = page.run(
        "return performance.getEntriesByType('resource').map(({name}) => "
        "name).filter((name) => name.includes('/dashboard/'))"
    )
    sizes = {}
    for path in [*paths, economy.url]:
        request = urllib.request.Request(path, headers={"Accept-Encoding": "gzip"})
        with urllib.request.urlopen(request) as answer:
            sizes[path] = len(answer.read())
    assert len(sizes) > 30
    assert sum(sizes.values()) < 260_000


def test_a_step_moves_the_date_the_cards_and_every_chart(page: Browser, economy: Serving) -> None:
    before = economy.status()["tick"]
    page.run("window.scrollTo(0, 0)")
    cards = [
        page.text(f"#cards li:nth-child({place}) .row")
        + page.run(
            f"return document.querySelector('#cards li:nth-child({place}) path:nth-of-type(2)').getAttribute('d')"
        )
        for place in range(1, 8)
    ]
    look = (
        "return [...document.querySelectorAll('#output canvas, #output .plot "
        "path, #prices canvas')].map((one) => one.toDataURL?.() ?? "
        "one.getAttribute('d'))"
    )
    charts = page.run(look)
    date = page.text("#date")
    page.click("#step")
    settled(page, before + 1)
    until(lambda: page.text("#date") != date)
    after = [
        page.text(f"#cards li:nth-child({place}) .row")
        + page.run(
            f"return document.querySelector('#cards li:nth-child({place}) path:nth-of-type(2)').getAttribute('d')"
        )
        for place in range(1, 8)
    ]
    assert [old for old, new in zip(cards, after, strict=True) if old == new] == []
    now = page.run(look)
    moved = [old != new for old, new in zip(charts, now, strict=True)]
    assert sum(moved) >= len(moved) - 1, "the shading may stand still"


def test_play_draws_every_month_and_pause_stops(page: Browser, economy: Serving) -> None:
    page.run(
        "window.months = new Set(); new MutationObserver(() => "
        "months.add(document.getElementById('tick').textContent)).observe(document.getElementById('tick'), "
        "{childList: true, characterData: true, subtree: true})"
    )
    page.run("document.getElementById('speed-2').click()")
    page.click("#play")
    assert until(lambda: page.text("#play") == "Pause")
    until(lambda: page.run("return months.size") >= 20, GOING_ON)
    page.click("#play")
    until(lambda: page.text("#play") == "Play")
    ended = economy.status()
    assert ended["status"] == "paused"
    assert ended["ticks_per_second"] == 4
    settled(page, ended["tick"])
    time.sleep(1)
    assert economy.status()["tick"] == ended["tick"]


def test_values_on_the_page_are_those_of_the_state(page: Browser, economy: Serving) -> None:
    state = economy.ask("/state")
    now = state["indicators"]
    assert page.text("#cards li:nth-child(2) .value") == written(now["inflation"], 1)
    assert page.text("#cards li:nth-child(3) .value") == written(now["unemployment_rate"], 1)
    assert page.text("#cards li:nth-child(4) .value") == written(now["policy_rate"], 2)
    history = economy.ask("/history?series=gdp_real")["columns"]["gdp_real"]
    assert page.text("#cards li:nth-child(1) .value") == written(history[-1] / history[-13] - 1, 1)
    page.show("#sheet")
    until(lambda: page.count("#sheet td"))
    shown = page.run(
        "return [...document.querySelectorAll('#sheet tbody tr')].map((row) => "
        "[row.firstChild.textContent, "
        "...[...row.querySelectorAll('td')].map((cell) => cell.title || "
        "cell.textContent)])"
    )
    deposits = next(row for row in shown if row[0] == "Deposits")
    sheet = state["balance_sheet"]
    column = sheet["columns"].index("deposits")
    exact = [int(row[column]) for row in sheet["cents"]]
    assert [cents(text) for text in deposits[1:6]] == exact
    assert deposits[6] == "0.00 ✓"
    assert page.text("#sheet .proof") == "✓ Gap 0 cents"
    page.show("#flows")
    until(lambda: page.count("#flows svg"))
    assert "paid = received = " in page.text("#flows .unit")
    assert page.text("#flows .proof") == "✓ Gap 0 cents"


def written(value: float, digits: int) -> str:
    return f"{100 * value:.{digits}f}".replace("-", "\u2212")


def cents(text: str) -> int:
    return int(text.removesuffix(" dollars").replace(",", "").replace(".", "").replace("\u2212", "-"))


def test_what_an_economy_lacks_is_said_and_never_zero(page: Browser, economy: Serving) -> None:
    absent = [name for name in ("yield_2y", "yield_5y") if name not in economy.ask("/state")["indicators"]]
    if not absent:
        pytest.skip("this economy has a bond market")
    until(lambda: page.run("return document.getElementById('markets').hidden"))
    links = "[...document.querySelectorAll('#links a')]"
    listed = f"return {links}.filter((one) => one.offsetParent).map((one) => one.hash)"
    assert "#markets" not in page.run(listed), "a market that does not exist is not listed"
    assert "#books" in page.run(listed)
    assert page.count("#yield-curve svg, #order-book svg, #markets td") == 0
    picture(page, "absent")


def test_tables_and_files_hold_what_charts_show(page: Browser, economy: Serving) -> None:
    page.click("#inflation .tools button:nth-child(1)")
    until(lambda: page.count("#inflation tbody tr"))
    head = page.run("return [...document.querySelectorAll('#inflation th')].map((cell) => cell.textContent)")
    assert head == ["Month", "inflation, % a year", "expected, % a year"]
    assert page.count("#inflation tbody tr") == 24
    newest = page.run(
        "return [...document.querySelectorAll('#inflation tbody tr:first-child td')].map((cell) => cell.textContent)"
    )
    assert newest[1] == written(economy.ask("/state")["indicators"]["inflation"], 1)
    assert newest[0] == page.text("#date")
    page.click("#inflation .more")
    until(lambda: page.count("#inflation tbody tr") > 24)
    page.run("""window.saved = null
            const make = URL.createObjectURL
            URL.createObjectURL = (file) => {
            file.text().then((text) => { saved = text; })
            return make(file); };
        HTMLAnchorElement.prototype.click = () => {}""")
    page.click("#gdp .tools button:nth-child(2)")
    text = until(lambda: page.run("return saved"))
    rows = text.strip().split("\n")
    assert rows[0].startswith('Month,"Real GDP (million 2020 dollars, annual rate)"')
    assert len(rows) == 1 + economy.status()["tick"]


def test_definitions_open_on_focus_and_escape_closes(page: Browser) -> None:
    page.run("document.querySelector('#cards li:nth-child(3) .term').focus()")
    said = page.text("[role=tooltip]")
    assert "Unemployment, % of labor force" in said
    assert "unemployed over labor force" in said.lower()
    assert "unemployment_rate" in said
    assert "statistics" in said
    page.press("\ue00c")
    until(lambda: page.count("[role=tooltip]") == 0)
    page.run("document.activeElement.blur()")
    page.run("document.querySelector('#gdp .term').focus()")
    assert "GDP at the opening's purchasers' prices" in page.text("[role=tooltip]")


def test_arrow_keys_move_one_month_in_all_charts_and_escape_shows_all(page: Browser, economy: Serving) -> None:
    rows = economy.status()["tick"]
    page.run("document.querySelector('#gdp figure').focus()")
    page.press("\ue012", "\ue012")
    month = page.call("format.js", "m.monthName('2020-01-01', a[0])", rows - 3)
    until(lambda: page.text("#live").startswith(f"{month}: Real GDP "))
    assert page.call("time.js", "m.time.month") == rows - 3
    page.press("\ue011")
    until(lambda: page.call("time.js", "[m.time.month]") == [0])
    page.call("time.js", "m.time.zoom([3, 20])")
    assert "months=3-20" in page.run("return location.hash")
    page.press("\ue00c")
    until(lambda: page.call("time.js", "[m.time.month, m.time.span]") == [None, None])
    caption = page.text("#gdp figcaption")
    assert caption.startswith("Real GDP, million 2020 dollars, annual rate: ")
    assert "in a year; between " in caption


def test_a_chart_that_was_out_of_sight_shows_the_window_too(page: Browser) -> None:
    """It was drawn before, and kept the months of then when the page was scrolled back to it."""
    ends = "return globalThis.Chart.getChart(document.querySelector('#unemployment canvas')).scales.x"
    page.show("#unemployment")
    until(lambda: page.count("#unemployment canvas"))
    whole = page.run(f"{ends}.max")
    page.show("#lorenz")
    page.run("return new Promise((done) => setTimeout(done, 300))")  # What is in sight is observed a frame later.
    page.call("time.js", "m.time.zoom([3, 15])")
    page.show("#unemployment")
    until(lambda: page.run(f"const x = {ends.removeprefix('return ')}; return x.min === 3 && x.max === 15"), 10)
    page.call("time.js", "m.time.zoom(null)")
    until(lambda: page.run(f"{ends}.max") == whole, 10)


def test_every_control_works_by_keyboard_alone(page: Browser, economy: Serving) -> None:
    page.run("document.activeElement.blur(); scrollTo(0, 0)")
    tick = economy.status()["tick"]
    page.press(".")
    settled(page, tick + 1)
    page.press("3")
    page.press(" ")
    until(lambda: economy.status()["status"] == "running")
    assert economy.status()["ticks_per_second"] is None
    page.press("1")
    until(lambda: economy.status()["ticks_per_second"] == 1)
    page.press(" ")
    until(lambda: economy.status()["status"] == "paused")
    page.press("t")
    until(lambda: page.run("return document.documentElement.dataset.theme") == "dark")
    page.press("t")
    page.press("?")
    until(lambda: page.text("dialog h2") == "Keys")
    page.run("document.getElementById('keys-on').click()")
    page.press("\ue00c")
    until(lambda: not page.count("dialog"))
    page.press("t")
    assert page.run("return document.documentElement.dataset.theme") == "light", "shortcuts are off"
    page.press("?")
    until(lambda: page.count("dialog"))
    page.run("document.getElementById('keys-on').click()")
    page.press("\ue00c")
    until(lambda: not page.count("dialog"))
    page.press("/")
    until(lambda: page.run("return document.activeElement.textContent") == "Overview")
    page.press("t")
    assert page.run("return document.documentElement.dataset.theme") == "light", "not while a link has the focus"
    page.run("document.activeElement.blur()")
    page.press("w")
    until(lambda: page.run("return document.activeElement.id") == "lever")
    page.press("\ue004")
    until(lambda: page.run("return document.activeElement.id") == "size")


def test_a_button_can_be_read_under_the_mouse(page: Browser) -> None:
    from selenium.webdriver import ActionChains

    def looks(selector: str) -> list[str]:
        look = "getComputedStyle(document.querySelector(arguments[0]))"
        return list(page.run(f"const look = {look}; return [look.color, look.backgroundColor]", selector))

    page.click("#whatif-button")
    for selector in ("#play", "#whatif-button", "form.shock .primary"):
        ActionChains(page.driver).move_to_element(page.driver.find_element("css selector", "#date")).perform()
        resting = looks(selector)
        ActionChains(page.driver).move_to_element(page.driver.find_element("css selector", selector)).perform()
        until(
            lambda selector=selector: page.run(
                "return document.querySelector(arguments[0]).matches(':hover')", selector
            )
        )
        assert looks(selector) == resting, selector


def test_a_section_stays_under_the_header_while_panels_above_fill_in(page: Browser) -> None:
    page.size(1440, 600)
    for section in ("distribution", "supply", "labor"):
        page.click(f"#links a[href='#{section}']")
        time.sleep(1.6)
        below = page.run(
            "return document.getElementById(arguments[0]).getBoundingClientRect().top "
            "- document.querySelector('.head').getBoundingClientRect().bottom",
            section,
        )
        assert -5 < below < 45, section


def test_reset_asks_first(page: Browser, economy: Serving) -> None:
    run = economy.status()["run"]
    page.click("#reset")
    until(lambda: page.text("dialog h2") == "Reset to tick 0?")
    page.click("dialog .button")
    until(lambda: not page.count("dialog"))
    assert economy.status()["run"] == run


def test_two_pages_agree(page: Browser, economy: Serving) -> None:
    economy.post("/run", {"ticks_per_second": 1})
    until(lambda: page.text("#play") == "Pause")
    until(lambda: page.run("return document.getElementById('speed-1').checked"))
    until(lambda: page.run("return document.getElementById('step').disabled"))
    economy.post("/pause")
    until(lambda: page.text("#play") == "Play")


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_sticks_out(page: Browser, width: int) -> None:
    page.size(width, 900, phone=width < 720)
    for view in ("", "#;whatif"):
        page.run(
            "if (!document.querySelector('#whatif').hidden !== arguments[0]) "
            "document.getElementById('whatif-button').click()",
            bool(view),
        )
        for place in range(0, 12000, 1500):
            page.run("scrollTo(0, arguments[0])", place)
            time.sleep(0.05)
        until(lambda: page.run(WIDER) == 0)
    page.run("document.getElementById('whatif-button').click(); scrollTo(0, 0)")
    picture(page, f"width-{width}")


def test_it_works_by_touch_on_a_phone(page: Browser, economy: Serving) -> None:
    page.size(390, 844, phone=True)
    page.run("scrollTo(0, 0)")
    controls = ".run button, .run label span, .places a, .places button, .tool"
    small = page.run(
        "return [...document.querySelectorAll(arguments[0])]"
        ".filter((one) => one.offsetParent && one.getBoundingClientRect().height < 43.5)"
        ".map((one) => one.textContent)",
        controls,
    )
    assert small == []
    tick = economy.status()["tick"]
    page.tap("#step")
    settled(page, tick + 1)
    page.tap("#play")
    until(lambda: page.text("#play") == "Pause" and not page.count("[aria-busy]"))
    page.tap("#play")
    until(lambda: page.text("#play") == "Play")
    page.tap("#cards li:nth-child(2) .term")
    until(lambda: "Inflation" in page.text("[role=tooltip]"))
    page.tap("#gdp .tools button:nth-child(1)")
    until(lambda: page.count("#gdp tbody tr"))
    page.tap("#whatif-button")
    until(lambda: page.run("return !document.getElementById('whatif').hidden"))


def fork(page: Browser, pairs: int) -> None:
    page.run("document.getElementById('whatif-button').click()")
    page.run(f"document.querySelector('input[name=pairs][value=\"{pairs}\"]').click()")
    page.click("form.shock .primary")
    until(lambda: page.count("#whatif .worlds .fork"))


def shock_table(page: Browser) -> str:
    page.run(
        "if (!document.querySelector('#fork-gdp_real table')) document.querySelector('#fork-gdp_real .tool').click()"
    )
    return page.text("#fork-gdp_real tbody tr")


def test_a_shock_shows_in_a_fork_and_not_before(page: Browser, economy: Serving) -> None:
    fork(page, 1)
    until(lambda: economy.ask("/forks")["forks"][0]["status"] == "done", 120)
    one = economy.ask("/forks")["forks"][0]
    assert one["shock"]["set"] == "MonetaryPolicy.rate_shock"
    assert one["shock"]["until"] - one["shock_at"] == 12
    until(lambda: page.text("#whatif .worlds .fork p").endswith("1 of 1 pair"))
    until(
        lambda: page.text("#whatif .headline").startswith(
            "Policy rate 2.0 points higher for 12 months. In one pair so far, real GDP differs "
        )
    )
    until(lambda: "one pair that shares all its luck" in page.text("#whatif .span12 .unit"))
    until(lambda: page.call("format.js", "m.monthName('2020-01-01', a[0])", one["shock_at"] + 59) in shock_table(page))
    page.click("#fork-inflation .tools button:nth-child(1)")
    until(lambda: page.count("#fork-inflation tbody tr"))
    head = page.run("return [...document.querySelectorAll('#fork-inflation th')].map((cell) => cell.textContent)")
    assert [name.partition(",")[0] for name in head] == ["Month", "base", "shock"]
    for _ in range(5):
        page.run("document.querySelector('#fork-inflation .more').click()")
    rows = page.run(
        "return [...document.querySelectorAll('#fork-inflation tbody "
        "tr')].map((row) => [...row.children].map((cell) => cell.textContent))"
    )
    since = page.call("format.js", "m.monthName('2020-01-01', a[0])", one["shock_at"])
    place = next(number for number, row in enumerate(rows) if row[0] == since)
    assert any(row[1] != row[2] for row in rows[:place]), "it differs after the shock"
    assert all(row[2] in ("\u2013", row[1]) for row in rows[place + 1 :]), "and not before"
    page.click("#fork-inflation .tools button:nth-child(1)")
    page.run("document.querySelectorAll('#whatif input[name=mode]')[1].click()")
    until(lambda: page.text("#fork-inflation .unit") == "points, fork minus base")
    page.click("#whatif .worlds .fork .button")
    until(lambda: not page.count("#whatif .worlds .fork"))
    assert economy.ask("/forks")["forks"] == []


def test_eight_pairs_bring_the_band_and_a_fork_can_be_stopped(page: Browser, economy: Serving) -> None:
    fork(page, 8)
    until(lambda: economy.ask("/forks")["forks"][0]["pairs_done"] == 8, 240)
    until(lambda: page.text("#fork-gdp_real .unit").endswith("; band: 95% interval of the mean of 8 pairs"))
    ranges = "return [...document.querySelectorAll('#whatif .effects td small')].map((one) => one.textContent)"
    interval = page.run(ranges)
    page.run("document.querySelectorAll('#whatif input[name=band]')[1].click()")
    until(lambda: page.text("#fork-gdp_real .unit").endswith("; band: where 90% of 8 pairs lie"))
    assert "mean and where 90% of 8 pairs lie" in page.text("#whatif .span12 .unit")
    assert page.run(ranges) != interval, "the table shows the band that is chosen"
    page.run("document.querySelectorAll('#whatif input[name=band]')[0].click()")
    until(lambda: page.run(ranges) == interval)
    assert page.count("#whatif .effects td small") >= 12
    picture(page, "whatif")
    page.run("document.querySelector('input[name=pairs][value=\"32\"]').click()")
    page.click("form.shock .primary")
    until(lambda: page.count("#whatif .worlds .fork") == 2)
    until(lambda: page.text("#whatif .worlds .fork:last-child .button") == "Stop")
    page.click("#whatif .worlds .fork:last-child .button")
    until(lambda: page.text("#whatif .worlds .fork:last-child .button") == "Drop")
    assert economy.ask("/forks")["forks"][1]["status"] == "stopped"
    assert "stopped" in page.text("#whatif .worlds .fork:last-child p")


def test_capacity_of_one_good_is_found_by_its_word_and_shocked(page: Browser, economy: Serving) -> None:
    page.run("document.getElementById('whatif-button').click()")
    until(lambda: page.run("return document.activeElement.id") == "lever")
    assert not page.driver.find_element("id", "good").is_displayed()
    # A click into the chosen title must not make the next letters a part of it.
    page.click("#lever")
    page.press("capacity can be used", "\ue007")
    until(lambda: page.run("return document.getElementById('lever').value") == "Usable capacity")
    assert page.driver.find_element("id", "good").is_displayed()
    page.run("document.getElementById('good').value = 'steel'")
    page.click("form.shock .primary")
    until(lambda: page.text("#whatif .worlds .fork").startswith("Usable capacity of steel 20% lower for 12 months"))
    assert economy.ask("/forks")["forks"][0]["shock"]["where"] == {"good": "steel"}


def test_a_wrong_lever_is_refused_and_repaired(browser: Browser, page: Browser, economy: Serving) -> None:
    browser.open(f"{economy.url}/#;theme=light;lever=MonetaryPolicy.rate_shok;whatif")
    until(lambda: page.run("return document.getElementById('lever').value") == "MonetaryPolicy.rate_shok")
    page.run("document.getElementById('months').value = 6; document.querySelector('form.shock .primary').click()")
    until(lambda: page.count("[role=alert].toast"))
    said = page.text(".toast")
    assert "MonetaryPolicy.rate_shok" in said
    assert "did you mean MonetaryPolicy.rate_shock" in said
    assert "422" in said
    assert page.text(".toast .primary") == "Use MonetaryPolicy.rate_shock"
    picture(page, "toast")
    page.click(".toast .primary")
    until(lambda: page.count("#whatif .worlds .fork"))
    until(lambda: page.count(".toast") == 0)
    assert economy.ask("/forks")["forks"][0]["shock"]["set"] == "MonetaryPolicy.rate_shock"


def test_a_fourth_fork_is_refused_with_the_bound(page: Browser, economy: Serving) -> None:
    for _ in range(3):
        economy.post("/fork", {"shock": {"set": "MonetaryPolicy.rate_shock", "to": 0.01}, "horizon": 1})
    until(
        lambda: page.count("#whatif .worlds .fork") == 3 or page.run("document.getElementById('whatif-button').click()")
    )
    page.run("document.querySelector('form.shock .primary').click()")
    until(lambda: page.count(".toast"))
    assert "409" in page.text(".toast small")
    assert "3" in page.text(".toast p")
    page.click(".toast .button")
    until(lambda: page.count(".toast") == 0)


@pytest.mark.parametrize("view", ["light", "dark", "phone", "whatif", "keys"])
def test_nobody_is_shut_out(page: Browser, view: str) -> None:
    axe = pytest.importorskip(
        "axe_selenium_python", reason="axe-selenium-python is not installed: pip install '.[test]'"
    )
    if view == "dark":
        page.run("document.getElementById('theme').click()")
    if view == "phone":
        page.size(390, 844, phone=True)
    if view == "whatif":
        page.run("document.getElementById('whatif-button').click()")
    if view == "keys":
        page.run("document.activeElement.blur()")
        page.press("?")
    time.sleep(0.5)
    source = (Path(axe.__file__).parent / "node_modules" / "axe-core" / "axe.min.js").read_text()
    page.driver.execute_script(source)
    # What is drawn is hidden from readers and has its table. This edition of axe is older than ARIA 1.2's combobox.
    script = """
        const done = arguments[0];
        const rules = {"aria-allowed-role": {enabled: false}};
        const where = {include: [["html"]], exclude: [["svg"], ["canvas"]]};
        axe.run(where, {rules, preload: false, resultTypes: ["violations"]})
            .then(({violations}) => done(violations), (error) => done([{id: String(error), help: "", nodes: []}]))"""
    found = page.driver.execute_async_script(script)
    told = [(one["id"], one["help"], [node["html"][:120] for node in one["nodes"][:4]]) for one in found]
    assert told == [], json.dumps(told, indent=1)
