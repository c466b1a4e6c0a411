"""The page: HTML with the charts inside, that needs nothing from anywhere."""

import datetime
import html
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ravelin.core.clock import MONTHS_PER_YEAR, date_of
from ravelin.explain import money_scale, words
from ravelin.key_figures import closing_table, key_figures, say
from ravelin.recorder import RUNNING, Accounts, read_accounts
from ravelin.report.charts import Chart, charts, overview
from ravelin.report.drawing import overview_png, svg
from ravelin.scenarios.scenario import Scenario
from ravelin.storage.folder import RunFolder, RunFolderError, replacing
from ravelin.storage.history import History, read

_CSS = """
:root { color-scheme: light; --ink: #1f2933; --quiet: #6b7785; --rule: #e4e8ec;
  --card: #fff; --page: #f5f7f9;
  --face: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink);
  font: 15px/1.5 var(--face); }
main { max-width: 1180px; margin: 0 auto; padding: 32px 24px 64px; }
h1 { font-size: 28px; line-height: 1.2; margin: 0 0 6px; letter-spacing: -0.01em; }
h2 { font-size: 19px; margin: 40px 0 12px; }
h3 { font-size: 15px; margin: 0; }
p { margin: 0 0 10px; max-width: 75ch; }
.quiet { color: var(--quiet); max-width: none; }
.unit { color: var(--quiet); font-size: 13px; margin: 0 0 6px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr));
  gap: 12px; margin: 22px 0 6px; }
.tile, .card { background: var(--card); border: 1px solid var(--rule); border-radius: 8px; }
.tile { padding: 12px 14px; }
.tile b { display: block; font-size: 24px; line-height: 1.2; font-weight: 600;
  font-variant-numeric: tabular-nums; }
.tile span { color: var(--quiet); font-size: 13px; }
.charts { display: grid; gap: 16px;
  grid-template-columns: repeat(auto-fill, minmax(min(500px, 100%), 1fr)); }
.card { padding: 14px 16px 8px; overflow-x: auto; }
.narrow { max-width: 560px; }
.card svg { width: 100%; height: auto; display: block; }
.card svg text { font-family: var(--face) !important; }
table { border-collapse: collapse; font-size: 13px; width: 100%;
  font-variant-numeric: tabular-nums; }
th, td { padding: 4px 10px; text-align: right; white-space: nowrap;
  border-bottom: 1px solid var(--rule); }
th { font-weight: 600; } th:first-child, td:first-child { text-align: left; }
td.text { text-align: left; white-space: normal; }
tfoot td { border-bottom: 0; font-weight: 600; }
footer { margin-top: 48px; color: var(--quiet); font-size: 13px; overflow-wrap: anywhere; }
@media print { body { background: #fff; } .card, .tile { break-inside: avoid; } }
"""


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
    manifest = folder.read_json(folder.manifest_path)
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
            file.write(_page(title, scenario, manifest, history, found, marks, accounts).encode())
    except OSError as error:
        raise RunFolderError(f"cannot write to {run}: {error.strerror or error}") from error
    return path


def _marks(scenario: Scenario, history: History) -> list[datetime.date]:
    """Return the months of the run in which a shock begins or ends."""
    moments = {moment for shock in scenario.shocks for moment in (shock.tick, shock.until)}
    return sorted(
        date_of(scenario.start, tick)
        for tick in moments
        if tick is not None and tick in history.ticks
    )


def _page(
    title: str,
    scenario: Scenario,
    manifest: dict[str, Any],
    history: History,
    found: Sequence[Chart],
    marks: Sequence[datetime.date],
    accounts: Accounts | None,
) -> str:
    parts = [
        f"<h1>{_text(title)}</h1>",
        f'<p class="quiet">{_text(_subtitle(manifest, history))}</p>',
        f"<p>{_text(scenario.description)}</p>" if scenario.description else "",
        _tiles(history),
    ]
    for section in dict.fromkeys(chart.section for chart in found):
        parts.append(f'<h2>{_text(section)}</h2><div class="charts">')
        parts += [_card(chart, history, marks) for chart in found if chart.section == section]
        parts.append("</div>")
    parts += [
        _closing(history),
        _accounts(accounts, scenario),
        _changes(manifest, scenario),
        _footer(manifest),
    ]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{_text(title)} - Ravelin</title><style>{_CSS}</style></head>\n"
        "<body><main>\n" + "\n".join(part for part in parts if part) + "\n</main></body></html>\n"
    )


def _text(value: object) -> str:
    return html.escape(str(value))


