"""The same violations as the reference implementation of JSON Schema finds, at the same places."""

import ast
import re
import sys
from collections import Counter
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.trackingplans.domain.bodies import call, from_document
from trackingplans.domain.findings import Family, dotted
from trackingplans.domain.plan import Plan, Rule
from trackingplans.domain.validation import CompiledPlan, problems_of

CLASSES = {
    "http://json-schema.org/draft-04/schema#": jsonschema.Draft4Validator,
    "http://json-schema.org/draft-06/schema#": jsonschema.Draft6Validator,
    "http://json-schema.org/draft-07/schema#": jsonschema.Draft7Validator,
    "https://json-schema.org/draft/2019-09/schema": jsonschema.Draft201909Validator,
    "https://json-schema.org/draft/2020-12/schema": jsonschema.Draft202012Validator,
    "": jsonschema.Draft7Validator,
}


def compared(schema: Any, properties: Any) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """(path, code) of every violation: as we find them, as the oracle does."""
    rule = Rule("track", "Order Completed", 1, schema)
    plan = Plan(rules=(rule,))
    assert problems_of(plan) == []
    message = from_document(call(properties=properties))
    judgement = CompiledPlan(plan).check(message)
    ours = {
        (
            dotted(f.steps[:-1]) if f.code == "false_schema" else f.path,
            f.code,
        )  # the oracle loses its last step
        for f in judgement.findings
        if f.family == Family.VIOLATION
    }
    oracle = CLASSES[schema.get("$schema", "")](schema, format_checker=jsonschema.FormatChecker())
    return ours, {_as_ours(error) for error in oracle.iter_errors(message.document())}


def _as_ours(error: Any) -> tuple[str, str]:
    steps = tuple(error.absolute_path)
    keyword = error.validator
    if "propertyNames" in error.relative_schema_path:
        keyword = "propertyNames"
    elif keyword is None:
        keyword = "falseSchema"
    elif keyword == "required":
        missing = error.message.removesuffix(" is a required property")
        steps = (*steps, ast.literal_eval(missing))
    return dotted(steps), re.sub("([A-Z])", lambda found: "_" + found[1].lower(), keyword)


def wrapped(inner: Any, **around: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"properties": inner}, "required": ["properties"], **around}


