"""JSON Schema as a tree: where its subschemas stand, and a rewritten copy. Knows keywords, judges nothing."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote

MAPS = frozenset(
    ("properties", "patternProperties", "definitions", "$defs", "dependentSchemas", "dependencies")
)
LISTS = frozenset(("allOf", "anyOf", "oneOf", "prefixItems", "items"))
SINGLES = frozenset(
    (
        "items",
        "additionalItems",
        "additionalProperties",
        "contains",
        "propertyNames",
        "if",
        "then",
        "else",
        "not",
        "unevaluatedItems",
        "unevaluatedProperties",
    )
)
DEFAULT_DRAFT = "draft-07"
DRAFTS = ("draft-04", "draft-06", "draft-07", "2019-09", "2020-12")
OLD_DRAFTS = frozenset(DRAFTS[:3])
SUBSCHEMAS = MAPS | LISTS | SINGLES

Pointer = tuple[str | int, ...]


def draft_of(schema: Any) -> str:
    """The draft that `$schema` names; draft-07, Segment's, when it names none that is known."""
    named = schema.get("$schema") if isinstance(schema, dict) else None
    if isinstance(named, str):
        for draft in DRAFTS:
            if draft in named:
                return draft
    return DEFAULT_DRAFT


def children(schema: Any) -> Iterator[tuple[Pointer, Any]]:
    """The subschemas that stand directly in a schema, each with its place."""
    if not isinstance(schema, dict):
        return
    for keyword, value in schema.items():
        if keyword in MAPS and isinstance(value, dict):
            for name, child in value.items():
                if isinstance(child, dict | bool):
                    yield (keyword, name), child
        elif keyword in LISTS and isinstance(value, list):
            for index, child in enumerate(value):
                yield (keyword, index), child
        elif keyword in SINGLES:
            yield (keyword,), value


def keywords_of(pointer: Pointer) -> list[str]:
    """The keywords on the way to a place, without the names of properties and the indexes between them."""
    found: list[str] = []
    is_name = False
    for step in pointer:
        if is_name or isinstance(step, int):
            is_name = False
        else:
            found.append(step)
            is_name = step in MAPS
    return found


def walk(schema: Any, but: frozenset[str] = frozenset()) -> Iterator[tuple[Pointer, Any]]:
    """Every subschema with its place, the schema itself first; without recursion.

    `but`: keywords without subschemas; what says nothing beside them is left out.
    """
    waiting: list[tuple[Pointer, Any]] = [((), schema)]
    while waiting:
        pointer, node = waiting.pop()
        yield pointer, node
        waiting += [
            (pointer + step, child)
            for step, child in children(node)
            if not (but and isinstance(child, dict) and child.keys() <= but)
        ]


def rewritten(schema: Any, rewrite: Callable[[dict[str, Any]], dict[str, Any]]) -> Any:
    """A copy in which `rewrite` has been asked about every object schema, inner ones first.

    Recurses: the depth of a schema is limited before (`schema_problems`).
    """
    if not isinstance(schema, dict):
        return schema
    copy: dict[str, Any] = {}
    for keyword, value in schema.items():
        if keyword in MAPS and isinstance(value, dict):
            copy[keyword] = {name: rewritten(child, rewrite) for name, child in value.items()}
        elif keyword in LISTS and isinstance(value, list):
            copy[keyword] = [rewritten(child, rewrite) for child in value]
        elif keyword in SINGLES:
            copy[keyword] = rewritten(value, rewrite)
        else:
            copy[keyword] = value
    return rewrite(copy)


def local(schema: Any, reference: object) -> Any:
    """What a `$ref` of the form `#` or `#/definitions/x` points at; None for every other and for a dead one."""
    if reference == "#":
        return schema
    if not isinstance(reference, str) or not reference.startswith("#/"):
        return None
    node = schema
    for part in reference[2:].split("/"):
        key = unescaped(part)
        if isinstance(node, dict) and key in node:
            node = node[key]
        elif isinstance(node, list) and key.isdecimal() and int(key) < len(node):
            node = node[int(key)]
        else:
            return None
    return node


def unescaped(part: str) -> str:
    """One step of a JSON Pointer in a URI fragment, as the key it names."""
    return unquote(part).replace("~1", "/").replace("~0", "~")
