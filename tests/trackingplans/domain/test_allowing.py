"""The edits that would let a rule allow what came; each is tried on the rule."""

import pytest

from trackingplans.domain import allowing, editing
from trackingplans.domain.messages import from_document as message_of
from trackingplans.domain.plan import from_document, to_document
from trackingplans.domain.validation import CompiledPlan

RULE = {
    "type": "track", "name": "Order Completed", "version": 1,
    "schema": {"type": "object", "properties": {"properties": {
        "type": "object", "required": ["order_id"],
        "properties": {
            "order_id": {"type": "string"}, "total": {"type": "number", "minimum": 0}, "note": {"maxLength": 3},
            "currency": {"enum": ["EUR", "USD"]}, "tags": {"type": ["array", "null"]},
            "products": {"type": "array", "items": {"type": "object", "properties": {"sku": {"type": "string"}}}},
            "ref": {"$ref": "#/definitions/x"}, "choice": {"anyOf": [{"type": "string"}]},
        },
    }}, "definitions": {"x": {"type": "object", "properties": {"y": {"type": "string"}}}}},
}  # fmt: skip
PLAN = from_document({"planwright": 1, "name": "Shop", "rules": [RULE]})
ALLOWED = [
    ("type", "properties.total", {"order_id": "o", "total": "12.50"}, {"type": ["number", "string"], "minimum": 0}),
    ("type", "properties.tags", {"order_id": "o", "tags": True}, {"type": ["array", "null", "boolean"]}),
    ("minimum", "properties.total", {"order_id": "o", "total": -1}, {"type": "number"}),
    ("max_length", "properties.note", {"order_id": "o", "note": "long"}, {}),
    ("enum", "properties.currency", {"order_id": "o", "currency": "GBP"}, {"enum": ["EUR", "USD", "GBP"]}),
    ("type", "properties.products.$.sku", {"order_id": "o", "products": [{"sku": 7}]}, {"type": ["string", "integer"]}),
    ("required", "properties.order_id", {}, {"type": "string"}),
    ("unplanned_property", "properties.extra", {"order_id": "o", "extra": 7}, {"type": "integer"}),
    ("unplanned_property", "properties.products.$.size", {"order_id": "o", "products": [{"size": "XL"}]},
     {"type": "string"}),
]  # fmt: skip


def values(document, field):
    found = [document]
    for step in field.split("."):
        found = [
            child
            for value in found
            for child in (
                value if step == "$" else [value[step]] if isinstance(value, dict) and step in value else []
            )
        ]
    return found


@pytest.mark.parametrize(("code", "field", "sent", "schema"), ALLOWED)
def test_after_the_edit_what_came_is_no_longer_wrong(code, field, sent, schema):
    document = {"type": "track", "event": "Order Completed", "userId": "u", "properties": sent}
    assert shows(PLAN, document, code, field)
    if code == "unplanned_property":
        edits = allowing.added(PLAN.rules[0], field, schema)
    else:
        edits = allowing.edits(PLAN.rules[0], code, field, values(document, field))
    after = from_document(editing.apply(to_document(PLAN), edits))
    assert not shows(after, document, code, field)
    place = after.rules[0].schema
    for step in field.replace("$", "items").split("."):
        place = place[step] if step == "items" else place["properties"][step]
    assert place == schema


def shows(plan, document, code, field):
    findings = CompiledPlan(plan).check(message_of(document)).findings
    return any((finding.code, finding.field) == (code, field) for finding in findings)


@pytest.mark.parametrize(
    ("code", "field", "came"),
    [
        ("type", "properties.total", []),  # no value was kept
        ("enum", "properties.currency", ["•••"]),  # masked
        ("type", "properties.ref.y", [7]),  # behind a reference
        ("type", "properties.choice", [7]),  # a choice decides
        ("type", "properties.nowhere.deep", [7]),
        ("required", "(root)", []),
        ("additional_properties", "properties.total", [1]),
        ("minimum", "properties.order_id", [1]),  # no such constraint any more
    ],
)
def test_what_nobody_can_say_without_looking_is_not_proposed(code, field, came):
    assert allowing.edits(PLAN.rules[0], code, field, came) == []


@pytest.mark.parametrize(
    "field",
    ["properties.total", "properties.ref.y", "properties.new.deep", "(root)", "event"],
)
def test_a_property_is_added_only_where_it_surely_goes(field):
    assert allowing.added(PLAN.rules[0], field, {}) == []


def test_masks_still_tell_numbers_and_flags():
    assert allowing.kinds_of(["••• (number)", 7, "••• (true or false)", None, "•••"]) == [
        "number", "boolean", "null", "string",
    ]  # fmt: skip


def test_an_event_under_a_former_name_is_told_once():
    edits = allowing.former_names(PLAN, "track", "Order Completed", ["Order Complete"], "2027-01-01")
    after = from_document(editing.apply(to_document(PLAN), edits))
    document = {"type": "track", "event": "Order Complete", "userId": "u", "properties": {"order_id": "o"}}
    assert CompiledPlan(PLAN).check(message_of(document)).verdict == "unplanned"
    assert CompiledPlan(after).check(message_of(document)).verdict == "conforming"
    assert allowing.former_names(after, "track", "Order Completed", ["Order Complete"], "2028-01-01") == []
    assert allowing.former_names(PLAN, "track", "Nothing", ["Order Complete"], "2027-01-01") == []
