"""The page's rules, by the modules it uses: sentences, numbers, recessions, sums, colors."""

import itertools
import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from chromium import Browser, Serving

from ravelin.report.panels import PANELS
from ravelin.server.dashboard import pages

PAGE = Path(__file__).resolve().parents[3] / "ravelin" / "server" / "dashboard"
Color = tuple[float, float, float]


@pytest.fixture(autouse=True)
def _opened(browser: Browser, economy: Serving) -> None:
    if not browser.driver.current_url.startswith(economy.url):
        browser.size(1440, 1000)
        browser.open(economy.url)


FACTS = {"growth": 0.026, "inflation": 0.016, "unemployment": 0.042, "target": 0.02, "recession": 0, "since": 59}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, "Growing, and inflation is close to target. Real GDP is 2.6% above a "
             "year ago, prices rise 1.6%, and 4.2% of "
             "the labor force looks for work. The last recession ended 59 months ago."),
        ({"growth": 0.009}, "Growing slowly, and"),
        ({"growth": -0.004}, "Shrinking, and inflation is close to target. Real GDP is 0.4% below a year ago"),
        ({"recession": 4}, "In recession, month 4, and"),
        ({"growth": math.nan}, "The first year, and inflation is close to target. Prices rise 1.6%"),
        ({"inflation": 0.025}, "inflation is close to target"),
        ({"inflation": 0.026}, "inflation is above target"),
        ({"inflation": 0.014}, "inflation is below target"),
        ({"inflation": -0.01}, "prices fall 1.0%"),
        ({"since": 1}, "The last recession ended 1 month ago."),
    ],
)  # fmt: skip
def test_the_headline_follows_its_rules(browser: Browser, change: dict[str, float], expected: str) -> None:
    facts = {
        name: None if isinstance(value, float) and math.isnan(value) else value
        for name, value in (FACTS | change).items()
    }
    expression = "m.headline({...a[0], growth: a[0].growth ?? NaN}).map(([text]) => text).join('')"
    assert expected in browser.call("headline.js", expression, facts)


def test_no_recession_is_told_while_one_lasts_or_before_the_first(browser: Browser) -> None:
    for change in ({"recession": 2}, {"since": None}):
        said = browser.call("headline.js", "m.headline(a[0]).map(([text]) => text).join('')", FACTS | change)
        assert "last recession" not in said


DOWN = {"value": -1.4, "low": -1.8, "high": -0.9, "month": 19, "when": "Mar 2031"}
UP = {"value": 0.5, "low": 0.2, "high": 0.8, "month": 1, "when": "Sep 2029"}


@pytest.mark.parametrize(
    ("gdp", "inflation", "pairs", "expected"),
    [
        (DOWN, UP, 8, "Rate lowers real GDP most in Mar 2031, 19 months on: by 1.4% (95% interval \u22121.8 to "
             "\u22120.9%), and raises inflation most in Sep 2029, 1 month on: by 0.5 points "
             "(95% interval +0.2 to +0.8)."),
        (UP, None, 8, "Rate raises real GDP most in Sep 2029, 1 month on: by 0.5% (95% interval +0.2 to +0.8%). "
             "Inflation shows no effect beyond luck."),
        (None, DOWN, 16, "Rate lowers inflation most in Mar 2031, 19 months on: by 1.4 points "
             "(95% interval \u22121.8 to \u22120.9). Real GDP shows no effect beyond luck."),
        (None, None, 16, "Rate shows no effect beyond luck on real GDP or inflation in 16 pairs."),
        (UP | {"value": 0.03, "low": 0.01, "high": 0.06}, None, 8,
             "Rate raises real GDP most in Sep 2029, 1 month on: by 0.03% (95% interval +0.01 to +0.06%). "
             "Inflation shows no effect beyond luck."),
        (None, None, 0, "Rate is being computed in a copy of this economy."),
        (DOWN, UP, 1, "Rate. In one pair so far, real GDP differs most in Mar 2031, 19 months on (\u22121.4%), "
             "inflation in Sep 2029, 1 month on (+0.5 points); what is luck is told from 8 pairs on."),
        (DOWN, UP, 7, "Rate. In 7 pairs so far, real GDP differs most"),
    ],
)  # fmt: skip
def test_a_fork_has_its_headline(browser: Browser, gdp: Any, inflation: Any, pairs: int, expected: str) -> None:
    facts = {"lever": "Rate", "gdp": gdp, "inflation": inflation, "pairs": pairs, "banded": pairs >= 8}
    said = browser.call("headline.js", "m.forkHeadline(a[0]).map(([text]) => text).join('')", facts)
    assert said.startswith(expected)
    if pairs < 8:
        assert not re.search("raises|lowers|costs|adds", said), "nothing is claimed without a band"


