"""Files of the repository that are pages of the site too, and links to those that are not."""

import os
import re
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]
PAGES = {
    "README.md": "index",
    "CONTRIBUTING.md": "project/contributing",
    "CHANGELOG.md": "project/changelog",
    "SECURITY.md": "project/security",
    "LICENSE": "project/license",
    "CITATION.cff": "project/citation",
    "data/README.md": "project/data",
    "data/calibration/README.md": "project/calibration",
}
"""Path in the repository -> name of the page that shows it."""
LINK = re.compile(r"(\]\()(?!\w+:|#|<)([^)#\s]+)((?:#[^)\s]*)?\))")
FENCED = re.compile(r"(^```.*?^```$)", re.M | re.S)


def file(path: str) -> str:
    """Show a file: Markdown as it is, its links led from here, any other as text."""
    text = (ROOT / path).read_text()
    if not path.endswith(".md"):
        return f"```text\n{text}```\n"
    here = PurePosixPath("docs") / PAGES[path]
    return _led(text, lambda target: os.path.relpath(PurePosixPath(path).parent / target, here.parent))


def relinked(text: str, page: str) -> str:
    """Lead links of a page that leave the documentation to the pages that show those files."""
    here = PurePosixPath("docs") / PurePosixPath(page).parent

    def lead(target: str) -> str:
        inside = os.path.normpath(here / target)
        return f"/{PAGES[inside]}.md" if inside in PAGES else target

    return _led(text, lead)


def _led(text: str, lead: object) -> str:
    assert callable(lead)
    parts = FENCED.split(text)
    parts[::2] = [LINK.sub(lambda link: f"{link[1]}{lead(link[2])}{link[3]}", part) for part in parts[::2]]
    return "".join(parts)