OBJECT = {"type": "object"}
CASES: list[tuple[Any, Any]] = [
    ({"required": ["a", "b"]}, {"a": 1}),
    ({"required": ["it's", 'the "b"']}, {"a": 1}),
    ({"properties": {"a": {"type": "string"}, "b": {"type": ["number", "null"]}}}, {"a": 1, "b": "x"}),
    ({"properties": {"a": {"type": "integer"}}}, {"a": 1.0}),
    ({"properties": {"a": {"type": "integer"}}}, {"a": 1.5}),
    ({"properties": {"a": {"type": "integer"}}}, {"a": 2**70}),
    ({"properties": {"a": {"type": "number"}}}, {"a": True}),
    ({"properties": {"a": {"type": "boolean"}}}, {"a": 0}),
    ({"properties": {"a": {"enum": [1, "x", None]}}}, {"a": True}),
    ({"properties": {"a": {"const": 1}}}, {"a": 1.0}),
    ({"properties": {"a": {"const": {"b": [1]}}}}, {"a": {"b": [2]}}),
    ({"properties": {"a": {"pattern": "^x"}}}, {"a": "y"}),
    ({"properties": {"a": {"pattern": "fall|winter"}}}, {"a": "summer"}),
    ({"properties": {"a": {"pattern": "^(?!x)"}}}, {"a": "xy"}),
    ({"properties": {"a": {"format": "email"}}}, {"a": "nobody"}),
    ({"properties": {"a": {"format": "date-time"}}}, {"a": "tomorrow"}),
    ({"properties": {"a": {"format": "date"}}}, {"a": "2026-13-01"}),
    ({"properties": {"a": {"format": "ipv4"}}}, {"a": "1.2.3"}),
    ({"properties": {"a": {"format": "no-such-format"}}}, {"a": "x"}),
    ({"properties": {"a": {"minLength": 3}, "b": {"maxLength": 1}}}, {"a": "é", "b": "😀"}),
    ({"properties": {"a": {"minLength": 2}}}, {"a": "😀"}),
    ({"properties": {"a": {"minimum": 0}, "b": {"maximum": 1}}}, {"a": -1, "b": 1.5}),
    ({"properties": {"a": {"exclusiveMinimum": 0}, "b": {"exclusiveMaximum": 1}}}, {"a": 0, "b": 1}),
    ({"properties": {"a": {"multipleOf": 3}}}, {"a": 4}),
    ({"properties": {"a": {"minItems": 2}, "b": {"maxItems": 1}}}, {"a": [1], "b": [1, 2]}),
    ({"properties": {"a": {"uniqueItems": True}}}, {"a": [1, 1.0]}),
    ({"properties": {"a": {"contains": {"type": "string"}}}}, {"a": [1]}),
    ({"properties": {"a": {"items": {"type": "string"}}}}, {"a": ["x", 1, 2]}),
    (
        {"properties": {"a": {"items": [{"type": "string"}], "additionalItems": {"type": "number"}}}},
        {"a": [1, "x"]},
    ),
    ({"properties": {"a": {"items": [{"type": "string"}], "additionalItems": False}}}, {"a": ["x", 1]}),
    ({"minProperties": 2}, {"a": 1}),
    ({"maxProperties": 1}, {"a": 1, "b": 2}),
    ({"properties": {"a": {}}, "additionalProperties": False}, {"a": 1, "b": 2, "c": 3}),
    ({"additionalProperties": False}, {"a": 1}),
    ({"required": ["a"], "properties": {"b": {}}, "additionalProperties": False}, {"a": 1}),
    ({"required": ["a"], "properties": {"b": {}}, "additionalProperties": {"type": "string"}}, {"a": 1}),
    ({"additionalProperties": {"type": "string"}}, {"a": 1}),
    ({"patternProperties": {"^a": {"type": "string"}}}, {"a1": 1, "b": 1}),
    ({"patternProperties": {"^a": {"type": "string"}}, "additionalProperties": False}, {"a1": 1, "b": 1}),
    ({"propertyNames": {"pattern": "^[a-z]+$"}}, {"A": 1, "b": 1}),
    ({"properties": {"a": False}}, {"a": 1}),
    ({"dependencies": {"a": ["b", "c"]}}, {"a": 1}),
    ({"dependencies": {"a": {"required": ["b"]}}}, {"a": 1}),
    ({"allOf": [{"required": ["x"]}, {"properties": {"a": {"type": "string"}}}]}, {"a": 1}),
    ({"anyOf": [{"required": ["x"]}, {"required": ["y"]}]}, {"a": 1}),
    ({"oneOf": [{"required": ["a"]}, {"type": "object"}]}, {"a": 1}),
    ({"oneOf": [{"required": ["x"]}, {"required": ["y"]}]}, {"a": 1}),
    ({"not": {"required": ["a"]}}, {"a": 1}),
    ({"if": {"required": ["a"]}, "then": {"required": ["b"]}, "else": {"required": ["c"]}}, {"a": 1}),
    ({"if": {"required": ["z"]}, "then": {"required": ["b"]}, "else": {"required": ["c"]}}, {"a": 1}),
    ({"properties": {"a.b": {"type": "string"}, "c\\d": {"required": ["e.f"]}}}, {"a.b": 1, "c\\d": {}}),
    ({"properties": {"products": {"items": {"required": ["sku"]}}}}, {"products": [{}, {"sku": 1}, {}]}),
    ({"type": "object"}, None),
]