def test_nothing_is_claimed_that_luck_explains(browser: Browser) -> None:
    """The largest mean is before the shock, the next in a month that luck explains; a third is told from luck."""
    effect = {
        "mean": [9.0, -0.05, 0.01, -0.02, 0.0, None],
        "low": [8.0, -0.20, -0.01, -0.03, 0.0, None],
        "high": [9.9, 0.01, 0.03, -0.01, 0.0, None],
        "sure": [True, False, False, True, False, False],
    }
    found = browser.call("forks.js", "[m.largestOf(a[0], 1, false), m.largestOf(a[0], 1, true)]", effect)
    assert [one["month"] for one in found] == [1, 3], "months count from the shock, which the first row is before"
    assert found[1] == {"value": -0.02, "low": -0.03, "high": -0.01, "month": 3}
    zeros = {name: [0.0, 0.0] for name in ("mean", "low", "high")} | {"sure": [False, False]}
    luck = {"mean": [0.5, 0.4], "low": [0.0, -0.1], "high": [0.9, 0.8], "sure": [False, False]}
    for none in (zeros, luck, {name: [] for name in zeros}):
        assert browser.call("forks.js", "m.largestOf(a[0], 0, true)", none) is None
    assert browser.call("forks.js", "m.largestOf(a[0], 5, false)", zeros) is None, "before the shock there is none"


ZOOMED = """(async () => {
    const { time } = await import("/dashboard/time.js");
    const figure = document.body.appendChild(document.createElement("figure"));
    Object.assign(figure.style, { width: "800px", height: "240px" });
    const values = Float64Array.from({ length: 100 }, (_, row) => row);
    const series = ["parts", "total"].map((name) => ({ name, color: "c1", text: "t1", values }));
    const data = { title: "t", start: "2020-01-01", by: 1, digits: 1, sign: "", words: "w", series, references: [],
                   spans: [[13, 20], [28, 34], [45, 50], [70, 80]] };
    const said = [];
    try {
        for (const [span, month] of a[0]) {
            time.zoom(span);
            time.point(month);
            figure.replaceChildren();
            const drawing = m[a[1]](figure, data, {});
            said.push(a[1] === "bars" ? {
                values: [...figure.querySelectorAll(".legend b")].map((one) => one.textContent),
                shade: figure.querySelector("path.shade").getAttribute("d"),
                cursor: figure.querySelector("svg > line").getAttribute("visibility"),
                width: figure.querySelector("svg").viewBox.baseVal.width,
            } : m.labels(data, span ?? [0, 99]).map(({ value }) => value));
            drawing.destroy?.();
        }
        return said;
    } finally {
        time.zoom(null);
        time.point(null);
        figure.remove();
    }
})()"""


def test_a_zoomed_chart_tells_the_end_of_its_window(browser: Browser) -> None:
    windows = [[[30, 60], None], [None, None], [[30, 60], 40], [[30, 60], 90], [[0, 27], None]]
    ends = [60, 99, 40, 60, 27]
    bars = browser.call("draw/bars.js", ZOOMED, windows, "bars")
    assert [one["values"] for one in bars] == [[f"+{end}.0"] * 2 for end in ends]
    assert [one["cursor"] for one in bars] == ["hidden", "hidden", "visible", "hidden", "hidden"]
    lines = browser.call("draw/lines.js", ZOOMED, windows, "lines")
    assert lines == [[end, end] for end in ends]


