"""What a finding says: the place, a sentence without values, what was expected, what came, what to do."""

import json
import time
from typing import Any

import pytest

from tests.trackingplans.domain.bodies import batch, call, from_document, read
from tests.trackingplans.domain.plans import judged, told, track
from trackingplans.domain import rules
from trackingplans.domain.findings import Family, Finding, dotted
from trackingplans.domain.plan import Plan, Rule
from trackingplans.domain.validation import CompiledPlan


@pytest.mark.parametrize(
    ("schema", "value", "code", "message", "expected", "actual", "suggestion", "label", "text"),
    [
        (
            {"type": "number"}, "89.90", "type", "`x` should be a number, but text came.", "a number", '"89.90"',
            "Send the number without quotes.", "Invalid Type", "Invalid type. Expected: number, given: string",
        ),
        (
            {"type": "integer"}, 1.5, "type", "`x` should be a whole number, but a number with a fraction came.",
            "a whole number", "1.5", None, "Invalid Type", "Invalid type. Expected: integer, given: number",
        ),
        (
            {"type": ["string", "null"]}, 5, "type", "`x` should be text or null, but a number came.",
            "text or null", "5", "Send it in quotes.", "Invalid Type",
            "Invalid type. Expected: [string,null], given: integer",
        ),
        (
            {"type": "string"}, None, "type", "`x` should be text, but null came.", "text", "null", None,
            "Invalid Type", "Invalid type. Expected: string, given: null",
        ),
        (
            {"type": "boolean"}, "true", "type", "`x` should be true or false, but text came.", "true or false",
            '"true"', "Send true or false without quotes.", "Invalid Type",
            "Invalid type. Expected: boolean, given: string",
        ),
        (
            {"type": "array"}, {"a": 1}, "type", "`x` should be a list, but an object came.", "a list", '{"a": 1}',
            None, "Invalid Type", "Invalid type. Expected: array, given: object",
        ),
        (
            {"enum": ["organic", "invited"]}, "Organic", "enum", "`x` is none of the values the plan allows.",
            'one of "organic", "invited"', '"Organic"', "Did you mean organic?", "Enum",
            'properties.x must be one of the following: "organic", "invited"',
        ),
        (
            {"const": "EUR"}, "USD", "const", "`x` is not the one value the plan allows.", '"EUR"', '"USD"', None,
            "Const", 'properties.x does not match: "EUR"',
        ),
        (
            {"pattern": "fall|winter"}, "summer", "pattern", "`x` does not have the form the plan asks for.",
            "text that matches fall|winter", '"summer"', None, "Pattern", "Does not match pattern 'fall|winter'",
        ),
        (
            {"format": "email"}, "nobody", "format", "`x` should be an e-mail address.", "an e-mail address",
            '"nobody"', None, "Format", "Does not match format 'email'",
        ),
        (
            {"format": "uuid"}, "nope", "format", "`x` should be a UUID.", "a UUID", '"nope"', None, "Format",
            "Does not match format 'uuid'",
        ),
        (
            {"minLength": 3}, "a", "min_length", "`x` should have 3 characters or more.", "3 characters or more",
            '"a"', None, "String Gte", "String length must be greater than or equal to 3",
        ),
        (
            {"maxLength": 3}, "abcd", "max_length", "`x` should have at most 3 characters.", "at most 3 characters",
            '"abcd"', None, "String Lte", "String length must be less than or equal to 3",
        ),
        (
            {"minimum": 0}, -1, "minimum", "`x` should be 0 or more.", "0 or more", "-1", None, "Number Gte",
            "Must be greater than or equal to 0",
        ),
        (
            {"exclusiveMinimum": 0}, 0, "exclusive_minimum", "`x` should be more than 0.", "more than 0", "0", None,
            "Number Gt", "Must be greater than 0",
        ),
        (
            {"maximum": 1.5}, 2, "maximum", "`x` should be 1.5 or less.", "1.5 or less", "2", None, "Number Lte",
            "Must be less than or equal to 1.5",
        ),
        (
            {"exclusiveMaximum": 1}, 1, "exclusive_maximum", "`x` should be less than 1.", "less than 1", "1", None,
            "Number Lt", "Must be less than 1",
        ),
        (
            {"multipleOf": 0.5}, 0.7, "multiple_of", "`x` should be a multiple of 0.5.", "a multiple of 0.5", "0.7",
            None, "Multiple Of", "Must be a multiple of 0.5",
        ),
        (
            {"minItems": 1}, [], "min_items", "`x` should have 1 items or more.", "1 items or more", "[]", None,
            "Array Min Items", "Array must have at least 1 items",
        ),
        (
            {"uniqueItems": True}, [1, 1], "unique_items", "`x` repeats an item.", "different items", "[1, 1]", None,
            "Unique", "array items[0,1] must be unique",
        ),
        (
            {"contains": {"const": 1}}, [2], "contains", "`x` lacks an item of the kind the plan asks for.", None,
            "[2]", None, "Contains", "At least one of the items must match",
        ),
        (
            {"anyOf": [{"type": "string"}, {"type": "null"}]}, 1, "any_of",
            "`x` fits none of the forms the plan allows.", "one of several forms", "1", None, "Number Any Of",
            "Must validate at least one schema (anyOf)",
        ),
        (
            {"oneOf": [{"type": "number"}, {"type": "integer"}]}, 1, "one_of",
            "`x` should fit exactly one of the forms the plan allows.", "exactly one of several forms", "1", None,
            "Number One Of", "Must validate one and only one schema (oneOf)",
        ),
        (
            {"not": {"type": "string"}}, "a", "not", "`x` has a form that the plan rules out.", None, '"a"', None,
            "Number Not", "Must not validate the schema (not)",
        ),
        (
            False, 1, "false_schema", "`x` must not be sent.", "nothing", "1", None, "False",
            "False always fails validation",
        ),
    ],
)  # fmt: skip
def test_every_code_has_its_sentences(
    schema, value, code, message, expected, actual, suggestion, label, text
):
    judgement = judged(track({"properties": {"x": schema}}), properties={"x": value})
    (finding,) = judgement.findings
    assert finding == Finding(
        family=Family.VIOLATION,
        code=code,
        steps=("properties", "x"),
        message=message,
        expected=expected,
        actual=actual,
        suggestion=suggestion,
        segment_type=label,
        segment_text=text,
        meant=finding.meant,
    )


