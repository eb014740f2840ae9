"""What traffic suggests about a rule, and the rule it suggests where there is none."""

import json

import jsonschema
import pytest

from tests.trackingplans.domain.plans import wrapped
from trackingplans.domain import fitting, inferring, messages
from trackingplans.domain.plan import Rule
from trackingplans.domain.profiling import Profile

OF = {"type": "track", "name": "Paid", "version": 1}
AT = "/properties/properties"
CARD = "/properties/properties/properties/method"


def message(properties):
    document = {"type": "track", "event": "Paid", "userId": "u", "messageId": "m", "properties": properties}
    return messages.read(json.dumps(document).encode(), "track")[0]


def sampled(*parts):
    """A profile of (times, properties) each."""
    profile = Profile()
    for times, properties in parts:
        found = message(properties)
        for _ in range(times):
            profile.add(found)
    return profile


def rule(properties, *required):
    return Rule("track", "Paid", 1, wrapped({"properties": properties, "required": list(required)}))


TEXT, NUMBER = {"type": "string"}, {"type": "number"}
HALF = (100, {"method": "card"}), (100, {"method": "cash"})
CASES = [
    ({"total": NUMBER}, (), [(999, {"total": 1}), (1, {})], "require", "`total` came in 99.9 % of 1,000: require it?"),
    ({"total": NUMBER}, ("total",), [(150, {"total": 1}), (50, {})], "optional",
     "25.0 % of 200 lack `total`, which is required: make it optional?"),
    ({"total": {}}, ("total",), [(250, {"total": 9.5})], "type",
     "`total` was a number in 100 % of 250: say so?"),
    ({"total": NUMBER}, ("total",), [(150, {"total": 1}), (50, {"total": "1"})], "widen",
     "`total` was text in 25.0 % of 200: allow that too?"),
    ({"method": TEXT}, ("method",), HALF, "enum",
     '`method` was one of "card", "cash" in all of 200: allow only these?'),
    ({"at": TEXT}, ("at",), [(200, {"at": "2026-11-22T09:00:00Z"})], "format",
     "`at` had the format date-time in 100 % of 200: ask for it?"),
    ({"total": NUMBER}, ("total",), [(200, {"total": 1, "tax": 1.5})], "add",
     "`tax` came in 100 % of 200 and is not in the plan: add it?"),
]  # fmt: skip


@pytest.mark.parametrize(("properties", "required", "parts", "code", "sentence"), CASES)
def test_traffic_suggests(properties, required, parts, code, sentence):
    (found,) = fitting.suggestions(sampled(*parts), rule(properties, *required))
    assert (found.code, found.sentence) == (code, sentence)


@pytest.mark.parametrize(
    ("properties", "required", "parts"),
    [
        ({"total": NUMBER}, (), [(199, {"total": 1})]),  # too few
        ({"total": NUMBER}, (), [(190, {"total": 1}), (10, {})]),  # sometimes it does not come
        ({"total": NUMBER}, ("total",), [(199, {"total": 1}), (1, {})]),
        ({"total": NUMBER}, ("total",), [(200, {"total": 1})]),
        ({"a": {"anyOf": [TEXT, NUMBER]}}, ("a",), [(200, {"a": 1})]),
        ({"method": {**TEXT, "pattern": "^c"}}, ("method",), HALF),
        ({"method": TEXT}, ("method",), [(299, {"method": "card"}), (1, {"method": "slip"})]),
        ({}, (), [(200, {"a": 1})]),  # a rule that lists nothing says nothing about extras
    ],
)
def test_traffic_suggests_nothing(properties, required, parts):
    assert fitting.suggestions(sampled(*parts), rule(properties, *required)) == []


def test_a_suggestion_holds_the_edits_that_follow_it():
    (enum,) = fitting.suggestions(sampled(*HALF), rule({"method": TEXT}, "method"))
    assert enum.edits == (
        {"op": "set_property", "of": OF, "at": CARD, "path": ["enum"], "value": ["card", "cash"]},
    )
    wanted, extra = fitting.suggestions(sampled((200, {"method": 1, "a/b": "x"})), rule({"method": NUMBER}))
    assert wanted.edits == ({"op": "set_required", "of": OF, "at": CARD, "required": True},)
    assert extra.edits == (
        {"op": "add_property", "of": OF, "at": AT, "name": "a/b", "schema": {"type": "string"},
         "required": False},
    )  # fmt: skip


def test_what_lies_in_lists_is_suggested_too():
    parts = {"products": {"type": "array", "items": {"type": "object", "properties": {"sku": TEXT}}}}
    found = fitting.suggestions(
        sampled(*((1, {"products": [{"sku": f"s{n}"}]}) for n in range(200))), rule(parts, "products")
    )
    (required,) = found
    assert required.path == "properties.products.$.sku"
    assert required.edits[0]["at"] == f"{AT}/properties/products/items/properties/sku"


def test_the_inferred_schema_takes_what_it_was_inferred_from():
    orders = [
        {"id": f"o{n}", "total": n / 2, "at": "2026-11-22", "method": ("card", "cash")[n % 2], "gift": None,
         "lines": [{"sku": f"s{n}", "n": n}], **({"coupon": "X"} if n % 3 else {})}
        for n in range(300)
    ]  # fmt: skip
    schema = inferring.inferred(sampled(*((1, order) for order in orders)), "track")
    inside = schema["properties"]["properties"]
    assert inside["required"] == ["at", "gift", "id", "lines", "method", "total"]
    assert inside["properties"]["total"] == {"type": "number"}
    assert inside["properties"]["at"] == {"type": "string", "format": "date"}
    assert inside["properties"]["method"] == {"type": "string", "enum": ["card", "cash"]}
    assert inside["properties"]["lines"]["items"]["required"] == ["n", "sku"]
    judge = jsonschema.Draft7Validator(schema)
    assert all(judge.is_valid({"properties": order}) for order in orders)
    assert not judge.is_valid({"properties": {"id": 1}})


def test_a_schema_inferred_from_little_asks_for_little():
    schema = inferring.inferred(sampled((2, {"plan": "pro"})), "identify")
    assert schema["properties"] == {"traits": {"type": "object"}}
    assert inferring.inferred(sampled((2, {"n": 1})), "track")["properties"]["properties"] == {
        "type": "object",
        "properties": {"n": {"type": "number"}},
    }
