"""Pieces of Markdown."""

import re
from collections.abc import Iterable, Sequence


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table; a cell is Markdown already."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines) + "\n"


def plain(text: str) -> str:
    """Write prose of a docstring so that none of its signs is taken for Markdown; what stands in backticks is code."""
    parts = re.split(r"(`[^`\n]+`)", text)
    parts[::2] = [re.sub(r"([\\*_<>\[\]~$#])", r"\\\1", part) for part in parts[::2]]
    return "".join(parts)


def listed(things: Iterable[object]) -> str:
    """Name things as code, each once, in order."""
    return ", ".join(f"`{thing}`" for thing in dict.fromkeys(map(str, things)))


def number(value: object) -> str:
    """Write a value as briefly as it goes."""
    if isinstance(value, tuple):
        return ", ".join(number(each) for each in value)
    return str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)


def summary(documented: object) -> str:
    """Give the first sentence of a docstring."""
    return plain((documented.__doc__ or "").strip().partition("\n")[0])
