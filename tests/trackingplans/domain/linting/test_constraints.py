"""What is wrong inside of schemas: each rule beside what nearly is such a problem."""

import pytest

from tests.trackingplans.domain.linting.problems import event, found, of, one
from trackingplans.domain import schemas
from trackingplans.domain.linting.contradictions import contradictions

NODE = "Order Completed /schema/properties/properties/properties/total"
DRAFT_4 = {"$schema": "http://json-schema.org/draft-04/schema#"}

CONTRADICTIONS = [
    ({"type": "number", "minimum": 5, "maximum": 3}, ["minimum above maximum"]),
    ({"type": "number", "minimum": 5, "maximum": 5}, []),
    ({"type": "number", "exclusiveMinimum": 5, "maximum": 5}, ["minimum above maximum"]),
    ({"type": "number", "minimum": 1, "exclusiveMinimum": 5, "maximum": 6}, []),
    ({"type": "number", "minimum": 1, "exclusiveMaximum": 1}, ["minimum above maximum"]),
    ({**DRAFT_4, "type": "number", "minimum": 5, "maximum": 5, "exclusiveMaximum": True}, ["minimum above maximum"]),
    ({**DRAFT_4, "type": "number", "minimum": 5, "maximum": 5, "exclusiveMaximum": False}, []),
    ({"type": "string", "minLength": 3, "maxLength": 2}, ["minLength above maxLength"]),
    ({"type": "string", "minLength": 2, "maxLength": 2}, []),
    ({"type": "array", "minItems": 2, "maxItems": 1}, ["minItems above maxItems"]),
    ({"type": "object", "minProperties": 2, "maxProperties": 1}, ["minProperties above maxProperties"]),
    ({"type": "string", "enum": ["EUR", 5]}, ["enum 5"]),
    ({"type": ["string", "null"], "enum": ["EUR", None]}, []),
    ({"type": "number", "enum": [1, 2.5]}, []),
    ({"type": "integer", "enum": [1, 2.5]}, ["enum 2.5"]),
    ({"type": "integer", "enum": [1, 2.0]}, []),
    ({"type": "string", "enum": ["EUR", "euro"], "maxLength": 3}, ['enum "euro"']),
    ({"type": "string", "enum": ["EUR", "eur"], "pattern": "^[A-Z]+$"}, ['enum "eur"']),
    ({"enum": ["a", 1, None]}, []),
    ({"enum": []}, ["empty enum"]),
    ({"type": "string", "const": 5}, ["const 5"]),
    ({"type": "string", "const": "a", "enum": ["b"]}, ['const "a"']),
    ({"type": "string", "const": "a", "enum": ["a", "b"]}, []),
    ({"type": "string", "format": "date", "enum": ["2026-11-22", "22.11.2026"]}, ['enum "22.11.2026"']),
    ({"type": "string", "minimum": 1}, ["minimum for another type"]),
    ({"type": ["string", "number"], "minimum": 1}, []),
    ({"minimum": 1}, []),
    ({"type": "integer", "maxLength": 3}, ["maxLength for another type"]),
    ({"type": "array", "maxLength": 3}, ["maxLength for another type"]),
    ({"type": "string", "properties": {}}, ["properties for another type"]),
    ({"type": "string", "allOf": [{"type": "number"}]}, ["types of allOf"]),
    ({"type": "number", "allOf": [{"type": "integer"}]}, []),
    ({"type": "string", "anyOf": [{"type": "number"}, {"type": "string"}]}, []),
    ({"type": "object", "required": ["a"], "additionalProperties": False}, ["required a"]),
    ({"type": "object", "required": ["a"], "properties": {"a": {}}, "additionalProperties": False}, []),
    ({"type": "object", "required": ["a"], "patternProperties": {"a": {}}, "additionalProperties": False}, []),
    ({"type": "object", "required": ["a"], "properties": {"a": False}}, ["required a"]),
    ({"type": "object", "properties": {"a": False}}, []),
    ({"type": "object", "required": ["a", "b"], "maxProperties": 1}, ["more required than maxProperties"]),
    ({"type": "object", "required": ["a", "b"], "maxProperties": 2}, []),
    ({"type": "array", "items": {"type": "string", "enum": [1]}}, ["enum 1"]),
    ({"anyOf": [{"type": "string", "minLength": 9, "maxLength": 1}]}, ["minLength above maxLength"]),
    ({"enum": [{"a": 1}], "properties": {"a": {"$ref": "#/definitions/none"}}}, []),
    (True, []),
    ("not a schema", []),
]  # fmt: skip


