"""How an address is declared: method, parameters, body and answers, once, for checks and `/schema` alike."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from urllib.parse import parse_qsl

import orjson

from ravelin.server.checking import Schema, check, from_text, plain
from ravelin.server.guard import Headers
from ravelin.server.problems import MEDIA_TYPE, ProblemError, unknown_name
from ravelin.server.views.state import encode

JSON = "application/json"
ARROW = "application/vnd.apache.arrow.stream"
CSV = "text/csv"


Host = TypeVar("Host")


@dataclass(frozen=True)
class Request(Generic[Host]):
    """A request that passed its endpoint's checks.

    Attributes
    ----------
    server : who answers: the front, or the economy's own process
    path, query, body : values by name, as the declarations say; query holds the defaults of what was not given
    """

    server: Host
    headers: Headers
    path: Mapping[str, str]
    query: Mapping[str, Any]
    body: Mapping[str, Any]
    accepted: str
    secure: bool


@dataclass(frozen=True)
class Answer:
    """What to send back; `tag` makes it conditional, `zipped` spares compressing it."""

    body: bytes
    status: int = 200
    media: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    tag: str | None = None
    zipped: bytes | None = None


TAGS = {
    "economy": "the state, what happened so far, and who deals with whom",
    "agents": "tables of consumers, firms, banks and whatever else has rows",
    "declarations": "what every number is, and what happens in a month",
    "time": "steps, runs, stops, begins again",
    "interventions": "shocks, and what is done by hand",
    "forks": "a second economy beside this one, to compare",
    "runs": "other economies, and what is kept of this one",
    "server": "whether it is alive, what it can do, what its refusals mean",
    "page": "the dashboard",
}
"""Chapters of the description."""

Handler = Callable[[Request[Any]], Awaitable[Any]]
"""Gives an `Answer`, or an ASGI application that sends a longer one."""


@dataclass(frozen=True)
class Parameter:
    """A query parameter; `many` may be given several times."""

    name: str
    schema: Schema
    meaning: str
    default: Any = None
    many: bool = False


@dataclass(frozen=True)
class Endpoint:
    """A method of an address.

    Attributes
    ----------
    name : what programs call it: a generated client has a function of this name; it stays when an address moves
    tag : one of TAGS, the chapter of `/schema` that it stands in
    answers : status -> schema of the answer, or None where it has no JSON
    body : gives the schema of the body for the largest number of consumers; None if there is none
    shown_body : the same, more exactly, for `/schema`, where checks that know the model see to it
    media : what the answer may be sent as
    acts : it changes something
    front : it is answered without asking the economy's process
    streams : the answer goes on until the reader leaves
    public : it needs no token
    refusals : statuses of problems, beside those that every endpoint has
    """

    name: str
    tag: str
    method: str
    path: str
    handler: Handler
    summary: str
    answers: Mapping[int, Schema | None]
    query: tuple[Parameter, ...] = ()
    body: Callable[[int], Schema] | None = None
    shown_body: Callable[[int], Schema] | None = None
    media: tuple[str, ...] = (JSON,)
    refusals: tuple[int, ...] = ()
    public: bool = False
    acts: bool = False
    front: bool = False
    streams: bool = False

    def read_query(self, text: bytes) -> dict[str, Any]:
        """Read and check the query.

        Raises
        ------
        ProblemError
        """
        known = {parameter.name: parameter for parameter in self.query}
        values: dict[str, Any] = {parameter.name: parameter.default for parameter in self.query}
        try:
            pairs = parse_qsl(text.decode("ascii"), keep_blank_values=True, max_num_fields=100, errors="strict")
        except (ValueError, UnicodeDecodeError):
            raise ProblemError("bad-request", "the query is not percent-encoded UTF-8 of at most 100 fields") from None
        given: dict[str, list[Any]] = {}
        for name, value in pairs:
            if name not in known:
                raise unknown_name(f"a parameter of {self.path}", name, known, name[:100], status=422)
            given.setdefault(name, []).append(from_text(value, known[name].schema, name))
        for name, found in given.items():
            if known[name].many:
                values[name] = found
            elif isinstance(found[0], list):
                # Clients are of two minds: `a,b`, or the parameter again for each.
                values[name] = [part for parts in found for part in parts]
                check(values[name], known[name].schema, name)
            elif len(found) > 1:
                raise ProblemError("invalid", f"{name} is given {len(found)} times; give it once", parameter=name)
            else:
                values[name] = found[0]
        return values

    def read_body(self, raw: bytes, headers: Headers, consumers_max: int) -> dict[str, Any]:
        """Read and check the body.

        Raises
        ------
        ProblemError
        """
        if self.body is None:
            if raw:
                raise ProblemError("invalid", f"{self.method} {self.path} takes no body")
            return {}
        if raw:
            media = (headers(b"content-type") or b"").partition(b";")[0].strip().lower()
            if media != b"application/json":
                raise ProblemError("unsupported-media-type", f"the body is {JSON}", headers={"Accept-Post": JSON})
            try:
                value = orjson.loads(raw)
            except orjson.JSONDecodeError as error:
                raise ProblemError("bad-request", f"the body is not JSON: {error}") from None
        else:
            value = {}
        value = plain(value)
        check(value, self.body(consumers_max), "body")
        return dict(value)


def answer_json(value: Any, tag: str | None = None, status: int = 200) -> Answer:
    """Send JSON; what belongs to a moment carries its tag."""
    return Answer(encode(value), status, tag=tag)


def refusal(problem: ProblemError) -> Answer:
    """Write a problem as an answer."""
    return Answer(problem.body(), problem.status, MEDIA_TYPE, problem.headers)


def choose(methods: Mapping[str, Endpoint], method: str, path: str) -> Endpoint:
    """Return the endpoint of an address for a method; HEAD is a GET that sends no body.

    Raises
    ------
    ProblemError
    """
    endpoint = methods.get("GET" if method == "HEAD" else method)
    if endpoint is None or (method == "HEAD" and endpoint.acts):
        allowed = list(methods)
        if "GET" in methods and not methods["GET"].acts:
            allowed.insert(1, "HEAD")
        listed = ", ".join(allowed)
        detail = f"{path[:200]} takes {listed}, not {method[:20]}"
        raise ProblemError("method-not-allowed", detail, headers={"Allow": listed})
    return endpoint


def accepted(header: bytes | None, offered: tuple[str, ...]) -> str:
    """Choose the representation that the Accept header likes best.

    Raises
    ------
    ProblemError
        If it likes none.
    """
    if header is None or (header in (b"*/*", b"application/json") and offered[0] == JSON):
        return offered[0]
    liking = dict.fromkeys(offered, 0.0)
    precise = dict.fromkeys(offered, -1)
    for part in header.decode("latin-1").split(","):
        media, *options = (piece.strip().lower() for piece in part.split(";"))
        quality = 1.0
        for option in options:
            if option.startswith("q="):
                quality = _quality(option[2:])
        for name in offered:
            own = name.partition(";")[0]
            rank = 2 if media == own else 1 if media == f"{own.partition('/')[0]}/*" else 0 if media == "*/*" else -1
            if rank > precise[name] or (rank == precise[name] >= 0 and quality > liking[name]):
                precise[name], liking[name] = rank, quality
    best = max(offered, key=lambda name: liking[name])
    if liking[best] <= 0.0:
        raise ProblemError("not-acceptable", f"this can be sent as {' or '.join(offered)}", valid=list(offered))
    return best


def _quality(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if 0.0 <= value <= 1.0 else 0.0