def test_recessions_are_shaded_inside_the_chart(browser: Browser) -> None:
    """Of four recessions a window holds one, the ends of two, or none."""
    windows = [[[30, 47], None], [[21, 27], None], [[81, 99], None], [None, None]]
    for one, shaded in zip(browser.call("draw/bars.js", ZOOMED, windows, "bars"), (2, 0, 0, 4), strict=True):
        places = [
            [float(number) for number in re.findall(r"[MH](-?[0-9.]+)", part)] for part in one["shade"].split("z")
        ]
        assert len([found for found in places if found]) == shaded
        for left, right, again in filter(None, places):
            assert 34 <= left < right <= one["width"] - 4 + 0.01
            assert again == left


def test_nothing_is_drawn_beside_a_zoomed_chart_of_lines(browser: Browser) -> None:
    """Shades, bands and marks of other months leave no point of color outside the chart's area."""
    script = """(async () => {
        const { time } = await import("/dashboard/time.js");
        const figure = document.body.appendChild(document.createElement("figure"));
        Object.assign(figure.style, { width: "800px", height: "240px" });
        const flat = (value) => new Float64Array(100).fill(value);
        const series = [{ name: "", color: "c1", values: flat(1), plain: true }];
        const draw = (more) => {
            figure.replaceChildren();
            const data = { title: "t", start: "2020-01-01", by: 1, digits: 1, words: "w", series, references: [],
                           ...more };
            const drawing = m.lines(figure, data, {});
            const canvas = figure.querySelector("canvas");
            const { left, right } = globalThis.Chart.getChart(canvas).chartArea;
            const { width, height } = canvas;
            const scale = width / canvas.clientWidth;
            const pixels = canvas.getContext("2d").getImageData(0, 0, width, height).data;
            drawing.destroy();
            return { pixels, width, left: left * scale, right: right * scale };
        };
        try {
            time.zoom([30, 47]);
            const [low, high] = [flat(0), flat(2)];
            const within = { start: 30, low: low.subarray(0, 18), high: high.subarray(0, 18) };
            const bare = draw({ spans: [], band: within });
            const full = draw({ spans: [[2, 20], [28, 34], [45, 50], [70, 80]], mark: { row: 60, text: "shock" },
                                band: { start: 0, low, high } });
            let [outside, inside] = [0, 0];
            for (let place = 0; place < full.pixels.length; place += 4) {
                if (full.pixels[place + 3] === bare.pixels[place + 3]) continue;
                const x = (place / 4) % full.width;
                if (x < full.left - 1 || x > full.right + 1) outside += 1;
                else inside += 1;
            }
            return [outside, inside];
        } finally {
            time.zoom(null);
            figure.remove();
        }
    })()"""
    outside, inside = browser.call("draw/lines.js", script)
    assert outside == 0
    assert inside > 100


