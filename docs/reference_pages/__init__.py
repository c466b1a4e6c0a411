"""Pages of the site that are read off the code: a line of the form `{declared} NAME` in a page becomes what NAME tells.

Nothing of it is kept in the repository, so nothing of it can age.
"""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

MARK = re.compile(r"^```\{declared\} (\w+)(?: (\S+))?\n```$", re.M)


def tellers() -> dict[str, Callable[..., str]]:
    """Give every teller by its name."""
    from reference_pages import commands, declarations, repository, requests, rules

    return {
        "tables": declarations.tables,
        "parameters": declarations.parameters,
        "indicators": declarations.indicators,
        "month": rules.month,
        "tick": rules.tick,
        "rules": rules.domain,
        "functions": rules.functions,
        "missing": rules.missing,
        "panels": declarations.panels,
        "requests": requests.requests,
        "commands": commands.commands,
        "file": repository.file,
    }


def told(text: str) -> str:
    """Put what the code declares in the place of every mark of a page."""
    every = tellers()
    return MARK.sub(lambda mark: every[mark[1]](*filter(None, (mark[2],))), text)


def setup(app: "Sphinx") -> dict[str, Any]:
    """Connect to Sphinx."""
    from reference_pages import mathml, repository

    def tell(_: Any, name: str, source: list[str]) -> None:
        source[0] = repository.relinked(told(source[0]), name)

    app.connect("source-read", tell)
    app.add_html_math_renderer("mathml", (mathml.inline, None), (mathml.displayed, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
