"""Charts at an address that can be shared: columns of the history by name, or a panel of the report."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ravelin.core.sentence import Kind
from ravelin.server.problems import ProblemError, unknown_name
from ravelin.server.reads.worlds import world_of
from ravelin.server.routes import CSV, Answer, Request
from ravelin.storage.history import History

if TYPE_CHECKING:
    from ravelin.server.back import Back

VERSION = 1
"""Of the address: what it says keeps its meaning, or takes another number."""
SVG, PNG = "image/svg+xml", "image/png"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEDIA: Mapping[str, str] = {"svg": SVG, "png": PNG, "csv": CSV, "xlsx": XLSX}
"""Form of a chart -> what it is sent as; the first is what who accepts anything gets."""
_ALONE = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
"""A picture opened by itself runs nothing and fetches nothing."""


async def chart(request: Request["Back"]) -> Answer:
    """Draw columns of the history, or a panel, or give their numbers."""
    server, query = request.server, request.query
    if query["v"] != VERSION:
        detail = (
            f"this is a chart's address of version {query['v']}; the server draws version {VERSION}: write v={VERSION}"
        )
        raise ProblemError("invalid", detail, parameter="v", nearest=str(VERSION))
    if (query["columns"] is None) == (query["panel"] is None):
        detail = "a chart shows either columns, such as columns=gdp_real, or a panel, such as panel=inflation"
        raise ProblemError("contradiction", detail, parameter="columns")
    if query["panel"] is not None and (query["with"] is not None or query["as"] != "level"):
        raise ProblemError(
            "contradiction", "as and with go with columns; a panel is drawn as it is declared", parameter="with"
        )
    form = next(name for name, media in MEDIA.items() if media == request.accepted)
    if query["format"] is not None:
        form = query["format"]
        if form not in MEDIA:
            raise unknown_name("a form of a chart", form, MEDIA, "format")
    published = await server.current()
    names = [query["world"]] + ([query["with"]] if query["with"] is not None else [])
    worlds = [
        world_of(request, published, name, parameter) for name, parameter in zip(names, ("world", "with"), strict=False)
    ]
    settings = server.economy.simulation.settings
    values = {repr(declared): settings[declared] for declared in settings}
    status = published.status
    source = f"{status['scenario']}, {status['consumers']:,} consumers, seed {status['seed']}"
    body = await server.look(
        lambda: drawn([told.copy(rows) for told, rows, _ in worlds], names, query, form, values, source)
    )
    tags = [tag for _, _, tag in worlds]
    tag = "+".join([*tags, form, *(["dark"] if query["theme"] == "dark" else [])])
    media = f"{CSV}; charset=utf-8; header=present" if form == "csv" else MEDIA[form]
    return Answer(body, media=media, tag=tag, headers=_ALONE)


def drawn(
    worlds: Sequence[History],
    names: Sequence[str],
    query: Mapping[str, Any],
    form: str,
    settings: Mapping[str, Any],
    source: str,
) -> bytes:
    """Draw what a query asks for.

    Raises
    ------
    ProblemError
    """  # fmt: skip
    try:
        from ravelin.report.asked import ChartError
        from ravelin.report.export import FORMS, panel_of, picture_of
    except ModuleNotFoundError as error:
        detail = f"drawing needs {error.name}, which `pip install ravelin[report]` brings; /history has the numbers"
        raise ProblemError("not-acceptable", detail) from None
    first = worlds[0]
    months = f"{first.dates[0]:%b %Y} to {first.dates[-1]:%b %Y}" if len(first) else "no month yet"
    source = f"{source}, {months}"
    try:
        if query["panel"] is not None:
            picture = panel_of(first, query["panel"], settings, source)
        else:
            other = worlds[1] if len(worlds) > 1 else None
            labels = (names[0], names[-1])
            picture = picture_of(first, query["columns"], query["as"], other=other, labels=labels, source=source)
        if query["theme"] == "dark" and form == "png":
            return picture.png(dark=True)
        return FORMS[form](picture)
    except ChartError as error:
        if error.kind is Kind.FAILED:
            raise ProblemError("not-acceptable", error.sentence) from error
        raise ProblemError.of(error) from error
