"""The page of levers, by the names under which economists look for them."""

import itertools
import textwrap
from collections.abc import Sequence

from ravelin.core.parameter import Parameter, Settings
from ravelin.report.reference import DEFAULT_WIDTH, said_range, said_value
from ravelin.scenarios.vocabulary import NamedLever


def levers_page(listed: Sequence[NamedLever], settings: Settings, width: int = DEFAULT_WIDTH) -> str:
    """List levers by who pulls them: title, what a scenario calls it, value, range, and other names of it."""
    lines: list[str] = []
    for (who, policy), those in itertools.groupby(listed, key=lambda one: (one.who, one.policy)):
        lines.append(f"{who[:1].upper()}{who[1:]}{'' if policy else ', further levers'}")
        for one in those:
            target = one.target
            where = f" where good = {one.good}" if one.good else ""
            lines.append(f"    {one.title}: {target!r}{where}")
            if isinstance(target, Parameter):
                unit = "" if target.unit == "1" else f" {target.unit}"
                said = f"{target.meaning}; {said_value(settings[target])}{unit}, {said_range(target)}"
            else:
                said = f"{target.meaning}; of the rows of one good, or of all"
            lines += _indented(said, width)
            if one.words[1:]:
                lines += _indented(f"also: {', '.join(one.words[1:])}", width)
        lines.append("")
    return "\n".join(lines).rstrip()


def _indented(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, initial_indent=" " * 8, subsequent_indent=" " * 8)
