"""What a sheet does not say of a rule: told from what is read of its rows again."""

import json
from collections.abc import Iterator
from typing import Any

from trackingplans.interchange import segment_flat, uncarried

UNNAMED = "a property whose name is empty, begins or ends with a space, or holds [] or a line break"
_EMPTY_WHERE_UNSAID = ("description", "pattern", "labels")
_DRAFT_7 = "json-schema.org/draft-07/schema"
_ENVELOPE = ("type", "properties", "required", "$schema")
_BY_HAND = ("type", "properties", "required", "items", "enum", "examples", "format")

Document = dict[str, Any]


def lost(rule: Document, back: Document | None) -> list[str]:
    """What `back`, read of the rows of a rule, does not say of it, each once; None: it cannot be read."""
    if back is None:
        return ["an event as a whole, as a sheet cannot name it"]
    found = list(_of_event(rule, back))
    return list(dict.fromkeys(found + list(_of_schema(rule, back["schema"]))))


def _of_event(rule: Document, back: Document) -> Iterator[str]:
    if (rule.get("name") or "") != (back.get("name") or ""):
        yield "the exact name of an event"
    meta = {
        key: value
        for key, value in (rule.get("meta") or {}).items()
        if (key, value) != ("importance", "normal")
    }
    yield from uncarried.of_rule({**rule, "meta": meta}, back.get("meta", {}))


def _of_schema(rule: Document, back: Document) -> Iterator[str]:
    schema = rule.get("schema", {})
    if not isinstance(schema, dict):
        if schema is not True:
            yield "a schema that allows nothing"
        return
    where = segment_flat.section(rule["type"])
    sections = schema["properties"] if isinstance(schema.get("properties"), dict) else {}
    for key, node in sections.items():
        if key != where and node not in ({}, {"type": "object"}, True):
            yield f"what a rule says of “{key}”"
    for key in schema:
        if key not in _ENVELOPE and not _are_same(schema[key], back.get(key), key):
            yield f"“{key}” of a schema"
    if _DRAFT_7 not in str(schema.get("$schema", _DRAFT_7)):
        yield "“$schema” of a schema"
    if schema.get("type", "object") != "object":
        yield "“type” of a schema"
    yield from _of_needs(schema, back, where)
    inside = _node(sections.get(where, {}))
    yield from _of_node({"type": "object", **inside}, back["properties"][where])


def _of_needs(schema: Document, back: Document, where: str) -> Iterator[str]:
    needed, again = _names(schema.get("required")), _names(back.get("required"))
    if needed - {where}:
        yield "what a message must hold beside its properties"
    if where in again - needed:
        yield segment_flat.MAY_BE_BARE
    if where in needed - again:
        yield segment_flat.NEVER_BARE


def _of_node(node: Document, back: Document) -> Iterator[str]:
    """What of a property, and all in it, is said otherwise."""
    if node is _NEVER:
        yield "that a property may never be there"
        return
    yield from _of_types(node, back)
    if _names(node.get("required")) != _names(back.get("required")):
        yield "which properties are required"
    yield from _of_values(node, back)
    for key in node.keys() | back.keys():
        if key not in _BY_HAND and not _are_same(node.get(key), back.get(key), key):
            yield f"“{key}” of a schema"
    if not _are_same(node.get("format"), back.get("format"), "format"):
        yield "“format” of a property"
    yield from _of_inside(node, back)


def _of_inside(node: Document, back: Document) -> Iterator[str]:
    inside, again = _inside(node), _inside(back)
    for name, child in inside.items():
        if name in again:
            yield from _of_node(_node(child), _node(again[name]))
        else:
            yield UNNAMED
    if again.keys() - inside.keys():
        yield "the exact names of properties"
    if isinstance(node.get("items"), dict | bool) and isinstance(back.get("items"), dict):
        yield from _of_node(_node(node["items"]), back["items"])
    elif "items" in node or "items" in back:
        yield "“items” of a property"


def _of_types(node: Document, back: Document) -> Iterator[str]:
    kinds, again = _kinds(node), _kinds(back)
    if kinds == again:
        return
    if len(kinds - {"null"}) > 1:
        yield "that a property may have several types"
    elif not kinds:
        yield "that a property need not be an object or list"
    else:
        yield "the type of a property"


def _of_values(node: Document, back: Document) -> Iterator[str]:
    values, again = node.get("enum"), back.get("enum")
    if not _are_same(_known(values), _known(again), "enum") or _allows_null(values) != _allows_null(again):
        is_of_types = _texts(values) == _texts(again)
        yield "of which type an allowed value is" if is_of_types else "the exact text of allowed values"
    examples, again = node.get("examples") or [], back.get("examples") or []
    if not _are_same(examples, again, "examples"):
        is_first = (
            isinstance(examples, list) and len(examples) > 1 and _are_same(examples[:1], again, "examples")
        )
        yield "examples but the first" if is_first else "“examples” of a schema"


_NEVER: Document = {"not": {}}  # what nothing fits


def _node(schema: Any) -> Document:
    if schema is False:
        return _NEVER
    return schema if isinstance(schema, dict) else {}


def _inside(node: Document) -> Document:
    """The schemas of its properties; one that is only required has an empty one."""
    named = node["properties"] if isinstance(node.get("properties"), dict) else {}
    return {name: {} for name in _names(node.get("required"))} | named


def _names(required: Any) -> set[str]:
    return {name for name in required if isinstance(name, str)} if isinstance(required, list) else set()


def _kinds(node: Document) -> set[str]:
    said = node.get("type", [])
    return {str(kind) for kind in said} if isinstance(said, list) else {str(said)}


def _known(values: Any) -> Any:
    """Allowed values but null, whose place among them says nothing."""
    return [value for value in values if value is not None] if isinstance(values, list) else values


def _allows_null(values: Any) -> bool:
    return isinstance(values, list) and None in values


def _texts(values: Any) -> list[str]:
    return [str(value).casefold() for value in values] if isinstance(values, list) else []


def _are_same(one: Any, other: Any, key: str) -> bool:
    """As JSON tells them apart: 1 is not true. What is empty says nothing, as an empty cell does."""
    if key in _EMPTY_WHERE_UNSAID:
        one, other = one or None, other or None
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