@pytest.mark.parametrize(("inner", "properties"), CASES, ids=lambda value: str(value)[:60])
@pytest.mark.parametrize("draft", ["", "http://json-schema.org/draft-06/schema#"])
def test_a_broken_rule_is_found_where_the_oracle_finds_it(inner, properties, draft):
    if draft and "if" in inner:
        pytest.skip("draft-06 knows no `if`")
    ours, theirs = compared(wrapped(inner, **({"$schema": draft} if draft else {})), properties)
    assert ours == theirs


@pytest.mark.parametrize(
    ("schema", "properties"),
    [
        (
            {
                "$schema": "https://json-schema.org/draft/2019-09/schema",
                **wrapped({"dependentRequired": {"a": ["b"]}, "properties": {"c": {"format": "uuid"}}}),
            },
            {"a": 1, "c": "x"},
        ),
        (
            {
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                **wrapped(
                    {
                        "properties": {"a": {"prefixItems": [{"type": "string"}]}},
                        "dependentSchemas": {"a": {"required": ["z"]}},
                    }
                ),
            },
            {"a": [1]},
        ),
        (
            {
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                **wrapped({"allOf": [{"properties": {"a": {}}}], "unevaluatedProperties": False}),
            },
            {"a": 1, "b": 1},
        ),
        (
            wrapped(
                {"$ref": "#/definitions/p"},
                definitions={
                    "p": {"properties": {"a": {"$ref": "#/definitions/s"}}},
                    "s": {"type": "string"},
                },
            ),
            {"a": 1},
        ),
        (
            wrapped(
                {"properties": {"a": {"$ref": "#/definitions/a~1b"}}}, definitions={"a/b": {"type": "string"}}
            ),
            {"a": 1},
        ),
        (
            wrapped(
                {"properties": {"a": {"$ref": "#/definitions/tree"}}},
                definitions={
                    "tree": {"type": "object", "properties": {"left": {"$ref": "#/definitions/tree"}}}
                },
            ),
            {"a": {"left": {"left": 5}}},
        ),
        ({"required": ["userId", "context"], "properties": {"context": {"required": ["app"]}}}, {}),
        ({"properties": {"userId": {"pattern": "^[0-9]+$"}, "properties": {"minProperties": 1}}}, {}),
        ({"allOf": [wrapped({"required": ["a"]}), wrapped({"required": ["b"]})]}, {}),
        ({"not": {"required": ["userId"]}}, {}),
        ({"patternProperties": {"^prop": {"required": ["x"]}}}, {}),
        ({"minProperties": 40}, {}),
    ],
    ids=lambda value: str(value)[:60],
)
def test_rules_of_every_draft_and_place_agree_with_the_oracle(schema, properties):
    ours, theirs = compared(schema, properties)
    assert ours == theirs
    assert ours


# Where we say something else than the oracle on purpose: the schema of `a`, its value, what each says, and why.
DIFFERENCES: list[tuple[Any, Any, set[str], set[str], str]] = [
    (
        {"format": "time"},
        "12:00:00Z",
        set(),
        {"format"},
        "RFC 3339 asks for the offset; the oracle forbids it",
    ),
    ({"format": "time"}, "12:00:00", {"format"}, set(), "the same, the other way"),
    ({"format": "date-time"}, "1990-12-31T23:59:60Z", set(), {"format"}, "RFC 3339 knows leap seconds"),
    ({"format": "email"}, "@", {"format"}, set(), "the oracle only looks for an @"),
    ({"format": "email"}, "a b@c.de", {"format"}, set(), "the same"),
    ({"format": "regex"}, "\\Z", {"format"}, set(), "patterns are JavaScript's, not Python's"),
    ({"format": "color"}, "nope", set(), {"format"}, "no format of draft-04 or later: an annotation"),
    ({"multipleOf": 0.1}, 0.3, set(), {"multiple_of"}, "decimal, as people count; the oracle divides floats"),
    ({"multipleOf": 0.01}, 4.35, set(), {"multiple_of"}, "the same"),
    ({"pattern": "^\\d$"}, "\u0663", {"pattern"}, set(), "JavaScript's \\d is 0 to 9, Python's any digit"),
    ({"pattern": "^\\w$"}, "\xe9", {"pattern"}, set(), "JavaScript's \\w is ASCII"),
    ({"pattern": "^\\s$"}, "\x1c", {"pattern"}, set(), "no white space in JavaScript"),
    ({"pattern": "^\\s$"}, "\ufeff", set(), {"pattern"}, "white space in JavaScript"),
    (
        {"pattern": "^a$"},
        "a\n",
        {"pattern"},
        set(),
        "JavaScript's $ is the end, Python's may stand before a line feed",
    ),
    ({"then": False, "if": True}, 1, {"then"}, {"false_schema"}, "we name the keyword whose schema is false"),
    ({"else": False, "if": False}, 1, {"else"}, {"false_schema"}, "the same"),
]


