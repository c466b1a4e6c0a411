"""Sentences that people are told: printable, and no longer than they can take in at a glance."""

import difflib
import re
from collections.abc import Iterable

SENTENCE_MOST = 900
WORD_MOST = 240
_ENDING = 300


class ToldError(Exception):
    """An error that people are told as it stands: its message is brief wherever it was made, and whoever catches it."""

    def __init__(self, message: str = "") -> None:
        super().__init__(brief(message))


def brief(text: str) -> str:
    """Return a message as it can be shown anywhere: every character printable, what is very long cut in its middle.

    A found value may be a megabyte long, or hold what moves a terminal's cursor; what to do about it stands at
    the message's end, which is kept.
    """
    shown = text[: 20 * SENTENCE_MOST] + text[20 * SENTENCE_MOST :][-_ENDING:]
    shown = "".join(c if c.isprintable() else _escaped(c) for c in shown)
    shown = re.sub(rf"\S{{{WORD_MOST + 1},}}", lambda long: _cut(long[0], WORD_MOST, WORD_MOST // 3), shown)
    return _cut(shown, SENTENCE_MOST, _ENDING)


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that is most like a wrong one, if one is like it."""
    # Comparing takes the product of the lengths; no known name is so long.
    close = difflib.get_close_matches(name[:100], list(known), n=1, cutoff=0.5)
    return close[0] if close else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return "; did you mean X?" for the known name that is most like a wrong one, or nothing."""
    close = nearest(name, known)
    return f"; did you mean {close}?" if close else ""


def _escaped(character: str) -> str:
    if character == "\n":
        return "\\n"
    return "\\x" + f"{ord(character):02x}" if ord(character) < 256 else "\\u" + f"{ord(character):04x}"


def _cut(text: str, most: int, ending: int) -> str:
    return text if len(text) <= most else f"{text[: most - ending - 3]}...{text[-ending:]}"
