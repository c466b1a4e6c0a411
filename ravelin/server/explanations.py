"""What each kind of problem means and what to do about it, at the address that its `type` gives."""

from html import escape
from typing import Any, NamedTuple

from ravelin.server.problems import TYPES


class Explanation(NamedTuple):
    """When it is answered, and what mends it."""

    meaning: str
    remedy: str


EXPLANATIONS = {
    "bad-request": Explanation(
        "What came is not a request as HTTP, JSON or this address has it, or two readers could read it in two ways.",
        "Send one that is whole: a body in JSON, a query percent-encoded, each header once.",
    ),
    "unauthorized": Explanation(
        "The server was started with a token, and the request carries none, or another one.",
        "Send the header Authorization: Bearer TOKEN, or open the dashboard, which asks for it.",
    ),
    "forbidden": Explanation(
        "A page of another site, or a browser that looks ahead, asked for what only the dashboard and programs may do.",
        "Do it from the server's own page or from a program, or start the server with --allow-origin ORIGIN.",
    ),
    "not-found": Explanation(
        "Nothing is at this address: no such page, or no such row of a table.",
        "Take the nearest address if one is offered; /schema lists all, and a table says how many rows it has.",
    ),
    "unknown-name": Explanation(
        "A name, such as that of a column, table, parameter, scenario or fork, is none of those known; so is a cursor "
        "of another question. In a body or as the name of a parameter it is answered with 422.",
        "Take `nearest`, or one of `valid`, which lists names where they are few; /columns and /parameters list all.",
    ),
    "method-not-allowed": Explanation(
        "The address exists and does not take this method.",
        "Use one of those in the header Allow: what changes something is a POST or a DELETE.",
    ),
    "not-acceptable": Explanation(
        "The header Accept wants a representation that this address does not have.",
        "Ask for one of `valid`, or for */*.",
    ),
    "timeout": Explanation(
        "The request was not whole in time.",
        "Send it at once; the sentence says how many seconds there are.",
    ),
    "conflict": Explanation(
        "The request is right and the economy is not where it needs it: it runs, is over, has failed, keeps no such "
        "month, or is being replaced.",
        "Do first what the sentence says, such as POST /pause or POST /reset, then ask again.",
    ),
    "contradiction": Explanation(
        "Each value may be and they do not go together, such as more firms than consumers can staff, or an end before "
        "its beginning. In a query it is answered with 400.",
        "Change one of the values that the sentence names.",
    ),
    "too-many-forks": Explanation(
        "A server keeps a few forks at a time, for each is two economies.",
        "Drop one by DELETE /forks/{id}, then fork again.",
    ),
    "too-large": Explanation(
        "The body has more bytes than any order needs.",
        "Send less; the sentence says how many bytes there may be.",
    ),
    "long-address": Explanation(
        "Path and query together are too long.",
        "Ask for fewer columns at once, or in several requests.",
    ),
    "unsupported-media-type": Explanation(
        "The body comes without a type, or as another one than JSON.",
        "Send the header Content-Type: application/json.",
    ),
    "wrong-host": Explanation(
        "The Host header names a machine that the server does not know itself by, which is how pages of other sites "
        "reach servers on one's own machine.",
        "Use the address that the server printed, or start it with --allow-host NAME.",
    ),
    "invalid": Explanation(
        "A value is of the wrong type, out of its range, too long, or not written as it must be.",
        "Change the one that `parameter` names to what the sentence says; /schema has the type and range of each.",
    ),
    "large-head": Explanation(
        "The line and headers of the request have too many bytes.",
        "Send fewer or shorter headers; a browser's cookies of other programs on this host may be to blame.",
    ),
    "too-busy": Explanation(
        "As much is going on at once as the server lets: streams of events, requests that wait, pages being drawn up.",
        "Ask again after the seconds in Retry-After; for more streams start the server with --listeners N.",
    ),
    "opening": Explanation(
        "The economy is being opened, which takes a while where it is large.",
        "Ask again after the seconds in Retry-After; /readyz says when it stands.",
    ),
    "failed": Explanation(
        "A month could not be finished, or the economy could not be opened or kept: parameters under which it cannot "
        "stand, a full disk, a damaged checkpoint.",
        "Read why in the sentence and mend that; then POST /reset, POST /runs, or ravelin serve --resume DIR.",
    ),
    "defect": Explanation(
        "The program made a mistake of its own.",
        "The server's standard error has the details; please report them with the request.",
    ),
}  # fmt: skip
"""Kind -> what is told of it; a test holds it to TYPES."""


def content(kind: str) -> dict[str, Any]:
    """Return what a program is told of a kind."""
    status, title = TYPES[kind]
    meaning, remedy = EXPLANATIONS[kind]
    return {
        "kind": kind, "type": f"/problems/{kind}", "title": title, "status": status, "meaning": meaning,
        "remedy": remedy,
    }  # fmt: skip


def page(kinds: list[str], title: str) -> bytes:
    """Return what a person is shown of some kinds."""
    parts = []
    for told in map(content, kinds):
        kind, status = told["kind"], told["status"]
        parts.append(
            f'<section><h2><a href="/problems/{kind}">{escape(told["title"])}</a></h2>'
            f"<p><code>{kind}</code>, usually status {status}</p><p>{escape(told['meaning'])}</p>"
            f"<p><strong>What to do.</strong> {escape(told['remedy'])}</p></section>"
        )
    text = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} - Ravelin</title>"
        '<link rel="icon" href="/dashboard/mark.svg"><script src="/dashboard/theme.js"></script>'
        '<link rel="stylesheet" href="/dashboard/tokens.css">'
        '<link rel="stylesheet" href="/dashboard/problems.css"></head>'
        f"<body><main><h1>{escape(title)}</h1>{''.join(parts)}"
        '<nav><a href="/problems">All problems</a> <a href="/">Dashboard</a></nav></main></body></html>'
    )
    return text.encode()