@pytest.mark.parametrize(
    ("said", "value", "ours", "theirs", "why"), DIFFERENCES, ids=lambda value: str(value)[:50]
)
def test_where_we_differ_from_the_oracle_it_is_on_purpose(said, value, ours, theirs, why):
    found = compared(wrapped({"properties": {"a": said}}), {"a": value})
    assert found == tuple({("properties.a", code) for code in codes} for codes in (ours, theirs)), why


# The same between drafts: (draft, the schema of `a`, its value, what we say, what the oracle says, why).
OF_DRAFTS: list[tuple[str, Any, Any, set[str], set[str], str]] = [
    ("draft-04", {"minimum": 1, "exclusiveMinimum": True}, 1, {"exclusive_minimum"}, {"minimum"},
     "we name the keyword that made the difference"),
    ("draft-04", {"format": "iri"}, "a", set(), {"format"}, "draft-04 has no such format; the oracle asserts all"),
    ("draft-06", {"format": "relative-json-pointer"}, "/a", set(), {"format"}, "draft-06 has none either"),
    ("2020-12", {"dependencies": {"x": ["y"]}}, {"x": 1}, {"dependencies"}, set(),
     "gone since 2019-09; plans that say it mean it"),
]  # fmt: skip


@pytest.mark.parametrize(("draft", "said", "value", "ours", "theirs", "why"), OF_DRAFTS)
def test_where_we_differ_by_draft_it_is_on_purpose(draft, said, value, ours, theirs, why):
    [url] = [url for url in CLASSES if draft in url]
    found = compared(wrapped({"properties": {"a": said}}, **{"$schema": url}), {"a": value})
    assert found == tuple({("properties.a", code) for code in codes} for codes in (ours, theirs)), why


# Where a schema is `false` the oracle leaves out the last step of the path, or the name of the keyword.
@pytest.mark.parametrize(
    ("said", "value", "ours", "theirs"),
    [
        ({"items": False}, [1], ("properties.a.0", "items"), ("properties.a", "false_schema")),
        ({"items": [True, False]}, [1, 2], ("properties.a.1", "items"), ("properties.a", "false_schema")),
        ({"allOf": [False]}, 1, ("properties.a", "false_schema"), ("properties.a", "false_schema")),
        (
            {"dependencies": {"x": False}},
            {"x": 1},
            ("properties.a", "false_schema"),
            ("properties.a", "false_schema"),
        ),
    ],
)
def test_what_must_not_be_is_named_at_its_own_place(said, value, ours, theirs):
    schema = wrapped({"properties": {"a": said}})
    message = from_document(call(properties={"a": value}))
    findings = (
        CompiledPlan(Plan(rules=(Rule("track", "Order Completed", 1, schema),))).check(message).findings
    )
    errors = jsonschema.Draft7Validator(schema).iter_errors(message.document())

    assert [(finding.path, finding.code) for finding in findings] == [ours]
    assert [_as_ours(error) for error in errors] == [theirs]


