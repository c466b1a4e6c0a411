"""The page of results holds what commands printed, and says which commands, when and on which code."""

import datetime
import re
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[1] / "docs"
sys.path.insert(0, str(DOCS))

from renew_results import COMMANDS, PAGE, borders, replaced, told  # noqa: E402

STATED = r"`ravelin ([^`]+)`, (\d{4}-\d\d-\d\d), commit ([0-9a-f]{7,12}):\n\n```\{code-block\} text\n(.+?)\n```\n"


@pytest.mark.parametrize("check", COMMANDS)
def test_each_part_is_what_its_command_printed(check: str) -> None:
    begin, end = borders(check)
    part = PAGE.read_text().partition(begin)[2].partition(end)[0]
    stated = re.fullmatch(STATED, part, re.S)
    assert stated, f"run `python docs/renew_results.py {check}`"
    command, day, _, printed = stated.groups()
    assert tuple(command.split()) == COMMANDS[check]
    assert datetime.date.fromisoformat(day) >= datetime.date(2026, 11, 30)
    assert len(printed.splitlines()) > 3


def test_a_part_is_replaced_and_nothing_else() -> None:
    page = "a\n" + "".join(borders("opening")) + "b\n" + "".join(borders("moments")) + "c\n"
    part = told("opening", "1 \\1 2\n", "abcdef1", datetime.date(2026, 11, 30))
    once = replaced(page, "opening", part)
    assert once == page.replace("".join(borders("opening")), part.join(borders("opening")))
    assert replaced(once, "opening", part) == once
    assert re.fullmatch(STATED, part, re.S)


def test_no_number_is_typed_beside_them() -> None:
    """Prose tells what to see; it would age."""
    prose = re.sub(r"<!-- (.+?) -->.*?<!-- end of \1 -->", "", PAGE.read_text(), flags=re.S)
    about_survey = prose.index("## Spending as surveyed"), prose.index("## What shocks do")
    prose = prose[: about_survey[0]] + prose[about_survey[1] :]
    assert re.findall(r"\d+(?:\.\d+)? (?:%|percent)|[-+]\d", prose) == []
