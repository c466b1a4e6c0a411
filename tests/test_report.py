"""The report is one page that needs nothing else, and shows only what the run has."""

import datetime
import json
import re
from pathlib import Path

import numpy as np
import pytest

from ravelin.core.clock import date_of
from ravelin.report.key_figures import (
    chance_in_growth,
    closing_table,
    headline,
    key_figures,
    last_year,
    noise,
    yearly_growth,
)
from ravelin.scenarios.scenario import Scenario
from ravelin.scenarios.shock import Shock
from ravelin.storage.folder import RunFolderError
from ravelin.storage.history import Field, History, write

pytest.importorskip("matplotlib")

from ravelin.report import write_report
from ravelin.report.charts import MANY, charts, overview

START = datetime.date(2020, 1, 1)


def make_history(months: int, *names: str) -> History:
    time = np.arange(months)
    trend = 1e9 * 1.002**time
    columns = {
        "gdp": trend,
        "gdp_real": trend / 1.001**time,
        "consumption_real": 0.7 * trend,
        "investment_real": 0.2 * trend,
        "government_real": 0.1 * trend,
        "wages": 0.5 * trend,
        "deficit": -0.03 * trend,
        "inflation": np.full(months, 0.02),
        "unemployment_rate": np.full(months, 0.05),
        "policy_rate": np.full(months, 0.03),
        "government_debt": 12 * trend,
        "loans_firms": 6 * trend,
        "loans_consumers": 3 * trend,
        "price_index": 100 * 1.001**time,
        "price_steel": 1.0 + 0.01 * time,
        "price_food": 1.0 - 0.001 * time,
        "firm_failures": time % 3,
        "firm_entries": time % 4,
        "gini_income": np.full(months, 0.48),
        "stock_index": np.full(months, np.nan),
    }
    chosen = names or tuple(columns)
    history = History([Field(name, name, "1", "", "flow") for name in chosen])
    for tick in range(months):
        history.append(tick, date_of(START, tick), [float(columns[name][tick]) for name in chosen])
    return history


def make_run(path: Path, history: History, scenario: Scenario | None = None) -> Path:
    path.mkdir()
    scenario = scenario or Scenario(title="A <strange> title & more", ticks=len(history) or 1)
    (path / "scenario.toml").write_text(scenario.to_toml())
    manifest = {
        "scenario": "default",
        "seed": 1,
        "consumers": 1000,
        "status": "complete",
        "departures": [
            {
                "name": "Taylor.rule",
                "value": 0.3,
                "default": 0.2,
                "unit": "1",
                "meaning": "its weight",
            }
        ],
    }
    (path / "manifest.json").write_text(json.dumps(manifest))
    if len(history):
        write(path / "history.parquet", history)
    return path


def test_page_is_whole_and_self_contained(tmp_path: Path) -> None:
    shocked = Scenario(title="Shocked & <b>", shocks=(Shock(5, "Firms.tfp", True, 0.5, (("good", "steel"),), 9),))
    run = make_run(tmp_path / "run", make_history(30), shocked)
    accounts = {
        "tick": 29,
        "balance_sheet": {
            "rows": ["firms", "banks"],
            "columns": ["deposits"],
            "cents": [[500000], [-500000]],
        },
        "flow_matrix": {"rows": ["wages"], "columns": ["firms", "banks"], "cents": [[-7, 7]]},
    }
    (run / "accounts.json").write_text(json.dumps(accounts))
    page = write_report(run).read_text()
    assert (run / "overview.png").read_bytes().startswith(b"\x89PNG")
    assert not re.findall(r"""(?:src|href)=["']?(?:https?:)?//""", page)
    assert "<script" not in page
    assert "Shocked &amp; &lt;b&gt;" in page
    assert "<b></h1>" not in page
    for said in (
        "Real GDP and its parts",
        "Prices of goods",
        "Balance sheet at the end of June 2022",
        "Flows of June 2022",
        "Taylor.rule",
        "tick 5: Firms.tfp times 0.5 where good is steel until tick 9",
        "5,000.0",
    ):
        assert said in page, said
    assert page.count("<svg") == page.count("</svg>") == len(charts(make_history(30)))


