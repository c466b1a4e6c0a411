"""What can go wrong, as `application/problem+json` (RFC 9457) says it."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, Self

import orjson

from ravelin.core.sentence import Kind, RavelinError, nearest, offered

MEDIA_TYPE = "application/problem+json"
SERVER_FAULT = 500
"""Statuses from here on say that it is not the request that is wrong."""

TYPES = {
    "bad-request": (400, "The request cannot be read"),
    "unauthorized": (401, "A token is needed"),
    "forbidden": (403, "Another site may not do this"),
    "not-found": (404, "There is no such thing here"),
    "unknown-name": (404, "There is no such name"),
    "method-not-allowed": (405, "The method does not go with this address"),
    "not-acceptable": (406, "There is no such representation"),
    "timeout": (408, "The request came too slowly"),
    "conflict": (409, "The economy is not in a state for this"),
    "contradiction": (409, "The values do not go together"),
    "too-many-forks": (409, "There are as many forks as there may be"),
    "too-large": (413, "The body is too large"),
    "long-address": (414, "The address is too long"),
    "unsupported-media-type": (415, "The body is of another kind"),
    "wrong-host": (421, "This is not the host that was asked for"),
    "invalid": (422, "A value is not valid"),
    "large-head": (431, "The head of the request is too large"),
    "too-busy": (503, "Too many requests at once"),
    "opening": (503, "The economy is being opened"),
    "failed": (503, "The economy has failed"),
    "defect": (500, "This is a defect of Ravelin"),
}
"""Type of a problem -> (usual status, title)."""

OF_KIND = {
    Kind.INVALID: "invalid",
    Kind.UNKNOWN_NAME: "unknown-name",
    Kind.CONTRADICTION: "contradiction",
    Kind.UNFIT: "invalid",
    Kind.CONFLICT: "conflict",
    Kind.FAILED: "failed",
    Kind.DAMAGED: "failed",
}
"""Kind of an error -> type of the problem that it is told as; of several kinds the first is the type's own."""
_OWN_KIND = {of: kind for kind, of in reversed(OF_KIND.items())}
NAMES_MOST = 60
"""Most names that an answer lists in place of an unknown one."""


class ProblemError(RavelinError):
    """An answer that is not what was asked for.

    Parameters
    ----------
    type : one of TYPES
    detail : str
        What was found, what was expected, where to change it.
    members : further members of the answer: `nearest`, `valid`, `parameter`, ...
    """

    def __init__(
        self,
        type: str,
        detail: str,
        *,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
        **members: Any,
    ) -> None:
        self.type = type
        self.status = status or TYPES[type][0]
        kind = _OWN_KIND.get(type, Kind.INVALID if self.status < SERVER_FAULT else Kind.FAILED)
        super().__init__(detail, kind=kind, nearest=members.get("nearest"), parameter=members.get("parameter"))
        self.headers = dict(headers or {})
        self.members = {key: value for key, value in members.items() if value is not None}

    @classmethod
    def of(
        cls, error: RavelinError, *, before: str = "", after: str = "", kind: Kind | None = None, parameter: str = ""
    ) -> Self:
        """Return the problem that an error is told as: its type follows from the error's kind."""
        said = f"{before}{error}{after}"
        return cls(
            OF_KIND[kind or error.kind], said, nearest=error.nearest, parameter=parameter or error.parameter
        )  # fmt: skip

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
        status: int | None = None,
    ) -> Self:
        """Return the problem of a name that is none of those known (see `RavelinError.unknown`); it lists them."""
        names = list(known)
        close = nearest(name, names)
        return cls(
            "unknown-name",
            f"{sentence}{offered(close, otherwise)}{after}",
            status=status,
            nearest=close,
            valid=names if len(names) <= NAMES_MOST else None,
            parameter=parameter,
        )

    def __reduce__(self) -> tuple[Any, ...]:
        facts = {"status": self.status, "headers": self.headers, **self.members}
        return partial(self.__class__, self.type, self.sentence, **facts), ()

    def content(self) -> dict[str, Any]:
        """Return the members of the answer."""
        return {
            "type": f"/problems/{self.type}",
            "title": TYPES[self.type][1],
            "status": self.status,
            "detail": self.sentence,
            **self.members,
        }

    def body(self) -> bytes:
        """Return the answer."""
        return orjson.dumps(self.content())


def unknown_name(what: str, name: str, known: Iterable[str], parameter: str, *, status: int = 404) -> ProblemError:
    """Say that a name is none of those known, and which is nearest."""
    shown = name if len(name) <= 100 else f"{name[:100]}..."
    return ProblemError.unknown(f"{shown!r} is not {what}", name, known, parameter=parameter, status=status)