def test_a_missing_property_is_named_itself():
    judgement = judged(track({"required": ["total", "tax"]}), properties={})
    assert told(judgement) == [("required", "properties.total"), ("required", "properties.tax")]
    finding = judgement.findings[0]
    assert finding.message == "`total` is missing."
    assert (finding.actual, finding.segment_type) == (None, "Required")
    assert finding.segment_text == "properties.total is required"


def test_missing_properties_as_a_whole_are_named():
    rule = Rule("track", "Order Completed", 1, {"required": ["properties"]})
    judgement = judged(rule, properties=...)
    assert told(judgement) == [("required", "properties")]
    assert judgement.findings[0].message == "`properties` is missing."


def test_a_closed_object_reports_each_property_too_many_at_the_object():
    judgement = judged(
        track({"properties": {"a": {}}, "additionalProperties": False}), properties={"b": 1, "c": 2}
    )
    violations = [finding for finding in judgement.findings if finding.family == "violation"]
    assert [(f.code, f.path, f.actual, f.segment_text) for f in violations] == [
        ("additional_properties", "properties", '"b"', "Additional property b is not allowed"),
        ("additional_properties", "properties", '"c"', "Additional property c is not allowed"),
    ]
    assert {f.message for f in violations} == {"`properties` has a property that its rule does not allow."}


def test_paths_have_real_indexes_and_escaped_keys():
    rule = track(
        {
            "properties": {
                "products": {"items": {"properties": {"a.b": {"type": "string"}}, "required": ["c\\d"]}}
            }
        }
    )
    judgement = judged(rule, properties={"products": [{"c\\d": 1}, {"a.b": 1}]})
    assert told(judgement, Family.VIOLATION) == [
        ("required", "properties.products.1.c\\\\d"),
        ("type", "properties.products.1.a\\.b"),
    ]
    assert [finding.field for finding in judgement.findings] == [
        "properties.products.$.c\\\\d",
        "properties.products.$.a\\.b",
    ]
    assert judgement.findings[1].message == "`products.$.a\\.b` should be text, but a number came."


def test_the_whole_message_is_called_root():
    judgement = judged(Rule("track", "Order Completed", 1, {"minProperties": 50}))
    assert told(judgement) == [("min_properties", "(root)")]
    assert judgement.findings[0].message == "The message should have 50 properties or more."
    assert dotted(()) == "(root)"


def test_every_finding_of_a_message_is_told():
    rule = track(
        {
            "required": ["currency"],
            "properties": {
                "total": {"type": "number", "minimum": 0},
                "email": {"format": "email", "maxLength": 2},
            },
        }
    )
    judgement = judged(rule, properties={"total": "x", "email": "nobody", "coupon": 1})
    assert sorted(told(judgement)) == [
        ("format", "properties.email"),
        ("max_length", "properties.email"),
        ("required", "properties.currency"),
        ("type", "properties.total"),
        ("unplanned_property", "properties.coupon"),
    ]


def test_the_sentence_holds_no_value_of_the_message():
    secret = "4929-secret"
    rule = track(
        {
            "properties": {
                "a": {"type": "number"}, "b": {"enum": ["x"]}, "c": {"const": 1}, "d": {"pattern": "^x"},
                "e": {"format": "email"}, "f": {"maxLength": 1}, "g": {"anyOf": [{"type": "null"}]}, "h": False,
                "i": {"not": {}}, "j": {"contains": {"type": "null"}}, "k": {"minProperties": 5},
            }
        }
    )  # fmt: skip
    values: dict[str, Any] = dict.fromkeys("abcdefghi", secret) | {"j": [secret], "k": {"a": secret}}
    judgement = judged(rule, properties=values)
    assert len(judgement.findings) == 11
    for finding in judgement.findings:
        assert secret not in f"{finding.message} {finding.expected} {finding.suggestion} {finding.meant}"
        assert secret in str(finding.actual)