@pytest.mark.parametrize("row", [30, 40, 47])
def test_the_word_at_a_shock_is_whole(browser: Browser, row: int) -> None:
    """It stood above the chart's area, which cut it in half, and beyond its right edge."""
    script = """(async () => {
        const { time } = await import("/dashboard/time.js");
        const { colors } = await import("/dashboard/colors.js");
        const figure = document.body.appendChild(document.createElement("figure"));
        Object.assign(figure.style, { width: "800px", height: "240px" });
        const values = new Float64Array(100).fill(1);
        const series = [{ name: "", color: "c1", values, plain: true }];
        const draw = (mark) => {
            figure.replaceChildren();
            const data = { title: "t", start: "2020-01-01", by: 1, digits: 1, words: "w", series, references: [],
                           mark };
            const drawing = m.lines(figure, data, {});
            const canvas = figure.querySelector("canvas");
            const { width, height } = canvas;
            const pixels = canvas.getContext("2d").getImageData(0, 0, width, height).data;
            const scale = width / canvas.clientWidth;
            const line = globalThis.Chart.getChart(canvas).scales.x.getPixelForValue(a[0]) * scale;
            drawing.destroy();
            return { pixels, width, height, line, scale };
        };
        try {
            time.zoom([30, 47]);
            const [bare, full] = [draw(undefined), draw({ row: a[0], text: "shock" })];
            const [across, down] = [[], []];
            for (let place = 0; place < full.pixels.length; place += 4) {
                if (full.pixels[place + 3] === bare.pixels[place + 3]) continue;
                const x = (place / 4) % full.width;
                if (Math.abs(x - full.line) < 3 * full.scale) continue;
                across.push(x / full.scale);
                down.push(Math.floor(place / 4 / full.width) / full.scale);
            }
            const sheet = document.createElement("canvas").getContext("2d");
            sheet.font = `430 12px ${colors.sans}`;
            const { width, actualBoundingBoxAscent } = sheet.measureText("shock");
            return [Math.max(...across) - Math.min(...across), Math.max(...down) - Math.min(...down),
                    width, actualBoundingBoxAscent];
        } finally {
            time.zoom(null);
            figure.remove();
        }
    })()"""
    wide, tall, width, height = browser.call("draw/lines.js", script, row)
    assert wide >= width - 4
    assert tall >= height - 2


def test_numbers_are_written_as_people_read_them(browser: Browser) -> None:
    said = browser.call("format.js", "[m.number(-1234.56, 1), m.number(-0.04, 1), m.signed(0.31), m.number(NaN)]")
    assert said == ["\u22121,234.6", "0.0", "+0.3", "\u2013"]
    assert browser.call("format.js", "m.monthName('2020-01-01', 134)") == "Mar 2031"
    money = browser.call("format.js", "m.scaleOf('base-year dollar/month', 17.74e9, '2020')")
    assert (money["words"], money["digits"], 17.74e9 * money["by"]) == (
        "billion 2020 dollars a month",
        2,
        pytest.approx(17.74),
    )
    assert browser.call("format.js", "m.steps(0, 17, 5)")["ticks"] == [0, 5, 10, 15]


def test_cents_are_summed_exactly_beyond_what_a_double_holds(browser: Browser) -> None:
    matrix = {"rows": ["consumers", "banks"], "columns": ["deposits", "bonds_2y", "bonds_5y", "housing"],
              "cents": [["900719925474099301", "1", "2", "7"], ["-900719925474099300", "-1", "-2", "0"]]}  # fmt: skip
    expression = (
        "{ const sheet = m.sheetOf(a[0]); return {names: sheet.lines.map((line) => line.name), "
        "sums: sheet.lines.map((line) => String(line.sum)), gap: String(m.gapOf(sheet))}; }"
    )
    found = browser.call("draw/matrix.js", f"(() => {expression})()", matrix)
    assert found["names"] == ["deposits", "government_bonds", "net_financial_worth", "housing", "net_worth"]
    assert found["sums"] == ["1", "0", "1", "7", "8"]
    assert found["gap"] == "1", "what is not claimed from anybody does not count"


def test_recessions_are_two_quarters_of_falling_output(browser: Browser) -> None:
    quarters = [100, 101, 100, 99, 102, 101, 102, 101, 100, 99]
    months = [value for value in quarters for _ in range(3)]
    assert browser.call("derive.js", "m.recessions(Float64Array.from(a[0]), 0)", months) == [[6, 11], [21, 29]]
    assert browser.call("derive.js", "m.recessions(Float64Array.from(a[0]), 2)", [5, *months]) == [[7, 12], [22, 30]]


