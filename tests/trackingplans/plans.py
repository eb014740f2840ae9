"""Builders of plans in the shapes that other tools write."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

SPEC_EVENTS = json.loads((Path(__file__).parent / "spec_events.json").read_text())
STAMPS = {"createdAt": "2023-02-16T15:29:59.000Z", "updatedAt": "2023-02-21T10:25:37.000Z"}
NEVER = "0001-01-01T00:00:00.000Z"


def a_document(**changes):
    """A small plan document of our own."""
    order = a_rule(
        "Order Completed", {"order_id": {"type": "string"}, "total": {"type": "number"}}, ["order_id"]
    )
    return {"planwright": 1, "name": "Shop", "rules": [order]} | changes


def a_rule(name, properties, required=(), kind="track", section="properties", **more):
    inside = {"type": "object", "properties": properties}
    schema = {"type": "object", "properties": {section: inside}}
    if required:
        inside["required"] = list(required)
        schema["required"] = [section]
    named = {"name": name} if name else {}
    return {"type": kind, **named, "version": 1, "schema": schema} | more


def many_events(count, properties=8):
    """A plan of `count` events, as large shops have them."""
    fields = {
        f"field_{n}": {"type": ["string", "null"], "description": f"Field {n}"} for n in range(properties)
    }
    meta = {"purpose": "What do people do here?", "owner": "growth", "status": "live"}
    rules = [a_rule(f"Thing {n:04} Done", fields, ["field_0"], meta=meta) for n in range(count)]
    return {"planwright": 1, "name": "Large", "rules": rules}


def public_api_rules():
    """The whole Spec as Segment's Public API lists rules: whole messages, an `id` on every node."""
    return [
        {
            "type": "TRACK",
            "key": event,
            "jsonSchema": {
                "$schema": "http://json-schema.org/draft-07/schema#",
                "type": "object",
                "description": f"{event}, as the Spec has it",
                "labels": {"area": "spec"},
                "properties": {
                    "context": {},
                    "traits": {"type": "object"},
                    "properties": _nested(properties, "/properties/properties/properties", "id"),
                },
            },
            "version": 1,
            "deprecatedAt": NEVER,
            **STAMPS,
        }
        for event, properties in SPEC_EVENTS.items()
    ]


def list_rules_answer(rules=None):
    """What GET /tracking-plans/{id}/rules answers."""
    rules = public_api_rules() if rules is None else rules
    return {"data": {"rules": rules, "pagination": {"current": "MA==", "totalEntries": len(rules)}}}


def typewriter_cache():
    """The whole Spec as Typewriter caches it: flat schemas, `$id`, `eventMetadata`."""
    rules = [
        {
            **STAMPS,
            "deprecatedAt": NEVER,
            "jsonSchema": {
                "$id": event,
                "description": f"{event}, as the Spec has it",
                "eventMetadata": {"name": event, "type": "TRACK"},
                **_nested(properties, "/properties", "$id"),
            },
            "key": event,
            "type": "TRACK",
            "version": 1,
        }
        for event, properties in SPEC_EVENTS.items()
    ]
    return {
        "id": "tp_2Kabc",
        "resourceSchemaId": "rs_2Kabc",
        "name": "Whole Spec",
        "slug": "",
        "description": "All of it",
        "type": "LIVE",
        **STAMPS,
        "rules": rules,
    }


def _nested(properties, pointer, id_key):
    """An object schema out of dotted names; `$` stands for the items of a list."""
    root: dict[str, Any] = {"type": "object", "properties": {}}
    for name, types in properties.items():
        node, path = root, pointer
        for step in name.split("."):
            if step == "$":
                node, path = node.setdefault("items", {"type": "object"}), f"{path}/items"
                continue
            path = (
                f"{path}/{quote(step)}"
                if path.endswith("/properties")
                else f"{path}/properties/{quote(step)}"
            )
            node = node.setdefault("properties", {}).setdefault(step, {id_key: path})
        node.setdefault("type", types)
    return root
