"""`/schema`: OpenAPI 3.1 made from the declarations that requests are checked against."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ravelin import __version__
from ravelin.server.answers import PROBLEM
from ravelin.server.checking import REASONS
from ravelin.server.problems import MEDIA_TYPE, TYPES
from ravelin.server.routes import JSON, TAGS, Endpoint

if TYPE_CHECKING:
    from ravelin.server.app import Server

_PATH_VALUES = {
    "table": ("name of a table", {"type": "string", "maxLength": 60}),
    "row": ("number of a row", {"type": "string", "maxLength": 20}),
    "network": ("name of a network", {"type": "string", "maxLength": 60}),
    "fork": ("id of a fork", {"type": "string", "maxLength": 40}),
    "run": ("id of a run", {"type": "string", "maxLength": 200}),
    "tick": ("months simulated when it was written", {"type": "string", "maxLength": 20}),
    "kind": ("kind of a problem, the last part of its `type`", {"type": "string", "maxLength": 60}),
    "path": ("name of a file", {"type": "string", "maxLength": 200}),
}
_EVERYWHERE = (400, 401, 403, 405, 406, 408, 414, 421, 422, 431, 503)
_WITH_BODY = (413, 415)


def document(server: "Server") -> dict[str, Any]:
    """Return the description of every endpoint."""
    components: dict[str, Any] = {}
    paths: dict[str, Any] = {}
    for endpoint in server.endpoints:
        path = re.sub(r"\{(\w+):\w+\}", r"{\1}", endpoint.path)
        paths.setdefault(path, {})[endpoint.method.lower()] = _named(_operation(endpoint, server), components)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Ravelin",
            "version": __version__,
            "description": "Watch an economy run, and intervene. Amounts of cents are text; other numbers are numbers.",
        },
        "tags": [{"name": name, "description": meaning} for name, meaning in TAGS.items()],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(components.items())),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}] if server.guard.has_token else [],
    }


def _named(told: Any, components: dict[str, Any]) -> Any:
    """Put a reference in the place of every schema that has a title, and the schema among the components.

    What only the server's own checks use is left out.
    """
    if isinstance(told, (list, tuple)):
        return [_named(one, components) for one in told]
    if not isinstance(told, Mapping):
        return told
    shown = {key: _named(value, components) for key, value in told.items() if key != REASONS}
    if not isinstance(shown.get("title"), str):
        return shown
    name = shown.pop("title")
    if components.setdefault(name, shown) != shown:
        raise ValueError(f"two schemas are called {name}")
    return {"$ref": f"#/components/schemas/{name}"}


def _operation(endpoint: Endpoint, server: "Server") -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": endpoint.name,
        "tags": [endpoint.tag],
        "summary": endpoint.summary,
        "parameters": [_path_value(part) for part in re.findall(r"\{(\w+)", endpoint.path)]
        + [_query(parameter) for parameter in endpoint.query],
        "responses": _responses(endpoint),
    }
    if endpoint.body is not None:
        schema = (endpoint.shown_body or endpoint.body)(server.consumers_max)
        required = bool(schema.get("required") or schema.get("oneOf"))
        described["requestBody"] = {"required": required, "content": {JSON: {"schema": schema}}}
    if endpoint.public:
        described["security"] = []
    return described


def _path_value(name: str) -> dict[str, Any]:
    meaning, schema = _PATH_VALUES[name]
    return {"name": name, "in": "path", "required": True, "description": meaning, "schema": schema}


def _query(parameter: Any) -> dict[str, Any]:
    schema = dict(parameter.schema)
    if parameter.many:
        schema = {"type": "array", "items": schema, "maxItems": 20}
    if parameter.default is not None:
        schema["default"] = parameter.default
    return {
        "name": parameter.name,
        "in": "query",
        "required": False,
        "description": parameter.meaning,
        "schema": schema,
        "style": "form",
        "explode": parameter.many,
    }


def _responses(endpoint: Endpoint) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for status, schema in endpoint.answers.items():
        answer: dict[str, Any] = {"description": "as asked" if status != 304 else "as you have it"}
        if schema is not None or status == 200:
            bare = [media.partition(";")[0] for media in endpoint.media]
            answer["content"] = {media: {"schema": schema if media == JSON else _bytes_of(media)} for media in bare}
        found[str(status)] = answer
    statuses = {*_EVERYWHERE, *endpoint.refusals, *(_WITH_BODY if endpoint.body is not None else ())}
    for status in sorted(statuses):
        titles = sorted({title for usual, title in TYPES.values() if usual == status})
        found[str(status)] = {
            "description": "; ".join(titles),
            "content": {MEDIA_TYPE: {"schema": PROBLEM}},
        }
    return found


def _bytes_of(media: str) -> dict[str, Any]:
    """Return the schema of an answer that is no JSON: text, or bytes."""
    return {"type": "string"} if media.startswith("text/") else {"type": "string", "format": "binary"}