def test_the_page_works_out_formulas_as_the_report_does(browser: Browser) -> None:
    """Of every panel, over random columns one of which begins with zeros."""
    formulas = [line.rule for panel in PANELS for line in panel.lines]
    names = sorted({name for formula in formulas for name in formula.columns()})
    draw = np.random.default_rng(3)
    columns = {name: draw.uniform(0.5, 1.5, 30) for name in names}
    for name in ("job_creation", "firm_failures"):
        columns[name][:5] = 0.0
    expression = (
        "a[0].map((tree) => [...m.evaluate(tree, (name) => Float64Array.from(a[1][name]))]"
        ".map((value) => (Number.isFinite(value) ? value : null)))"
    )
    given = {name: values.tolist() for name, values in columns.items()}
    found = browser.call("formula.js", expression, [formula.tree() for formula in formulas], given)
    for formula, values in zip(formulas, found, strict=True):
        told = np.array([math.nan if value is None else value for value in values])
        np.testing.assert_allclose(told, formula.values(columns.__getitem__), rtol=1e-9, err_msg=str(formula))


def test_the_page_draws_every_kind_of_panel(browser: Browser) -> None:
    drawn = browser.call("panels.js", "m.PANELS.map(({id, draw, from}) => [id, typeof draw, typeof from])")
    assert drawn == [[panel.id, "function", "function"] for panel in PANELS]


def test_a_count_shows_no_point_before_it_is_first_taken(browser: Browser) -> None:
    expression = "[...m.onceCounted(Float64Array.from(a[0]))].map(String)"
    assert browser.call("derive.js", expression, [0, 0, 0.04, 0.04, 0, 0.03]) == [
        "NaN", "NaN", "0.04", "0.04", "0", "0.03"
    ]  # fmt: skip
    assert browser.call("derive.js", expression, [0, 0]) == ["NaN", "NaN"]


def test_every_indicator_that_is_shown_exists_and_labor_shows_its_own(browser: Browser, economy: Serving) -> None:
    known = {one["name"] for one in economy.ask("/columns")["indicators"]}
    shown = browser.call("panels.js", "m.PANELS.map(({id, needs}) => [id, needs])")
    needed = {need for _, needs in shown for need in needs if not need.startswith(("/", "state."))}
    later = {"yield_2y", "yield_5y", "yield_10y", "yield_30y", "stock_index"}
    assert {need for need in needed if not need.endswith("*")} - known <= later
    assert len({panel for panel, _ in shown}) == len(shown)
    assert {"hours", "participation_rate", "unemployment_duration", "job_creation", "job_destruction", "tightness",
            "labor_share", "enrolment_skilled", "minimum_wage"} <= needed  # fmt: skip


def test_year_labels_of_a_trace_never_run_into_one_another(browser: Browser) -> None:
    """Months that stand almost still: a year that has no room for its name goes without."""
    expression = (
        "{ const figure = document.body.appendChild(document.createElement('figure')); "
        "figure.style.cssText = 'position:absolute;width:380px;height:236px'; "
        "const make = (rule) => Float64Array.from({length: 80}, (_, row) => rule(row)); "
        "m.trace(figure, {start: '2020-01-01', by: 100, digits: 1, sign: '%', series: ["
        "{name: 'u', values: make((row) => row < 70 ? 0.05 + 1e-4 * Math.cos(row) : 0.05 + 0.002 * (row - 70))}, "
        "{name: 'v', values: make((row) => 0.04 + 1e-4 * Math.sin(row))}]}); "
        "const found = [...figure.querySelectorAll('text.halo')].map((one) => one.getBoundingClientRect())"
        ".map(({left, right, top, bottom}) => [left, right, top + 1, bottom - 1]); "
        "figure.remove(); return found; }"
    )
    boxes = browser.call("draw/trace.js", f"(() => {expression})()")
    assert len(boxes) >= 2
    for one, other in itertools.combinations(boxes, 2):
        apart = one[1] <= other[0] or other[1] <= one[0] or one[3] <= other[2] or other[3] <= one[2]
        assert apart, (one, other)


