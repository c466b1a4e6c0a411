"""The drawing of who imports whom is that of the code; `python tests/test_import_graph.py` draws it anew.

Strengths and widths are rounded to powers of two, so that an edit changes the drawing only if it changes the picture.
"""

import sys
from collections import Counter
from functools import cache

from test_layers import FLOORS, PACKAGE, all_imports, domain_of, module_of_file, module_of_import, room_of

ROOT = PACKAGE.parent
DRAWING = ROOT / "docs" / "imports.svg"
sys.path.insert(0, str(ROOT / "docs"))

from reference_pages.imports import Folder, drawn  # noqa: E402 (found by the line above)


def folder_of(module: str) -> str:
    return domain_of(module) or room_of(module)


@cache
def threads() -> Counter[tuple[str, str]]:
    """Count the imports of each folder from each other one, as they run and not as types are checked."""
    found: Counter[tuple[str, str]] = Counter()
    known = set(names())
    for each in all_imports():
        other = module_of_import(each)
        if each.typing_only or each.file == "__init__.py" or other is None:
            continue
        here, there = folder_of(module_of_file(each.file)), folder_of(other)
        if here != there and {here, there} <= known:
            found[here, there] += 1
    return Counter({pair: rounded(count) for pair, count in found.items()})


def rounded(number: int) -> int:
    return 1 << (number.bit_length() - 1)


def names() -> list[str]:
    return sorted(
        folder
        for folder in {folder_of(module_of_file(p.relative_to(PACKAGE).as_posix())) for p in PACKAGE.rglob("*/*.py")}
        if folder not in ("", "economy") and not folder.startswith("_")
    )


@cache
def folders() -> list[Folder]:
    """List the folders from the cellar up; domains stand in two rows, those that know more of others above."""
    lines: Counter[str] = Counter()
    for path in PACKAGE.rglob("*.py"):
        lines[folder_of(module_of_file(path.relative_to(PACKAGE).as_posix()))] += len(path.read_text().splitlines())
    domains = {path.name for path in (PACKAGE / "economy").iterdir() if path.is_dir() and path.name[0] != "_"}
    known = Counter(one for one, other in threads() if {one, other} <= domains)
    middle = sorted(domains, key=lambda name: (known[name], name))
    found = []
    for name in names():
        floor = FLOORS["economy"] if name in domains else FLOORS[name]
        above = name in domains and middle.index(name) >= len(middle) // 2
        row = floor + (1.0 if above or floor > FLOORS["economy"] else 0.0)
        found.append(Folder(name, row, floor, rounded(lines[name])))
    return found


def test_the_drawing_is_that_of_the_code() -> None:
    assert DRAWING.read_text() == drawn(folders(), threads()), "run `python tests/test_import_graph.py`"


def test_every_folder_and_every_thread_is_drawn() -> None:
    """Also whatever is new; and a thread that is not there is not drawn."""
    told = drawn(folders(), threads())
    assert told.count("<path ") == len(threads()) > 100
    for folder in folders():
        assert f">{folder.name.replace('_', ' ')}</text>" in told
    assert "goods imports labor" in told or ("goods", "labor") not in threads()
    more = drawn([*folders(), Folder("novelty", 0.0, 0, 100)], threads() | Counter({("cli", "novelty"): 1}))
    assert "cli imports novelty: once" in more
    assert "novelty" not in told


if __name__ == "__main__":
    DRAWING.write_text(drawn(folders(), threads()))