NAMES = st.sampled_from(["a", "b", "c", "ab"])
SCALARS = st.sampled_from([None, True, False, 0, 1, 2, -1, 1.5, 3.0, "", "a", "abc", "x1"])
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3)
)
TYPES = st.sampled_from(["string", "number", "integer", "boolean", "null", "array", "object"])


def _keywords(inner: Any) -> Any:
    some = st.lists(inner, min_size=1, max_size=2)
    return st.fixed_dictionaries(
        {},
        optional={
            "type": TYPES | st.lists(TYPES, min_size=1, max_size=3, unique=True),
            "enum": st.lists(SCALARS, min_size=1, max_size=3, unique_by=repr),
            "const": SCALARS,
            "minimum": st.integers(-1, 3),
            "exclusiveMaximum": st.integers(-1, 3),
            "multipleOf": st.integers(1, 3),
            "minLength": st.integers(0, 3),
            "maxLength": st.integers(0, 3),
            "pattern": st.sampled_from(["a", "^x", "[0-9]$"]),
            "required": st.lists(NAMES, max_size=2, unique=True),
            "properties": st.dictionaries(NAMES, inner | st.booleans(), max_size=3),
            "patternProperties": st.dictionaries(st.sampled_from(["^a", "b"]), inner, max_size=1),
            "additionalProperties": st.booleans() | inner,
            "propertyNames": st.just({"maxLength": 1}),
            "minProperties": st.integers(0, 2),
            "items": inner | some,
            "additionalItems": st.booleans() | inner,
            "minItems": st.integers(0, 2),
            "uniqueItems": st.booleans(),
            "contains": inner,
            "allOf": some,
            "anyOf": some,
            "oneOf": some,
            "not": inner,
            "if": inner,
            "then": inner,
            "else": inner,
            "dependencies": st.dictionaries(
                NAMES, inner | st.lists(NAMES, min_size=1, max_size=2, unique=True), max_size=1
            ),
        },
    )


LEAVES: Any = st.sampled_from(
    [
        {}, {"minimum": 1}, {"exclusiveMaximum": 1}, {"multipleOf": 2}, {"minLength": 2}, {"maxLength": 1},
        {"pattern": "^x"}, {"minItems": 2}, {"uniqueItems": True}, {"contains": {"const": 1}},
        {"items": {"minLength": 2}}, {"type": "string"}, {"required": ["a"]}, {"format": "date"},
    ]
)  # fmt: skip
SCHEMAS: Any = st.recursive(LEAVES, _keywords, max_leaves=8)
RULES = st.builds(
    lambda around, inner: {**around, "properties": inner},
    SCHEMAS,
    st.fixed_dictionaries({"a": SCHEMAS, "b": SCHEMAS}, optional={"c": SCHEMAS, "ab": SCHEMAS}),
)
SENT = st.fixed_dictionaries({"a": VALUES, "b": VALUES}, optional={"c": VALUES, "ab": VALUES})


@given(RULES, SENT)
@settings(max_examples=60, deadline=None)
def test_any_rule_and_any_message_agree_with_the_oracle(inner, properties):
    ours, theirs = compared(wrapped(inner), properties)
    assert ours == theirs


@pytest.mark.slow
def test_many_rules_and_messages_agree_with_the_oracle():
    invalid: list[bool] = []
    hit: Counter[str] = Counter()

    @given(RULES, SENT)
    @settings(max_examples=1000, deadline=None)
    def agree(inner, properties):
        ours, theirs = compared(wrapped(inner), properties)
        invalid.append(bool(theirs))
        hit.update({code for _, code in theirs})
        assert ours == theirs

    agree()
    share = sum(invalid) / len(invalid)
    sys.stdout.write(
        f"{share:.0%} of {len(invalid)} messages are invalid; {len(hit)} keywords were hit: {dict(hit)}\n"
    )
    assert share >= 0.3
    assert len(hit) >= 15