@pytest.mark.parametrize(("months", "said"), [(13, "last 2 months"), (48, "last 37 months"), (200, "last 82 months")])
def test_a_trace_says_how_many_months_it_shows(browser: Browser, months: int, said: str) -> None:
    """Means of twelve months begin with the twelfth."""
    script = """(() => {
        const { from } = m.PANELS.find(({ id }) => id === "beveridge");
        const values = new Float64Array(a[0]).fill(0.05);
        return from({ store: { get: () => values }, derived: (name, rule) => rule({ get: () => values }),
                      start: "2020-01-01", spans: () => [], parameters: new Map() }).words;
    })()"""
    words = browser.call("panels.js", script, months)
    assert words == f"means of 12 months; {said}, oldest palest"


def test_every_seller_of_the_map_has_a_line(browser: Browser) -> None:
    names = [str(place) for place in range(14)]
    edges = [{"from": one, "to": other, "dollars": 100} for one in names[1:] for other in names[1:] if one != other]
    edges.append({"from": "0", "to": "1", "dollars": 1})
    nodes = [{"id": name, "title": name, "layer": place, "size": 1} for place, name in enumerate(names)]
    expression = (
        "{ const figure = document.body.appendChild(document.createElement('figure')); "
        "m.network(figure, {nodes: a[0], edges: a[1]}); "
        "const found = figure.querySelectorAll('path').length; figure.remove(); return found; }"
    )
    drawn = browser.call("draw/network.js", f"(() => {expression})()", nodes, edges)
    assert 70 < drawn <= 70 + len(names)


def test_a_chart_is_told_in_a_sentence_that_names_whose_change_it_is(browser: Browser) -> None:
    """The change is of the first line, and from its first known month on."""
    expression = (
        "m.caption({title: 'Jobs', words: '%', by: 1, digits: 1, start: '2020-01-01', series: ["
        "{name: 'created', values: Float64Array.from({length: 26}, (_, row) => row < 2 ? NaN : a[0] * row)}, "
        "{name: 'lost', values: new Float64Array(26)}]})"
    )
    assert browser.call("draw/series.js", expression, -1) == (
        "Jobs, %: created \u221225.0, lost 0.0 in Feb 2022, created down 12.0 in a year; "
        "created between \u221225.0 and \u22122.0 since Mar 2020."
    )
    assert "created unchanged in a year" in browser.call("draw/series.js", expression, 0.001)


def test_months_are_appended_once_and_gaps_are_told(browser: Browser) -> None:
    expression = (
        "{ const store = new m.Store(); store.load({gdp: [1, null, 3]}); const kept = store.get('gdp').buffer; "
        "const told = [store.append(3, {gdp: 4}), store.append(3, {gdp: 9}), store.append(7, {gdp: 8})]; "
        "return {told, values: [...store.get('gdp')].map(String), same: kept === store.get('gdp').buffer}; }"
    )
    found = browser.call("store.js", f"(() => {expression})()")
    assert found == {"told": [True, True, False], "values": ["1", "NaN", "3", "4"], "same": True}


def test_labels_are_pushed_apart_and_stay_inside(browser: Browser) -> None:
    placed = browser.call("draw/axis.js", "m.apart([100, 101, 102, 199], 15, 0, 200)")
    assert sorted(placed) == placed
    assert min(after - before for before, after in itertools.pairwise(placed)) >= 15
    assert 0 <= placed[0] <= placed[-1] <= 200


@pytest.mark.parametrize("months", [25, 36, 60, 71, 110, 130, 600])
@pytest.mark.parametrize("width", [110, 150, 260, 700])
def test_years_are_told_by_two_labels_at_least(browser: Browser, months: int, width: int) -> None:
    told = browser.call("draw/axis.js", "m.timeTicks('2020-03-01', 0, a[0], a[1])", months, width)
    assert len(told) >= 2
    assert all(later["row"] - one["row"] >= 12 for one, later in itertools.pairwise(told))
    assert {one["row"] % 12 for one in told} == {10}, "a year's label stands at its January"


