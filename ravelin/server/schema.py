"""`/schema`: OpenAPI 3.1 made from the declarations that requests are checked against."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ravelin import __version__
from ravelin.server.answers import COMPONENTS, PROBLEM
from ravelin.server.checking import REASONS
from ravelin.server.problems import MEDIA_TYPE, TYPES
from ravelin.server.routes import JSON, Endpoint

if TYPE_CHECKING:
    from ravelin.server.app import Server

_PATH_VALUES = {
    "table": ("name of a table", {"type": "string", "maxLength": 60}),
    "row": ("number of a row", {"type": "string", "maxLength": 20}),
    "network": ("name of a network", {"type": "string", "maxLength": 60}),
    "fork": ("id of a fork", {"type": "string", "maxLength": 40}),
    "run": ("id of a run", {"type": "string", "maxLength": 200}),
    "tick": ("months simulated when it was written", {"type": "string", "maxLength": 20}),
    "path": ("name of a file", {"type": "string", "maxLength": 200}),
}
_EVERYWHERE = (400, 401, 403, 405, 406, 408, 414, 421, 422, 431, 503)
_WITH_BODY = (413, 415)


def document(server: "Server") -> dict[str, Any]:
    """Return the description of every endpoint."""
    paths: dict[str, Any] = {}
    for endpoint in server.endpoints:
        path = re.sub(r"\{(\w+):\w+\}", r"{\1}", endpoint.path)
        paths.setdefault(path, {})[endpoint.method.lower()] = _operation(endpoint, server)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Ravelin",
            "version": __version__,
            "description": "Watch an economy run, and intervene. Amounts of cents are text; other numbers are numbers.",
        },
        "paths": paths,
        "components": {
            "schemas": dict(COMPONENTS),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}] if server.guard.has_token else [],
    }


def _operation(endpoint: Endpoint, server: "Server") -> dict[str, Any]:
    name = re.sub(r"\W+", "_", f"{endpoint.method.lower()}{endpoint.path}").strip("_")
    described: dict[str, Any] = {
        "operationId": name,
        "summary": endpoint.summary,
        "parameters": [_path_value(part) for part in re.findall(r"\{(\w+)", endpoint.path)]
        + [_query(parameter) for parameter in endpoint.query],
        "responses": _responses(endpoint),
    }
    if endpoint.body is not None:
        schema = (endpoint.shown_body or endpoint.body)(server.consumers_max)
        required = bool(schema.get("required") or schema.get("oneOf"))
        described["requestBody"] = {"required": required, "content": {JSON: {"schema": _shown(schema)}}}
    if endpoint.public:
        described["security"] = []
    return described


def _shown(schema: Any) -> Any:
    """Leave out of a schema what only the server's own checks use."""
    if isinstance(schema, Mapping):
        return {key: _shown(value) for key, value in schema.items() if key != REASONS}
    return [_shown(value) for value in schema] if isinstance(schema, (list, tuple)) else schema


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
        if schema is not None:
            answer["content"] = {media: {"schema": schema} if media == JSON else {} for media in endpoint.media}
        elif status == 200:
            answer["content"] = {media: {} for media in endpoint.media}
        found[str(status)] = answer
    statuses = {*_EVERYWHERE, *endpoint.refusals, *(_WITH_BODY if endpoint.body is not None else ())}
    for status in sorted(statuses):
        titles = sorted({title for usual, title in TYPES.values() if usual == status})
        found[str(status)] = {
            "description": "; ".join(titles),
            "content": {MEDIA_TYPE: {"schema": PROBLEM}},
        }
    return found
