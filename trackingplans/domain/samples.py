"""A message as a rule wants it, made up from the rule's schema: something to copy and to try."""

from collections.abc import Mapping
from typing import Any

from trackingplans.domain.plan import Rule

DEEPEST = 8

_BY_TYPE: dict[str, Any] = {
    "string": "text",
    "number": 9.5,
    "integer": 1,
    "boolean": True,
    "null": None,
}
_BY_FORMAT = {
    "date-time": "2026-01-31T09:30:00Z",
    "date": "2026-01-31",
    "time": "09:30:00Z",
    "email": "ana@example.com",
    "uri": "https://example.com/",
    "uuid": "5f2b8c1e-8a51-4f5e-9a3e-0d4f6f0a7b21",
    "ipv4": "192.0.2.10",
    "hostname": "example.com",
}
_BY_NAME = {"currency": "EUR", "quantity": 1, "price": 89.9, "total": 89.9, "value": 89.9}


def message(rule: Rule) -> dict[str, Any]:
    """A message of the rule's type with every property that its schema names."""
    kind = "track" if rule.type == "common" else rule.type
    made: dict[str, Any] = {"type": kind}
    if kind == "track":
        made["event"] = rule.name or "Any Event"
    elif rule.name:
        made["name"] = rule.name
    made["userId"] = "user-1"
    if kind == "group":
        made["groupId"] = "group-1"
    if rule.version > 1:
        made["context"] = {"protocols": {"event_version": rule.version}}
    schema = rule.schema if isinstance(rule.schema, dict) else {}
    return made | _object(schema, 0)


def _object(node: Mapping[str, Any], depth: int) -> dict[str, Any]:
    properties = node.get("properties")
    if not isinstance(properties, dict) or depth > DEEPEST:
        return {}
    return {
        name: _value(name, child, depth + 1)
        for name, child in properties.items()
        if isinstance(child, dict) and (depth or child)
    }


def _value(name: str, node: Mapping[str, Any], depth: int) -> Any:
    for keyword in ("const", "default"):
        if keyword in node:
            return node[keyword]
    for keyword in ("examples", "enum"):
        if isinstance(node.get(keyword), list) and node[keyword]:
            return node[keyword][0]
    types = node.get("type")
    kind = next((one for one in types if one != "null"), "null") if isinstance(types, list) else types
    if kind == "object" or (kind is None and "properties" in node):
        return _object(node, depth)
    if kind == "array":
        items = node.get("items")
        return [_value(name, items, depth + 1)] if isinstance(items, dict) and depth < DEEPEST else []
    known = _BY_NAME.get(name)
    if (
        known is not None
        and kind in {"number", "integer", "string"}
        and isinstance(known, str) == (kind == "string")
    ):
        return known
    if kind == "string" and node.get("format") in _BY_FORMAT:
        return _BY_FORMAT[node["format"]]
    found = _BY_TYPE.get(kind, "anything") if isinstance(kind, str) else "anything"
    least = node.get("minimum")
    return max(found, least) if isinstance(found, int | float) and isinstance(least, int | float) else found