@pytest.mark.parametrize("months", [1, 2, 11, 12, 13])
def test_short_runs_have_a_report(tmp_path: Path, months: int) -> None:
    assert write_report(make_run(tmp_path / "run", make_history(months))).stat().st_size > 1000


def test_a_run_without_known_columns_has_a_page(tmp_path: Path) -> None:
    history = History([Field("odd", "Odd", "1", "", "flow")])
    history.append(0, START, [1.0])
    run = make_run(tmp_path / "run", history)
    assert "<svg" not in write_report(run).read_text()
    assert not (run / "overview.png").exists()


def test_no_history_is_said(tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match="no history yet"):
        write_report(make_run(tmp_path / "run", make_history(0)))


def test_only_what_the_history_has_is_shown() -> None:
    titles = [chart.title for chart in charts(make_history(24, "unemployment_rate", "gdp"))]
    assert titles == ["Unemployment and vacancies"]
    everything = charts(make_history(24))
    assert "Stock prices" not in [chart.title for chart in everything]
    assert [line.label for line in next(c for c in everything if c.kind == MANY).lines] == [
        "steel",
        "food",
    ]
    assert len(overview(everything)) == 9


# Key figures


def test_a_years_flow_is_scaled_up_at_first() -> None:
    assert last_year(np.ones(14)).tolist() == [12.0] * 14
    assert last_year(np.arange(13.0))[-1] == sum(range(1, 13))


def test_growth_needs_a_year() -> None:
    growth = yearly_growth(1.01 ** np.arange(14.0))
    assert np.isnan(growth[:12]).all()
    assert growth[12:] == pytest.approx([1.01**12 - 1] * 2)


def test_key_figures_are_those_of_a_textbook() -> None:
    figures = {figure.name: figure for figure in key_figures(make_history(36))}
    assert figures["debt_to_gdp"].series[0] == pytest.approx(1.0)
    assert figures["credit_to_gdp"].series[0] == pytest.approx(0.75)
    assert figures["wage_share"].mean() == pytest.approx(0.5)
    assert figures["growth"].mean(12) == pytest.approx((1.002 / 1.001) ** 12 - 1)
    assert "gini_wealth" not in figures


def test_closing_table_reads_well() -> None:
    rows = dict((title, (run, year)) for title, run, year in closing_table(make_history(36)))
    assert rows["Unemployment"] == ("5.0 %", "5.0 %")
    assert rows["Gini of income"] == ("0.480", "0.480")
    assert rows["GDP, annual rate"] == ("12.4 billion", "12.7 billion")
    assert dict((row[0], row[1]) for row in closing_table(make_history(3)))["Real GDP growth"] == "-"
    assert headline(make_history(36)).endswith("Unemployment 5.0 %")
    assert headline(make_history(3)) == "Inflation 2.0 %   Unemployment 5.0 %"


def test_growth_says_how_noisy_it_is() -> None:
    """Months with luck of their own of one percent make growth spread by 1.4 points, nearly twice that at 95 %."""
    luck = np.random.default_rng(1).normal(0.0, 0.01, 4_000)
    level = 1e9 * 1.002 ** np.arange(4_000) * np.exp(luck)
    assert chance_in_growth(level) == pytest.approx(1.96 * 2**0.5 * 0.01, rel=0.05)
    assert chance_in_growth(level) == pytest.approx(1.96 * yearly_growth(level)[12:].std(), rel=0.05)
    assert np.isnan(chance_in_growth(level[:12]))
    assert noise(make_history(36)).startswith(
        "The luck of single months moves growth over twelve months by ±0.0 points"
    )
    assert noise(make_history(6)) == ""