def test_a_lever_is_named_with_its_group(browser: Browser, economy: Serving) -> None:
    parameters = [one for one in economy.ask("/parameters")["parameters"] if one["kind"] in ("number", "whole")]
    titles = browser.call(
        "levers.js",
        "m.leversOf({parameters: new Map(a[0].map((one) => [one.name, one])), columns: []}).map(({title}) => title)",
        parameters,
    )
    assert "Government purchases" in titles
    assert len(set(titles)) == len(titles)


def test_a_file_for_spreadsheets_holds_no_formula(browser: Browser) -> None:
    table = (
        "{columns: [{title: 'Month'}, {title: 'A, b', unit: '%'}], count: 1, key: () => '=1+1', values: () => [NaN]}"
    )
    assert browser.call("table.js", f"m.csv({table})") == 'Month,"A, b (%)"\n\'=1+1,\n'


def test_a_name_is_shown_as_text_and_never_run(browser: Browser) -> None:
    evil = "<img src=x onerror=alert(1)>"
    expression = (
        "{ const figure = document.body.appendChild(document.createElement('figure')); "
        "m.network(figure, {nodes: [{id: a[0], title: a[0], layer: 0, size: 1}], edges: []}); "
        "const found = [figure.textContent.includes(a[0]), figure.querySelectorAll('img').length]; "
        "figure.remove(); return found; }"
    )
    assert browser.call("draw/network.js", f"(() => {expression})()", evil) == [True, 0]


def test_an_order_book_and_a_ring_draw_when_a_later_system_brings_them(browser: Browser) -> None:
    book = {"bids": [[99, 10], [98, 20]], "asks": [[101, 5], [102, 9]], "priceName": "price"}
    drawn = (
        "(() => {{ const figure = "
        "document.body.appendChild(document.createElement('figure')); const "
        "drawing = m.{}(figure, a[0]); "
        "drawing.update(a[0]); const text = figure.textContent; const rows = "
        "drawing.table().count; figure.remove(); return [text, rows]; }})()"
    )
    text, rows = browser.call("draw/depth.js", drawn.format("depth"), book)
    assert "spread 2.00" in text
    assert rows == 4
    banks = [
        {"id": str(bank), "title": f"Bank {bank}", "size": 20 - bank, "short": bank == 2, "note": "3.9%"}
        for bank in range(13)
    ]
    for many, named in ((13, "Bank 23.9%"), (3, "Bank 03.9%Bank 13.9%Bank 23.9%")):
        text, rows = browser.call(
            "draw/network.js",
            drawn.format("network"),
            {"nodes": banks[:many], "edges": [{"from": "0", "to": "1", "dollars": 5}], "ring": True},
        )
        assert text == named, "where there are many, only the bank that is short is named"
        assert rows == 1


def tokens(theme: str) -> dict[str, str]:
    served = pages()["/dashboard/tokens.css"].body.decode()
    block = re.search(re.escape(theme) + r"\s*{(.*?)}", served, re.S)
    assert block
    return dict(re.findall(r"--([\w-]+):\s*([^;]+);", block[1]))