@pytest.mark.parametrize(("schema", "kinds"), CONTRADICTIONS, ids=str)
def test_constraints_that_exclude_each_other_are_told_by_kind(schema, kinds):
    nodes = [node for _, node in schemas.walk(schema) if isinstance(node, dict)]

    assert [one.kind for node in nodes for one in contradictions(node, schemas.draft_of(schema))] == kinds


def test_a_contradiction_says_in_a_sentence_what_no_value_can_be():
    (problem,) = [
        x for x in found(one({"type": "integer", "minimum": 5, "maximum": 3})) if x.code == "contradiction"
    ]

    assert problem.message == "`total` has to be at least 5 and at most 3. No value can be right."
    assert problem.advice == "Correct `minimum` or `maximum`."
    assert problem.path == "/schema/properties/properties/properties/total/minimum"
    assert problem.severity == "error"


def test_a_value_outside_of_its_type_is_named_with_its_place():
    (problem,) = [x for x in found(one({"type": "string", "enum": ["a", 5]})) if x.code == "contradiction"]

    assert problem.message == "`total` may be 5, which is not text."
    assert problem.path.endswith("/total/enum/1")


def test_shared_properties_are_looked_at_too():
    shared = {"total": {"type": "number", "minimum": 2, "maximum": 1}}

    assert of("contradiction", properties=shared) == ["/properties/total/minimum"]


REQUIRED = [
    (event(inside={"required": ["order_id"]}), []),
    (event(inside={"required": ["order_id", "totl"]}), ["/schema/properties/properties/required/1"]),
    (event(inside={"required": ["a"], "patternProperties": {"^a": {}}}), []),
    (event(inside={"required": ["a"], "additionalProperties": {"type": "string"}}), []),
    (event(inside={"required": ["a"], "additionalProperties": False}), []),  # a contradiction instead
    (event(inside={"allOf": [{"required": ["order_id"]}]}), []),
    (event(inside={"anyOf": [{"required": ["order_id"]}, {"required": ["b"]}]}),
     ["/schema/properties/properties/anyOf/1/required/0"]),
    (event(inside={"required": ["a"], "anyOf": [{"properties": {"a": {"type": "string"}}}]}), []),
    (event(schema={"required": ["properties", "userId"], "properties": {"properties": {}}}), []),
    (event(schema={"$ref": "#/definitions/m",
                   "definitions": {"m": {"properties": {"properties": {"required": ["a"]}}}}}),
     ["/schema/definitions/m/properties/properties/required/0"]),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "places"), REQUIRED)
def test_what_is_required_should_be_declared(rule, places):
    assert of("required_not_declared", rule) == [f"Order Completed {place}" for place in places]


@pytest.mark.parametrize(
    ("node", "code", "place"),
    [
        ({"type": "string", "pattern": "^(?!x)"}, "unsafe_pattern", "/pattern"),
        ({"type": "string", "pattern": r"(a)\1"}, "unsafe_pattern", "/pattern"),
        ({"type": "string", "pattern": "(a+)+$"}, "unsafe_pattern", None),  # linear here, slow elsewhere
        (
            {"type": "object", "patternProperties": {"^(?=a)": {}}},
            "unsafe_pattern",
            "/patternProperties/^(?=a)",
        ),
        ({"type": "string", "format": "url"}, "unknown_format", "/format"),
        ({"type": "string", "format": "uri"}, "unknown_format", None),
        ({"type": "string", "format": "duration"}, "unknown_format", None),
        ({"type": "string", "pattern": "[a-z"}, "broken_schema", "/pattern"),
        ({"type": "text"}, "broken_schema", "/type"),
        ({"type": "string"}, "broken_schema", None),
    ],
)
def test_patterns_formats_and_broken_schemas_are_told_at_their_place(node, code, place):
    assert of(code, one(node)) == ([NODE + place] if place else [])


def test_an_unknown_format_suggests_the_one_that_was_meant():
    (problem,) = [
        x for x in found(one({"type": "string", "format": "date-tme"})) if x.code == "unknown_format"
    ]

    assert problem.suggestion == "date-time"


def test_a_broken_schema_is_looked_at_no_further():
    rule = one({"type": "text", "enum": [], "pattern": "^(?!x)"})

    assert [problem.code for problem in found(rule)] == ["broken_schema"]


def test_the_whole_schema_may_be_what_is_broken():
    endless = event(schema={"$ref": "#"})

    assert of("broken_schema", endless) == ["Order Completed /schema"]