@pytest.mark.parametrize(
    "value",
    ["x" * 30_000, ["y" * 50] * 500, {f"k{i}": {"v": "z" * 40} for i in range(300)}, [[[[["deep" * 40]]]]]],
)
def test_a_big_value_is_shortened(value):
    judgement = judged(track({"properties": {"x": {"type": "null"}}}), properties={"x": value})
    assert len(judgement.findings[0].actual or "") <= 100


def test_many_findings_are_bounded():
    rule = track({"properties": {"x": {"items": {"type": "string"}}}})
    judgement = judged(rule, properties={"x": list(range(3000))})
    assert 100 <= len(judgement.findings) <= 250


@pytest.mark.parametrize(
    ("literal", "schema", "code"),
    [
        ("NaN", {"type": "number"}, "type"),
        ("Infinity", {"type": "number"}, "type"),
        ("-Infinity", {"type": ["number", "null"]}, "type"),
        ("1e400", {"type": "integer"}, "type"),
        ("NaN", {"enum": [1]}, "enum"),
        ("NaN", {}, None),
        ("NaN", {"minimum": 1}, None),
        ('"\\ud800"', {"type": "string"}, None),
        ('"\\ud800"', {"type": "number"}, "type"),
        ('"\\ud800"', {"maxLength": 1}, None),
        ('"\\ud800"', {"minLength": 2}, "min_length"),
        ('"a\\u0000b"', {"type": "string", "maxLength": 3}, None),
        ('"a\\u0000b"', {"type": "number"}, "type"),
        ("9" * 400, {"type": "integer"}, None),
        ("9" * 400, {"maximum": 5}, "maximum"),
        ("9" * 4300, {"type": "string"}, "type"),
        ("1e-400", {"type": "number"}, None),
        ("[NaN]", {"uniqueItems": True}, None),
        ('{"\\ud800":{"a":1}}', {"additionalProperties": {"required": ["b"]}}, "required"),
    ],
)
def test_values_that_strict_json_cannot_carry_are_judged(literal, schema, code):
    text = json.dumps(call(properties={"x": "VALUE", "y": 1})).replace('"VALUE"', literal)
    (message,) = read(batch(text), "batch")
    plan = CompiledPlan(Plan(rules=(track({"properties": {"x": schema, "y": {"type": "string"}}}),)))
    codes = [
        finding.code for finding in plan.check(message).findings if finding.path.startswith("properties.x")
    ]
    assert codes == ([code] if code else [])
    for finding in plan.check(message).findings:
        for said in (
            finding.path,
            finding.field,
            finding.message,
            finding.actual or "",
            finding.segment_text,
        ):
            said.encode()
            assert "\0" not in said


def test_a_not_a_number_is_told_as_such():
    (message,) = read(batch(json.dumps(call(properties={"x": "VALUE"})).replace('"VALUE"', "NaN")), "batch")
    plan = CompiledPlan(Plan(rules=(track({"properties": {"x": {"type": "number"}}}),)))
    (finding,) = plan.check(message).findings
    assert finding.message == "`x` should be a number, but NaN came, which JSON does not have."
    assert finding.actual == "NaN"


def test_a_pattern_made_to_hang_does_not():
    for pattern in ("^(a+)+$", "(a|aa)+$", "^(?=a)(a+)+$", "(?=x)(x+x+)+y"):
        rule = track({"properties": {"x": {"pattern": pattern}}})
        began = time.process_time()
        judged(rule, properties={"x": "a" * 30_000 + "!"})
        judged(rule, properties={"x": "x" * 30_000})
        assert time.process_time() - began < 1


def test_a_text_on_which_a_pattern_gives_up_is_not_accused():
    rule = track({"properties": {"x": {"pattern": "(?=x)(x+x+)+y"}}})
    assert judged(rule, properties={"x": "x" * 30_000}).findings == ()
    assert told(judged(rule, properties={"x": "xz"})) == [("pattern", "properties.x")]


def test_a_plan_of_thousands_of_rules_stays_within_its_memory(monkeypatch):
    cache = rules.Cache(limit=500_000)
    monkeypatch.setattr(rules, "_cache", cache)
    slots = [cache.slot({"title": str(number)}, "properties", ()) for number in range(100)]
    assert all(slot.compiled() is not None for slot in slots)
    assert cache.size <= 500_000
    assert sum(slot.ready is not None for slot in slots) < 30
    assert slots[0].compiled() is not None  # what was forgotten is compiled again


def test_a_message_from_parsed_json_is_judged_like_one_from_bytes():
    plan = CompiledPlan(Plan(rules=(track({"properties": {"total": {"type": "string"}}}),)))
    (sent,) = read(batch(json.dumps(call())), "batch")
    assert plan.check(from_document(call())) == plan.check(sent)