def rgb(text: str) -> Color:
    red, green, blue = (int(text[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return red, green, blue


def linear(color: Color) -> Color:
    red, green, blue = (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in color)
    return red, green, blue


def contrast(one: str, other: str) -> float:
    lights = sorted(
        0.2126 * red + 0.7152 * green + 0.0722 * blue for red, green, blue in (linear(rgb(one)), linear(rgb(other)))
    )
    return (lights[1] + 0.05) / (lights[0] + 0.05)


# Machado, Oliveira and Fernandes (2009), full severity, on linear light.
EYES = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


def lab(color: Color, eye: str) -> Color:
    seen = [
        min(1.0, max(0.0, sum(weight * part for weight, part in zip(row, linear(color), strict=True))))
        for row in EYES[eye]
    ]
    to_xyz = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
    white = (0.95047, 1.0, 1.08883)
    parts = [
        sum(weight * part for weight, part in zip(row, seen, strict=True)) / light
        for row, light in zip(to_xyz, white, strict=True)
    ]
    x, y, z = (part ** (1 / 3) if part > 216 / 24389 else (24389 / 27 * part + 16) / 116 for part in parts)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def ciede2000(one: Color, other: Color) -> float:
    """Color distance; Sharma, Wu and Dalal (2005)."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    mean = (math.hypot(a1, b1) + math.hypot(a2, b2)) / 2
    g = 0.5 * (1 - math.sqrt(mean**7 / (mean**7 + 25**7)))
    a1, a2 = a1 * (1 + g), a2 * (1 + g)
    c1, c2 = math.hypot(a1, b1), math.hypot(a2, b2)
    h1, h2 = math.degrees(math.atan2(b1, a1)) % 360, math.degrees(math.atan2(b2, a2)) % 360
    turn = (h2 - h1 + 180) % 360 - 180 if c1 * c2 else 0.0
    lm, cm = (l1 + l2) / 2, (c1 + c2) / 2
    hm = (h1 + turn / 2) % 360 if c1 * c2 else h1 + h2
    t = (1 - 0.17 * math.cos(math.radians(hm - 30)) + 0.24 * math.cos(math.radians(2 * hm))
         + 0.32 * math.cos(math.radians(3 * hm + 6)) - 0.20 * math.cos(math.radians(4 * hm - 63)))  # fmt: skip
    sl = 1 + 0.015 * (lm - 50) ** 2 / math.sqrt(20 + (lm - 50) ** 2)
    sc, sh = 1 + 0.045 * cm, 1 + 0.015 * cm * t
    rt = -2 * math.sqrt(cm**7 / (cm**7 + 25**7)) * math.sin(math.radians(60 * math.exp(-(((hm - 275) / 25) ** 2))))
    dl, dc = (l2 - l1) / sl, (c2 - c1) / sc
    dh = 2 * math.sqrt(c1 * c2) * math.sin(math.radians(turn / 2)) / sh
    return math.sqrt(dl**2 + dc**2 + dh**2 + rt * dc * dh)


def test_the_distance_is_the_published_one() -> None:
    assert ciede2000((50, 2.6772, -79.7751), (50, 0, -82.7485)) == pytest.approx(2.0425, abs=1e-4)
    assert ciede2000((50, 2.5, 0), (73, 25, -18)) == pytest.approx(27.1492, abs=1e-4)


@pytest.mark.parametrize(("theme", "least"), [(":root", 13.0), ('[data-theme="dark"]', 15.5)])
def test_every_eye_tells_the_series_apart(theme: str, least: float) -> None:
    found = tokens(theme)
    colors = [rgb(found[f"c{place}"]) for place in range(1, 7)]
    worst = min(
        ciede2000(lab(one, eye), lab(other, eye)) for eye in EYES for one, other in itertools.combinations(colors, 2)
    )
    assert worst >= least - 0.05


@pytest.mark.parametrize("theme", [":root", '[data-theme="dark"]'])
def test_text_and_marks_stand_out(theme: str) -> None:
    found = tokens(theme)
    for surface in ("page", "panel", "sunk"):
        assert {name: ratio for name in ("ink", "ink2", "good", "bad", *(f"t{place}" for place in range(1, 7)))
                if (ratio := contrast(found[name], found[surface])) < 4.5} == {}  # fmt: skip
    assert contrast(found["ink3"], found["page"]) >= 4.5
    assert {
        name
        for name in ("control", *(f"c{place}" for place in range(1, 7)))
        if contrast(found[name], found["panel"]) < 3
    } == set()


def test_files_are_small_and_style_and_script_stay_out_of_the_markup() -> None:
    for path in PAGE.rglob("*"):
        if path.suffix in (".js", ".css", ".html"):
            assert len(path.read_text().splitlines()) <= 300, path.name
    index = (PAGE / "index.html").read_text()
    assert not re.search(r"\sstyle=|\son\w+=|<style|<script(?![^>]*src=)", index)
    for path in PAGE.rglob("*.js"):
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function", path.read_text()
        ), path.name
