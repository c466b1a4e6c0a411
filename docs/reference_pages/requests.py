"""The server's addresses, from the OpenAPI document that it serves itself."""

from types import SimpleNamespace
from typing import Any, cast

from ravelin.server.app import ENDPOINTS, Server
from ravelin.server.schema import document
from reference_pages.markdown import plain, table

CONSUMERS_MOST = 200_000_000
NAMES_MOST = 12


def openapi() -> dict[str, Any]:
    """Make the document without a server that listens."""
    described = SimpleNamespace(
        endpoints=ENDPOINTS, consumers_max=CONSUMERS_MOST, guard=SimpleNamespace(has_token=False)
    )
    return document(cast("Server", described))


def requests() -> str:
    """Tell every address with what it takes and answers."""
    described = openapi()
    named = described["components"]["schemas"]
    parts = []
    for path, methods in sorted(described["paths"].items()):
        for method, told in methods.items():
            parts.append(_request(method.upper(), path, told, named))
    return "\n".join(parts)


def _request(method: str, path: str, told: dict[str, Any], named: dict[str, Any]) -> str:
    parts = [f"## `{method} {path}`\n", f"{plain(told['summary'])} (`{told['operationId']}`)\n"]
    rows = [
        (f"`{each['name']}`", each["in"], f"`{_shape(each['schema'])}`", plain(each["description"]))
        for each in told["parameters"]
    ]
    if rows:
        parts.append(table(("parameter", "in", "type", "meaning"), rows))
    if "requestBody" in told:
        (content,) = told["requestBody"]["content"].values()
        schema = _resolved(content["schema"], named)
        for variant in schema.get("oneOf", [schema]):
            parts.append(_body(variant, named))
    answers = [
        f"{status} ({', '.join(f'`{media}`' for media in answer.get('content', {})) or 'no content'})"
        for status, answer in told["responses"].items()
        if status.startswith(("2", "3"))
    ]
    refusals = [status for status in told["responses"] if not status.startswith(("2", "3"))]
    parts.append(f"Answers {', '.join(answers)}; refusals {', '.join(refusals)}.\n")
    return "\n".join(parts)


def _resolved(schema: dict[str, Any], named: dict[str, Any]) -> dict[str, Any]:
    """Return what a reference leads to."""
    found: dict[str, Any] = named[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    return found


def _body(schema: dict[str, Any], named: dict[str, Any]) -> str:
    required = schema.get("required", ())
    rows = [
        (f"`{name}`", "required" if name in required else "", f"`{_shape(each)}`", plain(each.get("description", "")))
        for name, each in ((name, _resolved(one, named)) for name, one in schema.get("properties", {}).items())
    ]
    return table(("member of the body", "", "type", "meaning"), rows) if rows else ""


def _shape(schema: dict[str, Any]) -> str:
    kind = schema.get("type", "any")
    kind = " or ".join(kind) if isinstance(kind, list) else kind
    words = [kind if kind != "array" else f"list of {_shape(schema['items'])}"]
    if "$ref" in schema:
        words = [schema["$ref"].rpartition("/")[2]]
    if "enum" in schema:
        names = list(map(str, schema["enum"]))
        words = [" | ".join(names) if len(names) <= NAMES_MOST else f"one of {len(names)} names, such as {names[0]}"]
    ends = [schema.get("minimum"), schema.get("maximum")]
    if any(end is not None for end in ends):
        words.append(f"{ends[0] if ends[0] is not None else '-∞'} to {ends[1] if ends[1] is not None else '∞'}")
    if schema.get("default") is not None:
        words.append(f"default {schema['default']}")
    return ", ".join(words)
