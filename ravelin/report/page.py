"""The page: HTML with the charts inside, that needs nothing from anywhere."""

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ravelin.core.clock import MONTHS_PER_YEAR, date_of
from ravelin.core.table import Array
from ravelin.report.charts import Chart, charts, overview
from ravelin.report.drawing import overview_png, svg
from ravelin.report.dynamics import dynamics_section, last_sizes
from ravelin.report.key_figures import closing_table, key_figures, noise, say
from ravelin.report.markup import card, document, table, text
from ravelin.report.reference import money_scale, words
from ravelin.runs.recorder import RUNNING, Accounts, read_accounts
from ravelin.scenarios.scenario import Scenario
from ravelin.storage.files import replacing
from ravelin.storage.folder import RunFolder, RunFolderError
from ravelin.storage.history import History, read


def write_report(run: Path) -> Path:
    """Write report.html and overview.png into the folder of a run.

    Returns
    -------
    Path
        Of the page.

    Raises
    ------
    RunFolderError
        If the run has no history yet, or the folder cannot be written.
    """
    folder = RunFolder.look(run)
    history = read(run)
    scenario = Scenario.load(folder.scenario_path)
    manifest = folder.read_manifest()
    accounts = read_accounts(folder) if folder.accounts_path.exists() else None
    found = charts(history)
    marks = _marks(scenario, history)
    title = scenario.title or scenario.name
    path = run / "report.html"
    try:
        if found:
            with replacing(run / "overview.png") as file:
                file.write(overview_png(title, overview(found), history.dates, marks))
        with replacing(path) as file:
            page = _page(title, scenario, manifest, history, found, marks, accounts, last_sizes(folder))
            file.write(page.encode())
    except OSError as error:
        raise RunFolderError(f"cannot write to {run}: {error.strerror or error}") from error
    return path


def _marks(scenario: Scenario, history: History) -> list[datetime.date]:
    """Return the months of the run in which a shock begins or ends."""
    moments = {moment for shock in scenario.shocks for moment in (shock.tick, shock.until)}
    return sorted(date_of(scenario.start, tick) for tick in moments if tick is not None and tick in history.ticks)


def _page(
    title: str,
    scenario: Scenario,
    manifest: dict[str, Any],
    history: History,
    found: Sequence[Chart],
    marks: Sequence[datetime.date],
    accounts: Accounts | None,
    sizes: Array | None,
) -> str:
    parts = [
        f"<h1>{text(title)}</h1>",
        f'<p class="quiet">{text(_subtitle(manifest, history))}</p>',
        f"<p>{text(scenario.description)}</p>" if scenario.description else "",
        _tiles(history),
    ]
    for section in dict.fromkeys(chart.section for chart in found):
        parts.append(f'<h2>{text(section)}</h2><div class="charts">')
        parts += [_card(chart, history, marks) for chart in found if chart.section == section]
        parts.append("</div>")
    parts += [
        dynamics_section(history, sizes),
        _closing(history),
        _accounts(accounts, scenario),
        _changes(manifest, scenario),
        _footer(manifest),
    ]
    return document(title, parts)


def _subtitle(manifest: dict[str, Any], history: History) -> str:
    sizes = ", ".join(f"{manifest[name]:,} {name}" for name in ("consumers", "firms", "banks") if manifest.get(name))
    status = " (the run is still going on)" if manifest.get("status") == RUNNING else ""
    period = f"{history.dates[0]:%B %Y} to {history.dates[-1]:%B %Y}"
    return f"{sizes}; {period}, {len(history):,} months; seed {manifest.get('seed')}{status}"


def _tiles(history: History) -> str:
    tiles = [
        f'<div class="tile"><b>{text(say(figure, figure.mean(MONTHS_PER_YEAR)))}</b>'
        f"<span>{text(figure.title)}</span></div>"
        for figure in key_figures(history)
    ]
    if not tiles:
        return ""
    note = '<p class="unit">Means over the last twelve months.</p>'
    return f'<div class="tiles">{"".join(tiles)}</div>{note}'


def _card(chart: Chart, history: History, marks: Sequence[datetime.date]) -> str:
    return card(chart.title, chart.unit, svg(chart, history.dates, marks))


def _closing(history: History) -> str:
    rows = closing_table(history)
    if not rows:
        return ""
    figures = table(("mean over", "the run", "the last 12 months"), rows, narrow=True)
    return f'<h2>The economy in figures</h2>{figures}<p class="unit">{text(noise(history))}</p>'


def _accounts(accounts: Accounts | None, scenario: Scenario) -> str:
    if accounts is None:
        return ""
    month = f"{date_of(scenario.start, accounts.tick):%B %Y}"
    sheet = accounts.balance_sheet
    return _matrix(f"Balance sheet at the end of {month}", sheet.columns, sheet.rows, sheet.cents.T) + _matrix(
        f"Flows of {month}: received less paid", *accounts.flow_matrix
    )


def _matrix(title: str, rows: Sequence[str], columns: Sequence[str], cents: npt.NDArray[np.int64]) -> str:
    scale, unit = money_scale(cents)
    body = [
        (words(rows[row]), *(_amount(value, scale) for value in (*cents[row], cents[row].sum())))
        for row in range(len(rows))
        if np.any(cents[row])
    ]
    sums = cents.sum(axis=0)
    foot = ("sum", *(_amount(value, scale) for value in (*sums, sums.sum())))
    head = ("", *map(words, columns), "sum")
    return f'<h2>{text(title)}</h2><p class="unit">{text(unit)}</p>' + table(head, body, foot)


def _amount(cents: Any, scale: float) -> str:
    if cents == 0:
        return "\N{MIDDLE DOT}"
    return f"{cents / scale:,.1f}".replace("-0.0", "0.0").replace("-", "\N{MINUS SIGN}")


def _changes(manifest: dict[str, Any], scenario: Scenario) -> str:
    rows = [
        (part["name"], part["value"], part["default"], part["unit"], part["meaning"])
        for part in manifest.get("departures", [])
    ]
    parts = ["<h2>What departs from the defaults</h2>"]
    if rows:
        parts.append(table(("parameter", "value", "default", "unit", "meaning"), rows, text_from=4))
    else:
        parts.append('<p class="quiet">No parameter does.</p>')
    if scenario.shocks:
        parts.append("<h3>Shocks</h3><ul>")
        parts += [f"<li>{text(shock.describe())}</li>" for shock in scenario.shocks]
        parts += [f"<li>Not made: {text(said)}</li>" for said in manifest.get("withdrawn", [])]
        parts.append("</ul>")
    return "".join(parts)


def _footer(manifest: dict[str, Any]) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in manifest.get("versions", {}).items())
    facts = [f"Scenario {manifest.get('scenario')}, seed {manifest.get('seed')}."]
    if manifest.get("fingerprint"):
        facts.append(f"Fingerprint {manifest['fingerprint']}.")
    if manifest.get("seconds_per_tick"):
        facts.append(f"{manifest['seconds_per_tick']:.3g} s a month on {manifest.get('threads')} threads.")
    facts.append(f"Begun {manifest.get('began')}; made with {versions}.")
    return f"<footer>{text(' '.join(facts))}</footer>"
