"""Samples: whatever a schema asks for, what is made up from it conforms."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trackingplans import plans
from trackingplans.domain import engine, pattern_texts, samples
from trackingplans.domain.plan import from_document, rule_from_document
from trackingplans.interchange import formats

SCHEMAS = [
    {"type": "string", "pattern": "^[A-Z]{2}-\\d{4,}$"},
    {"type": "string", "pattern": "^(?:web|app)/v\\d+(\\.\\d+)?$", "minLength": 12},
    {"type": "string", "pattern": "[^a-z]x", "maxLength": 4},
    {"type": "string", "pattern": "^\\p{Lu}\\w*\\s\\S+$"},
    {"type": "string", "pattern": "^(?=.*\\d)[a-z0-9]{8,}$"},
    {"type": "string", "minLength": 20, "maxLength": 25},
    {"type": "string", "maxLength": 2},
    {"type": "string", "format": "email", "minLength": 40},
    {"type": "string", "format": "date-time"},
    {"type": "string", "format": "ipv6"},
    {"type": "integer", "minimum": 1000, "maximum": 1000},
    {"type": "integer", "exclusiveMinimum": 9, "exclusiveMaximum": 11},
    {"type": "integer", "multipleOf": 7, "minimum": 100},
    {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0.001},
    {"type": "number", "multipleOf": 0.05, "maximum": -3},
    {"$schema": "http://json-schema.org/draft-04/schema#", "type": "integer", "minimum": 5, "exclusiveMinimum": True},
    {"type": ["null", "boolean"]},
    {"enum": [None, "EUR", "USD"]},
    {"type": "integer", "enum": ["one", 2]},
    {"type": "string", "examples": [12, "twelve"]},
    {"type": "string", "default": 3},
    {"const": {"a": [1]}},
    {"type": "array", "items": {"type": "string", "maxLength": 3}, "minItems": 3, "uniqueItems": True},
    {"type": "array", "items": {"enum": ["a", "b", "c"]}, "minItems": 3, "uniqueItems": True},
    {"type": "array", "items": [{"type": "integer"}, {"type": "boolean"}], "minItems": 2},
    {"type": "array", "maxItems": 0, "items": {"type": "string"}},
    {"type": "object", "required": ["a", "b"], "properties": {"a": {"type": "integer"}}, "minProperties": 4},
    {"type": "object", "properties": {"never": False, "a": {"type": "number"}}, "additionalProperties": False},
    {"anyOf": [{"type": "integer", "minimum": 3}, {"type": "string"}]},
    {"allOf": [{"type": "object", "required": ["a"]}, {"properties": {"a": {"type": "boolean"}}}]},
    {"type": "number", "allOf": [{"minimum": 5}, {"minimum": 50}, {"type": "integer"}]},
    {"$ref": "#/definitions/money", "definitions": {"money": {"type": "number", "minimum": 200}}},
    {"properties": {"a": {"$ref": "#"}, "b": {"type": "string"}}, "required": ["b"]},
]  # fmt: skip


@pytest.mark.parametrize("schema", SCHEMAS, ids=str)
def test_a_sample_conforms(schema):
    made = samples.value(schema)

    assert engine.validator(engine.prepared(schema)).is_valid(made), made


def test_every_message_of_the_spec_conforms_to_its_rule():
    rules = from_document(
        {
            **plans.a_document(),
            "rules": formats.detect(json.dumps(plans.typewriter_cache())).document["rules"],
        }
    ).rules

    wrong = [
        rule.name
        for rule in rules
        if not engine.validator(engine.prepared(rule.schema)).is_valid(samples.message(rule))
    ]

    assert wrong == []


def test_what_the_schema_says_of_the_message_itself_is_met():
    schema = {
        "type": "object",
        "required": ["timestamp", "context", "anonymousId"],
        "properties": {
            "userId": {"type": "string", "pattern": "^u_\\d{3}$"},
            "context": {
                "type": "object",
                "required": ["app"],
                "properties": {"app": {"required": ["version"]}},
            },
        },
    }
    rule = rule_from_document({"type": "track", "name": "Paid", "version": 2, "schema": schema})

    made = samples.message(rule)

    assert (made["event"], made["context"]["protocols"]) == ("Paid", {"event_version": 2})
    assert engine.validator(engine.prepared(schema)).is_valid(made), made


bounds = st.integers(-50, 50)


@st.composite
def numbers(draw):
    low = draw(bounds)
    node = {"type": draw(st.sampled_from(["integer", "number"]))}
    if draw(st.booleans()):
        node[draw(st.sampled_from(["minimum", "exclusiveMinimum"]))] = low
    if draw(st.booleans()):
        node[draw(st.sampled_from(["maximum", "exclusiveMaximum"]))] = low + draw(st.integers(3, 90))
    elif draw(st.booleans()):
        node["multipleOf"] = draw(st.sampled_from([1, 2, 5, 7, 0.5, 0.25]))
    return node


@st.composite
def texts(draw):
    kind = draw(st.sampled_from(["plain", "format", "pattern"]))
    node = {"type": draw(st.sampled_from(["string", ["string", "null"]]))}
    if kind == "format":
        return node | {
            "format": draw(st.sampled_from(["date-time", "date", "email", "uri", "uuid", "ipv4", "hostname"]))
        }
    if kind == "pattern":
        parts = st.sampled_from(
            ["[A-Z]", "\\d{2}", "x+", "(a|b)", "-?", "\\w*", "[^\\s]", "\\.", "(?:yes|no){1,2}"]
        )
        return node | {"pattern": "^" + "".join(draw(st.lists(parts, min_size=1, max_size=5))) + "$"}
    low = draw(st.integers(0, 30))
    return node | {"minLength": low, "maxLength": low + draw(st.integers(0, 9))}


leaves = (
    numbers()
    | texts()
    | st.sampled_from([{"type": "boolean"}, {"type": "null"}, {}, {"enum": ["a", 1, None]}])
)


def nested(inner):
    lists = st.builds(
        lambda items, least: {"type": "array", "items": items, "minItems": least}, inner, st.integers(0, 3)
    )
    named = st.dictionaries(st.sampled_from(["a", "price", "currency", "email", "x y"]), inner, max_size=4)
    objects = st.builds(
        lambda properties, needed, closed: {
            "type": "object", "properties": properties, "required": [name for name in properties if name in needed],
            "additionalProperties": not closed,
        }, named, st.sets(st.sampled_from(["a", "price"])), st.booleans(),
    )  # fmt: skip
    return lists | objects | st.builds(lambda one, other: {"anyOf": [one, other]}, inner, inner)


@given(st.recursive(leaves, nested, max_leaves=12))
def test_every_sample_conforms_to_its_schema(schema):
    made = samples.value(schema)

    assert engine.validator(engine.prepared(schema)).is_valid(made), made


@given(st.text(max_size=30))
def test_no_pattern_is_too_strange_to_be_looked_at(pattern):
    for text in pattern_texts.texts(pattern):
        assert len(text) <= pattern_texts.LONGEST
