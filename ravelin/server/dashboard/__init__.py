"""The page that `GET /` shows: its files, what is declared for it, and the line library out of its package."""

import hashlib
import json
from dataclasses import asdict
from importlib import metadata
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import NamedTuple

from ravelin.report import look
from ravelin.report.panels import PANELS, SECTIONS

_MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_FRESH = "no-cache"
_FOREVER = "public, max-age=31536000, immutable"
_LIBRARY = ("chartkick", "chartkick/django/static/chartkick/Chart.bundle.js")
_PLACE = b"<!-- the line library -->"


class Page(NamedTuple):
    """A file as it is served."""

    body: bytes
    media_type: str
    cache: str


def pages() -> dict[str, Page]:
    """Read the page, its files and the line library, by the path under which each is served.

    Without the library the page opens all the same: it shows tables, cards and what it draws itself,
    and says which package to install.
    """
    found = {f"/dashboard/{name}": _page(name, file.read_bytes()) for name, file in _own_files(files(__name__), "")}
    for name, text in (("tokens.css", look.chosen_by_page()), ("declared.js", _declared())):
        found[f"/dashboard/{name}"] = _page(name, text.encode())
    index = found.pop("/dashboard/index.html").body
    library = _library()
    if library is not None:
        path = f"/dashboard/vendor/chart.{hashlib.sha256(library).hexdigest()[:12]}.js"
        found[path] = Page(library, _MEDIA_TYPES[".js"], _FOREVER)
        index = index.replace(_PLACE, f'<script src="{path}" defer></script>'.encode())
    found["/"] = Page(index, _MEDIA_TYPES[".html"], _FRESH)
    return found


def _declared() -> str:
    """Write sections and panels, as the domains declare them, into a file of the page."""
    sections = [asdict(section) for section in SECTIONS]
    panels = [panel.content() for panel in PANELS]
    for panel, told in zip(PANELS, panels, strict=True):
        for line, drawn in zip(panel.lines, told["lines"], strict=True):
            drawn["formula"] = line.rule.tree()
    return f"export const SECTIONS = {json.dumps(sections)};\nexport const PANELS = {json.dumps(panels)};\n"


def _own_files(folder: Traversable, prefix: str) -> list[tuple[str, Traversable]]:
    found = []
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        if entry.is_dir():
            found += _own_files(entry, f"{prefix}{entry.name}/")
        elif Path(entry.name).suffix in _MEDIA_TYPES:
            found.append((prefix + entry.name, entry))
    return found


def _page(name: str, body: bytes) -> Page:
    return Page(body, _MEDIA_TYPES[Path(name).suffix], _FRESH)


def _library() -> bytes | None:
    """Read the line library where its package is installed, without importing the package."""
    package, file = _LIBRARY
    try:
        return Path(str(metadata.distribution(package).locate_file(file))).read_bytes()
    except (metadata.PackageNotFoundError, OSError):
        return None
