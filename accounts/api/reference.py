"""The REST reference as a page: the OpenAPI document told in our own look, readable without JavaScript."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

from django.conf import settings
from drf_spectacular.generators import SchemaGenerator

DEEPEST = 5  # levels of a body that are shown
METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Field:
    """One line of a body or one parameter. `indent` from 0."""

    name: str
    kind: str
    note: str
    is_required: bool
    indent: int = 0


@dataclass(frozen=True)
class Operation:
    id: str
    method: str
    path: str
    title: str
    text: str
    parameters: list[Field]
    body: list[Field]
    answer: list[Field]
    sample: str


@lru_cache(maxsize=1)
def sections() -> list[tuple[str, list[Operation]]]:
    """All operations by the thing they are about, in the order of their paths."""
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]  # drf-spectacular has no types
    schema = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    told = [
        (operation.get("tags", ["other"])[0], _operation(schema, path, method, operation))
        for path, methods in schema["paths"].items()
        for method, operation in sorted(methods.items(), key=lambda one: METHODS.index(one[0]))
        if "security" in operation
    ]
    told.sort(key=lambda one: one[0])
    return [
        (tag.capitalize(), [one for _, one in found]) for tag, found in groupby(told, key=lambda one: one[0])
    ]


def _operation(schema: dict[str, Any], path: str, method: str, told: dict[str, Any]) -> Operation:
    title, _, text = told.get("description", "").partition("\n\n")
    body = _content(told.get("requestBody", {}))
    answers = [one for status, one in told["responses"].items() if str(status).startswith("2")]
    return Operation(
        id=told["operationId"],
        method=method.upper(),
        path=path,
        title=told.get("summary") or title,
        text=title + "\n\n" + text if told.get("summary") else text,
        parameters=[_parameter(one) for one in told.get("parameters", [])],
        body=[*_fields(schema, body, 0)],
        answer=[*_fields(schema, _content(answers[0]) if answers else {}, 0)],
        sample=_sample(path, method, has_body=bool(body)),
    )


def _parameter(told: dict[str, Any]) -> Field:
    where = "in the path" if told["in"] == "path" else ""
    note = ". ".join(part for part in (told.get("description", ""), where) if part)
    return Field(told["name"], _kind(told["schema"]), note, told.get("required", False))


def _content(told: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = told.get("content", {}).get("application/json", {}).get("schema", {})
    return found


def _fields(schema: dict[str, Any], part: dict[str, Any], indent: int) -> Iterator[Field]:
    part = _resolved(schema, part)
    if part.get("type") == "array":
        part = _resolved(schema, part["items"])
    if indent >= DEEPEST:
        return
    needed = part.get("required", [])
    for name, inner in part.get("properties", {}).items():
        whole = _resolved(schema, inner)
        note = inner.get("description", whole.get("description", ""))
        yield Field(name, _kind(whole), note, name in needed, indent)
        yield from _fields(schema, whole, indent + 1)


def _resolved(schema: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    """Follows `$ref`; what stands beside one (a description, nullable) is kept."""
    for inner in part.get("allOf", [])[:1]:
        part = {**part, **inner}
    while "$ref" in part:
        name = part["$ref"].rpartition("/")[2]
        beside = {key: value for key, value in part.items() if key not in {"$ref", "allOf"}}
        part = {**schema["components"]["schemas"][name], **beside}
    return part


def _kind(part: dict[str, Any]) -> str:
    words = part.get("format") if part.get("format") in {"date-time", "date", "uri", "email"} else None
    kind = words or str(part.get("type", "any"))
    if "enum" in part:
        kind = " · ".join(str(value) for value in part["enum"] if value is not None)
    if kind == "array":
        kind = f"list of {_kind(part.get('items', {})).replace('any', 'objects')}"
    return f"{kind} or null" if part.get("nullable") else kind


def _sample(path: str, method: str, *, has_body: bool) -> str:
    lines = [f"curl -H 'Authorization: Bearer pw_…' {settings.BASE_URL}{path}"]
    if method != "get":
        lines[0] = lines[0].replace("curl ", f"curl -X {method.upper()} ")
    if has_body:
        lines += ["-H 'Content-Type: application/json'", "-d '{…}'"]
    return " \\\n  ".join(lines)
