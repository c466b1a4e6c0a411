"""Errors and their sentences: what went wrong as data, and as words that are taken in at a glance."""

import difflib
import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Self

SENTENCE_MOST = 900
WORD_MOST = 240
_ENDING = 300


class Kind(StrEnum):
    """What kind of thing went wrong: an exit code, a status of HTTP and what a caller does about it follow from it."""

    INVALID = "invalid"
    """A value that is none that may be given there."""
    UNKNOWN_NAME = "unknown-name"
    """A name that is none of those known."""
    CONTRADICTION = "contradiction"
    """Values each of which may be given, and which do not go together."""
    UNFIT = "unfit"
    """What lies at a path is something else than it was given for."""
    CONFLICT = "conflict"
    """What may be asked for, and not in the state that things are in."""
    DAMAGED = "damaged"
    """A file that is not as it was written."""
    FAILED = "failed"
    """What may be asked for, and did not come to its end."""


class RavelinError(Exception):
    """An error that people are told in one sentence: brief wherever it was made, and whoever catches it.

    Nobody reads the words of the sentence to find out more: what a program needs to know stands beside it.

    Parameters
    ----------
    sentence : str
        What was found, what was expected, where to change it.
    kind : Kind, optional
        That of its class if not given.
    nearest : str, optional
        The name that is offered in place of an unknown one.
    parameter : str, optional
        What to change: the parameter, key, column or option that is to blame.
    """

    kind: Kind = Kind.FAILED

    def __init__(
        self, sentence: str = "", *, kind: Kind | None = None, nearest: str | None = None, parameter: str | None = None
    ) -> None:
        self.sentence = brief(sentence)
        """What people are told."""
        super().__init__(self.sentence)
        self.kind = kind or type(self).kind
        self.nearest = nearest
        self.parameter = parameter

    def __str__(self) -> str:
        return self.sentence

    @classmethod
    def unknown(
        cls,
        sentence: str,
        name: str,
        known: Iterable[str],
        *,
        after: str = "",
        otherwise: str = "",
        parameter: str | None = None,
    ) -> Self:
        """Return an error about a name that is none of those known: the sentence, the nearest name, what comes after.

        Parameters
        ----------
        after : str
            What stands behind the name that is offered, such as all that are known.
        otherwise : str
            What stands in place of that name where none is near.
        """
        close = nearest(name, known)
        said = f"{sentence}{offered(close, otherwise)}{after}"
        return cls(said, kind=Kind.UNKNOWN_NAME, nearest=close, parameter=parameter)

    @classmethod
    def of(
        cls, error: "RavelinError", *, before: str = "", after: str = "", kind: Kind | None = None, parameter: str = ""
    ) -> Self:
        """Return an error of this class that says what another one says, and where: its facts stay.

        Parameters
        ----------
        before, after : str
            What stands before and after the other's sentence.
        """
        return cls(
            f"{before}{error}{after}",
            kind=kind or error.kind,
            nearest=error.nearest,
            parameter=parameter or error.parameter,
        )


class DeclarationError(RavelinError, ValueError, TypeError):
    """A table, column, parameter, rule or page that is declared as none can be."""

    kind = Kind.INVALID


class UnknownNameError(RavelinError, KeyError):
    """A name that is none of those known."""

    kind = Kind.UNKNOWN_NAME


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


def offered(close: str | None, otherwise: str = "") -> str:
    """Return "; did you mean X?" for the name that is nearest to a wrong one, or something else where none is."""
    return f"; did you mean {close}?" if close else otherwise


def _escaped(character: str) -> str:
    if character == "\n":
        return "\\n"
    return "\\x" + f"{ord(character):02x}" if ord(character) < 256 else "\\u" + f"{ord(character):04x}"


def _cut(text: str, most: int, ending: int) -> str:
    return text if len(text) <= most else f"{text[: most - ending - 3]}...{text[-ending:]}"
