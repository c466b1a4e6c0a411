"""A drawing of who imports whom, folder by folder: the same code gives the same drawing."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import NamedTuple

WIDTH, MARGIN, HEAD, FOOT = 1500, 90, 170, 90
NARROW, TALL, STOREY = 84, 46, 150
INKS = ("#7f8fa6", "#5fa8a0", "#e0a458", "#d9694f", "#b5658f", "#8a78c2", "#5b8fd0")
"""Of the floors, from the cellar up; a thread has the ink of whoever imports."""
SUBTITLE = "who imports whom, by folder: from floor to floor every thread runs down"
PAPER, INK = "#11161d", "#f2ead8"


class Folder(NamedTuple):
    """A folder of code: its name, the row of the drawing that it stands in, about how many lines of code."""

    name: str
    row: float
    floor: int
    lines: int


class Box(NamedTuple):
    """Where a folder stands."""

    folder: Folder
    x: float
    y: float
    width: float


def drawn(folders: Sequence[Folder], threads: Mapping[tuple[str, str], int]) -> str:
    """Draw folders and the threads between them; `threads` counts the imports of one folder from another."""
    boxes, height = _placed(folders, threads)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        'font-family="Georgia, \'Times New Roman\', serif">',
        "<title>Who imports whom in Ravelin, folder by folder</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="{PAPER}"/>',
        _text(WIDTH / 2, 74, "R A V E L I N", 42, INK),
        _text(WIDTH / 2, 112, SUBTITLE, 18, INK, opacity=0.7, slanted=True),
        *_bands(boxes),
        *(_thread(boxes[one], boxes[other], count) for (one, other), count in _by_weight(threads)),
        *(part for box in boxes.values() for part in _box(box)),
        _text(WIDTH / 2, height - 36, _told(folders, threads), 15, INK, opacity=0.6, slanted=True),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _told(folders: Sequence[Folder], threads: Mapping[tuple[str, str], int]) -> str:
    return (
        f"{len(folders)} folders, the wider the more code; {len(threads)} threads, the stronger the more imports; "
        "a thread has the color of whoever imports"
    )


def _by_weight(threads: Mapping[tuple[str, str], int]) -> list[tuple[tuple[str, str], int]]:
    return sorted(threads.items(), key=lambda each: (-each[1], each[0]))


def _placed(folders: Sequence[Folder], threads: Mapping[tuple[str, str], int]) -> tuple[dict[str, Box], int]:
    """Set rows from the top down, each in the order in which its threads cross least."""
    rows = sorted({folder.row for folder in folders}, reverse=True)
    height = HEAD + STOREY * len(rows) + FOOT
    boxes: dict[str, Box] = {}
    for place, row in enumerate(reversed(rows)):  # From the cellar up: who is below is where it is already.
        inside = [folder for folder in folders if folder.row == row]
        inside.sort(key=lambda folder: (_pull(folder.name, boxes, threads), folder.name))
        widths = [max(NARROW + 7.0 * max(0, len(folder.name) - 8), folder.lines / 28) for folder in inside]
        gap = (WIDTH - 2 * MARGIN - sum(widths)) / (len(inside) + 1)
        x, y = float(MARGIN), height - FOOT - STOREY * place - STOREY / 2 - TALL / 2
        for folder, width in zip(inside, widths, strict=True):
            x += gap
            boxes[folder.name] = Box(folder, x, y, width)
            x += width
    return boxes, height


def _pull(name: str, boxes: Mapping[str, Box], threads: Mapping[tuple[str, str], int]) -> float:
    pulls = [
        (count, boxes[other].x + boxes[other].width / 2)
        for (one, other), count in sorted(threads.items())
        if one == name and other in boxes and boxes[other].folder.floor > 0
    ]
    weight = sum(count for count, _ in pulls)
    return round(sum(count * x for count, x in pulls) / weight, 1) if weight else WIDTH / 2


def _bands(boxes: Mapping[str, Box]) -> list[str]:
    parts = []
    for floor in sorted({box.folder.floor for box in boxes.values()}):
        ys = [box.y for box in boxes.values() if box.folder.floor == floor]
        top, bottom = min(ys) - 38, max(ys) + TALL + 38
        parts.append(
            f'<rect x="40" y="{top:.0f}" width="{WIDTH - 80}" height="{bottom - top:.0f}" rx="18" '
            f'fill="{INKS[floor]}" fill-opacity="0.055"/>'
        )
        parts.append(_text(66, (top + bottom) / 2 + 9, str(floor), 26, INKS[floor], opacity=0.8))
    return parts


def _thread(one: Box, other: Box, count: int) -> str:
    often = "once" if count == 1 else f"{count} times or more"
    strength = 0.7 + 1.1 * count**0.5
    ink, opacity = INKS[one.folder.floor], 0.16 if other.folder.floor == 0 else 0.5
    begin = one.x + one.width * (0.25 + 0.5 * _share(one, other))
    end = other.x + other.width * (0.15 + 0.7 * _share(other, one))
    if abs(one.y - other.y) < 1:  # Neighbors of one row: a bow below them.
        bow, low = one.y + TALL, one.y + TALL + 18 + abs(end - begin) / 11
        curve = f"M{begin:.0f},{bow:.0f} C{begin:.0f},{low:.0f} {end:.0f},{low:.0f} {end:.0f},{bow:.0f}"
    elif one.y > other.y:  # Upward within a floor.
        top, bottom = one.y, other.y + TALL
        middle = (top + bottom) / 2
        curve = f"M{begin:.0f},{top:.0f} C{begin:.0f},{middle:.0f} {end:.0f},{middle:.0f} {end:.0f},{bottom:.0f}"
    else:
        top, bottom = one.y + TALL, other.y
        lean = 0.55 * (bottom - top)
        bends = f"{begin:.0f},{top + lean:.0f} {end:.0f},{bottom - lean:.0f}"
        curve = f"M{begin:.0f},{top:.0f} C{bends} {end:.0f},{bottom:.0f}"
    return (
        f'<path d="{curve}" fill="none" stroke="{ink}" stroke-width="{strength:.1f}" stroke-opacity="{opacity}" '
        f'stroke-linecap="round"><title>{one.folder.name} imports {other.folder.name}: {often}</title></path>'
    )


def _share(box: Box, other: Box) -> float:
    """Say how far to the right of a box a thread leaves it for another."""
    return min(1.0, max(0.0, (other.x + other.width / 2) / WIDTH))


def _box(box: Box) -> list[str]:
    middle = box.x + box.width / 2
    return [
        f'<rect x="{box.x:.0f}" y="{box.y:.0f}" width="{box.width:.0f}" height="{TALL}" rx="10" fill="{PAPER}" '
        f'stroke="{INKS[box.folder.floor]}" stroke-width="2"/>',
        _text(middle, box.y + 29, box.folder.name.replace("_", " "), 17, INK),
    ]


def _text(x: float, y: float, text: str, size: int, ink: str, *, opacity: float = 1.0, slanted: bool = False) -> str:
    style = ' font-style="italic"' if slanted else ""
    return (
        f'<text x="{x:.0f}" y="{y:.0f}" font-size="{size}" fill="{ink}" fill-opacity="{opacity}" '
        f'text-anchor="middle"{style}>{escape(text)}</text>'
    )
