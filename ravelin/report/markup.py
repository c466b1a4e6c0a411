"""Pieces of a page: style, tables, cards, and the document that needs nothing from anywhere."""

import html
from collections.abc import Iterable, Sequence
from typing import Any

from ravelin.report.look import chosen_by_reader

_CSS = """
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink);
  font: 15px/1.5 var(--sans); }
main { max-width: 1180px; margin: 0 auto; padding: 32px 24px 64px; }
h1 { font-size: 28px; line-height: 1.2; margin: 0 0 6px; letter-spacing: -0.01em; }
h2 { font-size: 19px; margin: 40px 0 12px; }
h3 { font-size: 15px; margin: 0; }
p { margin: 0 0 10px; max-width: 75ch; }
.quiet { color: var(--ink3); max-width: none; }
.unit { color: var(--ink3); font-size: 13px; margin: 0 0 6px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr));
  gap: 12px; margin: 22px 0 6px; }
.tile, .card { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; }
.tile { padding: 12px 14px; }
.tile b { display: block; font-size: 24px; line-height: 1.2; font-weight: 600;
  font-variant-numeric: tabular-nums; }
.tile span { color: var(--ink3); font-size: 13px; }
.charts { display: grid; gap: 16px;
  grid-template-columns: repeat(auto-fill, minmax(min(500px, 100%), 1fr)); }
.card { padding: 14px 16px 8px; overflow-x: auto; }
.narrow { max-width: 560px; }
.card h3 { line-height: 1.3; }
.question { color: var(--ink2); font-size: 13px; margin: 0; }
.says { margin: 0; padding: 48px 16px 60px; text-align: center; color: var(--ink2); max-width: none; }
details { font-size: 13px; color: var(--ink2); margin: 2px 0 6px; }
summary { cursor: pointer; color: var(--ink3); }
.card svg { width: 100%; height: auto; display: block; }
.card svg text { font-family: var(--sans) !important; }
table { border-collapse: collapse; font-size: 13px; width: 100%;
  font-variant-numeric: tabular-nums; }
th, td { padding: 4px 10px; text-align: right; white-space: nowrap;
  border-bottom: 1px solid var(--line); }
th { font-weight: 600; } th:first-child, td:first-child { text-align: left; }
th.text, td.text { text-align: left; }
td.text { white-space: normal; }
tfoot td { border-bottom: 0; font-weight: 600; }
footer { margin-top: 48px; color: var(--ink3); font-size: 13px; overflow-wrap: anywhere; }
@media print { body { background: var(--panel); } .card, .tile { break-inside: avoid; } }
"""


def text(value: object) -> str:
    """Write a value as text of a page."""
    return html.escape(str(value))


def card(title: str, unit: str, drawing: str, question: str = "", definition: str = "") -> str:
    """Frame a drawing: the question that it answers above it, what its numbers are below."""
    asked = f'<p class="question">{text(question)}</p>' if question else ""
    told = f"<details><summary>What this shows</summary>{text(definition)}</details>" if definition else ""
    return (
        f'<section class="card"><h3>{text(title)}</h3>{asked}<p class="unit">{text(unit)}</p>{drawing}{told}</section>'
    )


def says(sentence: str) -> str:
    """Write what stands in place of a drawing."""
    return f'<p class="says">{text(sentence)}</p>'


def document(title: str, parts: Iterable[str]) -> str:
    """Write a whole page from its parts, without those that are empty."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{text(title)} - Ravelin</title><style>{chosen_by_reader()}{_CSS}</style></head>\n"
        "<body><main>\n" + "\n".join(part for part in parts if part) + "\n</main></body></html>\n"
    )


def table(
    head: Sequence[str],
    body: Sequence[Sequence[Any]],
    foot: Sequence[str] = (),
    text_from: int | None = None,
    narrow: bool = False,
) -> str:
    """Write a table; cells from column `text_from` on are words, aligned to the left."""
    words_from = len(head) if text_from is None else text_from

    def row(cells: Sequence[Any], tag: str = "td") -> str:
        marked = (
            f"<{tag}{' class=text' if place >= words_from else ''}>{text(cell)}</{tag}>"
            for place, cell in enumerate(cells)
        )
        return f"<tr>{''.join(marked)}</tr>"

    return (
        f'<div class="card{" narrow" if narrow else ""}"><table>'
        f"<thead>{row(head, 'th')}</thead><tbody>"
        + "".join(row(cells) for cells in body)
        + f"</tbody>{f'<tfoot>{row(foot)}</tfoot>' if foot else ''}</table></div>"
    )
