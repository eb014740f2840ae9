import time
from typing import Any

import pytest

from trackingplans.domain.plan import Plan, Rule
from trackingplans.domain.validation import problems_of


def problems(schema: Any, **plan: Any) -> list[str]:
    return [str(problem) for problem in problems_of(Plan(rules=(Rule("track", "A", 1, schema),), **plan))]


def doubling(levels: int) -> dict[str, Any]:
    """References that double at every step."""
    steps: dict[str, Any] = {
        f"d{level}": {"allOf": [{"$ref": f"#/definitions/d{level + 1}"}] * 2} for level in range(levels)
    }
    return {"definitions": {**steps, f"d{levels}": {}}, "allOf": [{"$ref": "#/definitions/d0"}]}


def nested(levels: int) -> dict[str, Any]:
    schema: dict[str, Any] = {}
    for _ in range(levels):
        schema = {"properties": {"a": schema}}
    return schema


FINE: list[Any] = [
    True,
    {},
    {"type": "object", "properties": {"properties": {"type": "object", "required": ["a"]}}},
    {"properties": {"a": {"id": "/properties/a", "key": "a", "labels": {"x": "y"}, "unknown": 5}}},
    {"$id": "order", "properties": {"a": {"$id": "/properties/a"}, "b": {"$id": "/properties/a"}}},
    {"pattern": "^(?!x)"},
    {"pattern": "(a+)+$"},
    {"$ref": "#/definitions/a", "definitions": {"a": {"type": "string"}}},
    {
        "$ref": "#/definitions/tree",
        "definitions": {
            "tree": {
                "properties": {
                    "left": {"$ref": "#/definitions/tree"},
                    "right": {"$ref": "#/definitions/tree"},
                }
            }
        },
    },
    {"$schema": "http://json-schema.org/draft-04/schema#", "minimum": 1, "exclusiveMinimum": True},
    {"$schema": "https://json-schema.org/draft/2020-12/schema", "prefixItems": [{}]},
    {"$schema": "http://example.com/own", "type": "object"},
    {"format": "no-such-format"},
    doubling(5),
    nested(20),
]


@pytest.mark.parametrize("schema", FINE, ids=lambda schema: str(schema)[:50])
def test_a_schema_that_can_be_used_has_no_problem(schema):
    assert problems(schema) == []


@pytest.mark.parametrize(
    ("schema", "says"),
    [
        ({"type": "foo"}, "rules.0.schema.type: Should be one of array, boolean"),
        (
            {"properties": {"a": {"type": ["string", "x"]}}},
            "rules.0.schema.properties.a.type: Should be one of",
        ),
        ({"required": "a"}, "rules.0.schema.required: Should be a list, not text."),
        ({"required": ["a", "a"]}, "rules.0.schema.required: Should not say the same twice."),
        ({"required": [1]}, "rules.0.schema.required.0: Should be text, not a number."),
        ({"properties": []}, "rules.0.schema.properties: Should be an object, not a list."),
        ({"properties": {"a": 5}}, "rules.0.schema.properties.a: Should be an object or true or false"),
        ({"minLength": -1}, "rules.0.schema.minLength: Should not be a negative number."),
        ({"multipleOf": 0}, "rules.0.schema.multipleOf: Should be more than 0."),
        ({"allOf": []}, "rules.0.schema.allOf: Should not be an empty list."),
        ({"enum": 5}, "rules.0.schema.enum: Should be a list"),
        ({"pattern": "["}, "rules.0.schema.pattern: This regular expression cannot be used"),
        (
            {"properties": {"a.b": {"pattern": "(?i)x"}}},
            "rules.0.schema.properties.a\\.b.pattern: This regular",
        ),
        ({"pattern": "(?P<a>x)"}, "This regular expression"),
        ({"pattern": "\\Z"}, "This regular expression"),
        ({"pattern": "(x{1,1000}){1,1000}"}, "This regular expression"),
        ({"patternProperties": {"[": {}}}, "rules.0.schema.patternProperties.[: This regular"),
        ({"$ref": "http://example.com/x"}, "rules.0.schema.$ref: Points outside of this schema."),
        ({"$ref": "other.json#/a"}, "Points outside"),
        (
            {"properties": {"a": {"$ref": "#/definitions/a"}}},
            "rules.0.schema.properties.a.$ref: Points at nothing",
        ),
        ({"$ref": 5}, "rules.0.schema.$ref: Should be text"),
        ({"$ref": "#"}, "rules.0.schema: A `$ref` leads back to itself"),
        ({"allOf": [{"$ref": "#"}]}, "leads back to itself"),
        (doubling(20), "Its references multiply"),
        (
            {
                "$ref": "#/definitions/n",
                "definitions": {"n": {"properties": {"a": {"allOf": [{"$ref": "#/definitions/n"}] * 2}}}},
            },
            "Its references multiply",
        ),
        (nested(40), "The schema nests deeper than 64 levels."),
        (nested(5000), "The schema nests deeper than 64 levels"),
        ({"description": "x" * 300_000}, "292 KB; 256 KB are the most"),
    ],
    ids=lambda value: str(value)[:50] if not isinstance(value, dict) or len(value) > 1 else str(list(value)),
)
def test_a_schema_that_cannot_be_used_says_where_and_why(schema, says):
    (problem,) = problems(schema)
    assert says in problem
    assert problem.endswith(".")


def test_shared_properties_are_judged_too():
    assert problems({}, properties={"total": {"type": "money"}})[0].startswith("properties.total.type: ")


def test_a_whole_plan_is_judged_quickly():
    schema = {"properties": {"properties": {"properties": {f"p{i}": {"type": "string"} for i in range(20)}}}}
    plan = Plan(rules=tuple(Rule("track", f"E{i}", 1, {**schema, "title": str(i)}) for i in range(500)))
    began = time.process_time()
    assert problems_of(plan) == []
    assert time.process_time() - began < 3
