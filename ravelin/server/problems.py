"""What can go wrong, as `application/problem+json` (RFC 9457) says it."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from ravelin.core.sentence import brief, nearest

MEDIA_TYPE = "application/problem+json"

KINDS = {
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
"""Kind of a problem -> (usual status, title)."""


class ProblemError(Exception):
    """An answer that is not what was asked for.

    Parameters
    ----------
    kind : one of KINDS
    detail : str
        What was found, what was expected, where to change it.
    members : further members of the answer: `nearest`, `valid`, `parameter`, ...
    """

    def __init__(
        self,
        kind: str,
        detail: str,
        *,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
        **members: Any,
    ) -> None:
        super().__init__(detail)
        self.kind = kind
        self.status = status or KINDS[kind][0]
        self.detail = brief(detail)
        self.headers = dict(headers or {})
        self.members = {key: value for key, value in members.items() if value is not None}

    def content(self) -> dict[str, Any]:
        """Return the members of the answer."""
        return {
            "type": f"/problems/{self.kind}",
            "title": KINDS[self.kind][1],
            "status": self.status,
            "detail": self.detail,
            **self.members,
        }

    def body(self) -> bytes:
        """Return the answer."""
        return orjson.dumps(self.content())


def unknown_name(what: str, name: str, known: Iterable[str], parameter: str, *, status: int = 404) -> ProblemError:
    """Say that a name is none of those known, and which is nearest."""
    names = list(known)
    close = nearest(name, names)
    hint = f"; did you mean {close}?" if close else ""
    shown = name if len(name) <= 100 else f"{name[:100]}..."
    return ProblemError(
        "unknown-name",
        f"{shown!r} is not {what}{hint}",
        nearest=close,
        status=status,
        valid=names if len(names) <= 60 else None,
        parameter=parameter,
    )
