"""Checks of what a request says, against the same JSON Schemas that `/schema` shows.

Only the part of JSON Schema that the server's own declarations use: type, enum, const, bounds,
lengths, pattern, items, properties, required, additionalProperties and oneOf.
"""

import math
import operator
import re
from collections.abc import Mapping
from typing import Any

from ravelin.server.problems import ProblemError

Schema = Mapping[str, Any]

EXACT_BELOW = 2**53
"""Readers of JSON agree about whole numbers below this."""
WHOLE_BELOW = 2**63
DEPTH_MAX = 20
UNPROCESSABLE = 422
"""Status of a wrong name in a body: the address is one."""
REASONS = "x-reasons"
"""Key of a schema: why names that exist elsewhere are not among those allowed here; not shown to readers."""

_TYPES: dict[str, tuple[str, Any]] = {
    "object": ("an object", dict),
    "array": ("a list", list),
    "string": ("text", str),
    "boolean": ("true or false", bool),
    "null": ("null", type(None)),
}


def check(value: Any, schema: Schema, name: str) -> None:
    """Refuse a value that a schema does not allow, naming what was found and expected.

    Raises
    ------
    ProblemError
    """
    if "oneOf" in schema:
        _check_choice(value, schema, name)
        return
    kinds = schema.get("type")
    if kinds is not None:
        kinds = [kinds] if isinstance(kinds, str) else kinds
        if not any(_is(value, kind) for kind in kinds):
            expected = " or ".join(_called(kind) for kind in kinds)
            raise _invalid(name, f"{name} is {expected}, not {_shown(value)}")
    if "const" in schema and value != schema["const"]:
        raise _invalid(name, f"{name} is {schema['const']!r}, not {_shown(value)}")
    if "enum" in schema and value not in schema["enum"]:
        known_otherwise = schema.get(REASONS, {})
        if isinstance(value, str) and value in known_otherwise:
            raise _invalid(name, known_otherwise[value])
        said, asked = f"{name}: {_shown(value)} is not one of those known", value if isinstance(value, str) else ""
        raise ProblemError.unknown(said, asked, schema["enum"], parameter=name, status=UNPROCESSABLE)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        _check_number(value, schema, name)
    elif isinstance(value, str):
        _check_text(value, schema, name)
    elif isinstance(value, list):
        _check_list(value, schema, name)
    elif isinstance(value, dict):
        _check_object(value, schema, name)


def plain(value: Any, depth: int = 0) -> Any:
    """Write whole numbers as such: in JSON 4.0 is as whole as 4.

    Raises
    ------
    ProblemError
        If it is nested deeper than any order is.
    """
    if depth > DEPTH_MAX:
        raise _invalid("body", f"the body is nested more than {DEPTH_MAX} deep")
    if isinstance(value, dict):
        return {key: plain(inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner, depth + 1) for inner in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < WHOLE_BELOW:
        return int(value)
    return value


def from_text(text: str, schema: Schema, name: str) -> Any:
    """Read a query parameter: a number, true or false, a comma-separated list, or text, as its schema says."""
    kinds = schema.get("type", "string")
    kinds = [kinds] if isinstance(kinds, str) else kinds
    value: Any = text
    if "array" in kinds:
        value = [from_text(part, schema["items"], name) for part in text.split(",")] if text else []
    elif "integer" in kinds and re.fullmatch(r"[+-]?[0-9]{1,18}", text):
        value = int(text)
    elif "boolean" in kinds and text in ("true", "false"):
        value = text == "true"
    check(value, schema, name)
    return value


def _is(value: Any, kind: str) -> bool:
    if kind in ("integer", "number"):
        whole = kind == "integer"
        return (
            isinstance(value, (int, float))
            and not isinstance(value, bool)
            and math.isfinite(value)
            and (not whole or value == int(value))
        )
    return isinstance(value, _TYPES[kind][1])


def _called(kind: str) -> str:
    return {"integer": "a whole number", "number": "a number"}.get(kind) or _TYPES[kind][0]


def _check_number(value: float, schema: Schema, name: str) -> None:
    for key, wrong, words in (
        ("minimum", operator.lt, "below"),
        ("maximum", operator.gt, "above"),
    ):
        if key in schema and wrong(value, schema[key]):
            raise _invalid(name, f"{name} is {value:g}, {words} {schema[key]:g}")


def _check_text(value: str, schema: Schema, name: str) -> None:
    if len(value) > schema.get("maxLength", 10_000):
        raise _invalid(name, f"{name} is longer than {schema.get('maxLength', 10_000)} characters")
    if len(value) < schema.get("minLength", 0):
        raise _invalid(name, f"{name} is empty")
    if "pattern" in schema and not re.search(schema["pattern"], value):
        raise _invalid(name, f"{name} is {schema.get('description', 'text of another form')}, not {_shown(value)}")


def _check_list(value: list[Any], schema: Schema, name: str) -> None:
    least, most = schema.get("minItems", 0), schema.get("maxItems", 1000)
    if not least <= len(value) <= most:
        raise _invalid(name, f"{name} has {len(value)} entries; it takes {least} to {most}")
    for item in value:
        check(item, schema.get("items", {}), name)


def _check_object(value: dict[str, Any], schema: Schema, name: str) -> None:
    known = schema.get("properties", {})
    for key, inner in value.items():
        if key in known:
            check(inner, known[key], key if name == "body" else f"{name}.{key}")
        elif schema.get("additionalProperties") is False:
            raise ProblemError.unknown(
                f"{name} has no key {_shown(key)}",
                key,
                known,
                after=f" (keys: {', '.join(known)})",
                parameter=key[:100],
                status=UNPROCESSABLE,
            )
        elif isinstance(schema.get("additionalProperties"), Mapping):
            check(inner, schema["additionalProperties"], f"{name}.{key[:100]}")
    for key in schema.get("required", ()):
        if key not in value:
            raise _invalid(key, f"{name} needs the key {key}")


def _check_choice(value: Any, schema: Schema, name: str) -> None:
    """Check against the choice that fits; a discriminating constant says which one was meant."""
    failures = []
    for choice in schema["oneOf"]:
        try:
            check(value, choice, name)
            return
        except ProblemError as problem:
            failures.append(problem)
    raise failures[0] if len(failures) == 1 else _most_telling(value, schema, failures)


def _most_telling(value: Any, schema: Schema, failures: list[ProblemError]) -> ProblemError:
    """Prefer the complaint of the choice whose required keys are all there."""
    for choice, failure in zip(schema["oneOf"], failures, strict=True):
        if isinstance(value, dict) and all(key in value for key in choice.get("required", ("",))):
            return failure
    return failures[0]


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 100 else f"{text[:100]}..."


def _invalid(name: str, detail: str) -> ProblemError:
    return ProblemError("invalid", detail, parameter=name[:200])