def _subtitle(manifest: dict[str, Any], history: History) -> str:
    sizes = ", ".join(
        f"{manifest[name]:,} {name}"
        for name in ("consumers", "firms", "banks")
        if manifest.get(name)
    )
    status = " (the run is still going on)" if manifest.get("status") == RUNNING else ""
    period = f"{history.dates[0]:%B %Y} to {history.dates[-1]:%B %Y}"
    return f"{sizes}; {period}, {len(history):,} months; seed {manifest.get('seed')}{status}"


def _tiles(history: History) -> str:
    tiles = [
        f'<div class="tile"><b>{_text(say(figure, figure.mean(MONTHS_PER_YEAR)))}</b>'
        f"<span>{_text(figure.title)}</span></div>"
        for figure in key_figures(history)
    ]
    if not tiles:
        return ""
    note = '<p class="unit">Means over the last twelve months.</p>'
    return f'<div class="tiles">{"".join(tiles)}</div>{note}'


def _card(chart: Chart, history: History, marks: Sequence[datetime.date]) -> str:
    return (
        f'<section class="card"><h3>{_text(chart.title)}</h3>'
        f'<p class="unit">{_text(chart.unit)}</p>'
        f"{svg(chart, history.dates, marks)}</section>"
    )


def _closing(history: History) -> str:
    rows = closing_table(history)
    if not rows:
        return ""
    return "<h2>The economy in figures</h2>" + _table(
        ("mean over", "the run", "the last 12 months"), rows, narrow=True
    )


def _accounts(accounts: Accounts | None, scenario: Scenario) -> str:
    if accounts is None:
        return ""
    month = f"{date_of(scenario.start, accounts.tick):%B %Y}"
    sheet = accounts.balance_sheet
    return _matrix(
        f"Balance sheet at the end of {month}", sheet.columns, sheet.rows, sheet.cents.T
    ) + _matrix(f"Flows of {month}: received less paid", *accounts.flow_matrix)


def _matrix(
    title: str, rows: Sequence[str], columns: Sequence[str], cents: npt.NDArray[np.int64]
) -> str:
    scale, unit = money_scale(cents)
    body = [
        (words(rows[row]), *(_amount(value, scale) for value in (*cents[row], cents[row].sum())))
        for row in range(len(rows))
        if np.any(cents[row])
    ]
    sums = cents.sum(axis=0)
    foot = ("sum", *(_amount(value, scale) for value in (*sums, sums.sum())))
    head = ("", *map(words, columns), "sum")
    return f'<h2>{_text(title)}</h2><p class="unit">{_text(unit)}</p>' + _table(head, body, foot)


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
        parts.append(
            _table(("parameter", "value", "default", "unit", "meaning"), rows, text_from=4)
        )
    else:
        parts.append('<p class="quiet">No parameter does.</p>')
    if scenario.shocks:
        parts.append("<h3>Shocks</h3><ul>")
        parts += [f"<li>{_text(shock.describe())}</li>" for shock in scenario.shocks]
        parts.append("</ul>")
    return "".join(parts)


def _table(
    head: Sequence[str],
    body: Sequence[Sequence[Any]],
    foot: Sequence[str] = (),
    text_from: int | None = None,
    narrow: bool = False,
) -> str:
    words_from = len(head) if text_from is None else text_from

    def row(cells: Sequence[Any], tag: str = "td") -> str:
        marked = (
            f"<{tag}{' class=text' if place >= words_from else ''}>{_text(cell)}</{tag}>"
            for place, cell in enumerate(cells)
        )
        return f"<tr>{''.join(marked)}</tr>"

    return (
        f'<div class="card{" narrow" if narrow else ""}"><table>'
        f"<thead>{row(head, 'th')}</thead><tbody>"
        + "".join(row(cells) for cells in body)
        + f"</tbody>{f'<tfoot>{row(foot)}</tfoot>' if foot else ''}</table></div>"
    )


def _footer(manifest: dict[str, Any]) -> str:
    versions = ", ".join(
        f"{name} {version}" for name, version in manifest.get("versions", {}).items()
    )
    facts = [f"Scenario {manifest.get('scenario')}, seed {manifest.get('seed')}."]
    if manifest.get("fingerprint"):
        facts.append(f"Fingerprint {manifest['fingerprint']}.")
    if manifest.get("seconds_per_tick"):
        facts.append(
            f"{manifest['seconds_per_tick']:.3g} s a month on {manifest.get('threads')} threads."
        )
    facts.append(f"Begun {manifest.get('began')}; made with {versions}.")
    return f"<footer>{_text(' '.join(facts))}</footer>"
